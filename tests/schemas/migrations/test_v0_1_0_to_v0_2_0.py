"""From 0.1.0 to 0.2.0: every kind of case before and after, cut from the reports, and the laws of the function."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schemas import Schema, load
from schemas.cppcc_poverty.migrations.v0_1_0_to_v0_2_0 import AUTOMATIC, LOSSY, NEEDS_HUMAN, migrate
from schemas.migrations import Case
from workbench.core.checks import check
from workbench.formats import native

Item = dict[str, Any]
OLD, NEW = {"id": "cppcc-poverty", "version": "0.1.0"}, {"id": "cppcc-poverty", "version": "0.2.0"}


class Report:
    """Cuts entities out of a report by their place; their text is what stands there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def cut(self, name: str, kind: str, start: int, end: int, **more: Any) -> Item:
        attributes = more.pop("attributes", {})
        entity = {"id": name, "type": kind, "fragments": [[start, end]], "text": self.text[start:end], **more}
        return {**entity, "attributes": attributes} if attributes else entity

    def trigger(self, start: int, end: int) -> Item:
        return {"fragments": [[start, end]], "text": self.text[start:end]}


@pytest.fixture(scope="module")
def reports(clean_texts: Mapping[str, str]) -> dict[str, Report]:
    return {name[:3]: Report(text) for name, text in clean_texts.items()}


def annotation(
    entities: Sequence[Item], relations: Sequence[Item] = (), frames: Sequence[Item] = (), schema: Item = OLD
) -> Item:
    return {
        "doc_id": "d1",
        "author": "A",
        "schema": schema,
        "entities": list(entities),
        "relations": list(relations),
        "frames": list(frames),
    }


def link(name: str, kind: str, head: str, tail: str, **more: Any) -> Item:
    return {"id": name, "type": kind, "head": head, "tail": tail, **more}


def frame(name: str, kind: str, trigger: Item, *arguments: tuple[str, str], **attributes: str) -> Item:
    made = {"id": name, "type": kind, "trigger": trigger}
    fillers = [{"role": role, "entity": entity} for role, entity in arguments]
    return {**made, "arguments": fillers, **({"attributes": attributes} if attributes else {})}


def brief(cases: Sequence[Case]) -> list[tuple[str, str, str]]:
    return [(case.kind, case.decision, case.path) for case in cases]


def test_defaults_are_not_written(reports: dict[str, Report]) -> None:
    """spec=SPC goes without saying (D61); GEN and everything else stays."""
    cut = reports["004"].cut
    before = [
        cut("T1", "ORG", 121, 127, attributes={"spec": "SPC", "mention": "NAM", "difficulty": "true"}),
        cut("T2", "LOC", 1028, 1034, attributes={"spec": "GEN", "mention": "NOM"}, note="class"),
        cut("T3", "PROBLEM", 546, 552, attributes={"spec": "SPC"}),
    ]
    after, cases = migrate(annotation(before))
    assert after == annotation(
        [
            cut("T1", "ORG", 121, 127, attributes={"mention": "NAM", "difficulty": "true"}),
            cut("T3", "PROBLEM", 546, 552),
            before[1],
        ],
        schema=NEW,
    )
    assert brief(cases) == [
        ("automatic", "D61", "entities[T1].attributes.spec"),
        ("automatic", "D61", "entities[T3].attributes.spec"),
    ]
    assert cases[0].text == "民进四川省委"
    assert (cases[0].start, cases[0].end) == (121, 127)


def test_canonical_names_are_simplified_and_dropped_where_the_text_reads_so(reports: dict[str, Report]) -> None:
    """Traditional names become simplified; a name that the mention reads anyway goes (D61)."""
    cut = reports["000"].cut
    before = [
        cut("T1", "ORG", 104, 109, attributes={"canonical": "四川省政協"}, cluster="o"),
        cut("T2", "ORG", 530, 533, attributes={"canonical": "四川省政協"}, cluster="o"),
    ]
    after, cases = migrate(annotation(before))
    assert after["entities"] == [
        cut("T1", "ORG", 104, 109, cluster="o"),
        cut("T2", "ORG", 530, 533, attributes={"canonical": "四川省政协"}, cluster="o"),
    ]
    path = "entities[{}].attributes.canonical"
    assert brief(cases) == [("automatic", "D61", path.format(name)) for name in ("T1", "T2", "T1")]


