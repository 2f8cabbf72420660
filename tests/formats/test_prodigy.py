"""Prodigy's tasks: contiguous entities and their relations come back, and the tasks of its interfaces are read."""

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
from workbench.core.errors import EnvironmentFailure, FaultyData
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument
from workbench.core.text import Span
from workbench.corpus.reading import read_annotated
from workbench.formats import doccano, json_lines, prodigy
from workbench.formats.contract import ReadDocument, Sample, WriteSettings

ROOT = Path(__file__).parents[2]
few = settings(max_examples=25)


def task(**changed: Any) -> dict[str, Any]:
    """A task as `rel.manual` saves it (as in explosion/projects, rel_component): tokens are words."""
    first = {"start": 0, "end": 4, "token_start": 0, "token_end": 1, "label": "ORG"}
    second = {"start": 6, "end": 8, "token_start": 3, "token_end": 3, "label": "LOC"}
    made = {
        "text": "四川政协帮扶剑阁。",
        "spans": [
            {"text": "四川政协", "type": "span", **first},
            {"text": "剑阁", "type": "span", **second},
        ],
        "meta": {"source": "a page"},
        "_input_hash": -13216227,
        "_task_hash": 1212627981,
        "tokens": [
            {"text": "四川", "start": 0, "end": 2, "id": 0, "ws": False, "disabled": False},
            {"text": "政协", "start": 2, "end": 4, "id": 1, "ws": False, "disabled": False},
            {"text": "帮扶", "start": 4, "end": 6, "id": 2, "ws": False, "disabled": True},
            {"text": "剑阁", "start": 6, "end": 8, "id": 3, "ws": False, "disabled": False},
            {"text": "。", "start": 8, "end": 9, "id": 4, "ws": False, "disabled": True},
        ],
        "_session_id": None,
        "_view_id": "relations",
        "relations": [
            {"head": 1, "child": 3, "head_span": first, "child_span": second, "color": "#ffd882", "label": "ASSISTS"}
        ],
        "answer": "accept",
    } | changed
    return {key: value for key, value in made.items() if value != "none"}


def lines(*records: Any) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def one(record: Any) -> ReadDocument:
    (found,) = found_in(prodigy, lines(record))
    return found


def document_of(record: Any) -> AnnotatedDocument:
    (document,) = sound(found_in(prodigy, lines(record)))
    return document


def sample(record: Any, alone: bool = True) -> Sample:
    return Sample(Path("x.jsonl"), head=lines(record).encode(), record=record, lines=alone)


LINKED = [((0, 4, "ORG"), "ASSISTS", (6, 8, "LOC"))]


# --- laws ------------------------------------------------------------------------------------------------------------


@given(annotated_documents())
def test_losses_are_exactly_what_does_not_come_back(document: AnnotatedDocument) -> None:
    """Author, places, types and links that are not named as losses come back; links within one place cannot."""
    (back,) = sound(found_in(prodigy, written(prodigy, [document])))
    losses = list(prodigy.losses(document, HOW))
    known = document.annotation.entity_by_id
    gone = [
        index
        for index, relation in enumerate(document.annotation.relations)
        if any(len(known[end].fragments) > 1 for end in (relation.head, relation.tail))
        or (known[relation.head].fragments, known[relation.head].type)
        == (known[relation.tail].fragments, known[relation.tail].type)
    ]
    assert_counted(document, losses, gone, but="author")
    stays = without(document.annotation, losses)
    assert (back.doc_id, back.text, back.annotation.author) == (document.doc_id, document.text, stays.author)
    assert spans(back.annotation) == spans(stays)
    assert links(back.annotation) == links(stays)
    assert back.annotation.extra == {}


@given(st.lists(annotated_documents(), max_size=4))
@few
def test_a_file_holds_many_documents_and_none(documents: list[AnnotatedDocument]) -> None:
    """Documents come back in their order; the same documents are the same bytes, and what is read can be written."""
    named = renamed(documents, "d {}\t\u2028")
    content = written(prodigy, named)
    assert content == written(prodigy, named)
    back = sound(found_in(prodigy, content))
    assert [document.doc_id for document in back] == [document.doc_id for document in named]
    assert written(prodigy, back) == content


