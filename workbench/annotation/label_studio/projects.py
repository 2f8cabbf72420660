"""The project of a batch: found by what its description says, made when there is none, kept to what the schema asks."""

from __future__ import annotations

import re
import time
from typing import Any, NamedTuple

from schemas import Schema
from workbench.annotation.label_studio.client import Client, patiently
from workbench.annotation.label_studio.config_changes import ConfigurationChanges, configuration_changes
from workbench.annotation.label_studio.configuration import configuration
from workbench.annotation.label_studio.failures import NotFound, ProtocolFailure, StudioFailure
from workbench.annotation.label_studio.memory import remembered_projects
from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.corpus.tasks import Batch

_PAGE = 100
_ATTEMPTS = 3
SETTLE = 5.0
"""Seconds after which a request that was given up has mostly ended in the server, one way or the other."""
_SHORTEST_TITLE, _LONGEST_TITLE = 3, 50


class Project(NamedTuple):
    """A project as it is on its server; `answers` counts all annotations and skipped tasks."""

    id: int
    title: str
    url: str
    configuration: str
    model_version: str
    tasks: int
    answers: int
    settings: dict[str, Any]


def mark_of(batch: Batch) -> str:
    """The line of a project's description by which the project of a batch is found again."""
    return f"cppcc-workbench: batch {batch.name}"


def _former_mark_of(batch: Batch) -> str:
    return f"{mark_of(batch)} (earlier)"


def find_project(client: Client, batch: Batch, number: int | None = None) -> Project | None:
    """The project of a batch; with a number, that project. Of several it is the one with tasks, or the oldest.

    Raises:
        UsageMistake: several projects with tasks are the batch's, or the numbered one is another batch's.
        NotFound: there is no such number.
        StudioFailure: the server cannot be asked.
    """
    if number is not None:
        project = _project(client, number)
        said = _marks(project.settings.get("description"))
        if said and mark_of(batch) not in said and _former_mark_of(batch) not in said:
            raise UsageMistake(f"{project.url}: this is the project of another batch ({said[0]}), not of {batch.label}")
        return project
    found = sorted(_projects_of(client, batch), key=lambda one: (not one["task_number"], one["id"]))
    if sum(bool(one["task_number"]) for one in found) > 1:
        shown = ", ".join(f"--project {one['id']} ({one['title']})" for one in found if one["task_number"])
        raise UsageMistake(f"{client.url}: several projects are of {batch.label}; say which: {shown}")
    return _project(client, found[0]["id"]) if found else _remembered(client, batch)


def _remembered(client: Client, batch: Batch) -> Project | None:
    """The project that the batch's files remember, whose description does not name it any more; None: there is none."""
    before = f"{client.url}/projects/"
    for url in remembered_projects(batch):
        number = url.removeprefix(before)
        if url.startswith(before) and number.isdigit():
            try:
                project = _project(client, int(number))
            except NotFound:
                continue
            if not _marks(project.settings.get("description")):
                return project
    return None


def keep_mark(client: Client, project: Project, batch: Batch) -> None:
    """Let a project's description name the batch again, if it does not and no other project's does."""
    said = str(project.settings.get("description") or "")
    if not _marks(said) and not _projects_of(client, batch):
        _update(client, project, description=f"{mark_of(batch)}\n{said}".strip())


def the_project(client: Client, batch: Batch, number: int | None = None) -> Project:
    """The project of a batch, which must be there; see `find_project`.

    Raises:
        NotFound: there is none.
    """
    project = find_project(client, batch, number)
    if project is None:
        raise NotFound(f"{client.url}: no project of {batch.label} there; workbench studio push {batch.name} makes it")
    return project


def make_project(client: Client, batch: Batch, schema: Schema) -> Project:
    """Make the project of a batch, once: when it is not known whether it was made, it is looked for first.

    Raises:
        StudioFailure: the server does not make it.
    """
    for attempt in range(_ATTEMPTS):
        try:
            client.call(client.sdk.projects.create, **_settings(batch, schema))
        except StudioFailure as failure:
            if not failure.passing or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(SETTLE)
        project = find_project(client, batch)
        if project is not None:
            return project
    raise NotFound(f"{client.url}: the project of {batch.label} was made, but cannot be found; may this user see it?")


def remove_copies(client: Client, project: Project, batch: Batch) -> int:
    """Remove the projects of a batch that hold nothing, all but this one: a server may make one late, or for two of us.

    Raises:
        StudioFailure: the server cannot be asked.
    """
    removed = 0
    for one in _projects_of(client, batch):
        if one["id"] == project.id or one["task_number"]:
            continue
        try:
            if not _project(client, one["id"]).tasks:
                client.write("DELETE", f"/api/projects/{one['id']}/")
                removed += 1
        except NotFound:
            continue
    return removed