def test_units_are_written_as_in_the_text(reports: dict[str, Report]) -> None:
    """A traditional unit of a text that was simplified becomes the text's own (D61); others stay."""
    cut = reports["000"].cut
    old = {"kind": "quantity", "value": 10, "mod": "EXACT", "unit": "個"}
    ratio = {"kind": "quantity", "value": 10, "mod": "EXACT", "unit": "ratio"}
    before = [cut("T1", "QUANT", 1271, 1274, value=old), cut("T2", "QUANT", 1284, 1287, value=ratio)]
    after, cases = migrate(annotation(before))
    assert [entity["value"]["unit"] for entity in after["entities"]] == ["个", "ratio"]
    assert brief(cases) == [("automatic", "D61", "entities[T1].value.unit")]


def test_a_canonical_name_moves_to_a_mention_that_needs_it(reports: dict[str, Report]) -> None:
    """When only the long form had it, the first short form of the cluster gets it: nothing is lost."""
    cut = reports["001"].cut
    before = [
        cut("T1", "ORG", 18, 23, attributes={"canonical": "永州市政协"}, cluster="o"),
        cut("T2", "ORG", 417, 420, cluster="o"),
        cut("T3", "ORG", 637, 640, cluster="o"),
    ]
    after, cases = migrate(annotation(before))
    assert after["entities"] == [
        cut("T1", "ORG", 18, 23, cluster="o"),
        cut("T2", "ORG", 417, 420, attributes={"canonical": "永州市政协"}, cluster="o"),
        before[2],
    ]
    assert "now on 市政协 T2" in cases[0].message
    assert cases[1].path == "entities[T2].attributes.canonical"


COUNTY = {"level": "county", "mention": "NAM"}
PREFECTURE = {"level": "prefecture", "mention": "NAM"}
JIANGE = {"kind": "place", "name": "剑阁县", "code": "510823", "revision": "201904"}


@pytest.mark.parametrize(
    ("place", "attributes", "value", "expected", "cases"),
    [
        ((158, 161), COUNTY, {"code": "510823", "revision": "201904"}, JIANGE, ["automatic"]),
        ((158, 161), COUNTY, {"name": "四川省廣元市劍閣縣", "code": "510823"}, JIANGE, ["automatic"]),
        ((158, 161), COUNTY, JIANGE, JIANGE, []),
        ((158, 161), COUNTY, {"name": "四川省广元市剑阁县"}, JIANGE, ["automatic"]),
        ((158, 161), {"mention": "NAM"}, {"name": "剑阁县"}, JIANGE, ["automatic"]),
        ((158, 161), COUNTY, {"name": "川北剑阁"}, {"name": "川北剑阁"}, ["needs_human"]),
        ((158, 161), COUNTY, {"code": "519999"}, {"code": "519999"}, ["needs_human"]),
        ((158, 161), COUNTY, {"code": "511622"}, {"code": "511622"}, ["needs_human"]),  # 武胜县
        (
            (158, 161),
            COUNTY,
            {"name": "武胜县", "code": "510823"},
            {"name": "武胜县", "code": "510823"},
            ["needs_human"],
        ),
        ((158, 161), COUNTY, None, None, ["needs_human"]),
        ((158, 161), {"level": "county", "mention": "NOM", "spec": "GEN"}, None, None, []),
        (
            (1299, 1302),
            PREFECTURE,
            {"name": "四川省凉山州", "code": "513400"},
            {"name": "凉山彝族自治州", "code": "513400", "revision": "201904"},
            ["automatic"],
        ),
        ((164, 167), {"level": "village"}, {"name": "剑阁县姚家乡银溪村"}, None, ["lossy"]),
        ((164, 167), {"level": "village"}, {"name": "银溪村"}, None, ["automatic"]),
        ((164, 167), {"level": "village"}, {"name": "銀溪村"}, None, ["automatic"]),
        (
            (784, 786),
            {"level": "village", "mention": "NOM"},
            {"name": "剑阁县姚家乡银溪村"},
            {"name": "银溪村"},
            ["lossy"],
        ),
        ((161, 164), {"level": "township"}, {"name": "剑阁县甲乡乙村"}, {"name": "甲乡乙村"}, ["lossy", "needs_human"]),
        ((161, 164), {}, {"name": "姚家乡"}, None, ["automatic"]),
    ],
)
def test_places(
    place: tuple[int, int],
    attributes: dict[str, str],
    value: Item | None,
    expected: Item | None,
    cases: list[str],
    reports: dict[str, Report],
) -> None:
    """County and above: name and code of the table, else a person; below: only a name that deviates (D61)."""
    report = reports["004"]
    beside = report.cut("T9", "LOC", 1503, 1506, attributes={"level": "township"})  # 姚家乡, a parent by its name

    def with_value(value: Item | None) -> Item:
        plain = report.cut("T1", "LOC", *place, attributes=attributes)
        return plain if value is None else {**plain, "value": {"kind": "place", **value}}

    after, found = migrate(annotation([with_value(value), beside]))
    assert after["entities"] == [with_value(expected), beside]
    assert [case.kind for case in found] == cases
    assert all((case.decision, case.path) == ("D61", "entities[T1].value") for case in found)


