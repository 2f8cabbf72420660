"""Cleaning: a raw page text becomes a clean text by deletions and replacements that can all be undone.

Owns the rules that change characters. What is damaged or not the report's own text is a matter of
`workbench.corpus.zones`; punctuation and newlines are never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.core.text import Edit, apply_edits
from workbench.corpus.characters import (
    GLOSS,
    INVISIBLE,
    SPACES,
    is_han,
    outside_gb2312,
    readings,
    simplify,
    toned_syllable,
)

TRADITIONAL_SHARE = 0.05
"""A page with at least this share of Chinese characters outside GB 2312 is a traditional-script copy."""

_LINE_END = re.compile(r"(\r+)\n|\r|\n|[\v\f\x85\u2028\u2029]")
_RUN = re.compile(f"(?P<space>[{SPACES}]+)|(?P<invisible>[{INVISIBLE}]+)")
_VISIBLE = re.compile(f"[^{SPACES}{INVISIBLE}]")


class Cleaned(NamedTuple):
    """A clean text and the edits, in order, that make it from its raw text."""

    text: str
    edits: tuple[Edit, ...]


def clean(raw: str) -> Cleaned:
    """Clean a raw text; `undo_edits(text, edits)` gives it back exactly.

    Deleted: pinyin glosses that are a reading of the character before, indents, trailing spaces, spaces of blank
    lines, characters without width. Replaced one for one: odd spaces inside a line by a space, odd line ends by a
    newline, traditional characters of a traditional-script copy by simplified ones.
    """
    edits = [*_spacing(raw), *_glosses(raw)]
    if outside_gb2312(raw) >= TRADITIONAL_SHARE:
        edits += _simplifications(raw, edits)
    edits.sort()
    return Cleaned(apply_edits(raw, edits), tuple(edits))


def _spacing(raw: str) -> Iterator[Edit]:
    start = 0
    for line_end in _LINE_END.finditer(raw):
        yield from _line(raw, start, line_end.start())
        if line_end[1]:
            yield Edit(line_end.start(), line_end[1], "", "carriage_return")
        elif line_end[0] != "\n":
            yield Edit(line_end.start(), line_end[0], "\n", "carriage_return" if line_end[0] == "\r" else "line_break")
        start = line_end.end()
    yield from _line(raw, start, len(raw))


def _line(raw: str, start: int, end: int) -> Iterator[Edit]:
    """The edits of one line without its end: invisible characters hide neither an indent nor a blank line."""
    visible = [match.start() for match in (_VISIBLE.search(raw, start, end),) if match]
    first = visible[0] if visible else end
    last = end - len(raw[start:end]) + _after_last_visible(raw[start:end])
    for run in _RUN.finditer(raw, start, end):
        if run["invisible"]:
            yield Edit(run.start(), run[0], "", "invisible")
        elif not visible:
            yield Edit(run.start(), run[0], "", "blank_line_space")
        elif run.end() <= first:
            yield Edit(run.start(), run[0], "", "indent")
        elif run.start() >= last:
            yield Edit(run.start(), run[0], "", "trailing_space")
        else:
            yield from (
                Edit(position, character, " ", "space")
                for position, character in enumerate(run[0], run.start())
                if character != " "
            )


def _after_last_visible(line: str) -> int:
    position = len(line)
    while position and not _VISIBLE.match(line, position - 1):
        position -= 1
    return position


def _glosses(raw: str) -> Iterator[Edit]:
    removed_to, removed_from = -1, -1
    for gloss in GLOSS.finditer(raw):
        syllable = toned_syllable(gloss[1])
        if syllable is None:
            continue
        before = removed_from if gloss.start() == removed_to else gloss.start()
        glossed = _character_before(raw, before)
        if is_han(glossed) and syllable in readings(glossed):
            yield Edit(gloss.start(), gloss[0], "", "pinyin_gloss")
            removed_to, removed_from = gloss.end(), before


def _character_before(raw: str, position: int) -> str:
    """The nearest character before a position that has ink; empty at the beginning."""
    while position and re.match(f"[{INVISIBLE}]", raw[position - 1]):
        position -= 1
    return raw[position - 1 : position] if position else " "


def _simplifications(raw: str, deletions: list[Edit]) -> list[Edit]:
    """One edit per traditional character. The text is converted whole, so that 乾隆 and 乾燥 get their own 乾."""
    gone = {position for edit in deletions for position in range(edit.raw_start, edit.raw_end)}
    positions = [position for position in range(len(raw)) if position not in gone]
    kept = "".join(raw[position] for position in positions)
    return [
        Edit(position, old, new, "t2s")
        for position, old, new in zip(positions, kept, simplify(kept), strict=True)
        if old != new
    ]
