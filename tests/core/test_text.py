"""Spans, edits and the maps between clean, raw and UTF-16 positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text, edited_texts, fragments, texts
from workbench.core.text import (
    Edit,
    EditFault,
    OffsetMap,
    Span,
    Utf16Map,
    apply_edits,
    merge_fragments,
    shared,
    surface,
    undo_edits,
)


@given(edited_texts())
def test_raw_text_is_rebuilt_exactly(edited: tuple[str, list[Edit]]) -> None:
    """Undoing the edits of a clean text gives the raw text, character for character."""
    raw, edits = edited
    assert undo_edits(apply_edits(raw, edits), edits) == raw


@given(edited_texts())
def test_every_clean_character_keeps_its_raw_character(edited: tuple[str, list[Edit]]) -> None:
    """Clean position to raw position and back is the identity, and the characters agree but for replacements."""
    raw, edits = edited
    clean = apply_edits(raw, edits)
    offsets = OffsetMap(edits, len(raw))
    replaced = {edit.raw_start: edit.new for edit in edits if edit.new}
    assert offsets.clean_length == len(clean)
    for position, character in enumerate(clean):
        there = offsets.raw_position(position)
        assert replaced.get(there, raw[there]) == character
        assert offsets.clean_position(there) == position


@given(edited_texts())
def test_maps_are_monotone(edited: tuple[str, list[Edit]]) -> None:
    """Going forward in the raw text never goes back in the clean text, and every clean position is reached."""
    raw, edits = edited
    offsets = OffsetMap(edits, len(raw))
    positions = [offsets.clean_position(position) for position in range(len(raw) + 1)]
    assert positions == sorted(positions)
    assert set(positions) == set(range(offsets.clean_length + 1))


@given(edited_texts(), st.data())
def test_a_raw_range_holds_the_clean_text_and_nothing_deleted_at_its_ends(
    edited: tuple[str, list[Edit]], data: st.DataObject
) -> None:
    """Clean span to raw span and back is the identity; the raw span is the tightest one."""
    raw, edits = edited
    offsets = OffsetMap(edits, len(raw))
    if not offsets.clean_length:
        return
    start = data.draw(st.integers(0, offsets.clean_length - 1))
    clean = Span(start, data.draw(st.integers(start + 1, offsets.clean_length)))
    there = offsets.to_raw(clean)
    assert offsets.to_clean(there) == clean
    assert offsets.to_clean(Span(there.start + 1, there.end)) != clean
    assert offsets.to_clean(Span(there.start, there.end - 1)) != clean


def test_a_gloss_inside_and_after_a_mention() -> None:
    """A gloss inside a raw mention disappears; one after its last character is not part of the raw span."""
    raw = "政協(xié)委員(yuán)會"
    edits = [Edit(2, "(xié)", "", "pinyin_gloss"), Edit(9, "(yuán)", "", "pinyin_gloss")]
    offsets = OffsetMap(edits, len(raw))
    assert apply_edits(raw, edits) == "政協委員會"
    assert offsets.to_raw(Span(0, 4)) == Span(0, 9)
    assert offsets.to_clean(Span(0, 9)) == offsets.to_clean(Span(0, 15)) == Span(0, 4)
    assert offsets.to_clean(Span(3, 6)) == Span(2, 2)


@pytest.mark.parametrize(
    ("edits", "reason"),
    [
        ([Edit(0, "政协", "", "x"), Edit(1, "协", "", "x")], "overlaps"),
        ([Edit(2, "委", "", "x"), Edit(0, "政", "", "x")], "out of order"),
        ([Edit(0, "", "政", "x")], "empty"),
        ([Edit(0, "政协", "政", "x")], "neither deletes nor replaces"),
        ([Edit(3, "员会", "", "x")], "past the raw text"),
    ],
)
def test_impossible_edits_are_refused(edits: list[Edit], reason: str) -> None:
    """Edits that overlap, run backwards, insert, shorten or leave the text are errors, not guesses."""
    with pytest.raises(EditFault, match=reason):
        OffsetMap(edits, 4)


def test_edits_that_do_not_fit_the_text_are_refused() -> None:
    """Edits belong to one text: another text is an error in both directions."""
    edits = [Edit(1, "協", "协", "t2s")]
    with pytest.raises(EditFault, match="not '協'"):
        apply_edits("政协", edits)
    with pytest.raises(EditFault, match="not '协'"):
        undo_edits("政協", edits)


@pytest.mark.parametrize("position", [-1, 5])
def test_positions_outside_the_text_are_errors(position: int) -> None:
    """An impossible offset is an error, never a warning."""
    offsets = OffsetMap([], 4)
    for convert in (offsets.clean_position, offsets.raw_position, Utf16Map("政协委员").to_utf16):
        with pytest.raises(IndexError, match="outside"):
            convert(position)
    with pytest.raises(IndexError, match="empty"):
        offsets.to_raw(Span(2, 2))


@given(st.one_of(texts, any_text))
def test_utf16_positions_are_those_of_the_encoded_text(text: str) -> None:
    """The code unit of a position is the length of the UTF-16 encoding before it, and the way back is exact."""
    units = Utf16Map(text)
    for position in range(len(text) + 1):
        unit = units.to_utf16(position)
        assert unit == len(text[:position].encode("utf-16-le")) // 2
        assert units.from_utf16(unit) == position


def test_a_unit_inside_a_surrogate_pair_is_an_error() -> None:
    """𠀀 takes two units: the position between them is no position."""
    units = Utf16Map("政𠀀协")
    assert [units.to_utf16(position) for position in range(4)] == [0, 1, 3, 4]
    with pytest.raises(IndexError, match="surrogate"):
        units.from_utf16(2)
    with pytest.raises(IndexError, match="outside"):
        units.from_utf16(5)


@given(fragments(30, most=4), fragments(30, most=4))
def test_shared_code_points_are_those_of_the_sets(left: tuple[Span, ...], right: tuple[Span, ...]) -> None:
    """Overlap counts covered code points, never the gaps between fragments."""
    left, right = merge_fragments(left), merge_fragments(right)
    covered = [{point for span in side for point in range(*span)} for side in (left, right)]
    assert shared(left, right) == shared(right, left) == len(covered[0] & covered[1])


def test_merged_fragments_and_surface() -> None:
    """Touching fragments are one; the parts of a discontinuous mention are joined with an ellipsis."""
    assert merge_fragments([Span(4, 6), Span(0, 2), Span(2, 3)]) == (Span(0, 3), Span(4, 6))
    assert surface("民革、民盟四川省委", [Span(0, 2), Span(5, 9)]) == "民革…四川省委"
