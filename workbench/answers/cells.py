"""Columns that many tables share, each with the cells that fill it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.answers.columns import Column, Row, text, texts
from workbench.answers.money import bounds
from workbench.answers.reports import Report
from workbench.core.records import Entity, Frame, is_unresolved
from workbench.core.values import Quantity, Time

DOCUMENT = text("document", "The report's id.")
PUBLISHED = text("publication_date", "When the report was published, as its page says; never a date of the deed.")
SENTENCE = text("sentence", "The sentence that tells it.")
UNRESOLVED = Column("unresolved", "truth", "Adjudication could not settle it, or something that it rests on.")


STATEMENTS = ("RESULT", "PROBLEM", "PROPOSAL")
"""The types of statements."""


# frames


DEED_COLUMNS = (
    DOCUMENT,
    text("frame", "The frame's id in the report's annotation."),
    text("trigger", "The words that tell the deed."),
    Column("start", "integer", "Where the trigger begins, in code points of the clean text."),
    Column("end", "integer", "Where the trigger ends; the end is not included."),
)


def deed_cells(report: Report, frame: Frame) -> Row:
    """Where a frame is told."""
    fragments = frame.trigger.fragments if frame.trigger else ()
    return {
        "document": report.doc_id,
        "frame": frame.id,
        "trigger": report.trigger(frame),
        "start": fragments[0].start if fragments else None,
        "end": fragments[-1].end if fragments else None,
    }


REALIS = text("realis", "actual: done; planned; generic: help in general, no deed that is told.")
AGGREGATION = text(
    "aggregation",
    "instance: a single deed; total: a figure of a period or a group, which may hold deeds told elsewhere.",
)
DEED_END_COLUMNS = (PUBLISHED, UNRESOLVED, SENTENCE)


def deed_end_cells(report: Report, frame: Frame) -> Row:
    """Date, doubt and sentence of a frame."""
    return {
        "publication_date": report.meta.date,
        "unresolved": _rests_on_doubt(report, frame),
        "sentence": report.sentence(report.place_of(frame)),
    }


def _rests_on_doubt(report: Report, frame: Frame) -> bool:
    known = report.annotation.entity_by_id
    return is_unresolved(frame) or any(
        is_unresolved(filler) or is_unresolved(known[filler.entity]) for filler in frame.arguments
    )


def aggregation(frame: Frame) -> str:
    """Whether a frame is a single deed, which goes without saying, or a total; generic help is neither."""
    if frame.attributes.get("realis") == "generic":
        return ""
    return frame.attributes.get("aggregation") or "instance"


# parties


def party_columns(role: str, who: str) -> tuple[Column, ...]:
    """The columns of a role that people and bodies fill; `who` says who they are."""
    return (
        texts(role, f"{who} The canonical name (市政协: 永州市政协); groups as in the text."),
        texts(f"{role}_text", f"The strings of `{role}` in the text."),
        texts(f"{role}_type", f"PER, ORG, GROUP or LOC, for each of `{role}`."),
        texts(
            f"{role}_affiliation", f"Posts with their bodies, and bodies or groups of members, for each of `{role}`."
        ),
    )


def party_cells(report: Report, frame: Frame, role: str) -> Row:
    """The cells of `party_columns`."""
    found = report.fillers(frame, role)
    return {
        role: [report.name(one) for one in found],
        f"{role}_text": [report.surface(one) for one in found],
        f"{role}_type": [one.type for one in found],
        f"{role}_affiliation": [report.affiliation(one) for one in found],
    }


def name_columns(role: str, what: str) -> tuple[Column, ...]:
    """The columns of a role whose fillers have names."""
    return texts(role, f"{what} The canonical name."), texts(f"{role}_text", f"The strings of `{role}` in the text.")


def name_cells(report: Report, role: str, found: Sequence[Entity]) -> Row:
    """The cells of `name_columns`."""
    return {role: [report.name(one) for one in found], f"{role}_text": [report.surface(one) for one in found]}


# places


def place_columns(role: str, what: str) -> tuple[Column, ...]:
    """The columns of a role that places fill."""
    return (
        texts(role, f"{what} The official or canonical name."),
        texts(f"{role}_text", f"The strings of `{role}` in the text."),
        texts(f"{role}_level", f"province, prefecture, county, township, village …, for each of `{role}`."),
        texts(
            f"{role}_code",
            f"GB/T 2260 code for each of `{role}`: its own, or that of the nearest place it is part of (PART_OF); "
            "villages and townships have none.",
        ),
        texts(f"{role}_code_revision", f"The edition of GB/T 2260 (YYYYMM) that each of `{role}_code` is read in."),
        texts(
            f"{role}_code_of", f"The place that each of `{role}_code` belongs to: the place itself or one around it."
        ),
    )


def place_cells(report: Report, role: str, found: Sequence[Entity]) -> Row:
    """The cells of `place_columns`."""
    located = [report.located(one) for one in found]
    return {
        role: [one.name for one in located],
        f"{role}_text": [report.surface(one) for one in found],
        f"{role}_level": [one.level for one in located],
        f"{role}_code": [one.code for one in located],
        f"{role}_code_revision": [one.revision for one in located],
        f"{role}_code_of": [one.code_of for one in located],
    }


# times and quantities


TIME_COLUMNS = (
    texts("time", "When, as TIMEX3 value (2016-07, 2020-05-11/2020-05-13, P6Y); empty when the text gives no date."),
    texts("time_text", "The strings of `time` in the text."),
    texts("time_type", "DATE, TIME, DURATION or SET, for each of `time`."),
    texts("time_modifier", "START, MID, END, APPROX, ON_OR_BEFORE …, for each of `time`."),
)


def time_cells(report: Report, found: Sequence[Entity]) -> Row:
    """The cells of `TIME_COLUMNS`."""
    values = [one.value if isinstance(one.value, Time) else None for one in found]
    return {
        "time": [value.value if value else None for value in values],
        "time_text": [report.surface(one) for one in found],
        "time_type": [value.type if value else None for value in values],
        "time_modifier": [value.mod if value else None for value in values],
    }


def quantity_columns(role: str, what: str) -> tuple[Column, ...]:
    """The columns of a role that quantities fill; they are parallel lists."""
    return (
        texts(role, f"{what} As in the text (260户)."),
        Column(
            f"{role}_number", "numbers", f"The number of each of `{role}`; of an open one (千余位) the lower bound."
        ),
        Column(f"{role}_number_max", "numbers", f"The upper bound of each of `{role}`; empty when there is none."),
        texts(f"{role}_unit", f"The unit or classifier of each of `{role}`."),
        texts(f"{role}_of", f"What each of `{role}` counts or measures, as in the text."),
    )


def quantity_cells(report: Report, role: str, found: Sequence[Entity]) -> Row:
    """The cells of `quantity_columns`."""
    values = [one.value if isinstance(one.value, Quantity) else None for one in found]
    ends = [bounds(value) if value else (None, None) for value in values]
    return {
        role: [report.surface(one) for one in found],
        f"{role}_number": [low for low, _ in ends],
        f"{role}_number_max": [high for _, high in ends],
        f"{role}_unit": [value.unit if value else None for value in values],
        f"{role}_of": [counted(report, one) for one in found],
    }


def counted(report: Report, value: Entity) -> str:
    """What a number or a sum is of (HAS_QUANTITY), as in the text; of a coordination all nouns, joined by `、`.

    A statement is not what a figure in it counts.
    """
    heads = report.heads("HAS_QUANTITY", value)
    return "、".join(report.surface(head) for head in heads if head.type not in STATEMENTS)
