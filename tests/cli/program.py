"""The `workbench` command as a user runs it: a process of its own with two streams of words and an exit code.

Most runs are forked from a process that has imported the program before, since importing takes longer than most runs.
Runs that are about the interpreter, such as its locale or its hash seed, get a new one.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from schemas import load

PROGRAM = "from workbench.cli.main import run; run()"
_FORKS = "from tests.cli.program import fork_runs; fork_runs()"
_ROOT = Path(__file__).parents[2]
_IMPORTED = (
    *("workbench.cli.main", "workbench.answers.exporting", "workbench.corpus.converting", "workbench.core.integrity"),
    *("workbench.review.adjudication.merging", "workbench.review.agreement.report", "workbench.scoring.errors"),
    *("workbench.scoring.page", "workbench.scoring.report", "workbench.annotation.label_studio.pushing"),
    *("workbench.annotation.label_studio.pulling", "workbench.annotation.label_studio.standing"),
    *(
        "label_studio_sdk.projects.client_ext",
        "numpy",
        "rich.console",
        "rich.progress",
        "scipy.special",
        "typer.rich_utils",
    ),
)
_OF_INTERPRETERS = ("PYTHON", "LC_", "LANG")


def run(
    folder: Path, *arguments: str, before: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, with variables beside our own; `before` stands before the interpreter's name."""
    variables = {**os.environ, **environment}
    if before or any(name.startswith(_OF_INTERPRETERS) for name in environment):
        command = [*before, sys.executable, "-c", PROGRAM, *arguments]
        ran = subprocess.run(
            command, cwd=folder, env=variables, capture_output=True, text=True, check=False, encoding="utf-8"
        )
    else:
        ran = _forked(folder, arguments, variables)
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran


def _forked(folder: Path, arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    forking = _forking()
    assert forking.stdin is not None
    assert forking.stdout is not None
    with tempfile.TemporaryDirectory() as said:
        streams = (f"{said}/stdout", f"{said}/stderr")
        request = {"folder": str(folder), "arguments": arguments, "environment": environment, "streams": streams}
        forking.stdin.write(json.dumps(request) + "\n")
        forking.stdin.flush()
        code = int(forking.stdout.readline())
        out, err = (Path(stream).read_bytes().decode() for stream in streams)
    return subprocess.CompletedProcess(arguments, code, out, err)


@cache
def _forking() -> subprocess.Popen[str]:
    """The process that is forked; it ends with ours, when nobody writes to it any more."""
    return subprocess.Popen(
        [sys.executable, "-c", _FORKS], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def fork_runs() -> None:
    """Run the program for every line of JSON on stdin in a process of its own, and print its exit code."""
    for name in _IMPORTED:
        import_module(name)
    load("cppcc_poverty")
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _be_the_program(**json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _be_the_program(
    folder: str, arguments: Sequence[str], environment: Mapping[str, str], streams: Sequence[str]
) -> NoReturn:
    """Go on as the program: in its folder, with its variables, arguments and streams."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, stream in enumerate(streams, start=1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["workbench", *arguments]
    from workbench.cli.main import run as be_the_program

    code: object = 0
    try:
        be_the_program()
    except SystemExit as ended:
        code = ended.code
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    # taking the imported modules apart would take longer than most runs
    os._exit(code if isinstance(code, int) else int(code is not None))
