"""README and help say what the program does: their commands are run, their outputs compared."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.program import PROGRAM
from tests.readme import README, block

ROOT = README.parent
FIRST_SHOWN = "# measure the baseline against A"


def workbench(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command line in a folder."""
    import os

    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_demo_prints_what_the_readme_shows(tmp_path: Path) -> None:
    """The last command of the demo block runs, and its output ends as printed in the README."""
    command = block("demo").strip().splitlines()[-1].split()
    assert command[0].endswith("/workbench")
    ran = workbench(*command[1:], folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    shown = block(f"output of workbench demo, from: {FIRST_SHOWN}")
    assert ran.stdout[ran.stdout.index(FIRST_SHOWN) :] == shown
    assert list(tmp_path.iterdir()) == []


def test_the_demo_works_from_a_wheel_without_the_clone(tmp_path: Path) -> None:
    """A wheel holds the reports it needs: unpacked elsewhere, it prints the same demo."""
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    steps = [path.name for path in (ROOT / "schemas").rglob("migrations/*.py")]
    assert sorted(steps) == sorted(path.name for path in (site / "schemas").rglob("migrations/*.py"))
    assert "v0_1_0_to_v0_2_0.py" in steps
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = workbench("demo", folder=elsewhere, PYTHONPATH=str(site))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.endswith(block(f"output of workbench demo, from: {FIRST_SHOWN}"))
    where = "import workbench.cli.demo as demo; print(demo.shipped()['seeds'])"
    found = subprocess.run(
        [sys.executable, "-c", where],
        cwd=elsewhere,
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == str(site / "workbench" / "shipped" / "seeds")


def test_the_contract_line_scores_against_itself(tmp_path: Path) -> None:
    """The JSON line in the README is accepted as gold and as prediction, with and without its text."""
    line = next(text for text in README.read_text(encoding="utf-8").splitlines() if text.startswith('{"doc_id"'))
    (tmp_path / "gold.jsonl").write_text(line + "\n", encoding="utf-8")
    without_text = {key: value for key, value in json.loads(line).items() if key != "text"}
    (tmp_path / "predicted.jsonl").write_text(json.dumps(without_text) + "\n", encoding="utf-8")
    ran = workbench("score", "gold.jsonl", "predicted.jsonl", "--json", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    printed = json.loads(ran.stdout)
    assert printed["entities"]["strict"]["f1"] == printed["relations"]["strict"]["f1"] == 1.0
    assert printed["events"]["argument_classification"]["counts"]["correct"] == 1


def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    """The commands for preparing, importing, migrating, checking and extracting make the clone's pilot batch."""
    import shutil

    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copytree(ROOT / "tasks" / "pilot" / "received", tmp_path / "tasks" / "pilot" / "received")
    section = README.read_text(encoding="utf-8").split("### Prepare reports")[1]
    commands = section.split("```sh\n")[1].split("```")[0].strip().splitlines()
    assert len(commands) == 5
    for command in commands:
        ran = workbench(*command.split()[1:], folder=tmp_path)
        assert ran.returncode == 0, f"{command}\n{ran.stderr}"
    made = batch_files(tmp_path)
    by_people = ("ABOUT.md", "adjudication/", "annotations/B/")
    kept = {name: content for name, content in batch_files(ROOT).items() if not name.startswith(by_people)}
    assert made == kept


def batch_files(project: Path) -> dict[str, bytes]:
    """The pilot batch's files by name."""
    batch = project / "tasks" / "pilot"
    return {path.relative_to(batch).as_posix(): path.read_bytes() for path in batch.rglob("*") if path.is_file()}


VERBS = (
    "prepare",
    "import",
    "migrate",
    "check",
    "schema show",
    "schema check",
    "schema json",
    "status",
    "backup",
    "extract",
    "agree",
    "adjudicate",
    "gold release",
    "gold diff",
    "gold check",
    "score",
    "compare",
    "report",
    "export",
    "demo",
    "studio config",
    "studio push",
    "studio pull",
    "studio status",
    "studio serve",
    "studio up",
    "studio down",
)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_with_an_example(verb: str, tmp_path: Path) -> None:
    """Each verb's help ends in a runnable example of that verb."""
    ran = workbench(*verb.split(), "--help", folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert f"Example: workbench {verb}" in ran.stdout


def test_every_verb_is_in_the_changelog_and_none_is_promised() -> None:
    """CHANGELOG names every verb; help names no verb that is not there."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for verb in VERBS:
        assert f"`workbench {verb.split()[0]}" in changelog


def test_the_key_table_is_that_of_the_keymap() -> None:
    """The table between the markers is made from the actions and the schema."""
    from schemas import load
    from workbench.tui.keys.card import readme_table, with_table
    from workbench.tui.keys.keymap import build

    schema = load("cppcc_poverty")
    shown = README.read_text(encoding="utf-8")
    assert with_table(shown, readme_table(build(schema), schema)) == shown


def test_the_readme_lists_all_repairs_and_formats() -> None:
    """Every repair with what it does, every format by the name that options take."""
    from workbench.core.repairs import REPAIRS
    from workbench.corpus.collections import format_names

    told = README.read_text(encoding="utf-8")
    table = told.partition("<!-- repairs: workbench.core.repairs -->")[2].partition("<!-- end of repairs -->")[0]
    rows = [line.strip("| ").split(" | ", 1) for line in table.strip().splitlines()[2:]]
    assert {name.strip("`"): meaning for name, meaning in rows} == REPAIRS
    assert all(f"`{name}`" in told for name in format_names())
