"""The measures of agreement: each with its interval over documents, by row, by layer, and as a mean over pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from workbench.scoring import resampling
from workbench.scoring.averages import Vectors
from workbench.scoring.measures import Measure, parse
from workbench.scoring.resampling import Interval, Settings
from workbench.scoring.score import Score, intervals_of
from workbench.scoring.tables import Numbers

ENTITY: Mapping[str, Measure] = {match: parse(f"entity_f1(match={match})") for match in ("strict", "partial", "type")}
RELATION: Mapping[str, Measure] = {
    match: parse(f"relation_f1(match={match})") for match in ("strict", "boundaries", "given_entities")
}
TRIGGER: Mapping[str, Measure] = {
    f"trigger_{match}": parse(f"trigger_f1(match={match})") for match in ("classification", "identification")
}
ARGUMENT: Mapping[str, Measure] = {
    "argument_classification": parse("argument_f1(match=classification)"),
    "argument_given": parse("argument_f1(match=classification,attachment=given)"),
}
COREFERENCE = parse("coreference_f1(match=conll)")
MEASURES: tuple[Measure, ...] = (
    *ENTITY.values(),
    COREFERENCE,
    *RELATION.values(),
    *TRIGGER.values(),
    *ARGUMENT.values(),
    parse("role_filler_f1(match=mention)"),
)
"""End to end; and conditional on what both have: relations given entities, arguments given triggers and entities."""
CONDITIONAL: Mapping[Measure, str] = {
    RELATION["given_entities"]: "among entities that both have",
    ARGUMENT["argument_given"]: "among frames and entities that both have",
}
TABLES: Mapping[str, Mapping[str, Measure]] = {
    "by_type": ENTITY,
    "by_relation": RELATION,
    "by_frame": TRIGGER,
    "by_role": ARGUMENT,
}
"""Tables by entity type, relation type, frame type and role; of each row's figures the first is its main one."""

_ITEMS = {
    "entity": "entity",
    "coreference": "cluster",
    "relation": "relation",
    "trigger": "frame with a trigger",
    "argument": "argument",
    "role_filler": "argument",
}


class Figure(NamedTuple):
    """A number with its interval; None where it is undefined, and then `note` says why."""

    value: float | None
    interval: Interval
    note: str = ""


class Row(NamedTuple):
    """The figure of one type, role or layer, the credit that each annotator's items get, and the number of items."""

    figure: Figure
    credit: tuple[float, float]
    items: tuple[int, int]


Rows = Mapping[str, Mapping[str, Row]]
"""By name of the row, and by what makes an item right."""


def figures(made: Score, settings: Settings, undefined: Mapping[Measure, str]) -> dict[Measure, Figure]:
    """All measures; `undefined` are those that mean nothing here, and why."""
    found = made.intervals(MEASURES, settings)
    result = {}
    for measure in MEASURES:
        if measure in undefined:
            result[measure] = _without(undefined[measure], found[measure])
        else:
            result[measure] = _figure(found[measure], _nothing(measure))
    return result


def tables(made: Score, settings: Settings) -> dict[str, Rows]:
    """The rows of every table, those with most items first."""
    return {
        group: _rows(
            made, {row: [(name, measure, [row]) for name, measure in measures.items()] for row in rows}, settings
        )
        for group, measures in TABLES.items()
        for rows in [_names(made, measures)]
    }


def layers(made: Score, settings: Settings) -> Rows:
    """The layers that are compared, in working order: entity layers, relations and frames."""
    known = made.selection.known
    wanted: dict[str, list[tuple[str, Measure, Sequence[str]]]] = {}
    for layer in made.selection.layers_in_play:
        if layer == "relations":
            wanted[layer] = [(name, measure, _names(made, RELATION)) for name, measure in RELATION.items()]
        elif layer == "frames":
            wanted[layer] = [(name, measure, _names(made, TRIGGER)) for name, measure in TRIGGER.items()]
            wanted[layer] += [(name, measure, _names(made, ARGUMENT)) for name, measure in ARGUMENT.items()]
        else:
            kinds = [
                kind
                for kind in _names(made, ENTITY)
                if known is None or (kind in known.entity_types and known.entity_types[kind].layer == layer)
            ]
            wanted[layer] = [(name, measure, kinds) for name, measure in ENTITY.items()]
    found = _rows(made, wanted, settings, in_order=True)
    unfinished = made.layers.unfinished
    silent = [layer for layer in wanted if unfinished.get(layer) == len(made.doc_ids)]
    return {
        layer: {name: _silenced(row) for name, row in rows.items()} if layer in silent else rows
        for layer, rows in found.items()
    }


