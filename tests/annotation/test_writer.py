"""The writer: changes in their order, each once, whatever the store does, and never an unnoticed end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import pytest

from tests.annotation.conftest import A
from tests.annotation.working import until
from workbench.annotation import writer as writers
from workbench.annotation.store import Actor, Assignment, Change, RevisionConflict, Store, StoreFailure, take
from workbench.annotation.writer import Writer
from workbench.corpus.tasks import Batch


class Scripted(Store):
    """A store that does what `script` says at each call of append: fails, loses its answer, or works."""

    def __init__(self, store: Store) -> None:
        super().__init__(store.address, store.wait)
        self.script: list[str] = []
        self.calls: list[tuple[str, ...]] = []
        self.may_go = threading.Event()
        self.may_go.set()

    def append(self, assignment: Assignment, changes: Sequence[Change], by: Actor) -> Assignment:
        assert self.may_go.wait(20)
        self.calls.append(tuple(change.token for change in changes))
        what = self.script.pop(0) if self.script else "work"
        if what == "fail":
            raise StoreFailure("x", "full", "no room")
        if what == "break":
            raise RuntimeError("nobody thought of this")
        saved = super().append(assignment, changes, by)
        if what == "lose":
            raise StoreFailure("x", "out_of_reach", "the line went dead")
        return saved


@pytest.fixture
def scripted(store: Store) -> Iterator[Scripted]:
    """The scripted store."""
    with Scripted(store) as made:
        yield made


@pytest.fixture
def begun(store: Store, batch: Batch) -> Assignment:
    """An assignment of A's."""
    return take(store, batch, "d00", A)


@pytest.fixture
def writer(scripted: Scripted, begun: Assignment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    """A writer that does not wait long between attempts."""
    monkeypatch.setattr(writers, "RETRY_SECONDS", (0.01, 0.02))
    made = Writer(scripted, begun, A, lambda: None)
    yield made
    made.close(0)


def tokens(store: Store, begun: Assignment) -> list[str]:
    return [event.token for event in store.events(begun, after=1)]


def test_changes_are_saved_in_order(writer: Writer, scripted: Scripted, begun: Assignment) -> None:
    """What waits is saved together."""
    scripted.may_go.clear()
    changes = [Change("note", {"n": number}) for number in range(20)]
    for change in changes:
        writer.append(change)
    scripted.may_go.set()
    standing = writer.wait(10)
    assert (standing.waiting, standing.failure, standing.conflict) == ((), None, None)
    assert standing.assignment.revision == 21
    assert tokens(scripted, begun) == [change.token for change in changes]
    assert len(scripted.calls) <= 2


@pytest.mark.parametrize("script", [["fail"] * 3, ["lose"], ["fail", "lose", "fail"], ["lose", "lose"]])
def test_failures_are_repeated_until_they_work(
    script: list[str], writer: Writer, scripted: Scripted, begun: Assignment
) -> None:
    """Those made meanwhile follow, in order; nothing twice, no conflict with oneself."""
    scripted.may_go.clear()
    scripted.script = [*script]
    first, second = Change("note", {"n": 1}), Change("note", {"n": 2})
    writer.append(first)
    until(lambda: writer.standing.waiting)
    scripted.may_go.set()
    writer.append(second)
    until(lambda: not writer.standing.waiting)
    assert writer.standing.failure is None
    assert tokens(scripted, begun) == [first.token, second.token]


def test_a_failure_is_told_and_stays_until_it_is_over(
    writer: Writer, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`wait` tries once more and comes back; `retry` does not wait for the pause."""
    monkeypatch.setattr(writers, "RETRY_SECONDS", (60.0,))
    scripted.script = ["fail"] * 3
    writer.append(Change("note"))
    assert writer.wait(10).failure is not None
    assert len(scripted.calls) == 1
    standing = writer.wait(10)
    assert standing.failure is not None
    assert (standing.failure.kind, len(standing.waiting), len(scripted.calls)) == ("full", 1, 2)
    writer.retry()
    until(lambda: len(scripted.calls) == 3)
    writer.retry()
    until(lambda: not writer.standing.waiting)
    assert writer.standing.failure is None


def test_a_conflict_stops_it(writer: Writer, scripted: Scripted, store: Store, begun: Assignment) -> None:
    """Until the changes are repeated on what is there."""
    store.append(begun, [Change("note", {"by": "somebody else"})], Actor("B", "s"))
    mine = Change("note", {"n": 1})
    writer.append(mine)
    standing = writer.wait(10)
    assert isinstance(standing.conflict, RevisionConflict)
    assert standing.waiting == (mine,)
    later = Change("note", {"n": 2})
    writer.append(later)
    assert len(scripted.calls) == 1
    writer.resume(standing.conflict.present, [mine, later])
    assert writer.wait(10).waiting == ()
    assert tokens(scripted, begun)[1:] == [mine.token, later.token]


def test_listeners_hear_of_every_change(scripted: Scripted, begun: Assignment) -> None:
    """On the writer's thread."""
    heard: list[str] = []
    made = Writer(scripted, begun, A, lambda: heard.append(threading.current_thread().name))
    made.append(Change("note"))
    made.wait(10)
    until(lambda: heard)
    made.close()
    assert set(heard) == {"store-writer"}


def test_closing_saves_what_waits(scripted: Scripted, begun: Assignment) -> None:
    """And tells what could not be saved."""
    made = Writer(scripted, begun, A, lambda: None)
    made.append(Change("note"))
    assert made.close().waiting == ()
    scripted.script = ["fail"] * 10
    other = Writer(scripted, begun._replace(revision=2), A, lambda: None)
    change = Change("note")
    other.append(change)
    standing = other.close(0.5)
    assert standing.waiting == (change,)
    assert standing.failure is not None


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_end_that_nobody_thought_of(writer: Writer, scripted: Scripted) -> None:
    """The thread is gone: that is a failure, and nothing waits for it for ever."""
    scripted.script = ["break"]
    writer.append(Change("note"))
    until(lambda: writer.standing.failure)
    failure = writer.wait(10).failure
    assert failure is not None
    assert "the program's writer has ended" in str(failure)
    assert len(writer.close(10).waiting) == 1
