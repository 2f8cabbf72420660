"""What an annotator works on: the next document, one that is asked for, and the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from workbench.annotation.offering import NO_SOURCES, Sources
from workbench.annotation.session import Place, Session
from workbench.annotation.store import Assignment, State, assign, next_assignment
from workbench.annotation.store.assigning import holders, published
from workbench.core.errors import UsageMistake


class Listed(NamedTuple):
    """A document as its annotator sees it in the list.

    `state` is the annotator's own (None: not begun, not assigned), `published` tells whether there is an own file.
    `characters` counts code points, `others` the other people who have it (None: the batch is blind).
    """

    doc_id: str
    title: str | None
    state: State | None
    published: bool
    characters: int
    others: int | None


def open_next(place: Place, sources: Sources = NO_SOURCES) -> Session | None:
    """Open what the annotator goes on with: a document begun, one assigned, else the next free one of the batch.

    None when nothing is left. Where the batch has fixed shares, only those of the own share count, in its order. What
    was done, skipped, or published elsewhere is not given again.

    Raises:
        UsageMistake: the batch has fixed shares, but none for this annotator, or a share names an unknown document.
        FaultyData: a document is broken; see `Session.open`.
        StoreFailure: the store cannot be used.
    """
    share = _share(place)
    if share is None:
        found = next_assignment(place.store, place.batch, place.actor, place.batch.copies)
    else:
        found = _next_of(_assigned(place, share), published(place.batch, place.actor.name))
    return None if found is None else Session.open(place, found.doc_id, sources)


def open_document(place: Place, doc_id: str, sources: Sources = NO_SOURCES) -> Session:
    """Open a document that the annotator asks for, also one that was done or skipped.

    Raises:
        UsageMistake: there is no such document, or it is not in the annotator's fixed share.
        FaultyData: it is broken; see `Session.open`.
        StoreFailure: the store cannot be used.
    """
    share = _share(place)
    if share is not None and doc_id not in share:
        place.batch.document(doc_id)  # a document that does not exist is told as such
        raise UsageMistake(
            f"{doc_id} is not in the share of {place.actor.name}: {', '.join(share) or 'which is empty'}; "
            f"[assigned] in {place.batch.folder / 'batch.toml'} says who has what"
        )
    return Session.open(place, doc_id, sources)


def documents_of(place: Place) -> tuple[Listed, ...]:
    """The documents of the batch, or of the annotator's fixed share, in the order in which they are worked on.

    Raises:
        UsageMistake: the batch has fixed shares, but none for this annotator, or a share names an unknown document.
        FaultyData: documents are broken.
        StoreFailure: the store cannot be read.
    """
    batch, me = place.batch, place.actor.name
    share = _share(place)
    documents = batch.documents() if share is None else tuple(batch.document(doc_id) for doc_id in share)
    present = place.store.assignments(batch.name)
    own = {one.doc_id: one.state for one in present if one.annotator == me}
    held = holders(batch, present)
    files = frozenset(published(batch, me))
    return tuple(
        Listed(
            document.doc_id,
            document.meta.title,
            own.get(document.doc_id),
            document.doc_id in files,
            len(document.text),
            None if batch.blind else len(held[document.doc_id] - {me}),
        )
        for document in documents
    )


def _share(place: Place) -> tuple[str, ...] | None:
    """The annotator's fixed share; None where everybody takes the next free document."""
    shares = place.batch.assigned
    if shares is None:
        return None
    if place.actor.name not in shares:
        people = ", ".join(sorted(shares)) or "nobody"
        raise UsageMistake(
            f"{place.batch.label} has fixed shares, and none for {place.actor.name!r}: they are for {people}; give one "
            f"of these names, or add a share to [assigned] in {place.batch.folder / 'batch.toml'}"
        )
    return tuple(dict.fromkeys(shares[place.actor.name]))


def _assigned(place: Place, share: Sequence[str]) -> list[Assignment]:
    """The assignments of a share, in its order; those that are not in the store yet are made."""
    store, batch, me = place.store, place.batch, place.actor
    present = {one.doc_id: one for one in store.assignments(batch.name, me.name)}
    if missing := [doc_id for doc_id in share if doc_id not in present]:
        present.update((one.doc_id, one) for one in assign(store, batch, {me.name: missing}, me))
    return [present[doc_id] for doc_id in share]


def _next_of(assignments: Sequence[Assignment], files: Sequence[str]) -> Assignment | None:
    begun = (one for one in assignments if one.state is State.IN_PROGRESS)
    new = (one for one in assignments if one.state is State.ASSIGNED and one.doc_id not in files)
    return next(begun, None) or next(new, None)
