"""Starting a Label Studio server that only this machine reaches, and being sure that it is ours that answers."""

from __future__ import annotations

import os
import random
import secrets
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from http.client import OK, UNAUTHORIZED
from pathlib import Path
from typing import NamedTuple

from workbench.annotation.label_studio.local.processes import Process, find_start
from workbench.core.errors import EnvironmentFailure, UsageMistake

HOST = "127.0.0.1"
PREFERRED_PORT = 8080
READY_WITHIN = 300.0
"""Seconds; the first start makes the database, which takes 30 to 90 of them."""

# Label Studio binds its port only seconds after it was chosen: not one that the system may lend out meanwhile.
_PORTS = range(20000, 32000)
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
_MOVED_ON = "Trying to start at"
_LISTENS = "Quit the server with"
_LINES = 12
_SETTINGS = {
    "LATEST_VERSION_CHECK": "false",
    "COLLECT_ANALYTICS": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "ENABLE_LEGACY_API_TOKEN": "true",
    # `workbench studio serve` is on this machine; with such a backend comes a webhook, which has a guard of its own
    "ML_BLOCK_LOCAL_IP": "false",
    "SSRF_PROTECTION_ENABLED": "false",
}


class Account(NamedTuple):
    """Who is made together with the data of a server, and cannot be changed from outside later; printing hides it."""

    username: str
    password: str
    token: str

    def __repr__(self) -> str:
        """The name alone."""
        return f"Account({self.username!r})"

    @classmethod
    def make(cls) -> Account:
        """A user with a password and a token that nobody can guess."""
        return cls("workbench@localhost", secrets.token_urlsafe(12), secrets.token_hex(20))


class Home(NamedTuple):
    """Where a server has its data and its log, and whose it is."""

    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        """The folder of the database, the uploads and the key that signs sessions."""
        return self.folder.absolute() / "data"

    @property
    def log(self) -> Path:
        """What the server says, since its last start."""
        return self.folder / "server.log"


def url_of(port: int) -> str:
    """The address of a server on this machine."""
    return f"http://{HOST}:{port}"


def choose_port(wanted: int | None = None, preferred: int | None = PREFERRED_PORT) -> int:
    """The wanted port, else the preferred one, else one that is free.

    Raises:
        UsageMistake: the wanted port is taken, or not for everybody to take.
    """
    if wanted is not None:
        if not _is_free(wanted):
            raise UsageMistake(f"port {wanted} is taken; choose another one, or leave --port out")
        return wanted
    if preferred is not None and _is_free(preferred):
        return preferred
    return next(port for port in random.sample(_PORTS, len(_PORTS)) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Label Studio does
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise UsageMistake(f"port {port} is for the system only; choose one from 1024 on") from None
        except OSError:
            return False
    return True


def launch(program: Path, home: Home, port: int) -> Process:
    """Start a server in a session of its own, where no Ctrl-C of ours reaches it; it is ready only later.

    Raises:
        EnvironmentFailure: the folder cannot be written, or the program cannot be run.
    """
    where = ("--internal-host", HOST, "--port", str(port))
    try:
        home.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with home.log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603
                [str(program), "start", "--no-browser", *where, "--log-level", "INFO"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=home.data,
                env=_variables(home, os.environ),
                start_new_session=True,
            )
    except OSError as error:
        raise EnvironmentFailure(f"{error.filename}: Label Studio cannot be started ({error.strerror})") from None
    started = find_start(process.pid) or ""
    # whoever waits for it, so that it does not stay in the list of processes after its end
    threading.Thread(target=process.wait, daemon=True).start()
    return Process(process.pid, started)


def _variables(home: Home, variables: Mapping[str, str]) -> dict[str, str]:
    """Nothing else may leak in: Label Studio reads HOST, PORT, USERNAME, PASSWORD, DEBUG and more without a prefix."""
    account = {"USERNAME": home.account.username, "PASSWORD": home.account.password, "USER_TOKEN": home.account.token}
    settings = {**_SETTINGS, **account, "BASE_DATA_DIR": str(home.data)}
    return {
        **{name: variables[name] for name in _KEPT_VARIABLES if name in variables},
        **{f"LABEL_STUDIO_{name}": value for name, value in settings.items()},
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def wait_until_ready(process: Process, home: Home, url: str, limit: float = READY_WITHIN) -> None:
    """Wait until the server answers to its own token at its address.

    Raises:
        EnvironmentFailure: it ends, does not get its port, or is not ready within `limit` seconds; the last lines of
            its log are told.
    """
    until = time.monotonic() + limit
    while time.monotonic() < until:
        if not process.runs:
            raise EnvironmentFailure(f"Label Studio ended while it started. {_last_lines(home.log)}")
        said = _read(home.log)
        if _MOVED_ON in said:
            # it goes on at the next port by itself, where nobody looks for it
            raise EnvironmentFailure(f"another program took {url} meanwhile; run the command again")
        status = _ask(url, home.account)
        if status == OK:
            return
        if status == UNAUTHORIZED and _LISTENS in said:
            raise EnvironmentFailure(
                f"{home.data} was made with another login than the one in {home.folder}; put that one back, or move "
                "the folder away to begin anew"
            )
        time.sleep(0.1)
    raise EnvironmentFailure(f"Label Studio was not ready at {url} after {limit:.0f} s. {_last_lines(home.log)}")


def _ask(url: str, account: Account) -> int:
    """The status of what a server says to our token; 0 when there is none, or it is not our user's."""
    import httpx

    try:
        # straight to this machine: a proxy of the environment knows nothing of it
        with httpx.Client(trust_env=False, verify=False, timeout=10) as client:  # noqa: S501  # plain HTTP
            found = client.get(f"{url}/api/current-user/whoami", headers={"Authorization": f"Token {account.token}"})
        ours = found.status_code != OK or found.json()["email"] == account.username
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return 0
    return found.status_code if ours else 0


def _read(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _last_lines(log: Path) -> str:
    lines = [line for line in _read(log).splitlines() if line.strip()][-_LINES:]
    return "\n".join([f"The end of {log}:", *(f"  {line}" for line in lines)]) if lines else f"{log} is empty."
