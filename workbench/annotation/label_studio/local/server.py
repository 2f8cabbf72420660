"""The project's own Label Studio server: bringing it up, taking it down, and what is remembered of it."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from workbench.annotation.label_studio.local.environment import Environment, find_environment
from workbench.annotation.label_studio.local.locking import Say, locked
from workbench.annotation.label_studio.local.processes import Process, stop
from workbench.annotation.label_studio.local.starting import (
    PREFERRED_PORT,
    Account,
    Home,
    choose_port,
    launch,
    url_of,
    wait_until_ready,
)
from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake
from workbench.core.files import canonical_json, read_json, write_text

_NAME = "login.json"


class LocalLogin(NamedTuple):
    """Where the project's own server is, who may enter, and the process it was started as; printing hides the secrets.

    `pid` is 0 before the first start.
    """

    url: str
    username: str
    password: str
    token: str
    version: str
    pid: int
    started: str

    def __repr__(self) -> str:
        """The address and the process."""
        return f"LocalLogin({self.url!r}, pid={self.pid})"

    @property
    def account(self) -> Account:
        """The one user."""
        return Account(self.username, self.password, self.token)

    @property
    def process(self) -> Process:
        """The process of the last start."""
        return Process(self.pid, self.started)

    @property
    def runs(self) -> bool:
        """Whether the server that was started last still runs: not after a crash, or a restart of the machine."""
        return self.pid > 0 and self.process.runs


def folder_of(root: Path) -> Path:
    """Where the server of a project has its data, its login and its log."""
    return root / ".workbench" / "label-studio"


def read_login(root: Path) -> LocalLogin | None:
    """What is remembered of the project's own server, which may run or not (see `runs`); None when there never was one.

    Raises:
        FaultyData: the file has been changed.
        EnvironmentFailure: it may not be read.
    """
    path = folder_of(root) / _NAME
    if not path.is_file():
        return None
    record = read_json(path)
    kinds: dict[str, type] = {name: int if name == "pid" else str for name in LocalLogin._fields}
    if not isinstance(record, dict) or any(not isinstance(record.get(name), kind) for name, kind in kinds.items()):
        message = f"is not what workbench studio up wrote; put it back, or move {path.parent} away to begin anew"
        raise FaultyData([Fault(message, source=path, rule="login")])
    return LocalLogin(**{name: record[name] for name in kinds})


def bring_up(root: Path, port: int | None, say: Say) -> LocalLogin:
    """Start the project's own server and wait until it is ready; one that runs is left alone.

    Data, user and password are the same at every start. When it does not get ready, or is interrupted before, nothing
    is left running.

    Raises:
        UsageMistake: the port is taken, or the server runs at another one.
        EnvironmentFailure: there is no environment for it and none can be made, or it does not get ready.
        FaultyData: the file of its login has been changed.
    """
    folder = folder_of(root)
    _make(folder)
    with locked(folder / "lock", say, "waiting for another workbench studio up or down"):
        known = read_login(root)
        if known is not None and known.runs:
            return _running(known, folder, port, say)
        if known is None and (folder / "data").exists():
            raise EnvironmentFailure(
                f"{folder}: there is data, but its login ({_NAME}) is gone; put it back, or move {folder} away to "
                "begin anew"
            )
        environment = find_environment(say)
        preferred = PREFERRED_PORT if known is None else _port(known)
        url = url_of(choose_port(port, preferred))
        account = Account.make() if known is None else known.account
        again = "" if known else "; the first time this takes a minute"
        say(f"starting Label Studio {environment.version} at {url}{again}")
        return _start(environment, folder, LocalLogin(url, *account, environment.version, 0, ""))


def take_down(root: Path, say: Say) -> LocalLogin | None:
    """Stop the server that `bring_up` started, and nothing else; None when it does not run.

    Raises:
        EnvironmentFailure: it does not end.
        FaultyData: the file of its login has been changed.
    """
    folder = folder_of(root)
    if not folder.is_dir():
        return None
    with locked(folder / "lock", say, "waiting for another workbench studio up or down"):
        known = read_login(root)
        return known if known is not None and known.pid > 0 and stop(known.process) else None


def _port(login: LocalLogin) -> int:
    return urlsplit(login.url).port or PREFERRED_PORT


def _running(login: LocalLogin, folder: Path, port: int | None, say: Say) -> LocalLogin:
    if port not in (None, _port(login)):
        raise UsageMistake(f"Label Studio runs already, at {login.url}; stop it first: workbench studio down")
    wait_until_ready(login.process, Home(folder, login.account), login.url)
    say("Label Studio runs already")
    return login


def _start(environment: Environment, folder: Path, login: LocalLogin) -> LocalLogin:
    """Start it, remembering first who will enter and at once which process it is, so that `down` finds it."""
    home = Home(folder, login.account)
    _remember(login, folder)
    ready = False
    with _later_interrupt() as let_interrupt:
        process = launch(environment.program, home, _port(login))
        try:
            let_interrupt()
            login = login._replace(pid=process.pid, started=process.started)
            _remember(login, folder)
            wait_until_ready(process, home, login.url)
            ready = True
        finally:
            if not ready:
                stop(process)
    return login


@contextmanager
def _later_interrupt() -> Iterator[Callable[[], object]]:
    """Hold Ctrl-C back until the yielded function is called, so that it cannot come between a start and its record."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _make(folder: Path) -> None:
    """Make the folder for its owner only, and out of version control: it holds a password."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise EnvironmentFailure(f"{folder}: cannot be made ({error.strerror})") from None
    write_text(folder / ".gitignore", "*\n")


def _remember(login: LocalLogin, folder: Path) -> None:
    """Write the login whole or not at all, for the owner's eyes only."""
    path = folder / _NAME
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{_NAME}.", dir=folder)  # which nobody else may read
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(canonical_json(login._asdict()))
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailure(f"{path}: cannot be written ({error.strerror})") from None
