"""What single characters are: Han, white space, invisible, and how they are read in pinyin.

Owns the character classes that cleaning, zones and the word index share. Knows nothing of documents.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

SPACES = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
"""White space inside a line, as the inside of a regular-expression class."""

INVISIBLE = (
    "\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f"
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
)
"""Characters without width or ink (controls, joiners, direction marks), as the inside of a class."""

HAN = (
    "\u2e80-\u2fd5\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0002ebef\U0002f800-\U0002fa1f\U00030000-\U000323af"
)
"""Chinese characters, radicals, 々 and 〇 included, as the inside of a class."""

_TONES = "\u0300\u0301\u0304\u030c"
_TONE_LETTERS = "a-zA-Zāáǎàăēéěèĕīíǐìĭōóǒòŏūúǔùŭǖǘǚǜüńňǹḿêɡɑ\u0300\u0301\u0304\u0306\u0308\u030c"
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|er|i|ia|ie|iao|iu|ian|in|iang|ing|iong"
    "|u|ua|uo|uai|ui|uan|un|uang|ue|ü|üe|üan|ün|ê)"
    "|m|n|ng|hm|hng"
)
_HAN = re.compile(f"[{HAN}]")

GLOSS = re.compile(f"[(（]([{_TONE_LETTERS}]{{1,12}})[)）]")
"""A parenthesised Latin word that may be a toned syllable: ask `toned_syllable` about group 1."""

LETTERS = _TONE_LETTERS
"""Letters of toned syllables, as the inside of a class."""


def is_han(character: str) -> bool:
    """Tell whether a character is a Chinese one, in any plane."""
    return _HAN.match(character) is not None


def toned_syllable(word: str) -> str | None:
    """The syllable in one spelling (lower case, composed, ǎ for ă, g for ɡ), or None when it is none or has no tone."""
    letters = unicodedata.normalize("NFD", word.lower().replace("ɡ", "g").replace("ɑ", "a"))
    letters = letters.replace("\u0306", "\u030c")
    bare = unicodedata.normalize("NFC", re.sub(f"[{_TONES}]", "", letters))
    marks = sum(letter in _TONES for letter in letters)
    if marks != 1 or not _SYLLABLE.fullmatch(bare):
        return None
    return unicodedata.normalize("NFC", letters)


@lru_cache(maxsize=4096)
def readings(character: str) -> frozenset[str]:
    """All toned readings of a character; empty when none is known."""
    from pypinyin import Style, pinyin

    known = pinyin(character, style=Style.TONE, heteronym=True)
    spelled = (toned_syllable(reading) for reading in (known[0] if known else ()))
    return frozenset(reading for reading in spelled if reading)


def common(character: str) -> bool:
    """Tell whether a character is one of the 3,755 of GB 2312 level 1, the characters of everyday texts."""
    code = _gb2312(character)
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7


def outside_gb2312(text: str) -> float:
    """The share of a text's Chinese characters that GB 2312 does not have: near 0 for simplified script, else large.

    々, 〇 and radicals are not counted: GB 2312 keeps them among the symbols or lacks them in either script.
    """
    han = [character for character in text if is_han(character) and not "\u2e80" <= character <= "\u3007"]
    return sum(not _gb2312(character) for character in han) / len(han) if han else 0.0


def _gb2312(character: str) -> bytes:
    return character.encode("gb2312", errors="ignore")


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplify(text: str) -> str:
    """The text in simplified characters, one for one; a stretch whose length would change stays as it is."""
    converter = _converter()
    converted: str = converter.convert(text)
    if len(converted) == len(text):
        return converted
    singly = (converter.convert(character) for character in text)
    return "".join(new if len(new) == 1 else character for character, new in zip(text, singly, strict=True))
