"""Documents as they come from outside, held against their texts: faults, named repairs, and leaving out the rest.

What is wrong is a fault with its path. `mend` repairs what can be proved (see `workbench.core.repairs`); `keep_sound`
leaves out what is still faulty, and whatever hangs on it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import Fault
from workbench.core.integrity import check_integrity, holds_together
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Frame, Relation, Trigger, Zone, text_hash
from workbench.core.repairs import Claim, Recounting, fits, recounted, recounting_of, repair_mention
from workbench.core.text import Fragments, merge_fragments, surface

_ITEM = re.compile(r"(entities|relations|frames|zones)\[(\d+)\](?:\.arguments\[(\d+)\])?")


class Repair(NamedTuple):
    """One named repair: what it did, and where; `source` and `line` as in a fault."""

    name: str
    message: str
    path: str = ""
    source: Path | None = None
    line: int | None = None

    def __str__(self) -> str:
        """Print as `file:line path: name: message`."""
        return str(Fault(f"{self.name}: {self.message}", self.path, self.source, self.line))


class Mended(NamedTuple):
    """A document after its repairs, with the faults that are left; nothing is left out of it yet.

    `repeated` are paths of items that stand there twice word for word.
    """

    document: AnnotatedDocument
    repairs: tuple[Repair, ...] = ()
    faults: tuple[Fault, ...] = ()
    repeated: frozenset[str] = frozenset()


class Kept(NamedTuple):
    """What is sound of a document (None: nothing), and how many items of each kind were left out."""

    document: AnnotatedDocument | None
    left_out: Counter[str]


def mend(document: AnnotatedDocument, repair: bool, marked: bool = False) -> Mended:
    """Find all faults of a document and, with `repair`, make the named repairs that are certain.

    Mentions that fit get their text as the slice has it. `marked` tells that a byte order mark stood before the text.
    """
    if holds_together(document.annotation, document.text):
        return Mended(_told(document), (), tuple(_document_faults(document)))
    repairs: list[Repair] = []
    repeated: frozenset[str] = frozenset()
    if repair:
        document, repeated = _without_double_ids(document, repairs)
    if document.text is not None:
        document = _with_places(document, document.text, repairs if repair else None, marked)
    faults = [*_ambiguous(document.annotation, repeated), *_integrity(document), *_document_faults(document)]
    return Mended(document, tuple(repairs), tuple(f for f in faults if _item_path(f.path) not in repeated), repeated)


def keep_sound(mended: Mended) -> Kept:
    """Leave out of a document what is faulty and what hangs on that, until nothing is wrong any more."""
    left_out: Counter[str] = Counter()
    document = _without(mended.document, mended.repeated, Counter())
    while faults := tuple(_all_faults(document)):
        paths = [_item_path(fault.path) for fault in faults]
        if "" in paths:
            left_out["documents"] += 1
            return Kept(None, left_out)
        document = _without(document, paths, left_out)
    return Kept(document, left_out)


def _all_faults(document: AnnotatedDocument) -> Iterator[Fault]:
    yield from _ambiguous(document.annotation, frozenset())
    yield from _integrity(document)
    yield from _document_faults(document)


def _item_path(path: str) -> str:
    """The item that a fault is about: `entities[3]`, `frames[0].arguments[1]`; empty when it is the whole document."""
    found = _ITEM.match(path)
    return found.group() if found else ""


def _without(document: AnnotatedDocument, paths: Iterable[str], left_out: Counter[str]) -> AnnotatedDocument:
    gone: dict[str, set[int]] = defaultdict(set)
    arguments: dict[int, set[int]] = defaultdict(set)
    for path in set(paths):
        found = _ITEM.match(path)
        if found is None:
            continue
        group, index, argument = found.groups()
        if argument is None:
            gone[group].add(int(index))
        else:
            arguments[int(index)].add(int(argument))
    annotation = document.annotation
    frames = list(annotation.frames)
    for index, dropped in arguments.items():
        if index not in gone["frames"]:
            left_out["arguments"] += len(dropped)
            frames[index] = frames[index].model_copy(
                update={"arguments": tuple(_rest(frames[index].arguments, dropped))}
            )
    for group, indices in gone.items():
        left_out[group] += len(indices)
    fields: dict[str, Any] = {
        "entities": tuple(_rest(annotation.entities, gone["entities"])),
        "relations": tuple(_rest(annotation.relations, gone["relations"])),
        "frames": tuple(_rest(frames, gone["frames"])),
    }
    zones = tuple(_rest(document.zones, gone["zones"]))
    return document._replace(annotation=annotation.model_copy(update=fields), zones=zones)


def _rest(items: Sequence[Any], gone: set[int]) -> Iterator[Any]:
    return (item for index, item in enumerate(items) if index not in gone)


# --- faults ----------------------------------------------------------------------------------------------------------


def _document_faults(document: AnnotatedDocument) -> Iterator[Fault]:
    """Faults of the text and the zones."""
    if not document.doc_id:
        yield Fault("the document has no id", "doc_id", rule="ids")
    if document.text is None:
        return
    if "\0" in document.text:
        yield Fault("the text contains a NUL character; remove it", "text", rule="encoding")
    for index, zone in enumerate(document.zones):
        if zone.end > len(document.text):
            message = f"{zone.end} is past the end of the text ({len(document.text)} characters)"
            yield Fault(message, f"zones[{index}].end", rule="offsets")


def _integrity(document: AnnotatedDocument) -> Iterator[Fault]:
    """What `check_integrity` finds, but for ids: see `_ambiguous`."""
    return (fault for fault in check_integrity(document.annotation, document.text) if fault.rule != "ids")


def _ambiguous(annotation: Annotation, repeated: frozenset[str]) -> Iterator[Fault]:
    """Faults of ids that stand twice: of the items, and of all that refer to one of several entities."""
    owners: dict[str, list[str]] = defaultdict(list)
    entities: dict[str, list[str]] = defaultdict(list)
    for path, item in _items(annotation):
        if path not in repeated:
            owners[item.id].append(path)
            if isinstance(item, Entity):
                entities[item.id].append(path)
    for path, item in _items(annotation):
        first = owners[item.id]
        if path in repeated or len(first) < 2:
            continue
        rivals = entities[item.id]
        if isinstance(item, Entity) and len(rivals) > 1:
            rival = rivals[1] if rivals[0] == path else rivals[0]
            yield Fault(f"id {item.id!r} is used by {rival} too", f"{path}.id", rule="ids")
        elif first[0] != path:
            yield Fault(f"id {item.id!r} is already used by {first[0]}", f"{path}.id", rule="ids")
    several = {name for name, paths in owners.items() if sum(path.startswith("entities") for path in paths) > 1}
    for path, end in _references(annotation) if several else ():
        if end in several:
            yield Fault(f"there are several entities {end!r}", path, rule="ends")


def _items(annotation: Annotation) -> Iterator[tuple[str, Entity | Relation | Frame]]:
    for index, entity in enumerate(annotation.entities):
        yield f"entities[{index}]", entity
    for index, relation in enumerate(annotation.relations):
        yield f"relations[{index}]", relation
    for index, frame in enumerate(annotation.frames):
        yield f"frames[{index}]", frame


def _references(annotation: Annotation) -> Iterator[tuple[str, str]]:
    for index, relation in enumerate(annotation.relations):
        yield f"relations[{index}].head", relation.head
        yield f"relations[{index}].tail", relation.tail
    for index, frame in enumerate(annotation.frames):
        for number, argument in enumerate(frame.arguments):
            yield f"frames[{index}].arguments[{number}].entity", argument.entity


# --- repairs ---------------------------------------------------------------------------------------------------------


def _without_double_ids(document: AnnotatedDocument, repairs: list[Repair]) -> tuple[AnnotatedDocument, frozenset[str]]:
    """Find items written twice, and give new ids where an id stands twice and nothing refers to it."""
    annotation = document.annotation
    taken = {item.id for _, item in _items(annotation)}
    referred = {end for _, end in _references(annotation)}
    first: dict[str, tuple[str, Entity | Relation | Frame]] = {}
    repeated: set[str] = set()
    renamed: dict[str, str] = {}
    last: dict[str, int] = {}
    for path, item in _items(annotation):
        place, earlier = first.setdefault(item.id, (path, item))
        if place == path:
            continue
        if earlier == item:
            repeated.add(path)
            repairs.append(Repair("repeated", f"{item.id!r} is there already, word for word", path))
        elif not isinstance(item, Entity) or item.id not in referred:
            renamed[path] = _free(item.id, taken, last)
            taken.add(renamed[path])
            repairs.append(Repair("renumbered", f"{item.id!r} becomes {renamed[path]!r}", path))
    if renamed:
        annotation = annotation.model_copy(update=_renamed(annotation, renamed))
    return document._replace(annotation=annotation), frozenset(repeated)


def _free(doubled: str, taken: set[str], last: dict[str, int]) -> str:
    """The next free number behind the letters of an id; `last` remembers the highest of each letters."""
    letters = doubled.rstrip("0123456789") or doubled
    if letters not in last:
        numbered = re.compile(re.escape(letters) + r"[0-9]{1,9}")
        last[letters] = max((int(name[len(letters) :]) for name in taken if numbered.fullmatch(name)), default=0)
    last[letters] += 1
    return f"{letters}{last[letters]}"


def _renamed(annotation: Annotation, renamed: Mapping[str, str]) -> dict[str, Any]:
    return {
        group: tuple(
            item.model_copy(update={"id": renamed[f"{group}[{index}]"]}) if f"{group}[{index}]" in renamed else item
            for index, item in enumerate(getattr(annotation, group))
        )
        for group in ("entities", "relations", "frames")
    }


def _told(document: AnnotatedDocument) -> AnnotatedDocument:
    """A sound document whose mentions all have their text as the slice has it, if the text is known."""
    text = document.text
    if text is None:
        return document
    fields = {
        path: {"text": words}
        for path, mention in _mentions(document.annotation)
        if mention.text != (words := surface(text, mention.fragments))
    }
    return document._replace(annotation=_changed(document.annotation, fields)) if fields else document


def _changed(annotation: Annotation, fields: Mapping[str, Mapping[str, Any]]) -> Annotation:
    """The annotation with some fields of mentions replaced, by their paths."""
    entities = tuple(
        entity.model_copy(update=fields[path]) if (path := f"entities[{index}]") in fields else entity
        for index, entity in enumerate(annotation.entities)
    )
    frames = tuple(
        frame.model_copy(update={"trigger": frame.trigger.model_copy(update=fields[path])})
        if frame.trigger is not None and (path := f"frames[{index}].trigger") in fields
        else frame
        for index, frame in enumerate(annotation.frames)
    )
    return annotation.model_copy(update={"entities": entities, "frames": frames})


def _mentions(annotation: Annotation) -> Iterator[tuple[str, Entity | Trigger]]:
    for index, entity in enumerate(annotation.entities):
        yield f"entities[{index}]", entity
    for index, frame in enumerate(annotation.frames):
        if frame.trigger is not None:
            yield f"frames[{index}].trigger", frame.trigger


def _with_places(
    document: AnnotatedDocument, text: str, repairs: list[Repair] | None, marked: bool
) -> AnnotatedDocument:
    """The document with mentions that fit given their text; with `repairs`, with those moved that can be."""
    claims = {path: Claim(mention.fragments, mention.text or None) for path, mention in _mentions(document.annotation)}
    placed: dict[str, Fragments] = {}
    zones = document.zones
    if repairs is not None:
        way = recounting_of(text, list(claims.values()), marked)
        placed = dict(_repaired(text, claims, repairs, way))
        zones = tuple(_recounted_zone(zone, way) for zone in zones) if way is not None else zones
    fields: dict[str, dict[str, Any]] = {}
    for path, claim in claims.items():
        fragments = placed.get(path, claim.fragments)
        if path in placed or fits(text, claim):
            fields[path] = {"fragments": fragments, "text": surface(text, fragments)}
    moved = _changed(document.annotation, fields)
    if marked and moved.text_sha256 == text_hash("\ufeff" + text):
        moved = moved.model_copy(update={"text_sha256": text_hash(text)})
    return document._replace(annotation=moved, zones=zones)


def _recounted_zone(zone: Zone, way: Recounting) -> Zone:
    (span,) = recounted(Claim((zone.span,), None), way)
    return zone.model_copy(update={"start": span.start, "end": span.end})


def _repaired(
    text: str, claims: Mapping[str, Claim], repairs: list[Repair], way: Recounting | None
) -> Iterator[tuple[str, Fragments]]:
    """New places of mentions that have one, each with its repair noted."""
    for path, given in claims.items():
        claim, name = given, ""
        if way is not None:
            claim = Claim(recounted(given, way), given.quoted)
            name = way.repair if claim.fragments != given.fragments else ""
        if fits(text, claim) and claim.fragments == merge_fragments(claim.fragments):
            if not name:
                continue
            fragments = claim.fragments
        else:
            place = repair_mention(text, claim)
            if place is None:
                continue
            fragments, name = place.fragments, place.repair
        before, after = _shown(given.fragments), _shown(fragments)
        change = f"{before} becomes {after}" if before != after else f"{given.quoted!r} at {before} becomes"
        repairs.append(Repair(name, f"{change} {surface(text, fragments)!r}", path))
        yield path, fragments


def _shown(fragments: Fragments) -> str:
    return ";".join(f"[{span.start}, {span.end})" for span in fragments)
