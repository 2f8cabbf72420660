"""The caret and what is selected: always visible, always there before a key labels it."""

from __future__ import annotations

from typing import NamedTuple

from workbench.core.text import Fragments, Span


class Cursor(NamedTuple):
    """A caret position, the fixed end of the selection (None: nothing is selected), and fragments kept before it.

    Positions are code points of the clean text.
    """

    caret: int
    anchor: int | None = None
    kept: Fragments = ()

    @property
    def selection(self) -> Span | None:
        """The selected stretch; None when it is empty."""
        if self.anchor is None or self.anchor == self.caret:
            return None
        return Span(min(self.anchor, self.caret), max(self.anchor, self.caret))

    @property
    def spans(self) -> Fragments:
        """Everything that a label would cover: kept fragments and the selection."""
        selection = self.selection
        return (*self.kept, selection) if selection is not None else self.kept

    def at(self, caret: int, selecting: bool = False) -> Cursor:
        """The caret elsewhere; the selection stretches with it (`selecting`) or ends; kept fragments stay."""
        if not selecting:
            return Cursor(caret, None, self.kept)
        return Cursor(caret, self.caret if self.anchor is None else self.anchor, self.kept)

    def select(self, span: Span) -> Cursor:
        """A stretch selected with the caret at its end; kept fragments stay."""
        return Cursor(span.end, span.start, self.kept)

    def keep(self) -> Cursor:
        """The selection kept as a fragment, so that another can be selected."""
        selection = self.selection
        return self if selection is None else Cursor(self.caret, None, (*self.kept, selection))
