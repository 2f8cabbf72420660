"""Programs of the machine that some tests want: a skip that says what to install, or a failure in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def require(program: str, package: str, also: str = "") -> str:
    """The path of a program; without it the test is skipped, naming the apt line, or fails under CI=true.

    `also` is a pattern below `/` of folders to look in that are not in PATH.
    """
    folders = sorted(Path("/").glob(also), reverse=True) if also else []
    path = shutil.which(program) or shutil.which(program, path=os.pathsep.join(map(str, folders)))
    if path is not None:
        return path
    message = f"{program} is missing; install it with: apt-get install -y {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
