"""Read annotated documents from wherever they are: a gold release, a folder, one annotation file, or JSON lines.

Annotation files inside a batch or a release get the text and the zones of its documents.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schemas import Schema
from workbench import DEFAULT_SCHEMA
from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import read_json, reading
from workbench.core.records import AnnotatedDocument
from workbench.corpus.documents import has_document
from workbench.corpus.releases import MANIFEST_FILE, Release, check_whole, is_release
from workbench.corpus.tasks import BATCH_FILE, Batch
from workbench.formats import native, plain

_HEAD = 200
"""The format stands in the first characters of an annotation file that is one line."""


def read_annotated(path: Path, schema: Schema | None = None) -> tuple[AnnotatedDocument, ...]:
    """Read all annotated documents at `path`, ordered by document id.

    Raises:
        UsageMistake: nothing is there, a pipe is, or a folder without annotation files.
        FaultyData: files are broken, or name one document twice; all faults of all files.
    """
    if not path.exists():
        raise UsageMistake(f"{path}: no such file or folder{_siblings(path)}")
    if path.is_dir() and is_release(path):
        release = Release.at(path)
        check_whole(release)
        documents = _read_folder(release.annotations_folder)
    elif path.is_dir():
        documents = _read_folder(path)
    elif not path.is_file():
        raise UsageMistake(f"{path}: neither a file nor a folder; write its content to a file first")
    elif is_native(path):
        documents = (_with_document(native.read(path), path),)
    else:
        documents = tuple(line.document for line in plain.read(path, schema))
    return tuple(sorted(documents, key=lambda document: document.doc_id))


def schema_of(path: Path) -> str:
    """The schema of the release or the batch at or around `path`; the default schema outside of both."""
    release = Release.at(path) if is_release(path) else enclosing_release(path)
    if release is not None and release.schema_file.is_file():
        return str(release.schema_file)
    batch = Batch.at(path) if (path / BATCH_FILE).is_file() else enclosing_batch(path)
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
    if (folder / "croissant.json").is_file() and (folder / "annotations").is_dir():
        raise UsageMistake(f"{folder}: a gold release without its {MANIFEST_FILE}; restore it")
    if not files:
        inside = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
        hint = f"; name one of its folders: {', '.join(inside)}" if inside else ""
        raise UsageMistake(f"{folder}: a folder without annotation files{hint}")
    documents: list[AnnotatedDocument] = []
    faults: list[Fault] = []
    owner: dict[str, Path] = {}
    for file in files:
        try:
            document = _with_document(native.read(file), file)
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


def _with_document(annotated: AnnotatedDocument, file: Path) -> AnnotatedDocument:
    """Add text and zones when the file lies in a batch or a release that has the document."""
    owner = document_folder_of(file)
    if owner is None or not has_document(owner.documents_folder, annotated.doc_id):
        return annotated
    document = owner.document(annotated.doc_id)
    return annotated._replace(text=document.text, zones=document.zones)


def document_folder_of(path: Path) -> Batch | Release | None:
    """The batch or release at or around `path`, if any: it has the documents that annotations at `path` are of."""
    if is_release(path):
        return Release.at(path)
    if (path / BATCH_FILE).is_file():
        return Batch.at(path)
    return enclosing_release(path) or enclosing_batch(path)


def enclosing_release(path: Path) -> Release | None:
    """The gold release whose folder contains `path`, if any."""
    return next((Release(folder) for folder in path.resolve().parents if is_release(folder)), None)


def enclosing_batch(path: Path) -> Batch | None:
    """The batch whose folder contains `path`, if any."""
    for folder in path.resolve().parents:
        if (folder / BATCH_FILE).is_file():
            return Batch.at(folder)
    return None


def is_native(path: Path) -> bool:
    """Tell an annotation file from JSON lines by its content: it starts with a brace alone, or names its format."""
    with reading(path), path.open("rb") as file:
        lines = (line.decode(errors="replace").strip() for line in file)
        first = next((line for line in lines if line), "")
    if first != "{" and '"workbench-annotation/' not in first[:_HEAD]:
        return False
    content: Any = read_json(path)
    return native.is_native(content)
