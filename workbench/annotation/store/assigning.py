"""Who annotates which document: what somebody asks for, fixed shares, or the next free document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, and_, func, insert, select, text, update

from workbench.annotation.store import tables
from workbench.annotation.store.log import Store, append_event, read_assignments
from workbench.annotation.store.work import ASSIGNED, TEXT_REPLACED, Actor, Assignment, Change, State
from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.records import Document
from workbench.corpus.documents import document_files, entries
from workbench.corpus.tasks import Batch, check_name


def take(store: Store, batch: Batch, doc_id: str, by: Actor) -> Assignment:
    """The actor's own assignment of a document, made when there is none yet.

    Raises:
        UsageMistake: the batch has no such document, or the actor's name is impossible.
        FaultyData: the document is broken, or has another text than the one that somebody is annotating.
        StoreFailure: the store cannot be used.
    """
    return assign(store, batch, {by.name: [doc_id]}, by)[0]


def assign(store: Store, batch: Batch, shares: Mapping[str, Sequence[str]], by: Actor) -> tuple[Assignment, ...]:
    """Give each annotator a fixed share of document ids, all or nothing; what they have already stays as it is.

    The assignments are in the order of `shares`. See `take` for what is raised; all faults of all documents.
    """
    for annotator in shares:
        check_name("annotator", annotator)
    documents = _read(batch, dict.fromkeys(doc_id for share in shares.values() for doc_id in share))
    with store.writing() as connection:
        _hold(connection, batch)
        changed = [_register(connection, batch, document, by) for document in documents.values()]
        if faults := [fault for fault in changed if fault]:
            raise FaultyData(faults)
        only = next(iter(documents)) if len(documents) == 1 else None
        present = {(one.annotator, one.doc_id): one for one in read_assignments(connection, batch.name, doc_id=only)}
        return tuple(
            present.get((annotator, doc_id)) or _insert(connection, batch, documents[doc_id], annotator, by)
            for annotator, share in shares.items()
            for doc_id in share
        )


def next_assignment(store: Store, batch: Batch, by: Actor, copies: int | None = 1) -> Assignment | None:
    """What the actor goes on with: the document left last, one assigned, else the next free one; None when all is done.

    Documents come in the order of the batch. One is free while fewer than `copies` people (None: any number) have it,
    in the store or as a published file; people who skipped it do not count, and are not given it again. Two people who
    ask at once are given different documents. See `take` for what is raised.
    """
    check_name("annotator", by.name)
    order = batch.document_ids()
    with store.writing() as connection:
        _hold(connection, batch)
        present = read_assignments(connection, batch.name)
        own = {one.doc_id: one for one in present if one.annotator == by.name}
        begun = [own[doc_id] for doc_id in order if doc_id in own and own[doc_id].state is State.IN_PROGRESS]
        if begun:
            return max(begun, key=lambda one: _last_change(connection, one))
        for doc_id in order:
            if doc_id in own and own[doc_id].state is State.ASSIGNED:
                return own[doc_id]
        held = holders(batch, present)
        free = next(
            (
                doc_id
                for doc_id in order
                if doc_id not in own and by.name not in held[doc_id] and (copies is None or len(held[doc_id]) < copies)
            ),
            None,
        )
        if free is None:
            return None
        document = batch.document(free)
        if fault := _register(connection, batch, document, by):
            raise FaultyData([fault])
        return _insert(connection, batch, document, by.name, by)


def _last_change(connection: Connection, assignment: Assignment) -> int:
    """When an assignment was changed last, in milliseconds."""
    column = tables.event.c
    query = select(func.max(column.at)).where(column.assignment == assignment.number)
    return int(connection.execute(query).scalar() or 0)


def holders(batch: Batch, assignments: Sequence[Assignment]) -> defaultdict[str, set[str]]:
    """Who has each document of a batch: those with an assignment they have not skipped, or with a published file."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for one in assignments:
        if one.state is not State.SKIPPED:
            held[one.doc_id].add(one.annotator)
    for annotator in batch.authors():
        for doc_id in published(batch, annotator):
            held[doc_id].add(annotator)
    return held


