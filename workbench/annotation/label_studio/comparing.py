"""What was done in a project, held against the batch: for each annotator and document, which side has changed.

There are three contents: the file here, the annotation there, and what both sides agreed on when they were last brought
together. Whichever side alone has changed since is the newer one; where both have, that is a conflict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from schemas import Schema
from workbench.annotation.label_studio.answers import Received, coming_back, kept_entries, kept_of, received
from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.differences import Differences, differences
from workbench.annotation.label_studio.memory import Agreed, Memory, memory_file, recall
from workbench.annotation.label_studio.people import Authorship, People, people_of
from workbench.annotation.label_studio.present import doc_id_of, raw_tasks
from workbench.annotation.label_studio.projects import Project
from workbench.annotation.label_studio.wanted import content_hash
from workbench.annotation.publishing import answer_hash, file_hash, read_published
from workbench.core.errors import Fault, FaultyData
from workbench.core.records import Annotation, Document
from workbench.corpus.tasks import Batch
from workbench.formats.label_studio.controls import OWN, TEXT


class Standing(StrEnum):
    """How the file here and the annotation there stand to each other."""

    SAME = "same"
    NEW = "new there"
    NEWER_THERE = "newer there"
    NEWER_HERE = "newer here"
    DELETED_HERE = "deleted here"
    DELETED_THERE = "deleted there"
    SKIPPED_THERE = "skipped there"
    GONE = "deleted on both sides"
    CONFLICT = "conflict"
    UNREADABLE = "unreadable"


class Compared(NamedTuple):
    """One annotator's annotation of one document on both sides.

    `file_sha256` is the file's hash (None: no file), `answer_sha256` that of the file which the annotation would make;
    `why` tells of a conflict what it is, `differences` what the two sides say.
    """

    doc_id: str
    name: str
    number: int | None
    standing: Standing
    annotation: Annotation | None
    file_sha256: str | None
    answer_sha256: str
    faults: tuple[Fault, ...] = ()
    problems: tuple[Fault, ...] = ()
    why: str = ""
    differences: Differences = Differences()


class ReadTask(NamedTuple):
    """A task compared with the batch; `memory` is what is to be remembered once the files are as they should be.

    A copy is a further task of a document with work in it; only the first one's annotations become files.
    """

    doc_id: str
    compared: tuple[Compared, ...]
    memory: Memory
    is_copy: bool
    skipped: tuple[str, ...]
    drafts: tuple[str, ...]


InProgress = Callable[[str, str], bool]
"""Tells whether an annotator's document has edits in the terminal that are not published yet."""


def read_tasks(
    client: Client, batch: Batch, schema: Schema, project: Project, in_progress: InProgress = lambda *_: False
) -> Iterator[ReadTask]:
    """The tasks of a batch's project, each compared with the batch; tasks of other documents are passed over."""
    reader = TaskReader(batch, schema, project, people_of(client, batch), in_progress)
    known = frozenset(batch.document_ids())
    for raw in raw_tasks(client, project):
        doc_id = doc_id_of(raw)
        if doc_id in known and reader.concerns(raw, doc_id):
            yield reader.read(raw, doc_id)


