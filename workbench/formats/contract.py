"""What every format offers: a sign to know it by, a reader, a writer, and what it cannot hold.

A format is a module of this package with the members of `FormatModule`. Its reader says what the file says, true or
not: documents leave it unchecked, each item with the line it stood on, and are held against their texts by
`workbench.core.mending`. Its writer gets checked documents only: slices fit, ids are single, ends exist.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from schemas import Schema
from workbench.core.errors import EnvironmentFailure, Fault
from workbench.core.mending import Repair
from workbench.core.records import AnnotatedDocument, Document
from workbench.formats.losses import Loss

Layout = Literal["file", "folder", "either"]


class Format(NamedTuple):
    """What is known of a format without reading anything.

    `endings` are those of its files (`.ann`). As a collection it is one `file`, a `folder`, or `either`, whichever the
    path asks for. `extra` is the extra of this package that brings its library; empty where none is needed. `writes`
    are the endings of all files in a folder of it: what else is in a folder is not the format's to replace.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    layout: Layout
    extra: str = ""
    reads: bool = True
    writes: tuple[str, ...] = ()


class Sample(NamedTuple):
    """What a path is recognised by: the files in a folder, or the beginning of a file.

    `names` are paths of files relative to the folder, hidden ones left out, and `head` is empty then. `record` is the
    first JSON object of a file that begins with one, or with an array of them, else None; `lines` tells whether it
    stands on a line of its own.
    """

    path: Path
    names: tuple[str, ...] = ()
    head: bytes = b""
    record: Mapping[str, Any] | None = None
    lines: bool = False


class ReadSettings(NamedTuple):
    """How to read: with a schema, values and names are interpreted by type; `repair` allows named repairs."""

    schema: Schema | None = None
    repair: bool = False


class WriteSettings(NamedTuple):
    """How to write.

    `schema` gives configuration files their types. `flatten` says which entities stay where a format has one layer of
    them: of any that share a character the longest (`outermost`) or the shortest (`innermost`).
    """

    schema: Schema | None = None
    flatten: Literal["outermost", "innermost"] = "outermost"


class ReadDocument(NamedTuple):
    """What a reader found: a document as its file has it, or None where it is no document at all.

    `lines` gives the line of an item by its path (`entities[3]`, `frames[0].trigger`, `relations[1]`); an item that is
    not there stands on `line`, or on none. `faults` are of what could not be read and is not in the document; `repairs`
    were made in reading. `marked` tells that a byte order mark before the text was removed. `source_document` is all
    that the workbench knows of a document of its own: page, cleaning and sentences, which no other format carries.
    """

    document: AnnotatedDocument | None
    source: Path
    lines: Mapping[str, int] = {}
    line: int | None = None
    faults: tuple[Fault, ...] = ()
    repairs: tuple[Repair, ...] = ()
    marked: bool = False
    source_document: Document | None = None


class DocumentWriter(Protocol):
    """Writes documents one after the other to a path that nobody reads yet."""

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            FaultyData: the format cannot hold it at all, whatever loss is allowed.
            EnvironmentFailure: the place is not writable.
        """
        ...

    def close(self) -> None:
        """Finish the file or the folder."""
        ...


class FormatModule(Protocol):
    """The members of a format's module."""

    FORMAT: Format

    def recognise(self, sample: Sample) -> bool:
        """Tell whether the content is of this format."""
        ...

    def read(self, path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
        """Read a file or a folder, document by document; raises only when the whole cannot be read."""
        ...

    def writer(self, path: Path, settings: WriteSettings) -> DocumentWriter:
        """Begin a file, or a folder, that does not exist."""
        ...

    def losses(self, document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
        """Everything of a document that reading it back from this format would not give; nothing when lossless."""
        ...


def load_library(module: str, needed_for: str, extra: str) -> Any:
    """Import a library that only one format needs.

    Raises:
        EnvironmentFailure: it is not installed; the message has the command that installs it.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        name = module.partition(".")[0]
        raise EnvironmentFailure(
            f"{needed_for} needs {name}, which is not installed: pip install 'cppcc-workbench[{extra}]'"
        ) from None
