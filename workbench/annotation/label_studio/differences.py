"""What two annotations of one text say differently, in words for the person who has to decide between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from workbench.core.records import Annotation
from workbench.core.text import Fragments, surface


class Differences(NamedTuple):
    """Items that only one side has as they are, a line each, in the order of that side."""

    only_here: tuple[str, ...] = ()
    only_there: tuple[str, ...] = ()


def differences(here: Annotation, there: Annotation, text: str) -> Differences:
    """Compare two annotations by what their items say, whatever their ids."""
    ours, theirs = list(_lines(here, text)), list(_lines(there, text))
    return Differences(_beyond(ours, theirs), _beyond(theirs, ours))


def _beyond(lines: list[str], others: list[str]) -> tuple[str, ...]:
    left = Counter(others)
    found = []
    for line in lines:
        if left[line]:
            left[line] -= 1
        else:
            found.append(line)
    return tuple(found)


def _lines(annotation: Annotation, text: str) -> Iterator[str]:
    words = {one.id: f"{one.type} {_quoted(text, one.fragments)}" for one in annotation.entities}
    for entity in annotation.entities:
        said = {**entity.attributes, **({"cluster": entity.cluster} if entity.cluster else {})}
        said |= {"note": entity.note} if entity.note else {}
        said |= {"value": str(entity.value)} if entity.value is not None else {}
        yield words[entity.id] + _shown(said)
    for relation in annotation.relations:
        head, tail = words.get(relation.head, relation.head), words.get(relation.tail, relation.tail)
        yield f"{relation.type}: {head} → {tail}" + _shown(relation.attributes)
    for frame in annotation.frames:
        trigger = _quoted(text, frame.trigger.fragments) if frame.trigger is not None else "without a trigger"
        fillers = sorted(f"{one.role} {words.get(one.entity, one.entity)}" for one in frame.arguments)
        yield f"{frame.type} {trigger}" + _shown(frame.attributes) + "".join(f", {filler}" for filler in fillers)


def _quoted(text: str, fragments: Fragments) -> str:
    return f"{surface(text, fragments)!r} at {fragments[0].start}"


def _shown(said: Mapping[str, str]) -> str:
    return "".join(f" {name}={value}" for name, value in sorted(said.items()))