@given(any_text)
def test_tokens_are_characters(text: str) -> None:
    """Every one of them, so that any text comes back and offsets are numbers of tokens."""
    made = json.loads(written(prodigy, [document_with(text)]))
    assert "".join(token["text"] for token in made["tokens"]) == text
    assert all(text[token["start"] : token["end"]] == token["text"] for token in made["tokens"])
    assert [token["id"] for token in made["tokens"]] == list(range(len(text)))
    assert document_of(made).text == text


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_file_as_prodigy_loads_it() -> None:
    """A span's last token is in it; a relation names the last tokens of its ends, and both spans."""
    document = document_with("政协、县", (0, 2, "ORG"), (3, 4, "LOC"), links=[("T1", "T2", "ASSISTS")])
    made = json.loads(written(prodigy, [document]))
    first = {"start": 0, "end": 2, "token_start": 0, "token_end": 1, "label": "ORG"}
    second = {"start": 3, "end": 4, "token_start": 3, "token_end": 3, "label": "LOC"}
    assert made.pop("tokens")[2] == {"text": "、", "start": 2, "end": 3, "id": 2, "ws": False}
    assert made == {
        "text": "政协、县",
        "spans": [first, second],
        "relations": [{"head": 1, "child": 3, "head_span": first, "child_span": second, "label": "ASSISTS"}],
        "meta": {"doc_id": "d1"},
        "answer": "accept",
    }


def test_no_text_and_no_place(tmp_path: Path) -> None:
    """Both are said, not shown as tracebacks."""
    with pytest.raises(FaultyData, match="'d1' has no text"):
        written(prodigy, [document_with("政")._replace(text=None)])
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        prodigy.writer(tmp_path / "none" / "x.jsonl", WriteSettings())


# --- tasks of others -------------------------------------------------------------------------------------------------


def test_a_task_of_the_relations_interface() -> None:
    """Entities quote their words, relations are resolved, and what Prodigy says besides is kept."""
    document = document_of(task())
    annotation = document.annotation
    assert (document.doc_id, annotation.author) == ("some-1", None)
    assert [(entity.id, entity.text) for entity in annotation.entities] == [("T1", "四川政协"), ("T2", "剑阁")]
    assert links(annotation) == LINKED
    assert annotation.extra == {
        "prodigy": {
            "_input_hash": -13216227,
            "_task_hash": 1212627981,
            "_view_id": "relations",
            "meta": {"source": "a page"},
        }
    }
    assert annotation.entities[0].extra == annotation.relations[0].extra == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"tokens": "none"},
        {"spans": [{"start": 0, "end": 4, "label": "ORG"}, {"start": 6, "end": 8, "label": "LOC"}]},
        {
            "spans": [{"start": 0, "end": 4, "label": "ORG"}, {"start": 6, "end": 8, "label": "LOC"}],
            "relations": [{"head": 1, "child": 3, "label": "ASSISTS"}],
        },
        {"relations": [{"head": 0, "child": 3, "label": "ASSISTS"}]},
        {"relations": [{"head": 1, "child": 3, "label": "ASSISTS"}], "tokens": "none"},
        {
            "spans": [
                {"token_start": 0, "token_end": 1, "label": "ORG"},
                {"token_start": 3, "token_end": 3, "label": "LOC"},
            ]
        },
    ],
)
def test_tasks_that_say_less(changed: dict[str, Any]) -> None:
    """Spans without tokens, tokens without spans of relations, numbers of first tokens: each is enough."""
    assert links(document_of(task(**changed)).annotation) == LINKED


def test_the_example_of_the_forum() -> None:
    """support.prodi.gy 6467: numbers of relations count tokens, not spans, so they say nothing without tokens."""
    given = {
        "text": "basil, salt and sugar",
        "spans": [{"start": 0, "end": 5, "label": "ING"}, {"start": 7, "end": 11, "label": "ING"}],
        "relations": [{"child": 2, "head": 0, "label": "canding"}],
    }
    found = one(given)
    assert [fault.path for fault in found.faults] == ["relations[0].head", "relations[0].child"]
    words = [("basil", 0), (",", 5), ("salt", 7), ("and", 12), ("sugar", 16)]
    tokens = [{"text": word, "start": start, "end": start + len(word)} for word, start in words]
    assert links(document_of(given | {"tokens": tokens}).annotation) == [((0, 5, "ING"), "canding", (7, 11, "ING"))]


