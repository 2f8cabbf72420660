"""Prodigy's JSON lines: tasks with `text`, `tokens`, `spans`, and `relations` between tokens.

Written is a token for each character, because relations and spans name tokens, and words are not known. A relation
names the last token of each span, as the interface does, and the spans themselves (`head_span`, `child_span`). Our id
of a document stands in `meta`, its author in `_annotator_id`.

Read are tasks with or without tokens. A task that was rejected or ignored says nothing of its text and is left out.
What Prodigy says besides is kept in `extra`, but for tokens and colours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.core.errors import Fault
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Relation
from workbench.core.text import Span
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.losses import Loss
from workbench.formats.span_lines import (
    SpanLine,
    SpanLineWriter,
    is_name,
    is_span,
    losses_of_spans,
    lost_relations,
    read_span_lines,
)

FORMAT = Format("prodigy", "Prodigy, JSON lines", (), "file")
"""It names no ending, as `.jsonl` means plain JSON lines."""

_ANSWERS = ("accept", "reject", "ignore")


def recognise(sample: Sample) -> bool:
    """Tell whether the first line is a task: a text with Prodigy's hashes, an answer, tokens or spans with labels."""
    record = sample.record
    if record is None or not sample.lines or not isinstance(record.get("text"), str) or "entities" in record:
        return False
    if "_input_hash" in record or "_task_hash" in record or record.get("answer") in _ANSWERS:
        return True
    return _first_has(record.get("tokens"), "text", "start", "end") or _first_has(
        record.get("spans"), "label", "start", "end"
    )


def _first_has(items: Any, *keys: str) -> bool:
    first = items[0] if isinstance(items, list) and items else None
    return isinstance(first, dict) and all(key in first for key in keys)


# --- reading ---------------------------------------------------------------------------------------------------------


class _Tokens:
    """The places of a task's tokens by number, and their numbers by where they begin and end."""

    def __init__(self, tokens: Any) -> None:
        self.places: dict[int, Span] = {}
        for position, token in enumerate(tokens if isinstance(tokens, list) else ()):
            if isinstance(token, dict) and type(token.get("start")) is int and type(token.get("end")) is int:
                number = token.get("id")
                self.places[number if type(number) is int else position] = Span(token["start"], token["end"])
        self.begins = {span.start: number for number, span in self.places.items()}
        self.ends = {span.end: number for number, span in self.places.items()}


