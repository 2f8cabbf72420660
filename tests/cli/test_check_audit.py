"""workbench check --audit: on a batch, a folder, a file and a release, with answers, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import chdir, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import run
from tests.cli.test_bad_input import refused
from workbench.cli.check import check
from workbench.corpus.tasks import Batch

TEXT = "金川县政协向𠀀贫困户捐赠面粉。\n随后又到两村走访贫困户。\n贫困户对此表示感谢。\n"
FIRST, SECOND, THIRD = ([start, start + 3] for start in (7, 24, 29))
REPEAT = "repeat|r1|29:32|GROUP|贫困户"


def annotated(*spans: list[int], doc_id: str = "r1", **fields: Any) -> dict[str, Any]:
    entities = [
        {"id": f"T{index}", "type": "GROUP", "start": start, "end": end} for index, (start, end) in enumerate(spans)
    ]
    return {"doc_id": doc_id, "entities": entities, **fields}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a batch of one report: A annotates two of three 贫困户, B all of them."""
    project = tmp_path_factory.mktemp("made")
    (project / "seeds").mkdir()
    (project / "seeds" / "r1.txt").write_text(TEXT, encoding="utf-8")
    assert run(project, "prepare", "seeds", "--batch", "pilot").returncode == 0
    assert [Batch.open(project, "pilot").document("r1").text[slice(*span)] for span in (FIRST, SECOND, THIRD)] == [
        "贫困户"
    ] * 3
    for author, spans in (("A", (FIRST, SECOND)), ("B", (FIRST, SECOND, THIRD))):
        (project / "in.jsonl").write_text(json.dumps(annotated(*spans)) + "\n", encoding="utf-8")
        ran = run(project, "import", "in.jsonl", "--batch", "pilot", "--as", author)
        assert ran.returncode == 0, ran.stderr
    return project


@pytest.fixture
def pilot(tmp_path: Path, made: Path) -> Path:
    """A project of its own."""
    return Path(shutil.copytree(made, tmp_path / "project"))


