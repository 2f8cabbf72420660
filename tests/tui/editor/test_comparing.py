"""Differences between two annotations of one document."""

from __future__ import annotations

from workbench.core.records import Annotation, Argument, Entity, Frame, Relation, Trigger
from workbench.core.text import Span
from workbench.tui.editor.comparing import differences

TEXT = "永州市政协到𠀀紫云村走访，捐赠２万元"


def entity(name: str, kind: str, start: int, end: int) -> Entity:
    return Entity(id=name, type=kind, fragments=(Span(start, end),), text=TEXT[start:end])


def annotation(*items: Entity | Relation | Frame) -> Annotation:
    return Annotation(
        doc_id="d",
        entities=tuple(one for one in items if isinstance(one, Entity)),
        relations=tuple(one for one in items if isinstance(one, Relation)),
        frames=tuple(one for one in items if isinstance(one, Frame)),
    )


def said(mine: Annotation, theirs: Annotation) -> list[tuple[str, str]]:
    return [(one.sign, one.text) for one in differences(mine, theirs)]


def test_ids_do_not_count() -> None:
    mine = annotation(
        entity("a", "ORG", 0, 5), entity("b", "LOC", 7, 10), Relation(id="r", type="X", head="a", tail="b")
    )
    theirs = annotation(
        entity("E9", "LOC", 7, 10), entity("E1", "ORG", 0, 5), Relation(id="q", type="X", head="E1", tail="E9")
    )
    assert said(mine, theirs) == []


def test_type_bounds_and_what_only_one_has() -> None:
    mine = annotation(entity("a", "ORG", 0, 5), entity("b", "LOC", 6, 10), entity("c", "MONEY", 15, 18))
    theirs = annotation(entity("x", "GROUP", 0, 5), entity("y", "LOC", 7, 10), entity("z", "LOC", 0, 3))
    assert said(mine, theirs) == [
        ("+", "LOC 永州市"),
        ("≠", "类型 ORG 永州市政协 / GROUP 永州市政协"),
        ("≠", "边界 LOC 𠀀紫云村 / LOC 紫云村"),
        ("-", "MONEY ２万元"),
    ]


def test_relations_and_roles() -> None:
    org, village = entity("a", "ORG", 0, 5), entity("b", "LOC", 7, 10)
    trigger = Trigger(fragments=(Span(10, 12),), text="走访")
    mine = annotation(
        org, village, Relation(id="r", type="X", head="a", tail="b"), Frame(id="f", type="VISIT", trigger=trigger)
    )
    theirs = annotation(
        org, village, Frame(id="f", type="VISIT", trigger=trigger, arguments=(Argument(role="visitor", entity="a"),))
    )
    assert said(mine, theirs) == [("-", "X 永州市政协 → 紫云村"), ("+", "VISIT visitor = 永州市政协")]
    assert said(annotation(org), annotation(org, Frame(id="f", type="VISIT", trigger=trigger))) == [("+", "VISIT 走访")]