def test_visits_and_documents_are_counted_by_their_own_roles(reports: dict[str, Report]) -> None:
    """656人 visited and 7件 submitted get roles of their own (D47); 8个 groups stay the count."""
    one, three = reports["001"], reports["003"]
    persons = one.cut("T1", "QUANT", 1663, 1667, value={"kind": "quantity", "value": 656, "unit": "人"})
    before = annotation([persons], frames=[frame("E1", "VISIT", one.trigger(1658, 1660), ("count", "T1"))])
    after, cases = migrate(before)
    assert after["frames"] == [frame("E1", "VISIT", one.trigger(1658, 1660), ("visited_count", "T1"))]
    assert brief(cases) == [("automatic", "D47", "frames[E1].arguments[T1]")]
    pieces = three.cut("T1", "QUANT", 1428, 1430)  # without a value the unit is read off the text
    after, cases = migrate(
        annotation([pieces], frames=[frame("E1", "ADVISE", three.trigger(1425, 1427), ("count", "T1"))])
    )
    assert after["frames"][0]["arguments"] == [{"role": "doc_count", "entity": "T1"}]
    groups = one.cut("T1", "QUANT", 685, 687, value={"kind": "quantity", "value": 8, "unit": "个"})
    before = annotation([groups], frames=[frame("E1", "VISIT", one.trigger(688, 689), ("count", "T1"))])
    assert migrate(before).annotation == {**before, "schema": NEW}


def test_counts_in_other_units_are_for_a_person_to_judge(reports: dict[str, Report]) -> None:
    """309个 counts a GROUP: times, or how many were visited (D47)."""
    cut, trigger = reports["004"].cut, reports["004"].trigger
    number = cut("T2", "QUANT", 2167, 2171, value={"kind": "quantity", "value": 309, "unit": "个"})
    before = annotation(
        [cut("T1", "GROUP", 2164, 2167), number],
        [link("R1", "HAS_QUANTITY", "T1", "T2")],
        [frame("E1", "VISIT", trigger(2162, 2164), ("count", "T2"), ("visited", "T1"))],
    )
    after, cases = migrate(before)
    assert after == {**before, "schema": NEW}
    assert brief(cases) == [("needs_human", "D47", "frames[E1].arguments[T2]")]
    assert cases[0].text == "309个"


def test_part_of_along_an_address(reports: dict[str, Report]) -> None:
    """剑阁县 | 姚家乡 | 银溪村: adjacent levels are linked (D52), what is written already stays."""
    cut = reports["004"].cut
    before = [
        cut("T0", "LOC", 153, 158, attributes={"mention": "NOM", "spec": "GEN"}),  # a class noun has no relation (D56)
        cut("T1", "LOC", 158, 161, attributes={"level": "county"}, value=JIANGE),
        cut("T2", "LOC", 161, 164, attributes={"level": "township"}),
        cut("T3", "LOC", 164, 167, attributes={"level": "village"}),
    ]
    after, cases = migrate(annotation(before, [link("R1", "PART_OF", "T2", "T1")]))
    assert after["relations"] == [link("R1", "PART_OF", "T2", "T1"), link("PART_OF-T3-T2", "PART_OF", "T3", "T2")]
    assert brief(cases) == [("automatic", "D52", "relations[PART_OF-T3-T2]")]
    assert cases[0].message.startswith("PART_OF 银溪村 → 姚家乡")


