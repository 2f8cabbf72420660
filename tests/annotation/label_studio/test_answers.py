"""What is sent of an annotation and received again: the same; and what is received when it was changed there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from schemas import Schema
from tests.strategies import annotated_documents
from workbench.annotation.label_studio.answers import kept_of, received, sent
from workbench.annotation.label_studio.line_breaks import with_leading_breaks, without_leading_breaks
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Document,
    Entity,
    Frame,
    Relation,
    Trigger,
    Zone,
    in_order,
    text_hash,
)
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.corpus.tasks import Batch
from workbench.formats import native

ROOT = Path(__file__).parents[3]
TEXT = "\n永州市政协\u00a0向𠮷🎉沙尔乡\u3000捐赠（２１０万元）。\r\n政協(xié)\t<b>&amp;</b>\n"


def through_json(content: Any) -> Any:
    return json.loads(json.dumps(content, ensure_ascii=False))


def come_back(annotation: Annotation, document: Document, schema: Schema) -> Annotation:
    made = sent(annotation, document, schema)
    name = annotation.author or "A"
    read = received(through_json(made.result), through_json(made.kept), document, schema, name)
    assert read.faults == ()
    assert read.annotation is not None
    return read.annotation


@given(annotated_documents())
def test_an_annotation_comes_back_as_it_was(document: AnnotatedDocument) -> None:
    """Whatever types and attributes it has: those of no schema, discontinuous, without triggers, with any extra."""
    assert document.text is not None
    annotation = document.annotation.model_copy(update={"author": "A"})
    shown = Document(doc_id=document.doc_id, text=document.text, zones=document.zones)
    assert in_order(come_back(annotation, shown, open_schema())) == in_order(annotation)


@pytest.mark.parametrize("name", ["A", "B"])
def test_the_pilot_comes_back_as_the_same_bytes(name: str) -> None:
    batch, schema = Batch.open(ROOT, "pilot"), open_schema()
    for doc_id in batch.document_ids():
        path = batch.annotation_file(name, doc_id)
        annotation = native.read(path).annotation.model_copy(update={"author": name})
        back = come_back(annotation, batch.document(doc_id), schema)
        assert native.dump(back) == native.dump(annotation)
        assert native.dump(annotation) == path.read_text(encoding="utf-8")


def document(*zones: Zone) -> Document:
    return Document(doc_id="d1", text=TEXT, zones=zones)


def entity(name: str, kind: str, *spans: tuple[int, int], **more: Any) -> Entity:
    fragments = tuple(Span(*span) for span in spans)
    return Entity(id=name, type=kind, fragments=fragments, text="…".join(TEXT[a:b] for a, b in spans), **more)


def place(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def region(name: str, kind: str, span: tuple[int, int], control: str = "entity", **value: Any) -> dict[str, Any]:
    content = {"start": span[0], "end": span[1], "text": TEXT[slice(*span)], "labels": [kind], **value}
    return {"id": name, "from_name": control, "to_name": "text", "type": "labels", "value": content}


def test_work_done_there_is_stamped_as_an_answer_of_its_annotator() -> None:
    schema = open_schema()
    read = received([region("x", "ORG", place("永州市政协"))], None, document(), schema, "li")
    assert read.annotation is not None
    assert read.faults == ()
    assert (read.annotation.author, read.annotation.provenance.program) == ("li", "label-studio")
    assert read.annotation.finished_layers == schema.finishable
    assert read.annotation.text_sha256 == text_hash(TEXT)
    assert read.annotation.made_with is not None
    assert read.annotation.made_with.hash == schema.hash
    assert [(one.id, one.text) for one in read.annotation.entities] == [("x", "永州市政协")]


def test_words_are_our_text_and_others_a_warning() -> None:
    """The editor writes line breaks as two characters and runs of white space as one."""
    start, end = TEXT.index("沙尔乡"), TEXT.index("捐赠") + 2
    same = region("a", "ORG", (start, end), text="沙尔乡 捐赠")
    breaks = region("b", "ORG", (0, 6), text="\\n永州市政协")
    wrong = region("c", "ORG", place("永州市政协"), text="湘西州政协")
    read = received([same, breaks, wrong], None, document(), open_schema(), "A")
    assert read.annotation is not None
    assert [one.text for one in read.annotation.entities] == ["\n永州市政协", "永州市政协", "沙尔乡\u3000捐赠"]
    assert [(fault.severity, fault.rule) for fault in read.faults] == [("warning", "text")]
    assert "湘西州政协" in read.faults[0].message


def test_what_cannot_be_read_is_left_out_and_told() -> None:
    results: list[Any] = [
        region("a", "ORG", place("永州市政协")),
        region("b", "ORG", (5, 500)),
        {"from_id": "a", "to_id": "gone", "type": "relation", "direction": "right", "labels": ["PART_OF"]},
        7,
    ]
    read = received(results, None, document(), open_schema(), "A")
    assert read.annotation is not None
    assert [one.id for one in read.annotation.entities] == ["a"]
    assert read.annotation.relations == ()
    assert len([fault for fault in read.faults if fault.severity == "error"]) == 3


@pytest.mark.parametrize("results", [None, {}, "[]", 3])
def test_results_that_are_no_list_are_no_annotation(results: Any) -> None:
    read = received(results, None, document(), open_schema(), "A")
    assert read.annotation is None
    assert read.faults


def test_work_in_zones_is_reported() -> None:
    zone = Zone(kind="footer", start=TEXT.index("政協"), end=len(TEXT) - 1)
    inside = region("a", "ORG", place("政協"))
    read = received([inside], None, document(zone), open_schema(), "A")
    assert any(fault.rule == "zones" or "footer" in str(fault) for fault in read.problems), read


def test_closed_zones_are_shown_and_never_come_back() -> None:
    zone = Zone(kind="footer", start=TEXT.index("政協"), end=len(TEXT) - 1)
    made = sent(Annotation(doc_id="d1", author="A"), document(zone), open_schema())
    assert [(one["from_name"], one["readonly"]) for one in made.result] == [("zone", True)]
    back = come_back(Annotation(doc_id="d1", author="A"), document(zone), open_schema())
    assert back == Annotation(doc_id="d1", author="A")


def test_regions_begin_after_line_breaks_and_come_back_with_them() -> None:
    begins = entity("a", "ORG", (0, 6), attributes={"org_type": "cppcc"})
    annotation = Annotation(doc_id="d1", author="A", entities=(begins, entity("b", "LOC", (0, 1))))
    made = sent(annotation, document(), open_schema())
    starts = {(one["id"], one["from_name"]): one["value"]["start"] for one in made.result}
    assert starts == {("a", "entity"): 1, ("a", "org_type"): 1, ("b", "entity"): 0}
    assert come_back(annotation, document(), open_schema()) == annotation


def test_a_region_that_was_moved_begins_where_it_was_moved_to() -> None:
    made = without_leading_breaks([region("a", "ORG", (0, 6))], TEXT)
    made[0]["value"] |= {"start": 2}
    assert with_leading_breaks(made) == [{**region("a", "ORG", (2, 6), text="永州市政协"), "id": "a"}]


def test_what_has_no_field_is_kept_by_the_task_under_the_author() -> None:
    frame = Frame(id="E1", type="ASSIST", trigger=None)
    annotation = Annotation(doc_id="d1", author="A", frames=(frame,), finished_layers=("frames",), extra={"𠮷": [1]})
    made = sent(annotation, document(), open_schema())
    meta = {"wb": {"annotations": [{"author": "B"}, made.kept]}}
    assert kept_of(meta, "A") == made.kept
    assert kept_of(meta, "C") is None
    assert kept_of({"wb": {"annotations": [7]}}, "A") is None
    assert kept_of("nothing", "A") is None


def test_an_edit_there_keeps_what_label_studio_cannot_say() -> None:
    """Ids, values, notes and clusters of what was not touched stay when other regions are added and deleted."""
    first = entity("T1", "ORG", place("永州市政协"), cluster="c1", note="注 𠮷", extra={"seen": [1]})
    second = entity("T2", "LOC", place("沙尔乡"))
    link = Relation(id="R9", type="ASSISTS", head="T1", tail="T2")
    deed = Frame(id="E1", type="ASSIST", trigger=Trigger(fragments=(Span(*place("捐赠")),), text="捐赠"))
    annotation = Annotation(doc_id="d1", author="A", entities=(first, second), relations=(link,), frames=(deed,))
    made = sent(annotation, document(), open_schema())
    results = [one for one in through_json(made.result) if one.get("id") != "E1"]
    results.append(region("new", "MONEY", place("２１０万元")) | {"origin": "manual"})
    read = received(results, made.kept, document(), open_schema(), "A")
    assert read.annotation is not None
    assert read.annotation.entities[:2] == (first, second)
    assert read.annotation.relations == (link,)
    assert read.annotation.frames == ()
    assert [one.text for one in read.annotation.entities[2:]] == ["２１０万元"]
