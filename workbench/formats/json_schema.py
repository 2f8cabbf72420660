"""The JSON Schema (draft 2020-12) of annotation files and of plain JSON lines, with a schema's types filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from schemas import Attribute, Schema
from workbench.core.values import Money, Place, Quantity, Time
from workbench.formats.native import FORMAT

_VALUES: Mapping[str, type[Any]] = {"money": Money, "quantity": Quantity, "time": Time, "place": Place}
_STRING = {"type": "string"}
_FRAGMENTS = {
    "type": "array",
    "minItems": 1,
    "items": {"type": "array", "prefixItems": [{"type": "integer", "minimum": 0}] * 2, "minItems": 2, "items": False},
}


def annotation_schema(schema: Schema, plain: bool = False) -> dict[str, Any]:
    """Describe one annotation file (or, with `plain`, one line of plain JSON lines) made with `schema`.

    Every entity, relation and frame type is a definition under `$defs`, with its attributes, value and roles.
    """
    frames = "events" if plain else "frames"
    properties: dict[str, Any] = {
        "doc_id": _STRING,
        "finished_layers": {"type": "array", "items": {"enum": list(schema.finishable)}},
        "text_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "entities": _array([f"entity-{name}" for name in schema.entity_types]),
        "relations": _array([f"relation-{name}" for name in schema.relation_types]),
        frames: _array([f"frame-{name}" for name in schema.frame_types]),
    }
    if plain:
        properties["text"] = _STRING
        properties["zones"] = {"type": "array", "items": {"$ref": "#/$defs/zone"}}
    else:
        properties |= {
            "format": {"const": FORMAT},
            "author": _STRING,
            "schema": {"type": "object", "properties": {"id": {"const": schema.id}}, "required": ["id", "version"]},
            "provenance": {"type": "object"},
            "extra": {"type": "object"},
        }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{schema.id} {schema.version} {'plain line' if plain else 'annotation file'}",
        "type": "object",
        "properties": properties,
        "required": ["doc_id"] if plain else ["format", "doc_id", "entities", "relations", "frames"],
        "additionalProperties": plain,
        "$defs": _definitions(schema, plain),
    }


def _array(names: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in names]}}


def _definitions(schema: Schema, plain: bool) -> dict[str, Any]:
    definitions: dict[str, Any] = {
        kind: TypeAdapter(model).json_schema(ref_template="#/$defs/{model}") for kind, model in _VALUES.items()
    }
    definitions["zone"] = _object(
        {
            "kind": {"enum": list(schema.zones)},
            "start": {"type": "integer"},
            "end": {"type": "integer"},
            "note": _STRING,
        },
        ["kind", "start", "end"],
    )
    shared = dict(schema.annotation_attributes)
    for entity in schema.entities:
        fields = {**_common(entity.id, {**shared, **entity.attributes}), **_position(plain), "cluster": _STRING}
        if entity.value:
            fields["value"] = {"$ref": f"#/$defs/{entity.value}"}
        definitions[f"entity-{entity.id}"] = _mention(fields, ["type"] if plain else ["id", "type"], plain)
    for relation in schema.relations:
        fields = {**_common(relation.id, {**shared, **relation.attributes}), "head": _STRING, "tail": _STRING}
        required = ["type", "head", "tail"]
        definitions[f"relation-{relation.id}"] = _object(fields, required if plain else ["id", *required], plain)
    for frame in schema.frames:
        argument = _object({"role": {"enum": list(frame.roles)}, "entity": _STRING}, ["role", "entity"], plain)
        fields = {
            **_common(frame.id, {**shared, **frame.attributes}),
            "trigger": _mention(_position(plain), [], plain),
            "arguments": {"type": "array", "items": argument},
        }
        definitions[f"frame-{frame.id}"] = _object(fields, ["type"] if plain else ["id", "type"], plain)
    return definitions


def _object(properties: Mapping[str, Any], required: list[str], is_open: bool = False) -> dict[str, Any]:
    """An object; an open one may have further keys, which readers of plain lines keep in `extra`."""
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": is_open}


def _mention(properties: Mapping[str, Any], required: list[str], plain: bool) -> dict[str, Any]:
    """An object with a position: fragments, or in plain lines start and end as well."""
    made = _object(properties, required, plain)
    if not plain:
        made["required"] = [*required, "fragments"]
    else:
        made["anyOf"] = [{"required": ["fragments"]}, {"required": ["start", "end"]}]
    return made


def _position(plain: bool) -> dict[str, Any]:
    position: dict[str, Any] = {"fragments": _FRAGMENTS, "text": _STRING}
    if plain:
        position |= {"start": {"type": "integer", "minimum": 0}, "end": {"type": "integer", "minimum": 1}}
    return position


def _common(name: str, attributes: Mapping[str, Attribute]) -> dict[str, Any]:
    return {
        "id": _STRING,
        "type": {"const": name},
        "attributes": _object({key: _attribute(attribute) for key, attribute in attributes.items()}, []),
        "note": _STRING,
        "score": {"type": "number"},
        "extra": {"type": "object"},
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    if attribute.values:
        return {"enum": list(attribute.values)}
    return {**_STRING, "pattern": f"^(?:{attribute.pattern})$"} if attribute.pattern else dict(_STRING)
