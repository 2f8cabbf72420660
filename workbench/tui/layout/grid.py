"""The lines of the screen: every row with the lanes beneath it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from itertools import accumulate

from workbench.tui.layout.lanes import Bracket, Mode, Segment, lane_count, lanes, rows_of
from workbench.tui.layout.wrap import Layout


class Grid:
    """A layout with its lanes: which line a row or lane is, which row and lane a line is."""

    def __init__(
        self, layout: Layout, brackets: Iterable[Bracket] = (), mode: Mode = "full", safe: bool = False
    ) -> None:
        self.layout = layout
        self.safe = safe
        self._mode: Mode = mode
        self._brackets: dict[Hashable, Bracket] = {bracket.key: bracket for bracket in brackets}
        self._on: dict[int, list[Bracket]] = {}
        for bracket in self._brackets.values():
            for row in rows_of(layout, bracket):
                self._on.setdefault(row, []).append(bracket)
        self._count()

    @property
    def mode(self) -> Mode:
        """How brackets are shown."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        self._count()

    @property
    def heights(self) -> tuple[int, ...]:
        """Lines of each row: one, and its lanes."""
        return tuple(self._heights)

    @property
    def lines(self) -> int:
        """Number of lines."""
        return self._tops[-1]

    def line_of(self, row: int, lane: int = 0) -> int:
        """The line of a row (lane 0) or of one of its lanes (from 1).

        Raises:
            IndexError: there is no such row or lane.
        """
        if not (0 <= row < len(self._heights) and 0 <= lane < self._heights[row]):
            raise IndexError(f"there is no lane {lane} of row {row}")
        return self._tops[row] + lane

    def at(self, line: int) -> tuple[int, int]:
        """The row of a line, and its lane: 0 is the text.

        Raises:
            IndexError: there is no such line.
        """
        if not 0 <= line < self.lines:
            raise IndexError(f"there is no line {line} (of {self.lines})")
        row = bisect_right(self._tops, line) - 1
        return row, line - self._tops[row]

    def brackets_on(self, row: int) -> tuple[Bracket, ...]:
        """The brackets with a drawn character on a row."""
        return tuple(self._on.get(row, ()))

    def lanes(self, row: int) -> list[list[Segment]]:
        """The lanes beneath a row, nearest first."""
        return lanes(self.layout, row, self._on.get(row, ()), self._mode, self.safe)

    def update(self, put: Iterable[Bracket] = (), drop: Iterable[Hashable] = ()) -> frozenset[int]:
        """Take brackets out by key, then add some, each in place of one with its key.

        Returns the rows that look different now; all lines below one of them may have moved.
        """
        touched: set[int] = set()
        for key in drop:
            touched.update(self._drop(key))
        for bracket in put:
            touched.update(self._drop(bracket.key))
            self._brackets[bracket.key] = bracket
            for row in rows_of(self.layout, bracket):
                self._on.setdefault(row, []).append(bracket)
                touched.add(row)
        changed = False
        for row in touched:
            height = self._height(row)
            changed = changed or height != self._heights[row]
            self._heights[row] = height
        if changed:
            self._tops = list(accumulate(self._heights, initial=0))
        return frozenset(touched)

    def _drop(self, key: Hashable) -> list[int]:
        bracket = self._brackets.pop(key, None)
        rows = [] if bracket is None else rows_of(self.layout, bracket)
        for row in rows:
            self._on[row] = [one for one in self._on[row] if one.key != key]
        return rows

    def _height(self, row: int) -> int:
        return 1 + lane_count(self.layout, row, self._on.get(row, ()), self._mode)

    def _count(self) -> None:
        self._heights = [1] * len(self.layout.rows)
        for row, brackets in self._on.items():
            self._heights[row] += lane_count(self.layout, row, brackets, self._mode)
        self._tops = list(accumulate(self._heights, initial=0))
