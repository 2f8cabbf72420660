"""workbench studio config: what is printed, and when it ends with 1."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from tests.conftest import ROOT
from workbench.annotation.label_studio.configuration import configuration, configuration_hash
from workbench.cli.studio.config import config
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.schema import open_schema

SCHEMA = open_schema()
MADE = configuration(SCHEMA)

app = typer.Typer()
app.command()(config)


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=given)


@pytest.mark.parametrize("name", ["cppcc_poverty", "cppcc-poverty", "pilot", "tasks/pilot"])
def test_a_schema_or_a_batch(project: Path, name: str) -> None:
    shutil.copytree(ROOT / "tasks", project / "tasks")
    found = run(name)
    assert (found.exit_code, found.stdout) == (0, MADE)
    assert configuration_hash(MADE) in found.stderr


def test_json(project: Path) -> None:
    record = json.loads(run("cppcc_poverty", "--json").stdout)
    assert record == {
        "schema": SCHEMA.id,
        "version": SCHEMA.version,
        "schema_hash": SCHEMA.hash,
        "hash": configuration_hash(MADE),
        "configuration": MADE,
    }


def test_against_another(project: Path) -> None:
    """What is removed makes it end with 1, what is added or looks otherwise does not."""
    Path("other.xml").write_text(MADE.replace('alias="PER"', 'alias="𠮷"').strip(), encoding="utf-8")
    found = run("cppcc_poverty", "--against", "other.xml")
    assert found.stdout.splitlines() == ["- label 𠮷 of entity", "+ label PER of entity"]
    assert found.exit_code == 1
    assert "pull them before" in found.stderr
    looks = MADE.replace("#566dff", "#000000", 1)
    found = run("cppcc_poverty", "--against", "-", given=looks)
    assert (found.exit_code, found.stdout) == (0, "~ colour of label PER of entity: #000000 → #566dff\n")
    same = run("cppcc_poverty", "--against", "-", "--json", given=MADE)
    nothing = {"added": [], "removed": [], "changed": [], "additive": True}
    assert (same.exit_code, json.loads(same.stdout)["changes"]) == (0, nothing)


def test_refusals(project: Path) -> None:
    for arguments, given, kind, words in (
        (("nothing",), None, UsageMistake, "no schema and no batch of this name"),
        (("cppcc_poverty", "--against", "none.xml"), None, UsageMistake, "no such file"),
        (("cppcc_poverty", "--against", "-"), "<!DOCTYPE x><View/>", FaultyData, "stdin: .*<!DOCTYPE"),
    ):
        found = run(*arguments, given=given)
        assert isinstance(found.exception, kind)
        with pytest.raises(kind, match=words):
            raise found.exception
