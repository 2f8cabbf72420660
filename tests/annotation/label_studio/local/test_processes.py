"""Processes are stopped as groups, and never mistaken for others with the same number."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from tests.machine import require
from workbench.annotation.label_studio.local import processes
from workbench.annotation.label_studio.local.processes import Process, find_start, stop

STUBBORN = """
import os, signal, sys, time
if sys.argv[1] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    print(child, flush=True)
time.sleep(600)
"""


def begin(kind: str) -> tuple[subprocess.Popen[str], int]:
    """A process with a child in a group of its own, and the number of the child."""
    made = subprocess.Popen(
        [sys.executable, "-c", STUBBORN, kind], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert made.stdout is not None
    with made.stdout:
        child = int(made.stdout.readline())
    threading.Thread(target=made.wait, daemon=True).start()
    return made, child


@pytest.fixture(params=["kind", "stubborn"])
def group(request: pytest.FixtureRequest) -> Iterator[tuple[Process, int]]:
    made, child = begin(request.param)
    yield Process(made.pid, find_start(made.pid) or ""), child
    if made.poll() is None:
        os.killpg(made.pid, 9)


def test_the_whole_group_ends(group: tuple[Process, int]) -> None:
    """Kindly, and by force where that does not help; stopping again is no error."""
    process, child = group
    assert process.runs
    assert stop(process, patience=0.3)
    assert not process.runs
    until = time.monotonic() + 10
    while find_start(child) is not None and time.monotonic() < until:
        time.sleep(0.02)
    assert find_start(child) is None
    assert not stop(process)


def test_another_process_with_the_same_number_is_left_alone(group: tuple[Process, int]) -> None:
    """A number that somebody else got later is not ours: the start differs."""
    process, _ = group
    other = process._replace(started="before the machine was restarted 1")
    assert not other.runs
    assert not stop(other)
    assert process.runs


def test_one_that_has_ended_and_was_not_waited_for_does_not_run() -> None:
    """Where nobody waits for it, an ended process stays in the list of processes."""
    with subprocess.Popen([sys.executable, "-c", ""]) as made:
        time.sleep(0.5)
        assert find_start(made.pid) is None


def test_without_proc_the_program_ps_tells(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Systems without /proc have ps."""
    require("ps", "procps")
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    assert find_start(os.getpid())
    assert find_start(2**22 + 1) is None
