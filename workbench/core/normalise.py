"""From the surface string of a MONEY, QUANT or TIME mention to its value.

Every function takes any string and gives a value, or None where reading one would be guessing; none ever raises.
`time` lives in `workbench.core.dates`, numerals in `workbench.core.numerals`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from workbench.core.dates import time
from workbench.core.numerals import LONGEST, Numeral, fold, number, numeral
from workbench.core.values import Modifier, Money, Quantity

__all__ = ["APPROXIMATORS_AFTER", "APPROXIMATORS_BEFORE", "money", "quantity", "time"]

APPROXIMATORS_BEFORE: Mapping[str, Modifier] = {
    **dict.fromkeys(("近", "将近", "接近"), "APPROX_BELOW"),
    **dict.fromkeys(("约", "大约", "大概", "约合", "约为"), "APPROX"),
    **dict.fromkeys(("超过", "超", "逾", "多于", "高于", "过"), "MORE_THAN"),
    **dict.fromkeys(("至少", "不少于", "不低于", "不小于", "最少"), "EQUAL_OR_MORE"),
    **dict.fromkeys(("低于", "不到", "不足", "少于", "未到", "小于", "不满"), "LESS_THAN"),
    **dict.fromkeys(("不超过", "至多", "最多", "不多于", "不高于"), "EQUAL_OR_LESS"),
    **dict.fromkeys(("达", "高达", "达到"), "EXACT"),
}
"""Words before a number, and how they bound it (guidelines, section 8)."""

APPROXIMATORS_AFTER: Mapping[str, Modifier] = {
    **dict.fromkeys(("余", "多", "有余"), "MORE_THAN"),
    **dict.fromkeys(("左右", "上下"), "APPROX"),
    **dict.fromkeys(("以上", "及以上", "之上"), "EQUAL_OR_MORE"),
    **dict.fromkeys(("以下", "以内", "及以下", "之内"), "EQUAL_OR_LESS"),
    **dict.fromkeys(("不到", "不足"), "LESS_THAN"),
}
"""Words after a number and its unit, and how they bound it."""

_RATES = {"年": "P1Y", "月": "P1M", "户": "household", "人": "person"}


def _longest_first(words: Mapping[str, Modifier]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_BEFORE = re.compile(_longest_first(APPROXIMATORS_BEFORE) + r"|上(?=[百千万亿])")
_AFTER = re.compile(rf"(.+?)({_longest_first(APPROXIMATORS_AFTER)})")
_RATE_BEFORE = re.compile(r"每([年月户人])|([年月户人])均|人平")
_RATE_AFTER = re.compile(r"(.+)[/每]([年月户人])")
_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_RANGE = re.compile(r"(.+?)(?:[-–—―~～〜]+|至|到)(.+)")

_SIGN = r"零〇一二三四五六七八九两十百千万亿半几数余多来点0-9.,"
_FIGURE = rf"(?:(?!千[克米瓦卡帕]|百分)[{_SIGN}])+"
_YUAN = re.compile(
    rf"(?:人民币|RMB|¥)?(?P<yuan>{_FIGURE})(?P<unit>元|圆|块钱|块)?(?:人民币|整)?|"
    rf"(?:(?P<whole>{_FIGURE})[元块])?(?:(?P<jiao>{_FIGURE})[角毛])?(?:(?P<fen>{_FIGURE})分)?钱?"
)
_COUNTED = re.compile(
    rf"({_FIGURE})(?!(?!千[克米瓦卡帕]|百分点)[{_SIGN}])"
    r"((?:[A-Za-z℃㎡㎞²³\u3400-\u9fff]{1,5})(?:/[A-Za-z\u3400-\u9fff]{1,3})?)"
)
_SHARE = re.compile(rf"(?P<of>[百千万]|{_FIGURE})分之(?P<part>{_FIGURE})|(?P<rate>{_FIGURE})(?P<sign>[%‰成])")
_HALVES = {"一半": Fraction(1, 2), "半数": Fraction(1, 2)}
_NOT_COUNTED = re.compile(r"[年月日号元圆角].*|.*[分之数%‰每均]|.*[一二三四五六七八九十].*")
_MAGNITUDE = re.compile(r"(.+?)([万亿]+|[百千])")


class _Amount(NamedTuple):
    """An amount without its approximators and rate: one numeral, or a range of two exact ones."""

    numeral: Numeral
    unit: str


class _Framed(NamedTuple):
    """What stands around the number: its modifiers and the rate."""

    core: str
    modifiers: tuple[Modifier, ...]
    per: str | None


def money(surface: str) -> Money | None:
    """The amount in yuan that a string writes: `3.5万元` is 35000, `10余万元` is MORE_THAN 100000.

    A number without a currency is read only with 万 or 亿 (`210万`); foreign money has no value in yuan.
    """
    framed = _frame(surface)
    amount = framed and (_range_of_yuan(framed.core) or _one_sum(framed.core))
    if not framed or not amount:
        return None
    fields = _fields(amount.numeral, framed)
    return None if fields is None else Money(**fields)


def quantity(surface: str) -> Quantity | None:
    """The amount and unit that a string writes: `499名` is 499 名, `13.9%` is 0.139 of unit `ratio`.

    The unit is the classifier as written. Sums of money, dates and two amounts in one string have no quantity.
    """
    framed = _frame(surface)
    amount = framed and (_share(framed.core) or _counted(framed.core) or _range_of_counts(framed.core))
    if not framed or not amount:
        return None
    fields = _fields(amount.numeral, framed)
    return None if fields is None else Quantity(unit=amount.unit, **fields)


def _frame(surface: str) -> _Framed | None:
    """Take approximators and rates off both ends; None when a second rate leaves no single reading."""
    if len(surface) > LONGEST:
        return None
    core = _SPACE.sub("", fold(surface))
    modifiers: list[Modifier] = []
    rates: list[str] = []
    while match := _BEFORE.match(core) or _RATE_BEFORE.match(core):
        if match.re is _BEFORE:
            modifiers.append(APPROXIMATORS_BEFORE.get(match[0], "EQUAL_OR_MORE"))
        else:
            rates.append(_RATES[match[1] or match[2] or "人"])
        core = core[match.end() :]
    while match := _AFTER.fullmatch(core) or _RATE_AFTER.fullmatch(core):
        if match.re is _AFTER:
            modifiers.append(APPROXIMATORS_AFTER[match[2]])
        else:
            rates.append(_RATES[match[2]])
        core = match[1]
    if len(rates) > 1 or not core:
        return None
    if modifiers and core[0] in "万亿":  # 近万户, 超亿元
        core = f"一{core}"
    return _Framed(core, tuple(modifiers), rates[0] if rates else None)


def _fields(amount: Numeral, framed: _Framed) -> dict[str, Any] | None:
    """The fields of a value, when the modifiers of the number and around it agree."""
    written = {amount.modifier, *framed.modifiers} - {"EXACT"}
    if len(written) > 1:
        written.discard("APPROX")
    if amount.modifier in ("RANGE", "VAGUE"):
        written.discard("APPROX_BELOW")
    if len(written) > 1:
        return None
    modifier: Modifier = written.pop() if written else "EXACT"
    fields: dict[str, Any] = {"mod": modifier, "per": framed.per}
    if modifier in ("RANGE", "VAGUE"):
        return fields | {"min": _plain(amount.minimum), "max": _plain(amount.maximum)}
    bound = next(item for item in amount[1:] if item is not None)
    name = {"MORE_THAN": "min", "EQUAL_OR_MORE": "min", "LESS_THAN": "max", "EQUAL_OR_LESS": "max"}
    return fields | {name.get(modifier, "value"): _plain(bound)}


def _plain(value: Fraction | None) -> int | float | None:
    """Whole numbers as integers, fractions without a finite decimal form to six decimals."""
    if value is None or value.denominator == 1:
        return None if value is None else value.numerator
    decimal_form = 10**18 % value.denominator == 0
    return float(value) if decimal_form else float(round(value, 6))


def _one_sum(core: str) -> _Amount | None:
    match = _YUAN.fullmatch(core)
    if not match:
        return None
    if match["yuan"]:
        named = match["unit"] or core[0] in "人R¥" or core.endswith("人民币")
        found = numeral(match["yuan"])
        return _Amount(found, "元") if found and (named or match["yuan"][-1] in "万亿") else None
    parts = [(match["whole"], 1), (match["jiao"], 10), (match["fen"], 100)]
    counts = [(number(figure), share) for figure, share in parts if figure]
    if not counts or any(count is None for count, _ in counts):
        return None
    return _Amount(
        Numeral("EXACT", value=sum(((count or 0) / Fraction(share) for count, share in counts), Fraction(0))), "元"
    )


def _range_of_yuan(core: str) -> _Amount | None:
    match = _RANGE.fullmatch(core)
    right = match and _one_sum(match[2])
    if not match or not right:
        return None
    own = _one_sum(match[1])
    figure = _YUAN.fullmatch(match[2])
    left = own.numeral if own else _sharing(match[1], figure["yuan"] if figure else None)
    return _spread(left, right)


def _counted(core: str) -> _Amount | None:
    match = _COUNTED.fullmatch(core)
    if not match or _NOT_COUNTED.fullmatch(match[2]):
        return None
    found = numeral(match[1])
    unit = "百分点" if match[2] == "个百分点" else match[2]
    return _Amount(found, unit) if found else None


def _range_of_counts(core: str) -> _Amount | None:
    match = _RANGE.fullmatch(core)
    if not match:
        return None
    right = _share(match[2]) or _counted(match[2])
    if not right:
        return None
    if right.unit == "ratio":
        percent = _SHARE.fullmatch(match[2])
        bare = number(match[1]) if percent and percent["sign"] else None
        left = _share(match[1]) or (_share(match[1] + percent["sign"]) if percent and bare is not None else None)
        if left is None and percent is None:
            return None
        return _spread(left.numeral if left else None, right)
    own = _counted(match[1])
    if own and own.unit != right.unit:
        return None
    figure = _COUNTED.fullmatch(match[2])
    return _spread(own.numeral if own else _sharing(match[1], figure[1] if figure else None), right)


def _sharing(left: str, right: str | None) -> Numeral | None:
    """The left end of a range without its own unit; if smaller, it shares the right one's magnitude (2—3万元)."""
    value = number(left)
    match = _MAGNITUDE.fullmatch(fold(right or ""))
    if value is not None and match and not re.search("[万亿]", left):
        mantissa, whole = number(match[1]), number(right or "")
        if mantissa and whole is not None and value <= mantissa:
            value *= whole / mantissa
    return None if value is None else Numeral("EXACT", value=value)


