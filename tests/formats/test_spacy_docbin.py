"""spaCy's DocBin: lossless, as spaCy itself reads it, after spaCy changed it, and from other programs."""

from __future__ import annotations

import gc
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import spacy
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin
from spacy.tokens import Span as SpacySpan
from spacy.training import Corpus
from spacy.vocab import Vocab

from tests.strategies import annotated_documents
from workbench.core.errors import EnvironmentFailure, FaultyData, UsageMistake
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument, Annotation, Argument, Entity, Frame, Relation, Trigger, in_order
from workbench.core.text import Span, surface
from workbench.corpus.reading import read_annotated
from workbench.formats import spacy_docbin
from workbench.formats.contract import ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.spacy_docbin import writing

ROOT = Path(__file__).parents[2]
TEXT = "民革、民盟四川省委𠀀帮扶\u00a0剑阁县（協(xié)）\n　210万元"


def entity(name: str, label: str, *fragments: tuple[int, int], **said: Any) -> Entity:
    where = tuple(Span(*fragment) for fragment in fragments)
    return Entity(id=name, type=label, fragments=where, text=surface(TEXT, where), **said)


OUTER = entity("T1", "ORG", (0, 9), attributes={"level": "省"}, note="顿号", score=0.5)
INNER = entity("T2", "ORG", (3, 5), cluster="c1")
SPLIT = entity("T3", "ORG", (0, 2), (5, 9))
LINES = entity("T4", "LOC", (13, 27))
RELATION = Relation(id="R1", type="PART_OF", head="T2", tail="T1", attributes={"sure": "no"}, extra={"n": 2**70})
FRAME = Frame(
    id="E1",
    type="ASSIST",
    trigger=Trigger(fragments=(Span(10, 12),), text="帮扶"),
    arguments=(Argument(role="helper", entity="T3"),),
)
DOCUMENT = AnnotatedDocument(
    "d1",
    in_order(
        Annotation(
            doc_id="d1",
            author="A",
            finished_layers=(),
            entities=(OUTER, INNER, SPLIT, LINES),
            relations=(RELATION,),
            frames=(FRAME,),
            extra={"n": -(2**70)},
        )
    ),
    TEXT,
)


def write(path: Path, *documents: AnnotatedDocument, **settings: Any) -> Path:
    made = spacy_docbin.writer(path, WriteSettings(**settings))
    for document in documents:
        made.write(document)
    made.close()
    return path


def found_in(path: Path) -> list[ReadDocument]:
    return list(spacy_docbin.read(path, ReadSettings()))


def document_in(path: Path) -> AnnotatedDocument:
    (found,) = found_in(path)
    assert found.faults == ()
    assert found.document is not None
    mended = mend(found.document, repair=False)
    assert mended.faults == ()
    return mended.document


def docs_in(path: Path) -> list[Doc]:
    return list(DocBin().from_disk(path).get_docs(Vocab()))


def saved(path: Path, *docs: Doc, user_data: bool = True) -> Path:
    DocBin(store_user_data=user_data, docs=docs).to_disk(path)
    return path


def changed(path: Path, change: Callable[[Doc], None], user_data: bool = True) -> Path:
    """The file after a program of spaCy has changed its only document."""
    (doc,) = docs_in(path)
    change(doc)
    return saved(path.with_name("changed.spacy"), doc, user_data=user_data)


def foreign(words: list[str], spaces: list[bool] | None = None, **said: Any) -> Doc:
    return Doc(Vocab(), words=words, spaces=spaces, **said)


# --- what we write ---------------------------------------------------------------------------------------------------

collections = st.integers(0, 3).flatmap(
    lambda number: st.tuples(*(annotated_documents(f"d{index}") for index in range(number)))
)


