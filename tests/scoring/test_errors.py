"""Error analysis: every category by hand, and laws that hold for any two sides."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scoring.compared import (
    KNOWN,
    Content,
    at,
    compared,
    drawn,
    renamed,
    shuffled,
    side,
)
from tests.strategies import annotated_texts
from workbench.core.records import Zone
from workbench.core.text import Span
from workbench.corpus.reading import read_annotated
from workbench.scoring import entities, frames, relations
from workbench.scoring.collection import Compared, InMemory, compare_collections
from workbench.scoring.comparison import Comparison
from workbench.scoring.errors import Row, count_categories, document_errors
from workbench.scoring.errors.confusion import NIL, Confusion, ConfusionRows
from workbench.scoring.errors.items import CATEGORIES, SIDES, ErrorItem, json_line, to_json
from workbench.scoring.errors.linking import boundary_detail
from workbench.scoring.selection import Policies, Selection

PILOT = Path(__file__).parent.parent.parent / "tasks" / "pilot" / "annotations"

Told = tuple[str, str, str, str | None, str | None]
"""Side, id, category, detail, partner."""


def told(found: Compared, layer: str = "entity") -> set[Told]:
    """What is said of the items of one layer."""
    return {
        (item.side, item.id, item.category, item.detail, item.partner)
        for item in document_errors(found)
        if item.layer == layer
    }


def both(gold: str, predicted: str, category: str, detail: str | None = None) -> set[Told]:
    """What is said of a pair."""
    return {("gold", gold, category, detail, predicted), ("predicted", predicted, category, detail, gold)}


ENTITY_CASES: dict[str, tuple[list[str], list[str], set[Told]]] = {
    "correct": (["ORG 四川省政协"], ["ORG 四川省政协"], both("T0", "T0", "correct")),
    "astral": (["ORG 𠀀四川省政协"], ["ORG 四川省政协"], both("T0", "T0", "boundary", "shorter left")),
    "type": (["ORG 四川省政协"], ["LOC 四川省政协"], both("T0", "T0", "type")),
    "longer right": (["LOC 姚家乡"], ["LOC 姚家乡\u00a0"], both("T0", "T0", "boundary", "longer right")),
    "longer both": (["LOC 剑阁县"], ["LOC 向剑阁县姚"], both("T0", "T0", "boundary", "longer both")),
    "shorter both": (["LOC 向剑阁县姚"], ["LOC 剑阁县"], both("T0", "T0", "boundary", "shorter both")),
    "shifted left": (["LOC 剑阁县"], ["LOC 向剑阁"], both("T0", "T0", "boundary", "shifted left")),
    "shifted right": (["LOC 向剑阁"], ["LOC 剑阁县"], both("T0", "T0", "boundary", "shifted right")),
    "gap filled": (["ORG 民革…重庆市委"], ["ORG 民革、民盟重庆市委"], both("T0", "T0", "boundary", "longer inside")),
    "gap made": (["ORG 民革、民盟重庆市委"], ["ORG 民革…重庆市委"], both("T0", "T0", "boundary", "shorter inside")),
    "fragment lost": (["ORG 民革…重庆市委"], ["ORG 重庆市委"], both("T0", "T0", "boundary", "shorter left")),
    "type+boundary": (["ORG 四川省政协"], ["LOC 四川省"], both("T0", "T0", "type+boundary", "shorter right")),
    "missed and spurious": (
        ["ORG 四川省政协"],
        ["MONEY 210万元"],
        {("gold", "T0", "missed", None, None), ("predicted", "T0", "spurious", None, None)},
    ),
    "unknown label, same span": (["LOC 剑阁县"], ["TOWN 剑阁县"], both("T0", "T0", "unknown label", "type")),
    "unknown label, other span": (
        ["LOC 剑阁县"],
        ["TOWN 剑阁县姚家乡"],
        both("T0", "T0", "unknown label", "type+boundary"),
    ),
    "unknown label, spurious": ([], ["TOWN 剑阁县"], {("predicted", "T0", "unknown label", None, None)}),
    # of the two parts the longer is the partner
    "split": (
        ["LOC 剑阁县姚家乡\u00a0"],
        ["LOC 剑阁县", "LOC 姚家乡\u00a0"],
        both("T0", "T1", "split", "shorter left") | {("predicted", "T0", "split", "shorter right", "T0")},
    ),
    "merge": (
        ["LOC 剑阁县", "LOC 姚家乡\u00a0"],
        ["LOC 剑阁县姚家乡\u00a0"],
        both("T1", "T0", "merge", "longer left") | {("gold", "T0", "merge", "longer right", "T0")},
    ),
    "parts of other types are no split": (
        ["LOC 剑阁县姚家乡\u00a0"],
        ["ORG 剑阁县", "LOC 姚家乡\u00a0"],
        both("T0", "T1", "boundary", "shorter left") | {("predicted", "T0", "spurious", None, None)},
    ),
    "a part beside a correct prediction is no split": (
        ["LOC 剑阁县"],
        ["LOC 剑阁县", "LOC 县姚家乡"],
        both("T0", "T0", "correct") | {("predicted", "T1", "spurious", None, None)},
    ),
    "nesting: the inner level is missed": (
        ["ORG 四川省政协", "LOC 四川省"],
        ["ORG 四川省政协"],
        both("T0", "T0", "correct") | {("gold", "T1", "nesting", "inner", "T0")},
    ),
    "nesting: an outer level too many": (
        ["LOC 四川省"],
        ["LOC 四川省", "ORG 四川省政协"],
        both("T0", "T0", "correct") | {("predicted", "T1", "nesting", "outer", "T0")},
    ),
    "nesting: the outer label on the inner level": (
        ["ORG 四川省政协", "LOC 四川省"],
        ["ORG 四川省"],
        both("T1", "T0", "nesting", "inner") | {("gold", "T0", "nesting", "outer", "T0")},
    ),
    "nesting: a further level of the same type is no split": (
        ["ORG 四川省政协"],
        ["ORG 四川省政", "ORG 四川省"],
        both("T0", "T0", "boundary", "shorter right") | {("predicted", "T1", "nesting", "inner", "T0")},
    ),
    # 四川省政 overlaps it more, but the label of the ORG was looked for
    "nesting: of several levels, the one with the label": (
        ["ORG 四川省政协", "LOC 四川省", "LOC 四川省政"],
        ["ORG 四川省", "LOC 四川省政"],
        both("T1", "T0", "nesting", "inner") | both("T2", "T1", "correct") | {("gold", "T0", "nesting", "outer", "T0")},
    ),
    "missed: what lies in a span of another layer": (
        ["PROPOSAL 向剑阁县姚家乡\u00a0贫困户捐赠", "LOC 剑阁县"],
        ["PROPOSAL 向剑阁县姚家乡\u00a0贫困户捐赠"],
        both("T0", "T0", "correct") | {("gold", "T1", "missed", None, None)},
    ),
    "duplicate": (
        ["LOC 剑阁县"],
        ["LOC 剑阁县", "LOC 剑阁县"],
        both("T0", "T0", "correct") | {("predicted", "T1", "duplicate", None, "T0")},
    ),
    "duplicate of a spurious one": (
        [],
        ["LOC 剑阁县", "LOC 剑阁县"],
        {("predicted", "T0", "spurious", None, None), ("predicted", "T1", "duplicate", None, None)},
    ),
    "duplicates on both sides": (
        ["LOC 剑阁县", "LOC 剑阁县"],
        ["LOC 剑阁县", "LOC 剑阁县"],
        both("T0", "T0", "correct") | both("T1", "T1", "correct"),
    ),
}


@pytest.mark.parametrize("name", ENTITY_CASES)
def test_entities(name: str) -> None:
    gold, predicted, expected = ENTITY_CASES[name]
    assert told(compared(side(gold), side(predicted))) == expected


RELATION_CASES: dict[str, tuple[list[str], list[str], list[str], list[str], set[Told]]] = {
    "correct": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        both("R0", "R0", "correct"),
    ),
    "type": (
        ["ORG 四川省政协", "LOC 姚家乡"],
        ["ASSISTS 0 1"],
        ["ORG 四川省政协", "LOC 姚家乡"],
        ["PART_OF 0 1"],
        both("R0", "R0", "type"),
    ),
    "direction": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 0 1"],
        both("R0", "R0", "direction"),
    ),
    "no direction in symmetric types": (
        ["ORG 四川省政协", "ORG 民革…重庆市委"],
        ["COOPERATES_WITH 0 1"],
        ["ORG 四川省政协", "ORG 民革…重庆市委"],
        ["COOPERATES_WITH 1 0"],
        both("R0", "R0", "correct"),
    ),
    "type+direction": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["LOCATED_IN 0 1"],
        both("R0", "R0", "type+direction"),
    ),
    "a symmetric type for another is no matter of direction": (
        ["ORG 四川省政协", "ORG 民革…重庆市委"],
        ["COOPERATES_WITH 0 1"],
        ["ORG 四川省政协", "ORG 民革…重庆市委"],
        ["ASSISTS 1 0"],
        both("R0", "R0", "type"),
    ),
    "end boundary": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "LOC 姚家乡\u00a0"],
        ["PART_OF 1 0"],
        both("R0", "R0", "end boundary", "head"),
    ),
    "end type": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["ORG 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        both("R0", "R0", "end type", "tail"),
    ),
    "end type+boundary": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["ORG 剑阁县", "LOC 姚家乡\u00a0"],
        ["PART_OF 1 0"],
        both("R0", "R0", "end type+boundary", "both"),
    ),
    "a wrong end of ends without order": (
        ["ORG 四川省政协", "ORG 民革…重庆市委"],
        ["COOPERATES_WITH 1 0"],
        ["ORG 四川省政协", "ORG 重庆市委"],
        ["COOPERATES_WITH 0 1"],
        both("R0", "R0", "end boundary", "one"),
    ),
    "type with a wrong end": (
        ["ORG 四川省政协", "LOC 姚家乡"],
        ["ASSISTS 0 1"],
        ["ORG 四川省政协", "LOC 姚家乡\u00a0"],
        ["PART_OF 0 1"],
        both("R0", "R0", "type", "end boundary"),
    ),
    "missed end and spurious end": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "ORG 四川省政协"],
        ["PART_OF 0 1"],
        {("gold", "R0", "missed end", "head", None), ("predicted", "R0", "spurious end", "tail", None)},
    ),
    "missed": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "LOC 姚家乡"],
        [],
        {("gold", "R0", "missed", None, None)},
    ),
    "spurious": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        [],
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        {("predicted", "R0", "spurious", None, None)},
    ),
    "duplicate": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0", "PART_OF 1 0"],
        both("R0", "R0", "correct") | {("predicted", "R1", "duplicate", None, "R0")},
    ),
    "unknown label": (
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 1 0"],
        ["LOC 剑阁县", "LOC 姚家乡"],
        ["INSIDE 1 0"],
        both("R0", "R0", "unknown label", "type"),
    ),
    # the second 剑阁县 is paired with 向剑阁县, and both are ends of the same relation
    "an end that stands twice": (
        ["LOC 剑阁县", "LOC 向剑阁县", "LOC 姚家乡"],
        ["PART_OF 2 0"],
        ["LOC 剑阁县", "LOC 剑阁县", "LOC 姚家乡"],
        ["PART_OF 2 1"],
        both("R0", "R0", "correct"),
    ),
    # the correct relation is linked first, so that the other predicted type finds no partner
    "two types between two ends": (
        ["ORG 四川省政协", "LOC 姚家乡"],
        ["ASSISTS 0 1"],
        ["ORG 四川省政协", "LOC 姚家乡"],
        ["PART_OF 0 1", "ASSISTS 0 1"],
        both("R0", "R1", "correct") | {("predicted", "R0", "spurious", None, None)},
    ),
}


@pytest.mark.parametrize("name", RELATION_CASES)
def test_relations(name: str) -> None:
    gold, gold_relations, predicted, predicted_relations, expected = RELATION_CASES[name]
    assert told(compared(side(gold, gold_relations), side(predicted, predicted_relations)), "relation") == expected


ENDS = ["ORG 四川省政协", "LOC 姚家乡", "MONEY 210万元"]

FRAME_CASES: dict[str, tuple[list[str], list[str], set[Told]]] = {
    "correct": (["ASSIST 捐赠"], ["ASSIST 捐赠"], both("E0", "E0", "correct")),
    "type": (["ASSIST 捐赠"], ["VISIT 捐赠"], both("E0", "E0", "type")),
    "boundary": (["ASSIST 捐赠"], ["ASSIST 户捐赠"], both("E0", "E0", "boundary", "longer left")),
    "type+boundary": (["VISIT 开展回访"], ["ASSIST 回访"], both("E0", "E0", "type+boundary", "shorter left")),
    "missed and spurious": (
        ["ASSIST 捐赠"],
        ["VISIT 回访"],
        {("gold", "E0", "missed", None, None), ("predicted", "E0", "spurious", None, None)},
    ),
    "duplicate": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 捐赠 helper:0", "ASSIST 捐赠 helper:0"],
        both("E0", "E0", "correct") | {("predicted", "E1", "duplicate", None, "E0")},
    ),
    "the trigger taken twice": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 捐赠 place:1", "ASSIST 捐赠 helper:0"],
        both("E0", "E1", "correct") | {("predicted", "E0", "duplicate", "other arguments", "E0")},
    ),
    "two deeds with one trigger": (
        ["ASSIST 捐赠 helper:0", "ASSIST 捐赠 place:1"],
        ["ASSIST 捐赠 place:1", "ASSIST 捐赠 helper:0"],
        both("E0", "E1", "correct") | both("E1", "E0", "correct"),
    ),
    "the same deed by another trigger": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 回访 helper:0"],
        {("gold", "E0", "missed", None, None), ("predicted", "E0", "spurious", None, None)},
    ),
    "unknown label": (["ASSIST 捐赠"], ["DONATE 捐赠"], both("E0", "E0", "unknown label", "type")),
    "unknown label alone": ([], ["DONATE 捐赠"], {("predicted", "E0", "unknown label", None, None)}),
    "no triggers": (
        ["ASSIST - helper:0", "ASSIST - place:1"],
        ["ASSIST - place:1 aid:2", "VISIT - helper:0"],
        both("E1", "E0", "correct")
        | {("gold", "E0", "missed", None, None), ("predicted", "E1", "spurious", None, None)},
    ),
    "no trigger on one side": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST - helper:0"],
        both("E0", "E0", "boundary", "no trigger"),
    ),
    "nothing in common": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST - helper:1"],
        {("gold", "E0", "missed", None, None), ("predicted", "E0", "spurious", None, None)},
    ),
    "empty frames": (["ASSIST -"], ["ASSIST -"], both("E0", "E0", "correct")),
}


@pytest.mark.parametrize("name", FRAME_CASES)
def test_frames(name: str) -> None:
    gold, predicted, expected = FRAME_CASES[name]
    assert told(compared(side(ENDS, frames=gold), side(ENDS, frames=predicted)), "frame") == expected


FILLERS = ["ORG 四川省政协", "LOC 姚家乡", "LOC 剑阁县"]
OTHER_FILLERS = ["ORG 四川省政协", "LOC 姚家乡\u00a0", "MONEY 210万元"]

ARGUMENT_CASES: dict[str, tuple[list[str], list[str], set[Told]]] = {
    "correct": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 捐赠 helper:0"],
        both("E0/helper/T0", "E0/helper/T0", "correct"),
    ),
    "role": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 捐赠 organiser:0"],
        both("E0/helper/T0", "E0/organiser/T0", "role"),
    ),
    "role with another span": (
        ["ASSIST 捐赠 place:1"],
        ["ASSIST 捐赠 beneficiary:1"],
        both("E0/place/T1", "E0/beneficiary/T1", "role", "boundary"),
    ),
    "boundary": (
        ["ASSIST 捐赠 place:1"],
        ["ASSIST 捐赠 place:1"],
        both("E0/place/T1", "E0/place/T1", "boundary", "longer right"),
    ),
    "wrong frame": (
        ["ASSIST 捐赠 helper:0", "ASSIST 回访"],
        ["ASSIST 捐赠", "ASSIST 回访 helper:0"],
        both("E0/helper/T0", "E1/helper/T0", "wrong frame"),
    ),
    "role in the wrong frame": (
        ["ASSIST 捐赠 helper:0", "ASSIST 回访"],
        ["ASSIST 捐赠", "ASSIST 回访 organiser:0"],
        both("E0/helper/T0", "E1/organiser/T0", "role", "wrong frame"),
    ),
    "another role of the same frame before the same role of another": (
        ["ASSIST 捐赠 helper:0", "ASSIST 回访 organiser:0"],
        ["ASSIST 捐赠 organiser:0"],
        both("E0/helper/T0", "E0/organiser/T0", "role") | {("gold", "E1/organiser/T0", "missed", "no frame", None)},
    ),
    # the first gold frame is aligned with the second predicted one, with which it has more in common
    "equal arguments of two deeds with one trigger": (
        ["ASSIST 捐赠 helper:0 organiser:0", "ASSIST 捐赠 helper:0"],
        ["ASSIST 捐赠 helper:0 quantity:2", "ASSIST 捐赠 helper:0 organiser:0 amount:2"],
        both("E0/helper/T0", "E1/helper/T0", "correct")
        | both("E0/organiser/T0", "E1/organiser/T0", "correct")
        | both("E1/helper/T0", "E0/helper/T0", "correct")
        | {
            ("predicted", "E0/quantity/T2", "spurious filler", None, None),
            ("predicted", "E1/amount/T2", "spurious filler", None, None),
        },
    ),
    "the frame's trigger is wrong": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 户捐赠 helper:0"],
        both("E0/helper/T0", "E0/helper/T0", "wrong frame", "boundary"),
    ),
    "the frame's type is wrong": (
        ["ASSIST 捐赠 place:0"],
        ["VISIT 捐赠 place:0"],
        both("E0/place/T0", "E0/place/T0", "wrong frame", "type"),
    ),
    "the frame has no trigger": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST - helper:0"],
        both("E0/helper/T0", "E0/helper/T0", "wrong frame", "no trigger"),
    ),
    "another type of frame elsewhere": (
        ["ASSIST 捐赠 place:0"],
        ["VISIT 回访 place:0"],
        {
            ("gold", "E0/place/T0", "missed", "no frame", None),
            ("predicted", "E0/place/T0", "spurious", "no frame", None),
        },
    ),
    "missed and spurious filler": (
        ["ASSIST 捐赠 place:2"],
        ["ASSIST 捐赠 aid:2"],
        {
            ("gold", "E0/place/T2", "missed filler", None, None),
            ("predicted", "E0/aid/T2", "unknown label", None, None),
        },
    ),
    "spurious filler": (
        ["ASSIST 捐赠"],
        ["ASSIST 捐赠 helper:2"],
        {("predicted", "E0/helper/T2", "spurious filler", None, None)},
    ),
    "missed": (["ASSIST 捐赠 helper:0"], ["ASSIST 捐赠"], {("gold", "E0/helper/T0", "missed", None, None)}),
    "spurious": (["ASSIST 捐赠"], ["ASSIST 捐赠 helper:0"], {("predicted", "E0/helper/T0", "spurious", None, None)}),
    "duplicate": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 捐赠 helper:0 helper:0"],
        both("E0/helper/T0", "E0/helper/T0", "correct")
        | {("predicted", "E0/helper/T0#2", "duplicate", None, "E0/helper/T0")},
    ),
    "unknown role": (
        ["ASSIST 捐赠 helper:0"],
        ["ASSIST 捐赠 donor:0"],
        both("E0/helper/T0", "E0/donor/T0", "unknown label", "role"),
    ),
    "without triggers": (
        ["ASSIST - helper:0 place:2"],
        ["ASSIST - helper:0"],
        both("E0/helper/T0", "E0/helper/T0", "correct") | {("gold", "E0/place/T2", "missed filler", None, None)},
    ),
}


@pytest.mark.parametrize("name", ARGUMENT_CASES)
def test_arguments(name: str) -> None:
    gold, predicted, expected = ARGUMENT_CASES[name]
    found = compared(side(FILLERS, frames=gold), side(OTHER_FILLERS, frames=predicted))
    assert told(found, "argument") == expected


def test_optional_mentions_and_their_predictions_are_no_errors() -> None:
    """An ORG that is no name need not be found, and its prediction is excused; one of another type is spurious."""
    gold = side(["ORG 四川省政协"], mention="NOM")
    assert told(compared(gold, side(["ORG 四川省"]))) == both("T0", "T0", "optional")
    assert told(compared(gold, side(["LOC 四川省政协"]))) == {
        ("gold", "T0", "optional", None, None),
        ("predicted", "T0", "spurious", None, None),
    }
    assert told(compared(gold, side())) == {("gold", "T0", "optional", None, None)}
    counted = Selection(known=KNOWN.known, policies=Policies(optional_mentions="count"))
    assert told(compared(gold, side(), counted)) == {("gold", "T0", "missed", None, None)}


def test_an_optional_mention_is_an_end_like_any_other() -> None:
    gold = side(["ORG 四川省政协", "ORG 民革…重庆市委"], ["PART_OF 0 1"], mention="NOM")
    predicted = side(["ORG 四川省政协", "ORG 重庆市委"], ["PART_OF 0 1"])
    assert told(compared(gold, predicted), "relation") == both("R0", "R0", "end boundary", "tail")


def test_without_a_schema_no_label_is_unknown_and_all_types_are_one_layer() -> None:
    gold = side(["PROPOSAL 向剑阁县姚家乡", "LOC 剑阁县"])
    predicted = side(["PROPOSAL 向剑阁县姚家乡", "TOWN 捐赠"])
    assert told(compared(gold, predicted, Selection())) == both("T0", "T0", "correct") | {
        ("gold", "T1", "nesting", "inner", "T0"),
        ("predicted", "T1", "spurious", None, None),
    }


def test_what_is_not_scored_is_not_listed_but_may_be_a_partner() -> None:
    gold = side(["ORG 四川省政协", "LOC 姚家乡"], ["PART_OF 0 1"], ["ASSIST 捐赠 helper:0"])
    predicted = side(["LOC 四川省政协", "LOC 姚家乡"], ["PART_OF 0 1"], ["ASSIST 捐赠 helper:0"])
    found = document_errors(compared(gold, predicted, Selection(known=KNOWN.known, types=("ORG",))))
    assert [(item.side, item.id, item.category, item.partner_type) for item in found] == [("gold", "T0", "type", "LOC")]


def test_what_lies_in_zones_is_ignored() -> None:
    first, last = at("姚家乡")[0]
    zones = (Zone(kind="caption", start=first, end=last),)
    found = compared(side(["ORG 四川省政协"]), side(["ORG 四川省政协", "LOC 姚家乡"]), zones=zones)
    assert told(found) == both("T0", "T0", "correct") | {("predicted", "T1", "ignored", None, None)}
    found = compared(side(["LOC 姚家乡", "ORG 四川省政协"], ["PART_OF 0 1"]), side(["ORG 四川省政协"]), zones=zones)
    assert told(found) == both("T1", "T0", "correct") | {("gold", "T0", "ignored", None, None)}
    assert told(found, "relation") == {("gold", "R0", "ignored", None, None)}
    told_of = ["ASSIST 捐赠 helper:1 place:0"]
    found = compared(side(["LOC 姚家乡", "ORG 四川省政协"], frames=told_of), side(["ORG 四川省政协"]), zones=zones)
    assert ("gold", "E0/place/T0", "ignored", None, None) in told(found, "argument")


def test_left_out_duplicates_are_ignored() -> None:
    """Under dedupe a second entity is ignored, and second frames and arguments count for nothing."""
    selection = Selection(known=KNOWN.known, policies=Policies(duplicates="dedupe"))
    repeated = side(
        ["ORG 四川省政协", "ORG 四川省政协"], frames=["ASSIST 捐赠 helper:0 helper:1", "ASSIST 捐赠 helper:0"]
    )
    found = compared(repeated, repeated, selection)
    ignored = {(name, "T1", "ignored", None, None) for name in ("gold", "predicted")}
    assert told(found) == both("T0", "T0", "correct") | ignored
    assert told(found, "frame") == both("E0", "E0", "correct") | {
        ("gold", "E1", "duplicate", None, "E0"),
        ("predicted", "E1", "duplicate", None, "E0"),
    }
    correct = [item for item in document_errors(found) if item.layer == "argument" and item.category == "correct"]
    measured = frames.arguments(found.comparison, "classification", "attached")
    assert len(correct) == 2 * measured["helper"][0] == 2
    assert confusions([found.comparison])["frame"] == ConfusionRows(("ASSIST", NIL), ((1, 0), (0, 0)))


def test_records_are_json_of_one_line() -> None:
    gold = side(["ORG 民革…重庆市委", "LOC 姚家乡\u00a0"], ["ASSISTS 0 1"], ["ASSIST 捐赠 helper:0"])
    found = {item.layer: item for item in document_errors(compared(gold, side())) if item.id != "T1"}
    assert json.loads(json_line(found["relation"])) == {
        "doc_id": "d1",
        "side": "gold",
        "layer": "relation",
        "id": "R0",
        "type": "ASSISTS",
        "fragments": [[[7, 9], [12, 16]], [[20, 24]]],
        "text": "民革…重庆市委 → 姚家乡\u00a0",
        "category": "missed end",
        "detail": "both",
        "paired": False,
        "partner": None,
        "partner_type": None,
        "partner_fragments": None,
        "frame": None,
    }
    assert list(to_json(found["entity"])) == list(ErrorItem._fields)
    assert found["frame"].text == "捐赠"
    assert (found["argument"].text, found["argument"].frame) == ("民革…重庆市委 ← 捐赠", "E0")
    assert "\n" not in json_line(found["entity"])


def test_without_a_text_there_is_no_surface() -> None:
    gold = side(["ORG 四川省政协"], frames=["ASSIST - helper:0"])
    found = document_errors(compared(gold, gold, text=None))
    assert {item.text for item in found} == {None}
    assert {item.text for item in document_errors(compared(gold, gold)) if item.layer == "frame"} == {None}


def test_counts_by_category() -> None:
    gold = side(["ORG 四川省政协", "LOC 剑阁县", "LOC 姚家乡"])
    found = count_categories(document_errors(compared(gold, side(["ORG 四川省政协", "ORG 剑阁县"]))))
    assert found == {
        Row("entity", "gold", "LOC"): Counter({"type": 1, "missed": 1}),
        Row("entity", "gold", "ORG"): Counter({"correct": 1}),
        Row("entity", "predicted", "ORG"): Counter({"correct": 1, "type": 1}),
    }


def test_confusion_by_hand() -> None:
    """剑阁县 is taken for an ORG, 姚家乡 is missed and 210万元 is spurious; the relation's type is wrong."""
    gold = side(["ORG 四川省政协", "LOC 剑阁县", "LOC 姚家乡"], ["ASSISTS 0 1"], ["ASSIST 捐赠"])
    predicted = side(["ORG 四川省政协", "ORG 剑阁县", "MONEY 210万元"], ["PART_OF 0 1"], ["VISIT 捐赠"])
    found = confusions([compared(gold, predicted).comparison])
    assert found["entity"] == ConfusionRows(
        ("LOC", "MONEY", "ORG", NIL), ((0, 0, 1, 1), (0, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0))
    )
    assert found["relation"] == ConfusionRows(("ASSISTS", "PART_OF", NIL), ((0, 1, 0), (0, 0, 0), (0, 0, 0)))
    assert found["frame"] == ConfusionRows(("ASSIST", "VISIT", NIL), ((0, 1, 0), (0, 0, 0), (0, 0, 0)))


