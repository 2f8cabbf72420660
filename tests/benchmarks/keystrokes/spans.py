"""The cheapest keys to a span, planned from what the screen shows; after every key or jump one looks again.

A plan is worth the keys it is expected to take. What is not painted is guessed: beyond the marked words each character
with the right initial may begin a word with even odds, and a reader's guess at the number of words is half the
characters. A guess that fails costs the keys to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import NamedTuple

from tests.benchmarks.keystrokes.screen import Screen, key_to
from workbench.core.text import Span

_CLAUSE_END = re.compile("(?=[，。；：、！？…\r\n]|(?<![0-9A-Za-z])[,;:!?]|[,;:!?](?![0-9A-Za-z]))")
_ODDS = 0.5
"""How likely a character beyond the marked words begins (or ends) a word."""
_SURE = re.compile("[，。；：、！？…“”‘’《》（）()\\s]")
_FAR = 400
"""Nobody stretches a selection by more characters."""


class Step(NamedTuple):
    """Keys to press before looking again, and what kind of key each is."""

    keys: tuple[tuple[str, str], ...]
    cost: float


@dataclass
class Memory:
    """What has been seen while one span is being selected: boundaries, where they are all known, what has failed.

    `counted` maps ends of the selection to the number of words that led there; `missed` are jumps that did not find
    the target.
    """

    marks: set[int] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)
    counted: dict[int, int] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    scrolled: int = 0

    def see(self, screen: Screen) -> None:
        """Take in the marks that are painted."""
        self.marks |= screen.marks
        self.covered.update(range(screen.marked.start + 1, screen.marked.end + 1))

    def jumped(self, selection: Span, several: bool) -> None:
        """A jump selects one word, or a string that has been labelled before."""
        self.marks |= {selection.start, selection.end}
        self.covered |= {selection.start, selection.end}
        if not several:
            self.covered.update(range(selection.start, selection.end + 1))
            self.counted = {selection.end: 1}

    def knows(self, start: int, end: int) -> bool:
        """Whether all boundaries after one position up to another are known."""
        return all(position in self.covered for position in range(start + 1, end + 1))

    def boundary(self, screen: Screen, position: int) -> float:
        """How likely a word begins or ends at a position."""
        if position in self.covered:
            return float(position in self.marks)
        before, after = screen.text[position - 1 : position], screen.text[position : position + 1]
        if _SURE.match(before or " ") or _SURE.match(after or " "):
            return 1.0
        joined = (before + after).isascii() and (before + after).isalnum()
        return 0.0 if joined else _ODDS


def jump(key: str, kind: str = "jump") -> tuple[tuple[str, str], ...]:
    """The two keys of a jump."""
    return ((";" if kind == "jump" else ":", kind), (key, kind))


def next_step(screen: Screen, memory: Memory, target: Span) -> Step | None:
    """The next keys towards a selection of the target; None when it is selected."""
    if screen.selection == target:
        return None
    steps = list(_hinted(screen, target))
    if screen.selection is not None and screen.selection.start == target.start:
        if target.end > screen.visible.end:
            return Step(((")", "clause"),), 9)
        steps += _stretch(screen, memory, target, screen.selection.end, selected=True)
    else:
        steps += _starts(screen, memory, target)
    return min(steps, key=lambda step: step.cost) if steps else Step((("left", "arrow"),), 9)


def _hinted(screen: Screen, target: Span) -> Iterator[Step]:
    """A hint on the target's start, or on its last character while extending."""
    at = target.end - 1 if screen.waiting == "extending" else target.start
    hint = screen.hints.get(at) if screen.waiting in ("extending", "hints") else None
    if hint is not None and not (screen.selection and screen.selection.start == target.start and at == target.start):
        yield Step(tuple((letter, "hint") for letter in hint), 0.5)


# The start


def _starts(screen: Screen, memory: Memory, target: Span) -> Iterator[Step]:
    start = target.start
    cut = start < screen.visible.end < target.end and target.length < 8
    if not screen.visible.start <= start < screen.visible.end or cut:
        yield _towards(screen, memory, target.end if cut else start)
        return
    if screen.selection is None:
        yield from _from_caret(screen, memory, target)
        yield from _from_focus(screen, memory, target)
    yield from _jumps(screen, memory, target)
    yield from _arrows(screen, memory, target)
    if screen.selection is not None:
        yield from _mended(screen, target)


def _towards(screen: Screen, memory: Memory, position: int) -> Step:
    """Scroll so that a position comes into sight: by a sentence from the last rows, else by a page."""
    if position < screen.visible.start:
        return Step((("pageup", "scroll"),), 9)
    low = len(screen.rows) > 4 and screen.caret >= screen.rows[-4].start
    return Step((("}" if low and memory.scrolled < 2 else "pagedown", "scroll"),), 9)


def _from_caret(screen: Screen, memory: Memory, target: Span) -> Iterator[Step]:
    """The caret is at the start already: digits count from it."""
    if screen.counts_from != target.start:
        return
    closing = (("ctrl+g", "cancel"),) if screen.numbered else ()
    for step in _stretch(screen, memory, target, target.start, selected=False):
        yield Step(closing or step.keys, step.cost + len(closing))


