"""Conversion: whole or not at all, loss only when allowed, faults never in silence."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus.test_collections import READABLE, small, written
from tests.strategies import annotated_documents
from workbench.core.errors import EnvironmentFailure, FaultyData, UsageMistake, WorkbenchError
from workbench.core.records import AnnotatedDocument, Entity, in_order
from workbench.core.text import Span
from workbench.corpus.collections import format_names
from workbench.corpus.converting import FaultyCollection, LossRefused, Request, convert
from workbench.corpus.reading import read_annotated

ROOT = Path(__file__).parents[2]
LOSSLESS = ["native", "jsonl", "brat", "label-studio", "xmi", "parquet", "spacy"]
GOLD = ROOT / "gold" / "0.1.0"


def with_fields(document: AnnotatedDocument, **fields: object) -> AnnotatedDocument:
    return document._replace(annotation=document.annotation.model_copy(update=fields))


def lines(*documents: dict[str, object]) -> str:
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)


@pytest.mark.parametrize("name", LOSSLESS)
def test_the_gold_set_comes_back_as_the_same_files(name: str, tmp_path: Path) -> None:
    """There and back again through every lossless format: annotation files of the same bytes, texts and zones."""
    made = convert(Request(GOLD, tmp_path / "there", target_format=name))
    assert (made.written["documents"], made.written["entities"]) == (5, 1218)
    assert not made.losses
    convert(Request(tmp_path / "there", tmp_path / "back", target_format="native"))
    for file in sorted((GOLD / "annotations").iterdir()):
        assert (tmp_path / "back" / file.name).read_bytes() == file.read_bytes()
    assert read_annotated(tmp_path / "back") == read_annotated(GOLD)
    assert read_annotated(tmp_path / "there") == read_annotated(GOLD)


@given(
    documents=st.lists(annotated_documents(), min_size=1, max_size=2),
    way=st.permutations(["jsonl", "brat", "label-studio", "parquet", "native"]),
)
def test_any_way_through_the_lossless_formats_ends_where_it_began(
    documents: list[AnnotatedDocument], way: list[str]
) -> None:
    named = [
        with_fields(document, doc_id=f"d{number}")._replace(doc_id=f"d{number}")
        for number, document in enumerate(documents)
    ]
    with tempfile.TemporaryDirectory() as place:
        path = written(way[0], Path(place) / "0", *named)
        for number, name in enumerate(way[1:], 1):
            target = Path(place) / str(number)
            convert(Request(path, target, way[number - 1], name))
            path = target
        back = [document._replace(annotation=in_order(document.annotation)) for document in read_annotated(path)]
    assert back == named


@pytest.mark.parametrize("name", [name for name in format_names() if name not in LOSSLESS])
def test_loss_is_refused_and_told_unless_it_is_allowed(name: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(LossRefused) as refused:
        convert(Request(GOLD, target, target_format=name, list_losses=True))
    assert list(tmp_path.iterdir()) == []
    report = refused.value.report
    assert report.all is not None
    assert sum(report.counts.values()) == len(report.all) > 0
    assert "nothing is written; with --allow-loss the rest is" in str(refused.value)
    made = convert(Request(GOLD, target, target_format=name, allow_loss=True))
    assert made.losses.counts == report.counts
    assert target.exists()


def test_the_report_says_exactly_what_goes(tmp_path: Path) -> None:
    document = small()
    crossing = Entity(
        id="T3", type="ORG", fragments=(Span(2, 5),), text="县政协", note="一\n二", attributes={"甲": "乙"}
    )
    parts = Entity(id="T4", type="ORG", fragments=(Span(0, 1), Span(3, 5)), text="剑…政协", cluster="c")
    path = written(
        "jsonl", tmp_path / "in", with_fields(document, entities=(*document.annotation.entities, crossing, parts))
    )
    with pytest.raises(LossRefused) as refused:
        convert(Request(path, tmp_path / "out", target_format="bio", list_losses=True))
    told = {(loss.kind, loss.path) for loss in refused.value.report.all or ()}
    assert told == {
        ("crossing", "entities[2]"),
        ("discontinuous", "entities[3]"),
        ("attributes", "entities[2].attributes.甲"),
        ("notes", "entities[2].note"),
        ("clusters", "entities[3].cluster"),
        ("relations", "relations[0]"),
    }


def test_a_flat_document_is_no_loss(tmp_path: Path) -> None:
    path = written("jsonl", tmp_path / "in", with_fields(small(), relations=()))
    for name in ("bio", "bioes", "doccano", "prodigy", "csv", "graphml"):
        assert not convert(Request(path, tmp_path / name, target_format=name)).losses


def test_nothing_is_overwritten_unless_it_may_be(tmp_path: Path) -> None:
    path = written("jsonl", tmp_path / "in", small())
    (tmp_path / "out.jsonl").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "old.ann").write_text("mine")
    for request in (Request(path, tmp_path / "out.jsonl"), Request(path, tmp_path / "folder", target_format="brat")):
        with pytest.raises(UsageMistake, match="exists; choose another name, or --replace it"):
            convert(request)
    assert (tmp_path / "out.jsonl").read_text() == (tmp_path / "folder" / "old.ann").read_text() == "mine"
    convert(Request(path, tmp_path / "out.jsonl", replace=True))
    convert(Request(path, tmp_path / "folder", target_format="brat", replace=True))
    assert not (tmp_path / "folder" / "old.ann").exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder", "in", "out.jsonl"]


def test_what_a_format_does_not_write_is_never_replaced(tmp_path: Path) -> None:
    path = written("jsonl", tmp_path / "in", small())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.docx").write_text("mine")
    for name in ("brat", "parquet", "jsonl"):
        with pytest.raises(UsageMistake, match=r"folder: holds what \w+ does not write \(thesis\.docx\)"):
            convert(Request(path, tmp_path / "folder", target_format=name, replace=True))
    assert (tmp_path / "folder" / "thesis.docx").read_text() == "mine"
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    (tmp_path / "real.jsonl").write_text("old")
    convert(Request(path, tmp_path / "link.jsonl", replace=True))
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_text().startswith('{"doc_id":"d1"')


def test_native_documents_keep_their_cleaning(tmp_path: Path) -> None:
    """From annotation files to annotation files, all that is known of a document goes along."""
    convert(Request(GOLD, tmp_path / "out", target_format="native"))
    for file in sorted((GOLD / "documents").iterdir()):
        assert (tmp_path / "out" / "documents" / file.name).read_bytes() == file.read_bytes()


def test_a_text_that_begins_with_a_mark_is_no_file_of_text(tmp_path: Path) -> None:
    (tmp_path / "in").write_text(lines({"doc_id": "d1", "text": "\ufeff政协", "entities": []}), encoding="utf-8")
    for name in ("brat", "native"):
        with pytest.raises(FaultyData, match=r"begins with U\+FEFF"):
            convert(Request(tmp_path / "in", tmp_path / name, target_format=name))
    convert(Request(tmp_path / "in", tmp_path / "out.parquet"))


@pytest.mark.parametrize("target", ["in", "in/deeper", "."])
def test_the_source_is_never_the_target(tmp_path: Path, target: str) -> None:
    written("brat", tmp_path / "in", small())
    with pytest.raises(UsageMistake, match="is part of what is read"):
        convert(Request(tmp_path / "in", tmp_path / target, target_format="brat", replace=True))
    assert (tmp_path / "in" / "d1.ann").exists()


def test_a_document_that_is_there_twice_is_a_fault_and_can_be_left_out(tmp_path: Path) -> None:
    one = {"doc_id": "d1", "text": "政协", "entities": []}
    (tmp_path / "in").write_text(lines(one, {**one, "doc_id": "d2"}, one), encoding="utf-8")
    with pytest.raises(FaultyCollection, match=r"in:3 doc_id: document 'd1' is already at .*in:1"):
        convert(Request(tmp_path / "in", tmp_path / "out.jsonl"))
    made = convert(Request(tmp_path / "in", tmp_path / "out.jsonl", skip_faulty=True))
    assert (made.written["documents"], made.left_out["documents"]) == (1, 2)
    assert [document.doc_id for document in read_annotated(tmp_path / "out.jsonl")] == ["d2"]


def test_of_several_annotators_one_is_chosen(tmp_path: Path) -> None:
    tasks = [
        {
            "data": {"text": "政协", "doc_id": "d1"},
            "annotations": [
                {"result": [], "completed_by": {"email": name}} for name in ("a@example.org", "b@example.org")
            ],
        }
    ]
    (tmp_path / "in.json").write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(FaultyData, match=r"annotated by a@example\.org and b@example\.org; choose one with --author"):
        convert(Request(tmp_path / "in.json", tmp_path / "out.jsonl"))
    with pytest.raises(UsageMistake, match=r"nothing by 'c'; annotators: a@example\.org, b@example\.org"):
        convert(Request(tmp_path / "in.json", tmp_path / "out.jsonl", author="c"))
    convert(Request(tmp_path / "in.json", tmp_path / "out.jsonl", author="b@example.org"))
    (document,) = read_annotated(tmp_path / "out.jsonl")
    assert document.annotation.author == "b@example.org"


def test_faults_of_lines_leave_the_rest_of_the_document(tmp_path: Path) -> None:
    sound = {"type": "LOC", "start": 0, "end": 3}
    content = lines(
        {"doc_id": "d1", "text": "剑阁县政协", "entities": [{"type": "X", "start": 0}, sound]}, {"text": "x"}
    )
    (tmp_path / "in").write_text(content + "{\n", encoding="utf-8")
    with pytest.raises(FaultyCollection) as raised:
        convert(Request(tmp_path / "in", tmp_path / "out.jsonl", source_format="jsonl"))
    assert [(fault.line, fault.path) for fault in raised.value.faults] == [
        (1, "entities[0].end"),
        (2, "doc_id"),
        (3, ""),
    ]
    made = convert(Request(tmp_path / "in", tmp_path / "out.jsonl", source_format="jsonl", skip_faulty=True))
    (document,) = read_annotated(tmp_path / "out.jsonl")
    assert [entity.id for entity in document.annotation.entities] == ["T2"]
    assert made.left_out["documents"] == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="a full disk is made with a small file system, which takes root")
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    import subprocess

    small_disk = tmp_path / "disk"
    small_disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small_disk)], check=False)
    if mounted.returncode:
        pytest.skip("tmpfs cannot be mounted here")
    try:
        for name in ("jsonl", "brat", "native"):
            with pytest.raises(EnvironmentFailure, match="cannot be written"):
                convert(Request(GOLD, small_disk / "out", target_format=name))
            assert list(small_disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


@st.composite
def damage(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes of a file, cut, doubled, or with some replaced."""
    for _ in range(draw(st.integers(1, 4))):
        if not content:
            break
        start = draw(st.integers(0, len(content) - 1))
        end = draw(st.integers(start, min(len(content), start + 40)))
        new = draw(
            st.sampled_from(
                [b"", b"\0", b"\xff", b'"', b"\n", b"\t", b"-1", b"9" * 30, b"null", b"[]", b"{}", b"<a>", b"&x;"]
            )
            | st.binary(max_size=4)
        )
        content = draw(st.sampled_from([content[:start] + new + content[end:], content[:start], content * 2]))
    return content


