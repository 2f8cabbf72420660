"""The types of a UIMA type system, sorted by what annotations of them are for us.

Which types are which is decided by their features and supertypes, as INCEpTION does it: relations have `Governor` and
`Dependent`, frames have slots (arrays of links with `role` and `target`), other spans are entities. Left out are spans
that only divide or describe the text: those under `SEGMENTATION`.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import read_bytes
from workbench.formats.contract import load_library
from workbench.formats.uima import layers
from workbench.formats.uima.layers import DEPENDENT, GOVERNOR
from workbench.formats.uima.safe_xml import parse_xml

SEGMENTATION = (
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.",  # Token, Sentence, Lemma, Stem, Paragraph, Heading …
    "de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.",  # POS and its subtypes, MorphologicalFeatures
    "de.tudarmstadt.ukp.dkpro.core.api.syntax.type.",  # Dependency, Constituent, Chunk, PennTree
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.TagDescription",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.TagsetDescription",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",  # CASMetadata, LayerDefinition, FeatureDefinition
    "org.dkpro.core.api.pdf.type.",
    "org.dkpro.core.api.xml.type.",
)
"""Beginnings of the names of types that are no annotations of ours; so are all subtypes of such a type."""

Kind = Literal["entity", "relation", "frame", "part", "zone", "document", "metadata", "chain", "segmentation", "other"]
"""What a type is for us: `part` joins fragments, `metadata` is of the document, a `chain` makes a cluster."""

Range = Literal["value", "values", "links"]
"""What a feature holds: a string (number, truth value), several of them, or references to other structures."""

_ANNOTATION_BASE = "uima.cas.AnnotationBase"
_BUILT_IN = ("sofa", "begin", "end")
_OWN: Mapping[str, Kind] = {
    layers.ENTITY: "entity",
    layers.RELATION: "relation",
    layers.FRAME: "frame",
    layers.ZONE: "zone",
    layers.DOCUMENT: "document",
}


class LayerType(NamedTuple):
    """A type: its name, what it is for us, what its features hold, and which of them are slots.

    `own` tells that it is a layer of the workbench, with all of its features.
    """

    name: str
    kind: Kind
    own: bool
    ranges: Mapping[str, Range]
    slots: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name without its package."""
        return self.name.rpartition(".")[2]


class TypeSystem:
    """The types of one `TypeSystem.xml`."""

    def __init__(self, loaded: Any) -> None:
        self._loaded = loaded
        self._known: dict[str, LayerType | None] = {}

    def get(self, name: str) -> LayerType | None:
        """The type of a full name, if there is one."""
        if name not in self._known:
            there = self._loaded.contains_type(name, match_exactly=True)
            self._known[name] = self._described(self._loaded.get_type(name, match_exactly=True)) if there else None
        return self._known[name]

    def _described(self, found: Any) -> LayerType:
        features = _by_name(found.all_features)
        ranges = {name: self._range(found, feature) for name, feature in features.items() if name not in _BUILT_IN}
        slots = tuple(name for name, feature in features.items() if self._is_slot(feature))
        own = found.name in layers.STRINGS and features.keys() >= layers.STRINGS[found.name].keys()
        return LayerType(found.name, self._kind(found, features, slots, own), own, ranges, slots)

    def _kind(self, found: Any, features: Mapping[str, Any], slots: tuple[str, ...], own: bool) -> Kind:
        supertypes = _supertypes(found)
        if any(name.startswith(SEGMENTATION) for name in supertypes):
            return "segmentation"
        if layers.ANNOTATION in supertypes and layers.DOCUMENT_ANNOTATION not in supertypes:
            return _OWN[found.name] if own else _kind_of_span(found.name, features, slots)
        if layers.ANNOTATION in supertypes or _ANNOTATION_BASE in supertypes:
            return "chain" if self._is_chain(features) else "metadata"
        return "other"

    def _range(self, owner: Any, feature: Any) -> Range:
        if self._loaded.is_primitive_collection(owner) and feature.name == "elements":
            return "values"
        if self._loaded.is_primitive(feature.rangeType):
            return "value"
        inline = self._loaded.is_primitive_collection(feature.rangeType) and not feature.multipleReferencesAllowed
        return "values" if inline else "links"

    def _is_slot(self, feature: Any) -> bool:
        return feature.rangeType.name == layers.ARRAY and {"role", "target"} <= self._features_of(feature.elementType)

    def _is_chain(self, features: Mapping[str, Any]) -> bool:
        """Tell whether structures have a first link, which has a next one: so WebAnno writes coreference."""
        return "first" in features and "next" in self._features_of(features["first"].rangeType)

    def _features_of(self, named: Any) -> set[str]:
        """The features of a type that a feature names; what the library keeps there is the type without any."""
        if named is None:
            return set()
        return {feature.name for feature in self._loaded.get_type(named.name, match_exactly=True).all_features}


def _kind_of_span(name: str, features: Mapping[str, Any], slots: tuple[str, ...]) -> Kind:
    if {GOVERNOR, DEPENDENT} <= features.keys():
        return "part" if name in (layers.ENTITY_PART, layers.FRAME_PART) else "relation"
    return "frame" if slots else "entity"


def _supertypes(found: Any) -> list[str]:
    """The names of a type and of all types above it."""
    names = []
    while found is not None:
        names.append(found.name)
        found = found.supertype
    return names


def _by_name(features: Iterable[Any]) -> dict[str, Any]:
    """Features by their names in files; the library calls those `self_` and `type_` that Python cannot name."""
    found = {feature.name: feature for feature in features}
    return {**{name[:-1]: found[name] for name in ("self_", "type_") if name in found}, **found}


def _refuse_incomplete(loaded: Any) -> None:
    """Raise what is wrong with features that the library takes as they are."""
    for described in loaded.get_types():
        for feature in described.features:
            if not feature.name or feature.rangeType is None:
                raise ValueError(f"a feature of {described.name} has no name or no rangeTypeName")


def read_type_system(path: Path) -> TypeSystem:
    """Read a `TypeSystem.xml`.

    Raises:
        FaultyData: it is no type system, or one that contradicts itself or lacks a type.
        EnvironmentFailure: it may not be read, or dkpro-cassis is not installed.
    """
    cassis = load_library("cassis", "reading UIMA CAS XMI", "uima")
    content = read_bytes(path)
    if not parse_xml(content, path).tag.endswith("}typeSystemDescription"):
        message = "not a UIMA type system: its root is not typeSystemDescription"
        raise FaultyData([Fault(message, source=path, line=1, rule="types")])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of features that are defined twice in the same way
            loaded = cassis.load_typesystem(io.BytesIO(content))
        _refuse_incomplete(loaded)
        return TypeSystem(loaded)
    except KeyError as error:
        message = f"the type {error.args[0]} is used and not defined; export the type system again with all its types"
    except cassis.typesystem.TypeNotFoundError as error:
        message = f"not a type system that can be read: {error.message}"
    except (ValueError, TypeError, AttributeError) as error:
        message = f"not a type system that can be read: {error}"
    raise FaultyData([Fault(message, source=path, rule="types")])
