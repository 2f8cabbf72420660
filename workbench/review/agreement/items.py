"""What two annotators say of what both have: types, boundaries, attributes and values of paired items."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from schemas import Attribute, Schema
from workbench.core.text import Fragments
from workbench.review.agreement.kappa import Coefficient, cohen_kappa
from workbench.scoring.collection import Compared, digest
from workbench.scoring.comparison import Comparison
from workbench.scoring.entities import equal_pairs
from workbench.scoring.items import EntityRecord, FrameItem, Items, RelationItem
from workbench.scoring.value_comparison import value_credit

OPEN = "any string may be written: chance agreement is near 0, and kappa says little beyond the share"

Owner = Literal["entity", "relation", "frame"]


class Boundaries(NamedTuple):
    """Of the pairs of overlapping spans, how many start and end at the same place, and how far apart the others are.

    `both` counts equal spans, fragment for fragment. `offsets` counts pairs by (right start − left start, right end −
    left end), in code points.
    """

    pairs: int
    start: int
    end: int
    both: int
    offsets: Mapping[tuple[int, int], int]


class Types(NamedTuple):
    """Kappa of the types of paired items, and how many items each annotator has.

    Kappa sees the pairs alone: it is blind to what only one of the two has annotated.
    """

    kappa: Coefficient
    items: tuple[int, int]

    @property
    def coverage(self) -> float | None:
        """Share of all items that are in a pair; None without items."""
        total = sum(self.items)
        return 2 * self.kappa.items / total if total else None


class Equal(NamedTuple):
    """Of the items that both have and of which at least one annotator says something: how often both say the same."""

    compared: int
    equal: int

    @property
    def share(self) -> float | None:
        """Equal over compared; None when nobody says anything."""
        return self.equal / self.compared if self.compared else None


class AttributeAgreement(NamedTuple):
    """An attribute of the items that both have, for the types that share its possible values.

    `kappa` is over every such item that may have the attribute: saying nothing is a category, and a default that the
    schema gives is said. Without a schema it is over the items of `said`.
    """

    owner: Owner
    name: str
    types: tuple[str, ...]
    said: Equal
    kappa: Coefficient


class Continuum(NamedTuple):
    """One document's scored entities as each annotator has them: span and type, in any order."""

    doc_id: str
    entities: tuple[tuple[tuple[Fragments, str], ...], ...]
    length: int | None


_Attributed = tuple[str, Mapping[str, str]]
_Key = tuple[Owner, str, Hashable]
"""Whose attribute, its name, and what may be chosen."""