def _spread(left: Numeral | None, right: _Amount) -> _Amount | None:
    """The range from one exact number to another that is not smaller."""
    low, high = left.value if left else None, right.numeral.value
    if low is None or high is None or low > high:
        return None
    return _Amount(Numeral("RANGE", minimum=low, maximum=high), right.unit)


def _share(core: str) -> _Amount | None:
    """A part of a whole: 13.9%, 百分之五, 三分之一, 三成, 一半."""
    if core in _HALVES:
        return _Amount(Numeral("EXACT", value=_HALVES[core]), "ratio")
    if match := _RANGE.fullmatch(core):
        low, high = match[1], match[2]
        if low.startswith("百分之") and "分之" not in high:
            lower, upper = number(low[3:]), number(high)
            if lower is not None and upper is not None and lower <= upper:
                bounds = Numeral("RANGE", minimum=lower / 100, maximum=upper / 100)
                return _Amount(bounds, "ratio")
        return None
    match = _SHARE.fullmatch(core)
    if not match:
        return None
    if match["sign"]:
        found, whole = numeral(match["rate"]), Fraction({"%": 100, "‰": 1000, "成": 10}[match["sign"]])
    else:
        found = numeral(match["part"])
        whole = number({"万": "一万"}.get(match["of"], match["of"])) or Fraction(0)
    return _Amount(found.times(1 / whole), "ratio") if found and whole else None
