"""The real editor of Label Studio in a real browser, used as a person would: mouse drags, keys, buttons."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.scoring.browser import Browser

ALT, ESCAPE, BACKSPACE, DELETE = "\ue00a", "\ue00c", "\ue003", "\ue017"

_BOXES = """
const [container, start, end] = [document.querySelector('.lsf-richtext__container'), ...arguments];
const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
const found = [];
let position = 0;
for (let node = walker.nextNode(); node && position < end; node = walker.nextNode()) {
  if (node.nodeName === 'BR') position += 1;
  if (node.nodeType !== Node.TEXT_NODE) continue;
  let unit = 0;
  for (const character of node.data) {
    if (position === start || position === end - 1) found.push([node, unit, unit + character.length]);
    unit += character.length;
    position += 1;
  }
}
found[0][0].parentElement.scrollIntoView({block: 'center', behavior: 'instant'});
return found.map(([node, from, to]) => {
  const range = document.createRange();
  range.setStart(node, from);
  range.setEnd(node, to);
  const {left, right, top, bottom} = range.getClientRects()[0];
  return [left, right, top, bottom];
});
"""
"""The boxes of the first and the last of a range of code points; a line break is one."""

_POINT = """
const region = window.Htx.annotationStore.selected.regions.find(one => one.cleanId === arguments[0]);
for (const span of region._spans) {
  for (const node of span.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE || !node.data) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    span.scrollIntoView({block: 'center', behavior: 'instant'});
    for (const {left, right, top, bottom} of range.getClientRects()) {
      const point = [(left + right) / 2, (top + bottom) / 2];
      if (document.elementFromPoint(...point) === span) return point;
    }
  }
}
return null;
"""
"""A point of a region that nothing else covers; null where there is none."""

_ROW = """
const [region, down] = arguments;
const list = document.querySelector('.lsf-outliner-tree [class*=list-holder]');
list.scrollTop = down;
const index = String(window.Htx.annotationStore.selected.regions.find(one => one.cleanId === region).region_index);
const row = [...document.querySelectorAll('.lsf-outliner-item')]
  .find(one => one.querySelector('.lsf-outliner-item__index')?.textContent === index);
