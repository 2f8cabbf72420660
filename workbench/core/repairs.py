"""Named repairs of offsets: where a mention must be, when its text says so beyond doubt.

A repair is a proof, not a guess: it is made only where the words that a mention quotes leave one place for it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import accumulate
from typing import NamedTuple

from workbench.core.text import ELLIPSIS, Fragments, Span, Utf16Map, merge_fragments

REPAIRS: Mapping[str, str] = {
    "byte-order-mark": "the mark before a text is removed, and offsets that counted it are moved",
    "encoding": "bytes that can be nothing but GB 18030, or UTF-16 with its mark, are decoded",
    "utf16": "all offsets of a document were UTF-16 code units and become code points",
    "utf8": "all offsets of a document were UTF-8 bytes and become code points",
    "line-ends": "all offsets of a document counted line ends otherwise than its text has them",
    "inclusive-end": "an end was the last character, not the position after it",
    "reversed": "begin and end were exchanged",
    "hull": "one span stood for the fragments that its text names",
    "moved": "a mention is moved to the only place where its text stands",
    "fragments": "fragments are put in order, and joined where they touch",
    "surface": "the text of a mention differed from the slice in white space or in width of characters only",
    "repeated": "an item that is written twice word for word is kept once",
    "renumbered": "an id that two items have, and to which nothing refers, is changed for the later",
    "opened": "a chunk that began inside (I- without B-) is begun where it stands",
}
"""Names of repairs, and what each does."""

_BREAKS = str.maketrans("\r\n\t", "   ")
_HULL_LIMIT = 8


class Claim(NamedTuple):
    """A mention as a file has it: fragments that may be impossible, and the words it quotes (None: none)."""

    fragments: Fragments
    quoted: str | None


class Place(NamedTuple):
    """Where a repair puts a mention, and the name of the repair."""

    fragments: Fragments
    repair: str


def is_forward(fragments: Fragments, length: int) -> bool:
    """Tell whether every fragment is a range inside a text of `length` code points, whatever their order."""
    return all(0 <= span.start < span.end <= length for span in fragments)


def fits(text: str, claim: Claim) -> bool:
    """Tell whether the quoted words are the slice.

    Parts of a discontinuous mention may be joined by `…`, a blank or nothing, and line ends and tabs may be written as
    blanks: formats that put a mention on one line cannot do otherwise.
    """
    return is_forward(claim.fragments, len(text)) and (
        claim.quoted is None or _says(text, claim.fragments, claim.quoted)
    )


def _says(text: str, fragments: Fragments, quoted: str) -> bool:
    if len(fragments) == 1:
        found = text[fragments[0].start : fragments[0].end]
        return found == quoted or (len(found) == len(quoted) and _on_one_line(found) == _on_one_line(quoted))
    slices = [text[span.start : span.end] for span in fragments]
    wanted = _on_one_line(quoted)
    return any(_on_one_line(joint.join(slices)) == wanted for joint in (ELLIPSIS, " ", ""))


def _on_one_line(words: str) -> str:
    return words.translate(_BREAKS)


# --- repairs of one mention ------------------------------------------------------------------------------------------


def repair_mention(text: str, claim: Claim) -> Place | None:
    """The one place that a mention's words allow; None when there is none, or when there are several.

    Of a mention that fits, and of one without quoted words, only the order of fragments can be repaired.
    """
    if fits(text, claim):
        return _in_normal_form(claim)
    if claim.quoted is None:
        return None
    if is_forward(claim.fragments, len(text)):
        slices = [text[span.start : span.end] for span in claim.fragments]
        if any(_bare(joint.join(slices)) == _bare(claim.quoted) for joint in (ELLIPSIS, "")):
            return Place(merge_fragments(claim.fragments), "surface")
    found: dict[Fragments, str] = {}
    for place in _places(text, claim, claim.quoted):
        found.setdefault(place.fragments, place.repair)
    return Place(*found.popitem()) if len(found) == 1 else None


def _in_normal_form(claim: Claim) -> Place | None:
    merged = merge_fragments(claim.fragments)
    return Place(merged, "fragments") if merged != claim.fragments else None


def _places(text: str, claim: Claim, quoted: str) -> Iterator[Place]:
    for repair, fragments in _variants(claim.fragments):
        if fits(text, Claim(fragments, quoted)):
            yield Place(fragments, repair)
    if len(claim.fragments) == 1:
        hull = _pieces(text, claim.fragments[0], quoted)
        if hull is not None:
            yield Place(hull, "hull")
    if quoted.strip():
        moved = _only_place(text, claim.fragments, quoted)
        if moved is not None:
            yield Place(moved, "moved")


def _variants(fragments: Fragments) -> Iterator[tuple[str, Fragments]]:
    """The ways in which a writer may have meant other ends than it wrote."""
    merged = merge_fragments(fragments) if all(span.start < span.end for span in fragments) else fragments
    if merged != fragments:
        yield "fragments", merged
    yield "inclusive-end", tuple(Span(span.start, span.end + 1) for span in fragments)
    if any(span.start > span.end for span in fragments):
        turned = tuple(Span(min(span), max(span)) for span in fragments)
        yield "reversed", turned
        yield "reversed", tuple(Span(span.start, span.end + 1) for span in turned)


def _pieces(text: str, hull: Span, quoted: str) -> Fragments | None:
    """The fragments inside a hull that the words of a discontinuous mention name, if there is one way to place them."""
    if not is_forward((hull,), len(text)):
        return None
    pieces = [piece for piece in re.split(rf"{ELLIPSIS}| |\.\.\.", quoted) if piece]
    inside = text[hull.start : hull.end]
    if not 1 < len(pieces) <= _HULL_LIMIT or not inside.startswith(pieces[0]) or not inside.endswith(pieces[-1]):
        return None
    ways: list[tuple[int, ...]] = [(0,)]
    last = len(inside) - len(pieces[-1])
    for number, piece in enumerate(pieces[1:], 1):
        longer = []
        for way in ways:
            after = way[-1] + len(pieces[number - 1])
            if number == len(pieces) - 1:
                longer += [(*way, last)] if last > after else []
            else:
                longer += [(*way, after + 1 + at) for at in _occurrences(inside[after + 1 : last], piece)]
            if len(longer) > 1:
                return None
        ways = longer
    if not ways:
        return None
    starts = [hull.start + start for start in ways[0]]
    return tuple(Span(start, start + len(piece)) for start, piece in zip(starts, pieces, strict=True))


def _occurrences(text: str, piece: str) -> list[int]:
    return [at for at in range(len(text) - len(piece) + 1) if text.startswith(piece, at)]


def _only_place(text: str, fragments: Fragments, quoted: str) -> Fragments | None:
    """The fragments moved as they are to where the quoted words stand, if they stand in one place only."""
    line, wanted = _line_of(text), _on_one_line(quoted)
    if len(fragments) == 1:
        at = line.find(wanted)
        if at < 0 or line.find(wanted, at + 1) >= 0:
            return None
        return (Span(at, at + len(wanted)),)
    lengths = [span.length for span in fragments]
    if min(lengths) < 1 or len(wanted) - sum(lengths) not in (0, len(lengths) - 1):
        return None
    first = fragments[0]
    found = None
    at = line.find(wanted[: first.length])
    while at >= 0:
        moved = tuple(Span(span.start + at - first.start, span.end + at - first.start) for span in fragments)
        if is_forward(moved, len(text)) and _says(text, moved, quoted):
            if found is not None:
                return None
            found = moved
        at = line.find(wanted[: first.length], at + 1)
    return found


@lru_cache(1)
def _line_of(text: str) -> str:
    """The text as a format has it that puts mentions on one line; kept for all mentions of one document."""
    return _on_one_line(text)


def _bare(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())


# --- repairs of all offsets of a document ----------------------------------------------------------------------------


class Recounting(NamedTuple):
    """Another way of counting that a document's offsets obey; `move` raises IndexError outside of what was counted."""

    repair: str
    move: Callable[[int], int]


