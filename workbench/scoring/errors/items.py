"""What error analysis says of one item: its category, its partner, and where it stands; as records and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from workbench.core.text import Fragments

Side = Literal["gold", "predicted"]
Layer = Literal["entity", "relation", "frame", "argument"]

SIDES: tuple[Side, Side] = ("gold", "predicted")
LAYERS: tuple[Layer, ...] = ("entity", "relation", "frame", "argument")

CATEGORIES: Mapping[Layer, tuple[str, ...]] = {
    "entity": (
        *("correct", "type", "boundary", "type+boundary", "split", "merge", "nesting", "duplicate"),
        *("missed", "spurious", "unknown label", "optional", "ignored"),
    ),
    "relation": (
        *("correct", "type", "direction", "type+direction", "end boundary", "end type", "end type+boundary"),
        *("missed end", "spurious end", "duplicate", "missed", "spurious", "unknown label", "ignored"),
    ),
    "frame": (
        *("correct", "type", "boundary", "type+boundary", "duplicate", "missed", "spurious", "unknown label"),
        "ignored",
    ),
    "argument": (
        *("correct", "role", "boundary", "wrong frame", "missed filler", "spurious filler", "duplicate"),
        *("missed", "spurious", "unknown label", "ignored"),
    ),
}
"""The categories of each layer; `workbench.scoring.errors` defines them."""

ARROWS: Mapping[Layer, str] = {"entity": "", "relation": " → ", "frame": "", "argument": " ← "}
"""What joins the mentions of an item: head → tail, filler ← trigger."""


class Verdict(NamedTuple):
    """The category of one item. `partner` is an index on the other side, `paired` tells whether the link is mutual."""

    category: str
    detail: str | None = None
    partner: int | None = None
    paired: bool = False


class ErrorItem(NamedTuple):
    """One gold or predicted item, its category, and the item of the other side that explains it.

    `fragments` are those of the mentions that make the item, in code points: an entity's own; a relation's head and
    tail; a frame's trigger (nothing without one); an argument's filler and its frame's trigger. `text` is their
    surface, joined by an arrow (None: no text, or no mention). `type` is the role of an argument, and `frame` the id
    of its frame. `paired` items count as paired in the MUC counts; a partner without pairing only explains.
    """

    doc_id: str
    side: Side
    layer: Layer
    id: str
    type: str
    fragments: tuple[Fragments, ...]
    text: str | None
    category: str
    detail: str | None = None
    paired: bool = False
    partner: str | None = None
    partner_type: str | None = None
    partner_fragments: tuple[Fragments, ...] | None = None
    frame: str | None = None


def place(item: ErrorItem) -> tuple[str, int, tuple[Fragments, ...], str, int, str]:
    """The order of items: by document, layer, position, type, gold before predicted, id."""
    return (item.doc_id, LAYERS.index(item.layer), item.fragments, item.type, SIDES.index(item.side), item.id)


def to_json(item: ErrorItem) -> dict[str, Any]:
    """The item as JSON-serialisable values, keys in the order of the fields; fragments as nested lists."""
    content: dict[str, Any] = item._asdict()
    content["fragments"] = _lists(item.fragments)
    if item.partner_fragments is not None:
        content["partner_fragments"] = _lists(item.partner_fragments)
    return content


def json_line(item: ErrorItem) -> str:
    """The item as one line of JSON, without the newline."""
    return json.dumps(to_json(item), ensure_ascii=False)


def _lists(mentions: tuple[Fragments, ...]) -> list[list[list[int]]]:
    return [[[span.start, span.end] for span in fragments] for fragments in mentions]
