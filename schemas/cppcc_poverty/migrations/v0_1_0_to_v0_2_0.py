"""From 0.1.0 to 0.2.0: the decisions D26 to D61, as far as a program can apply them.

`AUTOMATIC`, `LOSSY` and `NEEDS_HUMAN` say by decision what `migrate` does; every single change is a case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from schemas.cppcc_poverty.migrations.names_of_v0_2_0 import canonical_names, drop_defaults, places, units
from schemas.draft import Draft, Item, attribute, drop_attributes, end, inside, start
from schemas.migrations import Migrated

SOURCE, TARGET = "0.1.0", "0.2.0"

AUTOMATIC: Mapping[str, str] = {
    "D27": "an ORG with a session number (十届六次全会) becomes MEETING, where all that hangs on it admits that",
    "D28": "GROUP 政协委员 directly before a person, used only by MEMBER_OF, becomes ROLE with HOLDS_ROLE",
    "D47": "count of VISIT in 人, 名, 位, 户 becomes visited_count, count of ADVISE in 件, 篇, 条, 份 doc_count",
    "D52": "PART_OF along address chains, and from an ORG to the body that its name begins with",
    "D61": "no spec=SPC; canonical names simplified, if the text deviates; units as in the text; places by GB/T 2260",
}
LOSSY: Mapping[str, str] = {
    "D26": "ASSIST without beneficiary, measure, amount, quantity, need and outcome: it told of no help",
    "D54": "CONCERNS from CAMPAIGN or MEASURE to MEASURE, ASSET or INDUSTRY: the frame says it",
    "D61": "the parents in the names of places below county level: PART_OF says them",
}
NEEDS_HUMAN: Mapping[str, str] = {
    "D26": "values that hung on nothing but a dropped ASSIST",
    "D27": "主席会议 and sessions: body or meeting?",
    "D28": "政协委员 before a person, where it is ORG and ROLE, or GROUP with other uses",
    "D33": "DISPATCH by 进驻 or 组织: visit, help or dispatch?",
    "D37": "realis=generic with a time that recurs: told as real?",
    "D47": "counts of people, places or documents in other units",
    "D49": "raised money with several helpers and no intermediary",
    "D52": "a body nested in another's name, but not at its beginning",
    "D61": "places of county level and above without a code that fits",
}

_COLLECTIVE = ("系统", "组织")
_SESSION = re.compile(r"[届第].*次.*(?:会议|全会)$")
_MEETING_KINDS = (("全会", "plenary"), ("全体会议", "plenary"), ("常委会", "standing"), ("常务委员会", "standing"))
_AS_MEETING = {("head", "LOCATED_IN"), ("head", "HAS_QUANTITY"), ("head", "ISSUES"), ("tail", "STATED_BY")}
_MEETING_ROLES = {("ASSIST", "measure")}
_HELP = {"beneficiary", "beneficiary_count", "measure", "amount", "quantity", "need", "outcome"}
_LEVELS = ("country", "province", "prefecture", "zone", "county", "township", "village", "subvillage")
_SAME_RANK = {"township_equivalent": "township"}
_COUNTS = {"VISIT": ("visited_count", frozenset("人名位户")), "ADVISE": ("doc_count", frozenset("件篇条份"))}
_COUNTED = {"VISIT": frozenset(("GROUP", "LOC")), "ADVISE": frozenset(("GROUP", "LOC", "DOC", "PROBLEM"))}
_MENTIONS = (
    "PER",
    "ORG",
    "LOC",
    "ROLE",
    "GROUP",
    "CAMPAIGN",
    "DOC",
    "MEETING",
    "MEASURE",
    "ASSET",
    "INDUSTRY",
    "STATUS",
)
_STATEMENTS = ("RESULT", "PROBLEM", "PROPOSAL")


def migrate(annotation: Mapping[str, Any]) -> Migrated:
    """Apply the decisions to an annotation of the native format; what is given stays as it is.

    Every entity has its text, every end of a relation and every argument is an entity that is there. Applied to its own
    result, it changes nothing more.
    """
    draft = Draft(annotation)
    rules: tuple[Callable[[Draft], None], ...] = (
        _sessions,
        _members_before_names,
        drop_defaults,
        canonical_names,
        units,
        places,
        _counts,
        _address_chains,
        _parent_bodies,
        _concerns,
        _rhetoric,
        _doubts,
    )
    for rule in rules:
        rule(draft)
    record = draft.finish()
    if record.get("schema"):
        record["schema"] = {"id": record["schema"]["id"], "version": TARGET}
    return Migrated(record, tuple(draft.cases))


def _sessions(draft: Draft) -> None:
    """D27: a session with a number is a meeting."""
    for entity in draft.of_type("ORG"):
        if not _SESSION.search(entity["text"]):
            continue
        hindering = sorted(_unlike_a_meeting(draft, entity))
        if hindering:
            message = f"a session with a number is MEETING, but it has {', '.join(hindering)}"
            draft.note_entity("needs_human", "D27", message, entity)
            continue
        entity["type"] = "MEETING"
        kind = next((kind for word, kind in _MEETING_KINDS if word in entity["text"]), None)
        drop_attributes(entity, "mention", "spec", "org_type", "level")
        if kind is not None:
            entity["attributes"] = {**entity.get("attributes", {}), "kind": kind}
        draft.note_entity("automatic", "D27", "a session with a number: ORG becomes MEETING", entity)


def _unlike_a_meeting(draft: Draft, entity: Item) -> Iterable[str]:
    """Names of what hangs on a body and could not hang on a meeting."""
    for relation in draft.links_of(entity):
        side = "head" if relation["head"] == entity["id"] else "tail"
        if (side, relation["type"]) not in _AS_MEETING:
            yield relation["type"]
    for frame, role in draft.roles_of(entity):
        if (frame["type"], role) not in _MEETING_ROLES:
            yield f"{frame['type']} {role}"
    for outer in draft.of_type(*_MENTIONS):
        if inside(entity, outer):
            yield f"a place in {outer['text']}"


def _members_before_names(draft: Draft) -> None:
    """D28: bare 政协委员 before a name is a role."""
    people = {start(person): person for person in draft.of_type("PER")}
    for entity in list(draft.of_type("GROUP")):
        if entity["text"] != "政协委员" or end(entity) not in people:
            continue
        links = draft.links_of(entity)
        members = [one for one in links if one["type"] == "MEMBER_OF" and one["tail"] == entity["id"]]
        heads = [draft.by_id[one["head"]] for one in members]
        if people[end(entity)] not in heads or len(members) < len(links) or draft.roles_of(entity):
            message = "政协委员 before a name is ROLE, but this GROUP is used for more than the person named"
            draft.note_entity("needs_human", "D28", message, entity)
        elif any(head["type"] != "PER" for head in heads):
            draft.note_entity(
                "needs_human", "D28", "政协委员 before a name is ROLE; not only persons are in it", entity
            )
        else:
            entity["type"] = "ROLE"
            drop_attributes(entity, "class")
            entity.pop("cluster", None)
            draft.note_entity("automatic", "D28", "directly before a name: GROUP becomes ROLE", entity)
            for relation in members:
                relation["type"] = "HOLDS_ROLE"
                draft.note_relation("automatic", "D28", "instead of MEMBER_OF", relation)
    roles = {start(role): role for role in draft.of_type("ROLE")}
    for entity in draft.of_type("ORG"):
        role = roles.get(end(entity))
        if entity["text"] == "政协" and role is not None and role["text"] == "委员" and end(role) in people:
            message = "政协委员 before a name is one ROLE; here it is ORG 政协 and ROLE 委员"
            draft.note_entity("needs_human", "D28", message, entity)


def _counts(draft: Draft) -> None:
    """D47: what is visited or submitted is counted apart from how often."""
    for frame in draft.frames:
        if frame["type"] not in _COUNTS:
            continue
        role, units = _COUNTS[frame["type"]]
        for argument in draft.arguments(frame):
            if argument["role"] != "count":
                continue
            number = draft.by_id[argument["entity"]]
            links = [link for link in draft.links_of(number) if link["type"] == "HAS_QUANTITY"]
            heads = {draft.by_id[link["head"]]["type"] for link in links}
            if _unit(number) in units:
                _rename_role(frame, argument, role)
                draft.note_argument("automatic", "D47", f"count of {frame['type']} becomes {role}", frame, number)
            elif heads & _COUNTED[frame["type"]]:
                message = f"counts {' and '.join(sorted(heads))}: is it count (times, sessions, teams) or {role}?"
                draft.note_argument("needs_human", "D47", message, frame, number)


def _rename_role(frame: Item, argument: Item, role: str) -> None:
    """Give an argument another role, or drop it where its entity fills that role already."""
    if any(other["role"] == role and other["entity"] == argument["entity"] for other in frame["arguments"]):
        frame["arguments"].remove(argument)
    else:
        argument["role"] = role


def _unit(number: Item) -> str:
    unit: str = (number.get("value") or {}).get("unit") or number["text"][-1:]
    return unit


def _address_chains(draft: Draft) -> None:
    """D52: each place lies in the one that stands directly before it."""
    named = [place for place in draft.of_type("LOC") if attribute(place, "mention") != "NOM"]
    by_end: dict[int, list[Item]] = {}
    for place in named:
        by_end.setdefault(end(place), []).append(place)
    for inner in named:
        for outer in by_end.get(start(inner), ()):
            if _lies_in(inner, outer) and not draft.linked("PART_OF", inner, outer):
                relation = draft.link("PART_OF", inner, outer)
                draft.note_relation("automatic", "D52", "added along the address", relation)


def _lies_in(inner: Item, outer: Item) -> bool:
    """Tell whether one place may lie in the other, by their levels and codes (成都|金川商会: no)."""
    code, around = ((place.get("value") or {}).get("code") for place in (inner, outer))
    contradicted = bool(code and around) and not str(code).startswith(re.sub("(00)+$", "", str(around)))
    return -1 < _rank(outer) < _rank(inner) and not contradicted


def _rank(place: Item) -> int:
    """How small a place is; -1 where that is unknown."""
    level = attribute(place, "level") or ""
    level = _SAME_RANK.get(level, level)
    return _LEVELS.index(level) if level in _LEVELS else -1


def _parent_bodies(draft: Draft) -> None:
    """D52: a body is part of the body that its name begins with."""
    bodies = [body for body in draft.of_type("ORG") if not _SESSION.search(body["text"])]
    for outer in bodies:
        if attribute(outer, "spec") == "GEN" and outer["text"].endswith(_COLLECTIVE):  # D9: no part of anything
            continue
        within = [body for body in bodies if inside(body, outer)]
        nearest = [body for body in within if not any(inside(body, other) for other in within)]
        for inner in nearest:
            same = outer.get("cluster") is not None and outer.get("cluster") == inner.get("cluster")
            if same or draft.linked("PART_OF", outer, inner):
                continue
            if start(inner) == start(outer):
                draft.note_relation(
                    "automatic", "D52", "added to the body it begins with", draft.link("PART_OF", outer, inner)
                )
            else:
                message = f"is it PART_OF {inner['text']}, which stands inside its name?"
                draft.note_entity("needs_human", "D52", message, outer)


def _concerns(draft: Draft) -> None:
    """D54: what a campaign or measure does is said by frames."""
    for relation in list(draft.relations):
        head, tail = draft.by_id[relation["head"]]["type"], draft.by_id[relation["tail"]]["type"]
        concerns = relation["type"] == "CONCERNS" and head in ("CAMPAIGN", "MEASURE")
        if concerns and tail in ("MEASURE", "ASSET", "INDUSTRY"):
            draft.note_relation("lossy", "D54", "dropped, the frame says it", relation)
            draft.relations.remove(relation)


def _rhetoric(draft: Draft) -> None:
    """D26: help without anything that helps is no frame."""
    for frame in list(draft.frames):
        fillers = draft.arguments(frame)
        if frame["type"] != "ASSIST" or any(argument["role"] in _HELP for argument in fillers):
            continue
        told = ", ".join(f"{argument['role']} {draft.by_id[argument['entity']]['text']}" for argument in fillers)
        draft.note_frame("lossy", "D26", f"ASSIST dropped; it had {told or 'no arguments'}", frame)
        draft.frames.remove(frame)
        for argument in fillers:
            value = draft.by_id[argument["entity"]]
            if value["type"] in ("MONEY", "QUANT", "TIME") and draft.loose(value, _STATEMENTS):
                message = f"{value['type']} hangs on nothing since ASSIST {frame['id']} was dropped"
                draft.note_entity("needs_human", "D26", message, value)


def _doubts(draft: Draft) -> None:
    """What only a person can decide."""
    for entity in draft.of_type("ORG", "MEETING"):
        if entity["text"].endswith("主席会议") and not _SESSION.search(entity["text"]):
            message = f"{entity['type']}: ORG when it decides, deploys or arranges, MEETING with number, date or place"
            draft.note_entity("needs_human", "D27", message, entity)
    for frame in draft.frames:
        trigger = (frame.get("trigger") or {}).get("text") or ""
        roles = [argument["role"] for argument in draft.arguments(frame)]
        if frame["type"] == "DISPATCH" and ("进驻" in trigger or "组织" in trigger):
            message = "DISPATCH is for being sent to a post; going somewhere is VISIT or part of the help"
            draft.note_frame("needs_human", "D33", message, frame)
        raised = frame["type"] == "ASSIST" and attribute(frame, "transfer") == "brokered_cash"
        if raised and roles.count("helper") > 1 and "intermediary" not in roles:
            message = "raised money with several helpers: who gave, and who raised it (intermediary)?"
            draft.note_frame("needs_human", "D49", message, frame)
        recurs = any(_recurs(draft, filler) for filler in draft.arguments(frame))
        if recurs and attribute(frame, "realis") == "generic":
            message = "generic with a time that recurs: told as real, it is actual with aggregation=total"
            draft.note_frame("needs_human", "D37", message, frame)


def _recurs(draft: Draft, argument: Item) -> bool:
    value = draft.by_id[argument["entity"]].get("value") or {}
    return bool(value.get("kind") == "time" and value.get("type") == "SET")
