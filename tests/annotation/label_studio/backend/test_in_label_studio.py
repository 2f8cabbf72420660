"""A backend connected to a project of a real Label Studio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.annotation.label_studio.backend import moody
from tests.annotation.label_studio.backend.served import SCHEMA, Served, serving
from tests.annotation.label_studio.serving import LabelStudio
from workbench.annotation.label_studio.backend.app import Credentials
from workbench.annotation.label_studio.configuration import configuration
from workbench.core.records import AnnotatedDocument, Document
from workbench.core.schema import open_schema
from workbench.extractors.run import annotate
from workbench.formats.label_studio import results_of

TEXT = "🎉\u00a0民革🎉向𠮷林省（剑阁县）捐赠２１０万元。\r\n\t<b>&amp;"
SCORED = 0.625


def project(server: LabelStudio, title: str, config: str, texts: list[str], zones: Sequence[Any] = ()) -> int:
    """A project with tasks that all have the same zones."""
    number = int(server.post("/api/projects", {"title": title, "label_config": config})["id"])
    tasks = [
        {"data": {"text": text, "doc_id": f"d{place}", "title": ""}, "meta": {"wb": {"zones": zones}}}
        for place, text in enumerate(texts)
    ]
    server.post(f"/api/projects/{number}/import", tasks)
    return number


def connect(server: LabelStudio, number: int, served: Served, **more: Any) -> dict[str, Any]:
    body = {"url": served.url, "project": number, "title": "moody", "is_interactive": False, **more}
    return dict(server.post("/api/ml", body))


def retrieve(server: LabelStudio, number: int) -> list[dict[str, Any]]:
    """Ask for predictions as the Data Manager does, and give what is stored, task by task in their order."""
    path = f"/api/dm/actions?id=retrieve_tasks_predictions&project={number}"
    server.post(path, {"selectedItems": {"all": True, "excluded": []}})
    return predictions(server, number)


def predictions(server: LabelStudio, number: int) -> list[dict[str, Any]]:
    found = server.get(f"/api/predictions/?project={number}")
    return sorted(found, key=lambda one: (one["task"], one["id"]))


def expected(text: str, place: int) -> list[dict[str, Any]]:
    document = Document(doc_id=f"d{place}", text=text)
    annotation = annotate(moody.Moody(), document, open_schema(SCHEMA)).annotation
    return results_of(AnnotatedDocument(document.doc_id, annotation, text), open_schema(SCHEMA))


def test_what_the_extractor_finds_is_what_label_studio_keeps(label_studio: LabelStudio) -> None:
    """Connected with a password, asked from the Data Manager: results, score and version are the extractor's own."""
    texts = [TEXT, f"{TEXT}二", "没有", f"{TEXT}raise"]
    credentials = Credentials("annotators", "s3 cret")
    with serving(moody.moody, credentials=credentials) as served:
        number = project(label_studio, "backend", configuration(open_schema(SCHEMA)), texts)
        with pytest.raises(AssertionError, match="authentication parameters were either not provided or are incorrect"):
            connect(label_studio, number, served)
        login = {"basic_auth_user": "annotators", "basic_auth_pass": "s3 cret"}
        connected = connect(label_studio, number, served, auth_method="BASIC_AUTH", **login)
        assert (connected["readable_state"], connected["model_version"]) == ("Connected", "moody 7.1")
        assert label_studio.get(f"/api/ml/{connected['id']}/versions") == {"versions": ["moody 7.1"]}

        found = retrieve(label_studio, number)
        assert [one["result"] for one in found] == [*(expected(text, at) for at, text in enumerate(texts[:3])), []]
        assert [one["score"] for one in found] == [SCORED, SCORED, None, 0.0]
        assert [one["model_version"] for one in found] == [*["moody 7.1"] * 3, "moody 7.1 (no answer)"]

        # only the task that the extractor failed at is asked for again
        served.log.clear()
        again = retrieve(label_studio, number)
        assert [one for one in again if one["id"] in {old["id"] for old in found}] == found
        assert "predict: 0 of 1 tasks answered" in served.log

        # events come without the password, and do no harm
        served.log.clear()
        [task] = {one["task"] for one in found[:1]}
        label_studio.post(f"/api/tasks/{task}/annotations", {"result": found[0]["result"]})
        assert "webhook: ANNOTATION_CREATED" in served.log
        said = "\n".join(served.log)
        assert label_studio.token not in said
        assert "剑阁" not in said


def test_zones_stay_closed_and_visible(label_studio: LabelStudio) -> None:
    """A task that was pushed with zones gets them back with the suggestions, as read-only regions."""
    start = TEXT.index("𠮷林省")
    zone = {"kind": "navigation", "start": start, "end": start + 3}
    with serving(moody.moody) as served:
        number = project(label_studio, "zones", configuration(open_schema(SCHEMA)), [TEXT], [zone])
        connect(label_studio, number, served)
        [found] = retrieve(label_studio, number)
        regions = [(one["from_name"], one["value"]["text"]) for one in found["result"] if one["type"] == "labels"]
        assert regions[0] == ("zone", "𠮷林省")
        assert "𠮷林省" not in [text for control, text in regions if control == "entity"]


def test_a_project_of_another_schema_is_not_spoilt(label_studio: LabelStudio) -> None:
    """Only what its configuration offers is kept; what it does not is said in the log."""
    labels = '<Labels name="entity" toName="text"><Label value="LOC"/></Labels>'
    config = f'<View>{labels}<Text name="text" value="$text"/></View>'
    with serving(moody.moody) as served:
        number = project(label_studio, "another", config, [TEXT])
        connect(label_studio, number, served)
        [found] = retrieve(label_studio, number)
        assert [one["value"]["text"] for one in found["result"]] == ["𠮷林省", "剑阁县"]
        assert any(
            "left out, because the project does not offer it: 1 ASSIST, 2 ASSISTS" in line for line in served.log
        )


def test_opening_a_task_asks_for_its_prediction(label_studio: LabelStudio) -> None:
    """As annotators meet it: the task comes with what the extractor found."""
    with serving(moody.moody) as served:
        number = project(label_studio, "opening", configuration(open_schema(SCHEMA)), [TEXT])
        connect(label_studio, number, served)
        [task] = label_studio.get(f"/api/tasks?project={number}&fields=all")["tasks"]
        opened = label_studio.get(f"/api/tasks/{task['id']}?project={number}")
        assert [one["result"] for one in opened["predictions"]] == [expected(TEXT, 0)]


def test_somebody_who_is_drawing_gets_nothing(label_studio: LabelStudio) -> None:
    with serving(moody.moody) as served:
        number = project(label_studio, "drawing", configuration(open_schema(SCHEMA)), [TEXT])
        connected = connect(label_studio, number, served, is_interactive=True)
        [task] = label_studio.get(f"/api/tasks?project={number}&fields=all")["tasks"]
        body = {"task": task["id"], "context": {"result": expected(TEXT, 0)[:1]}}
        answer = label_studio.post(f"/api/ml/{connected['id']}/interactive-annotating", body)
        assert answer["data"]["result"] == []
