"""Which items of the two sides correspond, by value: the ground on which relations, frames and arguments are linked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from workbench.core.matching import Labelled
from workbench.core.text import Fragments
from workbench.scoring.comparison import Comparison

Value = tuple[Any, ...]
"""What an item is, without its id, in a form that sorts beside the values of the other side."""


class Candidate(NamedTuple):
    """Two items that may be linked; of all candidates those of the lowest level are linked first."""

    level: int
    gold: int
    predicted: int


class Links(NamedTuple):
    """One-to-one links by index, seen from both sides, with the level of each gold item's link."""

    to_predicted: Mapping[int, int]
    to_gold: Mapping[int, int]
    level: Mapping[int, int]


class Correspondence(NamedTuple):
    """For the span and type of an entity, those of the other side it is paired with or equal to."""

    to_predicted: Mapping[Labelled, frozenset[Labelled]]
    to_gold: Mapping[Labelled, frozenset[Labelled]]


def correspondence(comparison: Comparison) -> Correspondence:
    """Which entities correspond, by value: of equal entities, one is as good as another."""
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    to_predicted: dict[Labelled, set[Labelled]] = defaultdict(set)
    to_gold: dict[Labelled, set[Labelled]] = defaultdict(set)
    for left, right in comparison.alignment:
        to_predicted[gold[left]].add(predicted[right])
        to_gold[predicted[right]].add(gold[left])
    return Correspondence(
        {item: frozenset(found) for item, found in to_predicted.items()},
        {item: frozenset(found) for item, found in to_gold.items()},
    )


def link(candidates: Iterable[Candidate], values: Sequence[Sequence[Value]], ids: Sequence[Sequence[str]]) -> Links:
    """Link items one to one, level by level; within a level by value, and between items of equal value by id.

    `values` and `ids` have one sequence for each side. Neither the order of the input nor which side is called gold
    matters: candidates that exclude each other share an item, so that the other item alone decides.
    """

    def order(candidate: Candidate) -> tuple[int, Value, Value, str, str]:
        level, gold, predicted = candidate
        return (level, values[0][gold], values[1][predicted], ids[0][gold], ids[1][predicted])

    to_predicted: dict[int, int] = {}
    to_gold: dict[int, int] = {}
    levels: dict[int, int] = {}
    for level, gold, predicted in sorted(candidates, key=order):
        if gold not in to_predicted and predicted not in to_gold:
            to_predicted[gold], to_gold[predicted], levels[gold] = predicted, gold, level
    return Links(to_predicted, to_gold, levels)


def boundary_detail(gold: Fragments, predicted: Fragments) -> str:
    """How the prediction's span differs: longer, shorter or shifted, and where: left, right, inside or both.

    longer: it has all of gold's code points and more; shorter: only some of them; shifted: it lacks some and has
    others. The side is where the further code points lie as seen from gold's first and last, or where the lacking ones
    lie as seen from the prediction's; inside is a gap of a discontinuous span, both is more than one side. Both spans
    are in normal form and differ.
    """
    further, lacking = _minus(predicted, gold), _minus(gold, predicted)
    kind = "longer" if not lacking else "shorter" if not further else "shifted"
    pieces, seen_from = (further, gold) if further else (lacking, predicted)
    first, last = seen_from[0].start, seen_from[-1].end
    sides = {"left" if end <= first else "right" if start >= last else "inside" for start, end in pieces}
    return f"{kind} {sides.pop() if len(sides) == 1 else 'both'}"


def _minus(fragments: Fragments, others: Fragments) -> list[tuple[int, int]]:
    """The stretches of `fragments` that `others` do not cover."""
    left: list[tuple[int, int]] = []
    for start, end in fragments:
        position = start
        for other_start, other_end in others:
            if other_end <= position or other_start >= end:
                continue
            if other_start > position:
                left.append((position, other_start))
            position = other_end
        if position < end:
            left.append((position, end))
    return left
