"""Titles and campaign names: which marks are inside."""

from __future__ import annotations

import pytest

from workbench.extractors.rules.passages import Mention, Passage
from workbench.extractors.rules.quoted import campaigns, documents, quoted_again, quoted_part, short_quotes, titles


def _texts(text: str, mentions: list[Mention]) -> list[str]:
    return [text[mention.start : mention.end] for mention in sorted(mentions)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("印发《茶叶产业规划(2016—2020)》后", ["DOC 茶叶产业规划(2016—2020)"]),
        ("《关于“春雨”行动的通知》《帮扶办法》", ["DOC 关于“春雨”行动的通知", "DOC 帮扶办法"]),
        ("《云岭日报》报道", ["ORG 云岭日报"]),
        ("《》《\n》", []),
    ],
)
def test_titles(text: str, expected: list[str]) -> None:
    """A title is a document without its marks; a newspaper is an organisation."""
    found = [f"{mention.type} {text[mention.start : mention.end]}" for mention in titles(Passage(text, 0))]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("开展“春雨助学”活动", ["“春雨助学”活动"]),
        ("“一家亲”扶贫行动大回访活动中", ["“一家亲”扶贫行动大回访活动"]),
        ("“双送双帮”大调研、“百村行”大走访等", ["“双送双帮”大调研", "“百村行”大走访"]),
        ("开展“送春联”和“送温暖、送文化”等活动", ["送春联", "送温暖、送文化"]),
        ("参加“蓝天行动”。", ["蓝天行动"]),
        ("“帮扶路上,一个不少”行动", ["“帮扶路上,一个不少”行动"]),
        ("他说“要参加活动。”", []),
        ("啃下“硬骨头”", []),
    ],
)
def test_campaigns(text: str, expected: list[str]) -> None:
    """Marks are inside when a head noun is attached, outside when the whole name is quoted."""
    assert _texts(text, campaigns(Passage(text, 0), [])) == expected


def test_documents_without_title_marks() -> None:
    """Numbered documents and quoted titles of proposals are documents; a shared head is on the last."""
    text = "学习3号、10号文件,提出“修桥补路”、“引水上山”等提案"
    assert _texts(text, documents(Passage(text, 0), [])) == ["3号", "10号文件", "修桥补路", "引水上山"]


def test_a_known_campaign_is_found_in_quotes() -> None:
    """The quoted part of a campaign's name is the campaign again, unless it only modifies the name of a document."""
    assert quoted_part("“春雨”行动") == "春雨"
    assert quoted_part("春雨行动") is None
    text = "宣传“春雨”,修改“春雨”方案"
    assert _texts(text, quoted_again(Passage(text, 0), frozenset({"春雨"}), [])) == ["春雨"]


def test_short_quotes() -> None:
    """Slogans in quotes are closed to numbers; speech with punctuation is not."""
    assert _texts("“三个一”和“给了3万元,谢谢”", short_quotes(Passage("“三个一”和“给了3万元,谢谢”", 0))) == ["三个一"]
