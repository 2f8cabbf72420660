"""The runner: stamps, numbering, closed zones, and refusal of answers that do not fit."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from schemas import Schema
from workbench.core.errors import FaultyData
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Argument, Document, Entity, Frame, Relation, Trigger, Zone
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.extractors.run import annotate, run

TEXT = "😀河湾村王建国\u00a0帮扶青石县"


class Fixed:
    """An extractor that always gives one answer."""

    name = "fixed"
    version = "2.1"
    parameters: Mapping[str, str | int | float | bool | None] = {"threshold": 0.5}

    def __init__(self, answer: Annotation) -> None:
        self.answer = answer
        self.seen: list[Document] = []

    def extract(self, document: Document) -> Annotation:
        """The answer, whatever the document."""
        self.seen.append(document)
        return self.answer


def _entity(identifier: str, kind: str, start: int, end: int, text: str | None = None) -> Entity:
    return Entity(id=identifier, type=kind, fragments=(Span(start, end),), text=text)


PLACE = _entity("b", "LOC", 10, 13)
PERSON = _entity("a", "PER", 4, 7, "王建国")
VILLAGE = _entity("z", "LOC", 1, 4)
ANSWER = Annotation(
    doc_id="other",
    author="somebody",
    entities=(PLACE, PERSON, VILLAGE),
    relations=(
        Relation(id="x", type="ASSISTS", head="a", tail="b"),
        Relation(id="y", type="PART_OF", head="z", tail="b"),
    ),
    frames=(
        Frame(
            id="f",
            type="ASSIST",
            trigger=Trigger(fragments=(Span(8, 10),)),
            arguments=(Argument(role="helper", entity="a"), Argument(role="place", entity="b")),
        ),
    ),
)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The installed schema."""
    return open_schema()


def _document(*zones: Zone) -> Document:
    return Document(doc_id="d1", text=TEXT, zones=zones, sentences=(Span(0, len(TEXT)),))


def test_an_answer_is_numbered_in_text_order_and_stamped(schema: Schema) -> None:
    """Ids count in text order, links follow them, and the record says by whom, with what and of which text it is."""
    document = _document()
    annotation = annotate(Fixed(ANSWER), document, schema).annotation
    assert [(entity.id, entity.text) for entity in annotation.entities] == [
        ("T1", "河湾村"),
        ("T2", "王建国"),
        ("T3", "青石县"),
    ]
    assert [(link.id, link.type, link.head, link.tail) for link in annotation.relations] == [
        ("R1", "PART_OF", "T1", "T3"),
        ("R2", "ASSISTS", "T2", "T3"),
    ]
    frame = annotation.frames[0]
    assert frame.id == "E1"
    assert frame.trigger is not None
    assert frame.trigger.text == "帮扶"
    assert [(item.role, item.entity) for item in frame.arguments] == [("helper", "T2"), ("place", "T3")]
    assert (annotation.doc_id, annotation.author) == ("d1", "fixed")
    assert annotation.text_sha256 == document.text_sha256
    assert annotation.made_with is not None
    assert (annotation.made_with.id, annotation.made_with.hash) == (schema.id, schema.hash)
    assert annotation.provenance.model_dump(exclude_none=True) == {
        "program": "fixed",
        "version": "2.1",
        "parameters": {"threshold": 0.5},
    }
    assert annotation.entity_by_id["T3"].text == "青石县"
    assert not check_integrity(annotation, TEXT)


def test_nothing_touches_a_closed_zone(schema: Schema) -> None:
    """Entities that touch a closed zone are dropped and counted, with their links and their arguments."""
    annotation, dropped = annotate(Fixed(ANSWER), _document(Zone(kind="footer", start=12, end=13)), schema)
    assert dropped == 1
    assert [entity.text for entity in annotation.entities] == ["河湾村", "王建国"]
    assert annotation.relations == ()
    assert [item.role for item in annotation.frames[0].arguments] == ["helper"]


def test_open_zones_stay_open(schema: Schema) -> None:
    """A zone of an open kind closes nothing and is not shown to the extractor; an unknown kind is closed."""
    kind = schema.zones["footer"].model_copy(update={"closed": False})
    permissive = schema.model_copy(update={"zones": {**schema.zones, "footer": kind}})
    extractor = Fixed(ANSWER)
    assert annotate(extractor, _document(Zone(kind="footer", start=12, end=13)), permissive).dropped == 0
    assert extractor.seen[0].zones == ()
    assert annotate(extractor, _document(Zone(kind="unheard", start=12, end=13)), permissive).dropped == 1


@pytest.mark.parametrize(
    "answer",
    [
        Annotation(doc_id="d1", entities=(_entity("a", "LOC", 1, 4, "河湾镇"),)),
        Annotation(doc_id="d1", entities=(_entity("a", "LOC", 10, 99),)),
        Annotation(doc_id="d1", entities=(PERSON,), relations=(Relation(id="r", type="PART_OF", head="a", tail="?"),)),
        Annotation(doc_id="d1", entities=(PERSON, PERSON)),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(answer: Annotation, schema: Schema) -> None:
    """A wrong slice, an impossible offset, a dangling link or a repeated id is an error that names the document."""
    with pytest.raises(FaultyData, match="fixed on d1"):
        annotate(Fixed(answer), _document(), schema)


def test_a_run_keeps_the_order_and_counts(schema: Schema) -> None:
    """Documents are done in the order given; every annotation is handed out; the results are its counts."""
    documents = [_document().model_copy(update={"doc_id": name}) for name in ("b", "a", "c")]
    handed: list[Annotation] = []
    results = run(Fixed(ANSWER), documents, schema, handed.append)
    assert [annotation.doc_id for annotation in handed] == ["b", "a", "c"]
    assert [result[:5] for result in results] == [("b", 3, 2, 1, 0), ("a", 3, 2, 1, 0), ("c", 3, 2, 1, 0)]
    assert all(result.seconds >= 0 for result in results)


def test_no_documents_no_results(schema: Schema) -> None:
    """A run over nothing is a run with nothing found."""
    assert run(Fixed(ANSWER), [], schema, print) == ()
