"""workbench adjudicate: what annotators disagree about, and what was decided."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import Schema
    from workbench.corpus.tasks import Batch
    from workbench.review.adjudication.docket import Entry

STATUSES = ("agreed", "single", "adjudicated", "unresolved", "open")


def adjudicate(
    batch: Annotated[
        Path | None, typer.Argument(metavar="BATCH", help="The folder of a batch: tasks/NAME.", show_default=False)
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="Write the open units as JSON lines (- for stdout).")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Export every unit: agreed and decided ones can be judged again.")
    ] = False,
    apply: Annotated[
        Path | None, typer.Option("--apply", metavar="FILE", help="Decide: JSON lines of judgements.")
    ] = None,
    judge: Annotated[str | None, typer.Option("--as", metavar="NAME", help="Who judges; needed to apply.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Apply, but write nothing.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write the adjudicated annotations, one file each.")
    ] = None,
    merge: Annotated[
        tuple[Path, Path, Path] | None,
        typer.Option("--merge", metavar="BASE OURS THEIRS", help="For git: merge two files of decisions into OURS."),
    ] = None,
    driver: Annotated[
        bool, typer.Option("--install-merge-driver", help="Let git merge decisions of this clone in this way.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Settle what annotators disagree about.

    What all agree on merges by itself. Without options: how far each document is, and which decisions no longer apply.

    A judgement is a line such as {"unit": "Uabc…", "choice": "accept", "accept": "A", "reason": "…", "rule": "D7",
    "category": "type rule"}. An exported line may be filled in and given back. Choices and what they need besides:

    accept: accept, the annotator. edit: items, in the form of the unit's own. reject, unresolved: nothing. add: doc_id,
    kind and items; an attribute, value or role also entity or frame, what it belongs to. withdraw: decision, its id.

    Categories: boundary rule, type rule, omission, slip, ambiguous text, guideline gap. A finding of check --audit is
    answered by {"doc_id": "…", "finding": "its key", "reason": "…"}.

    \b
    Example: workbench adjudicate tasks/pilot --export units.jsonl
    Example: workbench adjudicate tasks/pilot --apply decisions.jsonl --as NAME
    """
    from workbench.core.errors import UsageMistake
    from workbench.core.schema import open_schema
    from workbench.corpus.tasks import Batch
    from workbench.review.adjudication.docket import open_docket, save

    if merge is not None:
        _merge(*merge)
        return
    if driver:
        _install()
        return
    if batch is None:
        raise UsageMistake("name a batch: workbench adjudicate tasks/NAME")
    if apply is not None and not (judge or "").strip():
        raise UsageMistake("--apply needs --as NAME: who judges is kept with every decision")
    opened = Batch.at(batch)
    schema = open_schema(opened.schema_name)
    entries = open_docket(opened, schema)
    _name_strays(opened, entries)
    if apply is not None:
        entries = _applied(entries, apply, judge or "", schema, dry_run)
        if not dry_run:
            save(opened, entries)
    if out is not None:
        _write_annotations(entries, out)
    if export is not None:
        _export(entries, export, every)
    if export is None or str(export) != "-":
        _report(entries, schema, as_json)


def _applied(entries: Sequence[Entry], file: Path, judge: str, schema: Schema, dry_run: bool) -> tuple[Entry, ...]:
    from workbench.cli.output import talk
    from workbench.review.adjudication.judgements import Signature
    from workbench.review.adjudication.judgements import judge as apply_judgements
    from workbench.review.adjudication.lines import read_judgements

    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = apply_judgements(entries, read_judgements(file), Signature(judge, time), schema)
    before, after = (
        (sum(len(one.decisions.decisions) for one in docket), sum(len(one.decisions.answers) for one in docket))
        for docket in (entries, made)
    )
    told = "would be added; nothing is written" if dry_run else "added"
    talk(f"{after[0] - before[0]} decisions and {after[1] - before[1]} answers {told}")
    return made


