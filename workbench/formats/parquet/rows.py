"""A document as a row, and back: rows of other programs leave most of it out, and say some of it otherwise."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from schemas import Schema
from workbench.core.errors import Fault, FaultyData
from workbench.core.files import parse_json
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
from workbench.core.text import Fragments, Span
from workbench.formats.contract import ReadDocument
from workbench.formats.parquet.columns import COLUMNS, SYNONYMS
from workbench.formats.plain_values import normalised
from workbench.formats.remainder import lean, value_to_json

_Model = TypeVar("_Model", bound=BaseModel)
_FIELDS: Mapping[type[BaseModel], frozenset[str]] = {
    model: frozenset(model.model_fields)
    for model in (Entity, Relation, Frame, Trigger, Argument, Zone, SchemaStamp, Provenance)
}


# --- writing ---------------------------------------------------------------------------------------------------------


def row_of(document: AnnotatedDocument) -> dict[str, Any]:
    """The row of a document."""
    annotation = document.annotation
    return {
        "doc_id": document.doc_id,
        "text": document.text,
        "entities": [
            {
                "fragments": _pairs(entity.fragments),
                "text": entity.text,
                "value": None if entity.value is None else _json(value_to_json(entity.value)),
                "cluster": entity.cluster,
                **_about(entity),
            }
            for entity in annotation.entities
        ],
        "relations": [
            {"head": relation.head, "tail": relation.tail, **_about(relation)} for relation in annotation.relations
        ],
        "frames": [
            {
                "trigger": frame.trigger
                and {
                    "fragments": _pairs(frame.trigger.fragments),
                    "text": frame.trigger.text,
                    "extra": _json(frame.trigger.extra),
                },
                "arguments": [
                    {"role": argument.role, "entity": argument.entity, "extra": _json(argument.extra)}
                    for argument in frame.arguments
                ],
                **_about(frame),
            }
            for frame in annotation.frames
        ],
        "zones": [
            {"kind": zone.kind, "start": zone.start, "end": zone.end, "note": zone.note, "extra": _json(zone.extra)}
            for zone in document.zones
        ],
        "author": annotation.author,
        "schema": annotation.made_with and annotation.made_with.model_dump(),
        "text_sha256": annotation.text_sha256,
        "finished_layers": annotation.finished_layers,
        "provenance": _json(lean(annotation.provenance)),
        "extra": _json(annotation.extra),
    }


def _about(item: Entity | Relation | Frame) -> dict[str, Any]:
    return {
        "id": item.id,
        "type": item.type,
        "attributes": [{"key": name, "value": item.attributes[name]} for name in sorted(item.attributes)],
        "note": item.note,
        "score": item.score,
        "extra": _json(item.extra),
    }


def _pairs(fragments: Fragments) -> list[dict[str, int]]:
    return [{"start": span.start, "end": span.end} for span in fragments]


def _json(plain: Mapping[str, Any]) -> str | None:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True) if plain else None


# --- reading ---------------------------------------------------------------------------------------------------------


def document_of(row: Mapping[str, Any], source: Path, schema: Schema | None, split: str | None = None) -> ReadDocument:
    """The document of a row, whose columns have been checked; `split` is the one it belongs to.

    An item with a faulty part is left out; of a frame's arguments only the faulty ones are.
    """
    return _Row(row, source, schema).document(split)


class _Row:
    """Reads one row and collects its faults."""

    def __init__(self, row: Mapping[str, Any], source: Path, schema: Schema | None) -> None:
        self.source = source
        self.schema = schema
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []
        self.said = _said(row)
        self.taken: set[str] = set()

    def document(self, split: str | None) -> ReadDocument:
        """All that the row says; no document where it has no id."""
        said = {SYNONYMS.get(name, name): value for name, value in self.said.items()}
        if "doc_id" not in said:
            return ReadDocument(None, self.source, faults=(Fault("missing", "doc_id", self.source, rule="record"),))
        groups = {group: said.get(group, ()) for group in ("entities", "relations", "frames", "zones")}
        self.taken = {item["id"] for group in groups.values() for item in group if item and item.get("id") is not None}
        provenance = self.json_object(said.get("provenance"), "provenance")
        annotation = Annotation(
            doc_id=said["doc_id"],
            author=said.get("author"),
            made_with=self.record(SchemaStamp, _said(said["schema"]), "schema") if "schema" in said else None,
            text_sha256=said.get("text_sha256"),
            finished_layers=self.layers(said.get("finished_layers")),
            provenance=self.record(Provenance, provenance, "provenance") or Provenance(),
            entities=tuple(self.entities(groups["entities"])),
            relations=tuple(self.relations(groups["relations"])),
            frames=tuple(self.frames(groups["frames"])),
            extra=self.further(said, split),
        )
        zones = [self.record(Zone, fields, path) for path, fields in self.structures(groups["zones"], "zones")]
        document = AnnotatedDocument(
            annotation.doc_id, annotation, said.get("text"), tuple(zone for zone in zones if zone is not None)
        )
        return ReadDocument(document, self.source, faults=(*self.faults, *self.warnings))

    def entities(self, items: Any) -> Iterator[Entity]:
        for path, fields in self.structures(items, "entities"):
            before = len(self.faults)
            self.name(fields, "T")
            self.place(fields, path)
            self.describe(fields, path)
            self.evaluate(fields, path)
            entity = self.record(Entity, fields, path, before)
            if entity is not None:
                yield entity

    def relations(self, items: Any) -> Iterator[Relation]:
        for path, fields in self.structures(items, "relations"):
            before = len(self.faults)
            self.name(fields, "R")
            self.describe(fields, path)
            relation = self.record(Relation, fields, path, before)
            if relation is not None:
                yield relation

    def frames(self, items: Any) -> Iterator[Frame]:
        for path, fields in self.structures(items, "frames"):
            filled = [
                self.record(Argument, argument, place)
                for place, argument in self.structures(fields.pop("arguments", ()), f"{path}.arguments")
            ]
            fields["arguments"] = tuple(argument for argument in filled if argument is not None)
            before = len(self.faults)
            self.name(fields, "E")
            self.describe(fields, path)
            if "trigger" in fields:
                trigger = _said(fields["trigger"])
                self.place(trigger, f"{path}.trigger")
                fields["trigger"] = self.record(Trigger, trigger, f"{path}.trigger", before)
            frame = self.record(Frame, fields, path, before)
            if frame is not None:
                yield frame

    def further(self, said: Mapping[str, Any], split: str | None) -> dict[str, Any]:
        """Further keys of the document: those of `extra`, other columns that say something, and the split."""
        extra = self.json_object(said.get("extra"), "extra")
        for name, value in said.items():
            if name not in COLUMNS and not (isinstance(value, float) and math.isnan(value)):
                self.keep(extra, name, value, name)
        if split is not None:
            extra["parquet"] = {"split": split}
        return extra

    # --- parts of items ---

    def fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(message, path, self.source, rule="record"))

    def structures(self, items: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The structures of a list with their paths, without the parts that are null."""
        for index, item in enumerate(items):
            if item is None:
                self.fault(f"{path}[{index}]", "null, where a structure is needed")
            else:
                yield f"{path}[{index}]", _said(item)

    def record(
        self, model: type[_Model], fields: dict[str, Any], path: str, before: int | None = None
    ) -> _Model | None:
        """Validate a record, with what it has no field for in its `extra`; None when it has faults.

        `before` is the number of faults before this item. What `extra` cannot keep is left out with a warning.
        """
        before = len(self.faults) if before is None else before
        known = _FIELDS[model]
        if "score" in known and not math.isfinite(fields.get("score", 0)):
            self.fault(f"{path}.score", "not a finite number")
        if "extra" in known:
            fields["extra"] = self.json_object(fields.get("extra"), f"{path}.extra")
            for name in sorted(fields.keys() - known):
                self.keep(fields["extra"], name, fields.pop(name), f"{path}.{name}")
        if len(self.faults) > before:
            return None
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            found = record_faults(error, self.source)
            self.faults += [fault._replace(path=f"{path}.{fault.path}".strip(".")) for fault in found]
            return None

    def name(self, fields: dict[str, Any], letter: str) -> None:
        """Give an item without id the next free number behind a letter."""
        if "id" not in fields:
            fields["id"] = next(name for number in count(1) if (name := f"{letter}{number}") not in self.taken)
            self.taken.add(fields["id"])

    def place(self, fields: dict[str, Any], path: str) -> None:
        """Read fragments given as structures, as pairs, or as `start` and `end`."""
        ends: dict[str, Any] = {name: fields.pop(name) for name in ("start", "end") if name in fields}
        if "fragments" not in fields:
            missing = [name for name in ("start", "end") if name not in ends]
            for name in missing:
                self.fault(f"{path}.{name}", "missing")
            fields["fragments"] = () if missing else (Span(ends["start"], ends["end"]),)
            return
        fragments = [_span(fragment) for fragment in fields["fragments"]]
        if not fragments or None in fragments:
            self.fault(f"{path}.fragments", "ranges with a start and an end are needed")
            return
        fields["fragments"] = spans = tuple(span for span in fragments if span is not None)
        if any(
            ends.get(name) not in (None, bound) for name, bound in (("start", spans[0].start), ("end", spans[-1].end))
        ):
            self.fault(path, "start and end are not the outer ends of fragments")

    def describe(self, fields: dict[str, Any], path: str) -> None:
        """Read attributes given as pairs, as a map, or as a structure, in which null is not said."""
        given = fields.pop("attributes", ())
        pairs = [*given.items()] if isinstance(given, Mapping) else [_pair(item) for item in given]
        fields["attributes"] = attributes = {}
        for name, value in pairs:
            if name in attributes:
                self.fault(f"{path}.attributes", f"{name!r} is there twice")
            elif value is not None:
                attributes[name] = _as_string(value)

    def evaluate(self, fields: dict[str, Any], path: str) -> None:
        """Read a value given as JSON or as a structure; any other is interpreted by type, or is a further key."""
        value = fields.pop("value", None)
        if isinstance(value, Mapping) or (isinstance(value, str) and value.startswith("{")):
            value = self.json_object(value, f"{path}.value") or None
        if value is None and self.schema is None:
            return
        if isinstance(value, dict) and "kind" in value:
            fields["value"] = value
            return
        fields["extra"] = self.json_object(fields.pop("extra", None), f"{path}.extra")
        if self.schema is None:
            self.keep(fields["extra"], "value", value, f"{path}.value")
            return
        fields["value"] = value
        for part, message in normalised(fields, self.schema):
            self.fault(f"{path}.{part}", message)

    def layers(self, layers: list[str | None] | None) -> tuple[str, ...] | None:
        """The finished layers; None when nothing is said of them, which is not the same as none."""
        named = tuple(layer for layer in layers or () if layer is not None)
        if layers is not None and len(named) < len(layers):
            self.fault("finished_layers", "a null is among them; names of layers are needed")
            return None
        return None if layers is None else named

    def json_object(self, given: Any, path: str) -> dict[str, Any]:
        """An object given as JSON or as a structure; empty when there is none, or a faulty one."""
        if not isinstance(given, str):
            return _said(given or {})
        try:
            value = parse_json(given, self.source, None)
        except FaultyData as error:
            self.faults += [fault._replace(path=path, line=None) for fault in error.faults]
            return {}
        if not isinstance(value, dict):
            self.fault(path, f"a JSON object is needed here, not {_shown(value)}")
            return {}
        return value

    def keep(self, extra: dict[str, Any], name: str, value: Any, path: str) -> None:
        """Add something to further keys; a warning, when JSON cannot say it."""
        try:
            extra[name] = parse_json(json.dumps(value, ensure_ascii=False, allow_nan=False), self.source, None)
        except FaultyData as error:
            self.warn(path, error.faults[0].message)
        except (TypeError, ValueError):
            self.warn(path, f"{_shown(value)} is nothing that JSON can say")

    def warn(self, path: str, message: str) -> None:
        fault = Fault(f"is left out: {message}", path, self.source, rule="further", severity="warning")
        self.warnings.append(fault)


def _said(structure: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a structure that are not null."""
    return {name: value for name, value in structure.items() if value is not None}


def _span(fragment: Any) -> Span | None:
    """The range of a structure or of a pair; None when it is neither."""
    bounds = [fragment.get("start"), fragment.get("end")] if isinstance(fragment, Mapping) else fragment
    if bounds is None or len(bounds) != 2 or None in bounds:
        return None
    return Span(*bounds)


def _pair(item: Any) -> tuple[str, Any]:
    """The name and the value of an attribute given as a structure, or as a pair of a map."""
    if isinstance(item, Mapping):
        return item.get("key") or "", item.get("value")
    return tuple(item) if item is not None else ("", None)


def _as_string(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"
