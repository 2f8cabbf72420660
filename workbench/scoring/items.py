"""One side of one document as the scorer sees it: plain tuples, with ids resolved to indexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from workbench.core.matching import Labelled
from workbench.core.records import Trigger
from workbench.core.text import Fragments, merge_fragments, shared
from workbench.core.values import Value


class EntityRecord(Protocol):
    """What the scorer reads of an entity; full records and those of the quick reader both have it."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def fragments(self) -> Fragments: ...  # noqa: D102
    @property
    def attributes(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def value(self) -> Value | None: ...  # noqa: D102
    @property
    def cluster(self) -> str | None: ...  # noqa: D102


class RelationItem(NamedTuple):
    """A relation; `head` and `tail` are indexes of entities."""

    type: str
    head: int
    tail: int
    id: str


class FrameItem(NamedTuple):
    """A frame; its trigger's fragments in normal form, its arguments as (role, index of an entity)."""

    type: str
    trigger: Fragments | None
    arguments: tuple[tuple[str, int], ...]
    id: str


class Items(NamedTuple):
    """One author's items of one document; `labelled` holds span and type of each of `entities`."""

    entities: Sequence[EntityRecord]
    labelled: Sequence[Labelled]
    relations: Sequence[RelationItem]
    frames: Sequence[FrameItem]


class _RelationRecord(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def head(self) -> str: ...
    @property
    def tail(self) -> str: ...


class _ArgumentRecord(Protocol):
    @property
    def role(self) -> str: ...
    @property
    def entity(self) -> str: ...


class _FrameRecord(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def trigger(self) -> Trigger | None: ...
    @property
    def arguments(self) -> Sequence[_ArgumentRecord]: ...


class AnnotationRecord(Protocol):
    """What the scorer reads of an annotation that holds together: every id that is named exists."""

    @property
    def entities(self) -> Sequence[EntityRecord]: ...  # noqa: D102
    @property
    def relations(self) -> Sequence[_RelationRecord]: ...  # noqa: D102
    @property
    def frames(self) -> Sequence[_FrameRecord]: ...  # noqa: D102


def items_of(annotation: AnnotationRecord) -> Items:
    """Resolve an annotation's ids and bring fragments to normal form.

    Equal items (same span, same type) are put into an order that depends on their attributes and values alone, so that
    it never matters which of them stands first in a file.
    """
    entities = annotation.entities
    spans = [entity.fragments for entity in entities]
    if [fragments for fragments in spans if len(fragments) > 1]:
        spans = [normal_form(fragments) for fragments in spans]
    labelled = list(map(_labelled, zip(spans, [entity.type for entity in entities], strict=True)))
    if len(set(labelled)) < len(labelled):
        order = sorted(range(len(entities)), key=lambda index: (labelled[index], content(entities[index])))
        entities = [entities[index] for index in order]
        labelled = [labelled[index] for index in order]
    position = dict(zip([entity.id for entity in entities], range(len(entities)), strict=True))
    relations = annotation.relations
    kinds, ids = [relation.type for relation in relations], [relation.id for relation in relations]
    heads = [position[relation.head] for relation in relations]
    tails = [position[relation.tail] for relation in relations]
    return Items(
        entities,
        labelled,
        list(map(_relation, zip(kinds, heads, tails, ids, strict=True))),
        [
            FrameItem(
                frame.type,
                normal_form(frame.trigger.fragments) if frame.trigger is not None else None,
                tuple((argument.role, position[argument.entity]) for argument in frame.arguments),
                frame.id,
            )
            for frame in annotation.frames
        ],
    )


# What Labelled(...) and RelationItem(...) do, without a call of a Python function for each item.
_labelled: Callable[[tuple[Fragments, str]], Labelled] = partial(tuple.__new__, Labelled)
_relation: Callable[[tuple[str, int, int, str]], RelationItem] = partial(tuple.__new__, RelationItem)


def content(entity: EntityRecord) -> tuple[tuple[tuple[str, str], ...], str]:
    """What an entity says beyond span and type, in a form that sorts."""
    return tuple(sorted(entity.attributes.items())), repr(entity.value)


def normal_form(fragments: Fragments) -> Fragments:
    """Fragments sorted and merged; see `merge_fragments`."""
    return fragments if len(fragments) == 1 else merge_fragments(fragments)


def mostly_in(fragments: Fragments, zones: Fragments) -> bool:
    """Tell whether half or more of the covered code points lie in zones."""
    return bool(zones) and 2 * shared(fragments, zones) >= sum(end - start for start, end in fragments)


def without(items: Items, dropped: set[int]) -> Items:
    """The items without some entities, and without the relations and arguments that name them."""
    if not dropped:
        return items
    kept = [index for index in range(len(items.entities)) if index not in dropped]
    position = {index: place for place, index in enumerate(kept)}
    return Items(
        [items.entities[index] for index in kept],
        [items.labelled[index] for index in kept],
        [
            relation._replace(head=position[relation.head], tail=position[relation.tail])
            for relation in items.relations
            if relation.head in position and relation.tail in position
        ],
        [
            frame._replace(
                arguments=tuple((role, position[filler]) for role, filler in frame.arguments if filler in position)
            )
            for frame in items.frames
        ],
    )
