"""What a batch's project should hold: for each document a task, what is suggested for it, and annotators' answers.

All of it is made and checked before anything is sent; it waits in a spool, and only its hashes are in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from schemas import Schema
from workbench.annotation.label_studio.answers import kept_entries
from workbench.annotation.label_studio.spool import Place
from workbench.core.errors import UsageMistake, nearest
from workbench.core.records import Document
from workbench.core.schema import stamp
from workbench.corpus.tasks import Batch
from workbench.extractors.base import INSTALLED
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
        how = f"; workbench extract {wish.suggest} --batch {batch.name} makes them" if wish.suggest in INSTALLED else ""
        raise UsageMistake(
            f"{batch.label} has no predictions by {wish.suggest!r}{nearest(wish.suggest, batch.programs())}{how}"
        )
    for name in wish.annotators:
        if name not in batch.authors():
            raise UsageMistake(f"{batch.label} has no annotations by {name!r}{nearest(name, batch.authors())}")


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
    kept.sort(key=lambda entry: str(entry.get("author")))
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
