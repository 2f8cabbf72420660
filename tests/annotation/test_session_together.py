"""Two sessions of one annotator on one document: both get everything, and nothing is lost silently."""

from __future__ import annotations

import random
from collections import Counter

from tests.annotation.batches import STORY
from tests.annotation.working import (
    OTHER,
    Opener,
    conflicts,
    label,
    ops,
    refusal,
    rested,
    saved,
    words,
)
from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.drafts.history import replay
from workbench.annotation.session import Place
from workbench.annotation.store import State
from workbench.annotation.store.backup import log_faults
from workbench.core.text import Span


def test_two_sessions_of_one_annotator(place: Place, opened: Opener) -> None:
    """Both see everything once they have met; the conflict is counted."""
    first = opened()
    second = opened(Place(place.store, place.batch, OTHER))
    label(first, "永州市政协", "ORG")
    saved(first)
    label(second, "沙尔乡", "LOC")
    assert rested(second).conflict is not None
    merged = second.settle()
    assert merged == (("A",), 1, ())
    assert second.settle() is None
    assert words(second) == [("ORG", "永州市政协"), ("LOC", "沙尔乡")]
    saved(second)
    assert conflicts(place) == 1
    first.comment(None, "看过")
    rested(first)
    assert first.settle() == (("A",), 1, ())
    assert words(first) == words(second)
    assert len(first.work.undoable) == 3
    first.close()
    second.close()
    assert opened().work == first.work


def test_what_no_longer_makes_sense_is_told(place: Place, opened: Opener) -> None:
    """Nothing is lost silently, also when the next edit has settled the conflict already."""
    first = opened()
    name = label(saved(first), "永州市政协", "ORG")
    saved(first)
    second = opened(Place(place.store, place.batch, OTHER))
    first.delete([name])
    saved(first)
    second.retype(name, "LOC")
    rested(second)
    assert refusal(lambda: second.flag(name))[1] == f"entities {name} has changed meanwhile; try again"
    assert second.settle() == (("A",), 0, ("retype",))
    assert second.draft == first.draft
    assert second.state is State.IN_PROGRESS
    label(second, "沙尔乡", "LOC")
    saved(second)
    assert ops(second) == ["edit", "edit", "edit"]


def test_a_closing_session_settles_its_conflict(place: Place, opened: Opener) -> None:
    """What was kept is saved, what was dropped is told afterwards."""
    first, second = opened(), opened(Place(place.store, place.batch, OTHER))
    label(first, "永州市政协", "ORG")
    saved(first)
    label(second, "沙尔乡", "LOC")
    assert second.close().waiting == ()
    assert second.settle() == (("A",), 1, ())
    assert refusal(lambda: label(second, "贫困户", "GROUP"))[1] == "the document is closed"
    assert len(opened().draft.order) == 2


def test_two_sessions_at_random(place: Place, opened: Opener) -> None:
    """Edits without waiting for each other: the log is sound, both agree, every change is kept or told."""
    chance = random.Random(5)  # noqa: S311
    pair = [opened(), opened(Place(place.store, place.batch, OTHER))]
    asked: Counter[str] = Counter()
    for _ in range(60):
        session = chance.choice(pair)
        start = chance.randrange(len(STORY) - 4)
        items = [one.id for one in session.draft.order]
        edit = chance.choice(["label", "label", "delete", "retype", "undo"])
        try:
            if edit == "label":
                session.label(chance.choice(["ORG", "LOC", "ROLE"]), [Span(start, start + 3)])
            elif edit == "undo":
                session.undo()
            elif not items:
                continue
            elif edit == "delete":
                session.delete([chance.choice(items)])
            else:
                session.retype(chance.choice(items), chance.choice(["ORG", "LOC"]))
        except EditRefused:
            continue
        asked[session.place.actor.session] += 1
    dropped = 0
    for session in (*pair, *pair):
        saved(session)
        session.comment(None, f"note {session.place.actor.session} {chance.random()}")
        saved(session)
    for session in pair:
        told = session.settle()
        dropped += len(told.dropped) if told else 0
    assert conflicts(place) > 0
    [assignment] = place.store.assignments("pilot", "A", "d00")
    assert pair[1].work == replay(place.store.events(assignment))
    with place.store.reading() as connection:
        assert log_faults(connection) == ()
    edits = len([one for one in ops(pair[1]) if one in ("edit", "undo")])
    assert dropped > 0
    assert edits == asked.total() + 4 - dropped
