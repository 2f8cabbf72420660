"""A backend over HTTP, with an extractor that finds, fails, dies, dawdles and hangs."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.annotation.label_studio.backend import moody
from tests.annotation.label_studio.backend.processes import running
from tests.annotation.label_studio.backend.served import SCHEMA, Served, serving, task
from workbench.annotation.label_studio.backend import app as app_module
from workbench.annotation.label_studio.backend.app import DRAWING, Credentials
from workbench.annotation.label_studio.backend.process import LATE, ExtractorProcess
from workbench.core.errors import EnvironmentFailure, UsageMistake
from workbench.core.records import AnnotatedDocument, Document
from workbench.core.schema import open_schema
from workbench.extractors.run import annotate
from workbench.formats.label_studio import results_of

TEXT = "🎉\u00a0民革🎉向𠮷林省（剑阁县）捐赠２１０万元。\r\n\t"
VERSION = "moody 7.1"
MOODS = {
    "raise": "the extractor failed: ValueError at moody.py:",
    "offsets": "the extractor failed: FaultyData at run.py:",
    "nan": "the extractor failed: ValueError at ",
    "exit": "the extractor's process ended (exit code 7)",
    "leave": "the extractor's process ended (exit code 1)",
    "kill": "the extractor's process ended (SIGSEGV)",
    "child": "the extractor took longer than 2 seconds",  # its child holds what would tell that it has ended
    "dawdle": "the extractor took longer than 2 seconds",
    "hang": "the extractor took longer than 2 seconds",
}


@pytest.fixture(scope="module")
def shared() -> Iterator[Served]:
    """A backend whose extractor may take two seconds for a task."""
    with serving(moody.moody, seconds=2) as served:
        yield served


@pytest.fixture
def served(shared: Served) -> Served:
    shared.log.clear()
    return shared


def expected(text: str, number: int = 1) -> list[dict[str, Any]]:
    document = Document(doc_id=f"d{number:02}", text=text)
    schema = open_schema(SCHEMA)
    annotation = annotate(moody.Moody(), document, schema).annotation
    return results_of(AnnotatedDocument(document.doc_id, annotation, text), schema)


# --- answers ---------------------------------------------------------------------------------------------------------


def test_an_answer_is_what_the_extractor_finds(served: Served) -> None:
    """Regions with attributes and relations, the mean score, the version."""
    [found] = served.predict([task(TEXT)])
    assert found == {"result": expected(TEXT), "score": 0.625, "model_version": VERSION}
    assert [served.ask("GET", "/versions").json()] == [{"versions": [VERSION]}]
    assert served.log == [
        "predict: 1 of 1 tasks answered",
        "predict: left out, because the project does not offer it: 1 VISIT",
    ]


def test_no_tasks_no_answers(served: Served) -> None:
    assert served.predict([]) == []


@pytest.mark.parametrize("mood", MOODS)
def test_an_extractor_that_fails_at_a_task_answers_the_others(mood: str, served: Served) -> None:
    """The task has no result and a reason; those before and after it are answered, if need be by a new process."""
    started = time.monotonic()
    first, bad, last = served.predict([task(TEXT), task(f"{TEXT}{mood}", 2), task(f"{TEXT}后", 3)])
    assert time.monotonic() - started < 20
    assert first["result"] == expected(TEXT)
    assert last["result"] == expected(f"{TEXT}后", 3)
    assert (bad["result"], bad["score"]) == ([], 0.0)
    assert bad["reason"].startswith(MOODS[mood])
    # Label Studio asks again only for tasks without a prediction of the present version
    assert bad["model_version"] == "moody 7.1 (no answer)"
    assert f"predict: 1 without an answer (task 2): {MOODS[mood]}" in "\n".join(served.log)


def test_what_the_extractor_leaves_behind_is_ended() -> None:
    """Children of a process that died, or was late, end with it."""
    with serving(moody.moody, seconds=2) as served:
        served.predict([task("child")])
        assert not running("sleep 600")


def test_tasks_that_cannot_be_read_have_a_reason_for_good(served: Served) -> None:
    """They keep the version: asking again would not help."""
    tasks = [task(TEXT), {"id": 2}, 3, None, task(TEXT, 5, data={"text": None}), task(TEXT, 6)]
    found = served.predict(tasks)
    assert [bool(one["result"]) for one in found] == [True, False, False, False, False, True]
    assert {one["model_version"] for one in found} == {VERSION}
    assert "the task has no text" in found[4]["reason"]
    assert served.log[1:] == [
        "predict: 3 without an answer (task 2, no number, no number): the task cannot be read (data)",
        "predict: 1 without an answer (task 5): the task cannot be read (data.text)",
        "predict: left out, because the project does not offer it: 2 VISIT",
    ]


def test_somebody_who_is_drawing_gets_nothing(served: Served) -> None:
    """The editor would take the answer into the annotation, unasked, over regions with the same ids."""
    context = {"result": expected(TEXT)[:1]}
    [found] = served.predict([task(TEXT)], context=context)
    assert (found["result"], found["reason"]) == ([], DRAWING)


def test_what_an_extractor_prints_does_not_matter(served: Served) -> None:
    [found] = served.predict([task(f"{TEXT}print")])
    assert found["result"] == expected(f"{TEXT}print")


# --- time ------------------------------------------------------------------------------------------------------------


def test_a_request_answers_in_time_whatever_the_extractor_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks that are left when the time of the request is over have a reason, and cost no more time."""
    monkeypatch.setattr(app_module, "REQUEST_SECONDS", 4.0)
    with serving(moody.moody, seconds=1.5) as served:
        started = time.monotonic()
        found = served.predict([task("dawdle", number) for number in range(1, 3000)])
        assert time.monotonic() - started < 8
        reasons = [one["reason"] for one in found]
        late = reasons.index(LATE)
        assert 1 <= late <= 2
        assert set(reasons[late:]) == {LATE}
        assert {one["model_version"] for one in found} == {"moody 7.1 (no answer)"}
        assert "(task 2, task 3," in served.log[-1] or "(task 3, task 4," in served.log[-1]
        [again] = served.predict([task(TEXT)])
        assert again["result"] == expected(TEXT)


