"""What is declared of every line is what a terminal draws: all reports, all states of the editor, several widths."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.strip import Strip

from tests.tui.piloting import ROOT, Hand, labelling
from tests.tui.test_snapshots import RULES, play
from workbench.corpus.tasks import Batch

STATES = (
    "",
    ";z",
    ":d",
    "3",
    "<tab>",
    "<tab><enter>",
    "<space>",
    "A",
    "W",
    "G",
    "O",
    "?",
    "/扶贫<enter>",
    "<ctrl+p>",
    "L",
)
NASTY = "政協(xié)𠀀👨‍👩‍👧‍👦e\u0301\u00a0\t\u200b（２１０）“—…·\u3000😀\ufe0f市政协"


def check(strips: Iterable[Strip], width: int) -> None:
    for number, strip in enumerate(strips):
        real = sum(cell_len(segment.text) for segment in strip)
        assert real == strip.cell_length == width, (number, strip.text)


async def sweep(hand: Hand, width: int) -> None:
    for state in STATES:
        await play(hand, state)
        for view in hand.screen._views:
            if view.display:
                check((view.render_line(row) for row in range(view.size.height)), view.size.width)
        check(hand.strips(), width)
        await hand.press("ctrl+g")


@pytest.mark.parametrize(
    ("doc_id", "width"), [*zip(Batch.open(ROOT, "pilot").document_ids(), (120, 80, 61, 120, 80), strict=True)]
)
def test_declared_widths_are_real(doc_id: str, width: int, tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path, (width, 30), doc_id, RULES) as hand:
            await sweep(hand, width)
            await hand.press("pagedown", "pagedown", "tab", "enter")
            check(hand.strips(), width)

    asyncio.run(scene())


@pytest.mark.parametrize("safe", [False, True])
def test_declared_widths_are_real_for_nasty_text(safe: bool, tmp_path: Path) -> None:
    """Astral characters, ZWJ emoji, combining marks, NBSP, tabs, full-width forms, in entries and notes."""

    async def scene() -> None:
        async with labelling(tmp_path, (100, 24), safe=safe) as hand:
            await hand.write("/")
            await hand.write(NASTY.replace("\t", ""))
            check(hand.strips(), 100)
            await hand.press("ctrl+g")
            await hand.write(";y3oC")
            await hand.write(NASTY.replace("\t", ""))
            await hand.press("enter")
            check(hand.strips(), 100)

    asyncio.run(scene())


def test_a_resize_never_shows_a_torn_screen(tmp_path: Path) -> None:
    async def scene() -> None:
        async with labelling(tmp_path, (120, 36), sources=RULES) as hand:
            for size in ((99, 30), (80, 24), (40, 10), (200, 60), (101, 12)):
                await hand.pilot.resize_terminal(*size)
                await hand.settle()
                check(hand.strips(), size[0])

    asyncio.run(scene())
