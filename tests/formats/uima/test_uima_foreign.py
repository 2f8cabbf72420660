"""UIMA CAS XMI as INCEpTION, WebAnno and DKPro write it: layers of any name are read as fully as records can hold."""

from __future__ import annotations

from pathlib import Path

import cassis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.uima.xmi_files import document_of, read_foreign, span, type_system, xmi
from tests.strategies import texts
from workbench.core.records import Argument
from workbench.core.text import Span, Utf16Map
from workbench.formats import uima
from workbench.formats.contract import ReadDocument, ReadSettings

TEXT = "市政协😀帮扶剑阁县\u00a0贫困村。\n協(xié)會"
TOKENS = (span("seg:Token", 1, 0, 1), span("seg:Token", 2, 1, 3), span("seg:Sentence", 3, 0, 14))


def test_named_entities_are_entities_and_segments_are_not(tmp_path: Path) -> None:
    found = read_foreign(
        tmp_path,
        xmi(
            TEXT,
            *TOKENS,
            span("seg:Lemma", 4, 0, 1, 'value="市"'),
            span("meta:TagsetDescription", 5, 0, 18, 'layer="x" name="y"'),
            span("ner:NamedEntity", 6, 0, 3, 'value="ORG" identifier="http://kb/1"'),
            span("ner:NamedEntity", 7, 7, 10, 'identifier="http://kb/2"'),
            span("ner:NamedEntity", 8, 3, 5),
        ),
    )
    document = document_of(found)
    assert (document.doc_id, document.text) == ("some", TEXT)
    entities = document.annotation.entities
    assert [(one.id, one.type, one.text, one.attributes) for one in entities] == [
        ("T6", "ORG", "市政协", {"identifier": "http://kb/1"}),
        ("T8", "NamedEntity", "😀", {}),
        ("T7", "http://kb/2", "剑阁县", {}),
    ]
    assert entities[0].extra == {"xmi": {"type": "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"}}
    assert found.lines == {"entities[0]": 8, "entities[1]": 9, "entities[2]": 10}


def test_custom_spans_and_relations(tmp_path: Path) -> None:
    document = document_of(
        read_foreign(
            tmp_path,
            xmi(
                TEXT,
                span("custom:Aid", 11, 0, 3, 'label="GIVER" sure="yes" amount="1.50" past="true"'),
                span("custom:Aid", 12, 7, 10, 'label=""'),
                span("custom:Gives", 13, 7, 10, 'Governor="11" Dependent="12" how="money"'),
                span("none:Bare", 14, 11, 14),
                span("tcas:Annotation", 15, 11, 14),
            ),
        )
    )
    assert [(one.type, one.attributes) for one in document.annotation.entities] == [
        ("GIVER", {"sure": "yes", "amount": "1.50", "past": "true"}),
        ("Aid", {"label": ""}),
        ("Annotation", {}),
        ("Bare", {}),
    ]
    (relation,) = document.annotation.relations
    assert (relation.id, relation.type, relation.head, relation.tail) == ("R13", "Gives", "T11", "T12")
    assert relation.attributes == {"how": "money"}


def test_relations_between_tokens_make_them_entities(tmp_path: Path) -> None:
    types = type_system(
        {
            "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token": ("uima.tcas.Annotation", []),
            "webanno.custom.Arc": (
                "uima.tcas.Annotation",
                [
                    (end, "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token")
                    for end in ("Governor", "Dependent")
                ],
            ),
        }
    )
    arc = span("custom:Arc", 4, 1, 3, 'Governor="1" Dependent="2"')
    found = read_foreign(tmp_path, xmi(TEXT, *TOKENS[:2], span("seg:Token", 3, 7, 10), arc), types)
    annotation = document_of(found).annotation
    assert [(one.id, one.type, one.text) for one in annotation.entities] == [
        ("T1", "Token", "市"),
        ("T2", "Token", "政协"),
    ]
    assert [(one.head, one.tail) for one in annotation.relations] == [("T1", "T2")]


