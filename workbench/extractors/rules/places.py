"""Find LOC: names by their endings, chains of an address level by level, provinces and known short names."""

from __future__ import annotations

import re

from workbench.extractors.rules.passages import HAN, Mention, Passage, Word, is_han, is_known
from workbench.extractors.rules.vocabulary import (
    COUNTRY_WORDS,
    NOT_PLACE_NAMES,
    PLACE_LEVELS,
    PLACE_RANKS,
    PROVINCES,
    any_of,
)

_ENDINGS = sorted(PLACE_LEVELS, key=len, reverse=True)
_ENDING = "|".join(_ENDINGS)
_FUNCTION_TAGS = ("p", "c", "u", "r", "d", "m", "v", "y", "e", "o", "w", "f", "t")
_NAME_TAGS = ("ns", "nr", "nz", "nt", "x", "z")
_PROVINCE = re.compile(rf"{any_of(PROVINCES)}(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)?")
_ENDED = re.compile("|".join(_ENDINGS))
_BODY_AFTER = re.compile("(?=委(?![员托派])|政[协府]|人大|人民政府|纪委|团委)")
_NOT_IN_CHAIN = re.compile(
    "[的在和与及等是有了为被把将向对由从于并到第各全每该本之]|贫困|扶贫|群众|委员|政协|干部|学生|企业"
)
_JOINING = "、在赴到往自与和及"
_POOR = re.compile(
    "(?:国家级|省级|深度|重点)*(?:(?:定点)?(?:贫困|扶贫|帮扶|联系|挂联)(?:[村县乡]|点(?!头))|贫困(?:地区|山区))"
)
_LONGEST_NAME = 5
_TAILS = ("民", "长", "级", "容", "里", "域", "场", "干")


def places(passage: Passage, taken: list[Mention]) -> list[Mention]:
    """All place names outside `taken`; an address gives one mention for each level."""
    found = [
        Mention(*match.span(), "LOC", attributes=(("mention", "NOM"), ("spec", "GEN")))
        for match in _POOR.finditer(passage.masked(taken))
    ]
    free = passage.masked(taken, found)
    position = 0
    for match in _ENDED.finditer(free):
        if match.start() < position:
            continue
        unit = _unit(passage, match, free, position)
        while unit is not None:
            found.append(unit)
            position = unit.end
            unit = _next_level(passage, free, unit)
    return [*found, *_short_names(passage, taken, found)]


def level_of(name: str) -> str:
    """The level that the ending of a place name tells; empty when it tells none."""
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    return PLACE_LEVELS.get(ending, "province" if name in PROVINCES else "")


def without_ending(name: str) -> str | None:
    """The short form of a county's or prefecture's name (two characters or more); None for other places."""
    match = re.fullmatch(rf"([{HAN}]{{2,4}})[市县州]", name)
    return match[1] if match and match[1] not in NOT_PLACE_NAMES else None


def rank_of(name: str) -> int | None:
    """The rank of a place name in an address, 1 the widest; None when its ending tells none."""
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), None)
    if ending is None:
        return 1 if name in PROVINCES else None
    return PLACE_RANKS[PLACE_LEVELS[ending]]


def _place(start: int, end: int, text: str) -> Mention:
    level = level_of(text[start:end])
    attributes = (("mention", "NAM"), ("level", level)) if level else (("mention", "NAM"),)
    return Mention(start, end, "LOC", attributes=attributes)


def _unit(passage: Passage, ending: re.Match[str], free: str, position: int) -> Mention | None:
    """The place name that this ending closes, if the words around it allow one."""
    index = passage.word_at(ending.end() - 1)
    word = passage.words[index]
    is_name = word.tag.startswith(_NAME_TAGS)
    division = ending[0] in "市县州" and len(word.text) > 2 and word.text[-2] not in "城都"  # 资阳市 is tagged a noun
    whole = (is_name or division) and word.end == ending.end()
    if is_known(word.text) and not whole and not _stands_alone(passage, index, ending, free):
        return None
    start = min(word.start, ending.start())
    core = ending.start() - start
    if core == 1 and passage.text[start] in NOT_PLACE_NAMES:
        return None
    if core < 2 and not (core and word.tag == "ns" and is_known(word.text)):
        start = _name_start(passage, index, ending.start(), position)
    if start < position or "\0" in free[start : ending.end()]:
        return None
    if not _is_name(passage.text[start : ending.start()], ending[0]) or free[ending.end() : ending.end() + 1] in _TAILS:
        return None
    if free[start] in _JOINING and is_han(free[start - 1 : start]):
        return None
    return _place(start, ending.end(), passage.text)


