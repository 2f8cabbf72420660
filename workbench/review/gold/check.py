"""Is a gold release whole, unchanged, and true? All faults at once, from what is in its folder alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from schemas import Schema
from workbench.core.errors import EnvironmentFailure, Fault, FaultyData, UsageMistake
from workbench.core.files import read_bytes
from workbench.core.records import AnnotatedDocument, Annotation, Document
from workbench.core.schema import open_schema, stamp
from workbench.corpus.documents import dump_document, read_document
from workbench.corpus.reading import read_annotated
from workbench.corpus.releases import GOLD, Release, is_release, is_version, version_key
from workbench.formats import native
from workbench.review.adjudication.merging import GOLD_AUTHOR
from workbench.review.gold.croissant import croissant
from workbench.review.gold.datasheet import datasheet
from workbench.review.adjudication.decisions import Decisions, read_decisions
from workbench.review.adjudication.decisions import dump as dump_decisions
from workbench.review.gold.counts import counts_of, decided, facts_of, unresolved_items
from workbench.review.gold.manifest import DIGITS, Manifest, dump, read_manifest, sealed
from workbench.review.gold.reasons import doubts, errors, too_large

RULES: Mapping[str, str] = {
    "manifest": "the manifest is whole, canonical and sealed, and names the folder it is in",
    "files": "every file is there and has its hash, and there is no other",
    "schema": "the frozen schema is the one that the manifest names",
    "documents": "texts and their records belong together",
    "annotations": "gold annotations belong to these texts, and have no errors by the frozen schema",
    "decisions": "decisions are about these texts",
    "counts": "counting again gives the numbers of the manifest",
    "told": "datasheet and metadata tell what the manifest says",
    "doubts": "values and codes are there, and every finding of the audit is answered",
}
"""What must hold, by the name of the rule."""

T = TypeVar("T")


class CheckedRelease(NamedTuple):
    """What is wrong with a release; `manifest` is None when it cannot be read, and then nothing else is checked."""

    release: Release
    manifest: Manifest | None
    faults: tuple[Fault, ...]


class _Content(NamedTuple):
    """What could be read of a release, by document."""

    documents: Mapping[str, Document]
    annotations: Mapping[str, Annotation]
    decisions: Mapping[str, Decisions]

    @property
    def annotated(self) -> tuple[AnnotatedDocument, ...]:
        """The documents of which text and annotation could be read."""
        return tuple(
            AnnotatedDocument(doc_id, self.annotations[doc_id], document.text, document.zones)
            for doc_id, document in self.documents.items()
            if doc_id in self.annotations
        )


def check_release(release: Release) -> CheckedRelease:
    """Find everything that is wrong with a release."""
    try:
        manifest = read_manifest(release.manifest_file)
    except FaultyData as error:
        return CheckedRelease(release, None, tuple(fault._replace(rule="manifest") for fault in error.faults))
    faults = [*_manifest(release, manifest), *_files(release, manifest)]
    try:
        schema = open_schema(str(release.schema_file))
    except (FaultyData, UsageMistake) as error:
        faults.append(
            _fault("schema", f"cannot be read, so nothing can be checked against it: {error}", release.schema_file)
        )
        return CheckedRelease(release, manifest, tuple(faults))
    if stamp(schema) != manifest.made_with:
        message = (
            f"is {schema.id} {schema.version} with another hash than the manifest names for {manifest.made_with.id}"
        )
        faults.append(_fault("schema", message, release.schema_file))
    content = _read(release, manifest, faults)
    faults += _documents(release, content)
    faults += _annotations(release, content, schema)
    faults += _decisions(release, content)
    faults += _counts(release, manifest, content, schema)
    faults += _told(release, manifest, schema)
    faults += _doubts(release, manifest, content, schema)
    return CheckedRelease(release, manifest, tuple(dict.fromkeys(faults)))


def _fault(rule: str, message: str, source: Path, path: str = "") -> Fault:
    return Fault(message, path, source, rule=rule)


def _manifest(release: Release, manifest: Manifest) -> Iterator[Fault]:
    file = release.manifest_file
    if dump(manifest).encode() != read_bytes(file):
        yield _fault("manifest", "is not laid out as a manifest is written: it was edited", file)
    if sealed(manifest).seal != manifest.seal:
        yield _fault("manifest", "is not what was sealed: something in it was changed", file, "seal")
    if manifest.release != release.version:
        yield _fault("manifest", f"is {manifest.release!r}, but the folder is {release.version!r}", file, "release")
    if not is_version(manifest.release):
        yield _fault("manifest", f"{manifest.release!r} is no version: three numbers are needed", file, "release")
    elif manifest.previous is not None and version_key(manifest.previous) >= version_key(manifest.release):
        yield _fault("manifest", f"{manifest.previous!r} does not come before {manifest.release!r}", file, "previous")
    outcomes = manifest.adjudication.outcomes
    if "open" in outcomes or sum(outcomes.values()) != sum(
        sum(row.values()) for row in manifest.adjudication.units.values()
    ):
        yield _fault("manifest", "units are open, or their kinds do not add up", file, "adjudication.outcomes")
    share = outcomes.get("unresolved", 0) / sum(outcomes.values()) if outcomes else 0.0
    if round(share, DIGITS) != manifest.adjudication.unresolved_units:
        yield _fault("manifest", f"is not the share {share:.{DIGITS}f}", file, "adjudication.unresolved_units")
    shares = {"units": manifest.adjudication.unresolved_units, "items": manifest.adjudication.unresolved_items}
    yield from (fault._replace(source=file) for fault in too_large(shares))


def _files(release: Release, manifest: Manifest) -> Iterator[Fault]:
    """Files that are missing, changed or added; hidden ones count too."""
    folder = release.folder
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if not path.is_dir()}
    for name, digest in manifest.files.items():
        if name not in found:
            yield _fault("files", "missing", folder / name)
        elif hashlib.sha256(read_bytes(found[name])).hexdigest() != digest:
            yield _fault("files", "changed: it does not have the hash that the manifest gives", folder / name)
    for name, path in found.items():
        if name not in manifest.files and path != release.manifest_file:
            yield _fault("files", "added: the manifest does not know it", path)
    wanted = {release.schema_file, release.guidelines_file, release.datasheet_file, release.croissant_file}
    for doc_id in manifest.documents:
        wanted |= {release.annotation_file(doc_id), release.decisions_file(doc_id)}
        wanted |= {release.documents_folder / f"{doc_id}{ending}" for ending in (".txt", ".json")}
    for path in sorted(wanted):
        if path.relative_to(folder).as_posix() not in manifest.files:
            yield _fault("files", "the manifest has no hash for it", path)


def _read(release: Release, manifest: Manifest, faults: list[Fault]) -> _Content:
    """Read what can be read, and collect the faults of the rest; missing files are a matter of `_files`."""

    def each(read: Callable[[str], T], rule: str) -> dict[str, T]:
        made: dict[str, T] = {}
        for doc_id in manifest.documents:
            try:
                made[doc_id] = read(doc_id)
            except FaultyData as error:
                faults.extend(fault._replace(rule=rule) for fault in error.faults)
            except UsageMistake:
                continue
        return made

    return _Content(
        each(lambda doc_id: read_document(release.documents_folder, doc_id), "documents"),
        each(lambda doc_id: native.read(release.annotation_file(doc_id)).annotation, "annotations"),
        each(lambda doc_id: read_decisions(release.decisions_file(doc_id)), "decisions"),
    )


def _documents(release: Release, content: _Content) -> Iterator[Fault]:
    for doc_id, document in content.documents.items():
        file = release.documents_folder / f"{doc_id}.json"
        if dump_document(document).record.encode() != read_bytes(file):
            yield _fault("documents", "is not laid out as a record is written", file)


def _annotations(release: Release, content: _Content, schema: Schema) -> Iterator[Fault]:
    for doc_id, annotation in content.annotations.items():
        file = release.annotation_file(doc_id)
        document = content.documents.get(doc_id)
        wanted = {"doc_id": doc_id, "author": GOLD_AUTHOR, "made_with": stamp(schema)}
        wanted |= {"text_sha256": document.text_sha256} if document else {}
        for field, value in wanted.items():
            if getattr(annotation, field) != value:
                name = "schema" if field == "made_with" else field
                yield _fault("annotations", f"is not that of this release, {value}", file, name)
        if native.dump(annotation).encode() != read_bytes(file):
            yield _fault("annotations", "is not laid out as an annotation is written", file)
    for one in content.annotated:
        for fault in errors(one, schema):
            path = fault.path.removeprefix(one.doc_id).strip()
            yield fault._replace(rule="annotations", source=release.annotation_file(one.doc_id), path=path)


def _decisions(release: Release, content: _Content) -> Iterator[Fault]:
    for doc_id, decisions in content.decisions.items():
        file = release.decisions_file(doc_id)
        document = content.documents.get(doc_id)
        if decisions.doc_id != doc_id:
            yield _fault("decisions", f"are about {decisions.doc_id!r}", file, "doc_id")
        if document is not None and decisions.text_sha256 != document.text_sha256:
            yield _fault("decisions", "are about another text", file, "text_sha256")
        if dump_decisions(decisions).encode() != read_bytes(file):
            yield _fault("decisions", "are not laid out as decisions are written", file)


def _counts(release: Release, manifest: Manifest, content: _Content, schema: Schema) -> Iterator[Fault]:
    """Numbers of the manifest that counting again does not give; only of what could be read whole."""
    file, known = release.manifest_file, manifest.documents
    for doc_id, document in content.documents.items():
        if doc_id in content.annotations:
            counted = facts_of(document, content.annotations[doc_id], known[doc_id].passes, schema)
            yield from _different(known[doc_id].model_dump(), counted.model_dump(), file, f"documents.{doc_id}")
    if len(content.annotations) == len(known):
        counts = counts_of([content.annotations[doc_id] for doc_id in known], schema)
        yield from _different(manifest.counts.model_dump(), counts.model_dump(), file, "counts")
        again = {"unresolved_items": unresolved_items(counts)}
        yield from _different(manifest.adjudication.model_dump(include=set(again)), again, file, "adjudication")
    if len(content.decisions) == len(known):
        made = decided(tuple(content.decisions.values()))
        yield from _different(manifest.adjudication.model_dump(include=set(made)), made, file, "adjudication")


def _different(told: Mapping[str, object], counted: Mapping[str, object], file: Path, path: str) -> Iterator[Fault]:
    """The numbers that differ, down to the single one."""
    for name in dict.fromkeys((*told, *counted)):
        one, other = told.get(name), counted.get(name)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            yield from _different(one, other, file, f"{path}.{name}")
        elif one != other:
            yield _fault("counts", f"is {one!r}, counted again {other!r}", file, f"{path}.{name}")


def _told(release: Release, manifest: Manifest, schema: Schema) -> Iterator[Fault]:
    listed = {name: digest for name, digest in manifest.files.items() if name != release.croissant_file.name}
    made: Mapping[Path, Callable[[], str]] = {
        release.datasheet_file: lambda: datasheet(manifest, schema),
        release.croissant_file: lambda: croissant(manifest, schema, listed),
    }
    for file, make in made.items():
        if file.is_file() and read_bytes(file) != make().encode():
            yield _fault("told", "does not tell what the manifest says", file)


def _doubts(release: Release, manifest: Manifest, content: _Content, schema: Schema) -> Iterator[Fault]:
    """Values, codes and findings; a rule of the audit that did not exist at the time of the release asks nothing."""
    documents, decisions = content.annotated, tuple(content.decisions.values())
    for doubt in doubts(documents, schema, decisions, _before(release, manifest), tuple(manifest.audit)):
        yield doubt.fault._replace(rule="doubts", source=release.annotation_file(doubt.finding.doc_id))


def _before(release: Release, manifest: Manifest) -> Sequence[AnnotatedDocument]:
    """The release before, if it is at hand and can be read."""
    folder = release.root / GOLD / (manifest.previous or "")
    if manifest.previous is None or not is_release(folder):
        return ()
    try:
        return read_annotated(folder)
    except (FaultyData, UsageMistake, EnvironmentFailure):
        return ()
