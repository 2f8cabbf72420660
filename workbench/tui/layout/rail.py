"""The gutter left of the text: two cells on every line that lead from what is in focus to what it is related to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

RAIL_WIDTH = 2
"""Cells of the gutter."""

Direction = Literal["out", "in", "both"]
"""Where a relation leads, seen from what is in focus."""


class Partner(NamedTuple):
    """The line of a related thing, and where the relation leads."""

    line: int
    direction: Direction


class Rail(NamedTuple):
    """The lines that a rail spans, both ends included, where it turns off, and where arrows arrive."""

    top: int
    bottom: int
    stops: frozenset[int]
    arrivals: frozenset[int]
    safe: bool = False

    def glyph(self, line: int) -> str:
        """The two cells of a line."""
        if not self.stops or not self.top <= line <= self.bottom:
            return " " * RAIL_WIDTH
        if line not in self.stops:
            return "| " if self.safe else "│ "
        if self.top == self.bottom:
            turn = "-" if self.safe else "╶"
        elif line == self.top:
            turn = "/" if self.safe else "╭"
        elif line == self.bottom:
            turn = "\\" if self.safe else "╰"
        else:
            turn = "+" if self.safe else "├"
        if line in self.arrivals:
            return turn + (">" if self.safe else "▶")
        return turn + ("-" if self.safe else "─")


def rail(focus: int, partners: Iterable[Partner], safe: bool = False) -> Rail:
    """The rail between the line of what is in focus and the lines of its partners; without partners it is empty.

    An arrow stands on each line where a relation arrives. `safe` draws no box characters.
    """
    known = tuple(partners)
    if not known:
        return Rail(focus, focus, frozenset(), frozenset(), safe)
    stops = {focus, *(partner.line for partner in known)}
    arrivals = {partner.line for partner in known if partner.direction != "in"}
    if any(partner.direction != "out" for partner in known):
        arrivals.add(focus)
    return Rail(min(stops), max(stops), frozenset(stops), frozenset(arrivals), safe)
