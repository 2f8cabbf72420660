"""The assignment problem: rows to columns, one to one, with the greatest sum of integer weights."""

from __future__ import annotations

from collections.abc import Sequence

LARGE = 12
"""Tables with more rows than this go to scipy, which takes longer to import than small tables take to solve."""
EXACT_IN_FLOATS = 2**50
"""Sums below this stay exact in scipy's floats, with room for its potentials; larger weights are solved in integers."""


def best_assignment(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Choose one column for each row (or one row for each column, if there are more rows) with the greatest sum.

    Exact for integers of any size. The same table always gives the same choice.
    """
    if not weights or not weights[0]:
        return []
    height, width = len(weights), len(weights[0])
    if height > width:
        turned = [list(column) for column in zip(*weights, strict=True)]
        return sorted((row, column) for column, row in best_assignment(turned))
    if height == 1:
        line = weights[0]
        return [(0, line.index(max(line)))]
    if height > LARGE and height * max(max(line) - min(line) for line in weights) < EXACT_IN_FLOATS:
        return _by_scipy(weights)
    return _hungarian(weights)


def _by_scipy(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weights, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _hungarian(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The Hungarian method with potentials for a table that is not taller than wide. Kuhn 1955; Munkres 1957."""
    width = len(weights[0])
    row_potential = [0] * (len(weights) + 1)
    column_potential = [0] * (width + 1)
    row_of = [0] * (width + 1)
    for row in range(1, len(weights) + 1):
        row_of[0] = row
        column, way = _cheapest_way(weights, row_of, row_potential, column_potential)
        while column:
            previous = way[column]
            row_of[column] = row_of[previous]
            column = previous
    return sorted((row_of[column] - 1, column - 1) for column in range(1, width + 1) if row_of[column])


def _cheapest_way(
    weights: Sequence[Sequence[int]], row_of: list[int], row_potential: list[int], column_potential: list[int]
) -> tuple[int, list[int]]:
    """Find the cheapest way from the row waiting in column 0 to a free column, updating the potentials.

    Returns the free column and, for each column on the way, the column before it. Rows and columns count from 1.
    """
    width = len(column_potential) - 1
    slack: list[int | None] = [None] * (width + 1)
    way = [0] * (width + 1)
    used = [False] * (width + 1)
    column = 0
    while row_of[column]:
        used[column] = True
        row = row_of[column]
        step: int | None = None
        following = 0
        for other in range(1, width + 1):
            if used[other]:
                continue
            cost = -weights[row - 1][other - 1] - row_potential[row] - column_potential[other]
            known = slack[other]
            if known is None or cost < known:
                slack[other], way[other], known = cost, column, cost
            if step is None or known < step:
                step, following = known, other
        _shift(step or 0, used, slack, row_of, row_potential, column_potential)
        column = following
    return column, way


def _shift(
    step: int,
    used: list[bool],
    slack: list[int | None],
    row_of: list[int],
    row_potential: list[int],
    column_potential: list[int],
) -> None:
    for column, reached in enumerate(slack):
        if used[column]:
            row_potential[row_of[column]] += step
            column_potential[column] -= step
        elif reached is not None:
            slack[column] = reached - step
