"""Names, codes and posts: what a mention names, where a place lies, what somebody is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.answers.built import entity, frame, relations, report
from workbench.answers.catalogue import table_of
from workbench.answers.columns import Settings
from workbench.answers.reports import open_reports
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import Entity
from workbench.core.values import Place

TEXT = "𠀀剑阁县姚家乡银溪村。该村在剑阁。阿坝县。"


def places(*more: Entity) -> list[Entity]:
    return [
        entity(TEXT, "X", "LOC", "剑阁县", cluster="x", value=Place(name="剑阁县", code="510823", revision="201904")),
        entity(TEXT, "Y", "LOC", "姚家乡", cluster="y"),
        entity(TEXT, "C", "LOC", "银溪村", cluster="c", level="village"),
        entity(TEXT, "D", "LOC", "该村", cluster="c", mention="NOM"),
        *more,
    ]


def test_a_village_has_the_code_of_the_county_around_it() -> None:
    """The code climbs PART_OF over the mentions of each place, and says whose it is."""
    made = report(TEXT, places(), links=relations(("PART_OF", "C", "Y"), ("PART_OF", "Y", "X")))
    located = made.located(made.annotation.entity_by_id["D"])
    assert located == ("银溪村", "village", "510823", "201904", "剑阁县", ("姚家乡", "剑阁县"))
    assert made.located(made.annotation.entity_by_id["X"]).code_of == "剑阁县"
    assert made.lies_in(made.annotation.entity_by_id["D"], "剑阁县")
    assert not made.lies_in(made.annotation.entity_by_id["X"], "银溪村")


def test_a_place_without_a_coded_one_around_it_has_no_code() -> None:
    """Also when PART_OF goes round in a circle."""
    made = report(TEXT, places(), links=relations(("PART_OF", "C", "Y"), ("PART_OF", "Y", "C")))
    located = made.located(made.annotation.entity_by_id["C"])
    assert (located.code, located.code_of, located.within) == (None, None, ("姚家乡",))


@pytest.mark.parametrize(
    ("mentions", "name"),
    [
        ([("剑阁县", {}), ("剑阁", {})], "剑阁县"),
        ([("该村", {"mention": "NOM"}), ("银溪村", {})], "银溪村"),
        ([("阿坝县", {"variant": "true"}), ("剑阁", {})], "剑阁"),
        ([("该村", {"mention": "NOM"})], "该村"),
        ([("剑阁", {"value": Place(name="四川省剑阁县")}), ("剑阁县", {})], "四川省剑阁县"),
        ([("剑阁县", {}), ("剑阁", {"canonical": "四川省剑阁县"})], "四川省剑阁县"),
    ],
)
def test_the_name_of_a_cluster(mentions: list[tuple[str, dict[str, object]]], name: str) -> None:
    """What is written as canonical or as a place's name; else the longest proper name that is no variant."""
    made = report(
        TEXT, [entity(TEXT, f"L{n}", "LOC", string, cluster="c", **more) for n, (string, more) in enumerate(mentions)]
    )
    assert [thing.name for thing in made.things] == [name]


def test_types_that_are_not_clustered_stay_apart() -> None:
    """Two groups with one cluster id are two things: the schema clusters no groups."""
    text = "贫困户和贫困户"
    made = report(text, [entity(text, f"G{n}", "GROUP", "贫困户", n, cluster="g") for n in (1, 2)])
    assert [len(thing.mentions) for thing in made.things] == [1, 1]


def test_posts_and_groups() -> None:
    """A post has its body; a group has the body it belongs to; a bare title beside the same post says nothing new."""
    text = "永州市政协副主席杨军元。主席会议成员杨军元副主席是委员。"
    entities = [
        entity(text, "O", "ORG", "永州市政协"),
        entity(text, "R1", "ROLE", "副主席"),
        entity(text, "R2", "ROLE", "副主席", 2),
        entity(text, "P1", "PER", "杨军元", cluster="p"),
        entity(text, "P2", "PER", "杨军元", 2, cluster="p"),
        entity(text, "G", "GROUP", "主席会议成员"),
    ]
    links = relations(
        ("HOLDS_ROLE", "P1", "R1"),
        ("ROLE_IN", "R1", "O"),
        ("HOLDS_ROLE", "P2", "R2"),
        ("MEMBER_OF", "P2", "G"),
        ("MEMBER_OF", "G", "O"),
    )
    made = report(text, entities, links=links)
    assert made.affiliation(made.annotation.entity_by_id["P2"]) == "永州市政协 副主席、永州市政协 主席会议成员"


