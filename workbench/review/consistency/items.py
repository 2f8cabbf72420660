"""What is doubtful about single items: types out of their domain, values, edges of spans, clusters."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from workbench.core.checks import check
from workbench.core.dates import time
from workbench.core.normalise import money, quantity
from workbench.core.records import Entity
from workbench.core.text import Fragments
from workbench.core.values import Money, Place, Quantity, Time
from workbench.review.consistency.findings import Finding
from workbench.review.consistency.pages import Page

CODED_LEVELS = ("province", "prefecture", "county")
"""Levels of administration that GB/T 2260 has codes for."""

_FAULTS = {"admissible": "domain", "role": "domain", "role-type": "domain", "loose": "loose"}
_PATH = re.compile(r"(entities|relations|frames)\[(\d+)\](?:\.arguments\[(\d+)\])?")

_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "(": ")",
    "[": "]",
    "【": "】",
    "〔": "〕",
}
_FULL_WIDTH = str.maketrans("（）［］", "()[]")
_MARKS = frozenset("，,。；;：:、！!？?…—·~～/")
_PAIRED = re.compile("[" + re.escape("".join((*_PAIRS, *_PAIRS.values(), '"（）［］'))) + "]")
_READERS: Mapping[str, Callable[[str], Money | Quantity | Time | None]] = {
    "money": lru_cache(maxsize=None)(money),
    "quantity": lru_cache(maxsize=None)(quantity),
    "time": lru_cache(maxsize=None)(time),
}
_SHARED: Mapping[str, Callable[[Entity], str | None]] = {
    "type": lambda entity: entity.type,
    "place": lambda entity: entity.value.code if isinstance(entity.value, Place) else None,
    "canonical name": lambda entity: entity.attributes.get("canonical"),
}
"""What all mentions of one thing have in common, where they say it."""


def item_findings(page: Page) -> Iterator[Finding]:
    """Everything that can be said of the items of one document without looking at other documents."""
    yield from _domains(page)
    for entity in page.settled:
        yield from _value(page, entity)
        yield from _edges(page, entity.fragments, entity.type)
    yield from _clusters(page)
    yield from _split_names(page)


def _domains(page: Page) -> Iterator[Finding]:
    """What the check of the schema says about ends, fillers and loose values, with the places in the text."""
    linked = page.finished("relations") and page.finished("frames")
    for fault in check(page.annotation, page.schema, page.text):
        rule = _FAULTS.get(fault.rule)
        place = _PATH.match(fault.path)
        if place and (rule == "domain" or (rule == "loose" and linked)):
            fragments, about = _located(page, *place.groups())
            yield page.finding(rule, fragments, about, fault.message)


def _located(page: Page, group: str, index: str, argument: str | None) -> tuple[Fragments, str]:
    """Where the item of a fault is in the text, and the types that play a part."""
    annotation = page.annotation
    if group == "relations":
        relation = annotation.relations[int(index)]
        head, tail = (annotation.entity_by_id[end] for end in (relation.head, relation.tail))
        return (*head.fragments, *tail.fragments), f"{relation.type} {head.type} {tail.type}"
    if group == "frames":
        frame = annotation.frames[int(index)]
        filled = frame.arguments[int(argument or 0)]
        filler = annotation.entity_by_id[filled.entity]
        return filler.fragments, f"{frame.type}.{filled.role} {filler.type}"
    entity = annotation.entities[int(index)]
    return entity.fragments, entity.type


def _value(page: Page, entity: Entity) -> Iterator[Finding]:
    kind = page.schema.entity_types[entity.type].value
    value = entity.value
    if kind == "place":
        level = entity.attributes.get("level")
        is_class = entity.attributes.get("spec") == "GEN"
        if level in CODED_LEVELS and not is_class and not (isinstance(value, Place) and value.code):
            yield page.finding("no-code", entity.fragments, entity.type, f"level {level}, but no code of GB/T 2260")
    elif kind is not None and value is None:
        yield page.finding("no-value", entity.fragments, entity.type, f"{entity.type} without a {kind} value")
    elif kind is not None and isinstance(value, (Money, Quantity, Time)) and value.kind == kind:
        read = _READERS[kind](page.surface(entity.fragments))
        if read is not None and _differs(value, read):
            about = f"{entity.type} {_written(value)}"
            yield page.finding("reading", entity.fragments, about, f"{_written(value)}, but it reads {_written(read)}")


def _differs(value: Money | Quantity | Time, read: Money | Quantity | Time) -> bool:
    """Tell whether a value says something else than its string; what only the context says (a rate) is no matter."""
    if isinstance(value, Time) and isinstance(read, Time):
        if "X" in read.value or read.value.endswith("_REF"):
            return False
        return (value.type, value.value) != (read.type, read.value) or read.mod not in (None, value.mod)
    return value.model_dump(exclude={"per"}) != read.model_dump(exclude={"per"})


def _written(value: Money | Quantity | Time) -> str:
    fields = value.model_dump(exclude_none=True, exclude={"kind", "per"})
    return " ".join(f"{name}={field}" for name, field in fields.items() if (name, field) != ("mod", "EXACT"))


def _edges(page: Page, fragments: Fragments, about: str) -> Iterator[Finding]:
    for span in fragments:
        if reason := _odd_edge(page.text[span.start : span.end].translate(_FULL_WIDTH)):
            yield page.finding("edge", fragments, about, reason)
            break
    surface = page.surface(fragments)
    if _PAIRED.search(surface) and _unbalanced(surface.translate(_FULL_WIDTH)):
        yield page.finding("unbalanced", fragments, about, "a quote or bracket without its partner")


def _odd_edge(text: str) -> str | None:
    first, last = text[0], text[-1]
    if first.isspace() or first in _MARKS or first in _PAIRS.values():
        return f"begins with {first!r}"
    if last.isspace() or last in _MARKS or last in _PAIRS:
        return f"ends with {last!r}"
    if len(text) > 1 and _PAIRS.get(first) == last and not _unbalanced(text[1:-1]):
        return f"{first}{last} enclose it whole"
    return None


def _unbalanced(text: str) -> bool:
    """Tell whether quotes and brackets do not pair off, one inside the other."""
    waiting: list[str] = []
    for character in text:
        if character in _PAIRS:
            waiting.append(_PAIRS[character])
        elif character in _PAIRS.values() and (not waiting or waiting.pop() != character):
            return True
    return bool(waiting) or text.count('"') % 2 == 1


def _clusters(page: Page) -> Iterator[Finding]:
    """Clusters whose mentions differ in what all mentions of one thing share; the odd ones out are listed."""
    clusters: dict[str, list[Entity]] = defaultdict(list)
    for entity in page.settled:
        if entity.cluster is not None:
            clusters[entity.cluster].append(entity)
    for mentions in clusters.values():
        for name, reading in _SHARED.items():
            said = [(entity, found) for entity in mentions if (found := reading(entity)) is not None]
            if len({found for _, found in said}) > 1:
                yield from _odd_ones(page, name, said)


def _odd_ones(page: Page, name: str, said: Sequence[tuple[Entity, str]]) -> Iterator[Finding]:
    usual = _usual([found for _, found in said])
    first = next(entity for entity, found in said if found == usual)
    there = f"{usual} at {page.surface(first.fragments)} {first.start} of the same cluster"
    for entity, found in said:
        if found != usual:
            about = f"{entity.type} {name} {found}"
            yield page.finding("cluster", entity.fragments, about, f"{name} {found} here, {there}")


def _usual(found: Sequence[str]) -> str:
    """The commonest; of equally common ones the first in the order of the text."""
    counted = Counter(found)
    return max(found, key=lambda one: counted[one])


def _split_names(page: Page) -> Iterator[Finding]:
    """Proper names that stand in several clusters: either one thing was not recognised, or two share a name."""
    if not any(entity.cluster for entity in page.settled):
        return
    names: dict[tuple[str, str], list[Entity]] = defaultdict(list)
    for entity in page.settled:
        if page.schema.entity_types[entity.type].clustered and entity.attributes.get("mention") != "NOM":
            names[entity.type, page.surface(entity.fragments)].append(entity)
    for (kind, string), mentions in names.items():
        if len(mentions) > 1:
            yield from _apart(page, kind, mentions, 1 - 1 / (len(string) + 1))


def _apart(page: Page, kind: str, mentions: Sequence[Entity], sureness: float) -> Iterator[Finding]:
    """The mentions of one name that are not in the cluster that most of them are in; the longer the name the surer."""
    usual = _usual([entity.cluster or "" for entity in mentions])
    first = next(entity for entity in mentions if (entity.cluster or "") == usual)
    for entity in mentions:
        if entity is not first and (entity.cluster is None or entity.cluster != usual):
            how = "in no cluster with" if entity.cluster is None else "in another cluster than"
            message = f"{how} the same name at {first.start}"
            yield page.finding("split-name", entity.fragments, kind, message, sureness)
