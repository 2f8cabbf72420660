"""What goes wrong with a database, in the words of the house."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from workbench.annotation.store.address import Address
from workbench.core.errors import EnvironmentFailure, UsageMistake

Kind = Literal["locked", "read_only", "full", "damaged", "out_of_reach", "refused"]
"""What is wrong: `out_of_reach` is a missing file or a server that is away, `refused` is everything else."""

ADVICE: dict[Kind, str] = {
    "locked": "another program is holding the store: try again, or close that program",
    "read_only": "it may not be written: check the permissions of the file and of its folder, or the role's rights",
    "full": "the disk is full: make room where the store is, then try again",
    "damaged": "the database is damaged: put it aside and restore the last copy made by workbench backup",
    "out_of_reach": "it is out of reach: check that the file or the server is there and may be used",
    "refused": "the database refused",
}

_SQLITE: dict[str, Kind] = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_READONLY": "read_only",
    "SQLITE_PERM": "read_only",
    "SQLITE_FULL": "full",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_CANTOPEN": "out_of_reach",
    "SQLITE_IOERR": "out_of_reach",
}

_POSTGRESQL: dict[str, Kind] = {
    "08": "out_of_reach",  # connection exception
    "25006": "read_only",  # read-only transaction
    "25P03": "out_of_reach",  # idle in transaction for too long
    "40": "locked",  # deadlock, serialisation
    "42501": "read_only",  # insufficient privilege
    "53100": "full",
    "53300": "out_of_reach",  # too many connections
    "55P03": "locked",  # lock not available
    "57P": "out_of_reach",  # the server goes down, or is not yet up
    "XX001": "damaged",
    "XX002": "damaged",
}


class StoreFailure(EnvironmentFailure):
    """The store could not be read or written; whatever was being written was not.

    `kind` says why; a change that failed may be appended again as it is.
    """

    def __init__(self, label: str, kind: Kind, detail: str) -> None:
        self.kind = kind
        super().__init__(f"{label}: {ADVICE[kind]} ({detail}); nothing was written")


class NoStore(UsageMistake):
    """There is no store at this address yet."""

    def __init__(self, address: Address) -> None:
        super().__init__(f"{address.label}: no store yet; workbench label makes one")


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn what a driver raises into a `StoreFailure`."""
    try:
        yield
    except DBAPIError as error:
        raise failure(address, error.orig or error) from None
    except sqlite3.Error as error:
        raise failure(address, error) from None
    except PoolTimeoutError:
        raise StoreFailure(address.label, "locked", "all connections of this program are in use") from None


def failure(address: Address, error: BaseException) -> StoreFailure:
    """The failure that a driver's error is, without its SQL and without passwords."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    detail = address.without_password("; ".join(lines)) or type(error).__name__
    return StoreFailure(address.label, _kind(error), detail)


def _kind(error: BaseException) -> Kind:
    name: str = getattr(error, "sqlite_errorname", None) or ""
    if isinstance(error, sqlite3.Error):
        known = [kind for start, kind in _SQLITE.items() if name == start or name.startswith(f"{start}_")]
        return known[0] if known else "refused"
    state: str | None = getattr(error, "sqlstate", None)
    if state is None:  # libpq has no state for what happens before a server answers, and when it falls silent
        return "out_of_reach"
    known = [kind for start, kind in _POSTGRESQL.items() if state.startswith(start)]
    return known[0] if known else "refused"
