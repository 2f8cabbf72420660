"""Quick reading of plain JSON lines, for scoring: usual lines with the fields that are scored, and no others.

A line that has anything else is left to `workbench.formats.plain`, which knows what is allowed and what is wrong with
it. So the two together accept the same lines as `plain` alone, and what is read here is what `plain` would have read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar, cast

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from workbench.core.records import AnnotatedDocument, Annotation
from workbench.core.text import Span

T = TypeVar("T")

_Position = Annotated[int, Meta(ge=0)]
_NOWHERE = -1
_CODE = b'"gb2260"'  # an attribute that becomes part of a value
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
_NOTHING: Mapping[str, Any] = MappingProxyType({})

# An escape can hide a colon or a NUL; escapes of other characters hide nothing, and half ones are refused.
_HIDING = re.compile(rb"\\u00[0-7]")

# What Span(start, end) does, without a call of a Python function for each entity.
_span = partial(tuple.__new__, Span)


class _Record(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A record whose absent fields have defaults that no JSON value is: so the fields that were there can be counted.

    The default None is told from null because null is refused by the count (see `decode`).
    """

    extra: ClassVar[Mapping[str, Any]] = _NOTHING


class QuickEntity(_Record, kw_only=True):
    """An entity as `records.Entity` has it, without a value."""

    id: str = ""
    type: str
    start: _Position = _NOWHERE
    end: _Position = _NOWHERE
    fragments: Annotated[tuple[Span, ...], Meta(min_length=1)] = ()
    text: str | None = None
    attributes: Mapping[str, str] = _NO_ATTRIBUTES
    cluster: str | None = None
    note: str | None = None
    score: float | None = None
    value: ClassVar[None] = None


class QuickRelation(_Record, kw_only=True):
    """A relation as `records.Relation` has it."""

    id: str = ""
    type: str
    head: str
    tail: str
    attributes: Mapping[str, str] = _NO_ATTRIBUTES
    note: str | None = None
    score: float | None = None


class QuickTrigger(_Record):
    """A trigger as `records.Trigger` has it."""

    start: _Position = _NOWHERE
    end: _Position = _NOWHERE
    fragments: Annotated[tuple[Span, ...], Meta(min_length=1)] = ()
    text: str | None = None


class QuickArgument(_Record):
    """An argument as `records.Argument` has it."""

    role: str
    entity: str


class QuickFrame(_Record, kw_only=True):
    """A frame as `records.Frame` has it."""

    id: str = ""
    type: str
    trigger: QuickTrigger | None = None
    arguments: tuple[QuickArgument, ...]
    attributes: Mapping[str, str] = _NO_ATTRIBUTES
    note: str | None = None
    score: float | None = None


class QuickAnnotation(Struct, gc=False):
    """An annotation as `records.Annotation` has it; it says nothing of its schema, text or origin."""

    doc_id: str
    author: str | None
    finished_layers: tuple[str, ...] | None
    entities: Sequence[QuickEntity]
    relations: Sequence[QuickRelation]
    frames: Sequence[QuickFrame]
    text_sha256: ClassVar[None] = None
    made_with: ClassVar[None] = None
    extra: ClassVar[Mapping[str, Any]] = _NOTHING

    @property
    def entity_by_id(self) -> Mapping[str, QuickEntity]:
        """Entities by id; of two with one id, the later."""
        return {entity.id: entity for entity in self.entities}


class _Line(Struct, forbid_unknown_fields=True, gc=False):
    doc_id: Annotated[str, Meta(min_length=1)]
    text: str | UnsetType | None = UNSET
    author: str | UnsetType | None = UNSET
    finished_layers: tuple[str, ...] | UnsetType | None = UNSET
    entities: tuple[QuickEntity, ...] | UnsetType = UNSET
    relations: tuple[QuickRelation, ...] | UnsetType = UNSET
    events: tuple[QuickFrame, ...] | UnsetType = UNSET


class _Name(Struct, gc=False):
    doc_id: Annotated[str, Meta(min_length=1)]


_line = msgspec.json.Decoder(_Line)
_name = msgspec.json.Decoder(_Name)
_written = msgspec.json.Encoder()


