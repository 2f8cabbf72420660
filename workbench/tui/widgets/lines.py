"""A widget that shows lines: only those that differ from what it shows are drawn anew.

Textual would draw after the next tick of its clock, and after six messages between widget and screen. `draw` does it at
once: it halves the time from a key to its frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.segment import Segment
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from workbench.tui.editor.painting import PLAIN
from workbench.tui.theme import Styles
from workbench.tui.view.lines import Line

_KEPT = 400
"""So many strips are kept for lines that come back, as when a text is scrolled."""


def draw(screen: Screen[Any], views: Iterable[LineView]) -> None:
    """Draw what was put into views of a screen, all in one frame."""
    waiting: set[Widget] = set()
    for view in views:
        if view.is_waiting:
            view.is_waiting = False
            waiting.add(view)
    if screen.is_current and not screen.app._batch_count:
        screen._compositor.update_widgets(waiting)
        screen._compositor_refresh()
    else:
        for widget in waiting:
            widget.refresh()


class LineView(Widget, inherit_bindings=False):
    """Lines from the top of the widget, each of which fills its width; drawn without Textual's cache of styles."""

    ALLOW_SELECT = False
    can_focus = False

    def __init__(self, styles: Styles, identifier: str) -> None:
        super().__init__(id=identifier)
        self._inks = styles
        self._lines: list[Line] = []
        self._strips: list[Strip] = []
        self._known: dict[Line, Strip] = {}
        self.is_waiting = False
        """Whether lines were put that the screen has not been asked to draw yet."""

    def restyle(self, styles: Styles) -> None:
        """Draw everything in other styles."""
        self._inks = styles
        self._known.clear()
        lines, self._lines, self._strips = self._lines, [], []
        self.put(lines)

    def put(self, lines: Sequence[Line]) -> None:
        """Show these lines; nothing happens before the widget has its place on the screen."""
        width = self.size.width
        if not width:
            return
        old, shown = self._lines, self._strips
        changed: list[Region] = []
        strips = []
        for row, line in enumerate(lines):
            if row < len(old) and (old[row] is line or old[row] == line):
                strips.append(shown[row])
                continue
            strips.append(self._strip(line))
            changed.append(Region(0, row, width, 1))
        self._lines, self._strips = list(lines), strips
        if len(lines) != len(old):
            changed = [Region(0, 0, *self.size)]
        if changed:
            self._set_dirty(*changed)
            self.is_waiting = True

    def _strip(self, line: Line) -> Strip:
        strip = self._known.get(line)
        if strip is None:
            inks = self._inks
            segments = [Segment(piece.text, inks[piece.ink]) for piece in line]
            strip = Strip(segments, self.size.width)
            for line_filter in self._filters():
                strip = strip.apply_filter(line_filter, self.background_colors[1])
            if len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[line] = strip
        return strip

    def _filters(self) -> list[LineFilter]:
        """The filters that change anything: our styles have true colours where Textual would make some."""
        return [one for one in self.get_line_filters() if not isinstance(one, ANSIToTruecolor)]

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region; see `Widget.render_lines`."""
        width, height = self.size
        return [self._cropped(row, crop, width) for row in range(crop.y, min(crop.bottom, height))]

    def _cropped(self, row: int, crop: Region, width: int) -> Strip:
        strip = self.render_line(row)
        if strip.cell_length != width:  # between a resize and the next frame
            strip = strip.adjust_cell_length(width, self._inks[PLAIN])
        return strip if crop.x == 0 and crop.width == width else strip.crop(crop.x, crop.right)

    def render_line(self, y: int) -> Strip:
        """One line; an empty one where nothing was put."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self._inks[PLAIN])
