"""Annotations as a graph: what its nodes and edges are, whatever file they stand in.

Nodes are entities, frames, and clusters, which hold mentions of one thing together. Edges are relations, arguments from
a frame to what fills its role, and membership in clusters. `label` is what programs show; the columns of edges and
nodes are those of Gephi's and Neo4j's tables, where the others are properties.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn
from urllib.parse import quote

from workbench.core.errors import UsageMistake
from workbench.core.records import AnnotatedDocument, Argument, Entity, Frame, Relation
from workbench.core.text import Fragments
from workbench.core.values import Money, Place, Quantity, Time
from workbench.formats.losses import Loss, losses_of
from workbench.formats.remainder import value_to_json

# What separates the parts of an id, what escapes it, and what XML cannot hold or makes blanks of.
_NOT_IN_AN_ID = re.compile("[%:]|[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Node(NamedTuple):
    """A node; `kind` is entity, frame or cluster, empty columns are None.

    `fragments` are ranges of the document's text (`3-8;12-14`). Of a value `amount` (with its bounds, in yuan or in
    `unit`), `time` or `place` are the readable part, `value` is all of it; it and `attributes` and `extra` are JSON.
    """

    id: str
    label: str
    kind: str
    type: str
    document: str
    text: str | None = None
    start: int | None = None
    end: int | None = None
    fragments: str | None = None
    cluster: str | None = None
    amount: float | None = None
    amount_min: float | None = None
    amount_max: float | None = None
    unit: str | None = None
    time: str | None = None
    place: str | None = None
    place_code: str | None = None
    value: str | None = None
    note: str | None = None
    score: float | None = None
    attributes: str | None = None
    extra: str | None = None
    trigger_extra: str | None = None


class Edge(NamedTuple):
    """An edge; `kind` is relation, argument or cluster, and of an argument `type` is the role.

    The type is the label too, because Gephi takes the column `type` of edges for their direction.
    """

    id: str
    source: str
    target: str
    label: str
    kind: str
    type: str
    document: str
    note: str | None = None
    score: float | None = None
    attributes: str | None = None
    extra: str | None = None


def nodes_of(document: AnnotatedDocument) -> Iterator[Node]:
    """The nodes of a document: entities and frames as they are ordered, then clusters as they first appear."""
    for entity in document.annotation.entities:
        yield _entity_node(entity, document.doc_id)
    for frame in document.annotation.frames:
        yield _frame_node(frame, document.doc_id)
    members: dict[str, list[Entity]] = {}
    for entity in document.annotation.entities:
        if entity.cluster is not None:
            members.setdefault(entity.cluster, []).append(entity)
    for cluster, entities in members.items():
        longest = max(entities, key=lambda entity: len(entity.text or ""))
        types = {entity.type for entity in entities}
        yield Node(
            id=_cluster_id(document.doc_id, cluster),
            label=longest.text or cluster,
            kind="cluster",
            type=types.pop() if len(types) == 1 else "",
            document=document.doc_id,
            cluster=cluster,
        )


def edges_of(document: AnnotatedDocument) -> Iterator[Edge]:
    """The edges of a document: relations, arguments, then memberships in clusters."""
    doc_id = document.doc_id
    for relation in document.annotation.relations:
        yield Edge(
            id=_id(doc_id, relation.id),
            source=_id(doc_id, relation.head),
            target=_id(doc_id, relation.tail),
            label=relation.type,
            kind="relation",
            type=relation.type,
            document=doc_id,
            **_said(relation),
        )
    for frame in document.annotation.frames:
        for number, argument in enumerate(frame.arguments, 1):
            yield _argument_edge(frame, number, argument, doc_id)
    for entity in document.annotation.entities:
        if entity.cluster is not None:
            source, target = _id(doc_id, entity.id), _cluster_id(doc_id, entity.cluster)
            yield Edge(_id(doc_id, entity.id, "cluster"), source, target, "cluster", "cluster", "cluster", doc_id)


def losses_of_graph(document: AnnotatedDocument) -> Iterator[Loss]:
    """What is said of a document as a whole, in no column; texts and zones are no part of a graph and not counted."""
    for loss in losses_of(document, ("layers", "provenance", "extra")):
        if loss.kind != "extra" or loss.path == "extra":
            yield loss


def refuse_to_read(path: Path, title: str) -> NoReturn:
    """Say that a graph is no source of documents.

    Raises:
        UsageMistake: always.
    """
    raise UsageMistake(f"{path}: {title} is written only, it does not hold whole documents; read what it was made of")


def _id(*parts: str) -> str:
    """The parts with colons between them, another id for other parts; usual ids stay as they are."""
    return ":".join(_NOT_IN_AN_ID.sub(lambda found: quote(found.group(), safe=""), part) for part in parts)


def _cluster_id(doc_id: str, cluster: str) -> str:
    return _id(doc_id, "cluster", cluster)


def _entity_node(entity: Entity, doc_id: str) -> Node:
    return Node(
        id=_id(doc_id, entity.id),
        label=entity.text or entity.id,
        kind="entity",
        type=entity.type,
        document=doc_id,
        text=entity.text,
        start=entity.start,
        end=entity.end,
        fragments=_ranges(entity.fragments),
        cluster=entity.cluster,
        **_value(entity),
        **_said(entity),
    )


def _frame_node(frame: Frame, doc_id: str) -> Node:
    trigger = frame.trigger
    return Node(
        id=_id(doc_id, frame.id),
        label=(trigger.text if trigger else None) or frame.type,
        kind="frame",
        type=frame.type,
        document=doc_id,
        text=trigger.text if trigger else None,
        start=trigger.fragments[0].start if trigger else None,
        end=trigger.fragments[-1].end if trigger else None,
        fragments=_ranges(trigger.fragments) if trigger else None,
        trigger_extra=_json(trigger.extra) if trigger else None,
        **_said(frame),
    )


def _argument_edge(frame: Frame, number: int, argument: Argument, doc_id: str) -> Edge:
    return Edge(
        id=_id(doc_id, frame.id, str(number)),
        source=_id(doc_id, frame.id),
        target=_id(doc_id, argument.entity),
        label=argument.role,
        kind="argument",
        type=argument.role,
        document=doc_id,
        extra=_json(argument.extra),
    )


def _ranges(fragments: Fragments) -> str:
    return ";".join(f"{span.start}-{span.end}" for span in fragments)


def _said(item: Entity | Relation | Frame) -> dict[str, Any]:
    """The columns that every item has."""
    return {
        "note": item.note,
        "score": item.score,
        "attributes": _json(item.attributes),
        "extra": _json(item.extra),
    }


def _json(keys: Mapping[str, Any]) -> str | None:
    return json.dumps(dict(sorted(keys.items())), ensure_ascii=False) if keys else None


def _value(entity: Entity) -> dict[str, Any]:
    """The columns of a normalised value."""
    value = entity.value
    if value is None:
        return {}
    columns: dict[str, Any] = {"value": json.dumps(value_to_json(value), ensure_ascii=False)}
    if isinstance(value, Money | Quantity):
        amounts = {"amount": value.value, "amount_min": value.min, "amount_max": value.max}
        columns |= {name: float(amount) for name, amount in amounts.items() if amount is not None}
        columns["unit"] = value.unit
    elif isinstance(value, Time):
        columns["time"] = value.value
    elif isinstance(value, Place):
        columns |= {"place": value.name, "place_code": value.code}
    return columns
