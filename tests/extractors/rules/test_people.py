"""People: groups, titles and the names beside them."""

from __future__ import annotations

import pytest

from workbench.extractors.rules.organisations import organisations
from workbench.extractors.rules.passages import Passage
from workbench.extractors.rules.people import People, people
from workbench.extractors.rules.places import places


def _read(text: str) -> People:
    passage = Passage(text, 0)
    located = places(passage, [])
    return people(passage, [*located, *organisations(passage, [], located)])


def _appointed(text: str) -> list[tuple[str, list[str]]]:
    return [
        (text[item.role.start : item.role.end], [text[name.start : name.end] for name in item.holders])
        for item in sorted(_read(text).appointments)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市政协主席王建国说", [("主席", ["王建国"])]),
        ("副主席欧阳修远、李伟、陈丽华深入", [("副主席", ["欧阳修远", "李伟", "陈丽华"])]),
        ("王建国主任要求", [("主任", ["王建国"])]),
        ("县政协党组书记、主席周明远强调", [("书记", ["周明远"]), ("主席", ["周明远"])]),
        ("市政协委员李秀英回访", [("委员", ["李秀英"])]),
        ("成立由他任组长的小组", [("组长", [])]),
        ("选派“第一书记”", [("第一书记", [])]),
        ("县委书记高度肯定", []),
        ("主席和副主席分别承担", []),
        ("委员们聚焦问题", []),
    ],
)
def test_titles_and_holders(text: str, expected: list[tuple[str, list[str]]]) -> None:
    """A title counts with a name beside it or as a post being filled; several names share one title."""
    assert _appointed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("走访贫困户和困难群众", ["贫困户", "困难群众"]),
        ("政协委员培训专业技术人员", ["政协委员", "专业技术人员"]),
        ("广大党员、各级干部", ["党员", "干部"]),
        ("帮扶贫困学生", ["贫困学生"]),
        ("农业界委员说", ["农业界委员"]),
        ("认真履职工作", []),
        ("成立委员会", []),
        ("委员们走访", ["委员们"]),
    ],
)
def test_groups(text: str, expected: list[str]) -> None:
    """A group is its noun with classifying words, without quantifier, verb or the rest of another word."""
    assert [text[group.start : group.end] for group in _read(text).groups] == expected


def test_a_named_member_of_a_group() -> None:
    """A name directly after a group noun is a member of the group, and the noun stays a group."""
    text = "为贫困户李秀英修房"
    found = _read(text)
    assert [(text[a.start : a.end], text[b.start : b.end]) for a, b in found.members] == [("李秀英", "贫困户")]


def test_honorifics() -> None:
    """先生 after a name shows the name and stays outside."""
    text = "感谢陈丽华女士。"
    assert [text[person.start : person.end] for person in _read(text).persons] == ["陈丽华"]
