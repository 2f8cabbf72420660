"""Score predictions against gold: count every document once, then ask for any measure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from math import isnan
from typing import NamedTuple

import numpy as np

import workbench
from schemas import Schema
from workbench.core.counts import Counts, Side
from workbench.core.errors import UsageMistake, nearest
from workbench.core.records import AnnotatedDocument
from workbench.scoring import averages, resampling
from workbench.scoring.averages import Value, Vectors
from workbench.scoring.collection import Compared, InMemory, Source, compare_collections
from workbench.scoring.comparison import Comparison
from workbench.scoring.entities import ENTITY_SCHEMAS, Tally
from workbench.scoring.measures import Measure, parse
from workbench.scoring.resampling import DEFAULTS, Interval, Settings
from workbench.scoring.rules import RuleKey
from workbench.scoring.selection import ALWAYS_FINISHED, Selection
from workbench.scoring.tables import CountTable

DEFAULT_MEASURES = tuple(
    parse(name)
    for name in (
        *(f"entity_f1(match={match})" for match in ENTITY_SCHEMAS),
        "entity_f1(match=relaxed)",
        "relation_f1(match=strict)",
        "relation_f1(match=boundaries)",
        "trigger_f1(match=identification)",
        "trigger_f1(match=classification)",
        "argument_f1(match=identification)",
        "argument_f1(match=classification)",
    )
)
"""What is counted unless more is asked for; see `usual_measures`."""


def usual_measures(selection: Selection) -> tuple[Measure, ...]:
    """What is counted unless more is asked for: relaxed boundaries only where the schema has them."""
    if selection.relaxed:
        return DEFAULT_MEASURES
    return tuple(measure for measure in DEFAULT_MEASURES if measure.parameter("match") != "relaxed")


class Layers(NamedTuple):
    """What both sides say of their layers.

    `unfinished` counts, by layer, the documents whose gold is not finished. `claimed` are the layers that the
    prediction has finished somewhere; None when it says nothing of layers.
    """

    unfinished: Mapping[str, int]
    claimed: frozenset[str] | None


class LeftOut(NamedTuple):
    """What no measure counts.

    Predictions in zones, optional gold mentions, predictions of those, skipped documents, and unresolved gold items.
    """

    zones: int = 0
    optional: int = 0
    excused: int = 0
    skipped: int = 0
    unresolved: int = 0


class Score(NamedTuple):
    """The counts of a collection by document; every number follows from them.

    `doc_ids` are sorted, and so are the rows that `numbers` gives. `digest` is the fingerprint of the gold items.
    """

    selection: Selection
    doc_ids: tuple[str, ...]
    tables: Mapping[RuleKey, CountTable]
    order: tuple[int, ...]
    layers: Layers
    left_out: LeftOut
    digest: str

    def table(self, measure: Measure) -> CountTable:
        """The counts that a measure needs.

        Raises:
            UsageMistake: they were not counted.
        """
        try:
            return self.tables[measure.rule.key]
        except KeyError:
            raise UsageMistake(f"{measure} was not counted; name it among the measures when scoring") from None

    def value(self, measure: Measure) -> Value:
        """A measure's number for the whole collection."""
        table = self.table(measure)
        return averages.value(measure, table, table.numbers(self.order))

    def vectors(self, measure: Measure) -> Vectors:
        """A measure's counts by document, in the order of `doc_ids`, and what makes a number of their sum."""
        table = self.table(measure)
        return averages.vectors(measure, table, table.numbers(self.order))

    def intervals(self, measures: Sequence[Measure], settings: Settings = DEFAULTS) -> dict[Measure, Interval]:
        """The confidence intervals of measures over documents, from the same resamples."""
        found = intervals_of([self.vectors(measure) for measure in measures], self.doc_ids, settings)
        return dict(zip(measures, found, strict=True))

    def interval(self, measure: Measure, settings: Settings = DEFAULTS) -> Interval:
        """The confidence interval of a measure over documents."""
        return self.intervals([measure], settings)[measure]

    def by_document(self, measure: Measure) -> Mapping[str, float | None]:
        """The measure's number for each document alone; None where it is undefined."""
        made = self.vectors(measure)
        if measure.average == "macro_documents":
            return {
                doc_id: float(total) if defined else None
                for doc_id, (total, defined) in zip(self.doc_ids, made.vectors, strict=True)
            }
        numbers = made.statistic(made.vectors)
        return {
            doc_id: None if isnan(number) else float(number)
            for doc_id, number in zip(self.doc_ids, numbers, strict=True)
        }

    def counts(self, measure: Measure, row: str | None = None) -> Counts:
        """The counts of both sides under a measure, over all rows or of one.

        Entity schemas have incorrect and partial items; elsewhere an item is correct or not. Counts of measures that
        give fractional credit are rounded.
        """
        table = self.table(measure)
        rows = [row] if row is not None else list(table.rows)
        sums = dict(zip(table.rows, table.numbers(self.order).sum(axis=0), strict=True))
        total = [sum(sums[name][place] for name in rows if name in sums) for place in range(len(table.rule.fields))]
        numbers = dict(zip(table.rule.fields, (round(number) for number in total), strict=True))
        if "strict" in numbers:
            return Tally(**numbers).counts(measure.parameter("match"))
        gold = numbers.get("gold_credit", numbers.get("credit", 0))
        predicted = numbers.get("predicted_credit", numbers.get("credit", 0))
        return Counts(
            Side(correct=gold, unmatched=numbers["possible"] - gold),
            Side(correct=predicted, unmatched=numbers["actual"] - predicted),
        )

    def rows(self, measure: Measure) -> tuple[str, ...]:
        """The rows of a measure's table: types that gold or the prediction has."""
        return self.table(measure).rows


