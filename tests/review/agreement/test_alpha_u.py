"""Krippendorff's alpha_U: cases worked by hand, the definition taken position by position, and laws."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.review.agreement.alpha_u import Section, Unit, alpha_u, squared_distance

LENGTH = 24
CATEGORIES = ["帮扶", "𠀀捐赠", "（其他）"]


@st.composite
def codings(draw: st.DrawFn) -> list[list[Unit]]:
    """Two to four coders' units; those of one category by one coder do not overlap."""
    coders = []
    for _ in range(draw(st.integers(2, 4))):
        units = []
        for category in CATEGORIES:
            cuts = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=6)))
            marked = draw(st.lists(st.booleans(), min_size=len(cuts), max_size=len(cuts)))
            units += [
                Unit(start, end, category) for start, end, kept in zip(cuts, cuts[1:], marked, strict=False) if kept
            ]
        coders.append(units)
    return coders


def by_positions(coders: list[list[Unit]], category: str) -> float:
    """D_o with the sections of each position looked up one by one."""
    total = 0
    for one, other in combinations(coders, 2):
        met = {(section_at(one, category, at), section_at(other, category, at)) for at in range(LENGTH)}
        total += sum(squared_distance(*pair) for pair in met)
    return 2 * total / (len(coders) * (len(coders) - 1) * LENGTH**2)


def section_at(units: list[Unit], category: str, at: int) -> Section:
    own = [unit for unit in units if unit.category == category]
    for unit in own:
        if unit.start <= at < unit.end:
            return Section(*unit)
    start = max((unit.end for unit in own if unit.end <= at), default=0)
    return Section(start, min((unit.start for unit in own if unit.start > at), default=LENGTH), None)


def test_one_long_unit_and_three_short_ones() -> None:
    """-11111111- and --1-1-1--- of length 10.

    δ² = 1²+6², 3²+4², 5²+2²: D_o = 2·91/(2·100) = .91. D_e: N = 4. The long unit: 3/3·(2·512 − 3·64 + 8) = 840, and
    it fits no gap; each short one: 0, and it fits gaps 1 1 2 1 1 3 in 9 places. 2/10·(840+27)/(20·19 − 8·7) = .535.
    """
    found = alpha_u([[Unit(1, 9, "A")], [Unit(2, 3, "A"), Unit(4, 5, "A"), Unit(6, 7, "A")]], 10)
    assert found[:3] == pytest.approx((1 - 0.91 * 324 / 173.4, 0.91, 173.4 / 324))
    assert (found.units, found.note) == (4, "")
    assert found.by_category["A"][:4] == pytest.approx((found.value, found.observed, found.expected, 4))


def test_one_unit_of_one_of_three_coders() -> None:
    """A unit of 1 on a continuum of 20: agreement is just what chance gives.

    D_o = 2·(1+1)/(3·2·400) = 1/600. It fits gaps 19, 20 and 20: D_e = 2/20·59/(60·59) = 1/600.
    """
    found = alpha_u([[Unit(0, 1, "X")], [], []], 20)
    assert found[:3] == pytest.approx((0.0, 1 / 600, 1 / 600))


def test_joint_value_sums_before_it_divides() -> None:
    """Two categories: one agreed on, one found by a single coder; 1 − ΣD_o/ΣD_e, and the means are shown.

    L = 10. A: D_o 0; two units of 2: each (2·8−3·4+2)/3 = 2, and gaps 8 and 8 hold it in 7 places each: 4·14 = 56;
    D_e = 2/10·116/(380−4) = 23.2/376. B: D_o = 2·4/200 = .04; N = 1, gaps 4, 4 and 10: 4·(3+3+9) =
    60; D_e = 2/10·60/(380−2) = 12/378.
    """
    found = alpha_u([[Unit(0, 2, "A"), Unit(4, 6, "B")], [Unit(0, 2, "A")]], 10)
    expected = 23.2 / 376 + 12 / 378
    assert found[:3] == pytest.approx((1 - 0.04 / expected, 0.02, expected / 2))
    assert found.by_category["A"].value == 1.0
    assert found.by_category["B"].value == pytest.approx(1 - 0.04 * 378 / 12)


