"""What is suggested for one document while it is annotated: all sources, kept in step with the draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from schemas import Schema
from workbench.annotation.drafts.draft import Delta, Draft
from workbench.annotation.drafts.links import Link
from workbench.annotation.suggest.overlay import Overlay
from workbench.annotation.suggest.predictions import Offer, Refusal, from_author, from_path, from_program
from workbench.annotation.suggest.records import SuggestedEntity, SuggestedRelation, Suggestion
from workbench.annotation.suggest.strings import Strings
from workbench.annotation.suggest.values import suggest_values
from workbench.core.errors import UsageMistake
from workbench.core.records import Annotation, Document, Entity, Frame, Relation
from workbench.corpus.tasks import Batch

STRINGS, VALUES = "strings", "values"

AT_ONCE = 20_000
"""Up to so many code points, strings just labelled are suggested elsewhere at once."""


class Sources(NamedTuple):
    """Where suggestions come from: strings labelled before, value rules, prediction folders, annotators, other paths.

    `programs` None means all prediction folders of the batch.
    """

    strings: bool = True
    values: bool = True
    programs: tuple[str, ...] | None = None
    authors: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()


NO_SOURCES = Sources(strings=False, values=False, programs=())
"""Nothing is suggested."""


class SuggestedLink(NamedTuple):
    """A suggested relation as its one end sees it: the other end, and how."""

    entity: str
    link: Link


class Offering:
    """The open suggestions of one document; `follow` keeps them in step with the draft.

    `earlier` are this annotator's annotations of other documents. `refusals` says which sources cannot be used and why.

    Raises:
        UsageMistake: a source does not exist, or the batch is blind and another annotator's work is asked for.
    """

    def __init__(
        self, batch: Batch, document: Document, schema: Schema, sources: Sources, earlier: Iterable[Annotation] = ()
    ) -> None:
        self.document = document
        self.schema = schema
        self._strings = Strings.of(schema, earlier) if sources.strings else None
        self._stale = True
        self.refusals: list[Refusal] = []
        self._read: dict[str, Sequence[Suggestion]] = {}
        self._labelled: dict[str, Entity] = {}
        self._counted: dict[str, SuggestedEntity] = {}
        if sources.values:
            self._read[VALUES] = suggest_values(document, schema)
        for name, offer in _read(batch, document, schema, sources):
            self._read[name] = offer.suggestions
            self.refusals += offer.refusals
        self._overlay = Overlay(schema, document)
        self.reset(Draft.empty())

    def reset(self, draft: Draft) -> None:
        """Start again beside a draft that did not come about by one change."""
        self._overlay = Overlay(self.schema, self.document, draft.rejected)
        for name, suggestions in self._read.items():
            self._overlay.offer(name, suggestions)
        self._overlay.edit((*draft.order, *draft.relations.values(), *draft.frames.values()))
        if self._strings is not None:
            gone = [entity for name, entity in self._labelled.items() if name not in draft.entities]
            self._strings.learn(self.document.doc_id, draft.order, gone)
            self._labelled = dict(draft.entities)
            self._recall(self._strings, draft.rejected.keys())
        self._stale = True

    def _recall(self, strings: Strings, rejected: AbstractSet[str]) -> None:
        """Let what was rejected count against its strings, once each, also when it was rejected in an earlier run."""
        for key in self._counted.keys() - rejected:
            strings.restore(self._counted.pop(key))
        if not rejected - self._counted.keys():
            return
        offers = (*self._read.values(), strings.in_document(self.document))
        for one in (one for offer in offers for one in offer):
            if one.key in rejected and one.key not in self._counted and isinstance(one.item, SuggestedEntity):
                self._counted[one.key] = one.item
                strings.reject(one.item)

    def follow(self, delta: Delta) -> None:
        """Take in a change of the draft."""
        before = [swap.before for swap in delta if isinstance(swap.before, (Entity, Relation, Frame))]
        after = [swap.after for swap in delta if isinstance(swap.after, (Entity, Relation, Frame))]
        for swap in delta:
            if swap.part == "rejected":
                self._decide(swap.key, rejected=swap.after is not None)
        self._overlay.edit(after, before)
        if self._strings is not None:
            gone = [item for item in before if isinstance(item, Entity)]
            come = [item for item in after if isinstance(item, Entity)]
            if gone or come:
                self._strings.learn(self.document.doc_id, come, gone)
                for entity in gone:
                    self._labelled.pop(entity.id, None)
                self._labelled.update((entity.id, entity) for entity in come)
                self._stale = True

    def _decide(self, key: str, rejected: bool) -> None:
        one = self._overlay.find(key)
        if self._strings is not None:
            if rejected and one is not None and isinstance(one.item, SuggestedEntity) and key not in self._counted:
                self._counted[key] = one.item
                self._strings.reject(one.item)
            elif not rejected and key in self._counted:
                self._strings.restore(self._counted.pop(key))
            self._stale = True
        if rejected:
            self._overlay.reject([key])
        else:
            self._overlay.restore([key])

    @property
    def open(self) -> tuple[Suggestion, ...]:
        """The open suggestions in reading order."""
        return self._fresh.open

    def find(self, key: str) -> Suggestion | None:
        """The open suggestion with a key, if it is open."""
        return self._fresh.find(key)

    def at(self, position: int) -> tuple[Suggestion, ...]:
        """The open entities that cover a position."""
        return self._fresh.meeting(position, position + 1)

    def meeting(self, start: int, end: int) -> tuple[Suggestion, ...]:
        """The open entities that share a code point with [start, end)."""
        return self._fresh.meeting(start, end)

    def links_of(self, item: str) -> Iterator[SuggestedLink]:
        """The relations that are suggested of an entity of the draft."""
        for one in self.open:
            if isinstance(one.item, SuggestedRelation):
                if one.item.head_id == item:
                    yield SuggestedLink(one.item.tail_id, Link(one.item.type, forward=True))
                elif one.item.tail_id == item:
                    yield SuggestedLink(one.item.head_id, Link(one.item.type, forward=False))

    @property
    def _fresh(self) -> Overlay:
        if self._stale and len(self.document.text) <= AT_ONCE:
            self.refresh()
        return self._overlay

    def refresh(self) -> bool:
        """Look for strings labelled since the last time; tell whether there was anything to look for.

        In a long document this takes too long for every key, so there it is for when nobody is typing.
        """
        stale, self._stale = self._stale, False
        if stale and self._strings is not None:
            self._overlay.offer(STRINGS, self._strings.in_document(self.document))
        return stale


def _read(batch: Batch, document: Document, schema: Schema, sources: Sources) -> Iterable[tuple[str, Offer]]:
    programs = sources.programs
    if programs is None:
        programs = () if batch.blind else batch.programs()
    for program in programs:
        yield f"predictions/{program}", from_program(batch, program, document, schema)
    for author in sources.authors:
        yield f"annotations/{author}", from_author(batch, author, document, schema)
    for path in sources.paths:
        yield path.as_posix(), from_path(batch, path, document, schema)


def check_sources(batch: Batch, sources: Sources) -> None:
    """Refuse sources that the batch does not have, before anything is opened.

    Raises:
        UsageMistake: all that is wrong with them.
    """
    wrong = []
    if batch.blind and sources.authors:
        wrong.append(f"{batch.label} is blind: annotators do not see each other's work")
    unknown = [name for name in sources.programs or () if name not in batch.programs()]
    unknown += [name for name in sources.authors if name not in batch.authors()]
    wrong += [f"{batch.label} has neither predictions nor annotations of {name!r}" for name in unknown]
    if wrong:
        raise UsageMistake("\n".join(wrong))
