"""Edits one by one: what they change, and what they refuse, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.annotation.drafts.steps import DESK, EMPTY, TEXT
from workbench.annotation.drafts import edits
from workbench.annotation.drafts.draft import Draft
from workbench.annotation.drafts.edits import Desk, EditRefused, Made
from workbench.core.records import Document, Entity, Relation, Zone
from workbench.core.text import Span
from workbench.core.values import Money, Quantity

HAN = re.compile(r"[\u4e00-\u9fff]")


def spot(words: str, nth: int = 0) -> Span:
    """Where words stand in the text, for the n-th time."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words))


def label(draft: Draft, words: str, kind: str) -> tuple[Draft, str]:
    """The draft with words labelled, and the new id."""
    made = edits.label(draft, DESK, kind, [spot(words)])
    return draft.apply(made.delta), made.ids[0]


def of(words: dict[str, str]) -> tuple[Draft, dict[str, str]]:
    """A draft with words of these types, and their ids."""
    draft, ids = EMPTY, {}
    for text, kind in words.items():
        draft, ids[text] = label(draft, text, kind)
    return draft, ids


def refused(call: Callable[[], Made]) -> str:
    """The English reason of a refusal, which also has a Chinese one."""
    with pytest.raises(EditRefused) as caught:
        call()
    assert HAN.search(caught.value.zh), caught.value.zh
    assert not HAN.search(caught.value.en), caught.value.en
    assert str(caught.value) == f"{caught.value.zh} · {caught.value.en}"
    return caught.value.en


def test_labelling() -> None:
    """The text of the span is kept; astral characters count as one."""
    draft, name = label(EMPTY, "𠀀沙尔乡", "LOC")
    assert draft.entities[name] == Entity(id=name, type="LOC", fragments=(Span(11, 15),), text="𠀀沙尔乡")


def test_labelling_fragments() -> None:
    """Fragments are put in order and joined where they touch."""
    made = edits.label(EMPTY, DESK, "ORG", [Span(6, 8), Span(0, 2), Span(2, 3), Span(9, 9)])
    assert made.delta[0].after.fragments == (Span(0, 3), Span(6, 8))
    assert made.delta[0].after.text == "永州市…四川"


def test_labelling_what_is_labelled_gives_it_another_type() -> None:
    """One span is one entity."""
    draft, ids = of({"永州市政协": "ORG"})
    draft = draft.apply(edits.label(draft, DESK, "LOC", [Span(0, 5)]).delta)
    assert [(one.id, one.type) for one in draft.order] == [(ids["永州市政协"], "LOC")]
    assert refused(lambda: edits.label(draft, DESK, "LOC", [Span(0, 5)])) == "it has this type already"


def test_what_cannot_be_labelled() -> None:
    """Nothing, white space, what is outside, what is closed, unknown types."""
    desk = Desk(
        Document(doc_id="d00", text=TEXT, zones=(Zone(kind="footer", start=0, end=2), Zone(kind="x", start=8, end=9))),
        DESK.schema,
    )
    assert refused(lambda: edits.label(EMPTY, desk, "ORG", [])) == "no text is selected"
    assert refused(lambda: edits.label(EMPTY, desk, "ORG", [spot("\t")])) == "no text is selected"
    end = len(TEXT)
    assert refused(lambda: edits.label(EMPTY, desk, "ORG", [Span(end - 1, end + 1)])) == "outside the text"
    assert refused(lambda: edits.label(EMPTY, desk, "ORG", [Span(-1, 2)])) == "outside the text"
    for span in (Span(1, 4), Span(6, 10)):
        assert refused(lambda span=span: edits.label(EMPTY, desk, "ORG", [span])) == "a closed zone takes no annotation"
    assert edits.label(EMPTY, desk, "ORG", [Span(2, 8)])
    assert refused(lambda: edits.label(EMPTY, desk, "NAME", [Span(2, 8)])) == "there is no entity type NAME"


def test_a_frame_has_its_trigger() -> None:
    """One frame of a type on one trigger."""
    draft, name = label(EMPTY, "捐赠", "ASSIST")
    trigger = draft.frames[name].trigger
    assert trigger is not None
    assert (trigger.text, trigger.fragments) == ("捐赠", (spot("捐赠"),))
    assert refused(lambda: edits.label(draft, DESK, "ASSIST", [spot("捐赠")])).startswith("this trigger already has")
    assert len(draft.apply(edits.label(draft, DESK, "VISIT", [spot("捐赠")]).delta).frames) == 2


