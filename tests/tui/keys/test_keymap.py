"""A keymap has one meaning for a key, a key for every action, and refuses everything else, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Schema, load
from workbench.core.errors import FaultyData
from workbench.tui.keys.actions import ACTIONS, CONTEXTS, LABEL_PREFIX, NUMBERED
from workbench.tui.keys.keymap import Binding, Keymap, build, label_types
from workbench.tui.keys.names import CAPITALS, KEYS, character_of
from workbench.tui.keys.presets import PRESETS

SCHEMA = load("cppcc_poverty")
LETTERS = frozenset(kind.key for kind in label_types(SCHEMA))


def faults(preset: str = "terminal", sources: Mapping[str, Path] | None = None, **overrides: list[str]) -> list[str]:
    with pytest.raises(FaultyData) as refused:
        build(SCHEMA, preset, overrides, sources or {})
    return [str(fault) for fault in refused.value.faults]


def check_laws(keymap: Keymap) -> None:
    """Every action works by each of its keys somewhere, and in all its contexts by one; every label can be given."""
    for action in ACTIONS.values():
        for context in action.contexts:
            found = [keymap.for_key(context, key) for key in keymap.keys_of(action.id)]
            assert any(binding and binding[:2] == ("action", action.id) for binding in found), (action.id, context)
    for kind in label_types(SCHEMA):
        *prefix, letter = keymap.label_strokes(kind.id)
        if prefix:
            pressed = keymap.for_key("label", prefix[0])
            assert pressed is not None
            assert pressed.kind == "prefix"
        found_label = keymap.for_key("prefixed" if prefix else "label", letter)
        assert found_label is not None
        assert found_label[:2] == ("label", kind.id)
    for (context, key), binding in keymap.bindings.items():
        assert (binding.context, binding.key) == (context, key)
        owners = [name for name in ACTIONS if context in ACTIONS[name].contexts and key in keymap.keys_of(name)]
        if binding.kind == "action":
            assert owners == [binding.target]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_action_and_label_is_reachable_in_every_preset(schema: Schema, preset: str) -> None:
    """No preset loses an action or a label, or gives a key two meanings."""
    check_laws(build(schema, preset))


@pytest.mark.parametrize("preset", PRESETS)
def test_hints_have_all_capitals_and_prompts_all_characters(schema: Schema, preset: str) -> None:
    """While hints are shown A to Z are hints; where text is entered each character is text."""
    keymap = build(schema, preset)
    for context, situation in CONTEXTS.items():
        for key in KEYS:
            binding = keymap.for_key(context, key)
            if situation.free == "capitals" and key in CAPITALS:
                assert binding == Binding("hint", key, key, context)
            if situation.free == "characters" and (character := character_of(key)):
                assert binding == Binding("character", character, key, context)


def test_another_key_ends_hints_and_acts_as_usual(schema: Schema) -> None:
    """A key without a meaning among hints or in a list has the one it has over the document."""
    keymap = build(schema)
    label = keymap.for_key("hints", "o")
    assert label == Binding("label", "ORG", "o", "label")
    assert keymap.for_key("link", "space") == Binding("action", "link", "space", "link")
    assert keymap.for_key("list", "3") == Binding("action", "choose", "3", "list", 3)
    assert keymap.for_key("label", "0") == Binding("action", "count", "0", "label", 10)
    assert keymap.for_key("target", "backspace") is None
    assert keymap.for_key("table", "o") is None
    assert keymap.for_key("label", "f13") is None


def test_labels_behind_a_prefix(schema: Schema) -> None:
    """In the vim preset letters move, and label after Space; a letter that labels nothing means nothing there."""
    keymap = build(schema, "vim")
    assert keymap.for_key("label", "l") == Binding("action", "right", "l", "label")
    assert keymap.for_key("label", "space") == Binding("prefix", LABEL_PREFIX, "space", "label")
    assert keymap.for_key("prefixed", "l") == Binding("label", "LOC", "l", "prefixed")
    assert keymap.for_key("prefixed", "k") is None
    assert keymap.label_strokes("LOC") == ("space", "l")
    moved = build(schema, "vim", {"label_prefix": ["e"]})
    assert moved.label_strokes("LOC") == ("e", "l")


def test_all_faults_at_once() -> None:
    """Unknown preset, action and key, two meanings, no key, Esc, and lost letters: each is named with what to do."""
    found = faults(
        preset="vmi",
        udno=["U"],
        undo=["u"],
        flag=[],
        link=["R"],
        repeat=["alt+x"],
        count=["1"],
        redo=["ctrl+zz"],
        accept=["escape", "enter"],
        label_prefix=["escape"],
    )
    esc, other = "makes the terminal wait; take a key without Esc and Alt", "give one of them another key"
    assert found == [
        "preset: unknown preset 'vmi'; did you mean 'vim'?",
        "keys.udno: unknown action; did you mean 'undo'?",
        "keys.redo: unknown key 'ctrl+zz'; did you mean 'ctrl+z'?",
        f"keys.label_prefix: Esc is also the key of accept (in label); {other}",
        f"keys.label_prefix: Esc is also the key of cancel (in label); {other}",
        f"keys.accept: Esc is also the key of cancel (in link, list, prompt, table); {other}",
        "keys.count: needs ten keys, for 1 to 10, and has 1",
        f"keys.accept: Esc {esc}",
        "keys.link: cannot be reached in link, where R is typed or a hint; add another key",
        f"keys.repeat: Alt+X {esc}",
        "keys.flag: has no key and cannot be reached; give it one, or leave the setting out",
        f"keys.label_prefix: Esc {esc}",
    ]


def test_a_clash_names_both_sides_and_the_setting() -> None:
    """The fault stands at the user's own setting, in its file."""
    file = Path("keys.toml")
    assert faults(undo=["F"], sources={"undo": file}) == [
        "keys.toml keys.undo: F is also the key of flag (in label); give one of them another key"
    ]
    assert faults(flag=["u"]) == [
        "keys.flag: u is also the key of label RESULT (in label); give one of them another key"
    ]
    assert "keys.quit: cannot be reached in prefixed, prompt, target, where q is typed or a hint; add another key" in (
        faults(preset="slate", quit=["q"])
    )


