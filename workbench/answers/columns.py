"""What a table and a column are. A column's meaning is written once, where its table is; help quotes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from workbench.answers.reports import Report

Kind = Literal["text", "integer", "number", "truth", "texts", "numbers"]
"""What a column holds; `texts` and `numbers` are lists. A cell of any kind may be empty."""

Row = dict[str, Any]
"""The cells of a row by column; None is an empty cell."""


class Column(NamedTuple):
    """A column with its meaning."""

    name: str
    kind: Kind
    meaning: str


class Settings(NamedTuple):
    """How doubtful items are treated.

    `unresolved`: what adjudication left open is added up like the rest; otherwise it is listed and flagged, and its
    sums stay empty.
    """

    unresolved: bool = False


USUAL = Settings()
"""What adjudication left open is flagged and not added up."""


class Table(NamedTuple):
    """A table: what one row of it is, its columns, and how its rows are made of a report.

    `glance` are the columns that fit a terminal.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    glance: tuple[str, ...]
    rows: Callable[[Report, Settings], Iterator[Row]]


def text(name: str, meaning: str) -> Column:
    """A column of strings."""
    return Column(name, "text", meaning)


def texts(name: str, meaning: str) -> Column:
    """A column of lists of strings."""
    return Column(name, "texts", meaning)


def complete(row: Mapping[str, Any], columns: Sequence[Column]) -> Row:
    """The cells of a row in the order of the columns, empty strings as empty cells.

    Raises:
        LookupError: the row has a cell that no column describes, or lacks one: a mistake in the program.
    """
    names = [column.name for column in columns]
    if row.keys() != set(names):
        raise LookupError(f"cells and columns differ: {sorted(row.keys() ^ set(names))}")
    return {name: None if row[name] == "" else row[name] for name in names}
