"""A backend at a free port, asked as Label Studio asks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import httpx
import uvicorn

from workbench.annotation.label_studio.backend.app import Backend, Credentials
from workbench.annotation.label_studio.backend.process import ExtractorProcess
from workbench.annotation.label_studio.backend.running import Address, listening
from workbench.annotation.label_studio.backend.worker import Opening
from workbench.annotation.label_studio.configuration import configuration
from workbench.core.schema import open_schema

SCHEMA = "cppcc_poverty"


class Served:
    """A running backend; `log` has what it says."""

    def __init__(self, url: str, process: ExtractorProcess, log: list[str]) -> None:
        self.url = url
        self.process = process
        self.log = log

        self.client = httpx.Client(base_url=url, trust_env=False, timeout=100)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.client.request(method, path, **more)

    def predict(self, tasks: Sequence[Any], config: str | None = None, **params: Any) -> list[dict[str, Any]]:
        """The predictions for some tasks; the project has our own configuration unless another one is given."""
        body = {
            "tasks": tasks,
            "project": "1.1795311912",
            "label_config": configuration(open_schema(SCHEMA)) if config is None else config,
            "params": {"login": None, "password": None, "context": None, **params},
        }
        answer = self.ask("POST", "/predict", content=json.dumps(body).encode())  # \\u escapes, as Label Studio sends
        assert answer.status_code == 200, answer.text
        [(name, results)] = answer.json().items()
        assert name == "results"
        assert len(results) == len(tasks)
        return list(results)


def task(text: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """A task as Label Studio sends it."""
    return {
        "id": number,
        "data": {"text": text, "doc_id": f"d{number:02}"},
        "meta": {},
        "created_at": "2026-11-22T10:00:00Z",
        "is_labeled": False,
        "project": 1,
        "annotations": [],
        "predictions": [],
        **more,
    }


@contextmanager
def serving(opening: Opening, seconds: float = 20, credentials: Credentials | None = None) -> Iterator[Served]:
    """A backend that runs in a thread."""
    log: list[str] = []
    process = ExtractorProcess(opening, SCHEMA, seconds)
    with (
        closing(process),
        listening(Address(port=0), protected=False) as at,
        closing(Backend(process, process.open(), log.append)) as backend,
    ):
        config = uvicorn.Config(backend.app(credentials), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [at]})
        thread.start()
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        served = Served(f"http://127.0.0.1:{at.getsockname()[1]}", process, log)
        try:
            yield served
        finally:
            served.client.close()
            process.stop()
            server.should_exit = True
            thread.join()
