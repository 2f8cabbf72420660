"""Suggestions beside an annotation: only legal ones, none rejected, the best of those that exclude each other."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.annotation.suggest.making import SCHEMA, TEXT, Case, cases, document, entity, span_of, suggested
from workbench.annotation.suggest import (
    Mention,
    Overlay,
    SuggestedArgument,
    SuggestedEntity,
    SuggestedFrame,
    SuggestedRelation,
    Suggestion,
    as_entity,
    as_frame,
    as_record,
    as_relation,
    merged,
    open_suggestions,
    suggestion,
)
from workbench.core.checks import check
from workbench.core.errors import Fault
from workbench.core.records import Annotation, Argument, Entity, Frame, Relation, Trigger, Zone
from workbench.core.text import Span

ORG = Mention("ORG", (span_of(TEXT, "永州市政协"),))
VILLAGE = Mention("LOC", (span_of(TEXT, "紫云村"),))


def opened(
    suggestions: list[Suggestion], *entities: Entity, rejected: tuple[str, ...] = (), zones: tuple[Zone, ...] = ()
) -> list[str]:
    annotation = Annotation(doc_id="d1", entities=entities)
    found = open_suggestions(suggestions, annotation, rejected, SCHEMA, document(zones=zones))
    return [f"{one.item.type} {one.item.text}" for one in found if isinstance(one.item, SuggestedEntity)]


def errors(case: Case, annotation: Annotation) -> set[Fault]:
    faults = check(annotation, SCHEMA, case.document.text, case.document.zones)
    return {fault for fault in faults if fault.severity == "error"}


def accepted(annotation: Annotation, suggestions: list[Suggestion]) -> Annotation:
    numbers = count()
    records = [as_record(one, lambda _: f"new{next(numbers)}") for one in suggestions]
    return annotation.model_copy(
        update={
            "entities": (*annotation.entities, *(one for one in records if isinstance(one, Entity))),
            "relations": (*annotation.relations, *(one for one in records if isinstance(one, Relation))),
            "frames": (*annotation.frames, *(one for one in records if isinstance(one, Frame))),
        }
    )


@given(cases())
def test_accepting_an_open_suggestion_makes_no_new_error(case: Case) -> None:
    before = errors(case, case.annotation)
    for one in open_suggestions(case.suggestions, case.annotation, (), SCHEMA, case.document):
        assert errors(case, accepted(case.annotation, [one])) <= before


@given(cases())
def test_accepting_all_open_entities_makes_no_new_error(case: Case) -> None:
    found = open_suggestions(case.suggestions, case.annotation, (), SCHEMA, case.document)
    together = accepted(case.annotation, [one for one in found if one.kind == "entity"])
    assert errors(case, together) <= errors(case, case.annotation)


@given(cases())
def test_no_entity_is_left_out_that_could_stand_beside_the_open_ones(case: Case) -> None:
    found = open_suggestions(case.suggestions, case.annotation, (), SCHEMA, case.document)
    together = accepted(case.annotation, [one for one in found if one.kind == "entity"])
    before = errors(case, together)
    shown = {one.key for one in found}
    for one in merged(case.suggestions).values():
        if one.kind == "entity" and one.key not in shown:
            assert not errors(case, accepted(together, [one])) <= before


@given(cases(), st.data())
def test_the_order_of_sources_and_suggestions_does_not_matter(case: Case, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(case.suggestions))
    in_order = open_suggestions(case.suggestions, case.annotation, (), SCHEMA, case.document)
    assert open_suggestions(shuffled, case.annotation, (), SCHEMA, case.document) == in_order
    overlay = Overlay(SCHEMA, case.document)
    overlay.edit((*case.frames, *case.relations, *case.entities[::-1]))
    for source in "cab":
        overlay.offer(source, [one for one in shuffled if one.sources == (source,)])
    assert overlay.open == in_order


@given(cases(), st.data())
def test_the_rejected_never_come_back_whoever_suggests_them(case: Case, data: st.DataObject) -> None:
    keys = sorted({one.key for one in case.suggestions})
    rejected = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    again = [one._replace(sources=("other",), score=1.0) for one in case.suggestions]
    found = open_suggestions([*case.suggestions, *again], case.annotation, rejected, SCHEMA, case.document)
    assert not rejected & {one.key for one in found}


@given(cases(), st.data())
def test_edit_by_edit_is_the_same_as_all_at_once(case: Case, data: st.DataObject) -> None:
    overlay = Overlay(SCHEMA, case.document)
    offers: dict[str, list[Suggestion]] = {}
    rejected: set[str] = set()
    items = [*case.entities, *case.relations, *case.frames]
    here: dict[str, Entity | Relation | Frame] = {}
    for _ in range(data.draw(st.integers(1, 8))):
        step = data.draw(st.sampled_from(("edit", "edit", "offer", "reject", "restore")))
        if step == "edit" and items:
            chosen = data.draw(st.lists(st.sampled_from(items), max_size=3, unique_by=lambda one: one.id))
            removed = [one for one in chosen if one.id in here]
            added = [one for one in chosen if one.id not in here]
            overlay.edit(added, removed)
            for one in removed:
                del here[one.id]
            here.update((one.id, one) for one in added)
        elif step == "offer" and case.suggestions:
            source = data.draw(st.sampled_from("abc"))
            offers[source] = data.draw(st.lists(st.sampled_from(case.suggestions), max_size=8))
            overlay.offer(source, offers[source])
        elif case.suggestions:
            keys = {one.key for one in data.draw(st.lists(st.sampled_from(case.suggestions), max_size=2))}
            overlay.reject(keys) if step == "reject" else overlay.restore(keys)
            rejected = rejected | keys if step == "reject" else rejected - keys
        if data.draw(st.booleans()):
            _ = overlay.open
    fresh = Overlay(SCHEMA, case.document, rejected)
    for source, suggestions in offers.items():
        fresh.offer(source, suggestions)
    fresh.edit(list(here.values()))
    assert overlay.open == fresh.open
    for one in fresh.open:
        assert overlay.find(one.key) == one
    size = len(case.document.text)
    assert overlay.meeting(0, size) == tuple(one for one in fresh.open if one.kind == "entity")


def test_an_entity_that_changes_under_its_id_leaves_its_place() -> None:
    overlay = Overlay(SCHEMA, document())
    overlay.offer("a", [suggested("ORG", "永州市政协"), suggested("LOC", "紫云村")])
    overlay.edit([entity("T1", "ORG", "永州市政协")])
    assert [one.item.type for one in overlay.open] == ["LOC"]
    overlay.edit([entity("T1", "ORG", "紫云村")])
    assert [one.item.type for one in overlay.open] == ["ORG"]


def test_what_is_annotated_is_not_suggested_and_neither_is_another_label_for_it() -> None:
    found = [suggested("ORG", "永州市政协"), suggested("LOC", "紫云村")]
    assert opened(found) == ["ORG 永州市政协", "LOC 紫云村"]
    assert opened(found, entity("T1", "ORG", "永州市政协")) == ["LOC 紫云村"]
    assert opened(found, entity("T1", "GROUP", "永州市政协")) == ["LOC 紫云村"]
    assert opened(found, rejected=(found[1].key,)) == ["ORG 永州市政协"]


def test_nesting_stays_where_it_is_legal() -> None:
    outer, inner = suggested("ORG", "永州市政协"), suggested("LOC", "永州市")
    assert opened([inner, outer]) == ["ORG 永州市政协", "LOC 永州市"]
    assert opened([inner], entity("T1", "ORG", "永州市政协")) == ["LOC 永州市"]
    assert opened([inner], entity("T1", "GROUP", "永州市政协")) == []
    assert opened([outer], entity("T1", "LOC", "永州市")) == ["ORG 永州市政协"]
    assert opened([outer], entity("T1", "GROUP", "政协𠀀委员")) == []


def test_nothing_gets_nested_deeper_than_its_layer_allows() -> None:
    """Three deep at most: 永州市政协委员 > 永州市政协 > 永州市 leaves no room inside or around."""
    chain = [entity("T0", "ORG", "永州市政协委员")]
    chain += [entity("T1", "ORG", "永州市政协", 1), entity("T2", "ORG", "永州市", 1)]
    inside = suggested("LOC", "永州", 1)
    assert opened([inside], *chain[:2]) == ["LOC 永州"]
    assert opened([inside], *chain) == []
    around = suggested("ORG", "永州市政协委员😀")
    assert opened([around], *chain[:2]) == ["ORG 永州市政协委员😀"]
    assert opened([around], *chain) == []


def test_a_rejection_gives_way_to_what_it_kept_out() -> None:
    overlay = Overlay(SCHEMA, document())
    longer, shorter = suggested("ORG", "永州市政协"), suggested("GROUP", "政协𠀀")
    overlay.offer("rules", [longer, shorter])
    assert overlay.open == (longer,)
    overlay.reject([longer.key])
    assert overlay.open == (shorter,)
    overlay.restore([longer.key])
    assert overlay.open == (longer,)
    overlay.offer("rules", [shorter])
    assert overlay.open == (shorter,)


def test_of_those_that_cross_the_longer_likely_one_is_open() -> None:
    longer, shorter = suggested("ORG", "永州市政协", score=0.5), suggested("GROUP", "政协𠀀", score=1.0)
    assert opened([shorter, longer]) == ["ORG 永州市政协"]
    unlikely = suggested("ORG", "永州市政协", score=0.4)
    assert opened([shorter, unlikely]) == ["GROUP 政协𠀀"]
    equal = [suggested("ORG", "永州市", score=0.5), suggested("LOC", "永州市", score=0.6)]
    assert opened(equal) == ["LOC 永州市"]
    backed = [*equal, suggested("ORG", "永州市", score=0.6, source="other")]
    assert opened(backed) == ["ORG 永州市"]


def test_nothing_is_suggested_in_a_closed_zone_or_with_an_impossible_value() -> None:
    village = suggested("LOC", "紫云村")
    where = span_of(TEXT, "云村")
    assert opened([village], zones=(Zone(kind="footer", start=where.start, end=where.end),)) == []
    assert opened([village], zones=(Zone(kind="footer", start=where.end, end=where.end + 1),)) == ["LOC 紫云村"]
    assert isinstance(village.item, SuggestedEntity)
    assert opened([village._replace(item=village.item._replace(attributes={"mention": "?"}))]) == []
    assert opened([village._replace(item=village.item._replace(text="紫云"))]) == []
    assert opened([village._replace(item=village.item._replace(fragments=(Span(10**6, 10**6 + 3),)))]) == []


def test_one_suggestion_of_several_sources() -> None:
    one = suggested("LOC", "紫云村", score=0.4, source="predictions/rules")
    other = suggested("LOC", "紫云村", score=0.9, source="annotations/B")
    (found,) = merged([one, other]).values()
    assert found.sources == ("annotations/B", "predictions/rules")
    assert (found.score, found.key) == (0.9, one.key)
    assert merged([other, one]) == merged([one, other])


def relation(type_: str, head: Mention, tail: Mention, score: float = 0.5) -> Suggestion:
    return suggestion(SuggestedRelation(type_, head, tail), "rules", score)


def test_a_relation_is_open_when_both_ends_are_there() -> None:
    found = [relation("ASSISTS", ORG, VILLAGE), relation("PART_OF", ORG, VILLAGE)]
    org, village = entity("T1", "ORG", "永州市政协"), entity("T2", "LOC", "紫云村")
    overlay = Overlay(SCHEMA, document())
    overlay.offer("rules", found)
    overlay.edit([org])
    assert overlay.open == ()
    overlay.edit([village])
    (one,) = overlay.open
    assert as_relation(one, "R1") == Relation(
        id="R1", type="ASSISTS", head="T1", tail="T2", extra={"suggested_by": ["rules"], "suggestion": one.key}
    )
    overlay.edit([as_relation(one, "R1")])
    assert overlay.open == ()
    overlay.edit(removed=[as_relation(one, "R1")])
    assert overlay.open == (one,)
    overlay.edit(removed=[village])
    assert overlay.open == ()


def test_a_functional_relation_is_suggested_once() -> None:
    role = Mention("ROLE", (span_of(TEXT, "委员"),))
    found = [relation("ROLE_IN", role, ORG, 0.4), relation("ROLE_IN", role, VILLAGE, 0.6)]
    entities = [entity("T1", "ORG", "永州市政协"), entity("T2", "LOC", "紫云村"), entity("T3", "ROLE", "委员")]
    overlay = Overlay(SCHEMA, document())
    overlay.offer("rules", found)
    overlay.edit(entities)
    (one,) = overlay.open
    assert as_relation(one, "R1").tail == "T2"
    overlay.reject([one.key])
    assert [as_relation(other, "R1").tail for other in overlay.open] == ["T1"]
    overlay.restore([one.key])
    assert overlay.open == (one,)
    overlay.edit([Relation(id="R1", type="ROLE_IN", head="T3", tail="T1")])
    assert overlay.open == ()


def test_a_frame_is_open_with_the_fillers_that_are_there() -> None:
    trigger = (span_of(TEXT, "捐赠"),)
    helper, beneficiary = SuggestedArgument("helper", ORG), SuggestedArgument("beneficiary", VILLAGE)
    found = suggestion(SuggestedFrame("ASSIST", trigger, "捐赠", (beneficiary, helper)), "rules", 0.5)
    posted = SuggestedArgument("dispatched", Mention("GROUP", (span_of(TEXT, "委员"),)))
    sent = suggestion(SuggestedFrame("DISPATCH", (span_of(TEXT, "到"),), "到", (posted,)), "rules", 0.5)
    overlay = Overlay(SCHEMA, document())
    overlay.offer("rules", [found, sent])
    (one,) = overlay.open  # somebody must be dispatched
    assert as_frame(one, "E1").arguments == ()
    overlay.edit([entity("T1", "ORG", "永州市政协"), entity("T2", "GROUP", "委员")])
    frames = {as_frame(one, "E").type: as_frame(one, "E").arguments for one in overlay.open}
    assert frames == {
        "DISPATCH": (Argument(role="dispatched", entity="T2"),),
        "ASSIST": (Argument(role="helper", entity="T1"),),
    }
    overlay.edit([Frame(id="E1", type="ASSIST", trigger=Trigger(fragments=trigger))])
    assert [one.item.type for one in overlay.open] == ["DISPATCH"]


def test_accepting_the_wrong_kind_is_a_mistake_of_the_program() -> None:
    one = relation("ASSISTS", ORG, VILLAGE)
    with pytest.raises(TypeError, match="relation was suggested"):
        as_entity(one, "T1")
    with pytest.raises(ValueError, match="only in an overlay"):
        as_relation(one, "R1")
    with pytest.raises(TypeError, match="entity was suggested"):
        as_frame(suggested("LOC", "紫云村"), "E1")
