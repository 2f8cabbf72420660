"""Is an annotation legal for its schema and its text? All faults at once, each with its path.

Every check is a small function over one `Case`; `RULES` names them, so that messages, tests and documentation agree.
What holds for any schema is checked by `workbench.core.integrity`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from schemas import Attribute, Schema
from schemas.migrations import version_key
from workbench.core.errors import Fault, nearest
from workbench.core.integrity import RULES as INTEGRITY_RULES
from workbench.core.integrity import check_integrity, possible
from workbench.core.records import Annotation, Entity, Frame, Relation, SchemaStamp, Zone
from workbench.core.text import Fragments, shared
from workbench.core.values import Place

RULES: Mapping[str, str] = {
    **INTEGRITY_RULES,
    "schema": "the annotation was made with a version of this schema",
    "type": "entity, relation and frame types are the schema's",
    "layers": "finished layers are the schema's",
    "same-span": "a span is annotated once",
    "crossing": "spans do not overlap without one containing the other",
    "nesting": "a span lies only inside types that may hold it",
    "depth": "nesting within a layer is no deeper than the layer allows",
    "zone": "nothing is annotated inside a closed zone",
    "attribute": "attributes and their values are the schema's",
    "value": "a normalised value is of the kind that the type has",
    "admissible": "a relation links types that it may link",
    "functional": "the head of a functional relation has one tail",
    "repeated": "a relation or an argument is written once",
    "role": "a role is one of the frame's",
    "role-type": "a role is filled by types it admits",
    "cardinality": "a role has as many fillers as it asks for",
    "loose": "a value hangs on a relation, a frame role or an enclosing span (warning)",
    "code-revision": "a GB/T 2260 code names the revision it is read in (warning)",
}


@dataclass(frozen=True)
class Case:
    """An annotation with all that is needed to judge it; `text` is None when the text is not at hand."""

    annotation: Annotation
    schema: Schema
    text: str | None
    zones: Sequence[Zone] = ()

    def layer(self, entity: Entity) -> str:
        """The layer of an entity of known type."""
        return self.schema.entity_types[entity.type].layer

    @cached_property
    def placed(self) -> list[tuple[int, Entity]]:
        """Entities of known type with possible offsets: the ones whose position can be judged further."""
        length = len(self.text) if self.text is not None else None
        return [
            (index, entity)
            for index, entity in enumerate(self.annotation.entities)
            if entity.type in self.schema.entity_types and possible(entity.fragments, length)
        ]

    @cached_property
    def overlapping(self) -> list[tuple[int, Entity, int, Entity]]:
        """Pairs of placed entities that share a code point; the first starts earlier, or is longer."""
        ordered = sorted(self.placed, key=lambda item: (item[1].start, -item[1].end))
        pairs = []
        for position, (index, entity) in enumerate(ordered):
            for other_index, other in ordered[position + 1 :]:
                if other.start >= entity.end:
                    break
                if shared(entity.fragments, other.fragments):
                    pairs.append((index, entity, other_index, other))
        return pairs


def check(
    annotation: Annotation, schema: Schema, text: str | None = None, zones: Sequence[Zone] = ()
) -> tuple[Fault, ...]:
    """Find everything that is wrong (severity error) or doubtful (warning) with an annotation, in the record's order.

    `text` and `zones` are the document's, in clean code points; without a text, offsets are not compared with it.
    """
    case = Case(annotation, schema, text, zones)
    checks = (_header, _entities, _spans, _depth, _relations, _functional, _frames, _zones, _loose)
    return (*check_integrity(annotation, text), *(fault for part in checks for fault in part(case)))


def _fault(rule: str, path: str, message: str, severity: Literal["error", "warning"] = "error") -> Fault:
    return Fault(message, path, rule=rule, severity=severity)


def _unknown(kind: str, name: str, known: Iterable[str], path: str) -> Fault:
    return _fault("type", f"{path}.type", f"unknown {kind} type {name!r}{nearest(name, known)}")


def _header(case: Case) -> Iterator[Fault]:
    stamp, schema = case.annotation.made_with, case.schema
    if stamp is not None:
        if stamp.id != schema.id:
            yield _fault("schema", "schema.id", f"made with schema {stamp.id!r}, checked against {schema.id!r}")
        else:
            yield from _version(stamp, schema)
    for index, layer in enumerate(case.annotation.finished_layers or ()):
        if layer not in schema.finishable:
            message = f"unknown layer {layer!r}{nearest(layer, schema.finishable)}"
            yield _fault("layers", f"finished_layers[{index}]", message)


def _version(stamp: SchemaStamp, schema: Schema) -> Iterator[Fault]:
    """MODEL.REVISION.ADDITION: another model cannot be read as this one, another revision only with care."""
    if re.fullmatch(r"\d+\.\d+\.\d+", stamp.version, re.ASCII) is None:
        yield _fault("schema", "schema.version", f"{stamp.version!r} is no version (MODEL.REVISION.ADDITION)")
        return
    made, here = version_key(stamp.version), version_key(schema.version)
    advice = "migrate it (workbench migrate) or make it again" if made < here else "a newer schema is needed to read it"
    message = f"made with {stamp.version}, this is {schema.version}: {advice}"
    if made[0] != here[0]:
        yield _fault("schema", "schema.version", message)
    elif made[1] != here[1]:
        yield _fault("schema", "schema.version", message, "warning")
    elif stamp.hash is not None and stamp.hash != schema.hash and made == here:
        message = f"made with another {stamp.id} {stamp.version} than this one (hashes differ)"
        yield _fault("schema", "schema.hash", message, "warning")


def _attributes(case: Case, given: Mapping[str, str], known: Mapping[str, Attribute], path: str) -> Iterator[Fault]:
    allowed = {**case.schema.annotation_attributes, **known}
    for name, value in given.items():
        at = f"{path}.attributes.{name}"
        if name not in allowed:
            yield _fault("attribute", at, f"unknown attribute {name!r}{nearest(name, allowed)}")
        elif not allowed[name].allows(value):
            hint = (
                nearest(value, allowed[name].values) if allowed[name].values else f"; pattern {allowed[name].pattern}"
            )
            yield _fault("attribute", at, f"{value!r} is not a value of {name}{hint}")


def _entities(case: Case) -> Iterator[Fault]:
    for index, entity in enumerate(case.annotation.entities):
        path = f"entities[{index}]"
        known = case.schema.entity_types.get(entity.type)
        if known is None:
            yield _unknown("entity", entity.type, case.schema.entity_types, path)
            continue
        yield from _attributes(case, entity.attributes, known.attributes, path)
        if entity.value is None:
            continue
        if entity.value.kind != known.value:
            wanted = f"a {known.value} value" if known.value else "no value"
            yield _fault("value", f"{path}.value", f"{entity.type} has {wanted}, not {entity.value.kind}")
        elif isinstance(entity.value, Place) and entity.value.code and not entity.value.revision:
            message = f"code {entity.value.code} names no revision of GB/T 2260"
            yield _fault("code-revision", f"{path}.value", message, "warning")


def _spans(case: Case) -> Iterator[Fault]:
    layers = case.schema.layers
    for index, first, other_index, second in case.overlapping:
        path = f"entities[{max(index, other_index)}]"
        both = f"{_shown(first)} and {_shown(second)}"
        if first.fragments == second.fragments:
            yield _fault("same-span", path, f"the same span twice: {both}")
            continue
        outer, inner = (first, second) if _holds(first, second) else (second, first)
        if not _holds(outer, inner):
            if not all(layers[case.layer(entity)].crossing for entity in (outer, inner)):
                yield _fault("crossing", path, f"overlap without containment: {both}")
        elif not case.schema.may_nest(outer.type, inner.type):
            yield _fault("nesting", path, f"{outer.type} may not contain {inner.type}: {both}")


def _holds(outer: Entity, inner: Entity) -> bool:
    """Tell whether every code point of `inner` belongs to `outer` too."""
    return shared(outer.fragments, inner.fragments) == sum(span.length for span in inner.fragments)


def _shown(entity: Entity) -> str:
    name = f" {entity.text}" if entity.text else ""
    return f"{entity.id} {entity.type} [{entity.start}, {entity.end}){name}"


def _depth(case: Case) -> Iterator[Fault]:
    around: Counter[int] = Counter()
    for index, first, other_index, second in case.overlapping:
        if case.layer(first) == case.layer(second) and first.fragments != second.fragments:
            if _holds(first, second):
                around[other_index] += 1
            elif _holds(second, first):
                around[index] += 1
    for index, count in sorted(around.items()):
        layer = case.layer(case.annotation.entities[index])
        deepest = case.schema.layers[layer].max_depth
        if count + 1 > deepest:
            message = f"nested {count + 1} deep; layer {layer} allows {deepest}"
            yield _fault("depth", f"entities[{index}]", message)


def _relations(case: Case) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str], str] = {}
    for index, relation in enumerate(case.annotation.relations):
        path = f"relations[{index}]"
        known = case.schema.relation_types.get(relation.type)
        if known is None:
            yield _unknown("relation", relation.type, case.schema.relation_types, path)
            continue
        yield from _attributes(case, relation.attributes, known.attributes, path)
        yield from _admissible(case, relation, path)
        ends = sorted((relation.head, relation.tail)) if known.symmetric else (relation.head, relation.tail)
        key = (relation.type, *ends)
        if key in seen:
            yield _fault("repeated", path, f"the same relation as {seen[key]}")
        seen.setdefault(key, path)


def _admissible(case: Case, relation: Relation, path: str) -> Iterator[Fault]:
    ends = [case.annotation.entity_by_id.get(end) for end in (relation.head, relation.tail)]
    head, tail = (end.type if end else "" for end in ends)
    known = {head, tail} <= set(case.schema.entity_types)
    if known and not case.schema.relation_types[relation.type].admits(head, tail):
        others = case.schema.relations_between(head, tail)
        hint = f"; between these: {', '.join(others)}" if others else "; nothing links these types"
        yield _fault("admissible", f"{path}.type", f"{relation.type} does not link {head} to {tail}{hint}")


def _functional(case: Case) -> Iterator[Fault]:
    first: dict[tuple[str, str], str] = {}
    for index, relation in enumerate(case.annotation.relations):
        known = case.schema.relation_types.get(relation.type)
        if known is None or not known.functional:
            continue
        tail = first.setdefault((relation.type, relation.head), relation.tail)
        if tail != relation.tail:
            message = f"{relation.head!r} already has {relation.type} {tail!r}; it takes one tail"
            yield _fault("functional", f"relations[{index}].tail", message)


def _frames(case: Case) -> Iterator[Fault]:
    for index, frame in enumerate(case.annotation.frames):
        path = f"frames[{index}]"
        known = case.schema.frame_types.get(frame.type)
        if known is None:
            yield _unknown("frame", frame.type, case.schema.frame_types, path)
            continue
        yield from _attributes(case, frame.attributes, known.attributes, path)
        yield from _arguments(case, frame, path)
        fillers = Counter(argument.role for argument in frame.arguments)
        for name, role in known.roles.items():
            if not role.minimum <= fillers[name] or (role.maximum is not None and fillers[name] > role.maximum):
                message = f"{frame.type} takes {role.card} {name} ({role.zh}), here are {fillers[name]}"
                yield _fault("cardinality", f"{path}.arguments", message)


def _arguments(case: Case, frame: Frame, path: str) -> Iterator[Fault]:
    roles = case.schema.frame_types[frame.type].roles
    seen: set[tuple[str, str]] = set()
    for index, argument in enumerate(frame.arguments):
        at = f"{path}.arguments[{index}]"
        role = roles.get(argument.role)
        filler = case.annotation.entity_by_id.get(argument.entity)
        if role is None:
            yield _fault(
                "role", f"{at}.role", f"{frame.type} has no role {argument.role!r}{nearest(argument.role, roles)}"
            )
        elif filler is not None and filler.type in case.schema.entity_types and filler.type not in role.types:
            message = f"{argument.role} of {frame.type} takes {', '.join(role.types)}, not {filler.type}"
            yield _fault("role-type", f"{at}.entity", message)
        if (argument.role, argument.entity) in seen:
            yield _fault("repeated", at, f"{argument.entity!r} fills {argument.role} twice")
        seen.add((argument.role, argument.entity))


def _zones(case: Case) -> Iterator[Fault]:
    closed = [zone for zone in case.zones if zone.kind not in case.schema.zones or case.schema.zones[zone.kind].closed]
    if not closed:
        return
    spans: list[tuple[str, Fragments]] = [(f"entities[{index}]", entity.fragments) for index, entity in case.placed]
    spans += [
        (f"frames[{index}].trigger", frame.trigger.fragments)
        for index, frame in enumerate(case.annotation.frames)
        if frame.trigger is not None
    ]
    for path, fragments in spans:
        for zone in closed:
            if shared(fragments, (zone.span,)):
                message = f"lies in the closed zone {zone.kind} [{zone.start}, {zone.end})"
                yield _fault("zone", path, message)


def _loose(case: Case) -> Iterator[Fault]:
    used = {end for relation in case.annotation.relations for end in (relation.head, relation.tail)}
    used |= {argument.entity for frame in case.annotation.frames for argument in frame.arguments}
    held: dict[str, bool] = defaultdict(bool)
    for _, outer, _, inner in case.overlapping:
        for holder, value in ((outer, inner), (inner, outer)):
            held[value.id] |= _holds(holder, value) and case.schema.may_nest(holder.type, value.type)
    for index, entity in case.placed:
        if case.schema.entity_types[entity.type].attached and entity.id not in used and not held[entity.id]:
            name = f" {entity.text}" if entity.text else ""
            message = f"{entity.type}{name} hangs on no relation, frame or statement"
            yield _fault("loose", f"entities[{index}]", message, "warning")
