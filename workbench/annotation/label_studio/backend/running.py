"""Serving an extractor at an address until somebody stops it."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from types import FrameType
from typing import Any, NamedTuple

import uvicorn

from workbench.annotation.label_studio.backend.app import Backend, Credentials
from workbench.annotation.label_studio.backend.process import ExtractorProcess
from workbench.annotation.label_studio.backend.worker import Opening
from workbench.core.errors import EnvironmentFailure, UsageMistake

_GRACE = 5
"""Seconds in which requests that are under way are answered when the server is stopped."""


class Offered(NamedTuple):
    """What is served: an extractor, the schema that it answers with, and the seconds it may take for one task."""

    opening: Opening
    schema_name: str
    seconds: float = 20.0


class Address(NamedTuple):
    """Where it is served; port 0 means one that the system chooses."""

    host: str = "127.0.0.1"
    port: int = 9090


def serve(offered: Offered, address: Address, credentials: Credentials | None, talk: Callable[[str], None]) -> None:
    """Serve an extractor until SIGINT or SIGTERM comes; then requests under way are answered without results.

    Raises:
        UsageMistake: other machines could ask without a password, or the host is none.
        EnvironmentFailure: the port is taken, or the extractor cannot be made.
        WorkbenchError: what making the extractor raises.
    """
    with (
        listening(address, protected=credentials is not None) as at,
        closing(ExtractorProcess(offered.opening, offered.schema_name, offered.seconds)) as process,
        closing(Backend(process, process.open(), talk)) as backend,
    ):
        for line in _instructions(backend.version, _url(address.host, at), credentials):
            talk(line)
        config = uvicorn.Config(
            backend.app(credentials),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        with _ended_by_signals():
            _Server(config, process.stop).run(sockets=[at])
    talk("stopped")


@contextmanager
def listening(address: Address, protected: bool) -> Iterator[socket.socket]:
    """A socket that is bound to an address; with no password to protect it, only to one that is this machine's own.

    Raises:
        UsageMistake: others could reach it and it is not protected, or the host is none.
        EnvironmentFailure: the port is taken, or may not be used.
    """
    family, to = _resolved(address)
    if not protected and not ipaddress.ip_address(to[0].partition("%")[0]).is_loopback:
        raise UsageMistake(
            f"--host {address.host} can be reached from other machines: give --user and --password-file (or the "
            "variable WORKBENCH_STUDIO_PASSWORD), or serve on 127.0.0.1"
        )
    with socket.socket(family, socket.SOCK_STREAM) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            made.bind(to)
            made.listen()
        except OSError as error:
            message = (
                f"{address.host}:{address.port} cannot be served ({error.strerror}); choose another --port or --host"
            )
            raise EnvironmentFailure(message) from None
        yield made


def _resolved(address: Address) -> tuple[int, tuple[Any, ...]]:
    """The family and the numbers of an address, of version 4 if it has both."""
    try:
        found = socket.getaddrinfo(address.host or None, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageMistake(f"--host {address.host}: this machine knows no such name or address") from None
    family, _, _, _, to = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, to


def _url(host: str, at: socket.socket) -> str:
    """The address as other programs call it."""
    name, port = at.getsockname()[:2]
    if ipaddress.ip_address(name).is_unspecified:
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _instructions(version: str, url: str, credentials: Credentials | None) -> Iterator[str]:
    """What to do in Label Studio."""
    yield f"{version} answers at {url}; stop it with Ctrl-C"
    enter = (
        f"Basic Authentication with user {credentials.user} and your password" if credentials else "No Authentication"
    )
    yield f"In Label Studio: Settings > Model > Connect Model, Backend URL {url}, {enter}."
    yield "Then choose tasks in the Data Manager, and Retrieve Predictions."
    yield (
        "Label Studio refuses addresses of its own machine and network, unless it was started with "
        "LABEL_STUDIO_ML_BLOCK_LOCAL_IP=false (as workbench studio up does)."
    )


class _Server(uvicorn.Server):
    """Ends the extractor as soon as it is told to end: what waits for it is answered then, and holds up nothing."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal."""
        self._stop()
        super().handle_exit(sig, frame)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let signals that the server has been ended by do no more: it raises them again afterwards."""

    def do_nothing(_signal: int, _frame: FrameType | None) -> None:
        pass

    before = {kind: signal.signal(kind, do_nothing) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)
