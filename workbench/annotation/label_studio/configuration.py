"""The labelling configuration of a project, made from a schema: what annotators see, and the names that results use.

Results hold ids: of a label or a choice its `alias`, and its `value` where there is none. People see Chinese names with
English beside; relations alone are shown by their ids, because their labels have no other name in Label Studio.
"""

from __future__ import annotations

import hashlib
import html
import string
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from schemas import Attribute, EntityType, FrameType, Schema
from workbench.core.errors import Fault, FaultyData
from workbench.formats.label_studio.controls import (
    CLUSTER,
    CONTINUES,
    ENTITY,
    FRAME,
    TEXT,
    ZONE,
    Control,
    controls_of,
    relation_labels,
)

GREY = "#9e9e9e"
"""The colour of zones."""

_TAKEN = frozenset("u")
"""Keys of the editor's own for texts: `u` leaves the selected region."""

_DEEPEST = 100
_ZONE_KEYS = string.digits + string.ascii_lowercase
_NO_STRINGS = ("true", "false")
"""What the editor takes for a truth value in every attribute but `value`."""

_ABOVE = "position: sticky; top: 0; z-index: 101; padding-bottom: 4px; background: var(--color-neutral-background)"
_BESIDE = "position: absolute; top: 100%; right: 0; width: 27%; max-height: 50vh; overflow: auto"
_TEXT = "margin-right: 28%; min-height: 50vh; white-space: pre-wrap; overflow-wrap: anywhere"
_ROW = "display: flex; flex-wrap: wrap; align-items: center"
_SMALL = "margin: 4px 8px 0 0; font-size: 13px; line-height: 18px"


class _Option(NamedTuple):
    """A label or a choice: the id that results hold, its name, its English name if it has one."""

    id: str
    zh: str
    en: str = ""


def configuration(schema: Schema) -> str:
    """The labelling configuration of a schema's project: XML, always the same for the same schema.

    Raises:
        FaultyData: a name in the schema has a character that XML cannot hold.
    """
    root = ET.Element("View")
    ET.SubElement(root, "Header", value="$title", size="4")
    above = ET.SubElement(root, "View", style=_ABOVE)
    _entities(above, schema)
    _frames(above, schema)
    beside = ET.SubElement(above, "View", style=_BESIDE)
    # those that every type has come last
    for control in sorted(controls_of(schema), key=lambda one: one.attribute in schema.annotation_attributes):
        _attribute(beside, schema, control)
    _clusters(beside, schema)
    text = ET.SubElement(root, "View", style=_TEXT)
    ET.SubElement(text, "Text", name=TEXT, value=f"${TEXT}", granularity="symbol")
    _relations(root, schema)
    _zones(root, schema)
    ET.indent(root)
    made = ET.tostring(root, encoding="unicode") + "\n"
    try:
        parse_configuration(made)
    except FaultyData:
        message = f"a name in schema {schema.id} has a control character, which XML cannot hold; take it out"
        raise FaultyData([Fault(message, rule="configuration")]) from None
    return made


def configuration_hash(xml: str) -> str:
    """SHA-256 of what a configuration means: layout, comments and the order of attributes do not count.

    Raises:
        FaultyData: it is not XML that can be read, or has a document type declaration.
    """
    parse_configuration(xml)
    return hashlib.sha256(ET.canonicalize(xml, strip_text=True).encode()).hexdigest()


# --- reading ---------------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """XML that is not even looked at."""


class _Builder(ET.TreeBuilder):
    """Builds a tree, but of no document that could define entities, and of none that is deeper than any layout is."""

    depth = 0

    def doctype(self, *_: str | None) -> None:
        raise _Refused("it has a document type declaration (<!DOCTYPE), which no configuration has; remove it")

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _Refused(f"its tags are more than {_DEEPEST} deep; this is no configuration")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def parse_configuration(xml: str, source: Path | None = None) -> ET.Element:
    """The tree of a configuration that anybody may have written; `source` is the file that it is from.

    Raises:
        FaultyData: it is not XML that can be read, or has a document type declaration.
    """
    parser = ET.XMLParser(target=_Builder())  # noqa: S314 - the builder refuses what would define entities
    try:
        parser.feed(xml)
        root: ET.Element = parser.close()
    except (_Refused, ET.ParseError, UnicodeEncodeError) as error:
        reason = "it holds half a character" if isinstance(error, UnicodeEncodeError) else str(error)
        message = f"not a labelling configuration that can be read: {reason}"
        raise FaultyData([Fault(message, source=source, rule="configuration")]) from None
    return root


# --- labels ----------------------------------------------------------------------------------------------------------


def _entities(parent: ET.Element, schema: Schema) -> None:
    """The types of entities, layer by layer."""
    control = ET.SubElement(parent, "Labels", name=ENTITY, toName=TEXT)
    shown = _names_shown(schema.entities)
    for name, layer in schema.layers.items():
        members = [entity for entity in schema.entities if entity.layer == name]
        if members:
            group = ET.SubElement(control, "View", style=_ROW)
            _heading(group, f"{layer.zh} {layer.en}")
        for entity in members:
            _typed(group, entity, shown)


def _frames(parent: ET.Element, schema: Schema) -> None:
    """The types of frames, whose regions are their triggers."""
    if not schema.frames:
        return
    group = ET.SubElement(ET.SubElement(parent, "Labels", name=FRAME, toName=TEXT), "View", style=_ROW)
    _heading(group, "框架触发词 Frame triggers")
    shown = _names_shown(schema.frames)
    for frame in schema.frames:
        _typed(group, frame, shown)