def intervals_of(
    made: Sequence[Vectors], doc_ids: Sequence[str], settings: Settings = DEFAULTS
) -> tuple[Interval, ...]:
    """The confidence intervals of numbers over the same documents, from the same resamples."""
    ends = list(accumulate((one.vectors.shape[1] for one in made), initial=0))
    statistics = [
        lambda sums, one=one, start=start, end=end: one.statistic(sums[..., start:end])
        for one, start, end in zip(made, ends, ends[1:], strict=False)
    ]
    together = np.concatenate([one.vectors for one in made], axis=1)
    return resampling.intervals(together, statistics, doc_ids, settings=settings)


def score(
    gold: Sequence[AnnotatedDocument],
    predicted: Sequence[AnnotatedDocument],
    schema: Schema | None = None,
    measures: Sequence[Measure | str] = (),
) -> Score:
    """Score `predicted` against `gold`, document by document, whatever their order.

    The schema says which relations are symmetric and which types gold may have; without one, any label will do.
    `measures` are counted besides the usual ones.

    Raises:
        UsageMistake: a measure is misspelt.
        FaultyData: the two sides do not name the same documents or texts, or items do not hold together; all faults.
    """
    named = tuple(parse(measure) if isinstance(measure, str) else measure for measure in measures)
    selection = Selection(known=schema)
    return score_sources(InMemory(gold), InMemory(predicted), selection, (*usual_measures(selection), *named))


def score_sources(
    gold: Source,
    predicted: Source,
    selection: Selection,
    measures: Sequence[Measure] = DEFAULT_MEASURES,
    observe: Callable[[Compared], None] | None = None,
) -> Score:
    """Score one document after the other, without keeping any; `observe` sees each comparison.

    Raises:
        UsageMistake: a name in the selection names nothing.
        FaultyData: as for `score`.
    """
    _refuse_unknown_rows(measures, selection.known)
    tables = {measure.rule.key: CountTable(measure.rule) for measure in measures}
    ids: list[str] = []
    digest = 0
    left_out = [0, 0, 0]
    unresolved = 0
    unfinished: Counter[str] = Counter()
    claimed: set[str] | None = set()
    seen: set[str] = set()
    clustered = False
    for compared in compare_collections(gold, predicted, selection):
        comparison = compared.comparison
        for table in tables.values():
            table.add(table.rule.counting(comparison))
        clustered = clustered or any(entity.cluster is not None for entity in comparison.gold.entities)
        ids.append(comparison.doc_id)
        digest = (digest + compared.digest) % 2**128
        unresolved += comparison.unresolved
        for place, number in enumerate(_left_out(comparison)[:3]):
            left_out[place] += number
        if comparison.finished is not None:
            done = {*comparison.finished, *ALWAYS_FINISHED}
            unfinished.update(layer for layer in selection.layers_in_play if layer not in done)
        says = compared.predicted.annotation.finished_layers
        claimed = None if says is None or claimed is None else claimed | {*says, *ALWAYS_FINISHED}
        if selection.types and selection.known is None:
            seen |= _types(compared)
        if observe is not None:
            observe(compared)
    missing = (set(gold.doc_ids) ^ set(predicted.doc_ids)) - set(ids)
    if not clustered:
        _forget_coreference(tables, len(ids))
    order = tuple(sorted(range(len(ids)), key=ids.__getitem__))
    made = Score(
        selection,
        tuple(ids[place] for place in order),
        tables,
        order,
        Layers(dict(unfinished), None if claimed is None else frozenset(claimed)),
        LeftOut(left_out[0], left_out[1], left_out[2], 0 if selection.documents else len(missing), unresolved),
        f"{digest:032x}"[:12],
    )
    if selection.known is None:
        _refuse_absent_types(selection, seen)
    return made


