"""The terminal application. Only this module, `screens` and `widgets` know Textual."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from rich.color import ColorSystem
from textual.app import App

from workbench.tui.editor.editor import Message
from workbench.tui.editor.opening import Setting, Work
from workbench.tui.screens.label import LabelScreen
from workbench.tui.theme import Look, Styles, System

SWITCH_SECONDS = 0.001
"""So soon a thread that computes lets a key be handled."""


def system_of(colours: ColorSystem | None, environment: Mapping[str, str] = os.environ) -> System:
    """What colours there are; none where NO_COLOR asks for it."""
    if environment.get("NO_COLOR") or colours is None:
        return "none"
    return "few" if colours in (ColorSystem.STANDARD, ColorSystem.WINDOWS) else "full"


class LabelApp(App[int], inherit_bindings=False):
    """Shows the label screen; ends with the number of changes that could not be saved."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    TITLE = "workbench label"

    def __init__(
        self, setting: Setting, work: Work, notice: Message | None = None, system: System | None = None
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self._notice = notice
        self._setting = setting
        self._work = work
        self.system: System = system or system_of(self.console._color_system)
        if self.system != "full":
            self.theme = "ansi-dark"

    def on_mount(self) -> None:
        """Open the screen."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self.push_screen(LabelScreen(self._setting, self._work, self._styles(), self._notice))
        self.theme_changed_signal.subscribe(self, lambda _: self._restyle())

    @property
    def label_screen(self) -> LabelScreen:
        """The screen of the open document."""
        screen = self.screen
        if not isinstance(screen, LabelScreen):
            raise TypeError("the label screen is not open")
        return screen

    def _styles(self) -> Styles:
        schema = self._setting.place.schema
        variables = self.theme_variables
        usual = Look()
        ground, letters = variables.get("background", ""), variables.get("foreground", "")
        whole = all(len(colour) == 7 and colour.startswith("#") for colour in (ground, letters))
        return Styles(schema, Look(self.system, ground, letters) if whole else usual._replace(system=self.system))

    def _restyle(self) -> None:
        if isinstance(self.screen, LabelScreen):
            self.screen.restyle(self._styles())