class PairedItems:
    """Collects, document by document, what two annotators have in common."""

    def __init__(self, known: Schema | None) -> None:
        self._known = known
        self._types: list[tuple[str, str]] = []
        self._entities = [0, 0]
        self._frame_types: list[tuple[str, str]] = []
        self._frames = [0, 0]
        self._offsets: Counter[tuple[int, int]] = Counter()
        self._equal = 0
        self._attributes: dict[_Key, list[tuple[str, str | None, str | None]]] = defaultdict(list)
        self._written: set[_Key] = set()
        self._values: dict[str, list[int]] = {}
        self._digest = 0
        self.clustered = [False, False]
        self.continua: list[Continuum] = []

    def observe(self, compared: Compared) -> None:
        """Take note of one document."""
        comparison = compared.comparison
        sides = comparison.gold, comparison.predicted
        self._digest = (self._digest + digest(comparison.doc_id, sides[1])) % 2**128
        for place, items in enumerate(sides):
            self.clustered[place] |= any(entity.cluster is not None for entity in items.entities)
        self._observe_entities(comparison)
        self._observe_relations(compared)
        self._observe_frames(compared)
        length = None if compared.text is None else len(compared.text)
        self.continua.append(Continuum(comparison.doc_id, scored_entities(comparison), length))

    def _observe_entities(self, comparison: Comparison) -> None:
        left, right = comparison.gold.labelled, comparison.predicted.labelled
        for place, side in enumerate((left, right)):
            self._entities[place] += sum(comparison.scores_entity(item.type) for item in side)
        for one, other in comparison.pairs:
            mine, theirs = left[one], right[other]
            if not (comparison.scores_entity(mine.type) and comparison.scores_entity(theirs.type)):
                continue
            self._types.append((mine.type, theirs.type))
            self._equal += mine.fragments == theirs.fragments
            starts = theirs.fragments[0].start - mine.fragments[0].start
            self._offsets[starts, theirs.fragments[-1].end - mine.fragments[-1].end] += 1
        for one, other in equal_pairs(comparison):
            mine_said, theirs_said = comparison.gold.entities[one], comparison.predicted.entities[other]
            self._compare_attributes("entity", left[one].type, mine_said.attributes, theirs_said.attributes)
            self._compare_values(mine_said, theirs_said)

    def _observe_relations(self, compared: Compared) -> None:
        comparison, symmetric = compared.comparison, compared.comparison.selection.symmetric

        def key(items: Items, relation: RelationItem) -> Hashable:
            ends = [items.labelled[relation.head], items.labelled[relation.tail]]
            return relation.type, *(sorted(ends) if relation.type in symmetric else ends)

        said = _attributes_by_id(compared, lambda annotation: annotation.relations)
        sides = [
            [
                (key(items, relation), said[place][relation.id])
                for relation in items.relations
                if comparison.scores_relation(relation.type)
            ]
            for place, items in enumerate((comparison.gold, comparison.predicted))
        ]
        for mine, theirs in _zipped(*sides):
            self._compare_attributes("relation", mine[0], mine[1], theirs[1])

    def _observe_frames(self, compared: Compared) -> None:
        comparison = compared.comparison
        said = _attributes_by_id(compared, lambda annotation: annotation.frames)
        found: list[list[tuple[FrameItem, _Attributed]]] = []
        for place, items in enumerate((comparison.gold, comparison.predicted)):
            frames = [
                (_content(items, frame, said[place][frame.id]), frame, said[place][frame.id])
                for frame in items.frames
                if frame.trigger and comparison.scores_frame(frame.type)
            ]
            self._frames[place] += len(frames)
            found.append([(frame, one) for _, frame, one in sorted(frames, key=lambda entry: entry[0])])
        self._frame_types += _paired_types(*([(frame.trigger, frame.type) for frame, _ in side] for side in found))
        sides = ([((frame.type, frame.trigger), said) for frame, said in side] for side in found)
        for mine, theirs in _zipped(*sides):
            self._compare_attributes("frame", mine[0], mine[1], theirs[1])

    def _compare_attributes(self, owner: Owner, kind: str, left: Mapping[str, str], right: Mapping[str, str]) -> None:
        """Count what is said of one item that both have; not what is said of the annotating itself."""
        known = attributes_of(self._known, owner, kind)
        of_annotating = self._known.annotation_attributes if self._known else {}
        for name in dict.fromkeys((*known, *sorted({*left, *right} - {*known, *of_annotating}))):
            definition = known.get(name)
            default = definition.default if definition else None
            key = owner, name, _choices(definition)
            self._attributes[key].append((kind, left.get(name, default), right.get(name, default)))
            if name in left or name in right:
                self._written.add(key)

    def _compare_values(self, left: EntityRecord, right: EntityRecord) -> None:
        values = [one for one in (left.value, right.value) if one is not None]
        for kind in {value.kind for value in values}:
            counts = self._values.setdefault(kind, [0, 0])
            counts[0] += 1
            counts[1] += len(values) == 2 and value_credit(values[0], values[1], "equal") == 1

    @property
    def digest(self) -> str:
        """The fingerprint of the right annotator's items, as `Score.digest` is of the left one's."""
        return f"{self._digest:032x}"[:12]

    def entity_types(self) -> Types:
        """Types of the pairs of overlapping entities."""
        return Types(cohen_kappa(self._types), (self._entities[0], self._entities[1]))

    def frame_types(self) -> Types:
        """Types of the frames whose triggers are equal."""
        return Types(cohen_kappa(self._frame_types), (self._frames[0], self._frames[1]))

    def boundaries(self) -> Boundaries:
        """The boundaries of all pairs of overlapping entities."""
        return Boundaries(
            len(self._types),
            sum(number for (start, _), number in self._offsets.items() if not start),
            sum(number for (_, end), number in self._offsets.items() if not end),
            self._equal,
            dict(sorted(self._offsets.items(), key=lambda item: (-item[1], item[0]))),
        )

    def attributes(self) -> tuple[AttributeAgreement, ...]:
        """Attributes that somebody writes somewhere; types with the same possible values together."""
        rows = [_attribute(*key, found) for key, found in self._attributes.items() if key in self._written]
        owners = ("entity", "relation", "frame")
        return tuple(sorted(rows, key=lambda row: (owners.index(row.owner), row.name, row.types)))

    def values(self) -> dict[str, Equal]:
        """Normalised values by kind."""
        return {kind: Equal(*counts) for kind, counts in sorted(self._values.items())}


