"""Coreference: MUC, B³, CEAF, LEA and BLANC of one document, as sums that add over documents.

The two sides may have different mentions (no mention is ever added to a side), and singletons are kept. Clusters of one
side that share a mention are joined, since coreference is transitive; dropping one of the two mentions would depend on
order. Sums are exact before they become floats, so the order of clusters changes no digit.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeVar

from workbench.core.assignment import best_assignment

Clusters = Sequence[frozenset[Hashable]]
"""One side of a document: sets of mentions. Equal mentions are the same mention; empty clusters do not count."""

Item = TypeVar("Item", bound=Hashable)


class ClusterCounts(NamedTuple):
    """Numerators and denominators, which add over documents; a denominator of 0 leaves its ratio undefined."""

    recall_numerator: int | float = 0
    recall_denominator: int = 0
    precision_numerator: int | float = 0
    precision_denominator: int = 0

    def plus(self, other: ClusterCounts) -> ClusterCounts:
        """Add item by item."""
        return ClusterCounts(
            self.recall_numerator + other.recall_numerator,
            self.recall_denominator + other.recall_denominator,
            self.precision_numerator + other.precision_numerator,
            self.precision_denominator + other.precision_denominator,
        )

    @property
    def recall(self) -> float | None:
        """Share of gold that was found; None when there is nothing to find."""
        return self.recall_numerator / self.recall_denominator if self.recall_denominator else None

    @property
    def precision(self) -> float | None:
        """Share of the prediction that is right; None when nothing was predicted."""
        return self.precision_numerator / self.precision_denominator if self.precision_denominator else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; 0 when one side is empty, None when both are."""
        if not self.recall_denominator and not self.precision_denominator:
            return None
        precision, recall = self.precision or 0.0, self.recall or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


class BlancCounts(NamedTuple):
    """BLANC's links between mentions of one cluster and its links between mentions of two.

    The ratios are means over the kinds of link that gold has, as in the CoNLL scorer 8.01: gold of one cluster, or of
    singletons only, is scored on its one kind. A kind that gold has and the prediction lacks has precision 0.
    """

    coreferent: ClusterCounts = ClusterCounts()
    non_coreferent: ClusterCounts = ClusterCounts()

    def plus(self, other: BlancCounts) -> BlancCounts:
        """Add item by item."""
        return BlancCounts(self.coreferent.plus(other.coreferent), self.non_coreferent.plus(other.non_coreferent))

    @property
    def recall(self) -> float | None:
        """Mean recall; None when gold has no link."""
        kinds = self._kinds_of_gold()
        return sum(kind.recall or 0.0 for kind in kinds) / len(kinds) if kinds else None

    @property
    def precision(self) -> float | None:
        """Mean precision; 0 when only the prediction has links, None when it has none."""
        if not any(kind.precision_denominator for kind in self):
            return None
        kinds = self._kinds_of_gold()
        return sum(kind.precision or 0.0 for kind in kinds) / len(kinds) if kinds else 0.0

    @property
    def f1(self) -> float | None:
        """Mean of the F1 of the kinds of link; 0 when one side has no link, None when neither has."""
        kinds = self._kinds_of_gold()
        if not kinds:
            return 0.0 if any(kind.precision_denominator for kind in self) else None
        return sum(kind.f1 or 0.0 for kind in kinds) / len(kinds)

    def _kinds_of_gold(self) -> list[ClusterCounts]:
        return [kind for kind in self if kind.recall_denominator]


class _Overlap(NamedTuple):
    """Sizes of the clusters of both sides, and the number of mentions common to each two that share any."""

    gold: list[int]
    predicted: list[int]
    common: Mapping[tuple[int, int], int]


def muc(gold: Clusters, predicted: Clusters) -> ClusterCounts:
    """Links of a spanning tree. Vilain et al. 1995: Σ(|k| − parts of k) / Σ(|k| − 1).

    Each response cluster that holds n mentions of k spares k n − 1 parts, so both numerators are the same sum.
    """
    sides = _overlap(gold, predicted)
    found = sum(common - 1 for common in sides.common.values())
    return ClusterCounts(found, sum(size - 1 for size in sides.gold), found, sum(size - 1 for size in sides.predicted))


def b_cubed(gold: Clusters, predicted: Clusters) -> ClusterCounts:
    """Mean over mentions of how much of their cluster is found. Bagga and Baldwin 1998: ΣΣ(|k∩r|²/|k|) / Σ|k|."""
    sides = _overlap(gold, predicted)
    squares = {pair: common**2 for pair, common in sides.common.items()}
    return ClusterCounts(
        _exact_sum((square, sides.gold[row]) for (row, _), square in squares.items()),
        sum(sides.gold),
        _exact_sum((square, sides.predicted[column]) for (_, column), square in squares.items()),
        sum(sides.predicted),
    )


def ceaf_m(gold: Clusters, predicted: Clusters) -> ClusterCounts:
    """Common mentions under the best one-to-one map of clusters, of all mentions. Luo 2005 (φ₃ = |k∩r|)."""
    sides = _overlap(gold, predicted)
    shared = sum(_best_sum(part) for part in _connected(sides.common))
    return ClusterCounts(shared, sum(sides.gold), shared, sum(sides.predicted))


