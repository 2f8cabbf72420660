"""workbench status and workbench backup at the command line."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.annotation.batches import make_batch
from tests.annotation.servers import LOCKED_PASSWORD, running_server
from tests.cli import program
from tests.machine import require
from workbench.annotation.store import Actor, Change, RevisionConflict, State, Store, find_address, take
from workbench.corpus.tasks import Batch

A, B = Actor("王", "s1"), Actor("B", "s2")
AT = datetime(2020, 3, 1, 12, tzinfo=UTC)


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return program.run(folder, *arguments, **{"TZ": "UTC", "WORKBENCH_STORE": "", **environment})


def edit(ms: int, state: State = State.IN_PROGRESS) -> Change:
    return Change("edit", {}, state, ms, AT)


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    return make_batch(tmp_path)


@pytest.fixture
def worked(batch: Batch) -> Batch:
    """王 has finished one document in 75 s and begun another; B has had a conflict and published a file."""
    with Store.open(find_address(batch.root, None, {})) as store:
        begun = take(store, batch, "d00", A)
        store.append(begun, [edit(60_000), edit(15_000, State.DONE)], A)
        store.append(take(store, batch, "d01", A), [edit(3_600_000)], A)
        with pytest.raises(RevisionConflict):
            store.append(begun, [edit(1)], B)
    file = batch.annotation_file("B", "d00")
    file.parent.mkdir(parents=True)
    file.write_text("{}", encoding="utf-8")
    return batch


def test_status_in_a_table(worked: Batch) -> None:
    """Names of two cells are aligned; a pause of an hour counts for two minutes: 75 + 120 s."""
    ran = run(worked.root, "status", "pilot")
    assert (ran.returncode, ran.stderr) == (0, "")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    lines = ran.stdout.splitlines()
    assert lines[0] == "batch pilot: 3 documents, 1 of them free"
    assert lines[1].split("  ")[0] == "annotator"
    assert lines[2].split() == ["B", "0", "0", "0", "0", "1", "0:00:00", "n/a", "1", "n/a"]
    assert lines[3].split()[:9] == ["王", "0", "1", "1", "0", "0", "0:03:15", "0:01:15", "0"]
    assert lines[3].split()[9] == today
    # columns of numbers end together; 王 is one character and two cells, so its line is one character shorter before
    assert [line.index(" 0:0") for line in lines[2:]] == [lines[1].index("time") - 1, lines[1].index("time") - 2]
    assert run(worked.root, "status", "tasks/pilot").stdout == ran.stdout
    assert run(worked.folder.parent, "status", "pilot").stdout == ran.stdout


def test_status_as_json(worked: Batch) -> None:
    """Everything with plain numbers; the idle cut is an option."""
    ran = run(worked.root, "status", "pilot", "--json", "--idle", "30")
    assert ran.returncode == 0, ran.stderr
    printed = json.loads(ran.stdout)
    assert {key: printed[key] for key in ("batch", "documents", "free", "idle_cut", "store")} == {
        "batch": "pilot",
        "documents": 3,
        "free": 1,
        "idle_cut": 30.0,
        "store": ".workbench/work.db",
    }
    b, wang = printed["annotators"]
    assert (b["name"], b["published"], b["conflicts"], b["last"]) == ("B", 1, 1, None)
    assert wang["states"] == {"assigned": 0, "in_progress": 1, "done": 1, "skipped": 0}
    assert (wang["seconds"], wang["seconds_per_done"]) == (75.0, 45.0)  # 30 + 15 + 30 s; 30 + 15 s
    assert [(one["doc_id"], one["state"], one["revision"], one["seconds"]) for one in printed["assignments"]] == [
        ("d00", "done", 3, 45.0),
        ("d01", "in_progress", 2, 30.0),
    ]


def test_status_makes_no_store(batch: Batch) -> None:
    """Where nobody has begun there is nothing to see, and nothing is made."""
    ran = run(batch.root, "status", "pilot")
    assert ran.returncode == 0
    assert ran.stdout.startswith("batch pilot: 3 documents, 3 of them free\n")
    assert "no store yet; nobody has begun" in ran.stderr
    assert not (batch.root / ".workbench").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("status", "pilto"), 2, "did you mean 'pilot'?"),
        (("status", "tasks/nothing"), 2, "tasks/nothing: no such batch"),
        (("status", "pilot", "--idle", "0"), 2, "--idle"),
        (("status", "pilot", "--store", "mysql://u:s3cret@h/db"), 2, "--store: no store is kept in mysql"),
        (
            ("status", "pilot", "--store", "postgresql://u:s3cret@127.0.0.1:1/db"),
            3,
            "check that the file or the server",
        ),
        (("backup", "--store", "tasks"), 2, "a folder, where the file of a store is needed"),
        (("backup", "--store", "tasks/pilot/batch.toml"), 3, "the database is damaged"),
        (("backup",), 2, "no store yet; workbench label makes one"),
    ],
)
def test_what_cannot_be_done(batch: Batch, arguments: tuple[str, ...], code: int, said: str) -> None:
    """A message, the right exit code, no password, and no file made."""
    before = sorted(batch.root.rglob("*"))
    ran = run(batch.root, *arguments)
    assert (ran.returncode, ran.stdout) == (code, ""), ran.stdout + ran.stderr
    assert said in ran.stderr
    assert "s3cret" not in ran.stderr
    assert sorted(batch.root.rglob("*")) == before


def test_backup(worked: Batch, tmp_path: Path) -> None:
    """The copy is in the project unless told otherwise, never replaces one, and is a store."""
    ran = run(worked.root, "backup", "--json")
    assert ran.returncode == 0, ran.stderr
    made = json.loads(ran.stdout)
    assert made["path"].startswith(".workbench/backups/work-")
    assert (made["assignments"], made["events"]) == (2, 5)
    assert made["size"] == (worked.root / made["path"]).stat().st_size
    assert f"cp {made['path']} .workbench/work.db" in ran.stderr
    again = run(worked.root, "backup", "--to", made["path"])
    assert (again.returncode, "exists already" in again.stderr) == (2, True)
    table = run(worked.root, "backup", "--to", "copy.db").stdout.splitlines()
    assert table[0].split() == ["path", "size", "assignments", "events"]
    assert table[1].split()[0::2] == ["copy.db", "2"]
    shown = run(worked.root, "status", "pilot", WORKBENCH_STORE="copy.db")
    assert shown.stdout == run(worked.root, "status", "pilot").stdout


def test_a_store_in_postgresql(batch: Batch) -> None:
    """The URL comes from the environment; neither verb shows its password."""
    require("pg_dump", "postgresql-client")
    with running_server() as server:
        url = server.url(server.make_database(), f"locked:{quote(LOCKED_PASSWORD, safe='')}")
        empty = run(batch.root, "status", "pilot", WORKBENCH_STORE=url)
        assert (empty.returncode, "no store yet" in empty.stderr) == (0, True)
        with Store.open(find_address(batch.root, url, {})) as store:
            store.append(take(store, batch, "d00", A), [edit(60_000)], A)
        shown = run(batch.root, "status", "pilot", "--json", WORKBENCH_STORE=url)
        assert json.loads(shown.stdout)["store"].startswith("postgresql://locked:***@/")
        made = run(batch.root, "backup", WORKBENCH_STORE=url)
    assert made.returncode == 0, made.stderr
    assert "pg_restore --clean --if-exists --no-owner --dbname=URL .workbench/backups/work-" in made.stderr
    for ran in (empty, shown, made):
        assert LOCKED_PASSWORD not in ran.stdout + ran.stderr
        assert quote(LOCKED_PASSWORD, safe="") not in ran.stdout + ran.stderr


def test_the_instructions_restore_it(worked: Batch) -> None:
    """What stderr says after `to restore it` does that."""
    before = run(worked.root, "status", "pilot").stdout
    said = run(worked.root, "backup").stderr
    (worked.root / ".workbench" / "work.db").write_bytes(b"broken")
    assert run(worked.root, "status", "pilot").returncode == 3
    subprocess.run(["sh", "-c", said.split(": ", 1)[1]], cwd=worked.root, check=True)
    assert run(worked.root, "status", "pilot").stdout == before
