"""doccano's JSON lines: contiguous entities and their relations come back, and its exports of all ages are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.lossy import (
    HOW,
    assert_counted,
    document_with,
    found_in,
    links,
    renamed,
    sound,
    spans,
    without,
    written,
)
from tests.strategies import annotated_documents, any_text
from workbench.core.errors import EnvironmentFailure, FaultyData, UsageMistake
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument
from workbench.core.text import Span
from workbench.corpus.reading import read_annotated
from workbench.formats import doccano, json_lines, prodigy
from workbench.formats.contract import ReadDocument, ReadSettings, Sample, WriteSettings

ROOT = Path(__file__).parents[2]
few = settings(max_examples=25)

# As doccano 1.8 exports a project with relations; `source` was a column of the file that was imported.
EXPORTED = {
    "id": 6400,
    "text": "省政协帮扶剑阁县\u00a0𠀀",
    "source": "a page",
    "entities": [
        {"id": 1662, "label": "ORG", "start_offset": 0, "end_offset": 3},
        {"id": 1663, "label": "LOC", "start_offset": 5, "end_offset": 8},
    ],
    "relations": [{"id": 273, "from_id": 1662, "to_id": 1663, "type": "帮扶"}],
    "Comments": [],
}
# The other forms of the same entities: a project without relations, older versions, other columns.
FORMS = [
    {"id": 1, "text": EXPORTED["text"], "label": [[0, 3, "ORG"], [5, 8, "LOC"]], "Comments": []},
    {"id": 1, "data": EXPORTED["text"], "label": [[0, 3, "ORG"], [5, 8, "LOC"]]},
    {
        "id": 1,
        "text": EXPORTED["text"],
        "meta": {},
        "annotation_approver": None,
        "labels": [[0, 3, "ORG"], [5, 8, "LOC"]],
    },
    {"doc_id": 20, "text": EXPORTED["text"], "entities": [[0, 3, "ORG"], [5, 8, "LOC"]], "username": "admin"},
    {
        "id": 1,
        "text": EXPORTED["text"],
        "annotations": [
            {"label": "ORG", "start_offset": 0, "end_offset": 3},
            {"label": "LOC", "start_offset": 5, "end_offset": 8},
        ],
    },
]


def lines(*records: Any) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def one(record: Any) -> ReadDocument:
    (found,) = found_in(doccano, lines(record))
    return found


def document_of(record: Any) -> AnnotatedDocument:
    (document,) = sound(found_in(doccano, lines(record)))
    return document


def sample(record: Any, alone: bool = True) -> Sample:
    return Sample(Path("x.jsonl"), head=lines(record).encode(), record=record, lines=alone)


# --- laws ------------------------------------------------------------------------------------------------------------


@given(annotated_documents())
def test_losses_are_exactly_what_does_not_come_back(document: AnnotatedDocument) -> None:
    """Places, types and links that are not named as losses come back; discontinuous ends take their relations along."""
    (back,) = sound(found_in(doccano, written(doccano, [document])))
    losses = list(doccano.losses(document, HOW))
    known = document.annotation.entity_by_id
    gone = [
        index
        for index, relation in enumerate(document.annotation.relations)
        if any(len(known[end].fragments) > 1 for end in (relation.head, relation.tail))
    ]
    assert_counted(document, losses, gone)
    stays = without(document.annotation, losses)
    assert (back.doc_id, back.text) == (document.doc_id, document.text)
    assert spans(back.annotation) == spans(stays)
    assert links(back.annotation) == links(stays)


@given(st.lists(annotated_documents(), max_size=4))
@few
def test_a_file_holds_many_documents_and_none(documents: list[AnnotatedDocument]) -> None:
    """Documents come back in their order; the same documents are the same bytes, and what is read can be written."""
    named = renamed(documents, "d {}\t\u2028")
    content = written(doccano, named)
    assert content == written(doccano, named)
    assert content.count(b"\n") == len(named)
    back = sound(found_in(doccano, content))
    assert [document.doc_id for document in back] == [document.doc_id for document in named]
    assert written(doccano, back) == content


@given(any_text)
def test_any_text_and_id_come_back(text: str) -> None:
    """Whatever characters they have."""
    back = document_of(json.loads(written(doccano, [document_with(text, doc_id=text or "d1")])))
    assert (back.text, back.doc_id) == (text, text or "d1")


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_file_as_doccano_imports_it() -> None:
    """Integer ids, offsets in code points, the id of the document in a column that doccano keeps."""
    document = document_with("𠀀省政协帮扶剑阁县", (1, 4, "ORG"), (6, 9, "LOC"), links=[("T1", "T2", "ASSISTS")])
    assert json.loads(written(doccano, [document])) == {
        "text": "𠀀省政协帮扶剑阁县",
        "entities": [
            {"id": 1, "label": "ORG", "start_offset": 1, "end_offset": 4},
            {"id": 2, "label": "LOC", "start_offset": 6, "end_offset": 9},
        ],
        "relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "ASSISTS"}],
        "Comments": [],
        "document_id": "d1",
    }


def test_numbers() -> None:
    """T7 stays 7; ids of other forms are numbered on from the highest."""
    document = document_with("省市县乡村", *((index, index + 1, "LOC") for index in range(5)))
    ids = ["T7", "T07", "x", "T2", "T1234567890"]
    entities = tuple(
        entity.model_copy(update={"id": name}) for entity, name in zip(document.annotation.entities, ids, strict=True)
    )
    changed = document._replace(annotation=document.annotation.model_copy(update={"entities": entities}))
    made = json.loads(written(doccano, [changed]))
    assert [entity["id"] for entity in made["entities"]] == [7, 8, 9, 2, 10]


def test_discontinuous_entities_are_left_out() -> None:
    """Neither their hull nor a relation to them is written."""
    document = document_with("省政协、县委", (0, 3, "ORG"), (0, 6, "ORG"), links=[("T1", "T2", "PART_OF")])
    broken = document.annotation.entities[1].model_copy(update={"fragments": (Span(0, 1), Span(4, 6))})
    entities = (document.annotation.entities[0], broken)
    changed = document._replace(annotation=document.annotation.model_copy(update={"entities": entities}))
    made = json.loads(written(doccano, [changed]))
    assert [entity["end_offset"] for entity in made["entities"]] == [3]
    assert made["relations"] == []
    assert [loss.kind for loss in doccano.losses(changed, HOW)] == ["relations", "discontinuous"]


def test_no_text_and_no_place(tmp_path: Path) -> None:
    """Both are said, not shown as tracebacks."""
    with pytest.raises(FaultyData, match="'d1' has no text"):
        written(doccano, [document_with("政")._replace(text=None)])
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        doccano.writer(tmp_path / "none" / "x.jsonl", WriteSettings())


# --- files of doccano ------------------------------------------------------------------------------------------------


def test_an_export_with_relations() -> None:
    """Numbers become ids, a relation without its own number too; other columns are kept."""
    document = document_of(EXPORTED)
    annotation = document.annotation
    assert (document.doc_id, annotation.author) == ("6400", None)
    assert [(entity.id, entity.text) for entity in annotation.entities] == [("T1662", "省政协"), ("T1663", "剑阁县")]
    (relation,) = annotation.relations
    assert (relation.id, relation.type, relation.head, relation.tail) == ("R273", "帮扶", "T1662", "T1663")
    assert annotation.extra == {"doccano": {"source": "a page"}}
    imported = EXPORTED | {"relations": [{"from_id": 1662, "to_id": 1663, "type": "帮扶"}], "Comments": ["核对"]}
    again = document_of(imported).annotation
    assert [item.id for item in again.relations] == ["R1"]
    assert again.extra["doccano"]["Comments"] == ["核对"]


@pytest.mark.parametrize("record", FORMS)
def test_exports_of_other_forms(record: dict[str, Any]) -> None:
    """Lists of start, end and label under any of the names that doccano gave them."""
    document = document_of(record)
    assert document.text == EXPORTED["text"]
    assert spans(document.annotation) == [(0, 3, "ORG"), (5, 8, "LOC")]
    assert [entity.id for entity in document.annotation.entities] == ["T1", "T2"]
    assert document.doc_id == str(record.get("doc_id", 1))
    assert document.annotation.author == record.get("username")


def test_our_file_after_doccano() -> None:
    """A person deleted an entity and added one; doccano gave its own numbers and kept our id of the document."""
    made = json.loads(written(doccano, [document_with("省政协剑阁县", (0, 3, "ORG"), (3, 6, "LOC"), doc_id="剑阁/1")]))
    entities = [{"id": 50, "label": "LOC", "start_offset": 3, "end_offset": 5}]
    back = document_of({"id": 9, **made, "entities": entities})
    assert (back.doc_id, spans(back.annotation)) == ("剑阁/1", [(3, 5, "LOC")])
    assert back.annotation.extra == {"doccano": {"id": 9}}


def test_documents_without_ids() -> None:
    """They are named after the file and the line."""
    found = found_in(doccano, "\n" + lines({"text": "政协", "label": []}), name="all.jsonl")
    assert [item.document and (item.document.doc_id, item.line) for item in found] == [("all-2", 2)]


# --- dirt ------------------------------------------------------------------------------------------------------------


def test_numbers_of_labels() -> None:
    """Old exports have numbers for labels: the fault says so."""
    annotations = [{"label": 7, "start_offset": 0, "end_offset": 2, "user": 1}]
    found = one({"id": 15, "text": "政协", "annotations": annotations, "meta": {}})
    assert found.document is not None
    assert found.document.annotation.entities == ()
    (fault,) = found.faults
    assert (fault.path, fault.line) == ("annotations[0].label", 1)
    assert "number of a label" in fault.message


@pytest.mark.parametrize(
    ("entity", "path"),
    [
        ({"id": 1, "label": "ORG", "start_offset": 0}, "entities[0].end_offset"),
        ({"id": 1, "label": "ORG", "start_offset": 0.0, "end_offset": 1}, "entities[0].start_offset"),
        ({"id": 1, "label": "ORG", "start_offset": True, "end_offset": 1}, "entities[0].start_offset"),
        ({"id": "x", "label": "ORG", "start_offset": 0, "end_offset": 1}, "entities[0].id"),
        ({"id": 1, "start_offset": 0, "end_offset": 1}, "entities[0].label"),
        ({"id": 1, "label": "", "start_offset": 0, "end_offset": 1}, "entities[0].label"),
        ({"id": 1, "label": ["ORG"], "start_offset": 0, "end_offset": 1}, "entities[0].label"),
        ([0, "1", "ORG"], "entities[0].end_offset"),
        ([0, 1], "entities[0]"),
        ("negative", "entities[0]"),
        (None, "entities[0]"),
    ],
)
def test_faulty_entities(entity: Any, path: str) -> None:
    """Each is a fault with its place, and the others are read."""
    found = one({"text": "政协", "entities": [entity, {"id": 2, "label": "ORG", "start_offset": 0, "end_offset": 2}]})
    assert path in [fault.path for fault in found.faults]
    assert found.document is not None
    assert (0, 2, "ORG") in spans(found.document.annotation)


@pytest.mark.parametrize(
    ("record", "path"),
    [
        ({"label": []}, "text"),
        ({"text": None, "label": []}, "text"),
        ({"text": ["政协"], "label": []}, "text"),
        ({"text": "政协", "entities": "none"}, "entities"),
        ({"text": "政协", "entities": [], "relations": {"a": 1}}, "relations"),
        ({"text": "政协", "entities": [], "relations": [3]}, "relations[0]"),
        (
            {"text": "政协", "entities": [], "relations": [{"from_id": 1, "to_id": None, "type": "x"}]},
            "relations[0].to_id",
        ),
        ({"text": "政协", "entities": [], "relations": [{"from_id": 1, "to_id": 2}]}, "relations[0].type"),
        ({"text": "政协", "label": ["positive"]}, "label[0]"),
        (["政协"], ""),
        ("政协", ""),
    ],
)
def test_faulty_lines(record: Any, path: str) -> None:
    """Wrong types and missing keys are faults of their line, and other lines are read."""
    found = found_in(doccano, lines(record, EXPORTED))
    assert path in [fault.path for fault in found[0].faults]
    assert all(fault.line == 1 and fault.source is not None for fault in found[0].faults)
    assert sound(found[1:])


def test_what_the_caller_finds() -> None:
    """Offsets that cannot be, dangling ends and double ids are said as the file says them."""
    entity = {"id": 1, "label": "ORG", "start_offset": 5, "end_offset": -1}
    record = {"text": "政协", "entities": [entity, entity], "relations": [{"from_id": 1, "to_id": 9, "type": "x"}]}
    found = one(record)
    assert found.faults == ()
    assert found.document is not None
    assert [item.fragments for item in found.document.annotation.entities] == [(Span(5, -1),)] * 2
    rules = {fault.rule for fault in mend(found.document, repair=False).faults}
    assert {"offsets", "ids", "ends"} <= rules


def test_files_that_are_no_json_lines(tmp_path: Path) -> None:
    """A line that is cut is a fault, JSON over several lines and missing files are errors, a mark can be repaired."""
    content = lines(EXPORTED)
    found = found_in(doccano, content[:-9] + "\n" + content)
    assert [item.document is None for item in found] == [True, False]
    assert found[0].faults[0].rule == "json"
    with pytest.raises(FaultyData, match="spreads one over several"):
        found_in(doccano, json.dumps(EXPORTED, indent=1))
    with pytest.raises(UsageMistake, match="no such file"):
        list(doccano.read(tmp_path / "none.jsonl", ReadSettings()))
    (refused,) = found_in(doccano, content.encode("utf-8-sig"))
    assert (refused.document, [fault.rule for fault in refused.faults]) == (None, ["encoding"])
    (marked,) = found_in(doccano, content.encode("utf-8-sig"), repair=True)
    assert [repair.name for repair in marked.repairs] == ["byte-order-mark"]
    assert found_in(doccano, b"") == []


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("政T1", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "text",
                    "entities",
                    "label",
                    "relations",
                    "id",
                    "from_id",
                    "to_id",
                    "type",
                    "start_offset",
                    "end_offset",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_reading_never_crashes(record: Any) -> None:
    """Whatever JSON a line has, it is a document or a fault."""
    found = one(record)
    assert found.document is not None or found.faults


# --- recognising -----------------------------------------------------------------------------------------------------


@given(annotated_documents())
@few
def test_our_files_are_recognised(document: AnnotatedDocument) -> None:
    """As doccano's and as nothing else, also when nothing is annotated."""
    record = json.loads(written(doccano, [document]))
    assert doccano.recognise(sample(record))
    assert not json_lines.recognise(sample(record))
    assert not prodigy.recognise(sample(record))


