"""The alignment: optimal, one to one, independent of order."""

from __future__ import annotations

import random
import subprocess
import sys
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import fragments
from workbench.core import assignment
from workbench.core.assignment import best_assignment
from workbench.core.matching import Labelled, Pair, match
from workbench.core.text import Span, merge_fragments, shared


def item(start: int, end: int, kind: str = "ORG") -> Labelled:
    return Labelled((Span(start, end),), kind)


items = st.lists(
    st.builds(Labelled, fragments(14, most=2).map(merge_fragments), st.sampled_from(["ORG", "LOC"])), max_size=6
)


def objective(pairs: list[Pair], left: list[Labelled], right: list[Labelled]) -> tuple[int, ...]:
    """The five criteria of a pairing, most important first."""
    spans = [left[pair.left].fragments == right[pair.right].fragments for pair in pairs]
    types = [left[pair.left].type == right[pair.right].type for pair in pairs]
    points = sum(shared(left[pair.left].fragments, right[pair.right].fragments) for pair in pairs)
    return (sum(s and t for s, t in zip(spans, types, strict=True)), sum(spans), sum(types), len(pairs), points)


def brute_force(left: list[Labelled], right: list[Labelled]) -> tuple[int, ...]:
    """The best objective over all one-to-one pairings of overlapping spans."""
    if len(left) > len(right):
        return brute_force(right, left)
    best = (0, 0, 0, 0, 0)
    for chosen in permutations(range(len(right)), len(left)):
        pairs = [
            Pair(index, other)
            for index, other in enumerate(chosen)
            if shared(left[index].fragments, right[other].fragments)
        ]
        best = max(best, objective(pairs, left, right))
    return best


@given(items, items)
def test_the_alignment_is_optimal(left: list[Labelled], right: list[Labelled]) -> None:
    """No one-to-one pairing of overlapping spans is better under the criteria, compared in turn."""
    pairs = list(match(left, right))
    assert len({pair.left for pair in pairs}) == len({pair.right for pair in pairs}) == len(pairs)
    assert all(shared(left[pair.left].fragments, right[pair.right].fragments) for pair in pairs)
    assert objective(pairs, left, right) == brute_force(left, right)


@given(items, items, st.randoms(use_true_random=False))
def test_order_does_not_matter(left: list[Labelled], right: list[Labelled], shuffled: random.Random) -> None:
    """Shuffling either side, or exchanging the sides, gives the same objective."""
    mixed_left, mixed_right = (shuffled.sample(side, len(side)) for side in (left, right))
    expected = objective(list(match(left, right)), left, right)
    assert objective(list(match(mixed_left, mixed_right)), mixed_left, mixed_right) == expected
    assert objective(list(match(right, left)), right, left) == expected


def by_value(left: list[Labelled], right: list[Labelled]) -> list[tuple[Labelled, Labelled]]:
    return sorted((left[pair.left], right[pair.right]) for pair in match(left, right))


@given(items, items, st.randoms(use_true_random=False))
def test_ties_are_settled_by_value(left: list[Labelled], right: list[Labelled], shuffled: random.Random) -> None:
    """Among equally good pairings the same is chosen in any order, and when the sides are exchanged."""
    chosen = by_value(left, right)
    assert by_value(shuffled.sample(left, len(left)), shuffled.sample(right, len(right))) == chosen
    assert sorted((one, other) for other, one in by_value(right, left)) == chosen


@given(items, items)
def test_equal_items_are_paired_in_turn(left: list[Labelled], right: list[Labelled]) -> None:
    """Of equal items on one side, those that stand first are paired, and with the partner that sorts first."""
    pairs = match(left, right)
    for side, paired in ((left, [pair.left for pair in pairs]), (right, [pair.right for pair in pairs])):
        for index, item in enumerate(side):
            if index in paired:
                assert all(earlier in paired for earlier in range(index) if side[earlier] == item)
    other = {pair.left: right[pair.right] for pair in pairs}
    for (one, partner), (later, further) in combinations(sorted(other.items()), 2):
        if left[one] == left[later] and left[one] not in (partner, further):
            assert partner <= further


def test_pairs_stand_in_order() -> None:
    """Pairs are sorted by the left index."""
    assert match([item(0, 3), item(5, 8)], [item(5, 9), item(0, 3)]) == (Pair(0, 1), Pair(1, 0))


