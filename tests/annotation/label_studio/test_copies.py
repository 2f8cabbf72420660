"""Several tasks of one document: those that hold nothing of their own are removed, all others are told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.annotation.batches import write_document
from tests.annotation.label_studio.projects import Site, annotation_of, make_site, write_annotation
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.memory import memory_folder
from workbench.annotation.label_studio.people import unique_id


def test_copies_that_nobody_has_worked_on_are_removed(tmp_path: Path, label_studio: LabelStudio) -> None:
    """As they are left by somebody who imports a file twice; a task with work stays, also when it is the younger."""
    site = make_site(tmp_path, label_studio, documents=2)
    site.push()
    number = site.project()["id"]
    copies = [{"data": task["data"], "meta": task["meta"]} for task in site.tasks()]
    made = label_studio.post(f"/api/projects/{number}/import?return_task_ids=true", copies)["task_ids"]
    stranger = label_studio.post(f"/api/projects/{number}/import?return_task_ids=true", [{"data": {"text": "别的"}}])
    label_studio.post(f"/api/tasks/{made[1]}/annotations/", {"result": []})
    assert site.sent() == {"copies removed": 2}
    left = {task["id"] for task in site.tasks()}
    assert made[1] in left
    assert made[0] not in left
    assert set(stranger["task_ids"]) < left
    assert len(left) == 3


DOCUMENTS = {
    "d00": "same",
    "d01": "changed",
    "d02": "skipped",
    "d03": "a draft",
    "d04": "another's",
    "d05": "ground truth",
}
"""What somebody has done in one of a document's two tasks."""


@pytest.fixture
def split(tmp_path: Path, label_studio: LabelStudio) -> tuple[Site, dict[str, tuple[int, int]]]:
    """Documents with two tasks, each with one of two annotations, as two pushes at once may leave them."""
    site = make_site(tmp_path, label_studio, documents=len(DOCUMENTS))
    for doc_id in DOCUMENTS:
        for name in ("A", "政协办"):
            write_annotation(site.batch, annotation_of(site.batch, doc_id, name))
    site.push("A", "政协办")
    project, tasks = site.project()["id"], site.tasks()
    copies = [{"data": task["data"], "meta": task["meta"]} for task in tasks]
    made = label_studio.post(f"/api/projects/{project}/import?return_task_ids=true", copies)["task_ids"]
    for task, copy in zip(tasks, made, strict=True):
        moved = max(task["annotations"], key=lambda one: one["id"])
        label_studio.delete(f"/api/annotations/{moved['id']}/")
        unique = {"unique_id": unique_id(project, task["data"]["doc_id"], "政协办"), "import_id": moved["import_id"]}
        label_studio.post(f"/api/tasks/{copy}/annotations/", {"result": moved["result"], **unique})
    shutil.rmtree(memory_folder(site.batch))
    return site, {task["data"]["doc_id"]: (task["id"], copy) for task, copy in zip(tasks, made, strict=True)}


def work(server: LabelStudio, number: int, kind: str) -> None:
    """Do something in a task as somebody does it in Label Studio."""
    own = server.get(f"/api/tasks/{number}/")["annotations"][0]
    if kind == "changed":
        server.patch(f"/api/annotations/{own['id']}/", {"result": []})
    elif kind == "skipped":
        server.patch(f"/api/annotations/{own['id']}/", {"was_cancelled": True})
    elif kind == "ground truth":
        server.patch(f"/api/annotations/{own['id']}/", {"ground_truth": True})
    elif kind == "a draft":
        server.post(f"/api/tasks/{number}/drafts", {"result": own["result"]})
    elif kind == "another's":
        server.post(f"/api/tasks/{number}/annotations/", {"result": own["result"]})


def test_a_task_with_work_of_its_own_is_the_one_that_stays(split: tuple[Site, dict[str, tuple[int, int]]]) -> None:
    """What was pushed into the other one comes to it, and nothing that is changed there is sent over."""
    site, tasks = split
    for doc_id, kind in DOCUMENTS.items():
        work(site.server, tasks[doc_id][1], kind)
    before = {one for _, one in site.annotations()}
    pushed = site.push("A", "政协办")
    assert +pushed.counts == {"copies removed": 6, "annotations sent": 6}
    assert [conflict.split(" by ")[0].split(":")[0] for conflict in pushed.conflicts] == ["d01", "d02"]
    assert ["was changed" in pushed.conflicts[0], "was skipped" in pushed.conflicts[1]] == [True, True]
    left = {task["data"]["doc_id"]: task for task in site.tasks()}
    assert {doc_id: task["id"] for doc_id, task in left.items()} == {
        doc_id: pair[DOCUMENTS[doc_id] != "same"] for doc_id, pair in tasks.items()
    }
    assert [len(task["annotations"]) for task in left.values()] == [2, 2, 2, 2, 3, 2]
    kept = {one["id"] for task in left.values() for one in task["annotations"]} & before
    assert len(kept) == len(before) - 6
    again = site.push("A", "政协办")
    assert sum(again.counts.values()) == 0
    assert again.conflicts == pushed.conflicts


def test_two_tasks_with_work_of_their_own_are_told(split: tuple[Site, dict[str, tuple[int, int]]]) -> None:
    """Nothing of their document is sent before somebody has decided; all else is, and what is not pushed is work."""
    site, tasks = split
    for number in tasks["d03"]:
        work(site.server, number, "a draft")
    write_document(site.batch, "d06", "政协 𠮷\u00a0甲\n")
    pushed = site.push("A")
    assert +pushed.counts == {"tasks imported": 1, "copies removed": 5, "annotations sent": 5}
    shown = f"{tasks['d03'][0]}, {tasks['d03'][1]}"
    assert pushed.conflicts == (f"d03: several tasks hold work ({shown}); delete all but one in Label Studio",)
    left = [task["id"] for task in site.tasks() if task["data"]["doc_id"] != "d06"]
    assert left == sorted(tasks["d03"] + tuple(copy for doc_id, (_, copy) in tasks.items() if doc_id != "d03"))
