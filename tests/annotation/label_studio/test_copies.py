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


def halves(site: Site) -> tuple[int, int]:
    """A document's task and a copy of it, each with one of two annotations, as two pushes at once may leave them."""
    for name in ("A", "政协办"):
        write_annotation(site.batch, annotation_of(site.batch, "d00", name))
    site.push("A", "政协办")
    number = site.project()["id"]
    (task,) = site.tasks()
    moved = max(task["annotations"], key=lambda one: one["id"])
    site.server.delete(f"/api/annotations/{moved['id']}/")
    copy = [{"data": task["data"], "meta": task["meta"]}]
    (made,) = site.server.post(f"/api/projects/{number}/import?return_task_ids=true", copy)["task_ids"]
    unique = {"unique_id": unique_id(number, "d00", "政协办"), "import_id": moved["import_id"]}
    site.server.post(f"/api/tasks/{made}/annotations/", {"result": moved["result"], **unique})
    shutil.rmtree(memory_folder(site.batch))
    return task["id"], made


def test_a_copy_with_nothing_but_what_is_pushed_is_removed(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=1)
    kept, _ = halves(site)
    assert site.sent("A", "政协办") == {"copies removed": 1, "annotations sent": 1}
    assert [(task["id"], len(task["annotations"])) for task in site.tasks()] == [(kept, 2)]
    again = site.push("A", "政协办")
    assert (sum(again.counts.values()), again.conflicts) == (0, ())


@pytest.mark.parametrize("work", ["changed", "skipped", "a draft", "another's", "not pushed"])
def test_a_task_with_work_of_its_own_is_the_one_that_stays(
    work: str, tmp_path: Path, label_studio: LabelStudio
) -> None:
    """What was pushed into the other one comes to it; nothing that is changed there is sent over."""
    site = make_site(tmp_path, label_studio, documents=1)
    _, copy = halves(site)
    (own,) = label_studio.get(f"/api/tasks/{copy}/")["annotations"]
    change(site, copy, work)
    pushed = site.push("A") if work == "not pushed" else site.push("A", "政协办")
    assert {name: count for name, count in pushed.counts.items() if count} == {
        "copies removed": 1,
        "annotations sent": 1,
    }
    told = {"changed": "was changed", "skipped": "was skipped"}.get(work)
    assert [told in conflict for conflict in pushed.conflicts if told] == [True] * (told is not None)
    (task,) = site.tasks()
    assert task["id"] == copy
    assert own["id"] in {one["id"] for one in task["annotations"]}


def change(site: Site, number: int, work: str) -> None:
    """Work in a task as somebody does in Label Studio."""
    server = site.server
    (own,) = server.get(f"/api/tasks/{number}/")["annotations"]
    if work == "changed":
        server.patch(f"/api/annotations/{own['id']}/", {"result": []})
    elif work == "skipped":
        server.patch(f"/api/annotations/{own['id']}/", {"was_cancelled": True})
    elif work == "a draft":
        server.post(f"/api/tasks/{number}/drafts", {"result": own["result"]})
    elif work == "another's":
        server.post(f"/api/tasks/{number}/annotations/", {"result": own["result"]})


def test_two_tasks_with_work_of_their_own_are_told(tmp_path: Path, label_studio: LabelStudio) -> None:
    """Nothing of their document is sent before somebody has decided; all others are."""
    site = make_site(tmp_path, label_studio, documents=1)
    numbers = halves(site)
    for number in numbers:
        change(site, number, "a draft")
    write_document(site.batch, "d01", "政协 𠮷\u00a0甲\n")
    pushed = site.push("A", "政协办")
    assert +pushed.counts == {"tasks imported": 1}
    shown = f"{numbers[0]}, {numbers[1]}"
    assert pushed.conflicts == (f"d00: several tasks hold work ({shown}); delete all but one in Label Studio",)
    assert [task["id"] for task in site.tasks()][:2] == [*numbers]