class _Spans:
    """The entities of a task, by their places, and by the numbers of their last and first tokens."""

    def __init__(self) -> None:
        self.entities: list[Entity] = []
        self.at: dict[Span, list[Entity]] = defaultdict(list)
        self.ending: dict[int | None, list[Entity]] = defaultdict(list)
        self.beginning: dict[int | None, list[Entity]] = defaultdict(list)

    def add(self, entity: Entity, first: int | None, last: int | None) -> None:
        self.entities.append(entity)
        self.at[entity.fragments[0]].append(entity)
        self.ending[last].append(entity)
        self.beginning[first].append(entity)


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read a file; see `read_span_lines` for what is raised."""
    yield from read_span_lines(path, settings.repair, _document)


def _document(line: SpanLine) -> AnnotatedDocument | None:
    fields = line.fields
    answer = fields.pop("answer", None)
    if answer in ("reject", "ignore"):
        message = f"its answer is {answer}: left out"
        line.faults.append(Fault(message, "answer", line.source, line.line, "answer", "warning"))
        return None
    text = line.text()
    if text is None:
        return None
    meta = fields.pop("meta", None)
    doc_id = line.name(meta.pop("doc_id") if isinstance(meta, dict) and is_name(meta.get("doc_id")) else None)
    key = next((name for name in ("_annotator_id", "_session_id") if is_name(fields.get(name))), "")
    author = str(fields.pop(key)) if key else None
    spans = _read_spans(line, _Tokens(fields.pop("tokens", None)))
    relations = tuple(_read_relations(line, spans))
    rest = {name: value for name, value in (*fields.items(), ("meta", meta)) if value not in (None, {})}
    annotation = Annotation(
        doc_id=doc_id,
        author=author,
        entities=tuple(spans.entities),
        relations=relations,
        extra={"prodigy": rest} if rest else {},
    )
    return AnnotatedDocument(doc_id, annotation, text)


def _read_spans(line: SpanLine, tokens: _Tokens) -> _Spans:
    spans = _Spans()
    for path, item in line.objects("spans"):
        first, last = item.pop("token_start", None), item.pop("token_end", None)
        if "start" not in item and first in tokens.places and last in tokens.places:
            item |= {"start": tokens.places[first].start, "end": tokens.places[last].end}
        start, end = line.integer(item, "start", path), line.integer(item, "end", path)
        label = line.words(item, "label", path)
        if start is None or end is None or label is None:
            continue
        item.pop("type", None)
        entity = Entity(
            id=f"T{len(spans.entities) + 1}",
            type=label,
            fragments=(Span(start, end),),
            text=item.pop("text") if isinstance(item.get("text"), str) else None,
            score=item.pop("score") if type(item.get("score")) in (int, float) else None,
            extra={"prodigy": item} if item else {},
        )
        first = first if type(first) is int else tokens.begins.get(start)
        spans.add(entity, first, last if type(last) is int else tokens.ends.get(end))
    return spans


def _read_relations(line: SpanLine, spans: _Spans) -> Iterator[Relation]:
    count = 0
    for path, item in line.objects("relations"):
        item.pop("color", None)
        head, tail = (_end(line, item, side, path, spans) for side in ("head", "child"))
        label = line.words(item, "label", path)
        if head is not None and tail is not None and label is not None:
            count += 1
            extra = {"prodigy": item} if item else {}
            yield Relation(id=f"R{count}", type=label, head=head, tail=tail, extra=extra)


def _end(line: SpanLine, item: dict[str, Any], side: str, path: str, spans: _Spans) -> str | None:
    """The entity at an end of a relation: where its span is said to be, else the one that ends or begins at a token."""
    place = item.pop(f"{side}_span", None)
    token = item.pop(side, None)
    if isinstance(place, dict) and type(place.get("start")) is int and type(place.get("end")) is int:
        there = spans.at.get(Span(place["start"], place["end"]), [])
        found = [entity for entity in there if entity.type == place.get("label")] or there
        if len({entity.type for entity in found}) > 1:
            line.fault(f"{path}.{side}_span", "several spans are there, and none has this label")
        elif not found:
            line.fault(f"{path}.{side}_span", "there is no span there; only spans can be linked, not bare tokens")
        else:
            return found[0].id
        return None
    if type(token) is not int:
        line.fault(f"{path}.{side}", "the number of a token is needed here")
        return None
    found = spans.ending.get(token) or spans.beginning.get(token) or []
    if len(found) == 1:
        return found[0].id
    problem = "several spans end or begin at this token" if found else "no span that is known ends or begins there"
    line.fault(f"{path}.{side}", f"token {token}: {problem}; give {side}_span")
    return None


# --- writing ---------------------------------------------------------------------------------------------------------


def writer(path: Path, settings: WriteSettings) -> SpanLineWriter:
    """Begin a file that Prodigy's interfaces for spans and relations load."""
    del settings
    return SpanLineWriter(path, _to_json)


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Everything but the author, the place and type of contiguous entities, and the type of relations between them.

    Entities of one place and type are told apart no longer: what was linked to one may be linked to the other.
    """
    del settings
    without_author = document.annotation.model_copy(update={"author": None})
    yield from losses_of_spans(document._replace(annotation=without_author), by_place=True)


def _to_json(document: AnnotatedDocument, text: str) -> dict[str, Any]:
    annotation = document.annotation
    known = annotation.entity_by_id
    lost = lost_relations(annotation, by_place=True)
    task: dict[str, Any] = {
        "text": text,
        "tokens": [
            {"text": sign, "start": index, "end": index + 1, "id": index, "ws": False}
            for index, sign in enumerate(text)
        ],
        "spans": [_span(entity) for entity in annotation.entities if is_span(entity)],
        "relations": [
            {
                "head": known[relation.head].end - 1,
                "child": known[relation.tail].end - 1,
                "head_span": _span(known[relation.head]),
                "child_span": _span(known[relation.tail]),
                "label": relation.type,
            }
            for index, relation in enumerate(annotation.relations)
            if index not in lost
        ],
        "meta": {"doc_id": document.doc_id},
    }
    if annotation.author is not None:
        task["_annotator_id"] = annotation.author
    return task | {"answer": "accept"}


def _span(entity: Entity) -> dict[str, Any]:
    return {
        "start": entity.start,
        "end": entity.end,
        "token_start": entity.start,
        "token_end": entity.end - 1,
        "label": entity.type,
    }
