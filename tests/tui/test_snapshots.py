"""The screens as they are: text and inks of the real screen, compared with files that people can read.

UPDATE_SNAPSHOTS=1 python -m pytest tests/tui/test_snapshots.py writes them anew.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.tui.piloting import Hand, grid, labelling
from workbench.annotation.offering import NO_SOURCES, Sources
from workbench.tui.theme import System

SNAPSHOTS = Path(__file__).parent / "snapshots"
RULES = Sources(programs=("rules",))
SIZES = {"wide": (120, 36), "narrow": (80, 24)}

# What is typed before the picture is taken; names in <> are keys.
SCENES: Mapping[str, tuple[Sources, str]] = {
    "first": (RULES, ""),
    "jump_hints": (NO_SOURCES, ";z"),
    "nested": (NO_SOURCES, ";y2l;Y3o<left><left>`"),
    "linking": (NO_SOURCES, ";y2l;Y3o;s2g<space>"),
    "linked": (NO_SOURCES, ";y2l;Y3o<space><space><ctrl+g>"),
    "list": (NO_SOURCES, ";y3oA"),
    "table": (NO_SOURCES, ";y3oO"),
    "help": (NO_SOURCES, "?"),
    "suggestion": (RULES, "<tab><enter><tab>"),
    "panel_hidden": (RULES, "P"),
    "entry": (NO_SOURCES, ";y3oC备注"),
    "frame": (NO_SOURCES, ";y3o;z1z<space>"),
}


async def play(hand: Hand, keys: str) -> None:
    """Press keys one after the other; names stand in <>."""
    rest = keys
    while rest:
        if rest[0] == "<":
            name, _, rest = rest[1:].partition(">")
            await hand.press(name)
        else:
            await hand.write(rest[0])
            rest = rest[1:]


def check(name: str, shown: str) -> None:
    path = SNAPSHOTS / f"{name}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert path.is_file(), f"no snapshot {path}; UPDATE_SNAPSHOTS=1 makes it"
    assert shown.splitlines() == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_the_screen_looks_as_before(scene: str, size: str, tmp_path: Path) -> None:
    async def shown() -> str:
        sources, keys = SCENES[scene]
        async with labelling(tmp_path, SIZES[size], sources=sources) as hand:
            await play(hand, keys)
            return "\n".join((*grid(hand.strips()), f"cursor {tuple(hand.app.cursor_position)}", ""))

    check(f"{scene}_{size}", asyncio.run(shown()))


@pytest.mark.parametrize("system", ["few", "none"])
def test_the_screen_without_mixed_colours(system: System, tmp_path: Path) -> None:
    """With 16 colours and with none, every type is still told by badge and code, and a selection is still seen."""

    async def shown() -> str:
        async with labelling(tmp_path, SIZES["narrow"], sources=RULES, system=system) as hand:
            await play(hand, "<tab><enter><tab><enter>;y2")
            return "\n".join((*grid(hand.strips()), ""))

    text = asyncio.run(shown())
    if system == "none":
        assert " on " not in text
        assert "#" not in text.replace("#E00000000", "")
    check(f"system_{system}", text)


def test_the_screen_in_safe_signs(tmp_path: Path) -> None:
    """Where ambiguous characters are wide, none is drawn."""
    import unicodedata

    async def shown() -> str:
        async with labelling(tmp_path, SIZES["wide"], sources=RULES, safe=True) as hand:
            await play(hand, "<tab><enter><tab><enter><tab><enter>[<space><space>")
            strips = hand.strips()
            doubtful = {
                character
                for strip in strips
                for character in strip.text
                if unicodedata.east_asian_width(character) == "A"
            }
            assert doubtful == set()
            return "\n".join((*grid(strips), ""))

    check("safe", asyncio.run(shown()))
