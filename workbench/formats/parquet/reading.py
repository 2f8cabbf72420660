"""Files and folders of Parquet, row group by row group."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import reading
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, load_library
from workbench.formats.parquet.columns import check_columns, readable_columns
from workbench.formats.parquet.rows import document_of

FORMAT = Format(
    "parquet", "Parquet (Hugging Face datasets)", (".parquet",), "either", "parquet", writes=(".parquet", ".md")
)

NEEDED_FOR = "Parquet"
"""What the library is needed for, in the message when it is not there."""

_MAGIC = b"PAR1"
_ROWS = 64
_SPLIT = re.compile(r"(.+)-\d{5}-of-\d{5}\.parquet")


def recognise(sample: Sample) -> bool:
    """Tell whether a file begins as Parquet does, or a folder has such files."""
    return sample.head.startswith(_MAGIC) or any(name.endswith(".parquet") for name in sample.names)


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read a file, or all files of a folder, some rows at a time.

    Raises:
        UsageMistake: there is no such file or folder.
        FaultyData: a file is not Parquet or cut short, or its columns are not those of documents; all that is wrong
            with columns is known before the first document.
    """
    pq = load_library("pyarrow.parquet", NEEDED_FOR, FORMAT.extra)
    folder = path.is_dir()
    files = _files_of(path) if folder else [path]
    faults: list[Fault] = []
    for file in files:
        try:
            with _opened(pq, file) as table:
                check_columns(table.schema_arrow, _types(), file)
        except FaultyData as error:
            faults += error.faults
    if faults:
        raise FaultyData(faults)
    for file in files:
        yield from _documents(pq, file, settings, _split_of(file) if folder else None)


def _files_of(folder: Path) -> list[Path]:
    files = sorted(
        file
        for file in folder.rglob("*.parquet")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )
    if not files:
        raise UsageMistake(f"{folder}: no file in it ends in .parquet")
    return files


def _split_of(file: Path) -> str | None:
    """The split that the name of a file in a folder says; None for train, in which everything is that has no other."""
    found = _SPLIT.fullmatch(file.name)
    return found.group(1) if found and found.group(1) != "train" else None


def _types() -> Any:
    return load_library("pyarrow", NEEDED_FOR, FORMAT.extra).types


def _broken() -> tuple[type[Exception], ...]:
    """What is raised for bytes that are not Parquet; ValueError where names or strings are not UTF-8."""
    arrow_error: type[Exception] = load_library("pyarrow", NEEDED_FOR, FORMAT.extra).ArrowException
    return arrow_error, OSError, ValueError


def _opened(pq: Any, file: Path) -> Any:
    """Open a file whose schema can be read."""
    with reading(file), file.open("rb") as raw:
        magic = raw.read(len(_MAGIC))
    if magic != _MAGIC:
        raise FaultyData([Fault("not a Parquet file (it does not begin with PAR1)", source=file, rule="format")])
    try:
        table = pq.ParquetFile(file)
        table.schema_arrow.names  # noqa: B018 - a schema that cannot be read is known when it is looked at
    except _broken() as error:
        message = f"not a Parquet file that can be read: it is cut short or damaged ({_first_line(error)})"
        raise FaultyData([Fault(message, source=file, rule="format")]) from None
    return table


def _documents(pq: Any, file: Path, settings: ReadSettings, split: str | None) -> Iterator[ReadDocument]:
    """The documents of a file; what is left out of it is told with the first."""
    with _opened(pq, file) as table:
        columns, left_out = readable_columns(table.schema_arrow, _types())
        message = "is left out: further columns are kept as JSON, which cannot say what it holds"
        told = tuple(Fault(message, name, file, rule="further", severity="warning") for name in left_out)
        for row in _contents(table, columns):
            if isinstance(row, Fault):
                found = ReadDocument(None, file, faults=(row._replace(source=file),))
            else:
                found = document_of(row, file, settings.schema, split)
            yield found._replace(faults=(*told, *found.faults))
            told = ()


def _contents(table: Any, columns: list[str]) -> Iterator[Mapping[str, Any] | Fault]:
    """The rows of a file, and faults in place of those that cannot be read."""
    before = 0
    for group in range(table.num_row_groups):
        number = before
        try:
            for batch in table.iter_batches(_ROWS, row_groups=[group]):
                for row in _rows(batch.select(columns)):
                    number += 1
                    yield row if row is not None else Fault(f"row {number} is not UTF-8", rule="encoding")
        except _broken() as error:
            yield Fault(f"rows after {number} of row group {group} are damaged ({_first_line(error)})", rule="format")
        before += table.metadata.row_group(group).num_rows


def _rows(batch: Any) -> Iterator[Mapping[str, Any] | None]:
    """The rows of a batch; None in place of one whose strings are not UTF-8."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for index in range(batch.num_rows):
            try:
                (row,) = batch.slice(index, 1).to_pylist()
            except UnicodeDecodeError:
                row = None
            yield row


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