def test_rejected_tasks_say_nothing() -> None:
    """Nor do ignored ones; accepted ones, and those without an answer, are read."""
    answers = ["accept", "reject", "ignore", "none"]
    found = found_in(prodigy, lines(*(task(answer=answer) for answer in answers)))
    assert [(item.line, item.document is not None) for item in found] == [(1, True), (2, False), (3, False), (4, True)]
    assert [fault.severity for item in found for fault in item.faults] == ["warning", "warning"]
    sound([item for item in found if item.document is not None])


@pytest.mark.parametrize(
    ("said", "author"),
    [
        ({"_annotator_id": "cppcc-anna", "_session_id": "cppcc-1"}, "cppcc-anna"),
        ({"_session_id": "cppcc-anna"}, "cppcc-anna"),
        ({"_annotator_id": 3}, "3"),
        ({"_annotator_id": None}, None),
    ],
)
def test_authors(said: dict[str, Any], author: str | None) -> None:
    """The annotator, else the session."""
    assert document_of(task(**said)).annotation.author == author


def test_scores_and_sources_of_models() -> None:
    """A span's score is a score; what else a recipe says of it is kept."""
    document = document_of(
        {"text": "政协", "spans": [{"start": 0, "end": 2, "label": "ORG", "score": 1, "source": "m"}]}
    )
    (entity,) = document.annotation.entities
    assert (entity.score, entity.extra) == (1.0, {"prodigy": {"source": "m"}})


def test_our_file_after_prodigy() -> None:
    """A person deleted a span with its relation and moved another; ids of documents in `meta` stay."""
    document = document_with(
        "省政协剑阁县", (0, 3, "ORG"), (3, 6, "LOC"), links=[("T1", "T2", "ASSISTS")], doc_id="剑/1"
    )
    made = json.loads(written(prodigy, [document]))
    moved = {"text": "剑阁", "start": 3, "token_start": 3, "token_end": 4, "end": 5, "type": "span", "label": "LOC"}
    back = document_of(made | {"spans": [moved], "relations": [], "_annotator_id": "x-b", "_timestamp": 1})
    assert (back.doc_id, back.annotation.author) == ("剑/1", "x-b")
    assert spans(back.annotation) == [(3, 5, "LOC")]


# --- dirt ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"text": "none"}, "text"),
        ({"text": 3}, "text"),
        ({"spans": {"start": 0}}, "spans"),
        ({"spans": [3]}, "spans[0]"),
        ({"spans": [{"start": 0, "end": 4}]}, "spans[0].label"),
        ({"spans": [{"start": 0, "end": 4, "label": None}]}, "spans[0].label"),
        ({"spans": [{"start": "0", "end": 4, "label": "ORG"}]}, "spans[0].start"),
        ({"spans": [{"start": 0, "end": True, "label": "ORG"}]}, "spans[0].end"),
        ({"spans": [{"token_start": 0, "token_end": 1, "label": "ORG"}], "tokens": "none"}, "spans[0].start"),
        ({"relations": [[1, 3]]}, "relations[0]"),
        ({"relations": [{"head": 1, "child": 3}]}, "relations[0].label"),
        ({"relations": [{"head": 1, "label": "x"}]}, "relations[0].child"),
        ({"relations": [{"head": 1.0, "child": 3, "label": "x"}]}, "relations[0].head"),
        ({"relations": [{"head": 1, "child": 2, "label": "x"}]}, "relations[0].child"),
    ],
)
def test_faulty_tasks(changed: dict[str, Any], path: str) -> None:
    """Wrong types and missing keys are faults with their places, and other lines are read."""
    found = found_in(prodigy, lines(task(**changed), task()))
    assert path in [fault.path for fault in found[0].faults]
    assert all(fault.line == 1 for fault in found[0].faults)
    sound(found[1:])


