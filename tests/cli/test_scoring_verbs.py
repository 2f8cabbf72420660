"""workbench score and workbench compare at the command line, on the real passes and on JSON lines."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import run
from tests.cli.test_bad_input import refused

ROOT = Path(__file__).parent.parent.parent
A, B = "tasks/pilot/annotations/A", "tasks/pilot/annotations/B"


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pilot's tasks; tests write into it under names of their own."""
    folder = tmp_path_factory.mktemp("pilot")
    shutil.copytree(ROOT / "tasks", folder / "tasks")
    return folder


def document(number: int, *entities: tuple[int, int, str], **more: Any) -> dict[str, Any]:
    items = [
        {"id": f"T{index}", "type": kind, "start": start, "end": end}
        for index, (start, end, kind) in enumerate(entities)
    ]
    return {"doc_id": f"d{number:02}", "entities": items, **more}


def write(folder: Path, name: str, documents: list[dict[str, Any]]) -> str:
    content = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents)
    (folder / name).write_text(content, encoding="utf-8")
    return name


def test_the_order_of_files_and_items_changes_no_byte(tmp_path: Path) -> None:
    """Documents and items in another order, a relation and nested spans: the same JSON, byte for byte."""
    text = "四川省政协向𠀀剑阁县\u00a0姚家乡（贫困户）捐赠210万元"
    relations = [{"type": "ASSISTS", "head": "T0", "tail": "T2"}]
    gold = [
        document(number, (0, 5, "ORG"), (0, 3, "LOC"), (7, 10, "LOC"), text=text, relations=relations)
        for number in range(4)
    ]
    found = [
        document(number, (0, 3, "LOC"), (0, 5 - number % 2, "ORG"), (7, 10, "LOC"), relations=relations)
        for number in range(4)
    ]
    turned = [{**one, "entities": one["entities"][::-1]} for one in found[::-1]]
    printed = [
        run(tmp_path, "score", write(tmp_path, "gold.jsonl", gold), write(tmp_path, name, side), "--json").stdout
        for name, side in (("a.jsonl", found), ("b.jsonl", turned))
    ]
    assert printed[0] == printed[1]
    assert json.loads(printed[0])["entities"]["strict"]["counts"]["correct"] == 10


def test_measures_by_name(pilot: Path) -> None:
    """--measure adds values with intervals and says what a mean is over; a name of a type restricts it."""
    ran = run(pilot, "score", A, B, "--measure", "entity_f1(average=macro_types)", "--measure", "coreference_f1")
    assert ran.returncode == 0, ran.stderr
    assert "entity_f1(match=strict,average=macro_types)" in ran.stdout
    assert "over 18 types of gold" in ran.stdout
    assert "coreference_f1(match=conll)" in ran.stdout


def test_all_measures(pilot: Path) -> None:
    """--measure all prints every measure once, as JSON too."""
    made = json.loads(run(pilot, "score", A, B, "--measure", "all", "--json").stdout)
    assert len(made["measures"]) > 150
    assert made["measures"]["value_accuracy(compare=equal)"]["value"] > 0.8


def test_errors_and_explain(pilot: Path) -> None:
    """One line for each item of both sides; a document by the beginning of its id, an item by its own."""
    ran = run(pilot, "score", A, B, "--errors", "errors.jsonl")
    assert ran.returncode == 0, ran.stderr
    items = [json.loads(line) for line in (pilot / "errors.jsonl").read_text(encoding="utf-8").splitlines()]
    entities = [item for item in items if (item["layer"], item["side"]) == ("entity", "gold")]
    assert len(entities) == 1220
    correct = sum(item["category"] == "correct" for item in entities)
    assert f" {correct} " in next(line for line in ran.stdout.splitlines() if line.startswith("entities strict"))
    shown = run(pilot, "score", A, B, "--explain", "000")
    assert "gold" in shown.stdout
    assert "~~~" in shown.stdout
    refused(pilot, 2, "several begin so", "score", A, B, "--explain", "00")
    refused(pilot, 2, "no document 'x'", "score", A, B, "--explain", "x")
    refused(pilot, 2, "T99999", "score", A, B, "--explain", "000:T99999")


def test_limits_in_a_pipeline(pilot: Path) -> None:
    """Exit 1 with the table when a measure is under its limit, 0 when it is not, 2 for a limit that means nothing."""
    ran = run(pilot, "score", A, B, "--fail-under", "entity_f1(match=strict)=0.95", "--fail-under", "relation_f1=0.9")
    assert ran.returncode == 1
    assert "entities strict" in ran.stdout
    assert ran.stderr.count("under 0.9") == 2
    assert run(pilot, "score", A, B, "--fail-under", "entity_f1=0.5").returncode == 0
    refused(pilot, 2, "is not a limit", "score", A, B, "--fail-under", "entity_f1(match=strict)")


