"""From the surface string of a TIME mention to its TIMEX3 value.

Owns the grammar of Chinese dates, periods and frequencies. Never raises; None where a reading would be a guess.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from workbench.core.numerals import ARABIC, LONGEST, fold, number
from workbench.core.values import Time

_Mod = Literal["START", "MID", "END", "APPROX", "MORE_THAN", "EQUAL_OR_MORE", "LESS_THAN", "EQUAL_OR_LESS"]

_DIGIT = "零〇一二三四五六七八九十0-9"
_PART: Mapping[str, _Mod] = {
    **dict.fromkeys(("初", "上旬"), "START"),
    **dict.fromkeys(("中", "中旬", "中期"), "MID"),
    **dict.fromkeys(("底", "末", "下旬", "终"), "END"),
}
_NAMED_YEAR = {"今年": 0, "本年": 0, "本年度": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1, "后年": 2}
_NAMED_MONTH = {"本月": 0, "上月": -1, "上个月": -1, "下月": 1, "下个月": 1}
_NAMED_DAY = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "明天": 1, "明日": 1}
_SEASON = {"春": "SP", "夏": "SU", "秋": "FA", "冬": "WI"}
_HALF = {"上": "H1", "下": "H2"}

_NOW = re.compile(r"(?:截至|截止|截止到|到)?(?:目前|现在|当前)(?:为止)?|如今|眼下|现阶段|迄今|至今|迄今为止")
_ISO = re.compile(r"([12][0-9]{3})([-./])([0-9]{1,2})\2([0-9]{1,2})")
_PLAN = re.compile(r"[“\"「‘]?(?P<n>[六七八九]|十[一二三四五六七八九]?)五[”\"」’]?(?P<tail>时期|期间)?")
_DATE = re.compile(
    rf"(?:(?P<year>[{_DIGIT}]{{4}})年度?|(?P<named>{'|'.join(sorted(_NAMED_YEAR, key=len, reverse=True))}))?"
    r"(?:以来|全年)?的?"
    r"(?:(?P<yearpart>年?[初中底末终])"
    r"|(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度?|(?P<season>[春夏秋冬])[季天]?"
    rf"|(?:(?P<month>[{_DIGIT}]{{1,3}})月份?|(?P<namedmonth>[本上下]个?月))(?P<monthpart>[初中底末]|[上中下]旬)?)?"
    rf"(?:(?P<day>[{_DIGIT}]{{1,3}})[日号]|(?P<namedday>[今昨明][天日]))?"
    r"(?P<hour>上午|下午|晚上|晚|夜间)?"
)
_DECADE = re.compile(rf"([0-9]{{2}}|[{_DIGIT}]{{2,3}})世纪([0-9]0|[一二三四五六七八九]十)年代(?P<part>初|末|中期)?")
_JOIN = re.compile(r"(.+?)(?:[-–—―~～〜]+|至|到)(.+)")

_COUNT = r"(?P<count>[零〇一二三四五六七八九两十百千半几数多0-9.,]+?)(?P<more>余|多)?"
_LENGTH = re.compile(
    rf"{_COUNT}(?:(?P<unit>年|周年|个?(?:余|多)?月|周|个?星期|天|昼夜|个?(?:多)?小时|分钟|秒钟?)(?P<half>半)?)(?P<late>余|多)?来?"
)
_DAYS_AND_NIGHTS = re.compile(r"(?P<days>[一二三四五六七八九两十0-9]+)天[一二三四五六七八九两十0-9]+[晚夜]")
_FIRST_HALF = re.compile(r"(?P<unit>半)(?P<what>年|个月|天)(?P<more>多)?")
_UNITS = {"年": "Y", "月": "M", "周": "W", "天": "D", "时": "TH", "钟": "TM", "秒": "TS"}
_EVERY = re.compile(
    r"每(?:逢)?(?P<count>[一二三四五六七八九两半0-9]*)(?:个)?(?P<unit>年|季度|月|周|星期|天|日)(?P<rest>.*)"
)
_EVERY_UNIT = {"年": ("Y", 1), "季度": ("M", 3), "月": ("M", 1), "周": ("W", 1), "星期": ("W", 1), "天": ("D", 1)}
_FEAST = re.compile(
    r"的?(?:(?:春节|元旦|清明节?|端午节?|中秋节?|国庆节?|重阳节?|元宵节?|.{1,3}节)(?:前夕|前后|期间|时)?|年?[初中底末终]|[春夏秋冬][季天])?"
)
_BEFORE: Mapping[str, _Mod] = {
    **dict.fromkeys(("至少", "不少于", "不低于"), "EQUAL_OR_MORE"),
    **dict.fromkeys(("不超过", "最多", "至多"), "EQUAL_OR_LESS"),
    **dict.fromkeys(("超过", "逾", "超"), "MORE_THAN"),
    **dict.fromkeys(("不到", "不足", "少于", "低于"), "LESS_THAN"),
    **dict.fromkeys(("大约", "约"), "APPROX"),
}
_AFTER: Mapping[str, _Mod] = {
    **dict.fromkeys(("以上", "及以上"), "EQUAL_OR_MORE"),
    **dict.fromkeys(("以内", "之内", "以下", "内"), "EQUAL_OR_LESS"),
    **dict.fromkeys(("左右", "上下"), "APPROX"),
    **dict.fromkeys(("不到",), "LESS_THAN"),
}


class _Point(NamedTuple):
    """A calendar expression: parts are TIMEX3 strings, None where nothing is said."""

    year: str | None = None
    month: str | None = None
    day: str | None = None
    special: str | None = None
    hour: str | None = None
    mod: _Mod | None = None

    @property
    def value(self) -> str:
        """The TIMEX3 value; unknown larger units are written X."""
        head = self.year or "XXXX"
        if self.special:
            return f"{head}-{self.special}"
        if self.day:
            head = f"{head}-{self.month or 'XX'}-{self.day}"
        elif self.month:
            head = f"{head}-{self.month}"
        return head + (self.hour or "")

    @property
    def says(self) -> bool:
        """Tell whether anything but modifiers was said."""
        return any(self[:5])


class _Reference(NamedTuple):
    """The date that 今年 refers to, as far as it is known."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


