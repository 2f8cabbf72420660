"""The quick reader: with the full reader behind it, exactly the full reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.plain_lines import line_of, lines
from tests.strategies import annotated_texts, names
from workbench.core.errors import Fault, FaultyData
from workbench.core.records import AnnotatedDocument, Annotation
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.formats import plain, quick
from workbench.scoring.items import Items, items_of

SCHEMA = open_schema()
HERE = Path("in.jsonl")

Answer = tuple[str, AnnotatedDocument] | tuple[str, tuple[Fault, ...]]


def judged(read: Callable[[], AnnotatedDocument]) -> Answer:
    try:
        return "read", read()
    except FaultyData as error:
        return "faulty", error.faults


def shown(items: Items) -> list[object]:
    """Items by what they say, whatever the class of an entity."""
    entities = [
        (entity.id, entity.type, entity.fragments, dict(entity.attributes), entity.value, entity.cluster)
        for entity in items.entities
    ]
    return [entities, items.labelled, items.relations, items.frames]


@settings(max_examples=300)
@given(lines(), st.sampled_from([None, SCHEMA]))
@example(b'{"doc_id":"d","entities":[{"type":"A","start":0,"end":1,"start":0}]}', None)
@example(b'{"doc_id":"d","entities":[{"type":"A","start" :0,"end":1,"end":1}]}', None)
@example(b'{"doc_id":"d","author":"a\\u0022:","entities":[],"entities":[]}', None)
@example(b'{"doc_id":"d","author":":","author":"x\\":"}', None)
@example(b'{"doc_id":"d","entities":[{"type":"A","start":0,"end":1,"id":""}]}', None)
@example(b'{"doc_id":"d","entities":[{"type":"A","start":0,"end":1,"attributes":{"gb2260":"510823"}}]}', SCHEMA)
@example(b'{"doc_id":"d","entities":[{"type":"A","start":0,"end":1,"fragments":[[0,1]]}]}', None)
@example(b'{"doc_id":"d","entities":[{"type":"A","start":0,"end":1,"note":null,"note":"x"}]}', None)
def test_what_the_quick_reader_accepts_is_what_the_full_reader_reads(line: bytes, schema: Any) -> None:
    """Whatever is odd about a line, the quick reader declines, or reads the very same document."""
    found = quick.decode(line)
    named = quick.doc_id_of(line)
    try:
        content = line.decode()
    except UnicodeDecodeError:
        assert found is None
        return
    if not content.strip() or "\0" in content:
        assert found is None
        return
    answer = judged(lambda: plain.read_line(content, HERE, 1, schema).document)
    if answer[0] == "faulty":
        assert found is None
        return
    expected = answer[1]
    assert isinstance(expected, AnnotatedDocument)
    assert named in (None, expected.doc_id)
    if found is None:
        return
    assert (found.doc_id, found.text, found.zones) == (expected.doc_id, expected.text, expected.zones)
    mine, theirs = found.annotation, expected.annotation
    for field in ("doc_id", "author", "finished_layers", "text_sha256", "made_with", "extra"):
        assert getattr(mine, field) == getattr(theirs, field), field
    for group, fields in FIELDS.items():
        for one, other in zip(getattr(mine, group), getattr(theirs, group), strict=True):
            for field in fields.split():
                assert getattr(one, field) == getattr(other, field), (group, field)
    for frame, other in zip(mine.frames, theirs.frames, strict=True):
        assert [(one.role, one.entity) for one in frame.arguments] == [
            (one.role, one.entity) for one in other.arguments
        ]
        assert (frame.trigger is None) == (other.trigger is None)
        if frame.trigger and other.trigger:
            assert (frame.trigger.fragments, frame.trigger.text) == (other.trigger.fragments, other.trigger.text)
    assert mine.entity_by_id.keys() == theirs.entity_by_id.keys()
    known = mine.entity_by_id.keys()
    if all(relation.head in known and relation.tail in known for relation in mine.relations) and all(
        one.entity in known for frame in mine.frames for one in frame.arguments
    ):
        assert shown(items_of(mine)) == shown(items_of(theirs))


FIELDS = {
    "entities": "id type fragments start end text attributes value cluster note score extra",
    "relations": "id type head tail attributes note score extra",
    "frames": "id type attributes note score extra",
}


@given(annotated_texts(), st.booleans(), st.booleans())
def test_usual_lines_are_read_quickly(pair: tuple[str, Annotation], ascii_only: bool, spaced: bool) -> None:
    """Documents without values take the quick path, with text or without, escaped or not, spaced or not."""
    text, annotation = pair
    content = line_of(annotation, text)
    separators = (", ", ": ") if spaced else (",", ":")
    line = json.dumps(content, ensure_ascii=ascii_only, separators=separators).encode()
    assert quick.decode(line) is not None or b"gb2260" in line or b"\\u00" in line


@given(st.dictionaries(names, names, max_size=2))
def test_empty_lists_and_chinese_escapes_are_usual(attributes: dict[str, str]) -> None:
    """What many programs write for nothing (empty lists and objects) costs no speed."""
    content = {
        "doc_id": "文一.txt",
        "entities": [
            {"type": "机构", "start": 0, "end": 2, "attributes": attributes},
            {"type": "机构", "fragments": [[0, 1], [3, 4]], "attributes": {}},
        ],
        "relations": [],
        "events": [{"type": "E", "arguments": []}],
    }
    found = quick.decode(json.dumps(content).encode())
    assert found is not None
    assert found.doc_id == "文一"
    assert [entity.fragments for entity in found.annotation.entities] == [(Span(0, 2),), (Span(0, 1), Span(3, 4))]
    assert [entity.id for entity in found.annotation.entities] == ["T1", "T2"]
    assert found.annotation.frames[0].id == "E1"


@pytest.mark.parametrize(
    "more",
    [
        {"zones": []},
        {"schema": "cppcc_poverty 2.0.0"},
        {"origin": "a page"},
        {"entities": [{"type": "A", "start": 0, "end": 1, "value": None}]},
        {"entities": [{"type": "A", "start": 0, "end": 1, "note": None}]},
        {"entities": [{"type": "A", "spans": [[0, 1]]}]},
        {"events": [{"type": "A", "args": []}]},
    ],
)
def test_unusual_lines_are_left_to_the_full_reader(more: dict[str, Any]) -> None:
    """Right lines with zones, stamps, values, synonyms or unknown keys are not for the quick reader."""
    line = json.dumps({"doc_id": "d1", **more})
    assert quick.decode(line.encode()) is None
    assert plain.read_line(line, HERE, 1).document.doc_id == "d1"
