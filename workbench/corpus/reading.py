"""Read annotated documents from wherever they are: a gold release, a folder, a file of any format.

Other formats than the workbench's own are read strictly: what `workbench convert` would repair is a fault here.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schemas import Schema
from workbench import DEFAULT_SCHEMA
from workbench.core.errors import Fault, FaultyData
from workbench.core.mending import Repair, mend
from workbench.core.records import AnnotatedDocument
from workbench.corpus import annotation_files, collections
from workbench.corpus.annotation_files import enclosing_batch, enclosing_release, is_annotation_file
from workbench.corpus.releases import Release, is_release
from workbench.corpus.tasks import BATCH_FILE, Batch
from workbench.formats import plain
from workbench.formats.contract import FormatModule, ReadDocument, ReadSettings


def read_annotated(path: Path, schema: Schema | None = None) -> tuple[AnnotatedDocument, ...]:
    """Read all annotated documents at `path`, ordered by document id.

    Raises:
        UsageMistake: nothing is there, a pipe is, a folder without annotation files, or what could be several formats.
        FaultyData: files are broken, or name one document twice; all faults of all files.
    """
    other = other_format(path)
    if other is not None:
        documents = read_collection(path, other, schema)
    elif path.is_dir() or is_annotation_file(path):
        documents = read_collection(path, annotation_files, schema)
    else:
        documents = tuple(line.document for line in plain.read(path, schema))
    return tuple(sorted(documents, key=lambda document: document.doc_id))


def other_format(path: Path) -> FormatModule | None:
    """The format at `path`, when it is neither annotation files nor JSON lines of the workbench.

    Raises:
        UsageMistake: nothing is there, a pipe is, or what could be several formats.
    """
    if path.is_file() and path.stat().st_size == 0:
        return None
    candidates = collections.candidates_of(path)
    own = any(module.FORMAT.name in ("native", "jsonl") for module in candidates)
    if not candidates or (own and len(candidates) == 1):
        return None
    return collections.recognise(path, "workbench convert --from")


def read_collection(path: Path, module: FormatModule, schema: Schema | None = None) -> tuple[AnnotatedDocument, ...]:
    """Read all documents of a collection of a known format, in its order.

    Raises:
        FaultyData: there are faults, or a document stands there twice; all of them.
    """
    documents: list[AnnotatedDocument] = []
    faults: list[Fault] = []
    owner: dict[str, Path] = {}
    for found in module.read(path, ReadSettings(schema)):
        document, wrong = _checked(found, own=module is annotation_files)
        faults += wrong
        if document is None:
            continue
        if document.doc_id in owner:
            where = f" in {owner[document.doc_id].name}" if owner[document.doc_id] != found.source else ""
            message = f"document {document.doc_id!r} is already{where or ' there'}"
            faults.append(Fault(message, "doc_id", found.source, found.line, "ids"))
        owner.setdefault(document.doc_id, found.source)
        documents.append(document)
    if faults:
        advice = "workbench convert IN OUT --repair mends what can be proved; --skip-faulty leaves out the rest"
        raise FaultyData(faults, "" if module is annotation_files else advice)
    return tuple(documents)


def _checked(found: ReadDocument, own: bool) -> tuple[AnnotatedDocument | None, Iterator[Fault] | tuple[Fault, ...]]:
    """A document with its faults; of files of our own, those that a check of the annotation finds are left to it."""
    errors = tuple(fault for fault in found.faults if fault.severity == "error")
    if own or found.document is None:
        return found.document, errors
    mended = mend(found.document, repair=False, marked=found.marked)
    return mended.document, (*errors, *(located(fault, found) for fault in mended.faults if fault.rule != "loops"))


def located(fault: Fault, found: ReadDocument) -> Fault:
    """A fault of a document with the file and the line of the item that it is about."""
    return fault._replace(
        source=fault.source or found.source,
        line=fault.line or _line_of(fault.path, found),
        path=_path_in(found, fault.path),
    )


def located_repair(repair: Repair, found: ReadDocument) -> Repair:
    """A repair with the file and the line of the item that it was made on."""
    return repair._replace(
        source=repair.source or found.source,
        line=repair.line or _line_of(repair.path, found),
        path=_path_in(found, repair.path),
    )


def _path_in(found: ReadDocument, path: str) -> str:
    """The path of an item; with the document's id where neither the file nor a line says which document it is."""
    if found.document is None or found.line is not None or found.lines or found.source.stem == found.document.doc_id:
        return path
    return f"{found.document.doc_id} {path}".rstrip()


def _line_of(path: str, found: ReadDocument) -> int | None:
    parts = path
    while parts:
        if parts in found.lines:
            return found.lines[parts]
        parts = parts[: max(parts.rfind("."), parts.rfind("["), 0)]
    return found.line


def schema_of(path: Path) -> str:
    """The schema of the release or the batch at or around `path`; the default schema outside of both."""
    release = Release.at(path) if is_release(path) else enclosing_release(path)
    if release is not None and release.schema_file.is_file():
        return str(release.schema_file)
    batch = Batch.at(path) if (path / BATCH_FILE).is_file() else enclosing_batch(path)
    return batch.schema_name if batch else DEFAULT_SCHEMA
