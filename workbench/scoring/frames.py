"""Frame counts of one document: triggers, arguments, whole frames, and role fillers of aligned frames."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from workbench.core.assignment import best_assignment
from workbench.scoring.comparison import Comparison
from workbench.scoring.entities import Rows
from workbench.scoring.items import FrameItem, Items


class _Keyed(NamedTuple):
    """What an item is compared by, and the row it counts in."""

    row: str
    key: Hashable


def triggers(comparison: Comparison, match: str) -> Rows:
    """Triggers by span (identification) or by span and frame type (classification), as in ACE 2005.

    Rows are frame types. Each gold trigger is found once, however often it is predicted.
    """
    sides = [
        [_Keyed(frame.type, frame.trigger) for frame in frames if frame.trigger is not None]
        for frames in _sides(comparison)
    ]
    return _bags(comparison, sides, match == "classification")


def arguments(comparison: Comparison, match: str, attachment: str) -> Rows:
    """Arguments by frame type and filler's span (identification), or with their role (classification), as in ACE 2005.

    detached: an argument counts wherever its frame's trigger is (Wadden et al. 2019); attached: it must hang on the
    right trigger (Huang et al. 2024, TextEE); given: attached, and only where both sides have the frame's type and
    trigger, and the filler with span and type. Rows are roles.
    """
    frames_of = _sides(comparison)
    heads, ends = _in_both(comparison, frames_of) if attachment == "given" else (frozenset(), frozenset())
    sides = []
    for items, frames in zip((comparison.gold, comparison.predicted), frames_of, strict=True):
        keyed = []
        for frame in frames:
            base = (frame.type,) if attachment == "detached" else (frame.type, frame.trigger)
            for role, filler in frame.arguments:
                item = items.labelled[filler]
                if attachment != "given" or (base in heads and item in ends):
                    keyed.append(_Keyed(role, (*base, item.fragments)))
        sides.append(keyed)
    return _bags(comparison, sides, match == "classification")


def _in_both(
    comparison: Comparison, sides: Sequence[Sequence[FrameItem]]
) -> tuple[frozenset[Hashable], frozenset[Hashable]]:
    """Type and trigger of the frames, and span and type of the entities, that both sides have."""
    gold, predicted = ({(frame.type, frame.trigger) for frame in frames} for frames in sides)
    entities = set(comparison.gold.labelled) & set(comparison.predicted.labelled)
    return frozenset(gold & predicted), frozenset(entities)


def whole_frames(comparison: Comparison, match: str) -> Rows:
    """Frames of which everything is right: type, all arguments with their roles, and (whole) the trigger too.

    whole is the strict equality of BioNLP'09 (Kim et al. 2009); record leaves the trigger out. Rows are frame types.
    """
    sides = []
    for items, frames in zip((comparison.gold, comparison.predicted), _sides(comparison), strict=True):
        keyed = []
        for frame in frames:
            slots = tuple(sorted((role, items.labelled[filler].fragments) for role, filler in frame.arguments))
            keyed.append(_Keyed(frame.type, (slots, frame.trigger if match == "whole" else None)))
        sides.append(keyed)
    return _bags(comparison, sides, typed=True)


def role_fillers(comparison: Comparison, match: str) -> Rows:
    """Fillers of frames that are aligned one to one, within a type, by the most common (role, filler) pairs.

    mention: a filler is right when its span is; entity: when it is any mention of the right cluster, and the mentions
    of one cluster count once (in the manner of CEAF-REE, Du et al. 2021). Equal alignments are settled by equal
    triggers. Rows are roles.
    """
    gold, predicted = _sides(comparison)
    homes = _gold_homes(comparison) if match == "entity" else {}
    slots = [
        [_slots(items, frame, homes) for frame in frames]
        for items, frames in ((comparison.gold, gold), (comparison.predicted, predicted))
    ]
    common: Counter[str] = Counter()
    for left, right in _align(gold, predicted, slots):
        common.update(role for role, _ in (slots[0][left] & slots[1][right]).elements())
    possible, actual = (Counter(role for found in side for role, _ in found.elements()) for side in slots)
    return {role: (common[role], possible[role], actual[role]) for role in possible | actual}


def _sides(comparison: Comparison) -> tuple[Sequence[FrameItem], Sequence[FrameItem]]:
    gold, predicted = comparison.gold.frames, comparison.predicted.frames
    if comparison.whole:
        return gold, predicted
    return (
        [frame for frame in gold if comparison.scores_frame(frame.type)],
        [frame for frame in predicted if comparison.scores_frame(frame.type)],
    )


def _bags(comparison: Comparison, sides: Sequence[Sequence[_Keyed]], typed: bool) -> Rows:
    """Compare two bags; an item that stands twice on one side needs two partners (or counts once, as policy says).

    Items of equal row are paired first, so that an item counts in its own row wherever that is possible.
    """
    if not any(sides):
        return {}
    if comparison.selection.policies.duplicates == "dedupe":
        sides = [list(dict.fromkeys(side)) for side in sides]
    gold, predicted = (Counter(side) for side in sides)
    right = [gold & predicted] * 2
    if not typed:
        loose = [_by_key(whole - right[0]) for whole in (gold, predicted)]
        for key in loose[0].keys() & loose[1].keys():
            number = min(len(loose[0][key]), len(loose[1][key]))
            right = [
                found + Counter(_Keyed(row, key) for row in side[key][:number])
                for found, side in zip(right, loose, strict=True)
            ]
    rows = []
    for bag in (right[0], gold, right[1], predicted):
        counted: Counter[str] = Counter()
        for item, number in bag.items():
            counted[item.row] += number
        rows.append(counted)
    return {row: tuple(counted[row] for counted in rows) for row in rows[1] | rows[3]}


def _by_key(bag: Counter[_Keyed]) -> dict[Hashable, list[str]]:
    rows: dict[Hashable, list[str]] = defaultdict(list)
    for item in bag.elements():
        rows[item.key].append(item.row)
    return {key: sorted(found) for key, found in rows.items()}


def _slots(items: Items, frame: FrameItem, homes: dict[Hashable, Hashable]) -> Counter[tuple[str, Hashable]]:
    """The frame's fillers by role; with clusters, each cluster once."""
    spans = [(role, items.labelled[filler].fragments) for role, filler in frame.arguments]
    if not homes:
        return Counter(spans)
    return Counter({(role, homes.get(span, span)) for role, span in spans})


