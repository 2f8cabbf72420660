"""Titles in 《》 are DOC (or the ORG of a newspaper); names in quotation marks with a campaign noun are CAMPAIGN."""

from __future__ import annotations

import re

from workbench.extractors.rules.passages import HAN, Mention, Passage
from workbench.extractors.rules.vocabulary import CAMPAIGN_HEADS, MEDIA_ENDINGS

_QUOTED = '(?:“[^“”\\n]{1,30}”|‘[^‘’\\n]{1,30}’|「[^「」\\n]{1,30}」|"[^"\\n]{1,30}")'
_HEAD = f"大?(?:{'|'.join(CAMPAIGN_HEADS)})"
_TITLE = re.compile(r"《([^《》\n]{2,80})》")
_NOT_NAME = "的了和与及等在将对被把从并为是到"
_NAMED = re.compile(rf"{_QUOTED}(?!等)(?P<kind>[{HAN}]{{0,8}}?)(?P<head>(?:{_HEAD})(?:{_HEAD})*)(?!{_HEAD}|[任内重])")
_LISTED = re.compile(rf"((?:{_QUOTED}[、,，和与及]?)+)等(?:系列|主题|品牌|专项)?(?:{_HEAD})")
_NUMBER = re.compile("[0-9]+号(?:文件)?")
_NUMBERED = re.compile("[0-9]+号(?:[、和][0-9]+号)*文件")
_PROPOSED = re.compile(
    rf"((?:{_QUOTED}[、,，和与及]?)+)等?(?:[0-9]+[件篇项个])?(?:[{HAN}]{{0,8}}的)?(?:课题|议题|提案)"
)
_MODIFIES = re.compile(rf"[{HAN}]{{0,4}}(?:方案|规划|报告|总结|办法|专题|专栏)")
_INNER = re.compile(_QUOTED)
_SHORT_QUOTE = re.compile('[“‘「"]([^“”‘’「」"，。！？；,.!?;\\n]{1,12})[”’」"]')


def titles(passage: Passage) -> list[Mention]:
    """What stands in 《》: documents, and newspapers by their endings. The marks stay outside."""
    found = []
    for match in _TITLE.finditer(passage.text):
        is_medium = match[1].endswith(tuple(MEDIA_ENDINGS))
        start, end = match.span(1)
        while start < end and passage.text[start].isspace():
            start += 1
        while end > start and passage.text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        named = (("mention", "NAM"), ("org_type", "media")) if is_medium else ()
        found.append(Mention(start, end, "ORG" if is_medium else "DOC", attributes=named))
    return found


def documents(passage: Passage, taken: list[Mention]) -> list[Mention]:
    """Documents without 《》: numbered ones, and quoted titles listed before 课题, 议题 or 提案 (guidelines 12, 18)."""
    text = passage.masked(taken, folded=True)
    found = []
    for match in _NUMBERED.finditer(text):
        found += [
            Mention(match.start() + n.start(), match.start() + n.end(), "DOC") for n in _NUMBER.finditer(match[0])
        ]
    for match in _PROPOSED.finditer(text):
        found += [
            Mention(match.start() + name.start() + 1, match.start() + name.end() - 1, "DOC")
            for name in _INNER.finditer(match[1])
        ]
    return found


def campaigns(passage: Passage, taken: list[Mention]) -> list[Mention]:
    """Campaign names: with their marks when a head noun is attached, without when the whole name is quoted."""
    text = passage.masked(taken)
    found = [Mention(*match.span(), "CAMPAIGN") for match in _NAMED.finditer(text) if _is_name(match["kind"])]
    text = passage.masked(taken, found)
    for match in _LISTED.finditer(text):
        found += (
            Mention(match.start() + name.start() + 1, match.start() + name.end() - 1, "CAMPAIGN")
            for name in _INNER.finditer(match[1])
        )
    text = passage.masked(taken, found)
    for match in _SHORT_QUOTE.finditer(text):
        if match[1].endswith(tuple(CAMPAIGN_HEADS)) and len(match[1]) > 3:
            found.append(Mention(*match.span(1), "CAMPAIGN"))
    return found


def _is_name(kind: str) -> bool:
    return not set(kind) & set(_NOT_NAME)


def quoted_part(name: str) -> str | None:
    """The part of a campaign's name that stands in quotation marks at its beginning; None when there is none."""
    match = _INNER.match(name)
    return match[0][1:-1] if match else None


def quoted_again(passage: Passage, names: frozenset[str], taken: list[Mention]) -> list[Mention]:
    """Campaigns that the document names elsewhere with a head noun, here quoted without one."""
    return [
        Mention(match.start() + 1, match.end() - 1, "CAMPAIGN")
        for match in _INNER.finditer(passage.masked(taken))
        if match[0][1:-1] in names and not _MODIFIES.match(passage.text, match.end())
    ]


def short_quotes(passage: Passage) -> list[Mention]:
    """Quoted names and slogans without punctuation: numbers inside them count nothing."""
    return [Mention(*match.span(1), "QUOTE") for match in _SHORT_QUOTE.finditer(passage.text)]
