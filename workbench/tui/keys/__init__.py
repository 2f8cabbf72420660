"""Keys: what can be done with one, and which does what. Knows neither Textual nor documents.

    names, actions, presets ─┐
    settings (keys.toml) ────┼→ keymap: (context, key) → meaning ─┬→ card: key line, help, README table
    schema (label keys) ─────┘                                    └→ palette: commands and how they are found

`twins` turns full-width punctuation into the key it was typed with, before a keymap is asked.
"""
