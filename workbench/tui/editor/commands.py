"""All handlers together: what each action does, in a list, in a prompt, or over the text."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.annotation.session import Unpublishable
from workbench.tui.editor import labelling, linking, lists, moving, searching
from workbench.tui.editor.editor import Editor, Effect, Handler, Handlers
from workbench.tui.editor.prompts import Entry, Hints, Linking, Listing, Row, doing
from workbench.tui.keys.actions import GROUPS
from workbench.tui.keys.card import help_rows
from workbench.tui.keys.keymap import Binding
from workbench.tui.keys.palette import LABEL_COMMAND, commands, search

_ROWS_OF_LISTS = {"row_up": -1, "row_down": 1, "page_up": -10, "page_down": 10, "document_start": -(10**6)}
_ROWS_OF_LISTS["document_end"] = 10**6


def _in_lists(over_text: Handler, by: int) -> Handler:
    def handle(editor: Editor, binding: Binding) -> None:
        if not lists.step(editor, by):
            over_text(editor, binding)

    return handle


def _accept(editor: Editor, binding: Binding) -> None:
    if isinstance(editor.prompt, Linking):
        back = editor.prompt.back and editor.session.offering.find(editor.prompt.back.key)
        if back:
            editor.ask(None)
            labelling.take(editor, back)
        else:
            linking.actions()["link"](editor, binding)
    elif not lists.confirm(editor, binding):
        labelling.actions()["accept"](editor, binding)


def _delete(editor: Editor, binding: Binding) -> None:
    if not lists.delete_row(editor):
        labelling.actions()["delete"](editor, binding)


def _count(editor: Editor, binding: Binding) -> None:
    if isinstance(editor.prompt, (Linking, Listing)):
        lists.choose(editor, binding.number or 1)
    else:
        moving.actions()["count"](editor, binding)


def _hint(editor: Editor, binding: Binding) -> None:
    if isinstance(editor.prompt, Linking):
        linking.choose_hint(editor, editor.prompt, binding.target)
    elif isinstance(editor.prompt, Hints):
        searching.choose_hint(editor, editor.prompt, binding.target)


def _done(editor: Editor, _: Binding) -> None:
    left = len(editor.session.suggestions)
    nothing = not editor.session.draft.order and not editor.session.draft.frames
    if (left or nothing) and editor.was_asked != "done":
        editor.asked = "done"
        zh, en = (
            (f"还有 {left} 个建议未处理", f"{left} suggestions are open")
            if left
            else ("还没有标注", "nothing is labelled")
        )
        editor.say(f"{zh};再按一次发布", f"{en}; the same key again publishes", "notice")
        return
    try:
        editor.session.publish()
    except Unpublishable as refusal:
        lists.actions()["problems"](editor, _)
        editor.say(refusal.zh, refusal.en, "refused")
        return
    editor.say("已完成并发布", "done and published")
    editor.effects.append(Effect("next"))


def _skip(editor: Editor, _: Binding) -> None:
    if editor.was_asked != "skip":
        editor.asked = "skip"
        editor.say("跳过此篇?再按一次", "skip this document? the same key again", "notice")
        return
    editor.session.skip()
    editor.effects.append(Effect("next"))


def _help(editor: Editor, _: Binding) -> None:
    rows: list[Row] = []
    group = ""
    for keys, zh, en, of_group in help_rows(editor.keymap, editor.session.schema):
        if of_group != group:
            group = of_group
            rows.append(Row(f"── {GROUPS[group][0]} · {GROUPS[group][1]}"))
        rows.append(Row(f"{keys:<14} {zh} · {en}"))
    editor.ask(Listing("按键 keys(/ 或 ↑↓;Esc 关闭)", rows, context="help"))


def _palette(editor: Editor, _: Binding) -> None:
    offered = commands(editor.keymap, editor.session.schema)

    def run(query: str) -> None:
        rows = [
            Row(f"{one.keys:<12} {one.zh} · {one.en}", choose=doing(_run, editor, one.id))
            for one in search(query, offered)
        ]
        editor.ask(Listing(f"命令 {query}", rows, context="table"))

    editor.ask(Entry("命令(中文、拼音首字母、English)· command", run))


def _run(editor: Editor, name: str) -> None:
    editor.ask(None)
    if name.startswith(LABEL_COMMAND):
        labelling.label_as(editor, name.removeprefix(LABEL_COMMAND))
    else:
        ACTIONS[name](editor, Binding("action", name, editor.keymap.keys_of(name)[0], "label"))


def _effect(name: str) -> Handler:
    return lambda editor, _: editor.effects.append(Effect(name))  # type: ignore[arg-type]


def _assembled() -> Mapping[str, Handler]:
    table = {
        **moving.actions(),
        **labelling.actions(),
        **linking.actions(),
        **searching.actions(),
        **lists.actions(),
        "done": _done,
        "skip": _skip,
        "help": _help,
        "palette": _palette,
        "accept": _accept,
        "delete": _delete,
        "count": _count,
        **{name: _effect(name) for name in ("quit", "documents", "compare", "lanes", "panel")},
    }
    return {**table, **{name: _in_lists(table[name], by) for name, by in _ROWS_OF_LISTS.items()}}


ACTIONS: Mapping[str, Handler] = _assembled()
"""What each action does."""

HANDLERS = Handlers(ACTIONS, labelling.label, _hint, searching.aim, searching.typed)
"""What an editor is made with."""