@settings(max_examples=60)
@given(documents=collections, flatten=st.sampled_from(["outermost", "innermost"]))
def test_nothing_is_lost(tmp_path_factory: pytest.TempPathFactory, documents: Any, flatten: str) -> None:
    path = write(tmp_path_factory.mktemp("law") / "a.spacy", *documents, flatten=flatten)
    assert [doc.text for doc in docs_in(path)] == [document.text for document in documents]
    back = found_in(path)
    assert [found.faults for found in back] == [()] * len(documents)
    mended = [mend(found.document, repair=False) for found in back if found.document is not None]
    assert [one.faults for one in mended] == [()] * len(documents)
    assert [one.document for one in mended] == list(documents)
    assert not [loss for document in documents for loss in spacy_docbin.losses(document, WriteSettings())]


def test_the_pilot_gold(tmp_path: Path) -> None:
    """Real documents come back, in order, and the same documents are the same bytes."""
    gold = read_annotated(ROOT / "gold" / "0.1.0")
    once, again = write(tmp_path / "once.spacy", *gold), write(tmp_path / "again.spacy", *gold)
    back = [mend(found.document, repair=False).document for found in found_in(once) if found.document is not None]
    assert back == list(gold)
    assert once.read_bytes() == again.read_bytes()


def test_what_spacy_reads(tmp_path: Path) -> None:
    """Spans of all entities, which say what the mentions say; relations by ids of spans."""
    (doc,) = docs_in(write(tmp_path / "a.spacy", DOCUMENT))
    assert doc.text == TEXT
    spans = [(span.id_, span.label_, span.text) for span in doc.spans["sc"]]
    assert sorted(spans) == [
        ("T1", "ORG", "民革、民盟四川省委"),
        ("T2", "ORG", "民盟"),
        ("T3", "ORG", "四川省委"),
        ("T3", "ORG", "民革"),
        ("T4", "LOC", "剑阁县（協(xié)）\n　2"),
    ]
    assert doc.user_data["doc_id"] == "d1"
    assert doc.user_data["relations"] == (
        {"id": "R1", "type": "PART_OF", "head": "T2", "tail": "T1", "attributes": {"sure": "no"}},
    )


@pytest.mark.parametrize(("flatten", "kept"), [("outermost", ["T1", "T4"]), ("innermost", ["T2", "T4"])])
def test_one_layer_of_entities(tmp_path: Path, flatten: str, kept: list[str]) -> None:
    """Of those that overlap one stays; none of several fragments does; line ends are no matter."""
    (doc,) = docs_in(write(tmp_path / "a.spacy", DOCUMENT, flatten=flatten))
    assert [span.id_ for span in doc.ents] == kept


def test_examples_for_training(tmp_path: Path) -> None:
    """The Chinese pipeline's own tokens align with all entities and spans; a text without entities says so."""
    plain = AnnotatedDocument("d2", Annotation(doc_id="d2"), "政协")
    path = write(tmp_path / "a.spacy", DOCUMENT, plain)
    annotated, empty = Corpus(path)(spacy.blank("zh"))
    tags = annotated.get_aligned_ner()
    assert set(tags) == {"O", "B-ORG", "I-ORG", "L-ORG", "B-LOC", "I-LOC", "L-LOC"}
    assert (tags.count("B-ORG"), tags.count("B-LOC")) == (1, 1)
    aligned = annotated.get_aligned_spans_y2x(list(annotated.reference.spans["sc"]), allow_overlap=True)
    assert len(aligned) == 5
    assert empty.get_aligned_ner() == ["O", "O"]


def test_collections_and_texts_without_content(tmp_path: Path) -> None:
    assert found_in(write(tmp_path / "a.spacy")) == []
    empty = AnnotatedDocument("d2", Annotation(doc_id="d2"), "")
    assert [found.document for found in found_in(write(tmp_path / "b.spacy", empty, empty))] == [empty, empty]


