"""Categories of frames: aligned one to one by their triggers, or by what they have in common.

`workbench.scoring.errors` defines the categories; here is how they are found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from workbench.core.assignment import best_assignment
from workbench.core.matching import Labelled, match
from workbench.core.text import Fragments
from workbench.scoring.comparison import Comparison
from workbench.scoring.errors.items import Verdict
from workbench.scoring.errors.linking import Value, boundary_detail
from workbench.scoring.items import FrameItem, Items
from workbench.scoring.selection import Selection

Slots = Counter[tuple[str, Fragments]]
"""The spans of a frame's fillers, by role."""


class FrameSide(NamedTuple):
    """The frames of one side by index: their slots, their values without ids, and their order by value and id.

    `repeated` are frames that the policy leaves out as further ones of equal type and trigger.
    """

    frames: Sequence[FrameItem]
    slots: Sequence[Slots]
    values: Sequence[Value]
    order: Sequence[int]
    repeated: frozenset[int]


class AlignedFrames(NamedTuple):
    """Both sides, and the partners of each side (0: gold, 1: predicted) by index."""

    sides: tuple[FrameSide, FrameSide]
    partner: tuple[Mapping[int, int], Mapping[int, int]]


def align_frames(comparison: Comparison) -> AlignedFrames:
    """Align frames of any type one to one.

    First those of equal type and trigger: among several, by the most common slots; without triggers, only with common
    slots, or if neither has any. Then the others with triggers as entities are aligned, by span and type, and last
    those of equal type where one has no trigger, by the most common slots.
    """
    gold, predicted = (_side(items, comparison) for items in (comparison.gold, comparison.predicted))
    rest = [[index for index in side.order if index not in side.repeated] for side in (gold, predicted)]
    pairs: dict[int, int] = {}
    for step in (_equal, _by_trigger, _by_slots):
        pairs.update(step(gold, predicted, rest))
        taken = set(pairs.values())
        rest = [[index for index in rest[0] if index not in pairs], [index for index in rest[1] if index not in taken]]
    return AlignedFrames((gold, predicted), (pairs, {right: left for left, right in pairs.items()}))


def frame_verdicts(aligned: AlignedFrames, selection: Selection) -> tuple[list[Verdict], list[Verdict]]:
    """The verdict on every frame of gold and of the prediction, by index, whether its type is scored or not."""
    return _verdicts(aligned, 0, selection), _verdicts(aligned, 1, selection)


def fault_of_frames(gold: FrameItem, predicted: FrameItem) -> tuple[str, str | None]:
    """Category and detail of two aligned frames, as far as type and trigger go."""
    same_type = gold.type == predicted.type
    if gold.trigger == predicted.trigger:
        return ("correct" if same_type else "type"), None
    if gold.trigger is None or predicted.trigger is None:
        return "boundary", "no trigger"
    return "boundary" if same_type else "type+boundary", boundary_detail(gold.trigger, predicted.trigger)


def _side(items: Items, comparison: Comparison) -> FrameSide:
    slots = [
        Counter((role, items.labelled[filler].fragments) for role, filler in frame.arguments) for frame in items.frames
    ]
    values = [
        (frame.trigger or (), frame.type, sorted((role, items.labelled[filler]) for role, filler in frame.arguments))
        for frame in items.frames
    ]
    order = sorted(range(len(values)), key=lambda index: (values[index], items.frames[index].id))
    repeated: set[int] = set()
    if comparison.selection.policies.duplicates == "dedupe":
        seen: set[Hashable] = set()
        for index in order:
            frame = items.frames[index]
            if frame.trigger is not None and (frame.type, frame.trigger) in seen:
                repeated.add(index)
            seen.add((frame.type, frame.trigger))
    return FrameSide(items.frames, slots, values, order, frozenset(repeated))


