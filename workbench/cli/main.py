"""The `workbench` command: adds the verbs, runs one, and turns errors into messages and exit codes."""

from __future__ import annotations

import errno
import os
import sys
from typing import Annotated

import typer

from workbench import __version__
from workbench.cli import (
    adjudicate,
    agree,
    backup,
    check,
    compare,
    convert,
    demo,
    export,
    extract,
    gold,
    importing,
    label,
    migrate,
    prepare,
    report,
    schema,
    score,
    status,
    studio,
)
from workbench.cli.output import talk
from workbench.core.errors import ExitCode, WorkbenchError

HELP = """Label, agree on and measure who helped which village with what.

seeds → prepare → tasks → import → annotations → check → extract → score

Each verb explains itself: workbench score --help
"""

app = typer.Typer(
    name="workbench",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,  # rich costs 150 ms, which every --help would pay
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("prepare")(prepare.prepare)
app.command("import")(importing.import_file)
app.command("migrate")(migrate.migrate)
app.command("check")(check.check)
app.add_typer(schema.app, name="schema")
app.command("label")(label.label)
app.command("status")(status.status)
app.add_typer(studio.app, name="studio")
app.command("backup")(backup.backup)
app.command("extract")(extract.extract)
app.command("agree")(agree.agree)
app.command("adjudicate")(adjudicate.adjudicate)
app.add_typer(gold.app, name="gold")
app.command("score")(score.score)
app.command("compare")(compare.compare)
app.command("report")(report.report)
app.command("convert")(convert.convert)
app.command("export")(export.export)
app.command("demo")(demo.demo)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"workbench {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Take the options that come before the verb."""


def run() -> None:
    """Run the command line and exit; errors of the family become a message on stderr and their exit code."""
    for stream in (sys.stdout, sys.stderr):
        if (stream.encoding or "").lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        try:
            app(standalone_mode=True)
        except SystemExit as ended:
            if ended.code == ExitCode.INTERRUPTED:
                raise KeyboardInterrupt from None
            raise
        finally:
            sys.stdout.flush()
    except OSError as error:
        # stdout may be what cannot be written: the interpreter must not try again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        place = f"{error.filename}: " if error.filename else ""
        talk(f"workbench: {place}{error.strerror or error}")
        sys.exit(ExitCode.USAGE if error.errno == errno.ENAMETOOLONG else ExitCode.ENVIRONMENT)
    except WorkbenchError as error:
        talk(f"workbench: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        talk("workbench: interrupted; every written file is whole, and running the command again completes the others")
        sys.exit(ExitCode.INTERRUPTED)
