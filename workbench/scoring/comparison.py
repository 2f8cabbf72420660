"""A prediction beside gold for one document: what takes part, and the one alignment that every measure uses."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from workbench.core.matching import Pair, match
from workbench.core.text import Fragments
from workbench.scoring.items import Items, mostly_in, without
from workbench.scoring.selection import Selection


class Comparison(NamedTuple):
    """Both sides of one document, without what lies in zones, and their alignment.

    `alignment` are indexes of gold and predicted entities. `optional` are gold entities that need not be found and
    `excused` their predictions: no entity measure counts them; `pairs` are those of all others. `ignored` counts
    predicted entities left out because of zones, `unresolved` gold items that adjudication could not settle, which are
    on neither side. `finished` are the gold layers that can be scored (None: all).
    """

    doc_id: str
    gold: Items
    predicted: Items
    pairs: tuple[Pair, ...]
    alignment: tuple[Pair, ...]
    selection: Selection
    finished: frozenset[str] | None = None
    optional: frozenset[int] = frozenset()
    excused: frozenset[int] = frozenset()
    ignored: int = 0
    unresolved: int = 0

    @property
    def whole(self) -> bool:
        """Whether items of every type are scored."""
        return self.finished is None and self.selection.whole

    def scores_entity(self, kind: str) -> bool:
        """Tell whether entities of this type are scored here."""
        return self.selection.scores_entity(kind, self.finished)

    def scores_relation(self, kind: str) -> bool:
        """Tell whether relations of this type are scored here."""
        return self.selection.scores_relation(kind, self.finished)

    def scores_frame(self, kind: str) -> bool:
        """Tell whether frames of this type are scored here."""
        return self.selection.scores_frame(kind, self.finished)


def compare_document(
    doc_id: str,
    sides: tuple[Items, Items],
    selection: Selection,
    zones: Fragments = (),
    finished: Collection[str] | None = None,
) -> Comparison:
    """Align a prediction with gold.

    Gold items that lie mostly (half or more) in a zone do not take part; a prediction that is paired with no gold item
    and lies mostly in a zone is neither right nor wrong. `zones` are in normal form.
    """
    gold, predicted = (_by_policy(items, selection) for items in sides)
    predicted = _known(predicted, selection)
    ignored = 0
    if zones:
        gold = _outside(gold, zones, frozenset())
        pairs = match(gold.labelled, predicted.labelled)
        before = len(predicted.entities)
        # by value: which of two equal predictions is paired is chance
        wanted = frozenset(predicted.labelled[pair.right] for pair in pairs)
        predicted = _outside(predicted, zones, wanted)
        ignored = before - len(predicted.entities)
        if ignored:
            pairs = match(gold.labelled, predicted.labelled)
    else:
        pairs = match(gold.labelled, predicted.labelled)
    done = None if finished is None else frozenset(finished)
    made = Comparison(doc_id, gold, predicted, pairs, pairs, selection, done, ignored=ignored)
    return _without_optional(made) if selection.optional else made


def _without_optional(comparison: Comparison) -> Comparison:
    """Set optional gold mentions aside, and predictions of them: of their type, and mostly inside."""
    gold, predicted = comparison.gold.labelled, comparison.predicted.labelled
    optional = _optional(comparison.gold, comparison.selection)
    if not optional:
        return comparison
    partners = [pair for pair in comparison.alignment if pair.left in optional]
    excused = frozenset(
        right
        for left, right in partners
        if gold[left].type == predicted[right].type and mostly_in(predicted[right].fragments, gold[left].fragments)
    )
    if len(excused) == len(partners):
        pairs = tuple(pair for pair in comparison.alignment if pair.left not in optional)
    else:  # the others may have a partner among what has to be found
        rest = [index for index in range(len(gold)) if index not in optional]
        others = [index for index in range(len(predicted)) if index not in excused]
        found = match([gold[index] for index in rest], [predicted[index] for index in others])
        pairs = tuple(Pair(rest[left], others[right]) for left, right in found)
    return comparison._replace(pairs=pairs, optional=optional, excused=excused)


def _by_policy(items: Items, selection: Selection) -> Items:
    """Without second items of the same span and type, where duplicates are left out."""
    if selection.policies.duplicates != "dedupe" or len(set(items.labelled)) == len(items.labelled):
        return items
    first: dict[object, int] = {}
    for index, item in enumerate(items.labelled):
        first.setdefault(item, index)
    same = [first[item] for item in items.labelled]
    return without(
        items._replace(
            relations=[
                relation._replace(head=same[relation.head], tail=same[relation.tail]) for relation in items.relations
            ],
            frames=[
                frame._replace(arguments=tuple(dict.fromkeys((role, same[filler]) for role, filler in frame.arguments)))
                for frame in items.frames
            ],
        ),
        set(range(len(same))) - set(same),
    )


def _known(items: Items, selection: Selection) -> Items:
    """Without items of unknown types, where those are left out."""
    if selection.known is None or selection.policies.unknown_labels != "drop":
        return items
    known = selection.known
    kept = without(items, {index for index, item in enumerate(items.labelled) if item.type not in known.entity_types})
    return kept._replace(
        relations=[relation for relation in kept.relations if relation.type in known.relation_types],
        frames=[frame for frame in kept.frames if frame.type in known.frame_types],
    )


def _outside(items: Items, zones: Fragments, wanted: frozenset[object]) -> Items:
    """The items that do not lie mostly in zones, and those that are wanted nevertheless."""
    inside = {
        index for index, item in enumerate(items.labelled) if item not in wanted and mostly_in(item.fragments, zones)
    }
    frames = [frame for frame in items.frames if frame.trigger is None or not mostly_in(frame.trigger, zones)]
    return without(items._replace(frames=frames) if len(frames) < len(items.frames) else items, inside)


def _optional(gold: Items, selection: Selection) -> frozenset[int]:
    """Gold mentions that need not be found."""
    kinds = selection.optional
    return frozenset(
        index
        for index, (entity, item) in enumerate(zip(gold.entities, gold.labelled, strict=True))
        if item.type in kinds and kinds[item.type].is_optional(entity.attributes)
    )
