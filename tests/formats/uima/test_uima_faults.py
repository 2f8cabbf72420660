"""Broken and hostile UIMA files: each is a fault that says what to do, and what is sound beside it is read."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.uima.xmi_files import document_of, read_foreign, span, type_system, xmi
from workbench.core.errors import FaultyData
from workbench.core.text import Span
from workbench.formats import uima
from workbench.formats.contract import ReadSettings

TEXT = "市政协😀帮扶剑阁县。"
GOOD = span("ner:NamedEntity", 1, 0, 3, 'value="ORG"')


def faults_of(folder: Path, content: str | bytes, types: str | None = None) -> list[str]:
    """Messages of a file; when it is read at all, the good entity is in it."""
    try:
        found = read_foreign(folder, content, types)
    except FaultyData as error:
        return [fault.message for fault in error.faults]
    assert found.document is not None
    assert any(one.id == "T1" and one.fragments == (Span(0, 3),) for one in found.document.annotation.entities)
    return [fault.message for fault in found.faults]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not XML that can be read"),
        (b"\x00\x01", "not XML that can be read"),
        (b"PK\x03\x04...", "a zip archive"),
        (b"{}", "not XML that can be read"),
        (xmi(TEXT, GOOD)[:-30], "not XML that can be read"),
        (xmi(TEXT, GOOD).encode()[:-300] + b"\xff" * 300, "not XML that can be read"),
        (xmi("a", GOOD).replace('sofaString="a"', 'sofaString="&#1;"'), "not XML that can be read"),
        (xmi(TEXT, GOOD).replace("<ner:", "<nirgends:", 1), "not XML that can be read"),
        ('<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"/>', "no cas:Sofa"),
        ("<html/>", "its root is not xmi:XMI"),
    ],
)
def test_no_xmi_at_all(tmp_path: Path, content: str | bytes, message: str) -> None:
    (fault,) = faults_of(tmp_path, content)
    assert message in fault


def test_external_entities_are_not_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    for content in (
        xmi(TEXT, GOOD, '<custom:Words xmi:id="2" sofa="9000" begin="0" end="1"><tags>&e;</tags></custom:Words>'),
        xmi("&e;", GOOD),
        xmi(TEXT, GOOD),
    ):
        hostile = content.replace("<xmi:XMI", f"{declared}<xmi:XMI", 1).replace("&amp;", "&")
        (fault,) = faults_of(tmp_path, hostile)
        assert "<!DOCTYPE" in fault
        assert "secret" not in fault
    (fault,) = faults_of(tmp_path, xmi(TEXT, GOOD), f"{declared}{type_system()[38:]}")
    assert "<!DOCTYPE" in fault


def test_entities_that_blow_up_do_not(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    declared = f'<!DOCTYPE x [<!ENTITY a "{"x" * 1000}">{levels}]>'
    bomb = xmi("TEXT", GOOD).replace("<xmi:XMI", f"{declared}<xmi:XMI", 1).replace('"TEXT"', '"&m;"')
    assert len(faults_of(tmp_path, bomb)) == 1


def test_xml_of_version_1_1_is_read_as_far_as_it_is_1_0(tmp_path: Path) -> None:
    newer = xmi(TEXT, GOOD).replace('version="1.0"', 'version="1.1"', 1)
    assert document_of(read_foreign(tmp_path, newer)).text == TEXT


def test_very_deep_elements(tmp_path: Path) -> None:
    deep = '<custom:Words xmi:id="2" sofa="9000" begin="0" end="1">' + "<a>" * 200 + "</a>" * 200 + "</custom:Words>"
    assert "knows no feature 'a'" in faults_of(tmp_path, xmi(TEXT, GOOD, deep))[0]
    deeper = deep.replace("<a>", "<a>" * 100).replace("</a>", "</a>" * 100)
    (fault,) = faults_of(tmp_path, xmi(TEXT, GOOD, deeper))
    assert "not XML that can be read" in fault


@pytest.mark.parametrize(
    ("element", "message"),
    [
        (
            '<custom:Nobody xmi:id="2"/>',
            "the type webanno.custom.Nobody is not in TypeSystem.xml (export it again); annotations left out: 1",
        ),
        ("<plain/>", "the type plain is not in TypeSystem.xml"),
        ('<seg:Token sofa="9000" begin="0" end="1"/>', "Token has the xmi:id '', which is no number"),
        (span("seg:Token", 1, 0, 1), "xmi:id 1 is already used; this Token is left out"),
        (span("ner:NamedEntity", 2, 0, 1, 'weight="1"'), "no feature 'weight'"),
        ('<ner:NamedEntity xmi:id="2" sofa="9000" end="1"/>', "has no begin"),
        ('<ner:NamedEntity xmi:id="2" sofa="9000" begin="0" end="1.0"/>', "has the end '1.0', which is no number"),
        ('<ner:NamedEntity xmi:id="2" sofa="9000" begin="０" end="1"/>', "has the begin '０', which is no number"),
        (span("ner:NamedEntity", 2, 4, 5), "(xmi:id 2) has the begin 4, which is inside a character of two UTF-16"),
        (span("custom:Gives", 2, 0, 1, 'Governor="1"'), "has not one Governor and one Dependent"),
        (span("custom:Gives", 2, 0, 1, 'Governor="1 1" Dependent="1"'), "has not one Governor and one Dependent"),
        (
            span("custom:Gives", 2, 0, 1, 'Governor="x" Dependent="1"'),
            "Gives 2 has no numbers of annotations in Governor",
        ),
        (span("sem:SemPred", 2, 4, 4), "SemPred (xmi:id 2) has the begin 4, which is inside"),
        (span("sem:SemPred", 2, 0, 1, 'arguments="77"'), "refers to xmi:id 77, which is not there"),
        ('<cas:Sofa xmi:id="8" sofaNum="2" sofaID="de" sofaString="b"/>', "the view 'de' is left out"),
    ],
)
def test_what_cannot_be_understood_is_left_out(tmp_path: Path, element: str, message: str) -> None:
    found = faults_of(tmp_path, xmi(TEXT, GOOD, element))
    assert message in found[0]


def test_faults_name_lines(tmp_path: Path) -> None:
    found = read_foreign(tmp_path, xmi(TEXT, GOOD, "", '<ner:NamedEntity xmi:id="2" sofa="9000" end="1"/>'))
    (fault,) = found.faults
    assert (fault.source, fault.line) == (tmp_path / "some.xmi", 5)


def test_impossible_offsets_and_ends_are_kept_as_they_are(tmp_path: Path) -> None:
    content = xmi(
        TEXT,
        GOOD,
        span("tcas:Annotation", 2, -3, 99),
        span("tcas:Annotation", 3, 5, 3),
        span("custom:Gives", 4, 0, 3, 'Governor="1" Dependent="77"'),
    )
    found = read_foreign(tmp_path, content)
    assert (found.faults, found.document is None) == ((), False)
    assert found.document is not None
    annotation = found.document.annotation
    assert [one.fragments for one in annotation.entities[1:]] == [(Span(-3, 98),), (Span(4, 3),)]
    assert annotation.relations[0].tail == "xmi:id 77"


def test_types_that_we_leave_out_need_not_be_known(tmp_path: Path) -> None:
    types = type_system({"de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity": ("uima.tcas.Annotation", ["value"])})
    assert faults_of(tmp_path, xmi(TEXT, GOOD, span("seg:Token", 2, 0, 1)), types) == []


@pytest.mark.parametrize(
    ("types", "message"),
    [
        ("", "not XML"),
        ("<a/>", "not a UIMA type system"),
        (type_system({"a.B": ("a.Missing", [])}), "the type a.Missing is used and not defined"),
        (type_system({"a.B": ("uima.tcas.Annotation", [("x", "a.Missing")])}), "the type a.Missing is used"),
        (type_system({"a.B": ("a.C", []), "a.C": ("a.B", [])}), "not a type system that can be read"),
        (type_system({"a.B": ("uima.cas.IntegerArray", [])}), "not a type system that can be read"),
        (type_system({"a.B": ("uima.tcas.Annotation", ["begin"])}), "not a type system that can be read"),
        (type_system({"uima.cas.TOP": ("uima.cas.TOP", ["x"])}), "not a type system that can be read"),
        (type_system({"a.B": ("uima.tcas.Annotation", [])}).replace("<name>a.B</name>", ""), "not a type system"),
        (type_system({"a.B": ("", [])}), "the type None is used"),
        (
            type_system({"a.B": ("uima.tcas.Annotation", [("x", "")])}),
            "a feature of a.B has no name or no rangeTypeName",
        ),
        (type_system({"a.B": ("a.B", [])}), "not a type system that can be read"),
    ],
)
def test_broken_type_systems(tmp_path: Path, types: str, message: str) -> None:
    (fault,) = faults_of(tmp_path, xmi(TEXT, GOOD), types)
    assert message in fault


def test_features_that_python_has_no_names_for(tmp_path: Path) -> None:
    types = type_system({"a.B": ("uima.tcas.Annotation", ["class", "self", "type", "label", "label"])})
    element = '<b:B xmlns:b="http:///a.ecore" xmi:id="1" sofa="9000" begin="0" end="3" class="c" self="s" type="t"/>'
    (one,) = document_of(read_foreign(tmp_path, xmi(TEXT, element), types)).annotation.entities
    assert one.attributes == {"class": "c", "self": "s", "type": "t"}


def test_a_missing_type_system_says_what_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "some.xmi"
    path.parent.mkdir()
    path.write_text(xmi(TEXT, GOOD), encoding="utf-8")
    with pytest.raises(FaultyData, match=r"TypeSystem\.xml is not beside it"):
        list(uima.read(path, ReadSettings()))
    (found,) = uima.read(tmp_path, ReadSettings())
    assert found.document is None
    assert "TypeSystem.xml" in found.faults[0].message


def test_a_broken_file_of_a_folder_leaves_the_others(tmp_path: Path) -> None:
    read_foreign(tmp_path, xmi(TEXT, GOOD))
    (tmp_path / "broken.xmi").write_text("<", encoding="utf-8")
    broken, sound = uima.read(tmp_path, ReadSettings())
    assert (broken.document, len(broken.faults)) == (None, 1)
    assert document_of(sound).text == TEXT


ELEMENTS = st.sampled_from(
    [
        GOOD,
        span("custom:Gives", 2, 0, 3, 'Governor="1" Dependent="3"'),
        span("custom:Aid", 3, 4, 8, 'label="A"'),
        span("sem:SemPred", 4, 5, 7, 'arguments="5 6"'),
        '<sem:SemArgLink xmi:id="5" role="r" target="4"/>',
        '<cas:FSArray xmi:id="6" elements="5 6"/>',
        '<cas:NonEmptyFSList xmi:id="7" head="5" tail="7"/>',
        '<coref:CoreferenceChain xmi:id="8" sofa="9000" first="1"/>',
        '<custom:Words xmi:id="10" sofa="9000" begin="0" end="1" all="6" about="7"><tags/></custom:Words>',
    ]
)


@given(st.lists(ELEMENTS, max_size=9), st.randoms(use_true_random=False), st.integers(0, 6))
def test_no_file_however_spoilt_ends_in_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, elements: list[str], random: object, changes: int
) -> None:
    content = list(xmi(TEXT, *elements))
    choose = getattr(random, "randrange")  # noqa: B009
    for _ in range(changes):
        content[choose(len(content))] = '<>"0139 -ab:'[choose(12)]
    with suppress(FaultyData):
        assert read_foreign(tmp_path_factory.mktemp("xmi"), "".join(content)).document is not None
