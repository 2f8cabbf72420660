"""Entity counts of one document: how the alignment went, by type, and which pairs count as right.

SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013) on the counts of MUC-5 (Chinchor and Sundheim 1993).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from workbench.core.counts import Counts, Side
from workbench.core.matching import Labelled, Pair, match
from workbench.core.text import Fragments, Span, merge_fragments, shared
from workbench.scoring.comparison import Comparison
from workbench.scoring.items import Items, without

Rows = Mapping[str, Sequence[float]]
"""Counts of one document by row: an entity, relation or frame type, a role, an attribute, a kind of value."""

ENTITY_SCHEMAS = ("strict", "exact", "partial", "type")


class Tally(NamedTuple):
    """How the alignment went for one type.

    `paired` items overlap their partner, `exact` ones have its span; both are counted by the type of their own side.
    `strict` pairs have equal span and type, `type` pairs overlap and have equal type.
    """

    possible: int = 0
    gold_paired: int = 0
    gold_exact: int = 0
    actual: int = 0
    predicted_paired: int = 0
    predicted_exact: int = 0
    strict: int = 0
    type: int = 0

    def counts(self, schema: str) -> Counts:
        """The MUC counts of both sides under one entity schema: strict, exact, partial or type."""
        sides = []
        for total, paired, exact in (self[:3], self[3:6]):
            correct = {"strict": self.strict, "type": self.type}.get(schema, exact)
            others = paired - correct
            partial = schema == "partial"
            sides.append(Side(correct, 0 if partial else others, others if partial else 0, total - paired))
        return Counts(*sides)


def tally(comparison: Comparison) -> Rows:
    """Count the alignment: for each type the eight numbers of `Tally`. The rows add up to the document."""
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    optional, excused = comparison.optional, comparison.excused
    possible = Counter(
        [item[1] for index, item in enumerate(gold) if index not in optional]
        if optional
        else [item[1] for item in gold]
    )
    actual = Counter(
        [item[1] for index, item in enumerate(predicted) if index not in excused]
        if excused
        else [item[1] for item in predicted]
    )
    others: dict[str, list[int]] = {}
    equal = []
    for left, right in comparison.pairs:
        wanted, found = gold[left], predicted[right]
        if wanted == found:
            equal.append(wanted[1])
            continue
        mine = others.get(wanted[1]) or others.setdefault(wanted[1], [0, 0, 0, 0, 0])
        theirs = others.get(found[1]) or others.setdefault(found[1], [0, 0, 0, 0, 0])
        mine[0] += 1
        theirs[2] += 1
        if wanted[0] == found[0]:
            mine[1] += 1
            theirs[3] += 1
        if mine is theirs:
            mine[4] += 1
    strict = Counter(equal)
    rows: dict[str, tuple[int, ...]] = {}
    for kind in {**possible, **actual}:
        same = strict.get(kind, 0)
        paired, exact, predicted_paired, predicted_exact, type_only = others.get(kind, _NOTHING)
        rows[kind] = (
            possible.get(kind, 0),
            same + paired,
            same + exact,
            actual.get(kind, 0),
            same + predicted_paired,
            same + predicted_exact,
            same,
            same + type_only,
        )
    if comparison.whole:
        return rows
    return {kind: row for kind, row in rows.items() if comparison.scores_entity(kind)}


_NOTHING = (0, 0, 0, 0, 0)


def relaxed(comparison: Comparison) -> Rows:
    """Pairs of equal type whose boundaries are right as the schema says: equal, or Dice ≥ ½ for relaxed types."""
    types = comparison.selection.relaxed

    def fits(gold: Labelled, predicted: Labelled) -> bool:
        # 2 common / (g + p) >= 1/2, in integers
        return gold.type in types and 4 * shared(gold.fragments, predicted.fragments) >= _size(gold) + _size(predicted)

    return _pairs_that(comparison, fits)


def overlapping(comparison: Comparison, threshold: float) -> Rows:
    """Pairs of equal type whose intersection over union, in code points, reaches the threshold."""

    def fits(gold: Labelled, predicted: Labelled) -> bool:
        common = shared(gold.fragments, predicted.fragments)
        return common >= threshold * (_size(gold) + _size(predicted) - common) - 1e-12

    return _pairs_that(comparison, fits)


def _pairs_that(comparison: Comparison, fits: Callable[[Labelled, Labelled], bool]) -> Rows:
    """Pairs of equal type that fit; equal spans always do."""
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    right: Counter[str] = Counter()
    for left, other in comparison.pairs:
        wanted, found = gold[left], predicted[other]
        if wanted[1] == found[1] and wanted != found and fits(wanted, found):
            right[wanted[1]] += 1
    return {kind: (row[6] + right.get(kind, 0), row[0], row[3]) for kind, row in tally(comparison).items()}


def _size(item: Labelled) -> int:
    return sum(end - start for start, end in item.fragments)


def characters(comparison: Comparison) -> Rows:
    """Code points that both sides label with a type; a long span weighs more than a short one.

    A code point that several spans of one type cover counts once.
    """
    gold = _coverage(comparison.gold, comparison.optional)
    predicted = _coverage(comparison.predicted, comparison.excused)
    rows = {}
    for kind in gold.keys() | predicted.keys():
        mine, theirs = gold.get(kind, ()), predicted.get(kind, ())
        if comparison.scores_entity(kind):
            rows[kind] = (shared(mine, theirs), _length(mine), _length(theirs))
    return rows


def _coverage(items: Items, left_out: frozenset[int]) -> dict[str, Fragments]:
    spans: dict[str, list[Span]] = defaultdict(list)
    for index, item in enumerate(items.labelled):
        if index not in left_out:
            spans[item.type] += item.fragments
    return {kind: merge_fragments(found) for kind, found in spans.items()}


def _length(fragments: Fragments) -> int:
    return sum(end - start for start, end in fragments)


def outermost(comparison: Comparison) -> Comparison:
    """The comparison of those entities alone that lie in no larger entity of their side; they are aligned anew.

    This is the fair view of a system that cannot nest.
    """
    return _restricted(comparison, _outermost)


def discontinuous(comparison: Comparison) -> Comparison:
    """The comparison of the discontinuous entities of both sides alone; they are aligned anew."""
    return _restricted(comparison, lambda items: [len(item.fragments) > 1 for item in items.labelled])


def _restricted(comparison: Comparison, keep: Callable[[Items], list[bool]]) -> Comparison:
    sides = []
    for items, left_out in ((comparison.gold, comparison.optional), (comparison.predicted, comparison.excused)):
        kept = keep(items)
        sides.append(without(items, {index for index, fits in enumerate(kept) if not fits or index in left_out}))
    gold, predicted = sides
    return comparison._replace(
        gold=gold,
        predicted=predicted,
        pairs=match(gold.labelled, predicted.labelled),
        optional=frozenset(),
        excused=frozenset(),
    )


def _outermost(items: Items) -> list[bool]:
    spans = sorted({item.fragments for item in items.labelled}, key=lambda span: (span[0].start, -span[-1].end))
    inner: set[Fragments] = set()
    open_spans: list[Fragments] = []
    for span in spans:
        size = _length(span)
        open_spans = [other for other in open_spans if other[-1].end > span[0].start]
        for other in open_spans:
            if shared(span, other) == size:
                inner.add(span)
            elif shared(span, other) == _length(other):
                inner.add(other)
        open_spans.append(span)
    return [item.fragments not in inner for item in items.labelled]


def equal_pairs(comparison: Comparison) -> list[Pair]:
    """The pairs of equal span and type whose type is scored."""
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    return [
        pair
        for pair in comparison.pairs
        if gold[pair.left] == predicted[pair.right] and comparison.scores_entity(gold[pair.left].type)
    ]
