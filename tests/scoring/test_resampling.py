"""Intervals over documents: worked by hand, against naive programs, and independent of order and sharding."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.coverage import covers, micro_f1, simulate, true_f1
from workbench.scoring.resampling import (
    _POISSON,
    FEW_DOCUMENTS,
    Array,
    Settings,
    difference,
    interval,
    intervals,
    jackknife,
    paired,
    poisson_sums,
)


def ratio(sums: Array) -> Array:
    """The first column over the second; the division by zero is left to the caller to quieten."""
    return np.asarray(sums[..., 0] / sums[..., 1])


def names(count: int) -> list[str]:
    return [f"文{index}" for index in range(count)]


def scores(count: int, seed: int = 1) -> Array:
    return simulate(np.random.default_rng(seed), count).left


@st.composite
def documents(draw: st.DrawFn, most: int = 12) -> Array:
    """Counts (credit, total) of some documents, in halves."""
    totals = draw(st.lists(st.integers(0, 9), min_size=1, max_size=most))
    return np.array([(draw(st.integers(0, 2 * total)) / 2, total) for total in totals])


THREE = [[1, 2], [2, 2], [3, 4]]


def test_the_jackknife_by_hand() -> None:
    """Three documents with 1 of 2, 2 of 2 and 3 of 4."""
    # value 6/8; without one document 5/6, 4/6, 3/4; pseudo-values 3 · .75 − 2 · these = .5833, .9167, .75;
    # their standard deviation 1/6, its error 1/(6 √3) = .096225; t(.975, 2) = 4.302653; reach .414023.
    made = interval(THREE, ratio, names(3), bounds=None)
    assert made.value == 0.75
    assert (made.low, made.high) == (pytest.approx(0.335977, abs=1e-6), pytest.approx(1.164023, abs=1e-6))
    assert (made.level, made.method, made.documents, made.note) == (0.95, "jackknife-t", 3, "")
    clipped = interval(THREE, ratio, names(3))
    assert (clipped.low, clipped.high) == (made.low, 1.0)
    # t(.9, 2) = 1.88562, reach .18144.
    narrow = interval(THREE, ratio, names(3), settings=Settings(level=0.8))
    assert narrow.low == pytest.approx(0.568556, abs=1e-6)


def test_undefined_leave_one_out_values_are_left_out() -> None:
    """A statistic undefined below five items has two of three values: one degree of freedom."""
    # pseudo-values .5833 and .9167, standard deviation .2357, its error .2357 / √2 = 1/6.
    made = jackknife(np.array(THREE, dtype=float), lambda sums: np.where(sums[..., 1] < 5, np.nan, ratio(sums)))
    assert made.error == pytest.approx(1 / 6)
    assert (made.freedom, made.note) == (1, "1 of 3 leave-one-out values are undefined and left out")


@pytest.mark.parametrize("method", ["jackknife-t", "bootstrap"])
@pytest.mark.parametrize(
    ("counts", "value", "reason"),
    [
        ([], None, "the value is undefined"),
        ([[0, 0], [0, 0]], None, "the value is undefined"),
        ([[1, 2]], 0.5, "one document"),
        ([[1, 2], [2, 4], [1, 2]], 0.5, "all documents score alike"),
        ([[1, 3], [10, 30], [7, 21]], 1 / 3, "all documents score alike"),
        ([[0.1, 1], [0.3, 3], [0.7, 7]], 0.1, "all documents score alike"),  # but for rounding
        ([[4, 4], [9, 9]], 1.0, "all documents score alike"),
        ([[1, 2], [0, 0], [0, 0]], 0.5, "all documents score alike"),
    ],
)
def test_degenerate_collections_are_flagged(counts: list[list[float]], value: float, reason: str, method: Any) -> None:
    """No interval, never one of no width, and the reason for it."""
    made = interval(np.array(counts).reshape(-1, 2), ratio, names(len(counts)), method=method)
    assert (made.value, made.low, made.high) == (pytest.approx(value) if value else None, None, None)
    assert made.note.endswith(f"{reason}: no interval")


def test_a_single_defined_leave_one_out_value_is_not_enough() -> None:
    """Of two documents one is empty: without the other nothing is defined."""
    made = interval([[1, 2], [0, 0]], ratio, names(2))
    assert (made.value, made.low) == (0.5, None)
    assert made.note == "1 of 2 leave-one-out values are undefined and left out; fewer than two are left: no interval"


def test_limits_that_coincide_are_no_interval() -> None:
    """1 of 2 and 2 of 2 resample to .5, .75, .75 and 1: the middle fifth of these is one value."""
    made = interval([[1, 2], [2, 2]], ratio, names(2), method="bootstrap", settings=Settings(level=0.2))
    assert (made.value, made.low, made.note) == (0.75, None, "the limits coincide: no interval")


@given(documents(), st.sampled_from(["jackknife-t", "bootstrap"]))
def test_an_interval_has_a_width_or_a_reason(counts: Array, method: Any) -> None:
    """The limits differ and lie within the bounds, and the jackknife's hold the value; else a note says why not."""
    made = interval(counts, ratio, names(len(counts)), method=method, settings=Settings(draws=200))
    if made.low is None or made.high is None or made.value is None:
        assert made.low is None
        assert made.high is None
        assert made.note.endswith(": no interval")
    else:
        assert 0 <= made.low < made.high <= 1
        assert method == "bootstrap" or made.low <= made.value <= made.high


