"""What is to be annotated, in reading order: the gold, without the ids and the values that no key of ours makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemas import Schema
from workbench.core.records import Annotation, Entity
from workbench.core.text import Fragments, Span

STATEMENTS = frozenset(("MEASURE", "RESULT", "PROBLEM", "PROPOSAL"))
"""Types whose mentions are clauses or long phrases."""


class Mention(NamedTuple):
    """What names an entity, a trigger or a suggestion in every annotation: its type and where it is."""

    type: str
    fragments: Fragments

    @property
    def start(self) -> int:
        """First covered position."""
        return self.fragments[0].start

    @property
    def end(self) -> int:
        """Position after the last covered one."""
        return self.fragments[-1].end


class Tie(NamedTuple):
    """A relation."""

    type: str
    head: Mention
    tail: Mention

    @property
    def end(self) -> int:
        """Where its later end ends."""
        return max(self.head.end, self.tail.end)


class Filler(NamedTuple):
    """An argument of a frame."""

    role: str
    entity: Mention


class Deed(NamedTuple):
    """A frame: its trigger, with the frame's type, and its arguments."""

    trigger: Mention
    fillers: tuple[Filler, ...]


class Report(NamedTuple):
    """All that is annotated in one report."""

    entities: tuple[Mention, ...]
    ties: tuple[Tie, ...]
    deeds: tuple[Deed, ...]


def report(annotation: Annotation, schema: Schema) -> Report:
    """What an annotation says, by mentions; duplicates count once. The ends of a symmetric relation are in order."""
    named = {one.id: Mention(one.type, one.fragments) for one in annotation.entities}
    ties = [_tie(one.type, named[one.head], named[one.tail], schema) for one in annotation.relations]
    deeds = [
        Deed(
            Mention(one.type, one.trigger.fragments),
            tuple(dict.fromkeys(Filler(argument.role, named[argument.entity]) for argument in one.arguments)),
        )
        for one in annotation.frames
        if one.trigger is not None
    ]
    return Report(tuple(dict.fromkeys(named.values())), tuple(dict.fromkeys(ties)), tuple(dict.fromkeys(deeds)))


def _tie(kind: str, head: Mention, tail: Mention, schema: Schema) -> Tie:
    known = schema.relation_types.get(kind)
    swapped = known is not None and known.symmetric and tail < head
    return Tie(kind, tail, head) if swapped else Tie(kind, head, tail)


def reading_order(mentions: Sequence[Mention]) -> list[Mention]:
    """By start; of those that begin together the shorter first, as keys stretch what has just been labelled.

    One that lies inside another but begins later follows it, because the outer one is come to first.
    """
    return sorted(mentions, key=lambda one: (one.start, one.end))


def kind_of(mention: Mention, others: Sequence[Mention], words: int) -> str:
    """The class of an entity in the tables, which exclude each other; `words` is its length in words."""
    if len(mention.fragments) > 1:
        return "discontinuous"
    if mention.type in STATEMENTS:
        return "statement"
    span = mention.fragments[0]
    if any(other != mention and _covers(other, span) for other in others):
        return "nested inside"
    if any(other != mention and _covers(mention, Span(other.start, other.end)) for other in others):
        return "around another"
    return "one word" if words == 1 else "two words" if words == 2 else "3 to 10 words" if words <= 10 else "longer"


def _covers(outer: Mention, inner: Span) -> bool:
    return any(span.contains(inner) for span in outer.fragments)


def mention_of(entity: Entity) -> Mention:
    """What names an entity of a draft."""
    return Mention(entity.type, entity.fragments)
