"""What keys are called: by the terminal library, by people in a settings file, and on the screen.

The names are those that Textual gives to the keys a terminal can send; this module knows them without importing it.
"""

from __future__ import annotations

import string
import unicodedata
from difflib import get_close_matches

CAPITALS = frozenset(string.ascii_uppercase)
"""The letters that hints are made of."""

_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_ARROWS = {"left": "←", "right": "→", "up": "↑", "down": "↓"}
_SHORT = {
    "backspace": "Bksp",
    "delete": "Del",
    "escape": "Esc",
    "insert": "Ins",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}
_MOVING = (*_ARROWS, "home", "end", "pageup", "pagedown")

# A terminal sends one and the same byte for each of these pairs.
_SAME = {
    "ctrl+h": "backspace",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+space": "ctrl+@",
    "ctrl+left_square_bracket": "escape",
}
_ALSO = {"esc": "escape", "return": "enter", "bksp": "backspace", "del": "delete", "pgup": "pageup", "pgdn": "pagedown"}


def key_of(character: str) -> str:
    """The name of the key that types a character; letters, digits and nameless characters are their own name."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


_CHARACTERS = {key_of(character): character for character in map(chr, range(0x20, 0x7F))}
_BESIDE_CTRL = (*sorted(set(string.ascii_lowercase) - set("him")), "@", "backslash", "right_square_bracket")
KEYS = frozenset(
    (
        *_CHARACTERS,
        *("enter", "tab", "shift+tab", "backspace", "escape"),
        *(prefix + key for key in (*_MOVING, "insert", "delete") for prefix in ("", "shift+", "ctrl+")),
        *(f"ctrl+shift+{key}" for key in _MOVING),
        *(f"f{number}" for number in range(1, 13)),
        *(f"ctrl+{key}" for key in (*_BESIDE_CTRL, "circumflex_accent", "underscore")),
        *(f"alt+{key}" for key in sorted(set(string.ascii_lowercase) - set("bf"))),  # those move by words
    )
)
"""Every key that can be bound: what terminals tell apart."""


def character_of(key: str) -> str | None:
    """The ASCII character that a key types; None for a key that types none."""
    return _CHARACTERS.get(key)


def parse(written: str) -> str | None:
    """The key that is meant by what stands in a settings file (`;`, `U`, `Ctrl+Z`, `PgUp`); None for no key."""
    if len(written) == 1:
        name = key_of(written)
        return name if name in KEYS else None
    *modifiers, last = written.lower().replace(" ", "").split("+")
    last = _ALSO.get(last, last)
    if len(last) == 1 and last != "@":
        last = key_of(last)
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        return last.upper()
    name = "+".join((*sorted(modifiers), last))
    name = _SAME.get(name, name)
    return name if name in KEYS else None


def like(written: str) -> str:
    """Return `; did you mean …?` for a mistyped key, else how keys are written."""
    close = get_close_matches(written.lower(), sorted(KEYS), n=1)
    return (
        f"; did you mean {close[0]!r}?" if close else '; keys are written like ";", "U", "tab", "ctrl+z", "shift+left"'
    )


def shown(key: str) -> str:
    """A key as people read it: `^Z`, `Tab`, `Bksp`, `⇧→`, `;`."""
    if (character := _CHARACTERS.get(key)) and character != " ":
        return character
    *modifiers, last = key.split("+")
    name = _ARROWS.get(last) or _SHORT.get(last) or _CHARACTERS.get(last, last).strip() or last
    if len(name) == 1 and modifiers:
        name = name.upper()
    elif len(name) > 1:
        name = name[0].upper() + name[1:]
    marks = {"ctrl": "^", "shift": "⇧", "alt": "Alt+"}
    return "".join(marks[modifier] for modifier in modifiers) + name
