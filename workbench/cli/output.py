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


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print aligned columns, those of numbers flush right; Chinese characters count as two cells wide."""
    from rich.cells import cell_len

    lines = [tuple(columns), *(tuple(row) for row in rows)]
    widths = [max(cell_len(line[index]) for line in lines) for index in range(len(columns))]
    numeric = [all(_is_number(line[index]) for line in lines[1:]) for index in range(len(columns))]
    for line in lines:
        cells = []
        for cell, width, is_number in zip(line, widths, numeric, strict=True):
            padding = " " * (width - cell_len(cell))
            cells.append(padding + cell if is_number else cell + padding)
        print("  ".join(cells).rstrip())


def _is_number(cell: str) -> bool:
    return cell == "n/a" or cell.removeprefix("-").replace(".", "", 1).isdigit()
