"""The records of the working store: assignments, the changes made to them, the events these became, conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import uuid4

from workbench.core.errors import WorkbenchError

ASSIGNED = "assigned"
"""The operation that every log begins with."""

TEXT_REPLACED = "text_replaced"
"""The operation by which an assignment that nobody has begun gets the document's new text."""


class State(StrEnum):
    """How far an annotator is with a document."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    SKIPPED = "skipped"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return self.value.replace("_", " ")


class Actor(NamedTuple):
    """Who changes something, and in which run of the program."""

    name: str
    session: str


class Assignment(NamedTuple):
    """One annotator's work on one document of a batch, as it was when it was read.

    `revision` is the number of events in its log, and `state` that of the last one; `text_sha256` is the hash of the
    text the work is about.
    """

    number: int
    batch: str
    doc_id: str
    annotator: str
    text_sha256: str
    revision: int
    state: State


@dataclass(frozen=True)
class Change:
    """Something to be appended to the log of an assignment.

    The store does not look into `op` and `body` (plain JSON): edits, undo and redo are all events. `state` is the
    assignment's state afterwards; `ms` are the milliseconds of work since the session's last change or since it opened
    the document. `at` (UTC) is when the change was made, and `token` recognises it when its commit is tried again.
    """

    op: str
    body: Mapping[str, Any] = field(default_factory=dict)
    state: State = State.IN_PROGRESS
    ms: int = 0
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    token: str = field(default_factory=lambda: uuid4().hex)


class Event(NamedTuple):
    """A saved change: the `revision`-th of its assignment, counted from 1; times in UTC, to the millisecond."""

    revision: int
    op: str
    body: Mapping[str, Any]
    state: State
    ms: int
    at: datetime
    actor: Actor
    token: str


class RevisionConflict(WorkbenchError):
    """Somebody else has changed the assignment meanwhile, and nothing of this change was saved.

    `expected` is the assignment as the session knew it, `present` as it is now; `events` are those after
    `expected.revision`. Changes that still make sense are appended to `present`.
    """

    def __init__(self, expected: Assignment, present: Assignment, events: Sequence[Event]) -> None:
        self.expected = expected
        self.present = present
        self.events = tuple(events)
        people = ", ".join(sorted({event.actor.name for event in events}))
        super().__init__(
            f"{expected.doc_id}, annotated by {expected.annotator}: changed meanwhile by {people} "
            f"(revision {expected.revision} became {present.revision}); this change was not saved: "
            "open the document again and repeat it"
        )
