"""Plain JSON lines: the contract, its synonyms, values, and dirty input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Fault, FaultyData
from workbench.core.records import Argument
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.core.values import Money, Place, Quantity, Time
from workbench.formats import plain

CONTRACT = {
    "doc_id": "d1",
    "text": "民革、民盟四川省委𠀀帮扶",
    "entities": [
        {"id": "T1", "type": "ORG", "start": 0, "end": 5},
        {"id": "T2", "type": "ORG", "fragments": [[0, 2], [5, 9]]},
    ],
    "relations": [{"type": "PART_OF", "head": "T1", "tail": "T2"}],
    "events": [
        {"type": "ASSIST", "trigger": {"start": 10, "end": 12}, "arguments": [{"role": "helper", "entity": "T1"}]}
    ],
    "zones": [{"kind": "footer", "start": 9, "end": 10}],
    "finished_layers": ["mention"],
    "origin": "a page",
}


def write(folder: Path, *documents: Any) -> Path:
    file = folder / "in.jsonl"
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in documents) + "\n", encoding="utf-8")
    return file


def test_the_contract(tmp_path: Path) -> None:
    """A line of the documented form is read whole; ids are made where there are none, unknown keys are kept."""
    (item,) = plain.read(write(tmp_path, CONTRACT))
    document, annotation = item.document, item.document.annotation
    assert (item.line, document.doc_id, document.text) == (1, "d1", CONTRACT["text"])
    assert [entity.fragments for entity in annotation.entities] == [(Span(0, 5),), (Span(0, 2), Span(5, 9))]
    assert (annotation.relations[0].id, annotation.relations[0].head) == ("R1", "T1")
    assert annotation.frames[0].arguments == (Argument(role="helper", entity="T1"),)
    assert annotation.frames[0].trigger is not None
    assert annotation.frames[0].trigger.fragments == (Span(10, 12),)
    assert annotation.finished_layers == ("mention",)
    assert document.zones[0].kind == "footer"
    assert annotation.extra == {"origin": "a page"}


def test_synonyms_of_other_tools(tmp_path: Path) -> None:
    """The names that the received passes use mean the same."""
    other = {
        "doc": "d1.txt",
        "annotator": "B",
        "regions": CONTRACT["zones"],
        "entities": [{"id": "T1", "type": "ORG", "start": 0, "end": 5}],
        "events": [
            {
                "id": "E1",
                "type": "ASSIST",
                "trigger": {"start": 0, "end": 2},
                "args": [{"role": "helper", "mention": "T1"}],
            }
        ],
    }
    (item,) = plain.read(write(tmp_path, other))
    assert (item.document.doc_id, item.document.annotation.author) == ("d1", "B")
    assert item.document.annotation.frames[0].arguments[0].entity == "T1"
    assert item.document.zones[0].kind == "footer"


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (
            {"type": "MONEY", "value": {"value": 2100000, "min": None, "mod": "EXACT", "unit": "CNY"}},
            Money(value=2100000),
        ),
        ({"type": "QUANT", "value": {"value": 2.6, "unit": "公里"}}, Quantity(value=2.6, unit="公里")),
        ({"type": "TIME", "value": "2016-09"}, Time(type="DATE", value="2016-09")),
        ({"type": "TIME", "value": "P1Y", "attributes": {"ttype": "SET"}}, Time(type="SET", value="P1Y")),
        ({"type": "TIME", "value": "PRESENT_REF"}, Time(type="DATE", value="PRESENT_REF")),
        (
            {"type": "LOC", "value": "剑阁县", "attributes": {"gb2260": "510823", "code_revision": "201904"}},
            Place(name="剑阁县", code="510823", revision="201904"),
        ),
        ({"type": "LOC", "value": None, "attributes": {"gb2260": "510823"}}, Place(code="510823")),
        ({"type": "LOC", "value": {"kind": "place", "name": "剑阁县"}}, Place(name="剑阁县")),
    ],
)
def test_values_by_entity_type(tmp_path: Path, entity: dict[str, Any], expected: object) -> None:
    """Amounts, TIMEX3 strings and place names with codes become values; their attributes move into them."""
    document = {"doc_id": "d1", "entities": [{"id": "T1", "start": 0, "end": 1, **entity}]}
    (item,) = plain.read(write(tmp_path, document), open_schema())
    assert item.document.annotation.entities[0].value == expected
    assert item.document.annotation.entities[0].attributes == {}


def test_names_become_canonical_names(tmp_path: Path) -> None:
    """A string that normalises an organisation is its canonical name; where no type wants it, it is kept in extra."""
    document = {
        "doc_id": "d1",
        "entities": [
            {"id": "T1", "type": "ORG", "start": 0, "end": 1, "normalised": "永州市政协"},
            {"id": "T2", "type": "RESULT", "start": 0, "end": 1, "normalised": "出行"},
        ],
    }
    (item,) = plain.read(write(tmp_path, document), open_schema())
    first, second = item.document.annotation.entities
    assert first.attributes == {"canonical": "永州市政协"}
    assert second.extra == {"value": "出行"}


@pytest.mark.parametrize(
    ("broken", "path"),
    [
        ({}, "doc_id"),
        ({"doc_id": ""}, "doc_id"),
        ({"doc_id": 7}, "doc_id"),
        ({"doc_id": "d", "entities": {}}, "entities"),
        ({"doc_id": "d", "entities": [{}]}, "entities[0].start"),
        ({"doc_id": "d", "entities": "T1"}, "entities"),
        ({"doc_id": "d", "entities": ["T1"]}, "entities[0]"),
        ({"doc_id": "d", "entities": [{"type": "ORG", "end": 3}]}, "entities[0].start"),
        ({"doc_id": "d", "entities": [{"type": "ORG", "start": "0", "end": 3}]}, "entities[0].start"),
        ({"doc_id": "d", "entities": [{"type": "ORG", "start": True, "end": 3}]}, "entities[0].start"),
        ({"doc_id": "d", "entities": [{"start": 0, "end": 3}]}, "entities[0].type"),
        ({"doc_id": "d", "entities": [{"type": "ORG", "fragments": []}]}, "entities[0].fragments"),
        ({"doc_id": "d", "entities": [{"type": "ORG", "fragments": [[0, 3]], "start": 1, "end": 3}]}, "entities[0]"),
        (
            {"doc_id": "d", "entities": [{"type": "ORG", "start": 0, "end": 3, "attributes": ["x"]}]},
            "entities[0].attributes",
        ),
        (
            {"doc_id": "d", "entities": [{"type": "ORG", "start": 0, "end": 3, "attributes": {"a": {}}}]},
            "entities[0].attributes.a",
        ),
        (
            {"doc_id": "d", "entities": [{"type": "MONEY", "start": 0, "end": 3, "value": {"min": 1, "mod": "RANGE"}}]},
            "entities[0].value",
        ),
        (
            {"doc_id": "d", "entities": [{"type": "TIME", "start": 0, "end": 3, "value": "2016-13"}]},
            "entities[0].value",
        ),
        ({"doc_id": "d", "relations": [{"type": "PART_OF", "head": "T1"}]}, "relations[0].tail"),
        ({"doc_id": "d", "events": [{"type": "ASSIST", "trigger": {"start": 1}}]}, "events[0].trigger.end"),
        ({"doc_id": "d", "events": [{"type": "ASSIST", "arguments": [{"role": "helper"}]}]}, "arguments[0].entity"),
        ({"doc_id": "d", "zones": [{"kind": "footer", "start": 4, "end": 2}]}, "zones[0]"),
        ({"doc_id": "d", "text": 5}, "text"),
        ({"doc_id": "d", "schema": "cppcc"}, "schema"),
        ({"doc_id": "d", "doc": "e"}, "doc"),
        ([], ""),
    ],
)
def test_dirty_lines_are_faults_with_line_and_path(tmp_path: Path, broken: Any, path: str) -> None:
    """A line that is not a document is refused with file, line and path, and other lines are still judged."""
    with pytest.raises(FaultyData) as caught:
        plain.read(write(tmp_path, {"doc_id": "fine"}, broken, {"doc_id": 3}), open_schema())
    found = [(fault.line, fault.path) for fault in caught.value.faults]
    assert any(line == 2 and fault_path.endswith(path) for line, fault_path in found), found
    assert (3, "doc_id") in found


def test_a_document_named_twice(tmp_path: Path) -> None:
    """One document on two lines is a fault that names both."""
    with pytest.raises(FaultyData, match=r"in\.jsonl:2 doc_id: document 'd1' is already on line 1"):
        plain.read(write(tmp_path, {"doc_id": "d1"}, {"doc_id": "d1.txt"}))


def test_an_empty_file(tmp_path: Path) -> None:
    """A file without a document is not silently nothing."""
    file = tmp_path / "in.jsonl"
    file.write_text("\n\n")
    with pytest.raises(FaultyData, match="holds no document"):
        plain.read(file)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 60) | st.sampled_from(["ORG", "T1", "政协", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "start",
                    "end",
                    "fragments",
                    "attributes",
                    "value",
                    "trigger",
                    "arguments",
                    "args",
                    "role",
                    "head",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {"doc_id": json_values, "entities": json_values, "relations": json_values, "events": json_values}
    )
)
def test_no_json_makes_the_reader_crash(content: dict[str, Any]) -> None:
    """Whatever stands in a line, the answer is documents or faults."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = write(Path(folder), content)
        for schema in (None, open_schema()):
            faults: tuple[Fault, ...] = ()
            try:
                plain.read(file, schema)
            except FaultyData as error:
                faults = error.faults
            assert all(fault.line == 1 for fault in faults)


def test_fragments_that_touch_are_joined(tmp_path: Path) -> None:
    """[0, 2] and [2, 4] are one fragment; overlapping and backward ones stay as they are, for checks to refuse."""
    path = tmp_path / "in.jsonl"
    entities = [
        {"type": "ORG", "fragments": [[0, 2], [2, 4], [6, 7]]},
        {"type": "ORG", "fragments": [[0, 3], [2, 4]]},
    ]
    path.write_text(json.dumps({"doc_id": "d1", "entities": entities}) + "\n", encoding="utf-8")
    (line,) = plain.read(path)
    assert [list(map(tuple, entity.fragments)) for entity in line.document.annotation.entities] == [
        [(0, 4), (6, 7)],
        [(0, 3), (2, 4)],
    ]
