"""One document under adjudication: the passes over it, the decisions about it, and whose silence counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from schemas import Schema
from workbench.core.records import UNRESOLVED, Document
from workbench.review.adjudication.decisions import Decision
from workbench.review.adjudication.grouping import Passes
from workbench.review.adjudication.items import Kind, Mention
from workbench.review.adjudication.nodes import Nodes

DECIDED = "adjudicator"
"""Who says what no annotator says."""


class Case(NamedTuple):
    """What every stage of a merge needs; `decisions` are those that no other replaces."""

    document: Document
    passes: Passes
    decisions: tuple[Decision, ...]
    schema: Schema

    def voters(self, layer: str) -> Collection[str]:
        """The annotators who have finished a layer: only of these the silence counts."""
        return [
            author
            for author, annotation in self.passes.annotations.items()
            if annotation.finished_layers is None or layer in annotation.finished_layers
        ]

    def of(self, kinds: Iterable[Kind], added: bool = False) -> list[Decision]:
        """The decisions of some kinds: those that add something, or all others."""
        wanted = tuple(kinds)
        return [one for one in self.decisions if one.kind in wanted and (one.choice == "add") == added]

    def lasting(
        self, said: Mapping[str, Mapping[str, str]], known: Collection[str] | None
    ) -> dict[str, dict[str, str]]:
        """What annotators say in attributes of the type (None: of any), without their notes about the work."""
        working = self.schema.annotation_attributes
        return {
            author: {
                name: value
                for name, value in attributes.items()
                if name not in working and (known is None or name in known)
            }
            for author, attributes in said.items()
        }


def mark(unresolved: bool) -> dict[str, str]:
    """The attribute of what could not be settled."""
    return {UNRESOLVED: "true"} if unresolved else {}


def end_of(mention: Mention, nodes: Nodes, what: str, lost: list[str]) -> str | None:
    """The id of the entity that an end or filler became; None when it waits, or is lost and listed."""
    node = nodes.find(mention)
    if node is None and not nodes.waits(mention):
        span = mention.spans[0]
        lost.append(f"{what}: {mention.type} {mention.text or ''} [{span.start}:{span.end}] is not in gold")
    return node.id if node else None
