"""Counts by document and row: all that a score keeps, and all that every average, interval and test needs."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from workbench.scoring.entities import Rows
from workbench.scoring.rules import Rule

Numbers = NDArray[np.float64]


class CountTable:
    """What one rule counts, for each document that has anything to count. Memory grows with rows that are not empty."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.documents = 0
        self._numbers = array("d")
        self._places = array("l")
        self._rows: dict[str, int] = {}

    def add(self, rows: Rows) -> None:
        """Append the counts of the next document."""
        document = self.documents
        self.documents = document + 1
        for name in rows:
            self._places.append(document)
            self._places.append(self._rows.setdefault(name, len(self._rows)))
        self._numbers.extend(chain.from_iterable(rows.values()))

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of the rows, sorted."""
        return tuple(sorted(self._rows))

    @property
    def size(self) -> int:
        """Bytes that the counts take."""
        return self._numbers.itemsize * len(self._numbers) + self._places.itemsize * len(self._places)

    def numbers(self, order: Sequence[int] | None = None) -> Numbers:
        """Counts of shape (documents, rows, fields), documents in the given order, rows sorted by name."""
        width = len(self.rule.fields)
        dense = np.zeros((self.documents, len(self._rows), width))
        if self._places:
            places = np.frombuffer(self._places, dtype=np.dtype("l")).reshape(-1, 2)
            dense[places[:, 0], places[:, 1]] = np.frombuffer(self._numbers, dtype=np.float64).reshape(-1, width)
        sorted_rows: Numbers = dense[:, [self._rows[name] for name in self.rows]]
        return sorted_rows if order is None else sorted_rows[list(order)]
