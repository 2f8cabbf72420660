"""Agreement of coders who put the same items into categories: kappa, pi, S, AC1, Fleiss' kappa, Krippendorff's alpha.

Everything is counted in integers and divided once at the end, so the order of items and coders changes no digit. An
undefined coefficient is None and says why. Coefficients of categories say nothing about spans that were missed: for
those see `unitizing` and `gamma`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence, Set
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple, TypeVar

Category = TypeVar("Category", bound=Hashable)
Number = int | float | Fraction

NO_ITEMS = "no item was coded by two coders"
ONE_CATEGORY = "all codings are of one category, which chance alone would give too"
ONE_POSSIBLE = "with one category there is nothing to decide: declare the categories that could have been chosen"
ALL_ALIKE = "no two codings differ, though others could have been chosen: full agreement, 1 by convention"


class Coefficient(NamedTuple):
    """A coefficient, the observed and the expected value it compares, and the number of items it rests on.

    Observed and expected are shares of agreement for the kappas, disagreement for the alphas. None is undefined, and
    then `note` says why; a note can also stand beside a value.
    """

    value: float | None
    observed: float | None
    expected: float | None
    items: int
    note: str = ""


class _Table(NamedTuple):
    """How often each pair of categories was given, by how many items, and each coder's use of each category."""

    agreed: int
    items: int
    first: Counter[Hashable]
    second: Counter[Hashable]


def observed_agreement(pairs: Iterable[tuple[Hashable, Hashable]]) -> Coefficient:
    """Share of items to which two coders gave the same category; None without items."""
    table = _table(pairs)
    if not table.items:
        return Coefficient(None, None, None, 0, NO_ITEMS)
    share = table.agreed / table.items
    return Coefficient(share, share, None, table.items)


def cohen_kappa(pairs: Iterable[tuple[Hashable, Hashable]]) -> Coefficient:
    """Agreement beyond chance, where each coder has their own habits. Cohen 1960: (Ao − Ae) / (1 − Ae).

    Ae = Σ p₁(c)·p₂(c). None without items, and where both coders used one and the same category only.
    """
    table = _table(pairs)
    products = sum(count * table.second[category] for category, count in table.first.items())
    return _beyond_chance(table, products, table.items**2)


def cohen_kappa_max(pairs: Iterable[tuple[Hashable, Hashable]]) -> Coefficient:
    """The greatest kappa that the two coders' category counts allow. Cohen 1960: (Σ min(p₁, p₂) − Ae) / (1 − Ae).

    Observed is the greatest possible agreement. None where `cohen_kappa` is.
    """
    table = _table(pairs)
    products = sum(count * table.second[category] for category, count in table.first.items())
    possible = (table.first & table.second).total()
    return _beyond_chance(table._replace(agreed=possible), products, table.items**2)


def scott_pi(pairs: Iterable[tuple[Hashable, Hashable]]) -> Coefficient:
    """Agreement beyond chance, where both coders share one habit. Scott 1955: Ae = Σ p(c)², over all codings.

    None without items, and where only one category was used.
    """
    table = _table(pairs)
    squares = sum(count**2 for count in (table.first + table.second).values())
    return _beyond_chance(table, squares, (2 * table.items) ** 2)


def bennett_s(
    pairs: Iterable[tuple[Hashable, Hashable]], categories: Collection[Hashable] | None = None
) -> Coefficient:
    """Agreement beyond an even choice of category. Bennett, Alpert and Goldstein 1954: Ae = 1/k.

    `categories` are the k that could have been chosen (None: those that were). None without items, and where k is 1.
    Raises ValueError for a coding outside the categories.
    """
    table = _table(pairs)
    possible = _possible(table.first + table.second, categories)
    return _beyond_chance(table, 1, possible, ONE_POSSIBLE)


