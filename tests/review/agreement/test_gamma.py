"""Gamma: cases worked by hand, every alignment tried, the sampler, and laws."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.review.agreement import gamma as module
from workbench.review.agreement.alpha_u import Unit
from workbench.review.agreement.gamma import Gamma, GammaSettings, best_alignment, dissimilarity, gamma

QUICK = GammaSettings(samples=3, precision=None)
CATEGORIES = ["帮扶", "𠀀捐赠", "（其他）"]

units = st.builds(
    lambda start, length, category: Unit(start, start + length, category),
    st.integers(0, 30),
    st.integers(1, 8),
    st.sampled_from(CATEGORIES),
)
weights = st.builds(
    GammaSettings,
    alpha=st.sampled_from([0.5, 1.0, 3.0]),
    beta=st.sampled_from([0.0, 1.0, 2.0]),
    delta_empty=st.sampled_from([0.5, 1.0, 2.0]),
    samples=st.just(3),
    precision=st.none(),
    most_samples=st.just(3),
    seed=st.just(1),
)


def annotators(number: int, most: int) -> st.SearchStrategy[list[list[Unit]]]:
    """Annotators with at most so many units each and at least one in all; units may overlap and be equal."""
    return st.lists(st.lists(units, max_size=most), min_size=number, max_size=number).filter(any)


groups = st.one_of(annotators(2, 4), annotators(3, 2), annotators(4, 1))


def least_disorder(group: list[list[Unit]], weighed: GammaSettings) -> float:
    """The disorder of the best of all alignments, one by one."""
    rests = tuple(tuple(range(len(own))) for own in group)
    best = min(sum(row_cost(row, group, weighed) for row in rows) for rows in every_alignment(rests))
    return best * len(group) / sum(map(len, group))


def every_alignment(rests: tuple[tuple[int, ...], ...]) -> Iterator[list[tuple[int | None, ...]]]:
    """Every way to put the remaining units into rows."""
    first = next((place for place, rest in enumerate(rests) if rest), None)
    if first is None:
        yield []
        return
    choices = [(None, *rest) if place > first else (None,) for place, rest in enumerate(rests)]
    choices[first] = (rests[first][0],)
    for row in product(*choices):
        left = tuple(tuple(unit for unit in rest if unit != taken) for rest, taken in zip(rests, row, strict=True))
        for others in every_alignment(left):
            yield [row, *others]


def row_cost(row: tuple[int | None, ...], group: list[list[Unit]], weighed: GammaSettings) -> float:
    """Mean dissimilarity of a row's pairs."""
    held = [None if unit is None else own[unit] for own, unit in zip(group, row, strict=True)]
    found = [
        weighed.delta_empty if one is None or other is None else dissimilarity(one, other, weighed)
        for one, other in combinations(held, 2)
    ]
    return sum(found) / len(found)


def test_dissimilarity() -> None:
    """Starts and ends 2 and 1 apart, lengths 4 and 5: (3/9)² of position; the category costs beta."""
    one = Unit(10, 14, "a")
    assert dissimilarity(one, Unit(12, 15, "a")) == pytest.approx(((2 + 1) / (4 + 3)) ** 2)
    assert dissimilarity(one, Unit(8, 13, "a")) == pytest.approx(1 / 9)
    weighed = GammaSettings(alpha=3, beta=2, delta_empty=0.5)
    assert dissimilarity(one, Unit(8, 13, "b"), weighed) == pytest.approx(0.5 * (3 / 9 + 2))


def test_two_annotators() -> None:
    """A pair (2+0)/(10+8) apart, squared 1/81, and a unit alone: (1/81 + 1) / 1.5 units each."""
    found = best_alignment([[Unit(20, 30, "b"), Unit(0, 10, "a")], [Unit(2, 10, "a")]])
    assert found.disorder == pytest.approx((1 / 81 + 1) / 1.5)
    assert found.unitary == ((1, 0), (0, None))


def test_far_or_different_units_stay_alone() -> None:
    """A pair costs less than two null units up to a dissimilarity of 2.

    3 apart of 2+2: (6/4)² = 2.25 > 2, so two rows: (1+1)/1. 2 apart: (4/4)² = 1, another category 1 more: 2 either way.
    """
    assert best_alignment([[Unit(0, 2, "a")], [Unit(3, 5, "a")]]).unitary == ((0, None), (None, 0))
    assert best_alignment([[Unit(0, 2, "a")], [Unit(2, 4, "b")]]).disorder == 2.0
    assert best_alignment([[Unit(0, 2, "a")], [Unit(2, 4, "a")]]) == (1.0, ((0, 0),))


