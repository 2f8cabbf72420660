"""From counts to numbers: ratios of summed counts, and means over rows or documents.

Every number is a function of sums over documents, so that leaving documents out or resampling them needs only sums.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from workbench.scoring.measures import Measure
from workbench.scoring.tables import CountTable, Numbers

Statistic = Callable[[Numbers], Numbers]


class Vectors(NamedTuple):
    """One vector for each document, of shape (documents, columns), and the value of their sum.

    `statistic` maps sums of shape (..., columns) to values of shape (...); nan is undefined.
    """

    vectors: Numbers
    statistic: Statistic


class Value(NamedTuple):
    """A measure's number, None where it is undefined; of a mean, how many numbers it is over and how many are not."""

    value: float | None
    averaged: int | None = None
    left_out: int | None = None


def vectors(measure: Measure, table: CountTable, numbers: Numbers) -> Vectors:
    """The vectors of a measure; `numbers` are the table's counts (see `CountTable.numbers`)."""
    made = _summed(measure, table, numbers @ _columns(measure).T)  # documents x rows x 4
    if measure.average != "macro_documents":
        return made
    values = made.statistic(made.vectors)
    defined = ~np.isnan(values)
    return Vectors(np.stack([np.where(defined, values, 0.0), defined.astype(float)], axis=-1), _mean_of_sums)


def _summed(measure: Measure, table: CountTable, columns: Numbers) -> Vectors:
    ratio = _RATIOS[measure.statistic]
    if measure.row is not None:
        place = table.rows.index(measure.row) if measure.row in table.rows else None
        columns = columns[:, [place]] if place is not None else columns[:, :0]
    elif measure.parameter("match") == "conll":
        return _over_rows(columns, ratio, all_defined=True)
    elif measure.composite or measure.average == "macro_types":
        return _over_rows(columns[:, columns[..., 1].sum(axis=0) > 0], ratio)
    return Vectors(columns.sum(axis=1), ratio)


def value(measure: Measure, table: CountTable, numbers: Numbers) -> Value:
    """The measure's number for the whole collection."""
    made = vectors(measure, table, numbers)
    total = made.vectors.sum(axis=0)
    number = float(made.statistic(total))
    result = None if np.isnan(number) else number
    if measure.average == "macro_documents":
        return Value(result, int(total[1]), len(made.vectors) - int(total[1]))
    if measure.average == "macro_types" and not measure.composite:
        each = _RATIOS[measure.statistic](total.reshape(-1, 4))
        return Value(result, int((~np.isnan(each)).sum()), int(np.isnan(each).sum()))
    return Value(result)


def _over_rows(columns: Numbers, ratio: Statistic, all_defined: bool = False) -> Vectors:
    """The mean of the rows' ratios: of those that are defined, or undefined unless all are."""
    documents, rows, width = columns.shape

    def mean(sums: Numbers) -> Numbers:
        each: Numbers = ratio(sums.reshape(*sums.shape[:-1], rows, width))
        if all_defined:
            return each.mean(axis=-1) if rows else np.full(sums.shape[:-1], np.nan)
        # a row without gold items is no row of these documents
        defined = ~np.isnan(each) & (sums.reshape(*sums.shape[:-1], rows, width)[..., 1] > 0)
        return _divide(np.where(defined, each, 0.0).sum(axis=-1), defined.sum(axis=-1).astype(float))

    return Vectors(columns.reshape(documents, rows * width), mean)


def _mean_of_sums(sums: Numbers) -> Numbers:
    return _divide(sums[..., 0], sums[..., 1])


def _divide(above: Numbers, below: Numbers) -> Numbers:
    """Division where nothing divided by nothing, or anything by nothing, is undefined."""
    out = np.full(np.broadcast(above, below).shape, np.nan)
    quotient: Numbers = np.divide(above, below, out=out, where=below != 0)
    return quotient


def _recall(sums: Numbers) -> Numbers:
    """Credit on the gold side over possible; undefined when there is nothing to find."""
    return _divide(sums[..., 0], sums[..., 1])


def _precision(sums: Numbers) -> Numbers:
    """Credit on the predicted side over actual; undefined when nothing was predicted."""
    return _divide(sums[..., 2], sums[..., 3])


def _f1(sums: Numbers) -> Numbers:
    """Harmonic mean of precision and recall; 0 when one side is empty, undefined when both are."""
    recall, precision = np.nan_to_num(_recall(sums)), np.nan_to_num(_precision(sums))
    harmonic = np.nan_to_num(_divide(2 * precision * recall, precision + recall))
    result: Numbers = np.where((sums[..., 1] == 0) & (sums[..., 3] == 0), np.nan, harmonic)
    return result


_RATIOS: dict[str, Statistic] = {"precision": _precision, "recall": _recall, "f1": _f1}
_RATIOS |= dict.fromkeys(("accuracy", "undergeneration", "overgeneration", "substitution", "error"), _recall)


def _columns(measure: Measure) -> Numbers:
    """Weights of shape (4, fields): credit and total of the gold side, credit and total of the predicted side."""
    fields = measure.rule.fields
    if measure.family == "entity" and measure.rule.key[1] == "tally":
        wanted = _tally_columns(measure)
    elif measure.statistic == "accuracy":
        wanted = ({"credit": 1.0}, {"compared": 1.0}) * 2
    elif "gold_credit" in fields:
        wanted = ({"gold_credit": 1.0}, {"possible": 1.0}, {"predicted_credit": 1.0}, {"actual": 1.0})
    else:
        wanted = ({"credit": 1.0}, {"possible": 1.0}, {"credit": 1.0}, {"actual": 1.0})
    return np.array([[line.get(field, 0.0) for field in fields] for line in wanted])


Line = dict[str, float]


def _tally_columns(measure: Measure) -> tuple[Line, ...]:
    """The four entity schemas, and the error ratios of MUC-5, from one tally."""
    match = measure.parameter("match")
    if match == "partial":
        gold = {"gold_exact": 0.5, "gold_paired": 0.5}
        predicted = {"predicted_exact": 0.5, "predicted_paired": 0.5}
    else:
        gold = {"gold_exact" if match == "exact" else match: 1.0}
        predicted = {"predicted_exact" if match == "exact" else match: 1.0}
    if measure.statistic in ("precision", "recall", "f1"):
        return gold, {"possible": 1.0}, predicted, {"actual": 1.0}
    missed = {"possible": 1.0, "gold_paired": -1.0}
    spurious = {"actual": 1.0, "predicted_paired": -1.0}
    wrong = _sum({"gold_paired": 1.0}, {name: -weight for name, weight in gold.items()})  # INC + 1/2 PAR
    ratios: dict[str, tuple[Line, Line]] = {
        "undergeneration": (missed, {"possible": 1.0}),
        "overgeneration": (spurious, {"actual": 1.0}),
        "substitution": (wrong, {"gold_paired": 1.0}),
        "error": (_sum(wrong, missed, spurious), _sum({"possible": 1.0}, spurious)),
    }
    return ratios[measure.statistic] * 2


def _sum(*lines: Line) -> Line:
    return {name: sum(line.get(name, 0.0) for line in lines) for name in {name for line in lines for name in line}}
