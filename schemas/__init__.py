"""The annotation schemas: what may be labelled, and by which rules.

`model` says what a schema is, `load` reads one from its folder and reports every fault with its line.
Each schema is a folder: `schema.yaml`, `GUIDELINES.md` and `migrations/`.
A schema knows nothing of files with annotations, screens or scores; all of those are generated from it.
"""

from schemas.load import SchemaFault, SchemaFaulty, check_examples, installed, load
from schemas.model import (
    Attribute,
    EntityType,
    Example,
    FrameType,
    Layer,
    RelationType,
    Role,
    Schema,
    ZoneKind,
)

__all__ = [
    "Attribute",
    "EntityType",
    "Example",
    "FrameType",
    "Layer",
    "RelationType",
    "Role",
    "Schema",
    "SchemaFault",
    "SchemaFaulty",
    "ZoneKind",
    "check_examples",
    "installed",
    "load",
]
