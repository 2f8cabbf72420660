"""States, time and conflicts of a batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.annotation.conftest import A, B
from workbench.annotation.store import Actor, Change, RevisionConflict, State, Store, assign, take
from workbench.annotation.store.progress import progress
from workbench.corpus.tasks import Batch

NOON = datetime(2020, 3, 1, 12, tzinfo=UTC)


def after(minutes: float, ms: int, state: State = State.IN_PROGRESS) -> Change:
    return Change("edit", {}, state, ms, NOON + timedelta(minutes=minutes))


def test_states_time_and_conflicts(store: Store, batch: Batch) -> None:
    """Each person's states, time with idle cut, mean of finished documents, conflicts and last change."""
    assign(store, batch, {"A": ["d00", "d01", "d02"]}, Actor("lead", "s"))
    first = take(store, batch, "d00", A)
    # d00: 10 s, a pause of 5 min that counts for 2, and 20 s: 10 + 120 + 20 = 150 s
    first = store.append(first, [after(0, 10_000), after(6, 300_000), after(7, 20_000, State.DONE)], A)
    # d02: 50 s, skipped; 12:09 is the last change
    store.append(take(store, batch, "d02", A), [after(8, 40_000), after(9, 10_000, State.SKIPPED)], A)
    # B corrects A's d00, 6 s, after one conflict, and has finished nothing of their own
    with pytest.raises(RevisionConflict):
        store.append(first._replace(revision=1), [after(10, 6000)], B)
    store.append(first, [after(10, 6000, State.DONE)], B)
    found = progress(store, batch)
    assert (found.batch, found.documents, found.free) == ("pilot", 3, 1)  # d02 was only skipped
    a, b = found.people
    assert a.name == "A"
    assert a.states == {State.ASSIGNED: 1, State.IN_PROGRESS: 0, State.DONE: 1, State.SKIPPED: 1}
    assert (a.seconds, a.conflicts, a.last) == (200.0, 0, NOON + timedelta(minutes=9))
    assert a.seconds_per_done == 156.0  # the document took 150 s of A and 6 s of B
    assert (b.name, b.seconds, b.conflicts, b.seconds_per_done) == ("B", 6.0, 1, None)
    assert set(b.states.values()) == {0}
    times = {one.assignment.doc_id: one.seconds for one in found.assignments}
    assert times == {"d00": 156.0, "d01": 0.0, "d02": 50.0}
    assert progress(store, batch, idle_cut=15).people[0].seconds == 10 + 15 + 15 + 15 + 10
    assert progress(store, batch, idle_cut=15).idle_cut == 15


def test_published_files_without_a_store(batch: Batch) -> None:
    """Where nobody has begun, published files are all there is to see."""
    for author, doc_id in (("A", "d00"), ("A", "d01"), ("B", "d00")):
        file = batch.annotation_file(author, doc_id)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}", encoding="utf-8")
    found = progress(None, batch)
    assert [(person.name, person.published, person.seconds, person.last) for person in found.people] == [
        ("A", 2, 0.0, None),
        ("B", 1, 0.0, None),
    ]
    assert (found.free, found.assignments) == (1, ())


def test_other_batches_do_not_count(store: Store, batch: Batch) -> None:
    """Work on another batch is in none of the numbers."""
    from tests.annotation.batches import make_batch

    other = make_batch(batch.root, name="second")
    saved = store.append(take(store, other, "d00", A), [after(0, 10_000)], A)
    with pytest.raises(RevisionConflict):
        store.append(saved._replace(revision=1), [after(0, 1)], B)
    found = progress(store, batch)
    assert (found.people, found.assignments, found.free) == ((), (), 3)
