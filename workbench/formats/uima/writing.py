"""Writing of UIMA CAS XMI through dkpro-cassis, in the layers that `workbench.formats.uima.layers` describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.records import AnnotatedDocument, Entity, Frame, Relation, Zone
from workbench.core.text import Span
from workbench.formats.contract import WriteSettings, load_library
from workbench.formats.losses import Loss
from workbench.formats.naming import file_stem
from workbench.formats.remainder import document_remainder, lean
from workbench.formats.text_file import writing
from workbench.formats.uima import layers
from workbench.formats.uima.layers import FIELDS, Attributes, feature_of, impossible_in_xml, json_for_xml

TYPE_SYSTEM = "TypeSystem.xml"
"""The file that UIMA's tools keep the type system in, beside the documents."""


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Nothing: all of a document is kept."""
    del document, settings
    yield from ()


def writer(path: Path, settings: WriteSettings) -> XmiWriter:
    """Begin one document (a path that ends in `.xmi`) or a folder; see `XmiWriter`."""
    return XmiWriter(path, settings)


class XmiWriter:
    """Writes each document as `.xmi`, and at the end the types of all of them as `TypeSystem.xml` beside.

    Raises:
        EnvironmentFailure: dkpro-cassis is not installed, or the place is not writable.
    """

    def __init__(self, path: Path, settings: WriteSettings) -> None:
        self._cassis = load_library("cassis", "writing UIMA CAS XMI", "uima")
        self._single = path if path.suffix.lower() == ".xmi" else None
        self._folder = path.parent if self._single else path
        self._known = layers.attributes_of_schema(settings.schema)
        self._met = self._known
        self._type_systems: dict[Attributes, Any] = {}
        self._written: dict[Path, str] = {}
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=self._single is not None)

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            FaultyData: its text is not known or holds what XML cannot, or another document has its id.
            UsageMistake: it is the second one for a path that takes one.
            EnvironmentFailure: the place is not writable.
        """
        text = _text_of(document)
        path = self._single or self._folder / f"{file_stem(document.doc_id)}.xmi"
        if self._single and self._written:
            raise UsageMistake(f"{path.name}: an .xmi file holds one document; give a folder for several")
        if path in self._written:
            message = f"two documents have the id {document.doc_id!r}; write them to two folders"
            raise FaultyData([Fault(message, "doc_id", rule="ids")])
        attributes = self._known.together(layers.attributes_of_annotation(document.annotation))
        self._met = self._met.together(attributes)
        cas = _DocumentCas(self._cassis, self._type_system(attributes), document, text).cas
        with writing(path):
            cas.to_xmi(path, pretty_print=True)
        self._written[path] = document.doc_id

    def close(self) -> None:
        """Write `TypeSystem.xml`.

        Raises:
            UsageMistake: the path takes one document and none came, or another type system is there already.
            EnvironmentFailure: the place is not writable.
        """
        if self._single and not self._written:
            raise UsageMistake(f"{self._single.name}: an .xmi file holds one document; there is none; give a folder")
        path = self._folder / TYPE_SYSTEM
        content = self._type_system(self._met).to_xml().encode()
        with writing(path):
            if path.exists() and path.read_bytes() != content:
                raise UsageMistake(f"{path}: other documents' type system is there already; write to another folder")
            path.write_bytes(content)

    def _type_system(self, attributes: Attributes) -> Any:
        if attributes not in self._type_systems:
            self._type_systems[attributes] = layers.type_system(self._cassis, attributes)
        return self._type_systems[attributes]


def _text_of(document: AnnotatedDocument) -> str:
    """The text, when there is one that XML can hold."""
    if document.text is None:
        message = f"document {document.doc_id!r} has no text, which XMI needs; convert from a batch or a release"
        raise FaultyData([Fault(message, "text", rule="text")])
    impossible = impossible_in_xml(document.text)
    if impossible:
        raise FaultyData(
            Fault(
                f"document {document.doc_id!r} has U+{ord(character):04X} at {position}, which XML cannot hold; "
                "remove it from the text, or write another format",
                "text",
                rule="text",
            )
            for character, position in impossible.items()
        )
    return document.text


