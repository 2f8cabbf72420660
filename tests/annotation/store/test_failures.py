"""What can be wrong with a database: a message that says what to do, and nothing half written."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.annotation.conftest import A
from tests.annotation.servers import LOCKED_PASSWORD, Server, execute, running_server
from tests.machine import require
from workbench.annotation.store import (
    Actor,
    Address,
    Assignment,
    Change,
    NoStore,
    Store,
    StoreFailure,
    engines,
    find_address,
    take,
)
from workbench.annotation.store.backup import log_faults
from workbench.core.errors import EnvironmentFailure, ExitCode, UsageMistake
from workbench.corpus.tasks import Batch


def failing(store: Store, assignment: Assignment, kind: str, said: str, size: int = 1) -> None:
    """Appending fails in this way sooner or later, and what was saved before is still there."""
    saved = [assignment]

    def append() -> None:
        while len(saved) < 1000:
            saved.append(store.append(saved[-1], [Change("note", {"text": secrets.token_hex(size)})], A))

    with pytest.raises(StoreFailure) as caught:
        append()
    assert (caught.value.kind, caught.value.exit_code) == (kind, ExitCode.ENVIRONMENT), str(caught.value)
    assert said in str(caught.value)
    assert "nothing was written" in str(caught.value)
    assert "INSERT" not in str(caught.value)
    assert store.assignments("pilot") == (saved[-1],)
    assert len(store.events(saved[-1])) == saved[-1].revision
    with store.reading() as connection:
        assert log_faults(connection) == ()


def url_address(server: Server, database: str, login: str = "wb") -> Address:
    return find_address(Path(), server.url(database, login), {})


# --- both


def test_a_locked_store(store: Store, batch: Batch) -> None:
    """While another program holds the store, changes fail after the wait, reading goes on, and a retry succeeds."""
    begun = take(store, batch, "d00", A)
    change = Change("note")
    with Store(store.address) as other, other.writing() as connection:
        connection.exec_driver_sql("UPDATE assignment SET state = 'in_progress'")
        failing(store, begun, "locked", "try again, or close that program")
        with pytest.raises(StoreFailure):
            store.append(begun, [change], A)
        connection.rollback()
    assert store.append(begun, [change], A).revision == 2


def test_writers_begin_as_writers(sqlite: Address, batch: Batch) -> None:
    """One that has only read could not wait its turn: SQLite fails it at once when another has written meanwhile."""
    with Store.open(sqlite, wait=0.3) as store:
        begun = take(store, batch, "d00", A)
        with Store(sqlite) as other, other.writing():
            failing(store, begun, "locked", "try again")
        assert store.append(begun, [Change("note")], A).revision == 2


def test_a_database_of_something_else(address: Address) -> None:
    """A database with tables of another program is refused and left as it is."""
    execute(address, "CREATE TABLE users (name TEXT)")
    for make in (True, False):
        with pytest.raises(
            UsageMistake, match=r"a database of something else \(it has the table users\); give the store"
        ):
            Store.open(address, make=make)
    execute(address, "DROP TABLE users")
    Store.open(address).close()


def test_a_store_of_a_later_version(address: Address) -> None:
    """It is not touched, and the way out is to update."""
    Store.open(address).close()
    execute(address, "UPDATE workbench_store_version SET version_num = '9999'")
    with pytest.raises(EnvironmentFailure, match=r"its layout is 9999, this program's 0001\); update this program"):
        Store.open(address)


def test_no_store_yet(address: Address) -> None:
    """Whoever only looks does not make one."""
    with pytest.raises(NoStore, match="no store yet; workbench label makes one"):
        Store.open(address, make=False)
    assert address.file is None or not address.file.exists()


def test_an_older_copy_in_place_of_the_store(store: Store, batch: Batch) -> None:
    """Work that the session has seen and the database does not have is not written over."""
    saved = store.append(take(store, batch, "d00", A), [Change("note"), Change("note")], A)
    execute(store.address, "DELETE FROM event WHERE revision > 1")
    execute(store.address, "UPDATE assignment SET revision = 1, state = 'assigned'")
    with pytest.raises(StoreFailure, match="lacks work on d00 that this session has seen"):
        store.append(saved, [Change("note")], A)
    # the older copy has given the number to another document, and is at the same revision
    take(store, batch, "d01", Actor("B", "s"))
    execute(store.address, "UPDATE assignment SET doc_id = 'd01', revision = 3 WHERE annotator = 'A'")
    assert (saved.number, saved.revision) == (store.assignments("pilot", "A")[0].number, 3)
    with pytest.raises(StoreFailure, match="lacks work on d00"):
        store.append(saved, [Change("note")], A)
    assert store.assignments("pilot", "A")[0].revision == 3


def test_commits_last(store: Store) -> None:
    """The settings without which a commit could be lost when the machine crashes."""
    with store.writing() as connection:
        engines.check_durable(connection, store.address)
        if store.address.file is not None:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3  # EXTRA
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        else:
            assert connection.exec_driver_sql("SHOW fsync").scalar() == "on"
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "300ms"
            assert connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar() == "30s"
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"


def test_readers_do_not_write(store: Store) -> None:
    """A connection for reading is one, on both."""
    with pytest.raises(StoreFailure) as caught, store.reading() as connection:
        connection.exec_driver_sql("INSERT INTO batch (name) VALUES ('x')")
    assert caught.value.kind == "read_only"


# --- SQLite


def test_a_full_disk(sqlite: Address, batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own word for a full disk."""
    connect = engines.connect_sqlite

    def small(*arguments: object) -> sqlite3.Connection:
        connection = connect(*arguments)  # type: ignore[arg-type]
        connection.execute("PRAGMA max_page_count = 60")
        return connection

    monkeypatch.setattr(engines, "connect_sqlite", small)
    with Store.open(sqlite) as store:
        failing(store, take(store, batch, "d00", A), "full", "make room", size=2000)


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A disk of a few megabytes."""
    folder = Path(tempfile.mkdtemp(prefix="wb-disk-"))
    mount = require("mount", "mount")
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size},mode=777", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("only root may mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()


def test_a_disk_that_is_really_full(batch: Batch) -> None:
    """The change, or its journal, does not fit: an error, and the store is whole; a new one is not half made."""
    with small_disk("300k") as folder:
        with Store.open(find_address(folder, str(folder / "work.db"), {})) as store:
            failing(store, take(store, batch, "d00", A), "full", "make room", size=2000)
        new = find_address(folder, str(folder / "new.db"), {})
        with pytest.raises(StoreFailure) as caught:
            Store.open(new)
        assert caught.value.kind == "full"
        with pytest.raises(NoStore):
            Store.open(new, make=False)


def test_a_read_only_store(sqlite: Address, batch: Batch) -> None:
    """Reading goes on, changes are refused."""
    if os.geteuid() == 0:
        rights = "-dac_override,-dac_read_search,-fowner"
        before = [require("setpriv", "util-linux"), "--bounding-set", rights, "--inh-caps", rights]
    else:
        before = []
    with Store.open(sqlite) as store:
        take(store, batch, "d00", A)
    assert sqlite.file is not None
    program = (
        "import sys; from pathlib import Path\n"
        "from workbench.annotation.store import *\n"
        "with Store.open(find_address(Path(), sys.argv[1], {}), make=False, wait=0.3) as store:\n"
        "    [one] = store.assignments('pilot')\n"
        "    print(len(store.events(one)))\n"
        "    try: store.append(one, [Change('note')], Actor('A', 's'))\n"
        "    except StoreFailure as error: print(error.kind, error)\n"
    )
    sqlite.file.chmod(0o444)
    sqlite.file.parent.chmod(0o555)
    try:
        ran = subprocess.run(
            [*before, sys.executable, "-c", program, sqlite.file], capture_output=True, text=True, check=False
        )
    finally:
        sqlite.file.parent.chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[0] == "1"
    assert ran.stdout.splitlines()[1].startswith("read_only ")
    assert "check the permissions of the file and of its folder" in ran.stdout


@pytest.mark.parametrize(
    "content", [b"not a database at all, only words\n" * 200, b"SQLite format 3\0" + b"\xff" * 8000]
)
def test_a_file_that_is_no_database(sqlite: Address, content: bytes) -> None:
    """It is not written over."""
    assert sqlite.file is not None
    sqlite.file.write_bytes(content)
    with pytest.raises(StoreFailure) as caught:
        Store.open(sqlite)
    assert caught.value.kind == "damaged"
    assert "restore the last copy made by workbench backup" in str(caught.value)
    assert sqlite.file.read_bytes() == content


def test_a_damaged_file(sqlite: Address, batch: Batch) -> None:
    """Pages that were written over, and a file that was cut, are named as damaged."""
    assert sqlite.file is not None
    with Store.open(sqlite) as store:
        begun = take(store, batch, "d00", A)
        saved = store.append(begun, [Change("note", {"text": "政" * 3000})] * 5, A)
        whole = sqlite.file.read_bytes()
        for broken in (whole[: len(whole) // 2], whole[:4096] + b"\xff" * (len(whole) - 4096)):
            sqlite.file.write_bytes(broken)
            with pytest.raises(StoreFailure) as caught:
                store.events(saved)
            assert caught.value.kind == "damaged"
            with pytest.raises(StoreFailure):
                store.append(saved, [Change("note")], A)
        sqlite.file.write_bytes(whole)
        assert len(store.events(saved)) == 6


def test_a_file_that_was_moved_away(sqlite: Address, batch: Batch) -> None:
    """Work is not written into a file that nobody will find; when it is back, it goes on."""
    assert sqlite.file is not None
    with Store.open(sqlite) as store:
        begun = take(store, batch, "d00", A)
        sqlite.file.rename(sqlite.file.with_name("moved.db"))
        for call in (lambda: store.append(begun, [Change("note")], A), lambda: store.events(begun)):
            with pytest.raises(StoreFailure) as caught:
                call()
            assert caught.value.kind == "out_of_reach"
        assert not sqlite.file.exists()
        sqlite.file.with_name("moved.db").rename(sqlite.file)
        assert store.append(begun, [Change("note")], A).revision == 2


def test_a_file_in_wal_mode(sqlite: Address, batch: Batch) -> None:
    """A store that somebody has switched to a write-ahead log is switched back."""
    Store.open(sqlite).close()
    execute(sqlite, "PRAGMA journal_mode = WAL")
    with Store.open(sqlite) as store, store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"


def test_places_where_no_file_can_be(files: Path) -> None:
    """A folder, a file in place of a folder."""
    with pytest.raises(UsageMistake, match="a folder, where the file of a store is needed"):
        Store.open(find_address(files, str(files), {}))
    (files / "plain").touch()
    with pytest.raises(EnvironmentFailure, match="no store can be made there"):
        Store.open(find_address(files, str(files / "plain" / "work.db"), {}))


def test_a_journal_left_by_a_killed_writer(sqlite: Address, batch: Batch) -> None:
    """Half a transaction that has reached the file is rolled back by whoever opens it next."""
    with Store.open(sqlite) as store:
        saved = store.append(take(store, batch, "d00", A), [Change("note")], A)
    assert sqlite.file is not None
    program = (
        "import os, signal, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('PRAGMA synchronous = EXTRA')\n"
        "connection.execute('PRAGMA cache_size = 2')\n"  # pages are written into the file before the commit
        "connection.execute('BEGIN IMMEDIATE')\n"
        "connection.execute('UPDATE assignment SET revision = 4000')\n"
        "for i in range(3, 4000):\n"
        "    row = (1, i, 'note', 'x' * 500, 'in_progress', 0, 0, 'A', 's', str(i))\n"
        "    connection.execute('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', row)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    before = sqlite.file.stat().st_size
    ran = subprocess.run([sys.executable, "-c", program, sqlite.file], check=False)
    assert ran.returncode == -9
    assert sqlite.file.stat().st_size > before
    assert sqlite.file.with_name("work.db-journal").stat().st_size > 0
    with Store.open(sqlite, make=False) as store:
        assert store.assignments("pilot") == (saved,)
        assert len(store.events(saved)) == 2
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


# --- PostgreSQL


@pytest.mark.parametrize(
    ("database", "login", "said"),
    [
        ("nowhere", "wb", 'database "nowhere" does not exist'),
        ("postgres", "locked:wr%40ng", "authentication failed"),
        ("postgres", "nobody:wr%40ng", 'role "nobody" does not exist'),
    ],
)
def test_a_server_that_refuses(server: Server, database: str, login: str, said: str) -> None:
    """The server's reason is given, the password is not."""
    with pytest.raises(StoreFailure) as caught:
        Store.open(url_address(server, database, login))
    assert caught.value.kind == "out_of_reach"
    assert said in str(caught.value)
    assert "wr@ng" not in str(caught.value)
    assert "wr%40ng" not in str(caught.value)


