"""workbench studio up and down with a real Label Studio: one command, one login ever after, nothing left behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.annotation.label_studio.serving import ACCOUNT, copy_of_template
from tests.cli.program import PROGRAM
from tests.conftest import ROOT
from tests.readme import block
from workbench.annotation.label_studio.local.environment import VARIABLE, Environment
from workbench.annotation.label_studio.local.processes import Process, find_start, stop
from workbench.annotation.label_studio.local.server import LocalLogin, folder_of, read_login
from workbench.annotation.label_studio.local.starting import choose_port, url_of
from workbench.core.errors import FaultyData

INTERRUPTED = 130


class Project:
    """A folder in which `workbench studio` is run."""

    def __init__(self, root: Path, environment: Environment) -> None:
        self.root = root
        self.file = folder_of(root) / "login.json"
        # names that Label Studio would read, and a proxy that leads nowhere
        leaks = {"PORT": "1", "HOST": "http://example.org", "USERNAME": "leak", "PASSWORD": "leak", "DEBUG": "true"}
        proxies = {"http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
        self.environment = {**os.environ, VARIABLE: str(environment.folder), **leaks, **proxies}

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "studio", *arguments],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        with self.begin(*arguments) as process:
            out, err = process.communicate(timeout=300)
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def up(self, *arguments: str) -> LocalLogin:
        ran = self.run("up", *arguments)
        assert ran.returncode == 0, ran.stderr
        return self.login()

    def login(self) -> LocalLogin:
        login = read_login(self.root)
        assert login is not None
        return login

    def wait_for_process(self) -> Process:
        """Wait until a server has been started, ready or not."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            login = read_login(self.root)
            if login is not None and login.runs:
                return login.process
            time.sleep(0.02)
        raise TimeoutError("no server was started")


def made(root: Path, environment: Environment) -> Iterator[Project]:
    project = Project(root, environment)
    try:
        yield project
    finally:
        login = read_login(root)
        if login is not None and login.pid:
            stop(login.process)


@pytest.fixture
def empty(label_studio_folders: Callable[[], Path], label_studio_environment: Environment) -> Iterator[Project]:
    """A project that never had a server."""
    yield from made(label_studio_folders(), label_studio_environment)


@pytest.fixture
def project(label_studio_folders: Callable[[], Path], label_studio_environment: Environment) -> Iterator[Project]:
    """A project whose server has run before: it starts in seconds."""
    root = label_studio_folders()
    folder = folder_of(root)
    folder.mkdir(parents=True)
    copy_of_template(label_studio_environment, folder)
    login = LocalLogin(url_of(choose_port(preferred=None)), *ACCOUNT, label_studio_environment.version, 0, "")
    (folder / "login.json").write_text(json.dumps(login._asdict()), encoding="utf-8")
    yield from made(root, label_studio_environment)


def enter(login: LocalLogin) -> httpx.Response:
    """Log in as a person does in a browser; a redirect means that the password was right."""
    with httpx.Client(base_url=login.url, trust_env=False) as browser:
        page = browser.get("/user/login/").text
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        form = {"email": login.username, "password": login.password, "csrfmiddlewaretoken": token}
        return browser.post("/user/login/", data=form)


def ask(login: LocalLogin, method: str, path: str, **body: object) -> httpx.Response:
    with httpx.Client(base_url=login.url, trust_env=False, headers={"Authorization": f"Token {login.token}"}) as client:
        return client.request(method, path, json=body or None)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_from_nothing(empty: Project) -> None:
    """Interrupted while the database is made, nothing is left running; then up, and the README's commands."""
    beginning = empty.begin("up")
    process = empty.wait_for_process()
    time.sleep(4)
    beginning.send_signal(signal.SIGINT)
    with beginning:
        beginning.communicate(timeout=60)
    assert beginning.returncode == INTERRUPTED
    assert find_start(process.pid) != process.started
    promised = empty.login()

    first = empty.run("up")
    login = empty.login()
    assert first.returncode == 0, first.stderr
    lines = [f"URL        {login.url}", f"user name  {login.username}", f"password   {login.password}"]
    assert first.stdout.splitlines() == lines
    assert login.account == promised.account
    assert login.token not in first.stdout + first.stderr
    assert "workbench studio down" in first.stderr
    assert mode(empty.file) == 0o600
    assert mode(empty.file.parent) == 0o700
    assert enter(login).status_code == httpx.codes.FOUND
    assert ask(login, "GET", "/api/current-user/whoami").json()["email"] == login.username

    again = empty.run("up", "--json")
    assert "runs already" in again.stderr
    assert json.loads(again.stdout) == {
        "url": login.url,
        "username": login.username,
        "password": login.password,
        "version": login.version,
    }
    assert empty.login() == login
    shutil.copytree(ROOT / "tasks", empty.root / "tasks")
    commands = [line.partition("#")[0].split() for line in block("studio").strip().splitlines()]
    assert [command[2] for command in commands] == ["up", "push", "status", "pull", "down"]
    ran = {command[2]: empty.run(*command[2:]) for command in commands}
    assert {verb: done.returncode for verb, done in ran.items()} == dict.fromkeys(ran, 0)
    assert "5 tasks imported, 5 predictions sent" in ran["push"].stdout
    assert (ran["down"].stdout, login.runs) == ("", False)
    assert login.url in ran["down"].stderr
    assert "nothing is running" in empty.run("down").stderr


