"""The side panel on the screen, and the lists that take its place while they are open."""

from __future__ import annotations

from textual import events
from textual.message import Message

from workbench.tui.editor.painting import Piece
from workbench.tui.editor.prompts import Listing
from workbench.tui.view.lines import DIM, sign
from workbench.tui.view.listing import Shown, is_over_text, listing_lines
from workbench.tui.view.panel import PANEL_WIDTH, Panel
from workbench.tui.widgets.lines import LineView


class PanelView(LineView):
    """The panel, or the open list; says which row was clicked, and runs the clicks of the panel's lines."""

    class Chosen(Message):
        """A row of the open list was clicked."""

        def __init__(self, row: int) -> None:
            self.row = row
            super().__init__()

    class Clicked(Message):
        """A line of the panel was clicked that does something."""

        def __init__(self, line: int, column: int) -> None:
            self.line = line
            self.column = column
            super().__init__()

    _panel: Panel | None = None
    _list: Shown | None = None

    def show(self, panel: Panel, listing: Listing | None, safe: bool) -> None:
        """Draw the panel, or a list instead."""
        self._panel, self._list = panel, None
        if listing is not None and not is_over_text(listing):
            self._list = listing_lines(listing, PANEL_WIDTH - 1, self.size.height, safe)
            edge = Piece(sign("│", safe), DIM)
            self.put([(edge, *line) for line in self._list.lines])
        else:
            self.put(panel.lines)

    def on_click(self, event: events.Click) -> None:
        """Choose a row, or do what a line is for."""
        event.stop()
        if self._list is not None:
            row = self._list.rows[event.y] if event.y < len(self._list.rows) else None
            if row is not None:
                self.post_message(self.Chosen(row))
        elif self._panel is not None and event.y < len(self._panel.entries):
            self.post_message(self.Clicked(event.y, event.x))

    def run(self, line: int, column: int) -> None:
        """Do what a cell of the panel is for, if it is for anything."""
        click = self._panel.entries[line].at(column) if self._panel is not None else None
        if click is not None:
            click()
