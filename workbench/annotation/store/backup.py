"""A copy of the store that has been verified before it gets its name."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import URL, Connection, and_, func, or_, select

from workbench.annotation.store import tables
from workbench.annotation.store.address import SECRETS, Address
from workbench.annotation.store.engines import connect_sqlite
from workbench.annotation.store.failures import StoreFailure, failure
from workbench.annotation.store.log import Store
from workbench.annotation.store.opening import make_folder, sync
from workbench.core.errors import EnvironmentFailure, UsageMistake

_CLIENT = "apt-get install -y postgresql-client"


class Backup(NamedTuple):
    """A verified copy: its size in bytes, and how many assignments and events it holds (PostgreSQL: at least)."""

    path: Path
    size: int
    assignments: int
    events: int


def default_target(root: Path, address: Address) -> Path:
    """Where a copy made now is put when nothing else is said: `.workbench/backups/work-<time>.db` (or `.dump`)."""
    ending = "db" if address.file is not None else "dump"
    return root / ".workbench" / "backups" / f"work-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{ending}"


def back_up(store: Store, target: Path) -> Backup:
    """Copy a store while others go on writing to it: a SQLite file, or an archive of pg_dump for pg_restore.

    The copy is verified: on SQLite as a database, and its log by `log_faults`; of an archive the table of contents,
    and the log of the database itself.

    Raises:
        UsageMistake: the target exists already.
        StoreFailure: the store is damaged, or cannot be read.
        EnvironmentFailure: the target cannot be written, or pg_dump is missing or fails; no copy is left behind.
    """
    if target.exists() or target.is_symlink():
        raise UsageMistake(f"{target}: exists already; give another name with --to")
    with _unfinished(target) as copy:
        file = store.address.file
        found = _dump(store, copy) if file is None else _copy_sqlite(store, file, copy)
        sync(copy)
        size = copy.stat().st_size
        os.replace(copy, target)
        sync(target.parent)
    return found._replace(path=target, size=size)


def log_faults(connection: Connection) -> tuple[str, ...]:
    """What contradicts itself in the logs: events missing or too many, or a state that is not the last event's."""
    own, event = tables.assignment.c, tables.event.c
    present = func.count(event.revision)
    gaps = (
        select(own.batch, own.doc_id, own.annotator, own.revision, present.label("events"))
        .join_from(tables.assignment, tables.event, isouter=True)
        .group_by(own.number, own.batch, own.doc_id, own.annotator, own.revision)
        .having(or_(present != own.revision, func.coalesce(func.max(event.revision), 0) != own.revision))
    )
    states = (
        select(own.batch, own.doc_id, own.annotator, own.state, event.state.label("last"))
        .join_from(tables.assignment, tables.event)
        .where(and_(event.revision == own.revision, event.state != own.state))
    )
    found = [
        f"{row.batch} {row.doc_id} by {row.annotator}: {row.events} events at revision {row.revision}"
        for row in connection.execute(gaps)
    ]
    found += [
        f"{row.batch} {row.doc_id} by {row.annotator}: is {row.state}, its last event says {row.last}"
        for row in connection.execute(states)
    ]
    return tuple(sorted(found))


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A new file beside the target, removed again unless it was given the target's name."""
    try:
        make_folder(target.parent)
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        os.close(descriptor)
        copy = Path(name)
        try:
            yield copy
        finally:
            copy.unlink(missing_ok=True)
            Path(f"{name}-journal").unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailure(f"{target}: no copy can be made there ({error.strerror})") from None


def _copy_sqlite(store: Store, file: Path, copy: Path) -> Backup:
    """Copy page by page in one step, then read the whole copy."""
    address = store.address
    try:
        with closing(connect_sqlite(file, "read", store.wait)) as source, closing(sqlite3.connect(copy)) as target:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master")  # from here on nobody commits: the copy never waits
            source.backup(target)
            check = "; ".join(str(row[0]) for row in target.execute("PRAGMA integrity_check(10)"))
    except sqlite3.Error as error:
        wrong = failure(address, error)
        if wrong.kind in ("full", "read_only"):  # a store that is only read has neither fault
            raise EnvironmentFailure(f"{copy.parent}: no copy can be made there ({error})") from None
        raise wrong from None
    if check != "ok":
        raise StoreFailure(address.label, "damaged", check)
    with Store(Address(str(copy), file=copy)) as copied:
        return _verified(copied, address, copy)


def _dump(store: Store, copy: Path) -> Backup:
    """Let pg_dump write an archive, and pg_restore read its table of contents."""
    address = store.address
    if address.url is None:
        raise ValueError("an address has a file or a URL")
    found = _verified(store, address, copy)
    # every user of the machine can read arguments: passwords go through the environment
    environment = {"PGCONNECT_TIMEOUT": "10", **os.environ}
    if address.password:
        environment["PGPASSWORD"] = address.password
    url = address.url.set(drivername="postgresql").difference_update_query(SECRETS)
    shown = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    options = ("--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--file={copy}")
    _run(address, environment, "pg_dump", *options, f"--dbname={shown.render_as_string()}")
    contents = _run(address, environment, "pg_restore", "--list", str(copy))
    missing = [name for name in tables.metadata.tables if not re.search(rf" TABLE DATA \S+ {name} ", contents)]
    if missing:
        raise StoreFailure(address.label, "refused", f"pg_dump left out {', '.join(missing)}")
    return found


def _run(address: Address, environment: Mapping[str, str], *command: str) -> str:
    """What one of PostgreSQL's programs prints."""
    try:
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        raise EnvironmentFailure(f"{command[0]} is missing; install it with: {_CLIENT}") from None
    if ran.returncode:
        said = address.without_password("; ".join(ran.stderr.strip().splitlines()))
        raise EnvironmentFailure(f"{address.label}: {command[0]} failed, and no copy was made: {said}")
    return ran.stdout


def _verified(store: Store, address: Address, copy: Path) -> Backup:
    """Count what a store holds.

    Raises:
        StoreFailure: its logs contradict themselves; `address` is what the message blames.
    """
    with store.reading() as connection:
        faults = log_faults(connection)
        assignments, events = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.assignment, tables.event)
        )
    if faults:
        raise StoreFailure(address.label, "damaged", "; ".join(faults))
    return Backup(copy, 0, assignments, events)