def ceaf_e(gold: Clusters, predicted: Clusters) -> ClusterCounts:
    """Likeness of clusters under the best one-to-one map, of all clusters. Luo 2005 (φ₄ = 2|k∩r| / (|k|+|r|))."""
    sides = _overlap(gold, predicted)
    likeness = Fraction(0)
    for part in _connected(sides.common):
        sizes = {(row, column): sides.gold[row] + sides.predicted[column] for row, column in part}
        unit = math.lcm(*sizes.values())
        weights = {pair: 2 * common * (unit // sizes[pair]) for pair, common in part.items()}
        likeness += Fraction(_best_sum(weights), unit)
    total = _plain(likeness)
    return ClusterCounts(total, len(sides.gold), total, len(sides.predicted))


def lea(gold: Clusters, predicted: Clusters) -> ClusterCounts:
    """Share of each cluster's links, weighted by its size. Moosavi and Strube 2016: Σ|k|·(Σ link(k∩r)/link(k)) / Σ|k|.

    link(n) = n(n−1)/2; a singleton's one link, to itself, is found when it is a singleton on the other side too.
    With |k| > 1 a cluster's weighted share is Σ n(n−1) / (|k|−1).
    """
    sides = _overlap(gold, predicted)
    recall: list[tuple[int, int]] = []
    precision: list[tuple[int, int]] = []
    for (row, column), common in sides.common.items():
        sizes = sides.gold[row], sides.predicted[column]
        if sizes == (1, 1):
            recall.append((1, 1))
            precision.append((1, 1))
        elif common > 1:
            recall.append((common * (common - 1), sizes[0] - 1))
            precision.append((common * (common - 1), sizes[1] - 1))
    return ClusterCounts(_exact_sum(recall), sum(sides.gold), _exact_sum(precision), sum(sides.predicted))


def blanc(gold: Clusters, predicted: Clusters) -> BlancCounts:
    """Pairs of mentions that are together on both sides, and pairs that are apart on both.

    Recasens and Hovy 2011, extended to predicted mentions by Luo et al. 2014.
    """
    sides = _overlap(gold, predicted)
    mentions = sum(sides.common.values())
    rows: Counter[int] = Counter()
    columns: Counter[int] = Counter()
    for (row, column), common in sides.common.items():
        rows[row] += common
        columns[column] += common
    together = _links(sides.common.values())
    apart = _links([mentions]) - _links(rows.values()) - _links(columns.values()) + together
    links = [(_links(sizes), _links([sum(sizes)])) for sizes in (sides.gold, sides.predicted)]
    return BlancCounts(
        ClusterCounts(together, links[0][0], together, links[1][0]),
        ClusterCounts(apart, links[0][1] - links[0][0], apart, links[1][1] - links[1][0]),
    )


CLUSTER_MEASURES: Mapping[str, Callable[[Clusters, Clusters], ClusterCounts]] = {
    "muc": muc,
    "b_cubed": b_cubed,
    "ceaf_m": ceaf_m,
    "ceaf_e": ceaf_e,
    "lea": lea,
}
"""The measures that are one ratio each way; `blanc` is a mean of two and stands apart."""

CONLL_MEASURES = ("muc", "b_cubed", "ceaf_e")
"""The measures whose F1 the CoNLL mean averages."""


def _overlap(gold: Clusters, predicted: Clusters) -> _Overlap:
    sides = _joined(gold), _joined(predicted)
    column_of = {mention: column for column, cluster in enumerate(sides[1]) for mention in cluster}
    common: Counter[tuple[int, int]] = Counter()
    for row, cluster in enumerate(sides[0]):
        for mention in cluster:
            if mention in column_of:
                common[row, column_of[mention]] += 1
    return _Overlap([len(cluster) for cluster in sides[0]], [len(cluster) for cluster in sides[1]], common)


def _joined(groups: Iterable[frozenset[Item]]) -> list[set[Item]]:
    """The groups, with those united that share an item directly or through others; empty ones are left out."""
    home: dict[Item, set[Item]] = {}
    for group in groups:
        met = {id(home[item]): home[item] for item in group if item in home}
        whole = max(met.values(), key=len, default=set())
        for part in (group, *met.values()):
            if part is not whole:
                whole |= part
                home.update(dict.fromkeys(part, whole))
    return list({id(group): group for group in home.values()}.values())


def _connected(common: Mapping[tuple[int, int], int]) -> list[dict[tuple[int, int], int]]:
    """The parts of the table whose clusters share mentions directly or through others."""
    nodes = _joined(frozenset({("gold", row), ("predicted", column)}) for row, column in common)
    part_of = {node: index for index, part in enumerate(nodes) for node in part}
    parts: list[dict[tuple[int, int], int]] = [{} for _ in nodes]
    for (row, column), count in common.items():
        parts[part_of["gold", row]][row, column] = count
    return parts


def _best_sum(weights: Mapping[tuple[int, int], int]) -> int:
    """The greatest sum of weights over one-to-one maps; pairs not in the table weigh nothing."""
    rows = sorted({row for row, _ in weights})
    columns = sorted({column for _, column in weights})
    table = [[weights.get((row, column), 0) for column in columns] for row in rows]
    return sum(table[row][column] for row, column in best_assignment(table))


def _links(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _exact_sum(terms: Iterable[tuple[int, int]]) -> int | float:
    """The sum of numerators over denominators, rounded once."""
    numerators: Counter[int] = Counter()
    for numerator, denominator in terms:
        numerators[denominator] += numerator
    return _plain(sum((Fraction(total, denominator) for denominator, total in numerators.items()), Fraction(0)))


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)
