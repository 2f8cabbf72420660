"""Entities, relations, frames and zones of the structures of one CAS, be they the workbench's or another program's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench.core.errors import Fault
from workbench.core.records import Argument, Entity, Frame, Relation, Trigger, Zone
from workbench.core.text import Fragments, Span, Utf16Map
from workbench.formats.uima import layers
from workbench.formats.uima.layers import DEPENDENT, FIELDS, GOVERNOR, attribute_of, impossible_in_xml
from workbench.formats.uima.remainders import ItemRemainder, Place, read_remainder, read_score, read_value
from workbench.formats.uima.structures import Cas, Structure, as_number
from workbench.formats.uima.typesystem import Kind

FOREIGN = "xmi"
"""The key of `extra` that holds what other programs' structures have and records have no field for."""

_LABELS = ("label", "value", "identifier")
_NOTHING = ItemRemainder()
_LETTERS: Mapping[Kind, str] = {"entity": "T", "relation": "R", "frame": "E"}


class Items:
    """The items of one document; what cannot be understood is left out, and `faults` says so.

    `lines` gives the line of each item. `taken` are ids that others have, which no item without id gets.
    """

    def __init__(self, cas: Cas, source: Path, taken: Iterable[str]) -> None:
        self.faults: list[Fault] = []
        self.lines: dict[str, int] = {}
        self._cas = cas
        self._source = source
        self._offsets = Utf16Map(cas.text or "")
        self._rest = {one.number: self._remainder_of(one) for one in cas.members if one.type.own}
        self._groups = {number: group for group in self._joined() for number in group}
        self._names = self._named(set(taken))

    # --- which structures are which items ----------------------------------------------------------------------------

    def _of_kind(self, kind: Kind) -> Iterator[Structure]:
        """The first structure of every item of a kind."""
        for one in self._cas.members:
            if self._first_of(one.number) == one.number and (
                one.type.kind == kind or (kind == "entity" and one.number in self._raised)
            ):
                yield one

    @cached_property
    def _raised(self) -> frozenset[int]:
        """Tokens and the like that relations or slots of other layers refer to: they are entities after all."""
        segments = {one.number for one in self._cas.members if one.type.kind == "segmentation"}
        return frozenset(segments.intersection(self._ends_of_all()))

    def _ends_of_all(self) -> Iterator[int]:
        for one in self._cas.members:
            if one.type.kind == "relation":
                yield from (*self._cas.linked(one, GOVERNOR), *self._cas.linked(one, DEPENDENT))
            for link in self._links(one) if one.type.kind == "frame" else ():
                yield from self._cas.linked(link, "target")

    def _links(self, one: Structure) -> Iterator[Structure]:
        for slot in one.type.slots:
            for number in self._cas.linked(one, slot):
                if number in self._cas.structures:
                    yield self._cas.structures[number]

    def _joined(self) -> Iterator[tuple[int, ...]]:
        """The fragments of each item of several, first the one that speaks for all: one with an id, if there is one."""
        members = {one.number: one for one in self._cas.members}
        groups: dict[int, set[int]] = {}
        for arc in self._cas.members:
            if arc.type.kind != "part":
                continue
            ends = {*self._cas.linked(arc, GOVERNOR), *self._cas.linked(arc, DEPENDENT)} & members.keys()
            if {members[end].type.name for end in ends} not in ({layers.ENTITY}, {layers.FRAME}):
                continue  # one end is gone, or both are not of the layers that have fragments
            group = set.union(ends, *(groups.get(end, set()) for end in ends))
            groups.update(dict.fromkeys(group, group))
        for group in {id(group): group for group in groups.values()}.values():
            yield tuple(sorted(group, key=lambda number: self._rank(members[number])))

    def _first_of(self, number: int) -> int:
        return self._groups.get(number, (number,))[0]

    def _rank(self, one: Structure) -> tuple[bool, int, int]:
        return self._own_id(one) is None, as_number(one.begin) or 0, one.number

    def _fragments_of(self, first: Structure) -> Fragments | None:
        """The fragments of an item, if all of them can be understood."""
        numbers = self._groups.get(first.number, (first.number,))
        spans = [self._span(self._cas.structures[number]) for number in numbers]
        found = tuple(sorted(span for span in spans if span is not None))
        return found if len(found) == len(spans) else None

    def _span(self, one: Structure) -> Span | None:
        begin, end = (self._position(one, name, said) for name, said in (("begin", one.begin), ("end", one.end)))
        return None if begin is None or end is None else Span(begin, end)

    def _position(self, one: Structure, name: str, said: str | None) -> int | None:
        """A position in code points; outside of the text it is what it would be if the text went on."""
        unit = as_number(said)
        if unit is None:
            self._leave_out(
                one, f"has the {name} {said!r}, which is no number" if said else f"has no {name}", "offsets"
            )
            return None
        if self._cas.text is None:
            return unit
        try:
            return self._offsets.from_utf16(unit)
        except IndexError:
            units = self._offsets.to_utf16(len(self._cas.text))
        if 0 <= unit <= units:
            self._leave_out(one, f"has the {name} {unit}, which is inside a character of two UTF-16 units", "offsets")
            return None
        return unit if unit < 0 else unit - units + len(self._cas.text)

    def _leave_out(self, one: Structure, why: str, rule: str) -> None:
        message = f"{one.type.short} (xmi:id {one.number}) {why}; it is left out"
        self.faults.append(Fault(message, source=self._source, line=one.line, rule=rule))

    # --- ids ---------------------------------------------------------------------------------------------------------

    def _remainder_of(self, one: Structure) -> ItemRemainder:
        if one.type.kind == "document" or layers.REMAINDER not in one.values:
            return _NOTHING
        return read_remainder(one, ItemRemainder, Place(self._source, f"xmi:id {one.number}"), self.faults)

    def _own_id(self, one: Structure) -> str | None:
        return one.values.get("identifier", self._rest[one.number].id) if one.type.own else None

    def _named(self, taken: set[str]) -> dict[int, str]:
        firsts = [(kind, one) for kind in _LETTERS for one in self._of_kind(kind)]
        names = {one.number: name for _, one in firsts if (name := self._own_id(one)) is not None}
        taken |= set(names.values())
        for kind, one in firsts:
            if one.number not in names:
                name = f"{_LETTERS[kind]}{one.number}"
                while name in taken:
                    name += "x"
                names[one.number] = name
                taken.add(name)
        return names

    def _end(self, number: int) -> str:
        """The id of the item that a number refers to; a word that is no id when there is none."""
        return self._names.get(self._first_of(number), f"xmi:id {number}")

    # --- what items say ----------------------------------------------------------------------------------------------

    def _fields(self, one: Structure, path: str) -> dict[str, Any]:
        """The fields that all items have."""
        said = self._own_fields(one, path) if one.type.own else self._foreign_fields(one)
        if one.line is not None:
            self.lines[path] = one.line
        return {**said, "id": self._names[one.number]}

    def _own_fields(self, one: Structure, path: str) -> dict[str, Any]:
        rest = self._rest[one.number]
        own = layers.STRINGS[one.type.name]
        fields = {name: getattr(rest, name) for name in ("type", "note") if getattr(rest, name) is not None}
        fields.update((FIELDS[name], said) for name, said in one.values.items() if name in own and name in FIELDS)
        added = {attribute_of(name): said for name, said in one.values.items() if name not in own}
        foreign = self._foreign_extra(one)
        return {
            "type": one.type.short,
            **fields,
            "attributes": {**rest.attributes, **added},
            "score": read_score(one, Place(self._source, path), self.faults),
            "extra": {**rest.extra, FOREIGN: foreign} if foreign else rest.extra,
        }

    def _foreign_fields(self, one: Structure) -> dict[str, Any]:
        label = next((name for name in _LABELS if one.values.get(name)), None)
        return {
            "type": one.values[label] if label else one.type.short,
            "attributes": {name: said for name, said in one.values.items() if name != label},
            "extra": {FOREIGN: {"type": one.type.name, **self._foreign_extra(one)}},
        }

    def _foreign_extra(self, one: Structure) -> dict[str, Any]:
        """Lists, and references that are neither ends nor slots nor make a cluster."""
        held = {GOVERNOR, DEPENDENT, *one.type.slots, "next" if one.number in self._clusters else ""}
        lists: dict[str, Any] = {name: list(said) for name, said in one.lists.items()}
        if one.number in self._clusters and one.type.kind in ("frame", "relation"):
            lists["cluster"] = self._clusters[one.number]
        links = {name: self._linked(one, name) for name in one.links if name not in held}
        return {**lists, **{name: ends for name, ends in links.items() if ends}}

    def _linked(self, one: Structure, name: str) -> list[str]:
        """What a feature refers to: the ids of items, or the content of arrays of other things."""
        found: list[str] = []
        for number in self._cas.linked(one, name):
            target = self._cas.structures.get(number)
            found += target.lists["elements"] if target and "elements" in target.lists else (self._end(number),)
        return found

    @cached_property
    def _clusters(self) -> Mapping[int, str]:
        """The clusters that chains of links make."""
        found: dict[int, str] = {}
        for chain in self._cas.members:
            numbers = self._cas.linked(chain, "first") if chain.type.kind == "chain" else ()
            while numbers and numbers[0] in self._cas.structures and numbers[0] not in found:
                found[numbers[0]] = f"C{chain.number}"
                numbers = self._cas.linked(self._cas.structures[numbers[0]], "next")
        return found

    # --- items -------------------------------------------------------------------------------------------------------

    def entities(self) -> tuple[Entity, ...]:
        """All entities."""
        found: list[Entity] = []
        for one in self._of_kind("entity"):
            fragments = self._fragments_of(one)
            if fragments is None:
                continue
            path = f"entities[{len(found)}]"
            fields = self._fields(one, path)
            told = self._rest[one.number].cluster if one.type.own else None
            fields.setdefault("cluster", self._clusters.get(one.number) if told is None else told)
            if one.type.own:
                fields["value"] = read_value(one, Place(self._source, path), self.faults)
            found.append(Entity(fragments=fragments, **fields))
        return tuple(found)

    def relations(self) -> tuple[Relation, ...]:
        """All relations."""
        found: list[Relation] = []
        for one in self._of_kind("relation"):
            heads, tails = self._cas.linked(one, GOVERNOR), self._cas.linked(one, DEPENDENT)
            if len(heads) == len(tails) == 1:
                ends = {"head": self._end(heads[0]), "tail": self._end(tails[0])}
                found.append(Relation(**ends, **self._fields(one, f"relations[{len(found)}]")))
            else:
                self._leave_out(one, f"has not one {GOVERNOR} and one {DEPENDENT}", "ends")
        return tuple(found)

    def frames(self) -> tuple[Frame, ...]:
        """All frames that have a trigger."""
        found: list[Frame] = []
        for one in self._of_kind("frame"):
            fragments = self._fragments_of(one)
            if fragments is None:
                continue
            path = f"frames[{len(found)}]"
            rest = self._rest.get(one.number, _NOTHING)
            trigger = Trigger(fragments=fragments, extra=rest.trigger)
            fields = self._fields(one, path)
            arguments = tuple(self._arguments(one, rest, path))
            found.append(Frame(trigger=trigger, arguments=arguments, **fields))
        return tuple(found)

    def _arguments(self, one: Structure, rest: ItemRemainder, path: str) -> Iterator[Argument]:
        """The fillers of all slots; a filler without role has the slot's name for one."""
        known = list(rest.arguments)
        for slot in one.type.slots:
            for number in self._cas.linked(one, slot):
                link = self._cas.structures.get(number)
                if link is None:
                    message = f"refers to xmi:id {number}, which is not there; this filler is left out"
                    self.faults.append(Fault(message, f"{path}.arguments", self._source, one.line, "ends"))
                    continue
                for target in self._cas.linked(link, "target"):
                    role, filler = link.values.get("role"), self._end(target)
                    said = next((argument for argument in known if _is_same(argument, role, filler)), None)
                    if said is not None:
                        known.remove(said)
                    yield said or Argument(role=slot if role is None else role, entity=filler)

    def zones(self) -> tuple[Zone, ...]:
        """All zones."""
        found: list[Zone] = []
        for one in self._of_kind("zone"):
            span = self._span(one)
            if span is None:
                continue
            rest = self._rest[one.number]
            kind, note = one.values.get("label", rest.kind), one.values.get("note", rest.note)
            fields = {"kind": one.type.short if kind is None else kind, "note": note, "extra": rest.extra}
            try:
                zone = Zone(start=span.start, end=span.end, **fields)
            except ValidationError:
                self._leave_out(one, f"is [{span.start}, {span.end}), which is no stretch of a text", "offsets")
                continue
            if one.line is not None:
                self.lines[f"zones[{len(found)}]"] = one.line
            found.append(zone)
        return tuple(found)


def _is_same(argument: Argument, role: str | None, filler: str) -> bool:
    """Tell whether a link is the argument of a remainder; the role is missing in links when XML cannot hold it."""
    told = argument.role == role if role is not None else bool(impossible_in_xml(argument.role))
    return told and argument.entity == filler
