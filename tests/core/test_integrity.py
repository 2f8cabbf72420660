"""Does an annotation hold together: the quick answer is that of the full check."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.strategies import annotated_texts
from workbench.core.integrity import check_integrity, holds_together
from workbench.core.records import Annotation, Entity, Relation, text_hash
from workbench.core.text import Span, surface

numbers = st.integers(-2, 62) | st.sampled_from([2**70])


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, Annotation]:
    """A text and an annotation of it that may not hold together any more."""
    text, annotation = draw(annotated_texts())
    ids = ["T0", "T1", "T9", "R0", "E0"]
    entities, relations, frames = list(annotation.entities), list(annotation.relations), list(annotation.frames)
    for _ in range(draw(st.integers(0, 2))):
        change = draw(st.sampled_from(["hash", "id", "spans", "text", "ends", "frame"]))
        if change == "hash":
            annotation = annotation.model_copy(update={"text_sha256": draw(st.sampled_from([text_hash(text), "0"]))})
        for group in (entities, relations, frames):
            if change == "id" and group:
                place = draw(st.integers(0, len(group) - 1))
                group[place] = group[place].model_copy(update={"id": draw(st.sampled_from(ids))})  # type: ignore[attr-defined]
        if change in ("spans", "text") and entities:
            place = draw(st.integers(0, len(entities) - 1))
            spans = tuple(Span(*pair) for pair in draw(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=3)))
            claimed = draw(st.sampled_from([text, "", surface(text, entities[place].fragments), None]))
            update = {"fragments": spans, "text": claimed} if change == "spans" else {"text": claimed}
            entities[place] = entities[place].model_copy(update=update)
        if change == "ends" and relations:
            end = draw(st.sampled_from(["head", "tail"]))
            relations[0] = relations[0].model_copy(update={end: draw(st.sampled_from(ids))})
        if change == "frame" and frames and frames[0].arguments:
            argument = frames[0].arguments[0].model_copy(update={"entity": draw(st.sampled_from(ids))})
            frames[0] = frames[0].model_copy(update={"arguments": (argument,)})
    groups = {"entities": tuple(entities), "relations": tuple(relations), "frames": tuple(frames)}
    return text, annotation.model_copy(update=groups)


@settings(max_examples=500)
@given(damaged(), st.booleans())
@example(("政协", Annotation(doc_id="d", entities=(Entity(id="T", type="A", fragments=(Span(0, 2**70),)),))), False)
def test_the_quick_answer_is_that_of_the_full_check(pair: tuple[str, Annotation], known_text: bool) -> None:
    """`holds_together` is true exactly when `check_integrity` finds nothing, with a text and without."""
    text = pair[0] if known_text else None
    assert holds_together(pair[1], text) == (not check_integrity(pair[1], text))


def entity(name: str, *fragments: tuple[int, int], text: str | None = None) -> Entity:
    return Entity(id=name, type="ORG", fragments=tuple(Span(*pair) for pair in fragments), text=text)


def test_each_fault_is_seen() -> None:
    """One case of every rule, on a text with an astral character; the sound annotation holds."""
    text = "民革、民盟𠀀四川省委"
    sound = (entity("T1", (0, 2), (5, 9), text="民革…𠀀四川省"), entity("T2", (3, 5), text="民盟"))
    link = Relation(id="R1", type="PART_OF", head="T1", tail="T2")
    assert holds_together(Annotation(doc_id="d", entities=sound, relations=(link,)), text)
    broken = [
        Annotation(doc_id="d", entities=sound, text_sha256="0" * 64),
        Annotation(doc_id="d", entities=(sound[0], sound[0])),
        Annotation(doc_id="d", entities=sound, relations=(link.model_copy(update={"id": "T1"}),)),
        Annotation(doc_id="d", entities=(entity("T1", (-1, 2)),)),
        Annotation(doc_id="d", entities=(entity("T1", (2, 2)),)),
        Annotation(doc_id="d", entities=(entity("T1", (2, 11)),)),
        Annotation(doc_id="d", entities=(entity("T1", (0, 2), (2, 4)),)),
        Annotation(doc_id="d", entities=(entity("T1", (0, 2), text="民盟"),)),
        Annotation(doc_id="d", entities=sound, relations=(link.model_copy(update={"head": "T9"}),)),
        Annotation(doc_id="d", entities=sound, relations=(link.model_copy(update={"tail": "T1"}),)),
    ]
    assert [holds_together(annotation, text) for annotation in broken] == [False] * len(broken)
