"""CSV, JSON and Parquet hold the same cells; lists can be read back."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answers.pilot import pilot
from workbench.answers.catalogue import TABLES, make_frame, table_frame
from workbench.answers.columns import Column
from workbench.answers.writing import cell_text, list_parts, to_csv, to_json, to_parquet
from workbench.core.errors import EnvironmentFailure

COLUMNS = (
    Column("a", "text", "A text."),
    Column("b", "integer", "An integer."),
    Column("c", "number", "A number."),
    Column("d", "truth", "A truth value."),
    Column("e", "texts", "Texts."),
    Column("f", "numbers", "Numbers."),
)
ODD = st.text(st.sampled_from("政协；\\\"',\n\r\u00a0\u3000𠀀（）=1"), min_size=1, max_size=6)
CELLS = st.fixed_dictionaries(
    {
        "a": st.none() | ODD,
        "b": st.none() | st.integers(-(10**12), 10**12),
        "c": st.none() | st.integers(0, 10**9) | st.floats(0, 1e6).map(lambda number: round(number, 2)),
        "d": st.none() | st.booleans(),
        "e": st.lists(st.none() | ODD, max_size=3),
        "f": st.lists(st.none() | st.integers(0, 100), max_size=3),
    }
)


@given(st.lists(CELLS, max_size=4))
def test_the_three_formats_hold_the_same(rows: list[dict[str, Any]]) -> None:
    """JSON is the rows; Parquet is the rows; CSV is the rows as strings, lists with their parts."""
    import pyarrow.parquet as pq

    frame = make_frame(COLUMNS, rows)
    assert json.loads(to_json(frame, COLUMNS)) == rows
    assert pq.read_table(io.BytesIO(to_parquet(frame, COLUMNS))).to_pylist() == rows
    read = list(csv.DictReader(io.StringIO(to_csv(frame, COLUMNS).decode(), newline="")))
    assert [row["a"] for row in read] == [row["a"] or "" for row in rows]
    assert [row["d"] for row in read] == [{None: "", True: "true", False: "false"}[row["d"]] for row in rows]
    for written, row in zip(read, rows, strict=True):
        parts = [part or "" for part in row["e"]]
        assert list_parts(written["e"]) == (parts if any(parts) else [])
        assert float(written["c"] or 0) == (row["c"] or 0)


@given(st.lists(ODD, max_size=4))
def test_lists_can_be_read_back(parts: list[str]) -> None:
    """Also when a part holds the separator or a backslash."""
    assert list_parts(cell_text(parts)) == parts


def test_numbers_are_written_as_people_write_them() -> None:
    """Whole numbers have no point, however large; nothing is nothing."""
    frame = make_frame(
        COLUMNS, [{"a": None, "b": 3, "c": 10728000.0, "d": None, "e": ["甲", "乙"], "f": [2.6, None, 260.0]}]
    )
    assert to_csv(frame, COLUMNS).decode() == "a,b,c,d,e,f\n,3,10728000,,甲；乙,2.6；；260\n"


def test_a_column_alone_keeps_its_empty_rows() -> None:
    """A line without anything would be no row to most readers."""
    assert to_csv(make_frame(COLUMNS[:1], [{"a": None}, {"a": "甲"}]), COLUMNS[:1]).decode() == 'a\n""\n甲\n'


def test_the_mark_that_excel_needs() -> None:
    """The same bytes after a byte order mark."""
    frame = make_frame(COLUMNS, [])
    assert to_csv(frame, COLUMNS, mark=True) == b"\xef\xbb\xbf" + to_csv(frame, COLUMNS)


@pytest.mark.parametrize("name", TABLES)
def test_the_pilot_in_parquet(name: str) -> None:
    """The schema has the column's kinds and meanings, also of a table without rows; same frame, same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = TABLES[name].columns
    full, empty = table_frame(name, pilot()), table_frame(name, [])
    schema = pq.read_schema(io.BytesIO(to_parquet(full, columns)))
    assert schema.equals(pq.read_schema(io.BytesIO(to_parquet(empty, columns))))
    described = {one.name: one.metadata[b"description"].decode() for one in schema}
    assert described == {column.name: column.meaning for column in columns}
    assert all(pa.types.is_list(schema.field(one.name).type) == (one.kind in ("texts", "numbers")) for one in columns)
    assert to_parquet(full, columns) == to_parquet(full, columns)


def test_parquet_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the command that installs it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(EnvironmentFailure, match=r"pip install 'cppcc-workbench\[parquet\]'"):
        to_parquet(make_frame(COLUMNS, []), COLUMNS)
