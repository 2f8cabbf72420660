"""The rules as one extractor: legal answers for any text, sentences, zones, and memory of nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Schema
from tests.strategies import any_text, texts
from workbench.core.checks import check
from workbench.core.records import Annotation, Document, Meta, Zone
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.extractors.rules import Rules
from workbench.extractors.run import annotate

PIECES = [
    *("青石县", "白鹭乡", "河湾村", "云岭市", "政协", "省委", "民进", "四川省", "副主席", "书记", "、", "王建国"),
    *("欧阳修远", "委员", "贫困户", "李秀英", "37名", "3.5万元", "2016年9月", "“春雨”行动", "《帮扶办法》", "等"),
    *("茶叶合作社", "成立", "在", "的", "任", "组长", "每年", "😀", "１２户", "，", "。", "全市", "扶贫工作队", "村"),
    *("县", "第", "一", "“", "”", "《", "\u00a0", "\n"),
]
reports = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The installed schema."""
    return open_schema()


def _found(text: str, *kinds: str, date: str | None = None) -> list[tuple[str, str]]:
    answer = Rules().extract(Document(doc_id="d", text=text, meta=Meta(date=date)))
    return [(entity.type, entity.text or "") for entity in answer.entities if not kinds or entity.type in kinds]


def _linked(text: str) -> set[tuple[str, str, str]]:
    answer = Rules().extract(Document(doc_id="d", text=text))
    surface = {entity.id: entity.text or "" for entity in answer.entities}
    return {(link.type, surface[link.head], surface[link.tail]) for link in answer.relations}


@given(text=st.one_of(texts, any_text, reports))
def test_any_text_has_a_legal_answer(text: str, schema: Schema) -> None:
    """For any text the annotation obeys the schema: inside the text, no crossing, only allowed nesting and links."""
    document = Document(doc_id="d", text=text)
    annotation = annotate(Rules(), document, schema).annotation
    assert [fault for fault in check(annotation, schema, text) if fault.severity == "error"] == []


@given(text=reports, data=st.data())
def test_sentences_and_zones_are_respected(text: str, data: st.DataObject, schema: Schema) -> None:
    """No mention crosses a sentence or touches a zone, wherever those lie."""
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(text) - 1)), max_size=4)) | {0, len(text)})
    sentences = tuple(Span(a, b) for a, b in pairwise(cuts) if a < b <= len(text))
    bounds = data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text))))
    zones = (Zone(kind="footer", start=min(bounds), end=max(bounds)),) if bounds[0] != bounds[1] else ()
    document = Document(doc_id="d", text=text, sentences=sentences, zones=zones)
    stamped = annotate(Rules(), document, schema)
    assert stamped.dropped == 0
    for entity in stamped.annotation.entities:
        assert any(sentence.start <= entity.start and entity.end <= sentence.end for sentence in sentences)
        assert not any(entity.start < zone.end and zone.start < entity.end for zone in zones)


@given(st.lists(reports, min_size=2, max_size=3))
def test_an_answer_depends_on_the_document_alone(several: list[str]) -> None:
    """What was read before changes nothing, nor does the instance."""
    shared = Rules()
    documents = [Document(doc_id=str(number), text=text) for number, text in enumerate(several)]
    together: list[Annotation] = [shared.extract(document) for document in [*documents, *reversed(documents)]]
    assert together == [Rules().extract(document) for document in [*documents, *reversed(documents)]]


def test_words_added_elsewhere_change_nothing() -> None:
    """The segmenter is the rules' own: another program's additions to the shared dictionary do not reach it."""
    import rjieba

    text = "云岭市政协副主席王建国来到河湾村。"
    before = _found(text)
    rjieba.add_word("来到河湾村", 10**6, "nr")
    assert _found(text) == before


def test_a_report_in_small() -> None:
    """One invented paragraph gives the mentions and links that its reader would mark."""
    text = (
        "2020年5月,云岭市政协副主席王建国、陈丽华走进青石县白鹭乡河湾村贫困户李秀英家。"
        "37名政协委员参与“春雨助学”行动,捐款3.5万元。王建国要求落实《河湾村帮扶方案》。"
    )
    assert _found(text) == [
        ("TIME", "2020年5月"),
        ("ORG", "云岭市政协"),
        ("LOC", "云岭市"),
        ("ROLE", "副主席"),
        ("PER", "王建国"),
        ("PER", "陈丽华"),
        ("LOC", "青石县"),
        ("LOC", "白鹭乡"),
        ("LOC", "河湾村"),
        ("GROUP", "贫困户"),
        ("PER", "李秀英"),
        ("QUANT", "37名"),
        ("GROUP", "政协委员"),
        ("CAMPAIGN", "“春雨助学”行动"),
        ("MONEY", "3.5万元"),
        ("PER", "王建国"),
        ("DOC", "河湾村帮扶方案"),
    ]
    assert _linked(text) == {
        ("HOLDS_ROLE", "王建国", "副主席"),
        ("HOLDS_ROLE", "陈丽华", "副主席"),
        ("ROLE_IN", "副主席", "云岭市政协"),
        ("PART_OF", "白鹭乡", "青石县"),
        ("PART_OF", "河湾村", "白鹭乡"),
        ("LOCATED_IN", "贫困户", "河湾村"),
        ("MEMBER_OF", "李秀英", "贫困户"),
        ("HAS_QUANTITY", "政协委员", "37名"),
    }


def test_names_are_found_again() -> None:
    """A name that one sentence establishes is found in the others, and so are a county's short form and a campaign."""
    text = "青石县政协主席周明远说。“春雨助学”活动启动。周明远在青石宣传“春雨助学”。"
    assert _found(text, "PER") == [("PER", "周明远"), ("PER", "周明远")]
    assert ("LOC", "青石") in _found(text, "LOC")
    assert _found(text, "CAMPAIGN") == [("CAMPAIGN", "“春雨助学”活动"), ("CAMPAIGN", "春雨助学")]


def test_astral_and_odd_characters_shift_nothing() -> None:
    """Positions are code points: emoji, astral Han, NBSP and full-width digits before a mention do not move it."""
    text = "😀𠀀\u00a0捐款３５万元"
    entity = Rules().extract(Document(doc_id="d", text=text)).entities[0]
    assert (entity.type, entity.start, entity.end, entity.text) == ("MONEY", 5, 9, "３５万元")


def test_relative_times_refer_to_the_report() -> None:
    """今年 is the year of the report's date, and open when the report has none."""
    for date, value in (("2019-03-01", "2019"), (None, "XXXX")):
        entity = Rules().extract(Document(doc_id="d", text="今年修路。", meta=Meta(date=date))).entities[0]
        assert entity.value is not None
        assert entity.value.model_dump()["value"] == value
