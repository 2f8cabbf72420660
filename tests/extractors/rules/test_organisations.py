"""Organisations: their whole name, the body and the place inside it."""

from __future__ import annotations

import pytest

from workbench.extractors.rules.organisations import organisations
from workbench.extractors.rules.passages import Passage
from workbench.extractors.rules.places import places


def _found(text: str) -> list[str]:
    passage = Passage(text, 0)
    return [text[body.start : body.end] for body in sorted(organisations(passage, [], places(passage, [])))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("云岭市政协组织委员", ["云岭市政协"]),
        ("省政协要求", ["省政协"]),
        ("市委、市政府印发", ["市委", "市政府"]),
        ("中共四川省委决定", ["中共四川省委"]),
        ("民进四川省委成立", ["民进", "民进四川省委"]),
        ("民盟中央", ["民盟中央"]),
        ("贵州民建捐款", ["贵州民建", "民建"]),
        ("县政协党组牵头", ["县政协", "县政协党组"]),
        ("市政协主席会议审议通过", ["市政协", "市政协主席会议"]),
        ("市政协扶贫工作队进村", ["市政协", "市政协扶贫工作队"]),
        ("青石县白鹭乡河湾村扶贫工作队", ["青石县白鹭乡河湾村扶贫工作队"]),
        ("成立茶叶种植合作社", ["茶叶种植合作社"]),
        ("各级政协组织参与", ["各级政协组织"]),
        ("全市政协系统动员", ["全市政协系统"]),
        ("发挥政协作用", []),
        ("政协委员走访", []),
        ("全县人民", []),
        ("办好学校", []),
    ],
)
def test_bodies(text: str, expected: list[str]) -> None:
    """The span is the whole name with the place before it; a parent body inside is a mention of its own."""
    assert _found(text) == expected
