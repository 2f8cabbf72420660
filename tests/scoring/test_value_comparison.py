"""Credit for values and attributes: cases behind which stand strings of reports, and laws for all values."""

from __future__ import annotations

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.strategies import names, values
from workbench.core.errors import UsageMistake
from workbench.core.values import Modifier, Money, Place, Quantity, Time, Value
from workbench.scoring.value_comparison import COMPARISONS, CONTAINED, string_credit, value_credit

numbers = st.integers(0, 300) | st.integers(0, 300).map(lambda n: n / 100) | st.just(10**400)


@st.composite
def amounts(draw: st.DrawFn) -> Money | Quantity:
    """Amounts with every modifier, of numbers close enough to meet."""
    low, high = sorted([draw(numbers), draw(numbers)])
    mod = draw(st.sampled_from(get_args(Modifier)))
    fields = {"mod": mod, "per": draw(st.sampled_from([None, "P1Y", "person"]))}
    if mod in ("EXACT", "APPROX", "APPROX_BELOW"):
        fields["value"] = low
    if mod in ("MORE_THAN", "EQUAL_OR_MORE", "RANGE", "VAGUE"):
        fields["min"] = low
    if mod in ("LESS_THAN", "EQUAL_OR_LESS", "RANGE", "VAGUE"):
        fields["max"] = high
    if draw(st.booleans()):
        return Money(**fields)
    return Quantity(unit=draw(st.sampled_from(["户", "m2", "㎡"])), **fields)


date_parts = ["", "-03", "-03-31", "-02-31", "-W01", "-W53", "-H1", "-Q2", "-WI", "-XX", "-03-01T10", "-03-01T10:30"]
dates = st.builds(
    str.__add__, st.sampled_from(["2016", "2015", "201X", "20XX", "XXXX", "0000", "9999"]), st.sampled_from(date_parts)
)
dated = st.builds(
    Time,
    type=st.sampled_from(["DATE", "TIME"]),
    value=dates
    | st.builds("{}/{}".format, dates, dates)
    | st.sampled_from(["PAST_REF", "2016-03-01TMO", "2016-03-01TNI", "2016-03-01TEV"]),
    mod=st.sampled_from([None, "END", "APPROX"]),
)
periods = st.builds(
    Time,
    type=st.sampled_from(["DURATION", "SET"]),
    value=st.sampled_from(["P1Y", "P12M", "P14D", "P2W", "PXD", "PT24H", "P1D", "P0.5M", "P1DT12H", f"P{'9' * 5000}D"]),
    mod=st.sampled_from([None, "MORE_THAN"]),
)
places = st.builds(
    Place,
    name=st.sampled_from(["四川省广元市剑阁县", "广元市", "𠀀村"]),
    code=st.sampled_from([None, "510823", "510800", "510000", "320102"]),
).flatmap(
    lambda place: st.sampled_from([place, place.model_copy(update={"revision": "201904" if place.code else None})])
)

any_values: st.SearchStrategy[Value] = st.one_of(values, amounts(), dated, periods, places)


@given(any_values, st.sampled_from(COMPARISONS))
def test_a_value_has_full_credit_against_itself(value: Value, comparison: str) -> None:
    """Every value is worth 1 against itself and 0 when it is not predicted."""
    assert value_credit(value, value, comparison) == 1
    assert value_credit(value, None, comparison) == 0


@given(any_values, any_values)
def test_credit_is_symmetric_and_lenient_is_never_stricter(gold: Value, predicted: Value) -> None:
    """Swapping sides changes no credit; equal gives 0 or 1, lenient at least as much and at most 1."""
    equal, lenient = (value_credit(gold, predicted, comparison) for comparison in COMPARISONS)
    assert equal in (0, 1)
    assert equal <= lenient <= 1
    assert (equal, lenient) == tuple(value_credit(predicted, gold, comparison) for comparison in COMPARISONS)
    assert gold.kind == predicted.kind or lenient == 0


@given(names, names)
def test_strings_obey_the_same_laws(gold: str, predicted: str) -> None:
    """Strings are worth 1 against themselves, symmetrically, and lenient is never stricter."""
    for comparison in COMPARISONS:
        assert string_credit(gold, gold, comparison) == 1
        assert string_credit(gold, None, comparison) == 0
        assert string_credit(gold, predicted, comparison) == string_credit(predicted, gold, comparison)
    assert string_credit(gold, predicted, "equal") <= string_credit(gold, predicted, "lenient") <= 1


