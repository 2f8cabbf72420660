"""Error analysis: one category for every gold and every predicted item of a document, and what explains it.

*Paired* items are those that a one-to-one link joins, and the two always have the same category; others may name a
partner that explains them. Where several categories fit, the first in these lists is given. Swapping gold and
prediction swaps missed with spurious, split with merge, and longer with shorter.

Entities, on the alignment that all measures use (`comparison.pairs`):

- optional: a gold mention that need not be found, and its prediction; no entity measure counts them.
- correct: paired, equal span and type. These are the strict-correct items of `entities.tally`.
- duplicate: unpaired, of equal span and type as another item of its side.
- unknown label: a prediction whose type the schema lacks, and its partner; the detail says what else it would be.
- split (one gold item, several predictions), merge (the reverse): a pair of equal type with different spans, and the
  unpaired items of that type that overlap the one and lie beside the other, not inside or around it.
- nesting: an unpaired item that overlaps an item of the other side which is paired with another level: with a span of
  the same schema layer strictly inside or around it. Its detail is inner or outer. The two of that pair are nesting
  too if their types differ and the unpaired item has the type that was looked for: the label is on the wrong level.
- type, boundary, type+boundary: paired, with what differs; details as in `linking.boundary_detail`, seen from the
  prediction.
- missed (gold), spurious (predicted): all other items.
- ignored: left out by a zone or a policy, with the relations that name it; frames likewise. No measure counts them.

Correct pairs are COR, all other pairs INC, unpaired gold items MIS and unpaired predictions SPU of the strict counts,
apart from optional ones.

Relations, linked one to one by ends that the alignment pairs (optional mentions included):

- correct: equal type and ends; the relations that `relations.strict` credits.
- duplicate: equal to another relation of its side, as which it counts.
- unknown label: as above.
- end boundary, end type, end type+boundary: equal type, the ends correspond; the detail says which end is wrong (one:
  an end of a relation whose ends have no order).
- type: the ends correspond, the type differs. direction, type+direction: so with exchanged ends, where ends have an
  order. The detail says what else is wrong with the ends.
- missed end, spurious end: unlinked, and the detail names an end that has no partner.
- missed, spurious: all others.

Frames, by trigger; those without triggers by common fillers within their type (`frames.align_frames`):

- correct; duplicate: unpaired, of equal type and trigger as another of its side (without triggers: equal fillers and
  roles); unknown label; type, boundary, type+boundary; missed, spurious: as for entities. Boundary with the detail no
  trigger is a frame that is aligned by fillers with one that has a trigger, while it has none.

Arguments, by role and the filler's span; frames are the same when type and trigger are equal, or when they are aligned
and have no triggers:

- correct: same frame, role and span; with triggers, those that the attached argument measure credits.
- duplicate: unlinked, equal to another of its side.
- unknown label: the schema lacks the predicted frame type or its role.
- role: another role, on the same frame, or (detail wrong frame) on one that is aligned or of the same type; with the
  detail boundary, the filler is paired, but its span differs.
- boundary: the filler is paired, but its span differs; same role, on the same or the aligned frame.
- wrong frame: same role and span, on a frame that is aligned but not the same (the detail says what is wrong with it),
  or on another one of the type.
- missed filler, spurious filler: unlinked, and the filler has no partner in the alignment.
- missed, spurious: all others. For these four, the detail no frame says that the whole frame has no partner.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from workbench.core.matching import Labelled
from workbench.core.text import Fragments, surface
from workbench.scoring.collection import Compared
from workbench.scoring.errors.arguments import ArgumentItem, argument_items, argument_verdicts
from workbench.scoring.errors.entities import entity_verdicts
from workbench.scoring.errors.frames import align_frames, frame_verdicts
from workbench.scoring.errors.items import ARROWS, LAYERS, SIDES, ErrorItem, Layer, Side, Verdict, place
from workbench.scoring.errors.relations import relation_verdicts
from workbench.scoring.items import AnnotationRecord, FrameItem, Items, content, normal_form


class Row(NamedTuple):
    """What a summary counts together."""

    layer: Layer
    side: Side
    type: str


class _Listed(NamedTuple):
    """An item without its verdict: `frame` is the id of an argument's frame, `scored_as` that frame's type."""

    id: str
    type: str
    mentions: tuple[Fragments, ...]
    scored_as: str
    frame: str | None = None


def document_errors(compared: Compared) -> tuple[ErrorItem, ...]:
    """Every scored gold and predicted item of a document with its category, ordered by layer, position, type and id.

    Neither the order of the items in the files nor their ids (beyond being named) matter. Types that are not scored are
    not listed.
    """
    comparison = compared.comparison
    sides = (comparison.gold, comparison.predicted)
    annotations = (compared.gold.annotation, compared.predicted.annotation)
    ids = [entity_ids(items, annotation) for items, annotation in zip(sides, annotations, strict=True)]
    dedupe = comparison.selection.policies.duplicates == "dedupe"
    own_ids = ids if dedupe else [[entity.id for entity in items.entities] for items in sides]
    arguments = [argument_items(items, names) for items, names in zip(sides, own_ids, strict=True)]
    aligned = align_frames(comparison)
    layers: Mapping[Layer, tuple[list[list[_Listed]], tuple[list[Verdict], list[Verdict]]]] = {
        "entity": (
            [_entities(items, names) for items, names in zip(sides, ids, strict=True)],
            entity_verdicts(comparison),
        ),
        "relation": ([_relations(items) for items in sides], relation_verdicts(comparison)),
        "frame": ([_frames(items) for items in sides], frame_verdicts(aligned, comparison.selection)),
        "argument": (
            [_arguments(items, found) for items, found in zip(sides, arguments, strict=True)],
            argument_verdicts(comparison, aligned, arguments),
        ),
    }
    made = [item for layer in LAYERS for item in _items(compared, layer, *layers[layer])]
    for side, names in enumerate(ids):
        made += _ignored(compared, side, set(names))
    return tuple(sorted(made, key=place))


def count_categories(items: Iterable[ErrorItem]) -> dict[Row, Counter[str]]:
    """How many items of each layer, side and type have which category; rows are sorted."""
    counted: dict[Row, Counter[str]] = defaultdict(Counter)
    for item in items:
        counted[Row(item.layer, item.side, item.type)][item.category] += 1
    return {row: counted[row] for row in sorted(counted, key=lambda row: (LAYERS.index(row.layer), row.side, row.type))}


def entity_ids(items: Items, annotation: AnnotationRecord) -> list[str]:
    """The ids under which entities are listed: of entities equal in everything that is scored, the first come first.

    Which of them is paired must not depend on their order in a file.
    """
    groups: dict[object, list[str]] = defaultdict(list)
    for entity in sorted(annotation.entities, key=lambda entity: entity.id, reverse=True):
        groups[Labelled(normal_form(entity.fragments), entity.type), content(entity)].append(entity.id)
    return [groups[item, content(entity)].pop() for item, entity in zip(items.labelled, items.entities, strict=True)]


def _entities(items: Items, ids: Sequence[str]) -> list[_Listed]:
    return [
        _Listed(name, item.type, (item.fragments,), item.type) for item, name in zip(items.labelled, ids, strict=True)
    ]


def _relations(items: Items) -> list[_Listed]:
    return [
        _Listed(name, kind, (items.labelled[head].fragments, items.labelled[tail].fragments), kind)
        for kind, head, tail, name in items.relations
    ]


def _frames(items: Items) -> list[_Listed]:
    return [_Listed(frame.id, frame.type, _trigger(frame), frame.type) for frame in items.frames]


def _arguments(items: Items, arguments: Sequence[ArgumentItem]) -> list[_Listed]:
    found = []
    for argument in arguments:
        frame = items.frames[argument.frame]
        mentions = (items.labelled[argument.filler].fragments, *_trigger(frame))
        found.append(_Listed(argument.id, argument.role, mentions, frame.type, frame.id))
    return found


def _trigger(frame: FrameItem) -> tuple[Fragments, ...]:
    return () if frame.trigger is None else (frame.trigger,)


def _items(
    compared: Compared, layer: Layer, listed: Sequence[Sequence[_Listed]], verdicts: Sequence[Sequence[Verdict]]
) -> Iterator[ErrorItem]:
    comparison = compared.comparison
    scored = {"entity": comparison.scores_entity, "relation": comparison.scores_relation}.get(
        layer, comparison.scores_frame
    )
    for side, name in enumerate(SIDES):
        for item, verdict in zip(listed[side], verdicts[side], strict=True):
            if not scored(item.scored_as):
                continue
            partner = None if verdict.partner is None else listed[1 - side][verdict.partner]
            yield ErrorItem(
                doc_id=comparison.doc_id,
                side=name,
                layer=layer,
                id=item.id,
                type=item.type,
                fragments=item.mentions,
                text=_text(compared.text, layer, item.mentions),
                category=verdict.category,
                detail=verdict.detail,
                paired=verdict.paired,
                partner=partner.id if partner else None,
                partner_type=partner.type if partner else None,
                partner_fragments=partner.mentions if partner else None,
                frame=item.frame,
            )


def _ignored(compared: Compared, side: int, listed: set[str]) -> Iterator[ErrorItem]:
    """What zones and policies leave out of a side: entities, what names them, and frames."""
    comparison = compared.comparison
    annotation: AnnotationRecord = (compared.gold, compared.predicted)[side].annotation
    items = (comparison.gold, comparison.predicted)[side]
    relations, frames = {relation.id for relation in items.relations}, {frame.id for frame in items.frames}
    place_of = {entity.id: normal_form(entity.fragments) for entity in annotation.entities}

    def ignored(layer: Layer, name: str, kind: str, mentions: tuple[Fragments, ...]) -> ErrorItem:
        text = _text(compared.text, layer, mentions)
        return ErrorItem(comparison.doc_id, SIDES[side], layer, name, kind, mentions, text, "ignored")

    for entity in annotation.entities:
        if entity.id not in listed and comparison.scores_entity(entity.type):
            yield ignored("entity", entity.id, entity.type, (place_of[entity.id],))
    for relation in annotation.relations:
        if relation.id not in relations and comparison.scores_relation(relation.type):
            yield ignored("relation", relation.id, relation.type, (place_of[relation.head], place_of[relation.tail]))
    for frame in annotation.frames:
        if frame.id not in frames and comparison.scores_frame(frame.type):
            trigger = () if frame.trigger is None else (normal_form(frame.trigger.fragments),)
            yield ignored("frame", frame.id, frame.type, trigger)
    yield from _ignored_arguments(compared, side)


def _ignored_arguments(compared: Compared, side: int) -> Iterator[ErrorItem]:
    """Arguments of frames that are left out, or whose filler is; of equal fillers one stands for all."""
    comparison = compared.comparison
    annotation: AnnotationRecord = (compared.gold, compared.predicted)[side].annotation
    items = (comparison.gold, comparison.predicted)[side]
    kept, frames = set(items.labelled), {frame.id for frame in items.frames}
    fillers = {entity.id: Labelled(normal_form(entity.fragments), entity.type) for entity in annotation.entities}
    for frame in annotation.frames:
        seen: Counter[str] = Counter()
        trigger = () if frame.trigger is None else (normal_form(frame.trigger.fragments),)
        for argument in frame.arguments:
            filler = fillers[argument.entity]
            if not comparison.scores_frame(frame.type) or (frame.id in frames and filler in kept):
                continue
            name = f"{frame.id}/{argument.role}/{argument.entity}"
            seen[name] += 1
            yield ErrorItem(
                doc_id=comparison.doc_id,
                side=SIDES[side],
                layer="argument",
                id=name if seen[name] == 1 else f"{name}#{seen[name]}",
                type=argument.role,
                fragments=(filler.fragments, *trigger),
                text=_text(compared.text, "argument", (filler.fragments, *trigger)),
                category="ignored",
                frame=frame.id,
            )


def _text(text: str | None, layer: Layer, mentions: Sequence[Fragments]) -> str | None:
    if text is None or not mentions:
        return None
    return ARROWS[layer].join(surface(text, fragments) for fragments in mentions)
