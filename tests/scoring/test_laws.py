"""Laws that every measure obeys, on generated documents with nested, crossing, discontinuous and equal items."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import annotated_texts
from workbench.core.counts import Counts
from workbench.core.records import AnnotatedDocument, Annotation
from workbench.core.schema import open_schema
from workbench.corpus.reading import read_annotated
from workbench.scoring.collection import InMemory
from workbench.scoring.entities import ENTITY_SCHEMAS
from workbench.scoring.measures import Measure, catalogue, parse
from workbench.scoring.report import to_json
from workbench.scoring.score import DEFAULT_MEASURES, Score, score_sources
from workbench.scoring.selection import Selection

ALL = tuple(dict.fromkeys((*DEFAULT_MEASURES, *catalogue())))
ONE_EACH = tuple({measure.rule.key: measure for measure in ALL}.values())
"""A measure for each way of counting."""
ONE_SIDED = ("attribute", "value")
"""What gold does not say is not scored, so these do not mirror."""


@st.composite
def pairs(draw: st.DrawFn) -> tuple[AnnotatedDocument, AnnotatedDocument]:
    """Two annotations of one document, the second often made of the first one's items."""
    _, gold = draw(annotated_texts())
    if draw(st.booleans()):
        found = draw(annotated_texts())[1]
    else:
        kept = tuple(entity for entity in gold.entities if draw(st.integers(0, 3)))
        ids = {entity.id for entity in kept}
        found = gold.model_copy(
            update={
                "entities": kept,
                "relations": tuple(one for one in gold.relations if {one.head, one.tail} <= ids),
                "frames": tuple(
                    frame.model_copy(update={"arguments": tuple(one for one in frame.arguments if one.entity in ids)})
                    for frame in gold.frames
                ),
            }
        )
    sides = (annotation.model_copy(update={"finished_layers": None}) for annotation in (gold, found))
    return tuple(AnnotatedDocument("d1", annotation) for annotation in sides)  # type: ignore[return-value]


@st.composite
def collections(draw: st.DrawFn) -> tuple[list[AnnotatedDocument], list[AnnotatedDocument]]:
    """One to three documents on both sides."""
    made = [draw(pairs()) for _ in range(draw(st.integers(1, 3)))]
    sides = ([pair[side] for pair in made] for side in (0, 1))
    return tuple(  # type: ignore[return-value]
        [document._replace(doc_id=f"d{index}") for index, document in enumerate(side)] for side in sides
    )


def scored(gold: Sequence[AnnotatedDocument], predicted: Sequence[AnnotatedDocument]) -> Score:
    return score_sources(InMemory(gold), InMemory(predicted), Selection(), ALL)


def values(made: Score, measures: Sequence[Measure] = ALL) -> dict[Measure, float | None]:
    return {measure: made.value(measure).value for measure in measures}


@settings(max_examples=25)
@given(collections())
def test_gold_against_itself_is_perfect(sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]]) -> None:
    """Every ratio of right items is 1, every ratio of errors 0, or there is nothing to measure."""
    for measure, found in values(scored(sides[0], sides[0])).items():
        wrong = measure.statistic in ("undergeneration", "overgeneration", "substitution", "error")
        assert found is None or found == pytest.approx(0.0 if wrong else 1.0), str(measure)


@settings(max_examples=25)
@given(collections())
def test_values_are_ratios_and_sides_mirror(sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]]) -> None:
    """Everything lies between 0 and 1; exchanging the sides exchanges precision and recall and keeps F1."""
    gold, predicted = sides
    made, turned = values(scored(gold, predicted)), values(scored(predicted, gold))
    other = {"precision": "recall", "recall": "precision", "f1": "f1"}
    for measure, found in made.items():
        assert found is None or -1e-12 <= found <= 1 + 1e-12, str(measure)
        one_sided = measure.family in ONE_SIDED or measure.parameters[0] == ("match", "entity")
        if one_sided or measure.family == "coreference" or measure.statistic not in other:
            continue
        mirrored = turned[measure._replace(statistic=other[measure.statistic])]
        assert found == (None if mirrored is None else pytest.approx(mirrored)), str(measure)


