"""A user's own keys, from `keys.toml` in the user's configuration and in the project, where the project's win.

preset = "vim"

[keys]
undo = ["u", "ctrl+z"]
flag = "!"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from schemas import Schema
from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.files import read_text
from workbench.tui.keys.keymap import Keymap, build
from workbench.tui.keys.presets import PRESETS

_TOP = ("preset", "keys")


class Settings(NamedTuple):
    """A preset, other keys by action id, and the file that each of them (and `preset`) stands in."""

    preset: str
    overrides: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, Path]


def settings_files(root: Path, environment: Mapping[str, str] = os.environ) -> tuple[Path, Path]:
    """The user's file and the project's; `root` is the folder that contains `tasks/`."""
    given = Path(environment.get("XDG_CONFIG_HOME") or "")
    base = given if given.is_absolute() else Path(environment.get("HOME") or Path.home()) / ".config"
    return base / "cppcc-workbench" / "keys.toml", root / ".workbench" / "keys.toml"


def read_settings(root: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read both files; one that is missing changes nothing.

    Raises:
        FaultyData: a file is not TOML, or holds something else than a preset and keys; all faults of both.
        UsageMistake: a file is a folder.
        EnvironmentFailure: a file may not be read.
    """
    settings, faults = _collected(settings_files(root, environment))
    if faults:
        raise FaultyData(faults)
    return settings


def load_keymap(schema: Schema, root: Path, environment: Mapping[str, str] = os.environ) -> Keymap:
    """Make the keymap of a user in a project.

    Raises:
        FaultyData: a file is faulty, or its keys cannot be used together; all faults, with file and setting.
        UsageMistake: a file is a folder.
        EnvironmentFailure: a file may not be read.
    """
    settings, faults = _collected(settings_files(root, environment))
    try:
        keymap = build(schema, settings.preset, settings.overrides, settings.sources)
    except FaultyData as error:
        raise FaultyData([*faults, *error.faults]) from None
    if faults:
        raise FaultyData(faults)
    return keymap


def _collected(files: tuple[Path, ...]) -> tuple[Settings, list[Fault]]:
    """What can be used of the files, later ones winning, and everything that is wrong with them."""
    preset, overrides, sources = next(iter(PRESETS)), dict[str, tuple[str, ...]](), dict[str, Path]()
    faults: list[Fault] = []
    for file in files:
        content, found = _content(file)
        faults += found
        faults += [Fault(message, path, file, rule="keys") for path, message in _misshapen(content)]
        if isinstance(content.get("preset"), str):
            preset, sources["preset"] = content["preset"], file
        for name, keys in _table(content).items():
            if _is_keys(keys):
                overrides[name] = (keys,) if isinstance(keys, str) else tuple(keys)
                sources[name] = file
    return Settings(preset, overrides, sources), faults


def _content(file: Path) -> tuple[dict[str, Any], list[Fault]]:
    try:
        return tomllib.loads(read_text(file)), []
    except UsageMistake:
        if file.is_dir():
            raise
        return {}, []
    except tomllib.TOMLDecodeError as error:
        return {}, [Fault(f"not TOML: {error}", source=file, rule="keys")]
    except RecursionError:
        return {}, [Fault("not TOML: nested too deeply", source=file, rule="keys")]
    except FaultyData as error:
        return {}, list(error.faults)


def _misshapen(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in content:
        if name not in _TOP:
            yield name, f"unknown setting{nearest(name, _TOP)}"
    if not isinstance(content.get("preset", ""), str):
        yield "preset", f"not a string; the presets are {', '.join(PRESETS)}"
    if not isinstance(content.get("keys", {}), dict):
        yield "keys", 'not a table; write [keys] on a line, and under it lines like: undo = ["U"]'
    for name, keys in _table(content).items():
        if not _is_keys(keys):
            yield f"keys.{name}", 'not a key or a list of keys; write "U" or ["U", "ctrl+z"]'


def _table(content: Mapping[str, Any]) -> Mapping[str, Any]:
    keys = content.get("keys")
    return keys if isinstance(keys, dict) else {}


def _is_keys(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(key, str) for key in value))
