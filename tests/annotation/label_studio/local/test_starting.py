"""How a server of one's own is set: for this machine only, closed to strangers, open to an extractor beside it."""

from __future__ import annotations

import os
import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from tests.annotation.label_studio.serving import ACCOUNT, LabelStudio, copy_of_template
from workbench.annotation.label_studio.local.environment import Environment
from workbench.annotation.label_studio.local.processes import Process, find_start, stop
from workbench.annotation.label_studio.local.starting import Home, launch, url_of, wait_until_ready
from workbench.core.errors import EnvironmentFailure


class Backend(BaseHTTPRequestHandler):
    """As little of an ML backend as Label Studio connects to."""

    def do_GET(self) -> None:
        content = b'{"status": "UP", "model_version": "1"}'
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_only_this_machine_reaches_it(label_studio: LabelStudio) -> None:
    """It listens at one address: at another of the same machine nobody answers."""
    port = urlsplit(label_studio.url).port
    with socket.create_connection(("127.0.0.1", port)), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port))


def test_strangers_cannot_sign_up(label_studio: LabelStudio) -> None:
    """The form for new users is refused to those without an invitation."""
    with httpx.Client(base_url=label_studio.url, trust_env=False) as browser:
        page = browser.get("/user/signup/")
        form = {"email": "office@example.org", "password": "long enough 1"}
        sent = browser.post("/user/signup/", data=form, headers={"X-CSRFToken": page.cookies.get("csrftoken", "")})
    assert sent.status_code >= 400
    assert [user["email"] for user in label_studio.get("/api/users/")] == [label_studio.username]


def test_an_extractor_of_this_machine_can_be_connected(label_studio: LabelStudio) -> None:
    """`workbench studio serve` listens on this machine, which Label Studio refuses by default."""
    project = label_studio.post("/api/projects/", {"title": "serve", "label_config": "<View></View>"})
    with HTTPServer(("127.0.0.1", 0), Backend) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            url = url_of(server.server_port)
            made = label_studio.post("/api/ml", {"url": url, "project": project["id"], "title": "rules"})
        finally:
            server.shutdown()
            thread.join()
    assert made["url"] == url


def test_it_does_not_settle_at_the_next_port(
    label_studio: LabelStudio, label_studio_environment: Environment, tmp_path: Path
) -> None:
    """Where somebody was faster at the port, Label Studio would go on at the next one: it is stopped, and told."""
    copy_of_template(label_studio_environment, tmp_path)
    home = Home(tmp_path, ACCOUNT)
    other = ACCOUNT._replace(token="1" * 40)
    port = urlsplit(label_studio.url).port or 0
    process = launch(label_studio_environment.program, home, port)
    try:
        with pytest.raises(EnvironmentFailure, match=f"another program took {label_studio.url}"):
            wait_until_ready(process, home._replace(account=other), label_studio.url, limit=120)
    finally:
        stop(process)


def test_one_that_takes_too_long_is_told(tmp_path: Path) -> None:
    """The limit and the end of the log are told."""
    home = Home(tmp_path, ACCOUNT)
    home.log.write_text("loading …\n\n" + "\n".join(f"line {n}" for n in range(30)), encoding="utf-8")
    living = Process(os.getpid(), find_start(os.getpid()) or "")
    with pytest.raises(EnvironmentFailure, match=r"after 0 s\. The end of .*server\.log:\n  line 18\n") as raised:
        wait_until_ready(living, home, url_of(9), limit=0.2)
    assert "loading" not in str(raised.value)


def test_a_program_that_cannot_be_run(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="cannot be started"):
        launch(tmp_path / "label-studio", Home(tmp_path, ACCOUNT), 9)
