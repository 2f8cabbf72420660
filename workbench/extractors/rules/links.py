"""Relations that position alone tells: what stands directly beside what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbench.extractors.rules.passages import Cover, Mention
from workbench.extractors.rules.people import People
from workbench.extractors.rules.places import rank_of


class Link(NamedTuple):
    """A relation between two mentions of one passage."""

    type: str
    head: Mention
    tail: Mention


def links(text: str, mentions: Sequence[Mention], people: People) -> Iterator[Link]:
    """All relations between the mentions of a passage that were kept; each is yielded once."""
    kept = set(mentions)
    candidates = [
        *_addresses(text, mentions),
        *_parents(mentions),
        *_offices(text, people, mentions),
        *(Link("MEMBER_OF", person, group) for person, group in people.members),
        *_beside(mentions),
    ]
    seen = set()
    for link in candidates:
        if link not in seen and link.head in kept and link.tail in kept:
            seen.add(link)
            yield link


def _addresses(text: str, mentions: Sequence[Mention]) -> Iterator[Link]:
    """A place directly after a wider one lies in it."""
    by_end = {mention.end: mention for mention in mentions if mention.type == "LOC"}
    for place in mentions:
        wider = by_end.get(place.start) if place.type == "LOC" else None
        if wider is None or ("mention", "NOM") in wider.attributes:
            continue
        inner, outer = rank_of(text[place.start : place.end]), rank_of(text[wider.start : wider.end])
        if inner is not None and (outer is None or outer < inner):
            yield Link("PART_OF", place, wider)


def _parents(mentions: Sequence[Mention]) -> Iterator[Link]:
    """An organisation belongs to the largest one inside its name."""
    bodies = [mention for mention in mentions if mention.type == "ORG"]
    cover = Cover(bodies)
    for outer in bodies:
        inner = _parent(outer, cover)
        if inner is not None:
            yield Link("PART_OF", outer, inner)


def _offices(text: str, people: People, mentions: Sequence[Mention]) -> Iterator[Link]:
    """Who holds a title, and the body or place directly before the title (or before the title it is joined to)."""
    before: dict[int, Mention] = {}
    for mention in sorted(mentions, key=lambda item: (item.span.length, item.type)):
        if mention.type in ("ORG", "LOC"):
            before[mention.end] = mention
    cover = Cover(mentions)
    office: dict[int, Mention] = {}
    for appointment in sorted(people.appointments, key=lambda item: item.role.start):
        role = appointment.role
        yield from (Link("HOLDS_ROLE", holder, role) for holder in appointment.holders)
        joined = text[role.start - 1 : role.start] in ("、", "兼")
        body = before.get(role.start) or (office.get(role.start - 1) if joined else None)
        if body is not None and body.end != role.start and text[: body.end].endswith("党组"):
            body = _parent(body, cover)  # the party group has a secretary; the chairman is the CPPCC's
        if body is not None:
            office[role.end] = body
            yield Link("ROLE_IN", role, body)


def _parent(body: Mention, cover: Cover) -> Mention | None:
    """The largest organisation inside another."""
    inside = (
        item
        for item in cover.meeting(body.span)
        if item.type == "ORG" and item != body and body.span.contains(item.span)
    )
    return max(inside, key=lambda item: (item.span.length, -item.start), default=None)


def _beside(mentions: Sequence[Mention]) -> Iterator[Link]:
    """A count directly before or after a group counts it; a group directly after a place is there."""
    counts = [mention for mention in mentions if mention.type == "QUANT"]
    ending, starting = {count.end: count for count in counts}, {count.start: count for count in counts}
    places = {mention.end: mention for mention in mentions if mention.type == "LOC"}
    counted: set[Mention] = set()
    for group in mentions:
        if group.type != "GROUP":
            continue
        beside = [
            count for count in (ending.get(group.start), starting.get(group.end)) if count and count not in counted
        ]
        if beside:
            counted.add(beside[0])
            yield Link("HAS_QUANTITY", group, beside[0])
        if group.start in places:
            yield Link("LOCATED_IN", group, places[group.start])
