"""Every test of the store runs on SQLite and on a PostgreSQL that is really running."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.annotation.batches import STORY, make_batch, write_document
from tests.annotation.servers import Server, running_server, sqlite_folder
from workbench.annotation.offering import Sources
from workbench.annotation.session import Place, Session
from workbench.annotation.store import Actor, Address, Store, find_address
from workbench.corpus.tasks import Batch

A = Actor("A", "session-1")
B = Actor("B", "session-2")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running PostgreSQL."""
    with running_server() as made:
        yield made


@pytest.fixture(scope="session")
def files() -> Iterator[Path]:
    """A folder for SQLite files."""
    with sqlite_folder() as folder:
        yield folder


@pytest.fixture
def sqlite(files: Path) -> Address:
    """A SQLite file that does not exist yet, in a folder that does."""
    folder = files / secrets.token_hex(6)
    folder.mkdir()
    return find_address(folder, str(folder / "work.db"), {})


@pytest.fixture
def postgresql(server: Server) -> Address:
    """An empty PostgreSQL database."""
    return find_address(server.folder, server.url(server.make_database()), {})


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest) -> Address:
    """The address of a store that does not exist yet, for each kind of database."""
    found: Address = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def store(address: Address) -> Iterator[Store]:
    """An open, empty store that waits 0.3 s for others."""
    with Store.open(address, wait=0.3) as opened:
        yield opened


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """A batch of three documents."""
    return make_batch(tmp_path)


@pytest.fixture
def place(store: Store, batch: Batch) -> Place:
    """Where A works; d00 is a story with names, numbers and repetitions."""
    write_document(batch, "d00", STORY)
    return Place(store, batch, A)


@pytest.fixture
def opened(place: Place) -> Iterator[Callable[..., Session]]:
    """Opens sessions on d00 or another document, and closes them in the end."""
    made: list[Session] = []

    def open_session(at: Place = place, doc_id: str = "d00", **options: Sources) -> Session:
        made.append(Session.open(at, doc_id, **options))
        return made[-1]

    yield open_session
    for session in made:
        session.close()
