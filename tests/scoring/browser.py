"""A real headless Chromium, driven through chromedriver's WebDriver interface: clicks, keys, screenshots, logs."""

from __future__ import annotations

import base64
import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.machine import require

_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_SWITCHES = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)


class Browser:
    """One window of a browser; `do` runs JavaScript in the page and answers with its value."""

    def __init__(self, session: str) -> None:
        self._session = session
        self._under_way: set[str] = set()

    def _call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return _call(f"{self._session}{path}", "POST", body or {})

    def open(self, page: Path) -> None:
        """Load a file, and forget what was logged before."""
        self.console(), self.requests()
        self._call("/url", {"url": page.as_uri()})

    def visit(self, address: str) -> None:
        """Load a page of a server, and forget what the page before it was still waiting for."""
        self._network()
        self._under_way.clear()
        self._call("/url", {"url": address})

    def is_waiting(self) -> bool:
        """Tell whether pages wait for answers to requests; `requests` knows nothing of those that this has seen."""
        for event in self._network():
            name = event["params"].get("requestId", "")
            if event["method"] == "Network.requestWillBeSent":
                self._under_way.add(name)
            elif event["method"] in ("Network.loadingFinished", "Network.loadingFailed"):
                self._under_way.discard(name)
        return bool(self._under_way)

    def do(self, script: str, *arguments: Any) -> Any:
        return self._call("/execute/sync", {"script": script, "args": list(arguments)})

    def count(self, selector: str) -> int:
        found: int = self.do("return document.querySelectorAll(arguments[0]).length", selector)
        return found

    def text(self, selector: str) -> str:
        found: str = self.do("return document.querySelector(arguments[0]).textContent", selector)
        return found

    def click(self, selector: str) -> None:
        """A real click, which fails when something lies over the element."""
        element = self._call("/element", {"using": "css selector", "value": selector})[_ELEMENT]
        self.do("document.querySelector(arguments[0]).scrollIntoView({block: 'center', behavior: 'instant'})", selector)
        self._call(f"/element/{element}/click")

    def hover(self, selector: str) -> None:
        """Rest the mouse on an element."""
        x, y = self.do(
            "const {left, right, top, bottom} = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [(left + right) / 2, (top + bottom) / 2]",
            selector,
        )
        self._mouse([_moved(x, y, 60)])

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a select element."""
        self.click(f"{selector} option[value='{value}']")

    def press(self, keys: str) -> None:
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def press_together(self, *keys: str) -> None:
        """Press keys at once: those before the last are held."""
        actions = [{"type": "keyDown", "value": key} for key in keys]
        actions += [{"type": "keyUp", "value": key} for key in reversed(keys)]
        self._call("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def drag(self, *points: tuple[float, float]) -> None:
        """Press the mouse at the first point of the window, move it over the others, let it go; one point: a click."""
        (x, y), *others = points
        actions: list[dict[str, Any]] = [_moved(x, y, 0), {"type": "pointerDown", "button": 0}]
        actions += [_moved(x, y, 60) for x, y in others]
        self._mouse([*actions, {"type": "pointerUp", "button": 0}])

    def _mouse(self, actions: list[dict[str, Any]]) -> None:
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions}
        self._call("/actions", {"actions": [mouse]})

    def window(self, width: int, height: int, scheme: str = "light") -> None:
        """The size of the page in CSS pixels, and whether the reader prefers light or dark."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.devtools("Emulation.setEmulatedMedia", {"features": features})

    def devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def screenshot(self, file: Path, *, whole: bool = False) -> None:
        shot = self.devtools("Page.captureScreenshot", {"captureBeyondViewport": whole, "format": "png"})
        file.write_bytes(base64.b64decode(shot["data"]))

    def console(self) -> list[str]:
        """What the page wrote on its console since the last time, CSP violations included."""
        return [entry["message"] for entry in self._call("/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """Addresses of everything that pages (not the browser's own) requested since the last time."""
        sent = [entry["params"] for entry in self._network() if entry["method"] == "Network.requestWillBeSent"]
        return [one["request"]["url"] for one in sent if not one["documentURL"].startswith("chrome")]

    def _network(self) -> list[dict[str, Any]]:
        """What happened on the network since the last time."""
        return [json.loads(entry["message"])["message"] for entry in self._call("/se/log", {"type": "performance"})]


def _moved(x: float, y: float, duration: int) -> dict[str, Any]:
    return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": duration, "origin": "viewport"}


def _call(address: str, method: str, body: dict[str, Any] | None = None) -> Any:
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, content, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        with error:
            raise AssertionError(f"{address}: {error.read().decode()[:500]}") from None


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser with an empty profile in `folder`."""
    program, driver = require("chromium", "chromium"), require("chromedriver", "chromium-driver")
    process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        address = f"http://127.0.0.1:{_port(process)}/session"
        switches = [*_SWITCHES, f"--user-data-dir={folder / 'profile'}"]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": program, "args": switches},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        session = _call(address, "POST", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        try:
            yield Browser(f"{address}/{session}")
        finally:
            _call(f"{address}/{session}", "DELETE")
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _port(process: subprocess.Popen[str]) -> int:
    """The port that chromedriver says it listens on."""
    assert process.stdout is not None
    until = time.monotonic() + 30
    while time.monotonic() < until:
        line = process.stdout.readline()
        if "started successfully on port" in line:
            return int(line.rsplit("port", 1)[1].strip(" .\n"))
    raise AssertionError("chromedriver did not start")