def test_confusion_with_types_that_are_not_scored() -> None:
    """A type that is not selected is named beside a selected one; one of an unfinished layer is nothing."""
    gold, predicted = side(["MONEY 210万元", "LOC 剑阁县"]), side(["ORG 210万元", "MONEY 剑阁县"])
    orgs = Selection(known=KNOWN.known, types=("ORG",))
    found = confusions([compared(gold, predicted, orgs).comparison])["entity"]
    assert found == ConfusionRows(("MONEY", "ORG", NIL), ((0, 1, 0), (0, 0, 0), (0, 0, 0)))
    unfinished = {**gold, "finished_layers": ["mention"]}
    found = confusions([compared(unfinished, predicted).comparison])["entity"]
    assert found == ConfusionRows(("LOC", "ORG", NIL), ((0, 0, 1), (0, 0, 0), (0, 1, 0)))


def test_exchanged_ends_are_no_confusion_of_types() -> None:
    ends = ["LOC 剑阁县", "LOC 姚家乡"]
    comparison = compared(side(ends, ["PART_OF 0 1"]), side(ends, ["PART_OF 1 0"])).comparison
    assert confusions([comparison])["relation"] == ConfusionRows(("PART_OF", NIL), ((0, 1), (1, 0)))


def confusions(comparisons: list[Comparison]) -> dict[str, ConfusionRows]:
    """The confusion of every layer."""
    found = {layer: Confusion(layer) for layer in ("entity", "relation", "frame")}
    for comparison in comparisons:
        for confusion in found.values():
            confusion.add(comparison)
    return {layer: confusion.rows() for layer, confusion in found.items()}


