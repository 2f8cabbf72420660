"""Graphs: every entity, frame, cluster, relation and argument is a node or an edge with all that is said of it."""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import networkx
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.lossy import HOW, document_with, renamed
from tests.strategies import annotated_documents
from workbench.core.errors import EnvironmentFailure, UsageMistake
from workbench.core.records import AnnotatedDocument, Argument, Entity, Frame, Relation, Trigger
from workbench.core.text import Span
from workbench.core.values import Money, Place, Quantity, Time
from workbench.corpus.reading import read_annotated
from workbench.formats import graph_csv, graphml
from workbench.formats.contract import ReadSettings, Sample, WriteSettings
from workbench.formats.graph import Edge, Node, edges_of, nodes_of
from workbench.formats.remainder import value_to_json

ROOT = Path(__file__).parents[2]
few = settings(max_examples=25)
BOTH = pytest.mark.parametrize("module", [graph_csv, graphml], ids=["csv", "graphml"])
Row = dict[str, str]


def tables(documents: Sequence[AnnotatedDocument]) -> tuple[list[Row], list[Row], dict[str, bytes]]:
    """Rows of nodes and of edges as Python's own reader reads them, and the bytes of both files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph"
        write(graph_csv, path, documents)
        rows = []
        for name in ("nodes.csv", "edges.csv"):
            with (path / name).open(encoding="utf-8", newline="") as file:
                rows.append(list(csv.DictReader(file)))
        return rows[0], rows[1], {file.name: file.read_bytes() for file in path.iterdir()}


def graph_of(documents: Sequence[AnnotatedDocument]) -> tuple[Any, bytes]:
    """The graph as networkx reads it, and the bytes of its file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.graphml"
        write(graphml, path, documents)
        return networkx.read_graphml(path, force_multigraph=True), path.read_bytes()


def write(module: ModuleType, path: Path, documents: Sequence[AnnotatedDocument]) -> None:
    writer = module.writer(path, HOW)
    for document in documents:
        writer.write(document)
    writer.close()


def cells(row: Node | Edge) -> Row:
    """A node or an edge as cells of words: None is empty, whole numbers have no point."""
    return {
        name: ""
        if value is None
        else repr(int(value) if value == int(value) else value)
        if isinstance(value, float)
        else str(value)
        for name, value in row._asdict().items()
    }


def rich() -> AnnotatedDocument:
    """A report of a committee that helped a village, with a value of each kind, a cluster, and odd characters."""
    text = "省政协\r\n2016年帮扶剑阁县\u00a0210万元、3.5公里"
    document = document_with(text, (0, 3, "ORG"), (5, 10, "TIME"), (12, 15, "LOC"), (16, 21, "MONEY"), (22, 27, "LEN"))
    entities = document.annotation.entities
    told: list[dict[str, Any]] = [
        {"cluster": "c1", "attributes": {"level": "province", "备注": '"a",\r\nb'}, "note": "核\u0001对", "score": 0.5},
        {"value": Time(type="DATE", value="2016")},
        {"value": Place(name="剑阁县", code="510823"), "cluster": "c1"},
        {"value": Money(value=2100000)},
        {"value": Quantity(min=3.5, mod="MORE_THAN", unit="公里"), "extra": {"k": [None, {"x": 1}]}},
    ]
    made = tuple(entity.model_copy(update=more) for entity, more in zip(entities, told, strict=True))
    frame = Frame(
        id="E1",
        type="ASSIST",
        trigger=Trigger(fragments=(Span(10, 12),), text="帮扶", extra={"sure": True}),
        arguments=(
            Argument(role="helper", entity="T1"),
            Argument(role="amount", entity="T4"),
            Argument(role="amount", entity="T4", extra={"unresolved": True}),
        ),
    )
    links = (
        Relation(id="R1", type="ASSISTS", head="T1", tail="T3", note="甲"),
        Relation(id="R2", type="ASSISTS", head="T1", tail="T3", attributes={"a": "b"}),
    )
    return document._replace(
        annotation=document.annotation.model_copy(update={"entities": made, "frames": (frame,), "relations": links})
    )


