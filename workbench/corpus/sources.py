"""Annotated documents that are read one at a time: documents in memory, or lines of a file that stay on the disk.

Of a file of JSON lines an index is kept, of about 200 bytes for each document; so its documents can be paired with
those of another file in another order, whatever their number.
"""

from __future__ import annotations

import os
import weakref
from array import array
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from schemas import Schema
from workbench.core.errors import EnvironmentFailure, Fault, FaultyData
from workbench.core.files import SPREAD, numbered_lines, reading
from workbench.core.records import AnnotatedDocument
from workbench.corpus.annotation_files import is_annotation_file
from workbench.corpus.reading import other_format, read_annotated
from workbench.formats import plain, quick


class Source(Protocol):
    """Annotated documents that can be read one at a time, by id, in any order."""

    @property
    def doc_ids(self) -> Collection[str]:
        """Ids of all documents."""
        ...

    def read(self, doc_id: str) -> AnnotatedDocument:
        """One document, whose annotation can be read, but need not be a full record (see `formats.quick`).

        Raises:
            FaultyData: it is not a document; all its faults.
        """
        ...


class InMemory:
    """A source of documents that are already read."""

    def __init__(self, documents: Sequence[AnnotatedDocument]) -> None:
        self._documents = {document.doc_id: document for document in documents}

    @property
    def doc_ids(self) -> Collection[str]:
        """Ids of all documents, in the order given."""
        return self._documents.keys()

    def read(self, doc_id: str) -> AnnotatedDocument:
        """The document of an id."""
        return self._documents[doc_id]


class JsonLines:
    """A source that reads documents from a file of JSON lines when they are asked for."""

    def __init__(self, path: Path, schema: Schema | None = None) -> None:
        """Find out where each document stands.

        Raises:
            UsageMistake: there is no such file.
            FaultyData: lines are broken or name one document twice, or there is none. All faults of the file are
                listed, as `plain.read` does; faults inside a document that leave its id legible come alone when it
                is read.
            EnvironmentFailure: the file may not be read, or changes meanwhile.
        """
        self.path = path
        self._schema = schema
        with reading(path):
            self._file = os.open(path, os.O_RDONLY)
        # Closed with the source: there is no better moment, for any document may be asked for again.
        weakref.finalize(self, os.close, self._file)
        self._state = _state(os.fstat(self._file))
        self._index: dict[str, int] = {}
        self._lines = array("Q")  # number, offset and length of each
        sound = self._scan()
        with reading(path):
            self._refuse_change(os.stat(path))
        if not sound:
            raise FaultyData(self._faults())

    @property
    def doc_ids(self) -> Collection[str]:
        """Ids of all documents, in the order of the lines."""
        return self._index.keys()

    def read(self, doc_id: str) -> AnnotatedDocument:
        """Read the document of an id.

        Raises:
            FaultyData: its line is not a document; all faults of the line.
            EnvironmentFailure: the file has changed since it was opened, or cannot be read any more.
        """
        place = 3 * self._index[doc_id]
        number, offset, length = self._lines[place : place + 3]
        try:
            line = os.pread(self._file, length, offset)
            now = os.fstat(self._file)
        except OSError as error:
            raise EnvironmentFailure(f"{self.path}: cannot be read any more ({error.strerror})") from None
        self._refuse_change(now)
        document = quick.decode(line)
        if document is None:
            try:
                content = _content(line)
            except UnicodeDecodeError:  # it was UTF-8 when it was indexed
                raise self._changed() from None
            document = plain.read_line(content, self.path, number, self._schema).document
        if document.doc_id != doc_id:
            raise self._changed()
        return document

    def _scan(self) -> bool:
        """Index the lines; False when something is wrong with them."""
        offset = 0
        sound = True
        for number, line in numbered_lines(self.path):
            if sound:  # else all that is left to know is whether the file is UTF-8
                try:
                    sound = self._add(number, offset, line)
                except FaultyData:
                    sound = False
            offset += len(line)
        return sound and bool(self._index)

    def _add(self, number: int, offset: int, line: bytes) -> bool:
        doc_id = quick.doc_id_of(line)
        if doc_id is None:
            content = _content(line)
            if not content.strip():
                return True
            doc_id = plain.read_line(content, self.path, number, self._schema).document.doc_id
        if doc_id in self._index:
            return False
        self._index[doc_id] = len(self._index)
        self._lines.extend((number, offset, len(line)))
        return True

    def _faults(self) -> Iterator[Fault]:
        """All faults of the file, also inside documents: what `plain.read` raises, holding one line at a time."""
        first: dict[str, int] = {}
        found = False
        legible = True
        for number, line in numbered_lines(self.path):
            document = quick.decode(line)
            if document is None:
                content = _content(line)
                if not content.strip():
                    continue
                if legible and content.strip() in ("{", "["):
                    yield Fault(SPREAD, source=self.path, line=number, rule="json")
                    return
                try:
                    document = plain.read_line(content, self.path, number, self._schema).document
                except FaultyData as error:
                    yield from error.faults
                    found = True
                    legible = legible and all(fault.rule == "record" for fault in error.faults)
                    continue
            if document.doc_id in first:
                message = f"document {document.doc_id!r} is already on line {first[document.doc_id]}"
                yield Fault(message, "doc_id", self.path, number, "ids")
                found = True
            first.setdefault(document.doc_id, number)
        if not found:
            if first:
                raise self._changed()
            yield Fault("holds no document", source=self.path, rule="record")

    def _refuse_change(self, now: os.stat_result) -> None:
        if _state(now) != self._state:
            raise self._changed()

    def _changed(self) -> EnvironmentFailure:
        return EnvironmentFailure(f"{self.path}: was changed while it was read; try again when nothing writes to it")


def open_annotated(path: Path, schema: Schema | None = None) -> Source:
    """Open all annotated documents at `path`: those of a file of JSON lines stay in the file until they are read.

    Raises:
        UsageMistake: nothing is there, or nothing that can hold documents.
        FaultyData: files are broken, or name one document twice; all faults of all files.
    """
    if path.is_file() and other_format(path) is None and not is_annotation_file(path):
        return JsonLines(path, schema)
    return InMemory(read_annotated(path, schema))


def _state(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _content(line: bytes) -> str:
    return line.decode().removesuffix("\n")