def test_three_annotators() -> None:
    """One row of a, a, b: pairs 0, 1, 1; and a row of a unit alone, which costs 1: (2/3 + 1) / (4/3)."""
    unit = Unit(0, 10, "a")
    found = best_alignment([[unit], [unit, Unit(40, 45, "a")], [unit._replace(category="b")]])
    assert found.disorder == pytest.approx((2 / 3 + 1) / (4 / 3))
    assert found.unitary == ((0, 0, 0), (None, 1, None))


def test_the_assignment_is_not_greedy() -> None:
    """The closest two units are not paired, since both have partners.

    Lengths of 10: 0–10 with 2–12 (4/20)² = .04, 9–19 with 11–21 .04: together less than 2–12 with 9–19's .49 and two
    alone. 9–19 would rather have 2–12 than none.
    """
    left, right = [Unit(0, 10, "a"), Unit(9, 19, "a")], [Unit(2, 12, "a"), Unit(11, 21, "a")]
    found = best_alignment([left, right])
    assert found == (pytest.approx(0.08 / 2), ((0, 0), (1, 1)))


def test_undefined_values_say_why() -> None:
    """One annotator, no unit, nothing to compare with, too many rows."""
    unit = Unit(0, 4, "a")
    assert gamma([[unit]]).note == "gamma needs two annotators"
    assert gamma([[], []]).note == "no annotator marked a unit"
    assert gamma([[], []]).value is None
    # Shuffled units that fill the whole continuum come to lie where they were.
    found = gamma([[Unit(0, 1, "a")], [Unit(0, 1, "a")]], QUICK)
    assert (found.value, found.observed, found.expected, found.precision) == (1.0, 0.0, 0.0, None)
    assert "by convention" in found.note


def test_no_disorder_by_chance_is_undefined() -> None:
    """Weighed by category alone, with one position: both samples that repeat one annotator have no disorder."""
    weighed = QUICK._replace(alpha=0, samples=1)
    group = [[Unit(0, 1, "a")], [Unit(0, 1, "b")]]
    found = [gamma(group, weighed._replace(seed=seed)) for seed in range(10)]
    assert {(one.value, one.expected) for one in found} == {(None, 0.0), (0.0, 1.0)}
    assert {one.note for one in found if one.value is None} == {module.NO_DISORDER}


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three annotators with too many possible rows: gamma is undefined, the alignment refused."""
    monkeypatch.setattr(module, "MOST_ALIGNMENTS", 20)
    group = [[Unit(0, 5, "a"), Unit(1, 6, "a")]] * 3  # 2³ full rows, 3·2² of two units, 6 alone
    found = gamma(group, QUICK)
    assert found.value is None
    assert "more than 20 unitary alignments of 3 annotators" in found.note
    with pytest.raises(ValueError, match="compare fewer annotators"):
        best_alignment(group)


@pytest.mark.parametrize(
    ("group", "weighed", "match"),
    [
        ([[Unit(3, 3, "a")], []], QUICK, "at least one position"),
        ([[Unit(0, 1, "a")], []], GammaSettings(alpha=-1), "alpha and beta"),
        ([[Unit(0, 1, "a")], []], GammaSettings(alpha=0, beta=0), "alpha and beta"),
        ([[Unit(0, 1, "a")], []], GammaSettings(delta_empty=0), "delta_empty"),
        ([[Unit(0, 1, "a")], []], GammaSettings(samples=0), "samples"),
        ([[Unit(0, 1, "a")], []], GammaSettings(most_samples=10), "most_samples"),
        ([[Unit(0, 1, "a")], []], GammaSettings(precision=1.5), "precision"),
    ],
)
def test_faulty_input_is_refused(group: list[list[Unit]], weighed: GammaSettings, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        gamma(group, weighed)


def test_bounds_and_alignment_refuse_what_does_not_fit() -> None:
    """Units outside the bounds; an alignment of one annotator, or of nothing."""
    with pytest.raises(ValueError, match="from 5 to 9, outside the bounds 6 to 20"):
        gamma([[Unit(5, 9, "a")], []], QUICK, bounds=(6, 20))
    with pytest.raises(ValueError, match="two annotators"):
        best_alignment([[Unit(5, 9, "a")]])
    with pytest.raises(ValueError, match="no annotator"):
        best_alignment([[], []])


def test_more_samples_for_more_precision() -> None:
    """The first samples' spread says how many are needed; the most is kept to, and said."""
    group = [[Unit(0, 5, "a"), Unit(20, 28, "b")], [Unit(1, 5, "a"), Unit(40, 44, "a")]]
    few = gamma(group, GammaSettings(samples=10, precision=None))
    more = gamma(group, GammaSettings(samples=10, precision=0.1))
    cut = gamma(group, GammaSettings(samples=10, precision=0.01, most_samples=50))
    assert (few.samples, few.note, more.note, cut.samples) == (10, "", "", 50)
    assert more.samples > 10
    assert more.precision is not None
    assert few.precision is not None
    assert more.precision < few.precision
    assert "asks for" in cut.note
    assert "stopped at 50" in cut.note


