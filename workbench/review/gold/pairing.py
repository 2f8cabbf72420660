"""Which annotations of one release are those of another: paired by content, so that a moved boundary is a change.

Spans are paired by `workbench.core.matching`; relations, arguments and clusters follow their entities. Where a report
was cleaned anew, old positions are brought over through the raw report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from workbench.core.matching import Labelled, match
from workbench.core.records import Annotation, Document, Entity, Frame, Relation, move_mentions
from workbench.core.text import Fragments, Span, merge_fragments

Pairs = Sequence[tuple[int, int]]
"""Indexes of the same item on the old side and on the new."""


class Side(NamedTuple):
    """One release's document and annotation."""

    document: Document
    annotation: Annotation


class Pairing(NamedTuple):
    """What of the old annotation is what of the new; `nodes` name an entity alike on both sides, by its id there."""

    old: Annotation
    new: Annotation
    entities: Pairs
    frames: Pairs
    nodes: tuple[Mapping[str, int], Mapping[str, int]]


def pair(old: Side, new: Side) -> Pairing:
    """Pair two annotations of one document; the old one is in positions of the new text."""
    moved = carried(old, new.document)
    entities = _same(
        [Labelled(merge_fragments(one.fragments), one.type) for one in moved.entities],
        [Labelled(merge_fragments(one.fragments), one.type) for one in new.annotation.entities],
    )
    nodes = _nodes(moved.entities, new.annotation.entities, entities)
    frames = _frames(moved.frames, new.annotation.frames, nodes)
    return Pairing(moved, new.annotation, entities, frames, nodes)


def carried(old: Side, document: Document) -> Annotation:
    """The old annotation in positions of another text; see `mover`."""
    if old.document.text == document.text:
        return old.annotation
    move = mover(old.document, document)
    return move_mentions(old.annotation, lambda fragments, _: {"fragments": tuple(map(move, fragments))})


def mover(old: Document, new: Document) -> Callable[[Span], Span]:
    """The way from positions of one clean text to positions of another, through the raw report.

    What the new text no longer has, and everything when the report is another one, lies behind its end.
    """
    same_report = old.raw_sha256 is not None and old.raw_sha256 == new.raw_sha256
    nowhere = len(new.text)

    def move(span: Span) -> Span:
        if old.text == new.text:
            return span
        there = new.offsets.to_clean(old.offsets.to_raw(span)) if same_report else Span(0, 0)
        return there if there.length else Span(nowhere + span.start, nowhere + span.end)

    return move


def _same(old: Sequence[Labelled], new: Sequence[Labelled]) -> Pairs:
    """Overlapping spans, one to one, that have the type or the boundaries in common."""
    return [
        (left, right)
        for left, right in match(old, new)
        if old[left].type == new[right].type or old[left].fragments == new[right].fragments
    ]


def _nodes(old: Sequence[Entity], new: Sequence[Entity], pairs: Pairs) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """A number for every entity, the same for both of a pair."""
    after = {one.id: number for number, one in enumerate(new)}
    paired = dict(pairs)
    before = {one.id: paired.get(number, len(new) + number) for number, one in enumerate(old)}
    return before, after


def _frames(old: Sequence[Frame], new: Sequence[Frame], nodes: tuple[Mapping[str, int], Mapping[str, int]]) -> Pairs:
    """Frames with a trigger by it; without one, those of equal type and equal arguments."""
    with_trigger = tuple([number for number, one in enumerate(side) if one.trigger is not None] for side in (old, new))
    labelled = [
        [Labelled(_trigger(side[number]), side[number].type) for number in numbers]
        for side, numbers in zip((old, new), with_trigger, strict=True)
    ]
    pairs = [(with_trigger[0][left], with_trigger[1][right]) for left, right in _same(*labelled)]
    waiting: dict[Hashable, list[int]] = defaultdict(list)
    for number, one in enumerate(new):
        if one.trigger is None:
            waiting[_filled(one, nodes[1])].append(number)
    for number, one in enumerate(old):
        if one.trigger is None and waiting[_filled(one, nodes[0])]:
            pairs.append((number, waiting[_filled(one, nodes[0])].pop(0)))
    return sorted(pairs)


def _trigger(frame: Frame) -> Fragments:
    return merge_fragments(frame.trigger.fragments) if frame.trigger else ()


def _filled(frame: Frame, nodes: Mapping[str, int]) -> Hashable:
    return frame.type, frozenset((argument.role, nodes[argument.entity]) for argument in frame.arguments)


Link = tuple[str, int, int]
"""Type, and the numbers of head and tail."""


class Links(NamedTuple):
    """Relations of two annotations: the same on both sides, those of another type between the same ends, and others."""

    same: Sequence[tuple[Relation, Relation]]
    retyped: Sequence[tuple[Relation, Relation]]
    removed: Sequence[Relation]
    added: Sequence[Relation]


def pair_relations(paired: Pairing, symmetric: frozenset[str]) -> Links:
    """Pair the relations of two annotations by their ends and types."""
    old = _by_link(paired.old.relations, paired.nodes[0], symmetric)
    new = _by_link(paired.new.relations, paired.nodes[1], symmetric)
    same = [(old[link], new[link]) for link in old if link in new]
    removed = {link: relation for link, relation in old.items() if link not in new}
    added = {link: relation for link, relation in new.items() if link not in old}
    retyped = []
    for link in list(removed):
        other = next((one for one in added if sorted(one[1:]) == sorted(link[1:])), None)
        if other is not None:
            retyped.append((removed.pop(link), added.pop(other)))
    return Links(same, retyped, tuple(removed.values()), tuple(added.values()))


def _by_link(
    relations: Iterable[Relation], nodes: Mapping[str, int], symmetric: frozenset[str]
) -> dict[Link, Relation]:
    found: dict[Link, Relation] = {}
    for one in relations:
        ends = [nodes[one.head], nodes[one.tail]]
        head, tail = sorted(ends) if one.type in symmetric else ends
        found.setdefault((one.type, head, tail), one)
    return found


class Regrouped(NamedTuple):
    """A cluster that is not the same on both sides: numbers of its mentions (none: it was not there)."""

    old: frozenset[int]
    new: frozenset[int]


def pair_clusters(paired: Pairing) -> tuple[Regrouped, ...]:
    """The clusters of two mentions or more that differ, each beside the one that it shares most mentions with."""
    old, new = (_clusters(side, nodes) for side, nodes in zip((paired.old, paired.new), paired.nodes, strict=True))
    rest_old, rest_new = ([one for one in old if one not in new], [one for one in new if one not in old])
    shares = sorted(
        ((len(one & other), sorted(one), sorted(other)) for one in rest_old for other in rest_new if one & other),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    made: list[Regrouped] = []
    for _, left, right in shares:
        one, other = frozenset(left), frozenset(right)
        if one in rest_old and other in rest_new:
            rest_old.remove(one)
            rest_new.remove(other)
            made.append(Regrouped(one, other))
    made += [Regrouped(one, frozenset()) for one in rest_old]
    made += [Regrouped(frozenset(), one) for one in rest_new]
    return tuple(sorted(made, key=lambda one: min(one.new or one.old)))


def _clusters(annotation: Annotation, nodes: Mapping[str, int]) -> list[frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for entity in annotation.entities:
        if entity.cluster is not None:
            found[entity.cluster].add(nodes[entity.id])
    return [frozenset(mentions) for mentions in found.values() if len(mentions) > 1]
