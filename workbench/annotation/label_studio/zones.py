"""The closed zones of a document as read-only regions that annotators see and cannot change, and back without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from schemas import Schema
from workbench.core.errors import Fault
from workbench.core.records import Zone
from workbench.formats.label_studio.controls import ENTITY, FRAME, TEXT, ZONE
from workbench.formats.label_studio.regions import name_of

_BREAKS = "\r\n"


class Unzoned(NamedTuple):
    """Results of annotators alone, and faults of what they did to zones.

    What hung on a zone and is left out (relations, labels, attributes) is an error; that a region of a zone was drawn,
    changed or deleted is a warning, for it changes nothing.
    """

    results: tuple[Any, ...]
    faults: tuple[Fault, ...]


def zone_results(zones: Iterable[Zone], text: str, schema: Schema, taken: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Read-only regions for the closed zones of a document; `taken` are the ids of other regions beside them.

    They begin and end at no line break, where the editor would not show them; zones of line breaks alone have none.
    """
    used, made = set(taken), []
    for zone in zones:
        kind = schema.zones.get(zone.kind)
        if kind is None or not kind.closed:
            continue
        words = text[zone.start : zone.end]
        start = zone.start + len(words) - len(words.lstrip(_BREAKS))
        end = start + len(words.strip(_BREAKS))
        if start == end:
            continue
        name = f"zone-{start}-{end}-{zone.kind}"
        while name in used:
            name += "~"
        used.add(name)
        made.append(
            {
                "id": name,
                "from_name": ZONE,
                "to_name": TEXT,
                "type": "labels",
                "readonly": True,
                "value": {"start": start, "end": end, "text": text[start:end], "labels": [zone.kind]},
            }
        )
    return made


def without_zones(results: Sequence[Any], pushed: Sequence[Mapping[str, Any]] = ()) -> Unzoned:
    """Take the regions of zones, and all that hangs on them, out of results.

    `pushed` are those that the task was made with: what `zone_results` gives for its document.
    """
    faults: list[Fault] = []
    missing = [*pushed]
    own: dict[str, str] = {}
    for index, raw in enumerate(results):
        if not _is_zone(raw):
            continue
        own[name_of(raw.get("id")) or ""] = _words(raw)
        known = next((one for one in missing if _place(one) == _place(raw)), None)
        if known is not None:
            missing.remove(known)
        elif pushed:
            message = (
                f"{_words(raw)} is not one of the document, and zones are not made in Label Studio; it is left out"
            )
            faults.append(_warning(message, f"result[{index}]"))
    faults += [_warning(f"{_words(raw)} was changed or deleted; it stays as it is", "") for raw in missing]
    left: list[Any] = []
    for index, raw in enumerate(results):
        if _is_zone(raw):
            continue
        ends = _hangs_on(raw, own)
        if ends is None:
            left.append(raw)
        else:
            faults.append(Fault(f"{_told(raw)} {own[ends]}, {_ADVICE}", f"result[{index}]", rule="zone"))
    return Unzoned(tuple(left), tuple(faults))


_ADVICE = "which takes no annotation; it is left out"


def _warning(message: str, path: str) -> Fault:
    return Fault(message, path, rule="zone", severity="warning")


def _is_zone(raw: Any) -> bool:
    return isinstance(raw, Mapping) and raw.get("type") == "labels" and raw.get("from_name") == ZONE


def _place(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Where a region is and what it is called, whatever stands there."""
    value = raw.get("value")
    value = value if isinstance(value, Mapping) else {}
    return tuple(repr(value.get(key)) for key in ("start", "end", "labels"))


def _words(raw: Mapping[str, Any]) -> str:
    value = raw.get("value")
    words = value.get("text") if isinstance(value, Mapping) else None
    return f"the zone {raw.get('id')!r}" + (f" ({words[:20]!r})" if isinstance(words, str) else "")


def _hangs_on(raw: Any, own: Mapping[str, str]) -> str | None:
    """The id of the zone that a result belongs to; None when it belongs to none."""
    if not isinstance(raw, Mapping):
        return None
    keys = ("from_id", "to_id") if raw.get("type") == "relation" else ("id",)
    names = (name_of(raw.get(key)) for key in keys)
    return next((name for name in names if name is not None and name in own), None)


def _told(raw: Mapping[str, Any]) -> str:
    if raw.get("type") == "relation":
        return "a relation is drawn to or from"
    if raw.get("from_name") in (ENTITY, FRAME):
        return "a label is given to"
    return f"{raw.get('from_name')} is said of"
