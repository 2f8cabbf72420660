"""Real processes at work on one store: together, and killed in the middle."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from tests.annotation.batches import make_batch
from tests.annotation.conftest import A
from tests.annotation.servers import running_server
from workbench.annotation.store import Address, Change, Store, StoreFailure, find_address, take
from workbench.annotation.store.backup import log_faults
from workbench.corpus.tasks import Batch

START = """
import json, os, random, signal, sys, time, psycopg, sqlalchemy.dialects.postgresql.psycopg
from pathlib import Path
from workbench.annotation.store import *
from workbench.corpus.tasks import Batch

where, root, name = sys.argv[1:4]
address, batch, me = find_address(Path(), where, {}), Batch.open(Path(root), "pilot"), Actor(name, f"session-{name}")
print("ready", flush=True)
sys.stdin.readline()
"""

# everybody appends to A's assignment; who is refused appends the same change to what is there then
APPENDER = """
refused = 0
with Store.open(address, wait=30) as store:
    [present] = store.assignments("pilot", "A")
    for number in range(60):
        change = Change("note", {"by": name, "number": number})
        while True:
            try:
                present = store.append(present, [change], me)
                break
            except RevisionConflict as conflict:
                refused += 1
                present = conflict.present
print(refused)
"""

CLAIMER = """
with Store.open(address, wait=30) as store:
    while (found := next_assignment(store, batch, me)) is not None:
        store.append(found, [Change("done", state=State.DONE)], me)
        print(found.doc_id)
"""

# children append as fast as they can, say each revision once it is saved, and are killed at any moment
KILLED = """
moments = random.Random(name)
for round in range(30):
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        os.close(heard)
        with Store.open(address, wait=30) as store:
            present = take(store, batch, "d00", me)
            while True:
                changes = [Change("note", {"text": "政协" * moments.randrange(8000)}) for _ in range(2)]
                present = store.append(present, changes, me)
                tokens = " ".join(change.token for change in changes)
                os.write(told, f"{present.revision} {tokens}\\n".encode())
    os.close(told)
    with os.fdopen(heard) as answers:
        print(answers.readline(), end="")
        time.sleep(moments.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(answers.read(), end="", flush=True)
"""


def where(address: Address) -> str:
    return str(address.file) if address.url is None else address.url.render_as_string(hide_password=False)


def run_together(address: Address, batch: Batch, program: str, names: str) -> dict[str, list[str]]:
    """Start a process for each name, let them go at once, and give what each has printed."""
    arguments = (where(address), str(batch.root))
    running = {
        name: subprocess.Popen(
            [sys.executable, "-c", START + program, *arguments, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    }
    for one in running.values():
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running.values():
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    printed = {}
    for name, one in running.items():
        out, error = one.communicate(timeout=300)
        assert one.returncode == 0, error
        printed[name] = out.splitlines()
    return printed


def test_nobody_overwrites_anybody(store: Store, batch: Batch) -> None:
    """Three programs append 60 changes each to one assignment: all 180 are there, each program's in order."""
    begun = take(store, batch, "d00", A)
    printed = run_together(store.address, batch, APPENDER, "ABC")
    events = store.events(begun, after=1)
    assert [event.revision for event in events] == list(range(2, 182))
    for name in "ABC":
        assert [event.body["number"] for event in events if event.body["by"] == name] == list(range(60))
    conflicts = {name: int(lines[0]) for name, lines in printed.items()}
    assert sum(conflicts.values()) > 0, "they never met: this test has shown nothing"
    with store.reading() as connection:
        assert log_faults(connection) == ()
        rows = connection.exec_driver_sql("SELECT actor, count(*) FROM conflict GROUP BY actor").all()
    assert {str(actor): number for actor, number in rows} == {name: n for name, n in conflicts.items() if n}


def test_nobody_is_given_the_same_document(store: Store, tmp_path: Path) -> None:
    """Four programs ask for the next free document until none is left: each of 24 goes to one."""
    batch = make_batch(tmp_path / "many", documents=24)
    printed = run_together(store.address, batch, CLAIMER, "ABCD")
    given = Counter(doc_id for lines in printed.values() for doc_id in lines)
    assert given == Counter(batch.document_ids())
    assert sum(bool(lines) for lines in printed.values()) > 1, "one took everything: this test has shown nothing"


def test_a_killed_program_loses_nothing_that_was_saved(store: Store, batch: Batch) -> None:
    """Killed with -9 at 30 moments of writing: all that was said to be saved is there, nothing is half there."""
    printed = run_together(store.address, batch, KILLED, "A")["A"]
    said = [line.split() for line in printed]
    assert len(said) > 60
    [present] = store.assignments("pilot", "A", "d00")
    events = {event.revision: event for event in store.events(present)}
    for revision, *tokens in said:
        last = int(revision)
        assert [events[last - 1].token, events[last].token] == tokens
    # each commit has two changes after the first event: no commit is half there
    assert present.revision % 2 == 1
    assert all(set(event.body.get("text", "")) <= set("政协") for event in events.values())
    with store.reading() as connection:
        assert log_faults(connection) == ()
        if store.address.file is not None:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert store.append(present, [Change("note")], A).revision == present.revision + 1


def test_a_killed_server_loses_nothing_that_was_saved(batch: Batch) -> None:
    """All processes of PostgreSQL killed with -9 while changes arrive: what was said to be saved is there."""
    moments = random.Random(5)  # noqa: S311
    with running_server() as own, Store.open(find_address(Path(), own.url(own.make_database()), {})) as store:
        present = take(store, batch, "d00", A)
        for _ in range(4):
            killer = threading.Thread(target=lambda: (time.sleep(moments.uniform(0.1, 0.4)), own.kill()))
            killer.start()
            unsure: list[Change] = []
            try:
                while True:
                    unsure = [Change("note", {"text": "政" * 2000})]
                    present = store.append(present, unsure, A)
            except StoreFailure:
                killer.join()
            own.start()
            # saved or not when the answer was lost: trying again is right in both cases
            present = store.append(present, unsure, A)
            assert store.assignments("pilot") == (present,)
            assert len({event.token for event in store.events(present)}) == present.revision
        assert present.revision > 20


def test_threads_share_a_store(store: Store, batch: Batch) -> None:
    """One thread writes while another reads, as the screen and its writer do."""
    begun = take(store, batch, "d00", A)
    seen: list[int] = []

    def read() -> None:
        while not seen or seen[-1] < 101:
            seen.append(len(store.events(begun)))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    present = begun
    for _ in range(100):
        present = store.append(present, [Change("note")], A)
    reader.join(60)
    assert seen == sorted(seen)
    assert seen[-1] == 101
