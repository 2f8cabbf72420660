"""Adjudication: from several annotators' passes and the decisions about them to one annotation. No user interface.

`merge` is a pure function: entities are settled first, then their attributes, values and clusters, then relations and
frames between what was settled. What all agree on merges by itself; a relation or argument follows once its ends are
settled. Nothing disappears in silence: what is lost with a rejected end is listed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, get_args

from schemas import Schema
from workbench.core.errors import Fault, FaultyData
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Document, Entity, Provenance, SchemaStamp, in_order
from workbench.core.text import surface
from workbench.review.adjudication.case import DECIDED, Case, mark
from workbench.review.adjudication.clustering import cluster
from workbench.review.adjudication.decisions import Decision, Decisions, short_hash
from workbench.review.adjudication.framing import settle_frames
from workbench.review.adjudication.grouping import Passes
from workbench.review.adjudication.items import ClusterItem, EntityItem, FrameHead, Kind, Mention
from workbench.review.adjudication.nodes import Node, Nodes
from workbench.review.adjudication.properties import Owner, settle_properties
from workbench.review.adjudication.relating import settle_relations
from workbench.review.adjudication.settling import Judged, Stale, settle, without_contradictions
from workbench.review.adjudication.units import Unit, entity_units, items_of

GOLD_AUTHOR = "gold"
"""The author of adjudicated annotations."""

KIND_ORDER: Mapping[str, int] = {kind: place for place, kind in enumerate(get_args(Kind))}
"""In which order the units at one place are judged."""

_ENTITY_KINDS: tuple[Kind, ...] = ("entity", "boundary", "type")


class Merged(NamedTuple):
    """The adjudicated annotation as far as it is settled.

    `judged` are all units in reading order, `stale` the decisions that do not apply, and `lost` the items that fell
    with the end or filler that was rejected, in words.
    """

    annotation: Annotation
    judged: tuple[Judged, ...]
    stale: tuple[Stale, ...]
    lost: tuple[str, ...]

    @property
    def open(self) -> tuple[Unit, ...]:
        """The units that wait for a decision."""
        return tuple(one.unit for one in self.judged if one.status == "open")


def merge(document: Document, passes: Mapping[str, Annotation], decisions: Decisions, schema: Schema) -> Merged:
    """Merge the annotators' passes over one document.

    Raises:
        FaultyData: a pass does not hold together, or decisions or passes are about another text; all faults.
    """
    _check(document, passes, decisions)
    added = [one for one in decisions.standing if one.choice == "add"]
    kept, torn = without_contradictions(added)
    standing = tuple(one for one in decisions.standing if one.choice != "add" or one in kept)
    symmetric = frozenset(relation.id for relation in schema.relations if relation.symmetric)
    case = Case(document, Passes(passes, document.text, symmetric), standing, schema)
    judged: list[Judged] = []
    stale: list[Stale] = list(torn)
    nodes = _entities(case, judged, stale)
    entities = _described(case, nodes, judged, stale)
    relations, frames = settle_relations(case, nodes), settle_frames(case, nodes)
    judged += [*relations.judged, *frames.judged]
    stale += [*relations.stale, *frames.stale]
    annotation = Annotation(
        doc_id=document.doc_id,
        author=GOLD_AUTHOR,
        made_with=SchemaStamp(id=schema.id, version=schema.version, hash=schema.hash),
        text_sha256=document.text_sha256,
        finished_layers=_finished(case, judged),
        provenance=Provenance(program="workbench adjudicate"),
        entities=tuple(entities),
        relations=relations.relations,
        frames=frames.frames,
    )
    return Merged(
        in_order(annotation),
        tuple(sorted(judged, key=lambda one: (one.unit.spans, KIND_ORDER[one.unit.kind], one.unit.key))),
        tuple(stale),
        tuple(dict.fromkeys((*relations.lost, *frames.lost))),
    )


def empty_decisions(document: Document) -> Decisions:
    """What a document has before anybody has decided anything."""
    return Decisions(doc_id=document.doc_id, text_sha256=document.text_sha256)


def _check(document: Document, passes: Mapping[str, Annotation], decisions: Decisions) -> None:
    faults = [
        fault._replace(path=f"{author}: {fault.path}")
        for author, annotation in passes.items()
        for fault in check_integrity(annotation, document.text)
        if fault.severity == "error"
    ]
    stamps = {
        **{author: annotation.text_sha256 for author, annotation in passes.items()},
        "decisions": decisions.text_sha256,
    }
    faults += [
        Fault(f"{name}: made for another text of {document.doc_id}", "text_sha256", rule="text")
        for name, stamp in stamps.items()
        if stamp not in (None, document.text_sha256)
    ]
    if decisions.doc_id != document.doc_id:
        faults.append(Fault(f"decisions: about {decisions.doc_id!r}, not {document.doc_id!r}", "doc_id", rule="ids"))
    if faults:
        raise FaultyData(faults)


def _entities(case: Case, judged: list[Judged], stale: list[Stale]) -> Nodes:
    """Settle the entities."""

    def atoms(decision: Decision) -> frozenset[Hashable]:
        return frozenset(item.key for item in items_of(decision.seen) if isinstance(item, EntityItem))

    units = entity_units(case.passes, case.schema, case.voters)
    settled = settle(units, case.of(_ENTITY_KINDS), atoms)
    nodes = Nodes(case.passes, settled.judged, case.of(_ENTITY_KINDS, added=True))
    judged += settled.judged
    stale += [*settled.stale, *nodes.stale]
    return nodes


def _described(case: Case, nodes: Nodes, judged: list[Judged], stale: list[Stale]) -> list[Entity]:
    """The entities with attributes, values and clusters."""

    def key_of(ref: Mention | FrameHead) -> Hashable | None:
        node = nodes.find(ref) if isinstance(ref, Mention) else None
        return node.id if node else None

    owners = [_owner(case, node) for node in nodes.all]
    about = [one for one in case.decisions if one.kind in ("attribute", "value") and one.entity is not None]
    found = settle_properties(owners, about, key_of, lambda ref: isinstance(ref, Mention) and nodes.rejected(ref))
    types = case.schema.entity_types
    clustered = [node for node in nodes.all if node.item.type not in types or types[node.item.type].clustered]
    clusters = cluster(clustered, nodes, [one for one in case.decisions if one.kind == "cluster"])
    judged += [*found.judged, *clusters.judged]
    stale += [*found.stale, *clusters.stale]
    homes = {name: short_hash("C", min(group)) for group in clusters.clusters for name in group}
    return [
        Entity(
            id=node.id,
            type=node.item.type,
            fragments=node.item.spans,
            text=surface(case.document.text, node.item.spans),
            attributes={**found.attributes.get(node.id, {}), **mark(node.unresolved)},
            value=found.values.get(node.id),
            cluster=homes.get(node.id),
        )
        for node in nodes.all
    ]


def _owner(case: Case, node: Node) -> Owner:
    """What is said of a node: by the annotators who have it in its type if there are any, or by a decision."""
    members = {author: entity for author, entity in node.members.items() if entity.type == node.item.type}
    members = members or dict(node.members)
    attributes: Mapping[str, Mapping[str, str]] = {author: entity.attributes for author, entity in members.items()}
    kind = case.schema.entity_types.get(node.item.type)
    values = {
        author: entity.value
        for author, entity in members.items()
        if kind is None or entity.value is None or entity.value.kind == kind.value
    }
    if node.item.attributes is not None:
        author = next(iter(members), DECIDED)
        attributes, values = {author: node.item.attributes}, {author: node.item.value}
    known = None if kind is None else kind.attributes
    return Owner(node.id, node.mention, node.item.spans, case.lasting(attributes, known), values)


def _finished(case: Case, judged: Iterable[Judged]) -> tuple[str, ...]:
    """The layers that somebody has finished and nobody disputes any more."""
    waiting = {layer for one in judged if one.status == "open" for layer in _layers(case, one.unit)}
    return tuple(layer for layer in case.schema.finishable if case.voters(layer) and layer not in waiting)


def _layers(case: Case, unit: Unit) -> set[str]:
    """The layers that a unit belongs to."""
    if unit.kind == "relation":
        return {"relations"}
    if unit.kind in ("frame", "role") or isinstance(unit.owner, FrameHead):
        return {"frames"}
    kinds = {unit.owner.type} if unit.owner else set()
    for item in items_of(unit.readings):
        kinds |= {item.type} if isinstance(item, Mention) else set()
        kinds |= {mention.type for mention in item.mentions} if isinstance(item, ClusterItem) else set()
    types = case.schema.entity_types
    return {types[kind].layer for kind in kinds if kind in types}
