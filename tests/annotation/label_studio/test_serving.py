"""The servers for tests: what they are asked for they do."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.annotation.label_studio.serving import LabelStudio


def test_a_server_answers_to_its_token_only(label_studio: LabelStudio) -> None:
    """The shared server is ours: it knows our user, and nobody without the token gets in."""
    assert label_studio.get("/api/current-user/whoami")["email"] == label_studio.username
    refused = httpx.get(f"{label_studio.url}/api/projects/", trust_env=False)
    assert refused.status_code == 401


def test_a_killed_server_starts_again_with_its_data(own_label_studio: Callable[[], LabelStudio]) -> None:
    """What it had answered before the crash is there afterwards, at the same address."""
    server = own_label_studio()
    made = server.post("/api/projects/", {"title": "帮扶 𠮷 🎉", "label_config": "<View></View>"})
    server.kill()
    assert not server.runs
    with pytest.raises(httpx.NetworkError):
        server.get("/api/projects/")
    server.start()
    assert server.get(f"/api/projects/{made['id']}/")["title"] == "帮扶 𠮷 🎉"
