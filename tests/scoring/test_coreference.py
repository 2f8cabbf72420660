"""Coreference measures: official cases, cases worked by hand, definitions taken literally, and laws."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.scoring.coreference import (
    CLUSTER_MEASURES,
    BlancCounts,
    ClusterCounts,
    b_cubed,
    blanc,
    ceaf_e,
    ceaf_m,
    lea,
    muc,
)

Side = list[frozenset[str]]

ORACLES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "oracles" / "coreference-cases.jsonl").read_text("utf-8").splitlines()
]
OFFICIAL_NAMES = {"bcub": "b_cubed", "ceafm": "ceaf_m", "ceafe": "ceaf_e"}

MENTIONS = ["委员", "省政协", "𠀀剑阁县", "姚家乡", "该村", "村民", "当地", "（其）", "\u00a0他们"]
clusters = st.lists(st.frozensets(st.sampled_from(MENTIONS), max_size=4), max_size=6)
"""Any clusters, also ones that share mentions."""
partitions = st.lists(st.integers(-1, 4), min_size=len(MENTIONS), max_size=len(MENTIONS)).map(
    lambda labels: [
        frozenset(mention for mention, label in zip(MENTIONS, labels, strict=True) if label == wanted)
        for wanted in sorted(set(labels) - {-1})
    ]
)
"""Clusters that share nothing; label -1 leaves a mention out."""


def side(text: str) -> Side:
    """Clusters by letter: `a bc` is {a} {b, c}."""
    return [frozenset(letters) for letters in text.split()]


def kinds_of(gold: Side, predicted: Side) -> dict[str, ClusterCounts]:
    """Every ratio pair of two sides by name; BLANC's kinds of link apart."""
    links = blanc(gold, predicted)
    return {name: measure(gold, predicted) for name, measure in CLUSTER_MEASURES.items()} | {
        "coreferent": links.coreferent,
        "non_coreferent": links.non_coreferent,
    }


@pytest.mark.parametrize("case", ORACLES, ids=lambda case: case["name"])
def test_official_cases(case: dict[str, dict[str, list[float]]]) -> None:
    """Recall, precision and F1 of the CoNLL scorer's and coval's own tests, printed to five decimals."""
    gold, predicted = ([frozenset(letters) for letters in case[name]] for name in ("key", "response"))
    for name, expected in case["expected_R_P_F1"].items():
        measure: Callable[[Side, Side], ClusterCounts | BlancCounts] = CLUSTER_MEASURES.get(
            OFFICIAL_NAMES.get(name, name), blanc
        )
        counts = measure(gold, predicted)
        assert (counts.recall, counts.precision, counts.f1) == pytest.approx(expected, abs=5e-6), name


