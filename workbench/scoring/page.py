"""The report as one HTML page that stands alone: scores, confusion, and every error on its text."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from schemas import Schema
from workbench.core.text import Fragments
from workbench.scoring.errors.confusion import NIL, ConfusionRows
from workbench.scoring.errors.items import LAYERS, ErrorItem, Layer, Side
from workbench.scoring.markdown import TITLES, chinese_name, interval_notes
from workbench.scoring.measures import parse
from workbench.scoring.report import GROUPS, ROWS_OF, interval_text, measure_of, measure_rows
from workbench.scoring.score import DEFAULT_MEASURES
from workbench.scoring.score_report import (
    CONFUSION_LAYERS,
    MAIN,
    RIGHT,
    DocumentItems,
    ScoreReport,
    largest_confusions,
)
from workbench.scoring.standalone import render

SIGNS: Mapping[str, tuple[str, str]] = {
    "correct": ("✓", "right"),
    "optional": ("○", "right"),
    "ignored": ("◌", "right"),
    "missed": ("−", "missed"),
    "missed end": ("−", "missed"),
    "missed filler": ("−", "missed"),
    "spurious": ("+", "spurious"),
    "spurious end": ("+", "spurious"),
    "spurious filler": ("+", "spurious"),
    "duplicate": ("∥", "spurious"),
    "unknown label": ("?", "type"),
    "type": ("≠", "type"),
    "role": ("≠", "type"),
    "end type": ("≠", "type"),
    "wrong frame": ("↷", "type"),
    "direction": ("⇄", "type"),
    "type+direction": ("⇄", "both"),
    "boundary": ("↔", "boundary"),
    "end boundary": ("↔", "boundary"),
    "split": ("÷", "boundary"),
    "merge": ("∪", "boundary"),
    "nesting": ("⊂", "boundary"),
    "type+boundary": ("≢", "both"),
    "end type+boundary": ("≢", "both"),
}
"""A sign for each category, so that colour is never the only carrier, and its family, which has a colour."""

_OTHER = ("!", "type")

HEADLINES = (
    ("Entities", "entities", "strict"),
    ("Relations", "relations", "strict"),
    ("Triggers", "events", "trigger_classification"),
    ("Arguments", "events", "argument_classification"),
)
SCRIPTS = ("items.js", "filters.js", "list.js", "text.js", "sort.js", "start.js")
"""The parts of the page's one script, in order; they share one scope."""
SHADES = 5
MOST_CONFUSIONS = 15
COLOURS = ("#566dff", "#346b08", "#a23e89", "#d39400", "#ff5870", "#0eabe2", "#5e00ff", "#00807a")
"""Colours of types without a schema, which get one by name."""
_TYPES_OF: Mapping[str, str] = {
    "by_type": "entity",
    "by_relation": "relation",
    "by_frame": "frame",
    "by_role": "argument",
}
_FIRST_ROWS = 1000


class PlotRow(NamedTuple):
    """A line of a table with a plot: ratios, the limits of F1 (None: none), and counts. `zh` is the Chinese name."""

    name: str
    zh: str
    precision: float | None
    recall: float | None
    f1: float | None
    low: float | None
    high: float | None
    interval: str
    correct: str
    possible: int
    actual: int
    others: tuple[float | None, ...] = ()


class MatrixCell(NamedTuple):
    """A cell of a confusion table; `shade` is 0 to SHADES, by the share of the row."""

    predicted: str
    number: int
    shade: int
    right: bool


def render_page(report: ScoreReport) -> str:
    """The page; the same report gives the same bytes.

    `report.shown` are the documents in the browser of errors; the page says so when there are more.
    """
    return render("report.html.j2", _content(report), SCRIPTS, browser_content(report))


