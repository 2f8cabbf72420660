"""workbench migrate at the command line, and what other verbs say of annotations that are not migrated."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import run

TEXT = "金川县政协委员向𠀀金川县沙尔乡贫困户捐赠（２１０万元）。\n"


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def entity(name: str, kind: str, part: str, occurrence: int = 0, **more: Any) -> dict[str, Any]:
    start = -1
    for _ in range(occurrence + 1):
        start = TEXT.index(part, start + 1)
    return {"id": name, "type": kind, "start": start, "end": start + len(part), "text": part, **more}


DOCUMENT = {
    "doc_id": "r1",
    "schema": "cppcc-poverty 0.1.0",
    "entities": [
        entity("T1", "ORG", "金川县政协", attributes={"spec": "SPC"}),
        entity("T2", "LOC", "金川县", 1, attributes={"level": "county", "mention": "NAM"}),
        entity(
            "T3", "LOC", "沙尔乡", attributes={"level": "township"}, value={"kind": "place", "name": "金川县沙耳乡"}
        ),
    ],
    "events": [
        {
            "id": "E1",
            "type": "ASSIST",
            "trigger": {"start": 0, "end": 2},
            "arguments": [{"role": "helper", "entity": "T1"}],
        }
    ],
}


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one report, annotated by A with schema 0.1.0; tests work on copies."""
    project = tmp_path_factory.mktemp("imported")
    (project / "seeds").mkdir()
    (project / "seeds" / "r1.txt").write_text(TEXT, encoding="utf-8")
    (project / "in.jsonl").write_text(json.dumps(DOCUMENT, ensure_ascii=False) + "\n", encoding="utf-8")
    assert run(project, "prepare", "seeds", "--batch", "pilot").returncode == 0
    ran = run(project, "import", "in.jsonl", "--batch", "pilot", "--as", "A")
    assert ran.returncode == 0, ran.stderr
    return project


@pytest.fixture
def project(tmp_path: Path, imported: Path) -> Path:
    return Path(shutil.copytree(imported, tmp_path / "project"))


def annotation_of(project: Path, author: str = "A") -> Any:
    return json.loads((project / "tasks" / "pilot" / "annotations" / author / "r1.json").read_text(encoding="utf-8"))


def test_an_import_says_what_the_file_says(project: Path) -> None:
    """A file made with 0.1.0 stays one, without the hash of another version; check says that it is to be migrated."""
    assert annotation_of(project)["schema"] == {"id": "cppcc-poverty", "version": "0.1.0"}
    ran = run(project, "check", "tasks/pilot")
    assert ran.returncode == 0
    assert "schema.version: made with 0.1.0, this is 0.2.0: migrate it (workbench migrate)" in ran.stdout


@pytest.mark.parametrize("said", [{}, {"schema": "cppcc-poverty 0.2.0"}])
def test_an_import_of_this_version_gets_its_stamp(said: dict[str, str], project: Path) -> None:
    """A file that names this version, or none, is stamped with version and hash."""
    document = {key: value for key, value in DOCUMENT.items() if key != "schema"} | said
    (project / "in.jsonl").write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    assert run(project, "import", "in.jsonl", "--batch", "pilot", "--as", "B").returncode == 0
    made_with = annotation_of(project, "B")["schema"]
    assert made_with["version"] == "0.2.0"
    assert len(made_with["hash"]) == 64


def test_a_dry_run_lists_everything_and_writes_nothing(project: Path) -> None:
    """Automatic, lossy and human cases with file, place, text and decision; the files stay."""
    before = snapshot(project)
    ran = run(project, "migrate", "tasks/pilot", "--dry-run")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert snapshot(project) == before
    file = "tasks/pilot/annotations/A/r1.json"
    part_of = "PART_OF 沙尔乡 → 金川县: added along the address"
    assert ran.stdout.splitlines() == [
        f"automatic: {file} entities[T1].attributes.spec [0, 5) 金川县政协: "
        "spec=SPC goes without saying: dropped (D61)",
        f"needs a human: {file} entities[T2].value [9, 12) 金川县: has no name and code of GB/T 2260 (D61)",
        f"lossy: {file} entities[T3].value [12, 15) 沙尔乡: place name 金川县沙耳乡 without its parents: 沙耳乡 (D61)",
        f"automatic: {file} relations[PART_OF-T3-T2] [12, 15) 沙尔乡: {part_of} (D52)",
        f"lossy: {file} frames[E1] [0, 2) 金川: ASSIST dropped; it had helper 金川县政协 (D26)",
        "would migrate              documents  automatic  lossy  needs a human  0.2.0 already",
        "tasks/pilot/annotations/A          1          2      2              1              0",
    ]


