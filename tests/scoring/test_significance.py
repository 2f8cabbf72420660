"""Paired tests, Holm's adjustment and the detectable effect: by hand, by brute force, and in simulation."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.coverage import micro_f1, simulate
from workbench.scoring import significance
from workbench.scoring.resampling import Array
from workbench.scoring.significance import holm, minimum_detectable_effect, paired_test

Row = tuple[int, int, int, int]

correct_possible_actual = st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 3)).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[0], drawn[0] + drawn[2])
)


def names(count: int) -> list[str]:
    return [f"文{index}" for index in range(count)]


def ratio(sums: Array) -> Array:
    return np.asarray(sums[..., 0] / sums[..., 1])


def exact_f1(rows: list[Row]) -> Fraction | None:
    """F1 in fractions; None if there is nothing on either side."""
    credit, possible, _, actual = (sum(column) for column in zip(*rows, strict=True))
    return Fraction(2 * credit, possible + actual) if possible + actual else None


def brute_force(left: list[Row], right: list[Row]) -> Fraction | None:
    """The share of all 2ⁿ ways to swap documents whose difference is as large, in fractions."""
    one, other = exact_f1(left), exact_f1(right)
    if one is None or other is None:
        return None
    extreme = 0
    for swapped in product((False, True), repeat=len(left)):
        rows = [(b, a) if swap else (a, b) for a, b, swap in zip(left, right, swapped, strict=True)]
        first, second = exact_f1([a for a, _ in rows]), exact_f1([b for _, b in rows])
        extreme += first is None or second is None or abs(first - second) >= abs(one - other)
    return Fraction(extreme, 2 ** len(left))


@given(st.lists(st.tuples(correct_possible_actual, correct_possible_actual), min_size=1, max_size=6))
def test_the_exact_p_is_that_of_brute_force(pairs: list[tuple[Row, Row]]) -> None:
    """Enumeration over differing documents only, and half of it, gives the p of every swap of every document."""
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    made, expected = paired_test(left, right, micro_f1, names(len(pairs)), seed=1), brute_force(left, right)
    assert made.p == (None if expected is None else float(expected))
    assert made.method == "sign-flip-exact"


def test_the_exact_p_of_twelve_documents() -> None:
    """As above, with as many documents as enumerating in fractions allows; two of them score alike."""
    left, right = simulate(np.random.default_rng(3), 12, 0.3)
    left[[4, 9]] = right[[4, 9]]
    rows: list[list[Row]] = [[tuple(map(int, row)) for row in side] for side in (left, right)]
    made = paired_test(left, right, micro_f1, names(12), seed=1)
    assert made.p == float(brute_force(*rows) or 0)
    assert 0 < made.p < 1
    # Ten documents differ: half of 2¹⁰ swaps, and 2 / 2¹⁰ at best.
    assert (made.draws, made.smallest_p) == (512, 2 / 1024)


@pytest.mark.parametrize("count", [17, 20])
def test_the_exact_p_in_several_blocks(count: int) -> None:
    """With equal totals the difference is that of the credits, whose signed sums are counted one by one."""
    gains = [int(gain) for gain in np.random.default_rng(count).integers(-3, 6, count) * 2 + 1]  # odd: never 0
    left = [(20 + gain, 50) for gain in gains]
    signed = Counter({0: 1})
    for gain in gains:
        signed = Counter(
            {
                total: signed[total - gain] + signed[total + gain]
                for total in {total + sign * gain for total in signed for sign in (1, -1)}
            }
        )
    extreme = sum(ways for total, ways in signed.items() if abs(total) >= abs(sum(gains)))
    made = paired_test(left, [(20, 50)] * count, ratio, names(count), seed=1)
    assert made.p == extreme / 2**count
    assert made.draws == 2 ** (count - 1)


@pytest.mark.parametrize(
    ("count", "p", "note"),
    [
        (1, 1, "1 document: p cannot be below 1"),
        (2, 0.5, "2 documents: p cannot be below .5"),
        (3, 0.25, "3 documents: p cannot be below .25"),
        (5, 0.0625, "5 documents: p cannot be below .0625"),
        (6, 0.03125, ""),
    ],
)
def test_tiny_collections(count: int, p: float, note: str) -> None:
    """Better in each of n identical documents: 2 of 2ⁿ swaps are as extreme (sacrebleu 2.5 says p = .0001 or so)."""
    made = paired_test([(9, 10)] * count, [(5, 10)] * count, ratio, names(count), seed=1)
    assert (made.difference, made.p, made.smallest_p, made.note) == (pytest.approx(0.4), p, p, note)


def test_documents_without_a_difference_do_not_count() -> None:
    """Three of forty documents differ: enumerated, and p cannot be below 2 / 2³."""
    made = paired_test([(9, 10)] * 40, [(5, 10)] * 3 + [(9, 10)] * 37, ratio, names(40), seed=1)
    assert (made.p, made.method, made.smallest_p) == (0.25, "sign-flip-exact", 0.25)
    assert made.note == "3 of 40 documents differ: p cannot be below .25"
    same = paired_test([(9, 10)] * 4, [(9, 10)] * 4, ratio, names(4), seed=1)
    assert (same.difference, same.p, same.smallest_p) == (0, 1, 1)
    assert same.note == "0 of 4 documents differ: p cannot be below 1"


def test_monte_carlo_counts_the_observed_swap() -> None:
    """Thirty documents, each better: none of 99 random swaps is as extreme, so p = (0 + 1) / (99 + 1)."""
    made = paired_test([(9, 10)] * 30, [(5, 10)] * 30, ratio, names(30), seed=1, draws=99)
    assert (made.p, made.smallest_p, made.method, made.draws) == (0.01, 0.01, "sign-flip-monte-carlo", 99)
    few = paired_test([(9, 10)] * 30, [(5, 10)] * 30, ratio, names(30), seed=1, draws=9)
    assert (few.smallest_p, few.note) == (0.1, "9 draws: p cannot be below .1")


def test_monte_carlo_agrees_with_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random swaps estimate the enumerated p within four errors, whatever the p."""
    generator = np.random.default_rng(8)
    for _ in range(5):
        left, right = simulate(generator, 12, 0.2)
        exact = paired_test(left, right, micro_f1, names(12), seed=1).p
        with monkeypatch.context() as patched:
            patched.setattr(significance, "ENUMERATED_UP_TO", 0)
            made = paired_test(left, right, micro_f1, names(12), seed=1, draws=4000)
        assert exact is not None
        assert made.method == "sign-flip-monte-carlo"
        assert made.p == pytest.approx(exact, abs=4 * (exact * (1 - exact) / 4000) ** 0.5 + 1 / 4000)


