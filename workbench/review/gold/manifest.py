"""The manifest of a gold release: what is in it, where it comes from, how it was agreed on, and the hash of every file.

Owns the record and its file. `workbench.review.gold.counts` counts what it holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from workbench.core.errors import Fault, FaultyData, UsageMistake
from workbench.core.files import canonical_json, read_json
from workbench.core.records import SchemaStamp, record_faults
from workbench.corpus.tasks import check_name

FORMAT: Literal["workbench-release/1"] = "workbench-release/1"

DIGITS = 9
"""Decimal places of every number that is not a count: the same on every machine."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Numbers = Mapping[str, int]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Counts(_Facts):
    """How many annotations of each kind there are; what does not occur is left out.

    `arguments` are by frame type and role (`ASSIST.helper`), `values` by kind. `clusters` counts those of two mentions
    or more. `unresolved` counts the items that adjudication could not settle, which are among the others.
    """

    layers: Numbers
    entities: Numbers
    relations: Numbers
    frames: Numbers
    arguments: Numbers
    values: Numbers
    clusters: int
    unresolved: Numbers


class DocumentFacts(_Facts):
    """One document: the report it comes from, its text, whose passes it has, and what gold has in it."""

    source: str | None
    raw_sha256: Hash | None
    text_sha256: Hash
    publisher: str | None
    date: str | None
    characters: int
    sentences: int
    zones: Numbers
    passes: tuple[str, ...]
    finished_layers: tuple[str, ...]
    counts: Counts


class PassFile(_Facts):
    """One annotator's file about one document as it was adjudicated; `source` is the file it was imported from."""

    sha256: Hash
    made_with: SchemaStamp | None = Field(alias="schema")
    source: str | None
    source_sha256: Hash | None


class Adjudication(_Facts):
    """How the passes became one annotation.

    `units` are the questions, by kind and by what became of them: agreed, said by a single annotator, adjudicated,
    unresolved. `decisions` counts all, the other numbers those that no other replaces; `accepted` is by annotator,
    `judges` by who decided. `lost` items fell with an end or filler that gold does not have.
    """

    units: Mapping[str, Numbers]
    outcomes: Numbers
    unresolved_units: float
    unresolved_items: float
    decisions: int
    standing: int
    choices: Numbers
    categories: Numbers
    accepted: Numbers
    judges: Numbers
    answers: int
    lost: int
    first: str | None
    last: str | None


class Audited(_Facts):
    """What a rule of the audit found, and how many of the findings stand with a reason."""

    findings: int
    answered: int


class Figure(_Facts):
    """A number from 0 to 1 (kappa and gamma: from -1) with its 95 % limits; null where it is undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None


class RowFacts(_Facts):
    """Strict F1 of one layer, type or role, and how many items of it each side has."""

    f1: float | None
    left: int
    right: int


class Said(_Facts):
    """Of what both have and at least one says something of: how often both say the same."""

    compared: int
    equal: int


class PairFacts(_Facts):
    """The agreement of two: the annotators before adjudication, or gold with one of them after it.

    `gamma` is only of annotators. `types` is kappa of the types of paired entities, which are the share `coverage` of
    all; `boundaries` are shares of these pairs. `attributes` are by what has them, `values` by kind; `notes` say what
    was not compared.
    """

    left: str
    right: str
    documents: int
    measures: Mapping[str, Figure]
    gamma: Figure | None
    types: Figure
    coverage: float | None
    boundaries: Mapping[str, float]
    attributes: Mapping[str, Said]
    values: Mapping[str, Said]
    layers: Mapping[str, RowFacts]
    entities: Mapping[str, RowFacts]
    relations: Mapping[str, RowFacts]
    frames: Mapping[str, RowFacts]
    arguments: Mapping[str, RowFacts]
    notes: tuple[str, ...]


class Manifest(_Facts):
    """Everything that is known of a release; `files` are the hashes of all its files but the manifest.

    `previous` is the release before it. `about` says in the batch's own words (Markdown) how its passes were made.
    `seal` is the hash of the manifest's own file with an empty seal, so that no number in it can change unseen.
    """

    format: Literal["workbench-release/1"] = FORMAT
    release: str
    previous: str | None
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
    batch: str
    made_with: SchemaStamp = Field(alias="schema")
    documents: Mapping[str, DocumentFacts]
    counts: Counts
    adjudication: Adjudication
    audit: Mapping[str, Audited]
    agreement: tuple[PairFacts, ...]
    passes: Mapping[str, Mapping[str, PassFile]]
    about: str
    files: Mapping[str, Hash] = Field(default_factory=dict)
    seal: str = ""

    @field_validator("documents")
    @classmethod
    def _possible_names(cls, documents: Mapping[str, DocumentFacts]) -> Mapping[str, DocumentFacts]:
        try:
            for doc_id in documents:
                check_name("document", doc_id)
        except UsageMistake as mistake:
            raise ValueError(str(mistake)) from None
        return documents

    @property
    def annotators(self) -> tuple[str, ...]:
        """Names of those whose passes were adjudicated, in order."""
        return tuple(self.passes)


def dump(manifest: Manifest) -> str:
    """The file content: the same manifest is always the same bytes."""
    content: dict[str, Any] = manifest.model_dump(mode="json", by_alias=True)
    return canonical_json(content)


def sealed(manifest: Manifest) -> Manifest:
    """The manifest with its seal."""
    content = dump(manifest.model_copy(update={"seal": ""}))
    return manifest.model_copy(update={"seal": hashlib.sha256(content.encode()).hexdigest()})


def read_manifest(file: Path) -> Manifest:
    """Read a release's manifest.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: it is not a manifest; all faults.
    """
    content = read_json(file)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise FaultyData([Fault(f"not a release's manifest (format is not {FORMAT!r})", "format", file, rule="format")])
    try:
        return Manifest.model_validate(content)
    except ValidationError as error:
        raise FaultyData(record_faults(error, file)) from None
