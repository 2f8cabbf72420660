"""Where every character and bracket stands on the screen; pure: no Textual, no session.

    glyphs: what is drawn for a code point, and its cells → wrap: rows → lanes: brackets beneath a row
                                                              ├ grid: rows with their lanes as lines of the screen
                                                              ├ rail: relations in the gutter
                                                              └ hints: letters over places to jump to

A cell is one column of the terminal, a row one line of wrapped text, a lane one line of brackets beneath its row, and
a line whatever the screen counts: a row or a lane. Columns count cells from the left edge of the text, from 0.
"""