# Laws -----------------------------------------------------------------------------------------------------------------

SELECTIONS = {
    "all": KNOWN,
    "no schema": Selection(),
    "some types": Selection(known=KNOWN.known, types=("ORG", "PART_OF", "ASSIST")),
    "dedupe": Selection(known=KNOWN.known, policies=Policies(duplicates="dedupe")),
    "drop": Selection(known=KNOWN.known, policies=Policies(unknown_labels="drop", optional_mentions="count")),
}
selections = st.sampled_from(list(SELECTIONS))

fewer = settings(max_examples=50)
"""The drawn sides are crowded: fewer of them meet as much."""


def listed(found: Compared, layer: str, number: int) -> list[ErrorItem]:
    """The items of one layer and side (0: gold, 1: predicted) that take part."""
    items = (item for item in document_errors(found) if item.category != "ignored")
    return [item for item in items if item.layer == layer and item.side == SIDES[number]]


@fewer
@given(drawn(), selections)
def test_every_scored_item_has_one_category(sides: tuple[str, Content, Content], selection: str) -> None:
    text, gold, predicted = sides
    found = compared(gold, predicted, SELECTIONS[selection], text)
    comparison = found.comparison
    everything = document_errors(found)
    assert all(item.category in CATEGORIES[item.layer] for item in everything)
    for name, annotated in (("gold", found.gold), ("predicted", found.predicted)):
        for layer, group, scores in (
            ("entity", annotated.annotation.entities, comparison.scores_entity),
            ("relation", annotated.annotation.relations, comparison.scores_relation),
            ("frame", annotated.annotation.frames, comparison.scores_frame),
        ):
            ids = sorted(item.id for item in everything if (item.layer, item.side) == (layer, name))
            assert ids == sorted(one.id for one in group if scores(one.type))
        arguments = [item for item in everything if (item.layer, item.side) == ("argument", name)]
        frames_of = [frame for frame in annotated.annotation.frames if comparison.scores_frame(frame.type)]
        if selection != "dedupe":  # there two arguments may become one
            assert len(arguments) == sum(len(frame.arguments) for frame in frames_of)
    for number, items in enumerate((comparison.gold, comparison.predicted)):
        scored = Counter(item.type for item in items.labelled if comparison.scores_entity(item.type))
        assert Counter(item.type for item in listed(found, "entity", number)) == scored
        ids = [relation.id for relation in items.relations if comparison.scores_relation(relation.type)]
        assert sorted(item.id for item in listed(found, "relation", number)) == sorted(ids)
        kept = [frame for frame in items.frames if comparison.scores_frame(frame.type)]
        assert sorted(item.id for item in listed(found, "frame", number)) == sorted(frame.id for frame in kept)
        arguments = [item.id for item in listed(found, "argument", number)]
        assert len(set(arguments)) == len(arguments) == sum(len(frame.arguments) for frame in kept)
        entities_listed = [item.id for item in listed(found, "entity", number)]
        assert len(set(entities_listed)) == len(entities_listed)


