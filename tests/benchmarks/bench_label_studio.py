"""How long pushing and pulling take, as ratios to plain HTTP requests of the same bytes, and the memory they need.

    python -m tests.benchmarks.bench_label_studio [DOCUMENTS]

A batch of texts of 3,000 characters with 30 suggested regions each goes to a real Label Studio twice: by plain requests
with the very bodies that the bridge sends, and by the bridge, each into a fresh copy of the same server, so that both
find the same database. Then both read it. The bridge's time holds reading the files, checking, and making the tasks;
pulling is measured with nobody having annotated, as the plain requests are, and with an annotation of 30 regions for
every document, each of which becomes a file.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.annotation.batches import make_batch, write_document
from tests.annotation.label_studio.projects import Site
from tests.annotation.label_studio.serving import LabelStudio, copy_of_template, require_environment
from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.login import Login
from workbench.annotation.label_studio.making import wanted_tasks
from workbench.annotation.label_studio.present import PAGE
from workbench.annotation.label_studio.projects import make_project
from workbench.annotation.label_studio.pulling import Home, pull
from workbench.annotation.label_studio.pushing import IMPORT_TASKS, push
from workbench.annotation.label_studio.spool import Spool
from workbench.annotation.label_studio.wanted import Wish
from workbench.core.records import Annotation, Entity, Provenance
from workbench.core.schema import open_schema
from workbench.core.text import Span
from workbench.corpus.tasks import Batch
from workbench.formats import native

CHARACTERS, REGIONS = 3_000, 30
SENTENCE = "永州市政协\u00a0向𠮷沙尔乡贫困户捐赠（２１０万元），惠及12户。\n"


def make(root: Path, documents: int) -> Batch:
    """A batch with texts and predictions."""
    batch = make_batch(root, 0, "big")
    for number in range(documents):
        text = f"{number}：" + SENTENCE * (CHARACTERS // len(SENTENCE))
        doc_id = f"d{number:05}"
        write_document(batch, doc_id, text)
        starts = [place for place in range(len(text)) if text.startswith("永州市政协", place)][:REGIONS]
        entities = tuple(
            Entity(id=f"T{index}", type="ORG", fragments=(Span(start, start + 5),), text="永州市政协", score=0.5)
            for index, start in enumerate(starts)
        )
        annotation = Annotation(
            doc_id=doc_id, author="rules", entities=entities, provenance=Provenance(program="rules", version="1")
        )
        native.write(batch.prediction_file("rules", doc_id), annotation)
    return batch


@contextmanager
def fresh_server() -> Iterator[LabelStudio]:
    folder = Path(tempfile.mkdtemp(prefix="wb-bench-"))
    server = copy_of_template(require_environment(), folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class Plain:
    """Plain requests to a server, without anything made or read of their bodies."""

    def __init__(self, server: LabelStudio, project: int) -> None:
        self.project = project
        headers = {"Authorization": f"Token {server.token}", "Content-Type": "application/json"}
        self.http = httpx.Client(base_url=server.url, headers=headers, timeout=300, trust_env=False)

    def push(self, bodies: list[Path]) -> None:
        for body in bodies:
            path = f"/api/projects/{self.project}/import?return_task_ids=true"
            self.http.post(path, content=body.read_bytes()).raise_for_status()

    def read(self, include: str, first: int, last: int) -> None:
        for after in range(first - 1, last, PAGE):
            later = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": after}
            query = json.dumps({"filters": {"conjunction": "and", "items": [later]}, "ordering": ["tasks:id"]})
            settings: dict[str, Any] = {"project": self.project, "fields": "all", "include": include, "query": query}
            self.http.get("/api/tasks/", params={**settings, "page": 1, "page_size": PAGE}).raise_for_status()


def bodies_of(batch: Batch, folder: Path, annotated: bool) -> list[Path]:
    """What the bridge imports, in files; with `annotated`, what is suggested is an annotation already."""
    found: list[Path] = []
    with Spool() as spool:
        wanted = list(wanted_tasks(Wish(batch, open_schema(), "rules"), spool).values())
        for start in range(0, len(wanted), IMPORT_TASKS):
            tasks = [spool.record(one.place) for one in wanted[start : start + IMPORT_TASKS]]
            for task in tasks if annotated else ():
                (prediction,) = task.pop("predictions")
                task["annotations"] = [{"result": prediction["result"], "ground_truth": False}]
            found.append(folder / f"{start}.json")
            found[-1].write_text(json.dumps(tasks, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return found


def peak(root: Path, documents: int, server: LabelStudio) -> float:
    """The most memory, in megabytes, of a program of its own that pushes and pulls a batch."""
    program = "from tests.benchmarks.bench_label_studio import as_program; as_program()"
    command = [sys.executable, "-c", program, str(root), str(documents), server.url, server.token]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def as_program() -> None:
    """Push and pull a batch, and print the peak of the memory."""
    root, documents, url, token = sys.argv[1:]
    batch = make(Path(root), int(documents))._replace(name="big")
    with Client(Login(url, token)) as client:
        push(client, Wish(batch, open_schema(), "rules"))
        pull(client, Home(batch, open_schema()))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(documents: int) -> None:
    """Measure and print."""
    root = Path(tempfile.mkdtemp(prefix="wb-bench-"))
    try:
        batch = make(root, documents)
        (root / "bodies").mkdir()
        bodies = bodies_of(batch, root / "bodies", annotated=False)
        size = sum(body.stat().st_size for body in bodies)
        print(f"{documents} documents, {size / 1e6:.0f} MB")
        pushed, pulled = _compared(batch, bodies)
        print(f"push: plain {pushed[0]:.1f} s, bridge {pushed[1]:.1f} s, ratio {pushed[1] / pushed[0]:.2f}")
        print(f"pull: plain {pulled[0]:.1f} s, bridge {pulled[1]:.1f} s, ratio {pulled[1] / pulled[0]:.2f}")
        plain, bridge = _annotated(batch, bodies_of(batch, root / "bodies", annotated=True))
        print(
            f"pull of {documents} annotations: plain {plain:.1f} s, bridge {bridge:.1f} s, ratio {bridge / plain:.2f}"
        )
        with fresh_server() as server:
            small = peak(root / "small", documents // 10, server)
        with fresh_server() as server:
            large = peak(root / "large", documents, server)
        print(f"memory: {small:.0f} MB for {documents // 10}, {large:.0f} MB for all")
    finally:
        shutil.rmtree(root)


INCLUDED = (
    "id,data,meta,updated_at,drafts,annotations,result,completed_by,updated_by,was_cancelled,ground_truth,lead_time,"
    "import_id,created_at,parent_prediction,parent_annotation,last_action,draft_created_at"
)


def _compared(batch: Batch, bodies: list[Path]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Seconds of pushing and of pulling, plain and by the bridge."""
    count = len(batch.document_ids())
    with fresh_server() as server, Client(Login(server.url, server.token)) as client:
        plain = Plain(server, make_project(client, batch, open_schema()).id)
        plain_push = timed(lambda: plain.push(bodies))
        plain_pull = timed(lambda: plain.read(INCLUDED, 1, count))
    with fresh_server() as server:
        site = Site(batch, server, server.url)
        bridge_push = timed(lambda: site.push(suggest="rules", timeout=300))
        bridge_pull = timed(lambda: site.pull(timeout=300))
    return (plain_push, bridge_push), (plain_pull, bridge_pull)


def _annotated(batch: Batch, bodies: list[Path]) -> tuple[float, float]:
    """Seconds of pulling annotations, plain and by the bridge."""
    count = len(batch.document_ids())
    with fresh_server() as server, Client(Login(server.url, server.token)) as client:
        plain = Plain(server, make_project(client, batch, open_schema()).id)
        plain.push(bodies)
        seconds = timed(lambda: plain.read(INCLUDED, 1, count))
        return seconds, timed(lambda: Site(batch, server, server.url).pull(timeout=300))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
