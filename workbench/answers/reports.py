"""One annotated report and what every table asks of it: names, places with their codes, posts, sentences.

Owns the rules by which a mention gets its canonical name and a place its code. Knows no table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from schemas import Schema
from workbench.core.errors import Fault, FaultyData
from workbench.core.integrity import check_integrity
from workbench.core.records import (
    AnnotatedDocument,
    Annotation,
    Argument,
    Document,
    Entity,
    Frame,
    Meta,
    Relation,
    is_unresolved,
)
from workbench.core.schema import open_schema
from workbench.core.text import Span, surface
from workbench.core.values import Place
from workbench.corpus.annotation_files import document_folder_of
from workbench.corpus.reading import read_annotated, schema_of
from workbench.corpus.sentences import split_sentences


class Thing(NamedTuple):
    """What one or more mentions of a report name.

    `number` counts the things of the report by their first mention, from 1; `mentions` are in the order of the text.
    """

    number: int
    type: str
    name: str
    mentions: tuple[Entity, ...]


class Located(NamedTuple):
    """A place with the nearest code of GB/T 2260 upwards: its own, or that of `code_of`, which it is part of.

    `within` are the places it is part of, the nearest first.
    """

    name: str
    level: str | None
    code: str | None
    revision: str | None
    code_of: str | None
    within: tuple[str, ...]


class Report:
    """An annotated report; `record` is its document with sentences and date, where one is at hand."""

    def __init__(self, document: AnnotatedDocument, schema: Schema, record: Document | None = None) -> None:
        self._document, self._schema, self._record = document, schema, record
        self.doc_id = document.doc_id
        self.annotation = document.annotation
        self.text = document.text or ""
        self.meta = record.meta if record else Meta()
        self.sentences = record.sentences if record else split_sentences(self.text)
        self._clustered = frozenset(kind.id for kind in schema.entities if kind.clustered)

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        """All mentions in the order of the text, the outer before the inner."""
        return tuple(sorted(self.annotation.entities, key=lambda one: (one.start, -one.end, one.type, one.id)))

    def of_type(self, *types: str) -> tuple[Entity, ...]:
        """The mentions of some types, in the order of the text."""
        return tuple(entity for entity in self.entities if entity.type in types)

    def surface(self, entity: Entity) -> str:
        """The string of a mention as it stands in the text."""
        return entity.text if entity.text is not None else surface(self.text, entity.fragments)

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """Everything that is named, by first mention; only types that the schema clusters have several mentions."""
        groups: dict[tuple[str, ...], list[Entity]] = {}
        for entity in self.entities:
            clustered = entity.cluster is not None and entity.type in self._clustered
            key = (entity.type, entity.cluster or "") if clustered else ("", entity.type, entity.id)
            groups.setdefault(key, []).append(entity)
        return tuple(
            Thing(number, group[0].type, self._name(group), tuple(group))
            for number, group in enumerate(groups.values(), 1)
        )

    @cached_property
    def _thing_of(self) -> Mapping[str, Thing]:
        return {mention.id: thing for thing in self.things for mention in thing.mentions}

    def thing(self, entity: Entity) -> Thing:
        """What a mention names."""
        return self._thing_of[entity.id]

    def name(self, entity: Entity) -> str:
        """The canonical name of what a mention names: see `_name`."""
        return self.thing(entity).name

    def _name(self, mentions: Sequence[Entity]) -> str:
        """The name written as canonical or as the value of a place; else the longest proper name, the first of equals.

        Spelling variants and common nouns name only what nothing better names.
        """
        written = [mention.attributes["canonical"] for mention in mentions if mention.attributes.get("canonical")]
        written += [one.value.name for one in mentions if isinstance(one.value, Place) and one.value.name]
        if written:
            return written[0]
        proper = [one for one in mentions if one.attributes.get("mention") != "NOM"]
        regular = [one for one in proper if one.attributes.get("variant") != "true"]
        return max((self.surface(one) for one in regular or proper or mentions), key=len)

    def distinct(self, entities: Iterable[Entity]) -> tuple[Entity, ...]:
        """The mentions in the order of the text, of several of one thing the first."""
        found: dict[int, Entity] = {}
        for entity in sorted(entities, key=lambda one: (one.start, one.end)):
            found.setdefault(self.thing(entity).number, entity)
        return tuple(found.values())

    # relations

    @cached_property
    def _tails(self) -> Mapping[tuple[str, str], list[Relation]]:
        return self._relations_by("head")

    @cached_property
    def _heads(self) -> Mapping[tuple[str, str], list[Relation]]:
        return self._relations_by("tail")

    def _relations_by(self, end: str) -> Mapping[tuple[str, str], list[Relation]]:
        found: dict[tuple[str, str], list[Relation]] = defaultdict(list)
        for relation in self.annotation.relations:
            found[relation.type, getattr(relation, end)].append(relation)
        return dict(found)

    def tails(self, kind: str, entity: Entity, *, same_mention: bool = False) -> tuple[Entity, ...]:
        """Where relations of a kind lead from what a mention names, or from this very mention."""
        mentions = (entity,) if same_mention else self.thing(entity).mentions
        known = self.annotation.entity_by_id
        found = (known[link.tail] for mention in mentions for link in self._tails.get((kind, mention.id), ()))
        return self.distinct(found)

    def heads(self, kind: str, entity: Entity, *, same_mention: bool = False) -> tuple[Entity, ...]:
        """Where relations of a kind come from that lead to what a mention names, or to this very mention."""
        mentions = (entity,) if same_mention else self.thing(entity).mentions
        known = self.annotation.entity_by_id
        found = (known[link.head] for mention in mentions for link in self._heads.get((kind, mention.id), ()))
        return self.distinct(found)

    def posts(self, entity: Entity) -> tuple[str, ...]:
        """The posts that somebody holds, each with its body (永州市政协 副主席); a bare title when none is named."""
        posts: dict[str, list[str]] = {}
        for role in self.tails("HOLDS_ROLE", entity):
            bodies = [self.name(body) for body in self.tails("ROLE_IN", role)]
            posts.setdefault(self.surface(role), []).extend(bodies)
        told = ([f"{body} {title}" for body in bodies] or [title] for title, bodies in posts.items())
        return tuple(dict.fromkeys(post for titles in told for post in titles))

    def affiliation(self, entity: Entity) -> str:
        """Posts, and bodies or groups somebody belongs to, each with its own body, joined by `、`."""
        member = (
            " ".join([*(self.name(body) for body in self.tails("MEMBER_OF", group)), self.name(group)])
            for group in self.tails("MEMBER_OF", entity)
        )
        return "、".join(dict.fromkeys((*self.posts(entity), *member)))

    def holds_office(self, entity: Entity) -> bool:
        """Tell whether a post of this person is annotated."""
        return bool(self.tails("HOLDS_ROLE", entity))

    # places

    def located(self, entity: Entity) -> Located:
        """A place with its code, or with that of the nearest place it is part of that has one."""
        chain = list(self._upwards(entity))
        coded = ((place, self._code(place)) for place in chain)
        place, code = next(((place, code) for place, code in coded if code), (None, None))
        return Located(
            name=self.name(entity),
            level=self.attribute(entity, "level"),
            code=code.code if code else None,
            revision=code.revision if code else None,
            code_of=self.name(place) if place else None,
            within=tuple(self.name(one) for one in chain[1:]),
        )

    def lies_in(self, entity: Entity, name: str) -> bool:
        """Tell whether a place has this name (canonical or as mentioned), or is part of a place that has it."""
        return any(self.is_called(place, name) for place in self._upwards(entity))

    def is_called(self, entity: Entity, name: str) -> bool:
        """Tell whether what a mention names has this name, canonical or as mentioned anywhere."""
        thing = self.thing(entity)
        return name == thing.name or any(name == self.surface(mention) for mention in thing.mentions)

    def attribute(self, entity: Entity, name: str) -> str | None:
        """An attribute of a mention, or of the first mention of the same thing that has it."""
        said = (one.attributes.get(name) for one in (entity, *self.thing(entity).mentions))
        return next((value for value in said if value), None)

    def _code(self, entity: Entity) -> Place | None:
        values = (mention.value for mention in self.thing(entity).mentions)
        return next((value for value in values if isinstance(value, Place) and value.code), None)

    def _upwards(self, entity: Entity) -> Iterator[Entity]:
        """A place and those it is part of, by the number of steps."""
        seen: set[int] = set()
        waiting = [entity]
        while waiting:
            place = waiting.pop(0)
            if self.thing(place).number not in seen:
                seen.add(self.thing(place).number)
                yield place
                waiting += [above for above in self.tails("PART_OF", place) if above.type == entity.type]

    # frames and text

    @cached_property
    def frames(self) -> tuple[Frame, ...]:
        """All frames in the order of the text."""
        return tuple(sorted(self.annotation.frames, key=lambda frame: (self.place_of(frame), frame.id)))

    def of_kind(self, *kinds: str) -> tuple[Frame, ...]:
        """The frames of some kinds, in the order of the text."""
        return tuple(frame for frame in self.frames if frame.type in kinds)

    def fillers(self, frame: Frame, *roles: str) -> tuple[Entity, ...]:
        """What fills some roles of a frame, in the order of the text, each thing once."""
        known = self.annotation.entity_by_id
        return self.distinct(known[filler.entity] for filler in frame.arguments if filler.role in roles)

    def place_of(self, frame: Frame) -> int:
        """Where a frame is told: at its trigger, else at its first argument."""
        if frame.trigger:
            return frame.trigger.fragments[0].start
        known = self.annotation.entity_by_id
        return min((known[filler.entity].start for filler in frame.arguments), default=0)

    def trigger(self, frame: Frame) -> str | None:
        """The words that tell the deed; None for a frame without a trigger."""
        if frame.trigger is None:
            return None
        return frame.trigger.text or surface(self.text, frame.trigger.fragments)

    def sentence(self, position: int) -> str:
        """The sentence around a position of the text; empty when there is none or no text."""
        span = self.sentence_span(position)
        return self.text[span.start : span.end] if span else ""

    def sentence_span(self, position: int) -> Span | None:
        """Where the sentence around a position begins and ends."""
        return next((span for span in self.sentences if span.start <= position < span.end), None)

    def around(self, entity: Entity, *types: str) -> tuple[Entity, ...]:
        """The mentions of some types that a mention lies in, the innermost first."""
        found = [one for one in self.of_type(*types) if one.start <= entity.start and entity.end <= one.end]
        return tuple(sorted((one for one in found if one.id != entity.id), key=lambda one: one.end - one.start))

    def inside(self, entity: Entity, *types: str) -> tuple[Entity, ...]:
        """The mentions of some types that lie in a mention, in the order of the text."""
        found = (one for one in self.of_type(*types) if entity.start <= one.start and one.end <= entity.end)
        return tuple(one for one in found if one.id != entity.id)

    def settled(self) -> Report:
        """The report without what adjudication left open."""
        annotation = _settled(self.annotation)
        return Report(self._document._replace(annotation=annotation), self._schema, self._record)


def _settled(annotation: Annotation) -> Annotation:
    """The annotation without unresolved items, and without what needs an unresolved entity."""
    entities = tuple(entity for entity in annotation.entities if not is_unresolved(entity))
    known = {entity.id for entity in entities}

    def kept(argument: Argument) -> bool:
        return argument.entity in known and not is_unresolved(argument)

    return annotation.model_copy(
        update={
            "entities": entities,
            "relations": tuple(
                link
                for link in annotation.relations
                if not is_unresolved(link) and link.head in known and link.tail in known
            ),
            "frames": tuple(
                frame.model_copy(update={"arguments": tuple(filter(kept, frame.arguments))})
                for frame in annotation.frames
                if not is_unresolved(frame)
            ),
        }
    )


def open_reports(path: Path) -> tuple[Report, ...]:
    """Open all annotated reports at `path`: a gold release, an author's folder, one annotation file, or JSON lines.

    Raises:
        UsageMistake: nothing is there, or nothing that can hold annotations.
        FaultyData: files are broken, or annotations do not hold together; all faults.
    """
    schema = open_schema(schema_of(path))
    documents = read_annotated(path, schema)
    owner = document_folder_of(path)
    known = owner.document_ids() if owner else ()
    faults: list[Fault] = []
    reports = []
    for document in documents:
        found = check_integrity(document.annotation, document.text)
        faults += [fault._replace(path=f"{document.doc_id} {fault.path}".strip(), source=path) for fault in found]
        record = owner.document(document.doc_id) if owner and document.doc_id in known else None
        reports.append((document, record))
    if faults:
        raise FaultyData(faults)
    return tuple(Report(document, schema, record) for document, record in reports)