def test_what_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document without text, one more than there is room for; the others are written."""
    made = spacy_docbin.writer(tmp_path / "a.spacy", WriteSettings())
    with pytest.raises(FaultyData, match="'d1' has no text"):
        made.write(DOCUMENT._replace(text=None))
    monkeypatch.setattr(writing, "_MOST_CHARACTERS", len(TEXT) + 1)
    made.write(DOCUMENT)
    with pytest.raises(FaultyData, match="'d1' a DocBin has room for"):
        made.write(DOCUMENT)
    made.close()
    assert document_in(tmp_path / "a.spacy") == DOCUMENT
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        spacy_docbin.writer(tmp_path / "none" / "a.spacy", WriteSettings())


# --- after spaCy changed it ------------------------------------------------------------------------------------------


def spans_but(doc: Doc, *ids: str) -> list[SpacySpan]:
    return [span for span in doc.spans["sc"] if span.id_ not in ids]


def test_spans_that_are_gone_are_gone(tmp_path: Path) -> None:
    """With all that was said of them; what refers to them is a fault of the document."""

    def change(doc: Doc) -> None:
        doc.spans["sc"] = spans_but(doc, "T2", "T4")
        doc.ents = [span for span in doc.ents if span.id_ != "T4"]

    (found,) = found_in(changed(write(tmp_path / "a.spacy", DOCUMENT), change))
    assert found.document is not None
    assert [one.id for one in found.document.annotation.entities] == ["T1", "T3"]
    assert [fault.path for fault in mend(found.document, repair=False).faults] == ["relations[0].head"]


def test_spans_win_over_what_was_kept(tmp_path: Path) -> None:
    """A moved or relabelled span keeps its attributes; a new one has none and the next free id."""

    def change(doc: Doc) -> None:
        moved = SpacySpan(doc, 0, 5, label="GROUP", span_id="T1")
        doc.spans["sc"] = [*spans_but(doc, "T1"), moved, SpacySpan(doc, 10, 12, label="DEED")]
        doc.ents = [span for span in doc.ents if span.id_ != "T1"]

    back = document_in(changed(write(tmp_path / "a.spacy", DOCUMENT), change)).annotation
    assert back.entity_by_id["T1"] == entity("T1", "GROUP", (0, 5), attributes={"level": "省"}, note="顿号", score=0.5)
    assert back.entity_by_id["T5"] == entity("T5", "DEED", (10, 12))
    assert (back.author, back.relations, back.frames) == ("A", (RELATION,), (FRAME,))


def test_a_recogniser_ran_over_it(tmp_path: Path) -> None:
    """Entities that are spans already are the same; others are new, also where they have an id that spans have."""

    def change(doc: Doc) -> None:
        doc.ents = [
            SpacySpan(doc, 0, 9, label="ORG"),
            SpacySpan(doc, 10, 12, label="DEED"),
            SpacySpan(doc, 13, 16, label="LOC", span_id="T4"),
        ]

    back = document_in(changed(write(tmp_path / "a.spacy", DOCUMENT), change)).annotation
    assert [(one.id, one.text) for one in back.entities if one.id not in ("T1", "T2", "T3", "T4")] == [
        ("T5", "帮扶"),
        ("T6", "剑阁县"),
    ]
    assert back.entity_by_id["T6"].extra == {"spacy": {"id": "T4"}}
    assert back.entity_by_id["T4"] == LINES


def test_a_ruler_ran_over_it(tmp_path: Path) -> None:
    """Ids of patterns are no ids of entities, even where several mentions have one."""

    def change(doc: Doc) -> None:
        rule = [SpacySpan(doc, *place, label="ORG", span_id="party") for place in ((0, 2), (3, 5))]
        doc.spans["ruler"] = rule

    back = document_in(changed(write(tmp_path / "a.spacy", DOCUMENT), change)).annotation
    assert [(one.id, one.text, one.extra) for one in back.entities if one.extra] == [
        ("T5", "民革", {"spacy": {"groups": ["ruler"], "id": "party"}}),
        ("T6", "民盟", {"spacy": {"groups": ["ruler"], "id": "party"}}),
    ]


def test_without_user_data(tmp_path: Path) -> None:
    """Spans are left; those of one entity are not known to be its fragments."""
    (doc,) = docs_in(write(tmp_path / "a.spacy", DOCUMENT))
    document = document_in(saved(tmp_path / "b.spacy", doc, user_data=False))
    assert document.doc_id == "b-1"
    assert [(one.id, one.text, one.extra) for one in document.annotation.entities] == [
        ("T1", "民革、民盟四川省委", {}),
        ("T5", "民革", {"spacy": {"id": "T3"}}),
        ("T6", "四川省委", {"spacy": {"id": "T3"}}),
        ("T2", "民盟", {}),
        ("T4", "剑阁县（協(xié)）\n　2", {}),
    ]
    assert document.annotation.relations == ()


def test_knowledge_base_ids(tmp_path: Path) -> None:
    """They come from spans, are kept in `extra`, and go back to the spans; a new one replaces the old."""
    doc = foreign(["剑阁县"])
    doc.ents = [SpacySpan(doc, 0, 1, label="LOC", kb_id="Q1")]
    document = document_in(saved(tmp_path / "a.spacy", doc))
    assert document.annotation.entities[0].extra == {"spacy": {"kb_id": "Q1"}}
    path = write(tmp_path / "b.spacy", document)
    assert document_in(path) == document
    assert docs_in(path)[0].ents[0].kb_id_ == "Q1"

    def change(doc: Doc) -> None:
        doc.spans["sc"] = [SpacySpan(doc, 0, 3, label="LOC", kb_id="Q2", span_id="T1")]

    assert document_in(changed(path, change)).annotation.entities[0].extra == {"spacy": {"kb_id": "Q2"}}


# --- files of other programs -----------------------------------------------------------------------------------------


def test_tokens_with_blanks_behind_them(tmp_path: Path) -> None:
    doc = foreign(["民革", "and", "𠀀", "剑阁县"], [True, True, False, False])
    doc.ents = [SpacySpan(doc, 0, 1, label="ORG"), SpacySpan(doc, 2, 4, label="LOC")]
    unknown = foreign(["剑阁", "县"])
    unknown.spans["sc"] = [SpacySpan(unknown, 1, 2, label="LOC", span_id="a")]
    first, second = found_in(saved(tmp_path / "a.spacy", doc, unknown, user_data=False))
    assert first.document is not None
    assert second.document is not None
    assert first.document.text == "民革 and 𠀀剑阁县"
    assert [(one.id, one.fragments) for one in first.document.annotation.entities] == [
        ("T1", (Span(0, 2),)),
        ("T2", (Span(7, 11),)),
    ]
    assert (second.document.doc_id, second.document.text) == ("a-2", "剑阁 县 ")
    assert second.document.annotation.entities == (Entity(id="a", type="LOC", fragments=(Span(3, 4),)),)


def test_each_span_once(tmp_path: Path) -> None:
    """Of all groups and of the entities; those without label are their groups' word on a mention."""
    doc = foreign(list("民革和民盟"), [False] * 5)
    doc.spans["sc"] = [SpacySpan(doc, 0, 2, label="ORG"), SpacySpan(doc, 0, 2, label="GROUP")]
    doc.spans["coref_clusters_1"] = [SpacySpan(doc, 3, 5), SpacySpan(doc, 1, 2)]
    doc.spans["a"] = [SpacySpan(doc, 0, 2, label="ORG", span_id="x")]
    doc.ents = [SpacySpan(doc, 0, 2, label="ORG"), SpacySpan(doc, 3, 5, label="ORG")]
    (found,) = found_in(saved(tmp_path / "a.spacy", doc))
    assert [(fault.path, fault.message) for fault in found.faults] == [
        ("spans.coref_clusters_1[1]", "the span has no label, which is needed as its type")
    ]
    assert found.document is not None
    assert [(one.id, one.type, one.extra) for one in found.document.annotation.entities] == [
        ("x", "ORG", {"spacy": {"groups": ["sc", "a"]}}),
        ("T1", "GROUP", {}),
        ("T2", "ORG", {"spacy": {"groups": ["coref_clusters_1"]}}),
    ]


