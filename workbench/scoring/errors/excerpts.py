"""Stretches of a document as plain text for the terminal, with mentions marked on lines of their own under the text.

Every code point takes at least one cell, so that what is marked is what is meant; wide characters take two.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from workbench.core.text import Fragments, Span, merge_fragments

CONTEXT = 30
"""Code points shown on either side of a mention."""
LEAST_WIDTH = 20
"""Cells of text in a line, however narrow the screen is said to be."""

_SYMBOLS = {"\n": "⏎", "\r": "␍", "\t": "⇥", "\u00a0": "⍽", "\u3000": "＿"}


class Mark(NamedTuple):
    """A mention to mark: the label before its line, the sign under its characters, and where it is."""

    label: str
    sign: str
    fragments: Fragments


def visible(text: str) -> str:
    """The text with one printing character for each code point: no control characters, nothing without width."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character in _SYMBOLS:
        return _SYMBOLS[character]
    if character < " ":
        return chr(0x2400 + ord(character))
    # Cf holds bidirectional controls, which would reorder the line
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"):
        return "�"
    return character if cell_len(character) > 0 else "◌"


def clip(text: str, width: int) -> str:
    """The text, made visible, cut to `width` cells; … stands for what is cut off."""
    shown = visible(text)
    if cell_len(shown) <= width:
        return shown
    kept, cells = "", 1
    for character in shown:
        cells += cell_len(character)
        if cells > width:
            break
        kept += character
    return f"{kept}…"


def excerpts(text: str, marks: Sequence[Mark], width: int, indent: str = "") -> Iterator[str]:
    """Lines with the text around all marks, each followed by a line for every mark in it; at most `width` cells.

    Stretches that are far apart are shown one after the other. A label is repeated on every line its mark goes on.
    """
    label_width = max(cell_len("text"), *(cell_len(mark.label) for mark in marks)) + 1
    for window in _windows(len(text), (span for mark in marks for span in mark.fragments)):
        for row in _rows(text, window, max(width - cell_len(indent) - label_width, LEAST_WIDTH)):
            yield f"{indent}{'text':<{label_width}}{''.join(shown for _, shown in row)}".rstrip()
            for mark in marks:
                line = "".join(_sign(mark, position) * cell_len(shown) for position, shown in row)
                if line.strip():
                    yield f"{indent}{mark.label:<{label_width}}{line}".rstrip()


def _windows(length: int, spans: Iterable[Span]) -> Fragments:
    return merge_fragments(Span(max(0, start - CONTEXT), min(length, end + CONTEXT)) for start, end in spans)


Row = list[tuple[int | None, str]]
"""Positions and what is shown for them; None is no position of the text."""


def _rows(text: str, window: Span, width: int) -> Iterator[Row]:
    """A stretch of text in rows of at most `width` cells, with … where the text goes on."""
    shown: Row = [(position, _visible(text[position])) for position in range(window.start, window.end)]
    if window.start > 0:
        shown.insert(0, (None, "…"))
    if window.end < len(text):
        shown.append((None, "…"))
    row: Row = []
    cells = 0
    for position, character in shown:
        size = cell_len(character)
        if cells + size > width:
            yield row
            row, cells = [], 0
        row.append((position, character))
        cells += size
    yield row


def _sign(mark: Mark, position: int | None) -> str:
    inside = position is not None and any(start <= position < end for start, end in mark.fragments)
    return mark.sign if inside else " "
