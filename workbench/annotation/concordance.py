"""A string in all its contexts: over the documents of a batch, and over one document for labelling all of the same."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from workbench.annotation.finding import Finder, is_pinyin
from workbench.annotation.graphemes import inside_graphemes
from workbench.annotation.lattice import Lattice
from workbench.core.records import Annotation, Document
from workbench.core.text import Span
from workbench.corpus.tasks import Batch
from workbench.corpus.words import ensure_index

CONTEXT = 24
"""Characters shown on either side of a hit unless told otherwise: a line of 100 columns holds both and the match."""


class Hit(NamedTuple):
    """A passage with its context; `left` and `right` may hold newlines and are shorter at the ends of a text."""

    doc_id: str
    span: Span
    left: str
    match: str
    right: str


class Hits(Iterator[Hit]):
    """Hits as they are found: iterating goes on with the search, `counts` has what was found so far, by document.

    `complete` tells whether all documents have been searched.
    """

    def __init__(self, found: Iterator[Hit]) -> None:
        self._found = found
        self.counts: Counter[str] = Counter()
        self.complete = False

    def __next__(self) -> Hit:
        hit = next(self._found, None)
        if hit is None:
            self.complete = True
            raise StopIteration
        self.counts[hit.doc_id] += 1
        return hit

    @property
    def total(self) -> int:
        """Number of hits found so far."""
        return self.counts.total()


def concordance(
    batch: Batch,
    documents: Iterable[Document],
    query: str,
    within: Mapping[str, Sequence[Span]] | None = None,
    context: int = CONTEXT,
) -> Hits:
    """Search the documents of a batch one after the other; `context` is the number of characters on either side.

    `within` has spans by document id (see `labelled`): only hits inside one of them count, and an empty query stands
    for all of these spans themselves. Documents are taken, and indexes read, only when the search comes to them.

    Raises:
        EnvironmentFailure: on iterating, when an index that pinyin needs can be neither read nor kept.
    """
    return Hits(_search(batch, documents, query, within, context))


def labelled(annotations: Iterable[Annotation], kind: str) -> Mapping[str, tuple[Span, ...]]:
    """The spans of all entities and triggers of a type, by document id, each once and in order."""
    spans: dict[str, set[Span]] = defaultdict(set)
    for annotation in annotations:
        for entity in annotation.entities:
            if entity.type == kind:
                spans[annotation.doc_id].update(entity.fragments)
        for frame in annotation.frames:
            if frame.type == kind and frame.trigger:
                spans[annotation.doc_id].update(frame.trigger.fragments)
    return {doc_id: tuple(sorted(found)) for doc_id, found in spans.items()}


Doubt = Literal["inside", "across", "around", "in_closed_zone", "divides_word"]
"""Why an occurrence may not be meant: it lies inside a longer labelled span, shares only a part with one, holds a
shorter one, is in a closed zone, or begins or ends inside a word."""


class Doubtful(NamedTuple):
    """An occurrence that somebody should look at before it is labelled."""

    span: Span
    doubt: Doubt


class SameStrings(NamedTuple):
    """The other occurrences of a string, in order; none overlaps another."""

    clear: list[Span]
    doubtful: list[Doubtful]


def same_strings(
    text: str,
    surface: str,
    taken: Sequence[Span],
    closed: Sequence[Span] = (),
    lattice: Lattice | None = None,
) -> SameStrings:
    """Find the occurrences of a string that are not labelled yet.

    `taken` are the labelled spans: an occurrence that is one of them is left out, one that shares characters with one
    is doubtful. So is one in a `closed` span and, when a lattice is given, one that begins or ends inside a word.
    """
    same = SameStrings([], [])
    labelled_spans, zones = _Overlaps(taken), _Overlaps(closed)
    for span in _apart(text, surface, frozenset(taken)):
        divides = lattice and not (lattice.is_boundary(span.start) and lattice.is_boundary(span.end))
        doubt = _doubt(span, labelled_spans.of(span), bool(zones.of(span)), bool(divides))
        if doubt:
            same.doubtful.append(Doubtful(span, doubt))
        else:
            same.clear.append(span)
    return same


def _search(
    batch: Batch,
    documents: Iterable[Document],
    query: str,
    within: Mapping[str, Sequence[Span]] | None,
    context: int,
) -> Iterator[Hit]:
    for document in documents:
        enclosing = None if within is None else sorted(within.get(document.doc_id, ()))
        if enclosing == [] or (enclosing is None and not query):
            continue
        finder = Finder(document.text, ensure_index(batch.root, document) if is_pinyin(query) else None)
        spans: Iterable[Span] = finder.find(query) if query else (enclosing or ())
        if query and enclosing is not None:
            spans = _enclosed(spans, enclosing)
        for span in spans:
            yield _hit(document, span, context, finder.inside)


def _hit(document: Document, span: Span, context: int, inside: frozenset[int]) -> Hit:
    text = document.text
    first, last = max(0, span.start - context), min(len(text), span.end + context)
    while first in inside and first < span.start:
        first += 1
    while last in inside and last > span.end:
        last -= 1
    return Hit(document.doc_id, span, text[first : span.start], text[span.start : span.end], text[span.end : last])


class _Overlaps:
    """Spans in order, to be asked which of them share characters with another span."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]
        self._reach = list(accumulate((span.end for span in self._spans), max))

    def of(self, span: Span) -> list[Span]:
        """The spans that overlap `span`, the last one first."""
        found = []
        number = bisect_left(self._starts, span.end) - 1
        while number >= 0 and self._reach[number] > span.start:
            if self._spans[number].end > span.start:
                found.append(self._spans[number])
            number -= 1
        return found


def _enclosed(spans: Iterable[Span], enclosing: Sequence[Span]) -> Iterator[Span]:
    overlaps = _Overlaps(enclosing)
    return (span for span in spans if any(other.contains(span) for other in overlaps.of(span)))


def _apart(text: str, surface: str, labelled_spans: frozenset[Span]) -> Iterator[Span]:
    """Occurrences from left to right that do not overlap, without labelled ones and those that divide graphemes."""
    inside = inside_graphemes(text)
    start = text.find(surface) if surface else -1
    while start >= 0:
        span = Span(start, start + len(surface))
        usable = span.start not in inside and span.end not in inside
        if usable and span not in labelled_spans:
            yield span
        start = text.find(surface, span.end if usable else start + 1)


def _doubt(span: Span, touching: Sequence[Span], closed: bool, divides: bool) -> Doubt | None:
    if closed:
        return "in_closed_zone"
    if any(other.contains(span) for other in touching):
        return "inside"
    if any(not span.contains(other) for other in touching):
        return "across"
    if touching:
        return "around"
    return "divides_word" if divides else None
