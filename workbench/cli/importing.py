"""workbench import: annotations made elsewhere become an author's files in a batch."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import PROJECT, AsJson, BatchName

if TYPE_CHECKING:
    from workbench.corpus.importing import ImportedDocument


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
    as_json: AsJson = False,
    replace: Annotated[bool, typer.Option("--replace", help="Write over this author's other annotations.")] = False,
) -> None:
    """Bring annotations made elsewhere into a batch.

    They become tasks/BATCH/annotations/AUTHOR; every slice is verified, and it is all of a file or nothing.

    Zones that differ from the batch's are listed and kept with the annotation.

    \b
    Example: workbench import tasks/pilot/received/A.jsonl --batch pilot --as A --offsets raw
    """
    from workbench.cli.output import print_json, print_table, talk
    from workbench.core.schema import open_schema
    from workbench.corpus.importing import import_annotations, publish
    from workbench.corpus.tasks import Batch

    into = Batch.open(PROJECT, batch)
    imported = import_annotations(file, into, author, open_schema(into.schema_name), offsets.value)
    publish(imported, into, replace)
    if as_json:
        print_json([_summary(item) for item in imported])
        return
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


def _summary(item: ImportedDocument) -> dict[str, Any]:
    """What came in for one document, with its warnings and zone differences."""
    annotation = item.annotation
    return {
        "doc_id": annotation.doc_id,
        "entities": len(annotation.entities),
        "relations": len(annotation.relations),
        "frames": len(annotation.frames),
        "warnings": [str(warning) for warning in item.warnings],
        "zone_differences": [difference._asdict() for difference in item.zone_differences],
    }