class _DocumentCas:
    """One document as a CAS of the library."""

    def __init__(self, cassis: Any, types: Any, document: AnnotatedDocument, text: str) -> None:
        self.cas = cassis.Cas(types, sofa_string=text)
        self._types = types
        self._text = text
        self._document = document
        self._spans: dict[str, Any] = {}
        annotation = document.annotation
        self._describe_document()
        for entity in annotation.entities:
            self._add_entity(entity)
        for relation in annotation.relations:
            self._add_relation(relation)
        for frame in annotation.frames:
            self._add_frame(frame)
        for zone in document.zones:
            self._add_zone(zone)

    def _add(self, layer: str, span: Span, features: Mapping[str, Any]) -> Any:
        made = self._types.get_type(layer)(begin=span.start, end=span.end, **features)
        self.cas.add(made)
        return made

    def _describe_document(self) -> None:
        document = self._document
        doc_id = {} if impossible_in_xml(document.doc_id) else {"documentId": document.doc_id}
        title = {"documentTitle": document.doc_id} if doc_id else {}
        self._add(layers.METADATA, Span(0, len(self._text)), {**doc_id, **title})
        plain = document_remainder(document)
        plain.pop("zones", None)
        rest: dict[str, Any] = {
            "doc_id": document.doc_id,
            "author": plain.pop("author", None),
            "document": plain,
            "frames": [lean(frame) for frame in document.annotation.frames if frame.trigger is None],
        }
        features = _moved(rest, {"identifier": "doc_id", "author": "author"})
        visible = len(self._text) - len(self._text.lstrip()) if self._text.strip() else 0
        self._add(layers.DOCUMENT, Span(visible, visible), {**features, **_remainder(rest)})

    def _add_entity(self, entity: Entity) -> None:
        plain = lean(entity, "fragments", "text")
        features = _common(plain)
        if "value" in plain:
            features["value"] = json_for_xml(plain.pop("value"))
        self._spans[entity.id] = self._add_parts(
            layers.ENTITY, layers.ENTITY_PART, entity.fragments, {**features, **_remainder(plain)}
        )

    def _add_parts(self, layer: str, arcs: str, fragments: Sequence[Span], features: Mapping[str, Any]) -> Any:
        """Add one span for each fragment, and arcs from the first, which has all features."""
        first = self._add(layer, fragments[0], features)
        label = {name: value for name, value in features.items() if name == "label"}
        for fragment in fragments[1:]:
            part = self._add(layer, fragment, label)
            self._add(arcs, fragment, {layers.GOVERNOR: first, layers.DEPENDENT: part})
        return first

    def _add_relation(self, relation: Relation) -> None:
        plain = lean(relation, "head", "tail")
        features = _common(plain)
        head, tail = self._spans[relation.head], self._spans[relation.tail]
        where = Span(tail.begin, tail.end)  # INCEpTION refuses a relation that does not lie on its target
        ends = {layers.GOVERNOR: head, layers.DEPENDENT: tail}
        self._add(layers.RELATION, where, {**ends, **features, **_remainder(plain)})

    def _add_frame(self, frame: Frame) -> None:
        if frame.trigger is None:
            return
        plain = lean(frame, "trigger", "arguments")
        features = _common(plain)
        link = self._types.get_type(layers.LINK)
        links = []
        for argument in frame.arguments:
            role = None if impossible_in_xml(argument.role) else argument.role
            links.append(link(role=role, target=self._spans[argument.entity]))
            if role is None or argument.extra:
                plain["arguments"] = [lean(one) for one in frame.arguments]
        if links:
            features[layers.ARGUMENTS] = self._types.get_type(layers.ARRAY)(elements=links)
        if frame.trigger.extra:
            plain["trigger"] = lean(frame.trigger)["extra"]
        self._add_parts(layers.FRAME, layers.FRAME_PART, frame.trigger.fragments, {**features, **_remainder(plain)})

    def _add_zone(self, zone: Zone) -> None:
        plain = lean(zone, "start", "end")
        features = _moved(plain, {"label": "kind", "note": "note"})
        self._add(layers.ZONE, zone.span, {**features, **_remainder(plain)})


def _common(plain: dict[str, Any]) -> dict[str, Any]:
    """Take the fields out of a plain item that its features hold, and give those features."""
    features = _moved(plain, FIELDS)
    if "score" in plain:
        features["score"] = json_for_xml(plain.pop("score"))
    for name, value in list(plain.get("attributes", {}).items()):
        feature = feature_of(name)
        if feature is not None and not impossible_in_xml(value):
            features[feature] = value
            del plain["attributes"][name]
    return features


def _moved(plain: dict[str, Any], fields: Mapping[str, str]) -> dict[str, Any]:
    """Take the strings out that XML can hold, by their features."""
    held = {
        feature: plain[field]
        for feature, field in fields.items()
        if plain.get(field) is not None and not impossible_in_xml(plain[field])
    }
    for feature in held:
        del plain[fields[feature]]
    return held


def _remainder(plain: Mapping[str, Any]) -> dict[str, str]:
    """The feature that holds what is left, if anything is."""
    left = {name: value for name, value in plain.items() if value not in (None, {}, [])}
    return {layers.REMAINDER: json_for_xml(left)} if left else {}
