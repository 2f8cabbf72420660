"""Cleaning: what is changed, what never is, and that all of it can be undone."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import any_text, texts
from workbench.core.text import Edit, OffsetMap, apply_edits, undo_edits
from workbench.corpus.clean import clean

WHITE = "\u00a0\u3000\u2003\u202f \t\r\n\v\x85\u2028\u200b\ufeff\u00ad"
pages = st.lists(
    st.sampled_from(
        ["協(xié)", "关(guān)", "委員", "村,", "𠀀(hē)", "𡒄", "(who)", "乐(lèi)", "。”", "?", "1+1>2", *WHITE]
    ),
    max_size=40,
).map("".join)
"""Pages made of glosses, true and false ones, astral characters and every kind of white space."""

TABLE = {
    "000_a86c24ec13605f7f": (2148, 1547, {"pinyin_gloss": (116, 601), "t2s": (544, 544)}),
    "001_2eaf3ca91964d258": (
        2369,
        2302,
        {"indent": (27, 54), "trailing_space": (6, 9), "blank_line_space": (4, 4), "space": (5, 5)},
    ),
    "002_4b2b6623cdfe06fc": (2703, 2692, {"blank_line_space": (3, 9), "indent": (2, 2)}),
    "003_238f11567c503ece": (
        4842,
        4794,
        {"indent": (10, 37), "trailing_space": (3, 9), "blank_line_space": (2, 2), "space": (4, 4)},
    ),
    "004_ea7284a146aeef16": (2469, 2438, {"indent": (15, 31), "space": (6, 6)}),
}
"""Raw length, clean length, and edits and edited characters by kind, counted independently for the design notes."""


@pytest.mark.parametrize("doc_id", TABLE)
def test_the_five_reports(doc_id: str, seeds: Path) -> None:
    """The real reports lose exactly their glosses and white space, and come back whole."""
    raw = (seeds / f"{doc_id}.txt").read_bytes().decode()
    text, edits = clean(raw)
    number = Counter(edit.kind for edit in edits)
    size: Counter[str] = Counter()
    for edit in edits:
        size[edit.kind] += len(edit.old)
    assert (len(raw), len(text), {kind: (number[kind], size[kind]) for kind in number}) == TABLE[doc_id]
    assert undo_edits(text, edits) == raw


def test_the_traditional_report_becomes_simplified(seeds: Path) -> None:
    """No character outside GB 2312 and no gloss is left; parentheses of the author stay."""
    text = clean((seeds / "000_a86c24ec13605f7f.txt").read_bytes().decode()).text
    text.encode("gb2312")
    assert re.findall(r"\([^)]*\)", text) == ["(单位)", "(州)", "(市、区)"]


@given(texts | any_text | pages)
def test_cleaning_can_be_undone(raw: str) -> None:
    """The raw text comes back exactly, and every clean character has its raw one."""
    text, edits = clean(raw)
    assert undo_edits(text, edits) == raw
    assert apply_edits(raw, edits) == text
    offsets = OffsetMap(edits, len(raw))
    replaced = {edit.raw_start: edit.new for edit in edits if edit.new}
    for position, character in enumerate(text):
        there = offsets.raw_position(position)
        assert replaced.get(there, raw[there]) == character


@given(pages | any_text)
def test_white_space_is_settled(raw: str) -> None:
    """Cleaning a clean text changes no white space; only spaces and newlines are left, none at the edge of a line."""
    text = clean(raw).text
    assert not [edit for edit in clean(text).edits if edit.kind not in ("pinyin_gloss", "t2s")]
    assert not re.search(r"[^\S \n]| \n|\n |^ | $", text)


@given(texts | any_text | pages)
def test_lines_stay(raw: str) -> None:
    """There are as many lines as before, whatever ended them, and other characters are not touched."""
    text = clean(raw).text
    assert text.count("\n") == len(re.findall(r"\r+\n|[\r\n\v\f\x85\u2028\u2029]", raw))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("音乐(yuè)厅、快乐(lè)、重(chóng)庆银行(háng)", "音乐厅、快乐、重庆银行"),
        ("关(ɡuān)于、對(duì)于", "关于、对于"),
        ("协(Xie\u0301)会、绿(lǜ)化（村）", "协会、绿化（村）"),
        ("协（xié）会", "协会"),
        ("协\u200b(xié)会", "协会"),
        ("协(xié)(xié)会", "协会"),
        ("(who) (ta) (fupin) 他(ta) 扶贫(fupin) 单位(unit)", "(who) (ta) (fupin) 他(ta) 扶贫(fupin) 单位(unit)"),
        ("乐(lèi)于助人", "乐(lèi)于助人"),
        ("A(xié) 协 (xié) (xié)", "A(xié) 协 (xié) (xié)"),
        ("咖啡(café)", "咖啡(café)"),
    ],
)
def test_only_true_readings_are_glosses(raw: str, text: str) -> None:
    """A toned syllable directly after a character it is a reading of goes; everything else in parentheses stays."""
    assert clean(raw).text == text


def test_a_gloss_is_one_edit() -> None:
    """The edit holds the whole gloss, at its raw position."""
    assert clean("政协(xié)委员").edits == (Edit(2, "(xié)", "", "pinyin_gloss"),)


@pytest.mark.parametrize(
    ("raw", "text", "kinds"),
    [
        ("\u3000\u3000一、做法\u00a0\n", "一、做法\n", ["indent", "trailing_space"]),
        ("甲\n\u00a0 \n乙", "甲\n\n乙", ["blank_line_space"]),
        ("甲\u00a0\u00a0乙 丙", "甲  乙 丙", ["space", "space"]),
        ("甲\tb\u3000c", "甲 b c", ["space", "space"]),
        ("甲\r\n乙\r\r\n", "甲\n乙\n", ["carriage_return", "carriage_return"]),
        ("甲\r乙\u2028丙", "甲\n乙\n丙", ["carriage_return", "line_break"]),
        ("\u200b 甲\ufeff乙", "甲乙", ["invisible", "indent", "invisible"]),
        (" \u200b \n", "\n", ["blank_line_space", "invisible", "blank_line_space"]),
    ],
)
def test_white_space(raw: str, text: str, kinds: list[str]) -> None:
    """Each kind of white space has its own rule."""
    cleaned = clean(raw)
    assert cleaned.text == text
    assert [edit.kind for edit in cleaned.edits] == kinds


@pytest.mark.parametrize("raw", ["“村,”?!……(一)①㈠℃㎡Ⅱ，；：", "e\u0301 é ﬁ", "甲  乙", "1+1>2😀𠀀𡒄"])
def test_nothing_else_changes(raw: str) -> None:
    """Punctuation of either width, compatibility characters and inner ASCII spaces stay; nothing is normalised."""
    assert clean(raw).text == raw


def test_a_traditional_name_in_a_simplified_page_stays() -> None:
    """Below 5 % of characters outside GB 2312 a page is not traditional: one name is no reason to convert."""
    raw = "政协委员" * 10 + "覺醒"
    assert clean(raw).text == raw
    assert clean("政協委員" * 10 + "覺醒").text == "政协委员" * 10 + "觉醒"
