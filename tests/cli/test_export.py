"""workbench export: what it prints and writes, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli import program
from tests.cli.test_check_audit import seal

ROOT = Path(__file__).parent.parent.parent
PATH = "tasks/pilot/annotations/A"


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pilot's tasks; tests write into it under names of their own."""
    folder = tmp_path_factory.mktemp("pilot")
    shutil.copytree(ROOT / "tasks", folder / "tasks")
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return program.run(folder, "export", *arguments, **environment)


def records(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_csv_is_printed(pilot: Path) -> None:
    """Data on stdout and nothing else; the same bytes again, and in the file."""
    ran = run(pilot, "assistance", PATH)
    assert (ran.returncode, ran.stderr) == (0, "")
    rows = records(ran.stdout)
    (row,) = [one for one in rows if one["amount"] == "210万元"]
    assert (row["helper"], row["brokered_yuan"], row["given_yuan"]) == ("企业家会员", "2100000", "")
    assert row["intermediary"].split("；")[1] == "四川民进企业家联谊会"
    assert (row["place"], row["place_code"], row["place_code_revision"], row["place_code_of"]) == (
        "银溪村",
        "510823",
        "201904",
        "剑阁县",
    )
    assert row["beneficiary_count_number"] == "260；900"
    assert (row["time"], row["publication_date"]) == ("", "2020-10-15")
    written = run(pilot, "assistance", PATH, "--out", "out/a.csv", PYTHONHASHSEED="7")
    assert (written.returncode, written.stdout, written.stderr) == (0, "", f"written: out/a.csv ({len(rows)} rows)\n")
    assert (pilot / "out" / "a.csv").read_bytes() == ran.stdout.encode()


def test_formats_by_name_and_by_ending(pilot: Path) -> None:
    """JSON holds lists, Parquet too; - prints; text shows the columns that fit."""
    import pyarrow.parquet as pq

    printed = run(pilot, "places", PATH, "--format", "json", "-o", "-")
    rows = json.loads(printed.stdout)
    assert run(pilot, "places", PATH, "-o", "p.json").returncode == 0
    assert json.loads((pilot / "p.json").read_text(encoding="utf-8")) == rows
    assert run(pilot, "places", PATH, "--output", "p.parquet").returncode == 0
    assert pq.read_table(pilot / "p.parquet").to_pylist() == rows
    assert isinstance(rows[0]["names"], list)
    read = run(pilot, "places", PATH, "--format", "text", "--documents", "004*").stdout.splitlines()
    assert read[0].split() == [
        "document",
        "name",
        "level",
        "code",
        "code_of",
        "status",
        "status_time",
        "helped",
        "visited",
    ]
    assert len(read) == 1 + sum(row["document"].startswith("004") for row in rows)


def test_columns_of_choice_and_their_meanings(pilot: Path) -> None:
    """--select keeps order; --columns needs no annotations and can be JSON."""
    ran = run(pilot, "amounts", PATH, "--select", "text,yuan", "--select", "counted_as", "--bom", "-o", "-")
    assert ran.stdout.startswith("\ufefftext,yuan,counted_as\n")
    read = run(pilot, "amounts", "--columns")
    assert read.stdout.split("\n")[0].split() == ["column", "kind", "meaning"]
    described = json.loads(run(pilot, "amounts", "--columns", "--format", "json").stdout)
    assert [one["column"] for one in described][:2] == ["document", "id"]
    assert all(one["meaning"] in read.stdout for one in described)


def test_the_list_of_tables(pilot: Path) -> None:
    """Without a table all are listed; each is in the help and can be exported."""
    from workbench.answers.exporting import KINDS

    listed = [line.split()[0] for line in run(pilot).stdout.splitlines()[1:]]
    assert listed == list(KINDS)
    told = run(pilot, "--help").stdout
    assert all(name in told for name in KINDS)


def test_questions(pilot: Path) -> None:
    """To read by default; a number and a place narrow them; CSV has a row for each part."""
    every = run(pilot, "questions", PATH)
    assert every.returncode == 0, every.stderr
    assert [line.split(".")[0] for line in every.stdout.splitlines() if line[:1].isdigit()] == [
        str(n) for n in range(1, 16)
    ]
    one = run(pilot, "questions", PATH, "--question", "1", "--place", "银溪村").stdout
    assert one.splitlines()[:2] == [
        "1. Who helped a place, with how much, on what, for how many?",
        "  004_ea7284a146aeef16",
    ]
    assert "helper 企业家会员 [528:533]" in one
    rows = records(run(pilot, "questions", PATH, "--question", "6", "--campaign", "大回访", "--format", "csv").stdout)
    assert {row["text"] for row in rows if row["role"] == "number"} >= {"499名", "656人", "46次", "737个"}
    told = json.loads(run(pilot, "questions", PATH, "--question", "3", "--format", "json").stdout)
    assert told[0]["answers"][0]["parts"][0].keys() == {"role", "text", "name", "start", "end", "value"}


def test_without_names(pilot: Path) -> None:
    """Labels in the table and in the answers; officials keep their names."""
    people = records(run(pilot, "people", PATH, "--without-names").stdout)
    assert all(row["name"].startswith("〔人物") for row in people if row["post"] == "" and row["names"] != row["name"])
    labels = [row["name"] for row in people if row["name"].startswith("〔人物")]
    assert labels
    assert "杨军元" in [row["name"] for row in people]
    told = run(pilot, "questions", PATH, "--question", "4", "--without-names").stdout
    assert "visitor 杨军元" in told


def test_a_release_and_a_file(pilot: Path) -> None:
    """A folder of a release, one annotation file and JSON lines will do as well."""
    release = pilot / "gold" / "9.9.9"
    shutil.copytree(pilot / "tasks" / "pilot" / "documents", release / "documents")
    shutil.copytree(pilot / PATH, release / "annotations")
    seal(release)
    whole = run(pilot, "visits", PATH).stdout
    assert run(pilot, "visits", "gold/9.9.9").stdout == whole
    assert run(pilot, "visits", "gold/9.9.9", "-o", "gold/9.9.9/visits.csv").returncode == 2
    (file,) = (pilot / PATH).glob("001*.json")
    one = run(pilot, "visits", str(file)).stdout
    assert one == run(pilot, "visits", PATH, "--documents", "001*").stdout
    shutil.rmtree(pilot / "gold")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("asistance", PATH), "no table 'asistance'; did you mean 'assistance'?"),
        (("assistance",), "name what to export from"),
        (("assistance", "nowhere"), "nowhere: no such file or folder"),
        (("assistance", "tasks/pilot"), "a folder without annotation files"),
        (("assistance", PATH, "--format", "xml"), "--format: 'xml' is not csv, json, parquet or text"),
        (("assistance", PATH, "-o", "a.xlsx"), "a.xlsx: name the format, or end the file in"),
        (("assistance", PATH, "--format", "parquet"), "Parquet cannot be printed"),
        (("assistance", PATH, "--bom", "--format", "json"), "--bom is for CSV, and this is json"),
        (("assistance", PATH, "--select", "helpr"), "no column 'helpr'; did you mean 'helper'"),
        (("assistance", PATH, "--documents", "9*"), "no document '9*'"),
        (("assistance", PATH, "--unresolved", "maybe"), "--unresolved: 'maybe' is not include or exclude"),
        (("assistance", PATH, "--question", "1"), "are for workbench export questions"),
        (("questions", PATH, "--question", "16"), "no question 16; they are 1 to 15"),
        (("assistance", PATH, "-o", f"{PATH}/a.csv"), "is part of what is read"),
    ],
)
def test_wrong_usage(pilot: Path, arguments: tuple[str, ...], said: str) -> None:
    """Exit code 2, a message on stderr, nothing on stdout."""
    ran = run(pilot, *arguments)
    assert (ran.returncode, ran.stdout) == (2, ""), ran.stdout
    assert said in ran.stderr