def _name_strays(batch: Batch, entries: Sequence[Entry]) -> None:
    """Say which files of decisions belong to no annotated document of the batch."""
    from workbench.cli.output import talk

    known = {batch.adjudication_file(entry.document.doc_id).name for entry in entries}
    folder = batch.adjudication_folder
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if file.name not in known:
            talk(f"{file}: decisions about no annotated document of this batch; nothing uses them")


def _export(entries: Sequence[Entry], file: Path, every: bool) -> None:
    import json

    from workbench.core.files import write_text
    from workbench.review.adjudication.lines import unit_lines

    lines = [json.dumps(line, ensure_ascii=False) + "\n" for entry in entries for line in unit_lines(entry, every)]
    if str(file) == "-":
        print("".join(lines), end="")
    else:
        write_text(file, "".join(lines))


def _write_annotations(entries: Sequence[Entry], folder: Path) -> None:
    from workbench.formats import native

    for entry in entries:
        native.write(folder / f"{entry.document.doc_id}.json", entry.merged.annotation)


def _report(entries: Sequence[Entry], schema: Schema, as_json: bool) -> None:
    from workbench.cli.output import print_json, print_table, talk

    rows = [_row(entry, schema) for entry in entries]
    if as_json:
        print_json(rows)
        return
    columns = ("document", "units", *STATUSES, "stale")
    table = [[row["doc_id"], *(str(row[column]) for column in columns[1:-1]), str(len(row["stale"]))] for row in rows]
    total = [str(sum(int(cells[place]) for cells in table)) for place in range(1, len(columns))]
    print_table(columns, [*table, ["all", *total]])
    for row in rows:
        for stale in row["stale"]:
            unit = f"; judge {stale['unit']}" if stale["unit"] else ""
            talk(
                f"{row['doc_id']}: decision {stale['decision']} ({stale['kind']}) does not apply: {stale['why']}{unit}"
            )
        for lost in row["lost"]:
            talk(f"{row['doc_id']}: lost: {lost}")
        for fault in row["faults"]:
            talk(f"{row['doc_id']}: the adjudicated annotation has a fault: {fault}")


def _row(entry: Entry, schema: Schema) -> dict[str, Any]:
    """How far a document is, as JSON."""
    from workbench.core.checks import check

    merged = entry.merged
    counts = Counter[str](one.status for one in merged.judged)
    kinds = Counter(one.unit.kind for one in merged.judged if one.status == "open")
    found = check(merged.annotation, schema, entry.document.text, entry.document.zones)
    return {
        "doc_id": entry.document.doc_id,
        "annotators": list(entry.passes),
        "units": len(merged.judged),
        **{status: counts[status] for status in STATUSES},
        "open_kinds": dict(sorted(kinds.items())),
        "stale": [
            {"decision": one.decision.id, "kind": one.decision.kind, "why": one.why, "unit": one.unit}
            for one in merged.stale
        ],
        "lost": list(merged.lost),
        "faults": [str(fault) for fault in found if fault.severity == "error"],
    }


def _merge(base: Path, ours: Path, theirs: Path) -> None:
    """Merge like git asks for it: the result replaces OURS; an empty BASE is a file that both have added."""
    from workbench.core.files import write_text
    from workbench.review.adjudication.decisions import dump, read_decisions, union

    before = read_decisions(base) if base.is_file() and base.stat().st_size else None
    write_text(ours, dump(union(before, read_decisions(ours), read_decisions(theirs))))


def _install() -> None:
    """Tell this clone's git how to merge decisions; `.gitattributes` says which files they are."""
    import subprocess
    import sys

    from workbench.cli.output import talk
    from workbench.core.errors import EnvironmentFailure

    command = f'"{sys.executable}" -m workbench adjudicate --merge %O %A %B'
    settings = {"merge.workbench.name": "merge decisions of adjudication", "merge.workbench.driver": command}
    for key, value in settings.items():
        try:
            subprocess.run(["git", "config", key, value], check=True, capture_output=True, text=True)  # noqa: S603, S607
        except FileNotFoundError:
            raise EnvironmentFailure("git is not installed") from None
        except subprocess.CalledProcessError as error:
            raise EnvironmentFailure(f"git config failed: {error.stderr.strip()}") from None
    talk("git merges files of decisions with the workbench in this clone now")
