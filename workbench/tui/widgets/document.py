"""The document on the screen: text with brackets, and what covers it: tables, help, the panel on narrow screens."""

from __future__ import annotations

from textual import events
from textual.message import Message

from workbench.tui.editor.opening import Work
from workbench.tui.editor.painting import Painter
from workbench.tui.editor.prompts import Listing
from workbench.tui.view.lines import Click, Line, fitted
from workbench.tui.view.listing import Shown, is_over_text, listing_lines
from workbench.tui.view.panel import PANEL_WIDTH, Panel
from workbench.tui.widgets.lines import LineView

WHEEL = 3
"""Lines for one step of the wheel."""


class DocumentView(LineView):
    """The text of a document, and lists over it. Says where the mouse was; `show` draws."""

    class Pointed(Message):
        """The mouse clicked a position, or the bracket of an item, once or several times."""

        def __init__(self, position: int, item: str | None, times: int) -> None:
            self.position, self.item, self.times = position, item, times
            super().__init__()

    class Dragged(Message):
        """The mouse was pressed at one position and is now at another."""

        def __init__(self, start: int, position: int) -> None:
            self.start, self.position = start, position
            super().__init__()

    class Scrolled(Message):
        """The wheel was turned by some lines."""

        def __init__(self, by: int) -> None:
            self.by = by
            super().__init__()

    class Chosen(Message):
        """A row of the open list was clicked."""

        def __init__(self, row: int) -> None:
            self.row = row
            super().__init__()

    class Resized(Message):
        """There is another number of cells or lines."""

    _work: Work | None = None
    _shown: Shown | None = None
    _first_shown = 0
    _over: Panel | None = None
    _pressed: int | None = None
    _moved = False

    def show(self, work: Work, cover: Panel | None, beside: bool) -> None:
        """Draw a document; `cover` is a panel over its right edge, `beside` tells that lists stand in the panel."""
        self._work, self._over, self._shown = work, cover, None
        width, height = self.size
        safe = work.canvas.safe
        prompt = work.editor.prompt
        lines: list[Line] = []
        if isinstance(prompt, Listing) and (is_over_text(prompt) or not beside):
            over = height if is_over_text(prompt) else min(height - 3, len(prompt.rows) + 3)
            self._shown = listing_lines(prompt, width, over, safe)
            self._first_shown = height - over
        painter = Painter(work.editor, work.canvas, width)
        for number in range(height if self._shown is None else self._first_shown):
            pieces = painter.line(number)
            if cover is not None:
                lines.append((*fitted(pieces, width - PANEL_WIDTH, safe), *cover.lines[number]))
            else:
                lines.append(pieces)
        self.put([*lines, *(self._shown.lines if self._shown else ())])

    def on_resize(self, _: events.Resize) -> None:
        """Lay out anew."""
        self.post_message(self.Resized())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Remember where a drag may begin."""
        self._moved = False
        self._pressed = None
        if event.button == 1 and self._work is not None and self._covered(event.x, event.y) is None:
            self._pressed = self._work.canvas.offset_at(event.y, event.x)
            self.capture_mouse()
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select what is dragged over."""
        if self._pressed is None or self._work is None or not event.button:
            return
        line = min(max(event.y, 0), self.size.height - 1)
        position = self._work.canvas.offset_at(line, event.x)
        if position != self._pressed or self._moved:
            self._moved = True
            self.post_message(self.Dragged(self._pressed, position))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End a drag."""
        self.release_mouse()
        self._pressed = None
        event.stop()

    def on_click(self, event: events.Click) -> None:
        """Point at what is there: a row, a line of the panel, a bracket, the text."""
        event.stop()
        if self._work is None or self._moved:
            return
        covered = self._covered(event.x, event.y)
        if isinstance(covered, int):
            if covered >= 0:
                self.post_message(self.Chosen(covered))
        elif covered is not None:
            covered()
        else:
            canvas = self._work.canvas
            position = canvas.offset_at(event.y, event.x)
            self.post_message(self.Pointed(position, canvas.item_at(event.y, event.x), event.chain))

    def _covered(self, column: int, line: int) -> int | Click | None:
        """What covers the text at a cell: the number of a row (-1: none), a click, or nothing (None)."""
        if self._shown is not None and line >= self._first_shown:
            row = self._shown.rows[line - self._first_shown]
            return -1 if row is None else row
        if self._over is not None and column >= self.size.width - PANEL_WIDTH:
            return self._over.entries[line].at(column - self.size.width + PANEL_WIDTH) or -1
        return None

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll towards the end."""
        event.stop()
        self.post_message(self.Scrolled(WHEEL))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll towards the beginning."""
        event.stop()
        self.post_message(self.Scrolled(-WHEEL))
