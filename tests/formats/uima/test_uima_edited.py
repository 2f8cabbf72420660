"""Files of ours that a person has changed in INCEpTION: the reader takes what is there, and forgets what is gone."""

from __future__ import annotations

import re
from pathlib import Path

import cassis
import pytest

from tests.formats.uima.xmi_files import document_of, write_all
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Entity,
    Frame,
    Relation,
    SchemaStamp,
    Trigger,
    Zone,
)
from workbench.core.text import Span, surface
from workbench.core.values import Money
from workbench.formats import uima
from workbench.formats.contract import ReadDocument, ReadSettings, WriteSettings
from workbench.formats.uima import layers

TEXT = "剑阁县政协委员😀向贫困村捐款一万元，帮扶农户。"


def entity(name: str, kind: str, *spans: tuple[int, int], **fields: object) -> Entity:
    fragments = tuple(Span(*one) for one in spans)
    said = {"id": name, "type": kind, "fragments": fragments, "text": surface(TEXT, fragments), **fields}
    return Entity.model_validate(said)


GIVER = entity("T1", "ORG", (0, 3), (5, 7), note="两段", extra={"a": 1})
VILLAGE = entity("T2", "LOC", (9, 12), attributes={"level": "village"}, score=0.5)
SUM = entity("T3", "MONEY", (14, 17), value=Money(value=10000), cluster="C1")
ARGUMENTS = (Argument(role="from", entity="T1", extra={"sure": True}), Argument(role="to", entity="T2"))
FRAME = Frame(
    id="E1", type="GIVE", trigger=Trigger(fragments=(Span(12, 14),), text="捐款", extra={"b": 2}), arguments=ARGUMENTS
)
BARE = Frame(id="E2", type="HELP", arguments=(Argument(role="to", entity="T2"), Argument(role="with", entity="T3")))
DOCUMENT = AnnotatedDocument(
    "报告/1",
    Annotation(
        doc_id="报告/1",
        author="gold",
        made_with=SchemaStamp(id="cppcc-poverty", version="0.2.0"),
        entities=(GIVER, VILLAGE, SUM),
        relations=(Relation(id="R1", type="AT", head="T1", tail="T2", note="近"),),
        frames=(BARE, FRAME),
        extra={"x": 1},
    ),
    TEXT,
    (Zone(kind="footer", start=17, end=18, extra={"y": 1}),),
)


class Edited:
    """The document's file, opened with dkpro-cassis to be changed, and read again by us."""

    def __init__(self, folder: Path) -> None:
        write_all(folder / "out", [DOCUMENT], WriteSettings())
        (self.path,) = (folder / "out").glob("*.xmi")
        types = cassis.load_typesystem(folder / "out" / "TypeSystem.xml")
        self.cas = cassis.load_cas_from_xmi(self.path, types)

    def one(self, layer: str, identifier: str) -> cassis.typesystem.FeatureStructure:
        (found,) = (one for one in self.cas.select(layer) if one.identifier == identifier)
        return found

    def remove(self, layer: str) -> None:
        for one in list(self.cas.select(layer)):
            self.cas.remove(one)

    def found(self) -> ReadDocument:
        self.cas.to_xmi(self.path)
        (found,) = uima.read(self.path, ReadSettings())
        return found

    def document(self) -> AnnotatedDocument:
        return document_of(self.found())


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    return Edited(tmp_path)


def test_unchanged_it_is_what_it_was(edited: Edited) -> None:
    assert edited.document() == DOCUMENT


def test_new_annotations_get_ids_that_are_free(edited: Edited) -> None:
    made = edited.cas.typesystem.get_type(layers.ENTITY)
    edited.one(layers.ENTITY, "T3").identifier = "T900"
    edited.cas.add(made(begin=21, end=23, label="GROUP", xmiID=900))
    edited.cas.add(made(begin=19, end=21, xmiID=901))
    entities = edited.document().annotation.entities
    assert [(one.id, one.type) for one in entities[2:]] == [("T900", "MONEY"), ("T901", "Entity"), ("T900x", "GROUP")]


def test_features_that_were_changed_count(edited: Edited) -> None:
    village = edited.one(layers.ENTITY, "T2")
    village.label, village.level, village.note, village.begin = "ORG", "town", "新", 10
    money = edited.one(layers.ENTITY, "T3")
    money.value = money.cluster = None
    frame = edited.one(layers.FRAME, "E1")
    frame.arguments.elements[1].role = "for"
    annotation = edited.document().annotation
    _, changed, plain = annotation.entities
    assert (changed.type, changed.attributes, changed.note, changed.text) == ("ORG", {"level": "town"}, "新", "困村")
    assert changed.score == 0.5
    assert (plain.value, plain.cluster) == (None, None)
    assert annotation.frames[1].arguments == (Argument(role="for", entity="T2"), ARGUMENTS[0])


def test_a_moved_argument_keeps_nothing_of_the_old(edited: Edited) -> None:
    edited.one(layers.FRAME, "E1").arguments.elements[0].target = edited.one(layers.ENTITY, "T3")
    assert Argument(role="from", entity="T3") in edited.document().annotation.frames[1].arguments


def test_a_fragment_that_was_cut_off_is_an_entity(edited: Edited) -> None:
    edited.remove(layers.ENTITY_PART)
    first, part = edited.document().annotation.entities[:2]
    assert (first.id, first.fragments, first.note) == ("T1", (Span(0, 3),), "两段")
    assert (part.type, part.fragments, part.note, part.extra) == ("ORG", (Span(5, 7),), None, {})


