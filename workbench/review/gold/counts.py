"""The numbers of a manifest: counted from annotations and decisions alone, so that they can be counted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from schemas import Schema
from workbench.core.records import Annotation, Argument, Document, Entity, Frame, Relation, is_unresolved
from workbench.review.adjudication.decisions import Decisions
from workbench.review.gold.manifest import DIGITS, Adjudication, Counts, DocumentFacts, Numbers
from workbench.review.adjudication.settling import Judged


class Outcome(NamedTuple):
    """What adjudication of one document came to: its units, and how many items fell with their ends."""

    judged: Sequence[Judged]
    lost: int


def counts_of(annotations: Sequence[Annotation], schema: Schema) -> Counts:
    """Count what some documents hold, in the order of the schema."""
    entities = [entity for one in annotations for entity in one.entities]
    relations = [relation for one in annotations for relation in one.relations]
    frames = [frame for one in annotations for frame in one.frames]
    arguments = [(frame, argument) for frame in frames for argument in frame.arguments]
    types = schema.entity_types
    layers = [*(types[one.type].layer for one in entities if one.type in types)]
    layers += ["relations"] * len(relations) + ["frames"] * len(frames)
    roles = [f"{frame}.{role}" for frame, known in schema.frame_types.items() for role in known.roles]
    groups: Mapping[str, Sequence[Entity | Relation | Frame | Argument]] = {
        "entities": entities,
        "relations": relations,
        "frames": frames,
        "arguments": [argument for _, argument in arguments],
    }
    unresolved = {name: sum(map(is_unresolved, items)) for name, items in groups.items()}
    clusters = (Counter(one.cluster for one in part.entities if one.cluster is not None) for part in annotations)
    return Counts(
        layers=tally(layers, schema.finishable),
        entities=tally((one.type for one in entities), types),
        relations=tally((one.type for one in relations), schema.relation_types),
        frames=tally((one.type for one in frames), schema.frame_types),
        arguments=tally((f"{frame.type}.{argument.role}" for frame, argument in arguments), roles),
        values=tally(one.value.kind for one in entities if one.value is not None),
        clusters=sum(mentions > 1 for found in clusters for mentions in found.values()),
        unresolved={name: number for name, number in unresolved.items() if number},
    )


def tally(names: Iterable[str], order: Iterable[str] = ()) -> Numbers:
    """How often each name occurs, in a given order, the others by name after it."""
    found = Counter(names)
    known = [name for name in order if name in found]
    return {name: found[name] for name in (*known, *sorted(found.keys() - set(known)))}


def unresolved_items(counts: Counts) -> float:
    """The share of entities, relations, frames and arguments that are unresolved."""
    items = sum(sum(part.values()) for part in (counts.entities, counts.relations, counts.frames, counts.arguments))
    return round(sum(counts.unresolved.values()) / items, DIGITS) if items else 0.0


def facts_of(document: Document, annotation: Annotation, passes: Iterable[str], schema: Schema) -> DocumentFacts:
    """What the manifest says of one document."""
    return DocumentFacts(
        source=document.source,
        raw_sha256=document.raw_sha256,
        text_sha256=document.text_sha256,
        publisher=document.meta.publisher,
        date=document.meta.date,
        characters=len(document.text),
        sentences=len(document.sentences),
        zones=tally((zone.kind for zone in document.zones), schema.zones),
        passes=tuple(passes),
        finished_layers=annotation.finished_layers or (),
        counts=counts_of([annotation], schema),
    )


def adjudication_of(outcomes: Sequence[Outcome], decisions: Sequence[Decisions], counts: Counts) -> Adjudication:
    """What the manifest says of how the passes became one annotation."""
    judged = [one for outcome in outcomes for one in outcome.judged]
    kinds = dict.fromkeys(sorted({one.unit.kind for one in judged}))
    statuses = tally((one.status for one in judged), ("agreed", "single", "adjudicated", "unresolved"))
    share = statuses.get("unresolved", 0) / len(judged) if judged else 0.0
    return Adjudication(
        units={kind: tally((one.status for one in judged if one.unit.kind == kind), statuses) for kind in kinds},
        outcomes=statuses,
        unresolved_units=round(share, DIGITS),
        unresolved_items=unresolved_items(counts),
        lost=sum(outcome.lost for outcome in outcomes),
        **decided(decisions),
    )


def decided(decisions: Sequence[Decisions]) -> Mapping[str, Any]:
    """The fields of `Adjudication` that the decisions alone make."""
    standing = [one for part in decisions for one in part.standing]
    when = times(decisions)
    return {
        "decisions": sum(len(part.decisions) for part in decisions),
        "standing": len(standing),
        "choices": tally(one.choice for one in standing),
        "categories": tally(one.category for one in standing),
        "accepted": tally(one.accepted for one in standing if one.accepted is not None),
        "judges": tally(one.by for one in standing),
        "answers": sum(len(part.answers) for part in decisions),
        "first": when[0] if when else None,
        "last": when[-1] if when else None,
    }


def times(decisions: Sequence[Decisions]) -> list[str]:
    """When something was decided or answered, in order; UTC, ISO 8601."""
    decided_at = [one.time for part in decisions for one in part.decisions]
    return sorted(decided_at + [one.time for part in decisions for one in part.answers])
