"""Two programs at once: the second waits until the first has ended."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import EnvironmentFailure

Say = Callable[[str], None]
"""How something is said to the person at the terminal."""


@contextmanager
def locked(path: Path, say: Say, busy: str) -> Iterator[int]:
    """Hold the lock of a file, whose descriptor is yielded; while another program holds it, say `busy` and wait.

    A program to which the descriptor is passed holds the lock as well, until it ends.

    Raises:
        EnvironmentFailure: the file cannot be made, or its disk knows no locks.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EnvironmentFailure(f"{path}: cannot be made ({error.strerror}); make its folder writable") from None
    try:
        _take(descriptor, path, say, busy)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, path: Path, say: Say, busy: str) -> None:
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(busy)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        raise EnvironmentFailure(f"{path}: cannot be locked ({error.strerror}); use a local disk") from None
