"""How long the label screen takes from a key to the end of its frame, on a real pseudo-terminal.

python -m tests.benchmarks.terminal_latency [CHARACTERS SPANS [suggest]]

Documents are the five reports repeated; spans are 60 % flat, 30 % nested, 10 % crossing, 1 to 13 characters long. For
each operation: milliseconds from writing the key to the last byte of the frame it causes (frames end where the terminal
is told that a synchronised update ends), as median and 99th percentile, and the median of bytes sent.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import random
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from workbench.core.records import Annotation, Document, Entity, text_hash
from workbench.core.text import Span
from workbench.corpus.documents import document_files, dump_document
from workbench.corpus.sentences import split_sentences
from workbench.corpus.tasks import Batch, dump_settings
from workbench.corpus.words import ensure_index
from workbench.formats import native

ROOT = Path(__file__).parent.parent.parent
COLUMNS, LINES = 120, 36
TIMES = 60
FRAME_END = b"\x1b[?2026l"
ANSWERS = ((b"\x1b[?2026$p", b"\x1b[?2026;2$y"), (b"\x1b[6n", b"\x1b[1;2R"))
OPERATIONS = (
    ("right", (b"\x1b[C",)),
    ("select right", (b"\x1b[1;2C",)),
    ("down", (b"\x1b[B",)),
    ("page down", (b"\x1b[6~",)),
    ("next entity", (b"]",)),
    ("label", (b"\x1b[1;2C", b"\x1b[1;2C", b"o")),
    ("undo", (b"U",)),
    ("document end", (b"\x1b[1;5F", b"\x1b[1;5H")),
)
"""Name, and the keys of which the last is measured (both, for there and back)."""


def make_project(root: Path, characters: int, spans: int) -> str:
    """A batch with one long document and a published annotation of it by A1; the document's id."""
    batch = Batch(root, "long", "cppcc_poverty")
    batch.documents_folder.mkdir(parents=True)
    (batch.folder / "batch.toml").write_text(dump_settings(batch), encoding="utf-8")
    reports = [document.text for document in Batch.open(ROOT, "pilot").documents()]
    once = "\n".join(reports)
    text = (once * (characters // len(once) + 1))[:characters]
    document = Document(doc_id="d0", text=text, raw_sha256=text_hash(text), sentences=split_sentences(text))
    for file, content in zip(document_files(batch.documents_folder, "d0"), dump_document(document), strict=True):
        file.write_text(content, encoding="utf-8", newline="")
    annotation = Annotation(
        doc_id="d0", author="A1", text_sha256=document.text_sha256, entities=tuple(_entities(text, spans))
    )
    path = batch.annotation_file("A1", "d0")
    path.parent.mkdir(parents=True)
    path.write_text(native.dump(annotation), encoding="utf-8")
    ensure_index(root, document)
    return "d0"


def _entities(text: str, spans: int) -> list[Entity]:
    chance = random.Random(1)  # noqa: S311
    kinds = ("ORG", "PER", "LOC", "ROLE", "GROUP", "CAMPAIGN", "TIME", "QUANT")
    found: dict[tuple[int, int], Entity] = {}
    last = Span(0, 1)
    while len(found) < spans:
        share = chance.random()
        if share < 0.6 or last.length < 3:
            start = chance.randrange(len(text) - 14)
            span = Span(start, start + chance.randint(1, 13))
        elif share < 0.9:
            span = Span(last.start, last.end - 1)
        else:
            span = Span(last.start + 1, last.end + 1)
        if "\n" not in text[span.start : span.end] and span not in found:
            name = f"E{len(found)}"
            surface = text[span.start : span.end]
            found[span] = Entity(id=name, type=chance.choice(kinds), fragments=(span,), text=surface)
            last = span
    return list(found.values())


class Terminal:
    """The program on a pseudo-terminal that answers as a modern terminal does."""

    def __init__(self, root: Path, doc_id: str, suggest: bool) -> None:
        self.started = time.perf_counter()
        self.pid, self.file = pty.fork()
        if not self.pid:
            os.chdir(root)
            environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
            environment["LC_ALL"] = "C.UTF-8"
            command = [sys.executable, "-m", "workbench", "label", "long", "--as", "A1", "--doc", doc_id]
            command += [] if suggest else ["--no-suggest"]
            os.execvpe(command[0], command, environment)  # noqa: S606
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def read(self, quiet: float, until_frame: bool, most: float = 30.0) -> tuple[float, bytes]:
        """Everything written until nothing has come for `quiet` seconds; when the first frame ended."""
        written = b""
        ended = 0.0
        deadline = time.perf_counter() + most
        while time.perf_counter() < deadline:
            wait = quiet if ended or not until_frame else 0.5
            ready, _, _ = select.select([self.file], [], [], wait)
            if not ready:
                if ended or not until_frame:
                    break
                continue
            part = os.read(self.file, 1 << 16)
            for question, answer in ANSWERS:
                if question in part:
                    os.write(self.file, answer)
            written += part
            if not ended and FRAME_END in written:
                ended = time.perf_counter()
        return ended, written

    def press(self, key: bytes) -> tuple[float, int] | None:
        """Milliseconds until the frame of a key has ended, and its bytes; None when it changed nothing."""
        began = time.perf_counter()
        os.write(self.file, key)
        ended, written = self.read(0.03, until_frame=True, most=0.5)
        return ((ended - began) * 1000, written.index(FRAME_END)) if ended else None

    def close(self) -> int:
        """Quit; the largest memory in megabytes."""
        os.write(self.file, b"\x11")
        with contextlib.suppress(OSError):  # the program closes the terminal
            self.read(1.0, until_frame=False)
        _, _, usage = os.wait4(self.pid, 0)
        os.close(self.file)
        return usage.ru_maxrss // 1024


def measure(characters: int, spans: int, suggest: bool = False) -> None:
    """Print the table for one size."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        doc_id = make_project(root, characters, spans)
        terminal = Terminal(root, doc_id, suggest)
        first, _ = terminal.read(1.5, until_frame=True)
        beside = "suggestions" if suggest else "no suggestions"
        started = (first - terminal.started) * 1000
        print(f"\n{characters} characters, {spans} spans, {beside}: first frame {started:.0f} ms")
        print(f"{'operation':<14}{'p50 ms':>8}{'p99 ms':>8}{'max ms':>8}{'bytes':>8}")
        for name, keys in OPERATIONS:
            taken: list[tuple[float, int]] = []
            if name != "undo":
                terminal.press(b"\x1b[1;5H")
            for _ in range(TIMES):
                pressed = [terminal.press(key) for key in keys]
                measured = pressed if name == "document end" else pressed[-1:]
                taken += [one for one in measured if one is not None]
            _report(name, taken)
        print(f"memory {terminal.close()} MB")


def _report(name: str, taken: list[tuple[float, int]]) -> None:
    times = sorted(time for time, _ in taken)
    sizes = statistics.median(size for _, size in taken)
    p99 = times[min(len(times) - 1, round(0.99 * (len(times) - 1)))]
    print(f"{name:<14}{statistics.median(times):>8.1f}{p99:>8.1f}{times[-1]:>8.1f}{sizes:>8.0f}")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(int(sys.argv[1]), int(sys.argv[2]), suggest=sys.argv[3:] == ["suggest"])
    else:
        measure(2_000, 50)
        measure(200_000, 5_000)
        measure(200_000, 5_000, suggest=True)
