"""Bring somebody's annotations of the raw or clean reports into a batch, without dropping anything in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from schemas import Schema
from workbench.core.checks import check
from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.files import read_bytes
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Document, Provenance, SchemaStamp, Zone, move_mentions
from workbench.core.schema import stamp
from workbench.core.text import Edit, Fragments, Span, apply_edits, surface, undo_edits
from workbench.corpus.tasks import Batch
from workbench.formats import native, plain
from workbench.formats.plain import PlainDocument, in_file

Offsets = Literal["raw", "clean"]


class ZoneDifference(NamedTuple):
    """A stretch that the received file and the batch put into different zones (None: into no zone)."""

    span: Span
    text: str
    received: str | None
    ours: str | None


class ImportedDocument(NamedTuple):
    """What came in for one document: the annotation, and what was noticed on the way."""

    annotation: Annotation
    zone_differences: tuple[ZoneDifference, ...]
    warnings: tuple[Fault, ...]


def import_annotations(
    file: Path, batch: Batch, author: str, schema: Schema, offsets: Offsets = "clean"
) -> tuple[ImportedDocument, ...]:
    """Read a file of plain JSON lines and move it onto the batch's documents; nothing is written.

    With raw offsets every slice is verified twice: against the raw text, and after the move against the cleaned slice.
    A file that covers a whole document (its `scope`) counts as finished in all layers.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: anything does not fit; all faults are listed with line and path.
    """
    content_hash = sha256(read_bytes(file)).hexdigest()
    received = plain.read(file, schema)
    faults: list[Fault] = []
    imported: list[ImportedDocument] = []
    for item in received:
        provenance = Provenance(
            source=file.name,
            source_sha256=content_hash,
            parameters={
                "offsets": offsets,
                "made_with": _made_with(item.document.annotation),
                "author": item.document.annotation.author,
            },
        )
        found, problems = _import_one(item, batch, schema, offsets)
        faults += [in_file(problem, file, item.line) for problem in problems]
        if found is None:
            continue
        annotation = found.annotation.model_copy(update={"author": author, "provenance": provenance})
        imported.append(found._replace(annotation=annotation))
    if faults:
        raise FaultyData(faults)
    return tuple(imported)


def publish(imported: Iterable[ImportedDocument], batch: Batch, replace: bool = False) -> None:
    """Write imported annotations as files of their author; with `replace`, over other ones.

    Raises:
        UsageMistake: the author already has different annotations and `replace` was not asked for; nothing is written.
        EnvironmentFailure: the folder is not writable.
    """
    files = {
        batch.annotation_file(item.annotation.author or "", item.annotation.doc_id): item.annotation
        for item in imported
    }
    differing = [
        file
        for file, annotation in files.items()
        if file.exists() and read_bytes(file) != native.dump(annotation).encode()
    ]
    if differing and not replace:
        names = ", ".join(file.stem for file in differing)
        raise UsageMistake(
            f"{differing[0].parent} already has other annotations of {names}; use --replace to lose them"
        )
    for file, annotation in files.items():
        native.write(file, annotation)


def _made_with(annotation: Annotation) -> str | None:
    return f"{annotation.made_with.id} {annotation.made_with.version}" if annotation.made_with else None


def _import_one(
    item: PlainDocument, batch: Batch, schema: Schema, offsets: Offsets
) -> tuple[ImportedDocument | None, list[Fault]]:
    annotation = item.document.annotation
    if annotation.doc_id not in batch.document_ids():
        known = nearest(annotation.doc_id, batch.document_ids())
        return None, [Fault(f"batch {batch.name} has no document {annotation.doc_id!r}{known}", "doc_id", rule="ids")]
    document = batch.document(annotation.doc_id)
    raw = undo_edits(document.text, document.edits)
    basis = raw if offsets == "raw" else document.text
    faults = list(_wrong_text(item, document, basis, offsets))
    faults += check_integrity(annotation.model_copy(update={"text_sha256": None}), basis)
    faults += _zone_faults(item.document.zones, basis)
    if faults:
        return None, [*_other_basis(annotation, raw, offsets), *faults]
    zones = item.document.zones
    if offsets == "raw":
        moved = _Mover(document, raw)
        annotation = move_mentions(annotation, moved.mention)
        zones = tuple(moved.zones(zones))
        if moved.faults:
            return None, moved.faults
    annotation = annotation.model_copy(
        update={
            "made_with": _stamp(annotation, schema),
            "text_sha256": document.text_sha256,
            "finished_layers": _finished(item, schema, len(basis)),
            "extra": {**annotation.extra, **_zone_record(zones)},
        }
    )
    found = _version_faults(item, schema) + list(check(annotation, schema, document.text, document.zones))
    warnings = tuple(fault for fault in found if fault.severity == "warning")
    differences = tuple(zone_differences(zones, document)) if zones or item.scope else ()
    return ImportedDocument(annotation, differences, warnings), [f for f in found if f.severity == "error"]


def _stamp(annotation: Annotation, schema: Schema) -> SchemaStamp:
    """What the file says it was made with; of this version, or where it says nothing, the schema here."""
    said = annotation.made_with
    return said if said is not None and said.version != schema.version else stamp(schema)


def _wrong_text(item: PlainDocument, document: Document, basis: str, offsets: Offsets) -> Iterator[Fault]:
    """Faults when the file says it is about another text than the batch's."""
    claims = (
        (item.raw_sha256, document.raw_sha256, "sha256"),
        (item.document.annotation.text_sha256, document.text_sha256, "text_sha256"),
    )
    for claimed, ours, path in claims:
        if claimed is not None and claimed != ours:
            message = (
                f"{path} is not that of {document.doc_id} in the batch: the text is not the one that was annotated"
            )
            yield Fault(message, path, rule="text-hash")
    if item.document.text is not None and item.document.text != basis:
        message = f"the text differs from the {offsets} text of {document.doc_id}"
        yield Fault(message, "text", rule="text-hash")


