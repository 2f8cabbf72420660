"""Wrong input at the command line: a message, the right exit code, no traceback, nothing half written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import PROGRAM, run
from tests.machine import require

TEXT = "金川县政协向𠀀贫困户捐赠210万元。\n"


def refused(folder: Path, code: int, said: str, *arguments: str) -> None:
    """The command ends with the exit code, says so on stderr only, and leaves the folder as it was."""
    before = snapshot(folder)
    ran = run(folder, *arguments)
    assert (ran.returncode, ran.stdout) == (code, ""), ran.stdout + ran.stderr
    assert said in ran.stderr
    assert snapshot(folder) == before


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one prepared report, r1; tests work on copies."""
    project = tmp_path_factory.mktemp("prepared")
    (project / "seeds").mkdir()
    (project / "seeds" / "r1.txt").write_text(TEXT, encoding="utf-8")
    assert run(project, "prepare", "seeds", "--batch", "pilot").returncode == 0
    return project


@pytest.fixture
def pilot(tmp_path: Path, prepared: Path) -> Path:
    """A project of its own with one prepared report, r1."""
    return Path(shutil.copytree(prepared, tmp_path / "project"))


def lines(folder: Path, *documents: Any) -> Path:
    file = folder / "in.jsonl"
    file.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents), encoding="utf-8")
    return file


def entity(start: int = 0, end: int = 5, **more: Any) -> dict[str, Any]:
    return {"doc_id": "r1", "entities": [{"id": "T1", "type": "ORG", "start": start, "end": end, **more}]}


IMPORT = ("import", "in.jsonl", "--batch", "pilot", "--as", "A")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "r1.txt"),
        (b" \n\n", "r1.txt"),
        ("政协".encode("gbk"), "r2.txt:1: not UTF-8"),
        ("政协\n政\0协".encode(), "r2.txt:2: contains a NUL"),
        ("\ufeff政协".encode(), "byte order mark"),
        (TEXT.encode(), "r1"),
    ],
    ids=["empty", "blank", "gbk", "nul", "bom", "copy"],
)
def test_raw_reports_that_cannot_be_used(pilot: Path, content: bytes, said: str) -> None:
    """Empty, blank, GBK, NUL, BOM, and a copy of a report under another name: faults that name the file."""
    (pilot / "seeds" / "r2.txt").write_bytes(content)
    before = snapshot(pilot)
    ran = run(pilot, "prepare", "seeds", "--batch", "pilot")
    assert ran.returncode == 1
    assert "r2.txt" in ran.stderr
    assert said in ran.stderr or said == "r1.txt"
    assert snapshot(pilot) == before


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (entity(type="ORGA"), "in.jsonl:1 entities[0].type: unknown entity type 'ORGA'; did you mean 'ORG'?"),
        (entity(end=99), "in.jsonl:1 entities[0].end: 99 is past the end of the text (19 characters)"),
        (entity(text="金川县委"), "in.jsonl:1 entities[0].text: '金川县委' is not the text at these offsets"),
        ({**entity(), "sha256": "0" * 64}, "in.jsonl:1 sha256: sha256 is not that of r1"),
        ({**entity(), "text": "别的"}, "in.jsonl:1 text: the text differs"),
        ({**entity(), "doc_id": "r2"}, "batch pilot has no document 'r2'; known: r1"),
        (entity(start="0"), "in.jsonl:1 entities[0].start: an integer is needed"),
        ({**entity(), "schema": "other 0.1.0"}, "made with schema 'other'"),
    ],
)
def test_annotations_that_do_not_fit(pilot: Path, document: dict[str, Any], said: str) -> None:
    """An annotation that does not fit its text or schema is refused with file, line and path."""
    lines(pilot, document)
    refused(pilot, 1, said, *IMPORT)


def test_raw_offsets_taken_for_clean_ones(pilot: Path) -> None:
    """The likeliest mistake gets the advice that mends it."""
    raw = "  政協(xié)委員帮扶贫困户。\n"
    (pilot / "seeds" / "r3.txt").write_text(raw, encoding="utf-8")
    assert run(pilot, "prepare", "seeds", "--batch", "pilot").returncode == 0
    start = raw.index("贫困户")
    one = {"id": "T1", "type": "GROUP", "start": start, "end": start + 3, "text": "贫困户"}
    zone = {"kind": "footer", "start": start, "end": len(raw)}
    lines(pilot, {"doc_id": "r3", "entities": [one], "zones": [zone]})
    refused(pilot, 1, "import with --offsets raw", *IMPORT)
    assert run(pilot, *IMPORT, "--offsets", "raw").returncode == 0


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({**entity(), "zones": [{"kind": "footer", "start": 0, "end": 500}]}, "zones[0].end: 500 is past the end"),
        ({**entity(), "zones": [{"kind": "footer", "start": 0, "end": 2, "text": "错"}]}, "zones[0].text: '错' is not"),
        (entity(value={"min": 10**400, "mod": "RANGE"}, type="MONEY"), "entities[0].value"),
        ({**entity(), "scope": "all"}, "scope: two integers are needed"),
        ({**entity(), "foo": json.loads("[" * 900 + "]" * 900)}, "nested more than"),
        (
            {"doc_id": "r1", "entities": [{"id": "T1", "type": "ORG", "fragments": [["0", "5"]]}]},
            "entities[0].fragments",
        ),
        ({"doc_id": "r1", "events": [{"type": "ASSIST", "trigger": {"start": 1, "end": 99}}]}, "events[0].trigger.end"),
    ],
)
def test_odd_documents(pilot: Path, document: dict[str, Any], said: str) -> None:
    """Zones, values, scopes and nesting that cannot be are faults with their path in the file."""
    lines(pilot, document)
    refused(pilot, 1, said, *IMPORT)


