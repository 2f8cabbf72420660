"""What stands beside the document: panel, status line, key line and lists, as lines of pieces. Knows no Textual.

lines: pieces that fill a width exactly ─┬→ panel, status, listing
"""
