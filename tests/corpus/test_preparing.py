"""Preparing a batch: the same bytes every time, nothing half written, and nobody's work lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from schemas.load import schema_file
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import Annotation, Entity, Frame, Trigger, Zone, text_hash
from workbench.core.text import Edit, Span, apply_edits
from workbench.corpus import preparing
from workbench.corpus.clean import Cleaned, clean
from workbench.corpus.preparing import prepare
from workbench.corpus.tasks import Batch
from workbench.corpus.words import load_index
from workbench.formats import native

RAW = "标题\n　　青山县政协(xié)组织　委员走进𠀀村,筹资56万元。\n"


def tree(folder: Path) -> dict[str, str]:
    """Hashes of all files below a folder."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest() for file in files}


def clean_less(raw: str) -> Cleaned:
    """Another cleaning: it leaves indents."""
    edits = tuple(edit for edit in clean(raw).edits if edit.kind != "indent")
    return Cleaned(apply_edits(raw, edits), edits)


def clean_glosses_only(raw: str) -> Cleaned:
    """Another cleaning: it deletes more, the word 组织 included."""
    start = raw.index("组织")
    edits = tuple(sorted((*clean(raw).edits, Edit(start, "组织", "", "pinyin_gloss"))))
    return Cleaned(apply_edits(raw, edits), edits)


@pytest.fixture
def raw_folder(project: Path) -> Path:
    """A seeds folder with one page."""
    folder = project / "raw"
    folder.mkdir()
    (folder / "d1.txt").write_bytes(RAW.encode())
    return folder


@pytest.fixture
def batch(raw_folder: Path, project: Path) -> Iterator[Batch]:
    """A prepared batch whose document A and a program have annotated."""
    prepare(raw_folder, project, "pilot")
    batch = Batch.open(project, "pilot")
    document = batch.document("d1")
    start = document.text.index("青山县")
    place = document.text.index("𠀀村")
    annotation = Annotation(
        doc_id="d1",
        author="A",
        text_sha256=document.text_sha256,
        entities=(
            Entity(id="T1", type="ORG", fragments=(Span(start, start + 5),), text="青山县政协"),
            Entity(id="T2", type="LOC", fragments=(Span(start, start + 3), Span(place, place + 2)), text="青山县…𠀀村"),
        ),
        frames=(
            Frame(id="E1", type="ASSIST", trigger=Trigger(fragments=(Span(start + 5, start + 7),), text="组织")),
            Frame(id="E2", type="ASSIST"),
        ),
        extra={"zones": [{"kind": "footer", "start": start, "end": place}], "tool": "x"},
    )
    native.write(batch.annotation_file("A", "d1"), annotation)
    native.write(batch.prediction_file("rules", "d1"), annotation.model_copy(update={"author": "rules", "extra": {}}))
    return batch


def test_the_five_reports(seeds: Path, project: Path) -> None:
    """The batch holds all five, with the design's lengths, readable and indexed."""
    report = prepare(seeds, project, "pilot")
    assert [(one.status, one.raw_length, one.clean_length, one.sentences) for one in report.documents] == [
        ("new", 2148, 1547, 26),
        ("new", 2369, 2302, 48),
        ("new", 2703, 2692, 102),
        ("new", 4842, 4794, 77),
        ("new", 2469, 2438, 35),
    ]
    assert report.documents[0].edits == {"pinyin_gloss": 116, "t2s": 544}
    assert report.documents[2].zones == {"damaged": 1, "metadata": 1, "navigation": 1, "related_links": 1}
    documents = Batch.open(project, "pilot").documents()
    assert [document.doc_id for document in documents] == [one.doc_id for one in report.documents]
    assert all(load_index(project, document.text_sha256) for document in documents)


def test_preparing_twice_changes_nothing(seeds: Path, project: Path) -> None:
    """The second run writes the same bytes, from wherever it is started."""
    prepare(seeds, project, "pilot")
    before = tree(project)
    stamps = {file: file.stat().st_mtime_ns for file in project.rglob("*.json")}
    report = prepare(seeds.resolve(), Path(), "pilot")
    assert {one.status for one in report.documents} == {"unchanged"}
    assert tree(project) == before
    assert {file: file.stat().st_mtime_ns for file in stamps} == stamps


def test_new_reports_are_added_and_old_documents_stay(raw_folder: Path, project: Path) -> None:
    """A report more is a document more; a report less takes nothing away."""
    prepare(raw_folder, project, "pilot")
    (raw_folder / "d2.txt").write_text("河口县政协。", encoding="utf-8")
    assert [one.status for one in prepare(raw_folder, project, "pilot").documents] == ["unchanged", "new"]
    (raw_folder / "d1.txt").unlink()
    assert [one.doc_id for one in prepare(raw_folder, project, "pilot").documents] == ["d2"]
    assert Batch.open(project, "pilot").document_ids() == ("d1", "d2")


