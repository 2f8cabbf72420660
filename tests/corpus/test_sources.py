"""Sources: files of JSON lines that stay on the disk, and what happens when they are broken or change."""

from __future__ import annotations

import json
import os
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.plain_lines import lines
from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake
from workbench.core.records import Annotation, Entity
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.corpus.sources import InMemory, JsonLines, open_annotated
from workbench.formats import native, plain

SCHEMA = open_schema()


def write(path: Path, *documents: Any) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents), encoding="utf-8")
    return path


def document(name: str, start: int = 0, **more: Any) -> dict[str, Any]:
    return {"doc_id": name, "entities": [{"type": "ORG", "start": start, "end": start + 2}], **more}


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """Some lines, most with a document of their own, between blank lines and with any line ends."""
    parts = []
    for number in range(draw(st.integers(0, 4))):
        line = draw(lines())
        if draw(st.integers(0, 3)):
            line = line.replace(b'"d1', f'"d{number}'.encode())
        parts.append(line)
        if not draw(st.integers(0, 4)):
            parts.append(draw(st.sampled_from([b"", b" ", b"\t\r", b"\xc2\xa0", b"{", b" [ ", b"}", b"\xff", b"\0"])))
    content = draw(st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n"])).join(parts)
    start = draw(st.sampled_from([b"", b"", b"", b"", b"\n", b"\xef\xbb\xbf"]))
    return start + content + draw(st.sampled_from([b"", b"\n", b"\r\n"]))


@settings(max_examples=200)
@given(files(), st.sampled_from([None, SCHEMA]))
@example(b'{"doc_id":"d1"}\n{"doc_id":"d1.txt"}\n', None)
@example(b'{"doc_id":"a","doc_id":"b"}\n{"doc_id":"b"}\n', None)
@example(b'{"doc_id":"a"}\n{\n"doc_id":"b"}\n', None)
@example(b'{"doc_id":"a"\n{\n\xff', None)
@example(b'{"doc_id":"a"}\n\0\n{"doc_id":7}', None)
@example(b'\xef\xbb\xbf{"doc_id":"a"}\n\0', None)
@example(b"\n \n", None)
@example(b'{"doc_id":".txt"}\n{"doc_id":".txt"}', None)
def test_a_file_read_by_documents_is_the_file_read_whole(content: bytes, schema: Any) -> None:
    """The same documents in the order of the lines, or the very same faults, some of them when documents are read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.jsonl"
        path.write_bytes(content)
        expected: list[tuple[str, str | None, int]] = []
        wanted: tuple[Fault, ...] = ()
        try:
            for item in plain.read(path, schema):
                found = item.document
                expected.append((found.doc_id, found.text, len(found.annotation.entities)))
        except FaultyData as error:
            wanted = error.faults
        seen: list[tuple[str, str | None, int]] = []
        faults: list[Fault] = []
        try:
            source = JsonLines(path, schema)
        except FaultyData as error:
            faults += error.faults
        else:
            for doc_id in source.doc_ids:
                try:
                    found = source.read(doc_id)
                except FaultyData as error:
                    faults += error.faults
                else:
                    seen.append((found.doc_id, found.text, len(found.annotation.entities)))
        assert tuple(faults) == wanted
        assert wanted or seen == expected


def test_documents_are_read_in_any_order_and_again(tmp_path: Path) -> None:
    """A document of any line is read when it is asked for, as often as it is."""
    path = write(tmp_path / "in.jsonl", *(document(f"文{number}", number) for number in range(5)))
    source = JsonLines(path)
    assert list(source.doc_ids) == [f"文{number}" for number in range(5)]
    for number in (4, 0, 2, 2):
        assert source.read(f"文{number}").annotation.entities[0].fragments == (Span(number, number + 2),)


def test_unusual_lines_are_read_too(tmp_path: Path) -> None:
    """Synonyms, zones and values take the full reader, line by line."""
    odd = {"doc": "d2.txt", "text": "政协" * 9, "zones": [{"kind": "footer", "start": 1, "end": 2}], "origin": "page"}
    source = JsonLines(write(tmp_path / "in.jsonl", document("d1"), odd))
    found = source.read("d2")
    assert (found.doc_id, found.zones[0].kind, found.annotation.extra) == ("d2", "footer", {"origin": "page"})


def test_faults_inside_come_with_the_document(tmp_path: Path) -> None:
    """A document whose id is legible is named among the documents; its faults have file and line."""
    path = write(tmp_path / "in.jsonl", document("d1"), document("d2", entities=[{"start": "0"}]))
    source = JsonLines(path)
    assert source.read("d1").doc_id == "d1"
    with pytest.raises(FaultyData) as caught:
        source.read("d2")
    assert {(fault.source, fault.line) for fault in caught.value.faults} == {(path, 2)}
    assert len(caught.value.faults) == 3


def grow(path: Path) -> None:
    with path.open("a") as file:
        file.write('{"doc_id":"d3"}\n')


def cut(path: Path) -> None:
    os.truncate(path, 20)


def swap(path: Path) -> None:
    """Other content of the same length."""
    content = path.read_bytes().replace(b"ORG", b"LOC")
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(0, 0))


@pytest.mark.parametrize("change", [grow, cut, swap])
def test_a_file_that_changes_is_refused(tmp_path: Path, change: Any) -> None:
    """Offsets into a file that was written to since mean nothing: that is said, and nothing is guessed."""
    path = write(tmp_path / "in.jsonl", document("d1"), document("d2"))
    source = JsonLines(path)
    change(path)
    with pytest.raises(EnvironmentFailure, match=r"in\.jsonl: was changed while it was read"):
        source.read("d2")


def test_a_file_that_is_replaced_is_read_on(tmp_path: Path) -> None:
    """Who writes a new file beside the old one and renames it disturbs no reader: the old one is still open."""
    path = write(tmp_path / "in.jsonl", document("d1"), document("d2", 5))
    source = JsonLines(path)
    os.replace(write(tmp_path / "new.jsonl", document("d9")), path)
    assert source.read("d2").annotation.entities[0].start == 5
    path.unlink()
    assert source.read("d1").annotation.entities[0].start == 0


def test_the_file_is_closed_with_the_source(tmp_path: Path) -> None:
    """No file stays open when nobody has the source any more."""
    path = write(tmp_path / "in.jsonl", document("d1"))
    before = len(os.listdir("/proc/self/fd"))
    source = JsonLines(path)
    assert len(os.listdir("/proc/self/fd")) == before + 1
    del source
    assert len(os.listdir("/proc/self/fd")) == before


def test_documents_do_not_stay_in_memory(tmp_path: Path) -> None:
    """Reading 300 documents of 30,000 characters each takes the memory of a few."""
    path = write(tmp_path / "in.jsonl", *(document(f"d{number}", text="政协" * 15_000) for number in range(300)))
    tracemalloc.start()
    source = JsonLines(path)
    for doc_id in source.doc_ids:
        source.read(doc_id)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.stat().st_size > 27_000_000
    assert peak < 2_000_000


def test_what_open_annotated_opens(tmp_path: Path) -> None:
    """JSON lines stay on the disk; an annotation file and a folder of them are read at once."""
    annotation = Annotation(doc_id="d1", entities=(Entity(id="T1", type="ORG", fragments=(Span(0, 2),)),))
    folder = tmp_path / "annotations"
    native.write(folder / "d1.json", annotation)
    for path in (folder, folder / "d1.json"):
        source = open_annotated(path)
        assert isinstance(source, InMemory)
        assert list(source.doc_ids) == ["d1"]
        assert source.read("d1").annotation == annotation
    assert isinstance(open_annotated(write(tmp_path / "in.jsonl", document("d1"))), JsonLines)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    """A file that is not there, and a pipe, which can be read only once, are the user's mistakes."""
    with pytest.raises(UsageMistake, match=r"no such file or folder"):
        open_annotated(tmp_path / "none.jsonl")
    with pytest.raises(UsageMistake, match=r"no such file"):
        JsonLines(tmp_path / "none.jsonl")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageMistake, match=r"neither a file nor a folder"):
        open_annotated(tmp_path / "pipe")
