"""Pulling from a real Label Studio: everything comes back as it was, and what was done here is not overwritten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.annotation.batches import write_document
from tests.annotation.label_studio.projects import (
    Site,
    annotation_of,
    make_site,
    span_of,
    write_annotation,
    write_prediction,
)
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.comparing import Standing
from workbench.annotation.label_studio.failures import NotFound
from workbench.annotation.label_studio.memory import memory_file
from workbench.annotation.label_studio.present import raw_tasks
from workbench.annotation.label_studio.projects import the_project
from workbench.annotation.label_studio.pulling import Home, pull
from workbench.annotation.label_studio.pushing import Options
from workbench.annotation.label_studio.standing import studio_status
from workbench.core.checks import check
from workbench.core.errors import FaultyData
from workbench.formats import native


def pushed(tmp_path: Path, server: LabelStudio, documents: int = 2) -> Site:
    """A batch with annotations by A, pushed."""
    site = make_site(tmp_path, server, documents)
    for number in range(documents):
        write_annotation(site.batch, annotation_of(site.batch, f"d{number:02}"))
    site.push("A")
    return site


def region(text: str, name: str, kind: str, words: str) -> dict[str, Any]:
    span = span_of(text, words)
    value = {"start": span.start, "end": span.end, "text": words, "labels": [kind]}
    return {"id": name, "from_name": "entity", "to_name": "text", "type": "labels", "value": value}


def memory_of(site: Site, doc_id: str) -> dict[str, Any]:
    """What is remembered of the only project of a batch."""
    (memory,) = json.loads(memory_file(site.batch, doc_id).read_text(encoding="utf-8"))["projects"].values()
    return dict(memory)


def submit(site: Site, doc_id: str, result: list[Any], **more: Any) -> int:
    """A new annotation, as the editor submits it for the server's one user."""
    task = next(task for task in site.tasks() if task["data"]["doc_id"] == doc_id)
    made = site.server.post(f"/api/tasks/{task['id']}/annotations/", {"result": result, **more})
    return int(made["id"])


def test_pushed_annotations_come_back_as_the_same_bytes(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio)
    files = {doc_id: site.file("A", doc_id).read_bytes() for doc_id in ("d00", "d01")}
    assert site.pull().standings == {Standing.SAME: 2}
    for doc_id in files:
        site.file("A", doc_id).unlink()
        memory_file(site.batch, doc_id).unlink()
    pulled = site.pull()
    assert (pulled.written, pulled.standings, pulled.faults, pulled.conflicts) == (2, {Standing.NEW: 2}, (), ())
    assert {doc_id: site.file("A", doc_id).read_bytes() for doc_id in files} == files