def decode(line: bytes) -> AnnotatedDocument | None:
    """Read a line of plain JSON lines that has only what is scored; None for all others, be they right or wrong.

    The annotation is a `QuickAnnotation`: it can be read like any other, but not copied or written.
    """
    if (b"\\" in line and _HIDING.search(line)) or _CODE in line:
        return None
    try:
        found = _line.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    # Of two equal keys the decoder takes the later. Had it met any, the line would have more colons than the record
    # that was made of it: as many as that has, and those of the keys and strings that it dropped.
    if line.count(b":") != _written.encode(found).count(b":"):
        return None
    entities = found.entities or ()
    relations = found.relations or ()
    frames = found.events or ()
    triggers = [frame.trigger for frame in frames if frame.trigger is not None]
    if not (_placed(entities) and _placed(triggers)):
        return None
    _name_all(entities, "T")
    _name_all(relations, "R")
    _name_all(frames, "E")
    doc_id = found.doc_id.removesuffix(".txt")
    annotation = QuickAnnotation(doc_id, _said(found.author), _said(found.finished_layers), entities, relations, frames)
    # Readers of annotations read fields; the class they come in is no matter to them.
    return AnnotatedDocument(doc_id, cast(Annotation, annotation), _said(found.text))


def decode_whole(line: bytes) -> AnnotatedDocument | None:
    """The same as `decode`, with the annotation as a full record."""
    found = decode(line)
    if found is None:
        return None
    usual = cast(QuickAnnotation, found.annotation)
    fields = {
        "doc_id": usual.doc_id,
        "author": usual.author,
        "finished_layers": usual.finished_layers,
        "entities": [_fields(entity, "start", "end") for entity in usual.entities],
        "relations": [_fields(relation) for relation in usual.relations],
        "frames": [_frame_fields(frame) for frame in usual.frames],
    }
    return found._replace(annotation=Annotation.model_validate(fields))


def _frame_fields(frame: QuickFrame) -> dict[str, Any]:
    fields = _fields(frame, "trigger", "arguments")
    if frame.trigger is not None:
        fields["trigger"] = _fields(frame.trigger, "start", "end")
    fields["arguments"] = [{"role": one.role, "entity": one.entity} for one in frame.arguments]
    return fields


def _fields(record: QuickEntity | QuickRelation | QuickFrame | QuickTrigger, *leave_out: str) -> dict[str, Any]:
    """The fields that say something."""
    said = {name: getattr(record, name) for name in record.__struct_fields__ if name not in leave_out}
    if not said.get("attributes", True):
        del said["attributes"]
    return said


def doc_id_of(line: bytes) -> str | None:
    """The document a line is about, without reading the rest; None when that takes the full reader.

    Where `plain` accepts the line, it gives it the same id.
    """
    try:
        return _name.decode(line).doc_id.removesuffix(".txt")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _placed(mentions: Sequence[QuickEntity | QuickTrigger]) -> bool:
    """Give every mention both its outer ends and its fragments; False when one has neither or both of them."""
    if [mention for mention in mentions if mention.fragments]:
        return all(_placed_one(mention) for mention in mentions)
    starts, ends = [mention.start for mention in mentions], [mention.end for mention in mentions]
    if _NOWHERE in starts or _NOWHERE in ends:
        return False
    for mention, fragments in zip(mentions, zip(map(_span, zip(starts, ends, strict=True))), strict=True):
        mention.fragments = fragments
    return True


def _placed_one(mention: QuickEntity | QuickTrigger) -> bool:
    bounds = (mention.start, mention.end)
    if not mention.fragments:
        mention.fragments = (Span(*bounds),)
        return _NOWHERE not in bounds
    mention.start, mention.end = mention.fragments[0].start, mention.fragments[-1].end
    touching = [one for one, other in pairwise(mention.fragments) if one.end == other.start]
    return bounds == (_NOWHERE, _NOWHERE) and not touching  # the full reader joins them


def _name_all(records: Sequence[QuickEntity | QuickRelation | QuickFrame], letter: str) -> None:
    """Give records without an id the id that `plain` gives them."""
    for number, record in enumerate(records, 1):
        if not record.id:
            record.id = f"{letter}{number}"


def _said(value: T | UnsetType | None) -> T | None:
    return None if value is UNSET else value
