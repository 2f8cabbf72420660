"""What a schema is: entity, relation and frame types, their constraints, and the names people see.

Owns the meta-model and the questions that code asks of it. Knows nothing of YAML, files or annotations.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

TypeName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z]$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
Cardinality = Annotated[str, StringConstraints(pattern=r"^\d+-(\d+|n)$")]
ValueKind = Literal["money", "quantity", "time", "place"]


class Strict(BaseModel):
    """A frozen record that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Strict):
    """Something with a Chinese name, which annotators see, and an English one beside it."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Attribute(Strict):
    """A property of an annotation: one of `values`, a string that `pattern` matches whole, or any string.

    `zh` and `labels` are what annotators see for the attribute and its values. A schema file may write both at once:
    `values: {NAM: 专名, NOM: 普通名词}`. `default` is the value that goes without saying.
    """

    zh: str | None = None
    values: tuple[str, ...] = ()
    labels: Mapping[str, str] = Field(default_factory=dict)
    pattern: str | None = None
    default: str | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _labelled_values(cls, data: Any) -> Any:
        if isinstance(data, Mapping) and isinstance(data.get("values"), Mapping):
            if "labels" in data:
                raise ValueError("values already give the labels; drop one of the two")
            return {**data, "values": tuple(data["values"]), "labels": data["values"]}
        return data

    @model_validator(mode="after")
    def _one_kind(self) -> Attribute:
        if self.values and self.pattern:
            raise ValueError("give values or a pattern, not both")
        if unknown := [value for value in self.labels if value not in self.values]:
            raise ValueError(f"label for {unknown[0]!r}, which is not a value")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"pattern {self.pattern!r} is not a regular expression: {error}") from None
        if self.default is not None and not self.allows(self.default):
            raise ValueError(f"default {self.default!r} is not an admissible value")
        return self

    def allows(self, value: str) -> bool:
        """Tell whether `value` is admissible."""
        if self.values:
            return value in self.values
        return self.pattern is None or re.fullmatch(self.pattern, value) is not None


class Example(Strict):
    """A string of a report, in clean text; `span` is the part that is (not) annotated, when that is not all of it."""

    doc: str
    text: str = Field(min_length=1)
    span: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _span_inside(self) -> Example:
        if self.span is not None and self.span not in self.text:
            raise ValueError(f"span {self.span!r} does not occur in text {self.text!r}")
        return self


class Counterexample(Example):
    """A string that is not annotated with this type, and why."""

    why: str = Field(min_length=1)


class Layer(Named):
    """A group of entity types that are annotated together and judged finished together.

    `crossing` tells whether spans of this layer may overlap without one containing the other;
    `max_depth` is the deepest nesting within the layer (1: none).
    """

    crossing: bool = False
    max_depth: int = Field(default=1, ge=1)
    rule: str | None = None


class ZoneKind(Named):
    """A stretch of a document that is not the report's text; a closed kind takes no annotation."""

    closed: bool = True
    note: str | None = None
    examples: tuple[Example, ...] = ()


class EntityType(Named):
    """A kind of span.

    `nests` names the types that may lie inside it (`*value`: all of a layer); `attached` asks that a mention hang on
    a relation, a frame or an enclosing span; `optional_when` gives the attributes of mentions that scoring may leave
    out.
    """

    id: TypeName
    layer: Name
    key: Key
    badge: str = Field(min_length=1, max_length=1)
    colour: Colour
    definition: str = Field(min_length=1)
    positive: tuple[Example, ...]
    negative: tuple[Counterexample, ...] = ()
    boundary: tuple[str, ...] = ()
    confusions: tuple[TypeName, ...] = ()
    nests: tuple[str, ...] = ()
    attributes: Mapping[Name, Attribute] = Field(default_factory=dict)
    value: ValueKind | None = None
    attached: bool = False
    clustered: bool = False
    boundary_scoring: Literal["exact", "relaxed"] = "exact"
    optional_when: Mapping[Name, str] = Field(default_factory=dict)

    def is_optional(self, attributes: Mapping[str, str]) -> bool:
        """Tell whether scoring may leave out a mention with these attributes; what they leave unsaid is the default."""
        said = {name: known.default for name, known in self.attributes.items()} | dict(attributes)
        return bool(self.optional_when) and all(said.get(name) == value for name, value in self.optional_when.items())


class RelationExample(Strict):
    """Two strings of one report that stand in the relation."""

    doc: str
    head: str
    tail: str


