"""The one ordered writer of a session: changes go to the store in the order they were made, off the caller's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from workbench.annotation.store import Actor, Assignment, Change, RevisionConflict, Store, StoreFailure

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Pauses between attempts while the store fails; the last one is repeated."""

JOIN_SECONDS = 10.0
"""The longest that the end of the thread is waited for."""


class Standing(NamedTuple):
    """How far saving is: the assignment as saved, changes that wait, why they wait, and a conflict to be solved."""

    assignment: Assignment
    waiting: tuple[Change, ...]
    failure: StoreFailure | None
    conflict: RevisionConflict | None


class Writer:
    """A thread that appends changes, repeats those that failed, and stops at a conflict until `resume` is called.

    `notify` is called on the writer's thread whenever the standing has changed. All methods may be called from any
    thread.
    """

    def __init__(self, store: Store, assignment: Assignment, actor: Actor, notify: Callable[[], None]) -> None:
        self._store = store
        self._actor = actor
        self._notify = notify
        self._changed = threading.Condition()
        self._assignment = assignment
        self._waiting: list[Change] = []
        self._failure: StoreFailure | None = None
        self._conflict: RevisionConflict | None = None
        self._attempts = 0
        self._hurry = False
        self._closing = False
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    @property
    def standing(self) -> Standing:
        """What is saved and what is not."""
        with self._changed:
            return Standing(self._assignment, tuple(self._waiting), self._failure, self._conflict)

    def append(self, change: Change) -> None:
        """Let a change be saved after all those before it."""
        with self._changed:
            self._waiting.append(change)
            self._changed.notify_all()

    def resume(self, assignment: Assignment, changes: Sequence[Change]) -> None:
        """Go on after a conflict: `changes` are appended to `assignment` instead of those that waited."""
        with self._changed:
            self._assignment, self._waiting, self._conflict, self._failure = assignment, list(changes), None, None
            self._changed.notify_all()

    def retry(self) -> None:
        """Try again at once what failed."""
        with self._changed:
            self._hurry = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> Standing:
        """The standing as soon as everything is saved or cannot be, at the latest after some seconds.

        What has failed before is tried once more.
        """
        with self._changed:
            made = self._attempts
            self._hurry = self._failure is not None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_settled(made), seconds)
        return self.standing

    def _is_settled(self, attempts: int) -> bool:
        failed = self._failure is not None and (self._attempts > attempts or self._ended)
        return not self._waiting or failed or self._conflict is not None

    def close(self, seconds: float = 5.0) -> Standing:
        """End the thread when everything is saved, or without it after some seconds; changes that wait are told."""
        if seconds > 0:
            self.wait(seconds)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(JOIN_SECONDS)
        return self.standing

    def _run(self) -> None:
        try:
            self._append_all()
        finally:  # whatever ends the thread, the session must know that nothing is saved any more
            self._ended = True
            if not self._closing:
                ended = StoreFailure(self._store.address.label, "refused", "the program's writer has ended")
                self._note(failure=ended)

    def _append_all(self) -> None:
        failed = 0
        number = 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or (self._waiting and self._conflict is None))
                if self._closing:
                    return
                # what failed is tried again as it was: the store knows it by its tokens if only its answer was lost
                number = number or len(self._waiting)
                assignment, changes = self._assignment, tuple(self._waiting[:number])
            try:
                saved = self._store.append(assignment, changes, self._actor)
            except StoreFailure as failure:
                self._note(failure=failure)
                self._pause(RETRY_SECONDS[min(failed, len(RETRY_SECONDS) - 1)])
                failed += 1
            except RevisionConflict as conflict:
                number = 0
                self._note(conflict=conflict)
            else:
                failed = number = 0
                self._save(saved, len(changes))

    def _note(self, failure: StoreFailure | None = None, conflict: RevisionConflict | None = None) -> None:
        with self._changed:
            self._failure, self._conflict = failure, conflict
            self._attempts += 1
            self._changed.notify_all()
        self._notify()

    def _save(self, assignment: Assignment, number: int) -> None:
        with self._changed:
            self._assignment = assignment
            del self._waiting[:number]
            self._failure = None
            self._changed.notify_all()
        self._notify()

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._hurry, seconds)
            self._hurry = False
