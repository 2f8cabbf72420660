"""Zones: the stretches of a clean text that are not the report's own text.

Owns where zones begin and end. Titles and headings get no zone: they stay open to annotation. How a single line of
furniture reads is a matter of `workbench.corpus.furniture`, what bytes were damaged of `workbench.corpus.damage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from workbench.core.records import Zone
from workbench.core.text import OffsetMap, Span
from workbench.corpus.characters import GLOSS, is_han, toned_syllable
from workbench.corpus.clean import Cleaned
from workbench.corpus.damage import HALF, find_damage
from workbench.corpus.furniture import (
    Line,
    closing_byline_length,
    dateline_length,
    has_field,
    is_footer,
    is_full_paragraph,
    is_metadata,
    is_navigation,
    is_paragraph,
    is_related,
    is_standing_byline,
    lines,
)

_SHORTEST_GALLERY = 4


class _Body(NamedTuple):
    """Indexes of the first and last line of the report's own paragraphs."""

    first: int
    last: int


def find_zones(raw: str, cleaned: Cleaned) -> tuple[Zone, ...]:
    """All zones of a page, in order, without overlap and without white space at their edges, in clean positions.

    `cleaned` is what `clean` made of `raw`. Damage comes before furniture where both would cover a character.
    """
    page = list(lines(cleaned.text))
    gallery = _gallery(page)
    body = _body(page, gallery)
    kinds = _kinds(page, gallery, body)
    zones = [*_damaged(raw, cleaned), *_merged(page, kinds), *_bylines(page, kinds, body)]
    return _without_overlap(cleaned.text, zones)


def _gallery(page: Sequence[Line]) -> frozenset[int]:
    """Lines of captions and names that are printed twice: a line starts with what the one before ended with.

    Runs of such lines that follow each other make one gallery, which has at least four lines.
    """
    found: set[int] = set()
    start = 0
    while start < len(page):
        end = start
        while end < len(page) and (last := _end_of_chain(page, end)) > end:
            end = last + 1
        if end - start >= _SHORTEST_GALLERY:
            found.update(range(start, end))
        start = max(end, start + 1)
    return frozenset(found)


def _end_of_chain(page: Sequence[Line], start: int) -> int:
    end = start
    while end + 1 < len(page) and _continues(page[end].text, page[end + 1].text):
        end += 1
    return end


def _continues(line: str, following: str) -> bool:
    words = line.split(" ")
    endings = (" ".join(words[index:]) for index in range(len(words)))
    return any(len(ending) >= 2 and (following + " ").startswith(ending + " ") for ending in endings)


def _body(page: Sequence[Line], gallery: frozenset[int]) -> _Body | None:
    """Where the report's paragraphs are; None on a page that has none.

    After the first link list only what is a paragraph beyond doubt counts, because titles of other pages can be long.
    """
    first = last = None
    links = False
    for index, line in enumerate(page):
        if index in gallery:
            continue
        if first is not None and is_related(line.text):
            links = True
        elif (is_full_paragraph if links else is_paragraph)(line.text):
            first, last = index if first is None else first, index
    return None if first is None or last is None else _Body(first, last)


def _kinds(page: Sequence[Line], gallery: frozenset[int], body: _Body | None) -> list[str | None]:
    """The zone kind of each line, None for the report's own.

    A footer reaches to the end of the page, a link list to the next footer or metadata: what their lines say is
    as various as the sites.
    """
    kinds: list[str | None] = [None] * len(page)
    block: str | None = None
    for index, line in enumerate(page):
        above, below = body is None or index < body.first, body is None or index > body.last
        kind = _furniture(line.text, above, below)
        if below and kind == "footer":
            block = "footer"
        elif below and is_related(line.text) and block != "footer":
            block = "related_links"
        elif kind == "metadata" and block != "footer":
            block = None
        kinds[index] = "related_links" if index in gallery and not above else block or kind
    return kinds


def _furniture(line: str, above: bool, below: bool) -> str | None:
    """The kind of a line by itself, given whether it stands above the first or below the last paragraph."""
    if not above and not below:
        return None
    if is_navigation(line):
        return "navigation"
    if is_standing_byline(line):
        return "byline"
    if is_metadata(line) and (above or has_field(line)):
        return "metadata"
    return "footer" if below and is_footer(line) else None


def _merged(page: Sequence[Line], kinds: Sequence[str | None]) -> Iterator[Zone]:
    """One zone for neighbouring lines of one kind."""
    start = 0
    for index, kind in enumerate(kinds):
        if index + 1 == len(kinds) or kinds[index + 1] != kind:
            if kind is not None:
                yield Zone(kind=kind, start=page[start].start, end=page[index].end)
            start = index + 1


def _bylines(page: Sequence[Line], kinds: Sequence[str | None], body: _Body | None) -> Iterator[Zone]:
    """The dateline at the start of the first paragraph, and the reporters' names at the end of the last."""
    if body is None:
        return
    for index in range(body.first + 1):
        line = page[index]
        length = dateline_length(line.text) if kinds[index] is None else 0
        if length:
            yield Zone(kind="byline", start=line.start, end=line.start + length)
            break
    line = page[body.last]
    length = closing_byline_length(line.text)
    if length:
        yield Zone(kind="byline", start=line.end - length, end=line.end)


def _damaged(raw: str, cleaned: Cleaned) -> Iterator[Zone]:
    offsets = OffsetMap(cleaned.edits, len(raw))
    for span, candidate in find_damage(raw):
        clean = offsets.to_clean(span)
        yield Zone(kind="damaged", start=clean.start, end=clean.end, note=_candidate_note(candidate))
    for gloss in GLOSS.finditer(cleaned.text):
        syllable = toned_syllable(gloss[1])
        before = cleaned.text[gloss.start() - 1 : gloss.start()]
        if syllable and before and is_han(before):
            note = f"{syllable} 不是“{before}”的读音,保留原样 (not a reading of {before}: kept as it is)"
            yield Zone(kind="damaged", start=gloss.start(), end=gloss.end(), note=note)


def _candidate_note(candidate: str) -> str:
    half = f"; {HALF} = 缺半个字 (half of a character is lost)" if HALF in candidate else ""
    return f"疑似原文 (candidate reading): {candidate}{half}"


def _without_overlap(text: str, zones: Sequence[Zone]) -> tuple[Zone, ...]:
    """Zones in order; of two that overlap the one given first stays whole and the other keeps what is left of it."""
    kept: list[Zone] = []
    for zone in zones:
        for piece in _remaining(zone.span, [other.span for other in kept]):
            start, end = _trimmed(text, piece)
            if start < end:
                kept.append(zone.model_copy(update={"start": start, "end": end}))
    return tuple(sorted(kept, key=lambda zone: zone.start))


def _remaining(span: Span, taken: Sequence[Span]) -> Iterator[Span]:
    position = span.start
    for other in sorted(taken):
        if other.end > position and other.start < span.end:
            if other.start > position:
                yield Span(position, other.start)
            position = other.end
    if position < span.end:
        yield Span(position, span.end)


def _trimmed(text: str, span: Span) -> Span:
    covered = text[span.start : span.end]
    start = span.start + len(covered) - len(covered.lstrip())
    return Span(start, start + len(covered.strip()))
