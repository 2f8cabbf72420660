"""The workbench's own layers in UIMA, in the shapes that INCEpTION takes for layers.

Spans extend `uima.tcas.Annotation` and have strings as features; relations have `Governor` and `Dependent` besides;
the link type of a slot has `role` and `target` and nothing else. INCEpTION makes these layers itself when
`TypeSystem.xml` is imported in a project's layer settings, and then opens the documents; the order matters, because it
leaves out annotations of layers that it does not have.

An entity or trigger of several fragments is one span a fragment, each with the label, and an arc from the first to each
other one: `EntityPart` and `FramePart`. What a record says of the whole document hangs on a span without width at its
first visible character: INCEpTION makes layers of spans only, and lets annotations begin at visible characters only.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas import Schema
from workbench.core.records import Annotation

PACKAGE = "webanno.custom"
ENTITY = f"{PACKAGE}.Entity"
ENTITY_PART = f"{PACKAGE}.EntityPart"
RELATION = f"{PACKAGE}.Relation"
FRAME = f"{PACKAGE}.Frame"
FRAME_PART = f"{PACKAGE}.FramePart"
LINK = f"{PACKAGE}.FrameArgumentsLink"
ZONE = f"{PACKAGE}.Zone"
DOCUMENT = f"{PACKAGE}.Document"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"

ANNOTATION = "uima.tcas.Annotation"
DOCUMENT_ANNOTATION = "uima.tcas.DocumentAnnotation"
TOP = "uima.cas.TOP"
STRING = "uima.cas.String"
ARRAY = "uima.cas.FSArray"

GOVERNOR = "Governor"
DEPENDENT = "Dependent"
ARGUMENTS = "arguments"
REMAINDER = "remainder"

FIELDS: Mapping[str, str] = {"label": "type", "identifier": "id", "cluster": "cluster", "note": "note"}
"""Features that hold a field of a record as it is, and those fields."""

_SHARED = {
    "label": "type",
    "identifier": "id in the workbench",
    "note": "note of an annotator",
    "score": "score of a prediction",
    REMAINDER: "what else the workbench knows, as JSON",
}
STRINGS: Mapping[str, Mapping[str, str]] = {
    ENTITY: {**_SHARED, "cluster": "cluster of mentions of one thing", "value": "normalised value, as JSON"},
    RELATION: _SHARED,
    FRAME: _SHARED,
    ZONE: {"label": "kind of zone", "note": _SHARED["note"], REMAINDER: _SHARED[REMAINDER]},
    DOCUMENT: {"identifier": "id of the document", "author": "author of the annotation", REMAINDER: _SHARED[REMAINDER]},
}
"""The string features of each layer that do not come from attributes, with what they say."""

ENDS: Mapping[str, str] = {ENTITY_PART: ENTITY, FRAME_PART: FRAME, RELATION: ENTITY}
"""Layers of arcs, and the layer of spans that each connects."""

_DESCRIPTIONS: Mapping[str, str] = {
    ENTITY: "entity, or one fragment of it",
    ENTITY_PART: "from the first fragment of an entity to another one",
    RELATION: "relation from head to tail",
    FRAME: "frame, on its trigger or on one fragment of it",
    FRAME_PART: "from the first fragment of a trigger to another one",
    ZONE: "stretch that is not the report's own text",
    DOCUMENT: "what the workbench says of the whole document",
}
_ATTRIBUTE = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?")
_RESERVED = {
    *(feature for features in STRINGS.values() for feature in features),
    *keyword.kwlist,  # dkpro-cassis makes Python classes whose fields are features
    *("self", "type", "sofa", "begin", "end", "get", "set", "xmiID", ARGUMENTS, GOVERNOR, DEPENDENT),
}
_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def feature_of(attribute: str) -> str | None:
    """The feature that holds an attribute: of the same name, or with `_` where that is taken; None: it has none."""
    if not _ATTRIBUTE.fullmatch(attribute):
        return None
    return f"{attribute}_" if attribute in _RESERVED else attribute


def attribute_of(feature: str) -> str:
    """The inverse of `feature_of`."""
    name = feature.removesuffix("_")
    return name if name in _RESERVED else feature


def impossible_in_xml(words: str) -> Mapping[str, int]:
    """The characters of a string that no XML 1.0 file can hold, each with its first position."""
    found: dict[str, int] = {}
    for match in _IMPOSSIBLE.finditer(words):
        found.setdefault(match.group(), match.start())
    return found


def json_for_xml(plain: Any) -> str:
    """A JSON value on one line, with what XML cannot hold escaped."""
    line = json.dumps(plain, ensure_ascii=False, sort_keys=True)
    return _IMPOSSIBLE.sub(lambda match: f"\\u{ord(match.group()):04x}", line)


class Attributes(NamedTuple):
    """The attributes that are features, for each of the layers that have attributes."""

    entities: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    frames: frozenset[str] = frozenset()

    def together(self, other: Attributes) -> Attributes:
        """Those of both."""
        return Attributes(*(mine | theirs for mine, theirs in zip(self, other, strict=True)))


def attributes_of_schema(schema: Schema | None) -> Attributes:
    """The attributes that a schema knows."""
    if schema is None:
        return Attributes()
    everywhere = set(schema.annotation_attributes)
    kinds = (schema.entities, schema.relations, schema.frames)
    return Attributes(
        *(_features({*everywhere, *(name for kind in some for name in kind.attributes)}) for some in kinds)
    )


def attributes_of_annotation(annotation: Annotation) -> Attributes:
    """The attributes that items of an annotation have."""
    groups = (annotation.entities, annotation.relations, annotation.frames)
    return Attributes(*(_features({name for item in items for name in item.attributes}) for items in groups))


def _features(attributes: set[str]) -> frozenset[str]:
    return frozenset(filter(None, map(feature_of, attributes)))


def type_system(cassis: Any, attributes: Attributes) -> Any:
    """Make the type system with the library: the workbench's layers and the types of DKPro that they need."""
    types = cassis.TypeSystem()
    _add_metadata(types)
    for name, features in STRINGS.items():
        made = types.create_type(name, ANNOTATION, _DESCRIPTIONS[name])
        for feature, description in features.items():
            types.create_feature(made, feature, STRING, description=description)
    for name, attached in ENDS.items():
        if name not in STRINGS:
            types.create_type(name, ANNOTATION, _DESCRIPTIONS[name])
        for feature in (GOVERNOR, DEPENDENT):
            types.create_feature(name, feature, attached)
    for name, some in zip((ENTITY, RELATION, FRAME), attributes, strict=True):
        for feature in sorted(some):
            types.create_feature(name, feature, STRING)
    types.create_type(LINK, TOP)
    types.create_feature(LINK, "role", STRING)
    types.create_feature(LINK, "target", ENTITY)
    types.create_feature(FRAME, ARGUMENTS, ARRAY, elementType=LINK, multipleReferencesAllowed=False)
    return types


def _add_metadata(types: Any) -> None:
    """Add the type that DKPro and INCEpTION keep titles in, feature by feature as they define it."""
    types.create_type(METADATA, DOCUMENT_ANNOTATION)
    for feature in ("documentTitle", "documentId", "documentUri", "collectionId", "documentBaseUri"):
        types.create_feature(METADATA, feature, STRING)
    types.create_feature(METADATA, "isLastSegment", "uima.cas.Boolean")
