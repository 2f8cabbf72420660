"""Pushing: a project is made to hold what a batch wants, however often, and whatever failed before.

Nothing is sent twice on a guess. What the project holds is read, what is missing is sent, and when sending fails in
passing it is read again; what a server took after all is found then, and copies that it took twice are removed.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.config_changes import ConfigurationChanges
from workbench.annotation.label_studio.failures import Conflict, NotFound, StudioFailure
from workbench.annotation.label_studio.making import wanted_tasks
from workbench.annotation.label_studio.people import people_of
from workbench.annotation.label_studio.present import PresentTask, present_task, present_tasks
from workbench.annotation.label_studio.projects import (
    SETTLE,
    Project,
    find_project,
    give_up_mark,
    keep_mark,
    make_project,
    remove_copies,
    settle_configuration,
    show_predictions,
)
from workbench.annotation.label_studio.pushed_answers import AnswerPusher
from workbench.annotation.label_studio.spool import Spool
from workbench.annotation.label_studio.wanted import (
    ZONES,
    WantedTask,
    Wish,
    check_wish,
    content_hash,
    merged_meta,
)

IMPORT_TASKS, IMPORT_BYTES = 200, 8_000_000
"""The most that one request imports: servers answer for it within seconds, and take it whole or not at all."""
PREDICTIONS = 200
_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds after failures in a row; a server that keeps failing is given up."""

Progress = Callable[[str, int, int], object]
"""Told what is being done, how much of it is done, and how much there is."""


class Options(NamedTuple):
    """How to push: into which project (None: the batch's), into a new one, over what was changed there."""

    number: int | None = None
    new: bool = False
    overwrite: bool = False


PLAINLY = Options()
"""Into the batch's project, over nothing that was changed there."""


class Pushed(NamedTuple):
    """What pushing did: how often what was sent, what was left alone and why, and what changed in the configuration.

    `counts` has the keys of `COUNTED`; `tasks` is the number of tasks of the batch there now.
    """

    project: Project
    tasks: int
    counts: Counter[str]
    conflicts: tuple[str, ...]
    configuration: ConfigurationChanges | None


COUNTED = (
    *("tasks imported", "tasks updated", "zones sent", "predictions sent", "predictions updated"),
    *("annotations sent", "annotations updated", "copies removed"),
)
"""What is counted of pushing."""


def push(client: Client, wish: Wish, options: Options = PLAINLY, progress: Progress = lambda *_: None) -> Pushed:
    """Make the project of a batch hold what is wished; pushing again changes nothing.

    Raises:
        UsageMistake: the wish makes no sense.
        FaultyData: something of the batch is broken, or the configuration cannot be changed; nothing was sent then.
        StudioFailure: the server refuses, or keeps failing; pushing again goes on from there.
    """
    check_wish(wish)
    project = None if options.new else find_project(client, wish.batch, options.number)
    if project is not None:
        wish = wish._replace(model_version=project.model_version or ZONES)
    total = len(wish.batch.document_ids())
    with Spool() as spool:
        made = 0

        def on_document() -> None:
            nonlocal made
            made += 1
            progress("checking", made, total)

        wanted = wanted_tasks(wish, spool, on_document)
        if project is None:
            _free_mark(client, wish, options)
            project = make_project(client, wish.batch, wish.schema)
            changes = None
        else:
            changes = settle_configuration(client, project, wish.schema)
            keep_mark(client, project, wish.batch)
        run = _Run(client, project, wish, spool, options.overwrite)
        tasks = run.until_done(wanted, progress)
    if options.number is None:
        run.counts["copies removed"] += remove_copies(client, project, wish.batch)
    if any(one.model_version for one in wanted.values()):
        show_predictions(client, project, wish.suggest or wish.model_version)
    return Pushed(project, tasks, run.counts, tuple(run.conflicts), changes)


def _free_mark(client: Client, wish: Wish, options: Options) -> None:
    """Let the batch's former project go, when a new one is asked for."""
    former = find_project(client, wish.batch, options.number) if options.new else None
    if former is not None:
        give_up_mark(client, former, wish.batch)


