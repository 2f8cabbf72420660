"""A session: what an edit does, what outlives the program, and what is suggested."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.annotation.working import (
    OTHER,
    Opener,
    label,
    log_of,
    ops,
    refusal,
    saved,
    spot,
    words,
)
from workbench.annotation import recorded
from workbench.annotation.offering import Sources
from workbench.annotation.session import Place
from workbench.annotation.store import State
from workbench.annotation.suggest.records import as_record
from workbench.core.records import Annotation, Entity
from workbench.core.values import Money, Quantity, Time
from workbench.formats import native

STRINGS = Sources(values=False, programs=())


def test_a_draft_outlives_the_program(opened: Opener) -> None:
    """Draft, undo, redo, rejections and state are as they were."""
    first = opened()
    assert (first.state, first.draft.order) == (State.ASSIGNED, ())
    for text, kind in (("永州市政协", "ORG"), ("沙尔乡", "LOC"), ("２１０万元", "MONEY")):
        label(first, text, kind)
    first.comment(None, "标题残缺")
    first.reject({"key": ("strings", "values")})
    first.undo()
    first.redo()
    first.undo()
    first.undo()
    assert first.close().waiting == ()
    second = opened()
    assert second.work == first.work
    assert second.draft.order == first.draft.order
    assert second.state is State.IN_PROGRESS
    assert (len(second.work.undoable), len(second.work.redoable)) == (3, 2)
    assert second.redo().name == "comment"
    assert second.redo().name == "reject"
    assert second.draft.rejected == {"key": ("strings", "values")}
    assert second.draft.note == "标题残缺"
    for _ in range(5):
        second.undo()
    assert second.draft.order == ()
    assert refusal(second.undo)[1] == "there is nothing to undo"
    second.close()
    assert len(opened().work.redoable) == 5


def test_nothing_to_redo(opened: Opener) -> None:
    """An edit ends what could be redone."""
    session = opened()
    label(session, "永州市政协", "ORG")
    session.undo()
    label(session, "沙尔乡", "LOC")
    assert refusal(session.redo)[1] == "there is nothing to redo"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("２１０万元", "MONEY", Money(value=2100000)),
        ("12户", "QUANT", Quantity(value=12, unit="户")),
        ("2016年5月", "TIME", Time(type="DATE", value="2016-05")),
        ("永州市政协", "ORG", None),
    ],
)
def test_values_are_proposed(text: str, kind: str, value: object, opened: Opener) -> None:
    """When a sum, a quantity or a time is labelled, or becomes one."""
    session = opened()
    name = label(session, text, kind)
    assert session.draft.entities[name].value == value
    session.undo()
    name = label(session, text, "ROLE")
    session.retype(name, kind)
    assert session.draft.entities[name].value == value


def test_moving_proposes_the_value_anew(opened: Opener) -> None:
    """Another string has another value; one that was deleted stays deleted at the same string."""
    session = opened()
    name = label(session, "２１０万", "MONEY")
    session.move(name, [spot("１０万元")])
    assert session.draft.entities[name].value == Money(value=100000)
    session.set_value(name, None)
    session.move(name, [spot("２１０万元")])
    assert session.draft.entities[name].value == Money(value=2100000)


def test_relating_deleting_and_taking_back(opened: Opener) -> None:
    """What hangs on an entity goes with it in one step, and comes back in one."""
    session = opened()
    one, other = label(session, "永州市政协", "ORG"), label(session, "四川省委", "ORG")
    place, trigger = label(session, "沙尔乡", "LOC"), label(session, "捐赠", "ASSIST")
    session.relate("COOPERATES_WITH", one, other)
    session.relate("ASSISTS", one, place)
    session.fill(trigger, "helper", one)
    assert session.uses[("ASSISTS", "ORG", "LOC")] == 1
    before = session.draft
    session.delete([one])
    assert (len(session.draft.relations), session.draft.frames[trigger].arguments) == (0, ())
    assert not session.uses[("ASSISTS", "ORG", "LOC")]
    session.undo()
    assert session.draft == before
    assert session.uses[("ASSIST", "helper", "ORG")] == 1
    session.retype(one, "GROUP")
    assert session.uses[("ASSISTS", "GROUP", "LOC")] == 1
    session.cluster(*(session.undo() and (one, other)))
    assert session.draft.entities[one].cluster == session.draft.entities[other].cluster is not None
    session.uncluster(one)
    assert session.draft.entities[other].cluster is None
    session.unfill(trigger, "helper", one)
    session.retype(trigger, "VISIT")
    assert session.draft.frames[trigger].type == "VISIT"


def test_refusals_change_nothing(opened: Opener) -> None:
    """In Chinese and English; the log and the time go on as if nothing had happened."""
    session = opened()
    one, role = label(session, "永州市政协", "ORG"), label(session, "主席", "ROLE")
    other = label(session, "四川省委", "ORG")
    session.relate("ROLE_IN", role, one)
    before = session.work
    for call, said in (
        (lambda: session.relate("ROLE_IN", role, other), "takes one tail"),
        (lambda: session.relate("PART_OF", one, role), "does not link"),
        (lambda: session.relate("PART_OF", one, "E9"), "there is no entity E9"),
        (lambda: session.accept(entities=[]), "nothing would change"),
        (lambda: session.accept(entities=[session.draft.entities[one]]), "an id is taken"),
        (lambda: session.comment(one, "\ud800"), "cannot be saved"),
    ):
        assert said in refusal(call)[1]
    assert session.work is before
    saved(session)
    assert ops(session) == ["edit"] * 4


def test_labelling_all_same_strings_is_one_step(opened: Opener) -> None:
    """Those that are labelled so already, or cannot be, are passed over."""
    session = opened()
    label(session, "永州市政协", "ORG", nth=1)
    places = [[spot("永州市政协", nth)] for nth in range(3)]
    made = session.label_all("ORG", [*places, [spot("\t")]])
    assert len(made.ids) == 2
    assert words(session) == [("ORG", "永州市政协")] * 3
    assert "already" in refusal(lambda: session.label_all("ORG", places))[1]
    assert refusal(lambda: session.label_all("ORG", []))[1] == "there is nothing to label"
    session.undo()
    assert len(session.draft.order) == 1
    session.redo()
    assert len(session.draft.order) == 3


def test_time_is_kept_in_milliseconds(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each change has the time since the one before; a refused edit takes none away."""
    clock = SimpleNamespace(monotonic=lambda: now[0])
    now = [100.0]
    monkeypatch.setattr(recorded, "time", clock)
    session = opened()
    for seconds in (1.5, 0.0004, 2.0):
        now[0] += seconds
        if seconds == 0.0004:
            refusal(lambda: session.label("ORG", []))
        else:
            label(session, "永州市政协" if seconds == 1.5 else "沙尔乡", "ORG")
    monkeypatch.undo()
    saved(session)
    assert [change.ms for change in log_of(session.place)[1:]] == [1500, 2000]


