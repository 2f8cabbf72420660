"""A folder with `nodes.csv` and `edges.csv`, for Gephi, Neo4j and spreadsheets; see `workbench.formats.graph`.

Cells of words stand in quotes, so that line ends of every kind are safe in them; numbers do not.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from workbench.core.records import AnnotatedDocument
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.graph import Edge, Node, edges_of, losses_of_graph, nodes_of, refuse_to_read
from workbench.formats.losses import Loss
from workbench.formats.text_file import TextFile, writing

FORMAT = Format("csv", "CSV of nodes and edges", (".csv",), "folder", reads=False, writes=(".csv",))

NODES, EDGES = "nodes.csv", "edges.csv"


def recognise(sample: Sample) -> bool:
    """Tell whether a folder has both tables."""
    return {NODES, EDGES} <= set(sample.names)


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Refuse: see `refuse_to_read`."""
    del settings
    refuse_to_read(path, FORMAT.title)


def writer(path: Path, settings: WriteSettings) -> CsvWriter:
    """Begin a folder with both tables."""
    del settings
    return CsvWriter(path)


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """What no column holds; see `losses_of_graph`."""
    del settings
    yield from losses_of_graph(document)


class CsvWriter:
    """Writes rows of nodes and edges, document by document."""

    def __init__(self, path: Path) -> None:
        with writing(path):
            path.mkdir(parents=True)
        self._nodes = _Table(path / NODES, Node._fields)
        self._edges = _Table(path / EDGES, Edge._fields)

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document; see `writing` for what is raised."""
        for node in nodes_of(document):
            self._nodes.add(node)
        for edge in edges_of(document):
            self._edges.add(edge)

    def close(self) -> None:
        """Finish both tables."""
        self._nodes.close()
        self._edges.close()


class _Table:
    """A table with a row of its columns' names."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self._file = TextFile(path)
        self._rows = csv.writer(self._file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        self._rows.writerow(columns)
        self.close = self._file.close

    def add(self, row: NamedTuple) -> None:
        self._rows.writerow([_cell(value) for value in row])


def _cell(value: str | float | None) -> str | int | float | None:
    """Whole amounts without a point, as they are written."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