def gwet_ac1(pairs: Iterable[tuple[Hashable, Hashable]], categories: Collection[Hashable] | None = None) -> Coefficient:
    """Agreement beyond chance that holds up where one category prevails. Gwet 2008: Ae = Σ p(c)(1−p(c)) / (k−1).

    `categories` are the k that could have been chosen (None: those that were). None without items, and where k is 1.
    Raises ValueError for a coding outside the categories.
    """
    table = _table(pairs)
    used = table.first + table.second
    possible = _possible(used, categories)
    if table.items and possible == 1:
        return Coefficient(None, table.agreed / table.items, None, table.items, ONE_POSSIBLE)
    codings = 2 * table.items
    spread = sum(count * (codings - count) for count in used.values())
    return _beyond_chance(table, spread, (possible - 1) * codings**2)


def fleiss_kappa(items: Iterable[Sequence[Hashable]]) -> Coefficient:
    """Agreement beyond chance of several coders, the same number for each item. Fleiss 1971.

    Ao is the share of agreeing pairs of codings within items, Ae = Σ p(c)² over all codings. None without items, with
    fewer than two coders, and where only one category was used. Raises ValueError for items with different numbers of
    codings: for missing ones use `krippendorff_alpha`.
    """
    counts, coders = _ratings(items)
    if not counts or coders < 2:
        return Coefficient(None, None, None, len(counts), NO_ITEMS)
    agreeing = sum(count * (count - 1) for item in counts for count in item.values())
    used = _total(counts)
    observed = Fraction(agreeing, len(counts) * coders * (coders - 1))
    expected = Fraction(sum(count**2 for count in used.values()), used.total() ** 2)
    return _kappa(observed, expected, len(counts), ONE_CATEGORY)


def fleiss_kappa_by_category(items: Iterable[Sequence[Category]]) -> dict[Category, Coefficient]:
    """Fleiss' kappa of each category against all others, most used first. Fleiss 1971.

    κ(c) = 1 − Σ nᵢ(n−nᵢ) / (N·n·(n−1)·p(1−p)) for n codings of each of N items, nᵢ of them of the category and p its
    share of all; observed and expected are the agreement on one coding picked from the category. None where the
    category is the only one. Raises ValueError as `fleiss_kappa` does.
    """
    counts, coders = _ratings(items)
    if coders < 2:
        return {}
    found = {}
    used = _total(counts)
    for category, uses in sorted(used.items(), key=lambda item: (-item[1], repr(item[0]))):
        agreeing = sum(item[category] * (item[category] - 1) for item in counts)
        observed = Fraction(agreeing, uses * (coders - 1))
        found[category] = _kappa(observed, Fraction(uses, used.total()), len(counts), ONE_CATEGORY)
    return found


def nominal_distance(one: Hashable, other: Hashable) -> int:
    """Give 0 for equal categories, else 1."""
    return int(one != other)


def set_distance(one: Set[Hashable], other: Set[Hashable]) -> Fraction:
    """Give 0 for equal sets, 1/3 for a subset, 2/3 for sets that share something, else 1. Passonneau 2004."""
    if one == other:
        return Fraction(0)
    if one <= other or other <= one:
        return Fraction(1, 3)
    return Fraction(2, 3) if one & other else Fraction(1)


def masi_distance(one: Set[Hashable], other: Set[Hashable]) -> Fraction:
    """Give Jaccard's distance times `set_distance`, as DKPro Statistics does. After Passonneau 2006.

    NLTK's masi_distance is another function, 1 − Jaccard's index × likeness: {a}, {a, b} are 1/6 apart here and .67
    there. Two values are comparable only if both name the formula.
    """
    union = len(one | other)
    return Fraction(len(one ^ other), union) * set_distance(one, other) if union else Fraction(0)


