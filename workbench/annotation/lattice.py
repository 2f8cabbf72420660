"""The word lattice of a text: every position where an annotator may want a span to begin or end.

It starts from the derived index, cuts long words where an administrative name or another word of the text ends, keeps
numbers with their units together, separates marks and scripts, and takes in the strings that are already labelled.
Building it needs no segmenter.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress, count, pairwise
from operator import add

from workbench.annotation.graphemes import inside_graphemes
from workbench.core.records import Document
from workbench.core.text import Span
from workbench.corpus.characters import SPACES, is_han
from workbench.corpus.words import WordIndex

_DIGIT = "0-9０-９"
_LATIN = f"{_DIGIT}A-Za-zＡ-Ｚａ-ｚ\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0300-\u036f\u1e00-\u1eff"
_NUMBER = f"[{_DIGIT}]+(?:[.．-][{_DIGIT}]+|[,，][{_DIGIT}]{{3}}(?![{_DIGIT}]))*(?![{_LATIN}])"
_WORD = f"[{_LATIN}]+(?:['’_.&+-][{_LATIN}]+)*"
_RULE = "(?P<rule>[…—―–·.~～=*_-])(?P=rule)*"
_PIECE = re.compile(f"(?P<number>{_NUMBER}[%％‰]?)|{_WORD}|{_RULE}|[{SPACES}]+|\\r\\n|[\\W_]")

_MAGNITUDE = "[多余来几]?[十百千万亿]+"
_CERTAIN_UNIT = "年|月|日|元"
_UNIT = (
    "平方公里|平方米|立方米|人民币|公里|公斤|公顷|千米|厘米|毫米|小时|分钟|个月|美元|"
    "个|名|户|人|次|件|期|亩|吨|套|位|项|条|家|批|头|只|株|棵|份|场|届|组|米|斤|克|里|辆|座|所|口|台|间|天|周|倍|度|"
    "篇|册|本|轮|类|种|处|支|对|号|岁|点|时|分|秒|级|层|幢|栋|套|艘|架|封|张|把|片|块|根|门|句|段|节|幅|首|岁|圈|趟|遍|"
    "户次|人次|车|箱|袋|桶|盏|眼|尾|羽|元"
)
_COUNTED = re.compile(
    f"(?P<magnitude>{_MAGNITUDE})?(?P<about>[多余])?(?:(?P<certain>{_CERTAIN_UNIT})|(?P<unit>{_UNIT}))?"
)
_ADMINISTRATIVE = re.compile("[省市县区乡镇村州]")

_CLAUSE_MARK = re.compile(
    "[，。；：、！？…\r\n]|(?<![0-9A-Za-z])[,;:!?]|[,;:!?](?![0-9A-Za-z])",
)
_NOT_WHITE = re.compile(r"\S")


@dataclass(frozen=True)
class Lattice:
    """The word boundaries of a text, its clauses and sentences, and how to move along them.

    `boundaries` rise from 0 to the length of the text; none is inside a grapheme. `inside` are the positions inside
    graphemes. Positions beyond the text count as its nearest end.
    """

    text: str
    boundaries: tuple[int, ...] = field(repr=False)
    clauses: tuple[Span, ...] = field(repr=False)
    sentences: tuple[Span, ...] = field(repr=False)
    inside: frozenset[int] = field(repr=False)
    unlabelled: tuple[int, ...] = field(repr=False)
    """The boundaries that do not come from known strings only."""

    def with_known(self, strings: Iterable[str]) -> Lattice:
        """The lattice with the boundaries of these known strings in place of those known before."""
        boundaries = _with_occurrences(self.text, self.unlabelled, strings, self.inside)
        return Lattice(self.text, boundaries, self.clauses, self.sentences, self.inside, self.unlabelled)

    def also_known(self, strings: Iterable[str]) -> Lattice:
        """The lattice with the boundaries of a few more known strings."""
        edges = {edge for string in strings if string for span in _occurrences(self.text, string) for edge in span}
        added = [edge for edge in edges if edge not in self.inside and not self.is_boundary(edge)]
        if not added:
            return self
        boundaries = tuple(sorted([*self.boundaries, *sorted(added)]))  # two sorted runs: the sort is a merge
        return Lattice(self.text, boundaries, self.clauses, self.sentences, self.inside, self.unlabelled)

    def next(self, position: int) -> int:
        """The first boundary after a position; the end of the text when there is none."""
        after = bisect_right(self.boundaries, self._clamped(position))
        return self.boundaries[min(after, len(self.boundaries) - 1)]

    def previous(self, position: int) -> int:
        """The last boundary before a position; 0 when there is none."""
        return self.boundaries[max(bisect_left(self.boundaries, self._clamped(position)) - 1, 0)]

    def is_boundary(self, position: int) -> bool:
        """Tell whether a word begins or ends at a position."""
        found = bisect_left(self.boundaries, position)
        return found < len(self.boundaries) and self.boundaries[found] == position

    def word_at(self, position: int) -> Span:
        """The word that covers a position, the last one at the end of the text; empty only in an empty text."""
        if len(self.boundaries) < 2:
            return Span(0, 0)
        before = min(max(bisect_right(self.boundaries, position) - 1, 0), len(self.boundaries) - 2)
        return Span(self.boundaries[before], self.boundaries[before + 1])

    def words(self, window: Span, backwards: bool = False) -> Iterator[Span]:
        """The words that overlap a window, in the order of the text or backwards."""
        first = max(bisect_right(self.boundaries, window.start) - 1, 0)
        last = min(bisect_left(self.boundaries, window.end), len(self.boundaries) - 1)
        numbers = range(last - 1, first - 1, -1) if backwards else range(first, last)
        return (Span(self.boundaries[number], self.boundaries[number + 1]) for number in numbers)

    def words_from(self, position: int, count: int) -> Span:
        """From a position to the end of the `count`-th word, at most to the end of the paragraph.

        Marks and white space are words of their own; a word that the position divides counts from there. The span
        begins at the grapheme of the position.
        """
        start = self._grapheme(position)
        number = bisect_right(self.boundaries, start) - 1 + max(count, 0)
        end = self.boundaries[min(number, len(self.boundaries) - 1)] if count > 0 else start
        return Span(start, max(start, min(end, self._paragraph_end(start))))

    def clause_end(self, position: int) -> int:
        """The first end of a clause after a position; the position itself behind the last clause."""
        after = bisect_right(self.clauses, position, key=_end)
        return self.clauses[after].end if after < len(self.clauses) else self._clamped(position)

    def clause_start(self, position: int) -> int:
        """The last start of a clause before a position; the position itself before the first clause."""
        before = bisect_left(self.clauses, position, key=_start) - 1
        return self.clauses[before].start if before >= 0 else self._clamped(position)

    def sentence_span(self, position: int) -> Span:
        """The sentence that covers a position; between sentences the following one, behind the last one the last.

        A text without sentences counts as one.
        """
        if not self.sentences:
            return Span(0, len(self.text))
        after = bisect_right(self.sentences, position, key=_end)
        return self.sentences[min(after, len(self.sentences) - 1)]

    def next_sentence(self, position: int) -> int:
        """The first start of a sentence after a position; the end of the text when there is none."""
        after = bisect_right(self.sentences, position, key=_start)
        return self.sentences[after].start if after < len(self.sentences) else len(self.text)

    def previous_sentence(self, position: int) -> int:
        """The last start of a sentence before a position; 0 when there is none."""
        before = bisect_left(self.sentences, position, key=_start) - 1
        return self.sentences[before].start if before >= 0 else 0

    def character_next(self, position: int) -> int:
        """The end of the grapheme that begins at or covers a position; the end of the text when there is none."""
        position = self._clamped(self._clamped(position) + 1)
        while position in self.inside:
            position += 1
        return position

    def character_previous(self, position: int) -> int:
        """The last start of a grapheme before a position; 0 when there is none."""
        return self._grapheme(self._clamped(position) - 1)

    def _grapheme(self, position: int) -> int:
        position = self._clamped(position)
        while position in self.inside:
            position -= 1
        return position

    def _clamped(self, position: int) -> int:
        return min(max(position, 0), len(self.text))

    def _paragraph_end(self, position: int) -> int:
        newline = self.text.find("\n", position)
        if newline < 0:
            return len(self.text)
        return newline - 1 if newline in self.inside else newline


def build_lattice(document: Document, index: WordIndex, known: Iterable[str] = ()) -> Lattice:
    """Make the lattice of a document; `known` are strings that begin and end words wherever they occur.

    Raises:
        ValueError: the index belongs to another text.
    """
    text = document.text
    if index.text_sha256 != document.text_sha256:
        raise ValueError(f"the index belongs to another text than that of {document.doc_id}")
    inside = inside_graphemes(text)
    unlabelled = tuple(sorted(_word_boundaries(text, index.boundaries, inside)))
    boundaries = _with_occurrences(text, unlabelled, known, inside)
    return Lattice(text, boundaries, tuple(_clauses(text)), document.sentences, inside, unlabelled)


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end


def _word_boundaries(text: str, derived: Sequence[int], inside: frozenset[int]) -> set[int]:
    boundaries = {0, len(text), *derived}
    _cut_long_words(text, derived, boundaries)
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        if start in inside:
            continue
        if piece["number"]:
            end = _end_of_count(text, end, boundaries)
        while end in inside:
            end += 1
        if end - start > 1:
            boundaries.difference_update(range(start + 1, end))
        boundaries.add(start)
        boundaries.add(end)
    return boundaries - inside


def _cut_long_words(text: str, derived: Sequence[int], boundaries: set[int]) -> None:
    """Add boundaries inside words that the segmenter took too long, such as 四川省|委 and 政协|主席."""
    words = {text[start:end] for start, end in pairwise(derived) if end - start >= 2}
    for start, end in pairwise(derived):
        if end - start < 3 or not is_han(text[start]):
            continue
        word = text[start:end]
        # In a word of three characters a leading 省 or 村 is a modifier (省政府, 村委会), not the end of a name.
        first = 1 if len(word) > 3 else 2
        ends = (match.end() for match in _ADMINISTRATIVE.finditer(word, 0, len(word) - 1))
        boundaries.update(start + cut for cut in ends if cut >= first)
        boundaries.update(start + cut for cut in range(2, len(word) - 1) if word[:cut] in words and word[cut:] in words)


def _end_of_count(text: str, end: int, boundaries: set[int]) -> int:
    """Where the magnitude and unit that follow a number end, so far as the words of the text allow."""
    match = _COUNTED.match(text, end)
    if match is None or match["certain"]:
        return match.end() if match else end
    for reached in (match.end(), match.end("about"), match.end("magnitude")):
        if reached in boundaries:
            return reached
    return match.end("magnitude") if (match["magnitude"] or "").endswith(("万", "亿")) else end


def _occurrences(text: str, string: str) -> Iterator[tuple[int, int]]:
    """Where a string is, overlapping places too."""
    start = text.find(string)
    while start >= 0:
        yield start, start + len(string)
        start = text.find(string, start + 1)


def _with_occurrences(
    text: str, boundaries: tuple[int, ...], strings: Iterable[str], inside: frozenset[int]
) -> tuple[int, ...]:
    """The boundaries with the starts and ends of all occurrences, overlapping ones too."""
    known = {string for string in strings if string}
    if not known:
        return boundaries
    lengths: dict[str, set[int]] = defaultdict(set)
    for string in known:
        lengths[string[:2]].add(len(string))
    # Openings of two characters are looked up without a step of Python for each character of the text.
    candidates = compress(count(), map(lengths.__contains__, map(add, text, text[1:])))
    added: set[int] = set()
    for start in candidates:
        for length in lengths[text[start : start + 2]]:
            if (found := text[start : start + length]) in known:
                added.add(start)
                added.add(start + len(found))
    for single in (string for string in known if len(string) == 1):
        added.update(edge for match in re.finditer(re.escape(single), text) for edge in match.span())
    # Two sorted runs: the sort is a merge.
    return tuple(sorted([*boundaries, *sorted(added.difference(boundaries, inside))]))


def _clauses(text: str) -> Iterator[Span]:
    start = 0
    for end in [*(mark.start() for mark in _CLAUSE_MARK.finditer(text)), len(text)]:
        content = _NOT_WHITE.search(text, start, end)
        if content:
            yield Span(content.start(), content.start() + len(text[content.start() : end].rstrip()))
        start = end + 1
