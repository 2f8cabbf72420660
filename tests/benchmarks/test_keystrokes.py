"""The keystroke model on one report: what it makes is the gold, and it knows no more than the screen shows."""

from __future__ import annotations

import ast
from itertools import islice
from pathlib import Path

import pytest

from tests.benchmarks.keystrokes import spans
from tests.benchmarks.keystrokes.desk import Desk
from tests.benchmarks.keystrokes.replay import GOLD, SETTINGS, Replayed, replay
from tests.benchmarks.keystrokes.screen import Screen
from tests.benchmarks.keystrokes.spans import Memory
from tests.benchmarks.keystrokes.table import render, summary
from tests.readme import block

REPORT = ("000_a86c24ec13605f7f",)


@pytest.fixture(scope="module")
def cold() -> Replayed:
    """One report without suggestions; every mark that is read from the screen is checked on the way."""
    look, see = Desk.look, Memory.see
    desks: list[Desk] = []

    def looked(desk: Desk) -> Screen:
        desks[:] = [desk]
        return look(desk)

    def seen(memory: Memory, screen: Screen) -> None:
        lattice = desks[0].editor.lattice
        inside = range(screen.marked.start + 1, screen.marked.end + 1)
        assert screen.marks <= {position for position in inside if lattice.is_boundary(position)}
        assert all(position in screen.marks for position in inside if lattice.is_boundary(position))
        assert set(screen.text[: screen.visible.start] + screen.text[screen.visible.end :]) <= {"\0"}
        see(memory, screen)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "look", looked)
        patch.setattr(Memory, "see", seen)
        return replay("cold", REPORT)[0]


@pytest.fixture(scope="module")
def warm() -> Replayed:
    """The same report with suggestions."""
    return replay("rules + strings", REPORT)[0]


def test_the_draft_is_the_gold(cold: Replayed, warm: Replayed) -> None:
    for one in (cold, warm):
        assert one.gaps() == {"entities": [], "relations": [], "frames": []}
        assert one.given_up == ()


def test_every_suggestion_is_decided(warm: Replayed) -> None:
    assert warm.undecided == 0
    assert sum(press.kind in ("accept", "reject", "retype") for press in warm.presses) > 0


def test_nothing_is_accepted_where_nothing_is_suggested(cold: Replayed) -> None:
    assert not {press.kind for press in cold.presses} & {"accept", "reject", "tab"}


def test_every_key_is_counted_once(cold: Replayed) -> None:
    of_entities = sum(press.layer == "entity" for press in cold.presses)
    assert sum(cold.spent.values()) == of_entities
    assert set(cold.spent) == set(cold.gold.entities)


def test_fewer_keys_than_every_other_grammar(cold: Replayed, warm: Replayed) -> None:
    keys = summary([cold])["entity"]
    assert all(keys < sum(costs) / len(costs) for costs in cold.peers.values())
    assert summary([warm])["entity"] < keys


def test_planning_knows_only_the_screen() -> None:
    tree = ast.parse(Path(spans.__file__).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {name for name in imported if name.startswith(("workbench", "tests"))}
    assert ours == {"tests.benchmarks.keystrokes.screen", "workbench.core.text"}


def test_the_table_names_every_row(cold: Replayed, warm: Replayed) -> None:
    lines = list(render({"cold": [cold], "rules + strings": [warm]}))
    assert any(line.startswith("SLATE, perfect counting") for line in lines)
    assert sum("draft = gold" in line for line in lines) == 2


def test_the_readme_shows_what_is_measured() -> None:
    """The table and the bars, over all reports of the release."""
    doc_ids = sorted(file.stem for file in GOLD.glob("*.json"))
    lines = render({setting: replay(setting, doc_ids) for setting in SETTINGS})
    shown = block("output of python -m tests.benchmarks.keystrokes, its table and bars").splitlines()
    assert list(islice(lines, len(shown))) == shown