class TaskReader:
    """Compares the tasks of one project with a batch."""

    def __init__(self, batch: Batch, schema: Schema, project: Project, people: People, in_progress: InProgress) -> None:
        self.batch = batch
        self.schema = schema
        self.project = project
        self.people = people
        self.in_progress = in_progress
        self.worked: dict[str, int] = {}

    def concerns(self, raw: Mapping[str, Any], doc_id: str) -> bool:
        """Tell whether somebody has done anything in a task, now or when it was read before."""
        return bool(raw.get("annotations") or raw.get("drafts")) or memory_file(self.batch, doc_id).exists()

    def read(self, raw: Mapping[str, Any], doc_id: str) -> ReadTask:
        """Compare a task, as the server's JSON has it, with the files of its document."""
        document = self.batch.document(doc_id)
        before = recall(self.batch, doc_id, self.project.url)
        first = self.worked.get(doc_id)
        if raw.get("annotations") or raw.get("drafts"):
            self.worked.setdefault(doc_id, raw["id"])
        candidates = [*self.batch.authors(), *(before.agreed if before else ())]
        candidates += [str(entry.get("author")) for entry in kept_entries(raw.get("meta"))]
        authors = Authorship(self.project.id, doc_id, self.people, tuple(dict.fromkeys(candidates)))
        by_name: dict[str, list[Mapping[str, Any]]] = {}
        skipped: list[str] = []
        facts: list[dict[str, Any]] = []
        for one in raw.get("annotations") or ():
            name = authors.name_of(one.get("import_id"), one.get("completed_by"))
            facts.append({"annotator": name, **_lasting(one)})
            if one.get("was_cancelled") is True:
                skipped.append(name)
            else:
                by_name.setdefault(name, []).append(one)
        compared = [self._compare(raw, document, name, given, before) for name, given in by_name.items()]
        if first is not None:
            why = f"task {raw['id']} is a copy of task {first}, and people have worked on both; delete one of them"
            compared = [one._replace(standing=Standing.CONFLICT, annotation=None, why=why) for one in compared]
        else:
            gone = [name for name in (before.agreed if before else ()) if name not in by_name]
            compared += [self._gone(document, name, before, facts) for name in gone]
        drafts = [self._draft(one) for one in raw.get("drafts") or ()]
        unread = {one.number for one in compared if one.faults or one.annotation is None or OWN in one.annotation.extra}
        memory = Memory(
            task=raw["id"],
            agreed={} if before is None else before.agreed,
            annotations=tuple(self._fact(one, unread) for one in facts),
            drafts=tuple(drafts),
        )
        drawn = tuple(str(one["annotator"]) for one in drafts)
        return ReadTask(doc_id, tuple(compared), memory, first is not None, tuple(skipped), drawn)

    def _fact(self, raw: Mapping[str, Any], unread: set[int | None]) -> dict[str, Any]:
        """What is remembered of an annotation: all but its results, and those too where no item says some of them."""
        keeps = raw.get("was_cancelled") is True or raw.get("id") in unread
        return {key: said for key, said in raw.items() if key != "result" or keeps}

    def _draft(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        address = raw.get("user")
        number = next((number for number, known in self.people.addresses.items() if known == address), None)
        name = self.people.name_of(number) if number is not None else str(address)
        return {"annotator": name, **_lasting(raw)}

    # --- comparing ---------------------------------------------------------------------------------------------------

    def _compare(
        self,
        raw: Mapping[str, Any],
        document: Document,
        name: str,
        given: list[Mapping[str, Any]],
        before: Memory | None,
    ) -> Compared:
        path = self.batch.annotation_file(name, document.doc_id)
        number = given[-1]["id"]
        agreed = before.agreed.get(name) if before is not None else None
        nothing = Compared(document.doc_id, name, number, Standing.UNREADABLE, None, file_hash(path), "")
        if raw["data"].get(TEXT) != document.text:
            return nothing._replace(why=f"task {raw['id']} has another text than the document")
        if len({content_hash(one.get("result")) for one in given}) > 1:
            numbers = ", ".join(str(one["id"]) for one in given)
            why = f"{name} has several annotations in task {raw['id']} ({numbers}); delete all but one in Label Studio"
            return nothing._replace(standing=Standing.CONFLICT, why=why)
        read = self._received(raw, document, name, given[-1])
        if read.annotation is None:
            return nothing._replace(faults=read.faults, why=f"annotation {number} cannot be read")
        there = answer_hash(read.annotation)
        here = nothing.file_sha256
        standing, why = self._standing(here, there, agreed, (name, document.doc_id))
        compared = Compared(
            document.doc_id, name, number, standing, read.annotation, here, there, read.faults, read.problems, why
        )
        own = self._own(path, document) if standing is Standing.CONFLICT and here is not None else None
        if own is None:
            return compared
        if coming_back(own, document, self.schema, name) == there:
            return compared._replace(standing=Standing.SAME, why="")
        return compared._replace(differences=differences(own, read.annotation, document.text))

    def _received(self, raw: Mapping[str, Any], document: Document, name: str, given: Mapping[str, Any]) -> Received:
        read = received(given.get("result"), kept_of(raw.get("meta"), name), document, self.schema, name)
        place = Path(f"task {raw['id']} ({document.doc_id}), annotation {given['id']} by {name}")
        return read._replace(
            faults=tuple(fault._replace(source=place) for fault in read.faults),
            problems=tuple(fault._replace(source=place) for fault in read.problems),
        )

    def _standing(  # noqa: PLR0911  # a table of cases
        self, here: str | None, there: str, agreed: Agreed | None, whose: tuple[str, str]
    ) -> tuple[Standing, str]:
        if here == there:
            return Standing.SAME, ""
        unchanged_there = agreed is not None and agreed.answer_sha256 == there
        if here is None:
            if unchanged_there:
                return Standing.DELETED_HERE, ""
            if agreed is not None:
                return Standing.CONFLICT, "the file was deleted here, and the annotation changed there"
            standing = Standing.NEW
        elif agreed is not None and agreed.file_sha256 == here:
            if unchanged_there:
                return Standing.SAME, ""
            standing = Standing.NEWER_THERE
        elif unchanged_there:
            return Standing.NEWER_HERE, ""
        else:
            return Standing.CONFLICT, "the file here and the annotation there have both been changed"
        if self.in_progress(*whose):
            return Standing.CONFLICT, "there are edits in the terminal that are not published yet"
        return standing, ""

    def _own(self, path: Path, document: Document) -> Annotation | None:
        """The annotation in a file; None where it cannot be read with this text and schema."""
        try:
            return read_published(path, document, self.schema).annotation
        except FaultyData:
            return None

    def _gone(
        self, document: Document, name: str, before: Memory | None, facts: Sequence[Mapping[str, Any]]
    ) -> Compared:
        """An annotation that was agreed on and is no answer there any more."""
        agreed = before.agreed[name] if before is not None else None
        number = agreed.annotation if agreed is not None else None
        here = file_hash(self.batch.annotation_file(name, document.doc_id))
        now = next((fact for fact in facts if fact.get("id") == number), None)
        standing, why = Standing.DELETED_THERE, "the annotation was deleted in Label Studio; the file here stays"
        if here is None:
            standing, why = Standing.GONE, ""
        elif now is not None and now.get("was_cancelled") is True:
            standing, why = Standing.SKIPPED_THERE, "the annotation was skipped in Label Studio; the file here stays"
        elif now is not None:
            why = f"annotation {number} goes by the name {now['annotator']} now; the file here stays"
        return Compared(document.doc_id, name, number, standing, None, here, "", why=why)


def _lasting(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What is remembered of an answer: not how long ago it was, and no addresses of people."""
    return {key: said for key, said in raw.items() if key not in ("created_ago", "created_username", "user")}
