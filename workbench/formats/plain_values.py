"""Values as other programs write them: an amount without a kind, a TIMEX3 string, a place's name beside its code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from schemas import Schema
from workbench.core.values import Value

_VALUE: TypeAdapter[Any] = TypeAdapter(Value)


def normalised(item: dict[str, Any], schema: Schema) -> Iterator[tuple[str, str]]:
    """Make an entity's `value` the kind its type has, in place; yield (field, message) for what cannot be.

    A time takes its TIMEX3 type and modifier from the attributes `ttype` and `mod`, a place its code from `gb2260` and
    `code_revision`; a name of a type without a value becomes the attribute `canonical` where the type has it.
    """
    entity_type = schema.entity_types.get(str(item.get("type")))
    value = item.pop("value", None)
    kind = entity_type.value if entity_type else None
    attributes: dict[str, Any] = item.setdefault("attributes", {})
    if isinstance(value, dict) and "kind" in value:
        item["value"] = value
        return
    content: dict[str, Any] | None = None
    if kind in ("money", "quantity") and isinstance(value, dict):
        content = {"kind": kind, **{name: part for name, part in value.items() if part is not None}}
    elif kind == "time" and isinstance(value, str):
        period = value.startswith("P") and not value.endswith("_REF")
        content = {"kind": kind, "value": value, "type": attributes.pop("ttype", "DURATION" if period else "DATE")}
        if "mod" in attributes:
            content["mod"] = attributes.pop("mod")
    elif kind == "place" and (isinstance(value, str) or "gb2260" in attributes):
        parts = {
            "name": value,
            "code": attributes.pop("gb2260", None),
            "revision": attributes.pop("code_revision", None),
        }
        content = {"kind": kind, **{name: part for name, part in parts.items() if part is not None}}
    elif isinstance(value, str) and entity_type is not None and "canonical" in entity_type.attributes:
        attributes["canonical"] = value
    elif value is not None:
        extra = item.get("extra")
        kept = extra if isinstance(extra, dict) else {} if extra is None else {"extra": extra}
        item["extra"] = {**kept, "value": value}
    if content is not None:
        try:
            _VALUE.validate_python(content)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                yield "value", f"{fault['msg'].removeprefix('Value error, ')} (value {value!r})"
        else:
            item["value"] = content
