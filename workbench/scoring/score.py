"""Score predictions against gold: pair the documents, count each one, sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import workbench
from schemas import Schema
from workbench.core.counts import Counts
from workbench.core.errors import Fault, FaultyData, nearest
from workbench.core.integrity import check_integrity
from workbench.core.records import AnnotatedDocument
from workbench.scoring.measures import DocumentCounts, count_document


class Score(NamedTuple):
    """The counts of a collection, the counts of each document, and the signature that says how they were made."""

    signature: str
    documents: Mapping[str, DocumentCounts]
    total: DocumentCounts


def score(
    gold: Sequence[AnnotatedDocument], predicted: Sequence[AnnotatedDocument], schema: Schema | None = None
) -> Score:
    """Score `predicted` against `gold`, document by document, whatever their order.

    The schema says which relations are symmetric and which types gold may have; without one, any label will do.

    Raises:
        FaultyData: the two sides do not name the same documents or texts, or items do not hold together; all faults.
    """
    wanted = {document.doc_id: document for document in gold}
    found = {document.doc_id: document for document in predicted}
    faults = [*_unpaired(wanted, found), *_broken(wanted, found), *_unknown_types(wanted, schema)]
    if faults:
        raise FaultyData(faults)
    counts = {doc_id: count_document(wanted[doc_id], found[doc_id], schema) for doc_id in sorted(wanted)}
    return Score(_signature(schema, len(counts)), counts, add(counts.values()))


def add(counts: Iterable[DocumentCounts]) -> DocumentCounts:
    """Sum the counts of documents."""
    entities: dict[str, Counts] = {}
    relations: dict[str, Counts] = {}
    events: dict[str, Counts] = {}
    by_type: dict[str, dict[str, Counts]] = {}
    ignored = 0
    for one in counts:
        _add_into(entities, one.entities)
        _add_into(relations, one.relations)
        _add_into(events, one.events)
        for name, row in one.by_type.items():
            _add_into(by_type.setdefault(name, {}), row)
        ignored += one.ignored
    return DocumentCounts(entities, relations, events, dict(sorted(by_type.items())), ignored)


def _add_into(total: dict[str, Counts], counts: Mapping[str, Counts]) -> None:
    for name, count in counts.items():
        total[name] = total.get(name, Counts()).plus(count)


def _unpaired(wanted: Mapping[str, AnnotatedDocument], found: Mapping[str, AnnotatedDocument]) -> Iterable[Fault]:
    for doc_id in sorted(wanted.keys() - found.keys()):
        yield Fault(f"document {doc_id!r} is in gold, but was not predicted{nearest(doc_id, found)}", rule="documents")
    for doc_id in sorted(found.keys() - wanted.keys()):
        yield Fault(f"document {doc_id!r} was predicted, but is not in gold{nearest(doc_id, wanted)}", rule="documents")


def _broken(wanted: Mapping[str, AnnotatedDocument], found: Mapping[str, AnnotatedDocument]) -> Iterable[Fault]:
    """Faults of each side, and texts that differ; the text may be missing on one side."""
    for doc_id in sorted(wanted.keys() & found.keys()):
        texts = [side[doc_id].text for side in (wanted, found)]
        hashes = [side[doc_id].annotation.text_sha256 for side in (wanted, found)]
        text = texts[0] if texts[0] is not None else texts[1]
        if (None not in texts and texts[0] != texts[1]) or (None not in hashes and hashes[0] != hashes[1]):
            yield Fault(f"document {doc_id!r}: gold and prediction are about different texts", rule="text-hash")
            continue
        for name, side in (("gold", wanted), ("predicted", found)):
            for fault in check_integrity(side[doc_id].annotation, text):
                yield fault._replace(path=f"{name} {doc_id} {fault.path}")


def _unknown_types(wanted: Mapping[str, AnnotatedDocument], schema: Schema | None) -> Iterable[Fault]:
    """Gold must keep to its schema; an unknown label in a prediction is simply wrong there."""
    if schema is None:
        return
    for doc_id, document in sorted(wanted.items()):
        for group, known in (
            ("entities", schema.entity_types),
            ("relations", schema.relation_types),
            ("frames", schema.frame_types),
        ):
            for index, item in enumerate(getattr(document.annotation, group)):
                if item.type not in known:
                    message = f"unknown type {item.type!r}{nearest(item.type, known)} (or score with --schema none)"
                    yield Fault(message, f"gold {doc_id} {group}[{index}].type", rule="type")


def _signature(schema: Schema | None, documents: int) -> str:
    """What was computed, in the manner of sacrebleu: equal signatures promise comparable numbers."""
    name = f"{schema.id}:{schema.version}:{schema.hash[:8]}" if schema else "none"
    parts = {
        "documents": str(documents),
        "schema": name,
        "matching": "optimal",
        "average": "micro",
        "zones": "ignored",
        "duplicates": "spurious",
        "version": workbench.__version__,
    }
    return "|".join(f"{key}:{value}" for key, value in parts.items())
