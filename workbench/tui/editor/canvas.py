"""The document as lines of the screen: what is where, what is visible, and which brackets are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas import Schema
from workbench.annotation.drafts.draft import Draft
from workbench.annotation.suggest.records import SuggestedEntity, SuggestedFrame, Suggestion
from workbench.core.records import Document, Entity, Frame, Relation
from workbench.core.text import Span
from workbench.tui.layout.glyphs import measure
from workbench.tui.layout.grid import Grid
from workbench.tui.layout.lanes import Bracket, Mode, Segment, rows_of
from workbench.tui.layout.rail import RAIL_WIDTH, Rail, rail
from workbench.tui.layout.rail import Partner as Stop
from workbench.tui.layout.wrap import LEAST_WIDTH, wrap

NUMBER_WIDTH = 4
"""Cells for the number of a paragraph and the space behind it."""

GUTTER = NUMBER_WIDTH + RAIL_WIDTH
MARGIN = 2
"""Cells right of the text, for the caret behind a full row (two at the end of a line that ends with CR LF)."""
MODES: tuple[Mode, ...] = ("full", "badges", "tint")
_AHEAD = 2
_UNKNOWN = "？"


class Canvas:
    """A document laid out for a screen of some size, scrolled to line `top`.

    `update` takes in the draft, the suggestions and the focus; nothing is drawn here. Sizes are cells and lines.
    """

    def __init__(self, document: Document, schema: Schema, width: int, lines: int, safe: bool = False) -> None:
        self.document = document
        self.schema = schema
        self.safe = safe
        self.top = 0
        self.lines = lines
        self._measured = measure(document.text, safe)
        self.stand_ins = self._measured.stand_ins
        self._layout = wrap(self._measured, max(LEAST_WIDTH, width - GUTTER - MARGIN))
        self._brackets: dict[str, Bracket] = {}
        self._draft: Draft | None = None
        self._suggestions: tuple[Suggestion, ...] = ()
        self._tags: dict[str, str] = {}
        self._column: int | None = None
        self._lanes: dict[int, list[list[Segment]]] = {}
        self.drawn: dict[int, dict[tuple[int, int], Any]] = {}
        """What a painter keeps of each row from frame to frame: it is gone when the row looks different."""
        self.grid = Grid(self._layout, safe=safe)

    # Size and content

    def resize(self, width: int, lines: int) -> None:
        """Lay the text out anew; what was at the top stays there."""
        at = self.first
        self.lines = max(1, lines)
        if max(LEAST_WIDTH, width - GUTTER - MARGIN) != self._layout.width:
            self._layout = wrap(self._measured, max(LEAST_WIDTH, width - GUTTER - MARGIN))
            self._forget()
            self.grid = Grid(self._layout, self._brackets.values(), self.grid.mode, self.safe)
        self.top = self._held(self.grid.line_of(self._layout.row_of(at)))

    @property
    def mode(self) -> Mode:
        """How brackets are shown."""
        return self.grid.mode

    def next_mode(self) -> Mode:
        """Show brackets in the next way; what was at the top stays there."""
        at = self.first
        self._forget()
        self.grid.mode = MODES[(MODES.index(self.grid.mode) + 1) % len(MODES)]
        self.top = self._held(self.grid.line_of(self._layout.row_of(at)))
        return self.grid.mode

    def update(self, draft: Draft, suggestions: tuple[Suggestion, ...], focus: str | None) -> frozenset[int]:
        """Draw what there is now; the rows that look different. What is at the top does not move."""
        put: dict[str, Bracket] = {}
        drop: list[str] = []
        tags = self._tags_of(draft, focus)
        if draft is not self._draft:
            self._diff(draft, tags, put, drop)
        if suggestions is not self._suggestions:
            self._diff_suggestions(suggestions, put, drop)
        for key in {*tags, *self._tags}:
            if key in draft.entities and tags.get(key) != self._tags.get(key):
                put[key] = self._bracket(draft.entities[key], tags)
        self._draft, self._suggestions, self._tags = draft, suggestions, tags
        if not put and not drop:
            return frozenset()
        for key in drop:
            self._brackets.pop(key, None)
        self._brackets.update(put)
        row, lane = self.grid.at(self.top)
        touched = self.grid.update(put.values(), drop)
        for changed in touched:
            self._lanes.pop(changed, None)
            self.drawn.pop(changed, None)
        self.top = self._held(self.grid.line_of(row, min(lane, self.grid.heights[row] - 1)))
        return touched

    def _forget(self) -> None:
        self._lanes.clear()
        self.drawn.clear()

    def rows_of(self, item: str) -> Sequence[int]:
        """The rows that an item's bracket is on."""
        bracket = self._brackets.get(item)
        return rows_of(self._layout, bracket) if bracket is not None else ()

    def rows_in(self, span: Span) -> range:
        """The rows on the screen that a span touches; an empty one touches the row it is on."""
        visible = self.visible
        first, last = max(span.start, visible.start), min(max(span.end - 1, span.start), visible.end)
        return range(self._layout.row_of(first), self._layout.row_of(last) + 1) if first <= last else range(0)

    def lanes(self, row: int) -> list[list[Segment]]:
        """The lanes beneath a row; those that were drawn before are kept."""
        found = self._lanes.get(row)
        if found is None:
            found = self._lanes[row] = self.grid.lanes(row)
        return found

    def _diff(self, draft: Draft, tags: Mapping[str, str], put: dict[str, Bracket], drop: list[str]) -> None:
        before = self._draft or Draft.empty()
        if draft.since is not None and draft.since[0] == before.serial:
            for swap in draft.since[1]:
                item = swap.after
                if isinstance(item, Entity) or (isinstance(item, Frame) and item.trigger is not None):
                    put[item.id] = self._bracket(item, tags)
                elif item is None and swap.part in ("entities", "frames"):
                    drop.append(swap.key)
            return
        parts: tuple[tuple[Mapping[str, Entity | Frame], Mapping[str, Entity | Frame]], ...] = (
            (before.entities, draft.entities),
            (before.frames, draft.frames),
        )
        for old, new in parts:
            if old is new:
                continue
            earlier = old.get
            for item in [item for key, item in new.items() if earlier(key) is not item]:
                if isinstance(item, Entity) or item.trigger is not None:
                    put[item.id] = self._bracket(item, tags)
            drop += old.keys() - new.keys()

    def _bracket(self, item: Entity | Frame, tags: Mapping[str, str]) -> Bracket:
        if isinstance(item, Entity):
            known = self.schema.entity_types.get(item.type)
            badge = known.badge if known else _UNKNOWN
            return Bracket(item.id, item.fragments, badge, item.type, "entity", tags.get(item.id, ""))
        frame = self.schema.frame_types.get(item.type)
        fragments = item.trigger.fragments if item.trigger else ()
        return Bracket(item.id, fragments, frame.badge if frame else _UNKNOWN, item.type, "trigger")

    def _diff_suggestions(self, suggestions: tuple[Suggestion, ...], put: dict[str, Bracket], drop: list[str]) -> None:
        old = {one.key: one for one in self._suggestions}
        new = {one.key: one for one in suggestions}
        for key, one in new.items():
            if old.get(key) is not one and (made := self._suggested(one)) is not None:
                put[key] = made
        drop += [key for key in old if key not in new]

    def _suggested(self, one: Suggestion) -> Bracket | None:
        item = one.item
        if isinstance(item, SuggestedEntity):
            known = self.schema.entity_types.get(item.type)
            return Bracket(one.key, item.fragments, known.badge if known else _UNKNOWN, item.type, "suggestion")
        if isinstance(item, SuggestedFrame):
            frame = self.schema.frame_types.get(item.type)
            return Bracket(one.key, item.trigger, frame.badge if frame else _UNKNOWN, item.type, "suggestion")
        return None

    def _tags_of(self, draft: Draft, focus: str | None) -> dict[str, str]:
        """What stands on the brackets of everything that the focus is linked with."""
        tags: dict[str, str] = {}
        if focus in draft.frames:
            frame = draft.frames[focus or ""]
            known = self.schema.frame_types.get(frame.type)
            for one in frame.arguments:
                role = known.roles.get(one.role) if known else None
                tags[one.entity] = f"={role.zh if role else one.role}"
        for item in draft.links.get(focus or "", ()):
            if isinstance(item, Relation):
                relation = self.schema.relation_types.get(item.type)
                name = relation.zh if relation else item.type
                other, arrow = (item.tail, "→") if item.head == focus else (item.head, "←")
                tags.setdefault(other, f"{arrow}{name}")
        return tags

    # Page: what the editor asks

    @property
    def first(self) -> int:
        """The first visible position."""
        return self._layout.rows[self.grid.at(self.top)[0]].start

    @property
    def visible(self) -> Span:
        """The part of the text on the screen."""
        last = self.grid.at(min(self.top + self.lines, self.grid.lines) - 1)[0]
        return Span(self.first, self._layout.rows[last].end)

    @property
    def height(self) -> int:
        """Rows of text on the screen, at least one, less one so that a page overlaps the next."""
        shown = self.grid.at(min(self.top + self.lines, self.grid.lines) - 1)[0] - self.grid.at(self.top)[0]
        return max(1, shown)

    def row(self, position: int) -> Span:
        """The row a position is in, without its line end."""
        found = self._layout.row_of(position)
        return Span(self._layout.rows[found].start, self._layout.caret_end(found))

    def paragraph_of(self, position: int) -> int:
        """The number of the paragraph a position is in, from 0."""
        return self._layout.rows[self._layout.row_of(position)].paragraph

    def vertical(self, position: int, rows: int) -> int:
        """The position some rows below (above: negative), in the same column where there is one."""
        row, column = self._layout.cell_of(position)
        wanted = max(0, min(len(self._layout.rows) - 1, row + rows))
        if wanted == row:
            return 0 if rows < 0 else len(self.document.text)
        return self._layout.offset_at(wanted, column)

    def show(self, position: int, whole: bool = False) -> None:
        """Scroll as little as needed for a position to be visible; `whole`: to the upper third when it was not."""
        row = self._layout.row_of(position)
        first = self.grid.line_of(row)
        last = first + self.grid.heights[row] - 1
        if self.top <= first and last < self.top + self.lines:
            return
        if whole:
            self.top = self._held(first - self.lines // 3)
        elif first < self.top:
            self.top = self._held(first - min(_AHEAD, self.lines // 4))
        else:
            self.top = self._held(min(first, last - self.lines + 1 + min(_AHEAD, self.lines // 4)))

    def scroll(self, by: int) -> None:
        """Move the screen by some lines, without moving the caret."""
        self.top = self._held(self.top + by)

    def _held(self, top: int) -> int:
        return max(0, min(top, self.grid.lines - min(self.lines, self.grid.lines)))

    # Cells

    def cell_of(self, position: int) -> tuple[int, int]:
        """The line on the screen (from 0, perhaps not visible) and the column of a position's first cell."""
        row, column = self._layout.cell_of(position)
        return self.grid.line_of(row) - self.top, GUTTER + column

    def offset_at(self, line: int, column: int) -> int:
        """The position under a cell of the screen; on a bracket, that above it."""
        number = min(max(0, self.top + line), self.grid.lines - 1)
        return self._layout.offset_at(self.grid.at(number)[0], column - GUTTER)

    def item_at(self, line: int, column: int) -> str | None:
        """The key of the bracket under a cell; None on text and where there is none."""
        number = self.top + line
        if not 0 <= number < self.grid.lines:
            return None
        row, lane = self.grid.at(number)
        if lane == 0:
            return None
        for segment in self.lanes(row)[lane - 1]:
            if segment.column <= column - GUTTER < segment.column + segment.width:
                return str(segment.key)
        return None

    def rail(self, draft: Draft, focus: str | None) -> Rail:
        """The rail between the focus and everything it is linked with; lines count from the top of the document."""
        here = self._line_of(draft, focus)
        if here is None:
            return rail(0, (), self.safe)
        return rail(here, self._stops(draft, focus or ""), self.safe)

    def _stops(self, draft: Draft, focus: str) -> Iterable[Stop]:
        frame = draft.frames.get(focus)
        for one in frame.arguments if frame else ():
            if (line := self._line_of(draft, one.entity)) is not None:
                yield Stop(line, "out")
        for item in draft.links.get(focus, ()):
            if isinstance(item, Relation):
                forward = item.head == focus
                if (line := self._line_of(draft, item.tail if forward else item.head)) is not None:
                    yield Stop(line, "out" if forward else "in")

    def _line_of(self, draft: Draft, item: str | None) -> int | None:
        entity, frame = draft.entities.get(item or ""), draft.frames.get(item or "")
        fragments = entity.fragments if entity else frame.trigger.fragments if frame and frame.trigger else ()
        return self.grid.line_of(self._layout.row_of(fragments[0].start)) if fragments else None
