"""Categories of arguments: linked one to one by filler, role, and the frame they hang on.

`workbench.scoring.errors` defines the categories; here is how they are found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.core.matching import Labelled
from workbench.core.text import Fragments
from workbench.scoring.comparison import Comparison
from workbench.scoring.errors.frames import AlignedFrames, fault_of_frames
from workbench.scoring.errors.items import Verdict
from workbench.scoring.errors.linking import (
    Candidate,
    Correspondence,
    Links,
    Value,
    boundary_detail,
    correspondence,
    link,
)
from workbench.scoring.items import Items
from workbench.scoring.selection import Selection


class ArgumentItem(NamedTuple):
    """An argument: indexes of its frame and its filler, its role, and its id, which names all three."""

    frame: int
    role: str
    filler: int
    id: str


class _Argument(NamedTuple):
    """An argument by value. Frames of both sides that are the same deed have the same `home`.

    Arguments of aligned frames come first in the order of `value`.
    """

    item: ArgumentItem
    type: str
    filler: Labelled
    home: Hashable
    value: Value

    @property
    def key(self) -> Hashable:
        """What makes two arguments equal."""
        return self.home, self.item.role, self.filler.fragments


SAME_DEED, ALIGNED, SAME_TYPE = range(3)
"""How the frames of two arguments stand to each other."""

_LEVELS: Mapping[tuple[bool, bool, int], int] = {
    (True, True, SAME_DEED): 1,
    (True, False, SAME_DEED): 2,
    (False, True, SAME_DEED): 3,
    (True, True, ALIGNED): 4,
    (True, True, SAME_TYPE): 5,
    (True, False, ALIGNED): 6,
    (True, False, SAME_TYPE): 7,
    (False, True, ALIGNED): 8,
    (False, False, SAME_DEED): 9,
}
"""The level of a link by equal filler, equal role, and how the frames stand to each other; 0 is an equal argument of
the very frame."""


def argument_items(items: Items, entity_ids: Sequence[str]) -> list[ArgumentItem]:
    """The arguments of one side; their ids are `frame/role/entity`, and `#2` and so on for further equal ones."""
    found = []
    for index, frame in enumerate(items.frames):
        seen: dict[str, int] = defaultdict(int)
        for role, filler in frame.arguments:
            name = f"{frame.id}/{role}/{entity_ids[filler]}"
            seen[name] += 1
            found.append(ArgumentItem(index, role, filler, name if seen[name] == 1 else f"{name}#{seen[name]}"))
    return found


def argument_verdicts(
    comparison: Comparison, aligned: AlignedFrames, items: Sequence[Sequence[ArgumentItem]]
) -> tuple[list[Verdict], list[Verdict]]:
    """The verdict on every argument of gold and of the prediction (`items`), whether its frame is scored or not."""
    gold = _by_value(comparison.gold, aligned, 0, items[0])
    predicted = _by_value(comparison.predicted, aligned, 1, items[1])
    ends = correspondence(comparison)
    dedupe = comparison.selection.policies.duplicates == "dedupe"
    left_out = [_repeated(side) if dedupe else frozenset[int]() for side in (gold, predicted)]
    candidates = (
        candidate
        for candidate in _candidates(gold, predicted, aligned, ends)
        if candidate.gold not in left_out[0] and candidate.predicted not in left_out[1]
    )
    values = [[argument.value for argument in side] for side in (gold, predicted)]
    links = link(candidates, values, [[item.id for item in side] for side in items])
    selection = comparison.selection
    return (
        _verdicts((gold, predicted), 0, aligned, _Found(links, ends, selection)),
        _verdicts((gold, predicted), 1, aligned, _Found(links, ends, selection)),
    )


class _Found(NamedTuple):
    links: Links
    ends: Correspondence
    selection: Selection


def _by_value(items: Items, aligned: AlignedFrames, place: int, arguments: Sequence[ArgumentItem]) -> list[_Argument]:
    frames, partner = aligned.sides[place], aligned.partner[place]
    homes = [_home(aligned, place, index) for index in range(len(items.frames))]
    made = []
    for item in arguments:
        filler = items.labelled[item.filler]
        value = (item.frame not in partner, frames.values[item.frame], item.role, filler)
        made.append(_Argument(item, items.frames[item.frame].type, filler, homes[item.frame], value))
    return made


def _home(aligned: AlignedFrames, place: int, index: int) -> Hashable:
    """Type and trigger; without a trigger, the gold frame in the alignment, or the frame itself."""
    frame = aligned.sides[place].frames[index]
    if frame.trigger is not None:
        return frame.type, frame.trigger
    partner = aligned.partner[place].get(index)
    if partner is None or aligned.sides[1 - place].frames[partner].trigger is not None:
        return place, index
    return "aligned", index if place == 0 else partner


def _repeated(arguments: Sequence[_Argument]) -> frozenset[int]:
    """Further arguments that equal another one."""
    first = _first(arguments, ())
    return frozenset(index for index, argument in enumerate(arguments) if first[argument.key] != index)


def _first(arguments: Sequence[_Argument], paired: Collection[int]) -> dict[Hashable, int]:
    """Of equal arguments, a paired one if there is any, else the first by value and id."""

    def order(index: int) -> tuple[bool, Value, str]:
        return index not in paired, arguments[index].value, arguments[index].item.id

    first: dict[Hashable, int] = {}
    for index in sorted(range(len(arguments)), key=order):
        first.setdefault(arguments[index].key, index)
    return first


def _candidates(
    gold: Sequence[_Argument], predicted: Sequence[_Argument], aligned: AlignedFrames, ends: Correspondence
) -> Iterator[Candidate]:
    by_span: dict[Fragments, list[int]] = defaultdict(list)
    by_filler: dict[Labelled, list[int]] = defaultdict(list)
    for index, argument in enumerate(gold):
        by_span[argument.filler.fragments].append(index)
        by_filler[argument.filler].append(index)
    for index, argument in enumerate(predicted):
        equal = by_span.get(argument.filler.fragments, [])
        others = [
            place
            for filler in ends.to_gold.get(argument.filler, ())
            if filler.fragments != argument.filler.fragments
            for place in by_filler.get(filler, ())
        ]
        for same_span, places in ((True, equal), (False, others)):
            for place in places:
                level = _level(gold[place], argument, aligned, same_span)
                if level is not None:
                    yield Candidate(level, place, index)


def _level(wanted: _Argument, found: _Argument, aligned: AlignedFrames, same_span: bool) -> int | None:
    frames = _frames(wanted, found, aligned)
    if frames is None:
        return None
    level = _LEVELS.get((same_span, wanted.item.role == found.item.role, frames))
    return 0 if level == 1 and aligned.partner[0].get(wanted.item.frame) == found.item.frame else level


def _frames(wanted: _Argument, found: _Argument, aligned: AlignedFrames) -> int | None:
    if wanted.home == found.home:
        return SAME_DEED
    if aligned.partner[0].get(wanted.item.frame) == found.item.frame:
        return ALIGNED
    return SAME_TYPE if wanted.type == found.type else None


def _verdicts(
    sides: tuple[Sequence[_Argument], Sequence[_Argument]], place: int, aligned: AlignedFrames, found: _Found
) -> list[Verdict]:
    partners = found.links.to_predicted if place == 0 else found.links.to_gold
    partners_of_fillers = found.ends.to_predicted if place == 0 else found.ends.to_gold
    first = _first(sides[place], partners)
    made = []
    for index, argument in enumerate(sides[place]):
        partner = partners.get(index)
        twin = first[argument.key]
        if partner is not None:
            wanted, other = (argument, sides[1][partner]) if place == 0 else (sides[0][partner], argument)
            category, detail = _of_link(wanted, other, aligned)
            if category != "correct" and _unknown(other, found.selection):
                category, detail = "unknown label", category
            made.append(Verdict(category, detail, partner, True))
        elif twin != index:
            made.append(Verdict("duplicate", None, partners.get(twin)))
        elif place == 1 and _unknown(argument, found.selection):
            made.append(Verdict("unknown label"))
        else:
            name = ("missed", "spurious")[place] + ("" if argument.filler in partners_of_fillers else " filler")
            made.append(Verdict(name, None if argument.item.frame in aligned.partner[place] else "no frame"))
    return made


def _of_link(wanted: _Argument, found: _Argument, aligned: AlignedFrames) -> tuple[str, str | None]:
    """Category and detail of both arguments of a link."""
    frames = _frames(wanted, found, aligned)
    spans = wanted.filler.fragments, found.filler.fragments
    if wanted.item.role != found.item.role:
        return "role", "boundary" if spans[0] != spans[1] else None if frames == SAME_DEED else "wrong frame"
    if spans[0] != spans[1]:
        return "boundary", boundary_detail(*spans)
    if frames == SAME_DEED:
        return "correct", None
    if frames == SAME_TYPE:
        return "wrong frame", None
    sides = aligned.sides
    category, detail = fault_of_frames(sides[0].frames[wanted.item.frame], sides[1].frames[found.item.frame])
    return "wrong frame", "no trigger" if detail == "no trigger" else category


def _unknown(argument: _Argument, selection: Selection) -> bool:
    """Tell whether the schema lacks the frame type, or the role in it."""
    if selection.known is None:
        return False
    kind = selection.known.frame_types.get(argument.type)
    return kind is None or argument.item.role not in kind.roles