@pytest.mark.parametrize("links", ['arguments="24 25"', 'arguments="26"'])
def test_slots_make_frames(tmp_path: Path, links: str) -> None:
    document = document_of(
        read_foreign(
            tmp_path,
            xmi(
                TEXT,
                span("sem:SemPred", 21, 5, 7, f'category="ASSIST" {links}'),
                span("sem:SemArg", 22, 0, 3),
                span("sem:SemArg", 23, 7, 10),
                '<sem:SemArgLink xmi:id="24" role="helper" target="22"/>',
                '<sem:SemArgLink xmi:id="25" target="23"/>',
                '<cas:FSArray xmi:id="26" elements="24 0 25"/>',
                members=[21, 22, 23],
            ),
        )
    )
    (frame,) = document.annotation.frames
    assert (frame.type, frame.attributes, frame.trigger and frame.trigger.text) == (
        "SemPred",
        {"category": "ASSIST"},
        "帮扶",
    )
    assert frame.arguments == (Argument(role="arguments", entity="T23"), Argument(role="helper", entity="T22"))


def test_chains_make_clusters(tmp_path: Path) -> None:
    document = document_of(
        read_foreign(
            tmp_path,
            xmi(
                TEXT,
                span("coref:CoreferenceLink", 31, 0, 3, 'next="32" referenceType="nam"'),
                span("coref:CoreferenceLink", 32, 7, 10, 'next="31"'),
                span("coref:CoreferenceLink", 33, 11, 14),
                '<coref:CoreferenceChain xmi:id="34" sofa="9000" first="31"/>',
            ),
        )
    )
    entities = document.annotation.entities
    assert [(one.type, one.cluster, one.attributes) for one in entities] == [
        ("CoreferenceLink", "C34", {"referenceType": "nam"}),
        ("CoreferenceLink", "C34", {}),
        ("CoreferenceLink", None, {}),
    ]


def test_a_predicate_in_a_chain_says_so(tmp_path: Path) -> None:
    chain = '<coref:CoreferenceChain xmi:id="52" sofa="9000" first="51"/>'
    document = document_of(read_foreign(tmp_path, xmi(TEXT, span("sem:SemPred", 51, 5, 7), chain)))
    assert document.annotation.frames[0].extra["xmi"]["cluster"] == "C52"


def test_lists_are_followed(tmp_path: Path) -> None:
    of_numbers = [("n", "uima.cas.IntegerArray"), ("shared", "uima.cas.IntegerArray")]
    types = type_system({"a.List": ("uima.tcas.Annotation", [("of", "uima.cas.FSList"), *of_numbers])})
    shared = "<multipleReferencesAllowed>true</multipleReferencesAllowed></featureDescription>\n      </features>"
    types = types.replace("</featureDescription>\n      </features>", shared)
    rows = (
        '<a:List xmlns:a="http:///a.ecore" xmi:id="1" sofa="9000" begin="0" end="3" of="2" n="5 6" shared="4"/>',
        '<cas:NonEmptyFSList xmi:id="2" head="1" tail="3"/>',
        '<cas:EmptyFSList xmi:id="3"/>',
        '<cas:IntegerArray xmi:id="4" elements="7 8"/>',
    )
    (one,) = document_of(read_foreign(tmp_path, xmi(TEXT, *rows, members=[1]), types)).annotation.entities
    assert one.extra["xmi"] == {"type": "a.List", "n": ["5", "6"], "of": ["T1"], "shared": ["7", "8"]}


def test_what_records_have_no_field_for_is_kept(tmp_path: Path) -> None:
    document = document_of(
        read_foreign(
            tmp_path,
            xmi(
                TEXT,
                span("ner:NamedEntity", 41, 0, 3),
                '<custom:Words xmi:id="42" sofa="9000" begin="5" end="7" about="41" all="41 41">'
                "<tags>a b</tags><tags>c</tags></custom:Words>",
                '<custom:Report xmi:id="43" sofa="9000" county="剑阁县" i7n_uiOrder="1"/>',
            ),
        )
    )
    words = document.annotation.entities[1]
    assert words.extra["xmi"] == {
        "type": "webanno.custom.Words",
        "tags": ["a b", "c"],
        "about": ["T41"],
        "all": ["T41", "T41"],
    }
    assert document.annotation.extra["xmi"]["metadata"] == [
        {"type": "webanno.custom.Report", "county": "剑阁县", "i7n_uiOrder": "1"}
    ]


