"""What a release is made from: a batch with its docket, what the batch says of itself, and the release before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from schemas import Schema
from schemas.load import schema_file
from workbench.core.errors import Fault, FaultyData
from workbench.core.files import read_bytes, read_text
from workbench.core.records import AnnotatedDocument
from workbench.core.schema import open_schema
from workbench.corpus.reading import read_annotated
from workbench.corpus.releases import Release, newest_release
from workbench.corpus.tasks import Batch
from workbench.review.consistency import Finding, audit
from workbench.review.adjudication.decisions import Decisions
from workbench.review.adjudication.docket import Entry, open_docket

ABOUT_FILE = "ABOUT.md"
"""In a batch's folder: how its passes were made and by whom, in Markdown; the datasheet quotes it."""

GUIDELINES_FILE = "GUIDELINES.md"
"""Beside a schema's file."""


class Candidate(NamedTuple):
    """A batch that may become the release `version`; `date` is None when the newest decision dates it.

    `schema_bytes` and `guidelines` are the files that the release copies (None: there are no guidelines), `before` is
    the project's last release and `earlier` what it holds.
    """

    batch: Batch
    version: str
    date: str | None
    schema: Schema
    schema_bytes: bytes
    guidelines: bytes | None
    about: str
    entries: tuple[Entry, ...]
    before: Release | None
    earlier: tuple[AnnotatedDocument, ...]

    @property
    def documents(self) -> tuple[AnnotatedDocument, ...]:
        """The documents as gold has them, as far as they are settled."""
        return tuple(annotated(entry) for entry in self.entries)

    @property
    def decisions(self) -> tuple[Decisions, ...]:
        """All decisions, by document."""
        return tuple(entry.decisions for entry in self.entries)


def open_candidate(batch: Batch, version: str, date: str | None = None) -> Candidate:
    """Read everything that a release of a batch needs; nothing is judged yet.

    Raises:
        UsageMistake: nobody has annotated anything.
        FaultyData: documents, annotations, decisions or the last release are broken; all faults of all files.
    """
    schema = open_schema(batch.schema_name)
    faults: list[Fault] = []
    entries: tuple[Entry, ...] = ()
    earlier: tuple[AnnotatedDocument, ...] = ()
    before = newest_release(batch.root)
    try:
        entries = open_docket(batch, schema)
    except FaultyData as error:
        faults += error.faults
    try:
        earlier = read_annotated(before.folder) if before else ()
    except FaultyData as error:
        faults += error.faults
    if faults:
        raise FaultyData(faults)
    file = schema_file(batch.schema_name)
    guidelines, about = file.with_name(GUIDELINES_FILE), batch.folder / ABOUT_FILE
    return Candidate(
        batch=batch,
        version=version,
        date=date,
        schema=schema,
        schema_bytes=read_bytes(file),
        guidelines=read_bytes(guidelines) if guidelines.is_file() else None,
        about=read_text(about).strip() if about.is_file() else "",
        entries=entries,
        before=before,
        earlier=earlier,
    )


def annotated(entry: Entry) -> AnnotatedDocument:
    """A document with what its passes and decisions make."""
    document = entry.document
    return AnnotatedDocument(document.doc_id, entry.merged.annotation, document.text, document.zones)


def audited(
    documents: Sequence[AnnotatedDocument],
    schema: Schema,
    decisions: Sequence[Decisions],
    earlier: Sequence[AnnotatedDocument],
) -> tuple[Finding, ...]:
    """The findings of the audit, marked with the answers of the decisions.

    A finding about a document that is no longer there may be answered in the decisions about any other.
    """
    answers = {one.finding: one.reason for part in decisions for one in part.answers}
    everywhere: Mapping[str, Mapping[str, str]] = {one.doc_id: answers for one in (*documents, *earlier)}
    return audit(documents, schema, everywhere, earlier)
