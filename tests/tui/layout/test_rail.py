"""The gutter: one line of glyphs from focus to partners, two cells on every line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from workbench.tui.layout.rail import RAIL_WIDTH, Partner, rail

partners = st.lists(st.builds(Partner, st.integers(0, 30), st.sampled_from(["out", "in", "both"])), max_size=4)


@pytest.mark.parametrize(
    ("focus", "others", "glyphs", "safe"),
    [
        (3, [Partner(1, "out")], ["  ", "╭▶", "│ ", "╰─", "  "], ["  ", "/>", "| ", "\\-", "  "]),
        (1, [Partner(3, "in")], ["  ", "╭▶", "│ ", "╰─", "  "], ["  ", "/>", "| ", "\\-", "  "]),
        (1, [Partner(2, "out"), Partner(3, "both")], ["  ", "╭▶", "├▶", "╰▶"], ["  ", "/>", "+>", "\\>"]),
        (1, [Partner(1, "out")], ["  ", "╶▶", "  "], ["  ", "->", "  "]),
        (1, [], ["  ", "  ", "  "], ["  ", "  ", "  "]),
    ],
)
def test_looks(focus: int, others: list[Partner], glyphs: list[str], safe: list[str]) -> None:
    assert [rail(focus, others).glyph(line) for line in range(len(glyphs))] == glyphs
    assert [rail(focus, others, safe=True).glyph(line) for line in range(len(safe))] == safe


@given(st.integers(0, 30), partners, st.booleans())
def test_two_cells_everywhere_and_an_arrow_where_a_relation_arrives(
    focus: int, others: list[Partner], safe: bool
) -> None:
    drawn = rail(focus, others, safe)
    stops = {focus, *(one.line for one in others)} if others else set()
    for line in range(-2, 40):
        glyph = drawn.glyph(line)
        assert cell_len(glyph) == RAIL_WIDTH
        assert (glyph == "  ") == (not stops or not min(stops) <= line <= max(stops))
        arrives = any(one.line == line and one.direction != "in" for one in others) or (
            line == focus and any(one.direction != "out" for one in others)
        )
        assert (glyph[1] in "▶>") == arrives
