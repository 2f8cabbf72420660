"""Documents into one DocBin, which spaCy holds in memory until it is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.core.errors import Fault, FaultyData
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Relation
from workbench.formats.chunks import flatten
from workbench.formats.contract import WriteSettings
from workbench.formats.losses import Loss
from workbench.formats.remainder import document_remainder, lean
from workbench.formats.spacy_docbin.library import DOC_ID, KEPT, RELATIONS, REST, SPANS, spacy_module
from workbench.formats.text_file import writing

_ATTRIBUTES = ("ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID")
_MOST_CHARACTERS = 100_000_000


def writer(path: Path, settings: WriteSettings) -> DocBinWriter:
    """Begin a file."""
    return DocBinWriter(path, settings)


def losses(document: AnnotatedDocument, settings: WriteSettings) -> Iterator[Loss]:
    """Nothing: all of a document is kept."""
    del document, settings
    yield from ()


class DocBinWriter:
    """Collects documents and writes them when it is closed."""

    def __init__(self, path: Path, settings: WriteSettings) -> None:
        """Begin a file.

        Raises:
            EnvironmentFailure: spaCy is not installed, or the place is not writable.
        """
        self._tokens = spacy_module("spacy.tokens")
        self._vocab = spacy_module("spacy.vocab").Vocab()
        self._docs = self._tokens.DocBin(attrs=_ATTRIBUTES, store_user_data=True)
        self._settings = settings
        self._characters = 0
        self._path = path
        with writing(path):
            self._file = path.open("wb")

    def write(self, document: AnnotatedDocument) -> None:
        """Add a document.

        Raises:
            FaultyData: it has no text, or does not fit into a file of this format any more.
        """
        if document.text is None:
            raise _refused(document, "has no text; spaCy cannot hold a document without one")
        self._characters += len(document.text)
        if self._characters > _MOST_CHARACTERS:
            self._characters -= len(document.text)
            raise _refused(document, f"a DocBin has room for {_MOST_CHARACTERS} characters; convert fewer documents")
        self._docs.add(self._doc(document, document.text))

    def close(self) -> None:
        """Write the file."""
        with writing(self._path):
            self._file.write(self._docs.to_bytes())
            self._file.close()

    def _doc(self, document: AnnotatedDocument, text: str) -> Any:
        annotation = document.annotation
        doc = self._tokens.Doc(self._vocab, words=list(text), spaces=[False] * len(text))
        spans = [self._spans(doc, entity) for entity in annotation.entities]
        doc.spans[SPANS] = [span for fragments in spans for span in fragments]
        # line ends keep an entity out of a layer of tags, but not out of this one; they are found by the words
        entities = [
            entity.model_copy(update={"text": None}) if "\n" in (entity.text or "") else entity
            for entity in annotation.entities
        ]
        doc.ents = [spans[index][0] for index in flatten(entities, self._settings.flatten).kept]
        doc.user_data.update(
            {
                DOC_ID: document.doc_id,
                RELATIONS: [_relation(relation) for relation in annotation.relations],
                REST: json.dumps(_rest(document), ensure_ascii=False, sort_keys=True),
            }
        )
        return doc

    def _spans(self, doc: Any, entity: Entity) -> list[Any]:
        kept = entity.extra.get(KEPT)
        kb_id = kept.get("kb_id") if isinstance(kept, Mapping) else None
        return [
            self._tokens.Span(
                doc,
                fragment.start,
                fragment.end,
                label=entity.type,
                span_id=entity.id,
                kb_id=kb_id if isinstance(kb_id, str) else "",
            )
            for fragment in entity.fragments
        ]


def _relation(relation: Relation) -> dict[str, Any]:
    """A relation as user data; further keys are left to the JSON, since numbers may be too large for msgpack."""
    plain = lean(relation, "extra")
    if "attributes" in plain:
        plain["attributes"] = dict(sorted(plain["attributes"].items()))
    return plain


def _rest(document: AnnotatedDocument) -> dict[str, Any]:
    """What has no place of its own; all entities are named, so that their ids are known from other ids of spans."""
    annotation: Annotation = document.annotation
    return {
        "document": document_remainder(document),
        "entities": {entity.id: lean(entity, "id", "type", "fragments", "text") for entity in annotation.entities},
        "relations": {relation.id: lean(relation)["extra"] for relation in annotation.relations if relation.extra},
        "frames": [lean(frame) for frame in annotation.frames],
    }


def _refused(document: AnnotatedDocument, message: str) -> FaultyData:
    return FaultyData([Fault(f"{document.doc_id!r} {message}", "text", rule="text")])
