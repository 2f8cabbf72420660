"""What is different between two annotations of one document, item by item, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar, get_args

from workbench.core.records import Argument, Document, Entity, Frame, Relation
from workbench.core.text import Fragments, Span, merge_fragments, surface
from workbench.core.values import Value
from workbench.review.gold.pairing import Pairing, Regrouped, Side, mover, pair, pair_clusters, pair_relations

Kind = Literal[
    "text", "meta", "zone", "layer", "entity", "attribute", "value", "cluster", "relation", "frame", "argument"
]
How = Literal["added", "removed", "changed"]
Item = TypeVar("Item")

_ORDER: Mapping[str, int] = {kind: place for place, kind in enumerate(get_args(Kind))}


class Change(NamedTuple):
    """One difference in one document.

    `owner` is the type of the entity, relation, frame or zone, or the layer; `name` the attribute, role or field.
    `spans` is where it is, in the new text, and `text` the string there; `old` and `new` describe it (None: it was not
    there, or is gone). `places` are the spans of everything that plays a part; `item` names the entity, relation or
    frame, which may have several changes.
    """

    doc_id: str
    kind: Kind
    owner: str
    name: str
    spans: Fragments
    old: str | None
    new: str | None
    text: str = ""
    places: tuple[Fragments, ...] = ()
    item: str = ""

    @property
    def how(self) -> How:
        """Whether it was added, removed or changed."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


def changes_of(old: Side, new: Side, symmetric: frozenset[str]) -> tuple[Change, ...]:
    """Every difference between two annotations of one document; `symmetric` relation types have no order of ends."""
    paired = pair(old, new)
    comparer = _Comparer(old, new, paired)
    found = [*_document(old.document, new.document), *_layers(paired), *comparer.entities(), *comparer.clusters()]
    found += [*comparer.relations(symmetric), *comparer.frames()]
    return tuple(
        sorted(found, key=lambda one: (one.spans, _ORDER[one.kind], one.owner, one.name, one.old or "", one.new or ""))
    )


def _document(old: Document, new: Document) -> Iterator[Change]:
    """What is different about the document itself."""
    doc_id = new.doc_id
    if old.text != new.text:
        yield Change(doc_id, "text", "", "", (), _size(old), _size(new))
    for name in type(old.meta).model_fields:
        before, after = getattr(old.meta, name), getattr(new.meta, name)
        if before != after:
            yield Change(doc_id, "meta", "", name, (), before, after)
    move = mover(old, new)
    before_zones = {(one.kind, move(one.span), one.note or ""): one.span for one in old.zones}
    after_zones = {(one.kind, one.span, one.note or ""): one.span for one in new.zones}
    for kind, span, note in sorted(before_zones.keys() ^ after_zones.keys()):
        gone = before_zones.get((kind, span, note))
        shown = _shown(old.text, (gone,)) if gone else _shown(new.text, (span,))
        told = f"{shown}{f': {note}' if note else ''}"
        yield Change(doc_id, "zone", kind, "", (span,), told if gone else None, None if gone else told)


def _size(document: Document) -> str:
    return f"{len(document.text)} characters of raw report {(document.raw_sha256 or '?')[:12]}"


def _layers(paired: Pairing) -> Iterator[Change]:
    old, new = (side.finished_layers or () for side in (paired.old, paired.new))
    for layer in sorted(set(old) ^ set(new)):
        is_new = layer in new
        yield Change(
            paired.new.doc_id, "layer", layer, "", (), None if is_new else "finished", "finished" if is_new else None
        )


def _shown(text: str, spans: Iterable[Span]) -> str:
    where = tuple(spans)
    return f"{surface(text, where)} [{'+'.join(f'{span.start}:{span.end}' for span in where)}]"


