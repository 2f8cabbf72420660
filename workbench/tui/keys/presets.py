"""Ready-made sets of keys: what they change of the table of actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Preset(NamedTuple):
    """Keys that differ from the table of actions, by action id, and the keys after which a letter labels."""

    zh: str
    en: str
    label_prefix: tuple[str, ...] = ()
    keys: Mapping[str, tuple[str, ...]] = {}


def _keys(**changed: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(keys.split()) for name, keys in changed.items()}


# Vim's letters move, so labels stand behind its usual leader. Where a capital selects (H J K L W B), the action that
# has it elsewhere takes a small letter; counts keep 0, so the row starts at ^.
_VIM = _keys(
    left="h left",
    right="l right",
    row_up="k up",
    row_down="j down",
    word_left="b ctrl+left",
    word_right="w ctrl+right",
    row_start="circumflex_accent home",
    row_end="dollar_sign end",
    page_up="ctrl+b ctrl+u pageup",
    page_down="ctrl+f ctrl+d pagedown",
    select_left="H shift+left",
    select_right="L shift+right",
    select_row_up="K shift+up",
    select_row_down="J shift+down",
    select_word_left="B ctrl+shift+left",
    select_word_right="W ctrl+shift+right",
    sentence_previous="left_parenthesis",
    sentence_next="right_parenthesis",
    clause_back="left_curly_bracket",
    clause_forward="right_curly_bracket",
    jump="f semicolon",
    extend="t",
    delete="x backspace delete",
    link="r",
    links="g",
    cluster="c",
    undo="u ctrl+z U",
    redo="ctrl+r ctrl+y R",
    hit_next="n apostrophe",
    hit_previous="N quotation_mark",
    attributes="a A",
    comment="i C",
    flag="m F",
    layers_finished="y",
    lanes="z",
    documents="o O",
    palette="colon ctrl+p",
)

# SLATE's keys for moving, boundaries, search and links; what SLATE cannot do is found where the table has it.
_SLATE = _keys(
    left="j left",
    right="semicolon right",
    row_up="i up",
    row_down="o down",
    word_left="J ctrl+left",
    word_right="colon ctrl+right",
    sentence_previous="I",
    sentence_next="O",
    page_up="left_curly_bracket pageup",
    page_down="right_curly_bracket pagedown",
    nudge_start_left="m underscore",
    nudge_start_right="k plus",
    nudge_end_left="l minus",
    nudge_end_right="slash equals_sign",
    jump="g",
    extend="e",
    delete="u backspace delete",
    link="d",
    find="backslash",
    reverse="vertical_line",
    hit_next="n apostrophe",
    hit_previous="p quotation_mark",
    documents="b",
    help="h question_mark",
    quit="q ctrl+q",
)

PRESETS: Mapping[str, Preset] = {
    "terminal": Preset("终端", "Letters label at once"),
    "vim": Preset("Vim", "Vim's motions; Space, then a letter, labels", ("space",), _VIM),
    "slate": Preset("SLATE", "SLATE's keys; Space, then a letter, labels", ("space",), _SLATE),
}
"""The sets of keys by name; the first is the usual one."""
