"""What is told when Label Studio, or the way to it, refuses: the right kind, the next step, and no secret anywhere."""

from __future__ import annotations

import base64
import json
import logging
import re
import socket
import sqlite3
import threading
import traceback
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.annotation.label_studio.elsewhere import PAGE, check_secrets, elsewhere
from tests.annotation.label_studio.projects import Site, annotation_of, make_site, write_annotation
from tests.annotation.label_studio.proxy import FaultProxy, How
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.failures import (
    AuthFailure,
    ProtocolFailure,
    StudioFailure,
    Timeout,
    Unreachable,
)
from workbench.annotation.label_studio.login import Login
from workbench.annotation.label_studio.projects import find_project
from workbench.annotation.label_studio.tokens import PersonalToken
from workbench.core.errors import ExitCode

LEGACY = "fedcba9876543210fedcba9876543210fedcba98"


def json_web_token(ends: int, kind: str = "refresh") -> str:
    """A token that looks right, signed by nobody."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"token_type": kind, "exp": ends, "user_id": "1"}]
    said = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*said, "c2lnbmF0dXJlLW9mLW5vYm9keQ"])


PERSONAL = json_web_token(4_000_000_000)
TOKENS = pytest.mark.parametrize("token", [LEGACY, PERSONAL], ids=["legacy", "personal"])


@pytest.fixture(autouse=True)
def _quick_and_talkative(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr("workbench.annotation.label_studio.client._PAUSES", (0.01, 0.01))
    caplog.set_level(logging.DEBUG)


@pytest.fixture
def site(tmp_path: Path, label_studio: LabelStudio) -> Site:
    return make_site(tmp_path, label_studio, documents=1)


def refusal(site: Site, url: str, token: str, caplog: pytest.LogCaptureFixture, timeout: float = 20) -> StudioFailure:
    """What asking for the project of a batch fails with; neither it nor any log tells a secret."""
    with pytest.raises(StudioFailure) as caught, Client(Login(url, token), timeout) as client:
        find_project(client, site.batch)
    failure = caught.value
    told = "\n".join([str(failure), repr(failure), *traceback.format_exception(failure), caplog.text])
    check_secrets(told, token)
    assert str(failure).startswith(url)
    assert failure.exit_code is ExitCode.ENVIRONMENT
    return failure


# --- no server, or another one ---------------------------------------------------------------------------------------


@TOKENS
def test_nobody_listens(site: Site, token: str, caplog: pytest.LogCaptureFixture) -> None:
    with closing(socket.socket()) as unheard:
        unheard.bind(("127.0.0.1", 0))
        failure = refusal(site, f"http://127.0.0.1:{unheard.getsockname()[1]}", token, caplog)
    assert isinstance(failure, Unreachable)
    assert "is the server running" in str(failure)


@TOKENS
def test_a_server_that_accepts_and_says_nothing(site: Site, token: str, caplog: pytest.LogCaptureFixture) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        failure = refusal(site, f"http://127.0.0.1:{silent.getsockname()[1]}", token, caplog, 0.2)
    assert isinstance(failure, Timeout)
    assert "try again" in str(failure)


def test_a_server_of_another_protocol(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    def answer() -> None:
        for _ in range(3):
            connection, _ = other.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        thread = threading.Thread(target=answer)
        thread.start()
        failure = refusal(site, f"http://127.0.0.1:{other.getsockname()[1]}", LEGACY, caplog)
        thread.join()
    assert isinstance(failure, Unreachable)
    assert "check the address" in str(failure)


def test_https_where_there_is_none(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    failure = refusal(site, site.server.url.replace("http:", "https:"), LEGACY, caplog)
    assert isinstance(failure, Unreachable)
    assert "the address right?" in str(failure)


@TOKENS
@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", PAGE),
        (200, "text/html", f"{PAGE}{{said}}"),
        (200, "application/json", '{"ok": true}'),
        (200, "application/json", '[{"said": "{said}"}]'),
        (200, "application/json", '"{said}"'),
        (200, "application/json", '{"results": [1], "count": 1}'),
        (200, "application/json", '{"count": 1, "results": [{"id": 7'),
        (200, "text/plain", ""),
        (204, "text/plain", ""),
        (400, "text/html", f"{{said}}{PAGE}"),
        (400, "application/json", '{"detail": "{said}"}'),
        (404, "text/html", PAGE),
        (404, "application/json", '{"detail": "Not Found"}'),
        (404, "application/json", '{"error": "{said}"}'),
        (405, "text/plain", "{said}"),
        (418, "text/plain", "\ud7ff{said}"),
    ],
)
def test_another_web_server(
    site: Site, token: str, status: int, kind: str, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also one that gives back all that it heard, tokens too."""
    with elsewhere(status, kind, body) as url:
        failure = refusal(site, url, token, caplog)
    assert isinstance(failure, ProtocolFailure)
    assert "address" in str(failure) or "refused (status 400)" in str(failure)
    assert "HTTP Request" in caplog.text


@TOKENS
@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_another_server_that_cannot(site: Site, token: str, status: int, caplog: pytest.LogCaptureFixture) -> None:
    with elsewhere(status, "application/json", '{"detail": "{said}"}') as url:
        failure = refusal(site, url, token, caplog)
    assert isinstance(failure, Unreachable)
    assert "try again" in str(failure)


