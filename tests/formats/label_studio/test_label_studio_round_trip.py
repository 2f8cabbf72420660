"""What is written as Label Studio JSON is read back whole, also after somebody saved it in the editor."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Schema
from tests.formats.label_studio.editor import saved
from tests.strategies import annotated_documents
from workbench.core.errors import FaultyData
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument, Argument, Relation, in_order
from workbench.core.schema import open_schema
from workbench.corpus.reading import read_annotated
from workbench.formats import label_studio
from workbench.formats.contract import ReadSettings, WriteSettings
from workbench.formats.label_studio import CONTINUES, documents_of, results_of, task_of
from workbench.formats.label_studio.controls import OWN

ROOT = Path(__file__).parents[3]
SCHEMA = open_schema("cppcc-poverty")
GOLD = read_annotated(ROOT / "gold" / "0.1.0")

schemas = st.sampled_from([None, SCHEMA])


def written(documents: list[AnnotatedDocument], schema: Schema | None = None) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tasks.json"
        writer = label_studio.writer(path, WriteSettings(schema))
        for document in documents:
            writer.write(document)
        writer.close()
        return path.read_text(encoding="utf-8")


def read(content: str) -> list[AnnotatedDocument]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tasks.json"
        path.write_text(content, encoding="utf-8", newline="")
        return [checked(found) for found in label_studio.read(path, ReadSettings())]


def checked(found: Any) -> AnnotatedDocument:
    """The document in canonical order, after nothing was wrong with it."""
    assert found.faults == ()
    mended = mend(found.document, repair=False)
    assert mended.faults == ()
    return ordered(mended.document)


def ordered(document: AnnotatedDocument) -> AnnotatedDocument:
    return document._replace(annotation=in_order(document.annotation))


def changed(document: AnnotatedDocument, **fields: Any) -> AnnotatedDocument:
    """The document with other fields of its annotation."""
    return document._replace(annotation=document.annotation.model_copy(update=fields))


def reopened(document: AnnotatedDocument, schema: Schema | None) -> AnnotatedDocument:
    """The document after somebody has opened and saved it in the editor, without the server's bookkeeping."""
    [found] = documents_of(saved(task_of(document, schema), schema))
    result = checked(found)
    extra = {name: value for name, value in result.annotation.extra.items() if name != OWN}
    assert result.annotation.extra[OWN]["annotation"]["id"] == 7
    return changed(result, extra=extra)


@given(st.lists(annotated_documents(), max_size=3), schemas)
def test_all_is_kept(documents: list[AnnotatedDocument], schema: Schema | None) -> None:
    assert read(written(documents, schema)) == documents
    assert [loss for document in documents for loss in label_studio.losses(document, WriteSettings(schema))] == []


@given(annotated_documents(), schemas)
def test_all_is_kept_by_the_editor(document: AnnotatedDocument, schema: Schema | None) -> None:
    author = document.annotation.author or "3"
    expected = changed(document, author=author)
    assert reopened(document, schema) == expected
    assert reopened(reopened(document, schema), schema) == expected


@given(annotated_documents())
def test_predictions_keep_all(document: AnnotatedDocument) -> None:
    task = json.loads(json.dumps(task_of(document, SCHEMA, "predictions")))
    assert "annotations" not in task
    assert [checked(found) for found in documents_of(task)] == [document]


