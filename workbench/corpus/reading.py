"""Read annotated documents from wherever they are: a folder of annotation files, one such file, or JSON lines.

Annotation files inside a batch get the text and the zones of the batch's documents.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schemas import Schema
from workbench import DEFAULT_SCHEMA
from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import read_json, reading
from workbench.core.records import AnnotatedDocument
from workbench.corpus.tasks import Batch
from workbench.formats import native, plain


def read_annotated(path: Path, schema: Schema | None = None) -> tuple[AnnotatedDocument, ...]:
    """Read all annotated documents at `path`, ordered by document id.

    Raises:
        UsageMistake: nothing is there, a pipe is, or a folder without annotation files.
        FaultyData: files are broken, or name one document twice; all faults of all files.
    """
    if not path.exists():
        raise UsageMistake(f"{path}: no such file or folder{_siblings(path)}")
    if path.is_dir():
        documents = _read_folder(path)
    elif not path.is_file():
        raise UsageMistake(f"{path}: neither a file nor a folder; write its content to a file first")
    elif is_native(path):
        documents = (_in_batch(native.read(path), path),)
    else:
        documents = tuple(line.document for line in plain.read(path, schema))
    return tuple(sorted(documents, key=lambda document: document.doc_id))


def schema_of(path: Path) -> str:
    """The schema of the batch at or around `path`; the default schema outside of batches."""
    batch = Batch.at(path) if (path / "batch.toml").is_file() else enclosing_batch(path)
    return batch.schema_name if batch else DEFAULT_SCHEMA


def _siblings(path: Path) -> str:
    if not path.parent.is_dir():
        return ""
    names = sorted(entry.name for entry in path.parent.iterdir() if not entry.name.startswith("."))
    return f"; {path.parent} holds {', '.join(names[:8])}" if names else ""


def annotation_files(folder: Path) -> tuple[Path, ...]:
    """The annotation files of one author or program, by name."""
    return tuple(sorted(file for file in folder.glob("*.json") if not file.name.startswith(".")))


def _read_folder(folder: Path) -> tuple[AnnotatedDocument, ...]:
    files = annotation_files(folder)
    if not files:
        inside = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
        hint = f"; name one of its folders: {', '.join(inside)}" if inside else ""
        raise UsageMistake(f"{folder}: a folder without annotation files{hint}")
    documents: list[AnnotatedDocument] = []
    faults: list[Fault] = []
    owner: dict[str, Path] = {}
    for file in files:
        try:
            document = _in_batch(native.read(file), file)
        except FaultyData as error:
            faults += error.faults
            continue
        if document.doc_id in owner:
            message = f"document {document.doc_id!r} is already in {owner[document.doc_id].name}"
            faults.append(Fault(message, "doc_id", file, rule="ids"))
        owner.setdefault(document.doc_id, file)
        documents.append(document)
    if faults:
        raise FaultyData(faults)
    return tuple(documents)


def _in_batch(annotated: AnnotatedDocument, file: Path) -> AnnotatedDocument:
    """Add text and zones when the file lies in a batch that has the document."""
    batch = enclosing_batch(file)
    if batch is None or annotated.doc_id not in batch.document_ids():
        return annotated
    document = batch.document(annotated.doc_id)
    return annotated._replace(text=document.text, zones=document.zones)


def enclosing_batch(path: Path) -> Batch | None:
    """The batch whose folder contains `path`, if any."""
    for folder in path.resolve().parents:
        if (folder / "batch.toml").is_file():
            return Batch.at(folder)
    return None


def is_native(path: Path) -> bool:
    """Tell an annotation file from JSON lines by its content: only the former starts with a brace alone on its line."""
    with reading(path), path.open("rb") as file:
        lines = (line.decode(errors="replace").strip() for line in file)
        first = next((line for line in lines if line), "")
    if first != "{":
        return False
    content: Any = read_json(path)
    return native.is_native(content)
