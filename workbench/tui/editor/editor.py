"""The editor: what a key does. It knows the session, the caret and what it waits for, and nothing of a terminal.

Everything that is on the screen is read from here; everything a hand can do comes in by `press`, `click` and `insert`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal, NamedTuple, Protocol

from workbench.annotation.drafts.edits import EditRefused
from workbench.annotation.finding import Finder
from workbench.annotation.lattice import Lattice
from workbench.annotation.session import Likely, Session
from workbench.annotation.suggest.records import Suggestion
from workbench.core.errors import WorkbenchError
from workbench.core.records import Entity, Frame
from workbench.core.text import Fragments, Span
from workbench.corpus.words import WordIndex
from workbench.tui.editor.cursor import Cursor
from workbench.tui.editor.prompts import Entry, Hints, Linking, Listing, Prompt, Target
from workbench.tui.keys.actions import Context
from workbench.tui.keys.keymap import Binding, Keymap
from workbench.tui.keys.twins import Doubles, normal


class Page(Protocol):
    """What the editor must know of the screen: how the text is broken into rows, and what of it is visible."""

    @property
    def visible(self) -> Span:
        """The part of the text on the screen."""
        ...

    @property
    def height(self) -> int:
        """Rows of text that fit."""
        ...

    def row(self, position: int) -> Span:
        """The row a position is in, without its line end."""
        ...

    def vertical(self, position: int, rows: int) -> int:
        """The position some rows below (above: negative), in the same column where there is one."""
        ...

    def show(self, position: int, whole: bool = False) -> None:
        """Scroll as little as needed for a position to be visible; `whole`: put it in the middle when it was not."""
        ...


class Message(NamedTuple):
    """One line for the annotator, Chinese with English beside it."""

    zh: str
    en: str
    kind: Literal["done", "refused", "notice"] = "done"


class Effect(NamedTuple):
    """Something that is not the editor's to do: quit, open another document, show a list that needs the batch."""

    name: Literal["quit", "open", "next", "concordance", "documents", "compare", "lanes", "panel", "reload"]
    value: str = ""


Handler = Callable[["Editor", Binding], None]

_THROUGH_HINTS = frozenset(("undo", "redo"))
"""What a capital that is no hint does all the same; anything else could be a hint that was mistyped."""

_LEAVING = frozenset(("done", "skip", "undo", "redo", "documents", "compare", "concordance"))
"""What no key does through an open list: it would be a slip."""


