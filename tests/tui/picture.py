"""The README's picture of the label screen: the real program's screen as SVG, every glyph on its own cell.

python -m tests.tui.picture [FILE]

Rich's own export gives a run of Chinese characters half of its width (Textualize/rich#2742).
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.color import blend_rgb
from rich.style import Style
from textual.strip import Strip

from tests.tui.piloting import ROOT, labelling, steady
from workbench.annotation.offering import Sources

PICTURE = Path(__file__).parent / "pictures" / "label.svg"
CELL, LINE, SIZE = 8, 19, 13
_FONTS = "'DejaVu Sans Mono',Menlo,Consolas,'Sarasa Mono SC','Noto Sans Mono CJK SC','Noto Sans CJK SC',monospace"
_CHINESE = "'Sarasa Mono SC','Noto Sans Mono CJK SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"


def picture(strips: Iterable[Strip]) -> str:
    """Strips as SVG; each glyph is placed at the x of its first cell, so that no font can squeeze Chinese text."""
    rows = list(strips)
    width = max(strip.cell_length for strip in rows) * CELL
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {len(rows) * LINE}" '
        f'font-family="{_FONTS}" font-size="{SIZE}" shape-rendering="crispEdges">',
        f"<style>.w{{font-family:{_CHINESE};font-size:15px}}</style>",
    ]
    for number, strip in enumerate(rows):
        lines += _row(strip, number * LINE)
    return "\n".join([*lines, "</svg>\n"])


def _row(strip: Strip, top: int) -> Iterator[str]:
    column = 0
    texts: list[str] = []
    for segment in strip:
        cells = cell_len(segment.text)
        style = segment.style or Style()
        ground, letters = _colours(style)
        yield f'<rect x="{column * CELL}" y="{top}" width="{cells * CELL}" height="{LINE}" fill="{ground}"/>'
        wide: list[tuple[int, str]] = []
        narrow: list[tuple[int, str]] = []
        for character in steady(segment.text):
            size = cell_len(character)
            if character.strip():
                (wide if size == 2 else narrow).append((column, character))
            column += size
        for glyphs, kind in ((narrow, ""), (wide, ' class="w"')):
            if glyphs:
                texts.append(_glyphs(glyphs, top, letters, kind + _marks(style)))
    yield from texts


def _glyphs(glyphs: Iterable[tuple[int, str]], top: int, letters: str, kind: str) -> str:
    places = " ".join(str(column * CELL) for column, _ in glyphs)
    shown = escape("".join(character for _, character in glyphs))
    return f'<text x="{places}" y="{top + 14}" fill="{letters}"{kind}>{shown}</text>'


def _marks(style: Style) -> str:
    bold = ' font-weight="bold"' if style.bold else ""
    return bold + (' text-decoration="underline"' if style.underline else "")


def _colours(style: Style) -> tuple[str, str]:
    letters = style.color.get_truecolor() if style.color else (223, 227, 234)
    ground = style.bgcolor.get_truecolor() if style.bgcolor else (20, 22, 27)
    if style.reverse:
        letters, ground = ground, letters
    if style.dim:
        letters = blend_rgb(letters, ground, 0.4)  # type: ignore[arg-type]
    return "#{:02x}{:02x}{:02x}".format(*ground), "#{:02x}{:02x}{:02x}".format(*letters)


async def scene(root: Path) -> str:
    """Report 001 as one of the received passes has it, with the chairman of a county's conference in focus."""
    shutil.copytree(ROOT / "tasks", root / "tasks")
    annotations = root / "tasks" / "pilot" / "annotations"
    shutil.copytree(annotations / "A", annotations / "A1")
    async with labelling(root, sources=Sources(programs=("rules",))) as hand:
        await hand.write("蒋善生")
        await hand.press("ctrl+g", "left", "left")
        return picture(hand.strips())


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        target.write_text(asyncio.run(scene(Path(folder))), encoding="utf-8")
