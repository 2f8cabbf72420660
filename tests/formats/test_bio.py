"""BIO and BIOES: the text comes back exactly, so do the entities of one layer, and files of others are understood."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.scheme import IOB2, IOBES, Tokens

from tests.formats.lossy import SHAPES, assert_counted, document_with, found_in, renamed, sound, spans, without, written
from tests.strategies import ALPHABET, annotated_documents, any_text
from workbench.core.errors import EnvironmentFailure, FaultyData, UsageMistake
from workbench.core.records import AnnotatedDocument
from workbench.core.text import surface
from workbench.corpus.reading import read_annotated
from workbench.formats import bio, bioes
from workbench.formats.chunks import flatten
from workbench.formats.contract import ReadSettings, Sample, WriteSettings

ROOT = Path(__file__).parents[2]
few = settings(max_examples=25)
BOTH = pytest.mark.parametrize("module", [bio, bioes], ids=["bio", "bioes"])
modules = st.sampled_from([bio, bioes])
policies = st.builds(WriteSettings, schema=st.none(), flatten=st.sampled_from(["outermost", "innermost"]))


def only(content: bytes | str, name: str = "some.bio") -> AnnotatedDocument:
    (document,) = sound(found_in(bio, content, name=name))
    return document


def sample(content: bytes | str) -> Sample:
    return Sample(Path("x.bio"), head=content if isinstance(content, bytes) else content.encode())


# --- laws ------------------------------------------------------------------------------------------------------------


@given(annotated_documents(), modules, policies)
def test_losses_are_exactly_what_does_not_come_back(
    document: AnnotatedDocument, module: ModuleType, how: WriteSettings
) -> None:
    """Text, id, and the place and type of every entity that is not named as a loss come back; all else is a loss."""
    (back,) = sound(found_in(bio, written(module, [document], how)))
    losses = list(module.losses(document, how))
    assert_counted(document, losses, gone=range(len(document.annotation.relations)))
    assert (back.doc_id, back.text) == (document.doc_id, document.text)
    assert spans(back.annotation) == spans(without(document.annotation, losses))


@given(st.lists(annotated_documents(), max_size=4), modules)
@few
def test_a_file_holds_many_documents_and_none(documents: list[AnnotatedDocument], module: ModuleType) -> None:
    """Documents come back in their order with their texts; the same documents are the same bytes."""
    named = renamed(documents, "d {} %\t-X-")
    content = written(module, named)
    assert content == written(module, named)
    assert [(one.doc_id, one.text) for one in sound(found_in(bio, content))] == [
        (one.doc_id, one.text) for one in named
    ]


@given(any_text, modules)
def test_any_text_comes_back(text: str, module: ModuleType) -> None:
    """Also line ends at the edges, carriage returns, and every character that other programs take for a line end."""
    assert only(written(module, [document_with(text)])).text == text


@pytest.mark.parametrize(
    "text",
    ["", "\n", "\n\n", "\n政协\n", "a\r\nb\r", "\u2028\x85\x1c\x1d\x1e\v\f", "\t\t\n\t", " \u00a0\u3000", "# a\n-"],
)
@BOTH
def test_odd_texts_come_back(text: str, module: ModuleType) -> None:
    """Blank lines are line ends, whatever else the text begins or ends with."""
    assert only(written(module, [document_with(text)])).text == text
    two = written(module, [document_with(text, doc_id="a"), document_with(text, doc_id="b")])
    assert [document.text for document in sound(found_in(bio, two))] == [text, text]


@given(any_text.filter(bool), modules)
def test_any_id_comes_back(doc_id: str, module: ModuleType) -> None:
    """Whatever characters an id has, the line that starts the document carries it."""
    content = written(module, [document_with("政协", doc_id=doc_id)])
    assert only(content).doc_id == doc_id
    first, _, rest = content.decode().partition("\n")
    assert first.startswith("-DOCSTART-")
    assert first.split("\t")[-1] == "O"
    assert first.count("\t") == 1
    assert rest == "\n政\tO\n协\tO\n\n"


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 6), st.sampled_from("AB")), max_size=8), policies)
def test_one_layer(places: list[tuple[int, int, str]], how: WriteSettings) -> None:
    """No two that stay share a character, and each that goes shares one with a longer (or shorter) that stays."""
    entities = document_with("帮" * 14, *((start, start + length, kind) for start, length, kind in places)).annotation
    items = entities.entities
    kept, left_out = flatten(items, how.flatten)
    assert sorted([*kept, *left_out]) == list(range(len(items)))
    covered = Counter(position for index in kept for position in range(items[index].start, items[index].end))
    assert all(count == 1 for count in covered.values())
    sign = -1 if how.flatten == "outermost" else 1

    def rank(index: int) -> tuple[int, int, str, str]:
        return (sign * (items[index].end - items[index].start), items[index].start, items[index].type, items[index].id)

    for index, kind in left_out.items():
        span = items[index].fragments[0]
        before = [items[other].fragments[0] for other in kept if rank(other) < rank(index)]
        rivals = [other for other in before if other.overlap(span)]
        assert rivals
        held = any(other.contains(span) or span.contains(other) for other in rivals)
        assert kind == ("nested" if held else "crossing")


def test_the_policy_chooses() -> None:
    """Outermost keeps 政协扶贫办, innermost what is in it; crossing and line ends are named as what they are."""
    text = "县政协扶贫办\n公室"
    document = document_with(text, (0, 6, "ORG"), (1, 3, "ORG"), (3, 6, "ORG"), (2, 4, "LOC"), (5, 8, "ORG"))
    kept: dict[str, list[tuple[int, int, str]]] = {}
    for policy in ("outermost", "innermost"):
        how = WriteSettings(flatten=policy)  # type: ignore[arg-type]
        kept[policy] = spans(only(written(bio, [document], how)).annotation)
    assert kept == {"outermost": [(0, 6, "ORG")], "innermost": [(1, 3, "ORG"), (3, 6, "ORG")]}
    kinds = {loss.path: loss.kind for loss in bio.losses(document, WriteSettings(flatten="innermost"))}
    assert kinds == {"entities[0]": "nested", "entities[3]": "crossing", "entities[4]": "multiline"}


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_file_as_others_see_it() -> None:
    """A character and its tag with a tab between them, a blank line for a line end, a line before each document."""
    document = document_with("省政协\u00a0𠀀\n协(xié)", (0, 3, "ORG"), (4, 5, "a b"))
    assert written(bio, [document]).decode() == (
        "-DOCSTART- d1\tO\n\n省\tB-ORG\n政\tI-ORG\n协\tI-ORG\n\u00a0\tO\n𠀀\tB-a b\n\n"
        "协\tO\n(\tO\nx\tO\ni\tO\né\tO\n)\tO\n\n"
    )
    assert "省\tB-ORG\n政\tI-ORG\n协\tE-ORG\n\u00a0\tO\n𠀀\tS-a b\n" in written(bioes, [document]).decode()


@given(annotated_documents(), st.sampled_from([(bio, IOB2), (bioes, IOBES)]))
@few
def test_seqeval_reads_the_same_chunks(document: AnnotatedDocument, both: tuple[ModuleType, type]) -> None:
    """The scheme's own reader, in strict mode, finds the entities that were kept."""
    module, scheme = both
    lines = written(module, [document]).decode().split("\n")[2:]
    tags = [line.rpartition("\t")[2] or "O" for line in lines]
    kept = [document.annotation.entities[index] for index in flatten(document.annotation.entities, "outermost").kept]
    found = {(chunk.start, chunk.end, chunk.tag) for chunk in Tokens(tags, scheme).entities}
    assert found == {(entity.start, entity.end, entity.type) for entity in kept}


