"""Laws of drafts: changes can be taken back, are written and read exactly, and leave nothing loose or out of order."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.annotation.drafts.steps import EMPTY, TEXT, Choice, choices, courses, draft_after, loose, made
from tests.strategies import annotated_texts
from workbench.annotation.drafts.draft import Delta, Draft, Outdated, Swap, ends
from workbench.annotation.drafts.edits import EditRefused
from workbench.core.records import Annotation, Entity, Frame, Provenance, Relation
from workbench.core.text import Span

E1 = Entity(id="E1", type="ORG", fragments=(Span(0, 5),), text="永州市政协")
E2 = Entity(id="E2", type="ORG", fragments=(Span(6, 10),), text="四川省委")
R1 = Relation(id="R1", type="PART_OF", head="E1", tail="E2")


@given(courses, choices)
def test_an_inverse_takes_its_delta_back(course: list[Choice], choice: Choice) -> None:
    """Delta, then inverse: the same draft; and the inverse of the inverse is the delta."""
    draft = draft_after(course)
    try:
        delta = made(draft, choice)[1].delta
    except EditRefused:
        assume(False)
    after = draft.apply(delta)
    assert after != draft or not delta
    assert after.apply(delta.inverse) == draft
    assert after.apply(delta.inverse).order == draft.order
    assert delta.inverse.inverse == delta


@given(courses, choices)
def test_deltas_are_written_and_read_exactly(course: list[Choice], choice: Choice) -> None:
    """Through JSON nothing changes, not even the type of a list."""
    draft = draft_after(course)
    try:
        delta = made(draft, choice)[1].delta
    except EditRefused:
        assume(False)
    assert Delta.parse(json.loads(json.dumps(delta.record(), allow_nan=False))) == delta


@given(annotated_texts())
def test_any_annotation_is_written_and_read_exactly(annotated: tuple[str, Annotation]) -> None:
    """Values, notes, scores, attributes and extras of loaded files too."""
    delta = EMPTY.towards(annotated[1])
    assert Delta.parse(json.loads(json.dumps(delta.record(), allow_nan=False))) == delta


@given(courses)
def test_a_draft_is_in_order(course: list[Choice]) -> None:
    """The order has exactly the entities, sorted; links have exactly the ends; no end is loose."""
    draft = draft_after(course)
    assert list(draft.order) == sorted(draft.entities.values(), key=lambda one: (one.start, -one.end, one.id))
    assert all(entity.end - entity.start <= draft.longest for entity in draft.order)
    assert not loose(draft)
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for item in (*draft.relations.values(), *draft.frames.values()):
        for end in ends(item):
            wanted[end].add(item.id)
    assert {end: {item.id for item in items} for end, items in draft.links.items()} == wanted
    assert all(len({item.id for item in items}) == len(items) for items in draft.links.values())
    assert all(draft.uses(name) == (name in wanted) for name in draft.entities)


@given(courses, st.integers(0, len(TEXT)), st.integers(1, 9))
def test_what_lies_at_a_place(course: list[Choice], start: int, length: int) -> None:
    """`touching` and `around` find what a search through everything finds."""
    draft = draft_after(course)
    span = Span(start, start + length)
    naive = [one for one in draft.order if one.start < span.end and span.start < one.end]
    assert list(draft.touching(span)) == naive
    covering = [one for one in draft.order if any(part.start <= start < part.end for part in one.fragments)]
    covering.sort(key=lambda one: (sum(part.length for part in one.fragments), one.id))
    assert draft.around(start) == covering


@given(courses, annotated_texts())
def test_towards_reaches_exactly_the_annotation(course: list[Choice], annotated: tuple[str, Annotation]) -> None:
    """From any draft to any annotation and back; what was rejected stays rejected."""
    draft, (_, annotation) = draft_after(course), annotated
    reached = draft.apply(draft.towards(annotation))
    said = reached.annotation(annotation.doc_id)
    assert dict(reached.entities) == {one.id: one for one in annotation.entities}
    assert said.relations == annotation.relations
    assert said.frames == annotation.frames
    assert said.finished_layers == annotation.finished_layers
    assert (said.extra, said.provenance) == (annotation.extra, annotation.provenance)
    assert reached.rejected == draft.rejected
    assert not loose(reached)
    assert reached.apply(draft.towards(annotation).inverse) == draft
    assert reached.towards(annotation) == Delta()


def test_what_is_said_of_the_whole_document() -> None:
    """The note lies in `extra`; provenance and other extras come back."""
    annotation = Annotation(
        doc_id="d00",
        finished_layers=(),
        provenance=Provenance(program="plain", parameters={"x": None, "y": 1}),
        extra={"note": "查无出处", "other": {"a": [1, None]}},
    )
    draft = EMPTY.apply(Delta.parse(json.loads(json.dumps(EMPTY.towards(annotation).record()))))
    assert (draft.note, draft.finished) == ("查无出处", ())
    assert draft.annotation("d00") == annotation


def with_link() -> Draft:
    return EMPTY.apply(
        Delta([Swap("entities", "E1", None, E1), Swap("entities", "E2", None, E2), Swap("relations", "R1", None, R1)])
    )


@pytest.mark.parametrize(
    "swap",
    [
        Swap("entities", "E1", E1, None),  # a relation hangs on it
        Swap("entities", "E1", None, E1),  # is there already
        Swap("entities", "E1", E2, None),  # is something else
        Swap("relations", "R2", None, R1.model_copy(update={"id": "R2", "tail": "E9"})),
        Swap("relations", "R9", R1, None),  # is not there
        Swap("frames", "F1", None, Frame(id="F1", type="ASSIST", arguments=({"role": "helper", "entity": "E9"},))),
    ],
)
def test_what_does_not_fit_changes_nothing(swap: Swap) -> None:
    """A delta is applied as a whole or not at all."""
    draft = with_link()
    new = Swap("entities", "E3", None, E1.model_copy(update={"id": "E3"}))
    with pytest.raises(Outdated, match="has changed meanwhile"):
        draft.apply(Delta([new, swap]))
    assert draft == with_link()
    assert draft.links == {"E1": (R1,), "E2": (R1,)}


def test_ends_may_come_and_go_within_a_delta() -> None:
    """What counts is how things are afterwards."""
    draft = EMPTY.apply(
        Delta([Swap("relations", "R1", None, R1), Swap("entities", "E2", None, E2), Swap("entities", "E1", None, E1)])
    )
    assert draft == with_link()
    gone = draft.apply(
        Delta([Swap("entities", "E1", E1, None), Swap("relations", "R1", R1, None), Swap("entities", "E2", E2, None)])
    )
    assert gone == EMPTY
    assert gone.links == {}
