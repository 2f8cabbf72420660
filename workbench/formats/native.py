"""The workbench's own format: one annotation of one document by one author, as canonical JSON.

Keys stand in a fixed order, empty ones are left out, entities, relations and frames are sorted by position.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import canonical_json, read_json, write_text
from workbench.core.records import AnnotatedDocument, Annotation, in_order, record_faults

FORMAT = "workbench-annotation/1"


def dump(annotation: Annotation) -> str:
    """The annotation's file content: the same annotation is always the same bytes."""
    ordered = in_order(annotation)
    content: dict[str, Any] = {
        "format": FORMAT,
        "doc_id": ordered.doc_id,
        "author": ordered.author,
        "schema": _lean(ordered.made_with),
        "text_sha256": ordered.text_sha256,
        "finished_layers": ordered.finished_layers,
        "provenance": _lean(ordered.provenance),
        "entities": [_lean(entity) for entity in ordered.entities],
        "relations": [_lean(relation) for relation in ordered.relations],
        "frames": [_lean(frame) for frame in ordered.frames],
        "extra": ordered.extra,
    }
    always = ("format", "doc_id", "entities", "relations", "frames")
    return canonical_json(
        {key: value for key, value in content.items() if key in always or value not in (None, {}, [])}
    )


def _lean(record: Any) -> dict[str, Any] | None:
    """The record as plain JSON with sorted attributes and without fields that say nothing."""
    if record is None:
        return None
    plain = record.model_dump(mode="json", exclude_none=True)
    for field in ("attributes", "parameters"):
        if field in plain:
            plain[field] = dict(sorted(plain[field].items()))
    for part in (plain.get("trigger"), *plain.get("arguments", ())):
        if part is not None and not part["extra"]:
            del part["extra"]
    return {key: value for key, value in plain.items() if value not in ({}, [])}


def write(path: Path, annotation: Annotation) -> None:
    """Write an annotation file atomically.

    Raises:
        EnvironmentFailure: the place is not writable.
    """
    write_text(path, dump(annotation))


def is_native(content: Any) -> bool:
    """Tell whether a JSON value claims to be a file of this format."""
    return isinstance(content, dict) and str(content.get("format", "")).startswith("workbench-annotation/")


def read(path: Path) -> AnnotatedDocument:
    """Read an annotation file; its document's text and zones are not in it.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: it is not an annotation file; all faults are listed with their paths.
    """
    return parse(read_json(path), path)


def parse(content: Any, source: Path) -> AnnotatedDocument:
    """Make the record of an already parsed file; see `read`."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FaultyData([Fault(f"not an annotation file (format is not {FORMAT!r})", "format", source, rule="format")])
    fields = {key: value for key, value in content.items() if key != "format"}
    if "made_with" in fields:
        raise FaultyData([Fault("unknown key", "made_with", source, rule="record")])
    if "schema" in fields:
        fields["made_with"] = fields.pop("schema")
    try:
        annotation = Annotation.model_validate(fields)
    except ValidationError as error:
        faults = record_faults(error, source)
        raise FaultyData(fault._replace(path=fault.path.replace("made_with", "schema")) for fault in faults) from None
    return AnnotatedDocument(annotation.doc_id, annotation)
