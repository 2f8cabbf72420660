"""What several annotators say about the same thing: their entities, relations and frames, gathered in groups.

A group has at most one item of each annotator. Ends and arguments are compared by the group of their entity, so that a
relation is the same for two annotators who draw the boundary of its head differently.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import combinations
from typing import Generic, NamedTuple, TypeVar

from workbench.core.matching import Labelled, match
from workbench.core.records import Annotation, Entity, Frame, Relation, in_order
from workbench.core.text import Fragments, merge_fragments, shared, surface

Record = TypeVar("Record")


class Member(NamedTuple, Generic[Record]):
    """An annotator's item."""

    author: str
    record: Record


Group = Mapping[str, Record]
"""The items that annotators have for one thing, by annotator."""


class End(NamedTuple):
    """A relation with the groups of its ends."""

    relation: Relation
    head: int
    tail: int


class Slot(NamedTuple):
    """An argument: a role, and the group of its filler."""

    role: str
    entity: int


class Passes:
    """The passes over one document with their entities in groups.

    `entities` are the groups in the order of the text; `home` is the group of an annotator's entity.
    """

    def __init__(self, passes: Mapping[str, Annotation], text: str, symmetric: frozenset[str] = frozenset()) -> None:
        self.annotations = {author: in_order(passes[author]) for author in sorted(passes)}
        self.text = text
        self._symmetric = symmetric
        members = [
            Member(author, entity) for author, annotation in self.annotations.items() for entity in annotation.entities
        ]
        self.entities = sorted(self._entity_groups(members), key=_group_position)
        self.home = {
            (author, entity.id): index for index, group in enumerate(self.entities) for author, entity in group.items()
        }
        self._names = [self._names_of(group) for group in self.entities]

    def _entity_groups(self, members: Sequence[Member[Entity]]) -> list[dict[str, Entity]]:
        by_author: dict[str, list[int]] = defaultdict(list)
        for index, member in enumerate(members):
            by_author[member.author].append(index)
        labelled = [Labelled(merge_fragments(member.record.fragments), member.record.type) for member in members]
        ranked: list[tuple[tuple[int, ...], int, int]] = []
        for left, right in combinations(by_author.values(), 2):
            for pair in match([labelled[index] for index in left], [labelled[index] for index in right]):
                one, other = left[pair.left], right[pair.right]
                same_span = labelled[one].fragments == labelled[other].fragments
                same_type = labelled[one].type == labelled[other].type
                common = shared(labelled[one].fragments, labelled[other].fragments)
                ranked.append(((same_span and same_type, same_span, same_type, common), one, other))
        return _joined(members, ranked)

    def _names_of(self, group: Group[Entity]) -> frozenset[Hashable]:
        """What tells that two groups are one thing: an annotator's cluster, or a type with a string."""
        clusters = {(author, entity.cluster) for author, entity in group.items() if entity.cluster is not None}
        strings = {(entity.type, surface(self.text, entity.fragments)) for entity in group.values()}
        return frozenset(clusters | strings)

    def spans(self, index: int) -> Fragments:
        """Where a group of entities is: the first of its spans."""
        return min(merge_fragments(entity.fragments) for entity in self.entities[index].values())

    def alike(self, one: int, other: int) -> bool:
        """Tell whether two groups name one thing, for some annotator or by their string."""
        return one == other or bool(self._names[one] & self._names[other])

    def relations(self) -> list[dict[str, End]]:
        """The relations of all annotators in groups: same type and ends first, then same ends, then ends alike."""
        members = [
            Member(author, self._end(author, relation))
            for author, annotation in self.annotations.items()
            for relation in annotation.relations
        ]

        def rank(one: End, other: End) -> tuple[int, ...] | None:
            same_type = one.relation.type == other.relation.type
            same_ends = (one.head, one.tail) == (other.head, other.tail)
            if same_type and one.relation.type in self._symmetric:
                same_ends = {one.head, one.tail} == {other.head, other.tail}
            if same_ends:
                return (2 + same_type, 0)
            if same_type and self.alike(one.head, other.head) and self.alike(one.tail, other.tail):
                return (1, -abs(one.head - other.head) - abs(one.tail - other.tail))
            return None

        return _gather(members, rank)

    def _end(self, author: str, relation: Relation) -> End:
        return End(relation, self.home[author, relation.head], self.home[author, relation.tail])

    def frames(self) -> list[dict[str, Frame]]:
        """The frames of all annotators in groups: by their triggers, else by most of their arguments."""
        members = [
            Member(author, frame) for author, annotation in self.annotations.items() for frame in annotation.frames
        ]
        slots = {
            id(frame): frozenset(self.slots(author, frame)) for author, frame in members
        }  # by identity: frames hold mappings and have no hash

        def rank(one: Frame, other: Frame) -> tuple[int, ...] | None:
            mine, theirs = slots[id(one)], slots[id(other)]
            common = len(mine & theirs)
            here, there = trigger_of(one), trigger_of(other)
            touching = shared(here, there) if here and there else 0
            same_type = one.type == other.type
            if touching:
                return (2 + (here == there) + (here == there and same_type), common, touching)
            if same_type and 2 * common >= max(len(mine | theirs), 3):
                return (1, common, 0)
            return None

        return _gather(members, rank)

    def slots(self, author: str, frame: Frame) -> list[Slot]:
        """A frame's arguments by role and group."""
        return [Slot(argument.role, self.home[author, argument.entity]) for argument in frame.arguments]

    def arguments(self, frames: Group[Frame]) -> list[dict[str, Slot]]:
        """The arguments of one group of frames: same role and filler first, then same filler, then fillers alike."""
        members = [Member(author, slot) for author, frame in frames.items() for slot in self.slots(author, frame)]

        def rank(one: Slot, other: Slot) -> tuple[int, ...] | None:
            if one.entity == other.entity:
                return (2 + (one.role == other.role), 0)
            if one.role == other.role and self.alike(one.entity, other.entity):
                return (1, -abs(one.entity - other.entity))
            return None

        return _gather(members, rank)


def trigger_of(frame: Frame) -> Fragments:
    """A frame's trigger in normal form; empty when it has none."""
    return merge_fragments(frame.trigger.fragments) if frame.trigger else ()


def _group_position(group: Group[Entity]) -> tuple[int, int, str]:
    return min((entity.start, entity.end, entity.type) for entity in group.values())


def _gather(
    members: Sequence[Member[Record]], rank: Callable[[Record, Record], tuple[int, ...] | None]
) -> list[dict[str, Record]]:
    """Put items of different annotators together, the best pairs first; `rank` is None for what never goes together."""
    ranked = []
    for (one, left), (other, right) in combinations(enumerate(members), 2):
        if left.author != right.author and (found := rank(left.record, right.record)) is not None:
            ranked.append((found, one, other))
    return _joined(members, ranked)


def _joined(
    members: Sequence[Member[Record]], ranked: list[tuple[tuple[int, ...], int, int]]
) -> list[dict[str, Record]]:
    """Unite pairs in the order of their rank, never two items of one annotator; groups in the order of their first."""
    group_of = [{member.author: index} for index, member in enumerate(members)]
    for _, one, other in sorted(ranked, key=lambda pair: (tuple(-part for part in pair[0]), pair[1:])):
        left, right = group_of[one], group_of[other]
        if left is right or left.keys() & right.keys():
            continue
        left.update(right)
        for index in right.values():
            group_of[index] = left
    groups: dict[int, dict[str, Record]] = {}
    for found in group_of:
        groups.setdefault(id(found), {author: members[index].record for author, index in sorted(found.items())})
    return list(groups.values())