def test_unknown_keys_are_kept(pilot: Path) -> None:
    """Keys that the format does not name are in the annotation file, wherever they stood."""
    document = {**entity(colour="red"), "extra": {"a": 1}, "b": 2}
    document["events"] = [
        {
            "type": "ASSIST",
            "trigger": {"start": 10, "end": 12, "tense": "past"},
            "arguments": [{"role": "helper", "entity": "T1", "sure": False}],
        }
    ]
    lines(pilot, document)
    assert run(pilot, *IMPORT).returncode == 0
    written = json.loads((pilot / "tasks/pilot/annotations/A/r1.json").read_text(encoding="utf-8"))
    assert written["extra"] == {"a": 1, "b": 2}
    assert written["entities"][0]["extra"] == {"colour": "red"}
    assert written["frames"][0]["trigger"]["extra"] == {"tense": "past"}
    assert written["frames"][0]["arguments"][0]["extra"] == {"sure": False}


def test_an_annotation_of_no_document_of_the_batch(pilot: Path) -> None:
    """An annotation file whose document the batch does not have was never compared with a text: a fault."""
    lines(pilot, entity())
    assert run(pilot, *IMPORT).returncode == 0
    file = pilot / "tasks/pilot/annotations/A/r1.json"
    (file.parent / "zzz.json").write_text(file.read_text(encoding="utf-8").replace('"r1"', '"zzz"'), encoding="utf-8")
    ran = run(pilot, "check", "tasks/pilot")
    assert ran.returncode == 1
    assert "batch pilot has no document 'zzz'" in ran.stdout


def test_a_full_disk_and_impossible_names(pilot: Path) -> None:
    """Output that cannot be written ends with 3, a name no system takes with 2."""
    lines(pilot, {**entity(), "text": TEXT})
    command = [sys.executable, "-c", PROGRAM, "score", "in.jsonl", "in.jsonl"]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, cwd=pilot, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ran.returncode, "Traceback" in ran.stderr) == (3, False), ran.stderr
    assert "No space left" in ran.stderr
    refused(pilot, 2, "File name too long", "check", "a" * 300)


def test_a_folder_that_may_not_be_read(pilot: Path) -> None:
    """Without permission to read: exit code 3 and the path."""
    lines(pilot, entity())
    assert run(pilot, *IMPORT).returncode == 0
    folder = pilot / "tasks/pilot/annotations/A"
    folder.chmod(0o000)
    try:
        ran = run(pilot, "check", "tasks/pilot", before=without_root_rights())
        assert ran.returncode == 3, ran.stderr
        assert "annotations/A" in ran.stderr
    finally:
        folder.chmod(0o755)


def without_root_rights() -> tuple[str, ...]:
    """What makes root obey permissions, before a command; nothing for other users."""
    if os.geteuid() != 0:
        return ()
    dropped = "-dac_override,-dac_read_search"
    return (require("setpriv", "util-linux"), "--bounding-set", dropped, "--inh-caps", dropped)


def test_a_file_cut_in_the_middle_of_a_line(pilot: Path) -> None:
    """A cut line names its number; the whole lines before it are not imported either."""
    file = lines(pilot, entity(), {**entity(), "doc_id": "r2"})
    file.write_text(file.read_text(encoding="utf-8")[:-30], encoding="utf-8")
    refused(pilot, 1, "in.jsonl:2: not JSON", *IMPORT)


def test_a_document_named_twice(pilot: Path) -> None:
    """Two lines about one document are a fault that names both lines."""
    lines(pilot, entity(), entity())
    refused(pilot, 1, "in.jsonl:2 doc_id: document 'r1' is already on line 1", *IMPORT)


