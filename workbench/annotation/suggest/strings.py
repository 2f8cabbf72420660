"""Strings that an annotator has labelled before, found again: learnt label by label, searched document by document."""

from __future__ import annotations

from collections.abc import Iterable

from schemas import Schema
from workbench.annotation.suggest.findings import Findings
from workbench.annotation.suggest.labels import Labels
from workbench.annotation.suggest.records import SuggestedEntity, Suggestion
from workbench.core.records import Annotation, Document, Entity

_REMEMBERED = 8
"""Documents whose findings are kept."""


class Strings:
    """The strings that one annotator has labelled in a batch, and where else they stand.

    Of occurrences that overlap the longest stands; one inside it only where half the labels of the longer string, or
    more, have it inside, at this place. A string that has been rejected as often as labelled is not suggested.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._labels = Labels(schema)
        self._touched: list[str] = []
        self._findings: dict[str, Findings] = {}

    @classmethod
    def of(cls, schema: Schema, annotations: Iterable[Annotation]) -> Strings:
        """All that is labelled in annotations, which have the surface strings of their entities."""
        made = cls(schema)
        for annotation in annotations:
            made.learn(annotation.doc_id, annotation.entities)
        return made

    def learn(self, doc_id: str, added: Iterable[Entity] = (), removed: Iterable[Entity] = ()) -> None:
        """Take in a change of the annotator's work on a document; a changed entity is removed and added.

        Entities without a surface string are passed over. Learning the same entity again changes nothing.
        """
        self._touched += self._labels.learn(doc_id, added, removed)

    def reject(self, item: SuggestedEntity) -> None:
        """Let a rejected suggestion, whoever made it, count against its string."""
        self._labels.reject(item.text, item.type)
        self._touched.append(item.text)

    def restore(self, item: SuggestedEntity) -> None:
        """Take a rejection back."""
        self._labels.reject(item.text, item.type, -1)
        self._touched.append(item.text)

    def in_document(self, document: Document) -> tuple[Suggestion, ...]:
        """Where labelled strings stand in a document, labelled there or not, in reading order.

        The first call searches the whole text, later ones look only for what has changed since.
        """
        key = f"{document.doc_id}\0{document.text_sha256}\0{document.meta.date}"
        found = self._findings.pop(key, None) or Findings(document, self._schema, self._labels)
        self._findings[key] = found  # now the last to be forgotten
        if len(self._findings) > _REMEMBERED:
            del self._findings[next(iter(self._findings))]
        return found.suggestions(self._touched)