# --- what the graph is -----------------------------------------------------------------------------------------------


@given(annotated_documents())
def test_nothing_of_an_item_is_missing(document: AnnotatedDocument) -> None:
    """From the columns everything that is said of entities, relations, frames and arguments can be made again."""
    nodes, edges = list(nodes_of(document)), list(edges_of(document))
    annotation = document.annotation
    of_kind = {kind: [node for node in nodes if node.kind == kind] for kind in ("entity", "frame", "cluster")}
    assert sum(map(len, of_kind.values())) == len(nodes)
    ids = {}
    for entity, node in zip(annotation.entities, of_kind["entity"], strict=True):
        ids[entity.id] = node.id
        assert (node.type, node.text, node.document) == (entity.type, entity.text, document.doc_id)
        assert (node.fragments, node.cluster) == (ranges(entity.fragments), entity.cluster)
        assert json.loads(node.value or "null") == (value_to_json(entity.value) if entity.value else None)
        assert_said(entity, node)
    for frame, node in zip(annotation.frames, of_kind["frame"], strict=True):
        ids[frame.id] = node.id
        trigger = frame.trigger
        assert (node.type, node.text) == (frame.type, trigger.text if trigger else None)
        assert node.fragments == (ranges(trigger.fragments) if trigger else None)
        assert json.loads(node.trigger_extra or "{}") == (trigger.extra if trigger else {})
        assert_said(frame, node)
    relations = [edge for edge in edges if edge.kind == "relation"]
    for relation, edge in zip(annotation.relations, relations, strict=True):
        assert (edge.source, edge.target, edge.type) == (ids[relation.head], ids[relation.tail], relation.type)
        assert_said(relation, edge)
    arguments = [(frame, argument) for frame in annotation.frames for argument in frame.arguments]
    for (frame, argument), edge in zip(arguments, [e for e in edges if e.kind == "argument"], strict=True):
        assert (edge.source, edge.target, edge.type) == (ids[frame.id], ids[argument.entity], argument.role)
        assert json.loads(edge.extra or "{}") == argument.extra
    clusters = {node.cluster: node.id for node in of_kind["cluster"]}
    members = Counter((edge.source, edge.target) for edge in edges if edge.kind == "cluster")
    assert members == Counter((ids[e.id], clusters[e.cluster]) for e in annotation.entities if e.cluster is not None)
    assert len({node.id for node in nodes}) == len(nodes)
    assert len({edge.id for edge in edges}) == len(edges)


def ranges(fragments: Sequence[Span]) -> str:
    return ";".join(f"{start}-{end}" for start, end in fragments)


def assert_said(item: Entity | Relation | Frame, row: Node | Edge) -> None:
    assert (row.note, row.score) == (item.note, item.score)
    assert json.loads(row.attributes or "{}") == item.attributes
    assert json.loads(row.extra or "{}") == item.extra


@BOTH
@given(document=annotated_documents())
@few
def test_losses_are_what_is_said_of_the_document_as_a_whole(module: ModuleType, document: AnnotatedDocument) -> None:
    """Layers, provenance and further keys; texts and zones are not what a graph holds."""
    annotation = document.annotation
    said = annotation.author, annotation.made_with, annotation.text_sha256, annotation.provenance.source
    expected = {
        "finished_layers": annotation.finished_layers is not None,
        "provenance": any(part is not None for part in said),
        "extra": bool(annotation.extra),
    }
    losses = list(module.losses(document, HOW))
    found = {"provenance" if loss.kind == "provenance" else loss.path for loss in losses}
    assert found == {name for name, is_lost in expected.items() if is_lost}
    assert len(losses) == len(found)


