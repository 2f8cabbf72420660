"""How often intervals cover the true F1 and the paired test rejects, in simulated collections of documents.

Run: python tests/benchmarks/coverage.py [--replications 1000] [--seed 7]

A document has 60 gold entities. Its difficulty (standard deviation .5) is shared by both systems, and each system has
an effect of its own on each document (.35), both in logits. A gold entity is found, and a spurious one avoided, when a
uniform draw stays below the probability of the document; both systems share the draw in .7 of the cases.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.scoring.resampling import Array, Interval, Settings, difference, interval, paired
from workbench.scoring.significance import minimum_detectable_effect, paired_test

ENTITIES = 60
DIFFICULTY, EFFECT, SHARED, LOGIT = 0.5, 0.35, 0.7, 1.5
SIZES = (5, 10, 20, 50)
SHIFT = 0.35  # in logits; about .05 F1


class Systems(NamedTuple):
    """Counts of two systems, each of shape (documents, 4): gold credit, possible, predicted credit, actual."""

    left: Array
    right: Array


def micro_f1(sums: Array) -> Array:
    """F1 of (..., gold credit, possible, predicted credit, actual); nan if there is nothing on either side."""
    recall = np.where(sums[..., 1] > 0, sums[..., 0] / np.maximum(sums[..., 1], 0.5), 0)
    precision = np.where(sums[..., 3] > 0, sums[..., 2] / np.maximum(sums[..., 3], 0.5), 0)
    value = 2 * precision * recall / np.where(precision + recall > 0, precision + recall, 1)
    return np.where(sums[..., 1] + sums[..., 3] > 0, value, np.nan)


def simulate(generator: np.random.Generator, documents: int, shift: float = 0.0) -> Systems:
    """Draw the counts of two systems; the left one is better by `shift` logits."""
    difficulty = generator.normal(0, DIFFICULTY, documents)
    draws = generator.random((documents, 2 * ENTITIES))
    fresh = generator.random(draws.shape)
    other = np.where(generator.random(draws.shape) < SHARED, draws, fresh)
    return Systems(
        *(_counts(generator, difficulty + LOGIT + plus, uniform) for plus, uniform in ((shift, draws), (0.0, other)))
    )


def _counts(generator: np.random.Generator, logits: Array, uniform: Array) -> Array:
    logits = logits + generator.normal(0, EFFECT, len(logits))
    right: NDArray[np.bool_] = uniform < 1 / (1 + np.exp(-logits))[:, None]
    found = right[:, :ENTITIES].sum(axis=1)
    spurious = ENTITIES - right[:, ENTITIES:].sum(axis=1)
    return np.column_stack([found, np.full(len(found), ENTITIES), found, found + spurious]).astype(np.float64)


def true_f1(shift: float = 0.0) -> float:
    """The F1 of infinitely many documents.

    With a mean probability p, 60 p entities are found and 60 (1 − p) are spurious, so F1 = 2 · 60 p / (60 + 60) = p;
    p is the mean of a logit-normal variable, here by Gauss-Hermite quadrature.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    logits = LOGIT + shift + np.hypot(DIFFICULTY, EFFECT) * nodes
    return float((weights / (1 + np.exp(-logits))).sum() / weights.sum())


def covers(made: Interval, truth: float) -> bool:
    """Tell whether an interval exists and holds the truth."""
    return made.low is not None and made.high is not None and made.low <= truth <= made.high


def rates(documents: int, replications: int, seed: int, draws: int) -> dict[str, float]:
    """Coverage, mean width and rejection rates at one number of documents."""
    generator = np.random.default_rng([seed, documents])
    ids = [f"d{index:03}" for index in range(documents)]
    settings = Settings(seed=seed, draws=draws)
    gain = true_f1(SHIFT) - true_f1()
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    for _ in range(replications):
        null, better = simulate(generator, documents), simulate(generator, documents, SHIFT)
        for name in ("jackknife-t", "bootstrap"):
            made = interval(null.right, micro_f1, ids, method=name, settings=settings)
            note(name, covers(made, true_f1()))
            note(f"{name} width", (made.high or 0) - (made.low or 0))
        both = paired(better.left, better.right)
        made = interval(both, difference(micro_f1), ids, method="jackknife-t", bounds=(-1, 1))
        note("difference", covers(made, gain))
        for name, systems in (("null", null), ("gain", better)):
            p = paired_test(systems.left, systems.right, micro_f1, ids, seed=seed, draws=draws).p
            note(name, p is not None and p <= 0.05)
        note("detectable", minimum_detectable_effect(better.left, better.right, micro_f1, ids).effect or np.nan)
    return {name: float(np.mean(values)) for name, values in found.items()}


def main() -> None:
    """Print one row for each number of documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--draws", type=int, default=2000)
    asked = parser.parse_args()
    print(f"replications {asked.replications}, seed {asked.seed}, draws {asked.draws}")
    print(f"true F1 {true_f1():.3f}, true gain {true_f1(SHIFT) - true_f1():.3f}; ± 2 standard errors of .95: ", end="")
    print(f"{2 * (0.95 * 0.05 / asked.replications) ** 0.5:.3f}")
    print("      |       95 % coverage (mean width)      |          | rejections at .05 | detectable")
    print(" docs |   jackknife-t   |    percentile       | Δ jack-t |   Δ = 0    Δ > 0  | with power .8")
    for documents in SIZES:
        row = rates(documents, asked.replications, asked.seed, asked.draws)
        print(
            f" {documents:4} |  {row['jackknife-t']:.3f} ({row['jackknife-t width']:.3f})  |"
            f"  {row['bootstrap']:.3f} ({row['bootstrap width']:.3f})      |  {row['difference']:.3f}   |"
            f"   {row['null']:.3f}    {row['gain']:.3f}  | {row['detectable']:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
