"""Krippendorff's alpha_U: agreement of coders who cut units out of a continuum themselves.

The definition of 1995 as DKPro Statistics computes it, in integers that are divided once at the end, over units and
gaps only: a long continuum costs no more than a short one. It cannot represent overlapping units of one category, and
it weighs a unit by the square of its length, so one long miss outweighs many short ones: read it beside span F1.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, combinations, pairwise
from typing import NamedTuple

from workbench.review.agreement.kappa import Coefficient

FEW_CODERS = "alpha_U needs two coders"
NO_UNITS = "no coder marked a unit"
OVERLAP = "alpha_U cannot represent overlapping units of one category"
NO_DISAGREEMENT = "units of one position on a continuum of one position: no disagreement is possible"


class Unit(NamedTuple):
    """A half-open stretch of the continuum, in code points, and its category."""

    start: int
    end: int
    category: str


class Section(NamedTuple):
    """A unit, or, with no category, a gap between units."""

    start: int
    end: int
    category: str | None


class AlphaU(NamedTuple):
    """The joint alpha_U, mean observed and expected disagreement of the categories, and each category's own alpha_U.

    The value is 1 − observed / expected, not the mean of the categories' values. None is undefined, and then `note`
    says why; `by_category` is sorted by name, and its `items` are units.
    """

    value: float | None
    observed: float | None
    expected: float | None
    by_category: dict[str, Coefficient]
    units: int
    note: str = ""


def alpha_u(coders: Sequence[Sequence[Unit]], length: int, begin: int = 0, names: Sequence[str] = ()) -> AlphaU:
    """Compare each two coders' units, category by category. Krippendorff 1995, 2004; D_e as in DKPro Statistics.

    `coders` holds each coder's units in any order, on a continuum of `length` positions from `begin`; `names` are what
    notes call them. Units without length mark no position and are left out, which `note` says. None with fewer than two
    coders, without units, and where one coder's units of one category overlap. Raises ValueError for a unit that does
    not lie on the continuum.
    """
    _check(coders, length, begin)
    kept = [sorted(unit for unit in units if unit.start < unit.end) for units in coders]
    count = sum(map(len, kept))
    empty = sum(map(len, coders)) - count
    note = f"{empty} unit(s) without length left out" if empty else ""
    if len(kept) < 2 or not count:
        return AlphaU(None, None, None, {}, count, _joined(FEW_CODERS if len(kept) < 2 else NO_UNITS, note))
    found: dict[str, Coefficient] = {}
    observed = expected = Fraction(0)
    undefined = ""
    for category in sorted({unit.category for units in kept for unit in units}):
        own = [[unit for unit in units if unit.category == category] for units in kept]
        own_count = sum(map(len, own))
        if overlap := _overlap(own, names):
            found[category] = Coefficient(None, None, None, own_count, overlap)
            undefined = undefined or overlap
            continue
        sections = [_sections(units, length, begin) for units in own]
        own_observed, own_expected = _observed(sections, length), _expected(sections, length)
        observed += own_observed
        expected += own_expected
        found[category] = _coefficient(own_observed, own_expected, own_count)
    if undefined:
        return AlphaU(None, None, None, found, count, _joined(undefined, note))
    joint = _coefficient(observed / len(found), expected / len(found), count)
    return AlphaU(joint.value, joint.observed, joint.expected, found, count, _joined(joint.note, note))


def squared_distance(one: Section, other: Section) -> int:
    """Squared distance of two sections of two coders, one category considered. Krippendorff 1995: δ².

    Units that share a position are as far apart as their starts and ends: (s₁−s₂)² + (e₁−e₂)². A unit within the
    other coder's gap counts the square of its length; all else, 0.
    """
    if one.category is not None and other.category is not None:
        if one.start < other.end and other.start < one.end:
            return (one.start - other.start) ** 2 + (one.end - other.end) ** 2
        return 0
    if one.category is None:
        one, other = other, one
    within = one.category is not None and other.start <= one.start and one.end <= other.end
    return (one.end - one.start) ** 2 if within else 0


def _check(coders: Sequence[Sequence[Unit]], length: int, begin: int) -> None:
    if length < 1:
        raise ValueError(f"a continuum needs a positive length, not {length}")
    faults = [
        f"coder {index}: {unit.category} {unit.start}–{unit.end}"
        for index, units in enumerate(coders)
        for unit in units
        if not begin <= unit.start <= unit.end <= begin + length
    ]
    if faults:
        raise ValueError(f"units that do not lie on the continuum {begin}–{begin + length}: {'; '.join(faults)}")


def overlapping(units: Sequence[Unit]) -> tuple[Unit, Unit] | None:
    """The first two units that share a position; units are sorted and of one category. None if there are none."""
    return next((pair for pair in pairwise(units) if pair[1].start < pair[0].end), None)


def _overlap(coders: list[list[Unit]], names: Sequence[str]) -> str:
    """The first overlap of sorted units of one category by one coder, as a reason; empty if there is none."""
    for index, units in enumerate(coders):
        if found := overlapping(units):
            one, other = found
            return (
                f"{OVERLAP}: {names[index] if names else f'coder {index}'}, {one.category} "
                f"{one.start}–{one.end} and {other.start}–{other.end}"
            )
    return ""


def _sections(units: list[Unit], length: int, begin: int) -> list[Section]:
    """The whole continuum as sorted units and the gaps between them."""
    found: list[Section] = []
    position = begin
    for unit in units:
        if position < unit.start:
            found.append(Section(position, unit.start, None))
        found.append(Section(*unit))
        position = unit.end
    if position < begin + length:
        found.append(Section(position, begin + length, None))
    return found


def _observed(coders: list[list[Section]], length: int) -> Fraction:
    """D_o = 2 ΣΣ δ² / (m(m−1)L²), over pairs of m coders and of their sections that share a position."""
    total = sum(
        squared_distance(left, right) for one, other in combinations(coders, 2) for left, right in _meeting(one, other)
    )
    return Fraction(2 * total, len(coders) * (len(coders) - 1) * length**2)


def _meeting(one: list[Section], other: list[Section]) -> Iterator[tuple[Section, Section]]:
    """Each two sections that share a position."""
    left = right = 0
    while left < len(one) and right < len(other):
        ends = one[left].end, other[right].end
        yield one[left], other[right]
        left += ends[0] <= ends[1]
        right += ends[1] <= ends[0]


def _expected(coders: list[list[Section]], length: int) -> Fraction:
    """D_e: the mean δ² if the units and gaps of all coders lay at any place on each other's continua.

    2/L · Σ over N units of length l of [(N−1)/3 · (2l³−3l²+l) + l² · Σ over gaps g ≥ l of (g−l+1)], divided by
    mL(mL−1) − Σ l(l−1). Krippendorff 2004, p. 254; the D_e printed in 1995 differ a little.
    """
    units = [section.end - section.start for sections in coders for section in sections if section.category is not None]
    gaps = sorted(
        section.end - section.start for sections in coders for section in sections if section.category is None
    )
    longest = [0, *accumulate(reversed(gaps))]
    thirds = 0
    for size in units:
        count = len(gaps) - bisect_left(gaps, size)
        fitting = longest[count] - count * (size - 1)
        thirds += (len(units) - 1) * (2 * size**3 - 3 * size**2 + size) + 3 * size**2 * fitting
    positions = len(coders) * length
    return Fraction(2 * thirds, 3 * length * (positions * (positions - 1) - sum(size * (size - 1) for size in units)))


def _coefficient(observed: Fraction, expected: Fraction, units: int) -> Coefficient:
    if not expected:
        return Coefficient(None, float(observed), 0.0, units, NO_DISAGREEMENT)
    return Coefficient(float(1 - observed / expected), float(observed), float(expected), units)


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