def test_the_real_run_lists_what_is_lost_and_what_needs_a_human(project: Path) -> None:
    """What was dropped, the review queue and the counts; the file is of the new version; a second run does nothing."""
    ran = run(project, "migrate", "tasks/pilot")
    assert (ran.returncode, ran.stderr) == (0, "")
    listed = ran.stdout.splitlines()
    assert sorted(line.split(":")[0] for line in listed[:-2]) == ["lossy", "lossy", "needs a human"]
    assert listed[-1].split() == ["tasks/pilot/annotations/A", "1", "2", "2", "1", "0"]
    made = annotation_of(project)
    assert made["schema"]["version"] == "0.2.0"
    assert made["provenance"]["parameters"]["made_with"] == "cppcc-poverty 0.1.0"
    assert "migrate it" not in run(project, "check", "tasks/pilot").stdout
    before = snapshot(project)
    again = run(project, "migrate", "tasks/pilot")
    assert again.stdout.splitlines()[1:] == [
        "tasks/pilot/annotations/A          0          0      0              0              1"
    ]
    assert snapshot(project) == before


def test_json_holds_every_case(project: Path) -> None:
    """Files with their counts, and all cases with place and decision."""
    dry = json.loads(run(project, "migrate", "tasks/pilot", "--dry-run", "--json").stdout)
    real = json.loads(run(project, "migrate", "tasks/pilot", "--json").stdout)
    assert (dry["written"], real["written"]) == (False, True)
    assert {**dry, "written": True} == real
    assert real["to"] == "0.2.0"
    source = "tasks/pilot/annotations/A/r1.json"
    counts = {"automatic": 2, "lossy": 2, "needs_human": 1}
    assert real["files"] == [{"source": source, "doc_id": "r1", "from": "0.1.0", **counts}]
    assert real["untouched"] == []
    assert len(real["cases"]) == 5
    assert real["cases"][1] == {
        "source": source,
        "doc_id": "r1",
        "kind": "needs_human",
        "decision": "D61",
        "message": "has no name and code of GB/T 2260",
        "path": "entities[T2].value",
        "start": 9,
        "end": 12,
        "text": "金川县",
    }


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("tasks/pilat",), 2, "no such file or folder"),
        (("tasks/pilot", "--to", "0.3.0"), 2, "has no version '0.3.0'"),
        (("in.jsonl",), 2, "import it first"),
        (("seeds",), 2, "a folder without annotation files"),
        (("tasks/pilot/documents",), 1, "not an annotation file"),
        ((), 2, "Missing argument 'PATH'"),
    ],
)
def test_bad_input(arguments: tuple[str, ...], code: int, said: str, project: Path) -> None:
    """A message, the exit code, and nothing written."""
    before = snapshot(project)
    ran = run(project, "migrate", *arguments)
    assert (ran.returncode, ran.stdout) == (code, ""), ran.stdout + ran.stderr
    assert said in ran.stderr
    assert snapshot(project) == before


def test_scores_of_unlike_revisions_are_doubted(project: Path) -> None:
    """Scoring one revision against another works, with a warning on stderr; of like ones nothing is said."""
    shutil.copytree(project / "tasks/pilot/annotations/A", project / "tasks/pilot/annotations/B")
    assert run(project, "migrate", "tasks/pilot/annotations/B").returncode == 0
    sides = ("tasks/pilot/annotations/A", "tasks/pilot/annotations/B")
    for verb in ("score", "compare"):
        ran = run(project, verb, *sides)
        assert ran.returncode == 0, ran.stderr
        assert ran.stderr == f"warning: {sides[0]} was made with 0.1.0, {sides[1]} with 0.2.0: workbench migrate\n"
    assert run(project, "score", sides[0], sides[0]).stderr == ""
