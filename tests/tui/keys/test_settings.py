"""A user's keys are read from two files, and every fault has its file and its setting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Schema
from workbench.core.errors import FaultyData, UsageMistake
from workbench.tui.keys.actions import ACTIONS
from workbench.tui.keys.settings import load_keymap, read_settings, settings_files


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose configuration is empty."""
    return {"HOME": str(tmp_path / "home")}


def write(root: Path, home: dict[str, str], user: str | None = None, project: str | None = None) -> tuple[Path, Path]:
    files = settings_files(root, home)
    for file, content in zip(files, (user, project), strict=True):
        if content is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
    return files


def test_where_the_files_are(tmp_path: Path, home: dict[str, str]) -> None:
    """XDG_CONFIG_HOME when it is an absolute path, else ~/.config; and the project's .workbench."""
    user = tmp_path / "home" / ".config" / "cppcc-workbench" / "keys.toml"
    assert settings_files(tmp_path, home) == (user, tmp_path / ".workbench" / "keys.toml")
    assert settings_files(tmp_path, {**home, "XDG_CONFIG_HOME": "relative"})[0] == user
    assert settings_files(tmp_path, {**home, "XDG_CONFIG_HOME": "/x"})[0] == Path("/x/cppcc-workbench/keys.toml")


def test_without_files_the_usual_keys(schema: Schema, tmp_path: Path, home: dict[str, str]) -> None:
    """A missing file changes nothing."""
    assert read_settings(tmp_path, home) == ("terminal", {}, {})
    keymap = load_keymap(schema, tmp_path, home)
    assert all(keymap.keys_of(action.id) == action.keys for action in ACTIONS.values())


def test_the_project_wins(schema: Schema, tmp_path: Path, home: dict[str, str]) -> None:
    """Each setting of the project's file replaces the user's; the rest of the user's stays."""
    user, project = write(
        tmp_path,
        home,
        user='preset = "slate"\n[keys]\nundo = ["U"]\nflag = "!"\n',
        project='preset = "vim"\n[keys]\nundo = ["e", "Ctrl+Z"]\n',
    )
    settings = read_settings(tmp_path, home)
    assert settings.preset == "vim"
    assert settings.overrides == {"undo": ("e", "Ctrl+Z"), "flag": ("!",)}
    assert settings.sources == {"preset": project, "undo": project, "flag": user}
    keymap = load_keymap(schema, tmp_path, home)
    assert keymap.keys_of("undo") == ("e", "ctrl+z")
    assert keymap.keys_of("flag") == ("exclamation_mark",)


def test_all_faults_of_both_files(schema: Schema, tmp_path: Path, home: dict[str, str]) -> None:
    """Wrong shapes and keys that cannot be used together are listed at once, each with its file."""
    user, project = write(
        tmp_path,
        home,
        user='prest = "vim"\n[keys]\nundo = 3\nflag = "u"\n',
        project='preset = "emacs"\n[keys]\nudno = "U"\n',
    )
    with pytest.raises(FaultyData) as refused:
        load_keymap(schema, tmp_path, home)
    assert [str(fault) for fault in refused.value.faults] == [
        f"{user} prest: unknown setting; did you mean 'preset'?",
        f'{user} keys.undo: not a key or a list of keys; write "U" or ["U", "ctrl+z"]',
        f"{project} preset: unknown preset 'emacs'; known: slate, terminal, vim",
        f"{project} keys.udno: unknown action; did you mean 'undo'?",
        f"{user} keys.flag: u is also the key of label RESULT (in label); give one of them another key",
    ]
    with pytest.raises(FaultyData):
        read_settings(tmp_path, home)


@pytest.mark.parametrize("content", ["keys = [", "[keys]\nundo = 'U'\nundo = 'R'\n", "a = " + "[" * 5000])
def test_what_is_not_toml(schema: Schema, tmp_path: Path, home: dict[str, str], content: str) -> None:
    """A broken file is a fault of that file."""
    user, _ = write(tmp_path, home, user=content)
    with pytest.raises(FaultyData, match="not TOML") as refused:
        load_keymap(schema, tmp_path, home)
    assert refused.value.faults[0].source == user


def test_other_wrong_files(schema: Schema, tmp_path: Path, home: dict[str, str]) -> None:
    """Bytes that are not UTF-8, settings of a wrong kind, and a folder in the file's place."""
    user, project = write(tmp_path, home, user="", project="preset = 1\nkeys = 2\n")
    user.write_bytes(b'preset = "\xff"')
    with pytest.raises(FaultyData) as refused:
        load_keymap(schema, tmp_path, home)
    assert [(fault.source, fault.path) for fault in refused.value.faults] == [
        (user, ""),
        (project, "preset"),
        (project, "keys"),
    ]
    user.unlink()
    user.mkdir()
    with pytest.raises(UsageMistake, match="a folder"):
        load_keymap(schema, tmp_path, home)


@given(
    st.dictionaries(
        st.sampled_from(sorted(ACTIONS)),
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=3),
        max_size=5,
    )
)
def test_settings_round_trip(tmp_path_factory: pytest.TempPathFactory, overrides: dict[str, Any]) -> None:
    """What is written in a file is what is read."""
    root = tmp_path_factory.mktemp("project")
    # Escapes of JSON are escapes of TOML but for surrogate pairs and DEL.
    lines = [f"{name} = {json.dumps(keys, ensure_ascii=False)}" for name, keys in overrides.items()]
    write(root, {"HOME": str(root)}, project="[keys]\n" + "\n".join(lines).replace("\x7f", "\\u007f") + "\n")
    read = read_settings(root, {"HOME": str(root)})
    assert read.overrides == {name: tuple(keys) for name, keys in overrides.items()}