def _from_focus(screen: Screen, memory: Memory, target: Span) -> Iterator[Step]:
    """What has just been labelled begins (or ends) with the target: it is stretched, or shrunk."""
    focus = screen.focus
    if focus is None or len(focus.fragments) != 1:
        return
    span = focus.fragments[0]
    if span.start == target.start and span.end != target.end:
        yield from _stretch(screen, memory, target, span.end, selected=False)
    if span.end == target.end and target.start < span.start:
        count = _clauses_back(screen, span.start, target.start)
        if count:
            yield Step((("(", "clause"),), count + 0.0)


def _clauses_back(screen: Screen, start: int, wanted: int) -> int:
    starts = [position + 1 for position in _clause_ends(screen) if wanted <= position + 1 < start]
    at_start = wanted in starts or screen.text[wanted - 1 : wanted] in ("\n", "")
    return len(set(starts) | {wanted}) if at_start else 0


def _clause_ends(screen: Screen) -> list[int]:
    """Where clauses end, as far as the text is seen: its marks show them."""
    visible = screen.visible
    return [match.start() for match in _CLAUSE_END.finditer(screen.text, visible.start, visible.end)]


def _jumps(screen: Screen, memory: Memory, target: Span) -> Iterator[Step]:
    start = target.start
    base = screen.caret
    backwards = start < base
    key = key_to(screen, start, backwards)
    if key is None:
        if backwards:
            yield from _round_about(screen, memory, target)
        return
    at = memory.boundary(screen, start)
    if key in memory.missed or at == 0.0:
        if abs(start - base) > 4:
            yield from _beside(screen, memory, target)
        return
    if backwards:
        base = screen.selection.start if screen.selection else screen.caret
        between = range(start + 1, base)
    else:
        between = range(base, start)
    alone = 1.0
    for position in between:
        if screen.means(position, key.lower()):
            alone *= 1 - memory.boundary(screen, position)
    yield Step(jump(key), 2 + (1 - alone) + _rest(memory, screen, target))


def _round_about(screen: Screen, memory: Memory, target: Span) -> Iterator[Step]:
    """Before a target that no capital jumps to: back by sentences, or to a word before it, and then forwards."""
    sentences = len(re.findall("[。！？\n]+.", screen.text[target.start : screen.caret])) + 1
    yield Step((("{", "sentence"),), sentences + 2.3)
    yield from _beside(screen, memory, target)


def _beside(screen: Screen, memory: Memory, target: Span) -> Iterator[Step]:
    """Jump to a word just before a target that cannot be jumped to."""
    start = target.start
    for position in range(start - 1, max(screen.visible.start, start - 8), -1):
        backwards = position < screen.caret
        key = key_to(screen, position, backwards)
        hint = screen.hints.get(position) if screen.waiting == "hints" else None
        if hint:
            yield Step(tuple((letter, "hint") for letter in hint), 1.5 + (start - position) / 2)
        elif key is not None and key not in memory.missed and memory.boundary(screen, position):
            yield Step(jump(key), 3.5 + (start - position) / 2)


def _rest(memory: Memory, screen: Screen, target: Span) -> float:
    """What it will take, at a guess, to stretch a first word to the target."""
    if memory.knows(target.start, target.end):
        inner = [mark for mark in memory.marks if target.start < mark < target.end]
        return 0.0 if not inner and target.end in memory.marks else 1.0
    return 0.0 if target.length <= 2 else 1.2


def _arrows(screen: Screen, memory: Memory, target: Span) -> Iterator[Step]:
    """Arrows by character, and by word where words are marked; they end the selection."""
    away = target.start - screen.caret
    rest = max(_rest(memory, screen, target), float(memory.boundary(screen, target.start) == 0.0))
    if away == 0 and screen.selection is not None:
        yield Step((("left", "arrow"),), 2 + rest)
    if away == 0:
        return
    key = "right" if away > 0 else "left"
    yield Step(((key, "arrow"),), abs(away) + rest + (screen.selection is not None) * 0.01)
    low, high = sorted((screen.caret, target.start))
    if memory.knows(low, high) and target.start in memory.marks:
        words = (
            len([mark for mark in memory.marks if low < mark <= high])
            if away > 0
            else len([mark for mark in memory.marks if low <= mark < high])
        )
        yield Step(((f"ctrl+{key}", "arrow"),), words + rest + 0.02)


def _mended(screen: Screen, target: Span) -> Iterator[Step]:
    """Move the start of the selection by characters."""
    assert screen.selection is not None
    away = target.start - screen.selection.start
    if abs(away) <= 6 and target.start < screen.selection.end:
        end = screen.selection.end
        yield Step((("+" if away > 0 else "_", "nudge"),), abs(away) + min(abs(end - target.end), 1))


# The end


