"""What keys ask for that is more than an edit: other documents, the whole batch, other people's work, the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from workbench.annotation.assignment import documents_of, open_document, open_next
from workbench.annotation.concordance import Hit, concordance
from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.session import Session
from workbench.core.errors import WorkbenchError
from workbench.core.text import Span
from workbench.tui.editor.batchwide import (
    MOST_HITS,
    Concordance,
    Done,
    Plan,
    documents_from,
    documents_table,
    label_elsewhere,
    label_in,
    parse_target,
    select,
)
from workbench.tui.editor.comparing import compare
from workbench.tui.editor.editor import Effect, Message
from workbench.tui.editor.opening import Setting, Work, make_work
from workbench.tui.editor.prompts import Entry

SAVING_SECONDS = 10.0
"""How long leaving a document waits for the store before it asks."""

_STEP = 0.1

MODES = {"full": ("全括线", "full brackets"), "badges": ("仅徽标", "badges only"), "tint": ("仅底色", "tint only")}


class Stage(Protocol):
    """The screen, as far as effects need it."""

    work: Work
    busy: bool

    @property
    def room(self) -> tuple[int, int]:
        """Cells and lines for the document."""
        ...

    def show_work(self, work: Work) -> None:
        """Show another document."""
        ...

    def repaint(self) -> None:
        """Draw what there is now."""
        ...

    def toggle_panel(self) -> None:
        """Show or hide the panel."""
        ...

    def beside(self, call: Callable[[], None], group: str) -> None:
        """Run something that takes time on a thread of its own."""
        ...

    def later(self, call: Callable[[], None]) -> None:
        """Do something on the screen's thread; may be called from any."""
        ...

    def leave(self, lost: int) -> None:
        """End the program; so many changes could not be saved."""
        ...


