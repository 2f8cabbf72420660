"""The page: whole, alone, the same every time, with the numbers of the score, and harmless whatever it shows."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scoring.compared import KNOWN, TEXT, drawn, side
from tests.scoring.reports import GOLD, HOSTILE, MARKUP, PREDICTED, hostile_report, make_report
from workbench.scoring.page import render_page
from workbench.scoring.score_report import (
    CONFUSION_LAYERS,
    RIGHT,
    confusion_table,
    document_table,
    error_table,
    item_table,
    pairs_once,
    to_json,
)
from workbench.scoring.selection import Duplicates, Policies, Selection
from workbench.scoring.standalone import script_json

ROOT = Path(__file__).parent.parent.parent


class Parsed(HTMLParser):
    """Elements with their attributes, and what scripts contain, as a browser reads them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag == "script"
        if self._inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data


def embedded(page: str) -> Any:
    return json.loads(Parsed(page).scripts[0])


def test_the_page_stands_alone() -> None:
    """No element loads anything: no address but the empty icon and places in the page; one script, admitted by hash."""
    page = render_page(make_report([("d1", GOLD, PREDICTED)]))
    parsed = Parsed(page)
    for tag, attributes in parsed.elements:
        assert tag not in ("iframe", "object", "embed", "base", "img")
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        address = attributes.get("href")
        assert address is None or address == "data:," or address.startswith("#")
    assert "@import" not in page
    assert "url(" not in page
    policy = next(attributes["content"] for _, attributes in parsed.elements if "http-equiv" in attributes)
    digest = base64.b64encode(hashlib.sha256(parsed.scripts[1].encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}';" in policy
    assert len(parsed.scripts) == 2


def test_ids_are_unique_and_what_is_named_is_there() -> None:
    """Every id occurs once; links and labels within the page lead somewhere; tables have captions and scopes."""
    parsed = Parsed(render_page(make_report([("d1", GOLD, PREDICTED)])))
    ids = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in parsed.elements:
        assert (attributes.get("href") or "#").lstrip("#") in (*ids, "", "data:,")
        assert attributes.get("aria-labelledby") in (*ids, None)
    tags = [tag for tag, _ in parsed.elements]
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in attributes for tag, attributes in parsed.elements if tag == "th")
    assert [tag for tag in tags if tag == "h1"] == ["h1"]


def test_the_same_report_gives_the_same_bytes() -> None:
    """Neither time nor the order of documents or of items in the files shows in the page."""
    other = side(["ORG 四川省政协"])
    one = render_page(make_report([("d1", GOLD, PREDICTED), ("d2", GOLD, other)]))
    turned = {**GOLD, "entities": GOLD["entities"][::-1]}
    assert one == render_page(make_report([("d2", turned, other), ("d1", turned, PREDICTED)]))


def test_the_numbers_of_the_page_are_those_of_the_score() -> None:
    """6 gold and 6 predicted entities, 2 correct: F1 2/6; of one document there are no intervals, and the page says so.

    Errors of entities, a pair once: boundary, type and type+boundary 1 each, 剑阁县 nested or missed, 回访 spurious: 5.
    """
    made = make_report([("d1", GOLD, PREDICTED)])
    page = render_page(made)
    assert made.result["entities"]["strict"]["f1"] == 2 / 6
    assert made.documents[0].errors["entity"] == 5
    assert '<p class="big">33.33</p>' in page
    assert f'<p class="big">{made.documents[0].total}</p>' in page
    assert "no intervals can be given" in page
    assert made.result["signature"] in page
    counts = re.search(r"(\d+) right of (\d+) gold, (\d+) predicted", page)
    assert counts is not None
    assert counts.groups() == ("2", "6", "6")


def test_what_is_embedded_is_what_was_found() -> None:
    """Each item with its offsets in code points, and the Chinese name, badge and colour of its type."""
    made = make_report([("d1", GOLD, PREDICTED)])
    content = embedded(render_page(made))
    (document,) = content["documents"]
    assert document["text"] == TEXT
    assert len(document["items"]) == len(made.shown[0].items)
    for row, item in zip(document["items"], made.shown[0].items, strict=True):
        assert content["layers"][row[1]] == item.layer
        assert content["types"][row[2]]["name"] == item.type
        assert content["strings"][row[3]] == item.category
        assert row[5] == [[bound for span in mention for bound in span] for mention in item.fragments]
        if row[7] >= 0:
            assert made.shown[0].items[row[7]].id == item.partner
    organisation = next(look for look in content["types"] if look["name"] == "ORG")
    assert organisation == {"layer": "entity", "name": "ORG", "zh": "组织机构", "badge": "机", "colour": "#566dff"}


def test_hostile_strings_stay_text() -> None:
    """Markup in texts, ids, types, roles and names makes no element and no attribute, and the data is unharmed."""
    page = render_page(hostile_report())
    plain = {tag for tag, _ in Parsed(render_page(make_report([("d1", GOLD, PREDICTED)]))).elements}
    parsed = Parsed(page)
    assert {tag for tag, _ in parsed.elements} - plain == set()
    assert len(parsed.scripts) == 2
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]
    content = embedded(page)
    assert content["documents"][0]["text"] == HOSTILE
    assert content["documents"][0]["id"] == MARKUP
    assert content["documents"][0]["zones"][0][2] == MARKUP