def test_a_restart_keeps_data_login_and_address(project: Project) -> None:
    """Also after a crash, when the process remembered has gone or its number is another's."""
    before = project.login()
    login = project.up()
    assert login.url == before.url
    assert login.account == ACCOUNT
    made = ask(login, "POST", "/api/projects/", title="帮扶 𠮷 🎉").json()
    os.killpg(login.pid, signal.SIGKILL)
    while login.runs:
        time.sleep(0.02)
    login = project.up("--port", str(choose_port(preferred=None)))
    assert ask(login, "GET", f"/api/projects/{made['id']}/").json()["title"] == "帮扶 𠮷 🎉"
    assert enter(login).status_code == httpx.codes.FOUND
    assert login.pid != before.pid


def test_a_pid_of_somebody_else_is_left_alone(project: Project) -> None:
    """After a restart of the machine the number in the file may be any process's: here, this test's."""
    login = project.login()._replace(pid=os.getpid(), started="another boot 1")
    project.file.write_text(json.dumps(login._asdict()), encoding="utf-8")
    down = project.run("down")
    assert (down.returncode, down.stderr) == (0, "nothing is running\n")


def test_a_killed_up_is_completed(project: Project) -> None:
    """The server that a killed `up` left starting is found by the next one, and by `down`."""
    beginning = project.begin("up")
    process = project.wait_for_process()
    beginning.kill()
    with beginning:
        beginning.communicate(timeout=60)
    again = project.run("up")
    assert again.returncode == 0, again.stderr
    assert "runs already" in again.stderr
    assert project.login().process == process
    assert project.run("down").returncode == 0
    assert not process.runs


def test_two_at_once_start_one_server(project: Project) -> None:
    with project.begin("up") as one, project.begin("up") as two:
        said = [process.communicate(timeout=120) for process in (one, two)]
    assert [one.returncode, two.returncode] == [0, 0]
    assert said[0][0] == said[1][0]
    errors = said[0][1] + said[1][1]
    assert errors.count("starting Label Studio") == 1
    assert errors.count("runs already") == 1


def test_a_taken_port(project: Project) -> None:
    """A port that was asked for is refused when it is taken; one that was not is replaced."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        refused = project.run("up", "--port", str(taken))
        assert refused.returncode == 2
        assert f"port {taken} is taken" in refused.stderr
        assert not project.login().runs
        record = project.login()._replace(url=url_of(taken))
        project.file.write_text(json.dumps(record._asdict()), encoding="utf-8")
        login = project.up()
    assert login.url != url_of(taken)
    other_port = project.run("up", "--port", "8999")
    assert other_port.returncode == 2
    assert login.url in other_port.stderr


def test_a_server_that_cannot_start_tells_its_last_words(project: Project) -> None:
    """A database that is none: the end of the log is told, and nothing is left running."""
    database = folder_of(project.root) / "data" / "label_studio.sqlite3"
    database.write_bytes("不是数据库 𠮷".encode() * 1000)
    ran = project.run("up")
    assert ran.returncode == 3
    assert "file is not a database" in ran.stderr
    assert "server.log" in ran.stderr
    assert project.login().token not in ran.stderr
    assert not project.login().runs


def test_data_of_another_login_is_not_entered(project: Project) -> None:
    """A login that is not the one the data was made with, or that is gone, is told at once."""
    record = project.login()._replace(token="0" * 40)
    project.file.write_text(json.dumps(record._asdict()), encoding="utf-8")
    other = project.run("up")
    assert other.returncode == 3
    assert "another login" in other.stderr
    assert not project.login().runs
    project.file.unlink()
    gone = project.run("up")
    assert gone.returncode == 3
    assert "login.json" in gone.stderr


def test_down_without_a_server_ever(empty: Project) -> None:
    """That is no error, and leaves no trace."""
    ran = empty.run("down")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "nothing is running\n")
    assert list(empty.root.iterdir()) == []


def test_a_changed_login_file_is_refused(tmp_path: Path) -> None:
    file = folder_of(tmp_path) / "login.json"
    assert read_login(tmp_path) is None
    file.parent.mkdir(parents=True)
    for content in ("[]", '{"url": 1}', "{"):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(FaultyData, match=r"login\.json"):
            read_login(tmp_path)


def test_printing_a_login_hides_its_secrets() -> None:
    login = LocalLogin("http://127.0.0.1:8080", *ACCOUNT, "1.23.2", 7, "x")
    shown = f"{login} {login!r} {login.account} {[login]}"
    assert ACCOUNT.password not in shown
    assert ACCOUNT.token not in shown


def test_ports_outside_what_the_system_lends() -> None:
    """Label Studio binds its port seconds after it was chosen: the system must not give it to somebody else."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert choose_port(preferred=other.getsockname()[1]) in range(20000, 32000)
