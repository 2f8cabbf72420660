"""Check annotations where they are: a whole batch, one author's folder, a file, a collection of any format."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from schemas import Schema
from workbench.core.checks import check
from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument
from workbench.corpus.annotation_files import annotation_files, document_folder_of, is_annotation_file
from workbench.corpus.reading import located, other_format, read_annotated
from workbench.corpus.releases import Release, is_release
from workbench.corpus.tasks import Batch
from workbench.formats import plain
from workbench.formats.contract import FormatModule, ReadSettings
from workbench.formats.naming import file_stem
from workbench.formats.plain import in_file


class Checked(NamedTuple):
    """What was checked of one source (an author's folder, a program's, or a file), and what is wrong with it."""

    source: Path
    documents: int
    entities: int
    relations: int
    frames: int
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> int:
        """Number of faults that are errors."""
        return sum(fault.severity == "error" for fault in self.faults)

    @property
    def warnings(self) -> int:
        """Number of faults that are warnings."""
        return len(self.faults) - self.errors


def check_path(path: Path, schema: Schema) -> tuple[Checked, ...]:
    """Check everything annotated at `path`: all authors and programs of a batch, a release, or one folder or file.

    Raises:
        UsageMistake: there is nothing to check.
        FaultyData: the batch's documents are broken; annotations cannot be judged then.
    """
    if (path / "batch.toml").is_file():
        batch = Batch.at(path)
        batch.documents()
        folders = [folder for part in ("annotations", "predictions") for folder in _folders(path / part)]
        if not folders:
            raise UsageMistake(f"{path}: nothing is annotated yet; import or label something first")
        return tuple(_check_folder(folder, schema) for folder in folders)
    if is_release(path):
        release = Release.at(path)
        release.documents()
        return (_check_folder(release.annotations_folder, schema),)
    other = other_format(path)
    if other is not None:
        return (_check_collection(path, other, schema),)
    return (_check_folder(path, schema) if path.is_dir() else _check_file(path, schema),)


def _check_collection(path: Path, module: FormatModule, schema: Schema) -> Checked:
    """Check a collection of another format; faults have the lines of its files."""
    counts: Counter[str] = Counter()
    faults: list[Fault] = []
    for found in module.read(path, ReadSettings(schema)):
        faults += found.faults
        if found.document is None:
            continue
        document = mend(found.document, repair=False, marked=found.marked).document
        faults += [located(fault, found) for fault in check(document.annotation, schema, document.text, document.zones)]
        counts["documents"] += 1
        for group in ("entities", "relations", "frames"):
            counts[group] += len(getattr(document.annotation, group))
    return Checked(path, counts["documents"], counts["entities"], counts["relations"], counts["frames"], tuple(faults))


def _folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []


def _check_folder(folder: Path, schema: Schema) -> Checked:
    """Check each file by itself, so that a broken file hides nothing of the others."""
    files = annotation_files(folder)
    if not files:
        read_annotated(folder, schema)  # says why the folder cannot be read
    checked = [_check_file(file, schema) for file in files]
    return Checked(
        folder,
        sum(one.documents for one in checked),
        sum(one.entities for one in checked),
        sum(one.relations for one in checked),
        sum(one.frames for one in checked),
        tuple(fault for one in checked for fault in one.faults),
    )


def _check_file(file: Path, schema: Schema) -> Checked:
    try:
        items = _read(file, schema)
    except FaultyData as error:
        return Checked(file, 0, 0, 0, 0, error.faults)
    owner = document_folder_of(file)
    faults: list[Fault] = []
    for line, document in items:
        found = check(document.annotation, schema, document.text, document.zones)
        faults += [in_file(fault, file, line) for fault in found]
        if line is None and owner is not None and document.text is None:
            known = nearest(document.doc_id, owner.document_ids())
            message = f"{owner.label} has no document {document.doc_id!r}{known}"
            faults.append(Fault(message, "doc_id", file, rule="ids"))
        if line is None and file.stem not in (document.doc_id, file_stem(document.doc_id)):
            message = f"the file is named {file.name}, its document is {document.doc_id!r}"
            faults.append(Fault(message, "doc_id", file, rule="ids"))
    annotations = [document.annotation for _, document in items]
    return Checked(
        file,
        len(items),
        sum(len(annotation.entities) for annotation in annotations),
        sum(len(annotation.relations) for annotation in annotations),
        sum(len(annotation.frames) for annotation in annotations),
        tuple(faults),
    )


def _read(file: Path, schema: Schema) -> list[tuple[int | None, AnnotatedDocument]]:
    """The documents of a file, with their line numbers where it has one line for each."""
    if file.is_file() and is_annotation_file(file):
        return [(None, document) for document in read_annotated(file, schema)]
    return [(item.line, item.document) for item in plain.read(file, schema)]
