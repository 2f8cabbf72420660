"""Audit annotations where they are: every author of a batch and what adjudication made of them, a release, a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from schemas import Schema
from workbench.core.errors import UsageMistake
from workbench.core.records import AnnotatedDocument
from workbench.corpus.annotation_files import Collection, document_folder_of, is_annotation_file
from workbench.corpus.reading import read_annotated
from workbench.corpus.releases import GOLD, Release, release_names, version_key
from workbench.corpus.tasks import BATCH_FILE, Batch
from workbench.review.adjudication.decisions import read_decisions
from workbench.review.adjudication.docket import open_docket
from workbench.review.consistency import LEAST_DROP, Finding, audit
from workbench.review.consistency.pages import is_readable


class Audited(NamedTuple):
    """What the audit found in one source: an author's folder, a release, a file, or what adjudication made of a batch.

    `documents` is the number of those that were audited; `left_out` are documents that cannot be: without a text, or
    with an annotation that does not hold together. `against` is the earlier state that counts were compared with.
    `stale` are the keys of answers that answer nothing any more. `outcome`: the source is a folder of decisions, and
    what they and the passes make was audited.
    """

    source: Path
    documents: int
    findings: tuple[Finding, ...]
    against: Path | None = None
    left_out: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    outcome: bool = False

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings without an answer."""
        return tuple(finding for finding in self.findings if finding.answer is None)


class _Earlier(NamedTuple):
    """An earlier state of the annotations, and where it is."""

    path: Path | None
    documents: Sequence[AnnotatedDocument]


def audit_path(
    path: Path, schema: Schema, against: Path | None = None, least_drop: float = LEAST_DROP
) -> tuple[Audited, ...]:
    """Audit what people annotated at `path`: each author of a batch by itself, a release, a folder or a file.

    Of an adjudicated batch the outcome comes last.

    Counts are compared with those at `against`, by default with the project's last release (of a release: the one
    before it). An annotation file in a folder is compared with its neighbours, and only its own findings are given.

    Raises:
        UsageMistake: there is nothing to audit, or nothing at `against`.
        FaultyData: files are broken; all faults.
    """
    if not (path / BATCH_FILE).is_file():
        return (_audit_source(path, schema, against, least_drop),)
    batch = Batch.at(path)
    batch.documents()
    authors = batch.authors()
    if not authors:
        raise UsageMistake(f"{path}: nobody has annotated this batch yet; import or label something first")
    passes = [_audit_source(batch.annotations_folder / name, schema, against, least_drop) for name in authors]
    return (*passes, *_audit_outcome(batch, schema, against, least_drop))


def _audit_outcome(batch: Batch, schema: Schema, against: Path | None, least_drop: float) -> Iterator[Audited]:
    """What a batch's passes and decisions make, if anything has been decided; answers are about this."""
    if not any(batch.adjudication_file(doc_id).is_file() for doc_id in batch.document_ids()):
        return
    entries = open_docket(batch, schema)
    documents = [
        AnnotatedDocument(one.document.doc_id, one.merged.annotation, one.document.text, one.document.zones)
        for one in entries
    ]
    own = {document.doc_id for document in documents}
    earlier = _earlier(batch, schema, against)
    answers = _answers(batch, own)
    before = [document for document in earlier.documents if document.doc_id in own]
    found = audit(documents, schema, answers, before, least_drop)
    keys = {finding.key for finding in found}
    stale = tuple(key for given in answers.values() for key in given if key not in keys)
    yield Audited(batch.adjudication_folder, len(own), found, earlier.path, (), stale, outcome=True)


def _audit_source(source: Path, schema: Schema, against: Path | None, least_drop: float) -> Audited:
    found_in = document_folder_of(source)
    owner = None if isinstance(found_in, Collection) else found_in  # a collection has no history to be held against
    documents, own = _read(source, schema, owner)
    earlier = _earlier(owner, schema, against)
    whole = isinstance(owner, Release) and source.is_dir()
    before = [document for document in earlier.documents if whole or document.doc_id in own]
    answers = _answers(owner, own)
    findings = audit(documents, schema, answers, before, least_drop)
    found = tuple(finding for finding in findings if whole or finding.doc_id in own)
    keys = {finding.key for finding in found}
    stale = [key for given in answers.values() for key in given if key not in keys] if whole else []
    left_out = [document.doc_id for document in documents if document.doc_id in own and not is_readable(document)]
    return Audited(source, len(own) - len(left_out), found, earlier.path, tuple(left_out), tuple(stale))


def _read(source: Path, schema: Schema, owner: Batch | Release | None) -> tuple[Sequence[AnnotatedDocument], set[str]]:
    """The documents to compare with each other, and the ids of those that are asked about."""
    asked = read_annotated(source, schema)
    own = {document.doc_id for document in asked}
    if owner is not None and source.is_file() and is_annotation_file(source):
        return read_annotated(source.resolve().parent, schema), own
    return asked, own


def _earlier(owner: Batch | Release | None, schema: Schema, against: Path | None) -> _Earlier:
    if against is not None:
        return _Earlier(against, read_annotated(against, schema))
    if owner is None:
        return _Earlier(None, ())
    root = owner.root if isinstance(owner, Batch) else owner.folder.resolve().parent.parent
    names = release_names(root)
    if isinstance(owner, Release):
        names = tuple(name for name in names if version_key(name) < version_key(owner.version))
    if not names:
        return _Earlier(None, ())
    path = root / GOLD / names[-1]
    return _Earlier(path, read_annotated(path))


def _answers(owner: Batch | Release | None, doc_ids: set[str]) -> dict[str, Mapping[str, str]]:
    if owner is None:
        return {}
    file = owner.adjudication_file if isinstance(owner, Batch) else owner.decisions_file
    return {doc_id: read_answers(file(doc_id)) for doc_id in owner.document_ids() if doc_id in doc_ids}


def read_answers(file: Path) -> Mapping[str, str]:
    """The reasons why findings about a document stand, by key, from its file of decisions; none when there is no file.

    Raises:
        FaultyData: the file is broken; all faults.
    """
    if not file.is_file():
        return {}
    return {answer.finding: answer.reason for answer in read_decisions(file).answers}
