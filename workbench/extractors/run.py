"""Run an extractor over documents and turn its answers into annotations that can be published.

Owns what every answer must have: a verified surface string, nothing in closed zones, ids in text order, and stamps.
Knows nothing of files: every annotation is handed to the caller as soon as it is made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from schemas.model import Schema
from workbench.core.errors import Fault, FaultyData
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Document, Entity, Provenance, Zone, in_order
from workbench.core.schema import stamp
from workbench.core.text import shared, surface
from workbench.extractors.base import Extractor


class Extracted(NamedTuple):
    """What an extractor found in one document, as counts; `dropped` entities touched a closed zone."""

    doc_id: str
    entities: int
    relations: int
    frames: int
    dropped: int
    seconds: float


def run(
    extractor: Extractor, documents: Iterable[Document], schema: Schema, out: Callable[[Annotation], object]
) -> tuple[Extracted, ...]:
    """Extract from every document in the order given, and hand each annotation to `out`.

    Raises:
        FaultyData: an answer has impossible offsets, a surface string that is not its slice, or dangling ids;
            annotations of earlier documents have been handed out by then.
    """
    results = []
    for document in documents:
        started = time.perf_counter()
        annotation, dropped = annotate(extractor, document, schema)
        seconds = time.perf_counter() - started
        out(annotation)
        counts = (len(annotation.entities), len(annotation.relations), len(annotation.frames))
        results.append(Extracted(document.doc_id, *counts, dropped, seconds))
    return tuple(results)


class Stamped(NamedTuple):
    """A finished annotation, and how many entities were dropped because they touched a closed zone."""

    annotation: Annotation
    dropped: int


def annotate(extractor: Extractor, document: Document, schema: Schema) -> Stamped:
    """One document's annotation, verified, numbered in text order and stamped.

    Raises:
        FaultyData: see `run`.
    """
    closed = tuple(zone for zone in document.zones if _is_closed(zone, schema))
    answer = extractor.extract(document.model_copy(update={"zones": closed}))
    faults = check_integrity(answer, document.text)
    if any(fault.severity == "error" for fault in faults):
        at = f"{extractor.name} on {document.doc_id}"
        raise FaultyData(Fault(f"{at}: {fault.message}", fault.path, rule=fault.rule) for fault in faults)
    kept = _numbered(in_order(_outside(answer, closed)), document.text)
    annotation = Annotation(
        doc_id=document.doc_id,
        author=extractor.name,
        made_with=stamp(schema),
        text_sha256=document.text_sha256,
        provenance=Provenance(program=extractor.name, version=extractor.version, parameters=dict(extractor.parameters)),
        entities=kept.entities,
        relations=kept.relations,
        frames=kept.frames,
    )
    return Stamped(annotation, len(answer.entities) - len(kept.entities))


def _is_closed(zone: Zone, schema: Schema) -> bool:
    """A zone of a kind the schema does not know is closed: nothing says that it is the report's text."""
    kind = schema.zones.get(zone.kind)
    return kind is None or kind.closed


def _outside(answer: Annotation, closed: tuple[Zone, ...]) -> Annotation:
    """The answer without what touches a closed zone, and without what hangs on that."""

    def touches(entity: Entity) -> bool:
        return any(shared(entity.fragments, (zone.span,)) for zone in closed)

    entities = tuple(entity for entity in answer.entities if not touches(entity))
    ids = {entity.id for entity in entities}
    relations = tuple(relation for relation in answer.relations if {relation.head, relation.tail} <= ids)
    frames = tuple(
        frame.model_copy(update={"arguments": tuple(item for item in frame.arguments if item.entity in ids)})
        for frame in answer.frames
        if not (frame.trigger and any(shared(frame.trigger.fragments, (zone.span,)) for zone in closed))
    )
    return answer.model_copy(update={"entities": entities, "relations": relations, "frames": frames})


def _numbered(answer: Annotation, text: str) -> Annotation:
    """The answer with ids T1…, R1…, E1… in its order, and every surface string filled in."""
    ids = {entity.id: f"T{number}" for number, entity in enumerate(answer.entities, 1)}
    entities = tuple(
        entity.model_copy(update={"id": ids[entity.id], "text": surface(text, entity.fragments)})
        for entity in answer.entities
    )
    relations = tuple(
        relation.model_copy(update={"id": f"R{number}", "head": ids[relation.head], "tail": ids[relation.tail]})
        for number, relation in enumerate(answer.relations, 1)
    )
    frames = tuple(
        frame.model_copy(
            update={
                "id": f"E{number}",
                "arguments": tuple(item.model_copy(update={"entity": ids[item.entity]}) for item in frame.arguments),
                "trigger": frame.trigger
                and frame.trigger.model_copy(update={"text": surface(text, frame.trigger.fragments)}),
            }
        )
        for number, frame in enumerate(answer.frames, 1)
    )
    return answer.model_copy(update={"entities": entities, "relations": relations, "frames": frames})
