"""Quick reading of plain JSON lines, for scoring: usual lines with the fields that are scored, and no others.

A line that has anything else is left to `workbench.formats.plain`, which knows what is allowed and what is wrong with
it. So the two together accept the same lines as `plain` alone, and what is read here is what `plain` would have read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar, cast

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from workbench.core.records import AnnotatedDocument, Annotation
from workbench.core.text import Span

T = TypeVar("T")

_Position = Annotated[int, Meta(ge=0)]
_NOWHERE = -1
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
_NOTHING: Mapping[str, Any] = MappingProxyType({})

# An escape can hide a quote, a colon, a NUL or half a character; escapes of Chinese characters hide nothing.
_HIDING = re.compile(rb"\\u(?:00[0-7]|[dD][89a-fA-F])")
_SPACE_BEFORE_COLON = re.compile(rb'"[ \t\r]+:')


class _Record(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True, gc=False):
    """A record whose absent fields have defaults that no JSON value is: so the fields that were there can be counted.

    The default None is told from null because null is refused by the count (see `decode`).
    """

    extra: ClassVar[Mapping[str, Any]] = _NOTHING


class QuickEntity(_Record):
    """An entity as `records.Entity` has it, without a value."""

    type: str
    start: _Position = _NOWHERE
    end: _Position = _NOWHERE
    id: str = ""
    fragments: Annotated[tuple[Span, ...], Meta(min_length=1)] = ()
    text: str | None = None
    attributes: Mapping[str, str] = _NO_ATTRIBUTES
    cluster: str | None = None
    note: str | None = None
    score: float | None = None
    value: ClassVar[None] = None


class QuickRelation(_Record):
    """A relation as `records.Relation` has it."""

    type: str
    head: str
    tail: str
    id: str = ""
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


class QuickFrame(_Record):
    """A frame as `records.Frame` has it."""

    type: str
    arguments: tuple[QuickArgument, ...]
    id: str = ""
    trigger: QuickTrigger | None = None
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
    text: str | None | UnsetType = UNSET
    author: str | None | UnsetType = UNSET
    finished_layers: tuple[str, ...] | None | UnsetType = UNSET
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
    try:
        found = _line.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    # Of two equal keys the decoder takes the later. It cannot have met any when the record that it made has as many
    # keys as the line, where a key is a quote before a colon: strings have as many of those here as there.
    if _unusual(line) or line.count(b'":') != _written.encode(found).count(b'":'):
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


def doc_id_of(line: bytes) -> str | None:
    """The document a line is about, without reading the rest; None when that takes the full reader.

    Where `plain` accepts the line, it gives it the same id.
    """
    try:
        return _name.decode(line).doc_id.removesuffix(".txt")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _unusual(line: bytes) -> bool:
    """Tell whether the bytes of a line may hide keys from `decode`, or hold what becomes part of a value."""
    if b"\\u" in line and _HIDING.search(line):
        return True
    if (b" :" in line or b"\t:" in line or b"\r:" in line) and _SPACE_BEFORE_COLON.search(line):
        return True
    return b"gb2260" in line


def _placed(mentions: Sequence[QuickEntity | QuickTrigger]) -> bool:
    """Give every mention both its outer ends and its fragments; False when one has neither or both of them."""
    make = tuple.__new__  # what Span does, without a call of a Python function for each entity
    for mention in mentions:
        start, end = mention.start, mention.end
        if mention.fragments:
            if start != _NOWHERE or end != _NOWHERE:
                return False
            mention.start, mention.end = mention.fragments[0].start, mention.fragments[-1].end
        elif start == _NOWHERE or end == _NOWHERE:
            return False
        else:
            mention.fragments = (make(Span, (start, end)),)
    return True


def _name_all(records: Sequence[QuickEntity | QuickRelation | QuickFrame], letter: str) -> None:
    """Give records without an id the id that `plain` gives them."""
    for number, record in enumerate(records, 1):
        if not record.id:
            record.id = f"{letter}{number}"


def _said(value: T | None | UnsetType) -> T | None:
    return None if value is UNSET else value