def test_a_password_with_everything_in_it(server: Server) -> None:
    """It reaches the server when it is written as URLs are."""
    from urllib.parse import quote

    address = url_address(server, server.make_database(), f"locked:{quote(LOCKED_PASSWORD, safe='')}")
    assert LOCKED_PASSWORD in address.secrets
    Store.open(address).close()


def test_no_server() -> None:
    """Nobody listens there."""
    with pytest.raises(StoreFailure) as caught:
        Store.open(find_address(Path(), "postgresql://wb:s3cret@127.0.0.1:1/db", {}))
    assert caught.value.kind == "out_of_reach"
    assert "check that the file or the server is there" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the extra."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(EnvironmentFailure, match=r"pip install 'cppcc-workbench\[postgres\]'"):
        Store.open(find_address(Path(), "postgresql://h/db", {}))


def test_a_database_that_may_only_be_read(postgresql: Address, batch: Batch) -> None:
    """A server in read-only mode, as one is after a fail-over."""
    address = postgresql
    with Store.open(address) as store:
        begun = take(store, batch, "d00", A)
    database = address.url.database if address.url else ""
    execute(address, f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    with Store.open(address) as store:
        failing(store, begun, "read_only", "the role's rights")


def test_a_server_that_does_not_wait_for_the_disk(batch: Batch) -> None:
    """synchronous_commit is turned on again for our connections, fsync = off is refused."""
    with running_server() as own:
        address = url_address(own, own.make_database())
        execute(address, "ALTER SYSTEM SET synchronous_commit = off")
        execute(address, "SELECT pg_reload_conf()")
        with Store.open(address) as store, store.writing() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        execute(address, "ALTER SYSTEM SET fsync = off")
        own.stop()
        own.start()
        with pytest.raises(StoreFailure, match="would not outlive a crash of the machine: fsync = off"):
            Store.open(address)


def test_a_server_that_goes_down_and_comes_back(batch: Batch) -> None:
    """Changes fail while it is away, and the same change can be saved when it is back; kill -9 loses nothing."""
    with running_server() as own, Store.open(url_address(own, own.make_database())) as store:
        begun = take(store, batch, "d00", A)
        for down in (own.stop, own.kill):
            begun = store.append(begun, [Change("note")], A)
            down()
            change = Change("note")
            for call in (lambda: store.append(begun, [change], A), lambda: store.events(begun)):  # noqa: B023
                with pytest.raises(StoreFailure) as caught:
                    call()
                assert caught.value.kind == "out_of_reach"
            own.start()
            begun = store.append(begun, [change], A)
        own.stop()
        own.start()
        begun = store.append(begun, [Change("note")], A)  # nobody has noticed that it was away
        assert len(store.events(begun)) == begun.revision == 6


def test_a_full_disk_under_a_server(server: Server, batch: Batch) -> None:
    """The server's own word for it."""
    with small_disk("24m") as folder:
        place = folder / "place"
        place.mkdir()
        if os.geteuid() == 0:
            shutil.chown(place, "postgres", "postgres")
        name = server.make_database()
        execute(url_address(server, "postgres"), f"CREATE TABLESPACE {name} LOCATION '{place}'")
        execute(url_address(server, "postgres"), f"ALTER DATABASE {name} SET TABLESPACE {name}")
        address = url_address(server, name)
        try:
            with Store.open(address) as store:
                failing(store, take(store, batch, "d00", A), "full", "make room", size=200_000)
        finally:
            execute(url_address(server, "postgres"), f"DROP DATABASE {name} WITH (FORCE)")
            execute(url_address(server, "postgres"), f"DROP TABLESPACE {name}")


def test_a_transaction_that_is_broken_off(postgresql: Address, batch: Batch) -> None:
    """A connection that is cut before its commit leaves nothing behind, and the change can be tried again."""
    address = postgresql
    with Store.open(address) as store:
        begun = take(store, batch, "d00", A)

        def break_off() -> None:
            with store.writing() as connection:
                connection.exec_driver_sql("UPDATE assignment SET revision = 9")
                pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
                execute(address, f"SELECT pg_terminate_backend({pid})")

        with pytest.raises(StoreFailure) as caught:
            break_off()
        assert caught.value.kind == "out_of_reach"
        assert store.append(begun, [Change("note")], A).revision == 2


def test_other_tables_in_sight(server: Server) -> None:
    """The way out of a shared database: a schema of one's own in the search path."""
    database = server.make_database()
    with closing(server.connect(database)) as connection:
        connection.execute("CREATE TABLE users (name TEXT)")
        connection.execute("CREATE SCHEMA work")
        url = f"{server.url(database)}&options=-c%20search_path%3Dwork"
        with Store.open(find_address(Path(), url, {})) as store:
            assert store.assignments("pilot") == ()
        found = connection.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'event'").fetchall()
    assert found == [("work",)]
