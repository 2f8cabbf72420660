"""workbench migrate: annotations made with an older version of the schema become ones of a later version."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import AsJson

if TYPE_CHECKING:
    from schemas.migrations import Case
    from workbench.corpus.migrating import MigratedFile, Migration


def migrate(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A batch (all its authors), an author's folder, or one file.")
    ],
    to: Annotated[
        str | None, typer.Option("--to", metavar="VERSION", help="Version to migrate to; by default the schema's.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List every change and write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring annotations to a later version of their schema.

    Lists what was lost and what a person must look at; with --dry-run also what changes by itself.

    All files or none; those of the version already are left alone. Predictions of a batch are not migrated: run the
    extractor again.

    \b
    Example: workbench migrate tasks/pilot --dry-run
             workbench migrate tasks/pilot
    """
    from workbench.cli.output import print_json, print_table
    from workbench.core.schema import open_schema
    from workbench.corpus.migrating import plan_migration, write_migration
    from workbench.corpus.reading import schema_of

    migration = plan_migration(path, open_schema(schema_of(path)), to)
    if not dry_run:
        write_migration(migration)
    if as_json:
        print_json(_record(migration, written=not dry_run))
        return
    for file in migration.files:
        for case in file.cases:
            if dry_run or case.kind != "automatic":
                print(_line(file, case))
    sources = Counter(file.source.parent for file in migration.files)
    untouched = Counter(file.parent for file in migration.untouched)
    columns = (
        "migrated" if not dry_run else "would migrate",
        "documents",
        *KIND_COLUMNS.values(),
        f"{migration.target} already",
    )
    print_table(
        columns,
        (
            (
                str(folder),
                str(sources[folder]),
                *(str(_count(migration, kind, folder)) for kind in KIND_COLUMNS),
                str(untouched[folder]),
            )
            for folder in dict.fromkeys(sorted((*sources, *untouched)))
        ),
    )


KIND_COLUMNS = {"automatic": "automatic", "lossy": "lossy", "needs_human": "needs a human"}
"""How the kinds of cases are called in tables."""


def _count(migration: Migration, kind: str, folder: Path) -> int:
    return sum(case.kind == kind for file in migration.files if file.source.parent == folder for case in file.cases)


def _line(file: MigratedFile, case: Case) -> str:
    where = "" if case.start is None else f" [{case.start}, {case.end})"
    text = f" {case.text}" if case.text else ""
    return f"{KIND_COLUMNS[case.kind]}: {file.source} {case.path}{where}{text}: {case.message} ({case.decision})"


def _record(migration: Migration, written: bool) -> dict[str, Any]:
    """Everything as JSON: the files with their counts, and all cases."""
    return {
        "to": migration.target,
        "written": written,
        "files": [
            {
                "source": str(file.source),
                "doc_id": file.annotation.doc_id,
                "from": file.version,
                **{kind: sum(case.kind == kind for case in file.cases) for kind in KIND_COLUMNS},
            }
            for file in migration.files
        ],
        "untouched": [str(file) for file in migration.untouched],
        "cases": [
            {"source": str(file.source), "doc_id": file.annotation.doc_id, **case._asdict()}
            for file in migration.files
            for case in file.cases
        ],
    }
