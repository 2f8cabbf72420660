"""Hands that select, label and bring the focus to things, looking at the screen before every step."""

from __future__ import annotations

from collections.abc import Sequence

from schemas import Schema
from tests.benchmarks.keystrokes.desk import Desk
from tests.benchmarks.keystrokes.screen import Screen, key_to
from tests.benchmarks.keystrokes.spans import Memory, next_step
from tests.benchmarks.keystrokes.targets import Mention
from workbench.core.text import Span

PATIENCE = 60
"""After so many steps towards one span the model gives up, and says so."""


class Hands:
    """What an annotator does with one thing that is to be labelled, or is labelled already.

    `strings` are those labelled so far, which one remembers; `given_up` tells what could not be done.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.schema: Schema = desk.session.schema
        self.keys = desk.keymap.labels
        self.strings: set[str] = set()
        self.given_up: list[str] = []

    def _about(self, layer: str, group: str) -> None:
        self.desk.layer, self.desk.group = layer, group

    # Labelling

    def _mark(self, mention: Mention, direct: bool = True) -> bool:
        """Select the fragments of a mention and label them; `direct` allows the word at the caret.

        When the word at the caret was longer than it seemed, the label is undone, and the span selected.
        """
        for number, fragment in enumerate(mention.fragments):
            if number:
                self.desk.press(",", "fragment")
            if not self._select(fragment, single=direct and len(mention.fragments) == 1):
                self.given_up.append(f"{mention.type} {fragment}: not selected")
                return False
        self.desk.press(self.keys[mention.type], "label")
        screen = self.desk.look()
        if mention not in (*screen.labelled, *screen.triggers) and not screen.refused and direct:
            self.desk.press("U", "undo")
            return self._mark(mention, direct=False)
        if screen.refused:
            self.given_up.append(f"{mention.type} {mention.fragments}: refused")
            return False
        self.strings.add("".join(screen.text[span.start : span.end] for span in mention.fragments))
        return True

    def _select(self, target: Span, single: bool) -> bool:
        memory = Memory()
        for _ in range(PATIENCE):
            screen = self.desk.look()
            memory.see(screen)
            if screen.selection == target or (single and self._under_caret(screen, memory, target)):
                return True
            step = next_step(screen, memory, target)
            if step is None:
                return True
            for key, kind in step.keys:
                self.desk.press(key, kind)
            self._remember(memory, step.keys, target)
        return False

    def _under_caret(self, screen: Screen, memory: Memory, target: Span) -> bool:
        """A label without a selection takes the word at the caret, where nothing is labelled or suggested."""
        if screen.selection or screen.focus or screen.candidate or screen.kept or screen.caret != target.start:
            return False
        if memory.boundary(screen, target.start) == 0.0:
            return False
        inner = [mark for mark in memory.marks if target.start < mark <= target.end]
        return memory.knows(target.start, target.end) and inner == [target.end]

    def _remember(self, memory: Memory, keys: Sequence[tuple[str, str]], target: Span) -> None:
        screen = self.desk.look()
        selection = screen.selection
        kind = keys[-1][1]
        if screen.refused and kind in ("jump", "extend"):
            memory.missed.add(keys[-1][0] if kind == "jump" else f":{keys[-1][0]}")
        if kind in ("jump", "hint") and selection is not None and screen.waiting != "extending":
            string = screen.text[selection.start : selection.end]
            memory.jumped(selection, several=string in self.strings)
            if kind == "jump" and selection.start != target.start and target.start not in screen.hints:
                memory.missed.add(keys[-1][0])
        elif kind == "extend" and (selection is None or selection.end != target.end):
            if target.end - 1 not in screen.hints:
                memory.missed.add(f":{keys[-1][0]}")
        elif kind == "digit" and selection is not None:
            memory.marks |= {selection.start, selection.end}
            memory.counted[selection.end] = int(keys[-1][0]) or 10
        elif kind == "scroll":
            memory.scrolled += 1
        if selection is not None and kind in ("clause", "grow", "extend"):
            memory.marks.add(selection.end)

    # Focus

    def _focus(self, mention: Mention) -> bool:
        """Bring the focus to something labelled, by the fewest keys that the screen promises."""
        memory = Memory()
        for _ in range(24):
            screen = self.desk.look()
            if screen.focus == mention and screen.selection is None and screen.candidate is None:
                return True
            memory.see(screen)
            keys = self._focusing(screen, memory, mention)
            for key, kind in keys:
                self.desk.press(key, kind)
            self._remember(memory, keys, mention.fragments[0])
        self.given_up.append(f"{mention.type} {mention.fragments}: no focus")
        return False

    def _focusing(self, screen: Screen, memory: Memory, mention: Mention) -> tuple[tuple[str, str], ...]:
        start, end = mention.start, mention.end
        if not screen.visible.start <= start < screen.visible.end:
            return (("pageup" if start < screen.visible.start else "pagedown", "scroll"),)
        order = sorted(screen.labelled, key=lambda one: (one.start, -one.end))
        ways: list[tuple[float, tuple[tuple[str, str], ...]]] = []
        covering = (
            screen.focus is not None
            and screen.focus != mention
            and any(span.start <= screen.caret < span.end for span in mention.fragments)
        )
        if covering and screen.selection is None and screen.candidate is None:
            ways.append((1.5, (("`", "focus"),)))
        if mention in order:
            if screen.focus in order:
                away = order.index(mention) - order.index(screen.focus)
            else:
                before = [one for one in order if one.start < screen.caret]
                away = order.index(mention) - len(before) + (order.index(mention) >= len(before))
            if away:
                ways.append((abs(away) + 0.0, (("]" if away > 0 else "[", "focus"),)))
        if start <= screen.caret <= end and screen.selection is not None:
            ways.append((1.2, (("left", "focus"),)))
        elif screen.caret == end:
            ways.append((1.0, (("left", "focus"),)))
        at = next((one for one in range(start, end) if key_to(screen, one, one < screen.caret)), start)
        step = next_step(screen, memory, Span(at, at + 1))
        if step is not None and step.keys[0][1] in ("jump", "hint"):
            ways.append((2.2 + len(step.keys), step.keys))
        return min(ways, key=lambda way: way[0])[1] if ways else (("left", "focus"),)

    def _lanes(self, times: int) -> None:
        if times and self.desk.look().waiting != "label":
            self.desk.press("ctrl+g", "cancel")
        for _ in range(times):
            self.desk.press("L", "view")
