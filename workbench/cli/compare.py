"""workbench compare: which system is better, is the difference real, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import scoring_options as options
from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from workbench.scoring.gates import Baseline, Limit
    from workbench.scoring.measures import Measure
    from workbench.scoring.resampling import Settings
    from workbench.scoring.score import Score
    from workbench.scoring.selection import Selection
    from workbench.scoring.systems import Changes, Difference, Mistakes

USUAL = ("entity_f1(match=strict)", "relation_f1(match=strict)", "argument_f1(match=classification)")
ALPHA = 0.05


def compare(
    gold: options.Gold,
    systems: options.Systems,
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
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="An earlier run, as printed by score --json or compare --json.")
    ] = None,
    max_drop: Annotated[
        float | None, typer.Option("--max-drop", min=0, max=1, help="Exit with 1 when a measure drops by more.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare systems on the same gold.

    Intervals, paired tests over documents with p corrected for their number (Holm), and what the first system has
    that the others have not. A single system can be held against a limit or an earlier run.

    \b
    Example: workbench compare tasks/pilot/annotations/A tasks/pilot/predictions/rules tasks/pilot/annotations/B
             workbench compare gold.jsonl new.jsonl --baseline run.json --max-drop 0.01
    """
    from workbench.cli.output import print_json
    from workbench.core.errors import UsageMistake
    from workbench.scoring.gates import parse_limits, read_baseline
    from workbench.scoring.report import to_json
    from workbench.scoring.resampling import Settings
    from workbench.scoring.systems import changes, differences
    from workbench.scoring.systems import to_json as comparison_json

    if (baseline is None) != (max_drop is None):
        raise UsageMistake("--baseline and --max-drop belong together: give both, or neither")
    limits, earlier = parse_limits(fail_under or []), read_baseline(baseline) if baseline else None
    measures = options.measures_of(measure or USUAL)
    selection = options.selection_of(
        options.schema_of_gold(schema, gold),
        (types, layers, documents),
        duplicates=duplicates,
        unknown_labels=unknown_labels,
        missing_documents=missing_documents,
        optional_mentions=optional,
    )
    settings = Settings(seed=seed)
    also = earlier.measures if earlier is not None else ()
    counted = (*measures, *also, *(limit.measure for limit in limits))
    scores, mistakes = _score_all(gold, systems, selection, counted)
    results = {name: to_json(made, (*measures, *also), settings) for name, made in scores.items()}
    found, changed = differences(scores, measures, settings), list(changes(mistakes))
    if as_json:
        print_json(comparison_json(results, found, changed, settings))
    else:
        _print(measures, results, found, changed, settings)
    _hold(limits, scores, earlier, results, max_drop or 0.0)


def _hold(
    limits: Sequence[Limit],
    scores: Mapping[str, Score],
    earlier: Baseline | None,
    results: Mapping[str, Mapping[str, Any]],
    most: float,
) -> None:
    """Hold the systems against limits and an earlier run.

    Raises:
        FaultyData: a limit is missed or a measure has dropped; all of them.
    """
    from workbench.cli.output import talk
    from workbench.core.errors import FaultyData
    from workbench.scoring.gates import drop_faults, limit_faults

    faults = limit_faults(limits, scores)
    if earlier is not None:
        drops, warnings = drop_faults(earlier, results, most)
        faults += drops
        for warning in warnings:
            talk(f"workbench: {warning}")
    if faults:
        raise FaultyData(faults)


def _score_all(
    gold: Path, systems: Sequence[Path], selection: Selection, measures: Sequence[Measure]
) -> tuple[dict[str, Score], dict[str, Mistakes]]:
    """Score every system; its name is as much of its path as tells it from the others."""
    from workbench.scoring.score import score_sources, usual_measures
    from workbench.scoring.systems import Mistakes

    reference, *predictions = options.sources(selection, gold, *systems)
    scores: dict[str, Score] = {}
    mistakes: dict[str, Mistakes] = {}
    for name, prediction in zip(_names(systems), predictions, strict=True):
        mistakes[name] = Mistakes()
        counted = (*usual_measures(selection), *measures)
        scores[name] = score_sources(reference, prediction, selection, counted, mistakes[name].observe)
    return scores, mistakes


def _names(paths: Sequence[Path]) -> list[str]:
    """The shortest ends of the paths that are all different.

    Raises:
        UsageMistake: a path is given twice.
    """
    from workbench.core.errors import UsageMistake

    whole = [path.resolve() for path in paths]
    twice = [str(path) for index, path in enumerate(paths) if whole[index] in whole[:index]]
    if twice:
        raise UsageMistake(f"{', '.join(twice)}: the same system twice")
    length = 1
    while len({path.parts[-length:] for path in whole}) < len(whole):
        length += 1
    return ["/".join(path.parts[-length:]) for path in whole]


def _print(
    measures: Sequence[Measure],
    results: Mapping[str, Mapping[str, Any]],
    found: Sequence[Difference],
    changed: Sequence[Changes],
    settings: Settings,
) -> None:
    from workbench.cli.output import print_table
    from workbench.scoring.systems import signature_of_tests

    letters = {name: _letter(index) for index, name in enumerate(results)}
    for measure in measures:
        print_table(("", str(measure), "value", "95 %", "beats"), _system_rows(measure, results, found, letters))
        rows = [_difference_row(one, letters) for one in found if one.measure == measure]
        if rows:
            print()
            print_table(("pair", "difference", "p", "p (Holm)", "smallest p", "detectable"), rows)
        print()
    if changed:
        rows = [_change_row(one, layer) for one in changed for layer in ("entity", "relation")]
        print_table(("from → to", "layer", "fixed", "broken", "still wrong", "new spurious", "gone spurious"), rows)
        print()
    for note in dict.fromkeys(note for one in found for note in (one.test.note, one.detectable.note) if note):
        print(note)
    if found:
        print(f"beats: p (Holm) ≤ {ALPHA}; detectable: the difference found with power 80 % at p ≤ {ALPHA}")
    for line in options.footnotes(results):
        print(line)
    if found:
        print(signature_of_tests(found, settings))


def _letter(index: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return letters[index] if index < len(letters) else str(index + 1)


def _system_rows(
    measure: Measure, results: Mapping[str, Mapping[str, Any]], found: Sequence[Difference], letters: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    from workbench.scoring.report import interval_text, percent
    from workbench.scoring.systems import beaten

    for name, result in results.items():
        block = result["measures"][str(measure)]
        worse = " ".join(letters[other] for other in beaten(name, measure, found, ALPHA))
        yield letters[name], name, percent(block["value"]), interval_text(block["interval"]), worse


def _difference_row(one: Difference, letters: Mapping[str, str]) -> tuple[str, ...]:
    from workbench.scoring.report import percent

    def p_text(p: float | None) -> str:
        return "n/a" if p is None else f"{p:.4f}"

    return (
        f"{letters[one.left]} − {letters[one.right]}",
        percent(one.test.difference),
        p_text(one.test.p),
        p_text(one.adjusted),
        p_text(None if one.test.p is None else one.test.smallest_p),
        percent(one.detectable.effect),
    )


def _change_row(one: Changes, layer: str) -> tuple[str, ...]:
    groups = (one.fixed, one.broken, one.still_wrong, one.new, one.gone)
    return (
        f"{one.left} → {one.right}",
        layer,
        *(str(sum(item.layer == layer for item in group)) for group in groups),
    )
