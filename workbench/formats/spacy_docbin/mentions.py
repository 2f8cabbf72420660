"""The spans of a document of spaCy: those of all groups, and its entities, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from workbench.core.errors import Fault
from workbench.formats.spacy_docbin.library import SPANS


@dataclass
class Mention:
    """A labelled span in code points; `groups` are those it is in, none when it is among the entities only."""

    start: int
    end: int
    label: str
    id: str
    kb_id: str
    groups: list[str] = field(default_factory=list)


def mentions_of(doc: Any) -> tuple[list[Mention], list[Fault]]:
    """All mentions of a document in the order of its spans, and what is wrong with spans that are none.

    Spans with the same place and label are one mention, unless they have different ids. A span without label is
    nothing by itself: it belongs to the mention that has its place, when there is just one.
    """
    found: list[Mention] = []
    places: dict[tuple[int, int], list[Mention]] = {}
    bare: list[tuple[str, Mention]] = []
    faults: list[Fault] = []
    for path, span, group in _spans(doc, faults):
        try:
            mention = _mention(span, group)
        except KeyError:
            faults.append(Fault("the label of the span is not among the strings of the file", path, rule="record"))
            continue
        here = places.setdefault((mention.start, mention.end), [])
        same = [
            one for one in here if one.label == mention.label and (one.id == mention.id or not (one.id and mention.id))
        ]
        if not mention.label:
            bare.append((path, mention))
        elif same:
            _join(same[0], mention)
        else:
            here.append(mention)
            found.append(mention)
    for path, mention in bare:
        owners = places[mention.start, mention.end]
        if len(owners) == 1:
            _join(owners[0], mention)
        else:
            faults.append(Fault("the span has no label, which is needed as its type", path, rule="record"))
    return found, faults


def _spans(doc: Any, faults: list[Fault]) -> Iterator[tuple[str, Any, str | None]]:
    """Spans with their paths and groups: those of the usual group first, entities last."""
    for group in sorted(doc.spans, key=lambda name: (name != SPANS, str(name))):
        for index in range(len(doc.spans[group])):
            path = f"spans.{group}[{index}]"
            try:
                span = doc.spans[group][index]
            except IndexError as error:
                faults.append(Fault(f"the span cannot be read: {error}", path, rule="record"))
                continue
            yield path, span, str(group)
    try:
        entities = doc.ents
    except ValueError as error:
        faults.append(Fault(f"the entities cannot be read: {error}", "ents", rule="record"))
        return
    for index, span in enumerate(entities):
        yield f"ents[{index}]", span, None


def _mention(span: Any, group: str | None) -> Mention:
    """A span as a mention; an id that is a number without a string is the number."""
    strings = span.doc.vocab.strings
    name, kb_id = (strings[number] if number in strings else str(number) for number in (span.id, span.kb_id))
    groups = [group] if group is not None else []
    return Mention(span.start_char, span.end_char, strings[span.label], name, kb_id, groups)


def _join(mention: Mention, other: Mention) -> None:
    mention.id = mention.id or other.id
    mention.kb_id = mention.kb_id or other.kb_id
    mention.groups += [group for group in other.groups if group not in mention.groups]
