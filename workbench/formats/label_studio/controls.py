"""The names of a Label Studio project of ours: its object, its controls, its reserved labels.

Results name the control that made them, so whatever makes the configuration of a project must use these names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from schemas import EntityType, FrameType, Schema

TEXT = "text"
"""The object that is annotated, and the key of a task's data that holds the text."""

DOC_ID = "doc_id"
"""The key of a task's data that holds the document's id."""

ENTITY = "entity"
"""The control whose labels are the types of entities."""

FRAME = "frame"
"""The control whose labels are the types of frames; its regions are triggers."""

CLUSTER = "cluster"
"""The control that holds the cluster of an entity."""

ZONE = "zone"
"""The control whose labels are the kinds of zones; its regions are read-only and nobody's annotation."""

CONTINUES = "CONTINUES"
"""The label of a relation that joins the fragments of one mention: from each to the next."""

REMAINDER = "wb"
"""The key of a `meta` that holds what Label Studio has no field for."""

OWN = "label_studio"
"""The key of an item's `extra` that holds what the records have no field for."""

_RESERVED = frozenset({TEXT, ENTITY, FRAME, CLUSTER, ZONE, "note", "relation", "relations", "true", "false", ""})
"""Names that no attribute's control may have; the editor takes `true` and `false` for truth values."""

_BY_USE: dict[str, Mapping[tuple[str, str], Control]] = {}
"""The controls of the schema that was used last, by its hash: they are asked for with every document."""

_ESCAPE = re.compile(r"-([0-9a-f]{1,6})-")


class Control(NamedTuple):
    """The control of an attribute: `choices` of its values, or a `textarea` where there are none to choose from.

    `types` are the entity and frame types that have the attribute with these values.
    """

    name: str
    attribute: str
    types: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The type of the control's results."""
        return "choices" if self.values else "textarea"

    def takes(self, value: str) -> bool:
        """Tell whether an annotator can enter a value; all others stay in the remainder."""
        return value in self.values if self.values else value != ""


@lru_cache(maxsize=4096)
def control_name(attribute: str, of: str | None = None) -> str:
    """The name of an attribute's control, or of the control that one type has for it; another name for every attribute.

    Usual names stay as they are. Label Studio cuts names at `@`, and joins or splits them at `|` and `,`: whatever is
    no letter, digit or `_` is escaped.
    """
    name = _escaped(attribute) + ("-" if attribute in _RESERVED else "")
    return name if of is None else f"{name}.{_escaped(of)}"


@lru_cache(maxsize=4096)
def attribute_of(control: str) -> str:
    """The attribute of a control; a control that `control_name` did not name stands for the attribute of its name."""
    name, dot, of = control.partition(".")
    attribute, kind = _unescaped(name), _unescaped(of)
    for candidate in (attribute, attribute.removesuffix("-")):
        if control_name(candidate, kind if dot else None) == control:
            return candidate
    return control


def controls_of(schema: Schema) -> tuple[Control, ...]:
    """The controls of a schema's attributes: one for all types that offer the same values, else one for each type."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    types: tuple[EntityType | FrameType, ...] = (*schema.entities, *schema.frames)
    for item in types:
        for attribute, known in {**schema.annotation_attributes, **item.attributes}.items():
            found.setdefault(attribute, {})[item.id] = known.values
    controls = []
    for attribute, values in found.items():
        if len(set(values.values())) == 1:
            offered = next(iter(values.values()))
            controls.append(Control(control_name(attribute), attribute, tuple(values), offered))
            continue
        controls += [
            Control(control_name(attribute, kind), attribute, (kind,), offered) for kind, offered in values.items()
        ]
    return tuple(controls)


def relation_labels(schema: Schema) -> tuple[str, ...]:
    """The labels of relations in a schema's project: relation types, roles of frames, and the reserved one."""
    roles = (role for frame in schema.frames for role in frame.roles)
    return tuple(dict.fromkeys((*schema.relation_types, *roles, CONTINUES)))


def control_by_use(schema: Schema) -> Mapping[tuple[str, str], Control]:
    """The controls of a schema by type and attribute."""
    if schema.hash not in _BY_USE:
        _BY_USE.clear()
        _BY_USE[schema.hash] = {(kind, one.attribute): one for one in controls_of(schema) for kind in one.types}
    return _BY_USE[schema.hash]


def _escaped(name: str) -> str:
    return "".join(
        character if character.isalnum() or character == "_" else f"-{ord(character):x}-" for character in name
    )


def _unescaped(name: str) -> str:
    return _ESCAPE.sub(lambda found: _character(int(found[1], 16)) or found[0], name)


def _character(code: int) -> str:
    """The character of a code point that a text may hold; empty for all others."""
    return chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
