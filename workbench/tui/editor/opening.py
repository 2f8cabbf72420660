"""Opening a document with everything that stands on its screen."""

from __future__ import annotations

from typing import NamedTuple

from workbench.annotation.lattice import build_lattice
from workbench.annotation.offering import Sources
from workbench.annotation.session import Place, Session
from workbench.corpus.words import ensure_index
from workbench.tui.editor.canvas import Canvas
from workbench.tui.editor.commands import HANDLERS
from workbench.tui.editor.editor import Editor
from workbench.tui.keys.keymap import Keymap


class Setting(NamedTuple):
    """What stays the same from document to document: who works where, what is suggested, keys, width of characters."""

    place: Place
    sources: Sources
    keymap: Keymap
    safe: bool = False


class Work(NamedTuple):
    """A document that is open, under somebody's hands, on a screen."""

    session: Session
    editor: Editor
    canvas: Canvas


def open_work(setting: Setting, doc_id: str, width: int, lines: int) -> Work:
    """Open a document for a screen of some size, in cells and lines.

    See `Session.open` for what is raised, and `workbench.corpus.words.ensure_index`.
    """
    session = Session.open(setting.place, doc_id, setting.sources)
    return make_work(setting, session, width, lines)


def make_work(setting: Setting, session: Session, width: int, lines: int) -> Work:
    """Put a session that is open on a screen."""
    index = ensure_index(setting.place.batch.root, session.document)
    canvas = Canvas(session.document, session.schema, width, lines, setting.safe)
    lattice = build_lattice(session.document, index)
    editor = Editor(session, setting.keymap, lattice, index, canvas, HANDLERS)
    canvas.update(session.draft, session.suggestions, None)
    return Work(session, editor, canvas)
