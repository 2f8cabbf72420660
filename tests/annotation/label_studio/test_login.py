"""Which Label Studio is meant, and with which token."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.annotation.label_studio.login import TOKEN_VARIABLE, URL_VARIABLE, Login, checked_url, find_login
from workbench.core.errors import UsageMistake

TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105


def test_options_come_before_the_environment(tmp_path: Path) -> None:
    environ = {URL_VARIABLE: "http://a.example/", TOKEN_VARIABLE: TOKEN}
    file = tmp_path / "token"
    file.write_text("another\n", encoding="utf-8")
    assert find_login(tmp_path, environ=environ) == Login("http://a.example", TOKEN)
    assert find_login(tmp_path, "https://b.example/ls/", file, environ) == Login("https://b.example/ls", "another")


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({}, "workbench studio up"),
        ({TOKEN_VARIABLE: TOKEN}, f"{URL_VARIABLE} is not"),
        ({URL_VARIABLE: "http://a.example"}, "no token"),
        ({URL_VARIABLE: "http://a.example", TOKEN_VARIABLE: "政协 1"}, "copy it again"),
        ({URL_VARIABLE: "a.example", TOKEN_VARIABLE: TOKEN}, "no address"),
    ],
)
def test_half_a_login_says_what_is_missing(environ: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageMistake, match=message) as caught:
        find_login(tmp_path, environ=environ)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["localhost:8080", "ftp://a.example", "http://", "http://a:99999999", "http://u:geheim@a", "http://a/?x=1"]
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UsageMistake) as caught:
        checked_url(url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost/ls", True),
        ("http://[::1]:1", True),
        ("http://a.example", False),
    ],
)
def test_a_server_of_this_machine_is_known_as_such(url: str, local: bool) -> None:
    """No proxy of the environment is asked for it."""
    assert Login(url, TOKEN).is_local is local


def test_printing_a_login_hides_the_token() -> None:
    login = Login("http://a.example", TOKEN)
    assert TOKEN not in repr(login) + str(login) + f"{login}"
