"""Tables and page of agreement: the numbers of the JSON, complete, alone, and harmless whatever the names are."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from tests.review.agreement.passes import EVERYTHING, compared
from tests.scoring.browser import browsing
from tests.scoring.documents import TEXT, document
from tests.scoring.reports import MARKUP
from tests.scoring.test_page import Parsed
from workbench.review.agreement.annotators import Agreement, agreement
from workbench.review.agreement.report import MOST_OFFSETS, render_page, sections
from workbench.scoring.selection import Selection

MONEY = {"value": {"kind": "money", "value": 2100000}}
LEFT = [(0, 5, "ORG", {"cluster": "a", "attributes": {"mention": "NAM"}}), (7, 10, "LOC"), (18, 23, "MONEY", MONEY)]
RIGHT = [(0, 5, "ORG", {"attributes": {"mention": "NOM"}}), (7, 12, "LOC"), (18, 23, "MONEY", MONEY)]


def found(number: int = 2) -> Agreement:
    """Two annotators, or three."""
    left = document(LEFT, [("ASSISTS", 0, 1)], [("ASSIST", (16, 18), [("helper", 0)])])._replace(text=TEXT)
    right = document(RIGHT, [("ASSISTS", 0, 1)], [("ASSIST", (16, 18), [("helper", 0)])])._replace(text=TEXT)
    return compared(*[[left], [right], [left]][:number], unitizing=EVERYTHING)


def test_tables_are_whole() -> None:
    """Each line has a cell for each column; a pair has its measures, rows, kappas, boundaries, gamma and alpha_U."""
    for made in (found(), found(3)):
        for section in sections(made):
            assert all(len(line.cells) == len(table.columns) for table in section.tables for line in table.lines)
    (pair,) = sections(found())
    assert pair.title == "A and B, 1 document"
    assert [table.title for table in pair.tables] == [
        "measures",
        "F1 by layer",
        "types of what both have",
        "boundaries of 3 overlapping entities",
        "offsets of boundaries that differ",
        "attributes of what both have",
        "values of equal entities",
        "F1 by entity type",
        "F1 by relation type",
        "F1 by frame type",
        "F1 by role",
        "gamma",
        "alpha_U, documents together",
        "alpha_U of each document, all types",
    ]
    everyone, *pairs, joint = sections(found(3))
    assert everyone.title == "A, B, C: every two"
    assert len(pairs) == 3
    assert joint.title == "A, B and C together, 1 document"


def test_what_is_missing_is_explained_under_its_table() -> None:
    """Every n/a has a line that says why; of all rows one line."""
    (pair,) = sections(found())
    by_title = {table.title: table for table in pair.tables}
    measures = by_title["measures"]
    assert "coreference_f1(match=conll): n/a: no entity of B is in a cluster" in measures.notes
    assert any("95 % n/a: one document: no interval" in note for note in measures.notes)
    roles = by_title["F1 by role"]
    assert roles.lines[0].cells[:2] == ("helper", "100.00")
    assert "no kappa: values have no fixed categories" in by_title["values of equal entities"].notes
    assert any(note.startswith("Warning: alpha_U") for note in by_title["alpha_U, documents together"].notes)
    for table in pair.tables:
        if any("n/a" in line.cells for line in table.lines):
            assert table.notes, table.title


def test_the_most_frequent_offsets_are_shown() -> None:
    """Of more kinds of offsets than are shown, the others are counted."""
    left = [(10 * index, 10 * index + 5, "ORG") for index in range(20)]
    right = [(10 * index, 10 * index + 5 + index, "ORG") for index in range(5)]
    right += [(10 * index + index % 5, 10 * index + 5 + index // 5, "ORG") for index in range(5, 20)]
    made = agreement({"A": [document(left)], "B": [document(right)]}, Selection())
    (table,) = (table for table in next(sections(made)).tables if table.title.startswith("offsets"))
    assert len(table.lines) == MOST_OFFSETS
    pairs = made.pairs[0].boundaries
    shown = sum(int(line.cells[2]) for line in table.lines)
    assert table.notes[-1] == f"{pairs.pairs - pairs.both - shown} more pairs"


def test_the_page_stands_alone_and_shows_the_tables() -> None:
    """It loads nothing, runs one script that is admitted by its hash, and has every table with its cells and notes."""
    made = found(3)
    page = render_page(made)
    parsed = Parsed(page)
    for tag, attributes in parsed.elements:
        assert tag not in ("iframe", "object", "embed", "base", "img")
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        address = attributes.get("href")
        assert address is None or address == "data:," or address.startswith("#")
    policy = next(attributes["content"] for _, attributes in parsed.elements if "http-equiv" in attributes)
    (script,) = parsed.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}';" in policy
    tags = [tag for tag, _ in parsed.elements]
    tables = [table for section in sections(made) for table in section.tables]
    assert tags.count("table") == tags.count("caption") == len(tables)
    assert tags.count("tr") == sum(len(table.lines) + 1 for table in tables)
    assert tags.count("svg") == sum(line.plot is not None for table in tables for line in table.lines)
    assert "Warning: alpha_U does not say" in page
    assert made.pairs[0].signature in page
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert page == render_page(found(3))


def test_hostile_names_stay_text() -> None:
    """Markup in names of annotators, types and roles makes no element and no attribute."""
    annotated = document([(0, 5, MARKUP), (7, 9, "`|*<b>")], [(MARKUP, 0, 1)], [(MARKUP, (3, 4), [(MARKUP, 1)])])
    made = agreement({MARKUP: [annotated], "<b>": [annotated], "C": [annotated]}, Selection())
    parsed = Parsed(render_page(made))
    plain = {tag for tag, _ in Parsed(render_page(found(3))).elements}
    assert {tag for tag, _ in parsed.elements} <= plain
    assert len(parsed.scripts) == 1
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]


def test_the_page_in_a_browser(tmp_path: Path) -> None:
    """It asks for nothing but itself, runs without complaint, and sorts a table when its column is clicked."""
    file = tmp_path / "agreement.html"
    file.write_text(render_page(found(3)), encoding="utf-8")
    with browsing(tmp_path) as browser:
        browser.open(file)
        assert browser.requests() == [file.as_uri()]
        assert browser.console() == []
        column = "#s1 details:last-of-type"
        first = f"{column} tbody tr:first-child th"
        assert browser.text(first) == "entity_f1(match=strict)"
        browser.click(f"{column} thead th:first-child button")
        assert browser.text(first).startswith("argument_f1")
