"""What adjudication could not settle takes no part in any score."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scoring.documents import document, value
from tests.scoring.test_laws import pairs
from workbench.core.records import AnnotatedDocument, Argument
from workbench.core.text import merge_fragments, shared
from workbench.scoring.measures import parse
from workbench.scoring.report import notes
from workbench.scoring.score import score

MARK = {"attributes": {"unresolved": "true"}}
STRICT = "entity_f1(match=strict)"
RELATIONS = "relation_f1(match=strict)"
TRIGGERS = "trigger_f1(match=classification)"
ARGUMENTS = "argument_f1(match=classification)"


def test_an_unresolved_entity_and_what_is_predicted_of_it_do_not_count() -> None:
    gold = document([(0, 5, "ORG"), (7, 10, "LOC", MARK)])
    for guess in ((7, 10, "LOC"), (7, 10, "ORG"), (6, 9, "GROUP")):
        assert value(gold, document([(0, 5, "ORG"), guess]), STRICT) == 1
    assert value(gold, document([(0, 5, "ORG")]), STRICT) == 1
    assert value(gold, document([(0, 5, "ORG"), (15, 18, "GROUP")]), STRICT) == 2 / 3


def test_a_prediction_that_equals_a_settled_item_counts_although_it_lies_on_an_unresolved_one() -> None:
    gold = document([(0, 5, "ORG"), (0, 3, "LOC", MARK), (0, 3, "ORG")])
    assert value(gold, document([(0, 5, "ORG"), (0, 3, "ORG")]), STRICT) == 1


def marked(gold: AnnotatedDocument, kind: str, index: int) -> AnnotatedDocument:
    """Gold with one relation or frame marked as unresolved."""
    records = list(getattr(gold.annotation, kind))
    records[index] = records[index].model_copy(update={"attributes": {"unresolved": "true"}})
    return gold._replace(annotation=gold.annotation.model_copy(update={kind: tuple(records)}))


def test_an_unresolved_relation_excuses_relations_of_any_type_between_its_ends() -> None:
    entities = [(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC")]
    gold = marked(document(entities, [("ASSISTS", 0, 1), ("PART_OF", 2, 1)]), "relations", 0)
    assert value(gold, document(entities, [("PART_OF", 2, 1)]), RELATIONS) == 1
    assert value(gold, document(entities, [("PART_OF", 2, 1), ("ASSISTS", 0, 1)]), RELATIONS) == 1
    assert value(gold, document(entities, [("PART_OF", 2, 1), ("ROLE_IN", 1, 0)]), RELATIONS) == 1
    assert value(gold, document(entities, [("PART_OF", 2, 1), ("ASSISTS", 0, 2)]), RELATIONS) == 2 / 3


def test_relations_of_an_unresolved_entity_are_unresolved_too() -> None:
    gold = document([(0, 5, "ORG"), (7, 10, "LOC", MARK), (10, 13, "LOC")], [("ASSISTS", 0, 1), ("PART_OF", 2, 1)])
    found = document([(0, 5, "ORG"), (7, 10, "LOC"), (10, 13, "LOC")], [("ASSISTS", 0, 1)])
    assert value(gold, found, RELATIONS) is None
    assert value(gold, found, STRICT) == 1


def test_an_unresolved_frame_excuses_frames_whose_trigger_overlaps() -> None:
    entities = [(0, 5, "ORG"), (7, 10, "LOC")]
    frames = [("ASSIST", (16, 18), [("helper", 0)]), ("VISIT", (24, 26), [("visitor", 0)])]
    gold = marked(document(entities, events=frames), "frames", 1)
    assert value(gold, document(entities, events=frames[:1]), TRIGGERS) == 1
    more = [*frames[:1], ("ASSIST", (23, 26), [("helper", 1)])]
    assert value(gold, document(entities, events=more), TRIGGERS) == 1
    assert value(gold, document(entities, events=more), ARGUMENTS) == 1


def test_an_unresolved_argument_excuses_its_filler_in_any_role_of_that_type_of_frame() -> None:
    entities = [(0, 5, "ORG"), (7, 10, "LOC")]
    gold = document(entities, events=[("ASSIST", (16, 18), [("helper", 0), ("place", 1)])])
    frame = gold.annotation.frames[0]
    argument = Argument(role="place", entity="T1", extra={"unresolved": True})
    frame = frame.model_copy(update={"arguments": (frame.arguments[0], argument)})
    gold = gold._replace(annotation=gold.annotation.model_copy(update={"frames": (frame,)}))
    for fillers in ([("helper", 0)], [("helper", 0), ("beneficiary", 1)], [("helper", 0), ("place", 1)]):
        assert value(gold, document(entities, events=[("ASSIST", (16, 18), fillers)]), ARGUMENTS) == 1
    wrong = document(entities, events=[("ASSIST", (16, 18), [("helper", 0), ("helper", 1), ("beneficiary", 0)])])
    assert value(gold, wrong, ARGUMENTS) == 2 / 3


def test_the_report_says_how_much_is_left_out() -> None:
    gold = document([(0, 5, "ORG"), (7, 10, "LOC", MARK)])
    made = score([gold], [document([(0, 5, "ORG")])], measures=[parse(STRICT)])
    assert made.left_out.unresolved == 1
    assert any("1 gold items are unresolved" in note for note in notes(made))


@settings(deadline=None, max_examples=60)
@given(pairs(), st.data())
def test_finding_or_missing_what_is_unresolved_makes_no_difference(both, data) -> None:  # type: ignore[no-untyped-def]
    gold, predicted = both
    if not gold.annotation.entities:
        return
    chosen = data.draw(st.sampled_from(gold.annotation.entities))
    entities = tuple(
        entity.model_copy(update={"attributes": {"unresolved": "true"}}) if entity is chosen else entity
        for entity in gold.annotation.entities
    )
    gold = gold._replace(annotation=gold.annotation.model_copy(update={"entities": entities}))
    others = [one.fragments for one in predicted.annotation.entities]
    others += [one.fragments for one in entities if one.id != chosen.id]
    if any(shared(merge_fragments(chosen.fragments), merge_fragments(one)) for one in others):
        return
    new = chosen.model_copy(update={"id": "new", "attributes": {}})
    found = predicted.annotation.model_copy(update={"entities": (*predicted.annotation.entities, new)})
    measures = [parse(STRICT), parse("entity_f1(match=type)"), parse(RELATIONS), parse(ARGUMENTS)]
    without, with_it = (
        score([gold], [predicted._replace(annotation=annotation)], measures=measures)
        for annotation in (predicted.annotation, found)
    )
    for measure in measures:
        assert with_it.value(measure).value == without.value(measure).value