@pytest.mark.parametrize(
    ("levels", "codes"),
    [
        (("prefecture", "county"), ("510100", "513226")),  # 成都|金川商会: Jinchuan is not in Chengdu
        (("county", "county"), (None, None)),
        (("county", "prefecture"), (None, None)),
        ((None, "county"), (None, None)),
        (("natural", "county"), (None, None)),
    ],
)
def test_places_that_touch_without_lying_in_each_other(
    levels: tuple[str | None, str | None], codes: tuple[str | None, str | None], reports: dict[str, Report]
) -> None:
    """Levels or codes that contradict the link keep it from being written."""
    places = []
    for name, span, level, code in zip(("T1", "T2"), ((2816, 2818), (2818, 2820)), levels, codes, strict=True):
        place = reports["003"].cut(
            name, "LOC", *span, attributes={"mention": "NAM"} | ({"level": level} if level else {})
        )
        if code:
            place["value"] = {"kind": "place", "code": code, "revision": "201904"}
        places.append(place)
    assert migrate(annotation(places)).annotation["relations"] == []


def test_part_of_from_a_body_to_its_parent(reports: dict[str, Report]) -> None:
    """市政协主席会议 to 市政协 (D52); a body in the middle of a name is left to a person, the same body to nobody."""
    one, four = reports["001"], reports["004"]
    after, cases = migrate(annotation([one.cut("T1", "ORG", 637, 643), one.cut("T2", "ORG", 637, 640)]))
    assert after["relations"] == [link("PART_OF-T1-T2", "PART_OF", "T1", "T2")]
    assert brief(cases) == [("automatic", "D52", "relations[PART_OF-T1-T2]")]
    before = annotation([four.cut("T1", "ORG", 510, 520), four.cut("T2", "ORG", 512, 514)])
    after, cases = migrate(before)
    assert after["relations"] == []
    assert brief(cases) == [("needs_human", "D52", "entities[T1]")]
    same = [four.cut("T1", "ORG", 121, 127, cluster="o"), four.cut("T2", "ORG", 121, 123, cluster="o")]
    assert migrate(annotation(same)).cases == ()


def test_only_the_immediate_parent_is_linked(reports: dict[str, Report]) -> None:
    """中国科学院成都分院生物所 is part of the branch, which is part of the academy."""
    cut = reports["004"].cut
    bodies = [cut("T1", "ORG", 688, 700), cut("T2", "ORG", 688, 697), cut("T3", "ORG", 688, 693)]
    after, _ = migrate(annotation(bodies))
    assert {(one["head"], one["tail"]) for one in after["relations"]} == {("T1", "T2"), ("T2", "T3")}


def member(report: Report, **more: Any) -> list[Item]:
    """政协委员 and the person named after it; the person is cut by place, not named here."""
    return [report.cut("T1", "GROUP", 2446, 2450, cluster="g", **more), report.cut("T2", "PER", 2450, 2453)]


def test_members_before_a_name(reports: dict[str, Report]) -> None:
    """GROUP 政协委员 before a person becomes ROLE, and MEMBER_OF becomes HOLDS_ROLE (D28)."""
    report = reports["003"]
    before = member(report, attributes={"class": "cppcc_member", "decision": "D7"})
    after, cases = migrate(annotation(before, [link("R1", "MEMBER_OF", "T2", "T1", note="kept")]))
    role = report.cut("T1", "ROLE", 2446, 2450, attributes={"decision": "D7"})
    assert after["entities"] == [role, before[1]]
    assert after["relations"] == [link("R1", "HOLDS_ROLE", "T2", "T1", note="kept")]
    assert brief(cases) == [("automatic", "D28", "entities[T1]"), ("automatic", "D28", "relations[R1]")]


