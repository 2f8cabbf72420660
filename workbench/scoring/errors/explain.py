"""Error analysis of one document to read: every item in its context, with gold and prediction marked under the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from workbench.core.errors import UsageMistake, nearest
from workbench.core.text import Fragments, surface
from workbench.scoring.collection import Compared
from workbench.scoring.errors import document_errors
from workbench.scoring.errors.excerpts import Mark, clip, excerpts
from workbench.scoring.errors.items import ARROWS, SIDES, ErrorItem, Layer, Side

SIGNS: Mapping[Side, str] = {"gold": "=", "predicted": "~"}
"""What stands under the characters of a mention. ASCII, as terminals disagree about the width of other lines."""
LONGEST = 40
"""Cells of a mention's text in a list."""

_PARTS: Mapping[Layer, tuple[str, ...]] = {
    "entity": ("",),
    "relation": (" head", " tail"),
    "frame": ("",),
    "argument": (" filler", " trigger"),
}
_RIGHT = ("correct", "optional", "ignored")


def explain(compared: Compared, item_id: str | None = None, width: int = 100) -> str:
    """Show a document's items in context, or those of one id, on either side: gold `===`, predicted `~~~`.

    Wrong items come first, in the order of the document; then right ones are listed without context. Pairs are shown
    once. An item that is asked for by id is always shown in context, a frame with its arguments. Lines have at most
    `width` cells where that leaves room for text; without a text there are offsets only.

    Raises:
        UsageMistake: the document has no item of this id, or it is not scored.
    """
    items = document_errors(compared)
    text = compared.text
    if item_id is None:
        wanted = [item for item in items if item.category not in _RIGHT]
    else:
        wanted = [item for item in items if item.id == item_id]
        if not wanted:
            raise UsageMistake(_not_found(compared, item_id, items))
    lines = [clip(f"{compared.comparison.doc_id}: {_totals(items)}", width)]
    for item in _once(wanted):
        lines += ["", *_block(text, item, width)]
        if item.layer == "frame":
            of_frame = [other for other in items if other.frame == item.id and other.side == item.side]
            lines += [clip(f"    {_title(other)}: {_name(text, other)}", width) for other in of_frame]
    for category in _RIGHT if item_id is None else ():
        right = [item for item in items if item.category == category]
        if right:
            lines += ["", f"{category}:"]
            lines += [clip(f"  {item.layer} {_name(text, item)}", width) for item in _once(right)]
    return "\n".join(lines) + "\n"


def _once(items: Iterable[ErrorItem]) -> Iterator[ErrorItem]:
    """The items, of each pair only the one that comes first."""
    shown: set[tuple[Side, Layer, str]] = set()
    for item in items:
        partner = _partner(item) if item.paired else None
        if partner is None or (partner.side, partner.layer, partner.id) not in shown:
            shown.add((item.side, item.layer, item.id))
            yield item


def _partner(item: ErrorItem) -> ErrorItem | None:
    """The partner as an item, as far as this item knows it."""
    if item.partner is None or item.partner_type is None or item.partner_fragments is None:
        return None
    across = SIDES[1 - SIDES.index(item.side)]
    return item._replace(side=across, id=item.partner, type=item.partner_type, fragments=item.partner_fragments)


def _totals(items: Sequence[ErrorItem]) -> str:
    """How many items of each side are right and wrong."""
    parts = []
    for side in SIDES:
        right = [item.category in _RIGHT for item in items if item.side == side]
        parts.append(f"{side} {sum(right)} right, {len(right) - sum(right)} wrong")
    return "; ".join(parts)


def _block(text: str | None, item: ErrorItem, width: int) -> Iterator[str]:
    """Category, the item and its partner, and both in context."""
    yield clip(f"{item.layer} {_title(item)}", width)
    partner = _partner(item)
    sides = [item] if partner is None else sorted((item, partner), key=lambda one: SIDES.index(one.side))
    for one in sides:
        remark = "" if one is item or item.paired else ", paired with another"
        yield clip(f"  {_name(text, one)}{remark}", width)
    marks = [
        Mark(f"{one.side}{part}", SIGNS[one.side], fragments)
        for one in sides
        for part, fragments in zip(_PARTS[one.layer], one.fragments, strict=False)  # a trigger may be missing
    ]
    if text is not None and marks:
        yield from excerpts(text, marks, width, "    ")


def _title(item: ErrorItem) -> str:
    return item.category if item.detail is None else f"{item.category} ({item.detail})"


def _name(text: str | None, item: ErrorItem) -> str:
    """Side, id, type, and the mentions with their offsets."""
    mentions = ARROWS[item.layer].join(_mention(text, fragments) for fragments in item.fragments)
    return f"{item.side} {item.id} {item.type} {mentions or 'without trigger'}"


def _mention(text: str | None, fragments: Fragments) -> str:
    offsets = "+".join(f"[{start},{end})" for start, end in fragments)
    return offsets if text is None else f"{clip(surface(text, fragments), LONGEST)} {offsets}"


def _not_found(compared: Compared, item_id: str, items: Sequence[ErrorItem]) -> str:
    doc_id = compared.comparison.doc_id
    for side, document in zip(SIDES, (compared.gold, compared.predicted), strict=True):
        annotation = document.annotation
        groups = (annotation.entities, annotation.relations, annotation.frames)
        if any(item_id == item.id for group in groups for item in group):
            return f"{doc_id}: {side} item {item_id!r} is not scored (its type, its layer, a policy, or a zone)"
    return f"{doc_id}: no item {item_id!r}{nearest(item_id, dict.fromkeys(item.id for item in items))}"
