"""workbench studio pull: bring home what people did in Label Studio."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import AsJson, BatchArgument, StoreAddress, open_batch
from workbench.cli.studio.options import (
    ProjectNumber,
    ServerUrl,
    TokenFile,
    connect,
    progress_bar,
    work_in_progress,
)
from workbench.core.errors import ExitCode

if TYPE_CHECKING:
    from workbench.annotation.label_studio.client import Client
    from workbench.annotation.label_studio.pulling import Pulled
    from workbench.corpus.tasks import Batch

_SHOWN = 5
"""Differences that are shown one by one for each side of a conflict."""


def pull(
    batch: BatchArgument,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Take what is there also over what was changed here.")
    ] = False,
    watch: Annotated[
        float | None,
        typer.Option(
            "--watch", metavar="SECONDS", min=1, max=86_400, help="Look again every so many seconds, until Ctrl-C."
        ),
    ] = None,
    url: ServerUrl = None,
    token_file: TokenFile = None,
    project: ProjectNumber = None,
    store: StoreAddress = None,
    as_json: AsJson = False,
) -> None:
    """Pull what people did in Label Studio: submitted annotations become files of the batch, under their names.

    A user is called as [studio] in batch.toml says, else by the first part of the address; pushed annotations keep
    their authors. Drafts, skipped tasks and what has no place in annotations are kept in tasks/BATCH/studio.

    A file that was changed here since the last pull or push is not overwritten: where both sides have changed, that is
    told, and --overwrite, or push --overwrite, decides. Exit code 1 when something needs a look.

    \b
    Example: workbench studio pull pilot
             workbench studio pull pilot --watch 30
    """
    from workbench.cli.output import print_json

    opened = open_batch(batch)
    with connect(opened, url, token_file) as client:
        if watch is not None:
            _watch(client, opened, (project, overwrite, store), watch, as_json)
        pulled = _pull(client, opened, (project, overwrite, store))
    if as_json:
        print_json(_record(pulled))
    else:
        _print(pulled)
    _tell(pulled)
    if pulled.conflicts or pulled.problems or any(fault.severity == "error" for fault in pulled.faults):
        raise typer.Exit(ExitCode.FAULTY)


_How = tuple[int | None, bool, str | None]


def _pull(client: Client, batch: Batch, how: _How) -> Pulled:
    from workbench.annotation.label_studio import pulling
    from workbench.core.schema import open_schema

    number, overwrite, store = how
    home = pulling.Home(batch, open_schema(batch.schema_name), work_in_progress(batch, store))
    with progress_bar() as bar:
        done = 0

        def on_task() -> None:
            nonlocal done
            done += 1
            bar("pulling", done, 0)

        return pulling.pull(client, home, number, overwrite, on_task)


def _watch(client: Client, batch: Batch, how: _How, seconds: float, as_json: bool) -> None:
    """Pull whenever something has changed there; what fails in passing is told, and tried again."""
    import json

    from workbench.annotation.label_studio.failures import StudioFailure
    from workbench.annotation.label_studio.present import changes
    from workbench.annotation.label_studio.projects import the_project
    from workbench.cli.output import talk

    seen: dict[int, str] | None = None
    told: tuple[str, ...] = ()
    waits = False
    while True:
        try:
            now = changes(client, the_project(client, batch, how[0]))
            if now != seen or waits:  # what was left alone may be free now, by something that was done here
                pulled = _pull(client, batch, how)
                seen, waits = now, bool(pulled.conflicts)
                lines = tuple(_look_at(pulled))
                if pulled.written or lines != told:
                    print(json.dumps(_record(pulled), ensure_ascii=False) if as_json else _sum(pulled), flush=True)
                    for line in lines:
                        talk(line)
                    told = lines
        except StudioFailure as failure:
            if not failure.passing:
                raise
            talk(f"{failure}; trying again in {seconds:g} seconds")
        time.sleep(seconds)


def _look_at(pulled: Pulled) -> list[str]:
    """Everything that people should look at, a line each."""
    lines: list[str] = []
    for one in pulled.conflicts:
        lines.append(f"left alone: {one.doc_id} by {one.name}: {one.why}")
        for side, said in (("here", one.differences.only_here), ("there", one.differences.only_there)):
            lines += [f"  only {side}: {line}" for line in said[:_SHOWN]]
            lines += [f"  only {side}: and {len(said) - _SHOWN} more (--json has them)"] if len(said) > _SHOWN else []
    for fault in pulled.faults:
        lines.append(f"{'left out' if fault.severity == 'error' else 'warning'}: {fault}")
    lines += [f"against the schema: {fault}" for fault in pulled.problems]
    return [_on_one_line(line) for line in lines]


def _on_one_line(words: str) -> str:
    """Words that may quote a text, without characters that would move the cursor or turn the direction."""
    spaces = "\u00a0\u3000"
    return "".join(one if one.isprintable() or one in spaces else f"\\u{ord(one):04x}" for one in words)


def _tell(pulled: Pulled) -> None:
    from workbench.cli.output import talk

    for line in _look_at(pulled):
        talk(line)


def _sum(pulled: Pulled) -> str:
    counts = [f"{count} {standing}" for standing, count in sorted(pulled.standings.items()) if count]
    counts += [f"{count} {name}" for name, count in (("skipped", pulled.skipped), ("drafts", pulled.drafts)) if count]
    return f"{pulled.project.url}: {pulled.written} files written; {', '.join(counts) or 'nobody has annotated'}"


def _print(pulled: Pulled) -> None:
    print(_sum(pulled))


def _record(pulled: Pulled) -> dict[str, Any]:
    return {
        "project": pulled.project.url,
        "written": pulled.written,
        "standings": {str(standing): count for standing, count in sorted(pulled.standings.items())},
        "skipped": pulled.skipped,
        "drafts": pulled.drafts,
        "conflicts": [
            {
                "doc_id": one.doc_id,
                "annotator": one.name,
                "annotation": one.number,
                "why": one.why,
                **one.differences._asdict(),
            }
            for one in pulled.conflicts
        ],
        "faults": [str(fault) for fault in pulled.faults],
        "problems": [str(fault) for fault in pulled.problems],
    }
