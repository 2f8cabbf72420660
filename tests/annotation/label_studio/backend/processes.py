"""What runs on this machine."""

from __future__ import annotations

import subprocess
import time

EXTRACTOR = "multiprocessing.spawn"
"""In the command line of an extractor's process."""


def running(words: str, parent: int | None = None, patience: float = 5) -> list[int]:
    """The numbers of processes with these words in their command line, if after some seconds there still are some."""
    until = time.monotonic() + patience
    while True:
        # -ww: a long path to the interpreter must not push the words out of the width that COLUMNS names
        ran = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
        lines = [line.split(None, 3) for line in ran.stdout.splitlines()]
        found = [
            int(pid)
            for pid, ppid, state, *args in lines
            if words in "".join(args) and not state.startswith("Z") and parent in (None, int(ppid))
        ]
        if not found or time.monotonic() > until:
            return found
        time.sleep(0.1)