@fewer
@given(drawn(), selections)
def test_entities_reconcile_with_the_strict_counts(sides: tuple[str, Content, Content], selection: str) -> None:
    """Correct is COR, paired and not correct INC, unpaired gold MIS, unpaired predictions SPU, for every type."""
    text, gold, predicted = sides
    found = compared(gold, predicted, SELECTIONS[selection], text)
    rows = {kind: entities.Tally(*row).counts("strict") for kind, row in entities.tally(found.comparison).items()}
    for number, name in enumerate(SIDES):
        counted: dict[str, Counter[str]] = {kind: Counter() for kind in rows}
        for item in listed(found, "entity", number):
            if item.category != "optional":
                state = "correct" if item.category == "correct" else "incorrect" if item.paired else "unmatched"
                counted[item.type][state] += 1
        for kind, counts in rows.items():
            expected = getattr(counts, name)._asdict()
            assert counted[kind] == Counter({state: number for state, number in expected.items() if number})


@fewer
@given(drawn(), selections)
def test_relations_reconcile_with_the_strict_measure(sides: tuple[str, Content, Content], selection: str) -> None:
    """Without duplicates, correct relations are those credited, and all are those possible or actual."""
    text, gold, predicted = sides
    found = compared(gold, predicted, SELECTIONS[selection], text)
    rows = relations.strict(found.comparison)
    for number in (0, 1):
        single = [item for item in listed(found, "relation", number) if item.category != "duplicate"]
        assert Counter(item.type for item in single) == +Counter(
            {kind: int(row[number + 1]) for kind, row in rows.items()}
        )
        correct = Counter(item.type for item in single if item.category == "correct")
        assert correct == +Counter({kind: int(row[0]) for kind, row in rows.items()})


