"""Bringing a database to the present layout, and refusing those that are not ours or newer than this program."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, inspect, select, table

from workbench.annotation.store.address import Address
from workbench.annotation.store.engines import WAIT, check_durable, hold_alone, make_engine
from workbench.annotation.store.failures import NoStore, explained
from workbench.annotation.store.tables import VERSION, VERSION_TABLE
from workbench.core.errors import EnvironmentFailure, UsageMistake

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
"""The alembic scripts."""


def prepare(address: Address, make: bool, wait: float = WAIT) -> None:
    """See that the database at an address is a store of the present layout; older ones are brought up, whole or not.

    With `make`, a missing or empty database becomes a store.

    Raises:
        NoStore: there is none, and none is to be made.
        UsageMistake: the database belongs to something else, or the path is a folder.
        EnvironmentFailure: it was made by a later version of this program; its folder cannot be made.
        StoreFailure: it cannot be read, written or made durable.
    """
    if address.file is not None:
        _prepare_file(address, address.file, make)
    reader = make_engine(address, "read", wait)
    try:
        with explained(address), reader.connect() as connection:
            check_durable(connection, address)
            version = _version(connection, address)
    finally:
        reader.dispose()
    if version is None and not make:
        raise NoStore(address)
    if version != VERSION:
        writer = make_engine(address, "migrate", wait)
        try:
            _bring_up(writer, address)
        finally:
            writer.dispose()


def _prepare_file(address: Address, file: Path, make: bool) -> None:
    try:
        if file.is_dir():
            raise UsageMistake(f"{file}: a folder, where the file of a store is needed")
        if file.exists():
            return
        if not make:
            raise NoStore(address)
        make_folder(file.parent)
        file.touch()
        sync(file.parent)
    except OSError as error:
        raise EnvironmentFailure(f"{file}: no store can be made there ({error.strerror})") from None


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, so that what is kept in it is found after a crash of the machine.

    Raises:
        OSError: it cannot be made.
    """
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in new:
        sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the list of files of a folder, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _bring_up(engine: Engine, address: Address) -> None:
    with explained(address), engine.begin() as connection:
        hold_alone(connection)
        version = _version(connection, address)  # anew: somebody else may have brought it up meanwhile
        if version == VERSION:
            return
        if version is not None and version not in _known_versions():
            raise EnvironmentFailure(
                f"{address.label}: made by a later version of the workbench (its layout is {version}, this program's "
                f"{VERSION}); update this program: pip install -U cppcc-workbench"
            )
        upgrade(connection)


def _version(connection: Connection, address: Address) -> str | None:
    """The layout a database has; None when it has none yet."""
    names = sorted(inspect(connection).get_table_names())
    if VERSION_TABLE in names:
        present = connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
        return None if present is None else str(present)
    if names:
        raise UsageMistake(
            f"{address.label}: a database of something else (it has the table {names[0]}); give the store one of its "
            "own with --store or WORKBENCH_STORE"
        )
    return None


def upgrade(connection: Connection, scripts: Path = MIGRATIONS) -> None:
    """Run all migrations that a database lacks, inside the transaction that the connection is in."""
    from alembic import command

    config = _config(scripts)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _known_versions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config(MIGRATIONS)).walk_revisions()}


def _config(scripts: Path) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config
