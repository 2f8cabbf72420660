"""What a format cannot hold of a document, item by item and in sums."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.core.records import AnnotatedDocument, Entity, Frame, Relation
from workbench.core.text import shared

KINDS: Mapping[str, str] = {
    "nested": "entities inside others, or on the span of others",
    "crossing": "entities that overlap others without containing them",
    "discontinuous": "entities of several fragments",
    "multiline": "entities across line ends",
    "relations": "relations",
    "frames": "frames, with their triggers and arguments",
    "attributes": "attributes",
    "values": "normalised values",
    "clusters": "entities' places in clusters",
    "notes": "notes",
    "scores": "scores",
    "zones": "zones of the text",
    "text": "texts",
    "layers": "lists of finished layers",
    "provenance": "authors, schema versions, text hashes and origins",
    "extra": "further keys",
}
"""Kinds of loss, and what is counted of each."""

_FEW = 2
_WHOLE = re.compile(r"(entities|relations|frames)\[\d+\]")


class Loss(NamedTuple):
    """One thing that would go: its kind, its document, where in the record it is (`entities[3].value`), what it is."""

    kind: str
    doc_id: str
    path: str
    what: str


class LossReport:
    """Losses of many documents in sums, with the first of each kind as examples; with `listed`, all of them too.

    `items` counts the entities, relations and frames that go as a whole.
    """

    def __init__(self, listed: bool = False) -> None:
        self.all: list[Loss] | None = [] if listed else None
        self.counts: Counter[str] = Counter()
        self.items: Counter[str] = Counter()
        self.examples: dict[str, list[Loss]] = {}

    def add(self, loss: Loss) -> None:
        """Count one loss."""
        if self.all is not None:
            self.all.append(loss)
        self.counts[loss.kind] += 1
        whole = _WHOLE.fullmatch(loss.path)
        if whole is not None:
            self.items[whole[1]] += 1
        examples = self.examples.setdefault(loss.kind, [])
        if len(examples) < _FEW:
            examples.append(loss)

    def __bool__(self) -> bool:
        return bool(self.counts)

    def to_json(self) -> dict[str, int]:
        """The sum for every kind, 0 where nothing goes."""
        return {kind: self.counts[kind] for kind in KINDS}

    def to_lines(self) -> Iterator[str]:
        """One line for each kind that goes: the sum, what it counts, and examples."""
        width = max((len(str(count)) for count in self.counts.values()), default=0)
        for kind, meaning in KINDS.items():
            if self.counts[kind]:
                shown = ", ".join(f"{loss.doc_id} {loss.path} {loss.what}".strip() for loss in self.examples[kind])
                more = ", …" if self.counts[kind] > len(self.examples[kind]) else ""
                yield f"{self.counts[kind]:>{width}} {kind} ({meaning}): {shown}{more}"


def losses_of(document: AnnotatedDocument, kinds: Collection[str]) -> Iterator[Loss]:
    """Everything of the given kinds in a document: what a format goes without that holds none of them.

    An entity counts once among `discontinuous`, `nested` and `crossing`, as the first that it is. What belongs to a
    relation or a frame that goes is not counted again, so attributes of relations count only where relations stay.
    """
    annotation, doc_id = document.annotation, document.doc_id
    overlapping = _overlaps(annotation.entities) if {"nested", "crossing"} & set(kinds) else {}
    for index, entity in enumerate(annotation.entities):
        path = f"entities[{index}]"
        shape = "discontinuous" if len(entity.fragments) > 1 else overlapping.get(index, "")
        if shape in kinds:
            yield Loss(shape, doc_id, path, _shown(entity))
        yield from _fields_of(entity, doc_id, path, kinds)
    groups: tuple[tuple[str, Sequence[Relation | Frame]], ...] = (
        ("relations", annotation.relations),
        ("frames", annotation.frames),
    )
    for group, items in groups:
        for index, item in enumerate(items):
            path = f"{group}[{index}]"
            if group in kinds:
                yield Loss(group, doc_id, path, _shown(item))
            else:
                yield from _fields_of(item, doc_id, path, kinds)
    yield from _of_document(document, kinds)


def _of_document(document: AnnotatedDocument, kinds: Collection[str]) -> Iterator[Loss]:
    annotation, doc_id = document.annotation, document.doc_id
    if "zones" in kinds:
        for index, zone in enumerate(document.zones):
            yield Loss("zones", doc_id, f"zones[{index}]", f"{zone.kind} [{zone.start}, {zone.end})")
    if "text" in kinds and document.text is not None:
        yield Loss("text", doc_id, "text", f"{len(document.text)} characters")
    if "layers" in kinds and annotation.finished_layers is not None:
        yield Loss("layers", doc_id, "finished_layers", ",".join(annotation.finished_layers))
    if "provenance" in kinds:
        said = annotation.model_dump(
            include={"author", "made_with", "text_sha256", "provenance"}, exclude_defaults=True
        )
        if said:
            yield Loss("provenance", doc_id, ",".join(said), annotation.author or "")
    if "extra" in kinds and annotation.extra:
        yield Loss("extra", doc_id, "extra", ",".join(annotation.extra))


def _fields_of(item: Entity | Relation | Frame, doc_id: str, path: str, kinds: Collection[str]) -> Iterator[Loss]:
    if "attributes" in kinds:
        for name, said in item.attributes.items():
            yield Loss("attributes", doc_id, f"{path}.attributes.{name}", said)
    if isinstance(item, Entity):
        if "values" in kinds and item.value is not None:
            yield Loss("values", doc_id, f"{path}.value", item.value.kind)
        if "clusters" in kinds and item.cluster is not None:
            yield Loss("clusters", doc_id, f"{path}.cluster", item.cluster)
    if "notes" in kinds and item.note is not None:
        yield Loss("notes", doc_id, f"{path}.note", _cut(item.note))
    if "scores" in kinds and item.score is not None:
        yield Loss("scores", doc_id, f"{path}.score", str(item.score))
    if "extra" in kinds and item.extra:
        yield Loss("extra", doc_id, f"{path}.extra", ",".join(item.extra))


def _overlaps(entities: tuple[Entity, ...]) -> dict[int, str]:
    """Which entities are nested in others (or the later of two on one span), and which later ones cross others."""
    kinds: dict[int, str] = {}
    order = sorted(range(len(entities)), key=lambda index: (entities[index].start, -entities[index].end, index))
    for position, one in enumerate(order):
        outer = entities[one]
        for other in order[position + 1 :]:
            inner = entities[other]
            if inner.start >= outer.end:
                break
            common = shared(outer.fragments, inner.fragments)
            if common:
                held = common == sum(span.length for span in inner.fragments)
                kinds[other] = "nested" if held else kinds.get(other, "crossing")
    return kinds


def _shown(item: Entity | Relation | Frame) -> str:
    words = item.text if isinstance(item, Entity) else ""
    return " ".join(part for part in (item.id, item.type, _cut(words or "")) if part)


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= 20 else f"{line[:19]}…"
