"""A draft: one annotator's answer to one document while it is being made, and the changes it is made of."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, cast

from workbench.core.records import Annotation, Entity, Frame, Provenance, Relation
from workbench.core.text import Span

Part = Literal["entities", "relations", "frames", "rejected", "document"]
"""What a draft consists of. `rejected` has the keys of suggestions; `document` what is said of the whole document."""

PARTS: tuple[Part, ...] = ("entities", "relations", "frames", "rejected", "document")
_RECORDS: Mapping[str, type[Entity] | type[Relation] | type[Frame]] = {
    "entities": Entity,
    "relations": Relation,
    "frames": Frame,
}


class Swap(NamedTuple):
    """One thing of a draft becomes another: `before` is None for something new, `after` for something deleted."""

    part: Part
    key: str
    before: Any
    after: Any


class Outdated(Exception):
    """A change was made to something that is no longer as it was; `what` names the first such thing."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"{what} has changed meanwhile")


class Delta(tuple[Swap, ...]):
    """A change as a whole: swaps that are applied together or not at all."""

    __slots__ = ()

    @property
    def inverse(self) -> Delta:
        """The change that takes this one back."""
        return Delta(Swap(one.part, one.key, one.after, one.before) for one in reversed(self))

    def record(self) -> list[list[Any]]:
        """Plain JSON: a list of [part, key, before, after]."""
        return [[one.part, one.key, _plain(one.before), _plain(one.after)] for one in self]

    @classmethod
    def parse(cls, record: Iterable[Sequence[Any]]) -> Delta:
        """Read what `record` wrote."""
        return cls(Swap(part, key, _thing(part, before), _thing(part, after)) for part, key, before, after in record)


def _plain(thing: Any) -> Any:
    if isinstance(thing, (Entity, Relation, Frame)):
        return {
            name: value
            for name, value in thing.model_dump(mode="json", exclude_none=True).items()
            if value not in ({}, [])
        }
    return list(thing) if isinstance(thing, tuple) else thing


def _thing(part: Part, record: Any) -> Any:
    if record is None or part not in _RECORDS:
        return tuple(record) if isinstance(record, list) else record
    return _RECORDS[part].model_validate(record)


def _order(entity: Entity) -> tuple[int, int, str]:
    return (entity.start, -entity.end, entity.id)


