"""Every code point is drawn as one glyph of one certain width."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.layout.screens import NASTY
from workbench.tui.layout.glyphs import SEPARATORS, cells, clip, display, is_stand_in, measure, text_cells, widths

everything = st.text(st.characters(), max_size=40) | st.text(st.sampled_from(NASTY), max_size=40)


@pytest.fixture(scope="module", params=[False, True], ids=["usual", "safe"])
def glyphs(request: pytest.FixtureRequest) -> tuple[bool, str, bytes]:
    """Whether ambiguous characters are avoided, and glyphs and cells of code points.

    All below U+33480 and the tags and selectors; of the rest, unassigned or private, each 97th.
    """
    measured = measure(EVERY, request.param)
    return request.param, measured.displayed, measured.widths


EVERY = "".join(map(chr, (*range(0x33480), *range(0x33480, 0x110000, 97), *range(0xE0000, 0xE0200))))


def test_every_code_point_has_the_width_that_rich_gives_its_glyph(glyphs: tuple[bool, str, bytes]) -> None:
    """One glyph, 1 or 2 cells, as Rich counts with newer Unicode data than Python's."""
    _, displayed, counted = glyphs
    assert len(displayed) == len(counted) == len(EVERY)
    wide = {(glyph, width) for glyph, width in zip(displayed, counted, strict=True) if glyph not in SEPARATORS}
    assert [f"{ord(glyph):04X}" for glyph, width in wide if cell_len(glyph) != width] == []


def test_no_glyph_joins_or_hides(glyphs: tuple[bool, str, bytes]) -> None:
    """What is drawn is a character by itself: no marks, joiners, controls, flags or tones; drawn again it stays."""
    safe, displayed, _ = glyphs
    drawn = sorted(set(displayed) - set(SEPARATORS))
    never = {"Mn", "Mc", "Me", "Cf", "Cc", "Co", "Cn", "Cs", "Zl", "Zp"}
    assert [glyph for glyph in drawn if unicodedata.category(glyph) in never] == []
    assert [glyph for glyph in drawn if display(glyph, safe) != glyph] == []


@pytest.mark.parametrize(
    ("character", "glyph"),
    [
        *(("\t", "␉"), ("\x00", "␀"), ("\x7f", "␡"), ("\r", "␍"), ("\u00a0", "⍽"), ("\u2003", "⍽"), ("\u200b", "¦")),
        *(("\u200d", "¦"), ("\ufe0f", "¦"), ("\ufeff", "¦"), ("\u00ad", "¦"), ("\u0301", "◌"), ("\u20e3", "◌")),
        *(("\ue000", "▯"), ("\ud800", "▯"), ("\u0378", "▯"), ("\x85", "▯"), ("🏽", "▯"), ("☰", "▯"), ("䷀", "▯")),
        *(("🇨", "C"), ("\u1161", "▯"), ("\u3164", "¦")),
    ],
)
def test_stand_ins(character: str, glyph: str) -> None:
    assert display(character) == glyph
    assert is_stand_in(character)
    assert cells(character) == 1


@pytest.mark.parametrize("character", ["政", "𠮷", "a", "é", " ", "\u3000", "“", "—", "👨", "㎡", "℃", "①", "~", "\n"])
def test_certain_characters_are_drawn_as_they_are(character: str) -> None:
    assert display(character) == character
    assert not is_stand_in(character)


@given(everything, st.booleans())
def test_display_keeps_length_and_measures_the_same_together_and_alone(text: str, safe: bool) -> None:
    measured = measure(text, safe)
    assert len(measured.displayed) == len(text) == len(measured.codes)
    assert measured.displayed == "".join(display(character, safe) for character in text) == display(text, safe)
    assert list(measured.widths) == [cells(character, safe) for character in text] == list(widths(text, safe))
    assert [bool(one) for one in measured.stand_ins] == [is_stand_in(character, safe) for character in text]
    drawn = "".join(glyph for glyph in measured.displayed if glyph not in SEPARATORS)
    assert cell_len(drawn) == sum(cells(character, safe) for character in text if character not in SEPARATORS)


def test_safe_glyphs_are_never_ambiguous(glyphs: tuple[bool, str, bytes]) -> None:
    """Where ambiguous characters are wide, none is drawn: quotes become full-width, pinyin loses its tones."""
    safe, displayed, _ = glyphs
    ambiguous = {glyph for glyph in displayed if unicodedata.east_asian_width(glyph) == "A"} - set(SEPARATORS)
    assert bool(ambiguous) != safe
    assert display("“政协”——xié…①·Ⅱ", safe=True) == "＂政协＂－－xie⋯1･I"
    assert cells("“", safe=True) == 2


@given(everything, st.integers(0, 50))
def test_clip_is_the_longest_beginning_that_fits(text: str, most: int) -> None:
    clipped = clip(text, most)
    assert display(text).startswith(clipped)
    assert text_cells(clipped) <= most
    assert clipped == display(text) or text_cells(display(text)[: len(clipped) + 1]) > most


def test_clip_counts_cells_not_characters() -> None:
    """→任 is 3 cells, →任职 5."""
    assert clip("→任职于", 4) == "→任"
