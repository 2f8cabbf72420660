"""Relations and clusters: what may link what, and the edits that link."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from schemas import Schema
from workbench.annotation.drafts.draft import Delta, Draft, Part, Swap, ends
from workbench.annotation.drafts.edits import (
    Desk,
    EditRefused,
    Made,
    attributes_of,
    entity_of,
    fitting,
    frame_of,
    new_id,
)
from workbench.core.records import Entity, Frame, Relation
from workbench.core.text import Span


class Link(NamedTuple):
    """A relation that could be made from an entity: `forward` when that entity is its head, else it is the tail."""

    type: str
    forward: bool


class Partner(NamedTuple):
    """An entity that the focused one could be linked with, and how; the likeliest first.

    For a frame, the links are the roles that the entity may fill, all forward.
    """

    entity: str
    links: tuple[Link, ...]


_TIERS = ("core", "extended", "experimental")

Uses = Mapping[tuple[str, str, str], int]
"""How often a relation type has linked a head type to a tail type, or an entity type has filled a role of a frame."""


def partners(draft: Draft, schema: Schema, entity: str, uses: Uses, within: Span) -> tuple[Partner, ...]:
    """All entities touching `within` that an entity can still be linked with, the nearest first."""
    focus = entity_of(draft, entity)
    by_type: dict[str, list[Link]] = {}
    found = []
    for other in draft.touching(within):
        if other.id == entity:
            continue
        if other.type not in by_type:
            by_type[other.type] = _ranked(schema, focus.type, other.type, uses)
        fits = tuple(link for link in by_type[other.type] if _is_free(draft, schema, focus.id, other.id, link))
        if fits:
            found.append(Partner(other.id, fits))
    return tuple(sorted(found, key=lambda one: _distance(draft, focus, one.entity)))


def _links(schema: Schema, own: str, other: str) -> Iterator[Link]:
    """The relations that may link two types; a symmetric one is the same in both directions."""
    yield from (Link(kind, forward=True) for kind in schema.relations_between(own, other))
    for kind in schema.relations_between(other, own):
        if not schema.relation_types[kind].symmetric:
            yield Link(kind, forward=False)


def _is_free(draft: Draft, schema: Schema, own: str, other: str, link: Link) -> bool:
    """Tell whether two entities may still be linked so."""
    full = schema.relation_types[link.type].functional and _has_tail(draft, link.type, own if link.forward else other)
    return not full and not _linked(draft, link.type, own, other)


def _linked(draft: Draft, kind: str, one: str, other: str) -> bool:
    """Tell whether a relation of a type links two entities, in whichever direction: no type holds in both."""
    return any(
        isinstance(item, Relation) and item.type == kind and {item.head, item.tail} == {one, other}
        for item in draft.links.get(one, ())
    )


def _made(draft: Draft, kind: str, head: str, tail: str, symmetric: bool) -> bool:
    wanted = {(head, tail), (tail, head)} if symmetric else {(head, tail)}
    return any(
        isinstance(item, Relation) and item.type == kind and (item.head, item.tail) in wanted
        for item in draft.links.get(head, ())
    )


def _has_tail(draft: Draft, kind: str, head: str) -> bool:
    return any(
        isinstance(item, Relation) and item.type == kind and item.head == head for item in draft.links.get(head, ())
    )


def _ranked(schema: Schema, own: str, other: str, uses: Uses) -> list[Link]:
    """The relations that may link two types: the most usual first, then those of the core of the schema."""

    def rank(link: Link) -> tuple[int, int]:
        used = uses.get((link.type, own, other) if link.forward else (link.type, other, own), 0)
        return (-used, _TIERS.index(schema.relation_types[link.type].tier))

    return sorted(_links(schema, own, other), key=rank)


def _distance(draft: Draft, focus: Entity, other: str) -> tuple[int, int]:
    """Code points between two mentions; of two equally far the one before, as most relations point back."""
    entity = draft.entities[other]
    gap = max(entity.start - focus.end, focus.start - entity.end, 0)
    return (gap, entity.start)


NEAR = 8
"""So many of the nearest partners are compared by how usual a link with them is."""


def likeliest(draft: Draft, item: str, partners: Sequence[Partner], uses: Uses) -> tuple[Partner, Link] | None:
    """The most usual link to a near partner that has none yet: uses by the rank in nearness; else the nearest."""
    done = {end for one in draft.links.get(item, ()) for end in ends(one)}
    done |= set(ends(draft.frames[item])) if item in draft.frames else set()
    ranked: list[tuple[float, int, Partner, Link]] = []
    for rank, partner in enumerate([one for one in partners if one.entity not in done][:NEAR], 1):
        link = partner.links[0]
        ranked.append((-_used(draft, item, partner, link, uses) / rank, rank, partner, link))
    return min(ranked, key=lambda one: one[:2])[2:] if ranked else None


def _used(draft: Draft, item: str, partner: Partner, link: Link, uses: Uses) -> int:
    other = draft.entities[partner.entity].type
    if item in draft.frames:
        return uses.get((draft.frames[item].type, link.type, other), 0)
    own = draft.entities[item].type
    return uses.get((link.type, own, other) if link.forward else (link.type, other, own), 0)


def fillers(draft: Draft, schema: Schema, frame: str, uses: Uses, within: Span) -> tuple[Partner, ...]:
    """All entities touching `within` that can still fill a role of a frame, the nearest to its trigger first."""
    focus = frame_of(draft, frame)
    known = schema.frame_types.get(focus.type)
    roles = known.roles if known is not None else {}
    full = {
        name
        for name, role in roles.items()
        if role.maximum is not None and sum(one.role == name for one in focus.arguments) >= role.maximum
    }
    taken = {(one.role, one.entity) for one in focus.arguments}
    found = []
    for other in draft.touching(within):
        fits = [
            name
            for name, role in roles.items()
            if other.type in role.types and name not in full and (name, other.id) not in taken
        ]
        fits.sort(key=lambda name: -uses.get((focus.type, name, other.type), 0))
        if fits:
            found.append(Partner(other.id, tuple(Link(name, forward=True) for name in fits)))
    if focus.trigger is None:
        return tuple(found)
    start, end = focus.trigger.fragments[0].start, focus.trigger.fragments[-1].end
    filling = {one.entity for one in focus.arguments}

    def distance(one: Partner) -> tuple[bool, int, int]:
        entity = draft.entities[one.entity]
        return (one.entity in filling, max(entity.start - end, start - entity.end, 0), entity.start)

    return tuple(sorted(found, key=distance))


def mentions(draft: Draft, schema: Schema, entity: str, within: Span) -> tuple[Partner, ...]:
    """All mentions touching `within` that could be one cluster with an entity: of its type, the nearest first."""
    focus = entity_of(draft, entity)
    if not _clustered(schema, focus):
        return ()
    found = (
        Partner(other.id, (Link("cluster", forward=True),))
        for other in draft.touching(within)
        if other.id != entity and other.type == focus.type and (focus.cluster is None or other.cluster != focus.cluster)
    )
    return tuple(sorted(found, key=lambda one: _distance(draft, focus, one.entity)))


def _clustered(schema: Schema, entity: Entity) -> bool:
    known = schema.entity_types.get(entity.type)
    return known is not None and known.clustered


def relate(draft: Draft, desk: Desk, kind: str, head: str, tail: str) -> Made:
    """Link two entities."""
    known = desk.schema.relation_types.get(kind)
    if known is None:
        raise EditRefused(f"没有关系 {kind}", f"there is no relation type {kind}")
    first, second = entity_of(draft, head), entity_of(draft, tail)
    if head == tail:
        raise EditRefused("不能与自身建立关系", "an entity is not linked to itself")
    if not known.admits(first.type, second.type):
        raise EditRefused(
            f"{known.zh}不能连接 {first.type} 与 {second.type}", f"{kind} does not link {first.type} to {second.type}"
        )
    if _made(draft, kind, head, tail, known.symmetric):
        raise EditRefused("已有此关系", "they are linked so already")
    if known.functional and _has_tail(draft, kind, head):
        raise EditRefused(f"{known.zh}只能有一个", f"{kind} takes one tail")
    made = Relation(id=new_id("R", draft.relations), type=kind, head=head, tail=tail)
    return Made(Delta([Swap("relations", made.id, None, made)]), (made.id,))


def reverse(draft: Draft, desk: Desk, relation: str) -> Made:
    """Give a relation its next admissible reading: another type or direction, round and round."""
    before = draft.relations.get(relation)
    if before is None:
        raise EditRefused("已不存在", f"there is no relation {relation}")
    one, other = (
        draft.entities[end]
        for end in sorted((before.head, before.tail), key=lambda end: (draft.entities[end].start, end))
    )
    readings = [(kind, one, other) for kind in desk.schema.relations_between(one.type, other.type)]
    readings += [
        (kind, other, one)
        for kind in desk.schema.relations_between(other.type, one.type)
        if not desk.schema.relation_types[kind].symmetric
    ]
    kinds = desk.schema.relation_types
    same = (
        number
        for number, (kind, head, _) in enumerate(readings)
        if kind == before.type and (kinds[kind].symmetric or head.id == before.head)
    )
    at = next(same, -1)
    without = draft.apply(Delta([Swap("relations", relation, before, None)]))
    for kind, first, second in (*readings[at + 1 :], *readings[: max(at, 0)]):
        known = desk.schema.relation_types[kind]
        full = known.functional and _has_tail(without, kind, first.id)
        if not full and not _made(without, kind, first.id, second.id, known.symmetric):
            given = fitting(before.attributes, attributes_of(desk.schema, "relations", kind))
            update = {"type": kind, "head": first.id, "tail": second.id, "attributes": given}
            return Made(Delta([Swap("relations", relation, before, before.model_copy(update=update))]), (relation,))
    raise EditRefused("没有其他可用的关系", "nothing else links these two")


def cluster(draft: Draft, desk: Desk, first: str, second: str) -> Made:
    """Say that two mentions are the same thing; their clusters become one."""
    one, other = entity_of(draft, first), entity_of(draft, second)
    if first == second:
        raise EditRefused("不能与自身同指", "a mention is not one thing with itself")
    for entity in (one, other):
        if not _clustered(desk.schema, entity):
            raise EditRefused(f"{entity.type} 不标同指", f"{entity.type} has no clusters")
    if one.type != other.type:
        raise EditRefused("类型不同,不能同指", "mentions of different types are not one thing")
    if one.cluster is not None and one.cluster == other.cluster:
        raise EditRefused("已经同指", "they are one cluster already")
    taken = {entity.cluster: True for entity in draft.entities.values() if entity.cluster}
    name = one.cluster or other.cluster or new_id("C", taken)
    joined = {cluster for cluster in (one.cluster, other.cluster) if cluster}
    members = [entity for entity in draft.order if entity.cluster in joined or entity.id in (first, second)]
    swaps = [
        Swap("entities", entity.id, entity, entity.model_copy(update={"cluster": name}))
        for entity in members
        if entity.cluster != name
    ]
    return Made(Delta(swaps), (first, second))


def uncluster(draft: Draft, entity: str) -> Made:
    """Take a mention out of its cluster; a cluster of one that is left over goes too."""
    before = entity_of(draft, entity)
    if before.cluster is None:
        raise EditRefused("没有同指", "it is in no cluster")
    others = [one for one in draft.order if one.cluster == before.cluster and one.id != entity]
    gone = [before, *(others if len(others) == 1 else ())]
    return Made(
        Delta(Swap("entities", one.id, one, one.model_copy(update={"cluster": None})) for one in gone), (entity,)
    )


def links_used(draft: Draft, items: Iterable[Relation | Frame | None]) -> Iterator[tuple[str, str, str]]:
    """What `Uses` counts of some relations and frames of a draft; None is passed over."""
    for item in items:
        if isinstance(item, Relation):
            yield item.type, draft.entities[item.head].type, draft.entities[item.tail].type
        elif item is not None:
            for one in item.arguments:
                yield item.type, one.role, draft.entities[one.entity].type


def recount(uses: Counter[tuple[str, str, str]], before: Draft, after: Draft, delta: Delta) -> None:
    """Take the change that made one draft of another into counted `Uses`."""
    touched: set[tuple[Part, str]] = set()
    for swap in delta:
        if swap.part in ("relations", "frames"):
            touched.add((swap.part, swap.key))
        elif swap.part == "entities":
            both = (*before.links.get(swap.key, ()), *after.links.get(swap.key, ()))
            touched.update(("relations" if isinstance(one, Relation) else "frames", one.id) for one in both)
    uses.subtract(links_used(before, (before.parts[part].get(key) for part, key in touched)))
    uses.update(links_used(after, (after.parts[part].get(key) for part, key in touched)))
