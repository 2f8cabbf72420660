"""The report as Markdown: the numbers of the score, and nothing of the data taken for markup."""

from __future__ import annotations

import pytest

from tests.scoring.compared import side
from tests.scoring.reports import GOLD, PREDICTED, hostile_report, make_report
from workbench.scoring.markdown import escape, render_markdown
from workbench.scoring.report import overall_rows


def rows_of(markdown: str) -> list[list[str]]:
    """Cells of the lines of tables; a bar that is escaped does not end a cell."""
    lines = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.replace("\0", "|") for cell in line.replace("\\|", "\0").strip("|").split("|")] for line in lines]


def test_the_report_has_the_numbers_of_the_score() -> None:
    """Headline table, notes, types with Chinese names, confusions, categories, documents and signature."""
    made = make_report([("d1", GOLD, PREDICTED), ("d2", GOLD, GOLD)])
    written = render_markdown(made)
    for row in overall_rows(made.result):
        assert f"| {row.name} | {row.precision} | {row.recall} | {row.f1} | {row.interval} |" in written
    # both documents: 8 of 12 gold and 12 predicted entities are correct
    assert "| entities strict | 66.67 | 66.67 | 66.67 |" in written
    assert "| ORG 组织机构 |" in written
    assert "| entity | LOC | ORG | 1 |" in written
    assert "| entity | boundary | 1 |" in written
    assert "| d1 | 33.33 |" in written
    assert written.endswith(f"Signature: `{made.result['signature']}`\n")
    assert "measured against A, 2 documents." in written


def test_it_says_when_there_are_no_intervals() -> None:
    """Of a single document there are none."""
    assert "- no intervals can be given: " in render_markdown(make_report([("d1", GOLD, PREDICTED)]))


def test_errors_that_occur_again_are_listed_once() -> None:
    """回访 is spurious in three documents: one line, 3."""
    sides = [(f"d{number}", GOLD, PREDICTED) for number in range(3)]
    assert "| entity | spurious | MEASURE | 回访 | 3 |" in render_markdown(make_report(sides))


def test_nothing_to_report() -> None:
    """Two empty sides make a report without tables of types."""
    written = render_markdown(make_report([("d1", side([]), side([]))]))
    assert "Entity types" not in written
    assert "| entities strict | n/a | n/a | n/a |" in written


def test_hostile_strings_stay_text() -> None:
    """No tag, no broken table: every table keeps its number of columns, and no line starts with markup of the data."""
    written = render_markdown(hostile_report())
    assert "<script" not in written
    assert "<img" not in written
    width = 0
    for line in written.splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        (cells,) = rows_of(line)
        assert width in (0, len(cells)), line
        width = len(cells)
    assert "\u2028" not in written
    assert "\u202e" not in written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("`x`", "\\`x\\`"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("- 甲", "\\- 甲"),
        ("1. 甲", "1\\. 甲"),
        ("A_B*c*[d](e)", "A\\_B\\*c\\*\\[d\\](e)"),
        ("甲\n乙\u00a0𠀀", "甲⏎乙⍽𠀀"),
        ("@name #1", "&#64;name \\#1"),
        ("~~甲~~ \\", "\\~\\~甲\\~\\~ \\\\"),
    ],
)
def test_escaped(text: str, shown: str) -> None:
    """What means something in Markdown or HTML is escaped, and lines stay lines."""
    assert escape(text) == shown
