"""Annotation files of the workbench as a collection: a gold release, a folder of such files, or one of them.

Inside a batch or a release, and beside a folder `documents/`, they get the text and the zones of their documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.files import read_json, reading
from workbench.core.records import AnnotatedDocument, Document
from workbench.corpus.documents import document_ids, dump_document, has_document, read_one
from workbench.corpus.releases import MANIFEST_FILE, Release, check_whole, is_release
from workbench.corpus.tasks import BATCH_FILE, Batch
from workbench.formats import native
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.losses import Loss
from workbench.formats.naming import file_stem, refuse_mark

FORMAT = Format("native", "annotation files of the workbench", (".json",), "folder", writes=(".json", ".txt"))

_HEAD = 200
"""The format stands in the first characters of an annotation file that is one line."""

_SIGN = b'"workbench-annotation/'
_DOCUMENTS = "documents"


class Collection(NamedTuple):
    """A folder of annotation files with a folder `documents/` beside them, as `workbench convert` writes it."""

    folder: Path

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"collection {self.folder.name}"

    @property
    def documents_folder(self) -> Path:
        """Where texts and their records are."""
        return self.folder / _DOCUMENTS

    def document_ids(self) -> tuple[str, ...]:
        """Ids of all documents, as they are in the names of files."""
        return document_ids(self.documents_folder)

    def document(self, doc_id: str) -> Document:
        """Read one document; see `workbench.corpus.documents.read_one` for what is raised."""
        return read_one(self.documents_folder, doc_id, self.label)


def recognise(sample: Sample) -> bool:
    """Tell whether a folder is a release or has annotation files in it, or a file is one."""
    if sample.record is not None:
        return native.is_native(sample.record)
    if not sample.names:
        return False
    if is_release(sample.path):
        return True
    first = next((name for name in sample.names if name.endswith(".json") and "/" not in name), None)
    if first is None:
        return False
    with reading(sample.path / first), (sample.path / first).open("rb") as file:
        return _SIGN in file.read(_HEAD)


def is_certain(sample: Sample) -> bool:
    """Tell whether the content is ours and nothing beside it can be of another format."""
    ours = (".json", ".txt", ".toml", ".md", ".yaml")
    return recognise(sample) and all(name.endswith(ours) for name in sample.names)


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read the files one by one; a broken one is faults of its own.

    Raises:
        UsageMistake: a folder without annotation files.
        FaultyData: a release that is not what its manifest says.
    """
    del settings
    for file in files_of(path):
        try:
            annotated = native.read(file)
            known = document_of(annotated, file)
        except FaultyData as error:
            yield ReadDocument(None, file, faults=error.faults)
            continue
        if known is not None:
            annotated = annotated._replace(text=known.text, zones=known.zones)
        yield ReadDocument(annotated, file, source_document=known)


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Nothing: all of a document is kept."""
    del document, settings
    yield from ()


def writer(path: Path, settings: WriteSettings) -> AnnotationFilesWriter:
    """Begin a folder."""
    del settings
    return AnnotationFilesWriter(path)


class AnnotationFilesWriter:
    """Writes an annotation file for each document, and what is known of the document into `documents/` beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            EnvironmentFailure: the place is not writable.
        """
        if document.text is not None:
            refuse_mark(document.doc_id, document.text)
        stem = file_stem(document.doc_id)
        (self._folder / f"{stem}.json").write_text(native.dump(document.annotation), encoding="utf-8", newline="\n")
        if document.text is None:
            return
        raw_sha256 = hashlib.sha256(document.text.encode()).hexdigest()  # no raw text but this one is known
        self.write_document(
            Document(doc_id=document.doc_id, text=document.text, raw_sha256=raw_sha256, zones=document.zones)
        )

    def write_document(self, document: Document) -> None:
        """Write all that is known of a document.

        Raises:
            FaultyData: its text begins with U+FEFF, which is no part of a text in files.
        """
        refuse_mark(document.doc_id, document.text)
        stem = file_stem(document.doc_id)
        folder = self._folder / _DOCUMENTS
        folder.mkdir(exist_ok=True)
        files = dump_document(document)
        (folder / f"{stem}.txt").write_bytes(files.text.encode())
        (folder / f"{stem}.json").write_bytes(files.record.encode())

    def close(self) -> None:
        """Nothing is left to do."""


def files_of(path: Path) -> tuple[Path, ...]:
    """The annotation files of a release, of a folder, or the one file; by name.

    Raises:
        UsageMistake: a folder without annotation files.
        FaultyData: a release that is not what its manifest says.
    """
    if path.is_file():
        return (path,)
    folder = path
    if is_release(path):
        release = Release.at(path)
        check_whole(release)
        folder = release.annotations_folder
    if (folder / "croissant.json").is_file() and (folder / "annotations").is_dir():
        raise UsageMistake(f"{folder}: a gold release without its {MANIFEST_FILE}; restore it")
    files = annotation_files(folder)
    if not files:
        inside = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
        hint = f"; name one of its folders: {', '.join(inside)}" if inside else ""
        raise UsageMistake(f"{folder}: a folder without annotation files{hint}")
    return files


def annotation_files(folder: Path) -> tuple[Path, ...]:
    """The annotation files of one author or program, by name."""
    return tuple(sorted(file for file in folder.glob("*.json") if not file.name.startswith(".")))


def document_of(annotated: AnnotatedDocument, file: Path) -> Document | None:
    """The document of an annotation, when its file lies where the document is known."""
    owner = document_folder_of(file)
    if owner is None:
        return None
    name = file_stem(annotated.doc_id) if isinstance(owner, Collection) else annotated.doc_id
    return owner.document(name) if has_document(owner.documents_folder, name) else None


def document_folder_of(path: Path) -> Batch | Release | Collection | None:
    """What has the documents that annotations at `path` are of: a batch, a release, a folder that has `documents/`."""
    if is_release(path):
        return Release.at(path)
    if (path / BATCH_FILE).is_file():
        return Batch.at(path)
    found = enclosing_release(path) or enclosing_batch(path)
    if found is not None:
        return found
    folder = path if path.is_dir() else path.parent
    return Collection(folder) if (folder / _DOCUMENTS).is_dir() else None


def enclosing_release(path: Path) -> Release | None:
    """The gold release whose folder contains `path`, if any."""
    return next((Release(folder) for folder in path.resolve().parents if is_release(folder)), None)


def enclosing_batch(path: Path) -> Batch | None:
    """The batch whose folder contains `path`, if any."""
    for folder in path.resolve().parents:
        if (folder / BATCH_FILE).is_file():
            return Batch.at(folder)
    return None


def is_annotation_file(path: Path) -> bool:
    """Tell an annotation file from JSON lines by its content: it starts with a brace alone, or names its format."""
    with reading(path), path.open("rb") as file:
        lines = (line.decode(errors="replace").strip() for line in file)
        first = next((line for line in lines if line), "")
    if first != "{" and _SIGN.decode() not in first[:_HEAD]:
        return False
    content: Any = read_json(path)
    return native.is_native(content)
