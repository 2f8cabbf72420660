"""Freeze what a batch's passes and decisions make, once nothing speaks against it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake
from workbench.core.files import read_bytes, write_bytes
from workbench.core.records import AnnotatedDocument, Annotation
from workbench.core.schema import stamp
from workbench.corpus.documents import dump_document
from workbench.corpus.releases import GOLD, MANIFEST_FILE, Release
from workbench.corpus.tasks import Batch
from workbench.formats import native
from workbench.review.adjudication.merging import GOLD_AUTHOR
from workbench.review.consistency import RULES as AUDIT_RULES
from workbench.review.gold.croissant import croissant
from workbench.review.gold.datasheet import datasheet
from workbench.review.adjudication.decisions import dump as dump_decisions
from workbench.review.gold.agreement import agreement_of
from workbench.review.gold.candidate import Candidate, audited, open_candidate
from workbench.review.gold.counts import Outcome, adjudication_of, counts_of, facts_of
from workbench.review.gold.manifest import Audited, Manifest, PassFile, dump, sealed
from workbench.review.gold.reasons import USAGE, newest_date, reasons_against


class Draft(NamedTuple):
    """A release that is not written yet: its manifest, and the content of every file by its path in the release."""

    manifest: Manifest
    files: Mapping[str, bytes]
    folder: Path


def draft_release(batch: Batch, version: str, date: str | None = None) -> Draft:
    """Make a release of a batch in memory; the same batch, version and date always give the same bytes.

    Raises:
        UsageMistake: nobody has annotated the batch; or the version or date cannot be used, and nothing else is wrong.
        FaultyData: something keeps it from being released (`reasons.RULES`); all reasons.
    """
    candidate = open_candidate(batch, version, date)
    refuse(reasons_against(candidate))
    return draft(candidate)


def refuse(reasons: Sequence[Fault]) -> None:
    """Raise what keeps a batch from being released, if there is anything; see `draft_release`."""
    if reasons and all(reason.rule in USAGE for reason in reasons):
        raise UsageMistake("\n".join(map(str, reasons)))
    if reasons:
        raise FaultyData(reasons)


def draft(candidate: Candidate) -> Draft:
    """The files of a release of a candidate that nothing speaks against."""
    files: dict[str, bytes] = {"schema.yaml": candidate.schema_bytes, "GUIDELINES.md": candidate.guidelines or b""}
    for entry in candidate.entries:
        doc_id = entry.document.doc_id
        document = dump_document(entry.document)
        files |= {
            f"documents/{doc_id}.txt": document.text.encode(),
            f"documents/{doc_id}.json": document.record.encode(),
            f"annotations/{doc_id}.json": native.dump(entry.merged.annotation).encode(),
            f"decisions/{doc_id}.json": dump_decisions(entry.decisions).encode(),
        }
    facts = _facts(candidate)
    files["DATASHEET.md"] = datasheet(facts, candidate.schema).encode()
    files["croissant.json"] = croissant(facts, candidate.schema, hashes(files)).encode()
    manifest = sealed(facts.model_copy(update={"files": hashes(files)}))
    files[MANIFEST_FILE] = dump(manifest).encode()
    return Draft(manifest, files, candidate.batch.root / GOLD / candidate.version)


def hashes(files: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of every file, by path."""
    return {path: hashlib.sha256(files[path]).hexdigest() for path in sorted(files)}


def _facts(candidate: Candidate) -> Manifest:
    """The manifest without the hashes of the files."""
    entries, schema, documents = candidate.entries, candidate.schema, candidate.documents
    counts = counts_of([one.annotation for one in documents], schema)
    outcomes = [Outcome(entry.merged.judged, len(entry.merged.lost)) for entry in entries]
    findings = audited(documents, schema, candidate.decisions, candidate.earlier)
    passes: dict[str, list[AnnotatedDocument]] = defaultdict(list)
    for entry in entries:
        for author, annotation in entry.passes.items():
            document = entry.document
            passes[author].append(AnnotatedDocument(document.doc_id, annotation, document.text, document.zones))
    return Manifest(
        release=candidate.version,
        previous=candidate.before.version if candidate.before else None,
        date=newest_date(candidate),
        batch=candidate.batch.name,
        made_with=stamp(schema),
        documents={
            entry.document.doc_id: facts_of(entry.document, entry.merged.annotation, entry.passes, schema)
            for entry in entries
        },
        counts=counts,
        adjudication=adjudication_of(outcomes, candidate.decisions, counts),
        audit={
            rule: Audited(
                findings=sum(one.rule == rule for one in findings),
                answered=sum(one.rule == rule and one.answer is not None for one in findings),
            )
            for rule in AUDIT_RULES
        },
        agreement=agreement_of(passes, documents, GOLD_AUTHOR, schema),
        passes={
            author: {
                entry.document.doc_id: _pass_file(candidate.batch, author, entry.passes[author])
                for entry in entries
                if author in entry.passes
            }
            for author in sorted(passes)
        },
        about=candidate.about,
    )


def _pass_file(batch: Batch, author: str, annotation: Annotation) -> PassFile:
    content = read_bytes(batch.annotation_file(author, annotation.doc_id))
    return PassFile(
        sha256=hashlib.sha256(content).hexdigest(),
        made_with=annotation.made_with,
        source=annotation.provenance.source,
        source_sha256=annotation.provenance.source_sha256,
    )


def write_release(made: Draft) -> Release:
    """Write a release whole or not at all.

    Raises:
        UsageMistake: it has come into being meanwhile.
        EnvironmentFailure: the place is not writable.
    """
    gold = made.folder.parent
    try:
        gold.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{made.folder.name}.", dir=gold))
    except OSError as error:
        raise EnvironmentFailure(f"{gold}: cannot be written ({error.strerror}); nothing was changed there") from None
    try:
        for path, content in made.files.items():
            write_bytes(temporary / path, content)
        temporary.chmod(0o755)
        if made.folder.exists():
            raise UsageMistake(f"{made.folder}: exists already, and a release never changes")
        os.replace(temporary, made.folder)
    except OSError as error:
        raise EnvironmentFailure(f"{made.folder}: cannot be written ({error.strerror})") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return Release(made.folder)
