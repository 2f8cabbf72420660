"""One author's annotation as Label Studio holds it: what is sent of it, and what is received for it.

`received` is the inverse of `sent`: an annotation that nobody touched comes back as it was. Words are taken from our
text; those that Label Studio quotes are only compared, for its editor changes white space in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from schemas import Schema
from workbench.annotation.label_studio.line_breaks import with_leading_breaks, without_leading_breaks
from workbench.annotation.label_studio.zones import without_zones, zone_results
from workbench.annotation.publishing import answer_hash
from workbench.core.checks import check
from workbench.core.errors import Fault
from workbench.core.mending import keep_sound, mend
from workbench.core.records import AnnotatedDocument, Annotation, Document, Provenance, in_order
from workbench.core.schema import stamp
from workbench.formats.label_studio import documents_of
from workbench.formats.label_studio.controls import DOC_ID, OWN, REMAINDER, TEXT, ZONE
from workbench.formats.label_studio.mentions import says_same
from workbench.formats.label_studio.tasks import parts_of

PROGRAM = "label-studio"
"""The program that annotations made there name in their provenance."""

_OF_TASK = frozenset({"data", "meta", "task", "annotation"})
"""What an annotation may hold of another task of Label Studio; it is not this task's."""
_STASH = "own"


class Sent(NamedTuple):
    """What is sent of an annotation: its results, what the task's meta keeps of it, and whether it is the truth."""

    result: list[dict[str, Any]]
    kept: dict[str, Any]
    ground_truth: bool


class Received(NamedTuple):
    """What was received: an annotation (None: it cannot be read), faults of what was left out, and the results of that.

    `problems` are what the schema says against the annotation; it is whole nevertheless.
    """

    annotation: Annotation | None
    faults: tuple[Fault, ...]
    problems: tuple[Fault, ...]


def sent(annotation: Annotation, document: Document, schema: Schema) -> Sent:
    """What is sent of an annotation of a document: entities, relations, frames, and the closed zones to be seen."""
    without, stash = _without_stash(annotation)
    parts = parts_of(AnnotatedDocument(document.doc_id, without, document.text), schema)
    result = without_leading_breaks(parts.answer["result"], document.text)
    kept = dict(parts.kept) | ({_STASH: stash} if stash else {})
    truth = stash.get("annotation", {}) if isinstance(stash.get("annotation"), Mapping) else {}
    ids = [one["id"] for one in result if "id" in one]
    return Sent(
        [*zone_results(document.zones, document.text, schema, ids), *result], kept, truth.get("ground_truth") is True
    )


def received(results: Any, kept: Mapping[str, Any] | None, document: Document, schema: Schema, name: str) -> Received:
    """The annotation that results are, by the annotator `name`; `kept` is what the task keeps of it (None: nothing)."""
    if not isinstance(results, list):
        return Received(None, (Fault("a list of results is needed here", "result", rule="record"),), ())
    zones = zone_results(document.zones, document.text, schema)
    begun_with_zones = any(isinstance(one, Mapping) and one.get("from_name") == ZONE for one in results)
    unzoned = without_zones(results, zones if begun_with_zones else ())
    content, warnings = _with_our_words(with_leading_breaks(unzoned.results), document.text)
    said = {key: value for key, value in (kept or {}).items() if key != _STASH}
    task = {
        "data": {TEXT: document.text, DOC_ID: document.doc_id},
        "meta": {REMAINDER: {"annotations": [said]}} if said else {},
        "annotations": [{"result": content}],
    }
    found = next(documents_of(task))
    faults = [*unzoned.faults, *warnings, *(fault._replace(source=None) for fault in found.faults)]
    if found.document is None:
        return Received(None, tuple(faults), ())
    mended = mend(found.document, repair=False)
    faults += mended.faults
    sound = keep_sound(mended).document
    if sound is None:
        return Received(None, tuple(faults), ())
    annotation = _stamped(sound.annotation, kept, document, schema, name)
    problems = check(annotation, schema, document.text, document.zones)
    return Received(annotation, tuple(faults), tuple(fault for fault in problems if fault.severity == "error"))


def coming_back(annotation: Annotation, document: Document, schema: Schema, name: str) -> str:
    """The hash of the file that pulling would make of an annotation pushed for `name`; empty where it makes none."""
    made = sent(annotation.model_copy(update={"author": name}), document, schema)
    back = received(made.result, made.kept, document, schema, name).annotation
    return "" if back is None else answer_hash(back)


def kept_of(meta: Any, name: str) -> Mapping[str, Any] | None:
    """What the meta of a task keeps of the annotation by `name`."""
    return next((entry for entry in kept_entries(meta) if entry.get("author") == name), None)


def kept_entries(meta: Any) -> list[Mapping[str, Any]]:
    """What the meta of a task keeps of annotations."""
    remainder = meta.get(REMAINDER) if isinstance(meta, Mapping) else None
    entries = remainder.get("annotations") if isinstance(remainder, Mapping) else None
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _stamped(
    annotation: Annotation, kept: Mapping[str, Any] | None, document: Document, schema: Schema, name: str
) -> Annotation:
    """The annotation with its author, and with stamps where it never left our files."""
    if kept is not None:
        return _with_stash(annotation.model_copy(update={"author": name}), kept.get(_STASH))
    return in_order(annotation).model_copy(
        update={
            "author": name,
            "made_with": stamp(schema),
            "text_sha256": document.text_sha256,
            "finished_layers": schema.finishable,
            "provenance": Provenance(program=PROGRAM),
        }
    )


def _with_our_words(results: Sequence[Any], text: str) -> tuple[list[Any], list[Fault]]:
    """The results with words of our text, and warnings where Label Studio quoted others."""
    made: list[Any] = []
    warnings: list[Fault] = []
    for index, result in enumerate(results):
        value = result.get("value") if isinstance(result, dict) and result.get("type") == "labels" else None
        if isinstance(value, dict) and type(value.get("start")) is int and type(value.get("end")) is int:
            words = text[max(value["start"], 0) : max(value["end"], 0)]
            quoted = value.get("text")
            if isinstance(quoted, str) and quoted.strip() and not says_same(quoted, words):
                message = f"Label Studio quotes {quoted[:40]!r}, our text has {words[:40]!r} there; the place is taken"
                warnings.append(Fault(message, f"result[{index}].value.text", rule="text", severity="warning"))
            made.append({**result, "value": {**value, "text": words}})
        else:
            made.append(result)
    return made, warnings


def _without_stash(annotation: Annotation) -> tuple[Annotation, dict[str, Any]]:
    own = annotation.extra.get(OWN)
    stash = {part: said for part, said in own.items() if part in _OF_TASK} if isinstance(own, Mapping) else {}
    if not isinstance(own, Mapping) or not stash:
        return annotation, {}
    left = {part: said for part, said in own.items() if part not in _OF_TASK}
    extra = {key: value for key, value in annotation.extra.items() if key != OWN} | ({OWN: left} if left else {})
    return annotation.model_copy(update={"extra": extra}), stash


def _with_stash(annotation: Annotation, stash: Any) -> Annotation:
    if not isinstance(stash, Mapping) or not stash:
        return annotation
    own = annotation.extra.get(OWN)
    joined = {**(own if isinstance(own, Mapping) else {}), **stash}
    return annotation.model_copy(update={"extra": {**annotation.extra, OWN: joined}})
