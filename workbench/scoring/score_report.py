"""A score with everything that explains it: what the page, the Markdown and the JSON of a report are all made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from schemas import Schema
from workbench.core.records import Zone
from workbench.scoring import report as results
from workbench.scoring.collection import Compared
from workbench.scoring.errors import Row, count_categories, document_errors
from workbench.scoring.errors.confusion import NIL, Confusion, ConfusionLayer, ConfusionRows
from workbench.scoring.errors.items import LAYERS, ErrorItem, Layer
from workbench.scoring.errors.items import to_json as item_json
from workbench.scoring.measures import Measure
from workbench.scoring.resampling import DEFAULTS, Settings
from workbench.scoring.score import Score
from workbench.scoring.selection import Selection

if TYPE_CHECKING:
    import pandas as pd

CONFUSION_LAYERS: tuple[ConfusionLayer, ...] = ("entity", "relation", "frame")
MAIN: Mapping[str, str] = {
    "by_type": "strict",
    "by_relation": "strict",
    "by_frame": "trigger_classification",
    "by_role": "argument_classification",
}
"""Of each table by row, the score whose F1 is plotted with its interval."""
RIGHT = ("correct", "optional", "ignored")
"""Categories that are no errors."""
_SLACK = 50
"""Documents kept for a while beyond those that are wanted, so that they are not sorted after every document."""


class DocumentRow(NamedTuple):
    """One document in numbers; `characters` is None without a text, an F1 where it is undefined.

    `gold` and `predicted` are scored entities; `errors` counts errors by layer, those of a pair once.
    """

    doc_id: str
    characters: int | None
    gold: int
    predicted: int
    entity_f1: float | None
    relation_f1: float | None
    errors: Mapping[Layer, int]

    @property
    def total(self) -> int:
        """Errors of all layers."""
        return sum(self.errors.values())


class DocumentItems(NamedTuple):
    """A document with every scored item of both sides, in the order of `document_errors`."""

    doc_id: str
    text: str | None
    zones: tuple[Zone, ...]
    items: tuple[ErrorItem, ...]


class ScoreReport(NamedTuple):
    """A score, what is wrong in it, and where.

    `result` is what `workbench score --json` prints. `intervals` are those of the F1 in `MAIN`, by table and row.
    `documents` are all, by id; `shown` those that are kept with text and items, most errors first. `categories` counts
    errors, those of a pair once, `errors` every item. `names` are those of gold and of the prediction.
    """

    names: tuple[str, str]
    result: Mapping[str, Any]
    intervals: Mapping[str, Mapping[str, Mapping[str, Any]]]
    documents: tuple[DocumentRow, ...]
    shown: tuple[DocumentItems, ...]
    categories: Mapping[tuple[Layer, str], int]
    errors: Mapping[Row, Counter[str]]
    confusion: Mapping[ConfusionLayer, ConfusionRows]
    selection: Selection

    @property
    def known(self) -> Schema | None:
        """The schema that was scored with."""
        return self.selection.known

    def cell(self, item: ErrorItem) -> tuple[str, str] | None:
        """Gold and predicted type of the cell of the confusion table that counts an item; None when none does."""
        if item.layer == "argument" or item.category in ("optional", "ignored"):
            return None
        left_out = item.layer == "relation" or (item.fragments and self.selection.policies.duplicates == "dedupe")
        if item.category == "duplicate" and left_out:
            return None
        turned = "direction" in item.category or "direction" in (item.detail or "")
        other = item.partner_type if item.paired and not turned and item.partner_type is not None else NIL
        return (item.type, other) if item.side == "gold" else (other, item.type)


class Collector:
    """Sees every comparison while a collection is scored, and keeps what a report needs.

    Of all documents numbers are kept, of `keep` documents, those with most errors, also text and items (None: of all).
    """

    def __init__(self, keep: int | None = None) -> None:
        self._keep = keep
        self._shown: list[tuple[int, str, DocumentItems]] = []
        self._numbers: dict[str, tuple[int | None, int, int, Counter[Layer]]] = {}
        self._categories: Counter[tuple[Layer, str]] = Counter()
        self._errors: dict[Row, Counter[str]] = {}
        self._confusion = {layer: Confusion(layer) for layer in CONFUSION_LAYERS}

    def observe(self, compared: Compared) -> None:
        """Take note of one document."""
        comparison, text = compared.comparison, compared.text
        items = document_errors(compared)
        once = Counter((item.layer, item.category) for item in pairs_once(items))
        self._categories += once
        for row, counts in count_categories(items).items():
            self._errors.setdefault(row, Counter()).update(counts)
        for confusion in self._confusion.values():
            confusion.add(comparison)
        wrong: Counter[Layer] = Counter()
        for (layer, category), number in once.items():
            wrong[layer] += 0 if category in RIGHT else number
        entities = Counter(item.side for item in items if item.layer == "entity")
        length = None if text is None else len(text)
        self._numbers[comparison.doc_id] = (length, entities["gold"], entities["predicted"], wrong)
        found = DocumentItems(comparison.doc_id, text, compared.gold.zones, items)
        self._shown.append((-wrong.total(), comparison.doc_id, found))
        if self._keep is not None and len(self._shown) >= self._keep + _SLACK:
            self._drop()

    def _drop(self) -> None:
        self._shown.sort(key=lambda one: one[:2])
        if self._keep is not None:
            del self._shown[self._keep :]

    def report(
        self,
        score: Score,
        names: tuple[str, str] = ("gold", "predicted"),
        measures: Sequence[Measure] = (),
        settings: Settings = DEFAULTS,
    ) -> ScoreReport:
        """The report on the score during which every document was observed."""
        self._drop()
        order = sorted(self._errors, key=lambda row: (LAYERS.index(row.layer), row.side, row.type))
        return ScoreReport(
            names,
            results.to_json(score, measures, settings),
            _row_intervals(score, settings),
            tuple(self._rows(score)),
            tuple(found for _, _, found in self._shown),
            dict(self._categories),
            {row: self._errors[row] for row in order},
            {layer: confusion.rows() for layer, confusion in self._confusion.items()},
            score.selection,
        )

    def _rows(self, score: Score) -> Iterator[DocumentRow]:
        entity = score.by_document(results.measure_of("entities", "strict"))
        relation = score.by_document(results.measure_of("relations", "strict"))
        for doc_id in score.doc_ids:
            length, gold, predicted, wrong = self._numbers[doc_id]
            errors = {layer: wrong[layer] for layer in LAYERS}
            yield DocumentRow(doc_id, length, gold, predicted, entity[doc_id], relation[doc_id], errors)


def _row_intervals(score: Score, settings: Settings) -> dict[str, dict[str, dict[str, Any]]]:
    """The interval of the main F1 of every row of every table, from the same resamples."""
    wanted = {
        (group, row): results.measure_of(group, name)._replace(row=row)
        for group, name in MAIN.items()
        for row in score.rows(results.measure_of(group, name))
    }
    made: dict[str, dict[str, dict[str, Any]]] = {group: {} for group in MAIN}
    found = score.intervals(list(wanted.values()), settings) if wanted else {}
    for (group, row), measure in wanted.items():
        made[group][row] = results.interval_json(found[measure])
    return made


def pairs_once(items: Sequence[ErrorItem]) -> Iterator[ErrorItem]:
    """The items of one document, of each pair only the one that comes first."""
    shown: set[tuple[str, Layer, str]] = set()
    for item in items:
        across = "predicted" if item.side == "gold" else "gold"
        if item.paired and item.partner is not None and (across, item.layer, item.partner) in shown:
            continue
        shown.add((item.side, item.layer, item.id))
        yield item


def to_json(report: ScoreReport) -> dict[str, Any]:
    """The result of `workbench score --json`, and beside it confusion, errors, documents and items.

    `items` has one object for each item of the documents that are kept.
    """
    return {
        **report.result,
        "row_intervals": report.intervals,
        "by_document": [row._asdict() for row in report.documents],
        "confusion": {
            layer: {"labels": rows.labels, "counts": rows.counts} for layer, rows in report.confusion.items()
        },
        "errors": [{**row._asdict(), "categories": dict(counts)} for row, counts in report.errors.items()],
        "items": [item_json(item) for document in report.shown for item in document.items],
    }


def largest_confusions(rows: ConfusionRows, most: int) -> list[tuple[str, str, int]]:
    """Gold type, predicted type and count of the largest cells off the diagonal, at most `most`."""
    cells = (
        (gold, predicted, count)
        for gold, counts in zip(rows.labels, rows.counts, strict=True)
        for predicted, count in zip(rows.labels, counts, strict=True)
        if count and gold != predicted
    )
    return sorted(cells, key=lambda cell: (-cell[2], cell[0], cell[1]))[:most]


def confusion_table(report: ScoreReport, layer: ConfusionLayer) -> pd.DataFrame:
    """The confusion of a layer as a square table: gold types as index, predicted types as columns, NIL last."""
    import pandas as pd

    labels, counts = report.confusion[layer]
    return pd.DataFrame(
        list(counts), index=pd.Index(labels, name="gold"), columns=pd.Index(labels, name="predicted"), dtype=int
    )


def document_table(report: ScoreReport) -> pd.DataFrame:
    """One row for each document: characters, entities of both sides, F1s, and errors by layer."""
    return _frame(
        (
            {
                **{key: value for key, value in row._asdict().items() if key != "errors"},
                **{f"{layer}_errors": number for layer, number in row.errors.items()},
            }
            for row in report.documents
        ),
        (*(name for name in DocumentRow._fields if name != "errors"), *(f"{layer}_errors" for layer in LAYERS)),
    )


def error_table(report: ScoreReport) -> pd.DataFrame:
    """Counts of items by layer, side, type and category, correct ones included."""
    return _frame(
        (
            {**row._asdict(), "category": category, "count": count}
            for row, counts in report.errors.items()
            for category, count in sorted(counts.items())
        ),
        (*Row._fields, "category", "count"),
    )


def item_table(report: ScoreReport) -> pd.DataFrame:
    """One row for each item of the documents that are kept; columns as the fields of an item."""
    return _frame((item_json(item) for document in report.shown for item in document.items), ErrorItem._fields)


def _frame(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=list(columns))
