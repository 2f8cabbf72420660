"""What the gold costs in the grammars of other tools, by programs written from their descriptions.

The descriptions are those of /work/shared/design/annotation-tools.md (section 1, 3 and 4.4), which name their sources.
Every rule favours the other tool where the description leaves a choice: a person never errs, never looks for a key,
never overshoots; text is laid out in the same rows as ours (SLATE overprints them); what a tool cannot keep at all
(nested or discontinuous spans) is counted as if it could, and told.

Positions are code points. Entities come in the same order as for the model annotator.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.benchmarks.keystrokes.targets import Mention, Report, reading_order
from workbench.annotation.lattice import Lattice
from workbench.core.text import Span
from workbench.tui.editor.canvas import Canvas

Moving = Callable[[int, int], int]


class Text(NamedTuple):
    """A report as the programs walk on it."""

    lattice: Lattice
    canvas: Canvas


class Peer(NamedTuple):
    """A tool: the keys of each entity of a report in order, of each relation (None: no key makes one), and a remark."""

    name: str
    entities: Callable[[Text, Report], list[int]]
    relations: Callable[[Text, Report], list[int]] | None
    remark: str


def _stepwise(text: Text) -> Moving:
    """Keys from one position to another by arrows: characters, and rows where that is shorter."""

    def keys(start: int, end: int) -> int:
        best = abs(end - start)
        row_start, row_end = text.canvas.row(start).start, text.canvas.row(end).start
        if row_start == row_end:
            return best
        step = 1 if end > start else -1
        at, rows = start, 0
        while text.canvas.row(at).start != row_end and rows < best:
            following = text.canvas.vertical(at, step)
            if following == at:
                return best
            at, rows = following, rows + 1
        return min(best, rows + abs(end - at))

    return keys


def counted(number: int) -> int:
    """Keys to repeat a key, with or without a count before it."""
    return min(number, len(str(number)) + 1) if number else 0


def _counting(text: Text) -> Moving:
    """Keys from one position to another when every distance is known at sight: a count and a key, by rows or not."""

    def keys(start: int, end: int) -> int:
        best = counted(abs(end - start))
        step = 1 if end > start else -1
        at, rows = start, 0
        target = text.canvas.row(end).start
        while text.canvas.row(at).start != target and rows < 40:
            following = text.canvas.vertical(at, step)
            if following == at:
                return best
            at, rows = following, rows + 1
        return min(best, counted(rows) + counted(abs(end - at)))

    return keys


def _hull(mention: Mention) -> Span:
    return Span(mention.start, mention.end)


def _walk(report: Report, cost: Callable[[int, Span], int], at_start: bool = False) -> list[int]:
    """Costs of the entities in order, each from where the one before has left the cursor."""
    position, found = 0, []
    for mention in reading_order(report.entities):
        span = _hull(mention)
        found.append(cost(position, span))
        position = span.start if at_start else span.end
    return found


def slate_stepping(text: Text, report: Report) -> list[int]:
    """SLATE, character mode, without counts.

    [s, sections 1b, 4.4]: the cursor is a span; j and ; move it, i and o by rows, each `/` moves its right edge by one,
    Space and a letter label. The cursor shrinks back to one character for nothing.
    """
    move = _stepwise(text)
    return _walk(report, lambda at, span: move(at, span.start) + span.length - 1 + 2)


def slate_counting(text: Text, report: Report) -> list[int]:
    """SLATE with its count prefixes (n×repeat, section 1b) and a person who counts every character at sight."""
    move = _counting(text)
    return _walk(report, lambda at, span: move(at, span.start) + counted(span.length - 1) + 2)


def slate_links(text: Text, report: Report) -> list[int]:
    """SLATE's linking run, a second pass over labelled text, counted perfectly.

    [s, section 0.1, 4.4]: move and stretch one cursor to the later end and another to the earlier one, then d. The link
    has no type.
    """
    move, found = _counting(text), []
    here = there = 0
    for tie in sorted(report.ties, key=lambda tie: (tie.end, tie.head, tie.tail)):
        first, last = sorted((_hull(tie.head), _hull(tie.tail)))
        found.append(
            move(here, last.start)
            + counted(last.length - 1)
            + min(move(there, first.start), move(last.start, first.start))
            + counted(first.length - 1)
            + 1
        )
        here, there = last.start, first.start
    return found


def inception(text: Text, report: Report) -> list[int]:
    """INCEpTION's keyboard (HTML editor, 2026).

    [s, sections 1b, 4.4]: arrows, Shift+arrows for each character (or row), Enter creates, one key for the label, Esc
    goes back to the text.
    """
    move = _stepwise(text)
    return _walk(report, lambda at, span: move(at, span.start) + move(span.start, span.end) + 3)


def tan(text: Text, report: Report) -> list[int]:
    """TAN-like vim [s, sections 1d, 4.4]: h j k l, v, the same motions to the last character, t and a letter."""
    move = _stepwise(text)
    return _walk(report, lambda at, span: move(at, span.start) + 1 + move(span.start, span.end - 1) + 2)


def yedda(text: Text, report: Report) -> list[int]:
    """YEDDA's command entry, counted perfectly.

    [s, sections 1b, 3]: `2c3b1a` labels runs of characters from the cursor; the gap is a run too, then the length and
    the letter, and Enter. Whoever steps back moves the cursor by a count.
    """

    def cost(at: int, span: Span) -> int:
        gap = abs(span.start - at)
        return (len(str(gap)) + 1 if gap else 0) + len(str(span.length)) + 1 + 1

    return _walk(report, cost)


def _words_between(lattice: Lattice, start: int, end: int) -> int:
    """Word motions from one position to another, and characters where the words do not lead there."""
    low, high = min(start, end), max(start, end)
    if low == high:
        return 0
    bounds = lattice.boundaries
    inside = bisect_left(bounds, high) - bisect_left(bounds, low + 1)
    on = lattice.is_boundary(end)
    if on:
        return inside + 1
    near = min(abs(end - lattice.previous(end)), abs(end - lattice.next(end)))
    return inside + near


def words_only(text: Text, report: Report) -> list[int]:
    """Our lattice alone (section 4.4): a key for each word to the start and to the end, and the label."""
    lattice = text.lattice
    return _walk(
        report,
        lambda at, span: (
            _words_between(lattice, at, span.start)
            + _words_between(lattice, min(lattice.next(span.start), span.end), span.end)
            + 1
        ),
    )


def _by_clauses(lattice: Lattice, start: int, end: int) -> int:
    """Keys to a position by clause motions first and word motions from there."""
    best = _words_between(lattice, start, end)
    at, steps = start, 0
    while steps < best:
        following = (
            min((clause.start for clause in lattice.clauses if clause.start > at), default=None)
            if end > at
            else (max((clause.start for clause in lattice.clauses if clause.start < at), default=None))
        )
        if following is None:
            break
        at, steps = following, steps + 1
        best = min(best, steps + _words_between(lattice, at, end))
        if (end > start and at > end) or (end < start and at < end):
            break
    return best


def clauses_and_words(text: Text, report: Report) -> list[int]:
    """Our lattice with motions by clause (section 4.4), the end too, and the label."""
    lattice = text.lattice

    def cost(at: int, span: Span) -> int:
        first = min(lattice.next(span.start), span.end)
        grown = _words_between(lattice, first, span.end)
        ends = [clause.end for clause in lattice.clauses if clause.end > first]
        for steps, clause_end in enumerate(ends[: max(grown, 0)], 1):
            grown = min(grown, steps + _words_between(lattice, clause_end, span.end))
        return _by_clauses(lattice, at, span.start) + grown + 1

    return _walk(report, cost)


PEERS: Sequence[Peer] = (
    Peer("SLATE, character mode, stepping", slate_stepping, None, "no nesting colours; links untyped, second pass"),
    Peer("INCEpTION, keyboard cursor", inception, None, "relations need the mouse"),
    Peer("TAN-like vim, character motions", tan, None, "no relations"),
    Peer("SLATE, perfect counting", slate_counting, slate_links, "lower bound; links without type"),
    Peer("YEDDA command, perfect counting", yedda, None, "lower bound; no nesting, no relations"),
    Peer("ours: words only", words_only, None, "word motion and nothing else"),
    Peer("ours: clause + word", clauses_and_words, None, "no counting"),
)
"""The rows of section 4.4 that are not the measured one."""
