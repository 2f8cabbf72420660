"""Attributes and normalised values of what gold has: settled by agreement or by decisions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from workbench.core.text import Fragments
from workbench.core.values import Value
from workbench.review.adjudication.decisions import Decision
from workbench.review.adjudication.items import AttributeItem, FrameHead, Mention, ValueItem
from workbench.review.adjudication.settling import Judged, Stale, settle
from workbench.review.adjudication.units import Unit, attribute_units, items_of, value_units


class Owner(NamedTuple):
    """An entity or frame of gold, and what each annotator who has it says of it."""

    key: Hashable
    ref: Mention | FrameHead
    spans: Fragments
    attributes: Mapping[str, Mapping[str, str]]
    values: Mapping[str, Value | None]


class Properties(NamedTuple):
    """What was settled, by the owner's key, with the units and the decisions that do not apply."""

    attributes: Mapping[Hashable, Mapping[str, str]]
    values: Mapping[Hashable, Value]
    judged: tuple[Judged, ...]
    stale: tuple[Stale, ...]


KeyOf = Callable[["Mention | FrameHead"], Hashable | None]
"""The key of the owner that a decision names; None when gold does not have it."""


def settle_properties(
    owners: Sequence[Owner], decisions: Sequence[Decision], key_of: KeyOf, moot: Callable[[Mention | FrameHead], bool]
) -> Properties:
    """Settle every attribute and value of the owners; `decisions` are those about attributes and values.

    `moot` tells of an owner that it was rejected, so that decisions about its properties have nothing to say any more.
    """
    units: list[Unit] = []
    keys: list[Hashable] = []
    for owner in owners:
        made = [
            *attribute_units(owner.attributes, owner.ref, owner.spans, owner.key),
            *value_units(owner.values, owner.ref, owner.spans, owner.key),
        ]
        units += made
        keys += [owner.key] * len(made)

    def atoms(decision: Decision) -> frozenset[Hashable]:
        key = key_of(_ref(decision))
        found: set[Hashable] = set()
        for item in items_of(decision.seen):
            if isinstance(item, AttributeItem):
                found.add((key, item.name, item.value))
            elif isinstance(item, ValueItem):
                found.add((key, item.value))
        return frozenset(found)

    decisions = [one for one in decisions if not moot(_ref(one))]
    settled = settle(units, [one for one in decisions if one.choice != "add"], atoms)
    attributes: dict[Hashable, dict[str, str]] = {}
    values: dict[Hashable, Value] = {}
    for key, one in zip(keys, settled.judged, strict=True):
        if one.status == "unresolved":
            continue
        for item in one.items:
            if isinstance(item, AttributeItem):
                attributes.setdefault(key, {})[item.name] = item.value
            elif isinstance(item, ValueItem):
                values[key] = item.value
    stale = list(settled.stale)
    known = {owner.key for owner in owners}
    said = {(key, name) for key, unit in zip(keys, units, strict=True) for name in _names(unit)}
    for decision in decisions:
        if decision.choice == "add":
            why = _add(decision, key_of(_ref(decision)), known, said, (attributes, values))
            stale += [Stale(decision, why)] if why else []
    return Properties(attributes, values, settled.judged, tuple(stale))


def _ref(decision: Decision) -> Mention | FrameHead:
    ref = decision.entity or decision.frame
    if ref is None:
        raise ValueError(f"{decision.kind} decision {decision.id} has no owner")  # Decision's own check excludes it
    return ref


def _names(unit: Unit) -> set[str | None]:
    """The attributes that a unit is about; None stands for the value."""
    return {item.name if isinstance(item, AttributeItem) else None for item in items_of(unit.readings)}


def _add(
    decision: Decision,
    key: Hashable | None,
    known: set[Hashable],
    said: set[tuple[Hashable, str | None]],
    into: tuple[dict[Hashable, dict[str, str]], dict[Hashable, Value]],
) -> str:
    """Add an attribute or value that no annotator gives; what keeps it from that, or nothing."""
    attributes, values = into
    if key not in known:
        return "gold does not have what it is about"
    for item in decision.items:
        if isinstance(item, AttributeItem):
            if (key, item.name) in said and attributes.get(key, {}).get(item.name) != item.value:
                return f"annotators say something of {item.name}: decide their unit instead"
            attributes.setdefault(key, {})[item.name] = item.value
        elif isinstance(item, ValueItem):
            if (key, None) in said and values.get(key) != item.value:
                return "annotators give a value: decide their unit instead"
            values[key] = item.value
    return ""
