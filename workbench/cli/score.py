"""workbench score: one line to a number."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import scoring_options as options
from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from workbench.scoring.collection import Source
    from workbench.scoring.gates import Limit
    from workbench.scoring.measures import Measure
    from workbench.scoring.score import Score
    from workbench.scoring.selection import Selection


def score(
    gold: options.Gold,
    predicted: options.Predicted,
    schema: options.Schema = None,
    types: options.Types = None,
    layers: options.Layers = None,
    documents: options.Documents = None,
    measure: options.Measures = None,
    duplicates: options.Duplicates = "spurious",
    unknown_labels: options.UnknownLabels = "spurious",
    missing_documents: options.MissingDocuments = "error",
    optional: options.Optional = "ignore",
    seed: options.Seed = 12345,
    fail_under: options.FailUnder = None,
    errors: Annotated[
        Path | None, typer.Option("--errors", help="Also write one JSON line for each item, with its category.")
    ] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="DOC[:ITEM]", help="Show a document, or one item, in context.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure predictions against gold.

    Entities, relations and events, with the counts behind every number and intervals over documents. --schema none
    scores any label set. --measure all prints every measure there is.

    \b
    Example: workbench score tasks/pilot/annotations/A tasks/pilot/predictions/rules
             workbench score gold.jsonl predicted.jsonl --measure 'entity_f1(match=iou,threshold=0.5)'
             workbench score gold.jsonl predicted.jsonl --explain d1
             workbench score gold.jsonl predicted.jsonl --errors errors.jsonl
             workbench score gold.jsonl predicted.jsonl --fail-under 'entity_f1(match=strict)=0.80'
    """
    from workbench.cli.output import print_json
    from workbench.core.errors import UsageMistake
    from workbench.core.files import write_text
    from workbench.scoring.errors.lines import ErrorLines
    from workbench.scoring.gates import parse_limits
    from workbench.scoring.report import to_json
    from workbench.scoring.resampling import Settings
    from workbench.scoring.score import score_sources, usual_measures

    limits = parse_limits(fail_under or [])
    wanted = options.measures_of(measure or [])
    selection = options.selection_of(
        options.schema_of_gold(schema, gold),
        (types, layers, documents),
        duplicates=duplicates,
        unknown_labels=unknown_labels,
        missing_documents=missing_documents,
        optional_mentions=optional,
    )
    options.refuse_overwriting(errors, gold, predicted)
    sources = options.sources(selection, gold, predicted)
    if explain is not None:
        if errors is not None or limits or wanted or as_json:
            raise UsageMistake("--explain shows one document and measures nothing; leave the other options out")
        print(_explained(sources, selection, explain))
        return
    items = ErrorLines() if errors is not None else None
    counted = (*usual_measures(selection), *wanted, *(limit.measure for limit in limits))
    made = score_sources(sources[0], sources[1], selection, counted, items.observe if items is not None else None)
    result = to_json(made, wanted, Settings(seed=seed))
    if as_json:
        print_json(result)
    else:
        _print_tables(result, wanted)
    if items is not None and errors is not None:
        write_text(errors, items.content())
    _hold(limits, predicted.name, made)


def _hold(limits: Sequence[Limit], system: str, made: Score) -> None:
    """Hold the score against limits.

    Raises:
        FaultyData: a measure is under its limit; all of them.
    """
    from workbench.core.errors import FaultyData
    from workbench.scoring.gates import limit_faults

    faults = limit_faults(limits, {system: made})
    if faults:
        raise FaultyData(faults)


def _print_tables(result: Mapping[str, Any], wanted: Sequence[Measure]) -> None:
    from workbench.cli.output import print_table
    from workbench.scoring.report import group_rows, measure_rows, overall_rows

    columns = ("precision", "recall", "F1", "95 %", "correct", "possible", "actual")
    print_table(("measure", *columns), overall_rows(result))
    if wanted:
        print()
        print_table(("measure", "value", "95 %", ""), measure_rows(result, wanted))
    print()
    plain = (*columns[:3], *columns[4:])
    print_table(("entities strict", *plain), ((*row[:4], *row[5:]) for row in group_rows(result, "by_type", "strict")))
    print()
    for line in options.footnotes({"": result}):
        print(line)


def _explained(sources: Sequence[Source], selection: Selection, place: str) -> str:
    """One document or item in context."""
    import shutil

    from workbench.scoring.collection import compare_collections
    from workbench.scoring.errors.explain import explain

    doc_id, item = _place(place, dict.fromkeys((*sources[0].doc_ids, *sources[1].doc_ids)))
    (compared,) = compare_collections(sources[0], sources[1], selection.for_document(doc_id))
    return explain(compared, item, shutil.get_terminal_size((100, 24)).columns)


def _place(place: str, doc_ids: Collection[str]) -> tuple[str, str | None]:
    """Document and item of DOC[:ITEM]; ids of documents may hold colons, and a beginning that only one has will do.

    Raises:
        UsageMistake: no document, or several, begin like this.
    """
    from workbench.core.errors import UsageMistake, nearest

    whole = [doc_id for doc_id in doc_ids if place == doc_id or place.startswith(f"{doc_id}:")]
    if whole:
        doc_id = max(whole, key=len)
        return doc_id, place[len(doc_id) + 1 :] or None
    beginning, _, item = place.partition(":")
    fitting = [doc_id for doc_id in doc_ids if beginning and doc_id.startswith(beginning)]
    if len(fitting) != 1:
        reason = nearest(beginning, doc_ids) if not fitting else f"; several begin so: {', '.join(sorted(fitting)[:8])}"
        raise UsageMistake(f"no document {beginning!r}{reason}")
    return fitting[0], item or None
