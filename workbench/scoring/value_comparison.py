"""How much a predicted value or attribute is worth against gold: a credit from 0 to 1, by kind of value.

`equal` asks for the same reading, `lenient` gives credit for being close:

- strings: the same code points; lenient: the same after NFKC (`３` is `3`);
- money, quantities: the same numbers, modifier, unit and rate; lenient: unit and rate after NFKC, bounds within 1 %;
- times: the same type, value and modifier; lenient: the same stretch of time 1, one that contains the other ½;
- places: the same code, in editions that may be one, or without two codes the same name after NFKC;
  lenient: a third for each common level of the code (province, prefecture, county).

Lenient comparison ignores the modifiers of amounts and times, and the editions of codes.
Both comparisons are symmetric, and what is equal has full lenient credit.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple, get_args

from workbench.core.errors import UsageMistake
from workbench.core.values import Money, Number, Place, Quantity, Time, Value

Comparison = Literal["equal", "lenient"]
COMPARISONS: tuple[Comparison, ...] = get_args(Comparison)
"""The names of the two ways to compare."""

TOLERANCE = Fraction(1, 100)
"""Greatest difference of two numbers that are lenient alike, as a part of the larger one."""
CONTAINED = 0.5
"""Lenient credit for a time that contains the other or lies in it."""

_MINUTES = 24 * 60
_CYCLE = 146097  # days of 400 Gregorian years, which are whole weeks

_YEARS = re.compile(r"([0-9]{4})|([0-9]{3})X|([0-9]{2})XX")
_DATE = re.compile(
    r"(?P<year>[0-9X]{4})"
    r"(?:-(?:(?P<month>[0-9][0-9])(?:-(?P<day>[0-9][0-9]))?|W(?P<week>[0-9][0-9])|(?P<part>H[12]|Q[1-4]|SP|SU|FA|WI)))?"
    r"(?:T(?:(?P<hour>[0-9][0-9])(?::(?P<minute>[0-9][0-9]))?|(?P<daypart>MO|AF|EV|NI)))?"
)
_PARTS_OF_YEAR = {
    "H1": (0, 6),
    "H2": (6, 6),
    "Q1": (0, 3),
    "Q2": (3, 3),
    "Q3": (6, 3),
    "Q4": (9, 3),
    "SP": (2, 3),
    "SU": (5, 3),
    "FA": (8, 3),
    "WI": (11, 3),
}
"""First month, counted from 0, and number of months; the meteorological winter ends in the following year."""
_PARTS_OF_DAY = {"MO": (0, 12), "AF": (12, 18), "EV": (18, 24), "NI": (18, 24)}
"""From which to which hour; evening and night are not told apart (晚上, 夜间)."""
_PERIOD = re.compile(r"(T?)([0-9]{1,40}(?:\.[0-9]{1,40})?)(DE|CE|[YMWDHS])")
_MONTHS = {"CE": 1200, "DE": 120, "Y": 12, "M": 1}
_SECONDS = {"W": 604800, "D": 86400, "H": 3600, "TM": 60, "S": 1}


class _Interval(NamedTuple):
    """A half-open stretch of time in minutes of the proleptic Gregorian calendar."""

    start: int
    end: int


class _Length(NamedTuple):
    """A length of time; months and seconds cannot be converted into each other."""

    months: Fraction
    seconds: Fraction


def value_credit(gold: Value, predicted: Value | None, comparison: str) -> float:
    """Credit of a predicted value; 0 when there is none or it is of another kind.

    Raises UsageMistake when `comparison` is not one of COMPARISONS.
    """
    equal = _is_equal(comparison)
    if isinstance(gold, Place) and isinstance(predicted, Place):
        return _place_credit(gold, predicted, equal=equal)
    if equal:
        return float(gold == predicted)
    if isinstance(gold, Time) and isinstance(predicted, Time):
        return _time_credit(gold, predicted)
    if isinstance(gold, Money | Quantity) and isinstance(predicted, Money | Quantity):
        return float(gold.kind == predicted.kind and _close_amounts(gold, predicted))
    return 0.0


def string_credit(gold: str, predicted: str | None, comparison: str) -> float:
    """Credit of a predicted attribute: 1 when the strings are the same (`lenient`: after NFKC), otherwise 0.

    Raises UsageMistake when `comparison` is not one of COMPARISONS.
    """
    equal = _is_equal(comparison)
    if predicted is None:
        return 0.0
    return float(gold == predicted if equal else _folded(gold) == _folded(predicted))


def _is_equal(comparison: str) -> bool:
    if comparison not in COMPARISONS:
        raise UsageMistake(f"unknown comparison {comparison!r}; choose one of {', '.join(COMPARISONS)}")
    return comparison == "equal"


def _folded(text: str | None) -> str | None:
    return None if text is None else unicodedata.normalize("NFKC", text)


def _close_amounts(gold: Money | Quantity, predicted: Money | Quantity) -> bool:
    if _folded(gold.unit) != _folded(predicted.unit) or _folded(gold.per) != _folded(predicted.per):
        return False
    return all(_close(mine, theirs) for mine, theirs in zip(_bounds(gold), _bounds(predicted), strict=True))


def _bounds(amount: Money | Quantity) -> tuple[Number | None, Number | None]:
    """The least and greatest number meant; None where it is open."""
    bounded = amount.min is not None or amount.max is not None
    if amount.mod in ("EXACT", "APPROX", "APPROX_BELOW") or not bounded:
        return amount.value, amount.value
    return amount.min, amount.max


def _close(mine: Number | None, theirs: Number | None) -> bool:
    """Tell whether two numbers are within the tolerance, read as the decimals they are written as."""
    if mine is None or theirs is None:
        return mine is theirs
    pair = [Fraction(repr(number)) if isinstance(number, float) else Fraction(number) for number in (mine, theirs)]
    return abs(pair[0] - pair[1]) <= TOLERANCE * max(abs(pair[0]), abs(pair[1]))


def _time_credit(gold: Time, predicted: Time) -> float:
    values = [unicodedata.normalize("NFKC", time.value) for time in (gold, predicted)]
    if {gold.type, predicted.type} & {"DURATION", "SET"}:
        lengths = [_length(value) for value in values]
        same = values[0] == values[1] or (lengths[0] is not None and lengths[0] == lengths[1])
        return float(gold.type == predicted.type and same)
    mine, theirs = _stretch(values[0]), _stretch(values[1])
    if mine is None or theirs is None:
        return float(values[0] == values[1])
    if mine == theirs:
        return 1.0
    united = _Interval(min(mine.start, theirs.start), max(mine.end, theirs.end))
    return CONTAINED if united in (mine, theirs) else 0.0


def _stretch(value: str) -> _Interval | None:
    """The stretch of time that a date or `start/end` names; None where it is open (`XXXX-03`) or does not exist."""
    ends = [_interval(part) for part in value.split("/")]
    first, last = ends[0], ends[-1]
    return None if first is None or last is None or first.start >= last.end else _Interval(first.start, last.end)


def _interval(value: str) -> _Interval | None:
    match = _DATE.fullmatch(value)
    years = _YEARS.fullmatch(match["year"]) if match else None
    if not match or not years:
        return None
    figures = years[years.lastindex or 1]
    unknown = 10 ** (4 - len(figures))
    year = int(figures) * unknown
    days = _days(match, year, unknown)
    if days is None or not (match["hour"] or match["daypart"]):
        return days and _Interval(days[0] * _MINUTES, days[1] * _MINUTES)
    if days[1] - days[0] != 1:
        return None
    return _within_day(match, days[0] * _MINUTES)


def _days(match: re.Match[str], year: int, years: int) -> tuple[int, int] | None:
    """First day and the day after the last one, of a date in the `years` years from `year`."""
    if match["week"]:
        week = int(match["week"])
        last_week = date(2000 + year % 400, 12, 28).isocalendar().week
        if years > 1 or not 1 <= week <= last_week:
            return None
        monday = date.fromisocalendar(2000 + year % 400, week, 1).toordinal() + (year // 400) * _CYCLE
        return monday, monday + 7
    if match["part"]:
        month, count = _PARTS_OF_YEAR[match["part"]]
    elif match["month"]:
        month, count = int(match["month"]) - 1, 1
    else:
        month, count = 0, 12 * years
    if (years > 1 and count < 12 * years) or not 0 <= month < 12:
        return None
    start, end = _first_day(12 * year + month), _first_day(12 * year + month + count)
    if not match["day"]:
        return start, end
    day = start + int(match["day"]) - 1
    return (day, day + 1) if start <= day < end else None


def _first_day(month: int) -> int:
    """Number of the first day of a month counted from January of year 0, in a calendar without ends."""
    year, index = divmod(month, 12)
    return date(2000 + year % 400, index + 1, 1).toordinal() + (year // 400) * _CYCLE


def _within_day(match: re.Match[str], midnight: int) -> _Interval:
    if match["daypart"]:
        first, last = _PARTS_OF_DAY[match["daypart"]]
        return _Interval(midnight + 60 * first, midnight + 60 * last)
    start = midnight + 60 * int(match["hour"]) + int(match["minute"] or 0)
    return _Interval(start, start + (1 if match["minute"] else 60))


def _length(value: str) -> _Length | None:
    """The length of a period (`P1Y` is 12 months, `P2W` 14 days); None when a part of it is unknown (`PXD`)."""
    months = seconds = Fraction(0)
    position, timed = 1, False
    while match := _PERIOD.match(value, position):
        timed = timed or bool(match[1])
        unit = "TM" if timed and match[3] == "M" else match[3]
        months += _MONTHS.get(unit, 0) * Fraction(match[2])
        seconds += _SECONDS.get(unit, 0) * Fraction(match[2])
        position = match.end()
    return _Length(months, seconds) if position == len(value) else None


def _place_credit(gold: Place, predicted: Place, *, equal: bool) -> float:
    """Credit by GB/T 2260 code, whose pairs of digits are province, prefecture and county; by name without codes."""
    if gold.code is None or predicted.code is None:
        return float(gold.name is not None and _folded(gold.name) == _folded(predicted.name))
    if equal:
        editions = {gold.revision, predicted.revision} - {None}
        return float(gold.code == predicted.code and len(editions) < 2)
    levels = 0
    while levels < 3 and gold.code[: 2 * levels + 2] == predicted.code[: 2 * levels + 2]:
        levels += 1
    return levels / 3
