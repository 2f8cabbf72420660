"""Other web servers than Label Studio, and a look for secrets in what is told."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = "<!DOCTYPE html><html><body>政协 <b>Willkommen</b></body></html>"


def check_secrets(told: str, *secrets: str) -> None:
    """No secret, half of one, or cookie is told."""
    for secret in secrets:
        for part in secret.split(".")[-1:]:
            assert part[:12] not in told
    assert re.search(r"eyJ|(sessionid|csrftoken)=(?!\[)|set-cookie", told, re.IGNORECASE) is None


@contextmanager
def elsewhere(status: int, kind: str, body: str, location: str = "") -> Iterator[str]:
    """The address of another web server; `{said}` in the body and the location is all that a client said."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            said = f"{self.headers} {self.rfile.read(length).decode()}"
            self.send_response_only(status)
            self.send_header("Content-Type", kind)
            self.send_header("Set-Cookie", "sessionid=geheim-geheim; Path=/")
            if location:
                self.send_header("Location", location.replace("{said}", self.headers.get("Authorization", "")))
            self.end_headers()
            self.wfile.write(body.replace("{said}", json.dumps(said)[1:-1]).encode())

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