def _content(report: ScoreReport) -> dict[str, Any]:
    """What the template shows."""
    result = report.result
    usual = {str(measure) for measure in DEFAULT_MEASURES}
    asked = [parse(name) for name in result["measures"] if name not in usual]
    rows = sorted(report.documents, key=lambda row: (-row.total, row.doc_id))
    return {
        "names": report.names,
        "result": result,
        "notes": [*result["notes"], *interval_notes(report)],
        "headlines": list(_headlines(report)),
        "scores": list(_scores(report)),
        "further": list(measure_rows(result, asked)),
        "tables": [table for table in (_table(report, group) for group in ROWS_OF) if table["rows"]],
        "matrices": [
            {"layer": layer, **_matrix(report.confusion[layer])}
            for layer in CONFUSION_LAYERS
            if len(report.confusion[layer].labels) > 1
        ],
        "categories": [found for found in (_bars(report, layer) for layer in LAYERS) if found["bars"]],
        "chinese": chinese_names(report.known),
        "layers": LAYERS,
        "documents": rows[:_FIRST_ROWS],
        "documents_left_out": max(len(rows) - _FIRST_ROWS, 0),
        "embedded": {document.doc_id: index for index, document in enumerate(report.shown)},
        "errors": sum(row.total for row in rows),
        "language": report.known.language if report.known else "zh",
    }


def _headlines(report: ScoreReport) -> Iterator[dict[str, Any]]:
    for title, group, name in HEADLINES:
        block = report.result[group].get(name)
        if block is not None:
            interval = report.result["measures"][str(measure_of(group, name))]["interval"]
            counts = block["counts"]
            yield {"title": title, "match": name, "f1": block["f1"], "interval": interval_text(interval), **counts}


def _scores(report: ScoreReport) -> Iterator[PlotRow]:
    for group in GROUPS:
        for name, block in report.result[group].items():
            interval = report.result["measures"][str(measure_of(group, name))]["interval"]
            yield _plot_row(f"{group} {name.replace('_', ' ')}", "", block, interval)


def _plot_row(name: str, zh: str, block: Mapping[str, Any], interval: Mapping[str, Any]) -> PlotRow:
    counts = block["counts"]
    own = counts.get("predicted", counts)["correct"]
    # the row of one type counts its two sides apart: a gold ORG may be paired with a predicted LOC
    correct = str(counts["correct"]) if own == counts["correct"] else f"{counts['correct']}/{own}"
    limits = interval["low"], interval["high"]
    low, high = (None, None) if None in limits else limits
    ratios = block["precision"], block["recall"], block["f1"]
    return PlotRow(name, zh, *ratios, low, high, interval_text(interval), correct, counts["possible"], counts["actual"])


def _table(report: ScoreReport, group: str) -> dict[str, Any]:
    """A table by type: the main score with its plot, and the F1 of the others."""
    others = [name for name in ROWS_OF[group] if name != MAIN[group]]
    found = report.result[group]
    names = [name for name in others if any(name in blocks for blocks in found.values())]
    rows = []
    for row, blocks in found.items():
        made = _plot_row(row, chinese_name(report, group, row), blocks[MAIN[group]], report.intervals[group][row])
        if made.possible or made.actual:
            rows.append(made._replace(others=tuple(blocks[name]["f1"] for name in names)))
    return {
        "title": TITLES[group],
        "layer": _TYPES_OF[group],
        "match": MAIN[group].replace("_", " "),
        "others": [name.replace("_", " ") for name in names],
        "rows": sorted(rows, key=lambda row: (-row.possible, row.name)),
    }


def _matrix(rows: ConfusionRows) -> dict[str, Any]:
    made = []
    for gold, counts in zip(rows.labels, rows.counts, strict=True):
        total = sum(counts)
        cells = [
            MatrixCell(predicted, count, _shade(count, total), gold == predicted)
            for predicted, count in zip(rows.labels, counts, strict=True)
        ]
        made.append((gold, total, cells))
    return {"labels": rows.labels, "rows": made, "nil": NIL, "largest": largest_confusions(rows, MOST_CONFUSIONS)}


def _shade(count: int, total: int) -> int:
    """Square roots, so that a few errors among many right items can still be seen."""
    return math.ceil(SHADES * math.sqrt(count / total)) if count else 0