@pytest.mark.parametrize("record", [EXPORTED, *FORMS, {"text": "政协", "label": []}])
def test_its_exports_are_recognised(record: dict[str, Any]) -> None:
    """Only as lines of their own."""
    assert doccano.recognise(sample(record))
    assert not doccano.recognise(sample(record, alone=False))
    assert not prodigy.recognise(sample(record))


@pytest.mark.parametrize(
    "record",
    [
        None,
        {},
        {"text": "政协"},
        {"doc_id": "d1", "text": "政协", "entities": [{"id": "T1", "type": "ORG", "start": 0, "end": 2}]},
        {"doc_id": "d1", "text": "政协", "entities": []},
        {"text": "政协", "spans": [{"start": 0, "end": 2, "label": "ORG"}]},
        {"text": "政协", "label": "positive"},
        {"text": "政协", "label": ["positive"]},
        {"text": "政协", "entities": [{"text": "政协", "label": "ORG"}]},
        {"label": [[0, 2, "ORG"]]},
    ],
)
def test_others_are_not(record: dict[str, Any] | None) -> None:
    """Plain lines, Prodigy's tasks and classifications of texts are none of doccano's spans."""
    assert not doccano.recognise(sample(record))


def test_the_pilot_gold() -> None:
    """Five real reports: every entity and relation is there, or a loss."""
    documents = read_annotated(ROOT / "gold" / "0.1.0")
    for back, document in zip(sound(found_in(doccano, written(doccano, documents))), documents, strict=True):
        assert (back.doc_id, back.text) == (document.doc_id, document.text)
        stays = without(document.annotation, list(doccano.losses(document, HOW)))
        assert (spans(back.annotation), links(back.annotation)) == (spans(stays), links(stays))