class Effects:
    """Carries out the effects of one screen; what takes time runs beside it, and the screen stays as it is."""

    def __init__(self, screen: Stage, setting: Setting) -> None:
        self.screen = screen
        self.setting = setting
        self._query = ""
        self._table: Concordance | None = None
        self._warned: Session | None = None
        self._said: Message | None = None
        self._effects: dict[str, Callable[[str], None]] = {
            "quit": lambda _: self._leave(self._quit),
            "open": lambda value: self._leave(lambda: self._open(value)),
            "reload": lambda _: self._leave(lambda: self._open(self._here)),
            "next": lambda _: self._go_on(),
            "documents": lambda _: self._documents(),
            "concordance": self._concordance,
            "compare": lambda _: compare(self._work.editor),
            "lanes": lambda _: self._lanes(),
            "panel": lambda _: self.screen.toggle_panel(),
        }

    @property
    def _work(self) -> Work:
        return self.screen.work

    @property
    def _here(self) -> str:
        return self._work.session.document.doc_id

    def run(self, effect: Effect) -> None:
        """Carry out one effect."""
        try:
            self._effects[effect.name](effect.value)
        except EditRefused as refusal:
            self._work.editor.say(refusal.zh, refusal.en, "refused")
        except WorkbenchError as error:
            self._work.editor.say("出错", str(error), "refused")

    def _lanes(self) -> None:
        zh, en = MODES[self._work.canvas.next_mode()]
        self._work.editor.say(f"括线:{zh}", en)

    # Leaving a document: nothing is lost silently

    def _leave(self, then: Callable[[], None]) -> None:
        """Go on as soon as everything is saved; when it cannot be, say so, and go on only when asked again."""
        session = self._work.session
        if self._warned is session:
            then()
            return
        self.screen.busy = True
        self._work.editor.say("保存中…", "saving", "notice")

        def wait() -> None:
            until = time.monotonic() + SAVING_SECONDS
            while (standing := session.standing).waiting and standing.failure is None and time.monotonic() < until:
                if standing.conflict is not None:
                    break
                time.sleep(0.01)
            self._later(lambda: self._left(session, then))

        self.screen.beside(wait, "leaving")

    def _left(self, session: Session, then: Callable[[], None]) -> None:
        self.screen.busy = False
        session.settle()
        standing = session.standing
        if standing.waiting and (standing.failure is not None or not standing.conflict):
            self._warned = session
            reason = standing.failure or "the store is slow"
            self._work.editor.say(
                f"有 {len(standing.waiting)} 项没有存上;再按一次就放弃它们",
                f"not saved: {reason}; again: give them up",
                "refused",
            )
            self.screen.repaint()
            return
        then()

    def _quit(self) -> None:
        self._stop_search()
        standing = self._work.session.close() if self._warned is not self._work.session else None
        lost = len(standing.waiting) if standing is not None else len(self._work.session.standing.waiting)
        self.screen.leave(lost)

    # Another document

    def _open(self, value: str) -> None:
        doc_id, span = parse_target(value)
        self._switch(lambda: open_document(self.setting.place, doc_id, self.setting.sources), span)

    def _go_on(self) -> None:
        """To the next document; what was said of this one is said there."""
        self._said = self._work.editor.message
        self._leave(self._next)

    def _next(self) -> None:
        self._switch(lambda: open_next(self.setting.place, self.setting.sources), None)

    def _switch(self, opening: Callable[[], Session | None], span: Span | None) -> None:
        """Open another document beside the screen, then show it instead."""
        self.screen.busy = True
        self._stop_search()
        before = self._work.session
        self._work.editor.say("打开文档…", "opening", "notice")
        width, lines = self.screen.room

        def fetch() -> None:
            try:
                session = opening()
                work = make_work(self.setting, session, width, lines) if session is not None else None
            except WorkbenchError as error:
                said = str(error)
                self._later(lambda: self._failed(said))
                return
            self._later(lambda: self._arrived(before, work, span))

        self.screen.beside(fetch, "opening")

    def _failed(self, said: str) -> None:
        self.screen.busy = False
        self._work.editor.say("打不开文档", said, "refused")
        self.screen.repaint()

    def _arrived(self, before: Session, work: Work | None, span: Span | None) -> None:
        self.screen.busy = False
        if work is None:
            said = f"{self._said.zh};" if self._said else ""
            zh = f"{said}没有更多文档了(O 文档列表,^Q 退出)"
            self._work.editor.say(zh, "nothing is left to annotate", "notice")
            self.screen.repaint()
            return
        before.close()
        work.editor.message, self._said = self._said, None
        self.screen.show_work(work)
        if span is not None:
            select(work.editor, span)
        self.screen.repaint()

    def _documents(self) -> None:
        editor = self._work.editor

        def fetch() -> None:
            try:
                listed = documents_of(self.setting.place)
            except WorkbenchError as error:
                said = str(error)
                self._later(lambda: self._failed(said))
                return
            self._later(lambda: self._listed(editor is self._work.editor, documents_table(editor, listed)))

        self.screen.beside(fetch, "documents")

    def _listed(self, wanted: bool, listing: object) -> None:
        if wanted:
            self._work.editor.ask(listing)  # type: ignore[arg-type]
            self.screen.repaint()

    # Concordance

    def _concordance(self, seed: str) -> None:
        text = seed or self._query
        title = "全批检索(字串或拼音首字母)· concordance"
        self._work.editor.ask(Entry(title, self._search, text=text, position=len(text)))

    def _stop_search(self) -> None:
        if self._table is not None:
            self._table.stopped = True

    def _search(self, query: str) -> None:
        self._stop_search()
        self._query = query
        if not query:
            return
        table = self._table = Concordance(self._work.editor, query, self._label_all)
        self._work.editor.ask(table.listing())
        document = self._work.session.document
        place = self.setting.place

        def search() -> None:
            found: list[Hit] = []
            last = time.monotonic()
            count = 0
            hits = concordance(place.batch, documents_from(place, document), query)
            try:
                for hit in hits:
                    found.append(hit)
                    count += 1
                    if table.stopped or count >= MOST_HITS:
                        break
                    if time.monotonic() - last > _STEP:
                        self._later(self._adding(table, found, complete=False))
                        found, last = [], time.monotonic()
            except WorkbenchError as error:
                said = str(error)
                self._later(lambda: self._failed(said))
            self._later(self._adding(table, found, complete=hits.complete))

        self.screen.beside(search, "concordance")

    def _adding(self, table: Concordance, hits: list[Hit], complete: bool) -> Callable[[], None]:
        def add() -> None:
            table.add(hits, complete)
            self.screen.repaint()

        return add

    def _label_all(self, plan: Plan) -> None:
        session, place, here = self._work.session, self.setting.place, self._here
        labelled = label_in(session, plan.kind, plan.spans.get(here, []))
        if set(plan.spans) == {here}:
            self._work.editor.say(f"已标注 {labelled} 处 {plan.kind}(U 撤销)", f"{labelled} labelled; U undoes")
            return
        self._work.editor.say("正在标注其他文档…", "labelling other documents", "notice")

        def label() -> None:
            done = label_elsewhere(place, plan, here)
            self._later(lambda: self._labelled(plan, labelled, done))

        self.screen.beside(label, "labelling")

    def _labelled(self, plan: Plan, here: int, done: Done) -> None:
        total, documents = here + done.labelled, done.documents + (here > 0)
        zh = f"已标注 {total} 处 {plan.kind},{documents} 篇(各篇用 U 撤销)"
        if done.refused:
            self._work.editor.say(f"{zh};{len(done.refused)} 篇没有成功", "; ".join(done.refused), "refused")
        else:
            self._work.editor.say(zh, f"{total} labelled in {documents} documents; U undoes in each")
        self.screen.repaint()

    def _later(self, call: Callable[[], None]) -> None:
        """Do something on the screen's thread."""
        self.screen.later(call)