def _typed(parent: ET.Element, item: EntityType | FrameType, shown: Mapping[str, str]) -> None:
    label = _option(parent, "Label", _Option(item.id, shown[item.id], item.en))
    label.set("hotkey", f"shift+{item.key}" if item.key in _TAKEN else item.key)
    label.set("background", item.colour)


def _zones(parent: ET.Element, schema: Schema) -> None:
    """The kinds of zones that take no annotation; nobody is offered them, but their regions need a control.

    Their keys are ones that nobody presses: the editor gives a key to every label that has none.
    """
    closed = {kind: zone for kind, zone in schema.zones.items() if zone.closed}
    if not closed:
        return
    hidden = ET.SubElement(parent, "View", style="display: none")
    control = ET.SubElement(hidden, "Labels", name=ZONE, toName=TEXT)
    shown = _unmistakable([(kind, zone.zh) for kind, zone in closed.items()])
    for number, (kind, zone) in enumerate(closed.items()):
        label = _option(control, "Label", _Option(kind, shown[kind], zone.en))
        if number < len(_ZONE_KEYS):
            label.set("hotkey", f"ctrl+alt+shift+{_ZONE_KEYS[number]}")
        label.set("background", GREY)


def _names_shown(items: Iterable[EntityType | FrameType]) -> Mapping[str, str]:
    return _unmistakable([(item.id, item.zh) for item in items])


def _unmistakable(names: list[tuple[str, str]]) -> Mapping[str, str]:
    """Names by id, with the id where a name is another's too: the editor finds a label by either."""
    times = Counter(zh for _, zh in names) + Counter(name for name, _ in names)
    return {name: zh if times[zh] == 1 else f"{zh} ({name})" for name, zh in names}


def _option(parent: ET.Element, tag: str, option: _Option) -> ET.Element:
    """Add a label or a choice."""
    made = ET.SubElement(parent, tag)
    shown = _literal(option.zh)
    if option.id in _NO_STRINGS:
        made.set("value", option.id)
    else:
        made.set("value", shown)
        made.set("alias", option.id)
    if option.en:
        made.set("html", f"{html.escape(shown)} <small>{html.escape(option.en)}</small>")
    elif option.id in _NO_STRINGS:
        made.set("html", f"<span>{html.escape(shown)}</span>")
    return made


def _heading(parent: ET.Element, words: str) -> None:
    ET.SubElement(parent, "Header", value=_literal(words), size="5", style=_SMALL)


def _literal(name: str) -> str:
    """A name that the editor shows as it is: what follows a `$` would be looked up in the task."""
    return name.replace("$", "＄")


# --- relations -------------------------------------------------------------------------------------------------------


def _relations(parent: ET.Element, schema: Schema) -> None:
    """The labels of relations, and what they mean, folded up."""
    labels = relation_labels(schema)
    control = ET.SubElement(parent, "Relations")
    for label in labels:
        ET.SubElement(control, "Relation", value=label)
    meanings = _meanings(schema)
    panel = ET.SubElement(ET.SubElement(parent, "Collapse"), "Panel", value="关系名称 Relation labels")
    for label in labels:
        _heading(panel, f"{label}　{meanings[label]}")


def _meanings(schema: Schema) -> Mapping[str, str]:
    """What each label of a relation is called: Chinese with English, or Chinese with the frames that have the role."""
    found = {relation.id: f"{relation.zh} {relation.en}" for relation in schema.relations}
    roles: dict[str, dict[str, list[str]]] = {}
    for frame in schema.frames:
        for name, role in frame.roles.items():
            roles.setdefault(name, {}).setdefault(role.zh, []).append(frame.id)
    said = {name: ", ".join(f"{zh} ({' '.join(of)})" for zh, of in names.items()) for name, names in roles.items()}
    return said | found | {CONTINUES: "接续 next fragment of the same mention"}


# --- attributes ------------------------------------------------------------------------------------------------------


def _attribute(parent: ET.Element, schema: Schema, control: Control) -> None:
    """The control of an attribute, which is there while a region of one of its types is selected."""
    items: dict[str, EntityType | FrameType] = {**schema.entity_types, **schema.frame_types}
    known: Attribute = {**schema.annotation_attributes, **items[control.types[0]].attributes}[control.attribute]
    title = f"{known.zh} {control.attribute}" if known.zh else control.attribute
    group = _for_types(parent, title, control.types)
    if not control.values:
        _textarea(group, control.name, control.types)
        return
    choices = ET.SubElement(group, "Choices", name=control.name, toName=TEXT, choice="single", layout="inline")
    _per_region(choices, control.types)
    for value in dict.fromkeys(control.values):
        _option(choices, "Choice", _Option(value, known.labels.get(value, value)))


def _clusters(parent: ET.Element, schema: Schema) -> None:
    types = tuple(entity.id for entity in schema.entities if entity.clustered)
    if types:
        _textarea(_for_types(parent, "共指簇 cluster", types), CLUSTER, types)


def _for_types(parent: ET.Element, title: str, types: tuple[str, ...]) -> ET.Element:
    group = ET.SubElement(parent, "View", visibleWhen="region-selected", whenLabelValue=",".join(types))
    _heading(group, title)
    return group


def _textarea(parent: ET.Element, name: str, types: tuple[str, ...]) -> None:
    area = ET.SubElement(parent, "TextArea", name=name, toName=TEXT, maxSubmissions="1", editable="true")
    _per_region(area, types)


def _per_region(control: ET.Element, types: tuple[str, ...]) -> None:
    """Bind a control to regions; the editor leaves out its results for regions of other types."""
    control.set("perRegion", "true")
    control.set("visibleWhen", "region-selected")
    control.set("whenLabelValue", ",".join(types))
