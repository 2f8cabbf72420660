"""Units out, judgements in: JSON lines for people and programs that adjudicate without a screen.

A line of judgement names a unit by its key, or says what to add; everything else (what was seen, what it replaces) is
taken from the docket. All faults of all lines are found before anything is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas import Schema
from workbench.core.errors import Fault, FaultyData, nearest
from workbench.core.files import read_json_lines
from workbench.core.records import Document, record_faults
from workbench.core.text import Span, surface
from workbench.review.adjudication.decisions import ITEM_OF, Answer, Category, Choice, Decision, Decisions, Kind, lean
from workbench.review.adjudication.docket import Entry, entry_of
from workbench.review.adjudication.settling import Judged


class Judgement(BaseModel):
    """One line: the choice about a unit, something to add, a decision to withdraw, or the answer to a finding.

    `items` are what gold has in the unit's place (edit, add). To add, `kind` and `doc_id` say what and where, and
    `entity` or `frame` what an attribute, value or role belongs to. `decision` is the id of what is withdrawn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

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
    reason: str = Field(min_length=1)
    rule: str | None = None
    category: Category | None = None


class Line(NamedTuple):
    """A judgement and where it stands."""

    judgement: Judgement
    source: Path
    number: int


class Signature(NamedTuple):
    """Who judges, and when (UTC, ISO 8601)."""

    by: str
    time: str


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


def judge(entries: Sequence[Entry], lines: Iterable[Line], signature: Signature, schema: Schema) -> tuple[Entry, ...]:
    """Apply judgements: the docket with the new decisions.

    A judgement about a unit that is decided, or whose decisions no longer apply, replaces these decisions. A cluster
    to which other judgements have just added mentions may be open again.

    Raises:
        FaultyData: units or annotators are unknown, items do not fit the text or the unit, or a decision would not
            apply; all faults, and nothing is decided.
    """
    bench = _Bench(entries, signature)
    for line in lines:
        bench.hear(line)
    if bench.faults:
        raise FaultyData(bench.faults)
    made = [
        entry_of(entry.document, entry.passes, bench.decided(entry), schema)
        if bench.touches(entry.document.doc_id)
        else entry
        for entry in entries
    ]
    faults = [
        Fault(
            f"does not apply: {stale.why}",
            "",
            bench.lines[stale.decision.id].source,
            bench.lines[stale.decision.id].number,
        )
        for entry in made
        for stale in entry.merged.stale
        if stale.decision.id in bench.lines and stale.unit is None
    ]
    if faults:
        raise FaultyData(faults)
    return tuple(made)


