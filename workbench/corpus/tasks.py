"""Batches: the folders of `tasks/`, and where in them a document, an annotation or a prediction is.

Owns the layout of a batch folder and the names that may appear in its paths.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

BATCH_FILE = "batch.toml"
"""The file that makes a folder a batch."""

_SETTINGS: dict[str, type] = {"name": str, "schema": str, "blind": bool}
_LONGEST_NAME = 200
_RESERVED = '/\\:*?"<>|'


class Batch(BaseModel):
    """A batch of documents to annotate; `root` is the folder that contains `tasks/`.

    `schema_name` is the schema its annotations are made with; in a `blind` batch annotators do not see each other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    name: str
    schema_name: str = "cppcc_poverty"
    blind: bool = False