def test_a_new_type_keeps_what_it_has_a_place_for() -> None:
    """Attributes, value and cluster that the new type does not know go; its own value is proposed."""
    draft, ids = of({"２１０万元": "MONEY"})
    name = ids["２１０万元"]
    draft = draft.apply(edits.set_value(draft, DESK, name, Money(value=2100000)).delta)
    draft = draft.apply(edits.set_attribute(draft, DESK, name, "decision", "D7").delta)
    value = Quantity(value=12, unit="户")
    after = draft.apply(edits.retype(draft, DESK, name, "QUANT", value).delta).entities[name]
    assert (after.type, after.value, after.attributes) == ("QUANT", value, {"decision": "D7"})
    assert draft.apply(edits.retype(draft, DESK, name, "ORG").delta).entities[name].value is None
    assert refused(lambda: edits.retype(draft, DESK, name, "MONEY")) == "it has this type already"
    assert refused(lambda: edits.retype(draft, DESK, name, "ASSIST")) == "there is no entity type ASSIST"


def test_a_frame_of_another_type_keeps_fitting_fillers() -> None:
    """Roles of the same name stay, with fillers that it admits."""
    draft, ids = of({"永州市政协": "ORG", "沙尔乡": "LOC", "捐赠": "ASSIST"})
    frame = ids["捐赠"]
    for role, words in (("organiser", "永州市政协"), ("helper", "永州市政协"), ("place", "沙尔乡")):
        draft = draft.apply(edits.fill(draft, DESK, frame, role, ids[words]).delta)
    draft = draft.apply(edits.set_attribute(draft, DESK, frame, "transfer", "cash").delta)
    after = draft.apply(edits.retype(draft, DESK, frame, "VISIT").delta).frames[frame]
    assert [one.role for one in after.arguments] == ["organiser", "place"]
    assert after.attributes == {}
    assert "another type of frame" in refused(lambda: edits.retype(draft, DESK, frame, "ORG"))


def test_moving() -> None:
    """Another string has no value; the same string elsewhere keeps it; two entities do not share their bounds."""
    draft, ids = of({"政协": "ORG", "四川省委": "ORG", "捐赠": "ASSIST"})
    name = ids["政协"]
    assert draft.entities[name].fragments == (Span(3, 5),)
    draft = draft.apply(edits.move(draft, DESK, name, [Span(0, 5)]).delta)
    assert (draft.entities[name].text, draft.order[0].id) == ("永州市政协", name)
    assert refused(lambda: edits.move(draft, DESK, name, [Span(0, 5)])) == "the bounds are the same"
    assert refused(lambda: edits.move(draft, DESK, name, [spot("四川省委")])) == "another entity has these bounds"
    frame = draft.apply(edits.move(draft, DESK, ids["捐赠"], [spot("贫困户捐赠")]).delta).frames[ids["捐赠"]]
    assert frame.trigger is not None
    assert frame.trigger.text == "贫困户捐赠"
    money, ids = of({"２": "MONEY"})
    money = money.apply(edits.set_value(money, DESK, ids["２"], Money(value=2)).delta)
    assert edits.move(money, DESK, ids["２"], [spot("2")]).delta[0].after.value is None


def test_deleting_takes_what_hangs_on_it() -> None:
    """Relations and arguments of a deleted entity go in the same step, and come back in one."""
    draft, ids = of({"永州市政协": "ORG", "四川省委": "ORG", "捐赠": "ASSIST"})
    one, other, frame = ids.values()
    relation = Relation(id="R1", type="PART_OF", head=one, tail=other)
    draft = draft.apply(edits.add(draft, [], [relation], []).delta)
    for role, entity in (("helper", one), ("organiser", one), ("helper", other)):
        draft = draft.apply(edits.fill(draft, DESK, frame, role, entity).delta)
    made = edits.delete(draft, [one])
    after = draft.apply(made.delta)
    assert (list(after.entities), after.relations) == ([other], {})
    assert [(one.role, one.entity) for one in after.frames[frame].arguments] == [("helper", other)]
    assert after.apply(made.delta.inverse) == draft
    assert draft.apply(edits.delete(draft, [frame, "R1", one, other]).delta) == EMPTY
    assert refused(lambda: edits.delete(draft, [])) == "there is nothing to delete"


def test_attributes() -> None:
    """Only those of the schema, with its values; None takes one away."""
    draft, ids = of({"永州市政协": "ORG", "捐赠": "ASSIST"})
    frame = ids["捐赠"]
    draft = draft.apply(edits.set_attribute(draft, DESK, frame, "realis", "planned").delta)
    assert draft.frames[frame].attributes == {"realis": "planned"}
    assert edits.set_attribute(draft, DESK, frame, "realis", None).delta[0].after.attributes == {}
    assert refused(lambda: edits.set_attribute(draft, DESK, frame, "realis", "no")) == "no is not a value of realis"
    assert "has no attribute realis" in refused(
        lambda: edits.set_attribute(draft, DESK, ids["永州市政协"], "realis", "planned")
    )
    assert refused(lambda: edits.set_attribute(draft, DESK, frame, "realis", "planned")) == "it has this value"