def test_the_first_fragment_that_was_deleted_leaves_the_others(edited: Edited) -> None:
    for layer, name in ((layers.RELATION, "R1"), (layers.FRAME, "E1"), (layers.ENTITY, "T1")):
        edited.cas.remove(edited.one(layer, name))
    annotation = edited.document().annotation
    assert [one.text for one in annotation.entities] == ["委员", "贫困村", "一万元"]


def test_fragments_that_were_joined_are_one_entity(edited: Edited) -> None:
    arc = edited.cas.typesystem.get_type(layers.ENTITY_PART)
    village, money = edited.one(layers.ENTITY, "T2"), edited.one(layers.ENTITY, "T3")
    edited.one(layers.ENTITY, "T3").identifier = None
    edited.cas.add(arc(begin=9, end=12, Governor=money, Dependent=village))
    joined = edited.document().annotation.entities[1]
    assert (joined.id, joined.type, joined.text) == ("T2", "LOC", "贫困村…一万元")


def test_what_hangs_on_a_deleted_entity_is_said(edited: Edited) -> None:
    edited.cas.remove(edited.one(layers.ENTITY, "T2"))
    found = edited.found()
    assert found.document is not None
    (relation,) = found.document.annotation.relations
    number = edited.one(layers.RELATION, "R1").Dependent.xmiID
    assert (relation.head, relation.tail) == ("T1", f"xmi:id {number}")
    bare = next(frame for frame in found.document.annotation.frames if frame.id == "E2")
    assert bare.arguments == (Argument(role="with", entity="T3"),)


@pytest.mark.parametrize(("begin", "end"), [(18, 17), (17, 17), (-1, 2)])
def test_a_zone_that_is_no_stretch_is_left_out(edited: Edited, begin: int, end: int) -> None:
    edited.cas.to_xmi(edited.path)
    content = edited.path.read_text(encoding="utf-8")
    where = re.search(r'<custom:Zone [^>]*begin="(\d+)" end="(\d+)"', content)
    assert where is not None
    moved = where.group().replace(f'begin="{where[1]}" end="{where[2]}"', f'begin="{begin}" end="{end}"')
    edited.path.write_text(content.replace(where.group(), moved), encoding="utf-8")
    (found,) = uima.read(edited.path, ReadSettings())
    assert found.document is not None
    assert found.document.zones == ()
    assert "is no stretch of a text" in found.faults[0].message


def test_without_the_layer_of_the_document_the_rest_is_read(edited: Edited) -> None:
    edited.remove(layers.DOCUMENT)
    document = edited.document()
    assert (document.doc_id, document.annotation.author, document.annotation.made_with) == ("报告/1", None, None)
    assert (document.annotation.entities, document.zones) == (DOCUMENT.annotation.entities, DOCUMENT.zones)
    assert [frame.id for frame in document.annotation.frames] == ["E1"]


def test_an_export_of_inception_names_the_annotator(edited: Edited) -> None:
    (metadata,) = edited.cas.select(layers.METADATA)
    metadata.documentTitle, metadata.documentId, metadata.documentUri = "报告%2F1.xmi", "anna", "p/报告%2F1.xmi"
    document = edited.document()
    assert (document.doc_id, document.annotation.author) == ("报告/1", "anna")
    metadata.documentId = "INITIAL_CAS"
    assert edited.document().annotation.author == "gold"


@pytest.mark.parametrize(
    ("layer", "name", "feature", "words", "message"),
    [
        (layers.ENTITY, "T3", "value", "{", "entities[2].value: not JSON"),
        (layers.ENTITY, "T3", "value", '{"kind": "money", "value": "much"}', "entities[2].value."),
        (layers.ENTITY, "T2", "score", "true", "entities[1].score: is no number"),
        (layers.ENTITY, "T2", "score", "high", "entities[1].score: not JSON"),
        (layers.ENTITY, "T1", "remainder", "[1]", ".remainder: "),
        (layers.ENTITY, "T1", "remainder", '{"extra": 1}', ".remainder.extra: "),
        (layers.ENTITY, "T1", "remainder", '{"text": "x"}', ".remainder.text: unknown key"),
        (layers.ENTITY, "T1", "remainder", '{"attributes": {"a": 1}}', ".remainder.attributes.a: "),
        (layers.DOCUMENT, "报告/1", "remainder", '{"frames": [{}]}', "document.remainder.frames[0].id: missing"),
        (layers.DOCUMENT, "报告/1", "remainder", '{"document": {"author": 1}}', "document.author: "),
        (layers.DOCUMENT, "报告/1", "remainder", '{"document": {"x": 1}}', "document.x: unknown key"),
    ],
)
def test_json_that_was_spoilt_is_a_fault_and_the_rest_is_read(
    edited: Edited, layer: str, name: str, feature: str, words: str, message: str
) -> None:
    setattr(edited.one(layer, name), feature, words)
    found = edited.found()
    assert any(message in str(fault) for fault in found.faults)
    assert found.document is not None
    assert [one.id for one in found.document.annotation.entities] == ["T1", "T2", "T3"]
    assert [one.fragments for one in found.document.annotation.entities] == [
        one.fragments for one in DOCUMENT.annotation.entities
    ]