@pytest.mark.parametrize(
    ("gold", "predicted", "equal", "lenient"),
    [
        ("常委", "常委", 1, 1),
        ("第３次（全体）", "第3次(全体)", 0, 1),  # full-width figures and brackets
        ("村\u00a0委会", "村 委会", 0, 1),  # NBSP
        ("關懷", "关怀", 0, 0),  # NFKC leaves the script alone
        ("", None, 0, 0),
    ],
)
def test_strings(gold: str, predicted: str | None, equal: float, lenient: float) -> None:
    """Attributes are one string or another; lenient looks at them in half-width."""
    assert (string_credit(gold, predicted, "equal"), string_credit(gold, predicted, "lenient")) == (equal, lenient)


AMOUNTS: list[tuple[Value, Value, float, float]] = [
    # 210万元; 2100000.00元 is the same number. 约210万元 differs by its modifier only.
    (Money(value=2100000), Money(value=2100000.0), 1, 1),
    (Money(value=2100000), Money(value=2100000, mod="APPROX"), 0, 1),
    (Money(value=540000), Money(value=5400000), 0, 0),  # 54万元 and 540万元
    # 1 %: 99 against 100 differs by 1/100 of the larger, 98.99 by more; 0.99 is read as it is written.
    (Money(value=100), Money(value=99), 0, 1),
    (Money(value=100), Money(value=98.99), 0, 0),
    (Money(value=1), Money(value=0.99), 0, 1),
    (Money(value=0), Money(value=0.01), 0, 0),
    (Money(value=10**400), Money(value=10**400 + 1, mod="APPROX"), 0, 1),
    # 10余万元 and 10万元以上 have the same bound; 10万元 is no bound, and 10万元以下 bounds the other side.
    (Money(min=100000, mod="MORE_THAN"), Money(min=100000, mod="EQUAL_OR_MORE"), 0, 1),
    (Money(min=100000, mod="MORE_THAN"), Money(value=100000), 0, 0),
    (Money(min=100000, mod="EQUAL_OR_MORE"), Money(max=100000, mod="EQUAL_OR_LESS"), 0, 0),
    # 2000-3000元/年, without its rate, and as 2000-3010元/年.
    (Money(min=2000, max=3000, mod="RANGE", per="P1Y"), Money(min=2000, max=3000, mod="RANGE"), 0, 0),
    (Money(min=2000, max=3000, mod="RANGE", per="P1Y"), Money(min=2000, max=3010, mod="RANGE", per="P1Y"), 0, 1),
    (Money(min=2000, max=3000, mod="RANGE"), Money(min=2000, max=2500, mod="RANGE"), 0, 0),
    # 数十 is 20 to 99 in both readings; without any number only 若干 is like 若干.
    (Quantity(min=20, max=99, mod="VAGUE", unit="种"), Quantity(min=20, max=99, mod="RANGE", unit="种"), 0, 1),
    (Quantity(mod="VAGUE", unit="种"), Quantity(min=20, max=99, mod="VAGUE", unit="种"), 0, 0),
    (Quantity(mod="VAGUE", unit="种"), Quantity(value=3, unit="种"), 0, 0),
    # A bound that the modifier does not ask for says nothing about the number.
    (Quantity(value=5, min=4, unit="人"), Quantity(value=5, unit="人"), 0, 1),
    # 499户 and 499人; 120㎡ and 120m2; 13.9% as a ratio and as a number of 元.
    (Quantity(value=499, unit="户"), Quantity(value=499, unit="人"), 0, 0),
    (Quantity(value=120, unit="㎡"), Quantity(value=120, unit="m2"), 0, 1),
    (Quantity(value=0.139, unit="ratio"), Money(value=0.139), 0, 0),
]

