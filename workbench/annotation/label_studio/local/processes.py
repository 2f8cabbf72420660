"""Processes that outlive the program that started them: told apart from others that got the same number later."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from workbench.core.errors import EnvironmentFailure

_PATIENCE = 10.0
_PROC = Path("/proc")


class Process(NamedTuple):
    """The first process of a group: its number, and when it started in words of the system."""

    pid: int
    started: str

    @property
    def runs(self) -> bool:
        """Whether this very process is there, and not another one that got its number."""
        return find_start(self.pid) == self.started


def find_start(pid: int) -> str | None:
    """When a process started, in words that no other process with this number ever has; None when it has ended."""
    if (_PROC / "self" / "stat").exists():
        return _from_proc(pid)
    asked = ["ps", "-ww", "-o", "state=,lstart=", "-p", str(pid)]
    shown = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    state, _, start = shown.stdout.strip().partition(" ")
    return start.strip() or None if not state.startswith("Z") else None


def _from_proc(pid: int) -> str | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # the name of the program, in brackets, may hold blanks and brackets
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else f"{boot} {fields[18]}"


def stop(process: Process, patience: float = _PATIENCE) -> bool:
    """End a process with its group, kindly and after `patience` seconds by force; whether it was there.

    Raises:
        EnvironmentFailure: it belongs to somebody else, or does not end.
    """
    if not process.runs:
        return False
    try:
        for kind in (signal.SIGTERM, signal.SIGKILL):
            os.killpg(process.pid, kind)
            if _ended(process, patience):
                break
        else:
            raise EnvironmentFailure(f"process {process.pid} does not end; end it with: kill -9 {process.pid}")
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return True
    except PermissionError:
        raise EnvironmentFailure(f"process {process.pid} belongs to another user, who has to end it") from None
    return True


def _ended(process: Process, patience: float) -> bool:
    until = time.monotonic() + patience
    while process.runs:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
