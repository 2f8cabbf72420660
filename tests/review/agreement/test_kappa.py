"""Coefficients of categories: cases worked by hand, another library, and laws."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from workbench.review.agreement.kappa import (
    Coefficient,
    bennett_s,
    cohen_kappa,
    cohen_kappa_max,
    fleiss_kappa,
    fleiss_kappa_by_category,
    gwet_ac1,
    krippendorff_alpha,
    masi_distance,
    nominal_distance,
    observed_agreement,
    scott_pi,
    set_distance,
)

Pairs = list[tuple[str, str]]

OF_PAIRS: dict[str, Callable[[Pairs], Coefficient]] = {
    "observed": observed_agreement,
    "kappa": cohen_kappa,
    "pi": scott_pi,
    "S": bennett_s,
    "AC1": gwet_ac1,
    "fleiss": fleiss_kappa,
    "alpha": krippendorff_alpha,
}

CATEGORIES = ["帮扶", "𠀀捐赠", "培训\u00a0", "（其他）"]
pairs_of = st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES)), max_size=12)
items_of = st.lists(st.lists(st.none() | st.sampled_from(CATEGORIES), min_size=4, max_size=4), max_size=10)
"""Items of four coders with missing codings."""


def pairs(text: str) -> Pairs:
    """Pairs of one letter each, with how often: `aa4 ab2`."""
    return [(word[0], word[1]) for word in text.split() for _ in range(int(word[2:]))]


# 7 of 10 agree. The first coder says a 6 times, the second 5 times: 11 a and 9 b of 20.
WORKED = "aa4 bb3 ab2 ba1"


@pytest.mark.parametrize(
    ("measure", "value", "expected"),
    [
        # Ae = .6·.5 + .4·.5 = .5; (.7 − .5)/.5.
        (cohen_kappa, Fraction(2, 5), Fraction(1, 2)),
        # At most 5 a and 4 b can agree: (.9 − .5)/.5.
        (cohen_kappa_max, Fraction(4, 5), Fraction(1, 2)),
        # Ae = (121 + 81)/400 = .505; .195/.495.
        (scott_pi, Fraction(13, 33), Fraction(101, 200)),
        # Ae = 1/2.
        (bennett_s, Fraction(2, 5), Fraction(1, 2)),
        # Ae = 2·(11·9)/400 over 2 − 1 = .495; .205/.505.
        (gwet_ac1, Fraction(41, 101), Fraction(99, 200)),
        # Two coders: Fleiss' kappa is Scott's pi.
        (fleiss_kappa, Fraction(13, 33), Fraction(101, 200)),
        # De = 2·11·9/(20·19) = 99/190; 1 − .3·190/99 = 42/99.
        (krippendorff_alpha, Fraction(14, 33), Fraction(99, 190)),
    ],
)
def test_two_coders(measure: Callable[[Pairs], Coefficient], value: Fraction, expected: Fraction) -> None:
    """Each coefficient of one table, worked out above."""
    found = measure(pairs(WORKED))
    assert (found.value, found.expected, found.items) == (float(value), float(expected), 10)
    assert not found.note


def test_observed_agreement() -> None:
    """7 of 10."""
    assert observed_agreement(pairs(WORKED)) == Coefficient(0.7, 0.7, None, 10)


def test_declared_categories_count_for_s_and_ac1() -> None:
    """With four categories S compares with 1/4, (.7−.25)/.75; AC1 with .495/3 = .165, .535/.835."""
    assert bennett_s(pairs(WORKED), "abcd").value == pytest.approx(0.6)
    assert gwet_ac1(pairs(WORKED), "abcd").value == pytest.approx(0.535 / 0.835)


@pytest.mark.parametrize("measure", [bennett_s, gwet_ac1, krippendorff_alpha])
def test_undeclared_category_is_refused(measure: Callable[..., Coefficient]) -> None:
    """A coding outside the declared categories is named."""
    with pytest.raises(ValueError, match="outside the declared categories: 'b'"):
        measure(pairs(WORKED), categories=["a", "c"])


@pytest.mark.parametrize("name", OF_PAIRS)
def test_nothing_is_undefined(name: str) -> None:
    """Without items there is no value, and the note says so."""
    found = OF_PAIRS[name]([])
    assert found[:4] == (None, None, None, 0)
    assert found.note == "no item was coded by two coders"


@pytest.mark.parametrize("measure", [cohen_kappa, cohen_kappa_max, scott_pi, bennett_s, gwet_ac1, fleiss_kappa])
def test_one_category_is_undefined(measure: Callable[[Pairs], Coefficient]) -> None:
    """Where only one category was used, agreement is 1 and proves nothing."""
    found = measure(pairs("aa5"))
    assert (found.value, found.observed, found.items) == (None, 1.0, 5)
    assert "one category" in found.note


def test_skew() -> None:
    """Gwet's paradox: agreement .9, and Cohen's kappa below 0 where AC1 is high.

    95 of 100 x|x, none o|o, 5 split 3 and 2. κ: Ae = .98·.97 + .02·.03 = .9512, (.95−.9512)/.0488.
    AC1: 195 x of 200: Ae = 2·195·5/40000 = .04875, .90125/.95125.
    """
    table = pairs("xx95 xo3 ox2")
    assert cohen_kappa(table).value == pytest.approx(-0.0012 / 0.0488)
    assert gwet_ac1(table).value == pytest.approx(0.90125 / 0.95125)


def test_several_coders() -> None:
    """Fleiss' kappa of aaa, aab, abb, bbb.

    Agreeing ordered pairs 6+2+2+6 of 4·6 = 2/3; 6 a and 6 b of 12, so Ae = 1/2 and κ = 1/3. Category a: of the 6 a,
    each with two others, 6+2 of 12 are met by an a: (2/3 − 1/2)/(1/2) = 1/3.
    """
    items = ["aaa", "aab", "abb", "bbb"]
    found = fleiss_kappa(items)
    assert found[:4] == pytest.approx((1 / 3, 2 / 3, 1 / 2, 4))
    each = fleiss_kappa_by_category(items)
    assert {name: one.value for name, one in each.items()} == pytest.approx({"a": 1 / 3, "b": 1 / 3})


def test_fleiss_needs_equally_many_codings() -> None:
    """Missing codings are alpha's business; one coder is none."""
    with pytest.raises(ValueError, match="not 2 and 3"):
        fleiss_kappa(["aa", "aab"])
    assert fleiss_kappa(["a", "b"]).value is None
    assert fleiss_kappa_by_category(["a", "b"]) == {}
    assert fleiss_kappa_by_category(["aa", "aa"])["a"].value is None