def test_an_extractor_that_opens_slowly_again_is_no_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    """After it has died, requests say that it is being opened, until it is."""
    with serving(moody.slow_to_open, seconds=1) as served:
        monkeypatch.setattr(app_module, "REQUEST_SECONDS", 2.0)
        died, waiting = served.predict([task("exit"), task(TEXT, 2)])
        assert died["reason"] == "the extractor's process ended (exit code 7)"
        assert waiting["reason"] == "the extractor is still being opened"
        monkeypatch.setattr(app_module, "REQUEST_SECONDS", 30.0)
        [found] = served.predict([task(TEXT)])
        assert found["result"] == expected(TEXT)


def test_health_and_setup_answer_at_once_while_the_extractor_works(served: Served) -> None:
    """Label Studio gives them one second and three; at each opening of a task it asks both."""
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(served.predict, [task("hang", 1), task("dawdle", 2)])
        time.sleep(0.3)
        for method, path, expected_answer in (
            ("GET", "/health", {"status": "UP", "model_class": "moody"}),
            ("POST", "/setup", {"model_version": VERSION}),
        ):
            started = time.monotonic()
            answer = served.ask(method, path, **({"json": {}} if method == "POST" else {}))
            assert time.monotonic() - started < 0.8
            assert (answer.status_code, answer.json()) == (200, expected_answer)
        assert not busy.done()
        assert len(busy.result()) == 2


def test_requests_at_once_do_not_mix(served: Served) -> None:
    """Each gets the answers to its own tasks, in their order, also when the process is replaced in between."""

    def one(number: int) -> None:
        texts = [f"{'字' * (number * 7 + place)}剑阁县" for place in range(6)]
        if number % 3 == 0:
            texts[2] = "exit"
        found = served.predict([task(text, place) for place, text in enumerate(texts)])
        for text, answer in zip(texts, found, strict=True):
            if text == "exit":
                assert answer["reason"].startswith("the extractor's process ended")
            else:
                [region] = answer["result"]
                assert region["value"]["start"] == text.index("剑阁县")

    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(one, number) for number in range(10)]:
            done.result()


def test_a_short_request_is_not_held_up_by_a_long_one(served: Served) -> None:
    """Tasks of all requests take turns: opening a task in the editor waits for one task of a batch at most."""
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(served.predict, [task("dawdle", number) for number in range(2)])
        time.sleep(0.3)
        [found] = served.predict([task(TEXT)])
        assert found["result"] == expected(TEXT)
        assert not batch.done()
        batch.result()


# --- who may ask, and what ------------------------------------------------------------------------------------------


def test_only_who_knows_the_password_is_answered() -> None:
    """Everything but events, which Label Studio sends without; who has no password learns it from the answer."""
    with serving(moody.moody, credentials=Credentials("annotators", "s3 cret:")) as served:
        for path in ("/health", "/setup", "/predict", "/versions", "/x"):
            for auth in (None, ("annotators", "s3 cret"), ("Annotators", "s3 cret:"), ("", "")):
                answer = served.ask("POST" if path in ("/setup", "/predict") else "GET", path, auth=auth)
                assert answer.status_code == 401
                assert answer.headers["www-authenticate"].startswith("Basic ")
        for header in ("Basic", "Basic =", "Bearer x", "Basic " + base64.b64encode(b"annotators").decode()):
            assert served.ask("GET", "/health", headers={"Authorization": header}).status_code == 401
        known = ("annotators", "s3 cret:")
        assert served.ask("GET", "/health", auth=known).status_code == 200
        assert served.ask("POST", "/setup", auth=known, json={}).json() == {"model_version": VERSION}
        assert served.ask("GET", "/versions", auth=known).json() == {"versions": [VERSION]}
        assert served.ask("POST", "/predict", auth=known, json={"tasks": []}).json() == {"results": []}
        assert served.ask("POST", "/webhook", json={"action": "TASKS_CREATED"}).status_code == 200
        assert "cret" not in "".join(served.log)
    assert repr(Credentials("a", "secret")) == "Credentials('a')"