class _Comparer:
    """Compares the items of two annotations that are paired already. A side is 0 (old) or 1 (new)."""

    def __init__(self, old: Side, new: Side, paired: Pairing) -> None:
        self._doc_id = new.document.doc_id
        self._paired = paired
        self._texts = (old.document.text, new.document.text)
        self._original = old.annotation.entity_by_id
        self._triggers = {one.id: one.trigger for one in old.annotation.frames}

    def _change(
        self,
        kind: Kind,
        item: Entity | Relation | Frame,
        told: tuple[str | None, str | None],
        places: tuple[Fragments, ...],
        name: str = "",
    ) -> Change:
        """A change of an item, at the first of the places."""
        text = self._string(item, 0 if told[1] is None and not name else 1)
        return Change(self._doc_id, kind, item.type, name, places[0], *told, text, places, f"{self._doc_id} {item.id}")

    def _string(self, item: Entity | Relation | Frame, side: int) -> str:
        """The string of an entity, of both ends of a relation, of a frame's trigger."""
        if isinstance(item, Relation):
            known = self._known(side)
            return f"{known[item.head].text or ''} → {known[item.tail].text or ''}"
        mention = item.trigger if isinstance(item, Frame) else item
        return mention.text or "" if mention else ""

    def entities(self) -> Iterator[Change]:
        """Entities with their attributes and values."""
        old, new = self._paired.old.entities, self._paired.new.entities
        for left, right in self._paired.entities:
            before, after = old[left], new[right]
            places = (merge_fragments(after.fragments), merge_fragments(before.fragments))
            if (places[1], before.type) != (places[0], after.type):
                yield self._change("entity", after, (self._entity(before, 0), self._entity(after, 1)), places)
            yield from self._attributes(before, after, places)
            if before.value != after.value:
                yield self._change("value", after, (_value(before.value), _value(after.value)), places)
        for gone in _rest(old, [left for left, _ in self._paired.entities]):
            yield self._change("entity", gone, (self._entity(gone, 0), None), (merge_fragments(gone.fragments),))
        for come in _rest(new, [right for _, right in self._paired.entities]):
            yield self._change("entity", come, (None, self._entity(come, 1)), (merge_fragments(come.fragments),))

    def _attributes(
        self,
        before: Entity | Relation | Frame,
        after: Entity | Relation | Frame,
        places: tuple[Fragments, ...],
    ) -> Iterator[Change]:
        for name in sorted({*before.attributes, *after.attributes}):
            told = before.attributes.get(name), after.attributes.get(name)
            if told[0] != told[1]:
                yield self._change("attribute", after, told, places, name)

    def _entity(self, entity: Entity, side: int) -> str:
        """Type, string and place, in the text of its own side."""
        own = self._original.get(entity.id, entity) if side == 0 else entity
        return f"{entity.type} {_shown(self._texts[side], merge_fragments(own.fragments))}"

    def clusters(self) -> Iterator[Change]:
        """Clusters that mentions joined or left."""
        names: dict[int, tuple[Entity, int]] = {}
        for side, annotation in enumerate((self._paired.old, self._paired.new)):
            for entity in annotation.entities:
                names[self._paired.nodes[side][entity.id]] = (entity, side)
        for regrouped in pair_clusters(self._paired):
            yield self._cluster(regrouped, names)

    def _cluster(self, found: Regrouped, names: Mapping[int, tuple[Entity, int]]) -> Change:
        told = [self._mentions(side, other, names) for side, other in ((found.old, found.new), (found.new, found.old))]
        moved = sorted(merge_fragments(names[number][0].fragments) for number in found.old ^ found.new)
        first = names[min(found.new or found.old, key=lambda one: names[one][0].fragments)][0]
        change = self._change("cluster", first, (told[0], told[1]), (merge_fragments(first.fragments), *moved))
        return change._replace(places=tuple(moved), item="")

    def _mentions(
        self, side: frozenset[int], other: frozenset[int], names: Mapping[int, tuple[Entity, int]]
    ) -> str | None:
        """How many mentions a cluster has, and which of them are not in the other; None without any."""
        only = sorted((names[number] for number in side - other), key=lambda one: one[0].fragments)
        here = ", ".join(self._entity(*one) for one in only)
        return f"{len(side)} mentions{f', with {here}' if here else ''}" if side else None

    def relations(self, symmetric: frozenset[str]) -> Iterator[Change]:
        """Relations with their attributes."""
        links = pair_relations(self._paired, symmetric)
        for before, after in (*links.same, *links.retyped):
            places = self._ends(after, 1)
            if before.type != after.type:
                yield self._change("relation", after, (self._relation(before, 0), self._relation(after, 1)), places)
            yield from self._attributes(before, after, places)
        for gone in links.removed:
            yield self._change("relation", gone, (self._relation(gone, 0), None), self._ends(gone, 0))
        for come in links.added:
            yield self._change("relation", come, (None, self._relation(come, 1)), self._ends(come, 1))

    def _known(self, side: int) -> Mapping[str, Entity]:
        return (self._paired.old if side == 0 else self._paired.new).entity_by_id

    def _ends(self, relation: Relation, side: int) -> tuple[Fragments, ...]:
        known = self._known(side)
        return tuple(merge_fragments(known[end].fragments) for end in (relation.head, relation.tail))

    def _relation(self, relation: Relation, side: int) -> str:
        known = self._known(side)
        return f"{self._entity(known[relation.head], side)} → {self._entity(known[relation.tail], side)}"

    def frames(self) -> Iterator[Change]:
        """Frames with their arguments and attributes."""
        old, new = self._paired.old.frames, self._paired.new.frames
        for left, right in self._paired.frames:
            before, after = old[left], new[right]
            places = (_trigger(after), _trigger(before))
            if (places[1], before.type) != (places[0], after.type):
                yield self._change("frame", after, (self._frame(before, 0), self._frame(after, 1)), places)
            yield from self._attributes(before, after, places)
            yield from self._arguments(before, after)
        for gone in _rest(old, [left for left, _ in self._paired.frames]):
            yield self._change("frame", gone, (self._whole(gone, 0), None), (_trigger(gone),))
        for come in _rest(new, [right for _, right in self._paired.frames]):
            yield self._change("frame", come, (None, self._whole(come, 1)), (_trigger(come),))

    def _frame(self, frame: Frame, side: int) -> str:
        own = self._triggers.get(frame.id, frame.trigger) if side == 0 else frame.trigger
        return f"{frame.type} {_shown(self._texts[side], merge_fragments(own.fragments))}" if own else frame.type

    def _whole(self, frame: Frame, side: int) -> str:
        """A frame with who and what fills its roles."""
        known = self._known(side)
        fillers = (f"; {one.role}: {self._entity(known[one.entity], side)}" for one in frame.arguments)
        return self._frame(frame, side) + "".join(fillers)

    def _arguments(self, before: Frame, after: Frame) -> Iterator[Change]:
        sides: list[dict[tuple[str, int], Argument]] = []
        for side, frame in enumerate((before, after)):
            nodes = self._paired.nodes[side]
            sides.append({(one.role, nodes[one.entity]): one for one in frame.arguments})
        for slot in sorted(sides[0].keys() ^ sides[1].keys()):
            side = 0 if slot in sides[0] else 1
            filler = self._known(side)[sides[side][slot].entity]
            told = self._entity(filler, side)
            places = (_trigger(after), merge_fragments(filler.fragments))
            yield self._change("argument", after, (None, told) if side else (told, None), places, slot[0])


def _rest(items: Sequence[Item], taken: Sequence[int]) -> list[Item]:
    known = set(taken)
    return [one for number, one in enumerate(items) if number not in known]


def _trigger(frame: Frame) -> Fragments:
    return merge_fragments(frame.trigger.fragments) if frame.trigger else ()


def _value(value: Value | None) -> str | None:
    if value is None:
        return None
    return " ".join(f"{name}={field}" for name, field in value.model_dump(exclude_none=True).items())