@TOKENS
def test_a_server_that_has_moved(site: Site, token: str, caplog: pytest.LogCaptureFixture) -> None:
    with elsewhere(301, "text/html", PAGE, "https://studio.example/ls/api/projects/?token={said}") as url:
        failure = refusal(site, url, token, caplog)
    assert isinstance(failure, ProtocolFailure)
    assert "https://studio.example/ls;" in str(failure) or token == PERSONAL
    with elsewhere(302, "text/html", PAGE, "https://{said}.example/") as url:
        assert isinstance(refusal(site, url, token, caplog), ProtocolFailure)


@TOKENS
@pytest.mark.parametrize("how", ["login_page", "redirect"])
def test_a_login_page_instead(site: Site, token: str, how: How, caplog: pytest.LogCaptureFixture) -> None:
    with FaultProxy(site.server.url) as proxy:
        proxy.fail("POST", "", how)
        proxy.fail("GET", "", how)
        failure = refusal(site, proxy.url, token, caplog)
    assert isinstance(failure, ProtocolFailure)
    assert "address" in str(failure)


@TOKENS
@pytest.mark.parametrize("path", ["/projects", "/projects/1/data", "/api", "/user/login"])
def test_a_page_of_label_studio_as_its_address(
    site: Site, token: str, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    failure = refusal(site, site.server.url + path, token, caplog)
    assert isinstance(failure, ProtocolFailure)
    assert "address" in str(failure)


@pytest.mark.parametrize("how", ["login_page", "502_before"])
def test_it_refuses_half_way(tmp_path: Path, label_studio: LabelStudio, how: How) -> None:
    """A log-in that runs out between two requests, as a proxy in front asks for it."""
    with FaultProxy(label_studio.url) as proxy:
        site = make_site(tmp_path, label_studio, 1, proxy.url)
        write_annotation(site.batch, annotation_of(site.batch, "d00"))
        for method, path in (("POST", "^/api/projects/$"), ("POST", "import"), ("POST", "annotations/$")):
            proxy.fail(method, path, how, times=1 if how in ("login_page", "redirect") else 9)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("workbench.annotation.label_studio.pushing._PAUSES", (0.01,))
                patch.setattr("workbench.annotation.label_studio.projects.SETTLE", 0.01)
                with pytest.raises((ProtocolFailure, Unreachable), match=r"address|again"):
                    site.push("A")
            proxy.heal()
        assert site.push("A").tasks == 1
        assert len(site.annotations()) == 1


# --- tokens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (LEGACY, "token is not taken .*Account & Settings"),
        ("no-token-at-all", "token is not taken .*Account & Settings"),
        (PERSONAL, "token is not taken .*Account & Settings"),
        (json_web_token(1_000_000_000), "has expired; copy a new one"),
        (json_web_token(4_000_000_000, "access"), "take the personal access token"),
    ],
    ids=["wrong", "none", "of another server", "expired", "short-lived"],
)
def test_tokens_that_are_not_taken(site: Site, token: str, words: str, caplog: pytest.LogCaptureFixture) -> None:
    failure = refusal(site, site.server.url, token, caplog)
    assert isinstance(failure, AuthFailure)
    assert re.search(words, str(failure))


def test_a_personal_token_from_making_to_revoking_it(
    tmp_path: Path, own_label_studio: Callable[[], LabelStudio], caplog: pytest.LogCaptureFixture
) -> None:
    server = own_label_studio()
    legacy, server.token = server.token, server.post("/api/token/", None)["token"]
    with FaultProxy(server.url) as proxy:
        site = make_site(tmp_path, server, 2, proxy.url)
        write_annotation(site.batch, annotation_of(site.batch, "d00"))
        number = site.push("A").project.id
        assert renewals(proxy) == 1
        with site.client() as client:
            auth = client._auth
            assert isinstance(auth, PersonalToken)
            client.get("/api/users/"), client.get("/api/users/")
            assert renewals(proxy) == 2
            auth._ends = 0.0  # its five minutes are over
            client.get("/api/users/")
            assert renewals(proxy) == 3
            auth._access = json_web_token(4_000_000_000, "access")  # the server alone thinks that they are over
            client.write("PATCH", f"/api/projects/{number}/", {"title": "写 once"})
            assert renewals(proxy) == 4
            access = auth._access
    assert "short-lived" in told_of(AuthFailure, site, access, caplog)
    assert "no Label Studio answers" in told_of(
        ProtocolFailure, site._replace(url=f"{server.url}/projects"), server.token, caplog
    )
    site = site._replace(url=server.url)

    ask(server, access, "/api/jwt/settings", {"api_tokens_enabled": True, "legacy_api_tokens_enabled": False})
    assert "make a personal access token" in told_of(AuthFailure, site, legacy, caplog)
    ask(server, access, "/api/token/blacklist/", {"refresh": server.token})
    assert "revoked" in told_of(AuthFailure, site, server.token, caplog)
    server.token = ask(server, access, "/api/token/", None)["token"]
    assert site.push("A").tasks == 2
    with closing(sqlite3.connect(server.folder / "data" / "label_studio.sqlite3")) as database:
        database.execute("UPDATE htx_user SET is_active = 0")
        database.commit()
    assert "Account & Settings" in told_of(AuthFailure, site, server.token, caplog)


def renewals(proxy: FaultProxy) -> int:
    return proxy.requests.count("POST /api/token/refresh/")


def told_of(kind: type[StudioFailure], site: Site, token: str, caplog: pytest.LogCaptureFixture) -> str:
    failure = refusal(site, site.url, token, caplog)
    assert isinstance(failure, kind), repr(failure)
    return str(failure)


def ask(server: LabelStudio, access: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {access}"}
    answer = httpx.post(f"{server.url}{path}", headers=headers, json=body, trust_env=False)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None
