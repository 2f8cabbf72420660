"""Plain JSON lines as a format of collections: nothing is lost, and a bad line is a fault of its own."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_lines import lines as odd_lines
from tests.strategies import annotated_documents
from workbench.core.errors import FaultyData
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument, Annotation, in_order
from workbench.corpus.reading import read_annotated
from workbench.formats import json_lines, plain, quick
from workbench.formats.contract import ReadDocument, ReadSettings, WriteSettings

ROOT = Path(__file__).parents[2]


def found_in(content: bytes, repair: bool = False) -> list[ReadDocument]:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "in.jsonl"
        file.write_bytes(content)
        return list(json_lines.read(file, ReadSettings(repair=repair)))


def written(*documents: AnnotatedDocument) -> bytes:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "out.jsonl"
        writer = json_lines.writer(file, WriteSettings())
        for document in documents:
            writer.write(document)
        writer.close()
        return file.read_bytes()


@given(st.lists(annotated_documents(), max_size=3))
def test_nothing_is_lost(documents: list[AnnotatedDocument]) -> None:
    content = written(*documents)
    assert content.count(b"\n") == len(documents)
    back = []
    for number, found in enumerate(found_in(content), 1):
        assert found.document is not None
        assert (found.faults, found.line) == ((), number)
        mended = mend(found.document, repair=False)
        assert not mended.faults
        back.append(mended.document._replace(annotation=in_order(mended.document.annotation)))
    assert back == documents
    assert written(*back) == content


@pytest.mark.parametrize("doc_id", ["d1.txt", "d1.txt.txt", "县/市", " ", "%"])
def test_ids_stay_as_they_are(doc_id: str) -> None:
    document = AnnotatedDocument(doc_id, Annotation(doc_id=doc_id), "政\u00a0协")
    (found,) = found_in(written(document))
    assert found.document == document


@pytest.mark.parametrize(
    "extra", [{"sha256": 3}, {"scope": [1]}, {"scope": [True, 2]}, {"sha256": "a", "scope": [0, 2]}]
)
def test_what_looks_like_ours_in_extra_stays_there(extra: dict[str, object]) -> None:
    document = AnnotatedDocument("d1", Annotation(doc_id="d1", extra=extra), "政协")
    (found,) = found_in(written(document))
    assert found.document == document


def test_the_gold_set_is_the_same_lines_again() -> None:
    gold = read_annotated(ROOT / "gold" / "0.1.0")
    content = written(*gold)
    assert tuple(found.document for found in found_in(content)) == gold


@given(odd_lines())
def test_what_is_read_quickly_is_what_is_read_in_full(line: bytes) -> None:
    """A usual line becomes the record that the full reader makes of it, by whichever way."""
    usual = quick.decode_whole(line)
    if usual is not None:
        assert usual == plain.read_line(line.decode(), Path("x"), 1).document


def test_lines_are_faulty_each_for_itself() -> None:
    good = {"doc_id": "d1", "text": "剑阁县", "entities": [{"type": "LOC", "start": 0, "end": 3}, {"type": 3}]}
    rows = [json.dumps(good, ensure_ascii=False).encode(), b"{", b"[1]", "\ufeff{}".encode(), b"\xc3\x28", b"", b"\0"]
    found = found_in(b"\n".join(rows))
    assert [one.line for one in found] == [1, 2, 3, 4, 5, 7]
    assert [one.document is not None for one in found] == [True] + [False] * 5
    assert all(fault.line == one.line and fault.source is not None for one in found for fault in one.faults)
    assert found[0].document is not None
    assert [entity.id for entity in found[0].document.annotation.entities] == ["T1"]
    assert [fault.path for fault in found[0].faults] == ["entities[1].start", "entities[1].end", "entities[1].type"]


def test_encodings_are_repaired_line_by_line() -> None:
    row = json.dumps({"doc_id": "d1", "text": "剑阁县政协帮助贫困村修路。"}, ensure_ascii=False)
    found = found_in(b"\xef\xbb\xbf" + row.encode() + b"\n" + row.encode("gb18030") + b"\n", repair=True)
    assert [repair.name for one in found for repair in one.repairs] == ["byte-order-mark", "encoding"]
    assert [one.document.text for one in found if one.document] == ["剑阁县政协帮助贫困村修路。"] * 2


def test_an_object_over_several_lines_is_no_line() -> None:
    with pytest.raises(FaultyData, match="spreads one over several"):
        found_in(b'{\n"doc_id": "d1"}\n')
