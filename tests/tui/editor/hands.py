"""An editor on a real session and store, driven by keys as a hand presses them, and read as an eye reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from schemas import Schema, load
from workbench.annotation.lattice import build_lattice
from workbench.annotation.offering import NO_SOURCES, Sources
from workbench.annotation.session import Place, Session
from workbench.annotation.store import Actor, Store, find_address
from workbench.core.records import Document, text_hash
from workbench.core.text import surface
from workbench.corpus.documents import document_files, dump_document
from workbench.corpus.sentences import split_sentences
from workbench.corpus.tasks import Batch, dump_settings
from workbench.corpus.words import ensure_index
from workbench.tui.editor.canvas import Canvas
from workbench.tui.editor.commands import HANDLERS
from workbench.tui.editor.editor import Editor
from workbench.tui.editor.painting import Painter
from workbench.tui.keys.keymap import build
from workbench.tui.keys.names import key_of
from workbench.tui.layout.glyphs import text_cells


@cache
def schema() -> Schema:
    """The schema of all batches here."""
    return load("cppcc_poverty")


class Hand:
    """Somebody at the keyboard: `hand("; s 2 o")` presses five keys; words of two or more letters are key names."""

    def __init__(self, session: Session, root: Path, width: int = 84, lines: int = 32) -> None:
        self.session = session
        self.width = width
        index = ensure_index(root, session.document)
        self.canvas = Canvas(session.document, session.schema, width, lines)
        keymap = build(session.schema)
        self.editor = Editor(session, keymap, build_lattice(session.document, index), index, self.canvas, HANDLERS)
        self.look()

    def __call__(self, keys: str) -> Hand:
        for key in keys.split(" "):
            if len(key) == 1:
                self.editor.press(key_of(key), key)
            elif key:
                self.editor.press(key, " " if key == "space" else None)
            self.look()
        return self

    def look(self) -> None:
        """Bring the screen up to date."""
        self.canvas.update(self.session.draft, self.session.suggestions, self.editor.focus)

    def at(self, text: str, number: int = 0) -> Hand:
        """Put the caret before the `number`-th occurrence of a string."""
        position = -1
        for _ in range(number + 1):
            position = self.session.document.text.index(text, position + 1)
        self.editor.go(self.editor.cursor.at(position))
        return self

    @property
    def selected(self) -> str:
        """The selected string."""
        return surface(self.session.document.text, self.editor.cursor.spans)

    @property
    def entities(self) -> list[tuple[str, str]]:
        """(type, string) of all entities, in order."""
        return [(one.type, one.text or "") for one in self.session.draft.order]

    @property
    def relations(self) -> list[tuple[str, str, str]]:
        """(type, head string, tail string) of all relations, in the order they were made."""
        known = self.session.draft.entities
        return [
            (one.type, known[one.head].text or "", known[one.tail].text or "")
            for one in self.session.draft.relations.values()
        ]

    @property
    def frames(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """(type, trigger, (role, string) of each argument) of all frames."""
        known = self.session.draft.entities
        return [
            (
                one.type,
                one.trigger.text or "" if one.trigger else "",
                [(argument.role, known[argument.entity].text or "") for argument in one.arguments],
            )
            for one in self.session.draft.frames.values()
        ]

    @property
    def focused(self) -> str:
        """The string of what has the focus."""
        return surface(self.session.document.text, self.editor.fragments_of(self.editor.focus))

    @property
    def said(self) -> str:
        """The last message, in Chinese."""
        return self.editor.message.zh if self.editor.message else ""

    @property
    def rows(self) -> list[str]:
        """The rows of the open list."""
        return [row.text for row in getattr(self.editor.prompt, "rows", ())]

    def screen(self) -> list[str]:
        """All lines of the document view; each was checked to fill the width exactly."""
        painter = Painter(self.editor, self.canvas, self.width)
        lines = ["".join(piece.text for piece in painter.line(number)) for number in range(self.canvas.lines)]
        assert {text_cells(line) for line in lines} == {self.width}
        return lines


@contextmanager
def hand_on(
    root: Path, text: str, sources: Sources = NO_SOURCES, blind: bool = False, name: str = "甲", width: int = 84
) -> Iterator[Hand]:
    """A hand on a document `d` of a batch with that one document."""
    batch = Batch(root, "pilot", "cppcc_poverty", blind)
    if not (batch.folder / "batch.toml").exists():
        batch.documents_folder.mkdir(parents=True)
        (batch.folder / "batch.toml").write_text(dump_settings(batch), encoding="utf-8")
        document = Document(doc_id="d", text=text, raw_sha256=text_hash(text), sentences=split_sentences(text))
        for path, content in zip(document_files(batch.documents_folder, "d"), dump_document(document), strict=True):
            path.write_text(content, encoding="utf-8", newline="")
    with Store.open(find_address(root, str(root / "work.db"), {})) as store:
        place = Place(store, Batch.open(root, "pilot"), Actor(name, "test"))
        place.__dict__["schema"] = schema()  # reading it takes longer than a test
        session = Session.open(place, "d", sources)
        try:
            yield Hand(session, root, width)
        finally:
            session.close()
