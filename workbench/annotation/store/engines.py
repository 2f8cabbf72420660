"""Connections whose commits last: a rollback journal with synchronous EXTRA (SQLite), synchronous commit (PostgreSQL).

SQLite: WAL would need a library newer than many systems have, FULL does not make the removal of the journal last, and
a transaction that begins as a reader cannot wait its turn to write. So writers begin as writers, and readers have an
engine of their own that never queues behind them.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, NullPool, create_engine, event

from workbench.annotation.store.address import Address
from workbench.annotation.store.failures import StoreFailure
from workbench.core.errors import EnvironmentFailure

Access = Literal["read", "write", "migrate"]
"""What an engine is for; `migrate` writes without checking foreign keys, which rebuilding a table would break."""

WAIT = 5.0
"""Seconds to wait for another program's transaction, or for a server to answer."""

_IDLE_LIMIT = "30s"  # a client that stops in a transaction, say a sleeping laptop, must not keep others from writing


def make_engine(address: Address, access: Access, wait: float = WAIT) -> Engine:
    """An engine for one kind of access; nothing is connected yet. The database must exist.

    Raises:
        EnvironmentFailure: the driver for PostgreSQL is not installed.
    """
    if address.file is not None:
        return _sqlite_engine(address.file, access, wait)
    return _postgresql_engine(address, access, wait)


def _sqlite_engine(file: Path, access: Access, wait: float) -> Engine:
    begin = "BEGIN" if access == "read" else "BEGIN IMMEDIATE"
    # a new connection for each transaction: a file that was moved away is missed at once, not written to unseen
    engine = create_engine("sqlite://", creator=lambda: connect_sqlite(file, access, wait), poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def connect_sqlite(file: Path, access: Access, wait: float = WAIT) -> sqlite3.Connection:
    """Connect to an existing SQLite file; transactions begin and end by statements only.

    Raises:
        sqlite3.Error: there is no such file, or it cannot be used.
    """
    connection = sqlite3.connect(
        f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=wait, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute(f"PRAGMA foreign_keys = {'OFF' if access == 'migrate' else 'ON'}")
        connection.execute(f"PRAGMA query_only = {'ON' if access == 'read' else 'OFF'}")
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _postgresql_engine(address: Address, access: Access, wait: float) -> Engine:
    if address.url is None:
        raise ValueError("an address has a file or a URL")
    limits = {"connect_timeout": str(max(2, round(wait))), "tcp_user_timeout": "10000", "application_name": "workbench"}
    try:
        engine = create_engine(
            address.url,
            # the snapshot that a SQLite reader has; a writer must see what was committed while it waited
            isolation_level="REPEATABLE READ" if access == "read" else "READ COMMITTED",
            pool_size=1,
            max_overflow=4,
            pool_pre_ping=True,
            pool_timeout=wait,
            connect_args={name: value for name, value in limits.items() if name not in address.url.query},
        )
    except ModuleNotFoundError:
        raise EnvironmentFailure(
            f"{address.label}: the driver for PostgreSQL is missing; pip install 'cppcc-workbench[postgres]'"
        ) from None

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: object) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
            )
            cursor.execute(f"SET lock_timeout = {round(wait * 1000)}")
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_LIMIT}'")
        connection.autocommit = False

    return engine.execution_options(postgresql_readonly=True) if access == "read" else engine


def hold_alone(connection: Connection) -> None:
    """Keep everybody else from opening the store until the transaction ends; SQLite's writers are alone anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7013200520010001)")


def check_durable(connection: Connection, address: Address) -> None:
    """See that commits last here.

    Raises:
        StoreFailure: they would not.
    """
    if connection.dialect.name == "sqlite":
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
        durable = found == {"journal_mode": "delete", "synchronous": 3}
    else:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("fsync", "synchronous_commit")}
        durable = found["fsync"] == "on" and found["synchronous_commit"] not in ("off", "local")
    if not durable:
        settings = ", ".join(f"{name} = {value}" for name, value in found.items())
        raise StoreFailure(address.label, "refused", f"saved work would not outlive a crash of the machine: {settings}")