def _stretch(screen: Screen, memory: Memory, target: Span, end: int, selected: bool) -> Iterator[Step]:
    """The first keys of the cheapest way from one end of the selection to another, by all keys that move it.

    Without a selection (`selected` False) digits count from the caret, and the other keys start from the focus.
    """
    way = _Way(screen, memory, target, end, selected)
    found = way.cheapest()
    if found is not None:
        yield found


class _Way:
    """A search over the ends of the selection."""

    def __init__(self, screen: Screen, memory: Memory, target: Span, end: int, selected: bool) -> None:
        self.screen = screen
        self.memory = memory
        self.target = target
        self.first = end
        self.selected = selected
        self.clauses = [position for position in _clause_ends(screen) if position > target.start]
        self.limit = min(target.end + _FAR, screen.visible.end)

    def cheapest(self) -> Step | None:
        """Dijkstra's way to the target's end."""
        queue: list[tuple[float, int, int, tuple[tuple[str, str], ...]]] = [(0.0, 0, self.first, ())]
        done: set[int] = set()
        serial = 0
        while queue:
            cost, _, end, keys = heappop(queue)
            if end == self.target.end and keys:
                return Step(keys, cost)
            if end in done:
                continue
            done.add(end)
            for step, reached in self._edges(end, first=not keys):
                serial += 1
                heappush(queue, (cost + step.cost, serial, reached, keys or step.keys))
        return None

    def _edges(self, end: int, first: bool) -> Iterator[tuple[Step, int]]:
        start = self.target.start
        unselected = first and not self.selected
        from_caret = unselected and self.screen.counts_from == start
        from_focus = unselected and not from_caret
        if not from_focus:
            yield from self._digits()
            yield from self._extended(end)
        if from_caret:
            return
        yield from self._words(end)
        following = next((position for position in self.clauses if position > end), None)
        if following is not None and following <= self.limit:
            yield Step(((")", "clause"),), 1), following
        if not unselected:
            if end + 1 <= self.limit:
                yield Step((("=", "nudge"),), 1), end + 1
            if end - 1 > start:
                yield Step((("-", "nudge"),), 1), end - 1

    def _digits(self) -> Iterator[tuple[Step, int]]:
        memory, start, wanted = self.memory, self.target.start, self.target.end
        if memory.knows(start, start + 1):
            inner = sorted(mark for mark in memory.marks if mark > start)
            for number, mark in enumerate(inner[:10], 1):
                if not memory.knows(start, mark):
                    break
                yield Step(((str(number % 10), "digit"),), 1), mark
        for end, count in memory.counted.items():
            later = sorted(mark for mark in memory.marks if mark > end)
            for number, mark in enumerate(later, count + 1):
                if number > 10 or not memory.knows(end, mark):
                    break
                yield Step(((str(number % 10), "digit"),), 1), mark
        if not memory.knows(start, wanted):
            guess = self._guess()
            if 1 <= guess <= 10 and guess not in memory.counted.values():
                yield Step(((str(guess % 10), "digit"),), 1.7), wanted

    def _guess(self) -> int:
        """How many words a reader takes the target for."""
        memory, start, end = self.memory, self.target.start, self.target.end
        known = start
        words = 0
        for reached, count in memory.counted.items():
            if known < reached <= end:
                known, words = reached, count
        while known < end and known + 1 in memory.covered:
            following = min((mark for mark in memory.marks if mark > known), default=end)
            if not memory.knows(known, following) or following > end:
                break
            known, words = following, words + 1
        return words + _words_in(self.screen.text[known:end])

    def _words(self, end: int) -> Iterator[tuple[Step, int]]:
        memory = self.memory
        after = min((mark for mark in memory.marks if mark > end), default=None)
        if after is not None and memory.knows(end, after):
            yield Step(((">", "grow"),), 1), after
        before = max((mark for mark in memory.marks if mark < end), default=None)
        if before is not None and before > self.target.start and memory.knows(before, end):
            yield Step((("<", "grow"),), 1), before
        elif self.target.start < self.target.end < end and not memory.knows(self.target.end, end):
            yield Step((("<", "grow"),), 0.8 + _words_in(self.screen.text[self.target.end : end])), self.target.end

    def _extended(self, end: int) -> Iterator[tuple[Step, int]]:
        wanted, screen = self.target.end, self.screen
        odds = self.memory.boundary(screen, wanted)
        base = max(end, screen.caret)
        key = key_to(screen, wanted - 1)
        if wanted <= base or odds == 0.0 or key is None or f":{key}" in self.memory.missed:
            return
        alone = 1.0
        for position in range(base, wanted - 1):
            if screen.means(position, key):
                alone *= 1 - self.memory.boundary(screen, position + 1)
        yield Step(jump(key, "extend"), 2 + (1 - alone) + (1 - odds) * 0.5), wanted


def _words_in(string: str) -> int:
    """A reader's guess at the number of words: runs of digits and letters, marks, and two characters for a word."""
    count = 0
    for run in re.findall(r"[0-9A-Za-z.%％]+|[\W_]|[^\W_0-9A-Za-z]+", string):
        count += max(1, round(len(run) / 2)) if not run.isascii() else 1
    return max(1, count) if string else 0
