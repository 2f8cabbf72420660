"""The lines of an `.ann` file: what each says, and (as a string) how it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from workbench.core.text import Span

REMAINDER = "Workbench"
"""The type of the note that holds what brat has no line for; its target is `DOC`."""

NOTE = "AnnotatorNotes"
"""The type of the notes that brat's own dialogue makes."""

_SPANS = r"-?[0-9]{1,15} -?[0-9]{1,15}"
_TEXT_BOUND = re.compile(rf"(\S+) ({_SPANS}(?:;{_SPANS})*)")
_EVENT = re.compile(r"(\S+):([^\s:]+)((?: +\S+:[^\s:]+)*)")
_RELATION = re.compile(r"(\S+) +(\S+):([^\s:]+) +(\S+):([^\s:]+)")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (.*))?")
_NORMALIZATION = re.compile(r"(\S+) (\S+) (\S+?:.+)")
_EQUIVALENCE = re.compile(r"(\S+)((?: +\S+)+)")
_IDENT = re.compile(r"([TREAMN#])(\S+)")


class TextBound(NamedTuple):
    """A `T` line; `quoted` is None where it has no text."""

    ident: str
    type: str
    fragments: tuple[Span, ...]
    quoted: str | None

    def __str__(self) -> str:
        places = ";".join(f"{start} {end}" for start, end in self.fragments)
        return f"{self.ident}\t{self.type} {places}\t{self.quoted or ''}"


class Relation(NamedTuple):
    """An `R` line: its ends with the names they have in the file."""

    ident: str
    type: str
    ends: tuple[tuple[str, str], tuple[str, str]]

    def __str__(self) -> str:
        return f"{self.ident}\t{self.type} {_pairs(self.ends)}"


class Event(NamedTuple):
    """An `E` line; `arguments` are (role, id) as written, numbers of repeated roles included."""

    ident: str
    type: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.ident}\t{_pairs([(self.type, self.trigger), *self.arguments])}"


class Attribute(NamedTuple):
    """An `A` or `M` line; one without a value is true."""

    ident: str
    name: str
    target: str
    value: str

    def __str__(self) -> str:
        said = "" if self.value == "true" else f" {self.value}"
        return f"{self.ident}\t{self.name} {self.target}{said}"


class Normalization(NamedTuple):
    """An `N` line: `reference` is `resource:id`."""

    ident: str
    type: str
    target: str
    reference: str
    words: str

    def __str__(self) -> str:
        return f"{self.ident}\t{self.type} {self.target} {self.reference}\t{self.words}"


class Note(NamedTuple):
    """A `#` line."""

    ident: str
    type: str
    target: str
    words: str

    def __str__(self) -> str:
        return f"{self.ident}\t{self.type} {self.target}\t{self.words}"


class Equivalence(NamedTuple):
    """A `*` line."""

    type: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return f"*\t{self.type} {' '.join(self.members)}"


Line = TextBound | Relation | Event | Attribute | Normalization | Note | Equivalence


class NotStandoff(ValueError):
    """A line is not standoff; the message says what would be."""


def parse(line: str) -> Line:
    """Read one line, without its line end.

    Raises:
        NotStandoff: it is not a line of an `.ann` file.
    """
    ident, tab, rest = line.partition("\t")
    if ident == "*" and tab:
        found = _whole(_EQUIVALENCE, rest, "*<TAB>TYPE ID ID …")
        return Equivalence(found[1], tuple(found[2].split()))
    if not tab or _IDENT.fullmatch(ident) is None:
        raise NotStandoff(
            f"not a line of standoff: {_cut(line)!r} (ID<TAB>… is needed, ID as T1 R1 E1 A1 M1 N1 #1 or *)"
        )
    read: Callable[[str, str], Line] = _READERS[ident[0]]
    return read(ident, rest)


def _whole(pattern: re.Pattern[str], rest: str, wanted: str) -> re.Match[str]:
    found = pattern.fullmatch(rest.rstrip(" \t"))
    if found is None:
        raise NotStandoff(f"not {wanted}: {_cut(rest)!r}")
    return found