def test_the_method_follows_the_number_of_documents() -> None:
    """Jackknife below 50 unless asked otherwise; every resample up to 7, multinomial below 1000, Poisson above."""
    settings = Settings(draws=100)
    for count, method, expected in (
        (49, "auto", "jackknife-t"),
        (50, "auto", "bootstrap-multinomial"),
        (999, "auto", "bootstrap-multinomial"),
        (1000, "auto", "bootstrap-poisson"),
        (7, "bootstrap", "bootstrap-exact"),
        (8, "bootstrap", "bootstrap-multinomial"),
        (50, "jackknife-t", "jackknife-t"),
    ):
        made = interval(scores(count), micro_f1, names(count), method=method, settings=settings)
        assert made.method == expected
        assert made.note == (FEW_DOCUMENTS if count < 50 and method == "bootstrap" else "")


def test_all_resamples_of_few_documents_against_every_ordered_one() -> None:
    """The limits from the distinct resamples with weights are those from all n to the power of n ordered ones."""
    for count in (2, 4, 5):
        table = scores(count)
        values = sorted(
            float(micro_f1(table[list(chosen)].sum(axis=0))) for chosen in product(range(count), repeat=count)
        )
        for level in (0.95, 0.8):
            made = interval(table, micro_f1, names(count), method="bootstrap", settings=Settings(level=level))
            # the smallest value that the wanted share of the resamples does not exceed
            low, high = (
                values[int(np.ceil(share * len(values) - 1e-9)) - 1] for share in ((1 - level) / 2, (1 + level) / 2)
            )
            assert (made.low, made.high) == (pytest.approx(low, abs=1e-12), pytest.approx(high, abs=1e-12))


def test_undefined_resamples_are_left_out_and_counted() -> None:
    """1 of 2, 2 of 2 and an empty document: one of ten distinct resamples holds only the empty one."""
    # Of 27 ordered resamples 1 is undefined, 7 have only the first and perhaps the empty one (.5), 7 only the
    # second (1.0): both limits lie on these.
    made = interval([[1, 2], [2, 2], [0, 0]], ratio, names(3), method="bootstrap")
    assert (made.low, made.high) == (0.5, 1.0)
    assert made.note.startswith("1 of 10 resamples are undefined and left out; few documents")


@pytest.mark.parametrize("count", [60, 1500])
def test_the_bootstrap_agrees_with_a_naive_one(count: int) -> None:
    """Both limits lie within Monte Carlo error of those of one document-by-document resample at a time."""
    table, draws = scores(count), 4000
    generator = np.random.default_rng(3)
    values = np.array([micro_f1(table[generator.integers(0, count, count)].sum(axis=0)) for _ in range(draws)])
    made = interval(table, micro_f1, names(count), settings=Settings(draws=draws))
    # A normal quantile has the error σ · √(q (1 − q) / N) / φ(z) = 2.67 σ / √N; two samples, four errors.
    error = 4 * 2**0.5 * 2.67 * values.std() / draws**0.5
    for limit, share in ((made.low, 0.025), (made.high, 0.975)):
        assert limit == pytest.approx(np.quantile(values, share), abs=error)


