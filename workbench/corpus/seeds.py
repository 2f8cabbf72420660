"""Raw reports as they were received, and the manifest that pins their bytes.

Owns the reading of a seeds folder. Nothing here changes a byte of it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake, nearest
from workbench.core.files import decode, read_bytes, read_json
from workbench.core.records import Meta
from workbench.corpus.clean import clean
from workbench.corpus.meta import iso_date, read_meta
from workbench.corpus.zones import find_zones

MANIFEST = "MANIFEST.json"
"""Name of the manifest in a seeds folder."""

_REQUIRED = ("file", "sha256")
_STATED = ("title", "publisher", "date")
_HASH = re.compile(r"[0-9a-f]{64}")
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


class Seed(NamedTuple):
    """A raw report: `file` is its name, `doc_id` the name without ending, `sha256` the hash of its bytes."""

    doc_id: str
    file: str
    raw: str
    sha256: str
    meta: Meta


class _Entry(NamedTuple):
    sha256: str
    meta: Meta


def read_seeds(folder: Path) -> tuple[Seed, ...]:
    """Read all reports (`*.txt`) of a folder, ordered by name, and verify them against its manifest if it has one.

    A report that the manifest does not list gets title, publisher and date from its own page.

    Raises:
        UsageMistake: the folder is missing, is a file, or holds no report.
        EnvironmentFailure: something in it may not be read.
        FaultyData: texts are not usable or not the ones listed; all faults of all files.
    """
    files = _report_files(folder)
    faults: list[Fault] = []
    contents: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    for file in files:
        contents[file.name] = read_bytes(file)
        try:
            texts[file.name] = _text(contents[file.name], file)
        except FaultyData as error:
            faults += error.faults
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    faults += _twins(folder, hashes)
    manifest: Mapping[str, _Entry] = {}
    try:
        manifest = _read_manifest(folder / MANIFEST)
    except FaultyData as error:
        faults += error.faults
    faults += _differences(folder, manifest, hashes)
    if faults:
        raise FaultyData(faults)
    return tuple(
        Seed(file.stem, file.name, raw, hashes[file.name], _meta(manifest.get(file.name), raw))
        for file, raw in zip(files, texts.values(), strict=True)
    )


def _report_files(folder: Path) -> list[Path]:
    try:
        files = sorted(entry for entry in folder.iterdir() if entry.suffix == ".txt" and not entry.name.startswith("."))
    except FileNotFoundError:
        raise UsageMistake(f"{folder}: no such folder; give the folder with the raw reports") from None
    except NotADirectoryError:
        raise UsageMistake(f"{folder}: a file, where the folder with the raw reports is needed") from None
    except OSError as error:
        raise EnvironmentFailure(f"{folder}: cannot be read ({error.strerror})") from None
    if not files:
        raise UsageMistake(f"{folder}: no report in it (a report is a file *.txt in UTF-8)")
    return files


def _text(content: bytes, file: Path) -> str:
    text = decode(content, file)
    if not clean(text).text.strip():
        raise FaultyData([Fault("holds no text; remove the file or put the report in", source=file, rule="empty")])
    return text


def _twins(folder: Path, hashes: Mapping[str, str]) -> Iterator[Fault]:
    """Two files that are one report, or whose document ids some file systems cannot keep apart."""
    same: dict[str, str] = {}
    alike: dict[str, str] = {}
    for name, sha256 in hashes.items():
        first = same.setdefault(sha256, name)
        if first != name:
            yield Fault(f"the same bytes as {first}; keep one of them", source=folder / name, rule="duplicate")
        key = unicodedata.normalize("NFC", name).casefold()
        first = alike.setdefault(key, name)
        if first != name:
            message = f"its document id differs from that of {first} only in case or composition; rename one of them"
            yield Fault(message, source=folder / name, rule="duplicate")


def _read_manifest(file: Path) -> Mapping[str, _Entry]:
    """The entries by file name; empty when there is no manifest."""
    if not file.exists():
        return {}
    content = read_json(file)
    reports = content.get("reports") if isinstance(content, dict) else None
    if not isinstance(reports, list):
        raise FaultyData(
            [Fault('a manifest is {"reports": [{"file": …, "sha256": …}, …]}', source=file, rule="manifest")]
        )
    entries: dict[str, _Entry] = {}
    faults: list[Fault] = []
    for index, report in enumerate(reports):
        problems = list(_entry_faults(report))
        if not problems and report["file"] in entries:
            problems = [("file", f"{report['file']} is listed twice")]
        faults += [
            Fault(message, f"reports[{index}]" + (f".{field}" if field else ""), file, rule="manifest")
            for field, message in problems
        ]
        if not problems:
            meta = Meta(**{field: report.get(field) for field in _STATED})
            entries[report["file"]] = _Entry(report["sha256"], meta)
    if faults:
        raise FaultyData(faults)
    return entries


def _entry_faults(report: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with one entry: the field and a message."""
    if not isinstance(report, dict):
        yield "", "not an object with file and sha256"
        return
    known = (*_REQUIRED, *_STATED)
    for field in report:
        if field not in known:
            yield field, f"unknown key{nearest(field, known)}"
    for field in _REQUIRED:
        if not isinstance(report.get(field), str):
            yield field, "missing" if field not in report else "not a string"
    for field in _STATED:
        if not isinstance(report.get(field), (str, type(None))):
            yield field, "neither a string nor null"
    if isinstance(report.get("sha256"), str) and not _HASH.fullmatch(report["sha256"]):
        yield "sha256", "not a SHA-256 (64 lower-case hexadecimal digits)"
    if isinstance(report.get("date"), str):
        parts = _ISO_DATE.fullmatch(report["date"])
        if parts is None or iso_date(*parts.groups()) is None:
            yield "date", f"{report['date']!r} is not a date like 2020-06-02"


def _differences(folder: Path, manifest: Mapping[str, _Entry], hashes: Mapping[str, str]) -> Iterator[Fault]:
    for name, entry in manifest.items():
        if name not in hashes:
            hint = nearest(name, _unlisted(manifest, hashes))
            yield Fault(f"{name} is listed but not there{hint}", source=folder / MANIFEST, rule="manifest")
        elif hashes[name] != entry.sha256:
            message = (
                f"its bytes are not the listed ones (sha256 {hashes[name][:12]}…, listed {entry.sha256[:12]}…);"
                f" restore the file, or change {MANIFEST} if the report was replaced on purpose"
            )
            yield Fault(message, source=folder / name, rule="manifest")


def _unlisted(manifest: Mapping[str, _Entry], hashes: Iterable[str]) -> list[str]:
    return [name for name in hashes if name not in manifest]


def _meta(entry: _Entry | None, raw: str) -> Meta:
    if entry is not None:
        return entry.meta
    cleaned = clean(raw)
    return read_meta(cleaned.text, find_zones(raw, cleaned))
