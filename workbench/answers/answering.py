"""What an answer is: mentions of one report in their roles, each with its span; and how answers are laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from workbench.answers.columns import Column, Row, text
from workbench.answers.masking import Mask
from workbench.answers.money import bounds
from workbench.answers.reports import Report
from workbench.core.records import Entity, Frame
from workbench.core.values import Money, Place, Quantity, Time


class Part(NamedTuple):
    """A mention in an answer. `name` is canonical, `value` its normalised value, if it has one."""

    role: str
    text: str
    name: str
    start: int
    end: int
    value: str | None = None


class Answer(NamedTuple):
    """An answer from one report; `note` says what no mention does. A sum over all reports has no document."""

    document: str | None
    parts: tuple[Part, ...] = ()
    note: str | None = None


class About(NamedTuple):
    """What a question is about: a place (with all that is part of it) or a campaign, by name; None asks of all."""

    place: str | None = None
    campaign: str | None = None


ANYTHING = About()
"""Questions about all places and campaigns."""


class Question(NamedTuple):
    """A question that the data must answer, by its number in the guidelines."""

    number: int
    asked: str
    ask: Callable[[Sequence[Report], About], Iterable[Answer]]


class Answered(NamedTuple):
    """A question with its answers, in the order of the reports and their texts."""

    number: int
    asked: str
    answers: tuple[Answer, ...]


def part(report: Report, role: str, entity: Entity) -> Part:
    """A mention as part of an answer."""
    name = report.name(entity)
    return Part(role, report.surface(entity), name, entity.start, entity.end, value_text(entity))


def parts(report: Report, role: str, entities: Iterable[Entity]) -> tuple[Part, ...]:
    """Mentions as parts of an answer, all in one role."""
    return tuple(part(report, role, one) for one in entities)


def frame_parts(report: Report, frame: Frame, *roles: str) -> tuple[Part, ...]:
    """What fills the roles of a frame, role by role; all of them, after the trigger, when none is named."""
    if not roles:
        roles = tuple(dict.fromkeys(filler.role for filler in frame.arguments))
        told = trigger_part(report, frame)
    else:
        told = ()
    return (*told, *(one for role in roles for one in parts(report, role, report.fillers(frame, role))))


def trigger_part(report: Report, frame: Frame) -> tuple[Part, ...]:
    """The words that tell a deed; nothing for a frame without a trigger."""
    words = report.trigger(frame)
    if frame.trigger is None or words is None:
        return ()
    return (Part("trigger", words, words, frame.trigger.fragments[0].start, frame.trigger.fragments[-1].end),)


def value_text(entity: Entity) -> str | None:
    """A normalised value on one line: `2100000 CNY`, `at least 1000 位`, `2016-07`, `510823`."""
    value = entity.value
    if isinstance(value, Money | Quantity):
        low, high = bounds(value)
        number = _number_text(low, high)
        per = value.per or entity.attributes.get("per")
        return f"{number} {value.unit}{f' per {per}' if per else ''}" if number else None
    if isinstance(value, Time):
        return f"{value.value} {value.mod}" if value.mod else value.value
    return value.code if isinstance(value, Place) else None


def _number_text(low: float | None, high: float | None) -> str | None:
    if low is None:
        return None if high is None else f"at most {high}"
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def masked(reports: Iterable[Report], answered: Iterable[Answered]) -> tuple[Answered, ...]:
    """The answers with labels in place of the names of private persons."""
    masks = {report.doc_id: Mask(report) for report in reports}

    def hide(answer: Answer) -> Answer:
        mask = masks.get(answer.document or "")
        if mask is None:
            return answer
        hidden = (one._replace(text=mask.text(one.text), name=mask.text(one.name)) for one in answer.parts)
        return answer._replace(parts=tuple(hidden), note=mask.text(answer.note) if answer.note else None)

    return tuple(one._replace(answers=tuple(map(hide, one.answers))) for one in answered)


COLUMNS = (
    Column("question", "integer", "The question's number in the guidelines."),
    text("asked", "The question."),
    Column("answer", "integer", "Counts the answers to a question; one row for each part of an answer."),
    text("document", "The report's id; empty for a sum over all reports."),
    text("role", "What the part does in the answer: helper, amount, place …"),
    text("text", "The part as in the text."),
    text("name", "The canonical name of the part."),
    text("value", "The normalised value of the part: yuan, a number with its unit, a TIMEX3 date, a GB/T 2260 code."),
    Column("start", "integer", "Where the part begins, in code points of the clean text."),
    Column("end", "integer", "Where the part ends; the end is not included."),
    text("note", "What no mention says: a sum, that a figure is a total, that money is that of others."),
)
"""The columns of answers as a table."""


def answer_rows(answered: Iterable[Answered]) -> Iterator[Row]:
    """Answers as rows of a table: one for each part, and one for an answer that is only a note."""
    for question in answered:
        for number, answer in enumerate(question.answers, 1):
            for one in answer.parts or (None,):
                yield {
                    "question": question.number,
                    "asked": question.asked,
                    "answer": number,
                    "document": answer.document,
                    **{name: getattr(one, name, None) for name in Part._fields},
                    "note": answer.note,
                }


def to_records(answered: Iterable[Answered]) -> list[dict[str, Any]]:
    """Answers as JSON values."""
    return [
        {
            "question": question.number,
            "asked": question.asked,
            "answers": [
                {"document": answer.document, "parts": [one._asdict() for one in answer.parts], "note": answer.note}
                for answer in question.answers
            ],
        }
        for question in answered
    ]


def to_text(answered: Iterable[Answered]) -> str:
    """Answers to read: each on a line of its own, every mention with its span."""
    lines: list[str] = []
    for question in answered:
        lines += ["", f"{question.number}. {question.asked}"]
        document = None
        for answer in question.answers:
            if answer.document is not None and answer.document != document:
                lines.append(f"  {answer.document}")
            document = answer.document
            told = " · ".join(map(_part_text, answer.parts))
            note = f"({answer.note})" if answer.note and told else answer.note or ""
            lines.append(f"    {told} {note}".rstrip())
        if not question.answers:
            lines.append("    no answer in these reports")
    return "\n".join(lines[1:]) + "\n"


def _part_text(one: Part) -> str:
    known = ", ".join(said for said in (one.name if one.name != one.text else None, one.value) if said)
    return f"{one.role} {one.text} [{one.start}:{one.end}]" + (f" = {known}" if known else "")
