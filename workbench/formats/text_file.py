"""Text files that writers of formats add to piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import EnvironmentFailure


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say what is wrong when a file or a folder cannot be made or written.

    Raises:
        EnvironmentFailure: the place is not writable, or the disk is full.
    """
    try:
        yield
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> EnvironmentFailure:
    return EnvironmentFailure(f"{path}: cannot be written ({error.strerror})")


class TextFile:
    """A new file in UTF-8 with line ends as they are given; see `writing` for what is raised."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with writing(path):
            self._file = path.open("w", encoding="utf-8", newline="")

    def write(self, words: str) -> int:
        """Add words; the number of characters."""
        try:  # not `with writing`, which takes as long as the rest, for every cell of a table
            return self._file.write(words)
        except OSError as error:
            raise _unwritable(self._path, error) from None

    def close(self) -> None:
        """Write what is still waiting."""
        with writing(self._path):
            self._file.close()
