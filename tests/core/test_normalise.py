"""Money and quantities: named cases from the guidelines' rules, and laws for all strings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text
from workbench.core.normalise import money, quantity, time

HUGE = "9999999999999999999亿元"
amounts = st.text(
    "零一二两十百千万亿半几数余多近约超不到至以上下左右每年月户人均元角分%‰之成名亩-—～/.,，0123456789０１ \u00a0",
    max_size=24,
)


def _fields(value: Any) -> dict[str, Any] | None:
    return None if value is None else value.model_dump(exclude_none=True, exclude={"kind"})


def _money(mod: str = "EXACT", **fields: Any) -> dict[str, Any]:
    return {"mod": mod, "unit": "CNY", **fields}


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("210万元", _money(value=2_100_000)),
        ("3.5万元", _money(value=35_000)),
        ("0.1亿元", _money(value=10_000_000)),
        ("10余万元", _money("MORE_THAN", min=100_000)),
        ("4萬多元", _money("MORE_THAN", min=40_000)),
        ("约540万元", _money("APPROX", value=5_400_000)),
        ("近20000元", _money("APPROX_BELOW", value=20_000)),
        ("近万元", _money("APPROX_BELOW", value=10_000)),
        ("5000元以上", _money("EQUAL_OR_MORE", min=5000)),
        ("至少5000元", _money("EQUAL_OR_MORE", min=5000)),
        ("上千元", _money("EQUAL_OR_MORE", min=1000)),
        ("800元以内", _money("EQUAL_OR_LESS", max=800)),
        ("不超过800元", _money("EQUAL_OR_LESS", max=800)),
        ("低于2800元", _money("LESS_THAN", max=2800)),
        ("不足1万元", _money("LESS_THAN", max=10_000)),
        ("超过3亿元", _money("MORE_THAN", min=300_000_000)),
        ("逾百万元", _money("MORE_THAN", min=1_000_000)),
        ("高达60元", _money(value=60)),
        ("100万元左右", _money("APPROX", value=1_000_000)),
        ("2000-3000元/年", _money("RANGE", min=2000, max=3000, per="P1Y")),
        ("2000～3000元", _money("RANGE", min=2000, max=3000)),
        ("2—3万元", _money("RANGE", min=20_000, max=30_000)),
        ("2万元至3万元", _money("RANGE", min=20_000, max=30_000)),
        ("5000-1万元", _money("RANGE", min=5000, max=10_000)),
        ("十到二十万元", _money("RANGE", min=100_000, max=200_000)),
        ("数十万元", _money("VAGUE", min=200_000, max=999_999)),
        ("两三百元", _money("VAGUE", min=200, max=300)),
        ("每月3000元", _money(value=3000, per="P1M")),
        ("人均90元", _money(value=90, per="person")),
        ("500元/户", _money(value=500, per="household")),
        ("7000元人民币", _money(value=7000)),
        ("￥1,234.50", _money(value=1234.5)),
        ("1，234元", _money(value=1234)),
        ("２１０万元", _money(value=2_100_000)),
        ("210\u00a0万元", _money(value=2_100_000)),
        ("3元5角", _money(value=3.5)),
        ("8角", _money(value=0.8)),
        ("5分", _money(value=0.05)),
        ("210万", _money(value=2_100_000)),
        (HUGE, _money(value=9999999999999999999 * 10**8)),
        ("5000", None),
        ("万元", None),
        ("100美元", None),
        ("3000-2000元", None),
        ("每人每年500元", None),
        ("近5元以上", None),
        ("伙食费", None),
    ],
)
def test_money(surface: str, expected: dict[str, Any] | None) -> None:
    """A sum becomes yuan, its words become a modifier; what has no single reading becomes nothing."""
    assert _fields(money(surface)) == expected


def _count(unit: str, mod: str = "EXACT", **fields: Any) -> dict[str, Any]:
    return {"mod": mod, "unit": unit, **fields}


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("47名", _count("名", value=47)),
        ("2.6公里", _count("公里", value=2.6)),
        ("36场次", _count("场次", value=36)),
        ("两百一十户", _count("户", value=210)),
        ("13.6万户", _count("户", value=136_000)),
        ("10個", _count("個", value=10)),
        ("半亩", _count("亩", value=0.5)),
        ("100千克", _count("千克", value=100)),
        ("50万千瓦时", _count("千瓦时", value=500_000)),
        ("千余位", _count("位", "MORE_THAN", min=1000)),
        ("80余次", _count("次", "MORE_THAN", min=80)),
        ("4万多名", _count("名", "MORE_THAN", min=40_000)),
        ("数十种", _count("种", "VAGUE", min=20, max=99)),
        ("十几个", _count("个", "VAGUE", min=11, max=19)),
        ("百余名", _count("名", "MORE_THAN", min=100)),
        ("近百户", _count("户", "APPROX_BELOW", value=100)),
        ("80亩左右", _count("亩", "APPROX", value=80)),
        ("2000人以上", _count("人", "EQUAL_OR_MORE", min=2000)),
        ("26米以下", _count("米", "EQUAL_OR_LESS", max=26)),
        ("20-30名", _count("名", "RANGE", min=20, max=30)),
        ("20名至30名", _count("名", "RANGE", min=20, max=30)),
        ("2—3万亩", _count("亩", "RANGE", min=20_000, max=30_000)),
        ("3次/年", _count("次", value=3, per="P1Y")),
        ("每户3亩", _count("亩", value=3, per="household")),
        ("13.9%", _count("ratio", value=0.139)),
        ("３０％", _count("ratio", value=0.3)),
        ("12‰", _count("ratio", value=0.012)),
        ("百分之五", _count("ratio", value=0.05)),
        ("三成", _count("ratio", value=0.3)),
        ("一半", _count("ratio", value=0.5)),
        ("三分之一不到", _count("ratio", "LESS_THAN", max=0.333333)),
        ("13%-15%", _count("ratio", "RANGE", min=0.13, max=0.15)),
        ("13-15%", _count("ratio", "RANGE", min=0.13, max=0.15)),
        ("百分之三到五", _count("ratio", "RANGE", min=0.03, max=0.05)),
        ("5个百分点", _count("百分点", value=5)),
        ("1.5倍", _count("倍", value=1.5)),
        ("260户900人", None),
        ("47", None),
        ("第3名", None),
        ("三个一", None),
        ("1+1>2", None),
        ("2016年", None),
        ("5000元", None),
        ("公里", None),
        ("0分之1", None),
    ],
)
def test_quantity(surface: str, expected: dict[str, Any] | None) -> None:
    """A count keeps its classifier as written, a share becomes a ratio; two counts or none become nothing."""
    assert _fields(quantity(surface)) == expected


@given(st.integers(0, 10**30))
def test_yuan_are_themselves(value: int) -> None:
    """A whole number of yuan is that number, however large."""
    found = money(f"{value}元")
    assert found is not None
    assert found.value == value
    assert isinstance(found.value, int)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_ranges_hold_their_ends(low: int, more: int) -> None:
    """A range has the two numbers that are written, smaller first; backwards it is refused."""
    found = quantity(f"{low}-{low + more}户")
    assert found is not None
    assert (found.min, found.max) == (low, low + more)
    assert quantity(f"{low + more}-{low}户") is None


@given(st.one_of(any_text, amounts))
def test_any_string_has_a_value_or_none(text: str) -> None:
    """No string makes a normaliser raise, and the same string always has the same value."""
    for read in (money, quantity, time):
        assert read(text) == read(text)


def test_a_document_is_not_an_amount() -> None:
    """A very long string is refused without being searched."""
    assert money("9" * 100_000 + "元") is None
    assert quantity("九" * 100_000 + "户") is None
    assert time("1" * 100_000 + "年") is None
