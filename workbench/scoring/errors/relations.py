"""Categories of relations: linked one to one by their ends, as far as the ends correspond.

`workbench.scoring.errors` defines the categories; here is how they are found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.core.matching import Labelled
from workbench.scoring.comparison import Comparison
from workbench.scoring.errors.items import Verdict
from workbench.scoring.errors.linking import Candidate, Correspondence, Links, correspondence, link
from workbench.scoring.items import Items
from workbench.scoring.selection import Selection

Ends = tuple[Labelled, Labelled]

EQUAL, END_FAULT, TYPE, TYPE_AND_END, EXCHANGED = range(0, 10, 2)
"""Levels of links: from `EXCHANGED` on the ends are exchanged, and all levels come again.

One is added where the predicted ends are turned to fit gold's: always when exchanged, else for ends without order.
"""
TURNED = 1


class _Relation(NamedTuple):
    """A relation by value; the ends of a symmetric type stand in the order of their values."""

    type: str
    ends: Ends


class LinkedRelations(NamedTuple):
    """Both sides by value (0: gold, 1: predicted), the first relation of each value, and the links between those."""

    relations: tuple[Sequence[_Relation], Sequence[_Relation]]
    first: tuple[Mapping[_Relation, int], Mapping[_Relation, int]]
    links: Links


def link_relations(comparison: Comparison, ends: Correspondence) -> LinkedRelations:
    """Link relations of any type whose ends correspond; a relation that is written twice is linked once.

    First come equal relations, then those of equal type, of other type with equal ends, of other type, and last those
    whose ends are exchanged.
    """
    symmetric = comparison.selection.symmetric
    sides = [_by_value(items, symmetric) for items in (comparison.gold, comparison.predicted)]
    ids = [[relation.id for relation in items.relations] for items in (comparison.gold, comparison.predicted)]
    first = [_first(items, side) for items, side in zip((comparison.gold, comparison.predicted), sides, strict=True)]
    links = link(_candidates(first[0], first[1], ends, symmetric), sides, ids)
    return LinkedRelations((sides[0], sides[1]), (first[0], first[1]), links)


def relation_verdicts(comparison: Comparison) -> tuple[list[Verdict], list[Verdict]]:
    """The verdict on every relation of gold and of the prediction, by index, whether its type is scored or not."""
    ends = correspondence(comparison)
    linked = link_relations(comparison, ends)
    made: tuple[list[Verdict], list[Verdict]] = ([], [])
    for side, partners, partners_of_ends in (
        (0, linked.links.to_predicted, ends.to_predicted),
        (1, linked.links.to_gold, ends.to_gold),
    ):
        for index, relation in enumerate(linked.relations[side]):
            first = linked.first[side][relation]
            partner = partners.get(first)
            if first == index and partner is not None:
                gold, predicted = (index, partner) if side == 0 else (partner, index)
                pair = (linked.relations[0][gold], linked.relations[1][predicted])
                category, detail = _of_link(pair, linked.links.level[gold], comparison.selection)
                made[side].append(Verdict(category, detail, partner, True))
            elif first != index:
                made[side].append(Verdict("duplicate", None, partner))
            elif side == 1 and _unknown(relation, comparison.selection):
                made[side].append(Verdict("unknown label"))
            else:
                made[side].append(_of_unlinked(side, relation, partners_of_ends, comparison.selection))
    return made


def _by_value(items: Items, symmetric: frozenset[str]) -> list[_Relation]:
    found = []
    for kind, head, tail, _ in items.relations:
        ends = (items.labelled[head], items.labelled[tail])
        found.append(_Relation(kind, (ends[1], ends[0]) if kind in symmetric and ends[1] < ends[0] else ends))
    return found


def _first(items: Items, relations: Sequence[_Relation]) -> dict[_Relation, int]:
    """Of equal relations the first by its ends as they are written, then by id."""

    def order(index: int) -> tuple[Labelled, Labelled, str]:
        _, head, tail, name = items.relations[index]
        return items.labelled[head], items.labelled[tail], name

    first: dict[_Relation, int] = {}
    for index in sorted(range(len(relations)), key=order):
        first.setdefault(relations[index], index)
    return first


def _candidates(
    gold: Mapping[_Relation, int], predicted: Mapping[_Relation, int], ends: Correspondence, symmetric: frozenset[str]
) -> Iterator[Candidate]:
    by_ends: dict[Ends, list[_Relation]] = defaultdict(list)
    for relation in gold:
        by_ends[relation.ends].append(relation)
    for found, index in predicted.items():
        heads, tails = (ends.to_gold.get(end, frozenset()) for end in found.ends)
        for head in heads:
            for tail in tails:
                for wanted in by_ends.get((head, tail), ()):
                    yield Candidate(_level(wanted, found), gold[wanted], index)
                for wanted in by_ends.get((tail, head), ()):
                    unordered = wanted.type in symmetric or found.type in symmetric
                    level = _level(wanted, _turned(found)) + TURNED + (0 if unordered else EXCHANGED)
                    yield Candidate(level, gold[wanted], index)


def _turned(relation: _Relation) -> _Relation:
    return relation._replace(ends=(relation.ends[1], relation.ends[0]))


def _level(wanted: _Relation, found: _Relation) -> int:
    if wanted.type == found.type:
        return EQUAL if wanted.ends == found.ends else END_FAULT
    return TYPE if wanted.ends == found.ends else TYPE_AND_END


def _of_link(pair: tuple[_Relation, _Relation], level: int, selection: Selection) -> tuple[str, str | None]:
    """Category and detail of both relations of a link."""
    wanted, found = pair
    if level == EQUAL:
        return "correct", None
    exchanged = level >= EXCHANGED
    if _unknown(found, selection):
        return "unknown label", "type+direction" if exchanged else "type"
    ends = _turned(found).ends if level & TURNED else found.ends
    spans = [mine.fragments != other.fragments for mine, other in zip(wanted.ends, ends, strict=True)]
    types = [mine.type != other.type for mine, other in zip(wanted.ends, ends, strict=True)]
    fault = "type+boundary" if any(spans) and any(types) else "boundary" if any(spans) else "type"
    fault_of_ends = f"end {fault}" if any(spans + types) else None
    if wanted.type != found.type:
        return "type+direction" if exchanged else "type", fault_of_ends
    if exchanged:
        return "direction", fault_of_ends
    wrong = [span or kind for span, kind in zip(spans, types, strict=True)]
    return f"end {fault}", _which(wrong, wanted.type in selection.symmetric)


def _of_unlinked(
    side: int, relation: _Relation, partners: Mapping[Labelled, frozenset[Labelled]], selection: Selection
) -> Verdict:
    lone = [end not in partners for end in relation.ends]
    name = ("missed", "spurious")[side]
    if not any(lone):
        return Verdict(name)
    return Verdict(f"{name} end", _which(lone, relation.type in selection.symmetric))


def _which(ends: Sequence[bool], symmetric: bool) -> str:
    """Which ends are meant; one of two ends without order has no name."""
    if all(ends):
        return "both"
    return "one" if symmetric else "head" if ends[0] else "tail"


def _unknown(relation: _Relation, selection: Selection) -> bool:
    return selection.known is not None and relation.type not in selection.known.relation_types
