"""workbench extract: run an extractor over a batch and keep its predictions."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli.options import PROJECT, AsJson, BatchName


def extract(
    extractor: Annotated[str, typer.Argument(metavar="EXTRACTOR", help="Name of the extractor, such as rules.")],
    batch: BatchName,
    as_json: AsJson = False,
) -> None:
    """Run an extractor and keep its predictions.

    They become tasks/BATCH/predictions/EXTRACTOR, one file per document.

    \b
    Example: workbench extract rules --batch pilot
    """
    from workbench.cli.output import print_json, print_table
    from workbench.core.records import Annotation
    from workbench.core.schema import open_schema
    from workbench.corpus.tasks import Batch
    from workbench.extractors.base import open_extractor
    from workbench.extractors.run import run
    from workbench.formats import native

    into = Batch.open(PROJECT, batch)
    program = open_extractor(extractor)
    annotations: list[Annotation] = []
    extracted = run(program, into.documents(), open_schema(into.schema_name), annotations.append)
    for annotation in annotations:
        native.write(into.prediction_file(program.name, annotation.doc_id), annotation)
    if as_json:
        print_json([one._asdict() for one in extracted])
        return
    print_table(
        ("document", "entities", "relations", "frames"),
        ((one.doc_id, str(one.entities), str(one.relations), str(one.frames)) for one in extracted),
    )
