"""Which relation types may link two entities, the likeliest first."""

from __future__ import annotations

from schemas import Schema
from workbench.annotation.drafts.links import Link, Uses


def rank_relation_types(head_type: str, tail_type: str, schema: Schema, counts: Uses) -> list[Link]:
    """The relation types admissible from `head_type` to `tail_type` (forward) or back.

    Those that the annotator has used most between these types come first, then the order of the schema, forward before
    backward. A symmetric type stands there once.
    """
    found = []
    for known in schema.relations:
        if known.admits(head_type, tail_type):
            found.append(Link(known.id, forward=True))
        if known.admits(tail_type, head_type) and not (known.symmetric and known.admits(head_type, tail_type)):
            found.append(Link(known.id, forward=False))

    def used(link: Link) -> int:
        ends = (head_type, tail_type) if link.forward else (tail_type, head_type)
        return counts.get((link.type, *ends), 0)

    return sorted(found, key=lambda link: -used(link))