@given(annotated_documents(), st.data())
def test_the_reserved_label_survives_as_a_type_and_as_a_role(document: AnnotatedDocument, data: st.DataObject) -> None:
    def renamed(name: str) -> str:
        return data.draw(st.sampled_from([name, CONTINUES]))

    annotation = document.annotation
    entities = [entity.model_copy(update={"type": renamed(entity.type)}) for entity in annotation.entities]
    relations = [relation.model_copy(update={"type": renamed(relation.type)}) for relation in annotation.relations]
    frames = [
        frame.model_copy(
            update={
                "arguments": tuple(
                    argument.model_copy(update={"role": renamed(argument.role)}) for argument in frame.arguments
                )
            }
        )
        for frame in annotation.frames
    ]
    update = {"entities": tuple(entities), "relations": tuple(relations), "frames": tuple(frames)}
    document = ordered(changed(document, **update))
    [found] = documents_of(saved(task_of(document)))
    assert checked(found).annotation.relations == document.annotation.relations
    assert checked(found).annotation.frames == document.annotation.frames


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("a\n市", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner, max_size=3),
    max_leaves=6,
)
results = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["T1", "x", 3, None]),
        "type": st.sampled_from(["labels", "choices", "textarea", "rating", "relation", "taxonomy", None]),
        "from_name": st.sampled_from(["entity", "frame", "certainty", "cluster"]),
        "to_name": st.sampled_from(["text", "title"]),
        "from_id": st.sampled_from(["T1", "x"]),
        "to_id": st.sampled_from(["T1", "x"]),
        "labels": st.just(["ORG"]),
        "value": st.fixed_dictionaries(
            {"start": st.just(0), "end": st.just(1)},
            optional={
                "labels": st.just(["ORG"]),
                "choices": st.lists(st.just("yes"), max_size=2),
                "text": st.lists(st.just("yes"), max_size=2),
            },
        ),
    },
)
region_parts = st.dictionaries(st.sampled_from(["readonly", "origin", "score", "parentID", "hidden"]), json_values)
own_parts = st.fixed_dictionaries(
    {},
    optional={
        "results": json_values | st.lists(results, max_size=3),
        "data": json_values | st.dictionaries(st.sampled_from(["text", "title", "doc_id"]), json_values),
        "meta": json_values | st.dictionaries(st.sampled_from(["wb", "batch", "text"]), json_values),
        "annotation": json_values
        | st.dictionaries(st.sampled_from(["id", "lead_time", "ground_truth", "completed_by"]), json_values),
        "task": json_values,
        "region": json_values | region_parts,
        "value": json_values,
        "direction": st.sampled_from(["bi", "left", None]),
        "relation": json_values,
    },
)
extras = st.one_of(own_parts, json_values).map(lambda own: {OWN: own, "other": 1})


@given(annotated_documents(), st.data(), schemas)
def test_whatever_stands_where_our_reader_keeps_things_is_kept(
    document: AnnotatedDocument, data: st.DataObject, schema: Schema | None
) -> None:
    def extended(item: Any) -> Any:
        return item.model_copy(update={"extra": data.draw(extras)}) if data.draw(st.booleans()) else item

    annotation = extended(document.annotation)
    frames = tuple(
        extended(frame).model_copy(update={"arguments": tuple(extended(argument) for argument in frame.arguments)})
        for frame in annotation.frames
    )
    update = {
        "entities": tuple(extended(entity) for entity in annotation.entities),
        "relations": tuple(extended(relation) for relation in annotation.relations),
        "frames": frames,
    }
    document = changed(document, **update)
    assert read(written([document], schema)) == [ordered(document)]


@pytest.mark.parametrize("schema", [None, SCHEMA])
def test_the_pilot_gold_is_kept(schema: Schema | None) -> None:
    documents = [ordered(document) for document in GOLD]
    assert read(written(documents, schema)) == documents
    for document in documents:
        author = document.annotation.author or "3"
        expected = changed(document, author=author)
        assert reopened(document, schema) == expected


def test_the_schemas_attributes_are_shown_in_the_controls_of_their_types() -> None:
    results = [result for document in GOLD for result in results_of(document, SCHEMA)]
    kept = [result["meta"]["wb"] for result in results if "wb" in result.get("meta", {})]
    assert not [one for one in kept if one.keys() & {"attributes", "cluster", "note", "id"}]
    assert {result["from_name"] for result in results if result["type"] == "choices"} >= {
        "mention",
        "spec",
        "level.LOC",
    }
    assert {result["from_name"] for result in results if result["type"] == "textarea"} >= {"canonical", "cluster"}


def test_the_same_documents_are_the_same_bytes_on_one_line_each() -> None:
    content = written(list(GOLD), SCHEMA)
    assert content == written(list(GOLD), SCHEMA)
    assert content.startswith("[\n{")
    assert content.endswith("}\n]\n")
    assert len(content.splitlines()) == len(GOLD) + 2
    assert "岿山村" in content


def test_an_empty_collection() -> None:
    assert written([]) == "[]\n"
    assert read("[]") == []


@given(annotated_documents(), schemas)
def test_answers_to_one_text_share_a_task(one: AnnotatedDocument, schema: Schema | None) -> None:
    first = changed(one, author="甲")
    second = changed(one, author="乙")
    documents = [first, second, changed(one._replace(doc_id="d2"), doc_id="d2")]
    content = written(documents, schema)
    assert [len(task["annotations"]) for task in json.loads(content)] == [2, 1]
    assert read(content) == documents


