"""workbench adjudicate at the command line: units out, judgements in, merges by git."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import run
from tests.cli.test_bad_input import lines, refused
from tests.machine import require

TEXT = "金川县政协向𠀀贫困户捐赠210万元。\n剑阁县政协向\u00a0(甲)村捐书。\n"


def document(*entities: tuple[int, int, str]) -> dict[str, Any]:
    return {
        "doc_id": "r1",
        "entities": [
            {"id": f"T{start}{kind}", "type": kind, "start": start, "end": end} for start, end, kind in entities
        ],
    }


A = document((0, 5, "ORG"), (0, 3, "LOC"), (7, 10, "GROUP"), (19, 24, "ORG"))
B = document((0, 5, "ORG"), (7, 10, "GROUP"), (12, 17, "MONEY"), (19, 22, "LOC"), (19, 24, "ORG"))


@pytest.fixture(scope="module")
def annotated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose report two annotators have labelled; tests work on copies."""
    project = tmp_path_factory.mktemp("annotated")
    (project / "seeds").mkdir()
    (project / "seeds" / "r1.txt").write_text(TEXT, encoding="utf-8")
    assert run(project, "prepare", "seeds", "--batch", "pilot").returncode == 0
    for author, content in (("A", A), ("B", B)):
        ran = run(project, "import", str(lines(project, content)), "--batch", "pilot", "--as", author)
        assert ran.returncode == 0, ran.stderr
    return project


@pytest.fixture
def project(tmp_path: Path, annotated: Path) -> Path:
    """A copy of the project."""
    return Path(shutil.copytree(annotated, tmp_path / "project"))


def units(project: Path, *options: str) -> list[dict[str, Any]]:
    ran = run(project, "adjudicate", "tasks/pilot", "--export", "-", *options)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def judgements(project: Path, *content: dict[str, Any], name: str = "j.jsonl") -> str:
    usual = {"reason": "as the text says", "category": "slip"}
    file = project / name
    file.write_text("".join(json.dumps({**usual, **one}, ensure_ascii=False) + "\n" for one in content), "utf-8")
    return str(file)


def test_from_units_to_an_adjudicated_annotation(project: Path) -> None:
    waiting = units(project)
    assert [(unit["kind"], unit["start"]) for unit in waiting] == [("entity", 0), ("entity", 12), ("entity", 19)]
    assert waiting[1]["sentence"] == "金川县政协向𠀀贫困户捐赠210万元。"
    file = judgements(
        project,
        {"unit": waiting[0]["unit"], "choice": "accept", "accept": "A", "rule": "D1"},
        {"unit": waiting[1]["unit"], "choice": "reject"},
        {"unit": waiting[2]["unit"], "choice": "unresolved"},
    )
    tried = run(project, "adjudicate", "tasks/pilot", "--apply", file, "--as", "C", "--dry-run", "--json")
    assert json.loads(tried.stdout)[0]["open"] == 0
    assert not (project / "tasks/pilot/adjudication").exists()
    done = run(project, "adjudicate", "tasks/pilot", "--apply", file, "--as", "C", "--out", "out")
    assert done.returncode == 0, done.stderr
    assert units(project) == []
    gold = json.loads((project / "out/r1.json").read_text(encoding="utf-8"))
    found = [(entity["type"], entity["text"], entity.get("attributes")) for entity in gold["entities"]]
    assert found == [
        ("LOC", "金川县", None),
        ("ORG", "金川县政协", None),
        ("GROUP", "贫困户", None),
        ("LOC", "剑阁县", {"unresolved": "true"}),
        ("ORG", "剑阁县政协", None),
    ]
    decided = {unit["decision"] for unit in units(project, "--all") if "decision" in unit}
    assert len(decided) == 3


def test_a_second_judgement_replaces_the_first_and_keeps_it_as_history(project: Path) -> None:
    first, *_ = units(project)
    yes = {"unit": first["unit"], "choice": "accept", "accept": "A"}
    no = {"unit": first["unit"], "choice": "reject", "reason": "on second thought"}
    for judgement in (yes, no):
        ran = run(project, "adjudicate", "tasks/pilot", "--apply", judgements(project, judgement), "--as", "C")
        assert ran.returncode == 0, ran.stderr
    content = json.loads((project / "tasks/pilot/adjudication/r1.json").read_text(encoding="utf-8"))
    assert len(content["decisions"]) == 2
    assert sorted(len(one.get("replaces", ())) for one in content["decisions"]) == [0, 1]
    (again,) = [unit for unit in units(project, "--all") if unit["unit"] == first["unit"]]
    assert again["status"] == "adjudicated"
    assert again["items"] == []