def test_user_data_of_others(tmp_path: Path) -> None:
    """Extension attributes, categories, relations in other forms; what JSON cannot say is left out with a warning."""
    doc = foreign(["剑阁县"], [False])
    doc.cats = {"poverty": 1.0}
    doc.user_data = {
        ("._.", "rel", None, None): {(0, 1): {"PART_OF": 1.0}},
        "relations": [{"head_span": {"start": 0}, "child_span": {"start": 1}, "label": "PART_OF"}],
        "picture": b"x",
        "share": float("inf"),
    }
    (found,) = found_in(saved(tmp_path / "a.spacy", doc))
    assert [(fault.path, fault.severity) for fault in found.faults] == [
        ("user_data.picture", "warning"),
        ("user_data.share", "warning"),
    ]
    assert found.document is not None
    assert found.document.annotation.extra == {
        "spacy": {
            "cats": {"poverty": 1.0},
            "user_data": [
                [["._.", "rel", None, None], [[[0, 1], {"PART_OF": 1.0}]]],
                ["relations", [{"head_span": {"start": 0}, "child_span": {"start": 1}, "label": "PART_OF"}]],
            ],
        }
    }


def test_our_relations_by_another_program(tmp_path: Path) -> None:
    """Spans that a relation names by one id are fragments; relations may lack ids and have further keys."""
    doc = foreign(list("民革和民盟省委"), [False] * 7)
    doc.spans["sc"] = [
        SpacySpan(doc, 0, 2, label="ORG", span_id="a"),
        SpacySpan(doc, 5, 7, label="ORG", span_id="a"),
        SpacySpan(doc, 3, 5, label="ORG", span_id="R1"),
    ]
    doc.user_data = {
        "doc_id": "x",
        "relations": [{"type": "JOINT", "head": "R1", "tail": "a", "by": "rule", "extra": {"n": 1}}],
    }
    document = document_in(saved(tmp_path / "a.spacy", doc))
    assert document.doc_id == "x"
    assert [(one.id, one.text) for one in document.annotation.entities] == [("a", "民革…省委"), ("R1", "民盟")]
    assert document.annotation.relations == (
        Relation(id="R2", type="JOINT", head="R1", tail="a", extra={"n": 1, "by": "rule"}),
    )


