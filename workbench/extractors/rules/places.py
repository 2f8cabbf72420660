"""Find LOC: names by their endings, chains of an address level by level, provinces and known short names."""

from __future__ import annotations

import re

from workbench.extractors.rules.passages import HAN, Mention, Passage, Word, is_han
from workbench.extractors.rules.vocabulary import COUNTRY_WORDS, NOT_PLACE_NAMES, PLACE_LEVELS, PLACE_RANKS, PROVINCES

_ENDINGS = sorted(PLACE_LEVELS, key=len, reverse=True)
_ENDING = "|".join(_ENDINGS)
_PEOPLES = re.compile(rf"[{HAN}]{{1,4}}族")
_FUNCTION_TAGS = ("p", "c", "u", "r", "d", "m", "y", "e", "o", "w")
_NAME_TAGS = ("ns", "nr", "nz", "nt", "x", "z")
_PROVINCE = re.compile("|".join(PROVINCES))
_NOT_IN_CHAIN = re.compile(
    "[的在和与及等是有了为被把将向对由从于并到第各全每该本之]|贫困|扶贫|群众|委员|政协|干部|学生|企业"
)
_LONGEST_NAME = 5


def places(passage: Passage, taken: list[Mention]) -> list[Mention]:
    """All place names outside `taken`; an address gives one mention for each level."""
    found: list[Mention] = []
    free = passage.masked(taken)
    position = 0
    for index, word in enumerate(passage.words):
        if word.start < position or "\0" in free[word.start : word.end]:
            continue
        unit = _unit(passage, index, free, position)
        while unit is not None:
            found.append(unit)
            position = unit.end
            unit = _next_level(free, unit)
    return [*found, *_short_names(passage, [*taken, *found])]


def level_of(name: str) -> str:
    """The level that the ending of a place name tells; empty when it tells none."""
    ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
    return PLACE_LEVELS.get(ending, "province" if name in PROVINCES else "")


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


def _unit(passage: Passage, index: int, free: str, position: int) -> Mention | None:
    """The place name whose ending is the end of this word, if there is one."""
    word = passage.words[index]
    ending = next((ending for ending in _ENDINGS if word.text.endswith(ending)), None)
    if ending is None:
        return None
    start = word.start
    core = word.text[: -len(ending)]
    if not core or (len(core) == 1 and not word.tag.startswith(_NAME_TAGS)):
        start = _name_start(passage, index, core, position)
        core = passage.text[start : word.end - len(ending)]
    elif not word.tag.startswith(_NAME_TAGS):
        return None
    if "\0" in free[start : word.end] or not _is_name(core, ending):
        return None
    if free[word.end : word.end + 1] in ("民", "长", "级", "容", "里", "域", "场"):
        return None
    return _place(start, word.end, passage.text)


def _name_start(passage: Passage, index: int, core: str, position: int) -> int:
    """Where a name begins whose ending is a word of its own: one or two words back, at most five characters."""
    start = passage.words[index].start
    length = len(core)
    while index > 0 and length < 2:
        before: Word = passage.words[index - 1]
        cut_number = bool(core) and before.tag == "m" and len(before.text) == 1  # 零 of 零陵区 read as a number
        if before.start < position or not is_han(before.text):
            break
        if before.tag.startswith(_FUNCTION_TAGS) and not cut_number:
            break
        if before.tag == "v" or length + len(before.text) > _LONGEST_NAME:
            break
        start, index, length = before.start, index - 1, length + len(before.text)
        if _PEOPLES.fullmatch(before.text):
            length = 0
    return start


def _is_name(core: str, ending: str) -> bool:
    if not is_han(core) or core in NOT_PLACE_NAMES or core.startswith(("贫困", "扶贫", "该", "各", "全", "某", "每")):
        return False
    return len(core) > 1 or ending in ("县", "市", "州")


def _next_level(free: str, unit: Mention) -> Mention | None:
    """The next lower place of an address, which begins where the one before it ends."""
    rank = rank_of(free[unit.start : unit.end])
    if rank is None:
        return None
    tail = re.match(rf"([{HAN}]{{1,8}}?)({_ENDING})(?![民长级委])", free[unit.end :])
    if not tail or len(tail[1]) > _LONGEST_NAME + 3 * ("族" in tail[1]) or _NOT_IN_CHAIN.search(tail[0]):
        return None
    if PLACE_RANKS[PLACE_LEVELS[tail[2]]] <= rank or not _is_name(tail[1], tail[2]):
        return None
    return _place(unit.end, unit.end + tail.end(), free)


def _short_names(passage: Passage, taken: list[Mention]) -> list[Mention]:
    """Provinces, and places of the general dictionary, without an ending."""
    free = passage.masked(taken)
    found = [_place(*match.span(), passage.text) for match in _PROVINCE.finditer(free)]
    free = passage.masked(taken, found)
    for word in passage.words:
        known = word.tag == "ns" and len(word.text) > 1 and is_han(free[word.start : word.end])
        if known and word.text not in COUNTRY_WORDS and not word.text.endswith(tuple(_ENDINGS)):
            found.append(Mention(word.start, word.end, "LOC", attributes=(("mention", "NAM"),)))
    return found