def mean(parts: Sequence[tuple[Score, Mapping[Measure, Figure]]], settings: Settings) -> dict[Measure, Figure]:
    """Every measure's mean over pairs of annotators, with intervals over all documents that a pair has."""
    doc_ids = sorted({doc_id for made, _ in parts for doc_id in made.doc_ids})
    result = {}
    for measure in MEASURES:
        defined = [made.vectors(measure) for made, found in parts if found[measure].value is not None]
        ids = [made.doc_ids for made, found in parts if found[measure].value is not None]
        together = _mean_of([_spread(one, own, doc_ids) for one, own in zip(defined, ids, strict=True)], len(doc_ids))
        interval = resampling.interval(together.vectors, together.statistic, doc_ids, settings=settings)
        if not defined:
            result[measure] = _without("undefined for every pair", interval)
            continue
        left_out = len(parts) - len(defined)
        note = f"over {len(defined)} of {len(parts)} pairs; undefined for the others" if left_out else ""
        result[measure] = Figure(interval.value, interval, note)
    return result


def _names(made: Score, measures: Mapping[str, Measure]) -> list[str]:
    """The rows of a table: names that at least one measure of it has, in alphabetical order."""
    return sorted({row for measure in measures.values() for row in made.rows(measure)})


def _rows(
    made: Score,
    wanted: Mapping[str, Sequence[tuple[str, Measure, Sequence[str]]]],
    settings: Settings,
    in_order: bool = False,
) -> Rows:
    """A row for each name, of the summed counts of some rows of a measure's table; most items first."""
    keys = [(row, name, measure) for row, parts in wanted.items() for name, measure, _ in parts]
    vectors = [_summed(made, measure, kinds) for parts in wanted.values() for _, measure, kinds in parts]
    if not vectors:
        return {}
    found: dict[str, dict[str, Row]] = {row: {} for row in wanted}
    intervals = intervals_of(vectors, made.doc_ids, settings)
    for (row, name, measure), own, interval in zip(keys, vectors, intervals, strict=True):
        credit, left, other_credit, right = (float(number) for number in own.vectors.sum(axis=0))
        figure = _figure(interval, _nothing(measure))
        found[row][name] = Row(figure, (credit, other_credit), (round(left), round(right)))
    if in_order:
        return found
    first = {row: next(iter(figures.values())).items for row, figures in found.items()}
    return {row: found[row] for row in sorted(found, key=lambda row: (-sum(first[row]), row))}


def _summed(made: Score, measure: Measure, rows: Sequence[str]) -> Vectors:
    """The counts of some rows as if they were one."""
    parts = [made.vectors(measure._replace(row=row)) for row in rows]
    total = sum((part.vectors for part in parts), np.zeros((len(made.doc_ids), 4)))
    return Vectors(total, made.vectors(measure).statistic)


def _spread(made: Vectors, own: Sequence[str], doc_ids: Sequence[str]) -> Vectors:
    """The same counts among more documents, which have none."""
    place = {doc_id: index for index, doc_id in enumerate(doc_ids)}
    wide = np.zeros((len(doc_ids), made.vectors.shape[1]))
    wide[[place[doc_id] for doc_id in own]] = made.vectors
    return Vectors(wide, made.statistic)


def _mean_of(parts: Sequence[Vectors], documents: int) -> Vectors:
    """The counts of all parts side by side; the statistic is the mean of theirs, undefined when one of them is."""
    widths = [part.vectors.shape[1] for part in parts]
    ends = np.cumsum([0, *widths])

    def statistic(sums: Numbers) -> Numbers:
        each = [part.statistic(sums[..., start:end]) for part, start, end in zip(parts, ends, ends[1:], strict=False)]
        made: Numbers = np.mean(each, axis=0) if each else np.full(sums.shape[:-1], np.nan)
        return made

    columns = [part.vectors for part in parts] or [np.zeros((documents, 0))]
    return Vectors(np.concatenate(columns, axis=1), statistic)


def _figure(interval: Interval, reason: str) -> Figure:
    return Figure(interval.value, interval, reason if interval.value is None else "")


def _without(reason: str, interval: Interval) -> Figure:
    note = f"{reason}: no interval"
    return Figure(None, interval._replace(value=None, low=None, high=None, note=note), reason)


def _silenced(row: Row) -> Row:
    return row._replace(figure=_without("both have finished this layer in no document", row.figure.interval))


def _nothing(measure: Measure) -> str:
    """Why a measure is undefined: there is nothing to agree on."""
    where = f" {CONDITIONAL[measure]}" if measure in CONDITIONAL else ""
    return f"neither annotator has an item to compare: no {_ITEMS[measure.family]}{where}"


def reasons(found: Mapping[str, Figure], intervals: bool = True) -> Iterator[str]:
    """Why numbers (and intervals) are missing, one line for each reason, with the names it concerns."""
    lines: dict[str, list[str]] = {}
    for name, figure in found.items():
        if figure.value is None:
            lines.setdefault(f"n/a: {figure.note}", []).append(name)
        elif figure.note:
            lines.setdefault(figure.note, []).append(name)
        if intervals and figure.value is not None and figure.interval.low is None:
            lines.setdefault(f"95 % n/a: {figure.interval.note}", []).append(name)
    for reason, names in lines.items():
        yield f"{', '.join(names) if len(names) < len(found) or len(found) == 1 else 'every row'}: {reason}"
