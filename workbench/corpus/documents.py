"""Document files: `<id>.txt` holds the clean text and nothing else, `<id>.json` all that is known about it.

Owns the layout of the two files and everything that must hold between them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake, nearest
from workbench.core.files import canonical_json, read_json, read_text
from workbench.core.records import Document, Meta, Zone, record_faults, text_hash
from workbench.core.text import Edit, EditFault, OffsetMap, Span, undo_edits
from workbench.formats.naming import file_stem


class DocumentFiles(NamedTuple):
    """The contents of a document's two files."""

    text: str
    record: str


class _Record(BaseModel):
    """The JSON file: a document without its text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    doc_id: str
    source: str | None
    raw_sha256: str
    text_sha256: str
    meta: Meta
    zones: tuple[Zone, ...]
    sentences: tuple[Span, ...]
    edits: tuple[Edit, ...]


def dump_document(document: Document) -> DocumentFiles:
    """Lay out a document's files: the same document is always the same bytes."""
    record = {
        "doc_id": document.doc_id,
        "source": document.source,
        "raw_sha256": document.raw_sha256,
        "text_sha256": document.text_sha256,
        "meta": document.meta.model_dump(),
        "zones": [zone.model_dump(exclude_defaults=True) for zone in document.zones],
        "sentences": [list(span) for span in document.sentences],
        "edits": [list(edit) for edit in document.edits],
    }
    return DocumentFiles(document.text, canonical_json(record))


def read_document(folder: Path, doc_id: str) -> Document:
    """Read a document from a documents folder and verify that its two files belong together.

    Raises:
        EnvironmentFailure: one of them may not be read.
        FaultyData: one is missing, broken, or does not fit the other; all faults with file and path.
    """
    text_file, record_file = document_files(folder, doc_id)
    faults = [
        Fault("missing; restore it, or run workbench prepare", source=file, rule="document")
        for file in (text_file, record_file)
        if not file.is_file()
    ]
    if faults:
        raise FaultyData(faults)
    text = record = None
    try:
        text = read_text(text_file)
    except FaultyData as error:
        faults += error.faults
    try:
        record = _parse(read_json(record_file), record_file)
    except FaultyData as error:
        faults += error.faults
    if text is not None and record is not None:
        found = _mismatches(text, record, doc_id)
        faults += [Fault(message, path, record_file, rule="document") for path, message in found]
    if text is None or record is None or faults:
        raise FaultyData(faults)
    fields = {name: getattr(record, name) for name in _Record.model_fields if name != "text_sha256"}
    return Document(text=text, **fields)


def document_ids(folder: Path) -> tuple[str, ...]:
    """Ids of all documents of a folder, in order; a document that lost one of its two files is among them.

    Raises:
        EnvironmentFailure: the folder may not be read.
    """
    return tuple(sorted({file.stem for file in entries(folder) if file.suffix in (".txt", ".json")}))


def read_one(folder: Path, doc_id: str, owner: str) -> Document:
    """Read a document that a folder may not have; `owner` says in the message whose documents these are.

    Raises:
        UsageMistake: there is no such document.
        FaultyData: its files are broken or do not fit each other.
    """
    if not has_document(folder, doc_id):
        raise UsageMistake(f"{owner} has no document {doc_id!r}{nearest(doc_id, document_ids(folder))}")
    return read_document(folder, doc_id)


def has_document(folder: Path, doc_id: str) -> bool:
    """Tell whether a folder has a document, or one of its two files."""
    return any(file.is_file() for file in document_files(folder, doc_id))


def read_documents(folder: Path) -> tuple[Document, ...]:
    """Read all documents of a folder, ordered by id.

    Raises:
        FaultyData: files are broken; all faults of all documents.
    """
    documents: list[Document] = []
    faults: list[Fault] = []
    for doc_id in document_ids(folder):
        try:
            documents.append(read_document(folder, doc_id))
        except FaultyData as error:
            faults += error.faults
    if faults:
        raise FaultyData(faults)
    return tuple(documents)


def entries(folder: Path) -> list[Path]:
    """What a folder holds, by name, without hidden entries; nothing when it does not exist.

    Raises:
        EnvironmentFailure: the folder may not be read.
    """
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise EnvironmentFailure(f"{folder}: cannot be read ({error.strerror})") from None


def document_files(folder: Path, doc_id: str) -> tuple[Path, Path]:
    """The paths of a document's text and record."""
    return folder / f"{doc_id}.txt", folder / f"{doc_id}.json"


def _parse(content: Any, file: Path) -> _Record:
    try:
        return _Record.model_validate(content)
    except ValidationError as error:
        raise FaultyData(record_faults(error, file)) from None


def _mismatches(text: str, record: _Record, doc_id: str) -> Iterator[tuple[str, str]]:
    """Everything that keeps text and record from being one document: path and message."""
    if doc_id not in (record.doc_id, file_stem(record.doc_id)):
        yield "doc_id", f"is {record.doc_id!r}, but the file is that of {doc_id!r}"
    if text_hash(text) != record.text_sha256:
        yield "text_sha256", f"{doc_id}.txt is not the text it was made for; restore it, or run workbench prepare"
    else:
        yield from _edit_faults(text, record)
    end = 0
    for index, zone in enumerate(record.zones):
        if zone.end > len(text):
            yield f"zones[{index}].end", f"{zone.end} is past the end of the text ({len(text)} characters)"
        if zone.start < end:
            yield f"zones[{index}].start", f"{zone.start} is before the end of the zone before it ({end})"
        end = zone.end
    end = 0
    for index, span in enumerate(record.sentences):
        if not end <= span.start < span.end <= len(text):
            yield f"sentences[{index}]", f"[{span.start}, {span.end}] is empty, out of order or outside of the text"
        end = span.end


def _edit_faults(text: str, record: _Record) -> Iterator[tuple[str, str]]:
    try:
        raw = undo_edits(text, record.edits)
        OffsetMap(record.edits, len(raw))
    except EditFault as error:
        yield "edits", str(error)
        return
    if hashlib.sha256(raw.encode()).hexdigest() != record.raw_sha256:
        yield "edits", "do not rebuild the raw report (raw_sha256 differs)"
