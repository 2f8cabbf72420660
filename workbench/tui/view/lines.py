"""Lines of the screen made of pieces: clipped and filled by cells, never by characters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workbench.tui.editor.painting import PLAIN, Ink, Piece
from workbench.tui.layout.glyphs import clip, measure, text_cells

Line = tuple[Piece, ...]
"""The pieces of one line of the screen; together they fill its width exactly."""

Click = Callable[[], None]
"""What a click does."""

DIM = Ink(dim=True)
BOLD = Ink(bold=True)

# The program's own signs where ambiguous characters are wide; those of texts have stand-ins of their own.
_SAFE_SIGNS = str.maketrans(
    {"│": "|", "─": "-", "▌": "|", "●": "*", "▶": ">", "⇧": "S", "↑": "^", "↓": "v", "–": "-", "▏": "|", "✓": "+"}
)


def sign(text: str, safe: bool) -> str:
    """A text of the program's own, in characters of certain width where the terminal wants that."""
    return text.translate(_SAFE_SIGNS) if safe else text


def fitted(pieces: Iterable[Piece], width: int, safe: bool = False, fill: Ink = PLAIN) -> Line:
    """Pieces clipped to a width, and filled up to it with spaces."""
    line: list[Piece] = []
    left = width
    for text, ink in pieces:
        measured = measure(sign(text, safe), safe)
        filled = sum(measured.widths)
        shown = measured.displayed
        if filled > left:
            shown = clip(measured.text, left, safe)
            filled = text_cells(shown, safe)
        if shown:
            line.append(Piece(shown, ink))
        left -= filled
        if left <= 0 or len(shown) < len(measured.text):
            break
    if left > 0:
        line.append(Piece(" " * left, fill))
    return tuple(line)


def cells_of(pieces: Iterable[Piece], safe: bool = False) -> int:
    """Cells that pieces fill."""
    return sum(text_cells(sign(piece.text, safe), safe) for piece in pieces)


def one_line(text: str) -> str:
    """A text without its line ends."""
    return " ".join(text.split("\n"))
