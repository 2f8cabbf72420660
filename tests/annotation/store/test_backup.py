"""Copies of a store: verified, made while others write, and restored with the usual programs."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.annotation.conftest import A
from tests.annotation.servers import LOCKED_PASSWORD, Server, execute
from tests.annotation.store.test_failures import small_disk
from tests.machine import require
from workbench.annotation.store import Address, Change, Store, StoreFailure, find_address, take
from workbench.annotation.store.backup import back_up, default_target
from workbench.core.errors import EnvironmentFailure, UsageMistake
from workbench.corpus.tasks import Batch


@pytest.fixture(autouse=True)
def pg_dump(address: Address) -> None:
    """PostgreSQL's programs, where they are wanted."""
    if address.url is not None:
        require("pg_dump", "postgresql-client")


def restored(address: Address, copy: Path, server: Server | None) -> Address:
    """What a copy becomes when somebody follows the instructions."""
    if address.file is not None:
        return find_address(copy.parent, str(shutil.copy(copy, copy.with_name("restored.db"))), {})
    assert server is not None
    url = server.url(server.make_database())
    subprocess.run(["pg_restore", "--no-owner", f"--dbname={url}", copy], check=True)
    return find_address(copy.parent, url, {})


@pytest.fixture
def own_server(request: pytest.FixtureRequest, address: Address) -> Server | None:
    return request.getfixturevalue("server") if address.url is not None else None


def test_a_copy_has_everything(store: Store, batch: Batch, tmp_path: Path, own_server: Server | None) -> None:
    """Restored, it is the same store, and work goes on in it."""
    saved = store.append(take(store, batch, "d00", A), [Change("note", {"text": "政协𠀀"})] * 3, A)
    target = tmp_path / "new folder" / "copy"
    made = back_up(store, target)
    assert (made.path, made.assignments, made.events) == (target, 1, 4)
    assert made.size == target.stat().st_size > 0
    assert [path.name for path in target.parent.iterdir()] == ["copy"]
    with Store.open(restored(store.address, target, own_server), make=False) as again:
        assert again.assignments("pilot") == (saved,)
        assert again.events(saved) == store.events(saved)
        assert again.append(saved, [Change("note")], A).revision == 5
    assert store.assignments("pilot") == (saved,)


def test_a_copy_made_while_others_write(store: Store, batch: Batch, tmp_path: Path, own_server: Server | None) -> None:
    """It has a beginning of what was written, without a gap."""
    begun = take(store, batch, "d00", A)
    stop = threading.Event()

    def write() -> None:
        present = begun
        with Store(store.address, wait=20) as own:
            while not stop.is_set():
                present = own.append(present, [Change("note", {"text": "政" * 500})], A)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [back_up(store, tmp_path / f"copy{number}") for number in range(3)]
    finally:
        stop.set()
        writer.join()
    with Store.open(restored(store.address, made[-1].path, own_server), make=False) as again:
        [copied] = again.assignments("pilot")
        assert copied.revision >= made[-1].events >= made[0].events
        assert again.events(copied) == store.events(copied)[: copied.revision]


def test_a_copy_replaces_nothing(store: Store, tmp_path: Path) -> None:
    """A file of that name stays as it is; names made from the time are in the project."""
    (tmp_path / "copy").write_text("precious", encoding="utf-8")
    with pytest.raises(UsageMistake, match="exists already; give another name with --to"):
        back_up(store, tmp_path / "copy")
    assert (tmp_path / "copy").read_text(encoding="utf-8") == "precious"
    name = default_target(tmp_path, store.address)
    assert name.parent == tmp_path / ".workbench" / "backups"
    assert re.fullmatch(r"work-\d{8}T\d{6}Z\.(db|dump)", name.name)


def test_a_log_that_contradicts_itself(store: Store, batch: Batch, tmp_path: Path) -> None:
    """No copy is made that says it is good; what is wrong is named."""
    take(store, batch, "d00", A)
    execute(store.address, "DELETE FROM event")
    with pytest.raises(StoreFailure, match="pilot d00 by A: 0 events at revision 1") as caught:
        back_up(store, tmp_path / "copy")
    assert caught.value.kind == "damaged"
    assert list(tmp_path.glob("*copy*")) == []


