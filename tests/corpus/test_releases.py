"""Releases as every reader sees them: whole or refused, wherever the folder lies."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from workbench.core.errors import FaultyData, UsageMistake
from workbench.corpus.reading import read_annotated
from workbench.corpus.releases import Release, is_release, newest_release, release_names
from workbench.formats import native

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A copy of the newest release of the repository, in a folder that is not called gold."""
    newest = newest_release(ROOT)
    assert newest is not None
    return Path(shutil.copytree(newest.folder, tmp_path / "downloaded" / newest.version))


def test_a_release_is_one_wherever_it_lies(release: Path) -> None:
    """The manifest says what it is; other folders with a manifest are none."""
    assert is_release(release)
    documents = read_annotated(release)
    assert len(documents) == len(Release.at(release).document_ids())
    assert all(document.text for document in documents)
    other = release.parent / "other"
    other.mkdir()
    (other / "manifest.json").write_text('{"format": "something"}', encoding="utf-8")
    assert not is_release(other)


def test_what_was_changed_removed_or_added_is_named_and_nothing_is_read(release: Path) -> None:
    """All three at once, with what to do."""
    first, second, *_ = sorted((release / "annotations").iterdir())
    first.unlink()
    second.write_text(second.read_text(encoding="utf-8").replace('"LOC"', '"ORG"', 1), encoding="utf-8")
    (release / "documents" / "新.txt").write_text("𠀀", encoding="utf-8")
    with pytest.raises(FaultyData) as raised:
        read_annotated(release)
    told = [(fault.source.name, fault.message.split(";")[0]) for fault in raised.value.faults if fault.source]
    assert told == [
        (first.name, "missing"),
        (second.name, "changed since the release"),
        ("新.txt", "not in the manifest"),
    ]
    assert "workbench gold check" in str(raised.value)


@pytest.mark.parametrize("content", ["garbage", "[]", "{}"])
def test_a_release_with_a_broken_manifest_is_refused(tmp_path: Path, release: Path, content: str) -> None:
    inside = Path(shutil.copytree(release, tmp_path / "gold" / "9.0.0"))
    (inside / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(FaultyData):
        read_annotated(inside)


def test_a_release_without_its_manifest_says_so(release: Path) -> None:
    (release / "manifest.json").unlink()
    with pytest.raises(UsageMistake, match=r"a gold release without its manifest\.json"):
        read_annotated(release)


def test_releases_are_in_the_order_of_their_numbers(tmp_path: Path, release: Path) -> None:
    for version in ("0.10.0", "0.9.0", "0.9.1"):
        shutil.copytree(release, tmp_path / "gold" / version)
    assert release_names(tmp_path) == ("0.9.0", "0.9.1", "0.10.0")


def test_an_annotation_file_on_one_line_is_one(tmp_path: Path, release: Path) -> None:
    """Whoever writes the same JSON without line breaks is understood."""
    source = sorted((release / "annotations").iterdir())[0]
    file = tmp_path / source.name
    file.write_text(json.dumps(json.loads(source.read_text(encoding="utf-8"))), encoding="utf-8")
    (read,) = read_annotated(file)
    assert native.dump(read.annotation) == source.read_text(encoding="utf-8")
    assert hashlib.sha256(source.read_bytes()).hexdigest() in (release / "manifest.json").read_text(encoding="utf-8")
