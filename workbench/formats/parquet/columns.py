"""The columns: what they hold, as Arrow and as Hugging Face `datasets` say it, and whether a file's are these."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from workbench.core.errors import Fault, FaultyData

Shape: TypeAlias = "str | list[Shape] | dict[str, Shape]"
"""What a column holds: the name of a type, a list of something, or named parts."""

_FRAGMENTS: Shape = [{"start": "int64", "end": "int64"}]
_ABOUT: dict[str, Shape] = {
    "attributes": [{"key": "string", "value": "string"}],
    "note": "string",
    "score": "float64",
    "extra": "string",
}
_ENTITY: dict[str, Shape] = {
    "id": "string",
    "type": "string",
    "fragments": _FRAGMENTS,
    "text": "string",
    "value": "string",
    "cluster": "string",
    **_ABOUT,
}
_TRIGGER: dict[str, Shape] = {"fragments": _FRAGMENTS, "text": "string", "extra": "string"}

COLUMNS: Mapping[str, Shape] = {
    "doc_id": "string",
    "text": "string",
    "entities": [_ENTITY],
    "relations": [{"id": "string", "type": "string", "head": "string", "tail": "string", **_ABOUT}],
    "frames": [
        {
            "id": "string",
            "type": "string",
            "trigger": _TRIGGER,
            "arguments": [{"role": "string", "entity": "string", "extra": "string"}],
            **_ABOUT,
        }
    ],
    "zones": [{"kind": "string", "start": "int64", "end": "int64", "note": "string", "extra": "string"}],
    "author": "string",
    "schema": {"id": "string", "version": "string", "hash": "string"},
    "text_sha256": "string",
    "finished_layers": ["string"],
    "provenance": "string",
    "extra": "string",
}

SYNONYMS: Mapping[str, str] = {"events": "frames"}
"""Names of columns in files made from plain JSON lines."""

_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "entities": ("type", "fragments"),
    "relations": ("type", "head", "tail"),
    "frames": ("type",),
    "frames[].trigger": ("fragments",),
    "frames[].arguments": ("role", "entity"),
    "zones": ("kind", "start", "end"),
}
_ROW_NUMBER = re.compile(r"__index_level_\d+__")  # as pandas writes them
_NEEDED: Mapping[str, str] = {"string": "strings", "int64": "integers", "float64": "numbers"}


# --- the columns that are written ------------------------------------------------------------------------------------


def arrow_schema(pa: Any) -> Any:
    """The Arrow schema of all columns, with the features that `datasets` looks for."""
    fields = [(name, _arrow(pa, shape)) for name, shape in COLUMNS.items()]
    features = {name: _feature(shape) for name, shape in COLUMNS.items()}
    return pa.schema(fields, metadata={"huggingface": json.dumps({"info": {"features": features}})})


def _arrow(pa: Any, shape: Shape) -> Any:
    if isinstance(shape, str):
        return {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64()}[shape]
    if isinstance(shape, list):
        return pa.list_(_arrow(pa, shape[0]))
    return pa.struct([(name, _arrow(pa, part)) for name, part in shape.items()])


def _feature(shape: Shape) -> Any:
    """A feature in JSON; lists as lists, since versions of `datasets` before 4 do not know the type `List`."""
    if isinstance(shape, str):
        return {"dtype": shape, "_type": "Value"}
    if isinstance(shape, list):
        return [_feature(shape[0])]
    return {name: _feature(part) for name, part in shape.items()}


def yaml_lines(parts: Mapping[str, Shape] = COLUMNS, indent: str = "") -> Iterator[str]:
    """The features as a dataset card has them."""
    for name, shape in parts.items():
        yield f"{indent}- name: {name}"
        inner = shape[0] if isinstance(shape, list) else shape
        if isinstance(inner, dict):
            yield f"{indent}  {'list' if isinstance(shape, list) else 'struct'}:"
            yield from yaml_lines(inner, f"{indent}  ")
        else:
            yield f"{indent}  {'list' if isinstance(shape, list) else 'dtype'}: {inner}"


# --- the columns of a file -------------------------------------------------------------------------------------------


def check_columns(schema: Any, types: Any, source: Path) -> None:
    """Compare a file's columns with those that are needed; `types` is `pyarrow.types`.

    Raises:
        FaultyData: columns are missing, stand there twice, or hold something else; all faults are listed.
    """
    names = [_column(name) for name in schema.names]
    twice = sorted({name for name in names if names.count(name) > 1})
    if "doc_id" not in names or not {"text", "entities"} & set(names):
        there = ", ".join(schema.names) or "none"
        message = f"the columns doc_id, and text or entities, are needed; there are: {there}"
        raise FaultyData([Fault(message, source=source, rule="columns")])
    faults = [
        Fault("two columns have this name (or mean the same); rename one", name, rule="columns") for name in twice
    ]
    for field in schema:
        name = _column(field.name)
        if name in COLUMNS:
            faults += _misfits(types, field.type, COLUMNS[name], name)
    if faults:
        raise FaultyData(fault._replace(source=source) for fault in faults)


def _column(name: str) -> str:
    return SYNONYMS.get(name, name)


def _misfits(types: Any, kind: Any, shape: Shape, path: str) -> Iterator[Fault]:
    """Faults where a type is not of a shape, nor another way to say the same."""
    kind = _bare(types, kind)
    if types.is_null(kind) or _says_as_well(types, kind, path.rpartition(".")[2]):
        return
    if isinstance(shape, str):
        if not _is_scalar(types, kind, shape):
            yield _misfit(kind, path, _NEEDED[shape])
    elif isinstance(shape, list):
        if not _is_list(types, kind):
            yield _misfit(kind, path, "lists")
            return
        inner = _bare(types, kind.value_type)
        if isinstance(shape[0], dict) and types.is_struct(inner):
            yield from _part_misfits(types, inner, shape[0], path, "[]")
        else:
            yield from _misfits(types, inner, shape[0], f"{path}[]")
    elif types.is_struct(kind):
        yield from _part_misfits(types, kind, shape, path, "")
    else:
        yield _misfit(kind, path, "structures")


def _part_misfits(types: Any, kind: Any, shape: Mapping[str, Shape], path: str, suffix: str) -> Iterator[Fault]:
    parts = {field.name: field.type for field in kind}
    wanted = {**shape, "start": "int64", "end": "int64"} if "fragments" in shape else shape
    for name in _REQUIRED.get(path, ()):
        if name not in parts and not (name == "fragments" and {"start", "end"} <= set(parts)):
            there = ", ".join(parts) or "nothing"
            also = " (or start and end)" if name == "fragments" else ""
            yield Fault(f"{name}{also} is needed in each of them; there is: {there}", path, rule="columns")
    for name, part in parts.items():
        if name in wanted:
            yield from _misfits(types, part, wanted[name], f"{path}{suffix}.{name}")


def _says_as_well(types: Any, kind: Any, name: str) -> bool:
    """Tell whether a type is another way to give fragments, attributes, or what is written in JSON."""
    if name == "fragments":
        return (
            _is_list(types, kind)
            and _is_list(types, _bare(types, kind.value_type))
            and types.is_integer(_bare(types, kind.value_type).value_type)
        )
    if name == "attributes":
        return bool(types.is_struct(kind) or types.is_map(kind))
    return name in ("value", "extra", "provenance") and bool(types.is_struct(kind))


def _is_scalar(types: Any, kind: Any, name: str) -> bool:
    if name == "string":
        return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))
    return bool(types.is_integer(kind) or (name == "float64" and types.is_floating(kind)))


def _is_list(types: Any, kind: Any) -> bool:
    tests = (types.is_list, types.is_large_list, types.is_fixed_size_list, types.is_list_view, types.is_large_list_view)
    return any(test(kind) for test in tests)


def _bare(types: Any, kind: Any) -> Any:
    """The type behind a dictionary of repeated values, or behind an extension of another type."""
    if hasattr(kind, "storage_type"):
        return _bare(types, kind.storage_type)
    return _bare(types, kind.value_type) if types.is_dictionary(kind) else kind


def _misfit(kind: Any, path: str, needed: str) -> Fault:
    return Fault(f"holds {kind}, where {needed} are needed", path, rule="columns")


def readable_columns(schema: Any, types: Any) -> tuple[list[str], list[str]]:
    """Names of a file's columns to be read, and of further ones that JSON could not keep; row numbers are neither."""
    said = [field for field in schema if not _ROW_NUMBER.fullmatch(field.name)]
    read = [field.name for field in said if _column(field.name) in COLUMNS or _fits_json(types, field.type)]
    return read, [field.name for field in said if field.name not in read]


def _fits_json(types: Any, kind: Any) -> bool:
    kind = _bare(types, kind)
    if types.is_struct(kind):
        return all(_fits_json(types, field.type) for field in kind)
    if types.is_map(kind):
        return _fits_json(types, kind.key_type) and _fits_json(types, kind.item_type)
    if _is_list(types, kind):
        return _fits_json(types, kind.value_type)
    scalar = types.is_null(kind) or types.is_boolean(kind)
    return scalar or _is_scalar(types, kind, "string") or _is_scalar(types, kind, "float64")
