"""Zones as read-only regions, and results without them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.annotation.label_studio.zones import without_zones, zone_results
from workbench.core.records import Zone
from workbench.core.schema import open_schema

SCHEMA = open_schema()
TEXT = "首页𠮷🎉\r\n\u00a0正文\t扶贫\r\n\n京ICP备号\n"


def made(*zones: tuple[str, int, int], taken: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    return zone_results([Zone(kind=kind, start=start, end=end) for kind, start, end in zones], TEXT, SCHEMA, taken)


def region(name: str, label: str = "ORG", control: str = "entity", **more: Any) -> dict[str, Any]:
    value = {"start": 7, "end": 9, "text": "正文", "labels": [label]}
    return {"id": name, "from_name": control, "to_name": "text", "type": "labels", "value": value, **more}


def link(head: str, tail: str) -> dict[str, Any]:
    return {"from_id": head, "to_id": tail, "type": "relation", "direction": "right"}


def test_a_zone_is_a_read_only_region() -> None:
    assert made(("navigation", 0, 6)) == [
        {
            "id": "zone-0-4-navigation",
            "from_name": "zone",
            "to_name": "text",
            "type": "labels",
            "readonly": True,
            "value": {"start": 0, "end": 4, "text": "首页𠮷🎉", "labels": ["navigation"]},
        }
    ]


def test_zones_without_a_region() -> None:
    """Those that take annotation, those the schema does not know, those of line breaks alone."""
    assert made(("unknown", 0, 2), ("footer", 4, 6), ("footer", 13, 15)) == []
    open_zones = {name: zone.model_copy(update={"closed": False}) for name, zone in SCHEMA.zones.items()}
    zones = [Zone(kind="footer", start=0, end=2)]
    assert zone_results(zones, TEXT, SCHEMA.model_copy(update={"zones": open_zones})) == []


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8)), max_size=6), st.booleans())
def test_zones_come_out_again(places: list[tuple[int, int]], among_others: bool) -> None:
    """Edges are no line breaks, ids are unique and nobody's, and taking zones out leaves what was there."""
    length = len(TEXT)
    zones = [("footer", start, min(start + size, length)) for start, size in places if start < length]
    names = ("zone-0-2-footer", "zone-0-2-footer~", "a") if among_others else ()
    results = made(*zones, taken=names)
    ids = [*names, *(one["id"] for one in results)]
    assert len(set(ids)) == len(ids)
    for one in results:
        words = TEXT[one["value"]["start"] : one["value"]["end"]]
        assert words == one["value"]["text"] == words.strip("\r\n") != ""
    others = [region(name) for name in names]
    found = without_zones([*results, *others], results)
    assert (list(found.results), found.faults) == (others, ())


def told(results: list[Any], pushed: list[dict[str, Any]]) -> tuple[list[Any], list[tuple[str, str]]]:
    found = without_zones(results, pushed)
    return list(found.results), [(fault.severity, fault.message) for fault in found.faults]


def test_what_hangs_on_a_zone_is_left_out_and_told() -> None:
    pushed = made(("navigation", 0, 4))
    [zone] = pushed
    name = zone["id"]
    answer = {"id": name, "from_name": "mention", "to_name": "text", "type": "choices", "value": {"choices": ["NAM"]}}
    results = [region("a"), zone, region(name), answer, link("a", name), link(name, "a"), region("b"), link("a", "b")]
    left, faults = told(results, pushed)
    assert left == [region("a"), region("b"), link("a", "b")]
    assert [severity for severity, _ in faults] == ["error"] * 4
    assert faults[0][1].startswith("a label is given to the zone 'zone-0-4-navigation' ('首页𠮷🎉')")
    assert faults[1][1].startswith("mention is said of")
    assert faults[2][1].startswith("a relation is drawn to or from")
    paths = [fault.path for fault in without_zones(results, pushed).faults]
    assert paths == ["result[2]", "result[3]", "result[4]", "result[5]"]


def test_changed_and_deleted_zones_are_told() -> None:
    pushed = made(("navigation", 0, 4), ("footer", 15, 21))
    moved = {**pushed[0], "value": {**pushed[0]["value"], "end": 3}}
    left, faults = told([moved, region("a")], pushed)
    assert left == [region("a")]
    assert [severity for severity, _ in faults] == ["warning"] * 3
    assert "is not one of the document" in faults[0][1]
    assert "zone-0-4-navigation" in faults[1][1]
    assert "zone-15-21-footer" in faults[2][1]


def test_zones_that_are_not_known_are_taken_out_quietly() -> None:
    assert told([*made(("navigation", 0, 4)), region("a")], []) == ([region("a")], [])


@pytest.mark.parametrize("raw", [None, 3, "x", [], {}, {"type": "relation", "from_id": ["a"], "to_id": {}}])
def test_anything_else_is_left(raw: Any) -> None:
    odd = region("z", control="zone")
    assert told([raw, {**odd, "value": None}, {**odd, "id": ["z"]}], []) == ([raw], [])
