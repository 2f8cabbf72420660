"""Pushing into a real Label Studio: everything once, whatever is pushed how often."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.annotation.batches import write_document
from tests.annotation.label_studio.projects import (
    TEXT,
    annotation_of,
    make_site,
    write_annotation,
    write_prediction,
)
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.configuration import configuration, configuration_hash
from workbench.annotation.label_studio.failures import NotFound
from workbench.annotation.label_studio.pushing import Options
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import text_hash


def test_tasks_hold_the_clean_text_with_its_hash_and_zones(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    pushed = site.push()
    assert (pushed.tasks, pushed.counts["tasks imported"], pushed.conflicts) == (3, 3, ())
    project, tasks = site.project(), site.tasks()
    assert configuration_hash(project["label_config"]) == configuration_hash(configuration(site.schema))
    for number, task in enumerate(tasks):
        assert task["data"] == {"text": f"{TEXT}{number}\n", "doc_id": f"d{number:02}", "title": ""}
        assert task["meta"]["wb"]["text_sha256"] == text_hash(f"{TEXT}{number}\n")
        assert task["meta"]["wb"]["schema"]["hash"] == site.schema.hash


def test_pushing_again_changes_nothing(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    for number in range(3):
        annotation = annotation_of(site.batch, f"d{number:02}")
        write_annotation(site.batch, annotation)
        write_prediction(site.batch, "rules", annotation.model_copy(update={"author": "rules"}))
    first = site.push("A", suggest="rules")
    assert (first.counts["predictions sent"], first.counts["annotations sent"]) == (3, 3)
    before = site.tasks()
    for again in (site.push("A", suggest="rules"), site.push("A"), site.push()):
        assert sum(again.counts.values()) == 0
        assert again.conflicts == ()
    assert site.tasks() == before
    assert len(site.projects()) == len({one["id"] for one in site.projects()})


def test_what_is_new_or_changed_here_is_sent_and_nothing_else(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=2)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    site.push("A")
    write_document(site.batch, "d02", TEXT)
    changed = annotation_of(site.batch, "d00")
    write_annotation(site.batch, changed.model_copy(update={"entities": changed.entities[:4], "relations": ()}))
    again = site.sent("A")
    assert again == {"tasks imported": 1, "annotations updated": 1}
    assert [task["data"]["doc_id"] for task in site.tasks()] == ["d00", "d01", "d02"]
    (annotation,) = site.tasks()[0]["annotations"]
    assert {one["id"] for one in annotation["result"] if one["type"] == "labels"} == {"T1", "T2", "T3", "T4", "E1"}


def test_suggestions_come_to_tasks_that_are_there_and_are_replaced(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=2)
    site.push()
    for number in range(2):
        found = annotation_of(site.batch, f"d{number:02}", "rules")
        scored = tuple(one.model_copy(update={"score": 0.5}) for one in found.entities)
        write_prediction(site.batch, "rules", found.model_copy(update={"entities": scored}))
    assert site.sent(suggest="rules") == {"predictions sent": 2}
    fewer = annotation_of(site.batch, "d00", "rules").model_copy(update={"relations": (), "frames": ()})
    write_prediction(site.batch, "rules", fewer)
    assert site.sent(suggest="rules") == {"predictions updated": 1}
    assert site.project()["model_version"] == "rules"
    assert site.project()["show_collab_predictions"] is True
    (first,), (second,) = (task["predictions"] for task in site.tasks())
    assert (first["model_version"], second["model_version"]) == ("rules", "rules")
    assert (first["score"], second["score"]) == (None, 0.5)
    assert {one["type"] for one in first["result"]} == {"labels", "choices", "textarea", "relation"}
    assert site.sent() == {}


def test_a_changed_text_is_sent_while_nobody_has_worked_on_it(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=2)
    write_annotation(site.batch, annotation_of(site.batch, "d01"))
    site.push("A")
    write_document(site.batch, "d00", f"{TEXT}改")
    write_document(site.batch, "d01", f"{TEXT}改")
    pushed = site.push()
    assert +pushed.counts == {"tasks updated": 1}
    assert [conflict.partition(":")[0] for conflict in pushed.conflicts] == ["d01"]
    assert [task["data"]["text"] for task in site.tasks()] == [f"{TEXT}改", f"{TEXT}1\n"]


def test_an_annotation_that_was_changed_there_is_left_alone(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=2)
    for doc_id in ("d00", "d01"):
        write_annotation(site.batch, annotation_of(site.batch, doc_id))
    site.push("A")
    (first, one), (_, other) = site.annotations()
    assert first == "d00"
    label_studio.patch(f"/api/annotations/{one}/", {"result": []})
    label_studio.delete(f"/api/annotations/{other}/")
    changed = annotation_of(site.batch, "d00")
    write_annotation(site.batch, changed.model_copy(update={"frames": ()}))
    pushed = site.push("A")
    assert sum(pushed.counts.values()) == 0
    assert [conflict.split()[0] for conflict in pushed.conflicts] == ["d00:", "d01:"]
    assert site.sent("A", options=Options(overwrite=True)) == {
        "annotations sent": 1,
        "annotations updated": 1,
    }
    assert [len(task["annotations"]) for task in site.tasks()] == [1, 1]
    assert site.push("A").conflicts == ()


def test_what_cannot_be_read_there_is_not_sent_over(tmp_path: Path, label_studio: LabelStudio) -> None:
    """Results that pulling leaves out, such as a relation without a label yet, are still in Label Studio."""
    site = make_site(tmp_path, label_studio, documents=1)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    site.push("A")
    ((_, number),) = site.annotations()
    result = label_studio.get(f"/api/annotations/{number}/")["result"]
    begun = {"from_id": "T1", "to_id": "T3", "type": "relation", "direction": "right"}
    label_studio.patch(f"/api/annotations/{number}/", {"result": [*result, begun]})
    site.pull()
    own = annotation_of(site.batch, "d00")
    write_annotation(site.batch, own.model_copy(update={"frames": ()}))
    pushed = site.push("A")
    assert ["cannot be read" in conflict for conflict in pushed.conflicts] == [True]
    assert label_studio.get(f"/api/annotations/{number}/")["result"][-1] == begun
    assert site.sent("A", options=Options(overwrite=True)) == {"annotations updated": 1}


def test_a_skipped_annotation_is_left_until_it_is_overwritten(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=1)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    site.push("A")
    ((_, number),) = site.annotations()
    label_studio.patch(f"/api/annotations/{number}/", {"was_cancelled": True})
    assert "was skipped" in site.push("A").conflicts[0]
    assert site.sent("A", options=Options(overwrite=True)) == {"annotations updated": 1}
    assert label_studio.get(f"/api/annotations/{number}/")["was_cancelled"] is False


def test_annotators_pushed_in_turn_change_nothing(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=1)
    for name in ("B", "A"):
        write_annotation(site.batch, annotation_of(site.batch, "d00", name))
        site.push(name)
    assert [site.sent(*names) for names in (("B",), ("A",), ("B", "A"), ("A", "B"))] == [{}] * 4


def test_ids_that_could_not_be_pulled_are_not_pushed(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=1)
    write_document(site.batch, 'a"b', "永州市政协")
    with pytest.raises(FaultyData, match="could not be pulled"):
        site.push()


def test_a_project_whose_description_was_changed_is_found_again(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=1)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    number = site.push("A").project.id
    label_studio.patch(f"/api/projects/{number}/", {"description": "我们的项目"})
    assert site.pull().project.id == number
    assert site.push("A").project.id == number
    assert site.project()["description"].splitlines()[1] == "我们的项目"


def test_other_words_of_the_same_labels_are_brought_there(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio, documents=1)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    number = site.push("A").project.id
    ours = label_studio.get(f"/api/projects/{number}/")["label_config"]
    label_studio.patch(f"/api/projects/{number}/", {"label_config": ours.replace("指称层", "别的名", 1)})
    changes = site.push().configuration
    assert changes is not None
    assert changes.lines() == ("~ headings and layout",)
    assert label_studio.get(f"/api/projects/{number}/")["label_config"] == ours


def test_nothing_is_sent_when_something_is_broken(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    for number in range(2):
        path = write_annotation(site.batch, annotation_of(site.batch, f"d{number:02}"))
        path.write_text(path.read_text(encoding="utf-8").replace('"MONEY"', '"MONYE"'), encoding="utf-8")
    before = site.projects()
    with pytest.raises(FaultyData) as caught:
        site.push("A")
    assert str(caught.value).count("MONYE") == 2
    assert site.projects() == before


def test_wrong_wishes_say_so(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    with pytest.raises(UsageMistake, match="known: A"):
        site.push("a")
    with pytest.raises(UsageMistake, match="no predictions by 'rulse'"):
        site.push(suggest="rulse")
    blind = make_site(tmp_path, label_studio, blind=True)
    write_annotation(blind.batch, annotation_of(blind.batch, "d00"))
    with pytest.raises(UsageMistake, match="is blind"):
        blind.push("A")
    assert blind.push().tasks == 3


def test_a_new_project_leaves_the_former_as_it_is(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    first = site.push("A").project
    second = site.push("A", options=Options(new=True)).project
    assert first.id != second.id
    assert site.project()["id"] == second.id
    assert len(label_studio.get(f"/api/tasks/?project={first.id}&fields=all")["tasks"]) == 3
    assert sum(site.push("A").counts.values()) == 0


def test_a_project_by_its_number_must_be_there_and_be_the_batchs(tmp_path: Path, label_studio: LabelStudio) -> None:
    site, other = make_site(tmp_path, label_studio), make_site(tmp_path, label_studio)
    number = other.push().project.id
    with pytest.raises(UsageMistake, match="another batch"):
        site.push(options=Options(number=number))
    with pytest.raises(NotFound, match="no project 999999"):
        site.push(options=Options(number=999999))
    plain = label_studio.post("/api/projects/", {"title": "空白 project"})
    assert site.push(options=Options(number=plain["id"])).tasks == 3


def test_a_configuration_loses_nothing_that_annotations_may_use(tmp_path: Path, label_studio: LabelStudio) -> None:
    site = make_site(tmp_path, label_studio)
    write_annotation(site.batch, annotation_of(site.batch, "d00"))
    number = site.push("A").project.id
    ours = label_studio.get(f"/api/projects/{number}/")["label_config"]
    more = ours.replace('alias="LOC"', 'alias="PLACE"', 1)
    assert more != ours
    label_studio.patch(f"/api/projects/{number}/", {"label_config": more})
    with pytest.raises(FaultyData, match="- label PLACE of entity") as caught:
        site.push()
    assert "--new" in str(caught.value)
    label_studio.delete(f"/api/annotations/{site.annotations()[0][1]}/")
    changes = site.push().configuration
    assert changes is not None
    assert "+ label LOC of entity" in changes.lines()
    assert label_studio.get(f"/api/projects/{number}/")["label_config"] == ours


def test_annotations_go_under_their_users_where_there_are_any(tmp_path: Path, label_studio: LabelStudio) -> None:
    address = f"{tmp_path.name}@cppcc.example".lower()
    user = label_studio.post("/api/users/", {"email": address, "username": address})["id"]
    site = make_site(tmp_path, label_studio, documents=1, studio={address: "政协办"})
    write_annotation(site.batch, annotation_of(site.batch, "d00", "政协办"))
    write_annotation(site.batch, annotation_of(site.batch, "d00", "B"))
    site.push("政协办", "B")
    by = {one["completed_by"] for one in site.tasks()[0]["annotations"]}
    assert user in by
    assert len(by) == 2
