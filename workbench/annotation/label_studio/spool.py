"""Tasks that are ready to be sent, on the disk: all of them are made and checked before the first is sent."""

from __future__ import annotations

import tempfile
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec


class Place(NamedTuple):
    """Where something lies in the spool, in bytes."""

    start: int
    length: int


NOWHERE = Place(0, 0)
"""The place of what is not in a spool yet."""


class Spool:
    """A file without a name that ends with the program."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `close`

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Throw it away."""
        self._file.close()

    def keep(self, content: bytes) -> Place:
        """Keep JSON."""
        start = self._file.seek(0, 2)
        self._file.write(content)
        return Place(start, len(content))

    def content(self, place: Place) -> bytes:
        """The JSON that was kept."""
        self._file.seek(place.start)
        return self._file.read(place.length)

    def record(self, place: Place) -> Any:
        """The record that was kept."""
        return msgspec.json.decode(self.content(place))