def test_the_poisson_table() -> None:
    """Mean and variance are 1, and the shares those of Poisson(1): e⁻¹, e⁻¹, e⁻¹/2, e⁻¹/6."""
    assert _POISSON.size == 65_536
    assert _POISSON.mean(dtype=float) == pytest.approx(1, abs=1e-4)
    assert _POISSON.var(dtype=float) == pytest.approx(1, abs=1e-4)
    for times, share in ((0, 0.367879), (1, 0.367879), (2, 0.183940), (3, 0.061313)):
        assert float(np.mean(times == _POISSON)) == pytest.approx(share, abs=2e-5)


def weights(count: int, draws: int, seed: int = 5) -> Array:
    """How often each document is in each resample: sums of a one in a column of its own."""
    return poisson_sums(np.eye(count), names(count), seed=seed, draws=draws)


def test_poisson_weights_are_independent_draws_of_poisson_one() -> None:
    """Mean, variance, and no correlation between documents or between resamples, within five errors."""
    drawn = weights(200, 1001)
    # The standard errors of mean and variance of N Poisson(1) draws are 1/√N and √(3/N).
    assert drawn.mean() == pytest.approx(1, abs=5 / drawn.size**0.5)
    assert drawn.var() == pytest.approx(1, abs=5 * (3 / drawn.size) ** 0.5)
    for one, other in ((drawn[:, :-1], drawn[:, 1:]), (drawn[:-1], drawn[1:]), (drawn[:-4], drawn[4:])):
        assert ((one - 1) * (other - 1)).mean() == pytest.approx(0, abs=5 / one.size**0.5)
    assert not np.array_equal(drawn[:, 0], weights(200, 1001, seed=6)[:, 0])


@pytest.mark.parametrize("greatest", [3, 2**26])
@pytest.mark.parametrize("columns", [1, 4, 5000])
def test_poisson_sums_are_exact(greatest: int, columns: int) -> None:
    """Weights times counts in Python's integers, also where float32 would round, for any number of columns."""
    draws = 37
    count = 3 if columns == 5000 else 130
    table = np.random.default_rng(2).integers(0, greatest, (count, columns))
    drawn = weights(count, draws).astype(int)
    expected = drawn.astype(object) @ table.astype(object)
    assert (poisson_sums(table, names(count), seed=5, draws=draws) == expected.astype(float)).all()


def test_poisson_sums_of_other_fractions() -> None:
    """Counts in thirds are added up in double precision."""
    table = np.random.default_rng(2).integers(0, 99, (130, 4)) / 3
    assert poisson_sums(table, names(130), seed=5, draws=37) == pytest.approx(weights(130, 37) @ table, rel=1e-13)


@given(documents(most=9), st.integers(1, 70), st.randoms(use_true_random=False), st.integers(1, 3))
def test_sharding_gives_the_same_bytes(counts: Array, draws: int, mixed: random.Random, shards: int) -> None:
    """Any assignment of documents to shards, added up in any order, gives bit-identical sums."""
    ids = names(len(counts))
    whole = poisson_sums(counts, ids, seed=9, draws=draws)
    assert whole.shape == (draws, 2)
    merged = np.zeros((draws, 2))
    place = [mixed.randrange(shards) for _ in ids]
    for shard in mixed.sample(range(shards), shards):
        rows = mixed.sample([index for index in range(len(ids)) if place[index] == shard], place.count(shard))
        merged += poisson_sums(counts[rows], [ids[index] for index in rows], seed=9, draws=draws)
    assert merged.tobytes() == whole.tobytes()


@given(st.sampled_from([2, 5, 9, 60, 1000]), st.sampled_from(["jackknife-t", "bootstrap"]), st.integers(0, 2**64))
def test_order_does_not_matter(count: int, method: Any, seed: int) -> None:
    """The same seed gives the same interval to the last bit, in whatever order the documents come."""
    table = np.random.default_rng(seed).random((count, 2)) * [1, 3] + [0, 1]  # not exact in float32 either
    order = np.random.default_rng(seed + 1).permutation(count)
    ids, settings = names(count), Settings(seed=seed, draws=50)
    made = interval(table, ratio, ids, method=method, settings=settings)
    assert made.low is not None
    again = interval(table[order], ratio, [ids[index] for index in order], method=method, settings=settings)
    assert made == again


