"""Making the tasks of a batch, by one process or by several."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.annotation.batches import make_batch, write_document
from tests.annotation.label_studio.projects import TEXT, annotation_of, write_annotation, write_prediction
from workbench.annotation.label_studio import making
from workbench.annotation.label_studio.making import wanted_tasks
from workbench.annotation.label_studio.spool import Spool
from workbench.annotation.label_studio.wanted import WantedTask, Wish
from workbench.core.errors import EnvironmentFailure, FaultyData
from workbench.core.schema import open_schema
from workbench.corpus.tasks import Batch

DOCUMENTS = 120


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    made = make_batch(tmp_path, 0, studio={"a@x.example": "A"})
    for number in range(DOCUMENTS):
        write_document(made, f"d{number:03}", f"{TEXT}{number}")
    for doc_id in ("d003", "d111"):
        write_annotation(made, annotation_of(made, doc_id))
        write_prediction(made, "rules", annotation_of(made, doc_id, "rules"))
    return made


def made_of(batch: Batch) -> tuple[list[WantedTask], list[Any]]:
    """Tasks without their places, and what lies there."""
    with Spool() as spool:
        tasks = list(wanted_tasks(Wish(batch, open_schema(), "rules", ("A",)), spool).values())
        places = [place for task in tasks for place in (task.place, *(one.place for one in task.answers))]
        contents = [spool.record(place) for place in places]
    plain = [
        task._replace(place=making.NOWHERE, answers=tuple(one._replace(place=making.NOWHERE) for one in task.answers))
        for task in tasks
    ]
    return plain, contents


def test_several_processes_make_the_same(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    one = made_of(batch)
    monkeypatch.setattr(making, "_ONE_PROCESS", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    several = made_of(batch)
    assert several == one
    assert [task.doc_id for task in one[0]] == list(batch.document_ids())


@pytest.mark.parametrize("most", [10**6, 0])
def test_all_faults_of_all_documents_are_told(batch: Batch, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_ONE_PROCESS", most)
    write_document(batch, "d005", "\n\t ")
    for name, doc_id in (("annotations/A", "d003"), ("predictions/rules", "d111")):
        path = batch.folder / name / f"{doc_id}.json"
        path.write_text(path.read_text(encoding="utf-8").replace('"MONEY"', '"MONYE"'), encoding="utf-8")
    with pytest.raises(FaultyData) as caught, Spool() as spool:
        wanted_tasks(Wish(batch, open_schema(), "rules", ("A",)), spool)
    places = [str(fault) for fault in caught.value.faults]
    assert [next(one for one in ("d003", "d005", "d111") if one in place) for place in places] == [
        "d003",
        "d005",
        "d111",
    ]
    assert "did you mean 'MONEY'" in places[2]


def ended(wish: Wish, doc_ids: Sequence[str]) -> list[Any]:
    os._exit(9)


def test_a_process_that_is_ended_from_outside_is_told(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_ONE_PROCESS", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    monkeypatch.setattr(making, "_make_list", ended)
    with pytest.raises(EnvironmentFailure, match="nothing was sent"):
        made_of(batch)
