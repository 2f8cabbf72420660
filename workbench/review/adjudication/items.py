"""What units and decisions consist of: entities, relations, frames and their parts, named by content, never by ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from workbench.core.text import Fragments, Span, merge_fragments
from workbench.core.values import Value

Kind = Literal["entity", "boundary", "type", "attribute", "value", "cluster", "relation", "frame", "role"]
"""What a unit of disagreement is about, in the order in which the units of one place are judged."""


def _as_spans(spans: Any) -> Any:
    """Spans in normal form: what cannot be spans is left to the record to refuse."""
    if isinstance(spans, (list, tuple)) and all(
        isinstance(span, (list, tuple)) and len(span) == 2 and all(type(bound) is int for bound in span)
        for span in spans
    ):
        for start, end in spans:
            if not 0 <= start < end:
                raise ValueError(f"[{start}, {end}] is empty or negative")
        return merge_fragments(Span(*span) for span in spans)
    return spans


Spans = Annotated[Fragments, BeforeValidator(_as_spans), Field(min_length=1)]


class Content(BaseModel):
    """A frozen record that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _start_and_end(cls, data: Any) -> Any:
        """A span may be written as `start` and `end`."""
        if isinstance(data, Mapping) and "spans" in cls.model_fields and "start" in data and "end" in data:
            others = {key: value for key, value in data.items() if key not in ("start", "end")}
            if "spans" in others:
                raise ValueError("give spans, or start and end")
            return {**others, "spans": [[data["start"], data["end"]]]}
        return data


class Mention(Content):
    """An entity by what it is; `text` is its string, for people."""

    type: str
    spans: Spans
    text: str | None = None

    @property
    def key(self) -> tuple[str, Fragments]:
        """What makes it the same mention."""
        return self.type, self.spans


class EntityItem(Mention):
    """An entity. Attributes and value that are None are taken from the annotators, each in a unit of its own."""

    attributes: Mapping[str, str] | None = None
    value: Value | None = None


class RelationItem(Content):
    """A relation between two mentions."""

    type: str
    head: Mention
    tail: Mention
    attributes: Mapping[str, str] = Field(default_factory=dict)


class ArgumentItem(Content):
    """A mention in a role."""

    role: str
    entity: Mention


class FrameHead(Content):
    """A frame by what it is: type and trigger; a frame without a trigger is known by its arguments."""

    type: str
    trigger: Spans | None
    text: str | None = None


class FrameItem(FrameHead):
    """A frame. Arguments and attributes that are None are taken from the annotators, each in a unit of its own."""

    arguments: tuple[ArgumentItem, ...] | None = None
    attributes: Mapping[str, str] | None = None


class AttributeItem(Content):
    """The value of an attribute."""

    name: str
    value: str


class ValueItem(Content):
    """A normalised value."""

    value: Value


class ClusterItem(Content):
    """Mentions of one thing."""

    mentions: tuple[Mention, ...] = Field(min_length=1)


Item = EntityItem | RelationItem | FrameItem | ArgumentItem | AttributeItem | ValueItem | ClusterItem

ITEM_OF: Mapping[Kind, type[Content]] = {
    "entity": EntityItem,
    "boundary": EntityItem,
    "type": EntityItem,
    "attribute": AttributeItem,
    "value": ValueItem,
    "cluster": ClusterItem,
    "relation": RelationItem,
    "frame": FrameItem,
    "role": ArgumentItem,
}
"""What a unit of each kind consists of."""


def identity_of(item: Any) -> Any:
    """What makes two items the same thing, whatever else they say of it."""
    if isinstance(item, Mention):
        return item.key
    if isinstance(item, FrameItem):
        slots: Any = tuple((one.role, one.entity.key) for one in item.arguments or ())
        return item.type, item.trigger or slots
    if isinstance(item, RelationItem):
        return item.type, item.head.key, item.tail.key
    return item


def mentions_in(item: Item) -> tuple[Mention, ...]:
    """The mentions that an item names besides itself."""
    if isinstance(item, RelationItem):
        return item.head, item.tail
    if isinstance(item, ArgumentItem):
        return (item.entity,)
    if isinstance(item, FrameItem):
        return tuple(argument.entity for argument in item.arguments or ())
    return item.mentions if isinstance(item, ClusterItem) else ()
