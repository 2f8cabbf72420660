"""The keeper of the extractor's process: asks it one question at a time, and replaces it when it is late or gone."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from workbench.annotation.label_studio.backend.answers import Answer, Question
from workbench.annotation.label_studio.backend.worker import Opened, Opening, Refused, work
from workbench.core.errors import EnvironmentFailure, ExitCode, UsageMistake, WorkbenchError

START_SECONDS = 300.0
"""The longest that an extractor may take to open."""

STOPPING = "the backend is being stopped"
LATE = "no time was left for the task in this request"
_STARTING = "the extractor is still being opened"

_EXIT_SECONDS = 2.0
_ERRORS = {ExitCode.USAGE: UsageMistake, ExitCode.ENVIRONMENT: EnvironmentFailure}


class ExtractorProcess:
    """An extractor in a process of its own; only one thread may call it, but for `stop`.

    `seconds` are the most that one task may take.
    """

    def __init__(self, opening: Opening, schema_name: str, seconds: float) -> None:
        self._opening = opening
        self._schema_name = schema_name
        self.seconds = seconds
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._ready = False
        self._started = 0.0
        self.stopping = False

    def open(self) -> Opened:
        """Start the process and wait until the extractor is ready.

        Raises:
            WorkbenchError: it cannot be made; the kind is that of its own error.
            EnvironmentFailure: the process ended, or was not ready in time.
        """
        said = self._opened(time.monotonic() + START_SECONDS)
        if isinstance(said, Opened):
            return said
        self.close()
        raise _ERRORS.get(said.exit_code, WorkbenchError)(said.message)

    def ask(self, question: Question, until: float) -> Answer:
        """What the extractor finds, or why there is no answer; a task is begun only if its whole time fits.

        `until` is a moment of the monotonic clock.
        """
        if not self._ready:
            said = self._opened(until - self.seconds)
            if isinstance(said, Refused):
                return Answer(reason=said.message)
        if time.monotonic() > until - self.seconds:
            return Answer(reason=LATE)
        return self._exchange(question)

    def stop(self) -> None:
        """End the process at once, from whatever thread or signal; every question then has no answer."""
        self.stopping = True
        process = self._process
        if process is not None:
            _kill(process)

    def close(self) -> None:
        """End the process and forget it."""
        self.stop()
        self._end()

    def _opened(self, until: float) -> Opened | Refused:
        """What a starting process says."""
        if self._process is None:
            self._start()
        if self._connection is None:
            return Refused(STOPPING, ExitCode.ENVIRONMENT)
        latest = self._started + START_SECONDS
        if not self._wait(min(until, latest)):
            if time.monotonic() < latest:
                return Refused(_STARTING, ExitCode.ENVIRONMENT)
            self._end()
            return Refused(f"the extractor was not open after {START_SECONDS:g} seconds", ExitCode.ENVIRONMENT)
        try:
            said: Opened | Refused = self._received()
        except (EOFError, OSError):
            message = f"the extractor's process ended while it was opened ({self._ending()})"
            return Refused(message, ExitCode.ENVIRONMENT)
        self._ready = isinstance(said, Opened)
        if not self._ready:
            self._end()
        return said

    def _exchange(self, question: Question) -> Answer:
        """What the process answers; one that is late or gone is replaced."""
        if self._connection is None:
            return Answer(reason=STOPPING)
        try:
            self._connection.send(question)
            if self._wait(time.monotonic() + self.seconds):
                found: Answer = self._received()
                return found
            reason = f"the extractor took longer than {self.seconds:g} seconds"
            self._end()
        except (EOFError, OSError):
            reason = f"the extractor's process ended ({self._ending()})"
        self._start()
        return Answer(reason=STOPPING if self.stopping else reason)

    def _wait(self, until: float) -> bool:
        """Tell whether the process says something, or ends, before a moment."""
        if self._connection is None or self._process is None:
            return False
        return bool(wait([self._connection, self._process.sentinel], max(0.0, until - time.monotonic())))

    def _received(self) -> Any:
        """What the process said.

        Raises:
            EOFError, OSError: it has ended; its children may still hold the other end of the connection.
        """
        if self._connection is None or not self._connection.poll():
            raise EOFError
        return self._connection.recv()

    def _start(self) -> None:
        if self.stopping:
            return
        context = get_context("spawn")
        connection, other = context.Pipe()
        process = context.Process(target=work, args=(other, self._opening, self._schema_name))
        process.start()
        other.close()
        self._process, self._connection, self._started = process, connection, time.monotonic()
        if self.stopping:  # said meanwhile, when there was nothing to end
            _kill(process)

    def _ending(self) -> str:
        """How the process ended that has ended by itself, or is about to."""
        code = self._end(patience=_EXIT_SECONDS)
        if code is None or code >= 0:
            return f"exit code {code}"
        return signal.Signals(-code).name

    def _end(self, patience: float = 0.0) -> int | None:
        """End the process; its exit code if it ends by itself within `patience` seconds."""
        process, connection = self._process, self._connection
        self._process, self._connection, self._ready = None, None, False
        if process is None or connection is None:
            return None
        process.join(patience)
        code = process.exitcode
        _kill(process)
        process.join()
        process.close()
        connection.close()
        return code


def _kill(process: SpawnProcess) -> None:
    """End a process with all that it started; one that has only begun has no group of its own yet."""
    with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
        if process.pid is not None:
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ValueError):
        process.kill()