def test_places_that_cannot_be_written(store: Store, batch: Batch, tmp_path: Path) -> None:
    """A file in place of the folder, and a disk that is full: exit code 3, and nothing is left there."""
    (tmp_path / "plain").touch()
    with pytest.raises(EnvironmentFailure, match="no copy can be made there"):
        back_up(store, tmp_path / "plain" / "copy")
    large = [Change("note", {"text": os.urandom(100_000).hex()}) for _ in range(3)]
    store.append(take(store, batch, "d00", A), large, A)
    with small_disk("64k") as folder:
        with pytest.raises(EnvironmentFailure, match="no copy"):
            back_up(store, folder / "copy")
        assert list(folder.iterdir()) == []


def test_a_damaged_file_is_not_copied(sqlite: Address, batch: Batch, tmp_path: Path) -> None:
    """A store with broken pages: exit code 3, and no copy that somebody might rely on."""
    assert sqlite.file is not None
    with Store.open(sqlite) as store:
        store.append(take(store, batch, "d00", A), [Change("note", {"text": "政" * 3000})] * 5, A)
        whole = sqlite.file.read_bytes()
        sqlite.file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
        with pytest.raises(StoreFailure) as caught:
            back_up(store, tmp_path / "copy")
    assert caught.value.kind == "damaged"
    assert list(tmp_path.glob("*copy*")) == []


def test_a_store_that_is_held(sqlite: Address, tmp_path: Path) -> None:
    """Somebody who has SQLite's file to himself: the copy fails instead of waiting for ever."""
    assert sqlite.file is not None
    with Store.open(sqlite, wait=0.3) as store, closing(sqlite3.connect(sqlite.file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreFailure) as caught:
            back_up(store, tmp_path / "copy")
    assert caught.value.kind == "locked"


def program(folder: Path, script: str) -> None:
    """Put a program called pg_dump into a folder."""
    folder.mkdir(exist_ok=True)
    file = folder / "pg_dump"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.mark.parametrize(
    ("login", "more"),
    [
        (f"locked:{quote(LOCKED_PASSWORD, safe='')}", ""),
        ("locked", f"&password={quote(LOCKED_PASSWORD, safe='')}"),
    ],
)
def test_passwords_are_not_among_the_arguments(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, login: str, more: str
) -> None:
    """pg_dump gets the password through the environment, and a failure does not show it."""
    real, seen, path = require("pg_dump", "postgresql-client"), tmp_path / "seen", os.environ["PATH"]
    with Store.open(find_address(tmp_path, server.url(server.make_database(), login) + more, {})) as store:
        program(tmp_path / "bin", f'echo "$@" > {seen}; exec {real} "$@"')
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{path}")
        assert back_up(store, tmp_path / "copy").size > 0
        assert "--dbname=postgresql://locked@/" in seen.read_text(encoding="utf-8")
        assert LOCKED_PASSWORD not in seen.read_text(encoding="utf-8")
        assert quote(LOCKED_PASSWORD, safe="") not in seen.read_text(encoding="utf-8")
        program(tmp_path / "bin", "echo no entry for $PGPASSWORD >&2; exit 1")
        with pytest.raises(EnvironmentFailure, match=r"pg_dump failed, and no copy was made: no entry for \*\*\*"):
            back_up(store, tmp_path / "second")
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(EnvironmentFailure, match="pg_dump is missing; install it with: apt-get install"):
            back_up(store, tmp_path / "second")
    assert not (tmp_path / "second").exists()


def test_a_pg_dump_that_leaves_tables_out(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its archive is read before it is called a copy."""
    real = require("pg_dump", "postgresql-client")
    program(tmp_path / "bin", f'exec {real} --exclude-table-data=event "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    with (
        Store.open(find_address(tmp_path, server.url(server.make_database()), {})) as store,
        pytest.raises(StoreFailure, match="pg_dump left out event"),
    ):
        back_up(store, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