class RelationType(Named):
    """A directed (or symmetric) link between two entities of admissible types.

    `pairs` lists admissible (head, tail) types; `head` x `tail` is the short way to write a full product.
    `functional`: a head has at most one tail.
    """

    id: TypeName
    head: tuple[TypeName, ...] = ()
    tail: tuple[TypeName, ...] = ()
    pairs: tuple[tuple[TypeName, TypeName], ...] = ()
    symmetric: bool = False
    transitive: bool = False
    functional: bool = False
    cardinality: str | None = None
    tier: Literal["core", "extended", "experimental"] = "core"
    attributes: Mapping[Name, Attribute] = Field(default_factory=dict)
    example: RelationExample

    @model_validator(mode="after")
    def _pairs_or_product(self) -> RelationType:
        if bool(self.pairs) == bool(self.head and self.tail):
            raise ValueError("give either pairs, or both head and tail")
        return self

    @cached_property
    def admissible(self) -> frozenset[tuple[str, str]]:
        """All admissible (head type, tail type) pairs."""
        return frozenset(self.pairs) or frozenset((head, tail) for head in self.head for tail in self.tail)

    def admits(self, head: str, tail: str) -> bool:
        """Tell whether the relation may link these types; either order will do for a symmetric type."""
        return (head, tail) in self.admissible or (self.symmetric and (tail, head) in self.admissible)


class Role(Strict):
    """A slot of a frame: how many fillers (`0-n`, `1-1` …) and of which entity types."""

    card: Cardinality
    types: tuple[TypeName, ...] = Field(min_length=1)
    zh: str = Field(min_length=1)
    note: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Role:
        if self.maximum is not None and self.maximum < max(self.minimum, 1):
            raise ValueError(f"cardinality {self.card!r}: the upper bound is below the lower one")
        return self

    @property
    def minimum(self) -> int:
        """The smallest number of fillers."""
        return int(self.card.split("-")[0])

    @property
    def maximum(self) -> int | None:
        """The largest number of fillers; None when there is no bound."""
        upper = self.card.split("-")[1]
        return None if upper == "n" else int(upper)


class FrameExample(Strict):
    """A trigger string in one report."""

    doc: str
    trigger: str


class FrameType(Named):
    """A kind of deed told in a report: a trigger and its roles."""

    id: TypeName
    key: Key
    badge: str = Field(min_length=1, max_length=1)
    colour: Colour
    trigger: str = Field(min_length=1)
    roles: Mapping[Name, Role]
    attributes: Mapping[Name, Attribute] = Field(default_factory=dict)
    example: FrameExample


class Schema(Named):
    """A complete schema. `version` is read as SchemaVer: MODEL.REVISION.ADDITION.

    `layers` are the entity layers; `reports` maps the short names in examples to document ids.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Version
    language: str = "zh"
    reports: Mapping[str, str] = Field(default_factory=dict)
    layers: Mapping[Name, Layer]
    zones: Mapping[Name, ZoneKind]
    annotation_attributes: Mapping[Name, Attribute] = Field(default_factory=dict)
    entities: tuple[EntityType, ...]
    relations: tuple[RelationType, ...]
    frames: tuple[FrameType, ...]

    @cached_property
    def entity_types(self) -> Mapping[str, EntityType]:
        """Entity types by id."""
        return {entity.id: entity for entity in self.entities}

    @cached_property
    def relation_types(self) -> Mapping[str, RelationType]:
        """Relation types by id."""
        return {relation.id: relation for relation in self.relations}

    @cached_property
    def frame_types(self) -> Mapping[str, FrameType]:
        """Frame types by id."""
        return {frame.id: frame for frame in self.frames}

    @cached_property
    def finishable(self) -> tuple[str, ...]:
        """The layers an annotator can call finished, in working order."""
        return (*self.layers, "relations", "frames")

    @cached_property
    def _nests(self) -> Mapping[str, frozenset[str]]:
        return {entity.id: frozenset(self._expand(entity.nests)) for entity in self.entities}

    def _expand(self, nests: tuple[str, ...]) -> Iterator[str]:
        for inner in nests:
            if inner.startswith("*"):
                yield from (entity.id for entity in self.entities if entity.layer == inner[1:])
            else:
                yield inner

    def may_nest(self, outer: str, inner: str) -> bool:
        """Tell whether a span of type `inner` may lie strictly inside one of type `outer`."""
        return inner in self._nests.get(outer, frozenset())

    def relations_between(self, head: str, tail: str) -> tuple[str, ...]:
        """Ids of the relation types that may link `head` to `tail`, in the schema's order."""
        return tuple(relation.id for relation in self.relations if relation.admits(head, tail))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the schema's meaning: the same for two files that differ only in comments or layout."""
        content: dict[str, Any] = self.model_dump(mode="json")
        return hashlib.sha256(
            json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        ).hexdigest()