def test_an_undefined_value_has_no_p() -> None:
    """The right system predicted nothing: its precision is undefined."""
    made = paired_test([(1, 2), (2, 2)], [(0, 0), (0, 0)], ratio, names(2), seed=1)
    assert (made.difference, made.p, made.note) == (None, None, "the value of a system is undefined: no p")


def test_undefined_swaps_make_p_no_smaller() -> None:
    """Each system predicted in one document only: after one swap the other one has predicted nothing."""
    # 1/1 − 1/2 = .5 as observed; with one document swapped the right system has nothing: 1 of 2, and it counts.
    made = paired_test([(0, 0), (1, 1)], [(1, 2), (0, 0)], ratio, names(2), seed=1)
    assert (made.difference, made.p) == (0.5, 1.0)
    assert made.note.endswith("1 of 2 swaps are undefined and count as at least as large")


@given(st.sampled_from([3, 12, 40]), st.integers(0, 2**64), st.randoms(use_true_random=False))
def test_order_and_sides_do_not_matter(count: int, seed: int, mixed: random.Random) -> None:
    """The same seed gives the same test in any order of the documents; exchanging the systems only turns the sign."""
    left, right = simulate(np.random.default_rng(seed), count, 0.1)
    ids = names(count)
    order = mixed.sample(range(count), count)
    made = paired_test(left, right, micro_f1, ids, seed=seed, draws=200)
    assert made == paired_test(
        left[order], right[order], micro_f1, [ids[index] for index in order], seed=seed, draws=200
    )
    turned = paired_test(right, left, micro_f1, ids, seed=seed, draws=200)
    assert turned == made._replace(difference=-(made.difference or 0))


