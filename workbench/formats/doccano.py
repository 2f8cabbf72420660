"""doccano's JSON lines: `entities` with offsets and labels, and `relations` between them by the entities' numbers.

Our id of a document stands in the column `document_id`, which doccano keeps as metadata and exports again. Read are
also the exports of projects without relations (`label`, in older versions `labels`, with lists of start, end and
label), and `annotations`. What doccano says besides is kept in `extra`.

doccano stores offsets as a browser counts them unless a project counts grapheme clusters (doccano #2290): behind a
character outside the Basic Multilingual Plane it is one off for each such character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from workbench.core.records import AnnotatedDocument, Annotation, Entity, Relation
from workbench.core.text import Span
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.losses import Loss
from workbench.formats.span_lines import (
    SpanLine,
    SpanLineWriter,
    is_name,
    is_span,
    losses_of_spans,
    lost_relations,
    read_span_lines,
    shown,
)

FORMAT = Format("doccano", "doccano, JSON lines", (), "file")
"""It names no ending, as `.jsonl` means plain JSON lines."""

_SPANS = ("entities", "label", "labels", "annotations")
_NAMES = ("document_id", "doc_id", "id")
_TRIPLE = 3
_NOT_SAID: tuple[Any, ...] = (None, [], {}, "")


def recognise(sample: Sample) -> bool:
    """Tell whether the first line has a text, and spans as only doccano writes them, or its column of comments."""
    record = sample.record
    if record is None or not sample.lines or not isinstance(record.get("text", record.get("data")), str):
        return False
    if isinstance(record.get("Comments"), list):
        return True
    if isinstance(record.get("entities"), list) and record["entities"]:
        first = record["entities"][0]
        return _is_triple(first) or (isinstance(first, dict) and "start_offset" in first and "label" in first)
    if isinstance(record.get("annotations"), list) and record["annotations"]:
        first = record["annotations"][0]
        return isinstance(first, dict) and "start_offset" in first
    labels = record.get("label", record.get("labels"))
    return isinstance(labels, list) and all(map(_is_triple, labels))


def _is_triple(item: Any) -> bool:
    if not isinstance(item, list) or len(item) != _TRIPLE:
        return False
    start, end, label = item
    return type(start) is int and type(end) is int and isinstance(label, str)


# --- reading ---------------------------------------------------------------------------------------------------------


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read a file; see `read_span_lines` for what is raised."""
    yield from read_span_lines(path, settings.repair, _document)


def _document(line: SpanLine) -> AnnotatedDocument | None:
    fields = line.fields
    text = line.text("text" if "text" in fields or "data" not in fields else "data")
    if text is None:
        return None
    key = next((name for name in _NAMES if is_name(fields.get(name))), "")
    doc_id = line.name(fields.pop(key, None))
    key = next((name for name in _SPANS if fields.get(name)), "entities")
    entities = tuple(_entities(line, key))
    relations = tuple(_relations(line))
    author = fields.pop("username") if isinstance(fields.get("username"), str) else None
    rest = {name: value for name, value in fields.items() if value not in _NOT_SAID}
    annotation = Annotation(
        doc_id=doc_id, author=author, entities=entities, relations=relations, extra={"doccano": rest} if rest else {}
    )
    return AnnotatedDocument(doc_id, annotation, text)


def _entities(line: SpanLine, key: str) -> Iterator[Entity]:
    found: list[tuple[int | None, str, Span, dict[str, Any]]] = []
    for path, given in line.items(key):
        item = dict(zip(("start_offset", "end_offset", "label"), given, strict=False)) if _is_list(given) else given
        if not isinstance(item, dict):
            line.fault(path, f"a span is needed here, not {shown(item)}")
            continue
        item = dict(item)
        if type(item.get("label")) is int:
            line.fault(f"{path}.label", f"{item['label']} is the number of a label; export the names of labels instead")
            continue
        number = line.integer(item, "id", path) if "id" in item else None
        start, end = line.integer(item, "start_offset", path), line.integer(item, "end_offset", path)
        label = line.words(item, "label", path)
        if start is not None and end is not None and label is not None:
            found.append((number, label, Span(start, end), item))
    for number, (_, label, span, rest) in zip(_numbered([item[0] for item in found]), found, strict=True):
        yield Entity(id=f"T{number}", type=label, fragments=(span,), extra={"doccano": rest} if rest else {})


def _is_list(given: Any) -> bool:
    return isinstance(given, list) and len(given) == _TRIPLE


def _relations(line: SpanLine) -> Iterator[Relation]:
    found: list[tuple[int | None, str, int, int, dict[str, Any]]] = []
    for path, item in line.objects("relations"):
        number = line.integer(item, "id", path) if "id" in item else None
        head, tail = line.integer(item, "from_id", path), line.integer(item, "to_id", path)
        kind = line.words(item, "type", path)
        if head is not None and tail is not None and kind is not None:
            found.append((number, kind, head, tail, item))
    for number, (_, kind, head, tail, rest) in zip(_numbered([item[0] for item in found]), found, strict=True):
        extra = {"doccano": rest} if rest else {}
        yield Relation(id=f"R{number}", type=kind, head=f"T{head}", tail=f"T{tail}", extra=extra)


# --- writing ---------------------------------------------------------------------------------------------------------


def writer(path: Path, settings: WriteSettings) -> SpanLineWriter:
    """Begin a file that doccano imports as JSONL(Relation)."""
    del settings
    return SpanLineWriter(path, _to_json)


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Everything but the place and type of contiguous entities, and the type of relations between them."""
    del settings
    yield from losses_of_spans(document, by_place=False)


def _to_json(document: AnnotatedDocument, text: str) -> dict[str, Any]:
    """A line; the empty `Comments`, which doccano's exports have, tell the file from other JSON lines."""
    annotation = document.annotation
    lost = lost_relations(annotation, by_place=False)
    entities = [entity for entity in annotation.entities if is_span(entity)]
    relations = [relation for index, relation in enumerate(annotation.relations) if index not in lost]
    numbers = dict(zip([entity.id for entity in entities], _numbered(_numbers_in(entities, "T")), strict=True))
    return {
        "text": text,
        "entities": [
            {"id": number, "label": entity.type, "start_offset": entity.start, "end_offset": entity.end}
            for number, entity in zip(numbers.values(), entities, strict=True)
        ],
        "relations": [
            {"id": number, "from_id": numbers[item.head], "to_id": numbers[item.tail], "type": item.type}
            for number, item in zip(_numbered(_numbers_in(relations, "R")), relations, strict=True)
        ],
        "Comments": [],
        "document_id": document.doc_id,
    }


def _numbers_in(items: Iterable[Entity | Relation], letter: str) -> list[int | None]:
    """The number in every id of a letter and a number (`T12`), None for other ids."""
    found = (re.fullmatch(rf"{letter}([1-9][0-9]{{0,8}})", item.id) for item in items)
    return [int(match.group(1)) if match else None for match in found]


def _numbered(numbers: Sequence[int | None]) -> list[int]:
    """The numbers with those that are missing filled in, from the highest on."""
    last = max((number for number in numbers if number is not None), default=0)
    filled = []
    for number in numbers:
        last += number is None
        filled.append(last if number is None else number)
    return filled
