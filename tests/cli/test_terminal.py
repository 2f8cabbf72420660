"""What people see in a real terminal: Chinese whole and aligned, in 80 columns."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM
from tests.machine import require


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[list[str]]:
    """A private tmux server with an 80x24 terminal; gives the command line that talks to it."""
    tmux = [require("tmux", "tmux"), "-S", str(tmp_path / "socket"), "-f", "/dev/null", "-u"]
    subprocess.run(
        [*tmux, "new-session", "-d", "-x", "80", "-y", "24", "env LANG=C.UTF-8 LC_ALL=C.UTF-8 sh"], check=True
    )
    yield tmux
    subprocess.run([*tmux, "kill-server"], check=False)


def screen_with(terminal: list[str], text: str) -> str:
    """Wait until the screen shows a text; the screen."""
    shown = ""
    for _ in range(200):
        shown = subprocess.run(
            [*terminal, "capture-pane", "-p", "-S", "-"], capture_output=True, text=True, check=True
        ).stdout
        if text in shown:
            return shown
        time.sleep(0.1)
    raise AssertionError(f"{text!r} never appeared:\n{shown}")


def test_a_type_in_a_terminal_of_80_columns(terminal: list[str], tmp_path: Path) -> None:
    """Names, examples and their reports stand on the screen as written, and the exit code is 0."""
    (tmp_path / "program.py").write_text(PROGRAM)
    command = f"{sys.executable} {tmp_path}/program.py schema show --type ORG; echo EXIT:$?"
    subprocess.run([*terminal, "send-keys", "-l", command], check=True)
    subprocess.run([*terminal, "send-keys", "Enter"], check=True)
    shown = screen_with(terminal, "EXIT:0")
    for text in ("ORG  组织机构  Organisation", "永州市政协  [001]", "民进四川省委  [004]", "may contain: LOC, ORG"):
        assert text in shown
