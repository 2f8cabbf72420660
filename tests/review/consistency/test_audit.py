"""The audit: every rule finds its case and leaves a sound one alone; keys hold; answers count."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import annotated_texts
from workbench.core.errors import FaultyData
from workbench.core.records import AnnotatedDocument, Annotation, Zone
from workbench.core.schema import open_schema
from workbench.core.text import surface
from workbench.corpus.reading import read_annotated
from workbench.review.consistency import RULES, Finding, audit
from workbench.review.consistency.sources import read_answers

ROOT = Path(__file__).parents[3]
SCHEMA = open_schema()


def mention(text: str, part: str, kind: str, occurrence: int = 0, **more: Any) -> dict[str, Any]:
    """An entity on one occurrence (counted from 0) of a part of the text."""
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(part, start + 1)
    return {"type": kind, "fragments": [[start, start + len(part)]], "text": part, **more}


def document(
    text: str, *mentions: dict[str, Any], doc_id: str = "d1", zones: tuple[Zone, ...] = (), **fields: Any
) -> AnnotatedDocument:
    """A document; the ids of its mentions are T0, T1 … unless they say others."""
    entities = [{"id": f"T{index}", **one} for index, one in enumerate(mentions)]
    annotation = Annotation.model_validate({"doc_id": doc_id, "entities": entities, **fields})
    return AnnotatedDocument(doc_id, annotation, text, zones)


def found(*documents: AnnotatedDocument, **more: Any) -> list[tuple[str, str, str]]:
    """Rule, offset and text of everything that the audit finds."""
    return [brief(finding) for finding in audit(documents, SCHEMA, **more)]


def brief(finding: Finding) -> tuple[str, str, str]:
    where = "+".join(f"{span.start}:{span.end}" for span in finding.spans)
    return finding.rule, f"{finding.doc_id} {where}".strip(), finding.text


REPEATED = "贫困户𠀀到场。走访贫困户。慰问贫困户。"
MONEY = {"kind": "money", "value": 2100000}


def groups(text: str, part: str, *occurrences: int, kind: str = "GROUP", **more: Any) -> list[dict[str, Any]]:
    return [mention(text, part, kind, occurrence, **more) for occurrence in occurrences]


def test_a_repeat_without_an_annotation() -> None:
    """Two of three places annotated: the third is listed, with the share 2/3; the sentence stands around it."""
    (finding,) = audit([document(REPEATED, *groups(REPEATED, "贫困户", 0, 2))], SCHEMA)
    assert brief(finding) == ("repeat", "d1 9:12", "贫困户")
    assert finding.sureness == pytest.approx(2 / 3, abs=0.001)
    assert finding.snippet == "走访[贫困户]。"
    assert finding.key == "repeat|d1|9:12|GROUP|贫困户"


def test_a_repeat_in_another_document() -> None:
    """What is annotated in one document is looked for in all."""
    first = document("贫困户。", *groups("贫困户。", "贫困户", 0), doc_id="d1")
    assert found(first, document("走访贫困户。", doc_id="d2")) == [("repeat", "d2 2:5", "贫困户")]


def test_a_lone_annotation_is_one_finding() -> None:
    """One of three places annotated: not the two others are listed, but the one."""
    assert found(document(REPEATED, *groups(REPEATED, "贫困户", 1))) == [("lone", "d1 9:12", "贫困户")]


def test_places_where_nothing_is_missing() -> None:
    """Closed zones, opaque names, triggers, parts of words and of numbers, and single characters ask for nothing."""
    closed = document(
        REPEATED, *groups(REPEATED, "贫困户", 0, 1), zones=(Zone(kind="footer", start=13, end=len(REPEATED)),)
    )
    assert found(closed) == []
    text = "银溪。建银溪大桥。"
    assert found(document(text, mention(text, "银溪", "LOC"), mention(text, "银溪大桥", "ASSET"))) == []
    text = "开展结对帮扶,又结对帮扶农户。"
    frame = {"id": "E1", "type": "ASSIST", "trigger": {"fragments": [[8, 12]]}}
    assert found(document(text, mention(text, "结对帮扶", "MEASURE"), frames=[frame])) == []
    text = "职工到场,履行本职工作。"
    assert found(document(text, mention(text, "职工", "GROUP"))) == []
    text = "选10户,又走访110户。"
    value = {"kind": "quantity", "value": 10, "unit": "户"}
    quantities = mention(text, "10户", "QUANT", value=value)
    assert [rule for rule, *_ in found(document(text, quantities))] == ["loose"]
    text = "村。全村人。"
    assert found(document(text, mention(text, "村", "LOC"))) == []


def test_mentions_that_need_not_be_annotated_prove_nothing() -> None:
    """Optional mentions of the schema and unresolved ones do not ask for their repetitions."""
    text = "该企业来了。该企业又来。"
    nominal = mention(text, "企业", "ORG", attributes={"mention": "NOM"})
    assert found(document(text, nominal)) == []
    assert [rule for rule, *_ in found(document(text, mention(text, "企业", "ORG")))] == ["repeat"]
    assert found(document(text, mention(text, "企业", "ORG", attributes={"unresolved": "true"}))) == []


def test_a_layer_that_is_not_finished_lacks_nothing() -> None:
    """In a layer that the author is still working on, a repetition is no omission."""
    mentions = groups(REPEATED, "贫困户", 0, 1)
    assert found(document(REPEATED, *mentions, finished_layers=("value",))) == []
    assert len(found(document(REPEATED, *mentions, finished_layers=("mention",)))) == 1


def test_the_longest_repeat_is_listed() -> None:
    """金川县 and 金川县政协 both lack an annotation at the end: one finding, on the longer."""
    text = "金川县政协。金川县政协到金川县。金川县政协。"
    mentions = [
        *groups(text, "金川县政协", 0, 1, kind="ORG"),
        *groups(text, "金川县", 0, 1, 2, kind="LOC"),
    ]
    assert found(document(text, *mentions)) == [("repeat", "d1 16:21", "金川县政协")]


def test_a_repeat_whose_parts_are_annotated() -> None:
    """A body of which only the place is annotated lacks its own annotation."""
    text = "金川县政协。金川县政协。"
    mentions = [mention(text, "金川县政协", "ORG"), *groups(text, "金川县", 0, 1, kind="LOC")]
    (finding,) = audit([document(text, *mentions)], SCHEMA)
    assert brief(finding) == ("repeat", "d1 6:11", "金川县政协")
    assert "LOC 金川县" in finding.message


def test_partial() -> None:
    """A string annotated whole twice and in part once; where a longer reading explains it, nothing is wrong."""
    text = "贫困学生。贫困学生。贫困学生。"
    mentions = [*groups(text, "贫困学生", 0, 1), mention(text, "学生", "GROUP", 2)]
    assert found(document(text, *mentions)) == [("partial", "d1 10:14", "贫困学生")]
    mentions = [mention(text, "贫困学生", "GROUP"), *groups(text, "学生", 1, 2)]
    assert found(document(text, *mentions)) == [("partial", "d1 0:4", "贫困学生")]
    text = "政协委员来。省政协委员来。"
    mentions = [mention(text, "政协委员", "GROUP"), mention(text, "省政协", "ORG"), mention(text, "委员", "GROUP", 1)]
    assert found(document(text, *mentions)) == []


def test_nested_in_a_name() -> None:
    """A parent body at the beginning of a longer name; its head at the end is no name inside it."""
    text = "市政协来。市政协扶贫工作队来。政协来。"
    mentions = [
        mention(text, "市政协", "ORG"),
        mention(text, "市政协扶贫工作队", "ORG"),
        mention(text, "政协", "ORG", 2),
    ]
    assert found(document(text, *mentions)) == [("nested", "d1 5:8", "市政协")]
    text = "祁阳商会。祁阳商会。祁阳商会。"
    names = groups(text, "祁阳商会", 0, 1, 2, kind="ORG")
    assert found(document(text, *names, *groups(text, "祁阳", 0, 1, kind="LOC"))) == [("nested", "d1 10:12", "祁阳")]
    assert found(document(text, *names, *groups(text, "祁阳", 1, kind="LOC"))) == [("nested", "d1 5:7", "祁阳")]
    assert found(document(text, *names, *groups(text, "祁阳", 0, 1, 2, kind="LOC"))) == []


def test_type() -> None:
    """The rarer type is listed; an optional mention is less sure."""
    text = "主席、主席、主席"
    roles = groups(text, "主席", 0, 1, kind="ROLE")
    for attributes, sureness in (({}, 2 / 3), ({"mention": "NOM"}, 1 / 3)):
        (finding,) = audit([document(text, *roles, mention(text, "主席", "PER", 2, attributes=attributes))], SCHEMA)
        assert brief(finding) == ("type", "d1 6:8", "主席")
        assert finding.sureness == pytest.approx(sureness, abs=0.001)
    assert found(document(text, *groups(text, "主席", 0, 1, 2, kind="ROLE"))) == []


def trigger(start: int, end: int, name: str = "E1") -> dict[str, Any]:
    return {"id": name, "type": "ASSIST", "trigger": {"fragments": [[start, end]]}}


def test_trigger_text_that_stands_twice() -> None:
    """Another free occurrence in the same sentence is a doubt; one in a mention, a word or a trigger is none."""
    text = "捐赠面粉,又捐赠大米。捐赠衣物。"
    assert found(document(text, frames=[trigger(6, 8)])) == [("trigger", "d1 6:8", "捐赠")]
    assert found(document(text, frames=[trigger(6, 8), trigger(0, 2, "E2")])) == []
    text = "参加“捐赠”活动,又捐赠大米。"
    campaign = mention(text, "“捐赠”活动", "CAMPAIGN")
    assert found(document(text, campaign, frames=[trigger(10, 12)])) == []
    text = "省政协组成调研组,赴各地调研工作。"
    assert found(document(text, frames=[trigger(12, 14)])) == []


def test_trigger_in_a_mention_or_a_heading() -> None:
    """A trigger in a title is suspicious, one in a statement is not; a mention inside a trigger is its object."""
    text = "扶贫干部到村。"
    assert found(document(text, mention(text, "扶贫干部", "ROLE"), frames=[trigger(0, 2)])) == [
        ("trigger-mention", "d1 0:2", "扶贫")
    ]
    text = "他捐赠资金。"
    assert found(document(text, mention(text, "资金", "ASSET"), frames=[trigger(1, 5)])) == []
    text = "解决了出行问题。"
    result = mention(text, "解决了出行问题", "RESULT")
    assert found(document(text, result, frames=[trigger(0, 2)])) == []
    text = "助力脱贫\n他助力脱贫,到村。"
    assert found(document(text, frames=[trigger(0, 2)])) == [("trigger-heading", "d1 0:2", "助力")]
    assert found(document(text, frames=[trigger(6, 8)])) == []
    text = "他说:“要捐赠。”"
    assert found(document(text, frames=[trigger(5, 7)])) == []


def relation(kind: str, head: str, tail: str) -> dict[str, Any]:
    return {"id": "R1", "type": kind, "head": head, "tail": tail}


def test_domain() -> None:
    """Ends and fillers that the schema does not admit, with the places of both ends."""
    text = "蒋善生在永州市。"
    person, place = mention(text, "蒋善生", "PER"), mention(text, "永州市", "LOC")
    wrong = document(text, person, place, relations=[relation("PART_OF", "T0", "T1")])
    (finding,) = audit([wrong], SCHEMA)
    assert brief(finding) == ("domain", "d1 0:3+4:7", "蒋善生…永州市")
    assert finding.key == "domain|d1|0:3+4:7|PART_OF PER LOC|蒋善生…永州市"
    assert found(document(text, person, place, relations=[relation("LOCATED_IN", "T0", "T1")])) == []
    frame = {"id": "E1", "type": "ASSIST", "arguments": [{"role": "helper", "entity": "T1"}]}
    assert found(document(text, person, place, frames=[frame])) == [("domain", "d1 4:7", "永州市")]
    frame = {"id": "E1", "type": "ASSIST", "arguments": [{"role": "helper", "entity": "T0"}]}
    assert found(document(text, person, place, frames=[frame])) == []


def test_values() -> None:
    """A sum without a value, loose, or with a value that its string does not say."""
    text = "210万元到账。"
    assert found(document(text, mention(text, "210万元", "MONEY", value=MONEY))) == [("loose", "d1 0:5", "210万元")]
    frame = {"id": "E1", "type": "ASSIST", "arguments": [{"role": "amount", "entity": "T0"}]}
    rules = [
        (None, ["no-value"]),
        (MONEY, []),
        ({**MONEY, "per": "P1Y"}, []),
        ({**MONEY, "value": 210}, ["reading"]),
        ({**MONEY, "mod": "APPROX"}, ["reading"]),
    ]
    for value, expected in rules:
        one = document(text, mention(text, "210万元", "MONEY", value=value), frames=[frame])
        assert [rule for rule, *_ in found(one)] == expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("2019年", {"type": "DATE", "value": "2019", "mod": "ON_OR_BEFORE"}, []),  # 截至 stands outside
        ("2019年", {"type": "DATE", "value": "2018"}, ["reading"]),
        ("2016年底", {"type": "DATE", "value": "2016"}, ["reading"]),  # 底 is END
        ("3月初", {"type": "DATE", "value": "2020-03", "mod": "START"}, []),  # the year is the report's
        ("目前", {"type": "DATE", "value": "2020"}, []),
    ],
)
def test_times(text: str, value: dict[str, Any], expected: list[str]) -> None:
    """A date is compared with its string as far as the string says it by itself."""
    time = mention(text, text, "TIME", value={"kind": "time", **value})
    one = document(text, time, finished_layers=("mention", "value"))
    assert [rule for rule, *_ in found(one)] == expected


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({"level": "county"}, None, ["no-code"]),
        ({"level": "county"}, {"name": "剑阁县"}, ["no-code"]),
        ({"level": "county"}, {"code": "510823", "revision": "201904"}, []),
        ({"level": "township"}, None, []),
        ({"level": "county", "mention": "NOM", "spec": "GEN"}, None, []),
    ],
)
def test_codes_of_places(attributes: dict[str, str], value: dict[str, str] | None, expected: list[str]) -> None:
    """Counties, prefectures and provinces have a code; townships and classes of counties have none."""
    place = {"kind": "place", **value} if value else None
    one = document("剑阁县。", mention("剑阁县。", "剑阁县", "LOC", attributes=attributes, value=place))
    assert [rule for rule, *_ in found(one)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("春联万家", []),
        ("“三个一”扶贫行动", []),
        ("培训班(第9期)", []),
        ("《实施方案》(2016—2020)", []),
        (" 春联万家", ["edge"]),
        ("春联万家\u00a0", ["edge"]),
        ("春联万家，", ["edge"]),
        ("“春联万家”", ["edge"]),
        ("（春联万家）", ["edge"]),
        ("“三个一扶贫行动", ["unbalanced"]),
        ("三个一)扶贫行动", ["unbalanced"]),
        ("春联万家”", ["unbalanced"]),
        ("春联(万)家(", ["edge", "unbalanced"]),
    ],
)
def test_edges_and_quotes(text: str, expected: list[str]) -> None:
    """Spans begin and end with a word, and quotes pair off in them; a name that is all quoted stands without them."""
    assert [rule for rule, *_ in found(document(f"在{text}中", mention(f"在{text}中", text, "CAMPAIGN")))] == expected


def test_clusters() -> None:
    """One thing has one type, one place and one canonical name; one name is one thing."""
    text = "永州市、永州市、永州市"
    whole = groups(text, "永州市", 0, 1, 2, kind="LOC", cluster="c1")
    assert found(document(text, *whole)) == []
    apart = [*whole[:2], {**whole[2], "cluster": "c2"}]
    assert found(document(text, *apart)) == [("split-name", "d1 8:11", "永州市")]
    alone = [*whole[:2], {**whole[2], "cluster": None}]
    assert found(document(text, *alone)) == [("split-name", "d1 8:11", "永州市")]
    nominal = [{**one, "attributes": {"mention": "NOM"}} for one in apart]
    assert found(document(text, *nominal)) == []
    unclustered = [{**one, "cluster": None} for one in whole]
    assert found(document(text, *unclustered)) == []
    typed = [*whole[:2], {**whole[2], "type": "ORG"}]
    assert ("cluster", "d1 8:11", "永州市") in found(document(text, *typed))
    codes = [
        {**one, "value": {"kind": "place", "code": code, "revision": "201904"}}
        for one, code in zip(whole, ("431100", "431100", "431102"), strict=True)
    ]
    assert found(document(text, *codes)) == [("cluster", "d1 8:11", "永州市")]
    named = [{**one, "attributes": {"canonical": name}} for one, name in zip(whole, ("甲", "甲", "乙"), strict=True)]
    assert found(document(text, *named)) == [("cluster", "d1 8:11", "永州市")]


def test_counts_that_dropped() -> None:
    """Two of ten lost is a fifth: listed by default; one of five is a correction; a lost document is listed."""
    text = "村民" * 10
    ten = document(text, *groups(text, "村民", *range(10)))
    eight = document(text, *groups(text, "村民", *range(8)))
    (finding,) = [one for one in audit([eight], SCHEMA, before=[ten]) if one.rule == "drop"]
    assert (finding.key, finding.sureness) == ("drop|d1||GROUP|10→8", 0.2)
    assert not [one for one in audit([eight], SCHEMA, before=[ten], least_drop=0.3) if one.rule == "drop"]
    text = "村民" * 5
    five = document(text, *groups(text, "村民", *range(5)))
    four = document(text, *groups(text, "村民", *range(4)))
    assert not [one for one in audit([four], SCHEMA, before=[five]) if one.rule == "drop"]
    assert found(before=[five]) == [("drop", "d1", "5→0")]


def test_answers() -> None:
    """An answered finding keeps its place and carries the reason; an answer about another document is none."""
    one = document(REPEATED, *groups(REPEATED, "贫困户", 0, 2))
    key = "repeat|d1|9:12|GROUP|贫困户"
    (finding,) = audit([one], SCHEMA, {"d1": {key: "in the abstract"}, "d2": {key: "no"}})
    assert (finding.key, finding.answer) == (key, "in the abstract")
    (finding,) = audit([one], SCHEMA, {"d2": {key: "no"}})
    assert finding.answer is None


def test_documents_that_cannot_be_read() -> None:
    """A document without a text, or whose offsets lie, is left out; the others are audited."""
    good = document(REPEATED, *groups(REPEATED, "贫困户", 0, 2))
    bad = document("短。", {"type": "GROUP", "fragments": [[0, 99]]}, doc_id="d2")
    bare = good._replace(doc_id="d3", text=None)
    unknown = document("贫困户", {"type": "NOSUCH", "fragments": [[0, 3]]}, doc_id="d4")
    assert found(good, bad, bare) == [("repeat", "d1 9:12", "贫困户")]
    assert found(unknown) == []


def renamed(annotation: Annotation, seed: int) -> Annotation:
    """The same annotation with other ids, in another order."""
    content = annotation.model_dump()
    chance = random.Random(seed)  # noqa: S311
    for group in ("entities", "relations", "frames"):
        content[group] = chance.sample(content[group], len(content[group]))
    ids = {entity["id"]: f"X{index}" for index, entity in enumerate(content["entities"])}
    for entity in content["entities"]:
        entity["id"] = ids[entity["id"]]
    for one in content["relations"]:
        one["head"], one["tail"] = ids[one["head"]], ids[one["tail"]]
    for frame in content["frames"]:
        for argument in frame["arguments"]:
            argument["entity"] = ids[argument["entity"]]
    return Annotation.model_validate(content)


@given(annotated_texts(), st.integers(0, 9))
def test_laws(made: tuple[str, Annotation], seed: int) -> None:
    """Every finding names a rule and the slice at its offsets, once; ids and order do not matter; answers close all."""
    text, annotation = made
    findings = audit([AnnotatedDocument("d1", annotation, text)], SCHEMA)
    keys = [finding.key for finding in findings]
    assert len(set(keys)) == len(keys)
    for finding in findings:
        assert finding.rule in RULES
        assert finding.text == surface(text, finding.spans)
        assert 0 <= finding.sureness <= 1
        first = finding.spans[0]
        assert f"[{text[first.start : first.end]}]" in finding.snippet
    again = audit([AnnotatedDocument("d1", renamed(annotation, seed), text)], SCHEMA)
    assert {finding.key for finding in again} == set(keys)
    answered = audit([AnnotatedDocument("d1", annotation, text)], SCHEMA, {"d1": dict.fromkeys(keys, "so be it")})
    assert [finding.key for finding in answered if finding.answer is None] == []


@pytest.mark.parametrize("author", ["A", "B"])
def test_a_dropped_annotation_of_the_pilot_is_found(author: str) -> None:
    """Whatever repeated proper name loses one of its annotations, the audit asks for that place."""
    documents = read_annotated(ROOT / "tasks" / "pilot" / "annotations" / author, SCHEMA)
    for doc_id, string in (("001_2eaf3ca91964d258", "蒋善生"), ("004_ea7284a146aeef16", "银溪村")):
        (one,) = [document for document in documents if document.doc_id == doc_id]
        places = [entity for entity in one.annotation.entities if entity.text == string]
        kept = tuple(entity for entity in one.annotation.entities if entity is not places[-1])
        ids = {entity.id for entity in kept}
        less = one.annotation.model_copy(
            update={
                "entities": kept,
                "relations": tuple(r for r in one.annotation.relations if {r.head, r.tail} <= ids),
                "frames": tuple(
                    f.model_copy(update={"arguments": tuple(a for a in f.arguments if a.entity in ids)})
                    for f in one.annotation.frames
                ),
            }
        )
        changed = [document if document is not one else one._replace(annotation=less) for document in documents]
        start, end = places[-1].start, places[-1].end
        assert ("repeat", f"{doc_id} {start}:{end}", string) in found(*changed)


def test_answers_of_a_file(tmp_path: Path) -> None:
    """No file, no answers; a file that is not one of answers names what is wrong with it."""
    file = tmp_path / "d1.json"
    assert read_answers(file) == {}
    made = {"format": "workbench-decisions/1", "doc_id": "d1", "text_sha256": "0" * 64}
    answer = {"finding": "k", "reason": "r", "by": "x", "time": "2026-11-22T10:00:00Z"}
    file.write_text(json.dumps({**made, "answers": [answer]}), encoding="utf-8")
    assert read_answers(file) == {"k": "r"}
    for content, said in (
        ([], "not a file of decisions"),
        ({**made, "answers": [{**answer, "finding": 1}]}, "finding"),
    ):
        file.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(FaultyData, match=said):
            read_answers(file)


def test_every_rule_has_a_case() -> None:
    """No rule goes untested, and each has a sentence of its own."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert [rule for rule in RULES if f'"{rule}"' not in source] == []
    assert len(set(RULES.values())) == len(RULES)
