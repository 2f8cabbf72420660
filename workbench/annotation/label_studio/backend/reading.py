"""A task of Label Studio to the document that extractors read, as the corpus has it."""

from __future__ import annotations

import msgspec

from workbench.core.errors import Fault, FaultyData
from workbench.core.records import Document, Zone
from workbench.corpus.meta import read_meta
from workbench.corpus.sentences import split_sentences
from workbench.formats.label_studio import documents_of
from workbench.formats.label_studio.controls import DOC_ID, TEXT


def document_of(content: bytes) -> Document:
    """The document of a task, given as JSON: its text, its zones, and what the page says of itself in them.

    Raises:
        FaultyData: it is no task, has no text, or its zones are not of its text.
    """
    try:
        task = msgspec.json.decode(content)
    except ValueError:
        raise _faulty("the task is no JSON of valid Unicode", "") from None
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict):
        raise _faulty("this is no task: an object with data is needed", "data")
    if not isinstance(data.get(TEXT), str):
        raise _faulty(f"the task has no text; it is looked for in data.{TEXT}", f"data.{TEXT}")
    shared = {name: data[name] for name in (TEXT, DOC_ID) if name in data}
    [found] = documents_of({"id": task.get("id"), "data": shared, "meta": task.get("meta")})
    faults = [fault._replace(source=None) for fault in found.faults]
    if found.document is None or faults:
        raise FaultyData(faults)
    text, zones = data[TEXT], found.document.zones
    _check_zones(zones, len(text))
    return Document(
        doc_id=found.document.doc_id,
        text=text,
        meta=read_meta(text, zones),
        zones=zones,
        sentences=split_sentences(text),
    )


def _check_zones(zones: tuple[Zone, ...], length: int) -> None:
    end = 0
    for index, zone in enumerate(zones):
        if not end <= zone.start < zone.end <= length:
            message = f"[{zone.start}, {zone.end}] is out of order or outside of the text ({length} characters)"
            raise _faulty(message, f"meta.wb.zones[{index}]")
        end = zone.end


def _faulty(message: str, path: str) -> FaultyData:
    return FaultyData([Fault(message, path, rule="record")])
