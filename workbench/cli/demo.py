"""workbench demo: the whole way on the real reports, in a temporary folder, without a network."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

import workbench
from workbench.cli import check, extract, importing, migrate, prepare, score
from workbench.core.errors import EnvironmentFailure, UsageMistake

A, B = Path("tasks/pilot/annotations/A"), Path("tasks/pilot/annotations/B")
RULES = Path("tasks/pilot/predictions/rules")


class Step(NamedTuple):
    """A command as it would be typed, what it is for, the call behind it, and how many lines of its output to show."""

    purpose: str
    command: str
    call: Callable[[], None]
    lines: int


STEPS = (
    Step(
        "clean five raw reports into documents; every character keeps its way back",
        "workbench prepare seeds --batch pilot",
        lambda: prepare.prepare(Path("seeds"), "pilot"),
        7,
    ),
    Step(
        "bring in the annotations of A, made on the raw files",
        "workbench import received/A.jsonl --batch pilot --as A --offsets raw",
        lambda: importing.import_file(Path("received/A.jsonl"), "pilot", "A", importing.OffsetBasis.raw),
        8,
    ),
    Step(
        "and those of B",
        "workbench import received/B.jsonl --batch pilot --as B --offsets raw",
        lambda: importing.import_file(Path("received/B.jsonl"), "pilot", "B", importing.OffsetBasis.raw),
        8,
    ),
    Step(
        "bring both to the present version of the guidelines; what a person must look at is listed",
        "workbench migrate tasks/pilot",
        lambda: migrate.migrate(Path("tasks/pilot")),
        -3,
    ),
    Step(
        "let the rules-only baseline extract the same",
        "workbench extract rules --batch pilot",
        lambda: extract.extract("rules", "pilot"),
        6,
    ),
    Step(
        "check everything against schema and text",
        "workbench check tasks/pilot",
        lambda: check.check(Path("tasks/pilot")),
        -4,
    ),
    Step(
        "measure the baseline against A",
        f"workbench score {A} {RULES}",
        lambda: score.score(A, RULES),
        11,
    ),
    Step("and B against A, as a yardstick", f"workbench score {A} {B}", lambda: score.score(A, B), 7),
)


def demo(
    keep: Annotated[Path | None, typer.Option("--keep", help="Work in this new folder and leave it there.")] = None,
) -> None:
    """Walk the whole way on five real reports.

    Prepare, import, migrate, extract, check and score, offline, in a temporary folder.

    \b
    Example: workbench demo
    """
    reports = shipped()
    with _folder(keep) as folder, _inside(folder):
        for name in ("seeds", "received"):
            shutil.copytree(reports[name], name, ignore=shutil.ignore_patterns("__pycache__"))
        for step in STEPS:
            print(f"# {step.purpose}\n$ {step.command}", flush=True)
            _show(step)
    print(
        "Your turn: the same commands work in any folder with seeds/ in it."
        if keep is None
        else f"All of it is in {keep}."
    )


def shipped() -> dict[str, Path]:
    """The reports and received annotations: inside an installed wheel, or in the clone that the package runs from."""
    package = Path(workbench.__file__).parent
    inside, clone = package / "shipped", package.parent
    for places in (
        {"seeds": inside / "seeds", "received": inside / "received"},
        {"seeds": clone / "seeds", "received": clone / "tasks" / "pilot" / "received"},
    ):
        if all(place.is_dir() for place in places.values()):
            return places
    raise EnvironmentFailure("the demo's reports are missing from this installation; install cppcc-workbench again")


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="workbench-demo-") as name:
            yield Path(name)
        return
    try:
        keep.mkdir(parents=True)
    except FileExistsError:
        raise UsageMistake(f"{keep} exists already; name a new folder") from None
    except OSError as error:
        raise EnvironmentFailure(f"{keep}: cannot be made ({error.strerror})") from None
    yield keep


@contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _show(step: Step) -> None:
    """Run a step and show the first lines of what it prints; the last ones for a negative number."""
    output = StringIO()
    try:
        with redirect_stdout(output), redirect_stderr(output):
            step.call()
    except typer.Exit as ended:
        if ended.exit_code:
            sys.stdout.write(output.getvalue())
            raise
    lines = output.getvalue().splitlines()
    shown = lines[: step.lines] if step.lines > 0 else lines[step.lines :]
    print("\n".join(shown))
    if len(lines) > len(shown):
        print(f"… and {len(lines) - len(shown)} more")
    print()
