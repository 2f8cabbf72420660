"""The migrations make what the tables say, whole or not at all, and keep every row."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Inspector, inspect

from tests.annotation.conftest import A
from workbench.annotation.store import Address, Change, Store, StoreFailure, tables, take
from workbench.annotation.store.engines import make_engine
from workbench.annotation.store.opening import MIGRATIONS, upgrade
from workbench.corpus.tasks import Batch


@contextmanager
def migrating(address: Address) -> Iterator[Connection]:
    if address.file is not None:
        address.file.touch()
    engine = make_engine(address, "migrate")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def layout(inspector: Inspector) -> dict[str, Any]:
    """Everything that the database says of our tables."""

    def plain(found: Any) -> list[str]:
        return sorted(repr(sorted((key, str(value)) for key, value in one.items())) for one in found)

    return {
        name: {
            "columns": plain(inspector.get_columns(name)),
            "key": plain([inspector.get_pk_constraint(name)]),
            "foreign": plain(inspector.get_foreign_keys(name)),
            "unique": plain(inspector.get_unique_constraints(name)),
            "checks": plain(inspector.get_check_constraints(name)),
            "indexes": plain(inspector.get_indexes(name)),
        }
        for name in inspector.get_table_names()
        if name != tables.VERSION_TABLE
    }


def test_the_migrations_make_what_the_tables_say(address: Address) -> None:
    """From scratch: alembic sees no difference, and neither does the database, checks included."""
    with migrating(address) as connection:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"version_table": tables.VERSION_TABLE})
        assert compare_metadata(context, tables.metadata) == []
        migrated = layout(inspect(connection))
        tables.metadata.drop_all(connection)
        tables.metadata.create_all(connection)
        assert migrated == layout(inspect(connection))
    assert set(migrated) == set(tables.metadata.tables)
    assert len(migrated["event"]["checks"]) == 3


def test_the_version_is_the_last_migration() -> None:
    """There is one last step, and the tables name it; states that the database allows are the program's."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [tables.VERSION]
    from workbench.annotation.store import State

    checks = [str(one.sqltext) for one in tables.event.constraints if hasattr(one, "sqltext")]  # type: ignore[attr-defined]
    [states] = [check for check in checks if check.startswith("state")]
    assert states == f"state IN ({', '.join(repr(state.value) for state in State)})"


LATER = '''
"""Rebuilds a table that another refers to."""
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("assignment") as batch:
        batch.add_column(sa.Column("priority", sa.Integer, nullable=False, server_default="0"))
        batch.create_check_constraint(op.f("ck_assignment_priority"), "priority >= 0")
    {then}
'''


@pytest.fixture
def later(tmp_path: Path) -> Path:
    """The migrations, in a folder with a name that configuration files cannot hold, with one step more."""
    scripts = Path(shutil.copytree(MIGRATIONS, tmp_path / "50% 迁移" / "migrations"))
    (scripts / "versions" / "r0002.py").write_text(LATER.format(then=""), encoding="utf-8")
    return scripts


def test_a_later_step_keeps_every_row(store: Store, batch: Batch, later: Path) -> None:
    """A table that is rebuilt keeps its rows, those that refer to it, and its constraints."""
    saved = store.append(take(store, batch, "d00", A), [Change("note", {"text": "政协"})] * 3, A)
    events = store.events(saved)
    with migrating(store.address) as connection:
        upgrade(connection, later)
        assert {"revision", "priority"} <= {column["name"] for column in inspect(connection).get_columns("assignment")}
        assert len(inspect(connection).get_check_constraints("assignment")) == 3
        if store.address.file is not None:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert store.events(saved) == events
    assert store.assignments("pilot") == (saved,)
    assert store.append(saved, [Change("note")], A).revision == 5


def test_a_step_that_fails_changes_nothing(store: Store, batch: Batch, later: Path) -> None:
    """The step before it is taken back too: the store stays at the version it had."""
    saved = take(store, batch, "d00", A)
    broken = LATER.format(then='op.execute("SELECT nothing FROM nowhere")')
    (later / "versions" / "r0002.py").write_text(broken, encoding="utf-8")
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError), migrating(store.address) as connection:
        upgrade(connection, later)
    with Store.open(store.address, make=False) as again:
        assert again.assignments("pilot") == (saved,)
        with again.reading() as connection:
            assert "priority" not in {column["name"] for column in inspect(connection).get_columns("assignment")}


def test_many_programs_may_make_the_store_at_once(address: Address) -> None:
    """All of them open the same store, and none fails."""
    program = (
        "import sys; from pathlib import Path; from workbench.annotation.store import *\n"
        "address = find_address(Path(), sys.argv[1], {})\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with Store.open(address, wait=20) as store: print(store.assignments('pilot'))"
    )
    where = str(address.file) if address.url is None else address.url.render_as_string(hide_password=False)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        out, error = one.communicate(timeout=60)
        assert (one.returncode, out) == (0, "()\n"), error


def test_a_store_that_cannot_be_made_is_not_half_made(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure in the middle of the first migration leaves an empty database, which is no store yet."""
    import alembic.op

    def fail(*_: object, **__: object) -> None:
        raise StoreFailure("x", "full", "y")

    monkeypatch.setattr(alembic.op, "create_index", fail)
    with pytest.raises(StoreFailure):
        Store.open(address)
    monkeypatch.undo()
    from workbench.annotation.store import NoStore

    with pytest.raises(NoStore):
        Store.open(address, make=False)
    Store.open(address).close()