@pytest.mark.parametrize("kind", ["a\tb", "a\nb", "a\rb", ""])
def test_types_that_no_tag_holds(kind: str) -> None:
    """They are refused with the document and the place; a type that is not written is no matter."""
    with pytest.raises(FaultyData, match=r"d1.*cannot stand in a tag") as caught:
        written(bio, [document_with("政协", (0, 2, kind))])
    assert caught.value.faults[0].path == "entities[0].type"
    written(bio, [document_with("政协会", (0, 1, kind), (0, 3, "ORG"))])


def test_no_text_and_no_place(tmp_path: Path) -> None:
    """Both are said, not shown as tracebacks."""
    with pytest.raises(FaultyData, match="'d1' has no text"):
        written(bio, [document_with("政")._replace(text=None)])
    with pytest.raises(EnvironmentFailure, match="cannot be written"):
        bio.writer(tmp_path / "none" / "x.bio", WriteSettings())


# --- files of others -------------------------------------------------------------------------------------------------


def test_the_usual_chinese_layout() -> None:
    """A character, a blank and a tag: MSRA, People's Daily, Weibo; also with CRLF, and a blank or NBSP as a token."""
    content = "省 B-ORG\r\n政 I-ORG\r\n协 I-ORG\r\n  O\r\n\u00a0 O\r\n\u3000 O\r\n\r\n剑 B-LOC\r\n阁 I-LOC\r\n\r\n"
    document = only(content, name="msra.train.txt")
    assert (document.doc_id, document.text) == ("msra.train", "省政协 \u00a0\u3000\n剑阁")
    assert spans(document.annotation) == [(0, 3, "ORG"), (7, 9, "LOC")]