def published(batch: Batch, annotator: str) -> tuple[str, ...]:
    """Ids of the documents that an annotator has published a file of."""
    return tuple(file.stem for file in entries(batch.annotations_folder / annotator) if file.suffix == ".json")


def _read(batch: Batch, doc_ids: Iterable[str]) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    mistakes: list[str] = []
    faults: list[Fault] = []
    for doc_id in doc_ids:
        try:
            documents[doc_id] = batch.document(doc_id)
        except UsageMistake as mistake:
            mistakes.append(str(mistake))
        except FaultyData as error:
            faults += error.faults
    if mistakes:
        raise UsageMistake("\n".join(mistakes))
    if faults:
        raise FaultyData(faults)
    return documents


def _hold(connection: Connection, batch: Batch) -> None:
    """Keep others from assigning documents of this batch until the transaction ends."""
    connection.execute(text("INSERT INTO batch (name) VALUES (:name) ON CONFLICT DO NOTHING"), {"name": batch.name})
    row = select(tables.batch.c.name).where(tables.batch.c.name == batch.name)
    connection.execute(row.with_for_update()).all()


def _register(connection: Connection, batch: Batch, document: Document, by: Actor) -> Fault | None:
    """Keep the text that is annotated; what is wrong when somebody is annotating another text of the same document."""
    columns = tables.document.c
    this = and_(columns.batch == batch.name, columns.doc_id == document.doc_id)
    known = connection.execute(select(columns.text_sha256).where(this)).scalar()
    content = {"text_sha256": document.text_sha256, "text": document.text}
    if known is None:
        connection.execute(insert(tables.document), [{"batch": batch.name, "doc_id": document.doc_id, **content}])
    elif known != document.text_sha256:
        return _replace_text(connection, batch, document, by)
    return None


def _replace_text(connection: Connection, batch: Batch, document: Document, by: Actor) -> Fault | None:
    """Give the assignments of a document its new text, if nobody has begun."""
    own = tables.assignment.c
    row = select(own.number).where(and_(own.batch == batch.name, own.doc_id == document.doc_id))
    connection.execute(row.with_for_update()).all()
    present = read_assignments(connection, batch.name, doc_id=document.doc_id)
    if begun := sorted(one.annotator for one in present if one.state is not State.ASSIGNED):
        return Fault(
            f"not the text that {', '.join(begun)} began to annotate: put that text back (git pull, git restore), or "
            "give this project a store of its own with --store",
            source=document_files(batch.documents_folder, document.doc_id)[0],
            rule="store",
        )
    columns = tables.document.c
    connection.execute(
        update(tables.document)
        .where(and_(columns.batch == batch.name, columns.doc_id == document.doc_id))
        .values(text_sha256=document.text_sha256, text=document.text)
    )
    for one in present:  # a new revision, so that whoever has the old text open cannot append to it
        connection.execute(update(tables.assignment).where(own.number == one.number).values(revision=one.revision + 1))
        body = {"before": one.text_sha256, "after": document.text_sha256}
        append_event(connection, one, Change(TEXT_REPLACED, body, State.ASSIGNED), by)
    return None


def _insert(connection: Connection, batch: Batch, document: Document, annotator: str, by: Actor) -> Assignment:
    row = {
        "batch": batch.name,
        "doc_id": document.doc_id,
        "annotator": annotator,
        "revision": 1,
        "state": State.ASSIGNED.value,
    }
    connection.execute(insert(tables.assignment), [row])
    made = read_assignments(connection, batch.name, annotator, document.doc_id)[0]
    append_event(connection, made._replace(revision=0), Change(ASSIGNED, {}, State.ASSIGNED), by)
    return made
