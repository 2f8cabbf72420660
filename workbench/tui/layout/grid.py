"""The lines of the screen: every row with the lanes beneath it, and which brackets are where."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import accumulate

from workbench.tui.layout.lanes import Bracket, Mode, Segment, lane_count, lanes, rows_of
from workbench.tui.layout.wrap import Layout

_BLOCK = 7  # positions are indexed in blocks of 2 ** 7


class SpanIndex:
    """Brackets by where they are."""

    def __init__(self, brackets: Iterable[Bracket] = ()) -> None:
        self._brackets: dict[Hashable, Bracket] = {}
        self._blocks: defaultdict[int, list[Bracket]] = defaultdict(list)
        for bracket in brackets:
            start, end = bracket.fragments[0]
            block = start >> _BLOCK
            if bracket.key in self._brackets or len(bracket.fragments) > 1 or end - 1 >> _BLOCK != block:
                self.put(bracket)
            else:
                self._brackets[bracket.key] = bracket
                self._blocks[block].append(bracket)

    def __len__(self) -> int:
        return len(self._brackets)

    def get(self, key: Hashable) -> Bracket | None:
        """The bracket with a key."""
        return self._brackets.get(key)

    def put(self, bracket: Bracket) -> None:
        """Add a bracket in place of the one with the same key."""
        if bracket.key in self._brackets:
            self.drop(bracket.key)
        self._brackets[bracket.key] = bracket
        for block in _blocks(bracket):
            self._blocks[block].append(bracket)

    def drop(self, key: Hashable) -> None:
        """Take a bracket out; nothing happens when there is none."""
        bracket = self._brackets.pop(key, None)
        if bracket is not None:
            for block in _blocks(bracket):
                self._blocks[block].remove(bracket)

    def touching(self, start: int, end: int) -> list[Bracket]:
        """The brackets with a covered position in [start, end), in document order, outer before inner."""
        found: dict[Hashable, Bracket] = {}
        if start >= end:
            return []
        for block in range(start >> _BLOCK, (end - 1 >> _BLOCK) + 1):
            for bracket in self._blocks.get(block, ()):
                if any(left < end and start < right for left, right in bracket.fragments):
                    found[bracket.key] = bracket
        return sorted(found.values(), key=lambda bracket: (bracket.start, -bracket.end))

    def at(self, offset: int) -> list[Bracket]:
        """The brackets that cover a position, in document order, outer before inner."""
        return self.touching(offset, offset + 1)


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


def _blocks(bracket: Bracket) -> Iterable[int]:
    """The blocks that a bracket touches, each once."""
    ranges = [range(start >> _BLOCK, (end - 1 >> _BLOCK) + 1) for start, end in bracket.fragments]
    return ranges[0] if len(ranges) == 1 else {block for blocks in ranges for block in blocks}