class _Run:
    """One pushing into one project."""

    def __init__(self, client: Client, project: Project, wish: Wish, spool: Spool, overwrite: bool) -> None:
        self.client = client
        self.project = project
        self.wish = wish
        self.spool = spool
        self.counts: Counter[str] = Counter()
        self.conflicts: dict[str, None] = {}
        self.split: set[str] = set()
        people = people_of(client, wish.batch) if wish.annotators else None
        self.answers = AnswerPusher(client, project, wish, spool, people, overwrite) if people else None

    def until_done(self, wanted: dict[str, WantedTask], progress: Progress) -> int:
        """Send what is missing until nothing is; the number of tasks then."""
        failures, doubtful = 0, False
        while True:
            before = sum(self.counts.values())
            self.conflicts.clear()
            self.split.clear()
            try:
                tasks = self._once(wanted, progress)
            except StudioFailure as failure:
                failures = 1 if sum(self.counts.values()) > before else failures + 1
                if not failure.passing:
                    find_project(self.client, self.wish.batch, self.project.id)  # one that is gone is told as such
                if not (failure.passing or isinstance(failure, (Conflict, NotFound))) or failures > len(_PAUSES):
                    raise
                doubtful = True
                time.sleep(max(_PAUSES[failures - 1], min(failure.wait, 60.0)))
                continue
            if not doubtful:
                return tasks
            doubtful = sum(self.counts.values()) > before
            time.sleep(SETTLE)  # a request that was given up may be at work in the server still

    def _once(self, wanted: dict[str, WantedTask], progress: Progress) -> int:
        present = present_tasks(self.client, self.project)
        tasks = {doc_id: self._single(copies, wanted[doc_id]) for doc_id, copies in present.items() if doc_id in wanted}
        missing = [one for doc_id, one in wanted.items() if doc_id not in tasks]
        done = len(wanted) - len(missing)
        imported: dict[str, int] = {}
        for chunk in self._chunks(missing):
            progress("importing", done, len(wanted))
            imported |= self._import(chunk)
            done += len(chunk)
        progress("importing", done, len(wanted))
        self._update(tasks, wanted, progress)
        if self.answers is not None:
            self._send_answers(tasks, imported, wanted, progress)
        return len(tasks) + len(imported)

    # --- tasks -------------------------------------------------------------------------------------------------------

    def _single(self, copies: Sequence[PresentTask], wanted: WantedTask) -> PresentTask:
        """The one task of a document; copies that hold nothing of their own are removed."""
        ordered = sorted(copies, key=lambda copy: (self._is_spare(copy, wanted), not copy.holds_work, copy.id))
        kept, *others = ordered
        numbers = [kept.id]
        for copy in others:
            # read again: somebody may have begun meanwhile
            if self._is_spare(copy, wanted) and self._is_spare(present_task(self.client, copy.id), wanted):
                self.client.write("DELETE", f"/api/tasks/{copy.id}/")
                self.counts["copies removed"] += 1
            else:
                numbers.append(copy.id)
        if len(numbers) > 1:
            shown = ", ".join(str(number) for number in numbers)
            self._tell(f"{wanted.doc_id}: several tasks hold work ({shown}); delete all but one in Label Studio")
            self.split.add(wanted.doc_id)
        return kept

    def _is_spare(self, task: PresentTask, wanted: WantedTask) -> bool:
        """Whether nothing is lost with a task: two pushes at once may each have sent to a task of its own."""
        return not task.holds_work or (self.answers is not None and self.answers.repeats(task, wanted))

    def _chunks(self, missing: Iterable[WantedTask]) -> Iterable[list[WantedTask]]:
        chunk: list[WantedTask] = []
        size = 0
        for one in missing:
            if chunk and (len(chunk) == IMPORT_TASKS or size + one.place.length > IMPORT_BYTES):
                yield chunk
                chunk, size = [], 0
            chunk.append(one)
            size += one.place.length
        if chunk:
            yield chunk

    def _import(self, chunk: Sequence[WantedTask]) -> dict[str, int]:
        """Import tasks; their numbers by document."""
        body = b"[" + b",".join(self.spool.content(one.place) for one in chunk) + b"]"
        path = f"/api/projects/{self.project.id}/import?return_task_ids=true"
        said = self.client.write_bytes("POST", path, body)
        self.counts["tasks imported"] += len(chunk)
        kind = "predictions sent" if self.wish.suggest else "zones sent"
        self.counts[kind] += sum(one.model_version is not None for one in chunk)
        numbers = said.get("task_ids") if isinstance(said, dict) else None
        if isinstance(numbers, list) and len(numbers) == len(chunk):
            return {one.doc_id: number for one, number in zip(chunk, numbers, strict=True)}
        return self._imported(chunk)

    def _imported(self, chunk: Sequence[WantedTask]) -> dict[str, int]:
        """Wait for the tasks of a server that imports in the background, and tells no numbers."""
        for pause in _PAUSES:
            present = present_tasks(self.client, self.project)
            if all(one.doc_id in present for one in chunk):
                return {one.doc_id: present[one.doc_id][0].id for one in chunk}
            time.sleep(pause)
        # sent again, they would be there twice
        raise StudioFailure(f"{self.project.url}: the server is still importing; push again in a while")

    def _update(self, tasks: dict[str, PresentTask], wanted: dict[str, WantedTask], progress: Progress) -> None:
        """Bring tasks that are there already to what is wanted."""
        waiting: list[bytes] = []
        for done, (doc_id, task) in enumerate(tasks.items()):
            one = wanted[doc_id]
            if task.text_sha256 != one.text_sha256 and task.holds_work:
                self._tell(
                    f"{doc_id}: the text has changed since task {task.id} was pushed, and people have worked on it; "
                    "pull their work with the text that they saw, carry it over, and push into a new project (--new)"
                )
                continue
            self._update_task(task, one)
            waiting += self._update_predictions(task, one)
            if len(waiting) >= PREDICTIONS:
                self._send_predictions(waiting)
                waiting = []
                progress("updating", done + 1, len(tasks))
        self._send_predictions(waiting)

    def _update_task(self, task: PresentTask, one: WantedTask) -> None:
        body = {}
        if task.data_sha256 != one.data_sha256:
            body["data"] = self.spool.record(one.place)["data"]
        if content_hash(task.meta) != one.meta_sha256:
            meta = merged_meta(task.meta, self.spool.record(one.place)["meta"], ())
            body |= {"meta": meta} if meta != task.meta else {}
        if body:
            self.client.write("PATCH", f"/api/tasks/{task.id}/", body)
            self.counts["tasks updated"] += 1

    # --- predictions -------------------------------------------------------------------------------------------------

    def _update_predictions(self, task: PresentTask, one: WantedTask) -> Iterable[bytes]:
        """Bring the prediction of a task to what is wanted; a missing one is given back, to be sent with others."""
        version = self.wish.suggest or self.wish.model_version
        same = sorted(one for one in task.predictions if one.model_version == version)
        for copy in same[1:] if one.model_version else same:
            if self.wish.suggest is None and not one.model_version:
                return  # what was suggested before stays
            self.client.write("DELETE", f"/api/predictions/{copy.id}/")
            self.counts["copies removed"] += 1
        if one.model_version is None:
            return
        if not same:
            prediction = self.spool.record(one.place)["predictions"][0]
            yield json.dumps({"task": task.id, **prediction}, ensure_ascii=False).encode()
        elif self.wish.suggest is not None and same[0].sha256 != one.prediction_sha256:
            prediction = self.spool.record(one.place)["predictions"][0]
            body = {"result": prediction["result"], "score": prediction.get("score")}
            self.client.write("PATCH", f"/api/predictions/{same[0].id}/", body)
            self.counts["predictions updated"] += 1

    def _send_predictions(self, waiting: Sequence[bytes]) -> None:
        if waiting:
            path = f"/api/projects/{self.project.id}/import/predictions"
            self.client.write_bytes("POST", path, b"[" + b",".join(waiting) + b"]")
            self.counts["predictions sent" if self.wish.suggest else "zones sent"] += len(waiting)

    # --- annotations -------------------------------------------------------------------------------------------------

    def _send_answers(
        self,
        tasks: dict[str, PresentTask],
        imported: dict[str, int],
        wanted: dict[str, WantedTask],
        progress: Progress,
    ) -> None:
        if self.answers is None:
            return
        for done, (doc_id, one) in enumerate(wanted.items()):
            progress("annotations", done, len(wanted))
            if one.answers and doc_id not in self.split:
                for said in self.answers.send(doc_id, tasks.get(doc_id), imported.get(doc_id), one, self.counts):
                    self._tell(said)

    def _tell(self, conflict: str) -> None:
        self.conflicts[conflict] = None
