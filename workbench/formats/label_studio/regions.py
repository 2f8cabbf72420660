"""The results of one answer in Label Studio, sorted: regions, what is said of them, the links between them, others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from workbench.core.errors import Fault
from workbench.core.text import Span
from workbench.formats.label_studio.controls import FRAME, REMAINDER, ZONE
from workbench.formats.label_studio.own import beside

_DIRECTIONS = ("right", "left", "bi", None)
_LINK_KEYS = frozenset({"from_id", "to_id", "type", "labels", "direction"})


class Region(NamedTuple):
    """A labelled stretch of the text, as the result at `place` says; `words` are what it quotes, if anything."""

    id: str
    place: str
    control: str
    labels: tuple[str, ...]
    span: Span
    words: str | None
    raw: Mapping[str, Any]

    @property
    def is_trigger(self) -> bool:
        """Tell whether its labels are types of frames."""
        return self.control == FRAME


class Said(NamedTuple):
    """The value that an attribute's control has for a region; `at` is the index of the result."""

    region: str
    control: str
    value: str
    at: int


class Link(NamedTuple):
    """A relation between two regions, by their ids; `own` is what else is said of it."""

    head: str
    tail: str
    labels: tuple[str, ...]
    place: str
    own: Mapping[str, Any]


class Names:
    """Ids that are taken, and new ones."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._last: Counter[str] = Counter()

    def take(self, name: str) -> None:
        """Take an id."""
        self._taken.add(name)

    def numbered(self, letter: str) -> str:
        """The next id of a letter and a number that is not taken; it is now."""
        self._last[letter] += 1
        while (name := f"{letter}{self._last[letter]}") in self._taken:
            self._last[letter] += 1
        self._taken.add(name)
        return name

    def near(self, wish: str, number: int = 1) -> str:
        """The id wished for, or it with `~` and a number, from `number` on, that is not taken; it is now."""
        name = wish if number == 1 else f"{wish}~{number}"
        while name in self._taken:
            number += 1
            name = f"{wish}~{number}"
        self._taken.add(name)
        return name


class Sorted(NamedTuple):
    """Results by what they are; `others` have no place in our records and are kept by their index."""

    regions: tuple[Region, ...]
    said: tuple[Said, ...]
    links: tuple[Link, ...]
    others: Mapping[int, Any]
    faults: tuple[Fault, ...]
    names: Names


class _Refused(Exception):
    """A result that cannot be understood."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.fault = Fault(message, path, rule="record")


def sort_out(results: Sequence[Any], object_name: str | None = None) -> Sorted:
    """Sort results; with a name, only labels on that object of the task are regions of the text.

    The read-only regions of zones are none in any case, and relations to them are faults.
    """
    faults: list[Fault] = []
    regions: list[Region] = []
    relations: list[tuple[int, Mapping[str, Any]]] = []
    rest: list[tuple[int, Mapping[str, Any]]] = []
    names = Names(ids_in(results))
    for index, raw in enumerate(results):
        place = f"result[{index}]"
        if not isinstance(raw, dict):
            faults.append(Fault(f"an object is needed here, not {shown(raw)}", place, rule="record"))
        elif raw.get("type") == "relation":
            relations.append((index, raw))
        elif (
            raw.get("type") != "labels"
            or (object_name is not None and raw.get("to_name") != object_name)
            or is_zone(raw)
        ):
            rest.append((index, raw))
        else:
            try:
                regions.append(_region(raw, place, names))
            except _Refused as error:
                faults.append(error.fault)
    known = {region.id for region in regions}
    said = [one for index, raw in rest if (one := _said(raw, index)) is not None and one.region in known]
    placed = {one.at for one in said}
    others: dict[int, Any] = {index: raw for index, raw in rest if index not in placed}
    elsewhere = {name_of(raw.get("id")) for raw in others.values()} - known
    zones = {name_of(raw.get("id")) for raw in others.values() if is_zone(raw)} - known
    links: list[Link] = []
    for index, raw in relations:
        ends = (name_of(raw.get("from_id")), name_of(raw.get("to_id")))
        if None not in ends and elsewhere.issuperset(ends):
            others[index] = raw
            continue
        if not zones.isdisjoint(ends):
            message = "a relation to or from a zone, which takes no annotation; delete it"
            faults.append(Fault(message, f"result[{index}]", rule="zone"))
            continue
        try:
            links.append(_link(raw, ends, f"result[{index}]"))
        except _Refused as error:
            faults.append(error.fault)
    return Sorted(tuple(regions), tuple(said), tuple(links), others, tuple(faults), names)


