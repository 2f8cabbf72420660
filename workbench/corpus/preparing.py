"""From raw reports to a batch of documents: clean, find zones and sentences, write, index.

Owns what may be written over what. Everything is checked before anything is written, and running it again changes
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from workbench import DEFAULT_SCHEMA
from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import read_bytes, write_text
from workbench.core.records import Document
from workbench.core.schema import open_schema
from workbench.corpus.carrying import Carried, carry_file
from workbench.corpus.clean import clean
from workbench.corpus.documents import DocumentFiles, document_files, dump_document, read_document
from workbench.corpus.seeds import Seed, read_seeds
from workbench.corpus.sentences import split_sentences
from workbench.corpus.tasks import BATCH_FILE, TASKS, Batch, check_name, dump_settings
from workbench.corpus.words import ensure_index
from workbench.corpus.zones import find_zones
from workbench.formats import native

Status = Literal["new", "unchanged", "changed", "carried"]


class PreparedDocument(NamedTuple):
    """What preparing did with one report: lengths in code points, counts of edits and zones by kind."""

    doc_id: str
    status: Status
    raw_length: int
    clean_length: int
    edits: Mapping[str, int]
    zones: Mapping[str, int]
    sentences: int


class PrepareReport(NamedTuple):
    """What preparing did, report by report in the order of their names."""

    documents: tuple[PreparedDocument, ...]


class _Plan(NamedTuple):
    """What is to be written for one report, and the annotation files that move with it."""

    document: Document
    files: DocumentFiles
    status: Status
    carried: tuple[Carried, ...] = ()


def prepare(
    seeds_folder: Path, root: Path, batch_name: str, schema: str = DEFAULT_SCHEMA, carry: bool = False
) -> PrepareReport:
    """Make or refresh the batch `batch_name` of the project `root` from the raw reports of a folder.

    New reports are added; documents whose report is gone stay. A text that somebody annotated or a program labelled is
    only changed with `carry`, which moves every annotation and verifies every slice.

    Raises:
        UsageMistake: a folder, name or schema is wrong, the batch has another schema, or annotated texts would change.
        FaultyData: reports, documents or annotations are faulty, or annotations cannot be carried; all faults.
        EnvironmentFailure: something may not be read or written.
    """
    batch = _batch(root, batch_name, schema)
    documents = [make_document(seed) for seed in _named(read_seeds(seeds_folder), seeds_folder)]
    plans = _plans(batch, documents, carry)
    write_text(batch.folder / BATCH_FILE, dump_settings(batch))
    for plan in plans:
        text_file, record_file = document_files(batch.documents_folder, plan.document.doc_id)
        for carried in plan.carried:
            write_text(carried.file, carried.content)
        write_text(text_file, plan.files.text)
        write_text(record_file, plan.files.record)
        ensure_index(root, plan.document)
    return PrepareReport(tuple(_reported(plan) for plan in plans))


def make_document(seed: Seed) -> Document:
    """The document that a raw report becomes."""
    cleaned = clean(seed.raw)
    return Document(
        doc_id=seed.doc_id,
        text=cleaned.text,
        source=seed.file,
        raw_sha256=seed.sha256,
        meta=seed.meta,
        zones=find_zones(seed.raw, cleaned),
        sentences=split_sentences(cleaned.text),
        edits=cleaned.edits,
    )


def _batch(root: Path, name: str, schema: str) -> Batch:
    """The batch as it is, or as it will be."""
    check_name("batch", name)
    if not root.is_dir():
        raise UsageMistake(f"{root}: no such folder; {TASKS}/ is made inside an existing project folder")
    wanted = open_schema(schema)
    if not (root / TASKS / name / BATCH_FILE).exists():
        return Batch(root, name, schema)
    batch = Batch.open(root, name)
    if batch.schema_name != schema and open_schema(batch.schema_name).hash != wanted.hash:
        raise UsageMistake(
            f"batch {name} is annotated with schema {batch.schema_name}; name that one, or make another batch"
        )
    return batch


def _named(seeds: Sequence[Seed], folder: Path) -> Sequence[Seed]:
    """The same reports, if all their names can be names of documents."""
    faults: list[Fault] = []
    for seed in seeds:
        try:
            check_name("document", seed.doc_id)
        except UsageMistake as error:
            faults.append(Fault(f"{error}; rename the file", source=folder / seed.file, rule="name"))
    if faults:
        raise FaultyData(faults)
    return seeds


def _plans(batch: Batch, documents: Iterable[Document], carry: bool) -> list[_Plan]:
    plans: list[_Plan] = []
    faults: list[Fault] = []
    refused: list[str] = []
    for document in documents:
        work = _work(batch, document.doc_id)
        try:
            old, broken = _old(batch, document.doc_id)
            touched = work if old is not None and old.text != document.text else ()
            if old is not None and touched and old.raw_sha256 != document.raw_sha256:
                faults.append(_raw_changed(batch, document, touched))
            elif touched and not carry:
                refused.append(f"{document.doc_id} ({', '.join(_owner(batch, file) for file in touched)})")
            else:
                orphans = _orphans(document, work) if old is None else []
                faults += [*broken, *orphans] if orphans else []
                plans.append(_plan(batch, old, document, touched))
        except FaultyData as error:
            faults += error.faults
    if faults:
        raise FaultyData(faults)
    if refused:
        raise UsageMistake(
            f"batch {batch.name}: the clean text of annotated documents would change: {'; '.join(refused)}."
            " Nothing was written; use --carry to move the annotations to the new text"
        )
    return plans


def _old(batch: Batch, doc_id: str) -> tuple[Document | None, tuple[Fault, ...]]:
    """The document as the batch has it, or None and its faults. A broken one is made anew if no annotation objects."""
    if not any(file.exists() for file in document_files(batch.documents_folder, doc_id)):
        return None, ()
    try:
        return read_document(batch.documents_folder, doc_id), ()
    except FaultyData as error:
        return None, error.faults


def _plan(batch: Batch, old: Document | None, document: Document, touched: Sequence[Path]) -> _Plan:
    files = dump_document(document)
    carried = _carried(touched, old, document) if old is not None else ()
    return _Plan(document, files, "carried" if carried else _status(batch, document.doc_id, files), carried)


def _carried(touched: Sequence[Path], old: Document, document: Document) -> tuple[Carried, ...]:
    carried: list[Carried] = []
    faults: list[Fault] = []
    for file in touched:
        try:
            carried.append(carry_file(file, old, document))
        except FaultyData as error:
            faults += error.faults
    if faults:
        raise FaultyData(faults)
    return tuple(carried)


def _status(batch: Batch, doc_id: str, files: DocumentFiles) -> Status:
    paths = document_files(batch.documents_folder, doc_id)
    if not any(path.exists() for path in paths):
        return "new"
    same = all(
        path.is_file() and read_bytes(path) == content.encode() for path, content in zip(paths, files, strict=True)
    )
    return "unchanged" if same else "changed"


def _work(batch: Batch, doc_id: str) -> tuple[Path, ...]:
    """The files whose positions count in the document's text."""
    files = [
        *(batch.annotation_file(author, doc_id) for author in batch.authors()),
        *(batch.prediction_file(program, doc_id) for program in batch.programs()),
        batch.adjudication_file(doc_id),
    ]
    return tuple(file for file in files if file.is_file())


