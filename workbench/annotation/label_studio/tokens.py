"""How a token is shown to the server: old tokens as they are, personal access tokens by short-lived ones of them."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Generator
from typing import Any

import httpx

from workbench.annotation.label_studio.failures import AuthFailure, ProtocolFailure, Unreachable

_EARLY = 30.0
"""Seconds before its end at which a short-lived token is made anew: clocks differ."""
_JWT_PARTS = 3
_NEW_TOKEN = "copy a new one from Account & Settings in Label Studio"  # noqa: S105


def claims_of(token: str) -> dict[str, Any] | None:
    """What a JSON web token says of itself; None for a token that is none."""
    parts = token.split(".")
    if len(parts) != _JWT_PARTS:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


def token_auth(token: str, url: str) -> httpx.Auth:
    """The way to show a token to the server at `url`.

    Raises:
        AuthFailure: the token has expired, or is one of the short-lived ones.
    """
    claims = claims_of(token)
    if claims is None:
        return OldToken(token)
    if claims.get("token_type") == "access":
        raise AuthFailure(
            f"{url}: this token is a short-lived access token, which ends after minutes; take the personal access token"
        )
    if _ends(claims) <= time.time():
        raise AuthFailure(f"{url}: the token has expired; {_NEW_TOKEN}")
    return PersonalToken(token, url)


def _ends(claims: dict[str, Any] | None) -> float:
    ends = (claims or {}).get("exp")
    return float(ends) if isinstance(ends, (int, float)) else float("inf")


class OldToken(httpx.Auth):
    """A legacy token, sent with every request."""

    def __init__(self, token: str) -> None:
        self._header = f"Token {token}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with the token."""
        request.headers["Authorization"] = self._header
        yield request


class PersonalToken(httpx.Auth):
    """A personal access token: it is exchanged for an access token of five minutes, again and again."""

    requires_response_body = True

    def __init__(self, token: str, url: str) -> None:
        self._token = token
        self._url = url
        self._access = ""
        self._ends = 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request with an access token; one that is refused is made anew once.

        Raises:
            AuthFailure: the server does not take the token.
            Unreachable: it cannot make an access token now.
            ProtocolFailure: what answers is not Label Studio.
        """
        if time.time() > self._ends - _EARLY:
            yield from self._renew(request)
        request.headers["Authorization"] = f"Bearer {self._access}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            yield from self._renew(request)
            request.headers["Authorization"] = f"Bearer {self._access}"
            yield request

    def _renew(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        timeout = {"timeout": request.extensions["timeout"]}  # without it, this would wait for ever
        address = f"{self._url}/api/token/refresh/"
        response = yield httpx.Request("POST", address, json={"refresh": self._token}, extensions=timeout)
        status = response.status_code
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise AuthFailure(
                f"{self._url}: the token is not taken (it was revoked, or is another server's); {_NEW_TOKEN}"
            )
        if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.TOO_MANY_REQUESTS:
            raise Unreachable(f"{self._url}: no access token can be made now (status {status}); try again")
        try:
            access = response.json()["access"]
        except (ValueError, KeyError, TypeError):
            raise ProtocolFailure(
                f"{self._url}: no Label Studio answers there (asked for an access token, it says something else); give "
                "the address that ends where /api begins"
            ) from None
        self._access = str(access)
        self._ends = min(_ends(claims_of(self._access)), time.time() + 300)
