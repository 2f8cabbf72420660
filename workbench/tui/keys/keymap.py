"""What each key means in each context, made from a preset, the schema's label keys and a user's own choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from schemas import EntityType, FrameType, Schema
from workbench.core.errors import Fault, FaultyData, nearest
from workbench.tui.keys import names
from workbench.tui.keys.actions import ACTIONS, CONTEXTS, LABEL_PREFIX, NUMBERED, Action, Context
from workbench.tui.keys.presets import PRESETS

Kind = Literal["action", "label", "prefix", "hint", "character"]

_NO_CHOICES: Mapping[str, Sequence[str]] = {}
_NO_SOURCES: Mapping[str, Path] = {}


class Binding(NamedTuple):
    """What a key means: an action or a label type (its id in `target`), the label prefix, a hint or a character.

    `context` is where the meaning comes from: `label` for a key that ends hints and acts as usual. `number` is 1 to 10
    for the keys of an action that counts or chooses.
    """

    kind: Kind
    target: str
    key: str
    context: Context
    number: int | None = None


@dataclass(frozen=True)
class Keymap:
    """All keys and their meanings; `actions` and `labels` give the keys by action id and by type id."""

    preset: str
    prefix: tuple[str, ...]
    actions: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    bindings: Mapping[tuple[Context, str], Binding] = field(repr=False)

    def for_key(self, context: Context, key: str) -> Binding | None:
        """What a key means where it is pressed; None when it means nothing there."""
        situation = CONTEXTS[context]
        if situation.free == "capitals" and key in names.CAPITALS:
            return Binding("hint", key, key, context)
        character = names.character_of(key)
        if situation.free == "characters" and character is not None:
            return Binding("character", character, key, context)
        found = self.bindings.get((context, key))
        if found is None and situation.otherwise is not None:
            return self.for_key(situation.otherwise, key)
        return found

    def keys_of(self, action: str) -> tuple[str, ...]:
        """The keys of an action, the one to show first.

        Raises:
            KeyError: there is no such action.
        """
        return self.actions[action]

    def label_strokes(self, type_id: str) -> tuple[str, ...]:
        """The keys to press, one after the other, to label with an entity or frame type.

        Raises:
            KeyError: the schema has no such type.
        """
        return (*self.prefix[:1], self.labels[type_id])


def label_types(schema: Schema) -> tuple[EntityType | FrameType, ...]:
    """The types that have a letter, in the schema's order."""
    return (*schema.entities, *schema.frames)


def build(
    schema: Schema,
    preset: str = "terminal",
    overrides: Mapping[str, Sequence[str]] = _NO_CHOICES,
    sources: Mapping[str, Path] = _NO_SOURCES,
) -> Keymap:
    """Make a keymap; `overrides` gives actions (or `label_prefix`) other keys, `sources` the files that say so.

    Raises:
        FaultyData: the preset, an action or a key is unknown, a key has two meanings in one context, an action cannot
            be reached, a key of every day starts with Esc, or hints and typed text would lose a character; all at once.
    """
    chosen = PRESETS.get(preset)
    faults: list[Fault] = []
    if chosen is None:
        faults.append(_fault("preset", f"unknown preset {preset!r}{nearest(preset, PRESETS)}", sources))
        chosen = PRESETS["terminal"]
    known = (*ACTIONS, LABEL_PREFIX)
    wanted = {action.id: chosen.keys.get(action.id, action.keys) for action in ACTIONS.values()}
    wanted[LABEL_PREFIX] = chosen.label_prefix
    faulty: set[str] = set()
    for name, written in overrides.items():
        if name not in known:
            faults.append(_fault(f"keys.{name}", f"unknown action{nearest(name, known)}", sources))
            continue
        wanted[name], found = _parsed(written)
        faults += [_fault(f"keys.{name}", message, sources) for message in found]
        faulty |= {name} if found else set()
    prefix = wanted.pop(LABEL_PREFIX)
    table = _Table(schema, prefix, wanted)
    faults += [_fault(f"keys.{name}", message, sources) for name, message in table.faults(faulty, set(overrides))]
    if faults:
        raise FaultyData(faults)
    return Keymap(preset, prefix, wanted, table.labels, table.bindings)


