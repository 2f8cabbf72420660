"""Documents from outside: faults with paths, repairs with names, and leaving out what is not sound."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import annotated_documents, any_text
from workbench.core.integrity import check_integrity
from workbench.core.mending import keep_sound, mend
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Entity,
    Frame,
    Relation,
    Trigger,
    Zone,
    in_order,
)
from workbench.core.text import Span

TEXT = "剑阁县政协協(xié)助𠀀村，政协捐款２万元。"


def entity(name: str, start: int, end: int, text: str | None = None, **more: Any) -> Entity:
    return Entity(id=name, type="ORG", fragments=(Span(start, end),), text=text, **more)


def document(*entities: Entity, **more: Any) -> AnnotatedDocument:
    return AnnotatedDocument("d1", Annotation(doc_id="d1", entities=entities, **more), TEXT)


@given(annotated_documents(), st.booleans())
def test_a_sound_document_is_left_as_it_is(sound: AnnotatedDocument, repair: bool) -> None:
    mended = mend(sound, repair)
    assert mended == (sound, (), (), frozenset())
    assert keep_sound(mended).document == sound


def test_mentions_get_their_text() -> None:
    mended = mend(document(entity("T1", 0, 3), entity("T2", 3, 5, "政协")), repair=False)
    assert [one.text for one in mended.document.annotation.entities] == ["剑阁县", "政协"]


def test_an_entity_that_is_left_out_takes_its_relations_and_arguments_along() -> None:
    found = document(
        entity("T1", 0, 3, "剑阁县"),
        entity("T2", 0, 3, "市"),
        entity("T3", 3, 5, "政协"),
        relations=(
            Relation(id="R1", type="A", head="T1", tail="T2"),
            Relation(id="R2", type="A", head="T1", tail="T3"),
            Relation(id="R3", type="A", head="T1", tail="T9"),
        ),
        frames=(
            Frame(
                id="E1",
                type="ASSIST",
                trigger=Trigger(fragments=(Span(5, 6),)),
                arguments=(Argument(role="a", entity="T2"), Argument(role="b", entity="T3")),
            ),
            Frame(id="E2", type="ASSIST", trigger=Trigger(fragments=(Span(6, 99),))),
        ),
    )
    mended = mend(found, repair=False)
    assert [(fault.rule, fault.path) for fault in mended.faults] == [
        ("text", "entities[1].text"),
        ("offsets", "frames[1].trigger.end"),
        ("ends", "relations[2].tail"),
    ]
    kept = keep_sound(mended)
    assert kept.document is not None
    annotation = kept.document.annotation
    assert [one.id for one in annotation.entities] == ["T1", "T3"]
    assert [one.id for one in annotation.relations] == ["R2"]
    assert [[argument.role for argument in frame.arguments] for frame in annotation.frames] == [["b"]]
    assert kept.left_out == {"entities": 1, "relations": 2, "frames": 1, "arguments": 1}


def test_an_id_of_two_entities_is_open_and_so_is_what_refers_to_it() -> None:
    link = Relation(id="R1", type="A", head="T1", tail="T2")
    found = document(entity("T1", 0, 3), entity("T1", 3, 5), entity("T2", 5, 6), relations=(link,))
    for repair in (False, True):
        mended = mend(found, repair)
        assert [fault.path for fault in mended.faults] == ["entities[0].id", "entities[1].id", "relations[0].head"]
        kept = keep_sound(mended)
        assert kept.document is not None
        assert [one.id for one in kept.document.annotation.entities] == ["T2"]
        assert kept.left_out == {"entities": 2, "relations": 1}


def test_an_id_of_two_entities_to_which_nothing_refers_is_changed() -> None:
    mended = mend(document(entity("T1", 0, 3), entity("T1", 3, 5), entity("T7", 5, 6)), repair=True)
    assert [one.id for one in mended.document.annotation.entities] == ["T1", "T8", "T7"]
    assert [(one.name, one.path) for one in mended.repairs] == [("renumbered", "entities[1]")]
    assert not mended.faults


def test_an_item_that_is_there_twice_is_kept_once() -> None:
    link = Relation(id="R1", type="A", head="T1", tail="T2")
    found = document(entity("T1", 0, 3), entity("T1", 0, 3), entity("T2", 5, 6), relations=(link, link))
    assert [fault.rule for fault in mend(found, repair=False).faults] == ["ids", "ids", "ids", "ends", "ends"]
    mended = mend(found, repair=True)
    assert [one.name for one in mended.repairs] == ["repeated", "repeated"]
    assert not mended.faults
    kept = keep_sound(mended)
    assert kept.document is not None
    assert [one.id for one in kept.document.annotation.entities] == ["T1", "T2"]
    assert kept.document.annotation.relations == (link,)
    assert not kept.left_out


def test_a_text_that_is_not_the_one_annotated_leaves_nothing() -> None:
    kept = keep_sound(mend(document(entity("T1", 0, 3), text_sha256="0" * 64), repair=True))
    assert kept.document is None
    assert kept.left_out == {"documents": 1}


def test_zones_outside_the_text_are_left_out() -> None:
    found = document()._replace(zones=(Zone(kind="a", start=0, end=2), Zone(kind="b", start=2, end=99)))
    mended = mend(found, repair=True)
    assert [fault.path for fault in mended.faults] == ["zones[1].end"]
    kept = keep_sound(mended)
    assert kept.document is not None
    assert [zone.kind for zone in kept.document.zones] == ["a"]


odd_spans = st.builds(Span, st.integers(-3, 40), st.integers(-3, 40))
odd_ids = st.sampled_from(["T1", "T2", "T3", "R1", "E1"])


@st.composite
def dirty_documents(draw: st.DrawFn) -> AnnotatedDocument:
    """A document with every kind of disorder that a reader may hand on."""
    text = draw(st.sampled_from([TEXT, TEXT * 2, "a😀\r\nb\n"]) | any_text)
    quotes = st.none() | st.sampled_from(["政协", "剑阁县", "", " ", "😀", "政 协", "捐款2万元"]) | st.text(max_size=3)
    places = st.lists(odd_spans, min_size=1, max_size=3).map(tuple)
    entities = draw(
        st.lists(st.builds(Entity, id=odd_ids, type=st.just("A"), fragments=places, text=quotes), max_size=5)
    )
    relations = draw(
        st.lists(st.builds(Relation, id=odd_ids, type=st.just("B"), head=odd_ids, tail=odd_ids), max_size=3)
    )
    arguments = st.lists(st.builds(Argument, role=st.just("r"), entity=odd_ids), max_size=2).map(tuple)
    triggers = st.none() | st.builds(Trigger, fragments=places, text=quotes)
    frames = draw(
        st.lists(st.builds(Frame, id=odd_ids, type=st.just("C"), trigger=triggers, arguments=arguments), max_size=2)
    )
    annotation = Annotation(doc_id="d1", entities=tuple(entities), relations=tuple(relations), frames=tuple(frames))
    return AnnotatedDocument("d1", annotation, draw(st.just(text) | st.none()))


@given(dirty_documents(), st.booleans(), st.booleans())
def test_what_is_kept_is_sound(dirty: AnnotatedDocument, repair: bool, marked: bool) -> None:
    mended = mend(dirty, repair, marked)
    assert repair or not mended.repairs
    kept = keep_sound(mended)
    assert kept.document is not None
    assert check_integrity(kept.document.annotation, kept.document.text) == ()
    again = mend(kept.document, repair)
    assert (again.faults, again.repairs) == ((), ())
    assert again.document == kept.document
    annotation = dirty.annotation
    for group in ("entities", "relations", "frames"):
        there = len(getattr(annotation, group))
        left = len(getattr(kept.document.annotation, group))
        repeated = sum(path.startswith(group) for path in mended.repeated)
        assert there == left + kept.left_out[group] + repeated
    assert bool(mended.faults) == bool(kept.left_out)


@given(dirty_documents())
def test_repairs_only_take_faults_away(dirty: AnnotatedDocument) -> None:
    assert len(mend(dirty, repair=True).faults) <= len(mend(dirty, repair=False).faults)


@given(annotated_documents())
def test_the_order_of_items_does_not_matter(sound: AnnotatedDocument) -> None:
    turned = sound.annotation.model_copy(update={"entities": tuple(reversed(sound.annotation.entities))})
    mended = mend(sound._replace(annotation=turned), repair=True)
    assert in_order(mended.document.annotation) == sound.annotation


def test_zones_are_recounted_with_the_mentions() -> None:
    text = "😀😀甲乙丙丁戊己"
    entities = (entity("T1", 4, 6, "甲乙"), entity("T2", 6, 7, "丙"), entity("T3", 8, 9, "戊"))
    annotation = Annotation(doc_id="d1", entities=entities)
    zones = (Zone(kind="a", start=4, end=6), Zone(kind="b", start=3, end=5))
    mended = mend(AnnotatedDocument("d1", annotation, text, zones), repair=True)
    assert {one.name for one in mended.repairs} == {"utf16"}
    assert [one.fragments for one in mended.document.annotation.entities] == [
        (Span(2, 4),),
        (Span(4, 5),),
        (Span(6, 7),),
    ]
    assert [zone.span for zone in mended.document.zones] == [Span(2, 4), Span(3, 5)]  # inside a pair: left as it was
