"""Lines of the screen and the index of spans, compared with counting everything again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.layout.screens import brackets, odd_texts
from workbench.core.text import Span
from workbench.tui.layout.grid import Grid
from workbench.tui.layout.lanes import Bracket, Mode
from workbench.tui.layout.wrap import wrap

modes: st.SearchStrategy[Mode] = st.sampled_from(["full", "badges", "tint"])


def check(grid: Grid) -> None:
    """Every line is one row or lane, and back."""
    every = [(row, lane) for row, height in enumerate(grid.heights) for lane in range(height)]
    assert [grid.at(line) for line in range(grid.lines)] == every
    assert [grid.line_of(row, lane) for row, lane in every] == list(range(grid.lines))
    assert [1 + len(grid.lanes(row)) for row in range(len(grid.heights))] == list(grid.heights)


@given(st.data(), odd_texts.filter(bool), st.integers(4, 60), modes)
def test_updates_equal_a_new_grid(data: st.DataObject, text: str, width: int, mode: Mode) -> None:
    layout = wrap(text, width)
    grid = Grid(layout, data.draw(brackets(text)), mode)
    check(grid)
    kept = {one.key: one for row in range(len(layout.rows)) for one in grid.brackets_on(row)}
    for _ in range(data.draw(st.integers(1, 3))):
        put = data.draw(brackets(text, most=3))
        drop = data.draw(st.lists(st.integers(0, 9), max_size=3))
        looks = [grid.lanes(row) for row in range(len(layout.rows))]
        touched = grid.update(put, drop)
        kept = {key: one for key, one in kept.items() if key not in drop} | {one.key: one for one in put}
        new = Grid(layout, kept.values(), mode)
        assert grid.heights == new.heights
        assert [grid.lanes(row) for row in range(len(layout.rows))] == [
            new.lanes(row) for row in range(len(layout.rows))
        ]
        assert {row for row in range(len(layout.rows)) if looks[row] != grid.lanes(row)} <= touched
        check(grid)
    for other in ("full", "badges", "tint"):
        grid.mode = other
        assert grid.heights == Grid(layout, kept.values(), other).heights


def test_lines_of_a_small_screen() -> None:
    """Row 0 has two lanes, row 1 none: four lines."""
    layout = wrap("永州市政协\n组织", 20)
    grid = Grid(layout, [Bracket(1, (Span(0, 5),), "机", "ORG"), Bracket(2, (Span(0, 3),), "地", "LOC")])
    assert grid.heights == (3, 1)
    assert grid.lines == 4
    assert grid.at(2) == (0, 2)
    assert grid.line_of(1) == 3
    assert grid.update(drop=[2]) == {0}
    assert grid.line_of(1) == 2
    with pytest.raises(IndexError, match="no line 3"):
        grid.at(3)
    with pytest.raises(IndexError, match="no lane 2 of row 0"):
        grid.line_of(0, 2)
