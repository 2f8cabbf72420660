"""workbench convert at the command line: what it prints, refuses and leaves behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli import program
from tests.formats.brat.dirty import DIRT, write_dirty_collection
from tests.readme import block

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the gold set; tests write into it under names of their own."""
    made = tmp_path_factory.mktemp("convert")
    shutil.copytree(ROOT / "gold", made / "gold")
    write_dirty_collection(made / "dirty")
    return made


def run(folder: Path, *arguments: str, verb: str = "convert", **environment: str) -> subprocess.CompletedProcess[str]:
    return program.run(folder, verb, *arguments, **environment)


def test_the_commands_of_the_readme_run_in_order(folder: Path) -> None:
    for line in block("convert").strip().splitlines():
        words = line.partition("#")[0].split()
        ran = run(folder, *words[2:])
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout == ""
        assert "5 documents" in ran.stderr
    shown = run(folder, "gold/0.1.0", "gold-brat", verb="score")
    assert "entities strict                    100.00  100.00  100.00" in shown.stdout


@pytest.mark.parametrize("name", ["brat", "label-studio", "xmi", "parquet", "spacy", "bio", "doccano", "prodigy"])
def test_score_takes_any_format_on_either_side(folder: Path, name: str) -> None:
    """A format that keeps all entities scores 100 against gold; BIO has lost the nested ones and no others."""
    target = f"score-{name}"
    assert run(folder, "gold/0.1.0", target, "--to", name, "--allow-loss").returncode == 0
    results = []
    for sides in (("gold/0.1.0", target), (target, "gold/0.1.0")):
        ran = run(folder, *sides, "--json", "--schema", "cppcc_poverty", verb="score")
        assert ran.returncode == 0, ran.stderr
        results.append(json.loads(ran.stdout)["entities"]["strict"])
    forwards, backwards = results
    if name == "bio":
        assert forwards["precision"] == backwards["recall"] == 1.0
        assert 0.8 < forwards["recall"] < 0.9
    else:
        assert forwards["f1"] == backwards["f1"] == 1.0


def test_a_dirty_collection_is_refused_and_told(folder: Path) -> None:
    ran = run(folder, "dirty", "clean.jsonl")
    assert (ran.returncode, ran.stdout) == (1, "")
    lines = ran.stderr.splitlines()
    for name, dirt in DIRT.items():
        place = f"dirty/{name}.{'txt' if name in ('byte-order-mark', 'gb18030') else 'ann'}"
        assert any(
            line.removeprefix("workbench: ").startswith(f"{place}:{dirt.line}" if dirt.line else place)
            for line in lines
        ), name
    assert "--repair mends" in lines[-1]
    assert not (folder / "clean.jsonl").exists()


def test_repairs_and_what_is_left_out_are_listed_and_counted(folder: Path) -> None:
    ran = run(folder, "dirty", "clean.jsonl", "--repair", "--skip-faulty", "--json", "--replace")
    assert ran.returncode == 0, ran.stderr
    summary = json.loads(ran.stdout)
    lines = ran.stderr.splitlines()
    assert sum(line.startswith("repaired: dirty/") for line in lines) == sum(summary["repairs"].values()) > 15
    assert sum(line.startswith("left out: dirty/") for line in lines) == sum(summary["faults"].values()) > 5
    assert summary["repairs"]["utf16"] == 2
    assert summary["left_out"]["documents"] == 1
    assert "repaired: dirty/hull.ann:2 entities[1]: hull: [0, 5) becomes [0, 2);[3, 5) '剑阁…政协'" in lines
    assert "written: clean.jsonl (jsonl, from brat)" in ran.stderr