def test_work_done_there_gets_its_users_name(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    site.push()
    text = site.batch.document("d01").text
    submit(site, "d01", [region(text, "x1", "ORG", "永州市政协"), region(text, "x2", "LOC", "沙尔乡")], lead_time=12.5)
    pulled = site.pull()
    assert pulled.written == 1
    annotation = native.read(site.file("tester", "d01")).annotation
    assert [(one.id, one.type, one.text) for one in annotation.entities] == [
        ("x1", "ORG", "永州市政协"),
        ("x2", "LOC", "沙尔乡"),
    ]
    assert [fault for fault in check(annotation, site.schema, text) if fault.severity == "error"] == []
    remembered = memory_of(site, "d01")
    assert remembered["annotations"][0]["lead_time"] == 12.5
    assert "localhost" not in json.dumps(remembered)
    again = site.pull()
    assert (again.written, again.standings) == (0, {Standing.SAME: 1})


def test_edits_there_are_taken_and_edits_here_are_kept(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio, 3)
    numbers = dict(site.annotations())
    texts = {doc_id: site.batch.document(doc_id).text for doc_id in numbers}
    for doc_id in ("d00", "d02"):
        result = label_studio.get(f"/api/annotations/{numbers[doc_id]}/")["result"]
        more = region(texts[doc_id], "new", "LOC", "湖南省")
        label_studio.patch(f"/api/annotations/{numbers[doc_id]}/", {"result": [*result, more]})
    for doc_id in ("d01", "d02"):
        own = annotation_of(site.batch, doc_id)
        write_annotation(site.batch, own.model_copy(update={"frames": ()}))
    here = {doc_id: site.file("A", doc_id).read_bytes() for doc_id in numbers}
    pulled = site.pull()
    assert pulled.standings == {Standing.NEWER_THERE: 1, Standing.NEWER_HERE: 1, Standing.CONFLICT: 1}
    assert [(one.doc_id, one.name) for one in pulled.conflicts] == [("d02", "A")]
    assert {doc_id for doc_id in numbers if site.file("A", doc_id).read_bytes() != here[doc_id]} == {"d00"}
    taken = native.read(site.file("A", "d00")).annotation
    assert [one.id for one in taken.entities if one.id == "new"] == ["new"]
    assert taken.frames == native.read(write_annotation(site.batch, annotation_of(site.batch, "d01"))).annotation.frames
    assert site.pull(overwrite=True).written == 1
    assert "new" in site.file("A", "d02").read_text(encoding="utf-8")
    assert site.pull().standings == {Standing.SAME: 3}


def test_a_file_of_ones_own_is_no_loss_of_memory(tmp_path: Path, label_studio: LabelStudio) -> None:
    """Without memory of what was agreed, sides that differ are a conflict, and equal ones are the same."""
    site = pushed(tmp_path, label_studio)
    for doc_id in ("d00", "d01"):
        memory_file(site.batch, doc_id).unlink()
    own = annotation_of(site.batch, "d00")
    write_annotation(site.batch, own.model_copy(update={"relations": ()}))
    assert site.pull().standings == {Standing.CONFLICT: 1, Standing.SAME: 1}


def test_deleting_on_one_side_deletes_nothing_on_the_other(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio)
    label_studio.delete(f"/api/annotations/{site.annotations()[0][1]}/")
    site.file("A", "d01").unlink()
    pulled = site.pull()
    assert pulled.standings == {Standing.DELETED_THERE: 1, Standing.DELETED_HERE: 1}
    assert site.file("A", "d00").exists()
    assert not site.file("A", "d01").exists()
    assert site.pull(overwrite=True).written == 1
    assert site.file("A", "d01").exists()


def test_a_copy_of_a_task_is_told_and_never_taken(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio, 1)
    text = site.batch.document("d00").text
    (task,) = site.tasks()
    copy = [{"data": task["data"], "meta": task["meta"]}]
    path = f"/api/projects/{site.project()['id']}/import?return_task_ids=true"
    (made,) = label_studio.post(path, copy)["task_ids"]
    for number, words in ((task["id"], "永州市政协"), (made, "沙尔乡")):
        label_studio.post(f"/api/tasks/{number}/annotations/", {"result": [region(text, "x", "ORG", words)]})
    first = site.pull()
    assert first.standings == {Standing.SAME: 1, Standing.NEW: 1, Standing.CONFLICT: 1}
    assert f"task {made} is a copy of task {task['id']}" in first.conflicts[0].why
    before = site.file("tester", "d00").read_bytes()
    again = site.pull(overwrite=True)
    assert (again.written, again.standings) == (0, {Standing.SAME: 2, Standing.CONFLICT: 1})
    assert site.file("tester", "d00").read_bytes() == before


def test_what_was_skipped_or_deleted_on_both_sides(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio)
    (_, one), (_, other) = site.annotations()
    label_studio.patch(f"/api/annotations/{one}/", {"was_cancelled": True})
    label_studio.delete(f"/api/annotations/{other}/")
    site.file("A", "d01").unlink()
    pulled = site.pull()
    assert pulled.standings == {Standing.SKIPPED_THERE: 1}
    assert ["was skipped" in conflict.why for conflict in pulled.conflicts] == [True]
    assert (set(memory_of(site, "d00")["agreed"]), set(memory_of(site, "d01")["agreed"])) == ({"A"}, set())


def test_what_is_remembered_of_a_former_project_stays(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio, 1)
    site.pull()
    former = json.loads(memory_file(site.batch, "d00").read_text(encoding="utf-8"))["projects"]
    site.push("A", options=Options(new=True))
    site.pull()
    now = json.loads(memory_file(site.batch, "d00").read_text(encoding="utf-8"))["projects"]
    assert len(now) == 2
    assert former.items() <= now.items()


def test_a_damaged_memory_says_what_to_do(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio, 1)
    for content in ('{"projects": ', '{"projects": {"x": {"task": "𠮷"}}}'):
        memory_file(site.batch, "d00").write_text(content, encoding="utf-8")
        with pytest.raises(FaultyData, match="delete it and pull again"):
            site.pull()
    memory_file(site.batch, "d00").write_text("", encoding="utf-8")
    assert site.pull().standings == {Standing.SAME: 1}


def test_work_in_progress_in_the_terminal_is_not_overtaken(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio)
    for doc_id, number in site.annotations():
        text = site.batch.document(doc_id).text
        label_studio.patch(f"/api/annotations/{number}/", {"result": [region(text, "n", "ORG", "四川省委")]})
    with site.client() as client:
        home = Home(site.batch, site.schema, lambda name, doc_id: (name, doc_id) == ("A", "d00"))
        pulled = pull(client, home)
    assert [(one.doc_id, one.standing) for one in pulled.conflicts] == [("d00", Standing.CONFLICT)]
    assert "not published" in pulled.conflicts[0].why
    assert pulled.written == 1


def test_drafts_and_skipped_tasks_are_kept_but_no_answers(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    site.push()
    text = site.batch.document("d00").text
    submit(site, "d00", [region(text, "s", "ORG", "永州市政协")], was_cancelled=True)
    task = site.tasks()[1]["id"]
    label_studio.post(f"/api/tasks/{task}/drafts", {"result": [region(text, "d", "LOC", "沙尔乡")], "lead_time": 3})
    pulled = site.pull()
    assert (pulled.written, pulled.skipped, pulled.drafts) == (0, 1, 1)
    assert not site.batch.annotations_folder.exists()
    skipped = memory_of(site, "d00")
    assert skipped["annotations"][0]["result"][0]["id"] == "s"
    draft = memory_of(site, "d01")["drafts"][0]
    assert (draft["annotator"], draft["result"][0]["id"]) == ("tester", "d")


def test_what_has_no_place_in_annotations_is_kept(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, 1)
    site.push()
    text = site.batch.document("d00").text
    rating = {"id": "r", "from_name": "stars", "to_name": "text", "type": "rating", "value": {"rating": 4}}
    broken = {**region(text, "b", "ORG", "永州市政协"), "value": {"start": -3, "end": 99999, "labels": ["ORG"]}}
    submit(site, "d00", [region(text, "a", "ORG", "永州市政协"), rating, broken])
    pulled = site.pull()
    assert {fault.severity for fault in pulled.faults} == {"error"}
    annotation = native.read(site.file("tester", "d00")).annotation
    assert [one.id for one in annotation.entities] == ["a"]
    assert annotation.extra["label_studio"]["results"] == [rating]
    remembered = memory_of(site, "d00")
    assert remembered["annotations"][0]["result"] == [region(text, "a", "ORG", "永州市政协"), rating, broken]


def test_several_annotations_by_one_user_are_told_and_equal_ones_taken(
    tmp_path: Path, label_studio: LabelStudio
) -> None:
    site = make_site(tmp_path, label_studio, 2)
    site.push()
    text = site.batch.document("d00").text
    one, other = region(text, "a", "ORG", "永州市政协"), region(text, "a", "LOC", "沙尔乡")
    submit(site, "d00", [one]), submit(site, "d00", [other])
    submit(site, "d01", [one]), submit(site, "d01", [one])
    pulled = site.pull()
    assert pulled.standings == {Standing.CONFLICT: 1, Standing.NEW: 1}
    assert "several annotations" in pulled.conflicts[0].why
    assert not site.file("tester", "d00").exists()


def test_another_text_there_is_not_read_with_ours(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio, 1)
    write_document(site.batch, "d00", "别的 text 𠮷")
    before = site.file("A", "d00").read_bytes()
    pulled = site.pull()
    assert [one.why for one in pulled.conflicts] == [f"task {site.tasks()[0]['id']} has another text than the document"]
    assert site.file("A", "d00").read_bytes() == before


def test_what_the_schema_forbids_is_pulled_and_told(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, 1)
    site.push()
    text = site.batch.document("d00").text
    link = {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right", "labels": ["HAS_TIME"]}
    submit(site, "d00", [region(text, "a", "ORG", "永州市政协"), region(text, "b", "LOC", "沙尔乡"), link])
    pulled = site.pull()
    assert pulled.written == 1
    assert any("HAS_TIME" in str(problem) for problem in pulled.problems)


def test_a_batch_that_was_never_pushed_has_no_project(tmp_path: Path, label_studio: LabelStudio) -> None:
    with pytest.raises(NotFound, match="workbench studio push"):
        make_site(tmp_path, label_studio).pull()


def test_no_task_is_passed_over_while_others_are_deleted(
    tmp_path: Path, label_studio: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.annotation.label_studio.present.PAGE", 3)
    site = make_site(tmp_path, label_studio, 10)
    site.push()
    ids = [task["id"] for task in site.tasks()]
    with site.client() as client:
        seen = []
        for task in raw_tasks(client, the_project(client, site.batch)):
            seen.append(task["id"])
            if len(seen) == 3:
                label_studio.delete(f"/api/tasks/{ids[0]}/"), label_studio.delete(f"/api/tasks/{ids[4]}/")
    assert seen == [*ids[:4], *ids[5:]]


def test_the_status_tells_what_is_where(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = pushed(tmp_path, label_studio, 3)
    write_prediction(site.batch, "rules", annotation_of(site.batch, "d00", "rules"))
    site.push(suggest="rules")
    write_document(site.batch, "d03", "没有推送")
    numbers = dict(site.annotations())
    label_studio.patch(f"/api/annotations/{numbers['d00']}/", {"result": []})
    own = annotation_of(site.batch, "d01")
    write_annotation(site.batch, own.model_copy(update={"relations": ()}))
    submit(site, "d02", [], was_cancelled=True)
    submit(site, "d00", [])
    with site.client() as client:
        found = studio_status(client, Home(site.batch, site.schema))
    assert (found.documents, found.pushed, found.missing, found.suggested) == (4, 3, ("d03",), "rules")
    assert (found.configuration, found.copies, found.changed_texts, found.strangers) == ((), (), (), 0)
    people = {person.name: person for person in found.people}
    assert people["A"].standings == {Standing.NEWER_THERE: 1, Standing.NEWER_HERE: 1, Standing.SAME: 1}
    assert (people["tester"].annotations, people["tester"].skipped) == (1, 1)
    assert found.server.startswith("1.")
