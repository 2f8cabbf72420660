"""What a format has no field for, as plain JSON that it can carry in one place, and back.

Lossless formats keep the remainder of a document, and of each item, in whatever free place they offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from workbench.core.records import AnnotatedDocument, Annotation, Zone
from workbench.core.values import Value

_VALUE: TypeAdapter[Value] = TypeAdapter(Value)
_ZONES = TypeAdapter(tuple[Zone, ...])
_NOTHING: tuple[Any, ...] = ({}, [], {"parameters": {}})
_SAID = ("author", "made_with", "text_sha256", "finished_layers", "provenance", "extra")


def lean(record: BaseModel, *leave_out: str) -> dict[str, Any]:
    """A record as plain JSON without the fields that say nothing, and without those named."""
    return without_nothing(record.model_dump(mode="json", exclude_none=True, exclude=set(leave_out)))


def without_nothing(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record, as plain JSON, that say something."""
    return {name: value for name, value in plain.items() if value not in _NOTHING}


def value_to_json(value: Value) -> dict[str, Any]:
    """A normalised value as plain JSON, with its kind."""
    plain: dict[str, Any] = value.model_dump(mode="json", exclude_none=True)
    return plain


def value_from_json(plain: Any) -> Value:
    """The inverse of `value_to_json`.

    Raises:
        pydantic.ValidationError: it is no value.
    """
    return _VALUE.validate_python(plain)


def document_remainder(document: AnnotatedDocument) -> dict[str, Any]:
    """All that is said of a document besides id, text and items: author, schema, layers, zones, further keys."""
    header = document.annotation.model_dump(mode="json", exclude_none=True, include=set(_SAID))
    said = without_nothing(header)
    if "made_with" in said:
        said["schema"] = said.pop("made_with")
    if document.annotation.finished_layers == ():
        said["finished_layers"] = []
    if document.zones:
        said["zones"] = [lean(zone) for zone in document.zones]
    return said


def with_remainder(document: AnnotatedDocument, remainder: Mapping[str, Any]) -> AnnotatedDocument:
    """The document with what `document_remainder` had kept of it.

    Raises:
        pydantic.ValidationError: the remainder is not what `document_remainder` makes.
    """
    said = dict(remainder)
    zones = _ZONES.validate_python(said.pop("zones")) if "zones" in said else document.zones
    if "schema" in said:
        said["made_with"] = said.pop("schema")
    annotation = document.annotation
    header = Annotation.model_validate({"doc_id": annotation.doc_id, **said})
    fields = {name: getattr(header, name) for name in _SAID if name in said}
    return document._replace(annotation=annotation.model_copy(update=fields), zones=zones)
