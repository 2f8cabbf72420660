"""The tables of figures: every sum of money and every quantity of a report once, wherever it is used."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.answers import cells
from workbench.answers.columns import Column, Row, Settings, Table, complete, text, texts
from workbench.answers.money import Counted, bounds, is_rate, verdicts
from workbench.answers.reports import Report
from workbench.core.records import Entity, is_unresolved
from workbench.core.values import Money, Quantity

_FIRST = (
    cells.DOCUMENT,
    text("id", "The mention's id in the report's annotation."),
    text("text", "The figure as in the text."),
    Column("start", "integer", "Where it begins, in code points of the clean text."),
    Column("end", "integer", "Where it ends; the end is not included."),
)
_USE = (
    text("of", "What it counts, measures or is the sum of (HAS_QUANTITY), as in the text."),
    texts("frame", "The frames in which it fills a role."),
    texts("frame_type", "ASSIST, VISIT, ADVISE or DISPATCH, for each of `frame`."),
    texts("role", "The role it fills, for each of `frame`."),
    text("statement", "The result, problem or proposal that it lies in."),
    text("statement_type", "RESULT, PROBLEM or PROPOSAL."),
)
_LAST = (cells.PUBLISHED, cells.UNRESOLVED, cells.SENTENCE)
_MODIFIER = text("modifier", "EXACT, APPROX, APPROX_BELOW, MORE_THAN, EQUAL_OR_MORE, LESS_THAN, RANGE, VAGUE …")
_PER = text("per", "Of a rate, what it is counted by: P1M a month, P1Y a year, household, person.")

_AMOUNT_COLUMNS = (
    *_FIRST,
    Column("yuan", "number", "The figure in yuan; of a range or an open amount (10余万元) the lower bound."),
    Column("yuan_max", "number", "The upper bound; empty when the text sets none."),
    _MODIFIER,
    _PER,
    text("flow", "transfer, revenue, income, price or standard, as annotated."),
    *_USE,
    text("counted_as", "The sum it is added to: given, brokered, goods, total or planned; empty when to none."),
    text("counted_in", "The frame whose row of the table of assistance holds it."),
    text("left_out", "Why it is added to no sum."),
    *_LAST,
)

_QUANTITY_COLUMNS = (
    *_FIRST,
    Column("number", "number", "The number; of an open one (千余位) the lower bound."),
    Column("number_max", "number", "The upper bound; empty when the text sets none."),
    text("unit", "The unit or classifier; ratio is a share."),
    _MODIFIER,
    _PER,
    *_USE,
    *_LAST,
)


def amount_rows(report: Report, settings: Settings) -> Iterator[Row]:
    """One row for each sum of money, in the order of the text."""
    judged = verdicts(report, settings)
    for amount in report.of_type("MONEY"):
        found = [(frame_id, verdict) for (frame_id, amount_id), verdict in judged.items() if amount_id == amount.id]
        counted = next(((frame_id, one) for frame_id, one in found if isinstance(one, Counted)), None)
        reasons = [one.reason for _, one in found if not isinstance(one, Counted)]
        ends = bounds(amount.value) if isinstance(amount.value, Money) else (None, None)
        row = {
            **_first(report, amount),
            "yuan": ends[0],
            "yuan_max": ends[1],
            "modifier": amount.value.mod if isinstance(amount.value, Money) else None,
            "per": is_rate(amount),
            "flow": amount.attributes.get("kind_of_flow"),
            **_use(report, amount),
            "counted_as": counted[1].sum if counted else None,
            "counted_in": counted[0] if counted else None,
            "left_out": None if counted else next(iter(reasons), "not the amount of a deed of help"),
            **_last(report, amount),
        }
        yield complete(row, _AMOUNT_COLUMNS)


def quantity_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each quantity, in the order of the text."""
    for quantity in report.of_type("QUANT"):
        value = quantity.value if isinstance(quantity.value, Quantity) else None
        low, high = bounds(value) if value else (None, None)
        row = {
            **_first(report, quantity),
            "number": low,
            "number_max": high,
            "unit": value.unit if value else None,
            "modifier": value.mod if value else None,
            "per": is_rate(quantity),
            **_use(report, quantity),
            **_last(report, quantity),
        }
        yield complete(row, _QUANTITY_COLUMNS)


def _first(report: Report, figure: Entity) -> Row:
    return {
        "document": report.doc_id,
        "id": figure.id,
        "text": report.surface(figure),
        "start": figure.start,
        "end": figure.end,
    }


def _use(report: Report, figure: Entity) -> Row:
    used = [(frame, one.role) for frame in report.frames for one in frame.arguments if one.entity == figure.id]
    around = report.around(figure, *cells.STATEMENTS)
    return {
        "of": cells.counted(report, figure),
        "frame": [frame.id for frame, _ in used],
        "frame_type": [frame.type for frame, _ in used],
        "role": [role for _, role in used],
        "statement": report.surface(around[0]) if around else None,
        "statement_type": around[0].type if around else None,
    }


def _last(report: Report, figure: Entity) -> Row:
    return {
        "publication_date": report.meta.date,
        "unresolved": is_unresolved(figure),
        "sentence": report.sentence(figure.start),
    }


TABLES = (
    Table(
        "amounts",
        "a sum of money, with the one sum it may be added to",
        _AMOUNT_COLUMNS,
        ("document", "text", "yuan", "yuan_max", "per", "of", "counted_as", "left_out"),
        amount_rows,
    ),
    Table(
        "quantities",
        "a number with its unit",
        _QUANTITY_COLUMNS,
        ("document", "text", "number", "number_max", "unit", "of", "role"),
        quantity_rows,
    ),
)