def test_the_result_says_what_it_depends_on() -> None:
    """Settings, sampler, bounds, and half the mean length (5+3)/2 as the least distance of shifts."""
    group = [[Unit(2, 7, "a")], [Unit(4, 7, "a")]]
    found = gamma(group, QUICK)
    assert (found.settings, found.sampler, found.bounds, found.apart, found.units) == (QUICK, "shuffle", (2, 7), 2.0, 2)
    assert gamma(group, QUICK, bounds=(0, 500)).bounds == (0, 500)


def test_shifts_stay_apart() -> None:
    """Equal annotations of one unit, moved along 100 positions: at least half a length, 5, from each other."""
    group = [[Unit(0, 10, "a")]] * 3
    lines, _ = module._canonical(group)
    generator = module.np.random.Generator(module.np.random.Philox(key=module.philox_key(1, "test")))
    seen = set()
    for _ in range(300):
        moved = [int(line.starts[0]) for line in module._shuffled(lines, (0, 100), 5.0, generator)]
        assert all(abs(one - other) >= 5 for one, other in combinations(moved, 2))
        seen.update(moved)
    assert seen == set(range(100))


@given(groups, weights)
@settings(max_examples=100)
def test_the_best_of_all_alignments_is_found(group: list[list[Unit]], weighed: GammaSettings) -> None:
    """Exactly, as trying every alignment shows; and the rows hold every unit once and cost what is said."""
    found = best_alignment(group, weighed)
    assert found.disorder == pytest.approx(least_disorder(group, weighed), abs=1e-8)
    mean = sum(map(len, group)) / len(group)
    assert sum(row_cost(row, group, weighed) for row in found.unitary) / mean == pytest.approx(found.disorder)
    for place, own in enumerate(group):
        assert sorted(row[place] for row in found.unitary if row[place] is not None) == list(range(len(own)))


@given(annotators(2, 20), weights)
@settings(max_examples=30)
def test_two_annotators_as_an_integer_program(group: list[list[Unit]], weighed: GammaSettings) -> None:
    """The assignment and the program for several annotators are equally good."""
    lines, _ = module._canonical(group)
    rows = module._align_several(lines, weighed)
    assert best_alignment(group, weighed).disorder == pytest.approx(module._disorder(lines, rows, weighed), abs=1e-8)


@given(groups, st.randoms(use_true_random=False), st.integers(0, 3))
@settings(max_examples=30)
def test_order_changes_nothing(group: list[list[Unit]], chance: random.Random, seed: int) -> None:
    """Not the annotators', not the units'; and the same seed gives the same result."""
    weighed = QUICK._replace(seed=seed)
    found = gamma(group, weighed)
    assert gamma(group, weighed) == found
    assert gamma([chance.sample(own, len(own)) for own in chance.sample(group, len(group))], weighed) == found


@given(groups, st.randoms(use_true_random=False), st.integers(-100, 1000))
@settings(max_examples=30)
def test_names_and_begin_change_nothing(group: list[list[Unit]], chance: random.Random, begin: int) -> None:
    """The observed disorder does not depend on the labels, nor gamma on where the continuum begins."""
    found = gamma(group, QUICK)
    moved = gamma([[Unit(one.start + begin, one.end + begin, one.category) for one in own] for own in group], QUICK)
    assert (moved.value, moved.observed, moved.expected) == (found.value, found.observed, found.expected)
    names = dict(zip(CATEGORIES, chance.sample(CATEGORIES, len(CATEGORIES)), strict=True))
    renamed = [[one._replace(category=names[one.category]) for one in own] for own in group]
    assert best_alignment(renamed).disorder == pytest.approx(best_alignment(group).disorder, abs=1e-9)


@given(groups)
@settings(max_examples=30)
def test_ranges_and_perfect_agreement(group: list[list[Unit]]) -> None:
    """Gamma is at most 1, and 1 when all annotators do the same; what is undefined says why."""
    found = gamma(group, QUICK)
    assert found.value is None or found.value <= 1
    assert found.value is not None or found.note
    assert found.observed is not None
    assert found.observed >= 0
    own = max(group, key=len)
    same = gamma([own] * len(group), QUICK)
    assert (same.value, same.observed) == (1.0, 0.0)


def test_a_long_document_of_two_annotators() -> None:
    """A thousand units far from each other, one in ten missed by each: .2 of 1.8 alone, all others equal.

    100 rows of one unit on each side over the mean of 900: 200/900.
    """
    places = [Unit(100 * index, 100 * index + 5, "a") for index in range(1000)]
    group = [[unit for index, unit in enumerate(places) if index % 10 != missed] for missed in (3, 7)]
    found = gamma(group, GammaSettings(samples=2, precision=None))
    assert found.observed == pytest.approx(200 / 900)
    assert isinstance(found, Gamma)
    assert found.units == 1800