@pytest.mark.parametrize(
    "tags",
    [
        "B-ORG I-ORG I-ORG O B-LOC B-ORG",
        "B-ORG I-ORG E-ORG O S-LOC S-ORG",
        "B-ORG I-ORG L-ORG O U-LOC U-ORG",
        "B-ORG M-ORG E-ORG O S-LOC S-ORG",
    ],
)
def test_schemes(tags: str) -> None:
    """BIO, BIOES, BILOU and BMES say the same."""
    content = "".join(f"{sign}\t{tag}\n" for sign, tag in zip("省政协在县委", tags.split(), strict=True))
    assert spans(only(content).annotation) == [(0, 3, "ORG"), (4, 5, "LOC"), (5, 6, "ORG")]


def test_iob1() -> None:
    """B- only right behind a chunk of its type proves IOB1; then I- begins chunks, also in documents without a B-."""
    start = "-DOCSTART- -X- O O\n\n"
    content = f"{start}省 NN I-NP I-LOC\n县 NN I-NP B-LOC\n的 DEG O O\n\n{start}县 NN I-NP I-LOC\n\n"
    first, second = found_in(bio, content, name="eng.train")
    assert first.faults == second.faults == ()
    assert first.document is not None
    assert second.document is not None
    assert (first.document.doc_id, second.document.doc_id) == ("eng", "eng-2")
    assert spans(first.document.annotation) == [(0, 1, "LOC"), (1, 2, "LOC")]
    assert spans(second.document.annotation) == [(0, 1, "LOC")]


def test_chunks_that_do_not_begin() -> None:
    """I- without B-, after another type, after a line end, and E- alone: faults with lines, or repairs by name."""
    content = "在\tO\n剑\tI-LOC\n阁\tI-LOC\n省\tB-ORG\n县\tI-LOC\n\n乡\tI-LOC\n村\tE-GPE\n"
    (found,) = found_in(bio, content)
    assert [fault.line for fault in found.faults] == [2, 5, 7, 8]
    assert all("where it begins" in fault.message and fault.source is not None for fault in found.faults)
    assert found.document is not None
    assert spans(found.document.annotation) == [(3, 4, "ORG")]
    (mended,) = found_in(bio, content, repair=True)
    assert mended.faults == ()
    assert [(repair.name, repair.line) for repair in mended.repairs] == [("opened", line) for line in (2, 5, 7, 8)]
    assert mended.document is not None
    assert spans(mended.document.annotation) == [
        *[(1, 3, "LOC"), (3, 4, "ORG"), (4, 5, "LOC"), (6, 7, "LOC"), (7, 8, "GPE")]
    ]
    assert mended.lines == {f"entities[{index}]": line for index, line in enumerate((2, 4, 5, 7, 8))}
    assert mended.repairs[0].path == "entities[0]"


def test_words() -> None:
    """Tokens of several characters: letters and digits that touch get a blank, Chinese and punctuation none."""
    content = "中国 B-ORG\n政协 I-ORG\n2016 O\n年 O\nNew B-LOC\nYork I-LOC\n, O\n5 O\n"
    document = only(content)
    assert document.text == "中国政协2016年New York,5"
    assert [document.text[start:end] for start, end, _ in spans(document.annotation)] == ["中国政协", "New York"]


def test_a_comment_says_how_a_sentence_reads() -> None:
    """`# text = …` gives the blanks, as far as the tokens are in it; other comments are no tokens, a token # is one."""
    said = (
        "# sent_id = 1\n# text = New York (NY)\u00a05 %\nNew\tB-LOC\nYork\tI-LOC\n(\tO\nNY\tB-LOC\n)\tO\n5\tO\n%\tO\n"
    )
    document = only(said)
    assert document.text == "New York (NY)\u00a05 %"
    assert spans(document.annotation) == [(0, 8, "LOC"), (10, 12, "LOC")]
    assert only(said.replace("(NY)", "NY")).text == "New York(NY)5%"
    assert only("# text = 政 协\n政 O\n协 O\n").text == "政 协"
    assert only("# 序号\n# O\n#\tO\n#标题 O\n").text == "###标题"


def test_documents_named_in_brackets() -> None:
    """`-DOCSTART- (947 剑阁)`, as AIDA names its documents; lines before the first start are a document."""
    found = found_in(bio, "政\tO\n\n-DOCSTART- (947 剑阁)\n\n协\tO\n", name="aida.tsv")
    assert [item.document and (item.document.doc_id, item.document.text) for item in found] == [
        ("aida", "政"),
        ("947 剑阁", "协"),
    ]
    assert [item.line for item in found] == [None, 3]


# --- dirt ------------------------------------------------------------------------------------------------------------


