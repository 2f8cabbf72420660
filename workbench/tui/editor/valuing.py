"""Normalised values as one line that can be read and edited."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter, ValidationError

from workbench.core.errors import UsageMistake
from workbench.core.values import Value

_VALUE: TypeAdapter[Any] = TypeAdapter(Value)
_FIRST = {"money": "value", "quantity": "value", "time": "value", "place": "name"}


def shown_value(value: Value | None) -> str:
    """A value as `name=content` pairs with spaces between; `parse_value` reads it back."""
    if value is None:
        return ""
    fields = value.model_dump(exclude_none=True, exclude={"kind"})
    if fields.get("mod") == "EXACT":
        del fields["mod"]
    if value.kind == "money":
        del fields["unit"]
    return " ".join(f"{name}={content}" for name, content in fields.items())


def parse_value(line: str, kind: str | None) -> Value | None:
    """Read a value of a kind (`money`, `quantity`, `time`, `place`); None for an empty line.

    A part without a name is the first field: `2100000` is `value=2100000`.

    Raises:
        UsageMistake: it is no value of this kind; all faults.
    """
    fields: dict[str, Any] = {"kind": kind}
    for part in line.split():
        name, given, content = part.partition("=")
        if not given:
            name, content = _FIRST[kind or "time"], part
        fields[name] = content
    if len(fields) == 1:
        return None
    try:
        made: Value = _VALUE.validate_python(fields)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors(include_url=False))
        raise UsageMistake("; ".join(faults)) from None
    return made
