"""Labels, suggestions, deleting, undo: what changes the draft at the caret."""

from __future__ import annotations

from collections.abc import Container, Sequence

from workbench.annotation.drafts.draft import Delta
from workbench.annotation.drafts.edits import EditRefused, new_id
from workbench.annotation.suggest.overlay import ReadingOrder, reading_order
from workbench.annotation.suggest.records import Kind, SuggestedEntity, Suggestion, as_record
from workbench.core.records import Entity, Frame, Relation
from workbench.core.text import Span
from workbench.tui.editor.cursor import Cursor
from workbench.tui.editor.editor import Editor, Handler
from workbench.tui.editor.linking import link_with
from workbench.tui.editor.suggesting import attend_suggestion
from workbench.tui.keys.keymap import Binding

STEPS = {
    "label": ("标注", "label"),
    "label_all": ("标注相同字串", "label same strings"),
    "retype": ("改类型", "change type"),
    "move": ("改边界", "move bounds"),
    "delete": ("删除", "delete"),
    "attribute": ("属性", "attribute"),
    "value": ("数值", "value"),
    "flag": ("存疑", "flag"),
    "comment": ("备注", "comment"),
    "relate": ("关系", "relation"),
    "reverse": ("换关系", "change relation"),
    "fill": ("角色", "role"),
    "unfill": ("取消角色", "empty role"),
    "cluster": ("同指", "cluster"),
    "uncluster": ("取消同指", "leave the cluster"),
    "accept": ("接受建议", "accept"),
    "reject": ("拒绝建议", "reject"),
    "finish": ("完成层", "finished layers"),
    "load": ("载入文件", "load the file"),
}
"""What each step of undo is called."""


def label(editor: Editor, binding: Binding) -> None:
    """Label the selection, else take the candidate with this type, else retype the focus, else label the word."""
    label_as(editor, binding.target)


def label_as(editor: Editor, kind: str) -> None:
    """See `label`; `kind` is an entity or a frame type."""
    session = editor.session
    spans: Sequence[Span] = editor.cursor.spans
    candidate = editor.candidate
    framed = kind in session.schema.frame_types
    if not spans and candidate is not None and isinstance(candidate.item, SuggestedEntity) and not framed:
        if candidate.item.type == kind:
            take(editor, candidate)
            return
        spans = candidate.item.fragments
    elif not spans and editor.focus is not None:
        if framed == (editor.focus in session.draft.frames):
            session.retype(editor.focus, kind)
            editor.say(f"改为 {kind} {_name(editor, kind)}", f"now {kind}")
            editor.again = lambda: label_as(editor, kind)
            return
        spans = editor.fragments_of(editor.focus)
    if not spans:
        spans = (editor.lattice.word_at(editor.cursor.caret),)
    made = session.label(kind, spans)
    editor.made = made.ids[0]
    editor.attend(made.ids[0], show=False)
    editor.cursor = Cursor(spans[-1].end)
    editor.page.show(editor.cursor.caret)
    editor.learn(spans)
    editor.again = lambda: label_as(editor, kind)
    editor.say(f"标注 {kind} {_name(editor, kind)} «{_short(session.desk.surface(tuple(spans)))}»", f"{kind} labelled")


def _name(editor: Editor, kind: str) -> str:
    schema = editor.session.schema
    known = schema.entity_types.get(kind) or schema.frame_types.get(kind)
    return known.zh if known else kind


def _short(text: str) -> str:
    return text if len(text) <= 12 else f"{text[:11]}…"


# Suggestions


def _accept(editor: Editor, _: Binding) -> None:
    if editor.candidate is not None:
        take(editor, editor.candidate)
        return
    preview = editor.preview
    if preview is None:
        editor.say("没有可接受的建议(Tab 找下一个)", "no suggestion here (Tab goes to the next)", "notice")
        return
    link_with(editor, editor.focus or "", preview.partner.entity, preview.link)


def take(editor: Editor, candidate: Suggestion) -> None:
    """Accept a suggestion, and go on to the next."""
    session = editor.session

    def identifier(kind: Kind) -> str:
        draft = session.draft
        tables = {"entity": ("E", draft.entities), "relation": ("R", draft.relations), "frame": ("F", draft.frames)}
        letter, taken = tables[kind]
        return new_id(letter, taken)

    record = as_record(candidate, identifier)
    if isinstance(record, Entity):
        session.accept(entities=[record])
    elif isinstance(record, Relation):
        session.accept(relations=[record])
    elif isinstance(record, Frame):
        session.accept(frames=[record])
    if not isinstance(record, Relation):
        editor.made = record.id
    editor.say(f"已接受 {record.type}", f"{record.type} accepted")
    _onwards(editor, candidate, record.id)


def _onwards(editor: Editor, decided: Suggestion, made: str | None) -> None:
    """After a decision the next suggestion in reading order gets the focus; without one the item that was made."""
    following = next((one for one in editor.session.suggestions if reading_order(one) > reading_order(decided)), None)
    if following is not None:
        attend_suggestion(editor, following)
    elif made is not None:
        editor.attend(made)
    else:
        editor.candidate = None
        editor.look()


_FAULTY = 3
"""Where errors stand in reading order: behind the suggestions of three kinds at the same place."""


