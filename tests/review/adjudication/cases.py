"""Short ways to write passes, decisions and judgements in tests of adjudication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.scoring.documents import TEXT
from tests.scoring.documents import document as annotated
from workbench.core.records import Annotation, Document, text_hash
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.review.adjudication.docket import Entry, entry_of
from workbench.review.adjudication.judgements import Signature, judge
from workbench.review.adjudication.lines import Judgement, Line
from workbench.review.adjudication.merging import empty_decisions

SCHEMA = open_schema("cppcc_poverty")
JUDGE = Signature("judge", "2026-11-22T10:00:00Z")


def report(text: str = TEXT, doc_id: str = "d1") -> Document:
    """A document of one sentence."""
    return Document(doc_id=doc_id, text=text, raw_sha256=text_hash(text), sentences=(Span(0, len(text)),))


def made(*parts: Any, **fields: Any) -> Annotation:
    """An annotation; see `tests.scoring.documents.document`."""
    return annotated(*parts, **fields).annotation


def entry(passes: Mapping[str, Annotation], document: Document | None = None) -> Entry:
    """A docket's entry without decisions."""
    document = document or report()
    return entry_of(document, passes, empty_decisions(document), SCHEMA)


def again(old: Entry, passes: Mapping[str, Annotation]) -> Entry:
    """The entry after the annotators have gone on."""
    return entry_of(old.document, passes, old.decisions, SCHEMA)


def judged(one: Entry, *judgements: Mapping[str, Any], signature: Signature = JUDGE) -> Entry:
    """The entry after judgements; reason and category are filled in."""
    lines = [
        Line(Judgement.model_validate({"reason": "as the text says", "category": "slip", **content}), Path("j"), number)
        for number, content in enumerate(judgements, 1)
    ]
    return judge([one], lines, signature, SCHEMA)[0]


def open_units(one: Entry, kind: str | None = None) -> list[str]:
    """Keys of the open units, of one kind."""
    return [unit.key for unit in one.merged.open if kind in (None, unit.kind)]


def accept_all(one: Entry, author: str) -> Entry:
    """The entry after accepting one annotator's reading of everything, until nothing is open."""
    for _ in range(5):
        if one.merged.open:
            one = judged(one, *({"unit": key, "choice": "accept", "accept": author} for key in open_units(one)))
    assert not one.merged.open
    return one


def content(annotation: Annotation) -> Any:
    """Everything an annotation says, without ids and the names of clusters."""
    key = {entity.id: (entity.type, entity.fragments) for entity in annotation.entities}
    clusters: dict[str, set[Any]] = {}
    for entity in annotation.entities:
        if entity.cluster is not None:
            clusters.setdefault(entity.cluster, set()).add(key[entity.id])
    return (
        {key[entity.id]: (dict(entity.attributes), entity.value) for entity in annotation.entities},
        sorted(sorted(members) for members in clusters.values() if len(members) > 1),
        sorted((relation.type, key[relation.head], key[relation.tail]) for relation in annotation.relations),
        sorted(
            (
                frame.type,
                frame.trigger.fragments if frame.trigger else (),
                sorted((argument.role, key[argument.entity]) for argument in frame.arguments),
                sorted(frame.attributes.items()),
            )
            for frame in annotation.frames
        ),
    )


def strings(annotation: Annotation) -> Sequence[str]:
    """Type and string of every entity, in the order of the text."""
    return [f"{entity.type} {entity.text}" for entity in annotation.entities]
