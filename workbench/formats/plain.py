"""Plain JSON lines: one document per line with its text, entities, relations and events.

The format that any program can write in ten lines. Keys it does not name are kept in `extra`; a few names that other
tools use are read as well: see `SYNONYMS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from schemas import Schema
from workbench.core.errors import Fault, FaultyData
from workbench.core.files import parse_json, read_json_lines
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Entity,
    Frame,
    Provenance,
    Relation,
    SchemaStamp,
    Trigger,
    Zone,
    record_faults,
)
from workbench.formats.plain_values import normalised

SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "document": {
        "doc": "doc_id",
        "frames": "events",
        "regions": "zones",
        "annotator": "author",
        "layers_done": "finished_layers",
    },
    "entity": {"spans": "fragments", "normalised": "value"},
    "event": {"args": "arguments"},
    "argument": {"mention": "entity"},
}

_ITEM = re.compile(r"(?:entities|relations|events|zones)\[")


_RECORDS: tuple[type[BaseModel], ...] = (
    Annotation,
    Entity,
    Relation,
    Frame,
    Trigger,
    Argument,
    Zone,
    SchemaStamp,
)
_FIELDS: Mapping[type[Any], frozenset[str]] = {model: frozenset(model.model_fields) for model in _RECORDS}


class PlainDocument(NamedTuple):
    """A line of the file: the annotated document, and the hash and range of the raw report it says it is about."""

    line: int
    document: AnnotatedDocument
    raw_sha256: str | None
    scope: tuple[int, int] | None


class _Line:
    """Reads one line's object and collects its faults."""

    def __init__(self, source: Path, line: int, schema: Schema | None) -> None:
        self.source = source
        self.line = line
        self.schema = schema
        self.faults: list[Fault] = []

    def fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(message, path, self.source, self.line, "record"))

    def fields(self, raw: Any, kind: str, path: str) -> dict[str, Any] | None:
        """The object with synonyms replaced; a fault (and None) when it is none."""
        if not isinstance(raw, dict):
            self.fault(path, f"an object is needed here, not {_shown(raw)}")
            return None
        renamed: dict[str, Any] = {}
        for key, value in raw.items():
            name = SYNONYMS.get(kind, {}).get(key, key)
            if name in renamed:
                self.fault(f"{path}.{key}".removeprefix("."), f"says the same as {name}, which is there too")
            renamed[name] = value
        return renamed

    def objects(
        self, fields: dict[str, Any], key: str, kind: str, prefix: str = ""
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of a list field with their paths; faults for what is no list or no object."""
        items = fields.pop(key, None)
        if items is None:
            return
        if not isinstance(items, list):
            self.fault(prefix + key, f"a list is needed here, not {_shown(items)}")
            return
        for index, item in enumerate(items):
            path = f"{prefix}{key}[{index}]"
            found = self.fields(item, kind, path)
            if found is not None:
                yield path, found

    def record(self, model: type[Any], content: dict[str, Any], path: str) -> Any:
        """Validate a record; None, and faults, when it is not one."""
        known = _FIELDS[model]
        extra = {key: content.pop(key) for key in list(content) if key not in known}
        if "extra" in known:
            content["extra"] = {**extra, **_kept(content.pop("extra", None))}
        try:
            return model.model_validate(content)
        except ValidationError as error:
            for fault in record_faults(error, self.source, self.line):
                self.faults.append(fault._replace(path=f"{path}.{fault.path}".strip(".")))
            return None


def read(path: Path, schema: Schema | None = None) -> tuple[PlainDocument, ...]:
    """Read all documents of a file; with a schema, values and names are interpreted by entity type.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: lines are not JSON, not documents, or name one document twice; all faults are listed.
    """
    documents: list[PlainDocument] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    contents: list[tuple[int, Any]] = []
    try:
        contents.extend(read_json_lines(path))
    except FaultyData as error:
        faults += error.faults
    for number, content in contents:
        line = _Line(path, number, schema)
        document = _document(line, content)
        faults += line.faults
        if document is None or line.faults:
            continue
        doc_id = document.document.doc_id
        if doc_id in first:
            faults.append(
                Fault(f"document {doc_id!r} is already on line {first[doc_id]}", "doc_id", path, number, "ids")
            )
        first.setdefault(doc_id, number)
        documents.append(document)
    if not documents and not faults:
        faults.append(Fault("holds no document", source=path, rule="record"))
    if faults:
        raise FaultyData(sorted(faults, key=lambda fault: fault.line or 0))
    return tuple(documents)


def read_line(content: str, path: Path, number: int, schema: Schema | None = None) -> PlainDocument:
    """Read one line of a file, which is not blank.

    Raises:
        FaultyData: it is not JSON or not a document; all its faults.
    """
    document, faults = read_partly(content, path, number, schema)
    if faults or document is None:
        raise FaultyData(faults)
    return document


def read_partly(
    content: str, path: Path, number: int, schema: Schema | None = None
) -> tuple[PlainDocument | None, tuple[Fault, ...]]:
    """Read one line without the items that have faults; the document is None when it has faults of its own.

    Raises:
        FaultyData: it is not JSON.
    """
    line = _Line(path, number, schema)
    document = _document(line, parse_json(content, path, number))
    return document, tuple(line.faults)


def in_file(fault: Fault, source: Path, line: int | None) -> Fault:
    """A fault of a record with its place in a file; on a line of plain JSON, frames are called events."""
    path = fault.path.replace("frames[", "events[") if line is not None else fault.path
    return fault._replace(source=source, line=line, path=path)


def _kept(extra: Any) -> dict[str, Any]:
    """What the file itself keeps under `extra`."""
    return extra if isinstance(extra, dict) else {} if extra is None else {"extra": extra}


def _document(line: _Line, content: Any) -> PlainDocument | None:
    fields = line.fields(content, "document", "")
    if fields is None:
        return None
    text = fields.pop("text", None)
    raw_sha256 = fields.pop("sha256", None)
    scope = fields.pop("scope", None)
    annotation = {
        "doc_id": _doc_id(line, fields),
        "author": fields.pop("author", None),
        "made_with": _stamp(line, fields.pop("schema", None)),
        "text_sha256": fields.pop("text_sha256", None),
        "finished_layers": fields.pop("finished_layers", None),
        "provenance": _provenance(fields),
        "entities": _entities(line, fields),
        "relations": _relations(line, fields),
        "frames": _events(line, fields),
    }
    zones = tuple(
        zone for path, item in line.objects(fields, "zones", "zone") if (zone := line.record(Zone, item, path))
    )
    if scope is not None and not _is_pair(scope):
        line.fault("scope", f"two integers are needed here, not {_shown(scope)}")
    if text is not None and not isinstance(text, str):
        line.fault("text", f"a string is needed here, not {_shown(text)}")
    if isinstance(text, str):
        for index, zone in enumerate(zones):
            if zone.end > len(text):
                line.fault(f"zones[{index}].end", f"{zone.end} is past the end of the text ({len(text)} characters)")
    if any(_ITEM.match(fault.path) is None for fault in line.faults):
        return None
    made = line.record(Annotation, {**annotation, **fields}, "")
    if made is None:
        return None
    whole = (scope[0], scope[1]) if scope else None
    return PlainDocument(line.line, AnnotatedDocument(made.doc_id, made, text, zones), raw_sha256, whole)


def _doc_id(line: _Line, fields: dict[str, Any]) -> str:
    doc_id = fields.pop("doc_id", None)
    if not isinstance(doc_id, str) or not doc_id:
        line.fault(
            "doc_id", "missing" if doc_id is None else f"a non-empty string is needed here, not {_shown(doc_id)}"
        )
        return ""
    return doc_id.removesuffix(".txt")


def _stamp(line: _Line, schema: Any) -> SchemaStamp | None:
    """The schema as an object, or as `id version` in one string."""
    if schema is None:
        return None
    if isinstance(schema, str) and len(schema.split()) == 2:
        name, version = schema.split()
        return SchemaStamp(id=name, version=version)
    if isinstance(schema, dict):
        stamp: SchemaStamp | None = line.record(SchemaStamp, dict(schema), "schema")
        return stamp
    line.fault("schema", "give an object with id and version, or both in one string")
    return None


def _provenance(fields: dict[str, Any]) -> Provenance:
    """Where the annotation comes from, if the file says it as we do; a `provenance` of other makes stays in `extra`."""
    try:
        made = Provenance.model_validate(fields["provenance"])
    except (KeyError, ValidationError):
        return Provenance()
    del fields["provenance"]
    return made


def _entities(line: _Line, fields: dict[str, Any]) -> tuple[Entity, ...]:
    entities: list[Entity | None] = []
    for path, item in line.objects(fields, "entities", "entity"):
        before = len(line.faults)
        item.setdefault("id", f"T{len(entities) + 1}")
        _fragments(line, item, path)
        _strings(line, item, path)
        if line.schema is not None:
            for field, message in normalised(item, line.schema):
                line.fault(f"{path}.{field}", message)
        elif "value" in item and not _has_kind(item["value"]):
            item["extra"] = {**_kept(item.get("extra")), "value": item.pop("value")}
        made = line.record(Entity, item, path)
        entities.append(made if len(line.faults) == before else None)
    return tuple(entity for entity in entities if entity is not None)


def _has_kind(value: Any) -> bool:
    return value is None or (isinstance(value, dict) and "kind" in value)


def _fragments(line: _Line, item: dict[str, Any], path: str) -> None:
    """Replace `start` and `end` by one fragment; complain when both forms are there and differ, or neither is."""
    ends = {key: item.pop(key) for key in ("start", "end") if key in item}
    if "fragments" in item:
        fragments = item["fragments"]
        pairs = isinstance(fragments, list) and all(_is_pair(pair) for pair in fragments)
        if not pairs:
            line.fault(f"{path}.fragments", f"pairs of integers are needed here, not {_shown(fragments)}")
            item["fragments"] = [[0, 0]]
        if ends and pairs and fragments and [*ends.values()] != [fragments[0][0], fragments[-1][-1]]:
            line.fault(path, "start and end are not the outer ends of fragments")
        if pairs:
            item["fragments"] = _joined(fragments)
        return
    for key in ("start", "end"):
        value = ends.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            line.fault(
                f"{path}.{key}", "missing" if key not in ends else f"an integer is needed here, not {_shown(value)}"
            )
            ends[key] = 0
    item["fragments"] = [[ends["start"], ends["end"]]]


def _joined(fragments: list[list[int]]) -> list[list[int]]:
    """Fragments with those joined that touch: [0, 2] and [2, 4] are [0, 4]."""
    joined: list[list[int]] = []
    for start, end in fragments:
        if joined and joined[-1][0] < joined[-1][1] == start < end:
            joined[-1] = [joined[-1][0], end]
        else:
            joined.append([start, end])
    return joined


def _strings(line: _Line, item: dict[str, Any], path: str) -> None:
    """Write attribute values as strings: true is "true", 3 is "3"; absent values are left out."""
    attributes = item.get("attributes")
    if attributes is None:
        item.pop("attributes", None)
        return
    if not isinstance(attributes, dict):
        line.fault(f"{path}.attributes", f"an object is needed here, not {_shown(attributes)}")
        item.pop("attributes")
        return
    item["attributes"] = {
        name: str(value).lower()
        if isinstance(value, bool)
        else str(value)
        if isinstance(value, (int, float))
        else value
        for name, value in attributes.items()
        if value is not None
    }


def _relations(line: _Line, fields: dict[str, Any]) -> tuple[Relation, ...]:
    relations: list[Relation | None] = []
    for path, item in line.objects(fields, "relations", "relation"):
        before = len(line.faults)
        item.setdefault("id", f"R{len(relations) + 1}")
        _strings(line, item, path)
        made = line.record(Relation, item, path)
        relations.append(made if len(line.faults) == before else None)
    return tuple(relation for relation in relations if relation is not None)


def _events(line: _Line, fields: dict[str, Any]) -> tuple[Frame, ...]:
    frames: list[Frame | None] = []
    for path, item in line.objects(fields, "events", "event"):
        before = len(line.faults)
        item.setdefault("id", f"E{len(frames) + 1}")
        _strings(line, item, path)
        if item.get("trigger") is not None:
            trigger = line.fields(item["trigger"], "entity", f"{path}.trigger")
            if trigger is not None:
                _fragments(line, trigger, f"{path}.trigger")
            item["trigger"] = line.record(Trigger, trigger, f"{path}.trigger") if trigger is not None else None
        item["arguments"] = [
            argument
            for at, found in line.objects(item, "arguments", "argument", f"{path}.")
            if (argument := line.record(Argument, found, at))
        ]
        made = line.record(Frame, item, path)
        frames.append(made if len(line.faults) == before else None)
    return tuple(frame for frame in frames if frame is not None)


def _is_pair(value: Any) -> bool:
    """Tell whether a value is a list of two integers."""
    return isinstance(value, list) and len(value) == 2 and all(type(bound) is int for bound in value)


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"
