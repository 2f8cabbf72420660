"""Scores as JSON and as rows for a table. Undefined numbers are null in JSON and n/a in the table, never 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from workbench.core.counts import Counts
from workbench.scoring.measures import DocumentCounts
from workbench.scoring.score import Score


class Row(NamedTuple):
    """A line of the table: what is measured, precision, recall, F1, and the counts behind them."""

    name: str
    precision: str
    recall: str
    f1: str
    correct: str
    possible: str
    actual: str


def to_json(score: Score) -> dict[str, Any]:
    """The score as plain JSON: signature, number of documents, entities, relations, events, and entities by type."""
    return {"signature": score.signature, "documents": len(score.documents), **_groups(score.total)}


def _groups(counts: DocumentCounts) -> dict[str, Any]:
    return {
        "entities": _measures(counts.entities),
        "relations": _measures(counts.relations),
        "events": _measures(counts.events),
        "by_type": {name: _type_measures(row) for name, row in counts.by_type.items()},
        "ignored": counts.ignored,
    }


def _measures(counts: Mapping[str, Counts]) -> dict[str, Any]:
    return {name: _ratios(count) for name, count in counts.items()}


def _type_measures(counts: Mapping[str, Counts]) -> dict[str, Any]:
    """As `_measures`; in the row of one type the predicted side is counted by itself, under `predicted`."""
    measures = _measures(counts)
    for name, count in counts.items():
        side = count.predicted
        predicted = {"correct": side.correct, "incorrect": side.incorrect, "partial": side.partial}
        measures[name]["counts"]["predicted"] = predicted
    return measures


def _ratios(counts: Counts) -> dict[str, Any]:
    gold, predicted = counts
    return {
        "precision": counts.precision,
        "recall": counts.recall,
        "f1": counts.f1,
        "counts": {
            "correct": gold.correct,
            "incorrect": gold.incorrect,
            "partial": gold.partial,
            "missed": gold.unmatched,
            "spurious": predicted.unmatched,
            "possible": gold.total,
            "actual": predicted.total,
        },
    }


def overall_rows(score: Score) -> Iterator[Row]:
    """One row per measure."""
    for group in ("entities", "relations", "events"):
        for name, counts in getattr(score.total, group).items():
            yield _row(f"{group} {name.replace('_', ' ')}", counts)


def type_rows(score: Score, schema: str = "strict") -> Iterator[Row]:
    """One row per entity type under one entity schema, the most frequent gold types first."""
    rows = sorted(score.total.by_type.items(), key=lambda item: (-item[1][schema].gold.total, item[0]))
    for name, counts in rows:
        yield _row(name, counts[schema])


def _row(name: str, counts: Counts) -> Row:
    return Row(
        name,
        precision=_percent(counts.precision),
        recall=_percent(counts.recall),
        f1=_percent(counts.f1),
        correct=str(counts.gold.correct),
        possible=str(counts.gold.total),
        actual=str(counts.predicted.total),
    )


def _percent(ratio: float | None) -> str:
    return "n/a" if ratio is None else f"{100 * ratio:.2f}"
