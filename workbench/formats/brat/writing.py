"""Writing of brat standoff: a folder with texts, annotations, and the configuration that brat shows them by."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import write_text
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Frame, Relation, Trigger
from workbench.core.values import Value
from workbench.formats.brat import lines, natural
from workbench.formats.brat.configuration import Configuration
from workbench.formats.brat.natural import OWN, own_lines
from workbench.formats.contract import WriteSettings
from workbench.formats.losses import Loss
from workbench.formats.naming import file_stem, refuse_mark
from workbench.formats.remainder import document_remainder, lean, value_to_json

_CLUSTER = re.compile(r"(\S+)-[0-9]+")
_EQUIV = "Equiv"
_USUAL_ENDS = ("Arg1", "Arg2")


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Lines kept for brat whose mentions or events are gone; all else is kept."""
    del settings
    for row in _kept_lines(document.annotation).gone:
        yield Loss("extra", document.doc_id, f"extra.{OWN}", row.replace("\t", " "))


def writer(path: Path, settings: WriteSettings) -> BratWriter:
    """Begin a collection; see `BratWriter`."""
    return BratWriter(path, settings)


class BratWriter:
    """Writes each document as `.txt` and `.ann`, and at the end the configuration: of the schema and what was met."""

    def __init__(self, folder: Path, settings: WriteSettings) -> None:
        self._folder = folder
        self._configuration = Configuration(settings.schema)
        folder.mkdir(parents=True)

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            FaultyData: its text is not known.
            EnvironmentFailure: the place is not writable.
        """
        if document.text is None:
            message = f"document {document.doc_id!r} has no text, which brat needs; convert from a batch or a release"
            raise FaultyData([Fault(message, "text", rule="text")])
        refuse_mark(document.doc_id, document.text)
        stem = file_stem(document.doc_id, folders=True)
        standoff = _Standoff(document, document.text)
        text_file = self._folder / f"{stem}.txt"
        text_file.parent.mkdir(parents=True, exist_ok=True)
        text_file.write_bytes(document.text.encode())
        content = standoff.content(None if stem == document.doc_id else document.doc_id)
        text_file.with_name(f"{text_file.name.removesuffix('.txt')}.ann").write_bytes(content.encode())
        self._configuration.add(document.annotation)

    def close(self) -> None:
        """Write annotation.conf and visual.conf."""
        write_text(self._folder / "annotation.conf", self._configuration.annotation())
        write_text(self._folder / "visual.conf", self._configuration.visual())


class _Standoff:
    """One document as lines; what they cannot say exactly is collected for the remainder."""

    def __init__(self, document: AnnotatedDocument, text: str) -> None:
        self._document = document
        self._text = text
        annotation = document.annotation
        self._framed = [frame for frame in annotation.frames if frame.trigger is not None]
        mentions = _idents("T", [entity.id for entity in annotation.entities] + [""] * len(self._framed))
        self._triggers = mentions[len(annotation.entities) :]
        self._names = dict(zip([entity.id for entity in annotation.entities], mentions, strict=False))
        self._exact: dict[str, dict[str, Any]] = {}
        self._rows: dict[str, list[lines.Line]] = {"A": [], "N": [], "#": []}
        self._own = list(_kept_lines(annotation).rows)
        self._events = {frame.id for frame in self._framed}
        self._last = _last_numbers(self._own)

    def content(self, doc_id: str | None) -> str:
        """The file; `doc_id` is named in it when the file's name is not the id."""
        annotation = self._document.annotation
        rows: list[lines.Line] = []
        for entity in annotation.entities:
            rows += self._entity(entity, self._names[entity.id])
        for frame, ident, trigger in zip(
            self._framed, _idents("E", [frame.id for frame in self._framed]), self._triggers, strict=True
        ):
            rows += self._frame(frame, ident, trigger)
        relations = annotation.relations
        taken = [row.partition("\t")[0] for row in self._own]
        for relation, ident in zip(relations, _idents("R", [one.id for one in relations], taken), strict=True):
            rows += self._relation(relation, ident)
        rows += self._clusters()
        written = [str(row) for row in (*rows, *self._rows["A"], *self._rows["N"], *self._rows["#"])]
        written += self._own
        remainder = self._remainder(doc_id)
        if remainder:
            written.append(str(lines.remainder_line(self._next("#"), remainder)))
        return "".join(f"{row}\n" for row in written)

    def _remainder(self, doc_id: str | None) -> dict[str, Any]:
        said = document_remainder(self._document)
        if self._own:
            said["extra"] = {name: part for name, part in said["extra"].items() if name != OWN}
            if not said["extra"]:
                del said["extra"]
        bare = [lean(frame) for frame in self._document.annotation.frames if frame.trigger is None]
        parts = {"doc_id": doc_id, "document": said, "frames": bare, "items": self._exact}
        return {name: part for name, part in parts.items() if part}

    def _next(self, letter: str) -> str:
        self._last[letter] += 1
        return f"{letter}{self._last[letter]}"

    # --- items ---

    def _common(self, item: Entity | Relation | Frame, ident: str, own: Mapping[str, Any]) -> dict[str, Any]:
        """Write what hangs on an item, and collect what is not exact of the fields that all items share."""
        exact: dict[str, Any] = {}
        if item.id != ident:
            exact["id"] = item.id
        if lines.one_word(item.type) != item.type:
            exact["type"] = item.type
        said = natural.natural_attributes(item.attributes)
        if said != item.attributes:
            exact["attributes"] = dict(item.attributes)
        self._hang(ident, said, item.note, own)
        if item.note is not None and lines.one_line(item.note) != item.note:
            exact["note"] = item.note
        if item.score is not None:
            exact["score"] = item.score
        extra = {name: part for name, part in item.extra.items() if name != OWN or not own}
        if extra:
            exact["extra"] = extra
        return exact

    def _hang(self, ident: str, attributes: Mapping[str, str], note: str | None, own: Mapping[str, Any]) -> None:
        written: dict[str, str] = {}
        for name, value in attributes.items():
            written[f"A {name}"] = self._next("A")
            self._rows["A"].append(lines.Attribute(written[f"A {name}"], name, ident, value))
        for kind, reference, words in own.get("normalizations", ()):
            written[f"N {reference}"] = self._next("N")
            self._rows["N"].append(lines.Normalization(written[f"N {reference}"], kind, ident, reference, words))
        if note is not None:
            self._rows["#"].append(lines.Note(self._next("#"), lines.NOTE, ident, lines.one_line(note)))
        for kind, words in own.get("notes", ()):
            self._rows["#"].append(lines.Note(self._next("#"), kind, ident, words))
        for what, kind, words in own.get("remarks", ()):
            # a remark on what has gone meanwhile stays with the item
            self._rows["#"].append(lines.Note(self._next("#"), kind, written.get(what, ident), words))

    def _entity(self, entity: Entity, ident: str) -> Iterator[lines.Line]:
        if entity.value is not None:
            self._rows["N"].append(_normalization(self._next("N"), ident, entity.value))
        exact = self._common(entity, ident, own_lines(entity.extra, entity.note, entity.value is not None))
        yield self._text_bound(ident, entity.type, entity, exact)
        if entity.cluster is not None:
            exact["cluster"] = entity.cluster
        self._keep(ident, exact)

    def _text_bound(self, ident: str, kind: str, mention: Entity | Trigger, exact: dict[str, Any]) -> lines.TextBound:
        fragments = natural.natural_fragments(self._text, mention.fragments)
        if fragments != mention.fragments:
            exact["fragments"] = [list(span) for span in mention.fragments]
        return lines.TextBound(ident, lines.one_word(kind), fragments, natural.words_of(self._text, fragments))

    def _frame(self, frame: Frame, ident: str, trigger_ident: str) -> Iterator[lines.Line]:
        trigger = frame.trigger
        if trigger is None:
            return
        own = own_lines(frame.extra, frame.note, True, "events")
        exact = self._common(frame, ident, own)
        said: dict[str, Any] = {}
        yield self._text_bound(trigger_ident, frame.type, trigger, said)
        hanging = own_lines(trigger.extra, "", True, "attributes")
        self._hang(trigger_ident, hanging.get("attributes", {}), None, hanging)
        extra = {name: part for name, part in trigger.extra.items() if name != OWN or not hanging}
        if extra:
            said["extra"] = extra
        if said:
            exact["trigger"] = said
        arguments = natural.natural_arguments(frame.arguments, self._names)
        read_back = list(lines.unnumbered([role for role, _ in arguments]))
        if read_back != [argument.role for argument in frame.arguments] or any(one.extra for one in frame.arguments):
            exact["arguments"] = [lean(argument) for argument in frame.arguments]
        nested = [(role, filler) for role, filler in own.get("events", ()) if filler in self._events]
        yield lines.Event(ident, lines.one_word(frame.type), trigger_ident, (*arguments, *nested))
        self._keep(ident, exact)

    def _relation(self, relation: Relation, ident: str) -> Iterator[lines.Line]:
        own = own_lines(relation.extra, relation.note, True, "ends")
        self._keep(ident, self._common(relation, ident, own))
        head, tail = own.get("ends", _USUAL_ENDS)
        ends = ((head, self._names[relation.head]), (tail, self._names[relation.tail]))
        yield lines.Relation(ident, lines.one_word(relation.type), ends)

    def _keep(self, ident: str, exact: dict[str, Any]) -> None:
        if exact:
            self._exact[ident] = exact

    def _clusters(self) -> Iterator[lines.Line]:
        """One line for each cluster of several mentions; `Coreference-1` is a cluster of the type Coreference."""
        members: dict[str, list[str]] = defaultdict(list)
        for entity in self._document.annotation.entities:
            if entity.cluster is not None:
                members[entity.cluster].append(self._names[entity.id])
        for name, idents in members.items():
            if len(idents) > 1:
                found = _CLUSTER.fullmatch(name)
                yield lines.Equivalence(lines.one_word(found[1]) if found else _EQUIV, tuple(idents))


