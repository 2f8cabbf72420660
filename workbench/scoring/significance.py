"""Tests of two systems on the same documents: sign-flip randomisation, Holm's adjustment, and what can be detected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workbench.scoring.resampling import (
    TOLERANCE,
    Array,
    Statistic,
    difference,
    evaluate,
    in_document_order,
    jackknife,
    paired,
    philox_key,
)

ENUMERATED_UP_TO = 20
_BLOCK = 2**15  # rows of swaps in memory at a time
_CHUNK = 2**20  # swap bits in memory at a time


class PairedTest(NamedTuple):
    """The left system's value less the right one's, and its two-sided p (None: undefined, and `note` says why).

    `method` is sign-flip-exact or sign-flip-monte-carlo, `draws` the number of swaps looked at, `smallest_p` what p
    could have been at best with these documents.
    """

    difference: float | None
    p: float | None
    method: str
    draws: int
    smallest_p: float
    note: str


class DetectableEffect(NamedTuple):
    """The smallest true difference that would probably be found, in units of the statistic (None: see `note`)."""

    effect: float | None
    note: str


def paired_test(
    left: ArrayLike,
    right: ArrayLike,
    statistic: Statistic,
    doc_ids: Sequence[str],
    *,
    seed: int,
    draws: int = 10_000,
) -> PairedTest:
    """Test whether two systems differ, by swapping them within documents at random; two-sided.

    `left` and `right` have shape (documents, columns), one row for each id. All swaps are enumerated if at most 20
    documents differ, else `draws` random ones give (c + 1) / (draws + 1). Yeh 2000 (approximate randomisation).
    A swap whose difference is undefined counts as at least as large as the observed one, so that p is never too small.
    Raises ValueError for shapes that differ or do not fit the ids, repeated ids, and draws below 1.
    """
    if draws < 1:
        raise ValueError(f"draws must be positive, not {draws}")
    table, _ = in_document_order(paired(left, right), doc_ids)
    columns = table.shape[1] // 2
    total = table.sum(axis=0)
    observed = float(evaluate(difference(statistic), total))
    changes = table[:, :columns] - table[:, columns:]
    changes = changes[changes.any(axis=1)]
    differing = len(changes)
    exact = differing <= ENUMERATED_UP_TO
    method = "sign-flip-exact" if exact else "sign-flip-monte-carlo"
    smallest = min(1.0, 2.0 ** (1 - differing)) if exact else max(2.0 ** (1 - differing), 1 / (draws + 1))
    if np.isnan(observed):
        return PairedTest(None, None, method, 0, smallest, "the value of a system is undefined: no p")
    notes = (
        [_floor(smallest, _differing(differing, len(table)) if exact else f"{draws} draws")] if smallest > 0.05 else []
    )
    extreme = undefined = seen = 0
    for moved in _all_swaps(changes) if exact else _random_swaps(changes, seed, draws):
        swapped = evaluate(difference(statistic), total + np.hstack([-moved, moved]))
        # An undefined difference is not smaller either.
        extreme += int((~(np.abs(swapped) < abs(observed) - TOLERANCE)).sum())
        undefined += int(np.isnan(swapped).sum())
        seen += len(swapped)
    if undefined:
        notes.append(f"{undefined} of {seen} swaps are undefined and count as at least as large")
    p = extreme / seen if exact else (extreme + 1) / (seen + 1)
    return PairedTest(observed, p, method, seen, smallest, "; ".join(notes))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjust the p values of a family for their number, in input order; None stays None and does not count. Holm 1979.

    Raises ValueError for a p outside [0, 1].
    """
    known = [(p, index) for index, p in enumerate(p_values) if p is not None]
    if not all(0 <= p <= 1 for p, _ in known):
        raise ValueError(f"p values lie between 0 and 1: {list(p_values)}")
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, index) in enumerate(sorted(known)):
        largest = max(largest, min(1.0, (len(known) - rank) * p))
        adjusted[index] = largest
    return adjusted


def minimum_detectable_effect(
    left: ArrayLike,
    right: ArrayLike,
    statistic: Statistic,
    doc_ids: Sequence[str],
    *,
    power: float = 0.8,
    alpha: float = 0.05,
) -> DetectableEffect:
    """Estimate the smallest true difference of two systems that as many documents like these would show.

    (t(1 − alpha/2, n − 1) + t(power, n − 1)) · the jackknife standard error of the paired difference: the usual
    normal-theory approximation (Bloom 1995), which takes the error for known and the same at every difference.
    Raises ValueError for power or alpha outside (0, 1), and as `paired_test` does.
    """
    from scipy.special import stdtrit

    if not (0 < power < 1 and 0 < alpha < 1):
        raise ValueError(f"power and alpha lie between 0 and 1, not {power}, {alpha}")
    table, _ = in_document_order(paired(left, right), doc_ids)
    _, error, freedom, note = jackknife(table, difference(statistic))
    if error is None:
        return DetectableEffect(None, f"{note}: no detectable effect")
    notes = [note] if note else []
    smallest = 2.0 ** (1 - len(table))
    if smallest > alpha:
        notes.append(_floor(smallest, _differing(len(table), len(table))))
    reach = stdtrit(freedom, 1 - alpha / 2) + stdtrit(freedom, power)
    return DetectableEffect(float(reach) * error, "; ".join(notes))


def _differing(differing: int, documents: int) -> str:
    noun = "document" if documents == 1 else "documents"
    return f"{documents} {noun}" if differing == documents else f"{differing} of {documents} {noun} differ"


def _floor(smallest: float, limited_by: str) -> str:
    return f"{limited_by}: p cannot be below {f'{smallest:.4g}'.removeprefix('0')}"


def _all_swaps(changes: Array) -> Iterator[Array]:
    """What moves from left to right under each swap, in blocks (swaps, columns).

    The first document is never swapped: swapping the others instead gives the same difference with the other sign.
    """
    free = changes[1:]
    split = min(len(free), _BLOCK.bit_length() - 1)
    inner = _subset_sums(free[:split])
    for start in _subset_sums(free[split:]):
        yield start + inner


def _subset_sums(rows: Array) -> Array:
    sums = np.zeros((1, rows.shape[1]))
    for row in rows:
        sums = np.concatenate([sums, sums + row])
    return sums


def _random_swaps(changes: Array, seed: int, draws: int) -> Iterator[Array]:
    """What moves from left to right under random swaps, in blocks (swaps, columns)."""
    generator = np.random.Generator(np.random.Philox(key=philox_key(seed, "sign-flip")))
    rows = max(1, _CHUNK // len(changes))
    for start in range(0, draws, rows):
        size = min(rows, draws - start)
        bits = generator.integers(0, 2, size=(size, len(changes)), dtype=np.uint8)
        yield bits.astype(np.float64) @ changes
