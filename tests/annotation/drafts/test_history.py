"""Laws of the log: it brings back draft, undo and redo; changes are repeated after other people's, or told as lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.annotation.drafts.steps import DESK, EMPTY, Choice, choices, courses, events_of, loose, worked
from workbench.annotation.drafts import edits, links
from workbench.annotation.drafts.draft import Delta, Outdated, Swap
from workbench.annotation.drafts.edits import Made
from workbench.annotation.drafts.history import EDIT, LOAD, PUBLISH, REDO, SKIP, UNDO, Work, rebase, replay
from workbench.annotation.store import Change, State
from workbench.core.text import Span


def edit(made: Made, name: str = "label") -> Change:
    return Change(EDIT, {"name": name, "delta": made.delta.record()})


def label(work: Work, start: int, end: int, kind: str = "ORG") -> Change:
    return edit(edits.label(work.draft, DESK, kind, [Span(start, end)]))


def undo(change: Change) -> Change:
    return Change(UNDO, {"of": change.token, "delta": Delta.parse(change.body["delta"]).inverse.record()})


def redo(change: Change) -> Change:
    return Change(REDO, {"of": change.token, "name": change.body["name"], "delta": change.body["delta"]})


def after(work: Work, *changes: Change) -> Work:
    return replay(events_of(changes), work)


@given(courses)
def test_the_log_brings_everything_back(course: list[Choice]) -> None:
    """Replayed from the log: the same draft, undo and redo; at once, or in two parts."""
    work, changes = worked(course)
    events = events_of(changes)
    found = replay(events)
    assert found == work
    assert found.draft.order == work.draft.order
    half = len(events) // 2
    assert replay(events[half:], replay(events[:half])) == work


@given(courses)
def test_undoing_everything(course: list[Choice]) -> None:
    """Undo all is the empty draft; redo all is what it was."""
    work, _ = worked(course)
    undone, steps = work, len(work.undoable)
    for _ in range(steps):
        undone = worked([(40, 0, 0, 0)], undone)[0]
    assert undone.draft == EMPTY
    assert undone.undoable == ()
    for _ in range(steps):
        undone = worked([(60, 0, 0, 0)], undone)[0]
    assert undone.draft == work.draft
    assert undone.undoable == work.undoable


@given(courses, choices)
def test_an_edit_ends_what_could_be_redone(course: list[Choice], choice: Choice) -> None:
    """After an edit there is nothing to redo, and undo leads back."""
    before, _ = worked(course)
    work, changes = worked([choice], before)
    if changes and changes[0].op == EDIT:
        assert work.redoable == ()
        assert worked([(40, 0, 0, 0)], work)[0].draft == before.draft


@given(courses, courses, courses)
def test_nothing_is_lost_silently(common: list[Choice], theirs: list[Choice], mine: list[Choice]) -> None:
    """Kept and dropped changes together are those that were pending, and the log then gives the rebased work."""
    saved, before = worked(common)
    their, first = worked(theirs, saved)
    _, pending = worked(mine, saved)
    found = rebase(saved, events_of(first), pending)
    tokens = [change.token for change in pending]
    kept, dropped = [one.token for one in found.kept], [one.token for one in found.dropped]
    assert sorted(kept + dropped) == sorted(tokens)
    assert [token for token in tokens if token in kept] == kept
    assert not loose(found.work.draft)
    assert found.work == replay(events_of([*before, *first, *found.kept]))
    if not pending:
        assert found.work == their


@given(courses, courses, courses)
def test_disjoint_changes_commute(common: list[Choice], theirs: list[Choice], mine: list[Choice]) -> None:
    """Edits of different things: whoever saves first, nothing is dropped and the drafts are the same."""
    saved, _ = worked(common)
    _, first = worked([one for one in theirs if one[0] < 40], saved)
    _, second = worked([one for one in mine if one[0] < 40], saved)
    touched = [_touched(changes) for changes in (first, second)]
    if touched[0] & touched[1]:
        return
    one = rebase(saved, events_of(first), second)
    other = rebase(saved, events_of(second), first)
    assert one.dropped == other.dropped == ()
    assert one.work.draft == other.work.draft


def _touched(changes: list[Change]) -> set[str]:
    """Everything that changes change or need."""
    found = set()
    for change in changes:
        for swap in Delta.parse(change.body["delta"]):
            found.add(f"{swap.part} {swap.key}")
            for thing in (swap.before, swap.after):
                if swap.part == "relations" and thing is not None:
                    found |= {f"entities {thing.head}", f"entities {thing.tail}"}
                if swap.part == "frames" and thing is not None:
                    found |= {f"entities {argument.entity}" for argument in thing.arguments}
    return found


def test_a_conflicting_edit_is_dropped() -> None:
    """Two sessions retype one entity: the first to save wins, and the other is told; what hangs on it goes too."""
    first = label(Work(), 0, 5)
    saved = after(Work(), first)
    name = saved.draft.order[0].id
    theirs = edit(edits.retype(saved.draft, DESK, name, "LOC"), "retype")
    mine = [edit(edits.retype(saved.draft, DESK, name, "GROUP"), "retype"), label(saved, 6, 10)]
    found = rebase(saved, events_of([theirs]), mine)
    assert ([*found.kept], [*found.dropped]) == (mine[1:], mine[:1])
    assert [one.type for one in found.work.draft.order] == ["LOC", "ORG"]


def test_undoing_what_was_dropped_is_dropped() -> None:
    """Both delete an entity and one takes it back at once: it does not come back from the dead."""
    saved = after(Work(), label(Work(), 0, 5))
    name = saved.draft.order[0].id
    theirs = edit(edits.delete(saved.draft, [name]), "delete")
    mine = edit(edits.delete(saved.draft, [name]), "delete")
    found = rebase(saved, events_of([theirs]), [mine, undo(mine), redo(mine)])
    assert len(found.dropped) == 3
    assert found.work.draft.entities == {}
    with pytest.raises(Outdated):
        found.work.after(UNDO, undo(mine).body, "x")


def test_undo_under_somebody_elses_edit() -> None:
    """My undo of my step goes through below another's later step; both can still be undone and redone."""
    mine = label(Work(), 0, 5)
    saved = after(Work(), mine)
    theirs = label(saved, 6, 10, "LOC")
    found = rebase(saved, events_of([theirs]), [undo(mine)])
    assert found.dropped == ()
    assert [one.type for one in found.work.draft.order] == ["LOC"]
    assert [step.token for step in found.work.undoable] == [theirs.token]
    assert [step.token for step in found.work.redoable] == [mine.token]


