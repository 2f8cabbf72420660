"""From the lines of an `.ann` file to records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import parse_json
from workbench.core.records import AnnotatedDocument, Annotation, Argument, Entity, Frame, Relation, Trigger
from workbench.core.values import Value
from workbench.formats.brat import lines, natural
from workbench.formats.brat.natural import OWN, VALUE_KINDS
from workbench.formats.remainder import value_from_json, with_remainder

_USUAL_ENDS = ["Arg1", "Arg2"]


class Numbered(NamedTuple):
    """A line with its number and what it says."""

    number: int
    content: str
    line: lines.Line


class _Said(NamedTuple):
    """What attribute, normalisation and note lines say of one target."""

    attributes: dict[str, str]
    value: Value | None
    note: str | None
    own: dict[str, Any]


class Assembly:
    """Makes the records of one file; `faults` are of what could not become one, `lines` say where each item stood."""

    def __init__(self, found: Sequence[Numbered], text: str, source: Path) -> None:
        self.text = text
        self.source = source
        self.faults: list[Fault] = []
        self.lines: dict[str, int] = {}
        self._by_kind: dict[type[lines.Line], list[Numbered]] = defaultdict(list)
        for one in found:
            self._by_kind[type(one.line)].append(one)
        self._remainder: dict[str, Any] = {}
        self._exact: dict[str, dict[str, Any]] = {}
        self._on: dict[str, list[Numbered]] = defaultdict(list)
        self._verbatim: list[str] = []
        self._take_remainder()
        texts = list(self._of(lines.TextBound))
        events = dict.fromkeys(event.ident for _, event in self._of(lines.Event))
        self._mentions = Counter(mention.ident for _, mention in texts)
        self._owners = self._mentions + Counter(
            one.ident for kind in (lines.Event, lines.Relation) for _, one in self._of(kind)
        )
        self._triggers = {event.trigger for _, event in self._of(lines.Event)} - self._ends()
        self._kept_whole = {
            relation.ident
            for _, relation in self._of(lines.Relation)
            if any(end in events for _, end in relation.ends) and self._owners[relation.ident] == 1
        }
        self.names = {ident: self._name(ident) for ident in (*self._mentions, *events)}
        self._hanging = Counter(
            one.ident for kind in (lines.Attribute, lines.Normalization) for _, one in self._of(kind)
        )
        self._notes = {note.ident: note.target for _, note in self._of(lines.Note)}
        self._remarks: dict[str, list[lines.Note]] = defaultdict(list)
        for one in found:
            if isinstance(one.line, (lines.Attribute, lines.Normalization, lines.Note)):
                self._hang(one, one.line)

    def document(self, doc_id: str) -> AnnotatedDocument:
        """The document of all lines."""
        entities = tuple(self._entities())
        entities = self._clustered(entities)
        frames = (*self._frames(), *self._without_trigger())
        relations = tuple(self._relations())
        annotation = Annotation(doc_id=doc_id, entities=entities, relations=relations, frames=frames)
        said = self._remainder.get("doc_id")
        if isinstance(said, str) and said:
            annotation = annotation.model_copy(update={"doc_id": said})
        document = AnnotatedDocument(annotation.doc_id, annotation, self.text)
        try:
            document = with_remainder(document, self._remainder.get("document", {}))
        except (ValidationError, TypeError, ValueError):
            self._fault(None, "the remainder of the document is not what the workbench wrote; it is left out")
        if self._verbatim:
            extra = {**document.annotation.extra, OWN: {"lines": self._verbatim}}
            document = document._replace(annotation=document.annotation.model_copy(update={"extra": extra}))
        return document

    # --- lines ---

    def _of(self, kind: type[Any]) -> Iterator[tuple[Numbered, Any]]:
        return ((one, one.line) for one in self._by_kind[kind])

    def _fault(self, line: int | None, message: str, rule: str = "standoff") -> None:
        self.faults.append(Fault(message, "", self.source, line, rule))

    def _tell(self, line: int, what: str) -> None:
        """Warn of what only goes on to another brat collection."""
        message = f"{what}: the records have no place for it; it is kept under extra.{OWN} and written to brat again"
        self.faults.append(Fault(message, "", self.source, line, "kept", "warning"))

    def _ends(self) -> set[str]:
        """Ids that lines use as ends: a mention among them is an entity even where it is a trigger too."""
        used = {end for _, relation in self._of(lines.Relation) for _, end in relation.ends}
        used |= {filler for _, event in self._of(lines.Event) for _, filler in event.arguments}
        return used | {member for _, group in self._of(lines.Equivalence) for member in group.members}

    def _take_remainder(self) -> None:
        for one, note in self._of(lines.Note):
            if not _is_remainder(note):
                continue
            try:
                content = parse_json(note.words, self.source, one.number)
            except FaultyData as error:
                self.faults += error.faults
                continue
            if not isinstance(content, dict) or not isinstance(content.get("items", {}), dict):
                self._fault(one.number, "not a remainder that the workbench wrote")
                continue
            self._remainder = content
            items = content.get("items", {})
            self._exact = {ident: said for ident, said in items.items() if isinstance(said, dict)}

    def _name(self, ident: str) -> str:
        said = self._exact.get(ident, {}).get("id")
        return said if isinstance(said, str) and said and self._owners[ident] == 1 else ident

    def _hang(self, one: Numbered, line: lines.Attribute | lines.Normalization | lines.Note) -> None:
        """Give a line to its target; what hangs on other things than mentions, events, relations is kept as it is."""
        if isinstance(line, lines.Note) and _is_remainder(line):
            return
        if self._owners[line.target] > 1:
            self._fault(one.number, f"{line.target} stands for several lines; which is meant is open", "ids")
        elif line.target in self._kept_whole:
            self._verbatim.append(one.content)
        elif self._owners[line.target]:
            self._on[line.target].append(one)
        elif self._hanging[line.target] == 1 and isinstance(line, lines.Note):
            self._remarks[line.target].append(line)
        elif (noted := self._noted(line.target)) is not None:
            self._tell(one.number, f"a note on {line.target}, read as one on {noted}")
            further = line._replace(target=noted)
            self._hang(one._replace(line=further), further)
        else:
            self._fault(one.number, f"there is no {line.target}", "ends")

    def _noted(self, ident: str) -> str | None:
        """What a note is on, through notes on notes; None when it is no note, or goes round in a circle."""
        seen: set[str] = set()
        while ident in self._notes and ident not in seen:
            seen.add(ident)
            ident = self._notes[ident]
        return ident if seen and ident not in seen else None

    def _said(self, ident: str) -> _Said:
        """What hangs on a target; of several notes and normalisations the further ones are kept in `own`."""
        attributes: dict[str, str] = {}
        value: Value | None = None
        note: str | None = None
        notes, normalizations = [], []
        remarks: list[list[str]] = []
        for one in self._on.get(ident, ()):
            line = one.line
            if isinstance(line, lines.Attribute):
                remarks += [[f"A {line.name}", note.type, note.words] for note in self._remarks[line.ident]]
                if attributes.setdefault(line.name, line.value) != line.value:
                    self._fault(one.number, f"{line.name} of {ident} is {attributes[line.name]!r} already", "attribute")
            elif isinstance(line, lines.Normalization):
                remarks += [[f"N {line.reference}", note.type, note.words] for note in self._remarks[line.ident]]
                made = _value_of(line) if value is None and ident.startswith("T") else None
                if made is None:
                    normalizations.append([line.type, line.reference, line.words])
                value = made or value
            elif isinstance(line, lines.Note):
                if line.type == lines.NOTE and note is None:
                    note = line.words
                else:
                    notes.append([line.type, line.words])
        own = {"notes": notes, "normalizations": normalizations, "remarks": remarks}
        return _Said(attributes, value, note, {name: part for name, part in own.items() if part})

    # --- records ---

    def _common(self, ident: str, kind: str, own: dict[str, Any] | None = None) -> dict[str, Any]:
        """The fields that entities, relations and frames share."""
        exact, said = self._exact.get(ident, {}), self._said(ident)
        own = {**said.own, **(own or {})}
        extra = exact.get("extra") if isinstance(exact.get("extra"), dict) else {}
        score = exact.get("score")
        fields = {
            "id": self._name(ident),
            "type": natural.exact_type(exact, kind),
            "attributes": natural.exact_attributes(exact, said.attributes),
            "note": natural.exact_note(exact, said.note),
            "score": score if isinstance(score, float) else None,
            "extra": {**(extra or {}), **({OWN: own} if own else {})},
        }
        return fields | ({"value": said.value} if ident.startswith("T") else {})

    def _entities(self) -> Iterator[Entity]:
        index = 0
        for one, mention in self._of(lines.TextBound):
            if mention.ident in self._triggers and self._mentions[mention.ident] == 1:
                continue
            exact = self._exact.get(mention.ident, {})
            fragments, words = natural.exact_place(exact, mention, self.text)
            self.lines[f"entities[{index}]"] = one.number
            index += 1
            yield Entity(**self._common(mention.ident, mention.type), fragments=fragments, text=words)

    def _relations(self) -> Iterator[Relation]:
        index = 0
        for one, relation in self._of(lines.Relation):
            (head_name, head), (tail_name, tail) = relation.ends
            if relation.ident in self._kept_whole:
                if max(self._owners[head], self._owners[tail]) > 1:
                    self._fault(one.number, "an end stands for several lines; which is meant is open", "ids")
                    continue
                self._tell(one.number, "a relation between events")
                self._verbatim.append(one.content)
                continue
            ends = [head_name, tail_name]
            own = {"ends": ends} if ends != _USUAL_ENDS else None
            fields = self._common(relation.ident, relation.type, own)
            self.lines[f"relations[{index}]"] = one.number
            index += 1
            yield Relation(**fields, head=self.names.get(head, head), tail=self.names.get(tail, tail))

    def _is_event(self, ident: str) -> bool:
        return ident.startswith("E") and bool(self._owners[ident])

    def _frames(self) -> Iterator[Frame]:
        triggers = {mention.ident: (one, mention) for one, mention in self._of(lines.TextBound)}
        index = 0
        for one, event in self._of(lines.Event):
            if self._mentions[event.trigger] != 1:
                some = "is no mention" if not self._mentions[event.trigger] else "stands for several lines"
                self._fault(one.number, f"its trigger {event.trigger} {some}", "ends")
                continue
            place, mention = triggers[event.trigger]
            exact = self._exact.get(event.ident, {})
            arguments, nested = self._arguments(event, exact, one.number)
            fields = self._common(event.ident, event.type, {"events": nested} if nested else None)
            self.lines[f"frames[{index}]"] = one.number
            self.lines[f"frames[{index}].trigger"] = place.number
            index += 1
            yield Frame(**fields, trigger=self._trigger(mention, exact), arguments=arguments)

    def _trigger(self, mention: lines.TextBound, exact: Mapping[str, Any]) -> Trigger:
        said = exact.get("trigger") if isinstance(exact.get("trigger"), dict) else {}
        own: dict[str, Any] = {}
        if mention.ident in self._triggers:
            hanging = self._said(mention.ident)
            own = dict(hanging.own)
            if hanging.attributes:
                own["attributes"] = hanging.attributes
            if hanging.note is not None:
                own["notes"] = [[lines.NOTE, hanging.note], *own.get("notes", [])]
            if hanging.value is not None:
                own["normalizations"] = [
                    [line.type, line.reference, line.words] for line in self._normalizations(mention.ident)
                ]
        extra = (said or {}).get("extra")
        fragments, words = natural.exact_place(said or {}, mention, self.text)
        return Trigger(
            fragments=fragments,
            text=words,
            extra={**(extra if isinstance(extra, dict) else {}), **({OWN: own} if own else {})},
        )

    def _normalizations(self, ident: str) -> Iterator[lines.Normalization]:
        return (one.line for one in self._on[ident] if isinstance(one.line, lines.Normalization))

    def _arguments(
        self, event: lines.Event, exact: Mapping[str, Any], number: int
    ) -> tuple[tuple[Argument, ...], list[list[str]]]:
        """The entities that fill roles; events that do, with the roles as written."""
        nested = []
        for role, filler in event.arguments:
            if self._is_event(filler) and self._owners[filler] > 1:
                self._fault(number, f"{filler} stands for several lines; which is meant is open", "ids")
            elif self._is_event(filler):
                self._tell(number, f"{role}:{filler} is an event in a role of an event")
                nested.append([role, filler])
        fillers = [(role, filler) for role, filler in event.arguments if not self._is_event(filler)]
        said = natural.exact_arguments(exact, fillers, self.names)
        if said is not None:
            return said, nested
        roles = lines.unnumbered([role for role, _ in fillers])
        return (
            tuple(
                Argument(role=role, entity=self.names.get(filler, filler))
                for role, (_, filler) in zip(roles, fillers, strict=True)
            ),
            nested,
        )

    def _without_trigger(self) -> Iterator[Frame]:
        """Frames that brat cannot show, from the remainder; arguments whose entities are gone go with them."""
        known = set(self.names.values())
        frames = self._remainder.get("frames", ())
        for said in frames if isinstance(frames, list) else ():
            try:
                frame = Frame.model_validate(said)
            except ValidationError:
                self._fault(None, "a frame in the remainder is not what the workbench wrote; it is left out")
                continue
            arguments = tuple(argument for argument in frame.arguments if argument.entity in known)
            yield frame.model_copy(update={"arguments": arguments})

    # --- clusters ---

    def _clustered(self, entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
        """The entities with their clusters: those of the `*` lines, by the names that the remainder has for them."""
        exact = {ident: said["cluster"] for ident, said in self._exact.items() if isinstance(said.get("cluster"), str)}
        sizes = Counter(exact.values())
        cluster = {ident: name for ident, name in exact.items() if sizes[name] == 1}
        taken, counts = set(exact.values()), Counter[str]()
        for kind, members in self._groups():
            names = {exact[member] for member in members if member in exact}
            counts[kind] += 1
            name = names.pop() if len(names) == 1 else f"{kind}-{counts[kind]}"
            while name in taken and name not in exact.values():
                counts[kind] += 1
                name = f"{kind}-{counts[kind]}"
            taken.add(name)
            cluster |= dict.fromkeys(members, name)
        by_name = {self.names[ident]: name for ident, name in cluster.items() if ident in self.names}
        return tuple(
            entity.model_copy(update={"cluster": by_name[entity.id]}) if entity.id in by_name else entity
            for entity in entities
        )

    def _groups(self) -> Iterator[tuple[str, list[str]]]:
        """Sets of mentions that are one, by the type of their line; lines of one type that share a mention are joined.

        A mention belongs to the groups of one type only; lines of other types are kept as they are.
        """
        groups: list[tuple[str, list[str]]] = []
        kind_of: dict[str, str] = {}
        for one, group in self._of(lines.Equivalence):
            members = list(dict.fromkeys(self._members(one, group)))
            if any(kind_of.get(member, group.type) != group.type for member in members) or (
                any(self._is_event(member) for member in group.members)
            ):
                self._verbatim.append(one.content)
                continue
            kind_of |= dict.fromkeys(members, group.type)
            joined = [other for other in groups if other[0] == group.type and set(other[1]) & set(members)]
            for other in joined:
                groups.remove(other)
                members = [*other[1], *(member for member in members if member not in other[1])]
            if members:
                groups.append((group.type, members))
        yield from groups

    def _members(self, one: Numbered, group: lines.Equivalence) -> Iterator[str]:
        for member in group.members:
            if self._mentions[member] == 1:
                yield member
            elif self._mentions[member]:
                self._fault(one.number, f"{member} stands for several lines; which is meant is open", "ids")
            elif not self._is_event(member):
                self._fault(one.number, f"there is no {member}", "ends")


def _is_remainder(note: lines.Note) -> bool:
    return note.type == lines.REMAINDER and note.target == "DOC"


def _value_of(line: lines.Normalization) -> Value | None:
    """The value of a normalisation that the workbench wrote; None for others."""
    if line.reference.partition(":")[0] not in VALUE_KINDS or not line.words.startswith("{"):
        return None
    try:
        return value_from_json(parse_json(line.words, Path(), None))
    except (ValidationError, FaultyData):
        return None