def test_nothing_is_written_when_something_is_wrong(raw_folder: Path, project: Path) -> None:
    """One bad report stops the whole run before the first byte."""
    (raw_folder / "d0.txt").write_text("好的报告。", encoding="utf-8")
    (raw_folder / "d9.txt").write_bytes(b"\xff")
    before = tree(project)
    with pytest.raises(FaultyData):
        prepare(raw_folder, project, "pilot")
    assert tree(project) == before
    assert not (project / "tasks").exists()


def test_wrong_places_and_schemas(raw_folder: Path, project: Path) -> None:
    """Missing folders, unknown schemas and another schema than the batch's are mistakes of use."""
    with pytest.raises(UsageMistake, match="no such folder"):
        prepare(project / "nowhere", project, "pilot")
    with pytest.raises(UsageMistake, match="no such folder"):
        prepare(raw_folder, project / "nowhere", "pilot")
    with pytest.raises(UsageMistake, match="no such schema"):
        prepare(raw_folder, project, "pilot", "cppc_poverty")
    prepare(raw_folder, project, "pilot")
    prepare(raw_folder, project, "pilot", "cppcc-poverty")
    other = project / "other" / "schema.yaml"
    other.parent.mkdir()
    content = schema_file("cppcc_poverty").read_text(encoding="utf-8")
    other.write_text(re.sub(r"(?m)^version: .*", "version: 9.0.0", content), encoding="utf-8")
    with pytest.raises(UsageMistake, match="annotated with schema cppcc_poverty"):
        prepare(raw_folder, project, "pilot", "other")
    settings = project / "tasks" / "pilot" / "batch.toml"
    assert settings.read_text(encoding="utf-8") == 'name = "pilot"\nschema = "cppcc_poverty"\nblind = false\n'


def test_reports_whose_names_cannot_be_documents(raw_folder: Path, project: Path) -> None:
    """A file name that another system forbids is a fault of that file."""
    (raw_folder / "a:b.txt").write_text("好的报告。", encoding="utf-8")
    with pytest.raises(FaultyData, match="rename the file"):
        prepare(raw_folder, project, "pilot")


