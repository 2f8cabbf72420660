"""Which suggested entities are open. They hang together in islands of overlapping ones, each decided by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from workbench.annotation.suggest.beside import Beside
from workbench.annotation.suggest.legality import Laid, Law
from workbench.annotation.suggest.records import SuggestedEntity, Suggestion
from workbench.annotation.suggest.spans import Places

_LARGE = 12
"""Of an island of more suggestions those that are open are kept by place."""

_EVEN = 0.5
"""The score of what is as likely right as wrong."""


class _Candidate(NamedTuple):
    """A suggestion that is legal by itself."""

    suggestion: Suggestion
    laid: Laid


class OpenEntities:
    """Suggested entities beside an annotation; changes are noted, and decided together in `settle`."""

    def __init__(self, law: Law, beside: Beside) -> None:
        self._law = law
        self._beside = beside
        self._candidates: Places[str, _Candidate] = Places()
        self._stale: list[tuple[int, int]] = []
        self._gone: set[str] = set()
        self._everything = False

    def fill(self, suggestions: Iterable[Suggestion]) -> None:
        """Let many suggestions stand under their keys, when there is none yet."""
        law = self._law
        found = [
            (one.key, laid.start, laid.end, _Candidate(one, laid))
            for one in suggestions
            if isinstance(one.item, SuggestedEntity) and law.sound(one.item)
            for laid in (law.laid(one.item.type, one.item.fragments),)
        ]
        self._candidates.fill(found)
        self._everything = True

    def touch_all(self) -> None:
        """Note that everything may have changed."""
        self._everything = True

    def put(self, key: str, one: Suggestion | None) -> None:
        """Let a suggestion stand under its key, or (None) nothing."""
        before = self._candidates.get(key)
        if before is not None:
            self._candidates.remove(key)
            self.touch(before.laid.start, before.laid.end)
        self._gone.add(key)
        if one is not None and isinstance(one.item, SuggestedEntity) and self._law.sound(one.item):
            laid = self._law.laid(one.item.type, one.item.fragments)
            self._candidates.add(key, laid.start, laid.end, _Candidate(one, laid))
            self.touch(laid.start, laid.end)

    def touch(self, start: int, end: int) -> None:
        """Note that something has changed in [start, end)."""
        self._stale.append((start, end))

    def meeting(self, start: int, end: int) -> Iterator[str]:
        """Keys of all suggestions, open or not, that meet [start, end)."""
        return (candidate.suggestion.key for candidate in self._candidates.meeting(start, end))

    def settle(self) -> dict[str, Suggestion | None]:
        """Decide what changes have touched: the suggestions by key, None for those that are not open."""
        decided: dict[str, Suggestion | None] = dict.fromkeys(self._gone)
        if self._everything or 2 * len(self._stale) > len(self._candidates):
            found = [self._candidates.all()]
        else:
            found = [self._candidates.meeting(start, end) for start, end in self._candidates.regions(self._stale)]
        for region in found:
            for island in _islands(region):
                self._decide(island, decided)
        self._everything = False
        self._stale.clear()
        self._gone.clear()
        return decided

    def _decide(self, island: list[_Candidate], decided: dict[str, Suggestion | None]) -> None:
        if len(island) == 1:
            one, laid = island[0]
            decided[one.key] = one if self._law.fits(laid, self._beside.meeting(laid.start, laid.end)) else None
            return
        few: list[Laid] = []
        many: Places[str, Laid] = Places()
        for one, laid in sorted(island, key=_rank):
            chosen = few if len(island) <= _LARGE else many.meeting(laid.start, laid.end)
            fits = self._law.fits(laid, chain(self._beside.meeting(laid.start, laid.end), chosen))
            decided[one.key] = one if fits else None
            if not fits:
                continue
            if len(island) <= _LARGE:
                few.append(laid)
            else:
                many.add(one.key, laid.start, laid.end, laid)


def _rank(candidate: _Candidate) -> tuple[bool, int, float, int, int, str]:
    """The best first: of those that are as likely right as wrong the longest, then by score and number of sources.

    A string that is surer than a longer one it is cut out of (市政协|委员 and 政协委员) is still part of that one.
    """
    one, laid = candidate
    length = sum(end - start for start, end in laid.fragments)
    return (one.score < _EVEN, -length, -one.score, -len(one.sources), laid.start, one.key)


def _islands(found: list[_Candidate]) -> Iterator[list[_Candidate]]:
    """Groups of suggestions that hang together by overlapping."""
    island: list[_Candidate] = []
    reached = -1
    for start, end, _, candidate in sorted([(one[1].start, one[1].end, one[0].key, one) for one in found]):
        if start >= reached and island:
            yield island
            island = []
        island.append(candidate)
        reached = max(reached, end)
    if island:
        yield island
