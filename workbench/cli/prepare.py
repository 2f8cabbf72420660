"""workbench prepare: raw reports become documents that can be annotated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from workbench import DEFAULT_SCHEMA
from workbench.cli.options import PROJECT, AsJson, BatchName, SchemaName


def prepare(
    seeds: Annotated[Path, typer.Argument(metavar="SEEDS", help="Folder with the raw reports (*.txt, UTF-8).")],
    batch: BatchName,
    schema: SchemaName = DEFAULT_SCHEMA,
    carry: Annotated[
        bool, typer.Option("--carry", help="Move existing annotations when cleaning changed their text.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Clean raw reports into documents to annotate.

    tasks/BATCH/documents gets text, zones, sentences, and the exact way back to every raw character.

    Running it again changes nothing; new reports are added. A text that has annotations is not changed unless
    --carry moves them.

    \b
    Example: workbench prepare seeds/ --batch pilot
    """
    from workbench.cli.output import print_json, print_table, talk
    from workbench.corpus.preparing import prepare as prepare_batch

    report = prepare_batch(seeds, PROJECT, batch, schema, carry)
    if as_json:
        print_json([one._asdict() for one in report.documents])
        return
    print_table(
        ("document", "status", "raw", "clean", "sentences", "edits", "zones"),
        (
            (
                one.doc_id,
                one.status,
                str(one.raw_length),
                str(one.clean_length),
                str(one.sentences),
                _listed(one.edits),
                _listed(one.zones),
            )
            for one in report.documents
        ),
    )
    talk(f"tasks/{batch}: {len(report.documents)} documents")


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"
