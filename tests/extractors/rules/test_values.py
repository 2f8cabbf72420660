"""Amounts, counts and times in running text: what is inside the span, what is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import texts
from workbench.core.values import Money
from workbench.extractors.rules.passages import Mention, Passage
from workbench.extractors.rules.quoted import short_quotes
from workbench.extractors.rules.values import values


def _found(text: str, reference: str | None = "2020-06-02") -> list[str]:
    passage = Passage(text, 0)
    found = values(passage, short_quotes(passage), reference)
    return [f"{mention.type} {text[mention.start : mention.end]}" for mention in sorted(found)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("筹措资金约48万元,修路", ["MONEY 约48万元"]),
        ("价值可达1500元以上", ["MONEY 1500元以上"]),
        ("增收2000-3000元/年。", ["MONEY 2000-3000元/年"]),
        ("捐款９０００元人民币", ["MONEY ９０００元人民币"]),
        ("受益31户75人", ["QUANT 31户", "QUANT 75人"]),
        ("近百余名教师", []),
        ("千余名教师", ["QUANT 千余名"]),
        ("种植3400余亩果树", ["QUANT 3400余亩"]),
        ("在一家酒店工作", []),
        ("购置变压器一台,", ["QUANT 一台"]),
        ("从三个方面提出五点建议", []),
        ("占三分之一不到", ["QUANT 三分之一不到"]),
        ("增长13.9%。", ["QUANT 13.9%"]),
        ("“三个一”行动", []),
        ("第3名选手", []),
        ("五届三次全会", []),
        ("12个乡镇", ["QUANT 12个"]),
        ("3项目标", []),
        ("人数只占少数", []),
        ("2016年9月签订", ["TIME 2016年9月"]),
        ("截至2020年5月,", ["TIME 2020年5月"]),
        ("5月11日至13日走访", ["TIME 5月11日至13日"]),
        ("2016-2020年规划", ["TIME 2016-2020年"]),
        ("早在3月初,", ["TIME 3月初"]),
        ("连续6年选派", ["TIME 6年"]),
        ("住了,至少两天两晚;", ["TIME 至少两天两晚"]),
        ("每年春节前夕慰问", ["TIME 每年春节前夕"]),
        ("每月收入3000元", ["MONEY 3000元"]),
        ("目前,道路已通", []),
        ("目前,已有12户脱贫", ["TIME 目前", "QUANT 12户"]),
        ("日前,委员走访", []),
        ("一年级学生", []),
    ],
)
def test_boundaries(text: str, expected: list[str]) -> None:
    """Approximators, units and rates are inside; nouns and prepositions outside; no article, ordinal or slogan."""
    assert _found(text) == expected


@pytest.mark.parametrize(
    ("text", "per"),
    [
        ("每月收入3000元", "P1M"),
        ("年收入近20000元", "P1Y"),
        ("每户增收500元", "household"),
        ("人均90元", "person"),
        ("每月走访,捐款3000元", None),
        ("捐款3000元", None),
    ],
)
def test_the_clause_gives_the_rate(text: str, per: str | None) -> None:
    """A rate that the clause states before a sum belongs to its value, though not to its span."""
    value = values(Passage(text, 0), [], None)[-1].value
    assert isinstance(value, Money)
    assert value.per == per


@given(
    st.one_of(
        texts, st.lists(st.sampled_from(["3", "万", "元", "户", "至", "年", "每", "一", "5月", "多", ","])).map("".join)
    )
)
def test_every_mention_has_a_value_and_they_do_not_overlap(text: str) -> None:
    """Values are never loose strings: each mention is normalised, and none shares a character with another."""
    found = sorted(values(Passage(text, 0), [], None))
    assert all(mention.value is not None for mention in found)
    assert all(left.end <= right.start for left, right in pairwise(found))


def test_taken_stretches_stay_closed() -> None:
    """Nothing is found inside what is already taken."""
    assert values(Passage("捐款300元", 0), [Mention(2, 6, "DOC")], None) == []
