"""A draft that is recorded: every change goes into the store's log, can be undone, and outlives the program.

The draft on screen is ahead of the store by the changes that wait; nothing else is kept in memory only.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from schemas import Schema
from schemas.load import load
from workbench.annotation.drafts.draft import Delta, Draft, Outdated
from workbench.annotation.drafts.edits import EditRefused, Made
from workbench.annotation.drafts.history import EDIT, REDO, UNDO, Step, Work, rebase
from workbench.annotation.store import Actor, Assignment, Change, Event, State, Store, StoreFailure
from workbench.annotation.store.failures import Kind
from workbench.annotation.writer import Standing, Writer
from workbench.corpus.tasks import Batch

SAVE_SECONDS = 10.0
"""How long publishing and closing wait for the store."""

REASONS: Mapping[Kind, str] = {
    "locked": "被其他程序占用",
    "read_only": "只读",
    "full": "磁盘已满",
    "damaged": "数据库损坏",
    "out_of_reach": "连不上",
    "refused": "数据库拒绝",
}
"""Why the store fails, in Chinese."""


@dataclass(frozen=True)
class Place:
    """Where somebody works: the store, the batch, and who."""

    store: Store
    batch: Batch
    actor: Actor

    @cached_property
    def schema(self) -> Schema:
        """The batch's schema."""
        return load(self.batch.schema_name)


class Merged(NamedTuple):
    """What became of changes when somebody else had changed the same document.

    `by` are the others, `kept` counts the changes that were repeated, `dropped` names those that no longer made sense.
    """

    by: tuple[str, ...]
    kept: int
    dropped: tuple[str, ...]


class RecordedDraft:
    """A draft and the thread that saves it.

    Changes raise `EditRefused` when they make no sense or cannot be saved; nothing has changed then.
    """

    def __init__(self, place: Place, assignment: Assignment, work: Work) -> None:
        self.place = place
        self.work = work
        self.state = assignment.state
        self._listeners: list[Callable[[], None]] = []
        self._untold: list[Merged] = []
        self._closed = False
        self._last = time.monotonic()
        self._writer = Writer(place.store, assignment, place.actor, self._notify)

    @property
    def draft(self) -> Draft:
        """The answer so far."""
        return self.work.draft

    @property
    def standing(self) -> Standing:
        """How far saving is."""
        return self._writer.standing

    def on_saving(self, call: Callable[[], None]) -> None:
        """Call something, on the writer's thread, whenever the standing has changed."""
        self._listeners.append(call)

    def _notify(self) -> None:
        for call in self._listeners:
            call()

    def _follow(self, before: Draft, delta: Delta | None) -> None:
        """Take in that the draft was changed; None: it has become another one."""

    # Changes

    def do(self, name: str, made: Made) -> Made:
        """Make an edit, as one step of undo; it is saved in the background.

        Raises:
            EditRefused: it does not fit the draft any more, or saving fails, so that what is new could be lost.
        """
        self._accept()
        if not made.delta:
            raise EditRefused("没有改动", "nothing would change")
        self._apply(EDIT, {"name": name, "delta": made.delta.record()}, State.IN_PROGRESS)
        return made

    def undo(self) -> Step:
        """Take the last step back; the step that was."""
        self._accept()
        if not self.work.undoable:
            raise EditRefused("没有可撤销的", "there is nothing to undo")
        step = self.work.undoable[-1]
        self._apply(UNDO, {"of": step.token, "delta": step.delta.inverse.record()}, State.IN_PROGRESS)
        return step

    def redo(self) -> Step:
        """Do again what was taken back last; the step that it was."""
        self._accept()
        if not self.work.redoable:
            raise EditRefused("没有可重做的", "there is nothing to redo")
        step = self.work.redoable[-1]
        self._apply(REDO, {"of": step.token, "name": step.name, "delta": step.delta.record()}, State.IN_PROGRESS)
        return step

    def _accept(self) -> None:
        """See that what is changed now will be saved.

        Raises:
            EditRefused: it will not.
        """
        if self._closed:
            raise EditRefused("文件已关闭", "the document is closed")
        self._merge()
        failure = self.standing.failure
        if failure is not None:
            self._writer.retry()
            raise unsaved(failure)

    def _apply(self, op: str, body: Mapping[str, Any], state: State) -> None:
        """Change the draft as the log says it, so that the draft is what the log gives back."""
        try:
            said = json.dumps(body, ensure_ascii=False, allow_nan=False)
            said.encode()
        except (TypeError, ValueError) as error:
            raise EditRefused("含有无法保存的字符", f"this cannot be saved: {error}") from None
        change = Change(op, json.loads(said), state, round((time.monotonic() - self._last) * 1000))
        try:
            work = self.work.after(op, change.body, change.token)
        except Outdated as outdated:
            raise EditRefused("内容刚被改动,请重试", f"{outdated}; try again") from None
        before, self.work, self.state = self.draft, work, state
        self._last += change.ms / 1000
        self._writer.append(change)
        if work.draft is not before:
            self._follow(before, Delta.parse(change.body["delta"]))

    # Other people's changes

    def settle(self) -> Merged | None:
        """After a conflict, repeat what was not saved on top of what others did.

        What has become of all changes since this was last asked; None when nobody else has changed anything.

        Raises:
            EditRefused: the store cannot be read.
        """
        self._merge()
        told, self._untold = self._untold, []
        if not told:
            return None
        return Merged(
            tuple(dict.fromkeys(name for one in told for name in one.by)),
            sum(one.kept for one in told),
            tuple(name for one in told for name in one.dropped),
        )

    def _merge(self) -> None:
        standing = self.standing
        if standing.conflict is None:
            return
        try:
            events = self.place.store.events(standing.assignment)
        except StoreFailure as failure:
            raise unsaved(failure) from None
        before = self.draft
        rebased = rebase(Work(), events, standing.waiting)
        self.work = rebased.work
        present = as_read(standing.assignment, events)
        self.state = rebased.kept[-1].state if rebased.kept else present.state
        self._writer.resume(present, rebased.kept)
        names = (str(change.body.get("name", change.op)) for change in rebased.dropped)
        others = events[standing.assignment.revision :]
        self._untold.append(
            Merged(tuple(dict.fromkeys(event.actor.name for event in others)), len(rebased.kept), tuple(names))
        )
        self._follow(before, None)

    # The end

    def _save(self) -> None:
        """Wait until everything is saved.

        Raises:
            EditRefused: it cannot be.
        """
        until = time.monotonic() + SAVE_SECONDS
        while True:
            standing = self._writer.wait(max(until - time.monotonic(), 0))
            if standing.conflict is not None:
                self._merge()
            elif standing.failure is not None:
                raise unsaved(standing.failure)
            elif standing.waiting:
                raise EditRefused(
                    "还没有保存完,请稍候再试", "the store is slow: not everything is saved yet; try again"
                )
            else:
                return

    def close(self) -> Standing:
        """Save what waits and end; the standing tells what could not be saved, `settle` what was dropped."""
        if self._closed:
            return self.standing
        try:
            self._save()
        except EditRefused:
            pass  # the standing says it
        finally:
            self._closed = True
            standing = self._writer.close(0)
        return standing


def unsaved(failure: StoreFailure) -> EditRefused:
    """The refusal of changes while the store fails."""
    return EditRefused(f"无法保存,暂不能修改({REASONS[failure.kind]})", f"not saved, so no new edits: {failure}")


def as_read(assignment: Assignment, events: Iterable[Event]) -> Assignment:
    """The assignment as it was after the events that were read of it."""
    for last in events:
        assignment = assignment._replace(revision=last.revision, state=last.state)
    return assignment
