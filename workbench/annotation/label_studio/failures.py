"""What can go wrong between here and a Label Studio server, as one family; no message holds a token or a cookie.

EnvironmentFailure
└── StudioFailure
    ├── AuthFailure          the token is wrong, has expired, or is not let in
    ├── NotFound             the project, the task or the address is not there
    ├── Unreachable          no connection, a broken one, or a server that says it cannot now
    ├── Timeout              the server took too long
    ├── Conflict             what was sent contradicts what is there
    └── ProtocolFailure      the answer is not what Label Studio says
"""

from __future__ import annotations

import re

from workbench.core.errors import EnvironmentFailure

_LONGEST = 300
_SECRETS = (
    (re.compile(r"eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"), "[token]"),
    (re.compile(r"\b[0-9a-fA-F]{40}\b"), "[token]"),
    (re.compile(r"(?i)\b((?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?\s*(?:\w+\s+)?)[^\s'\",;]+"), r"\1[secret]"),
    (re.compile(r"(?i)\b((?:token|bearer|basic)\s+)(?!authentication\b)[\w.~+/=-]{8,}"), r"\1[secret]"),
    (re.compile(r"(?i)\b((?:set-)?cookie['\"]?\s*+[:=]\s*+['\"]?+)(?!\[secret\])[^\n'\"]+"), r"\1[secret]"),
    (
        re.compile(
            r"(?i)\b((?:sessionid|csrftoken|password|access_token|api_key|refresh)['\"]?\s*[:=]\s*['\"]?)[^\s;'\",&]+"
        ),
        r"\1[secret]",
    ),
    (re.compile(r"(?<=://)[^/\s@]+@"), "[secret]@"),
)


def redacted(words: str, *secrets: str) -> str:
    """A text without tokens, cookies, passwords and the given secrets."""
    for secret in secrets:
        if secret:
            words = words.replace(secret, "[secret]")
    for pattern, instead in _SECRETS:
        words = pattern.sub(instead, words)
    return words


def shortened(words: str) -> str:
    """A text on one line, cut where it is too long for a message."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


class StudioFailure(EnvironmentFailure):
    """Something that Label Studio, or the way to it, refuses.

    `passing` tells whether trying again may help. Whether what was sent had an effect is not known then.
    """

    passing = False

    def __init__(self, message: str, *, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(redacted(message))


class AuthFailure(StudioFailure):
    """The token is wrong, has expired, or is not let in."""


class NotFound(StudioFailure):
    """The project, the task or the address is not there."""


class Unreachable(StudioFailure):
    """No connection, a broken one, or a server that says it cannot now."""

    passing = True


class Timeout(StudioFailure):
    """The server took too long."""

    passing = True


class Conflict(StudioFailure):
    """What was sent contradicts what is there."""


class ProtocolFailure(StudioFailure):
    """The answer is not what Label Studio says."""
