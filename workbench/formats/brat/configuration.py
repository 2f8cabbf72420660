"""annotation.conf and visual.conf: what brat must be told of types, from a schema or from the annotations themselves.

The syntax is that of https://brat.nlplab.org/configuration.html.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from schemas import Attribute, EntityType, FrameType, RelationType, Role, Schema
from workbench.core.records import Annotation, Entity, Frame, Relation
from workbench.formats.brat.lines import one_word, unnumbered
from workbench.formats.brat.natural import own_lines

_MOST_VALUES = 200
_OVERLAP = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
_EQUIV = "Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive"
_TRUTH = {"true", "false"}


class Configuration:
    """The configuration of a collection. What annotations have besides the schema, or without one, is declared too."""

    def __init__(self, schema: Schema | None) -> None:
        self._schema = schema
        self._entities: dict[str, None] = {}
        self._relations: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self._frames: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._attributes: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, annotation: Annotation) -> None:
        """Note the types, roles and attributes of one document."""
        kinds = {entity.id: entity.type for entity in annotation.entities}
        self._entities |= dict.fromkeys(kinds.values())
        for relation in annotation.relations:
            self._relations[relation.type].add((kinds[relation.head], kinds[relation.tail]))
        for frame in annotation.frames:
            roles = self._frames[frame.type]
            for argument in frame.arguments:
                roles[argument.role].add(kinds[argument.entity])
            for role in unnumbered([role for role, _ in own_lines(frame.extra, "", True, "events").get("events", ())]):
                roles[role].add("<EVENT>")
        items: list[Entity | Relation | Frame] = [*annotation.entities, *annotation.relations, *annotation.frames]
        for item in items:
            for name, value in item.attributes.items():
                if len(self._attributes[name]) < _MOST_VALUES:
                    self._attributes[name].setdefault(value)

    def annotation(self) -> str:
        """The content of annotation.conf."""
        sections = {
            "entities": self._entity_lines(),
            "relations": (*self._relation_lines(), _EQUIV, _OVERLAP),
            "events": self._event_lines(),
            "attributes": self._attribute_lines(),
        }
        return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in rows) for name, rows in sections.items())

    def visual(self) -> str:
        """The content of visual.conf: names that people read, and the colours of the schema."""
        labels, drawing = [], ["SPAN_DEFAULT\tfgColor:black, bgColor:#f2f2f2, borderColor:darken"]
        kinds: list[EntityType | FrameType] = [*self._schema.entities, *self._schema.frames] if self._schema else []
        for kind in kinds:
            labels.append(f"{kind.id} | {kind.zh} {kind.en} | {kind.zh} | {kind.badge}")
            drawing.append(f"{kind.id}\tbgColor:{kind.colour}")
        for relation in self._schema.relations if self._schema else ():
            labels.append(f"{relation.id} | {relation.zh} {relation.en} | {relation.zh}")
        return (
            "[labels]\n"
            + "".join(f"{row}\n" for row in labels)
            + "\n[drawing]\n"
            + "".join(f"{row}\n" for row in drawing)
        )

    def _entity_lines(self) -> Iterator[str]:
        known = self._schema.entity_types if self._schema else {}
        return iter(dict.fromkeys(one_word(kind) for kind in (*known, *sorted(self._entities))))

    def _relation_lines(self) -> Iterator[str]:
        known = self._schema.relation_types if self._schema else {}
        for relation in known.values():
            yield from _relation_type(relation)
        for kind, pairs in sorted(self._relations.items()):
            if kind not in known:
                yield from _pair_lines(kind, pairs, "")

    def _event_lines(self) -> Iterator[str]:
        known = self._schema.frame_types if self._schema else {}
        for frame in known.values():
            yield _event_line(frame.id, {f"{name}{_count(role)}": role.types for name, role in frame.roles.items()})
        for kind, roles in sorted(self._frames.items()):
            if kind not in known:
                yield _event_line(kind, {f"{role}*": sorted(types) for role, types in sorted(roles.items())})

    def _attribute_lines(self) -> Iterator[str]:
        known = _attributes_of(self._schema) if self._schema else {}
        for name in dict.fromkeys((*known, *sorted(self._attributes))):
            listed = known[name].values if name in known else ()
            values = dict.fromkeys(one_word(value) for value in (*listed, *sorted(self._attributes.get(name, ()))))
            said = "" if set(values) <= _TRUTH else f", Value:{'|'.join(values)}"
            yield f"{one_word(name)}\tArg:<ANY>{said}"


def _relation_type(relation: RelationType) -> Iterator[str]:
    signs = [name for name, holds in (("symmetric", relation.symmetric), ("transitive", relation.transitive)) if holds]
    yield from _pair_lines(relation.id, relation.admissible, f", <REL-TYPE>:{'-'.join(signs)}" if signs else "")


def _pair_lines(kind: str, pairs: Iterable[tuple[str, str]], sign: str) -> Iterator[str]:
    """One line for all heads that take the same tails."""
    tails: dict[str, set[str]] = defaultdict(set)
    for head, tail in pairs:
        tails[one_word(head)].add(one_word(tail))
    heads: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for head in sorted(tails):
        heads[tuple(sorted(tails[head]))].append(head)
    for common, these in sorted(heads.items(), key=lambda item: item[1]):
        yield f"{one_word(kind)}\tArg1:{'|'.join(these)}, Arg2:{'|'.join(common)}{sign}"


def _event_line(kind: str, roles: Mapping[str, Iterable[str]]) -> str:
    said = ", ".join(f"{one_word(role)}:{'|'.join(one_word(one) for one in types)}" for role, types in roles.items())
    return f"{one_word(kind)}\t{said}" if said else one_word(kind)


def _count(role: Role) -> str:
    """How many fillers a role takes, in brat's signs."""
    usual = {(0, 1): "?", (0, None): "*", (1, None): "+", (1, 1): ""}
    bounds = (role.minimum, role.maximum)
    if bounds in usual:
        return usual[bounds]
    return f"{{{role.minimum}-{role.maximum}}}" if role.maximum is not None else "+"


def _attributes_of(schema: Schema) -> dict[str, Attribute]:
    """All attributes of a schema by name; of two of one name, one that lists the values of both."""
    found: dict[str, Attribute] = dict(schema.annotation_attributes)
    kinds: list[EntityType | RelationType | FrameType] = [*schema.entities, *schema.relations, *schema.frames]
    for kind in kinds:
        for name, attribute in kind.attributes.items():
            earlier = found.get(name)
            both = tuple(dict.fromkeys((*(earlier.values if earlier else ()), *attribute.values)))
            found[name] = attribute.model_copy(update={"values": both}) if earlier else attribute
    return found