@fewer
@given(drawn(), selections)
def test_frames_and_arguments_reconcile_with_their_measures(
    sides: tuple[str, Content, Content], selection: str
) -> None:
    """Correct frames and arguments with triggers are those that the classification measures credit."""
    text, gold, predicted = sides
    found = compared(gold, predicted, SELECTIONS[selection], text)
    comparison = found.comparison._replace(
        gold=_triggered(found.comparison.gold), predicted=_triggered(found.comparison.predicted)
    )
    for layer, mentions, rows in (
        ("frame", 1, frames.triggers(comparison, "classification")),
        ("argument", 2, frames.arguments(comparison, "classification", "attached")),
    ):
        for number in (0, 1):
            items = [item for item in listed(found, layer, number) if len(item.fragments) == mentions]
            correct = Counter(item.type for item in items if item.category == "correct")
            assert correct == +Counter({kind: int(row[2 * number]) for kind, row in rows.items()})


def _triggered(items: Any) -> Any:
    return items._replace(frames=[frame for frame in items.frames if frame.trigger is not None])


@fewer
@given(drawn(), selections, st.integers(0, 99))
def test_the_order_of_the_input_does_not_matter(sides: tuple[str, Content, Content], selection: str, seed: int) -> None:
    text, gold, predicted = sides
    found = document_errors(compared(gold, predicted, SELECTIONS[selection], text))
    again = document_errors(compared(shuffled(gold, seed), shuffled(predicted, seed + 1), SELECTIONS[selection], text))
    assert [json_line(item) for item in found] == [json_line(item) for item in again]


