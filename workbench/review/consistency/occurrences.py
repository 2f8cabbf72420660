"""Where annotated strings stand in the texts, and what is annotated there.

One pass over each text finds every occurrence of every string: a table of the first two characters says which lengths
to try.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from workbench.core.records import Entity
from workbench.core.text import Span
from workbench.review.consistency.pages import Page

_SHORTEST = 2
"""A single character stands in too many words to say anything."""
_ANYWHERE_FROM = 3
"""Strings of this length are looked for inside words too: segmenters join names with their neighbours."""

Kind = Literal["repeat", "partial", "nested"]


class Place(NamedTuple):
    """An annotated mention of a page."""

    page: Page
    entity: Entity


class Evidence(NamedTuple):
    """A string that is annotated: the type it mostly has, and all places."""

    type: str
    places: tuple[Place, ...]


class Gap(NamedTuple):
    """An occurrence of an annotated string that is not annotated as a whole.

    `touching` are the mentions that share a character with it; `sureness` is below 1 when it cuts a word.
    """

    kind: Kind
    page: Page
    span: Span
    string: str
    touching: tuple[Entity, ...]
    sureness: float = 1.0


def annotated_strings(pages: Iterable[Page]) -> dict[str, Evidence]:
    """All annotated strings of two or more characters, without mentions that need not be annotated everywhere.

    Such are the optional ones of the schema (a deictic place counts only where it is an argument) and unresolved ones.
    """
    places: dict[str, list[Place]] = defaultdict(list)
    for page in pages:
        types = page.schema.entity_types
        for entity in page.settled:
            if len(entity.fragments) == 1 and not types[entity.type].is_optional(entity.attributes):
                string = page.text[entity.start : entity.end]
                if len(string) >= _SHORTEST:
                    places[string].append(Place(page, entity))
    return {string: Evidence(usual_type(found), tuple(found)) for string, found in places.items()}


def usual_type(places: Iterable[Place]) -> str:
    """The commonest type of some places; of equally common ones the first in the alphabet."""
    counted = Counter(place.entity.type for place in places)
    return min(counted, key=lambda name: (-counted[name], name))


def gaps(pages: Sequence[Page], strings: Mapping[str, Evidence]) -> Iterator[Gap]:
    """All occurrences that are not annotated as a whole; of occurrences inside each other only the longest."""
    lengths = _lengths(strings)
    for page in pages:
        found = [
            gap
            for span in _occurrences(page.text, strings, lengths)
            if (gap := _gap(page, span, strings[page.text[span.start : span.end]].type))
        ]
        reach = 0
        for gap in sorted(found, key=lambda gap: (gap.span.start, -gap.span.end)):
            if gap.span.end > reach:
                yield gap
                reach = gap.span.end


def _lengths(strings: Iterable[str]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = defaultdict(set)
    for string in strings:
        lengths[string[:_SHORTEST]].add(len(string))
    return {start: tuple(sorted(found)) for start, found in lengths.items()}


def _occurrences(text: str, strings: Mapping[str, Evidence], lengths: Mapping[str, tuple[int, ...]]) -> Iterator[Span]:
    for start in range(len(text) - 1):
        for length in lengths.get(text[start : start + _SHORTEST], ()):
            if text[start : start + length] in strings:
                yield Span(start, start + length)


def _gap(page: Page, span: Span, kind: str) -> Gap | None:
    """What is missing at an occurrence of a string of this type; None when nothing is, or nothing can be."""
    if page.is_closed(span) or not page.finished(page.schema.entity_types[kind].layer):
        return None
    touching = page.over(span)
    if any(entity.fragments == (span,) for entity in touching):
        return None
    sureness = _cut_words(page, span, page.schema.entity_types[kind].value not in (None, "place"))
    missing = _missing(page, span, kind, touching)
    if sureness is None or missing is None:
        return None
    return Gap(missing, page, span, page.text[span.start : span.end], touching, sureness)


def _missing(page: Page, span: Span, kind: str, touching: Sequence[Entity]) -> Kind | None:
    holding = [entity for entity in touching if holds(entity, span)]
    if not all(page.schema.may_nest(entity.type, kind) for entity in holding):
        return None
    names = [entity for entity in holding if entity.type not in page.clause_types]
    if names:
        return "nested" if _stands_before_the_head(page, span, names[-1]) else None
    if any(part.contains(span) for trigger in page.triggers for part in trigger):
        return None
    return _uncovered(page, span, kind, [entity for entity in touching if entity not in holding])


def holds(entity: Entity, span: Span) -> bool:
    """Tell whether a stretch lies inside a mention."""
    return any(fragment.contains(span) for fragment in entity.fragments)


def _cut_words(page: Page, span: Span, is_number: bool) -> float | None:
    """How sure it is that an occurrence is no part of a longer word; None when it is one.

    A number is never looked for inside a word: 10个 is no part of 110个.
    """
    if page.at_words(span):
        return 1.0
    return None if is_number or span.length < _ANYWHERE_FROM else 0.5


def _stands_before_the_head(page: Page, span: Span, name: Entity) -> bool:
    """Tell whether a stretch is where a longer name has the names of places and parents.

    These begin it or follow each other; what ends it is its own head (四川省|政协).
    """
    inner = {fragment.end for entity in page.over(name.fragments[0]) for fragment in entity.fragments}
    return span.start in {name.start, *inner} and span.end < name.end


def _uncovered(page: Page, span: Span, kind: str, parts: Sequence[Entity]) -> Kind | None:
    """What an occurrence that no mention holds lacks, by the mentions of its parts.

    Where others cover all of it and go on beyond it, the text there reads otherwise: 省政协|委员 is no 政协委员.
    """
    fragments = [fragment for entity in parts for fragment in entity.fragments if fragment.overlap(span)]
    within = all(span.contains(fragment) for fragment in fragments)
    if within and all(page.schema.may_nest(kind, entity.type) for entity in parts):
        return "repeat"
    covered = {position for fragment in fragments for position in range(*fragment)}
    if not within and covered.issuperset(range(*span)):
        return None
    return "partial"
