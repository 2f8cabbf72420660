"""Publishing: the file, the log, files that others have changed, and crashes between the two."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.annotation.batches import STORY, make_batch, write_document
from tests.annotation.conftest import A
from tests.annotation.servers import sqlite_folder
from tests.annotation.working import (
    OTHER,
    Opener,
    label,
    ops,
    refusal,
    saved,
    spot,
    words,
)
from workbench.annotation import session as sessions
from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.publishing import read_published, write_answer
from workbench.annotation.session import Place, Session, Unpublishable
from workbench.annotation.store import Change, State, Store, find_address
from workbench.core.errors import EnvironmentFailure, FaultyData
from workbench.core.records import Annotation, Entity
from workbench.core.text import Span
from workbench.formats import native


def test_publishing(place: Place, opened: Opener) -> None:
    """The file says what the draft says, the document is done, and both are known after a restart."""
    session = opened()
    label(session, "永州市政协", "ORG")
    session.comment(None, "扫描件")
    sha256 = session.publish()
    annotation = native.read(session.path).annotation
    assert (annotation.author, annotation.text_sha256) == ("A", session.document.text_sha256)
    assert annotation.made_with is not None
    assert annotation.made_with.id == "cppcc-poverty"
    assert annotation.provenance.program == "workbench label"
    assert annotation.extra == {"note": "扫描件"}
    assert [one.text for one in annotation.entities] == ["永州市政协"]
    assert session.state is State.DONE
    assert sha256 in session.work.files
    assert not list(session.path.parent.glob(".*")), "nothing half written"
    session.close()
    again = opened()
    assert again.state is State.DONE
    assert again.work.is_published
    label(again, "沙尔乡", "LOC")
    assert (again.state, again.work.is_published) == (State.IN_PROGRESS, False)
    again.publish()
    assert len(native.read(session.path).annotation.entities) == 2


def test_errors_keep_a_document_from_being_published(opened: Opener) -> None:
    """All are listed; nothing is written."""
    session = opened()
    session.label("ORG", [spot("永州市政协")])
    session.label("ORG", [spot("政协向")])
    session.label("DISPATCH", [spot("走访")])
    with pytest.raises(Unpublishable) as caught:
        session.publish()
    assert {one.rule for one in caught.value.errors} == {"crossing", "cardinality"}
    assert str(caught.value) == "还有 2 个错误(V 查看) · 2 errors left (V shows them)"
    assert not session.path.exists()
    assert session.state is State.IN_PROGRESS


def test_a_file_that_somebody_else_has_changed(opened: Opener) -> None:
    """It is loaded instead of being written over, and undo brings the draft back."""
    session = opened()
    label(session, "永州市政协", "ORG")
    session.publish()
    file = native.read(session.path).annotation
    theirs = Entity(id="E9", type="LOC", fragments=(spot("沙尔乡"),), text="沙尔乡")
    native.write(session.path, file.model_copy(update={"entities": (theirs,)}))
    label(session, "四川省委", "ORG")
    before = session.draft
    assert "U takes it back" in refusal(session.publish)[1]
    assert words(session) == [("LOC", "沙尔乡")]
    assert session.undo().name == "load"
    assert session.draft == before
    session.publish()
    assert [one.text for one in native.read(session.path).annotation.entities] == ["永州市政协", "四川省委"]


def test_a_file_is_loaded_when_the_document_is_opened(place: Place, opened: Opener) -> None:
    """One that the log does not know; the document is done until it is changed. Publishing writes the same again."""
    entity = Entity(id="x1", type="LOC", fragments=(spot("沙尔乡"),), text="沙尔乡", note="𠀀", extra={"k": [1, None]})
    made = Annotation(doc_id="d00", author="A", entities=(entity,), finished_layers=("mention",), extra={"note": "n"})
    path = place.batch.annotation_file("A", "d00")
    native.write(path, made)
    session = opened()
    assert words(session) == [("LOC", "沙尔乡")]
    assert (session.state, session.work.is_published) == (State.DONE, True)
    session.publish()
    again = native.read(path).annotation
    assert (again.entities, again.extra, again.finished_layers) == (made.entities, made.extra, made.finished_layers)
    session.undo()
    assert session.draft.order == ()
    session.close()
    second = opened()
    assert second.draft.order == ()
    assert second.work == session.work


@pytest.mark.parametrize("content", ["{", '{"format": "workbench-annotation/1", "doc_id": "d01"}'])
def test_a_broken_file(content: str, place: Place, opened: Opener) -> None:
    """It is told when the document is opened, and not written over when it is published."""
    session = opened()
    session.path.parent.mkdir(parents=True)
    session.path.write_text(content, encoding="utf-8")
    for call in (opened, session.publish):
        with pytest.raises(FaultyData):
            call()
    assert session.path.read_text(encoding="utf-8") == content


def test_a_crash_between_file_and_log(opened: Opener) -> None:
    """The file is there, the log does not say so: it is recognised as this draft's, and the document is done."""
    session = opened()
    label(session, "永州市政协", "ORG")
    write_answer(session.path, session.answer())
    session.close()
    again = opened()
    assert again.work.undoable == session.work.undoable
    assert (again.state, again.work.is_published) == (State.DONE, True)
    saved(again)
    assert ops(again) == ["edit", "publish"]
    again.close()
    assert ops(opened()) == ["edit", "publish"]


