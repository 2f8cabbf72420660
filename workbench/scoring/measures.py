"""Counts of one document: entities under four schemas, relations and events under their usual keys.

Scores of a collection are ratios of summed counts (micro averages); this module never divides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas import Schema
from workbench.core.counts import Counts, Side, intersection
from workbench.core.matching import Labelled, Pair, match
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Frame, Relation
from workbench.core.text import Fragments, merge_fragments, shared

ENTITY_SCHEMAS = ("strict", "exact", "partial", "type")
RELATION_KEYS = ("strict", "boundaries")
EVENT_KEYS = (
    "trigger_identification",
    "trigger_classification",
    "argument_identification",
    "argument_classification",
)


class DocumentCounts(NamedTuple):
    """All counts of one document, by measure; `by_type` by entity type and then by schema. Everything adds."""

    entities: Mapping[str, Counts]
    relations: Mapping[str, Counts]
    events: Mapping[str, Counts]
    by_type: Mapping[str, Mapping[str, Counts]]
    ignored: int


class _Side(NamedTuple):
    """One side's items that take part in scoring."""

    entities: list[Entity]
    labelled: list[Labelled]
    relations: list[Relation]
    frames: list[Frame]


def count_document(gold: AnnotatedDocument, predicted: AnnotatedDocument, schema: Schema | None) -> DocumentCounts:
    """Compare a prediction with gold for one document.

    Gold items that lie mostly (half or more) in a zone do not take part; a prediction that is paired with no gold item
    and lies mostly in a zone is neither right nor wrong: it is counted as ignored.
    """
    zones = merge_fragments(zone.span for zone in gold.zones)
    wanted = _side(gold.annotation, zones)
    found = _side(predicted.annotation, ())
    pairs = match(wanted.labelled, found.labelled)
    kept = _without_ignored(found, zones, {pair.right for pair in pairs})
    ignored = len(found.entities) - len(kept.entities)
    if ignored:
        pairs = match(wanted.labelled, kept.labelled)
    symmetric = {relation.id for relation in schema.relations if relation.symmetric} if schema else set()
    return DocumentCounts(
        entities={name: _entity_counts(name, wanted.labelled, kept.labelled, pairs) for name in ENTITY_SCHEMAS},
        relations={name: _relation_counts(name, wanted, kept, symmetric) for name in RELATION_KEYS},
        events={name: _event_counts(name, wanted, kept) for name in EVENT_KEYS},
        by_type=_by_type(wanted.labelled, kept.labelled, pairs),
        ignored=ignored,
    )


def mostly_in(fragments: Fragments, zones: Fragments) -> bool:
    """Tell whether half or more of the covered code points lie in zones."""
    return bool(zones) and 2 * shared(fragments, zones) >= sum(span.length for span in fragments)


def _side(annotation: Annotation, zones: Fragments) -> _Side:
    entities = [entity for entity in annotation.entities if not mostly_in(_normal(entity.fragments), zones)]
    frames = [frame for frame in annotation.frames if not _trigger_in(frame, zones)]
    return _restricted(entities, annotation.relations, frames)


def _restricted(entities: list[Entity], relations: Iterable[Relation], frames: Iterable[Frame]) -> _Side:
    """The items, without relations and arguments whose entities are not among them."""
    ids = {entity.id for entity in entities}
    return _Side(
        entities,
        [Labelled(_normal(entity.fragments), entity.type) for entity in entities],
        [relation for relation in relations if relation.head in ids and relation.tail in ids],
        [
            frame.model_copy(update={"arguments": tuple(a for a in frame.arguments if a.entity in ids)})
            for frame in frames
        ],
    )


def _without_ignored(side: _Side, zones: Fragments, paired: set[int]) -> _Side:
    if not zones:
        return side
    wanted = {side.labelled[index] for index in paired}  # by value: which of two equal predictions is paired is chance
    kept = [
        entity
        for entity, item in zip(side.entities, side.labelled, strict=True)
        if item in wanted or not mostly_in(item.fragments, zones)
    ]
    return _restricted(kept, side.relations, [frame for frame in side.frames if not _trigger_in(frame, zones)])


def _trigger_in(frame: Frame, zones: Fragments) -> bool:
    return frame.trigger is not None and mostly_in(_normal(frame.trigger.fragments), zones)


