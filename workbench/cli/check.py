"""workbench check: is what was annotated legal for its schema and its text, and is it done alike everywhere?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import AsJson
from workbench.core.errors import ExitCode, UsageMistake

if TYPE_CHECKING:
    from schemas import Schema
    from workbench.corpus.checking import Checked
    from workbench.review.consistency import Finding
    from workbench.review.consistency.sources import Audited


def check(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A batch, an author's folder, a gold release, an annotation file, or any format convert reads.",
        ),
    ],
    schema: Annotated[
        str | None, typer.Option("--schema", help="Schema to check against; by default the batch's own.")
    ] = None,
    warnings: Annotated[bool, typer.Option("--warnings", help="List every warning, not one of each kind.")] = False,
    audit: Annotated[
        bool, typer.Option("--audit", help="List what is legal but not done alike everywhere, instead of warnings.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="With --audit: compare counts with these annotations, not the last release."),
    ] = None,
    drop: Annotated[
        float | None,
        typer.Option("--drop", min=0, max=1, help="With --audit: list a type that lost this share of a document's."),
    ] = None,
    answered: Annotated[bool, typer.Option("--answered", help="With --audit: list answered findings too.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --audit: exit with 1 when a finding has no answer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List every fault and doubt of annotations.

    Exits with 1 when there is a fault; doubts are warnings. Doubts of the audit compare places with each other: strings
    annotated here and not there, with two types, in part; triggers that stand twice in their sentence; values without a
    number; counts that dropped since the last release. One that is right as it stands is answered in the decisions of
    its document, under the key that --json prints.

    \b
    Example: workbench check tasks/pilot
    """
    from workbench.core.schema import open_schema
    from workbench.corpus.reading import schema_of

    given = {"--against": against is not None, "--drop": drop is not None, "--answered": answered, "--strict": strict}
    if wrong := [name for name, used in given.items() if used and not audit]:
        raise UsageMistake(f"{', '.join(wrong)}: only with --audit")
    if audit and warnings:
        raise UsageMistake("--warnings: not with --audit, which lists doubts of its own; run check without it")
    known = open_schema(schema or schema_of(path))
    if not audit:
        _check(path, known, warnings, as_json)
        return
    from workbench.corpus.checking import check_path
    from workbench.review.consistency import LEAST_DROP
    from workbench.review.consistency.sources import audit_path

    audited = audit_path(path, known, against, LEAST_DROP if drop is None else drop)
    checked = [one for source in audited if not source.outcome for one in check_path(source.source, known)]
    if as_json:
        _print_audit_json(audited, checked, answered)
    else:
        _print_audit(audited, checked, answered)
    if any(one.errors for one in checked) or (strict and any(one.open for one in audited)):
        raise typer.Exit(ExitCode.FAULTY)


def _check(path: Path, schema: Schema, warnings: bool, as_json: bool) -> None:
    from workbench.cli.output import print_json, print_table
    from workbench.corpus.checking import check_path

    checked = check_path(path, schema)
    if as_json:
        print_json({"errors": sum(one.errors for one in checked), "faults": _faults_json(checked)})
    else:
        for one in checked:
            for line in _lines(one, warnings):
                print(line)
        columns = ("checked", "documents", "entities", "relations", "frames", "errors", "warnings")
        print_table(
            columns,
            ((str(one.source), *(str(getattr(one, column)) for column in columns[1:])) for one in checked),
        )
    broken = _check_decisions(path)
    if broken or any(one.errors for one in checked):
        raise typer.Exit(ExitCode.FAULTY)


def _check_decisions(path: Path) -> bool:
    """Say what is wrong with a batch's files of decisions; tell whether anything is."""
    from workbench.cli.output import talk
    from workbench.core.errors import FaultyData
    from workbench.corpus.tasks import BATCH_FILE, Batch
    from workbench.review.adjudication.decisions import read_decisions

    if not (path / BATCH_FILE).is_file():
        return False
    folder = Batch.at(path).adjudication_folder
    broken = False
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            read_decisions(file)
        except FaultyData as error:
            broken = True
            talk("\n".join(f"error: {fault}" for fault in error.faults))
    return broken


