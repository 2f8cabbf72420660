"""JSON lines of texts with labelled spans and links between spans: what the formats of doccano and Prodigy share.

A span has one fragment, so neither holds discontinuous entities, nor relations to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.core.decoding import foreign_json_lines
from workbench.core.errors import Fault, FaultyData
from workbench.core.files import parse_json
from workbench.core.records import AnnotatedDocument, Annotation, Entity
from workbench.formats.contract import ReadDocument
from workbench.formats.losses import Loss, losses_of
from workbench.formats.text_file import TextFile

_LOST = (
    *("discontinuous", "frames", "attributes", "values", "clusters", "notes", "scores", "zones"),
    *("layers", "provenance", "extra"),
)


class SpanLine:
    """The object on one line; what is taken from it is gone from `fields`, what is wrong with it is in `faults`."""

    def __init__(self, source: Path, line: int, fields: Mapping[str, Any]) -> None:
        self.source = source
        self.line = line
        self.fields = dict(fields)
        self.faults: list[Fault] = []

    def fault(self, path: str, message: str) -> None:
        """Note that something of the line is left out."""
        self.faults.append(Fault(message, path, self.source, self.line, "record"))

    def items(self, key: str) -> Iterator[tuple[str, Any]]:
        """Take a list; its items with their paths."""
        items = self.fields.pop(key, None)
        if items is not None and not isinstance(items, list):
            self.fault(key, f"a list is needed here, not {shown(items)}")
        elif items is not None:
            yield from ((f"{key}[{index}]", item) for index, item in enumerate(items))

    def objects(self, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Take a list of objects; those that are objects, as they may be taken apart, with their paths."""
        for path, item in self.items(key):
            if isinstance(item, dict):
                yield path, dict(item)
            else:
                self.fault(path, f"an object is needed here, not {shown(item)}")

    def integer(self, item: dict[str, Any], key: str, path: str) -> int | None:
        """Take an integer; None, and a fault, where it is none."""
        value = item.pop(key, None)
        if type(value) is int:
            return value
        self.fault(f"{path}.{key}", "missing" if value is None else f"an integer is needed here, not {shown(value)}")
        return None

    def words(self, item: dict[str, Any], key: str, path: str = "") -> str | None:
        """Take a string that is not empty; None, and a fault, where it is none."""
        value = item.pop(key, None)
        if isinstance(value, str) and value:
            return value
        place = f"{path}.{key}".removeprefix(".")
        self.fault(place, "missing" if value is None else f"a non-empty string is needed here, not {shown(value)}")
        return None

    def text(self, key: str = "text") -> str | None:
        """Take the text, which may be empty."""
        value = self.fields.pop(key, None)
        if isinstance(value, str):
            return value
        self.fault(key, "missing" if value is None else f"a string is needed here, not {shown(value)}")
        return None

    def name(self, said: Any) -> str:
        """A document's id as the line says it, else the name of the file with the number of the line."""
        return str(said) if is_name(said) else f"{self.source.stem}-{self.line}"


def is_name(value: Any) -> bool:
    """Tell whether a value names something: a string that is not empty, or a number."""
    return type(value) is int or (isinstance(value, str) and value != "")


def shown(value: Any) -> str:
    """A value as messages show it, cut where it is long."""
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 40 else f"{words[:39]}…"


def read_span_lines(
    path: Path, repair: bool, document_of: Callable[[SpanLine], AnnotatedDocument | None]
) -> Iterator[ReadDocument]:
    """Read the documents of a file; a line of which `document_of` makes nothing, without a fault, is left out.

    Raises:
        UsageMistake: there is no such file.
        EnvironmentFailure: it may not be read.
        FaultyData: it spreads an object over several lines.
    """
    for number, decoded in foreign_json_lines(path, repair):
        document, faults = None, decoded.faults
        if decoded.text is not None:
            document, faults = _read_line(decoded.text, path, number, document_of)
        if document is not None or faults:
            yield ReadDocument(document, path, {}, number, faults, decoded.repairs)


def _read_line(
    words: str, path: Path, number: int, document_of: Callable[[SpanLine], AnnotatedDocument | None]
) -> tuple[AnnotatedDocument | None, tuple[Fault, ...]]:
    try:
        fields = parse_json(words, path, number)
    except FaultyData as error:
        return None, error.faults
    if not isinstance(fields, dict):
        message = f"an object is needed on each line, not {shown(fields)}"
        return None, (Fault(message, source=path, line=number, rule="record"),)
    line = SpanLine(path, number, fields)
    document = document_of(line)
    return document, tuple(line.faults)


class SpanLineWriter:
    """Writes documents as JSON objects, one a line."""

    def __init__(self, path: Path, to_json: Callable[[AnnotatedDocument, str], Mapping[str, Any]]) -> None:
        self._file = TextFile(path)
        self._to_json = to_json

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            FaultyData: it has no text.
            EnvironmentFailure: the place is not writable.
        """
        if document.text is None:
            message = f"document {document.doc_id!r} has no text; give it one, spans are shown in it"
            raise FaultyData([Fault(message, "text", rule="text")])
        self._file.write(json.dumps(self._to_json(document, document.text), ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def is_span(entity: Entity) -> bool:
    """Tell whether an entity has one fragment."""
    return len(entity.fragments) == 1


def lost_relations(annotation: Annotation, by_place: bool) -> frozenset[int]:
    """The relations that spans cannot hold, by index: those with a discontinuous end.

    With `by_place`, ends are told by their place and type, and relations between two of one place and type go too.
    """
    known = annotation.entity_by_id
    lost = set()
    for index, relation in enumerate(annotation.relations):
        head, tail = known[relation.head], known[relation.tail]
        same = by_place and (head.fragments, head.type) == (tail.fragments, tail.type)
        if same or not (is_span(head) and is_span(tail)):
            lost.add(index)
    return frozenset(lost)


def losses_of_spans(document: AnnotatedDocument, by_place: bool) -> Iterator[Loss]:
    """Everything that is not the place and type of a span or the type of a link; see `lost_relations`."""
    lost = lost_relations(document.annotation, by_place)
    for index in sorted(lost):
        relation = document.annotation.relations[index]
        yield Loss("relations", document.doc_id, f"relations[{index}]", f"{relation.id} {relation.type}")
    gone = tuple(f"relations[{index}]" for index in lost)
    yield from (loss for loss in losses_of(document, _LOST) if not loss.path.startswith(gone))