def krippendorff_alpha(
    items: Iterable[Sequence[Category | None]],
    distance: Callable[[Category, Category], Number] = nominal_distance,
    categories: Collection[Category] | None = None,
) -> Coefficient:
    """Agreement of any number of coders with missing codings. Krippendorff 1980, 2004: 1 − Do/De.

    `items` holds each item's codings, None where a coder gave none; items with fewer than two are left out. Do is the
    mean distance of two codings of one item, De of any two codings. `distance` is symmetric, and 0 for equal
    categories. Where all codings are of one category, alpha is 1 if `categories` declares others, else None. Raises
    ValueError for a coding outside the categories.
    """
    counts = [count for item in items if (count := Counter(one for one in item if one is not None)).total() > 1]
    if not counts:
        return Coefficient(None, None, None, 0, NO_ITEMS)
    used = _total(counts)
    possible = _possible(used, categories)
    between = _Distances(distance)
    # Sums of distances over items of equally many codings, since each item's are divided by that number less one.
    sums: defaultdict[int, Fraction] = defaultdict(Fraction)
    for count in counts:
        sums[count.total() - 1] += between.total(count)
    pairable = used.total()
    observed = sum((total / others for others, total in sums.items()), Fraction(0)) / pairable
    expected = between.total(used) / (pairable * (pairable - 1))
    if expected:
        value = float(1 - observed / expected)
        return Coefficient(value, float(observed), float(expected), len(counts))
    if possible > 1:
        return Coefficient(1.0, 0.0, 0.0, len(counts), ALL_ALIKE)
    return Coefficient(None, 0.0, 0.0, len(counts), ONE_POSSIBLE)


class _Distances:
    """Distances of categories, each asked for once and kept as an exact number."""

    def __init__(self, distance: Callable[[Category, Category], Number]) -> None:
        self._distance: Callable[..., Number] = distance
        self._known: dict[tuple[Hashable, Hashable], Fraction] = {}

    def total(self, counts: Mapping[Category, int]) -> Fraction:
        """Sum of the distances of all ordered pairs of two codings."""
        found: defaultdict[Fraction, int] = defaultdict(int)
        for one, other in combinations(counts, 2):
            key = (one, other)
            if key not in self._known:
                self._known[key] = self._known[other, one] = Fraction(self._distance(one, other))
            found[self._known[key]] += counts[one] * counts[other]
        return 2 * sum((distance * times for distance, times in found.items()), Fraction(0))


def _table(pairs: Iterable[tuple[Hashable, Hashable]]) -> _Table:
    cells = Counter(pairs)
    first: Counter[Hashable] = Counter()
    second: Counter[Hashable] = Counter()
    agreed = 0
    for (one, other), count in cells.items():
        first[one] += count
        second[other] += count
        agreed += count * (one == other)
    return _Table(agreed, cells.total(), first, second)


def _beyond_chance(table: _Table, expected: int, of: int, undefined: str = ONE_CATEGORY) -> Coefficient:
    if not table.items:
        return Coefficient(None, None, None, 0, NO_ITEMS)
    return _kappa(Fraction(table.agreed, table.items), Fraction(expected, of), table.items, undefined)


def _kappa(observed: Fraction, expected: Fraction, items: int, undefined: str) -> Coefficient:
    if expected == 1:
        return Coefficient(None, float(observed), 1.0, items, undefined)
    value = float((observed - expected) / (1 - expected))
    return Coefficient(value, float(observed), float(expected), items)


def _possible(used: Iterable[Hashable], categories: Collection[Hashable] | None) -> int:
    """The number of categories that could have been chosen."""
    if categories is None:
        return len(set(used))
    outside = set(used) - set(categories)
    if outside:
        raise ValueError(f"codings outside the declared categories: {', '.join(sorted(map(repr, outside)))}")
    return len(set(categories))


def _ratings(items: Iterable[Sequence[Category]]) -> tuple[list[Counter[Category]], int]:
    """How often each item got each category, and the number of codings that every item has."""
    counts = [Counter(item) for item in items]
    sizes = sorted({count.total() for count in counts})
    if len(sizes) > 1:
        raise ValueError(f"Fleiss' kappa needs equally many codings of every item, not {sizes[0]} and {sizes[-1]}")
    return counts, sizes[0] if sizes else 0


def _total(counts: Iterable[Counter[Category]]) -> Counter[Category]:
    total: Counter[Category] = Counter()
    for count in counts:
        total.update(count)
    return total
