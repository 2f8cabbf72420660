"""Uppercase letters over the places that can be jumped to, without moving any text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from workbench.tui.layout.wrap import Layout


def hint_labels(positions: Sequence[int], letters: str = ascii_uppercase) -> dict[int, str]:
    """A label for each position, the likeliest first: one letter as far as letters last, else two.

    No label begins another. Positions beyond the square of the number of letters get none.
    """
    size, wanted = len(letters), len(dict.fromkeys(positions))
    prefixes = 0
    while prefixes < size and size - prefixes + prefixes * size < wanted:
        prefixes += 1
    singles = size - prefixes
    labels = [*letters[:singles], *(first + second for first in letters[singles:] for second in letters)]
    return dict(zip(dict.fromkeys(positions), labels, strict=False))


def overlay(layout: Layout, row: int, labels: Mapping[int, str]) -> list[tuple[int, str]]:
    """Columns and texts of the labels to draw over a row; each text fills the cells of whole characters exactly.

    A letter over a wide character is padded; two letters over a narrow one also cover the next, or at the row's end the
    one before. A label that would cover an earlier label's cells is left out.
    """
    start, end = layout.rows[row][:2]
    drawn: list[tuple[int, str]] = []
    free = 0
    for position in sorted(position for position in labels if start <= position < end):
        label = labels[position]
        first, last = position, position + 1
        while layout.column(row, last) - layout.column(row, first) < len(label):
            if last < end:
                last += 1
            elif first > start:
                first -= 1
            else:
                break
        column = layout.column(row, first)
        if column >= free and label:
            free = layout.column(row, last)
            drawn.append((column, label[: free - column].ljust(free - column)))
    return drawn
