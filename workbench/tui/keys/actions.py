"""The one table of everything that can be done with a key: what it is called, where it works, its usual keys.

Footer, help, palette, the README's key table and the tests are made from it. Label keys are not here: the schema
gives every type its letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

Context = Literal["label", "prefixed", "target", "hints", "link", "list", "prompt", "table", "help"]


class Situation(NamedTuple):
    """Keys that a context keeps `free` of actions, and the context that gives its unbound keys their meaning."""

    free: Literal["", "capitals", "letters", "characters"] = ""
    otherwise: Context | None = None


CONTEXTS: Mapping[Context, Situation] = {
    "label": Situation(),
    "prefixed": Situation("letters"),
    "target": Situation("characters"),
    "hints": Situation("capitals", "label"),
    "link": Situation("capitals", "label"),
    "list": Situation("", "label"),
    "prompt": Situation("characters"),
    "table": Situation(),
    "help": Situation(),
}
"""Where a key is pressed.

`label`: over the document. `prefixed`: after the label prefix. `target`: after jump or extend, which wait for a
character. `hints`: hints are shown after a jump. `link`: partners of a relation or fillers of a role have hints.
`list`: a numbered list is open. `prompt`: text is entered. `table`: a screen of rows (documents, problems,
concordance). `help`: text to read.
"""

GROUPS: Mapping[str, tuple[str, str]] = {
    "label": ("标注", "Label"),
    "move": ("移动", "Move"),
    "stretch": ("移动并选取", "Move and select"),
    "select": ("选取", "Select"),
    "boundary": ("边界", "Boundaries"),
    "decide": ("取舍", "Decide"),
    "relate": ("关系、事件、同指", "Relations, frames, clusters"),
    "again": ("撤销与重复", "Undo and repeat"),
    "search": ("查找", "Find"),
    "note": ("属性与备注", "Attributes and notes"),
    "document": ("文档", "Document"),
    "view": ("显示", "View"),
}
"""Groups of actions in the order of help, with their Chinese and English names."""

HOT_GROUPS = frozenset(("label", "move", "stretch", "select", "boundary", "decide", "relate", "again"))
"""What is done hundreds of times a day: a key that starts with Esc would make each of them wait."""

NUMBERED = frozenset(("count", "choose"))
"""Actions whose ten keys stand for 1 to 10."""

LABEL_PREFIX = "label_prefix"
"""The name, in settings, of the keys after which a letter labels; with none, letters label at once."""


@dataclass(frozen=True)
class Action:
    """Something a key does: its usual keys, its names, at most four Chinese characters for the key line, its place."""

    id: str
    keys: tuple[str, ...]
    zh: str
    en: str
    zh_short: str
    group: str
    contexts: frozenset[Context]

    @property
    def hot(self) -> bool:
        """Whether it is done so often that its key must not wait."""
        return self.group in HOT_GROUPS


_Row = tuple[str, str, str, str, str]  # id, keys, Chinese, English, short
_DIGITS = "1 2 3 4 5 6 7 8 9 0"

_MOVES: tuple[_Row, ...] = (
    ("left", "left", "左移一字", "Character left", "字"),
    ("right", "right", "右移一字", "Character right", "字"),
    ("row_up", "up", "上移一行", "Row up", "行"),
    ("row_down", "down", "下移一行", "Row down", "行"),
    ("word_left", "ctrl+left", "左移一词", "Word left", "词"),
    ("word_right", "ctrl+right", "右移一词", "Word right", "词"),
    ("row_start", "home", "行首", "Start of the row", "行首尾"),
    ("row_end", "end", "行末", "End of the row", "行首尾"),
    ("page_up", "pageup", "上翻一页", "Page up", "翻页"),
    ("page_down", "pagedown", "下翻一页", "Page down", "翻页"),
    ("document_start", "ctrl+home", "文首", "Start of the document", "文首尾"),
    ("document_end", "ctrl+end", "文末", "End of the document", "文首尾"),
)
_ALSO_IN_ROWS = frozenset(("row_up", "row_down", "page_up", "page_down", "document_start", "document_end"))

_IN_TEXT: Mapping[str, tuple[_Row, ...]] = {
    "move": (
        ("sentence_previous", "left_curly_bracket", "上一句", "Previous sentence", "句"),
        ("sentence_next", "right_curly_bracket", "下一句", "Next sentence", "句"),
        ("entity_previous", "left_square_bracket", "上一个实体", "Previous entity", "实体"),
        ("entity_next", "right_square_bracket", "下一个实体", "Next entity", "实体"),
        ("nested", "grave_accent", "光标处的内层或外层", "Inner or outer span at the caret", "换层"),
    ),
    "select": (
        (
            "jump",
            "semicolon",
            "跳到词:再按拼音首字母、数字或该字,大写向前",
            "Jump to a word by its pinyin initial",
            "跳到",
        ),
        ("extend", "colon", "选到词尾:再按末字的拼音首字母或该字", "Extend the selection to a word's end", "选到"),
        ("count", _DIGITS, "选几个词(0 为十个)", "Select 1 to 10 words", "选几词"),
        ("clause_back", "left_parenthesis", "起点退到分句之首", "Start back to the clause boundary", "分句"),
        ("clause_forward", "right_parenthesis", "终点进到分句之末", "End forward to the clause boundary", "分句"),
        ("shrink_word", "less_than_sign", "终点缩一词", "Shrink the end by a word", "缩放"),
        ("grow_word", "greater_than_sign", "终点扩一词", "Grow the end by a word", "缩放"),
        ("fragment", "comma", "留作一段,再选一段", "Keep as a fragment and add another", "加段"),
    ),
    "boundary": (
        ("nudge_end_left", "minus", "终点左移一字", "End one character left", "终点"),
        ("nudge_end_right", "equals_sign", "终点右移一字", "End one character right", "终点"),
        ("nudge_start_left", "underscore", "起点左移一字", "Start one character left", "起点"),
        ("nudge_start_right", "plus", "起点右移一字", "Start one character right", "起点"),
    ),
    "decide": (
        ("item_next", "tab", "下一个待处理项", "Next open item", "下一项"),
        ("item_previous", "shift+tab", "上一个待处理项", "Previous open item", "上一项"),
        ("accept", "enter", "接受建议;确定", "Accept the suggestion; confirm", "接受"),
        ("delete", "backspace delete", "删除;拒绝建议", "Delete; reject the suggestion", "删"),
    ),
    "relate": (
        ("link", "space", "连关系、填角色;再按取最近的", "Relate or fill a role; again: take the nearest", "关系"),
        (
            "reverse",
            "backslash",
            "末条关系反向,或换下一可用类型",
            "Reverse the last relation or change its type",
            "反向",
        ),
        ("links", "W", "此项的全部关系", "Links of the focused item", "查关系"),
        ("cluster", "K", "同指:并入同一所指", "Cluster: the same thing as another mention", "同指"),
    ),
    "again": (
        ("repeat", "full_stop", "重复上一步", "Repeat the last action", "重复"),
        ("undo", "ctrl+z U", "撤销", "Undo", "撤销"),
        ("redo", "ctrl+y R", "重做", "Redo", "重做"),
    ),
    "search": (
        ("find", "slash", "在文档中查找", "Find in the document", "查找"),
        ("hit_next", "apostrophe", "下一处", "Next hit", "命中"),
        ("hit_previous", "quotation_mark", "上一处", "Previous hit", "命中"),
        ("concordance", "S", "全批检索", "Concordance over the batch", "全批"),
        ("same_next", "asterisk", "下一个相同字串", "Next same string", "同串"),
        ("same_all", "ampersand", "标注全部相同字串(先预览)", "Label all same strings, after a preview", "全标"),
    ),
    "note": (
        ("attributes", "A", "属性与值", "Attributes and value", "属性"),
        ("flag", "F", "标记存疑", "Flag as doubtful", "存疑"),
        ("comment", "C", "写备注", "Comment", "备注"),
        ("guideline", "G", "本类型的指南", "Guideline of the type", "指南"),
    ),
    "document": (
        ("layers_finished", "N", "标完的层", "Finished layers", "完成层"),
        ("compare", "X", "与他人比较", "Compare with others", "比较"),
        ("problems", "V", "问题列表", "Problems", "问题"),
        ("documents", "O", "文档列表", "Documents", "文档"),
        ("done", "D", "完成,取下一篇", "Done, next document", "完成"),
        ("skip", "Z", "跳过此篇", "Skip the document", "跳过"),
    ),
    "view": (
        ("lanes", "L", "括线:全、徽标、仅底色", "Brackets: full, badges, tint only", "括线"),
        ("panel", "P", "侧栏", "Side panel", "侧栏"),
        ("help", "question_mark", "按键帮助", "Keys", "帮助"),
        ("palette", "ctrl+p", "命令面板", "Command palette", "命令"),
        ("cancel", "ctrl+g escape", "取消;关闭", "Cancel; close", "取消"),
        ("quit", "ctrl+q", "退出(已存)", "Quit; everything is saved", "退出"),
    ),
}

_ELSEWHERE: Mapping[str, tuple[Context, ...]] = {
    **dict.fromkeys(_ALSO_IN_ROWS, ("list", "table", "help")),
    "accept": ("link", "list", "prompt", "table"),
    "delete": ("list",),
    "link": ("link",),
    "undo": ("table",),
    "redo": ("table",),
    "find": ("table", "help"),
    "hit_next": ("table", "help"),
    "hit_previous": ("table", "help"),
    "help": ("table", "help"),
    "palette": ("table",),
    "cancel": tuple(CONTEXTS),
    "quit": tuple(CONTEXTS),
}
"""Contexts, beside `label`, in which an action means the same."""


def _selecting(row: _Row) -> _Row:
    name, key, zh, en, short = row
    shifted = f"ctrl+shift+{key[5:]}" if key.startswith("ctrl+") else f"shift+{key}"
    return f"select_{name}", shifted, f"选取:{zh}", f"Select: {en[0].lower()}{en[1:]}", f"选{short}"


def _rows() -> Iterator[tuple[str, _Row]]:
    for group in GROUPS:
        if group == "move":
            yield from ((group, row) for row in _MOVES)
        if group == "stretch":
            yield from ((group, _selecting(row)) for row in _MOVES)
        yield from ((group, row) for row in _IN_TEXT.get(group, ()))


def _action(group: str, row: _Row, contexts: tuple[Context, ...]) -> Action:
    name, keys, zh, en, short = row
    return Action(name, tuple(keys.split()), zh, en, short, group, frozenset(contexts))


_CHOOSE: _Row = ("choose", _DIGITS, "在打开的列表中选第几项", "Choose in the open list", "选项")

ACTIONS: Mapping[str, Action] = {
    action.id: action
    for action in (
        *(_action(group, row, ("label", *_ELSEWHERE.get(row[0], ()))) for group, row in _rows()),
        _action("decide", _CHOOSE, ("list",)),
    )
}
"""Every action by id, in the order of help."""
