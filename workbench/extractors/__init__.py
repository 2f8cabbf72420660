"""Programs that extract entities, relations and frames, and what they need to be called."""