def test_other_annotations_are_not_lost(pilot: Path) -> None:
    """Importing the same file again changes nothing; another one needs --replace."""
    lines(pilot, entity())
    assert run(pilot, *IMPORT).returncode == 0
    assert run(pilot, *IMPORT).returncode == 0
    lines(pilot, entity(end=3, type="LOC"))
    refused(pilot, 2, "use --replace", *IMPORT)
    assert run(pilot, *IMPORT, "--replace").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prepare", "nowhere", "--batch", "pilot"), "nowhere"),
        (("prepare", "seeds/r1.txt", "--batch", "pilot"), "r1.txt"),
        (("prepare", "seeds", "--batch", "../pilot"), "../pilot"),
        (("import", "nowhere.jsonl", "--batch", "pilot", "--as", "A"), "nowhere.jsonl: no such file"),
        (("import", "seeds", "--batch", "pilot", "--as", "A"), "seeds: a folder"),
        (("import", "seeds/r1.txt", "--batch", "pilto", "--as", "A"), "did you mean 'pilot'?"),
        (("extract", "rulse", "--batch", "pilot"), "did you mean 'rules'?"),
        (("check", "nowhere"), "nowhere: no such file"),
        (("check", "tasks/pilot"), "nothing is annotated yet"),
        (("score", "nowhere", "seeds"), "nowhere: no such file"),
        (("score", "seeds", "seeds"), "seeds: a folder without annotation files"),
        (("score", "seeds/r1.txt", "seeds/r1.txt", "--schema", "cppcc"), "cppcc: no such schema; known: cppcc_poverty"),
        (("schema", "show", "nowhere"), "nowhere: no such schema"),
        (("schema", "show", "--type", "ORGG"), "no type 'ORGG'; did you mean 'ORG'?"),
        (("demo", "--keep", "seeds"), "seeds exists already"),
        (("prepare", "seeds"), "--batch"),
        (("scroe",), "scroe"),
    ],
)
def test_wrong_paths_and_names(pilot: Path, arguments: tuple[str, ...], said: str) -> None:
    """A path that is not there, a folder for a file, a typo: exit code 2 and the nearest name."""
    refused(pilot, 2, said, *arguments)


def test_a_batch_that_is_not_whole(pilot: Path) -> None:
    """A document whose text was touched, and a cut annotation file, are faults of check with their files."""
    lines(pilot, entity())
    assert run(pilot, *IMPORT).returncode == 0
    annotation = pilot / "tasks" / "pilot" / "annotations" / "A" / "r1.json"
    annotation.write_text(annotation.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    ran = run(pilot, "check", "tasks/pilot")
    assert ran.returncode == 1
    assert "annotations/A/r1.json:" in ran.stdout
    (pilot / "tasks" / "pilot" / "documents" / "r1.txt").write_text("别的", encoding="utf-8")
    refused(pilot, 1, "documents/r1.", "check", "tasks/pilot")


def test_scoring_what_cannot_be_compared(pilot: Path) -> None:
    """Documents missing on one side, and an offset past the end of the other side's text, are faults."""
    gold = lines(pilot, {**entity(), "text": TEXT})
    (pilot / "gold.jsonl").write_bytes(gold.read_bytes())
    lines(pilot, {**entity(), "doc_id": "r2"})
    refused(pilot, 1, "'r1' is in gold, but was not predicted; known: r2", "score", "gold.jsonl", "in.jsonl")
    lines(pilot, entity(end=400))
    refused(pilot, 1, "400 is past the end of the text", "score", "gold.jsonl", "in.jsonl")


def test_a_read_only_folder(pilot: Path) -> None:
    """Without permission to write: exit code 3, the path, and nothing changed."""
    lines(pilot, entity())
    folder = pilot / "tasks" / "pilot"
    folder.chmod(0o555)
    try:
        before = snapshot(pilot)
        ran = run(pilot, *IMPORT, before=without_root_rights())
        assert ran.returncode == 3, ran.stderr
        assert "tasks/pilot/annotations/A/r1.json: cannot be written (Permission denied)" in ran.stderr
        assert snapshot(pilot) == before
    finally:
        folder.chmod(0o755)


def test_an_interrupted_run(pilot: Path) -> None:
    """Ctrl+C ends with 130 and a word, not with a traceback."""
    program = (
        "import sys, workbench.corpus.preparing as preparing\n"
        "def stop(*_): raise KeyboardInterrupt\n"
        "preparing.prepare = stop\n"
        "sys.argv = ['workbench', 'prepare', 'seeds', '--batch', 'pilot']\n" + PROGRAM
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=pilot, capture_output=True, text=True, check=False)
    assert ran.returncode == 130
    assert "Traceback" not in ran.stderr


def test_output_to_a_terminal_that_knows_no_chinese(pilot: Path) -> None:
    """Under an ASCII locale Chinese is escaped, not a crash."""
    shutil.rmtree(pilot / ".workbench", ignore_errors=True)
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-c", PROGRAM, "schema", "show"]
    ran = subprocess.run(command, cwd=pilot, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "\\u4eba\\u7269" in ran.stdout
