"""Pulling: what annotators did in a project becomes their files in the batch; what was done here is not overwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from schemas import Schema
from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.comparing import Compared, InProgress, ReadTask, Standing, read_tasks
from workbench.annotation.label_studio.memory import Agreed, Memory, remember
from workbench.annotation.label_studio.projects import Project, the_project
from workbench.annotation.publishing import write_answer
from workbench.core.errors import Fault
from workbench.corpus.tasks import Batch

_TAKEN = frozenset({Standing.NEW, Standing.NEWER_THERE})
_OVERWRITTEN = frozenset({Standing.CONFLICT, Standing.NEWER_HERE, Standing.DELETED_HERE})
_TOLD = frozenset({Standing.CONFLICT, Standing.DELETED_THERE, Standing.SKIPPED_THERE, Standing.UNREADABLE})


class Home(NamedTuple):
    """Where to pull to: a batch with its schema, and how to tell that somebody is at work on a document here."""

    batch: Batch
    schema: Schema
    in_progress: InProgress = lambda *_: False


class Pulled(NamedTuple):
    """What pulling did: how often each standing was met, files written, and everything that people should look at."""

    project: Project
    standings: Counter[Standing]
    written: int
    skipped: int
    drafts: int
    conflicts: tuple[Compared, ...]
    faults: tuple[Fault, ...]
    problems: tuple[Fault, ...]


def pull(
    client: Client,
    home: Home,
    number: int | None = None,
    overwrite: bool = False,
    on_task: Callable[[], object] = lambda: None,
) -> Pulled:
    """Bring home what was done in a batch's project; with `overwrite` also over what was done here.

    Raises:
        NotFound: there is no project of the batch.
        StudioFailure: the server cannot be asked; what was written by then is whole, and pulling again goes on.
        FaultyData: the batch is broken.
        EnvironmentFailure: a file cannot be written.
    """
    project = the_project(client, home.batch, number)
    run = _Run(home, project, overwrite)
    for task in read_tasks(client, home.batch, home.schema, project, home.in_progress):
        run.take(task)
        on_task()
    return Pulled(
        project,
        run.standings,
        run.written,
        run.skipped,
        run.drafts,
        tuple(run.conflicts),
        tuple(run.faults),
        tuple(run.problems),
    )


class _Run:
    """One pulling."""

    def __init__(self, home: Home, project: Project, overwrite: bool) -> None:
        self.batch = home.batch
        self.project = project
        self.taken = frozenset(_TAKEN | (_OVERWRITTEN if overwrite else frozenset()))
        self.standings: Counter[Standing] = Counter()
        self.written = self.skipped = self.drafts = 0
        self.conflicts: list[Compared] = []
        self.faults: list[Fault] = []
        self.problems: list[Fault] = []

    def take(self, task: ReadTask) -> None:
        """Write what is newer there, and remember what both sides agree on then."""
        agreed = dict(task.memory.agreed)
        for one in task.compared:
            if one.standing is Standing.GONE:
                agreed.pop(one.name, None)
                continue
            agreed |= self._take(one)
            self.standings[one.standing] += 1
            same = one.standing is Standing.SAME  # what was warned of once is settled
            self.faults += [fault for fault in one.faults if not same or fault.severity == "error"]
            self.problems += one.problems
        self.skipped += len(task.skipped)
        self.drafts += len(task.drafts)
        if task.is_copy:
            return
        if agreed or task.memory != Memory(task=task.memory.task):
            remember(self.batch, task.doc_id, self.project.url, task.memory.model_copy(update={"agreed": agreed}))

    def _take(self, one: Compared) -> dict[str, Agreed]:
        """Write one annotation if it is to be written; what both sides agree on then, if anything new."""
        file_sha256 = one.file_sha256
        if one.standing in self.taken and one.annotation is not None:
            path = self.batch.annotation_file(one.name, one.doc_id)
            file_sha256 = write_answer(path, one.annotation)
            self.written += 1
        elif one.standing in _TOLD:
            self.conflicts.append(one)
            return {}
        elif one.standing is not Standing.SAME:
            return {}
        if one.number is None or file_sha256 is None:
            return {}
        return {one.name: Agreed(annotation=one.number, file_sha256=file_sha256, answer_sha256=one.answer_sha256)}
