"""Graphemes: what a reader takes for one character, and no position may divide.

An approximation of UAX #29 (Unicode text segmentation) that never divides more often than the standard does for
CRLF, combining marks, joined and flagged emoji, variation selectors and conjoining jamo.
"""

from __future__ import annotations

import re
import unicodedata

_JOINER = "\u200d"
_CONTROL = "\\x00-\\x1f\\x7f-\\x9f\u2028\u2029"
_FLAG = "\U0001f1e6-\U0001f1ff"
_EXTENDING = re.compile(
    "[\u0e33\u0eb3\u1160-\u11ff\u200c\u200d\ud7b0-\ud7fb\uff9e\uff9f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_LATER_EMOJI = range(0x1F000, 0x1FB00)


def inside_graphemes(text: str) -> frozenset[int]:
    """The positions that lie inside a grapheme; empty for most texts."""
    characters = {character for character in set(text) if not character.isascii()}
    extending = "".join(character for character in characters if _extends(character))
    patterns = ["\r\n"]
    if any("\U0001f1e6" <= character <= "\U0001f1ff" for character in characters):
        patterns.append(f"[{_FLAG}]{{2}}[{extending}]*" if extending else f"[{_FLAG}]{{2}}")
    if extending:
        pictures = "".join(character for character in characters if _is_picture(character))
        if pictures and _JOINER in extending:
            patterns.append(f"[{pictures}](?:[{extending}]*{_JOINER}[{pictures}])+[{extending}]*")
        patterns.append(f"[^{_CONTROL}][{extending}]+")
    found = re.finditer("|".join(patterns), text)
    return frozenset(position for match in found for position in range(match.start() + 1, match.end()))


def _extends(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or _EXTENDING.match(character) is not None


def _is_picture(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sm") or ord(character) in _LATER_EMOJI