def test_another_seed_gives_other_swaps() -> None:
    left, right = simulate(np.random.default_rng(1), 40, 0.1)
    assert len({paired_test(left, right, micro_f1, names(40), seed=seed, draws=500).p for seed in range(5)}) > 1


def test_rejections_under_the_null_and_under_a_difference() -> None:
    """Without a difference at most 5 % + 2 errors are rejected; a large one is found nearly always."""
    generator, replications = np.random.default_rng(5), 600
    found = Counter[float]()
    for shift in (0.0, 0.8):
        for _ in range(replications):
            left, right = simulate(generator, 10, shift)
            found[shift] += (paired_test(left, right, micro_f1, names(10), seed=1).p or 0) <= 0.05
    assert found[0.0] / replications <= 0.05 + 2 * (0.05 * 0.95 / replications) ** 0.5
    assert found[0.0] / replications >= 0.02
    assert found[0.8] / replications >= 0.9


def test_holm_by_hand() -> None:
    """Sorted .005, .01, .03, .04 times 4, 3, 2, 1 gives .02, .03, .06, .04; the last is raised to .06."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.01, None, 0.04, 0.03, None, 0.005]) == [
        pytest.approx(0.03), None, pytest.approx(0.06), pytest.approx(0.06), None, pytest.approx(0.02)
    ]  # fmt: skip
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []
    assert holm([None]) == [None]


@given(st.lists(st.integers(0, 20).map(lambda twentieths: twentieths / 20), max_size=8))
def test_holm_against_its_definition(p_values: list[float]) -> None:
    """The greatest of q times the number of p not below q, over all q up to p; so it is monotone and at most 1."""
    expected = [
        min(1.0, max(q * sum(r >= q for r in p_values) for q in p_values if q <= p)) for p in p_values
    ]  # fmt: skip
    assert holm(p_values) == pytest.approx(expected)


def test_the_detectable_effect_by_hand() -> None:
    """Gains of .1, .2 and .3 in documents of equal size."""
    # The pseudo-values are the gains: standard deviation .1, error .1/√3 = .057735;
    # t(.975, 2) = 4.302653, t(.8, 2) = 1.060660: 5.363313 · .057735 = .309651.
    made = minimum_detectable_effect([(6, 10), (7, 10), (8, 10)], [(5, 10)] * 3, ratio, names(3))
    assert made.effect == pytest.approx(0.309651, abs=1e-6)
    assert made.note == "3 documents: p cannot be below .25"
    # t(.9, 2) = 1.885618 and t(.5) = 0: .057735 · (2.919986 + 0) at alpha .1 and power .5.
    half = minimum_detectable_effect([(6, 10), (7, 10), (8, 10)], [(5, 10)] * 3, ratio, names(3), power=0.5, alpha=0.1)
    assert half.effect == pytest.approx(0.168585, abs=1e-6)


@pytest.mark.parametrize(
    ("left", "right", "note"),
    [
        ([(6, 10)], [(5, 10)], "one document: no detectable effect"),
        ([(6, 10)] * 9, [(5, 10)] * 9, "all documents score alike: no detectable effect"),
        ([(6, 10)] * 2, [(0, 0)] * 2, "the value is undefined: no detectable effect"),
    ],
)
def test_no_detectable_effect(left: list[tuple[int, int]], right: list[tuple[int, int]], note: str) -> None:
    assert minimum_detectable_effect(left, right, ratio, names(len(left))) == (None, note)


def test_what_is_refused() -> None:
    """Draws, p values, power and level out of range."""
    with pytest.raises(ValueError, match="draws"):
        paired_test([(1, 2)], [(2, 2)], ratio, ["a"], seed=1, draws=0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, 1.5])
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([float("nan")])
    for power, alpha in ((1, 0.05), (0.8, 0)):
        with pytest.raises(ValueError, match="power and alpha"):
            minimum_detectable_effect([(1, 2)], [(2, 2)], ratio, ["a"], power=power, alpha=alpha)
