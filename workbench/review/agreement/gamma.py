"""Gamma: agreement of annotators who both place and categorise units. Mathet, Widlöcher and Métivier 2015.

Units of different annotators are aligned so that the disorder is least; gamma compares it with the mean disorder of
shuffled annotations. The observed disorder is exact; the expected one is sampled, so gamma comes with its settings and
the precision it reached. Annotators and units are put in order first: their order changes nothing, and the same seed
gives the same result.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain, combinations
from math import ceil, floor, fsum, sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from workbench.core.assignment import best_assignment
from workbench.review.agreement.alpha_u import Unit
from workbench.scoring.resampling import philox_key

Whole: TypeAlias = NDArray[np.int64]
Real: TypeAlias = NDArray[np.float64]
Chosen: TypeAlias = tuple[int | None, ...]
"""A unitary alignment: one unit's index for each annotator, None for the null unit."""

SAMPLER = "shuffle"
MOST_ALIGNMENTS = 300_000
"""With more possible unitary alignments than this, three and more annotators are not aligned."""
FEW_ANNOTATORS = "gamma needs two annotators"
NO_UNITS = "no annotator marked a unit"
NO_DISORDER = "the shuffled annotations have no disorder to compare with"
FULL = "no disorder at all: full agreement, 1 by convention, though the shuffled annotations have none either"

_CONFIDENCE = 1.96  # a two-sided normal interval of 95 %
_STEPS = 2**36  # costs are compared in steps of delta_empty / _STEPS, which leaves exact sums room for 2¹² units
_CELLS = 2**21  # dissimilarities in memory at a time
_SCALE = 1000.0  # HiGHS stops within an absolute gap of 1e-6 of the least disorder


class GammaSettings(NamedTuple):
    """Weights of the dissimilarity, and how the expected disorder is sampled.

    `alpha` weighs position, `beta` category, `delta_empty` is the cost of a unit left alone. `samples` are drawn first;
    if their spread asks for more to be within `precision` (relative, at 95 %; None: take what there is), more are
    drawn, at most `most_samples` in all.
    """

    alpha: float = 1.0
    beta: float = 1.0
    delta_empty: float = 1.0
    samples: int = 30
    precision: float | None = 0.02
    most_samples: int = 1000
    seed: int = 12345


DEFAULTS = GammaSettings()


class Alignment(NamedTuple):
    """The least disorder, and one unitary alignment for each row: indexes of units by annotator, None for none."""

    disorder: float
    unitary: tuple[Chosen, ...]


class Gamma(NamedTuple):
    """Gamma, the observed and the mean sampled disorder, and what they depend on.

    `precision` is the relative half-width of the expected disorder's 95 % interval that was reached. `bounds` are the
    ends of the continuum that was shuffled, `apart` the least distance of two shifts. None is undefined, and then
    `note` says why; a note can also stand beside a value.
    """

    value: float | None
    observed: float | None
    expected: float | None
    samples: int
    precision: float | None
    settings: GammaSettings
    sampler: str
    bounds: tuple[int, int] | None
    apart: float | None
    units: int
    note: str = ""


class _Line(NamedTuple):
    """One annotator's units: starts, ends and numbers of categories, of shape (units,)."""

    starts: Whole
    ends: Whole
    categories: Whole


class _TooMany(Exception):
    """More possible unitary alignments than can be weighed."""


def gamma(
    annotators: Sequence[Sequence[Unit]],
    settings: GammaSettings = DEFAULTS,
    bounds: tuple[int, int] | None = None,
) -> Gamma:
    """Compare the units of two or more annotators: 1 − observed disorder / expected disorder.

    The continuum that is shuffled lies within `bounds` (None: from the first start to the last end). Gamma is 1 for
    equal annotations and can be negative. None with fewer than two annotators, without units, and where more than two
    annotators' units can be combined in too many ways. Raises ValueError for units without length or outside the
    bounds, and for settings out of range.
    """
    _check(annotators, settings)
    lines, _ = _canonical(annotators)
    units = list(chain.from_iterable(annotators))
    count = len(units)
    if len(lines) < 2 or not count:
        note = FEW_ANNOTATORS if len(lines) < 2 else NO_UNITS
        return Gamma(None, None, None, 0, None, settings, SAMPLER, bounds, None, count, note)
    ends = min(unit.start for unit in units), max(unit.end for unit in units)
    bounds = ends if bounds is None else bounds
    if not bounds[0] <= ends[0] <= ends[1] <= bounds[1]:
        raise ValueError(f"the units reach from {ends[0]} to {ends[1]}, outside the bounds {bounds[0]} to {bounds[1]}")
    apart = sum(unit.end - unit.start for unit in units) / count / 2
    try:
        observed = _disorder(lines, _align(lines, settings), settings)
        sampled, wanted = _sampled(lines, bounds, apart, settings)
    except _TooMany as reason:
        return Gamma(None, None, None, 0, None, settings, SAMPLER, bounds, apart, count, str(reason))
    expected = fsum(sampled) / len(sampled)
    reached = _CONFIDENCE * _variation(sampled) / sqrt(len(sampled)) if expected else None
    note = ""
    if wanted > len(sampled):
        note = f"a precision of {settings.precision} asks for {wanted} samples; stopped at {len(sampled)}"
    if expected:
        value: float | None = 1 - observed / expected
    else:
        value, note = (None, NO_DISORDER) if observed else (1.0, FULL)
    return Gamma(value, observed, expected, len(sampled), reached, settings, SAMPLER, bounds, apart, count, note)


