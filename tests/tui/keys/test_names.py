"""Key names are Textual's own, and people may write them their way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.keys import _character_to_key

from workbench.tui.keys.names import KEYS, character_of, key_of, like, parse, shown


def sent(text: str) -> list[str]:
    """The keys that Textual makes of what a terminal sends."""
    parser = XTermParser()
    found = [*parser.feed(text), *parser.feed("")]
    return [event.key for event in found if isinstance(event, events.Key)]


@given(st.characters(exclude_categories=["Cs", "Cc"]))
def test_characters_have_the_names_that_textual_gives(character: str) -> None:
    """Letters, digits, punctuation, Han and astral characters are named as Textual names their key."""
    assert key_of(character) == _character_to_key(character)


def test_every_key_is_one_that_textual_produces() -> None:
    """Each bindable key comes from a character, from a sequence a terminal sends, or from Alt and a letter."""
    sequences = {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys}
    for key in KEYS:
        character = character_of(key)
        if character is not None:
            assert sent(character) == [key]
        elif key.startswith("alt+"):
            assert sent("\x1b" + key.removeprefix("alt+")) == [key]
        else:
            assert key in sequences


@given(st.sampled_from(sorted(KEYS)))
def test_a_key_can_be_written_by_its_name_in_any_case(key: str) -> None:
    """Names of several letters are read in any case; a letter is itself."""
    assert parse(key) == key
    if len(key) > 1:
        assert parse(key.upper()) == parse(key.title()) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (";", "semicolon"),
        ("`", "grave_accent"),
        ("U", "U"),
        ("shift+u", "U"),
        ("Ctrl+Z", "ctrl+z"),
        ("ctrl + z", "ctrl+z"),
        ("shift+ctrl+left", "ctrl+shift+left"),
        ("PgUp", "pageup"),
        ("esc", "escape"),
        ("ctrl+i", "tab"),
        ("ctrl+[", "escape"),
        ("ctrl+\\", "ctrl+backslash"),
        (" ", "space"),
    ],
)
def test_ways_to_write_a_key(written: str, key: str) -> None:
    """Characters, short names, and keys that a terminal sends as one byte."""
    assert parse(written) == key


@pytest.mark.parametrize("written", ["", "++", "ctrl+", "ctrl+shift+z", "shift+enter", "ctrl+;", "鍵", "；", "hyper+x"])
def test_what_no_terminal_sends_is_no_key(written: str) -> None:
    """Keys that terminals cannot tell apart, or that need an input method, cannot be bound."""
    assert parse(written) is None


@given(st.text(max_size=12))
def test_any_writing_is_a_known_key_or_none(written: str) -> None:
    """Whatever stands in a file, reading it does not fail."""
    assert parse(written) is None or parse(written) in KEYS
    assert like(written).startswith("; ")


def test_keys_as_people_read_them() -> None:
    """Each key has its own short form, and the usual ones look as on the key line."""
    forms = {"ctrl+z": "^Z", "tab": "Tab", "backspace": "Bksp", "shift+right": "⇧→", "semicolon": ";", "U": "U"}
    forms |= {"shift+tab": "⇧Tab", "ctrl+shift+home": "^⇧Home", "space": "Space", "pagedown": "PgDn", "f1": "F1"}
    forms |= {"ctrl+@": "^@", "ctrl+backslash": "^\\", "alt+x": "Alt+X", "escape": "Esc"}
    assert {key: shown(key) for key in forms} == forms
    assert len({shown(key) for key in KEYS}) == len(KEYS)