def attributes_of(known: Schema | None, owner: Owner, kind: str) -> Mapping[str, Attribute]:
    """The attributes that the schema gives a type; none without a schema."""
    if known is None:
        return {}
    types: Mapping[str, Any] = {
        "entity": known.entity_types,
        "relation": known.relation_types,
        "frame": known.frame_types,
    }[owner]
    found: Mapping[str, Attribute] = types[kind].attributes if kind in types else {}
    return found


def scored_entities(comparison: Comparison) -> tuple[tuple[tuple[Fragments, str], ...], ...]:
    """Span and type of the entities of both sides that entity measures count."""
    sides = ((comparison.gold, comparison.optional), (comparison.predicted, comparison.excused))
    return tuple(
        tuple(
            (item.fragments, item.type)
            for index, item in enumerate(items.labelled)
            if index not in left_out and comparison.scores_entity(item.type)
        )
        for items, left_out in sides
    )


def _attribute(
    owner: Owner, name: str, choices: Hashable, found: Sequence[tuple[str, str | None, str | None]]
) -> AttributeAgreement:
    pairs = [(left, right) for _, left, right in found]
    said = [(left, right) for left, right in pairs if left is not None or right is not None]
    kappa = cohen_kappa(pairs)
    if choices == () and kappa.value is not None:
        kappa = kappa._replace(note=OPEN)
    types = tuple(sorted({kind for kind, _, _ in found}))
    return AttributeAgreement(owner, name, types, Equal(len(said), sum(one == other for one, other in said)), kappa)


def _choices(definition: Attribute | None) -> Hashable:
    """What may be chosen: equal for definitions whose values can be counted together; () for any string."""
    if definition is None:
        return None
    return (definition.default, *sorted(definition.values)) if definition.values else ()


def _attributes_by_id(compared: Compared, records: Callable[[Any], Iterable[Any]]) -> list[dict[str, _Attributed]]:
    """Type and attributes of the relations or frames of both sides, by id."""
    return [
        {record.id: (record.type, record.attributes) for record in records(side.annotation)}
        for side in (compared.gold, compared.predicted)
    ]


def _content(items: Items, frame: FrameItem, said: _Attributed) -> tuple[list[Any], list[tuple[str, str]]]:
    """A frame's arguments and attributes, in a form that sorts."""
    return sorted((role, items.labelled[filler]) for role, filler in frame.arguments), sorted(said[1].items())


def _zipped(
    left: Sequence[tuple[Hashable, _Attributed]], right: Sequence[tuple[Hashable, _Attributed]]
) -> Iterable[tuple[_Attributed, _Attributed]]:
    """Pair items of equal key one to one; of several with one key, in their order."""
    waiting: dict[Hashable, list[_Attributed]] = defaultdict(list)
    for key, item in right:
        waiting[key].append(item)
    for key, item in left:
        if waiting[key]:
            yield item, waiting[key].pop(0)


def _paired_types(
    left: Sequence[tuple[Hashable, str]], right: Sequence[tuple[Hashable, str]]
) -> Iterable[tuple[str, str]]:
    """Types of items of equal key, one to one: equal types first, then in alphabetical order."""
    sides: list[dict[Hashable, Counter[str]]] = []
    for side in (left, right):
        found: dict[Hashable, Counter[str]] = defaultdict(Counter)
        for key, kind in side:
            found[key][kind] += 1
        sides.append(found)
    for key, mine in sides[0].items():
        theirs = sides[1].get(key, Counter())
        equal = mine & theirs
        yield from ((kind, kind) for kind in equal.elements())
        yield from zip(sorted((mine - equal).elements()), sorted((theirs - equal).elements()), strict=False)
