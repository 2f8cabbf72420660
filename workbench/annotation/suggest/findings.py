"""Where known strings stand in one document, and which of their occurrences are suggested."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable
from itertools import compress, count
from string import ascii_letters, digits
from typing import NamedTuple

from schemas import Schema
from workbench.annotation.suggest.labels import Decision, Labels
from workbench.annotation.suggest.records import SuggestedEntity, Suggestion, suggestion
from workbench.annotation.suggest.spans import Places
from workbench.annotation.suggest.values import propose_value
from workbench.core.records import Document
from workbench.core.text import Span
from workbench.core.values import Value

SOURCE = "strings"
"""The name of this source."""

_FEW = 40
"""So many new strings are looked for one by one; more are found in one pass over the text."""

_NUMERIC = frozenset("0123456789０１２３４５６７８９零〇一二三四五六七八九两十百千万亿几数半余多.,．，%％")
_BARE = frozenset(ascii_letters + digits)
_CALENDAR = _NUMERIC | frozenset("年月")


class Occurrence(NamedTuple):
    """A string at a place."""

    start: int
    end: int
    string: str


class _Known(NamedTuple):
    """A string that is suggested: as what, where it cuts no word in two, and whether anything is known to lie in it."""

    decision: Decision
    value: Value | None
    free: tuple[Occurrence, ...]
    nests: bool


class Findings:
    """The suggestions of known strings in one document, kept up to date string by string."""

    def __init__(self, document: Document, schema: Schema, labels: Labels) -> None:
        self._document = document
        self._kinds = {known.id: known.value for known in schema.entities}
        self._labels = labels
        self._seen = 0
        self._starts: dict[str, tuple[int, ...]] = {}
        self._known: dict[str, _Known] = {}
        self._free: Places[Occurrence, Occurrence] = Places()
        self._standing: dict[tuple[int, int], Suggestion] = {}
        self._order: list[tuple[int, int]] = []

    def suggestions(self, touched: list[str]) -> tuple[Suggestion, ...]:
        """The suggestions, after the strings of `touched` that are new since the last call have been looked at again.

        `touched` only ever grows.
        """
        changed = dict.fromkeys(touched[self._seen :])
        self._seen = len(touched)
        self._search([string for string in changed if string not in self._starts])
        if not self._known:
            self._fill(changed)
        else:
            stale = [one for string in changed for one in self._update(string)]
            for start, end in self._free.regions((one.start, one.end) for one in stale):
                self._settle(start, end, self._free.meeting(start, end))
        return tuple([self._standing[place] for place in self._order])

    def _search(self, new: list[str]) -> None:
        text = self._document.text
        if len(new) <= _FEW:
            self._starts.update((string, tuple(_starts(text, string))) for string in new)
            return
        heads: dict[int, list[tuple[str, list[int]]]] = {}
        for string in new:
            heads.setdefault(_pairs(string[:2])[0], []).append((string, []))
        for parity in (0, 1):
            found = map(heads.__contains__, pairs := _pairs(text[parity:]))
            for index in compress(count(), found):
                position = 2 * index + parity
                for string, starts in heads[pairs[index]]:
                    if text.startswith(string, position):
                        starts.append(position)
        self._starts.update((string, tuple(sorted(starts))) for group in heads.values() for string, starts in group)

    def _fill(self, strings: Iterable[str]) -> None:
        """Suggest all strings at once, when none has been."""
        for string in strings:
            if (known := self._judge(string)) is not None:
                self._known[string] = known
        free = [one for known in self._known.values() for one in known.free]
        self._free.fill([(one, one.start, one.end, one) for one in free])
        self._settle(0, len(self._document.text), free)

    def _update(self, string: str) -> Collection[Occurrence]:
        """Look at a string again; its occurrences, if what is suggested there may have changed."""
        before, after = self._known.pop(string, None), self._judge(string)
        if after is not None:
            self._known[string] = after
        if before == after and after is not None and not after.nests:
            return ()
        old, new = before.free if before else (), after.free if after else ()
        if old != new:
            for one in old:
                self._free.remove(one)
                self._drop(one)
            for one in new:
                self._free.add(one, one.start, one.end, one)
        return (*old, *new)

    def _judge(self, string: str) -> _Known | None:
        decision = self._labels.decision(string)
        if decision is None or not self._starts.get(string):
            return None
        kind = self._kinds[decision.type]
        length = len(string)
        starts: Iterable[int] = self._starts[string]
        numeric = kind in ("money", "quantity", "time")
        if numeric or not _BARE.isdisjoint((string[0], string[-1])):
            text = self._document.text
            starts = [start for start in starts if _whole(text, start, start + length, numeric)]
        free = tuple([Occurrence(start, start + length, string) for start in starts])
        value = propose_value(string, kind, self._document) if kind is not None else None
        if value is None and kind != "time":  # what 今年 means depends on the document's date
            value = decision.value
        return _Known(decision, value, free, self._labels.has_inside(string))

    def _settle(self, start: int, end: int, free: list[Occurrence]) -> None:
        """Decide anew what stands in a stretch that no occurrence crosses the bounds of."""
        standing = _longest(free, Span(start, end), self._labels)
        whole = end - start == len(self._document.text)
        if whole:
            self._standing.clear()
        else:
            for one in free:
                self._drop(one)
        for one in standing:
            known = self._known[one.string]
            place = (one.start, -one.end)
            item = SuggestedEntity(
                known.decision.type, (Span(one.start, one.end),), one.string, known.decision.attributes, known.value
            )
            self._standing[place] = suggestion(item, SOURCE, known.decision.score)
            if not whole:
                insort(self._order, place)
        if whole:
            self._order = sorted(self._standing)

    def _drop(self, one: Occurrence) -> None:
        place = (one.start, -one.end)
        if self._standing.pop(place, None) is not None:
            del self._order[bisect_left(self._order, place)]


def _pairs(text: str) -> memoryview[int]:
    """Each two characters, from the first on, as one number: much quicker to look up than as a string."""
    encoded = text[: len(text) // 2 * 2].encode("utf-32-le", "surrogatepass")
    return memoryview(encoded).cast("Q")


def _starts(text: str, string: str) -> Iterable[int]:
    position = text.find(string)
    while position >= 0:
        yield position
        position = text.find(string, position + 1)


def _whole(text: str, start: int, end: int, numeric: bool) -> bool:
    """Tell whether an occurrence cuts no number and no Latin word in two."""
    before, after = text[start - 1 : start], text[end : end + 1]
    first, last = text[start], text[end - 1]
    if before.isascii() and before.isalnum() and first.isascii() and first.isalnum():
        return False
    if after.isascii() and after.isalnum() and last.isascii() and last.isalnum():
        return False
    if not numeric:
        return True
    return not (before in _CALENDAR and first in _NUMERIC) and not (last in _CALENDAR and after in _NUMERIC)


def _longest(free: list[Occurrence], within: Span, labels: Labels) -> list[Occurrence]:
    """The occurrences that stand: the longest, of equally long ones the first, and what is known to lie inside."""
    by_length: dict[int, list[Occurrence]] = {}
    for one in free:
        by_length.setdefault(one.end - one.start, []).append(one)
    base = within.start
    holder: list[Occurrence | None] = [None] * within.length
    standing = []
    for length in sorted(by_length, reverse=True):
        for one in sorted(by_length[length]):
            start = one.start - base
            outer = holder[start]
            if outer is None:
                if holder[start + length - 1] is not None:  # what covers anything between is as long at least
                    continue
            elif one.end > outer.end or not labels.holds(outer.string, one.start - outer.start, one.string):
                continue
            holder[start : start + length] = [one] * length
            standing.append(one)
    return standing
