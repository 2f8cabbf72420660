"""Attributes and normalised values of one document, among entities of equal span and type on both sides.

Two views: accuracy among the entities that both sides have, and precision, recall and F1 of entities that are right
together with their attribute or value. What gold does not say is not scored; what the prediction does not say is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from workbench.scoring.comparison import Comparison
from workbench.scoring.entities import Rows, equal_pairs
from workbench.scoring.items import EntityRecord
from workbench.scoring.value_comparison import string_credit, value_credit


class Agreement(NamedTuple):
    """Counts of one attribute or kind of value.

    `credit` over `compared` is the accuracy among entities that both sides have; over `possible` and `actual` it is
    recall and precision of the entity together with it.
    """

    credit: float = 0
    compared: int = 0
    possible: int = 0
    actual: int = 0


def attributes(comparison: Comparison, compare: str) -> Rows:
    """Attributes by name: equal, or (lenient) equal after NFKC."""
    return _rows(comparison, compare, _attributes_of, string_credit)


def values(comparison: Comparison, compare: str) -> Rows:
    """Normalised values by kind: money, quantity, time, place; see `value_comparison` for equal and lenient."""
    return _rows(comparison, compare, _value_of, value_credit)


def _attributes_of(entity: EntityRecord) -> Mapping[str, Any]:
    return entity.attributes


def _value_of(entity: EntityRecord) -> Mapping[str, Any]:
    return {} if entity.value is None else {entity.value.kind: entity.value}


def _rows(
    comparison: Comparison,
    compare: str,
    describe: Callable[[EntityRecord], Mapping[str, Any]],
    credit_of: Callable[[Any, Any, str], float],
) -> Rows:
    gold, predicted = comparison.gold.entities, comparison.predicted.entities
    credit: dict[str, float] = defaultdict(float)
    compared, possible, actual = Counter[str](), Counter[str](), Counter[str]()
    for index, entity in enumerate(gold):
        if index not in comparison.optional and comparison.scores_entity(entity.type):
            possible.update(describe(entity).keys())
    for index, entity in enumerate(predicted):
        if index not in comparison.excused and comparison.scores_entity(entity.type):
            actual.update(describe(entity).keys())
    for left, right in equal_pairs(comparison):
        wanted, found = describe(gold[left]), describe(predicted[right])
        for name, value in wanted.items():
            compared[name] += 1
            credit[name] += credit_of(value, found.get(name), compare)
        actual.subtract(name for name in found if name not in wanted)
    return {
        name: Agreement(credit[name], compared[name], possible[name], actual[name])
        for name in sorted(possible.keys() | actual.keys())
        if possible[name] or actual[name]
    }