def test_flags_and_notes() -> None:
    """A flag goes on and off; an empty note is none; the document has a note too."""
    draft, name = label(EMPTY, "永州市政协", "ORG")
    flagged = draft.apply(edits.flag(draft, DESK, name).delta)
    assert edits.is_flagged(flagged.entities[name])
    assert flagged.apply(edits.flag(flagged, DESK, name).delta) == draft
    for item in (name, None):
        noted = draft.apply(edits.annotate(draft, item, " 查无此会😀 ").delta)
        assert (noted.entities[name].note if item else noted.note) == "查无此会😀"
        assert (
            refused(lambda noted=noted, item=item: edits.annotate(noted, item, "查无此会😀")) == "the note is the same"
        )
        assert noted.apply(edits.annotate(noted, item, " ").delta) == draft


def test_values_of_the_right_kind() -> None:
    """A sum takes money, an organisation nothing."""
    draft, ids = of({"永州市政协": "ORG", "２１０万元": "MONEY"})
    money = ids["２１０万元"]
    assert edits.set_value(draft, DESK, money, Money(value=1)).delta[0].after.value == Money(value=1)
    assert refused(lambda: edits.set_value(draft, DESK, money, Quantity(value=1, unit="户"))) == (
        "MONEY takes money value"
    )
    assert refused(lambda: edits.set_value(draft, DESK, ids["永州市政协"], Money(value=1))) == "ORG takes no value"


def test_finished_layers() -> None:
    """They stand in the schema's order; None says nothing again."""
    made = edits.finish(EMPTY, DESK, ["relations", "mention", "no such layer"])
    draft = EMPTY.apply(made.delta)
    assert draft.finished == ("mention", "relations")
    assert draft.apply(edits.finish(draft, DESK, None).delta) == EMPTY
    assert refused(lambda: edits.finish(draft, DESK, ["mention", "relations"])) == "the same layers are finished"


def test_roles() -> None:
    """A role takes the types of the schema, each filler once, and no more than fit."""
    draft, ids = of({"永州市政协": "ORG", "12户": "QUANT", "１０": "QUANT", "捐赠": "ASSIST"})
    frame = ids["捐赠"]
    filled = draft.apply(edits.fill(draft, DESK, frame, "helper", ids["永州市政协"]).delta)
    assert refused(lambda: edits.fill(filled, DESK, frame, "helper", ids["永州市政协"])) == "it fills this role already"
    assert refused(lambda: edits.fill(filled, DESK, frame, "amount", ids["永州市政协"])) == (
        "amount cannot be filled by ORG"
    )
    assert "cannot be filled" in refused(lambda: edits.fill(filled, DESK, frame, "no role", ids["永州市政协"]))
    once = filled.apply(edits.fill(filled, DESK, frame, "count", ids["12户"]).delta)
    assert refused(lambda: edits.fill(once, DESK, frame, "count", ids["１０"])) == "count takes 0-1"
    assert filled.apply(edits.unfill(filled, frame, "helper", ids["永州市政协"]).delta) == draft
    assert refused(lambda: edits.unfill(draft, frame, "helper", ids["永州市政协"])) == "not in this role"


def test_rejections_are_kept_once() -> None:
    """A key is rejected once, with its sources."""
    draft = EMPTY.apply(edits.reject(EMPTY, {"k1": ["strings"], "k2": ["values", "rules"]}).delta)
    assert draft.rejected == {"k1": ("strings",), "k2": ("values", "rules")}
    assert len(edits.reject(draft, {"k1": ["x"], "k3": []}).delta) == 1
    assert refused(lambda: edits.reject(draft, {"k1": ["x"]})) == "there is nothing to reject"


@pytest.mark.parametrize(
    "call",
    [
        lambda: edits.retype(EMPTY, DESK, "E9", "ORG"),
        lambda: edits.move(EMPTY, DESK, "E9", [Span(0, 1)]),
        lambda: edits.delete(EMPTY, ["E9"]),
        lambda: edits.set_attribute(EMPTY, DESK, "E9", "difficulty", "true"),
        lambda: edits.set_value(EMPTY, DESK, "E9", None),
        lambda: edits.flag(EMPTY, DESK, "E9"),
        lambda: edits.annotate(EMPTY, "E9", "x"),
        lambda: edits.fill(EMPTY, DESK, "F9", "helper", "E9"),
        lambda: edits.unfill(EMPTY, "F9", "helper", "E9"),
    ],
)
def test_what_is_no_longer_there(call: Callable[[], Made]) -> None:
    """Somebody else may have deleted it meanwhile: a refusal, no crash."""
    assert re.search("does not exist|there is no", refused(call))


def test_ids_are_taken_once() -> None:
    """A ready item does not replace another."""
    draft, ids = of({"永州市政协": "ORG"})
    assert refused(lambda: edits.add(draft, [draft.entities[ids["永州市政协"]]], [], [])) == "an id is taken"
    assert len({edits.new_id("E", draft.entities) for _ in range(100)}) == 100
