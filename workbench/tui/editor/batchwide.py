"""What reaches beyond the open document: the list of documents, and a string in all its contexts over the batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from workbench.annotation.assignment import Listed, open_document
from workbench.annotation.concordance import Hit
from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.session import Place, Session
from workbench.annotation.store import State
from workbench.core.errors import WorkbenchError
from workbench.core.records import Document
from workbench.core.text import Span
from workbench.tui.editor.editor import Editor, Effect
from workbench.tui.editor.prompts import Listing, Row, doing
from workbench.tui.layout.glyphs import text_cells

STATES = {
    None: ("未开始", " "),
    State.ASSIGNED: ("已分配", " "),
    State.IN_PROGRESS: ("进行中", "…"),
    State.DONE: ("完成", "✓"),
    State.SKIPPED: ("跳过", "-"),
}
"""States in Chinese, each with its mark."""

_LEFT_CELLS = 28

MOST_HITS = 5000
"""A search ends here: nobody reads more rows."""


def documents_table(editor: Editor, listed: Sequence[Listed]) -> Listing:
    """All documents with their progress; Enter opens one."""
    here = editor.session.document.doc_id
    rows = []
    for one in listed:
        words, mark = STATES[one.state]
        others = "" if one.others is None else f" 他人 {one.others}"
        published = " 已发布" if one.published else ""
        text = f"{one.doc_id[:20]:<20} {words:<4}{published} {one.characters} 字{others}  {one.title or ''}"
        rows.append(Row(text, choose=doing(_open, editor, one.doc_id), mark=mark, key=one.doc_id))
    done = sum(one.state is State.DONE or one.published for one in listed)
    at = next((number for number, one in enumerate(listed) if one.doc_id == here), 0)
    return Listing(f"文档 {done}/{len(rows)} 完成 · documents", rows, context="table", at=at)


def _open(editor: Editor, doc_id: str) -> None:
    editor.ask(None)
    if doc_id != editor.session.document.doc_id:
        editor.effects.append(Effect("open", doc_id))


def parse_target(value: str) -> tuple[str, Span | None]:
    """The document and the place that an effect `open` names: `ID`, or `ID@start-end`."""
    doc_id, at, place = value.rpartition("@")
    if not at:
        return value, None
    start, _, end = place.partition("-")
    return doc_id, Span(int(start), int(end))


def documents_from(place: Place, first: Document) -> Iterator[Document]:
    """The documents of the batch one after the other, beginning with the one that is open."""
    yield first
    for doc_id in place.batch.document_ids():
        if doc_id != first.doc_id:
            yield place.batch.document(doc_id)


class Plan(NamedTuple):
    """Hits to be labelled alike, by document; `kind` is the type."""

    kind: str
    spans: dict[str, list[Span]]

    @property
    def total(self) -> int:
        """Number of hits."""
        return sum(map(len, self.spans.values()))


def _tail(text: str) -> str:
    """The end of a text that fills the cells left of a hit."""
    while text_cells(text) > _LEFT_CELLS:
        text = text[1:]
    return " " * (_LEFT_CELLS - text_cells(text)) + text


class Concordance:
    """A table of hits that grows while it is looked at; hits can be marked, and labelled together.

    `carry_out` is called with what is to be labelled, after it was shown.
    """

    def __init__(self, editor: Editor, query: str, carry_out: Callable[[Plan], None]) -> None:
        self.editor = editor
        self.query = query
        self.hits: list[Hit] = []
        self.marked: set[int] = set()
        self.complete = False
        self.stopped = False
        self._rows: list[Row] = []
        self._carry_out = carry_out

    @property
    def is_shown(self) -> bool:
        """Whether the table is still open."""
        prompt = self.editor.prompt
        return isinstance(prompt, Listing) and prompt.again == self.rows

    def add(self, hits: Iterable[Hit], complete: bool) -> None:
        """Take in more hits."""
        for hit in hits:
            self._rows.append(self._row(len(self.hits), hit))
            self.hits.append(hit)
        self.complete = complete
        prompt = self.editor.prompt
        if isinstance(prompt, Listing) and self.is_shown:
            self.editor.ask(replace(prompt, title=self.title, rows=self.rows()))

    def listing(self, at: int = 0) -> Listing:
        """The table."""
        extra = {"link": self._mark, "same_all": self._mark_all}
        return Listing(
            self.title, self.rows(), at=at, again=self.rows, extra=extra, label=self._label, wide=True, context="list"
        )

    @property
    def title(self) -> str:
        """What the table is, and how many hits are in how many documents."""
        documents = len({hit.doc_id for hit in self.hits})
        more = "" if self.complete else "…"
        marked = f",已选 {len(self.marked)}" if self.marked else ""
        return (
            f"全批检索 «{self.query}»: {len(self.hits)}{more} 处,{documents} 篇{marked} · "
            "Enter 打开,空格选取,& 全选,字母标注所选"
        )

    def rows(self) -> list[Row]:
        """The rows as they are now."""
        return list(self._rows)

    def _row(self, number: int, hit: Hit) -> Row:
        left, right = (text.replace("\n", " ") for text in (hit.left, hit.right))
        mark = "✓" if number in self.marked else "·"
        text = f"{hit.doc_id[:4]} {_tail(left)}【{hit.match}】{right}"
        return Row(text, choose=doing(self._visit, hit), mark=mark, key=str(number))

    def _visit(self, hit: Hit) -> None:
        editor = self.editor
        self.stopped = True
        editor.ask(None)
        if hit.doc_id == editor.session.document.doc_id:
            select(editor, hit.span)
        else:
            editor.effects.append(Effect("open", f"{hit.doc_id}@{hit.span.start}-{hit.span.end}"))

    def _mark(self) -> None:
        prompt = self.editor.prompt
        if isinstance(prompt, Listing) and self.hits:
            self._toggle([prompt.at], prompt.at not in self.marked)
            self.editor.ask(replace(prompt, title=self.title, rows=self.rows()).moved(1))

    def _mark_all(self) -> None:
        prompt = self.editor.prompt
        if isinstance(prompt, Listing):
            self._toggle(range(len(self.hits)), len(self.marked) < len(self.hits))
            self.editor.ask(replace(prompt, title=self.title, rows=self.rows()))

    def _toggle(self, numbers: Iterable[int], marked: bool) -> None:
        for number in numbers:
            (self.marked.add if marked else self.marked.discard)(number)
            self._rows[number] = self._row(number, self.hits[number])

    def _label(self, kind: str) -> None:
        """Show what a label key would do; Enter does it."""
        prompt = self.editor.prompt
        if not isinstance(prompt, Listing) or not self.hits:
            return
        chosen = sorted(self.marked) or [prompt.at]
        spans: dict[str, list[Span]] = {}
        for number in chosen:
            spans.setdefault(self.hits[number].doc_id, []).append(self.hits[number].span)
        plan = Plan(kind, spans)
        texts = Counter(self.hits[number].match for number in chosen)
        what = ",".join(f"«{text}»×{count}" for text, count in texts.most_common(3))
        rows = [
            Row(f"标注 {plan.total} 处为 {kind}:{what} · label", choose=doing(self._confirmed, plan)),
            Row("返回 · back", choose=doing(self._back, prompt.at)),
            *(Row(f"   {doc_id}: {len(found)} 处") for doc_id, found in spans.items()),
        ]
        self.editor.ask(Listing(f"{len(spans)} 篇文档,{plan.total} 处 → {kind}?", rows, wide=True))

    def _back(self, at: int) -> None:
        self.editor.ask(self.listing(at))

    def _confirmed(self, plan: Plan) -> None:
        self.stopped = True
        self.editor.ask(None)
        self._carry_out(plan)


def select(editor: Editor, span: Span) -> None:
    """Select a stretch and show it."""
    editor.go(editor.cursor.select(span)._replace(kept=()), look=False)
    editor.focus, editor.candidate = None, None
    editor.page.show(span.start, whole=True)


class Done(NamedTuple):
    """How many were labelled, in how many documents, and what was refused and why."""

    labelled: int
    documents: int
    refused: tuple[str, ...]


def label_elsewhere(place: Place, plan: Plan, here: str) -> Done:
    """Label the hits of a plan in all documents but the open one; each becomes one step of undo there."""
    labelled, documents, refused = 0, 0, []
    for doc_id, spans in plan.spans.items():
        if doc_id == here:
            continue
        try:
            session = open_document(place, doc_id)
        except WorkbenchError as error:
            refused.append(f"{doc_id}: {error}")
            continue
        try:
            made = label_in(session, plan.kind, spans)
            labelled, documents = labelled + made, documents + (made > 0)
        except EditRefused as refusal:
            refused.append(f"{doc_id}: {refusal.zh}")
        finally:
            standing = session.close()
            if standing.waiting:
                refused.append(f"{doc_id}: 没有保存")
    return Done(labelled, documents, tuple(refused))


def label_in(session: Session, kind: str, spans: Sequence[Span]) -> int:
    """Label those spans of a document that are not labelled so yet and not in closed zones; how many those are.

    Raises:
        EditRefused: see `Session.label_all`.
    """
    present = {(one.type, one.fragments) for one in session.draft.order}
    places = [
        (span,)
        for span in spans
        if (kind, (span,)) not in present and not any(span.overlap(zone) for zone in session.desk.closed)
    ]
    if places:
        session.label_all(kind, places)
    return len(places)