def _gold_homes(comparison: Comparison) -> dict[Hashable, Hashable]:
    """For the span of every gold mention, its gold cluster."""
    gold = comparison.gold
    homes: dict[Hashable, Hashable] = {}
    for entity, item in sorted(
        zip(gold.entities, gold.labelled, strict=True), key=lambda both: (both[1], both[0].cluster or "")
    ):
        homes.setdefault(item.fragments, entity.cluster if entity.cluster is not None else item.fragments)
    return homes


def _align(
    gold: Sequence[FrameItem],
    predicted: Sequence[FrameItem],
    slots: Sequence[Sequence[Counter[tuple[str, Hashable]]]],
) -> Iterable[tuple[int, int]]:
    """Pair frames of a type one to one with the most common slots, then the most common triggers."""
    for kind in sorted({frame.type for frame in gold}):
        rows = _ordered(gold, slots[0], kind)
        columns = _ordered(predicted, slots[1], kind)
        scale = min(len(rows), len(columns)) + 1
        weights = [
            [
                (slots[0][row] & slots[1][column]).total() * scale
                + (gold[row].trigger is not None and gold[row].trigger == predicted[column].trigger)
                for column in columns
            ]
            for row in rows
        ]
        yield from ((rows[row], columns[column]) for row, column in best_assignment(weights))


def _ordered(frames: Sequence[FrameItem], slots: Sequence[Counter[tuple[str, Hashable]]], kind: str) -> list[int]:
    """Indexes of the frames of a type, in an order that their content alone decides."""
    key: Callable[[int], str] = lambda index: repr((frames[index].trigger, sorted(slots[index].elements(), key=repr)))  # noqa: E731
    return sorted((index for index, frame in enumerate(frames) if frame.type == kind), key=key)
