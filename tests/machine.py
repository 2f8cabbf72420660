"""Programs of the machine that some tests want: a skip that says what to install, or a failure in CI."""

from __future__ import annotations

import os
import shutil

import pytest


def require(program: str, package: str) -> str:
    """The path of a program; without it the test is skipped, naming the apt line, or fails under CI=true."""
    path = shutil.which(program)
    if path is not None:
        return path
    message = f"{program} is missing; install it with: apt-get install -y {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
