"""Times: named cases with and without a reference date, and laws for all dates and strings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text
from workbench.core.dates import time

REFERENCE = "2021-08-15"

CASES = [
    ("2016年9月", "DATE", "2016-09", None),
    ("２０１６年９月", "DATE", "2016-09", None),
    ("二〇一六年九月", "DATE", "2016-09", None),
    ("2016年9月30日", "DATE", "2016-09-30", None),
    ("2018-12-05", "DATE", "2018-12-05", None),
    ("2020/6/2", "DATE", "2020-06-02", None),
    ("2015年底", "DATE", "2015", "END"),
    ("2016年全年", "DATE", "2016", None),
    ("3月初", "DATE", "2021-03", "START"),
    ("9月中旬", "DATE", "2021-09", "MID"),
    ("今年", "DATE", "2021", None),
    ("去年", "DATE", "2020", None),
    ("明年", "DATE", "2022", None),
    ("去年底", "DATE", "2020", "END"),
    ("今年以来", "DATE", "2021", None),
    ("上半年", "DATE", "2021-H1", None),
    ("今年上半年", "DATE", "2021-H1", None),
    ("第一季度", "DATE", "2021-Q1", None),
    ("2017年春", "DATE", "2017-SP", None),
    ("昨日", "DATE", "2021-08-14", None),
    ("上月", "DATE", "2021-07", None),
    ("13日", "DATE", "2021-08-13", None),
    ("5月11日至13日", "DATE", "2021-05-11/2021-05-13", None),
    ("3-5月", "DATE", "2021-03/2021-05", None),
    ("2016-2020年", "DATE", "2016/2020", None),
    ("2016年9月至2017年3月", "DATE", "2016-09/2017-03", None),
    ("“十三五”时期", "DATE", "2016/2020", None),
    ("十二五", "DATE", "2011/2015", None),
    ("20世纪90年代", "DATE", "199X", None),
    ("目前", "DATE", "PRESENT_REF", None),
    ("截至目前", "DATE", "PRESENT_REF", None),
    ("截至2020年5月", "DATE", "2020-05", "ON_OR_BEFORE"),
    ("5月11日上午", "TIME", "2021-05-11TMO", None),
    ("6年", "DURATION", "P6Y", None),
    ("10余年", "DURATION", "P10Y", "MORE_THAN"),
    ("三个多月", "DURATION", "P3M", "MORE_THAN"),
    ("半年", "DURATION", "P6M", None),
    ("一年半", "DURATION", "P1Y6M", None),
    ("数年", "DURATION", "PXY", None),
    ("5年内", "DURATION", "P5Y", "EQUAL_OR_LESS"),
    ("5年以上", "DURATION", "P5Y", "EQUAL_OR_MORE"),
    ("两天两晚", "DURATION", "P2D", None),
    ("至少两天两晚", "DURATION", "P2D", "EQUAL_OR_MORE"),
    ("30分钟", "DURATION", "PT30M", None),
    ("每年", "SET", "P1Y", None),
    ("每月", "SET", "P1M", None),
    ("每两年", "SET", "P2Y", None),
    ("每季度", "SET", "P3M", None),
    ("每年春节前夕", "SET", "P1Y", None),
]


@pytest.mark.parametrize(("surface", "kind", "value", "mod"), CASES)
def test_times(surface: str, kind: str, value: str, mod: str | None) -> None:
    """A time expression has its TIMEX3 value relative to the report's date."""
    found = time(surface, REFERENCE)
    assert found is not None
    assert (found.type, found.value, found.mod) == (kind, value, mod)


@pytest.mark.parametrize(
    ("surface", "value"),
    [("3月初", "XXXX-03"), ("今年", "XXXX"), ("今年上半年", "XXXX-H1"), ("13日", "XXXX-XX-13"), ("昨日", "XXXX-XX-XX")],
)
def test_what_is_not_known_is_written_x(surface: str, value: str) -> None:
    """Without a reference date, larger units stay open instead of being guessed."""
    found = time(surface)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    "surface",
    [
        "日前",
        "近年来",
        "十五",
        "2月30日",
        "2019年2月29日",
        "13月",
        "12月至3月",
        "98年",
        "近6年",
        "2016",
        "春节",
        "上午",
        "年",
        "",
    ],
)
def test_what_would_be_guessed_has_no_value(surface: str) -> None:
    """Vague, impossible and ambiguous expressions have no value."""
    assert time(surface, REFERENCE) is None


@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)), st.dates())
def test_full_dates_do_not_depend_on_the_reference(day: date, reference: date) -> None:
    """A date with its year is that date, whenever the report was written."""
    found = time(f"{day.year}年{day.month}月{day.day}日", reference)
    assert found is not None
    assert found.value == day.isoformat()


@given(st.dates(), st.dates())
def test_a_date_without_year_is_in_the_year_of_the_report(day: date, reference: date) -> None:
    """The report's year completes month and day, when that year has such a day."""
    found = time(f"{day.month}月{day.day}日", reference)
    exists = (day.month, day.day) != (2, 29) or reference.year % 4 == 0
    if found is not None:
        assert found.value == f"{reference.year:04d}-{day.month:02d}-{day.day:02d}"
    assert (found is not None) or (day.month, day.day) == (2, 29)
    assert exists or found is None


@pytest.mark.parametrize("reference", ["", "yesterday", "2020-13-45", "2020", "2020-06", "0000-01-01", "𠀀"])
def test_any_reference_will_do(reference: str) -> None:
    """A reference that is partly known or no date at all is used as far as it goes."""
    assert time("今年5月", reference) is not None


@pytest.mark.parametrize("reference", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("surface", ["昨日", "明天", "上月", "下月", "去年", "明年", "前年"])
def test_the_calendar_has_ends(surface: str, reference: str) -> None:
    """Before the first and after the last day of the calendar nothing is named, and nothing is raised."""
    found = time(surface, reference)
    assert found is not None
    assert found.type == "DATE"


@given(
    st.one_of(any_text, st.text("今去明年月日号底初至-“”十三五时期每半天晚个多余几0123456789０", max_size=16)),
    st.dates(),
)
def test_any_string_is_read_or_refused(text: str, reference: date) -> None:
    """No string makes the reader raise, with or without a reference."""
    for found in (time(text, reference), time(text)):
        assert found is None or found.kind == "time"
