"""Real PostgreSQL servers for tests: a cluster of their own, reached by a unix socket only, gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.machine import require

BINARIES = "usr/lib/postgresql/*/bin"
LOCKED_PASSWORD = "g/h@m:5 é%"  # noqa: S105  # everything that a URL would misread


def memory() -> Path | None:
    """A folder in memory, where there is one: what is tested survives killed processes there, and is not slow."""
    folder = Path("/dev/shm")  # noqa: S108
    return folder if os.access(folder, os.W_OK) else None


class Server:
    """A PostgreSQL server; role `wb` needs no password, role `locked` has LOCKED_PASSWORD."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        # PostgreSQL refuses to run as root
        self._owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            postgres = pwd.getpwnam("postgres")
            os.chown(folder, postgres.pw_uid, postgres.pw_gid)
            self._owner = {"user": postgres.pw_uid, "group": postgres.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        initdb = require("initdb", "postgresql", BINARIES)
        options = ("-U", "wb", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self._run(initdb, "-D", str(self.data), *options)
        rules = self.data / "pg_hba.conf"
        rules.write_text("local all locked scram-sha-256\n" + rules.read_text(encoding="utf-8"), encoding="utf-8")
        self.start()
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE ROLE locked LOGIN SUPERUSER PASSWORD '{LOCKED_PASSWORD}'")

    def _run(self, *command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self._owner)

    def start(self) -> None:
        """Start the server and wait until it answers; it recovers first from whatever stopped it."""
        postgres = require("postgres", "postgresql", BINARIES)
        command = (postgres, "-D", str(self.data), "-k", str(self.folder), "-h", "")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **self._owner)
        for _ in range(600):
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text(encoding="utf-8"))

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(60)
            self._process = None

    def kill(self) -> None:
        """Kill all processes of the server at once, as a crash of the machine would."""
        if self._process is None:
            raise ValueError("not running")
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        self._process.kill()
        self._process.wait(60)
        for child in children:
            try:
                os.kill(int(child), signal.SIGKILL)
            except ProcessLookupError:
                continue
        while any(Path(f"/proc/{child}").exists() for child in children):
            time.sleep(0.02)
        self._process = None

    def connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.folder), user="wb", dbname=database, autocommit=True)

    def make_database(self) -> str:
        """The name of a new, empty database."""
        name = f"t{secrets.token_hex(6)}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name

    def url(self, database: str, login: str = "wb") -> str:
        return f"postgresql://{login}@/{database}?host={self.folder}"


@contextmanager
def running_server() -> Iterator[Server]:
    """A server of one's own; without the program the test is skipped or fails, see `tests.machine`."""
    require("postgres", "postgresql", BINARIES)
    folder = Path(tempfile.mkdtemp(prefix="wb-pg-", dir=memory()))
    server = Server(folder)
    try:
        server.make()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@contextmanager
def sqlite_folder() -> Iterator[Path]:
    """A folder for SQLite files."""
    folder = Path(tempfile.mkdtemp(prefix="wb-sqlite-", dir=memory()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def execute(address: Any, statement: str) -> None:
    """Run a statement behind the store's back."""
    if address.file is not None:
        import sqlite3

        with closing(sqlite3.connect(address.file, isolation_level=None)) as connection:
            connection.execute(statement)
    else:
        url = address.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)