def test_loss_is_refused_with_sums_and_listed_one_by_one(folder: Path) -> None:
    ran = run(folder, "gold/0.1.0", "flat.bio", "--losses", "gone.jsonl")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "bio cannot hold everything; this would go:" in ran.stderr
    assert " 635 relations (relations): " in ran.stderr
    assert not (folder / "flat.bio").exists()
    gone = [json.loads(line) for line in (folder / "gone.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sum(loss["kind"] == "relations" for loss in gone) == 635
    allowed = run(folder, "gold/0.1.0", "flat.bio", "--allow-loss", "--json")
    assert allowed.returncode == 0, allowed.stderr
    summary = json.loads(allowed.stdout)
    assert summary["losses"]["relations"] == 635
    assert summary["written"]["relations"] == summary["written"]["frames"] == 0
    assert summary["written"]["entities"] + summary["losses"]["nested"] == 1218


def test_the_list_of_losses_overwrites_nothing(folder: Path) -> None:
    (folder / "mine.txt").write_text("mine")
    for name in ("mine.txt", "gold/0.1.0/manifest.json"):
        before = (folder / name).read_bytes()
        ran = run(folder, "gold/0.1.0", "x.bio", "--losses", name, "--allow-loss")
        assert ran.returncode == 2
        assert (folder / name).read_bytes() == before
    assert not (folder / "x.bio").exists()


def test_a_refusal_can_be_read_by_a_program(folder: Path) -> None:
    refused = json.loads(run(folder, "gold/0.1.0", "x.bio", "--json").stdout)
    assert (refused["written"], refused["losses"]["relations"]) == (None, 635)
    faulty = run(folder, "dirty", "x.jsonl", "--json")
    told = json.loads(faulty.stdout)
    assert (faulty.returncode, told["written"]) == (1, None)
    assert told["faults"]["encoding"] == 3
    assert told["repairable"]["moved"] == 2


def test_score_says_what_to_do_with_a_dirty_collection(folder: Path) -> None:
    ran = run(folder, "dirty", "dirty", verb="score")
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("workbench convert IN OUT --repair")


def test_a_file_can_be_printed(folder: Path) -> None:
    ran = run(folder, "gold/0.1.0", "-", "--to", "jsonl")
    assert ran.returncode == 0, ran.stderr
    assert [json.loads(line)["author"] for line in ran.stdout.splitlines()] == ["gold"] * 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nothing", "out.jsonl"), "nothing: no such file or folder; . holds"),
        (("gold/0.1.0", "out"), "name the format to write with --to"),
        (("gold/0.1.0", "out", "--to", "brrat"), "there is no format 'brrat'; did you mean 'brat'?"),
        (("gold/0.1.0", "out", "--from", "graphml", "--to", "brat"), "graphml is written only"),
        (("gold/0.1.0", "-", "--to", "brat"), "cannot be printed"),
        (("gold/0.1.0", "-", "--to", "xmi"), "cannot be printed"),
        (("gold/0.1.0", "-", "--to", "jsonl", "--json"), "printed into each other"),
        (("gold/0.1.0", "gold", "--to", "brat", "--replace"), "is part of what is read"),
        (("gold/0.1.0", "out.bio", "--flatten", "longest"), "is not outermost or innermost"),
        (("gold/0.1.0", "out.jsonl", "--schema", "cpcc"), "no such schema"),
    ],
)
def test_mistakes_are_told_and_nothing_is_written(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    before = sorted(entry.name for entry in folder.iterdir())
    ran = run(folder, *arguments)
    assert ran.returncode == 2
    assert message in ran.stderr
    assert ran.stdout == ""
    assert sorted(entry.name for entry in folder.iterdir()) == before


@pytest.mark.parametrize(
    ("name", "library", "extra"),
    [
        ("parquet", "pyarrow", "parquet"),
        ("xmi", "cassis", "uima"),
        ("spacy", "spacy", "spacy"),
        ("graphml", "networkx", "graph"),
    ],
)
def test_a_missing_library_is_told_with_its_command(
    folder: Path, tmp_path: Path, name: str, library: str, extra: str
) -> None:
    (tmp_path / f"{library}.py").write_text("raise ImportError\n")
    ran = run(folder, "gold/0.1.0", "missing", "--to", name, "--allow-loss", PYTHONPATH=str(tmp_path))
    assert ran.returncode == 3
    assert f"{library}, which is not installed: pip install 'cppcc-workbench[{extra}]'" in ran.stderr
    assert not (folder / "missing").exists()


MEASURED = """
import resource, sys
sys.argv = ["workbench", "convert", *sys.argv[1:]]
try:
    from workbench.cli.main import run
    run()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_json_lines_are_streamed(tmp_path: Path) -> None:
    """Twenty times as many documents take the same memory, but for a few bytes each: no part of the file is kept."""
    sentence = "剑阁县政协協(xié)助𠀀村，\u00a0捐款２万元。"
    starts = [len(sentence) * place for place in range(20)]
    entities = [{"type": "LOC", "start": start, "end": start + 3} for start in starts]
    peaks = []
    for count in (300, 6000):
        source = tmp_path / f"{count}.jsonl"
        with source.open("w", encoding="utf-8") as file:
            for number in range(count):
                document = {"doc_id": f"d{number}", "text": sentence * 20, "entities": entities}
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
        ran = subprocess.run(
            [sys.executable, "-c", MEASURED, str(source), str(tmp_path / f"out-{count}.jsonl")],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        peaks.append(int(ran.stdout))
    size = (tmp_path / "6000.jsonl").stat().st_size / 1024
    assert peaks[1] - peaks[0] < size / 4, (peaks, size)


def test_check_lists_faults_of_any_format_with_its_lines(folder: Path) -> None:
    ran = run(folder, "dirty", verb="check")
    assert ran.returncode == 1
    assert (
        "error: dirty/begin-after-end.ann:2 entities[1].end: 12 is not after start 14 (offsets)"
        in ran.stdout + ran.stderr
    )
    assert run(folder, "gold/0.1.0", "checked", "--to", "parquet").returncode == 0
    sound = run(folder, "checked", verb="check")
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert sound.stdout.splitlines()[1].split() == ["checked", "5", "1218", "635", "141", "0", "0"]


def test_a_table_is_made_of_any_format(folder: Path) -> None:
    assert run(folder, "gold/0.1.0", "tables.json").returncode == 0
    from_gold, from_other = (run(folder, "assistance", path, verb="export") for path in ("gold/0.1.0", "tables.json"))
    assert from_other.returncode == 0, from_other.stderr
    assert len(from_other.stdout.splitlines()) == len(from_gold.stdout.splitlines()) > 20


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_conversion_that_is_stopped_leaves_nothing(tmp_path: Path, sent: signal.Signals) -> None:
    source = tmp_path / "in.jsonl"
    document = {"text": "剑阁县政协協(xié)助𠀀村", "entities": [{"type": "LOC", "start": 0, "end": 3}]}
    with source.open("w", encoding="utf-8") as file:
        for number in range(30_000):
            file.write(json.dumps({"doc_id": f"d{number}", **document}, ensure_ascii=False) + "\n")
    started = subprocess.Popen(
        [sys.executable, "-c", program.PROGRAM, "convert", "in.jsonl", "out.jsonl"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(tmp_path.glob(".out.jsonl.*/*")):
        assert started.poll() is None
        time.sleep(0.02)
    started.send_signal(sent)
    _, told = started.communicate(timeout=60)
    assert started.returncode == 130
    assert told.startswith("workbench: interrupted")
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.jsonl"]


def test_what_a_line_says_of_the_raw_report_stays_with_it(tmp_path: Path) -> None:
    """Hash and range of the raw report stay at the top of a line, and go through other formats in `extra`."""
    line = {"doc_id": "d1", "text": "政协", "sha256": "0" * 64, "scope": [0, 2], "entities": []}
    (tmp_path / "in.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    assert run(tmp_path, "in.jsonl", "out.json").returncode == 0
    assert run(tmp_path, "out.json", "back.jsonl").returncode == 0
    (back,) = (json.loads(text) for text in (tmp_path / "back.jsonl").read_text(encoding="utf-8").splitlines())
    assert {name: back[name] for name in ("doc_id", "text", "sha256", "scope")} == {
        name: line[name] for name in ("doc_id", "text", "sha256", "scope")
    }
