"""Jumping by one key, and finding by characters or pinyin initials."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.annotation.texts import HEART, VARIANT, lattice_of, reports, texts
from workbench.annotation import finding
from workbench.annotation.finding import Edge, Finder, find, fold, is_pinyin, matches, other_initial
from workbench.annotation.graphemes import inside_graphemes
from workbench.core.text import Span
from workbench.corpus.characters import readings
from workbench.corpus.words import WordIndex, build_index

keys = st.sampled_from("zxysqab139.,()<\"'政（“，２Ａ《\u00a0…")


def naive_find(text: str, index: WordIndex, query: str) -> list[Span]:
    """Try every span between graphemes."""
    edges = [edge for edge in range(len(text) + 1) if edge not in inside_graphemes(text)]
    units = {start: fold(text[start:end]) for start, end in pairwise(edges)}
    cuts = [edge for edge in range(len(query) + 1) if edge not in inside_graphemes(query)]
    wanted = "".join(fold(query[start:end]) for start, end in pairwise(cuts))
    found = []
    for number, start in enumerate(edges):
        for end in edges[number + 1 :]:
            literal = "".join(units[edge] for edge in edges if start <= edge < end)
            wide = [fold(character) if "０" <= character <= "ｚ" else "" for character in text[start:end]]
            initials = [initial or own for initial, own in zip(index.initials[start:end], wide, strict=True)]
            others = [
                other_initial(character, initial) or initial
                for character, initial in zip(text[start:end], initials, strict=True)
            ]
            pinyin = is_pinyin(query) and any(
                all(reading) and "".join(reading) == query for reading in (initials, others)
            )
            if literal == wanted or pinyin:
                found.append(Span(start, end))
    return found


@given(texts | reports, st.data())
def test_find_equals_a_naive_search(text: str, data: st.DataObject) -> None:
    """Parts of the text, their initials, and other strings are found exactly where trying every span finds them."""
    text = text[:40]
    index = build_index(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 4)))
    part = text[start:end]
    query = data.draw(
        st.sampled_from([part, part.upper(), "".join(index.initials[start:end]), unicodedata.normalize("NFKC", part)])
        | st.text(st.sampled_from("政协zxyse13(.村"), max_size=3)
    )
    assert find(text, index, query) == (naive_find(text, index, query) if query else [])


@given(texts | reports, keys, st.integers(0, 30), st.integers(0, 60), st.sampled_from(["word_start", "word_end"]))
def test_matches_are_words_of_the_window(text: str, key: str, start: int, length: int, at: Edge) -> None:
    """Every match is a word of the lattice inside the window; backwards gives the same words in reverse."""
    lattice, index = lattice_of(text), build_index(text)
    window = Span(start, start + length)
    found = list(matches(lattice, index, key, window, at))
    assert all(lattice.word_at(word.start) == word for word in found)
    for word in found:
        assert window.start <= word.start < window.end if at == "word_start" else window.start < word.end <= window.end
    assert found == sorted(found)
    assert list(matches(lattice, index, key, window, at, backwards=True)) == found[::-1]


@given(reports)
def test_every_word_is_reached_by_its_initial(text: str) -> None:
    """The key of a word's first initial, and the word's first character itself, always match the word."""
    lattice, index = lattice_of(text), build_index(text)
    whole = Span(0, len(text))
    for word in lattice.words(whole):
        for key in filter(None, (index.initials[word.start], text[word.start])):
            assert word in matches(lattice, index, key, whole)


def jump(text: str, key: str, at: Edge = "word_start") -> list[str]:
    lattice = lattice_of(text)
    found = matches(lattice, build_index(text), key, Span(0, len(text)), at)
    return [text[word.start : word.end] for word in found]


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("政协、主席、永州", "z", ["政协", "主席"]),
        ("永州市政协，主席", ",", ["，"]),
        ("政协、主席", ",", ["、"]),
        ("（试行）(一)", "(", ["（", "("]),
        ("（试行）(一)", "（", ["（", "("]),
        ("《规划》", "<", ["《"]),
        ("“三个一”", '"', ["“", "”"]),
        ("４０户4名", "4", ["４０户", "4名"]),
        ("共QQ群，ＱＱ", "q", ["QQ", "群", "ＱＱ"]),
        ("政协、主席", "政", ["政协"]),
        ("省政协调研", "t", ["调研"]),
        ("永州市𠀀村", "𠀀", ["𠀀"]),
    ],
)
def test_keys(text: str, key: str, expected: list[str]) -> None:
    """Initials, marks with their Chinese twins, digits and letters of any width, the character itself, heteronyms."""
    assert jump(text, key) == expected


def test_ends_of_words() -> None:
    """At word ends the last character counts, with its combining marks."""
    assert jump("政协，主席。", "x", "word_end") == ["政协", "主席"]
    assert jump("共３.５万元", "y", "word_end") == ["３.５万元"]
    assert jump(f"诸{VARIANT}", VARIANT, "word_end") == [f"诸{VARIANT}"]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("永州市政协，省政协", "政协", [(3, 5), (7, 9)]),
        ("永州市政协", "zx", [(3, 5)]),
        ("县QQ群", "qq", [(1, 3), (2, 4)]),
        ("县ＱＱ群", "QQ", [(1, 3)]),
        ("共4０户", "40h", [(1, 4)]),
        ("政协", "ZX", []),
        ("政政政", "政政", [(0, 2), (1, 3)]),
        ("（试行）", "(试行)", [(0, 4)]),
        ("长沙", "zs", [(0, 2)]),
        ("cafe\u0301", "É", [(3, 5)]),
        ("cafe\u0301", "e", []),
        ("好…", ".", []),
        ("好…", "...", [(1, 2)]),
        (f"爱{HEART}村", "村", [(3, 4)]),
        ("政协", "", []),
        ("", "z", []),
    ],
)
def test_queries(text: str, query: str, expected: list[tuple[int, int]]) -> None:
    """Width, case and composition do not count; lower-case letters are initials too; graphemes are not divided."""
    assert find(text, build_index(text), query) == expected


def test_without_an_index_there_is_no_pinyin() -> None:
    """Letters are then only themselves."""
    assert Finder("政协zx").find("zx") == [Span(2, 4)]


def test_other_initials_are_readings() -> None:
    """Each heteronym in the table has readings that begin with both letters."""
    for character, initials in finding._OTHER_INITIALS.items():
        assert len(set(initials)) == 2
        known = {unicodedata.normalize("NFD", reading)[0] for reading in readings(character)}
        assert set(initials) <= known, character
