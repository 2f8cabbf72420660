"""Counts of matched and unmatched items, and the ratios made of them. Counts add over documents; ratios never do."""

from __future__ import annotations

from typing import NamedTuple


class Side(NamedTuple):
    """How the items of one side fared; `unmatched` is missed on the gold side, spurious on the predicted one."""

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    unmatched: int = 0

    @property
    def total(self) -> int:
        """Number of items."""
        return self.correct + self.incorrect + self.partial + self.unmatched

    def plus(self, other: Side) -> Side:
        """Add item by item."""
        return Side(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Counts(NamedTuple):
    """The MUC counts of both sides.

    The two sides are kept apart because a row of one type can differ: a gold ORG paired with a predicted LOC is an
    incorrect item of ORG's gold side and of LOC's predicted side.
    """

    gold: Side = Side()
    predicted: Side = Side()

    def plus(self, other: Counts) -> Counts:
        """Add item by item."""
        return Counts(self.gold.plus(other.gold), self.predicted.plus(other.predicted))

    @property
    def precision(self) -> float | None:
        """(correct + ½ partial) / actual; None when nothing was predicted. Chinchor and Sundheim 1993 (MUC-5)."""
        return _credit(self.predicted)

    @property
    def recall(self) -> float | None:
        """(correct + ½ partial) / possible; None when there is nothing to find. Chinchor and Sundheim 1993 (MUC-5)."""
        return _credit(self.gold)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; 0 when one side is empty, None when both are."""
        if not self.gold.total and not self.predicted.total:
            return None
        precision, recall = self.precision or 0.0, self.recall or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _credit(side: Side) -> float | None:
    return (side.correct + side.partial / 2) / side.total if side.total else None
