"""Collections of annotated documents in any format: which there are, and which one a path holds.

Formats are recognised by content alone; what could be several is never guessed.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from workbench.core.errors import UsageMistake, nearest
from workbench.core.files import reading
from workbench.corpus import annotation_files
from workbench.formats import json_lines
from workbench.formats.contract import Format, FormatModule, Sample

_MODULES: Mapping[str, str] = {
    "native": "workbench.corpus.annotation_files",
    "jsonl": "workbench.formats.json_lines",
    "brat": "workbench.formats.brat",
    "label-studio": "workbench.formats.label_studio",
    "xmi": "workbench.formats.uima",
    "parquet": "workbench.formats.parquet",
    "spacy": "workbench.formats.spacy_docbin",
    "bio": "workbench.formats.bio",
    "bioes": "workbench.formats.bioes",
    "doccano": "workbench.formats.doccano",
    "prodigy": "workbench.formats.prodigy",
    "csv": "workbench.formats.graph_csv",
    "graphml": "workbench.formats.graphml",
}
"""Where each format is at home; the lossless ones first."""

_HEAD = 2**16
_LARGEST = 2**28
_MOST_NAMES = 20_000


def format_names() -> tuple[str, ...]:
    """Names of all formats."""
    return tuple(_MODULES)


def format_of(name: str, option: str = "format") -> FormatModule:
    """The module of a format.

    Raises:
        UsageMistake: there is no such format; `option` says in the message where it was named.
    """
    if name not in _MODULES:
        raise UsageMistake(f"{option}: there is no format {name!r}{nearest(name, _MODULES)}")
    return cast(FormatModule, importlib.import_module(_MODULES[name]))


def recognise(path: Path, option: str = "--from") -> FormatModule:
    """The format that a path holds.

    Raises:
        UsageMistake: nothing is there, or what is there could be several formats or none; candidates are named.
    """
    candidates = candidates_of(path)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        names = " or ".join(module.FORMAT.name for module in candidates)
        raise UsageMistake(f"{path}: could be {names}; say which with {option}")
    if not (any(path.iterdir()) if path.is_dir() else path.stat().st_size):
        raise UsageMistake(f"{path}: is empty")
    raise UsageMistake(f"{path}: not recognised as any format; name it with {option}: {', '.join(_readable())}")


def candidates_of(path: Path) -> list[FormatModule]:
    """All formats that the content of a path could be.

    Raises:
        UsageMistake: nothing is there, or a pipe is.
        EnvironmentFailure: it may not be read.
    """
    sample = sample_of(path)
    for own in (annotation_files, json_lines):  # most paths are ours, and then the other formats need not be loaded
        if own.is_certain(sample):
            return [own]
    return [module for name in _MODULES if (module := format_of(name)).FORMAT.reads and module.recognise(sample)]


def _readable() -> Iterator[str]:
    return (name for name in _MODULES if format_of(name).FORMAT.reads)


def format_for(path: Path) -> FormatModule:
    """The format that the ending of a file to be written names; of several with one ending, the first.

    Raises:
        UsageMistake: it names none.
    """
    formats = [format_of(name) for name in _MODULES]
    for one in formats:
        if path.suffix.lower() in one.FORMAT.endings and one.FORMAT.layout != "folder":
            return one
    known = ", ".join(_shown(one.FORMAT) for one in formats)
    raise UsageMistake(f"{path}: name the format to write with --to: {known}")


def _shown(known: Format) -> str:
    return f"{known.name} ({known.endings[0]})" if known.endings and known.layout != "folder" else known.name


def sample_of(path: Path) -> Sample:
    """What a path is recognised by.

    Raises:
        UsageMistake: nothing is there, or neither a file nor a folder.
        EnvironmentFailure: it may not be read.
    """
    if not path.exists():
        raise UsageMistake(f"{path}: no such file or folder{siblings(path)}")
    if path.is_dir():
        return Sample(path, names=tuple(_names(path)))
    if not path.is_file():
        raise UsageMistake(f"{path}: neither a file nor a folder; write its content to a file first")
    with reading(path), path.open("rb") as file:
        head = file.read(_HEAD)
    record, alone = _first_record(path, head)
    return Sample(path, head=head, record=record, lines=alone)


def siblings(path: Path) -> str:
    """What lies beside a path that does not exist, for its message."""
    if not path.parent.is_dir():
        return ""
    names = sorted(entry.name for entry in path.parent.iterdir() if not entry.name.startswith("."))
    return f"; {path.parent} holds {', '.join(names[:8])}" if names else ""


def _names(folder: Path) -> Iterator[str]:
    """Files in a folder and its folders, hidden ones left out, outer ones first; not all of very many."""
    count = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.startswith("."):
                continue
            yield (Path(place) / name).relative_to(folder).as_posix()
            count += 1
            if count == _MOST_NAMES:
                return


def _first_record(path: Path, head: bytes) -> tuple[Mapping[str, Any] | None, bool]:
    """The first JSON object of a file, and whether it is a line of its own; no object where it begins otherwise."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"{", b"[")):
        return None, False
    found = _decoded(head)
    if found is None and len(head) == _HEAD:
        with reading(path), path.open("rb") as file:
            found = _decoded(file.readline())
            if found is None:
                file.seek(0)
                found = _decoded(file.read(_LARGEST))
    return found if found is not None else (None, False)


def _decoded(content: bytes) -> tuple[Mapping[str, Any], bool] | None:
    text = content.decode(errors="replace").lstrip("\ufeff \t\r\n")
    in_array = text.startswith("[")
    text = text.removeprefix("[").lstrip()
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return value, not in_array and "\n" not in text[:end] and text[end:].lstrip(" \t\r")[:1] in ("", "\n")
