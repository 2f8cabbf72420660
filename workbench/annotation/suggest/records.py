"""What a suggestion is: an entity, a relation or a frame that a source would add, in terms that outlive ids.

The ends of relations and the fillers of frames are named by type and fragments, because ids differ between annotations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import Literal, NamedTuple

from workbench.core.records import Argument, Entity, Frame, Relation, Trigger
from workbench.core.text import Fragments
from workbench.core.values import Value

Kind = Literal["entity", "relation", "frame"]

NOTHING: Mapping[str, str] = MappingProxyType({})
"""No attributes."""


class Mention(NamedTuple):
    """What names an entity in every annotation of a document."""

    type: str
    fragments: Fragments


class SuggestedEntity(NamedTuple):
    """An entity to be; `text` is its surface string."""

    type: str
    fragments: Fragments
    text: str
    attributes: Mapping[str, str] = NOTHING
    value: Value | None = None

    @property
    def start(self) -> int:
        """First covered position."""
        return self.fragments[0].start

    @property
    def end(self) -> int:
        """Position after the last covered one."""
        return self.fragments[-1].end

    @property
    def mention(self) -> Mention:
        """What names it."""
        return Mention(self.type, self.fragments)


class SuggestedRelation(NamedTuple):
    """A relation to be; an overlay fills in `head_id` and `tail_id`, the ids of its ends in one annotation."""

    type: str
    head: Mention
    tail: Mention
    attributes: Mapping[str, str] = NOTHING
    head_id: str = ""
    tail_id: str = ""


class SuggestedArgument(NamedTuple):
    """A filler of a role; `entity_id` is it in one annotation, empty until an overlay has found it."""

    role: str
    filler: Mention
    entity_id: str = ""


class SuggestedFrame(NamedTuple):
    """A frame to be. In an overlay it has only the arguments whose fillers are in the annotation."""

    type: str
    trigger: Fragments
    text: str
    arguments: tuple[SuggestedArgument, ...] = ()
    attributes: Mapping[str, str] = NOTHING


Item = SuggestedEntity | SuggestedRelation | SuggestedFrame


class Suggestion(NamedTuple):
    """An item that one or more sources suggest.

    `key` depends on the document's text positions and on what is suggested, not on who suggests it; so a rejection
    under this key holds against all sources. `sources` are in order; `score` is 0 to 1.
    """

    key: str
    kind: Kind
    item: Item
    sources: tuple[str, ...]
    score: float


def suggestion(item: Item, source: str, score: float) -> Suggestion:
    """An item as one source suggests it."""
    if isinstance(item, SuggestedEntity):
        kind: Kind = "entity"
        named = f"e|{item.type}|{_place(item.fragments)}"
    elif isinstance(item, SuggestedRelation):
        kind = "relation"
        named = f"r|{item.type}|{_name(item.head)}|{_name(item.tail)}"
    else:
        kind = "frame"
        named = f"f|{item.type}|{_place(item.trigger)}"
    return Suggestion(blake2b(named.encode(), digest_size=8).hexdigest(), kind, item, (source,), score)


def frame_key(type_: str, trigger: Fragments) -> str:
    """The key of every suggestion of one frame: its arguments are no part of it, so that a rejection holds."""
    return suggestion(SuggestedFrame(type_, trigger, ""), "", 0).key


def _place(fragments: Fragments) -> str:
    if len(fragments) == 1:
        return f"{fragments[0].start}-{fragments[0].end}"
    return ",".join(f"{span.start}-{span.end}" for span in fragments)


def _name(mention: Mention) -> str:
    return f"{mention.type}@{_place(mention.fragments)}"


def merged(suggestions: Iterable[Suggestion]) -> dict[str, Suggestion]:
    """Suggestions by key, those of one key joined, whatever their order.

    The item is that of the highest score, of equal ones that of the source first in the alphabet; an entity without a
    value takes that of the next.
    """
    found: dict[str, Suggestion] = {}
    several: dict[str, list[Suggestion]] = {}
    for one in suggestions:
        first = found.setdefault(one.key, one)
        if first is not one:
            several.setdefault(one.key, [first]).append(one)
    for key, group in several.items():
        found[key] = _joined(group)
    return found


def _joined(group: list[Suggestion]) -> Suggestion:
    ranked = sorted(group, key=lambda one: (-one.score, one.sources, repr(one.item)))
    best = ranked[0]
    item = best.item
    if isinstance(item, SuggestedEntity) and item.value is None:
        values = (one.item.value for one in ranked if isinstance(one.item, SuggestedEntity))
        item = item._replace(value=next((value for value in values if value is not None), None))
    sources = tuple(sorted({source for one in group for source in one.sources}))
    return best._replace(item=item, sources=sources)


def as_entity(accepted: Suggestion, identifier: str) -> Entity:
    """An accepted entity as a record with a new id; `extra` says who suggested it.

    Raises:
        TypeError: it is no entity.
    """
    item = accepted.item
    if not isinstance(item, SuggestedEntity):
        raise TypeError(f"a {accepted.kind} was suggested, not an entity")
    return Entity(
        id=identifier,
        type=item.type,
        fragments=item.fragments,
        text=item.text,
        attributes=dict(item.attributes),
        value=item.value,
        extra=_origin(accepted),
    )


def as_relation(accepted: Suggestion, identifier: str) -> Relation:
    """An accepted relation of an overlay as a record with a new id; `extra` says who suggested it.

    Raises:
        TypeError: it is no relation.
        ValueError: it does not come from an overlay, so that its ends have no ids.
    """
    item = accepted.item
    if not isinstance(item, SuggestedRelation):
        raise TypeError(f"a {accepted.kind} was suggested, not a relation")
    if not (item.head_id and item.tail_id):
        raise ValueError("the ends of a relation have ids only in an overlay")
    return Relation(
        id=identifier,
        type=item.type,
        head=item.head_id,
        tail=item.tail_id,
        attributes=dict(item.attributes),
        extra=_origin(accepted),
    )


def as_frame(accepted: Suggestion, identifier: str) -> Frame:
    """An accepted frame of an overlay as a record with a new id; `extra` says who suggested it.

    Raises:
        TypeError: it is no frame.
        ValueError: it does not come from an overlay, so that its fillers have no ids.
    """
    item = accepted.item
    if not isinstance(item, SuggestedFrame):
        raise TypeError(f"a {accepted.kind} was suggested, not a frame")
    if not all(argument.entity_id for argument in item.arguments):
        raise ValueError("the fillers of a frame have ids only in an overlay")
    return Frame(
        id=identifier,
        type=item.type,
        trigger=Trigger(fragments=item.trigger, text=item.text),
        arguments=tuple(Argument(role=one.role, entity=one.entity_id) for one in item.arguments),
        attributes=dict(item.attributes),
        extra=_origin(accepted),
    )


def as_record(accepted: Suggestion, new_id: Callable[[Kind], str]) -> Entity | Relation | Frame:
    """An accepted suggestion of an overlay as a record of its kind; see `as_entity`, `as_relation` and `as_frame`."""
    identifier = new_id(accepted.kind)
    if accepted.kind == "entity":
        return as_entity(accepted, identifier)
    return as_relation(accepted, identifier) if accepted.kind == "relation" else as_frame(accepted, identifier)


def _origin(accepted: Suggestion) -> dict[str, object]:
    return {"suggested_by": list(accepted.sources), "suggestion": accepted.key}
