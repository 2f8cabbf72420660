"""Everything can be found in the palette by Chinese, pinyin initials, English and id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import load
from workbench.tui.keys.actions import ACTIONS
from workbench.tui.keys.keymap import build, label_types
from workbench.tui.keys.palette import Command, commands, search

SCHEMA = load("cppcc_poverty")
OFFERED = commands(build(SCHEMA), SCHEMA)


def test_the_palette_has_every_action_over_the_document_and_every_label() -> None:
    """Only what needs an open list, and the palette itself, are not offered."""
    labels = {f"label:{kind.id}" for kind in label_types(SCHEMA)}
    assert {command.id for command in OFFERED} == labels | (set(ACTIONS) - {"palette", "choose"})
    assert len({command.id for command in OFFERED}) == len(OFFERED)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("撤销", "undo"),
        ("撤", "undo"),
        ("undo", "undo"),
        ("UNDO", "undo"),
        ("ｕｎｄｏ", "undo"),
        ("cx", "undo"),
        ("cz", "redo"),
        ("cf", "repeat"),
        ("bz zzjg", "label:ORG"),
        ("bzzzjg", "label:ORG"),
        ("标注 组织", "label:ORG"),
        ("org", "label:ORG"),
        ("label:ORG", "label:ORG"),
        ("nudge_end_left", "nudge_end_left"),
        ("another mention", "cluster"),
        ("gongzhi", None),
        ("完成", "done"),
        ("next doc", "done"),
    ],
)
def test_ways_to_find_a_command(query: str, found: str | None) -> None:
    """Chinese, initials (of any reading), English, ids; full width and case do not matter."""
    ids = [command.id for command in search(query, OFFERED)]
    assert found in ids if found else not ids


def test_better_fits_come_first() -> None:
    """The name itself before its start, its start before a part of it."""
    assert search("撤销", OFFERED)[0].id == "undo"
    assert search("left", OFFERED)[0].id == "left"
    assert search("", OFFERED) == OFFERED
    assert search("no such command", OFFERED) == ()


@given(st.sampled_from(OFFERED), st.data())
def test_every_command_is_found_by_a_part_of_any_of_its_names(command: Command, data: st.DataObject) -> None:
    """Any stretch without a space of the Chinese or English name finds it."""
    name = data.draw(st.sampled_from([command.zh, command.en, command.id]))
    word = data.draw(st.sampled_from(name.split()))
    start = data.draw(st.integers(0, len(word) - 1))
    end = data.draw(st.integers(start + 1, len(word)))
    assert command in search(word[start:end], OFFERED)


@given(st.text(max_size=10))
def test_no_query_fails(query: str) -> None:
    """Whatever is typed, the answer is a part of what is offered."""
    assert set(search(query, OFFERED)) <= set(OFFERED)
