"""The form that brat can write of a record's fields, and the choice between it and the exact field.

A field that brat cannot write exactly is written as near as it can, and exactly in the remainder. A reader takes the
exact field where brat's form of it is still what the file says: else somebody changed it in brat, and brat is right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from workbench.core.records import Argument
from workbench.core.text import Fragments, Span, surface
from workbench.formats.brat.lines import NOTE, Attribute, NotStandoff, TextBound, numbered, one_line, one_word, parse

OWN = "brat"
"""The key of `extra` under which stands what the records have no place for."""

VALUE_KINDS = ("money", "quantity", "time", "place")
"""Resources of normalisations that are values of ours."""

_FRAGMENTS: TypeAdapter[Fragments] = TypeAdapter(tuple[Span, ...])
_ARGUMENTS: TypeAdapter[tuple[Argument, ...]] = TypeAdapter(tuple[Argument, ...])
_STRINGS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])


def natural_fragments(text: str, fragments: Fragments) -> Fragments:
    """Fragments cut at line ends, as brat does: its lines of text hold none; line ends alone stay as they are."""
    found: list[Span] = []
    for span in fragments:
        start = span.start
        for position in range(span.start, span.end + 1):
            if position == span.end or text[position] in "\r\n":
                if start < position:
                    found.append(Span(start, position))
                start = position + 1
    return tuple(found) or fragments


def natural_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attributes with names and values of one word; of names that become one, the first."""
    found: dict[str, str] = {}
    for name, value in attributes.items():
        found.setdefault(one_word(name), _word(value))
    return found


def natural_arguments(arguments: Sequence[Argument], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Arguments as an event line has them; `names` gives the file's ids of entities."""
    roles = numbered([one_word(argument.role) for argument in arguments])
    return [(role, names[argument.entity]) for role, argument in zip(roles, arguments, strict=True)]


def _word(value: str) -> str:
    """A value as brat can write it: white space becomes `_`."""
    return re.sub(r"\s", "_", value) or "_"


def exact_type(exact: Mapping[str, Any], said: str) -> str:
    """The exact type, where the file's is its natural form."""
    kind = exact.get("type")
    return kind if isinstance(kind, str) and one_word(kind) == said else said


def exact_note(exact: Mapping[str, Any], said: str | None) -> str | None:
    """The exact note, likewise."""
    note = exact.get("note")
    return note if isinstance(note, str) and said is not None and one_line(note) == said else said


def exact_place(exact: Mapping[str, Any], said: TextBound, text: str) -> tuple[Fragments, str | None]:
    """The exact fragments with their words, likewise; else what the line says."""
    as_said = said.fragments, said.quoted or None
    if "fragments" not in exact:
        return as_said
    try:
        fragments = _FRAGMENTS.validate_python(exact.get("fragments"))
    except ValidationError:
        return as_said
    inside = all(0 <= span.start < span.end <= len(text) for span in fragments)
    if not fragments or not inside or natural_fragments(text, fragments) != said.fragments:
        return as_said
    return (fragments, surface(text, fragments)) if said.quoted == words_of(text, said.fragments) else as_said


def words_of(text: str, fragments: Fragments) -> str:
    """The words of a mention as brat writes them: on one line, with a blank between fragments."""
    return one_line(" ".join(text[span.start : span.end] for span in fragments))


def exact_attributes(exact: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, str]:
    """The exact attributes, likewise."""
    if "attributes" not in exact:
        return dict(said)
    try:
        attributes = _STRINGS.validate_python(exact.get("attributes"))
    except ValidationError:
        return dict(said)
    return attributes if natural_attributes(attributes) == said else dict(said)


def exact_arguments(
    exact: Mapping[str, Any], said: Sequence[tuple[str, str]], names: Mapping[str, str]
) -> tuple[Argument, ...] | None:
    """The exact arguments, likewise; None where they are not the file's. `names` gives our ids of the file's."""
    if "arguments" not in exact:
        return None
    try:
        arguments = _ARGUMENTS.validate_python(exact.get("arguments"))
    except ValidationError:
        return None
    roles = numbered([one_word(argument.role) for argument in arguments])
    natural = [(role, argument.entity) for role, argument in zip(roles, arguments, strict=True)]
    return arguments if natural == [(role, names.get(filler, filler)) for role, filler in said] else None


class _Own(BaseModel):
    """What a reader keeps of an item under `OWN`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    notes: list[tuple[str, str]] = []
    normalizations: list[tuple[str, str, str]] = []
    remarks: list[tuple[str, str, str]] = []
    attributes: dict[str, str] = {}
    events: list[tuple[str, str]] = []
    ends: tuple[str, str] = ("Arg1", "Arg2")


def own_lines(extra: Mapping[str, Any], note: str | None, valued: bool, also: str = "") -> dict[str, Any]:
    """What `extra` keeps for brat, when lines can say it so that a reader keeps the same again; else nothing.

    `note` and `valued` say whether the item has a note and a value (or can have none): without them, a further note or
    normalisation would be read as the first. `also` names the key that the kind of item has besides notes and
    normalisations.
    """
    if OWN not in extra:
        return {}
    try:
        own = _Own.model_validate_json(json.dumps(extra[OWN]))
    except ValidationError:
        return {}
    said = own.model_dump(exclude_unset=True)
    rows = [f"#1\t{kind} T1\t{words}" for kind, words in own.notes]
    rows += [f"N1\t{kind} T1 {reference}\t{words}" for kind, reference, words in own.normalizations]
    rows += [str(Attribute("A1", name, "T1", value)) for name, value in own.attributes.items()]
    rows += [f"#1\t{kind} A1\t{words}" for _, kind, words in own.remarks]
    rows += [f"R1\tX {' '.join(f'{end}:T1' for end in own.ends)}"]
    rows += [f"E1\tX:T1 {role}:{filler}" for role, filler in own.events]
    sound = (
        all(said.values()) and set(said) <= {"notes", "normalizations", "remarks", also} and all(map(_is_kept, rows))
    )
    as_note = note is None and any(kind == NOTE for kind, _ in own.notes)
    as_value = not valued and any(one.partition(":")[0] in VALUE_KINDS for _, one, _ in own.normalizations)
    return said if sound and not (as_note or as_value) else {}


def _is_kept(row: str) -> bool:
    """Tell whether a line is read as it is written."""
    try:
        return str(parse(row)) == row and not set(row) & {"\n", "\r"}
    except NotStandoff:
        return False
