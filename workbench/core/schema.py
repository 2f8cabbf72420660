"""Open a schema with the workbench's errors, and stamp annotations with it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import schemas
from schemas.load import schema_file
from schemas.reference import describe
from workbench import DEFAULT_SCHEMA
from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake, nearest
from workbench.core.records import SchemaStamp


@lru_cache
def open_schema(name: str = DEFAULT_SCHEMA) -> schemas.Schema:
    """Read an installed schema by name or id, or any schema by the path of its folder or file.

    Raises:
        UsageMistake: there is no such schema.
        FaultyData: the schema has faults; all are listed with their lines.
    """
    try:
        return schemas.load(name)
    except schemas.SchemaFaulty as error:
        raise FaultyData(schema_faults(error.file, error.faults)) from None
    except PermissionError as error:
        raise EnvironmentFailure(f"{name}: cannot be read ({error.strerror})") from None
    except OSError:
        raise UsageMistake(f"{name}: no such schema{nearest(name, schemas.installed())}") from None


def check_schema_examples(name: str, texts: dict[str, str]) -> tuple[Fault, ...]:
    """List the examples of a schema that do not occur in the clean text of the report they name."""
    file = schema_file(name)
    return schema_faults(file, schemas.check_examples(open_schema(name), texts, file))


def schema_faults(file: Path, faults: tuple[schemas.SchemaFault, ...] | list[schemas.SchemaFault]) -> tuple[Fault, ...]:
    """Turn a schema's faults into the workbench's."""
    return tuple(Fault(fault.message, fault.path, file, fault.line, "schema") for fault in faults)


def describe_type(schema: schemas.Schema, name: str) -> str:
    """All the schema says of one entity, relation or frame type.

    Raises:
        UsageMistake: the schema has no such type.
    """
    known: dict[str, schemas.EntityType | schemas.RelationType | schemas.FrameType] = {
        **schema.entity_types,
        **schema.relation_types,
        **schema.frame_types,
    }
    if name.upper() not in known:
        raise UsageMistake(f"{schema.id} has no type {name!r}{nearest(name.upper(), known)}")
    return describe(known[name.upper()])


def stamp(schema: schemas.Schema) -> SchemaStamp:
    """The stamp that an annotation made with `schema` carries."""
    return SchemaStamp(id=schema.id, version=schema.version, hash=schema.hash)