def test_an_unknown_key_that_is_like_none_is_answered_with_how_keys_are_written() -> None:
    """The message does not list three hundred keys."""
    (fault,) = faults(undo=["鍵盤"])
    assert fault.endswith('keys are written like ";", "U", "tab", "ctrl+z", "shift+left"')


FREE = sorted(
    key
    for key in KEYS
    if key not in LETTERS
    and not key.startswith("alt+")
    and not any(key in action.keys for action in ACTIONS.values())
    and key not in ("space", "escape")
)
OVERRIDABLE = sorted(name for name in ACTIONS if name not in NUMBERED)


@st.composite
def admissible_overrides(draw: st.DrawFn) -> dict[str, list[str]]:
    """Keys that nothing has, each given to one action; those that must work beside typed text keep their own too."""
    names = draw(st.lists(st.sampled_from(OVERRIDABLE), unique=True, max_size=8))
    keys = draw(st.permutations(FREE))
    overrides = {}
    for name in names:
        count = draw(st.integers(1, 3))
        own, keys = keys[:count], keys[count:]
        kept = list(ACTIONS[name].keys) if len(ACTIONS[name].contexts) > 1 else []
        overrides[name] = [*own, *kept]
    return overrides


@given(admissible_overrides())
def test_admissible_overrides_are_taken_as_they_are(overrides: dict[str, list[str]]) -> None:
    """An overridden action has just its keys, any other its usual ones, and the laws hold."""
    keymap = build(SCHEMA, "terminal", overrides)
    for action in ACTIONS.values():
        assert keymap.keys_of(action.id) == tuple(overrides.get(action.id, action.keys))
    check_laws(keymap)


@given(
    st.sampled_from(sorted(PRESETS)),
    st.dictionaries(
        st.sampled_from([*ACTIONS, LABEL_PREFIX, "nothing"]),
        st.lists(st.sampled_from([*sorted(KEYS), "no key"]), max_size=3),
        max_size=4,
    ),
)
def test_whatever_is_asked_for_is_lawful_or_refused(preset: str, overrides: dict[str, list[str]]) -> None:
    """Either all laws hold, or every fault names a setting and says something."""
    try:
        keymap = build(SCHEMA, preset, overrides)
    except FaultyData as refused:
        found = [(fault.path, fault.message) for fault in refused.faults]
    else:
        check_laws(keymap)
        return
    assert found
    assert all(path and message for path, message in found)
