"""Batches of a test's own in the shared server, and what the server holds of them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, NamedTuple

from schemas import Schema
from tests.annotation.batches import make_batch, write_document
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.client import Client
from workbench.annotation.label_studio.login import Login
from workbench.annotation.label_studio.projects import mark_of
from workbench.annotation.label_studio.pulling import Home, Pulled, pull
from workbench.annotation.label_studio.pushing import Options, Pushed, push
from workbench.annotation.label_studio.wanted import Wish
from workbench.core.records import Annotation, Entity, Frame, Relation, Trigger
from workbench.core.schema import open_schema
from workbench.core.text import Span, surface
from workbench.corpus.tasks import Batch
from workbench.formats import native

TEXT = (
    "\n永州市政协\u00a0向𠮷🎉沙尔乡\u3000贫困户捐赠（２１０万元）。\r\n"
    "政協(xié)\t<b>&amp;</b> {{x}} $text \U0001f468\u200d\U0001f469 湖南省永州市政协与四川省委合作。\n"
)
"""A text with everything that breaks tools."""


class Site(NamedTuple):
    """A batch, the server it goes to, and the address to reach it by (a proxy's, perhaps)."""

    batch: Batch
    server: LabelStudio
    url: str

    @property
    def schema(self) -> Schema:
        return open_schema(self.batch.schema_name)

    def client(self, timeout: float = 60) -> Client:
        return Client(Login(self.url, self.server.token), timeout)

    def sent(self, *annotators: str, **how: Any) -> dict[str, int]:
        """What pushing counted, without what it did not do."""
        return {name: count for name, count in self.push(*annotators, **how).counts.items() if count}

    def push(
        self,
        *annotators: str,
        suggest: str | None = None,
        timeout: float = 60,
        options: Options = Options(),  # noqa: B008
    ) -> Pushed:
        with self.client(timeout) as client:
            return push(client, Wish(self.batch, self.schema, suggest, annotators), options)

    def pull(self, overwrite: bool = False, timeout: float = 60) -> Pulled:
        with self.client(timeout) as client:
            return pull(client, Home(self.batch, self.schema), None, overwrite)

    def project(self) -> dict[str, Any]:
        """The project of the batch, of which there must be one."""
        found = [one for one in self.projects() if mark_of(self.batch) in one["description"].splitlines()]
        assert len(found) == 1
        project: dict[str, Any] = self.server.get(f"/api/projects/{found[0]['id']}/")
        return project

    def projects(self) -> list[dict[str, Any]]:
        projects: list[dict[str, Any]] = self.server.get("/api/projects/?page_size=1000")["results"]
        return projects

    def tasks(self) -> list[dict[str, Any]]:
        """The tasks with everything in them, by the server's own listing."""
        number = self.project()["id"]
        tasks: list[dict[str, Any]] = self.server.get(f"/api/tasks/?project={number}&fields=all&page_size=1000")[
            "tasks"
        ]
        return sorted(tasks, key=lambda task: int(task["id"]))

    def annotations(self) -> list[tuple[str, int]]:
        """Document and number of every annotation."""
        return [(task["data"]["doc_id"], one["id"]) for task in self.tasks() for one in task["annotations"]]

    def file(self, name: str, doc_id: str) -> Path:
        return self.batch.annotation_file(name, doc_id)


def make_site(root: Path, server: LabelStudio, documents: int = 3, url: str | None = None, **settings: Any) -> Site:
    """A batch with a name of its own, whose texts have everything that breaks tools."""
    batch = make_batch(root, 0, f"b{secrets.token_hex(6)}", **settings)
    for number in range(documents):
        write_document(batch, f"d{number:02}", f"{TEXT}{number}\n")
    return Site(batch, server, url or server.url)


def span_of(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def entity(text: str, name: str, kind: str, *words: str, **more: Any) -> Entity:
    """An entity over words of a text, a fragment for each."""
    fragments = tuple(span_of(text, one) for one in words)
    return Entity(id=name, type=kind, fragments=fragments, text=surface(text, fragments), **more)


def annotation_of(batch: Batch, doc_id: str, author: str = "A") -> Annotation:
    """An annotation with nested, crossing and discontinuous entities, links, a frame, a note, a cluster."""
    text = batch.document(doc_id).text
    entities = (
        entity(text, "T1", "ORG", "永州市政协", attributes={"org_type": "cppcc"}, cluster="c1", note="注 𠮷"),
        entity(text, "T2", "LOC", "沙尔乡"),
        entity(text, "T3", "MONEY", "２１０万元"),
        entity(text, "T4", "LOC", "永州市"),
        entity(text, "T5", "GROUP", "沙尔乡\u3000贫困户"),
        entity(text, "T6", "ORG", "政協", "</b>"),
        entity(text, "T7", "DOC", "\U0001f468\u200d\U0001f469"),
        entity(text, "T8", "LOC", "𠮷🎉沙"),
    )
    relations = (
        Relation(id="R1", type="ASSISTS", head="T1", tail="T5"),
        Relation(id="R2", type="LOCATED_IN", head="T1", tail="T4", note="关系"),
    )
    trigger = Trigger(fragments=(span_of(text, "捐赠"),), text="捐赠")
    frames = (
        Frame.model_validate(
            {
                "id": "E1",
                "type": "ASSIST",
                "trigger": trigger,
                "arguments": [{"role": "helper", "entity": "T1"}, {"role": "amount", "entity": "T3"}],
            }
        ),
    )
    return Annotation(doc_id=doc_id, author=author, entities=entities, relations=relations, frames=frames)


def write_annotation(batch: Batch, annotation: Annotation) -> Path:
    path = batch.annotation_file(str(annotation.author), annotation.doc_id)
    native.write(path, annotation)
    return path


def write_prediction(batch: Batch, program: str, annotation: Annotation) -> None:
    native.write(batch.prediction_file(program, annotation.doc_id), annotation)
