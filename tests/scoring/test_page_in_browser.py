"""The page in a real Chromium: what is drawn, filtered, clicked and typed, and that nothing of the data runs.

Screenshots are kept in the folder that WORKBENCH_ARTEFACTS names, else in pytest's temporary folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scoring.browser import Browser, browsing
from tests.scoring.compared import TEXT
from tests.scoring.reports import GOLD, HOSTILE, PREDICTED, hostile_report, make_report
from workbench.scoring.page import render_page
from workbench.scoring.score_report import RIGHT, ScoreReport, pairs_once

SIDES = ("gold", "predicted")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of this module."""
    with browsing(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture(scope="module")
def report() -> ScoreReport:
    """Document d1 with errors of many kinds, and d2 with none."""
    return make_report([("d1", GOLD, PREDICTED), ("d2", GOLD, GOLD)])


@pytest.fixture
def page(browser: Browser, report: ScoreReport, tmp_path: Path) -> Browser:
    """The report's page, opened in a wide window."""
    return opened(browser, report, tmp_path)


def opened(browser: Browser, made: ScoreReport, folder: Path) -> Browser:
    file = folder / "page.html"
    file.write_text(render_page(made), encoding="utf-8")
    browser.window(1280, 900)
    browser.open(file)
    assert browser.requests() == [file.as_uri()]
    assert browser.console() == []
    return browser


def picture(browser: Browser, name: str, folder: Path) -> Path:
    """Keep a screenshot, and print where."""
    kept = Path(os.environ.get("WORKBENCH_ARTEFACTS", folder))
    kept.mkdir(parents=True, exist_ok=True)
    browser.screenshot(kept / name)
    print(kept / name)  # noqa: T201
    return kept / name


def shown(browser: Browser) -> int:
    return int(browser.do("return document.getElementById('count').dataset.shown"))


def wanted(report: ScoreReport, **fields: Any) -> int:
    """Errors of the report, those of a pair once, whose fields have these values."""
    return sum(
        item.category not in RIGHT and all(getattr(item, name) == value for name, value in fields.items())
        for document in report.shown
        for item in pairs_once(document.items)
    )


def marks(browser: Browser, side: str, loud: bool) -> int:
    """Marks in the text of one side, those that pass the filters or the others; a further fragment is no mark."""
    state = ".loud" if loud else ":not(.loud)"
    return browser.count(f"#text [data-side={side}] .b[data-fragment=first]{state}")


def test_every_mark_and_every_error_is_drawn(page: Browser, report: ScoreReport) -> None:
    """Each entity and trigger has one mark on its side, tinted when wrong; the list has each error once."""
    items = next(document.items for document in report.shown if document.doc_id == "d1")
    for side in SIDES:
        own = [item for item in items if item.side == side and item.layer in ("entity", "frame")]
        wrong = sum(item.category not in RIGHT for item in own)
        assert (marks(page, side, loud=True), marks(page, side, loud=False)) == (wrong, len(own) - wrong)
    assert shown(page) == page.count("#list .entry") == wanted(report)
    # the second fragment of 民革…重庆市委 has a mark of its own that says so
    assert page.count("#text .b[data-fragment=further]") == 1


def test_the_text_is_whole_and_offsets_count_code_points(page: Browser) -> None:
    """Both sides hold the document's characters, NBSP and the astral one included; a mark is where its mention is."""
    for side in SIDES:
        text = page.do(
            f"return [...document.querySelectorAll('#text [data-side={side}]')].map(e => e.textContent).join('')"
        )
        assert text == TEXT
    page.click("#list .entry")
    surfaces = page.do("return [...document.querySelectorAll('#text .seg.here')].map(e => e.textContent)")
    assert surfaces == ["民革", "重庆市委", "民盟", "重庆市委"]
    assert page.count("#text .inv[title='U+00A0']") == 2


def test_filters(page: Browser, report: ScoreReport) -> None:
    """Layers, categories, type and document leave exactly the errors that are theirs; Reset brings all back."""
    page.click("#layers input[data-name='1']")
    assert shown(page) == wanted(report) - wanted(report, layer="relation")
    page.click("#reset")
    assert shown(page) == wanted(report)
    page.click("#categories input[data-name='spurious']")
    assert shown(page) == wanted(report) - wanted(report, category="spurious")
    assert marks(page, "predicted", loud=True) == sum(
        item.side == "predicted" and item.layer in ("entity", "frame") and item.category not in (*RIGHT, "spurious")
        for item in report.shown[0].items
    )
    page.click("#no-category")
    assert (shown(page), marks(page, "gold", loud=True)) == (0, 0)
    page.click("#only")
    assert page.count("#text .b") == 0
    page.click("#reset")
    place = page.do(
        "return [...document.querySelectorAll('#type option')].find(o => o.textContent.startsWith('MONEY')).value"
    )
    page.choose("#type", place)
    assert shown(page) == 1
    assert "210万元" in page.text("#list .entry")
    page.click("#reset")
    page.choose("#document", "1")
    assert (shown(page), page.text("#list")) == (0, "Nothing passes the filters.")
    assert page.do("return document.getElementById('text').dataset.document") == "d2"


def test_j_and_k_walk_through_the_errors(page: Browser) -> None:
    """One goes forward, one back, neither past the ends; what is chosen is marked in list and text, and described."""
    page.press("j")
    assert page.do("return document.querySelector('[aria-current=true]').dataset.place") == "0"
    page.press("jjjk")
    assert page.do("return document.querySelector('[aria-current=true]').dataset.place") == "2"
    assert page.count("#text .here") > 0
    assert "gold" in page.text("#detail")
    page.press("k" * 9)
    assert page.do("return document.querySelector('[aria-current=true]').dataset.place") == "0"
    page.press("j" * 60)
    assert int(page.do("return document.querySelector('[aria-current=true]').dataset.place")) == shown(page) - 1


def test_cells_types_bars_and_documents_filter(page: Browser, report: ScoreReport) -> None:
    """Every cell of every confusion table lists as many entries as it says; bars, types and documents filter too."""
    wrong = page.do(
        "return [...document.querySelectorAll('.matrix button')].filter((cell) => {"
        " cell.click(); return document.getElementById('count').dataset.shown !== cell.textContent; }).length"
    )
    assert wrong == 0
    page.click("#reset")
    page.click(".matrix button[data-gold=LOC][data-predicted=ORG]")
    assert shown(page) == 1
    assert "剑阁县姚家乡" in page.text("#list .entry")
    page.click(".chip")
    assert shown(page) == wanted(report)
    page.click(".bars button[data-layer=entity][data-category=boundary]")
    assert shown(page) == wanted(report, layer="entity", category="boundary") == 1
    page.click("#documents button[data-document='0']")
    assert shown(page) == wanted(report)
    page.click("#types button[data-type=GROUP]")
    assert shown(page) == 0


def test_a_click_on_a_mark_says_what_it_is(page: Browser) -> None:
    """The mark of a correct mention is described, though the list does not hold it; hovering shows the ends."""
    page.click("#text [data-side=gold] .b[title^=GROUP]")
    assert "correct" in page.text("#detail")
    assert "贫困户" in page.text("#detail")
    assert page.count("#text .seg.here") == 2
    entry = "#list .entry .head bdi"
    place = page.do(f"return [...document.querySelectorAll('{entry}')].findIndex(e => e.textContent === 'PART_OF')")
    page.do(
        "document.querySelectorAll('#list .entry')[arguments[0]].dispatchEvent("
        "new MouseEvent('mouseover', {bubbles: true}))",
        place,
    )
    ends = page.do("return [...document.querySelectorAll('#text .seg.end')].map(e => e.textContent)")
    assert "".join(ends) == "剑阁县姚家乡"


def test_tables_are_sorted_by_click(page: Browser) -> None:
    """Numbers go down first, then up; the header says which."""
    column = "#types table thead th:nth-child(2) .sort"
    values = "return [...document.querySelector('#types table').tBodies[0].rows].map(r => Number(r.cells[1].dataset.v))"
    page.click(column)
    assert page.do(values) == sorted(page.do(values), reverse=True)
    page.click(column)
    assert page.do(values) == sorted(page.do(values))
    assert (
        page.do("return document.querySelector('#types table th:nth-child(2)').getAttribute('aria-sort')")
        == "ascending"
    )


def test_hostile_documents_do_nothing(browser: Browser, tmp_path: Path) -> None:
    """Opened, filtered, hovered and chosen: no script ran, nothing was requested, the console is empty."""
    page = opened(browser, hostile_report(), tmp_path)
    title = page.do("return document.title")
    page.click("#categories input[data-name='correct']")
    for place in range(shown(page)):
        page.press("j")
        page.do(
            f"document.querySelector('[data-place=\"{place}\"]')"
            ".dispatchEvent(new MouseEvent('mouseover', {bubbles: true}))"
        )
    page.do("document.querySelectorAll('.matrix button, .bars button, #types button').forEach((one) => one.click())")
    page.click("#reset")
    assert page.do("return [window.hacked === undefined, document.title]") == [True, title]
    assert title.startswith("Score report: </script>")
    text = page.do("return [...document.querySelectorAll('#text [data-side=gold]')].map(e => e.textContent).join('')")
    assert text == HOSTILE
    assert page.count("script") == 2
    assert page.count("#browser img, #browser svg, #browser script") == 0
    assert page.requests() == []
    assert page.console() == []
    picture(page, "hostile.png", tmp_path)


def test_nothing_but_the_pages_own_script_may_run(page: Browser) -> None:
    """The policy stops a script, a handler and a request that reached the page in another way; the console says so."""
    page.do(
        "const script = document.createElement('script'); script.textContent = 'window.hacked = 1';"
        "document.body.append(script);"
        "const image = document.createElement('img'); image.src = 'https://example.org/x.png';"
        "document.body.append(image)"
    )
    assert page.do("return window.hacked === undefined") is True
    assert [line for line in page.console() if "Content Security Policy" in line]


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(page: Browser, width: int, height: int, scheme: str, tmp_path: Path) -> None:
    """The page is never wider than its window, and all text has a contrast of 4.5:1 or more with what is behind it."""
    page.window(width, height, scheme)
    assert page.do("return document.documentElement.scrollWidth") <= width
    page.press("jjj")
    assert page.do(CONTRAST) == []
    name = f"report-{scheme}-{'phone' if width < 600 else 'desktop'}.png"
    assert picture(page, name, tmp_path).stat().st_size > 10_000


CONTRAST = r"""
const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
const rgba = (colour) => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255]; };
const over = (top, under) => [0, 1, 2].map((k) => top[k] * top[3] + under[k] * (1 - top[3]));
const light = (colour) => { const [r, g, b] = colour.map((v) => v / 255)
  .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const ground = (element) => { const chain = [];
  for (let one = element; one; one = one.parentElement) chain.unshift(rgba(getComputedStyle(one).backgroundColor));
  return chain.reduce((under, top) => over(top, under), rgba(getComputedStyle(document.documentElement)
    .getPropertyValue("--bg").trim()).slice(0, 3)); };
const bad = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!own || element.closest("script, .none, [hidden]") || !element.getClientRects().length) continue;
  if (getComputedStyle(element).fontSize === "0px") continue;
  const under = ground(element), top = over(rgba(getComputedStyle(element).color), under);
  const [dark, bright] = [light(under), light(top)].sort((a, b) => a - b);
  const ratio = (bright + 0.05) / (dark + 0.05);
  if (ratio < 4.5) bad.push([element.tagName, element.className, element.textContent.slice(0, 20), ratio.toFixed(2)]);
}
return bad;
"""
"""Elements with text of their own whose contrast with what is behind them is below WCAG 2.2's 4.5:1."""