def _faults_json(checked: Sequence[Checked], errors_only: bool = False) -> list[dict[str, Any]]:
    return [
        {**fault._asdict(), "source": str(fault.source)}
        for one in checked
        for fault in one.faults
        if not errors_only or fault.severity == "error"
    ]


def _lines(checked: Checked, all_warnings: bool) -> Iterator[str]:
    """Faults in the order of the files; of the warnings of one rule only the first, with the number of the others."""
    kinds = Counter(fault.rule for fault in checked.faults if fault.severity == "warning")
    for fault in checked.faults:
        if fault.severity == "error" or all_warnings:
            yield f"{fault.severity}: {fault} ({fault.rule})"
        elif fault.rule in kinds:
            others = kinds.pop(fault.rule) - 1
            more = f"; {others} more like this, listed by --warnings" if others else ""
            yield f"warning: {fault} ({fault.rule}){more}"


def _print_audit_json(audited: Sequence[Audited], checked: Sequence[Checked], answered: bool) -> None:
    from workbench.cli.output import print_json

    sources = [
        {
            "source": str(one.source),
            "documents": one.documents,
            "against": _from_here(one.against) if one.against else None,
            "left_out": one.left_out,
            "open": len(one.open),
            "answered": len(one.findings) - len(one.open),
            "stale_answers": one.stale,
            "findings": [{"key": finding.key, **finding._asdict()} for finding in _listed(one, answered)],
        }
        for one in audited
    ]
    errors = _faults_json(checked, errors_only=True)
    print_json({"errors": len(errors), "faults": errors, "audited": sources})


def _print_audit(audited: Sequence[Audited], checked: Sequence[Checked], answered: bool) -> None:
    from workbench.cli.output import print_table, talk

    for fault in (fault for one in checked for fault in one.faults if fault.severity == "error"):
        print(f"error: {fault} ({fault.rule})")
    for one in audited:
        for line in _findings(one, answered):
            print(line)
    if any(one.findings for one in audited):
        print_table(("audited", "rule", "open", "answered"), (row for one in audited for row in _counts(one)))
    for one in audited:
        if one.left_out:
            reason = "without a text, or not holding together"
            talk(f"{one.source}: left out, because {reason}: {', '.join(one.left_out)}")
        if one.stale:
            talk(f"{one.source}: {len(one.stale)} answers answer nothing any more, such as {one.stale[0]!r}")
        compared = f"; counts compared with {_from_here(one.against)}" if one.against else ""
        talk(f"{one.source}: {len(one.open)} open findings in {one.documents} documents{compared}")


def _findings(audited: Audited, answered: bool) -> Iterator[str]:
    """The listed findings, the sentence of a rule before its first."""
    from workbench.review.consistency import RULES

    rule = None
    for finding in _listed(audited, answered):
        if finding.rule != rule:
            rule = finding.rule
            yield f"{rule}: {RULES[rule]} ({audited.source})"
        yield from _finding_lines(finding)


def _counts(audited: Audited) -> Iterator[tuple[str, ...]]:
    found = Counter(finding.rule for finding in audited.findings)
    still_open = Counter(finding.rule for finding in audited.open)
    for rule, number in found.items():
        yield str(audited.source), rule, str(still_open[rule]), str(number - still_open[rule])


def _listed(audited: Audited, answered: bool) -> tuple[Finding, ...]:
    return audited.findings if answered else audited.open


def _from_here(path: Path) -> str:
    """A path as seen from the folder the program runs in, when it lies there."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _finding_lines(finding: Finding) -> Iterator[str]:
    from workbench.scoring.errors.excerpts import visible

    where = f" {finding.spans[0].start}:{finding.spans[-1].end} {visible(finding.text)}" if finding.spans else ""
    yield f"  {finding.doc_id}{where}: {visible(finding.message)}"
    if finding.snippet:
        yield f"    {visible(finding.snippet)}"
    if finding.answer is not None:
        yield f"    answered: {visible(finding.answer)}"
