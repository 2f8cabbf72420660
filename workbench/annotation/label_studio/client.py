"""The wire to a Label Studio server: requests and the SDK over one connection, with failures in our words.

Reading is tried again when it fails in passing. Writing never is: whether a write that failed had an effect is not
known, and Label Studio does not tell a repeated one from a new one; callers look at what is there and decide.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

import httpx
import msgspec

from workbench.annotation.label_studio.failures import (
    AuthFailure,
    Conflict,
    NotFound,
    ProtocolFailure,
    StudioFailure,
    Timeout,
    Unreachable,
    redacted,
    shortened,
)
from workbench.annotation.label_studio.login import Login
from workbench.annotation.label_studio.tokens import token_auth

if TYPE_CHECKING:
    from label_studio_sdk import LabelStudio

TIMEOUT = 300.0
"""Seconds that the server may take for one answer; importing hundreds of tasks takes it some ten."""
CONNECT_TIMEOUT = 10.0
"""Seconds that a connection may take."""
READ_TIMEOUT = 60.0
"""Seconds that it may take for reading, which asks for little at a time."""
_PAUSES = (0.5, 1.0, 2.0)
"""Seconds before reading is tried again."""
_LONGEST_WAIT = 60.0
_BUSY = frozenset({429, 500, 502, 503, 504})

logging.getLogger("httpcore").setLevel(logging.INFO)  # at DEBUG it tells the headers, and cookies are among them

_P = ParamSpec("_P")
_T = TypeVar("_T")


def patiently(attempt: Callable[[], _T]) -> _T:
    """Try something again a few times while it fails in passing: something that may happen twice without harm."""
    for pause in _PAUSES:
        try:
            return attempt()
        except StudioFailure as failure:
            if not failure.passing:
                raise
            time.sleep(min(max(pause, failure.wait), _LONGEST_WAIT))
    return attempt()


class Client:
    """A connection to one server; `timeout` is in seconds.

    All methods raise `StudioFailure`; see `failures` for its kinds.
    """

    def __init__(self, login: Login, timeout: float = TIMEOUT) -> None:
        self.login = login
        self._connect_timeout = min(timeout, CONNECT_TIMEOUT)
        self._read_timeout = httpx.Timeout(min(timeout, READ_TIMEOUT), connect=self._connect_timeout)
        self._auth = token_auth(login.token, login.url)
        self._http = httpx.Client(
            auth=self._auth,
            timeout=httpx.Timeout(timeout, connect=self._connect_timeout),
            headers={"Accept": "application/json"},
            follow_redirects=False,
            verify=login.url.startswith("https"),  # certificates take a while to load
            trust_env=not login.is_local,  # no proxy leads to this machine itself
        )

    def __enter__(self) -> Self:
        """Use the connection for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    @property
    def url(self) -> str:
        """The server's address."""
        return self.login.url

    @cached_property
    def sdk(self) -> LabelStudio:
        """The SDK over this connection; call its methods through `call`."""
        from label_studio_sdk import LabelStudio

        # our own authorisation replaces the SDK's, which asks for new tokens at a wrong address behind a path
        make: Callable[..., LabelStudio] = LabelStudio
        return make(base_url=self.url, api_key="-", httpx_client=self._http)

    def call(self, method: Callable[_P, _T], *arguments: _P.args, **options: _P.kwargs) -> _T:
        """Call a method of the SDK once: by itself it would send a failed write three times."""
        from label_studio_sdk.core.api_error import ApiError

        options["request_options"] = {"max_retries": 0}
        try:
            with self._told():
                return method(*arguments, **options)
        except ApiError as error:
            # its own message holds cookies
            raise self._refusal(error.status_code or 0, _words(error.body), error.headers or {}, "") from None
        except ValueError as error:  # pydantic's ValidationError is one
            message = f"{self.url}: an answer that the SDK cannot read ({self._shown(str(error))})"
            raise ProtocolFailure(f"{message}; check the URL, and that the server is 1.20 or later") from None

    def get(self, path: str, **parameters: str | int) -> Any:
        """Read JSON; tried again a few times when it fails in passing."""
        return patiently(lambda: self._json(self._send("GET", path, params=parameters, timeout=self._read_timeout)))

    def write(self, method: str, path: str, body: Any = None) -> Any:
        """Write once; the parsed answer, None when there is none."""
        response = self._send(method, path, **({} if body is None else {"json": body}))
        return self._json(response) if response.content else None

    def write_bytes(self, method: str, path: str, body: bytes) -> Any:
        """Write JSON that is ready as bytes."""
        response = self._send(method, path, content=body, headers={"Content-Type": "application/json"})
        return self._json(response) if response.content else None

    def _send(self, method: str, path: str, **options: Any) -> httpx.Response:
        with self._told():
            response = self._http.request(method, f"{self.url}{path}", **options)
        if response.is_success:
            return response
        raise self._refusal(response.status_code, response.text, response.headers, path)

    def _json(self, response: httpx.Response) -> Any:
        try:
            return msgspec.json.decode(response.content)
        except ValueError:
            pass  # a half of a character, which the standard library passes on
        try:
            return response.json()
        except ValueError:
            raise self._no_label_studio(response.text, response.headers) from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except httpx.ConnectTimeout:
            raise Unreachable(f"{self.url}: no connection (nothing answers); is the address right?") from None
        except httpx.TimeoutException:
            raise Timeout(f"{self.url}: no answer in time; the server may be busy or have stopped: try again") from None
        except httpx.ConnectError as error:
            message = (
                f"{self.url}: no connection ({self._shown(str(error))}); is the server running, and the address right?"
            )
            raise Unreachable(message) from None
        except httpx.TransportError as error:
            why = self._shown(str(error)) or type(error).__name__
            raise Unreachable(
                f"{self.url}: the connection broke ({why}); check the address, and run the command again"
            ) from None
        except (httpx.InvalidURL, httpx.DecodingError) as error:
            raise ProtocolFailure(f"{self.url}: {self._shown(str(error))}; check the address") from None

    def _refusal(  # noqa: PLR0911  # a table of statuses
        self, status: int, words: str, headers: Mapping[str, str], path: str
    ) -> StudioFailure:
        """The failure that a status means."""
        detail = self._detail(words)
        if 200 <= status < 300:
            return self._no_label_studio(words, headers)
        if 300 <= status < 400:
            return self._moved(headers.get("location", ""))
        if status == 401 or (status == 403 and "credential" in detail.lower()):
            hint = "copy a token from Account & Settings in Label Studio"
            if "legacy" in detail.lower() or "disabled" in detail.lower():
                hint = "legacy tokens are switched off there: make a personal access token in Account & Settings"
            return AuthFailure(f"{self.url}: the token is not taken ({detail or status}); {hint}")
        if status == 403:
            return AuthFailure(f"{self.url}: the token's user may not do that ({detail or 'forbidden'})")
        if status == 404:
            if "status_code" not in words:  # Label Studio's own answers say it again
                return self._no_label_studio(words, headers, status)
            return NotFound(f"{self.url}{path}: not there ({detail})")
        if status == 409:
            return Conflict(f"{self.url}: {detail or 'a conflict with what is there'}")
        if status in _BUSY or status >= 500:
            return Unreachable(
                f"{self.url}: the server cannot now (status {status}{': ' + detail if detail else ''}); try again",
                wait=_retry_after(headers),
            )
        if status == 413:
            return ProtocolFailure(f"{self.url}: refused as too large (status 413)")
        if not detail:
            return self._no_label_studio(words, headers, status)
        return ProtocolFailure(f"{self.url}: refused (status {status}): {detail}")

    def _detail(self, words: str) -> str:
        """What the server gives as its reason; empty when it is no reason of Label Studio's."""
        import json

        try:
            said = json.loads(words)
        except ValueError:
            return ""
        if not isinstance(said, dict):
            return self._shown(str(said))
        detail = said.get("validation_errors") or said.get("detail") or said
        return self._shown(detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False))

    def _shown(self, words: str) -> str:
        """Words of others as they may be shown: without secrets, which a cut would hide from the search for them."""
        return shortened(redacted(words, self.login.token))

    def _moved(self, location: str) -> StudioFailure:
        if "login" in location:
            return ProtocolFailure(
                f"{self.url}: a log-in page answers instead of Label Studio's interface; give the address that ends "
                "where /api begins, and see that no proxy asks for a log-in of its own"
            )
        said = self._shown(location.partition("/api/")[0])
        return ProtocolFailure(f"{self.url}: the server says that it is at {said}; give that address")

    def _no_label_studio(self, words: str, headers: Mapping[str, str], status: int = 200) -> StudioFailure:
        page = "<html" in words[:2000].lower() or "text/html" in headers.get("content-type", "")
        what = "a web page" if page else "something that is not JSON"
        if page and "login" in words.lower():
            return self._moved("login")
        shown = f" (status {status})" if status != 200 else ""
        return ProtocolFailure(
            f"{self.url}: {what} answers{shown}, not Label Studio; give the address that ends where /api begins"
        )


def _words(body: Any) -> str:
    import json

    if isinstance(body, str):
        return body
    try:
        return json.dumps(body, ensure_ascii=False, default=str)
    except ValueError:
        return ""


def _retry_after(headers: Mapping[str, str]) -> float:
    said = headers.get("retry-after", "")
    return float(said) if said.isdecimal() else 0.0