@given(
    st.lists(st.tuples(st.text(":%a/", max_size=3), st.text(":%c1", max_size=3)), min_size=2, max_size=6, unique=True)
)
def test_ids_are_single_in_all_documents(names: list[tuple[str, str]]) -> None:
    """Whatever colons ids of documents, items and clusters have."""
    found = []
    for doc_id, name in names:
        document = document_with("政协", (0, 2, "ORG"), doc_id=doc_id)
        entities = tuple(e.model_copy(update={"id": name, "cluster": name}) for e in document.annotation.entities)
        annotation = document.annotation.model_copy(update={"entities": entities})
        found += [node.id for node in nodes_of(document._replace(annotation=annotation))]
    assert len(set(found)) == len(found)


def test_readable_columns() -> None:
    """Ids say where a node is from; amounts are in yuan, times in TIMEX3; labels are what programs show."""
    nodes = {node.id: node for node in nodes_of(rich())}
    assert list(nodes) == ["d1:T1", "d1:T2", "d1:T3", "d1:T4", "d1:T5", "d1:E1", "d1:cluster:c1"]
    money, length = nodes["d1:T4"], nodes["d1:T5"]
    assert (money.label, money.amount, money.unit) == ("210万元", 2100000, "CNY")
    assert (length.amount, length.amount_min, length.unit) == (None, 3.5, "公里")
    assert nodes["d1:T2"].time == "2016"
    assert (nodes["d1:T3"].place, nodes["d1:T3"].place_code) == ("剑阁县", "510823")
    assert (nodes["d1:E1"].label, nodes["d1:E1"].kind, nodes["d1:E1"].start) == ("帮扶", "frame", 10)
    cluster = nodes["d1:cluster:c1"]
    assert (cluster.label, cluster.type) == ("省政协", "")
    assert [(edge.source, edge.target) for edge in edges_of(rich()) if edge.kind == "cluster"] == [
        ("d1:T1", "d1:cluster:c1"),
        ("d1:T3", "d1:cluster:c1"),
    ]


# --- CSV -------------------------------------------------------------------------------------------------------------


@given(st.lists(annotated_documents(), max_size=3))
@few
def test_csv_holds_the_graph(documents: list[AnnotatedDocument]) -> None:
    """Every cell comes back, line ends and quotes in it too; the same documents are the same bytes."""
    named = renamed(documents, "d:{}\r\n")
    nodes, edges, content = tables(named)
    assert nodes == [cells(node) for document in named for node in nodes_of(document)]
    assert edges == [cells(edge) for document in named for edge in edges_of(document)]
    assert content == tables(named)[2]
    assert set(content) == {"nodes.csv", "edges.csv"}


def test_csv_as_others_read_it() -> None:
    """Gephi's columns by their names, and pandas reads numbers as numbers."""
    _, _, content = tables([rich()])
    assert content["nodes.csv"].startswith(b'"id","label","kind","type","document","text","start","end",')
    assert content["edges.csv"].startswith(b'"id","source","target","label","kind","type","document",')
    with tempfile.TemporaryDirectory() as folder:
        write(graph_csv, Path(folder) / "graph", [rich()])
        nodes = pd.read_csv(Path(folder) / "graph" / "nodes.csv", index_col="id")
        edges = pd.read_csv(Path(folder) / "graph" / "edges.csv")
    assert nodes.loc["d1:T4", "amount"] == 2100000
    assert nodes.loc["d1:T1", "attributes"] == json.dumps(
        {"level": "province", "备注": '"a",\r\nb'}, ensure_ascii=False
    )
    assert set(edges["source"]) | set(edges["target"]) <= set(nodes.index)
    assert Counter(edges["kind"]) == {"relation": 2, "argument": 3, "cluster": 2}


# --- GraphML ---------------------------------------------------------------------------------------------------------


@given(st.lists(annotated_documents(), max_size=3))
@few
def test_graphml_holds_the_graph(documents: list[AnnotatedDocument]) -> None:
    """Every node and edge is there for networkx, with what XML cannot hold written as in JSON."""
    named = renamed(documents, "d:{}\r\n")
    graph, content = graph_of(named)
    assert dict(graph.nodes(data=True)) == {
        node.id: attributes(node, "id") for document in named for node in nodes_of(document)
    }
    found = {key: (source, target, data) for source, target, key, data in graph.edges(keys=True, data=True)}
    assert found == {
        edge.id: (edge.source, edge.target, attributes(edge, "id", "source", "target"))
        for document in named
        for edge in edges_of(document)
    }
    assert content == graph_of(named)[1]


