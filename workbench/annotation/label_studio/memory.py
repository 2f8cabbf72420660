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
from workbench.corpus.documents import entries
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
    """What is remembered of a document's task in one project."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: int
    agreed: Mapping[str, Agreed] = Field(default_factory=dict)
    annotations: tuple[Mapping[str, Any], ...] = ()
    drafts: tuple[Mapping[str, Any], ...] = ()


class _File(BaseModel):
    """The file of a document: what is remembered of its task in each project, by the project's address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    projects: Mapping[str, Memory]


def memory_folder(batch: Batch) -> Path:
    """Where the files are."""
    return batch.folder / "studio"


def memory_file(batch: Batch, doc_id: str) -> Path:
    """Where the file of a document is, whether or not it exists."""
    return memory_folder(batch) / f"{check_name('document', doc_id)}.json"


def recall(batch: Batch, doc_id: str, project: str) -> Memory | None:
    """What is remembered of a document's task in a project; None: nothing.

    Raises:
        FaultyData: the file is broken.
        EnvironmentFailure: it may not be read.
    """
    return _read(memory_file(batch, doc_id)).get(project)


def remembered_projects(batch: Batch) -> tuple[str, ...]:
    """The addresses of the projects that something is remembered of, as one file tells them.

    Raises:
        FaultyData: the file is broken.
    """
    for file in entries(memory_folder(batch)):
        if file.suffix == ".json" and (found := _read(file)):
            return tuple(found)
    return ()


def remember(batch: Batch, doc_id: str, project: str, memory: Memory) -> bool:
    """Keep what is to be remembered of a task in a project, beside the other projects; tell whether it is anything new.

    Raises:
        FaultyData: the file is broken.
        EnvironmentFailure: the place is not writable.
    """
    path = memory_file(batch, doc_id)
    known = _read(path)
    if known.get(project) == memory:
        return False
    record = _File(projects={**known, project: memory}).model_dump(mode="json")
    write_text(path, canonical_json(record), durable=False)
    return True


def with_agreed(memory: Memory | None, task: int, name: str, agreed: Agreed) -> Memory:
    """The memory with what both sides now agree on for one annotator."""
    known = memory or Memory(task=task)
    return known.model_copy(update={"task": task, "agreed": {**known.agreed, name: agreed}})


def _read(path: Path) -> Mapping[str, Memory]:
    if not path.exists() or not path.stat().st_size:  # empty after a crash of the machine
        return {}
    advice = f"{path}: not a memory of the bridge (or damaged); delete it and pull again"
    try:
        return _File.model_validate(read_json(path)).projects
    except ValidationError as error:
        raise FaultyData(record_faults(error, path), advice) from None
    except FaultyData as error:
        raise FaultyData(error.faults, advice) from None
