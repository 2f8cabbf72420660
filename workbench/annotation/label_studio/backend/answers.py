"""What an extractor finds in a task, as the results of a prediction, as far as the project offers labels for it.

The closed zones are among them, as in predictions that are pushed: Label Studio shows one prediction of a task.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

from schemas import Schema
from workbench.annotation.label_studio.backend.offers import Offer, offer_of
from workbench.annotation.label_studio.backend.reading import document_of
from workbench.annotation.label_studio.line_breaks import without_leading_breaks
from workbench.annotation.label_studio.zones import zone_results
from workbench.core.errors import FaultyData
from workbench.core.records import AnnotatedDocument, Annotation, Document, Entity, Frame
from workbench.core.text import Fragments
from workbench.extractors.base import Extractor
from workbench.extractors.run import annotate
from workbench.formats.label_studio import results_of
from workbench.formats.label_studio.controls import CONTINUES, ENTITY, FRAME


class Question(NamedTuple):
    """A task as JSON, and the labelling configuration of its project (None: not told)."""

    task: bytes
    configuration: str | None


class Answer(NamedTuple):
    """The results of a prediction as a JSON array, and their mean score (None: the extractor gives none).

    Without an answer there are no results and a `reason`, with its `detail` for those who may read the text. `lasting`
    tells that asking again would not help. `left_out` counts what the project has no label for.
    """

    results: bytes = b"[]"
    score: float | None = None
    reason: str = ""
    detail: str = ""
    lasting: bool = False
    left_out: Mapping[str, int] = {}


def answer(extractor: Extractor, schema: Schema, question: Question) -> Answer:
    """What an extractor finds in a task; a task that cannot be read has a reason instead.

    Raises:
        FaultyData: the extractor's answer does not fit the text; see `annotate`.
    """
    try:
        offer = None if question.configuration is None else offer_of(question.configuration)
    except FaultyData as error:
        return Answer(reason="the labelling configuration of the project cannot be read", detail=str(error))
    try:
        document = document_of(question.task)
    except FaultyData as error:
        places = ", ".join(fault.path for fault in error.faults if fault.path) or "JSON"
        return Answer(reason=f"the task cannot be read ({places})", detail=str(error), lasting=True)
    annotation = annotate(extractor, document, schema).annotation
    left_out: Counter[str] = Counter()
    if offer is not None:
        annotation = _offered(annotation, offer, left_out)
    results = _results(document, annotation, schema)
    if offer is not None:
        results = _shown(results, offer, left_out)
    content = json.dumps(results, ensure_ascii=False, allow_nan=False).encode()
    return Answer(content, _score(annotation), left_out=dict(left_out))


def _results(document: Document, annotation: Annotation, schema: Schema) -> list[dict[str, Any]]:
    """The results of the closed zones, then those of the annotation."""
    annotated = AnnotatedDocument(document.doc_id, annotation, document.text)
    found = without_leading_breaks(results_of(annotated, schema), document.text)
    taken = {result["id"] for result in found if "id" in result}
    return [*zone_results(document.zones, document.text, schema, taken), *found]


def _offered(annotation: Annotation, offer: Offer, left_out: Counter[str]) -> Annotation:
    """The annotation without what has no label in the project, and without what hangs on that."""
    entities = tuple(item for item in annotation.entities if _is_offered(item, item.fragments, offer))
    kept = {entity.id for entity in entities}
    frames = [item for item in annotation.frames if item.trigger and _is_offered(item, item.trigger.fragments, offer)]
    relations = [
        item for item in annotation.relations if item.type in offer.relations and {item.head, item.tail} <= kept
    ]
    left_out.update(_types(annotation.entities) - _types(entities))
    left_out.update(_types(annotation.frames) - _types(frames))
    left_out.update(_types(annotation.relations) - _types(relations))
    whole = []
    for frame in frames:
        arguments = [one for one in frame.arguments if one.role in offer.relations and one.entity in kept]
        left_out.update(Counter(one.role for one in frame.arguments) - Counter(one.role for one in arguments))
        whole.append(frame.model_copy(update={"arguments": tuple(arguments)}))
    return annotation.model_copy(update={"entities": entities, "relations": tuple(relations), "frames": tuple(whole)})


def _is_offered(item: Entity | Frame, fragments: Fragments, offer: Offer) -> bool:
    """Tell whether the project has the label of an item, and of what joins its fragments if there are several."""
    control = ENTITY if isinstance(item, Entity) else FRAME
    return offer.has(control, item.type) and (len(fragments) == 1 or CONTINUES in offer.relations)


def _types(items: Iterable[Any]) -> Counter[str]:
    return Counter(item.type for item in items)


def _shown(results: Sequence[dict[str, Any]], offer: Offer, left_out: Counter[str]) -> list[dict[str, Any]]:
    """The results of which the project has the control and the value."""
    shown = [result for result in results if offer.shows(result)]
    left_out.update(result["from_name"] for result in results if not offer.shows(result))
    return shown


def _score(annotation: Annotation) -> float | None:
    """The mean score of the entities, as pushed predictions have it."""
    scores = [entity.score for entity in annotation.entities if entity.score is not None]
    return round(fmean(scores), 6) if scores else None
