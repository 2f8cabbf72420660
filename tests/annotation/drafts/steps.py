"""What an annotator might do next, chosen by numbers: every edit there is, undo and redo, as changes for the log."""

# ruff: noqa: ARG005  # all edits take the same three numbers, whatever they need

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from hypothesis import strategies as st

from schemas.load import load
from workbench.annotation.drafts import edits, links
from workbench.annotation.drafts.draft import Draft
from workbench.annotation.drafts.edits import Desk, EditRefused, Made
from workbench.annotation.drafts.history import EDIT, REDO, UNDO, Work
from workbench.annotation.drafts.links import Link
from workbench.annotation.store import Actor, Change, Event
from workbench.core.records import Document, Entity
from workbench.core.text import Span
from workbench.core.values import Money

TEXT = (
    "永州市政协，四川省委向𠀀沙尔乡贫困户捐赠２１０万元，12户。\u00a0政協(xié)😀\te\u0301"
    "\U0001f468\u200d\U0001f469　委员到金川县"
)
DESK = Desk(Document(doc_id="d00", text=TEXT), load("cppcc_poverty"))
EMPTY = Draft.empty()

TYPES = ("ORG", "LOC", "GROUP", "ROLE", "MONEY", "PER", "ASSIST", "DISPATCH")
RELATIONS = ("PART_OF", "LOCATED_IN", "ROLE_IN", "COOPERATES_WITH", "ASSISTS")

Choice = tuple[int, int, int, int]
"""Which edit, of what, and how."""

numbers = st.integers(0, 60)
choices = st.tuples(numbers, numbers, numbers, numbers)
BEGUN: list[Choice] = [
    *[(0, 0, 11, 0), (0, 6, 10, 0), (0, 12, 2, 1), (0, 15, 2, 2), (0, 18, 1, 6), (0, 20, 11, 4)],
    *[(10, 0, 0, 1), (10, 3, 1, 1), (13, 0, 0, 1), (13, 0, 2, 1), (15, 0, 1, 0)],
]
"""The names of the text labelled, a frame with two fillers, two relations, a cluster."""

courses = st.lists(choices, max_size=25).flatmap(lambda course: st.sampled_from([course, BEGUN + course]))
"""A course of work, from nothing or after the names of the text have been labelled."""


def _pick(things: Iterable[str], number: int) -> str:
    found = list(things)
    if not found:
        raise EditRefused("没有", "nothing to choose from")
    return found[number % len(found)]


def _entity(draft: Draft, number: int) -> str:
    return _pick((one.id for one in draft.order), number)


def _item(draft: Draft, number: int) -> str:
    return _pick((*(one.id for one in draft.order), *draft.relations, *draft.frames), number)


def _spans(a: int, b: int) -> list[Span]:
    start = a % len(TEXT)
    first = Span(start, min(start + 1 + b % 7, len(TEXT)))
    return [first, Span(first.end + 2, first.end + 4)] if b % 5 == 4 and first.end + 4 <= len(TEXT) else [first]


def _relate(draft: Draft, a: int, b: int, c: int) -> Made:
    head = _entity(draft, a)
    found = links.partners(draft, DESK.schema, head, {}, Span(0, len(TEXT)))
    if not found or c % 4 == 0:
        return links.relate(draft, DESK, RELATIONS[c % len(RELATIONS)], head, _entity(draft, b))
    partner = found[b % len(found)]
    kind, forward = partner.links[c % len(partner.links)]
    ends = (head, partner.entity) if forward else (partner.entity, head)
    return links.relate(draft, DESK, kind, *ends)


def _fill(draft: Draft, a: int, b: int, c: int) -> Made:
    frame = _pick(draft.frames, a)
    found = links.fillers(draft, DESK.schema, frame, {}, Span(0, len(TEXT)))
    if not found:
        raise EditRefused("没有", "nothing to fill it with")
    partner = found[b % len(found)]
    link: Link = partner.links[c % len(partner.links)]
    return edits.fill(draft, DESK, frame, link.type, partner.entity)


def _unfill(draft: Draft, a: int, b: int) -> Made:
    frame = draft.frames[_pick(draft.frames, a)]
    fillers = {f"{one.role} {one.entity}": one for one in frame.arguments}
    one = fillers[_pick(fillers, b)]
    return edits.unfill(draft, frame.id, one.role, one.entity)


def _value(draft: Draft, a: int, b: int) -> Made:
    return edits.set_value(draft, DESK, _entity(draft, a), Money(value=b) if b % 3 else None)


