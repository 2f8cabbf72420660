"""workbench label without a screen: keys, refusals, messages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import ROOT
from workbench.cli.main import app
from workbench.core.errors import EnvironmentFailure, UsageMistake, WorkbenchError


@pytest.fixture
def batch(project: Path) -> Path:
    """A project with the pilot batch, which the test runs in."""
    shutil.copytree(ROOT / "tasks", project / "tasks")
    return project / "tasks" / "pilot"


def refusal(*arguments: str) -> WorkbenchError:
    """What a call is refused with."""
    found = CliRunner().invoke(app, ["label", "pilot", *arguments])
    assert isinstance(found.exception, WorkbenchError), found.output
    return found.exception


def test_keys_are_printed_with_labels_and_both_languages(batch: Path) -> None:
    found = CliRunner().invoke(app, ["label", "pilot", "--keys"])
    assert found.exit_code == 0
    for text in ("组织机构", "Organisation (ORG)", "^Z U", "撤销", "Undo"):
        assert text in found.output


def test_keys_of_a_preset(batch: Path) -> None:
    found = CliRunner().invoke(app, ["label", "pilot", "--keys", "--preset", "vim"])
    assert "Space o" in found.output


def test_a_name_is_needed(batch: Path) -> None:
    assert "--as NAME" in str(refusal())


def test_a_pipe_is_no_terminal(batch: Path) -> None:
    error = refusal("--as", "A1")
    assert isinstance(error, EnvironmentFailure)
    assert "terminal" in str(error)
    assert not (batch.parent.parent / ".workbench" / "work.db").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--suggest", "nobody"), "'nobody'"),
        (("--suggest", "rules", "--no-suggest"), "exclude"),
        (("--ambiguous", "big"), "narrow or wide"),
    ],
)
def test_impossible_options_are_refused(batch: Path, arguments: tuple[str, ...], message: str) -> None:
    error = refusal("--as", "A1", *arguments)
    assert isinstance(error, UsageMistake)
    assert message in str(error)


def test_others_work_is_not_suggested_in_a_blind_batch(batch: Path) -> None:
    settings = batch / "batch.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("blind = false", "blind = true"), encoding="utf-8")
    error = refusal("--as", "A1", "--suggest", "A")
    assert "blind" in str(error)
