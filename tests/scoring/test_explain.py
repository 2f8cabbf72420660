"""The view of a document's errors: what is shown, in which order, and that marks stand under what they mark."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.scoring.compared import KNOWN, Content, compared, drawn, side
from tests.strategies import any_text, fragments
from workbench.core.errors import UsageMistake
from workbench.core.text import Span
from workbench.corpus.reading import read_annotated
from workbench.scoring.collection import InMemory, compare_collections
from workbench.scoring.errors import document_errors
from workbench.scoring.errors.excerpts import LEAST_WIDTH, Mark, clip, excerpts, visible
from workbench.scoring.errors.explain import explain
from workbench.scoring.selection import Selection

PILOT = Path(__file__).parent.parent.parent / "tasks" / "pilot" / "annotations"


def test_a_document_to_read() -> None:
    """Wrong items come first and in context, right ones last and in one line."""
    gold = side(["ORG 四川省政协", "ORG 民革…重庆市委"], ["PART_OF 0 1"])
    predicted = side(["ORG 四川省政协", "ORG 民革、民盟重庆市委", "MONEY 210万元"])
    assert explain(compared(gold, predicted), width=60) == (
        "d1: gold 1 right, 2 wrong; predicted 1 right, 2 wrong\n"
        "\n"
        "entity boundary (longer inside)\n"
        "  gold T1 ORG 民革…重庆市委 [7,9)+[12,16)\n"
        "  predicted T1 ORG 民革、民盟重庆市委 [7,16)\n"
        "    text      𠀀四川省政协与民革、民盟重庆市委向剑阁县姚家乡\n"
        "    gold                    ====      ========\n"
        "    predicted               ~~~~~~~~~~~~~~~~~~\n"
        "    text      ⍽贫困户捐赠210万元,并开展回访\n"
        "\n"
        "entity spurious\n"
        "  predicted T2 MONEY 210万元 [29,34)\n"
        "    text      𠀀四川省政协与民革、民盟重庆市委向剑阁县姚家乡\n"
        "    text      ⍽贫困户捐赠210万元,并开展回访\n"
        "    predicted            ~~~~~~~\n"
        "\n"
        "relation missed\n"
        "  gold R0 PART_OF 四川省政协 [1,6) → 民革…重庆市委 [7,9)+[1…\n"
        "    text      𠀀四川省政协与民革、民盟重庆市委向剑阁县姚家乡\n"
        "    gold head   ==========\n"
        "    gold tail               ====      ========\n"
        "    text      ⍽贫困户捐赠210万元,并开展回访\n"
        "\n"
        "correct:\n"
        "  entity gold T0 ORG 四川省政协 [1,6)\n"
    )


def test_one_item_by_id_on_either_side() -> None:
    """T1 is another item on each side; T0 is right, and shown in context all the same; a pair is shown once."""
    found = compared(side(["LOC 剑阁县", "LOC 姚家乡"]), side(["LOC 剑阁县", "MONEY 210万元"]))
    shown = explain(found, "T1")
    assert "entity missed\n  gold T1 LOC 姚家乡 [20,23)\n" in shown
    assert "entity spurious\n  predicted T1 MONEY 210万元 [29,34)\n" in shown
    assert "T0" not in shown
    shown = explain(found, "T0")
    assert shown.count("entity correct\n  gold T0 LOC 剑阁县 [17,20)\n  predicted T0 LOC 剑阁县 [17,20)\n") == 1
    assert shown.count("entity") == 1
    assert "T1" not in shown
    assert "======" in shown
    assert "~~~~~~" in shown


def test_an_explaining_partner_is_told_from_a_pair() -> None:
    found = compared(side(["ORG 四川省政协", "LOC 四川省"]), side(["ORG 四川省政协"]))
    assert (
        "entity nesting (inner)\n  gold T1 LOC 四川省 [1,4)\n  predicted T0 ORG 四川省政协 [1,6), paired with another\n"
        in explain(found)
    )


def test_a_frame_is_shown_with_its_arguments() -> None:
    entities = ["ORG 四川省政协", "LOC 姚家乡"]
    gold = side(entities, frames=["ASSIST 捐赠 helper:0 place:1"])
    found = compared(gold, side(entities, frames=["ASSIST 捐赠 helper:0"]))
    assert (
        "    correct: gold E0/helper/T0 helper 四川省政协 [1,6) ← 捐赠 [27,29)\n"
        "    missed: gold E0/place/T1 place 姚家乡 [20,23) ← 捐赠 [27,29)\n"
    ) in explain(found, "E0")
    shown = explain(found, "E0/place/T1")
    assert "gold filler " in shown
    assert "gold trigger " in shown
    assert "E0/helper" not in shown


def test_optional_mentions_are_listed_apart() -> None:
    gold = side(["ORG 四川省政协"], mention="NOM")
    shown = explain(compared(gold, gold))
    assert shown.endswith("\noptional:\n  entity gold T0 ORG 四川省政协 [1,6)\n")
    assert shown.startswith("d1: gold 1 right, 0 wrong; predicted 1 right, 0 wrong\n")


def test_without_a_text_there_are_offsets() -> None:
    found = compared(side(["ORG 四川省政协", "LOC 剑阁县"], ["ASSISTS 0 1"]), side(frames=["ASSIST -"]), text=None)
    assert explain(found) == (
        "d1: gold 0 right, 3 wrong; predicted 0 right, 1 wrong\n"
        "\nentity missed\n  gold T0 ORG [1,6)\n"
        "\nentity missed\n  gold T1 LOC [17,20)\n"
        "\nrelation missed end (both)\n  gold R0 ASSISTS [1,6) → [17,20)\n"
        "\nframe spurious\n  predicted E0 ASSIST without trigger\n"
    )


def test_unknown_ids_are_refused_with_the_nearest() -> None:
    found = compared(side(["ORG 四川省政协"]), side(frames=["ASSIST 捐赠"]))
    with pytest.raises(UsageMistake, match=r"d1: no item 'T00'; did you mean 'T0'\?"):
        explain(found, "T00")
    with pytest.raises(UsageMistake, match=r"d1: no item '§'; known: E0, T0"):
        explain(found, "§")


def test_items_that_are_not_scored_are_refused_with_the_reason() -> None:
    found = compared(side(["ORG 四川省政协"]), side(["LOC 剑阁县"]), Selection(known=KNOWN.known, types=("LOC",)))
    assert "LOC" in explain(found, "T0")
    found = compared(side(["ORG 四川省政协"]), side(), Selection(known=KNOWN.known, types=("LOC",)))
    with pytest.raises(UsageMistake, match="d1: gold item 'T0' is not scored"):
        explain(found, "T0")


def test_far_mentions_are_shown_in_two_stretches() -> None:
    """About thirty characters on either side of each end, and nothing of the middle."""
    text = "前" * 50 + "甲" + "中" * 500 + "乙" + "后" * 50
    content: Content = {
        "entities": [
            {"id": "T1", "type": "ORG", "fragments": [(50, 51)]},
            {"id": "T2", "type": "ORG", "fragments": [(551, 552)]},
        ],
        "relations": [{"id": "R1", "type": "PART_OF", "head": "T1", "tail": "T2"}],
    }
    lines = explain(compared(content, content, text=text), "R1", width=300).splitlines()
    texts = [line.split("text", 1)[1].strip() for line in lines if line.startswith("    text")]
    assert texts == [f"…{'前' * 30}甲{'中' * 30}…", f"…{'中' * 30}乙{'后' * 30}…"]


def test_what_cannot_be_printed_has_a_sign() -> None:
    """Newlines, tabs, no-break and full-width spaces, escapes, direction marks, marks without width."""
    assert visible("a\n\t\r\u00a0\u3000\x1b[31m\x7f\x85\u202e\u200b\u2028e\u0301𠀀") == "a⏎⇥␍⍽＿␛[31m�����e◌𠀀"


@given(any_text)
def test_every_code_point_is_visible(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert all(cell_len(character) in (1, 2) for character in shown)
    assert not any(unicodedata.category(character).startswith(("C", "Zl", "Zp")) for character in shown)


@given(any_text, st.integers(1, 20))
def test_clipped_text_fits(text: str, width: int) -> None:
    shown = clip(text, width)
    assert cell_len(shown) <= width
    assert shown == visible(text) if cell_len(visible(text)) <= width else shown.endswith("…")


@given(st.data(), any_text.filter(bool), st.integers(10, 60))
def test_marks_stand_under_what_they_mark(data: st.DataObject, text: str, width: int) -> None:
    """The characters above the signs, taken together, are the mention."""
    where = data.draw(fragments(len(text)))
    lines = list(excerpts(text, [Mark("gold", "=", where)], width))
    assert all(cell_len(line) <= max(width, LEAST_WIDTH + 5) for line in lines)
    marked = ""
    for above, line in pairwise(lines):
        if line.startswith("gold"):
            column = 0
            for character in above:
                inside = line[column : column + 1] == "=" and column >= 5
                marked += character if inside else ""
                column += cell_len(character)
    # at the end of a line, spaces above the signs are cut off with the others
    expected = visible("".join(text[start:end] for start, end in where))
    assert marked.replace(" ", "") == expected.replace(" ", "")


def test_marks_of_wide_characters_by_hand() -> None:
    lines = list(excerpts("a𠀀b县", [Mark("gold", "=", (Span(1, 2), Span(3, 4)))], 80))
    assert lines == ["text a𠀀b县", "gold  == =="]


@settings(max_examples=60)
@given(drawn(), st.integers(0, 120))
def test_every_item_can_be_explained(sides: tuple[str, Content, Content], width: int) -> None:
    """Alone and in the whole document; nothing is left out, no line holds what a terminal would act on."""
    text, gold, predicted = sides
    found = compared(gold, predicted, KNOWN, text)
    whole = explain(found, width=400)
    for item in document_errors(found):
        assert f"{item.side} {item.id} {item.type} " in explain(found, item.id, 400)
        if item.category in ("missed", "spurious", "nesting", "split", "merge"):
            assert f"{item.layer} {item.category}" in whole
    narrow = explain(found, width=width)
    assert all(character == "\n" or unicodedata.category(character) != "Cc" for character in narrow)
    longest = max(width, LEAST_WIDTH + len("    predicted trigger "))
    assert all(cell_len(line) <= longest for line in narrow.splitlines())


def test_the_pilot() -> None:
    """Two real annotators: the view holds every wrong item, and its lines fit the screen."""
    gold, predicted = (InMemory(read_annotated(PILOT / name)) for name in "AB")
    for found in compare_collections(gold, predicted, KNOWN):
        shown = explain(found, width=100)
        assert all(cell_len(line) <= 100 for line in shown.splitlines())
        for item in document_errors(found):
            if item.category not in ("correct", "optional"):
                assert f"{item.side} {item.id} {item.type} " in shown