@pytest.mark.parametrize("use", ["frame", "relation", "no member"])
def test_members_that_are_used_otherwise(use: str, reports: dict[str, Report]) -> None:
    """A GROUP that helps, has a quantity, or does not hold the person is left to a person."""
    report = reports["003"]
    number = report.cut("T3", "QUANT", 2594, 2595)
    relations = [] if use == "no member" else [link("R1", "MEMBER_OF", "T2", "T1")]
    relations = [*([link("R2", "HAS_QUANTITY", "T1", "T3")] if use == "relation" else []), *relations]
    frames = [frame("E1", "ASSIST", report.trigger(2488, 2490), ("beneficiary", "T1"))] if use == "frame" else []
    before = annotation([*member(report), number], relations, frames)
    after, cases = migrate(before)
    assert after == {**before, "schema": NEW}
    assert brief(cases) == [("needs_human", "D28", "entities[T1]")]


def test_members_split_into_body_and_role(reports: dict[str, Report]) -> None:
    """ORG 政协 and ROLE 委员 before a person: a person makes them one (D28)."""
    cut = reports["003"].cut
    before = [cut("T1", "ORG", 2446, 2448), cut("T2", "ROLE", 2448, 2450), cut("T3", "PER", 2450, 2453)]
    after, cases = migrate(annotation(before, [link("R1", "ROLE_IN", "T2", "T1")]))
    assert after["entities"] == before
    assert brief(cases) == [("needs_human", "D28", "entities[T1]")]


def test_a_session_with_a_number_is_a_meeting(reports: dict[str, Report]) -> None:
    """中共四川省委十届六次全会 that passes a decision becomes MEETING (D27) and issues it."""
    cut = reports["000"].cut
    attributes = {
        "mention": "NAM",
        "org_type": "party_committee",
        "level": "province",
        "spec": "SPC",
        "decision": "D13",
    }
    before = [cut("T1", "ORG", 255, 267, attributes=attributes, cluster="m"), cut("T2", "DOC", 272, 308)]
    after, cases = migrate(annotation(before, [link("R1", "ISSUES", "T1", "T2")]))
    meeting = cut("T1", "MEETING", 255, 267, attributes={"decision": "D13", "kind": "plenary"}, cluster="m")
    assert after == annotation([meeting, before[1]], [link("R1", "ISSUES", "T1", "T2")], schema=NEW)
    assert brief(cases) == [("automatic", "D27", "entities[T1]")]


@pytest.mark.parametrize("hindrance", ["PART_OF", "ADVISE adopter", "a place in"])
def test_a_session_on_which_hangs_what_a_meeting_cannot_have(hindrance: str, reports: dict[str, Report]) -> None:
    """With a link, a role or a place that no meeting has, a person decides; no PART_OF is added meanwhile."""
    cut = reports["000"].cut
    entities = [cut("T1", "ORG", 255, 267), cut("T2", "ORG", 255, 261)]
    entities += [cut("T3", "ORG", 255, 269)] if hindrance == "a place in" else []
    relations = [link("R1", "PART_OF", "T1", "T2")] if hindrance == "PART_OF" else []
    adopter = frame("E1", "ADVISE", reports["000"].trigger(267, 271), ("adopter", "T1"))
    before = annotation(entities, relations, [adopter] if hindrance == "ADVISE adopter" else [])
    after, cases = migrate(before)
    assert [entity["type"] for entity in after["entities"]] == ["ORG"] * len(entities)
    assert [one for one in after["relations"] if one["head"] == "T1"] == relations
    assert ("needs_human", "D27", "entities[T1]") in brief(cases)
    assert hindrance in cases[0].message


@pytest.mark.parametrize(("kind", "place"), [("ORG", (637, 644)), ("MEETING", (637, 644)), ("ORG", (640, 644))])
def test_standing_bodies_are_looked_at(kind: str, place: tuple[int, int], reports: dict[str, Report]) -> None:
    """Whether 主席会议 is body or occasion, the text around it says (D27)."""
    before = annotation([reports["001"].cut("T1", kind, *place)])
    after, cases = migrate(before)
    assert after == {**before, "schema": NEW}
    assert brief(cases) == [("needs_human", "D27", "entities[T1]")]