def time(surface: str, reference: date | str | None = None) -> Time | None:
    """The TIMEX3 value of a time expression, relative to the report's date (`date`, or ISO 8601 down to year or day).

    `3月初` with reference 2020-06-02 is 2020-03 START; without one it is XXXX-03. `6年` is P6Y, `每年` the set P1Y.
    """
    if len(surface) > LONGEST:
        return None
    text = re.sub(r"\s+", "", fold(surface))
    if not text:
        return None
    if _NOW.fullmatch(text):
        return Time(type="DATE", value="PRESENT_REF")
    known = _reference(reference)
    return _set(text) or _duration(text) or _dated(text, known)


def _reference(reference: date | str | None) -> _Reference:
    if isinstance(reference, date):
        return _Reference(reference.year, reference.month, reference.day)
    match = re.match(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?![0-9])", reference or "")
    if not match or int(match[1]) == 0:
        return _Reference()
    parts = [int(part) if part else None for part in match.groups()]
    possible = _possible_day(match[1], match[2], match[3])
    return _Reference(*parts) if possible else _Reference(parts[0])


def _possible_day(year: str | None, month: str | None, day: str | None) -> bool:
    month = None if month == "XX" else month
    day = None if day == "XX" else day
    if month is None:
        return day is None or 1 <= int(day) <= 31
    if not 1 <= int(month) <= 12:
        return False
    known = int(year) if year and year.isdecimal() and int(year) else 2000
    return day is None or 1 <= int(day) <= calendar.monthrange(known, int(month))[1]


def _dated(text: str, known: _Reference) -> Time | None:
    """A date or a range of dates; 截至 before it says that it is the last one."""
    until = re.match(r"截至|截止到?", text)
    core = text[until.end() :] if until else text
    point = _point(core, known, _Point())
    if point:
        mod = "ON_OR_BEFORE" if until and point.mod is None else point.mod
        return Time(type="TIME" if point.hour else "DATE", value=point.value, mod=mod)
    plan = _plan(core)
    value = plan or _span_of_dates(core, known)
    return Time(type="DATE", value=value) if value and not until else None


