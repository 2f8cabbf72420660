"""Brackets beneath a row of text: extent, badge and code of what is labelled there, the innermost nearest the text.

In mode `full` every bracket has its line (`╰机ORG──╯`), `badges` has one lane of badges for all, `tint` has none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal, NamedTuple

from workbench.core.text import Fragments
from workbench.tui.layout.glyphs import clip, display, text_cells
from workbench.tui.layout.wrap import Layout

Mode = Literal["full", "badges", "tint"]

DOTTED = frozenset(("suggestion",))
"""The kinds that nobody has decided on yet: dotted, with a question mark."""


class Bracket(NamedTuple):
    """What is drawn for one mention.

    `fragments` are not empty and in normal form, `key` is what the caller knows it by; `badge` is one Chinese
    character, `tag` is drawn after the code (a relation to what is in focus).
    """

    key: Hashable
    fragments: Fragments
    badge: str
    code: str = ""
    kind: str = "entity"
    tag: str = ""

    @property
    def start(self) -> int:
        """First covered position."""
        return self.fragments[0].start

    @property
    def end(self) -> int:
        """Position after the last covered one."""
        return self.fragments[-1].end


class Segment(NamedTuple):
    """One bracket on one lane: `text` fills exactly `width` cells; on a side where it `continues`, a row follows."""

    column: int
    width: int
    text: str
    key: Hashable
    kind: str
    continues_left: bool
    continues_right: bool


class _Strokes(NamedTuple):
    """The glyphs of a bracket; `more` is a side that continues, `joint` leads from fragment to fragment."""

    opening: str
    closing: str
    line: str
    more: str
    joint: str
    single: str
    mark: str


_SOLID, _DOTTED = _Strokes("╰", "╯", "─", "┄", "┄", "╵", ""), _Strokes("╰", "╯", "┄", "┄", "┄", "?", "?")
_SAFE_SOLID, _SAFE_DOTTED = _Strokes("\\", "/", "_", "~", ".", "'", ""), _Strokes("\\", "/", ".", "~", ".", "?", "?")


class _Piece(NamedTuple):
    """The part of a bracket that is on a row: its fragments there, as positions, and whether rows cut it."""

    bracket: Bracket
    parts: Fragments
    cut_left: bool
    cut_right: bool

    @property
    def rank(self) -> tuple[int, int, int, str, str, str]:
        """What comes nearer to the text: the shorter on the row, then the shorter at all; never left to chance."""
        start, end = self.parts[0].start, self.parts[-1].end
        whole = self.bracket.end - self.bracket.start
        return end - start, whole, start, self.bracket.kind, self.bracket.code, repr(self.bracket.key)


def rows_of(layout: Layout, bracket: Bracket) -> list[int]:
    """The rows with drawn characters of a bracket, in order."""
    every = layout.rows
    fragments = bracket.fragments
    if len(fragments) == 1:
        start, end = fragments[0]
        row = bisect_right(layout.starts, start) - 1
        if end <= every[row][1]:
            return [row]
    rows: list[int] = []
    for start, end in fragments:
        for row in range(layout.row_of(start), layout.row_of(end - 1) + 1):
            if (not rows or rows[-1] != row) and max(start, every[row].start) < min(end, every[row].end):
                rows.append(row)
    return rows


def lane_count(layout: Layout, row: int, brackets: Sequence[Bracket], mode: Mode = "full") -> int:
    """Lanes that the brackets on a row need; each of them has a drawn character there."""
    if mode == "tint" or not brackets:
        return 0
    if mode == "badges" or len(brackets) == 1:
        return 1
    start, end, _, _ = layout.rows[row]
    hulls = []
    for bracket in brackets:
        whole = bracket.fragments
        fragments = whole if len(whole) == 1 else _parts(layout, row, bracket)
        left, right = fragments[0][0], fragments[-1][1]
        left, right = left if left > start else start, right if right < end else end
        hulls.append((right - left, whole[-1][1] - whole[0][0], left, right))
    if len(hulls) == 2:
        return 2 if hulls[0][2] < hulls[1][3] and hulls[1][2] < hulls[0][3] else 1
    hulls.sort()
    return 1 + max(_colours([hull[2:] for hull in hulls]))


def lanes(
    layout: Layout, row: int, brackets: Iterable[Bracket], mode: Mode = "full", safe: bool = False
) -> list[list[Segment]]:
    """The lanes beneath a row, nearest first, each from left to right; brackets that are not on the row are left out.

    Segments of a lane never overlap. In mode `badges`, a badge for which there is no room beneath its text is left out;
    shorter spans come first. `safe` draws no box characters.
    """
    pieces = [piece for bracket in brackets if (piece := _piece(layout, row, bracket))]
    pieces.sort(key=lambda piece: piece.rank)
    if mode == "tint" or not pieces:
        return []
    if mode == "badges":
        return [_badges(layout, row, pieces, safe)]
    numbers = _colours((piece.parts[0].start, piece.parts[-1].end) for piece in pieces)
    drawn: list[list[Segment]] = [[] for _ in range(max(numbers) + 1)]
    for piece, number in zip(pieces, numbers, strict=True):
        drawn[number].append(_segment(layout, row, piece, safe))
    return [sorted(lane, key=lambda segment: segment.column) for lane in drawn]


def _parts(layout: Layout, row: int, bracket: Bracket) -> Fragments:
    start, end = layout.rows[row][:2]
    return tuple(
        fragment._replace(start=max(start, fragment.start), end=min(end, fragment.end))
        for fragment in bracket.fragments
        if max(start, fragment.start) < min(end, fragment.end)
    )


def _piece(layout: Layout, row: int, bracket: Bracket) -> _Piece | None:
    parts = _parts(layout, row, bracket)
    if not parts:
        return None
    left = next(fragment for fragment in bracket.fragments if fragment.end > parts[0].start)
    right = next(fragment for fragment in bracket.fragments if fragment.end >= parts[-1].end)
    cut_left = row > 0 and left.start < layout.rows[row - 1].end
    cut_right = row + 1 < len(layout.rows) and right.end > layout.starts[row + 1]
    return _Piece(bracket, parts, cut_left, cut_right)


def _colours(hulls: Iterable[tuple[int, ...]]) -> list[int]:
    """The lane of each range: the first where it meets none of those before it, which are not longer.

    A range that contains another comes below it: what keeps the inner one out of a lane keeps the outer one out, too.
    """
    taken: list[list[tuple[int, int]]] = []
    numbers = []
    for start, end in hulls:
        number = 0
        while number < len(taken) and any(start < right and left < end for left, right in taken[number]):
            number += 1
        if number == len(taken):
            taken.append([])
        taken[number].append((start, end))
        numbers.append(number)
    return numbers


def _strokes(kind: str, safe: bool) -> _Strokes:
    if kind in DOTTED:
        return _SAFE_DOTTED if safe else _DOTTED
    return _SAFE_SOLID if safe else _SOLID


def _name(bracket: Bracket, strokes: _Strokes, safe: bool) -> str:
    """Badge with its mark; a badge that is not one Chinese character gets the two cells of one all the same."""
    badge = clip(bracket.badge, 2, safe)
    return strokes.mark + badge + strokes.line * (2 - text_cells(badge, safe))


def _segment(layout: Layout, row: int, piece: _Piece, safe: bool) -> Segment:
    bracket, strokes = piece.bracket, _strokes(piece.bracket.kind, safe)
    columns = [(layout.column(row, part.start), layout.column(row, part.end)) for part in piece.parts]
    name = _name(bracket, strokes, safe)
    sizes = [right - left for left, right in columns]
    least = text_cells(name, safe)
    named = next((index for index, size in enumerate(sizes) if size >= least), sizes.index(max(sizes)))
    text = ""
    for index, (left, _) in enumerate(columns):
        if index:
            text += strokes.joint * (left - columns[index - 1][1])
        ends = (
            strokes.more if index == 0 and piece.cut_left else strokes.opening,
            strokes.more if index == len(columns) - 1 and piece.cut_right else strokes.closing,
        )
        if index == named:
            text += _named(sizes[index], name, bracket, (*ends, strokes), safe)
        else:
            text += strokes.single if sizes[index] == 1 else ends[0] + strokes.line * (sizes[index] - 2) + ends[1]
    column = columns[0][0]
    return Segment(column, columns[-1][1] - column, text, bracket.key, bracket.kind, piece.cut_left, piece.cut_right)


def _named(width: int, name: str, bracket: Bracket, look: tuple[str, str, _Strokes], safe: bool) -> str:
    """One fragment with as much of name, code and tag as there is room for; a code is never shortened, a tag may be."""
    left, right, strokes = look
    least = text_cells(name, safe)
    if width == 1:
        return strokes.single
    if width < least:
        return strokes.mark + strokes.line * (width - 1)
    if width == least:
        return name
    if width == least + 1:
        return name + right if right == strokes.more != left else left + name
    room = width - least - 2
    code, tag = display(bracket.code, safe), display(bracket.tag, safe)
    label = code + tag
    if text_cells(label, safe) > room:
        label = clip(tag, room, safe) if tag else ""
    return left + name + label + strokes.line * (room - text_cells(label, safe)) + right


def _badges(layout: Layout, row: int, pieces: Sequence[_Piece], safe: bool) -> list[Segment]:
    lane: list[Segment] = []
    for piece in pieces:
        bracket, strokes = piece.bracket, _strokes(piece.bracket.kind, safe)
        left, right = layout.column(row, piece.parts[0].start), layout.column(row, piece.parts[-1].end)
        name = _name(bracket, strokes, safe)
        width = min(right - left, text_cells(name, safe))
        if width < text_cells(name, safe):
            name = (strokes.mark + strokes.line * width)[:width] if width > 1 else strokes.single
        taken = sorted((segment.column, segment.column + segment.width) for segment in lane)
        for start, end in taken:
            if start < left + width and left < end:
                left = end
        if left + width <= right:
            lane.append(Segment(left, width, name, bracket.key, bracket.kind, piece.cut_left, piece.cut_right))
    return sorted(lane, key=lambda segment: segment.column)
