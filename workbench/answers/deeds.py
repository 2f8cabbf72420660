"""The tables of the other deeds: visits, advice and dispatches, one row for each frame."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.answers import cells
from workbench.answers.columns import Row, Settings, Table, complete, text, texts
from workbench.answers.reports import Report
from workbench.core.records import Entity, Frame

VISIT_COLUMNS = (
    *cells.DEED_COLUMNS,
    *cells.party_columns("visitor", "Who went."),
    *cells.name_columns("organiser", "The body that sent others on the visit."),
    *cells.party_columns("visited", "Whom they visited."),
    *cells.quantity_columns("visited_count", "How many people, households or places were visited."),
    *cells.place_columns("place", "Where they went."),
    *cells.TIME_COLUMNS,
    texts("topic", "What they looked at or asked about, as in the text."),
    *cells.quantity_columns("occasions", "How many times, sessions or teams."),
    *cells.name_columns("campaign", "The campaign the visit belongs to."),
    cells.REALIS,
    cells.AGGREGATION,
    *cells.DEED_END_COLUMNS,
)

ADVICE_COLUMNS = (
    *cells.DEED_COLUMNS,
    *cells.party_columns("actor", "Who advised, researched or supervised."),
    text("kind", "motion, suggestion, report, research, consultation or supervision."),
    texts("paper", "Documents or proposals that were handed in, by title or as in the text."),
    texts("paper_type", "motion, suggestion, report, plan … for each of `paper`."),
    *cells.quantity_columns("paper_count", "How many documents or suggestions."),
    texts("topic", "What it was about, as in the text."),
    *cells.name_columns("recipient", "To whom it went."),
    text("uptake", "adopted, instruction (a leader's note), or none_stated."),
    *cells.name_columns("adopter", "Who took it, or one of its papers, up."),
    texts("venue", "The meeting it was brought to, as in the text."),
    *cells.place_columns("place", "Where."),
    *cells.quantity_columns("occasions", "How many times, sessions or teams."),
    *cells.TIME_COLUMNS,
    *cells.name_columns("campaign", "The campaign it belongs to."),
    cells.REALIS,
    cells.AGGREGATION,
    *cells.DEED_END_COLUMNS,
)

DISPATCH_COLUMNS = (
    *cells.DEED_COLUMNS,
    *cells.name_columns("sender", "Who sent them."),
    *cells.party_columns("dispatched", "Who was sent, or took up the post."),
    *cells.quantity_columns("dispatched_count", "How many were sent."),
    texts("post", "The post, as in the text."),
    *cells.place_columns("destination", "The place or body of the post."),
    texts("purpose", "What for, as in the text."),
    *cells.TIME_COLUMNS,
    cells.REALIS,
    *cells.DEED_END_COLUMNS,
)


def visit_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each VISIT frame, in the order of the text."""
    for frame in report.of_kind("VISIT"):
        row = {
            **cells.deed_cells(report, frame),
            **cells.party_cells(report, frame, "visitor"),
            **cells.name_cells(report, "organiser", report.fillers(frame, "organiser")),
            **cells.party_cells(report, frame, "visited"),
            **cells.quantity_cells(report, "visited_count", report.fillers(frame, "visited_count")),
            **cells.place_cells(report, "place", report.fillers(frame, "place")),
            **cells.time_cells(report, report.fillers(frame, "time")),
            "topic": [report.surface(one) for one in report.fillers(frame, "topic")],
            **cells.quantity_cells(report, "occasions", report.fillers(frame, "count")),
            **cells.name_cells(report, "campaign", report.fillers(frame, "campaign")),
            "realis": frame.attributes.get("realis"),
            "aggregation": cells.aggregation(frame),
            **cells.deed_end_cells(report, frame),
        }
        yield complete(row, VISIT_COLUMNS)


def advice_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each ADVISE frame, in the order of the text."""
    for frame in report.of_kind("ADVISE"):
        papers = report.fillers(frame, "doc")
        row = {
            **cells.deed_cells(report, frame),
            **cells.party_cells(report, frame, "actor"),
            "kind": frame.attributes.get("kind"),
            "paper": [report.name(one) for one in papers],
            "paper_type": [one.attributes.get("doc_type") or one.type.lower() for one in papers],
            **cells.quantity_cells(report, "paper_count", report.fillers(frame, "doc_count")),
            "topic": [report.surface(one) for one in report.fillers(frame, "topic")],
            **cells.name_cells(report, "recipient", report.fillers(frame, "recipient")),
            "uptake": frame.attributes.get("uptake"),
            **cells.name_cells(report, "adopter", _adopters(report, frame)),
            "venue": [report.surface(one) for one in report.fillers(frame, "venue")],
            **cells.place_cells(report, "place", report.fillers(frame, "place")),
            **cells.quantity_cells(report, "occasions", report.fillers(frame, "count")),
            **cells.time_cells(report, report.fillers(frame, "time")),
            **cells.name_cells(report, "campaign", report.fillers(frame, "campaign")),
            "realis": frame.attributes.get("realis"),
            "aggregation": cells.aggregation(frame),
            **cells.deed_end_cells(report, frame),
        }
        yield complete(row, ADVICE_COLUMNS)


def _adopters(report: Report, frame: Frame) -> tuple[Entity, ...]:
    papers = report.fillers(frame, "doc")
    taken_up = (by for paper in papers for by in report.tails("ADOPTED_BY", paper))
    return report.distinct((*report.fillers(frame, "adopter"), *taken_up))


def dispatch_rows(report: Report, _: Settings) -> Iterator[Row]:
    """One row for each DISPATCH frame, in the order of the text."""
    for frame in report.of_kind("DISPATCH"):
        row = {
            **cells.deed_cells(report, frame),
            **cells.name_cells(report, "sender", report.fillers(frame, "sender")),
            **cells.party_cells(report, frame, "dispatched"),
            **cells.quantity_cells(report, "dispatched_count", report.fillers(frame, "count")),
            "post": [report.surface(one) for one in report.fillers(frame, "role")],
            **cells.place_cells(report, "destination", report.fillers(frame, "destination")),
            "purpose": [report.surface(one) for one in report.fillers(frame, "purpose")],
            **cells.time_cells(report, report.fillers(frame, "time")),
            "realis": frame.attributes.get("realis"),
            **cells.deed_end_cells(report, frame),
        }
        yield complete(row, DISPATCH_COLUMNS)


TABLES = (
    Table(
        "visits",
        "a visit or inspection (VISIT frame)",
        VISIT_COLUMNS,
        ("document", "visitor", "visited", "visited_count", "place", "time", "campaign", "realis"),
        visit_rows,
    ),
    Table(
        "advice",
        "advice, consultation or supervision (ADVISE frame)",
        ADVICE_COLUMNS,
        ("document", "actor", "kind", "paper", "recipient", "uptake", "adopter", "time", "realis"),
        advice_rows,
    ),
    Table(
        "dispatches",
        "a secondment (DISPATCH frame)",
        DISPATCH_COLUMNS,
        ("document", "sender", "dispatched", "post", "destination", "time", "realis"),
        dispatch_rows,
    ),
)
