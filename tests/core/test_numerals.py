"""Numerals: a writer of our own as the oracle, named cases, and totality."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text
from workbench.core.numerals import LONGEST, Numeral, fold, number, numeral

_DIGITS = "零一二三四五六七八九"


def _below_ten_thousand(value: int) -> str:
    written, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // size % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return written


def _written(value: int) -> str:
    """The Chinese numeral of 0 to 10**16, built from its definition: groups of four digits, 零 for a gap."""
    if value == 0:
        return "零"
    if value >= 10**8:
        high, low = divmod(value, 10**8)
        return _written(high) + "亿" + _joined(low, 10**8)
    if value >= 10**4:
        high, low = divmod(value, 10**4)
        return _written(high) + "万" + _joined(low, 10**4)
    return _below_ten_thousand(value)


def _joined(low: int, size: int) -> str:
    if low == 0:
        return ""
    return ("零" if low < size // 10 else "") + _written(low)


@given(st.integers(0, 10**12))
def test_written_numerals_are_read_back(value: int) -> None:
    """Reading inverts writing, for every whole number up to a million million."""
    assert number(_written(value)) == value
    assert number(str(value)) == value
    assert number(f"{value:,}") == value


@given(st.integers(0, 10**9), st.integers(0, 999))
def test_decimals_are_exact(whole: int, thousandths: int) -> None:
    """A decimal is read exactly, also times 万, whatever a float would make of it."""
    expected = whole + Fraction(thousandths, 1000)
    assert number(f"{whole}.{thousandths:03d}") == expected
    assert number(f"{whole}.{thousandths:03d}万") == expected * 10**4


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("两百一十", 210),
        ("一百零五", 105),
        ("一百五", 150),
        ("十", 10),
        ("三万亿", 3 * 10**12),
        ("3亿5000万", 350_000_000),
        ("三点五亿", 350_000_000),
        ("２１０万", 2_100_000),
        ("1，234", 1234),
        ("萬", None),
        ("3萬", 30_000),
        ("壹佰贰拾", 120),
        ("二〇一六", 2016),
        ("半", Fraction(1, 2)),
        ("2万5千", 25_000),
        ("3万5", None),
        ("三百千", None),
        ("12,34", None),
        ("", None),
        ("𠀀", None),
    ],
)
def test_numbers(surface: str, expected: Fraction | int | None) -> None:
    """Each way of writing a number has one reading, and what is no number has none."""
    assert number(surface) == expected


@pytest.mark.parametrize(
    ("surface", "modifier", "bounds"),
    [
        ("千余", "MORE_THAN", (None, 1000, None)),
        ("百余", "MORE_THAN", (None, 100, None)),
        ("10余万", "MORE_THAN", (None, 100_000, None)),
        ("3000多万", "MORE_THAN", (None, 30_000_000, None)),
        ("数十", "VAGUE", (None, 20, 99)),
        ("几百万", "VAGUE", (None, 2_000_000, 9_999_999)),
        ("十几", "VAGUE", (None, 11, 19)),
        ("二十几万", "VAGUE", (None, 210_000, 299_999)),
        ("三四百", "VAGUE", (None, 300, 400)),
        ("十七八", "VAGUE", (None, 17, 18)),
        ("十来", "APPROX", (10, None, None)),
        ("九十", "EXACT", (90, None, None)),
    ],
)
def test_open_ended_numerals(surface: str, modifier: str, bounds: tuple[int | None, ...]) -> None:
    """余 and 多 give a lower bound, 数 and 几 both bounds, 来 an approximation."""
    found = numeral(surface)
    assert found is not None
    assert (found.modifier, *found[1:]) == (modifier, *bounds)


@given(any_text)
def test_folding_keeps_positions(text: str) -> None:
    """Folding replaces code point by code point, so that a match in folded text is one in the text."""
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.one_of(any_text, st.text("零〇一两十百千万亿几数余多来半点0123456789.,", max_size=LONGEST + 5)))
def test_any_string_is_read_or_refused(text: str) -> None:
    """No string makes the reader raise."""
    found = number(text)
    assert found is None or found >= 0
    read = numeral(text)
    assert read is None or isinstance(read, Numeral)
