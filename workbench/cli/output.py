"""How verbs print: data to stdout, talk to stderr, tables that cut nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def talk(message: str) -> None:
    """Say something to the person at the terminal."""
    print(message, file=sys.stderr)


def print_json(record: Any) -> None:
    """Print one JSON value, indented."""
    print(json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> None:
    """Print aligned columns, the first `left` of them flush left; Chinese characters count as two cells wide."""
    from rich.cells import cell_len

    lines = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(cell_len(line[index]) for line in lines) for index in range(len(columns))]
    for line in lines:
        cells = []
        for index, (cell, width) in enumerate(zip(line, widths, strict=True)):
            padding = " " * (width - cell_len(cell))
            cells.append(cell + padding if index < left else padding + cell)
        print("  ".join(cells).rstrip())
