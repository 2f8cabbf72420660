"""What a Chinese input method sends acts like the key that was pressed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from schemas import Schema
from workbench.tui.keys.actions import CONTEXTS
from workbench.tui.keys.keymap import build
from workbench.tui.keys.names import KEYS, character_of
from workbench.tui.keys.presets import PRESETS
from workbench.tui.keys.twins import DOUBLED, TWINS, Doubles, normal


@pytest.mark.parametrize("preset", PRESETS)
def test_every_twin_means_what_its_half_width_key_means(schema: Schema, preset: str) -> None:
    """In every context, by the names that Textual gives to both."""
    keymap = build(schema, preset)
    for twin, character in TWINS.items():
        key, _ = normal(_character_to_key(twin), twin)
        for context in CONTEXTS:
            assert keymap.for_key(context, key) == keymap.for_key(context, _character_to_key(character))


def test_full_width_forms_are_twins_of_what_unicode_says() -> None:
    """U+FF01 to FF5E stand for the ASCII characters they are compatible with, letters and digits included."""
    for code in range(0xFF01, 0xFF5F):
        assert TWINS[chr(code)] == unicodedata.normalize("NFKC", chr(code))
    assert TWINS["\u3000"] == " "


def test_every_bound_punctuation_key_can_be_typed_full_width(schema: Schema) -> None:
    """No key over the document is out of reach while an input method is on."""
    keymap = build(schema)
    typed = {character_of(key) for key in KEYS if keymap.for_key("label", key)} - {None}
    assert typed <= set(TWINS.values())


@pytest.mark.parametrize(
    ("character", "key"),
    [
        ("；", "semicolon"),
        ("：", "colon"),
        ("，", "comma"),
        ("。", "full_stop"),
        ("、", "slash"),
        ("《", "less_than_sign"),
        ("】", "right_square_bracket"),
        ("｛", "left_curly_bracket"),
        ("？", "question_mark"),
        ("”", "quotation_mark"),
        ("‘", "apostrophe"),
        ("—", "underscore"),
        ("·", "grave_accent"),
        ("（", "left_parenthesis"),
        ("ｐ", "p"),
        ("３", "3"),
    ],
)
def test_the_marks_of_chinese_keyboards(character: str, key: str) -> None:
    """Each mark stands for the key it is typed with."""
    assert normal(_character_to_key(character), character) == (key, character_of(key))


@given(st.characters(exclude_categories=["Cs"]))
def test_what_has_no_twin_stays_as_it_is(character: str) -> None:
    """Han, astral and combining characters and ASCII are left alone; applying it twice changes nothing more."""
    key = _character_to_key(character)
    once = normal(key, character)
    assert once == (key, character) or character in TWINS
    assert normal(*once) == once


def test_keys_without_a_character_stay_as_they_are() -> None:
    """Arrows and control keys have no twins."""
    assert normal("ctrl+left", None) == ("ctrl+left", None)
    assert normal("tab", "\t") == ("tab", "\t")


@given(st.lists(st.sampled_from(["—", "…", "；", "p", None]), max_size=30))
def test_a_double_mark_is_one_press(presses: list[str | None]) -> None:
    """An input method's —— and …… act once; everything else acts each time."""
    sent = [character for press in presses for character in ([press, press] if press in DOUBLED else [press])]
    doubles = Doubles()
    assert [character for character in sent if not doubles.swallows(character)] == presses
