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

TYPES = ("ORG", "LOC", "GROUP", "MEETING", "MONEY", "RESULT", "PROPOSAL")


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
    text = draw(st.text(st.sampled_from("政协委员村县市帮𠀀😀\u00a0（1。"), min_size=6, max_size=24))
    zone = draw(st.none() | fragments(len(text), most=1))
    zones = () if zone is None else (Zone(kind="footer", start=zone[0].start, end=zone[0].end),)
    places = draw(st.lists(fragments(len(text), most=2), min_size=1, max_size=12, unique=True))
    types = st.sampled_from((*TYPES, "NOBODY"))
    entities = tuple(
        Entity(id=f"T{number}", type=draw(types), fragments=where, text=surface(text, where))
        for number, where in enumerate(draw(st.lists(st.sampled_from(places), max_size=6)))
    )
    mentions = [Mention(one.type, one.fragments) for one in entities]
    names = st.sampled_from(mentions) if mentions else st.nothing()
    links = st.sampled_from(("PART_OF", "LOCATED_IN", "ASSISTS", "COOPERATES_WITH", "STATED_BY", "NOTHING"))
    relations, frames = [], []
    if len(entities) > 1:
        ids = st.sampled_from([one.id for one in entities])
        for number in range(draw(st.integers(0, 3))):
            head, tail = draw(st.lists(ids, min_size=2, max_size=2, unique=True))
            relations.append(Relation(id=f"R{number}", type=draw(links), head=head, tail=tail))
        for number in range(draw(st.integers(0, 1))):
            trigger = Trigger(fragments=draw(st.sampled_from(places)))
            arguments = (Argument(role="helper", entity=draw(ids)),)
            frames.append(Frame(id=f"E{number}", type="ASSIST", trigger=trigger, arguments=arguments))
    made = draw(st.lists(suggestions_of(text, st.sampled_from(places), types, names, links), max_size=14))
    return Case(document(text, zones), entities, tuple(relations), tuple(frames), tuple(made))


@st.composite
def suggestions_of(
    draw: st.DrawFn,
    text: str,
    places: st.SearchStrategy[Fragments],
    types: st.SearchStrategy[str],
    names: st.SearchStrategy[Mention],
    links: st.SearchStrategy[str],
) -> Suggestion:
    """A suggestion of any kind by one of three sources."""
    source, score = draw(st.sampled_from("abc")), draw(st.sampled_from((0.0, 0.3, 0.5, 0.9, 1.0)))
    ends = names | st.builds(Mention, types, places)
    kind = draw(st.sampled_from(("entity", "entity", "relation", "frame")))
    if kind == "entity":
        where = draw(places)
        attributes = draw(st.sampled_from(({}, {"mention": "NAM"}, {"mention": "WRONG"}, {"spec": "GEN"})))
        value = draw(st.none() | st.just(Money(value=1)))
        return suggestion(SuggestedEntity(draw(types), where, surface(text, where), attributes, value), source, score)
    if kind == "relation":
        return suggestion(SuggestedRelation(draw(links), draw(ends), draw(ends)), source, score)
    where = draw(places)
    type_ = draw(st.sampled_from(("ASSIST", "VISIT", "DISPATCH", "NOTHING")))
    roles = st.sampled_from(("helper", "beneficiary", "count", "dispatched", "nobody"))
    arguments = tuple(draw(st.lists(st.builds(SuggestedArgument, roles, ends), max_size=3)))
    return suggestion(SuggestedFrame(type_, where, surface(text, where), arguments), source, score)
