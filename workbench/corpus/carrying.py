"""Carrying annotations over to a newly cleaned text: old clean positions → raw → new clean positions.

Owns the move and its verification: every slice must read the same after it. The raw report must be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from workbench.core.errors import Fault, FaultyData
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Document, Zone, move_mentions
from workbench.core.text import Fragments, Span
from workbench.formats import native


class Carried(NamedTuple):
    """The new content of an annotation file."""

    file: Path
    content: str


def carry_file(file: Path, old: Document, new: Document) -> Carried:
    """Move the annotation in `file` from the old text of its document to the new one; nothing is written.

    A file that an interrupted run has already moved stays as it is.

    Raises:
        FaultyData: the annotation is broken, or characters it covers vanished or changed; all faults.
    """
    annotation = native.read(file).annotation
    if annotation.text_sha256 == new.text_sha256:
        return Carried(file, native.dump(annotation))
    faults = list(check_integrity(annotation, old.text))
    if annotation.doc_id != old.doc_id:
        faults.append(Fault(f"is {annotation.doc_id!r}, but the file is of {old.doc_id!r}", "doc_id", rule="ids"))
    if not faults:
        moving = _Moving(old, new)
        annotation = moving.annotation(annotation)
        faults = moving.faults
    if faults:
        raise FaultyData(fault._replace(source=file) for fault in faults)
    return Carried(file, native.dump(annotation))


class _Moving:
    """Moves positions between two cleanings of one raw report, and collects what cannot be moved."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self.faults: list[Fault] = []

    def annotation(self, annotation: Annotation) -> Annotation:
        """The annotation in new positions."""
        moved = move_mentions(annotation, lambda fragments, path: {"fragments": self._moved(fragments, path)})
        return moved.model_copy(
            update={"text_sha256": self.new.text_sha256, "extra": self._extra(annotation.extra)},
        )

    def _extra(self, extra: Mapping[str, Any]) -> Mapping[str, Any]:
        """The author's own zones are the only positions outside of mentions; they may lose white space on the way."""
        if not isinstance(extra.get("zones"), list):
            return extra
        moved = []
        for index, zone in enumerate(extra["zones"]):
            there = self._moved_zone(zone)
            if there is None:
                message = "is not a zone of the old text, or cleaning now deletes all of it"
                self.faults.append(Fault(message, f"extra.zones[{index}]", rule="carry"))
            else:
                moved.append({**zone, "start": there.start, "end": there.end})
        return {**extra, "zones": moved}

    def _moved_zone(self, content: Any) -> Span | None:
        try:
            zone = Zone.model_validate(content)
        except ValidationError:
            return None
        if zone.end > len(self.old.text):
            return None
        there = self.new.offsets.to_clean(self.old.offsets.to_raw(zone.span))
        return there if there.length else None

    def _moved(self, fragments: Fragments, path: str) -> Fragments:
        moved = []
        for fragment in fragments:
            span = self.new.offsets.to_clean(self.old.offsets.to_raw(fragment))
            was, now = self.old.text[fragment.start : fragment.end], self.new.text[span.start : span.end]
            if was != now:
                message = f"{was!r} at [{fragment.start}, {fragment.end}) reads {now!r} in the newly cleaned text"
                self.faults.append(Fault(message, path, rule="carry"))
            moved.append(span)
        return tuple(moved)