def _text_bound(ident: str, rest: str) -> TextBound:
    head, tab, words = rest.partition("\t")
    found = _whole(_TEXT_BOUND, head, "T1<TAB>TYPE START END<TAB>TEXT")
    spans = [pair.split(" ") for pair in found[2].split(";")]
    return TextBound(ident, found[1], tuple(Span(int(start), int(end)) for start, end in spans), words if tab else None)


def _relation(ident: str, rest: str) -> Relation:
    found = _whole(_RELATION, rest.partition("\t")[0], "R1<TAB>TYPE Arg1:T1 Arg2:T2")
    return Relation(ident, found[1], ((found[2], found[3]), (found[4], found[5])))


def _event(ident: str, rest: str) -> Event:
    found = _whole(_EVENT, rest.partition("\t")[0], "E1<TAB>TYPE:T1 ROLE:T2 …")
    pairs = [pair.rpartition(":") for pair in found[3].split()]
    return Event(ident, found[1], found[2], tuple((role, filler) for role, _, filler in pairs))


def _attribute(ident: str, rest: str) -> Attribute:
    found = _whole(_ATTRIBUTE, rest, "A1<TAB>NAME T1 VALUE")
    return Attribute(ident, found[1], found[2], found[3] or "true")


def _normalization(ident: str, rest: str) -> Normalization:
    head, _, words = rest.partition("\t")
    found = _whole(_NORMALIZATION, head, "N1<TAB>Reference T1 RESOURCE:ID<TAB>TEXT")
    return Normalization(ident, found[1], found[2], found[3], words)


def _note(ident: str, rest: str) -> Note:
    head, _, words = rest.partition("\t")
    parts = head.split(" ")
    if len(parts) != 2 or not all(parts):
        raise NotStandoff(f"not #1<TAB>AnnotatorNotes T1<TAB>TEXT: {_cut(rest)!r}")
    return Note(ident, parts[0], parts[1], words)


_READERS: dict[str, Any] = {
    "T": _text_bound,
    "R": _relation,
    "E": _event,
    "A": _attribute,
    "M": _attribute,
    "N": _normalization,
    "#": _note,
}


def references(line: Line) -> Iterator[str]:
    """The ids that a line speaks of."""
    match line:
        case Relation(ends=ends):
            yield from (end for _, end in ends)
        case Event(trigger=trigger, arguments=arguments):
            yield trigger
            yield from (filler for _, filler in arguments)
        case Equivalence(members=members):
            yield from members
        case Attribute(target=target) | Normalization(target=target) | Note(target=target):
            yield target


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"{name}:{filler}" for name, filler in pairs)


def one_word(name: str) -> str:
    """A name as brat can write it: white space and colons become `_`."""
    return re.sub(r"[\s:]", "_", name) or "_"


def one_line(words: str) -> str:
    """Words as they fit into the last column: line ends and tabs become blanks."""
    return re.sub(r"[\r\n\t]", " ", words)


def numbered(roles: Sequence[str]) -> Iterator[str]:
    """Role names as brat writes them: the second of a name is Theme2, the third Theme3."""
    seen: dict[str, int] = {}
    for role in roles:
        seen[role] = seen.get(role, 0) + 1
        yield role if seen[role] == 1 else f"{role}{seen[role]}"


def unnumbered(roles: Sequence[str]) -> Iterator[str]:
    """The inverse of `numbered`: Theme2 is Theme where there is a Theme."""
    for role in roles:
        base = re.sub(r"(?<=\D)(?:[2-9]|[1-9][0-9]+)$", "", role)
        yield base if base in roles else role


def remainder_line(ident: str, remainder: Any) -> Note:
    """The note that holds a document's remainder."""
    return Note(ident, REMAINDER, "DOC", json.dumps(remainder, ensure_ascii=False, separators=(",", ":")))


def _cut(line: str) -> str:
    return line if len(line) <= 60 else f"{line[:59]}…"
