"""The fifteen questions over gold: the answers that section 10 of the guidelines states, with their spans."""

from __future__ import annotations

import json

import pytest

from tests.answers.built import entity, frame, relations, report, yuan
from tests.answers.pilot import clean, pilot
from workbench.answers.answering import About, Answer, Part, answer_rows, to_records, to_text
from workbench.answers.columns import Settings
from workbench.answers.questions import QUESTIONS, answer
from workbench.core.errors import UsageMistake
from workbench.core.values import Quantity

NEAR = 12
"""Spans of the guidelines may be off by this much: their texts count."""

STATED: tuple[tuple[int, About, str, tuple[tuple[str, str, int], ...]], ...] = (
    (
        1,
        About(place="银溪村"),
        "004",
        (
            ("helper", "企业家会员", 528),
            ("intermediary", "民进四川省委", 447),
            ("amount", "210万元", 561),
            ("measure", "庭院经济", 569),
            ("measure", "银溪大桥", 578),
            ("measure", "组道路", 585),
            ("beneficiary_count", "260户", 600),
            ("beneficiary_count", "900人", 604),
        ),
    ),
    (1, About(place="银溪村"), "004", (("amount", "10万元", 759), ("measure", "金钗石斛苗", 764))),
    (1, About(place="剑阁县"), "004", (("amount", "40万元", 779), ("measure", "菌种场", 788))),
    (2, About(), "004", (("amount", "210万元", 561),)),
    (2, About(), "003", (("amount", "约540万元", 2784), ("helper", "爱心企业", 2760))),
    (3, About(), "004", (("place", "小寨村", 339), ("time", "2016年", 344))),
    (3, About(), "004", (("place", "银溪村", 377), ("time", "2017年", 381))),
    (3, About(), "004", (("place", "剑阁县", 401), ("time", "2019年", 407))),
    (
        4,
        About(),
        "001",
        (("visitor", "蒋善生", 1145), ("place", "紫云村", 1158), ("time", "5月11日至13日", 1135)),
    ),
    (4, About(), "001", (("visitor", "杨军元", 1280), ("place", "白露塘村", 1291))),
    (4, About(), "000", (("visitor", "柯尊平", 573), ("place", "岳林垭村", 568))),
    (5, About(), "002", (("beneficiary_count", "1132户", 1693),)),
    (5, About(), "003", (("beneficiary_count", "2000人以上", 2653),)),
    (5, About(), "000", (("beneficiary_count", "10个", 1284), ("beneficiary", "贫困村", 1287))),
    (6, About(campaign="大回访"), "001", (("number", "36场次", 1641),)),
    (6, About(campaign="大回访"), "001", (("number", "499名", 1652), ("of", "帮扶委员", 1648))),
    (6, About(campaign="大回访"), "001", (("number", "656人", 1663), ("of", "贫困户", 1660))),
    (6, About(campaign="大回访"), "001", (("number", "46次", 1673), ("of", "座谈会", 1670))),
    (6, About(campaign="大回访"), "001", (("number", "737个", 1683),)),
    (7, About(), "004", (("result", "水稻亩产增加13.9%", 732), ("figure", "13.9%", 738))),
    (7, About(), "004", (("result", "助农增收59万元", 744), ("figure", "59万元", 748))),
    (
        7,
        About(),
        "002",
        (
            ("result", "月工资可达1500元以上,年收入近20000元", 1555),
            ("figure", "1500元以上", 1560),
            ("figure", "近20000元", 1571),
        ),
    ),
    (8, About(), "003", (("problem", "财政资金支持很少", 3486),)),
    (8, About(), "003", (("problem", "科技对产业发展的支撑效果尚不够明显", 3468),)),
    (8, About(), "004", (("problem", "基础设施薄弱", 546), ("affects", "银溪村", 543))),
    (9, About(), "001", (("proposal", "实行挂牌作战", 1221), ("stated_by", "蒋善生", 1214))),
    (9, About(), "003", (("proposal", "建立健全政协委员帮扶台帐", 3974),)),
    (
        10,
        About(),
        "003",
        (("document", "关于金川县精准脱贫工作推进情况的调研报告", 2138), ("adopted_by", "县委政府", 2216)),
    ),
    (11, About(), "002", (("industry", "稻虾养殖", 1351), ("run_by", "村民", 1347))),
    (11, About(), "004", (("industry", "农特产品", 1038), ("run_by", "合作社", 1003))),
    (12, About(), "003", (("dispatched", "主席会议成员", 851), ("role", "第一书记", 862))),
    (12, About(), "000", (("member_of", "资阳市政协", 1423), ("destination", "宝林村", 1444))),
    (
        13,
        About(),
        "003",
        (
            ("goods", "面粉", 2776),
            ("quantity", "600吨", 2771),
            ("amount", "约540万元", 2784),
            ("beneficiary", "贫困农牧民", 2802),
        ),
    ),
    (15, About(), "002", (("measure", "“特色养殖”示范基地", 1184), ("time", "5年内", 1168))),
)
"""Question, what it is about, report, and mentions that one answer has together: role, text, start."""


@pytest.mark.parametrize(("number", "about", "document", "stated"), STATED)
def test_the_stated_answers(number: int, about: About, document: str, stated: tuple[tuple[str, str, int], ...]) -> None:
    """One answer of the report holds all of the mentions, each in its role and at its place in the clean text."""
    made = clean(document)
    (found,) = answer(pilot(), [number], about)
    told = [one for one in found.answers if one.document == made.doc_id]
    assert any(all(holds(one, mention, made.text) for mention in stated) for one in told), told


