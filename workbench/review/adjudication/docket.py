"""The docket of a batch: for each document the passes over it, the decisions about it, and what they make together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas import Schema
from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import write_text
from workbench.core.records import Annotation, Document
from workbench.corpus.reading import read_annotated
from workbench.corpus.tasks import Batch
from workbench.review.adjudication.decisions import Decisions, dump, read_decisions
from workbench.review.adjudication.merging import Merged, empty_decisions, merge


class Entry(NamedTuple):
    """One document under adjudication; `merged` is what its passes and decisions make."""

    document: Document
    passes: Mapping[str, Annotation]
    decisions: Decisions
    merged: Merged


def open_docket(batch: Batch, schema: Schema) -> tuple[Entry, ...]:
    """Read and merge every document of a batch that somebody has annotated, in the order of their ids.

    Raises:
        UsageMistake: nobody has annotated anything.
        FaultyData: documents, annotations or decisions are broken; all faults of all files.
    """
    faults: list[Fault] = []
    passes: dict[str, dict[str, Annotation]] = defaultdict(dict)
    for author in batch.authors():
        try:
            for annotated in read_annotated(batch.annotations_folder / author, schema):
                passes[annotated.doc_id][author] = annotated.annotation
        except FaultyData as error:
            faults += error.faults
    if not passes and not faults:
        raise UsageMistake(f"{batch.folder}: nobody has annotated this batch yet; there is nothing to adjudicate")
    entries = []
    for document in batch.documents():
        if document.doc_id not in passes:
            continue
        file = batch.adjudication_file(document.doc_id)
        try:
            decisions = read_decisions(file) if file.is_file() else empty_decisions(document)
            entries.append(entry_of(document, passes[document.doc_id], decisions, schema))
        except FaultyData as error:
            faults += [
                fault if fault.source else fault._replace(message=f"{document.doc_id}: {fault.message}")
                for fault in error.faults
            ]
    if faults:
        raise FaultyData(faults)
    return tuple(entries)


def entry_of(document: Document, passes: Mapping[str, Annotation], decisions: Decisions, schema: Schema) -> Entry:
    """Merge one document; see `merging.merge` for what is raised."""
    return Entry(document, passes, decisions, merge(document, passes, decisions, schema))


def save(batch: Batch, entries: Iterable[Entry]) -> None:
    """Write the decisions of every document that has some, each file whole or not at all.

    Raises:
        EnvironmentFailure: a file cannot be written.
    """
    for entry in entries:
        if entry.decisions.decisions or entry.decisions.answers:
            write_text(batch.adjudication_file(entry.document.doc_id), dump(entry.decisions))
