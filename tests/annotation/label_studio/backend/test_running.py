"""Where a backend may be reached, and how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.annotation.label_studio.backend.processes import EXTRACTOR, running
from tests.annotation.label_studio.backend.served import task
from workbench.annotation.label_studio.backend.running import Address, listening
from workbench.core.errors import EnvironmentFailure, UsageMistake

PROGRAM = """
import sys
from functools import partial
from tests.annotation.label_studio.backend import moody
from workbench.annotation.label_studio.backend.running import Address, Offered, serve
from workbench.cli.output import talk
serve(Offered(moody.moody, "cppcc_poverty", 60), Address(port=0), None, talk)
"""

CLIENT = f"""
import sys, httpx
try:
    answer = httpx.post(sys.argv[1] + "/predict", json={{"tasks": [{task("hang")!r}, {task("剑阁县")!r}]}}, timeout=60)
except httpx.HTTPError:
    print("cut")
else:
    found = answer.json()["results"]
    print([one["result"] for one in found], sorted({{one["reason"] for one in found}}))
"""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "8.8.8.8"])  # noqa: S104
def test_what_others_can_reach_needs_a_password(host: str) -> None:
    refused = pytest.raises(UsageMistake, match="can be reached from other machines: give --user")
    with refused, listening(Address(host, 0), protected=False):
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost"])
def test_the_machines_own_addresses_need_none(host: str) -> None:
    with listening(Address(host, 0), protected=False) as at:
        assert at.getsockname()[1] > 0


def test_with_a_password_all_may_come() -> None:
    with listening(Address("0.0.0.0", 0), protected=True) as at:  # noqa: S104
        assert at.getsockname()[0] == "0.0.0.0"  # noqa: S104


def test_a_host_that_is_none() -> None:
    for host in ("no.such.host.invalid", "a" * 300, "x y"):
        refused = pytest.raises(UsageMistake, match="this machine knows no such name")
        with refused, listening(Address(host, 0), protected=False):
            pass


def test_a_port_that_is_taken() -> None:
    with listening(Address(port=0), protected=False) as taken:
        port = taken.getsockname()[1]
        refused = pytest.raises(EnvironmentFailure, match=f"127.0.0.1:{port} cannot be served .*choose another --port")
        with refused, listening(Address(port=port), protected=False):
            pass
    with socket.socket() as at:  # and it is free again at once
        at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        at.bind(("127.0.0.1", port))


@contextmanager
def ended(*arguments: str, **pipes: Any) -> Iterator[Any]:
    """A process that is killed if the test leaves it running."""
    with subprocess.Popen([sys.executable, "-c", *arguments], text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_it_is_stopped_at_work(kind: signal.Signals) -> None:
    """A request under way is answered; the extractor's process ends with the server, even when that is killed."""
    with ended(PROGRAM, stderr=subprocess.PIPE) as server:
        url = server.stderr.readline().split(" answers at ")[1].split(";")[0]
        [extractor] = running(EXTRACTOR, parent=server.pid, patience=0)
        with ended(CLIENT, url, stdout=subprocess.PIPE) as client:
            time.sleep(1.5)
            assert client.poll() is None
            server.send_signal(kind)
            started = time.monotonic()
            said, _ = client.communicate(timeout=30)
            code = server.wait(timeout=30)
        assert time.monotonic() - started < 20
        if kind == signal.SIGKILL:
            assert said == "cut\n"
        else:
            assert said == "[[], []] ['the backend is being stopped']\n"
            assert code == 0
            assert server.stderr.read().endswith("stopped\n")
        until = time.monotonic() + 10
        while Path(f"/proc/{extractor}").exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert not Path(f"/proc/{extractor}").exists()
