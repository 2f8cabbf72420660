"""Options that several verbs share, so that one word means one thing everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.corpus.tasks import Batch

BatchName = Annotated[str, typer.Option("--batch", help="Name of the batch: the folder below tasks/.")]
SchemaName = Annotated[
    str, typer.Option("--schema", help="An installed schema by name, or the path of a schema folder or file.")
]
StoreAddress = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Where work in progress is: a PostgreSQL URL or a SQLite file; by default WORKBENCH_STORE, else "
        ".workbench/work.db.",
    ),
]
BatchArgument = Annotated[str, typer.Argument(metavar="BATCH", help="Name of a batch, or its folder tasks/NAME.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

PROJECT = Path()
"""Where tasks/ is looked for and made: the folder the program is run in."""


def open_batch(batch: str) -> Batch:
    """The batch that BATCH means: a name below tasks/, or the path of its folder.

    Raises:
        UsageMistake: there is no such batch.
        FaultyData: its settings have faults.
    """
    from workbench.corpus.tasks import BATCH_FILE, Batch

    path = Path(batch)
    return Batch.at(path) if path.name != batch or (path / BATCH_FILE).is_file() else Batch.open(PROJECT, batch)