def _idents(letter: str, ids: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """The file's ids: those that are of the letter and a number stay unless taken, others get the next free numbers."""
    usual = re.compile(rf"{letter}[0-9]{{1,9}}")
    last = max((int(one[1:]) for one in (*ids, *taken) if usual.fullmatch(one)), default=0)
    idents = []
    for one in ids:
        if usual.fullmatch(one) and one not in taken:
            idents.append(one)
        else:
            last += 1
            idents.append(f"{letter}{last}")
    return idents


def _normalization(ident: str, target: str, value: Value) -> lines.Normalization:
    plain = value_to_json(value)
    words = json.dumps(plain, ensure_ascii=False, separators=(", ", ": "))
    said = (plain.get(name) for name in ("value", "code", "name", "min", "max"))
    short = next((re.sub(r"\W", "_", str(part)) for part in said if part is not None), "_")
    return lines.Normalization(ident, "Reference", target, f"{value.kind}:{short}", words)


class _Kept(NamedTuple):
    """Lines that a reader kept as they were, and those among them that speak of what is not there any more."""

    rows: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def _kept_lines(annotation: Annotation) -> _Kept:
    """The lines that the records had no place for."""
    own = annotation.extra.get(OWN)
    said = own.get("lines") if isinstance(own, dict) and set(own) == {"lines"} else None
    if not isinstance(said, list) or not all(isinstance(row, str) and _is_line(row) for row in said):
        return _Kept()
    rows = [(row, lines.parse(row)) for row in said]
    known = {entity.id for entity in annotation.entities} | {relation.id for relation in annotation.relations}
    known |= {frame.id for frame in annotation.frames if frame.trigger is not None}
    while True:
        there = known | {getattr(line, "ident", "") for _, line in rows}
        sound = [(row, line) for row, line in rows if set(lines.references(line)) <= there]
        if len(sound) == len(rows):
            break
        rows = sound
    left = [row for row, _ in rows]
    return _Kept(tuple(left), tuple(row for row in said if row not in left))


def _is_line(row: str) -> bool:
    try:
        return not isinstance(lines.parse(row), (lines.TextBound, lines.Event)) and not set(row) & {"\n", "\r"}
    except lines.NotStandoff:
        return False


def _last_numbers(rows: Sequence[str]) -> dict[str, int]:
    """The highest numbers of attributes, normalisations and notes in lines that are there already."""
    last = {"A": 0, "N": 0, "#": 0}
    for row in rows:
        found = re.match(r"([AN#])([0-9]{1,9})\t", row)
        if found:
            last[found[1]] = max(last[found[1]], int(found[2]))
    return last