def _bars(report: ScoreReport, layer: str) -> dict[str, Any]:
    """Errors of a layer by category, most frequent first, with their share of the largest bar in per cent."""
    counts = {
        category: number
        for (where, category), number in report.categories.items()
        if where == layer and category not in RIGHT and number
    }
    largest = max(counts.values(), default=1)
    bars = [
        {"category": category, "count": number, "width": 100 * number / largest, "sign": SIGNS.get(category, _OTHER)}
        for category, number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]
    return {"layer": layer, "bars": bars, "total": sum(counts.values())}


def chinese_names(known: Schema | None) -> dict[str, str]:
    """Chinese names of types."""
    if known is None:
        return {}
    groups = (known.entity_types, known.relation_types, known.frame_types)
    return {name: kind.zh for group in groups for name, kind in group.items()}


def browser_content(report: ScoreReport) -> dict[str, Any]:
    """What the browser of errors shows: documents with items as short lists of numbers into `strings` and `types`."""
    strings = _Numbered()
    types = _Numbered()
    documents = [_document(document, report, strings, types) for document in report.shown]
    return {
        "documents": documents,
        "layers": LAYERS,
        "strings": list(strings),
        "types": [_look(layer, name, report.known) for layer, name in types],
        "signs": SIGNS,
        "right": RIGHT,
        "nil": NIL,
        "language": report.known.language if report.known else "zh",
    }


class _Numbered(dict[Any, int]):
    """Numbers things in the order in which they are first met."""

    def __missing__(self, key: Any) -> int:
        self[key] = len(self)
        return self[key]


def _document(document: DocumentItems, report: ScoreReport, strings: _Numbered, types: _Numbered) -> dict[str, Any]:
    index = {(item.side, item.layer, item.id): place for place, item in enumerate(document.items)}
    return {
        "id": document.doc_id,
        "text": document.text,
        "zones": [[zone.start, zone.end, zone.kind] for zone in document.zones],
        "items": [_item(item, report.cell(item), index, strings, types) for item in document.items],
    }


def _item(
    item: ErrorItem,
    cell: tuple[str, str] | None,
    index: Mapping[tuple[Side, Layer, str], int],
    strings: _Numbered,
    types: _Numbered,
) -> list[Any]:
    """Side, layer, type, category, detail, mentions, paired, partner, id, type across; then a partner out of the list.

    Mentions are flat lists of offsets in code points. The type across is that of the other side in the cell of the
    confusion table that counts the item. -1 stands for nothing.
    """
    across: Side = "predicted" if item.side == "gold" else "gold"
    partner = index.get((across, item.layer, item.partner), -1) if item.partner is not None else -1
    made = [
        int(item.side == "predicted"),
        LAYERS.index(item.layer),
        types[item.layer, item.type],
        strings[item.category],
        -1 if item.detail is None else strings[item.detail],
        _flat(item.fragments),
        int(item.paired),
        partner,
        item.id,
        -1 if cell is None else strings[cell[1] if item.side == "gold" else cell[0]],
    ]
    if item.partner is not None and partner < 0:
        made += [types[item.layer, item.partner_type], _flat(item.partner_fragments or ()), item.partner]
    return made


def _flat(mentions: Sequence[Fragments]) -> list[list[int]]:
    return [[bound for span in fragments for bound in span] for fragments in mentions]


def _look(layer: str, name: str, known: Schema | None) -> dict[str, str]:
    """Layer, name, Chinese name, badge and colour of a type; a role has the look of nothing but its name."""
    look = {"layer": layer, "name": name, "zh": "", "badge": name[:1], "colour": _colour(name)}
    if known is None:
        return look
    if layer == "argument":
        zh = Counter(frame.roles[name].zh for frame in known.frames if name in frame.roles)
        return {**look, "zh": next(iter(zh), "")}
    if layer == "relation":
        return {**look, "zh": known.relation_types[name].zh if name in known.relation_types else ""}
    kind = known.entity_types.get(name) if layer == "entity" else known.frame_types.get(name)
    return look if kind is None else {**look, "zh": kind.zh, "badge": kind.badge, "colour": kind.colour}


def _colour(name: str) -> str:
    return COLOURS[hashlib.sha256(name.encode()).digest()[0] % len(COLOURS)]
