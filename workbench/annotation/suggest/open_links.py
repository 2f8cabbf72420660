"""Which suggested relations and frames are open: those whose ends and fillers the annotator has labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from schemas import Schema
from workbench.annotation.suggest.beside import Beside
from workbench.annotation.suggest.legality import Law
from workbench.annotation.suggest.records import (
    Mention,
    SuggestedArgument,
    SuggestedFrame,
    SuggestedRelation,
    Suggestion,
    frame_key,
)
from workbench.core.records import Frame, Relation


class OpenLinks:
    """Suggested relations and frames beside an annotation; changes are noted, and decided together in `settle`."""

    def __init__(self, schema: Schema, law: Law, beside: Beside) -> None:
        self._schema = schema
        self._law = law
        self._beside = beside
        self._all: dict[str, Suggestion] = {}
        self._at: dict[Mention, set[str]] = {}
        self._from: dict[tuple[str, Mention], set[str]] = {}
        self._relations: dict[str, Relation] = {}
        self._frames: dict[str, Frame] = {}
        self._linked: Counter[tuple[str, str, str]] = Counter()
        self._heads: Counter[tuple[str, str]] = Counter()
        self._triggers: Counter[str] = Counter()
        self._stale: set[str] = set()

    # What is suggested

    def put(self, key: str, one: Suggestion | None) -> None:
        """Let a suggestion stand under its key, or (None) nothing."""
        before = self._all.pop(key, None)
        if before is not None:
            for mention in _mentions(before):
                self._at[mention].discard(key)
            self._leave(before)
        self._stale.add(key)
        if one is None:
            return
        self._all[key] = one
        for mention in _mentions(one):
            self._at.setdefault(mention, set()).add(key)
        if isinstance(one.item, SuggestedRelation):
            self._from.setdefault((one.item.type, one.item.head), set()).add(key)

    def _leave(self, before: Suggestion) -> None:
        if isinstance(before.item, SuggestedRelation):
            group = self._from[(before.item.type, before.item.head)]
            group.discard(before.key)
            self._stale |= group

    # What is annotated

    def touch(self, mention: Mention) -> None:
        """Note that an entity of this name has come or gone."""
        if self._at:
            self._stale |= self._at.get(mention, set())

    def touch_all(self) -> None:
        """Note that all entities may have changed."""
        self._stale.update(self._all)

    def add(self, item: Relation | Frame) -> None:
        """Take in a relation or frame of the annotation."""
        self.remove(item)
        if isinstance(item, Relation):
            self._relations[item.id] = item
            self._count(item, 1)
        else:
            self._frames[item.id] = item
            self._count_frame(item, 1)

    def remove(self, item: Relation | Frame) -> None:
        """Take out the relation or frame of the annotation with the id of this one."""
        if isinstance(item, Relation):
            if (relation := self._relations.pop(item.id, None)) is not None:
                self._count(relation, -1)
        elif (frame := self._frames.pop(item.id, None)) is not None:
            self._count_frame(frame, -1)

    def _count(self, relation: Relation, by: int) -> None:
        self._linked[self._ends(relation.type, relation.head, relation.tail)] += by
        self._heads[(relation.type, relation.head)] += by
        for end in (relation.head, relation.tail):
            if (mention := self._beside.mention(end)) is not None:
                self.touch(mention)

    def _count_frame(self, frame: Frame, by: int) -> None:
        if frame.trigger is not None:
            key = frame_key(frame.type, frame.trigger.fragments)
            self._triggers[key] += by
            self._stale.add(key)

    def _ends(self, type_: str, head: str, tail: str) -> tuple[str, str, str]:
        known = self._schema.relation_types.get(type_)
        return (type_, tail, head) if known is not None and known.symmetric and tail < head else (type_, head, tail)

    # What is open

    def settle(self) -> dict[str, Suggestion | None]:
        """Decide what changes have touched: the suggestions by key with ids, None for those that are not open."""
        decided: dict[str, Suggestion | None] = {}
        for key in self._stale:
            one = self._all.get(key)
            if one is None:
                decided[key] = None
            elif isinstance(one.item, SuggestedRelation):
                if key not in decided:
                    self._decide_group(self._from[(one.item.type, one.item.head)], decided)
            elif isinstance(one.item, SuggestedFrame):
                item = self._frame(key, one.item)
                decided[key] = None if item is None else one._replace(item=item)
        self._stale.clear()
        return decided

    def _decide_group(self, keys: Iterable[str], decided: dict[str, Suggestion | None]) -> None:
        """Decide the relations of one type from one head, the best first: a functional one takes one tail."""
        taken = False
        for one in sorted((self._all[key] for key in keys), key=lambda one: (-one.score, -len(one.sources), one.key)):
            item = self._relation(one.item) if isinstance(one.item, SuggestedRelation) else None
            if item is not None and self._schema.relation_types[item.type].functional:
                item = None if taken else item
                taken = taken or item is not None
            decided[one.key] = None if item is None else one._replace(item=item)

    def _relation(self, item: SuggestedRelation) -> SuggestedRelation | None:
        known = self._schema.relation_types.get(item.type)
        if known is None or not known.admits(item.head.type, item.tail.type):
            return None
        head, tail = self._beside.id_of(item.head), self._beside.id_of(item.tail)
        if head is None or tail is None or head == tail or self._linked[self._ends(item.type, head, tail)] > 0:
            return None
        if known.functional and self._heads[(item.type, head)] > 0:
            return None
        if item.attributes and not self._law.admits(item.type, item.attributes):
            return None
        return item._replace(head_id=head, tail_id=tail)

    def _frame(self, key: str, item: SuggestedFrame) -> SuggestedFrame | None:
        """The frame with the fillers that are there; None when it is not legal, or has too few of them."""
        if self._triggers[key] > 0 or not self._law.sound_frame(item):
            return None
        roles = self._schema.frame_types[item.type].roles
        kept: list[SuggestedArgument] = []
        count: Counter[str] = Counter()
        for argument in sorted(item.arguments, key=lambda one: (one.filler.fragments, one.role, one.filler.type)):
            role, filler = roles.get(argument.role), self._beside.id_of(argument.filler)
            if role is None or filler is None or argument.filler.type not in role.types:
                continue
            full = role.maximum is not None and count[argument.role] >= role.maximum
            found = argument._replace(entity_id=filler)
            if not full and found not in kept:
                kept.append(found)
                count[argument.role] += 1
        if any(count[name] < role.minimum for name, role in roles.items()):
            return None
        return item._replace(arguments=tuple(kept))


def _mentions(one: Suggestion) -> tuple[Mention, ...]:
    item = one.item
    if isinstance(item, SuggestedRelation):
        return (item.head, item.tail)
    return tuple(argument.filler for argument in item.arguments) if isinstance(item, SuggestedFrame) else ()
