"""How long the command line takes to start, as a ratio to a bare interpreter in the same run.

Run: python tests/benchmarks/startup.py
"""

from __future__ import annotations

import subprocess
import sys
import time

PROGRAMS = {
    "python -c pass": "pass",
    "workbench --help": "import sys; sys.argv = ['workbench', '--help']; from workbench.cli.main import run; run()",
    "workbench score --help": (
        "import sys; sys.argv = ['workbench', 'score', '--help']; from workbench.cli.main import run; run()"
    ),
}
ROUNDS = 15


def seconds(program: str) -> float:
    """Wall time of one run."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def main() -> None:
    """Take the best of interleaved rounds, so that a noisy neighbour disturbs all programs alike."""
    best = dict.fromkeys(PROGRAMS, float("inf"))
    for _ in range(ROUNDS):
        for name, program in PROGRAMS.items():
            best[name] = min(best[name], seconds(program))
    bare = best["python -c pass"]
    for name, taken in best.items():
        print(f"{name:24} {1000 * taken:6.0f} ms  {taken / bare:5.1f} x bare interpreter")


if __name__ == "__main__":
    main()
