"""The label screen: one document under somebody's hands, drawn anew after every key, in one frame."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from workbench.annotation.drafts.draft import Draft
from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.problems import Problem
from workbench.annotation.session import Session
from workbench.tui.editor import pointing
from workbench.tui.editor.editor import Message as Said
from workbench.tui.editor.lists import choose
from workbench.tui.editor.opening import Setting, Work
from workbench.tui.editor.prompts import Listing
from workbench.tui.keys.names import character_of
from workbench.tui.screens.effects import Effects
from workbench.tui.theme import Styles
from workbench.tui.view.listing import is_over_text
from workbench.tui.view.panel import PANEL_WIDTH, panel
from workbench.tui.view.status import Place, entry_column, keys_line, leaving, message_line, status_line
from workbench.tui.widgets.document import DocumentView
from workbench.tui.widgets.lines import LineView, draw
from workbench.tui.widgets.panel import PanelView
from workbench.tui.widgets.status import BarView

WITH_PANEL = 100
"""Columns from which the panel stands beside the text; on narrower screens it comes over it."""

IDLE_SECONDS = 0.3
"""So long after the last key the problems are counted, and memory is tidied."""

QUIET = 6
"""After so many times `IDLE_SECONDS` a long document is searched for strings that have just been labelled."""


class LabelScreen(Screen[int], inherit_bindings=False):
    """One open document. All keys go to its editor; nothing here decides what they mean."""

    DEFAULT_CSS = """
    LabelScreen { layout: vertical; layers: base; }
    #top { dock: top; height: 1; }
    #foot { dock: bottom; height: 2; }
    #panel { dock: right; width: 36; margin: 1 0 2 0; }
    #document { width: 1fr; height: 1fr; }
    """
    AUTO_FOCUS = ""

    class Called(Message):
        """Something that another thread wants done on the screen."""

        def __init__(self, call: Callable[[], None]) -> None:
            self.call = call
            super().__init__()

    def __init__(self, setting: Setting, work: Work, styles: Styles, notice: Said | None = None) -> None:
        super().__init__()
        self.setting = setting
        self.work = work
        self.busy = False
        self.problems: Sequence[Problem] | None = None
        self._checked: Draft | None = None
        self._notice = notice
        self._wanted = True
        self._over = False
        self._due = False
        self._saved: datetime | None = None
        self._numbers = (1, 1)
        self._laid_out: tuple[int, int] | None = None
        self._timer: Timer | None = None
        self._quiet = 0
        self._effects = Effects(self, setting)
        self.top = BarView(styles, "top")
        self.document = DocumentView(styles, "document")
        self.panel = PanelView(styles, "panel")
        self.foot = BarView(styles, "foot")
        self._views: tuple[LineView, ...] = (self.top, self.document, self.panel, self.foot)

    def compose(self) -> ComposeResult:
        """The parts of the screen."""
        yield self.top
        yield self.foot
        yield self.panel
        yield self.document

    def on_mount(self) -> None:
        """Begin with the document that was opened."""
        self._timer = self.set_interval(IDLE_SECONDS, self._idle, pause=True)
        self.show_work(self.work)

    def on_unmount(self) -> None:
        """Leave memory as it was."""
        gc.unfreeze()
        gc.enable()

    # The document

    def show_work(self, work: Work) -> None:
        """Show another document."""
        self.work = work
        ids = self.setting.place.batch.document_ids()
        doc_id = work.session.document.doc_id
        self._numbers = (ids.index(doc_id) + 1 if doc_id in ids else 1, len(ids))
        self.problems, self._checked = None, None
        self._saved = None
        session = work.session
        session.on_saving(lambda: self.later(lambda: self._saving(session)))
        self._laid_out = None
        # collecting the whole heap takes 40 ms and more with a long document: only what is new is collected, when idle
        gc.collect()
        gc.freeze()
        gc.disable()
        self._wait_for_idle()
        self.repaint()

    @property
    def room(self) -> tuple[int, int]:
        """Cells and lines for the document."""
        width, height = self.document.size
        return max(1, width), max(1, height)

    def _saving(self, session: Session) -> None:
        if session is not self.work.session:
            return
        if not session.standing.waiting:
            self._saved = datetime.now()
        self._settle()
        self.repaint()

    def _settle(self) -> None:
        """After somebody else has changed the document too, say what became of one's own changes."""
        try:
            merged = self.work.session.settle()
        except EditRefused as refusal:
            self.work.editor.say(refusal.zh, refusal.en, "refused")
            return
        if merged is not None:
            self.work.editor.refocus()
            people, lost = "、".join(merged.by), len(merged.dropped)
            self.work.editor.say(
                f"{people} 也改了此篇:已合并,保留 {merged.kept} 项"
                + (f",放弃 {lost} 项({'、'.join(merged.dropped)})" if lost else ""),
                f"merged with {people}: {merged.kept} kept, {lost} dropped",
                "refused" if lost else "notice",
            )

    # Keys, paste, mouse

    def on_key(self, event: events.Key) -> None:
        """Let the editor do what the key means."""
        event.stop()
        event.prevent_default()
        self.press(event.key, event.character)

    def press(self, key: str, character: str | None = None) -> None:
        """Do what a key means, then show what there is."""
        if self.busy:
            return
        self._notice = None
        if key == "ctrl+c":
            self.work.editor.say(f"退出用 {leaving(self.work.editor)}", "that is how to quit", "notice")
        else:
            self.work.editor.press(key, character)
        self._after()

    def on_bar_view_pressed(self, message: BarView.Pressed) -> None:
        """A key of the key line was clicked."""
        self.press(message.key, character_of(message.key))

    def on_paste(self, event: events.Paste) -> None:
        """Enter what was pasted."""
        event.stop()
        if not self.busy:
            self.work.editor.insert(event.text)
            self._after()

    def on_document_view_pointed(self, message: DocumentView.Pointed) -> None:
        """The mouse has clicked the text or a bracket."""
        self._by_mouse(lambda: pointing.click(self.work.editor, message.position, message.item, message.times))

    def on_document_view_dragged(self, message: DocumentView.Dragged) -> None:
        """The mouse selects."""
        self._by_mouse(lambda: pointing.drag(self.work.editor, message.start, message.position))

    def on_document_view_chosen(self, message: DocumentView.Chosen) -> None:
        """A row of a list over the text."""
        self._by_mouse(lambda: choose(self.work.editor, message.row + 1))

    def on_panel_view_chosen(self, message: PanelView.Chosen) -> None:
        """A row of a list in the panel."""
        self._by_mouse(lambda: choose(self.work.editor, message.row + 1))

    def on_panel_view_clicked(self, message: PanelView.Clicked) -> None:
        """A line of the panel."""
        self._by_mouse(lambda: self.panel.run(message.line, message.column))

    def _by_mouse(self, act: Callable[[], None]) -> None:
        if self.busy:
            return
        try:
            act()
        except EditRefused as refusal:
            self.work.editor.say(refusal.zh, refusal.en, "refused")
        self._after()

    def on_document_view_scrolled(self, message: DocumentView.Scrolled) -> None:
        """The wheel: an open table goes on by rows, the text by lines; the caret stays."""
        editor = self.work.editor
        if isinstance(editor.prompt, Listing) and is_over_text(editor.prompt):
            editor.ask(editor.prompt.moved(message.by))
        else:
            self.work.canvas.scroll(message.by)
        self.repaint()

    def _after(self) -> None:
        """After something was done: effects, then one frame with everything."""
        work = self.work
        while work.editor.effects:
            self._effects.run(work.editor.effects.pop(0))
        if self.work is work:
            work.canvas.update(work.session.draft, work.session.suggestions, work.editor.focus)
            work.canvas.show(work.editor.cursor.caret)
        self._wait_for_idle()
        if self.message_queue_size or self.app.message_queue_size:
            if not self._due:
                self._due = True
                self.call_later(self._paint_due)
        else:
            self.repaint()

    def _paint_due(self) -> None:
        if self._due:
            self.repaint()

    # Drawing

    def on_resize(self) -> None:
        """The panel comes and goes with the width."""
        self._place_panel()

    def on_document_view_resized(self) -> None:
        """Lay the text out anew."""
        self.repaint()

    def toggle_panel(self) -> None:
        """Show or hide the panel: beside the text where there is room, else over it."""
        if self.size.width >= WITH_PANEL:
            self._wanted = not self._wanted
        else:
            self._over = not self._over
        self._place_panel()

    def _place_panel(self) -> None:
        self.panel.display = self._wanted and self.size.width >= WITH_PANEL
        self.repaint()

    def repaint(self) -> None:
        """Draw what there is now; what looks as before is not sent."""
        self._due = False
        width = self.top.size.width  # the screen may have got another size that its parts do not have yet
        if not self.is_mounted or not width:
            return
        work, safe = self.work, self.setting.safe
        editor, canvas = work.editor, work.canvas
        canvas.update(work.session.draft, work.session.suggestions, editor.focus)
        if self._laid_out != self.room:
            self._laid_out = self.room
            canvas.resize(*self.room)
            canvas.show(editor.cursor.caret)
        beside = self.panel.display
        over = self._over and not beside and self.document.size.width > PANEL_WIDTH
        height = self.document.size.height
        made = panel(editor, self.problems, height, safe) if beside or over else None
        self.document.show(work, made if over else None, beside)
        if beside and made is not None:
            self.panel.show(made, editor.prompt if isinstance(editor.prompt, Listing) else None, safe)
        count = None if self.problems is None else len(self.problems)
        self.top.show([status_line(editor, Place(*self._numbers, count, self._saved), width, safe)])
        keys, spots = keys_line(editor, width, safe)
        self.foot.show([message_line(editor, canvas, width, self._notice), keys], spots)
        self._place_cursor()
        draw(self, self._views)

    def _place_cursor(self) -> None:
        """Put the terminal's cursor where an input method should open its window."""
        column = entry_column(self.work.editor, self.size.width, self.setting.safe)
        if column is not None:
            self.app.cursor_position = Offset(column, self.size.height - 2)
            return
        line, column = self.work.canvas.cell_of(self.work.editor.cursor.caret)
        place = self.document.region.offset
        self.app.cursor_position = Offset(place.x + column, place.y + max(0, line))

    def restyle(self, styles: Styles) -> None:
        """Draw everything in the styles of another theme."""
        for view in self._views:
            view.restyle(styles)
        draw(self, self._views)

    # Beside the keys

    def _wait_for_idle(self) -> None:
        self._quiet = 0
        if self._timer is not None:
            self._timer.reset()
            self._timer.resume()

    def _idle(self) -> None:
        """Nobody types: tidy memory and look for problems; after a while, for strings that were labelled just now."""
        self._quiet += 1
        if self._quiet == 1:
            gc.collect()
            self._check()
        elif self._quiet >= QUIET and self._timer is not None:
            self._timer.pause()
            if self.work.session.offering.refresh():
                self.repaint()

    def _check(self) -> None:
        session, draft = self.work.session, self.work.session.draft
        if draft is not self._checked:
            self._checked = draft

            def check() -> None:
                found = session.problems()
                self.later(lambda: self._checked_as(draft, found))

            self.beside(check, "problems")

    def _checked_as(self, draft: Draft, found: Sequence[Problem]) -> None:
        if draft is self.work.session.draft:
            self.problems = found
            self.repaint()

    def leave(self, lost: int) -> None:
        """End the program; so many changes could not be saved."""
        self.app.exit(lost)

    def beside(self, call: Callable[[], None], group: str) -> None:
        """Run something that takes time on a thread of its own."""
        self.run_worker(call, group=group, thread=True, exclusive=True, exit_on_error=True)

    def later(self, call: Callable[[], None]) -> None:
        """Do something on the screen's thread; may be called from any."""
        self.post_message(self.Called(call))

    def on_label_screen_called(self, message: Called) -> None:
        """Do what another thread wants done."""
        message.stop()
        message.call()