def _here(editor: Editor, faulty: Container[str]) -> ReadingOrder:
    """Where the annotator is in reading order: at the candidate, at what has the focus, else at the caret."""
    if editor.candidate is not None:
        return reading_order(editor.candidate)
    fragments = editor.fragments_of(editor.focus)
    if fragments:
        if editor.focus in faulty:
            return (fragments[0].start, _FAULTY, -fragments[-1].end, editor.focus or "")
        return (fragments[0].start, 0, -fragments[-1].end, "")
    return (editor.cursor.caret, -1, 0, "")


def _open_item(editor: Editor, forward: bool) -> None:
    """The next suggestion or error before or after the caret, in document order, round the end of the text."""
    suggested = [(reading_order(one), one, None) for one in editor.session.suggestions]
    faulty = [
        ((one.span.start, _FAULTY, -one.span.end, one.item), None, one)
        for one in editor.session.problems()
        if one.span is not None and one.severity == "error"
    ]
    here = _here(editor, {place[-1] for place, *_ in faulty})
    items = sorted((*suggested, *faulty), key=lambda item: item[0])
    if editor.back is not None and editor.session.offering.find(editor.back.key) is not None:
        attend_suggestion(editor, editor.back)
        return
    if not items:
        editor.say("没有待处理的", "nothing is open", "notice")
        return
    beyond = [item for item in items if (item[0] > here if forward else item[0] < here)]
    chosen = (beyond[0] if forward else beyond[-1]) if beyond else (items[0] if forward else items[-1])
    if chosen[1] is not None:
        attend_suggestion(editor, chosen[1])
    elif chosen[2] is not None:
        editor.attend(chosen[2].item)
        editor.say(f"问题:{chosen[2].message}", chosen[2].rule, "notice")
    if not beyond:
        editor.say("从头继续" if forward else "从尾继续", "round the end of the text", "notice")


# Deleting, undo


def _delete(editor: Editor, _: Binding) -> None:
    if editor.candidate is not None:
        candidate = editor.candidate
        editor.session.reject({candidate.key: candidate.sources})
        editor.say("已拒绝", "rejected")
        _onwards(editor, candidate, None)
    elif editor.cursor.spans:
        editor.go(Cursor(editor.cursor.caret))
    elif editor.focus is not None:
        made = editor.session.delete([editor.focus])
        others = len(made.delta) - 1
        editor.look()
        more = f",连同 {others} 个关系或角色" if others else ""
        editor.say(f"已删除{more}(U 撤销)", f"deleted{f' with {others} links' if others else ''}; U takes it back")
    else:
        raise EditRefused("光标处没有标注", "nothing is labelled at the caret")


def _undo(editor: Editor, _: Binding) -> None:
    step = editor.session.undo()
    _after_time_travel(editor, step.delta.inverse)
    zh, en = STEPS.get(step.name, (step.name, step.name))
    editor.say(f"已撤销:{zh}", f"undone: {en}")


def _redo(editor: Editor, _: Binding) -> None:
    step = editor.session.redo()
    _after_time_travel(editor, step.delta)
    zh, en = STEPS.get(step.name, (step.name, step.name))
    editor.say(f"已重做:{zh}", f"done again: {en}")


def _after_time_travel(editor: Editor, delta: Delta) -> None:
    """Show where the draft has changed; what had the focus keeps it where it is an end of what changed."""
    draft = editor.session.draft
    things = [thing for swap in delta for thing in (swap.after, swap.before) if thing is not None]
    items = [name for thing in things for name in _items(thing)]
    standing = [name for name in items if name in draft.entities or name in draft.frames]
    editor.candidate = None
    if editor.focus not in standing:
        editor.focus = standing[0] if standing else None
    shown = editor.fragments_of(editor.focus) or next(
        (thing.fragments for thing in things if isinstance(thing, Entity)), ()
    )
    if shown:
        editor.cursor = Cursor(shown[-1].end)
        editor.page.show(editor.cursor.caret, whole=True)


def _items(thing: object) -> tuple[str, ...]:
    """The ids that the focus can be put on when a thing of the draft has changed."""
    if isinstance(thing, (Entity, Frame)):
        return (thing.id,)
    return (thing.head, thing.tail) if isinstance(thing, Relation) else ()


def _repeat(editor: Editor, _: Binding) -> None:
    if editor.again is None:
        raise EditRefused("没有可重复的", "there is nothing to repeat")
    editor.again()


def _cancel(editor: Editor, _: Binding) -> None:
    if editor.prompt is not None:
        editor.prompt = None
    elif editor.cursor.spans:
        editor.go(Cursor(editor.cursor.caret))
    else:
        editor.candidate = None


def _flag(editor: Editor, binding: Binding) -> None:
    item = editor.item()
    editor.session.flag(item)
    editor.again = lambda: _flag(editor, binding)
    editor.say("存疑标记已改", "flag changed")


def actions() -> dict[str, Handler]:
    """The handlers of this module by action."""
    return {
        "accept": _accept,
        "delete": _delete,
        "item_next": lambda editor, _: _open_item(editor, forward=True),
        "item_previous": lambda editor, _: _open_item(editor, forward=False),
        "undo": _undo,
        "redo": _redo,
        "repeat": _repeat,
        "cancel": _cancel,
        "flag": _flag,
    }
