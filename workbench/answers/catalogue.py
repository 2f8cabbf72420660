"""All tables by name, and data frames made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.answers import assistance, deeds, figures, items, statements, things
from workbench.answers.columns import USUAL, Column, Kind, Row, Settings, Table
from workbench.answers.masking import Mask
from workbench.answers.reports import Report
from workbench.core.errors import UsageMistake, nearest

if TYPE_CHECKING:
    import pandas as pd

TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        assistance.TABLE,
        *deeds.TABLES,
        *statements.TABLES,
        *things.TABLES,
        *figures.TABLES,
        *items.TABLES,
    )
}
"""All tables, by name."""

_DTYPES: Mapping[Kind, str] = {
    "text": "string",
    "integer": "Int64",
    "number": "Float64",
    "truth": "boolean",
    "texts": "object",
    "numbers": "object",
}


def table_of(name: str) -> Table:
    """The table of a name.

    Raises:
        UsageMistake: there is none.
    """
    if name not in TABLES:
        raise UsageMistake(f"no table {name!r}{nearest(name, TABLES)}")
    return TABLES[name]


def make_rows(
    table: Table, reports: Iterable[Report], settings: Settings = USUAL, *, names: bool = True
) -> Iterator[Row]:
    """The rows of a table, report by report; without `names` private persons are labels."""
    for report in reports:
        mask = None if names else Mask(report)
        for row in table.rows(report, settings):
            yield mask.row(row) if mask else row


def make_frame(columns: Sequence[Column], rows: Iterable[Row]) -> pd.DataFrame:
    """A data frame of rows: one column for each of `columns`, lists as lists, empty cells as missing values."""
    import pandas as pd

    made = list(rows)
    data: dict[str, Any] = {
        column.name: pd.Series([row[column.name] for row in made], dtype=_DTYPES[column.kind]) for column in columns
    }
    return pd.DataFrame(data, columns=[column.name for column in columns])


def table_frame(
    name: str, reports: Iterable[Report], settings: Settings = USUAL, *, names: bool = True
) -> pd.DataFrame:
    """The table of a name as a data frame.

    Raises:
        UsageMistake: there is no such table.
    """
    table = table_of(name)
    return make_frame(table.columns, make_rows(table, reports, settings, names=names))


def chosen(columns: Sequence[Column], wanted: Sequence[str]) -> tuple[Column, ...]:
    """The columns of these names, in this order; all of them when none is named.

    Raises:
        UsageMistake: there is no such column; all of them.
    """
    known = {column.name: column for column in columns}
    unknown = [f"no column {name!r}{_hint(name, known)}" for name in wanted if name not in known]
    if unknown:
        raise UsageMistake("\n".join(unknown))
    return tuple(known[name] for name in dict.fromkeys(wanted)) or tuple(columns)


def _hint(name: str, known: Iterable[str]) -> str:
    hint = nearest(name, known)
    return hint if hint.startswith("; did") else "; --columns lists them"
