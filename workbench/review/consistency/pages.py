"""A document as the audit reads it: what covers a place, where sentences and words end, what is closed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from schemas import Schema
from workbench.core.integrity import holds_together
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Frame, is_unresolved
from workbench.core.text import Fragments, Span, surface
from workbench.corpus.sentences import split_sentences
from workbench.review.consistency.findings import Finding

_CONTEXT = 24
_LONGEST_HEADING = 40
_RUNNING_ON = tuple("，,、。；;：:！!？?…")
_CLOSING = "”’」』》〉)）】\"'"


@dataclass(frozen=True)
class Page:
    """A document whose annotation holds together, with its text."""

    annotation: Annotation
    schema: Schema
    text: str
    closed: Fragments
    """The closed zones."""

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """The entities of known type, in the order of the text."""
        known = (entity for entity in self.annotation.entities if entity.type in self.schema.entity_types)
        return tuple(sorted(known, key=lambda entity: (entity.start, -entity.end, entity.fragments, entity.type)))

    @cached_property
    def settled(self) -> tuple[Entity, ...]:
        """The entities that the adjudicator did not leave unresolved, in layers that the author has finished."""
        return tuple(
            entity
            for entity in self.entities
            if not is_unresolved(entity) and self.finished(self.schema.entity_types[entity.type].layer)
        )

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """The frames that the adjudicator did not leave unresolved."""
        return tuple(frame for frame in self.annotation.frames if not is_unresolved(frame))

    @cached_property
    def triggers(self) -> frozenset[Fragments]:
        """Where the triggers are."""
        return frozenset(frame.trigger.fragments for frame in self.annotation.frames if frame.trigger)

    @cached_property
    def edges(self) -> frozenset[int]:
        """Where words begin and end."""
        from rjieba import cut

        found = [0]
        for word in cut(self.text):
            found.append(found[-1] + len(word))
        return frozenset(found)

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, in order."""
        return split_sentences(self.text)

    @cached_property
    def _stretches(self) -> tuple[list[int], list[list[int]]]:
        """The text cut wherever a mention begins or ends: the cuts, and the mentions between each and the next."""
        spans = [(span, index) for index, entity in enumerate(self.entities) for span in entity.fragments]
        cuts = sorted({0, *(position for span, _ in spans for position in span)})
        covered: list[list[int]] = [[] for _ in cuts]
        for span, index in spans:
            for stretch in range(bisect_left(cuts, span.start), bisect_left(cuts, span.end)):
                covered[stretch].append(index)
        return cuts, covered

    def over(self, span: Span) -> tuple[Entity, ...]:
        """The entities that share a code point with a stretch, in the order of the text."""
        cuts, covered = self._stretches
        around = covered[bisect_right(cuts, span.start) - 1 : bisect_left(cuts, span.end)]
        return tuple(self.entities[index] for index in sorted({index for found in around for index in found}))

    def is_closed(self, span: Span) -> bool:
        """Tell whether a stretch lies in a closed zone, if only partly."""
        return any(zone.start < span.end and span.start < zone.end for zone in self.closed)

    def finished(self, layer: str) -> bool:
        """Tell whether the author has finished a layer: nothing can be missing in one that is still being worked on."""
        layers = self.annotation.finished_layers
        return layers is None or layer in layers

    def sentence(self, position: int) -> Span:
        """The sentence around a position."""
        index = bisect_right(self.sentences, position, key=lambda sentence: sentence.start) - 1
        found = self.sentences[index] if index >= 0 else Span(position, position)
        return found if position < found.end else Span(position, position)

    def is_heading(self, position: int) -> bool:
        """Tell whether a position lies in a heading: a short line that no mark ends."""
        start = self.text.rfind("\n", 0, position) + 1
        end = self.text.find("\n", position)
        line = self.text[start : end if end >= 0 else len(self.text)].strip()
        return 0 < len(line) <= _LONGEST_HEADING and not line.rstrip(_CLOSING).endswith(_RUNNING_ON)

    def at_words(self, span: Span) -> bool:
        """Tell whether a stretch begins and ends where words do."""
        return span.start in self.edges and span.end in self.edges

    def surface(self, fragments: Fragments) -> str:
        """The string at these places."""
        return surface(self.text, fragments)

    @cached_property
    def clause_types(self) -> frozenset[str]:
        """Types that may hold types of other layers: what lies in a statement is text like any other."""
        types = self.schema.entity_types
        return frozenset(
            outer
            for outer in types
            if any(self.schema.may_nest(outer, inner) and types[inner].layer != types[outer].layer for inner in types)
        )

    def finding(self, rule: str, fragments: Fragments, about: str, message: str, sureness: float = 1.0) -> Finding:
        """A finding at these places of the document."""
        text = self.surface(fragments)
        where = fragments[0]
        return Finding(
            rule, self.annotation.doc_id, fragments, text, about, message, round(sureness, 3), self.snippet(where)
        )

    def snippet(self, where: Span) -> str:
        """The sentence around a stretch, cut to its neighbourhood, with the stretch in square brackets."""
        around = self.sentence(where.start)
        start, end = max(around.start, where.start - _CONTEXT), min(max(around.end, where.end), where.end + _CONTEXT)
        before = ("…" if start > around.start else "") + self.text[start : where.start]
        after = self.text[where.end : end] + ("…" if end < around.end else "")
        return f"{before}[{self.text[where.start : where.end]}]{after}"


def open_pages(documents: Iterable[AnnotatedDocument], schema: Schema) -> Iterator[Page]:
    """The documents that have a text and hold together; of others nothing can be said."""
    for document in documents:
        if is_readable(document):
            zones = schema.zones
            closed = (zone.span for zone in document.zones if zone.kind not in zones or zones[zone.kind].closed)
            yield Page(document.annotation, schema, document.text or "", tuple(closed))


def is_readable(document: AnnotatedDocument) -> bool:
    """Tell whether the audit can read a document."""
    return document.text is not None and holds_together(document.annotation, document.text)
