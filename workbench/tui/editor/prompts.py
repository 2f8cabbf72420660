"""What the editor may be waiting for: a character, a hint, a choice, a line of text, a row of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from workbench.annotation.drafts.links import Link, Partner
from workbench.annotation.suggest.records import Suggestion
from workbench.core.text import Span
from workbench.tui.keys.actions import Context


def doing(function: Callable[..., object], *arguments: object) -> Callable[[], None]:
    """A call to be made later, whose result nobody wants."""

    def call() -> None:
        function(*arguments)

    return call


@dataclass(frozen=True)
class Target:
    """Jump and extend wait for the initial, digit or character of a word."""

    purpose: str
    context: Context = "target"


@dataclass(frozen=True)
class Hints:
    """Further matches of a jump, each with the capital letters that select it; `typed` is the first of two letters."""

    targets: Mapping[str, Span]
    extending: bool
    typed: str = ""
    context: Context = "hints"


@dataclass(frozen=True)
class Linking:
    """Partners (or fillers) of an item with their hints; `nearest` is the hint that Space takes.

    `purpose` is "link" or "cluster". `last` is the link that has just been made with `linked`, which a digit turns into
    another of its `readings`. `back` is the suggestion that was the candidate, to which Enter and Tab return.
    """

    item: str
    partners: Mapping[str, Partner]
    nearest: str
    purpose: str = "link"
    last: str = ""
    linked: Partner | None = None
    typed: str = ""
    back: Suggestion | None = None
    context: Context = "link"

    @property
    def readings(self) -> tuple[Link, ...]:
        """What digits may turn the last link into, the first being what it is; nothing where only one is admissible."""
        return self.linked.links if self.linked is not None and len(self.linked.links) > 1 else ()


class Row(NamedTuple):
    """A line of a list or table: what it says, and, while it can be chosen, what choosing and deleting it do.

    `mark` stands before it; `key` finds it again when the list is made anew.
    """

    text: str
    choose: Callable[[], None] | None = None
    delete: Callable[[], None] | None = None
    mark: str = ""
    key: str = ""
    style: str = ""


@dataclass(frozen=True)
class Listing:
    """Rows to choose from: numbered with digits beside the text (`list`), or over it (`table`), or to read (`help`).

    `again` makes the rows anew after something was chosen; without it the list closes. `at` is the chosen row. `extra`
    does something else than usual for some actions, `label` for label keys. A `wide` list is drawn over the text.
    """

    title: str
    rows: Sequence[Row]
    context: Context = "list"
    at: int = 0
    again: Callable[[], Sequence[Row]] | None = None
    extra: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    label: Callable[[str], None] | None = None
    wide: bool = False

    def moved(self, by: int) -> Listing:
        """Another row chosen; the ends hold."""
        return replace(self, at=max(0, min(len(self.rows) - 1, self.at + by)))


@dataclass(frozen=True)
class Entry:
    """A line of text being entered; `done` gets it, `changed` gets it after every key (find-as-you-type)."""

    title: str
    done: Callable[[str], None]
    text: str = ""
    position: int = 0
    changed: Callable[[str], None] | None = None
    context: Context = "prompt"

    def typed(self, character: str) -> Entry:
        """With a string put in at the position."""
        text = self.text[: self.position] + character + self.text[self.position :]
        return replace(self, text=text, position=self.position + len(character))

    def erased(self, by: int) -> Entry:
        """Without the character before (-1) or after (0) the position."""
        at = self.position + by
        if not 0 <= at < len(self.text):
            return self
        return replace(self, text=self.text[:at] + self.text[at + 1 :], position=at)

    def moved(self, to: int) -> Entry:
        """The position elsewhere; the ends hold."""
        return replace(self, position=max(0, min(len(self.text), to)))


Prompt = Target | Hints | Linking | Listing | Entry
