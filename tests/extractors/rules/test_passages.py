"""Passages: what is open to the rules, and how it is cut into words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text, texts
from workbench.core.records import Document, Zone
from workbench.core.text import Span
from workbench.extractors.rules.passages import CLOSED, Mention, Passage, is_han, named_again, passages


@given(st.one_of(texts, any_text))
def test_words_cover_the_text(text: str) -> None:
    """The words of a passage are its text, cut without gaps."""
    words = Passage(text, 0).words
    assert "".join(word.text for word in words) == text
    assert all(text[word.start : word.end] == word.text for word in words)
    passage = Passage(text, 0)
    for position in range(len(text)):
        word = passage.words[passage.word_at(position)]
        assert word.start <= position < word.end


@given(texts, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 9)), max_size=3))
def test_passages_are_the_text_without_zones(text: str, zones: list[tuple[int, int]]) -> None:
    """Every character outside the zones is in exactly one passage, at its place; none inside is in any."""
    closed = tuple(Zone(kind="footer", start=start, end=start + length) for start, length in zones)
    document = Document(doc_id="d", text=text, zones=closed)
    seen = [passage.offset + index for passage in passages(document) for index in range(len(passage.text))]
    assert seen == [at for at in range(len(text)) if not any(zone.start <= at < zone.end for zone in closed)]
    assert all(text[p.offset : p.offset + len(p.text)] == p.text for p in passages(document))


def test_sentences_bound_passages() -> None:
    """With sentences, a passage is (a part of) one; text outside every sentence is not read."""
    document = Document(doc_id="d", text="甲。乙。丙", sentences=(Span(0, 2), Span(2, 4)))
    assert [(passage.text, passage.offset) for passage in passages(document)] == [("甲。", 0), ("乙。", 2)]


def test_masking_keeps_positions() -> None:
    """A masked text has the same length, and no pattern can match what is closed."""
    masked = Passage("河湾村３户", 0).masked([Mention(0, 3, "LOC")], folded=True)
    assert masked == CLOSED * 3 + "3户"


def test_han() -> None:
    """Han characters are those of the blocks for them, astral ones included; an empty string is none."""
    assert is_han("河𠀀")
    assert not is_han("河a")
    assert not is_han("")


def test_short_names_must_be_words() -> None:
    """A name of two characters is found again only where it is a word; a longer one everywhere."""
    found = named_again(Passage("李伟表示,李伟大。王建国们", 0), frozenset({"李伟", "王建国"}), [])
    assert Span(0, 2) in found
    assert Span(9, 12) in found
