"""Hints: labels that can be typed, over cells that stay where they are."""

from __future__ import annotations

from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.layout.screens import odd_texts
from workbench.tui.layout.hints import hint_labels, overlay
from workbench.tui.layout.wrap import wrap


@given(st.integers(0, 40), st.integers(1, 6))
def test_labels_are_short_unlike_and_none_begins_another(count: int, letters: int) -> None:
    labels = list(hint_labels(range(count), ascii_uppercase[:letters]).values())
    assert len(labels) == len(set(labels)) == min(count, letters * letters if letters > 1 or count > 1 else letters)
    assert not any(other.startswith(label) for label in labels for other in labels if other != label)
    assert [len(label) for label in labels] == sorted(len(label) for label in labels)
    if count <= letters:
        assert all(len(label) == 1 for label in labels)


def test_labels_of_26_and_27() -> None:
    """26 letters: A to Z. For 27, Z gives way to ZA and ZB."""
    assert list(hint_labels(range(26)).values()) == list(ascii_uppercase)
    assert list(hint_labels(range(27)).values()) == [*ascii_uppercase[:25], "ZA", "ZB"]
    assert len(hint_labels(range(1000))) == 676
    assert hint_labels([7, 3, 7]) == {7: "A", 3: "B"}


@pytest.mark.parametrize(
    ("labels", "drawn"),
    [
        ({0: "A"}, [(0, "A ")]),  # padded to the wide character
        ({0: "ZA"}, [(0, "ZA")]),
        ({2: "A"}, [(4, "A")]),
        ({2: "ZA"}, [(4, "ZA")]),  # the next narrow character is covered too
        ({3: "ZA"}, [(5, "ZA ")]),  # the next is wide and is covered whole
        ({5: "ZA"}, [(6, "ZA ")]),  # at the end of the row, the one before
        ({3: "ZA", 4: "B"}, [(5, "ZA ")]),
        ({0: "A", 1: "B", 9: "C"}, [(0, "A "), (2, "B ")]),
    ],
)
def test_overlay(labels: dict[int, str], drawn: list[tuple[int, str]]) -> None:
    """政协ab委c: columns 0, 2, 4, 5, 6, 8."""
    assert overlay(wrap("政协ab委c", 20), 0, labels) == drawn


@given(st.data(), odd_texts.filter(bool), st.integers(4, 60))
def test_overlays_cover_whole_characters_and_stay_on_the_row(data: st.DataObject, text: str, width: int) -> None:
    layout = wrap(text, width)
    places = data.draw(st.lists(st.integers(0, len(text) - 1), unique=True, max_size=30))
    labels = hint_labels(places, "AB" if len(places) <= 4 else ascii_uppercase[:6])
    for row, (start, end, *_) in enumerate(layout.rows):
        edges = {layout.column(row, offset) for offset in range(start, end + 1)}
        free = 0
        for column, shown in overlay(layout, row, labels):
            assert column >= free
            free = column + cell_len(shown)
            assert {column, free} <= edges
            assert shown.strip() in {label[: layout.column(row, end)] for label in labels.values()}
