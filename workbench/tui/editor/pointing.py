"""What a mouse does: the caret, words, sentences, brackets, hints, and stretches that are dragged over."""

from __future__ import annotations

from dataclasses import replace

from workbench.core.text import Span
from workbench.tui.editor.cursor import Cursor
from workbench.tui.editor.editor import Editor
from workbench.tui.editor.linking import choose_hint
from workbench.tui.editor.prompts import Entry, Linking
from workbench.tui.editor.suggesting import attend_suggestion


def click(editor: Editor, position: int, item: str | None, times: int) -> None:
    """A click on a position or on an item's bracket: once the caret or the item, twice its word, thrice its sentence.

    While partners have hints, a click on one takes it.
    """
    editor.message = None
    if isinstance(editor.prompt, Entry):
        return
    if isinstance(editor.prompt, Linking) and _link(editor, editor.prompt, position, item):
        return
    editor.ask(None)
    if item is not None:
        _attend(editor, item)
    elif times == 1:
        editor.go(Cursor(position))
    elif times == 2:
        _select(editor, _thing(editor, position))
    else:
        start = editor.lattice.previous_sentence(min(position + 1, len(editor.text)))
        _select(editor, Span(start, editor.lattice.next_sentence(start)))


def drag(editor: Editor, start: int, position: int) -> None:
    """The mouse pressed at `start` and moved: everything up to the character under it is selected."""
    if isinstance(editor.prompt, Entry) or start == position:
        return
    editor.ask(None)
    following = editor.lattice.character_next
    span = Span(start, following(position)) if position > start else Span(position, following(start))
    _select(editor, span)


def _select(editor: Editor, span: Span) -> None:
    if span.length:
        editor.go(editor.cursor.select(span), look=False)
        editor.focus, editor.candidate = None, None


def _thing(editor: Editor, position: int) -> Span:
    """The innermost item at a position, else the word."""
    around = editor.around(position)
    fragments = editor.fragments_of(around[0]) if around else ()
    return fragments[0] if len(fragments) == 1 else editor.lattice.word_at(position)


def _attend(editor: Editor, item: str) -> None:
    suggested = next((one for one in editor.session.suggestions if one.key == item), None)
    if suggested is not None:
        attend_suggestion(editor, suggested)
    else:
        editor.attend(item)


def _link(editor: Editor, prompt: Linking, position: int, item: str | None) -> bool:
    """Take the partner that is clicked; tell whether one was."""
    wanted = [item] if item is not None else editor.around(position)
    for hint, partner in prompt.partners.items():
        if partner.entity in wanted:
            choose_hint(editor, replace(prompt, typed=""), hint)
            return True
    return False