def seal(folder: Path) -> None:
    """Write a manifest with the hashes of documents and annotations."""
    files = [file for part in ("documents", "annotations") for file in (folder / part).iterdir()]
    hashes = {f"{file.parent.name}/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    (folder / "manifest.json").write_text(json.dumps({"files": hashes}), encoding="utf-8")


def released(project: Path, version: str, author: str, answers: tuple[str, ...] = ()) -> Path:
    """A gold release with one author's annotations."""
    folder = project / "gold" / version
    batch = project / "tasks" / "pilot"
    shutil.copytree(batch / "documents", folder / "documents")
    shutil.copytree(batch / "annotations" / author, folder / "annotations")
    seal(folder)
    answer(folder / "decisions" / "r1.json", *answers)
    return folder


def answer(file: Path, *keys: str) -> None:
    """Write a file of decisions that answers findings about r1, beside the folder of its documents."""
    file.parent.mkdir(exist_ok=True)
    record = json.loads((file.parent.parent / "documents" / "r1.json").read_text(encoding="utf-8"))
    given = [{"finding": key, "reason": "in the abstract", "by": "C", "time": "2026-01-01T00:00:00Z"} for key in keys]
    made = {"format": "workbench-decisions/1", "doc_id": "r1", "text_sha256": record["text_sha256"], "answers": given}
    file.write_text(json.dumps(made), encoding="utf-8")


def audited(project: Path, path: str, **options: Any) -> list[dict[str, Any]]:
    """What --json prints of each source, without a process of its own."""
    with chdir(project), redirect_stdout(StringIO()) as printed:
        check(Path(path), audit=True, as_json=True, **options)
    content = json.loads(printed.getvalue())
    assert (content["errors"], content["faults"]) == (0, [])
    sources: list[dict[str, Any]] = content["audited"]
    return sources


def test_a_batch(pilot: Path) -> None:
    """Every author by itself; a doubt is no fault unless --strict says so."""
    ran = run(pilot, "check", "tasks/pilot", "--audit")
    assert ran.returncode == 0
    assert "r1 29:32 贫困户: GROUP in 2 places (first r1 7), not here" in ran.stdout
    assert "[贫困户]对此表示感谢。" in ran.stdout
    rows = [line.split() for line in ran.stdout.splitlines()[-2:]]
    assert rows == [["audited", "rule", "open", "answered"], ["tasks/pilot/annotations/A", "repeat", "1", "0"]]
    assert "tasks/pilot/annotations/A: 1 open findings in 1 documents" in ran.stderr
    assert run(pilot, "check", "tasks/pilot", "--audit", "--strict").returncode == 1


def test_json_and_answers(pilot: Path) -> None:
    """JSON gives each finding with the key that answers it; an answered one is counted and listed only on request."""
    first, second = audited(pilot, "tasks/pilot")
    assert (first["open"], second["open"], second["findings"]) == (1, 0, [])
    (finding,) = first["findings"]
    assert (finding["key"], finding["rule"], finding["spans"]) == (REPEAT, "repeat", [THIRD])
    answer(pilot / "tasks" / "pilot" / "adjudication" / "r1.json", finding["key"])
    first, *_ = audited(pilot, "tasks/pilot")
    assert (first["open"], first["answered"], first["findings"]) == (0, 1, [])
    first, *_ = audited(pilot, "tasks/pilot", answered=True)
    assert first["findings"] == [{**finding, "answer": "in the abstract"}]
    ran = run(pilot, "check", "tasks/pilot", "--audit", "--answered", "--strict")
    assert (ran.returncode, "answered: in the abstract" in ran.stdout) == (0, True)


def test_a_folder_and_a_file(pilot: Path) -> None:
    """An author's folder is audited alone; a file is compared with its neighbours, and only its findings are listed."""
    folder = "tasks/pilot/annotations/A"
    assert [one["open"] for one in audited(pilot, folder)] == [1]
    documents = pilot / "tasks" / "pilot" / "documents"
    text = "走访贫困户。\n"
    (pilot / "seeds" / "r2.txt").write_text(text, encoding="utf-8")
    assert run(pilot, "prepare", "seeds", "--batch", "pilot").returncode == 0
    assert (documents / "r2.txt").read_text(encoding="utf-8") == text
    (pilot / "in.jsonl").write_text(json.dumps(annotated(doc_id="r2")) + "\n", encoding="utf-8")
    assert run(pilot, "import", "in.jsonl", "--batch", "pilot", "--as", "A").returncode == 0
    (one,) = audited(pilot, f"{folder}/r2.json")
    assert [finding["key"] for finding in one["findings"]] == ["repeat|r2|2:5|GROUP|贫困户"]


def test_a_release(pilot: Path) -> None:
    """A release is compared with the one before it and reads its own answers; those that answer nothing are named."""
    released(pilot, "0.1.0", "B")
    folder = released(pilot, "0.2.0", "A", (REPEAT, "repeat|r1|0:1|ORG|gone"))
    (pilot / "gold" / "0.10.0").mkdir()
    (one,) = audited(pilot, "gold/0.2.0")
    assert (one["against"], one["open"], one["answered"]) == ("gold/0.1.0", 0, 1)
    assert one["stale_answers"] == ["repeat|r1|0:1|ORG|gone"]
    said = run(pilot, "check", "gold/0.2.0", "--audit").stderr
    assert "1 answers answer nothing any more" in said
    assert "counts compared with gold/0.1.0" in said
    (folder / "annotations" / "r1.json").write_text(
        (folder / "annotations" / "r1.json").read_text(encoding="utf-8").replace('"GROUP"', '"LOC"'), encoding="utf-8"
    )
    seal(folder)
    (one,) = audited(pilot, "gold/0.2.0")
    assert "drop|r1||GROUP|3→0" in [finding["key"] for finding in one["findings"]]
    (first, second) = audited(pilot, "tasks/pilot")
    assert (first["against"], second["against"]) == ("gold/0.2.0",) * 2


def test_against(pilot: Path) -> None:
    """--against names what counts are compared with, --drop how much must be lost."""
    folder, other = "tasks/pilot/annotations/A", Path("tasks/pilot/annotations/B")
    assert [one["open"] for one in audited(pilot, folder, against=other)] == [1]
    (pilot / "in.jsonl").write_text(json.dumps(annotated(FIRST)) + "\n", encoding="utf-8")
    assert run(pilot, "import", "in.jsonl", "--batch", "pilot", "--as", "A", "--replace").returncode == 0
    drop = "drop|r1||GROUP|3→1"
    assert drop in [finding["key"] for finding in audited(pilot, folder, against=other)[0]["findings"]]
    kept = audited(pilot, folder, against=other, drop=0.7)[0]["findings"]
    assert drop not in [finding["key"] for finding in kept]
    ran = run(pilot, "check", folder, "--against", str(other), "--audit")
    assert "r1: 3 GROUP before, 1 now" in ran.stdout


def test_faults_are_told_first(pilot: Path) -> None:
    """A fault ends with 1 in an audit too, and a document that does not hold together is said to be left out."""
    file = pilot / "tasks" / "pilot" / "annotations" / "A" / "r1.json"
    file.write_text(file.read_text(encoding="utf-8").replace("[7, 10]", "[7, 99]"), encoding="utf-8")
    ran = run(pilot, "check", "tasks/pilot", "--audit")
    assert ran.returncode == 1
    assert "error: tasks/pilot/annotations/A/r1.json entities[0].end: 99 is past the end" in ran.stdout
    assert "left out" in ran.stderr
    file.write_text("{", encoding="utf-8")
    refused(pilot, 1, "r1.json", "check", "tasks/pilot", "--audit")


def test_what_the_audit_refuses(pilot: Path, tmp_path: Path) -> None:
    """Options of the audit without it, its contrary, paths that are not there, batches without annotations."""
    refused(pilot, 2, "--against, --strict: only with --audit", "check", "tasks/pilot", "--strict", "--against", "x")
    refused(pilot, 2, "--warnings: not with --audit", "check", "tasks/pilot", "--audit", "--warnings")
    refused(pilot, 2, "nowhere: no such file", "check", "tasks/pilot", "--audit", "--against", "nowhere")
    answer(pilot / "tasks" / "pilot" / "adjudication" / "r1.json")
    (pilot / "tasks" / "pilot" / "adjudication" / "r1.json").write_text("[]", encoding="utf-8")
    refused(pilot, 1, "not a file of decisions", "check", "tasks/pilot", "--audit")
    shutil.rmtree(pilot / "tasks" / "pilot" / "annotations")
    refused(pilot, 2, "nobody has annotated this batch yet", "check", "tasks/pilot", "--audit")
