"""Pair the spans of two annotations one to one: the one alignment that scoring and agreement both use.

Optimal and independent of the order of the input. Within each group of spans that overlap directly or through others,
the pairing maximises, one after the other: pairs with equal span and type, pairs with equal span, pairs of equal type,
pairs, and shared code points. So the number of exact pairs is always the size of the intersection of the two sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workbench.core.text import Fragments, shared


class Labelled(NamedTuple):
    """A span and its type, as far as matching needs them. `fragments` are in normal form."""

    fragments: Fragments
    type: str


class Pair(NamedTuple):
    """Indexes of two paired spans, one on each side."""

    left: int
    right: int


def match(left: Sequence[Labelled], right: Sequence[Labelled]) -> tuple[Pair, ...]:
    """Pair overlapping spans one to one, optimally; spans that share no code point are never paired."""
    edges = _edges(left, right)
    pairs = [pair for component in _components(edges) for pair in _assign(component, left, right, edges)]
    return tuple(sorted(pairs))


def _edges(left: Sequence[Labelled], right: Sequence[Labelled]) -> dict[Pair, int]:
    """Shared code points of every pair that shares any."""
    ordered = sorted(range(len(right)), key=lambda index: right[index].fragments[0].start)
    edges: dict[Pair, int] = {}
    active: list[int] = []
    following = 0
    for index in sorted(range(len(left)), key=lambda index: left[index].fragments[0].start):
        fragments = left[index].fragments
        while following < len(ordered) and right[ordered[following]].fragments[0].start < fragments[-1].end:
            active.append(ordered[following])
            following += 1
        active = [other for other in active if right[other].fragments[-1].end > fragments[0].start]
        for other in active:
            common = shared(fragments, right[other].fragments)
            if common:
                edges[Pair(index, other)] = common
    return edges


def _components(edges: dict[Pair, int]) -> list[list[Pair]]:
    """The edges of each connected part of the overlap graph."""
    parent: dict[tuple[str, int], tuple[str, int]] = {}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for pair in edges:
        parent[root(("left", pair.left))] = root(("right", pair.right))
    components: dict[tuple[str, int], list[Pair]] = {}
    for pair in edges:
        components.setdefault(root(("left", pair.left)), []).append(pair)
    return list(components.values())


def _assign(
    component: list[Pair], left: Sequence[Labelled], right: Sequence[Labelled], edges: dict[Pair, int]
) -> list[Pair]:
    if len(component) == 1:
        return component
    rows = sorted({pair.left for pair in component}, key=lambda index: (left[index], index))
    columns = sorted({pair.right for pair in component}, key=lambda index: (right[index], index))
    weights = _weights(rows, columns, left, right, edges)
    return [Pair(rows[row], columns[column]) for row, column in best_assignment(weights) if weights[row][column]]


def _weights(
    rows: list[int], columns: list[int], left: Sequence[Labelled], right: Sequence[Labelled], edges: dict[Pair, int]
) -> list[list[int]]:
    """The criteria as one integer for each pair, so that comparing sums compares the criteria in turn."""
    places = min(len(rows), len(columns)) + 1
    points = sum(edges.get(Pair(row, column), 0) for row in rows for column in columns) + 1
    weights = []
    for row in rows:
        line = []
        for column in columns:
            common = edges.get(Pair(row, column), 0)
            same_span = left[row].fragments == right[column].fragments
            same_type = left[row].type == right[column].type
            digits = (same_span and same_type, same_span, same_type, True)
            weight = 0
            for digit in digits:
                weight = weight * places + digit
            line.append(weight * points + common if common else 0)
        weights.append(line)
    return weights


def best_assignment(weights: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Choose one column for each row (or one row for each column, if there are more rows) with the greatest sum.

    Exact for integers of any size; the Hungarian method with potentials, cubic in the smaller side.
    """
    if not weights or not weights[0]:
        return []
    if len(weights) > len(weights[0]):
        turned = [list(column) for column in zip(*weights, strict=True)]
        return sorted((row, column) for column, row in best_assignment(turned))
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
