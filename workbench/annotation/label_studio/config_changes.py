"""What changes when a project gets another labelling configuration, and whether annotations made with the old survive.

Label Studio itself accepts every change but a new name for a control in use: regions then lose their labels, and what
is said of them is left out when somebody saves the task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from workbench.annotation.label_studio.configuration import configuration_hash, parse_configuration

_ALL = "all labels"
Key = tuple[str, ...]
_OPTIONS = frozenset({"label", "choice"})
_LOOKS = {"value": "name", "html": "name", "hotkey": "key", "background": "colour", "hint": "hint"}
"""What an option looks like, by the attribute that says it; of two that say the same, the later counts."""

_STRUCTURE = frozenset({"name", "toname", "whenlabelvalue", "value"})


class ConfigurationChanges(NamedTuple):
    """What is added, what is removed and what only looks or behaves otherwise, each in words and in order.

    A control that becomes one of another kind, or is for other types than before, is both removed and added.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def is_additive(self) -> bool:
        """Tell whether nothing goes away that an annotation may use."""
        return not self.removed

    def lines(self) -> tuple[str, ...]:
        """All changes for a message: `- ` before what is removed, then `+ ` what is added, then `~ ` the others."""
        signed = (("-", self.removed), ("+", self.added), ("~", self.changed))
        return tuple(f"{sign} {words}" for sign, changes in signed for words in changes)


class _Described(NamedTuple):
    """A configuration as what annotations may use, in words, and the looks of these things."""

    parts: Mapping[str, None]
    looks: Mapping[Key, str]


def configuration_changes(old: str, new: str, source: Path | None = None) -> ConfigurationChanges:
    """Compare two configurations, whoever wrote them; `source` is the file that the old one is from.

    Raises:
        FaultyData: one of them is not XML that can be read, or has a document type declaration.
    """
    before, after = _described(old, source), _described(new, None)
    changes = ConfigurationChanges(
        added=tuple(part for part in after.parts if part not in before.parts),
        removed=tuple(part for part in before.parts if not _survives(part, after.parts)),
        changed=tuple(dict.fromkeys(_changed(before, after))),
    )
    if not changes.lines() and configuration_hash(old) != configuration_hash(new):
        return changes._replace(changed=("headings and layout",))
    return changes


def _survives(part: str, parts: Mapping[str, None]) -> bool:
    """Tell whether a part is there still, perhaps as one of all labels."""
    head, found, _ = part.partition(" for ")
    return part in parts or (bool(found) and f"{head} for {_ALL}" in parts)


def _changed(before: _Described, after: _Described) -> Iterator[str]:
    """What looks otherwise, of things that are in both."""
    for key in {**before.looks, **after.looks}:
        aspect, thing = key
        if thing in before.parts and thing in after.parts:
            one, other = before.looks.get(key), after.looks.get(key)
            if one != other:
                yield f"{aspect} of {thing}: {one or 'none'} → {other or 'none'}"


def _described(xml: str, source: Path | None) -> _Described:
    parts: dict[str, None] = {}
    looks: dict[Key, str] = {}
    for tag, attributes, control in _elements(parse_configuration(xml, source)):
        name = attributes.get("name", "")
        if tag in ("Label", "Choice") and control:
            value = attributes.get("alias") or attributes.get("value", "")
            thing = f"{tag.lower()} {value} of {control}"
            parts[thing] = None
            said = {key: attributes[key] for key in _LOOKS if key in attributes}
            looks |= {(_LOOKS[key], thing): words for key, words in said.items() if (key, words) != ("value", value)}
        elif tag == "Relation":
            parts[f"relation label {attributes.get('value', '')}"] = None
        elif name and "toname" in attributes:
            thing = f"control {name} ({tag} on {attributes['toname']})"
            parts |= dict.fromkeys((thing, *_uses(name, attributes)))
            looks |= _behaviour(attributes, thing)
        elif name:
            thing = f"object {name} ({tag} of {attributes.get('value', 'nothing')})"
            parts[thing] = None
            looks |= _behaviour(attributes, thing)
    return _Described(parts, looks)


def _elements(element: ET.Element, control: str = "") -> Iterator[tuple[str, Mapping[str, str], str]]:
    """All elements in order: tag, attributes by their names in small letters, and the name of the control around."""
    attributes = {name.lower(): value for name, value in element.attrib.items()}
    yield element.tag, attributes, control
    inside = attributes.get("name", "") if "toname" in attributes else control
    for child in element:
        yield from _elements(child, inside)


def _uses(name: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """How results may use a control: for regions or tasks, for the labels of which it is there, with several values."""
    if attributes.get("perregion") == "true":
        yield f"control {name} for regions"
        labels = attributes.get("whenlabelvalue", "")
        yield from (f"control {name} for {label}" for label in (labels.split(",") if labels else [_ALL]))
    else:
        yield f"control {name} for whole tasks"
    if attributes.get("choice") == "multiple":
        yield f"several values of control {name}"


def _behaviour(attributes: Mapping[str, str], thing: str) -> dict[Key, str]:
    return {(key, thing): value for key, value in attributes.items() if key not in _STRUCTURE}
