"""Files of decisions: canonical, never changed in silence, and merged without losing or inventing anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workbench.core.errors import FaultyData, UsageMistake
from workbench.review.adjudication.decisions import Decision, Decisions, dump, parse_decisions, read_decisions, union
from workbench.review.adjudication.items import AttributeItem, EntityItem, Mention

TEXT_HASH = "0" * 64
MENTION = {"type": "ORG", "spans": [[0, 5]], "text": "四川省政协"}
SEEN = [{"authors": ["A"], "items": [MENTION]}, {"authors": ["B"]}]


def decision(**fields: object) -> Decision:
    usual = {
        "kind": "entity",
        "choice": "accept",
        "accepted": "A",
        "seen": SEEN,
        "items": [MENTION],
        "reason": "名称完整",
        "category": "omission",
        "by": "judge",
        "time": "2026-11-22T10:00:00Z",
    }
    return Decision.model_validate({**usual, **fields})


def decisions(*made: Decision) -> Decisions:
    return Decisions(doc_id="d1", text_sha256=TEXT_HASH, decisions=made)


spots = st.integers(0, 6).map(lambda start: {"type": "LOC", "spans": [[start * 3, start * 3 + 2]], "text": "𠀀 "})
some = st.lists(
    st.builds(
        lambda spot, reason, number: decision(
            seen=[{"authors": ["A"], "items": [spot]}],
            items=[spot],
            reason=reason,
            time=f"2026-11-22T10:00:{number:02}Z",
        ),
        spots,
        st.text("理由𠀀\u00a0(甲)", min_size=1, max_size=6),
        st.integers(0, 59),
    ),
    max_size=6,
    unique_by=lambda one: one.id,
).map(tuple)


@given(some)
def test_a_file_says_the_same_when_read_again(made: tuple[Decision, ...]) -> None:
    written = dump(decisions(*made))
    read = parse_decisions(json.loads(written))
    assert dump(read) == written
    assert {one.id for one in read.decisions} == {one.id for one in made}


@given(some, some, some)
def test_union_keeps_what_both_have_and_drops_what_one_removed(
    base: tuple[Decision, ...], mine: tuple[Decision, ...], yours: tuple[Decision, ...]
) -> None:
    before = decisions(*base)
    ours, theirs = decisions(*base[1:], *mine), decisions(*base, *yours)
    merged = union(before, ours, theirs)
    ids = {one.id for one in merged.decisions}
    removed = {one.id for one in base[:1]} - {one.id for one in mine}
    assert ids == ({one.id for one in (*base, *mine, *yours)} - removed)
    assert dump(merged) == dump(union(before, theirs, ours))
    assert dump(union(before, before, before)) == dump(before)


def test_files_about_other_texts_are_not_merged() -> None:
    other = decisions().model_copy(update={"text_sha256": "1" * 64})
    with pytest.raises(UsageMistake):
        union(None, decisions(), other)


def test_a_decision_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "d1.json"
    file.write_text(dump(decisions(decision())).replace("名称完整", "别的理由"), encoding="utf-8")
    with pytest.raises(FaultyData, match="a decision is never changed"):
        read_decisions(file)


def test_a_file_that_git_left_in_conflict_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "d1.json"
    file.write_text("<<<<<<< ours\n" + dump(decisions(decision())), encoding="utf-8")
    with pytest.raises(FaultyData):
        read_decisions(file)


def test_what_replaces_must_be_there() -> None:
    content = json.loads(dump(decisions(decision(replaces=["Dnowhere1"]))))
    with pytest.raises(FaultyData, match="there is no decision 'Dnowhere1'"):
        parse_decisions(content)


def test_only_what_nothing_replaces_stands() -> None:
    first = decision()
    second = decision(choice="reject", accepted=None, items=[], replaces=[first.id])
    assert decisions(first, second).standing == (second,)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"accepted": None}, "accept needs the annotator"),
        ({"choice": "reject", "accepted": None}, "reject leaves no items"),
        ({"choice": "edit", "accepted": None, "items": []}, "edit needs items"),
        ({"choice": "add", "accepted": None}, "a decision to add has no readings"),
        ({"kind": "relation"}, "a decision on relation holds a EntityItem"),
        ({"entity": MENTION}, "belongs to an entity or a frame"),
        ({"rule": "12"}, "pattern"),
        ({"time": "yesterday"}, "pattern"),
        ({"category": "taste"}, "boundary rule"),
        ({"items": [{"type": "ORG", "spans": [[5, 0]]}]}, "empty or negative"),
    ],
)
def test_decisions_that_make_no_sense_are_refused(fields: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        decision(**fields)


def test_spans_have_one_form() -> None:
    assert Mention(type="ORG", spans=[[3, 5], [0, 3]]).spans == ((0, 5),)  # type: ignore[arg-type]
    assert EntityItem.model_validate({"type": "ORG", "start": 0, "end": 5}).key == ("ORG", ((0, 5),))


def test_an_attribute_belongs_to_something() -> None:
    made = decision(
        kind="attribute",
        entity=MENTION,
        seen=[{"authors": ["A"], "items": [{"name": "level", "value": "province"}]}],
        items=[{"name": "level", "value": "province"}],
    )
    assert made.items == (AttributeItem(name="level", value="province"),)
    assert "level" in dump(decisions(made))