def test_rhetorical_help_is_dropped(reports: dict[str, Report]) -> None:
    """ASSIST with a helper and a time tells of no help (D26); the time hangs on nothing then."""
    cut, trigger = reports["000"].cut, reports["000"].trigger
    entities = [cut("T1", "ORG", 104, 109), cut("T2", "TIME", 99, 103)]
    empty = frame("E1", "ASSIST", trigger(128, 130), ("helper", "T1"), ("time", "T2"), realis="generic")
    after, cases = migrate(annotation(entities, frames=[empty]))
    assert after["frames"] == []
    assert brief(cases) == [("lossy", "D26", "frames[E1]"), ("needs_human", "D26", "entities[T2]")]
    assert cases[0].message == "ASSIST dropped; it had helper 四川省政协, time 岁末年终"
    assert cases[0].text == "助推"
    held = cut("T3", "RESULT", 99, 117)
    _, cases = migrate(annotation([*entities, held], frames=[empty]))
    assert brief(cases) == [("lossy", "D26", "frames[E1]")]


@pytest.mark.parametrize(
    "role", ["beneficiary", "beneficiary_count", "measure", "amount", "quantity", "need", "outcome"]
)
def test_help_with_one_of_the_roles_stays(role: str, reports: dict[str, Report]) -> None:
    """Any of the seven roles makes it help."""
    helps = frame("E1", "ASSIST", reports["000"].trigger(128, 130), (role, "T1"))
    before = annotation([reports["000"].cut("T1", "ORG", 104, 109)], frames=[helps])
    assert migrate(before).annotation["frames"] == [helps]


def test_what_campaigns_and_measures_concern_is_dropped(reports: dict[str, Report]) -> None:
    """CONCERNS to a MEASURE goes from a campaign, not from a document or a meeting, nor to other types (D54)."""
    cut = reports["004"].cut
    entities = [
        cut("T1", "CAMPAIGN", 950, 958),
        cut("T2", "MEASURE", 962, 966),
        cut("T3", "DOC", 1797, 1816),
        cut("T4", "GROUP", 944, 948),
    ]
    stays = [link("R2", "CONCERNS", "T1", "T4"), link("R3", "CONCERNS", "T3", "T2")]
    after, cases = migrate(annotation(entities, [link("R1", "CONCERNS", "T1", "T2"), *stays]))
    assert after["relations"] == stays
    assert brief(cases) == [("lossy", "D54", "relations[R1]")]
    assert cases[0].message.startswith("CONCERNS “以购代捐”活动 → 消费扶贫")


def test_doubtful_frames_are_listed_and_stay(reports: dict[str, Report]) -> None:
    """进驻 as DISPATCH (D33), raised money with two helpers (D49), generic with a time that recurs (D37)."""
    cut, trigger = reports["004"].cut, reports["004"].trigger
    yearly = cut("T3", "TIME", 1553, 1559, value={"kind": "time", "type": "SET", "value": "P1Y"})
    entities = [cut("T1", "ORG", 121, 127), cut("T2", "GROUP", 528, 533), yearly]
    money = (("helper", "T1"), ("helper", "T2"), ("beneficiary", "T2"))
    frames = [
        frame("E1", "ASSIST", trigger(557, 561), *money, transfer="brokered_cash"),
        frame("E2", "ASSIST", trigger(557, 561), *money, ("intermediary", "T1"), transfer="brokered_cash"),
        frame("E3", "DISPATCH", {"fragments": [[706, 708]], "text": "组织"}, ("dispatched", "T2")),
        frame("E4", "DISPATCH", trigger(1347, 1349), ("dispatched", "T2")),
        frame("E5", "ASSIST", trigger(1590, 1592), ("beneficiary", "T2"), ("time", "T3"), realis="generic"),
        frame("E6", "ASSIST", trigger(1590, 1592), ("beneficiary", "T2"), ("time", "T3"), realis="actual"),
    ]
    before = annotation(entities, frames=frames)
    after, cases = migrate(before)
    assert after["frames"] == frames
    assert brief(cases) == [
        ("needs_human", "D49", "frames[E1]"),
        ("needs_human", "D33", "frames[E3]"),
        ("needs_human", "D37", "frames[E5]"),
    ]


def test_frames_without_trigger_or_arguments() -> None:
    """What programs predict may have neither; nothing breaks."""
    before = annotation([], frames=[{"id": "E1", "type": "VISIT"}, {"id": "E2", "type": "DISPATCH", "arguments": []}])
    assert migrate(before).annotation["frames"] == [before["frames"][1], before["frames"][0]]
    dropped = migrate(annotation([], frames=[{"id": "E1", "type": "ASSIST"}]))
    assert brief(dropped.cases) == [("lossy", "D26", "frames[E1]")]
    assert dropped.cases[0].start is None


