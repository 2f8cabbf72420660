"""What is remembered of a document's task: all that has no place in annotations, and what both sides last agreed on.

One file for each document, `tasks/<batch>/studio/<id>.json`. It holds verbatim what is no answer (drafts, skipped
tasks) or could not be read; without it nothing is lost, but what changed since the last pull is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.core.errors import FaultyData
from workbench.core.files import canonical_json, read_json, write_text
from workbench.core.records import record_faults
from workbench.corpus.tasks import Batch, check_name


class Agreed(BaseModel):
    """What file and server said of one annotator's annotation when they were last brought together.

    `file_sha256` is the hash of the annotator's file, `answer_sha256` that of the file which the server's side makes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    annotation: int
    file_sha256: str
    answer_sha256: str


class Memory(BaseModel):
    """What is remembered of a task of a project (`project` is its address)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    task: int
    agreed: Mapping[str, Agreed] = Field(default_factory=dict)
    annotations: tuple[Mapping[str, Any], ...] = ()
    drafts: tuple[Mapping[str, Any], ...] = ()


def memory_folder(batch: Batch) -> Path:
    """Where the files are."""
    return batch.folder / "studio"


def memory_file(batch: Batch, doc_id: str) -> Path:
    """Where the file of a document is, whether or not it exists."""
    return memory_folder(batch) / f"{check_name('document', doc_id)}.json"


def recall(batch: Batch, doc_id: str, project: str) -> Memory | None:
    """What is remembered of a document's task in a project; None: nothing, or only of another project.

    Raises:
        FaultyData: the file is broken.
        EnvironmentFailure: it may not be read.
    """
    path = memory_file(batch, doc_id)
    if not path.exists() or not path.stat().st_size:  # empty after a crash of the machine
        return None
    try:
        memory = Memory.model_validate(read_json(path))
    except ValidationError as error:
        advice = f"{path}: not a memory of the bridge; delete it and pull again"
        raise FaultyData(record_faults(error, path), advice) from None
    return memory if memory.project == project else None


def remember(batch: Batch, doc_id: str, memory: Memory) -> bool:
    """Keep what is to be remembered; tell whether that is anything new.

    Raises:
        EnvironmentFailure: the place is not writable.
    """
    path = memory_file(batch, doc_id)
    content = canonical_json(memory.model_dump(mode="json"))
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return False
    write_text(path, content, durable=False)
    return True


def with_agreed(memory: Memory | None, project: str, task: int, name: str, agreed: Agreed) -> Memory:
    """The memory with what both sides now agree on for one annotator."""
    known = memory or Memory(project=project, task=task)
    return known.model_copy(update={"task": task, "agreed": {**known.agreed, name: agreed}})