NAMES = ("muc", "b_cubed", "ceaf_m", "ceaf_e", "lea", "coreferent", "non_coreferent")
WORKED = [
    # TC-A-4. Common: a/a 1, bc/bcx 2, d/dy 1. MUC 1 of 2+1 links each. B³ R (1+4/2+1/3)/6, P (1+4/3+1/2)/7.
    # CEAF maps a-a, bc-bcx, def-dy: 1+2+1 mentions; 1+4/5+2/5 = 11/5 of 3 and of 4 clusters.
    # LEA R (1+2)/6, P (1+3·1/3)/7. Links: bc of 4 and of 4; ab ac ad bd cd of 15-4 and of 21-4.
    ("a bc def", "a bcx dy z", "1/3 1/3, 5/9 17/42, 4/6 4/7, 11/15 11/20, 3/6 2/7, 1/4 1/4, 5/11 5/17"),
    # TC-A-5: B is not b. B³ P (1+4/4+1/2)/8; CEAFe 1+4/6+2/5 = 31/15; LEA P (1+4·1/6)/8; 7 and 28-7 links.
    ("a bc def", "a bcxB dy z", "1/3 1/4, 5/9 5/16, 4/6 4/8, 31/45 31/60, 3/6 5/24, 1/4 1/7, 5/11 5/21"),
    # TC-A-6: B³ P (17/6)/8; the mapped clusters are those of TC-A-4; 3+1+1 and 28-5 links.
    ("a bc def", "a bcx dy Bz", "1/3 1/4, 5/9 17/48, 4/6 4/8, 11/15 11/20, 3/6 2/8, 1/4 1/5, 5/11 5/23"),
    # TC-A-10: singletons have no MUC link. B³ R (1+2/2+3/3)/6; CEAFe 1+2/3+2/4 = 13/6; LEA only {a}.
    ("a bc def", "a b c d e f", "0/3 -, 3/6 6/6, 3/6 3/6, 13/18 13/36, 1/6 1/6, 0/4 -, 11/11 11/15"),
    # TC-A-11: B³ P (1+4+9)/6 of 6; CEAFe def-abcdef 6/9; LEA R (0+2+3)/6, P 4 of 15 links.
    ("a bc def", "abcdef", "3/3 3/5, 6/6 14/36, 3/6 3/6, 2/9 2/3, 5/6 4/15, 4/4 4/15, 0/11 -"),
    # TC-A-12: B³ R (1+1/2+2/3)/6; CEAFe 13/6 again; of the links of a, c, d, e all but de are apart in both.
    ("a bc def", "a x y c d e z", "0/3 -, 13/36 4/7, 3/6 3/7, 13/18 13/42, 1/6 1/7, 0/4 -, 5/11 5/21"),
    # TC-A-13: parts a, c, de. B³ R (1+1/2+4/3)/6, P (1+1+4)/7 of 7; CEAFe 4/10; LEA R 3·1/3 of 6, P 1/21.
    ("a bc def", "axycdez", "1/3 1/6, 17/36 6/49, 2/6 2/7, 2/15 2/5, 1/6 1/21, 1/4 1/21, 0/11 -"),
    # TC-B-1: common b, c, de. B³ R (1/2+1/3+4/3)/5, P (1/3+1/3+4/2)/5; CEAFe 2/5+4/5; LEA R 3·1/3, P 2 of 5.
    ("ab cde", "bcx de", "1/3 1/3, 13/30 8/15, 3/5 3/5, 3/5 3/5, 1/5 2/5, 1/4 1/4, 2/6 2/6"),
    # TC-C-1: TC-B-1 and a cluster of two that is right.
    ("ab cde fg", "bcx de fg", "2/4 2/4, 25/42 14/21, 5/7 5/7, 11/15 11/15, 3/7 4/7, 2/5 2/5, 10/16 10/16"),
    # TC-D-1 (Bagga and Baldwin's example): B³ P (5+(4+25)/7)/12 = 64/84; CEAFe 1+10/12; LEA P (5+7·11/21)/12.
    # Links 10+1+10 and 10+21, of 66.
    ("12345 67 89ABC", "12345 6789ABC", "9/9 9/10, 1/1 64/84, 5/6 5/6, 11/18 11/12, 1/1 13/18, 1/1 21/31, 35/45 1/1"),
    # TC-K-1 (Vilain's example): three parts of two. B³ R 3·4/7 of 7, P 3·4/3 of 9; CEAFe 4/10; LEA R 3/21, P 3/9.
    ("BCDEGHJ", "ABC DEF GHI", "3/6 3/6, 12/49 4/9, 2/7 2/9, 2/5 2/15, 1/7 3/9, 3/21 3/9, - 0/27"),
    # TC-L-1: common AB, C, D, FG. B³ R (4+1)/3+(1+4)/4 of 7, P 4/2+1/2+1/2+4/3 of 7; CEAFe 4/5+4/7 = 48/35.
    # LEA R 3·1/3+4·1/6, P 2+3·1/3 of 7. Apart in both: 15 links of six mentions - 3-3 - 1-1-1 + 2.
    ("ABC DEFG", "AB CD FGH", "2/5 2/4, 5/12 13/21, 4/7 4/7, 24/35 16/35, 5/21 3/7, 2/9 2/5, 8/12 8/16"),
    # TC-M-3: one cluster in gold has no link between clusters. B³ R (4+9+1)/6 of 6; CEAFe 6/9.
    ("abcdef", "ab cde f", "3/5 3/3, 7/18 6/6, 3/6 3/6, 2/3 2/9, 4/15 5/6, 4/15 4/4, - 0/11"),
    # TC-N-3: singletons in gold have no link within clusters. B³ P 3·1 of 6; CEAFe 2/3+2/4+1; LEA only {f}.
    ("a b c d e f", "ab cde f", "- 0/3, 6/6 3/6, 3/6 3/6, 13/36 13/18, 1/6 1/6, - 0/4, 11/15 11/11"),
    # TC-N-6: B³ R 3/6, P (2/2+1/3)/6; CEAFe 2/3+2/4 = 7/6; of the links of a, b, c all but ab are apart in both.
    ("a b c d e f", "ab cxy z", "- 0/3, 3/6 2/9, 2/6 2/6, 7/36 7/18, 0/1 0/1, - 0/4, 2/15 2/11"),
    # Nothing predicted, nothing to find, nothing at all.
    ("ab c", "", "0/1 -, 0/3 -, 0/3 -, 0/2 -, 0/3 -, 0/1 -, 0/2 -"),
    ("", "ab c", "- 0/1, - 0/3, - 0/3, - 0/2, - 0/3, - 0/1, - 0/2"),
    ("", "", "- -, - -, - -, - -, - -, - -, - -"),
]


