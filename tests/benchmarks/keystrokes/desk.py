"""The editor on a real session and a real store, with somebody's hands on it who counts every key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.keystrokes.screen import Screen, read
from tests.benchmarks.keystrokes.targets import Report, report
from workbench.annotation.lattice import build_lattice
from workbench.annotation.offering import Sources
from workbench.annotation.session import Place, Session
from workbench.annotation.store import Actor, Store, find_address
from workbench.core.records import Annotation
from workbench.corpus.tasks import Batch
from workbench.corpus.words import ensure_index
from workbench.tui.editor.canvas import Canvas
from workbench.tui.editor.commands import HANDLERS
from workbench.tui.editor.editor import Editor
from workbench.tui.keys.keymap import build
from workbench.tui.keys.names import character_of, key_of

WIDTH, LINES = 84, 32
"""Cells and lines of the text on a screen of 120 x 36."""


class Press(NamedTuple):
    """A key, what kind of key it is, and for what it was pressed: an entity, a relation, a frame … and its class."""

    key: str
    kind: str
    layer: str
    group: str

    @property
    def shifted(self) -> bool:
        """Whether Shift or Ctrl is held, on a keyboard as it is sold in China and America."""
        if self.key.startswith(("ctrl+", "shift+")):
            return True
        character = character_of(self.key) or ""
        return character.isupper() or character in '~!@#$%^&*()_+{}|:"<>?'


class Desk:
    """One open report."""

    def __init__(self, session: Session, root: Path) -> None:
        index = ensure_index(root, session.document)
        self.session = session
        self.canvas = Canvas(session.document, session.schema, WIDTH, LINES)
        self.keymap = build(session.schema)
        self.editor = Editor(session, self.keymap, build_lattice(session.document, index), index, self.canvas, HANDLERS)
        self.presses: list[Press] = []
        self.refusals: list[str] = []
        self.hidden = 0
        self.layer, self.group = "entity", ""
        self._seen: Screen | None = None
        self._show()

    def press(self, key: str, kind: str) -> None:
        """Press a key: a character, or the name of a key that types none."""
        name, character = (key_of(key), key) if len(key) == 1 else (key, " " if key == "space" else None)
        self.presses.append(Press(name, kind, self.layer, self.group))
        self.editor.press(name, character)
        for effect in self.editor.effects:
            if effect.name == "lanes":
                self.canvas.next_mode()
        self.editor.effects.clear()
        self._show()
        message = self.editor.message
        if message is not None and message.kind == "refused":
            self.refusals.append(f"{self.session.document.doc_id[:3]} {key}: {message.en}")

    def _show(self) -> None:
        self._seen = None
        self.canvas.update(self.session.draft, self.session.suggestions, self.editor.focus)

    def look(self) -> Screen:
        """What is on the screen."""
        if self._seen is None:
            self._seen = read(self.editor, self.canvas, WIDTH)
        return self._seen

    def made(self) -> Report:
        """What has been annotated so far."""
        return report(self.session.answer(), self.session.schema)


@contextmanager
def place_in(folder: Path, project: Path) -> Iterator[Place]:
    """A copy of the batch with documents and nobody's work, and an empty store."""
    source = Batch.open(project, "pilot")
    target = folder / "tasks" / "pilot"
    target.mkdir(parents=True)
    shutil.copytree(source.documents_folder, target / "documents")
    shutil.copy(source.folder / "batch.toml", target / "batch.toml")
    with Store.open(find_address(folder, str(folder / "work.db"), {})) as store:
        yield Place(store, Batch.open(folder, "pilot"), Actor("model", "replay"))


@contextmanager
def desk_on(place: Place, doc_id: str, sources: Sources) -> Iterator[Desk]:
    """One report open; what is done stays in the store."""
    session = Session.open(place, doc_id, sources)
    try:
        yield Desk(session, place.batch.root)
    finally:
        session.close()


def predict(place: Place) -> None:
    """Run the rules over the batch and keep what they predict."""
    from workbench.core.schema import open_schema
    from workbench.extractors.base import open_extractor
    from workbench.extractors.run import run
    from workbench.formats import native

    annotations: list[Annotation] = []
    program = open_extractor("rules")
    run(program, place.batch.documents(), open_schema(place.batch.schema_name), annotations.append)
    for one in annotations:
        native.write(place.batch.prediction_file(program.name, one.doc_id), one)
