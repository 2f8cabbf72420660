"""Which mentions of a document form which clusters, and what the coreference measures count of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from workbench.scoring.comparison import Comparison
from workbench.scoring.coreference import CLUSTER_MEASURES, CONLL_MEASURES, blanc
from workbench.scoring.entities import Rows
from workbench.scoring.items import Items


def coreference(comparison: Comparison, match: str, singletons: str) -> Rows:
    """Counts of one coreference measure; conll and blanc have a row for each of their parts.

    Mentions are entities by span and type; an entity without a cluster is one by itself (keep), or no mention (drop).
    With a schema only entities of clustered types are mentions.
    """
    gold = _clusters(comparison, comparison.gold, singletons)
    predicted = _clusters(comparison, comparison.predicted, singletons)
    if match == "blanc":
        return dict(zip(("coreferent", "non_coreferent"), blanc(gold, predicted), strict=True))
    parts = CONLL_MEASURES if match == "conll" else (match,)
    return {part: CLUSTER_MEASURES[part](gold, predicted) for part in parts}


def _clusters(comparison: Comparison, items: Items, singletons: str) -> list[frozenset[Hashable]]:
    known = comparison.selection.known
    clusters: dict[Hashable, set[Hashable]] = defaultdict(set)
    for entity, item in zip(items.entities, items.labelled, strict=True):
        if not comparison.scores_entity(entity.type):
            continue
        if known is not None and not (entity.type in known.entity_types and known.entity_types[entity.type].clustered):
            continue
        clusters[("cluster", entity.cluster) if entity.cluster is not None else ("alone", item)].add(item)
    kept = (frozenset(mentions) for mentions in clusters.values())
    return [mentions for mentions in kept if singletons == "keep" or len(mentions) > 1]
