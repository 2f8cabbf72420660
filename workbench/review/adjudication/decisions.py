"""The decisions of adjudication: what was judged, what was decided and why, and their files.

A decision names what it is about by content (spans and types, never ids), and holds every reading that was judged. So
it can be applied again after the annotators have gone on: it stands while no reading has come up that it did not judge.
The files are append-only: a changed mind is a further decision that replaces the older one by its id.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import canonical_json, read_json
from workbench.core.records import record_faults
from workbench.core.text import Span
from workbench.review.adjudication.items import (
    ITEM_OF,
    AttributeItem,
    Content,
    FrameHead,
    Item,
    Kind,
    Mention,
    ValueItem,
    identity_of,
)

FORMAT = "workbench-decisions/1"

Choice = Literal["accept", "edit", "add", "reject", "unresolved", "withdraw"]
"""What was decided; to withdraw takes back the decisions it replaces, and decides nothing."""

Category = Literal["boundary rule", "type rule", "omission", "slip", "ambiguous text", "guideline gap"]
"""Why the readings differed, or why all of them were wrong."""


Time = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
"""An instant in UTC, ISO 8601, to the second."""


class Reading(Content):
    """What some of the annotators say: no item, one, or several."""

    authors: tuple[str, ...]
    items: tuple[Item, ...] = ()


class Decision(Content):
    """One judgement. `entity` or `frame` is what an attribute, a value or a role belongs to.

    `seen` are the readings that were judged, `items` what gold has in their place; of an unresolved unit `items` are
    all readings. `accepted` is the annotator who was right. `time` is UTC, ISO 8601.
    """

    kind: Kind
    choice: Choice
    entity: Mention | None = None
    frame: FrameHead | None = None
    seen: tuple[Reading, ...] = ()
    items: tuple[Item, ...] = ()
    accepted: str | None = None
    reason: str = Field(min_length=1)
    rule: Annotated[str, StringConstraints(pattern=r"^D[1-9][0-9]*$")] | None = None
    category: Category
    by: str = Field(min_length=1)
    time: Time
    replaces: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Decision:
        wanted = ITEM_OF[self.kind]
        for item in (*self.items, *(item for reading in self.seen for item in reading.items)):
            if type(item) is not wanted:
                raise ValueError(f"a decision on {self.kind} holds a {type(item).__name__}")
        if self.choice == "accept" and self.accepted is None:
            raise ValueError("accept needs the annotator who is accepted")
        if self.choice in ("reject", "withdraw") and self.items:
            raise ValueError(f"{self.choice} leaves no items")
        if self.choice == "withdraw" and not self.replaces:
            raise ValueError("withdraw needs the decisions that are taken back")
        if self.choice in ("edit", "add") and not self.items:
            raise ValueError(f"{self.choice} needs items")
        if self.choice == "unresolved" and self.kind == "cluster":
            raise ValueError("a cluster is not left unresolved: edit it, so that only what is sure is linked")
        if self.choice != "withdraw" and (self.choice == "add") != (not self.seen):
            raise ValueError("a decision to add has no readings, every other has")
        owned = self.kind in ("attribute", "value", "role")
        if owned != ((self.entity is None) != (self.frame is None)):
            raise ValueError("an attribute, value or role belongs to an entity or a frame, nothing else does")
        return self

    @cached_property
    def id(self) -> str:
        """A name made from the content: the same decision has the same id everywhere."""
        content = json.dumps(lean(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return short_hash("D", content)

    @property
    def additions(self) -> tuple[tuple[Any, str], ...]:
        """The place of each item, and what it says there: unlike items in one place contradict each other."""
        owner = repr(self.entity or self.frame)
        return tuple(
            (
                (self.kind, owner, item.name if isinstance(item, AttributeItem) else None)
                if isinstance(item, (AttributeItem, ValueItem))
                else (self.kind, owner, repr(identity_of(item))),
                repr(item),
            )
            for item in self.items
        )

    @cached_property
    def start(self) -> int:
        """The first position it is about."""
        return min((span.start for span in _spans(self)), default=0)


class Answer(Content):
    """Why a finding of the audit is right as it stands; `finding` is the finding's key."""

    finding: str
    reason: str = Field(min_length=1)
    by: str = Field(min_length=1)
    time: Time


class Decisions(Content):
    """All decisions and answers about one document."""

    doc_id: str
    text_sha256: str
    decisions: tuple[Decision, ...] = ()
    answers: tuple[Answer, ...] = ()

    @cached_property
    def standing(self) -> tuple[Decision, ...]:
        """The decisions that hold: no other replaces them.

        A withdrawal is among them only where another decision replaces the same one: then they contradict each other.
        """
        replaced = {old for decision in self.decisions for old in decision.replaces}
        last = [one for one in self.decisions if one.id not in replaced]
        renewed = {old for one in last if one.choice != "withdraw" for old in one.replaces}
        return tuple(one for one in last if one.choice != "withdraw" or renewed & set(one.replaces))


