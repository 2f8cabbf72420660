"""The key line, the help and the README's table say what the live keymap does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from schemas import Schema, load
from workbench.core.errors import FaultyData
from workbench.tui.keys.actions import ACTIONS, CONTEXTS, GROUPS, Context
from workbench.tui.keys.card import MARKERS, help_rows, key_line, readme_table, with_table
from workbench.tui.keys.keymap import build, label_types
from workbench.tui.keys.presets import PRESETS

SCHEMA = load("cppcc_poverty")
KEYMAPS = {preset: build(SCHEMA, preset) for preset in PRESETS}


@given(st.sampled_from(sorted(PRESETS)), st.sampled_from(sorted(CONTEXTS)), st.integers(0, 240))
def test_the_key_line_fits_and_grows(preset: str, context: Context, width: int) -> None:
    """In no width is it longer than the width, and a wider one begins with the narrower one."""
    line = key_line(KEYMAPS[preset], width, context)
    assert cell_len("│".join(f"{hint.keys} {hint.zh_short}" for hint in line)) <= width or not line
    assert key_line(KEYMAPS[preset], width + 1, context)[: len(line)] == line


def test_the_key_line_of_a_newcomer() -> None:
    """At 80 cells it says how to select, label, relate and undo."""
    line = key_line(KEYMAPS["terminal"], 80)
    text = "│".join(" ".join(hint) for hint in line)
    assert text == ("字母 标注│⇧→ 选字│Tab 下一项│Enter 接受│Bksp 删│Space 关系│; 跳到│: 选到│^Z 撤销")
    assert all(len(hint.zh_short) <= 4 for hint in line)
    vim = "│".join(" ".join(hint) for hint in key_line(KEYMAPS["vim"], 80))
    assert vim.startswith("Space 字母 标注│L 选字")


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_context_has_a_key_line(preset: str, context: Context) -> None:
    """Wherever a key can be pressed, there is something to say."""
    assert key_line(KEYMAPS[preset], 80, context)


def test_the_line_follows_overrides(schema: Schema) -> None:
    """A changed key is shown at once, and of several keys one that works in the context."""
    keymap = build(schema, overrides={"link": ["Q", "ctrl+k"], "undo": ["!"]})
    assert ("Q", "关系") in key_line(keymap, 200)
    assert ("!", "撤销") in key_line(keymap, 200)
    assert key_line(keymap, 200, "link")[0] == ("^K", "取最近")


@pytest.mark.parametrize("preset", PRESETS)
def test_help_has_every_label_and_action(schema: Schema, preset: str) -> None:
    """One row for each, group by group, with both languages."""
    rows = help_rows(KEYMAPS[preset], schema)
    assert len(rows) == len(ACTIONS) + len(label_types(schema))
    groups = list(dict.fromkeys(row.group for row in rows))
    assert groups == [*GROUPS]
    assert [row.group for row in rows] == sorted((row.group for row in rows), key=groups.index)
    assert all(row.keys and row.zh and row.en for row in rows)
    assert len({(row.zh, row.en) for row in rows}) == len(rows)


@pytest.mark.parametrize("preset", PRESETS)
def test_the_table_is_markdown_with_three_columns(schema: Schema, preset: str) -> None:
    """Every row has three cells, whatever the keys are, and names every action and label in both languages."""
    table = readme_table(KEYMAPS[preset], schema)
    for line in table.splitlines():
        assert len(re.findall(r"(?<!\\)\|", line)) == 4, line
    for thing in (*ACTIONS.values(), *label_types(schema)):
        assert thing.zh in table
        assert thing.en in table


def test_the_table_is_the_same_in_every_run(schema: Schema) -> None:
    """Another process, with another hash seed, prints the same bytes."""
    program = (
        "from schemas import load; from workbench.tui.keys.card import readme_table\n"
        "from workbench.tui.keys.keymap import build\n"
        "schema = load('cppcc_poverty'); print(readme_table(build(schema), schema), end='')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "7", "PYTHONUTF8": "1"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert ran.stdout == readme_table(KEYMAPS["terminal"], schema)


def test_the_table_is_put_between_the_markers() -> None:
    """What is around stays, and doing it twice is doing it once."""
    first, last = MARKERS
    readme = f"# A\n\n{first}\nold\n{last}\n\nmore | text\n"
    once = with_table(readme, "| new |\n")
    assert once == f"# A\n\n{first}\n\n| new |\n\n{last}\n\nmore | text\n"
    assert with_table(once, "| new |\n") == once
    for broken in ("", first, last + first, f"{first}{last}{first}", f"{first}{first}{last}"):
        with pytest.raises(FaultyData, match="each once"):
            with_table(broken, "x")


def test_keys_and_help_need_neither_textual_nor_pinyin() -> None:
    """The keymap, the card and the settings bring no screen library along."""
    program = (
        "import sys, workbench.tui.keys.card, workbench.tui.keys.palette, workbench.tui.keys.settings\n"
        "import workbench.tui.keys.twins\n"
        "assert not [name for name in ('textual', 'pypinyin', 'rjieba', 'sqlalchemy') if name in sys.modules]"
    )
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[3], check=True)
