"""Document files: the same document is the same bytes, and what does not fit is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.strategies import any_text, texts
from workbench.core.errors import FaultyData
from workbench.core.records import Document, Meta
from workbench.corpus.documents import document_files, dump_document, read_document
from workbench.corpus.preparing import make_document
from workbench.corpus.seeds import Seed

RAW = "标题\r\n来源:青山政协网\n　　青山县政协(xié)组织委员走进石桥镇𠀀村,为贫困户送去化肥和种子,受到欢迎。?!薄靶迈r\n"


def made(raw: str, doc_id: str = "d1") -> Document:
    from workbench.core.records import text_hash

    return make_document(Seed(doc_id, f"{doc_id}.txt", raw, text_hash(raw), Meta(title="标题")))


def write(folder: Path, document: Document) -> None:
    for file, content in zip(document_files(folder, document.doc_id), dump_document(document), strict=True):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content.encode())


@given(raw=texts | any_text)
def test_documents_come_back(raw: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Writing and reading is the identity, for any text, and the text file holds the clean text exactly."""
    folder = tmp_path_factory.mktemp("documents")
    document = made(raw)
    write(folder, document)
    assert read_document(folder, "d1") == document
    assert (folder / "d1.txt").read_bytes().decode() == document.text


def test_the_layout() -> None:
    """Spans of sentences stand on one line, every edit on its own, and the text is not repeated."""
    document = made(RAW)
    record = dump_document(document).record
    parsed = json.loads(record)
    assert list(parsed) == ["doc_id", "source", "raw_sha256", "text_sha256", "meta", "zones", "sentences", "edits"]
    assert '  "source": "d1.txt",\n' in record
    assert '    [2, "\\r", "", "carriage_return"],\n' in record
    assert '    [20, "(xié)", "", "pinyin_gloss"]' in record
    assert record.count("\n") < 60


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda record: record.update(doc_id="d2"), "doc_id: is 'd2'"),
        (lambda record: record.update(text_sha256="0" * 64), "text_sha256: d1.txt is not the text"),
        (lambda record: record.update(raw_sha256="0" * 64), "edits: do not rebuild the raw report"),
        (lambda record: record["edits"].pop(0), "edits: "),
        (lambda record: record["edits"].reverse(), "edits: "),
        (lambda record: record["edits"].append([99999, "a", "", "indent"]), "edits: "),
        (lambda record: record["zones"][-1].update(end=9999), "zones[1].end: 9999 is past the end of the text"),
        (lambda record: record["zones"].reverse(), "zones[1].start: "),
        (lambda record: record["zones"][0].update(end=0), "zones[0]: end 0 is not after start 3"),
        (lambda record: record["sentences"].append([5, 6]), "sentences[4]: [5, 6] is empty, out of order"),
        (lambda record: record.update(colour="red"), "colour: unknown key"),
        (lambda record: record.pop("meta"), "meta: missing"),
        (lambda record: record.update(edits=[[0, "a", ""]]), "edits[0]"),
    ],
)
def test_records_that_do_not_fit(change: Callable[[dict[str, Any]], Any], message: str, tmp_path: Path) -> None:
    """Every mismatch is named with file and path."""
    write(tmp_path, made(RAW))
    file = tmp_path / "d1.json"
    record = json.loads(file.read_bytes())
    change(record)
    file.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(FaultyData) as caught:
        read_document(tmp_path, "d1")
    assert f"{file} {message}" in str(caught.value)


@pytest.mark.parametrize("name", ["d1.txt", "d1.json"])
def test_a_lost_half(name: str, tmp_path: Path) -> None:
    """A document with one of its files gone is faulty data, and the file is named."""
    write(tmp_path, made(RAW))
    (tmp_path / name).unlink()
    with pytest.raises(FaultyData, match=f"{name}: missing"):
        read_document(tmp_path, "d1")


def test_both_broken_halves_are_reported(tmp_path: Path) -> None:
    """Faults of the text file do not hide those of the record."""
    (tmp_path / "d1.txt").write_bytes(b"\xff")
    (tmp_path / "d1.json").write_bytes(b"{")
    with pytest.raises(FaultyData) as caught:
        read_document(tmp_path, "d1")
    assert len(caught.value.faults) == 2


def test_a_changed_text(tmp_path: Path) -> None:
    """One character more in the text file, even a newline at its end, is noticed."""
    write(tmp_path, made(RAW))
    with (tmp_path / "d1.txt").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(FaultyData, match="text_sha256"):
        read_document(tmp_path, "d1")
