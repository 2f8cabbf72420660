"""From a request to a table: its data frame, and that laid out as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from workbench.answers import answering
from workbench.answers.answering import ANYTHING, About, Answered
from workbench.answers.catalogue import TABLES, chosen, make_frame, make_rows, table_of
from workbench.answers.columns import USUAL, Column, Settings, text
from workbench.answers.questions import answer
from workbench.answers.reports import Report, open_reports
from workbench.answers.writing import to_csv, to_json, to_parquet
from workbench.core.errors import UsageMistake, nearest

if TYPE_CHECKING:
    import pandas as pd

QUESTIONS = "questions"
"""The table of answers to the questions of the guidelines; one row for each part of an answer."""

KINDS: Mapping[str, str] = {**{name: table.row for name, table in TABLES.items()}, QUESTIONS: "a part of an answer"}
"""All tables, and what one row of each is."""

DESCRIPTION = (
    text("column", "The column's name."),
    text("kind", "text, integer, number or truth; texts and numbers are lists."),
    text("meaning", "What its cells say."),
)
"""The columns of a table that describes columns."""


class Request(NamedTuple):
    """What is asked for: a table, some of its columns or all, with or without private names; questions by number."""

    table: str
    columns: tuple[str, ...] = ()
    settings: Settings = USUAL
    names: bool = True
    numbers: tuple[int, ...] = ()
    about: About = ANYTHING


class Export(NamedTuple):
    """A table. `glance` are the columns that fit a terminal; of questions `answered` is what the frame spreads out."""

    columns: tuple[Column, ...]
    frame: pd.DataFrame
    glance: tuple[Column, ...]
    answered: tuple[Answered, ...] | None = None


def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table with their meanings.

    Raises:
        UsageMistake: there is no such table.
    """
    if table == QUESTIONS:
        return answering.COLUMNS
    if table not in TABLES:
        raise UsageMistake(f"no table {table!r}{nearest(table, KINDS)}")
    return table_of(table).columns


def describe(table: str) -> Export:
    """The columns of a table as a table.

    Raises:
        UsageMistake: there is no such table.
    """
    rows = [{"column": one.name, "kind": one.kind, "meaning": one.meaning} for one in columns_of(table)]
    return Export(DESCRIPTION, make_frame(DESCRIPTION, rows), DESCRIPTION)


def make(request: Request, reports: Sequence[Report]) -> Export:
    """Make the table that is asked for.

    Raises:
        UsageMistake: there is no such table, column or question.
    """
    columns = chosen(columns_of(request.table), request.columns)
    if request.table == QUESTIONS:
        answered = answer(reports, request.numbers, request.about, request.settings)
        if not request.names:
            answered = answering.masked(reports, answered)
        return Export(columns, make_frame(columns, answering.answer_rows(answered)), columns, answered)
    table = table_of(request.table)
    frame = make_frame(columns, make_rows(table, reports, request.settings, names=request.names))
    return Export(columns, frame, columns if request.columns else chosen(columns, table.glance))


def lay_out(export: Export, form: str, *, mark: bool = False) -> bytes:
    """The table as the content of a file: csv, parquet, or else JSON. `mark` begins CSV with a byte order mark.

    Raises:
        EnvironmentFailure: Parquet is asked for, and pyarrow is not installed.
    """
    if form == "csv":
        return to_csv(export.frame, export.columns, mark=mark)
    if form == "parquet":
        return to_parquet(export.frame, export.columns)
    if export.answered is None:
        return to_json(export.frame, export.columns)
    records = answering.to_records(export.answered)
    return (json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def open_chosen(path: Path, patterns: Sequence[str] = ()) -> tuple[Report, ...]:
    """The reports at `path` whose id is like one of the patterns (`00*`); all of them when there is none.

    Raises:
        UsageMistake: there are no annotations, or no document is like a pattern; all of these.
        FaultyData: files are broken, or annotations do not hold together; all faults.
    """
    reports = open_reports(path)
    ids = [report.doc_id for report in reports]
    unknown = [name for name in patterns if not any(fnmatchcase(doc_id, name) for doc_id in ids)]
    if unknown:
        raise UsageMistake("\n".join(f"no document {name!r}{nearest(name, ids)}" for name in unknown))
    wanted = (report for report in reports if any(fnmatchcase(report.doc_id, name) for name in patterns))
    return tuple(wanted) if patterns else reports