@given(st.recursive(st.text(), lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts)))
def test_json_in_a_script_cannot_end_it(content: Any) -> None:
    """No character of markup or end of line is left, and reading gives the same value."""
    written = script_json(content)
    assert not set("<>&\u2028\u2029\n\r") & set(written)
    assert json.loads(written) == content


def test_without_text_and_without_documents() -> None:
    """Documents without text, and no documents in the browser, still make a page."""
    made = make_report([("d1", GOLD, PREDICTED)], text=None)
    assert embedded(render_page(made))["documents"][0]["text"] is None
    assert made.documents[0].characters is None
    page = render_page(make_report([("d1", GOLD, PREDICTED), ("d2", GOLD, GOLD)], keep=0))
    assert embedded(page)["documents"] == []
    assert "The browser holds 0 of 2 documents" in page


def test_the_documents_with_most_errors_are_kept() -> None:
    """Of seven documents three are embedded: those with most errors, then by id; the numbers are of all seven."""
    right = [(f"d{number}", GOLD, GOLD) for number in range(4)]
    wrong = [(f"w{number}", GOLD, PREDICTED if number else side([])) for number in range(3)]
    sides = [*right, *wrong]
    whole, made = make_report(sides), make_report(sides, keep=3)
    assert [document.doc_id for document in made.shown] == ["w0", "w1", "w2"]
    assert [document.doc_id for document in whole.shown] == ["w0", "w1", "w2", "d0", "d1", "d2", "d3"]
    assert made._replace(shown=()) == whole._replace(shown=())
    assert "The browser holds 3 of 7 documents, those with most errors" in render_page(made)


@settings(max_examples=60)
@given(drawn(), st.sampled_from(["spurious", "dedupe"]))
def test_items_fill_the_cells_of_the_confusion(sides: Any, duplicates: Duplicates) -> None:
    """Each cell of a confusion table is the number of entries that name it: what a click on it lists."""
    text, gold, predicted = sides
    selection = Selection(known=KNOWN.known, policies=Policies(duplicates=duplicates))
    made = make_report([("d1", gold, predicted)], text, selection)
    items = made.shown[0].items
    for layer in CONFUSION_LAYERS:
        cells = {
            (row, column): count
            for row, counts in zip(made.confusion[layer].labels, made.confusion[layer].counts, strict=True)
            for column, count in zip(made.confusion[layer].labels, counts, strict=True)
            if count
        }
        found: dict[tuple[str, str], int] = {}
        for item in items:
            cell = made.cell(item)
            # the pair of a cell without NIL is named by both of its items, and counted by the gold one
            if item.layer == layer and cell is not None and (item.side == "gold" or cell[0] == "NIL"):
                found[cell] = found.get(cell, 0) + 1
        assert found == cells
    once = list(pairs_once(items))
    assert sum(made.categories.values()) == len(once)
    assert made.documents[0].total == sum(item.category not in RIGHT for item in once)
    render_page(made)


def test_tables_as_data_frames() -> None:
    """Confusion, documents, errors and items as data frames add up to the same numbers."""
    made = make_report([("d1", GOLD, PREDICTED), ("d2", GOLD, GOLD)])
    confusion = confusion_table(made, "entity")
    assert confusion.loc["LOC", "ORG"] == 1
    assert list(confusion.columns)[-1] == "NIL"
    documents = document_table(made)
    assert documents["entity_f1"].tolist() == [2 / 6, 1.0]
    assert documents["entity_errors"].tolist() == [5, 0]
    items = item_table(made)
    assert error_table(made)["count"].sum() == len(items) == sum(len(document.items) for document in made.shown)
    empty = make_report([("d1", side([]), side([]))])
    assert [len(table) for table in (error_table(empty), item_table(empty), confusion_table(empty, "frame"))] == [
        *(0, 0, 1)
    ]


def test_json_has_everything() -> None:
    """The result, confusion, errors, documents and items, as plain JSON."""
    made = make_report([("d1", GOLD, PREDICTED)])
    content = json.loads(json.dumps(to_json(made), allow_nan=False))
    assert content["entities"] == made.result["entities"]
    assert content["by_document"][0]["errors"]["entity"] == 5
    # 5 pairs, one missed or nested and one spurious mention
    assert sum(map(sum, content["confusion"]["entity"]["counts"])) == 7
    assert {item["category"] for item in content["items"]} >= {"correct", "type", "spurious"}
    assert set(content["row_intervals"]["by_type"]) == set(content["by_type"])


def test_the_wheel_holds_the_templates(tmp_path: Path) -> None:
    """The wheel that is built from the clone has every template."""
    from hatchling.builders.wheel import WheelBuilder

    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    packed = set(zipfile.ZipFile(wheel).namelist())
    folder = ROOT / "workbench" / "scoring" / "templates"
    assert {f"workbench/scoring/templates/{path.name}" for path in folder.iterdir()} <= packed
