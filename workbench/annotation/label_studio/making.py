"""Making the tasks of a batch: from documents, predictions and annotations to what is imported, all of it checked.

Large batches are made by one process for each processor; the server waits for all of it, since nothing is sent before
everything is found sound.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, NamedTuple

import msgspec

from schemas import Schema
from workbench.annotation.label_studio.answers import Sent, coming_back, sent
from workbench.annotation.label_studio.line_breaks import without_leading_breaks
from workbench.annotation.label_studio.spool import NOWHERE, Place, Spool
from workbench.annotation.label_studio.wanted import (
    WantedAnswer,
    WantedTask,
    Wish,
    content_hash,
    data_of,
    meta_of,
    prediction_hash,
)
from workbench.annotation.label_studio.zones import zone_results
from workbench.annotation.publishing import read_published
from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake, nearest
from workbench.core.integrity import check_integrity
from workbench.core.records import AnnotatedDocument, Annotation, Document
from workbench.corpus.tasks import check_name
from workbench.formats import native
from workbench.formats.label_studio import results_of

_ONE_PROCESS = 500
"""So many documents are made sooner than another process starts."""
_CHUNK = 50


class _Made(NamedTuple):
    """A task, or the faults of its document; its places are those of the contents, one after the other."""

    task: WantedTask | None
    contents: tuple[bytes, ...]
    faults: tuple[Fault, ...]


def wanted_tasks(wish: Wish, spool: Spool, on_document: Callable[[], object] = lambda: None) -> dict[str, WantedTask]:
    """Make all tasks of a batch, by document id, in the order of the batch; they wait in the spool.

    Raises:
        FaultyData: documents, predictions or annotations are broken; all faults of all.
        EnvironmentFailure: a process that made tasks was ended from outside.
    """
    doc_ids = wish.batch.document_ids()
    found: dict[str, WantedTask] = {}
    faults: list[Fault] = []
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    several = processors > 1 and len(doc_ids) > _ONE_PROCESS
    for made in _by_processes(wish, doc_ids, processors) if several else _make_all(wish, doc_ids):
        faults += made.faults
        if made.task is not None:
            found[made.task.doc_id] = _placed(made.task, [spool.keep(content) for content in made.contents])
        on_document()
    if faults:
        raise FaultyData(faults)
    return found


def _placed(task: WantedTask, places: Sequence[Place]) -> WantedTask:
    first, *others = places
    answers = (answer._replace(place=place) for answer, place in zip(task.answers, others, strict=True))
    return task._replace(place=first, answers=tuple(answers))


def _by_processes(wish: Wish, doc_ids: Sequence[str], processors: int) -> Iterator[_Made]:
    """Make tasks in processes of their own, in order, a few chunks ahead of what is asked for."""
    context = multiprocessing.get_context("spawn")
    chunks = (doc_ids[start : start + _CHUNK] for start in range(0, len(doc_ids), _CHUNK))
    waiting: deque[Future[list[_Made]]] = deque()
    # Ctrl-C is for the process that the user started; the others end with it
    pool = ProcessPoolExecutor(processors, context, signal.signal, (signal.SIGINT, signal.SIG_IGN))
    try:
        for chunk in chunks:
            waiting.append(pool.submit(_make_list, wish, chunk))
            if len(waiting) > 2 * processors:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool:
        raise EnvironmentFailure(
            "a process that made tasks was ended from outside (was memory short?); nothing was sent: try again"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _make_list(wish: Wish, doc_ids: Sequence[str]) -> list[_Made]:
    return list(_make_all(wish, doc_ids))


def _make_all(wish: Wish, doc_ids: Sequence[str]) -> Iterator[_Made]:
    for doc_id in doc_ids:
        try:
            yield _make(wish, wish.batch.document(doc_id))
        except FaultyData as error:
            yield _Made(None, (), error.faults)


def _make(wish: Wish, document: Document) -> _Made:
    faults = [*_text_faults(document)]
    prediction = _prediction(wish, document, faults)
    answers = [*_answers(wish, document, faults)]
    if faults:
        return _Made(None, (), tuple(faults))
    kept = [answer.kept for _, answer, _, _ in sorted(answers, key=lambda one: one[0])]
    data, meta = data_of(document), meta_of(document, wish.schema, kept)
    task = {"data": data, "meta": meta, **({"predictions": [prediction]} if prediction else {})}
    bodies = [{"result": answer.result, "ground_truth": answer.ground_truth} for _, answer, _, _ in answers]
    wanted = WantedTask(
        doc_id=document.doc_id,
        place=NOWHERE,
        text_sha256=document.text_sha256,
        data_sha256=content_hash(data),
        meta_sha256=content_hash(meta),
        prediction_sha256=prediction_hash(prediction) if prediction else "",
        model_version=prediction["model_version"] if prediction else None,
        answers=tuple(
            WantedAnswer(name, NOWHERE, content_hash(answer.result), answer.ground_truth, file_sha256, answer_sha256)
            for name, answer, file_sha256, answer_sha256 in answers
        ),
    )
    return _Made(wanted, tuple(msgspec.json.encode(content) for content in (task, *bodies)), ())


def _text_faults(document: Document) -> Iterator[Fault]:
    for bad, what in (("\0", "a NUL character"),):
        if bad in document.text:
            yield Fault(
                f"{document.doc_id}: the text holds {what}, which Label Studio cannot keep", "text", rule="text"
            )
    try:
        check_name("document", document.doc_id)
    except UsageMistake as mistake:
        yield Fault(f"{mistake}; what is annotated there could not be pulled", "doc_id", rule="doc-id")
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