def short_hash(prefix: str, content: str) -> str:
    """A prefix and eight letters of base 32, from the SHA-256 of the content."""
    digest = hashlib.sha256(content.encode()).digest()
    return prefix + base64.b32encode(digest).decode().lower()[:8]


def _spans(content: Any) -> list[Span]:
    """Every span anywhere in a record."""
    if isinstance(content, Span):
        return [content]
    if isinstance(content, (list, tuple)):
        return [span for part in content for span in _spans(part)]
    if isinstance(content, BaseModel):
        return [span for name in type(content).model_fields for span in _spans(getattr(content, name))]
    return []


def lean(record: BaseModel) -> dict[str, Any]:
    """Plain JSON without what says nothing; of a frame the missing trigger is said."""
    return _without_empty(record.model_dump(mode="json"))


def _without_empty(content: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in content.items():
        lean = value
        if isinstance(value, dict):
            lean = _without_empty(value)
        elif isinstance(value, list):
            lean = [_without_empty(part) if isinstance(part, dict) else part for part in value]
        if lean is None and key != "trigger":
            continue
        if lean in ([], {}) and key not in ("arguments", "attributes"):
            continue
        kept[key] = lean
    return kept


def dump(decisions: Decisions) -> str:
    """The file content: the same decisions are always the same bytes, in the order of the text."""
    ordered = sorted(decisions.decisions, key=lambda one: (one.start, one.kind, one.time, one.id))
    answers = sorted(decisions.answers, key=lambda one: (one.finding, one.time, one.reason))
    return canonical_json(
        {
            "format": FORMAT,
            "doc_id": decisions.doc_id,
            "text_sha256": decisions.text_sha256,
            "decisions": [{"id": one.id, **lean(one)} for one in {one.id: one for one in ordered}.values()],
            "answers": [lean(one) for one in answers],
        }
    )


def read_decisions(file: Path) -> Decisions:
    """Read a file of decisions.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: it is not one; a decision was changed after it was made; all faults.
    """
    return parse_decisions(read_json(file), file)


def parse_decisions(content: Any, file: Path | None = None) -> Decisions:
    """Make the record of parsed JSON; see `read_decisions`."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FaultyData([Fault(f"not a file of decisions (format is not {FORMAT!r})", "format", file, rule="format")])
    fields = {key: value for key, value in content.items() if key != "format"}
    ids: list[Any] = []
    if isinstance(fields.get("decisions"), list):
        ids = [one.get("id") if isinstance(one, dict) else None for one in fields["decisions"]]
        fields["decisions"] = [
            {key: value for key, value in one.items() if key != "id"} if isinstance(one, dict) else one
            for one in fields["decisions"]
        ]
    try:
        made = Decisions.model_validate(fields)
    except ValidationError as error:
        raise FaultyData(record_faults(error, file)) from None
    faults = [
        Fault(
            f"the id is {given!r}, the content makes it {decision.id!r}: a decision is never changed, "
            "apply another one that replaces it",
            f"decisions[{index}].id",
            file,
            rule="ids",
        )
        for index, (given, decision) in enumerate(zip(ids, made.decisions, strict=True))
        if given != decision.id
    ]
    known = {decision.id for decision in made.decisions}
    faults += [
        Fault(f"there is no decision {old!r}", f"decisions[{index}].replaces", file, rule="ids")
        for index, decision in enumerate(made.decisions)
        for old in decision.replaces
        if old not in known
    ]
    if faults:
        raise FaultyData(faults)
    return made


def union(base: Decisions | None, ours: Decisions, theirs: Decisions) -> Decisions:
    """Merge two maintainers' files: every decision and answer of both, without those that one of them has removed.

    Decisions that contradict each other both stay: `merging.merge` shows them and follows neither.

    Raises:
        UsageMistake: the files are about different documents or texts.
    """
    if (ours.doc_id, ours.text_sha256) != (theirs.doc_id, theirs.text_sha256):
        raise UsageMistake(f"decisions about {ours.doc_id} and {theirs.doc_id}, or about two texts, cannot be merged")
    before = base or Decisions(doc_id=ours.doc_id, text_sha256=ours.text_sha256)
    return Decisions(
        doc_id=ours.doc_id,
        text_sha256=ours.text_sha256,
        decisions=_three_way(before.decisions, ours.decisions, theirs.decisions),
        answers=_three_way(before.answers, ours.answers, theirs.answers),
    )


def _three_way(base: tuple[Any, ...], ours: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    removed = [one for one in base if one not in ours or one not in theirs]
    kept: list[Any] = []
    for one in (*ours, *theirs):
        if one not in kept and one not in removed:
            kept.append(one)
    return tuple(kept)