# Krippendorff 2011, Computing Krippendorff's alpha-reliability: 4 observers, 12 units; 0 is missing.
OBSERVERS = ["123321412000", "123322412503", "033323422510", "123324412510"]
UNITS = [[int(digit) or None for digit in unit] for unit in zip(*OBSERVERS, strict=True)]


def test_missing_codings() -> None:
    """The last unit has one coding and is left out: 40 codings, 9 13 10 5 3 of each value.

    De = (1600 − 81 − 169 − 100 − 25 − 9)/(40·39) = 1216/1560. Of ordered pairs, 6, 12 and 6 differ in units 2, 6 and
    8, each over 4 − 1: Do = (2+4+2)/40 = .2. α = 1 − .2·1560/1216 = .743.
    """
    found = krippendorff_alpha(UNITS)
    assert found[:4] == pytest.approx((1 - 312 / 1216, 0.2, 1216 / 1560, 11))


def test_other_distances() -> None:
    """With squared differences the same data give .849, as printed there."""
    assert krippendorff_alpha(UNITS, lambda one, other: (one - other) ** 2).value == pytest.approx(0.849, abs=5e-4)


def test_one_used_category_of_several_is_full_agreement() -> None:
    """α is 1 where others were declared, else undefined; a distance that sees no difference is alike."""
    found = krippendorff_alpha(["aa", "aa"], categories="ab")
    assert (found.value, found.observed, found.expected) == (1.0, 0.0, 0.0)
    assert "by convention" in found.note
    assert krippendorff_alpha(["aa", "aa"]).value is None
    assert krippendorff_alpha(["ab", "ba"], lambda *_: 0).value == 1.0