def test_compare_says_what_five_documents_can_tell(pilot: Path) -> None:
    """Two systems: values with intervals, exact p with its floor, what is fixed, and the same bytes every time."""
    ran = run(pilot, "compare", A, B, A)
    assert ran.returncode == 0, ran.stderr
    assert "p cannot be below .0625" in ran.stdout
    assert "correction:holm of 3" in ran.stdout
    assert "B → A" in ran.stdout
    assert run(pilot, "compare", A, B, A).stdout == ran.stdout


def test_compare_against_an_earlier_run(pilot: Path) -> None:
    """The run of a better system is the baseline: the worse one fails, with every measure that dropped."""
    (pilot / "run.json").write_text(run(pilot, "score", A, A, "--json").stdout, encoding="utf-8")
    ran = run(pilot, "compare", A, B, "--baseline", "run.json", "--max-drop", "0.01")
    assert ran.returncode == 1
    assert "entity_f1(match=strict) of B was 1.0000 and is 0.90" in ran.stderr
    assert run(pilot, "compare", A, B, "--baseline", "run.json", "--max-drop", "0.5").returncode == 0
    refused(pilot, 2, "belong together", "compare", A, B, "--max-drop", "0.01")
    refused(pilot, 2, "the same system twice", "compare", A, B, B)
    refused(pilot, 2, "no.json", "compare", A, B, "--baseline", "no.json", "--max-drop", "0.1")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--measure", "entity_f2"], "did you mean 'entity_f1'"),
        (["--measure", "entity_f1(type=ORGA)"], "no 'ORGA' in the schema; did you mean 'ORG'"),
        (["--measure", "argument_f1(type=helpr)"], "did you mean 'helper'"),
        (["--types", "ORGA"], "did you mean 'ORG'"),
        (["--layers", "mentions"], "did you mean 'mention'"),
        (["--documents", "9*"], "no document '9*'"),
        (["--duplicates", "keep"], "--duplicates: 'keep' is not 'spurious', 'dedupe' or 'error'"),
        (["--optional", "no"], "--optional: 'no' is not 'ignore' or 'count'"),
    ],
)
def test_options_that_mean_nothing(pilot: Path, arguments: list[str], said: str) -> None:
    """A typo is named with what was probably meant; nothing is printed as a result."""
    refused(pilot, 2, said, "score", A, B, *arguments)


def test_nothing_that_is_read_is_written_over(pilot: Path, tmp_path: Path) -> None:
    """An output that is an input, or lies in one, is refused; --explain goes with no other result."""
    gold = write(tmp_path, "gold.jsonl", [document(1, (0, 5, "ORG"))])
    refused(tmp_path, 2, "is part of what is read", "report", gold, gold, "-o", "gold.jsonl")
    refused(tmp_path, 2, "is part of what is read", "score", gold, gold, "--errors", "gold.jsonl")
    refused(pilot, 2, "is part of what is read", "score", A, B, "--errors", f"{A}/errors.jsonl")
    refused(tmp_path, 2, "leave the other options out", "score", gold, gold, "--explain", "d01", "--errors", "e.jsonl")


def test_an_empty_answer_is_an_answer(tmp_path: Path) -> None:
    """A prediction without documents scores 0 where missing documents are empty ones, and can be explained."""
    gold = write(tmp_path, "gold.jsonl", [document(1, (0, 5, "ORG"))])
    empty = write(tmp_path, "empty.jsonl", [])
    refused(tmp_path, 1, "holds no document", "score", gold, empty)
    ran = run(tmp_path, "score", gold, empty, "--missing-documents", "empty", "--json")
    assert json.loads(ran.stdout)["entities"]["strict"]["f1"] == 0.0
    only = write(tmp_path, "only.jsonl", [document(1), document(2, (0, 5, "ORG"))])
    ran = run(tmp_path, "score", gold, only, "--missing-documents", "empty", "--explain", "d02")
    assert "spurious" in ran.stdout


def test_scoring_streams(tmp_path: Path) -> None:
    """JSON lines of one side are joined by id with those of the other, and missing documents are all named."""
    gold = write(tmp_path, "gold.jsonl", [document(number, (0, 5, "ORG")) for number in range(3)])
    found = write(tmp_path, "found.jsonl", [document(number, (0, 5, "ORG")) for number in (3, 1)])
    refused(tmp_path, 1, "'d00' is in gold, but was not predicted", "score", gold, found)
    ran = run(tmp_path, "score", gold, found, "--missing-documents", "empty", "--json")
    counts = json.loads(ran.stdout)["entities"]["strict"]["counts"]
    assert (counts["correct"], counts["missed"], counts["spurious"]) == (1, 2, 1)
