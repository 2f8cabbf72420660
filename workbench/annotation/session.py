"""A session: one annotator at work on one document, with everything the label screen can do and no screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from workbench.annotation.drafts import edits, links
from workbench.annotation.drafts.draft import Delta, Draft, Outdated
from workbench.annotation.drafts.edits import Desk, EditRefused, Made
from workbench.annotation.drafts.history import LOAD, PUBLISH, SKIP, Work, replay
from workbench.annotation.drafts.links import Link, Partner, links_used, recount
from workbench.annotation.offering import NO_SOURCES, Offering, Sources
from workbench.annotation.problems import Problem, problems
from workbench.annotation.publishing import answer, answer_hash, file_hash, read_published, write_answer
from workbench.annotation.recorded import Merged, Place, RecordedDraft, as_read
from workbench.annotation.store import Assignment, State, take
from workbench.annotation.store.assigning import published
from workbench.annotation.suggest.records import Suggestion
from workbench.annotation.suggest.values import propose_value
from workbench.core.errors import Fault, FaultyData, WorkbenchError
from workbench.core.integrity import check_integrity
from workbench.core.records import Annotation, Document, Entity, Frame, Relation
from workbench.core.text import Span
from workbench.core.values import Value
from workbench.formats.native import read

__all__ = ["Likely", "Merged", "Place", "Session", "Unpublishable"]


class Unpublishable(EditRefused):
    """The draft has errors, which are listed, and so it is not published."""

    def __init__(self, errors: Sequence[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"还有 {len(errors)} 个错误(V 查看)", f"{len(errors)} errors left (V shows them)")


class Likely(NamedTuple):
    """The link that is likeliest to be meant: with which entity, and by which relation or role."""

    partner: Partner
    link: Link


class Session(RecordedDraft):
    """One annotator's open document.

    `open` makes one. Edits raise `EditRefused` when they make no sense or cannot be saved; nothing has changed then.
    """

    def __init__(
        self, place: Place, document: Document, assignment: Assignment, work: Work, offering: Offering
    ) -> None:
        self.document = document
        self.schema = place.schema
        self.desk = Desk(document, place.schema)
        self.earlier: Counter[tuple[str, str, str]] = Counter()
        self.offering = offering
        self._checked: tuple[Draft, tuple[Problem, ...]] | None = None
        self._count(work.draft)
        offering.reset(work.draft)
        super().__init__(place, assignment, work)

    @classmethod
    def open(cls, place: Place, doc_id: str, sources: Sources = NO_SOURCES) -> Session:
        """Open a document: what the log has, and the published file if the log does not know it.

        Raises:
            UsageMistake: the batch has no such document, or a source of suggestions does not exist.
            FaultyData: the document or the published file is broken, or the log contradicts itself.
            StoreFailure: the store cannot be used.
        """
        assignment = take(place.store, place.batch, doc_id, place.actor)
        document = place.batch.document(doc_id)
        events = place.store.events(assignment)
        try:
            work = replay(events)
        except Outdated as outdated:
            message = f"the log of {doc_id} contradicts itself ({outdated}); restore the last copy by workbench backup"
            raise FaultyData([Fault(message, doc_id, rule="store")]) from None
        earlier = tuple(_own(place, besides=doc_id))
        offering = Offering(place.batch, document, place.schema, sources, earlier)
        session = cls(place, document, as_read(assignment, events), work, offering)
        session.earlier.update(used for annotation in earlier for used in _used(annotation))
        session._count(work.draft)
        try:
            session.load_published()
        except WorkbenchError:
            session.close()
            raise
        return session

    def _follow(self, before: Draft, delta: Delta | None) -> None:
        if delta is None:
            self._count(self.draft)
            self.offering.reset(self.draft)
        else:
            recount(self._uses, before, self.draft, delta)
            self.offering.follow(delta)

    def _count(self, draft: Draft) -> None:
        self._uses = Counter(self.earlier)
        self._uses.update(links_used(draft, (*draft.relations.values(), *draft.frames.values())))

    # Entities, relations, frames

    def label(self, kind: str, spans: Sequence[Span]) -> Made:
        """Label a span, or the trigger of a frame; a normalised value is proposed for value types."""
        surface = self.desk.surface(self.desk.fragments(spans))
        return self.do("label", edits.label(self.draft, self.desk, kind, spans, self._proposed(kind, [surface])))

    def label_all(self, kind: str, places: Iterable[Sequence[Span]]) -> Made:
        """Label several spans alike, as one step; those that cannot be labelled so (again) are passed over.

        Raises:
            EditRefused: none can be.
        """
        made: list[Made] = []
        draft, refusal = self.draft, EditRefused("没有可标注的", "there is nothing to label")
        for spans in places:
            try:
                surface = self.desk.surface(self.desk.fragments(spans))
                one = edits.label(draft, self.desk, kind, spans, self._proposed(kind, [surface]))
            except EditRefused as refused:
                refusal = refused
            else:
                made.append(one)
                draft = draft.apply(one.delta)
        if not made:
            raise refusal
        delta = Delta(swap for one in made for swap in one.delta)
        return self.do("label_all", Made(delta, tuple(dict.fromkeys(name for one in made for name in one.ids))))

    def _proposed(self, kind: str, surfaces: Iterable[str]) -> dict[str, Value]:
        known = self.schema.entity_types.get(kind)
        if known is None or known.value is None:
            return {}
        found = {surface: propose_value(surface, known.value, self.document) for surface in surfaces}
        return {surface: value for surface, value in found.items() if value is not None}

    def retype(self, item: str, kind: str) -> Made:
        """Give an entity or a frame another type."""
        entity = self.draft.entities.get(item)
        value = self._value_of(kind, entity) if entity is not None else None
        return self.do("retype", edits.retype(self.draft, self.desk, item, kind, value))

    def move(self, item: str, spans: Sequence[Span]) -> Made:
        """Give an entity or a trigger other bounds; a value is proposed anew for another string."""
        made = edits.move(self.draft, self.desk, item, spans)
        before, after = made.delta[0].before, made.delta[0].after
        if isinstance(after, Entity) and after.text != self.desk.surface(before.fragments):
            after = after.model_copy(update={"value": self._value_of(after.type, after)})
            made = Made(Delta([made.delta[0]._replace(after=after)]), made.ids)
        return self.do("move", made)

    def _value_of(self, kind: str, entity: Entity) -> Value | None:
        surface = self.desk.surface(entity.fragments)
        return self._proposed(kind, [surface]).get(surface)

    def delete(self, items: Iterable[str]) -> Made:
        """Delete items; what hangs on an entity goes with it, in one step."""
        return self.do("delete", edits.delete(self.draft, items))

    def set_attribute(self, item: str, name: str, value: str | None) -> Made:
        """Give an item an attribute, or take it away with None."""
        return self.do("attribute", edits.set_attribute(self.draft, self.desk, item, name, value))

    def set_value(self, item: str, value: Value | None) -> Made:
        """Give an entity a normalised value, or none."""
        return self.do("value", edits.set_value(self.draft, self.desk, item, value))

    def flag(self, item: str) -> Made:
        """Mark an item as a hard case, or take the mark away."""
        return self.do("flag", edits.flag(self.draft, self.desk, item))

    def comment(self, item: str | None, note: str) -> Made:
        """Write a note on an item, or (None) on the document; an empty one deletes it."""
        return self.do("comment", edits.annotate(self.draft, item, note))

    def relate(self, kind: str, head: str, tail: str) -> Made:
        """Link two entities."""
        return self.do("relate", links.relate(self.draft, self.desk, kind, head, tail))

    def reverse(self, relation: str) -> Made:
        """Give a relation its next admissible reading."""
        return self.do("reverse", links.reverse(self.draft, self.desk, relation))

    def fill(self, frame: str, role: str, entity: str) -> Made:
        """Let an entity fill a role of a frame."""
        return self.do("fill", edits.fill(self.draft, self.desk, frame, role, entity))

    def unfill(self, frame: str, role: str, entity: str) -> Made:
        """Take an entity out of a role of a frame."""
        return self.do("unfill", edits.unfill(self.draft, frame, role, entity))

    def cluster(self, first: str, second: str) -> Made:
        """Say that two mentions are the same thing."""
        return self.do("cluster", links.cluster(self.draft, self.desk, first, second))

    def uncluster(self, entity: str) -> Made:
        """Take a mention out of its cluster."""
        return self.do("uncluster", links.uncluster(self.draft, entity))

    def accept(
        self, entities: Sequence[Entity] = (), relations: Sequence[Relation] = (), frames: Sequence[Frame] = ()
    ) -> Made:
        """Take over suggestions that have been made into items, whose `extra` names their sources."""
        return self.do("accept", edits.add(self.draft, entities, relations, frames))

    def reject(self, rejected: Mapping[str, Sequence[str]]) -> Made:
        """Remember that suggestions are wrong: their keys, each with its sources."""
        return self.do("reject", edits.reject(self.draft, rejected))

    def finish(self, layers: Sequence[str] | None) -> Made:
        """Say which layers are finished; None: all, once the document is done."""
        return self.do("finish", edits.finish(self.draft, self.desk, layers))

    # What is admissible

    @property
    def uses(self) -> Mapping[tuple[str, str, str], int]:
        """How often this annotator has linked which types by which relation, and filled which role by which type."""
        return self._uses

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """The open suggestions in reading order; never part of the answer until they are accepted."""
        return self.offering.open

    def likeliest(self, item: str, partners: Sequence[Partner]) -> Likely | None:
        """The link of an item to propose: one that is suggested, else the nearest and most usual."""
        by_id = {one.entity: one for one in partners}
        for one in self.offering.links_of(item):
            partner = by_id.get(one.entity)
            link = next((link for link in partner.links if link == one.link), None) if partner else None
            if partner is not None and link is not None:
                return Likely(partner, link)
        chosen = links.likeliest(self.draft, item, partners, self.uses)
        return None if chosen is None else Likely(*chosen)

    def partners(self, item: str, within: Span) -> tuple[Partner, ...]:
        """What the entity or frame can be linked with, the nearest first, each with admissible types or roles."""
        if item in self.draft.frames:
            return links.fillers(self.draft, self.schema, item, self.uses, within)
        return links.partners(self.draft, self.schema, item, self.uses, within)

    def same_things(self, entity: str, within: Span) -> tuple[Partner, ...]:
        """Mentions that could be one cluster with an entity, the nearest first."""
        return links.mentions(self.draft, self.schema, entity, within)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong or doubtful; errors keep the document from being published."""
        if self._checked is None or self._checked[0] is not self.draft:
            self._checked = (self.draft, problems(self.draft, self.document, self.schema))
        return self._checked[1]

    # Publishing

    @cached_property
    def path(self) -> Path:
        """Where this annotator's file of the document is, whether or not it exists."""
        return self.place.batch.annotation_file(self.place.actor.name, self.document.doc_id)

    def load_published(self) -> bool:
        """Load the published file if the log does not know it; tell whether it was. Undo goes back to what was before.

        A file that says what the draft says was published from it, and only that this was done is missing in the log.

        Raises:
            FaultyData: the file is broken, or is about another text.
            EditRefused: saving fails.
        """
        found = file_hash(self.path)
        if found is None or found in self.work.files:
            return False
        self._accept()
        if found == answer_hash(self.answer()):
            self._apply(PUBLISH, {"file_sha256": found, "of": self.work.last}, State.DONE)
            return False
        file = read_published(self.path, self.document, self.schema)
        body = {"file_sha256": file.sha256, "delta": self.draft.towards(file.annotation).record()}
        self._apply(LOAD, body, State.DONE if self.state is State.ASSIGNED else self.state)
        return True

    def answer(self) -> Annotation:
        """The annotation as it would be published."""
        return answer(self.draft, self.document, self.schema, self.place.actor.name)

    def publish(self) -> str:
        """Publish the draft as the annotator's file and mark the document as done; the file's hash.

        Raises:
            Unpublishable: the draft has errors.
            EditRefused: somebody else has changed the file (it is loaded) or the draft meanwhile, or saving fails.
            FaultyData: somebody else's file is broken.
            EnvironmentFailure: the file cannot be written.
        """
        self._accept()
        self._save()
        if errors := [one for one in self.problems() if one.severity == "error"]:
            raise Unpublishable(errors)
        if self.load_published():
            raise EditRefused(
                "文件已被改动,已载入(U 撤回)", "the file had been changed and was loaded (U takes it back)"
            )
        sha256 = write_answer(self.path, self.answer())
        self._apply(PUBLISH, {"file_sha256": sha256, "of": self.work.last}, State.DONE)
        self._save()
        if not self.work.is_published:
            raise EditRefused("别处同时有改动,请再发布一次", "changed elsewhere at the same time: publish once more")
        return sha256

    def skip(self) -> None:
        """Leave the document to others."""
        self._accept()
        self._apply(SKIP, {}, State.SKIPPED)


def _used(annotation: Annotation) -> Iterator[tuple[str, str, str]]:
    draft = Draft.empty()
    draft = draft.apply(draft.towards(annotation))
    return links_used(draft, (*annotation.relations, *annotation.frames))


def _own(place: Place, besides: str) -> Iterator[Annotation]:
    """What this annotator has published of the batch's other documents, as far as it can be read."""
    for doc_id in published(place.batch, place.actor.name):
        if doc_id != besides:
            try:
                annotation = read(place.batch.annotation_file(place.actor.name, doc_id)).annotation
            except FaultyData:
                continue
            if not check_integrity(annotation):
                yield annotation
