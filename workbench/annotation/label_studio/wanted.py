"""What a batch's project should hold: for each document a task, what is suggested for it, and annotators' answers.

All of it is made and checked before anything is sent; it waits in a spool, and only its hashes are in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from schemas import Schema
from workbench.annotation.label_studio.answers import Sent, coming_back, kept_entries, sent
from workbench.annotation.label_studio.line_breaks import without_leading_breaks
from workbench.annotation.label_studio.spool import Place, Spool
from workbench.annotation.label_studio.zones import zone_results
from workbench.annotation.publishing import read_published
from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.integrity import check_integrity
from workbench.core.records import AnnotatedDocument, Annotation, Document
from workbench.core.schema import stamp
from workbench.corpus.tasks import Batch
from workbench.formats import native
from workbench.formats.label_studio import results_of
from workbench.formats.label_studio.controls import DOC_ID, REMAINDER, TEXT
from workbench.formats.remainder import lean

ZONES = "zones"
"""The model version of predictions in projects for which nothing was ever suggested: they hold the closed zones."""


class WantedAnswer(NamedTuple):
    """An annotator's annotation as it is to be: where its body waits, and the hashes of its results and its files.

    `file_sha256` is that of the annotator's file, `answer_sha256` that of the file that pulling would make of it.
    """

    name: str
    place: Place
    result_sha256: str
    ground_truth: bool
    file_sha256: str
    answer_sha256: str


class WantedTask(NamedTuple):
    """A task as it is to be: where it waits as it is imported, and the hashes of its parts.

    `model_version` is that of its one prediction; None: there is nothing to show.
    """

    doc_id: str
    place: Place
    text_sha256: str
    data_sha256: str
    meta_sha256: str
    prediction_sha256: str
    model_version: str | None
    answers: tuple[WantedAnswer, ...]


class Wish(NamedTuple):
    """What is to be pushed of a batch: a program's predictions as suggestions, and whose annotations.

    Without `suggest`, what is suggested already stays, and `model_version` is the one that the project shows.
    """

    batch: Batch
    schema: Schema
    suggest: str | None = None
    annotators: tuple[str, ...] = ()
    model_version: str = ZONES


def check_wish(wish: Wish) -> None:
    """See that a wish makes sense before anything is read.

    Raises:
        UsageMistake: there are no such predictions or annotations, or the batch is blind and they would be seen.
    """
    batch = wish.batch
    if not batch.document_ids():
        raise UsageMistake(f"{batch.label} has no documents; workbench prepare makes them")
    if batch.blind and (wish.suggest or wish.annotators):
        raise UsageMistake(
            f"{batch.label} is blind: Label Studio would show everybody what is pushed; push the tasks alone"
        )
    if wish.suggest is not None and wish.suggest not in batch.programs():
        raise UsageMistake(
            f"{batch.label} has no predictions by {wish.suggest!r}{nearest(wish.suggest, batch.programs())}; "
            f"workbench extract {wish.suggest} --batch {batch.name} makes them"
        )
    for name in wish.annotators:
        if name not in batch.authors():
            raise UsageMistake(f"{batch.label} has no annotations by {name!r}{nearest(name, batch.authors())}")


def wanted_tasks(wish: Wish, spool: Spool, on_document: Callable[[], object] = lambda: None) -> dict[str, WantedTask]:
    """Make all tasks of a batch, by document id, in the order of the batch.

    Raises:
        FaultyData: documents, predictions or annotations are broken; all faults of all.
    """
    found: dict[str, WantedTask] = {}
    faults: list[Fault] = []
    for doc_id in wish.batch.document_ids():
        try:
            found[doc_id] = _wanted(wish, wish.batch.document(doc_id), spool)
        except FaultyData as error:
            faults += error.faults
        on_document()
    if faults:
        raise FaultyData(faults)
    return found


def _wanted(wish: Wish, document: Document, spool: Spool) -> WantedTask:
    faults = [*_text_faults(document)]
    prediction = _prediction(wish, document, faults)
    answers = [*_answers(wish, document, faults)]
    if faults:
        raise FaultyData(faults)
    kept = [answer.kept for _, answer, _, _ in answers]
    data, meta = data_of(document), meta_of(document, wish.schema, kept)
    task = {"data": data, "meta": meta, **({"predictions": [prediction]} if prediction else {})}
    return WantedTask(
        doc_id=document.doc_id,
        place=spool.add(task),
        text_sha256=document.text_sha256,
        data_sha256=content_hash(data),
        meta_sha256=content_hash(meta),
        prediction_sha256=prediction_hash(prediction) if prediction else "",
        model_version=prediction["model_version"] if prediction else None,
        answers=tuple(
            WantedAnswer(
                name=name,
                place=spool.add({"result": answer.result, "ground_truth": answer.ground_truth}),
                result_sha256=content_hash(answer.result),
                ground_truth=answer.ground_truth,
                file_sha256=file_sha256,
                answer_sha256=answer_sha256,
            )
            for name, answer, file_sha256, answer_sha256 in answers
        ),
    )


def data_of(document: Document) -> dict[str, str]:
    """What annotators see of a document."""
    return {TEXT: document.text, DOC_ID: document.doc_id, "title": document.meta.title or ""}


def meta_of(document: Document, schema: Schema, kept: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """What a task says of its document besides: hash of the text, schema, zones, what is kept of annotations."""
    said: dict[str, Any] = {
        "text_sha256": document.text_sha256,
        "schema": stamp(schema).model_dump(mode="json"),
        "zones": [lean(zone) for zone in document.zones],
        "annotations": list(kept),
    }
    return {REMAINDER: said}


def merged_meta(present: Any, wanted: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The meta that a task is to have: what is wanted, with what it keeps of annotations as it is but for `names`."""
    others = {key: said for key, said in present.items() if key != REMAINDER} if isinstance(present, Mapping) else {}
    kept = [entry for entry in kept_entries(present) if entry.get("author") not in names]
    kept += [entry for entry in kept_entries(wanted) if entry.get("author") in names]
    return {**others, REMAINDER: {**wanted[REMAINDER], "annotations": kept}}


