"""What an annotator can do to entities and to the document: each edit is a function from a draft to a delta.

An edit that makes no sense is refused at once, with the reason in Chinese and English. What a schema forbids but work
in progress may pass through (crossing spans, a missing filler) is allowed here and stands in the list of problems.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from schemas import Schema
from workbench.annotation.drafts.draft import Delta, Draft, Part, Swap
from workbench.core.errors import WorkbenchError
from workbench.core.records import Argument, Document, Entity, Frame, Relation, Trigger
from workbench.core.text import Fragments, Span, merge_fragments, shared, surface
from workbench.core.values import Value

FLAG = "difficulty"
"""The annotation attribute that marks a hard case, where the schema has it."""


class EditRefused(WorkbenchError):
    """An edit makes no sense; nothing was changed. `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(f"{zh} · {en}")


class Made(NamedTuple):
    """A delta with the ids of the things it is about, the first of which deserves the focus."""

    delta: Delta
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Desk:
    """What edits need to know beside the draft: the document and its schema."""

    document: Document
    schema: Schema

    @cached_property
    def closed(self) -> tuple[Span, ...]:
        """Zones that take no annotation, in order."""
        zones = self.schema.zones
        return tuple(zone.span for zone in self.document.zones if zone.kind not in zones or zones[zone.kind].closed)

    def fragments(self, spans: Iterable[Span]) -> Fragments:
        """Spans as the fragments of a mention: in order, joined where they touch.

        Raises:
            EditRefused: nothing is covered, white space alone is, they leave the text, or touch a closed zone.
        """
        merged = merge_fragments(span for span in spans if span.length > 0)
        if merged and (merged[0].start < 0 or merged[-1].end > len(self.document.text)):
            raise EditRefused("超出文本", "outside the text")
        if not any(self.document.text[span.start : span.end].strip() for span in merged):
            raise EditRefused("没有选中文字", "no text is selected")
        if shared(merged, merge_fragments(self.closed)):
            raise EditRefused("此处不标注(页面附属或损坏文字)", "a closed zone takes no annotation")
        return merged

    def surface(self, fragments: Fragments) -> str:
        """The covered string."""
        return surface(self.document.text, fragments)


def new_id(letter: str, taken: Mapping[str, Any]) -> str:
    """An id that nobody else makes either, so that two sessions may add things at once."""
    while (made := f"{letter}{secrets.token_hex(4)}") in taken:
        pass
    return made


def label(
    draft: Draft, desk: Desk, kind: str, spans: Sequence[Span], values: Mapping[str, Value] | None = None
) -> Made:
    """Label a span with an entity type, or the trigger of a new frame with a frame type.

    A span that is an entity already gets the new type. `values` has the value proposed for each surface string.
    """
    fragments = desk.fragments(spans)
    if kind in desk.schema.frame_types:
        return _frame(draft, desk, kind, fragments)
    same = next((one for one in draft.touching(_hull(fragments)) if one.fragments == fragments), None)
    if same is not None:
        return retype(draft, desk, same.id, kind, (values or {}).get(desk.surface(fragments)))
    text = desk.surface(fragments)
    value = (values or {}).get(text)
    made = Entity(id=new_id("E", draft.entities), type=_entity_type(desk, kind), fragments=fragments, text=text)
    made = made.model_copy(update={"value": value}) if value is not None else made
    return Made(Delta([Swap("entities", made.id, None, made)]), (made.id,))


def add(draft: Draft, entities: Iterable[Entity], relations: Iterable[Relation], frames: Iterable[Frame]) -> Made:
    """Add ready items, such as accepted suggestions, as one step."""
    tables: tuple[tuple[Part, Iterable[Entity | Relation | Frame]], ...] = (
        ("entities", entities),
        ("relations", relations),
        ("frames", frames),
    )
    swaps = [Swap(part, item.id, None, item) for part, items in tables for item in items]
    if any(swap.key in draft.parts[swap.part] for swap in swaps):
        raise EditRefused("编号重复", "an id is taken")
    return Made(Delta(swaps), tuple(swap.key for swap in swaps))


def _frame(draft: Draft, desk: Desk, kind: str, fragments: Fragments) -> Made:
    trigger = Trigger(fragments=fragments, text=desk.surface(fragments))
    if any(one.trigger and one.trigger.fragments == fragments and one.type == kind for one in draft.frames.values()):
        raise EditRefused("此触发词已标注为该事件", "this trigger already has a frame of this type")
    made = Frame(id=new_id("F", draft.frames), type=kind, trigger=trigger)
    return Made(Delta([Swap("frames", made.id, None, made)]), (made.id,))


def _hull(fragments: Fragments) -> Span:
    return Span(fragments[0].start, fragments[-1].end)


def _entity_type(desk: Desk, kind: str) -> str:
    if kind not in desk.schema.entity_types:
        raise EditRefused(f"没有类型 {kind}", f"there is no entity type {kind}")
    return kind


def retype(draft: Draft, desk: Desk, item: str, kind: str, value: Value | None = None) -> Made:
    """Give an entity or a frame another type; attributes, value and fillers that the new type has no place for go."""
    if item in draft.frames:
        return _retype_frame(draft, desk, item, kind)
    before = entity_of(draft, item)
    known = desk.schema.entity_types[_entity_type(desk, kind)]
    kept = before.value if before.value is not None and before.value.kind == known.value else value
    after = before.model_copy(
        update={
            "type": kind,
            "attributes": fitting(before.attributes, attributes_of(desk.schema, "entities", kind)),
            "value": kept,
            "cluster": before.cluster if known.clustered else None,
        }
    )
    return _changed("entities", before, after, "类型未变", "it has this type already")


def _retype_frame(draft: Draft, desk: Desk, item: str, kind: str) -> Made:
    before = draft.frames[item]
    known = desk.schema.frame_types.get(kind)
    if known is None:
        raise EditRefused("事件只能改为另一事件类型", "a frame can only become another type of frame")
    fits = tuple(
        argument
        for argument in before.arguments
        if argument.role in known.roles and draft.entities[argument.entity].type in known.roles[argument.role].types
    )
    attributes = fitting(before.attributes, attributes_of(desk.schema, "frames", kind))
    after = before.model_copy(update={"type": kind, "arguments": fits, "attributes": attributes})
    return _changed("frames", before, after, "类型未变", "it has this type already")


def _changed(part: Part, before: Any, after: Any, zh: str, en: str) -> Made:
    if after == before:
        raise EditRefused(zh, en)
    return Made(Delta([Swap(part, before.id, before, after)]), (before.id,))


def move(draft: Draft, desk: Desk, item: str, spans: Sequence[Span]) -> Made:
    """Give an entity, or the trigger of a frame, other bounds; a value of another string is not kept."""
    fragments = desk.fragments(spans)
    at = {"fragments": fragments, "text": desk.surface(fragments)}
    if item in draft.frames:
        frame = draft.frames[item]
        return _changed(
            "frames",
            frame,
            frame.model_copy(update={"trigger": (frame.trigger or Trigger(fragments=fragments)).model_copy(update=at)}),
            "边界未变",
            "the bounds are the same",
        )
    before = entity_of(draft, item)
    if any(one.fragments == fragments and one.id != item for one in draft.touching(_hull(fragments))):
        raise EditRefused("此处已有同样边界的标注", "another entity has these bounds")
    if before.fragments == fragments:
        raise EditRefused("边界未变", "the bounds are the same")
    value = before.value if at["text"] == desk.surface(before.fragments) else None
    return _changed("entities", before, before.model_copy(update={**at, "value": value}), "", "")


def delete(draft: Draft, items: Iterable[str]) -> Made:
    """Delete entities, relations and frames; relations and arguments of a deleted entity go with it."""
    doomed = dict.fromkeys(items)
    parts = {name: part_of(draft, name) for name in doomed}
    if not doomed:
        raise EditRefused("没有可删除的", "there is nothing to delete")
    swaps = {name: Swap(part, name, draft.parts[part][name], None) for name, part in parts.items()}
    for name, part in parts.items():
        for item in draft.links.get(name, ()) if part == "entities" else ():
            if isinstance(item, Relation):
                swaps[item.id] = Swap("relations", item.id, item, None)
            elif item.id not in doomed:
                left = tuple(one for one in item.arguments if one.entity not in doomed)
                swaps[item.id] = Swap("frames", item.id, item, item.model_copy(update={"arguments": left}))
    return Made(Delta(swaps.values()), tuple(doomed))


def part_of(draft: Draft, item: str) -> Part:
    """Which part of the draft has an id.

    Raises:
        EditRefused: none has.
    """
    for part in ("entities", "relations", "frames"):
        if item in draft.parts[part]:
            return part
    raise EditRefused("已不存在", f"{item} does not exist")


def entity_of(draft: Draft, item: str) -> Entity:
    """The entity with an id; see `part_of` for what is raised."""
    if item not in draft.entities:
        raise EditRefused("已不存在", f"there is no entity {item}")
    return draft.entities[item]


def frame_of(draft: Draft, item: str) -> Frame:
    """The frame with an id; see `part_of` for what is raised."""
    if item not in draft.frames:
        raise EditRefused("已不存在", f"there is no frame {item}")
    return draft.frames[item]


def set_attribute(draft: Draft, desk: Desk, item: str, name: str, value: str | None) -> Made:
    """Give an item an attribute, or take it away with None."""
    part = part_of(draft, item)
    before = draft.parts[part][item]
    allowed = attributes_of(desk.schema, part, before.type)
    if name not in allowed:
        raise EditRefused(f"{before.type} 没有属性 {name}", f"{before.type} has no attribute {name}")
    if value is not None and not allowed[name].allows(value):
        raise EditRefused(f"{name} 不能是 {value}", f"{value} is not a value of {name}")
    attributes = {key: given for key, given in before.attributes.items() if key != name}
    if value is not None:
        attributes[name] = value
    return _changed(part, before, before.model_copy(update={"attributes": attributes}), "属性未变", "it has this value")


def attributes_of(schema: Schema, part: Part, kind: str) -> Mapping[str, Any]:
    """The attributes that items of a type may have, the type's own first."""
    types: Mapping[str, Any] = {
        "entities": schema.entity_types,
        "relations": schema.relation_types,
        "frames": schema.frame_types,
    }[part]
    own: Mapping[str, Any] = types[kind].attributes if kind in types else {}
    return {**own, **{name: known for name, known in schema.annotation_attributes.items() if name not in own}}


def fitting(given: Mapping[str, str], allowed: Mapping[str, Any]) -> dict[str, str]:
    """Those of an item's attributes that another type has a place for."""
    return {name: value for name, value in given.items() if name in allowed and allowed[name].allows(value)}


def flag(draft: Draft, desk: Desk, item: str) -> Made:
    """Mark an item as a hard case, or take the mark away."""
    part = part_of(draft, item)
    before = draft.parts[part][item]
    if FLAG in attributes_of(desk.schema, part, before.type):
        return set_attribute(draft, desk, item, FLAG, None if before.attributes.get(FLAG) else "true")
    extra = {key: given for key, given in before.extra.items() if key != FLAG}
    if FLAG not in before.extra:
        extra[FLAG] = True
    return _changed(part, before, before.model_copy(update={"extra": extra}), "", "")


def is_flagged(item: Entity | Relation | Frame) -> bool:
    """Tell whether an item is marked as a hard case."""
    return item.attributes.get(FLAG) == "true" or item.extra.get(FLAG) is True


def set_value(draft: Draft, desk: Desk, item: str, value: Value | None) -> Made:
    """Give an entity a normalised value, or none."""
    before = entity_of(draft, item)
    known = desk.schema.entity_types.get(before.type)
    kind = known.value if known is not None else None
    if value is not None and value.kind != kind:
        raise EditRefused(f"{before.type} 没有这种数值", f"{before.type} takes {kind or 'no'} value")
    return _changed("entities", before, before.model_copy(update={"value": value}), "数值未变", "it has this value")


def annotate(draft: Draft, item: str | None, note: str) -> Made:
    """Write a note on an item, or (None) on the whole document; an empty note deletes it."""
    kept = note.strip() or None
    if item is None:
        if draft.note == kept:
            raise EditRefused("备注未变", "the note is the same")
        return Made(Delta([Swap("document", "note", draft.note, kept)]), ())
    part = part_of(draft, item)
    before = draft.parts[part][item]
    return _changed(part, before, before.model_copy(update={"note": kept}), "备注未变", "the note is the same")


def finish(draft: Draft, desk: Desk, layers: Sequence[str] | None) -> Made:
    """Say which layers are finished; None takes back that anything has been said."""
    wanted = None if layers is None else tuple(layer for layer in desk.schema.finishable if layer in layers)
    if wanted == draft.finished:
        raise EditRefused("完成的层未变", "the same layers are finished")
    return Made(Delta([Swap("document", "finished", draft.finished, wanted)]), ())


def reject(draft: Draft, rejected: Mapping[str, Sequence[str]]) -> Made:
    """Remember that suggestions are wrong: their keys, each with the sources that made it."""
    new = {key: tuple(sources) for key, sources in rejected.items() if key not in draft.rejected}
    if not new:
        raise EditRefused("没有可拒绝的", "there is nothing to reject")
    return Made(Delta(Swap("rejected", key, None, sources) for key, sources in new.items()), ())


def fill(draft: Draft, desk: Desk, frame: str, role: str, entity: str) -> Made:
    """Let an entity fill a role of a frame."""
    before, filler = frame_of(draft, frame), entity_of(draft, entity)
    known = desk.schema.frame_types.get(before.type)
    slot = known.roles.get(role) if known is not None else None
    if slot is None or filler.type not in slot.types:
        raise EditRefused("此角色不能由它担任", f"{role} cannot be filled by {filler.type}")
    made = Argument(role=role, entity=entity)
    if any(one.role == role and one.entity == entity for one in before.arguments):
        raise EditRefused("已在此角色", "it fills this role already")
    if slot.maximum is not None and sum(one.role == role for one in before.arguments) >= slot.maximum:
        raise EditRefused(f"{slot.zh}已满", f"{role} takes {slot.card}")
    after = before.model_copy(update={"arguments": (*before.arguments, made)})
    return _changed("frames", before, after, "", "")


def unfill(draft: Draft, frame: str, role: str, entity: str) -> Made:
    """Take an entity out of a role of a frame."""
    before = frame_of(draft, frame)
    left = tuple(one for one in before.arguments if (one.role, one.entity) != (role, entity))
    return _changed("frames", before, before.model_copy(update={"arguments": left}), "不在此角色", "not in this role")
