"""workbench studio push: bring a batch to Label Studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.options import AsJson, BatchArgument, open_batch
from workbench.cli.studio.options import ProjectNumber, ServerUrl, TokenFile, connect, progress_bar
from workbench.core.errors import ExitCode, UsageMistake

if TYPE_CHECKING:
    from workbench.annotation.label_studio.pushing import Pushed

_SHOWN = 12
"""Changes of the configuration that are shown one by one."""


def push(
    batch: BatchArgument,
    suggest: Annotated[
        str | None,
        typer.Option(
            "--suggest",
            metavar="PROGRAM",
            help="Push this program's predictions: new annotations begin as copies of them.",
        ),
    ] = None,
    annotations: Annotated[
        list[str] | None,
        typer.Option("--annotations", metavar="NAME", help="Push this annotator's annotations. May be repeated."),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Into a new project; the former stays as it is.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Send annotations also where they were changed or deleted there.")
    ] = False,
    url: ServerUrl = None,
    token_file: TokenFile = None,
    project: ProjectNumber = None,
    as_json: AsJson = False,
) -> None:
    """Push a batch to Label Studio: one project, one task for each document.

    The project is made from the batch's schema if there is none. Pushing again, also after any failure, sends only what
    is missing or has changed here. Everything is checked before anything is sent. An annotation that was changed in
    Label Studio is not touched: pull first. Without --suggest, what is suggested there stays.

    Annotations go under the annotator's user where there is one ([studio] in batch.toml says who is who), else under
    the user of the token; they come back under the annotator's name.

    \b
    Example: workbench studio push pilot
             workbench studio push pilot --suggest rules
             workbench studio push pilot --annotations A
    """
    from workbench.annotation.label_studio import pushing
    from workbench.annotation.label_studio.wanted import Wish
    from workbench.cli.output import print_json
    from workbench.core.schema import open_schema

    if new and project is not None:
        raise UsageMistake("--new and --project exclude each other")
    opened = open_batch(batch)
    wish = Wish(opened, open_schema(opened.schema_name), suggest, tuple(dict.fromkeys(annotations or ())))
    with connect(opened, url, token_file) as client, progress_bar() as bar:
        pushed = pushing.push(client, wish, pushing.Options(project, new, overwrite), bar)
    if as_json:
        print_json(
            {
                "project": pushed.project.url,
                "tasks": pushed.tasks,
                **{name.replace(" ", "_"): pushed.counts[name] for name in pushing.COUNTED},
                "configuration": list(pushed.configuration.lines()) if pushed.configuration else [],
                "conflicts": list(pushed.conflicts),
            }
        )
    _tell(pushed, as_json)
    if pushed.conflicts:
        raise typer.Exit(ExitCode.FAULTY)


def _tell(pushed: Pushed, as_json: bool) -> None:
    from workbench.annotation.label_studio.pushing import COUNTED
    from workbench.cli.output import talk

    if pushed.configuration is not None:
        lines = pushed.configuration.lines()
        for line in lines[:_SHOWN]:
            talk(f"configuration: {line}")
        if len(lines) > _SHOWN:
            talk(f"configuration: and {len(lines) - _SHOWN} more (--json has them)")
    for conflict in pushed.conflicts:
        talk(f"left alone: {conflict}")
    if not as_json:
        said = ", ".join(f"{pushed.counts[name]} {name}" for name in COUNTED if pushed.counts[name])
        print(f"{pushed.project.url}: {pushed.tasks} tasks; {said or 'nothing had changed'}")
