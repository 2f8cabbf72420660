"""Annotate a document again, left to right, as somebody did, deciding on every open suggestion that is come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas import Schema
from workbench.annotation.suggest import Overlay, Strings, SuggestedEntity, Suggestion, as_entity
from workbench.core.records import Annotation, Document, Entity


class Tally(NamedTuple):
    """What became of the open suggestions, and how many entities had to be labelled by hand."""

    accepted: int = 0
    rejected: int = 0
    by_hand: int = 0

    @property
    def precision(self) -> float:
        """Share of the suggestions that were right."""
        return self.accepted / max(self.accepted + self.rejected, 1)

    @property
    def recall(self) -> float:
        """Share of the entities that were suggested before they were come to."""
        return self.accepted / max(self.accepted + self.by_hand, 1)

    def __add__(self, other: Tally) -> Tally:  # type: ignore[override]
        return Tally(*(one + two for one, two in zip(self, other, strict=True)))


class Replay:
    """One annotator's work, done again document by document with the same sources."""

    def __init__(self, schema: Schema, with_strings: bool = True) -> None:
        self.schema = schema
        self.strings = Strings(schema) if with_strings else None
        self.by_type: dict[str, Counter[str]] = {}

    def run(self, document: Document, truth: Annotation, fixed: Sequence[Iterable[Suggestion]]) -> Tally:
        """Annotate one document as `truth` has it."""
        overlay = Overlay(self.schema, document)
        for number, suggestions in enumerate(fixed):
            overlay.offer(f"fixed {number}", suggestions)
        right = {(entity.type, entity.fragments): entity for entity in truth.entities}
        left = sorted(truth.entities, key=lambda one: (one.start, -one.end))
        done: set[str] = set()
        accepted = rejected = by_hand = 0
        self._again(overlay, document)
        while True:
            ahead = next((one for one in left if one.id not in done), None)
            first = next((one for one in overlay.open if isinstance(one.item, SuggestedEntity)), None)
            if ahead is None and first is None:
                return Tally(accepted, rejected, by_hand)
            item = first.item if first is not None else None
            if first is not None and isinstance(item, SuggestedEntity) and _before(item, ahead):
                found = right.get((item.type, item.fragments))
                if found is None:
                    rejected += 1
                    self._count(item.type, "rejected", item.text)
                    overlay.reject([first.key])
                    if self.strings is not None:
                        self.strings.reject(item)
                else:
                    accepted += 1
                    self._count(item.type, "accepted", item.text)
                    self._label(overlay, document, as_entity(first, found.id), done)
            elif ahead is not None:
                by_hand += 1
                self._count(ahead.type, "by hand", ahead.text or "")
                self._label(overlay, document, ahead, done)
            self._again(overlay, document)

    def _label(self, overlay: Overlay, document: Document, entity: Entity, done: set[str]) -> None:
        done.add(entity.id)
        overlay.edit([entity])
        if self.strings is not None:
            self.strings.learn(document.doc_id, [entity])

    def _again(self, overlay: Overlay, document: Document) -> None:
        if self.strings is not None:
            overlay.offer("strings", self.strings.in_document(document))

    def _count(self, type_: str, what: str, text: str) -> None:
        self.by_type.setdefault(f"{type_} {what}", Counter())[text] += 1


def _before(item: SuggestedEntity, ahead: Entity | None) -> bool:
    return ahead is None or (item.start, -item.end) <= (ahead.start, -ahead.end)
