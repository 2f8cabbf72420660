"""Reading of brat standoff: `.ann` files with the `.txt` files beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from workbench.core.decoding import read_foreign_text
from workbench.core.errors import Fault, UsageMistake
from workbench.formats.brat import lines
from workbench.formats.brat.assembling import Assembly, Numbered
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample

FORMAT = Format("brat", "brat standoff", (".ann",), "folder", writes=(".ann", ".txt", ".conf"))

_FIRST_LINE = re.compile(rb"(?:\xef\xbb\xbf)?(?:[TREAMN#][0-9]+\t\S+ \S|\*\t\S+ \S)")


def recognise(sample: Sample) -> bool:
    """Tell whether a folder has `.ann` files, or a file begins with a line of one."""
    if sample.names:
        return any(name.endswith(".ann") for name in sample.names)
    return _FIRST_LINE.match(sample.head) is not None


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read a collection with its folders, or one `.ann` file; an id is the path inside the collection, without ending.

    A text without annotation file is no part of the collection; a warning says so.

    Raises:
        UsageMistake: there is no `.ann` file.
    """
    if path.is_file():
        yield _read_pair(path, path.stem, settings)
        return
    files = sorted(path.rglob("*.ann"))
    if not files:
        raise UsageMistake(f"{path}: no .ann file in this folder")
    for file in files:
        yield _read_pair(file, file.relative_to(path).with_suffix("").as_posix(), settings)
    for file in sorted(path.rglob("*.txt")):
        if not file.with_suffix(".ann").exists():
            message = "a text without .ann file is left out; an empty .ann makes it a document without annotations"
            yield ReadDocument(None, file, faults=(Fault(message, source=file, rule="files", severity="warning"),))


def _read_pair(file: Path, doc_id: str, settings: ReadSettings) -> ReadDocument:
    text_file = file.with_suffix(".txt")
    if not text_file.is_file():
        message = f"its text {text_file.name} is not beside it"
        return ReadDocument(None, file, faults=(Fault(message, source=file, rule="files"),))
    text = read_foreign_text(text_file, settings.repair)
    of_gb18030 = any(repair.name == "encoding" for repair in text.repairs)
    content = read_foreign_text(file, settings.repair, proved=of_gb18030)
    repairs = (*text.repairs, *content.repairs)
    if text.text is None or content.text is None:
        return ReadDocument(None, file, faults=(*text.faults, *content.faults), repairs=repairs)
    faults: list[Fault] = []
    assembly = Assembly(list(_numbered(content.text, file, faults)), text.text, file)
    document = assembly.document(doc_id)
    found = sorted([*faults, *assembly.faults], key=lambda fault: fault.line or 0)
    return ReadDocument(document, file, assembly.lines, 1, tuple(found), repairs, text.marked)


def _numbered(content: str, source: Path, faults: list[Fault]) -> Iterator[Numbered]:
    """The lines of a file that are standoff, with their numbers; others become faults, blank ones nothing."""
    rows = content.split("\n")
    for number, row in enumerate(rows, 1):
        line = row.removesuffix("\r")
        if not line.strip():
            continue
        try:
            yield Numbered(number, line, lines.parse(line))
        except lines.NotStandoff as error:
            faults.append(Fault(str(error), "", source, number, "standoff"))