_EMPTY: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Draft:
    """What an annotator has made of a document so far; `apply` makes the next one.

    `order` are the entities by start, longer ones first; `longest` is no less than the length of any (code points).
    `links` has the relations and frames that each entity is an end or a filler of. Drafts with equal parts are equal.
    `since` has the `serial` of the draft that this one was made from, and the change between them.
    """

    parts: Mapping[Part, Mapping[str, Any]]
    order: tuple[Entity, ...] = field(default=(), compare=False)
    longest: int = field(default=0, compare=False)
    links: Mapping[str, tuple[Relation | Frame, ...]] = field(default_factory=dict, compare=False)
    since: tuple[int, Delta] | None = field(default=None, compare=False, repr=False)
    serial: int = field(default_factory=count().__next__, compare=False, repr=False)

    @classmethod
    def empty(cls) -> Draft:
        """A draft in which nothing has been done."""
        return cls(dict.fromkeys(PARTS, _EMPTY))

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Entities by id."""
        return self.parts["entities"]

    @property
    def relations(self) -> Mapping[str, Relation]:
        """Relations by id."""
        return self.parts["relations"]

    @property
    def frames(self) -> Mapping[str, Frame]:
        """Frames by id."""
        return self.parts["frames"]

    @property
    def rejected(self) -> Mapping[str, tuple[str, ...]]:
        """Keys of rejected suggestions, each with the sources that had made it."""
        return self.parts["rejected"]

    @property
    def finished(self) -> tuple[str, ...] | None:
        """The layers that are finished, as far as the annotator has said so."""
        return cast("tuple[str, ...] | None", self.parts["document"].get("finished"))

    @property
    def note(self) -> str | None:
        """The note on the whole document."""
        return cast("str | None", self.parts["document"].get("note"))

    def apply(self, delta: Delta) -> Draft:
        """The draft after a change.

        Raises:
            Outdated: something is not as the change found it, or an end or filler would be missing afterwards.
        """
        parts = dict(self.parts)
        touched: set[Part] = {swap.part for swap in delta}
        for part in touched:
            parts[part] = dict(parts[part])
        for swap in delta:
            table = cast("dict[str, Any]", parts[swap.part])
            if table.get(swap.key) != swap.before:
                raise Outdated(f"{swap.part} {swap.key}")
            if swap.after is None:
                table.pop(swap.key, None)
            else:
                table[swap.key] = swap.after
        order, longest = self._reordered(delta) if "entities" in touched else (self.order, self.longest)
        made = Draft(parts, order, longest, self._relinked(delta), (self.serial, delta))
        made._refuse_loose_ends(delta)
        return made

    def _reordered(self, delta: Delta) -> tuple[tuple[Entity, ...], int]:
        order, longest = list(self.order), self.longest
        for swap in delta:
            if swap.part != "entities":
                continue
            if swap.before is not None:
                del order[bisect_left(order, _order(swap.before), key=_order)]
            if swap.after is not None:
                insort(order, swap.after, key=_order)
                longest = max(longest, swap.after.end - swap.after.start)
        return tuple(order), longest

    def _relinked(self, delta: Delta) -> Mapping[str, tuple[Relation | Frame, ...]]:
        linking = [swap for swap in delta if swap.part in ("relations", "frames")]
        if not linking:
            return self.links
        links = dict(self.links)
        for swap in linking:
            for end in dict.fromkeys(ends(swap.before)):
                links[end] = tuple(one for one in links[end] if one != swap.before)
            for end in dict.fromkeys(ends(swap.after)):
                links[end] = (*links.get(end, ()), swap.after)
            for end in ends(swap.before):
                if end in links and not links[end]:
                    del links[end]
        return links

    def _refuse_loose_ends(self, delta: Delta) -> None:
        for swap in delta:
            now = self.parts[swap.part].get(swap.key)
            if swap.part == "entities" and now is None and self.uses(swap.key):
                raise Outdated(f"entities {swap.key}")
            if swap.part in ("relations", "frames") and any(end not in self.entities for end in ends(now)):
                raise Outdated(f"{swap.part} {swap.key}")

    def uses(self, entity: str) -> bool:
        """Tell whether a relation or a frame refers to an entity."""
        return bool(self.links.get(entity))

    def touching(self, span: Span) -> Iterator[Entity]:
        """Entities whose hull shares a code point with a span, by start, longer ones first."""
        first = bisect_left(self.order, span.start - self.longest, key=lambda entity: entity.start)
        for entity in islice(self.order, first, None):
            if entity.start >= span.end:
                return
            if entity.end > span.start:
                yield entity

    def around(self, position: int) -> list[Entity]:
        """Entities that cover a position, the innermost (shortest) first."""
        covering = [
            entity
            for entity in self.touching(Span(position, position + 1))
            if any(span.start <= position < span.end for span in entity.fragments)
        ]
        return sorted(covering, key=lambda entity: (sum(span.length for span in entity.fragments), entity.id))

    def annotation(self, doc_id: str) -> Annotation:
        """The draft as a record: what would be published, without author and stamps."""
        document = self.parts["document"]
        extra = dict(document.get("extra") or {})
        if self.note is not None:
            extra["note"] = self.note
        return Annotation(
            doc_id=doc_id,
            finished_layers=self.finished,
            provenance=Provenance.model_validate(document.get("provenance") or {}),
            entities=self.order,
            relations=tuple(self.relations.values()),
            frames=tuple(self.frames.values()),
            extra=extra,
        )

    def towards(self, annotation: Annotation) -> Delta:
        """The change that makes this draft say exactly what an annotation says; what was rejected stays rejected."""
        extra = dict(annotation.extra)
        note = extra.pop("note", None)
        wanted: Mapping[Part, Mapping[str, Any]] = {
            "entities": {item.id: item for item in annotation.entities},
            "relations": {item.id: item for item in annotation.relations},
            "frames": {item.id: item for item in annotation.frames},
            "document": {
                "finished": annotation.finished_layers,
                "note": note,
                "provenance": annotation.provenance.model_dump(mode="json", exclude_none=True) or None,
                "extra": extra or None,
            },
        }
        return Delta(
            Swap(part, key, self.parts[part].get(key), table.get(key))
            for part, table in wanted.items()
            for key in dict.fromkeys((*self.parts[part], *table))
            if self.parts[part].get(key) != table.get(key)
        )


def ends(item: Any) -> tuple[str, ...]:
    """The entities that a relation links or that fill the roles of a frame; none of anything else."""
    if isinstance(item, Relation):
        return (item.head, item.tail)
    return tuple(argument.entity for argument in item.arguments) if isinstance(item, Frame) else ()
