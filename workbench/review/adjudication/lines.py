"""The lines of adjudication: units out as JSON, judgements in.

A line of judgement names a unit by its key, or says what to add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import read_json_lines
from workbench.core.records import Document, record_faults
from workbench.core.text import Span
from workbench.review.adjudication.decisions import Category, Choice, lean
from workbench.review.adjudication.docket import Entry
from workbench.review.adjudication.items import Kind
from workbench.review.adjudication.settling import Judged


class Judgement(BaseModel):
    """One line: the choice about a unit, something to add, a decision to withdraw, or the answer to a finding.

    `items` are what gold has in the unit's place (edit, add). To add, `kind` and `doc_id` say what and where, and
    `entity` or `frame` what an attribute, value or role belongs to. `decision` is the id of what is withdrawn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _exported(cls, data: Any) -> Any:
        """A line of exported units may be filled in and given back: what it says of its unit is not needed."""
        if isinstance(data, Mapping) and "readings" in data:
            told = {"kind", "status", "start", "end", "sentence", "of", "readings", "decision"}
            told |= {"items"} if data.get("choice") != "edit" else set()
            return {key: value for key, value in data.items() if key not in told}
        return data

    unit: str | None = None
    doc_id: str | None = None
    kind: Kind | None = None
    choice: Choice | None = None
    accept: str | None = None
    items: tuple[Mapping[str, Any], ...] = ()
    entity: Mapping[str, Any] | None = None
    frame: Mapping[str, Any] | None = None
    finding: str | None = None
    decision: str | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    rule: str | None = None
    category: Category | None = None


class Line(NamedTuple):
    """A judgement and where it stands."""

    judgement: Judgement
    source: Path
    number: int


ALLOWED: Mapping[str, frozenset[str]] = {
    "accept": frozenset({"unit", "doc_id", "choice", "accept"}),
    "edit": frozenset({"unit", "doc_id", "choice", "items"}),
    "reject": frozenset({"unit", "doc_id", "choice"}),
    "unresolved": frozenset({"unit", "doc_id", "choice"}),
    "add": frozenset({"unit", "doc_id", "choice", "kind", "items", "entity", "frame"}),
    "withdraw": frozenset({"doc_id", "choice", "decision"}),
}
"""What a judgement of each choice may say, beside reason, rule and category."""


def what_is(said: Judgement) -> str:
    """What a judgement is, for messages."""
    return f"choice {said.choice}" if said.finding is None else "a finding"


def idle_fields(said: Judgement) -> list[str]:
    """The fields of a judgement that would be passed over in silence."""
    if said.finding is not None:
        allowed = frozenset({"finding", "doc_id"})
    elif said.choice is None:
        return []
    else:
        allowed = ALLOWED[said.choice]
    given = said.model_dump(exclude_none=True, exclude={"reason", "rule", "category"})
    return [name for name, value in given.items() if value != () and name not in allowed]


def unit_lines(entry: Entry, every: bool = False) -> Iterator[dict[str, Any]]:
    """The units of a document as JSON, in reading order: those that are open, or every one."""
    for one in entry.merged.judged:
        if every or one.status == "open":
            yield _unit_line(one, entry.document)


def _unit_line(one: Judged, document: Document) -> dict[str, Any]:
    unit = one.unit
    line: dict[str, Any] = {"unit": unit.key, "doc_id": document.doc_id, "kind": unit.kind, "status": one.status}
    if unit.spans:
        span = Span(unit.spans[0].start, unit.spans[-1].end)
        line |= {"start": span.start, "end": span.end, "sentence": sentence_at(document, span)}
    if unit.owner is not None:
        line["of"] = lean(unit.owner)
    line["readings"] = [lean(reading) for reading in unit.readings]
    if one.decision is not None:
        line |= {"decision": one.decision.id, "items": [lean(item) for item in one.items]}
    return line


def sentence_at(document: Document, span: Span) -> str:
    """The sentences that a span touches, on one line."""
    touched = [one for one in document.sentences if one.overlap(span)]
    whole = Span(touched[0].start, touched[-1].end) if touched else span
    return " ".join(document.text[whole.start : whole.end].split())


def read_judgements(file: Path) -> tuple[Line, ...]:
    """Read lines of judgement.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: lines are not judgements; all faults with their lines.
    """
    lines: list[Line] = []
    faults: list[Fault] = []
    try:
        for number, content in read_json_lines(file):
            try:
                lines.append(Line(Judgement.model_validate(content), file, number))
            except ValidationError as error:
                faults += record_faults(error, file, number)
    except FaultyData as error:
        faults += error.faults
    if faults:
        raise FaultyData(faults)
    return tuple(lines)
