"""Finding what lies at a place, among things that come and go."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")

_START = itemgetter(0)
_LENGTHS = (16, 128, 1024, 1 << 62)
"""Things are kept in groups by length (code points), so that a long one far away does not widen every search."""


class Places(Generic[K, T]):
    """Things by the stretch from their first to their last position; each has a key of its own, which sorts."""

    def __init__(self) -> None:
        self._things: dict[K, tuple[int, int, T]] = {}
        self._groups: list[list[tuple[int, int, K]]] = [[] for _ in _LENGTHS]

    def __contains__(self, key: K) -> bool:
        return key in self._things

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: K) -> T | None:
        """The thing with a key, if it is there."""
        return self._things[key][2] if key in self._things else None

    def add(self, key: K, start: int, end: int, thing: T) -> None:
        """Put a thing with a new key at [start, end)."""
        self._things[key] = (start, end, thing)
        insort(self._groups[_group(end - start)], (start, end, key))

    def fill(self, things: Iterable[tuple[K, int, int, T]]) -> None:
        """Put many things in at once."""
        known, groups = self._things, self._groups
        for key, start, end, thing in things:
            known[key] = (start, end, thing)
            groups[0 if end - start <= _LENGTHS[0] else _group(end - start)].append((start, end, key))
        for group in self._groups:
            group.sort()

    def remove(self, key: K) -> None:
        """Take a thing away, if it is there."""
        if key in self._things:
            start, end, _ = self._things.pop(key)
            group = self._groups[_group(end - start)]
            del group[bisect_left(group, (start, end, key))]

    def all(self) -> list[T]:
        """All things, in no particular order."""
        return [thing for _, _, thing in self._things.values()]

    def meeting(self, start: int, end: int) -> list[T]:
        """The things whose stretch meets [start, end)."""
        things = self._things
        return [things[key][2] for _, _, key in self._entries(start, end)]

    def _entries(self, start: int, end: int) -> list[tuple[int, int, K]]:
        found = []
        for longest, group in zip(_LENGTHS, self._groups, strict=True):
            if group:
                for position in range(bisect_left(group, start - longest, key=_START), len(group)):
                    entry = group[position]
                    if entry[0] >= end:
                        break
                    if entry[1] > start:
                        found.append(entry)
        return found

    def regions(self, stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """The given stretches, each widened to what meets it, what meets that, and so on; in order and apart."""
        reached = -1
        for low, high in sorted(stretches):
            if high <= reached:
                continue
            start, end = (low, high)
            while True:
                found = self._entries(start, end)
                wider = (min([start, *(one[0] for one in found)]), max([end, *(one[1] for one in found)]))
                if wider == (start, end):
                    break
                start, end = wider
            if end > reached:
                yield start, end
                reached = end


def _group(length: int) -> int:
    return bisect_left(_LENGTHS, length)
