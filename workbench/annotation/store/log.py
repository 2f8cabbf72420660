"""The log: changes are appended to an assignment by revision, so that no two people overwrite each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from workbench.annotation.store import tables
from workbench.annotation.store.address import Address
from workbench.annotation.store.engines import WAIT, make_engine
from workbench.annotation.store.failures import StoreFailure, explained
from workbench.annotation.store.opening import prepare
from workbench.annotation.store.work import Actor, Assignment, Change, Event, RevisionConflict, State
from workbench.core.errors import Fault, FaultyData

_A = tables.assignment.c
_E = tables.event.c


class Store:
    """An open working store. Threads may share it; each call is one transaction, saved when it returns.

    `open` makes one. Every method raises `StoreFailure` when the database cannot be used; nothing is half written then.
    """

    def __init__(self, address: Address, wait: float = WAIT) -> None:
        self.address = address
        self.wait = wait
        self._writer = make_engine(address, "write", wait)
        self._reader = make_engine(address, "read", wait)

    @classmethod
    def open(cls, address: Address, make: bool = True, wait: float = WAIT) -> Store:
        """Open a store, making it (with `make`) or bringing it to the present layout.

        `wait` are the seconds to wait for other programs. See `workbench.annotation.store.opening.prepare` for what is
        raised.
        """
        prepare(address, make, wait)
        return cls(address, wait)

    def close(self) -> None:
        """Close all connections."""
        self._writer.dispose()
        self._reader.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of a writer, for the modules of this package."""
        with explained(self.address), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot for reading, for the modules of this package."""
        with explained(self.address), self._reader.connect() as connection:
            yield connection

    def assignments(
        self, batch: str, annotator: str | None = None, doc_id: str | None = None
    ) -> tuple[Assignment, ...]:
        """All assignments of a batch, or those of one annotator or one document, ordered by document and annotator."""
        with self.reading() as connection:
            return read_assignments(connection, batch, annotator, doc_id)

    def events(self, assignment: Assignment, after: int = 0) -> tuple[Event, ...]:
        """The log of an assignment, in order, without the first `after` events."""
        with self.reading() as connection:
            return _read_events(connection, assignment.number, after)

    def append(self, assignment: Assignment, changes: Sequence[Change], by: Actor) -> Assignment:
        """Append changes to the log, all or none; the assignment as it is then.

        The changes must have been made to the revision that `assignment` has. Changes that were saved already, because
        only the answer to their commit was lost, are recognised by their tokens and not saved twice.

        Raises:
            RevisionConflict: somebody else was faster; nothing was saved but that this happened.
            FaultyData: a body is not plain JSON.
        """
        if not changes:
            return assignment
        rows = [_row(assignment, number, change, by) for number, change in enumerate(changes, 1)]
        grown = assignment._replace(revision=assignment.revision + len(changes), state=changes[-1].state)
        with self.writing() as connection:
            taken = connection.execute(
                update(tables.assignment)
                .where(and_(_A.number == assignment.number, _A.revision == assignment.revision, *_same(assignment)))
                .values(revision=grown.revision, state=grown.state.value)
            )
            if taken.rowcount == 1:
                connection.execute(insert(tables.event), rows)
                return grown
            present = self._present(connection, assignment)
            events = _read_events(connection, assignment.number, assignment.revision)
            if [event.token for event in events[: len(changes)]] == [change.token for change in changes]:
                return grown
            connection.execute(insert(tables.conflict), [_conflict_row(assignment, present, by)])
        raise RevisionConflict(assignment, present, events)

    def _present(self, connection: Connection, assignment: Assignment) -> Assignment:
        """The assignment as it is in the database."""
        found = read_assignments(connection, assignment.batch, assignment.annotator, assignment.doc_id)
        if not found or found[0].number != assignment.number or found[0].revision < assignment.revision:
            raise StoreFailure(
                self.address.label,
                "refused",
                f"it lacks work on {assignment.doc_id} that this session has seen in it; it was replaced, perhaps by "
                "an older copy: put the right one back, or open the document again",
            )
        return found[0]


def read_assignments(
    connection: Connection, batch: str, annotator: str | None = None, doc_id: str | None = None
) -> tuple[Assignment, ...]:
    """See `Store.assignments`."""
    query = (
        select(_A.number, _A.batch, _A.doc_id, _A.annotator, tables.document.c.text_sha256, _A.revision, _A.state)
        .join_from(tables.assignment, tables.document)
        .where(_A.batch == batch)
    )
    if annotator is not None:
        query = query.where(_A.annotator == annotator)
    if doc_id is not None:
        query = query.where(_A.doc_id == doc_id)
    found = (Assignment(*row[:-1], state=State(row.state)) for row in connection.execute(query))
    return tuple(sorted(found, key=lambda one: (one.doc_id, one.annotator)))


def _same(assignment: Assignment) -> tuple[ColumnElement[bool], ...]:
    """A number alone could mean another assignment, if the store was replaced by an older copy."""
    return (
        _A.batch == assignment.batch,
        _A.doc_id == assignment.doc_id,
        _A.annotator == assignment.annotator,
    )


def append_event(connection: Connection, assignment: Assignment, change: Change, by: Actor) -> None:
    """Add the event after `assignment.revision` for an assignment whose row the transaction has written itself."""
    connection.execute(insert(tables.event), [_row(assignment, 1, change, by)])


def _row(assignment: Assignment, number: int, change: Change, by: Actor) -> dict[str, Any]:
    """The `number`-th of the events that follow an assignment's revision."""
    return {
        "assignment": assignment.number,
        "revision": assignment.revision + number,
        "op": change.op,
        "body": _json(change),
        "state": change.state.value,
        "ms": change.ms,
        "at": _milliseconds(change.at),
        "actor": by.name,
        "session": by.session,
        "token": change.token,
    }


def _conflict_row(assignment: Assignment, present: Assignment, by: Actor) -> dict[str, Any]:
    return {
        "assignment": assignment.number,
        "expected": assignment.revision,
        "found": present.revision,
        "at": _milliseconds(datetime.now(UTC)),
        "actor": by.name,
        "session": by.session,
    }


def _json(change: Change) -> str:
    try:
        body = json.dumps(change.body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        body.encode()
    except (TypeError, ValueError) as error:
        raise FaultyData([Fault(f"cannot be saved as JSON: {error}", path=change.op, rule="store")]) from None
    return body


def _read_events(connection: Connection, assignment: int, after: int) -> tuple[Event, ...]:
    query = (
        select(tables.event).where(and_(_E.assignment == assignment, _E.revision > after)).order_by(_E.revision.asc())
    )
    return tuple(_event(row) for row in connection.execute(query))


def _event(row: Row[Any]) -> Event:
    return Event(
        row.revision,
        row.op,
        json.loads(row.body),
        State(row.state),
        row.ms,
        moment(row.at),
        Actor(row.actor, row.session),
        row.token,
    )


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def moment(milliseconds: int) -> datetime:
    """A time of the database, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
