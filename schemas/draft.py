"""An annotation in its JSON form while a migration changes it: a copy that knows what hangs on what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from schemas.migrations import Case, Kind

Item = dict[str, Any]


class Draft:
    """A deep copy of an annotation, in canonical order, with the cases met so far.

    Entities have ids, fragments and their text; relations and arguments name entities that are there (the caller has
    checked all that).
    """

    def __init__(self, annotation: Mapping[str, Any]) -> None:
        self.record: Item = deepcopy(dict(annotation))
        self.cases: list[Case] = []
        self.entities: list[Item] = sorted(self.record.get("entities", []), key=_place)
        self.by_id: dict[str, Item] = {entity["id"]: entity for entity in self.entities}
        self.relations: list[Item] = sorted(self.record.get("relations", []), key=self._relation_place)
        self.frames: list[Item] = sorted(self.record.get("frames", []), key=_frame_place)

    def finish(self) -> Item:
        """The record with all changes."""
        relations = sorted(self.relations, key=self._relation_place)
        return {**self.record, "entities": self.entities, "relations": relations, "frames": self.frames}

    def _relation_place(self, relation: Item) -> tuple[Any, ...]:
        ends = (_place(self.by_id[relation[end]]) for end in ("head", "tail"))
        return (*ends, relation["type"], relation["id"])

    def of_type(self, *types: str) -> Iterator[Item]:
        """Entities of these types, by position."""
        return (entity for entity in self.entities if entity["type"] in types)

    def links_of(self, entity: Item) -> list[Item]:
        """Relations that the entity is an end of."""
        return [relation for relation in self.relations if entity["id"] in (relation["head"], relation["tail"])]

    def roles_of(self, entity: Item) -> list[tuple[Item, str]]:
        """Frames and roles that the entity fills."""
        return [
            (frame, argument["role"])
            for frame in self.frames
            for argument in frame.get("arguments", [])
            if argument["entity"] == entity["id"]
        ]

    def arguments(self, frame: Item) -> list[Item]:
        """The arguments of a frame, by role and position."""
        return sorted(
            frame.get("arguments", []), key=lambda filler: (filler["role"], _place(self.by_id[filler["entity"]]))
        )

    def linked(self, kind: str, one: Item, other: Item) -> bool:
        """Tell whether a relation of this kind links the two, whichever is the head."""
        ends = {one["id"], other["id"]}
        return any(
            relation["type"] == kind and {relation["head"], relation["tail"]} == ends for relation in self.relations
        )

    def link(self, kind: str, head: Item, tail: Item) -> Item:
        """Add a relation; its id is made of its type and ends, so it does not depend on any order."""
        name = f"{kind}-{head['id']}-{tail['id']}"
        taken = {relation["id"] for relation in self.relations} | self.by_id.keys() | {f["id"] for f in self.frames}
        while name in taken:
            name += "+"
        relation = {"id": name, "type": kind, "head": head["id"], "tail": tail["id"]}
        self.relations.append(relation)
        return relation

    def note_entity(self, kind: Kind, decision: str, message: str, entity: Item, part: str = "") -> None:
        """Record a case about an entity, or a part of it (`.value`)."""
        path = f"entities[{entity['id']}]{part}"
        self.cases.append(Case(kind, decision, message, path, start(entity), end(entity), entity["text"]))

    def note_relation(self, kind: Kind, decision: str, message: str, relation: Item) -> None:
        """Record a case about a relation; it stands where its head does."""
        head, tail = self.by_id[relation["head"]], self.by_id[relation["tail"]]
        told = f"{relation['type']} {head['text']} → {tail['text']}: {message}"
        path = f"relations[{relation['id']}]"
        self.cases.append(Case(kind, decision, told, path, start(head), end(head), head["text"]))

    def note_frame(self, kind: Kind, decision: str, message: str, frame: Item, part: str = "") -> None:
        """Record a case about a frame; it stands where its trigger does."""
        trigger = frame.get("trigger")
        place = (start(trigger), end(trigger), trigger.get("text")) if trigger else (None, None, None)
        self.cases.append(Case(kind, decision, message, f"frames[{frame['id']}]{part}", *place))

    def note_argument(self, kind: Kind, decision: str, message: str, frame: Item, filler: Item) -> None:
        """Record a case about an argument; it stands where the entity does."""
        path = f"frames[{frame['id']}].arguments[{filler['id']}]"
        self.cases.append(Case(kind, decision, message, path, start(filler), end(filler), filler["text"]))

    def loose(self, entity: Item, holders: Iterable[str]) -> bool:
        """Tell whether an entity is in no relation, no role, and in no entity of the types `holders`."""
        held = (other for other in self.of_type(*holders) if inside(entity, other))
        return not (self.links_of(entity) or self.roles_of(entity) or any(held))


def start(mention: Mapping[str, Any]) -> int:
    """First covered position of a mention."""
    return int(mention["fragments"][0][0])


def end(mention: Mapping[str, Any]) -> int:
    """Position after the last covered one."""
    return int(mention["fragments"][-1][1])


def inside(inner: Item, outer: Item) -> bool:
    """Tell whether one mention lies in another that is longer."""
    bounds = (start(inner), end(inner)), (start(outer), end(outer))
    return bounds[0] != bounds[1] and bounds[1][0] <= bounds[0][0] and bounds[0][1] <= bounds[1][1]


def attribute(item: Item, name: str) -> str | None:
    """An attribute's value, None where it is not written."""
    value: str | None = item.get("attributes", {}).get(name)
    return value


def drop_attributes(item: Item, *names: str) -> None:
    """Take attributes away; where none is left, the empty mapping too."""
    if "attributes" in item:
        item["attributes"] = {name: value for name, value in item["attributes"].items() if name not in names}
        if not item["attributes"]:
            del item["attributes"]


def _place(entity: Item) -> tuple[Any, ...]:
    return (start(entity), end(entity), entity["type"], entity["id"])


def _frame_place(frame: Item) -> tuple[Any, ...]:
    trigger = frame.get("trigger")
    return (
        (start(trigger), end(trigger), frame["type"], frame["id"]) if trigger else (-1, -1, frame["type"], frame["id"])
    )
