"""Tasks of Label Studio: a text with the answers that people or programs gave, to documents and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from schemas import Schema
from workbench.core.errors import Fault
from workbench.core.records import AnnotatedDocument, Annotation, record_faults
from workbench.formats.contract import ReadDocument
from workbench.formats.label_studio.controls import DOC_ID, OWN, REMAINDER, TEXT
from workbench.formats.label_studio.mentions import says_same
from workbench.formats.label_studio.own import Test, beside, joined, split
from workbench.formats.label_studio.reading import records_of
from workbench.formats.label_studio.regions import name_of, object_names, shown
from workbench.formats.label_studio.results import region_ids, results_of, text_of
from workbench.formats.remainder import document_remainder, lean, with_remainder

Kind = Literal["annotations", "predictions"]
"""Answers of a task: of people, or of programs."""

_TASK_KEYS = frozenset({"data", "meta", "annotations", "predictions", "drafts"})
_ANSWER_KEYS = frozenset({"result", "was_cancelled", "model_version", "result_count", "created_ago"})
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|data:|/data/)\S*$")


class Parts(NamedTuple):
    """A document as the parts of a task: what all answers share, this answer, and what is kept of it in the meta."""

    data: Mapping[str, Any]
    meta: Mapping[str, Any]
    answer: Mapping[str, Any]
    kept: Mapping[str, Any]


# --- writing ---------------------------------------------------------------------------------------------------------


def task_of(document: AnnotatedDocument, schema: Schema | None = None, kind: Kind = "annotations") -> dict[str, Any]:
    """The task of a document with one answer, an annotation or a prediction; see `results_of` for the schema.

    Raises:
        FaultyData: the document has no text.
    """
    return task_with([parts_of(document, schema, kind)], kind)


def task_with(answers: Sequence[Parts], kind: Kind = "annotations") -> dict[str, Any]:
    """The task of documents that share data and meta: each gives it an answer."""
    meta = dict(answers[0].meta)
    if any(len(parts.kept) > 1 for parts in answers):
        meta[REMAINDER] = {**meta.get(REMAINDER, {}), kind: [parts.kept for parts in answers]}
    task = {"data": answers[0].data, kind: [parts.answer for parts in answers]}
    return task | ({"meta": meta} if meta else {})


def parts_of(document: AnnotatedDocument, schema: Schema | None = None, kind: Kind = "annotations") -> Parts:
    """The parts of a document's task; see `task_of`."""
    annotation, text = document.annotation, text_of(document)
    results = results_of(document, schema)
    places: dict[str, Test] = {"data": _is_data, "meta": _is_meta, "results": lambda part: _ends_in(results, part)}
    own, extra = split(annotation.extra, places)
    answer, extra = _without_standing(extra)
    if kind == "annotations":
        answer.setdefault("ground_truth", False)  # the server takes what says nothing for the truth
    said = document_remainder(document._replace(annotation=annotation.model_copy(update={"extra": extra})))
    zones = said.pop("zones", None)
    if kind == "predictions" and "author" in said:
        answer["model_version"] = said.pop("author")
    untriggered = [
        lean(frame, "arguments") | {"arguments": [lean(argument) for argument in frame.arguments]}
        for frame in annotation.frames
        if frame.trigger is None
    ]
    said |= {"frames": untriggered} if untriggered else {}
    regions = sorted(name for ids in region_ids(annotation).values() for name in ids)
    return Parts(
        data={**own.get("data", {}), TEXT: text, DOC_ID: document.doc_id},
        meta={**own.get("meta", {}), **({REMAINDER: {"zones": zones}} if zones else {})},
        answer={"result": results, **answer},
        kept={"regions": regions, **said},
    )


def _is_data(part: Any) -> bool:
    return isinstance(part, Mapping) and bool(part) and TEXT not in part and DOC_ID not in part


def _is_meta(part: Any) -> bool:
    return isinstance(part, Mapping) and bool(part) and REMAINDER not in part


def _ends_in(results: Sequence[Any], part: Any) -> bool:
    return isinstance(part, (list, tuple)) and bool(part) and results[-len(part) :] == list(part)


def _without_standing(extra: Mapping[str, Any]) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """What Label Studio takes over of an answer from elsewhere, that it is the truth and how long it took; the rest."""
    own, rest = split(extra, {"annotation": lambda part: isinstance(part, Mapping)})
    said = own.get("annotation", {})
    standing = {"ground_truth": True} if said.get("ground_truth") is True else {}
    if isinstance(said.get("lead_time"), (int, float)) and said["lead_time"]:
        standing["lead_time"] = said["lead_time"]
    if not standing:
        return {}, extra
    left = {name: value for name, value in said.items() if name not in standing}
    return standing, joined(rest, {"annotation": left} if left else {})


# --- reading ---------------------------------------------------------------------------------------------------------


def documents_of(task: Any, source: Path = Path("task"), position: int | None = None) -> Iterator[ReadDocument]:
    """The documents of a task, one for each answer: its annotations, else its predictions, else one without any.

    Skipped annotations and drafts are no answers. `position` is the task's in its file, counted from 1; its faults name
    it, and it is the id of a document that has none.
    """
    reader = _Task(source, position)
    yield from reader.documents(task)


