"""Options that several verbs share, so that one word means one thing everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

BatchName = Annotated[str, typer.Option("--batch", help="Name of the batch: the folder below tasks/.")]
SchemaName = Annotated[
    str, typer.Option("--schema", help="An installed schema by name, or the path of a schema folder or file.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]

PROJECT = Path()
"""Where tasks/ is looked for and made: the folder the program is run in."""
