"""A baseline of rules only: the grammar of numbers, names and titles, a general dictionary, and closed vocabularies.

It knows no word of any annotated report; what it scores is what general knowledge is worth. Frames, statements and
open classes (MEASURE, ASSET, INDUSTRY) are beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable

from workbench import __version__
from workbench.core.records import Annotation, Document, Entity, Relation
from workbench.core.text import Span
from workbench.extractors.base import Parameters
from workbench.extractors.rules.links import Link, links
from workbench.extractors.rules.organisations import organisations
from workbench.extractors.rules.passages import Mention, Passage, passages
from workbench.extractors.rules.people import People, named_again, people
from workbench.extractors.rules.places import places
from workbench.extractors.rules.quoted import campaigns, short_quotes, titles
from workbench.extractors.rules.values import values

_HOLDS = {"ORG": ("ORG", "LOC")}
"""Which types may lie inside which; all others are opaque."""


class Rules:
    """The extractor; without state, so its answer depends on the document alone."""

    name = "rules"
    version = __version__

    @property
    def parameters(self) -> Parameters:
        """None: there is nothing to set."""
        return {}

    def extract(self, document: Document) -> Annotation:
        """Mark entities and the relations that position tells; see the package docstring for what is left out."""
        readings = [_read(passage, document.meta.date) for passage in passages(document)]
        names = frozenset(
            passage.text[person.start : person.end]
            for passage, mentions, _ in readings
            for person in mentions
            if person.type == "PER"
        )
        entities: list[Entity] = []
        relations: list[Relation] = []
        for passage, mentions, found in readings:
            closed = [mention for mention in mentions if mention.type != "ORG"]
            kept = _compatible([*mentions, *named_again(passage, names, closed)])
            ids = {mention: f"T{len(entities) + number}" for number, mention in enumerate(kept, 1)}
            entities += (_entity(ids[mention], mention, passage) for mention in kept)
            for link in links(passage.text, kept, found):
                relations.append(_relation(f"R{len(relations) + 1}", link, ids))
        return Annotation(
            doc_id=document.doc_id, author=self.name, entities=tuple(entities), relations=tuple(relations)
        )


def _read(passage: Passage, date: str | None) -> tuple[Passage, list[Mention], People]:
    """The mentions of one passage, the surest first."""
    names = titles(passage)
    names += campaigns(passage, names)
    found = [*names, *values(passage, [*names, *short_quotes(passage)], date)]
    located = places(passage, found)
    bodies = organisations(passage, found, located)
    persons = people(passage, [*found, *located, *bodies])
    roles = [appointment.role for appointment in persons.appointments]
    everything = [*found, *bodies, *located, *roles, *persons.persons, *persons.groups]
    return passage, _compatible(everything), persons


def _compatible(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions that may stand together, earlier ones first: no span twice, no crossing, only allowed nesting."""
    kept: list[Mention] = []
    for mention in mentions:
        if all(_fit(mention, other) for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda item: (item.start, -item.end))


def _fit(one: Mention, other: Mention) -> bool:
    if not one.span.overlap(other.span):
        return True
    if one.span == other.span:
        return False
    if one.span.contains(other.span):
        return other.type in _HOLDS.get(one.type, ())
    return other.span.contains(one.span) and one.type in _HOLDS.get(other.type, ())


def _entity(identifier: str, mention: Mention, passage: Passage) -> Entity:
    span = Span(mention.start + passage.offset, mention.end + passage.offset)
    return Entity(
        id=identifier,
        type=mention.type,
        fragments=(span,),
        text=passage.text[mention.start : mention.end],
        attributes=dict(mention.attributes),
        value=mention.value,
    )


def _relation(identifier: str, link: Link, ids: dict[Mention, str]) -> Relation:
    return Relation(id=identifier, type=link.type, head=ids[link.head], tail=ids[link.tail])
