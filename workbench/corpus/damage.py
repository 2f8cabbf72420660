"""Damage done to GBK bytes before a page became Unicode: finding the run, and the reading it may have had.

Mirror sites edit the bytes of GBK pages. Two mechanisms leave the same trace, a run of rare characters after a `?`:

* the lead byte of a punctuation mark such as `。` (A1 A3) is lost, and every pair of bytes after it is read one byte
  off, until a trail byte that is an ASCII letter, or a pair that is none and shows as `?`, brings it back in step;
* a pinyin gloss is inserted between the two bytes of a character, because the trail byte of the character before and
  the lead byte of this one together look like the glossed character.

Putting the lost byte back gives a candidate reading. It is a note for people, never text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from workbench.core.text import Span
from workbench.corpus.characters import LETTERS, common, is_han, outside_gb2312, readings, simplify, toned_syllable

LOST = "?\ufffd"
"""What a decoder writes for a byte without its pair."""

HALF = "□"
"""Stands in a candidate for a character of which one byte is gone."""

_PUNCTUATION_LEAD = 0xA1
_PUNCTUATION = "。、“”‘’《》…—·"
_LONGEST = 60
_LEAST_GAIN = 0.55
_LEAST_HAN = 4
_LEAST_HAN_AFTER_CLOSING = 2
_SENTENCE_CLOSINGS = ("。”", "。“", "。’", "。‘", "。》")
_ORDINARY = _PUNCTUATION + HALF + "！（），－：；？"
_FOLDED = range(0x21, 0x7F)
_ASCII_TRAILS = range(0x40, 0x7F)
_LOST_GLOSS = re.compile(f"[{re.escape(LOST)}]([{LETTERS}]{{1,12}})[)）]")
_GLOSS = re.compile(f"[(（]([{LETTERS}]{{1,12}})[)）]")


class Damage(NamedTuple):
    """A damaged run of a raw text, and what it may have been; `□` is a character of which half is lost."""

    span: Span
    candidate: str


class _Reading(NamedTuple):
    """One way to end a run: the raw position after it, what it shows now, what it may have been."""

    end: int
    shown: str
    candidate: str


def find_damage(raw: str) -> tuple[Damage, ...]:
    """All damaged runs of a raw text, in order; an ordinary question mark is none."""
    found: list[Damage] = []
    position = 0
    for mark in re.finditer(f"[{re.escape(LOST)}]", raw):
        if mark.start() < position:
            continue
        damage = _misplaced_gloss(raw, mark.start()) or _lost_lead(raw, mark.start())
        if damage:
            found.append(damage)
            position = damage.span.end
    return tuple(found)


def _lost_lead(raw: str, mark: int) -> Damage | None:
    options = [
        (_gain(reading), -reading.end, reading)
        for reading in _realign(raw, mark + 1, bytes([_PUNCTUATION_LEAD]))
        if reading.candidate[0] in _PUNCTUATION and _convincing(reading)
    ]
    gain, _, best = max(options, default=(0.0, 0, None))
    if best is None or gain < _LEAST_GAIN:
        return None
    return Damage(Span(mark, _after_own_gloss(raw, best)), best.candidate)


def _misplaced_gloss(raw: str, mark: int) -> Damage | None:
    gloss = _LOST_GLOSS.match(raw, mark)
    syllable = toned_syllable(gloss[1]) if gloss else None
    if gloss is None or syllable is None or not mark:
        return None
    options = [
        (_plausibility(reading.candidate), -reading.end, reading)
        for lead in _lost_leads(raw[mark - 1], syllable)
        for reading in _realign(raw, gloss.end(), bytes([lead]))
    ]
    best = max(options)[2] if options else _Reading(gloss.end(), "", HALF)
    return Damage(Span(mark, _after_own_gloss(raw, best)), best.candidate)


def _lost_leads(before: str, syllable: str) -> Iterator[int]:
    """The lead bytes that, after the trail byte of `before`, look like a character with this reading."""
    code = _gbk(before)
    if len(code) != 2:
        return
    for lead in range(0x81, 0xFF):
        seeming = bytes([code[1], lead]).decode("gbk", errors="ignore")
        if len(seeming) == 1 and is_han(seeming) and syllable in readings(seeming):
            yield lead


def _after_own_gloss(raw: str, reading: _Reading) -> int:
    """A gloss of the run's last character is damage too: in the clean text it would follow the wrong character."""
    gloss = _GLOSS.match(raw, reading.end)
    syllable = toned_syllable(gloss[1]) if gloss else None
    return gloss.end() if gloss and syllable in readings(reading.candidate[-1]) else reading.end


def _realign(raw: str, start: int, stream: bytes) -> Iterator[_Reading]:
    """Every way in which a run from `start` can end, given the bytes that were lost before it."""
    for position in range(start, min(start + _LONGEST, len(raw))):
        character = raw[position]
        shown = raw[start:position]
        if character in LOST:
            if len(stream) > 1 and (candidate := _decoded(stream[:-1])):
                yield _Reading(position + 1, shown, candidate + HALF)
            return
        if ord(character) in _ASCII_TRAILS and (candidate := _decoded(stream + character.encode())):
            yield _Reading(position + 1, shown, candidate)
        code = bytes([0xA3, ord(character) + 0x80]) if ord(character) in _FOLDED else _gbk(character)
        if len(code) != 2:
            return
        stream += code


def _gbk(character: str) -> bytes:
    return character.encode("gbk", errors="ignore")


def _decoded(stream: bytes) -> str | None:
    try:
        return stream.decode("gbk")
    except UnicodeDecodeError:
        return None


def _convincing(reading: _Reading) -> bool:
    """Tell whether a run is too long, or the marks it starts with are too telling, to be an accident.

    A few characters after an ordinary question mark can look realigned by chance, above all digits and Latin letters.
    """
    if any(not (is_han(mark) or mark in _ORDINARY or mark.isascii()) for mark in reading.candidate):
        return False
    han = sum(map(is_han, reading.shown))
    closing = reading.candidate[:2] in _SENTENCE_CLOSINGS
    return han >= _LEAST_HAN or (closing and han >= _LEAST_HAN_AFTER_CLOSING)


def _gain(reading: _Reading) -> float:
    return _plausibility(reading.candidate) - _plausibility(reading.shown)


def _plausibility(text: str) -> float:
    """From 0 to 2: the share of everyday characters plus the share of characters that stand in words of several."""
    from rjieba import cut

    simplified = simplify(text) if outside_gb2312(text) else text
    han = [character for character in simplified if is_han(character)]
    if not han:
        return 0.0
    in_words = sum(len(word) for word in cut(simplified) if len(word) > 1 and all(map(is_han, word)))
    return (sum(map(common, han)) + in_words) / len(han)