class _Bench:
    """Turns judgements into decisions, collecting faults."""

    def __init__(self, entries: Sequence[Entry], signature: Signature) -> None:
        self.signature = signature
        self.entries = {entry.document.doc_id: entry for entry in entries}
        self.units = {one.unit.key: (entry, one) for entry in entries for one in entry.merged.judged}
        self.faults: list[Fault] = []
        self.lines: dict[str, Line] = {}
        self.new: dict[str, list[Decision]] = {}
        self.answers: dict[str, list[Answer]] = {}
        self._judged: dict[str, int] = {}

    def touches(self, doc_id: str) -> bool:
        return doc_id in self.new or doc_id in self.answers

    def decided(self, entry: Entry) -> Decisions:
        """The decisions about a document, with the new ones."""
        doc_id, before = entry.document.doc_id, entry.decisions
        answers = {one.finding: one for one in (*before.answers, *self.answers.get(doc_id, ()))}
        return Decisions(
            doc_id=doc_id,
            text_sha256=before.text_sha256,
            decisions=(*before.decisions, *self.new.get(doc_id, ())),
            answers=tuple(answers.values()),
        )

    def hear(self, line: Line) -> None:
        said = line.judgement
        if said.finding is not None:
            self._answer(line)
        elif said.choice is None or said.category is None:
            self._refuse(line, "a judgement needs choice and category, an answer needs finding", "choice")
        elif said.choice == "add":
            self._add(line)
        elif said.choice == "withdraw":
            self._withdraw(line)
        elif said.unit is None:
            self._refuse(line, "missing; only choice add goes without a unit", "unit")
        elif said.unit not in self.units:
            self._refuse(line, f"there is no unit {said.unit!r} (any more); export the units again", "unit")
        elif said.unit in self._judged:
            self._refuse(line, f"unit {said.unit} is already judged on line {self._judged[said.unit]}", "unit")
        else:
            self._judged[said.unit] = line.number
            self._decide(line, *self.units[said.unit])

    def _refuse(self, line: Line, message: str, path: str = "") -> None:
        self.faults.append(Fault(message, path, line.source, line.number, "judgement"))

    def _entry(self, line: Line) -> Entry | None:
        doc_id = line.judgement.doc_id
        if doc_id not in self.entries:
            what = (
                "missing" if doc_id is None else f"the docket has no document {doc_id!r}{nearest(doc_id, self.entries)}"
            )
            self._refuse(line, what, "doc_id")
            return None
        return self.entries[doc_id]

    def _answer(self, line: Line) -> None:
        said, entry = line.judgement, self._entry(line)
        if entry is not None and said.finding is not None:
            answer = Answer(finding=said.finding, reason=said.reason, by=self.signature.by, time=self.signature.time)
            self.answers.setdefault(entry.document.doc_id, []).append(answer)

    def _add(self, line: Line) -> None:
        said, entry = line.judgement, self._entry(line)
        if said.unit is not None:
            self._refuse(line, "to add is not about a unit; edit the unit instead", "unit")
        elif said.kind is None:
            self._refuse(line, "missing; say what to add", "kind")
        elif entry is not None:
            fields = {"entity": said.entity, "frame": said.frame, "items": said.items}
            self._make(line, entry, said.kind, fields)

    def _withdraw(self, line: Line) -> None:
        said = line.judgement
        held = {one.id: (entry, one) for entry in self.entries.values() for one in entry.decisions.standing}
        if said.decision not in held:
            self._refuse(line, f"there is no standing decision {said.decision!r}", "decision")
            return
        entry, old = held[said.decision]
        fields = {"entity": old.entity, "frame": old.frame}
        owners = {name: None if owner is None else lean(owner) for name, owner in fields.items()}
        seen = [lean(reading) for reading in old.seen]
        self._make(line, entry, old.kind, {**owners, "seen": seen, "replaces": [old.id]})

    def _decide(self, line: Line, entry: Entry, one: Judged) -> None:
        said, unit = line.judgement, one.unit
        owner = lean(unit.owner) if unit.owner is not None else None
        fields: dict[str, Any] = {
            "entity" if owner and "spans" in owner else "frame": owner,
            "seen": [lean(reading) for reading in unit.readings],
        }
        if said.choice == "accept":
            authors = {author: reading for reading in unit.readings for author in reading.authors}
            if said.accept not in authors:
                self._refuse(
                    line, f"{said.accept!r} has no reading of this unit{nearest(said.accept or '', authors)}", "accept"
                )
                return
            fields |= {"accepted": said.accept, "items": [lean(item) for item in authors[said.accept].items]}
        elif said.choice == "edit":
            fields["items"] = said.items
        elif said.choice == "unresolved":
            fields["items"] = [lean(item) for reading in unit.readings for item in reading.items]
        elif said.items:
            self._refuse(line, f"{said.choice} goes without items", "items")
            return
        standing = {decision.id for decision in entry.decisions.standing}
        replaced = [one.decision.id] if one.decision else []
        replaced += [stale.decision.id for stale in entry.merged.stale if stale.unit == unit.key]
        fields["replaces"] = sorted(standing & set(replaced))
        self._make(line, entry, unit.kind, fields)

    def _make(self, line: Line, entry: Entry, kind: Kind, fields: dict[str, Any]) -> None:
        said = line.judgement
        text = entry.document.text
        try:
            items = [_with_text(item, text, f"items[{index}]") for index, item in enumerate(fields.pop("items", ()))]
            owners = {
                name: _with_text(fields.pop(name), text, name) for name in ("entity", "frame") if fields.get(name)
            }
        except FaultyData as error:
            self.faults += [fault._replace(source=line.source, line=line.number) for fault in error.faults]
            return
        content = {
            "kind": kind,
            "choice": said.choice,
            "items": items,
            "reason": said.reason,
            "rule": said.rule,
            "category": said.category,
            **self.signature._asdict(),
            **owners,
            **{name: value for name, value in fields.items() if value is not None},
        }
        try:
            wanted = ITEM_OF[kind]
            decision = Decision.model_validate({**content, "items": [wanted.model_validate(item) for item in items]})
        except ValidationError as error:
            self.faults += record_faults(error, line.source, line.number)
            return
        self.lines[decision.id] = line
        self.new.setdefault(entry.document.doc_id, []).append(decision)


def _with_text(content: Any, text: str, path: str) -> Any:
    """The content with the string of every span filled in.

    Raises:
        FaultyData: a span lies outside of the text, or its string is another.
    """
    if isinstance(content, (list, tuple)):
        return [_with_text(part, text, f"{path}[{index}]") for index, part in enumerate(content)]
    if not isinstance(content, Mapping):
        return content
    filled = {key: _with_text(value, text, f"{path}.{key}") for key, value in content.items() if key != "text"}
    spans = filled.get("spans") or filled.get("trigger")
    if "start" in filled and "end" in filled:
        spans = [[filled["start"], filled["end"]]]
    if spans is None:
        return {**filled, **({"text": content["text"]} if "text" in content else {})}
    try:
        found = surface(text, [Span(int(start), int(end)) for start, end in spans])
    except (TypeError, ValueError):
        return dict(content)  # the record says what is wrong with its spans
    if any(end > len(text) for _, end in spans):
        raise FaultyData([Fault(f"{spans} is past the end of the text ({len(text)} characters)", path, rule="offsets")])
    if content.get("text") not in (None, found):
        raise FaultyData(
            [Fault(f"{content['text']!r} is not the text at {spans}, which is {found!r}", path, rule="text")]
        )
    return {**filled, "text": found}
