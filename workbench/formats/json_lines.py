"""Plain JSON lines as a format of collections: read and written one line, one document, at a time.

What a line looks like is the matter of `workbench.formats.plain`, which says what is wrong with one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.core.decoding import foreign_json_lines
from workbench.core.errors import Fault, FaultyData
from workbench.core.records import AnnotatedDocument
from workbench.formats import plain, quick
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample, WriteSettings
from workbench.formats.losses import Loss
from workbench.formats.remainder import document_remainder, without_nothing

FORMAT = Format("jsonl", "plain JSON lines", (".jsonl", ".ndjson"), "file")

_KEYS = {
    *("doc_id", "text", "entities", "relations", "events", "zones", "author", "schema", "text_sha256"),
    *("finished_layers", "provenance", "extra"),
}


def _is_range(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(bound) is int for bound in value)


_RAW: Mapping[str, Callable[[Any], bool]] = {"sha256": lambda value: isinstance(value, str), "scope": _is_range}
"""What a line says of the raw report at its top, and what it must be to be said there."""


def recognise(sample: Sample) -> bool:
    """Tell whether the first object is a document of ours: it has a `doc_id`, and no entities as doccano has them."""
    record = sample.record
    if record is None or not ("doc_id" in record or "doc" in record) or "format" in record:
        return False
    entities = record.get("entities")
    first = entities[0] if isinstance(entities, list) and entities else {}
    of_doccano = "Comments" in record or not isinstance(first, dict) or "start_offset" in first
    return not of_doccano and ("label" not in first or "type" in first)


def is_certain(sample: Sample) -> bool:
    """Tell whether the first document has our keys only, so that no other format can claim the file."""
    return recognise(sample) and set(sample.record or ()) <= _KEYS


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read a file line by line; a line that is no document is a fault of its own.

    Raises:
        FaultyData: the file spreads an object over several lines.
    """
    for number, decoded in foreign_json_lines(path, settings.repair):
        document, faults = None, decoded.faults
        if decoded.text is not None:
            document, faults = _document(decoded.text, path, number, settings)
        yield ReadDocument(document, path, line=number, faults=faults, repairs=decoded.repairs)


def _document(
    content: str, path: Path, number: int, settings: ReadSettings
) -> tuple[AnnotatedDocument | None, tuple[Fault, ...]]:
    usual = quick.decode_whole(content.encode())
    if usual is not None:
        return usual, ()
    try:
        found, faults = plain.read_partly(content, path, number, settings.schema)
    except FaultyData as error:
        return None, error.faults
    return (_with_raw(found) if found else None), faults


def _with_raw(found: plain.PlainDocument) -> AnnotatedDocument:
    """The document with what the line says of the raw report, which other formats can only carry in `extra`."""
    said = {"sha256": found.raw_sha256, "scope": list(found.scope) if found.scope else None}
    kept = {name: part for name, part in said.items() if part is not None}
    annotation = found.document.annotation
    if not kept:
        return found.document
    return found.document._replace(annotation=annotation.model_copy(update={"extra": {**annotation.extra, **kept}}))


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Nothing: all of a document is kept."""
    del document, settings
    yield from ()


def writer(path: Path, settings: WriteSettings) -> JsonLinesWriter:
    """Begin a file."""
    del settings
    return JsonLinesWriter(path)


class JsonLinesWriter:
    """Writes one line for each document."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document."""
        self._file.write(dump_line(document))

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def dump_line(document: AnnotatedDocument) -> str:
    """A document as one line, with its line end: the same document is always the same bytes."""
    # Readers take `.txt` off the end of an id, as other programs name documents by their files.
    doc_id = f"{document.doc_id}.txt" if document.doc_id.endswith(".txt") else document.doc_id
    said = document_remainder(document)
    extra = said.pop("extra", {})
    raw = {name: extra.pop(name) for name, fits in _RAW.items() if name in extra and fits(extra[name])}
    items = document.annotation.model_dump(mode="json", exclude_none=True, include={"entities", "relations", "frames"})
    content = {
        "doc_id": doc_id,
        **({} if document.text is None else {"text": document.text}),
        **raw,
        **said,
        "entities": [_mention(entity) for entity in items["entities"]],
        "relations": [without_nothing(relation) for relation in items["relations"]],
        "events": [_event(frame) for frame in items["frames"]],
        **({"extra": extra} if extra else {}),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _event(frame: dict[str, Any]) -> dict[str, Any]:
    trigger = frame.pop("trigger", None)
    arguments = [without_nothing(argument) for argument in frame.pop("arguments", ())]
    return {
        **without_nothing(frame),
        **({"trigger": _mention(trigger)} if trigger is not None else {}),
        "arguments": arguments,
    }


def _mention(mention: dict[str, Any]) -> dict[str, Any]:
    """A mention with `start` and `end`, or with fragments where it has several."""
    if len(mention["fragments"]) > 1:
        return without_nothing(mention)
    (place,) = mention.pop("fragments")
    rest = without_nothing(mention)
    named = {name: rest.pop(name) for name in ("id", "type") if name in rest}
    return {**named, "start": place[0], "end": place[1], **rest}