def attributes(row: Node | Edge, *leave_out: str) -> dict[str, Any]:
    return {
        name: "".join(map(in_xml, value)) if isinstance(value, str) else value
        for name, value in row._asdict().items()
        if value is not None and name not in leave_out
    }


def in_xml(character: str) -> str:
    legal = character in "\t\n" or character >= " "
    return character if legal and character not in "\ufffe\uffff" else f"\\u{ord(character):04x}"


def test_parallel_edges_survive() -> None:
    """Two relations between the same entities, and one that fills a role twice, are two edges each."""
    graph, _ = graph_of([rich()])
    assert sorted(graph["d1:T1"]["d1:T3"]) == ["d1:R1", "d1:R2"]
    assert sorted(graph["d1:E1"]["d1:T4"]) == ["d1:E1:2", "d1:E1:3"]
    assert graph.nodes["d1:T1"]["note"] == "核\\u0001对"
    assert graph.is_directed()
    mentions = networkx.node_connected_component(graph.to_undirected(), "d1:cluster:c1")
    assert {"d1:T1", "d1:T3"} <= mentions


def test_empty_graphs() -> None:
    """No documents make tables with names of columns only, and a graph of nothing."""
    nodes, edges, content = tables([])
    assert nodes == edges == []
    assert content["edges.csv"].count(b"\n") == 1
    assert len(graph_of([])[0]) == 0


# --- both ------------------------------------------------------------------------------------------------------------


@BOTH
def test_they_are_not_read(module: ModuleType) -> None:
    """Reading is refused, and says why."""
    assert not module.FORMAT.reads
    with pytest.raises(UsageMistake, match="written only"):
        module.read(Path("x"), ReadSettings())


def test_recognising() -> None:
    """A folder with both tables, a file whose root is graphml."""
    _, content = graph_of([rich()])
    assert graph_csv.recognise(Sample(Path("x"), names=("edges.csv", "nodes.csv", "readme.txt")))
    assert not graph_csv.recognise(Sample(Path("x"), names=("nodes.csv", "nodes.ann")))
    assert graphml.recognise(Sample(Path("x"), head=content[:300]))
    assert not graphml.recognise(Sample(Path("x"), head=b"<?xml version='1.0'?><collection><graphmlike/>"))
    assert not graphml.recognise(Sample(Path("x"), names=("nodes.csv", "edges.csv")))


@BOTH
def test_places_that_are_not_writable(module: ModuleType, tmp_path: Path) -> None:
    """A file where a folder is needed: said, not shown as a traceback."""
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        write(module, tmp_path / "file" / "x", [rich()])


def test_graphml_needs_networkx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it the command that installs it is named; CSV needs nothing."""
    monkeypatch.setitem(__import__("sys").modules, "networkx", None)
    with pytest.raises(EnvironmentFailure, match=r"pip install 'cppcc-workbench\[graph\]'"):
        graphml.writer(Path("x"), WriteSettings())


def test_the_pilot_gold() -> None:
    """Five real reports: as many nodes and edges as there are items, in both files."""
    documents = read_annotated(ROOT / "gold" / "0.1.0")
    nodes, edges, _ = tables(documents)
    graph, _ = graph_of(documents)
    assert {row["id"] for row in nodes} == set(graph.nodes)
    assert {row["id"] for row in edges} == {key for *_, key in graph.edges(keys=True)}
    annotations = [document.annotation for document in documents]
    assert Counter(row["kind"] for row in nodes)["entity"] == sum(len(one.entities) for one in annotations)
    assert Counter(row["kind"] for row in edges)["argument"] == sum(
        len(frame.arguments) for one in annotations for frame in one.frames
    )
