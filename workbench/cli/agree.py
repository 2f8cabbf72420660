"""workbench agree: how far annotators agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import scoring_options as options
from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from workbench.review.agreement import PairAgreement


def agree(
    batch: Annotated[Path, typer.Argument(metavar="BATCH", help="The folder of a batch: tasks/NAME.")],
    schema: options.Schema = None,
    types: options.Types = None,
    layers: options.Layers = None,
    documents: options.Documents = None,
    seed: options.Seed = 12345,
    as_json: AsJson = False,
) -> None:
    """Compare the annotators of a batch, every two of them.

    F1 end to end with intervals over documents, boundaries, and kappa of types where both see the same span, with the
    share of entities it rests on. Only documents and layers that both have finished.

    \b
    Example: workbench agree tasks/pilot
    """
    from workbench.cli.output import print_json
    from workbench.core.errors import UsageMistake
    from workbench.corpus.reading import read_annotated
    from workbench.corpus.tasks import Batch
    from workbench.review.agreement import agreement, to_json
    from workbench.scoring.resampling import Settings

    opened = Batch.at(batch)
    authors = opened.authors()
    if not authors:
        raise UsageMistake(f"{batch}: nobody has annotated this batch yet")
    selection = options.selection_of(
        options.schema_of_gold(schema, batch), (types, layers, documents), missing_documents="skip"
    )
    passes = {name: read_annotated(opened.annotations_folder / name, selection.known) for name in authors}
    found = agreement(passes, selection, Settings(seed=seed))
    if as_json:
        print_json([to_json(pair) for pair in found])
        return
    for pair in found:
        _print(pair)


def _print(pair: PairAgreement) -> None:
    from workbench.cli.output import print_table
    from workbench.review.agreement import to_json
    from workbench.scoring.report import percent

    result = to_json(pair)
    print(f"{pair.left} and {pair.right}, {result['documents']} documents")
    print_table(("measure", "value", "95 %"), _measures(pair))
    print()
    boundaries, pairs = pair.boundaries, pair.boundaries.pairs
    types = result["types"]
    kappa = "n/a" if types["kappa"] is None else f"{types['kappa']:.3f}"
    print(f"types of {pairs} aligned pairs: kappa {kappa}; the pairs cover {percent(types['coverage'])} % of entities")
    if pairs:
        shares = (percent(number / pairs) for number in (boundaries.start, boundaries.end, boundaries.both))
        print("boundaries of these: start {}, end {}, both {} % equal".format(*shares))
    for group, found in (("attributes", pair.attributes), ("values", pair.values)):
        if found:
            told = (f"{name} {percent(one.share)} of {one.compared}" for name, one in found.items())
            print(f"{group}, % equal: {', '.join(told)}")
    print()
    rows = sorted(result["by_type"].items(), key=lambda item: (-item[1]["left"], item[0]))
    cells = ((name, percent(row["f1"]), str(row["both"]), str(row["left"]), str(row["right"])) for name, row in rows)
    print_table(("entities strict", "F1", "both", pair.left, pair.right), cells)
    print(f"\n{result['signature']}\n")


def _measures(pair: PairAgreement) -> Iterator[tuple[str, str, str]]:
    from workbench.review.agreement import MEASURES
    from workbench.scoring.report import interval_json, interval_text, percent

    for measure in MEASURES:
        value = pair.score.value(measure).value
        yield str(measure), percent(value), interval_text(interval_json(pair.intervals[measure]))
