"""Does an annotation hold together? Ids, offsets, texts and references, whatever the schema.

These faults make an annotation unusable: no score or agreement can be computed from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from operator import eq

from workbench.core.errors import Fault
from workbench.core.records import Annotation, Entity, Frame, Relation, Trigger, text_hash
from workbench.core.text import ELLIPSIS, Fragments, surface

RULES: Mapping[str, str] = {
    "text-hash": "the annotation belongs to this very text",
    "ids": "an id is used once in a document",
    "offsets": "fragments are forward, in order, apart from each other and inside the text",
    "text": "the text of a mention or trigger is the slice at its offsets",
    "ends": "a relation links entities that exist, and an entity that exists fills a role",
    "loops": "a relation links two different entities",
}


def check_integrity(annotation: Annotation, text: str | None = None) -> tuple[Fault, ...]:
    """Find everything that keeps an annotation from being used; without a text, offsets are not compared with it."""
    checks = (_hash, _ids, _mentions, _ends)
    return tuple(fault for part in checks for fault in part(annotation, text))


def holds_together(annotation: Annotation, text: str | None = None) -> bool:
    """Tell whether `check_integrity` finds nothing, many times quicker: for who reads a great many annotations."""
    if text is not None and annotation.text_sha256 not in (None, text_hash(text)):
        return False
    entities, relations, frames = annotation.entities, annotation.relations, annotation.frames
    known = {entity.id for entity in entities}
    if not _ends_hold(known, relations, frames):
        return False
    ids = known.union([relation.id for relation in relations], [frame.id for frame in frames])
    if len(ids) < len(entities) + len(relations) + len(frames):
        return False
    mentions: list[Entity | Trigger] = [*entities, *[frame.trigger for frame in frames if frame.trigger is not None]]
    return _lie_apart(mentions) and (text is None or _say_the_text(mentions, text))


def _lie_apart(mentions: Iterable[Entity | Trigger]) -> bool:
    """Tell whether the fragments of every mention are forward, in order and apart."""
    for fragments in [mention.fragments for mention in mentions]:
        start, end = fragments[0]
        if not 0 <= start < end:
            return False
        for (_, before), (start, end) in pairwise(fragments) if len(fragments) > 1 else ():
            if not before < start < end:
                return False
    return True


def _say_the_text(mentions: Iterable[Entity | Trigger], text: str) -> bool:
    """Tell whether mentions that lie apart are inside the text, and name what stands there."""
    for mention in mentions:
        if mention.fragments[-1].end > len(text):
            return False
        claimed = mention.text
        if claimed is None:
            continue
        start, end = mention.fragments[0]
        single = len(mention.fragments) == 1
        if not (single and text[start:end] == claimed) and any(_slice_fault(text, mention.fragments, claimed, "")):
            return False
    return True


def _ends_hold(known: set[str], relations: Iterable[Relation], frames: Iterable[Frame]) -> bool:
    heads, tails = [relation.head for relation in relations], [relation.tail for relation in relations]
    return (
        known.issuperset(heads)
        and known.issuperset(tails)
        and not any(map(eq, heads, tails))
        and known.issuperset([argument.entity for frame in frames for argument in frame.arguments])
    )


def possible(fragments: Fragments, length: int | None) -> bool:
    """Tell whether fragments are forward, in order, apart, and inside a text of `length` code points (None: any)."""
    return not any(_offset_faults(fragments, length, ""))


def _hash(annotation: Annotation, text: str | None) -> Iterator[Fault]:
    if text is not None and annotation.text_sha256 not in (None, text_hash(text)):
        yield Fault("the text is not the one that was annotated (hashes differ)", "text_sha256", rule="text-hash")


def _ids(annotation: Annotation, _: str | None) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for group in ("entities", "relations", "frames"):
        for index, item in enumerate(getattr(annotation, group)):
            place = f"{group}[{index}]"
            if item.id in first:
                yield Fault(f"id {item.id!r} is already used by {first[item.id]}", f"{place}.id", rule="ids")
            first.setdefault(item.id, place)


def _mentions(annotation: Annotation, text: str | None) -> Iterator[Fault]:
    length = len(text) if text is not None else None
    mentions: list[tuple[str, Entity | Trigger]] = [
        (f"entities[{index}]", entity) for index, entity in enumerate(annotation.entities)
    ]
    mentions += [
        (f"frames[{index}].trigger", frame.trigger)
        for index, frame in enumerate(annotation.frames)
        if frame.trigger is not None
    ]
    for path, mention in mentions:
        faults = list(_offset_faults(mention.fragments, length, path))
        yield from faults or _slice_fault(text, mention.fragments, mention.text, path)


def _offset_faults(fragments: Fragments, length: int | None, path: str) -> Iterator[Fault]:
    before = 0
    for index, span in enumerate(fragments):
        single = len(fragments) == 1
        start, end = (f"{path}.start", f"{path}.end") if single else (f"{path}.fragments[{index}]",) * 2
        if span.start < 0:
            yield Fault(f"{span.start} is before the text", start, rule="offsets")
        if span.end <= span.start:
            yield Fault(f"{span.end} is not after start {span.start}", end, rule="offsets")
        if length is not None and span.end > length:
            yield Fault(f"{span.end} is past the end of the text ({length} characters)", end, rule="offsets")
        if index and span.start <= before:
            yield Fault("fragments touch, overlap or are out of order", start, rule="offsets")
        before = max(before, span.end)


def _slice_fault(text: str | None, fragments: Fragments, claimed: str | None, path: str) -> Iterator[Fault]:
    if text is None or claimed is None:
        return
    slices = [text[span.start : span.end] for span in fragments]
    if claimed not in (ELLIPSIS.join(slices), " ".join(slices), "".join(slices)):
        found = surface(text, fragments)
        message = f"{claimed!r} is not the text at these offsets, which is {found!r}"
        yield Fault(message, f"{path}.text", rule="text")


def _ends(annotation: Annotation, _: str | None) -> Iterator[Fault]:
    known = annotation.entity_by_id
    for index, relation in enumerate(annotation.relations):
        for end in ("head", "tail"):
            if getattr(relation, end) not in known:
                message = f"there is no entity {getattr(relation, end)!r}"
                yield Fault(message, f"relations[{index}].{end}", rule="ends")
        if relation.head == relation.tail:
            yield Fault(f"{relation.head!r} is linked to itself", f"relations[{index}].tail", rule="loops")
    for index, frame in enumerate(annotation.frames):
        for number, argument in enumerate(frame.arguments):
            if argument.entity not in known:
                path = f"frames[{index}].arguments[{number}].entity"
                yield Fault(f"there is no entity {argument.entity!r}", path, rule="ends")
