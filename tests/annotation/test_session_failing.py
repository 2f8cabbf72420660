"""A session whose store fails, or whose program is killed: nothing that was saved is lost, nothing is saved twice."""

from __future__ import annotations

import pytest

from tests.annotation.batches import write_document
from tests.annotation.servers import execute
from tests.annotation.store.test_processes import run_together
from tests.annotation.working import (
    OTHER,
    Opener,
    conflicts,
    label,
    log_of,
    refusal,
    rested,
    saved,
    until,
)
from workbench.annotation.session import Place
from workbench.annotation.store import Store, StoreFailure
from workbench.annotation.store.backup import log_faults


def test_edits_wait_while_the_store_is_locked(place: Place, opened: Opener) -> None:
    """What was made is saved in order later, nothing twice; new edits are refused, and say why."""
    session = opened()
    told: list[int] = []
    session.on_saving(lambda: told.append(len(session.standing.waiting)))
    with Store(place.store.address) as other, other.writing() as connection:
        connection.exec_driver_sql("UPDATE assignment SET state = state")
        names = [label(session, text, "ORG") for text in ("永州市政协", "沙尔乡")]
        until(lambda: session.standing.failure)
        zh, en = refusal(lambda: label(session, "贫困户", "GROUP"))
        assert zh == "无法保存,暂不能修改(被其他程序占用)"
        assert "try again, or close that program" in en
        assert refusal(session.undo)[0] == zh
        assert refusal(session.publish)[0] == zh
        assert len(session.draft.order) == 2
        assert len(session.standing.waiting) == 2
        connection.rollback()
    until(lambda: not session.standing.waiting)
    assert told
    label(session, "贫困户", "GROUP")
    saved(session)
    changes = log_of(place)
    assert [change.op for change in changes] == ["assigned", "edit", "edit", "edit"]
    assert [change.body["delta"][0][1] for change in changes[1:3]] == names
    assert len({change.token for change in changes}) == 4


def test_a_store_that_was_taken_away(place: Place, opened: Opener) -> None:
    """A table (or the file) that is gone, and comes back."""
    session = opened()
    address = place.store.address
    if address.file is not None:
        address.file.rename(address.file.with_suffix(".away"))
    else:
        execute(address, "ALTER TABLE event RENAME TO away")
    label(session, "永州市政协", "ORG")
    until(lambda: session.standing.failure)
    assert "无法保存" in refusal(lambda: label(session, "沙尔乡", "LOC"))[0]
    standing = session.close()
    assert standing.failure is not None
    assert len(standing.waiting) == 1, "what could not be saved is told"
    if address.file is not None:
        address.file.with_suffix(".away").rename(address.file)
    else:
        execute(address, "ALTER TABLE away RENAME TO event")
    assert opened().draft.order == ()


def test_closing_tries_once_more(place: Place, opened: Opener) -> None:
    """A store that works again when the program ends gets everything."""
    session = opened()
    with Store(place.store.address) as other, other.writing() as connection:
        connection.exec_driver_sql("UPDATE assignment SET state = state")
        label(session, "永州市政协", "ORG")
        until(lambda: session.standing.failure)
        connection.rollback()
    assert session.close().waiting == ()
    assert len(opened().draft.order) == 1


def test_an_answer_that_was_lost(place: Place, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commit went through, its answer did not: with more edits made meanwhile, nothing is saved twice."""
    session = opened()
    append = place.store.append
    lost: list[int] = []

    def losing(*arguments: object) -> object:
        saved_as = append(*arguments)  # type: ignore[arg-type]
        if not lost:
            label(session, "沙尔乡", "LOC")
            lost.append(1)
            raise StoreFailure("x", "out_of_reach", "the line went dead")
        return saved_as

    monkeypatch.setattr(place.store, "append", losing)
    label(session, "永州市政协", "ORG")
    until(lambda: lost and not session.standing.waiting)
    assert session.settle() is None
    assert conflicts(place) == 0
    assert [change.op for change in log_of(place)] == ["assigned", "edit", "edit"]
    assert len({change.token for change in log_of(place)}) == 3


def test_a_conflict_that_cannot_be_read(place: Place, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the store is away the conflict stays open and edits are refused."""
    first, second = opened(), opened(Place(place.store, place.batch, OTHER))
    label(first, "永州市政协", "ORG")
    saved(first)
    label(second, "沙尔乡", "LOC")
    rested(second)

    def away(*_: object) -> None:
        raise StoreFailure("x", "out_of_reach", "gone")

    monkeypatch.setattr(place.store, "events", away)
    assert "连不上" in refusal(lambda: label(second, "贫困户", "GROUP"))[0]
    assert "连不上" in refusal(second.settle)[0]
    monkeypatch.undo()
    label(second, "贫困户", "GROUP")
    assert len(second.draft.order) == 3


LABELLER = """
import time
from workbench.annotation.session import Place, Session
from workbench.core.text import Span
moments = random.Random(name)
for round in range(12):
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(heard)
        session = Session.open(Place(Store.open(address, wait=30), batch, me), "d01")
        while True:
            for _ in range(moments.randrange(1, 4)):
                number = len(session.draft.order)
                session.label("ORG", [Span(number, number + 1)])
            session.undo()
            session.redo()
            while session.standing.waiting:
                time.sleep(0.0005)
            os.write(told, f"{len(session.draft.order)} {session.work.undoable[-1].token}\\n".encode())
    os.close(told)
    with os.fdopen(heard) as answers:
        print(answers.readline(), end="")
        time.sleep(moments.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(answers.read(), end="", flush=True)
"""


def test_a_killed_program_loses_nothing_that_it_said_was_saved(place: Place, opened: Opener) -> None:
    """Killed with -9 at any moment, twelve times: every label that was told is there, and the log is sound."""
    write_document(place.batch, "d01", "永州市政协𠀀" * 3000)
    told = [line.split() for line in run_together(place.store.address, place.batch, LABELLER, "A")["A"]]
    assert len(told) >= 12
    session = opened(doc_id="d01")
    tokens = [step.token for step in session.work.undoable]
    for number, token in told:
        assert tokens[int(number) - 1] == token
    assert [one.start for one in session.draft.order] == list(range(len(tokens)))
    with place.store.reading() as connection:
        assert log_faults(connection) == ()