def test_faulty_lines() -> None:
    """A wrong tag, one column, a tag alone: faults with their lines; what surely is a token stays in the text."""
    (found,) = found_in(bio, "政\tB-ORG\n协\tX-ORG\n省\n\tO\nO\n县\tO\n\t\n委\tB-\n")
    assert [(fault.line, fault.rule) for fault in found.faults] == [(line, "tags") for line in (2, 3, 4, 5, 7, 8)]
    assert found.document is not None
    assert found.document.text == "政协省县委"
    assert spans(found.document.annotation) == [(0, 1, "ORG")]


@pytest.mark.parametrize("content", ["政协帮扶贫困村\n第二行\n", '{"a": 1}\n', "T1\tORG 0 2\t政协\n"])
def test_not_a_file_of_tags(content: str) -> None:
    """A file of which no line ends in a tag is none of this format."""
    with pytest.raises(FaultyData, match="not a file of tags"):
        found_in(bio, content)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing files, folders, NUL; bytes that are not UTF-8 or begin with a mark are read when repairs are allowed."""
    with pytest.raises(UsageMistake, match="no such file"):
        list(bio.read(tmp_path / "none.bio", ReadSettings()))
    with pytest.raises(UsageMistake, match="a folder"):
        list(bio.read(tmp_path, ReadSettings()))
    with pytest.raises(FaultyData, match="NUL"):
        found_in(bio, "政\tO\n\0\tO\n")
    words = "省县政协帮助贫困村修路"
    content = "省\tB-ORG\n县\tI-LOC\n" + "".join(f"{character}\tO\n" for character in words[2:]) + "\n"
    for coded, name in ((content.encode("gb18030"), "encoding"), (content.encode("utf-8-sig"), "byte-order-mark")):
        with pytest.raises(FaultyData):
            found_in(bio, coded)
        (found,) = found_in(bio, coded, repair=True)
        assert found.document is not None
        assert found.document.text == words
        assert [repair.name for repair in found.repairs] == [name, "opened"]
    assert found_in(bio, b"") == found_in(bio, b"\n\n") == []


@given(st.text(st.sampled_from("BIOESX-省 \t\n#=" + ALPHABET[:3]), max_size=40), st.booleans())
def test_reading_never_crashes(content: str, repair: bool) -> None:
    """Whatever the lines are, reading gives documents, faults, or the one error of files that are none of tags."""
    found = []
    with suppress(FaultyData):
        found = found_in(bio, content, repair)
    for item in found:
        assert item.document is not None
        assert item.document.text is not None
        for entity in item.document.annotation.entities:
            assert surface(item.document.text, entity.fragments)


# --- recognising -----------------------------------------------------------------------------------------------------


@given(annotated_documents(), st.integers(20, 400))
@few
def test_our_files_are_recognised(document: AnnotatedDocument, cut: int) -> None:
    """By one of the two, also when the head is cut in the middle of a line or a character."""
    for module in (bio, bioes):
        head = sample(written(module, [document])[:cut])
        assert bio.recognise(head) != bioes.recognise(head)
    assert bio.recognise(sample(written(bio, [document])[:cut]))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("省 B-ORG\n政 I-ORG\n", "bio"),
        ("-DOCSTART- -X- O O\n\nEU NNP I-NP I-ORG\n", "bio"),
        ("# text = 省\n省\tS-ORG\n", "bioes"),
        ("省 B-ORG\n政 M-ORG\n协 E-ORG\n", "bioes"),
        ("省\tU-ORG\r\n", "bioes"),
        ("", None),
        ("\n\n", None),
        ("# 标题\n", None),
        ("政协帮扶\n", None),
        ("T1\tORG 0 2\t政协\n", None),
        ("1\t政协\t_\tNN\t_\t_\t0\troot\t_\t_\n", None),
        ('{"text": "政协", "label": []}\n', None),
        ("省 B-ORG\n政协\n", None),
    ],
)
def test_recognising(content: str, name: Literal["bio", "bioes"] | None) -> None:
    """Lines that end in tags are known by them, others are not ours."""
    assert bio.recognise(sample(content)) == (name == "bio")
    assert bioes.recognise(sample(content)) == (name == "bioes")


@BOTH
def test_the_pilot_gold(module: ModuleType) -> None:
    """Five real reports: the texts come back, and every entity is there or a loss."""
    documents = read_annotated(ROOT / "gold" / "0.1.0")
    for back, document in zip(sound(found_in(bio, written(module, documents))), documents, strict=True):
        assert (back.doc_id, back.text) == (document.doc_id, document.text)
        lost = [loss for loss in module.losses(document, WriteSettings()) if loss.kind in SHAPES]
        assert len(back.annotation.entities) + len(lost) == len(document.annotation.entities)
        assert spans(back.annotation) == spans(without(document.annotation, lost))
