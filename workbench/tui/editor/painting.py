"""What stands on each line of the screen, as pieces of text with an ink; every line fills its width exactly."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from workbench.annotation.suggest.records import SuggestedEntity, SuggestedFrame
from workbench.core.records import Entity
from workbench.core.text import Span
from workbench.tui.editor.canvas import GUTTER, NUMBER_WIDTH, Canvas
from workbench.tui.editor.editor import Editor
from workbench.tui.editor.prompts import Hints, Linking
from workbench.tui.layout.glyphs import text_cells
from workbench.tui.layout.hints import overlay
from workbench.tui.layout.lanes import Bracket
from workbench.tui.layout.rail import RAIL_WIDTH, Rail

_OnText = Literal["tint", "selected", "kept", "caret", "hit", "hint", "nearest", "word"]
_Beside = Literal["bar", "chosen", "done", "notice", "refused"]
Ground = Literal["", _OnText, _Beside]
COUNTED = 10
"""So many words from the caret on are told apart, for digits to count."""


class Ink(NamedTuple):
    """How a piece looks: its ground, the type whose colour it has ("" for none), and what else is to be seen of it."""

    ground: Ground = ""
    type: str = ""
    bold: bool = False
    underline: bool = False
    dim: bool = False


class Piece(NamedTuple):
    """A stretch of one line in one ink."""

    text: str
    ink: Ink


PLAIN = Ink()
_DIM = Ink(dim=True)
_RAIL = Ink(bold=True)
_NO_RAIL = " " * RAIL_WIDTH


class _Marks(NamedTuple):
    """What is to be seen on the text beside its labels, the same for all lines of a frame."""

    selected: Sequence[Span]
    kept: Sequence[Span]
    hits: Sequence[Span]
    words: Sequence[Span]
    caret: int
    hints: dict[int, str]
    nearest: str
    closed: Sequence[Span]
    lit: frozenset[str]
    focus: str


class Painter:
    """The lines of one frame; made anew for every frame, and cheap to make."""

    def __init__(self, editor: Editor, canvas: Canvas, width: int) -> None:
        self.editor = editor
        self.canvas = canvas
        self.width = width
        self._rail: Rail = canvas.rail(editor.session.draft, editor.focus)
        self._marks = _marks(editor)
        self._marked = frozenset(self._rows_with_marks())

    def _rows_with_marks(self) -> Iterator[int]:
        """The rows on the screen that look different for what is selected, hinted at or in focus."""
        marks, canvas = self._marks, self.canvas
        for span in (*marks.selected, *marks.kept, *marks.hits, *marks.words, Span(marks.caret, marks.caret)):
            yield from canvas.rows_in(span)
        for position in marks.hints:
            yield from canvas.rows_in(Span(position, position))
        for item in marks.lit:
            yield from canvas.rows_of(item)

    def line(self, number: int) -> tuple[Piece, ...]:
        """The pieces of a line of the screen, counted from its top; together they fill the width exactly."""
        at = self.canvas.top + number
        if not 0 <= at < self.canvas.grid.lines:
            return (Piece(" " * self.width, PLAIN),)
        row, lane = self.canvas.grid.at(at)
        rail = self._rail.glyph(at)
        if row in self._marked:
            return self._line(row, lane, rail)
        drawn = self.canvas.drawn.setdefault(row, {})
        line = drawn.get((lane, self.width))
        if line is None:
            line = drawn[lane, self.width] = self._line(row, lane, _NO_RAIL)
        return line if rail == _NO_RAIL else (line[0], Piece(rail, _RAIL), *line[2:])

    def _line(self, row: int, lane: int, rail: str) -> tuple[Piece, ...]:
        pieces = [self._number(row, lane), Piece(rail, _RAIL)]
        filled = GUTTER + (self._text(row, pieces) if lane == 0 else self._lane(row, lane - 1, pieces))
        if filled < self.width:
            pieces.append(Piece(" " * (self.width - filled), PLAIN))
        return tuple(pieces)

    def _number(self, row: int, lane: int) -> Piece:
        shown = self.canvas.grid.layout.rows[row]
        number = str(shown.paragraph + 1) if lane == 0 and shown.first else ""
        return Piece(f"{number[-3:]:>{NUMBER_WIDTH - 1}} ", _DIM)

    def _text(self, row: int, pieces: list[Piece]) -> int:
        """Add the pieces of a row of text; the cells they fill."""
        layout = self.canvas.grid.layout
        start, end = layout.rows[row].start, layout.rows[row].end
        inks = self._inks(row, start, end)
        drawn = layout.drawn(row)
        filled = layout.column(row, end)
        body = []
        first = 0
        for ink, group in groupby(inks):
            last = first + sum(1 for _ in group)
            body.append(Piece(drawn[first:last], ink))
            first = last
        stop = layout.caret_end(row)
        if self._marks.caret == stop and stop >= end and layout.row_of(stop) == row and filled < self.width - GUTTER:
            body.append(Piece(" ", Ink("caret")))
            filled += 1
        hints = overlay(layout, row, self._marks.hints) if self._marks.hints else []
        pieces.extend(_with_hints(body, hints, self._marks.nearest, self.canvas.safe) if hints else body)
        return filled

    def _inks(self, row: int, start: int, end: int) -> list[Ink]:
        marks = self._marks
        inks = [PLAIN] * (end - start)

        def lay(spans: Sequence[Span], ground: Ground) -> None:
            for span in spans:
                for position in range(max(span.start, start), min(span.end, end)):
                    inks[position - start] = inks[position - start]._replace(ground=ground)

        for bracket in sorted(self.canvas.grid.brackets_on(row), key=lambda one: -(one.end - one.start)):
            ink = self._labelled(bracket)
            if ink is not None:
                for fragment in bracket.fragments:
                    for position in range(max(fragment.start, start), min(fragment.end, end)):
                        inks[position - start] = ink
        lay([word for number, word in enumerate(marks.words) if number % 2], "word")
        lay(marks.hits, "hit")
        lay(marks.kept, "kept")
        lay(marks.selected, "selected")
        for span in marks.closed:
            for position in range(max(span.start, start), min(span.end, end)):
                inks[position - start] = inks[position - start]._replace(dim=True)
        for position in range(start, end):
            if self.canvas.stand_ins[position]:
                inks[position - start] = inks[position - start]._replace(dim=True)
        if start <= marks.caret < end and not marks.selected:
            inks[marks.caret - start] = inks[marks.caret - start]._replace(ground="caret")
        return inks

    def _labelled(self, bracket: Bracket) -> Ink | None:
        """Labels tint the text; suggestions do not, so that the two are never confused, but the candidate is marked."""
        key = str(bracket.key)
        if bracket.kind == "suggestion":
            return Ink(underline=True, bold=True) if key == self._marks.focus else None
        lit = key in self._marks.lit
        return Ink("tint", bracket.code, bold=lit, underline=key == self._marks.focus)

    def _lane(self, row: int, lane: int, pieces: list[Piece]) -> int:
        """Add the pieces of a lane; the cells they fill."""
        codes = {one.key: one.code for one in self.canvas.grid.brackets_on(row)}
        column = 0
        for segment in self.canvas.lanes(row)[lane]:
            if segment.column > column:
                pieces.append(Piece(" " * (segment.column - column), PLAIN))
            key = str(segment.key)
            lit = key in self._marks.lit or key == self._marks.focus
            pieces.append(Piece(segment.text, Ink("", codes.get(segment.key, ""), bold=lit)))
            column = segment.column + segment.width
        return column


def _with_hints(pieces: Sequence[Piece], hints: Sequence[tuple[int, str]], nearest: str, safe: bool) -> Iterator[Piece]:
    """Pieces with hint letters over some of their cells; nothing else moves."""
    waiting = list(hints)
    column = covered = 0
    for piece in pieces:
        text, ink = piece
        while text and covered > 0:  # a hint that is wider than the character it stands on reaches into the next piece
            covered -= text_cells(text[0], safe)
            text = text[1:]
        while text:
            if waiting and waiting[0][0] == column:
                label = waiting.pop(0)[1]
                yield Piece(label, Ink("nearest" if label.strip() == nearest else "hint", bold=True))
                covered = len(label)
                while covered > 0 and text:
                    covered -= text_cells(text[0], safe)
                    text = text[1:]
                column += len(label)
                continue
            until = waiting[0][0] if waiting else None
            taken = 0
            size = 0
            while taken < len(text) and (until is None or column + size < until):
                size += text_cells(text[taken], safe)
                taken += 1
            yield Piece(text[:taken], ink)
            column += size
            text = text[taken:]


def _marks(editor: Editor) -> _Marks:
    cursor, session = editor.cursor, editor.session
    selection = cursor.selection
    prompt = editor.prompt
    hints: dict[int, str] = {}
    nearest = ""
    if isinstance(prompt, Hints):
        for label, span in prompt.targets.items():
            if label.startswith(prompt.typed):
                hints[span.end - 1 if prompt.extending else span.start] = label[len(prompt.typed) :]
    elif isinstance(prompt, Linking):
        nearest = prompt.nearest
        for label, partner in prompt.partners.items():
            if label.startswith(prompt.typed):
                hints[_hint_place(session.draft.entities[partner.entity], hints)] = label[len(prompt.typed) :]
    words: list[Span] = []
    if prompt is None:
        start = selection.start if selection is not None else cursor.caret
        for _ in range(COUNTED):
            word = editor.lattice.words_from(start, 1)
            if word.length == 0:
                break
            words.append(word)
            start = word.end
    linked = {
        end
        for item in session.draft.links.get(editor.focus or "", ())
        for end in (getattr(item, "head", ""), getattr(item, "tail", ""))
    }
    if editor.focus in session.draft.frames:
        linked |= {one.entity for one in session.draft.frames[editor.focus or ""].arguments}
    candidate = editor.candidate
    focus = candidate.key if candidate is not None else editor.focus or ""
    if candidate is not None and not isinstance(candidate.item, (SuggestedEntity, SuggestedFrame)):
        linked |= {candidate.item.head_id, candidate.item.tail_id}
        focus = editor.focus or ""
    return _Marks(
        (selection,) if selection is not None else (),
        cursor.kept,
        editor.hits,
        words,
        cursor.caret,
        hints,
        nearest,
        session.desk.closed,
        frozenset(linked | {focus}),
        focus,
    )


def _hint_place(entity: Entity, taken: Container[int]) -> int:
    """Where the hint of an entity stands: at its start, else at its end, else inside, where no other hint is yet."""
    places = [entity.start, entity.end - 1]
    places += [position for span in entity.fragments for position in range(span.start, span.end)]
    return next((position for position in places if position not in taken), entity.start)