def test_a_chinese_pipeline(tmp_path: Path) -> None:
    """What a blank pipeline with rulers makes of the text is read as it stands there."""
    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "LOC", "pattern": "剑阁县", "id": "jiange"}])
    nlp.add_pipe("span_ruler").add_patterns([{"label": "ORG", "pattern": "民盟"}])
    document = document_in(saved(tmp_path / "a.spacy", nlp(TEXT)))
    assert document.text == TEXT
    assert {(one.id, one.type, one.text) for one in document.annotation.entities} == {
        ("T1", "ORG", "民盟"),
        ("jiange", "LOC", "剑阁县"),
    }


# --- dirty files -----------------------------------------------------------------------------------------------------


def ours(**user_data: Any) -> Doc:
    doc = foreign(list("民革和民盟"), [False] * 5, user_data={"workbench": "{}", **user_data})
    doc.spans["sc"] = [SpacySpan(doc, 0, 2, label="ORG", span_id="T1")]
    return doc


@pytest.mark.parametrize(
    ("user_data", "paths"),
    [
        ({"doc_id": 7}, ["user_data.doc_id"]),
        ({"workbench": {"a": 1}}, ["user_data.workbench"]),
        ({"workbench": "{"}, ["user_data.workbench"]),
        ({"workbench": "[1]"}, ["user_data.workbench"]),
        (
            {"workbench": '{"entities": [], "frames": {}}'},
            ["user_data.workbench.entities", "user_data.workbench.frames"],
        ),
        ({"workbench": '{"entities": {"T1": 1}}'}, ["user_data.workbench.entities.T1"]),
        ({"workbench": '{"entities": {"T1": {"score": "high"}}}'}, ["user_data.workbench.entities.T1.score"]),
        ({"workbench": '{"document": {"author": 1}}'}, ["user_data.workbench.document.author"]),
        ({"workbench": '{"frames": [1, {"id": "E1"}]}'}, ["frames[0]", "frames[1].type"]),
        ({"relations": "T1"}, ["user_data.relations"]),
        ({"relations": [1, {"type": "R", "head": "T1"}]}, ["relations[0]", "relations[1].tail"]),
        ({"relations": [{"id": [1], "type": "R", "head": "T1", "tail": "T1"}]}, ["relations[0].id"]),
    ],
)
def test_faulty_parts_are_left_out(tmp_path: Path, user_data: dict[str, Any], paths: list[str]) -> None:
    """Of what we wrote there; spans are read all the same."""
    (found,) = found_in(saved(tmp_path / "a.spacy", ours(**user_data)))
    assert [fault.path for fault in found.faults] == paths
    assert found.document is not None
    assert [one.id for one in found.document.annotation.entities] == ["T1"]
    assert found.document.annotation.relations == found.document.annotation.frames == ()


