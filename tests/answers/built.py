"""Reports made by hand: a text with strings picked out of it, and frames over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.answers.reports import Report
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Document,
    Entity,
    Frame,
    Meta,
    Relation,
    Trigger,
)
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.core.values import Money, Value
from workbench.corpus.sentences import split_sentences


def where(text: str, string: str, nth: int = 1) -> Span:
    """The nth occurrence of a string."""
    start = -1
    for _ in range(nth):
        start = text.index(string, start + 1)
    return Span(start, start + len(string))


def entity(text: str, name: str, kind: str, string: str, nth: int = 1, **more: Any) -> Entity:
    """A mention of a string; `more` are `value`, `cluster` and attributes."""
    value: Value | None = more.pop("value", None)
    cluster = more.pop("cluster", None)
    span = where(text, string, nth)
    return Entity(id=name, type=kind, fragments=(span,), text=string, value=value, cluster=cluster, attributes=more)


def frame(
    text: str, name: str, kind: str, trigger: str, roles: Mapping[str, str | Sequence[str]], **attributes: str
) -> Frame:
    """A frame whose roles are filled by entity ids."""
    filled = ((role, [ids] if isinstance(ids, str) else ids) for role, ids in roles.items())
    return Frame(
        id=name,
        type=kind,
        trigger=Trigger(fragments=(where(text, trigger),), text=trigger),
        arguments=tuple(Argument(role=role, entity=one) for role, ids in filled for one in ids),
        attributes=attributes,
    )


def relations(*links: tuple[str, str, str]) -> tuple[Relation, ...]:
    """Relations from (type, head, tail)."""
    return tuple(
        Relation(id=f"R{number}", type=kind, head=head, tail=tail) for number, (kind, head, tail) in enumerate(links, 1)
    )


def report(
    text: str,
    entities: Sequence[Entity],
    frames: Sequence[Frame] = (),
    links: Sequence[Relation] = (),
    date: str | None = None,
) -> Report:
    """A report with its document."""
    annotation = Annotation(doc_id="d1", entities=tuple(entities), relations=tuple(links), frames=tuple(frames))
    record = Document(doc_id="d1", text=text, meta=Meta(date=date), sentences=split_sentences(text))
    return Report(AnnotatedDocument("d1", annotation, text), open_schema(), record)


def yuan(value: float, **more: Any) -> Money:
    """An exact sum."""
    return Money(value=value, **more)
