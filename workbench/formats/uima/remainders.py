"""What the workbench has written as JSON into features, read back; what cannot be read is a fault, and left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import parse_json
from workbench.core.records import Argument, Frame, record_faults
from workbench.core.values import Value
from workbench.formats.remainder import value_from_json
from workbench.formats.uima.layers import REMAINDER
from workbench.formats.uima.structures import Structure


class ItemRemainder(BaseModel):
    """What an entity, a relation, a frame or a zone has besides its other features."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str | None = None
    type: str | None = None
    kind: str | None = None
    cluster: str | None = None
    note: str | None = None
    attributes: Mapping[str, str] = Field(default_factory=dict)
    extra: Mapping[str, Any] = Field(default_factory=dict)
    trigger: Mapping[str, Any] = Field(default_factory=dict)
    arguments: tuple[Argument, ...] = ()


class DocumentRemainder(BaseModel):
    """What is said of a whole document, and the frames that have no trigger to hang on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    doc_id: str | None = None
    author: str | None = None
    document: Mapping[str, Any] = Field(default_factory=dict)
    frames: tuple[Frame, ...] = ()


_Model = TypeVar("_Model", ItemRemainder, DocumentRemainder)


class Place(NamedTuple):
    """Where a fault is: the file, and the path of an item in the record."""

    source: Path
    path: str


def read_remainder(structure: Structure, model: type[_Model], place: Place, faults: list[Fault]) -> _Model:
    """The remainder that a structure carries; an empty one when it has none that can be read."""
    plain = _parsed(structure, REMAINDER, place, faults)
    try:
        return model() if plain is None else model.model_validate(plain)
    except ValidationError as error:
        path = f"{place.path}.{REMAINDER}"
        for fault in record_faults(error, place.source, structure.line):
            faults.append(fault._replace(path=f"{path}.{fault.path}".removesuffix(".")))
    return model()


def read_score(structure: Structure, place: Place, faults: list[Fault]) -> float | None:
    """The score that a structure carries, if it is a number."""
    plain = _parsed(structure, "score", place, faults)
    if plain is None or (isinstance(plain, (int, float)) and not isinstance(plain, bool)):
        return plain
    faults.append(Fault("is no number", f"{place.path}.score", place.source, structure.line, "record"))
    return None


def read_value(structure: Structure, place: Place, faults: list[Fault]) -> Value | None:
    """The normalised value that a structure carries, if it is one."""
    plain = _parsed(structure, "value", place, faults)
    try:
        return None if plain is None else value_from_json(plain)
    except ValidationError as error:
        for fault in record_faults(error, place.source, structure.line):
            faults.append(fault._replace(path=f"{place.path}.value.{fault.path}".removesuffix(".")))
    return None


def _parsed(structure: Structure, feature: str, place: Place, faults: list[Fault]) -> Any:
    """The JSON value of a feature; None when it has none, or none that can be read."""
    words = structure.values.get(feature, "")
    if not words.strip():
        return None
    try:
        return parse_json(words, place.source, structure.line)
    except FaultyData as error:
        faults += (fault._replace(path=f"{place.path}.{feature}") for fault in error.faults)
    return None
