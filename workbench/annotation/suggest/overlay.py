"""The suggestions that are open: beside what an annotator has done, legal, not rejected, and compatible.

An overlay is kept up to date edit by edit; an edit costs what lies at its place, not what lies in the document.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Mapping

from schemas import Schema
from workbench.annotation.suggest.beside import Beside
from workbench.annotation.suggest.legality import Law
from workbench.annotation.suggest.open_entities import OpenEntities
from workbench.annotation.suggest.open_links import OpenLinks
from workbench.annotation.suggest.records import SuggestedEntity, SuggestedRelation, Suggestion, merged
from workbench.core.records import Annotation, Document, Entity, Frame, Relation

ReadingOrder = tuple[int, int, int, str]
"""A place in the text: the start, the kind, minus the end, and the key."""

_MANY = 200
"""From so many changes on, the open suggestions are sorted anew."""


def open_suggestions(
    suggestions: Iterable[Suggestion],
    annotation: Annotation,
    rejected: Collection[str],
    schema: Schema,
    document: Document,
) -> tuple[Suggestion, ...]:
    """The open suggestions in reading order; see `Overlay`."""
    overlay = Overlay(schema, document, rejected)
    overlay.offer("", suggestions)
    overlay.edit((*annotation.entities, *annotation.relations, *annotation.frames))
    return overlay.open


class Overlay:
    """The suggestions of all sources beside one annotator's work on one document.

    Left out are those that are rejected (`rejected` has their keys), those in the annotation already, and those that
    would be illegal beside it. Of entities that exclude each other the best is open: by score, then number of sources,
    then length. All open entities together are legal. A relation is open when both its ends are in the annotation; a
    frame when enough of its fillers are, and with those.
    """

    def __init__(self, schema: Schema, document: Document, rejected: Iterable[str] = ()) -> None:
        law = Law(schema, document)
        self._beside = Beside(law)
        self._entities = OpenEntities(law, self._beside)
        self._links = OpenLinks(schema, law, self._beside)
        self._rejected = set(rejected)
        self._offers: dict[str, Mapping[str, Suggestion]] = {}
        self._all: dict[str, Suggestion] = {}
        self._open: dict[str, Suggestion] = {}
        self._order: list[ReadingOrder] = []
        self._listed: tuple[Suggestion, ...] | None = None

    @property
    def open(self) -> tuple[Suggestion, ...]:
        """The open suggestions in reading order; a relation stands at the later of its ends."""
        self._settle()
        if self._listed is None:
            self._listed = tuple([self._open[key] for *_, key in self._order])
        return self._listed

    def find(self, key: str) -> Suggestion | None:
        """The open suggestion with a key, if it is open."""
        self._settle()
        return self._open.get(key)

    def meeting(self, start: int, end: int) -> tuple[Suggestion, ...]:
        """The open entities that meet [start, end), in reading order."""
        self._settle()
        found = [self._open[key] for key in self._entities.meeting(start, end) if key in self._open]
        return tuple(sorted(found, key=reading_order))

    def offer(self, source: str, suggestions: Iterable[Suggestion]) -> None:
        """Let a source suggest these instead of what it suggested before."""
        before, after = self._offers.get(source, {}), merged(suggestions)
        self._offers[source] = after
        if not self._all:
            self._fill(after)
            return
        for key, one in after.items():
            if before.get(key) != one:
                self._change(key)
        for key in before.keys() - after.keys():
            self._change(key)

    def _fill(self, offer: Mapping[str, Suggestion]) -> None:
        """Take in the first offer at once."""
        self._all = dict(offer)
        self._entities.fill(one for key, one in offer.items() if one.kind == "entity" and key not in self._rejected)
        for key, one in offer.items():
            if one.kind != "entity":
                self._put(key)

    def reject(self, keys: Iterable[str]) -> None:
        """Leave suggestions out from now on, whoever makes them."""
        for key in set(keys) - self._rejected:
            self._rejected.add(key)
            self._put(key)

    def restore(self, keys: Iterable[str]) -> None:
        """Take rejections back."""
        for key in self._rejected.intersection(keys):
            self._rejected.discard(key)
            self._put(key)

    def edit(
        self, added: Iterable[Entity | Relation | Frame] = (), removed: Iterable[Entity | Relation | Frame] = ()
    ) -> None:
        """Take in a change of the annotation; something changed is removed as it was and added as it is."""
        for item in removed:
            if isinstance(item, Entity):
                self._take_out(item)
            else:
                self._links.remove(item)
        entities: list[Entity] = []
        links: list[Relation | Frame] = []
        for item in added:
            if isinstance(item, Entity):
                entities.append(item)
            else:
                links.append(item)
        if len(self._beside):
            for entity in entities:
                self._take_out(entity)
                self._entities.touch(entity.start, entity.end)
                self._links.touch(self._beside.add(entity))
        elif entities:
            self._beside.fill(entities)
            self._entities.touch_all()
            self._links.touch_all()
        for link in links:
            self._links.add(link)

    def _take_out(self, entity: Entity) -> None:
        """Take out the entity that has the id of this one, if there is one."""
        mention = self._beside.remove(entity.id)
        if mention is not None:
            self._entities.touch(mention.fragments[0].start, mention.fragments[-1].end)
            self._links.touch(mention)

    def _change(self, key: str) -> None:
        """Put what all sources together say under a key in the place of what they said."""
        said = [offer[key] for offer in self._offers.values() if key in offer]
        before = self._all.pop(key, None)
        if said:
            self._all[key] = said[0] if len(said) == 1 else merged(said)[key]
        self._put(key, before)

    def _put(self, key: str, before: Suggestion | None = None) -> None:
        one = self._all.get(key)
        kind = one or before
        if kind is not None:
            side = self._entities if kind.kind == "entity" else self._links
            side.put(key, None if key in self._rejected else one)

    def _settle(self) -> None:
        decided = self._entities.settle()
        decided.update(self._links.settle())
        if not decided:
            return
        self._listed = None
        few = len(decided) < _MANY
        for key, one in decided.items():
            before = self._open.pop(key, None)
            if one is not None:
                self._open[key] = one
            if few and (before is None) != (one is None):
                self._place(before, one)
        if not few:
            self._order = sorted(reading_order(one) for one in self._open.values())

    def _place(self, gone: Suggestion | None, come: Suggestion | None) -> None:
        if gone is not None:
            del self._order[bisect_left(self._order, reading_order(gone))]
        if come is not None:
            insort(self._order, reading_order(come))


def reading_order(one: Suggestion) -> ReadingOrder:
    """Where a suggestion stands: where it can be judged, entities before relations before frames, the longer first."""
    item = one.item
    if isinstance(item, SuggestedEntity):
        return (item.start, 0, -item.end, one.key)
    if isinstance(item, SuggestedRelation):
        ends = sorted((item.head.fragments[0].start, item.tail.fragments[0].start))
        return (ends[1], 1, -ends[0], one.key)
    return (item.trigger[0].start, 2, -item.trigger[-1].end, one.key)
