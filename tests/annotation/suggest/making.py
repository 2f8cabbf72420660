"""Small documents, annotations and suggestions for tests of suggestions, by hand and by Hypothesis."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from tests.strategies import fragments
from workbench.annotation.suggest import (
    Mention,
    SuggestedArgument,
    SuggestedEntity,
    SuggestedFrame,
    SuggestedRelation,
    Suggestion,
    suggestion,
)
from workbench.core.records import Annotation, Argument, Document, Entity, Frame, Relation, Trigger, Zone
from workbench.core.schema import open_schema
from workbench.core.text import Fragments, Span, surface
from workbench.core.values import Money

SCHEMA = open_schema()

TEXT = "永州市政协𠀀委员到紫云村,市政协(xié)委员捐赠（２１０万元）。\u00a0永州市政协委员😀第3名、13名。"
"""Has an astral character, a full-width sum, NBSP, a gloss in pinyin and an emoji."""

TYPES = ("ORG", "ORG", "LOC", "LOC", "MEETING", "ROLE", "MONEY", "RESULT", "NOBODY")


def document(text: str = TEXT, zones: tuple[Zone, ...] = (), doc_id: str = "d1") -> Document:
    """A document of one text."""
    return Document(doc_id=doc_id, text=text, zones=zones)


def span_of(text: str, string: str, number: int = 0) -> Span:
    """Where a string stands, for the given time (from 0)."""
    position = -1
    for _ in range(number + 1):
        position = text.index(string, position + 1)
    return Span(position, position + len(string))


def entity(identifier: str, type_: str, string: str, number: int = 0, text: str = TEXT, **fields: object) -> Entity:
    """An entity on an occurrence of a string."""
    record = {"id": identifier, "type": type_, "fragments": (span_of(text, string, number),), "text": string}
    return Entity.model_validate(record | fields)


def suggested(type_: str, string: str, number: int = 0, score: float = 0.5, source: str = "rules") -> Suggestion:
    """A suggested entity on an occurrence of a string in `TEXT`."""
    return suggestion(SuggestedEntity(type_, (span_of(TEXT, string, number),), string), source, score)


class Case(NamedTuple):
    """A document, what its annotator may label, and what sources may suggest."""

    document: Document
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    frames: tuple[Frame, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def annotation(self) -> Annotation:
        """All that the annotator may label."""
        return Annotation(
            doc_id=self.document.doc_id, entities=self.entities, relations=self.relations, frames=self.frames
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Anything at all: crossing, nested, discontinuous and closed spans, inadmissible links, unknown types."""
    text = draw(st.text(st.sampled_from("政协委员村县市帮𠀀😀\u00a0（1。"), min_size=8, max_size=24))
    zones = ()
    if draw(st.integers(0, 3)) == 3:
        (closed,) = draw(fragments(len(text), most=1))
        zones = (Zone(kind="footer", start=closed.start, end=closed.end),)
    most = draw(st.sampled_from((1, 1, 2)))
    places = st.sampled_from(draw(st.lists(fragments(len(text), most=most), min_size=3, max_size=12, unique=True)))
    types = st.sampled_from(TYPES)
    labelled = draw(st.lists(places, max_size=5, unique=draw(st.integers(0, 3)) > 0))
    entities = tuple(
        Entity(id=f"T{number}", type=draw(types), fragments=where, text=surface(text, where))
        for number, where in enumerate(labelled)
    )
    relations, frames = [], []
    if len(entities) > 1:
        ids = st.sampled_from([one.id for one in entities])
        for number in range(draw(st.integers(0, 2))):
            head, tail = draw(st.lists(ids, min_size=2, max_size=2, unique=True))
            relations.append(Relation(id=f"R{number}", type=draw(st.sampled_from(LINKS)), head=head, tail=tail))
        for number in range(draw(st.integers(0, 1))):
            trigger = Trigger(fragments=draw(places))
            arguments = (Argument(role="helper", entity=draw(ids)),)
            frames.append(Frame(id=f"E{number}", type="ASSIST", trigger=trigger, arguments=arguments))
    mentions = [Mention(one.type, one.fragments) for one in entities]
    made = draw(st.lists(entities_of(text, places, types), max_size=8))
    made += draw(st.lists(links_of(text, places, types, mentions), max_size=8))
    return Case(document(text, zones), entities, tuple(relations), tuple(frames), tuple(made))


LINKS = ("PART_OF", "ASSISTS", "COOPERATES_WITH", "ROLE_IN", "NOTHING")
SOURCES = st.sampled_from("abc")
SCORES = st.sampled_from((0.0, 0.3, 0.5, 0.9, 1.0))


@st.composite
def entities_of(
    draw: st.DrawFn, text: str, places: st.SearchStrategy[Fragments], types: st.SearchStrategy[str]
) -> Suggestion:
    """A suggested entity, sometimes with attributes or a value that its type cannot have."""
    where = draw(places)
    attributes = draw(st.sampled_from(({}, {}, {}, {"mention": "NAM"}, {"mention": "WRONG"})))
    value = draw(st.sampled_from((None, None, None, Money(value=1))))
    return suggestion(
        SuggestedEntity(draw(types), where, surface(text, where), attributes, value), draw(SOURCES), draw(SCORES)
    )


@st.composite
def links_of(
    draw: st.DrawFn,
    text: str,
    places: st.SearchStrategy[Fragments],
    types: st.SearchStrategy[str],
    mentions: list[Mention],
) -> Suggestion:
    """A suggested relation or frame, mostly with ends that are there."""
    anything = st.builds(Mention, types, places)
    ends = st.sampled_from(mentions) if mentions and draw(st.integers(0, 3)) else anything
    if draw(st.booleans()):
        head, tail = draw(ends), draw(ends)
        fitting = SCHEMA.relations_between(head.type, tail.type) or LINKS
        type_ = draw(st.sampled_from((*fitting, *fitting, *LINKS)))
        return suggestion(SuggestedRelation(type_, head, tail), draw(SOURCES), draw(SCORES))
    where = draw(places)
    type_ = draw(st.sampled_from(("ASSIST", "VISIT", "DISPATCH", "NOTHING")))
    roles = st.sampled_from(("helper", "beneficiary", "count", "dispatched", "nobody"))
    arguments = tuple(draw(st.lists(st.builds(SuggestedArgument, roles, ends), max_size=3)))
    return suggestion(SuggestedFrame(type_, where, surface(text, where), arguments), draw(SOURCES), draw(SCORES))
