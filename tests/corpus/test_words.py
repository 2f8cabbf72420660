"""Word boundaries and pinyin initials."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from tests.strategies import any_text, texts
from workbench.core.errors import EnvironmentFailure
from workbench.core.records import Document, text_hash
from workbench.corpus.words import build_index, ensure_index, index_path, load_index


@given(texts | any_text)
def test_an_index_fits_its_text(text: str) -> None:
    """Boundaries rise from 0 to the length; every character has an initial of at most one ASCII letter or digit."""
    index = build_index(text)
    assert index.boundaries[0] == 0
    assert index.boundaries[-1] == len(text)
    assert list(index.boundaries) == sorted(set(index.boundaries))
    assert len(index.initials) == len(text)
    assert all(
        initial == "" or (initial.isascii() and initial.isalnum() and len(initial) == 1) for initial in index.initials
    )
    assert not any(initial.isupper() for initial in index.initials)


def test_initials_know_the_context() -> None:
    """A polyphonic character gets the reading of its word; marks and symbols have no initial."""
    assert build_index("重庆银行很重要,A9。").initials == (*"cqyhhzy", "", "a", "9", "")


def test_words() -> None:
    """A word is not cut, also behind astral characters."""
    index = build_index("𠀀村扶贫工作队")
    assert {2, 7} <= set(index.boundaries)


def document(text: str) -> Document:
    return Document(doc_id="d", text=text)


def test_an_index_is_kept_and_read_back(tmp_path: Path) -> None:
    """What was built is what is read, and reading again does not write."""
    doc = document("政协委员(2020)走访𠀀村。\n")
    assert load_index(tmp_path, doc.text_sha256) is None
    built = ensure_index(tmp_path, doc)
    file = index_path(tmp_path, doc.text_sha256)
    assert file == tmp_path / ".workbench" / "index" / f"{text_hash(doc.text)}.json"
    stamp = file.stat().st_mtime_ns
    assert load_index(tmp_path, doc.text_sha256) == built == ensure_index(tmp_path, doc) == build_index(doc.text)
    assert file.stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"text_sha256": "0" * 64},
        {"boundaries": [0, 2, 1, 4]},
        {"boundaries": []},
        {"boundaries": [0, True, 4]},
        {"boundaries": None},
        {"initials": "zx"},
        {"initials": 4},
    ],
)
def test_an_unusable_index_is_rebuilt(change: dict[str, object], tmp_path: Path) -> None:
    """An index of another version or with impossible content counts as missing."""
    doc = document("政协委员")
    built = ensure_index(tmp_path, doc)
    file = index_path(tmp_path, doc.text_sha256)
    good = file.read_bytes()
    file.write_text(json.dumps({**json.loads(good), **change}), encoding="utf-8")
    assert load_index(tmp_path, doc.text_sha256) is None
    assert ensure_index(tmp_path, doc) == built
    assert file.read_bytes() == good


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"null"])
def test_a_damaged_index_is_rebuilt(content: bytes, tmp_path: Path) -> None:
    """A file that was cut short or is not JSON at all counts as missing."""
    doc = document("政协委员")
    file = index_path(tmp_path, doc.text_sha256)
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert load_index(tmp_path, doc.text_sha256) is None
    assert ensure_index(tmp_path, doc) == build_index(doc.text)


def test_an_index_that_cannot_be_written(tmp_path: Path) -> None:
    """A file where the folder should be is a failure of the environment, with the path in the message."""
    (tmp_path / ".workbench").write_text("", encoding="utf-8")
    with pytest.raises(EnvironmentFailure, match="workbench"):
        ensure_index(tmp_path, document("政协"))


def test_reading_is_light(tmp_path: Path) -> None:
    """Loading an index imports no segmenter, no pinyin tables and no converter."""
    doc = document("政协委员")
    ensure_index(tmp_path, doc)
    program = (
        "import sys; from pathlib import Path; from workbench.corpus.words import load_index\n"
        f"assert load_index(Path({str(tmp_path)!r}), {doc.text_sha256!r})\n"
        "assert not {'rjieba', 'pypinyin', 'opencc'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