@pytest.mark.parametrize(("gold", "predicted", "expected"), WORKED)
def test_worked_cases(gold: str, predicted: str, expected: str) -> None:
    """Recall and precision of each measure, worked out above; `-` is undefined."""
    found = kinds_of(side(gold), side(predicted))
    for name, pair in zip(NAMES, expected.split(", "), strict=True):
        wanted = [None if ratio == "-" else float(Fraction(ratio)) for ratio in pair.split()]
        assert [found[name].recall, found[name].precision] == pytest.approx(wanted), name


@pytest.mark.parametrize(
    ("gold", "predicted", "expected"),
    [
        # TC-A-2: F 2/5 within and 2·2/(11+2) = 4/13 between clusters.
        ("a bc def", "a de", (Fraction(19, 88), 1, Fraction(23, 65))),
        # TC-A-10: no link within a predicted cluster, so that half counts 0. P (0+11/15)/2, F (0+22/26)/2.
        ("a bc def", "a b c d e f", (Fraction(1, 2), Fraction(11, 30), Fraction(11, 26))),
        # TC-A-11: no link between predicted clusters. R (1+0)/2, P (4/15+0)/2, F (8/19+0)/2.
        ("a bc def", "abcdef", (Fraction(1, 2), Fraction(2, 15), Fraction(4, 19))),
        # TC-B-1: (1/4+1/3)/2. TC-C-1: (2/5+10/16)/2.
        ("ab cde", "bcx de", (Fraction(7, 24),) * 3),
        ("ab cde fg", "bcx de fg", (Fraction(41, 80),) * 3),
        # TC-M-3, M-2: gold is one cluster, so only links within count. F 2·4/(15+4).
        ("abcdef", "ab cde f", (Fraction(4, 15), 1, Fraction(8, 19))),
        ("abcdef", "a b c d e f", (0, 0, 0)),
        # TC-N-1, N-3, N-2: gold is singletons, so only links between count. F 2·11/(15+11).
        ("a b c d e f", "a b c d e f", (1, 1, 1)),
        ("a b c d e f", "ab cde f", (Fraction(11, 15), 1, Fraction(11, 13))),
        ("a b c d e f", "abcdef", (0, 0, 0)),
        # One side has no link, or neither has.
        ("a", "ab", (None, 0, 0)),
        ("ab", "a", (0, None, 0)),
        ("a", "a", (None, None, None)),
        ("", "", (None, None, None)),
    ],
)
def test_blanc_and_its_special_cases(
    gold: str, predicted: str, expected: tuple[Fraction | int | None, Fraction | int | None, Fraction | int | None]
) -> None:
    """Recall, precision and F1 as the official README gives them, and None where they are 0/0."""
    counts = blanc(side(gold), side(predicted))
    wanted = [None if value is None else float(value) for value in expected]
    assert [counts.recall, counts.precision, counts.f1] == pytest.approx(wanted)


