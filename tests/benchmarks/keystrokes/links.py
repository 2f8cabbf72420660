"""Relations and fillers of frames, linked from what has the focus by what the screen shows."""

from __future__ import annotations

from typing import NamedTuple

from schemas import Schema
from tests.benchmarks.keystrokes.desk import Desk
from tests.benchmarks.keystrokes.screen import Reading, Screen
from tests.benchmarks.keystrokes.targets import Mention


class Wanted(NamedTuple):
    """A link to be made from the focus."""

    partner: Mention
    reading: Reading


def link(desk: Desk, wanted: list[Wanted], schema: Schema) -> list[Wanted]:
    """Make the links of what has the focus, the cheapest first; those that cannot be made from here are returned."""
    left = list(wanted)
    while left and desk.look().waiting != "link":
        screen = desk.look()
        preview = screen.preview
        if preview is None:
            break
        one = Wanted(preview.partner, preview.reading)
        if one in left:
            desk.press("enter", "link")
            left.remove(one)
            continue
        turned = _turned(screen, preview.partner, preview.reading, left, schema)
        if turned is None:
            break
        desk.press("enter", "link")
        for _ in range(4):
            if turned[0] in map(Wanted._make, desk.look().links):
                break
            desk.press("\\", "turn")
        left.remove(turned[0])
    return link_by_hints(desk, left) if left else []


def _turned(
    screen: Screen, partner: Mention, shown: Reading, wanted: list[Wanted], schema: Schema
) -> tuple[Wanted, int] | None:
    """The wanted link with the previewed partner, and how often the one that Enter makes has to be turned for it."""
    focus = screen.focus
    if focus is None or focus.type in schema.frame_types:
        return None
    readings = [Reading(kind, True) for kind in schema.relations_between(focus.type, partner.type)]
    back = [
        Reading(kind, False)
        for kind in schema.relations_between(partner.type, focus.type)
        if not schema.relation_types[kind].symmetric
    ]
    head_first = readings + back if shown.forward else back + readings
    if shown not in head_first:
        return None
    at = head_first.index(shown)
    for one in wanted:
        if one.partner == partner and one.reading in head_first:
            turns = (head_first.index(one.reading) - at) % len(head_first)
            if turns <= 2:
                return one, turns
    return None


def link_by_hints(desk: Desk, left: list[Wanted]) -> list[Wanted]:
    """Open the hints of the focus, or of what was accepted last, and take one partner after the other.

    Digits mend the reading. Links that cannot be made from here are returned.
    """
    missed: list[Wanted] = []
    if not any(_visible(desk.look(), one.partner) for one in left):
        return left
    if desk.look().waiting != "link":
        desk.press("space", "link")
    while left:
        screen = desk.look()
        if screen.waiting != "link":
            return missed + left
        hint, one = _next(screen, left)
        if one is None:
            return missed + left
        if hint == screen.nearest:
            desk.press("space", "link")
        else:
            for letter in hint:
                desk.press(letter, "hint")
        left.remove(one)
        desk.hidden += one.partner in screen.hidden and hint != screen.nearest
        if desk.look().refused:
            missed.append(one)
            continue
        _mend(desk, one)
        if one not in map(Wanted._make, desk.look().links):
            missed.append(one)
    return missed


def _visible(screen: Screen, mention: Mention) -> bool:
    return mention in screen.labelled


def _next(screen: Screen, left: list[Wanted]) -> tuple[str, Wanted | None]:
    """The hint of a wanted partner: the nearest if it is one, else the first that is shown."""
    shown = sorted(screen.partners.items(), key=lambda item: (item[0] != screen.nearest, len(item[0]), item[0]))
    for hint, partner in shown:
        for one in left:
            if one.partner == partner:
                return hint, one
    return "", None


def _mend(desk: Desk, wanted: Wanted) -> None:
    """Choose another reading of the link just made, if the first is not the one that is meant."""
    readings = desk.look().readings
    if wanted.reading in readings and readings.index(wanted.reading) > 0:
        desk.press(str(readings.index(wanted.reading) + 1), "choose")
