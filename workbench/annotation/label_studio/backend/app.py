"""The HTTP side of a backend, as Label Studio asks: /health /setup /predict /versions /webhook.

Nothing that is sent here is kept or written to the log: bodies hold texts, and that of /setup a token. Everything needs
the password, if there is one, but /webhook: Label Studio sends its events without.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from workbench.annotation.label_studio.backend.answers import Answer, Question
from workbench.annotation.label_studio.backend.process import LATE, STOPPING, ExtractorProcess
from workbench.annotation.label_studio.backend.worker import Opened

REQUEST_SECONDS = 90.0
"""The most that a request may take; Label Studio waits 100 seconds."""

LONGEST_BODY = 250 * 1024 * 1024
"""Bytes; Label Studio takes no more itself."""

WEBHOOK = "/webhook"
NO_ANSWER = "(no answer)"
"""Stands after the version of a prediction that could be one later: Label Studio asks again for other versions only."""

DRAWING = (
    "regions are suggested for whole tasks only: Label Studio would take those of an answer to somebody who is drawing "
    "for accepted"
)

_EVENT = re.compile(rb'"action"\s*:\s*"([A-Z_]{1,40})"')
_HEAD = 4096
_NAMED_TASKS = 5
_T = TypeVar("_T")


class Credentials(NamedTuple):
    """Who may ask, by HTTP Basic; printing it hides the password."""

    user: str
    password: str

    def __repr__(self) -> str:
        """The user alone."""
        return f"Credentials({self.user!r})"

    def header(self) -> bytes:
        """What the header `Authorization` has to be."""
        return b"Basic " + base64.b64encode(f"{self.user}:{self.password}".encode())


class _Params(msgspec.Struct):
    context: Any = None


class _Prediction(msgspec.Struct):
    """A request for predictions; the tasks stay as they are sent until one is due."""

    tasks: list[msgspec.Raw]
    label_config: str | None = None
    params: _Params | None = None


class _Anything(msgspec.Struct):
    """Any object; what is in it is not looked at."""


class _Id(msgspec.Struct):
    id: int | None = None


class Backend:
    """Answers for one extractor; closing it ends the extractor's process, but not the server.

    `log` gets a line for everything of note.
    """

    def __init__(self, process: ExtractorProcess, opened: Opened, log: Callable[[str], None]) -> None:
        self.version = f"{opened.name} {opened.version}"
        self._name = opened.name
        self._process = process
        self._log = log
        # one thread: tasks of all requests take turns, and no answer can meet another one's question
        self._turns = ThreadPoolExecutor(max_workers=1, thread_name_prefix="extractor")

    def app(self, credentials: Credentials | None = None) -> Starlette:
        """The application; with credentials nobody else is answered."""
        routes = [
            Route("/health", self._health),
            Route("/setup", self._setup, methods=["POST"]),
            Route("/predict", self._predict, methods=["POST"]),
            Route("/versions", self._versions),
            Route(WEBHOOK, self._webhook, methods=["POST"]),
        ]
        guard = [Middleware(_Guard, credentials=credentials)] if credentials is not None else []
        app = Starlette(
            routes=routes,
            middleware=guard,
            exception_handlers={HTTPException: _refused, ClientDisconnect: _gone},
        )
        app.router.redirect_slashes = False
        return app

    def close(self) -> None:
        """End the extractor's process, and wait for the thread that asks it."""
        self._process.stop()
        self._turns.shutdown()
        self._process.close()

    # --- routes ------------------------------------------------------------------------------------------------------

    async def _health(self, _: Request) -> Response:
        return JSONResponse({"status": "UP", "model_class": self._name})

    async def _versions(self, _: Request) -> Response:
        return JSONResponse({"versions": [self.version]})

    async def _setup(self, request: Request) -> Response:
        """Say the version; the server's address and token in the request are not needed."""
        _decoded(await _body(request), _Anything)
        return JSONResponse({"model_version": self.version})

    async def _webhook(self, request: Request) -> Response:
        """Take note of an event; only its name, which stands first, is looked at: anybody may send one."""
        head = b""
        async for chunk in request.stream():
            head += chunk[: _HEAD - len(head)]
        event = _EVENT.search(head)
        self._log(f"webhook: {event[1].decode()}" if event else "webhook: an event without a name")
        return JSONResponse({"status": "ok"})

    async def _predict(self, request: Request) -> Response:
        asked = _decoded(await _body(request), _Prediction)
        until = time.monotonic() + REQUEST_SECONDS
        if asked.params is not None and asked.params.context is not None:
            answers = [Answer(reason=DRAWING, lasting=True) for _ in asked.tasks]
        else:
            answers = [await self._answer(Question(bytes(task), asked.label_config), until) for task in asked.tasks]
        for line in _report(asked.tasks, answers):
            self._log(f"predict: {line}")
        content = msgspec.json.encode({"results": [self._item(answer) for answer in answers]})
        return Response(content, media_type="application/json")

    async def _answer(self, question: Question, until: float) -> Answer:
        if self._process.stopping:
            return Answer(reason=STOPPING)
        if time.monotonic() > until - self._process.seconds:
            return Answer(reason=LATE)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._turns, self._process.ask, question, until)

    def _item(self, answer: Answer) -> dict[str, Any]:
        """A prediction as Label Studio takes it; it does not keep the reason."""
        item = {"result": msgspec.Raw(answer.results), "score": answer.score, "model_version": self.version}
        if not answer.reason:
            return item
        reason = f"{answer.reason}: {answer.detail}" if answer.detail else answer.reason
        version = self.version if answer.lasting else f"{self.version} {NO_ANSWER}"
        return {**item, "score": 0.0, "model_version": version, "reason": reason}


