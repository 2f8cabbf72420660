"""Which amounts may be added up: every sum of a report in at most one row and one column.

Money that somebody gave, money raised from others, the value of goods, totals of a period, and what is only planned are
five sums, never one. Rates, incomes, standards and sales are none: they are no money that was handed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from workbench.answers.columns import Settings
from workbench.answers.reports import Report
from workbench.core.records import Entity, Frame, is_unresolved
from workbench.core.values import Money, Quantity

Sum = Literal["given", "brokered", "goods", "total", "planned"]
"""What an amount may be added to."""

SUMS: Mapping[Sum, str] = {
    "given": "money given in single deeds that were done",
    "brokered": "money raised from others, by the intermediary if named, else by the helper, for single deeds done",
    "goods": "stated value of goods given in single deeds that were done",
    "total": "totals of a period or a group, which may hold deeds told elsewhere: never add them to the other sums",
    "planned": "money of deeds that are only planned",
}

_NOT_HANDED_ON = {"revenue": "sales", "income": "an income", "standard": "a standard"}
_PART = "其中"


class Counted(NamedTuple):
    """An amount in the one sum it counts in.

    `low` is the figure of the text in yuan, of a range or an open amount its lower bound; `high` the upper bound, None
    when the text sets none.
    """

    sum: Sum
    low: float
    high: float | None


class LeftOut(NamedTuple):
    """An amount that counts nowhere, and why."""

    reason: str


Verdict = Counted | LeftOut


def verdicts(report: Report, settings: Settings) -> Mapping[tuple[str, str], Verdict]:
    """What every amount of every ASSIST frame counts as, by frame id and entity id.

    An amount of two frames counts in one of them: in a single deed rather than in a total, there in the first told.
    """
    judged: dict[tuple[str, str], Verdict] = {}
    claims: dict[str, list[tuple[int, int, str]]] = {}
    for order, frame in enumerate(report.of_kind("ASSIST")):
        amounts = report.fillers(frame, "amount")
        for amount in amounts:
            verdict = _judge(report, frame, amount, amounts, settings)
            judged[frame.id, amount.id] = verdict
            if isinstance(verdict, Counted):
                rank = get_args(Sum).index(verdict.sum)
                claims.setdefault(amount.id, []).append((rank, order, frame.id))
    for amount_id, claimed in claims.items():
        first, *others = sorted(claimed)
        for _, _, frame_id in others:
            judged[frame_id, amount_id] = LeftOut(f"counted in {first[2]}")
    return judged


def add_up(found: Sequence[Counted], wanted: Sum) -> tuple[float | None, float | None]:
    """The sum of the figures and of the upper bounds; None where there is nothing to add, or a bound is open."""
    counted = [one for one in found if one.sum == wanted]
    if not counted:
        return None, None
    highs = [one.high for one in counted if one.high is not None]
    return sum(one.low for one in counted), sum(highs) if len(highs) == len(counted) else None


def bounds(value: Money | Quantity) -> tuple[float | None, float | None]:
    """Lower and upper bound of an amount; a figure that is stated, exactly or about, is both."""
    if value.mod in ("EXACT", "APPROX", "APPROX_BELOW") and value.value is not None:
        return value.value, value.value
    low = value.min if value.min is not None else (value.value if value.mod == "VAGUE" else None)
    return low, value.max


def same_figure(report: Report) -> Mapping[str, tuple[str, ...]]:
    """For each ASSIST frame, those that state the same sum at another place: it may be one deed told twice."""
    stated: dict[tuple[float | None, float | None], list[tuple[str, str]]] = {}
    for frame in report.of_kind("ASSIST"):
        for amount in report.fillers(frame, "amount"):
            if isinstance(amount.value, Money):
                stated.setdefault(bounds(amount.value), []).append((frame.id, amount.id))
    found: dict[str, list[str]] = {}
    for places in stated.values():
        for frame_id, amount_id in places:
            found.setdefault(frame_id, []).extend(other for other, where in places if where != amount_id)
    return {frame_id: tuple(dict.fromkeys(others)) for frame_id, others in found.items()}


def is_rate(amount: Entity) -> str | None:
    """What a rate is counted by (`P1Y`, `household`); None for a sum."""
    written = amount.value.per if isinstance(amount.value, Money | Quantity) else None
    return written or amount.attributes.get("per")


def _judge(report: Report, frame: Frame, amount: Entity, all_of_it: Sequence[Entity], settings: Settings) -> Verdict:
    said = frame.attributes
    flow = amount.attributes.get("kind_of_flow")
    low, high = bounds(amount.value) if isinstance(amount.value, Money) else (None, None)
    reasons = _reasons(report, amount, all_of_it)
    if _is_open(frame, amount) and not settings.unresolved:
        return LeftOut("unresolved")
    if flow in _NOT_HANDED_ON:
        return LeftOut(_NOT_HANDED_ON[flow])
    if reason := next(reasons, None):
        return LeftOut(reason)
    if said.get("realis") == "generic":
        return LeftOut("help in general, no deed")
    if low is None:
        return LeftOut("no lower bound" if high is not None else "no figure")
    return Counted(_sum_of(said, flow), low, high)


def _is_open(frame: Frame, amount: Entity) -> bool:
    filling = (filler for filler in frame.arguments if filler.role == "amount" and filler.entity == amount.id)
    return is_unresolved(frame) or is_unresolved(amount) or any(map(is_unresolved, filling))


def _reasons(report: Report, amount: Entity, all_of_it: Sequence[Entity]) -> Iterator[str]:
    if per := is_rate(amount):
        yield f"a rate ({per})"
    for whole in all_of_it:
        between = report.text[whole.end : amount.start] if whole.end < amount.start else ""
        same_sentence = report.sentence_span(whole.start) == report.sentence_span(amount.start)
        if _PART in between and same_sentence and not is_rate(whole):
            yield f"part of {report.surface(whole)}"


def _sum_of(said: Mapping[str, str], flow: str | None) -> Sum:
    if said.get("realis") == "planned":
        return "planned"
    if said.get("aggregation") == "total":
        return "total"
    if flow == "price" or said.get("transfer") == "in_kind":
        return "goods"
    return "brokered" if said.get("transfer") == "brokered_cash" else "given"
