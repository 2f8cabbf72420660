"""Rows: every position has its cell, no rule of typesetting is broken, no word is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.layout.screens import NASTY, WIDTHS, odd_texts
from workbench.tui.layout.glyphs import measure
from workbench.tui.layout.wrap import Layout, Row, wrap

NEVER_FIRST = "，。、；：！？）」』】》〉”’…—·%‰,.;:!?)]}％"
NEVER_LAST = "（「『【《〈“‘([{"


def check(layout: Layout) -> None:
    """The laws of every layout."""
    text, before = layout.measured.text, layout.before
    paragraphs = re.split("\r\n|[\n\u2028\u2029]", text)
    assert [sum(row.first for row in layout.rows if row.paragraph == index) for index in range(len(paragraphs))] == [
        1
    ] * len(paragraphs)
    drawn: dict[int, list[str]] = {}
    for number, row in enumerate(layout.rows):
        drawn.setdefault(row.paragraph, []).append(text[row.start : row.end])
        assert cell_len(layout.drawn(number)) == before[row.end] - before[row.start] <= layout.width
    assert ["".join(drawn[index]) for index in range(len(paragraphs))] == paragraphs  # each code point exactly once
    cells = set()
    for offset in range(len(text) + 1):
        row, column = layout.cell_of(offset)
        assert layout.row_of(offset) == row
        cells.add((row, column))
        width = before[offset + 1] - before[offset] if offset < len(text) else 1
        for cell in range(column, column + width):
            assert layout.offset_at(row, cell) == offset
    assert len(cells) == len(text) + 1
    for number, row in enumerate(layout.rows):
        assert layout.offset_at(number, -3) == row.start
        behind = layout.offset_at(number, 10_000)
        assert behind == layout.caret_end(number)
        assert layout.row_of(behind) == number
        assert behind in (row.end, row.end - 1)


@pytest.mark.parametrize("width", WIDTHS)
def test_round_trip_of_every_character_of_the_reports(reports: list[str], width: int) -> None:
    for text in reports:
        check(wrap(text, width))
    check(wrap("".join(reports).replace("\n", ""), width))


@pytest.mark.parametrize("safe", [False, True])
@pytest.mark.parametrize("width", [2, 3, 7, *WIDTHS])
def test_round_trip_of_a_nasty_text(width: int, safe: bool) -> None:
    for text in (NASTY, NASTY * 3, NASTY[::-1], "", "\n", "\r\n", "政", "\u0301" * 300, "，" * 99, "“" * 99, "a" * 99):
        check(wrap(text, width, safe))


@given(odd_texts, st.integers(2, 120), st.booleans())
def test_round_trip_of_any_text(text: str, width: int, safe: bool) -> None:
    check(wrap(text, width, safe))
    assert wrap(measure(text, safe), width) == wrap(text, width, safe)


@pytest.mark.parametrize("width", WIDTHS)
def test_kinsoku_and_words_in_the_reports(reports: list[str], width: int) -> None:
    """No closing mark first, no opening one last, no number or pinyin word broken, no row left mostly empty."""
    for text in reports:
        layout = wrap(text, width)
        for row, following in zip(layout.rows, layout.rows[1:], strict=False):
            if following.first:
                continue
            assert text[following.start] not in NEVER_FIRST, text[row.start : following.end]
            assert text[row.end - 1] not in NEVER_LAST, text[row.start : following.end]
            around = text[row.end - 1 : row.end + 1]
            assert not re.fullmatch("[A-Za-z0-9À-ɏ]{2}", around), around
            assert layout.before[row.end] - layout.before[row.start] >= width * 0.6


@pytest.mark.parametrize(
    ("text", "width", "rows"),
    [
        ("政协委员，帮扶", 8, ["政协委", "员，帮扶"]),  # the comma takes the character before it along
        ("政协委《帮扶》", 8, ["政协委", "《帮扶》"]),
        ("帮扶“政协”", 6, ["帮扶", "“政协”"]),  # quotes are one cell each
        ("投入——政协", 5, ["投", "入——", "政协"]),  # a dash is two characters and is not torn
        ("筹资3,000.5万元", 10, ["筹资", "3,000.5万", "元"]),
        ("政协(zhèngxié)组织", 12, ["政协", "(zhèngxié)组", "织"]),
        ("增长12.5%以上", 9, ["增长12.5%", "以上"]),
        ("xi’an政协", 4, ["xi’a", "n政", "协"]),  # the word is longer than a row
        ("政协 abc def", 8, ["政协 ", "abc def"]),
        ("１２３政", 6, ["１２３", "政"]),
        ("政协a\u0301b\u0301c", 6, ["政协", "a\u0301b\u0301c"]),
        ("政政👨\u200d👩", 7, ["政政", "👨\u200d👩"]),
        ("，，，，，", 4, ["，，", "，，", "，"]),  # nothing else is possible
        ("aaaaaa）政", 6, ["aaaaa", "a）政"]),  # a long word gives way before kinsoku does
        ("甲\u00a0乙丙", 4, ["甲\u00a0", "乙丙"]),
    ],
)
def test_breaks(text: str, width: int, rows: list[str]) -> None:
    layout = wrap(text, width)
    assert [text[row.start : row.end] for row in layout.rows] == rows


def test_paragraph_ends_belong_to_their_row() -> None:
    """甲 fills cells 0 and 1, its newline has cell 2; of two-character ends each has its cell."""
    layout = wrap("甲\n乙\r\n\u2028丙", 10)
    assert layout.rows == (Row(0, 1, 0, True), Row(2, 3, 1, True), Row(5, 5, 2, True), Row(6, 7, 3, True))
    assert layout.cell_of(1) == (0, 2)
    assert layout.cell_of(3) == (1, 2)
    assert layout.cell_of(4) == (1, 3)
    assert layout.offset_at(1, 99) == 3
    assert layout.cell_of(7) == (3, 2)
    assert layout.offset_at(3, 99) == 7


def test_a_row_that_is_broken_ends_on_its_last_character() -> None:
    """The place behind it is the next row's first."""
    layout = wrap("政协委员", 4)
    assert layout.offset_at(0, 99) == 1
    assert layout.caret_end(0) == 1
    assert layout.cell_of(2) == (1, 0)
    assert layout.offset_at(1, 99) == 4


def test_impossible_places_and_widths_are_errors() -> None:
    layout = wrap("政协", 10)
    for offset in (-1, 3):
        with pytest.raises(IndexError, match="outside the text"):
            layout.cell_of(offset)
    with pytest.raises(IndexError, match="no row 1"):
        layout.offset_at(1, 0)
    with pytest.raises(ValueError, match="at least 2 cells"):
        wrap("政协", 1)
