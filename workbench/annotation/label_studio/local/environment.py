"""The environment Label Studio runs in: its own, because it pins what the workbench uses in other versions."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from workbench.annotation.label_studio.local.locking import Say, locked
from workbench.core.errors import EnvironmentFailure, UsageMistake

VERSION = "1.23.2"
VARIABLE = "WORKBENCH_LABEL_STUDIO"
"""Names the folder of an environment that is used instead of one's own."""

_WHOLE = "workbench-made-this-whole"
_LINES = 8


class Environment(NamedTuple):
    """A folder with `bin/label-studio`, and the version in it."""

    folder: Path
    version: str

    @property
    def program(self) -> Path:
        """The program that starts a server."""
        return self.folder / "bin" / "label-studio"


def cache_folder(variables: Mapping[str, str] = os.environ) -> Path:
    """Where environments are kept for all projects of a user."""
    base = variables.get("XDG_CACHE_HOME") or ""
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "cppcc-workbench"


def find_environment(say: Say, variables: Mapping[str, str] = os.environ) -> Environment:
    """The environment that WORKBENCH_LABEL_STUDIO names, else the user's own, which is made if need be (800 MB, 15 s).

    Raises:
        UsageMistake: WORKBENCH_LABEL_STUDIO names no environment with Label Studio.
        EnvironmentFailure: uv is not installed, or cannot make the environment; nothing half-made is left.
    """
    named = variables.get(VARIABLE)
    if named:
        return _existing(Path(named).absolute())
    folder = cache_folder(variables) / f"label-studio-{VERSION}"
    environment = Environment(folder, VERSION)
    if not _is_whole(environment):
        with locked(
            folder.with_name(f"{folder.name}.lock"),
            say,
            "waiting for another program that makes the environment for Label Studio",
        ) as lock:
            if not _is_whole(environment):
                _make(folder, say, lock)
    return environment


def _existing(folder: Path) -> Environment:
    found = sorted(folder.glob("lib/python*/site-packages/label_studio-*.dist-info"))
    if not found or not (folder / "bin" / "label-studio").is_file():
        raise UsageMistake(f"{VARIABLE}: {folder} has no bin/label-studio; name an environment, or unset the variable")
    return Environment(folder, found[-1].name.removeprefix("label_studio-").removesuffix(".dist-info"))


def _is_whole(environment: Environment) -> bool:
    """Also when the Python it was made with has gone since, an environment is not whole."""
    python = environment.folder / "bin" / "python"
    return (environment.folder / _WHOLE).is_file() and python.exists() and environment.program.is_file()


def _make(folder: Path, say: Say, lock: int) -> None:
    """Make it in place, since its programs name their own folder; the marker comes last."""
    uv = _find_uv()
    say(f"making an environment for Label Studio {VERSION}, once for all projects (800 MB): {folder}")
    began = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)  # what a crash has left, which uv might not take for an environment
    try:
        _run(uv, ("venv", "--python", sys.executable, str(folder)), folder, lock)
        _run(uv, ("pip", "install", "--python", str(folder / "bin" / "python"), _requirement()), folder, lock)
        (folder / _WHOLE).touch()
    except OSError as error:
        raise EnvironmentFailure(f"{folder}: cannot be made ({error.strerror}); nothing is left of it") from None
    finally:
        if not (folder / _WHOLE).exists():
            shutil.rmtree(folder, ignore_errors=True)
    say(f"made in {time.monotonic() - began:.0f} s")


def _requirement() -> str:
    return f"label-studio=={VERSION}"


def _find_uv() -> str:
    try:
        import uv

        return uv.find_uv_bin()
    except (ImportError, FileNotFoundError):
        raise EnvironmentFailure(
            "a Label Studio of your own is made with uv, which is not installed: "
            "pip install 'cppcc-workbench[label-studio]'"
        ) from None


def _run(uv: str, arguments: tuple[str, ...], folder: Path, lock: int) -> None:
    """Run uv; it holds the lock too, so that nobody makes the same while an abandoned uv still works."""
    command = [uv, *arguments, "--no-progress", "--color", "never"]
    # settings of a project in the present folder are none of this environment's
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder.parent, pass_fds=[lock])  # noqa: S603
    if ran.returncode:
        said = "\n".join(f"  {line}" for line in ran.stderr.strip().splitlines()[-_LINES:])
        raise EnvironmentFailure(
            f"{folder}: uv could not make the environment for Label Studio (nothing is left of it):\n{said}\n"
            f"Run the command again when the package index can be reached and there is 1 GB of room; or name an "
            f"environment you have: {VARIABLE}=FOLDER"
        )
