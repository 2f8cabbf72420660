"""How far annotators agree: F1 of each two, boundaries, and types where they see the same span.

F1 leads because what nobody annotates cannot be counted, and because kappa tends to it as negatives grow (Hripcsak and
Rothschild 2005). Neither annotator is right: every number is the same whichever of the two is called left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from workbench.core.errors import UsageMistake
from workbench.core.records import AnnotatedDocument
from workbench.review.kappa import Coefficient, cohen_kappa
from workbench.scoring.collection import Compared, InMemory
from workbench.scoring.items import EntityRecord
from workbench.scoring.measures import Measure, parse
from workbench.scoring.report import measure_json
from workbench.scoring.resampling import DEFAULTS, Interval, Settings
from workbench.scoring.score import Score, score_sources, signature
from workbench.scoring.selection import Selection
from workbench.scoring.value_comparison import value_credit

MEASURES: tuple[Measure, ...] = tuple(
    parse(name)
    for name in (
        "entity_f1(match=strict)",
        "entity_f1(match=partial)",
        "entity_f1(match=type)",
        "coreference_f1(match=conll)",
        "relation_f1(match=strict)",
        "relation_f1(match=given_entities)",
        "trigger_f1(match=classification)",
        "argument_f1(match=classification)",
        "role_filler_f1(match=mention)",
    )
)
"""End to end, and conditional on what both have: relations given entities."""


class Boundaries(NamedTuple):
    """Of the pairs of overlapping spans, how many start and end at the same place, and how far apart the others are.

    `offsets` counts pairs by (right start − left start, right end − left end), in code points.
    """

    pairs: int
    start: int
    end: int
    both: int
    offsets: Mapping[tuple[int, int], int]


class Equal(NamedTuple):
    """Of the entities of equal span and type of which at least one annotator says something: how often both say it."""

    compared: int
    equal: int

    @property
    def share(self) -> float | None:
        """Equal over compared; None when nobody says anything."""
        return self.equal / self.compared if self.compared else None


class PairAgreement(NamedTuple):
    """Two annotators: measures with intervals over documents, kappa of types on aligned pairs, and boundaries.

    `items` are the entities of both; the aligned pairs cover 2 · `types.items` of their sum. Kappa sees these alone: it
    is blind to what only one of the two has annotated. `attributes` by name and `values` by kind are compared where
    span and type are equal.
    """

    left: str
    right: str
    score: Score
    intervals: Mapping[Measure, Interval]
    types: Coefficient
    items: tuple[int, int]
    boundaries: Boundaries
    attributes: Mapping[str, Equal]
    values: Mapping[str, Equal]

    @property
    def coverage(self) -> float | None:
        """Share of all entities that are in an aligned pair."""
        total = sum(self.items)
        return 2 * self.types.items / total if total else None


class _Aligned:
    """Collects the aligned pairs of entities."""

    def __init__(self) -> None:
        self.types: list[tuple[str, str]] = []
        self.offsets: Counter[tuple[int, int]] = Counter()
        self.equal = 0
        self.items = [0, 0]
        self.said: dict[str, dict[str, list[int]]] = {"attributes": {}, "values": {}}

    def observe(self, compared: Compared) -> None:
        comparison = compared.comparison
        left, right = comparison.gold.labelled, comparison.predicted.labelled
        for place, side in enumerate((left, right)):
            self.items[place] += sum(comparison.scores_entity(item.type) for item in side)
        for one, other in comparison.pairs:
            mine, theirs = left[one], right[other]
            if not (comparison.scores_entity(mine.type) and comparison.scores_entity(theirs.type)):
                continue
            self.types.append((mine.type, theirs.type))
            self.equal += mine.fragments == theirs.fragments
            if mine == theirs:
                self._compare(comparison.gold.entities[one], comparison.predicted.entities[other])
            starts = theirs.fragments[0].start - mine.fragments[0].start
            self.offsets[starts, theirs.fragments[-1].end - mine.fragments[-1].end] += 1

    def _compare(self, left: EntityRecord, right: EntityRecord) -> None:
        """Count what is said of one entity that both have."""
        for name in left.attributes.keys() | right.attributes.keys():
            self._said("attributes", name, left.attributes.get(name) == right.attributes.get(name))
        values = [one for one in (left.value, right.value) if one is not None]
        for kind in {value.kind for value in values}:
            self._said("values", kind, len(values) == 2 and value_credit(values[0], values[1], "equal") == 1)

    def _said(self, group: str, name: str, equal: bool) -> None:
        counts = self.said[group].setdefault(name, [0, 0])
        counts[0] += 1
        counts[1] += equal

    def equal_of(self, group: str) -> dict[str, Equal]:
        """What was said in equal entities, by name."""
        return {name: Equal(*counts) for name, counts in sorted(self.said[group].items())}

    def boundaries(self) -> Boundaries:
        """The boundaries of all pairs so far; spans with other gaps inside have not both ends right."""
        return Boundaries(
            len(self.types),
            sum(number for (start, _), number in self.offsets.items() if not start),
            sum(number for (_, end), number in self.offsets.items() if not end),
            self.equal,
            dict(sorted(self.offsets.items(), key=lambda item: (-item[1], item[0]))),
        )


def agreement(
    passes: Mapping[str, Sequence[AnnotatedDocument]], selection: Selection, settings: Settings = DEFAULTS
) -> tuple[PairAgreement, ...]:
    """Compare every two annotators on the documents and layers that both have finished.

    Raises:
        UsageMistake: fewer than two annotators, or two without a document in common.
        FaultyData: annotations that do not hold together; all faults.
    """
    if len(passes) < 2:
        raise UsageMistake(f"agreement needs two annotators; there is {', '.join(passes) or 'none'}")
    return tuple(_pair((left, right), passes, selection, settings) for left, right in combinations(sorted(passes), 2))


def _pair(
    names: tuple[str, str],
    passes: Mapping[str, Sequence[AnnotatedDocument]],
    selection: Selection,
    settings: Settings,
) -> PairAgreement:
    left, right = ({document.doc_id: document for document in passes[name]} for name in names)
    common = sorted(left.keys() & right.keys())
    if not common:
        raise UsageMistake(f"{names[0]} and {names[1]} have no document in common")
    policies = selection.policies.model_copy(update={"optional_mentions": "count"})
    chosen = selection.model_copy(update={"policies": policies})
    aligned = _Aligned()
    made = score_sources(
        InMemory([_finished_by_both(left[doc_id], right[doc_id]) for doc_id in common]),
        InMemory([right[doc_id] for doc_id in common]),
        chosen,
        MEASURES,
        aligned.observe,
    )
    return PairAgreement(
        names[0],
        names[1],
        made,
        made.intervals(MEASURES, settings),
        cohen_kappa(aligned.types),
        (aligned.items[0], aligned.items[1]),
        aligned.boundaries(),
        aligned.equal_of("attributes"),
        aligned.equal_of("values"),
    )


def _finished_by_both(left: AnnotatedDocument, right: AnnotatedDocument) -> AnnotatedDocument:
    """The left document, claiming only the layers that both have finished; silence is all layers."""
    mine, theirs = left.annotation.finished_layers, right.annotation.finished_layers
    if theirs is None:
        return left
    layers = theirs if mine is None else tuple(layer for layer in mine if layer in theirs)
    return left._replace(annotation=left.annotation.model_copy(update={"finished_layers": layers}))


def to_json(found: PairAgreement) -> dict[str, Any]:
    """The agreement of two annotators as plain JSON; undefined numbers are null."""
    made, boundaries = found.score, found.boundaries
    by_type = parse("entity_f1(match=strict)")
    rows = {row: made.counts(by_type, row) for row in made.rows(by_type)}
    return {
        "annotators": [found.left, found.right],
        "documents": len(made.doc_ids),
        "signature": signature(made),
        "measures": {str(measure): measure_json(made.value(measure), found.intervals[measure]) for measure in MEASURES},
        "types": {
            "kappa": found.types.value,
            "pairs": found.types.items,
            "coverage": found.coverage,
            "note": found.types.note,
        },
        "boundaries": {
            **{name: getattr(boundaries, name) for name in ("pairs", "start", "end", "both")},
            "offsets": [
                {"start": start, "end": end, "pairs": number} for (start, end), number in boundaries.offsets.items()
            ],
        },
        "attributes": {name: {**equal._asdict(), "share": equal.share} for name, equal in found.attributes.items()},
        "values": {name: {**equal._asdict(), "share": equal.share} for name, equal in found.values.items()},
        "by_type": {
            row: {
                "f1": counts.f1,
                "both": counts.gold.correct,
                "left": counts.gold.total,
                "right": counts.predicted.total,
            }
            for row, counts in rows.items()
        },
    }