def _accept(draft: Draft, a: int, b: int) -> Made:
    span = _spans(a, b)[0]
    extra = {"suggested_by": ["strings"], "suggestion": f"{a}"}
    entity = Entity(
        id=edits.new_id("E", draft.entities), type="ORG", fragments=(span,), text=DESK.surface((span,)), extra=extra
    )
    return edits.add(draft, [entity], [], [])


EDITS: dict[str, Callable[[Draft, int, int, int], Made]] = {
    "label": lambda draft, a, b, c: edits.label(draft, DESK, TYPES[c % len(TYPES)], _spans(a, b)),
    "label more": lambda draft, a, b, c: edits.label(draft, DESK, TYPES[a % len(TYPES)], _spans(b, c)),
    "retype": lambda draft, a, b, c: edits.retype(draft, DESK, _item(draft, a), TYPES[b % len(TYPES)]),
    "move": lambda draft, a, b, c: edits.move(draft, DESK, _item(draft, a), _spans(b, c)),
    "delete": lambda draft, a, b, c: edits.delete(
        draft, {_item(draft, a), _item(draft, b)} if c % 2 else [_item(draft, a)]
    ),
    "attribute": lambda draft, a, b, c: edits.set_attribute(
        draft, DESK, _item(draft, a), "decision", f"D{c}" if b % 3 else None
    ),
    "flag": lambda draft, a, b, c: edits.flag(draft, DESK, _item(draft, a)),
    "value": lambda draft, a, b, c: _value(draft, a, b),
    "comment": lambda draft, a, b, c: edits.annotate(draft, _item(draft, a) if b % 2 else None, "存疑😀" * (c % 3)),
    "finish": lambda draft, a, b, c: edits.finish(draft, DESK, DESK.schema.finishable[: a % 4] if b % 4 else None),
    "relate": _relate,
    "relate more": _relate,
    "reverse": lambda draft, a, b, c: links.reverse(draft, DESK, _pick(draft.relations, a)),
    "fill": _fill,
    "unfill": lambda draft, a, b, c: _unfill(draft, a, b),
    "cluster": lambda draft, a, b, c: links.cluster(draft, DESK, _entity(draft, a), _entity(draft, b)),
    "uncluster": lambda draft, a, b, c: links.uncluster(draft, _entity(draft, a)),
    "accept": lambda draft, a, b, c: _accept(draft, a, b),
    "reject": lambda draft, a, b, c: edits.reject(draft, {f"key{a}": ("strings", "values")}),
}


def made(draft: Draft, choice: Choice) -> tuple[str, Made]:
    """The edit that is chosen, with its name.

    Raises:
        EditRefused: it makes no sense here.
    """
    name = list(EDITS)[choice[0] % len(EDITS)]
    return name, EDITS[name](draft, *choice[1:])


def change_of(work: Work, choice: Choice) -> Change | None:
    """The change that is chosen; None when it is refused. More choices than there are edits undo and redo."""
    if choice[0] >= 40:
        redo = choice[0] >= 51
        steps = work.redoable if redo else work.undoable
        if not steps:
            return None
        delta = steps[-1].delta if redo else steps[-1].delta.inverse
        body = {"of": steps[-1].token, "name": steps[-1].name, "delta": delta.record()}
        return Change(REDO if redo else UNDO, json.loads(json.dumps(body)))
    try:
        name, edit = made(work.draft, choice)
    except EditRefused:
        return None
    return Change(EDIT, json.loads(json.dumps({"name": name, "delta": edit.delta.record()})))


def worked(course: Sequence[Choice], work: Work | None = None) -> tuple[Work, list[Change]]:
    """The work after a course of choices, and the changes that were made."""
    present, changes = work or Work(), []
    for choice in course:
        change = change_of(present, choice)
        if change is None:
            continue
        present = present.after(change.op, change.body, change.token)
        changes.append(change)
    return present, changes


def events_of(changes: Sequence[Change], first: int = 1) -> list[Event]:
    """Changes as the store would give them back."""
    by = Actor("A", "s")
    return [
        Event(number, one.op, json.loads(json.dumps(one.body)), one.state, one.ms, one.at, by, one.token)
        for number, one in enumerate(changes, first)
    ]


def draft_after(course: Sequence[Choice]) -> Draft:
    """The draft after a course of choices."""
    return worked(course)[0].draft


def loose(draft: Draft) -> bool:
    """Tell whether a relation or an argument has an end that is not there."""
    named = [end for one in draft.relations.values() for end in (one.head, one.tail)]
    named += [argument.entity for one in draft.frames.values() for argument in one.arguments]
    return any(end not in draft.entities for end in named)