def _left_out(comparison: Comparison) -> LeftOut:
    sides = ((comparison.gold, comparison.optional), (comparison.predicted, comparison.excused))
    optional, excused = (
        sum(comparison.scores_entity(items.labelled[index].type) for index in indexes) for items, indexes in sides
    )
    return LeftOut(comparison.ignored, optional, excused)


def _forget_coreference(tables: dict[RuleKey, CountTable], documents: int) -> None:
    """Leave coreference undefined: a gold without any cluster does not say that every entity is one by itself."""
    for key, table in tables.items():
        if key[0] == "coreference":
            tables[key] = CountTable(table.rule)
            for _ in range(documents):
                tables[key].add({})


def _types(compared: Compared) -> set[str]:
    """Every type of both sides."""
    sides = (compared.comparison.gold, compared.comparison.predicted)
    return {item.type for side in sides for group in (side.labelled, side.relations, side.frames) for item in group}


def _refuse_unknown_rows(measures: Sequence[Measure], known: Schema | None) -> None:
    """A measure of one row must name a type or role of the schema."""
    if known is None:
        return
    rows: Mapping[str, Iterable[str]] = {
        "entity": known.entity_types,
        "relation": known.relation_types,
        "trigger": known.frame_types,
        "frame": known.frame_types,
        "argument": {role for frame in known.frames for role in frame.roles},
        "role_filler": {role for frame in known.frames for role in frame.roles},
    }
    wrong = [
        f"{measure}: no {measure.row!r} in the schema{nearest(measure.row, rows[measure.family])}"
        for measure in measures
        if measure.row is not None and measure.family in rows and measure.row not in rows[measure.family]
    ]
    if wrong:
        raise UsageMistake("\n".join(dict.fromkeys(wrong)))


def _refuse_absent_types(selection: Selection, seen: set[str]) -> None:
    """Without a schema, a type that was asked for must occur somewhere."""
    wrong = [f"no type {name!r} on either side{nearest(name, seen)}" for name in selection.types if name not in seen]
    if wrong:
        raise UsageMistake("\n".join(wrong))


def signature(made: Score) -> str:
    """What was computed, in the manner of sacrebleu: equal signatures promise comparable numbers."""
    selection = made.selection
    known, policies = selection.known, selection.policies
    parts = {
        "documents": str(len(made.doc_ids)),
        "schema": f"{known.id}:{known.version}:{known.hash[:8]}" if known else "none",
        "gold": made.digest,
        "chosen": "+".join(selection.documents) or "all",
        "types": "+".join(selection.types) or "all",
        "layers": "+".join(selection.layers) or "all",
        "matching": "optimal",
        "offsets": "code points",
        "zones": "ignored",
        "optional": {"ignore": "ignored", "count": "counted"}[policies.optional_mentions],
        "duplicates": policies.duplicates,
        "unknown": policies.unknown_labels,
        "missing": policies.missing_documents,
        "version": workbench.__version__,
    }
    return "|".join(f"{key}:{value}" for key, value in parts.items())
