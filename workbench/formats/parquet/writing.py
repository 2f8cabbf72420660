"""Documents into one file of Parquet, or into a folder with a dataset card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.core.files import write_text
from workbench.core.records import AnnotatedDocument
from workbench.formats.contract import WriteSettings, load_library
from workbench.formats.losses import Loss
from workbench.formats.parquet.columns import arrow_schema, yaml_lines
from workbench.formats.parquet.reading import FORMAT, NEEDED_FOR
from workbench.formats.parquet.rows import row_of
from workbench.formats.text_file import writing

_TABLE = "data/train-00000-of-00001.parquet"
_MOST_DOCUMENTS = 256
_MOST_CHARACTERS = 4_000_000

_CARD = """---
language:
- zh
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*
dataset_info:
  features:
{features}
---

# Annotated documents

{sums}

One row a document, with its text and its annotation. Offsets are half-open code points: `text[start:end]` in Python.
Mentions of several fragments are one entity. `head`, `tail` and `entity` are ids of entities of the same row.
`value`, `provenance` and `extra` hold JSON.

```python
from datasets import load_dataset

documents = load_dataset("path/to/this/folder", split="train")
```
"""


def writer(path: Path, settings: WriteSettings) -> ParquetFolder | ParquetTable:
    """Begin a file, when the path ends in `.parquet`, or a folder."""
    del settings
    return ParquetTable(path) if path.suffix.lower() in FORMAT.endings else ParquetFolder(path)


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Nothing: all of a document is kept."""
    del document, settings
    yield from ()


class ParquetTable:
    """Writes one file; holds the documents of one row group."""

    def __init__(self, path: Path) -> None:
        """Begin the file.

        Raises:
            EnvironmentFailure: pyarrow is missing, or the place is not writable.
        """
        self._path = path
        self._pa = load_library("pyarrow", NEEDED_FOR, FORMAT.extra)
        pq = load_library("pyarrow.parquet", NEEDED_FOR, FORMAT.extra)
        self._schema = arrow_schema(self._pa)
        self._rows: list[dict[str, Any]] = []
        self._characters = 0
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
            self._table = pq.ParquetWriter(self._file, self._schema)

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document; see `DocumentWriter`."""
        self._rows.append(row_of(document))
        self._characters += len(document.text or "")
        if len(self._rows) >= _MOST_DOCUMENTS or self._characters >= _MOST_CHARACTERS:
            self._write_group()

    def close(self) -> None:
        """Write what is held, and the end of the file."""
        if self._rows:
            self._write_group()
        with writing(self._path):
            self._table.close()
            self._file.close()

    def _write_group(self) -> None:
        with writing(self._path):
            self._table.write_table(self._pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows, self._characters = [], 0


class ParquetFolder:
    """Writes a folder as the Hugging Face hub has them: the table and the card that describes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._table = ParquetTable(path / _TABLE)
        self._documents = self._entities = self._relations = self._frames = 0

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document; see `DocumentWriter`."""
        self._table.write(document)
        self._documents += 1
        self._entities += len(document.annotation.entities)
        self._relations += len(document.annotation.relations)
        self._frames += len(document.annotation.frames)

    def close(self) -> None:
        """Finish the table and write the card."""
        self._table.close()
        sums = (
            f"{self._documents} documents, {self._entities} entities, {self._relations} relations,"
            f" {self._frames} frames."
        )
        write_text(self._path / "README.md", _CARD.format(features="\n".join(yaml_lines(indent="  ")), sums=sums))
