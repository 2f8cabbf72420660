"""No message of the bridge holds a secret."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.annotation.label_studio import failures
from workbench.annotation.label_studio.failures import StudioFailure, Timeout, Unreachable, redacted
from workbench.core.errors import EnvironmentFailure, ExitCode

TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (f"Authorization: Token {TOKEN}", "Authorization"),
        (f"{{'authorization': 'Bearer {JWT}'}} 出错", "出错"),
        ("headers: {'set-cookie': 'sessionid=abc123; HttpOnly; Path=/', 'x': 1}", "headers"),
        ("Cookie: csrftoken=geheim; sessionid=geheim2", "Cookie"),
        ("http://admin:geheim@政协.example/api", "政协.example/api"),
        ('{"refresh":"geheim-geheim","detail":"没有"}', "没有"),
        ('{"access_token": "geheim-geheim", "project": 3}', '"project": 3'),
        (f"no project for {TOKEN}!", "no project"),
        ("Basic Z2VoZWltOmdlaGVpbQ==", "Basic"),
        ("password=geheim&x=1", "x=1"),
        (f"legacy token authentication ({TOKEN}) is off", "token authentication"),
    ],
)
def test_secrets_are_taken_out(words: str, kept: str) -> None:
    clean = redacted(words)
    for secret in (TOKEN, JWT, "geheim", "abc123", "Z2VoZWlt"):
        assert secret not in clean
    assert kept in clean


def test_words_that_are_clean_already_stay_whole() -> None:
    said = redacted(f"refused (Cookie: sessionid=geheim\nToken {TOKEN})")
    assert redacted(f"{said}; try again") == f"{said}; try again"


@given(st.text(), st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12))
def test_a_known_secret_is_taken_out_of_any_words(words: str, secret: str) -> None:
    assert secret not in redacted(f"{words} {secret} {words}", secret).replace("[secret]", "").replace("[token]", "")


def test_the_family_is_one_and_only_what_passes_is_tried_again() -> None:
    kinds = {
        kind
        for kind in vars(failures).values()
        if isinstance(kind, type) and issubclass(kind, StudioFailure) and kind is not StudioFailure
    }
    assert {kind.__name__ for kind in kinds} == {
        *("AuthFailure", "NotFound", "Unreachable", "Timeout", "Conflict", "ProtocolFailure"),
    }
    assert {kind for kind in kinds if kind.passing} == {Unreachable, Timeout}
    assert issubclass(StudioFailure, EnvironmentFailure)
    assert all(kind("x").exit_code is ExitCode.ENVIRONMENT for kind in kinds)
