"""The lines at the top and at the foot: where we are, how saving is, what is selected, what the keys do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from workbench.annotation.drafts.links import Link
from workbench.annotation.session import Likely, Session
from workbench.tui.editor.canvas import Canvas
from workbench.tui.editor.editor import Editor, Message
from workbench.tui.editor.painting import Ground, Ink, Piece
from workbench.tui.editor.prompts import Entry, Hints, Linking, Target
from workbench.tui.editor.suggesting import spans_of
from workbench.tui.keys.card import key_line, shown_keys
from workbench.tui.keys.names import KEYS, shown
from workbench.tui.layout.glyphs import clip, text_cells
from workbench.tui.view.lines import BOLD, DIM, Line, cells_of, fitted, one_line

_BAR = Ink("bar")
_STRONG = Ink("bar", bold=True)
_KEY_NAMES = {shown(key): key for key in sorted(KEYS, key=len, reverse=True)}


class KeySpot(NamedTuple):
    """A stretch of the key line, columns from `start` to before `end`, and the key it is about ("" for none)."""

    start: int
    end: int
    key: str


_KEY_LINES: dict[tuple[int, str, int, bool], tuple[Line, tuple[KeySpot, ...]]] = {}


class Place(NamedTuple):
    """Which document of how many this is (from 1), and how many problems it has (None: not known yet)."""

    number: int
    documents: int
    problems: int | None
    saved: datetime | None


def saving(session: Session, saved: datetime | None) -> tuple[str, Ground]:
    """How far saving is, in words, and how to show it."""
    standing = session.standing
    if standing.failure is not None:
        return f"保存失败 {len(standing.waiting)} 项未存: {standing.failure.kind}", "refused"
    if standing.conflict is not None:
        return "保存冲突,正在合并", "refused"
    if standing.waiting:
        return "保存中…", "bar"
    return (f"已存 {saved:%H:%M:%S}" if saved else "已存"), "bar"


def status_line(editor: Editor, place: Place, width: int, safe: bool = False) -> Line:
    """The top line; what matters least is left out first when there is no room."""
    session = editor.session
    draft = session.draft
    words, ground = saving(session, place.saved)
    counts = f"实体 {len(draft.order)} 关系 {len(draft.relations)} 事件 {len(draft.frames)}"
    parts = [  # importance, piece: of two equally important ones the right goes first
        (2, Piece(f" {session.place.batch.name}", _BAR)),
        (0, Piece(f"{_short(session.document.doc_id)} {place.number}/{place.documents}", _STRONG)),
        (3, Piece(session.place.actor.name, _BAR)),
        (1, Piece(f"{counts} 候选 {len(session.suggestions)}", _BAR)),
        (1, Piece(f"问题 {'…' if place.problems is None else place.problems}", _STRONG if place.problems else _BAR)),
        (0, Piece(words, Ink(ground, bold=ground == "refused"))),
    ]
    keys = (editor.keymap.keys_of("palette")[0], editor.keymap.keys_of("help")[0])
    right = Piece(f"{shown(keys[0])} 命令  {shown(keys[1])} 帮助 ", _BAR)
    return _bar(tuple(parts), right, width, safe)


@lru_cache(maxsize=8)
def _bar(parts: tuple[tuple[int, Piece], ...], right: Piece, width: int, safe: bool) -> Line:
    shown_parts: Sequence[tuple[int, Piece]] = parts
    for least in (4, 3, 2, 1):
        shown_parts = [part for part in parts if part[0] < least]
        room = width - cells_of(_joined(shown_parts), safe) - (cells_of([right], safe) if least == 4 else 0)
        if room >= 0:
            break
    pieces = _joined(shown_parts)
    room = width - cells_of(pieces, safe) - cells_of([right], safe)
    if room >= 1:
        pieces += [Piece(" " * room, _BAR), right]
    return fitted(pieces, width, safe, _BAR)


def _joined(parts: Sequence[tuple[int, Piece]]) -> list[Piece]:
    pieces: list[Piece] = []
    for number, (_, piece) in enumerate(parts):
        if number:
            pieces.append(Piece(" │ ", _BAR))
        elif not piece.text.startswith(" "):
            pieces.append(Piece(" ", _BAR))
        pieces.append(piece)
    return pieces


def _short(doc_id: str) -> str:
    return doc_id if len(doc_id) <= 14 else doc_id[:12]


def message_line(editor: Editor, canvas: Canvas, width: int, hint: Message | None) -> Line:
    """The line above the key line: an entry, or what has just happened and what is selected. See `entry_column`."""
    safe = canvas.safe
    prompt = editor.prompt
    if isinstance(prompt, Entry):
        title, text, _ = _entry(prompt, width, safe)
        return fitted([Piece(title, BOLD), *text], width, safe)
    message = editor.message or hint
    pieces = [Piece(" ", Ink())]
    if isinstance(prompt, (Target, Hints, Linking)):
        pieces += [Piece(_waiting(editor, prompt), BOLD), Piece(" │ ", DIM)]
    if message is not None:
        said = f"{message.zh} · {message.en}" if message.en != message.zh else message.zh
        pieces += [Piece(one_line(said), Ink(message.kind, bold=message.kind == "refused")), Piece(" │ ", DIM)]
    pieces.append(Piece(where(editor), Ink()))
    if editor.candidate is None and (preview := editor.preview) is not None:
        pieces += [Piece(" │ ", DIM), Piece(f"Enter {_link_words(editor, preview)}", Ink())]
    pieces.append(Piece(f" │ {_percent(editor, canvas)}", DIM))
    return fitted(pieces, width, safe)


def _waiting(editor: Editor, prompt: Target | Hints | Linking) -> str:
    if isinstance(prompt, Target):
        return "跳到? 拼音首字母/字" if prompt.purpose == "jump" else "选到? 词尾的首字母/字"
    if isinstance(prompt, Hints):
        return f"大写字母选别处{' ' + prompt.typed if prompt.typed else ''}"
    what = "同指" if prompt.purpose == "cluster" else "连到"
    nearest = prompt.partners.get(prompt.nearest)
    if nearest is None:
        named = "—"
    elif prompt.purpose == "cluster":
        named = f"«{clip(one_line(editor.session.draft.entities[nearest.entity].text or ''), 16)}»"
    else:
        named = _link_words(editor, Likely(nearest, nearest.links[0]))
    typed = f" {prompt.typed}" if prompt.typed else ""
    return f"{what}: 空格取 {prompt.nearest} {named}{typed}{_readings(editor, prompt)}"


def _readings(editor: Editor, prompt: Linking) -> str:
    """What the digits turn the link just made into: `改 1 位于→ 2 帮扶联系→`."""
    names = [f"{number} {_link_name(editor, link)}" for number, link in enumerate(prompt.readings, 1)]
    return f" 改 {' '.join(names)}" if names else ""


def _link_name(editor: Editor, link: Link) -> str:
    """A relation with its direction, or a role, in Chinese."""
    schema = editor.session.schema
    frame = editor.session.draft.frames.get(editor.focus or "")
    if frame is not None:
        return schema.frame_types[frame.type].roles[link.type].zh
    return f"{schema.relation_types[link.type].zh}{'→' if link.forward else '←'}"


def _link_words(editor: Editor, likely: Likely) -> str:
    """The link that Enter makes: what it is called, where it leads."""
    text = clip(one_line(editor.session.draft.entities[likely.partner.entity].text or ""), 16)
    return f"{_link_name(editor, likely.link)} «{text}»"


def where(editor: Editor) -> str:
    """What is selected or in focus, with its offsets and the paragraph."""
    caret = editor.cursor.caret
    spans = editor.cursor.spans or editor.fragments_of(editor.focus)
    draft = editor.session.draft
    thing = draft.entities.get(editor.focus or "") or draft.frames.get(editor.focus or "")
    name = "选中" if editor.cursor.spans else f"焦点 {thing.type}" if thing is not None else "焦点"
    if editor.candidate is not None:
        spans, name = spans_of(editor.candidate), f"候选 {editor.candidate.item.type}"
    if not spans:
        word = editor.lattice.word_at(caret)
        spans, name = (word,), "光标"
    surface = one_line(editor.session.desk.surface(tuple(spans))) if spans[0].length else ""
    offsets = "+".join(f"[{span.start},{span.end})" for span in spans)
    shown_text = surface if len(surface) <= 10 else f"{surface[:9]}…"
    return f"{name} «{shown_text}» {offsets}"


def _percent(editor: Editor, canvas: Canvas) -> str:
    caret, size = editor.cursor.caret, max(1, len(editor.text))
    paragraph = canvas.paragraph_of(caret)
    return f"段 {paragraph + 1} {100 * caret // size}%"


def _entry(prompt: Entry, width: int, safe: bool) -> tuple[str, list[Piece], int]:
    """The title, the part of the text around the caret, and the column of the caret."""
    title = clip(f" {one_line(prompt.title)}: ", width // 2, safe)
    room = width - text_cells(title, safe) - 1
    before, after = prompt.text[: prompt.position], prompt.text[prompt.position :]
    while text_cells(before, safe) > room - 2 and before:
        before = before[1:]
    under = after[:1] or " "
    pieces = [Piece(before, Ink()), Piece(under, Ink("caret")), Piece(after[1:], Ink())]
    return title, pieces, text_cells(title, safe) + text_cells(before, safe)


def entry_column(editor: Editor, width: int, safe: bool = False) -> int | None:
    """Where the caret of an entry stands on its line; None when nothing is entered."""
    return _entry(editor.prompt, width, safe)[2] if isinstance(editor.prompt, Entry) else None


def keys_line(editor: Editor, width: int, safe: bool = False) -> tuple[Line, tuple[KeySpot, ...]]:
    """The keys of the present context, the most important first, and which key stands where."""
    known = (id(editor.keymap), editor.context, width, safe)
    if known not in _KEY_LINES:
        _KEY_LINES[known] = _keys_line(editor, width, safe)
    return _KEY_LINES[known]


def _keys_line(editor: Editor, width: int, safe: bool) -> tuple[Line, tuple[KeySpot, ...]]:
    pieces: list[Piece] = [Piece(" ", Ink())]
    spots: list[KeySpot] = []
    column = 1
    for hint in key_line(editor.keymap, width - 2, editor.context):
        if spots:
            pieces.append(Piece("│", DIM))
            column += 1
        entry = [Piece(hint.keys, BOLD), Piece(f" {hint.zh_short}", Ink())]
        size = cells_of(entry, safe)
        spots.append(KeySpot(column, column + size, _KEY_NAMES.get(hint.keys.split(" ")[0], "")))
        pieces += entry
        column += size
    return fitted(pieces, width, safe), tuple(spots)


def leaving(editor: Editor) -> str:
    """How to quit, for somebody who tried another key."""
    return shown_keys(editor.keymap, "quit").split(" ")[0]
