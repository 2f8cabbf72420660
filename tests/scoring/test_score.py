"""Scores: worked by hand, laws that hold for any input, and what is refused."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scoring import documents
from tests.strategies import annotated_texts
from workbench.core.counts import Counts, Side
from workbench.core.errors import FaultyData
from workbench.core.records import AnnotatedDocument, Annotation, Zone
from workbench.core.schema import open_schema
from workbench.scoring.entities import ENTITY_SCHEMAS
from workbench.scoring.report import GROUPS, group_rows, measure_of, overall_rows, to_json
from workbench.scoring.score import Score, score, signature


def document(
    *entities: tuple[int, int, str],
    relations: tuple[tuple[str, int, int], ...] = (),
    events: tuple[tuple[str, tuple[int, int] | None, tuple[tuple[str, int], ...]], ...] = (),
    zones: tuple[Zone, ...] = (),
    doc_id: str = "d1",
) -> AnnotatedDocument:
    """As `documents.document`, with a text."""
    return documents.document(entities, relations, events, zones, doc_id)._replace(text=documents.TEXT)


def result(gold: AnnotatedDocument, predicted: AnnotatedDocument) -> Score:
    return score([gold], [predicted], open_schema())


def total(made: Score, group: str, name: str) -> Counts:
    """The counts of the whole collection."""
    return made.counts(measure_of(group, name))


def everything(made: Score) -> dict[tuple[str, str], Counts]:
    """The counts behind every usual number."""
    usual = [(group, name) for group, names in GROUPS.items() for name in names if name != "relaxed"]
    return {(group, name): total(made, group, name) for group, name in usual}


def counts(made: Score, group: str, name: str) -> tuple[int, int, int]:
    """Correct, possible and actual items."""
    found = total(made, group, name)
    return (found.gold.correct, found.gold.total, found.predicted.total)


def test_four_entity_schemas_by_hand() -> None:
    """Gold ORG, LOC, LOC, GROUP; predicted: one exact, one wrong type, one wrong end, one spurious."""
    gold = document((0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC"), (13, 16, "GROUP"))
    predicted = document((0, 5, "ORG"), (7, 10, "ORG"), (10, 12, "LOC"), (18, 23, "MONEY"))
    made = result(gold, predicted)
    entities = {name: total(made, "entities", name) for name in ENTITY_SCHEMAS}
    # strict: 1 of 4 and 4. exact: 2. type: ORG and the short LOC. partial: 2 exact spans + half of the short one.
    assert entities["strict"] == Counts(Side(1, 2, 0, 1), Side(1, 2, 0, 1))
    assert entities["exact"] == Counts(Side(2, 1, 0, 1), Side(2, 1, 0, 1))
    assert entities["type"] == Counts(Side(2, 1, 0, 1), Side(2, 1, 0, 1))
    assert entities["partial"] == Counts(Side(2, 0, 1, 1), Side(2, 0, 1, 1))
    assert entities["partial"].f1 == pytest.approx(2.5 / 4)


def test_nested_predictions_do_not_steal() -> None:
    """四川省政协 with a nested 四川省 predicted first: strict F1 is 2/3 in every order (nervaluate 1.2.1 says 0)."""
    gold = document((0, 5, "ORG"))
    for entities in ([(0, 3, "LOC"), (0, 5, "ORG")], [(0, 5, "ORG"), (0, 3, "LOC")]):
        strict = total(result(gold, document(*entities)), "entities", "strict")
        assert strict.f1 == pytest.approx(2 / 3)
        assert strict == Counts(Side(1), Side(1, 0, 0, 1))


def test_the_contract_of_the_json_output() -> None:
    """The documented example: one gold entity found, one spurious, and everything else undefined."""
    printed = to_json(result(document((0, 5, "ORG")), document((0, 5, "ORG"), (7, 10, "LOC"))))
    assert printed["documents"] == 1
    assert printed["entities"]["strict"] == {
        "precision": 0.5,
        "recall": 1.0,
        "f1": pytest.approx(2 / 3),
        "counts": {"correct": 1, "incorrect": 0, "partial": 0, "missed": 0, "spurious": 1, "possible": 1, "actual": 2},
    }
    assert set(printed["relations"]) == {"strict", "boundaries"}
    assert printed["measures"]["entity_f1(match=strict)"]["value"] == pytest.approx(2 / 3)
    assert printed["events"]["trigger_identification"]["f1"] is None
    assert printed["by_type"]["LOC"]["strict"]["recall"] is None
    assert "schema:cppcc-poverty:" in printed["signature"]
    assert json.loads(json.dumps(printed)) == printed


def test_relations_strict_and_boundaries() -> None:
    """A relation whose tail has the wrong type is right by boundaries and wrong strictly."""
    gold = document((0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC"), relations=(("PART_OF", 2, 1), ("ASSISTS", 0, 2)))
    predicted = document(
        (0, 5, "ORG"), (7, 10, "ORG"), (10, 13, "LOC"), relations=(("PART_OF", 2, 1), ("ASSISTS", 0, 1))
    )
    made = result(gold, predicted)
    assert counts(made, "relations", "boundaries") == (1, 2, 2)
    assert counts(made, "relations", "strict") == (0, 2, 2)


def test_symmetric_relations_count_once_in_either_direction() -> None:
    """COOPERATES_WITH written the other way round is the same relation; PART_OF is not."""
    ends = ((0, 5, "ORG"), (7, 10, "ORG"))
    for kind, correct in (("COOPERATES_WITH", 1), ("PART_OF", 0)):
        made = result(document(*ends, relations=((kind, 0, 1),)), document(*ends, relations=((kind, 1, 0),)))
        assert counts(made, "relations", "strict") == (correct, 1, 1)


def test_several_relations_on_one_pair_all_count() -> None:
    """Two types on one pair are two relations; relations are sets, so one predicted twice counts once."""
    ends = ((0, 5, "ORG"), (7, 10, "LOC"))
    gold = document(*ends, relations=(("ASSISTS", 0, 1), ("LOCATED_IN", 0, 1)))
    predicted = document(*ends, relations=(("ASSISTS", 0, 1), ("ASSISTS", 0, 1), ("LOCATED_IN", 0, 1)))
    assert counts(result(gold, predicted), "relations", "strict") == (2, 2, 2)


def test_events_by_hand() -> None:
    """Right trigger with the wrong type; two arguments, one in the wrong role, one never predicted."""
    ends = ((0, 5, "ORG"), (13, 16, "GROUP"), (18, 23, "MONEY"))
    gold = document(*ends, events=(("ASSIST", (16, 18), (("helper", 0), ("beneficiary", 1), ("amount", 2))),))
    predicted = document(*ends, events=(("ASSIST", (16, 18), (("helper", 0), ("need", 1))), ("VISIT", (16, 18), ())))
    made = result(gold, predicted)
    assert counts(made, "events", "trigger_identification") == (1, 1, 2)
    assert counts(made, "events", "trigger_classification") == (1, 1, 2)
    assert counts(made, "events", "argument_identification") == (2, 3, 2)
    assert counts(made, "events", "argument_classification") == (1, 3, 2)


def test_a_trigger_predicted_twice_consumes_gold_once() -> None:
    """Two frames with the same argument give recall 1, not 2 (DyGIE++ says recall 2.0, F1 1.333)."""
    gold = document((0, 5, "ORG"), events=(("ASSIST", (16, 18), (("helper", 0),)),))
    twice = document(
        (0, 5, "ORG"), events=(("ASSIST", (16, 18), (("helper", 0),)), ("ASSIST", (24, 26), (("helper", 0),)))
    )
    found = total(result(gold, twice), "events", "argument_classification")
    assert (found.precision, found.recall, found.f1) == (0.5, 1.0, pytest.approx(2 / 3))


def test_predictions_in_zones_are_ignored() -> None:
    """A spurious prediction mostly in a zone is neither right nor wrong, with its relation; one outside is spurious."""
    zones = (Zone(kind="footer", start=10, end=16),)
    gold = document((0, 5, "ORG"), zones=zones)
    predicted = document(
        (0, 5, "ORG"), (10, 13, "LOC"), (7, 9, "LOC"), relations=(("ASSISTS", 0, 1), ("ASSISTS", 0, 2))
    )
    made = result(gold, predicted)
    assert counts(made, "entities", "strict") == (1, 1, 2)
    assert counts(made, "relations", "strict") == (0, 0, 1)
    assert made.left_out.zones == 1


def test_equal_predictions_at_a_zone_in_any_order() -> None:
    """Of two equal predictions, one paired with gold, neither is ignored: the order changes no relation count."""
    zones = (Zone(kind="footer", start=7, end=12),)
    gold = document((0, 12, "ORG"), (14, 16, "LOC"), zones=zones)
    one = document((6, 12, "ORG"), (6, 12, "ORG"), (14, 16, "LOC"), relations=(("ASSISTS", 0, 2),))
    other = document((6, 12, "ORG"), (6, 12, "ORG"), (14, 16, "LOC"), relations=(("ASSISTS", 1, 2),))
    assert counts(result(gold, one), "relations", "strict") == counts(result(gold, other), "relations", "strict")
    assert counts(result(gold, one), "relations", "strict") == (0, 0, 1)


def test_the_row_of_a_type_has_the_counts_of_both_sides() -> None:
    """A gold ORG paired with a shorter LOC: LOC's precision ½ comes from one partial item of the predicted side."""
    printed = to_json(result(document((0, 5, "ORG")), document((0, 4, "LOC"))))["by_type"]["LOC"]["partial"]
    assert printed["precision"] == 0.5
    assert printed["counts"]["predicted"] == {"correct": 0, "incorrect": 0, "partial": 1}
    assert printed["counts"]["actual"] == 1


