"""The records that travel between stages: documents, and one author's annotation of one document.

Positions are half-open code points of the clean text. Records are immutable; whether they obey a schema is a matter
of `workbench.core.checks`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.core.errors import Fault
from workbench.core.text import Edit, Fragments, OffsetMap, Span
from workbench.core.values import Value


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy with some fields replaced; what was computed from the old fields is computed anew."""
        copied = super().model_copy(update=update, deep=deep)
        fields = type(self).__pydantic_fields__
        if len(copied.__dict__) > len(fields):
            for name in [name for name in copied.__dict__ if name not in fields]:
                del copied.__dict__[name]
        return copied


def text_hash(text: str) -> str:
    """SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Zone(_Record):
    """A stretch that is not the report's own text, of a kind the schema names; `note` may hold a candidate reading."""

    kind: str
    start: int = Field(ge=0)
    end: int
    note: str | None = None
    extra: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _forward(self) -> Zone:
        if self.end <= self.start:
            raise ValueError(f"end {self.end} is not after start {self.start}")
        return self

    @property
    def span(self) -> Span:
        """The zone's range."""
        return Span(self.start, self.end)


class Meta(_Record):
    """What the page says of itself; None where it is silent. `date` is ISO 8601; expressions like 今年 refer to it."""

    title: str | None = None
    publisher: str | None = None
    date: str | None = None


class Document(_Record):
    """A report ready for annotation: clean text, the edits that made it, zones and sentences.

    `edits` rebuild the raw text exactly; `raw_sha256` is the hash of the report's bytes.
    """

    doc_id: str
    text: str
    source: str | None = None
    raw_sha256: str | None = None
    meta: Meta = Field(default_factory=Meta)
    zones: tuple[Zone, ...] = ()
    sentences: tuple[Span, ...] = ()
    edits: tuple[Edit, ...] = ()

    @cached_property
    def text_sha256(self) -> str:
        """Hash of the clean text; annotations carry it."""
        return text_hash(self.text)

    @cached_property
    def offsets(self) -> OffsetMap:
        """The map between clean and raw positions."""
        return OffsetMap(self.edits, len(self.text) + sum(len(edit.old) - len(edit.new) for edit in self.edits))


class Entity(_Record):
    """A labelled span of one or more fragments. `text` is the surface string, which readers compare with the slice."""

    id: str
    type: str
    fragments: Fragments = Field(min_length=1)
    text: str | None = None
    attributes: Mapping[str, str] = Field(default_factory=dict)
    value: Value | None = None
    cluster: str | None = None
    note: str | None = None
    score: float | None = None
    extra: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def start(self) -> int:
        """First covered position."""
        return self.fragments[0].start

    @property
    def end(self) -> int:
        """Position after the last covered one."""
        return self.fragments[-1].end


class Relation(_Record):
    """A typed link; `head` and `tail` are entity ids."""

    id: str
    type: str
    head: str
    tail: str
    attributes: Mapping[str, str] = Field(default_factory=dict)
    note: str | None = None
    score: float | None = None
    extra: Mapping[str, Any] = Field(default_factory=dict)


class Trigger(_Record):
    """The words that tell the deed."""

    fragments: Fragments = Field(min_length=1)
    text: str | None = None
    extra: Mapping[str, Any] = Field(default_factory=dict)


class Argument(_Record):
    """An entity (by id) in a role of a frame."""

    role: str
    entity: str
    extra: Mapping[str, Any] = Field(default_factory=dict)


class Frame(_Record):
    """A deed: trigger and arguments. Predicted records may have no trigger."""

    id: str
    type: str
    trigger: Trigger | None = None
    arguments: tuple[Argument, ...] = ()
    attributes: Mapping[str, str] = Field(default_factory=dict)
    note: str | None = None
    score: float | None = None
    extra: Mapping[str, Any] = Field(default_factory=dict)


UNRESOLVED = "unresolved"
"""What adjudication could not settle has this attribute with the value true; an argument has it in its `extra`."""


def is_unresolved(item: Entity | Relation | Frame | Argument) -> bool:
    """Tell whether adjudication could not settle an item."""
    if isinstance(item, Argument):
        return item.extra.get(UNRESOLVED) is True
    return item.attributes.get(UNRESOLVED) == "true"


