"""Tasks as Label Studio exports them and as people write them, without anything of ours in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.label_studio.built import TEXT, link, only, own, region, sound, task
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.mending import mend
from workbench.core.text import Span
from workbench.formats import label_studio
from workbench.formats.contract import ReadSettings, Sample, WriteSettings
from workbench.formats.label_studio import documents_of, task_of

EXPORT = """[{"id": 5, "annotations": [{"id": 9, "completed_by": 1, "result": [
{"value": {"start": 0, "end": 6, "text": "中共四川省委", "labels": ["ORG"]}, "id": "DDGlEaS_fE", "from_name": "label",
 "to_name": "text", "type": "labels", "origin": "manual", "meta": {"text": ["见第二段"]}},
{"value": {"start": 0, "end": 6, "text": "中共四川省委", "choices": ["sure"]}, "id": "DDGlEaS_fE",
 "from_name": "certainty", "to_name": "text", "type": "choices", "origin": "manual", "meta": {"text": ["见第二段"]}},
{"value": {"start": 0, "end": 6, "text": ["中国共产党四川省委员会"]}, "id": "DDGlEaS_fE", "from_name": "canonical",
 "to_name": "text", "type": "textarea", "origin": "manual", "meta": {"text": ["见第二段"], "lead_time": 3.1}},
{"value": {"start": 6, "end": 12, "text": "十届六次全会", "labels": ["MEETING"]}, "id": "l9SgWd6qkX",
 "from_name": "label", "to_name": "text", "type": "labels", "origin": "prediction-changed", "score": 0.5,
 "readonly": true},
{"from_id": "l9SgWd6qkX", "to_id": "DDGlEaS_fE", "type": "relation", "direction": "right", "labels": ["ORGANISED_BY"]}],
"was_cancelled": false, "ground_truth": true, "created_at": "2026-11-22T09:00:00.000000Z",
"updated_at": "2026-11-22T09:05:00.000000Z", "draft_created_at": null, "lead_time": 12.5, "prediction": {},
"result_count": 0, "unique_id": "0c7c2d5c-1111-4000-8000-000000000000", "task": 5, "project": 2,
"parent_prediction": null}],
"file_upload": "1f-tasks.json", "drafts": [{"id": 1, "result": []}], "predictions": [1],
"data": {"text": "中共四川省委十届六次全会", "url": "https://example.org/5"}, "meta": {"batch": "一"},
"created_at": "2026-11-22T08:59:00.000000Z", "inner_id": 1, "total_annotations": 1, "project": 2}]"""


def test_an_export_of_a_foreign_project(tmp_path: Path) -> None:
    path = tmp_path / "project-2.json"
    path.write_text(EXPORT, encoding="utf-8")
    [found] = label_studio.read(path, ReadSettings())
    document = found.document
    assert found.faults == ()
    assert document is not None
    assert (document.doc_id, document.text) == ("5", "中共四川省委十届六次全会")
    assert document.annotation.author == "1"
    organisation, meeting = document.annotation.entities
    assert (organisation.id, organisation.type, organisation.fragments) == ("DDGlEaS_fE", "ORG", (Span(0, 6),))
    assert organisation.attributes == {"certainty": "sure", "canonical": "中国共产党四川省委员会"}
    assert (organisation.note, organisation.text, organisation.extra) == ("见第二段", "中共四川省委", {})
    assert meeting.score == 0.5
    assert own(meeting) == {"region": {"origin": "prediction-changed", "readonly": True}}
    [relation] = document.annotation.relations
    assert (relation.type, relation.head, relation.tail) == ("ORGANISED_BY", meeting.id, organisation.id)
    said = own(document.annotation)
    assert said["data"] == {"url": "https://example.org/5"}
    assert said["meta"] == {"batch": "一"}
    assert said["annotation"]["lead_time"] == 12.5
    assert said["task"]["id"] == 5
    assert not {"drafts", "predictions"} & said["task"].keys()


def test_a_foreign_export_is_written_again_with_all_that_has_a_place_there() -> None:
    [raw] = json.loads(EXPORT)
    document = sound(raw)
    again = task_of(document)
    assert again["data"] == raw["data"] | {"doc_id": "5"}
    assert again["meta"]["batch"] == "一"
    assert again["annotations"][0]["ground_truth"] is True
    assert again["annotations"][0]["lead_time"] == 12.5
    assert again["annotations"][0]["result"][3]["readonly"] is True
    assert sound(again) == document


@pytest.mark.parametrize(
    ("by", "author"),
    [
        (7, "7"),
        ("office", "office"),
        ({"id": 7, "email": "office@example.org", "first_name": ""}, "office@example.org"),
        ({"id": 7, "username": "office"}, "office"),
        ({"id": 7}, "7"),
        ({}, None),
        (None, None),
    ],
)
def test_who_annotated(by: Any, author: str | None) -> None:
    raw = {"data": {"text": TEXT}, "annotations": [{"result": [], "completed_by": by}]}
    assert sound(raw).annotation.author == author


def test_each_answer_is_a_document_and_skipped_ones_are_none() -> None:
    raw = task()
    raw["annotations"] = [
        {"completed_by": 1, "result": [region("a", 0, 6, "ORG")]},
        {"completed_by": 2, "result": [region("a", 0, 6, "ORG")], "was_cancelled": True},
        {"completed_by": 3, "result": []},
    ]
    found = [reading.document.annotation for reading in documents_of(raw) if reading.document]
    assert [(one.author, len(one.entities)) for one in found] == [("1", 1), ("3", 0)]


def test_predictions_are_read_where_nobody_annotated() -> None:
    guess = {"model_version": "rules-1.0", "score": 0.7, "result": [region("a", 0, 6, "ORG", score=0.9)]}
    document = sound({"data": {"text": TEXT}, "predictions": [guess]})
    assert document.annotation.author == "rules-1.0"
    assert document.annotation.entities[0].score == 0.9
    assert sound(task(predictions=[guess])).annotation.author is None
    assert sound({"id": 2, "data": {"text": TEXT}, "predictions": [1, 2], "annotations": []}).annotation.entities == ()


@pytest.mark.parametrize(
    ("raw", "doc_id"),
    [
        ({"data": {"text": TEXT, "doc_id": "001_a"}, "id": 4}, "001_a"),
        ({"data": {"text": TEXT, "doc_id": 12}, "id": 4}, "12"),
        ({"data": {"text": TEXT}, "id": 4}, "4"),
        ({"data": {"text": TEXT}, "annotations": []}, "2"),
    ],
)
def test_the_id_of_a_document(raw: Any, doc_id: str, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps([task(), raw]), encoding="utf-8")
    _, found = label_studio.read(path, ReadSettings())
    assert found.document is not None
    assert found.document.doc_id == doc_id


def test_a_single_task_and_one_as_storages_get_it(tmp_path: Path) -> None:
    path = tmp_path / "17"
    path.write_text(json.dumps(task(region("a", 0, 6, "ORG"))), encoding="utf-8")
    [found] = label_studio.read(path, ReadSettings())
    stored = {"id": 3, "result": [region("a", 0, 6, "ORG")], "task": {"id": 17, "data": {"text": TEXT}}}
    for document in (found.document, sound(stored)):
        assert document is not None
        assert document.doc_id == "17"
        assert [entity.text for entity in document.annotation.entities] == ["中共四川省委"]


# --- texts -----------------------------------------------------------------------------------------------------------


def test_a_text_under_another_key() -> None:
    data = {"title": "全会", "content": TEXT, "link": "https://example.org/a", "views": 3}
    results = [region("a", 0, 6, "ORG"), region("b", 14, 20, "ORG")]
    document = sound({"data": data, "annotations": [{"result": results}]})
    assert document.text == TEXT
    assert own(document.annotation)["data"] == {"title": "全会", "link": "https://example.org/a", "views": 3}
    assert sound({"data": {"content": TEXT}, "id": 1}).text == TEXT
    named = {"data": {"a": TEXT, "b": TEXT}, "annotations": [{"result": [region("x", 0, 6, "ORG", to_name="b")]}]}
    assert sound(named).text == TEXT


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"data": {"title": "全会", "content": TEXT}, "id": 1}, "which of title, content is the text"),
        ({"data": {"image": "https://example.org/1.jpg"}, "id": 1}, "there is no text"),
        ({"data": {"text": ["a"]}, "id": 1}, "there is no text"),
        (
            {"data": {"a": TEXT, "b": TEXT}, "annotations": [{"result": [region("x", 0, 6, "ORG", to_name="c")]}]},
            "which of a, b is the text",
        ),
        (
            {"data": {"a": "全会", "b": ""}, "annotations": [{"result": [region("x", 0, 6, "ORG")]}]},
            "which of a, b is the text",
        ),
        (
            task(region("x", 0, 6, "ORG", to_name="c"), region("y", 0, 6, "ORG", to_name="d")),
            "several texts (c, d), none of which is 'text'",
        ),
    ],
)
def test_no_text_is_guessed(raw: Any, message: str) -> None:
    found = only(raw)
    assert found.document is None
    [fault] = found.faults
    assert message in fault.message


def test_regions_of_another_text_are_not_ours() -> None:
    raw = task(
        region("a", 0, 6, "ORG"),
        region("t", 0, 2, "ORG", to_name="title"),
        region("u", 0, 1, "ORG", to_name="title"),
        {"id": "t", "type": "choices", "from_name": "sure", "to_name": "title", "value": {"choices": ["yes"]}},
        link("t", "u", "PART_OF"),
    )
    document = sound(raw)
    assert [entity.id for entity in document.annotation.entities] == ["a"]
    assert len(own(document.annotation)["results"]) == 4
    assert sound(task_of(document)) == document


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (0, 6, None),
        (0, 6, ""),
        (0, 6, 3),
        (11, 15, "会😀\\n民"),
        (11, 15, "会😀\n民"),
        (27, 37, "协(xié)助 剑"),
        (13, 14, ""),
    ],
)
def test_words_that_the_editor_spoils_are_not_held_against_a_region(start: int, end: int, words: Any) -> None:
    spoiled = region("a", start, end, "ORG")
    spoiled["value"]["text"] = words
    assert sound(task(spoiled)).annotation.entities[0].text == TEXT[start:end]


def test_words_that_stand_elsewhere_are_left_to_be_judged() -> None:
    wrong = region("a", 0, 6, "ORG")
    wrong["value"]["text"] = "剑阁县"
    document = only(task(wrong)).document
    assert document is not None
    assert document.annotation.entities[0].text == "剑阁县"
    assert mend(document, repair=False).faults
    assert mend(document, repair=True).document.annotation.entities[0].text == "剑阁县"


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (5, 2), (0, 9999)])
def test_impossible_places_are_read_as_they_are(start: int, end: int) -> None:
    found = only(task(region("a", start, end, "ORG")))
    assert found.faults == ()
    assert found.document is not None
    assert found.document.annotation.entities[0].fragments == (Span(start, end),)
    assert mend(found.document, repair=False).faults


# --- what is no task -------------------------------------------------------------------------------------------------

MINIMAL = {
    "text": TEXT,
    "id": 1,
    "label": [{"start": 0, "end": 6, "text": "中共四川省委", "labels": ["ORG"]}],
    "annotator": 1,
    "annotation_id": 1,
    "created_at": "2026-11-22T09:00:00Z",
    "updated_at": "2026-11-22T09:00:00Z",
    "lead_time": 3.2,
}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([MINIMAL], "JSON_MIN"),
        ([1, 2], "holds no task"),
        ({"text": "a"}, "holds no task"),
        ("text", "holds no task"),
        (None, "holds no task"),
    ],
)
def test_other_files_are_refused_with_advice(content: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(FaultyData, match=message):
        list(label_studio.read(path, ReadSettings()))


def test_what_is_no_json_and_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text('[{"data": {"text"', encoding="utf-8")
    with pytest.raises(FaultyData, match="cut short"):
        list(label_studio.read(path, ReadSettings()))
    with pytest.raises(UsageMistake):
        list(label_studio.read(tmp_path / "missing.json", ReadSettings()))


def test_a_byte_order_mark_is_a_matter_of_repair(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps([task(), task()]).encode())
    with pytest.raises(FaultyData, match="byte order mark"):
        list(label_studio.read(path, ReadSettings()))
    first, second = label_studio.read(path, ReadSettings(repair=True))
    assert [repair.name for repair in first.repairs] == ["byte-order-mark"]
    assert second.repairs == ()


def sample(record: Any, head: str = "") -> Sample:
    return Sample(Path("x.json"), head=head.encode(), record=record)


def test_recognising(tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    writer = label_studio.writer(path, WriteSettings())
    writer.write(sound(task(region("a", 0, 6, "ORG"))))
    writer.close()
    written = path.read_text(encoding="utf-8")
    for record in (*json.loads(written), *json.loads(EXPORT), MINIMAL, {"data": {"text": "a"}, "predictions": []}):
        assert label_studio.recognise(sample(record))
    for head in (written, EXPORT):
        assert label_studio.recognise(sample(None, head[:300]))
    for record in (
        {"doc_id": "d", "text": "a", "entities": []},
        {"id": 1, "text": "a", "label": [[0, 1, "ORG"]]},
        {"format": "workbench-annotation/1", "doc_id": "d"},
        {"id": 1, "data": [1]},
        {"data": {"text": "a"}},
        {"annotations": [], "images": []},
    ):
        assert not label_studio.recognise(sample(record))
    assert not label_studio.recognise(sample(None, '{"annotations": [{"image_id": 1}], "images": []}'))
    assert not label_studio.recognise(sample(None, "plain text"))
