"""workbench studio serve: offer an extractor to Label Studio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench import DEFAULT_SCHEMA
from workbench.cli.options import SchemaName

if TYPE_CHECKING:
    from workbench.annotation.label_studio.backend.app import Credentials

_PASSWORD_VARIABLE = "WORKBENCH_STUDIO_PASSWORD"  # noqa: S105  # the name of a variable


def serve(
    extractor: Annotated[str, typer.Argument(metavar="EXTRACTOR", help="Name of the extractor, such as rules.")],
    schema: SchemaName = DEFAULT_SCHEMA,
    host: Annotated[str, typer.Option("--host", help="The address of this machine that others call.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: one that is free.")] = 9090,
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help="Answer only to this user with the password.")
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            metavar="FILE",
            help=f"A file that holds the password; by default the variable {_PASSWORD_VARIABLE} does.",
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.1, max=60, help="The most that the extractor may take for a task.")
    ] = 20,
) -> None:
    """Offer an extractor to Label Studio, which shows what it finds as predictions.

    The extractor runs in a process of its own. A task that it fails at, or takes too long for, gets an empty prediction
    and a reason; Label Studio may ask for it again.

    What the project's configuration has no label for is left out, and said. Without a password only this machine is
    answered.

    \b
    Example: workbench studio serve rules
             workbench studio serve rules --host 0.0.0.0 --user annotators --password-file secret.txt
    """
    from functools import partial

    from workbench.cli.output import talk
    from workbench.core.schema import open_schema
    from workbench.extractors.base import open_extractor
    from workbench.formats.contract import load_library

    for library in ("starlette", "uvicorn"):
        load_library(library, "workbench studio serve", "label-studio")
    from workbench.annotation.label_studio.backend import running

    open_schema(schema)
    offered = running.Offered(partial(open_extractor, extractor), schema, seconds)
    running.serve(offered, running.Address(host, port), _credentials(user, password_file), talk)


def _credentials(user: str | None, password_file: Path | None) -> Credentials | None:
    """Who may ask; None: everybody.

    Raises:
        UsageMistake: there is a user or a password alone, or Label Studio could not send them.
        EnvironmentFailure: the file may not be read.
    """
    import os

    from workbench.annotation.label_studio.backend.app import Credentials
    from workbench.core.errors import UsageMistake
    from workbench.core.files import read_text

    password = os.environ.get(_PASSWORD_VARIABLE) or None
    if password_file is not None:
        password = read_text(password_file).rstrip("\r\n")
    if user is None and password is None:
        return None
    if not user:
        raise UsageMistake("there is a password, but no user for it: give --user")
    if not password:
        raise UsageMistake(f"user {user} needs a password: give --password-file, or {_PASSWORD_VARIABLE}")
    if ":" in user or not (user + password).isascii() or not (user + password).isprintable():
        raise UsageMistake("user and password: Label Studio can send ASCII characters only, and no : in the user")
    return Credentials(user, password)