@pytest.mark.parametrize(
    ("roles", "links", "found"),
    [
        ({"place": "X", "beneficiary": "C"}, [], (["剑阁县"], "place")),
        ({"beneficiary": ["C", "G"]}, [("LOCATED_IN", "G", "X")], (["银溪村"], "beneficiary")),
        ({"beneficiary": "G"}, [("LOCATED_IN", "G", "X")], (["剑阁县"], "located_in")),
        ({"beneficiary": "G"}, [], ([], None)),
    ],
)
def test_where_a_deed_was_done(
    roles: dict[str, str], links: list[tuple[str, str, str]], found: tuple[list[str], str | None]
) -> None:
    """The text's place, else the place that was helped, else where the helped are; the row says which."""
    text = TEXT + "帮扶贫困户。"
    deed = frame(text, "E", "ASSIST", "帮扶", roles)
    made = report(text, places(entity(text, "G", "GROUP", "贫困户")), [deed], relations(*links))
    (row,) = table_of("assistance").rows(made, Settings())
    assert (row["place"], row["place_from"]) == found


def test_the_publication_date_is_no_date_of_the_deed() -> None:
    """A deed without a time has none; the date of the page stands in a column of its own."""
    text = "帮扶贫困户。"
    made = report(text, [], [frame(text, "E", "ASSIST", "帮扶", {})], date="2020-06-02")
    (row,) = table_of("assistance").rows(made, Settings())
    assert (row["time"], row["publication_date"]) == ([], "2020-06-02")


def test_without_what_is_unresolved() -> None:
    """Unresolved entities take their relations and arguments with them."""
    text = "帮扶贫困户和村民。"
    entities = [entity(text, "G1", "GROUP", "贫困户"), entity(text, "G2", "GROUP", "村民", unresolved="true")]
    deed = frame(text, "E", "ASSIST", "帮扶", {"beneficiary": ["G1", "G2"]})
    made = report(text, entities, [deed], relations(("MEMBER_OF", "G1", "G2"))).settled()
    assert [one.id for one in made.entities] == ["G1"]
    assert made.annotation.relations == ()
    assert [one.entity for one in made.frames[0].arguments] == ["G1"]


def test_json_lines_without_a_batch(tmp_path: Path) -> None:
    """A line with a text has sentences and no date; a line without a text has neither, but its rows."""
    line = {
        "doc_id": "d1",
        "text": "𠀀政协帮扶。好。",
        "entities": [],
        "events": [{"type": "ASSIST", "trigger": {"start": 3, "end": 5}}],
    }
    bare = {"doc_id": "d2", "events": [{"type": "ASSIST"}]}
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in (line, bare)))
    first, second = (next(table_of("assistance").rows(one, Settings())) for one in open_reports(tmp_path / "in.jsonl"))
    assert (first["trigger"], first["sentence"], first["publication_date"]) == ("帮扶", "𠀀政协帮扶。", None)
    assert (second["trigger"], second["start"], second["sentence"]) == (None, None, None)


def test_annotations_that_do_not_hold_together(tmp_path: Path) -> None:
    """An argument that is no entity is a fault with its document, not a traceback."""
    line = {"doc_id": "d1", "events": [{"type": "ASSIST", "arguments": [{"role": "helper", "entity": "T9"}]}]}
    (tmp_path / "in.jsonl").write_text(json.dumps(line) + "\n")
    with pytest.raises(FaultyData, match=r"d1 .*T9"):
        open_reports(tmp_path / "in.jsonl")
    with pytest.raises(UsageMistake, match="no such file"):
        open_reports(tmp_path / "away.jsonl")
