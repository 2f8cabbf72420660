"""Appending to a log and reading it: revisions, conflicts, changes that are tried again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.annotation.conftest import A, B
from tests.annotation.servers import execute
from workbench.annotation.store import Address, Change, RevisionConflict, State, Store, StoreFailure, take
from workbench.annotation.store.backup import log_faults
from workbench.core.errors import ExitCode, FaultyData
from workbench.corpus.tasks import Batch

AT = datetime(2026, 3, 1, 8, 30, 0, 123000, UTC)


def edit(text: str, **more: object) -> Change:
    return Change("add_entity", {"text": text, **more}, ms=1500, at=AT)


def test_what_was_appended_is_read_back(store: Store, batch: Batch) -> None:
    """Events come back whole and in order, after a given revision too, and the assignment has the last one's state."""
    begun = take(store, batch, "d01", A)
    assert (begun.revision, begun.state, begun.text_sha256) == (1, State.ASSIGNED, batch.document("d01").text_sha256)
    odd = {"text": "𠀀\0\u00a0“”\n", "spans": [[0, 2], [5, 9]], "score": 0.1, "nothing": None, "sure": True}
    changes = [
        Change("add_entity", odd, ms=2**40, at=AT),
        Change("undo", {"revision": 2}),
        Change("done", state=State.DONE),
    ]
    done = store.append(begun, changes, A)
    assert (done.revision, done.state) == (4, State.DONE)
    assert store.assignments("pilot", "A", "d01") == (done,)
    assigned, first, second, third = store.events(done)
    assert (assigned.op, assigned.revision, assigned.state, assigned.actor) == ("assigned", 1, State.ASSIGNED, A)
    assert (first.revision, first.op, first.body, first.ms, first.at) == (2, "add_entity", odd, 2**40, AT)
    assert (first.state, first.actor, first.token) == (State.IN_PROGRESS, A, changes[0].token)
    assert (second.op, second.body) == ("undo", {"revision": 2})
    assert (third.state, third.body) == (State.DONE, {})
    assert store.events(done, after=2) == (second, third)


def test_appending_nothing_changes_nothing(store: Store, batch: Batch) -> None:
    """No changes, no event."""
    begun = take(store, batch, "d01", A)
    assert store.append(begun, [], A) == begun
    assert len(store.events(begun)) == 1


def test_logs_do_not_mix(store: Store, batch: Batch) -> None:
    """Each annotator has a log of each document, and lists are ordered by document and annotator."""
    ours, theirs, other = take(store, batch, "d01", A), take(store, batch, "d01", B), take(store, batch, "d00", B)
    ours = store.append(ours, [edit("金川县")], A)
    theirs = store.append(theirs, [edit("沙尔乡"), edit("政协")], B)
    assert [event.body["text"] for event in store.events(ours, 1)] == ["金川县"]
    assert [event.body["text"] for event in store.events(theirs, 1)] == ["沙尔乡", "政协"]
    assert store.assignments("pilot") == (other, ours, theirs)
    assert store.assignments("pilot", annotator="B") == (other, theirs)
    assert store.assignments("pilot", doc_id="d01") == (ours, theirs)
    assert store.assignments("other") == ()


def test_two_sessions_do_not_overwrite_each_other(store: Store, batch: Batch) -> None:
    """Whoever comes second is told what happened meanwhile, nothing of the change is saved, and it can be rebased."""
    begun = take(store, batch, "d01", A)
    first = store.append(begun, [edit("金川县"), edit("沙尔乡")], A)
    mine = [edit("政协"), Change("done", state=State.DONE)]
    with pytest.raises(RevisionConflict) as caught:
        store.append(begun, mine, B)
    conflict = caught.value
    assert (conflict.expected, conflict.present) == (begun, first)
    assert [event.body["text"] for event in conflict.events] == ["金川县", "沙尔乡"]
    assert conflict.exit_code == ExitCode.FAULTY
    for said in ("d01", "changed meanwhile by A", "revision 1 became 3", "not saved"):
        assert said in str(conflict)
    assert store.assignments("pilot") == (first,)
    assert len(store.events(first)) == 3
    rebased = store.append(conflict.present, mine, B)
    assert (rebased.revision, rebased.state) == (5, State.DONE)
    assert [event.actor.name for event in store.events(rebased)] == ["A", "A", "A", "B", "B"]


def test_a_change_whose_answer_was_lost_is_not_saved_twice(store: Store, batch: Batch) -> None:
    """Trying saved changes again, even after others have gone on, says that they are saved, and adds nothing."""
    begun = take(store, batch, "d01", A)
    changes = [edit("金川县"), edit("沙尔乡")]
    saved = store.append(begun, changes, A)
    assert store.append(begun, changes, A) == saved
    later = store.append(saved, [edit("政协")], B)
    assert store.append(begun, changes, A) == saved
    assert store.assignments("pilot") == (later,)
    assert len(store.events(later)) == 4
    with pytest.raises(RevisionConflict):
        store.append(begun, [changes[1]], A)


def test_impossible_bodies_are_refused(store: Store, batch: Batch) -> None:
    """What is not JSON, and a text that no database holds, are faults; the other changes are not saved either."""
    begun = take(store, batch, "d01", A)
    for body in ({"text": "\ud800"}, {"score": float("nan")}, {"set": {1}}):
        with pytest.raises(FaultyData, match="cannot be saved as JSON"):
            store.append(begun, [edit("金川县"), Change("note", body)], A)
    assert store.assignments("pilot") == (begun,)


def test_a_change_that_the_database_refuses_is_not_half_written(store: Store, batch: Batch) -> None:
    """A negative time breaks a constraint after the revision was counted up: both are taken back."""
    begun = take(store, batch, "d01", A)
    with pytest.raises(StoreFailure) as caught:
        store.append(begun, [edit("金川县"), Change("note", ms=-1)], A)
    assert caught.value.kind == "refused"
    assert store.assignments("pilot") == (begun,)
    assert len(store.events(begun)) == 1
    with store.reading() as connection:
        assert log_faults(connection) == ()


def test_work_survives_closing(address: Address, batch: Batch) -> None:
    """Another program finds all of it."""
    with Store.open(address) as store:
        saved = store.append(take(store, batch, "d01", A), [edit("金川县")], A)
        events = store.events(saved)
    with Store.open(address, make=False) as again:
        assert again.assignments("pilot") == (saved,)
        assert again.events(saved) == events


def test_faults_of_a_log_are_found(store: Store, batch: Batch) -> None:
    """Events that are missing or too many, and a state that no event says, are named."""
    one, two = (store.append(take(store, batch, doc_id, A), [edit("x")], A) for doc_id in ("d00", "d01"))
    assert (one.number, two.number) == (1, 2)
    execute(store.address, "DELETE FROM event WHERE assignment = 1 AND revision = 1")
    execute(store.address, "UPDATE assignment SET state = 'done' WHERE number = 2")
    with store.reading() as connection:
        assert log_faults(connection) == (
            "pilot d00 by A: 1 events at revision 2",
            "pilot d01 by A: is done, its last event says in_progress",
        )
