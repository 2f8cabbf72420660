"""What a project holds: its tasks, read by their ids so that none is passed over, and as much of them as is asked for.

Pages are asked for by "id greater than the last one": Label Studio's own pages skip tasks when others are deleted
meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.failures import NotFound, ProtocolFailure
from workbench.annotation.label_studio.projects import Project, gone
from workbench.annotation.label_studio.wanted import content_hash, prediction_hash
from workbench.core.records import text_hash
from workbench.formats.label_studio.controls import DOC_ID, TEXT

PAGE = 200
"""Tasks in one answer; ten thousand of them then never take more memory than a few hundred."""

_OF_TASK = ("id", "data", "meta", "updated_at", "drafts")
# the server applies `include` to annotations inside tasks too
_OF_ANSWER = (
    *("result", "completed_by", "updated_by", "was_cancelled", "ground_truth", "lead_time", "import_id", "created_at"),
    *("parent_prediction", "parent_annotation", "last_action", "draft_created_at"),
)
_OF_PREDICTION = ("model_version", "score")


class PresentPrediction(NamedTuple):
    """A prediction of a task."""

    id: int
    model_version: str
    sha256: str


class PresentAnswer(NamedTuple):
    """An annotation of a task, or a skipping of it."""

    id: int
    import_id: int | None
    completed_by: Any
    skipped: bool
    ground_truth: bool
    result_sha256: str


class PresentTask(NamedTuple):
    """A task of a project; `meta` is as the server has it, `drafts` counts what nobody has submitted."""

    id: int
    doc_id: str
    text_sha256: str
    data_sha256: str
    meta: Any
    predictions: tuple[PresentPrediction, ...]
    answers: tuple[PresentAnswer, ...]
    drafts: int

    @property
    def holds_work(self) -> bool:
        """Tell whether people have done something in it."""
        return bool(self.answers or self.drafts)


def raw_tasks(
    client: Client, project: Project, answers: bool = True, predictions: bool = False, after: int = 0
) -> Iterator[dict[str, Any]]:
    """The tasks of a project as the server's JSON says them, in the order of their ids, from `after` on.

    Raises:
        NotFound: the project is gone.
        StudioFailure: the server cannot be asked.
    """
    fields = [*_OF_TASK]
    fields += ["annotations", *_OF_ANSWER] if answers else []
    fields += ["predictions", *_OF_PREDICTION] if predictions else []
    yield from _pages(client, project, ",".join(fields), after)


def changes(client: Client, project: Project) -> dict[int, str]:
    """When each task was changed last, as the server writes it: a submitted, changed or deleted annotation counts."""
    return {task["id"]: task["updated_at"] for task in _pages(client, project, "id,updated_at", 0)}


def _pages(client: Client, project: Project, include: str, after: int) -> Iterator[dict[str, Any]]:
    while True:
        later = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": after}
        query = {"filters": {"conjunction": "and", "items": [later]}, "ordering": ["tasks:id"]}
        try:
            answer = client.get(
                "/api/tasks/",
                project=project.id,
                fields="all",
                include=include,
                page=1,
                page_size=PAGE,
                query=json.dumps(query),
            )
        except NotFound:
            raise gone(client, project.id) from None
        tasks = answer.get("tasks") if isinstance(answer, Mapping) else None
        if not isinstance(tasks, list):
            raise ProtocolFailure(f"{project.url}: a list of tasks was asked for, and something else came")
        for task in tasks:
            if not isinstance(task, dict) or type(task.get("id")) is not int or task["id"] <= after:
                raise ProtocolFailure(f"{project.url}: the tasks do not come in the order of their ids")
            after = task["id"]
            yield task
        if len(tasks) < PAGE:
            return


def doc_id_of(task: Mapping[str, Any]) -> str | None:
    """The document of a task; None when the workbench did not push it."""
    data = task.get("data")
    found = data.get(DOC_ID) if isinstance(data, Mapping) else None
    return found if isinstance(found, str) and found else None


def present_tasks(client: Client, project: Project) -> dict[str, list[PresentTask]]:
    """The tasks of a project by document; those that the workbench did not push are not among them.

    Raises:
        StudioFailure: the server cannot be asked.
    """
    found: dict[str, list[PresentTask]] = {}
    for raw in raw_tasks(client, project, predictions=True):
        doc_id = doc_id_of(raw)
        if doc_id is not None:
            found.setdefault(doc_id, []).append(_present(raw, doc_id))
    return found


def present_task(client: Client, number: int) -> PresentTask:
    """One task as it is now.

    Raises:
        NotFound: it is gone.
        StudioFailure: the server cannot be asked.
    """
    raw = client.get(f"/api/tasks/{number}/")
    return _present(raw, doc_id_of(raw) or "")


def _present(raw: Mapping[str, Any], doc_id: str) -> PresentTask:
    return PresentTask(
        id=raw["id"],
        doc_id=doc_id,
        text_sha256=text_hash(str(raw["data"].get(TEXT))),
        data_sha256=content_hash(raw["data"]),
        meta=raw.get("meta"),
        predictions=tuple(
            PresentPrediction(one["id"], one.get("model_version") or "", prediction_hash(one))
            for one in _dicts(raw.get("predictions"))
        ),
        answers=tuple(
            PresentAnswer(
                one["id"],
                one.get("import_id"),
                one.get("completed_by"),
                one.get("was_cancelled") is True,
                one.get("ground_truth") is True,
                content_hash(one.get("result")),
            )
            for one in _dicts(raw.get("annotations"))
        ),
        drafts=len(raw.get("drafts") or ()),
    )


def _dicts(values: Any) -> Iterable[Mapping[str, Any]]:
    return [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []
