"""Publishing: a finished draft becomes the annotator's file in the batch, and files that others made are read back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from schemas import Schema
from workbench import __version__
from workbench.annotation.drafts.draft import Draft
from workbench.core.checks import check
from workbench.core.errors import Fault, FaultyData
from workbench.core.files import read_bytes, write_text
from workbench.core.records import Annotation, Document, Provenance, SchemaStamp
from workbench.formats import native

PROGRAM = "workbench label"
"""The program that annotations made here name in their provenance."""

UNREADABLE = ("schema", "offsets", "text", "ends", "ids", "type", "loops")
"""Rules of checking without which work cannot go on from a file; what else is wrong is among the problems."""


class Published(NamedTuple):
    """An annotation file as it lies in the batch; `sha256` is the hash of its bytes."""

    path: Path
    sha256: str
    annotation: Annotation


def file_hash(path: Path) -> str | None:
    """SHA-256 of a file's bytes in hexadecimal; None when there is no file.

    Raises:
        EnvironmentFailure: it cannot be read.
    """
    return hashlib.sha256(read_bytes(path)).hexdigest() if path.exists() else None


def read_published(path: Path, document: Document, schema: Schema) -> Published:
    """Read an annotator's file so that work can go on from it.

    Raises:
        UsageMistake: there is no such file any more.
        FaultyData: it is not an annotation of this text, or was made with a schema that this one cannot read.
        EnvironmentFailure: it cannot be read.
    """
    sha256 = None
    while sha256 is None or sha256 != file_hash(path):  # somebody may be writing it
        sha256 = file_hash(path)
        annotation = native.read(path).annotation
    faults = [
        fault._replace(source=path)
        for fault in check(annotation, schema, document.text, document.zones)
        if fault.severity == "error" and fault.rule in UNREADABLE
    ]
    if annotation.doc_id != document.doc_id:
        message = f"an annotation of {annotation.doc_id!r}, not of {document.doc_id!r}"
        faults.insert(0, Fault(message, "doc_id", path, rule="doc-id"))
    if annotation.text_sha256 not in (None, document.text_sha256):
        message = "an annotation of another text than the document's; carry it over (workbench prepare --carry)"
        faults.insert(0, Fault(message, "text_sha256", path, rule="text"))
    if faults:
        raise FaultyData(faults)
    return Published(path, sha256, annotation)


def answer(draft: Draft, document: Document, schema: Schema, annotator: str) -> Annotation:
    """The annotation that a draft is: with author, stamps and finished layers (all, unless the annotator says less)."""
    made = draft.annotation(document.doc_id)
    provenance = made.provenance
    if provenance == Provenance():
        provenance = Provenance(program=PROGRAM, version=__version__)
    return made.model_copy(
        update={
            "author": annotator,
            "made_with": SchemaStamp(id=schema.id, version=schema.version, hash=schema.hash),
            "text_sha256": document.text_sha256,
            "finished_layers": schema.finishable if made.finished_layers is None else made.finished_layers,
            "provenance": provenance,
        }
    )


def answer_hash(annotation: Annotation) -> str:
    """SHA-256 of the bytes that an annotation's file would have."""
    return hashlib.sha256(native.dump(annotation).encode()).hexdigest()


def write_answer(path: Path, annotation: Annotation) -> str:
    """Write the file, whole or not at all; the hash of its bytes.

    Raises:
        EnvironmentFailure: the place is not writable.
    """
    content = native.dump(annotation)
    write_text(path, content)
    return hashlib.sha256(content.encode()).hexdigest()
