"""Units: the single questions that adjudication answers, each with the readings of the annotators.

A unit that all annotators read alike is agreed and answers itself; every other waits for a decision. What a reading
consists of is held as atoms, which say the same about an item whatever its boundaries are called, so that decisions
find their unit again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from schemas import Schema
from workbench.core.records import Entity, Frame
from workbench.core.text import Fragments, merge_fragments, surface
from workbench.core.values import Value
from workbench.review.adjudication.decisions import Reading, short_hash
from workbench.review.adjudication.grouping import End, Group, Passes, Slot, trigger_of
from workbench.review.adjudication.items import (
    ArgumentItem,
    AttributeItem,
    EntityItem,
    FrameHead,
    FrameItem,
    Item,
    Kind,
    Mention,
    RelationItem,
    ValueItem,
)

Voters = Callable[[str], Collection[str]]
"""The annotators who have finished a layer: only of these the silence counts."""


class Unit(NamedTuple):
    """A question with its readings; `spans` is where it is asked.

    `owner` is the entity or frame that an attribute, a value or a role belongs to. `agreed`: everybody who could say
    something says the same; `single`: only one could. `place` is the group that it is about, in its stage.
    """

    kind: Kind
    readings: tuple[Reading, ...]
    spans: Fragments
    atoms: frozenset[Hashable]
    agreed: bool
    single: bool = False
    owner: Mention | FrameHead | None = None
    place: int = 0

    @property
    def key(self) -> str:
        """A name made from the content; it changes when a reading changes."""
        items = [[item.model_dump(mode="json") for item in reading.items] for reading in self.readings]
        owner = self.owner.model_dump(mode="json") if self.owner else None
        content = json.dumps([self.kind, sorted(items, key=repr), owner], sort_keys=True, ensure_ascii=False)
        return short_hash("U", content)


class Says(NamedTuple):
    """What one annotator says: items for people and files, atoms for comparing."""

    author: str
    items: tuple[Item, ...]
    atoms: frozenset[Hashable]


def unit_of(
    kind: Kind,
    said: Sequence[Says],
    voters: Collection[str],
    spans: Fragments,
    owner: Mention | FrameHead | None = None,
    place: int = 0,
) -> Unit:
    """Make a unit of what the annotators say; voters who say nothing have the reading without items."""
    silent = [Says(author, (), frozenset()) for author in sorted(voters) if author not in {one.author for one in said}]
    by_atoms: dict[frozenset[Hashable], list[Says]] = {}
    for one in (*said, *silent):
        by_atoms.setdefault(one.atoms, []).append(one)
    readings = tuple(
        Reading(authors=tuple(one.author for one in alike), items=alike[0].items) for alike in by_atoms.values()
    )
    speakers = len({one.author for one in said} | set(voters))
    atoms = frozenset(atom for one in said for atom in one.atoms)
    return Unit(kind, readings, spans, atoms, len(readings) == 1, speakers == 1, owner, place)


def mention_of(entity: Entity, text: str) -> Mention:
    """An entity as decisions name it."""
    spans = merge_fragments(entity.fragments)
    return Mention(type=entity.type, spans=spans, text=surface(text, spans))


def entity_units(passes: Passes, schema: Schema, voters: Voters) -> Iterator[Unit]:
    """One unit for each group of entities: who has it, and with which boundaries and type."""
    for place, group in enumerate(passes.entities):
        alone = len(group) == 1
        said: list[Says] = []
        for author, entity in group.items():
            mention = mention_of(entity, passes.text)
            item = EntityItem(
                **mention.model_dump(),
                attributes=dict(entity.attributes) if alone else None,
                value=entity.value if alone else None,
            )
            said.append(Says(author, (item,), frozenset({mention.key})))
        types = {entity.type for entity in group.values()}
        places = {merge_fragments(entity.fragments) for entity in group.values()}
        kind: Kind = "entity"
        if len(places) > 1 and len(types) == 1:
            kind = "boundary"
        elif len(types) > 1 and len(places) == 1:
            kind = "type"
        who = {author for one in types for author in voters(_layer(schema, one))}
        yield unit_of(kind, said, who, min(places), place=place)


def _layer(schema: Schema, kind: str) -> str:
    found = schema.entity_types.get(kind)
    return found.layer if found else ""


def relation_units(passes: Passes, voters: Voters, symmetric: frozenset[str]) -> Iterator[Unit]:
    """One unit for each group of relations."""
    for place, group in enumerate(passes.relations()):
        said = []
        for author, end in group.items():
            atom = relation_atom(end.relation.type, (end.head, end.tail), end.relation.attributes, symmetric)
            said.append(Says(author, (_relation_item(passes, author, end),), frozenset({atom})))
        spans = min(passes.spans(index) for end in group.values() for index in (end.head, end.tail))
        yield unit_of("relation", said, voters("relations"), spans, place=place)


def relation_atom(
    kind: str, ends: tuple[int, int], attributes: Mapping[str, str], symmetric: frozenset[str]
) -> Hashable:
    """What makes two relations the same: type, groups of the ends, attributes."""
    return kind, tuple(sorted(ends)) if kind in symmetric else ends, tuple(sorted(attributes.items()))


def _relation_item(passes: Passes, author: str, end: End) -> RelationItem:
    known = passes.annotations[author].entity_by_id
    return RelationItem(
        type=end.relation.type,
        head=mention_of(known[end.relation.head], passes.text),
        tail=mention_of(known[end.relation.tail], passes.text),
        attributes=dict(end.relation.attributes),
    )


def frame_units(passes: Passes, frames: Sequence[Group[Frame]], voters: Voters) -> Iterator[Unit]:
    """One unit for each group of frames: who has it, with which type and trigger."""
    for place, group in enumerate(frames):
        said = []
        for author, frame in group.items():
            whole = len(group) == 1 or frame.trigger is None
            item = (
                whole_frame(passes, author, frame) if whole else FrameItem(**head_of(frame, passes.text).model_dump())
            )
            said.append(Says(author, (item,), frozenset({frame_atom(passes, author, frame)})))
        spans = min((trigger_of(frame) or _argument_spans(passes, author, frame)) for author, frame in group.items())
        yield unit_of("frame", said, voters("frames"), spans, place=place)


def frame_atom(passes: Passes, author: str, frame: Frame) -> Hashable:
    """What makes two frames the same: type and trigger, without a trigger their arguments."""
    trigger = trigger_of(frame)
    return frame.type, trigger or frozenset(passes.slots(author, frame))


def _argument_spans(passes: Passes, author: str, frame: Frame) -> Fragments:
    known = passes.annotations[author].entity_by_id
    return min((merge_fragments(known[argument.entity].fragments) for argument in frame.arguments), default=())


def head_of(frame: Frame, text: str) -> FrameHead:
    """A frame as decisions name it."""
    trigger = trigger_of(frame)
    return FrameHead(type=frame.type, trigger=trigger or None, text=surface(text, trigger) if trigger else None)


def whole_frame(passes: Passes, author: str, frame: Frame) -> FrameItem:
    """A frame with everything its annotator says of it."""
    known = passes.annotations[author].entity_by_id
    return FrameItem(
        **head_of(frame, passes.text).model_dump(),
        arguments=tuple(
            ArgumentItem(role=argument.role, entity=mention_of(known[argument.entity], passes.text))
            for argument in frame.arguments
        ),
        attributes=dict(frame.attributes),
    )


def role_units(passes: Passes, place: int, group: Group[Frame], owner: FrameHead) -> Iterator[Unit]:
    """One unit for each group of arguments of a frame that several annotators have, or one."""
    spans = owner.trigger or ()
    for slots in passes.arguments(group):
        said = [
            Says(author, (_argument_item(passes, author, slot),), frozenset({(place, *slot)}))
            for author, slot in slots.items()
        ]
        where = spans or min(passes.spans(slot.entity) for slot in slots.values())
        yield unit_of("role", said, group.keys(), where, owner, place)


def _argument_item(passes: Passes, author: str, slot: Slot) -> ArgumentItem:
    entity = passes.entities[slot.entity][author]
    return ArgumentItem(role=slot.role, entity=mention_of(entity, passes.text))


def attribute_units(
    said_by: Mapping[str, Mapping[str, str]], owner: Mention | FrameHead, spans: Fragments, key: Hashable
) -> Iterator[Unit]:
    """One unit for each attribute that some annotator gives to an entity or frame; `key` is that of the owner."""
    for name in sorted({name for attributes in said_by.values() for name in attributes}):
        said = [
            Says(
                author,
                (AttributeItem(name=name, value=attributes[name]),),
                frozenset({(key, name, attributes[name])}),
            )
            for author, attributes in said_by.items()
            if name in attributes
        ]
        yield unit_of("attribute", said, said_by.keys(), spans, owner)


def value_units(
    said_by: Mapping[str, Value | None], owner: Mention | FrameHead, spans: Fragments, key: Hashable
) -> Iterator[Unit]:
    """One unit for the normalised value of an entity, if some annotator gives one."""
    said = [
        Says(author, (ValueItem(value=value),), frozenset({(key, value)}))
        for author, value in said_by.items()
        if value is not None
    ]
    if said:
        yield unit_of("value", said, said_by.keys(), spans, owner)


def items_of(readings: Iterable[Reading]) -> tuple[Item, ...]:
    """All items of all readings."""
    return tuple(item for reading in readings for item in reading.items)
