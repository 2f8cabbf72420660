"""How far a batch is: states, time and conflicts, for each person and each assignment."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from workbench.annotation.store import tables
from workbench.annotation.store.assigning import holders, published
from workbench.annotation.store.log import Store, moment, read_assignments
from workbench.annotation.store.work import Assignment, State
from workbench.corpus.tasks import Batch

IDLE_CUT = 120.0
"""Seconds: the most that one gap between two changes counts for, whatever somebody did away from the screen."""


class Spent(NamedTuple):
    """An assignment and the work of all people on it; `last` is None when it has no events."""

    assignment: Assignment
    seconds: float
    last: datetime | None


class Person(NamedTuple):
    """One annotator's part of a batch.

    `states` counts the assignments in each state, `published` the annotation files; `seconds` is all the time spent,
    `seconds_per_done` the mean over finished documents (None: there are none); `conflicts` counts refused changes.
    """

    name: str
    states: Mapping[State, int]
    published: int
    seconds: float
    seconds_per_done: float | None
    conflicts: int
    last: datetime | None


class Progress(NamedTuple):
    """How far a batch is; `free` counts the documents that nobody has, in the store or as a file."""

    batch: str
    documents: int
    free: int
    idle_cut: float
    people: tuple[Person, ...]
    assignments: tuple[Spent, ...]


class _Worked(NamedTuple):
    """One person's time on one assignment."""

    assignment: int
    actor: str
    seconds: float
    last: datetime


def progress(store: Store | None, batch: Batch, idle_cut: float = IDLE_CUT) -> Progress:
    """How far a batch is. Without a store nobody has begun, and only published files count.

    A gap between two changes of a session counts for at most `idle_cut` seconds. People are those who have assignments,
    files or changes, in the order of their names.

    Raises:
        StoreFailure: the store cannot be read.
    """
    present: Sequence[Assignment] = ()
    worked: Sequence[_Worked] = ()
    conflicts: Counter[str] = Counter()
    if store is not None:
        with store.reading() as connection:
            present = read_assignments(connection, batch.name)
            worked = _worked(connection, batch.name, round(idle_cut * 1000))
            conflicts = _conflicts(connection, batch.name)
    parts: defaultdict[int, list[_Worked]] = defaultdict(list)
    for part in worked:
        parts[part.assignment].append(part)
    spent = tuple(_spent(one, parts[one.number]) for one in present)
    files = {name: len(published(batch, name)) for name in batch.authors()}
    names = {one.annotator for one in present} | {part.actor for part in worked if part.seconds} | set(conflicts)
    people = tuple(
        _person(name, spent, [part for part in worked if part.actor == name], files.get(name, 0), conflicts)
        for name in sorted(names | set(files))
    )
    held, doc_ids = holders(batch, present), batch.document_ids()
    free = sum(not held[doc_id] for doc_id in doc_ids)
    return Progress(batch.name, len(doc_ids), free, idle_cut, people, spent)


def _worked(connection: Connection, batch: str, idle_cut: int) -> list[_Worked]:
    event, assignment = tables.event.c, tables.assignment.c
    ms = func.sum(case((event.ms > idle_cut, idle_cut), else_=event.ms))
    query = (
        select(event.assignment, event.actor, ms.label("ms"), func.max(event.at).label("last"))
        .join_from(tables.event, tables.assignment)
        .where(assignment.batch == batch)
        .group_by(event.assignment, event.actor)
    )
    return [
        _Worked(row.assignment, row.actor, int(row.ms) / 1000, moment(row.last)) for row in connection.execute(query)
    ]


def _conflicts(connection: Connection, batch: str) -> Counter[str]:
    query = (
        select(tables.conflict.c.actor, func.count().label("conflicts"))
        .join_from(tables.conflict, tables.assignment)
        .where(tables.assignment.c.batch == batch)
        .group_by(tables.conflict.c.actor)
    )
    return Counter({row.actor: row.conflicts for row in connection.execute(query)})


def _spent(assignment: Assignment, worked: Sequence[_Worked]) -> Spent:
    last = max((part.last for part in worked), default=None)
    return Spent(assignment, sum(part.seconds for part in worked), last)


def _person(
    name: str, spent: Sequence[Spent], worked: Sequence[_Worked], files: int, conflicts: Mapping[str, int]
) -> Person:
    own = [one for one in spent if one.assignment.annotator == name]
    done = [one.seconds for one in own if one.assignment.state is State.DONE]
    states = Counter(one.assignment.state for one in own)
    return Person(
        name,
        {state: states[state] for state in State},
        files,
        sum(part.seconds for part in worked),
        sum(done) / len(done) if done else None,
        conflicts.get(name, 0),
        max((part.last for part in worked), default=None),
    )
