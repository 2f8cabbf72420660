"""workbench score: one line to a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.cli import scoring_options as options
from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from workbench.scoring.measures import Measure


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
    as_json: AsJson = False,
) -> None:
    """Measure predictions against gold.

    Entities, relations and events, with the counts behind every number and intervals over documents. --schema none
    scores any label set. --measure all prints every measure there is.

    \b
    Example: workbench score tasks/pilot/annotations/A tasks/pilot/predictions/rules
             workbench score gold.jsonl predicted.jsonl --measure 'entity_f1(match=iou,threshold=0.5)'
             workbench score gold.jsonl predicted.jsonl --fail-under 'entity_f1(match=strict)=0.80'
    """
    from workbench.cli.output import print_json
    from workbench.core.errors import FaultyData
    from workbench.scoring.gates import limit_faults, parse_limits
    from workbench.scoring.report import to_json
    from workbench.scoring.resampling import Settings
    from workbench.scoring.score import DEFAULT_MEASURES, score_sources

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
    sources = options.sources(selection, gold, predicted)
    counted = (*DEFAULT_MEASURES, *wanted, *(limit.measure for limit in limits))
    made = score_sources(sources[0], sources[1], selection, counted)
    result = to_json(made, wanted, Settings(seed=seed))
    if as_json:
        print_json(result)
    else:
        _print_tables(result, wanted)
    faults = limit_faults(limits, {predicted.name: made})
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
