"""Pushing annotators' annotations into tasks: new ones once, changed ones where nobody has changed them there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from workbench.annotation.label_studio.answers import kept_entries, kept_of, received
from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.memory import Agreed, Memory, recall, remember, with_agreed
from workbench.annotation.label_studio.people import Authorship, People, import_id, unique_id
from workbench.annotation.label_studio.present import PresentAnswer, PresentTask
from workbench.annotation.label_studio.projects import Project
from workbench.annotation.label_studio.spool import Spool
from workbench.annotation.label_studio.wanted import (
    WantedAnswer,
    WantedTask,
    Wish,
    keeps_as_much,
    merged_meta,
)
from workbench.annotation.publishing import answer_hash


class _There(NamedTuple):
    """What an annotation there says: the hash of the file it would make (None: none), and whether that says all."""

    sha256: str | None
    is_whole: bool


class AnswerPusher:
    """Sends annotations into the tasks of one project; with `overwrite` also over what was changed there."""

    def __init__(
        self, client: Client, project: Project, wish: Wish, spool: Spool, people: People, overwrite: bool
    ) -> None:
        self.client = client
        self.project = project
        self.wish = wish
        self.spool = spool
        self.people = people
        self.overwrite = overwrite

    def send(
        self, doc_id: str, task: PresentTask | None, imported: int | None, wanted: WantedTask, counts: Counter[str]
    ) -> Iterator[str]:
        """Send a document's annotations; why some were left alone.

        `task` is the task as it was found; one that has only now been `imported` has no annotations yet.
        """
        number = task.id if task is not None else imported
        if number is None or (task is not None and task.text_sha256 != wanted.text_sha256 and task.holds_work):
            return
        memory = recall(self.wish.batch, doc_id, self.project.url)
        if memory is not None and memory.task != number:  # the former task was deleted
            memory = memory.model_copy(update={"agreed": {}})
        settled = []
        for one in wanted.answers:
            present = self._present(task, one.name, doc_id)
            if len(present) > 1:
                numbers = ", ".join(str(answer.id) for answer in present)
                yield (
                    f"{doc_id}: {one.name} has several annotations in task {number} ({numbers}); delete all but one in "
                    "Label Studio"
                )
                continue
            said = self._send(doc_id, number, task, (one, present[0] if present else None, memory), counts)
            if isinstance(said, str):
                yield said
                continue
            settled.append(one.name)
            memory = with_agreed(memory, number, one.name, said)
        if settled and memory is not None:
            self._keep_meta(task, wanted, settled, counts)
            remember(self.wish.batch, doc_id, self.project.url, memory)

    def repeats(self, task: PresentTask, wanted: WantedTask) -> bool:
        """Tell whether all work in a task is annotations as they are sent, by us, to the document's task."""
        sent = {
            (import_id(self.project.id, wanted.doc_id, one.name), one.result_sha256, one.ground_truth)
            for one in wanted.answers
        }
        return not task.drafts and all(
            (one.import_id, one.result_sha256, one.ground_truth) in sent and not one.skipped for one in task.answers
        )

    def _send(
        self,
        doc_id: str,
        number: int,
        task: PresentTask | None,
        pair: tuple[WantedAnswer, PresentAnswer | None, Memory | None],
        counts: Counter[str],
    ) -> Agreed | str:
        """Send one annotation if it is to be sent: what both sides agree on then, or why it was left alone."""
        one, present, memory = pair
        agreed = memory.agreed.get(one.name) if memory is not None else None
        if present is None:
            if agreed is not None and not self.overwrite and task is not None:
                return f"{doc_id}: the annotation of {one.name} was deleted in Label Studio; --overwrite sends it again"
            made = self.client.write("POST", f"/api/tasks/{number}/annotations/", self._new(doc_id, one))
            counts["annotations sent"] += 1
            return Agreed(annotation=made["id"], file_sha256=one.file_sha256, answer_sha256=one.answer_sha256)
        settled = Agreed(annotation=present.id, file_sha256=one.file_sha256, answer_sha256=one.answer_sha256)
        if present.result_sha256 == one.result_sha256 and not present.skipped:
            return settled
        there = self._content(present, task, doc_id, one.name)
        if there.sha256 == one.answer_sha256 and there.is_whole and not present.skipped:
            return settled
        if not self.overwrite and (reason := self._against(there, present, agreed)):
            return f"{doc_id}: annotation {present.id} by {one.name} {reason}"
        body = {"result": self.spool.record(one.place)["result"], "was_cancelled": False}
        self.client.write("PATCH", f"/api/annotations/{present.id}/", body)
        counts["annotations updated"] += 1
        return settled

    def _new(self, doc_id: str, one: WantedAnswer) -> dict[str, Any]:
        body: dict[str, Any] = self.spool.record(one.place)
        body |= {
            "unique_id": unique_id(self.project.id, doc_id, one.name),
            "import_id": import_id(self.project.id, doc_id, one.name),
        }
        user = self.people.numbers.get(one.name)
        return body if user is None else {**body, "completed_by": user}

    def _present(self, task: PresentTask | None, name: str, doc_id: str) -> list[PresentAnswer]:
        """An annotator's annotations of a task: those that were pushed, and those of the user with this name."""
        if task is None:
            return []
        candidates = (*self.wish.batch.authors(), *(str(entry.get("author")) for entry in kept_entries(task.meta)))
        authors = Authorship(self.project.id, doc_id, self.people, tuple(dict.fromkeys(candidates)))
        own = [one for one in task.answers if authors.name_of(one.import_id, one.completed_by) == name]
        return [one for one in own if not one.skipped] or own

    def _against(self, there: _There, present: PresentAnswer, agreed: Agreed | None) -> str:
        """What speaks against sending over an annotation as it is there; empty: nothing."""
        if present.skipped:
            return "was skipped in Label Studio; --overwrite takes that back and sends it"
        if not there.is_whole:
            return "holds results there that cannot be read; mend them in Label Studio, or --overwrite them"
        if agreed is None or there.sha256 != agreed.answer_sha256:
            pulling = f"workbench studio pull {self.wish.batch.name}"
            return f"was changed in Label Studio; pull it first ({pulling}), or --overwrite it"
        return ""

    def _content(self, present: PresentAnswer, task: PresentTask | None, doc_id: str, name: str) -> _There:
        """What an annotation as it is there says."""
        raw = self.client.get(f"/api/annotations/{present.id}/")
        meta = task.meta if task is not None else None
        document = self.wish.batch.document(doc_id)
        read = received(raw.get("result"), kept_of(meta, name), document, self.wish.schema, name)
        is_whole = not any(fault.severity == "error" for fault in read.faults)
        return _There(None if read.annotation is None else answer_hash(read.annotation), is_whole)

    def _keep_meta(self, task: PresentTask | None, wanted: WantedTask, names: list[str], counts: Counter[str]) -> None:
        """Let the task keep what its annotations have no field for."""
        if task is None:
            return  # it was imported with it
        meta: Mapping[str, Any] = merged_meta(task.meta, self.spool.record(wanted.place)["meta"], names)
        if not keeps_as_much(task.meta, meta):
            self.client.write("PATCH", f"/api/tasks/{task.id}/", {"meta": meta})
            counts["tasks updated"] += 1
