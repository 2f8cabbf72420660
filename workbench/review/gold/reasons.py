"""What keeps a batch from being released: all reasons at once, each a fault whose rule is one of `RULES`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from schemas import Schema
from workbench.core.checks import check
from workbench.core.errors import Fault
from workbench.core.records import AnnotatedDocument, Entity, is_unresolved
from workbench.core.text import Fragments, merge_fragments, surface
from workbench.core.values import Place
from workbench.corpus.releases import GOLD, is_version, version_key
from workbench.corpus.tasks import Batch
from workbench.review.adjudication.merging import GOLD_AUTHOR
from workbench.review.consistency import RULES as AUDIT_RULES
from workbench.review.consistency import Finding
from workbench.review.consistency.items import CODED_LEVELS
from workbench.review.adjudication.decisions import Decisions
from workbench.review.adjudication.docket import Entry
from workbench.review.gold.candidate import ABOUT_FILE, Candidate, audited
from workbench.review.gold.counts import counts_of, times, unresolved_items

RULES: Mapping[str, str] = {
    "version": "a version is MAJOR.MINOR.PATCH, and newer than the last release",
    "date": "a release has a date: of its newest decision, or given as YYYY-MM-DD",
    "about": "the batch says how its passes were made",
    "guidelines": "the guidelines stand beside the schema",
    "documents": "every document is annotated, every file of decisions is about one, no annotator is called gold",
    "schema": "the passes are made with, or migrated to, the version of the schema that is frozen",
    "open": "every unit is settled",
    "stale": "every decision applies, and none contradicts another",
    "check": "the adjudicated annotation has no errors",
    "unresolved": "at most 3 % of the units, and of the items, are unresolved",
    "value": "every amount, quantity and time has a normalised value",
    "code": "every place from county level up has a code of GB/T 2260 with its revision",
    "audit": "every finding of the audit is answered",
}
"""What must hold, by the name of the rule."""

USAGE = ("version", "date")
"""Rules about what was asked for, not about the data."""

MOST_UNRESOLVED = 0.03
"""The largest share of units, and of items, that adjudication may leave unresolved."""

_SHOWN = 3


def reasons_against(candidate: Candidate) -> tuple[Fault, ...]:
    """Everything that keeps a batch from being released, in the order of `RULES`."""
    batch, entries = candidate.batch, candidate.entries
    found = [*_version(candidate), *_date(candidate), *_words(candidate), *_documents(batch, entries)]
    found += _schema(candidate)
    for entry in entries:
        found += _open(batch, entry)
    for entry in entries:
        found += _stale(batch, entry)
    for document in candidate.documents:
        found += errors(document, candidate.schema)
    found += _too_many_unresolved(candidate)
    return (*found, *(one.fault for one in doubts_about(candidate)))


def doubts_about(candidate: Candidate) -> tuple[Doubt, ...]:
    """The doubts about what a batch would release."""
    return doubts(candidate.documents, candidate.schema, candidate.decisions, candidate.earlier)


def _reason(rule: str, message: str, path: str = "") -> Fault:
    return Fault(message, path, rule=rule)


def _version(candidate: Candidate) -> Iterator[Fault]:
    version, before = candidate.version, candidate.before
    if not is_version(version):
        yield _reason("version", f"{version!r} is no version: three numbers are needed, such as 0.1.0")
    elif (candidate.batch.root / GOLD / version).exists():
        yield _reason(
            "version", f"{GOLD}/{version} exists already, and a release never changes; correct it in a new one"
        )
    elif before is not None and version_key(version) <= version_key(before.version):
        yield _reason("version", f"{version} is not newer than the last release, {before.version}")


def _date(candidate: Candidate) -> Iterator[Fault]:
    given = candidate.date
    if given is None:
        if not times(candidate.decisions):
            yield _reason("date", "there is no decision that could date the release; give --date YYYY-MM-DD")
    elif not _is_date(given):
        yield _reason("date", f"{given!r} is no date; give YYYY-MM-DD")


def _is_date(given: str) -> bool:
    try:
        return date.fromisoformat(given).isoformat() == given
    except ValueError:
        return False


def _words(candidate: Candidate) -> Iterator[Fault]:
    if not candidate.about:
        file = candidate.batch.folder / ABOUT_FILE
        yield _reason(
            "about", "missing or empty: say there who made the passes and how; the datasheet quotes it", str(file)
        )
    if candidate.guidelines is None:
        yield _reason("guidelines", f"schema {candidate.schema.id} has no GUIDELINES.md beside its file")


def _documents(batch: Batch, entries: Sequence[Entry]) -> Iterator[Fault]:
    known = batch.document_ids()
    annotated_ids = {entry.document.doc_id for entry in entries}
    for doc_id in known:
        if doc_id not in annotated_ids:
            yield _reason("documents", "nobody has annotated it", doc_id)
    for entry in entries:
        for author in entry.passes:
            file = batch.annotation_file(author, entry.document.doc_id)
            if not file.is_file():
                yield _reason(
                    "documents", f"missing: {author}'s annotation of it has another file name; rename it", str(file)
                )
    if GOLD_AUTHOR in batch.authors():
        message = f"no annotator can be called {GOLD_AUTHOR!r}: that is the author of what is adjudicated"
        yield _reason("documents", message, str(batch.annotations_folder / GOLD_AUTHOR))
    folder = batch.adjudication_folder
    for file in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        if file.stem not in known:
            yield _reason("documents", f"decisions about a document that batch {batch.name} does not have", str(file))


def _schema(candidate: Candidate) -> Iterator[Fault]:
    schema = candidate.schema
    for entry in candidate.entries:
        for author, annotation in entry.passes.items():
            made = annotation.made_with
            if made is not None and (made.id, made.version) != (schema.id, schema.version):
                file = candidate.batch.annotation_file(author, entry.document.doc_id)
                message = f"made with {made.id} {made.version}, not {schema.id} {schema.version}: migrate it first"
                yield _reason("schema", message, str(file))


def _open(batch: Batch, entry: Entry) -> Iterator[Fault]:
    units = entry.merged.open
    if units:
        kinds = ", ".join(f"{number} {kind}" for kind, number in Counter(unit.kind for unit in units).items())
        shown = ", ".join(place(unit.spans, entry.document.text) for unit in units[:_SHOWN])
        more = ", …" if len(units) > _SHOWN else ""
        advice = f"workbench adjudicate {batch.folder} --export units.jsonl"
        message = f"{len(units)} units are open ({kinds}) at {shown}{more}; {advice}"
        yield _reason("open", message, entry.document.doc_id)


def _stale(batch: Batch, entry: Entry) -> Iterator[Fault]:
    for one in entry.merged.stale:
        decision = one.decision
        message = f"decision {decision.id} ({decision.kind} at {decision.start}) does not apply: {one.why}"
        yield _reason("stale", message, str(batch.adjudication_file(entry.document.doc_id)))


def errors(document: AnnotatedDocument, schema: Schema) -> Iterator[Fault]:
    """What is wrong with a gold annotation by the schema."""
    for fault in check(document.annotation, schema, document.text, document.zones):
        if fault.severity == "error":
            yield _reason("check", f"{fault.message} ({fault.rule})", f"{document.doc_id} {fault.path}")


def _too_many_unresolved(candidate: Candidate) -> Iterator[Fault]:
    judged = [one for entry in candidate.entries for one in entry.merged.judged]
    number = sum(one.status == "unresolved" for one in judged)
    shares = {
        "units": number / len(judged) if judged else 0.0,
        "items": unresolved_items(counts_of([one.annotation for one in candidate.documents], candidate.schema)),
    }
    yield from too_large(shares)


def too_large(shares: Mapping[str, float]) -> Iterator[Fault]:
    """The shares of what is unresolved that are above the largest admissible one."""
    for what, share in shares.items():
        if share > MOST_UNRESOLVED:
            message = f"{share:.1%} of the {what} are unresolved; at most {MOST_UNRESOLVED:.0%} may be"
            yield _reason("unresolved", message)


class Doubt(NamedTuple):
    """A place that needs a value, a code, or an answer; only values cannot be answered instead."""

    rule: str
    finding: Finding

    @property
    def fault(self) -> Fault:
        """The same as a reason against a release."""
        rule, finding = self
        where = place(finding.spans, None) if finding.spans else ""
        at = " ".join(part for part in (finding.doc_id, where, finding.text) if part)
        answer = "" if rule == "value" else f"; mend it or answer {finding.key!r}"
        name = f"{finding.rule}: " if rule == "audit" else ""
        return _reason(rule, f"{name}{finding.message}{answer}", at)


def doubts(
    documents: Sequence[AnnotatedDocument],
    schema: Schema,
    decisions: Sequence[Decisions],
    earlier: Sequence[AnnotatedDocument],
    rules: Collection[str] = AUDIT_RULES,
) -> tuple[Doubt, ...]:
    """Values and codes that are missing, and findings of the audit that nobody has answered, each place once.

    `rules` are those of the audit that count.
    """
    answered = {one.finding for part in decisions for one in part.answers}
    unsettled = unsettled_values(decisions)
    found = [Doubt("value", finding) for one in documents for finding in missing_values(one, schema, unsettled)]
    codes = (finding for one in documents for finding in missing_codes(one, schema))
    found += [Doubt("code", finding) for finding in codes if finding.key not in answered]
    listed = {one.finding.key for one in found}
    for finding in audited(documents, schema, decisions, earlier):
        if finding.answer is None and finding.rule in rules and finding.key not in listed:
            found.append(Doubt("audit", finding))
    return tuple(found)


def idle_answers(candidate: Candidate) -> tuple[str, ...]:
    """Keys that are answered, and that neither the audit nor a missing code has."""
    documents, schema = candidate.documents, candidate.schema
    found = {finding.key for finding in audited(documents, schema, candidate.decisions, candidate.earlier)}
    found |= {finding.key for one in documents for finding in missing_codes(one, schema)}
    given = (answer.finding for part in candidate.decisions for answer in part.answers)
    return tuple(dict.fromkeys(key for key in given if key not in found))


def place(spans: Fragments, text: str | None) -> str:
    """Where something is, for people: `[12:15]` and its string."""
    where = f"[{spans[0].start}:{spans[-1].end}]" if spans else "?"
    return f"{surface(text, spans)} {where}" if text is not None and spans else where


Mentioned = tuple[str, str, Fragments]
"""Document, type and normal form of the fragments of an entity."""


def unsettled_values(decisions: Sequence[Decisions]) -> frozenset[Mentioned]:
    """The entities whose value adjudication left unresolved."""
    return frozenset(
        (part.doc_id, one.entity.type, one.entity.spans)
        for part in decisions
        for one in part.standing
        if one.kind == "value" and one.choice == "unresolved" and one.entity is not None
    )


def missing_values(
    document: AnnotatedDocument, schema: Schema, unsettled: Collection[Mentioned] = ()
) -> Iterator[Finding]:
    """Entities of a type that has a number or a time, without one; what is unresolved may lack it."""
    for entity in document.annotation.entities:
        known = schema.entity_types.get(entity.type)
        kind = known.value if known else None
        key = (document.doc_id, entity.type, merge_fragments(entity.fragments))
        if kind in (None, "place") or entity.value is not None or is_unresolved(entity) or key in unsettled:
            continue
        yield _finding("no-value", document, entity, f"{entity.type} without a {kind} value")


def missing_codes(document: AnnotatedDocument, schema: Schema) -> Iterator[Finding]:
    """Places of a level that GB/T 2260 has codes for, without a code or without the revision it is read in.

    A class of places (spec=GEN: 贫困县) has none, and what is unresolved may lack it.
    """
    for entity in document.annotation.entities:
        known, level = schema.entity_types.get(entity.type), entity.attributes.get("level")
        is_class = entity.attributes.get("spec") == "GEN"
        if known is None or known.value != "place" or level not in CODED_LEVELS or is_class or is_unresolved(entity):
            continue
        code = entity.value.code if isinstance(entity.value, Place) else None
        revision = entity.value.revision if isinstance(entity.value, Place) else None
        if not (code and revision):
            lacks = "no revision of GB/T 2260 for its code" if code else "no code of GB/T 2260"
            yield _finding("no-code", document, entity, f"level {level}, but {lacks}")


def _finding(rule: str, document: AnnotatedDocument, entity: Entity, message: str) -> Finding:
    """A finding with the key that the audit would give it."""
    text = surface(document.text, entity.fragments) if document.text is not None else entity.text or ""
    return Finding(rule, document.doc_id, entity.fragments, text, entity.type, message)


def newest_date(candidate: Candidate) -> str:
    """The release's date: as given, or that of the newest decision."""
    return candidate.date or times(candidate.decisions)[-1][:10]
