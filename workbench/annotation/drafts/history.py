"""From the log to the work it records: the draft, what can be undone and redone, the files that are known.

Every operation that changes a draft carries its whole delta, so that undoing, redoing and repeating them after somebody
else's changes are all the same: applying a delta to a draft that is as the delta found it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from workbench.annotation.drafts.draft import Delta, Draft, Outdated
from workbench.annotation.store.work import Change, Event, State

EDIT, UNDO, REDO, LOAD, PUBLISH, SKIP = "edit", "undo", "redo", "load", "publish", "skip"


class Step(NamedTuple):
    """One edit as undo sees it; `token` is that of the change that made it, `name` says what it was."""

    token: str
    name: str
    delta: Delta


@dataclass(frozen=True)
class Work:
    """Everything a log says.

    `undoable` and `redoable` are steps, the next one last; `files` are the hashes of all published files that the log
    knows, `published` the draft as it was last published or loaded. `last` is the token of the change that made the
    draft what it is.
    """

    draft: Draft = field(default_factory=Draft.empty)
    undoable: tuple[Step, ...] = ()
    redoable: tuple[Step, ...] = ()
    files: frozenset[str] = frozenset()
    published: Draft | None = None
    last: str = ""

    @property
    def is_published(self) -> bool:
        """Tell whether nothing has been changed since the last publishing or loading."""
        return self.published is not None and all(
            self.published.parts[part] == self.draft.parts[part] for part in self.draft.parts if part != "rejected"
        )

    def after(self, op: str, body: Mapping[str, Any], token: str) -> Work:
        """The work after one operation; operations that say nothing of the draft leave it as it is.

        Raises:
            Outdated: the operation does not fit the draft.
        """
        if op == EDIT:
            return self.edited(Step(token, body["name"], Delta.parse(body["delta"])))
        if op == UNDO:
            return replace(self._undone(body["of"], Delta.parse(body["delta"])), last=token)
        if op == REDO:
            step = Step(body["of"], body.get("name", REDO), Delta.parse(body["delta"]))
            return replace(self._redone(step), last=token)
        if op == LOAD:
            return self._loaded(Step(token, LOAD, Delta.parse(body["delta"])), body["file_sha256"])
        if op == PUBLISH:
            # what others did between writing the file and saving that it was written is not in the file
            same = body.get("of", self.last) == self.last
            return replace(self, files=self.files | {body["file_sha256"]}, published=self.draft if same else None)
        return self

    def edited(self, step: Step) -> Work:
        """The work after one more step, which ends what could be redone; see `after` for what is raised."""
        return replace(
            self, draft=self.draft.apply(step.delta), undoable=(*self.undoable, step), redoable=(), last=step.token
        )

    def _undone(self, token: str, delta: Delta) -> Work:
        step = next((one for one in reversed(self.undoable) if one.token == token), None)
        if step is None:
            raise Outdated(f"the step {token}")
        left = tuple(one for one in self.undoable if one.token != token)
        return replace(self, draft=self.draft.apply(delta), undoable=left, redoable=(*self.redoable, step))

    def _redone(self, step: Step) -> Work:
        if any(one.token == step.token for one in self.undoable):
            raise Outdated(f"the step {step.token}")
        if all(one.token != step.token for one in self.redoable):
            return self.edited(step)  # somebody else's edit has ended what could be redone; this is an edit then
        left = tuple(one for one in self.redoable if one.token != step.token)
        return replace(self, draft=self.draft.apply(step.delta), undoable=(*self.undoable, step), redoable=left)

    def _loaded(self, step: Step, file: str) -> Work:
        if file in self.files:
            return self  # another session was faster
        loaded = self.edited(step) if step.delta else self
        return replace(loaded, files=self.files | {file}, published=loaded.draft)


def replay(events: Iterable[Event], work: Work | None = None) -> Work:
    """The work that a log records, or that `work` has become by further events.

    Raises:
        Outdated: the log contradicts itself, which no program of ours writes.
    """
    present = work or Work()
    for event in events:
        present = present.after(event.op, event.body, event.token)
    return present


class Rebased(NamedTuple):
    """Changes repeated on top of other people's: the work then, those that still made sense, and those that did not."""

    work: Work
    kept: tuple[Change, ...]
    dropped: tuple[Change, ...]


def rebase(saved: Work, events: Sequence[Event], pending: Sequence[Change]) -> Rebased:
    """Repeat pending changes, in order, after the events that somebody else has appended to `saved`.

    A change still makes sense when everything it changes is as it found it, and every end it needs is there. A
    document that was published without what others did is not done.
    """
    work = replay(events, saved)
    kept: list[Change] = []
    dropped: list[Change] = []
    for change in pending:
        try:
            work = work.after(change.op, change.body, change.token)
        except Outdated:
            dropped.append(change)
        else:
            stale = change.op == PUBLISH and work.published is not work.draft
            kept.append(replace(change, state=State.IN_PROGRESS) if stale else change)
    return Rebased(work, tuple(kept), tuple(dropped))
