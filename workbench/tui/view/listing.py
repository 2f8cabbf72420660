"""An open list, table or help text as lines: title, rows around the chosen one, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workbench.tui.editor.painting import Ink, Piece
from workbench.tui.editor.prompts import Listing, Row
from workbench.tui.layout.glyphs import text_cells
from workbench.tui.layout.wrap import LEAST_WIDTH, wrap
from workbench.tui.view.lines import BOLD, DIM, Line, fitted, one_line, sign

NUMBERED = 9
"""So many rows show the digit that chooses them."""

_STYLES = {"error": Ink(bold=True, underline=True), "warning": Ink(), "heading": Ink(bold=True)}


class Shown(NamedTuple):
    """The lines of a listing, and the number of the row that each of them belongs to (None: of no row)."""

    lines: tuple[Line, ...]
    rows: tuple[int | None, ...]


def is_over_text(listing: Listing) -> bool:
    """Tell whether a listing covers the document instead of standing beside it."""
    return listing.wide or listing.context in ("table", "help")


def listing_lines(listing: Listing, width: int, height: int, safe: bool = False) -> Shown:
    """As much of a listing as fits, with the chosen row visible."""
    head = _wrapped(one_line(listing.title), max(LEAST_WIDTH, width - 2), safe)[:2]
    lines: list[Line] = [fitted([Piece(f" {part}", BOLD)], width, safe) for part in head]
    rows: list[int | None] = [None] * len(lines)
    room = max(1, height - len(lines) - 1)
    reading = listing.context == "help"
    body = _read(listing.rows, width, safe) if reading else _chosen(listing, width, safe)
    first = _first(body, listing.at, room, reading)
    for number, line in body[first : first + room]:
        lines.append(line)
        rows.append(number)
    while len(lines) < height - 1:
        lines.append(fitted([], width, safe))
        rows.append(None)
    count = f" {listing.at + 1 if listing.rows else 0}/{len(listing.rows)}"
    more = " ↓" if first + room < len(body) else ""
    lines.append(fitted([Piece(count + more, DIM)], width, safe))
    rows.append(None)
    return Shown(tuple(lines[:height]), tuple(rows[:height]))


_Body = list[tuple[int, Line]]


def _first(body: _Body, at: int, room: int, reading: bool) -> int:
    """The first body line to show: help scrolls by its top, lists keep the chosen row inside."""
    place = next((index for index, (number, _) in enumerate(body) if number == at), 0)
    if reading:
        return max(0, min(place, len(body) - room))
    return max(0, min(place - room // 2, len(body) - room))


def _chosen(listing: Listing, width: int, safe: bool) -> _Body:
    body = []
    numbered = listing.context == "list"
    for number, row in enumerate(listing.rows):
        digit = f"{number + 1} " if numbered and number < NUMBERED else "  "
        mark = f"{row.mark} " if row.mark else ""
        chosen = number == listing.at
        ink = Ink("chosen", bold=True) if chosen else _STYLES.get(row.style, Ink())
        pointer = Piece("▶" if chosen else " ", ink)
        pieces = [pointer, Piece(digit, ink if chosen else DIM), Piece(mark, ink), Piece(one_line(row.text), ink)]
        body.append((number, fitted(pieces, width, safe, ink if chosen else Ink())))
    return body


def _read(rows: Sequence[Row], width: int, safe: bool) -> _Body:
    """Text to read, wrapped; what follows the first line is indented."""
    body = []
    for number, row in enumerate(rows):
        ink = BOLD if row.text.startswith("──") else Ink()
        for part_number, part in enumerate(_wrapped(one_line(row.text), max(LEAST_WIDTH, width - 5), safe)):
            indent = " " if not part_number else "    "
            body.append((number, fitted([Piece(indent + part, ink)], width, safe)))
    return body


def _wrapped(text: str, width: int, safe: bool) -> list[str]:
    shown = sign(text, safe)
    if text_cells(shown, safe) <= width:
        return [shown]
    layout = wrap(shown, width, safe)
    return [shown[row.start : row.end].strip() for row in layout.rows]