def recounting_of(text: str, claims: Sequence[Claim], marked: bool = False) -> Recounting | None:
    """The way of counting in which a document's offsets must have been made; None when code points are the best.

    A way is taken when every mention that fits as it is fits with it too, more mentions begin to fit than still do
    not, and no other way explains as many. `marked` tells that a byte order mark stood before the text.
    """
    quoting = [claim for claim in claims if claim.quoted]
    plain = {index for index, claim in enumerate(quoting) if fits(text, claim)}
    best: list[tuple[int, Recounting]] = []
    for way in _ways(text, marked):
        fitting = {index for index, claim in enumerate(quoting) if fits(text, Claim(_moved(claim, way), claim.quoted))}
        gained = len(fitting) - len(plain)
        if fitting > plain and gained > len(quoting) - len(fitting):
            best.append((len(fitting), way))
    if not best:
        return None
    most = max(count for count, _ in best)
    winners = [way for count, way in best if count == most]
    moved = {tuple(_moved(claim, way) for claim in claims) for way in winners}
    return winners[0] if len(moved) == 1 else None


def recounted(claim: Claim, way: Recounting) -> Fragments:
    """A mention's fragments in code points; those that cannot have been counted like this stay as they are."""
    return _moved(claim, way)


def _moved(claim: Claim, way: Recounting) -> Fragments:
    try:
        return tuple(Span(way.move(span.start), way.move(span.end)) for span in claim.fragments)
    except IndexError:
        return claim.fragments


def _ways(text: str, marked: bool) -> Iterator[Recounting]:
    ways: list[Recounting] = []
    if any(character > "\uffff" for character in text):
        ways.append(Recounting("utf16", Utf16Map(text).from_utf16))
    if not text.isascii():
        ways.append(Recounting("utf8", _from_units(len(character.encode()) for character in text)))
    if "\r\n" in text:
        ways.append(Recounting("line-ends", _from_units(_line_feeds_only(text))))
    elif "\n" in text:
        ways.append(Recounting("line-ends", _from_units(2 if character == "\n" else 1 for character in text)))
    yield from ways
    if marked:
        yield Recounting("byte-order-mark", _less_one)
        for way in ways:
            yield Recounting(way.repair, partial(_after_mark, way.move))


def _line_feeds_only(text: str) -> Iterator[int]:
    """The units of each character where a carriage return before a line feed counts nothing."""
    for index, character in enumerate(text):
        yield 0 if character == "\r" and text.startswith("\n", index + 1) else 1


def _from_units(lengths: Iterable[int]) -> Callable[[int], int]:
    """Conversion to code points from units of which character i has lengths[i]; of several, the last position."""
    before = [0, *accumulate(lengths)]

    def move(position: int) -> int:
        index = bisect_left(before, position)
        if not 0 <= position <= before[-1] or before[index] != position:
            raise IndexError(f"{position} is no boundary of characters")
        return index

    return move


def _after_mark(move: Callable[[int], int], position: int) -> int:
    return move(_less_one(position))


def _less_one(position: int) -> int:
    if position < 1:
        raise IndexError("0 is before the byte order mark")
    return position - 1
