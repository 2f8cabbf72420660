"""Frames of gold: settled with their arguments and attributes, over the entities that their fillers became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from workbench.core.records import UNRESOLVED, Argument, Frame, Trigger
from workbench.core.text import surface
from workbench.review.adjudication.case import DECIDED, Case, end_of, mark
from workbench.review.adjudication.decisions import Decision, short_hash
from workbench.review.adjudication.grouping import Group, trigger_of
from workbench.review.adjudication.items import ArgumentItem, FrameHead, FrameItem
from workbench.review.adjudication.nodes import Nodes
from workbench.review.adjudication.properties import Owner, settle_properties
from workbench.review.adjudication.settling import Judged, Settled, Stale, settle
from workbench.review.adjudication.units import Unit, frame_units, items_of, role_units, whole_frame


class Frames(NamedTuple):
    """The frames of gold, their units, the decisions that do not apply, and what was lost, in words."""

    frames: tuple[Frame, ...]
    judged: tuple[Judged, ...]
    stale: tuple[Stale, ...]
    lost: tuple[str, ...]


class _Made(NamedTuple):
    """A frame of gold on its way; `members` are the annotators' frames that it comes from."""

    item: FrameItem
    members: Group[Frame]
    place: int
    unresolved: bool = False
    ordinal: int = 0

    @property
    def head(self) -> FrameHead:
        return FrameHead(type=self.item.type, trigger=self.item.trigger, text=self.item.text)

    @property
    def key(self) -> Hashable:
        """Type and trigger; of several frames with one trigger the later ones have a number too."""
        return frame_key(self.item) if not self.ordinal else (frame_key(self.item), self.ordinal)


def frame_key(head: FrameHead) -> Hashable:
    """What makes two frames of gold the same: type and trigger, without a trigger the arguments."""
    if head.trigger or not isinstance(head, FrameItem):
        return head.type, head.trigger or ()
    return head.type, frozenset((argument.role, argument.entity.key) for argument in head.arguments or ())


def settle_frames(case: Case, nodes: Nodes) -> Frames:
    """Settle the frames of a document whose entities are settled as far as possible."""
    groups = case.passes.frames()

    def atoms(decision: Decision) -> frozenset[Hashable]:
        return frozenset(_atom(item, nodes) for item in items_of(decision.seen) if isinstance(item, FrameItem))

    settled = settle(frame_units(case.passes, groups, case.voters), case.of(("frame",)), atoms)
    made, refused = _made(case, settled, groups)
    lost: list[str] = []
    known: set[Hashable] = {(frame.type, trigger_of(frame)) for group in groups for frame in group.values()}
    gone = known - {one.key for one in made}
    arguments, roles = _arguments(case, nodes, made, lost, gone)
    found = settle_properties(
        [_owner(case, one) for one in made],
        [one for one in case.decisions if one.kind in ("attribute", "value") and one.frame is not None],
        lambda ref: frame_key(ref) if isinstance(ref, FrameHead) else None,
        lambda ref: isinstance(ref, FrameHead) and frame_key(ref) in gone,
    )
    frames: dict[str, Frame] = {}
    for number, one in enumerate(made):
        # The 0 of a frame with a trigger is part of all released ids, so it stays.
        name = short_hash("F", repr((one.key, number if one.item.trigger is None else 0)))
        trigger = one.item.trigger
        frames.setdefault(
            name,
            Frame(
                id=name,
                type=one.item.type,
                trigger=Trigger(fragments=trigger, text=surface(case.document.text, trigger)) if trigger else None,
                arguments=tuple(arguments[number]),
                attributes={**found.attributes.get(one.key, {}), **mark(one.unresolved)},
            ),
        )
    judged = (*settled.judged, *roles.judged, *found.judged)
    stale = (*settled.stale, *refused, *roles.stale, *found.stale)
    return Frames(tuple(frames.values()), judged, stale, tuple(lost))


def _atom(item: FrameItem, nodes: Nodes) -> Hashable:
    slots = frozenset((argument.role, nodes.group(argument.entity)) for argument in item.arguments or ())
    return item.type, item.trigger or slots


