"""Who gets which document."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.annotation.batches import TEXT, make_batch, write_document
from tests.annotation.conftest import A, B
from workbench.annotation.store import (
    Actor,
    Change,
    RevisionConflict,
    State,
    Store,
    assign,
    next_assignment,
    take,
)
from workbench.core.errors import FaultyData, UsageMistake
from workbench.corpus.tasks import Batch

LEAD = Actor("lead", "session-9")


def given(store: Store, batch: Batch, by: Actor, copies: int = 1) -> str | None:
    """The document that somebody gets next, and finishes at once."""
    found = next_assignment(store, batch, by, copies)
    if found is not None:
        store.append(found, [Change("done", state=State.DONE)], by)
    return found and found.doc_id


def test_taking_a_document_twice_is_taking_it_once(store: Store, batch: Batch) -> None:
    """The same assignment comes back, with what was done on it."""
    saved = store.append(take(store, batch, "d01", A), [Change("note")], A)
    assert take(store, batch, "d01", A) == saved
    assert take(store, batch, "d01", B).number != saved.number


def test_fixed_shares(store: Store, batch: Batch) -> None:
    """Everyone gets the share, in its order; what somebody has already stays; the log says who gave it."""
    begun = store.append(take(store, batch, "d01", A), [Change("note")], A)
    shares = {"A": ["d02", "d01"], "B": ["d01"]}
    made = assign(store, batch, shares, LEAD)
    assert [(one.annotator, one.doc_id) for one in made] == [("A", "d02"), ("A", "d01"), ("B", "d01")]
    assert made[1] == begun
    assert store.events(made[0])[0].actor == LEAD
    assert assign(store, batch, shares, LEAD) == made
    assert len(store.assignments("pilot")) == 3


def test_impossible_shares_give_nothing_to_anybody(store: Store, batch: Batch) -> None:
    """Unknown documents are all named, an impossible name is refused, and nothing is assigned."""
    with pytest.raises(UsageMistake) as caught:
        assign(store, batch, {"A": ["d00", "d9"], "B": ["x", "d1"]}, LEAD)
    assert "no document 'd9'" in str(caught.value)
    assert "no document 'x'" in str(caught.value)
    assert "did you mean" in str(caught.value)
    with pytest.raises(UsageMistake, match="no possible annotator name"):
        assign(store, batch, {"A": ["d00"], "../B": ["d01"]}, LEAD)
    with pytest.raises(UsageMistake, match="no possible annotator name"):
        next_assignment(store, batch, Actor("", "s"))
    (batch.documents_folder / "d01.txt").unlink()
    (batch.documents_folder / "d02.txt").write_text("别的", encoding="utf-8")
    with pytest.raises(FaultyData) as faulty:
        assign(store, batch, {"A": ["d00", "d01", "d02"]}, LEAD)
    assert {fault.source.stem for fault in faulty.value.faults if fault.source} == {"d01", "d02"}
    assert store.assignments("pilot") == ()


def test_the_next_free_document(store: Store, batch: Batch) -> None:
    """Documents in order, each to one person, until none is left."""
    assert [given(store, batch, by) for by in (A, B, B, A, B)] == ["d00", "d01", "d02", None, None]


def test_work_begun_comes_first_then_what_was_assigned(store: Store, batch: Batch) -> None:
    """Somebody goes on with the document in progress, then with a fixed share, then with a free one."""
    assign(store, batch, {"A": ["d01"]}, LEAD)
    begun = store.append(take(store, batch, "d02", A), [Change("note")], A)
    assert [given(store, batch, A) for _ in range(4)] == ["d02", "d01", "d00", None]
    reopened = store.append(store.assignments("pilot", "A", "d02")[0], [Change("note")], A)
    assert (reopened.state, reopened.number) == (State.IN_PROGRESS, begun.number)
    assert given(store, batch, A) == "d02"


def test_two_copies_of_each_document(store: Store, batch: Batch) -> None:
    """With two copies the first document is done by two people before it is no longer free; nobody gets it twice."""
    third = Actor("C", "session-3")
    order = [given(store, batch, by, copies=2) for by in (A, A, B, third, third, B, A)]
    assert order == ["d00", "d01", "d00", "d01", "d02", "d02", None]


def test_a_skipped_document_is_free_for_others(store: Store, batch: Batch) -> None:
    """Who skips a document does not get it again, and does not keep it from others."""
    found = next_assignment(store, batch, A)
    assert found is not None
    store.append(found, [Change("skip", {"reason": "damaged"}, State.SKIPPED)], A)
    assert given(store, batch, A) == "d01"
    assert given(store, batch, B) == "d00"


def test_published_files_count(store: Store, batch: Batch) -> None:
    """What somebody has published, perhaps without this store, is free neither for others nor for the same person."""
    file = batch.annotation_file("A", "d00")
    file.parent.mkdir(parents=True)
    file.write_text("{}", encoding="utf-8")
    assert given(store, batch, B) == "d01"
    assert given(store, batch, A) == "d02"
    assert given(store, batch, B, copies=2) == "d00"


def test_batches_do_not_mix(store: Store, batch: Batch) -> None:
    """The same documents in another batch are other assignments."""
    other = make_batch(batch.root, documents=1, name="second")
    take(store, batch, "d00", A)
    assert take(store, other, "d00", A).batch == "second"
    assert [len(store.assignments(name)) for name in ("pilot", "second")] == [1, 1]


def test_a_new_text_before_anybody_has_begun(store: Store, batch: Batch) -> None:
    """Assignments get the new text; who still has the old one open cannot append to it."""
    old = assign(store, batch, {"A": ["d00"], "B": ["d00"]}, LEAD)
    write_document(batch, "d00", TEXT + "新\n")
    now = batch.document("d00").text_sha256
    new = take(store, batch, "d00", A)
    assert (new.text_sha256, new.revision, new.state) == (now, 2, State.ASSIGNED)
    assert [one.text_sha256 for one in store.assignments("pilot")] == [now, now]
    with pytest.raises(RevisionConflict) as caught:
        store.append(old[1], [Change("note")], B)
    assert caught.value.events[0].op == "text_replaced"
    assert caught.value.events[0].body == {"before": old[1].text_sha256, "after": now}


def test_a_new_text_under_somebodys_work(store: Store, batch: Batch) -> None:
    """Positions would mean something else: nobody can take the document, whatever else is taken with it."""
    saved = store.append(take(store, batch, "d00", A), [Change("note")], A)
    write_document(batch, "d00", TEXT + "新\n")
    with pytest.raises(FaultyData, match="not the text that A began to annotate: put that text back") as caught:
        assign(store, batch, {"B": ["d01", "d00"]}, LEAD)
    assert caught.value.faults[0].source == batch.documents_folder / "d00.txt"
    with pytest.raises(FaultyData, match="not the text"):
        next_assignment(store, batch, B, copies=2)
    assert store.assignments("pilot") == (saved,)


def test_the_document_left_last_comes_first(store: Store, batch: Batch) -> None:
    """Whatever the order of the batch."""
    start = datetime.now(UTC)
    for minutes, doc_id in ((1, "d01"), (2, "d00"), (3, "d02"), (4, "d00")):
        own = take(store, batch, doc_id, A)
        store.append(own, [Change("edit", {"minutes": minutes}, at=start + timedelta(minutes=minutes))], A)
        found = next_assignment(store, batch, A)
        assert found is not None
        assert found.doc_id == doc_id