TIMES: list[tuple[Value, Value, float, float]] = [
    (Time(type="DATE", value="2016-09"), Time(type="DATE", value="2016-09"), 1, 1),
    (Time(type="DATE", value="2016-09"), Time(type="DATE", value="2016-09-30"), 0, CONTAINED),
    (Time(type="DATE", value="2016-09"), Time(type="DATE", value="2016-10-01"), 0, 0),
    # 2015年底 and 2015年; 截至2020年5月 and 2020年5月.
    (Time(type="DATE", value="2015", mod="END"), Time(type="DATE", value="2015"), 0, 1),
    (Time(type="DATE", value="2020-05", mod="ON_OR_BEFORE"), Time(type="DATE", value="2020-05"), 0, 1),
    # 2016年 from its first day to its last one; the first half is January to June; 第一季度 is inside it.
    (Time(type="DATE", value="2016"), Time(type="DATE", value="2016-01-01/2016-12-31"), 0, 1),
    (Time(type="DATE", value="2016-H1"), Time(type="DATE", value="2016-01/2016-06"), 0, 1),
    (Time(type="DATE", value="2016-H2"), Time(type="DATE", value="2016-Q3/2016-Q4"), 0, 1),
    (Time(type="DATE", value="2016-H1"), Time(type="DATE", value="2016-Q1"), 0, CONTAINED),
    (Time(type="DATE", value="2016-H1"), Time(type="DATE", value="2016-Q3"), 0, 0),
    # 春 is March to May, 冬 December to the February after it; 2016 and 冬 cross.
    (Time(type="DATE", value="2017-SP"), Time(type="DATE", value="2017-03/2017-05"), 0, 1),
    (Time(type="DATE", value="2016-WI"), Time(type="DATE", value="2016-12/2017-02"), 0, 1),
    (Time(type="DATE", value="2016-WI"), Time(type="DATE", value="2016"), 0, 0),
    # 20世纪90年代 is 1990 to 1999, in the century from 1900; “十三五” holds 2018年.
    (Time(type="DATE", value="199X"), Time(type="DATE", value="1990/1999"), 0, 1),
    (Time(type="DATE", value="199X"), Time(type="DATE", value="19XX"), 0, CONTAINED),
    (Time(type="DATE", value="2016/2020"), Time(type="DATE", value="2018"), 0, CONTAINED),
    (Time(type="DATE", value="2016/2020"), Time(type="DATE", value="2015/2019"), 0, 0),
    # The first week of 2018 is its first seven days, the 53rd does not exist; 2020 has one.
    (Time(type="DATE", value="2018-W01"), Time(type="DATE", value="2018-01-01/2018-01-07"), 0, 1),
    (Time(type="DATE", value="2018-W53"), Time(type="DATE", value="2018-12-31"), 0, 0),
    (Time(type="DATE", value="2020-W53"), Time(type="DATE", value="2020-12-28/2021-01-03"), 0, 1),
    # The calendar has no ends: the winter of 9999, and the year 0000, which has 366 days.
    (Time(type="DATE", value="9999-WI"), Time(type="DATE", value="9999-12"), 0, CONTAINED),
    (Time(type="DATE", value="0000"), Time(type="DATE", value="0000-02-29"), 0, CONTAINED),
    # 5月11日上午 is inside the day; 晚上 and 夜间 are one; 10时30分 is inside 10时, which is inside 上午.
    (Time(type="TIME", value="2021-05-11TMO"), Time(type="DATE", value="2021-05-11"), 0, CONTAINED),
    (Time(type="TIME", value="2021-05-11TEV"), Time(type="TIME", value="2021-05-11TNI"), 0, 1),
    (Time(type="TIME", value="2021-05-11T10:30"), Time(type="TIME", value="2021-05-11T10"), 0, CONTAINED),
    (Time(type="TIME", value="2021-05-11T10"), Time(type="TIME", value="2021-05-11TMO"), 0, CONTAINED),
    (Time(type="TIME", value="2021-05-11T12"), Time(type="TIME", value="2021-05-11TMO"), 0, 0),
    # What is open, impossible or backwards is the same only as itself: 3月, 目前, 2月31日.
    (Time(type="DATE", value="XXXX-03"), Time(type="DATE", value="2016-03"), 0, 0),
    (Time(type="DATE", value="XXXX-03", mod="START"), Time(type="DATE", value="XXXX-03"), 0, 1),
    (Time(type="DATE", value="2016-XX-13"), Time(type="DATE", value="2016"), 0, 0),
    (Time(type="DATE", value="201X-03"), Time(type="DATE", value="201X"), 0, 0),
    (Time(type="TIME", value="2016-03TMO"), Time(type="DATE", value="2016-03"), 0, 0),
    (Time(type="DATE", value="PRESENT_REF"), Time(type="DATE", value="PAST_REF"), 0, 0),
    (Time(type="DATE", value="2016-02-31"), Time(type="DATE", value="2016-02"), 0, 0),
    (Time(type="DATE", value="2020/2016"), Time(type="DATE", value="2018"), 0, 0),
    # 一年 and 12个月; 14天 and 两周; 24小时 and 一天; 半年 and 六个月; 一天半 and 36小时; PT1M is a minute.
    (Time(type="DURATION", value="P1Y"), Time(type="DURATION", value="P12M"), 0, 1),
    (Time(type="DURATION", value="P14D"), Time(type="DURATION", value="P2W"), 0, 1),
    (Time(type="DURATION", value="PT24H"), Time(type="DURATION", value="P1D"), 0, 1),
    (Time(type="DURATION", value="P0.5Y"), Time(type="DURATION", value="P6M"), 0, 1),
    (Time(type="DURATION", value="P1DT12H"), Time(type="DURATION", value="PT36H"), 0, 1),
    (Time(type="DURATION", value="PT1M"), Time(type="DURATION", value="P1M"), 0, 0),
    (Time(type="DURATION", value="PT1H30M"), Time(type="DURATION", value="PT90M"), 0, 1),
    (Time(type="DURATION", value="P1DE"), Time(type="DURATION", value="P10Y"), 0, 1),
    # 10余年 differs from 10年 by its modifier; 一个月 is no number of days; 每年 is no 一年; 数年 is open.
    (Time(type="DURATION", value="P10Y", mod="MORE_THAN"), Time(type="DURATION", value="P10Y"), 0, 1),
    (Time(type="DURATION", value="P1M"), Time(type="DURATION", value="P30D"), 0, 0),
    (Time(type="SET", value="P1Y"), Time(type="DURATION", value="P1Y"), 0, 0),
    (Time(type="SET", value="P12M"), Time(type="SET", value="P1Y"), 0, 1),
    (Time(type="DURATION", value="PXY"), Time(type="DURATION", value="P3Y"), 0, 0),
    (Time(type="DURATION", value="P1Y"), Time(type="DATE", value="2016"), 0, 0),
]