def best_alignment(annotators: Sequence[Sequence[Unit]], settings: GammaSettings = DEFAULTS) -> Alignment:
    """Align units with the least disorder: every unit in one unitary alignment, at most one of each annotator.

    The disorder of a unitary alignment is the mean dissimilarity of its pairs, where a pair with a null unit costs
    delta_empty; their sum is divided by the mean number of units of an annotator. For two annotators this is an
    assignment problem, for more an integer program; units stay apart where a common row would gain nothing. Rows are
    sorted by where the units stand. Raises ValueError for fewer than two annotators, no units, units without length,
    settings out of range, and too many possible rows.
    """
    _check(annotators, settings)
    lines, places = _canonical(annotators)
    if len(lines) < 2 or not any(len(line.starts) for line in lines):
        raise ValueError(FEW_ANNOTATORS if len(lines) < 2 else NO_UNITS)
    try:
        found = _align(lines, settings)
    except _TooMany as reason:
        raise ValueError(str(reason)) from None
    rows = []
    for row in found:
        chosen: list[int | None] = [None] * len(lines)
        for (annotator, order), index in zip(places, row, strict=True):
            chosen[annotator] = None if index is None else order[index]
        first = min(tuple(annotators[annotator][index]) for annotator, index in enumerate(chosen) if index is not None)
        rows.append((first, tuple(chosen)))
    rows.sort(key=lambda item: item[0])
    return Alignment(_disorder(lines, found, settings), tuple(row for _, row in rows))


def dissimilarity(one: Unit, other: Unit, settings: GammaSettings = DEFAULTS) -> float:
    """Combined dissimilarity: δ∅ · (α · ((|s₁−s₂| + |e₁−e₂|) / (l₁+l₂))² + β · [categories differ])."""
    gap = (abs(one.start - other.start) + abs(one.end - other.end)) / (one.end - one.start + other.end - other.start)
    return settings.delta_empty * (settings.alpha * gap**2 + settings.beta * (one.category != other.category))


def _check(annotators: Sequence[Sequence[Unit]], settings: GammaSettings) -> None:
    empty = [unit for units in annotators for unit in units if unit.start >= unit.end]
    if empty:
        raise ValueError(f"gamma needs units of at least one position: {', '.join(map(str, empty))}")
    weights = settings.alpha, settings.beta
    if min(weights) < 0 or max(weights) == 0 or settings.delta_empty <= 0:
        raise ValueError(f"alpha and beta must not be negative nor both 0, delta_empty must be positive: {settings}")
    if settings.samples < 1 or settings.most_samples < settings.samples:
        raise ValueError(f"samples must be positive and at most most_samples: {settings}")
    if settings.precision is not None and not 0 < settings.precision < 1:
        raise ValueError(f"precision must lie between 0 and 1: {settings}")


def _canonical(annotators: Sequence[Sequence[Unit]]) -> tuple[list[_Line], list[tuple[int, list[int]]]]:
    """Annotators and their units in an order of their own, and where each stood: annotator, indexes of the units."""
    orders = [sorted(range(len(units)), key=units.__getitem__) for units in annotators]
    ordered = sorted(
        range(len(annotators)), key=lambda index: [tuple(annotators[index][unit]) for unit in orders[index]]
    )
    names = sorted({unit.category for units in annotators for unit in units})
    number = {name: index for index, name in enumerate(names)}
    lines = []
    for annotator in ordered:
        units = [annotators[annotator][index] for index in orders[annotator]]
        columns = [[unit.start for unit in units], [unit.end for unit in units], [number[unit[2]] for unit in units]]
        lines.append(_Line(*(np.array(column, dtype=np.int64) for column in columns)))
    return lines, [(annotator, orders[annotator]) for annotator in ordered]


