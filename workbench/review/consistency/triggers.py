"""Triggers that may be marked at the wrong place."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.text import Span
from workbench.review.consistency.findings import Finding
from workbench.review.consistency.pages import Page


def trigger_findings(page: Page) -> Iterator[Finding]:
    """Triggers whose text stands in the sentence once more, and triggers in mentions or headings."""
    for frame in page.frames:
        if frame.trigger is None or not page.finished("frames"):
            continue
        fragments = frame.trigger.fragments
        held = _mention_around(page, fragments[0])
        if held:
            yield page.finding("trigger-mention", fragments, frame.type, f"{frame.type} in {held}")
        if page.is_heading(fragments[0].start):
            yield page.finding("trigger-heading", fragments, frame.type, f"{frame.type} in a heading", 0.5)
        others = list(_free(page, fragments[0])) if len(fragments) == 1 else []
        if others:
            where = ", ".join(str(span.start) for span in others)
            message = f"{frame.type} at {fragments[0].start}; the same text stands free at {where}"
            yield page.finding("trigger", fragments, frame.type, message, 0.9 if held else 0.5)


def _mention_around(page: Page, span: Span) -> str | None:
    """The mention that a trigger lies in or crosses; one inside the trigger is its object and no matter."""
    for entity in page.over(span):
        inside = all(span != fragment and span.contains(fragment) for fragment in entity.fragments)
        if entity.type not in page.clause_types and not inside:
            return f"{entity.type} {page.surface(entity.fragments)}"
    return None


def _free(page: Page, span: Span) -> Iterator[Span]:
    """Where else in its sentence the trigger's text could be one: no other trigger, in no mention and in no word."""
    text = page.text[span.start : span.end]
    around = page.sentence(span.start)
    start = page.text.find(text, around.start, around.end)
    while start >= 0:
        other = Span(start, start + len(text))
        start = page.text.find(text, start + 1, around.end)
        if other.overlap(span) or any(part.overlap(other) for fragments in page.triggers for part in fragments):
            continue
        in_word = page.at_words(span) and not page.at_words(other)
        if not in_word and not page.is_closed(other) and not _mention_around(page, other):
            yield other
