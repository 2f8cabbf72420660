"""Relation counts of one document: sets of keys, so that a relation that is written twice counts once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence

from workbench.core.assignment import best_assignment
from workbench.core.matching import Labelled
from workbench.scoring.comparison import Comparison
from workbench.scoring.entities import Rows
from workbench.scoring.items import Items

Key = tuple[str, int, int]
"""Type, head and tail; an end is a number that stands for what ends are compared by, on both sides the same."""


def strict(comparison: Comparison) -> Rows:
    """Relations whose type and both ends are right, with span and type ("Rel+"). Bekoulis et al. 2018."""
    return _rows(*_keys(comparison, comparison.gold.labelled, comparison.predicted.labelled))


def boundaries(comparison: Comparison) -> Rows:
    """Relations whose type and both ends' spans are right; types of the ends are not compared ("Rel")."""
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    return _rows(*_keys(comparison, [item[0] for item in gold], [item[0] for item in predicted]))


def aligned(comparison: Comparison, alignment: str) -> Rows:
    """Relations whose ends are paired by the entity alignment.

    `alignment` partial: any pair will do; type: only pairs of equal type. An end without a partner is wrong.
    """
    partner: dict[Hashable, Hashable] = {}
    taken: set[Labelled] = set()  # of equal gold items, one stands for all
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    values = ((gold[left], predicted[right]) for left, right in comparison.alignment)
    for wanted, found in sorted(values, key=lambda both: (both[0] != both[1], both[1], both[0])):
        if alignment == "type" and wanted.type != found.type:
            continue
        if found not in partner and wanted not in taken:
            partner[found] = wanted
            taken.add(wanted)
    return _mapped(comparison, gold, predicted, partner)


def given_entities(comparison: Comparison) -> Rows:
    """Relations whose type is right, among entities that both sides have, with span and type.

    How well a system relates what it finds: relations with an end that only one side has are left out.
    """
    ends = comparison.gold.labelled, comparison.predicted.labelled
    common = _codes(*ends)
    both = set(common[0]) & set(common[1])
    wanted, found = ({key for key in keys if key[1] in both and key[2] in both} for keys in _keys(comparison, *ends))
    return _rows(wanted, found)


def entity_level(comparison: Comparison) -> Rows:
    """Relations between clusters: any mention of the right entity will do. Yao et al. 2019 (DocRED).

    Predicted clusters are mapped one to one to gold clusters with the most common mentions (span and type); an entity
    without a cluster is one by itself.
    """
    gold, predicted = (_homes(items) for items in (comparison.gold, comparison.predicted))
    return _mapped(comparison, gold, predicted, _map_clusters(set(gold), set(predicted)))


def _codes(gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> tuple[list[int], list[int]]:
    """Small numbers for ends: equal ends have equal numbers, which are quicker to compare."""
    codes: dict[Hashable, int] = {}
    mine = [codes.setdefault(end, len(codes)) for end in gold]
    return mine, [codes.setdefault(end, len(codes)) for end in predicted]


def _keys(comparison: Comparison, gold: Sequence[Hashable], predicted: Sequence[Hashable]) -> tuple[set[Key], set[Key]]:
    """The relations of both sides, given what the ends of each side are compared by."""
    codes = _codes(gold, predicted)
    return _side(comparison, comparison.gold, codes[0]), _side(comparison, comparison.predicted, codes[1])


def _side(comparison: Comparison, items: Items, codes: list[int]) -> set[Key]:
    relations = items.relations
    if not comparison.whole:
        relations = [relation for relation in relations if comparison.scores_relation(relation.type)]
    symmetric = comparison.selection.symmetric
    if not symmetric:
        return {(kind, codes[head], codes[tail]) for kind, head, tail, _ in relations}
    return {
        (kind, codes[tail], codes[head])
        if kind in symmetric and codes[tail] < codes[head]
        else (kind, codes[head], codes[tail])
        for kind, head, tail, _ in relations
    }


def _mapped(
    comparison: Comparison,
    gold: Sequence[Hashable],
    predicted: Sequence[Hashable],
    partner: Mapping[Hashable, Hashable],
) -> Rows:
    """Compare relations after replacing predicted ends by their gold partners; an end without one matches nothing."""
    lone = object()
    replaced = [partner.get(end, (lone, end)) for end in predicted]
    return _rows(*_keys(comparison, gold, replaced))


def _rows(wanted: set[Key], found: set[Key]) -> Rows:
    """Common, possible and actual by type."""
    common = Counter([key[0] for key in wanted & found])
    possible = Counter([key[0] for key in wanted])
    actual = Counter([key[0] for key in found])
    return {kind: (common.get(kind, 0), possible.get(kind, 0), actual.get(kind, 0)) for kind in {**possible, **actual}}


def _homes(items: Items) -> list[frozenset[Labelled]]:
    """For every entity the mentions of its cluster."""
    members: dict[str, set[Labelled]] = defaultdict(set)
    for entity, item in zip(items.entities, items.labelled, strict=True):
        if entity.cluster is not None:
            members[entity.cluster].add(item)
    clusters = {cluster: frozenset(mentions) for cluster, mentions in members.items()}
    return [
        frozenset((item,)) if entity.cluster is None else clusters[entity.cluster]
        for entity, item in zip(items.entities, items.labelled, strict=True)
    ]


def _map_clusters(gold: set[frozenset[Labelled]], predicted: set[frozenset[Labelled]]) -> dict[Hashable, Hashable]:
    """Predicted clusters to gold clusters, one to one, with the most common mentions."""
    rows, columns = sorted(gold, key=sorted), sorted(predicted, key=sorted)
    chosen = best_assignment([[len(row & column) for column in columns] for row in rows])
    return {columns[column]: rows[row] for row, column in chosen if rows[row] & columns[column]}
