"""Two collections side by side: the order of files, sources of any kind, and faults of both sides at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plain_lines import line_of
from tests.strategies import annotated_texts
from workbench.core.errors import FaultyData
from workbench.core.records import AnnotatedDocument, Annotation
from workbench.corpus.sources import JsonLines, open_annotated
from workbench.formats import plain
from workbench.scoring.collection import InMemory, compare_collections
from workbench.scoring.score import score_sources, signature
from workbench.scoring.selection import Policies, Selection


def write(path: Path, *documents: Any) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents), encoding="utf-8")
    return path


def document(name: str, kind: str = "ORG", start: Any = 0) -> dict[str, Any]:
    return {"doc_id": name, "entities": [{"id": "T1", "type": kind, "start": start, "end": 4}]}


annotations = annotated_texts().map(lambda pair: pair[1])


@given(st.lists(st.tuples(annotations, annotations), min_size=1, max_size=4), st.randoms())
def test_files_give_the_score_of_documents_in_memory(pairs: list[tuple[Annotation, Annotation]], draw: Any) -> None:
    """The quick reader and the index change no count, whatever the order of the documents in the predicted file."""
    import tempfile

    sides: list[list[dict[str, Any]]] = [[], []]
    for number, pair in enumerate(pairs):
        for side, annotation in zip(sides, pair, strict=True):
            side.append(line_of(annotation.model_copy(update={"doc_id": f"d{number}"}), None))
    draw.shuffle(sides[1])
    with tempfile.TemporaryDirectory() as folder:
        paths = [write(Path(folder) / f"{number}.jsonl", *side) for number, side in enumerate(sides)]
        lazy = score_sources(JsonLines(paths[0]), JsonLines(paths[1]), Selection())
        full = [InMemory([line.document for line in plain.read(path)]) for path in paths]
        whole = score_sources(full[0], full[1], Selection())
    assert signature(lazy) == signature(whole)
    assert lazy.doc_ids == whole.doc_ids
    for key, table in whole.tables.items():
        assert lazy.tables[key].rows == table.rows
        assert (lazy.tables[key].numbers() == table.numbers()).all()


def test_faults_of_all_documents_of_both_sides_come_together(tmp_path: Path) -> None:
    """A fault inside a document hides no fault of another document, another line or the other file."""
    gold = write(tmp_path / "gold.jsonl", document("d1"), document("d2", start="0"), document("d3", start=4))
    predicted = write(
        tmp_path / "predicted.jsonl", document("d9", start=None), document("d3"), document("d2", start=0.5)
    )
    with pytest.raises(FaultyData) as caught:
        list(compare_collections(open_annotated(gold), open_annotated(predicted), Selection()))
    found = [str(fault).replace(str(tmp_path), "") for fault in caught.value.faults]
    assert len(found) == 6
    assert any("'d1' is in gold, but was not predicted" in fault for fault in found)
    assert any("'d9' was predicted, but is not in gold" in fault for fault in found)
    assert "/gold.jsonl:2 entities[0].start: an integer is needed here, not '0'" in found
    assert "/predicted.jsonl:3 entities[0].start: an integer is needed here, not 0.5" in found
    assert "/predicted.jsonl:1 entities[0].start: an integer is needed here, not None" in found
    assert "gold d3 entities[0].end: 4 is not after start 4" in found


def test_documents_left_out_are_not_read(tmp_path: Path) -> None:
    """Who scores some documents of a large file is not kept by a fault in another."""
    gold = write(tmp_path / "gold.jsonl", document("d1"), document("d2", start="0"))
    predicted = write(tmp_path / "predicted.jsonl", document("d1"))
    skip = Selection(policies=Policies(missing_documents="skip"))
    (compared,) = compare_collections(JsonLines(gold), JsonLines(predicted), skip)
    assert compared.comparison.doc_id == "d1"


def test_no_similar_names_among_a_great_many_documents() -> None:
    """A thousand missing documents are listed without comparing each name with every other."""
    many = InMemory([AnnotatedDocument(f"d{n}", Annotation(doc_id=f"d{n}")) for n in range(1000)])
    with pytest.raises(FaultyData) as caught:
        list(compare_collections(many, InMemory([]), Selection()))
    assert len(caught.value.faults) == 1000
    assert max(len(str(fault)) for fault in caught.value.faults) < 120