@pytest.mark.parametrize("author", ["A", "B"])
def test_the_three_lists_say_all_that_happens(author: str, received_annotations: dict[str, list[Item]]) -> None:
    """Over both real passes, every case is of a kind that the lists name for its decision."""
    lists = {"automatic": AUTOMATIC, "lossy": LOSSY, "needs_human": NEEDS_HUMAN}
    for before in received_annotations[author]:
        for case in migrate(before).cases:
            assert case.decision in lists[case.kind], case


# The laws, over annotations that hold whatever the rules look for.

WORDS = {
    "PER": ["李𠀀"],
    "ORG": ["政协", "市政协", "市政协主席会议", "省委十届六次全会", "民进（四川）省委"],
    "LOC": ["剑阁县", "姚家乡", "银溪村", "凉山\u00a0", "该村"],
    "ROLE": ["委员", "主席"],
    "GROUP": ["政协委员", "贫困户"],
    "CAMPAIGN": ["“三个一”活动"],
    "MEETING": ["主席会议", "座谈会"],
    "DOC": ["建议"],
    "MEASURE": ["消费扶贫"],
    "ASSET": ["大桥"],
    "INDUSTRY": ["水稻"],
    "QUANT": ["656人", "7件", "309个"],
    "TIME": ["每年", "２０２０年"],
}
VALUES = {
    "LOC": [
        None,
        {"kind": "place", "name": "四川省廣元市劍閣縣"},
        {"kind": "place", "name": "剑阁县姚家乡银溪村"},
        {"kind": "place", "code": "510823"},
        {"kind": "place", "name": "甲县", "code": "999999", "revision": "201904"},
    ],
    "QUANT": [None, {"kind": "quantity", "value": 7, "unit": "件"}, {"kind": "quantity", "value": 9, "unit": "人"}],
    "TIME": [None, {"kind": "time", "type": "SET", "value": "P1Y"}],
}
ROLES = {
    "ASSIST": ["helper", "beneficiary", "intermediary", "time", "measure", "count"],
    "VISIT": ["visitor", "count", "time", "visited", "place"],
    "ADVISE": ["actor", "count", "doc"],
    "DISPATCH": ["dispatched", "role", "destination"],
}
SCHEMA = load("cppcc_poverty")


def _attributes(draw: st.DrawFn, kind: str) -> dict[str, str]:
    known = SCHEMA.entity_types[kind].attributes
    free = {"canonical": st.sampled_from(["市政協", "市政协", "四川省政協", "剑阁县"])}
    chosen = {name: free.get(name, st.sampled_from([*one.values, "x"])) for name, one in known.items()}
    return {name: draw(values) for name, values in chosen.items() if draw(st.booleans())}


@st.composite
def annotations(draw: st.DrawFn) -> tuple[str, Item]:
    """A text and an annotation of it in which mentions touch, nest in bodies, and are linked as the schema allows."""
    text = draw(st.sampled_from(["", "𠀀", "，"]))
    entities: list[Item] = []
    for number in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(sorted(WORDS)))
        word = draw(st.sampled_from(WORDS[kind])).strip()
        entity: Item = {
            "id": f"T{number}",
            "type": kind,
            "fragments": [[len(text), len(text) + len(word)]],
            "text": word,
        }
        if attributes := _attributes(draw, kind):
            entity["attributes"] = attributes
        if (value := draw(st.sampled_from(VALUES.get(kind, [None])))) is not None:
            entity["value"] = value
        if draw(st.booleans()):
            entity["cluster"] = draw(st.sampled_from(["c1", "c2"]))
        entities.append(entity)
        if kind == "ORG" and draw(st.booleans()) and len(word) > 3:
            start = len(text) + draw(st.integers(0, 1))
            inner = {"id": f"T{number}i", "type": "ORG", "fragments": [[start, start + 2]]}
            entities.append({**inner, "text": word[start - len(text) : start - len(text) + 2]})
        text += word + draw(st.sampled_from(["", "", "、", "\n"]))
    relations = [
        link(f"R{number}", kind, head["id"], tail["id"])
        for number, (head, tail) in enumerate(draw(st.lists(st.tuples(*[st.sampled_from(entities)] * 2), max_size=5)))
        for kind in [draw(st.sampled_from([*SCHEMA.relations_between(head["type"], tail["type"]), None]))]
        if kind is not None and head is not tail
    ]
    frames = []
    for number in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(sorted(ROLES)))
        fitting = [
            (role, entity["id"])
            for role in ROLES[kind]
            for entity in entities
            if entity["type"] in SCHEMA.frame_types[kind].roles[role].types
        ]
        chosen = draw(st.lists(st.sampled_from(fitting), max_size=4, unique=True)) if fitting else []
        trigger = {"fragments": [[0, len(entities[0]["text"])]], "text": draw(st.sampled_from(["进驻", "组织", "送"]))}
        attributes = {"realis": draw(st.sampled_from(["generic", "actual"]))}
        made = frame(f"E{number}", kind, trigger, *chosen, **attributes)
        frames.append(
            made if draw(st.booleans()) else {**made, "attributes": {**attributes, "transfer": "brokered_cash"}}
        )
    return text, annotation(entities, relations, frames)


