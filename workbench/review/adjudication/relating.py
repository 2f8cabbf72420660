"""Relations of gold: settled, and drawn between the entities that their ends became."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from workbench.core.records import Relation
from workbench.review.adjudication.case import Case, end_of, mark
from workbench.review.adjudication.decisions import Decision, short_hash
from workbench.review.adjudication.items import Item, RelationItem
from workbench.review.adjudication.nodes import Nodes
from workbench.review.adjudication.settling import Judged, Stale, settle
from workbench.review.adjudication.units import items_of, relation_atom, relation_units


class Relations(NamedTuple):
    """The relations of gold, their units, the decisions that do not apply, and what was lost, in words."""

    relations: tuple[Relation, ...]
    judged: tuple[Judged, ...]
    stale: tuple[Stale, ...]
    lost: tuple[str, ...]


def settle_relations(case: Case, nodes: Nodes) -> Relations:
    """Settle the relations of a document whose entities are settled as far as possible."""
    symmetric = frozenset(relation.id for relation in case.schema.relations if relation.symmetric)

    def atoms(decision: Decision) -> frozenset[Hashable]:
        found: set[Hashable] = set()
        for item in items_of(decision.seen):
            if isinstance(item, RelationItem):
                head, tail = nodes.group(item.head), nodes.group(item.tail)
                if head is not None and tail is not None:
                    found.add(relation_atom(item.type, (head, tail), item.attributes, symmetric))
        return frozenset(found)

    units = relation_units(case.passes, case.voters, symmetric)
    settled = settle(units, case.of(("relation",)), atoms)
    made: dict[str, Relation] = {}
    lost: list[str] = []
    outcomes = [(item, one.status == "unresolved") for one in settled.judged for item in one.items]
    said = {_name(item, nodes, symmetric) for one in settled.judged for item in items_of(one.unit.readings)}
    stale = list(settled.stale)
    for decision in case.of(("relation",), added=True):
        if {_name(item, nodes, symmetric) for item in decision.items} & said - {None}:
            stale.append(Stale(decision, "annotators have it: decide their unit instead"))
        else:
            outcomes += [(item, False) for item in decision.items]
    for item, unresolved in outcomes:
        if isinstance(item, RelationItem):
            relation = _drawn(item, nodes, lost, symmetric)
            if relation is not None:
                attributes = {**relation.attributes, **mark(unresolved)}
                made.setdefault(relation.id, relation.model_copy(update={"attributes": attributes}))
    return Relations(tuple(made.values()), settled.judged, tuple(stale), tuple(lost))


def _name(item: Item, nodes: Nodes, symmetric: frozenset[str]) -> str | None:
    """The id that a relation has in gold; None when an end waits or is lost."""
    drawn = _drawn(item, nodes, [], symmetric) if isinstance(item, RelationItem) else None
    return drawn.id if drawn else None


def _drawn(item: RelationItem, nodes: Nodes, lost: list[str], symmetric: frozenset[str]) -> Relation | None:
    """The relation between entities of gold; None when an end waits or is lost."""
    what = f"{item.type} {item.head.text or ''} → {item.tail.text or ''}"
    head, tail = end_of(item.head, nodes, what, lost), end_of(item.tail, nodes, what, lost)
    if head is None or tail is None:
        return None
    if head == tail:
        lost.append(f"{what}: both ends became one entity")
        return None
    ends = sorted((head, tail)) if item.type in symmetric else (head, tail)
    name = short_hash("R", f"{item.type} {ends[0]} {ends[1]}")
    return Relation(id=name, type=item.type, head=head, tail=tail, attributes=item.attributes)
