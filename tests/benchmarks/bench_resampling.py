"""CPU time and memory of the resampling, against a plain float32 matrix product of the size of its core.

Run: python tests/benchmarks/bench_resampling.py
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np

from tests.benchmarks.coverage import micro_f1, simulate
from workbench.scoring.resampling import Settings, interval, intervals, poisson_sums
from workbench.scoring.significance import paired_test

DOCUMENTS, DRAWS, COLUMNS = 10_000, 10_000, 60
BAR = 1.5
ROUNDS = 5


def cpu_seconds(work: Callable[[], object]) -> float:
    """Best CPU time (all threads) of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def peak() -> float:
    """Greatest resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print CPU seconds, the ratio to the reference and the memory used."""
    generator = np.random.default_rng(7)
    counts = generator.poisson(3, (DOCUMENTS, COLUMNS))
    ids = [f"doc{index:05}" for index in range(DOCUMENTS)]
    before = peak()
    bootstrap = cpu_seconds(lambda: poisson_sums(counts, ids, seed=1, draws=DRAWS))
    print(f"Poisson bootstrap, {DRAWS} x {DOCUMENTS} x {COLUMNS}: {bootstrap:.2f} CPU s (bar {BAR}), ", end="")
    print(f"{peak() - before:.0f} MB on top of {before:.0f}")
    weights, few = np.ones((DRAWS // 10, DOCUMENTS), dtype=np.float32), counts.astype(np.float32)
    reference = 10 * cpu_seconds(lambda: weights @ few)
    print(f"float32 product of that size: {reference:.2f} CPU s, ratio {bootstrap / reference:.1f}")
    statistics = [lambda sums, i=i: 2 * sums[..., i] / (2 * sums[..., i : i + 3].sum(-1)) for i in range(0, COLUMNS, 3)]
    print(f"20 intervals from it: {cpu_seconds(lambda: intervals(counts, statistics, ids)):.2f} CPU s")
    for documents in (5, 7, 49, 999):
        left, _ = simulate(generator, documents)
        taken = cpu_seconds(
            lambda left=left, documents=documents: interval(left, micro_f1, ids[:documents], method="bootstrap")
        )
        print(f"one bootstrap interval, {documents} documents: {taken:.3f} CPU s")
    for documents in (10, 20, 21, 1000):
        left, right = simulate(generator, documents)
        taken = cpu_seconds(
            lambda left=left, right=right, documents=documents: paired_test(
                left, right, micro_f1, ids[:documents], seed=Settings().seed
            )
        )
        print(f"paired test, {documents} documents: {taken:.3f} CPU s")
    if bootstrap > BAR:
        raise SystemExit(f"over the bar of {BAR} CPU s")


if __name__ == "__main__":
    main()
