"""What people read about the keys: the key line, the help screen and the README's table, from the live keymap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len

from schemas import Schema
from workbench.core.errors import Fault, FaultyData
from workbench.tui.keys.actions import ACTIONS, GROUPS, NUMBERED, Action, Context
from workbench.tui.keys.keymap import Keymap, label_types
from workbench.tui.keys.names import shown

MARKERS = ("<!-- keys: made by workbench.tui.keys.card -->", "<!-- end of keys -->")
"""The lines of a README between which the key table stands."""

_LABELS = "label"  # stands for all label keys in an order of importance
_HINTS = "hints"
_TARGET = "target"
_NO_ACTION = {
    _HINTS: ("A–Z", "选标号"),
    _TARGET: ("拼音首字母、数字或该字", "找词"),
}

# What a newcomer needs first stands first: choosing text and labelling it, then deciding, then relating.
_IMPORTANCE: Mapping[Context, tuple[str, ...]] = {
    "label": (
        *(_LABELS, "select_right", "item_next", "accept", "delete", "link", "jump", "extend", "undo", "help", "done"),
        *("entity_previous", "entity_next", "nudge_end_left", "nudge_end_right", "find", "nested", "repeat", "comment"),
        *("flag", "reverse", "guideline", "attributes", "count", "panel", "palette", "quit"),
    ),
    "prefixed": (_LABELS, "cancel"),
    "target": (_TARGET, "cancel"),
    "hints": (_HINTS, _LABELS, "undo"),
    "link": ("link", _HINTS, "cancel"),
    "list": ("choose", "row_up", "row_down", "accept", "delete", "cancel"),
    "prompt": ("accept", "cancel"),
    "table": ("row_up", "row_down", "accept", "find", "cancel"),
    "help": ("row_up", "row_down", "find", "cancel"),
}

_SAID: Mapping[tuple[Context, str], str] = {
    ("link", "link"): "取最近",
    ("list", "accept"): "确定",
    ("prompt", "accept"): "确定",
    ("table", "accept"): "打开",
}
"""What the key line calls an action where its usual name would mislead."""


class KeyHint(NamedTuple):
    """An entry of the key line: keys as shown, and at most four Chinese characters."""

    keys: str
    zh_short: str


class HelpRow(NamedTuple):
    """A row of help: keys as shown, Chinese and English, and the group's id (see `GROUPS`)."""

    keys: str
    zh: str
    en: str
    group: str


def shown_keys(keymap: Keymap, action: str) -> str:
    """All keys of an action as people read them: `^Z U`, `0–9`."""
    keys = [shown(key) for key in keymap.keys_of(action)]
    return "0–9" if keys == [*"1234567890"] else " ".join(keys)


def shown_strokes(keymap: Keymap, type_id: str) -> str:
    """The keys that label with a type: `o`, or `Space o` with a prefix."""
    return " ".join(shown(key) for key in keymap.label_strokes(type_id))


def key_line(keymap: Keymap, width: int, context: Context = "label") -> tuple[KeyHint, ...]:
    """The most important keys of a context, as many as fit in `width` cells.

    An entry takes its keys, a space and its text; between entries there is one cell.
    """
    fitting: list[KeyHint] = []
    left = width
    for hint in _hints(keymap, context):
        left -= cell_len(hint.keys) + 1 + cell_len(hint.zh_short) + (1 if fitting else 0)
        if left < 0:
            break
        fitting.append(hint)
    return tuple(fitting)


def _hints(keymap: Keymap, context: Context) -> Iterator[KeyHint]:
    entries = (_hint(keymap, name, context) for name in _IMPORTANCE[context])
    for zh_short, alike in groupby(entries, key=lambda hint: hint.zh_short):
        yield KeyHint(" ".join(hint.keys for hint in alike), zh_short)


def _hint(keymap: Keymap, name: str, context: Context) -> KeyHint:
    if name == _LABELS:
        prefix = [shown(key) for key in keymap.prefix[:1] if context != "prefixed"]
        return KeyHint(" ".join((*prefix, "字母")), "标注")
    if name in _NO_ACTION:
        return KeyHint(*_NO_ACTION[name])
    zh_short = _SAID.get((context, name), ACTIONS[name].zh_short)
    if name in NUMBERED:
        return KeyHint(shown_keys(keymap, name), zh_short)
    working = (key for key in keymap.keys_of(name) if _acts(keymap, context, key, name))
    return KeyHint(shown(next(working)), zh_short)


def _acts(keymap: Keymap, context: Context, key: str, name: str) -> bool:
    binding = keymap.for_key(context, key)
    return binding is not None and binding.kind == "action" and binding.target == name


def help_rows(keymap: Keymap, schema: Schema) -> tuple[HelpRow, ...]:
    """All labels and actions, group by group."""
    labels = [
        HelpRow(shown_strokes(keymap, kind.id), kind.zh, f"{kind.en} ({kind.id})", "label")
        for kind in label_types(schema)
    ]
    rows = [HelpRow(shown_keys(keymap, action.id), action.zh, action.en, action.group) for action in ACTIONS.values()]
    return (*labels, *sorted(rows, key=lambda row: [*GROUPS].index(row.group)))


def readme_table(keymap: Keymap, schema: Schema) -> str:
    """The keys as a Markdown table with the columns keys, Chinese, English; related actions share a row."""
    lines = ["| Keys | 中文 | English |", "|---|---|---|"]
    for kinds, group in ((schema.entities, "实体 – Entities"), (schema.frames, "事件 – Frames")):
        keys = [_code(shown_strokes(keymap, kind.id)) for kind in kinds]
        chinese = (f"{key} {kind.zh}" for key, kind in zip(keys, kinds, strict=True))
        english = (f"{key} {kind.en}" for key, kind in zip(keys, kinds, strict=True))
        if keys:
            lines += [_heading(group), _row("", " · ".join(chinese), " · ".join(english))]
    for group, actions in groupby(_by_group(ACTIONS.values()), key=lambda action: action.group):
        lines.append(_heading(" – ".join(GROUPS[group])))
        for _, pair in groupby(actions, key=lambda action: action.zh_short):
            lines.append(_action_row(keymap, tuple(pair)))
    return "\n".join(lines) + "\n"


def with_table(readme: str, table: str) -> str:
    """A README with what stands between its markers replaced.

    Raises:
        FaultyData: it does not have each marker once, in order.
    """
    first, last = MARKERS
    before, _, rest = readme.partition(first)
    _, closed, after = rest.partition(last)
    if not closed or any(readme.count(marker) != 1 for marker in MARKERS):
        raise FaultyData([Fault(f"needs the lines {first} and {last}, each once, in this order", rule="keys")])
    return f"{before}{first}\n\n{table}\n{last}{after}"


def _by_group(actions: Iterable[Action]) -> list[Action]:
    return sorted(actions, key=lambda action: [*GROUPS].index(action.group))


def _heading(title: str) -> str:
    return _row("", f"**{title}**", "")


def _action_row(keymap: Keymap, actions: Sequence[Action]) -> str:
    keys = " / ".join(_codes(keymap, action) for action in actions)
    return _row(keys, " / ".join(action.zh for action in actions), " / ".join(action.en for action in actions))


def _codes(keymap: Keymap, action: Action) -> str:
    return " ".join(_code(key) for key in shown_keys(keymap, action.id).split(" "))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _code(key: str) -> str:
    """A key as a code span; the backtick needs longer fences."""
    return f"`` {key} ``" if "`" in key else f"`{key}`"