class _Unreadable(Exception):
    """A task, or an answer, that is no document."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.message, self.path = message, path


class _Answer(NamedTuple):
    """An answer with its place in the task."""

    raw: Any
    place: str

    def results(self) -> list[Any]:
        """Its results.

        Raises:
            _Unreadable: they are no list.
        """
        results = self.raw.get("result") if isinstance(self.raw, Mapping) else None
        if not isinstance(results, list):
            raise _Unreadable("an object with a list of results is needed here", self.place)
        return results


class _Task:
    """Reads one task."""

    def __init__(self, source: Path, position: int | None) -> None:
        self.source = source
        self.position = position
        self.prefix = "" if position is None else f"tasks[{position - 1}]."

    def documents(self, raw: Any) -> Iterator[ReadDocument]:
        try:
            task = _as_task(raw)
            kind, answers = _answers(task)
            self.task, self.data = task, task["data"]
            self.doc_id = self._doc_id()
            self.key = _key_of_text(self.data, [result for answer in answers for result in _results_in(answer)])
        except _Unreadable as error:
            yield self._refused(error)
            return
        meta = task.get("meta")
        kept = meta.get(REMAINDER) if isinstance(meta, Mapping) else None
        self.kept = kept if isinstance(kept, Mapping) else {}
        if isinstance(meta, Mapping) and isinstance(kept, Mapping):
            meta = {name: value for name, value in meta.items() if name != REMAINDER}
        self.meta = meta
        if not answers:
            yield self._document(_Answer({"result": []}, ""), {})
        for answer, said in zip(answers, _assigned(answers, self.kept.get(kind)), strict=True):
            try:
                yield self._document(answer, said)
            except _Unreadable as error:
                yield self._refused(error)

    def _refused(self, error: _Unreadable) -> ReadDocument:
        fault = Fault(error.message, f"{self.prefix}{error.path}".rstrip("."), self.source, rule="record")
        return ReadDocument(None, self.source, faults=(fault,))

    def _doc_id(self) -> str:
        """The id in the data, else the task's, else its position."""
        given = self.data.get(DOC_ID)
        if given is not None and not isinstance(given, str) and name_of(given) is None:
            raise _Unreadable(f"a string is needed here, not {shown(given)}", f"data.{DOC_ID}")
        return name_of(given) or name_of(self.task.get("id")) or str(self.position or 1)

    def _document(self, answer: _Answer, said: Mapping[str, Any]) -> ReadDocument:
        results, text = answer.results(), self.data[self.key]
        objects = object_names(results)
        if len(objects) > 1 and self.key not in objects:
            message = f"the regions are of several texts ({', '.join(objects)}), none of which is {self.key!r}"
            raise _Unreadable(message, f"{answer.place}.result")
        untriggered = said.get("frames")
        found = records_of(
            results,
            text,
            untriggered if isinstance(untriggered, list) else (),
            self.key if len(objects) > 1 else None,
        )
        faults = [self._placed(fault, answer.place) for fault in found.faults]
        annotation = Annotation(
            doc_id=self.doc_id, entities=found.entities, relations=found.relations, frames=found.frames
        )
        document = AnnotatedDocument(self.doc_id, annotation, text)
        kept = {name: value for name, value in said.items() if name not in ("regions", "frames")}
        remainders = {f"meta.{REMAINDER}": kept}
        if "zones" in self.kept:  # after the other, which has none and would take them away
            remainders[f"meta.{REMAINDER}.zones"] = {"zones": self.kept["zones"]}
        for place, remainder in remainders.items():
            try:
                document = with_remainder(document, remainder)
            except ValidationError as error:
                faults += [self._placed(fault, place) for fault in record_faults(error, None)]
        return ReadDocument(self._with_author(document, answer, found.others), self.source, faults=tuple(faults))

    def _placed(self, fault: Fault, place: str) -> Fault:
        """The fault with its place in the task; one of what was kept in the task's meta has it already."""
        inside = "" if fault.path.startswith(f"meta.{REMAINDER}") else f"{place}."
        path = f"{self.prefix}{inside}{fault.path}".rstrip(".").replace(".[", "[")
        return fault._replace(path=path, source=self.source)

    def _with_author(self, document: AnnotatedDocument, answer: _Answer, others: Sequence[Any]) -> AnnotatedDocument:
        """The document with its author, as far as none was kept, and with all that has no field in our records."""
        annotation = document.annotation
        said = beside(answer.raw, _ANSWER_KEYS)
        author = annotation.author or _author(answer.raw)
        if not isinstance(said.get("completed_by"), Mapping) and author == name_of(said.get("completed_by")):
            said.pop("completed_by", None)
        parts = {
            "results": list(others),
            "data": {name: value for name, value in self.data.items() if name not in (self.key, DOC_ID)},
            "meta": self.meta,
            "task": _over(annotation.extra, "task", beside(self.task, _TASK_KEYS)),
            "annotation": _over(annotation.extra, "annotation", said),
        }
        extra = joined(annotation.extra, {name: part for name, part in parts.items() if part})
        return document._replace(annotation=annotation.model_copy(update={"author": author, "extra": extra}))


