"""The real screen without a terminal: pressed by Pilot, read back as rows of text and runs of styles."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual.pilot import Pilot
from textual.strip import Strip

from schemas import Schema, load
from workbench.annotation.assignment import open_document
from workbench.annotation.offering import NO_SOURCES, Sources
from workbench.annotation.session import Place
from workbench.annotation.store import Actor, Store, find_address
from workbench.corpus.tasks import Batch
from workbench.tui.app import LabelApp
from workbench.tui.editor.editor import Editor
from workbench.tui.editor.opening import Setting, make_work
from workbench.tui.keys.keymap import build
from workbench.tui.keys.names import key_of
from workbench.tui.screens.label import LabelScreen
from workbench.tui.theme import System

ROOT = Path(__file__).parent.parent.parent
REPORT = "001_2eaf3ca91964d258"
_CHANGING = (
    (re.compile(r"#([ERFC])[0-9a-f]{8}"), r"#\g<1>00000000"),
    (re.compile(r"已存 \d\d:\d\d:\d\d"), "已存 00:00:00"),
)


@cache
def schema() -> Schema:
    """The schema of the pilot batch."""
    return load("cppcc_poverty")


class Hand(NamedTuple):
    """Somebody at the screen."""

    app: LabelApp
    pilot: Pilot[int]
    place: Place

    @property
    def screen(self) -> LabelScreen:
        return self.app.label_screen

    @property
    def editor(self) -> Editor:
        return self.screen.work.editor

    async def press(self, *keys: str) -> None:
        """Press keys by name, or characters one after the other."""
        for key in keys:
            await self.pilot.press(key)
        await self.settle()

    async def write(self, text: str) -> None:
        """Type characters."""
        for character in text:
            await self.pilot.press(key_of(character) if character != " " else "space")
        await self.settle()

    async def settle(self) -> None:
        """Wait until everything is saved, checked, fetched and drawn."""
        for _ in range(500):
            await self.pilot.pause()
            screen = self.screen
            session = screen.work.session
            checked = screen.problems is not None and screen._checked is session.draft
            working = screen.busy or any(not worker.is_finished for worker in screen.workers)
            if checked and not working and not session.standing.waiting:
                await self.pilot.pause()
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the screen does not come to rest")

    def strips(self) -> list[Strip]:
        """The whole screen."""
        return self.screen._compositor.render_strips()

    def rows(self) -> list[str]:
        """The text of the screen, without what differs from run to run."""
        return [steady(strip.text) for strip in self.strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.rows())


def steady(text: str) -> str:
    """A text with ids and times made equal."""
    for pattern, same in _CHANGING:
        text = pattern.sub(same, text)
    return text


def told(style: Style | None) -> str:
    """A style in a few characters."""
    if style is None:
        return "-"
    parts = [
        style.color.name if style.color else "",
        f"on {style.bgcolor.name}" if style.bgcolor else "",
        *(name for name in ("bold", "dim", "italic", "underline", "reverse") if getattr(style, name)),
    ]
    return " ".join(part for part in parts if part) or "-"


def grid(strips: list[Strip]) -> Iterator[str]:
    """Each row as text, and below it its runs of styles with the cells they fill."""
    for strip in strips:
        yield f"|{steady(strip.text)}|"
        runs = [
            f"{sum(cell_len(segment.text) for segment in group)}:{name}"
            for name, group in groupby(strip, key=lambda segment: told(segment.style))
        ]
        yield "  " + "; ".join(runs)


@asynccontextmanager
async def labelling(
    root: Path,
    size: tuple[int, int] = (120, 36),
    doc_id: str = REPORT,
    sources: Sources = NO_SOURCES,
    system: System = "full",
    safe: bool = False,
) -> AsyncIterator[Hand]:
    """The label screen on a copy of the pilot batch."""
    if not (root / "tasks").exists():
        shutil.copytree(ROOT / "tasks", root / "tasks")
    with Store.open(find_address(root, str(root / "work.db"), {})) as store:
        place = Place(store, Batch.open(root, "pilot"), Actor("A1", "test"))
        place.__dict__["schema"] = schema()  # reading it takes longer than a test
        setting = Setting(place, sources, build(schema()), safe)
        session = open_document(place, doc_id, sources)
        app = LabelApp(setting, make_work(setting, session, 80, 24), system=system)
        async with app.run_test(size=size) as pilot:
            hand = Hand(app, pilot, place)
            await pilot.pause()
            await hand.settle()
            yield hand
            if isinstance(app.screen, LabelScreen):
                app.screen.work.session.close()
