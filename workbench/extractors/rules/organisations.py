"""Find ORG: bodies of the state and the parties by grammar, enterprises and associations by their last word."""

from __future__ import annotations

import re

from workbench.extractors.rules.passages import CLOSED, HAN, Mention, Passage, is_han
from workbench.extractors.rules.vocabulary import (
    ACTS,
    ORGANISATION_HEADS,
    PARTIES,
    PEOPLE_HEADS,
    STATE_BODIES,
    SUB_BODIES,
    TITLES,
    WORK_NOUNS,
    any_of,
)

_NOT_A_BODY = rf"(?![{HAN}]?部门)(?!{any_of(PEOPLE_HEADS)}|作用|优势|履职|力量|智慧|答卷)"
_COMMITTEE = r"委(?:会|员会|政府|办公厅|办)?(?![员托派任屈会]|室)"
_STATE = re.compile(rf"(?:{any_of(STATE_BODIES)}|{_COMMITTEE})")
_DEICTIC = re.compile(rf"(?<![各全每我本该大中])[省市县区州](?:{any_of(STATE_BODIES)}|{_COMMITTEE})(?!界)")
_PARTY = any_of(PARTIES)
_NATIONAL = re.compile(rf"全国政协|中共中央|党中央|国务院|{_PARTY}中央|{_PARTY}[省市县区](?:委会|委员会|委|工委)")
_COLLECTIVE = re.compile(
    "全[省市县区州]政协系统|(?:全[省市县区州])?(?:各级政协(?:组织)?|政协各级组织)|各级党委政府|各级政府|各级党委"
)
_SUB_BODY = re.compile(rf"{any_of(WORK_NOUNS)}?{any_of(SUB_BODIES)}(?![干职领])|主席会议(?=审议|通过|决定|研究)")
_BARE_SUB_BODY = re.compile(rf"政协(?:{any_of(SUB_BODIES)})(?![干职领])")
_PARTY_BRANCH = re.compile("(?:委|工委)?(?:会|员会|总支|支部)?")
_HEAD = re.compile(rf"{any_of(ORGANISATION_HEADS)}(?![长员校生])")
_STOPS = frozenset([*TITLES, *PEOPLE_HEADS, *ACTS])
_LONGEST = 18


def organisations(passage: Passage, taken: list[Mention], located: list[Mention]) -> list[Mention]:
    """All organisations outside `taken`, each with the parent body inside it as a mention of its own.

    `located` are the places of the passage: a body's name begins with the place that stands directly before it.
    """
    found = _collective(passage, taken)
    found += _parties(passage, [*taken, *found], located)
    found += _state(passage, [*taken, *found], located)
    found += _sub_bodies(passage, taken, found)
    found += _named(passage, taken, [*located, *found])
    return list({body.span: body for body in reversed(found)}.values())


def _named_body(start: int, end: int, kind: str = "") -> Mention:
    attributes = (("mention", "NAM"), ("org_type", kind)) if kind else (("mention", "NAM"),)
    return Mention(start, end, "ORG", attributes=attributes)


def _collective(passage: Passage, taken: list[Mention]) -> list[Mention]:
    text = passage.masked(taken)
    return [
        Mention(*match.span(), "ORG", attributes=(("mention", "NAM"), ("spec", "GEN")))
        for match in _COLLECTIVE.finditer(text)
    ]


def _chain_start(end: int, located: list[Mention]) -> int:
    """Where the unbroken chain of places begins that ends at `end`; `end` itself when there is none."""
    ends = {place.end: place.start for place in located}
    start = end
    while start in ends:
        start = ends[start]
    return start


def _parties(passage: Passage, taken: list[Mention], located: list[Mention]) -> list[Mention]:
    """民进中央; 民进 + place + 委: the place and the party are parts of the name; place + 民进."""
    text = passage.masked(taken)
    starts = {place.start: place for place in located}
    found = [_named_body(*match.span()) for match in _NATIONAL.finditer(text)]
    for match in re.finditer(_PARTY, text):
        place = starts.get(match.end())
        if place and CLOSED not in text[place.start : place.end]:
            branch = _PARTY_BRANCH.match(text, place.end)
            if branch and branch[0]:
                found.append(_named_body(match.start(), branch.end(), "democratic_party"))
                found.append(_named_body(*match.span(), "democratic_party"))
                continue
        start = _chain_start(match.start(), located)
        if start < match.start():
            found.append(_named_body(start, match.end(), "democratic_party"))
            found.append(_named_body(*match.span(), "democratic_party"))
    return found


def _state(passage: Passage, taken: list[Mention], located: list[Mention]) -> list[Mention]:
    text = passage.masked(taken)
    found: list[Mention] = []
    for end in sorted({place.end for place in located}):
        match = _STATE.match(text, end)
        start = _chain_start(end, located)
        if not match or CLOSED in text[start:end]:
            continue
        if match[0].startswith("委") and text[end - 1] not in "省市县区州乡镇":
            continue
        if text[max(0, start - 2) : start] == "中共" and match[0].startswith("委"):
            start -= 2
        found.append(_named_body(start, match.end(), _kind(match[0])))
    text = passage.masked(taken, found)
    for match in _DEICTIC.finditer(text):
        if not any(place.start < match.end() and match.start() < place.end for place in located):
            found.append(_named_body(*match.span(), _kind(match[0][1:])))
    return found


def _kind(body: str) -> str:
    if body.startswith("政协"):
        return "cppcc"
    if body.startswith(("委", "党委", "纪委")):
        return "party_committee"
    return "government" if body.endswith(("政府", "局", "厅")) else ""


def _sub_bodies(passage: Passage, taken: list[Mention], parents: list[Mention]) -> list[Mention]:
    """A body directly after another is part of it: the outer mention covers both."""
    text = passage.masked(taken)
    found = []
    for parent in parents:
        match = _SUB_BODY.match(text, parent.end)
        if match:
            found.append(_named_body(parent.start, match.end(), "internal_body"))
    text = passage.masked(taken, parents, found)
    return found + [_named_body(*match.span(), "internal_body") for match in _BARE_SUB_BODY.finditer(text)]


def _named(passage: Passage, taken: list[Mention], located: list[Mention]) -> list[Mention]:
    """Enterprises, schools, associations, teams: the noun words before the head, and the place before those."""
    text = passage.masked(taken)
    found: list[Mention] = []
    for match in _HEAD.finditer(text):
        start = _chain_start(_left_edge(passage, match.start(), text, located), located)
        if start < match.start() and CLOSED not in text[start : match.end()] and match.end() - start <= _LONGEST:
            found.append(_named_body(start, match.end()))
    return found


def _left_edge(passage: Passage, end: int, text: str, located: list[Mention]) -> int:
    """Go left over noun words; a place ends the walk, because the chain before it is the place's own."""
    place_ends = {place.end for place in located}
    start = end
    while start > 0 and start not in place_ends:
        index = passage.words_to.get(start)
        if index is None:
            break
        word = passage.words[index]
        nominal = word.tag.startswith(("n", "j", "l", "b", "x", "i", "z", "a")) or word.tag in ("vn", "s")
        if not nominal and not (word.tag == "v" and word.text in WORK_NOUNS):
            break
        if word.text in _STOPS or not is_han(text[word.start : word.end]) or end - word.start > _LONGEST:
            break
        start = word.start
    return start
