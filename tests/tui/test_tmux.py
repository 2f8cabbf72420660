"""The program in a real terminal (tmux): label, nest, relate, fill a frame, undo, quit, resume, publish."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.program import PROGRAM
from tests.machine import require
from tests.tui.piloting import REPORT, ROOT
from workbench.core.records import Annotation
from workbench.formats import native


class Terminal:
    """A private tmux server with one window."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.folder = folder
        self.program = require("tmux", "tmux")
        self.size = size
        self._runs = 0

    @property
    def tmux(self) -> list[str]:
        """How to talk to the server, which has a socket of its own in each run: one that ends still holds the last."""
        return [self.program, "-S", str(self.folder / f"socket{self._runs}"), "-f", "/dev/null", "-u"]

    def run(self, options: str = "", environment: str = "") -> None:
        """Start the program; its exit code is shown behind it."""
        self._runs += 1
        program = self.folder / "program.py"
        program.write_text(PROGRAM)
        variables = f"LANG=C.UTF-8 LC_ALL=C.UTF-8 TERM=screen-256color PYTHONPATH={ROOT} {environment}"
        command = (
            f"cd {self.folder}; unset COLUMNS LINES; env {variables} {sys.executable} {program} label pilot --as A1 "
            f"{options}; echo EXIT:$?; exec sleep 1000"
        )
        width, height = map(str, self.size)
        self._call("new-session", "-d", "-x", width, "-y", height, command)
        self._call("set", "-g", "escape-time", "0")

    def _call(self, *arguments: str) -> str:
        found = subprocess.run([*self.tmux, *arguments], capture_output=True, text=True, check=True)
        return found.stdout

    def keys(self, *names: str) -> None:
        """Press keys that tmux has names for."""
        self._call("send-keys", *names)

    def write(self, text: str) -> None:
        """Send characters as they are."""
        self._call("send-keys", "-l", text)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size."""
        self._call("resize-window", "-x", str(width), "-y", str(height))

    def cursor(self) -> tuple[int, int]:
        """Column and line of the terminal's cursor."""
        column, line = self._call("display-message", "-p", "#{cursor_x} #{cursor_y}").split()
        return int(column), int(line)

    def has_cursor(self, cell: tuple[int, int]) -> None:
        """Wait until the cursor is in a cell."""
        until = time.monotonic() + 5
        while self.cursor() != cell:
            assert time.monotonic() < until, (self.cursor(), cell)
            time.sleep(0.05)

    def screen(self) -> str:
        """What is on the screen."""
        return self._call("capture-pane", "-p")

    def shows(self, text: str, seconds: float = 30) -> str:
        """Wait until the screen shows a text; the screen."""
        until = time.monotonic() + seconds
        shown = ""
        while time.monotonic() < until:
            shown = self.screen()
            if text in shown:
                return shown
            time.sleep(0.05)
        raise AssertionError(f"{text!r} never appeared:\n{shown}")

    def end(self) -> None:
        """Stop the server."""
        subprocess.run([*self.tmux, "kill-server"], check=False, capture_output=True)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 120x36 in a project with the pilot batch."""
    yield from made(tmp_path, (120, 36))


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal of 80x24."""
    yield from made(tmp_path, (80, 24))


def made(folder: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    shutil.copytree(ROOT / "tasks", folder / "tasks")
    terminal = Terminal(folder, size)
    yield terminal
    terminal.end()


def published(terminal: Terminal) -> Annotation:
    return native.read(terminal.folder / "tasks" / "pilot" / "annotations" / "A1" / f"{REPORT}.json").annotation


def test_a_document_from_the_first_label_to_publishing(terminal: Terminal) -> None:
    """Label 永州市政协 and 永州市 inside it, relate them, fill a role of a frame, undo, quit, resume, publish."""
    terminal.run(f"--doc {REPORT} --no-suggest")
    terminal.shows("字母 标注")
    terminal.write(";y2l")
    terminal.shows("实体 1 ")
    terminal.write(";Y3o")
    terminal.shows("╰机ORG───╯")
    terminal.write("[")
    terminal.keys("Space")
    terminal.shows("空格取")
    terminal.keys("Space")
    terminal.shows("关系 1 ")
    terminal.keys("C-g")
    terminal.write(";z1z")
    terminal.shows("事件 1 ")
    terminal.keys("Space")
    terminal.shows("连到")
    terminal.keys("Space")
    terminal.shows("←")
    terminal.keys("C-g")
    terminal.write("U")
    terminal.shows("已撤销")
    terminal.write("R")
    terminal.shows("已重做")
    terminal.keys("C-q")
    terminal.shows("EXIT:0")
    terminal.end()
    terminal.run("--no-suggest")
    terminal.shows("实体 2 关系 1 事件 1")
    terminal.write("D")
    terminal.shows("已完成并发布")
    terminal.keys("C-q")
    terminal.shows("EXIT:0")
    annotation = published(terminal)
    assert {(one.type, one.text) for one in annotation.entities} == {("ORG", "永州市政协"), ("LOC", "永州市")}
    assert [one.type for one in annotation.relations] == ["LOCATED_IN"]
    assert [len(one.arguments) for one in annotation.frames] == [1]


def test_chinese_that_is_typed_or_pasted_finds_and_is_noted(terminal: Terminal) -> None:
    """With an input method on, 蒋善生 selects the name; a note takes Chinese; full-width ； jumps like ;."""
    terminal.run(f"--doc {REPORT} --no-suggest")
    terminal.shows("字母 标注")
    terminal.write("蒋善生")
    terminal.shows("选中 «蒋善生»")
    terminal.write("p")
    terminal.shows("实体 1 ")
    terminal.write("C主席，官员𠀀")
    shown = terminal.shows("主席，官员𠀀").splitlines()
    # the terminal's cursor is where an input method opens its window: behind what was entered
    row = shown[34]
    terminal.has_cursor((cell_len(row[: row.index("𠀀") + 1]), 34))
    terminal.keys("Enter")
    terminal.shows("备注已写")
    terminal.keys("C-Home")
    terminal.write("；y")
    terminal.shows("选中 «永州»")


def test_in_80_columns_and_after_a_resize(small: Terminal) -> None:
    small.run(f"--doc {REPORT} --suggest rules")
    shown = small.shows("字母 标注")
    assert "类型 types" not in shown
    assert "╰?机ORG┄┄╯" in shown
    small.keys("Tab", "Enter")
    small.shows("实体 1 ")
    small.write("P")
    small.shows("类型 types")
    small.write("P")
    small.resize(120, 36)
    small.shows("^P 命令")
    shown = small.shows("o 机 组织机构")  # with names, not codes: the panel of a large screen
    # the panel's edge stands in one column on all of its lines
    assert {cell_len(row[: row.rindex("│")]) for row in shown.splitlines()[1:34]} == {84}


@pytest.mark.parametrize(
    ("environment", "message"),
    [("TERM=dumb", "TERM=dumb"), ("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", "UTF-8")],
)
def test_terminals_that_cannot_show_chinese_are_refused(terminal: Terminal, environment: str, message: str) -> None:
    terminal.run(f"--doc {REPORT}", environment)
    shown = terminal.shows("EXIT:3")
    assert message in shown


def test_without_a_terminal_it_is_refused(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tasks", tmp_path / "tasks")
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            PROGRAM.replace("run()", "import sys; sys.argv[1:] = 'label pilot --as A1'.split(); run()"),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "TERM": "xterm", "PATH": "/usr/bin"},
    )
    assert found.returncode == 3
    assert "needs a terminal" in found.stderr
