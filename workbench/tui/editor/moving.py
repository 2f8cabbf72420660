"""Moving the caret, stretching the selection, and repairing bounds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping

from workbench.core.records import Entity
from workbench.core.text import Span
from workbench.tui.editor.editor import Editor, Handler
from workbench.tui.editor.suggesting import spans_of
from workbench.tui.keys.keymap import Binding

Motion = Callable[[Editor, int], int]

MOTIONS: Mapping[str, Motion] = {
    "left": lambda editor, at: editor.lattice.character_previous(at),
    "right": lambda editor, at: editor.lattice.character_next(at),
    "word_left": lambda editor, at: editor.lattice.previous(at),
    "word_right": lambda editor, at: editor.lattice.next(at),
    "row_up": lambda editor, at: editor.page.vertical(at, -1),
    "row_down": lambda editor, at: editor.page.vertical(at, 1),
    "row_start": lambda editor, at: editor.page.row(at).start,
    "row_end": lambda editor, at: editor.page.row(at).end,
    "page_up": lambda editor, at: editor.page.vertical(at, -editor.page.height),
    "page_down": lambda editor, at: editor.page.vertical(at, editor.page.height),
    "document_start": lambda _, __: 0,
    "document_end": lambda editor, _: len(editor.text),
    "sentence_previous": lambda editor, at: editor.lattice.previous_sentence(at),
    "sentence_next": lambda editor, at: editor.lattice.next_sentence(at),
}
"""Where each motion leads from a position."""


def moving(name: str, selecting: bool) -> Handler:
    """The handler of a motion; `selecting` stretches the selection with it."""
    motion = MOTIONS[name]

    def move(editor: Editor, _: Binding) -> None:
        editor.go(editor.cursor.at(motion(editor, editor.cursor.caret), selecting))

    return move


def stretched(
    editor: Editor, start: Callable[[int], int] | None = None, end: Callable[[int], int] | None = None
) -> None:
    """Move one end of what is selected; with nothing selected, of the focus, else of the word at the caret."""
    kept = editor.cursor.selection or _hull(editor) or editor.lattice.word_at(editor.cursor.caret)
    moved = Span(start(kept.start) if start else kept.start, end(kept.end) if end else kept.end)
    if moved.length > 0:
        editor.go(editor.cursor.select(moved), look=False)
        editor.candidate = None


def _hull(editor: Editor) -> Span | None:
    fragments = editor.fragments_of(editor.focus) if editor.candidate is None else spans_of(editor.candidate)
    return Span(fragments[0].start, fragments[-1].end) if fragments else None


def _grow(editor: Editor, _: Binding) -> None:
    stretched(editor, end=editor.lattice.next)


def _shrink(editor: Editor, _: Binding) -> None:
    stretched(editor, end=editor.lattice.previous)


def _clause_forward(editor: Editor, _: Binding) -> None:
    stretched(editor, end=editor.lattice.clause_end)


def _clause_back(editor: Editor, _: Binding) -> None:
    stretched(editor, start=editor.lattice.clause_start)


def nudging(end: bool, forward: bool) -> Handler:
    """The handler that moves one bound by a character: of the selection, else of the focus, which is an edit then."""

    def nudge(editor: Editor, _: Binding) -> None:
        step = editor.lattice.character_next if forward else editor.lattice.character_previous
        if editor.cursor.selection is not None:
            stretched(editor, end=step) if end else stretched(editor, start=step)
            return
        fragments = editor.fragments_of(editor.focus)
        if editor.focus is None or not fragments:
            stretched(editor, end=step) if end else stretched(editor, start=step)
            return
        moved = list(fragments)
        if end:
            moved[-1] = Span(moved[-1].start, step(moved[-1].end))
        else:
            moved[0] = Span(step(moved[0].start), moved[0].end)
        editor.session.move(editor.focus, moved)
        editor.attend(editor.focus)
        editor.say("边界已改", "bounds moved")

    return nudge


def _count(editor: Editor, binding: Binding) -> None:
    selection = editor.cursor.selection
    start = selection.start if selection is not None else editor.cursor.caret
    span = editor.lattice.words_from(start, binding.number or 1)
    editor.go(editor.cursor.select(span), look=False)
    editor.candidate = None


def _fragment(editor: Editor, _: Binding) -> None:
    if editor.cursor.selection is None:
        fragments = editor.fragments_of(editor.focus)
        if not fragments:
            editor.say("先选中一段", "select a stretch first", "refused")
            return
        editor.cursor = editor.cursor._replace(kept=fragments, anchor=None)
    else:
        editor.cursor = editor.cursor.keep()
    editor.say("已留一段,再选下一段", "kept; select the next fragment")


def _entity(editor: Editor, forward: bool) -> None:
    order, caret = editor.session.draft.order, editor.cursor.caret
    focused = editor.session.draft.entities.get(editor.focus or "")
    if focused is not None:
        number = bisect_left(order, _reading(focused), key=_reading) + (1 if forward else -1)
    else:
        here = editor.fragments_of(editor.focus)
        number = bisect_left(order, here[0].start if here else caret, key=lambda one: one.start)
        number -= 0 if forward else 1
    if 0 <= number < len(order):
        editor.attend(order[number].id)
    else:
        editor.say("没有了", "no more entities", "notice")


def _reading(entity: Entity) -> tuple[int, int, str]:
    """The order of a draft's entities."""
    return entity.start, -entity.end, entity.id


def _nested(editor: Editor, _: Binding) -> None:
    around = editor.around(editor.cursor.caret) or editor.around(max(0, editor.cursor.caret - 1))
    if not around:
        editor.say("此处没有标注", "nothing is labelled here", "notice")
        return
    number = (around.index(editor.focus) + 1) % len(around) if editor.focus in around else 0
    editor.focus, editor.candidate = around[number], None


def actions() -> dict[str, Handler]:
    """The handlers of this module by action."""
    return {
        **{name: moving(name, selecting=False) for name in MOTIONS},
        **{f"select_{name}": moving(name, selecting=True) for name in MOTIONS if not name.startswith("sentence")},
        "clause_back": _clause_back,
        "clause_forward": _clause_forward,
        "grow_word": _grow,
        "shrink_word": _shrink,
        "nudge_end_left": nudging(end=True, forward=False),
        "nudge_end_right": nudging(end=True, forward=True),
        "nudge_start_left": nudging(end=False, forward=False),
        "nudge_start_right": nudging(end=False, forward=True),
        "count": _count,
        "fragment": _fragment,
        "entity_previous": lambda editor, _: _entity(editor, forward=False),
        "entity_next": lambda editor, _: _entity(editor, forward=True),
        "nested": _nested,
    }
