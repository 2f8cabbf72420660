"""What is scored, and how doubtful cases are treated. Everything here is printed in the signature of a score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from glob import escape
from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas import EntityType, Schema
from workbench.core.errors import UsageMistake, nearest

Duplicates = Literal["spurious", "dedupe", "error"]
UnknownLabels = Literal["spurious", "drop", "error"]
MissingDocuments = Literal["error", "empty", "skip"]
OptionalMentions = Literal["ignore", "count"]


class Policies(BaseModel):
    """How doubtful cases are treated.

    `duplicates`: a second item with the same span and type is spurious, left out, or an error.
    `unknown_labels`: predicted types that the schema lacks are spurious, left out, or an error.
    `missing_documents`: a document on one side only is an error, an empty answer of the other side, or left out.
    `optional_mentions`: mentions that the schema calls optional are left out with their predictions, or counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    duplicates: Duplicates = "spurious"
    unknown_labels: UnknownLabels = "spurious"
    missing_documents: MissingDocuments = "error"
    optional_mentions: OptionalMentions = "ignore"


class Selection(BaseModel):
    """What is scored: all of a schema's types, or those that are named by type or by layer.

    A selection of types keeps those rows of the full table, with the same numbers: the alignment is made before.

    Raises:
        UsageMistake: a type or layer is not in the schema, or a layer is named without a schema; all of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    known: Schema | None = None
    types: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    policies: Policies = Policies()

    def model_post_init(self, _: object) -> None:
        """Refuse names that select nothing."""
        wrong = []
        if self.known is not None:
            known = {**self.known.entity_types, **self.known.relation_types, **self.known.frame_types}
            wrong += [f"no type {name!r}{nearest(name, known)}" for name in self.types if name not in known]
        layers = LAYERS_WITHOUT_SCHEMA if self.known is None else self.known.finishable
        wrong += [f"no layer {name!r}{nearest(name, layers)}" for name in self.layers if name not in layers]
        if wrong:
            raise UsageMistake("\n".join(wrong))

    def for_document(self, doc_id: str) -> Selection:
        """The same selection, of one document."""
        return self.model_copy(update={"documents": (escape(doc_id),)})

    def scores_entity(self, kind: str, finished: Collection[str] | None) -> bool:
        """Tell whether entities of a type are scored in a document whose gold has these finished layers."""
        layer = self._layer_of.get(kind, None if self.known is not None else "entities")
        return self._scored(kind, layer, finished)

    def scores_relation(self, kind: str, finished: Collection[str] | None) -> bool:
        """As `scores_entity`, for a relation type."""
        return self._scored(kind, "relations", finished)

    def scores_frame(self, kind: str, finished: Collection[str] | None) -> bool:
        """As `scores_entity`, for a frame type."""
        return self._scored(kind, "frames", finished)

    def _scored(self, kind: str, layer: str | None, finished: Collection[str] | None) -> bool:
        if self.types and kind not in self.types:
            return False
        if self.layers and layer not in self.layers:
            return False
        return finished is None or layer is None or layer in finished or layer in ALWAYS_FINISHED

    @cached_property
    def whole(self) -> bool:
        """Whether every type is scored."""
        return not (self.types or self.layers)

    @cached_property
    def _layer_of(self) -> Mapping[str, str]:
        return {entity.id: entity.layer for entity in self.known.entities} if self.known else {}

    @cached_property
    def optional(self) -> Mapping[str, EntityType]:
        """The types with optional mentions, which know by its attributes whether a mention is one."""
        if self.known is None or self.policies.optional_mentions == "count":
            return {}
        return {entity.id: entity for entity in self.known.entities if entity.optional_when}

    @cached_property
    def relaxed(self) -> frozenset[str]:
        """Types whose boundaries count as right when they overlap enough."""
        if self.known is None:
            return frozenset()
        return frozenset(entity.id for entity in self.known.entities if entity.boundary_scoring == "relaxed")

    @cached_property
    def symmetric(self) -> frozenset[str]:
        """Relation types whose ends have no order."""
        return (
            frozenset(relation.id for relation in self.known.relations if relation.symmetric)
            if self.known
            else frozenset()
        )

    @cached_property
    def layers_in_play(self) -> tuple[str, ...]:
        """The layers that are scored, in working order."""
        layers = LAYERS_WITHOUT_SCHEMA if self.known is None else self.known.finishable
        return tuple(layer for layer in layers if not self.layers or layer in self.layers)


ALWAYS_FINISHED = ("entities",)
"""Without a schema all entities are one layer, which counts as finished."""
LAYERS_WITHOUT_SCHEMA = (*ALWAYS_FINISHED, "relations", "frames")