@fewer
@given(drawn(), selections, st.integers(0, 99))
def test_ids_do_not_matter(sides: tuple[str, Content, Content], selection: str, seed: int) -> None:
    text, gold, predicted = sides
    found = document_errors(compared(gold, predicted, SELECTIONS[selection], text))
    again = document_errors(compared(renamed(gold, seed), renamed(predicted, seed + 1), SELECTIONS[selection], text))
    assert Counter(map(_nameless, found)) == Counter(map(_nameless, again))


TIED = (
    side(
        ["ORG 四川省政协", "ORG 四川省政协", "LOC 姚家乡", "LOC 姚家乡"],
        ["ASSISTS 0 2", "ASSISTS 1 3", "COOPERATES_WITH 0 1", "COOPERATES_WITH 2 0", "ISSUES 2 0", "ROLE_IN 2 0"],
        [
            "ASSIST 捐赠 helper:0 helper:1",
            "ASSIST 捐赠 place:2",
            "ASSIST - place:2",
            "ASSIST - place:3",
            "ASSIST -",
            "VISIT 开展",
        ],
    ),
    side(
        ["ORG 四川省政协", "LOC 姚家乡", "LOC 姚家乡", "LOC 姚家乡"],
        ["ASSISTS 0 1", "ASSISTS 0 2", "ASSISTS 0 3", "COOPERATES_WITH 0 1", "COOPERATES_WITH 1 0", "PART_OF 1 0"],
        [
            "ASSIST 捐赠 organiser:0",
            "ASSIST 捐赠 organiser:0",
            "ASSIST - place:1 place:2 place:3",
            "ASSIST - helper:0",
            "VISIT 开展回访 place:1 place:1",
            "VISIT 开展回访 place:1",
        ],
    ),
)
"""Two sides full of items that are equal, or equally good partners."""


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("selection", SELECTIONS)
def test_ties_are_settled_by_what_the_items_are(selection: str, seed: int) -> None:
    """By order neither, and by ids only where items are equal in everything else."""
    gold, predicted = TIED
    found = document_errors(compared(gold, predicted, SELECTIONS[selection]))
    mixed = compared(shuffled(gold, seed), shuffled(predicted, seed + 1), SELECTIONS[selection])
    assert [json_line(item) for item in found] == [json_line(item) for item in document_errors(mixed)]
    named = compared(renamed(gold, seed), renamed(predicted, seed + 1), SELECTIONS[selection])
    assert Counter(map(_nameless, found)) == Counter(map(_nameless, document_errors(named)))