@pytest.mark.parametrize(
    ("one", "other", "squared"),
    [
        ((0, 1, None), (0, 2, None), 0),
        ((1, 9, "A"), (0, 2, None), 0),  # longer than the gap
        ((1, 9, "A"), (4, 5, "A"), 25),  # 3² + 4²
        ((5, 11, "X"), (4, 11, None), 36),  # within the gap: 6²
        ((2, 5, None), (2, 4, "X"), 4),
        ((2, 5, None), (2, 6, "X"), 0),
        ((0, 4, "X"), (4, 8, "X"), 0),  # they touch, but share nothing
        ((5, 11, "X"), (5, 11, "X"), 0),
    ],
)
def test_distances(one: tuple[int, int, str | None], other: tuple[int, int, str | None], squared: int) -> None:
    """Both ways."""
    assert squared_distance(Section(*one), Section(*other)) == squared
    assert squared_distance(Section(*other), Section(*one)) == squared


def test_what_is_undefined_says_why() -> None:
    """One coder, no unit, no possible disagreement, overlapping units of one category."""
    assert alpha_u([[Unit(0, 2, "A")]], 10).note == "alpha_U needs two coders"
    assert alpha_u([[], []], 10)[:5] == (None, None, None, {}, 0)
    assert alpha_u([[], []], 10).note == "no coder marked a unit"
    assert alpha_u([[Unit(0, 1, "A")]] * 2, 1).value is None
    found = alpha_u([[Unit(0, 4, "A"), Unit(3, 6, "A"), Unit(0, 2, "B")], [Unit(0, 2, "B")]], 10)
    assert found.value is None
    assert found.note == found.by_category["A"].note
    assert "overlapping units of one category: coder 0, A 0–4 and 3–6" in found.note
    assert found.by_category["B"].value == 1.0


def test_units_without_length_are_left_out() -> None:
    """They mark no position; the note counts them."""
    found = alpha_u([[Unit(0, 0, "A"), Unit(2, 7, "A")], [Unit(2, 7, "A")]], 15)
    assert found._replace(note="") == alpha_u([[Unit(2, 7, "A")]] * 2, 15)
    assert found.note == "1 unit(s) without length left out"
    assert alpha_u([[Unit(3, 3, "A")], []], 15).note == "no coder marked a unit; 1 unit(s) without length left out"


@pytest.mark.parametrize("unit", [Unit(4, 11, "A"), Unit(-1, 2, "A"), Unit(5, 3, "A")])
def test_units_off_the_continuum_are_refused(unit: Unit) -> None:
    """All are named."""
    with pytest.raises(ValueError, match=f"coder 1: A {unit.start}–{unit.end}"):
        alpha_u([[], [unit]], 10)
    with pytest.raises(ValueError, match="positive length"):
        alpha_u([[], []], 0)


def test_long_continua_cost_nothing() -> None:
    """10¹⁵ positions are as quick as 10, and as exact: identical units agree fully."""
    unit = Unit(10**14, 9 * 10**14, "A")
    found = alpha_u([[unit], [unit]], 10**15)
    assert (found.value, found.observed) == (1.0, 0.0)


@given(codings())
def test_observed_disagreement_is_that_of_the_positions(coders: list[list[Unit]]) -> None:
    """Walking along sections finds the same pairs as looking at every position."""
    for category, found in alpha_u(coders, LENGTH).by_category.items():
        assert found.observed == pytest.approx(by_positions(coders, category))


@given(codings(), st.randoms(use_true_random=False), st.integers(-5, 1000))
def test_order_names_and_begin_change_nothing(coders: list[list[Unit]], chance: random.Random, begin: int) -> None:
    """Not the coders', not the units', not the labels', and not where the continuum begins."""
    found = alpha_u(coders, LENGTH)
    mixed = [chance.sample(units, len(units)) for units in chance.sample(coders, len(coders))]
    assert alpha_u(mixed, LENGTH) == found
    moved = [[Unit(unit.start + begin, unit.end + begin, unit.category) for unit in units] for units in coders]
    assert alpha_u(moved, LENGTH, begin) == found
    names = dict(zip(CATEGORIES, chance.sample(CATEGORIES, len(CATEGORIES)), strict=True))
    renamed = alpha_u([[unit._replace(category=names[unit.category]) for unit in units] for units in coders], LENGTH)
    assert renamed[:3] == found[:3]
    assert renamed.by_category == {names[name]: one for name, one in found.by_category.items()}


@given(codings())
def test_ranges_and_perfect_agreement(coders: list[list[Unit]]) -> None:
    """At most 1; 1 when all coders do the same; undefined values say why."""
    found = alpha_u(coders, LENGTH)
    assert (found.value is None) == bool(found.note)
    assert found.value is None or found.value <= 1
    same = alpha_u([coders[0]] * len(coders), LENGTH)
    assert same.value == (1.0 if coders[0] else None)
    assert list(found.by_category) == sorted(found.by_category)
