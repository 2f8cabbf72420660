"""A score as one plain result, and that result as rows of tables. Undefined numbers are null and n/a, never 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from workbench.core.counts import Counts
from workbench.scoring.averages import Value
from workbench.scoring.measures import Measure, parse
from workbench.scoring.resampling import DEFAULTS, Interval, Settings
from workbench.scoring.score import DEFAULT_MEASURES, Score, signature

if TYPE_CHECKING:
    import pandas as pd

GROUPS: Mapping[str, tuple[str, ...]] = {
    "entities": ("strict", "exact", "partial", "type", "relaxed"),
    "relations": ("strict", "boundaries"),
    "events": (
        "trigger_identification",
        "trigger_classification",
        "argument_identification",
        "argument_classification",
    ),
}
ROWS_OF: Mapping[str, tuple[str, ...]] = {
    "by_type": GROUPS["entities"],
    "by_relation": GROUPS["relations"],
    "by_frame": ("trigger_identification", "trigger_classification"),
    "by_role": ("argument_identification", "argument_classification"),
}
"""Tables by row: entity types, relation types, frame types, roles."""


class Row(NamedTuple):
    """A line of a table: what is measured, precision, recall, F1 with its interval, and the counts behind them."""

    name: str
    precision: str
    recall: str
    f1: str
    interval: str
    correct: str
    possible: str
    actual: str


def measure_of(group: str, name: str, statistic: str = "f1") -> Measure:
    """The measure behind a name of the result: ("entities", "strict") is entity_f1(match=strict)."""
    if group in ("entities", "by_type"):
        return parse(f"entity_{statistic}(match={name})")
    if group in ("relations", "by_relation"):
        return parse(f"relation_{statistic}(match={name})")
    family, match = name.split("_")
    return parse(f"{family}_{statistic}(match={match})")


def to_json(score: Score, measures: Sequence[Measure] = (), settings: Settings = DEFAULTS) -> dict[str, Any]:
    """The result: signature, entities, relations and events, the rows of all tables, and measures by name.

    `measures` holds the value and interval of the usual F1s and of every measure that was asked for.
    """
    result: dict[str, Any] = {"signature": signature(score), "documents": len(score.doc_ids)}
    for group, names in GROUPS.items():
        result[group] = {
            name: _ratios(score.counts(measure_of(group, name)))
            for name in names
            if _applies(score, measure_of(group, name))
        }
    for group, names in ROWS_OF.items():
        result[group] = {
            row: {
                name: _row_ratios(score.counts(measure_of(group, name), row))
                for name in names
                if _applies(score, measure_of(group, name))
            }
            for row in score.rows(measure_of(group, names[0]))
        }
    usual = (measure for measure in DEFAULT_MEASURES if _applies(score, measure))
    wanted = tuple(dict.fromkeys((*usual, *measures)))
    intervals = score.intervals(wanted, settings)
    result["measures"] = {str(measure): measure_json(score.value(measure), intervals[measure]) for measure in wanted}
    result["ignored"] = score.left_out.zones
    result["left_out"] = score.left_out._asdict()
    result["layers"] = {
        "unfinished": dict(sorted(score.layers.unfinished.items())),
        "unclaimed": [layer for layer, _ in unclaimed(score)],
    }
    result["notes"] = list(notes(score))
    result["statistics"] = {"unit": "document", **settings._asdict()}
    return result


def measure_json(value: Value, interval: Interval) -> dict[str, Any]:
    """Value and interval of one measure; of a mean, also over how many numbers and how many were undefined."""
    result: dict[str, Any] = {"value": value.value, "interval": interval_json(interval)}
    if value.averaged is not None:
        result |= {"averaged": value.averaged, "left_out": value.left_out}
    return result


def interval_json(interval: Interval) -> dict[str, Any]:
    """An interval; low and high are null when there is none, and the note says why."""
    return {
        "low": interval.low,
        "high": interval.high,
        "level": interval.level,
        "method": interval.method,
        "note": interval.note,
    }


def _applies(score: Score, measure: Measure) -> bool:
    """Whether it was counted, and differs from strict: relaxed does not unless the schema has relaxed types."""
    if measure.parameter("match") == "relaxed" and not score.selection.relaxed:
        return False
    return measure.rule.key in score.tables


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


def _row_ratios(counts: Counts) -> dict[str, Any]:
    """As `_ratios`; in the row of one type the predicted side is counted by itself, under `predicted`."""
    ratios = _ratios(counts)
    side = counts.predicted
    ratios["counts"]["predicted"] = {
        "correct": side.correct,
        "incorrect": side.incorrect,
        "partial": side.partial,
    }
    return ratios


def unclaimed(score: Score) -> list[tuple[str, int]]:
    """Layers that have gold items, but that the prediction never claims (or, silent on layers, never fills)."""
    possible, actual = _by_layer(score)
    claimed = score.layers.claimed
    return [
        (layer, number)
        for layer, number in possible.items()
        if number and (layer not in claimed if claimed is not None else not actual[layer])
    ]


def _by_layer(score: Score) -> tuple[dict[str, int], dict[str, int]]:
    """Gold and predicted items by layer in play."""
    known = score.selection.known
    possible = dict.fromkeys(score.selection.layers_in_play, 0)
    actual = dict(possible)

    def count(measure: Measure, layer_of: Mapping[str, str] | None, layer: str) -> None:
        for row in score.rows(measure):
            place = layer_of.get(row, "") if layer_of is not None else layer
            if place in possible:
                counts = score.counts(measure, row)
                possible[place] += counts.gold.total
                actual[place] += counts.predicted.total

    entity_layers = {kind.id: kind.layer for kind in known.entities} if known else None
    count(measure_of("entities", "strict"), entity_layers, "entities")
    count(measure_of("relations", "strict"), None, "relations")
    count(measure_of("events", "trigger_identification"), None, "frames")
    return possible, actual


def notes(score: Score) -> Iterator[str]:
    """What a reader of the numbers must know, one sentence each."""
    for layer, number in unclaimed(score):
        says = "predicts nothing in" if score.layers.claimed is None else "never claims"
        yield f"prediction {says} layer {layer}: its {number} gold items count as missed (or choose with --layers)"
    for layer, number in sorted(score.layers.unfinished.items()):
        yield f"layer {layer} is not scored in {number} documents, where gold has not finished it"
    left_out = score.left_out
    if left_out.zones:
        yield f"{left_out.zones} predictions in zones are ignored"
    if left_out.unresolved:
        yield f"{left_out.unresolved} gold items are unresolved: they and predictions of the same things are left out"
    if left_out.skipped:
        yield f"{left_out.skipped} documents that only one side has are skipped"
    if left_out.optional:
        yield (
            f"{left_out.optional} optional gold mentions and {left_out.excused} predictions of them are left out of "
            "the entity scores (--optional count includes them)"
        )


def overall_rows(result: Mapping[str, Any]) -> Iterator[Row]:
    """One row for each kind of entity, relation and event score of a result."""
    for group in GROUPS:
        for name, block in result[group].items():
            interval = result["measures"][str(measure_of(group, name))]["interval"]
            yield _row(f"{group} {name.replace('_', ' ')}", block)._replace(interval=interval_text(interval))


def group_rows(result: Mapping[str, Any], group: str, name: str) -> Iterator[Row]:
    """One row for each type (or role) of a table of the result, the most frequent in gold first."""
    blocks = [(row, block[name]) for row, block in result[group].items()]
    for row, block in sorted(blocks, key=lambda item: (-item[1]["counts"]["possible"], item[0])):
        if block["counts"]["possible"] or block["counts"]["actual"]:
            yield _row(row, block)


def measure_rows(result: Mapping[str, Any], measures: Sequence[Measure]) -> Iterator[tuple[str, str, str, str]]:
    """Name, value, interval, and what a mean is over, of each measure that was asked for."""
    for measure in measures:
        block = result["measures"][str(measure)]
        over = ""
        if "averaged" in block:
            what = "documents" if measure.average == "macro_documents" else "types of gold"
            over = f"over {block['averaged']} {what}" + (
                f", {block['left_out']} undefined" if block["left_out"] else ""
            )
        yield str(measure), percent(block["value"]), interval_text(block["interval"]), over


def _row(name: str, block: Mapping[str, Any]) -> Row:
    counts = block["counts"]
    own = counts.get("predicted", counts)
    # the row of one type counts its two sides apart: a gold ORG may be paired with a predicted LOC
    correct = str(counts["correct"]) if own["correct"] == counts["correct"] else f"{counts['correct']}/{own['correct']}"
    return Row(
        name,
        precision=percent(block["precision"]),
        recall=percent(block["recall"]),
        f1=percent(block["f1"]),
        interval="",
        correct=correct,
        possible=str(counts["possible"]),
        actual=str(counts["actual"]),
    )


def percent(ratio: float | None) -> str:
    """A ratio as a percentage, rounded to two decimals."""
    return "n/a" if ratio is None else f"{100 * ratio:.2f}"


def interval_text(interval: Mapping[str, Any]) -> str:
    """Limits as percentages; n/a where there are none."""
    if interval["low"] is None or interval["high"] is None:
        return "n/a"
    return f"{100 * interval['low']:.1f}–{100 * interval['high']:.1f}"


def table(result: Mapping[str, Any], group: str) -> pd.DataFrame:
    """A table of the result as a pandas DataFrame: entities, relations, events, by_type, by_relation, … or measures.

    Columns: the row's name (and the schema or key, where rows have several), precision, recall, f1 and
    the counts; of measures, the value and its interval.
    """
    import pandas as pd

    if group == "measures":
        return pd.DataFrame(
            {
                "measure": name,
                "value": block["value"],
                "low": block["interval"]["low"],
                "high": block["interval"]["high"],
            }
            for name, block in result["measures"].items()
        )
    nested = group in ROWS_OF
    blocks = (
        [(row, name, block) for row, found in result[group].items() for name, block in found.items()]
        if nested
        else [(None, name, block) for name, block in result[group].items()]
    )
    return pd.DataFrame(
        {
            **({"row": row} if nested else {}),
            "match": name,
            "precision": block["precision"],
            "recall": block["recall"],
            "f1": block["f1"],
            **{key: value for key, value in block["counts"].items() if key != "predicted"},
        }
        for row, name, block in blocks
    )
