"""What Label Studio says of an item and our records have no field for: its place in `extra`, and the way back.

It stands under one key of the item's `extra`, in parts (`{"label_studio": {"region": {"readonly": true}}}`). A part
goes back to where it was if reading would put it into `extra` again, else it stays in the remainder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from workbench.formats.label_studio.controls import OWN

Test = Callable[[Any], bool]


class Own(NamedTuple):
    """The parts of an `extra` that have a place in Label Studio, and the rest of it."""

    parts: Mapping[str, Any]
    rest: Mapping[str, Any]


def split(extra: Mapping[str, Any], places: Mapping[str, Test]) -> Own:
    """Take out of an `extra` the parts that pass the test of their place."""
    own = extra.get(OWN)
    if not isinstance(own, Mapping):
        return Own({}, extra)
    parts = {name: own[name] for name, test in places.items() if name in own and test(own[name])}
    if not parts:
        return Own({}, extra)
    left = {name: part for name, part in own.items() if name not in parts}
    others = {name: value for name, value in extra.items() if name != OWN}
    return Own(parts, {**others, OWN: left} if left else others)


def joined(extra: Any, parts: Mapping[str, Any]) -> Any:
    """The inverse of `split`; an `extra` that is no object stays as it is."""
    if not parts or not isinstance(extra, Mapping):
        return extra
    own = extra.get(OWN)
    return {**extra, OWN: {**own, **parts} if isinstance(own, Mapping) else dict(parts)}


def beside(raw: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The keys of an object of Label Studio beside those that are known, without those that say nothing."""
    return {name: value for name, value in raw.items() if name not in known and value}


def is_beside(known: Collection[str]) -> Test:
    """A test for what `beside` gives."""

    def test(part: Any) -> bool:
        return isinstance(part, Mapping) and bool(part) and part == beside(part, known)

    return test
