"""What is different between two gold releases, annotation by annotation, with the decisions that made it so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from schemas import Schema
from workbench.core.errors import FaultyData
from workbench.core.files import read_bytes
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, SchemaStamp
from workbench.core.schema import open_schema, stamp
from workbench.core.text import Fragments, Span
from workbench.corpus.releases import Release
from workbench.formats import native
from workbench.review.adjudication.decisions import Answer, Decision, Decisions, lean, read_decisions
from workbench.review.gold.changes import Change, changes_of
from workbench.review.gold.pairing import Side

GROUPS = ("entities", "relations", "frames")


class SchemaDiff(NamedTuple):
    """The frozen schemas of two releases, and the types that only one of them has."""

    old: SchemaStamp
    new: SchemaStamp
    added: tuple[str, ...]
    removed: tuple[str, ...]
    guidelines_changed: bool


class TypeDiff(NamedTuple):
    """How many items of a type there are, and how many came, went, or are there with something changed in them."""

    old: int
    new: int
    added: int
    removed: int
    changed: int


class Decided(NamedTuple):
    """A decision that one release has and the other has not."""

    doc_id: str
    decision: Decision


class Answered(NamedTuple):
    """An answer to a finding of the audit that only the new release has."""

    doc_id: str
    answer: Answer


class ReleaseDiff(NamedTuple):
    """Everything that is different; of `documents_added` and `documents_removed` nothing else is listed.

    `by_type` is by group and type. `decisions` are new, `dropped` are gone: decisions are only ever added. `because`
    names for each change the new decisions about the very spans that play a part in it.
    """

    old: Release
    new: Release
    schema: SchemaDiff
    documents_added: tuple[str, ...]
    documents_removed: tuple[str, ...]
    changes: tuple[Change, ...]
    because: tuple[tuple[str, ...], ...]
    by_type: Mapping[str, Mapping[str, TypeDiff]]
    decisions: tuple[Decided, ...]
    dropped: tuple[Decided, ...]
    answers: tuple[Answered, ...]


class _Contents(NamedTuple):
    """One release, read; by document."""

    schema: Schema
    sides: Mapping[str, Side]
    decisions: Mapping[str, Decisions]


def compare_releases(old: Release, new: Release) -> ReleaseDiff:
    """Compare two releases.

    Raises:
        UsageMistake: a file of one of them is missing.
        FaultyData: one of them is broken; `workbench gold check` lists everything that is.
    """
    before, after = _read(old), _read(new)
    common = [doc_id for doc_id in before.sides if doc_id in after.sides]
    symmetric = frozenset(
        one.id for schema in (before.schema, after.schema) for one in schema.relations if one.symmetric
    )
    changes = tuple(
        change for doc_id in common for change in changes_of(before.sides[doc_id], after.sides[doc_id], symmetric)
    )
    decisions = tuple(_only_in(after, before, common))
    about = _places(decisions)
    return ReleaseDiff(
        old=old,
        new=new,
        schema=_schema_diff(old, new, before.schema, after.schema),
        documents_added=tuple(doc_id for doc_id in after.sides if doc_id not in before.sides),
        documents_removed=tuple(doc_id for doc_id in before.sides if doc_id not in after.sides),
        changes=changes,
        because=tuple(_because(change, about) for change in changes),
        by_type=_by_type(before, after, changes),
        decisions=decisions,
        dropped=tuple(_only_in(before, after, common)),
        answers=tuple(_answers(before, after, common)),
    )


def _read(release: Release) -> _Contents:
    documents = {one.doc_id: one for one in release.documents()}
    annotations = {doc_id: native.read(release.annotation_file(doc_id)).annotation for doc_id in documents}
    faults = [
        fault._replace(source=release.annotation_file(doc_id))
        for doc_id, annotation in annotations.items()
        for fault in check_integrity(annotation, documents[doc_id].text)
        if fault.severity == "error"
    ]
    if faults:
        raise FaultyData(faults)
    return _Contents(
        open_schema(str(release.schema_file)),
        {doc_id: Side(document, annotations[doc_id]) for doc_id, document in documents.items()},
        {doc_id: read_decisions(release.decisions_file(doc_id)) for doc_id in documents},
    )


def _schema_diff(old: Release, new: Release, before: Schema, after: Schema) -> SchemaDiff:
    types = [[*schema.entity_types, *schema.relation_types, *schema.frame_types] for schema in (before, after)]
    guidelines = (read_bytes(release.guidelines_file) for release in (old, new))
    return SchemaDiff(
        stamp(before),
        stamp(after),
        tuple(name for name in types[1] if name not in types[0]),
        tuple(name for name in types[0] if name not in types[1]),
        next(guidelines) != next(guidelines),
    )


def _only_in(one: _Contents, other: _Contents, doc_ids: Sequence[str]) -> Iterator[Decided]:
    for doc_id in doc_ids:
        known = {decision.id for decision in other.decisions[doc_id].decisions}
        found = (decision for decision in one.decisions[doc_id].decisions if decision.id not in known)
        yield from (Decided(doc_id, decision) for decision in found)


def _answers(before: _Contents, after: _Contents, doc_ids: Sequence[str]) -> Iterator[Answered]:
    for doc_id in doc_ids:
        known = before.decisions[doc_id].answers
        yield from (Answered(doc_id, answer) for answer in after.decisions[doc_id].answers if answer not in known)


_Places = Mapping[tuple[str, Fragments], Sequence[str]]
"""Ids of decisions by document and the spans that they name."""


def _places(decisions: Sequence[Decided]) -> _Places:
    found: dict[tuple[str, Fragments], list[str]] = defaultdict(list)
    for doc_id, decision in decisions:
        for spans in dict.fromkeys(_spans(lean(decision))):
            found[doc_id, spans].append(decision.id)
    return found


def _spans(content: Any) -> Iterator[Fragments]:
    """Every `spans` and `trigger` anywhere in a decision's JSON."""
    if isinstance(content, list):
        for part in content:
            yield from _spans(part)
    elif isinstance(content, dict):
        for key, part in content.items():
            if key in ("spans", "trigger") and part:
                yield tuple(Span(*span) for span in part)
            else:
                yield from _spans(part)


