"""Finding in one text: words to jump to by one key, and passages by characters or pinyin initials.

Width, case and composition of characters do not count. A key or a query of ASCII letters also stands for the initials
of Chinese characters, in their contextual reading and in the other common one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from workbench.annotation.graphemes import inside_graphemes
from workbench.annotation.lattice import Lattice
from workbench.core.text import Span
from workbench.corpus.words import WordIndex

Edge = Literal["word_start", "word_end"]

_CHINESE_TWINS: Mapping[str, str] = {
    ".": "。",
    ",": "、",
    "\\": "、",
    '"': "“”",
    "'": "‘’",
    "<": "《〈",
    ">": "》〉",
    "[": "【「『〔",
    "]": "】」』〕",
    "^": "…",
    "-": "—–",
    "_": "—",
    "`": "·",
    "$": "¥",
    "¥": "$",
}
"""What the key of an ASCII character types under a Chinese input method, beside its full-width form."""

_OTHER_INITIALS: Mapping[str, str] = {
    character: initials
    for initials, characters in {
        "bp": "扁便泊堡暴辟",
        "cj": "车",
        "cq": "仇",
        "cs": "参盛乘禅",
        "cx": "畜",
        "cz": "长重传朝曾藏查种侧褚",
        "ds": "单",
        "dt": "弹调提",
        "dz": "翟",
        "fp": "番",
        "gj": "给贾颈",
        "gy": "谷",
        "hk": "会",
        "hx": "行巷吓",
        "jq": "奇强",
        "jx": "降解校系",
        "ly": "乐",
        "mw": "万",
        "nz": "粘",
        "oq": "区",
        "sx": "省宿厦",
        "sz": "属识折",
        "wy": "尉蔚",
    }.items()
    for character in characters
}
"""The initials of characters with two common readings that begin differently: a name's reading is often the rarer."""

_HETERONYM = re.compile(f"[{''.join(_OTHER_INITIALS)}]")

_FULL_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_INITIALS_QUERY = re.compile("[a-z0-9]*[a-z][a-z0-9]*")
_NO_INITIAL = " "
_WITHIN = -1
_NOTHING = re.compile("(?!)")


def matches(
    lattice: Lattice, index: WordIndex, key: str, window: Span, at: Edge = "word_start", backwards: bool = False
) -> Iterator[Span]:
    """The words that a key may mean, in the order of the text or backwards.

    A word counts when its first character (at `word_end` its last) is the key's, its full-width or Chinese twin, or
    has the key as pinyin initial. Words that begin before the window (at `word_end`: end behind it, or at its start)
    do not count.
    """
    text = lattice.text
    wanted = fold(key)
    twins = _CHINESE_TWINS.get(wanted, "")
    for word in lattice.words(window, backwards):
        if at == "word_start":
            start, counts = word.start, window.start <= word.start
        else:
            start, counts = lattice.character_previous(word.end), word.end <= window.end
        if not counts:
            continue
        character = text[start : lattice.character_next(start)]
        initial = index.initials[start]
        if wanted in (initial, other_initial(character, initial)) or fold(character) == wanted or character in twins:
            yield word


def find(text: str, index: WordIndex, query: str) -> list[Span]:
    """All passages that a query may mean; see `Finder.find`."""
    return Finder(text, index).find(query)


class Finder:
    """A text prepared for many queries; without an index it finds no pinyin."""

    def __init__(self, text: str, index: WordIndex | None = None) -> None:
        self.text = text
        self.inside = inside_graphemes(text)
        self._folded = _folded(text, self.inside)
        self._readings = _readings(text, index) if index else ()

    def find(self, query: str) -> list[Span]:
        """All passages that a query may mean, overlapping ones too, in order; none of an empty query.

        A query in lower-case ASCII letters and digits also stands for the initials of consecutive characters. No
        passage divides a grapheme.
        """
        if not query:
            return []
        found = set(self._literal(_folded(query, inside_graphemes(query)).text))
        if is_pinyin(query):
            starts = {start for initials in self._readings for start in _occurrences(initials, query)}
            found.update((start, start + len(query)) for start in starts)
        whole = (edges for edges in found if self.inside.isdisjoint(edges)) if self.inside else found
        return list(map(Span._make, sorted(whole)))

    def _literal(self, query: str) -> Iterator[tuple[int, int]]:
        origin = self._folded.origin
        for start in _occurrences(self._folded.text, query):
            end = start + len(query)
            edges = (start, end) if origin is None else (origin[start], origin[end])
            if _WITHIN not in edges:
                yield edges


def is_pinyin(query: str) -> bool:
    """Tell whether a query may stand for initials."""
    return _INITIALS_QUERY.fullmatch(query) is not None


def other_initial(character: str, initial: str) -> str:
    """The initial of the other common reading of a character, an empty string when it has none."""
    return _OTHER_INITIALS.get(character, "").replace(initial, "")[:1]


@lru_cache(maxsize=4096)
def fold(grapheme: str) -> str:
    """A grapheme without differences of width, case and composition."""
    return unicodedata.normalize("NFKC", grapheme).casefold()


class _Folded(NamedTuple):
    """A folded text; `origin` has the position in the text of every folded character and of the end.

    It is `_WITHIN` for folded characters that do not begin a grapheme, and None when nothing changed its length.
    """

    text: str
    origin: list[int] | None


def _folded(text: str, inside: frozenset[int]) -> _Folded:
    changed = {character: folded for character in set(text) if (folded := fold(character)) != character}
    starts = {position - 1 for position in inside if position - 1 not in inside}
    longer = "".join(character for character, folded in changed.items() if len(folded) != 1)
    if longer:
        starts.update(match.start() for match in re.finditer(f"[{re.escape(longer)}]", text))
    changing = re.compile(f"[{re.escape(''.join(changed))}]") if changed else _NOTHING
    if not starts:
        return _Folded(changing.sub(lambda match: changed[match[0]], text), None)
    parts: list[str] = []
    origin: list[int] = []
    position = 0
    for start in sorted(starts - inside):
        end = start + 1
        while end in inside:
            end += 1
        grapheme = fold(text[start:end])
        parts += (changing.sub(lambda match: changed[match[0]], text[position:start]), grapheme)
        origin += (*range(position, start + 1), *[_WITHIN] * (len(grapheme) - 1))
        position = end
    parts.append(changing.sub(lambda match: changed[match[0]], text[position:]))
    origin += range(position, len(text) + 1)
    return _Folded("".join(parts), origin)


def _readings(text: str, index: WordIndex) -> tuple[str, str]:
    """The initials of a text, one for each character, and the same with the other readings."""
    own = [initial or _NO_INITIAL for initial in index.initials]
    for match in _FULL_WIDTH.finditer(text):
        own[match.start()] = fold(match[0])
    initials = "".join(own)
    parts: list[str] = []
    position = 0
    for match in _HETERONYM.finditer(text):
        start = match.start()
        parts += (initials[position:start], other_initial(match[0], initials[start]))
        position = start + 1
    return initials, "".join([*parts, initials[position:]])


def _occurrences(text: str, query: str) -> Iterator[int]:
    start = text.find(query)
    while start >= 0:
        yield start
        start = text.find(query, start + 1)