def test_no_mention_is_added_to_gold() -> None:
    """Mentions x, y, z are predicted only; scorch 0.2.0 adds them to gold and reports B³ .685 and CEAFe .693."""
    gold, predicted = side("a bc def"), side("a bcx dy z")
    assert b_cubed(gold, predicted) == ClusterCounts(float(Fraction(10, 3)), 6, float(Fraction(17, 6)), 7)
    assert b_cubed(gold, predicted).f1 == pytest.approx(170 / 363)  # 2·(5/9)(17/42) / (5/9+17/42) = .4683
    assert ceaf_e(gold, predicted) == ClusterCounts(2.2, 3, 2.2, 4)
    assert ceaf_e(gold, predicted).f1 == pytest.approx(4.4 / 7)


def test_clusters_that_share_a_mention_are_one() -> None:
    """{b c x} and {b z} are {b c x z}: B³ P (1+4/4+1/2)/7; the CoNLL scorer would drop the second b (17/42)."""
    gold, predicted = side("a bc def"), side("a bcx dy bz")
    assert b_cubed(gold, predicted).precision == pytest.approx(float(Fraction(5, 14)))
    for measure in CLUSTER_MEASURES.values():
        assert measure(gold, predicted) == measure(gold, side("a bcxz dy"))


def test_counts_add_over_documents() -> None:
    """TC-A-2 and TC-A-4 as two documents: CEAFe (9/5+11/5) of 3+3 and of 2+4 clusters, whatever the cases' own F1."""
    first = ceaf_e(side("a bc def"), side("a de"))
    both = first.plus(ceaf_e(side("a bc def"), side("a bcx dy z")))
    assert (both.recall, both.precision) == pytest.approx((4 / 6, 4 / 6))
    links = blanc(side("a bc def"), side("a de")).plus(blanc(side("a bc def"), side("a bcx dy z")))
    assert links == BlancCounts(ClusterCounts(2, 8, 2, 5), ClusterCounts(7, 22, 7, 19))


def test_a_large_tangle_is_solved_exactly() -> None:
    """A ring of 150 clusters of three against the same ring shifted by one: every cluster keeps two of its mentions."""
    gold = [frozenset(range(3 * index, 3 * index + 3)) for index in range(150)]
    predicted = [frozenset((mention + 1) % 450 for mention in cluster) for cluster in gold]
    assert ceaf_m(gold, predicted) == ClusterCounts(300, 450, 300, 450)
    assert ceaf_e(gold, predicted) == ClusterCounts(100, 150, 100, 150)


@given(partitions, partitions)
def test_muc_and_b_cubed_by_their_definitions(gold: Side, predicted: Side) -> None:
    """Parts and mentions counted one by one give the same sums."""
    cluster_of = {mention: cluster for cluster in predicted for mention in cluster}
    by_parts = 0
    by_mention = Fraction(0)
    for cluster in gold:
        by_parts += len(cluster) - len({cluster_of.get(mention, mention) for mention in cluster})
        for mention in cluster:
            by_mention += Fraction(len(cluster & cluster_of.get(mention, frozenset())), len(cluster))
    assert muc(gold, predicted).recall_numerator == by_parts
    assert b_cubed(gold, predicted).recall_numerator == float(by_mention)


