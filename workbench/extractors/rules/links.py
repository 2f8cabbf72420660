"""Relations that position alone tells: what stands directly beside what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbench.extractors.rules.passages import Mention
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
        *_offices(people, mentions),
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
        if wider is None:
            continue
        inner, outer = rank_of(text[place.start : place.end]), rank_of(text[wider.start : wider.end])
        if inner is not None and (outer is None or outer < inner):
            yield Link("PART_OF", place, wider)


def _parents(mentions: Sequence[Mention]) -> Iterator[Link]:
    """An organisation belongs to the largest one inside its name."""
    bodies = [mention for mention in mentions if mention.type == "ORG"]
    for outer in bodies:
        inner = [body for body in bodies if body != outer and outer.span.contains(body.span)]
        if inner:
            yield Link("PART_OF", outer, max(inner, key=lambda body: body.span.length))


def _offices(people: People, mentions: Sequence[Mention]) -> Iterator[Link]:
    """Who holds a title, and the body or place directly before the title (or before the titles joined to it)."""
    before = {mention.end: mention for mention in sorted(mentions, key=lambda item: -item.span.length)}
    before = {
        end: max((m for m in mentions if m.end == end and m.type in ("ORG", "LOC")), key=_widest, default=mention)
        for end, mention in before.items()
    }
    office: dict[Mention, Mention] = {}
    for appointment in sorted(people.appointments, key=lambda item: item.role.start):
        role = appointment.role
        yield from (Link("HOLDS_ROLE", holder, role) for holder in appointment.holders)
        body = before.get(role.start)
        earlier = before.get(role.start - 1)
        if body is not None and body.type in ("ORG", "LOC"):
            office[role] = body
        elif earlier is not None and earlier in office:
            office[role] = office[earlier]
        if role in office:
            yield Link("ROLE_IN", role, office[role])


def _widest(mention: Mention) -> tuple[int, bool]:
    return mention.span.length, mention.type == "ORG"


def _beside(mentions: Sequence[Mention]) -> Iterator[Link]:
    """A count directly before or after a group counts it; a group directly after a place is there."""
    counts = [mention for mention in mentions if mention.type == "QUANT"]
    counted: set[Mention] = set()
    for group in mentions:
        if group.type != "GROUP":
            continue
        beside = [count for count in counts if count not in counted and group.start == count.end]
        beside += [count for count in counts if count not in counted and count.start == group.end]
        if beside:
            counted.add(beside[0])
            yield Link("HAS_QUANTITY", group, beside[0])
        places = [mention for mention in mentions if mention.type == "LOC" and mention.end == group.start]
        if places:
            yield Link("LOCATED_IN", group, min(places, key=lambda place: place.span.length))