@settings(max_examples=60)
@given(data=st.data())
@pytest.mark.parametrize("name", READABLE)
def test_no_damage_crashes_a_reader(tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject) -> None:
    """Whatever the bytes, reading ends in documents or in an error of the family, and what is kept is sound."""
    folder = tmp_path_factory.mktemp("damaged")
    path = written(name, folder / "in", small(), small("d2"))
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    file = data.draw(st.sampled_from(files))
    file.write_bytes(data.draw(damage(file.read_bytes())))
    with suppress(WorkbenchError):
        convert(Request(path, folder / "out.jsonl", name, repair=True, skip_faulty=True))
        convert(Request(folder / "out.jsonl", folder / "again.jsonl", "jsonl"))
    left = {entry.name for entry in folder.iterdir()} - {"in", "TypeSystem.xml"}
    assert left in (set(), {"out.jsonl", "again.jsonl"}) or (folder / "out.jsonl").stat().st_size == 0


def test_what_was_not_written_is_not_taken_off_the_sums(tmp_path: Path) -> None:
    parts = {"type": "LOC", "fragments": [[0, 1], [2, 3]]}
    (tmp_path / "in").write_text(lines({"doc_id": "d1", "entities": [parts]}), encoding="utf-8")
    made = convert(
        Request(tmp_path / "in", tmp_path / "out", target_format="doccano", skip_faulty=True, allow_loss=True)
    )
    assert (made.written["entities"], made.left_out["documents"]) == (0, 1)
    assert [fault.line for fault in made.faults] == [1]
