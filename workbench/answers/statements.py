"""The tables of statements: claimed results, reported problems, proposals; one row for each span."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from workbench.answers import cells
from workbench.answers.columns import Column, Row, Settings, Table, text, texts
from workbench.answers.money import bounds, is_rate
from workbench.answers.reports import Report
from workbench.core.records import Entity, is_unresolved
from workbench.core.values import Money, Quantity

_ALL = cells.STATEMENTS

_COLUMNS: tuple[tuple[Column, tuple[str, ...]], ...] = (
    (cells.DOCUMENT, _ALL),
    (text("id", "The mention's id in the report's annotation."), _ALL),
    (text("type", "RESULT, PROBLEM or PROPOSAL."), _ALL),
    (text("text", "The statement."), _ALL),
    (Column("start", "integer", "Where it begins, in code points of the clean text."), _ALL),
    (Column("end", "integer", "Where it ends; the end is not included."), _ALL),
    (text("level", "Of a result: output, outcome or impact."), ("RESULT",)),
    (text("cause", "Of a problem: illness, skill, funds, infrastructure …"), ("PROBLEM",)),
    (text("force", "Of a proposal: recommendation, requirement or commitment."), ("PROPOSAL",)),
    (texts("stated_by", "Who says so; empty when the report itself does."), _ALL),
    (texts("affects", "Of whom it is told, for whom something changed."), ("RESULT", "PROBLEM")),
    (texts("affects_type", "PER, GROUP, LOC, ORG or INDUSTRY, for each of `affects`."), ("RESULT", "PROBLEM")),
    (texts("figure", "Numbers and sums in it, or counting it, as in the text. Sums here are no money given."), _ALL),
    (Column("figure_number", "numbers", "The number of each of `figure`; of an open one the lower bound."), _ALL),
    (Column("figure_number_max", "numbers", "The upper bound of each of `figure`; empty when there is none."), _ALL),
    (texts("figure_unit", "The unit of each of `figure`; CNY is yuan, ratio is a share."), _ALL),
    (texts("figure_per", "What each of `figure` is counted by: P1M a month, P1Y a year, household, person."), _ALL),
    *((column, _ALL) for column in cells.TIME_COLUMNS),
    (texts("addresses", "The problems it is meant to solve, as in the text."), ("PROPOSAL",)),
    (
        texts("addressed_by", "Proposals, measures, assets and documents meant to solve it, as in the text."),
        ("PROBLEM",),
    ),
    (texts("adopted_by", "Who took it up."), ("PROPOSAL",)),
    (texts("frame", "The frames in which it is outcome, need, topic or document."), _ALL),
    (texts("helper", "The helpers of the assistance whose outcome or need it is."), ("RESULT", "PROBLEM")),
    (cells.PUBLISHED, _ALL),
    (cells.UNRESOLVED, _ALL),
    (cells.SENTENCE, _ALL),
)


def columns_of(types: Sequence[str]) -> tuple[Column, ...]:
    """The columns that statements of these types fill."""
    return tuple(column for column, where in _COLUMNS if set(where) & set(types))


def figures_of(report: Report, statement: Entity) -> tuple[Entity, ...]:
    """The numbers and sums that lie in a statement or count it."""
    inside = report.inside(statement, "MONEY", "QUANT")
    return report.distinct((*inside, *report.tails("HAS_QUANTITY", statement)))


def _rows(*types: str) -> Callable[[Report, Settings], Iterator[Row]]:
    names = [column.name for column in columns_of(types)]

    def rows(report: Report, _: Settings) -> Iterator[Row]:
        for statement in report.of_type(*types):
            found = _cells(report, statement)
            yield {name: found[name] or None if isinstance(found[name], str) else found[name] for name in names}

    return rows


def _cells(report: Report, statement: Entity) -> Row:
    affected = report.tails("AFFECTS", statement)
    frames = [frame for frame in report.frames if statement.id in {filler.entity for filler in frame.arguments}]
    helpers = [one for frame in frames for one in report.fillers(frame, "helper") if frame.type == "ASSIST"]
    times = (*report.tails("HAS_TIME", statement), *report.inside(statement, "TIME"))
    return {
        "document": report.doc_id,
        "id": statement.id,
        "type": statement.type,
        "text": report.surface(statement),
        "start": statement.start,
        "end": statement.end,
        **{name: statement.attributes.get(name) for name in ("level", "cause", "force")},
        "stated_by": [report.name(one) for one in report.tails("STATED_BY", statement)],
        "affects": [report.name(one) for one in affected],
        "affects_type": [one.type for one in affected],
        **_figure_cells(report, figures_of(report, statement)),
        **cells.time_cells(report, report.distinct(times)),
        "addresses": [report.surface(one) for one in report.tails("ADDRESSES", statement)],
        "addressed_by": [report.surface(one) for one in report.heads("ADDRESSES", statement)],
        "adopted_by": [report.name(one) for one in report.tails("ADOPTED_BY", statement)],
        "frame": [frame.id for frame in frames],
        "helper": [report.name(one) for one in report.distinct(helpers)],
        "publication_date": report.meta.date,
        "unresolved": is_unresolved(statement),
        "sentence": report.sentence(statement.start),
    }


def _figure_cells(report: Report, found: Sequence[Entity]) -> Row:
    values = [one.value if isinstance(one.value, Money | Quantity) else None for one in found]
    ends = [bounds(value) if value else (None, None) for value in values]
    return {
        "figure": [report.surface(one) for one in found],
        "figure_number": [low for low, _ in ends],
        "figure_number_max": [high for _, high in ends],
        "figure_unit": [value.unit if value else None for value in values],
        "figure_per": [is_rate(one) for one in found],
    }


_GLANCE = ("document", "text", "stated_by", "affects", "figure", "time")

TABLES = (
    Table("results", "a claimed outcome (RESULT)", columns_of(["RESULT"]), (*_GLANCE, "level"), _rows("RESULT")),
    Table(
        "problems",
        "a reported problem or need (PROBLEM)",
        columns_of(["PROBLEM"]),
        ("document", "text", "stated_by", "affects", "cause"),
        _rows("PROBLEM"),
    ),
    Table(
        "proposals",
        "a proposal, requirement or promise (PROPOSAL)",
        columns_of(["PROPOSAL"]),
        ("document", "text", "force", "stated_by", "adopted_by"),
        _rows("PROPOSAL"),
    ),
    Table(
        "statements",
        "a result, problem or proposal",
        columns_of(_ALL),
        ("document", "type", "text", "stated_by", "affects"),
        _rows(*_ALL),
    ),
)
