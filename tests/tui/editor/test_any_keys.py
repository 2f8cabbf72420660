"""Whatever is typed, in whatever order: nothing breaks, every line fits, and the log tells the same as the screen."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.editor.conftest import TEXT
from tests.tui.editor.hands import Hand, hand_on
from workbench.annotation.drafts.history import replay
from workbench.annotation.offering import Sources
from workbench.tui.keys.actions import ACTIONS
from workbench.tui.keys.names import character_of, key_of

AWAY = {"quit", "done", "skip", "documents", "compare", "concordance"}
"""Actions that leave the document."""

KEYS = sorted({key for action in ACTIONS.values() if action.id not in AWAY for key in action.keys})
LETTERS = "abcdghijlmopqrstuvwxyzABCDEFGHIJ"
TYPED = "永政𠮷e\u0301👨；，12 "

STROKES = st.one_of(
    st.sampled_from(KEYS).map(lambda key: (key, character_of(key))),
    st.sampled_from(LETTERS + LETTERS.lower() * 3).map(lambda letter: (key_of(letter), letter)),
    st.sampled_from(TYPED).map(lambda letter: (key_of(letter) if letter.isascii() else letter, letter)),
    st.tuples(st.just("semicolon"), st.just(";")),
)


def press_all(hand: Hand, strokes: list[tuple[str, str | None]]) -> None:
    inside = hand.editor.lattice.inside
    for key, character in strokes:
        hand.editor.press(key, character)
        hand.look()
        assert 0 <= hand.editor.cursor.caret <= len(TEXT)
        assert hand.editor.cursor.caret not in inside
        assert all(span.start not in inside and span.end not in inside for span in hand.editor.cursor.spans)
        draft = hand.session.draft
        assert all(end in draft.entities for one in draft.relations.values() for end in (one.head, one.tail))
        assert hand.editor.focus is None or hand.editor.focus in draft.entities or hand.editor.focus in draft.frames
        assert hand.editor.message is None or "Traceback" not in hand.editor.message.en
    hand.screen()


@settings(max_examples=60, deadline=None)
@given(st.lists(STROKES, max_size=60), st.booleans())
def test_any_keys(strokes: list[tuple[str, str | None]], suggesting: bool) -> None:
    sources = Sources(strings=suggesting, values=suggesting, programs=())
    with TemporaryDirectory() as folder:
        with hand_on(Path(folder), TEXT, sources) as hand:
            press_all(hand, strokes)
            draft = hand.session.draft
        with hand_on(Path(folder), TEXT, sources) as hand:
            assert hand.session.draft.parts == draft.parts
            steps = len(hand.session.work.undoable)
            for _ in range(steps):
                hand.session.undo()
            empty = hand.session.draft
            assert not any(empty.parts[part] for part in empty.parts)
            for _ in range(steps):
                hand.session.redo()
            assert hand.session.draft.parts == draft.parts
            place, assignment = hand.session.place, hand.session.standing.assignment
            hand.session.close()
            saved = place.store.assignments("pilot", "甲", "d")[0]
            assert replay(place.store.events(saved)).draft.parts == draft.parts
            assert saved.number == assignment.number
