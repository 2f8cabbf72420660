"""workbench import: annotations made elsewhere become an author's files in a batch."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.options import PROJECT, BatchName


class OffsetBasis(StrEnum):
    """The text that the file's offsets count in."""

    raw = "raw"
    clean = "clean"


def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON lines, one document per line.")],
    batch: BatchName,
    author: Annotated[str, typer.Option("--as", help="Name of the author the annotations belong to.")],
    offsets: Annotated[
        OffsetBasis, typer.Option("--offsets", help="Whether offsets count in the raw report or in its clean text.")
    ] = OffsetBasis.clean,
    replace: Annotated[bool, typer.Option("--replace", help="Write over this author's other annotations.")] = False,
) -> None:
    """Bring annotations made elsewhere into a batch.

    They become tasks/BATCH/annotations/AUTHOR; every slice is verified, and it is all of a file or nothing.

    Zones that differ from the batch's are listed and kept with the annotation.

    \b
    Example: workbench import tasks/pilot/received/A.jsonl --batch pilot --as A --offsets raw
    """
    from workbench.cli.output import print_table, talk
    from workbench.core.schema import open_schema
    from workbench.corpus.importing import import_annotations, publish
    from workbench.corpus.tasks import Batch

    into = Batch.open(PROJECT, batch)
    imported = import_annotations(file, into, author, open_schema(into.schema_name), offsets.value)
    publish(imported, into, replace)
    print_table(
        ("document", "entities", "relations", "frames", "warnings"),
        (
            (
                item.annotation.doc_id,
                str(len(item.annotation.entities)),
                str(len(item.annotation.relations)),
                str(len(item.annotation.frames)),
                str(len(item.warnings)),
            )
            for item in imported
        ),
    )
    for item in imported:
        for difference in item.zone_differences:
            where = f"{item.annotation.doc_id} [{difference.span.start}, {difference.span.end})"
            text = " ".join(difference.text.split())
            shown = text if len(text) <= 30 else f"{text[:29]}…"
            theirs, ours = difference.received or "open", difference.ours or "open"
            talk(f"zone differs: {where} {theirs} in {file.name}, {ours} here: {shown}")
