"""Real Label Studio servers for tests: each on a copy of a folder that was migrated once, ready in seconds."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest

from workbench.annotation.label_studio.local.environment import Environment, cache_folder, find_environment
from workbench.annotation.label_studio.local.locking import locked
from workbench.annotation.label_studio.local.processes import Process, stop
from workbench.annotation.label_studio.local.starting import (
    Account,
    Home,
    choose_port,
    launch,
    url_of,
    wait_until_ready,
)
from workbench.core.errors import EnvironmentFailure

ACCOUNT = Account("tester@localhost", "for-tests-only", "0123456789abcdef0123456789abcdef01234567")


class LabelStudio:
    """A server with one user; it keeps its address over stop, kill and start."""

    def __init__(self, environment: Environment, folder: Path) -> None:
        self.folder = folder
        self.environment = environment
        self.username, self.password, self.token = ACCOUNT
        self.url = url_of(choose_port(preferred=None))
        self._process: Process | None = None
        self.kept: set[int] = set()
        """The projects that outlast the test that made them."""

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.runs

    def start(self) -> None:
        """Start it and wait until it answers to its token."""
        home = Home(self.folder, ACCOUNT)
        self._process = launch(self.environment.program, home, int(self.url.rpartition(":")[2]))
        wait_until_ready(self._process, home, self.url)

    def stop(self) -> None:
        """End it kindly; nothing happens when it does not run."""
        if self._process is not None:
            stop(self._process)

    def kill(self) -> None:
        """End all its processes at once, as a crash of the machine would."""
        if not self.runs or self._process is None:
            raise ValueError("not running")
        os.killpg(self._process.pid, signal.SIGKILL)
        stop(self._process)

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """What the server answers, as JSON; None for an empty answer. Other answers than 2xx are raised."""
        with httpx.Client(base_url=self.url, trust_env=False, verify=False, timeout=120) as client:  # noqa: S501  # HTTP
            headers = {"Authorization": f"Token {self.token}"}
            answer = client.request(method, path, headers=headers, json=body)
        if not answer.is_success:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:1000]}")
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self.request("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self.request("POST", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self.request("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self.request("DELETE", path)

    def delete_projects(self) -> None:
        """Delete all projects that are not kept: the server reads the configuration of each when it lists them."""
        for project in self.get("/api/projects/?include=id&page_size=1000")["results"]:
            if project["id"] not in self.kept:
                self.delete(f"/api/projects/{project['id']}/")


def require_environment() -> Environment:
    """The environment with Label Studio; where it cannot be made the test is skipped, or fails under CI=true."""
    try:
        return find_environment(print)
    except EnvironmentFailure as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


def copy_of_template(environment: Environment, folder: Path) -> LabelStudio:
    """A server that has not been started, with an empty database of its own in `folder`."""
    template = cache_folder() / f"label-studio-{environment.version}-for-tests"
    with locked(template.with_name(f"{template.name}.lock"), print, "waiting for the template of another worker"):
        if not template.exists():
            _make_template(environment, template)
    shutil.copytree(template / "data", folder / "data")
    return LabelStudio(environment, folder)


def _make_template(environment: Environment, template: Path) -> None:
    half = template.with_name(f"{template.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    server = LabelStudio(environment, half)
    try:
        server.start()
    finally:
        server.stop()
    half.rename(template)