def test_redo_after_somebody_elses_edit() -> None:
    """Their edit has ended what could be redone; my redo is an edit then, and can be undone."""
    mine = label(Work(), 0, 5)
    saved = after(Work(), mine, undo(mine))
    theirs = label(saved, 6, 10, "LOC")
    found = rebase(saved, events_of([theirs]), [redo(mine)])
    assert found.dropped == ()
    assert [one.type for one in found.work.draft.order] == ["ORG", "LOC"]
    assert [step.token for step in found.work.undoable] == [theirs.token, mine.token]
    assert found.work.undoable[-1].name == "label"
    again = rebase(found.work, [], [redo(mine)])
    assert again.dropped != ()


def test_an_end_that_has_gone() -> None:
    """A relation to an entity that another session has deleted is dropped."""
    work = after(Work(), label(Work(), 0, 5))
    work = after(work, label(work, 6, 10))
    one, other = (entity.id for entity in work.draft.order)
    theirs = edit(edits.delete(work.draft, [other]), "delete")
    mine = edit(links.relate(work.draft, DESK, "PART_OF", one, other), "relate")
    assert rebase(work, events_of([theirs]), [mine]).dropped == (mine,)
    found = rebase(work, events_of([mine]), [theirs])
    assert found.dropped == (theirs,)
    assert len(found.work.draft.relations) == 1


def test_publishing_and_loading() -> None:
    """Published is what has not been changed since; rejections are no change of the answer; skipping is none."""
    work = after(Work(), label(Work(), 0, 5))
    assert not work.is_published
    done = work.after(PUBLISH, {"file_sha256": "a", "of": work.last}, "p")
    assert done.is_published
    assert done.files == {"a"}
    assert done.after(SKIP, {}, "s").is_published
    rejected = after(done, edit(edits.reject(done.draft, {"k": ("strings",)}), "reject"))
    assert rejected.is_published
    changed = after(done, label(done, 6, 10))
    assert not changed.is_published
    file = EMPTY.annotation("d00").model_copy(update={"entities": done.draft.order})
    back = changed.after(LOAD, {"file_sha256": "b", "delta": changed.draft.towards(file).record()}, "l")
    assert back.is_published
    assert back.files == {"a", "b"}
    assert back.undoable[-1].name == LOAD
    # another session has loaded the same file already
    assert back.after(LOAD, {"file_sha256": "b", "delta": changed.draft.towards(file).record()}, "m") is back
    # the file says what the draft says: there is nothing to undo
    same = back.after(LOAD, {"file_sha256": "c", "delta": []}, "n")
    assert (same.undoable, same.is_published) == (back.undoable, True)


def test_published_without_what_others_did() -> None:
    """An edit saved between the writing of my file and the saving of that: the document is not done."""
    first = label(Work(), 0, 5)
    saved = after(Work(), first)
    theirs = label(saved, 6, 10)
    mine = Change(PUBLISH, {"file_sha256": "a", "of": saved.last}, State.DONE)
    found = rebase(saved, events_of([theirs]), [mine])
    assert found.kept == (replace(mine, state=State.IN_PROGRESS),)
    assert not found.work.is_published
    assert found.work.files == {"a"}
    assert rebase(saved, [], [mine]).kept == (mine,)


def test_a_log_that_contradicts_itself() -> None:
    """It is not made sense of."""
    change = Change(EDIT, {"name": "x", "delta": Delta([Swap("document", "note", "a", None)]).record()})
    with pytest.raises(Outdated):
        replay(events_of([change]))


def test_operations_of_others_change_nothing() -> None:
    """What the store itself writes says nothing of the draft."""
    work = after(Work(), label(Work(), 0, 5))
    assert after(work, Change("assigned"), Change("text_replaced", {"before": "a"})) == work
