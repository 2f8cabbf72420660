"""Records to the result list of one answer in Label Studio, in its own fields as far as it has any.

What it has no field for, or what its editor would spoil, is kept in the `meta` of the region of the item: the editor
and the server keep that as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter

from schemas import Schema
from workbench.core.errors import Fault, FaultyData
from workbench.core.records import AnnotatedDocument, Annotation, Argument, Entity, Frame, Relation
from workbench.core.text import Fragments
from workbench.formats.label_studio.controls import (
    CLUSTER,
    CONTINUES,
    ENTITY,
    FRAME,
    OWN,
    REMAINDER,
    TEXT,
    Control,
    control_by_use,
    control_name,
    relation_labels,
)
from workbench.formats.label_studio.own import Test, is_beside, split
from workbench.formats.label_studio.reading import DRAWN, META_KEYS, REGION_KEYS, SHOWN, VALUE_KEYS, records_of
from workbench.formats.label_studio.regions import Names, object_names
from workbench.formats.remainder import lean, value_to_json

_OBJECT = TypeAdapter(dict[str, Any])
_is_region_part = is_beside(REGION_KEYS)

_OF_REGIONS: Mapping[str, Test] = {
    "region": lambda part: _is_region_part(part) and part.get("origin") != DRAWN,
    "value": is_beside(VALUE_KEYS),
    "meta": is_beside(META_KEYS),
}
_OF_LINKS: Mapping[str, Test] = {"direction": lambda part: part == "bi"}


def text_of(document: AnnotatedDocument) -> str:
    """The text of a document.

    Raises:
        FaultyData: it has none.
    """
    if document.text is None:
        message = f"{document.doc_id} has no text; Label Studio cannot show it: convert it together with its text"
        raise FaultyData([Fault(message, "text", rule="text")])
    return document.text


def region_ids(annotation: Annotation) -> Mapping[str, tuple[str, ...]]:
    """The ids of the regions of every entity and every frame with a trigger, one for each fragment, by the item's id.

    The first is the item's own, but where Label Studio would cut it: at `#`.
    """
    mentions: list[tuple[str, Fragments]] = [(entity.id, entity.fragments) for entity in annotation.entities]
    mentions += [(frame.id, frame.trigger.fragments) for frame in annotation.frames if frame.trigger is not None]
    kept = {name for name, _ in mentions if _survives(name)}
    names = Names(kept)
    first = {name: name if name in kept else names.near(name.replace("#", "_") or "T") for name, _ in mentions}
    return {
        name: (first[name], *(names.near(first[name], number) for number in range(2, len(fragments) + 1)))
        for name, fragments in mentions
    }


def _survives(name: str) -> bool:
    return bool(name) and "#" not in name


def results_of(document: AnnotatedDocument, schema: Schema | None = None) -> list[dict[str, Any]]:
    """The results of a document: regions with their attributes, then relations, then what was read from other controls.

    With a schema, attributes become what the controls of its configuration take; what they would not show is kept
    apart.
    Frames without a trigger have no region and are not there.

    Raises:
        FaultyData: the document has no text.
    """
    text = text_of(document)
    made = _Results(document.annotation, text, schema).made()
    return made + others_beside(made, document.annotation, text)


def others_beside(made: Sequence[Any], annotation: Annotation, text: str) -> list[Any]:
    """The results that an annotation holds because our records have no field for them, if they can stand beside others.

    They cannot if reading them there would take them for more, or for less, than that.
    """
    own = annotation.extra.get(OWN)
    others = own.get("results") if isinstance(own, Mapping) else None
    if not isinstance(others, (list, tuple)) or not others:
        return []
    together = [*made, *others]
    objects = object_names(together)
    if len(objects) > 1 and TEXT not in objects:
        return []
    found = records_of(together, text, object_name=TEXT if len(objects) > 1 else None)
    return list(others) if found.others == tuple(others) else []


class _Results:
    """Makes the results of one annotation."""

    def __init__(self, annotation: Annotation, text: str, schema: Schema | None) -> None:
        self.annotation = annotation
        self.text = text
        self.schema = schema
        self.controls = control_by_use(schema) if schema is not None else {}
        self.labels = frozenset(relation_labels(schema)) if schema is not None else None
        self.ids = region_ids(annotation)
        self.links: dict[str, dict[str, list[tuple[str, Mapping[str, Any]]]]] = {}
        self.heads: dict[str, list[Relation]] = {}
        for relation in annotation.relations:
            self.heads.setdefault(relation.head, []).append(relation)

    def made(self) -> list[dict[str, Any]]:
        for relation in self.annotation.relations:
            self._link(relation.head, relation.tail, relation.type, relation.extra)
        for frame in self.annotation.frames:
            for argument in frame.arguments if frame.trigger is not None else ():
                self._link(frame.id, argument.entity, argument.role, argument.extra)
        results: list[dict[str, Any]] = []
        for entity in self.annotation.entities:
            results += self._entity(entity)
        for frame in self.annotation.frames:
            results += self._frame(frame)
        return results + list(self._relations())

    # --- regions -----------------------------------------------------------------------------------------------------

    def _entity(self, entity: Entity) -> Iterator[dict[str, Any]]:
        kept: dict[str, Any] = {}
        cluster = entity.cluster if self._has_cluster(entity.type) else None
        if entity.cluster is not None and not cluster:
            kept[CLUSTER] = entity.cluster
        if entity.value is not None:
            kept["value"] = value_to_json(entity.value)
        if entity.id in self.heads:
            kept["relations"] = [self._kept_relation(relation) for relation in self.heads[entity.id]]
        yield from self._item(entity, entity.fragments, kept, cluster)

    def _has_cluster(self, kind: str) -> bool:
        """Tell whether the control of clusters is there for a type of entities."""
        if self.schema is None:
            return True
        known = self.schema.entity_types.get(kind)
        return known is not None and known.clustered

    def _frame(self, frame: Frame) -> Iterator[dict[str, Any]]:
        if frame.trigger is None:
            return
        kept: dict[str, Any] = {}
        if frame.trigger.extra:
            kept["trigger"] = _plain(frame.trigger.extra)
        if not self._shows(frame):
            kept["arguments"] = [self._kept_argument(frame, argument) for argument in frame.arguments]
        yield from self._item(frame, frame.trigger.fragments, kept, None)

    def _item(
        self, item: Entity | Frame, fragments: Fragments, kept: dict[str, Any], cluster: str | None
    ) -> Iterator[dict[str, Any]]:
        """The regions of an item, then its attributes, which are results with the id of the first region."""
        ids = self.ids[item.id]
        shown, hidden = self._attributes(item)
        own, extra = split(item.extra, _OF_REGIONS)
        kept |= {"id": item.id} if ids[0] != item.id else {}
        kept |= {"attributes": hidden} if hidden else {}
        kept |= {"note": item.note} if item.note == "" else {}
        kept |= {"extra": _plain(extra)} if extra else {}
        control = ENTITY if isinstance(item, Entity) else FRAME
        for number, (name, span) in enumerate(zip(ids, fragments, strict=True)):
            value = {"start": span.start, "end": span.end, "text": self.text[span.start : span.end]}
            region: dict[str, Any] = {
                "id": name,
                "from_name": control,
                "to_name": TEXT,
                "type": "labels",
                "value": {**value, "labels": [item.type]},
            }
            if number:
                yield region
                continue
            meta = {**({"text": [item.note]} if item.note else {}), **({REMAINDER: kept} if kept else {})}
            region["value"] |= _plain(own.get("value", {}))
            region |= {"meta": meta | _plain(own.get("meta", {}))} if meta or "meta" in own else {}
            region |= {"score": item.score} if item.score is not None else {}
            yield region | _plain(own.get("region", {}))
            yield from (_answer(name, value, control, said) for control, said in shown)
            if cluster:
                yield _answer(name, value, Control(CLUSTER, CLUSTER, (), ()), cluster)

    def _attributes(self, item: Entity | Frame) -> tuple[list[tuple[Control, str]], dict[str, str]]:
        """The attributes that a control shows, and those that none does."""
        shown: list[tuple[Control, str]] = []
        hidden: dict[str, str] = {}
        for attribute, value in sorted(item.attributes.items()):
            control: Control | None = Control(control_name(attribute), attribute, (), ())
            if self.schema is not None:
                control = self.controls.get((item.type, attribute))
            if control is not None and control.takes(value):
                shown.append((control, value))
            else:
                hidden[attribute] = value
        return shown, hidden

    # --- links -------------------------------------------------------------------------------------------------------

    def _link(self, head: str, tail: str, label: str, extra: Mapping[str, Any]) -> None:
        """Note a link, if it is one to show; all others are kept in the remainder only."""
        if self._is_shown(label):
            self.links.setdefault(head, {}).setdefault(tail, []).append((label, extra))

    def _is_shown(self, label: str) -> bool:
        """Tell whether a link keeps its label: the reserved one would join its ends, the editor drops unknown ones."""
        return label != CONTINUES and (self.labels is None or label in self.labels)

    def _is_both_ways(self, head: str, tail: str) -> bool:
        """Tell whether all links of a pair are said to go both ways: there is one direction for all of them."""
        links = self.links.get(head, {}).get(tail, [])
        return bool(links) and all("direction" in split(extra, _OF_LINKS).parts for _, extra in links)

    def _relations(self) -> Iterator[dict[str, Any]]:
        """One relation for each pair of regions with all its labels: the editor drops a second one."""
        for ids in self.ids.values():
            for one, next_one in pairwise(ids):
                yield _relation(one, next_one, [CONTINUES], "right")
        for head, tails in self.links.items():
            for tail, links in tails.items():
                direction = "bi" if self._is_both_ways(head, tail) else "right"
                yield _relation(self.ids[head][0], self.ids[tail][0], _labels(links), direction)

    def _kept_relation(self, relation: Relation) -> dict[str, Any]:
        ends = (relation.head, relation.tail)
        return lean(relation, "head", "extra") | self._kept_of_link(ends, relation.type, relation.extra)

    def _kept_argument(self, frame: Frame, argument: Argument) -> dict[str, Any]:
        ends = (frame.id, argument.entity)
        return lean(argument, "extra") | self._kept_of_link(ends, argument.role, argument.extra)

    def _kept_of_link(self, ends: tuple[str, str], label: str, extra: Mapping[str, Any]) -> dict[str, Any]:
        """What a result does not say of a link: its `extra` but for the direction, or that no result shows it."""
        shown = self._is_shown(label)
        if shown and self._is_both_ways(*ends):
            extra = split(extra, _OF_LINKS).rest
        return ({"extra": _plain(extra)} if extra else {}) | ({} if shown else {SHOWN: False})

    def _shows(self, frame: Frame) -> bool:
        """Tell whether the links of a frame give back its arguments as they are, and in their order."""
        given = [(argument.role, argument.entity) for argument in frame.arguments]
        tails = self.links.get(frame.id, {})
        read = [(label, tail) for tail, links in tails.items() for label in _labels(links)]
        kept = (self._kept_of_link((frame.id, one.entity), one.role, one.extra) for one in frame.arguments)
        return given == read and not any(kept)


def _answer(region: str, value: Mapping[str, Any], control: Control, said: str) -> dict[str, Any]:
    """The result of an attribute's control for a region, with the place of the region as the editor adds it."""
    answer = {"choices": [said]} if control.kind == "choices" else {"text": [said]}
    return {
        "id": region,
        "from_name": control.name,
        "to_name": TEXT,
        "type": control.kind,
        "value": {**value, **answer},
    }


def _relation(head: str, tail: str, labels: Sequence[str], direction: str) -> dict[str, Any]:
    return {"from_id": head, "to_id": tail, "type": "relation", "direction": direction, "labels": list(labels)}


def _labels(links: Iterable[tuple[str, Any]]) -> list[str]:
    return sorted({label for label, _ in links})


def _plain(part: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = _OBJECT.dump_python(dict(part), mode="json") if part else {}
    return plain
