"""workbench gold: releases of the gold set: make one, compare two, verify one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import PROJECT, AsJson
from workbench.core.errors import ExitCode

if TYPE_CHECKING:
    from workbench.core.errors import Fault
    from workbench.review.gold.candidate import Candidate
    from workbench.review.gold.changes import Change
    from workbench.review.gold.diff import ReleaseDiff
    from workbench.review.gold.manifest import Manifest

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Gold releases: freeze one, compare two, verify one."
)
SIGNS = {"added": "+", "removed": "−", "changed": "~"}


@app.command("release")
def release(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="MAJOR.MINOR.PATCH, newer than the last release.")],
    batch: Annotated[Path, typer.Option("--batch", metavar="BATCH", help="The folder of a batch: tasks/NAME.")],
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="By default that of the newest decision.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be released, or why not; write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Freeze what a batch's passes and decisions make, in gold/VERSION of the batch's project.

    Refuses, with every reason, while something speaks against it: open units, decisions that do not apply, errors,
    missing values or codes, findings of the audit without an answer, more than 3 % unresolved. Findings are answered
    by lines {"doc_id": …, "finding": …, "reason": …} for adjudicate --apply; --json lists those that wait.

    A release never changes: a correction is a new decision and a new release. The same input makes the same bytes.

    \b
    Example: workbench gold release 0.1.0 --batch tasks/pilot --dry-run
             workbench gold release 0.1.0 --batch tasks/pilot
    """
    from workbench.cli.output import print_json, talk
    from workbench.corpus.tasks import Batch
    from workbench.review.gold.candidate import open_candidate
    from workbench.review.gold.reasons import USAGE, reasons_against
    from workbench.review.gold.release import draft, refuse, write_release

    candidate = open_candidate(Batch.at(batch), version, date)
    reasons = reasons_against(candidate)
    if reasons and as_json:
        unanswered = list(_unanswered(candidate))
        print_json({"release": version, "written": False, "reasons": _faults_json(reasons), "unanswered": unanswered})
        raise typer.Exit(ExitCode.USAGE if all(one.rule in USAGE for one in reasons) else ExitCode.FAULTY)
    if len(reasons) > 1:
        talk(f"{len(reasons)} reasons against release {version}: {_numbers(Counter(one.rule for one in reasons))}")
    refuse(reasons)
    made = draft(candidate)
    if not dry_run:
        write_release(made)
    if as_json:
        facts = made.manifest.model_dump(mode="json", by_alias=True)
        print_json({"release": version, "written": not dry_run, "folder": str(made.folder), "manifest": facts})
        return
    _print_manifest(made.manifest)
    for line in _advice(candidate):
        talk(line)
    talk(f"{made.folder}: {len(made.files)} files {'would be ' if dry_run else ''}written")


def _unanswered(candidate: Candidate) -> Iterator[dict[str, str]]:
    """Findings that may be answered; one about a document that is gone is answered with the first that is there."""
    from workbench.review.gold.reasons import doubts_about

    known = [entry.document.doc_id for entry in candidate.entries]
    for doubt in doubts_about(candidate):
        finding = doubt.finding
        doc_id = finding.doc_id if finding.doc_id in known else known[0]
        if doubt.rule != "value":
            yield {"doc_id": doc_id, "finding": finding.key, "sentence": finding.snippet}


def _numbers(numbers: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items())


