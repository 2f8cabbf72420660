"""What is drawn for a code point: always one glyph, of one width in every terminal, so that nothing is hidden or moves.

Characters that terminals measure differently, or do not show at all, get a stand-in.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial
from typing import Final, NamedTuple

MARK_GLYPH = "◌"
HIDDEN_GLYPH = "¦"
SPACE_GLYPH = "⍽"
UNKNOWN_GLYPH = "▯"
"""The stand-ins for combining marks, for what has no width, for odd spaces, and for what terminals disagree on."""

SEPARATORS = "\n\u2028\u2029"
"""What ends a paragraph (and a carriage return before a newline); never drawn, but the caret can stand on it."""

_WIDTH, _STAND_IN, _ROLE = 3, 4, 3
_FEW = 100  # so many kinds of stand-ins are put in one kind at a time, which is faster than character by character

FREE, WORD, INFIX, OPENING, CLOSING, BLANK, GLUE, MARK = range(8)
"""What a character does to the breaks around it, as `wrap` uses it."""

_HIDDEN: Final = frozenset("\u115f\u1160\u3164\uffa0")
_DOUBTFUL = (
    (0x1160, 0x11FF),  # vowels and finals of Hangul syllables melt into the one before
    (0xD7B0, 0xD7FF),
    (0x2630, 0x2637),  # trigrams, hexagrams, counting rods became wide in Unicode 16
    (0x268A, 0x268F),
    (0x4DC0, 0x4DFF),
    (0x1D300, 0x1D37F),
)
_BY_CATEGORY = {"M": MARK_GLYPH, "Z": SPACE_GLYPH, "C": UNKNOWN_GLYPH}
_FLAG_A, _FLAG_Z = 0x1F1E6, 0x1F1FF  # a pair of these becomes one flag in some terminals only
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))

_CLOSING = frozenset("，。、；：！？!?;)]}…‥—―⸺·•・･｡､％%‰℃℉°′″〃々〻ーゝゞヽヾ﹐﹑﹒﹔﹕﹖﹗﹪〜\u200b")
_OPENING = frozenset("([{$#¥￥€£＄＃№§")
_INFIX = frozenset(".,:-'_/@&~–’．－～／＿＠＆∶⁄‐")
_GLUE = frozenset('"＂\u00a0\u202f\u200d\u2060\ufeff\u2011\u2007')
_MEMBERS = ((GLUE, _GLUE), (INFIX, _INFIX), (OPENING, _OPENING), (CLOSING, _CLOSING), (MARK, _TONES | _HIDDEN))
_ROLE_OF_CATEGORY = {
    **dict.fromkeys(("Ps", "Pi"), OPENING),
    **dict.fromkeys(("Pe", "Pf"), CLOSING),
    **dict.fromkeys(("Mn", "Mc", "Me", "Cf"), MARK),
    **dict.fromkeys(("Zs", "Zl", "Zp"), BLANK),
}

_CERTAIN = str.maketrans("“”‘’—―…·×°→←≥≤", "＂＂＇＇－－⋯･xo><><")


class Measured(NamedTuple):
    """A text with its display of the same length, and one byte for each code point: cells, stand-in and role."""

    text: str
    displayed: str
    codes: bytes

    @property
    def widths(self) -> bytes:
        """Cells of each displayed character: 1 or 2; a paragraph's end counts 1, the caret's cell."""
        return self.codes.translate(_WIDTHS)

    @property
    def stand_ins(self) -> bytes:
        """1 where the displayed character is a stand-in, else 0."""
        return self.codes.translate(_STAND_INS)

    @property
    def roles(self) -> bytes:
        """What each character does to the breaks around it, one of `FREE` to `MARK`."""
        return self.codes.translate(_ROLES)


def measure(text: str, safe: bool = False) -> Measured:
    """A text with what wrapping and drawing want to know of each character.

    `safe` measures and replaces for terminals that draw ambiguous characters wide.
    """
    glyphs, codes = (_SAFE_GLYPHS, _SAFE_CODES) if safe else (_GLYPHS, _CODES)
    coded = text.translate(codes).encode("latin-1")
    replaced = {text[found.start()] for found in _REPLACED.finditer(coded)}
    displayed = text if len(replaced) <= _FEW else "".join(map(glyphs.__getitem__, text))
    for character in replaced if len(replaced) <= _FEW else ():
        displayed = displayed.replace(character, glyphs[character])
    return Measured(text, displayed, coded)


def display(text: str, safe: bool = False) -> str:
    """The text as it is drawn, one code point for each; paragraph ends stay as they are."""
    return measure(text, safe).displayed


def widths(text: str, safe: bool = False) -> bytes:
    """Cells of each character of a text when it is displayed: 1 or 2."""
    return measure(text, safe).widths


def cells(character: str, safe: bool = False) -> int:
    """Cells that one displayed character fills: 1 or 2."""
    return _code_of(character, safe) & _WIDTH


@lru_cache(maxsize=4096)
def text_cells(text: str, safe: bool = False) -> int:
    """Cells that a text fills when it is displayed."""
    return sum(widths(text, safe))


def is_stand_in(character: str, safe: bool = False) -> bool:
    """Tell whether something else is drawn for a character (and should be drawn dim)."""
    return bool(_code_of(character, safe) & _STAND_IN)


def clip(text: str, most: int, safe: bool = False) -> str:
    """The display of the longest beginning of a text that fits into `most` cells."""
    filled = 0
    for position, character in enumerate(text):
        filled += cells(character, safe)
        if filled > most:
            return display(text[:position], safe)
    return display(text, safe)


class _Cache(dict[str, str]):
    """The glyph of each character, found when it is first asked for."""

    def __init__(self, safe: bool) -> None:
        super().__init__()
        self._find = _certain_glyph if safe else _glyph

    def __missing__(self, character: str) -> str:
        glyph = self[character] = self._find(character)
        return glyph


class _CodeCache(dict[int, str]):
    """The code of each character as `str.translate` wants it: by number, and as a character of that number."""

    def __init__(self, safe: bool) -> None:
        super().__init__()
        self._find = partial(_code, safe=safe)

    def __missing__(self, point: int) -> str:
        code = self[point] = chr(self._find(chr(point)))
        return code


def _code_of(character: str, safe: bool) -> int:
    return ord((_SAFE_CODES if safe else _CODES)[ord(character)])


def _glyph(character: str) -> str:
    point, category = ord(character), unicodedata.category(character)
    if character in SEPARATORS or character == "\u3000" or " " <= character <= "~":
        return character
    if point < 0x20 or point == 0x7F:
        return chr(0x2421 if point == 0x7F else 0x2400 + point)
    if _FLAG_A <= point <= _FLAG_Z:
        return chr(point - _FLAG_A + ord("A"))
    if category == "Cf" or character in _HIDDEN or _is_selector(point):
        return HIDDEN_GLYPH
    doubtful = character in _TONES or any(first <= point <= last for first, last in _DOUBTFUL)
    return UNKNOWN_GLYPH if doubtful else _BY_CATEGORY.get(category[0], character)


def _is_selector(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0000 <= point <= 0xE0FFF or 0x180B <= point <= 0x180F or point == 0x034F


def _certain_glyph(character: str) -> str:
    """The glyph where ambiguous characters are wide: a twin of certain width, else the letter without its accents."""
    glyph = _glyph(character).translate(_CERTAIN)
    if unicodedata.east_asian_width(glyph) != "A" or glyph in SEPARATORS:
        return glyph
    plain = unicodedata.normalize("NFKD", glyph)[0]
    return plain if " " < plain <= "~" else UNKNOWN_GLYPH


def _code(character: str, safe: bool) -> int:
    glyph = (_SAFE_GLYPHS if safe else _GLYPHS)[character]
    width = 2 if unicodedata.east_asian_width(glyph) in "WF" else 1
    return width | (_STAND_IN if glyph != character else 0) | _role(character) << _ROLE


def _role(character: str) -> int:
    for role, members in _MEMBERS:
        if character in members:
            return role
    category = unicodedata.category(character)
    if category in _ROLE_OF_CATEGORY:
        return _ROLE_OF_CATEGORY[category]
    wide = unicodedata.east_asian_width(character)
    narrow = wide in ("N", "Na", "A") or (wide == "F" and character.isalnum())
    return WORD if (category[0] in "LN" and narrow) or _FLAG_A <= ord(character) <= _FLAG_Z else FREE


_GLYPHS, _SAFE_GLYPHS = _Cache(safe=False), _Cache(safe=True)
_CODES, _SAFE_CODES = _CodeCache(safe=False), _CodeCache(safe=True)
_WIDTHS = bytes(code & _WIDTH for code in range(256))
_STAND_INS = bytes((code & _STAND_IN) // _STAND_IN for code in range(256))
_ROLES = bytes(code >> _ROLE for code in range(256))
_REPLACED = re.compile(b"[" + b"".join(b"\\x%02x" % code for code in range(256) if code & _STAND_IN) + b"]")
