"""Sentences, exact to the code point."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from tests.strategies import any_text, texts
from workbench.corpus.clean import clean
from workbench.corpus.sentences import split_sentences


@given(texts | any_text)
def test_sentences_tile_the_text(text: str) -> None:
    """They are in order and apart, have no white edges, and leave out nothing but white space."""
    end = 0
    for start, after in split_sentences(text):
        assert not text[end:start].strip()
        sentence = text[start:after]
        assert sentence
        assert sentence == sentence.strip()
        end = after
    assert not text[end:].strip()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("他来了。“我去!”她说?对", ["他来了。", "“我去!”", "她说?", "对"]),
        ("问“行吗?”,答行。", ["问“行吗?”,答行。"]),
        ("问(行吗？)，答“行！”；再问。", ["问(行吗？)，答“行！”；再问。"]),
        ("等等……再说?!好", ["等等……", "再说?!", "好"]),
        ("海拔26.5米;见www.mj.org.cn;完", ["海拔26.5米;见www.mj.org.cn;完"]),
        ("标题\n\n  正文。 𠀀村", ["标题", "正文。", "𠀀村"]),
        ("《通知》。』》)】\n", ["《通知》。』》)】"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_where_sentences_end(text: str, sentences: list[str]) -> None:
    """Terminators and what closes after them end a sentence, unless a clause mark follows the closing."""
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@pytest.mark.parametrize(("doc_id", "count"), [("000", 26), ("001", 48), ("002", 102), ("003", 77), ("004", 35)])
def test_the_five_reports(doc_id: str, count: int, seeds: Path) -> None:
    """As many sentences as the design notes counted; none is longer than a screen."""
    (file,) = seeds.glob(f"{doc_id}_*.txt")
    found = split_sentences(clean(file.read_bytes().decode()).text)
    assert len(found) == count
    assert max(span.length for span in found) <= 245
