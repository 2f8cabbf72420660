"""A slip of the hand must not cost anything: pasting, keys through an open list, done and skip by accident."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.editor.conftest import TEXT
from tests.tui.editor.hands import Hand, hand_on
from workbench.annotation.offering import Sources
from workbench.annotation.store import State
from workbench.tui.editor.painting import PLAIN, Ink, Painter, Piece, _with_hints

THREE = "shift+right shift+right shift+right"


@pytest.mark.parametrize("pasted", ["glD", "政协D", "\x1b[31mD", "Z\nZ", "𠀀e\u0301o "])
def test_what_is_pasted_is_looked_for_and_never_a_key(hand: Hand, pasted: str) -> None:
    hand.at("紫云村")(f"{THREE} l")
    before = hand.session.draft
    hand.editor.insert(pasted)
    assert hand.session.draft is before
    assert hand.editor.effects == []
    assert hand.session.state is State.IN_PROGRESS


@pytest.mark.parametrize("key", ["D", "Z", "O", "X", "S", "U", "R"])
def test_no_list_lets_a_key_through_that_would_leave(hand: Hand, key: str) -> None:
    hand.at("紫云村")(f"{THREE} l A")
    before = hand.session.draft
    hand(key)
    assert "列表还开着" in hand.said
    assert hand.rows
    assert (hand.session.draft, hand.editor.effects) == (before, [])


def test_done_asks_where_something_is_open_and_where_nothing_is_labelled(tmp_path: Path, hand: Hand) -> None:
    hand("D")
    assert "还没有标注" in hand.said
    assert not hand.session.path.exists()
    hand("right D")
    assert not hand.session.path.exists()
    hand("D")
    assert hand.session.path.exists()


def test_done_tells_how_many_suggestions_are_open(tmp_path: Path) -> None:
    with hand_on(tmp_path, TEXT, Sources(strings=False, values=True, programs=())) as hand:
        hand.at("紫云村")(f"{THREE} l D")
        assert "还有 2 个建议" in hand.said
        hand("D")
        assert hand.said == "已完成并发布"


def test_skip_asks(hand: Hand) -> None:
    hand("Z")
    assert hand.editor.effects == []
    hand("right Z")
    assert hand.editor.effects == []
    hand("Z")
    assert [effect.name for effect in hand.editor.effects] == ["next"]
    assert hand.session.state is State.SKIPPED


def test_a_digit_where_only_one_link_fits_changes_nothing(hand: Hand) -> None:
    hand.at("永州市")(f"{THREE} l").at("紫云村")(f"{THREE} l space 1")
    assert hand.editor.message is not None
    assert hand.editor.message.kind == "refused"
    assert (hand.relations, hand.selected) == ([], "")


def test_near_misses_of_suggestions_are_stretched(tmp_path: Path) -> None:
    with hand_on(tmp_path, TEXT, Sources(strings=False, values=True, programs=())) as hand:
        hand("tab >")
        assert hand.selected.startswith("２１０万元")
        assert len(hand.selected) > len("２１０万元")


def test_a_hint_wider_than_its_character_reaches_into_the_next_piece() -> None:
    pieces = [Piece("2", PLAIN), Piece("0个", Ink("word")), Piece("组里", PLAIN)]
    drawn = list(_with_hints(pieces, [(0, "AB"), (4, "C ")], "", safe=False))
    assert [piece.text for piece in drawn] == ["AB", "个", "C ", "里"]


def test_stand_ins_are_dim_so_that_they_are_not_taken_for_text(hand: Hand) -> None:
    painter = Painter(hand.editor, hand.canvas, hand.width)
    dim = "".join(piece.text for number in range(6) for piece in painter.line(number) if piece.ink.dim)
    assert {"⍽", "¦", "◌", "␉"} <= set(dim)
    assert "政" not in dim