def _fault(path: str, message: str, sources: Mapping[str, Path]) -> Fault:
    return Fault(message, path, sources.get(path.removeprefix("keys.")), rule="keys")


def _parsed(written: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The keys meant, each once, and what is wrong with the others."""
    parsed = [(key, names.parse(key)) for key in written]
    unknown = [f"unknown key {key!r}{names.like(key)}" for key, name in parsed if name is None]
    return tuple(dict.fromkeys(name for _, name in parsed if name is not None)), unknown


def _is_free(context: Context, key: str) -> bool:
    """Whether a context keeps a key for something else than actions."""
    free = CONTEXTS[context].free
    if free == "characters":
        return names.character_of(key) is not None
    if free == "letters":
        return len(key) == 1 and "a" <= key <= "z"
    return free == "capitals" and key in names.CAPITALS


class _Table:
    """The bindings that actions, labels and the prefix ask for, and where they are at odds."""

    def __init__(self, schema: Schema, prefix: tuple[str, ...], actions: Mapping[str, tuple[str, ...]]) -> None:
        self.labels = {kind.id: kind.key for kind in label_types(schema)}
        self.bindings: dict[tuple[Context, str], Binding] = {}
        self._prefix = prefix
        self._actions = actions
        self._clashes: dict[tuple[str, str, str], list[Context]] = {}
        for binding in self._asked():
            first = self.bindings.setdefault((binding.context, binding.key), binding)
            if first != binding:
                pair = (_owner(first), _owner(binding), binding.key)
                self._clashes.setdefault(pair, []).append(binding.context)

    def _asked(self) -> Iterator[Binding]:
        labelling: Context = "prefixed" if self._prefix else "label"
        for type_id, key in self.labels.items():
            yield Binding("label", type_id, key, labelling)
        for key in self._prefix:
            yield Binding("prefix", LABEL_PREFIX, key, "label")
        for name, keys in self._actions.items():
            for position, key in enumerate(keys, 1):
                for context in sorted(ACTIONS[name].contexts):
                    if not _is_free(context, key):
                        yield Binding("action", name, key, context, position if name in NUMBERED else None)

    def faults(self, unparsed: set[str], overridden: set[str]) -> Iterator[tuple[str, str]]:
        """What is wrong, with the name of the setting to change; `unparsed` settings are at fault already."""
        for (first, second, key), contexts in self._clashes.items():
            place = ", ".join(contexts)
            setting, other = (first, second) if first in overridden else (second, first)
            advice = "give one of them another key"
            yield setting, f"{names.shown(key)} is also the key of {other} (in {place}); {advice}"
        for name, keys in self._actions.items():
            if name not in unparsed:
                yield from ((name, message) for message in self._action_faults(ACTIONS[name], keys))
        for key in self._prefix:
            if _waits(key):
                yield LABEL_PREFIX, f"{names.shown(key)} makes the terminal wait; take a key without Esc and Alt"

    def _action_faults(self, action: Action, keys: tuple[str, ...]) -> Iterator[str]:
        if action.id in NUMBERED and len(keys) != 10:
            yield f"needs ten keys, for 1 to 10, and has {len(keys)}"
        if not keys:
            yield "has no key and cannot be reached; give it one, or leave the setting out"
            return
        for key in keys:
            if action.hot and _waits(key):
                yield f"{names.shown(key)} makes the terminal wait; take a key without Esc and Alt"
        closed = [context for context in sorted(action.contexts) if all(_is_free(context, key) for key in keys)]
        if closed:
            shown = " ".join(names.shown(key) for key in keys)
            yield f"cannot be reached in {', '.join(closed)}, where {shown} is typed or a hint; add another key"


def _owner(binding: Binding) -> str:
    """What a clash is said to be with: an action, the prefix, or `label TYPE`."""
    return f"label {binding.target}" if binding.kind == "label" else binding.target


def _waits(key: str) -> bool:
    return key == "escape" or key.startswith("alt+")
