"""Suggestions under the caret: where one is, and how it becomes the candidate."""

from __future__ import annotations

from workbench.annotation.suggest.records import SuggestedEntity, SuggestedRelation, Suggestion
from workbench.core.text import Fragments
from workbench.tui.editor.cursor import Cursor
from workbench.tui.editor.editor import Editor


def spans_of(one: Suggestion) -> Fragments:
    """The text a suggestion is about."""
    item = one.item
    if isinstance(item, SuggestedEntity):
        return item.fragments
    return (*item.head.fragments, *item.tail.fragments) if isinstance(item, SuggestedRelation) else item.trigger


def attend_suggestion(editor: Editor, one: Suggestion) -> None:
    """Make a suggestion the candidate, and show it."""
    fragments = spans_of(one)
    editor.focus = None
    end = max(span.end for span in fragments)
    editor.cursor = Cursor(end if isinstance(one.item, SuggestedRelation) else fragments[0].start)
    editor.page.show(min(span.start for span in fragments), whole=True)
    editor.page.show(end)
    editor.candidate = one
    if isinstance(one.item, SuggestedRelation):
        editor.focus = one.item.head_id