@pytest.mark.parametrize("count", [60, 1000])
def test_another_seed_gives_another_interval(count: int) -> None:
    table = scores(count)
    made = {interval(table, micro_f1, names(count), settings=Settings(seed=seed, draws=200)).low for seed in range(5)}
    assert len(made) > 1


@pytest.mark.parametrize("count", [6, 60, 1000])
def test_two_systems_share_their_resamples(count: int) -> None:
    """A system compared with itself, or with one a tenth better in each document, differs alike in every resample."""
    table = scores(count)[:, :2]
    better = table + np.array([0.1 * 60, 0])  # of the 60 gold entities of each document
    for left, gain in ((table, 0.0), (better, 0.1)):
        same = interval(
            paired(left, table),
            difference(ratio),
            names(count),
            method="bootstrap",
            bounds=(-1, 1),
            settings=Settings(draws=100),
        )
        assert (same.value, same.low) == (pytest.approx(gain), None)
        assert same.note == "all documents score alike: no interval"


def test_a_paired_interval_is_narrower_than_two_apart() -> None:
    """Documents are hard for both systems alike, so the difference varies less than two independent values."""
    left, right = simulate(np.random.default_rng(4), 40)
    both = interval(paired(left, right), difference(micro_f1), names(40), bounds=(-1, 1))
    one, other = (interval(side, micro_f1, names(40)) for side in (left, right))
    assert one.value is not None
    assert other.value is not None
    assert both.value == pytest.approx(one.value - other.value)
    width, *apart = ((made.high or 0) - (made.low or 0) for made in (both, one, other))
    assert 0 < width < 0.9 * float(np.hypot(*apart))


def test_several_statistics_from_the_same_resamples() -> None:
    """Asking for intervals together or one by one makes no difference."""
    table, ids, settings = scores(55), names(55), Settings(draws=300)
    statistics = [micro_f1, ratio]
    together = intervals(table, statistics, ids, settings=settings)
    assert together == tuple(interval(table, statistic, ids, settings=settings) for statistic in statistics)
    assert together[0] != together[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"doc_ids": ["a", "b"]}, "counts of 2 documents"),
        ({"doc_ids": ["a", "b", "a"]}, "stands twice"),
        ({"counts": [1, 2, 3]}, "need the shape"),
        ({"counts": [[1, 2], [np.nan, 2], [1, 2]]}, "finite"),
        ({"method": "bca"}, "unknown method 'bca'"),
        ({"settings": Settings(level=95)}, "level"),
        ({"settings": Settings(draws=0)}, "draws"),
        ({"counts": [[3, 2], [2, 2], [3, 2]]}, "outside the bounds"),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], message: str) -> None:
    given_ = {"counts": THREE, "statistic": ratio, "doc_ids": ["a", "b", "c"]}
    assert interval(**given_).low is not None
    with pytest.raises(ValueError, match=message):
        interval(**{**given_, **arguments})


def test_paired_counts_of_different_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        paired(THREE, THREE[:2])


def test_coverage_at_five_documents() -> None:
    """The jackknife covers at least 92 %, the percentile interval the 83 % its note speaks of (± 3 errors)."""
    generator, truth, hits = np.random.default_rng(11), true_f1(), Counter[str]()
    replications = 1200
    for _ in range(replications):
        table = simulate(generator, 5).right
        for method in ("jackknife-t", "bootstrap"):
            hits[method] += covers(interval(table, micro_f1, names(5), method=method), truth)
    assert 0.92 <= hits["jackknife-t"] / replications <= 0.97
    assert hits["bootstrap"] / replications == pytest.approx(0.83, abs=3 * (0.83 * 0.17 / replications) ** 0.5)


def test_no_global_state_and_a_light_start() -> None:
    """Resampling leaves numpy's global generator alone, and importing it does not import scipy."""
    before = np.random.get_state()[1].tobytes()
    interval(scores(60), micro_f1, names(60))
    assert np.random.get_state()[1].tobytes() == before
    program = "import sys, workbench.scoring.significance; assert 'scipy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
