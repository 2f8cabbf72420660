"""Read the numerals of Chinese texts: Arabic, Chinese, and both mixed, exact or open-ended (`10余万`, `数十`).

Owns the grammar of numbers. What a number counts is the matter of `workbench.core.normalise`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from workbench.core.values import Modifier

LONGEST = 80
"""Code points beyond which a string is not taken for a numeral, amount or time."""

_LARGEST = 10**40  # keeps every result printable and far from the range where floats overflow

_FOLDED = str.maketrans(
    "０１２３４５６７８９．，％／：－＋（）￥　\u00a0萬億兩餘幾數點過來"
    "壹贰貳叁參肆伍陆陸柒捌玖拾佰仟○",
    "0123456789.,%/:-+()¥  万亿两余几数点过来"
    "一二二三三四五六六七八九十百千零",
)  # fmt: skip

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
"""Pattern of an Arabic number in folded text, with or without thousands separators."""

_ARABIC = re.compile(ARABIC)
_POSITIONAL = re.compile(r"[一二三四五六七八九][零〇一二三四五六七八九]{2,}|[一二三四五六七八九][零〇]")
_DECIMAL = re.compile(r"([零〇一二三四五六七八九两十百千万]+)点([零〇一二三四五六七八九]+)([十百千万亿]*)")
_SEVERAL = re.compile(r"(?:数|好几|几)([十百千万亿]*)")
_TEENS = re.compile(r"([二三四五六七八九]?十)几([百千万亿]*)")
_OR_MORE = re.compile(r"(.+)(余|多|来)([十百千万亿]*)")
_EITHER = re.compile(r"([二三四五六七八九]?十)?([一二三四五六七八九两])([二三四五六七八九])([十百千万亿]*)")


class Numeral(NamedTuple):
    """A number as written: a value, or the bounds that `modifier` asks for."""

    modifier: Modifier
    value: Fraction | None = None
    minimum: Fraction | None = None
    maximum: Fraction | None = None

    def times(self, factor: Fraction) -> Numeral:
        """The same numeral counted in another unit."""
        value, minimum, maximum = (bound if bound is None else bound * factor for bound in self[1:])
        return Numeral(self.modifier, value, minimum, maximum)


def fold(surface: str) -> str:
    """Bring the characters of numerals to one form (half-width, simplified, everyday), code point for code point."""
    return surface.translate(_FOLDED)


def number(surface: str) -> Fraction | None:
    """The exact number that a numeral writes (`1,234.5`, `两百一十`, `3亿5000万`, `半`); None when it is not one."""
    text = fold(surface).strip()
    if not text or len(text) > LONGEST:
        return None
    found = _read(text)
    return found if found is not None and found < _LARGEST else None


def numeral(surface: str) -> Numeral | None:
    """The number or the bounds that a numeral writes.

    `10余万` is MORE_THAN 100000, `数十` VAGUE 20 to 99, `十几` VAGUE 11 to 19, `三四百` VAGUE 300 to 400.
    """
    text = fold(surface).strip()
    if len(text) > LONGEST:
        return None
    return _vague(text) or _open(text) or _exact(text)


def _exact(text: str) -> Numeral | None:
    value = number(text)
    return None if value is None else Numeral("EXACT", value=value)


def _vague(text: str) -> Numeral | None:
    if match := _SEVERAL.fullmatch(text):
        return _between(2 * _product(match[1]), 10 * _product(match[1]) - 1)
    if match := _TEENS.fullmatch(text):
        base = number(match[1])
        unit = _product(match[2])
        return None if base is None else _between((base + 1) * unit, (base + 10) * unit - 1)
    if match := _EITHER.fullmatch(text):
        low, high = _DIGITS[match[2]], _DIGITS[match[3]]
        if high - low == 1 or (low, high) == (3, 5):
            base = (number(match[1]) if match[1] else None) or Fraction(0)
            unit = _product(match[4])
            return _between((base + low) * unit, (base + high) * unit)
    return None


def _between(low: Fraction | int, high: Fraction | int) -> Numeral | None:
    return Numeral("VAGUE", minimum=Fraction(low), maximum=Fraction(high)) if high < _LARGEST else None


def _open(text: str) -> Numeral | None:
    match = _OR_MORE.fullmatch(text)
    if not match:
        return None
    head = f"一{match[1]}" if match[1][0] in "百千万亿" else match[1]
    value = number(head)
    if value is None or value * _product(match[3]) >= _LARGEST:
        return None
    value *= _product(match[3])
    if match[2] == "来":
        return Numeral("APPROX", value=value)
    return Numeral("MORE_THAN", minimum=value)


def _product(units: str) -> int:
    product = 1
    for unit in units:
        product *= _SIZES[unit]
    return product


def _read(text: str) -> Fraction | None:
    if _ARABIC.fullmatch(text):
        return Fraction(text.replace(",", ""))
    if text == "半":
        return Fraction(1, 2)
    if match := _DECIMAL.fullmatch(text):
        whole = _read(match[1])
        digits = "".join(str(_DIGITS[digit]) for digit in match[2])
        return None if whole is None else (whole + Fraction(int(digits), 10 ** len(digits))) * _product(match[3])
    if _POSITIONAL.fullmatch(text):
        return Fraction("".join(str(_DIGITS[digit]) for digit in text))
    return _sum(text)


def _sum(text: str) -> Fraction | None:
    """Read count, unit and rest at the largest unit."""
    unit = next((unit for unit in "亿万千百十" if unit in text), None)
    if unit is None:
        return Fraction(_DIGITS[text]) if text in _DIGITS else None
    left, _, right = text.rpartition(unit)
    size = _SIZES[unit]
    count, rest = _count(left, unit), _rest(right, size)
    if count is None or rest is None or rest >= size:
        return None
    return count * size + rest


def _count(left: str, unit: str) -> Fraction | None:
    if not left:
        return Fraction(1) if unit in "十百千" else None
    if _ARABIC.fullmatch(left):
        return None if unit == "十" else Fraction(left.replace(",", ""))
    if unit in "十百千":
        return Fraction(_DIGITS[left]) if _DIGITS.get(left) else None
    return _sum(left.removeprefix("零"))


def _rest(right: str, size: int) -> Fraction | None:
    """The part after a unit: `零五` counts ones, a lone digit counts the next smaller unit (`一百五` is 150)."""
    if not right:
        return Fraction(0)
    if right[0] in "零〇":
        return _sum(right[1:])
    if _DIGITS.get(right):
        return Fraction(_DIGITS[right] * size, 10)
    return _sum(right)
