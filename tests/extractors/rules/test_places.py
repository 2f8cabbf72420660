"""Places: names by ending, addresses by level, and the many words that look like names."""

from __future__ import annotations

import pytest

from workbench.extractors.rules.passages import Passage
from workbench.extractors.rules.places import level_of, places, rank_of, without_ending


def _found(text: str) -> list[str]:
    return [text[place.start : place.end] for place in sorted(places(Passage(text, 0), []))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("走进云岭市青石县白鹭乡河湾村。", ["云岭市", "青石县", "白鹭乡", "河湾村"]),
        ("来到金沙县大石口林场紫溪村看望", ["金沙县", "大石口林场", "紫溪村"]),
        ("在四川省、贵州调研", ["四川省", "贵州"]),
        ("金沙县晒石滩瑶族乡野株塬村", ["金沙县", "晒石滩瑶族乡", "野株塬村"]),
        ("深入河湾村走访", ["河湾村"]),
        ("内蒙古自治区", ["内蒙古自治区"]),
    ],
)
def test_names_and_addresses(text: str, expected: list[str]) -> None:
    """An address gives one place for each level, without the verb or preposition before it."""
    assert _found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "全市各县",
        "建设示范区",
        "住在小区里",
        "发展农村经济",
        "乡村振兴",
        "该村群众",
        "我县特色",
        "城市和乡镇",
        "村民和村干部",
        "县委书记",
        "区域发展",
    ],
)
def test_common_nouns_are_no_names(text: str) -> None:
    """Words that end like a place but name none are left alone."""
    assert _found(text) == []


def test_poverty_classes_are_nominal_and_generic() -> None:
    """贫困村 is a place by the guidelines, as a noun for a class of places."""
    found = places(Passage("帮扶4个贫困村", 0), [])
    assert [dict(place.attributes) for place in found] == [{"mention": "NOM", "spec": "GEN"}]


@pytest.mark.parametrize(
    ("name", "level", "rank"),
    [
        ("四川", "province", 1),
        ("青石县", "county", 3),
        ("白鹭镇", "township", 4),
        ("河湾村", "village", 5),
        ("云岭市", "", 2),
        ("青石", "", None),
    ],
)
def test_endings_tell_levels(name: str, level: str, rank: int | None) -> None:
    """The ending tells the level, and the level the place in an address; 市 alone does not tell the level."""
    assert level_of(name) == level
    assert rank_of(name) == rank


def test_short_forms() -> None:
    """Counties and prefectures have short forms of two characters or more; other places have none."""
    assert without_ending("青石县") == "青石"
    assert without_ending("道县") is None
    assert without_ending("河湾村") is None
