"""workbench status: how far the annotators of a batch are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.options import AsJson, BatchArgument, StoreAddress, open_batch

if TYPE_CHECKING:
    from workbench.annotation.store.progress import Person, Progress

UNDEFINED = "n/a"


def status(
    batch: BatchArgument,
    idle: Annotated[
        float, typer.Option("--idle", metavar="SECONDS", min=1, help="The most that a pause counts for.")
    ] = 120,
    store: StoreAddress = None,
    as_json: AsJson = False,
) -> None:
    """Show how far the annotators of a batch are.

    For each person: documents assigned, in progress, done and skipped, published files, time at work, mean time of a
    finished document, and conflicts: changes refused because somebody else was faster.

    Time runs from one change to the next; a longer pause counts for --idle seconds.

    \b
    Example: workbench status pilot
             workbench status pilot --json
    """
    from workbench.annotation.store import NoStore, Store, find_address
    from workbench.annotation.store.progress import progress
    from workbench.cli.output import print_json, talk

    opened = open_batch(batch)
    address = find_address(opened.root, store)
    try:
        with Store.open(address, make=False) as present:
            found = progress(present, opened, idle)
    except NoStore:
        found = progress(None, opened, idle)
        talk(f"{address.label}: no store yet; nobody has begun with workbench label")
    if as_json:
        print_json({"store": address.label, **_record(found)})
    else:
        _print(found)


def _print(found: Progress) -> None:
    from workbench.annotation.store import State
    from workbench.cli.output import print_table

    print(f"batch {found.batch}: {found.documents} documents, {found.free} of them free")
    columns = ("annotator", *(state.words for state in State), "published", "time", "per document", "conflicts", "last")
    print_table(columns, (tuple(_cells(person)) for person in found.people))


def _cells(person: Person) -> Iterator[str]:
    yield person.name
    yield from (str(number) for number in person.states.values())
    yield str(person.published)
    yield _duration(person.seconds)
    yield UNDEFINED if person.seconds_per_done is None else _duration(person.seconds_per_done)
    yield str(person.conflicts)
    yield UNDEFINED if person.last is None else f"{person.last.astimezone():%Y-%m-%d %H:%M}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _record(found: Progress) -> dict[str, Any]:
    """Everything as JSON; times in seconds, moments in UTC."""
    return {
        "batch": found.batch,
        "documents": found.documents,
        "free": found.free,
        "idle_cut": found.idle_cut,
        "annotators": [
            {
                **person._asdict(),
                "states": {state.value: number for state, number in person.states.items()},
                "last": person.last and person.last.isoformat(),
            }
            for person in found.people
        ],
        "assignments": [
            {
                "doc_id": one.assignment.doc_id,
                "annotator": one.assignment.annotator,
                "state": one.assignment.state.value,
                "revision": one.assignment.revision,
                "seconds": one.seconds,
                "last": one.last and one.last.isoformat(),
            }
            for one in found.assignments
        ],
    }
