r"""One GraphML file, written through networkx; see `workbench.formats.graph`.

The graph of all documents is held in memory, as networkx builds it, and may have several edges from one node to
another. What XML cannot hold in words, and the carriage return, which it reads as a line feed, is written as in JSON
(`\u0001`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from workbench.core.records import AnnotatedDocument
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings, load_library
from workbench.formats.graph import edges_of, losses_of_graph, nodes_of, refuse_to_read
from workbench.formats.losses import Loss
from workbench.formats.text_file import writing

FORMAT = Format("graphml", "GraphML", (".graphml",), "file", extra="graph", reads=False)

_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def recognise(sample: Sample) -> bool:
    """Tell whether the root element of an XML file is `graphml`."""
    return re.search(rb"<(?:\w+:)?graphml[\s>]", sample.head) is not None


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Refuse: see `refuse_to_read`."""
    del settings
    refuse_to_read(path, FORMAT.title)


def writer(path: Path, settings: WriteSettings) -> GraphmlWriter:
    """Begin a graph; its file is made when it is closed.

    Raises:
        EnvironmentFailure: networkx is not installed.
    """
    del settings
    return GraphmlWriter(path)


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """What no column holds; see `losses_of_graph`."""
    del settings
    yield from losses_of_graph(document)


class GraphmlWriter:
    """Gathers the nodes and edges of documents, and writes them at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._networkx = load_library("networkx", FORMAT.title, FORMAT.extra)
        self._graph = self._networkx.MultiDiGraph()

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document."""
        for node in nodes_of(document):
            self._graph.add_node(node.id, **_attributes(node, "id"))
        for edge in edges_of(document):
            self._graph.add_edge(edge.source, edge.target, edge.id, **_attributes(edge, "id", "source", "target"))

    def close(self) -> None:
        """Write the file; see `writing` for what is raised."""
        with writing(self._path):
            # The writer that networkx takes without lxml, always: with it the bytes are others.
            self._networkx.write_graphml_xml(self._graph, self._path)


def _attributes(columns: NamedTuple, *leave_out: str) -> dict[str, str | int | float]:
    """The columns that say something; networkx refuses None."""
    return {
        name: _NOT_IN_XML.sub(_escaped, value) if isinstance(value, str) else value
        for name, value in columns._asdict().items()
        if value is not None and name not in leave_out
    }


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"