const {left, right, top, bottom} = row?.querySelector('.lsf-outliner-item__title').getBoundingClientRect() ?? {};
const frame = list.getBoundingClientRect();
return row && top >= frame.top && bottom <= frame.bottom ? [(left + right) / 2, (top + bottom) / 2] : null;
"""
"""A point of the row of a region in the list of regions, scrolled so far; null where it is not there."""

_USUAL = (
    # it makes every annotation twice, and takes the first away before it was ever shown
    "at qh.removeSpans",
    "that is no longer part of a state tree",
    "Attempt to read an array index (0) that is out of bounds (0)",
    # about itself
    "is deprecated",
    "Service Worker",
    "Content Security Policy directive",
    "was preloaded using link preload but not used",
    "/heidi-tips",
    "Input elements should have autocomplete attributes",
)

_SHOWN = """
const seen = one => one.elementRef?.current && one.elementRef.current.offsetParent !== null;
return [...window.Htx.annotationStore.selected.names.values()].filter(seen).map(one => one.name);
"""


class Editor:
    """The editor of one server, with somebody logged in."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser = browser
        self.url = url

    def log_in(self, username: str, password: str) -> None:
        browser = self.browser
        browser.visit(f"{self.url}/user/login/")
        browser.do(
            "document.querySelector('[name=email]').value = arguments[0];"
            "document.querySelector('[name=password]').value = arguments[1];"
            "document.querySelector('form').submit()",
            username,
            password,
        )
        self._until("nobody is logged in", lambda: "/user/login" not in browser.do("return location.pathname"))

    # --- tasks -------------------------------------------------------------------------------------------------------

    def open(self, project: int, task: int) -> None:
        """Open a task from the list of tasks, and wait until it can be worked on."""
        self._load(f"{self.url}/projects/{project}/data?task={task}")
        self._until("the task does not open", lambda: self._htx("task.id") == task and self._is_ready())

    def open_next(self, project: int) -> int:
        """Open whatever Label Studio gives to label next; answers with the task's id."""
        self._load(f"{self.url}/projects/{project}/data?labeling=1")
        self._until("no task opens", self._is_ready)
        found: int = self._htx("task.id")
        return found

    def _load(self, address: str) -> None:
        self.browser.console()
        self.browser.visit(address)

    def _is_ready(self) -> bool:
        ready: bool = self.browser.do(
            "const selected = window.Htx && window.Htx.task && window.Htx.annotationStore.selected;"
            "return !!selected && !window.Htx.isLoading && selected.objects.every(one => one.isReady)"
            " && !!document.querySelector('.lsf-richtext__container')"
        )
        return ready and self.is_idle()

    def text(self) -> str:
        """The text as it is shown; each line break is a line feed, whatever it is in the task."""
        shown: str = self.browser.do(
            "const container = document.querySelector('.lsf-richtext__container').cloneNode(true);"
            "container.querySelectorAll('br').forEach(one => one.replaceWith('\\n'));"
            "return container.textContent"
        )
        return shown

    def errors(self) -> list[str]:
        """What the page wrote on its console since the last time, but for what the editor writes on every page."""
        return [line for line in self.browser.console() if not any(usual in line for usual in _USUAL)]

    def is_idle(self) -> bool:
        """Tell whether no answer is waited for, and the last came half a second ago."""
        if self.browser.is_waiting():
            return False
        idle: bool = self.browser.do(
            "const ends = performance.getEntriesByType('resource').map(one => one.responseEnd);"
            "return performance.now() - Math.max(...ends, 0) > 500"
        )
        return idle

    def _htx(self, path: str) -> Any:
        """A value in the editor's own store."""
        steps = "".join(f"?.{step}" for step in path.split("."))
        return self.browser.do(f"return window.Htx{steps} ?? null")

    def _until(self, otherwise: str, done: Callable[[], bool], seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < until, otherwise
            time.sleep(0.1)

    # --- regions -----------------------------------------------------------------------------------------------------

    def select(self, start: int, end: int) -> None:
        """Draw the mouse over a range of the text: a region, if a label is chosen."""
        self.browser.drag(*self.ends(start, end))

    def label(self, key: str, start: int, end: int) -> str:
        """Choose a label by its key and draw a region; answers with the id of the region."""
        before = set(self.region_ids())
        self.browser.press(key)
        self.select(start, end)
        self._until(f"no region {start}-{end}", lambda: len(self.region_ids()) > len(before), 5)
        [new] = set(self.region_ids()) - before
        self.leave()
        return new

    def ends(self, start: int, end: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """Points in the outer eighths of the first and the last character of a range, which is scrolled to."""
        found = self.browser.do(_BOXES, start, end)
        (left, right, top, bottom), (left_, right_, top_, bottom_) = found[0], found[-1]
        return (
            (left + (right - left) / 8, (top + bottom) / 2),
            (right_ - (right_ - left_) / 8, (top_ + bottom_) / 2),
        )

    def click(self, region: str) -> None:
        """Click a region in the text, or in the list of regions where others cover all of it."""
        point = self.browser.do(_POINT, region)
        for step in range(20):
            point = point or self.browser.do(_ROW, region, step * 150)
        assert point is not None, f"region {region} cannot be clicked"
        self.browser.drag(tuple(point))

    def choose(self, region: str) -> None:
        """Select a region, and nothing else."""
        self.leave()
        self.click(region)
        self._until(f"{region} is not selected, but {self.selected()}", lambda: self.selected() == region, 5)

    def selected(self) -> str | None:
        """The id of the selected region."""
        found: str | None = self._htx("annotationStore.selected.highlightedNode.cleanId")
        return found

    def leave(self) -> None:
        """Select nothing."""
        self.browser.press(ESCAPE)

    def region_ids(self) -> list[str]:
        found: list[str] = self.browser.do("return window.Htx.annotationStore.selected.regions.map(one => one.cleanId)")
        return found

    def results(self) -> list[dict[str, Any]]:
        """What would be sent if the annotation were submitted now."""
        found: list[dict[str, Any]] = self.browser.do(
            "return JSON.parse(JSON.stringify(window.Htx.annotationStore.selected.serializeAnnotation()))"
        )
        return found

    def relabel(self, region: str, key: str) -> None:
        """Give a region another label by its key."""
        self.choose(region)
        self.browser.press(key)
        self.leave()

    def shorten(self, by: int) -> None:
        """Draw the right handle of the selected region to the left, by so many pixels."""
        x, y = self.browser.do(
            "const {left, top, width, height} = document.querySelector('area.__resize_right').getBoundingClientRect();"
            "return [left + width / 2, top + height / 2]"
        )
        self.browser.drag((x, y), (x - by / 3, y), (x - by / 2, y), (x - by, y))

    def attributes_shown(self) -> set[str]:
        """The names of the controls that can be seen."""
        shown: list[str] = self.browser.do(_SHOWN)
        return set(shown)

    # --- relations ---------------------------------------------------------------------------------------------------

    def draw_relation(self, head: str, tail: str) -> None:
        """Draw a relation without a label from one region to another."""
        self.choose(head)
        self.browser.press_together(ALT, "r")
        self.click(tail)
        self.leave()
        self.leave()

    def relate(self, head: str, tail: str, label: str) -> None:
        """Draw a relation between two regions and choose a label for it."""
        self.draw_relation(head, tail)
        self._press_tab("Relations")
        last = ".lsf-relations__item:last-child"
        self._until("there is no relation", lambda: self.browser.count(last) == 1, 5)
        self.browser.do(f"document.querySelector('{last}').scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.browser.hover(last)
        self.browser.click(f"{last} [aria-label='Show Relation Labels']")
        self.browser.click(".lsf-relation-meta button")
        self._until("no labels are offered", lambda: self.browser.count("[role=option]") > 0, 5)
        self.browser.drag(self._place("[role=option]", label))
        self.leave()
        self._press_tab("Regions")

    def _press_tab(self, name: str) -> None:
        self.browser.drag(self._place("[class*=panel-tabs] *", name))

    def _place(self, selector: str, words: str) -> tuple[float, float]:
        """The middle of the innermost element that says just these words."""
        found = self.browser.do(
            "const found = [...document.querySelectorAll(arguments[0])]"
            ".findLast(one => one.textContent.trim() === arguments[1] && one.offsetParent);"
            "if (!found) return null;"
            "found.scrollIntoView({block: 'nearest', behavior: 'instant'});"
            "const {left, right, top, bottom} = found.getBoundingClientRect();"
            "return [(left + right) / 2, (top + bottom) / 2]",
            selector,
            words,
        )
        assert found is not None, f"nothing says {words}"
        x, y = found
        return x, y

    # --- sending -----------------------------------------------------------------------------------------------------

    def submit(self) -> None:
        """Send a new annotation, and wait until the server has it."""
        assert self._htx("annotationStore.selected.pk") is None, "it is sent already; update it"
        self._send("Submit")

    def update(self) -> None:
        """Send what was changed of an annotation, and wait until the server has it."""
        self._send("Update")

    def _send(self, button: str) -> None:
        self.browser.do("performance.clearResourceTimings()")
        self.browser.drag(self._place("button", button))
        sent = "return performance.getEntriesByType('resource').some(one => one.name.includes('annotations'))"
        self._until("nothing is sent", lambda: bool(self.browser.do(sent)) and self._is_ready())