def _costs(one: _Line, other: _Line, settings: GammaSettings) -> Real:
    """Dissimilarity of each two units over delta_empty: 1 is what a pair with a null unit costs."""
    moved = np.abs(one.starts[:, None] - other.starts) + np.abs(one.ends[:, None] - other.ends)
    lengths = (one.ends - one.starts)[:, None] + (other.ends - other.starts)
    gaps: Real = moved / lengths
    costs: Real = settings.alpha * gaps**2 + settings.beta * (one.categories[:, None] != other.categories)
    return costs


def _disorder(lines: list[_Line], rows: list[Chosen], settings: GammaSettings) -> float:
    """Sum of the rows' mean pair dissimilarities over the mean number of units of an annotator."""
    real: list[float] = []
    for one, other in combinations(range(len(lines)), 2):
        costs = _costs(lines[one], lines[other], settings)
        for row in rows:
            left, right = row[one], row[other]
            if left is not None and right is not None:
                real.append(float(costs[left, right]))
    pairs = len(lines) * (len(lines) - 1) // 2
    total = fsum(real) + (pairs * len(rows) - len(real))
    return settings.delta_empty * total / pairs * len(lines) / sum(len(line.starts) for line in lines)


def _align(lines: list[_Line], settings: GammaSettings) -> list[Chosen]:
    return _align_two(lines[0], lines[1], settings) if len(lines) == 2 else _align_several(lines, settings)


