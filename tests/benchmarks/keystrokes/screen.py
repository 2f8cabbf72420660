"""What an eye sees of the editor. The annotator of the model knows this, the gold it has yet to label, and no more.

The rule: a `Screen` is made from what the painter and the canvas put on the 84 x 32 cells of the text (characters,
grounds, hint letters, brackets), and from the lines that stand beside it (focus, candidate, preview, the readings of
the open list, the message). Planning takes a `Screen` and never the editor, the session or the lattice, so it knows of
word boundaries only those whose marks are painted. Of each visible Chinese character it knows the pinyin initial, as
any reader does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tests.benchmarks.keystrokes.targets import Mention, mention_of
from workbench.annotation.finding import fold, other_initial
from workbench.annotation.suggest.records import SuggestedEntity, SuggestedFrame, SuggestedRelation, Suggestion
from workbench.core.records import Frame, Relation
from workbench.core.text import Fragments, Span
from workbench.tui.editor.canvas import Canvas
from workbench.tui.editor.editor import Editor
from workbench.tui.editor.painting import Ink, Painter
from workbench.tui.editor.prompts import Hints, Linking
from workbench.tui.layout.hints import overlay


class Reading(NamedTuple):
    """A link as the screen names it: a relation type with its direction, seen from the focus, or a role."""

    type: str
    forward: bool = True


class Preview(NamedTuple):
    """What Enter would link the focus with, and how."""

    partner: Mention
    reading: Reading


class Offer(NamedTuple):
    """A suggestion as its dotted bracket, or its line in the panel, shows it."""

    kind: str
    type: str
    fragments: Fragments
    head: Mention | None = None
    tail: Mention | None = None
    fillers: tuple[tuple[str, Mention], ...] = ()

    @property
    def mention(self) -> Mention:
        """What names it when it is an entity or a trigger."""
        return Mention(self.type, self.fragments)

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands in reading order, as Tab goes: a relation at the later of its ends."""
        starts = sorted(span.start for span in self.fragments)
        if self.head is not None and self.tail is not None:
            first, last = sorted((self.head.start, self.tail.start))
            return last, 1, -first
        return starts[0], 0 if self.kind == "entity" else 2, -max(span.end for span in self.fragments)


@dataclass(frozen=True)
class Screen:
    """One frame. Positions are code points of the text; nothing beyond `visible` is known.

    `counts_from` is where digits count from. `marks` are the word boundaries that are painted, `marked` the stretch in
    which there are no others. `undecided` is the number of suggestions in the title line; `back` is the one that waits
    while partners are offered. `numbered` tells that digits choose now, `readings` among what. `hidden` are partners
    whose hint another one covers: the list beside the text has to show them.
    """

    text: str
    visible: Span
    rows: tuple[Span, ...]
    caret: int
    counts_from: int
    selection: Span | None
    kept: Fragments
    waiting: str
    marks: frozenset[int]
    marked: Span
    hints: Mapping[int, str]
    labelled: tuple[Mention, ...]
    triggers: tuple[Mention, ...]
    offers: tuple[Offer, ...]
    undecided: int
    focus: Mention | None
    candidate: Offer | None
    back: Offer | None
    preview: Preview | None
    partners: Mapping[str, Mention]
    hidden: tuple[Mention, ...]
    readings: tuple[Reading, ...]
    numbered: bool
    nearest: str
    links: tuple[tuple[Mention, Reading], ...]
    initials: Mapping[int, frozenset[str]]
    refused: bool

    @property
    def here(self) -> tuple[int, int, int]:
        """Where Tab starts from in reading order: the candidate, the focus, or the caret."""
        if self.candidate is not None:
            return self.candidate.place
        return (self.focus.start, 0, -self.focus.end) if self.focus is not None else (self.caret, -1, 0)

    def shows(self, span: Span) -> bool:
        """Tell whether a stretch is on the screen as a whole."""
        return self.visible.contains(span)

    def means(self, position: int, key: str) -> bool:
        """Tell whether a character is one that a jump to a key may mean."""
        return key in self.initials[position]


TWINS = {"“": '"', "”": '"', "‘": "'", "’": "'", "《": "<", "〈": "<", "》": ">", "〉": ">", "「": "[", "【": "["}
TWINS |= {"。": ".", "、": ",", "」": "]", "】": "]", "…": "^", "—": "-", "–": "-", "·": "`", "￥": "$", "¥": "$"}


