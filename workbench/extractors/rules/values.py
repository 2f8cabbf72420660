"""Find MONEY, TIME and QUANT with their values. What cannot be normalised is not a mention."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.core.normalise import APPROXIMATORS_AFTER, APPROXIMATORS_BEFORE, money, quantity, time
from workbench.core.numerals import ARABIC
from workbench.core.values import Money
from workbench.extractors.rules.passages import Mention, Passage
from workbench.extractors.rules.vocabulary import ABSTRACT_NOUNS, CLASSIFIER_TRAPS, CLASSIFIERS, any_of

# 达 and 高达 say nothing about the number and stay outside; a lone 过 is mostly part of a verb.
_BEFORE = any_of([word for word, mod in APPROXIMATORS_BEFORE.items() if mod != "EXACT" and word != "过"])
_AFTER = any_of(tuple(APPROXIMATORS_AFTER))
_CHINESE = "[零〇一二三四五六七八九两十百千万亿半几数点]"
_UNITS = "[十百千万亿]{0,4}"
_FIGURE = rf"(?:(?:{ARABIC}|{_CHINESE}{{1,16}})(?:{_UNITS}[余多来])?{_UNITS})"
_DASH = "(?:[-–—―~～〜]+|至|到)"
_MARGIN = r"(?<![0-9第初])(?<![0-9][.,])"

_MONEY = re.compile(
    rf"{_MARGIN}{_BEFORE}?(?:{_FIGURE}元?{_DASH})?(?:人民币|¥)?{_FIGURE}(?:元|块钱)(?:人民币)?{_AFTER}?(?:/[年月户人])?{_AFTER}?"
)
_SHARE = (
    rf"(?:{_FIGURE}[%‰]?{_DASH})?{_FIGURE}[%‰]|(?:{_CHINESE}{{1,6}}|{ARABIC})分之{_FIGURE}"
    rf"|{_FIGURE}成(?![员本为立果都])"
)
_COUNT = rf"(?:{_FIGURE}(?P<first>{any_of(CLASSIFIERS)})?{_DASH})?(?P<figure>{_FIGURE})(?P<unit>{any_of(CLASSIFIERS)})"
_QUANTITY = re.compile(rf"{_MARGIN}(?<![届每])(?<![人户总指次系分参](?=数)){_BEFORE}?(?:{_SHARE}|{_COUNT}){_AFTER}?")
_ARTICLE = re.compile(r"[一半]")
_NOUN_FOLLOWS = re.compile(r"[^\W\d_]")
_ABSTRACT = re.compile(rf".{{0,2}}?{any_of(ABSTRACT_NOUNS)}|大?(?:任务|课题|方面|问题)")

_YEAR = r"(?:[12][0-9]{3}年度?|[一二][零〇一二三四五六七八九]{3}年|今年|去年|明年)"
_MONTH = r"(?:(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?)"
_DAY = r"(?:(?:[0-9]{1,2}|[一二三]?十?[一二三四五六七八九十])[日号])"
_PART = r"(?:[上中下]旬|初(?![心步期级中一])|底|末)"
_POINT = (
    rf"(?:{_YEAR}?{_MONTH}(?:{_DAY}|{_PART})?|{_YEAR}(?:年?[初底末]|[上下]半年|第?[一二三四]季度|[春夏秋冬][季天])?)"
)
_DATE = re.compile(
    rf"(?:[12][0-9]{{3}}{_DASH})?{_POINT}(?:{_DASH}(?:{_POINT}|{_DAY}))?(?:以来|全年)?"
    rf"|[“\"]?十[一二三四五]五[”\"]?(?:时期|期间)|[上下]半年|年[初底末]"
)
_FEAST = "(?:春节|元旦|中秋|国庆|端午|重阳|清明)节?(?:前夕|前后|期间)?"
_EVERY = re.compile(rf"每(?:年|月|周|季度|天|半年|两年)(?:{_FEAST}|{_MONTH})?")
_DURATION = re.compile(
    rf"{_MARGIN}(?<![年届])(?:至少|超过|不少于|不到|约)?"
    rf"(?:{_CHINESE}{{1,6}}天{_CHINESE}{{1,6}}[晚夜]|{_FIGURE}(?:年半?|周年|个?多?月|个?半?月|天|个?小时|分钟|周)(?![级度代终轮均货产初底薪报])"
    r"(?:以上|以内|之内|内|左右)?)"
)
_NOW = re.compile("目前|截至目前|当前")
_A_YEAR = re.compile("一[年天周]|(?:[前后]?[一二两三几])天")

_RATE_CUES = (
    (re.compile(r"每(?:个)?月|月(?:均|工资|收入|薪)"), "P1M"),
    (re.compile(r"每年|年(?:均|收入|产值|薪|租金)"), "P1Y"),
    (re.compile(r"每户|户均"), "household"),
    (re.compile(r"每人|人均|人平"), "person"),
)
_CLAUSE_END = re.compile(r"[，。；！？,;!?、\n]")


def values(passage: Passage, taken: list[Mention], reference: str | None) -> list[Mention]:
    """All value mentions outside `taken`. `reference` is the report's date (ISO 8601), which 今年 refers to."""
    found = list(_sums(passage, taken))
    found += _times(passage, [*taken, *found], reference)
    found += _counts(passage, [*taken, *found])
    return found + list(_present(passage, [*taken, *found], found))