def test_tokens_and_texts_are_in_no_answer_and_no_log(served: Served) -> None:
    """Neither what /setup brings, nor what is in a request for predictions, even if the extractor fails quoting it."""
    token = "0123456789abcdef" * 2
    body = {
        "project": "1.1795311912",
        "schema": "<View/>",
        "hostname": "http://localhost:8090",
        "access_token": token,
        "extra_params": None,
    }
    answer = served.ask("POST", "/setup", json=body)
    assert answer.json() == {"model_version": VERSION}
    assert token not in str(answer.headers)
    broken = json.dumps(body)[:-1]
    answer = served.ask("POST", "/setup", content=broken)
    assert answer.status_code == 400
    assert token not in answer.text
    served.ask("POST", "/webhook", json={"action": "PROJECT_UPDATED", "token": token})
    served.predict([task(f"{TEXT}raise")], login="someone", password=token)
    log = "\n".join(served.log)
    assert token not in log
    assert "剑阁" not in log
    assert "someone" not in log


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b"nonsense", "malformed"),
        (b"[]", "Expected `object`"),
        (b"{}", "missing required field `tasks`"),
        (b'{"tasks": {}}', "Expected `array`"),
        (b'{"tasks": [], "label_config": 3}', "label_config"),
        (b'{"tasks": [], "params": 3}', "params"),
        (b'{"tasks": [1,]}', "malformed"),
        (b'{"tasks": [], "label_config": "\xff"}', "UTF-8"),
    ],
)
def test_what_is_no_request_is_refused_with_a_sentence(content: bytes, said: str, served: Served) -> None:
    answer = served.ask("POST", "/predict", content=content)
    assert answer.status_code == 400
    assert re.match("this is no request of Label Studio: .*", answer.json()["error"])
    assert said in answer.json()["error"]


def test_requests_that_are_too_long_are_refused(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether they say how long they are or not."""
    monkeypatch.setattr(app_module, "LONGEST_BODY", 1000)

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    for content in (b" " * 1001, pieces()):
        answer = served.ask("POST", "/predict", content=content)
        assert answer.status_code == 413
        assert answer.json()["error"].startswith("the request is longer than 1000 bytes")
    assert served.ask("POST", "/predict", content=b'{"tasks": []}'.ljust(1000)).status_code == 200


def test_other_paths_and_methods(served: Served) -> None:
    for method, path, status in (
        ("GET", "/", 404),
        ("POST", "/train", 404),
        ("GET", "/predict", 405),
        ("POST", "/health", 405),
        ("GET", "/webhook", 405),
        ("POST", "/webhook/", 404),
    ):
        answer = served.ask(method, path)
        assert answer.status_code == status
        assert "error" in answer.json()


def test_of_an_event_only_its_name_is_told(served: Served) -> None:
    """Whatever is sent is taken; what looks like no name of an event is not repeated."""
    for content in (
        b'{"action": "ANNOTATION_CREATED", "annotation": {"id": 1, "text": "secret"}}',
        b'{"action":"TASKS_CREATED"}',
        b"nonsense \x1b[31m",
        b'{"action": "<script>"}',
        b" " * 5_000_000,
        b"",
    ):
        assert served.ask("POST", "/webhook", content=content).json() == {"status": "ok"}
    unnamed = ["webhook: an event without a name"] * 4
    assert served.log == ["webhook: ANNOTATION_CREATED", "webhook: TASKS_CREATED", *unnamed]


def test_a_client_that_goes_away_disturbs_nobody(served: Served) -> None:
    import socket
    from urllib.parse import urlsplit

    parts = urlsplit(served.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    [found] = served.predict([task(TEXT)])
    assert found["result"] == expected(TEXT)


# --- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "error", "said"),
    [
        (moody.broken, EnvironmentFailure, "the extractor cannot be opened: OSError: the model is not there"),
        (moody.mistaken, UsageMistake, "no such model; did you mean 'moody'?"),
        (moody.dying, EnvironmentFailure, r"the extractor's process ended while it was opened \(exit code 9\)"),
    ],
)
def test_an_extractor_that_cannot_be_made(opening: Any, error: type[Exception], said: str) -> None:
    process = ExtractorProcess(opening, SCHEMA, 20)
    with pytest.raises(error, match=said):
        process.open()


def test_stopping_ends_what_waits() -> None:
    """A question under way has no answer at once, and no process is left."""
    process = ExtractorProcess(moody.moody, SCHEMA, 60)
    process.open()
    from workbench.annotation.label_studio.backend.answers import Question

    timer = threading.Timer(0.5, process.stop)
    timer.start()
    started = time.monotonic()
    found = process.ask(Question(json.dumps(task("hang")).encode(), None), time.monotonic() + 90)
    assert time.monotonic() - started < 10
    assert found.reason == "the backend is being stopped"
    assert process.ask(Question(b"{}", None), time.monotonic() + 90).reason == "the backend is being stopped"
    process.close()
    timer.join()
