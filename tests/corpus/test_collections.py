"""Every format is recognised by content, as itself and as nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.strategies import annotated_documents
from workbench.core.errors import UsageMistake
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Relation
from workbench.core.text import Span
from workbench.corpus.collections import candidates_of, format_for, format_names, format_of, recognise
from workbench.formats.contract import WriteSettings

ROOT = Path(__file__).parents[2]
TEXT = "剑阁县政协協(xié)助𠀀村，\u00a0捐款２万元。\n第二行"
READABLE = [name for name in format_names() if format_of(name).FORMAT.reads]


def small(doc_id: str = "d1") -> AnnotatedDocument:
    """A flat document that every format can hold but for the relation."""
    entities = (
        Entity(id="T1", type="LOC", fragments=(Span(0, 3),), text="剑阁县"),
        Entity(id="T2", type="ORG", fragments=(Span(3, 5),), text="政协"),
    )
    relations = (Relation(id="R1", type="IN", head="T2", tail="T1"),)
    return AnnotatedDocument(doc_id, Annotation(doc_id=doc_id, entities=entities, relations=relations), TEXT)


def written(name: str, path: Path, *documents: AnnotatedDocument) -> Path:
    """A collection of a format, without an ending that could give it away where the format allows."""
    writer = format_of(name).writer(path, WriteSettings())
    for document in documents:
        writer.write(document)
    writer.close()
    return path


@pytest.mark.parametrize("name", READABLE)
def test_what_we_write_is_recognised_without_its_ending(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path / "it", small(), small("d2"))
    assert [module.FORMAT.name for module in candidates_of(path)] == [name]
    assert recognise(path) is format_of(name)


@settings(max_examples=20)
@given(document=annotated_documents())
@pytest.mark.parametrize("name", ["native", "jsonl", "brat", "label-studio", "parquet", "doccano", "prodigy", "bio"])
def test_odd_documents_are_recognised_too(
    tmp_path_factory: pytest.TempPathFactory, name: str, document: AnnotatedDocument
) -> None:
    """No content makes one format look like another; a document without entities may look like several."""
    path = written(name, tmp_path_factory.mktemp("c") / "it", document)
    found = [module.FORMAT.name for module in candidates_of(path)]
    assert name in found or (name == "bio" and not found)
    assert len(found) <= 1 or not document.annotation.entities or len(document.annotation.entities[0].fragments) > 1


def test_a_release_a_batch_folder_and_a_received_pass_are_recognised() -> None:
    assert recognise(ROOT / "gold" / "0.1.0").FORMAT.name == "native"
    assert recognise(ROOT / "tasks" / "pilot" / "annotations" / "A").FORMAT.name == "native"
    assert recognise(ROOT / "tasks" / "pilot" / "received" / "A.jsonl").FORMAT.name == "jsonl"


def test_what_could_be_several_is_an_error_that_names_them(tmp_path: Path) -> None:
    written("brat", tmp_path / "it", small())
    writer = format_of("xmi").writer(tmp_path / "more", WriteSettings())
    writer.write(small())
    writer.close()
    for file in (tmp_path / "more").iterdir():
        file.rename(tmp_path / "it" / file.name)
    with pytest.raises(UsageMistake, match="could be brat or xmi; say which with --from"):
        recognise(tmp_path / "it")


@pytest.mark.parametrize(
    "content", [b"\n", b"hello", b"\xff\xfe\x00", b"{}", b"[]", b"[1, 2]", b'"x"', b"<xml/>", b"{" * 5000]
)
def test_what_is_no_format_is_an_error_that_names_all(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "it").write_bytes(content)
    with pytest.raises(UsageMistake, match="not recognised as any format; name it with --from: native, jsonl, brat"):
        recognise(tmp_path / "it")


def test_what_is_empty_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for name in ("file", "folder"):
        with pytest.raises(UsageMistake, match=f"{name}: is empty"):
            recognise(tmp_path / name)


def test_what_is_not_there_says_what_is(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_text("")
    with pytest.raises(UsageMistake, match=r"holds gold\.jsonl"):
        recognise(tmp_path / "gold.json")


def test_a_mark_and_a_long_first_line_do_not_hide_the_format(tmp_path: Path) -> None:
    line = json.dumps({"text": TEXT * 5000, "doc_id": "d1", "entities": []}, ensure_ascii=False)
    (tmp_path / "marked").write_bytes(b"\xef\xbb\xbf" + line.encode() + b"\n")
    assert recognise(tmp_path / "marked").FORMAT.name == "jsonl"


def test_endings_name_formats_to_write() -> None:
    endings = {".jsonl": "jsonl", ".json": "label-studio", ".parquet": "parquet", ".spacy": "spacy", ".bio": "bio"}
    endings |= {".conll": "bio", ".bioes": "bioes", ".graphml": "graphml", ".xmi": "xmi", ".JSONL": "jsonl"}
    for ending, name in endings.items():
        assert format_for(Path(f"out{ending}")).FORMAT.name == name
    with pytest.raises(UsageMistake, match=r"name the format to write with --to: native, jsonl \(.jsonl\), brat"):
        format_for(Path("out"))


def test_a_wrong_name_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageMistake, match="there is no format 'labelstudio'; did you mean 'label-studio'"):
        format_of("labelstudio")


def test_a_long_annotation_file_is_recognised(tmp_path: Path) -> None:
    many = tuple(Entity(id=f"T{number}", type="LOC", fragments=(Span(0, 3),), text="剑阁县") for number in range(2000))
    document = AnnotatedDocument("d1", Annotation(doc_id="d1", entities=many), TEXT)
    written("native", tmp_path / "it", document)
    assert (tmp_path / "it" / "d1.json").stat().st_size > 2**16
    assert recognise(tmp_path / "it" / "d1.json").FORMAT.name == "native"
    written("label-studio", tmp_path / "tasks", document)
    assert recognise(tmp_path / "tasks").FORMAT.name == "label-studio"
