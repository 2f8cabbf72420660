"""Word boundaries for annotators, and the motions along them."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.annotation.texts import (
    CLUSTERS,
    FAMILY,
    FLAG,
    HEART,
    JAMO,
    THUMB,
    VARIANT,
    document_of,
    lattice_of,
    reports,
    texts,
)
from workbench.annotation.graphemes import inside_graphemes
from workbench.annotation.lattice import build_lattice
from workbench.core.text import Span
from workbench.corpus.documents import read_documents
from workbench.corpus.words import build_index
from workbench.formats.native import read

positions = st.integers(-3, 80)


def words(text: str, *known: str) -> str:
    lattice = lattice_of(text, *known)
    return "|".join(text[start:end] for start, end in pairwise(lattice.boundaries))


@given(texts | reports)
def test_words_partition_the_text(text: str) -> None:
    """Boundaries rise from 0 to the length, none inside a grapheme; each position has the word that covers it."""
    lattice = lattice_of(text)
    assert list(lattice.boundaries) == sorted({0, len(text), *lattice.boundaries})
    assert not lattice.inside.intersection(lattice.boundaries)
    for position in range(len(text)):
        word = lattice.word_at(position)
        assert word.start <= position < word.end
    assert [*lattice.words(Span(0, len(text)))] == [Span(*pair) for pair in pairwise(lattice.boundaries)]
    assert [*lattice.words(Span(0, len(text)), backwards=True)] == [*lattice.words(Span(0, len(text)))][::-1]


@given(texts | reports, st.lists(st.text(min_size=1, max_size=3), max_size=3), st.data())
def test_known_strings_begin_and_end_words(text: str, others: list[str], data: st.DataObject) -> None:
    """Every occurrence has boundaries at both ends (but in graphemes); no other boundary is added, none is lost."""
    cuts = st.integers(0, len(text))
    parts = [text[data.draw(cuts) :][: data.draw(st.integers(0, 4))] for _ in range(3)]
    known = [string for string in (*others, *parts) if string]
    plain = lattice_of(text)
    lattice = plain.with_known(known)
    edges = {
        edge
        for string in known
        for start in range(len(text))
        if text.startswith(string, start)
        for edge in (start, start + len(string))
    }
    assert set(lattice.boundaries) == set(plain.boundaries) | (edges - lattice.inside)
    assert list(lattice.boundaries) == sorted(lattice.boundaries)
    assert lattice == lattice_of(text, *known)
    assert lattice.with_known([]) == plain


@given(texts | reports, positions)
def test_word_motions(text: str, position: int) -> None:
    """The next and previous boundary are the nearest ones; at the ends of the text motion stops."""
    lattice = lattice_of(text)
    here = min(max(position, 0), len(text))
    assert lattice.next(position) == min([b for b in lattice.boundaries if b > here], default=len(text))
    assert lattice.previous(position) == max([b for b in lattice.boundaries if b < here], default=0)
    assert lattice.is_boundary(position) == (position in lattice.boundaries)


@given(texts | reports, positions, st.integers(-1, 12))
def test_counted_words_stay_in_the_paragraph(text: str, position: int, count: int) -> None:
    """So many words from a position, fewer at the end of the paragraph; no newline and no divided grapheme."""
    lattice = lattice_of(text)
    span = lattice.words_from(position, count)
    here = min(max(position, 0), len(text))
    assert span.start <= here
    assert not lattice.inside.intersection(span)
    assert "\n" not in text[span.start : span.end]
    inner = [boundary for boundary in lattice.boundaries if span.start < boundary <= span.end]
    assert len(inner) <= max(count, 0)
    assert len(inner) == max(count, 0) or span.end == len(text) or text[span.end] in "\r\n"


@given(texts | reports, positions)
def test_clause_motions(text: str, position: int) -> None:
    """Motion goes on to the following (preceding) clause each time and never ends on white space or a mark."""
    lattice = lattice_of(text)
    here = min(max(position, 0), len(text))
    forward, backward = lattice.clause_end(position), lattice.clause_start(position)
    assert backward <= here <= forward
    if forward > here:
        assert text[forward - 1] not in "，。；：、！？\n"
        assert not text[forward - 1].isspace()
        assert lattice.clause_end(forward) > forward or forward == lattice.clauses[-1].end
    if backward < here:
        assert text[backward] not in "，。；：、！？\n"
        assert not text[backward].isspace()


@given(texts | reports, positions)
def test_sentence_motions(text: str, position: int) -> None:
    """A position inside a sentence has that sentence; the motions go to the nearest starts."""
    lattice = lattice_of(text)
    here = min(max(position, 0), len(text))
    span = lattice.sentence_span(position)
    assert 0 <= span.start <= span.end <= len(text)
    assert all(span == sentence for sentence in lattice.sentences if sentence.start <= here < sentence.end)
    starts = [sentence.start for sentence in lattice.sentences]
    assert lattice.next_sentence(here) == min([start for start in starts if start > here], default=len(text))
    assert lattice.previous_sentence(here) == max([start for start in starts if start < here], default=0)


@given(texts, positions)
def test_character_steps_keep_graphemes_whole(text: str, position: int) -> None:
    """A step lands on the nearest position that is not inside a grapheme."""
    lattice = lattice_of(text)
    here = min(max(position, 0), len(text))
    edges = [edge for edge in range(len(text) + 1) if edge not in lattice.inside]
    assert lattice.character_next(position) == min([edge for edge in edges if edge > here], default=len(text))
    assert lattice.character_previous(position) == max([edge for edge in edges if edge < here], default=0)


@pytest.mark.parametrize("cluster", [FAMILY, FLAG, THUMB, HEART, VARIANT, "e\u0301", JAMO, "\r\n"])
def test_a_grapheme_is_one_step(cluster: str) -> None:
    """Joined emoji, flags, skin tones, variation selectors, combining marks, jamo and CRLF are one character each."""
    text = f"村{cluster}县"
    lattice = lattice_of(text)
    assert lattice.character_next(1) == 1 + len(cluster)
    assert lattice.character_previous(1 + len(cluster)) == 1
    assert lattice.character_next(2) == 1 + len(cluster)
    assert inside_graphemes(text) == frozenset(range(2, 1 + len(cluster)))


def test_what_is_not_one_grapheme() -> None:
    """Two flags, a mark after a newline, a joiner before a letter, and LF with CR behind it are apart."""
    assert inside_graphemes(FLAG + FLAG) == {1, 3}
    assert inside_graphemes("\n\u0301") == frozenset()
    assert inside_graphemes("村\u200d县") == {1}
    assert inside_graphemes("\n\r") == frozenset()
    assert inside_graphemes("".join(CLUSTERS[:2])) == {1, 2, 3, 4, 6}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("四川省委会", "四川省|委|会"),
        ("政协主席，政协、主席", "政协|主席|，|政协|、|主席"),
        ("资金3.5万元", "资金|3.5万元"),
        ("2016年5月11日", "2016年|5月|11日"),
        ("4万多名委员", "4万多名|委员"),
        ("1,200户，2016,2017", "1,200户|，|2016|,|2017"),
        ("增长13.9％", "增长|13.9％"),
        ("４０户", "４０户"),
        ("日期2018-12-05", "日期|2018-12-05"),
        ("《规划》（试行）", "《|规划|》|（|试行|）"),
        ("“‘三个一’”", "“|‘|三个|一|’|”"),
        ("xiéguān县", "xiéguān|县"),
        ("县QQ群", "县|QQ|群"),
        ("了……好", "了|……|好"),
        ("县　　\u00a0乡", "县|　　\u00a0|乡"),
        ("县\n\n乡", "县|\n|\n|乡"),
        (f"县{FAMILY}{HEART}乡", f"县|{FAMILY}|{HEART}|乡"),
    ],
)
def test_words(text: str, expected: str) -> None:
    """Names end words, numbers keep their units, marks and scripts are apart, runs of space and dots are one."""
    assert words(text) == expected


def test_known_strings() -> None:
    """What is labelled once can be reached everywhere, also inside a word."""
    assert words("政协主席会议") == "政协主席|会议"
    assert words("政协主席会议", "政协", "席") == "政协|主|席|会议"
    assert lattice_of("县政协", "政协", "政协主席").boundaries[-1] == 3


def test_clauses() -> None:
    """A clause ends before its mark; the mark is skipped the next time; ASCII marks in numbers do not count."""
    text = "　　主席说：“好。”\n共1,200户, 委员10:30到。"
    lattice = lattice_of(text)
    ends = [text[: lattice.clause_end(0)]]
    position = lattice.clause_end(0)
    found = []
    while position < lattice.clauses[-1].end:
        following = lattice.clause_end(position)
        found.append(text[position:following])
        position = following
    assert ends == ["　　主席说"]
    assert found == ["：“好", "。”", "\n共1,200户", ", 委员10:30到"]
    assert [text[span.start : span.end] for span in lattice.clauses] == [
        "主席说",
        "“好",
        "”",
        "共1,200户",
        "委员10:30到",
    ]
    assert lattice.clause_start(len(text)) == text.index("委")
    assert lattice.clause_start(text.index("委")) == text.index("共")
    assert lattice.clause_start(2) == 2
    assert lattice.clause_end(len(text)) == len(text)


def test_sentences_at_gaps() -> None:
    """Between sentences the following one counts, behind the last one the last; no sentences are one."""
    lattice = lattice_of("县。\n\n乡。\n")
    assert lattice.sentence_span(2) == Span(4, 6)
    assert lattice.sentence_span(7) == Span(4, 6)
    assert lattice_of(" \n").sentence_span(1) == Span(0, 2)


def test_an_index_of_another_text() -> None:
    """An index that does not belong to the document is refused."""
    with pytest.raises(ValueError, match="another text"):
        build_lattice(document_of("县"), build_index("乡"))


def test_gold_entities_lie_on_the_lattice() -> None:
    """At least 95 % of the gold entities begin and end with words, without any known string, and take few words."""
    gold = Path(__file__).parents[2] / "gold" / "0.1.0"
    counts = []
    on_lattice = 0
    for document in read_documents(gold / "documents"):
        lattice = build_lattice(document, build_index(document.text))
        for entity in read(gold / "annotations" / f"{document.doc_id}.json").annotation.entities:
            on_lattice += lattice.is_boundary(entity.start) and lattice.is_boundary(entity.end)
            counts.append(len(list(lattice.words(Span(entity.start, entity.end)))))
    assert on_lattice >= 0.95 * len(counts)
    assert sum(counts) <= 3.1 * len(counts)
    assert sum(count <= 9 for count in counts) >= 0.95 * len(counts)


def test_many_known_strings_are_found_quickly() -> None:
    """2,000 strings in 200,000 characters do not take 2,000 passes: well under a second even on a busy machine."""
    text = "".join(chr(0x4E00 + number * 7919 % 20000) for number in range(200_000))
    lattice = build_lattice(document_of(text), build_index(text))
    known = [text[start : start + 4] for start in range(0, 20_000, 10)]
    before = time.perf_counter()
    lattice.with_known(known)
    assert time.perf_counter() - before < 2