class SchemaStamp(_Record):
    """The schema an annotation was made with."""

    id: str
    version: str
    hash: str | None = None


class Provenance(_Record):
    """Where an annotation comes from: a received file, or a program with its parameters."""

    source: str | None = None
    source_sha256: str | None = None
    program: str | None = None
    version: str | None = None
    parameters: Mapping[str, str | int | float | bool | None] = Field(default_factory=dict)


class Annotation(_Record):
    """One author's answer for one document.

    `finished_layers` are the layers the author has completed; None means that nothing is said: readers take it as all.
    """

    doc_id: str
    author: str | None = None
    made_with: SchemaStamp | None = None
    text_sha256: str | None = None
    finished_layers: tuple[str, ...] | None = None
    provenance: Provenance = Field(default_factory=Provenance)
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    frames: tuple[Frame, ...] = ()
    extra: Mapping[str, Any] = Field(default_factory=dict)

    @cached_property
    def entity_by_id(self) -> Mapping[str, Entity]:
        """Entities by id; of two with one id, the later."""
        return {entity.id: entity for entity in self.entities}


class AnnotatedDocument(NamedTuple):
    """An annotation with what is known of its document; `text` is None when the source carries none."""

    doc_id: str
    annotation: Annotation
    text: str | None = None
    zones: tuple[Zone, ...] = ()


def in_order(annotation: Annotation) -> Annotation:
    """The same annotation with entities, relations and frames in canonical order: by position, then type, then id."""
    position = {entity.id: (entity.start, entity.end) for entity in annotation.entities}
    nowhere = (-1, -1)

    def trigger_position(frame: Frame) -> tuple[int, int]:
        return (frame.trigger.fragments[0].start, frame.trigger.fragments[-1].end) if frame.trigger else nowhere

    return annotation.model_copy(
        update={
            "entities": tuple(sorted(annotation.entities, key=lambda e: (e.start, e.end, e.type, e.id))),
            "relations": tuple(
                sorted(
                    annotation.relations,
                    key=lambda r: (position.get(r.head, nowhere), position.get(r.tail, nowhere), r.type, r.id),
                )
            ),
            "frames": tuple(
                sorted(
                    (
                        frame.model_copy(
                            update={
                                "arguments": tuple(
                                    sorted(
                                        frame.arguments,
                                        key=lambda a: (a.role, position.get(a.entity, nowhere), a.entity),
                                    )
                                )
                            }
                        )
                        for frame in annotation.frames
                    ),
                    key=lambda f: (trigger_position(f), f.type, f.id),
                )
            ),
        }
    )


def move_mentions(annotation: Annotation, move: Callable[[Fragments, str], Mapping[str, Any]]) -> Annotation:
    """The annotation with every entity and trigger moved.

    `move` gets the fragments and the path of a mention (`entities[3]`, `frames[0].trigger`) and answers with the fields
    to replace.
    """
    entities = tuple(
        entity.model_copy(update=move(entity.fragments, f"entities[{index}]"))
        for index, entity in enumerate(annotation.entities)
    )
    frames = tuple(
        frame.model_copy(
            update={
                "trigger": frame.trigger.model_copy(update=move(frame.trigger.fragments, f"frames[{index}].trigger"))
            }
        )
        if frame.trigger
        else frame
        for index, frame in enumerate(annotation.frames)
    )
    return annotation.model_copy(update={"entities": entities, "frames": frames})


def record_faults(error: ValidationError, source: Path | None, line: int | None = None) -> list[Fault]:
    """Turn pydantic's report on a record into faults, each with its path in the file (`entities[3].value.max`)."""
    faults = []
    for item in error.errors(include_url=False):
        location = [
            part
            for before, part in zip(("", *item["loc"]), item["loc"], strict=False)
            if before != "value" or part not in ("money", "quantity", "time", "place")  # the tag of the kind of value
        ]
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
        message = {"extra_forbidden": "unknown key", "missing": "missing"}.get(item["type"], item["msg"])
        path = "".join(parts).removeprefix(".")
        faults.append(Fault(message.removeprefix("Value error, "), path, source, line, "record"))
    return faults