def _equal(gold: FrameSide, predicted: FrameSide, rest: Sequence[Sequence[int]]) -> dict[int, int]:
    """Pair frames of equal type and trigger."""
    groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for place, (side, indexes) in enumerate(zip((gold, predicted), rest, strict=True)):
        for index in indexes:
            groups[side.frames[index].type, side.frames[index].trigger][place].append(index)
    pairs: dict[int, int] = {}
    for rows, columns in groups.values():
        weights = _common(gold, predicted, rows, columns)
        for line, row in zip(weights, rows, strict=True):
            for place, column in enumerate(columns):
                line[place] = 2 * line[place] + (gold.slots[row] == predicted.slots[column])
        pairs.update(
            (rows[row], columns[column])
            for row, column in best_assignment(weights)
            if weights[row][column] or gold.frames[rows[row]].trigger is not None
        )
    return pairs


def _by_trigger(gold: FrameSide, predicted: FrameSide, rest: Sequence[Sequence[int]]) -> dict[int, int]:
    """Pair frames whose triggers overlap."""
    indexes, labelled = [], []
    for side, found in zip((gold, predicted), rest, strict=True):
        triggers = [(index, side.frames[index].trigger) for index in found]
        indexes.append([index for index, trigger in triggers if trigger is not None])
        labelled.append([Labelled(trigger, side.frames[index].type) for index, trigger in triggers if trigger])
    return {indexes[0][left]: indexes[1][right] for left, right in match(*labelled)}


def _by_slots(gold: FrameSide, predicted: FrameSide, rest: Sequence[Sequence[int]]) -> dict[int, int]:
    """Pair frames of equal type with common slots, of which one has no trigger."""
    rows, columns = rest
    weights = _common(gold, predicted, rows, columns)
    for line, row in zip(weights, rows, strict=True):
        for place, column in enumerate(columns):
            wanted, found = gold.frames[row], predicted.frames[column]
            if wanted.type != found.type or (wanted.trigger is not None and found.trigger is not None):
                line[place] = 0
    return {rows[row]: columns[column] for row, column in best_assignment(weights) if weights[row][column]}


def _common(gold: FrameSide, predicted: FrameSide, rows: Sequence[int], columns: Sequence[int]) -> list[list[int]]:
    """The number of common slots of each two frames."""
    return [[(gold.slots[row] & predicted.slots[column]).total() for column in columns] for row in rows]


def _verdicts(aligned: AlignedFrames, place: int, selection: Selection) -> list[Verdict]:
    side, other, partner = aligned.sides[place], aligned.sides[1 - place], aligned.partner[place]
    first = _first(side, partner)
    made = []
    for index, frame in enumerate(side.frames):
        twin = first[_repeats(side, index)]
        if index in partner:
            across = other.frames[partner[index]]
            wanted, found = (frame, across) if place == 0 else (across, frame)
            category, detail = fault_of_frames(wanted, found)
            if wanted.type != found.type and _unknown(found.type, selection):
                category, detail = "unknown label", category
            made.append(Verdict(category, detail, partner[index], True))
        elif twin != index:
            differs = side.slots[twin] != side.slots[index]
            made.append(Verdict("duplicate", "other arguments" if differs else None, partner.get(twin)))
        elif place == 1 and _unknown(frame.type, selection):
            made.append(Verdict("unknown label"))
        else:
            made.append(Verdict(("missed", "spurious")[place]))
    return made


def _first(side: FrameSide, partner: Iterable[int]) -> dict[Hashable, int]:
    """Of frames that repeat each other, a paired one if there is any, else the first."""
    paired = set(partner)
    first: dict[Hashable, int] = {}
    for index in sorted(side.order, key=lambda index: index not in paired):
        first.setdefault(_repeats(side, index), index)
    return first


def _repeats(side: FrameSide, index: int) -> Hashable:
    """What makes a frame a further one: type and trigger, or without a trigger type and slots."""
    frame = side.frames[index]
    slots = None if frame.trigger is not None else frozenset(side.slots[index].items())
    return frame.type, frame.trigger, slots


def _unknown(kind: str, selection: Selection) -> bool:
    return selection.known is not None and kind not in selection.known.frame_types