def _plan(text: str) -> str | None:
    """A five-year plan: the sixth began in 1981. Without 时期 only names that are no numeral are read."""
    match = _PLAN.fullmatch(text)
    order = number(match["n"]) if match else None
    if not match or order is None or not (match["tail"] or "五" in text.strip('“”"「」‘’')[2:]):
        return None
    start = 1981 + 5 * (int(order) - 6)
    return f"{start}/{start + 4}"


def _span_of_dates(text: str, known: _Reference) -> str | None:
    match = _JOIN.fullmatch(text)
    if not match:
        return None
    first, last = match[1], match[2]
    if re.fullmatch(r"[12][0-9]{3}", first) and re.fullmatch(r"[12][0-9]{3}", last):
        last += "年"
    if re.search(rf"[{_DIGIT}]$", first):  # 2016-2020年, 5月11-13日: the unit is written once
        unit = re.search("[年月日号]", last)
        first += unit[0] if unit else ""
    left = _point(first, known, _Point())
    right = _point(last, known, left) if left else None
    if not left or not right or left.mod or right.mod or left.hour or right.hour:
        return None
    return f"{left.value}/{right.value}" if left.value <= right.value else None


def _point(text: str, known: _Reference, before: _Point) -> _Point | None:
    """Read one date; what it leaves out is taken from the start of its range, then from the reference."""
    if match := _ISO.fullmatch(text):
        month, day = match[3].zfill(2), match[4].zfill(2)
        return _Point(match[1], month, day) if _possible_day(match[1], month, day) else None
    if match := _DECADE.fullmatch(text):
        century, decade = number(match[1]), number(match[2])
        if century is None or decade is None or not 11 <= century <= 21:
            return None
        return _Point(f"{int(century) - 1}{int(decade) // 10}X", mod=_PART.get(match["part"] or ""))
    match = _DATE.fullmatch(text)
    if not match or re.match("以来|全年|的|年?[中末终]$", text):
        return None
    return _calendar(match, known, before)


def _calendar(match: re.Match[str], known: _Reference, before: _Point) -> _Point | None:
    year, month, day = _year(match, known), _padded(match["month"]), _padded(match["day"])
    if match["year"] and year is None:
        return None
    if match["namedmonth"] or match["namedday"]:
        year, month, day = _deictic(match, known)
    inherited = year or before.year or (str(known.year).zfill(4) if known.year else None)
    if day and not month:
        month = before.month or (str(known.month).zfill(2) if known.month and not year else None)
    if (match["month"] and not month) or (match["day"] and not day) or not _possible_day(inherited, month, day):
        return None
    special = _special(match)
    part = match["monthpart"] or (match["yearpart"] or "").removeprefix("年")
    hour = {"上午": "TMO", "下午": "TAF", "晚上": "TEV", "晚": "TEV", "夜间": "TNI"}.get(match["hour"] or "")
    if hour and not day:
        return None
    point = _Point(year, month, day, special, hour, _PART.get(part))
    if not point.says and not match["yearpart"] and not match["named"]:
        return None
    return point._replace(year=inherited)


def _year(match: re.Match[str], known: _Reference) -> str | None:
    if match["year"]:
        year = number(match["year"])
        return str(year).zfill(4) if year is not None and 1000 <= year <= 2999 else None
    if match["named"] and known.year and 1 < known.year < 9990:
        return str(known.year + _NAMED_YEAR[match["named"]]).zfill(4)
    return "XXXX" if match["named"] else None