PLACES: list[tuple[Value, Value, float, float]] = [
    # 四川省 51, 广元市 5108, 剑阁县 510823, 旺苍县 510821, 成都市 5101; 南京市玄武区 320102.
    (Place(code="510823", revision="201904"), Place(name="剑阁县", code="510823"), 1, 1),
    (Place(code="510823", revision="201904"), Place(code="510823", revision="202012"), 0, 1),
    (Place(code="510823"), Place(code="510821"), 0, 2 / 3),
    (Place(code="510823"), Place(code="510800"), 0, 2 / 3),
    (Place(code="510823"), Place(code="510100"), 0, 1 / 3),
    (Place(code="510800"), Place(code="510000"), 0, 1 / 3),
    (Place(code="510000"), Place(code="510000"), 1, 1),
    (Place(code="510823"), Place(code="320102"), 0, 0),
    # Two codes decide; with one or none the names do, whatever their width.
    (Place(name="鼓楼区", code="320106"), Place(name="鼓楼区", code="350102"), 0, 0),
    (Place(name="剑阁县", code="510823"), Place(name="剑阁县"), 1, 1),
    (Place(name="姚家乡（原址）"), Place(name="姚家乡(原址)"), 1, 1),
    (Place(name="姚家乡"), Place(name="姚家村"), 0, 0),
    (Place(code="510823"), Place(name="剑阁县"), 0, 0),
    (Place(name="剑阁县"), Time(type="DATE", value="2016"), 0, 0),
]


@pytest.mark.parametrize(("gold", "predicted", "equal", "lenient"), [*AMOUNTS, *TIMES, *PLACES])
def test_values(gold: Value, predicted: Value, equal: float, lenient: float) -> None:
    """Credit of pairs of readings, the strings behind them in the comments above."""
    assert (value_credit(gold, predicted, "equal"), value_credit(gold, predicted, "lenient")) == (equal, lenient)


@given(st.dates(), st.dates())
def test_ranges_of_days_nest_as_days_do(one: date, other: date) -> None:
    """A range of days is worth 1 against itself, ½ against each other range inside it and against its month's days."""
    first, last = sorted([one, other])
    value = Time(type="DATE", value=f"{first.isoformat()}/{last.isoformat()}")
    day = Time(type="DATE", value=last.isoformat())
    assert value_credit(value, day, "lenient") == (1 if first == last else CONTAINED)
    assert value_credit(Time(type="DATE", value=last.isoformat()[:7]), day, "lenient") == CONTAINED
    if last < date.max:
        following = Time(type="DATE", value=(last + timedelta(1)).isoformat())
        assert value_credit(value, following, "lenient") == 0


@given(st.dates())
def test_weeks_are_those_of_iso_8601(day: date) -> None:
    """Every day lies in the week that ISO 8601 puts it in, and not in the week before."""
    year, week, _ = day.isocalendar()
    here = Time(type="DATE", value=day.isoformat())
    assert value_credit(Time(type="DATE", value=f"{year:04}-W{week:02}"), here, "lenient") == CONTAINED
    assert value_credit(Time(type="DATE", value=f"{year:04}-W{week - 1:02}"), here, "lenient") == 0


@given(st.from_regex(r"\A[0-9X]{4}(-[0-9X]{2}(-[0-9X]{2})?|-W[0-5][0-9])?(T[0-9]{2}(:[0-9]{2})?)?\Z"), dated)
def test_no_date_makes_the_comparison_raise(text: str, other: Time) -> None:
    """Whatever passes for a TIMEX3 value, also days and weeks that do not exist, can be compared."""
    try:
        value = Time(type="DATE", value=text)
    except ValidationError:
        return
    assert value_credit(value, value, "lenient") == 1
    assert 0 <= value_credit(value, other, "lenient") <= 1


def test_unknown_comparisons_are_refused() -> None:
    """The message names the comparisons that exist."""
    with pytest.raises(UsageMistake, match="'fuzzy'; choose one of equal, lenient"):
        value_credit(Money(value=1), Money(value=1), "fuzzy")
    with pytest.raises(UsageMistake, match="'fuzzy'"):
        string_credit("甲", None, "fuzzy")