def test_a_text_without_annotations_may_change(
    raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anybody annotates, other cleaning and other reports simply replace the text."""
    prepare(raw_folder, project, "pilot")
    monkeypatch.setattr(preparing, "clean", clean_less)
    assert [one.status for one in prepare(raw_folder, project, "pilot").documents] == ["changed"]
    (raw_folder / "d1.txt").write_text("另一篇报告。", encoding="utf-8")
    assert [one.status for one in prepare(raw_folder, project, "pilot").documents] == ["changed"]
    assert Batch.open(project, "pilot").document("d1").text == "另一篇报告。"


def test_a_broken_document_without_annotations_is_made_anew(raw_folder: Path, project: Path) -> None:
    """What nobody's work depends on is repaired by preparing again."""
    prepare(raw_folder, project, "pilot")
    before = tree(project)
    (project / "tasks" / "pilot" / "documents" / "d1.json").write_text("{", encoding="utf-8")
    assert [one.status for one in prepare(raw_folder, project, "pilot").documents] == ["changed"]
    assert tree(project) == before


def test_zones_may_change_under_annotations(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zones are refreshed as long as the text stays; annotations are not touched."""
    before = tree(batch.annotations_folder)
    zone = Zone(kind="navigation", start=0, end=2)
    monkeypatch.setattr(preparing, "find_zones", lambda *_: (zone,))
    assert [one.status for one in prepare(raw_folder, project, "pilot").documents] == ["changed"]
    assert batch.document("d1").zones == (zone,)
    assert tree(batch.annotations_folder) == before


def test_an_annotated_text_is_not_changed(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --carry the run is refused: documents, authors and the way out are named, nothing is written."""
    native.write(batch.adjudication_file("d1"), native.read(batch.annotation_file("A", "d1")).annotation)
    (raw_folder / "d2.txt").write_text("河口县政协。", encoding="utf-8")
    before = tree(project)
    monkeypatch.setattr(preparing, "clean", clean_less)
    with pytest.raises(UsageMistake, match="--carry") as caught:
        prepare(raw_folder, project, "pilot")
    assert "d1 (annotations/A, predictions/rules, adjudication)" in str(caught.value)
    assert tree(project) == before


def test_carrying_moves_every_annotation(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All positions of all authors move, every slice reads as before, and going back gives the first bytes."""
    first = tree(project / "tasks")
    was = native.read(batch.annotation_file("A", "d1")).annotation
    monkeypatch.setattr(preparing, "clean", clean_less)
    report = prepare(raw_folder, project, "pilot", carry=True)
    assert [one.status for one in report.documents] == ["carried"]
    text = batch.document("d1").text
    assert text == "标题\n　　青山县政协组织 委员走进𠀀村,筹资56万元。\n"
    for file in (batch.annotation_file("A", "d1"), batch.prediction_file("rules", "d1")):
        now = native.read(file).annotation
        assert now.text_sha256 == text_hash(text)
        for entity, old in zip(now.entities, was.entities, strict=True):
            assert [text[start:end] for start, end in entity.fragments] == (old.text or "").split("…")
            assert entity.fragments[0].start == old.fragments[0].start + 2
    carried = native.read(batch.annotation_file("A", "d1")).annotation
    assert carried.frames[1].trigger
    assert [text[start:end] for start, end in carried.frames[1].trigger.fragments] == ["组织"]
    zone = carried.extra["zones"][0]
    assert text[zone["start"] : zone["end"]] == "青山县政协组织 委员走进"
    assert carried.extra["tool"] == "x"
    monkeypatch.undo()
    monkeypatch.chdir(project)
    prepare(raw_folder, project, "pilot", carry=True)
    assert tree(project / "tasks") == first


def test_what_cannot_be_carried_stops_everything(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mention whose characters vanish is listed for every author, and nothing is written."""
    before = tree(project)
    monkeypatch.setattr(preparing, "clean", clean_glosses_only)
    with pytest.raises(FaultyData) as caught:
        prepare(raw_folder, project, "pilot", carry=True)
    assert [(fault.path, fault.source) for fault in caught.value.faults] == [
        ("frames[1].trigger", batch.annotation_file("A", "d1")),
        ("frames[1].trigger", batch.prediction_file("rules", "d1")),
    ]
    assert "'组织' at [8, 10) reads ''" in str(caught.value)
    assert tree(project) == before


@pytest.mark.parametrize("carry", [False, True])
def test_another_raw_report_under_annotations(carry: bool, batch: Batch, raw_folder: Path, project: Path) -> None:
    """When the report itself was replaced there is no way from the old positions to the new ones."""
    (raw_folder / "d1.txt").write_text("另一篇报告。", encoding="utf-8")
    before = tree(project)
    with pytest.raises(FaultyData, match=r"raw report itself .*annotations/A, predictions/rules"):
        prepare(raw_folder, project, "pilot", carry=carry)
    assert tree(project) == before


def test_broken_annotations_are_not_carried(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An annotation of another text, or one that is not readable, is a fault of its file."""
    file = batch.annotation_file("A", "d1")
    native.write(file, native.read(file).annotation.model_copy(update={"text_sha256": "0" * 64}))
    batch.prediction_file("rules", "d1").write_text("{", encoding="utf-8")
    monkeypatch.setattr(preparing, "clean", clean_less)
    with pytest.raises(FaultyData) as caught:
        prepare(raw_folder, project, "pilot", carry=True)
    assert [fault.path for fault in caught.value.faults] == ["text_sha256", ""]


@pytest.mark.parametrize("zone", [{"kind": "footer", "start": 3}, {"kind": "footer", "start": 0, "end": 999}, 3])
def test_impossible_zones_of_an_author_are_not_carried(
    zone: object, batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author's own zones travel with the annotation, so they must be zones of its text."""
    file = batch.annotation_file("A", "d1")
    native.write(file, native.read(file).annotation.model_copy(update={"extra": {"zones": [zone]}}))
    monkeypatch.setattr(preparing, "clean", clean_less)
    with pytest.raises(FaultyData, match=r"extra\.zones\[0\]"):
        prepare(raw_folder, project, "pilot", carry=True)


def test_an_annotation_in_the_wrong_file(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that holds the annotation of another document is a fault."""
    file = batch.annotation_file("A", "d1")
    native.write(file, native.read(file).annotation.model_copy(update={"doc_id": "d2"}))
    monkeypatch.setattr(preparing, "clean", clean_less)
    with pytest.raises(FaultyData, match="doc_id: is 'd2'"):
        prepare(raw_folder, project, "pilot", carry=True)


def test_lost_documents_under_annotations(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lost documents come back as they were; as another text than the annotated one they do not."""
    for file in batch.documents_folder.iterdir():
        file.unlink()
    monkeypatch.setattr(preparing, "clean", clean_less)
    with pytest.raises(FaultyData, match="made on another text"):
        prepare(raw_folder, project, "pilot", carry=True)
    monkeypatch.undo()
    assert [one.status for one in prepare(raw_folder, project, "pilot").documents] == ["new"]


def test_a_broken_document_under_annotations(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken document is made anew as the text that was annotated; as another text it is not replaced."""
    record = batch.documents_folder / "d1.json"
    whole = record.read_bytes()
    record.write_text("{", encoding="utf-8")
    monkeypatch.setattr(preparing, "clean", clean_less)
    with pytest.raises(FaultyData, match=r"(?s)d1\.json:1: not JSON.*made on another text"):
        prepare(raw_folder, project, "pilot", carry=True)
    monkeypatch.undo()
    prepare(raw_folder, project, "pilot")
    assert record.read_bytes() == whole


def test_an_interrupted_carry_goes_on(
    batch: Batch, raw_folder: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a carry stopped after some annotation files were moved, running it again moves the others only."""
    before = batch.prediction_file("rules", "d1").read_bytes()
    texts = {file: file.read_bytes() for file in batch.documents_folder.iterdir()}
    monkeypatch.setattr(preparing, "clean", clean_less)
    prepare(raw_folder, project, "pilot", carry=True)
    finished = tree(project)
    for file, content in texts.items():
        file.write_bytes(content)
    batch.prediction_file("rules", "d1").write_bytes(before)
    prepare(raw_folder, project, "pilot", carry=True)
    assert tree(project) == finished
