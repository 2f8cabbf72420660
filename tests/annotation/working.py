"""Working with sessions in tests: finding words, waiting for the writer, and two people at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.annotation.batches import STORY
from workbench.annotation.drafts.edits import EditRefused, Made
from workbench.annotation.session import Place, Session
from workbench.annotation.store import Actor, Change
from workbench.annotation.store.progress import progress
from workbench.annotation.writer import Standing
from workbench.core.text import Span

Opener = Callable[..., Session]
"""Opens a session; see `opened`."""

OTHER = Actor("A", "session-9")
"""A in another run of the program."""


def spot(words: str, nth: int = 0, text: str = STORY) -> Span:
    """Where words stand in the story, for the n-th time."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(start, start + len(words))


def label(session: Session, words: str, kind: str, nth: int = 0) -> str:
    """Label words of the story; the new id."""
    return session.label(kind, [spot(words, nth, session.document.text)]).ids[0]


def until(true: Callable[[], object], what: str = "") -> None:
    """Wait until something is true, for 20 seconds at most."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, what or "it never came true"
        time.sleep(0.005)


def rested(session: Session) -> Standing:
    """The standing when everything is saved, or saving has met a conflict or a failure."""
    until(lambda: not session.standing.waiting or session.standing.conflict or session.standing.failure)
    return session.standing


def saved(session: Session) -> Session:
    """The session when everything is saved, conflicts settled."""

    def is_saved() -> bool:
        standing = session.standing
        if standing.conflict is not None:
            session._merge()
        return not standing.waiting and standing.conflict is None

    until(is_saved, f"not saved: {session.standing}")
    return session


def words(session: Session) -> list[tuple[str, str | None]]:
    """The entities of the draft as (type, text), in order."""
    return [(one.type, one.text) for one in session.draft.order]


def refusal(call: Callable[[], Made | object]) -> tuple[str, str]:
    """The Chinese and the English reason of a refusal."""
    with pytest.raises(EditRefused) as caught:
        call()
    assert any("\u4e00" <= character <= "\u9fff" for character in caught.value.zh)
    return caught.value.zh, caught.value.en


def conflicts(place: Place) -> int:
    return sum(person.conflicts for person in progress(place.store, place.batch).people)


def ops(session: Session) -> list[str]:
    """The operations in the log after the first, which the store has written."""
    place = session.place
    [assignment] = place.store.assignments(place.batch.name, place.actor.name, session.document.doc_id)
    return [event.op for event in place.store.events(assignment)][1:]


def log_of(place: Place) -> list[Change]:
    [assignment] = place.store.assignments(place.batch.name, place.actor.name, "d00")
    return [Change(one.op, one.body, one.state, one.ms, one.at, one.token) for one in place.store.events(assignment)]