def test_an_edit_of_another_session_while_the_file_is_written(
    place: Place, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file lacks it, so the document is not done; publishing once more makes it so."""
    first, second = opened(), opened(Place(place.store, place.batch, OTHER))
    label(first, "永州市政协", "ORG")

    def write_late(path: Path, annotation: Annotation) -> str:
        label(second, "沙尔乡", "LOC")
        saved(second)
        return write_answer(path, annotation)

    monkeypatch.setattr(sessions, "write_answer", write_late)
    assert "publish once more" in refusal(first.publish)[1]
    monkeypatch.undo()
    assert (first.state, first.work.is_published) == (State.IN_PROGRESS, False)
    assert len(first.draft.order) == 2
    first.publish()
    assert first.work.is_published
    assert len(native.read(first.path).annotation.entities) == 2
    first.close()
    assert opened().state is State.DONE


def test_a_place_that_cannot_be_written(place: Place, opened: Opener) -> None:
    """Nothing is said to be published."""
    session = opened()
    label(session, "永州市政协", "ORG")
    place.batch.annotations_folder.write_text("a file", encoding="utf-8")
    with pytest.raises(EnvironmentFailure):
        session.publish()
    assert session.state is State.IN_PROGRESS
    saved(session)
    assert ops(session) == ["edit"]


def test_skipping(opened: Opener) -> None:
    """The document is left to others until it is changed."""
    session = opened()
    session.skip()
    session.close()
    again = opened()
    assert again.state is State.SKIPPED
    label(again, "永州市政协", "ORG")
    assert again.state is State.IN_PROGRESS


def test_a_log_that_contradicts_itself(place: Place, opened: Opener) -> None:
    """It is told, with what to do."""
    session = opened()
    label(session, "永州市政协", "ORG")
    session.close()
    [assignment] = place.store.assignments("pilot", "A", "d00")
    wrong = Change("undo", {"of": "nothing", "delta": []})
    place.store.append(assignment, [wrong], A)
    with pytest.raises(FaultyData, match="restore the last copy by workbench backup"):
        opened()


@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(0, 110), st.integers(1, 8), st.sampled_from(["ORG", "LOC"])), max_size=6))
def test_loading_and_publishing_changes_nothing(spans: list[tuple[int, int, str]]) -> None:
    """A published file, opened in a new store and published again, is the same file but for nothing."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, sqlite_folder() as files:
        batch = make_batch(Path(folder))
        write_document(batch, "d00", STORY)
        contents = []
        for name in ("one.db", "two.db"):
            with Store.open(find_address(files, str(files / name), {})) as store:
                session = Session.open(Place(store, batch, A), "d00")
                for start, length, kind in spans if name == "one.db" else ():
                    try:
                        session.label(kind, [Span(start, min(start + length, len(STORY)))])
                    except EditRefused:
                        continue
                    if any(one.severity == "error" for one in session.problems()):
                        session.undo()
                session.publish()
                contents.append(session.path.read_bytes())
                assert (
                    read_published(session.path, session.document, session.schema).annotation
                    == native.read(session.path).annotation
                )
                session.close()
        assert contents[0] == contents[1]