@given(partitions, partitions)
def test_lea_and_blanc_by_their_definitions(gold: Side, predicted: Side) -> None:
    """Links counted one by one give the same sums."""
    together = [
        {frozenset(pair) for cluster in side for pair in combinations(cluster, 2)} for side in (gold, predicted)
    ]
    apart = [
        {frozenset(pair) for pair in combinations(set().union(*side), 2)} - linked
        for side, linked in zip((gold, predicted), together, strict=True)
    ]
    assert blanc(gold, predicted) == BlancCounts(
        *(
            ClusterCounts(len(mine & theirs), len(mine), len(mine & theirs), len(theirs))
            for mine, theirs in (together, apart)
        )
    )
    by_links = Fraction(0)
    for cluster in gold:
        links = {frozenset(pair) for pair in combinations(cluster, 2)}
        share = Fraction(len(links & together[1]), len(links)) if links else Fraction(cluster in predicted)
        by_links += len(cluster) * share
    assert lea(gold, predicted).recall_numerator == float(by_links)


@given(partitions, partitions)
def test_ceaf_is_the_best_of_all_maps(gold: Side, predicted: Side) -> None:
    """No one-to-one map of clusters has more common mentions, or a greater sum of φ₄ in exact fractions."""
    small, large = sorted((gold, predicted), key=len)
    maps = [list(zip(small, chosen, strict=True)) for chosen in permutations(large, len(small))]
    assert ceaf_m(gold, predicted).recall_numerator == max(sum(len(k & r) for k, r in pairs) for pairs in maps)
    best = max(sum((Fraction(2 * len(k & r), len(k) + len(r)) for k, r in pairs), start=Fraction(0)) for pairs in maps)
    assert ceaf_e(gold, predicted).recall_numerator == float(best)


@given(clusters)
def test_a_side_agrees_with_itself(gold: Side) -> None:
    """Identical sides score exactly 1 wherever there is anything to score."""
    for name, counts in kinds_of(gold, gold).items():
        assert counts.recall == counts.precision == counts.f1, name
        assert counts.f1 in (1, None), name
    assert blanc(gold, gold).f1 in (1, None)


@given(clusters, clusters)
def test_swapping_sides_swaps_recall_and_precision(gold: Side, predicted: Side) -> None:
    """Each measure of the swapped sides has the other's numbers; F1 stays."""
    swapped = kinds_of(predicted, gold)
    for name, counts in kinds_of(gold, predicted).items():
        assert swapped[name] == ClusterCounts(*counts[2:], *counts[:2]), name
        assert swapped[name].f1 == counts.f1, name


@given(clusters, clusters)
def test_values_lie_between_0_and_1(gold: Side, predicted: Side) -> None:
    """No ratio is negative or above 1, also where clusters share mentions."""
    everything: list[ClusterCounts | BlancCounts] = [*kinds_of(gold, predicted).values(), blanc(gold, predicted)]
    for counts in everything:
        assert all(value is None or 0 <= value <= 1 for value in (counts.recall, counts.precision, counts.f1))


@given(clusters, clusters, st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(gold: Side, predicted: Side, shuffled: random.Random) -> None:
    """Shuffled clusters, a copy of one of them and renamed mentions give exactly the same sums."""
    names = dict(zip(MENTIONS, shuffled.sample(range(100), len(MENTIONS)), strict=True))
    renamed = [
        [frozenset(names[mention] for mention in cluster) for cluster in shuffled.sample(side, len(side))]
        for side in (gold, predicted)
    ]
    expected = kinds_of(gold, predicted)
    assert {name: measure(*renamed) for name, measure in CLUSTER_MEASURES.items()} | dict(
        zip(BlancCounts._fields, blanc(*renamed), strict=True)
    ) == expected
    assert kinds_of([*gold, *gold[:1]], predicted) == expected


@given(clusters, clusters, clusters, clusters)
def test_two_documents_are_their_union(first: Side, second: Side, third: Side, fourth: Side) -> None:
    """Documents share no mention, so their counts add up to those of one document that holds both."""
    gold, predicted = (
        [frozenset((number, mention) for mention in cluster) for number, side in enumerate(sides) for cluster in side]
        for sides in ((first, third), (second, fourth))
    )
    for name, measure in CLUSTER_MEASURES.items():
        summed = measure(first, second).plus(measure(third, fourth))
        assert measure(gold, predicted) == pytest.approx(summed), name
