"""Relations that position tells."""

from __future__ import annotations

import pytest

from workbench.core.records import Document
from workbench.extractors.rules import Rules


def _linked(text: str) -> set[str]:
    answer = Rules().extract(Document(doc_id="d", text=text))
    surface = {entity.id: entity.text for entity in answer.entities}
    return {f"{surface[link.head]} {link.type} {surface[link.tail]}" for link in answer.relations}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青石县白鹭乡河湾村", {"白鹭乡 PART_OF 青石县", "河湾村 PART_OF 白鹭乡"}),
        ("青石县、金沙县", set()),
        ("县政协党组", {"县政协党组 PART_OF 县政协"}),
        ("民进四川省委", {"民进四川省委 PART_OF 民进"}),
        ("省政协主席王建国", {"王建国 HOLDS_ROLE 主席", "主席 ROLE_IN 省政协"}),
        (
            "省政协党组书记、主席王建国",
            {
                "王建国 HOLDS_ROLE 书记",
                "王建国 HOLDS_ROLE 主席",
                "书记 ROLE_IN 省政协党组",
                "主席 ROLE_IN 省政协",
                "省政协党组 PART_OF 省政协",
            },
        ),
        ("37名贫困学生", {"贫困学生 HAS_QUANTITY 37名"}),
        ("走访贫困户41户", {"贫困户 HAS_QUANTITY 41户"}),
        ("31户75人", set()),
        ("河湾村村民李秀英", {"村民 LOCATED_IN 河湾村", "李秀英 MEMBER_OF 村民"}),
    ],
)
def test_links(text: str, expected: set[str]) -> None:
    """What stands directly beside what is linked, from the narrower, the holder, the counted; nothing else is."""
    assert _linked(text) == expected


def test_a_count_counts_one_group() -> None:
    """A count between two groups belongs to the one that follows it first in the text, and to no second one."""
    links = _linked("贫困户41户村民")
    assert len([link for link in links if "HAS_QUANTITY" in link]) == 1
