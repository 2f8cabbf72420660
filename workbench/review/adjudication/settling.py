"""Units meet decisions: which unit is settled, by what, and which decisions no longer apply and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Literal, NamedTuple

from workbench.review.adjudication.decisions import Decision
from workbench.review.adjudication.items import Item
from workbench.review.adjudication.units import Unit

Status = Literal["agreed", "single", "adjudicated", "unresolved", "open"]


class Judged(NamedTuple):
    """A unit and what gold has in its place; `items` of an open unit are none, of an unresolved one all readings'."""

    unit: Unit
    status: Status
    items: tuple[Item, ...] = ()
    decision: Decision | None = None


class Stale(NamedTuple):
    """A decision that does not apply, and why; `unit` is the key of the unit it is about, if there still is one."""

    decision: Decision
    why: str
    unit: str | None = None


class Settled(NamedTuple):
    """The units of one stage with what became of them, and the decisions that do not apply."""

    judged: tuple[Judged, ...]
    stale: tuple[Stale, ...]


AtomsOf = Callable[[Decision], "frozenset[Hashable]"]
"""The atoms of all readings that a decision has judged, as far as they still exist."""


def settle(units: Iterable[Unit], decisions: Sequence[Decision], atoms_of: AtomsOf) -> Settled:
    """Give every unit its outcome.

    A decision settles the units that hold a reading it has judged, unless one of them holds a reading it has not. Of
    several decisions with different outcomes for one unit none applies: the unit is open until one replaces the others.
    """
    waiting = list(units)
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for index, unit in enumerate(waiting):
        for atom in unit.atoms:
            holders[atom].append(index)
    stale: list[Stale] = []
    applied: dict[int, list[Decision]] = defaultdict(list)
    first: dict[str, int] = {}
    for decision in decisions:
        atoms = atoms_of(decision)
        hit = sorted({index for atom in atoms for index in holders.get(atom, ())})
        if not hit:
            stale.append(Stale(decision, "no annotator has any of the readings that it judged"))
            continue
        unseen = [index for index in hit if waiting[index].atoms - atoms]
        if unseen:
            stale.append(Stale(decision, "a reading came up that it did not judge", waiting[unseen[0]].key))
            continue
        first[decision.id] = _home(decision, hit, waiting)
        for index in hit:
            applied[index].append(decision)
    judged = []
    for index, unit in enumerate(waiting):
        found = [(one, one.items if first[one.id] == index else ()) for one in applied.get(index, ())]
        if len({_outcome(decision, items) for decision, items in found}) > 1:
            names = ", ".join(decision.id for decision, _ in found)
            stale += [
                Stale(decision, f"contradicts another decision about the same unit ({names})", unit.key)
                for decision, _ in found
            ]
            found = []
            judged.append(Judged(unit, "open"))
        elif found:
            decision, items = found[-1]
            judged.append(
                Judged(unit, "unresolved" if decision.choice == "unresolved" else "adjudicated", items, decision)
            )
        else:
            judged.append(by_itself(unit))
    return Settled(tuple(judged), tuple(stale))


def without_contradictions(added: Sequence[Decision]) -> tuple[list[Decision], list[Stale]]:
    """The decisions to add without those that add unlike things in one place: none of these applies."""
    said: dict[Hashable, dict[str, Decision]] = defaultdict(dict)
    for decision in added:
        for place, what in decision.additions:
            said[place][what] = decision
    torn = {one.id: found for found in said.values() if len(found) > 1 for one in found.values()}
    kept = [decision for decision in added if decision.id not in torn]
    return kept, [
        Stale(one, "contradicts another decision to add in the same place: withdraw one of them")
        for one in added
        if one.id in torn
    ]


def by_itself(unit: Unit) -> Judged:
    """What becomes of a unit without a decision: it is agreed, or stays open."""
    if not unit.agreed:
        return Judged(unit, "open")
    return Judged(unit, "single" if unit.single else "agreed", unit.readings[0].items)


def _home(decision: Decision, hit: Sequence[int], units: Sequence[Unit]) -> int:
    """Of the units that a decision settles, the one that takes its items: annotators may have split what was one."""
    for index in hit:
        if any(item in decision.items for reading in units[index].readings for item in reading.items):
            return index
    return hit[0]


def _outcome(decision: Decision, items: tuple[Item, ...]) -> str:
    """What a decision makes of a unit, without its reasons."""
    return repr((decision.choice in ("unresolved", "withdraw") and decision.choice, sorted(map(repr, items))))
