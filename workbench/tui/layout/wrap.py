"""Breaking a text into rows by cells, with the rules of Chinese typesetting (kinsoku) and without breaking words."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from workbench.tui.layout.glyphs import BLANK, CLOSING, GLUE, INFIX, MARK, OPENING, WORD, Measured, measure

LEAST_WIDTH = 2
"""The narrowest row, in cells: one Chinese character."""

_PARAGRAPH_END = re.compile("\r\n|[\n\u2028\u2029]")


class Row(NamedTuple):
    """The characters drawn on one row, without its paragraph's end; `first` tells whether the paragraph begins here."""

    start: int
    end: int
    paragraph: int
    first: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A text in rows of at most `width` cells.

    Every position from 0 to the length of the text belongs to one row, and to one cell of it: a paragraph's end and the
    end of the text have the cells behind the last drawn character, which may be outside the width.
    """

    measured: Measured
    width: int
    rows: tuple[Row, ...]
    starts: tuple[int, ...]
    before: array[int]
    """Cells before each position since the beginning of the text, as if it were one row."""

    def row_of(self, offset: int) -> int:
        """The number of the row that a position belongs to.

        Raises:
            IndexError: the position is outside the text.
        """
        if not 0 <= offset <= len(self.measured.text):
            raise IndexError(f"{offset} is outside the text ({len(self.measured.text)} characters)")
        return bisect_right(self.starts, offset) - 1

    def cell_of(self, offset: int) -> tuple[int, int]:
        """The row of a position and the column of its first cell.

        Raises:
            IndexError: the position is outside the text.
        """
        row = self.row_of(offset)
        return row, self.before[offset] - self.before[self.starts[row]]

    def offset_at(self, row: int, column: int) -> int:
        """The position that a cell belongs to; left of the row its first, beyond its end its last place for the caret.

        Raises:
            IndexError: there is no such row.
        """
        if not 0 <= row < len(self.rows):
            raise IndexError(f"there is no row {row} (of {len(self.rows)})")
        start, last = self.starts[row], self.last_of(row)
        cell = self.before[start] + max(0, column)
        if cell >= self.before[min(last + 1, len(self.measured.text))]:
            return self.caret_end(row)
        return bisect_right(self.before, cell, start, last + 1) - 1

    def last_of(self, row: int) -> int:
        """The last position of a row: its paragraph's end, the end of the text, or its last drawn character."""
        return self.starts[row + 1] - 1 if row + 1 < len(self.rows) else len(self.measured.text)

    def caret_end(self, row: int) -> int:
        """Where the caret stands at the end of a row: before the paragraph's end, else on the last drawn character."""
        return min(self.rows[row].end, self.last_of(row))

    def column(self, row: int, offset: int) -> int:
        """Cells between the beginning of a row and a position on it."""
        return self.before[offset] - self.before[self.starts[row]]

    def drawn(self, row: int) -> str:
        """The displayed characters of a row."""
        return self.measured.displayed[self.rows[row].start : self.rows[row].end]


def wrap(text: str | Measured, width: int, safe: bool = False) -> Layout:
    """Lay a text out in rows of `width` cells; a text that was measured before is not measured again.

    `safe` is for terminals that draw ambiguous characters wide; a measured text keeps what it was measured for.

    Raises:
        ValueError: the width is below `LEAST_WIDTH`.
    """
    if width < LEAST_WIDTH:
        raise ValueError(f"a row has at least {LEAST_WIDTH} cells, not {width}")
    measured = measure(text, safe) if isinstance(text, str) else text
    before = array("I", accumulate(measured.widths, initial=0))
    roles = measured.roles
    rows: list[Row] = []
    start = 0
    ends = [found.span() for found in _PARAGRAPH_END.finditer(measured.text)]
    size = len(measured.text)
    for paragraph, (end, following) in enumerate([*ends, (size, size)]):
        first = start
        while before[end] - before[start] > width:
            limit = bisect_right(before, before[start] + width, start + 1, end + 1) - 1
            cut = _cut(roles, start, limit)
            rows.append(Row(start, cut, paragraph, start == first))
            start = cut
        rows.append(Row(start, end, paragraph, start == first))
        start = following
    return Layout(measured, width, tuple(rows), tuple(row.start for row in rows), before)


_NEVER_FIRST = frozenset((CLOSING, INFIX, MARK, GLUE, BLANK))
_NEVER_LAST = frozenset((OPENING, GLUE))


def _cut(roles: bytes, start: int, limit: int) -> int:
    """Where a row that begins at `start` ends: the last good place up to and with `limit`.

    A place inside a word is taken when the row has no other, and any place when kinsoku forbids all.
    """
    inside_word = 0
    for position in range(limit, start, -1):
        right = roles[position]
        before = _base(roles, position - 1, start)
        left = roles[before]
        if left in _NEVER_LAST or (right in _NEVER_FIRST and not (left == BLANK and right == GLUE)):
            continue
        if right == WORD and roles[before if left != INFIX else _base(roles, before - 1, start)] == WORD:
            inside_word = inside_word or position
            continue
        return position
    return inside_word or limit


def _base(roles: bytes, position: int, start: int) -> int:
    """The character that the combining marks up to a position stand on."""
    while position > start and roles[position] == MARK:
        position -= 1
    return max(position, start)
