"""What the rules read: open stretches of a document, cut into words; and what they write: mentions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

from workbench.core.numerals import fold
from workbench.core.records import Document
from workbench.core.text import Span
from workbench.core.values import Value

CLOSED = "\0"
"""Stands in a masked text for a character that is not to be matched; no pattern of the rules accepts it."""

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd"
"""The Han characters, as the inside of a character class."""

_NOT_HAN = re.compile(rf"[^{HAN}]")


class Mention(NamedTuple):
    """A span in passage positions with its type; `value` and `attributes` as in an entity."""

    start: int
    end: int
    type: str
    value: Value | None = None
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def span(self) -> Span:
        """The range."""
        return Span(self.start, self.end)


class Cover:
    """Mentions by the characters they cover, so that the few that meet a span are found at once."""

    def __init__(self, mentions: Iterable[Mention] = ()) -> None:
        self._at: dict[int, list[Mention]] = {}
        for mention in mentions:
            self.add(mention)

    def add(self, mention: Mention) -> None:
        """Put a mention in."""
        for position in range(mention.start, mention.end):
            self._at.setdefault(position, []).append(mention)

    def meeting(self, span: Span) -> Iterator[Mention]:
        """The mentions that share a character with a span, each once."""
        seen: set[Mention] = set()
        for position in range(span.start, span.end):
            for mention in self._at.get(position, ()):
                if mention not in seen:
                    seen.add(mention)
                    yield mention


class Word(NamedTuple):
    """A word of the general dictionary with its part of speech (`ns` place, `nr` person, `v` verb …)."""

    start: int
    end: int
    text: str
    tag: str


class Passage:
    """A stretch of one sentence outside all zones; positions inside it count from its `offset` in the document."""

    def __init__(self, text: str, offset: int) -> None:
        self.text = text
        self.offset = offset

    @cached_property
    def folded(self) -> str:
        """The text with half-width digits and everyday numerals, at the same positions."""
        return fold(self.text)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of the text, in order and without gaps."""
        words = []
        position = 0
        for text, tag in _segmenter().tag(self.text):
            words.append(Word(position, position + len(text), text, tag))
            position += len(text)
        return tuple(words)

    @cached_property
    def words_from(self) -> Mapping[int, int]:
        """Positions at which a word starts, each with the word's index."""
        return {word.start: index for index, word in enumerate(self.words)}

    @cached_property
    def words_to(self) -> Mapping[int, int]:
        """Positions at which a word ends, each with the word's index."""
        return {word.end: index for index, word in enumerate(self.words)}

    def word_at(self, position: int) -> int:
        """Index of the word that covers a position."""
        return bisect_right(self.words, position, key=lambda word: word.start) - 1

    def masked(self, *groups: list[Mention], folded: bool = False) -> str:
        """The text with the spans of mentions closed."""
        characters = list(self.folded if folded else self.text)
        for group in groups:
            for mention in group:
                characters[mention.start : mention.end] = CLOSED * (mention.end - mention.start)
        return "".join(characters)


def is_han(text: str) -> bool:
    """Tell whether a string is not empty and all Han characters."""
    return bool(text) and not _NOT_HAN.search(text)


def named_again(passage: Passage, names: frozenset[str], taken: list[Mention]) -> list[Span]:
    """Where names found elsewhere in the document stand free; two characters must be words of their own."""
    found: list[Span] = []
    text = passage.masked(taken)
    for name in sorted(names, key=lambda name: (-len(name), name)):
        position = text.find(name)
        while position >= 0:
            end = position + len(name)
            if len(name) > 2 or (position in passage.words_from and end in passage.words_to):
                found.append(Span(position, end))
                text = text[:position] + CLOSED * len(name) + text[end:]
            position = text.find(name, end)
    return found


def is_known(word: str) -> bool:
    """Tell whether the general dictionary lists a word; what it does not list was cut out by guessing."""
    return bool(_segmenter().has_word(word))


def passages(document: Document) -> Iterator[Passage]:
    """The open stretches of a document in order: its sentences, or all of its text, without its zones."""
    closed = sorted(zone.span for zone in document.zones)
    for sentence in document.sentences or (Span(0, len(document.text)),):
        position = sentence.start
        for zone in closed:
            if zone.end <= position or zone.start >= sentence.end:
                continue
            if zone.start > position:
                yield Passage(document.text[position : zone.start], position)
            position = max(position, zone.end)
        if position < sentence.end:
            yield Passage(document.text[position : sentence.end], position)


@cache
def _segmenter() -> Any:
    """A segmenter of our own: words that other code adds to the shared one do not reach it."""
    import rjieba

    return rjieba.Jieba()
