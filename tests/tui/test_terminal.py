"""What is asked of a terminal before the screen starts, on a real pseudo-terminal."""

from __future__ import annotations

import io
import os
import pty
import select
import sys
import time

import pytest

from workbench.core.errors import EnvironmentFailure
from workbench.tui.terminal import check_terminal, prepare

PROGRAM = "from workbench.tui.terminal import draws_wide; print('WIDE', draws_wide(), flush=True)"


def answer(column: int | None) -> tuple[str, float]:
    """What the program says on a terminal whose cursor is in a column after “, or that does not answer; seconds."""
    pid, file = pty.fork()
    if not pid:
        os.execv(sys.executable, [sys.executable, "-c", PROGRAM])  # noqa: S606
    written, asked = b"", 0.0
    while True:
        ready, _, _ = select.select([file], [], [], 10)
        if not ready:
            break
        try:
            part = os.read(file, 1024)
        except OSError:
            break
        written += part
        if b"\x1b[6n" in part:
            asked = time.monotonic()
            if column is not None:
                os.write(file, f"\x1b[1;{column}R".encode())
        if b"WIDE" in written and written.endswith(b"\n"):
            break
    taken = time.monotonic() - asked
    os.waitpid(pid, 0)
    os.close(file)
    return written.decode().rsplit("WIDE ")[-1].strip(), taken


def test_the_cursor_tells_how_wide_quotes_are() -> None:
    assert answer(3)[0] == "True"
    assert answer(2)[0] == "False"


def test_a_terminal_that_does_not_answer_is_taken_as_narrow() -> None:
    """It is waited for 0.3 s, not longer than a second on a busy machine."""
    said, taken = answer(None)
    assert said == "False"
    assert 0.25 < taken < 3


class _Terminal(io.TextIOWrapper):
    def __init__(self, encoding: str = "utf-8", terminal: bool = True) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.mark.parametrize(
    ("name", "stdin", "stdout", "message"),
    [
        ("xterm", _Terminal(terminal=False), _Terminal(), "needs a terminal"),
        ("xterm", _Terminal(), _Terminal(terminal=False), "needs a terminal"),
        ("dumb", _Terminal(), _Terminal(), "TERM=dumb"),
        ("unknown", _Terminal(), _Terminal(), "TERM=unknown"),
        ("", _Terminal(), _Terminal(), "TERM=(empty)"),
        ("xterm", _Terminal(), _Terminal("latin-1"), "UTF-8"),
    ],
)
def test_what_cannot_show_chinese_is_refused(name: str, stdin: _Terminal, stdout: _Terminal, message: str) -> None:
    with pytest.raises(EnvironmentFailure) as refusal:
        check_terminal({"TERM": name}, stdin, stdout)
    assert message in str(refusal.value)


def test_a_usual_terminal_will_do() -> None:
    check_terminal({"TERM": "xterm-256color"}, _Terminal(), _Terminal())


def test_textual_is_set_unless_the_user_has_set_it() -> None:
    environment = {"TEXTUAL_FPS": "30"}
    prepare(environment)
    assert environment == {"TEXTUAL_FPS": "30", "TEXTUAL_DISABLE_KITTY_KEY": "1"}


def test_the_pure_parts_know_no_textual() -> None:
    """Editor, layout, keys, view, theme and terminal are imported without Textual."""
    import subprocess

    program = (
        "import sys, workbench.tui.terminal, workbench.tui.theme, workbench.tui.view.panel, workbench.tui.view.status, "
        "workbench.tui.view.listing, workbench.tui.editor.opening, workbench.tui.editor.batchwide, "
        "workbench.tui.editor.comparing, workbench.tui.editor.pointing\n"
        "assert 'textual' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
