"""Pair the spans of two annotations one to one: the one alignment that scoring and agreement both use.

Within each group of spans that overlap directly or through others, the pairing maximises, one after the other: pairs
with equal span and type, pairs with equal span, overlapping pairs of equal type, pairs, and shared code points. So the
number of exact pairs is always the size of the intersection of the two sides. Among equally good pairings one is
chosen by the spans and types alone: neither the order of the input nor which side is called left matters.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from workbench.core.assignment import best_assignment
from workbench.core.text import Fragments, shared


class Labelled(NamedTuple):
    """A span and its type, as far as matching needs them. `fragments` are in normal form."""

    fragments: Fragments
    type: str


class Pair(NamedTuple):
    """Indexes of two paired spans, one on each side."""

    left: int
    right: int


Edges = Mapping[int, Mapping[int, int]]
"""Shared code points by index on the left and index on the right, for pairs that share any."""


def match(left: Sequence[Labelled], right: Sequence[Labelled]) -> tuple[Pair, ...]:
    """Pair overlapping spans one to one, optimally; spans that share no code point are never paired.

    Pairs stand in the order of the left indexes. Of equal items on one side, those that come first are paired first.
    """
    waiting = {item: index for index, item in enumerate(right)}
    unique = len(waiting) == len(right)
    if unique:
        pairs, rest_left, rest_right = _equal(left, waiting)
    else:
        pairs, rest_left, rest_right = _equal_with_duplicates(left, right)
    if rest_left and rest_right:
        edges = _edges(left, right, rest_left, rest_right)
        found: list[tuple[int, int]] = []
        for rows, columns in _components(edges):
            found += _pair_component(rows, columns, left, right, edges)
        if not unique or len({left[index] for index in rest_left}) < len(rest_left):
            found = _in_turn(found, left, right, (rest_left, rest_right))
        pairs += found
    pairs.sort()
    return tuple(map(_pair, pairs))


# What Pair(left, right) does, without a call of a Python function for each pair.
_pair: Callable[[tuple[int, int]], Pair] = partial(tuple.__new__, Pair)


def _equal(
    left: Sequence[Labelled], waiting: dict[Labelled, int]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pair items with equal span and type, as every best pairing does; also the indexes of all other items.

    `waiting` are the indexes of the items on the right, all different; it is used up.
    """
    others = [waiting.pop(item, None) for item in left]
    pairs = [(index, other) for index, other in enumerate(others) if other is not None]
    rest = [index for index, other in enumerate(others) if other is None]
    return pairs, rest, list(waiting.values())


def _equal_with_duplicates(
    left: Sequence[Labelled], right: Sequence[Labelled]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    waiting: dict[Labelled, list[int]] = defaultdict(list)
    for index in range(len(right) - 1, -1, -1):
        waiting[right[index]].append(index)
    pairs: list[tuple[int, int]] = []
    rest: list[int] = []
    for index, item in enumerate(left):
        if waiting.get(item):
            pairs.append((index, waiting[item].pop()))
        else:
            rest.append(index)
    return pairs, rest, sorted(index for indexes in waiting.values() for index in indexes)


def _edges(
    left: Sequence[Labelled], right: Sequence[Labelled], rest_left: list[int], rest_right: list[int]
) -> dict[int, dict[int, int]]:
    """Shared code points of every pair among the given items that shares any: a sweep over the text."""
    ordered = _by_position(right, rest_right)
    edges: dict[int, dict[int, int]] = {}
    active: list[tuple[int, int, int, Fragments]] = []
    following, count = 0, len(ordered)
    for start, end, index, fragments in _by_position(left, rest_left):
        while following < count and ordered[following][0] < end:
            active.append(ordered[following])
            following += 1
        active = [other for other in active if other[1] > start]
        row: dict[int, int] = {}
        for first, last, other, theirs in active:
            if len(fragments) == 1 == len(theirs):
                common = (end if end < last else last) - (start if start > first else first)
            else:
                common = shared(fragments, theirs)
            if common > 0:
                row[other] = common
        if row:
            edges[index] = row
    return edges


def _by_position(side: Sequence[Labelled], rest: list[int]) -> list[tuple[int, int, int, Fragments]]:
    """Start, end, index and fragments of the given items, sorted."""
    spans = [(index, side[index][0]) for index in rest]
    return sorted([(fragments[0][0], fragments[-1][1], index, fragments) for index, fragments in spans])


def _components(edges: Edges) -> list[tuple[list[int], list[int]]]:
    """The left and the right indexes of each connected part of the overlap graph."""
    back: dict[int, list[int]] = defaultdict(list)
    for row, found in edges.items():
        for column in found:
            back[column].append(row)
    components = []
    seen: set[int] = set()
    for first in edges:
        if first in seen:
            continue
        seen.add(first)
        rows, columns = [first], dict.fromkeys(edges[first])
        for row in rows:  # grows while it is walked
            for column in edges[row]:
                columns[column] = None
                for other in back[column]:
                    if other not in seen:
                        seen.add(other)
                        rows.append(other)
        components.append((rows, list(columns)))
    return components


def _pair_component(
    rows: list[int], columns: list[int], left: Sequence[Labelled], right: Sequence[Labelled], edges: Edges
) -> list[tuple[int, int]]:
    if len(rows) == 1 == len(columns):
        return [(rows[0], columns[0])]
    rows = sorted(rows, key=lambda index: (left[index], index))
    columns = sorted(columns, key=lambda index: (right[index], index))
    # The sides have no item in common here, so this comparison names the same side whichever is called left.
    turned = [right[index] for index in columns] < [left[index] for index in rows]
    weights = _weights(rows, columns, left, right, edges)
    if turned:
        weights = [list(line) for line in zip(*weights, strict=True)]
    chosen = best_assignment(weights)
    if turned:
        chosen = [(row, column) for column, row in chosen]
    return [(rows[row], columns[column]) for row, column in chosen if columns[column] in edges[rows[row]]]


def _weights(
    rows: list[int], columns: list[int], left: Sequence[Labelled], right: Sequence[Labelled], edges: Edges
) -> list[list[int]]:
    """The criteria as one integer for each pair, so that comparing sums compares the criteria in turn."""
    places = min(len(rows), len(columns)) + 1
    points = sum(sorted((common for row in rows for common in edges[row].values()), reverse=True)[: places - 1]) + 1
    weights = []
    for row in rows:
        item, found = left[row], edges[row]
        line = []
        for column in columns:
            common = found.get(column)
            if common is None:
                line.append(0)
                continue
            other = right[column]
            weight = (item.fragments == other.fragments) * places + (item.type == other.type)
            line.append((weight * places + 1) * points + common)
        weights.append(line)
    return weights


def _in_turn(
    pairs: list[tuple[int, int]],
    left: Sequence[Labelled],
    right: Sequence[Labelled],
    rests: tuple[list[int], list[int]],
) -> list[tuple[int, int]]:
    """The same pairing by value, where equal items of one side are taken in the order in which they stand."""
    lefts, rights = (_queues(side, rest) for side, rest in zip((left, right), rests, strict=True))
    values = sorted((left[one], right[other]) for one, other in pairs)
    return [(lefts[one].popleft(), rights[other].popleft()) for one, other in values]


def _queues(side: Sequence[Labelled], rest: list[int]) -> dict[Labelled, deque[int]]:
    queues: dict[Labelled, deque[int]] = defaultdict(deque)
    for index in sorted(rest):
        queues[side[index]].append(index)
    return queues