def _zone_faults(zones: Iterable[Zone], basis: str) -> Iterator[Fault]:
    """Faults of zones that are not inside the text, or that quote another text than is there."""
    for index, zone in enumerate(zones):
        if zone.end > len(basis):
            message = f"{zone.end} is past the end of the text ({len(basis)} characters)"
            yield Fault(message, f"zones[{index}].end", rule="offsets")
        elif zone.extra.get("text", basis[zone.start : zone.end]) != basis[zone.start : zone.end]:
            message = f"{zone.extra['text']!r} is not the text at these offsets"
            yield Fault(message, f"zones[{index}].text", rule="text")


def _other_basis(annotation: Annotation, raw: str, offsets: Offsets) -> Iterator[Fault]:
    """Advice for the likeliest mistake: raw offsets taken for clean ones."""
    if offsets == "clean" and not check_integrity(annotation.model_copy(update={"text_sha256": None}), raw):
        yield Fault("the offsets fit the raw report, not its clean text: import with --offsets raw", rule="offsets")


def _finished(item: PlainDocument, schema: Schema, length: int) -> tuple[str, ...] | None:
    """The layers the file says are finished; all of them when it covers the whole document."""
    stated = item.document.annotation.finished_layers
    if stated is None and item.scope is not None:
        return schema.finishable if item.scope == (0, length) else ()
    return stated


def _version_faults(item: PlainDocument, schema: Schema) -> list[Fault]:
    """Faults of the schema the file says it was made with: judged before the annotation gets our stamp."""
    header = Annotation(doc_id=item.document.doc_id, made_with=item.document.annotation.made_with)
    return list(check(header, schema))


def _zone_record(zones: Iterable[Zone]) -> dict[str, object]:
    """The author's own zones, kept beside the annotation because the batch's zones are what counts."""
    kept = [zone.model_dump(exclude_defaults=True, exclude={"extra"}) for zone in zones]
    return {"zones": kept} if kept else {}


class _Mover:
    """Moves raw positions of one document to clean ones and collects what cannot be moved."""

    def __init__(self, document: Document, raw: str) -> None:
        self.document = document
        self.raw = raw
        self.faults: list[Fault] = []

    def zones(self, zones: Iterable[Zone]) -> Iterator[Zone]:
        """The zones in clean positions; one that was deleted whole is a fault."""
        for index, zone in enumerate(zones):
            span = self.document.offsets.to_clean(zone.span)
            if not span.length:
                self.faults.append(Fault("cleaning deleted all of this zone", f"zones[{index}]", rule="offsets"))
                continue
            yield zone.model_copy(update={"start": span.start, "end": span.end})

    def mention(self, fragments: Fragments, path: str) -> Mapping[str, object]:
        """Clean fragments and text of a mention; a fault when cleaning deleted it or its slices disagree."""
        spans = []
        for fragment in fragments:
            span = self.document.offsets.to_clean(fragment)
            cleaned = apply_edits(self.raw[fragment.start : fragment.end], list(self._edits_inside(fragment)))
            if not span.length:
                message = f"cleaning deleted all of {self.raw[fragment.start : fragment.end]!r}"
                self.faults.append(Fault(message, path, rule="offsets"))
                return {"fragments": fragments}
            if self.document.text[span.start : span.end] != cleaned:
                message = f"the clean slice {self.document.text[span.start : span.end]!r} is not {cleaned!r}"
                self.faults.append(Fault(message, path, rule="text"))
            spans.append(span)
        return {"fragments": tuple(spans), "text": surface(self.document.text, spans)}

    def _edits_inside(self, raw: Span) -> Iterator[Edit]:
        """The edits of a raw slice, cut at its ends, in positions of the slice."""
        for edit in self.document.edits:
            start, end = max(edit.raw_start, raw.start), min(edit.raw_end, raw.end)
            if start < end:
                old = edit.old[start - edit.raw_start : end - edit.raw_start]
                yield Edit(start - raw.start, old, edit.new, edit.kind)


def zone_differences(received: Iterable[Zone], document: Document) -> Iterator[ZoneDifference]:
    """The stretches, with more than white space in them, that received zones and the document's judge differently."""
    kinds: list[list[str | None]] = [[None] * len(document.text) for _ in range(2)]
    for side, zones in zip(kinds, (received, document.zones), strict=True):
        for zone in zones:
            side[zone.start : zone.end] = [zone.kind] * (zone.end - zone.start)
    judged = list(zip(*kinds, strict=True))
    start = 0
    while start < len(judged):
        end = start + 1
        while end < len(judged) and judged[end] == judged[start]:
            end += 1
        theirs, ours = judged[start]
        text = document.text[start:end]
        if theirs != ours and text.strip():
            yield ZoneDifference(Span(start, end), text, theirs, ours)
        start = end
