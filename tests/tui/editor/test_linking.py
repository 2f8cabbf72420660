"""Relations, roles, clusters and suggestions by the keyboard."""

from __future__ import annotations

from pathlib import Path

from tests.tui.editor.conftest import TEXT
from tests.tui.editor.hands import Hand, hand_on
from workbench.annotation.offering import Sources

THREE = "shift+right shift+right shift+right"
FIVE = f"{THREE} shift+right shift+right"


def village_and_body(hand: Hand) -> Hand:
    """永州市政协 (ORG) and 紫云村 (LOC), which has the focus."""
    return hand.at("永州市政协")(f"{FIVE} o").at("紫云村")(f"{THREE} l")


def test_space_offers_the_nearest_and_space_takes_it(hand: Hand) -> None:
    village_and_body(hand)("space")
    assert any(line.startswith("  1   A ") for line in hand.screen())
    hand("space")
    assert hand.relations == [("LOCATED_IN", "永州市政协", "紫云村")]


def test_a_digit_changes_the_type_while_the_choice_is_open_as_one_step(hand: Hand) -> None:
    village_and_body(hand)("space A 2")
    assert [kind for kind, _, _ in hand.relations] == ["ASSISTS"]
    hand("U")
    assert hand.relations == []


def test_only_admissible_partners_get_hints(hand: Hand) -> None:
    hand.at("５" if "５" in TEXT else "5户")("shift+right shift+right q").at("２１０")(f"{FIVE} y space")
    assert hand.editor.message is not None
    assert hand.editor.message.kind == "refused"


def test_enter_makes_the_link_that_is_shown(hand: Hand) -> None:
    village_and_body(hand)
    preview = hand.editor.preview
    assert preview is not None
    hand("enter")
    assert [kind for kind, _, _ in hand.relations] == [preview.link.type]
    assert hand.editor.preview is None


def test_reversing_goes_through_all_readings(hand: Hand) -> None:
    village_and_body(hand)("enter")
    seen = {hand.relations[0]}
    for _ in range(5):
        hand("\\")
        seen.add(hand.relations[0])
    assert seen == {
        ("LOCATED_IN", "永州市政协", "紫云村"),
        ("ASSISTS", "永州市政协", "紫云村"),
        ("ESTABLISHES", "紫云村", "永州市政协"),
    }


def test_a_frame_and_its_roles(hand: Hand) -> None:
    village_and_body(hand).at("捐赠")("h")
    assert hand.frames == [("ASSIST", "捐赠", [])]
    hand("space space")
    assert hand.frames[0][2] == [("beneficiary", "紫云村")]
    hand("2")
    assert hand.frames[0][2] == [("place", "紫云村")]
    hand("space")
    assert hand.frames[0][2] == [("place", "紫云村"), ("helper", "永州市政协")]
    hand("ctrl+g W 1")
    assert hand.focused == "紫云村"


def test_links_are_listed_and_deleted(hand: Hand) -> None:
    village_and_body(hand)("enter W")
    assert len(hand.rows) == 1
    hand("backspace")
    assert hand.relations == []


def test_clusters_join_and_end(hand: Hand) -> None:
    hand.at("紫云村")(f"{THREE} l").at("紫云村", 1)(f"{THREE} l K space")
    first, second = hand.session.draft.order
    assert first.cluster == second.cluster is not None
    hand("ctrl+g W 2")
    assert hand.editor.message is None or hand.editor.message.kind != "refused"
    hand("W down backspace")
    assert {one.cluster for one in hand.session.draft.order} == {None}


