"""workbench check: is what was annotated legal for its schema and its text?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.options import AsJson
from workbench.core.errors import ExitCode

if TYPE_CHECKING:
    from workbench.corpus.checking import Checked


def check(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A batch, an author's folder, an annotation file, or JSON lines.")
    ],
    schema: Annotated[
        str | None, typer.Option("--schema", help="Schema to check against; by default the batch's own.")
    ] = None,
    warnings: Annotated[bool, typer.Option("--warnings", help="List every warning, not one of each kind.")] = False,
    as_json: AsJson = False,
) -> None:
    """List every fault and doubt of annotations.

    Exits with 1 when there is a fault; doubts are warnings.

    \b
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
            for line in _lines(one, warnings):
                print(line)
        columns = ("checked", "documents", "entities", "relations", "frames", "errors", "warnings")
        print_table(
            columns,
            ((str(one.source), *(str(getattr(one, column)) for column in columns[1:])) for one in checked),
        )
    if any(one.errors for one in checked):
        raise typer.Exit(ExitCode.FAULTY)


def _lines(checked: Checked, all_warnings: bool) -> Iterator[str]:
    """Faults in the order of the files; of the warnings of one rule only the first, with the number of the others."""
    kinds = Counter(fault.rule for fault in checked.faults if fault.severity == "warning")
    for fault in checked.faults:
        if fault.severity == "error" or all_warnings:
            yield f"{fault.severity}: {fault} ({fault.rule})"
        elif fault.rule in kinds:
            others = kinds.pop(fault.rule) - 1
            more = f"; {others} more like this, listed by --warnings" if others else ""
            yield f"warning: {fault} ({fault.rule}){more}"
