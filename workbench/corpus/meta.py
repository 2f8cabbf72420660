"""What a page says of itself: title, publisher and date, read from its metadata zones.

Owns the reading of those fields; a field the page does not state is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from workbench.core.records import Meta, Zone
from workbench.core.text import Span
from workbench.corpus.characters import is_han
from workbench.corpus.furniture import DATE, DATE_LABEL, LABEL, SOURCE_LABEL, is_paragraph, lines

_PUBLISHER = re.compile(
    rf"{SOURCE_LABEL}\s*[:：][^\S\n]*(?P<name>[^|｜丨│\n]*?)\s*(?={LABEL}\s*[:：]|[|｜丨│]|{DATE}|\s{{2,}}|$)",
    re.MULTILINE,
)
_DATED = re.compile(rf"{DATE_LABEL}\s*[:：]\s*{DATE}")
_DATE = re.compile(DATE)


def read_meta(text: str, zones: Sequence[Zone]) -> Meta:
    """What a page says of itself; `text` is clean, `zones` are its zones."""
    fields = [text[zone.start : zone.end] for zone in zones if zone.kind == "metadata"]
    return Meta(title=_title(text, zones), publisher=_publisher(fields), date=_date(fields))


def iso_date(year: str, month: str, day: str) -> str | None:
    """A calendar date in ISO 8601, None when there is no such day."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _title(text: str, zones: Sequence[Zone]) -> str | None:
    """The first line above the report's paragraphs that is in no zone."""
    for line in lines(text):
        if is_paragraph(line.text):
            return None
        span = Span(line.start, line.end)
        if not any(zone.span.overlap(span) for zone in zones) and any(map(is_han, line.text)):
            return line.text
    return None


def _publisher(fields: Iterable[str]) -> str | None:
    names = (match["name"].strip("() （）【】") for field in fields for match in _PUBLISHER.finditer(field))
    return next((name for name in names if name), None)


def _date(fields: Sequence[str]) -> str | None:
    """The first possible date with a label, else the first possible one."""
    for pattern in (_DATED, _DATE):
        for field in fields:
            for match in pattern.finditer(field):
                stated = iso_date(match["year"], match["month"], match["day"])
                if stated:
                    return stated
    return None