def keeps_as_much(present: Any, wanted: Any) -> bool:
    """Tell whether a task keeps of its annotations what is wanted, whatever regions they had when it was written."""

    def without_regions(meta: Any) -> list[dict[str, Any]]:
        return [{key: said for key, said in entry.items() if key != "regions"} for entry in kept_entries(meta)]

    return without_regions(present) == without_regions(wanted)


def content_hash(content: Any) -> str:
    """SHA-256 of what JSON says, whatever the order of its keys."""
    try:
        said = msgspec.json.encode(content, order="sorted")
    except (UnicodeEncodeError, OverflowError):  # what only strangers send: halves of characters, enormous numbers
        said = json.dumps(content, sort_keys=True).encode()
    return hashlib.sha256(said).hexdigest()


def prediction_hash(prediction: Mapping[str, Any]) -> str:
    """SHA-256 of the results and the score of a prediction."""
    return content_hash([prediction["result"], prediction.get("score")])


def _text_faults(document: Document) -> Iterator[Fault]:
    for bad, what in (("\0", "a NUL character"),):
        if bad in document.text:
            yield Fault(
                f"{document.doc_id}: the text holds {what}, which Label Studio cannot keep", "text", rule="text"
            )
    if not document.text.strip():
        yield Fault(f"{document.doc_id}: the text is empty, and the editor cannot open it", "text", rule="text")


def _prediction(wish: Wish, document: Document, faults: list[Fault]) -> dict[str, Any] | None:
    """The one prediction of a task: the closed zones and, if wished, what a program suggests."""
    suggested: list[dict[str, Any]] = []
    score = None
    if wish.suggest is not None:
        path = wish.batch.prediction_file(wish.suggest, document.doc_id)
        if path.exists():
            annotation = native.read(path).annotation
            found = [*check_integrity(annotation, document.text), *_unknown_types(annotation, wish.schema)]
            faults += [fault._replace(source=path) for fault in found if fault.severity == "error"]
            if faults:
                return None
            score = _score(annotation)
            made = results_of(AnnotatedDocument(document.doc_id, annotation, document.text), wish.schema)
            suggested = without_leading_breaks(made, document.text)
    ids = [one["id"] for one in suggested if "id" in one]
    result = [*zone_results(document.zones, document.text, wish.schema, ids), *suggested]
    if not result:
        return None
    return {
        "model_version": wish.suggest or wish.model_version,
        "result": result,
        **({} if score is None else {"score": score}),
    }


def _unknown_types(annotation: Annotation, schema: Schema) -> Iterator[Fault]:
    """What the project's configuration has no label for."""
    known = schema.entity_types.keys() | schema.frame_types.keys()
    used = {entity.type for entity in annotation.entities} | {frame.type for frame in annotation.frames}
    for kind in sorted(used - known):
        yield Fault(f"{schema.id} has no type {kind!r}{nearest(kind, known)}", rule="type")


def _score(annotation: Annotation) -> float | None:
    """The mean score of a prediction's entities; None when a program gives none."""
    scores = [entity.score for entity in annotation.entities if entity.score is not None]
    return round(sum(scores) / len(scores), 6) if scores else None


def _answers(wish: Wish, document: Document, faults: list[Fault]) -> Iterator[tuple[str, Sent, str, str]]:
    for name in wish.annotators:
        path = wish.batch.annotation_file(name, document.doc_id)
        if not path.exists():
            continue
        try:
            published = read_published(path, document, wish.schema)
        except FaultyData as error:
            faults += error.faults
            continue
        annotation = published.annotation.model_copy(update={"author": name})
        answer_sha256 = coming_back(annotation, document, wish.schema, name)
        yield name, sent(annotation, document, wish.schema), published.sha256, answer_sha256
