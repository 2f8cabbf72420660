"""Positions in text: spans, edits, and the maps between clean, raw and UTF-16 offsets.

Every offset in the workbench is a half-open range of Unicode code points in a document's clean text.
This is the only module that converts to raw code points or to UTF-16 code units.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

ELLIPSIS = "…"
"""Joins the parts of a discontinuous mention in its surface string."""


class Span(NamedTuple):
    """A half-open range of code points, `start` included, `end` not."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Number of code points."""
        return self.end - self.start

    def contains(self, other: Span) -> bool:
        """Tell whether `other` lies inside this span (or equals it)."""
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: Span) -> int:
        """Number of shared code points."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


Fragments = tuple[Span, ...]


def merge_fragments(fragments: Iterable[Span]) -> Fragments:
    """Sort fragments and join those that touch or overlap: in this normal form equal coverage means equal fragments."""
    merged: list[Span] = []
    for span in sorted(fragments):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def shared(left: Fragments, right: Fragments) -> int:
    """Number of code points covered by both; gaps between fragments do not count. Both must be in normal form."""
    total = i = j = 0
    while i < len(left) and j < len(right):
        total += left[i].overlap(right[j])
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return total


def surface(text: str, fragments: Sequence[Span]) -> str:
    """The covered string; parts of a discontinuous mention are joined with `…`."""
    return ELLIPSIS.join(text[span.start : span.end] for span in fragments)


class Edit(NamedTuple):
    """One change of cleaning: the raw characters `old` at `raw_start` become `new`.

    `new` is empty (a deletion), or `old` and `new` are one code point each (a replacement). `kind` names the rule.
    """

    raw_start: int
    old: str
    new: str
    kind: str

    @property
    def raw_end(self) -> int:
        """Raw position after the edited characters."""
        return self.raw_start + len(self.old)


class EditFault(ValueError):
    """A list of edits does not fit its text."""


class OffsetMap:
    """The exact correspondence between a raw text and the clean text that its edits make.

    Every clean character has one raw character; a deleted raw character has a clean position but no clean character.
    """

    def __init__(self, edits: Sequence[Edit], raw_length: int) -> None:
        """Build the map.

        Raises:
            EditFault: edits overlap, are out of order, reach past the raw text, or insert characters.
        """
        _refuse_impossible(edits, raw_length)
        self.raw_length = raw_length
        deletions = [edit for edit in edits if not edit.new]
        self._starts = [edit.raw_start for edit in deletions]
        self._ends = [edit.raw_end for edit in deletions]
        self._removed = [0, *accumulate(len(edit.old) for edit in deletions)]
        self._clean_cuts = [start - removed for start, removed in zip(self._starts, self._removed, strict=False)]
        self.clean_length = raw_length - self._removed[-1]

    def clean_position(self, raw: int) -> int:
        """The clean position of a raw position; all positions inside a deleted stretch fall on the place where it was.

        Raises:
            IndexError: the position is outside the raw text.
        """
        if not 0 <= raw <= self.raw_length:
            raise IndexError(f"{raw} is outside the raw text ({self.raw_length} characters)")
        before = bisect_right(self._starts, raw) - 1
        if before < 0:
            return raw
        inside = min(raw, self._ends[before]) - self._starts[before]
        return raw - self._removed[before] - inside

    def raw_position(self, clean: int) -> int:
        """The raw position of the clean character at `clean`; the end of the clean text is the end of the raw text.

        Raises:
            IndexError: the position is outside the clean text.
        """
        if not 0 <= clean <= self.clean_length:
            raise IndexError(f"{clean} is outside the clean text ({self.clean_length} characters)")
        if clean == self.clean_length:
            return self.raw_length
        return clean + self._removed[bisect_right(self._clean_cuts, clean)]

    def to_clean(self, raw: Span) -> Span:
        """The clean range of the characters of a raw range that survive; empty when none does."""
        return Span(self.clean_position(raw.start), self.clean_position(raw.end))

    def to_raw(self, clean: Span) -> Span:
        """The tightest raw range around the characters of a non-empty clean range: no deleted text at its ends."""
        if clean.start >= clean.end:
            raise IndexError(f"[{clean.start}, {clean.end}) is empty: it has no raw range")
        return Span(self.raw_position(clean.start), self.raw_position(clean.end - 1) + 1)


def apply_edits(raw: str, edits: Sequence[Edit]) -> str:
    """Make the clean text.

    Raises:
        EditFault: the edits do not fit `raw`.
    """
    _refuse_impossible(edits, len(raw))
    parts: list[str] = []
    position = 0
    for edit in edits:
        if raw[edit.raw_start : edit.raw_end] != edit.old:
            raise EditFault(f"raw text at {edit.raw_start} is not {edit.old!r}")
        parts += (raw[position : edit.raw_start], edit.new)
        position = edit.raw_end
    parts.append(raw[position:])
    return "".join(parts)


def undo_edits(clean: str, edits: Sequence[Edit]) -> str:
    """Rebuild the raw text from the clean text: the inverse of `apply_edits`.

    Raises:
        EditFault: the edits do not fit `clean`.
    """
    parts: list[str] = []
    position = raw_length = 0
    for edit in edits:
        kept = clean[position : position + edit.raw_start - raw_length]
        parts += (kept, edit.old)
        position += len(kept)
        if clean[position : position + len(edit.new)] != edit.new:
            raise EditFault(f"clean text at {position} is not {edit.new!r}")
        position += len(edit.new)
        raw_length = edit.raw_end
    parts.append(clean[position:])
    return "".join(parts)


def _refuse_impossible(edits: Sequence[Edit], raw_length: int) -> None:
    position = 0
    for edit in edits:
        if edit.raw_start < position or not edit.old:
            raise EditFault(f"edit at {edit.raw_start} overlaps the one before it, is out of order, or is empty")
        if edit.raw_end > raw_length:
            raise EditFault(f"edit at {edit.raw_start} reaches past the raw text ({raw_length} characters)")
        if edit.new and not len(edit.old) == len(edit.new) == 1:
            raise EditFault(f"edit at {edit.raw_start} neither deletes nor replaces one character by one")
        position = edit.raw_end


class Utf16Map:
    """Conversion between code points and UTF-16 code units (JavaScript, Java, UIMA) of one text."""

    def __init__(self, text: str) -> None:
        self._astral = [position for position, character in enumerate(text) if ord(character) > 0xFFFF]
        self._astral_units = [position + index for index, position in enumerate(self._astral)]
        self._length = len(text)

    def to_utf16(self, position: int) -> int:
        """Code units before a code-point position.

        Raises:
            IndexError: the position is outside the text.
        """
        if not 0 <= position <= self._length:
            raise IndexError(f"{position} is outside the text ({self._length} characters)")
        return position + bisect_left(self._astral, position)

    def from_utf16(self, unit: int) -> int:
        """The code-point position of a code unit.

        Raises:
            IndexError: the unit is outside the text or inside a surrogate pair.
        """
        if not 0 <= unit <= self._length + len(self._astral):
            raise IndexError(f"{unit} is outside the text ({self._length + len(self._astral)} UTF-16 units)")
        before = bisect_left(self._astral_units, unit)
        if before and self._astral_units[before - 1] + 1 == unit:
            raise IndexError(f"{unit} is inside a surrogate pair")
        return unit - before