@given(items, items)
def test_exact_pairs_are_the_intersection(left: list[Labelled], right: list[Labelled]) -> None:
    """Strict correct is the size of the intersection of the two bags, always."""
    pairs = list(match(left, right))
    common = sum(min(left.count(kind), right.count(kind)) for kind in set(left))
    assert objective(pairs, left, right)[0] == common


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        # 四川省政协 with a nested 四川省 predicted first: the exact partner is not stolen.
        ([item(0, 5)], [item(0, 3, "LOC"), item(0, 5)], {(0, 1)}),
        # The first prediction overlaps both gold spans: both can be paired only one way.
        ([item(0, 10), item(10, 20)], [item(8, 13), item(0, 3)], {(0, 1), (1, 0)}),
        ([item(0, 5)], [item(5, 10)], set()),
        ([item(0, 5)], [], set()),
    ],
)
def test_cases_where_greedy_matching_fails(
    left: list[Labelled], right: list[Labelled], expected: set[tuple[int, int]]
) -> None:
    """Pairings worked out by hand, for inputs on which first-come matching goes wrong."""
    assert set(match(left, right)) == expected


def test_gaps_are_no_overlap() -> None:
    """A span in the gap of a discontinuous one is not paired with it."""
    assert match([Labelled((Span(0, 2), Span(5, 9)), "ORG")], [item(2, 5)]) == ()


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 9), min_size=n, max_size=n), min_size=1, max_size=5)
    )
)
def test_best_assignment_against_brute_force(weights: list[list[int]]) -> None:
    """The assignment's sum is the greatest over all permutations, for wide and tall tables."""
    height, width = len(weights), len(weights[0])
    table = weights if height <= width else [list(column) for column in zip(*weights, strict=True)]
    best = max(
        sum(table[row][column] for row, column in enumerate(chosen))
        for chosen in permutations(range(len(table[0])), len(table))
    )
    assert sum(weights[row][column] for row, column in best_assignment(weights)) == best


@pytest.mark.parametrize("extra", [0, 10**30])
def test_large_tables_go_to_scipy_and_huge_numbers_do_not(extra: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables of 20 rows give the integer method's sum; weights that floats cannot hold never reach scipy."""
    chosen = random.Random(5)  # noqa: S311
    weights = [[chosen.randrange(1000) + extra * chosen.randrange(2) for _ in range(24)] for _ in range(20)]
    expected = sum(weights[row][column] for row, column in assignment._hungarian(weights))
    asked = []
    by_scipy = assignment._by_scipy
    monkeypatch.setattr(assignment, "_by_scipy", lambda table: asked.append(table) or by_scipy(table))
    assert sum(weights[row][column] for row, column in best_assignment(weights)) == expected
    assert bool(asked) == (extra == 0)


def test_small_tables_import_no_scipy() -> None:
    """Matching of ordinary documents does not pay for scipy's import."""
    code = (
        "import sys; from workbench.core.assignment import best_assignment; "
        "best_assignment([[1, 2, 3]] * 12); assert 'scipy' not in sys.modules; "
        "best_assignment([[1, 2, 3]] * 13 + [[4, 5, 6]]); assert 'scipy' not in sys.modules; "
        "best_assignment([[1] * 20] * 14); assert 'scipy' in sys.modules"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


@given(st.randoms(use_true_random=False), st.integers(14, 24))
def test_large_components_are_optimal_and_symmetric(chosen: random.Random, size: int) -> None:
    """Components that scipy solves: exact pairs are the intersection, and the sides mirror each other."""
    sides = [
        [item(start, start + 30 + chosen.randrange(6), chosen.choice(["ORG", "LOC"])) for start in range(size)]
        for _ in range(2)
    ]
    left, right = sides
    pairs = list(match(left, right))
    assert objective(pairs, left, right)[0] == sum(min(left.count(one), right.count(one)) for one in set(left))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(assignment, "LARGE", 10**6)
        assert objective(pairs, left, right) == objective(list(match(left, right)), left, right)
    assert by_value(left, right) == sorted((one, other) for other, one in by_value(right, left))


def test_a_large_component_is_solved_exactly() -> None:
    """Sixty crossing spans on each side: every one finds its exact partner, in whatever order."""
    spans = [item(start, start + 70) for start in range(60)]
    shuffled = random.Random(7).sample(spans, len(spans))  # noqa: S311
    pairs = match(spans, shuffled)
    assert len(pairs) == 60
    assert all(spans[pair.left] == shuffled[pair.right] for pair in pairs)
