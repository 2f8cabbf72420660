"""Labelling with the keyboard alone: words, counts, jumps, nesting, fragments, retyping, repairing, undoing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.editor.conftest import TEXT
from tests.tui.editor.hands import Hand, hand_on


def test_a_letter_labels_the_word_under_the_caret(hand: Hand) -> None:
    hand.at("捐赠")("w")
    assert hand.entities == [("MEASURE", "捐赠")]
    assert (hand.focused, hand.said) == ("捐赠", "标注 MEASURE 举措与机制 «捐赠»")


def test_a_digit_takes_so_many_words_and_zero_ten(hand: Hand) -> None:
    hand("2")
    two = hand.selected
    hand("ctrl+g 0")
    assert TEXT.startswith(two)
    assert len(hand.selected) > len(two) > 0


def test_a_jump_selects_the_next_word_with_this_initial_at_once(hand: Hand) -> None:
    hand("; z")
    assert hand.selected.startswith("政协")
    hand("o")
    assert hand.entities == [("ORG", "政协")]


def test_hints_are_capitals_and_end_at_the_next_key(hand: Hand) -> None:
    hand("; y")
    assert hand.selected.startswith("永州")
    assert any("A" in line for line in hand.screen())
    hand("A")
    assert hand.editor.cursor.selection is not None
    assert hand.editor.cursor.selection.start == TEXT.index("永州", 1)
    hand("; y o")
    assert hand.editor.prompt is None
    assert [kind for kind, _ in hand.entities] == ["ORG"]


def test_a_jump_takes_digits_marks_and_characters_in_any_width(hand: Hand) -> None:
    hand("; 2")
    assert hand.selected.startswith("２１０")
    hand("; 𠮷")
    assert hand.selected.startswith("𠮷")
    hand("; Z")
    assert hand.editor.cursor.selection is not None
    assert hand.editor.cursor.selection.end <= TEXT.index("𠮷")


def test_a_jump_that_finds_nothing_says_so_and_moves_nothing(hand: Hand) -> None:
    hand.at("捐赠")("; v")
    assert hand.editor.message is not None
    assert hand.editor.message.kind == "refused"
    assert (hand.editor.cursor.caret, hand.selected) == (TEXT.index("捐赠"), "")


def test_extending_goes_to_the_end_of_a_word(hand: Hand) -> None:
    hand("; y : x")
    assert hand.selected == "永州市政协"
    hand("o")
    assert hand.entities == [("ORG", "永州市政协")]


def test_nested_entities_grow_from_the_one_just_labelled(hand: Hand) -> None:
    hand("; y : s l")
    assert hand.entities == [("LOC", "永州市")]
    hand("> o")
    assert hand.entities == [("ORG", "永州市政协"), ("LOC", "永州市")]
    assert hand.screen()[1].strip().startswith("╰地")
    assert hand.screen()[2].strip().startswith("╰机ORG")


def test_nested_cycles_through_what_covers_the_caret(hand: Hand) -> None:
    hand("; y : s l > o home `")
    assert hand.focused == "永州市政协"
    hand("`")
    assert hand.focused == "永州市"


def test_a_letter_on_an_entity_changes_its_type_and_on_the_same_span_too(hand: Hand) -> None:
    hand.at("捐赠")("w a")
    assert hand.entities == [("ASSET", "捐赠")]
    hand.at("捐赠")("2 ctrl+g").at("捐赠")("shift+right shift+right m")
    assert hand.entities == [("MEETING", "捐赠")]


def test_fragments_make_a_discontinuous_mention(hand: Hand) -> None:
    hand.at("政協")("shift+right shift+right ,").at("委员")("shift+right shift+right g")
    assert hand.entities == [("GROUP", "政協…委员")]
    assert len(hand.session.draft.order[0].fragments) == 2
    assert any("┄" in line for line in hand.screen())


def test_bounds_are_repaired_by_one_character(hand: Hand) -> None:
    hand.at("紫云村")("shift+right shift+right l =")
    assert hand.entities == [("LOC", "紫云村")]
    hand("-")
    assert hand.entities == [("LOC", "紫云")]
    hand("= _")
    assert hand.entities == [("LOC", "向紫云村")]
    hand("+")
    assert hand.entities == [("LOC", "紫云村")]


def test_a_bound_never_divides_a_grapheme(hand: Hand) -> None:
    hand.at("👨")("shift+right")
    assert hand.selected == "👨‍👩‍👧"
    hand.at("春联")("shift+right shift+right shift+right a")
    assert hand.entities == [("ASSET", "春联e\u0301")]


def test_the_normalised_value_is_proposed(hand: Hand) -> None:
    hand.at("２１０")("shift+right shift+right shift+right shift+right shift+right y")
    assert hand.entities == [("MONEY", "２１０万元")]
    value = hand.session.draft.order[0].value
    assert value is not None
    assert value.model_dump(exclude_none=True)["value"] == 2100000


def test_a_clause_is_one_key(hand: Hand) -> None:
    hand.at("帮扶")(")")
    assert hand.selected == "帮扶𠀀贫困户5户"
    hand("(")
    assert hand.selected.endswith("帮扶𠀀贫困户5户")
    assert len(hand.selected) > len("帮扶𠀀贫困户5户")


def test_shift_and_arrows_select_and_grow_and_shrink_by_words(hand: Hand) -> None:
    hand.at("永州市政协主席")("shift+right")
    assert hand.selected == "永"
    hand("> >")
    grown = hand.selected
    hand("<")
    assert grown.startswith(hand.selected)
    assert len(hand.selected) < len(grown)


def test_white_space_and_nothing_are_not_labelled(hand: Hand) -> None:
    hand.at("\u00a0")("shift+right o")
    assert (hand.entities, hand.editor.message is not None and hand.editor.message.kind) == ([], "refused")


def test_undo_and_redo_show_where(hand: Hand) -> None:
    hand.at("捐赠")("w")
    hand("ctrl+end U")
    assert (hand.entities, hand.said) == ([], "已撤销:标注")
    hand("R")
    assert (hand.entities, hand.focused) == ([("MEASURE", "捐赠")], "捐赠")
    hand("ctrl+z ctrl+y ctrl+z ctrl+z")
    assert hand.editor.message is not None
    assert hand.editor.message.kind == "refused"


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    with hand_on(tmp_path, TEXT) as hand:
        hand.at("捐赠")("w").at("紫云村")("shift+right shift+right shift+right l U")
    with hand_on(tmp_path, TEXT) as hand:
        assert hand.entities == [("MEASURE", "捐赠")]
        hand("R")
        assert ("LOC", "紫云村") in hand.entities
        hand("U U")
        assert hand.entities == []


def test_delete_takes_relations_along_and_undo_brings_all_back(hand: Hand) -> None:
    hand.at("永州市政协")("shift+right shift+right shift+right l > o space space")
    assert len(hand.relations) == 1
    relations = hand.relations
    hand("ctrl+g backspace")
    assert (hand.relations, len(hand.entities)) == ([], 1)
    assert "1 个关系" in hand.said
    hand("U")
    assert (hand.relations, len(hand.entities)) == (relations, 2)


def test_repeat_labels_the_next_thing_alike(hand: Hand) -> None:
    hand.at("紫云村")("shift+right shift+right shift+right l").at("紫云村", 1)("shift+right shift+right shift+right .")
    assert hand.entities == [("LOC", "紫云村"), ("LOC", "紫云村")]


def test_label_all_same_asks_first_and_is_one_step(hand: Hand) -> None:
    hand.at("紫云村")("shift+right shift+right shift+right l &")
    assert len(hand.rows) == 2
    hand("2 &")
    assert hand.entities == [("LOC", "紫云村")] * 2
    hand("U")
    assert hand.entities == [("LOC", "紫云村")]


def test_the_next_same_string(hand: Hand) -> None:
    hand.at("紫云村")("shift+right shift+right shift+right l *")
    assert hand.editor.cursor.selection is not None
    assert hand.editor.cursor.selection.start == TEXT.index("紫云村", TEXT.index("紫云村") + 1)


@pytest.mark.parametrize(("key", "twin"), [("fullwidth_semicolon", "；"), ("fullwidth_colon", "：")])
def test_full_width_marks_act_like_their_twins(hand: Hand, key: str, twin: str) -> None:
    hand.editor.press(key, twin)
    hand("x")
    assert hand.selected.endswith("向" if twin == "；" else "永州市政协"[-1])


def test_chinese_typed_while_labelling_finds_it(hand: Hand) -> None:
    hand.editor.insert("紫云村")
    assert hand.selected == "紫云村"
    assert "输入法开启" in hand.said
    hand("l")
    assert hand.entities == [("LOC", "紫云村")]


def test_finding_by_initials_and_going_on(hand: Hand) -> None:
    hand("/ z y c enter")
    assert (hand.selected, hand.said) == ("紫云村", "3 处(' 下一处)")
    first = hand.editor.cursor.caret
    hand("'")
    assert (hand.selected, hand.editor.cursor.caret > first) == ("紫云村", True)
    hand('"')
    assert hand.editor.cursor.caret == first


def test_a_line_is_cleared_by_one_key(hand: Hand) -> None:
    hand("/ z y c ctrl+u")
    assert getattr(hand.editor.prompt, "text", None) == ""
    hand("t z enter")
    assert hand.editor.message is not None


def test_a_jump_takes_full_width_letters(hand: Hand) -> None:
    hand.editor.press("fullwidth_semicolon", "；")
    hand.editor.press("ｙ", "ｙ")
    assert hand.selected.startswith("永州")


def test_notes_flags_attributes_and_values(hand: Hand) -> None:
    hand.at("紫云村")("shift+right shift+right shift+right l C")
    hand.editor.insert("存疑:𠀀 a")
    hand("enter F")
    entity = hand.session.draft.order[0]
    assert (entity.note, dict(entity.attributes)) == ("存疑:𠀀 a", {"difficulty": "true"})
    hand("A 2")
    assert hand.rows[:2] == ["专名 NAM", "普通名词 NOM"]
    hand("1")
    assert hand.session.draft.order[0].attributes["mention"] == "NAM"
    hand("U U")
    assert dict(hand.session.draft.order[0].attributes) == {}


def test_a_value_is_edited_as_a_line_and_faults_are_told(hand: Hand) -> None:
    hand.at("5户")("shift+right shift+right q A 1")
    assert hand.editor.prompt is not None
    hand("end backspace backspace backspace backspace backspace backspace backspace backspace backspace backspace")
    hand("backspace backspace backspace")
    hand.editor.insert("value=x unit=户")
    hand("enter")
    assert "数值不对" in getattr(hand.editor.prompt, "title", "")
    hand("home " + "delete " * 20)
    hand.editor.insert("6 unit=户")
    hand("enter")
    value = hand.session.draft.order[0].value
    assert value is not None
    assert (value.model_dump()["value"], value.model_dump()["unit"]) == (6, "户")
