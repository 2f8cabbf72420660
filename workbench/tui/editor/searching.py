"""Jumping to words by one key, extending to word ends, finding passages, labelling all same strings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from workbench.annotation.concordance import same_strings
from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.finding import matches
from workbench.core.text import Span
from workbench.tui.editor.editor import Editor, Effect, Handler
from workbench.tui.editor.prompts import Entry, Hints, Listing, Row, Target, doing
from workbench.tui.keys.keymap import Binding
from workbench.tui.layout.hints import hint_labels

MOST_HINTS = 60
"""No more words than this get hints."""

DOUBTS = {
    "inside": "在更长的标注内",
    "across": "与已有标注交叉",
    "around": "含有已有标注",
    "in_closed_zone": "在不标注的区域内",
    "divides_word": "不在词的边界上",
}
"""Why an occurrence of a string is not taken for granted."""


def _jump(editor: Editor, _: Binding) -> None:
    editor.ask(Target("jump"))


def _extend(editor: Editor, _: Binding) -> None:
    editor.ask(Target("extend"))


def aim(editor: Editor, prompt: Target, character: str) -> None:
    """Select the next word that a character may mean, and hint at the others on the screen.

    A capital letter jumps backwards. Extending moves the end of the selection to the end of such a word.
    """
    backwards = character.isascii() and character.isupper()
    key = character.lower() if backwards else character
    extending = prompt.purpose == "extend"
    start = _start(editor)
    if extending:
        caret = editor.cursor.caret
        window = Span(caret, editor.lattice.words_from(caret, len(editor.text)).end)  # no further than the paragraph
        ends = _open_words(editor, matches(editor.lattice, editor.index, key, window, "word_end"))
        found = [Span(start, word.end) for word in ends]
    else:
        found = _words(editor, key, backwards)
    if not found:
        raise EditRefused(f"没有以 {key} 开头的词" if not extending else f"没有以 {key} 结尾的词", f"no word for {key}")
    _select(editor, found[0])
    others = found[1 : MOST_HINTS + 1]
    if others:
        labels = hint_labels(list(range(len(others))))
        editor.ask(Hints({labels[number]: others[number] for number in labels}, extending))


def _start(editor: Editor) -> int:
    """Where the selection begins that is extended: what is selected, else the word at the caret."""
    selection = editor.cursor.selection
    return selection.start if selection is not None else editor.cursor.caret


def _words(editor: Editor, key: str, backwards: bool) -> list[Span]:
    """Words for a key: from the caret on (or back), those on the screen, else the next in the text."""
    visible, caret = editor.page.visible, editor.cursor.caret
    selection = editor.cursor.selection
    if backwards:
        before = selection.start if selection is not None else caret
        near = Span(min(visible.start, before), before)
        far = Span(0, near.start)
    else:
        near = Span(caret, max(visible.end, caret))
        far = Span(near.end, len(editor.text))

    def words(window: Span) -> Iterator[Span]:
        found = matches(editor.lattice, editor.index, key, window, backwards=backwards)
        return (word for word in _open_words(editor, found) if word.end <= window.end)

    return list(words(near)) or list(islice(words(far), 1))


def _open_words(editor: Editor, words: Iterable[Span]) -> Iterator[Span]:
    """Without those in zones that take no annotation."""
    closed = editor.session.desk.closed
    return (word for word in words if not any(word.overlap(zone) for zone in closed))


def _select(editor: Editor, span: Span) -> None:
    editor.go(editor.cursor.select(span), look=False)
    editor.focus, editor.candidate = None, None


def choose_hint(editor: Editor, prompt: Hints, letter: str) -> None:
    """Select the word whose hint is typed; the hints end."""
    typed = prompt.typed + letter
    if typed in prompt.targets:
        editor.ask(None)
        _select(editor, prompt.targets[typed])
    elif any(hint.startswith(typed) for hint in prompt.targets):
        editor.ask(replace(prompt, typed=typed))
    else:
        editor.ask(None)
        editor.say(f"没有提示 {typed}", f"there is no hint {typed}", "refused")


# Finding


def _find(editor: Editor, _: Binding) -> None:
    start = editor.cursor

    def changed(query: str) -> None:
        _show_hits(editor, query, start.caret)

    editor.ask(Entry("查找(汉字或拼音首字母)· find", lambda query: _found(editor, query), changed=changed))


def _show_hits(editor: Editor, query: str, after: int) -> None:
    editor.hits = tuple(editor.finder.find(query)) if query else ()
    following = next((span for span in editor.hits if span.start >= after), editor.hits[0] if editor.hits else None)
    if following is not None:
        _select(editor, following)


def _found(editor: Editor, query: str) -> None:
    if query and not editor.hits:
        raise EditRefused(f"没有找到 {query}", f"{query} does not occur")
    if query:
        editor.say(f"{len(editor.hits)} 处(' 下一处)", f"{len(editor.hits)} hits")


def _hit(editor: Editor, forward: bool) -> None:
    if not editor.hits:
        raise EditRefused("先用 / 查找", "search with / first")
    selection = editor.cursor.selection
    here = selection.start if selection is not None else editor.cursor.caret
    beyond = [span for span in editor.hits if (span.start > here if forward else span.start < here)]
    chosen = (beyond[0] if forward else beyond[-1]) if beyond else (editor.hits[0] if forward else editor.hits[-1])
    _select(editor, chosen)
    editor.say(f"第 {editor.hits.index(chosen) + 1} / {len(editor.hits)} 处", "hit")


def typed(editor: Editor, text: str) -> None:
    """Chinese that is typed while labelling: select its next occurrence."""
    editor.hits = tuple(editor.finder.find(text))
    selection = editor.cursor.selection
    after = selection.start if selection is not None and len(text) > 1 else editor.cursor.caret
    following = next((span for span in editor.hits if span.start >= after), editor.hits[0] if editor.hits else None)
    if following is None:
        raise EditRefused(f"输入法开启:没有找到 «{text}»", f"input method on: {text} does not occur")
    _select(editor, following)
    editor.say(f"输入法开启:«{text}» 第 {editor.hits.index(following) + 1} / {len(editor.hits)} 处", "input method on")


# The same string


def _surface(editor: Editor) -> str:
    spans = editor.cursor.spans or editor.fragments_of(editor.focus)
    if not spans:
        spans = (editor.lattice.word_at(editor.cursor.caret),)
    if len(spans) != 1:
        raise EditRefused("不连续的标注没有相同字串", "a discontinuous mention has no same strings")
    return editor.text[spans[0].start : spans[0].end]


def _same_next(editor: Editor, _: Binding) -> None:
    surface = _surface(editor)
    editor.hits = tuple(_occurrences(editor.text, surface))
    _hit(editor, forward=True)


def _occurrences(text: str, surface: str) -> Iterable[Span]:
    position = text.find(surface)
    while position >= 0:
        yield Span(position, position + len(surface))
        position = text.find(surface, position + len(surface))


def _same_all(editor: Editor, _: Binding) -> None:
    entity = editor.session.draft.entities.get(editor.focus or "")
    if entity is None:
        raise EditRefused("先选中一个实体", "focus an entity first")
    surface = _surface(editor)
    taken = [span for one in editor.session.draft.order for span in one.fragments]
    found = same_strings(editor.text, surface, taken, editor.session.desk.closed, editor.lattice)
    if not found.clear and not found.doubtful:
        raise EditRefused("没有其他相同字串", "there is no other such string")
    chosen = dict.fromkeys(found.clear, True) | {one.span: False for one in found.doubtful}
    doubts = {one.span: DOUBTS[one.doubt] for one in found.doubtful}

    def toggle(span: Span) -> None:
        chosen[span] = not chosen[span]

    def rows() -> list[Row]:
        return [
            Row(
                f"{_context(editor.text, span)}{'  ' + doubts[span] if span in doubts else ''}",
                choose=doing(toggle, span),
                mark="✓" if chosen[span] else " ",
                key=str(span.start),
            )
            for span in sorted(chosen)
        ]

    def take() -> None:
        spans = [span for span in sorted(chosen) if chosen[span]]
        made = editor.session.label_all(entity.type, [(span,) for span in spans])
        editor.ask(None)
        editor.learn(spans)
        editor.say(f"已标注 {len(made.ids)} 处 {entity.type}(U 全部撤销)", f"{len(made.ids)} labelled; U undoes all")

    title = f"标注全部 «{surface}» 为 {entity.type}?& 标注选中的 {len(found.clear)} 处,数字或空格改选"
    editor.ask(Listing(title, rows(), again=rows, extra={"same_all": take}))


def _context(text: str, span: Span, width: int = 12) -> str:
    left = text[max(0, span.start - width) : span.start].replace("\n", " ")
    right = text[span.end : span.end + width].replace("\n", " ")
    return f"{left}【{text[span.start : span.end]}】{right}"


def actions() -> dict[str, Handler]:
    """The handlers of this module by action."""
    return {
        "jump": _jump,
        "extend": _extend,
        "find": _find,
        "hit_next": lambda editor, _: _hit(editor, forward=True),
        "hit_previous": lambda editor, _: _hit(editor, forward=False),
        "same_next": _same_next,
        "same_all": _same_all,
        "concordance": lambda editor, _: editor.effects.append(Effect("concordance", _seed(editor))),
    }


def _seed(editor: Editor) -> str:
    """The string that a concordance begins with: what is selected or in focus, if anything is."""
    spans = editor.cursor.spans or editor.fragments_of(editor.focus)
    return editor.text[spans[0].start : spans[0].end] if len(spans) == 1 else ""