def raw(path: Path, change: Callable[[dict[str, Any]], None], *docs: Doc) -> Path:
    """A file whose map of msgpack was changed."""
    content = srsly.msgpack_loads(zlib.decompress(saved(path, *docs).read_bytes()))
    change(content)
    path.write_bytes(zlib.compress(srsly.msgpack_dumps(content)))
    return path


def test_a_faulty_document_does_not_spoil_the_others(tmp_path: Path) -> None:
    def change(content: dict[str, Any]) -> None:
        content["span_groups"][0] = b"\xc1"
        content["user_data"][1] = srsly.msgpack_dumps([1])

    path = raw(tmp_path / "a.spacy", change, ours(), ours(), ours())
    found = found_in(path)
    assert [one.document is None for one in found] == [True, True, False]
    assert found[0].faults[0].message.startswith("document 1 cannot be read: ")
    assert gc.isenabled()


def test_strings_that_are_not_there(tmp_path: Path) -> None:
    """A label that the file does not spell out is a fault; an id that is only a number is that number."""
    doc = foreign(["剑阁县"], [False])
    doc.spans["sc"] = [SpacySpan(doc, 0, 1, label="NOWHERE"), SpacySpan(doc, 0, 1, label="LOC", span_id=10**6)]
    path = raw(tmp_path / "a.spacy", lambda content: content["strings"].remove("NOWHERE"), doc)
    (found,) = found_in(path)
    assert [fault.path for fault in found.faults] == ["spans.sc[0]"]
    assert found.document is not None
    assert [one.id for one in found.document.annotation.entities] == [str(10**6)]


def test_spans_outside_of_the_document(tmp_path: Path) -> None:
    """They are faults, since spaCy refuses to look at them; the others are read."""

    def change(content: dict[str, Any]) -> None:
        (group,) = srsly.msgpack_loads(content["span_groups"][0])
        spans = srsly.msgpack_loads(group)
        sound = spans["spans"][0]
        spans["spans"].append(sound[:24] + struct.pack(">llll", 3, 9, 3, 9))
        content["span_groups"][0] = srsly.msgpack_dumps({srsly.msgpack_dumps(spans): ["sc"]})

    (found,) = found_in(raw(tmp_path / "a.spacy", change, ours()))
    assert [fault.path for fault in found.faults] == ["spans.sc[1]"]
    assert found.document is not None
    assert [one.id for one in found.document.annotation.entities] == ["T1"]


def test_entities_that_contradict_themselves(tmp_path: Path) -> None:
    """Tags that begin inside of an entity are a fault, as they are for spaCy; spans are read."""

    def change(content: dict[str, Any]) -> None:
        column = content["attrs"].index(spacy.attrs.IDS["ENT_IOB"])
        tokens = bytearray(content["tokens"])
        tokens[8 * column] = 1
        content["tokens"] = bytes(tokens)

    (found,) = found_in(raw(tmp_path / "a.spacy", change, ours()))
    assert [fault.path for fault in found.faults] == ["ents"]
    assert found.document is not None
    assert len(found.document.annotation.entities) == 1


def test_what_spacy_warns_of_is_a_fault(tmp_path: Path) -> None:
    """Groups of one name, as early versions wrote them, of which spaCy keeps one."""

    def change(content: dict[str, Any]) -> None:
        (group,) = srsly.msgpack_loads(content["span_groups"][0])
        content["span_groups"][0] = srsly.msgpack_dumps([group, group])

    (found,) = found_in(raw(tmp_path / "a.spacy", change, ours()))
    assert found.faults[0].message.startswith("spaCy says: [W120]")