def canonical(record: Mapping[str, Any]) -> str:
    return json.dumps(record, sort_keys=True, ensure_ascii=False)


@given(annotations())
def test_it_changes_nothing_that_it_is_given(drawn: tuple[str, Item]) -> None:
    """The annotation that comes in is as it was."""
    before = deepcopy(drawn[1])
    migrate(drawn[1])
    assert drawn[1] == before


@given(annotations())
def test_twice_is_once(drawn: tuple[str, Item]) -> None:
    """Applied to its own result it changes nothing and only asks the same questions."""
    once, _ = migrate(drawn[1])
    twice, again = migrate(once)
    assert canonical(twice) == canonical(once)
    assert [case for case in again if case.kind != "needs_human"] == []


@given(annotations(), st.randoms(use_true_random=False))
def test_the_order_of_items_is_no_matter(drawn: tuple[str, Item], chance: random.Random) -> None:
    """However entities, relations, frames and arguments are shuffled, result and cases are the same."""
    shuffled = deepcopy(drawn[1])
    for part in ("entities", "relations", "frames"):
        chance.shuffle(shuffled[part])
    for one in shuffled["frames"]:
        chance.shuffle(one["arguments"])
    (expected, cases), (found, others) = migrate(drawn[1]), migrate(shuffled)
    for record in (expected, found):
        for one in record["frames"]:
            one["arguments"].sort(key=lambda argument: (argument["role"], argument["entity"]))
    assert canonical(found) == canonical(expected)
    assert others == cases


@given(annotations())
def test_every_change_is_a_case_and_nothing_else_changes(drawn: tuple[str, Item]) -> None:
    """An item that differs, came or went is named by an automatic or lossy case; the rest is the same."""
    after, cases = migrate(drawn[1])
    named = {case.path.split("]")[0] + "]" for case in cases if case.kind != "needs_human"}
    for part in ("entities", "relations", "frames"):
        was = {item["id"]: item for item in drawn[1][part]}
        now = {item["id"]: item for item in after[part]}
        changed = {f"{part}[{name}]" for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
        assert changed == {path for path in named if path.startswith(part)}
    kept = ("id", "fragments", "text", "note", "extra")
    for was, now in zip(
        *(sorted(record["entities"], key=lambda one: str(one["id"])) for record in (drawn[1], after)), strict=True
    ):
        assert [was.get(field) for field in kept] == [now.get(field) for field in kept]
    assert {key: value for key, value in after.items() if key not in ("entities", "relations", "frames")} == {
        "doc_id": "d1",
        "author": "A",
        "schema": NEW,
    }


@given(annotations())
def test_what_is_legal_stays_legal(drawn: tuple[str, Item]) -> None:
    """An annotation without a fault has none afterwards."""
    assume(not errors(drawn[1], SCHEMA))
    assert errors(migrate(drawn[1]).annotation, SCHEMA) == []


def errors(record: Mapping[str, Any], schema: Schema) -> list[str]:
    from pathlib import Path

    plain = {**record, "format": native.FORMAT}
    found = check(native.parse(plain, Path("d1.json")).annotation, schema)
    return [str(fault) for fault in found if fault.severity == "error"]
