"""Is a string annotated alike everywhere? Compares all places of a collection where it stands.

Of the places that differ the rarer ones are listed, so that the list is as short as it can be: a string that is
annotated once and left out seventy times is one finding, not seventy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbench.core.records import Entity
from workbench.core.text import Span
from workbench.review.consistency.findings import Finding
from workbench.review.consistency.occurrences import Evidence, Gap, Place, annotated_strings, gaps, holds, usual_type
from workbench.review.consistency.pages import Page

_OPTIONAL_TYPE = 0.5
"""A mention that need not be annotated says less about the type of its string."""

_LONGEST_SHOWN = 20


def string_findings(pages: Sequence[Page]) -> Iterator[Finding]:
    """Repeats without an annotation, lone annotations, partial and nested ones, and strings of several types."""
    strings = annotated_strings(pages)
    found: dict[str, list[Gap]] = defaultdict(list)
    for gap in gaps(pages, strings):
        found[gap.string].append(gap)
    for string, places in found.items():
        yield from _judged(strings[string], places)
    yield from _names(pages)
    yield from _types(pages)


def _judged(evidence: Evidence, found: Sequence[Gap]) -> Iterator[Finding]:
    whole = len(evidence.places)
    bare = [gap for gap in found if gap.kind == "repeat"]
    cut = [gap for gap in found if gap.kind == "partial"]
    if bare:
        yield from _repeats(evidence, bare) if len(bare) <= whole else _lone(evidence, bare)
    if cut:
        yield from _parts(evidence, cut) if len(cut) <= whole else _wholes(evidence, cut)
    inside = [gap for gap in found if gap.kind == "nested"]
    if len(inside) <= whole:
        yield from _inside_names(evidence, inside)


def _repeats(evidence: Evidence, bare: Sequence[Gap]) -> Iterator[Finding]:
    whole = len(evidence.places)
    for gap in bare:
        parts = _parts_of(gap)
        message = f"{evidence.type} in {_places(evidence.places)}, not here"
        message += f" (only its parts: {parts})" if parts else ""
        yield gap.page.finding("repeat", (gap.span,), evidence.type, message, _share(whole, bare) * gap.sureness)


def _lone(evidence: Evidence, bare: Sequence[Gap]) -> Iterator[Finding]:
    others = _gap_places(bare)
    for page, entity in evidence.places:
        message = f"{entity.type} here; without an annotation in {others}"
        yield page.finding("lone", entity.fragments, entity.type, message, 1 - _share(len(evidence.places), bare))


def _parts(evidence: Evidence, cut: Sequence[Gap]) -> Iterator[Finding]:
    for gap in cut:
        message = f"{evidence.type} in {_places(evidence.places)}, here {_parts_of(gap)}"
        share = _share(len(evidence.places), cut)
        yield gap.page.finding("partial", (gap.span,), evidence.type, message, share * gap.sureness)


def _wholes(evidence: Evidence, cut: Sequence[Gap]) -> Iterator[Finding]:
    parts = _parts_of(cut[0])
    for page, entity in evidence.places:
        message = f"{entity.type} here; in {_gap_places(cut)} {parts}"
        yield page.finding("partial", entity.fragments, entity.type, message, 1 - _share(len(evidence.places), cut))


def _inside_names(evidence: Evidence, inside: Sequence[Gap]) -> Iterator[Finding]:
    for gap in inside:
        holder = [entity for entity in gap.touching if holds(entity, gap.span)][-1]
        message = f"{evidence.type} in {_places(evidence.places)}, not inside {_shown(gap.page, holder)}"
        share = _share(len(evidence.places), inside)
        yield gap.page.finding("nested", (gap.span,), evidence.type, message, share * gap.sureness)


class _Inner(NamedTuple):
    """A mention inside a longer one: its start in that one, its length and type."""

    start: int
    length: int
    type: str


def _names(pages: Sequence[Page]) -> Iterator[Finding]:
    """Names that stand several times and do not hold the same mentions each time."""
    names: dict[tuple[str, str], list[tuple[Place, dict[_Inner, Entity]]]] = defaultdict(list)
    for page in pages:
        for entity in page.settled:
            if len(entity.fragments) == 1 and entity.type not in page.clause_types:
                string = page.text[entity.start : entity.end]
                names[entity.type, string].append((Place(page, entity), _inside(page, entity)))
    for places in names.values():
        for inner in {inner for _, inners in places for inner in inners}:
            with_it = [(place, inners[inner]) for place, inners in places if inner in inners]
            without = [place for place, inners in places if inner not in inners]
            if without:
                yield from _unlike(inner, with_it, without)


def _inside(page: Page, outer: Entity) -> dict[_Inner, Entity]:
    return {
        _Inner(entity.start - outer.start, entity.end - entity.start, entity.type): entity
        for entity in page.over(outer.fragments[0])
        if len(entity.fragments) == 1 and outer.fragments[0].contains(entity.fragments[0]) and entity is not outer
    }


def _unlike(inner: _Inner, with_it: Sequence[tuple[Place, Entity]], without: Sequence[Place]) -> Iterator[Finding]:
    share = len(with_it) / (len(with_it) + len(without))
    if len(without) <= len(with_it):
        message = f"{inner.type} inside {_places([place for place, _ in with_it])} of the same name, not inside this"
        for page, outer in without:
            start = outer.start + inner.start
            yield page.finding("nested", (Span(start, start + inner.length),), inner.type, message, share)
        return
    message = f"{inner.type} inside this name, not inside {_places(without)} of the same name"
    for (page, _), entity in with_it:
        yield page.finding("nested", entity.fragments, inner.type, message, 1 - share)


def _types(pages: Sequence[Page]) -> Iterator[Finding]:
    strings: dict[str, list[Place]] = defaultdict(list)
    for page in pages:
        for entity in page.settled:
            strings[page.surface(entity.fragments)].append(Place(page, entity))
    for places in strings.values():
        usual = usual_type(places)
        alike = [place for place in places if place.entity.type == usual]
        for page, entity in places:
            if entity.type != usual:
                optional = page.schema.entity_types[entity.type].is_optional(entity.attributes)
                sureness = len(alike) / len(places) * (_OPTIONAL_TYPE if optional else 1)
                message = f"{entity.type} here, {usual} in {_places(alike)}"
                yield page.finding("type", entity.fragments, entity.type, message, sureness)


def _share(whole: int, found: Sequence[Gap]) -> float:
    """The share of places where the string is annotated: how sure it is that another one should be."""
    return whole / (whole + len(found))


def _parts_of(gap: Gap) -> str:
    """The mentions that have a part of an occurrence."""
    return ", ".join(_shown(gap.page, entity) for entity in gap.touching if not holds(entity, gap.span))


def _shown(page: Page, entity: Entity) -> str:
    text = page.surface(entity.fragments)
    return f"{entity.type} {text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + '…'}"


def _places(places: Sequence[Place]) -> str:
    first = places[0]
    return _counted(len(places), first.page, first.entity.start)


def _gap_places(found: Sequence[Gap]) -> str:
    return _counted(len(found), found[0].page, found[0].span.start)


def _counted(number: int, page: Page, start: int) -> str:
    where = f"{page.annotation.doc_id} {start}"
    return f"1 place ({where})" if number == 1 else f"{number} places (first {where})"
