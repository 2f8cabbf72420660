"""Categories of entities: what became of every gold and every predicted mention in the alignment.

`workbench.scoring.errors` defines the categories; here is how they are found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workbench.core.matching import Labelled, Pair
from workbench.core.text import Fragments, shared
from workbench.scoring.comparison import Comparison
from workbench.scoring.errors.items import Verdict
from workbench.scoring.errors.linking import boundary_detail
from workbench.scoring.selection import Selection


class _Attached(NamedTuple):
    """An unpaired item as one of the parts, or another level, of a pair; `level` (inner or outer) is its own."""

    pair: Pair
    level: str | None = None


class _Sides(NamedTuple):
    """Both sides by index (0: gold, 1: predicted), and for each side the partners and the twins of duplicates."""

    labelled: tuple[Sequence[Labelled], Sequence[Labelled]]
    pairs: tuple[Pair, ...]
    partner: tuple[Mapping[int, int], Mapping[int, int]]
    twin: tuple[Mapping[int, int], Mapping[int, int]]

    def loose(self, side: int) -> list[int]:
        """Items that are neither paired nor duplicates."""
        partner, twin = self.partner[side], self.twin[side]
        return [index for index in range(len(self.labelled[side])) if index not in partner and index not in twin]


def entity_verdicts(comparison: Comparison) -> tuple[list[Verdict], list[Verdict]]:
    """The verdict on every entity of gold and of the prediction, by index, whether its type is scored or not."""
    sides = _sides(comparison)
    attached = tuple(
        {index: found for index in sides.loose(side) if (found := _attach(sides, side, index, comparison.selection))}
        for side in (0, 1)
    )
    by_pair = {pair: _of_pair(sides, pair, attached, comparison.selection) for pair in sides.pairs}
    made: tuple[dict[int, Verdict], dict[int, Verdict]] = ({}, {})
    for pair, (category, detail) in by_pair.items():
        for side, left_out in enumerate((comparison.optional, comparison.excused)):
            if pair[side] in left_out:
                made[side][pair[side]] = Verdict("optional", None, pair[1 - side], True)
            else:
                made[side][pair[side]] = Verdict(category, detail, pair[1 - side], True)
    for side in (0, 1):
        for index in range(len(sides.labelled[side])):
            if index not in made[side] and index not in sides.twin[side]:
                made[side][index] = _of_unpaired(sides, side, index, attached[side].get(index), comparison)
        for index, twin in sides.twin[side].items():
            optional = side == 0 and index in comparison.optional
            made[side][index] = Verdict("optional" if optional else "duplicate", None, made[side][twin].partner)
    gold, predicted = ([made[side][index] for index in range(len(made[side]))] for side in (0, 1))
    return gold, predicted


def _sides(comparison: Comparison) -> _Sides:
    excused = (pair for pair in comparison.alignment if pair.left in comparison.optional)
    pairs = (*comparison.pairs, *(pair for pair in excused if pair.right in comparison.excused))
    labelled = (comparison.gold.labelled, comparison.predicted.labelled)
    partner = ({pair.left: pair.right for pair in pairs}, {pair.right: pair.left for pair in pairs})
    twin = (_twins(labelled[0], partner[0]), _twins(labelled[1], partner[1]))
    return _Sides(labelled, pairs, partner, twin)


def _twins(labelled: Sequence[Labelled], partner: Mapping[int, int]) -> dict[int, int]:
    """For each unpaired item that repeats another one: that one, which is paired if any of them is.

    Of equal items the first are paired first, as `match` says.
    """
    groups: dict[Labelled, list[int]] = defaultdict(list)
    for index, item in enumerate(labelled):
        groups[item].append(index)
    found: dict[int, int] = {}
    for group in groups.values():
        found.update((index, group[0]) for index in group[1:] if index not in partner)
    return found


def _attach(sides: _Sides, side: int, index: int, selection: Selection) -> _Attached | None:
    """The pair that an unpaired item is a part or another level of; parts come first, then the closest pair."""
    item = sides.labelled[side][index]
    own, other = sides.labelled[side], sides.labelled[1 - side]
    choices: list[tuple[tuple[bool, bool, int, Labelled, Labelled], _Attached]] = []
    for pair in sides.pairs:
        taken, across = own[pair[side]], other[pair[1 - side]]
        common = _common(item.fragments, across.fragments)
        if not common:
            continue
        level = _level(item.fragments, taken.fragments)
        is_part = level is None and item.type == taken.type == across.type and taken.fragments != across.fragments
        if is_part or (level is not None and _layer(item, selection) == _layer(taken, selection)):
            rank = (not is_part, item.type != across.type, -common, across, taken)
            choices.append((rank, _Attached(pair, level)))
    return min(choices)[1] if choices else None


def _common(left: Fragments, right: Fragments) -> int:
    if left[-1].end <= right[0].start or right[-1].end <= left[0].start:
        return 0
    return shared(left, right)


def _level(fragments: Fragments, others: Fragments) -> str | None:
    """Tell inner from outer, when one of the two spans lies strictly inside the other."""
    common, size, other_size = shared(fragments, others), _size(fragments), _size(others)
    if size == other_size or common < min(size, other_size):
        return None
    return "inner" if size < other_size else "outer"


def _size(fragments: Fragments) -> int:
    return sum(end - start for start, end in fragments)


def _layer(item: Labelled, selection: Selection) -> str | None:
    """The layer of an item's type; without a schema all types are of one layer."""
    if selection.known is None:
        return ""
    kind = selection.known.entity_types.get(item.type)
    return kind.layer if kind is not None else None


def _unknown(item: Labelled, selection: Selection) -> bool:
    return selection.known is not None and item.type not in selection.known.entity_types


def _of_pair(
    sides: _Sides, pair: Pair, attached: Sequence[Mapping[int, _Attached]], selection: Selection
) -> tuple[str, str | None]:
    """Category and detail of both items of a pair."""
    gold, predicted = sides.labelled[0][pair.left], sides.labelled[1][pair.right]
    if gold == predicted:
        return "correct", None
    same_span, same_type = gold.fragments == predicted.fragments, gold.type == predicted.type
    fault = "type" if same_span else "boundary" if same_type else "type+boundary"
    if _unknown(predicted, selection):
        return "unknown label", fault
    detail = None if same_span else boundary_detail(gold.fragments, predicted.fragments)
    for side, name in ((1, "split"), (0, "merge")):
        if any(found.pair == pair and found.level is None for found in attached[side].values()):
            return name, detail
    if not same_type:
        for side, label in ((0, predicted.type), (1, gold.type)):
            levels = {
                found.level
                for index, found in attached[side].items()
                if found.pair == pair and sides.labelled[side][index].type == label
            }
            if levels:
                return "nesting", "inner" if "outer" in levels else "outer"
    return fault, detail


def _of_unpaired(sides: _Sides, side: int, index: int, attached: _Attached | None, comparison: Comparison) -> Verdict:
    """An item without partner that repeats no other."""
    item = sides.labelled[side][index]
    if side == 0 and index in comparison.optional:
        return Verdict("optional")
    if side == 1 and _unknown(item, comparison.selection):
        return Verdict("unknown label")
    if attached is None:
        return Verdict(("missed", "spurious")[side])
    across = attached.pair[1 - side]
    if attached.level is not None:
        return Verdict("nesting", attached.level, across)
    spans = [item.fragments, sides.labelled[1 - side][across].fragments]
    gold, predicted = spans if side == 0 else reversed(spans)
    return Verdict(("merge", "split")[side], boundary_detail(gold, predicted), across)