def _nameless(item: ErrorItem) -> ErrorItem:
    return item._replace(id="", partner=item.partner and "", frame=item.frame and "")


@fewer
@given(annotated_texts(), selections)
def test_gold_against_itself_is_correct(sample: tuple[str, Any], selection: str) -> None:
    """All is correct, but for relations that are written twice, and what the policy leaves out."""
    text, annotation = sample
    content = annotation.model_dump(include={"entities", "relations", "frames", "finished_layers"})
    for item in document_errors(compared(content, content, SELECTIONS[selection], text)):
        if item.category == "ignored":
            assert selection in ("dedupe", "drop")
        elif item.layer == "relation" or selection == "dedupe":
            assert item.category in ("correct", "duplicate", "optional")
            assert item.partner is not None
        else:
            assert (item.category, item.partner, item.paired) == (item.category, item.id, True)
            assert item.category in ("correct", "optional")


@fewer
@given(drawn())
def test_partners_are_on_the_other_side_and_pairs_are_mutual(sides: tuple[str, Content, Content]) -> None:
    text, gold, predicted = sides
    found = document_errors(compared({**gold, "finished_layers": None}, predicted, KNOWN, text))
    by_name = {(item.layer, item.side, item.id): item for item in found}
    for item in found:
        if item.partner is not None:
            other = by_name[item.layer, "predicted" if item.side == "gold" else "gold", item.partner]
            assert (other.type, other.fragments) == (item.partner_type, item.partner_fragments)
            assert other.paired
            assert (other.partner == item.id) == item.paired
            if item.paired:
                assert (item.category, item.detail) == (other.category, other.detail)
        else:
            assert not item.paired