def read(editor: Editor, canvas: Canvas, width: int) -> Screen:
    """Look at the screen."""
    visible = canvas.visible
    inks, hinted = _painted(editor, canvas, width)
    marks, marked = _marks(inks, editor, visible)
    labelled, triggers, offers = _brackets(editor, canvas)
    prompt = editor.prompt
    selection = editor.cursor.selection
    draft = editor.session.draft
    focus = _focus(editor)
    preview = editor.preview
    linking = prompt if isinstance(prompt, Linking) else None
    partners = _partners(editor, linking) if linking else {}
    return Screen(
        text=_seen(editor.text, visible),
        visible=visible,
        rows=tuple(canvas.row(position) for position in _row_starts(canvas)),
        caret=editor.cursor.caret,
        counts_from=_counts_from(editor),
        selection=selection,
        kept=editor.cursor.kept,
        waiting="extending" if isinstance(prompt, Hints) and prompt.extending else editor.context,
        marks=marks,
        marked=marked,
        hints=hinted,
        labelled=labelled,
        triggers=triggers,
        offers=offers,
        undecided=len(editor.session.suggestions),
        focus=focus,
        candidate=_offer(editor.candidate) if editor.candidate else None,
        back=_offer(linking.back) if linking and linking.back else None,
        preview=Preview(
            mention_of(draft.entities[preview.partner.entity]),
            _reading(editor, preview.link.type, preview.link.forward),
        )
        if preview
        else None,
        partners=partners,
        hidden=tuple(partners[hint] for hint in partners.keys() - set(hinted.values())),
        readings=_readings(editor, linking) if linking else (),
        numbered=bool(linking and linking.readings),
        nearest=linking.nearest if linking else "",
        links=tuple(_links(editor)),
        initials=_Initials(editor, visible),
        refused=editor.message is not None and editor.message.kind == "refused",
    )


def _seen(text: str, visible: Span) -> str:
    """The text with everything beyond the screen blotted out."""
    return "\0" * visible.start + text[visible.start : visible.end] + "\0" * (len(text) - visible.end)


class _Initials(dict[int, frozenset[str]]):
    """Which keys the visible characters can be jumped to by, filled as they are looked at."""

    def __init__(self, editor: Editor, visible: Span) -> None:
        super().__init__()
        self._editor = editor
        self._visible = visible

    def __missing__(self, position: int) -> frozenset[str]:
        if not self._visible.start <= position < self._visible.end:
            return frozenset()
        character = self._editor.text[position]
        initial = self._editor.index.initials[position]
        known = (initial, other_initial(character, initial), fold(character), TWINS.get(character, ""))
        self[position] = frozenset(key for key in known if len(key) == 1)
        return self[position]


def key_to(screen: Screen, position: int, backwards: bool = False) -> str | None:
    """The ASCII key that jumps to a character; None when none does."""
    found = sorted(
        (key for key in screen.initials[position] if key.isascii() and key.isprintable() and not key.isspace()),
        key=lambda key: (not key.isalnum(), key),
    )
    letters = [key for key in found if key.isalpha()]
    if backwards:
        return letters[0].upper() if letters else None
    return found[0] if found else None


def _row_starts(canvas: Canvas) -> list[int]:
    starts: list[int] = []
    position, end = canvas.visible
    while position < end:
        starts.append(position)
        following = canvas.row(canvas.vertical(position, 1)).start
        if following <= position:
            break
        position = following
    return starts


def _painted(editor: Editor, canvas: Canvas, width: int) -> tuple[dict[int, Ink], dict[int, str]]:
    """The ink of every visible character, and the hint over it, if there is one."""
    painter = Painter(editor, canvas, width)
    layout = canvas.grid.layout
    inks: dict[int, Ink] = {}
    hints: dict[int, str] = {}
    for row in range(layout.row_of(canvas.visible.start), layout.row_of(canvas.visible.end - 1) + 1):
        start, end = layout.rows[row].start, layout.rows[row].end
        inks.update(zip(range(start, end), painter._inks(row, start, end), strict=True))
        if over := [*overlay(layout, row, painter._marks.hints)]:
            columns = {layout.column(row, position): position for position in range(start, end)}
            hints.update((columns[column], label.strip()) for column, label in over)
    return inks, hints


