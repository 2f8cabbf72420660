"""Canonical JSON, atomic writes, and reading that refuses what no file should hold."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text
from workbench.core.errors import EnvironmentFailure, FaultyData, UsageMistake
from workbench.core.files import canonical_json, read_json, read_json_lines, read_text, write_text

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text
records = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4)
)


@given(records)
def test_canonical_json_is_json_and_a_fixed_point(record: object) -> None:
    """What is written reads back as the same value, and writing that again gives the same bytes."""
    written = canonical_json(record)
    assert json.loads(written) == record
    assert canonical_json(json.loads(written)) == written
    assert written.endswith("\n")


def test_one_key_per_line_with_spans_inline() -> None:
    """The layout that merges best: keys on lines of their own, spans and lists of scalars on one."""
    record = {
        "id": "T1",
        "fragments": [[0, 2], [5, 9]],
        "edits": [[2, "(xié)", "", "pinyin_gloss"]],
        "none": [],
        "o": {},
    }
    assert canonical_json(record) == (
        '{\n  "id": "T1",\n  "fragments": [[0, 2], [5, 9]],\n'
        '  "edits": [\n    [2, "(xié)", "", "pinyin_gloss"]\n  ],\n  "none": [],\n  "o": {}\n}\n'
    )


@given(any_text)
def test_text_is_written_and_read_without_change(text: str) -> None:
    """No line end, NBSP or astral character is touched on the way to disk and back."""
    if text.startswith("\ufeff"):
        return
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new" / "文本.txt"
        write_text(path, text)
        assert path.read_bytes() == text.encode()
        assert read_text(path) == text


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """When the final step fails, the old content stays and no temporary file is left behind."""
    target = tmp_path / "folder.json"
    target.mkdir()
    (target / "inside").write_text("x")
    with pytest.raises(EnvironmentFailure, match=r"folder\.json: cannot be written"):
        write_text(target, "new")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["folder.json"]


def test_an_unchanged_file_is_not_touched(tmp_path: Path) -> None:
    """Writing the same bytes leaves the file as it is, so that make-like tools see no change."""
    path = tmp_path / "a.json"
    write_text(path, "政协\n")
    os.utime(path, (1, 1))
    write_text(path, "政协\n")
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"a\nb\xff\xfe", 2, "not UTF-8"),
        (b"a\n\0b", 2, "NUL"),
        ("\ufeffa".encode(), 1, "byte order mark"),
    ],
)
def test_text_that_no_report_may_hold_is_refused_with_its_line(
    tmp_path: Path, content: bytes, line: int, message: str
) -> None:
    """Bytes that are not UTF-8, NUL and byte order marks are faults with a line number."""
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(FaultyData, match=message) as caught:
        read_text(path)
    assert caught.value.faults[0].line == line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1}\n{"b": ', r"line 2|:2: not JSON.*cut short"),
        ('{"a": 1, "a": 2}', "'a' stands twice"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": "\\ud800"}', "lone surrogate"),
        ('{"a": ["\\u0000"]}', "NUL"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_lines_that_are_not_records_are_refused(tmp_path: Path, content: str, message: str) -> None:
    """A cut line, repeated keys, NaN, lone surrogates and NUL are faults with file and line."""
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(FaultyData, match=message) as caught:
        list(read_json_lines(path))
    assert caught.value.faults[0].source == path
    assert caught.value.faults[0].line == content.count("\n") + 1


def test_missing_files_and_folders_are_mistakes_of_usage(tmp_path: Path) -> None:
    """A path that does not lead to a file says so, with the path."""
    with pytest.raises(UsageMistake, match="no such file"):
        read_json(tmp_path / "no.json")
    with pytest.raises(UsageMistake, match="a folder"):
        read_json(tmp_path)