@pytest.mark.parametrize(
    "place",
    [
        {"start": 4, "end": 6, "token_start": 2, "token_end": 2, "label": None},
        {"start": 0, "end": 2, "label": "ORG"},
    ],
)
def test_relations_between_bare_tokens(place: dict[str, Any]) -> None:
    """The interface links words that are no spans; our relations link entities only."""
    found = one(task(relations=[{"head": 2, "child": 3, "head_span": place, "label": "x"}]))
    (fault,) = found.faults
    assert (fault.path, "bare tokens" in fault.message) == ("relations[0].head_span", True)


def test_ends_that_could_be_several() -> None:
    """Nested spans that end at one token, or two types at one place: said, not guessed; a label decides."""
    both = [{"start": 0, "end": 4, "label": "ORG"}, {"start": 2, "end": 4, "label": "ORG"}]
    tail = {"start": 6, "end": 8, "label": "LOC"}
    found = one(task(spans=[*both, tail], relations=[{"head": 1, "child": 3, "label": "x"}]))
    assert ["several spans" in fault.message for fault in found.faults] == [True]
    types = [{"start": 0, "end": 4, "label": kind} for kind in ("ORG", "GROUP")]
    relation = {"head": 1, "child": 3, "child_span": tail, "label": "x"}
    unsaid = one(task(spans=[*types, tail], relations=[relation | {"head_span": {"start": 0, "end": 4}}]))
    assert ["several spans" in fault.message for fault in unsaid.faults] == [True]
    said = document_of(task(spans=[*types, tail], relations=[relation | {"head_span": types[1]}]))
    assert links(said.annotation) == [((0, 4, "GROUP"), "x", (6, 8, "LOC"))]


def test_what_the_caller_finds() -> None:
    """Offsets that cannot be, and words that do not stand there, are said as the file says them."""
    found = one(
        task(spans=[{"start": 5, "end": -1, "label": "ORG"}, {"start": 0, "end": 1, "text": "县", "label": "x"}])
    )
    assert found.document is not None
    assert found.document.annotation.entities[0].fragments == (Span(5, -1),)
    assert {fault.rule for fault in mend(found.document, repair=False).faults} >= {"offsets", "text"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("政T1", max_size=2),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "tokens", "spans", "relations", "meta", "start", "end", "label", "head", "child", "head_span"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=14,
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
    """As Prodigy's and as nothing else."""
    record = json.loads(written(prodigy, [document]))
    assert prodigy.recognise(sample(record))
    assert not doccano.recognise(sample(record))
    assert not json_lines.recognise(sample(record))


@pytest.mark.parametrize(
    "record",
    [
        task(),
        {"text": "政协", "spans": [{"start": 0, "end": 2, "label": "ORG"}]},
        {"text": "政协", "tokens": [{"text": "政协", "start": 0, "end": 2, "id": 0}]},
        {"text": "政协", "_task_hash": 3},
        {"text": "政协", "answer": "reject"},
    ],
)
def test_its_tasks_are_recognised(record: dict[str, Any]) -> None:
    """Only as lines of their own."""
    assert prodigy.recognise(sample(record))
    assert not prodigy.recognise(sample(record, alone=False))
    assert not doccano.recognise(sample(record))


@pytest.mark.parametrize(
    "record",
    [
        None,
        {"text": "政协"},
        {"text": "政协", "answer": "县"},
        {"doc_id": "d1", "text": "政协", "entities": []},
        {"text": "政协", "label": [[0, 2, "ORG"]]},
        {"text": "政协", "tokens": ["政", "协"], "spans": []},
        {"image": "x.png", "answer": "accept"},
    ],
)
def test_others_are_not(record: dict[str, Any] | None) -> None:
    """Plain lines, doccano's and tasks that are not of texts are not read."""
    assert not prodigy.recognise(sample(record))


def test_the_pilot_gold() -> None:
    """Five real reports: every entity and relation is there, or a loss."""
    documents = read_annotated(ROOT / "gold" / "0.1.0")
    for back, document in zip(sound(found_in(prodigy, written(prodigy, documents))), documents, strict=True):
        assert (back.doc_id, back.text) == (document.doc_id, document.text)
        stays = without(document.annotation, list(prodigy.losses(document, HOW)))
        assert (spans(back.annotation), links(back.annotation)) == (spans(stays), links(stays))
