"""Find GROUP, and ROLE with the PER beside it; names are then found again wherever they stand in the document."""

from __future__ import annotations

import re
from typing import NamedTuple

from workbench.extractors.rules.passages import CLOSED, HAN, Mention, Passage, Word, is_han, is_known
from workbench.extractors.rules.vocabulary import (
    COMPOUND_SURNAMES,
    HONORIFICS,
    MEMBERSHIPS,
    NAMED_AFTER,
    PEOPLE_DEEDS,
    PEOPLE_HEADS,
    PEOPLE_HEADS_MODIFIED,
    PEOPLE_MODIFIERS,
    QUANTIFIERS,
    SURNAMES,
    TITLES,
    any_of,
)

_MODIFIER = rf"(?:{any_of(PEOPLE_MODIFIERS)}|(?![和与及各])[{HAN}]{{2}}界别?)"
_HEAD = any_of(PEOPLE_HEADS)
_GROUP = re.compile(
    rf"(?:{_MODIFIER}*(?:{any_of(PEOPLE_DEEDS)}(?=委员|干部))?{_HEAD}{_HEAD}?(?![会长]|意识|制度)"
    rf"|(?:{_MODIFIER}+|{any_of(PEOPLE_DEEDS)}){any_of(PEOPLE_HEADS_MODIFIED)}(?![籍均数]))们?"
)
_TITLE = re.compile(rf"{any_of(TITLES)}(?!会|团|办|们|制|级|室|台)")
_FILLED = re.compile(rf"(?:担任|兼任|出任|当选为?|任命为|任)[“\"]?({any_of(TITLES)})(?![{HAN}]?会)")
_FILLING = re.compile(rf"({any_of(TITLES)}(?:[、兼]{any_of(TITLES)})*)(?=担任|兼任|任(?!务|何|期|职))")
_POST = re.compile("(第一书记)")
_LISTING = re.compile("[、,，]")


class Appointment(NamedTuple):
    """A title with its holders: the link that HOLDS_ROLE writes."""

    role: Mention
    holders: tuple[Mention, ...]


class People(NamedTuple):
    """People of one passage; `members` are persons named directly after a group noun."""

    groups: list[Mention]
    appointments: list[Appointment]
    members: list[tuple[Mention, Mention]]
    persons: list[Mention]


def people(passage: Passage, taken: list[Mention]) -> People:
    """Groups, titles and persons outside `taken`."""
    text = passage.masked(taken)
    appointments = [*_appointments(passage, text), *_posts(text)]
    persons = [person for appointment in appointments for person in appointment.holders]
    roles = [appointment.role for appointment in appointments]
    text = passage.masked(taken, persons, roles)
    persons += _addressed(passage, text)
    text = passage.masked(taken, persons, roles)
    groups = [Mention(*match.span(), "GROUP") for match in _GROUP.finditer(text) if _whole_words(passage, match.span())]
    members = [(name, group) for group in groups for name in _after_noun(passage, text, group)]
    persons += [name for name, _ in members]
    groups = [group for group in groups if not any(group.span.overlap(person.span) for person in persons)]
    members = [(name, group) for name, group in members if group in groups]
    return People(groups, appointments, members, persons)


def _whole_words(passage: Passage, span: tuple[int, int]) -> bool:
    """Tell whether a span is made of words: 职工 is no word in 履职工作."""
    begins = span[0] in passage.words_from or passage.text[: span[0]].endswith(QUANTIFIERS)
    return begins and (span[1] in passage.words_to or passage.text[span[1] - 1] == "们")


def _person(start: int, end: int) -> Mention:
    return Mention(start, end, "PER", attributes=(("mention", "NAM"),))


def _appointments(passage: Passage, text: str) -> list[Appointment]:
    found: list[Appointment] = []
    joined: list[Mention] = []
    for match in _TITLE.finditer(text):
        role = Mention(*match.span(), "ROLE")
        weak = match[0] in MEMBERSHIPS
        if weak and text[role.start - 1 : role.start] != CLOSED:
            continue  # without the body it belongs to, 委员 names a group; guideline 7
        holders = _names_after(passage, text, match.end(), weak) or _names_before(passage, text, match.start())
        if holders:
            found.append(Appointment(role, holders))
            found += (Appointment(earlier, holders) for earlier in _run_before(joined, role, text))
            joined = []
        joined.append(role)
    return found