def test_finished_layers(opened: Opener) -> None:
    """All, unless the annotator says less."""
    session = opened()
    assert session.answer().finished_layers == session.schema.finishable
    session.finish(["mention"])
    assert session.answer().finished_layers == ("mention",)
    session.publish()
    assert native.read(session.path).annotation.finished_layers == ("mention",)


def test_accepted_suggestions_name_their_source(opened: Opener) -> None:
    """In the item, in the log and in the file."""
    session = opened(sources=STRINGS)
    label(session, "永州市政协", "ORG")
    first = session.suggestions[0]
    assert first.sources == ("strings",)
    session.accept(entities=[as_record(first, lambda kind: f"{kind[0].upper()}x")])
    assert session.draft.entities["Ex"].extra["suggested_by"] == ["strings"]
    assert first.key not in {one.key for one in session.suggestions}
    session.publish()
    [entity] = [one for one in native.read(session.path).annotation.entities if one.id == "Ex"]
    assert entity.extra == {"suggested_by": ["strings"], "suggestion": first.key}


def test_rejections_are_remembered(opened: Opener) -> None:
    """After a restart the same is open as before, also where a rejection counts against other places."""
    session = opened(sources=STRINGS)
    label(session, "沙尔乡", "LOC")
    label(session, "永州市政协", "ORG")
    by_key = {one.key: one for one in session.suggestions}
    rejected = [one for one in by_key.values() if one.item.text == "沙尔乡"][:1]
    session.reject({one.key: one.sources for one in rejected})
    left = session.suggestions
    assert {one.item.text for one in left} == {"永州市政协"}, "as often rejected as labelled"
    session.close()
    again = opened(sources=STRINGS)
    assert again.suggestions == left
    again.undo()
    assert {one.key: one for one in again.suggestions} == by_key


def test_a_blind_batch_shows_nobody_elses_work(place: Place, opened: Opener) -> None:
    """Neither predictions nor others' files; without the setting they are there."""
    said = Annotation(doc_id="d00", entities=(Entity(id="E1", type="LOC", fragments=(spot("沙尔乡"),), text="沙尔乡"),))
    native.write(place.batch.prediction_file("rules", "d00"), said)
    assert [one.item.text for one in opened(sources=Sources(values=False)).suggestions] == ["沙尔乡"]
    blind = Place(place.store, place.batch._replace(blind=True), OTHER)
    assert opened(blind, sources=Sources(values=False)).suggestions == ()
