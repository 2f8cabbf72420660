"""Batches: their folders, their settings, and the names that may stand in paths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.core.errors import FaultyData, UsageMistake
from workbench.corpus.preparing import prepare
from workbench.corpus.tasks import Batch, batch_names, check_name, dump_settings


@pytest.fixture
def batch(project: Path) -> Batch:
    """A batch of two documents."""
    folder = project / "raw"
    folder.mkdir()
    (folder / "甲.txt").write_text("青山县政协(xié)组织委员。\n", encoding="utf-8")
    (folder / "b-2.txt").write_text("河口县政协。", encoding="utf-8")
    prepare(folder, project, "试点")
    return Batch.open(project, "试点")


def settings(project: Path, name: str, content: str) -> None:
    folder = project / "tasks" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "batch.toml").write_text(content, encoding="utf-8")


def test_where_things_are(batch: Batch, project: Path) -> None:
    """The layout is the one that every stage relies on."""
    folder = project / "tasks" / "试点"
    assert (batch.name, batch.schema_name, batch.blind) == ("试点", "cppcc_poverty", False)
    assert batch.folder == folder
    assert batch.documents_folder == folder / "documents"
    assert batch.annotation_file("李 A", "b-2") == folder / "annotations" / "李 A" / "b-2.json"
    assert batch.prediction_file("rules", "b-2") == folder / "predictions" / "rules" / "b-2.json"
    assert batch.adjudication_file("b-2") == folder / "adjudication" / "b-2.json"


def test_documents(batch: Batch) -> None:
    """Documents come in the order of their ids."""
    assert batch.document_ids() == ("b-2", "甲")
    assert [document.doc_id for document in batch.documents()] == ["b-2", "甲"]
    assert batch.document("甲").text == "青山县政协组织委员。\n"


def test_authors_and_programs(batch: Batch) -> None:
    """Everybody with a folder is listed, files and hidden folders are not."""
    assert batch.authors() == batch.programs() == ()
    for name in ("annotations/b", "annotations/a", "annotations/.c", "predictions/rules"):
        (batch.folder / name).mkdir(parents=True)
    (batch.annotations_folder / "notes.txt").write_text("", encoding="utf-8")
    assert batch.authors() == ("a", "b")
    assert batch.programs() == ("rules",)


@pytest.mark.parametrize("path", ["tasks/试点", "./tasks/试点/", "tasks/../tasks/试点"])
def test_a_batch_by_its_folder(path: str, batch: Batch) -> None:
    """The folder's path will do, relative or absolute, also from inside."""
    assert Batch.at(Path(path)).document_ids() == batch.document_ids()
    assert Batch.at(Path(path).resolve()) == batch


def test_a_batch_from_inside(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the batch's folder it is the batch here."""
    monkeypatch.chdir(batch.folder)
    assert Batch.at(Path()).folder == batch.folder


def test_unknown_batches_and_documents(batch: Batch, project: Path) -> None:
    """What does not exist is answered with the nearest name that does."""
    settings(project, "pilot", 'name = "pilot"\nschema = "cppcc_poverty"\n')
    with pytest.raises(UsageMistake, match="did you mean 'pilot'"):
        Batch.open(project, "pilto")
    with pytest.raises(UsageMistake, match="did you mean 'b-2'"):
        batch.document("b-3")
    with pytest.raises(UsageMistake, match="no such batch"):
        Batch.at(project / "tasks" / "other")
    with pytest.raises(UsageMistake, match="not a batch"):
        Batch.at(project)
    assert batch_names(project) == ("pilot", "试点")
    assert batch_names(project / "nowhere") == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('name = "x"\nschema = "s"\nblnd = true', "blnd: unknown key; did you mean 'blind'?"),
        ('name = "x"\nschema = "s"\nblind = "no"', "blind: not true or false"),
        ('name = "x"\nschema = 3', "schema: not a string"),
        ('schema = "s"', "name: missing"),
        ('name = "y"\nschema = "s"', "name: is 'y', but the folder is 'x'"),
        ("name = ", "not TOML"),
        ('name = "x"\nschema = "s"\ncopies = 0', "copies: at least 1 is needed"),
        ('name = "x"\nschema = "s"\ncopies = true', "copies: not a number"),
        ('name = "x"\nschema = "s"\ncopies = "2"', "copies: not a number"),
        ('name = "x"\nschema = "s"\nassigned = ["A"]', "assigned: not a table of names, each with a list"),
        ('name = "x"\nschema = "s"\n[assigned]\nA = "d00"', "assigned.A: not a list of document ids"),
        ('name = "x"\nschema = "s"\n[assigned]\n"蒋 A" = ["d00", 7]', "assigned.蒋 A: not a list of document ids"),
        ('name = "x"\nschema = "s"\n[assigned]\ncopies = 2', "assigned.copies: not a list of document ids"),
    ],
)
def test_faulty_settings(content: str, message: str, project: Path) -> None:
    """Faults of batch.toml name the file and the key."""
    settings(project, "x", content)
    with pytest.raises(FaultyData) as caught:
        Batch.open(project, "x")
    assert message in str(caught.value)
    assert "batch.toml" in str(caught.value)