def holds(told: Answer, mention: tuple[str, str, int], text: str) -> bool:
    """Whether an answer has a mention; a statement may go on after the words of the guidelines."""
    role, words, near = mention
    start = text.index(words, max(0, near - NEAR))
    assert abs(start - near) <= NEAR
    return any(one.role == role and one.start == start and text.startswith(words, one.start) for one in told.parts)


def test_every_question_has_answers_whose_spans_are_the_text() -> None:
    """The surface of every part is the slice at its offsets."""
    texts = {made.doc_id: made.text for made in pilot()}
    for one in answer(pilot()):
        assert one.answers, one.asked
        for told in one.answers:
            assert told.parts or told.note
            for part in told.parts:
                assert told.document is not None
                assert texts[told.document][part.start : part.end] == part.text


def test_all_questions_of_the_guidelines_are_asked() -> None:
    """Fifteen, and each is tested above; 14 below."""
    assert [one.number for one in QUESTIONS] == list(range(1, 16))
    assert {number for number, *_ in STATED} | {14} == {one.number for one in QUESTIONS}


def test_the_sums_come_last() -> None:
    """Question 2 ends in one line for each sum; the totals are apart from the single deeds."""
    (found,) = answer(pilot(), [2])
    sums = [one.note for one in found.answers if one.document is None]
    assert [note.split(":")[0] for note in sums if note] == ["given", "brokered", "goods", "total"]
    assert all("at least 300000 yuan in 2 amounts" in note for note in sums if note and note.startswith("total"))


def test_the_kinds_of_help_are_counted() -> None:
    """Question 14 counts what was done, the most frequent first, and every deed is told once."""
    (found,) = answer(pilot(), [14])
    counts = [int(one.note.split(": ")[1].split(",")[0]) for one in found.answers if one.document is None and one.note]
    done = [one for made in pilot() for one in made.of_kind("ASSIST") if one.attributes.get("realis") == "actual"]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == len(done) == sum(one.document is not None for one in found.answers)


def test_a_claim_is_told_once() -> None:
    """One number of people in two frames is one claim; plans and generic help are none."""
    text = "政协帮扶20户,协调资金,计划培训30人。"
    numbers = [
        entity(text, "Q1", "QUANT", "20户", value=Quantity(value=20, unit="户")),
        entity(text, "Q2", "QUANT", "30人", value=Quantity(value=30, unit="人")),
    ]
    frames = [
        frame(text, "E1", "ASSIST", "帮扶", {"beneficiary_count": "Q1"}),
        frame(text, "E2", "ASSIST", "协调", {"beneficiary_count": "Q1"}),
        frame(text, "E3", "ASSIST", "培训", {"beneficiary_count": "Q2"}, realis="planned"),
    ]
    (found,) = answer([report(text, numbers, frames)], [5])
    assert [[one.text for one in told.parts] for told in found.answers] == [["20户"]]


def test_a_place_is_asked_for_with_all_in_it() -> None:
    """A question about a county has the answers about its villages; about another place none."""
    text = "剑阁县银溪村得到捐赠10万元。"
    entities = [
        entity(text, "C", "LOC", "剑阁县"),
        entity(text, "V", "LOC", "银溪村"),
        entity(text, "M", "MONEY", "10万元", value=yuan(100000)),
    ]
    deed = frame(text, "E", "ASSIST", "捐赠", {"place": "V", "amount": "M"})
    made = [report(text, entities, [deed], relations(("PART_OF", "V", "C")))]
    assert len(answer(made, [1], About(place="剑阁县"))[0].answers) == 1
    other = report("武胜县没有。", [entity("武胜县没有。", "W", "LOC", "武胜县")])
    found = answer([*made, other], [1], About(place="武胜县"))
    assert found[0].answers == ()
    assert to_text(found).endswith("no answer in these reports\n")


def test_a_place_or_campaign_that_cannot_be_asked_for_is_refused() -> None:
    """A name that no report has, with the nearest; and a place for a question that is about none."""
    text = "剑阁县得到捐赠。"
    made = [report(text, [entity(text, "C", "LOC", "剑阁县")])]
    with pytest.raises(UsageMistake, match="no place '剑阁'; did you mean '剑阁县'"):
        answer(made, [1], About(place="剑阁"))
    with pytest.raises(UsageMistake, match="no campaign '大回访'"):
        answer(made, [6], About(campaign="大回访"))
    with pytest.raises(UsageMistake, match="question 7 is about no place; a place is for 1, 3, 4, 5"):
        answer(made, [7], About(place="剑阁县"))


def test_what_is_unresolved_answers_only_when_asked() -> None:
    """An unresolved frame is no answer unless settings say so."""
    text = "政协捐赠10万元。"
    money = entity(text, "M", "MONEY", "10万元", value=yuan(100000))
    made = [report(text, [money], [frame(text, "E", "ASSIST", "捐赠", {"amount": "M"}, unresolved="true")])]
    assert answer(made, [2])[0].answers == ()
    assert next(one.note for one in answer(made, [2], settings=Settings(unresolved=True))[0].answers) == "given"


def test_layouts_hold_the_same_parts() -> None:
    """Rows of the table, JSON and the text to read tell every part of every answer."""
    answered = answer(pilot(), [1, 3])
    parts = [part for one in answered for told in one.answers for part in told.parts]
    rows = [Part(*(row[name] for name in Part._fields)) for row in answer_rows(answered)]
    records = [Part(**part) for one in to_records(answered) for told in one["answers"] for part in told["parts"]]
    assert rows == records == parts
    assert json.dumps(to_records(answered))
    read = to_text(answered)
    assert all(f"{part.role} {part.text} [{part.start}:{part.end}]" in read for part in parts)


def test_a_question_that_is_none() -> None:
    """Numbers go from 1 to 15."""
    with pytest.raises(UsageMistake, match="no question 16; they are 1 to 15"):
        answer(pilot(), [16])