@pytest.mark.parametrize(
    ("one", "other", "distance", "masi"),
    [
        ("", "", 0, 0),
        ("a", "", Fraction(1, 3), Fraction(1, 3)),  # a subset, nothing shared: Jaccard's distance is 1
        ("ab", "ab", 0, 0),
        ("a", "ab", Fraction(1, 3), Fraction(1, 6)),  # 1/2 · 1/3
        ("ab", "bc", Fraction(2, 3), Fraction(4, 9)),  # 2/3 · 2/3
        ("a", "b", 1, 1),
    ],
)
def test_distances_of_sets(one: str, other: str, distance: Fraction, masi: Fraction) -> None:
    """Both ways."""
    for sides in ((set(one), set(other)), (set(other), set(one))):
        assert (set_distance(*sides), masi_distance(*sides)) == (distance, masi)
        assert nominal_distance(*sides) == bool(distance)


@given(pairs_of)
def test_kappa_is_scikit_learns(table: Pairs) -> None:
    """Where scikit-learn's kappa is defined, it is ours."""
    assume(len({category for pair in table for category in pair}) > 1)
    first, second = zip(*table, strict=True)
    assert cohen_kappa(table).value == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)


@given(pairs_of, st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(table: Pairs, chance: random.Random) -> None:
    """Not the coders', not the items', not the labels'."""
    mixed = chance.sample(table, len(table))
    turned = [(other, one) for one, other in table]
    names = dict(zip(CATEGORIES, chance.sample(CATEGORIES, len(CATEGORIES)), strict=True))
    renamed = [(names[one], names[other]) for one, other in table]
    for measure in (*OF_PAIRS.values(), cohen_kappa_max):
        found = measure(table)
        assert measure(mixed) == measure(turned) == measure(renamed) == found


@given(pairs_of)
def test_ranges(table: Pairs) -> None:
    """No coefficient leaves −1 to 1; what is undefined says why; kappa stays below its maximum."""
    for measure in (*OF_PAIRS.values(), cohen_kappa_max):
        found = measure(table)
        assert (found.value is None) == bool(found.note)
        assert found.value is None or -1 <= found.value <= 1
    kappa, most = cohen_kappa(table).value, cohen_kappa_max(table).value
    assert kappa is None or (most is not None and kappa <= most)


@given(pairs_of)
def test_two_coders_of_several(table: Pairs) -> None:
    """Two coders' Fleiss kappa is π, and 1 − α = (1 − π)(2N − 1)/2N."""
    pi, alpha = scott_pi(table), krippendorff_alpha(table)
    assert fleiss_kappa(table).value == pi.value
    if pi.value is not None:
        codings = 2 * len(table)
        assert alpha.value == pytest.approx(1 - (1 - pi.value) * (codings - 1) / codings)


@given(st.lists(st.sampled_from(CATEGORIES), max_size=12))
def test_perfect_agreement(codings: list[str]) -> None:
    """1, or undefined where only one category was used."""
    table = [(category, category) for category in codings]
    for name, measure in OF_PAIRS.items():
        wanted = 1.0 if len(set(codings)) > 1 or (name == "observed" and codings) else None
        assert measure(table).value == wanted, name
        assert wanted or measure(table).note
    if codings:
        for declared in (bennett_s, gwet_ac1, krippendorff_alpha):
            assert declared(table, categories=CATEGORIES).value == 1.0


@given(items_of, st.permutations(range(4)), st.randoms(use_true_random=False))
def test_alpha_with_missing_codings(
    items: list[list[str | None]], coders: Sequence[int], chance: random.Random
) -> None:
    """Neither the coders' nor the items' order matters, nor items with fewer than two codings."""
    found = krippendorff_alpha(items)
    mixed = [[item[coder] for coder in coders] for item in chance.sample(items, len(items))]
    assert krippendorff_alpha(mixed) == found
    assert krippendorff_alpha([*items, [None, "帮扶", None, None], [None] * 4]) == found
    assert found.items == sum(len(item) - item.count(None) > 1 for item in items)
    assert found.value is None or found.value <= 1


@given(items_of)
def test_fleiss_by_category_makes_the_whole(items: list[list[str | None]]) -> None:
    """Weighed by p(1−p), the categories' kappas make Fleiss' kappa. Fleiss 1971."""
    full = [[category or "—" for category in item] for item in items]
    found = fleiss_kappa(full)
    each = fleiss_kappa_by_category(full)
    if found.value is None:
        return
    weights = {name: (one.expected or 0.0) * (1 - (one.expected or 0.0)) for name, one in each.items()}
    mean = sum(weights[name] * (one.value or 0.0) for name, one in each.items()) / sum(weights.values())
    assert found.value == pytest.approx(mean)
