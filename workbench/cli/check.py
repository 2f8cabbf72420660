"""workbench check: is what was annotated legal for its schema and its text?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import AsJson
from workbench.core.errors import ExitCode


def check(
    path: Annotated[Path, typer.Argument(help="A batch, one author's folder, an annotation file, or JSON lines.")],
    schema: Annotated[
        str | None, typer.Option("--schema", help="Schema to check against; by default the batch's own.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every fault and doubt of the annotations at PATH; exit with 1 when there is a fault.

    Example: workbench check tasks/pilot
    """
    from workbench.cli.output import print_json, print_table
    from workbench.core.schema import open_schema
    from workbench.corpus.checking import check_path
    from workbench.corpus.reading import schema_of

    checked = check_path(path, open_schema(schema or schema_of(path)))
    if as_json:
        faults = [{**fault._asdict(), "source": str(fault.source)} for one in checked for fault in one.faults]
        print_json({"errors": sum(one.errors for one in checked), "faults": faults})
    else:
        for one in checked:
            for fault in one.faults:
                print(f"{fault.severity}: {fault} ({fault.rule})")
        print_table(
            ("checked", "documents", "entities", "relations", "frames", "errors", "warnings"),
            ((str(one.source), *(str(count) for count in (*one[1:5], one.errors, one.warnings))) for one in checked),
        )
    if any(one.errors for one in checked):
        raise typer.Exit(ExitCode.FAULTY)
