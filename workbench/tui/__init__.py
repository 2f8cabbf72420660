"""The terminal annotator: the screen, the keys and what they do; the only room that knows Textual."""
