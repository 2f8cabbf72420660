"""Reports on documents written by hand: what the tests of the page, of Markdown and of tables start from."""

from __future__ import annotations

from collections.abc import Sequence

from tests.scoring.compared import KNOWN, TEXT, Content, side
from workbench.core.records import AnnotatedDocument, Annotation, Zone
from workbench.scoring.collection import InMemory
from workbench.scoring.score import DEFAULT_MEASURES, score_sources
from workbench.scoring.score_report import Collector, ScoreReport
from workbench.scoring.selection import Selection

GOLD = side(
    ["ORG 四川省政协", "ORG 民革…重庆市委", "LOC 剑阁县", "LOC 剑阁县姚家乡", "GROUP 贫困户", "MONEY 210万元"],
    ["ASSISTS 0 3", "PART_OF 2 3"],
    ["ASSIST 捐赠 helper:0 beneficiary:4 amount:5"],
)
PREDICTED = side(
    ["ORG 四川省政协", "ORG 民盟重庆市委", "ORG 剑阁县姚家乡", "GROUP 贫困户", "QUANT 10万元", "MEASURE 回访"],
    ["ASSISTS 0 2"],
    ["ASSIST 捐赠 helper:0 place:2"],
)
"""One document: 6 gold and 6 predicted entities; correct 四川省政协 and 贫困户; boundary 民革…重庆市委;
type 剑阁县姚家乡; type and boundary 210万元; missed or nested 剑阁县; spurious 回访."""

HOSTILE = (
    "政协<script>document.title='hacked';window.hacked=1</script></script><!--<script>&amp;\"'`\u2028\u2029\u202e\r\n"
    '\t\u00a0\u200b𠀀<img src=x onerror="document.title=\'hacked\'"><svg onload="window.hacked=1">\x01末'
)
MARKUP = "</script><script>document.title='hacked';window.hacked=1</script><img src=x onerror=window.hacked=1>"


def make_report(
    sides: Sequence[tuple[str, Content, Content]],
    text: str | None = TEXT,
    selection: Selection = KNOWN,
    keep: int | None = None,
    zones: tuple[Zone, ...] = (),
) -> ScoreReport:
    """The report on documents given as id, gold and prediction; all have the same text."""
    sources = [
        InMemory(
            [
                AnnotatedDocument(one[0], Annotation.model_validate({"doc_id": one[0], **one[place]}), text, zones)
                for one in sides
            ]
        )
        for place in (1, 2)
    ]
    collector = Collector(keep)
    made = score_sources(sources[0], sources[1], selection, DEFAULT_MEASURES, collector.observe)
    return collector.report(made, ("A", "B"))


def hostile_report() -> ScoreReport:
    """Markup in the text, in names of the sides, in the document's id, and in types, roles and ids of items."""
    size = len(HOSTILE)

    def annotation(start: int) -> Content:
        return {
            "entities": [
                {"id": f"{MARKUP}1", "type": MARKUP, "fragments": [[start, size]]},
                {"id": f"{MARKUP}2", "type": "`|*a*_b_|<b>", "fragments": [[0, 2], [4, 9]]},
            ],
            "relations": [{"id": MARKUP, "type": MARKUP, "head": f"{MARKUP}1", "tail": f"{MARKUP}2"}],
            "frames": [
                {
                    "id": f"{MARKUP}3",
                    "type": MARKUP,
                    "trigger": {"fragments": [[start, start + 1]]},
                    "arguments": [{"role": MARKUP, "entity": f"{MARKUP}2"}],
                }
            ],
        }

    zone = Zone(kind=MARKUP, start=size - 1, end=size)
    made = make_report([(MARKUP, annotation(2), annotation(3))], HOSTILE, Selection(), zones=(zone,))
    return made._replace(names=(MARKUP, MARKUP))
