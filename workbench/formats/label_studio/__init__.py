"""Label Studio's JSON: an array of tasks, as its projects export and import them.

What it has fields for stands in them; the rest is in the `meta` of regions and tasks, which server and editor keep. The
export called JSON is meant; JSON_MIN has neither relations nor texts that belong to regions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.core.decoding import read_foreign_text
from workbench.core.errors import Fault, FaultyData
from workbench.core.files import parse_json
from workbench.core.records import AnnotatedDocument
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.label_studio.controls import (
    CONTINUES,
    Control,
    attribute_of,
    control_name,
    controls_of,
    relation_labels,
)
from workbench.formats.label_studio.reading import Records, records_of
from workbench.formats.label_studio.results import results_of
from workbench.formats.label_studio.tasks import Parts, documents_of, is_task, parts_of, task_of, task_with
from workbench.formats.losses import Loss
from workbench.formats.text_file import TextFile

__all__ = [
    "CONTINUES",
    "FORMAT",
    "Control",
    "Records",
    "TaskWriter",
    "attribute_of",
    "control_name",
    "controls_of",
    "documents_of",
    "losses",
    "read",
    "recognise",
    "records_of",
    "relation_labels",
    "results_of",
    "task_of",
    "writer",
]

FORMAT = Format("label-studio", "Label Studio JSON", (".json",), "file")

_BEGINNING = re.compile(rb'\s*\[?\s*\{\s*("id"\s*:\s*\d+\s*,\s*)?("annotations"\s*:\s*\[|"data"\s*:\s*\{)')
_INSIDE = re.compile(rb'"(result|completed_by|to_name)"\s*:')


def recognise(sample: Sample) -> bool:
    """Tell whether the first object is a task, or what another export of Label Studio makes of one."""
    record = sample.record
    if record is None:
        return _BEGINNING.match(sample.head) is not None and _INSIDE.search(sample.head) is not None
    if _is_minimal(record):
        return True
    return is_task(record) and any(name in record for name in ("annotations", "predictions", "id", "result"))


def _is_minimal(record: Any) -> bool:
    """Tell whether an object is one of the export JSON_MIN."""
    return isinstance(record, Mapping) and "data" not in record and "annotator" in record and "annotation_id" in record


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read an array of tasks, or a single one; each answer of a task is a document.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: it is no JSON, or holds no task at all.
    """
    decoded = read_foreign_text(path, settings.repair)
    if decoded.text is None:
        raise FaultyData(decoded.faults)
    content, repairs = parse_json(decoded.text, path, None), decoded.repairs
    tasks = content if isinstance(content, list) else [content]
    del decoded, content
    if tasks and not any(is_task(task) for task in tasks):
        raise FaultyData([Fault(_advice(tasks), source=path, rule="format")])
    for position, task in enumerate(tasks, 1):
        for found in documents_of(task, path, position):
            yield found._replace(repairs=repairs)
            repairs = ()


def _advice(tasks: list[Any]) -> str:
    if any(_is_minimal(task) for task in tasks):
        return "this is the export JSON_MIN of Label Studio, which leaves out relations; export as JSON instead"
    return "holds no task of Label Studio (an object with data); export the project as JSON"


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Nothing: all of a document is kept."""
    del document, settings
    yield from ()


def writer(path: Path, settings: WriteSettings) -> TaskWriter:
    """Begin a file; with a schema, attributes become what the controls of its configuration take."""
    return TaskWriter(path, settings)


class TaskWriter:
    """Writes an array with a task on each line; answers to one text that follow each other share a task."""

    def __init__(self, path: Path, settings: WriteSettings) -> None:
        self._file = TextFile(path)
        self._schema = settings.schema
        self._waiting: list[Parts] = []
        self._separator = "[\n"

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            FaultyData: it has no text.
            EnvironmentFailure: the place is not writable.
        """
        parts = parts_of(document, self._schema)
        if self._waiting and (self._waiting[0].data, self._waiting[0].meta) != (parts.data, parts.meta):
            self._flush()
        self._waiting.append(parts)

    def _flush(self) -> None:
        if self._waiting:
            task = json.dumps(task_with(self._waiting), ensure_ascii=False, sort_keys=True, allow_nan=False)
            self._file.write(self._separator + task)
            self._separator = ",\n"
            self._waiting = []

    def close(self) -> None:
        """Finish the array."""
        self._flush()
        self._file.write("[]\n" if self._separator == "[\n" else "\n]\n")
        self._file.close()
