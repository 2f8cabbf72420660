"""A gold collection beside a predicted one: documents are paired by id, checked, and compared one at a time."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import msgspec

from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.integrity import check_integrity, holds_together
from workbench.core.matching import Labelled
from workbench.core.records import AnnotatedDocument, Annotation
from workbench.core.text import Fragments, merge_fragments
from workbench.corpus.sources import InMemory, Source
from workbench.scoring.comparison import Comparison, compare_document
from workbench.scoring.items import Items, content, items_of
from workbench.scoring.selection import Selection
from workbench.scoring.unresolved import leave_out_unresolved
from workbench.scoring.versions import unlike

__all__ = ["Compared", "InMemory", "Source", "compare_collections", "digest", "unknown_types"]

_FEW = 200
"""Among more documents than this no similar name is looked for: it takes long, and a list of all would be too long."""


class Compared(NamedTuple):
    """One document with both sides as they were read, and their comparison; a missing side is an empty one."""

    comparison: Comparison
    gold: AnnotatedDocument
    predicted: AnnotatedDocument
    digest: int

    @property
    def text(self) -> str | None:
        """The document's text, from the side that has it."""
        return self.gold.text if self.gold.text is not None else self.predicted.text


def compare_collections(gold: Source, predicted: Source, selection: Selection) -> Iterator[Compared]:
    """Compare two collections, in gold's order, reading one document after the other.

    Documents that the selection leaves out are not read.

    Raises:
        UsageMistake: patterns of `selection.documents` name no document.
        FaultyData: documents cannot be read or are on one side only (unless the policy says otherwise), texts differ,
            items do not hold together, or break a policy; all faults. They are raised at the end: what was yielded
            before is void.
    """
    chosen = _chosen(dict.fromkeys((*gold.doc_ids, *predicted.doc_ids)), selection)
    faults: list[Fault] = list(_unpaired(chosen, gold.doc_ids, predicted.doc_ids, selection))
    skip = selection.policies.missing_documents == "skip"
    for doc_id in chosen:
        if skip and not (doc_id in gold.doc_ids and doc_id in predicted.doc_ids):
            continue
        sides = []
        for source in (gold, predicted):
            try:
                sides.append(_read(source, doc_id))
            except FaultyData as error:
                faults += error.faults
        if len(sides) == 2:
            found = list(_document_faults(doc_id, sides, selection))
            if found:
                faults += found
            elif not faults:
                yield _compared(doc_id, sides, selection)
    if faults:
        raise FaultyData(faults)


def _read(source: Source, doc_id: str) -> AnnotatedDocument:
    """A document; an empty one when the source has none."""
    if doc_id in source.doc_ids:
        return source.read(doc_id)
    return AnnotatedDocument(doc_id, Annotation(doc_id=doc_id))


def _compared(doc_id: str, sides: Sequence[AnnotatedDocument], selection: Selection) -> Compared:
    gold, predicted = sides
    settled = leave_out_unresolved(gold.annotation, items_of(gold.annotation), items_of(predicted.annotation))
    items = settled.gold, settled.predicted
    zones = merge_fragments(zone.span for zone in gold.zones) if gold.zones else ()
    comparison = compare_document(doc_id, items, selection, zones, gold.annotation.finished_layers)
    comparison = comparison._replace(unresolved=settled.unresolved) if settled.unresolved else comparison
    return Compared(comparison, gold, predicted, digest(doc_id, items[0], zones))


def digest(doc_id: str, items: Items, zones: Fragments = ()) -> int:
    """A 128-bit fingerprint of what is scored against in one document.

    Neither the order of items nor their ids or the names of clusters change it.
    """
    labelled = items.labelled
    ends = sorted([(kind, labelled[head], labelled[tail]) for kind, head, tail, _ in items.relations])
    frames = sorted(
        repr((frame.type, frame.trigger, sorted((role, labelled[filler]) for role, filler in frame.arguments)))
        for frame in items.frames
    )
    told = msgspec.json.encode((doc_id, sorted(labelled), ends, frames, zones, *_details(items)))
    return int.from_bytes(hashlib.blake2b(told, digest_size=16).digest())


def _details(items: Items) -> Iterator[object]:
    """Attributes, values and clusters, where there are any."""
    said = [
        (item, *content(entity))
        for entity, item in zip(items.entities, items.labelled, strict=True)
        if entity.attributes or entity.value is not None
    ]
    if said:
        yield sorted(said)
    clusters: dict[str, list[Labelled]] = defaultdict(list)
    for entity, item in zip(items.entities, items.labelled, strict=True):
        if entity.cluster is not None:
            clusters[entity.cluster].append(item)
    if clusters:
        yield sorted(sorted(mentions) for mentions in clusters.values())