class _Guard:
    """Answers only to who knows the password."""

    def __init__(self, app: ASGIApp, credentials: Credentials) -> None:
        self._app = app
        self._expected = credentials.header()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == WEBHOOK or self._knows(scope):
            await self._app(scope, receive, send)
            return
        content = {"error": "the user or the password is wrong or missing"}
        headers = {"WWW-Authenticate": 'Basic realm="workbench", charset="UTF-8"'}
        await JSONResponse(content, 401, headers)(scope, receive, send)

    def _knows(self, scope: Scope) -> bool:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        return len(given) == 1 and hmac.compare_digest(given[0], self._expected)


async def _refused(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)


async def _gone(_request: Request, _error: Exception) -> Response:
    """Nobody is there any more to read this."""
    return Response(status_code=400)


async def _body(request: Request) -> bytearray:
    """The body of a request.

    Raises:
        HTTPException: it is too long.
    """
    too_long = HTTPException(413, f"the request is longer than {LONGEST_BODY} bytes; ask for fewer tasks at once")
    if int(request.headers.get("content-length", "0")) > LONGEST_BODY:
        raise too_long
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise too_long
    return body


def _decoded(body: bytearray, kind: type[_T]) -> _T:
    """The object that a request holds.

    Raises:
        HTTPException: it is not JSON, or another object; the reason quotes nothing of it.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except ValueError as error:
        said = str(error) if isinstance(error, msgspec.MsgspecError) else "it is not UTF-8"
        raise HTTPException(400, f"this is no request of Label Studio: {said}") from None


def _report(tasks: Sequence[msgspec.Raw], answers: Sequence[Answer]) -> Iterator[str]:
    """What became of a request, without a word of its tasks."""
    without: dict[str, list[msgspec.Raw]] = {}
    left_out: Counter[str] = Counter()
    for task, answer in zip(tasks, answers, strict=True):
        left_out.update(answer.left_out)
        if answer.reason:
            without.setdefault(answer.reason, []).append(task)
    answered = len(answers) - sum(map(len, without.values()))
    yield f"{answered} of {len(answers)} tasks answered"
    for reason, unanswered in without.items():
        names = ", ".join(map(_number, unanswered[:_NAMED_TASKS])) + ("…" if len(unanswered) > _NAMED_TASKS else "")
        yield f"{len(unanswered)} without an answer ({names}): {reason}"
    if left_out:
        counts = ", ".join(f"{number} {name}" for name, number in sorted(left_out.items()))
        yield f"left out, because the project does not offer it: {counts}"


def _number(task: msgspec.Raw) -> str:
    try:
        found = msgspec.json.decode(task, type=_Id).id
    except ValueError:
        found = None
    return "no number" if found is None else f"task {found}"