def _owner(batch: Batch, file: Path) -> str:
    return file.relative_to(batch.folder).parent.as_posix()


def _orphans(document: Document, work: Iterable[Path]) -> list[Fault]:
    """Annotations of a document that the batch has lost, made on another text than its report gives now."""
    message = "was made on another text than the report gives now; restore the batch's documents first"
    return [
        Fault(message, "text_sha256", file, rule="carry")
        for file in work
        if native.read(file).annotation.text_sha256 != document.text_sha256
    ]


def _raw_changed(batch: Batch, document: Document, touched: Sequence[Path]) -> Fault:
    owners = ", ".join(_owner(batch, file) for file in touched)
    message = (
        f"the raw report itself is not the one that was annotated ({owners}), so positions cannot be carried;"
        f" put the old {document.source} back, or prepare the new one under another name"
    )
    return Fault(message, "raw_sha256", document_files(batch.documents_folder, document.doc_id)[1], rule="carry")


def _reported(plan: _Plan) -> PreparedDocument:
    document = plan.document
    return PreparedDocument(
        document.doc_id,
        plan.status,
        document.offsets.raw_length,
        len(document.text),
        _counted(edit.kind for edit in document.edits),
        _counted(zone.kind for zone in document.zones),
        len(document.sentences),
    )


def _counted(kinds: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(kinds).items()))
