"""The process that an extractor runs in, so that nothing it does can hold up or end the server."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from types import TracebackType
from typing import NamedTuple

from workbench.annotation.label_studio.backend.answers import Answer, Question, answer
from workbench.core.errors import ExitCode, WorkbenchError
from workbench.core.schema import open_schema
from workbench.extractors.base import Extractor

Opening = Callable[[], Extractor]
"""Makes an extractor; it is sent to the process by its name, so it stands in a module (or is a partial of one)."""

_LONGEST_DETAIL = 500


class Opened(NamedTuple):
    """The extractor is ready; what it is called."""

    name: str
    version: str


class Refused(NamedTuple):
    """The extractor cannot be made."""

    message: str
    exit_code: ExitCode


class _Failure:
    """Keeps the exception that an extractor raises, whatever it is: what it may raise nobody knows."""

    error: Exception | None = None

    def __enter__(self) -> _Failure:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


def work(connection: Connection, opening: Opening, schema_name: str) -> None:
    """Make the extractor, say so, and answer questions until the other end is closed."""
    os.setsid()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what extractors print is talk
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with _Failure() as failure:
        schema, extractor = open_schema(schema_name), opening()
        opened = Opened(extractor.name, extractor.version)
    if failure.error is not None:
        connection.send(_refused(failure.error))
        return
    connection.send(opened)
    while (question := _next(connection)) is not None:
        with _Failure() as failure:
            found = answer(extractor, schema, question)
        connection.send(_failed(failure.error) if failure.error is not None else found)


def _next(connection: Connection) -> Question | None:
    try:
        question: Question = connection.recv()
    except EOFError:
        return None
    return question


def _end_with_parent() -> None:
    """End the process, and all that the extractor started, when the server is gone without having ended it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(os.getpgrp(), signal.SIGKILL)


def _refused(error: Exception) -> Refused:
    if isinstance(error, WorkbenchError):
        return Refused(str(error), error.exit_code)
    return Refused(f"the extractor cannot be opened: {type(error).__name__}: {error}", ExitCode.ENVIRONMENT)


def _failed(error: Exception) -> Answer:
    """Where the extractor failed; what its exception says may quote the text."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    return Answer(reason=f"the extractor failed: {type(error).__name__}{place}", detail=str(error)[:_LONGEST_DETAIL])
