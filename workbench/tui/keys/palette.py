"""The command palette: everything that can be done, found by Chinese, pinyin initials, English or id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from schemas import Schema
from workbench.tui.keys.actions import ACTIONS
from workbench.tui.keys.card import shown_keys, shown_strokes
from workbench.tui.keys.keymap import Keymap, label_types

LABEL_COMMAND = "label:"
"""What the id of a command that labels starts with; the type's id follows."""


class Command(NamedTuple):
    """Something to do by name; `id` is an action's, or `label:` and a type's."""

    id: str
    zh: str
    en: str
    keys: str


def commands(keymap: Keymap, schema: Schema) -> tuple[Command, ...]:
    """What the palette offers over a document: the labels, then the actions, in the order of help."""
    labels = (
        Command(f"{LABEL_COMMAND}{kind.id}", f"标注{kind.zh}", f"Label {kind.en} ({kind.id})", keys)
        for kind in label_types(schema)
        for keys in (shown_strokes(keymap, kind.id),)
    )
    actions = (
        Command(action.id, action.zh, action.en, shown_keys(keymap, action.id))
        for action in ACTIONS.values()
        if "label" in action.contexts and action.id != "palette"
    )
    return (*labels, *actions)


def search(query: str, offered: Sequence[Command]) -> tuple[Command, ...]:
    """The commands that every word of the query fits, best first; all of them for an empty query.

    A word fits Chinese text, a run of pinyin initials (`cx` 撤销), the start or a part of an English word or an id.
    Full-width letters count as half-width ones. Commands that fit equally well keep their order.
    """
    words = _plain(query).split()
    ranked = [(max((_misfit(word, command) for word in words), default=0), command) for command in offered]
    return tuple(command for misfit, command in sorted(ranked, key=lambda pair: pair[0]) if misfit < _NOT_AT_ALL)


_NOT_AT_ALL = 9
_PARTING = re.compile(r"[\s()_:]+")


def _misfit(word: str, command: Command) -> int:
    """How far a word is from naming a command: 0 for its very name, 9 for not at all."""
    chinese, english = _plain(command.zh), _plain(f"{command.en} {command.id}")
    starts = _PARTING.split(english)
    run = _run(word, _initials(chinese)) if word.isascii() else None
    fits = (
        word in (chinese, command.id.casefold()),
        chinese.startswith(word),
        word in starts,
        run == 0,
        any(start.startswith(word) for start in starts),
        word in chinese,
        run is not None,
        word in english,
    )
    return next((rank for rank, fit in enumerate(fits) if fit), _NOT_AT_ALL)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _run(word: str, initials: tuple[frozenset[str], ...]) -> int | None:
    """Where in a name the letters of a word are initials in a row; None for nowhere."""
    for start in range(len(initials) - len(word) + 1):
        if all(letter in read for letter, read in zip(word, initials[start:], strict=False)):
            return start
    return None


@lru_cache(1024)
def _initials(chinese: str) -> tuple[frozenset[str], ...]:
    """The initials of every reading of each character, without punctuation: 重做 may be typed `cz` or `zz`."""
    from pypinyin import Style, pinyin

    return tuple(map(frozenset, pinyin(chinese, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")))
