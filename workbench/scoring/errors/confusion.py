"""Which type was taken for which: confusion of types on the alignment, with a row and a column for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

from workbench.scoring.comparison import Comparison
from workbench.scoring.errors.frames import align_frames
from workbench.scoring.errors.linking import correspondence
from workbench.scoring.errors.relations import EXCHANGED, link_relations

ConfusionLayer = Literal["entity", "relation", "frame"]

NIL = "NIL"
"""Stands for no item: the column of missed items, the row of spurious ones."""

Cell = tuple[str | None, str | None]
"""Gold and predicted type; None is no item."""


class ConfusionRows(NamedTuple):
    """Counts by gold type (rows) and predicted type (columns), both in the order of `labels`, of which NIL is last."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class Confusion:
    """The confusion of the types of one layer, added up over documents.

    Entities are compared by the alignment, relations when their ends correspond in order, frames as they are aligned.
    The row of a scored type adds up to its possible items, its column to its actual ones; entities that need not be
    found are left out, and a relation that is written twice counts once, as in every measure. Types that are not
    selected appear as partners only; where a type's layer is unfinished, it counts as nothing.
    """

    def __init__(self, layer: ConfusionLayer) -> None:
        self.layer = layer
        self._cells: Counter[Cell] = Counter()

    def add(self, comparison: Comparison) -> None:
        """Add one document."""
        selection = comparison.selection
        selects = {
            "entity": selection.scores_entity,
            "relation": selection.scores_relation,
            "frame": selection.scores_frame,
        }[self.layer]
        for cell, number in Counter(_CELLS[self.layer](comparison)).items():
            scored = [kind is not None and selects(kind, comparison.finished) for kind in cell]
            if any(scored):
                gold, predicted = (
                    None if kind is None or (selects(kind, None) and not here) else kind
                    for kind, here in zip(cell, scored, strict=True)
                )
                self._cells[gold, predicted] += number

    def rows(self) -> ConfusionRows:
        """The table so far, with every type that occurs, sorted, and NIL."""
        kinds: list[str | None] = [*sorted({kind for cell in self._cells for kind in cell if kind is not None}), None]
        counts = tuple(tuple(self._cells[gold, predicted] for predicted in kinds) for gold in kinds)
        return ConfusionRows(tuple(NIL if kind is None else kind for kind in kinds), counts)


def _entities(comparison: Comparison) -> Iterator[Cell]:
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    for left, right in comparison.pairs:
        yield gold[left].type, predicted[right].type
    taken = {pair.left for pair in comparison.pairs} | comparison.optional
    yield from ((item.type, None) for index, item in enumerate(gold) if index not in taken)
    taken = {pair.right for pair in comparison.pairs} | comparison.excused
    yield from ((None, item.type) for index, item in enumerate(predicted) if index not in taken)


def _relations(comparison: Comparison) -> Iterator[Cell]:
    linked = link_relations(comparison, correspondence(comparison))
    pairs = {gold: other for gold, other in linked.links.to_predicted.items() if linked.links.level[gold] < EXCHANGED}
    for gold, predicted in pairs.items():
        yield linked.relations[0][gold].type, linked.relations[1][predicted].type
    taken = set(pairs.values())
    yield from ((relation.type, None) for relation, index in linked.first[0].items() if index not in pairs)
    yield from ((None, relation.type) for relation, index in linked.first[1].items() if index not in taken)


def _frames(comparison: Comparison) -> Iterator[Cell]:
    (gold, predicted), (partner, back) = align_frames(comparison)
    for left, right in partner.items():
        yield gold.frames[left].type, predicted.frames[right].type
    for index, frame in enumerate(gold.frames):
        if index not in partner and index not in gold.repeated:
            yield frame.type, None
    for index, frame in enumerate(predicted.frames):
        if index not in back and index not in predicted.repeated:
            yield None, frame.type


_CELLS: Mapping[ConfusionLayer, Callable[[Comparison], Iterator[Cell]]] = {
    "entity": _entities,
    "relation": _relations,
    "frame": _frames,
}