def test_all_faults_of_the_settings(project: Path) -> None:
    """Unknown and missing keys are reported together."""
    settings(project, "x", "nam = 1\nblind = 1")
    with pytest.raises(FaultyData) as caught:
        Batch.open(project, "x")
    assert len(caught.value.faults) == 4


def test_all_faults_of_all_documents(batch: Batch) -> None:
    """A broken document does not hide another one."""
    (batch.documents_folder / "b-2.json").unlink()
    (batch.documents_folder / "甲.txt").write_bytes(b"\xff")
    with pytest.raises(FaultyData) as caught:
        batch.documents()
    assert [fault.source.name for fault in caught.value.faults if fault.source] == ["b-2.json", "甲.txt"]


@pytest.mark.parametrize("name", ["a", "李明-2_x", "𠀀", "v1.2", "A b"])
def test_safe_names(name: str) -> None:
    """Letters of any script, digits, and marks that no system forbids."""
    assert check_name("author", name) == name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", ".a", "a.", " a", "a ", "a/b", "../a", "a\\b", "a\0", "a\nb", "C:", "a*", "\ud800", "县" * 80],
)
def test_unsafe_names(name: str, batch: Batch) -> None:
    """No name leads out of its folder, hides, or fails on another system."""
    for use in (
        lambda: check_name("author", name),
        lambda: batch.annotation_file(name, "b-2"),
        lambda: batch.annotation_file("a", name),
        lambda: batch.prediction_file(name, "b-2"),
        lambda: Batch.open(batch.root, name),
        lambda: prepare(Path("raw"), batch.root, name),
    ):
        with pytest.raises(UsageMistake, match="is no possible"):
            use()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"copies": 2},
        {"assigned": {}},
        {"copies": 1, "assigned": {"A": ("d00", "d01"), "蒋 善生": (), 'a"b.c': ("甲\\", "𠀀")}},
    ],
)
def test_settings_come_back(more: dict[str, Any], project: Path) -> None:
    """What is written as batch.toml is read as the same batch."""
    batch = Batch(project, "x", "schemas/an other", True, **more)
    settings(project, "x", dump_settings(batch))
    assert Batch.open(project, "x") == batch


def test_settings_that_are_not_there(project: Path) -> None:
    """Everybody may have every document, and nobody has a fixed share."""
    settings(project, "x", 'name = "x"\nschema = "s"\n')
    batch = Batch.open(project, "x")
    assert (batch.blind, batch.copies, batch.assigned) == (False, None, None)
    settings(project, "x", 'name = "x"\nschema = "s"\ncopies = 2\n[assigned]\nA = ["d00"]\nB = []\n')
    batch = Batch.open(project, "x")
    assert (batch.copies, batch.assigned) == (2, {"A": ("d00",), "B": ()})