def test_answers_are_told_apart_after_one_is_deleted() -> None:
    [document, *_] = GOLD
    shorter = changed(document, author="乙", entities=document.annotation.entities[:1], relations=(), frames=())
    task = json.loads(written([changed(document, author="甲"), shorter]))[0]
    del task["annotations"][0]
    assert [found.document.annotation.author for found in documents_of(task)] == ["乙"]


def test_an_answer_made_beside_ours_has_its_own_author() -> None:
    [document, *_] = GOLD
    task = saved(task_of(changed(document, author="甲")))
    drawn = {
        "id": "DDGlEaS_fE",
        "from_name": "entity",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 0, "end": 1, "labels": ["ORG"]},
    }
    by = {"id": 5, "email": "office@example.org"}
    task["annotations"].insert(0, {"id": 9, "completed_by": by, "result": [drawn]})
    beside, ours = documents_of(task)
    assert beside.document.annotation.author == "office@example.org"
    assert beside.document.annotation.made_with is None
    assert ours.document.annotation.author == "甲"
    assert ours.document.annotation.made_with == document.annotation.made_with


def test_an_answer_is_no_ground_truth_unless_it_was() -> None:
    [document, *_] = GOLD
    task = task_of(document)
    assert task["annotations"][0]["ground_truth"] is False
    task["annotations"][0]["ground_truth"] = True
    [found] = documents_of(task)
    assert found.document is not None
    assert task_of(found.document)["annotations"][0]["ground_truth"] is True


def test_a_document_without_a_text_is_refused(tmp_path: Path) -> None:
    writer = label_studio.writer(tmp_path / "tasks.json", WriteSettings())
    with pytest.raises(FaultyData, match="has no text"):
        writer.write(GOLD[0]._replace(text=None))
    writer.close()


def test_relations_of_one_pair_are_one_result_with_all_labels() -> None:
    [document, *_] = GOLD
    head, tail = document.annotation.entities[0].id, document.annotation.entities[1].id
    relations = tuple(
        Relation(id=name, type=kind, head=head, tail=tail, extra=extra)
        for name, kind, extra in (("x", "B", {}), ("y", "A", {}), ("z", "B", {"label_studio": {"direction": "bi"}}))
    )
    document = ordered(changed(document, relations=relations, frames=()))
    links = [result for result in results_of(document) if result["type"] == "relation"]
    assert links == [{"from_id": head, "to_id": tail, "type": "relation", "direction": "right", "labels": ["A", "B"]}]
    assert reopened(document, None).annotation.relations == document.annotation.relations


@pytest.mark.parametrize("schema", [None, SCHEMA])
def test_relations_that_a_project_would_not_show_are_kept_apart(schema: Schema | None) -> None:
    [document, *_] = GOLD
    head, tail = document.annotation.entities[0].id, document.annotation.entities[1].id
    both = {"label_studio": {"direction": "bi"}}
    relations = tuple(
        Relation(id=kind, type=kind, head=head, tail=tail, extra=both) for kind in ("PART_OF", "UNKNOWN", CONTINUES)
    )
    document = ordered(changed(document, relations=relations, frames=()))
    [link] = [result for result in results_of(document, schema) if result["type"] == "relation"]
    assert link["labels"] == (["PART_OF", "UNKNOWN"] if schema is None else ["PART_OF"])
    assert link["direction"] == "bi"
    assert reopened(document, schema).annotation.relations == document.annotation.relations
    task = task_of(document, schema)
    task["annotations"][0]["result"] = [
        result for result in task["annotations"][0]["result"] if tail not in (result.get("id"), result.get("to_id"))
    ]
    [found] = documents_of(task)
    assert found.document is not None
    assert found.document.annotation.relations == ()


def test_arguments_are_relations_from_the_trigger() -> None:
    document = next(document for document in GOLD if any(frame.trigger for frame in document.annotation.frames))
    frame = next(frame for frame in document.annotation.frames if frame.trigger and len(frame.arguments) > 1)
    links = [result for result in results_of(document) if result.get("from_id") == frame.id]
    assert {(label, link["to_id"]) for link in links for label in link["labels"]} == {
        (argument.role, argument.entity) for argument in frame.arguments
    }
    assert isinstance(frame.arguments[0], Argument)