def _counts_from(editor: Editor) -> int:
    """Where the words that digits count begin: with the selection, else at the caret."""
    selection = editor.cursor.selection
    return selection.start if selection is not None else editor.cursor.caret


def _marks(inks: Mapping[int, Ink], editor: Editor, visible: Span) -> tuple[frozenset[int], Span]:
    """Word boundaries seen as changes of ground: every second of the next words is marked, up to the tenth."""
    selection = editor.cursor.selection
    start = selection.end if selection is not None else _counts_from(editor)
    stop = editor.text.find("\n", start)
    stop = min(visible.end, stop if stop >= 0 else visible.end)
    if not any(ink.ground == "word" for ink in inks.values()):
        return frozenset(), Span(start, start)
    last = max(position for position, ink in inks.items() if ink.ground == "word") + 1
    marks: set[int] = set()
    before = inks[start].ground == "word" if start in inks else False
    for position in range(start, min(last, stop)):
        now = position in inks and inks[position].ground == "word"
        if now != before:
            marks.add(position)
        before = now
    if last >= visible.end:
        last -= 1  # the word may go on below the screen
    else:
        marks.add(last)
    return frozenset(marks), Span(start, last)


def _brackets(editor: Editor, canvas: Canvas) -> tuple[tuple[Mention, ...], tuple[Mention, ...], tuple[Offer, ...]]:
    draft, visible = editor.session.draft, canvas.visible
    labelled = tuple(mention_of(one) for one in draft.order if _meets(one.fragments, visible))
    triggers = tuple(
        Mention(one.type, one.trigger.fragments)
        for one in draft.frames.values()
        if one.trigger and _meets(one.trigger.fragments, visible)
    )
    offers = tuple(offer for offer in map(_offer, editor.session.suggestions) if _meets(offer.fragments, visible))
    return labelled, triggers, offers


def _meets(fragments: Fragments, visible: Span) -> bool:
    return any(span.overlap(visible) for span in fragments)


def _focus(editor: Editor) -> Mention | None:
    draft = editor.session.draft
    found = draft.entities.get(editor.focus or "") or draft.frames.get(editor.focus or "")
    if isinstance(found, Frame):
        return Mention(found.type, found.trigger.fragments) if found.trigger else None
    return mention_of(found) if found is not None else None


def _reading(editor: Editor, kind: str, forward: bool) -> Reading:
    """A link as it is shown: a symmetric relation has no direction."""
    known = editor.session.schema.relation_types.get(kind)
    return Reading(kind, forward or (known is not None and known.symmetric))


def _links(editor: Editor) -> Iterator[tuple[Mention, Reading]]:
    """What the panel lists of the focus: its relations, or what fills its roles."""
    draft = editor.session.draft
    frame = draft.frames.get(editor.focus or "")
    for one in frame.arguments if frame else ():
        yield mention_of(draft.entities[one.entity]), Reading(one.role)
    for item in draft.links.get(editor.focus or "", ()):
        if isinstance(item, Relation):
            forward = item.head == editor.focus
            yield mention_of(draft.entities[item.tail if forward else item.head]), _reading(editor, item.type, forward)


def _offer(one: Suggestion) -> Offer:
    item = one.item
    if isinstance(item, SuggestedEntity):
        return Offer("entity", item.type, item.fragments)
    if isinstance(item, SuggestedFrame):
        fillers = tuple((each.role, Mention(*each.filler)) for each in item.arguments)
        return Offer("frame", item.type, item.trigger, fillers=fillers)
    assert isinstance(item, SuggestedRelation)
    head, tail = Mention(*item.head), Mention(*item.tail)
    return Offer("relation", item.type, (*head.fragments, *tail.fragments), head, tail)


def _partners(editor: Editor, prompt: Linking) -> dict[str, Mention]:
    """Who is offered, by what is still to be typed of the hint."""
    return {
        hint[len(prompt.typed) :]: mention_of(editor.session.draft.entities[partner.entity])
        for hint, partner in prompt.partners.items()
        if hint.startswith(prompt.typed)
    }


def _readings(editor: Editor, prompt: Linking) -> tuple[Reading, ...]:
    return tuple(_reading(editor, link.type, link.forward) for link in prompt.readings)