def _over(extra: Mapping[str, Any], part: str, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said now, over what was kept of it before."""
    own = extra.get(OWN)
    before = own.get(part) if isinstance(own, Mapping) else None
    return {**before, **said} if isinstance(before, Mapping) and said else said


def is_task(raw: Any) -> bool:
    """Tell whether an object has the data of a task, or is an answer that holds its task, as storages get it."""
    return isinstance(raw, Mapping) and any(
        isinstance(holder, Mapping) and isinstance(holder.get("data"), Mapping) for holder in (raw, raw.get("task"))
    )


def _as_task(raw: Any) -> Mapping[str, Any]:
    if not is_task(raw):
        raise _Unreadable(f"a task with data is needed here, not {shown(raw)}", "")
    if isinstance(raw.get("data"), Mapping):
        task: Mapping[str, Any] = raw
        return task
    return {**raw["task"], "annotations": [{name: value for name, value in raw.items() if name != "task"}]}


def _answers(task: Mapping[str, Any]) -> tuple[Kind, list[_Answer]]:
    """The answers to read; predictions that an export gives by their ids only are none."""
    kinds: tuple[Kind, ...] = ("annotations", "predictions")
    for kind in kinds:
        given = task.get(kind)
        if given is None:
            continue
        if not isinstance(given, list):
            raise _Unreadable(f"a list is needed here, not {shown(given)}", kind)
        answers = [_Answer(raw, f"{kind}[{index}]") for index, raw in enumerate(given)]
        if kind == "predictions":
            answers = [answer for answer in answers if type(answer.raw) is not int]
        answers = [a for a in answers if not (isinstance(a.raw, Mapping) and a.raw.get("was_cancelled") is True)]
        if answers:
            return kind, answers
    return "annotations", []


def _results_in(answer: _Answer) -> list[Any]:
    try:
        return answer.results()
    except _Unreadable:
        return []


def _author(answer: Mapping[str, Any]) -> str | None:
    """Who gave an answer: a person by address, name or number, or a program by its version."""
    by = answer.get("completed_by")
    candidates = (by.get("email"), by.get("username"), by.get("id")) if isinstance(by, Mapping) else (by,)
    names = (name_of(candidate) for candidate in (*candidates, answer.get("model_version")))
    return next((name for name in names if name is not None), None)


def _assigned(answers: Sequence[_Answer], kept: Any) -> list[Mapping[str, Any]]:
    """What was kept of each answer: that with the most like regions, or that of its place if one of them has none."""
    given: dict[int, Mapping[str, Any]] = {}
    entries = [entry for entry in kept if isinstance(entry, Mapping)] if isinstance(kept, list) else []
    named = [_names_of(entry.get("regions")) for entry in entries]
    found = [_names_of([r.get("id") for r in _results_in(a) if isinstance(r, Mapping)]) for a in answers]
    pairs = sorted(
        (-_likeness(found[answer], named[entry]), abs(answer - entry), answer, entry)
        for answer in range(len(answers))
        for entry in range(len(entries))
    )
    taken: set[int] = set()
    for likeness, distance, answer, entry in pairs:
        belongs = likeness or (not distance and not (found[answer] and named[entry]))
        if belongs and answer not in given and entry not in taken:
            given[answer] = entries[entry]
            taken.add(entry)
    return [given.get(answer, {}) for answer in range(len(answers))]


def _likeness(one: set[str], other: set[str]) -> float:
    """How much of two sets is in both, from 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0


def _names_of(ids: Any) -> set[str]:
    return {name for one in ids if (name := name_of(one)) is not None} if isinstance(ids, list) else set()


def _key_of_text(data: Mapping[str, Any], results: Sequence[Any]) -> str:
    """The key of the text: `text`, else the one string that the regions of the answers speak of."""
    if isinstance(data.get(TEXT), str):
        return TEXT
    candidates = [
        key for key, value in data.items() if isinstance(value, str) and key != DOC_ID and not _ADDRESS.match(value)
    ]
    quoting = [raw["value"] for raw in results if _quotes(raw)]
    if quoting:
        agreeing = [key for key in candidates if any(_stands(data[key], value) for value in quoting)]
    else:
        agreeing = candidates
    named = [key for key in agreeing if key in object_names(results)]
    for choice in (agreeing, named):
        if len(choice) == 1:
            return choice[0]
    if not candidates:
        raise _Unreadable("there is no text here", "data")
    message = f"which of {', '.join(candidates)} is the text? no regions tell; name it {TEXT!r}"
    raise _Unreadable(message, "data")


def _quotes(raw: Any) -> bool:
    value = raw.get("value") if isinstance(raw, Mapping) and raw.get("type") == "labels" else None
    return (
        isinstance(value, Mapping)
        and type(value.get("start")) is int
        and type(value.get("end")) is int
        and isinstance(value.get("text"), str)
        and bool(value["text"].strip())
    )


def _stands(text: str, value: Mapping[str, Any]) -> bool:
    start, end = value["start"], value["end"]
    return 0 <= start < end <= len(text) and says_same(value["text"], text[start:end])
