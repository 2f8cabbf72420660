"""The fault proxy: the server behind it is real, and so is what a client sees when something breaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.annotation.label_studio.proxy import FaultProxy, How
from tests.annotation.label_studio.serving import LabelStudio

PROJECTS = "/api/projects/"


@pytest.fixture
def proxy(label_studio: LabelStudio) -> Iterator[FaultProxy]:
    with FaultProxy(label_studio.url) as made:
        yield made


@pytest.fixture
def client(proxy: FaultProxy, label_studio: LabelStudio) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Token {label_studio.token}"}
    with httpx.Client(base_url=proxy.url, headers=headers, trust_env=False, timeout=60) as made:
        yield made


def body(title: str) -> dict[str, Any]:
    return {"title": title, "label_config": "<View></View>"}


def copies(label_studio: LabelStudio, title: str) -> int:
    found = label_studio.get(f"{PROJECTS}?page_size=1000")["results"]
    return len([project for project in found if project["title"] == title])


def test_passes_all_else_on(proxy: FaultProxy, client: httpx.Client, label_studio: LabelStudio) -> None:
    """Large bodies come through both ways over one connection, chunked ones too, and statuses as they are."""
    text = "帮扶𠮷🎉\u00a0" * 100_000
    made = client.post(PROJECTS, json=body("大 🎉")).json()
    config = (
        '<View><Text name="text" value="$text"/><Choices name="c" toName="text"><Choice value="a"/></Choices></View>'
    )
    assert client.patch(f"{PROJECTS}{made['id']}/", json={"label_config": config}).status_code == 200
    client.post(f"{PROJECTS}{made['id']}/import", json=[{"data": {"text": text}}]).raise_for_status()
    exported = client.get(f"{PROJECTS}{made['id']}/export", params={"exportType": "JSON", "download_all_tasks": "true"})
    assert exported.json()[0]["data"]["text"] == text
    chunked = client.post(
        PROJECTS, content=iter([b'{"title": "in ', b'pieces"}']), headers={"Content-Type": "application/json"}
    )
    assert chunked.json()["title"] == "in pieces"
    assert client.get(f"{PROJECTS}999999/").status_code == 404
    assert client.head("/health").content == b""
    assert client.delete(f"{PROJECTS}{made['id']}/").status_code == 204
    assert len(client._transport._pool.connections) == 1  # type: ignore[attr-defined]
    assert proxy.requests[0] == f"POST {PROJECTS}"
    assert proxy.requests[-1] == f"DELETE {PROJECTS}{made['id']}/"


@pytest.mark.parametrize(
    ("how", "seen", "made"),
    [
        ("cut_before", httpx.TransportError, 0),
        ("cut_during", httpx.RemoteProtocolError, 1),
        ("cut_after", httpx.RemoteProtocolError, 1),
        ("truncated", httpx.RemoteProtocolError, 1),
        ("500_before", 500, 0),
        ("500_after", 500, 1),
        ("502_before", 502, 0),
        ("502_after", 502, 1),
        ("429", 429, 0),
        ("login_page", 200, 0),
        ("redirect", 302, 0),
    ],
)
def test_breaks_one_request(
    proxy: FaultProxy, client: httpx.Client, label_studio: LabelStudio, how: How, seen: Any, made: int
) -> None:
    """The client sees the fault, the server has done what it says, and the next request is fine."""
    title = f"{how} {uuid4().hex[:8]}"
    fault = proxy.fail("POST", f"^{PROJECTS}$", how, after=1, seconds=2)
    client.post(PROJECTS, json=body("let through")).raise_for_status()
    if isinstance(seen, int):
        answer = client.post(PROJECTS, json=body(title))
        assert answer.status_code == seen
        assert how != "429" or answer.headers["Retry-After"] == "2"
    else:
        with pytest.raises(seen):
            client.post(PROJECTS, json=body(title))
    proxy.settle()
    assert fault.happened == 1
    assert copies(label_studio, title) == made
    assert client.post(PROJECTS, json=body(title)).status_code == 201
    assert copies(label_studio, title) == made + 1


def test_a_cut_during_does_not_wait_for_the_server(proxy: FaultProxy, client: httpx.Client) -> None:
    """The client hears of the cut while the server still works; `settle` waits for it."""
    made = client.post(
        PROJECTS, json={**body("cut"), "label_config": '<View><Text name="t" value="$t"/></View>'}
    ).json()
    proxy.fail("POST", "/import", "cut_during")
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(f"{PROJECTS}{made['id']}/import", json=[{"data": {"t": "𠮷" * 1000}}] * 1000)
    assert client.get(f"{PROJECTS}{made['id']}/").json()["task_number"] == 0
    proxy.settle()
    assert client.get(f"{PROJECTS}{made['id']}/").json()["task_number"] == 1000


def test_slow_answers_and_closing(label_studio: LabelStudio) -> None:
    """A slow answer comes late; closing the proxy ends all threads, also those that wait."""
    before = threading.active_count()
    with FaultProxy(label_studio.url) as proxy, httpx.Client(base_url=proxy.url, trust_env=False) as client:
        proxy.fail("GET", "^/health$", "slow", seconds=0.5)
        began = time.monotonic()
        assert client.get("/health").json() == {"status": "UP"}
        assert time.monotonic() - began > 0.5
        proxy.fail("GET", "^/health$", "slow", seconds=600)
        with pytest.raises(httpx.ReadTimeout):
            client.get("/health", timeout=0.3)
    assert threading.active_count() == before


def test_a_dead_server_is_a_cut_connection(label_studio: LabelStudio) -> None:
    """Nobody listens behind: the client's connection is closed; after healing nothing is broken by the proxy."""
    with FaultProxy("http://127.0.0.1:9") as proxy, httpx.Client(base_url=proxy.url, trust_env=False) as client:
        proxy.fail("GET", "/health", "login_page")
        proxy.heal()
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/health")