def _normal(fragments: Fragments) -> Fragments:
    return fragments if len(fragments) == 1 else merge_fragments(fragments)


def _verdict(name: str, gold: Labelled, predicted: Labelled) -> str:
    """What a pair counts as under an entity schema. SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013)."""
    same_span, same_type = gold.fragments == predicted.fragments, gold.type == predicted.type
    if name == "strict":
        return "correct" if same_span and same_type else "incorrect"
    if name == "exact":
        return "correct" if same_span else "incorrect"
    if name == "partial":
        return "correct" if same_span else "partial"
    return "correct" if same_type else "incorrect"


def _entity_counts(name: str, gold: list[Labelled], predicted: list[Labelled], pairs: Iterable[Pair]) -> Counts:
    verdicts = Counter(_verdict(name, gold[pair.left], predicted[pair.right]) for pair in pairs)
    paired = verdicts.total()
    return Counts(
        Side(**verdicts, unmatched=len(gold) - paired),
        Side(**verdicts, unmatched=len(predicted) - paired),
    )


def _by_type(
    gold: list[Labelled], predicted: list[Labelled], pairs: tuple[Pair, ...]
) -> Mapping[str, Mapping[str, Counts]]:
    """Rows that add up to the overall row: an item counts on its own side, under its own type."""
    types = sorted({item.type for item in (*gold, *predicted)})
    totals = [Counter(item.type for item in side) for side in (gold, predicted)]
    table: dict[str, dict[str, Counts]] = {name: {} for name in types}
    for schema in ENTITY_SCHEMAS:
        sides: list[dict[str, Counter[str]]] = [{name: Counter() for name in types} for _ in range(2)]
        for pair in pairs:
            verdict = _verdict(schema, gold[pair.left], predicted[pair.right])
            sides[0][gold[pair.left].type][verdict] += 1
            sides[1][predicted[pair.right].type][verdict] += 1
        for name in types:
            table[name][schema] = Counts(
                *(
                    Side(**verdicts[name], unmatched=total[name] - verdicts[name].total())
                    for verdicts, total in zip(sides, totals, strict=True)
                )
            )
    return table


def _bags(gold: Iterable[Hashable], predicted: Iterable[Hashable]) -> Counts:
    """Compare two bags of keys; a key that stands twice on one side needs two partners."""
    wanted, found = Counter(gold), Counter(predicted)
    return intersection((wanted & found).total(), wanted.total(), found.total())


def _relation_counts(name: str, gold: _Side, predicted: _Side, symmetric: set[str]) -> Counts:
    """Relation scores: strict compares types and spans of both ends, boundaries only spans. Bekoulis et al. 2018.

    Sets: a relation that is written twice, or in both directions of a symmetric type, counts once.
    """
    return _bags(*(set(_relation_keys(side, name == "strict", symmetric)) for side in (gold, predicted)))


def _relation_keys(side: _Side, typed: bool, symmetric: set[str]) -> Iterator[Hashable]:
    labelled = {entity.id: item for entity, item in zip(side.entities, side.labelled, strict=True)}
    for relation in side.relations:
        ends = [labelled[end] if typed else labelled[end].fragments for end in (relation.head, relation.tail)]
        yield (relation.type, *(sorted(ends) if relation.type in symmetric else ends))


def _event_counts(name: str, gold: _Side, predicted: _Side) -> Counts:
    """Event scores as in ACE 2005: triggers by span (and type), arguments by span and event type (and role).

    Detached: an argument need not hang on the right trigger.
    """
    keys = _trigger_keys if name.startswith("trigger") else _argument_keys
    return _bags(*(keys(side, name.endswith("classification")) for side in (gold, predicted)))


def _trigger_keys(side: _Side, classified: bool) -> Iterator[Hashable]:
    for frame in side.frames:
        if frame.trigger is not None:
            yield (_normal(frame.trigger.fragments), frame.type if classified else None)


def _argument_keys(side: _Side, classified: bool) -> Iterator[Hashable]:
    fragments = {entity.id: item.fragments for entity, item in zip(side.entities, side.labelled, strict=True)}
    for frame in side.frames:
        for argument in frame.arguments:
            yield (frame.type, fragments[argument.entity], argument.role if classified else None)
