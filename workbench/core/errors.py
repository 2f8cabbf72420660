"""The one family of errors, and the exit codes they end in.

WorkbenchError
├── FaultyData           the data has faults; all of them are listed             exit 1
├── UsageMistake         a wrong option, path or name                            exit 2
└── EnvironmentFailure   a server, an extra, a disk or a permission is missing   exit 3

A message says what is wrong, where, and what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from enum import IntEnum
from pathlib import Path
from typing import Literal, NamedTuple


class ExitCode(IntEnum):
    """How a run of the program ended."""

    FINE = 0
    FAULTY = 1
    USAGE = 2
    ENVIRONMENT = 3
    INTERRUPTED = 130


class Fault(NamedTuple):
    """One thing that is wrong (or, as a warning, doubtful) with data.

    `source` is the file (None: data in memory), `line` counts from 1 (None: not a matter of lines),
    `path` says where in the record (`entities[3].end`), `rule` is the name of the check.
    """

    message: str
    path: str = ""
    source: Path | None = None
    line: int | None = None
    rule: str = ""
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Print as `file:line path: message`, leaving out what is unknown."""
        place = str(self.source) if self.source else ""
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        head = " ".join(part for part in (place, self.path) if part)
        return f"{head}: {self.message}" if head else self.message


class WorkbenchError(Exception):
    """Anything the workbench refuses, with a message a user can act on."""

    exit_code: ExitCode = ExitCode.FAULTY


class FaultyData(WorkbenchError):
    """The data has faults; `faults` holds all of them, and `advice` says what to do next where that is not plain."""

    exit_code = ExitCode.FAULTY

    def __init__(self, faults: Iterable[Fault], advice: str = "") -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([*(str(fault) for fault in self.faults), *([advice] if advice else [])]))


class UsageMistake(WorkbenchError):
    """The command was given a path, name or option that cannot be used."""

    exit_code = ExitCode.USAGE


class EnvironmentFailure(WorkbenchError):
    """Something outside the data and the command is missing or refuses: a permission, a disk, an extra, a server."""

    exit_code = ExitCode.ENVIRONMENT


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` for a likely typo, else a list of what is known (nothing when there is nothing)."""
    names = tuple(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(sorted(names))}" if names else ""