def test_every_wrong_line_is_told_and_nothing_is_decided(project: Path) -> None:
    first, second, third = (unit["unit"] for unit in units(project))
    accept = {"choice": "accept"}
    file = judgements(
        project,
        {"unit": "Unowhere", **accept, "accept": "A"},
        {"unit": first, **accept, "accept": "a"},
        {"unit": second, "choice": "edit", "items": [{"type": "MONEY", "start": 12, "end": 17, "text": "别的"}]},
        {"unit": third, "choice": "edit", "items": [{"type": "LOC", "start": 19, "end": 999}]},
        {"unit": third, "choice": "reject"},
        {"choice": "add", "kind": "entity", "doc_id": "r2", "items": [{"type": "LOC", "start": 0, "end": 3}]},
        {"choice": "add", "doc_id": "r1", "items": [{"type": "LOC", "start": 0, "end": 3}]},
    )
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    ran = run(project, "adjudicate", "tasks/pilot", "--apply", file, "--as", "C")
    assert ran.returncode == 1
    for told in (
        "j.jsonl:1 unit: there is no unit 'Unowhere'",
        "j.jsonl:2 accept: 'a' has no reading of this unit; known: A, B",
        "j.jsonl:3 items[0]: '别的' is not the text",
        "j.jsonl:4 items[0]: [[19, 999]] is past the end",
        f"j.jsonl:5 unit: unit {third} is already judged on line 4",
        "j.jsonl:6 doc_id: the docket has no document 'r2'; known: r1",
        "j.jsonl:7 kind: missing",
    ):
        assert told in ran.stderr, ran.stderr
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_an_addition_that_cannot_apply_is_refused(project: Path) -> None:
    ends = {"head": {"type": "ORG", "start": 0, "end": 5}, "tail": {"type": "LOC", "start": 0, "end": 2}}
    file = judgements(
        project,
        {
            "choice": "add",
            "kind": "attribute",
            "doc_id": "r1",
            "entity": ends["tail"],
            "items": [{"name": "level", "value": "county"}],
        },
    )
    ran = run(project, "adjudicate", "tasks/pilot", "--apply", file, "--as", "C")
    assert ran.returncode == 1
    assert "j.jsonl:1" in ran.stderr
    assert "gold does not have what it is about" in ran.stderr


def test_what_is_missing_is_told(project: Path, tmp_path: Path) -> None:
    refused(project, 2, "name a batch", "adjudicate")
    refused(project, 2, "--apply needs --as", "adjudicate", "tasks/pilot", "--apply", "j.jsonl")
    refused(project, 2, "no such file", "adjudicate", "tasks/pilot", "--apply", "nowhere.jsonl", "--as", "C")
    refused(project, 2, "did you mean 'pilot'", "adjudicate", "tasks/pilto")
    shutil.rmtree(project / "tasks/pilot/annotations")
    refused(project, 2, "nobody has annotated this batch", "adjudicate", "tasks/pilot")


def test_a_broken_file_of_decisions_is_told_with_its_place(project: Path) -> None:
    folder = project / "tasks/pilot/adjudication"
    folder.mkdir()
    (folder / "r1.json").write_text('{"format": "workbench-decisions/1", "doc_id": "r1"}', encoding="utf-8")
    refused(project, 1, "adjudication/r1.json", "adjudicate", "tasks/pilot")


