"""The parts of the screen as Textual widgets: each is a few lines that are put there as a whole."""