def test_undefined_is_not_zero() -> None:
    """Nothing to find and nothing found is n/a; something found where nothing is has precision 0, recall n/a, F1 0."""
    empty = total(result(document(), document()), "entities", "strict")
    assert (empty.precision, empty.recall, empty.f1) == (None, None, None)
    spurious = total(result(document(), document((0, 5, "ORG"))), "entities", "strict")
    assert (spurious.precision, spurious.recall, spurious.f1) == (0.0, None, 0.0)
    missed = total(result(document((0, 5, "ORG")), document()), "entities", "strict")
    assert (missed.precision, missed.recall, missed.f1) == (None, 0.0, 0.0)
    rows = list(overall_rows(to_json(result(document(), document()))))
    assert {row.f1 for row in rows} == {"n/a"}


@given(annotated_texts())
def test_gold_against_itself_is_perfect(annotated: tuple[str, Annotation]) -> None:
    """Everything is correct: each F1 is 1, or undefined where there is nothing."""
    text, annotation = annotated
    side = AnnotatedDocument("d1", annotation, text)
    assert all(found.f1 in (1.0, None) for found in everything(score([side], [side])).values())


@given(annotated_texts(), annotated_texts(), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_sides_mirror(
    one: tuple[str, Annotation], other: tuple[str, Annotation], shuffled: random.Random
) -> None:
    """Shuffled entities give the same counts; exchanging gold and predicted exchanges precision and recall."""
    left, right = (
        AnnotatedDocument("d1", side[1].model_copy(update={"finished_layers": None})) for side in (one, other)
    )
    mixed = right._replace(
        annotation=other[1].model_copy(
            update={"entities": tuple(shuffled.sample(other[1].entities, len(other[1].entities)))}
        )
    )
    made = everything(score([left], [right]))
    assert made == everything(score([left], [mixed]))
    turned = everything(score([right], [left]))
    for key, found in made.items():
        mirror = turned[key]
        assert (found.precision, found.recall, found.f1) == (mirror.recall, mirror.precision, mirror.f1)


@given(annotated_texts(), annotated_texts())
def test_rows_of_types_add_up(one: tuple[str, Annotation], other: tuple[str, Annotation]) -> None:
    """The type rows sum to the overall row, for each schema and both sides; all items are counted once."""
    made = score([AnnotatedDocument("d1", one[1])], [AnnotatedDocument("d1", other[1])])
    for name in ENTITY_SCHEMAS:
        measure = measure_of("entities", name)
        summed = Counts()
        for row in made.rows(measure):
            summed = summed.plus(made.counts(measure, row))
        assert summed == made.counts(measure)
        assert (summed.gold.total, summed.predicted.total) == (len(one[1].entities), len(other[1].entities))


def test_counts_add_over_documents_in_any_order() -> None:
    """Two documents together give the sum of their counts, whatever their order."""
    first = (document((0, 5, "ORG")), document((0, 5, "ORG"), (7, 10, "LOC")))
    second = (document((7, 10, "LOC"), doc_id="d2"), document((7, 9, "LOC"), doc_id="d2"))
    together = score([first[0], second[0]], [second[1], first[1]])
    assert counts(together, "entities", "strict") == (1, 2, 3)
    assert to_json(together) == to_json(score([second[0], first[0]], [first[1], second[1]]))
    assert [row.name for row in group_rows(to_json(together), "by_type", "strict")] == ["LOC", "ORG"]


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        (document(), document(doc_id="d2"), "'d1' is in gold, but was not predicted"),
        (document(), document(doc_id="d2"), "'d2' was predicted, but is not in gold"),
        (document((0, 99, "ORG")), document(), "gold d1 entities.0..end: 99 is past the end"),
        (document(), document((3, 3, "ORG")), "predicted d1 entities.0..end: 3 is not after start 3"),
        (document(), document(relations=(("PART_OF", 0, 1),)), "there is no entity 'T0'"),
        (document((0, 5, "ORGA")), document(), "unknown type 'ORGA'; did you mean 'ORG'"),
        (document(), document()._replace(text="别的"), "about different texts"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    gold: AnnotatedDocument, predicted: AnnotatedDocument, message: str
) -> None:
    """Unpaired documents, broken items, unknown gold labels and different texts are errors, never numbers."""
    with pytest.raises(FaultyData, match=message):
        score([gold], [predicted], open_schema())


def test_any_label_set_without_a_schema() -> None:
    """Without a schema every label is taken as is; an unknown label in a prediction is spurious with one."""
    other = document((0, 5, "组织"))
    assert counts(score([other], [other]), "entities", "strict") == (1, 1, 1)
    assert counts(result(document((0, 5, "ORG")), other), "entities", "strict") == (0, 1, 1)
    assert signature(score([other], [other])).split("|")[1] == "schema:none"
