"""How a batch stands in Label Studio: what is where, what has changed since the last pull, who has done how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.comparing import Compared, ReadTask, Standing, TaskReader
from workbench.annotation.label_studio.config_changes import configuration_changes
from workbench.annotation.label_studio.configuration import configuration
from workbench.annotation.label_studio.people import people_of
from workbench.annotation.label_studio.present import doc_id_of, raw_tasks
from workbench.annotation.label_studio.projects import Project, the_project
from workbench.annotation.label_studio.pulling import Home
from workbench.annotation.label_studio.wanted import ZONES
from workbench.core.records import text_hash
from workbench.formats.label_studio.controls import TEXT

_NOT_THERE = frozenset({Standing.DELETED_THERE, Standing.SKIPPED_THERE, Standing.GONE})


class Person(NamedTuple):
    """One annotator's part: annotations, drafts and skipped tasks there, and how the annotations stand to the files."""

    name: str
    annotations: int
    drafts: int
    skipped: int
    standings: Mapping[Standing, int]


class StudioStatus(NamedTuple):
    """How a batch stands in its project.

    `documents` counts those of the batch, `pushed` those with a task; `missing` have none, `copies` have several,
    `changed_texts` have another text there, `strangers` are tasks that are no document of the batch. `suggested` is the
    program whose predictions are shown (None: none). `differing` are annotations that are not the same on both sides.
    """

    project: Project
    server: str
    configuration: tuple[str, ...]
    suggested: str | None
    documents: int
    pushed: int
    missing: tuple[str, ...]
    copies: tuple[str, ...]
    changed_texts: tuple[str, ...]
    strangers: int
    people: tuple[Person, ...]
    differing: tuple[Compared, ...]


def studio_status(
    client: Client, home: Home, number: int | None = None, on_task: Callable[[], object] = lambda: None
) -> StudioStatus:
    """Look at a batch's project; nothing is changed on either side.

    Raises:
        NotFound: there is no project of the batch.
        StudioFailure: the server cannot be asked.
        FaultyData: the batch is broken.
    """
    batch = home.batch
    project = the_project(client, batch, number)
    reader = TaskReader(batch, home.schema, project, people_of(client, batch), home.in_progress)
    known = frozenset(batch.document_ids())
    tasks: Counter[str] = Counter()
    changed: list[str] = []
    read: list[ReadTask] = []
    strangers = 0
    for raw in raw_tasks(client, project):
        doc_id = doc_id_of(raw)
        on_task()
        if doc_id is None or doc_id not in known:
            strangers += 1
            continue
        tasks[doc_id] += 1
        if text_hash(str(raw["data"].get(TEXT))) != batch.document(doc_id).text_sha256:
            changed.append(doc_id)
        if reader.concerns(raw, doc_id):
            read.append(_light(reader.read(raw, doc_id)))
    return StudioStatus(
        project=project,
        server=str(client.get("/api/version").get("release", "")),
        configuration=configuration_changes(project.configuration, configuration(home.schema)).lines(),
        suggested=None if project.model_version in ("", ZONES) else project.model_version,
        documents=len(known),
        pushed=len(tasks),
        missing=tuple(sorted(known - set(tasks))),
        copies=tuple(sorted(doc_id for doc_id, count in tasks.items() if count > 1)),
        changed_texts=tuple(changed),
        strangers=strangers,
        people=_people(read),
        differing=tuple(one for task in read for one in task.compared if one.standing is not Standing.SAME),
    )


def _light(task: ReadTask) -> ReadTask:
    """A task without the annotations themselves, of which there may be many."""
    light = tuple(one._replace(annotation=None) for one in task.compared)
    return task._replace(compared=light, memory=task.memory.model_copy(update={"annotations": (), "drafts": ()}))


def _people(read: list[ReadTask]) -> tuple[Person, ...]:
    standings: dict[str, Counter[Standing]] = {}
    drafts: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for task in read:
        for one in task.compared:
            standings.setdefault(one.name, Counter())[one.standing] += 1
        drafts.update(task.drafts)
        skipped.update(task.skipped)
    return tuple(
        Person(
            name,
            sum(count for standing, count in found.items() if standing not in _NOT_THERE),
            drafts[name],
            skipped[name],
            found,
        )
        for name in sorted({*standings, *drafts, *skipped})
        for found in (standings.get(name, Counter()),)
    )
