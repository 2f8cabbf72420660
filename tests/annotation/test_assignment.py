"""What is opened next, what may be opened, and the list of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.annotation.batches import make_batch
from tests.annotation.conftest import A, B
from workbench.annotation.assignment import Listed, documents_of, open_document, open_next
from workbench.annotation.session import Place, Session
from workbench.annotation.store import State, Store, take
from workbench.core.errors import UsageMistake
from workbench.core.records import Annotation
from workbench.formats import native

Closer = Callable[[Session | None], str | None]


@pytest.fixture
def closing() -> Iterator[Closer]:
    """The document of a session, which is closed in the end."""
    made: list[Session] = []

    def doc_of(session: Session | None) -> str | None:
        if session is None:
            return None
        made.append(session)
        return session.document.doc_id

    yield doc_of
    for session in made:
        session.close()


def finish(session: Session | None, skip: bool = False) -> str:
    assert session is not None
    if skip:
        session.skip()
    else:
        session.publish()
    session.close()
    return session.document.doc_id


def test_the_next_free_document(store: Store, tmp_path: Path, closing: Closer) -> None:
    """One begun comes first; done and skipped ones do not come again; each goes to `copies` people."""
    batch = make_batch(tmp_path, copies=1)
    mine, theirs = Place(store, batch, A), Place(store, batch, B)
    assert closing(open_next(mine)) == "d00"
    assert closing(open_next(mine)) == "d00"
    assert closing(open_next(theirs)) == "d01"
    assert finish(open_next(mine)) == "d00"
    assert finish(open_next(mine), skip=True) == "d02"
    assert open_next(mine) is None
    assert finish(open_next(theirs)) == "d01"
    assert closing(open_next(theirs)) == "d02", "what was skipped is free for others"
    assert closing(open_document(mine, "d02")) == "d02"


def test_everybody_gets_everything(store: Store, tmp_path: Path) -> None:
    """Without `copies` as many people as like to."""
    batch = make_batch(tmp_path)
    for actor in (A, B):
        assert [finish(open_next(Place(store, batch, actor))) for _ in range(3)] == ["d00", "d01", "d02"]
        assert open_next(Place(store, batch, actor)) is None


def test_fixed_shares(store: Store, tmp_path: Path, closing: Closer) -> None:
    """In the order of the share, one begun first; nothing else, and nobody else."""
    batch = make_batch(tmp_path, documents=4, assigned={"A": ("d03", "d00", "d01", "d03"), "C": ()})
    place = Place(store, batch, A)
    assert finish(open_next(place)) == "d03"
    assert [one.doc_id for one in store.assignments("pilot", "A")] == ["d00", "d01", "d03"]
    session = open_document(place, "d01")
    session.comment(None, "扫描件")
    assert closing(session) == "d01"
    session.close()
    assert closing(open_next(place)) == "d01"
    finish(open_document(place, "d01"), skip=True)
    assert finish(open_next(place)) == "d00"
    assert open_next(place) is None
    with pytest.raises(UsageMistake, match=r"d02 is not in the share of A: d03, d00, d01; \[assigned\] in"):
        open_document(place, "d02")
    with pytest.raises(UsageMistake, match="d09"):
        open_document(place, "d09")
    for call in (open_next, documents_of, lambda place: open_document(place, "d00")):
        with pytest.raises(UsageMistake, match=r"fixed shares, and none for 'B': they are for A, C; give one"):
            call(Place(store, batch, B))
    assert open_next(Place(store, batch, A._replace(name="C"))) is None


def test_a_share_of_documents_that_do_not_exist(store: Store, tmp_path: Path) -> None:
    """They are named, and nothing is assigned."""
    batch = make_batch(tmp_path, assigned={"A": ("d00", "d77")})
    with pytest.raises(UsageMistake, match="d77"):
        open_next(Place(store, batch, A))
    assert store.assignments("pilot") == ()


def test_what_was_published_elsewhere_is_not_given_again(store: Store, tmp_path: Path, closing: Closer) -> None:
    """The file says that it was done, whatever this store knows."""
    for shares in (None, {"A": ("d00", "d01", "d02")}):
        batch = make_batch(tmp_path / str(bool(shares)), assigned=shares)
        native.write(batch.annotation_file("A", "d00"), Annotation(doc_id="d00", author="A"))
        assert closing(open_next(Place(store, batch, A))) == "d01"


@pytest.mark.parametrize("blind", [False, True])
def test_the_list_of_documents(blind: bool, store: Store, tmp_path: Path) -> None:
    """Own states and files; others are counted unless the batch is blind."""
    batch = make_batch(tmp_path, blind=blind)
    place = Place(store, batch, A)
    take(store, batch, "d00", B)
    native.write(batch.annotation_file("王", "d00"), Annotation(doc_id="d00"))
    finish(open_document(place, "d00"))
    finish(open_document(place, "d01"), skip=True)
    length = len(batch.document("d00").text)
    others = [None] * 3 if blind else [2, 0, 0]
    assert documents_of(place) == (
        Listed("d00", None, State.DONE, True, length, others[0]),
        Listed("d01", None, State.SKIPPED, False, length, others[1]),
        Listed("d02", None, None, False, length, others[2]),
    )
    shared = Place(store, batch._replace(assigned={"A": ("d02", "d00")}), A)
    assert [one.doc_id for one in documents_of(shared)] == ["d02", "d00"]