class Editor:
    """One open document under somebody's hands.

    `focus` is the id of the entity or frame that the panel shows; `candidate` the suggestion that Enter takes; `made`
    what was labelled or accepted last; `back` the candidate that a list of links has just been left for another key.
    `asked` is the action that the same key, pressed again, confirms; `was_asked` that of the key before.
    """

    def __init__(
        self, session: Session, keymap: Keymap, lattice: Lattice, index: WordIndex, page: Page, handlers: Handlers
    ) -> None:
        self.session = session
        self.keymap = keymap
        self.index = index
        self.page = page
        self.cursor = Cursor(0)
        self.focus: str | None = None
        self.candidate: Suggestion | None = None
        self.prompt: Prompt | None = None
        self.message: Message | None = None
        self.effects: list[Effect] = []
        self.hits: tuple[Span, ...] = ()
        self.again: Callable[[], None] | None = None
        self.last_relation: str | None = None
        self.made: str | None = None
        self.asked = self.was_asked = ""
        self.back: Suggestion | None = None
        self._typed = ""
        self._prefixed = False
        self._doubles = Doubles()
        self._preview: tuple[object, Likely | None] | None = None
        self._known = {
            one.text for one in session.draft.order if one.text and len(one.text) > 1 and len(one.fragments) == 1
        }
        self.lattice = lattice.with_known(self._known)
        self._handlers = handlers

    @property
    def context(self) -> Context:
        """Where a key is pressed, as the keymap calls it."""
        if self._prefixed:
            return "prefixed"
        return "label" if self.prompt is None else self.prompt.context

    @property
    def text(self) -> str:
        """The document's text."""
        return self.session.document.text

    @cached_property
    def finder(self) -> Finder:
        """The text prepared for searching."""
        return Finder(self.text, self.index)

    @property
    def preview(self) -> Likely | None:
        """The link that Enter makes when nothing is suggested: the focus with a near partner, by the likeliest type."""
        if self.focus is None or self.candidate is not None or self.cursor.spans or self.prompt is not None:
            return None
        known = (self.session.draft, self.focus, self.page.visible)
        if self._preview is None or self._preview[0] != known:
            partners = self.session.partners(self.focus, self.page.visible)
            likeliest = self.session.likeliest(self.focus, partners)
            self._preview = (known, likeliest)
        return self._preview[1]

    def item(self) -> str:
        """The id of the entity or frame that a command is about.

        Raises:
            EditRefused: nothing has the focus.
        """
        if self.focus is None:
            raise EditRefused("先选中一个标注([ ] 移动)", "focus an entity or a frame first ([ ] move)")
        return self.focus

    def learn(self, spans: Sequence[Span]) -> None:
        """Let the words of the text know strings that have just been labelled; one character would cut other words."""
        strings = {self.text[span.start : span.end] for span in spans if span.length > 1} - self._known
        if strings:
            self._known |= strings
            self.lattice = self.lattice.also_known(strings)

    def press(self, key: str, character: str | None = None) -> None:
        """Do what a key means here. `key` is Textual's name of it, `character` what it types."""
        if self._doubles.swallows(character):
            return
        self.message, self.back = None, None
        self.was_asked, self.asked = self.asked, ""
        if isinstance(self.prompt, Entry) and self._enter(self.prompt, key, character):
            return
        if isinstance(self.prompt, Target) and character and self._aim(self.prompt, character):
            return
        key, character = normal(key, character)
        binding = self.keymap.for_key(self.context, key)
        typed, self._typed = self._typed, ""
        was_prefixed, self._prefixed = self._prefixed, False
        try:
            if binding is None:
                if not was_prefixed:
                    self._unbound(character, typed)
            else:
                self._act(binding)
        except EditRefused as refusal:
            self.say(refusal.zh, refusal.en, "refused")
        except WorkbenchError as error:
            self.say("出错", str(error), "refused")

    def _act(self, binding: Binding) -> None:
        if binding.kind == "prefix":
            self._prefixed = True
            return
        if binding.kind == "character":  # one that no word begins with, such as a space
            self.prompt = None
            return
        if binding.kind == "hint":
            usual = self.keymap.for_key("label", binding.key)
            if usual is None or usual.target not in _THROUGH_HINTS or self._is_hint(binding.target):
                self._handlers.hint(self, binding)
                return
            binding = usual
        prompt = self.prompt  # a digit chooses while there is something to choose, or nothing has been linked yet
        choosing = isinstance(prompt, Linking) and (prompt.readings or not prompt.last)
        chosen = choosing and binding.target == "count"
        if isinstance(self.prompt, Listing) and binding.target in self.prompt.extra:
            self.prompt.extra[binding.target]()
            return
        if isinstance(self.prompt, Listing) and self.prompt.label is not None and binding.kind == "label":
            self.prompt.label(binding.target)
            return
        if isinstance(self.prompt, Listing) and binding.context == "label" and binding.target in _LEAVING:
            raise EditRefused("列表还开着(Esc 关闭)", "a list is open (Esc closes it)")
        if self.prompt is not None and binding.context == "label" and not chosen:
            self.back = self.prompt.back if isinstance(self.prompt, Linking) else None
            self.prompt = None
        if binding.kind == "label":
            self._handlers.label(self, binding)
        else:
            self._handlers.actions[binding.target](self, binding)

    def _is_hint(self, letter: str) -> bool:
        """Tell whether a capital begins, or goes on with, one of the hints on the screen."""
        prompt = self.prompt
        hints = prompt.targets if isinstance(prompt, Hints) else prompt.partners if isinstance(prompt, Linking) else ()
        typed = prompt.typed if isinstance(prompt, (Hints, Linking)) else ""
        return any(hint.startswith(typed + letter) for hint in hints)

    def _enter(self, prompt: Entry, key: str, character: str | None) -> bool:
        """A key while a line is entered: characters are typed, keys of the line move in it, others are actions."""
        moved = {"left": prompt.position - 1, "right": prompt.position + 1, "home": 0, "end": len(prompt.text)}
        if key in moved:
            self.prompt = prompt.moved(moved[key])
        elif key == "ctrl+u":
            self.prompt = replace(prompt, text="", position=0)
        elif key in ("backspace", "delete"):
            self.prompt = prompt.erased(-1 if key == "backspace" else 0)
        elif character and character.isprintable() and key not in ("enter", "tab"):
            self.prompt = prompt.typed(character)
        else:
            return False
        if isinstance(self.prompt, Entry) and self.prompt.changed is not None:
            self.prompt.changed(self.prompt.text)
        return True

    def _aim(self, prompt: Target, character: str) -> bool:
        if not character.isprintable() or character.isspace():
            return False
        self.prompt = None
        try:
            self._handlers.target(self, prompt, character)
        except EditRefused as refusal:
            self.say(refusal.zh, refusal.en, "refused")
        return True

    def _unbound(self, character: str | None, typed: str) -> None:
        """Chinese typed while labelling finds what is typed; other keys that mean nothing end what is open."""
        if character and not character.isascii() and character.isprintable():
            self.prompt = None
            self._typed = typed + character
            self._handlers.find(self, self._typed)
        elif isinstance(self.prompt, (Hints, Linking)):
            self.prompt = None

    def insert(self, text: str) -> None:
        """Text that was pasted: typed where a line is entered, else looked for; never taken for keys."""
        if isinstance(self.prompt, Entry):
            self.prompt = self.prompt.typed("".join(part for part in text if part.isprintable()))
            if self.prompt.changed is not None:
                self.prompt.changed(self.prompt.text)
            return
        self.message, self.prompt = None, None
        wanted = text.strip()
        try:
            if wanted:
                self._handlers.find(self, wanted)
        except EditRefused as refusal:
            self.say(refusal.zh, refusal.en, "refused")

    def say(self, zh: str, en: str, kind: Literal["done", "refused", "notice"] = "done") -> None:
        """Show a line until the next key."""
        self.message = Message(zh, en, kind)

    # Caret and focus

    def go(self, cursor: Cursor, look: bool = True) -> None:
        """Put the caret somewhere; with `look`, the focus follows it."""
        caret = max(0, min(len(self.text), cursor.caret))
        self.cursor = cursor._replace(caret=caret)
        self.page.show(caret)
        if look:
            self.look()

    def look(self) -> None:
        """Let focus and candidate be what is under the caret, the innermost first."""
        around = self.around(self.cursor.caret)
        self.focus = around[0] if around and self.cursor.selection is None else None
        self.candidate = None
        if self.focus is None and self.cursor.selection is None:
            self.candidate = next(iter(self.session.offering.at(self.cursor.caret)), None)

    def around(self, position: int) -> list[str]:
        """Ids of the entities and frames whose span or trigger covers a position, the shortest first."""
        draft = self.session.draft
        entities = [(sum(span.length for span in one.fragments), one.id) for one in draft.around(position)]
        triggers = [
            (sum(span.length for span in frame.trigger.fragments), frame.id)
            for frame in draft.frames.values()
            if frame.trigger and any(span.start <= position < span.end for span in frame.trigger.fragments)
        ]
        return [name for _, name in sorted(entities + triggers)]

    def attend(self, item: str | None, show: bool = True) -> None:
        """Give something the focus; the caret goes to its end, nothing is selected."""
        self.focus, self.candidate = item, None
        fragments = self.fragments_of(item)
        if fragments and show:
            self.cursor = Cursor(fragments[-1].end)
            self.page.show(fragments[0].start, whole=True)
            self.page.show(self.cursor.caret)

    def fragments_of(self, item: str | None) -> Fragments:
        """Where an entity or a frame's trigger is; nowhere for anything else."""
        found: Entity | Frame | None = self.session.draft.entities.get(item or "") or self.session.draft.frames.get(
            item or ""
        )
        if isinstance(found, Frame):
            return found.trigger.fragments if found.trigger else ()
        return found.fragments if found is not None else ()

    def refocus(self) -> None:
        """After an edit that may have taken the focus away, look again."""
        draft = self.session.draft
        if self.focus is not None and self.focus not in draft.entities and self.focus not in draft.frames:
            self.look()

    def ask(self, prompt: Prompt | None) -> None:
        """Wait for something, or for nothing more."""
        self.prompt = prompt

    def relist(self) -> None:
        """Make the rows of an open list anew; close it when they cannot be."""
        if isinstance(self.prompt, Listing):
            again = self.prompt.again
            self.prompt = None if again is None else replace(self.prompt, rows=again()).moved(0)


class Handlers(NamedTuple):
    """What keys do: actions by id, labels, hints, the target of a jump, and Chinese that is typed."""

    actions: Mapping[str, Handler]
    label: Handler
    hint: Handler
    target: Callable[[Editor, Target, str], None]
    find: Callable[[Editor, str], None]