NOT_A_DOCBIN: Mapping[str, bytes] = {
    "empty": b"",
    "text": b"T1\tORG 0 2\n",
    "compressed text": zlib.compress(TEXT.encode()),
    "other msgpack": zlib.compress(srsly.msgpack_dumps({"version": "0.1", "attrs": [65]})),
    "a list": zlib.compress(srsly.msgpack_dumps([1, 2])),
    "no columns": zlib.compress(
        srsly.msgpack_dumps({"attrs": [], "strings": [], "lengths": b"", "spaces": b"", "tokens": b""})
    ),
    "cut msgpack": zlib.compress(srsly.msgpack_dumps({"version": "0.1", "attrs": [65]})[:-1]),
    "pickle": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94.",
}


@pytest.mark.parametrize("name", NOT_A_DOCBIN)
def test_files_that_are_no_docbin(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.spacy"
    path.write_bytes(NOT_A_DOCBIN[name])
    with pytest.raises(FaultyData, match="not a spaCy DocBin, or a damaged one") as caught:
        found_in(path)
    assert caught.value.faults[0].source == path
    assert gc.isenabled()


@pytest.mark.parametrize("cut", [1, 2, 100, -1])
def test_files_that_are_cut_short(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path / "a.spacy", DOCUMENT)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(FaultyData, match="not compressed, or cut short"):
        found_in(path)


def test_paths_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match="no such file"):
        found_in(tmp_path / "a.spacy")
    with pytest.raises(UsageMistake, match="a folder"):
        found_in(tmp_path)


def test_heads_that_lead_nowhere(tmp_path: Path) -> None:
    """Spacy follows them and crashes; nothing needs them."""
    doc = foreign(["a", "b", "c"], heads=[0, 0, 1], deps=["ROOT", "x", "y"])

    def change(content: dict[str, Any]) -> None:
        column, width = content["attrs"].index(spacy.attrs.IDS["HEAD"]), 8 * len(content["attrs"])
        tokens = bytearray(content["tokens"])
        for row in range(3):
            tokens[row * width + 8 * column : row * width + 8 * column + 8] = b"\xff" * 4 + b"\x7f" * 4
        content["tokens"] = bytes(tokens)

    assert document_in(raw(tmp_path / "a.spacy", change, doc)).text == "a b c "


# --- recognition, and keeping quiet ----------------------------------------------------------------------------------


def test_recognition(tmp_path: Path) -> None:
    own, other = write(tmp_path / "a.spacy", DOCUMENT), saved(tmp_path / "b.spacy", foreign(["a"]), user_data=False)
    for path in (own, other, write(tmp_path / "c.spacy")):
        assert spacy_docbin.recognise(Sample(path, head=path.read_bytes()[:2048]))
    recognised = [name for name, content in NOT_A_DOCBIN.items() if spacy_docbin.recognise(Sample(own, head=content))]
    assert recognised == ["no columns"]
    assert not spacy_docbin.recognise(Sample(tmp_path, names=("a.spacy",)))
    early = {"attrs": [65, 77], "tokens": b"", "spaces": b"", "lengths": b""}
    assert spacy_docbin.recognise(Sample(own, head=zlib.compress(srsly.msgpack_dumps(early))))


def test_nothing_is_said_and_recognition_is_light(tmp_path: Path) -> None:
    path = write(tmp_path / "a.spacy", DOCUMENT)
    code = f"""
import sys
from pathlib import Path
from workbench.formats import spacy_docbin as module
from workbench.formats.contract import ReadSettings, Sample
path = Path({str(path)!r})
assert module.recognise(Sample(path, head=path.read_bytes()))
assert "spacy" not in sys.modules and "srsly" not in sys.modules
assert [found.faults for found in module.read(path, ReadSettings())] == [()]
"""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy.tokens", None)
    with pytest.raises(EnvironmentFailure, match=r"pip install 'cppcc-workbench\[spacy\]'"):
        found_in(tmp_path)