def _align_two(one: _Line, other: _Line, settings: GammaSettings) -> list[Chosen]:
    """Pair units where that costs less than two null units do, with the greatest saving in all.

    Units that no worthwhile pair connects are assigned apart: tables of neighbours instead of one of the document.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    sizes = len(one.starts), len(other.starts)
    # A pair saves two null units and costs its own dissimilarity.
    savings = np.rint(np.maximum(2 - _costs(one, other, settings), 0) * _STEPS).astype(np.int64)
    lefts, rights = np.nonzero(savings > 0)
    graph = coo_array((np.ones(len(lefts), dtype=np.int8), (lefts, rights + sizes[0])), shape=(sum(sizes),) * 2)
    count, part_of = connected_components(graph, directed=False)
    order = np.argsort(part_of, kind="stable")
    pairs: dict[int, int] = {}
    for part in np.split(order, np.searchsorted(part_of[order], np.arange(1, count))):
        left, right = part[part < sizes[0]], part[part >= sizes[0]] - sizes[0]
        table = savings[np.ix_(left, right)].tolist()
        for row, column in best_assignment(table):
            if table[row][column]:
                pairs[int(left[row])] = int(right[column])
    rows: list[Chosen] = [(index, pairs.get(index)) for index in range(sizes[0])]
    return rows + [(None, index) for index in sorted(set(range(sizes[1])) - set(pairs.values()))]


def _align_several(lines: list[_Line], settings: GammaSettings) -> list[Chosen]:
    """Choose, of all unitary alignments worth it, those that hold each unit once at the least cost: an integer program.

    Raises _TooMany for too many.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    rows, costs = _worthwhile(lines, settings)
    offsets = np.cumsum([0, *(len(line.starts) for line in lines)])
    held, columns = np.nonzero(rows >= 0)
    units = rows[held, columns] + offsets[columns]
    holds = coo_array((np.ones(len(units)), (units, held)), shape=(int(offsets[-1]), len(rows))).tocsr()
    found = milp(
        costs * _SCALE,
        constraints=LinearConstraint(holds, 1, 1),
        integrality=np.ones(len(rows), dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise RuntimeError(f"the integer program of the alignment was not solved: {found.message}")
    chosen = rows[found.x > 0.5]
    return [tuple(None if index < 0 else int(index) for index in row) for row in chosen]


def _worthwhile(lines: list[_Line], settings: GammaSettings) -> tuple[Whole, Real]:
    """All unitary alignments that may be part of the best, −1 for the null unit, and their costs over delta_empty.

    Raises _TooMany for too many.
    """
    pairs = len(lines) * (len(lines) - 1) // 2
    rows: Whole = np.zeros((1, 0), dtype=np.int64)
    sums: Real = np.zeros((1, 0))  # of the excesses of each unit's pairs in the row
    for index, line in enumerate(lines):
        # A pair's excess is what it costs more than one with a null unit. The last row is the null unit's, index −1.
        tables = [np.vstack([_costs(other, line, settings) - 1, np.zeros(len(line.starts))]) for other in lines[:index]]
        # A unit that leaves its row costs n(n−1)/2 and saves the excesses of its pairs: a row where that is a gain, or
        # no loss, is never needed. Each annotator still to come can lower the excesses by 1.
        bound = pairs + len(lines) - 1 - index
        block = max(1, _CELLS // max(1, index * len(line.starts)))
        found_rows = [np.hstack([rows, np.full((len(rows), 1), -1)])]
        found_sums = [np.hstack([sums, np.zeros((len(rows), 1))])]
        for first in range(0, len(rows), block):
            more = _extended(rows[first : first + block], sums[first : first + block], tables, len(line.starts), bound)
            found_rows.append(more[0])
            found_sums.append(more[1])
            if sum(map(len, found_rows)) > MOST_ALIGNMENTS:
                raise _TooMany(
                    f"more than {MOST_ALIGNMENTS} unitary alignments of {len(lines)} annotators are possible: "
                    "compare fewer annotators at a time, or shorter documents"
                )
        rows, sums = np.vstack(found_rows), np.vstack(found_sums)
    some = (rows >= 0).any(axis=1)
    return rows[some], 1 + sums[some].sum(axis=1) / 2 / pairs


def _extended(rows: Whole, sums: Real, tables: list[Real], size: int, bound: int) -> tuple[Whole, Real]:
    """The rows with each unit of one more annotator, as far as every unit's sum of excesses stays below the bound."""
    added = np.zeros((len(rows), len(tables), size))
    for other, table in enumerate(tables):
        added[:, other] = table[rows[:, other]]
    possible = added.sum(axis=1) < bound
    for other in range(len(tables)):
        possible &= (rows[:, other] < 0)[:, None] | (sums[:, other, None] + added[:, other] < bound)
    held, unit = np.nonzero(possible)
    new = added[held, :, unit]
    return (
        np.hstack([rows[held], unit[:, None]]),
        np.hstack([sums[held] + new, new.sum(axis=1, keepdims=True)]),
    )


def _sampled(
    lines: list[_Line], bounds: tuple[int, int], apart: float, settings: GammaSettings
) -> tuple[list[float], int]:
    """Disorders of shuffled annotations, and how many the precision asks for. Mathet et al. 2015, 5.3."""
    generator = np.random.Generator(np.random.Philox(key=philox_key(settings.seed, "gamma")))
    found: list[float] = []
    wanted = settings.samples
    while len(found) < min(wanted, settings.most_samples):
        sample = _shuffled(lines, bounds, apart, generator)
        units = sum(len(line.starts) for line in sample)
        found.append(_disorder(sample, _align(sample, settings), settings) if units else 0.0)
        if len(found) == settings.samples and settings.precision is not None and any(found):
            wanted = max(wanted, ceil((_variation(found) * _CONFIDENCE / settings.precision) ** 2))
    return found, wanted


def _variation(values: list[float]) -> float:
    """Standard deviation over mean."""
    mean = fsum(values) / len(values)
    return sqrt(fsum((value - mean) ** 2 for value in values) / len(values)) / mean


def _shuffled(lines: list[_Line], bounds: tuple[int, int], apart: float, generator: np.random.Generator) -> list[_Line]:
    """As many annotators, each one of the given ones at random, moved along the continuum that closes to a ring.

    Mathet et al. 2015, 5.2, as pygamma-agreement's ShuffleContinuumSampler with whole shifts: two shifts are at least
    `apart` from each other, not counted over the end, as long as there is room; a unit is moved as a whole.
    """
    low, length = bounds[0], bounds[1] - bounds[0]
    free = [(0, length)]
    moved = []
    for _ in lines:
        line = lines[_draw(generator, len(lines))]
        shift = _draw_from(generator, free or [(0, length)])
        free = [
            (start, end)
            for first, last in free
            for start, end in ((first, min(last, floor(shift - apart) + 1)), (max(first, ceil(shift + apart)), last))
            if start < end
        ]
        starts = low + (line.starts - low + shift) % length
        moved.append(_Line(starts, starts + line.ends - line.starts, line.categories))
    return moved


def _draw(generator: np.random.Generator, choices: int) -> int:
    # Only random() is the same in every version of numpy.
    return min(int(generator.random() * choices), choices - 1)


def _draw_from(generator: np.random.Generator, stretches: list[tuple[int, int]]) -> int:
    """One of the whole numbers in half-open stretches, each as likely."""
    reached = list(accumulate(end - start for start, end in stretches))
    drawn = _draw(generator, reached[-1])
    place = bisect_right(reached, drawn)
    return stretches[place][1] - reached[place] + drawn
