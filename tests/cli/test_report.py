"""workbench report: where it writes, in what form, and that its numbers are those of workbench score."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.program import run

ROOT = Path(__file__).parent.parent.parent
SIDES = ("tasks/pilot/annotations/A", "tasks/pilot/annotations/B")


@pytest.fixture(scope="module")
def pilot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pilot's tasks; tests write into it under names of their own."""
    folder = tmp_path_factory.mktemp("pilot")
    shutil.copytree(ROOT / "tasks", folder / "tasks")
    return folder


def test_the_page_is_written_to_report_html(pilot: Path) -> None:
    """By default report.html, said on stderr, with nothing on stdout; the same bytes again the second time."""
    ran = run(pilot, "report", *SIDES)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "written: report.html\n"), ran.stderr
    page = (pilot / "report.html").read_bytes()
    assert page.startswith(b"<!DOCTYPE html>")
    assert run(pilot, "report", *SIDES, "-o", "again.html", PYTHONHASHSEED="7").returncode == 0
    assert (pilot / "again.html").read_bytes() == page


@pytest.mark.parametrize("selection", [(), ("--types", "ORG,PART_OF", "--optional", "count", "--documents", "00[12]*")])
def test_its_numbers_are_those_of_score(pilot: Path, selection: tuple[str, ...]) -> None:
    """Everything `score --json` prints is in the report unchanged, with the same options."""
    options = (*SIDES, *selection, "--measure", "entity_f1(match=iou)")
    scored, reported = run(pilot, "score", *options, "--json"), run(pilot, "report", *options, "--json")
    assert scored.returncode == reported.returncode == 0, scored.stderr + reported.stderr
    result, content = json.loads(scored.stdout), json.loads(reported.stdout)
    assert {name: content[name] for name in result} == result
    assert set(content) - set(result) == {"row_intervals", "by_document", "confusion", "errors", "items"}
    items = [item for item in content["items"] if item["layer"] == "entity" and item["category"] == "correct"]
    assert len(items) == 2 * result["entities"]["strict"]["counts"]["correct"]
    assert sum(sum(row["categories"].values()) for row in content["errors"]) == len(content["items"])


def test_formats_by_name_and_by_ending(pilot: Path) -> None:
    """Markdown and JSON are printed unless -o says where; the ending of the file names the format."""
    printed = run(pilot, "report", *SIDES, "--format", "markdown")
    assert printed.stdout.startswith("# Score report\n")
    assert printed.stderr == ""
    assert run(pilot, "report", *SIDES, "-o", "out/made.md").stderr == "written: out/made.md\n"
    assert (pilot / "out" / "made.md").read_text(encoding="utf-8") == printed.stdout
    assert run(pilot, "report", *SIDES, "-o", "-").stdout.startswith("<!DOCTYPE html>")
    assert json.loads(run(pilot, "report", *SIDES, "--format", "json", "-o", "-").stdout)["documents"] == 5


def test_the_page_says_what_it_leaves_out(pilot: Path) -> None:
    """--embed 2 keeps the two documents with most errors in the browser."""
    ran = run(pilot, "report", *SIDES, "--embed", "2", "-o", "two.html")
    assert ran.returncode == 0, ran.stderr
    page = (pilot / "two.html").read_text(encoding="utf-8")
    assert "The browser holds 2 of 5 documents, those with most errors" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*SIDES, "--format", "htlm"), "--format: 'htlm' is not html, markdown or json; did you mean 'html'?"),
        ((*SIDES, "--format", "html", "--json"), "--json and --format html: name one of the two"),
        ((*SIDES, "--types", "ORGG"), "no type 'ORGG'; did you mean 'ORG'?"),
        ((*SIDES, "--measure", "entity"), "no measure 'entity'"),
        (("nowhere", SIDES[1]), "nowhere: no such file"),
    ],
)
def test_mistakes(pilot: Path, arguments: tuple[str, ...], said: str) -> None:
    """A mistake ends with 2 and a message, and nothing is written."""
    ran = run(pilot, "report", *arguments, "-o", "never.html")
    assert (ran.returncode, ran.stdout) == (2, ""), ran.stdout
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (pilot / "never.html").exists()