def _because(change: Change, about: _Places) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for spans in change.places for name in about.get((change.doc_id, spans), ())))


def _by_type(before: _Contents, after: _Contents, changes: Sequence[Change]) -> Mapping[str, Mapping[str, TypeDiff]]:
    """Rows for the types that either release has, in the order of the new schema."""
    made: dict[str, dict[str, TypeDiff]] = {}
    kinds = {"entities": "entity", "relations": "relation", "frames": "frame"}
    for group in GROUPS:
        numbers = [_numbers(one, group) for one in (before, after)]
        order = [one.id for schema in (after.schema, before.schema) for one in getattr(schema, group)]
        known = [
            name for name in dict.fromkeys((*order, *numbers[0], *numbers[1])) if any(name in one for one in numbers)
        ]
        whole = [change for change in changes if change.kind == kinds[group] and change.how != "changed"]
        items = _items(after, group) - {change.item for change in whole}
        changed = {(change.owner, change.item) for change in changes if change.item in items}
        made[group] = {
            name: TypeDiff(
                numbers[0].get(name, 0),
                numbers[1].get(name, 0),
                sum(change.owner == name for change in whole if change.how == "added"),
                sum(change.owner == name for change in whole if change.how == "removed"),
                sum(owner == name for owner, _ in changed),
            )
            for name in known
        }
    return made


def _numbers(contents: _Contents, group: str) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for side in contents.sides.values():
        for item in _group(side.annotation, group):
            found[item.type] += 1
    return found


def _items(contents: _Contents, group: str) -> frozenset[str]:
    """The names that changes give to the items of a group."""
    return frozenset(
        f"{doc_id} {item.id}" for doc_id, side in contents.sides.items() for item in _group(side.annotation, group)
    )


def _group(annotation: Annotation, group: str) -> Sequence[Any]:
    items: Sequence[Any] = getattr(annotation, group)
    return items


def to_json(found: ReleaseDiff) -> dict[str, Any]:
    """All of it as plain JSON."""
    schema = found.schema
    return {
        "old": found.old.version,
        "new": found.new.version,
        "schema": {
            "old": schema.old.model_dump(),
            "new": schema.new.model_dump(),
            "types_added": list(schema.added),
            "types_removed": list(schema.removed),
            "guidelines_changed": schema.guidelines_changed,
        },
        "documents_added": list(found.documents_added),
        "documents_removed": list(found.documents_removed),
        "by_type": {
            group: {name: row._asdict() for name, row in rows.items()} for group, rows in found.by_type.items()
        },
        "changes": [
            _change_json(change, because) for change, because in zip(found.changes, found.because, strict=True)
        ],
        "decisions": [_decision_json(one) for one in found.decisions],
        "decisions_dropped": [_decision_json(one) for one in found.dropped],
        "answers": [{"doc_id": one.doc_id, **lean(one.answer)} for one in found.answers],
    }


def _change_json(change: Change, because: Sequence[str]) -> dict[str, Any]:
    return {
        "doc_id": change.doc_id,
        "kind": change.kind,
        "change": change.how,
        "type": change.owner or None,
        "name": change.name or None,
        "spans": [list(span) for span in change.spans],
        "old": change.old,
        "new": change.new,
        "decisions": list(because),
    }


def _decision_json(one: Decided) -> dict[str, Any]:
    return {"doc_id": one.doc_id, "id": one.decision.id, **lean(one.decision)}
