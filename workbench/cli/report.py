"""workbench report: scores and errors to look at, as a page, as Markdown or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import scoring_options as options

if TYPE_CHECKING:
    from workbench.scoring.score_report import ScoreReport

FORMATS = ("html", "markdown", "json")
_ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json"}
_STDOUT = Path("-")


def report(
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
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write (- prints); by default report.html, others are printed."),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="html, markdown or json; by default what OUTPUT ends in, or html.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    embed: Annotated[
        int, typer.Option("--embed", min=0, help="Documents in the page's error browser, most errors first.")
    ] = 200,
) -> None:
    """Show where predictions differ from gold.

    One page that needs no network: scores with intervals, confusion of types, and every error on its text, to filter
    and to walk through with j and k. Markdown and JSON hold the same numbers.

    \b
    Example: workbench report tasks/pilot/annotations/A tasks/pilot/predictions/rules
             workbench report gold.jsonl predicted.jsonl --format markdown -o report.md
    """
    from workbench.cli.output import talk
    from workbench.core.files import write_text
    from workbench.scoring.resampling import Settings
    from workbench.scoring.score import score_sources, usual_measures
    from workbench.scoring.score_report import Collector

    chosen = _format(form, as_json, output)
    wanted = options.measures_of(measure or [])
    selection = options.selection_of(
        options.schema_of_gold(schema, gold),
        (types, layers, documents),
        duplicates=duplicates,
        unknown_labels=unknown_labels,
        missing_documents=missing_documents,
        optional_mentions=optional,
    )
    options.refuse_overwriting(output, gold, predicted)
    sources = options.sources(selection, gold, predicted)
    collector = Collector(embed if chosen == "html" else None)
    made = score_sources(sources[0], sources[1], selection, (*usual_measures(selection), *wanted), collector.observe)
    content = _rendered(chosen, collector.report(made, (str(gold), str(predicted)), wanted, Settings(seed=seed)))
    path = output or (Path("report.html") if chosen == "html" else _STDOUT)
    if path == _STDOUT:
        print(content, end="")
    else:
        write_text(path, content)
        talk(f"written: {path}")


def _format(form: str | None, as_json: bool, output: Path | None) -> str:
    """The format that is asked for, by name or by the ending of the file.

    Raises:
        UsageMistake: there is no such format, or two are named.
    """
    from workbench.core.errors import UsageMistake, nearest

    if form is not None and form not in FORMATS:
        raise UsageMistake(f"--format: {form!r} is not html, markdown or json{nearest(form, FORMATS)}")
    if as_json and form not in (None, "json"):
        raise UsageMistake(f"--json and --format {form}: name one of the two")
    if as_json:
        return "json"
    return form or _ENDINGS.get(output.suffix.lower() if output else "", "html")


def _rendered(chosen: str, made: ScoreReport) -> str:
    import json

    from workbench.scoring.markdown import render_markdown
    from workbench.scoring.page import render_page
    from workbench.scoring.score_report import to_json

    if chosen == "json":
        return json.dumps(to_json(made), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    return render_markdown(made) if chosen == "markdown" else render_page(made)
