"""Live checks: what is wrong or doubtful with a draft, each with the thing it is about."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from schemas import Schema
from workbench.annotation.drafts.draft import Draft
from workbench.core.checks import check
from workbench.core.records import Annotation, Document, Entity
from workbench.core.text import Span

_PLACE = re.compile(r"(entities|relations|frames)\[(\d+)\]")


class Problem(NamedTuple):
    """A fault of a draft: its rule, the id of the item it is about ("" for the whole) and where to look (or None)."""

    rule: str
    message: str
    severity: Literal["error", "warning"]
    item: str
    span: Span | None


def problems(draft: Draft, document: Document, schema: Schema) -> tuple[Problem, ...]:
    """Everything that is wrong with a draft, in the order of the text; errors keep it from being published."""
    annotation = draft.annotation(document.doc_id)
    found = []
    for fault in check(annotation, schema, document.text, document.zones):
        item, span = _place(annotation, fault.path)
        found.append(Problem(fault.rule, fault.message, fault.severity, item, span))
    return tuple(sorted(found, key=lambda one: (one.span or Span(-1, -1), one.rule)))


def _place(annotation: Annotation, path: str) -> tuple[str, Span | None]:
    match = _PLACE.match(path)
    if match is None:
        return "", None
    number = int(match[2])
    if match[1] == "entities":
        entity = annotation.entities[number]
        return entity.id, _hull(entity)
    if match[1] == "relations":
        relation = annotation.relations[number]
        head = annotation.entity_by_id.get(relation.head)
        return relation.id, _hull(head) if head else None
    frame = annotation.frames[number]
    if frame.trigger is None:
        return frame.id, None
    return frame.id, Span(frame.trigger.fragments[0].start, frame.trigger.fragments[-1].end)


def _hull(entity: Entity) -> Span:
    return Span(entity.start, entity.end)
