"""The environment of Label Studio: whole or not there, and a clear word when it cannot be made."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workbench.annotation.label_studio.local.environment import (
    VARIABLE,
    VERSION,
    Environment,
    cache_folder,
    find_environment,
)
from workbench.core.errors import EnvironmentFailure, UsageMistake


def fake(folder: Path, version: str) -> Path:
    """A folder that looks like an environment."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "label-studio").touch()
    (folder / f"lib/python3.11/site-packages/label_studio-{version}.dist-info").mkdir(parents=True)
    return folder


def test_an_environment_may_be_named(tmp_path: Path) -> None:
    """The variable wins, whatever version is there; nothing is made."""
    folder = fake(tmp_path / "own", "1.22.0")
    found = find_environment(pytest.fail, {VARIABLE: str(folder), "XDG_CACHE_HOME": str(tmp_path / "none")})
    assert found == Environment(folder, "1.22.0")
    assert not (tmp_path / "none").exists()


def test_a_wrongly_named_one_is_a_mistake(tmp_path: Path) -> None:
    """A folder without Label Studio is refused by the variable's name."""
    with pytest.raises(UsageMistake, match=VARIABLE):
        find_environment(pytest.fail, {VARIABLE: str(tmp_path)})


def test_the_cache_is_where_the_system_wants_it(tmp_path: Path) -> None:
    """XDG_CACHE_HOME counts when it is an absolute path."""
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "cppcc-workbench"
    assert cache_folder({"XDG_CACHE_HOME": "relative"}) == cache_folder({}) == Path.home() / ".cache/cppcc-workbench"


def test_without_uv_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    with pytest.raises(EnvironmentFailure, match=r"pip install 'cppcc-workbench\[label-studio\]'"):
        find_environment(pytest.fail, {"XDG_CACHE_HOME": str(tmp_path)})


def test_without_a_package_index_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What uv said is told, with what to do; the half-made folder is gone, and so is one of an earlier crash."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    folder = tmp_path / "cppcc-workbench" / f"label-studio-{VERSION}"
    fake(folder, VERSION)
    said: list[str] = []
    with pytest.raises(EnvironmentFailure, match=r"label-studio was not found[\s\S]*can be reached") as raised:
        find_environment(said.append, {"XDG_CACHE_HOME": str(tmp_path)})
    assert VARIABLE in str(raised.value)
    assert not folder.exists()
    assert len(said) == 1
    assert str(folder) in said[0]


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFailure, match="cannot be made"):
        find_environment(pytest.fail, {"XDG_CACHE_HOME": str(tmp_path / "file")})


def test_what_is_made_is_whole(label_studio_environment: Environment) -> None:
    """The environment of these tests has the program, in the version that is pinned unless another one was named."""
    assert label_studio_environment.program.is_file()
    assert label_studio_environment.version
