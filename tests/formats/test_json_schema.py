"""The printed JSON Schema agrees with the readers: what it accepts is read, what breaks a type it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.conftest import ROOT
from workbench.core.schema import open_schema
from workbench.formats.json_schema import annotation_schema

FILES = sorted((ROOT / "tasks" / "pilot").glob("*/*/*.json"))


@pytest.fixture(scope="module")
def native() -> Draft202012Validator:
    schema = annotation_schema(open_schema())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture(scope="module")
def plain() -> Draft202012Validator:
    schema = annotation_schema(open_schema(), plain=True)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem[:3]}")
def test_the_real_annotation_files_are_valid(file: Path, native: Draft202012Validator) -> None:
    """Every annotation and prediction of the pilot batch fits the JSON Schema of annotation files."""
    assert [error.message for error in native.iter_errors(json.loads(file.read_text(encoding="utf-8")))] == []


def test_every_type_is_a_definition(native: Draft202012Validator) -> None:
    """All 18 entity types, 20 relations and 4 frames are definitions, with roles and attribute values."""
    definitions = native.schema["$defs"]
    kinds = [name.split("-")[0] for name in definitions]
    assert (kinds.count("entity"), kinds.count("relation"), kinds.count("frame")) == (18, 20, 4)
    roles = definitions["frame-ASSIST"]["properties"]["arguments"]["items"]["properties"]["role"]["enum"]
    assert set(roles) == set(open_schema().frame_types["ASSIST"].roles)


LINE = {
    "doc_id": "d1",
    "entities": [
        {"type": "ORG", "start": 0, "end": 5, "attributes": {"mention": "NAM"}},
        {"id": "T2", "type": "MONEY", "fragments": [[6, 9]], "value": {"kind": "money", "value": 2100000}},
    ],
    "relations": [{"type": "PART_OF", "head": "T1", "tail": "T2"}],
    "events": [
        {"type": "ASSIST", "trigger": {"start": 5, "end": 6}, "arguments": [{"role": "helper", "entity": "T1"}]}
    ],
    "anything": "else",
}


def changed(place: str, value: Any) -> dict[str, Any]:
    """LINE with one place set to another value."""
    content: dict[str, Any] = json.loads(json.dumps(LINE))
    node: Any = content
    *path, last = place.split(".")
    for part in path:
        node = node[int(part)] if part.isdigit() else node[part]
    node[last] = value
    return content


def test_a_plain_line_is_valid(plain: Draft202012Validator) -> None:
    """The contract's line is accepted, and so are unknown keys, which the reader keeps."""
    assert list(plain.iter_errors(LINE)) == []
    for place in ("entities.0", "relations.0", "events.0", "events.0.trigger", "events.0.arguments.0"):
        assert list(plain.iter_errors(changed(f"{place}.colour", "red"))) == []


@pytest.mark.parametrize(
    "broken",
    [
        changed("doc_id", 7),
        changed("entities.0.type", "ORGA"),
        changed("entities.0.start", -1),
        changed("entities.0.attributes", {"mention": "NAMED"}),
        changed("entities.1.fragments", []),
        changed("entities.1.fragments", [[1, 2, 3]]),
        changed("entities.1.value", {"kind": "quantity", "value": 1, "unit": "户"}),
        changed("relations.0.type", "PARTOF"),
        changed("events.0.arguments", [{"role": "giver", "entity": "T1"}]),
        changed("finished_layers", ["mentions"]),
    ],
)
def test_what_breaks_a_type_is_refused(broken: dict[str, Any], plain: Draft202012Validator) -> None:
    """Unknown types, roles, values and impossible positions do not fit the JSON Schema."""
    assert list(plain.iter_errors(broken))
