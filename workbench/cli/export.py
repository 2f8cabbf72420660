"""workbench export: tables and answers for those who study the reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli import scoring_options as options

if TYPE_CHECKING:
    from workbench.answers.exporting import Export

FORMATS = ("csv", "json", "parquet", "text")
_ENDINGS = {".csv": "csv", ".json": "json", ".parquet": "parquet", ".txt": "text"}
_QUESTIONS = "questions"
_STDOUT = Path("-")


def export(
    table: Annotated[
        str | None,
        typer.Argument(metavar="TABLE", help="One of the tables above; without it, list them.", show_default=False),
    ] = None,
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH",
            help="A gold release, a folder of annotation files, or a file or folder in any format convert reads.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--out", "--output", "-o", metavar="FILE", help="File to write; without it, or with -, print."),
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="csv, json, parquet or text; by default what FILE ends in, or csv.")
    ] = None,
    describe: Annotated[
        bool, typer.Option("--columns", help="Say what each column of TABLE means; needs no PATH.")
    ] = False,
    select: Annotated[
        list[str] | None, typer.Option("--select", help="Only these columns, in this order (a,b or repeated).")
    ] = None,
    documents: options.Documents = None,
    unresolved: Annotated[
        str, typer.Option("--unresolved", help="What adjudication left open, in sums and answers: exclude or include.")
    ] = "exclude",
    without_names: Annotated[
        bool, typer.Option("--without-names", help="Labels in place of the names of persons without a post.")
    ] = False,
    mark: Annotated[
        bool, typer.Option("--bom", help="Begin CSV with a byte order mark, without which Excel garbles Chinese.")
    ] = False,
    question: Annotated[
        list[int] | None, typer.Option("--question", metavar="NUMBER", help="Of questions only this one; repeatable.")
    ] = None,
    place: Annotated[
        str | None, typer.Option("--place", help="Questions 1, 3, 4 and 5: about this place and all in it.")
    ] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="Question 6: about this campaign.")] = None,
) -> None:
    """Make a table of what is annotated: who helped whom with what.

    \b
    deeds        assistance, visits, advice, dispatches
    statements   results, problems, proposals, statements (all three)
    named        places, organisations, people
    figures      amounts, quantities
    annotation   entities, relations, reports
    questions    the fifteen questions of the guidelines, answered with spans

    --columns explains every column. A column of yuan can be added up: money given, money of others, goods, totals and
    plans have columns of their own, and no amount stands twice. In CSV a list is one cell (银溪村；小寨村), JSON and
    Parquet hold lists.

    \b
    Example: workbench export assistance gold/0.1.0 --out assistance.csv --bom
             workbench export assistance --columns
             workbench export places tasks/pilot/annotations/A --format text
             workbench export questions gold/0.1.0 --question 1 --place 银溪村
    """
    from workbench.answers import exporting
    from workbench.answers.answering import About
    from workbench.answers.columns import Settings
    from workbench.cli.output import print_table, talk
    from workbench.core.errors import UsageMistake

    if table is None:
        print_table(("table", "one row for"), exporting.KINDS.items())
        return
    exporting.columns_of(table)
    if unresolved not in ("include", "exclude"):
        raise UsageMistake(f"--unresolved: {unresolved!r} is not include or exclude")
    if table != _QUESTIONS and (question or place or campaign):
        raise UsageMistake("--question, --place and --campaign are for workbench export questions")
    chosen = _format(form, output, "text" if describe or table == _QUESTIONS else "csv", mark)
    if describe:
        _deliver(exporting.describe(table), chosen, output, mark)
        return
    if path is None:
        raise UsageMistake(f"name what to export from: workbench export {table} gold/0.1.0 (or --columns explains it)")
    options.refuse_overwriting(None if output == _STDOUT else output, path)
    request = exporting.Request(
        table=table,
        columns=_split(select),
        settings=Settings(unresolved=unresolved == "include"),
        names=not without_names,
        numbers=tuple(question or ()),
        about=About(place, campaign),
    )
    made = exporting.make(request, exporting.open_chosen(path, _split(documents)))
    _deliver(made, chosen, output, mark)
    if made.frame.empty:
        talk(f"no rows: nothing of the kind is annotated in {path}")


def _split(names: list[str] | None) -> tuple[str, ...]:
    return tuple(part.strip() for name in names or [] for part in name.split(",") if part.strip())


def _format(form: str | None, output: Path | None, usual: str, mark: bool) -> str:
    """The format that is asked for, by name or by the ending of the file.

    Raises:
        UsageMistake: there is no such format, the file's ending names none, or the format does not fit.
    """
    from workbench.core.errors import UsageMistake, nearest

    to_file = output is not None and output != _STDOUT
    if form is not None and form not in FORMATS:
        raise UsageMistake(f"--format: {form!r} is not csv, json, parquet or text{nearest(form, FORMATS)}")
    if form is None and to_file and output is not None and output.suffix.lower() not in _ENDINGS:
        raise UsageMistake(f"{output}: name the format, or end the file in .csv, .json, .parquet or .txt")
    chosen = form or (_ENDINGS[output.suffix.lower()] if to_file and output is not None else usual)
    if mark and chosen != "csv":
        raise UsageMistake(f"--bom is for CSV, and this is {chosen}")
    if chosen == "parquet" and not to_file:
        raise UsageMistake("Parquet cannot be printed; name a file with --out")
    return chosen


def _deliver(made: Export, form: str, output: Path | None, mark: bool) -> None:
    """Write the table to its file, or print it."""
    from workbench.answers.exporting import lay_out
    from workbench.cli.output import talk
    from workbench.core.files import write_bytes

    content = lay_out(made, form, mark=mark) if form in ("csv", "json", "parquet") else _as_text(made).encode()
    if output is None or output == _STDOUT:
        print(content.decode(), end="")
        return
    write_bytes(output, content)
    rows = len(made.frame)
    talk(f"written: {output} ({rows} row{'' if rows == 1 else 's'})")


def _as_text(made: Export) -> str:
    """The table to read at a terminal; answers as sentences."""
    import io
    from contextlib import redirect_stdout

    from workbench.answers.answering import to_text
    from workbench.answers.writing import to_strings
    from workbench.cli.output import print_table

    if made.answered is not None:
        return to_text(made.answered)
    printed = io.StringIO()
    with redirect_stdout(printed):
        print_table([column.name for column in made.glance], to_strings(made.frame, made.glance))
    return printed.getvalue()
