"""The side panel: what is in focus, what it is linked with, what Enter would do, the types, what is still open."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from workbench.annotation.drafts.edits import attributes_of, is_flagged, part_of
from workbench.annotation.drafts.links import Link, Partner
from workbench.annotation.problems import Problem
from workbench.annotation.suggest.overlay import reading_order
from workbench.annotation.suggest.records import (
    SuggestedEntity,
    SuggestedFrame,
    SuggestedRelation,
    Suggestion,
)
from workbench.core.records import UNRESOLVED, Entity, Frame, Relation
from workbench.tui.editor.editor import Editor
from workbench.tui.editor.guideline import guideline
from workbench.tui.editor.linking import choose_hint
from workbench.tui.editor.painting import Ink, Piece
from workbench.tui.editor.prompts import Linking, doing
from workbench.tui.editor.suggesting import attend_suggestion, spans_of
from workbench.tui.editor.valuing import shown_value
from workbench.tui.keys.keymap import label_types
from workbench.tui.keys.names import character_of, shown
from workbench.tui.layout.glyphs import text_cells
from workbench.tui.layout.wrap import wrap
from workbench.tui.view.lines import BOLD, DIM, Click, Line, fitted, one_line, sign

PANEL_WIDTH = 36
"""Cells of the panel with its edge."""

_MOST_LINKS, _MOST_OPEN, _MOST_PARTNERS = 7, 5, 12
_MOST_LINES = 500
_LINES: dict[tuple[Piece, tuple[Piece, ...]], Line] = {}
_LEGENDS: dict[tuple[int, int, bool], tuple[Entry, ...]] = {}


_LEFT = 2
"""Cells of the panel left of its text: the edge and a space."""


class Entry(NamedTuple):
    """A line of the panel before it is fitted, and what a click on it does.

    `cells` is for lines of several columns: what a click does from each column of the panel on, in order.
    """

    pieces: Sequence[Piece]
    click: Click | None = None
    cells: tuple[tuple[int, Click], ...] = ()

    def at(self, column: int) -> Click | None:
        """What a click on a column of the panel does."""
        return next((click for start, click in reversed(self.cells) if start <= column), self.click)


class Panel(NamedTuple):
    """The lines of the panel, and the entries they were made of, which know what a click on them does."""

    lines: tuple[Line, ...]
    entries: tuple[Entry, ...]


def panel(editor: Editor, problems: Sequence[Problem] | None, height: int, safe: bool = False) -> Panel:
    """The panel; what is least important gives way where there is no room for all."""
    inner = PANEL_WIDTH - 2
    focus = [*_focus(editor, inner)]
    links = [*_links(editor)]
    legend = [*_legend(editor, inner, height >= 30)]
    still_open = [*_open(editor, problems)]
    guide = [*_guide(editor, inner, 3 if height >= 30 else 1)]
    blank = [Entry(())]
    entries = [*focus, *blank]
    left = height - len(focus) - len(legend) - 2
    shown_links = links[: max(0, min(len(links), left - min(len(still_open), 3) - 1))]
    entries += [*shown_links, *(blank if shown_links else [])]
    left -= len(shown_links) + bool(shown_links)
    if guide and left >= len(guide) + len(still_open) + 2:
        entries += [*guide, *blank]
    entries += [*legend, *blank, *still_open]
    entries = [*entries[:height], *(blank * (height - len(entries)))]
    edge = Piece(sign("│", safe), DIM)
    lines = tuple(_line(edge, entry, safe) for entry in entries[:height])
    return Panel(lines, tuple(entries[:height]))


def _line(edge: Piece, entry: Entry, safe: bool) -> Line:
    """An entry as a line; most of them are the same from frame to frame."""
    known = (edge, tuple(entry.pieces))
    line = _LINES.get(known)
    if line is None:
        if len(_LINES) > _MOST_LINES:
            _LINES.clear()
        line = _LINES[known] = (edge, *fitted([Piece(" ", Ink()), *entry.pieces], PANEL_WIDTH - 1, safe))
    return line


def _badge(editor: Editor, kind: str) -> list[Piece]:
    schema = editor.session.schema
    known = schema.entity_types.get(kind) or schema.frame_types.get(kind)
    badge = known.badge if known else "？"
    return [Piece(badge, Ink("tint", kind, bold=True)), Piece(f" {kind} ", Ink("", kind, bold=True))]


def _name(editor: Editor, kind: str) -> str:
    schema = editor.session.schema
    known = schema.entity_types.get(kind) or schema.frame_types.get(kind) or schema.relation_types.get(kind)
    return known.zh if known else kind


def _key(editor: Editor, action: str) -> str:
    return shown(editor.keymap.keys_of(action)[0])


# What is in focus


def _focus(editor: Editor, width: int) -> Iterator[Entry]:
    draft = editor.session.draft
    if isinstance(editor.prompt, Linking):
        yield from _partners(editor, editor.prompt)
    elif editor.candidate is not None:
        yield from _candidate(editor, editor.candidate, width)
    elif editor.cursor.spans or editor.focus is None:
        yield from _selected(editor)
    else:
        item = draft.entities.get(editor.focus) or draft.frames.get(editor.focus)
        if item is not None:
            yield from _item(editor, item)
            yield from _preview(editor)


def _partners(editor: Editor, prompt: Linking) -> Iterator[Entry]:
    """Who can be linked with the item, by which hint and as what; and other readings of the link just made."""
    item = editor.session.draft.entities.get(prompt.item) or editor.session.draft.frames.get(prompt.item)
    if item is None:
        return
    text = item.text if isinstance(item, Entity) else item.trigger.text if item.trigger else ""
    yield Entry([*_badge(editor, item.type), Piece(f"«{one_line(text or '')}»", BOLD)])
    for number in range(len(prompt.readings)):
        if prompt.linked is not None:
            digit = Piece(f"   {number + 1}{'✓' if number == 0 else ' '} ", BOLD)
            yield _partner(editor, digit, item, prompt.linked, number)
    for hint, partner in [*prompt.partners.items()][:_MOST_PARTNERS]:
        if hint.startswith(prompt.typed):
            nearest = hint == prompt.nearest
            lead = Piece(f"{_key(editor, 'link') if nearest else ' ' * 5} {hint:<2}", Ink("nearest" if nearest else ""))
            entry = _partner(editor, lead, item, partner, 0)
            yield entry._replace(click=doing(choose_hint, editor, replace(prompt, typed=""), hint))


def _partner(editor: Editor, lead: Piece, item: Entity | Frame, partner: Partner, reading: int) -> Entry:
    other = editor.session.draft.entities[partner.entity]
    how = ""
    if partner.links:
        link = partner.links[reading]
        how = _way(editor, item, link)
    return Entry([lead, Piece(f"{how} ", Ink()), Piece(one_line(other.text or ""), Ink("", other.type))])


def _way(editor: Editor, item: Entity | Frame, link: Link) -> str:
    """A relation with its direction, or a role."""
    if isinstance(item, Frame):
        return f"= {editor.session.schema.frame_types[item.type].roles[link.type].zh}"
    return f"{'→' if link.forward else '←'} {_name(editor, link.type)}"


def _selected(editor: Editor) -> Iterator[Entry]:
    spans = editor.cursor.spans
    title = "选中 selected" if spans else "光标处的词 word at the caret"
    spans = spans or (editor.lattice.word_at(editor.cursor.caret),)
    yield Entry([Piece(title, BOLD)])
    surface = one_line(editor.session.desk.surface(tuple(spans))) if spans[0].length else ""
    yield Entry([Piece(f"«{surface}»", Ink())])
    offsets = "+".join(f"[{span.start},{span.end})" for span in spans)
    yield Entry([Piece(f"{offsets} {sum(span.length for span in spans)} 字 · 按字母标注", DIM)])


def _item(editor: Editor, item: Entity | Frame) -> Iterator[Entry]:
    fragments = editor.fragments_of(item.id)
    text = item.text if isinstance(item, Entity) else item.trigger.text if item.trigger else ""
    surface = one_line(text or "")
    yield Entry([*_badge(editor, item.type), Piece(_name(editor, item.type), Ink()), Piece(f" #{item.id}", DIM)])
    yield Entry([Piece(f"«{surface}»", BOLD)])
    offsets = "+".join(f"[{span.start},{span.end})" for span in fragments)
    sources = item.extra.get("suggested_by")
    came = f" 采自 {', '.join(map(str, sources))}" if isinstance(sources, list) else ""
    yield Entry([Piece(f"{offsets}{came}", DIM)])
    schema = editor.session.schema
    part = part_of(editor.session.draft, item.id)
    given = [
        f"{known.zh or name}={known.labels.get(item.attributes[name], item.attributes[name])}"
        for name, known in attributes_of(schema, part, item.type).items()
        if name in item.attributes and name != UNRESOLVED
    ]
    press = doing(editor.press, editor.keymap.keys_of("attributes")[0])
    if isinstance(item, Entity) and schema.entity_types.get(item.type) and schema.entity_types[item.type].value:
        yield Entry([Piece("值 ", DIM), Piece(shown_value(item.value) or "?", Ink())], press)
    if given:
        yield Entry([Piece("属性 ", DIM), Piece(" ".join(given), Ink())], press)
    if isinstance(item, Entity) and item.cluster:
        others = sum(one.cluster == item.cluster for one in editor.session.draft.order) - 1
        yield Entry([Piece("同指 ", DIM), Piece(f"{item.cluster},另 {others} 处", Ink())])
    if item.note:
        yield Entry([Piece("备注 ", DIM), Piece(one_line(item.note), Ink())])
    if is_flagged(item):
        yield Entry([Piece("! 存疑 doubtful", Ink("notice"))])


def _candidate(editor: Editor, one: Suggestion, width: int) -> Iterator[Entry]:
    item = one.item
    yield Entry([Piece("? ", BOLD), *_badge(editor, item.type), Piece(f"{_name(editor, item.type)} 建议", Ink())])
    if isinstance(item, SuggestedRelation):
        entities = editor.session.draft.entities
        head, tail = (entities[end].text if end in entities else "?" for end in (item.head_id, item.tail_id))
        yield Entry([Piece(f"«{one_line(head or '')}» → «{one_line(tail or '')}»", BOLD)])
    else:
        yield Entry([Piece(f"«{one_line(item.text)}»", BOLD)])
    if isinstance(item, SuggestedFrame):
        yield from (Entry([Piece(f"  {one.role} = {one.entity_id}", Ink())]) for one in item.arguments[:4])
    if isinstance(item, SuggestedEntity) and item.value is not None:
        yield Entry([Piece("值 ", DIM), Piece(shown_value(item.value), Ink())])
    offsets = "+".join(f"[{span.start},{span.end})" for span in spans_of(one))
    yield Entry([Piece(f"{offsets} {one.score:.2f} {', '.join(one.sources)}"[: width * 2], DIM)])
    accept, reject = _key(editor, "accept"), _key(editor, "delete")
    yield Entry([Piece(accept, BOLD), Piece(" 接受 ", Ink())], doing(editor.press, "enter"))
    yield Entry([Piece(reject, BOLD), Piece(" 拒绝;字母改类型接受", Ink())], doing(editor.press, "backspace"))


def _preview(editor: Editor) -> Iterator[Entry]:
    preview = editor.preview
    if preview is None:
        return
    draft = editor.session.draft
    item = draft.entities.get(editor.focus or "") or draft.frames.get(editor.focus or "")
    if item is not None:
        accept = Piece(_key(editor, "accept"), BOLD)
        entry = _partner(editor, accept, item, preview.partner, 0)
        way = Piece(f" {_way(editor, item, preview.link)} ", Ink())
        yield Entry([accept, way, entry.pieces[-1]], doing(editor.press, "enter"))


# Links, guideline, legend, open items


def _links(editor: Editor) -> Iterator[Entry]:
    focus = editor.focus or ""
    rows = [*_fillers(editor, focus), *_relations(editor, focus)]
    if not rows:
        return
    yield Entry([Piece("关系 links", BOLD), Piece(f" ({_key(editor, 'links')} 改, {_key(editor, 'link')} 新建)", DIM)])
    yield from rows[:_MOST_LINKS]
    if len(rows) > _MOST_LINKS:
        yield Entry(
            [Piece(f" …另 {len(rows) - _MOST_LINKS} 条", DIM)], doing(editor.press, editor.keymap.keys_of("links")[0])
        )


def _fillers(editor: Editor, focus: str) -> Iterator[Entry]:
    draft = editor.session.draft
    frame = draft.frames.get(focus)
    known = editor.session.schema.frame_types.get(frame.type) if frame else None
    for one in frame.arguments if frame else ():
        role = known.roles.get(one.role) if known else None
        filler = draft.entities[one.entity]
        yield _linked(editor, f" {role.zh if role else one.role} = ", filler)


def _relations(editor: Editor, focus: str) -> Iterator[Entry]:
    draft = editor.session.draft
    for item in draft.links.get(focus, ()):
        if isinstance(item, Relation):
            forward = item.head == focus
            other = draft.entities[item.tail if forward else item.head]
            yield _linked(editor, f" {'→' if forward else '←'} {_name(editor, item.type)} ", other)
        else:
            role = next((one.role for one in item.arguments if one.entity == focus), "")
            known = editor.session.schema.frame_types.get(item.type)
            name = known.roles[role].zh if known and role in known.roles else role
            trigger = one_line(item.trigger.text or "") if item.trigger else ""
            pieces = [Piece(f" ∈ {name} ", Ink()), *_badge(editor, item.type), Piece(trigger, Ink())]
            yield Entry(pieces, doing(_visit, editor, item.id))


def _linked(editor: Editor, lead: str, other: Entity) -> Entry:
    pieces = [Piece(lead, Ink()), *_badge(editor, other.type)[:1], Piece(f" {one_line(other.text or '')}", Ink())]
    return Entry(pieces, doing(_visit, editor, other.id))


def _visit(editor: Editor, item: str) -> None:
    editor.ask(None)
    editor.attend(item)


def _guide(editor: Editor, width: int, most: int) -> Iterator[Entry]:
    draft = editor.session.draft
    kind = editor.candidate.item.type if editor.candidate is not None else None
    if kind is None and editor.focus is not None:
        item = draft.entities.get(editor.focus) or draft.frames.get(editor.focus)
        kind = item.type if item else None
    lines = [line for line in guideline(editor.session.schema, kind)[1:] if line.strip()] if kind else []
    if not lines:
        return
    press = doing(editor.press, editor.keymap.keys_of("guideline")[0])
    yield Entry([Piece(f"指南 {kind}", BOLD), Piece(f" ({_key(editor, 'guideline')} 全文)", DIM)], press)
    layout = wrap(lines[0], width)
    rows = [lines[0][row.start : row.end].strip() for row in layout.rows]
    for number, row in enumerate(rows[:most]):
        yield Entry([Piece(row + ("…" if number == most - 1 and len(rows) > most else ""), Ink())], press)


def _legend(editor: Editor, width: int, roomy: bool) -> tuple[Entry, ...]:
    """All label keys: with Chinese names in two columns, with ids in three where there are fewer lines.

    A click on a type labels with it.
    """
    known = (id(editor.keymap), width, roomy)
    if known not in _LEGENDS:
        _LEGENDS.clear()
        _LEGENDS[known] = tuple(_legend_lines(editor, width, roomy))
    kinds = [kind.id for kind in label_types(editor.session.schema)]
    columns = _columns(roomy)
    rows = -(-len(kinds) // columns)
    step = (width + 1) // columns
    heading, *lines = _LEGENDS[known]
    clickable = (
        line._replace(
            cells=tuple(
                (_LEFT + number * step, doing(_label, editor, kind)) for number, kind in enumerate(kinds[row::rows])
            )
        )
        for row, line in enumerate(lines)
    )
    return (heading, *clickable)


def _columns(roomy: bool) -> int:
    return 2 if roomy else 3


def _label(editor: Editor, kind: str) -> None:
    for key in editor.keymap.label_strokes(kind):
        editor.press(key, character_of(key))


def _legend_lines(editor: Editor, width: int, roomy: bool) -> Iterator[Entry]:
    yield Entry([Piece("类型 types", BOLD), Piece(" 字母=标注/改标", DIM)])
    columns = _columns(roomy)
    most = (width + 1) // columns - 1
    cells = []
    for kind in label_types(editor.session.schema):
        strokes = "".join(shown(key) for key in editor.keymap.label_strokes(kind.id))
        badge = Piece(kind.badge, Ink("tint", kind.id, bold=True))
        name = Piece(f" {kind.zh}" if roomy else kind.id, Ink("", kind.id))
        cells.append(fitted([Piece(f"{strokes} ", BOLD), badge, name], most))
    rows = -(-len(cells) // columns)
    for row in range(rows):
        pieces: list[Piece] = []
        for cell in cells[row::rows]:
            pieces += [*cell, Piece(" ", Ink())]
        yield Entry(pieces)


def _open(editor: Editor, problems: Sequence[Problem] | None) -> Iterator[Entry]:
    suggestions = editor.session.suggestions
    caret = editor.cursor.caret
    first = bisect_left(suggestions, (caret, -1, 0, ""), key=reading_order)
    following = suggestions[first : first + _MOST_OPEN] or suggestions[:_MOST_OPEN]
    errors = [one for one in problems or () if one.severity == "error"]
    if not following and not errors:
        return
    count = f" 候选 {len(suggestions)} 错误 {len(errors)}"
    yield Entry([Piece("待处理 open", BOLD), Piece(f" ({_key(editor, 'item_next')} 下一项){count}", DIM)])
    for fault in errors[:2]:
        yield Entry([Piece(" ! ", BOLD), Piece(one_line(fault.message), Ink())], doing(_visit, editor, fault.item))
    for one in following:
        pieces = [Piece(" ? ", BOLD), *_badge(editor, one.item.type), Piece(_text_of(editor, one), Ink())]
        tail = f" {one.score:.2f} {one.sources[0].rsplit('/', 1)[-1]}"
        room = PANEL_WIDTH - 2 - text_cells(tail)
        yield Entry([*fitted(pieces, room), Piece(tail, DIM)], doing(attend_suggestion, editor, one))


def _text_of(editor: Editor, one: Suggestion) -> str:
    item = one.item
    if not isinstance(item, SuggestedRelation):
        return one_line(item.text)
    entities = editor.session.draft.entities
    head, tail = ((entities[end].text or "") if end in entities else "?" for end in (item.head_id, item.tail_id))
    return one_line(f"{head}→{tail}")
