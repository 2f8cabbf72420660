"""UIMA CAS XMI: whatever a record says comes back, and dkpro-cassis sees it where INCEpTION looks for it."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import cassis
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import schemas
from tests.formats.uima.xmi_files import read_all, write_all
from tests.strategies import annotated_documents
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import AnnotatedDocument, Annotation, Argument, Entity, Frame, Relation, Trigger, Zone
from workbench.core.text import Span, surface
from workbench.corpus.reading import read_annotated
from workbench.formats import uima
from workbench.formats.contract import ReadSettings, Sample, WriteSettings
from workbench.formats.uima import layers

ROOT = Path(__file__).parents[3]
SCHEMA = schemas.load("cppcc_poverty")
ASTRAL = "😀省政协𠀀委员\u00a0協(xié)會\r\n帮扶（贫困村）。"


def is_possible(document: AnnotatedDocument) -> bool:
    return not layers.impossible_in_xml(document.text or "")


def mention(name: str, kind: str, *spans: tuple[int, int], text: str = ASTRAL, **fields: object) -> Entity:
    fragments = tuple(Span(*one) for one in spans)
    said = {"id": name, "type": kind, "fragments": fragments, "text": surface(text, fragments), **fields}
    return Entity.model_validate(said)


def of_items(
    *entities: Entity, text: str = ASTRAL, zones: tuple[Zone, ...] = (), **fields: object
) -> AnnotatedDocument:
    annotation = Annotation.model_validate({"doc_id": "d1", "entities": entities, **fields})
    return AnnotatedDocument("d1", annotation, text, zones)


# --- nothing is lost -------------------------------------------------------------------------------------------------


@given(annotated_documents().filter(is_possible), st.booleans())
def test_a_document_comes_back_from_one_file(document: AnnotatedDocument, with_schema: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out" / "one.xmi"
        write_all(path, [document], WriteSettings(schema=SCHEMA if with_schema else None))
        assert {entry.name for entry in path.parent.iterdir()} == {"one.xmi", "TypeSystem.xml"}
        assert read_all(path) == [document]
        assert not list(uima.losses(document, WriteSettings()))


@settings(max_examples=30)
@given(st.tuples(annotated_documents("b/1"), annotated_documents("a\u0001 ?"), annotated_documents("村")))
def test_documents_come_back_from_a_folder(documents: tuple[AnnotatedDocument, ...]) -> None:
    assume(all(map(is_possible, documents)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        write_all(path, documents)
        assert {found.doc_id: found for found in read_all(path)} == {one.doc_id: one for one in documents}


@settings(max_examples=30)
@given(annotated_documents().filter(is_possible))
def test_same_input_is_same_bytes(document: AnnotatedDocument) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for name in ("one", "two"):
            path = Path(folder) / name
            write_all(path, [document, document._replace(doc_id="d2")])
            made.append({entry.name: entry.read_bytes() for entry in path.iterdir()})
        assert made[0] == made[1]


def test_the_gold_comes_back(tmp_path: Path) -> None:
    gold = list(read_annotated(ROOT / "gold" / "0.1.0"))
    for name, schema in (("with", SCHEMA), ("without", None)):
        write_all(tmp_path / name, gold, WriteSettings(schema=schema))
        assert read_all(tmp_path / name) == gold


def test_an_empty_collection_is_a_folder_with_types(tmp_path: Path) -> None:
    write_all(tmp_path / "out", [])
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["TypeSystem.xml"]
    assert read_all(tmp_path / "out") == []


def test_an_empty_text_comes_back(tmp_path: Path) -> None:
    write_all(tmp_path / "out", [of_items(text="")])
    assert read_all(tmp_path / "out") == [of_items(text="")]


# --- what cannot be written ------------------------------------------------------------------------------------------


@given(st.sampled_from("\x01\x08\x0b\x0c\x1f\ufffe\uffff"))
def test_a_text_that_xml_cannot_hold_is_refused(character: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        writer = uima.writer(Path(folder) / "out", WriteSettings())
        with pytest.raises(FaultyData) as raised:
            writer.write(of_items(text=f"委员\x7f\x85{character}会{character}"))
        (fault,) = raised.value.faults
        assert f"U+{ord(character):04X} at 4" in fault.message
        assert "'d1'" in fault.message
        assert not list((Path(folder) / "out").iterdir())


def test_other_fields_may_hold_what_xml_cannot(tmp_path: Path) -> None:
    odd = "a\x01\uffff"
    first = mention(odd, odd, (1, 4), note=odd, cluster=odd, attributes={"level": odd, odd: "x"}, extra={odd: odd})
    second = mention("T2", "ORG", (4, 7))
    trigger = Trigger(fragments=(Span(4, 7),), text=surface(ASTRAL, [Span(4, 7)]))
    arguments = tuple(Argument(role=role, entity=odd) for role in (odd, "to", f"{odd}b"))
    document = of_items(
        first,
        second,
        zones=(Zone(kind=odd, start=0, end=2, note=odd),),
        relations=[Relation(id="R", type=odd, head="T2", tail=odd, note=odd)],
        frames=[Frame(id="E", type=odd, trigger=trigger, arguments=arguments)],
        author=odd,
    )
    document = document._replace(doc_id=odd, annotation=document.annotation.model_copy(update={"doc_id": odd}))
    write_all(tmp_path / "out", [document])
    (found,) = read_all(tmp_path / "out")
    assert found.annotation.entities == document.annotation.entities
    assert found.annotation.relations == document.annotation.relations
    assert found.annotation.frames[0].arguments == tuple(sorted(arguments, key=lambda one: one.role))
    assert (found.doc_id, found.annotation.author, found.zones) == (odd, odd, document.zones)


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    writer = uima.writer(tmp_path / "out", WriteSettings())
    with pytest.raises(FaultyData, match="'d1' has no text"):
        writer.write(of_items()._replace(text=None))


def test_a_file_holds_exactly_one_document(tmp_path: Path) -> None:
    writer = uima.writer(tmp_path / "one.xmi", WriteSettings())
    with pytest.raises(UsageMistake, match="there is none"):
        writer.close()
    writer.write(of_items())
    with pytest.raises(UsageMistake, match="give a folder"):
        writer.write(of_items())


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    writer = uima.writer(tmp_path / "out", WriteSettings())
    writer.write(of_items())
    with pytest.raises(FaultyData, match="two documents have the id 'd1'"):
        writer.write(of_items())


def test_another_type_system_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "TypeSystem.xml").write_text("theirs", encoding="utf-8")
    writer = uima.writer(tmp_path / "one.xmi", WriteSettings())
    writer.write(of_items())
    with pytest.raises(UsageMistake, match="another folder"):
        writer.close()
    assert (tmp_path / "TypeSystem.xml").read_text(encoding="utf-8") == "theirs"


# --- what other programs see -----------------------------------------------------------------------------------------


def opened(folder: Path) -> cassis.Cas:
    """The one document of a folder, as dkpro-cassis reads it."""
    types = cassis.load_typesystem(folder / "TypeSystem.xml")
    (path,) = folder.glob("*.xmi")
    return cassis.load_cas_from_xmi(path, types)


@settings(max_examples=60)
@given(annotated_documents().filter(is_possible))
def test_cassis_sees_every_entity_and_relation(document: AnnotatedDocument) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_all(Path(folder) / "out", [document])
        cas = opened(Path(folder) / "out")
    assert cas.sofa_string == document.text
    annotation = document.annotation
    seen = {one.identifier: one for one in cas.select(layers.ENTITY) if one.identifier is not None}
    parts = [(one.Governor.identifier, one.Dependent) for one in cas.select(layers.ENTITY_PART)]
    for entity in annotation.entities:
        one = seen[entity.id]
        pieces = [one, *(part for first, part in parts if first == entity.id)]
        assert {piece.label for piece in pieces} == {entity.type}
        assert [Span(piece.begin, piece.end) for piece in pieces] == list(entity.fragments)
        assert "…".join(piece.get_covered_text() for piece in pieces) == entity.text
        assert one.cluster == entity.cluster
    ends = {
        (one.identifier, one.label, one.Governor.identifier, one.Dependent.identifier)
        for one in cas.select(layers.RELATION)
    }
    assert ends == {(one.id, one.type, one.head, one.tail) for one in annotation.relations}
    frames = {one.identifier: one for one in cas.select(layers.FRAME) if one.identifier is not None}
    for frame in annotation.frames:
        if frame.trigger is not None:
            links = frames[frame.id].arguments.elements if frame.arguments else []
            assert [(link.role, link.target.identifier) for link in links] == [
                (argument.role, argument.entity) for argument in frame.arguments
            ]
    assert len(cas.select(layers.ZONE)) == len(document.zones)


def test_offsets_are_utf16_in_the_file(tmp_path: Path) -> None:
    before, inside, after = mention("T1", "ORG", (0, 1)), mention("T2", "ORG", (1, 7)), mention("T3", "LOC", (7, 9))
    write_all(tmp_path / "out", [of_items(before, inside, after)])
    content = (tmp_path / "out" / "d1.xmi").read_text(encoding="utf-8")
    found = {
        name: (int(begin), int(end))
        for begin, end, name in re.findall(r'begin="(\d+)" end="(\d+)" label="\w+" identifier="(\w+)"', content)
    }
    assert found == {"T1": (0, 2), "T2": (2, 9), "T3": (9, 11)}
    units = ASTRAL.encode("utf-16-le")
    for entity in (before, inside, after):
        begin, end = found[entity.id]
        assert units[2 * begin : 2 * end].decode("utf-16-le") == entity.text


def test_line_ends_and_marks_survive_in_attributes(tmp_path: Path) -> None:
    note = " a\r\n\tb\r<&>\"'\u2028 "
    document = of_items(mention("T1", "ORG", (1, 4), note=note))
    write_all(tmp_path / "out", [document])
    assert b"&#13;&#10;" in (tmp_path / "out" / "d1.xmi").read_bytes()
    assert opened(tmp_path / "out").select(layers.ENTITY)[0].note == note
    assert opened(tmp_path / "out").sofa_string == ASTRAL
    assert read_all(tmp_path / "out") == [document]


def test_attributes_are_features_in_the_layers_of_the_schema(tmp_path: Path) -> None:
    odd = {"level": "province", "class": "cadre", "note": "mine", "self": "x", "层级": "省", "odd_": "y", "new1": "z"}
    document = of_items(mention("T1", "ORG", (1, 4), attributes=odd))
    write_all(tmp_path / "out", [document], WriteSettings(schema=SCHEMA))
    (one,) = opened(tmp_path / "out").select(layers.ENTITY)
    assert (one.level, one.class_, one.note_, one.self_, one.new1) == ("province", "cadre", "mine", "x", "z")
    assert json.loads(one.remainder)["attributes"] == {"层级": "省", "odd_": "y"}
    assert read_all(tmp_path / "out") == [document]
    types = cassis.load_typesystem(tmp_path / "out" / "TypeSystem.xml")
    of_frames = {feature.name for feature in types.get_type(layers.FRAME).all_features}
    assert {"realis", "transfer", "difficulty"} <= of_frames


@pytest.mark.parametrize(
    "name", ["layer", "span", "features", "text", "None", "get", "elements", "xmiID", "label", "Governor"]
)
def test_attributes_of_any_name_come_back(tmp_path: Path, name: str) -> None:
    said = {name: "x", f"{name}_": "y", f"{name}2": "z"}
    trigger = Trigger(fragments=(Span(4, 7),), text=surface(ASTRAL, [Span(4, 7)]))
    document = of_items(
        mention("T1", "ORG", (1, 4), attributes=said),
        mention("T2", "ORG", (2, 4), attributes=said),
        relations=[Relation(id="R1", type="AT", head="T1", tail="T2", attributes=said)],
        frames=[Frame(id="E1", type="AID", trigger=trigger, attributes=said)],
    )
    write_all(tmp_path / "out", [document])
    assert read_all(tmp_path / "out") == [document]
    assert len(opened(tmp_path / "out").select(layers.ENTITY)) == 2


def test_the_layers_are_such_as_inception_imports(tmp_path: Path) -> None:
    """The conditions of its TypeSystemAnalysis: spans of strings and slots, arcs with two ends, links of two."""
    write_all(tmp_path / "out", [])
    types = cassis.load_typesystem(tmp_path / "out" / "TypeSystem.xml")
    for made in types.get_types():
        others = [one for one in made.features if one.rangeType.name != "uima.cas.String"]
        names = [one.name for one in others]
        if made.name == layers.LINK:
            assert made.supertype.name == "uima.cas.TOP"
            assert ([one.name for one in made.features], names) == (["role", "target"], ["target"])
        elif made.name in layers.ENDS:
            assert names == ["Governor", "Dependent"]
            assert {one.rangeType.name for one in others} == {layers.ENDS[made.name]}
        elif made.name.startswith(layers.PACKAGE):
            assert made.supertype.name == "uima.tcas.Annotation"
            assert names == (["arguments"] if made.name == layers.FRAME else [])


def test_relations_lie_on_their_target_as_inception_demands(tmp_path: Path) -> None:
    document = of_items(
        mention("T1", "ORG", (1, 4)),
        mention("T2", "LOC", (7, 9), (13, 15)),
        relations=[Relation(id="R1", type="AT", head="T1", tail="T2")],
    )
    write_all(tmp_path / "out", [document])
    cas = opened(tmp_path / "out")
    arcs = [*cas.select(layers.RELATION), *cas.select(layers.ENTITY_PART)]
    assert len(arcs) == 2
    assert all((one.begin, one.end) == (one.Dependent.begin, one.Dependent.end) for one in arcs)


def test_what_is_said_of_the_document_lies_on_a_visible_character(tmp_path: Path) -> None:
    write_all(tmp_path / "out", [of_items(text="\n\u3000 省政协")])
    (one,) = opened(tmp_path / "out").select(layers.DOCUMENT)
    assert (one.begin, one.end) == (3, 3)


# --- recognising -----------------------------------------------------------------------------------------------------


def test_recognises_its_files_and_folders(tmp_path: Path) -> None:
    write_all(tmp_path / "out", [of_items()])
    head = (tmp_path / "out" / "d1.xmi").read_bytes()[:500]
    assert uima.recognise(Sample(tmp_path, head=head))
    assert uima.recognise(Sample(tmp_path, head=b"\xef\xbb\xbf" + head))
    assert uima.recognise(Sample(tmp_path, names=("TypeSystem.xml", "a/some.xmi")))
    assert not uima.recognise(Sample(tmp_path, names=("TypeSystem.xml", "some.ann", "xmi")))
    types = (tmp_path / "out" / "TypeSystem.xml").read_bytes()
    for other in (types, b"", b"{}", b"http://www.omg.org/XMI", b'<m xmlns:xmi="http://www.omg.org/XMI" name="a"/>'):
        assert not uima.recognise(Sample(tmp_path, head=other))


def test_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match="no such file"):
        list(uima.read(tmp_path / "none.xmi", ReadSettings()))
    with pytest.raises(FaultyData, match=r"no \.xmi file"):
        list(uima.read(tmp_path, ReadSettings()))
