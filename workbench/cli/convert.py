"""workbench convert: come from anywhere, leave with everything."""

from __future__ import annotations

import json
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from workbench.corpus.converting import Conversion
    from workbench.formats.losses import LossReport


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file or folder in any format that is read.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="File or folder to write; - prints a file.")],
    source_format: Annotated[
        str | None,
        typer.Option("--from", metavar="FORMAT", help="By default recognised by content.", show_default=False),
    ] = None,
    target_format: Annotated[
        str | None, typer.Option("--to", metavar="FORMAT", help="By default what OUT ends in.", show_default=False)
    ] = None,
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be proved; each repair is listed.")] = False,
    skip_faulty: Annotated[
        bool, typer.Option("--skip-faulty", help="Leave out what is still faulty; it is listed and counted.")
    ] = False,
    allow_loss: Annotated[bool, typer.Option("--allow-loss", help="Write also what OUT's format cannot hold.")] = False,
    flatten: Annotated[
        str, typer.Option("--flatten", help="bio, bioes, spaCy's ents: keep outermost or innermost entities.")
    ] = "outermost",
    author: Annotated[
        str | None, typer.Option("--author", help="Of several annotators the one to take.", show_default=False)
    ] = None,
    schema: Annotated[
        str | None,
        typer.Option(
            "--schema", help="Schema for values and configuration files; none for no schema.", show_default=False
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over OUT.")] = False,
    losses: Annotated[
        Path | None,
        typer.Option("--losses", metavar="FILE", help="Also list everything that goes, one JSON line each."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Convert annotated documents from one format to another.

    \b
    lossless       native, jsonl, brat, label-studio, xmi, parquet, spacy
    with losses    bio, bioes, doccano, prodigy
    written only   csv, graphml

    What a format cannot hold is refused unless --allow-loss, and said exactly. What is wrong in IN is listed with file
    and line: texts that are not the slice, ids used twice, ends that are missing, bytes that are not UTF-8. OUT is
    written whole or not at all.

    \b
    Example: workbench convert gold/0.1.0 gold-brat --to brat
             workbench convert gold/0.1.0 gold.parquet
             workbench convert collection documents.jsonl --repair --skip-faulty
             workbench convert documents.jsonl train.bio --allow-loss --flatten innermost
    """
    from workbench.cli.output import print_json, talk
    from workbench.cli.scoring_options import refuse_overwriting
    from workbench.core.errors import UsageMistake
    from workbench.corpus.converting import STDOUT, FaultyCollection, LossRefused, Request
    from workbench.corpus.converting import convert as run

    if flatten not in ("outermost", "innermost"):
        raise UsageMistake(f"--flatten: {flatten!r} is not outermost or innermost")
    if as_json and target == STDOUT:
        raise UsageMistake("--json and OUT - would be printed into each other; name a file for one of them")
    if losses is not None:
        refuse_overwriting(losses, source, target)
        if losses.exists() and not replace:
            raise UsageMistake(f"--losses: {losses} exists; choose another name, or --replace it")
    request = Request(
        source=source,
        target=target,
        source_format=source_format,
        target_format=target_format,
        schema=_schema(schema, source),
        repair=repair,
        skip_faulty=skip_faulty,
        allow_loss=allow_loss,
        replace=replace,
        author=author,
        flatten="innermost" if flatten == "innermost" else "outermost",
        list_losses=losses is not None,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # nothing is left behind then either
    try:
        with _progress() as on_document:
            made = run(request._replace(on_document=on_document))
    except LossRefused as error:
        _list(error.report, losses)
        if as_json:
            print_json({"written": None, "losses": error.report.to_json()})
        raise
    except FaultyCollection as error:
        if as_json:
            faults = Counter(fault.rule for fault in error.faults if fault.severity == "error")
            print_json({"written": None, "faults": dict(faults), "repairable": dict(error.repairable)})
        raise
    _list(made.losses, losses)
    for line in _report(made, target):
        talk(line)
    if as_json:
        print_json(_summary(made))


def _schema(name: str | None, source: Path) -> Any:
    """The schema that is asked for, or that of the batch or the release around the source; outside of both, none."""
    from workbench.core.schema import open_schema
    from workbench.corpus.annotation_files import document_folder_of
    from workbench.corpus.reading import schema_of

    if name == "none":
        return None
    if name is not None:
        return open_schema(name)
    owner = document_folder_of(source) if source.exists() else None
    known = owner is not None and (hasattr(owner, "schema_name") or hasattr(owner, "schema_file"))
    return open_schema(schema_of(source)) if known else None


def _list(report: LossReport, file: Path | None) -> None:
    """Write all losses to a file, also when the conversion was refused for them."""
    from workbench.core.files import write_text

    if file is not None:
        lines = [json.dumps(loss._asdict(), ensure_ascii=False) + "\n" for loss in report.all or ()]
        write_text(file, "".join(lines))


@contextmanager
def _progress() -> Iterator[Callable[[], None] | None]:
    """A count of documents on stderr while it takes long; nothing when that is no terminal."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed} documents"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)


def _report(made: Conversion, target: Path) -> Iterator[str]:
    for repair in made.repairs:
        yield f"repaired: {repair}"
    for fault in made.faults:
        yield f"{'left out' if fault.severity == 'error' else 'warning'}: {fault}"
    for line in made.losses.to_lines():
        yield f"gone: {line}"
    written = ", ".join(f"{made.written[kind]} {kind}" for kind in ("documents", "entities", "relations", "frames"))
    yield f"written: {target} ({made.target_format}, from {made.source_format}): {written}"
    repaired = Counter(repair.name for repair in made.repairs)
    for title, counts in (("repaired", repaired), ("left out", made.left_out)):
        if sum(counts.values()):
            yield f"{title}: {_sums(counts)}"


def _sums(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items(), key=lambda item: -item[1]) if count)


def _summary(made: Conversion) -> dict[str, Any]:
    return {
        "from": made.source_format,
        "to": made.target_format,
        "written": {kind: made.written[kind] for kind in ("documents", "entities", "relations", "frames")},
        "repairs": dict(Counter(repair.name for repair in made.repairs)),
        "faults": dict(Counter(fault.rule for fault in made.faults if fault.severity == "error")),
        "left_out": {kind: count for kind, count in made.left_out.items() if count},
        "losses": made.losses.to_json(),
    }
