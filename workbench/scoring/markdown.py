"""A report as Markdown, for pull requests and notebooks; nothing of the data is taken for Markdown or HTML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from workbench.scoring.errors.excerpts import clip, visible
from workbench.scoring.errors.items import ARROWS, LAYERS, SIDES
from workbench.scoring.report import ROWS_OF, group_rows, interval_text, measure_rows, overall_rows
from workbench.scoring.score_report import MAIN, RIGHT, ScoreReport, largest_confusions, pairs_once

MOST = 20
"""Rows of a table that has no natural end."""
LONGEST = 40
"""Cells of a text in a table."""

TITLES = {"by_type": "Entity types", "by_relation": "Relation types", "by_frame": "Frame types", "by_role": "Roles"}
_COLUMNS = ("precision", "recall", "F1", "95 %", "correct", "possible", "actual")
_SPECIAL = re.compile(r"([\\`*_\[\]#|~$]|^[+=-]|(?<=^\d)[.)])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}


def escape(text: str) -> str:
    """The text as Markdown that shows it as it is, on one line; what does not print gets a sign that does."""
    return "".join(_ENTITIES.get(character, character) for character in _SPECIAL.sub(r"\\\1", visible(text)))


def render_markdown(report: ScoreReport) -> str:
    """The whole report; it ends with a newline."""
    gold, predicted = (escape(name) for name in report.names)
    blocks = [
        "# Score report",
        f"{predicted} measured against {gold}, {_documents(len(report.documents))}.",
        _table(("measure", *_COLUMNS), overall_rows(report.result)),
        *_notes(report),
        *_further(report),
        *_by_row(report),
        *_confusions(report),
        *_categories(report),
        *_frequent(report),
        *_by_document(report),
        f"Signature: `{report.result['signature'].replace('`', '')}`",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number} documents"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], names: int = 1) -> str:
    """A table whose first `names` columns are words, and whose others are numbers."""
    lines = [columns, [":--" if index < names else "--:" for index in range(len(columns))]]
    body = [[escape(cell) if index < names else _number(cell) for index, cell in enumerate(row)] for row in rows]
    if not body:
        return ""
    return "\n".join(f"| {' | '.join(line)} |" for line in [*lines, *body])


def _number(cell: str) -> str:
    return cell.replace("|", "")


def _notes(report: ScoreReport) -> Iterator[str]:
    """What a reader must know, and whether there are intervals."""
    lines = [escape(note) for note in report.result["notes"]]
    lines += [escape(line) for line in interval_notes(report)]
    yield "\n".join(f"- {line}" for line in lines)


def interval_notes(report: ScoreReport) -> list[str]:
    """How the intervals of the measures were made, and why some or all cannot be given; one sentence each."""
    blocks = [block["interval"] for block in report.result["measures"].values()]
    given = [block for block in blocks if block["low"] is not None]
    said = [f"95 %: {', '.join(sorted({block['method'] for block in given}))} over documents"] if given else []
    reasons = dict.fromkeys(block["note"] for block in blocks if block["low"] is None and block["note"])
    lead = "some intervals cannot be given" if given else "no intervals can be given"
    return said + [f"{lead}: {reason}" for reason in reasons]


def _further(report: ScoreReport) -> Iterator[str]:
    """Measures that were asked for."""
    from workbench.scoring.measures import parse
    from workbench.scoring.score import DEFAULT_MEASURES

    usual = {str(measure) for measure in DEFAULT_MEASURES}
    asked = [parse(name) for name in report.result["measures"] if name not in usual]
    rows = ((name, value, interval, over) for name, value, interval, over in measure_rows(report.result, asked))
    table = _table(("measure", "value", "95 %", "over"), rows)
    if table:
        yield "## Further measures"
        yield table


def _by_row(report: ScoreReport) -> Iterator[str]:
    for group in ROWS_OF:
        rows = [
            (
                f"{row.name} {chinese_name(report, group, row.name)}".rstrip(),
                *row._replace(interval=interval_text(report.intervals[group][row.name]))[1:],
            )
            for row in group_rows(report.result, group, MAIN[group])
        ]
        if rows:
            yield f"## {TITLES[group]}, {MAIN[group].replace('_', ' ')}"
            yield _table((TITLES[group].lower().rstrip("s"), *_COLUMNS), rows)


def chinese_name(report: ScoreReport, group: str, name: str) -> str:
    """The schema's Chinese name of a row of a table; empty when it has none. Of a role, the first frame's."""
    if report.known is None:
        return ""
    if group == "by_role":
        found = (frame.roles[name].zh for frame in report.known.frames if name in frame.roles)
        return next(found, "")
    kinds = {
        "by_type": report.known.entity_types,
        "by_relation": report.known.relation_types,
        "by_frame": report.known.frame_types,
    }[group]
    return kinds[name].zh if name in kinds else ""


def _confusions(report: ScoreReport) -> Iterator[str]:
    rows = [
        (layer, gold, predicted, str(count))
        for layer, found in report.confusion.items()
        for gold, predicted, count in largest_confusions(found, MOST)
    ]
    if rows:
        yield "## Largest confusions"
        yield f"At most {MOST} for each layer; NIL is nothing: predicted NIL is missed, gold NIL is spurious."
        yield _table(("layer", "gold", "predicted", "count"), rows, names=3)


def _categories(report: ScoreReport) -> Iterator[str]:
    """Errors by layer and category, those of a pair once; then every item by type and category."""
    rows = [
        (layer, category, str(count))
        for layer in LAYERS
        for (where, category), count in sorted(report.categories.items(), key=lambda cell: (-cell[1], cell[0][1]))
        if where == layer and category not in RIGHT
    ]
    if rows:
        yield "## Errors by category"
        yield "The two items of a pair are counted once."
        yield _table(("layer", "category", "errors"), rows, names=2)
        yield "## Items with errors by type"
        by_type: Counter[tuple[str, str, str, str]] = Counter()
        for row, counts in report.errors.items():
            for category, count in counts.items():
                if category not in RIGHT:
                    by_type[row.layer, row.type, category, row.side] += count
        keys = dict.fromkeys(key[:3] for key in by_type)
        lines = [(*key, *(str(by_type[(*key, side)]) for side in SIDES)) for key in keys]
        order = sorted(lines, key=lambda line: (LAYERS.index(line[0]), line[1], line[2]))
        yield _table(("layer", "type", "category", *SIDES), order, names=3)


def _frequent(report: ScoreReport) -> Iterator[str]:
    """Texts that are wrong again and again."""
    found = Counter(
        (item.layer, item.category, item.type, item.text)
        for document in report.shown
        for item in pairs_once(document.items)
        if item.category not in RIGHT and item.text is not None
    )
    rows = [
        (layer, category, kind, clip(text.replace(ARROWS[layer], ARROWS[layer].strip()), LONGEST), str(count))
        for (layer, category, kind, text), count in sorted(found.items(), key=lambda one: (-one[1], one[0]))
        if count > 1
    ]
    if rows:
        yield "## Errors that occur again and again"
        yield _table(("layer", "category", "type", "text", "count"), rows[:MOST], names=4)


def _by_document(report: ScoreReport) -> Iterator[str]:
    worst = sorted(report.documents, key=lambda row: (-row.total, row.doc_id))[:MOST]
    rows = [
        (
            row.doc_id,
            *("n/a" if f1 is None else f"{100 * f1:.2f}" for f1 in (row.entity_f1, row.relation_f1)),
            *(str(row.errors[layer]) for layer in LAYERS),
        )
        for row in worst
    ]
    if rows:
        yield "## Documents" if len(worst) == len(report.documents) else f"## Documents with most errors ({MOST})"
        yield _table(("document", "entity F1", "relation F1", *(f"{layer} errors" for layer in LAYERS)), rows)