def _run_before(roles: list[Mention], last: Mention, text: str) -> list[Mention]:
    """Titles joined to a held one by 、 or 兼 have the same holder (书记、主席 + name)."""
    run = []
    for role in reversed(roles):
        if text[role.end : last.start] not in ("、", "兼"):
            break
        run.append(role)
        last = role
    return run


def _posts(text: str) -> list[Appointment]:
    """Titles after or before 任, and 第一书记 anywhere: posts, whoever fills them."""
    found: list[Appointment] = []
    for pattern in (_FILLED, _FILLING, _POST):
        for match in pattern.finditer(text):
            found += [Appointment(Mention(*part.span(), "ROLE"), ()) for part in _TITLE.finditer(text, *match.span(1))]
    return found


def _names_after(passage: Passage, text: str, start: int, weak: bool) -> tuple[Mention, ...]:
    """The name that begins at `start`, and those listed after it with 、."""
    names: list[Mention] = []
    while name := _name_from(passage, text, start, weak):
        names.append(name)
        if text[name.end : name.end + 1] != "、":
            break
        start = name.end + 1
    return tuple(names)


def _name_from(passage: Passage, text: str, start: int, weak: bool) -> Mention | None:
    """A surname and one or two characters that end where a word ends; a longer dictionary word is no name."""
    index = passage.words_from.get(start)
    if index is None or index >= len(passage.words):
        return None
    first = passage.words[index]
    family = _family(text[start : start + 2])
    if not family or (len(first.text) > family and not first.tag.startswith("nr") and is_known(first.text)):
        return None
    grammatical = len(first.text) == 1 and first.tag[0] in "pcudr"
    if grammatical or (weak and not first.tag.startswith("nr") and len(first.text) > 1):
        return None
    for length in (family + 2, family + 1):
        end = start + length
        if is_han(text[start:end]) and len(text) >= end and end in passage.words_to:
            last = passage.words[passage.words_to[end]]
            if last.start == start or _ends_a_name(last):
                return _person(start, end)
    return None


def _ends_a_name(last: Word) -> bool:
    """Grammatical words end no name; of one character, only the commonest are sure to be grammatical."""
    return last.tag[0] not in ("pcud" if len(last.text) == 1 else "vpcudrfmt")


def _family(text: str) -> int:
    """Length of the surname at the beginning of a string; 0 when there is none."""
    if text in COMPOUND_SURNAMES:
        return 2
    return 1 if text[:1] and text[0] in SURNAMES else 0


def _names_before(passage: Passage, text: str, end: int) -> tuple[Mention, ...]:
    """The name that ends at `end` (or before 等), and those listed before it with 、."""
    names: list[Mention] = []
    if text[end - 1 : end] == "等":
        end -= 1
    while name := _name_to(passage, text, end):
        names.append(name)
        if not _LISTING.fullmatch(text[name.start - 1 : name.start]):
            break
        end = name.start - 1
    return tuple(reversed(names))


def _name_to(passage: Passage, text: str, end: int) -> Mention | None:
    index = passage.words_to.get(end)
    if index is None:
        return None
    last = passage.words[index]
    candidates = [last.start]
    if index > 0 and len(last.text) < 3:
        candidates.append(passage.words[index - 1].start)
    for start in candidates:
        name = text[start:end]
        family = _family(name[:2])
        tagged = passage.words[passage.words_from[start]].tag.startswith("nr")
        if tagged and family and 1 <= len(name) - family <= 2 and is_han(name):
            return _person(start, end)
    return None


def _addressed(passage: Passage, text: str) -> list[Mention]:
    found: list[Mention] = []
    for match in re.finditer(any_of(HONORIFICS), text):
        found += _names_before(passage, text, match.start())
    return found


def _after_noun(passage: Passage, text: str, group: Mention) -> tuple[Mention, ...]:
    if text[group.start : group.end].endswith(tuple(NAMED_AFTER)):
        listed = text[group.start - 1 : group.start] == "等" and _names_before(passage, text, group.start)
        return listed or _names_after(passage, text, group.end, weak=True)
    return ()
