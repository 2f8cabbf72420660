"""The table of assistance: who helped whom with what, one row for each ASSIST frame."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.answers import cells
from workbench.answers.columns import Column, Row, Settings, Table, complete, text, texts
from workbench.answers.money import SUMS, Counted, LeftOut, add_up, same_figure, verdicts
from workbench.answers.reports import Report
from workbench.core.records import Entity, Frame
from workbench.core.values import Money

_MONEY_COLUMNS = (
    texts("amount", "The sums of money of the deed as in the text; of all its helpers together."),
    texts("amount_modifier", "EXACT, APPROX, MORE_THAN, RANGE …, for each of `amount`."),
    texts("amount_of", "What each of `amount` is the sum or the value of, as in the text."),
    *(
        column
        for name, what in SUMS.items()
        for column in (
            Column(
                f"{name}_yuan",
                "number",
                f"Yuan, {what}. The figure of the text; of a range or an open amount (10余万元) the lower bound. "
                "Adding the column up counts every amount once.",
            ),
            Column(
                f"{name}_yuan_max",
                "number",
                f"Upper bound of `{name}_yuan`; empty when the text sets none, so do not add it up.",
            ),
        )
    ),
    texts("amount_left_out", "The amounts that no `…_yuan` column of this row holds, and why."),
    texts("same_figure", "Frames of the report that state the same sum at another place: perhaps one deed told twice."),
)

COLUMNS = (
    *cells.DEED_COLUMNS,
    *cells.party_columns("helper", "Who helped."),
    *cells.name_columns("organiser", "Who directed the helpers."),
    *cells.name_columns("intermediary", "Who raised or passed on what others gave."),
    *cells.party_columns("beneficiary", "Who was helped: people, bodies or places."),
    texts("beneficiary_class", "poor_household, student, villager …, for each of `beneficiary`; groups only."),
    *cells.quantity_columns(
        "beneficiary_count",
        "How many were helped. Do not add up: 260户900人 are the same people, and 69户 may be among 852户.",
    ),
    texts("same_count", "Frames of the report that the very same count stands in too: count it once."),
    texts("measure", "With what, as in the text."),
    texts("measure_type", "MEASURE, ASSET, INDUSTRY, ORG, MEETING or DOC, for each of `measure`."),
    *_MONEY_COLUMNS,
    *cells.quantity_columns("quantity", "How much was given, built or done."),
    *cells.quantity_columns("occasions", "How many times, sessions or teams."),
    texts("need", "The problem that the help answers, as in the text."),
    *cells.place_columns("place", "Where: see `place_from`."),
    text(
        "place_from",
        "Where `place` comes from. place: the text says where; beneficiary: the place that was helped; "
        "located_in: where the beneficiary is.",
    ),
    *cells.TIME_COLUMNS,
    *cells.name_columns("campaign", "The campaign the deed belongs to."),
    texts("outcome", "What changed, as in the text: a claim of the report."),
    cells.REALIS,
    cells.AGGREGATION,
    text("domain", "infrastructure, industry, education, employment … as the schema names them."),
    text("transfer", "cash, in_kind, brokered_cash (money of others) or service."),
    text("evidence", "damaged_context: the subject stands in a damaged part of the text."),
    *cells.DEED_END_COLUMNS,
)


def rows(report: Report, settings: Settings) -> Iterator[Row]:
    """One row for each ASSIST frame, in the order of the text."""
    judged = verdicts(report, settings)
    repeated = same_figure(report)
    for frame in report.of_kind("ASSIST"):
        beneficiaries = report.fillers(frame, "beneficiary")
        measures = report.fillers(frame, "measure")
        places, origin = _places(report, frame)
        row = {
            **cells.deed_cells(report, frame),
            **cells.party_cells(report, frame, "helper"),
            **cells.name_cells(report, "organiser", report.fillers(frame, "organiser")),
            **cells.name_cells(report, "intermediary", report.fillers(frame, "intermediary")),
            **cells.party_cells(report, frame, "beneficiary"),
            "beneficiary_class": [one.attributes.get("class") for one in beneficiaries],
            **cells.quantity_cells(report, "beneficiary_count", report.fillers(frame, "beneficiary_count")),
            "same_count": _same_count(report, frame),
            "measure": [report.surface(one) for one in measures],
            "measure_type": [one.type for one in measures],
            **_money_cells(report, report.fillers(frame, "amount"), [judged[key] for key in _keys(report, frame)]),
            "same_figure": list(repeated.get(frame.id, ())),
            **cells.quantity_cells(report, "quantity", report.fillers(frame, "quantity")),
            **cells.quantity_cells(report, "occasions", report.fillers(frame, "count")),
            "need": [report.surface(one) for one in report.fillers(frame, "need")],
            **cells.place_cells(report, "place", places),
            "place_from": origin,
            **cells.time_cells(report, report.fillers(frame, "time")),
            **cells.name_cells(report, "campaign", report.fillers(frame, "campaign")),
            "outcome": [report.surface(one) for one in report.fillers(frame, "outcome")],
            "realis": frame.attributes.get("realis"),
            "aggregation": cells.aggregation(frame),
            "domain": frame.attributes.get("domain"),
            "transfer": frame.attributes.get("transfer"),
            "evidence": frame.attributes.get("evidence"),
            **cells.deed_end_cells(report, frame),
        }
        yield complete(row, COLUMNS)


def _keys(report: Report, frame: Frame) -> list[tuple[str, str]]:
    return [(frame.id, amount.id) for amount in report.fillers(frame, "amount")]


def _same_count(report: Report, frame: Frame) -> list[str]:
    counts = {one.id for one in report.fillers(frame, "beneficiary_count")}
    return [
        other.id
        for other in report.of_kind("ASSIST")
        if other.id != frame.id and counts & {one.id for one in report.fillers(other, "beneficiary_count")}
    ]


def _money_cells(report: Report, amounts: tuple[Entity, ...], judged: list[Counted | LeftOut]) -> Row:
    counted = [verdict for verdict in judged if isinstance(verdict, Counted)]
    sums: Row = {}
    for name in SUMS:
        sums[f"{name}_yuan"], sums[f"{name}_yuan_max"] = add_up(counted, name)
    return {
        "amount": [report.surface(one) for one in amounts],
        "amount_modifier": [one.value.mod if isinstance(one.value, Money) else None for one in amounts],
        "amount_of": [cells.counted(report, one) for one in amounts],
        **sums,
        "amount_left_out": [
            f"{report.surface(one)}: {verdict.reason}"
            for one, verdict in zip(amounts, judged, strict=True)
            if isinstance(verdict, LeftOut)
        ],
    }


def _places(report: Report, frame: Frame) -> tuple[tuple[Entity, ...], str | None]:
    """Where a deed was done, and how that is known."""
    if said := report.fillers(frame, "place"):
        return said, "place"
    beneficiaries = report.fillers(frame, "beneficiary")
    if helped := tuple(one for one in beneficiaries if one.type == "LOC"):
        return helped, "beneficiary"
    around = report.distinct(place for one in beneficiaries for place in report.tails("LOCATED_IN", one))
    return around, "located_in" if around else None


TABLE = Table(
    "assistance",
    "a deed of help (ASSIST frame)",
    COLUMNS,
    ("document", "helper", "beneficiary", "beneficiary_count", "measure", "amount", "place", "time", "realis"),
    rows,
)