def _chosen(ids: Collection[str], selection: Selection) -> Collection[str]:
    if not selection.documents:
        return ids
    wrong = [
        f"no document {pattern!r}{_near(pattern, ids)}"
        for pattern in selection.documents
        if not any(fnmatchcase(doc_id, pattern) for doc_id in ids)
    ]
    if wrong:
        raise UsageMistake("\n".join(wrong))
    return [doc_id for doc_id in ids if any(fnmatchcase(doc_id, pattern) for pattern in selection.documents)]


def _unpaired(
    chosen: Collection[str], gold: Collection[str], predicted: Collection[str], selection: Selection
) -> Iterator[Fault]:
    if selection.policies.missing_documents != "error":
        return
    hint = "; --missing-documents empty or skip allows it"
    for doc_id in sorted(doc_id for doc_id in chosen if doc_id not in predicted):
        message = f"document {doc_id!r} is in gold, but was not predicted{_near(doc_id, predicted)}{hint}"
        yield Fault(message, rule="documents")
    for doc_id in sorted(doc_id for doc_id in chosen if doc_id not in gold):
        message = f"document {doc_id!r} was predicted, but is not in gold{_near(doc_id, gold)}{hint}"
        yield Fault(message, rule="documents")


def _near(doc_id: str, known: Collection[str]) -> str:
    return nearest(doc_id, known) if len(known) <= _FEW else ""


def _document_faults(doc_id: str, sides: Sequence[AnnotatedDocument], selection: Selection) -> Iterator[Fault]:
    """Faults of each side, and texts that differ; the text may be missing on one side."""
    gold, predicted = sides
    hashes = (gold.annotation.text_sha256, predicted.annotation.text_sha256)
    if (None not in (gold.text, predicted.text) and gold.text != predicted.text) or (
        None not in hashes and hashes[0] != hashes[1]
    ):
        yield Fault(f"document {doc_id!r}: gold and prediction are about different texts", rule="text-hash")
        return
    made_with = gold.annotation.made_with, predicted.annotation.made_with
    if unlike(*made_with) == "model":
        versions = " and ".join(stamp.version for stamp in made_with if stamp is not None)
        yield Fault(f"document {doc_id!r}: made with {versions}, which cannot be compared: migrate", rule="schema")
    text = gold.text if gold.text is not None else predicted.text
    for name, side in (("gold", gold), ("predicted", predicted)):
        if not holds_together(side.annotation, text):
            for fault in check_integrity(side.annotation, text):
                if fault.rule == "loops" and name == "predicted":
                    continue  # a wrong relation like any other, and no reason to have no score
                yield fault._replace(path=f"{name} {doc_id} {fault.path}")
        if selection.policies.duplicates == "error":
            yield from _duplicates(f"{name} {doc_id}", side.annotation)
    yield from unknown_types(f"gold {doc_id}", gold.annotation, selection)
    if selection.policies.unknown_labels == "error":
        yield from unknown_types(f"predicted {doc_id}", predicted.annotation, selection)


def _duplicates(place: str, annotation: Annotation) -> Iterator[Fault]:
    first: dict[object, str] = {}
    for index, entity in enumerate(annotation.entities):
        key = (merge_fragments(entity.fragments), entity.type)
        if key in first:
            message = f"{entity.id!r} has the span and type of {first[key]!r}"
            yield Fault(message, f"{place} entities[{index}]", rule="duplicate")
        first.setdefault(key, entity.id)


def unknown_types(place: str, annotation: Annotation, selection: Selection) -> Iterator[Fault]:
    """Types that the schema lacks: gold must keep to it, for a prediction the policy decides."""
    if selection.known is None:
        return
    groups: Mapping[str, tuple[Sequence[str], Collection[str]]] = {
        "entities": ([entity.type for entity in annotation.entities], selection.known.entity_types),
        "relations": ([relation.type for relation in annotation.relations], selection.known.relation_types),
        "frames": ([frame.type for frame in annotation.frames], selection.known.frame_types),
    }
    for group, (kinds, known) in groups.items():
        for index, kind in enumerate(kinds):
            if kind not in known:
                message = f"unknown type {kind!r}{nearest(kind, known)} (or score with --schema none)"
                yield Fault(message, f"{place} {group}[{index}].type", rule="type")
