"""The entities of one annotation, by place and by what names them."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.annotation.suggest.legality import Laid, Law
from workbench.annotation.suggest.records import Mention
from workbench.annotation.suggest.spans import Places
from workbench.core.records import Entity


class Beside:
    """What an annotator has labelled, as suggestions see it."""

    def __init__(self, law: Law) -> None:
        self._law = law
        self._laid: Places[str, Laid] = Places()
        self._mentions: dict[str, Mention] = {}
        self._ids: dict[Mention, set[str]] | None = None

    def fill(self, entities: Iterable[Entity]) -> None:
        """Take many entities in at once, when there is none yet; of two with one id, the later."""
        mentions = {entity.id: Mention(entity.type, entity.fragments) for entity in entities}
        self._mentions = mentions
        laid = ((key, self._law.laid(*mention)) for key, mention in mentions.items() if self._law.inside(mention[1]))
        self._laid.fill((key, one.start, one.end, one) for key, one in laid)
        self._ids = None

    def add(self, entity: Entity) -> Mention:
        """Take an entity with a new id in; what names it. One outside the text has no place, but it may be an end."""
        mention = Mention(entity.type, entity.fragments)
        self._mentions[entity.id] = mention
        if self._ids is not None:
            self._ids.setdefault(mention, set()).add(entity.id)
        if self._law.inside(entity.fragments):
            self._laid.add(entity.id, entity.start, entity.end, self._law.laid(*mention))
        return mention

    def remove(self, identifier: str) -> Mention | None:
        """Take an entity out; what named it, if it was there."""
        mention = self._mentions.pop(identifier, None)
        if mention is not None:
            if self._ids is not None:
                self._ids[mention].discard(identifier)
            self._laid.remove(identifier)
        return mention

    def __len__(self) -> int:
        return len(self._mentions)

    def mention(self, identifier: str) -> Mention | None:
        """What names an entity, if it is there."""
        return self._mentions.get(identifier)

    def id_of(self, mention: Mention) -> str | None:
        """The entity of a name; of several the first by id."""
        if self._ids is None:
            self._ids = {}
            for identifier, known in self._mentions.items():
                self._ids.setdefault(known, set()).add(identifier)
        return min(self._ids.get(mention, ()), default=None)

    def meeting(self, start: int, end: int) -> list[Laid]:
        """The labelled spans that meet [start, end)."""
        return self._laid.meeting(start, end)