@settings(max_examples=25)
@given(collections(), st.randoms(use_true_random=False))
def test_order_and_ids_change_nothing(
    sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]], shuffled: random.Random
) -> None:
    """Shuffled documents and items with new ids and cluster names give the same result, to the last digit."""
    made = scored(*sides)
    mixed = [
        [
            document._replace(annotation=renamed(document.annotation, shuffled))
            for document in shuffled.sample(side, len(side))
        ]
        for side in sides
    ]
    again = scored(*mixed)
    f1 = [measure for measure in ALL if measure.statistic in ("f1", "accuracy")]
    assert values(again, f1) == values(made, f1)
    assert to_json(again) == to_json(made)


def renamed(annotation: Annotation, shuffled: random.Random) -> Annotation:
    """The same annotation in another order, with other ids and other names of clusters."""
    numbers = shuffled.sample(range(100, 999), 3 * len(annotation.entities) + 20)
    names = {entity.id: f"#{numbers.pop()}" for entity in annotation.entities}
    entities = [
        entity.model_copy(
            update={"id": names[entity.id], "cluster": None if entity.cluster is None else f"{entity.cluster}-x"}
        )
        for entity in annotation.entities
    ]
    relations = [
        one.model_copy(update={"id": f"#{numbers.pop()}", "head": names[one.head], "tail": names[one.tail]})
        for one in annotation.relations
    ]
    frames = [
        frame.model_copy(
            update={
                "id": f"#{numbers.pop()}",
                "arguments": tuple(
                    one.model_copy(update={"entity": names[one.entity]})
                    for one in shuffled.sample(frame.arguments, len(frame.arguments))
                ),
            }
        )
        for frame in annotation.frames
    ]
    return annotation.model_copy(
        update={
            name: tuple(shuffled.sample(items, len(items)))
            for name, items in (("entities", entities), ("relations", relations), ("frames", frames))
        }
    )


@settings(max_examples=25)
@given(collections())
def test_rows_and_documents_add_up(sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]]) -> None:
    """Rows sum to the whole, documents sum to the collection, and all items of both sides are counted once."""
    made = scored(*sides)
    alone = [scored([gold], [predicted]) for gold, predicted in zip(*sides, strict=True)]
    for match in ENTITY_SCHEMAS:
        measure = parse(f"entity_f1(match={match})")
        summed = Counts()
        for row in made.rows(measure):
            summed = summed.plus(made.counts(measure, row))
        together = Counts()
        for one in alone:
            together = together.plus(one.counts(measure))
        assert summed == together == made.counts(measure)
        assert summed.gold.total == sum(len(document.annotation.entities) for document in sides[0])
        assert summed.predicted.total == sum(len(document.annotation.entities) for document in sides[1])
    for measure in ONE_EACH:
        if measure.family == "coreference":  # undefined for a document alone when only another one has clusters
            continue
        numbers = made.table(measure).numbers()
        apart = [one.table(measure).numbers() for one in alone]
        assert np.allclose(numbers.sum(axis=(0, 1)), sum(one.sum(axis=(0, 1)) for one in apart))


@settings(max_examples=25)
@given(collections())
def test_strict_is_the_intersection_and_the_least(
    sides: tuple[list[AnnotatedDocument], list[AnnotatedDocument]],
) -> None:
    """Strict correct is |gold ∩ predicted| as bags; it is at most exact and at most type; more IoU is never more."""
    made = scored(*sides)
    common = 0
    for gold, predicted in zip(*sides, strict=True):
        bags = [[(one.fragments, one.type) for one in side.annotation.entities] for side in (gold, predicted)]
        common += sum(min(bags[0].count(key), bags[1].count(key)) for key in set(bags[0]))
    correct = {match: made.counts(parse(f"entity_f1(match={match})")).gold.correct for match in ENTITY_SCHEMAS}
    assert correct["strict"] == common <= min(correct["exact"], correct["type"])
    assert correct["partial"] == correct["exact"]
    half = made.counts(parse("entity_f1(match=iou,threshold=0.5)")).gold.correct
    assert correct["strict"] <= half <= correct["type"]


def test_all_measures_on_the_real_reports() -> None:
    """On the pilot every measure of A against B is defined, but for discontinuous entities, of which there are none."""
    root = Path(__file__).parent.parent.parent / "tasks" / "pilot" / "annotations"
    gold, predicted = (InMemory(read_annotated(root / name)) for name in "AB")
    made = score_sources(gold, predicted, Selection(known=open_schema()), ALL)
    undefined = [str(measure) for measure, found in values(made).items() if found is None]
    assert all("spans=discontinuous" in name for name in undefined)
    assert len(undefined) < len(ALL) / 2
