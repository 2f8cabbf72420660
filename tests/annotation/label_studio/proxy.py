"""A proxy in front of a real server that breaks chosen requests, and passes all others on as they are."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, NamedTuple, cast
from urllib.parse import urlsplit

How = Literal[
    "cut_before",  # the connection is closed, and the server hears nothing
    "cut_during",  # the server has the request; the connection is closed before it has answered
    "late",  # the connection is closed at once; the server gets the request late
    "cut_after",  # the server has answered; the connection is closed without the answer
    "truncated",  # the connection is closed after half of the answer's body
    "500_before",  # JSON; the server hears nothing
    "500_after",  # JSON, instead of the server's answer
    "502_before",  # a page of a web server in front; the server hears nothing
    "502_after",  # the same, instead of the server's answer
    "429",  # too many requests, with Retry-After; the server hears nothing
    "slow",  # the server's answer comes late
    "login_page",  # status 200 and HTML; the server hears nothing
    "redirect",  # to a login page; the server hears nothing
]

_HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
_LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Log in</form></body></html>"
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
_ERROR = json.dumps({"status_code": 500, "detail": "出错 𠮷", "version": "1.23.2"}).encode()


class Answer(NamedTuple):
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass
class Fault:
    """What goes wrong with `times` requests, after the first `after` of those that fit; `happened` counts."""

    method: str
    path: re.Pattern[str]
    how: How
    times: int
    after: int
    seconds: float
    happened: int = 0
    seen: int = 0

    def strikes(self, method: str, path: str) -> bool:
        if method != self.method or not self.path.search(path):
            return False
        self.seen += 1
        if self.seen <= self.after or self.happened >= self.times:
            return False
        self.happened += 1
        return True


class FaultProxy:
    """Listens at `url` for what is meant for `upstream`; `requests` has method and path of all it saw, in order."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "", parts.port or 80)
        self.requests: list[str] = []
        self.closing = threading.Event()
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def fail(self, method: str, path: str, how: How, *, times: int = 1, after: int = 0, seconds: float = 1) -> Fault:
        """Break requests from now on; `path` is a pattern searched for in the path with its query.

        `seconds` is how late a slow answer or a late request comes, and what Retry-After says.
        """
        fault = Fault(method, re.compile(path), how, times, after, seconds)
        with self._lock:
            self._faults.append(fault)
        return fault

    def heal(self) -> None:
        """Break nothing more."""
        with self._lock:
            self._faults.clear()

    def settle(self, seconds: float = 60) -> None:
        """Wait until the server has answered all requests that it got, also those whose client was cut off."""
        if not self._server.idle.wait(seconds):
            raise TimeoutError(f"the server still works on a request after {seconds} s")

    def close(self) -> None:
        """Close all connections and end all threads."""
        self.closing.set()
        self._server.shutdown()
        self._server.cut_all()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def take_fault(self, method: str, path: str) -> Fault | None:
        """The first fault that strikes this request."""
        with self._lock:
            self.requests.append(f"{method} {path}")
            return next((fault for fault in self._faults if fault.strikes(method, path)), None)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64
    proxy: FaultProxy

    def __init__(self, *arguments: Any) -> None:
        self._connections: set[socket.socket] = set()
        self._asked = 0
        self._guard = threading.Lock()
        self.idle = threading.Event()
        self.idle.set()
        super().__init__(*arguments)

    def keep(self, connection: socket.socket) -> None:
        with self._guard:
            self._connections.add(connection)

    def drop(self, connection: socket.socket) -> None:
        with self._guard:
            self._connections.discard(connection)

    def count(self, step: int) -> None:
        """Count the requests that the server behind works on."""
        with self._guard:
            self._asked += step
            (self.idle.clear if self._asked else self.idle.set)()

    def cut_all(self) -> None:
        with self._guard:
            for connection in self._connections:
                _cut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away, and servers that die, are what this is for; anything else is shown."""
        import sys

        if not isinstance(sys.exception(), (OSError, HTTPException)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._server.keep(self.connection)

    def finish(self) -> None:
        self._server.drop(self.connection)
        super().finish()

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        fault = self._proxy.take_fault(self.command, self.path)
        how = fault.how if fault else None
        if how == "cut_before":
            self._cut()
            return
        body = self._body()
        if how in ("500_before", "502_before", "429", "login_page", "redirect"):
            self._answer(_instead(cast("Fault", fault)))
            return
        if how == "cut_during":
            self._forward(body, self._cut)
            return
        if how == "late":
            self._forward_late(body, cast("Fault", fault).seconds)
            return
        answer = self._forward(body)
        if how == "cut_after":
            self._cut()
        elif how in ("500_after", "502_after"):
            self._answer(_instead(cast("Fault", fault)))
        elif how == "truncated":
            self._answer(answer, len(answer.body) // 2)
            self._cut()
        else:
            if how == "slow":
                self._proxy.closing.wait(cast("Fault", fault).seconds)
            self._answer(answer)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    @property
    def _server(self) -> _Server:
        return cast("_Server", self.server)

    @property
    def _proxy(self) -> FaultProxy:
        return self._server.proxy

    def _cut(self) -> None:
        self.close_connection = True
        _cut(self.connection)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            continue
        return b"".join(chunks)

    def _forward_late(self, body: bytes, seconds: float) -> None:
        self._server.count(1)
        try:
            self._cut()
            self._proxy.closing.wait(seconds)
            self._forward(body)
        finally:
            self._server.count(-1)

    def _forward(self, body: bytes, when_sent: Any = None) -> Answer:
        """What the server answers; a connection that breaks on its side breaks on the client's too."""
        self._server.count(1)
        try:
            with closing(HTTPConnection(*self._proxy.upstream)) as upstream:
                upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() not in (*_HOP_BY_HOP, "content-length"):
                        upstream.putheader(name, value)
                if body or "Content-Length" in self.headers:
                    upstream.putheader("Content-Length", str(len(body)))
                upstream.endheaders(body or None)
                if when_sent is not None:
                    when_sent()
                with upstream.getresponse() as response:
                    return Answer(response.status, response.getheaders(), response.read())
        finally:
            self._server.count(-1)

    def _answer(self, answer: Answer, only: int | None = None) -> None:
        self.send_response_only(answer.status)
        has_body = self.command != "HEAD" and answer.status not in (204, 304)
        for name, value in answer.headers:
            if name.lower() not in _HOP_BY_HOP and not (has_body and name.lower() == "content-length"):
                self.send_header(name, value)
        if has_body:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if has_body:
            self.wfile.write(answer.body[:only])


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the client was faster


def _instead(fault: Fault) -> Answer:
    html = ("Content-Type", "text/html; charset=utf-8")
    answers = {
        "500": Answer(500, [("Content-Type", "application/json")], _ERROR),
        "502": Answer(502, [html], _BAD_GATEWAY),
        "429": Answer(429, [("Retry-After", f"{fault.seconds:g}")], b""),
        "login_page": Answer(200, [html], _LOGIN_PAGE),
        "redirect": Answer(302, [("Location", "/user/login/?next=/api/projects"), html], b""),
    }
    return answers[fault.how.removesuffix("_before").removesuffix("_after")]
