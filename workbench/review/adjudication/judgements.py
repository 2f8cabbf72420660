"""Judgements become decisions.

What was seen and what is replaced is taken from the docket. All faults of all lines are found before anything is
decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from schemas import Schema
from workbench.core.checks import check
from workbench.core.errors import Fault, FaultyData, nearest
from workbench.core.records import record_faults
from workbench.core.text import Span, surface
from workbench.review.adjudication.decisions import Answer, Decision, Decisions, lean
from workbench.review.adjudication.docket import Entry, entry_of
from workbench.review.adjudication.items import ITEM_OF, AttributeItem, EntityItem, Kind, Mention, mentions_in
from workbench.review.adjudication.lines import Line, idle_fields, what_is
from workbench.review.adjudication.settling import Judged
from workbench.review.adjudication.units import Unit, items_of

LASTING = frozenset({"type", "attribute", "value", "admissible", "role", "role-type", "zone"})
"""Rules of `core.checks` that a judgement may not break; others may be broken until further units are settled."""


class Signature(NamedTuple):
    """Who judges, and when (UTC, ISO 8601)."""

    by: str
    time: str


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
    for entry in made:
        for decision in bench.new.get(entry.document.doc_id, ()):
            line = bench.lines[decision.id]
            for mention in _unknown_mentions(entry, decision):
                message = f"nobody has {mention.type} {mention.text}: add it first, or name another"
                faults.append(Fault(message, "items", line.source, line.number, "judgement"))
    for after in made:
        own = [one for one in bench.new.get(after.document.doc_id, ()) if one.choice in ("edit", "add")]
        if not own:
            continue
        others = tuple(one for one in after.decisions.decisions if one not in own)
        held = Decisions(doc_id=after.document.doc_id, text_sha256=after.decisions.text_sha256, decisions=others)
        before = entry_of(after.document, after.passes, held, schema)
        for told in sorted(_lasting_faults(after, schema) - _lasting_faults(before, schema)):
            faults.append(
                Fault(f"{after.document.doc_id}: these judgements would make a fault: {told}", rule="judgement")
            )
    if faults:
        raise FaultyData(faults)
    return tuple(made)


class _Bench:
    """Turns judgements into decisions, collecting faults."""

    def __init__(self, entries: Sequence[Entry], signature: Signature) -> None:
        self.signature = signature
        self.entries = {entry.document.doc_id: entry for entry in entries}
        self.units: dict[str, dict[str, tuple[Entry, Judged]]] = {}
        for entry in entries:
            for one in entry.merged.judged:
                self.units.setdefault(one.unit.key, {})[entry.document.doc_id] = (entry, one)
        self.faults: list[Fault] = []
        self.lines: dict[str, Line] = {}
        self.new: dict[str, list[Decision]] = {}
        self.answers: dict[str, list[Answer]] = {}
        self._judged: dict[tuple[str, str], int] = {}

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
        idle = idle_fields(said)
        if idle:
            self._refuse(line, f"has no meaning beside {what_is(said)}", idle[0])
        elif said.finding is not None:
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
        else:
            self._judge_unit(line, self.units[said.unit])

    def _judge_unit(self, line: Line, homes: Mapping[str, tuple[Entry, Judged]]) -> None:
        """Decide a unit; reports may have units of one key, so that the document must be named."""
        unit, doc_id = line.judgement.unit or "", line.judgement.doc_id
        if doc_id is None and len(homes) > 1:
            self._refuse(line, f"missing; {unit} is a unit of {' and of '.join(sorted(homes))}", "doc_id")
            return
        doc_id = doc_id or next(iter(homes))
        if doc_id not in homes:
            self._refuse(line, f"{unit} is a unit of {' and of '.join(sorted(homes))}", "doc_id")
        elif (doc_id, unit) in self._judged:
            self._refuse(line, f"unit {unit} is already judged on line {self._judged[doc_id, unit]}", "unit")
        else:
            self._judged[doc_id, unit] = line.number
            self._decide(line, *homes[doc_id])

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
            if message := _unlike(unit, said.items):
                self._refuse(line, message, "items")
                return
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


def _unlike(unit: Unit, items: Sequence[Mapping[str, Any]]) -> str:
    """What keeps edited items from standing in a unit's place; nothing if they can."""
    if unit.kind in ("attribute", "value") and len(items) != 1:
        return f"a unit of {unit.kind} has one item; reject it to have none"
    names = {item.name for item in items_of(unit.readings) if isinstance(item, AttributeItem)}
    if names and items[0].get("name") not in names:
        return f"is about {', '.join(names)}; add another attribute by itself"
    return ""


def _lasting_faults(entry: Entry, schema: Schema) -> frozenset[str]:
    """The faults of what is settled that no judgement of other units can mend."""
    found = check(entry.merged.annotation, schema, entry.document.text, entry.document.zones)
    return frozenset(
        f"{fault.message} ({fault.rule})" for fault in found if fault.severity == "error" and fault.rule in LASTING
    )


def _unknown_mentions(entry: Entry, decision: Decision) -> list[Mention]:
    """The ends, fillers and members of new items that neither an annotator nor gold has."""
    if decision.choice not in ("edit", "add") or decision.kind in ("entity", "boundary", "type"):
        return []
    read = (item for one in entry.merged.judged for item in items_of(one.unit.readings))
    known = {item.key for item in read if isinstance(item, EntityItem)}
    known |= {(entity.type, entity.fragments) for entity in entry.merged.annotation.entities}
    named = [mention for item in decision.items for mention in mentions_in(item)]
    return [mention for mention in named if mention.key not in known]


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