def _faults_json(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    return [{**fault._asdict(), "source": str(fault.source) if fault.source else None} for fault in faults]


def _advice(candidate: Candidate) -> Iterator[str]:
    """What is no reason against a release, and yet worth knowing."""
    from workbench.review.gold.reasons import idle_answers

    lost = [line for entry in candidate.entries for line in entry.merged.lost]
    if lost:
        yield f"{len(lost)} items fell with an end that gold does not have (see workbench adjudicate), first: {lost[0]}"
    if idle := idle_answers(candidate):
        yield f"{len(idle)} answers answer nothing any more, such as {idle[0]!r}"


def _print_manifest(manifest: Manifest) -> None:
    from workbench.cli.output import print_table

    columns = ("document", "entities", "relations", "frames", "values", "unresolved")
    parts = {**{doc_id: facts.counts for doc_id, facts in manifest.documents.items()}, "all": manifest.counts}
    rows = (
        (name, *(str(sum(getattr(counts, column).values())) for column in columns[1:]))
        for name, counts in parts.items()
    )
    print_table(columns, rows)
    made = manifest.adjudication
    units = ", ".join(f"{number} {status}" for status, number in made.outcomes.items())
    print(f"\nunits: {units}; unresolved {made.unresolved_units:.2%} of units, {made.unresolved_items:.2%} of items\n")
    pairs = manifest.agreement
    measures = dict.fromkeys(measure for pair in pairs for measure in pair.measures)
    print_table(
        ("agreement", *(f"{pair.left} – {pair.right}" for pair in pairs)),
        ((measure, *(_percent(pair.measures[measure].value) for pair in pairs)) for measure in measures),
    )


def _percent(value: float | None) -> str:
    from workbench.scoring.report import percent

    return percent(value)


@app.command("check")
def check(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="RELEASE", help="A version, or a release's folder; by default the newest.", show_default=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify a release: hashes, texts, annotations, decisions, every number, datasheet and metadata, the audit.

    Exits with 1 when there is a fault; all are listed.

    \b
    Example: workbench gold check 0.1.0
    """
    from workbench.cli.output import print_json, print_table
    from workbench.core.errors import UsageMistake
    from workbench.corpus.releases import GOLD, find_release, newest_release
    from workbench.review.gold.check import check_release

    chosen = newest_release(PROJECT) if name is None else find_release(PROJECT, name)
    if chosen is None:
        raise UsageMistake(f"{PROJECT.resolve() / GOLD}: there is no release yet; workbench gold release makes one")
    checked = check_release(chosen)
    manifest = checked.manifest
    if as_json:
        print_json({"release": chosen.version, "faults": _faults_json(checked.faults)})
    else:
        for fault in checked.faults:
            print(f"error: {fault} ({fault.rule})")
        counts = manifest.counts if manifest else None
        numbers = [
            sum(getattr(counts, part).values()) if counts else None for part in ("entities", "relations", "frames")
        ]
        row = [len(manifest.files) if manifest else None, len(manifest.documents) if manifest else None, *numbers]
        print_table(
            ("release", "files", "documents", "entities", "relations", "frames", "faults"),
            [(str(chosen.folder), *("n/a" if one is None else str(one) for one in row), str(len(checked.faults)))],
        )
    if checked.faults:
        raise typer.Exit(ExitCode.FAULTY)


@app.command("diff")
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A version, or a release's folder.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="A version, or a release's folder.")],
    as_json: AsJson = False,
) -> None:
    """Compare two releases annotation by annotation, with the decisions that made the difference.

    + is new, − is gone, ~ is changed: a moved boundary, another type, attribute, value, argument, cluster.

    \b
    Example: workbench gold diff 0.1.0 0.1.1
    """
    from workbench.cli.output import print_json
    from workbench.corpus.releases import find_release
    from workbench.review.gold.diff import compare_releases, to_json

    found = compare_releases(find_release(PROJECT, old), find_release(PROJECT, new))
    if as_json:
        print_json(to_json(found))
    else:
        _print_diff(found)


def _print_diff(found: ReleaseDiff) -> None:
    from workbench.cli.output import print_table
    from workbench.scoring.errors.excerpts import visible

    for line in _frozen(found):
        print(line)
    for change, because in zip(found.changes, found.because, strict=True):
        decided_by = f" ({', '.join(because)})" if because else ""
        print(f"{change.doc_id} {SIGNS[change.how]} {change.kind} {visible(_told(change))}{decided_by}")
    if found.changes:
        print()
    types = [
        (name, *map(str, row))
        for rows_of in found.by_type.values()
        for name, row in rows_of.items()
        if row.old != row.new or row.added or row.removed or row.changed
    ]
    if types:
        print_table(("type", found.old.version, found.new.version, "added", "removed", "changed"), types)
        print()
    for title, decided in (("new", found.decisions), ("gone", found.dropped)):
        for doc_id, one in decided:
            rule = f", {one.rule}" if one.rule else ""
            what = f"{one.kind} {one.choice} ({one.category}{rule})"
            print(f"{title} decision {one.id} {doc_id} {what}: {visible(one.reason)}")
    for doc_id, answer in found.answers:
        print(f"new answer {doc_id} {visible(answer.finding)}: {visible(answer.reason)}")
    print(f"{len(found.changes)} changes, {len(found.decisions)} new decisions, {len(found.answers)} new answers")


def _frozen(found: ReleaseDiff) -> Iterator[str]:
    """What is different beside the annotations."""
    schema = found.schema
    if schema.old != schema.new:
        old, new = schema.old, schema.new
        yield f"schema: {old.id} {old.version} → {new.id} {new.version}" + (
            "" if old.version != new.version else " (hash)"
        )
    for title, names in (("types added", schema.added), ("types removed", schema.removed)):
        if names:
            yield f"{title}: {', '.join(names)}"
    if schema.guidelines_changed:
        yield "the guidelines are not the same"
    for title, names in (("documents added", found.documents_added), ("documents removed", found.documents_removed)):
        if names:
            yield f"{title}: {', '.join(names)}"


def _told(change: Change) -> str:
    """What it is of, and how it reads in the old release and in the new."""
    of = ".".join(part for part in (change.owner, change.name) if part)
    if change.spans and change.kind not in ("entity", "frame", "zone", "relation"):
        of = f"{of} {change.text} [{change.spans[0].start}:{change.spans[-1].end}]"
    reads = " is now ".join(part for part in (change.old, change.new) if part is not None)
    return reads if change.kind in ("entity", "frame") or not of else f"{of}: {reads}"
