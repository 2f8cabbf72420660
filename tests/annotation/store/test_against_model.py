"""Whatever people do, in whatever order: the store holds what a list in memory would hold."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.annotation.batches import make_batch
from tests.strategies import any_text
from workbench.annotation.store import (
    Actor,
    Address,
    Assignment,
    Change,
    Event,
    RevisionConflict,
    State,
    Store,
    assign,
    next_assignment,
    take,
)
from workbench.annotation.store.backup import log_faults
from workbench.annotation.store.progress import progress

people = st.sampled_from(["A", "B", "王"])
actors = st.builds(Actor, people, st.sampled_from(["s1", "s2"]))
doc_ids = st.sampled_from(["d00", "d01", "d02"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)
bodies = st.dictionaries(any_text, json_values, max_size=3)


@st.composite
def changes(draw: st.DrawFn) -> list[Change]:
    """One to three changes; undo and redo are markers like every other."""
    ops = st.sampled_from(["add_entity", "delete_entity", "undo", "redo", "publish"])
    made = st.builds(Change, ops, bodies, st.sampled_from([*State]), st.integers(0, 300_000))
    return [
        Change(one.op, one.body, one.state, one.ms, token=uuid4().hex)
        for one in draw(st.lists(made, min_size=1, max_size=3))
    ]


class _Saved(NamedTuple):
    """A call of append that succeeded."""

    before: Assignment
    changes: list[Change]
    by: Actor


class StoreMachine(RuleBasedStateMachine):
    """Runs the store against `logs`, lists of (op, body, state, ms, actor, token) for each document and annotator."""

    address: Address

    saved = Bundle("saved")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        # the database is shared by all examples, so each has a batch of its own
        self.batch = make_batch(Path(self.folder.name), name=f"b{uuid4().hex}")
        self.store = Store.open(self.address)
        self.logs: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
        self.conflicts: Counter[str] = Counter()

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    def at_present(self, doc_id: str, annotator: str) -> Assignment:
        [found] = self.store.assignments(self.batch.name, annotator, doc_id)
        return found

    def note_assigned(self, doc_id: str, annotator: str, by: Actor) -> None:
        self.logs.setdefault((doc_id, annotator), [("assigned", {}, State.ASSIGNED, 0, by, None)])

    @rule(doc_id=doc_ids, by=actors)
    def takes(self, doc_id: str, by: Actor) -> None:
        self.note_assigned(doc_id, by.name, by)
        made = take(self.store, self.batch, doc_id, by)
        assert made.revision == len(self.logs[doc_id, by.name])

    @rule(shares=st.dictionaries(people, st.lists(doc_ids, unique=True), max_size=3), by=actors)
    def assigns(self, shares: dict[str, list[str]], by: Actor) -> None:
        made = assign(self.store, self.batch, shares, by)
        asked = [(doc_id, annotator) for annotator, share in shares.items() for doc_id in share]
        assert [(one.doc_id, one.annotator) for one in made] == asked
        for doc_id, annotator in asked:
            self.note_assigned(doc_id, annotator, by)

    @rule(by=actors, copies=st.integers(1, 3))
    def asks_for_the_next(self, by: Actor, copies: int) -> None:
        own = {doc_id: log[-1][2] for (doc_id, annotator), log in self.logs.items() if annotator == by.name}
        held = Counter(doc_id for (doc_id, _), log in self.logs.items() if log[-1][2] is not State.SKIPPED)
        ids = self.batch.document_ids()
        expected = [
            *(doc_id for doc_id in ids if own.get(doc_id) is State.IN_PROGRESS),
            *(doc_id for doc_id in ids if own.get(doc_id) is State.ASSIGNED),
            *(doc_id for doc_id in ids if doc_id not in own and held[doc_id] < copies),
        ]
        found = next_assignment(self.store, self.batch, by, copies)
        assert (found and found.doc_id) == (expected[0] if expected else None)
        if found is not None:
            self.note_assigned(found.doc_id, by.name, by)

    @rule(target=saved, doc_id=doc_ids, annotator=people, by=actors, made=changes())
    def appends(self, doc_id: str, annotator: str, by: Actor, made: list[Change]) -> _Saved | None:
        if (doc_id, annotator) not in self.logs:
            return None
        before = self.at_present(doc_id, annotator)
        after = self.store.append(before, made, by)
        log = self.logs[doc_id, annotator]
        log += [(one.op, one.body, one.state, one.ms, by, one.token) for one in made]
        assert (after.revision, after.state) == (len(log), made[-1].state)
        assert self.at_present(doc_id, annotator) == after
        return _Saved(before, made, by)

    @rule(old=saved, by=actors, made=changes())
    def appends_to_an_old_revision(self, old: _Saved | None, by: Actor, made: list[Change]) -> None:
        if old is None:
            return
        log = self.logs[old.before.doc_id, old.before.annotator]
        with pytest.raises(RevisionConflict) as caught:
            self.store.append(old.before, made, by)
        assert [as_logged(event) for event in caught.value.events] == log[old.before.revision :]
        assert caught.value.present.revision == len(log)
        self.conflicts[by.name] += 1

    @rule(old=saved)
    def tries_again_what_was_saved(self, old: _Saved | None) -> None:
        if old is not None:
            again = self.store.append(old.before, old.changes, old.by)
            assert again.revision == old.before.revision + len(old.changes)

    @rule()
    def opens_anew(self) -> None:
        self.store.close()
        self.store = Store.open(self.address, make=False)

    @invariant()
    def holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "store"):
            return
        found = self.store.assignments(self.batch.name)
        assert [(one.doc_id, one.annotator) for one in found] == sorted(self.logs)
        for one in found:
            log = self.logs[one.doc_id, one.annotator]
            events = self.store.events(one)
            assert [as_logged(event) for event in events] == log
            assert [event.revision for event in events] == list(range(1, len(log) + 1))
            assert (one.revision, one.state) == (len(log), log[-1][2])
        with self.store.reading() as connection:
            assert log_faults(connection) == ()

    @invariant()
    def counts_what_the_model_counts(self) -> None:
        if not hasattr(self, "store"):
            return
        spent: defaultdict[str, int] = defaultdict(int)
        for log in self.logs.values():
            for entry in log:
                spent[entry[4].name] += min(entry[3], 120_000)
        for person in progress(self.store, self.batch).people:
            assert person.seconds == pytest.approx(spent[person.name] / 1000)
            assert person.conflicts == self.conflicts[person.name]
            last = [log[-1][2] for (_, annotator), log in self.logs.items() if annotator == person.name]
            assert person.states == {state: last.count(state) for state in State}


def as_logged(event: Event) -> tuple[Any, ...]:
    token = None if event.op == "assigned" else event.token
    return event.op, event.body, event.state, event.ms, event.actor, token


def test_the_store_against_a_model(address: Address) -> None:
    """Append, conflict, retry, assignment, reopening, in any order, on both databases."""
    Store.open(address).close()
    machine = type("Machine", (StoreMachine,), {"address": address})
    run_state_machine_as_test(machine, settings=settings(max_examples=15, stateful_step_count=20))
