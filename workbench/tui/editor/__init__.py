"""What a key does: caret, selection, focus, lists and hints; reads keys and drives the session, draws nothing."""