@fewer
@given(drawn())
def test_swapping_the_sides_swaps_the_categories(sides: tuple[str, Content, Content]) -> None:
    """Entities and relations: missed and spurious, split and merge change places; all else stays."""
    text, gold, predicted = sides
    selection = Selection(policies=Policies(optional_mentions="count"))
    exchange = {"missed": "spurious", "missed end": "spurious end", "split": "merge"}
    exchange |= {there: here for here, there in exchange.items()}
    mirrored = document_errors(compared({**predicted, "finished_layers": None}, gold, selection, text))
    expected = Counter(
        (
            item.layer,
            SIDES[1 - SIDES.index(item.side)],
            item.type,
            item.fragments,
            exchange.get(item.category, item.category),
        )
        for item in mirrored
        if item.layer in ("entity", "relation")
    )
    plain = document_errors(compared({**gold, "finished_layers": None}, predicted, selection, text))
    found = Counter(
        (item.layer, item.side, item.type, item.fragments, item.category)
        for item in plain
        if item.layer in ("entity", "relation")
    )
    assert found == expected


@fewer
@given(st.lists(drawn(), min_size=1, max_size=2), selections)
def test_confusion_adds_up_to_possible_and_actual(
    documents: list[tuple[str, Content, Content]], selection: str
) -> None:
    """Of every scored type the row adds up to its gold items and the column to its predicted ones."""
    comparisons = [
        compared(gold, predicted, SELECTIONS[selection], text).comparison for text, gold, predicted in documents
    ]
    found = confusions(comparisons)
    expected: dict[str, tuple[Counter[str], Counter[str]]] = {layer: (Counter(), Counter()) for layer in found}
    for comparison in comparisons:
        for kind, row in entities.tally(comparison).items():
            tally = entities.Tally(*map(int, row))
            _add(expected["entity"], kind, tally.possible, tally.actual)
        for kind, row in relations.strict(comparison).items():
            _add(expected["relation"], kind, int(row[1]), int(row[2]))
        for side_number, items in enumerate((comparison.gold, comparison.predicted)):
            kept = [(frame.type, frame.trigger) for frame in items.frames if comparison.scores_frame(frame.type)]
            if selection == "dedupe":
                with_trigger = dict.fromkeys(frame for frame in kept if frame[1] is not None)
                kept = [*with_trigger, *(frame for frame in kept if frame[1] is None)]
            expected["frame"][side_number].update(kind for kind, _ in kept)
    for layer, (labels, counts) in found.items():
        assert list(labels[:-1]) == sorted(labels[:-1])
        assert labels[-1] == NIL
        assert counts[-1][-1] == 0
        rows = {label: sum(line) for label, line in zip(labels, counts, strict=True)}
        columns = {label: sum(line) for label, line in zip(labels, zip(*counts, strict=True), strict=True)}
        possible, actual = expected[layer]
        assert {kind: rows.get(kind, 0) for kind in possible} == dict(possible)
        assert {kind: columns.get(kind, 0) for kind in actual} == dict(actual)


def _add(sums: tuple[Counter[str], Counter[str]], kind: str, possible: int, actual: int) -> None:
    sums[0][kind] += possible
    sums[1][kind] += actual


@given(st.data())
def test_boundary_details_of_continuous_spans(data: st.DataObject) -> None:
    """Longer contains gold, shorter lies in it, shifted crosses it; swapped sides swap longer and shorter."""
    start, end = sorted(data.draw(st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True)))
    other_start, other_end = sorted(data.draw(st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True)))
    gold, predicted = Span(start, end), Span(other_start, other_end)
    if gold == predicted or not gold.overlap(predicted):
        return
    kind, where = boundary_detail((gold,), (predicted,)).split()
    assert kind == ("longer" if predicted.contains(gold) else "shorter" if gold.contains(predicted) else "shifted")
    left, right = start != other_start, end != other_end
    if kind == "shifted":
        assert where == ("left" if other_start < start else "right")
    else:
        assert where == ("both" if left and right else "left" if left else "right")
        swapped = {"longer": "shorter", "shorter": "longer"}[kind]
        assert boundary_detail((predicted,), (gold,)) == f"{swapped} {where}"


def test_the_pilot() -> None:
    """Two real annotators: every item is listed once, and the numbers are those of the score."""
    gold, predicted = (InMemory(read_annotated(PILOT / name)) for name in "AB")
    correct = 0
    for found in compare_collections(gold, predicted, KNOWN):
        items = document_errors(found)
        assert len({(item.layer, item.side, item.id) for item in items}) == len(items)
        strict = entities.tally(found.comparison).values()
        kept = [item for item in items if item.layer == "entity" and item.category == "correct"]
        assert len(kept) == 2 * sum(entities.Tally(*map(int, row)).strict for row in strict)
        correct += len(kept) // 2
    assert correct > 1000


def test_all_categories_are_met_by_hand() -> None:
    """The cases above leave no category out."""
    met = {layer: set[str]() for layer in CATEGORIES}
    for entity_case in ENTITY_CASES.values():
        met["entity"] |= {category for _, _, category, _, _ in entity_case[2]}
    for relation_case in RELATION_CASES.values():
        met["relation"] |= {category for _, _, category, _, _ in relation_case[4]}
    for layer, cases in (("frame", FRAME_CASES), ("argument", ARGUMENT_CASES)):
        for _, _, expected in cases.values():
            met[layer] |= {category for _, _, category, _, _ in expected}
    assert met["entity"] | {"optional", "ignored"} == set(CATEGORIES["entity"])
    assert met["relation"] | {"ignored"} == set(CATEGORIES["relation"])
    assert met["frame"] | {"ignored"} == set(CATEGORIES["frame"])
    assert met["argument"] | {"ignored"} == set(CATEGORIES["argument"])
