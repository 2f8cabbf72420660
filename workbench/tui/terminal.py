"""What the terminal can do, found out before the screen starts; nothing here needs Textual."""

from __future__ import annotations

import codecs
import os
import re
import select
import sys
import termios
import time
import tty
from collections.abc import Mapping, MutableMapping
from typing import TextIO

from workbench.core.errors import EnvironmentFailure

ANSWER_SECONDS = 0.3
"""How long the terminal may take to say where its cursor is."""

AMBIGUOUS = "“"
"""A character that some terminals draw in two cells, and all Chinese reports contain."""

SETTINGS = {
    # Kitty's protocol loses what Chinese input methods commit in iTerm2 and WezTerm.
    "TEXTUAL_DISABLE_KITTY_KEY": "1",
    # At the usual 60 frames a second a key waits up to 17 ms for its frame.
    "TEXTUAL_FPS": "240",
}
"""What Textual reads when it is imported, unless the user has set it."""

WIDE_NOTICE = (
    "终端把“”等字符画成两格:已改用安全符号;建议在终端设置中关闭「歧义宽度字符为双倍宽度」",
    "ambiguous characters are wide: safe signs; set them narrow in the terminal (iTerm2: Profiles > Text; PuTTY: "
    "Translation; tmux, GNOME Terminal: ambiguous width narrow)",
)
"""What to tell somebody whose terminal draws ambiguous characters wide."""

_CURSOR = re.compile(rb"\x1b\[(\d+);(\d+)R")
_DUMB = frozenset(("", "dumb", "unknown"))


def prepare(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what Textual reads when it is imported; call it before that."""
    for name, value in SETTINGS.items():
        environment.setdefault(name, value)


def check_terminal(
    environment: Mapping[str, str] = os.environ, stdin: TextIO | None = None, stdout: TextIO | None = None
) -> None:
    """Refuse terminals on which Chinese text could not be drawn.

    Raises:
        EnvironmentFailure: there is no terminal, it can do nothing, or it is not written to in UTF-8.
    """
    given, shown = stdin or sys.stdin, stdout or sys.stdout
    if not (given.isatty() and shown.isatty()):
        raise EnvironmentFailure("workbench label needs a terminal: run it without pipes and redirections")
    name = environment.get("TERM", "")
    if name in _DUMB:
        raise EnvironmentFailure(
            f"TERM={name or '(empty)'}: this terminal cannot draw a screen; use another, or set TERM to what it is, "
            "for example TERM=xterm-256color"
        )
    if codecs.lookup(shown.encoding or "ascii").name != "utf-8":
        raise EnvironmentFailure(
            f"the terminal is written to in {shown.encoding}, which has no Chinese; set LC_ALL=C.UTF-8 (or another "
            "UTF-8 locale) and start again"
        )


def draws_wide(character: str = AMBIGUOUS, seconds: float = ANSWER_SECONDS) -> bool:
    """Tell whether the terminal moves its cursor by two cells for a character; False when it does not answer."""
    source, sink = sys.stdin.fileno(), sys.stdout.fileno()
    before = termios.tcgetattr(source)
    try:
        tty.setcbreak(source, termios.TCSANOW)
        os.write(sink, f"\r{character}\x1b[6n".encode())
        return _column(source, seconds) == 3
    finally:
        os.write(sink, b"\r\x1b[K")
        termios.tcsetattr(source, termios.TCSANOW, before)


def _column(source: int, seconds: float) -> int | None:
    """The column of the cursor as the terminal reports it, from 1."""
    answer = b""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        ready, _, _ = select.select([source], [], [], left)
        if not ready:
            return None
        answer += os.read(source, 64)
        if found := _CURSOR.search(answer):
            return int(found[2])
    return None
