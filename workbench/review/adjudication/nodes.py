"""The entities of gold while it is being made, and the way from every annotator's entity and every mention to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from workbench.core.records import Entity
from workbench.core.text import Fragments, merge_fragments, shared
from workbench.review.adjudication.decisions import Decision, short_hash
from workbench.review.adjudication.grouping import Passes
from workbench.review.adjudication.items import EntityItem, Mention
from workbench.review.adjudication.settling import Judged, Stale


class Node(NamedTuple):
    """An entity of gold. `members` are the entities of the annotators it comes from, by annotator."""

    id: str
    item: EntityItem
    members: Mapping[str, Entity]
    unresolved: bool = False

    @property
    def mention(self) -> Mention:
        """The entity as decisions name it."""
        return Mention(type=self.item.type, spans=self.item.spans, text=self.item.text)


class Nodes:
    """All entities of gold of one document, by group and by what they are.

    `open` are the groups that wait for a decision. `stale` are the decisions to add that do not apply.
    """

    def __init__(self, passes: Passes, judged: Sequence[Judged], added: Iterable[Decision]) -> None:
        self.open: set[int] = set()
        self.stale: list[Stale] = []
        self._by_id: dict[str, Node] = {}
        self._by_group: dict[int, list[Node]] = defaultdict(list)
        self._group: dict[tuple[str, Fragments], int] = {}
        for place, group in enumerate(passes.entities):
            for entity in group.values():
                self._group.setdefault((entity.type, merge_fragments(entity.fragments)), place)
        for one in judged:
            place = one.unit.place
            if one.status == "open":
                self.open.add(place)
            for item in one.items:
                if isinstance(item, EntityItem):
                    self._add(item, place, passes.entities[place], one.status == "unresolved")
        for number, decision in enumerate(added):
            self._add_new(decision, len(passes.entities) + number)

    def _add(self, item: EntityItem, place: int, members: Mapping[str, Entity], unresolved: bool) -> None:
        name = short_hash("T", repr((item.type, [list(span) for span in item.spans])))
        node = self._by_id.setdefault(name, Node(name, item, members, unresolved))
        self._by_group[place].append(node)
        self._group.setdefault((item.type, item.spans), place)

    def _add_new(self, decision: Decision, place: int) -> None:
        """Add the entities of a decision, unless one of them is a matter of a unit."""
        items = [item for item in decision.items if isinstance(item, EntityItem)]
        for item in items:
            known = self._group.get((item.type, item.spans))
            same = [] if known is None else [one for one in self._by_group[known] if one.item.key == item.key]
            if known is None or (same and item.attributes is None and item.value is None):
                continue
            why = "annotators have it: decide their unit instead"
            self.stale.append(Stale(decision, f"{item.type} {item.text or ''} cannot be added, {why}"))
            return
        for item in items:
            self._add(item, place, {}, unresolved=False)

    @property
    def all(self) -> tuple[Node, ...]:
        """All nodes in the order of the text."""
        return tuple(sorted(self._by_id.values(), key=lambda node: (node.item.spans, node.item.type)))

    def group(self, mention: Mention) -> int | None:
        """The group of a mention that an annotator or a decision has; None when nobody has it."""
        return self._group.get(mention.key)

    def find(self, mention: Mention) -> Node | None:
        """The node that a mention became: itself, or what its group was settled to; None when there is nothing."""
        place = self.group(mention)
        if place is None:
            return None
        nodes = self._by_group.get(place, [])
        exact = [node for node in nodes if node.item.key == mention.key]
        return next(iter(exact), None) or max(
            nodes, key=lambda node: shared(node.item.spans, mention.spans), default=None
        )

    def rejected(self, mention: Mention) -> bool:
        """Tell whether somebody had the mention and gold has nothing in its place."""
        place = self.group(mention)
        return place is not None and place not in self.open and not self._by_group.get(place)

    def waits(self, mention: Mention) -> bool:
        """Tell whether a mention's group is open."""
        return self.group(mention) in self.open
