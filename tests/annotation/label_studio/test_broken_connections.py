"""Pushing and pulling while connections break: exactly one copy of everything is there in the end."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.annotation.batches import write_document
from tests.annotation.label_studio.projects import (
    TEXT,
    Site,
    annotation_of,
    make_site,
    write_annotation,
    write_prediction,
)
from tests.annotation.label_studio.proxy import Fault, FaultProxy, How
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.failures import NotFound, StudioFailure, Timeout, Unreachable
from workbench.annotation.label_studio.memory import memory_folder
from workbench.annotation.label_studio.projects import mark_of
from workbench.annotation.label_studio.pushing import Options

TOGETHER: list[tuple[How, ...]] = [
    *(("cut_before", "cut_after"), ("500_before", "500_after"), ("502_before", "502_after"), ("429", "truncated")),
    *(("cut_during",), ("slow",), ("late",)),
]
"""What happens to a request, and then to the one that is sent instead: the server has done nothing after the first."""
ONE_AFTER_THE_OTHER: list[tuple[How, ...]] = [
    *(("cut_before", "cut_during", "cut_after"), ("truncated", "429", "500_before")),
    *(("500_after", "502_before", "502_after"), ("slow",)),
]
"""What happens to a reading request and to those that are sent instead."""
FIRST = {
    "project": ("POST", r"^/api/projects/$"),
    "tasks": ("POST", r"/import\?"),
    "annotation": ("POST", r"/annotations/$"),
    "what is shown": ("PATCH", r"^/api/projects/\d+/$"),
}
"""The writes of a first push, in their order."""
LATER = {
    "configuration": ("PATCH", r"^/api/projects/\d+/$"),
    "copy of a task": ("DELETE", r"^/api/tasks/\d+/$"),
    "task": ("PATCH", r"^/api/tasks/\d+/$"),
    "copy of a prediction": ("DELETE", r"^/api/predictions/\d+/$"),
    "changed prediction": ("PATCH", r"^/api/predictions/\d+/$"),
    "new prediction": ("POST", r"/import/predictions$"),
    "changed annotation": ("PATCH", r"^/api/annotations/\d+/$"),
}
"""The writes of a push into a project that is there, in their order."""
READS = (r"^/api/projects/\?", r"^/api/projects/\d+/$", r"^/api/tasks/\?", r"^/api/users/")
SLOW = 1.5
PATIENCE = 1.2
"""Seconds that a client waits where answers are slow."""


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("projects", "pushing"):
        monkeypatch.setattr(f"workbench.annotation.label_studio.{module}.SETTLE", 0.2)
    monkeypatch.setattr("workbench.annotation.label_studio.pushing._PAUSES", (0.1, 0.1, 0.1, 0.1))
    monkeypatch.setattr("workbench.annotation.label_studio.client._PAUSES", (0.05, 0.05, 0.05))


@pytest.fixture(scope="module")
def _proxy(label_studio: LabelStudio) -> Iterator[FaultProxy]:
    with FaultProxy(label_studio.url) as made:
        yield made


@pytest.fixture
def proxy(_proxy: FaultProxy) -> Iterator[FaultProxy]:
    yield _proxy
    _proxy.heal()
    _proxy.settle()


class Broken:
    """A batch with annotations by two people and predictions, pushed and pulled through a proxy that breaks things."""

    def __init__(self, root: Path, server: LabelStudio, proxy: FaultProxy, documents: int = 2) -> None:
        self.proxy = proxy
        self.site: Site = make_site(root, server, documents, proxy.url)
        for number in range(documents):
            doc_id = f"d{number:02}"
            write_annotation(self.site.batch, annotation_of(self.site.batch, doc_id))
            write_prediction(self.site.batch, "rules", annotation_of(self.site.batch, doc_id, "rules"))
        write_annotation(self.site.batch, annotation_of(self.site.batch, "d00", "政协办"))

    def fail(self, places: dict[str, tuple[str, str]], how: How, times: int = 1) -> dict[str, Fault]:
        seconds = {"429": 0, "slow": SLOW, "late": 0.7}.get(how, 1)
        return {
            name: self.proxy.fail(method, path, how, times=times, seconds=seconds)
            for name, (method, path) in places.items()
        }

    def push(self, timeout: float = 60, most: int = 3) -> int:
        """Push until it does not give up, or has often enough; how often. Nothing is at work in the server then."""
        given_up = 0
        while given_up < most:
            try:
                self.site.push("A", "政协办", suggest="rules", timeout=timeout)
                break
            except (Unreachable, Timeout) as failure:
                assert "again" in str(failure)  # noqa: PT017  # the others are let through
                given_up += 1
        self.proxy.settle()
        return given_up

    def check_once(self) -> None:
        """All is there once."""
        batch = self.site.batch
        tasks = self.site.tasks()
        assert sorted(task["data"]["doc_id"] for task in tasks) == list(batch.document_ids())
        assert [[one["model_version"] for one in task["predictions"]] for task in tasks] == [["rules"]] * len(tasks)
        for task in tasks:
            authors = [name for name in batch.authors() if self.site.file(name, task["data"]["doc_id"]).exists()]
            assert len(task["annotations"]) == len(authors)

    def check(self) -> None:
        """All is there once, pushing sends nothing, and pulling gives the same bytes."""
        self.check_once()
        site, files = self.site, self.files()
        began = len(self.proxy.requests)
        again = site.push("A", "政协办", suggest="rules")
        assert (sum(again.counts.values()), again.conflicts) == (0, ())
        assert {request.split()[0] for request in self.proxy.requests[began:]} == {"GET"}
        self.forget()
        pulled = site.pull()
        assert (pulled.written, pulled.conflicts, pulled.faults) == (len(files), (), ())
        assert self.files() == files

    def forget(self) -> None:
        """Delete the annotations here, and what is remembered of them."""
        shutil.rmtree(self.site.batch.annotations_folder)
        shutil.rmtree(memory_folder(self.site.batch))

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in self.site.batch.annotations_folder.rglob("*") if path.is_file()}

    def change(self) -> None:
        """Change things here and there, so that pushing has to send something to everywhere."""
        batch, server = self.site.batch, self.site.server
        number, tasks = self.site.project()["id"], self.site.tasks()
        config = server.get(f"/api/projects/{number}/")["label_config"]
        fewer = "\n".join(line for line in config.splitlines() if 'alias="TIME"' not in line)
        assert fewer != config
        server.patch(f"/api/projects/{number}/", {"label_config": fewer})
        write_document(batch, "d02", f"{TEXT}2\n")
        write_document(batch, "d03", f"{TEXT}3\n")
        imported = [{"data": {"text": "旧 𠮷", "doc_id": "d02"}}] * 2 + [{"data": {"text": "旧", "doc_id": "d03"}}]
        made = server.post(f"/api/projects/{number}/import?return_task_ids=true", imported)["task_ids"]
        same = [{"task": made[2], "model_version": "rules", "result": []}] * 2
        server.post(f"/api/projects/{number}/import/predictions", same)
        for doc_id in ("d02", "d03"):
            write_prediction(batch, "rules", annotation_of(batch, doc_id, "rules"))
        mine = annotation_of(batch, tasks[0]["data"]["doc_id"])
        write_annotation(batch, mine.model_copy(update={"relations": (), "frames": ()}))


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory, label_studio: LabelStudio, _proxy: FaultProxy) -> Broken:
    """A batch that has been pushed; tests only read what is there."""
    made = Broken(tmp_path_factory.mktemp("pushed"), label_studio, _proxy, documents=3)
    made.push()
    label_studio.kept.add(made.site.project()["id"])
    return made


@pytest.mark.parametrize("hows", TOGETHER, ids="-".join)
def test_whatever_breaks_once_everything_is_there_once(
    hows: tuple[How, ...], tmp_path: Path, label_studio: LabelStudio, proxy: FaultProxy
) -> None:
    broken = Broken(tmp_path, label_studio, proxy)
    timeout = PATIENCE if "slow" in hows else 60
    for places in (FIRST, LATER):
        faults = [broken.fail(places, how) for how in hows]
        broken.push(timeout)
        for of_one in faults:
            assert {name: fault.happened for name, fault in of_one.items()} == dict.fromkeys(places, 1)
        if "late" in hows:
            broken.push()
        if places is FIRST:
            broken.check_once()
            broken.change()
    broken.check()


@pytest.mark.parametrize("how", ["cut_before", "cut_after", "502_before"])
def test_pushing_again_goes_on_after_it_was_given_up(
    how: How, tmp_path: Path, label_studio: LabelStudio, proxy: FaultProxy
) -> None:
    broken = Broken(tmp_path, label_studio, proxy)
    faults = broken.fail({name: FIRST[name] for name in ("project", "tasks", "annotation")}, how, times=1000)
    given_up = 0
    for fault in faults.values():
        given_up += broken.push(most=1)
        fault.times = 0
    assert given_up or how.endswith(("after", "during"))
    assert 0 not in {fault.happened for fault in faults.values()}
    assert broken.push() == 0
    broken.check()


@pytest.mark.parametrize("hows", ONE_AFTER_THE_OTHER, ids="-".join)
def test_reading_is_tried_again(hows: tuple[How, ...], pushed: Broken, proxy: FaultProxy) -> None:
    files = pushed.files()
    pushed.forget()
    timeout = PATIENCE if "slow" in hows else 60
    reads = {path: ("GET", path) for path in READS}

    def fail() -> list[Fault]:
        return [fault for how in hows for fault in pushed.fail(reads, how).values()]

    faults = fail()
    assert pushed.site.pull(timeout=timeout).written == len(files)
    assert [fault.happened for fault in faults] == [1] * len(faults)
    assert pushed.files() == files
    faults = fail()
    began = len(proxy.requests)
    again = pushed.site.push("A", "政协办", suggest="rules", timeout=timeout)
    assert (sum(again.counts.values()), again.conflicts) == (0, ())
    assert {request.split()[0] for request in proxy.requests[began:]} == {"GET"}
    assert [fault.happened for fault in faults] == [1] * len(faults)


@pytest.mark.parametrize("how", ["cut_before", "truncated", "502_after"])
def test_a_pull_that_is_given_up_leaves_whole_files(
    how: How, pushed: Broken, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.annotation.label_studio.present.PAGE", 1)
    files = pushed.files()
    pushed.forget()
    proxy.fail("GET", r"^/api/tasks/\?", how, after=2, times=1000)
    with pytest.raises(Unreachable):
        pushed.site.pull()
    some = pushed.files()
    assert 0 < len(some) < len(files)
    assert some.items() < files.items()
    proxy.heal()
    assert pushed.site.pull().written == len(files) - len(some)
    assert pushed.files() == files


def test_requests_that_are_worked_on_much_later_are_found_by_the_next_push(
    tmp_path: Path, label_studio: LabelStudio, proxy: FaultProxy
) -> None:
    """The server gets what was given up after all of it was sent again."""
    broken = Broken(tmp_path, label_studio, proxy)
    for method, path in (FIRST["project"], FIRST["tasks"], FIRST["annotation"]):
        proxy.fail(method, path, "late", seconds=6)
    broken.site.push("A", "政协办", suggest="rules")
    proxy.settle()
    assert len([one for one in broken.site.projects() if mark_of(broken.site.batch) in one["description"]]) == 2
    assert broken.site.sent("A", "政协办", suggest="rules")["copies removed"] >= 3
    broken.check()


def test_two_pushes_at_once_leave_one_of_everything(
    tmp_path: Path, label_studio: LabelStudio, proxy: FaultProxy
) -> None:
    broken = Broken(tmp_path, label_studio, proxy, documents=4)
    together = threading.Barrier(2)
    raised: list[BaseException] = []

    def push(*annotators: str) -> None:
        together.wait()
        try:
            broken.site.push(*annotators, suggest="rules")
        except BaseException as error:  # noqa: BLE001  # told by the test
            raised.append(error)

    threads = [threading.Thread(target=push, args=names) for names in (("A", "政协办"), ("政协办", "A"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error for error in raised if not isinstance(error, StudioFailure)] == []
    broken.site.push("A", "政协办", suggest="rules")
    broken.check()


def test_a_server_that_is_killed_loses_and_doubles_nothing(
    tmp_path: Path, own_label_studio: Callable[[], LabelStudio]
) -> None:
    server = own_label_studio()
    with FaultProxy(server.url) as proxy:
        broken = Broken(tmp_path, server, proxy, documents=8)
        for request in ("/import?", "/annotations/"):
            seen = len(proxy.requests)
            killer = threading.Thread(target=_kill_at, args=(server, proxy, request, seen))
            killer.start()
            with pytest.raises(Unreachable) as caught:
                broken.site.push("A", "政协办", suggest="rules")
            killer.join()
            assert "again" in str(caught.value)
            server.start()
        assert broken.push() == 0
        broken.check()


def _kill_at(server: LabelStudio, proxy: FaultProxy, request: str, seen: int) -> None:
    """Kill a server soon after it has got a second request like this one, or a first import."""
    until = time.monotonic() + 60
    wanted = 1 if "import" in request else 2
    while len([one for one in proxy.requests[seen:] if request in one]) < wanted and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.05)
    server.kill()


def test_what_is_deleted_between_pushes_is_sent_again(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    for doc_id in ("d00", "d01"):
        write_annotation(site.batch, annotation_of(site.batch, doc_id))
    first = site.push("A").project
    label_studio.delete(f"/api/tasks/{site.tasks()[0]['id']}/")
    assert site.sent("A") == {"tasks imported": 1, "annotations sent": 1}
    label_studio.delete(f"/api/projects/{first.id}/")
    again = site.push("A")
    assert again.project.id != first.id
    assert (again.tasks, again.counts["annotations sent"], again.conflicts) == (3, 2, ())
    label_studio.delete(f"/api/projects/{again.project.id}/")
    with pytest.raises(NotFound, match="workbench studio push"):
        site.pull()
    with pytest.raises(NotFound, match="no project"):
        site.push("A", options=Options(number=again.project.id))


def test_an_annotation_of_a_deleted_task_is_sent_also_when_that_fails_at_first(
    tmp_path: Path, label_studio: LabelStudio, proxy: FaultProxy
) -> None:
    """What both sides agreed on was about the task that was deleted."""
    broken = Broken(tmp_path, label_studio, proxy)
    broken.push()
    label_studio.delete(f"/api/tasks/{broken.site.tasks()[0]['id']}/")
    proxy.fail(*FIRST["annotation"], "cut_before")
    pushed = broken.site.push("A", "政协办", suggest="rules")
    assert (pushed.conflicts, pushed.counts["annotations sent"]) == ((), 2)
    broken.check()


@pytest.mark.parametrize("place", [FIRST["tasks"], FIRST["annotation"], ("GET", r"^/api/tasks/\?")])
def test_a_project_that_is_deleted_while_it_is_pushed_to_is_told(
    place: tuple[str, str],
    tmp_path: Path,
    label_studio: LabelStudio,
    proxy: FaultProxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken = Broken(tmp_path, label_studio, proxy)

    class Deleting:
        """Deletes the project when a request comes that fits."""

        def __init__(self, take: Callable[[str, str], Fault | None]) -> None:
            self.take = take
            self.fault = proxy.fail(*place, "slow", seconds=0)

        def __call__(self, method: str, path: str) -> Fault | None:
            found = self.take(method, path)
            if found is self.fault:
                label_studio.delete(f"/api/projects/{broken.site.project()['id']}/")
            return found

    monkeypatch.setattr(proxy, "take_fault", Deleting(proxy.take_fault))
    with pytest.raises(NotFound, match=r"no project \d+ there .*workbench studio push"):
        broken.site.push("A", "政协办", suggest="rules")
    assert broken.push() == 0
    broken.check()
