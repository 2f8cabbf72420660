"""Tasks with broken parts: nothing crashes, each fault has its place, and the rest is read."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import annotated_documents
from workbench.core.mending import keep_sound, mend
from workbench.core.records import AnnotatedDocument
from workbench.formats.label_studio import documents_of, task_of

TEXT = "中共四川省委十届六次全会"


def whole() -> dict[str, Any]:
    """A task with two entities, a frame, and links between them."""
    labels = {"type": "labels", "to_name": "text"}
    return {
        "id": 4,
        "data": {"text": TEXT},
        "annotations": [
            {
                "result": [
                    {"id": "a", "from_name": "entity", "value": {"start": 0, "end": 6, "labels": ["ORG"]}, **labels},
                    {"id": "b", "from_name": "entity", "value": {"start": 6, "end": 12, "labels": ["X"]}, **labels},
                    {"id": "t", "from_name": "frame", "value": {"start": 6, "end": 8, "labels": ["Y"]}, **labels},
                    {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right", "labels": ["Z"]},
                    {"from_id": "t", "to_id": "a", "type": "relation", "direction": "right", "labels": ["role"]},
                ]
            }
        ],
    }


@pytest.mark.parametrize(
    ("index", "keys", "value", "path"),
    [
        (0, ("value",), None, "result[0].value"),
        (0, ("value", "start"), "0", "result[0].value.start"),
        (0, ("value", "start"), 0.0, "result[0].value.start"),
        (0, ("value", "start"), True, "result[0].value.start"),
        (0, ("value", "end"), None, "result[0].value.end"),
        (0, ("value", "labels"), [], "result[0].value.labels"),
        (0, ("value", "labels"), [3], "result[0].value.labels"),
        (0, ("value", "labels"), "ORG", "result[0].value.labels"),
        (0, ("id",), {"x": 1}, "result[0].id"),
        (0, ("id",), 1.5, "result[0].id"),
        (0, ("score",), "high", "result[0].score"),
        (0, ("score",), True, "result[0].score"),
        (0, ("score",), 10**400, "result[0].score"),
        (0, ("meta",), {"wb": {"value": 3}}, "result[0].meta.wb.value"),
        (0, ("meta",), {"wb": {"attributes": [1]}}, "result[0].meta.wb.attributes"),
        (0, ("meta",), {"wb": {"extra": "x"}}, "result[0].meta.wb.extra"),
        (0, ("meta",), {"wb": {"relations": [{"type": "Z", "tail": "b"}]}}, "result[0].meta.wb.relations[0].id"),
        (2, ("meta",), {"wb": {"trigger": 3}}, "result[2].meta.wb.trigger.extra"),
        (2, ("meta",), {"wb": {"note": 3}}, "result[2].meta.wb.note"),
        (
            2,
            ("meta",),
            {"wb": {"arguments": [{"role": "role", "entity": "a", "extra": 1}]}},
            "result[2].meta.wb.arguments[0].extra",
        ),
        (3, ("labels",), None, "result[3].labels"),
        (3, ("labels",), [], "result[3].labels"),
        (3, ("labels",), [1], "result[3].labels"),
        (3, ("direction",), "up", "result[3].direction"),
        (3, ("direction",), [], "result[3].direction"),
        (3, ("from_id",), None, "result[3].from_id"),
        (3, ("to_id",), 1.5, "result[3].to_id"),
    ],
)
def test_a_broken_part_is_a_fault_in_its_place(index: int, keys: tuple[str, ...], value: Any, path: str) -> None:
    task = whole()
    place = task["annotations"][0]["result"][index]
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    [found] = documents_of(task)
    assert [fault.path for fault in found.faults] == [f"annotations[0].{path}"]
    assert found.document is not None
    left = len(found.document.annotation.entities) + len(found.document.annotation.frames)
    assert left == (2 if index == 0 and (keys[0] in ("value", "id") or value == 10**400) else 3)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"annotations": {}}, "annotations"),
        ({"annotations": [3]}, "annotations[0]"),
        ({"annotations": [{}]}, "annotations[0]"),
        ({"annotations": [{"result": "[]"}]}, "annotations[0]"),
        ({"annotations": None, "predictions": 4}, "predictions"),
        ({"data": {"text": TEXT, "doc_id": [1]}}, "data.doc_id"),
        ({"data": {}}, "data"),
        ({"data": [TEXT]}, ""),
    ],
)
def test_a_broken_task_is_no_document(change: dict[str, Any], path: str) -> None:
    [found] = documents_of({**whole(), **change}, position=3)
    assert found.document is None
    assert [fault.path for fault in found.faults] == [f"tasks[2].{path}".rstrip(".")]


def test_a_broken_answer_does_not_touch_the_others() -> None:
    task = whole()
    task["annotations"].insert(0, {"result": None})
    broken, whole_one = documents_of(task)
    assert broken.document is None
    assert whole_one.document is not None
    assert len(whole_one.document.annotation.entities) == 2


@pytest.mark.parametrize(
    ("meta", "path"),
    [
        ({"wb": {"zones": 3}}, "meta.wb.zones"),
        ({"wb": {"zones": [{"kind": "footer", "start": 3, "end": 1}]}}, "meta.wb.zones[0]"),
        ({"wb": {"annotations": [{"regions": ["a"], "provenance": 3}]}}, "meta.wb.provenance"),
        ({"wb": {"annotations": [{"regions": ["a"], "frames": [{"id": "F"}]}]}}, "meta.wb.frames[0].type"),
    ],
)
def test_a_broken_remainder_is_a_fault(meta: Any, path: str) -> None:
    [found] = documents_of({**whole(), "meta": meta})
    assert [fault.path for fault in found.faults] == [path]
    assert found.document is not None
    assert len(found.document.annotation.entities) == 2


def test_a_remainder_of_another_make_is_left_alone() -> None:
    for meta in ({"wb": 3}, [1], "x", {"wb": {"annotations": 3}}, {"wb": {"annotations": [3, {"regions": 4}]}}):
        [found] = documents_of({**whole(), "meta": meta})
        assert found.faults == ()
        assert found.document is not None
        own = found.document.annotation.extra["label_studio"]
        assert own.get("meta") == (None if isinstance(meta, dict) and isinstance(meta["wb"], dict) else meta)


def test_what_an_annotator_changes_is_what_is_read() -> None:
    [found] = documents_of(whole())
    assert found.document is not None
    task = task_of(found.document)
    results = task["annotations"][0]["result"]
    assert "relations" in results[0]["meta"]["wb"]
    results[1]["value"]["labels"] = ["MEETING"]
    del results[3]
    results.append({"from_id": "b", "to_id": "a", "type": "relation", "direction": "right", "labels": ["NEW"]})
    [found] = documents_of(task)
    assert found.faults == ()
    assert found.document is not None
    annotation = found.document.annotation
    assert [entity.type for entity in annotation.entities] == ["ORG", "MEETING"]
    assert [(one.id, one.type, one.head, one.tail) for one in annotation.relations] == [("R2", "NEW", "b", "a")]


@given(annotated_documents(), st.data())
def test_a_remainder_of_what_is_gone_is_ignored(document: AnnotatedDocument, data: st.DataObject) -> None:
    task = json.loads(json.dumps(task_of(document)))
    results = task["annotations"][0]["result"]
    regions = [result["id"] for result in results if result["type"] == "labels"]
    gone = set(data.draw(st.lists(st.sampled_from(regions), max_size=3))) if regions else set()
    ends = ("id", "from_id", "to_id")
    kept = [result for result in results if not gone & {result.get(end) for end in ends}]
    kept = [result for result in kept if result["type"] != "relation" or data.draw(st.booleans())]
    task["annotations"][0]["result"] = kept
    [found] = documents_of(task)
    assert found.faults == ()
    assert found.document is not None
    assert mend(found.document, repair=False).faults == ()


@given(annotated_documents())
def test_a_document_is_read_without_anything_of_ours(document: AnnotatedDocument) -> None:
    task = json.loads(json.dumps(task_of(document)))
    task.pop("meta", None)
    for result in task["annotations"][0]["result"]:
        result.pop("meta", None)
    [found] = documents_of(task)
    assert found.faults == ()
    assert found.document is not None
    read, given_ = mend(found.document, repair=False).document.annotation, document.annotation
    assert [(e.type, e.fragments, e.text) for e in read.entities] == [
        (e.type, e.fragments, e.text) for e in given_.entities
    ]
    triggered = [frame for frame in given_.frames if frame.trigger]
    assert [(f.type, f.trigger.fragments) for f in read.frames if f.trigger] == [
        (f.type, f.trigger.fragments) for f in triggered if f.trigger
    ]
    assert len({(r.type, r.head, r.tail) for r in given_.relations}) == len(read.relations)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 20) | st.floats(allow_nan=False) | st.text("aORG市#", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "text", "wb"]), inner),
    max_leaves=8,
)


@given(annotated_documents(), st.data())
def test_nothing_crashes(document: AnnotatedDocument, data: st.DataObject) -> None:
    task = json.loads(json.dumps(task_of(document)))
    for _ in range(data.draw(st.integers(1, 4))):
        place: Any = task
        while isinstance(place, (dict, list)) and place:
            keys = list(place) if isinstance(place, dict) else range(len(place))
            key = data.draw(st.sampled_from(list(keys)))
            if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.integers(0, 4)) == 0:
                place[key] = copy.deepcopy(data.draw(anything))
                break
            place = place[key]
    for found in documents_of(task):
        if found.document is None:
            assert found.faults
            continue
        kept = keep_sound(mend(found.document, repair=True)).document
        assert kept is None or not mend(kept, repair=False).faults


@given(anything)
def test_no_value_crashes(value: Any) -> None:
    region = {"type": "labels", "value": value, "id": value}
    tasks = [
        value,
        {"data": {"text": TEXT}, "annotations": value},
        {"data": {"text": TEXT}, "annotations": [{"result": value}]},
        {"data": value, "annotations": [{"result": [region]}]},
    ]
    for task in tasks:
        assert all(found.document is not None or found.faults for found in documents_of(task))