def is_zone(raw: Mapping[str, Any]) -> bool:
    """Tell whether a result is the read-only region of a zone; elsewhere a control may well be called that."""
    return raw.get("from_name") == ZONE and raw.get("type") == "labels" and raw.get("readonly") is True


def object_names(results: Sequence[Any]) -> tuple[str, ...]:
    """The objects of a task that have labels on them, in the order of the results."""
    named = (raw.get("to_name") for raw in results if isinstance(raw, dict) and raw.get("type") == "labels")
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str)))


def name_of(value: Any) -> str | None:
    """An id as Label Studio has it: a string that is not empty; numbers become strings."""
    if isinstance(value, str):
        return value or None
    return str(value) if type(value) is int else None


def shown(value: Any) -> str:
    """A value for a message."""
    found = repr(value)
    return found if len(found) <= 40 else f"{found[:37]}…"


def remainder_of(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the writer had kept of the item of a region."""
    meta = raw.get("meta")
    kept = meta.get(REMAINDER) if isinstance(meta, dict) else None
    return kept if isinstance(kept, dict) else {}


def ids_in(results: Sequence[Any]) -> Iterator[str]:
    """The ids that results use: their own, and those of the items that they were made of."""
    for raw in results:
        if isinstance(raw, dict):
            kept = remainder_of(raw)
            relations = kept.get("relations")
            items = [kept, *(relations if isinstance(relations, list) else ())]
            used = [raw.get("id"), raw.get("from_id"), raw.get("to_id")]
            used += [item.get("id") for item in items if isinstance(item, dict)]
            yield from (name for one in used if (name := name_of(one)) is not None)


def _region(raw: Mapping[str, Any], place: str, names: Names) -> Region:
    value = raw.get("value")
    if not isinstance(value, dict):
        raise _Refused(f"an object is needed here, not {shown(value)}", f"{place}.value")
    for end in ("start", "end"):
        if type(value.get(end)) is not int:
            message = f"a whole number of characters is needed here, not {shown(value.get(end))}"
            raise _Refused(message, f"{place}.value.{end}")
    labels = value.get("labels")
    if not labels:
        raise _Refused("the region has no label; give it one in the editor, or delete it", f"{place}.value.labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise _Refused(f"a list of strings is needed here, not {shown(labels)}", f"{place}.value.labels")
    given = raw.get("id")
    if not (given is None or isinstance(given, str) or type(given) is int):
        raise _Refused(f"a string is needed here, not {shown(given)}", f"{place}.id")
    words = value.get("text")
    return Region(
        id=name_of(given) or names.numbered("T"),
        place=place,
        control=str(raw.get("from_name")),
        labels=tuple(labels),
        span=Span(value["start"], value["end"]),
        words=words if isinstance(words, str) and words.strip() else None,
        raw=raw,
    )


def _said(raw: Mapping[str, Any], index: int) -> Said | None:
    """The one value that a control has for a region; None when the result is of another kind, or has more values."""
    region, control, value = name_of(raw.get("id")), raw.get("from_name"), raw.get("value")
    key = {"choices": "choices", "textarea": "text"}.get(str(raw.get("type")))
    if region is None or key is None or not isinstance(control, str) or not isinstance(value, dict):
        return None
    found = value.get(key)
    values = found if isinstance(found, list) else [found]
    if len(values) != 1 or not isinstance(values[0], str):
        return None
    return Said(region, control, values[0], index)


def _link(raw: Mapping[str, Any], ends: tuple[str | None, str | None], place: str) -> Link:
    head, tail = ends
    if head is None or tail is None:
        end = "from_id" if head is None else "to_id"
        raise _Refused(f"the id of a region is needed here, not {shown(raw.get(end))}", f"{place}.{end}")
    labels, direction = raw.get("labels"), raw.get("direction")
    if not labels:
        raise _Refused("the relation has no label; give it one in the editor, or delete it", f"{place}.labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise _Refused(f"a list of strings is needed here, not {shown(labels)}", f"{place}.labels")
    if direction not in _DIRECTIONS:
        raise _Refused(f"a direction is right, left or bi, not {shown(direction)}", f"{place}.direction")
    if direction == "left":
        head, tail = tail, head
    own: dict[str, Any] = {"direction": "bi"} if direction == "bi" else {}
    if more := beside(raw, _LINK_KEYS):
        own["relation"] = more
    return Link(head, tail, tuple(labels), place, own)
