"""Where a Label Studio is, and with which token: options, the environment, or the server that `studio up` started."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from workbench.core.errors import UsageMistake
from workbench.core.files import read_bytes

URL_VARIABLE = "LABEL_STUDIO_URL"
"""The variable of the environment that holds a server's address."""

TOKEN_VARIABLE = "LABEL_STUDIO_API_KEY"  # noqa: S105  # the name of a variable
"""The variable of the environment that holds the token; the SDK reads the same."""


class Login(NamedTuple):
    """The address of a server, without a slash at its end, and the token to enter with; printing it hides the token."""

    url: str
    token: str

    @property
    def is_local(self) -> bool:
        """Tell whether the server is on this machine."""
        host = urlsplit(self.url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")

    def __repr__(self) -> str:
        """The address alone."""
        return f"Login({self.url!r})"

    def __str__(self) -> str:
        """The address alone."""
        return self.url


def find_login(
    root: Path, url: str | None = None, token_file: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Login:
    """The login that is meant: what is given, else the environment's, else that of the project's own running server.

    Raises:
        UsageMistake: there is none, half of one, or the address is not one.
        EnvironmentFailure: the file of the token may not be read.
    """
    given = environ.get(URL_VARIABLE) if url is None else url
    token = _token_of(token_file) if token_file is not None else environ.get(TOKEN_VARIABLE, "").strip()
    if not given and url is None:
        return _own_server(root, token)
    address = checked_url(given or "")
    if not token:
        own = _of_own_server(root)
        if own is not None and own.url == address:
            return own
        raise UsageMistake(
            f"{address}: no token; copy one from Account & Settings in Label Studio into the variable "
            f"{TOKEN_VARIABLE}, or into a file named by --token-file"
        )
    return Login(address, _checked_token(token))


def _token_of(file: Path) -> str:
    """The token in a file; editors may have put a byte order mark before it."""
    return read_bytes(file).decode("utf-8-sig", errors="replace").strip()


def checked_url(url: str) -> str:
    """An address without the slash at its end.

    Raises:
        UsageMistake: it is none that a browser could open, or holds a password.
    """
    try:
        parts = urlsplit(url.strip())
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_fits = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_fits:
        raise UsageMistake(f"{url!r} is no address of a server; it looks like http://localhost:8080")
    if parts.username or parts.password:
        raise UsageMistake(f"the address of {parts.hostname} holds a user name or password; leave them out")
    if parts.query or parts.fragment:
        raise UsageMistake(f"{url!r}: give the address of the server alone, such as http://localhost:8080")
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path}"


def _checked_token(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageMistake("the token holds spaces or characters that no token has; copy it again")
    return token


def _own_server(root: Path, token: str) -> Login:
    own = _of_own_server(root)
    if own is not None:
        return own
    if _has_own_server(root):
        raise UsageMistake("the Label Studio of this project does not run; start it again: workbench studio up")
    half = f"{TOKEN_VARIABLE} is set, but {URL_VARIABLE} is not: " if token else ""
    raise UsageMistake(
        f"{half}which Label Studio? Give --url (or {URL_VARIABLE}) and a token ({TOKEN_VARIABLE} or --token-file), or "
        "start one of your own: workbench studio up"
    )


def _of_own_server(root: Path) -> Login | None:
    from workbench.annotation.label_studio.local.server import read_login

    own = read_login(root)
    return Login(own.url, own.token) if own is not None and own.runs else None


def _has_own_server(root: Path) -> bool:
    from workbench.annotation.label_studio.local.server import read_login

    return read_login(root) is not None
