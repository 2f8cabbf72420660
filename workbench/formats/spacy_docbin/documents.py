"""One document of spaCy as ours: its spans, what we had kept of them in user data, and what others keep there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import parse_json
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Frame, Relation, record_faults
from workbench.core.text import Span
from workbench.formats.contract import ReadDocument
from workbench.formats.remainder import with_remainder
from workbench.formats.spacy_docbin.library import DOC_ID, KEPT, RELATIONS, REST, SPANS
from workbench.formats.spacy_docbin.mentions import Mention, mentions_of

_Model = TypeVar("_Model", bound=BaseModel)
_PARTS: Mapping[str, type] = {"document": dict, "entities": dict, "relations": dict, "frames": list}
_OF_RELATION = frozenset(Relation.model_fields)


def document_of(doc: Any, source: Path, name: str) -> ReadDocument:
    """The document; `name` is its id where user data has none."""
    return _Doc(doc, source).document(name)


class _Fragment(NamedTuple):
    """What spans of one entity have in common."""

    id: str
    label: str
    group: str | None


class _Doc:
    """Reads one document and collects its faults."""

    def __init__(self, doc: Any, source: Path) -> None:
        self.doc = doc
        self.source = source
        self.faults: list[Fault] = []
        self.user_data: dict[Any, Any] = dict(doc.user_data)
        self.is_ours = REST in self.user_data
        self.rest = self.remainder()
        self.taken: set[str] = set()

    def document(self, name: str) -> ReadDocument:
        """All that the document says."""
        doc_id = self.user_data.pop(DOC_ID, name)
        if not isinstance(doc_id, str):
            self.fault(f"user_data.{DOC_ID}", f"a string is needed here, not {_shown(doc_id)}")
            doc_id = name
        mentions, faults = mentions_of(self.doc)
        self.faults += [fault._replace(source=self.source) for fault in faults]
        frames = self.frames()
        self.taken = {mention.id for mention in mentions} | {frame.id for frame in frames} | {*self.rest["entities"]}
        relations = self.relations()
        annotation = Annotation(
            doc_id=doc_id,
            entities=self.entities(mentions, relations),
            relations=relations,
            frames=frames,
        )
        document = AnnotatedDocument(doc_id, annotation, self.doc.text)
        try:
            document = with_remainder(document, self.rest["document"])
        except ValidationError as error:
            self.faults += self.located(error, f"user_data.{REST}.document")
        return ReadDocument(self.with_further(document), self.source, faults=tuple(self.faults))

    def fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(message, path, self.source, rule="record"))

    def located(self, error: ValidationError, path: str) -> list[Fault]:
        found = record_faults(error, self.source)
        return [fault._replace(path=f"{path}.{fault.path}".strip(".")) for fault in found]

    def record(self, model: type[_Model], fields: Any, path: str) -> _Model | None:
        """Validate a record; None, and faults, when it is none."""
        try:
            return model.model_validate(fields)
        except ValidationError as error:
            self.faults += self.located(error, path)
            return None

    def free(self, letter: str) -> str:
        """The next free number behind a letter."""
        name = next(name for number in count(1) if (name := f"{letter}{number}") not in self.taken)
        self.taken.add(name)
        return name

    # --- user data: what we wrote there ---

    def remainder(self) -> dict[str, Any]:
        """What stands under our key, each part as it must be; nothing of what is not."""
        content, path = self.user_data.pop(REST, "{}"), f"user_data.{REST}"
        rest: Any = None
        try:
            rest = parse_json(content, self.source, None) if isinstance(content, str) else None
        except FaultyData as error:
            self.faults += [fault._replace(path=path, line=None) for fault in error.faults]
        else:
            if not isinstance(rest, dict):
                self.fault(path, f"a string with a JSON object is needed here, not {_shown(content)}")
        parts = {name: needed() for name, needed in _PARTS.items()}
        for name, needed in _PARTS.items() if isinstance(rest, dict) else ():
            part = rest.get(name, needed())
            if isinstance(part, needed):
                parts[name] = part
            else:
                self.fault(f"{path}.{name}", f"a {needed.__name__} is needed here, not {_shown(part)}")
        return parts

    def frames(self) -> tuple[Frame, ...]:
        """The frames that are sound."""
        found = [self.record(Frame, frame, f"frames[{index}]") for index, frame in enumerate(self.rest["frames"])]
        return tuple(frame for frame in found if frame is not None)

    def relations(self) -> tuple[Relation, ...]:
        """Relations of user data, when they are in our form; those in another stay there."""
        items = self.user_data.get(RELATIONS, ())
        in_our_form = isinstance(items, tuple) and all(_is_relation(item) for item in items)
        if not in_our_form and not self.is_ours:
            return ()
        self.user_data.pop(RELATIONS, None)
        if not isinstance(items, tuple):
            self.fault(f"user_data.{RELATIONS}", f"a list is needed here, not {_shown(items)}")
            return ()
        ids = [item.get("id") for item in items if isinstance(item, Mapping)]
        self.taken |= {name for name in ids if isinstance(name, str)}
        found = [self.relation(item, f"relations[{index}]") for index, item in enumerate(items)]
        return tuple(relation for relation in found if relation is not None)

    def relation(self, item: Any, path: str) -> Relation | None:
        """A relation with the further keys that we had kept of it, and those that it has."""
        if not isinstance(item, Mapping):
            self.fault(path, f"a map is needed here, not {_shown(item)}")
            return None
        fields = {name: value for name, value in item.items() if name in _OF_RELATION and value is not None}
        if "id" not in fields:
            fields["id"] = self.free("R")
        own = fields.get("extra", {})
        if isinstance(own, Mapping):
            further = [*own.items(), *((name, value) for name, value in item.items() if name not in _OF_RELATION)]
            rest = self.rest["relations"].get(fields["id"]) if isinstance(fields["id"], str) else None
            fields["extra"] = {**(rest or {}), **dict(self.kept(further, path))}
        return self.record(Relation, fields, path)

    # --- spans ---

    def entities(self, mentions: list[Mention], relations: Iterable[Relation]) -> tuple[Entity, ...]:
        """Entities of spans: those that name one entity are its fragments, and what we had kept of it comes back."""
        known = {*self.rest["entities"], *(end for relation in relations for end in (relation.head, relation.tail))}
        uses = Counter(mention.id for mention in mentions)
        self.taken |= known
        spans: dict[str, list[Span]] = {}
        first: dict[str, tuple[_Fragment, Mention]] = {}
        for mention in mentions:
            fragment = _Fragment(mention.id, mention.label, mention.groups[0] if mention.groups else None)
            named = first.get(mention.id, (fragment,))[0] == fragment if mention.id in known else uses[mention.id] == 1
            name = mention.id if mention.id and named else self.free("T")
            first.setdefault(name, (fragment, mention))
            spans.setdefault(name, []).append(Span(mention.start, mention.end))
        found = [self.entity(name, tuple(sorted(where)), first[name][1]) for name, where in spans.items()]
        return tuple(entity for entity in found if entity is not None)

    def entity(self, name: str, fragments: tuple[Span, ...], mention: Mention) -> Entity | None:
        """An entity; place and type are those of its spans, whatever we had kept."""
        said = {"id": name, "type": mention.label, "fragments": fragments}
        if name not in self.rest["entities"]:
            return self.record(Entity, {**said, "extra": _extra(mention, name)}, f"entities.{name}")
        path = f"user_data.{REST}.entities.{name}"
        rest = self.rest["entities"][name]
        if not isinstance(rest, dict):
            self.fault(path, f"a dict is needed here, not {_shown(rest)}")
            rest = {}
        entity = self.record(Entity, {**rest, **said}, path) or self.record(Entity, said, path)
        return None if entity is None else _with_kb_id(entity, mention)

    # --- user data: what others keep there ---

    def with_further(self, document: AnnotatedDocument) -> AnnotatedDocument:
        """The document with categories and the rest of user data in its `extra`."""
        said: dict[str, Any] = {}
        if kept := self.kept([*self.user_data.items()], "user_data"):
            said["user_data"] = _plain(dict(kept))
        if self.doc.cats:
            said |= dict(self.kept([("cats", self.doc.cats)], "doc"))
        before = document.annotation.extra.get(KEPT, {})
        if not said or not isinstance(before, Mapping):
            return document
        extra = {**document.annotation.extra, KEPT: {**before, **said}}
        return document._replace(annotation=document.annotation.model_copy(update={"extra": extra}))

    def kept(self, items: list[tuple[Any, Any]], path: str) -> list[tuple[Any, Any]]:
        """The items that JSON can say, as it says them; warnings for others, which are left out."""
        sayable: list[tuple[Any, Any]] = []
        for name, value in items:
            try:
                said = parse_json(
                    json.dumps(_plain([name, value]), ensure_ascii=False, allow_nan=False), self.source, None
                )
            except FaultyData as error:
                message = error.faults[0].message
            except (TypeError, ValueError, RecursionError):
                message = f"{_shown(value)} is nothing that JSON can say"
            else:
                sayable.append((name, said[1]))
                continue
            where = f"{path}.{name if isinstance(name, str) else _shown(name)}"
            fault = Fault(f"is left out: {message}", where, self.source, rule="further", severity="warning")
            self.faults.append(fault)
        return sayable


def _is_relation(item: Any) -> bool:
    return isinstance(item, Mapping) and all(isinstance(item.get(name), str) for name in ("type", "head", "tail"))


def _extra(mention: Mention, name: str) -> dict[str, Any]:
    """What a span of another program says besides place and label."""
    said: dict[str, Any] = {}
    if any(group != SPANS for group in mention.groups):
        said["groups"] = [*mention.groups]
    if mention.kb_id:
        said["kb_id"] = mention.kb_id
    if mention.id not in ("", name):
        said["id"] = mention.id
    return {KEPT: said} if said else {}


def _with_kb_id(entity: Entity, mention: Mention) -> Entity:
    """The entity with the `kb_id` that its span has now."""
    kept = entity.extra.get(KEPT, {})
    if not mention.kb_id or not isinstance(kept, Mapping) or kept.get("kb_id") == mention.kb_id:
        return entity
    return entity.model_copy(update={"extra": {**entity.extra, KEPT: {**kept, "kb_id": mention.kb_id}}})


def _plain(value: Any) -> Any:
    """A value of msgpack as JSON has it: a map whose keys are not all strings becomes a list of pairs."""
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {key: _plain(part) for key, part in value.items()}
        return [[_plain(key), _plain(part)] for key, part in value.items()]
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}…"
