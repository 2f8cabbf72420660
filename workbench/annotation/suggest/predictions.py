"""What programs predicted or other people annotated, as suggestions; what cannot be used is told, not raised."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from schemas import Attribute, Schema
from workbench.annotation.suggest.records import (
    Mention,
    SuggestedArgument,
    SuggestedEntity,
    SuggestedFrame,
    SuggestedRelation,
    Suggestion,
    suggestion,
)
from workbench.core.errors import FaultyData, UsageMistake, nearest
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Document, Entity, Frame, Relation
from workbench.core.text import surface
from workbench.corpus.reading import read_annotated
from workbench.corpus.tasks import Batch
from workbench.formats import native

DEFAULT_SCORE = 0.5
"""The score of an item whose author gives none."""

_BLIND = "the batch is blind: no predictions and no other annotator's work are shown"


class Refusal(NamedTuple):
    """Why a source, or a part of it, is not shown."""

    source: str
    reason: str


class Offer(NamedTuple):
    """What a source suggests for a document, and what of it cannot be used."""

    suggestions: tuple[Suggestion, ...] = ()
    refusals: tuple[Refusal, ...] = ()


def from_program(batch: Batch, program: str, document: Document, schema: Schema) -> Offer:
    """The suggestions of a folder of `predictions/`; empty where it has no prediction for the document.

    In a blind batch the offer is a refusal.

    Raises:
        UsageMistake: there is no such folder.
    """
    source = f"predictions/{program}"
    if batch.blind:
        return _refused(source, _BLIND)
    if program not in batch.programs():
        raise UsageMistake(f"{batch.label} has no predictions of {program!r}{nearest(program, batch.programs())}")
    return _from_file(batch.prediction_file(program, document.doc_id), source, document, schema)


def from_author(batch: Batch, author: str, document: Document, schema: Schema) -> Offer:
    """What another annotator has published for the document; empty where there is nothing.

    Raises:
        UsageMistake: the batch is blind, or nobody of this name has published anything.
    """
    if batch.blind:
        raise UsageMistake(f"{batch.label} is blind: annotators do not see each other's work; leave {author!r} out")
    if author not in batch.authors():
        raise UsageMistake(f"{batch.label} has no annotations of {author!r}{nearest(author, batch.authors())}")
    return _from_file(batch.annotation_file(author, document.doc_id), f"annotations/{author}", document, schema)


def from_path(batch: Batch, path: Path, document: Document, schema: Schema) -> Offer:
    """The suggestions of a release, a folder, an annotation file or JSON lines; in a blind batch a refusal.

    Raises:
        UsageMistake: nothing is there that can hold annotations.
    """
    source = path.as_posix()
    if batch.blind:
        return _refused(source, _BLIND)
    try:
        read = read_annotated(path, schema)
    except FaultyData as error:
        return _refused(source, _first_fault(error))
    found = next((one for one in read if one.doc_id == document.doc_id), None)
    return Offer() if found is None else from_annotation(found.annotation, source, document, schema)


def from_annotation(annotation: Annotation, source: str, document: Document, schema: Schema) -> Offer:
    """All that an annotation says, as suggestions.

    One of another document or text is refused as a whole, and so is one that does not hold together. Of types that the
    schema does not have, and frames without a trigger, only the number is told. Notes, clusters and attributes of any
    type (such as difficulty) are their author's and left out.
    """
    if reason := _unusable(annotation, document):
        return _refused(source, reason)
    reader = _Reader(annotation, source, document, schema)
    found = (*reader.entities(), *reader.relations(), *reader.frames())
    reasons = [f"{count} {what}" for what, count in sorted(reader.passed_over.items())]
    return Offer(found, (Refusal(source, f"left out: {'; '.join(reasons)}"),) if reasons else ())


def _from_file(file: Path, source: str, document: Document, schema: Schema) -> Offer:
    if not file.is_file():
        return Offer()
    try:
        read = native.read(file)
    except FaultyData as error:
        return _refused(source, _first_fault(error))
    return from_annotation(read.annotation, source, document, schema)


def _refused(source: str, reason: str) -> Offer:
    return Offer(refusals=(Refusal(source, reason),))


def _first_fault(error: FaultyData) -> str:
    more = f" (and {len(error.faults) - 1} more faults)" if len(error.faults) > 1 else ""
    return f"{error.faults[0]}{more}; workbench check lists all"


def _unusable(annotation: Annotation, document: Document) -> str | None:
    if annotation.doc_id != document.doc_id:
        return f"is about document {annotation.doc_id!r}, not {document.doc_id!r}"
    if annotation.text_sha256 not in (None, document.text_sha256):
        return (
            f"was made for another text of {document.doc_id} (hash {str(annotation.text_sha256)[:8]}…, here "
            f"{document.text_sha256[:8]}…); make it again from this text"
        )
    faults = [fault for fault in check_integrity(annotation, document.text) if fault.severity == "error"]
    return f"does not hold together: {faults[0]}" if faults else None


class _Reader:
    """Turns the items of one annotation into suggestions and counts what it passes over."""

    def __init__(self, annotation: Annotation, source: str, document: Document, schema: Schema) -> None:
        self._annotation = annotation
        self._source = source
        self._text = document.text
        self._schema = schema
        self._mentions = {
            entity.id: Mention(entity.type, entity.fragments)
            for entity in annotation.entities
            if entity.type in schema.entity_types
        }
        self.passed_over: dict[str, int] = {}

    def entities(self) -> Iterator[Suggestion]:
        for entity in self._annotation.entities:
            known = self._schema.entity_types.get(entity.type)
            if known is None:
                self._pass_over(f"of unknown type {entity.type}")
                continue
            value = entity.value if entity.value is not None and entity.value.kind == known.value else None
            text = surface(self._text, entity.fragments)
            item = SuggestedEntity(
                entity.type, entity.fragments, text, _admitted(entity.attributes, known.attributes), value
            )
            yield suggestion(item, self._source, _score(entity))

    def relations(self) -> Iterator[Suggestion]:
        for relation in self._annotation.relations:
            known = self._schema.relation_types.get(relation.type)
            if known is None:
                self._pass_over(f"of unknown type {relation.type}")
                continue
            head, tail = self._mentions.get(relation.head), self._mentions.get(relation.tail)
            if head is None or tail is None:
                continue
            if known.symmetric and tail.fragments < head.fragments:
                head, tail = tail, head
            item = SuggestedRelation(relation.type, head, tail, _admitted(relation.attributes, known.attributes))
            yield suggestion(item, self._source, _score(relation))

    def frames(self) -> Iterator[Suggestion]:
        for frame in self._annotation.frames:
            known = self._schema.frame_types.get(frame.type)
            if known is None:
                self._pass_over(f"of unknown type {frame.type}")
            elif frame.trigger is None:
                self._pass_over("frames without a trigger")
            else:
                fillers = ((one.role, self._mentions.get(one.entity)) for one in frame.arguments)
                arguments = tuple(SuggestedArgument(role, filler) for role, filler in fillers if filler is not None)
                trigger = frame.trigger.fragments
                attributes = _admitted(frame.attributes, known.attributes)
                item = SuggestedFrame(frame.type, trigger, surface(self._text, trigger), arguments, attributes)
                yield suggestion(item, self._source, _score(frame))

    def _pass_over(self, what: str) -> None:
        self.passed_over[what] = self.passed_over.get(what, 0) + 1


def _admitted(given: Mapping[str, str], known: Mapping[str, Attribute]) -> Mapping[str, str]:
    return {name: value for name, value in given.items() if name in known and known[name].allows(value)}


def _score(item: Entity | Relation | Frame) -> float:
    if item.score is None or not math.isfinite(item.score):
        return DEFAULT_SCORE
    return min(max(item.score, 0.0), 1.0)
