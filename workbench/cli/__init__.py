"""One file per verb: parses, calls a stage, prints; no logic of its own."""