def _deictic(match: re.Match[str], known: _Reference) -> tuple[str | None, str | None, str | None]:
    """Year, month and day of 上月, 昨日 and the like."""
    if match["namedday"]:
        if not (known.year and known.month and known.day):
            return None, "XX", "XX"
        ordinal = date(known.year, known.month, known.day).toordinal() + _NAMED_DAY[match["namedday"]]
        if not 1 <= ordinal <= date.max.toordinal():
            return None, "XX", "XX"
        day = date.fromordinal(ordinal)
        return str(day.year).zfill(4), str(day.month).zfill(2), str(day.day).zfill(2)
    if not (known.year and known.month and match["namedmonth"] in _NAMED_MONTH):
        return None, "XX", _padded(match["day"])
    months = known.year * 12 + known.month - 1 + _NAMED_MONTH[match["namedmonth"]]
    if not 1 <= months // 12 <= 9999:
        return None, "XX", _padded(match["day"])
    return str(months // 12).zfill(4), str(months % 12 + 1).zfill(2), _padded(match["day"])


def _special(match: re.Match[str]) -> str | None:
    if match["half"]:
        return _HALF[match["half"]]
    if match["quarter"]:
        return f"Q{int(number(match['quarter']) or 0)}"
    return _SEASON[match["season"]] if match["season"] else None


def _padded(figure: str | None) -> str | None:
    found = number(figure) if figure else None
    return str(found).zfill(2) if found is not None and found < 100 and found.denominator == 1 else None


def _duration(text: str) -> Time | None:
    before = next((word for word in sorted(_BEFORE, key=len, reverse=True) if text.startswith(word)), "")
    core = text[len(before) :]
    after = next((word for word in _AFTER if core.endswith(word)), "")
    core = core[: len(core) - len(after)]
    mod = _BEFORE.get(before) or _AFTER.get(after)
    if match := _DAYS_AND_NIGHTS.fullmatch(core):
        days = number(match["days"])
        return None if days is None else Time(type="DURATION", value=f"P{days}D", mod=mod)
    if match := _FIRST_HALF.fullmatch(core):
        value = {"年": "P6M", "个月": "P0.5M", "天": "PT12H"}[match["what"]]
        return Time(type="DURATION", value=value, mod="MORE_THAN" if match["more"] else mod)
    match = _LENGTH.fullmatch(core)
    if not match:
        return None
    more = match["more"] or match["late"] or re.search("[余多]", match["unit"])
    period = _period(match)
    if period is None:
        return None
    return Time(type="DURATION", value=period, mod="MORE_THAN" if more and "X" not in period else mod)


def _period(match: re.Match[str]) -> str | None:
    """The period of a count and a unit; 2016年 and 3月 are dates, not periods."""
    count, unit = match["count"], match["unit"]
    key = next(
        key
        for key in ("时", "钟", "秒", "年", "月", "周", "天")
        if key in unit.replace("星期", "周").replace("昼夜", "天")
    )
    letter = _UNITS[key]
    if unit == "月":
        return None
    marks = ("PT" if letter[0] == "T" else "P", letter[-1])
    if count in ("几", "数", "多") or (match["more"] and not count):
        return f"{marks[0]}X{marks[1]}"
    amount = number(count)
    if amount is None or (unit == "年" and (amount >= 1000 or re.fullmatch("[7-9][0-9]|0.*", count))):
        return None  # 98年 is as likely 1998
    whole = amount.denominator == 1 or re.fullmatch(ARABIC, count)
    if not whole:
        return None
    written = str(amount) if amount.denominator == 1 else count.replace(",", "")
    if match["half"]:
        halves = {"年": "6M", "月": "0.5M", "周": "0.5W", "天": "T12H"}
        return f"P{written}{letter}{halves[key]}" if key in ("年", "天") and amount.denominator == 1 else None
    return f"{marks[0]}{written}{marks[1]}"


def _set(text: str) -> Time | None:
    if text in ("逐年", "年年", "历年"):
        return Time(type="SET", value="P1Y") if text != "历年" else None
    match = _EVERY.fullmatch(text)
    if not match:
        return None
    letter, size = _EVERY_UNIT[match["unit"].replace("日", "天")]
    count = number(match["count"]) if match["count"] else Fraction(1)
    if match["count"] == "半" and match["unit"] == "年":
        letter, count = "M", Fraction(6)
    rest = match["rest"]
    if count is None or count.denominator != 1 or count == 0:
        return None
    if not (_FEAST.fullmatch(rest) or _point(rest, _Reference(), _Point())):
        return None
    return Time(type="SET", value=f"P{int(count) * size}{letter}")