def test_suggestions_are_walked_accepted_and_rejected_by_one_key_each(tmp_path: Path) -> None:
    with hand_on(tmp_path, TEXT, Sources(strings=True, values=True, programs=())) as hand:
        hand("tab")
        assert hand.editor.candidate is not None
        hand("enter")
        made = hand.session.draft.order[0]
        assert (made.type, made.extra["suggested_by"]) == ("MONEY", ["values"])
        hand("backspace")
        assert len(hand.session.draft.rejected) == 1
        hand.at("紫云村")(f"{THREE} l")
        assert [one.item.text for one in hand.session.suggestions if one.kind == "entity"].count("紫云村") == 2
        hand("tab enter enter")
        assert hand.entities.count(("LOC", "紫云村")) == 3
    with hand_on(tmp_path, TEXT, Sources(strings=True, values=True, programs=())) as hand:
        assert hand.session.suggestions == ()


def texts(hand: Hand) -> list[str]:
    """The lines of the screen that hold text, without what stands beneath them."""
    grid = hand.canvas.grid
    return [line for number, line in enumerate(hand.screen()[: grid.lines]) if grid.at(number)[1] == 0]


def test_what_was_just_accepted_is_linked_while_the_next_suggestion_waits(tmp_path: Path) -> None:
    with hand_on(tmp_path, TEXT, Sources(strings=True, values=True, programs=())) as hand:
        village_and_body(hand).at("永州市政协", 1)("enter")
        waiting = hand.editor.candidate
        assert hand.entities.count(("ORG", "永州市政协")) == 2
        assert waiting is not None
        hand("space space")
        assert hand.relations[-1][1] == "永州市政协"
        hand("enter")
        assert waiting.key not in {one.key for one in hand.session.suggestions}
        assert len(hand.entities) == 4
        again = hand.editor.candidate
        hand("space tab")
        assert hand.editor.candidate == again is not None


def test_nested_partners_have_hints_of_their_own(hand: Hand) -> None:
    hand.at("永州市政协")(f"{THREE} l > o").at("紫云村")(f"{THREE} l space")
    prompt = hand.editor.prompt
    assert prompt is not None
    shown = "".join(hand.screen())
    assert all(f"{hint} " in shown for hint in getattr(prompt, "partners", ()))


def test_no_suggestion_is_passed_over(tmp_path: Path) -> None:
    """Nested ones neither: the outer comes first, then what lies in it."""
    with hand_on(tmp_path, TEXT, Sources(strings=True, values=True, programs=())) as hand:
        hand.at("永州市政协")(f"{THREE} l > o")
        wanted = len(hand.session.suggestions)
        assert wanted >= 5
        hand("ctrl+home tab" + " enter" * wanted)
        assert hand.session.suggestions == ()
        assert hand.entities.count(("LOC", "永州市")) == 3


def test_suggestions_never_move_a_character(tmp_path: Path) -> None:
    with hand_on(tmp_path, TEXT) as hand:
        plain = texts(hand)
    with hand_on(tmp_path, TEXT, Sources(strings=False, values=True, programs=())) as hand:
        assert any("╰?" in line for line in hand.screen())
        assert texts(hand) == plain


def test_a_letter_takes_a_suggestion_with_another_type(tmp_path: Path) -> None:
    with hand_on(tmp_path, TEXT, Sources(strings=False, values=True, programs=())) as hand:
        hand("tab q")
        assert hand.entities[0][0] == "QUANT"


def test_done_publishes_and_errors_keep_from_it(hand: Hand) -> None:
    hand.at("捐赠")("x D")
    assert "错误" in hand.said
    assert hand.rows
    assert not hand.session.path.exists()
    hand("ctrl+g U D D")
    assert hand.said == "已完成并发布"
    assert hand.session.path.exists()
    assert [effect.name for effect in hand.editor.effects] == ["next"]


def test_finished_layers_are_chosen_by_digits(hand: Hand) -> None:
    hand("N 4 5")
    assert hand.session.draft.finished == ("mention", "value", "statement")
    hand("ctrl+g D")
    assert hand.session.answer().finished_layers == ("mention", "value", "statement")


def test_the_first_paragraph_of_a_real_report_by_keys_alone(report: Hand) -> None:
    report("; y : x o")
    assert report.entities == [("ORG", "永州市政协")]
    report("; d ) v")
    assert len(report.entities) == 2
