"""What adjudication could not settle takes no part: neither gold's readings of it nor predictions of the same thing.

Gold marks such items with the attribute `unresolved` (arguments in their `extra`). A prediction is of the same thing
when an entity is paired with an unresolved one, a relation links the same two spans, a frame's trigger overlaps, or an
argument of a frame of that type has the same filler; unless it equals something that gold has settled.
"""

from __future__ import annotations

from typing import NamedTuple

from workbench.core.matching import match
from workbench.core.records import UNRESOLVED
from workbench.core.text import Fragments, shared
from workbench.scoring.items import AnnotationRecord, FrameItem, Items, RelationItem, without


class Settled(NamedTuple):
    """Both sides without what is unresolved, and how many items of each side that leaves out."""

    gold: Items
    predicted: Items
    unresolved: int = 0
    excused: int = 0


def leave_out_unresolved(annotation: AnnotationRecord, gold: Items, predicted: Items) -> Settled:
    """Leave out what `annotation`, from which `gold` was made, marks as unresolved."""
    entities = {
        index for index, entity in enumerate(gold.entities) if entity.attributes and UNRESOLVED in entity.attributes
    }
    relations = {
        index
        for index, (record, item) in enumerate(zip(annotation.relations, gold.relations, strict=True))
        if _marked(record) or (entities and (item.head in entities or item.tail in entities))
    }
    frames = {index for index, record in enumerate(annotation.frames) if _marked(record)}
    arguments = {
        (index, number)
        for index, record in enumerate(annotation.frames)
        for number, argument in enumerate(record.arguments)
        if getattr(argument, "extra", None) and argument.extra.get(UNRESOLVED)  # type: ignore[attr-defined]
    }
    if not (entities or relations or frames or arguments):
        return Settled(gold, predicted)
    excused = _partners(gold, predicted, entities)
    kept = _without_frames(predicted, gold, frames, arguments)
    kept = kept._replace(relations=_without_relations(kept, gold, relations))
    others = gold._replace(
        relations=[item for index, item in enumerate(gold.relations) if index not in relations],
        frames=[
            frame._replace(
                arguments=tuple(
                    argument for number, argument in enumerate(frame.arguments) if (index, number) not in arguments
                )
            )
            for index, frame in enumerate(gold.frames)
            if index not in frames
        ],
    )
    after = without(others, entities), without(kept, excused)
    left = [_size(before) - _size(now) for before, now in zip((gold, predicted), after, strict=True)]
    return Settled(*after, *left)


def _marked(record: object) -> bool:
    return UNRESOLVED in (getattr(record, "attributes", None) or ())


def _size(items: Items) -> int:
    return len(items.entities) + len(items.relations) + len(items.frames) + sum(len(f.arguments) for f in items.frames)


def _partners(gold: Items, predicted: Items, entities: set[int]) -> set[int]:
    """The predicted entities that are of the same thing as an unresolved one, and equal nothing that is settled."""
    if not entities:
        return set()
    settled = {item for index, item in enumerate(gold.labelled) if index not in entities}
    return {
        pair.right
        for pair in match(gold.labelled, predicted.labelled)
        if pair.left in entities and predicted.labelled[pair.right] not in settled
    }


def _without_relations(predicted: Items, gold: Items, relations: set[int]) -> list[RelationItem]:
    ends = {_ends(gold, item) for index, item in enumerate(gold.relations) if index in relations}
    settled = {(item.type, _ends(gold, item)) for index, item in enumerate(gold.relations) if index not in relations}
    return [
        item
        for item in predicted.relations
        if _ends(predicted, item) not in ends or (item.type, _ends(predicted, item)) in settled
    ]


def _ends(items: Items, relation: RelationItem) -> frozenset[Fragments]:
    """The spans that a relation links, in either direction."""
    return frozenset({items.labelled[relation.head].fragments, items.labelled[relation.tail].fragments})


def _without_frames(predicted: Items, gold: Items, frames: set[int], arguments: set[tuple[int, int]]) -> Items:
    triggers = [gold.frames[index].trigger for index in sorted(frames)]
    settled = {(frame.type, frame.trigger) for index, frame in enumerate(gold.frames) if index not in frames}
    fillers = {
        (gold.frames[index].type, gold.labelled[gold.frames[index].arguments[number][1]].fragments)
        for index, number in arguments
    }
    sure = {
        (frame.type, role, gold.labelled[filler].fragments)
        for index, frame in enumerate(gold.frames)
        for number, (role, filler) in enumerate(frame.arguments)
        if (index, number) not in arguments
    }

    def kept(frame: FrameItem) -> FrameItem:
        if not fillers:
            return frame
        return frame._replace(
            arguments=tuple(
                (role, filler)
                for role, filler in frame.arguments
                if (frame.type, predicted.labelled[filler].fragments) not in fillers
                or (frame.type, role, predicted.labelled[filler].fragments) in sure
            )
        )

    return predicted._replace(
        frames=[
            kept(frame)
            for frame in predicted.frames
            if (frame.type, frame.trigger) in settled
            or not any(_overlap(frame.trigger, trigger) for trigger in triggers)
        ]
    )


def _overlap(one: Fragments | None, other: Fragments | None) -> bool:
    return bool(one and other and shared(one, other))
