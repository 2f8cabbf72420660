"""The table of actions is whole: short names are short, groups and contexts known."""

from __future__ import annotations

import unicodedata

import pytest

from workbench.tui.keys.actions import ACTIONS, GROUPS, NUMBERED
from workbench.tui.keys.names import KEYS
from workbench.tui.keys.presets import PRESETS


def test_every_action_is_described() -> None:
    """Chinese, English, at most four Chinese characters for the key line, and a known group."""
    for action in ACTIONS.values():
        assert action.zh
        assert action.en.isascii()
        assert 1 <= len(action.zh_short) <= 4
        assert all(unicodedata.name(character).startswith("CJK UNIFIED") for character in action.zh_short)
        assert action.group in GROUPS
        assert action.contexts
        assert action.keys
    assert len({action.zh for action in ACTIONS.values()}) == len(ACTIONS)
    assert len({action.en for action in ACTIONS.values()}) == len(ACTIONS)


def test_lowercase_letters_are_left_to_labels() -> None:
    """No action of the table has a lowercase letter, and none of every day starts with Esc."""
    for action in ACTIONS.values():
        assert not any(len(key) == 1 and key.islower() for key in action.keys)
        assert not (action.hot and any(key == "escape" or key.startswith("alt+") for key in action.keys))


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_actions_and_keys(preset: str) -> None:
    """A preset changes actions that exist, to keys that exist."""
    changed = PRESETS[preset].keys
    assert set(changed) <= set(ACTIONS)
    assert {key for keys in (*changed.values(), PRESETS[preset].label_prefix) for key in keys} <= KEYS
    assert {key for action in ACTIONS.values() for key in action.keys} <= KEYS


def test_numbers_have_ten_keys() -> None:
    """Counting and choosing go from 1 to 10."""
    assert all(len(ACTIONS[name].keys) == 10 for name in NUMBERED)


GRAMMAR = """
left:left right:right up:row_up down:row_down ctrl+left:word_left ctrl+right:word_right home:row_start end:row_end
pageup:page_up pagedown:page_down ctrl+home:document_start ctrl+end:document_end shift+left:select_left
ctrl+shift+right:select_word_right shift+home:select_row_start ctrl+shift+end:select_document_end
{:sentence_previous }:sentence_next (:clause_back ):clause_forward [:entity_previous ]:entity_next `:nested
;:jump ::extend 3:count <:shrink_word >:grow_word -:nudge_end_left =:nudge_end_right _:nudge_start_left
+:nudge_start_right ,:fragment tab:item_next shift+tab:item_previous enter:accept backspace:delete delete:delete
space:link *:same_next &:same_all /:find ':hit_next ":hit_previous S:concordance .:repeat U:undo R:redo ctrl+z:undo
ctrl+y:redo F:flag C:comment G:guideline A:attributes K:cluster W:links \\:reverse N:layers_finished X:compare
V:problems O:documents D:done Z:skip L:lanes P:panel ?:help ctrl+p:palette ctrl+g:cancel escape:cancel ctrl+q:quit
"""


def test_the_table_is_the_grammar_of_the_design() -> None:
    """The usual keys are those that the design decided on, key by key."""
    from workbench.tui.keys.names import parse

    for pair in GRAMMAR.split():
        written, _, name = pair.rpartition(":")
        assert parse(written) in ACTIONS[name].keys, pair
    named = {pair.rpartition(":")[2] for pair in GRAMMAR.split()}
    assert {name for name in ACTIONS if not name.startswith("select_")} - named == {"choose"}