def _made(case: Case, settled: Settled, groups: Sequence[Group[Frame]]) -> tuple[list[_Made], list[Stale]]:
    """The frames that were agreed, decided or added, and the decisions to add what annotators have."""
    made: list[_Made] = []
    met: Counter[Hashable] = Counter()
    for one in settled.judged:
        members = groups[one.unit.place]
        for item in one.items:
            if isinstance(item, FrameItem):
                whole = _own_arguments(case, item, members) if one.status == "unresolved" else item
                key = frame_key(whole)
                made.append(_Made(whole, members, one.unit.place, one.status == "unresolved", met[key]))
                met[key] += 1
    stale: list[Stale] = []
    for number, decision in enumerate(case.of(("frame",), added=True)):
        items = [item for item in decision.items if isinstance(item, FrameItem)]
        if any(met[frame_key(item)] for item in items):
            stale.append(Stale(decision, "gold has a frame with this trigger: decide its units instead"))
            continue
        made += [_Made(item, {}, len(groups) + number) for item in items]
        met.update(frame_key(item) for item in items)
    return made, stale


def _own_arguments(case: Case, item: FrameItem, members: Group[Frame]) -> FrameItem:
    """An unresolved reading with the arguments and attributes that its annotator gave it."""
    for author, frame in members.items():
        if frame.type == item.type and trigger_of(frame) == (item.trigger or ()):
            return whole_frame(case.passes, author, frame)
    return item


def _arguments(
    case: Case, nodes: Nodes, made: Sequence[_Made], lost: list[str], gone: set[Hashable]
) -> tuple[list[list[Argument]], Settled]:
    """The arguments of every frame: its own, or what the annotators of its group agree on or a decision says."""
    units: list[Unit] = []
    holders: list[int] = []
    for number, one in enumerate(made):
        if one.item.arguments is None:
            found = list(role_units(case.passes, number, one.members, one.head))
            units += found
            holders += [number] * len(found)
    numbers: dict[Hashable, int] = {}
    for number, one in enumerate(made):
        numbers.setdefault(frame_key(one.head), number)

    def atoms(decision: Decision) -> frozenset[Hashable]:
        number = numbers.get(frame_key(decision.frame)) if decision.frame else None
        return frozenset(
            (number, item.role, nodes.group(item.entity))
            for item in items_of(decision.seen)
            if isinstance(item, ArgumentItem)
        )

    living = [one for one in case.of(("role",)) if one.frame is None or frame_key(one.frame) not in gone]
    roles = settle(units, living, atoms)
    wanted: list[list[tuple[ArgumentItem, bool]]] = [
        [(argument, False) for argument in one.item.arguments or ()] for one in made
    ]
    for number, judged in zip(holders, roles.judged, strict=True):
        unresolved = judged.status == "unresolved"
        wanted[number] += [(item, unresolved) for item in judged.items if isinstance(item, ArgumentItem)]
    stale = list(roles.stale)
    said = {atom for unit in units for atom in unit.atoms}
    for decision in case.of(("role",), added=True):
        place = numbers.get(frame_key(decision.frame)) if decision.frame else None
        if place is None:
            stale.append(Stale(decision, "gold does not have the frame"))
            continue
        added = [item for item in decision.items if isinstance(item, ArgumentItem)]
        if any((place, item.role, nodes.group(item.entity)) in said for item in added):
            stale.append(Stale(decision, "annotators have it: decide its unit instead"))
            continue
        wanted[place] += [(item, False) for item in added]
    filled = [_filled(one, slots, nodes, lost) for one, slots in zip(made, wanted, strict=True)]
    return filled, Settled(roles.judged, tuple(stale))


def _filled(one: _Made, slots: Sequence[tuple[ArgumentItem, bool]], nodes: Nodes, lost: list[str]) -> list[Argument]:
    arguments: dict[tuple[str, str], Argument] = {}
    for item, unresolved in slots:
        what = f"{one.item.type} {one.item.text or ''} {item.role}"
        entity = end_of(item.entity, nodes, what, lost)
        if entity is not None:
            extra = {UNRESOLVED: True} if unresolved else {}
            arguments.setdefault((item.role, entity), Argument(role=item.role, entity=entity, extra=extra))
    return list(arguments.values())


def _owner(case: Case, one: _Made) -> Owner:
    """What is said of a frame's attributes: by the annotators who have it in its type, or by a decision."""
    members = {author: frame for author, frame in one.members.items() if frame.type == one.item.type}
    members = members or dict(one.members)
    said: Mapping[str, Mapping[str, str]] = {author: frame.attributes for author, frame in members.items()}
    if one.item.attributes is not None:
        said = {next(iter(members), DECIDED): one.item.attributes}
    kind = case.schema.frame_types.get(one.item.type)
    known = None if kind is None else kind.attributes
    spans = one.item.trigger or min((argument.entity.spans for argument in one.item.arguments or ()), default=())
    return Owner(one.key, one.head, spans, case.lasting(said, known), {})
