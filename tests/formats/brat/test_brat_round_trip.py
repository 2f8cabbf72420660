"""brat standoff: what we write reads back whole, and brat's own rules and other readers accept it."""

from __future__ import annotations

import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import annotated_documents
from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument, Annotation, Entity, in_order
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.corpus.reading import read_annotated
from workbench.formats import brat
from workbench.formats.contract import ReadSettings, WriteSettings

ROOT = Path(__file__).parents[3]


def written(documents: Sequence[AnnotatedDocument], folder: Path, settings: WriteSettings | None = None) -> Path:
    writer = brat.writer(folder / "collection", settings or WriteSettings())
    for document in documents:
        writer.write(document)
    writer.close()
    return folder / "collection"


def read_back(folder: Path) -> Iterator[AnnotatedDocument]:
    for found in brat.read(folder, ReadSettings()):
        assert not found.faults
        assert found.document is not None
        mended = mend(found.document, repair=False)
        assert not mended.faults
        yield mended.document._replace(annotation=in_order(mended.document.annotation))


@given(st.lists(annotated_documents(), min_size=1, max_size=3))
def test_everything_comes_back(documents: list[AnnotatedDocument]) -> None:
    """Whatever a record says, with odd ids, types, roles and values, survives a brat collection."""
    ids = ["d1", "市/2016 年😀", "%2F"]
    named = [
        document._replace(doc_id=name, annotation=document.annotation.model_copy(update={"doc_id": name}))
        for name, document in zip(ids, documents, strict=False)
    ]
    with tempfile.TemporaryDirectory() as place:
        folder = written(named, Path(place))
        assert sorted(read_back(folder)) == sorted(named)


@given(annotated_documents())
def test_brat_itself_would_accept_the_mentions(document: AnnotatedDocument) -> None:
    """The rules of brat's reader (server/src/annotation.py): the text is the slices joined by a blank, nothing else."""
    assert document.text is not None
    with tempfile.TemporaryDirectory() as place:
        folder = written([document], Path(place))
        content = (folder / "d1.ann").read_bytes().decode()
        text = (folder / "d1.txt").read_bytes().decode()
    assert text == document.text
    for row in content.split("\n")[:-1]:
        assert re.match(r"(?:[TREAMN#][0-9]+|\*)\t", row)
        if row.startswith("T"):
            _, head, quoted = row.split("\t", 2)
            spans = [tuple(map(int, pair.split(" "))) for pair in head.split(" ", 1)[1].split(";")]
            slices = [text[start:end] for start, end in spans]
            if all(set(words) <= set("\r\n") for words in slices):
                continue  # a mention of nothing but line ends cannot be shown in brat
            assert not any(character in words for words in slices for character in "\r\n")
            assert quoted == " ".join(slices).replace("\t", " ")


def test_the_gold_set_comes_back_and_is_the_same_bytes_again(tmp_path: Path) -> None:
    gold = read_annotated(ROOT / "gold" / "0.1.0")
    folder = written(gold, tmp_path, WriteSettings(open_schema("cppcc-poverty")))
    assert tuple(read_back(folder)) == gold
    again = written(list(read_back(folder)), tmp_path / "again", WriteSettings(open_schema("cppcc-poverty")))
    for file in sorted(folder.rglob("*")):
        assert (again / file.relative_to(folder)).read_bytes() == file.read_bytes()


def test_bratly_reads_the_gold_set(tmp_path: Path) -> None:
    """Another library reads every line, and writes it as we did."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its models are of an older pydantic
        import bratly
    gold = read_annotated(ROOT / "gold" / "0.1.0")
    folder = written(gold, tmp_path)
    kinds = {
        "R": bratly.RelationAnnotation,
        "E": bratly.EventAnnotation,
        "A": bratly.AttributeAnnotation,
        "N": bratly.NormalizationAnnotation,
        "#": bratly.NoteAnnotation,
        "*": bratly.EquivalenceAnnotation,
    }
    entities = 0
    for file in folder.glob("*.ann"):
        rows = file.read_text(encoding="utf-8").split("\n")[:-1]
        known: dict[str, object] = {
            row.split("\t")[0]: bratly.EntityAnnotation.from_line(row) for row in rows if row.startswith("T")
        }
        entities += len(known)
        for letter in "ER*AN#":
            for row in rows:
                if row.startswith(letter) and not _without_arguments(row):
                    made = kinds[letter].from_line(row, known)
                    assert str(made) == row
                    if letter in "ER":
                        known[row.split("\t")[0]] = made
    frames = sum(len(document.annotation.frames) for document in gold)
    assert entities == frames + sum(len(document.annotation.entities) for document in gold)


def _without_arguments(row: str) -> bool:
    """An event without arguments, which brat takes and bratly does not."""
    return row.startswith("E") and " " not in row


def test_a_mention_across_lines_is_cut_at_the_line_end_and_joined_again(tmp_path: Path) -> None:
    text = "中国人民政治协商会议剑阁县\n委员会\t2016😀"
    entity = Entity(id="T1", type="ORG", fragments=(Span(0, 17),), text=text[:17])
    document = AnnotatedDocument("d1", Annotation(doc_id="d1", entities=(entity,)), text)
    folder = written([document], tmp_path)
    rows = (folder / "d1.ann").read_text(encoding="utf-8").split("\n")
    assert rows[0] == "T1\tORG 0 13;14 17\t中国人民政治协商会议剑阁县 委员会"
    assert list(read_back(folder)) == [document]
    (folder / "d1.ann").write_text(
        rows[0].replace("0 13;14 17", "9 13;14 17").replace("中国人民政治协商会议", "会议") + "\n"
    )
    (changed,) = brat.read(folder, ReadSettings())
    assert changed.document is not None
    assert changed.document.annotation.entities[0].fragments == (Span(9, 13), Span(14, 17))


def test_what_a_person_changes_in_brat_wins_over_the_remainder(tmp_path: Path) -> None:
    text = "剑阁县政协委员捐款2万元"
    entity = Entity(
        id="Tx",
        type="县 政协",
        fragments=(Span(0, 5),),
        text=text[:5],
        attributes={"全 名": "剑阁县 政协"},
        note="甲\n乙",
        cluster="c",
    )
    other = entity.model_copy(update={"id": "Ty", "fragments": (Span(0, 3),), "text": text[:3]})
    document = AnnotatedDocument("d1", Annotation(doc_id="d1", entities=(entity, other)), text)
    folder = written([document], tmp_path)
    file = folder / "d1.ann"
    content = file.read_text(encoding="utf-8")
    changed = content.replace("A1\t全_名 T1 剑阁县_政协", "A1\t全_名 T1 政协").replace(
        "#1\tAnnotatorNotes T1\t甲 乙\n", ""
    )
    changed = changed.replace("T2\t县_政协 0 3\t剑阁县\n", "T2\tORG 0 5\t剑阁县政协\n").replace("*\tEquiv T1 T2\n", "")
    assert changed != content
    file.write_text(changed, encoding="utf-8")
    (found,) = brat.read(folder, ReadSettings())
    assert found.document is not None
    first, second = found.document.annotation.entities
    assert (first.id, first.type, first.attributes, first.note) == ("Tx", "县 政协", {"全_名": "政协"}, None)
    assert (second.id, second.type, second.note) == ("Ty", "ORG", "甲\n乙")
    assert (first.cluster, second.cluster) == (None, None)


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    writer = brat.writer(tmp_path / "c", WriteSettings())
    with pytest.raises(Exception, match="'d1' has no text"):
        writer.write(AnnotatedDocument("d1", Annotation(doc_id="d1")))
