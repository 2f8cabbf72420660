"""Concordance over a batch, and the other occurrences of a string."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.annotation.texts import document_of, lattice_of, reports, texts
from workbench.annotation.concordance import Doubtful, concordance, labelled, same_strings
from workbench.annotation.finding import find
from workbench.annotation.graphemes import inside_graphemes
from workbench.core.records import Annotation, Document, Entity, Frame, Trigger
from workbench.core.text import Span
from workbench.corpus.tasks import Batch
from workbench.corpus.words import build_index, index_path

DOCUMENTS = (
    document_of("永州市政协主席蒋善生说。\n市政协委员走访𠀀村。", "a"),
    document_of("没有。", "b"),
    document_of("四川省政协", "c"),
)


@pytest.fixture
def pilot(tmp_path: Path) -> Batch:
    """A batch whose documents are handed over by the tests."""
    return Batch(tmp_path, "pilot", "cppcc-poverty")


def test_hits_in_context(pilot: Batch) -> None:
    """Each hit has its document, its span and so many characters on either side; counts grow as hits are read."""
    hits = concordance(pilot, DOCUMENTS, "政协", context=3)
    first = next(hits)
    assert first == ("a", Span(3, 5), "永州市", "政协", "主席蒋")
    assert (hits.total, hits.complete) == (1, False)
    assert [(hit.doc_id, hit.left, hit.right) for hit in hits] == [("a", "。\n市", "委员走"), ("c", "四川省", "")]
    assert hits.counts == {"a": 2, "c": 1}
    assert (hits.total, hits.complete) == (3, True)


def test_initials_need_an_index_and_characters_do_not(pilot: Batch) -> None:
    """Pinyin finds the same passages; only then are indexes built and kept."""
    characters = [hit.span for hit in concordance(pilot, DOCUMENTS, "政协")]
    assert not index_path(pilot.root, DOCUMENTS[0].text_sha256).exists()
    assert [hit.span for hit in concordance(pilot, DOCUMENTS, "zx")] == [*characters[:1], Span(5, 7), *characters[1:]]
    assert index_path(pilot.root, DOCUMENTS[0].text_sha256).exists()


def test_documents_are_taken_one_by_one(pilot: Batch) -> None:
    """The first hit is there before the second document is asked for."""
    asked: list[str] = []

    def documents() -> Iterator[Document]:
        for document in DOCUMENTS:
            asked.append(document.doc_id)
            yield document

    hits = concordance(pilot, documents(), "政协")
    assert asked == []
    next(hits)
    assert asked == ["a"]


def test_by_type(pilot: Batch) -> None:
    """Hits inside mentions of a type, or all mentions of it when there is no query."""
    annotation = Annotation(
        doc_id="a",
        entities=(
            Entity(id="T1", type="ORG", fragments=(Span(0, 5),)),
            Entity(id="T2", type="PER", fragments=(Span(7, 10),)),
        ),
        frames=(Frame(id="E1", type="VISIT", trigger=Trigger(fragments=(Span(18, 20),))), Frame(id="E2", type="VISIT")),
    )
    organisations = labelled([annotation, annotation], "ORG")
    assert organisations == {"a": (Span(0, 5),)}
    assert labelled([annotation], "VISIT") == {"a": (Span(18, 20),)}
    assert [hit.span for hit in concordance(pilot, DOCUMENTS, "政协", organisations)] == [Span(3, 5)]
    assert [hit.match for hit in concordance(pilot, DOCUMENTS, "", organisations)] == ["永州市政协"]
    assert list(concordance(pilot, DOCUMENTS, "政协", {})) == []
    assert list(concordance(pilot, DOCUMENTS, "")) == []


@given(texts | reports, st.data())
def test_hits_fit_their_text(text: str, data: st.DataObject) -> None:
    """Left, match and right are the text around the span, no longer than asked, and divide no grapheme."""
    start = data.draw(st.integers(0, len(text)))
    query = text[start : start + 2]
    context = data.draw(st.integers(0, 5))
    hits = list(concordance(Batch(Path("none"), "p", "s"), [document_of(text)], query + "。", context=context))
    assert [hit.span for hit in hits] == find(text, build_index(text), query + "。")
    for _, span, left, match, right in hits:
        begin = span.start - len(left)
        assert text[begin : span.end + len(right)] == left + match + right
        assert max(len(left), len(right)) <= context
        assert not inside_graphemes(text).intersection((begin, span.end + len(right)))


def spans_in(length: int) -> st.SearchStrategy[list[Span]]:
    edges = st.tuples(st.integers(0, length), st.integers(0, length)).filter(lambda pair: pair[0] != pair[1])
    return st.lists(edges.map(lambda pair: Span(min(pair), max(pair))), max_size=6) if length else st.just([])


@given(texts | reports, st.data())
def test_clear_occurrences_touch_nothing(text: str, data: st.DataObject) -> None:
    """Clear and doubtful occurrences are the string, apart from each other; only clear ones are free on all sides."""
    start = data.draw(st.integers(0, len(text)))
    surface = text[start : start + data.draw(st.integers(0, 3))]
    taken, closed = data.draw(spans_in(len(text))), data.draw(spans_in(len(text)))
    lattice = data.draw(st.none() | st.just(lattice_of(text)))
    clear, doubtful = same_strings(text, surface, taken, closed, lattice)
    found = sorted([*clear, *(span for span, _ in doubtful)])
    assert all(text[span.start : span.end] == surface for span in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert not set(found) & set(taken)
    for span in clear:
        assert not any(other.overlap(span) for other in (*taken, *closed))
        assert not inside_graphemes(text).intersection(span)
        assert lattice is None or (lattice.is_boundary(span.start) and lattice.is_boundary(span.end))
    for span, doubt in doubtful:
        touching = [other for other in taken if other.overlap(span)]
        if doubt == "in_closed_zone":
            assert any(other.overlap(span) for other in closed)
        elif doubt == "inside":
            assert any(other.contains(span) for other in touching)
        elif doubt == "around":
            assert touching
            assert all(span.contains(other) for other in touching)
        elif doubt == "across":
            assert any(not span.contains(other) and not other.contains(span) for other in touching)
        else:
            assert not touching
            assert lattice is not None


def test_same_strings_inside_longer_names() -> None:
    """A tail of a labelled longer name is never offered as clear."""
    text = "永州市政协，市政协，市政协，县市政协，市政协"
    taken = (Span(0, 5), Span(6, 9), Span(10, 11), Span(14, 16))
    clear, doubtful = same_strings(text, "市政协", taken, closed=(Span(20, 21),))
    assert clear == []
    assert doubtful == [
        Doubtful(Span(2, 5), "inside"),
        Doubtful(Span(10, 13), "around"),
        Doubtful(Span(15, 18), "across"),
        Doubtful(Span(19, 22), "in_closed_zone"),
    ]
    assert same_strings(text, "市政协", taken).clear == [Span(19, 22)]


def test_same_strings_that_divide_words() -> None:
    """A string that two words happen to make is doubtful, when the lattice is there to tell."""
    text = "中国的集中国力"
    divided = same_strings(text, "中国", (Span(0, 2),), lattice=lattice_of(text))
    assert divided.doubtful == [Doubtful(Span(4, 6), "divides_word")]
    assert same_strings(text, "中国", (Span(0, 2),)).clear == [Span(4, 6)]
    assert same_strings(text, "", ()) == ([], [])
