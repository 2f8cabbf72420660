"""Brackets: exactly as wide as their text, never over each other, the inner ones above."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.layout.screens import NASTY, brackets, odd_texts
from workbench.core.text import Span
from workbench.tui.layout.lanes import Bracket, Mode, Segment, lane_count, lanes, rows_of
from workbench.tui.layout.wrap import Layout, wrap

modes: st.SearchStrategy[Mode] = st.sampled_from(["full", "badges", "tint"])


def bracket(start: int, end: int, kind: str = "entity", code: str = "ORG", tag: str = "") -> Bracket:
    return Bracket((start, end), (Span(start, end),), "机", code, kind, tag)


def paint(lane: list[Segment]) -> str:
    """A lane as it looks."""
    line = ""
    for segment in lane:
        line += " " * (segment.column - cell_len(line)) + segment.text
    return line


def extent(layout: Layout, row: int, one: Bracket) -> tuple[int, int]:
    """The first and last cell of a bracket on a row, counted one by one."""
    start, end = layout.rows[row][:2]
    cells = [
        cell
        for fragment in one.fragments
        for offset in range(max(start, fragment.start), min(end, fragment.end))
        for cell in range(layout.column(row, offset), layout.column(row, offset + 1))
    ]
    return min(cells), max(cells) + 1


@given(st.data(), odd_texts.filter(bool), st.integers(10, 120), modes, st.booleans())
def test_segments_fill_their_width_and_never_overlap(
    data: st.DataObject, text: str, width: int, mode: Mode, safe: bool
) -> None:
    drawn = data.draw(brackets(text))
    layout = wrap(text, width, safe)
    for row in range(len(layout.rows)):
        here = [one for one in drawn if row in rows_of(layout, one)]
        beneath = lanes(layout, row, drawn, mode, safe)
        assert len(beneath) == lane_count(layout, row, here, mode)
        assert beneath == lanes(layout, row, drawn[::-1], mode, safe)
        shown = [segment for lane in beneath for segment in lane]
        known = {one.key: one for one in here}
        for lane in beneath:
            free = 0
            for segment in lane:
                assert cell_len(segment.text) == segment.width > 0
                assert segment.column >= free
                free = segment.column + segment.width
                left, right = extent(layout, row, known[segment.key])
                assert left <= segment.column
                assert free <= right
                assert mode == "badges" or (segment.column, free) == (left, right)
            assert free <= width
        if mode == "full":
            assert sorted(segment.key for segment in shown) == sorted(known)


@pytest.mark.parametrize("width", range(10, 121))
def test_segments_fill_their_width_at_every_width(width: int) -> None:
    """Every span of up to 12 characters of a nasty text, gold and suggested, with a code and a tag."""
    for safe in (False, True):
        layout = wrap(NASTY, width, safe)
        for start in range(0, len(NASTY), 3):
            for kind in ("entity", "suggestion"):
                one = bracket(start, min(len(NASTY), start + 1 + start % 12), kind, tag="→任职于" if start % 2 else "")
                for row in rows_of(layout, one):
                    ((segment,),) = lanes(layout, row, [one], safe=safe)
                    assert cell_len(segment.text) == segment.width


@given(st.data(), odd_texts.filter(bool), st.integers(10, 60))
def test_inner_brackets_are_nearer_to_the_text(data: st.DataObject, text: str, width: int) -> None:
    drawn = data.draw(brackets(text))
    layout = wrap(text, width)
    for row in range(len(layout.rows)):
        lane_of = {segment.key: number for number, lane in enumerate(lanes(layout, row, drawn)) for segment in lane}
        hulls = {one.key: extent(layout, row, one) for one in drawn if one.key in lane_of}
        for outer, (start, end) in hulls.items():
            for inner, (left, right) in hulls.items():
                if start <= left and right <= end and right - left < end - start:
                    assert lane_of[inner] < lane_of[outer]


@given(st.data(), odd_texts.filter(bool), st.integers(10, 60))
def test_sides_that_continue_are_those_with_text_on_other_rows(data: st.DataObject, text: str, width: int) -> None:
    (one,) = data.draw(brackets(text, most=1).filter(bool))
    layout = wrap(text, width)
    rows = rows_of(layout, one)
    if len(one.fragments) > 1 or not rows:
        return
    segments = [lanes(layout, row, [one])[0][0] for row in rows]
    assert all(segment.continues_right for segment in segments[:-1])
    assert all(segment.continues_left for segment in segments[1:])
    assert not segments[0].continues_left or one.start < layout.rows[rows[0]].start
    assert not segments[-1].continues_right or one.end > layout.rows[rows[-1]].end + 1


@pytest.mark.parametrize(
    ("one", "full", "safe"),
    [
        (bracket(6, 8), "机", "机"),
        (bracket(0, 6), "╰机ORG─────╯", "\\机ORG_____/"),
        (bracket(0, 4), "╰机ORG─╯", "\\机ORG_/"),  # 8 cells: 1 + 2 + 3 + 1 = 7 and one line
        (bracket(0, 3), "╰机──╯", "\\机__/"),  # 6 cells: a code is not shortened
        (bracket(0, 2), "╰机╯", "\\机/"),
        (bracket(0, 1), "机", "机"),
        (bracket(7, 8), "╵", "'"),
        (bracket(5, 7), "╰机", "\\机"),
        (bracket(0, 6, "suggestion"), "╰?机ORG┄┄┄┄╯", "\\?机ORG..../"),
        (bracket(0, 2, "suggestion"), "╰?机", "\\?机"),
        (bracket(0, 1, "suggestion"), "?┄", "?."),
        (bracket(7, 8, "suggestion"), "?", "?"),
        (bracket(0, 6, tag="→任职于"), "╰机→任职于─╯", "\\机>任职于_/"),  # the tag is worth more than the code
        (bracket(0, 6, code="", tag="→任职于"), "╰机→任职于─╯", "\\机>任职于_/"),
        (bracket(0, 4, tag="→任职于"), "╰机→任─╯", "\\机>任_/"),  # cut by cells: 任职 would be one too many
    ],
)
def test_looks(one: Bracket, full: str, safe: str) -> None:
    """The text is 永州市政协会ab: six wide and two narrow characters."""
    for expected, careful in ((full, False), (safe, True)):
        layout = wrap("永州市政协会ab", 20, careful)
        (((_, width, text, *_),),) = lanes(layout, 0, [one], safe=careful)
        assert cell_len(text) == width
        assert text == expected


def test_a_span_that_goes_on_is_named_on_every_row() -> None:
    layout = wrap("永州市政协委员会组织", 12)
    one = bracket(1, 9)
    assert [paint(lanes(layout, row, [one])[0]) for row in rows_of(layout, one)] == ["  ╰机ORG───┄", "┄机──╯"]


def test_fragments_share_a_lane() -> None:
    """A dotted line joins those on one row; the widest that has room is named."""
    layout = wrap("永州市政协和县政协组织", 40)
    one = Bracket("x", (Span(0, 1), Span(3, 5), Span(9, 11)), "机", "ORG")
    ((segment,),) = lanes(layout, 0, [one])
    assert segment.text == "机┄┄┄┄╰──╯┄┄┄┄┄┄┄┄╰──╯"
    assert segment.width == 22


def test_nested_and_crossing_spans() -> None:
    layout = wrap("永州市政协委员会", 40)
    drawn = [bracket(0, 5), bracket(0, 3, code="LOC"), bracket(4, 8), bracket(5, 6)]
    assert [paint(lane) for lane in lanes(layout, 0, drawn)] == [
        "╰机──╯    机",
        "        ╰机ORG─╯",
        "╰机ORG───╯",
    ]


def test_badges_share_one_lane_and_inner_ones_come_first() -> None:
    """The outer badge moves to the next free place beneath its text; one without a place is left out."""
    layout = wrap("永州市政协委员会", 40)
    drawn = [bracket(0, 5), Bracket("l", (Span(0, 3),), "地", "LOC"), Bracket("c", (Span(0, 1),), "县")]
    assert [paint(lane) for lane in lanes(layout, 0, drawn, "badges")] == ["县地机"]
    twice = [Bracket("l", (Span(0, 1),), "地"), Bracket("c", (Span(0, 1),), "县")]
    ((segment,),) = lanes(layout, 0, twice, "badges")
    assert (segment.column, segment.width) == (0, 2)
    assert lanes(layout, 0, drawn, "tint") == []


def test_ends_of_paragraphs_have_no_bracket() -> None:
    layout = wrap("政协\n\n组织", 40)
    assert rows_of(layout, bracket(2, 4)) == []
    assert rows_of(layout, bracket(1, 5)) == [0, 2]
    ((segment,),) = lanes(layout, 0, [bracket(1, 3)])
    assert not segment.continues_right
    ((segment,),) = lanes(layout, 0, [bracket(1, 5)])
    assert segment.continues_right
