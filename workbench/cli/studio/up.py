"""workbench studio up: a Label Studio of one's own on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli.options import PROJECT, AsJson


def up(
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            metavar="N",
            min=1,
            max=65535,
            help="Where it answers; by default the port of the last time, else 8080, else any that is free.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start a Label Studio on this machine, and print its address and login.

    For people who have none: push, pull and status find it without being told where. Only this machine reaches it,
    its telemetry is off, and it goes on until workbench studio down. Started again it has the same data, user and
    password; all of it is in .workbench/label-studio.

    The first time on a machine an environment is made with uv (800 MB, for all projects); the variable
    WORKBENCH_LABEL_STUDIO names another one to use instead.

    \b
    Example: workbench studio up
             workbench studio up --port 9000
    """
    from workbench.annotation.label_studio.local.server import bring_up
    from workbench.cli.output import print_json, talk

    login = bring_up(PROJECT, port, talk)
    if as_json:
        print_json({"url": login.url, "username": login.username, "password": login.password, "version": login.version})
    else:
        print(f"URL        {login.url}\nuser name  {login.username}\npassword   {login.password}")
    talk("to stop it: workbench studio down")
