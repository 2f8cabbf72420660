"""Options and talk that the verbs of `workbench studio` share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.annotation.label_studio.client import Client
    from workbench.annotation.label_studio.comparing import InProgress
    from workbench.corpus.tasks import Batch

ServerUrl = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="Label Studio's address; by default LABEL_STUDIO_URL, else the server that `workbench studio up` started.",
    ),
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="A file with the token; by default LABEL_STUDIO_API_KEY."),
]
ProjectNumber = Annotated[
    int | None,
    typer.Option("--project", metavar="N", min=1, help="The number of the project; by default the one that push made."),
]


def connect(batch: Batch, url: str | None, token_file: Path | None) -> Client:
    """A connection to the Label Studio that is meant.

    Raises:
        UsageMistake: none is, or there is no token.
        AuthFailure: the token has expired.
    """
    from workbench.annotation.label_studio.login import find_login
    from workbench.formats.contract import load_library

    load_library("httpx", "Label Studio", "label-studio")
    from workbench.annotation.label_studio.client import Client

    return Client(find_login(batch.root, url, token_file))


def work_in_progress(batch: Batch, store: str | None) -> InProgress:
    """What tells whether an annotator's document has edits in the terminal that are not published.

    Raises:
        StoreFailure: the store cannot be read.
    """
    from workbench.annotation.store import NoStore, State, Store, find_address

    try:
        with Store.open(find_address(batch.root, store), make=False) as opened:
            assignments = opened.assignments(batch.name)
    except NoStore:
        return lambda *_: False
    begun = {(one.annotator, one.doc_id) for one in assignments if one.state is State.IN_PROGRESS}
    return lambda name, doc_id: (name, doc_id) in begun


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr while something takes long; nothing when that is no terminal."""
    import sys

    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:11}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda stage, done, total: bar.update(task, description=stage, completed=done, total=total or None)
