"""A baseline of rules only: the grammar of numbers, names and titles, a general dictionary, and closed vocabularies.

It knows no word of any annotated report; what it scores is what general knowledge is worth. Frames, statements and
open classes (MEASURE, ASSET, INDUSTRY) are beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from workbench import __version__
from workbench.core.records import Annotation, Document, Entity, Relation
from workbench.core.text import Span
from workbench.extractors.base import Parameters
from workbench.extractors.rules.links import Link, links
from workbench.extractors.rules.organisations import organisations
from workbench.extractors.rules.passages import Cover, Mention, Passage, named_again, passages
from workbench.extractors.rules.people import People, people
from workbench.extractors.rules.places import places, without_ending
from workbench.extractors.rules.quoted import campaigns, documents, quoted_again, quoted_part, short_quotes, titles
from workbench.extractors.rules.values import values

_HOLDS = {"ORG": ("ORG", "LOC")}
"""Which types may lie inside which; all others are opaque."""


_NAMED = (("mention", "NAM"),)


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
        known = _known(readings)
        entities: list[Entity] = []
        relations: list[Relation] = []
        for passage, mentions, found in readings:
            kept = _compatible([*mentions, *_again(passage, mentions, known)])
            ids = {mention: f"T{len(entities) + number}" for number, mention in enumerate(kept, 1)}
            entities += (_entity(ids[mention], mention, passage) for mention in kept)
            for link in links(passage.text, kept, found):
                relations.append(_relation(f"R{len(relations) + 1}", link, ids))
        return Annotation(
            doc_id=document.doc_id, author=self.name, entities=tuple(entities), relations=tuple(relations)
        )


class _Known(NamedTuple):
    """Names established somewhere in a document, which are then found again everywhere in it."""

    persons: frozenset[str]
    places: frozenset[str]
    campaigns: frozenset[str]


def _known(readings: Iterable[tuple[Passage, list[Mention], People]]) -> _Known:
    names = [
        (mention.type, passage.text[mention.start : mention.end])
        for passage, mentions, _ in readings
        for mention in mentions
        if ("mention", "NOM") not in mention.attributes
    ]
    short = (without_ending(name) for kind, name in names if kind == "LOC")
    quoted = (quoted_part(name) for kind, name in names if kind == "CAMPAIGN")
    return _Known(
        frozenset(name for kind, name in names if kind == "PER"),
        frozenset(name for name in short if name),
        frozenset(name for name in quoted if name),
    )


def _again(passage: Passage, mentions: list[Mention], known: _Known) -> list[Mention]:
    closed = [mention for mention in mentions if mention.type != "ORG"]
    persons = [Mention(*span, "PER", attributes=_NAMED) for span in named_again(passage, known.persons, closed)]
    places = [Mention(*span, "LOC", attributes=_NAMED) for span in named_again(passage, known.places, mentions)]
    return [*quoted_again(passage, known.campaigns, mentions), *persons, *places]


def _read(passage: Passage, date: str | None) -> tuple[Passage, list[Mention], People]:
    """The mentions of one passage, the surest first."""
    names = titles(passage)
    names += campaigns(passage, names)
    names += documents(passage, names)
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
    cover = Cover()
    for mention in mentions:
        if all(_fit(mention, other) for other in cover.meeting(mention.span)):
            kept.append(mention)
            cover.add(mention)
    return sorted(kept, key=lambda item: (item.start, -item.end))


def _fit(one: Mention, other: Mention) -> bool:
    """Tell whether two mentions that overlap may both stand."""
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
