"""workbench score: one line to a number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import AsJson

Source = "a folder of annotation files, one such file, or JSON lines"


def score(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help=f"The reference: {Source}.")],
    predicted: Annotated[Path, typer.Argument(metavar="PREDICTED", help=f"What is measured: {Source}.")],
    schema: Annotated[
        str | None,
        typer.Option("--schema", help="Schema by name or path, or none; by default that of GOLD's batch."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure predictions against gold.

    Entities, relations and events, with the counts behind every number. --schema none scores any label set.

    \b
    Example: workbench score tasks/pilot/annotations/A tasks/pilot/predictions/rules
    """
    from workbench.cli.output import print_json, print_table
    from workbench.core.schema import open_schema
    from workbench.corpus.reading import read_annotated, schema_of
    from workbench.scoring.report import overall_rows, to_json, type_rows
    from workbench.scoring.score import score as score_collection

    known = None if schema == "none" else open_schema(schema or schema_of(gold))
    result = score_collection(read_annotated(gold, known), read_annotated(predicted, known), known)
    if as_json:
        print_json(to_json(result))
        return
    columns = ("precision", "recall", "F1", "correct", "possible", "actual")
    print_table(("measure", *columns), overall_rows(result))
    print()
    print_table(("entities strict", *columns), type_rows(result))
    print(f"\n{result.signature}")