def settle_configuration(client: Client, project: Project, schema: Schema) -> ConfigurationChanges:
    """Bring a project's configuration to the schema's; what was changed.

    A change that takes something away is made only while nobody has annotated anything.

    Raises:
        FaultyData: it would take something away that annotations may use; the changes are listed.
        StudioFailure: the server cannot be asked, or refuses.
    """
    wanted = configuration(schema)
    changes = configuration_changes(project.configuration, wanted)
    if not changes.lines():
        return changes
    if not changes.is_additive and (project.answers or _has_drafts(client, project)):
        raise FaultyData(
            [Fault(line, rule="configuration") for line in changes.lines()],
            f"{project.url}: annotations there were made with another schema, and lines with - take away what they may "
            "use. Pull them (workbench studio pull), carry them over (workbench migrate), and push into a new project: "
            "workbench studio push --new",
        )
    _update(client, project, label_config=wanted)
    return changes


def show_predictions(client: Client, project: Project, model_version: str) -> None:
    """Let new annotations of a project begin as copies of one program's predictions."""
    if project.model_version != model_version or project.settings.get("show_collab_predictions") is not True:
        _update(client, project, model_version=model_version, show_collab_predictions=True)


def give_up_mark(client: Client, project: Project, batch: Batch) -> None:
    """Let a project be the batch's no longer; it stays as it is, under its number."""
    said = str(project.settings.get("description") or "")
    kept = re.sub(f"^{re.escape(mark_of(batch))}$", _former_mark_of(batch), said, flags=re.MULTILINE)
    _update(client, project, description=kept)


def _update(client: Client, project: Project, **settings: Any) -> None:
    patiently(lambda: client.call(client.sdk.projects.update, project.id, **settings))


def _settings(batch: Batch, schema: Schema) -> dict[str, Any]:
    title = f"批次 {batch.name}" if len(batch.name) < _SHORTEST_TITLE else batch.name
    return {
        "title": title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…",
        "description": f"{mark_of(batch)}\n{schema.zh} {schema.en} {schema.version}",
        "label_config": configuration(schema),
        "maximum_annotations": batch.copies or 1,
        "show_collab_predictions": True,
        "sampling": "Sequential sampling",
    }


def _marks(description: Any) -> list[str]:
    """The lines of a description that name a batch; Label Studio gives some descriptions as HTML."""
    lines = re.split(r"[\r\n]+|<[^>]*>", description) if isinstance(description, str) else []
    return [line.strip() for line in lines if line.strip().startswith("cppcc-workbench: batch ")]


def _projects_of(client: Client, batch: Batch) -> list[dict[str, Any]]:
    return [one for one in _all_projects(client) if mark_of(batch) in _marks(one.get("description"))]


def _all_projects(client: Client) -> list[dict[str, Any]]:
    """All projects, by pages; when one is deleted meanwhile all are read again, for another has then moved up."""
    found: dict[int, dict[str, Any]] = {}
    page, count = 1, 0
    while True:
        answer = client.get("/api/projects/", include="id,title,description,task_number", page=page, page_size=_PAGE)
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or not all(isinstance(one, dict) and "task_number" in one for one in results):
            raise _not_said(client)
        if answer["count"] < count:
            page, count = 1, 0
            continue
        found |= {one["id"]: one for one in results}
        if not answer.get("next"):
            return list(found.values())
        page, count = page + 1, answer["count"]


def _not_said(client: Client) -> ProtocolFailure:
    return ProtocolFailure(
        f"{client.url}: asked for projects, it says something else than Label Studio; give the address that ends where "
        "/api begins"
    )


def gone(client: Client, number: int) -> NotFound:
    """What is told of a project that is not there."""
    return NotFound(
        f"{client.url}: no project {number} there (any more); without --project, workbench studio push makes one"
    )


def _project(client: Client, number: int) -> Project:
    """One project; its JSON is taken as it is, of which the SDK's model keeps a part."""
    try:
        said = client.get(f"/api/projects/{number}/")
    except NotFound:
        raise gone(client, number) from None
    if not isinstance(said, dict) or said.get("id") != number:
        raise _not_said(client)
    return Project(
        id=number,
        title=said["title"],
        url=f"{client.url}/projects/{number}",
        configuration=said["label_config"],
        model_version=said.get("model_version") or "",
        tasks=said.get("task_number") or 0,
        answers=(said.get("total_annotations_number") or 0) + (said.get("skipped_annotations_number") or 0),
        settings=said,
    )


def _has_drafts(client: Client, project: Project) -> bool:
    summary = client.get(f"/api/projects/{project.id}/summary/")
    return bool(summary.get("created_labels_drafts"))
