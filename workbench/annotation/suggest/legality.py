"""May a span be labelled beside what is there? The rules of `workbench.core.checks`, asked of one span at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas import Attribute, Schema
from workbench.annotation.suggest.records import SuggestedEntity, SuggestedFrame
from workbench.core.records import Document
from workbench.core.text import Fragments, merge_fragments, shared, surface


class Laid(NamedTuple):
    """A labelled span, or one that may become so; `layer` is empty for a type that the schema does not know."""

    type: str
    layer: str
    fragments: Fragments
    start: int
    end: int


class Law:
    """What a schema and a document's zones allow."""

    def __init__(self, schema: Schema, document: Document) -> None:
        self._schema = schema
        self._text = document.text
        self._size = len(document.text)
        self._layers = {known.id: known.layer for known in schema.entities}
        self._nests = {
            (outer.id, inner.id)
            for outer in schema.entities
            for inner in schema.entities
            if schema.may_nest(outer.id, inner.id)
        }
        closed = merge_fragments(
            zone.span for zone in document.zones if zone.kind not in schema.zones or schema.zones[zone.kind].closed
        )
        self._closed_starts = [span.start for span in closed]
        self._closed_ends = [span.end for span in closed]

    def laid(self, type_: str, fragments: Fragments) -> Laid:
        """A span as the rules see it."""
        return Laid(type_, self._layers.get(type_, ""), fragments, fragments[0][0], fragments[-1][1])

    def sound(self, item: SuggestedEntity) -> bool:
        """Tell whether an entity is legal by itself: type, place, surface, attributes and kind of value."""
        known = self._schema.entity_types.get(item.type)
        return (
            known is not None
            and (item.value is None or item.value.kind == known.value)
            and (not item.attributes or self._admits(item.attributes, known.attributes))
            and self.open(item.fragments, item.text)
        )

    def sound_frame(self, item: SuggestedFrame) -> bool:
        """Tell whether a frame is legal by itself, its arguments aside."""
        known = self._schema.frame_types.get(item.type)
        return (
            known is not None and self._admits(item.attributes, known.attributes) and self.open(item.trigger, item.text)
        )

    def _admits(self, given: Mapping[str, str], known: Mapping[str, Attribute]) -> bool:
        general = self._schema.annotation_attributes
        return all(
            (name in known and known[name].allows(value))
            or (name not in known and name in general and general[name].allows(value))
            for name, value in given.items()
        )

    def admits(self, relation_type: str, attributes: Mapping[str, str]) -> bool:
        """Tell whether the attributes of a relation are the schema's."""
        return self._admits(attributes, self._schema.relation_types[relation_type].attributes)

    def open(self, fragments: Fragments, text: str) -> bool:
        """Tell whether fragments are forward, apart, inside the text, outside closed zones, and read `text`."""
        if not self.inside(fragments):
            return False
        for start, end in fragments if self._closed_ends else ():
            zone = bisect_left(self._closed_ends, start + 1)
            if zone < len(self._closed_starts) and self._closed_starts[zone] < end:
                return False
        if len(fragments) == 1:
            start, end = fragments[0]
            return self._text[start:end] == text
        return surface(self._text, fragments) == text

    def inside(self, fragments: Fragments) -> bool:
        """Tell whether fragments lie in the text, in order and apart."""
        if len(fragments) == 1:
            start, end = fragments[0]
            return 0 <= start < end <= self._size
        before = -1
        for start, end in fragments:
            if not before < start < end:
                return False
            before = end
        return before <= self._size

    def fits(self, one: Laid, around: Iterable[Laid]) -> bool:
        """Tell whether a span may be labelled beside those that meet it, which is all of them that do."""
        meeting = [other for other in around if other.end > one.start and one.end > other.start]
        if not meeting:
            return True
        return all(self._pair(one, other) for other in meeting) and self._shallow(one, meeting)

    def _pair(self, one: Laid, other: Laid) -> bool:
        if one.fragments == other.fragments:
            return False
        if not other.layer or not _share(one, other):
            return True
        if _holds(one, other):
            return (one.type, other.type) in self._nests
        if _holds(other, one):
            return (other.type, one.type) in self._nests
        layers = self._schema.layers
        return layers[one.layer].crossing and layers[other.layer].crossing

    def _shallow(self, one: Laid, meeting: list[Laid]) -> bool:
        """Tell whether neither the span nor one inside it gets too deep within its layer."""
        peers = [other for other in meeting if other.layer == one.layer]
        deepest = self._schema.layers[one.layer].max_depth
        if sum(_holds(other, one) for other in peers) + 1 > deepest:
            return False
        return all(
            sum(_holds(other, inner) and other.fragments != inner.fragments for other in peers) + 2 <= deepest
            for inner in peers
            if _holds(one, inner)
        )


def _share(one: Laid, other: Laid) -> bool:
    return len(one.fragments) == len(other.fragments) == 1 or bool(shared(one.fragments, other.fragments))


def _holds(outer: Laid, inner: Laid) -> bool:
    if len(outer.fragments) == 1:
        return outer.start <= inner.start and inner.end <= outer.end
    return shared(outer.fragments, inner.fragments) == sum(span.length for span in inner.fragments)