def _stands_alone(passage: Passage, index: int, ending: re.Match[str], free: str) -> bool:
    """Tell whether an ending is a word, or begins one such as 县政协 that may share its 县 with the name before it."""
    word = passage.words[index]
    if word.start != ending.start() or word.end == ending.end():
        return word.start == ending.start()
    before = passage.words[index - 1] if index else word
    noun = before.tag == "n" and len(before.text) < 4
    named = noun or before.tag.startswith(_NAME_TAGS) or not is_known(before.text)
    return named and _BODY_AFTER.match(free, ending.end()) is not None


def _name_start(passage: Passage, index: int, end: int, position: int) -> int:
    """Where a name begins that its ending's word does not hold whole: go back over words that a name may consist of."""
    start = min(passage.words[index].start, end)
    while index > 0:
        index -= 1
        before: Word = passage.words[index]
        short = len(before.text) == 1
        cut_number = start < end and before.tag == "m" and short  # 零 of 零陵区 read as a number
        if before.start < position or not is_han(before.text) or end - before.start > _LONGEST_NAME:
            break
        if before.tag.startswith(_FUNCTION_TAGS) and is_known(before.text) and not cut_number:
            break
        named = before.tag.startswith(_NAME_TAGS) or not is_known(before.text)
        if (start < end and not named and not short) or (end - start >= 2 and is_known(before.text)):
            break
        start = before.start
    return start


def _is_name(core: str, ending: str) -> bool:
    if (
        not is_han(core)
        or core in NOT_PLACE_NAMES
        or core.startswith(("贫困", "扶贫", "这", "那", "该", "各", "全", "某", "每"))
    ):
        return False
    return len(core) > 1 or ending in ("县", "市", "州")


def _next_level(passage: Passage, free: str, unit: Mention) -> Mention | None:
    """The next lower place of an address, which begins where the one before it ends."""
    rank = rank_of(free[unit.start : unit.end])
    if rank is None:
        return None
    tail = re.match(rf"([{HAN}]{{1,8}}?)({_ENDING})(?![民长级委])", free[unit.end :])
    if not tail or len(tail[1]) > _LONGEST_NAME + 3 * ("族" in tail[1]) or _NOT_IN_CHAIN.search(tail[0]):
        return None
    inside = (word for word in passage.words if unit.end <= word.start and word.end <= unit.end + tail.end(1))
    if any(word.tag.startswith("v") and len(word.text) > 1 and is_known(word.text) for word in inside):
        return None
    if PLACE_RANKS[PLACE_LEVELS[tail[2]]] <= rank or not _is_name(tail[1], tail[2]):
        return None
    return _place(unit.end, unit.end + tail.end(), free)


def _short_names(passage: Passage, taken: list[Mention], units: list[Mention]) -> list[Mention]:
    """Provinces, and places of the general dictionary, with the ending that a body shares (四川省委) or without one."""
    free = passage.masked(taken, units)
    found = [_place(*match.span(), passage.text) for match in _PROVINCE.finditer(free)]
    free = passage.masked(taken, units, found)
    ends = {place.end for place in [*units, *found]}
    for word in passage.words:
        if word.tag != "ns" or len(word.text) < 2 or not is_han(free[word.start : word.end]):
            continue
        shared = re.compile(rf"[省市县州区]{_BODY_AFTER.pattern}").match(free, word.end)
        if shared:
            found.append(_place(word.start, shared.end(), passage.text))
            continue
        if word.text in COUNTRY_WORDS or word.text.endswith(tuple(_ENDINGS)):
            continue
        beside = free[max(0, word.start - 1) : word.start] + free[word.end : word.end + 1]
        if word.start in ends or set(beside) & set(_JOINING):
            found.append(Mention(word.start, word.end, "LOC", attributes=(("mention", "NAM"),)))
            ends.add(word.end)
    return found
