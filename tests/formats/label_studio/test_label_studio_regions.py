"""Regions, what is said of them, and links between them, as foreign projects and annotators make them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.formats.label_studio.built import TEXT, UNKNOWN, link, only, own, region, sound, task
from workbench.core.mending import mend
from workbench.core.records import Argument
from workbench.core.text import Span
from workbench.formats.label_studio import CONTINUES, records_of, task_of


def test_a_region_with_several_labels_is_several_entities() -> None:
    several = region("a", 0, 6, "ORG", score=0.25)
    several["value"]["labels"] = ["ORG", "GROUP", "ROLE"]
    other = region("a", 0, 6, "PARTY", from_name="second")
    answer = {"id": "a", "type": "choices", "from_name": "spec", "to_name": "text", "value": {"choices": ["SPC"]}}
    raw = task(several, other, answer, region("b", 14, 20, "ORG"), link("a", "b", "PART_OF"))
    (told,) = only(raw).faults
    assert (told.severity, "relations are read as those of ORG" in told.message) == ("warning", True)
    document = sound(raw)
    entities = document.annotation.entities
    assert [(entity.id, entity.type) for entity in entities] == [
        ("a", "ORG"),
        ("a~3", "GROUP"),
        ("a~4", "ROLE"),
        ("a~2", "PARTY"),
        ("b", "ORG"),
    ]
    assert [entity.attributes for entity in entities] == [{"spec": "SPC"}, {}, {}, {}, {}]
    assert document.annotation.relations[0].head == "a"


def test_a_further_label_takes_nothing_that_the_editor_copied_to_it() -> None:
    meta = {"wb": {"cluster": "c1", "relations": [{"id": "R7", "type": "X", "tail": "b", "shown": False}]}}
    regions = [region("a", 0, 6, "ORG", meta=meta), region("a", 0, 6, "PARTY", from_name="second", meta=meta)]
    document = sound(task(*regions, region("b", 14, 20, "ORG")))
    assert [(one.id, one.cluster) for one in document.annotation.entities] == [("a", "c1"), ("a~2", None), ("b", None)]
    assert [(one.id, one.head, one.tail) for one in document.annotation.relations] == [("R7", "a", "b")]


def test_ids_are_strings_and_missing_ones_are_made() -> None:
    document = sound(task(region(None, 0, 6, "ORG"), region("T1", 6, 12, "X"), {**region("", 6, 12, "Y"), "id": 12}))
    assert [entity.id for entity in document.annotation.entities] == ["T2", "T1", "12"]


def test_an_id_used_twice_is_left_to_be_judged() -> None:
    document = only(task(region("a", 0, 6, "ORG"), region("a", 6, 12, "ORG"))).document
    assert document is not None
    assert [entity.id for entity in document.annotation.entities] == ["a", "a"]
    assert [fault.rule for fault in mend(document, repair=False).faults] == ["ids", "ids"]


def test_results_of_other_controls_are_kept_and_written_again() -> None:
    document = sound(task(region("a", 0, 6, "ORG"), *UNKNOWN))
    assert own(document.annotation)["results"] == UNKNOWN
    assert task_of(document)["annotations"][0]["result"][1:] == UNKNOWN
    assert sound(task_of(document)) == document


def test_two_controls_for_one_attribute() -> None:
    answers = [
        {"id": "a", "type": "choices", "from_name": name, "to_name": "text", "value": {"choices": [value]}}
        for name, value in (("level.LOC", "county"), ("level.ORG", "province"))
    ]
    document = sound(task(region("a", 0, 6, "ORG"), *answers))
    assert document.annotation.entities[0].attributes == {"level": "province"}
    assert own(document.annotation)["results"] == [answers[0]]
    assert sound(task_of(document)) == document


def test_a_cluster_and_a_note_of_several_lines() -> None:
    answer = {"id": "a", "type": "textarea", "from_name": "cluster", "to_name": "text", "value": {"text": "c1"}}
    document = sound(task(region("a", 0, 6, "ORG", meta={"text": ["一", "二"], "seen": True}), answer))
    [entity] = document.annotation.entities
    assert (entity.cluster, entity.note, entity.attributes) == ("c1", "一\n二", {})
    assert own(entity) == {"meta": {"seen": True}}
    assert sound(task_of(document)) == document


# --- relations, frames, fragments ------------------------------------------------------------------------------------


def test_directions() -> None:
    document = sound(
        task(
            region("a", 0, 6, "ORG"),
            region("b", 6, 12, "MEETING"),
            region("c", 14, 20, "ORG"),
            link("a", "b", "X", direction="left"),
            link("b", "c", "Y", "Z", direction="bi"),
            link("c", "a", "W", direction=None),
        )
    )
    found = {(one.type, one.head, one.tail): own(one) for one in document.annotation.relations}
    both = {"direction": "bi"}
    assert found == {("X", "b", "a"): {}, ("Y", "b", "c"): both, ("Z", "b", "c"): both, ("W", "c", "a"): {}}
    links = [result for result in task_of(document)["annotations"][0]["result"] if result["type"] == "relation"]
    assert [(one["from_id"], one["to_id"], one["direction"]) for one in links] == [
        ("b", "a", "right"),
        ("b", "c", "bi"),
        ("c", "a", "right"),
    ]
    assert sound(task_of(document)) == document


def test_a_dangling_relation_is_left_to_be_judged() -> None:
    found = only(task(region("a", 0, 6, "ORG"), link("a", "gone", "X"), link("lost", "a", "Y")))
    assert found.faults == ()
    assert found.document is not None
    ends = [(one.head, one.tail) for one in found.document.annotation.relations]
    assert ends == [("a", "gone"), ("lost", "a")]
    assert [fault.rule for fault in mend(found.document, repair=False).faults] == ["ends", "ends"]


def test_a_frame_drawn_in_the_editor() -> None:
    document = sound(
        task(
            region("t", 27, 28, "ASSIST", from_name="frame"),
            region("a", 14, 20, "ORG"),
            region("b", 36, 39, "LOC"),
            link("t", "a", "helper"),
            link("t", "b", "beneficiary", "place"),
            {"id": "t", "type": "choices", "from_name": "realis", "to_name": "text", "value": {"choices": ["DONE"]}},
        )
    )
    [frame] = document.annotation.frames
    assert (frame.id, frame.type, frame.attributes) == ("t", "ASSIST", {"realis": "DONE"})
    assert frame.trigger is not None
    assert frame.trigger.text == "协"
    assert frame.arguments == tuple(
        Argument(role=role, entity=end) for role, end in (("helper", "a"), ("beneficiary", "b"), ("place", "b"))
    )
    assert document.annotation.relations == ()


@pytest.mark.parametrize("drawn", [[("a", "b"), ("b", "c")], [("c", "b"), ("b", "a")], [("a", "b"), ("a", "c")]])
def test_fragments_joined_in_the_editor(drawn: list[tuple[str, str]]) -> None:
    document = sound(
        task(
            region("c", 36, 39, "ORG"),
            region("a", 0, 2, "ORG"),
            region("b", 14, 16, "ORG", meta={"text": ["分"]}),
            region("x", 6, 12, "MEETING"),
            *(link(one, other, CONTINUES) for one, other in drawn),
            link("x", "b", "OF"),
        )
    )
    entity, _ = sorted(document.annotation.entities, key=lambda entity: entity.type, reverse=True)
    assert entity.fragments == (Span(0, 2), Span(14, 16), Span(36, 39))
    assert (entity.id, entity.text, entity.note) == (drawn[0][0], "中共…民革…剑阁县", "分")
    assert document.annotation.relations[0].tail == entity.id


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (region("b", 6, 12, "MEETING"), "ORG with one that is MEETING"),
        (region("b", 6, 12, "ORG", from_name="frame"), "'label' with one of 'frame'"),
        (region("c", 6, 12, "ORG"), "there is no region 'b'"),
    ],
)
def test_what_cannot_be_joined(other: Any, message: str) -> None:
    found = only(task(region("a", 0, 6, "ORG"), other, link("a", "b", CONTINUES)))
    [fault] = found.faults
    assert message in fault.message
    assert fault.path == "annotations[0].result[2]"
    assert found.document is not None
    assert found.document.annotation.relations == ()


def test_records_without_a_task() -> None:
    found = records_of([region("a", 0, 6, "ORG"), UNKNOWN[0]], TEXT)
    assert [entity.text for entity in found.entities] == ["中共四川省委"]
    assert found.others == (UNKNOWN[0],)


def test_zones_are_no_regions_of_the_text() -> None:
    """Read-only regions of the control of zones are kept as they are; relations to them are faults."""
    zone = region("z", 0, 4, "footer", from_name="zone", readonly=True)
    said = {"id": "z", "type": "choices", "from_name": "mention", "to_name": "text", "value": {"choices": ["NAM"]}}
    a, b = region("a", 0, 6, "ORG"), region("b", 6, 12, "MEETING")
    found = records_of([zone, said, a, b, link("a", "z", "X"), link("z", "b", "X"), link("a", "b", "X")], TEXT)
    assert [entity.id for entity in found.entities] == ["a", "b"]
    assert [(one.head, one.tail) for one in found.relations] == [("a", "b")]
    assert found.others == (zone, said)
    assert [fault.path for fault in found.faults] == ["result[4]", "result[5]"]
    assert all("a zone, which takes no annotation" in fault.message for fault in found.faults)


def test_a_control_elsewhere_may_be_called_zone() -> None:
    found = records_of([region("z", 0, 4, "footer", from_name="zone")], TEXT)
    assert [(entity.id, entity.type) for entity in found.entities] == [("z", "footer")]
