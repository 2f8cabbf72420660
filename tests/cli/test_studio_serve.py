"""workbench studio serve at the command line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.annotation.label_studio.backend.processes import EXTRACTOR, running
from tests.cli.program import PROGRAM
from workbench import __version__

PASSWORD = "three 3 words"  # noqa: S105


def start(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if name != "WORKBENCH_STUDIO_PASSWORD"}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "studio", "serve", *arguments],
        cwd=folder,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(folder: Path, *arguments: str, **environment: str) -> tuple[int, str]:
    """The exit code and the message of a run that does not begin to serve."""
    with start(folder, *arguments, **environment) as ran:
        out, said = ran.communicate(timeout=60)
    assert out == ""
    assert "Traceback" not in said
    return ran.returncode, said


@contextmanager
def served(folder: Path, *arguments: str, **environment: str) -> Iterator[tuple[str, list[str]]]:
    """The address, and all lines that are said until the end, once it has come."""
    lines: list[str] = []
    with start(folder, *arguments, "--port", "0", **environment) as ran:
        assert ran.stderr is not None
        lines.append(ran.stderr.readline())
        try:
            yield lines[0].split(" answers at ")[1].split(";")[0], lines
        finally:
            ran.send_signal(signal.SIGINT)
            lines += ran.stderr.read().splitlines()
            out, _ = ran.communicate(timeout=60)
        assert out == ""
        assert ran.returncode == 0, lines
        assert not running(EXTRACTOR, parent=ran.pid)


def test_the_rules_are_offered(tmp_path: Path) -> None:
    """It says what to do in Label Studio, answers, tells what was asked without a word of it, and ends quietly."""
    with served(tmp_path, "rules") as (url, lines), httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        assert client.get("/health").json() == {"status": "UP", "model_class": "rules"}
        assert client.post("/setup", json={"access_token": "t0ken"}).json() == {"model_version": f"rules {__version__}"}
        task = {"id": 3, "data": {"text": "🎉\u00a02020年6月1日，永州市政协赴𠮷林省调研。\r\n"}}
        [found] = client.post("/predict", json={"tasks": [task]}).json()["results"]
        texts = [one["value"]["text"] for one in found["result"] if one["type"] == "labels"]
        assert "永州市政协" in texts
        assert "2020年6月1日" in texts
    said = "\n".join(lines)
    assert f"Settings > Model > Connect Model, Backend URL {url}, No Authentication." in said
    assert "LABEL_STUDIO_ML_BLOCK_LOCAL_IP=false" in said
    assert lines[-2:] == ["predict: 1 of 1 tasks answered", "stopped"]
    assert "t0ken" not in said
    assert "永州" not in said


@pytest.mark.parametrize("from_file", [True, False])
def test_with_a_password_others_may_come(from_file: bool, tmp_path: Path) -> None:
    """The password comes from a file or the environment, and is never said."""
    file = tmp_path / "secret.txt"
    file.write_text(PASSWORD + "\n", encoding="utf-8")
    environment = {"WORKBENCH_STUDIO_PASSWORD": "another one" if from_file else PASSWORD}
    options = ["--password-file", str(file)] if from_file else []
    options += ["--host", "0.0.0.0", "--user", "annotators"]  # noqa: S104
    with served(tmp_path, "rules", *options, **environment) as (url, lines):
        own = f"http://127.0.0.1:{url.rpartition(':')[2]}/health"
        assert httpx.get(own, trust_env=False).status_code == 401
        assert httpx.get(own, auth=("annotators", PASSWORD), trust_env=False).status_code == 200
    said = "\n".join(lines)
    assert "Basic Authentication with user annotators and your password" in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ruels"], 2, "no extractor is called 'ruels'; did you mean 'rules'?"),
        (["rules", "--schema", "nothing"], 2, "no such schema"),
        (["rules", "--host", "0.0.0.0"], 2, "can be reached from other machines"),  # noqa: S104
        (["rules", "--user", "a"], 2, "user a needs a password: give --password-file, or WORKBENCH_STUDIO_PASSWORD"),
        (["rules", "--password-file", "secret.txt"], 2, "secret.txt: no such file"),
        (["rules", "--seconds", "0"], 2, "--seconds"),
        (["rules", "--seconds", "90"], 2, "--seconds"),
        (["rules", "--port", "70000"], 2, "--port"),
    ],
)
def test_refusals(arguments: list[str], code: int, said: str, tmp_path: Path) -> None:
    found = refused(tmp_path, *arguments)
    assert found[0] == code
    assert said in found[1]


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [
        ([], "secret", "there is a password, but no user for it: give --user"),
        (["--user", "a:b"], "secret", "Label Studio can send ASCII characters only"),
        (["--user", "a"], "密码", "Label Studio can send ASCII characters only"),
        (["--user", ""], "secret", "give --user"),
    ],
)
def test_logins_that_label_studio_could_not_send(user: list[str], password: str, said: str, tmp_path: Path) -> None:
    code, message = refused(tmp_path, "rules", *user, WORKBENCH_STUDIO_PASSWORD=password)
    assert code == 2
    assert said in message
    assert password not in message


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with served(tmp_path, "rules") as (url, _):
        port = url.rpartition(":")[2]
        code, said = refused(tmp_path, "rules", "--port", port)
        assert code == 3
        assert said.startswith(f"workbench: 127.0.0.1:{port} cannot be served (Address already in use)")


def test_what_is_not_installed_is_named(tmp_path: Path) -> None:
    """Without the extra, a sentence with the command that installs it."""
    program = f"import sys; sys.modules['uvicorn'] = None; {PROGRAM}"
    ran = subprocess.run(
        [sys.executable, "-c", program, "studio", "serve", "rules"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 3
    assert "pip install 'cppcc-workbench[label-studio]'" in ran.stderr


def test_interrupted_while_it_opens(tmp_path: Path) -> None:
    """Ctrl-C before it serves ends it, and leaves nothing running."""
    with start(tmp_path, "rules", "--port", "0") as ran:
        time.sleep(0.7)
        ran.send_signal(signal.SIGINT)
        ran.communicate(timeout=60)
    assert not running(EXTRACTOR, parent=ran.pid)
