"""Replay the gold and print the table.

Run: python -m tests.benchmarks.keystrokes [--settings cold,strings,"rules + strings"] [--reports 001…]
"""

from __future__ import annotations

import argparse
import sys
import time

from tests.benchmarks.keystrokes.replay import GOLD, SETTINGS, replay
from tests.benchmarks.keystrokes.table import render


def main() -> None:
    """Replay and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=",".join(SETTINGS), help="comma-separated")
    parser.add_argument("--reports", default="", help="beginnings of document ids, comma-separated")
    arguments = parser.parse_args()
    wanted = tuple(filter(None, arguments.reports.split(",")))
    doc_ids = sorted(file.stem for file in GOLD.glob("*.json") if not wanted or file.stem.startswith(wanted))
    rows = {}
    for setting in arguments.settings.split(","):
        started = time.perf_counter()
        rows[setting] = replay(setting, doc_ids)
        print(f"{setting}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
    for line in render(rows):
        print(line)


if __name__ == "__main__":
    main()
