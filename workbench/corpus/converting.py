"""From one format to another: read, held against the text, mended or left out as allowed, written whole or not at all.

One document is in memory at a time, where the formats allow it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from schemas import Schema
from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake, WorkbenchError
from workbench.core.mending import Repair, keep_sound, mend
from workbench.core.records import AnnotatedDocument
from workbench.corpus.annotation_files import AnnotationFilesWriter
from workbench.corpus.collections import format_for, format_of, recognise
from workbench.corpus.reading import located, located_repair
from workbench.formats.contract import DocumentWriter, FormatModule, ReadDocument, ReadSettings, WriteSettings
from workbench.formats.losses import LossReport

STDOUT = Path("-")


class LossRefused(WorkbenchError):
    """The format that was asked for cannot hold all that is there; `report` says what would go."""

    def __init__(self, report: LossReport, name: str) -> None:
        self.report = report
        lines = "\n".join(f"  {line}" for line in report.to_lines())
        advice = "nothing is written; with --allow-loss the rest is"
        super().__init__(f"{name} cannot hold everything; this would go:\n{lines}\n{advice}")


class FaultyCollection(FaultyData):
    """The source has faults and they were not to be skipped; `repairable` counts those that a named repair mends."""

    def __init__(self, faults: Sequence[Fault], repairable: Counter[str]) -> None:
        errors = [fault for fault in faults if fault.severity == "error"]
        encodings = sum(fault.rule == "encoding" for fault in errors)
        mends = [f"{count} {name}" for name, count in repairable.most_common()]
        mends += [f"perhaps {encodings} of another encoding"] if encodings else []
        advice = f"--repair mends {', '.join(mends)}; " if mends else ""
        count = f"{len(errors)} fault{'' if len(errors) == 1 else 's'}"
        super().__init__(faults, f"{count}; nothing is written; {advice}--skip-faulty leaves out what is faulty")
        self.repairable = repairable


class Request(NamedTuple):
    """What to convert, and what is allowed.

    `source_format` and `target_format` are names, None to recognise them. `repair` allows named repairs, `skip_faulty`
    leaves out what is faulty, `allow_loss` what the target cannot hold, and `replace` overwrites the target. Of several
    annotators of one document `author` is the one to take. `list_losses` keeps every loss, not only the sums.
    `on_document` is called for every document that is read.
    """

    source: Path
    target: Path
    source_format: str | None = None
    target_format: str | None = None
    schema: Schema | None = None
    repair: bool = False
    skip_faulty: bool = False
    allow_loss: bool = False
    replace: bool = False
    author: str | None = None
    flatten: Literal["outermost", "innermost"] = "outermost"
    list_losses: bool = False
    on_document: Callable[[], None] | None = None


class Conversion(NamedTuple):
    """What came of it: how many documents and items of each kind were written, repaired, left out and lost."""

    source_format: str
    target_format: str
    written: Counter[str]
    repairs: tuple[Repair, ...]
    faults: tuple[Fault, ...]
    left_out: Counter[str]
    losses: LossReport


def convert(request: Request) -> Conversion:
    """Convert a collection.

    Raises:
        UsageMistake: paths or formats cannot be used as they were named.
        FaultyData: the source has faults and they are not to be skipped; all of them. Nothing is written.
        LossRefused: the target cannot hold everything, and loss is not allowed. Nothing is written.
        EnvironmentFailure: a library is missing, or a place is not readable or not writable.
    """
    source = format_of(request.source_format, "--from") if request.source_format else recognise(request.source)
    target = format_of(request.target_format, "--to") if request.target_format else format_for(request.target)
    _refuse_impossible(request, source, target)
    run = _Run(request, target)
    if request.replace:
        _refuse_to_replace(request.target, target)
    with _new_place(request.target, request.replace) as place:
        double = run.write_all(source, place)
        if double:  # known at the end only, and what has been written of them has to go
            _remove(place)
            run = _Run(request, target, double)
            run.write_all(source, place)
    run.written.subtract(run.losses.items)
    return Conversion(
        source.FORMAT.name,
        target.FORMAT.name,
        run.written,
        tuple(run.repairs),
        tuple(run.faults),
        run.left_out,
        run.losses,
    )


def _refuse_impossible(request: Request, source: FormatModule, target: FormatModule) -> None:
    if not source.FORMAT.reads:
        raise UsageMistake(f"--from: {source.FORMAT.name} is written only; it does not hold whole annotations")
    if not request.source.exists():
        recognise(request.source)  # says what lies beside
    if request.target == STDOUT:
        if target.FORMAT.layout != "file":
            raise UsageMistake(f"{target.FORMAT.name} is not one file of text and cannot be printed; name a place")
        return
    if target.FORMAT.layout == "folder" and request.target.suffix.lower() in target.FORMAT.endings:
        raise UsageMistake(f"{request.target}: {target.FORMAT.name} is a folder of files; name a folder")
    whole, read = request.target.resolve(), request.source.resolve()
    if whole == read or whole in read.parents or (read.is_dir() and read in whole.parents):
        raise UsageMistake(f"{request.target} is part of what is read ({request.source}); choose another place")


def _refuse_to_replace(path: Path, target: FormatModule) -> None:
    """Keep a folder that holds anything but what the format writes from being replaced.

    Raises:
        UsageMistake: there is something else in it.
    """
    if not path.is_dir():
        return
    others = [file for file in sorted(path.rglob("*")) if file.is_file() and file.suffix not in target.FORMAT.writes]
    if others or target.FORMAT.layout == "file":
        shown = ", ".join(str(file.relative_to(path)) for file in others[:5]) or "files"
        message = f"{path}: holds what {target.FORMAT.name} does not write ({shown})"
        raise UsageMistake(f"{message}; choose another name, or remove it yourself")


class _Run:
    """One conversion under way."""

    def __init__(self, request: Request, target: FormatModule, double: frozenset[int] = frozenset()) -> None:
        self._request = request
        self._target = target
        self._double = double
        self._first: dict[str, ReadDocument] = {}  # without their contents
        self._settings = WriteSettings(request.schema, request.flatten)
        self.written: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.repairs: list[Repair] = []
        self.faults: list[Fault] = []
        self.repairable: Counter[str] = Counter()
        self.losses = LossReport(request.list_losses)
        self._seen = array("Q")
        self._authors: Counter[str] = Counter()
        self._broken = False
        self._faulty = False

    def write_all(self, source: FormatModule, place: Path) -> frozenset[int]:
        """Read everything and write it to `place`; raises when something forbids that the result is kept.

        Returns the digests of ids that several documents have, when there are any that were not known before: then
        what was written is void.
        """
        with _begun(self._target, place, self._request, self._settings) as writer:
            for found in self._read(source):
                if self._request.on_document is not None:
                    self._request.on_document()
                document = self._sound(found)
                if document is None or not self._is_chosen(document) or self._is_double(document, found):
                    continue
                lost = list(self._target.losses(document, self._settings))
                keeping = not self._stopped() and (not lost or self._request.allow_loss)
                if not keeping or self._write(writer, document, found):
                    for loss in lost:
                        self.losses.add(loss)
        self._refuse_unknown_author()
        double = _doubles(self._seen)
        if not double:
            self._refuse()
        return double

    def _read(self, source: FormatModule) -> Iterator[ReadDocument]:
        """All documents up to where reading cannot go on; what stops it is a fault that cannot be skipped."""
        try:
            yield from source.read(self._request.source, ReadSettings(self._request.schema, self._request.repair))
        except FaultyData as error:
            self.faults += error.faults
            self._broken = True

    def _is_double(self, document: AnnotatedDocument, found: ReadDocument) -> bool:
        """Tell whether several documents are known to have the id, and note what is wrong with the later ones."""
        digest = _digest(document.doc_id)
        if digest not in self._double:
            self._seen.append(digest)  # eight bytes for each document, however many there are
            return False
        earlier = self._first.setdefault(document.doc_id, found)
        if earlier is found:
            self.left_out["documents"] += 1
            return True
        self.faults.append(_double(document, found, earlier))
        self.left_out["documents"] += 1
        return True

    def _stopped(self) -> bool:
        """Tell whether it is known that nothing will be kept: then only faults and losses are collected further."""
        return (self._faulty and not self._request.skip_faulty) or (bool(self.losses) and not self._request.allow_loss)

    def _write(self, writer: DocumentWriter, document: AnnotatedDocument, found: ReadDocument) -> bool:
        """Write a document; False when the format cannot hold it at all."""
        try:
            writer.write(document)
            if isinstance(writer, AnnotationFilesWriter) and found.source_document is not None:
                writer.write_document(found.source_document)
        except FaultyData as error:
            self.faults += [located(fault, found) for fault in error.faults]
            self._faulty = True
            self.left_out["documents"] += 1
            return False
        self.written["documents"] += 1
        for group in ("entities", "relations", "frames"):
            self.written[group] += len(getattr(document.annotation, group))
        return True

    def _sound(self, found: ReadDocument) -> AnnotatedDocument | None:
        """A document as it may be written; None, and what is wrong noted, when there is none."""
        self.faults += found.faults
        self.repairs += found.repairs
        errors = [fault for fault in found.faults if fault.severity == "error"]
        if found.document is None:
            self._faulty = self._faulty or bool(errors)
            self.left_out["documents"] += bool(errors)
            return None
        self.left_out["unreadable items"] += len(errors)
        mended = mend(found.document, self._request.repair, found.marked)
        self.repairs += [located_repair(repair, found) for repair in mended.repairs]
        self.faults += [located(fault, found) for fault in mended.faults]
        self._faulty = self._faulty or bool(errors or mended.faults)
        if mended.faults and not (self._request.repair or self._request.skip_faulty):
            self.repairable.update(repair.name for repair in mend(found.document, repair=True).repairs)
        kept = keep_sound(mended) if mended.faults or mended.repeated else None
        if kept is None:
            return mended.document
        self.left_out += kept.left_out
        return kept.document

    def _is_chosen(self, document: AnnotatedDocument) -> bool:
        author = document.annotation.author
        if self._request.author is None:
            return True
        self._authors[author or ""] += 1
        return author == self._request.author

    def _refuse_unknown_author(self) -> None:
        author = self._request.author
        if author is not None and author not in self._authors:
            known = ", ".join(sorted(filter(None, self._authors))) or "nobody is named there"
            raise UsageMistake(f"--author: there is nothing by {author!r}; annotators: {known}")

    def _refuse(self) -> None:
        errors = [fault for fault in self.faults if fault.severity == "error"]
        if errors and (self._broken or not self._request.skip_faulty):
            raise FaultyCollection(self.faults, self.repairable)
        if self.losses and not self._request.allow_loss:
            raise LossRefused(self.losses, self._target.FORMAT.name)


def _remove(place: Path) -> None:
    for entry in place.parent.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _doubles(digests: array[int]) -> frozenset[int]:
    """Those that stand there twice; sorted as numbers, for a list of a million would take much more than they."""
    import numpy as np

    ordered = np.sort(np.frombuffer(digests, dtype=np.uint64)) if digests else np.empty(0, dtype=np.uint64)
    return frozenset(ordered[1:][ordered[1:] == ordered[:-1]].tolist())


def _digest(doc_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(doc_id.encode(errors="surrogatepass"), digest_size=8).digest())


def _double(document: AnnotatedDocument, found: ReadDocument, earlier: ReadDocument) -> Fault:
    authors = [one.document.annotation.author for one in (earlier, found) if one.document is not None]
    if authors[0] != authors[1] and all(authors):
        message = (
            f"document {document.doc_id!r} is annotated by {authors[0]} and {authors[1]}; choose one with --author"
        )
    else:
        place = f"{earlier.source}:{earlier.line}" if earlier.line else str(earlier.source)
        message = f"document {document.doc_id!r} is already at {place}"
    return Fault(message, "doc_id", found.source, found.line, "documents")


# --- whole or not at all ---------------------------------------------------------------------------------------------


@contextmanager
def _begun(module: FormatModule, place: Path, request: Request, settings: WriteSettings) -> Iterator[DocumentWriter]:
    """A writer that is closed in any case.

    Raises:
        EnvironmentFailure: the disk is full, or fails.
    """
    try:
        writer = module.writer(place, settings)
        try:
            yield writer
        finally:
            writer.close()
    except OSError as error:
        message = f"{request.target}: cannot be written ({error.strerror or error}); nothing was changed there"
        raise EnvironmentFailure(message) from None


@contextmanager
def _new_place(target: Path, replace: bool) -> Iterator[Path]:
    """A path to write to, whose content becomes the target when all went well, and vanishes otherwise.

    Raises:
        UsageMistake: the target is there and may not be replaced.
        EnvironmentFailure: the place is not writable.
    """
    to_stdout = target == STDOUT
    if not to_stdout and not replace and _is_there(target):
        raise UsageMistake(f"{target} exists; choose another name, or --replace it")
    if target.is_symlink():
        target = target.resolve()
    try:
        if not to_stdout:
            target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=None if to_stdout else target.parent))
    except OSError as error:
        raise EnvironmentFailure(f"{target}: cannot be written ({error.strerror})") from None
    try:
        yield folder / ("stdout" if to_stdout else target.name)
        if to_stdout:
            with (folder / "stdout").open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
        else:
            _move_all(folder, target.parent, replace)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_there(target: Path) -> bool:
    return target.exists() and not (target.is_dir() and not any(target.iterdir()))


def _move_all(folder: Path, parent: Path, replace: bool) -> None:
    """Move what was made to its place; files that a format puts beside the target are replaced only when they differ.

    Raises:
        UsageMistake: another file of that name is there already.
        EnvironmentFailure: the place is not writable.
    """
    made = sorted(folder.iterdir())
    for entry in made:
        there = parent / entry.name
        if there.is_file() and entry.is_file() and not replace and there.read_bytes() != entry.read_bytes():
            raise UsageMistake(f"{there} exists and is another; choose another folder, or --replace it")
    before = parent / f"{folder.name}.before"  # not in the folder that is removed in any case
    try:
        for entry in made:
            there = parent / entry.name
            if there.is_dir():
                os.replace(there, before)
                try:
                    os.replace(entry, there)
                finally:
                    if not there.exists():
                        os.replace(before, there)
                shutil.rmtree(before)
            else:
                os.replace(entry, there)
    except OSError as error:
        raise EnvironmentFailure(f"{parent}: cannot be written ({error.strerror})") from None
