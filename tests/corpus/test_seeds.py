"""Raw reports and their manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.files import canonical_json
from workbench.core.records import Meta
from workbench.corpus.clean import clean
from workbench.corpus.meta import read_meta
from workbench.corpus.seeds import MANIFEST, read_seeds
from workbench.corpus.zones import find_zones

PAGE = "标题\n来源:青山政协网 日期:2020-06-01\n青山县政协组织委员走进石桥镇𠀀村,为贫困户送去化肥和种子,受到欢迎。"


def write(folder: Path, **pages: str | bytes) -> Path:
    """A seeds folder with these pages by document id."""
    folder.mkdir(exist_ok=True)
    for name, content in pages.items():
        (folder / f"{name}.txt").write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def entry(content: str, **fields: Any) -> dict[str, Any]:
    return {"file": "a.txt", "sha256": hashlib.sha256(content.encode()).hexdigest(), **fields}


def test_the_five_reports(seeds: Path) -> None:
    """The manifest lists all reports with their hashes, and says nothing that the pages do not say themselves."""
    found = read_seeds(seeds)
    manifest = json.loads((seeds / MANIFEST).read_bytes())
    assert [report["file"] for report in manifest["reports"]] == [seed.file for seed in found]
    assert (seeds / MANIFEST).read_text(encoding="utf-8") == canonical_json(manifest)
    for seed in found:
        cleaned = clean(seed.raw)
        assert seed.meta == read_meta(cleaned.text, find_zones(seed.raw, cleaned))
    assert {seed.doc_id[:3]: seed.meta.date for seed in found} == {
        "000": None,
        "001": "2020-06-02",
        "002": None,
        "003": "2018-12-05",
        "004": "2020-10-15",
    }
    assert found[1].meta == Meta(title="永州市政协:大回访助力脱贫攻坚“问题清零”", publisher="红网", date="2020-06-02")
    assert found[3].meta.publisher == "金川县政协"


def test_without_a_manifest_pages_speak_for_themselves(tmp_path: Path) -> None:
    """Reports come in the order of their names, with the exact raw text; other files are left alone."""
    folder = write(tmp_path / "seeds", b="乙\r\n村\u00a0", a=PAGE)
    (folder / "notes.md").write_text("no report", encoding="utf-8")
    (folder / ".a.txt").write_bytes(b"\xff")
    first, second = read_seeds(folder)
    assert (first.doc_id, first.file, first.raw) == ("a", "a.txt", PAGE)
    assert first.meta == Meta(title="标题", publisher="青山政协网", date="2020-06-01")
    assert second.raw == "乙\r\n村\u00a0"
    assert second.sha256 == hashlib.sha256(second.raw.encode()).hexdigest()


def test_the_manifest_has_the_last_word(tmp_path: Path) -> None:
    """A listed report has the listed fields, an unlisted one those of its page."""
    folder = write(tmp_path / "seeds", a=PAGE, b=PAGE + "补充。")
    (folder / MANIFEST).write_text(
        json.dumps({"reports": [entry(PAGE, title="另一个标题", date=None)]}), encoding="utf-8"
    )
    first, second = read_seeds(folder)
    assert first.meta == Meta(title="另一个标题")
    assert second.meta.date == "2020-06-01"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfeab", "not UTF-8"),
        ("政协".encode("gbk"), "not UTF-8"),
        (b"\xef\xbb\xbfabc", "byte order mark"),
        (b"a\0b", "NUL"),
        (b"", "no text"),
        (" \n\u3000\r\n\u200b".encode(), "no text"),
    ],
)
def test_unusable_texts(content: bytes, message: str, tmp_path: Path) -> None:
    """A text that cannot be a report is refused with file and reason."""
    with pytest.raises(FaultyData, match=message) as caught:
        read_seeds(write(tmp_path / "seeds", bad=content))
    assert [fault.source for fault in caught.value.faults] == [tmp_path / "seeds" / "bad.txt"]


def test_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    """Nothing hides behind the first fault: bad files, twins and manifest are reported together."""
    folder = write(tmp_path / "seeds", a=PAGE, b=PAGE, c=b"\xff", d="", e="\ufeff县")
    listed = [entry("other"), {**entry(PAGE), "file": "f.txt"}]
    (folder / MANIFEST).write_text(json.dumps({"reports": listed}), encoding="utf-8")
    with pytest.raises(FaultyData) as caught:
        read_seeds(folder)
    text = str(caught.value)
    for part in ("c.txt:1: not UTF-8", "d.txt: holds no text", "e.txt:1: starts with a byte order mark"):
        assert part in text
    assert "b.txt: the same bytes as a.txt" in text
    assert "a.txt: its bytes are not the listed ones" in text
    assert "f.txt is listed but not there" in text
    assert len(caught.value.faults) == 6


def test_document_ids_that_some_systems_cannot_keep_apart(tmp_path: Path) -> None:
    """Names that differ only in case or composition are refused, naming both files."""
    folder = write(tmp_path / "seeds", a="甲", A="乙", é="丙")
    (folder / "e\u0301.txt").write_text("丁", encoding="utf-8")
    if len(list(folder.iterdir())) != 4:
        pytest.skip("this file system keeps them as one file")
    with pytest.raises(FaultyData) as caught:
        read_seeds(folder)
    assert len(caught.value.faults) == 2
    assert "a.txt: its document id differs from that of A.txt" in str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "nowhere", "no such folder"),
        (lambda folder: write(folder, a="甲") / "a.txt", "a file, where the folder"),
        (write, "no report"),
    ],
)
def test_wrong_folders(make: Callable[[Path], Path], message: str, tmp_path: Path) -> None:
    """A missing folder, a file, and a folder without reports are mistakes of use."""
    with pytest.raises(UsageMistake, match=message):
        read_seeds(make(tmp_path / "seeds"))


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ("{", "not JSON"),
        ("[]", "a manifest is"),
        ('{"reports": {}}', "a manifest is"),
        ('{"reports": [1]}', "reports[0]: not an object"),
        ('{"reports": [{}]}', "reports[0].sha256: missing"),
        (json.dumps({"reports": [entry(PAGE, titel="x")]}), "reports[0].titel: unknown key; did you mean 'title'?"),
        (json.dumps({"reports": [entry(PAGE, title=3)]}), "reports[0].title: neither a string nor null"),
        (json.dumps({"reports": [entry(PAGE, date="2020-13-01")]}), "reports[0].date: '2020-13-01' is not a date"),
        (json.dumps({"reports": [{**entry(PAGE), "sha256": "abc"}]}), "reports[0].sha256: not a SHA-256"),
        (json.dumps({"reports": [entry(PAGE), entry(PAGE)]}), "reports[1].file: a.txt is listed twice"),
        (json.dumps({"reports": [{**entry(PAGE), "file": "A1.txt"}]}), "A1.txt is listed but not there"),
    ],
)
def test_faulty_manifests(manifest: str, message: str, tmp_path: Path) -> None:
    """Every fault of a manifest names its place."""
    folder = write(tmp_path / "seeds", a=PAGE)
    (folder / MANIFEST).write_text(manifest, encoding="utf-8")
    with pytest.raises(FaultyData) as caught:
        read_seeds(folder)
    assert message in str(caught.value)
    assert MANIFEST in str(caught.value)
