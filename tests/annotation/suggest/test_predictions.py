"""Predictions and other annotators as suggestions; blind batches; what cannot be used is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.annotation.batches import TEXT, make_batch
from tests.annotation.suggest.making import SCHEMA, span_of
from workbench.annotation.suggest import (
    Mention,
    SuggestedEntity,
    SuggestedFrame,
    SuggestedRelation,
    from_annotation,
    from_author,
    from_path,
    from_program,
)
from workbench.core.errors import UsageMistake
from workbench.core.records import Annotation, Argument, Document, Entity, Frame, Relation, Trigger
from workbench.core.values import Money
from workbench.corpus.tasks import Batch
from workbench.formats import native

ORG = Mention("ORG", (span_of(TEXT, "金川县政协"),))
PEOPLE = Mention("GROUP", (span_of(TEXT, "贫困户"),))


def make(document: Document, **fields: object) -> Annotation:
    entities = (
        Entity(id="T1", type=ORG.type, fragments=ORG.fragments, score=0.9, attributes={"mention": "NAM", "odd": "1"}),
        Entity(id="T2", type=PEOPLE.type, fragments=PEOPLE.fragments, value=Money(value=1), score=-3.0),
    )
    content = {
        "doc_id": document.doc_id,
        "text_sha256": document.text_sha256,
        "entities": entities,
        "relations": (Relation(id="R1", type="ASSISTS", head="T1", tail="T2", score=7.0),),
        "frames": (
            Frame(
                id="E1",
                type="ASSIST",
                trigger=Trigger(fragments=(span_of(TEXT, "捐赠"),)),
                arguments=(Argument(role="helper", entity="T1"),),
            ),
        ),
    }
    return Annotation.model_validate(content | fields)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Batch, Document]:
    """A batch with predictions of `rules` and an annotation of B for its first document."""
    batch = make_batch(tmp_path)
    document = batch.document("d00")
    native.write(batch.prediction_file("rules", "d00"), make(document))
    native.write(batch.annotation_file("B", "d00"), make(document))
    return batch, document


def test_everything_an_annotation_says_is_suggested(pair: tuple[Batch, Document]) -> None:
    batch, document = pair
    offer = from_program(batch, "rules", document, SCHEMA)
    assert offer.refusals == ()
    assert [one.sources for one in offer.suggestions] == [("predictions/rules",)] * 4
    org, people, assists, frame = (one.item for one in offer.suggestions)
    assert isinstance(org, SuggestedEntity)
    assert isinstance(people, SuggestedEntity)
    assert isinstance(assists, SuggestedRelation)
    assert isinstance(frame, SuggestedFrame)
    assert (org.mention, org.text, dict(org.attributes)) == (ORG, "金川县政协", {"mention": "NAM"})
    assert people.value is None  # a group has no amount
    assert (assists.head, assists.tail) == (ORG, PEOPLE)
    assert [(one.role, one.filler) for one in frame.arguments] == [("helper", ORG)]
    assert [one.score for one in offer.suggestions] == [0.9, 0.0, 1.0, 0.5]


def test_the_key_does_not_depend_on_the_source(pair: tuple[Batch, Document]) -> None:
    batch, document = pair
    keys = [one.key for one in from_program(batch, "rules", document, SCHEMA).suggestions]
    assert [one.key for one in from_author(batch, "B", document, SCHEMA).suggestions] == keys
    assert [one.key for one in from_path(batch, batch.annotations_folder / "B", document, SCHEMA).suggestions] == keys
    assert len(set(keys)) == 4


def test_nothing_for_a_document_is_no_fault_but_an_unknown_source_is(pair: tuple[Batch, Document]) -> None:
    batch, _ = pair
    other = batch.document("d01")
    assert from_program(batch, "rules", other, SCHEMA) == ((), ())
    assert from_path(batch, batch.predictions_folder / "rules", other, SCHEMA) == ((), ())
    with pytest.raises(UsageMistake, match="did you mean 'rules'"):
        from_program(batch, "rule", other, SCHEMA)
    with pytest.raises(UsageMistake, match="no annotations of 'C'"):
        from_author(batch, "C", other, SCHEMA)


def test_a_blind_batch_shows_nobody_elses_work(pair: tuple[Batch, Document]) -> None:
    batch, document = pair
    blind = batch._replace(blind=True)
    with pytest.raises(UsageMistake, match="blind"):
        from_author(blind, "B", document, SCHEMA)
    for offer in (
        from_program(blind, "rules", document, SCHEMA),
        from_path(blind, batch.annotations_folder / "B", document, SCHEMA),
    ):
        assert offer.suggestions == ()
        assert "blind" in offer.refusals[0].reason


def test_what_cannot_be_used_is_told(pair: tuple[Batch, Document]) -> None:
    batch, document = pair

    def reason(annotation: Annotation) -> str:
        offer = from_annotation(annotation, "x", document, SCHEMA)
        assert offer.suggestions == ()
        return offer.refusals[0].reason

    assert "another text" in reason(make(document, text_sha256="0" * 64))
    assert "about document 'd09'" in reason(make(document, doc_id="d09"))
    wrong = Entity(id="T1", type="LOC", fragments=ORG.fragments, text="剑阁县")
    assert "does not hold together" in reason(make(document, entities=(wrong,), relations=(), frames=()))
    batch.prediction_file("rules", "d00").write_text("{", encoding="utf-8")
    assert "workbench check" in from_program(batch, "rules", document, SCHEMA).refusals[0].reason
    assert from_path(batch, batch.prediction_file("rules", "d00"), document, SCHEMA).refusals


def test_types_that_the_schema_does_not_have_are_counted(pair: tuple[Batch, Document]) -> None:
    _, document = pair
    one = make(document)
    strange = one.model_copy(
        update={
            "entities": (one.entities[0], one.entities[1].model_copy(update={"type": "PEOPLE"})),
            "frames": (one.frames[0].model_copy(update={"trigger": None}),),
        }
    )
    offer = from_annotation(strange, "x", document, SCHEMA)
    assert [found.kind for found in offer.suggestions] == ["entity"]
    assert offer.refusals == (("x", "left out: 1 frames without a trigger; 1 of unknown type PEOPLE"),)


def test_the_ends_of_a_symmetric_relation_have_one_order(pair: tuple[Batch, Document]) -> None:
    _, document = pair
    one = make(document, frames=())
    keys = {
        from_annotation(
            one.model_copy(update={"relations": (Relation(id="R1", type="COOPERATES_WITH", head=head, tail=tail),)}),
            "x",
            document,
            SCHEMA,
        )
        .suggestions[-1]
        .key
        for head, tail in (("T1", "T2"), ("T2", "T1"))
    }
    assert len(keys) == 1
