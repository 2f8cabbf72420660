"""The lines at the top and at the foot of the screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message

from workbench.tui.view.lines import Line
from workbench.tui.view.status import KeySpot
from workbench.tui.widgets.lines import LineView


class BarView(LineView):
    """Some lines; the last one may have keys that can be clicked."""

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    _spots: Sequence[KeySpot] = ()

    def show(self, lines: Sequence[Line], spots: Sequence[KeySpot] = ()) -> None:
        """Draw the lines."""
        self._spots = spots
        self.put(lines)

    def on_click(self, event: events.Click) -> None:
        """Say which key was clicked."""
        event.stop()
        if event.y == self.size.height - 1:
            for spot in self._spots:
                if spot.start <= event.x < spot.end and spot.key:
                    self.post_message(self.Pressed(spot.key))
                    return