@pytest.mark.parametrize(
    ("said", "doc_id", "author"),
    [
        ('documentTitle="报告.xmi" documentId="anna" documentUri="p/报告.xmi" collectionId="p" ', "报告", "anna"),
        ('documentTitle="a.txt" documentId="INITIAL_CAS" documentUri="p/a.txt"', "a.txt", None),
        ('documentTitle="a.txt" documentId="x/a.txt" documentUri="file:/x/a.txt"', "x/a.txt", None),
        ('documentTitle="a.txt"', "a.txt", None),
        ("", "some", None),
    ],
)
def test_names_of_documents_and_annotators(tmp_path: Path, said: str, doc_id: str, author: str | None) -> None:
    document = document_of(read_foreign(tmp_path, xmi(TEXT, span("meta:DocumentMetaData", 1, 0, 18, said))))
    assert (document.doc_id, document.annotation.doc_id, document.annotation.author) == (doc_id, doc_id, author)
    assert ("documentUri" in str(document.annotation.extra)) == ("documentUri" in said)


def test_a_folder_of_exports_each_with_its_types(tmp_path: Path) -> None:
    for name in ("a", "b", ".hidden"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.xmi").write_text(xmi(name, span("tcas:Annotation", 1, 0, 1)), encoding="utf-8")
    (tmp_path / "a" / "typesystem.xml").write_text(type_system(), encoding="utf-8")
    (tmp_path / "TypeSystem.xml").write_text(type_system(), encoding="utf-8")
    found = list(uima.read(tmp_path, ReadSettings()))
    assert [document_of(one).text for one in found] == ["a", "b"]


def test_the_text_may_be_in_another_view_or_in_none(tmp_path: Path) -> None:
    other = xmi(TEXT, span("tcas:Annotation", 1, 0, 3)).replace("_InitialView", "de")
    first = '<cas:Sofa xmi:id="8000" sofaNum="2" sofaID="_InitialView"/>'
    document = document_of(read_foreign(tmp_path, other.replace("<cas:View", f"{first}<cas:View")))
    assert (document.text, document.annotation.entities[0].text) == (TEXT, "市政协")
    found = read_foreign(tmp_path, xmi(None, span("tcas:Annotation", 1, 4, 6)))
    assert found.document is not None
    assert found.document.text is None
    assert found.document.annotation.entities[0].fragments == (Span(4, 6),)


def test_annotations_outside_of_the_index_do_not_count(tmp_path: Path) -> None:
    content = xmi(TEXT, span("tcas:Annotation", 1, 0, 3), span("tcas:Annotation", 2, 0, 3), members=[2])
    assert [one.id for one in document_of(read_foreign(tmp_path, content)).annotation.entities] == ["T2"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_any_encoding_that_the_file_declares(tmp_path: Path, encoding: str) -> None:
    content = xmi(TEXT, span("tcas:Annotation", 1, 0, 3)).replace("UTF-8", encoding.removesuffix("-sig"))
    assert document_of(read_foreign(tmp_path, content.encode(encoding))).text == TEXT


def test_a_text_longer_than_the_usual_limit_of_parsers(tmp_path: Path) -> None:
    document = document_of(
        read_foreign(tmp_path, xmi("村" * 3_400_000, span("tcas:Annotation", 1, 3_399_999, 3_400_000)))
    )
    assert document.annotation.entities[0].text == "村"


@given(st.tuples(texts.filter(bool), st.data()))
def test_offsets_are_those_that_cassis_finds(
    tmp_path_factory: pytest.TempPathFactory, drawn: tuple[str, st.DataObject]
) -> None:
    text, data = drawn
    bounds = st.integers(0, len(text))
    places = data.draw(st.lists(st.tuples(bounds, bounds).map(sorted).filter(lambda two: two[0] < two[1]), max_size=5))
    units = Utf16Map(text)
    rows = [
        span("ner:NamedEntity", number, units.to_utf16(begin), units.to_utf16(end), f'value="V{number}"')
        for number, (begin, end) in enumerate(places, 1)
    ]
    folder = tmp_path_factory.mktemp("xmi")
    found: ReadDocument = read_foreign(folder, xmi(text, *rows))
    types = cassis.load_typesystem(folder / "TypeSystem.xml")
    cas = cassis.load_cas_from_xmi(folder / "some.xmi", types)
    theirs = {one.value: one.get_covered_text() for one in cas.select("NamedEntity")}
    assert {one.type: one.text for one in document_of(found).annotation.entities} == theirs