def _sums(passage: Passage, taken: list[Mention]) -> Iterator[Mention]:
    text = passage.masked(taken, folded=True)
    for match in _MONEY.finditer(text):
        value = money(match[0])
        if value is not None:
            yield Mention(*match.span(), "MONEY", _with_rate(value, text, match.start()))


def _with_rate(value: Money, text: str, start: int) -> Money:
    """The rate that the clause states before the number; guideline 17."""
    if value.per is not None:
        return value
    clause = _CLAUSE_END.split(text[max(0, start - 14) : start])[-1]
    per = next((rate for cue, rate in _RATE_CUES if cue.search(clause) and not re.search(r"[0-9]", clause)), None)
    return value.model_copy(update={"per": per})


def _times(passage: Passage, taken: list[Mention], reference: str | None) -> list[Mention]:
    found: list[Mention] = []
    for pattern in (_EVERY, _DATE, _DURATION):
        text = passage.masked(taken, found, folded=True)
        for match in pattern.finditer(text):
            if pattern is _DURATION and not _is_duration(match, text):
                continue
            end = match.end() - 2 if match[0].endswith("以来") else match.end()
            if pattern is _EVERY and any(0 <= item.start - end < 8 for item in taken if item.type == "MONEY"):
                continue  # the rate of a sum that follows; guideline 17
            value = time(text[match.start() : end], reference)
            if value is not None:
                found.append(Mention(match.start(), end, "TIME", value))
    return found


def _is_duration(match: re.Match[str], text: str) -> bool:
    """A lone 一年 or 两天 is a figure of speech unless something measures with it."""
    return not (_A_YEAR.fullmatch(match[0]) or re.match("[级份号日]", text[match.end() :]))


def _present(passage: Passage, taken: list[Mention], found: list[Mention]) -> Iterator[Mention]:
    """目前 is a time only where it dates a figure: one that follows in the same sentence."""
    figures = [mention.start for mention in found if mention.type in ("MONEY", "QUANT")]
    for match in _NOW.finditer(passage.masked(taken)):
        if any(0 < figure - match.end() < 30 for figure in figures):
            start = match.end() - 2
            value = time(passage.text[start : match.end()])
            yield Mention(start, match.end(), "TIME", value)


def _counts(passage: Passage, taken: list[Mention]) -> Iterator[Mention]:
    text = passage.masked(taken, folded=True)
    position = 0
    while match := _QUANTITY.search(text, position):
        position = match.end()
        value = quantity(passage.text[match.start() : match.end()]) if _counts_something(match, text) else None
        if value is not None:
            yield Mention(*match.span(), "QUANT", value)
        elif match["unit"]:
            position = max(match.start() + 1, match.end("figure"))


def _counts_something(match: re.Match[str], text: str) -> bool:
    """Tell a quantity from an article, an enumeration, an ordinal and a word that begins like a classifier."""
    if not match["unit"]:
        return True
    after = text[match.end() : match.end() + 6]
    if match.end() == match.end("unit") and after[:1] in tuple(CLASSIFIER_TRAPS.get(match["unit"], "")):
        return not after
    if _ABSTRACT.match(after):
        return False
    if _ARTICLE.fullmatch(match["figure"]) and match[0] == match["figure"] + match["unit"]:
        return not _NOUN_FOLLOWS.match(after)
    return True