def test_what_the_machine_refuses(pilot: Path) -> None:
    """A place that cannot be written, and Parquet without pyarrow: exit code 3, and what to do."""
    (pilot / "blocked").write_text("")
    ran = run(pilot, "places", PATH, "-o", "blocked/p.csv")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "blocked/p.csv: cannot be written" in ran.stderr
    stub = pilot / "stub" / "pyarrow"
    stub.mkdir(parents=True)
    (stub / "__init__.py").write_text("raise ImportError\n")
    path = os.pathsep.join([str(stub.parent), str(ROOT), os.environ.get("PYTHONPATH", "")])
    ran = run(pilot, "places", PATH, "-o", "q.parquet", PYTHONPATH=path)
    assert ran.returncode == 3, ran.stderr
    assert "pip install 'cppcc-workbench[parquet]'" in ran.stderr
    assert not (pilot / "q.parquet").exists()


def test_what_is_unresolved(tmp_path: Path) -> None:
    """Listed and flagged, but added up and told only when asked."""
    deed = {
        "doc_id": "d1",
        "text": "𠀀政协捐赠10万元。",
        "entities": [
            {
                "id": "M",
                "type": "MONEY",
                "start": 5,
                "end": 9,
                "value": {"kind": "money", "value": 100000},
                "attributes": {"unresolved": "true"},
            }
        ],
        "events": [
            {"type": "ASSIST", "trigger": {"start": 3, "end": 5}, "arguments": [{"role": "amount", "entity": "M"}]}
        ],
    }
    (tmp_path / "one.jsonl").write_text(json.dumps(deed, ensure_ascii=False) + "\n", encoding="utf-8")
    columns = ("--select", "amount,given_yuan,amount_left_out,unresolved")
    ran = run(tmp_path, "assistance", "one.jsonl", *columns)
    assert ran.stdout.splitlines()[1] == "10万元,,10万元: unresolved,true"
    ran = run(tmp_path, "assistance", "one.jsonl", *columns, "--unresolved", "include")
    assert ran.stdout.splitlines()[1] == "10万元,100000,,true"
    assert "10万元" not in run(tmp_path, "questions", "one.jsonl", "--question", "2").stdout
    assert (
        "given: 100000 yuan"
        in run(tmp_path, "questions", "one.jsonl", "--question", "2", "--unresolved", "include").stdout
    )


def test_nothing_of_the_kind(tmp_path: Path) -> None:
    """A file without documents is faulty; documents without a deed make a table with no row, and a word about it."""
    (tmp_path / "empty.jsonl").write_text("")
    ran = run(tmp_path, "assistance", "empty.jsonl")
    assert ran.returncode in (1, 2), ran.stderr
    assert "empty.jsonl" in ran.stderr
    (tmp_path / "one.jsonl").write_text('{"doc_id": "d1", "text": "𠀀政协"}\n', encoding="utf-8")
    ran = run(tmp_path, "dispatches", "one.jsonl", "--select", "document,sender")
    assert (ran.returncode, ran.stdout) == (0, "document,sender\n")
    assert "no rows" in ran.stderr
