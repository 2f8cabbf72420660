"""What an annotator has decided about strings: labels, what they agree on, rejections, and what lies inside."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from schemas import Schema
from workbench.annotation.suggest.spans import Places
from workbench.core.records import Entity
from workbench.core.values import Value

K = TypeVar("K")


class Decision(NamedTuple):
    """What a string is taken for: the most frequent label, its share of all decisions, what all its labels agree on."""

    type: str
    score: float
    attributes: Mapping[str, str]
    value: Value | None


class _Record:
    """All that has been decided about one string; `inside` counts what was labelled in it, by offset and string."""

    def __init__(self) -> None:
        self.types: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.said: defaultdict[str, Counter[frozenset[tuple[str, str]]]] = defaultdict(Counter)
        self.values: defaultdict[str, Counter[Value | None]] = defaultdict(Counter)
        self.inside: Counter[tuple[int, str]] = Counter()

    def count(self, entity: Entity, by: int) -> None:
        """Count a label (1) or take it back (-1)."""
        _count(self.types, entity.type, by)
        _count(self.said[entity.type], frozenset(entity.attributes.items()), by)
        _count(self.values[entity.type], entity.value, by)


def _count(counter: Counter[K], what: K, by: int) -> None:
    counter[what] += by
    if counter[what] <= 0:
        del counter[what]


class Labels:
    """Labels and rejections by string, for the entities whose strings can be found again.

    Those are of one fragment and two characters or more, of a type whose boundaries are exact: statements say
    something new each time.
    """

    def __init__(self, schema: Schema) -> None:
        self._types = {known.id: known for known in schema.entities if known.boundary_scoring == "exact"}
        self._order = {name: number for number, name in enumerate(self._types)}
        self._strings: dict[str, _Record] = {}
        self._placed: dict[str, Places[str, Entity]] = {}
        self._decided: dict[str, Decision | None] = {}

    def learn(self, doc_id: str, added: Iterable[Entity], removed: Iterable[Entity]) -> set[str]:
        """Take in what was labelled and unlabelled in a document; the strings about which more or less is known now.

        An entity with an id that is known already replaces the one before.
        """
        placed = self._placed.setdefault(doc_id, Places())
        touched: set[str] = set()
        for entity in removed:
            self._forget(placed, entity.id, touched)
        for entity in added:
            self._forget(placed, entity.id, touched)
            if entity.type in self._types and len(entity.fragments) == 1 and len(entity.text or "") > 1:
                self._strings.setdefault(entity.text or "", _Record()).count(entity, 1)
                self._nest(placed, entity, 1, touched)
                placed.add(entity.id, entity.start, entity.end, entity)
        for string in touched:
            self._decided.pop(string, None)
        return touched

    def _forget(self, placed: Places[str, Entity], identifier: str, touched: set[str]) -> None:
        entity = placed.get(identifier)
        if entity is not None:
            placed.remove(identifier)
            self._strings[entity.text or ""].count(entity, -1)
            self._nest(placed, entity, -1, touched)

    def _nest(self, placed: Places[str, Entity], entity: Entity, by: int, touched: set[str]) -> None:
        """Count what the entity lies in and what lies in it."""
        own = entity.text or ""
        touched.add(own)
        for other in placed.meeting(entity.start, entity.end):
            text = other.text or ""
            if other.start <= entity.start and entity.end <= other.end:
                _count(self._strings[text].inside, (entity.start - other.start, own), by)
                touched.add(text)
            elif entity.start <= other.start and other.end <= entity.end:
                _count(self._strings[own].inside, (other.start - entity.start, text), by)

    def reject(self, string: str, type_: str, by: int = 1) -> None:
        """Count a rejected suggestion of a string (1), or take the rejection back (-1)."""
        _count(self._strings.setdefault(string, _Record()).rejected, type_, by)
        self._decided.pop(string, None)

    def decision(self, string: str) -> Decision | None:
        """What a string is taken for; None when it is not labelled, or has been rejected as often as labelled."""
        if string not in self._decided:
            self._decided[string] = self._decide(string)
        return self._decided[string]

    def _decide(self, string: str) -> Decision | None:
        record = self._strings.get(string)
        if record is None or not record.types:
            return None
        best = min(record.types, key=lambda name: (-record.types[name], self._order[name]))
        if record.rejected[best] >= record.types[best]:
            return None
        score = record.types[best] / (record.types.total() + record.rejected[best])
        agreed = frozenset.intersection(*record.said[best])
        known = self._types[best].attributes
        attributes = {name: value for name, value in sorted(agreed) if name in known}
        values = record.values[best]
        return Decision(best, score, attributes, next(iter(values)) if len(values) == 1 else None)

    def holds(self, outer: str, offset: int, inner: str) -> bool:
        """Tell whether half the labels of a string, or more, have another string labelled inside, at this offset.

        Half is enough because the outer one is labelled first: what lies in it may be about to follow.
        """
        record = self._strings[outer]
        return 0 < record.types.total() <= record.inside[(offset, inner)] * 2

    def has_inside(self, string: str) -> bool:
        """Tell whether any label of a string has another string inside."""
        return string in self._strings and bool(self._strings[string].inside)
