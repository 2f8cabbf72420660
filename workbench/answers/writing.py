"""Data frames as CSV, JSON and Parquet, the same bytes for the same frame.

In CSV a list is one cell, its parts joined by `；`; where a part holds that sign or a backslash, a backslash stands
before it. A list of empty parts is an empty cell. JSON and Parquet hold lists as lists.
"""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.answers.columns import Column, Kind
from workbench.core.errors import EnvironmentFailure

if TYPE_CHECKING:
    import pandas as pd

SEPARATOR = "；"
"""Stands between the parts of a list in a cell."""

_ESCAPE = "\\"


def to_csv(frame: pd.DataFrame, columns: Sequence[Column], *, mark: bool = False) -> bytes:
    """Comma-separated values in UTF-8 with LF; `mark` begins them with a byte order mark, as Excel needs it."""
    lines = [[column.name for column in columns], *to_strings(frame, columns)]
    content = "".join((",".join(map(_quoted, line)) or '""') + "\n" for line in lines)  # readers skip empty lines
    return (codecs.BOM_UTF8 if mark else b"") + content.encode()


def to_strings(frame: pd.DataFrame, columns: Sequence[Column]) -> list[list[str]]:
    """The rows of a frame as they stand in CSV."""
    return [[cell_text(cell) for cell in row] for row in _rows(frame, columns)]


def to_json(frame: pd.DataFrame, columns: Sequence[Column]) -> bytes:
    """A JSON array with one object for each row; empty cells are null, empty lists []."""
    names = [column.name for column in columns]
    records = [dict(zip(names, row, strict=True)) for row in _rows(frame, columns)]
    return (json.dumps(records, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def to_parquet(frame: pd.DataFrame, columns: Sequence[Column]) -> bytes:
    """An Apache Parquet file; the meaning of each column is in its metadata (`description`).

    Raises:
        EnvironmentFailure: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise EnvironmentFailure(
            "Parquet needs pyarrow, which is not installed: pip install 'cppcc-workbench[parquet]'"
        ) from None
    kinds: dict[Kind, Any] = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "truth": pa.bool_(),
        "texts": pa.list_(pa.string()),
        "numbers": pa.list_(pa.float64()),
    }
    schema = pa.schema([pa.field(one.name, kinds[one.kind], metadata={"description": one.meaning}) for one in columns])
    cells = list(zip(*_rows(frame, columns), strict=True)) or [()] * len(columns)
    arrays = [pa.array(list(column), field.type) for column, field in zip(cells, schema, strict=True)]
    target = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), target)
    return target.getvalue()


def cell_text(cell: Any) -> str:
    """What stands for a cell in CSV: whole numbers without a point, truth values as true and false."""
    if isinstance(cell, list):
        parts = [_escaped(cell_text(part)) for part in cell]
        return SEPARATOR.join(parts) if any(parts) else ""
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def list_parts(cell: str) -> list[str]:
    """The parts of a list from its cell in CSV: the inverse of `cell_text` for lists that are not all empty."""
    parts = [""]
    characters = iter(cell)
    for character in characters:
        if character == _ESCAPE:
            parts[-1] += next(characters, "")
        elif character == SEPARATOR:
            parts.append("")
        else:
            parts[-1] += character
    return parts if cell else []


def _quoted(cell: str) -> str:
    """The cell in quotation marks where it needs them; the csv module forgets the carriage return."""
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\r\n') else cell


def _escaped(part: str) -> str:
    return part.replace(_ESCAPE, 2 * _ESCAPE).replace(SEPARATOR, _ESCAPE + SEPARATOR)


def _rows(frame: pd.DataFrame, columns: Sequence[Column]) -> list[tuple[Any, ...]]:
    """The rows of a frame as plain Python values: None where nothing is, whole numbers as integers."""
    import pandas as pd

    def plain(cell: Any) -> Any:
        if isinstance(cell, list):
            return [plain(part) for part in cell]
        if cell is None or cell is pd.NA:
            return None
        if isinstance(cell, float):
            return int(cell) if cell.is_integer() else cell
        return cell

    made = [[plain(cell) for cell in frame[column.name].tolist()] for column in columns]
    return list(zip(*made, strict=True))
