"""workbench backup: a verified copy of the work in progress."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import PROJECT, AsJson, StoreAddress


def backup(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="The copy; by default .workbench/backups/ and the time."),
    ] = None,
    store: StoreAddress = None,
    as_json: AsJson = False,
) -> None:
    """Copy the work in progress, while others go on.

    The copy is verified before it gets its name, and never replaces a file. Of a PostgreSQL store it is an archive of
    pg_dump. Says on stderr how to restore it.

    \b
    Example: workbench backup
             workbench backup --to /media/stick/work.db
    """
    from workbench.annotation.store import Store, find_address
    from workbench.annotation.store.backup import back_up, default_target
    from workbench.cli.output import print_json, print_table, talk

    address = find_address(PROJECT, store)
    with Store.open(address, make=False) as present:
        made = back_up(present, to or default_target(PROJECT, address))
    if as_json:
        print_json({**made._asdict(), "path": str(made.path), "store": address.label})
    else:
        print_table(made._fields, [tuple(str(cell) for cell in made)])
    if address.file is not None:
        talk(f"to restore it while nobody works: rm -f {address.file}-journal; cp {made.path} {address.file}")
    else:
        talk(f"to restore it while nobody works: pg_restore --clean --if-exists --no-owner --dbname=URL {made.path}")