def git(folder: Path, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not check or ran.returncode == 0, ran.stdout + ran.stderr
    return ran


@pytest.fixture
def repository(project: Path) -> Path:
    """The project in git, one unit decided on main, and a further one on each of two branches."""
    require("git", "git")
    root = Path(__file__).resolve().parents[2]
    shutil.copy(root / ".gitattributes", project)
    git(project, "init", "-q", "-b", "main")
    first, second, third = (unit["unit"] for unit in units(project))

    def decide(unit: str, choice: dict[str, str]) -> None:
        file = judgements(project, {"unit": unit, **choice}, name="../j.jsonl")
        assert run(project, "adjudicate", "tasks/pilot", "--apply", file, "--as", "C").returncode == 0
        git(project, "add", ".")
        git(project, "commit", "-qm", "decide")

    decide(first, {"choice": "accept", "accept": "A"})
    git(project, "checkout", "-qb", "theirs")
    decide(second, {"choice": "reject"})
    decide(third, {"choice": "accept", "accept": "A"})
    git(project, "checkout", "-q", "main")
    decide(third, {"choice": "accept", "accept": "B"})
    return project


def driven(project: Path) -> None:
    """What --install-merge-driver does, with the program of this test run."""
    root = Path(__file__).resolve().parents[2]
    ran = subprocess.run(
        [sys.executable, "-m", "workbench", "adjudicate", "--install-merge-driver"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "HOME": str(project)},
    )
    assert ran.returncode == 0, ran.stderr


def test_git_unites_two_maintainers_decisions_through_the_driver(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    driven(repository)
    git(repository, "merge", "-q", "theirs", "-m", "merge")
    content = json.loads((repository / "tasks/pilot/adjudication/r1.json").read_text(encoding="utf-8"))
    assert len(content["decisions"]) == 4
    ran = run(repository, "adjudicate", "tasks/pilot")
    assert ran.stderr.count("contradicts another decision about the same unit") == 2
    (torn,) = units(repository)
    file = judgements(repository, {"unit": torn["unit"], "choice": "accept", "accept": "B"})
    assert run(repository, "adjudicate", "tasks/pilot", "--apply", file, "--as", "C").returncode == 0
    assert units(repository) == []


def test_without_the_driver_git_asks_and_nothing_is_wrong_in_silence(repository: Path) -> None:
    merged = git(repository, "merge", "-q", "theirs", "-m", "merge", check=False)
    ran = run(repository, "adjudicate", "tasks/pilot")
    if merged.returncode:
        assert ran.returncode == 1
        assert "adjudication/r1.json" in ran.stderr
    else:
        assert "contradicts another decision" in ran.stderr


def test_an_exported_line_filled_in_is_a_judgement(project: Path) -> None:
    """What a line says of its unit may stay in it."""
    filled = [{**unit, "choice": "accept", "accept": "A"} for unit in units(project)]
    ran = run(project, "adjudicate", "tasks/pilot", "--apply", judgements(project, *filled), "--as", "C")
    assert ran.returncode == 0, ran.stderr
    assert "3 decisions and 0 answers added" in ran.stderr
    assert units(project) == []


def test_what_a_judgement_would_pass_over_in_silence_is_refused(project: Path) -> None:
    """Fields that a choice does not use, a wrong document, faults of the schema, what annotators have already."""
    first, *_ = units(project)
    entity = {"type": "ORG", "start": 0, "end": 5}
    add = {"choice": "add", "doc_id": "r1"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"unit": first["unit"], "choice": "reject", "accept": "A"}, "accept: has no meaning beside choice reject"),
        ({"unit": first["unit"], "choice": "reject", "finding": "x"}, "has no meaning beside a finding"),
        ({"unit": first["unit"], "choice": "reject", "doc_id": "r9"}, "is a unit of r1"),
        ({**add, "kind": "entity", "items": [{"type": "LOK", "start": 19, "end": 22}]}, "unknown entity type 'LOK'"),
        ({**add, "kind": "entity", "items": [{**entity, "attributes": {"level": "county"}}]}, "annotators have it"),
        ({**add, "kind": "attribute", "entity": entity, "items": [{"name": "colour", "value": "red"}]}, "colour"),
        (
            {**add, "kind": "relation", "items": [{"type": "PART_OF", "head": entity, "tail": {**entity, "end": 2}}]},
            "nobody has ORG 金川: add it first",
        ),
    ]
    for judgement, told in cases:
        refused(project, 1, told, "adjudicate", "tasks/pilot", "--apply", judgements(project, judgement), "--as", "C")


def test_unlike_additions_in_one_place_apply_neither(project: Path) -> None:
    """Two maintainers who add unlike attributes are both told."""
    entity = {"type": "ORG", "start": 0, "end": 5}
    add = {"choice": "add", "doc_id": "r1", "kind": "attribute", "entity": entity}
    lines_ = [{**add, "items": [{"name": "level", "value": level}]} for level in ("county", "township")]
    ran = run(project, "adjudicate", "tasks/pilot", "--apply", judgements(project, *lines_), "--as", "C")
    assert ran.returncode == 1
    assert ran.stderr.count("contradicts another decision to add") == 2


def test_check_reads_the_decisions_of_a_batch(project: Path) -> None:
    """A file in conflict is a fault of the batch."""
    folder = project / "tasks/pilot/adjudication"
    folder.mkdir()
    (folder / "r1.json").write_text("<<<<<<< ours\n", encoding="utf-8")
    ran = run(project, "check", "tasks/pilot")
    assert ran.returncode == 1
    assert "adjudication/r1.json" in ran.stderr


def test_decisions_about_no_document_are_named(project: Path) -> None:
    folder = project / "tasks/pilot/adjudication"
    folder.mkdir()
    (folder / "r9.json").write_text("{}", encoding="utf-8")
    assert "r9.json: decisions about no annotated document" in run(project, "adjudicate", "tasks/pilot").stderr


def test_the_audit_of_a_batch_ends_with_its_outcome(project: Path) -> None:
    """Beside the passes stands what adjudication made, which the answers are about; nothing of it before a decision."""

    def sources() -> dict[str, dict[str, Any]]:
        ran = run(project, "check", "tasks/pilot", "--audit", "--json")
        assert ran.returncode == 0, ran.stderr
        return {one["source"]: one for one in json.loads(ran.stdout)["audited"]}

    outcome = "tasks/pilot/adjudication"
    assert outcome not in sources()
    decide = [{"unit": unit["unit"], "choice": "reject"} for unit in units(project)]
    answer = {"doc_id": "r1", "finding": "repeat|r1|0:1|ORG|gone", "reason": "of an earlier state", "category": None}
    file = judgements(project, *decide, answer)
    assert run(project, "adjudicate", "tasks/pilot", "--apply", file, "--as", "C").returncode == 0
    found = sources()[outcome]
    assert found["documents"] == 1
    assert found["stale_answers"] == ["repeat|r1|0:1|ORG|gone"]
