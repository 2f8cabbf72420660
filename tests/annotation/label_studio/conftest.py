"""Label Studio as it really is: one server for all tests of a worker, and servers of a test's own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.annotation.label_studio.serving import LabelStudio, copy_of_template, require_environment
from tests.annotation.servers import memory
from workbench.annotation.label_studio.local.environment import Environment


@pytest.fixture(scope="session")
def label_studio_environment() -> Environment:
    """The environment with Label Studio in it."""
    return require_environment()


@pytest.fixture(scope="session")
def label_studio_folders() -> Iterator[Callable[[], Path]]:
    """Makes folders for servers, in memory where there is one."""
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="wb-ls-", dir=memory())))
        return made[-1]

    yield make
    for folder in made:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def label_studio(
    label_studio_environment: Environment, label_studio_folders: Callable[[], Path]
) -> Iterator[LabelStudio]:
    """A running server that all tests of a worker share: a test makes projects of its own in it."""
    server = copy_of_template(label_studio_environment, label_studio_folders())
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(autouse=True)
def _no_projects_left(request: pytest.FixtureRequest) -> Iterator[None]:
    if "label_studio" not in request.fixturenames:
        yield
        return
    server: LabelStudio = request.getfixturevalue("label_studio")
    yield
    server.delete_projects()


@pytest.fixture
def own_label_studio(
    label_studio_environment: Environment, label_studio_folders: Callable[[], Path]
) -> Iterator[Callable[[], LabelStudio]]:
    """Makes running servers that a test may stop, kill and start again."""
    made: list[LabelStudio] = []

    def make() -> LabelStudio:
        made.append(copy_of_template(label_studio_environment, label_studio_folders()))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.stop()
