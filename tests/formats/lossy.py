"""What the tests of formats that lose something share: writing, reading back, and counting what must be a loss."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from types import ModuleType

from workbench.core.mending import mend
from workbench.core.records import AnnotatedDocument, Annotation, Entity, Relation
from workbench.core.text import Span
from workbench.formats.contract import ReadDocument, ReadSettings, WriteSettings
from workbench.formats.losses import KINDS, Loss

SHAPES = ("nested", "crossing", "discontinuous", "multiline")
HOW = WriteSettings()


def written(module: ModuleType, documents: Sequence[AnnotatedDocument], how: WriteSettings = HOW) -> bytes:
    """The file that a format makes of documents."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out"
        writer = module.writer(path, how)
        try:
            for document in documents:
                writer.write(document)
        finally:
            writer.close()
        return path.read_bytes()


def found_in(
    module: ModuleType, content: bytes | str, repair: bool = False, name: str = "some.txt"
) -> list[ReadDocument]:
    """What a format reads in a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return list(module.read(path, ReadSettings(repair=repair)))


def sound(found: Sequence[ReadDocument]) -> list[AnnotatedDocument]:
    """The documents, none of which has faults, in reading or against its text."""
    documents = []
    for item in found:
        assert item.document is not None
        assert (item.faults, item.repairs) == ((), ())
        mended = mend(item.document, repair=False)
        assert (mended.faults, mended.repairs) == ((), ())
        documents.append(mended.document)
    return documents


def renamed(documents: Sequence[AnnotatedDocument], form: str) -> list[AnnotatedDocument]:
    """The documents with ids of their own, which `form` makes of numbers."""
    ids = [form.format(number) for number in range(len(documents))]
    return [
        document._replace(doc_id=name, annotation=document.annotation.model_copy(update={"doc_id": name}))
        for name, document in zip(ids, documents, strict=True)
    ]


def document_with(
    text: str, *entities: tuple[int, int, str], links: Sequence[tuple[str, str, str]] = (), doc_id: str = "d1"
) -> AnnotatedDocument:
    """A document with entities T1, T2, … by start, end and type, and links by head, tail and type."""
    made = tuple(
        Entity(id=f"T{number}", type=kind, fragments=(Span(start, end),), text=text[start:end])
        for number, (start, end, kind) in enumerate(entities, 1)
    )
    relations = tuple(
        Relation(id=f"R{number}", type=kind, head=head, tail=tail) for number, (head, tail, kind) in enumerate(links, 1)
    )
    return AnnotatedDocument(doc_id, Annotation(doc_id=doc_id, entities=made, relations=relations), text)


def spans(annotation: Annotation) -> list[tuple[int, int, str]]:
    """The outer ends and types of entities, in order."""
    return sorted((entity.start, entity.end, entity.type) for entity in annotation.entities)


def links(annotation: Annotation) -> list[tuple[tuple[int, int, str], str, tuple[int, int, str]]]:
    """Relations with the outer ends and types of what they link, in order."""
    place = {entity.id: (entity.start, entity.end, entity.type) for entity in annotation.entities}
    return sorted((place[item.head], item.type, place[item.tail]) for item in annotation.relations)


def without(annotation: Annotation, losses: Sequence[Loss]) -> Annotation:
    """The annotation without the entities and relations that are losses as wholes."""
    gone = {loss.path for loss in losses if loss.kind in (*SHAPES, "relations")}
    fields = {
        group: tuple(item for index, item in enumerate(getattr(annotation, group)) if f"{group}[{index}]" not in gone)
        for group in ("entities", "relations")
    }
    return annotation.model_copy(update=fields)


def assert_counted(document: AnnotatedDocument, losses: Sequence[Loss], gone: Collection[int], but: str = "") -> None:
    """Losses are single, of known kinds, and count every field (not `but`) of entities and of relations not `gone`."""
    assert {loss.kind for loss in losses} <= set(KINDS)
    assert len({(loss.kind, loss.path) for loss in losses}) == len(losses)
    annotation = document.annotation
    linked = [relation for index, relation in enumerate(annotation.relations) if index not in gone]
    items = [*annotation.entities, *linked]
    expected = {
        "relations": len(gone),
        "frames": len(annotation.frames),
        "attributes": sum(len(item.attributes) for item in items),
        "values": sum(entity.value is not None for entity in annotation.entities),
        "clusters": sum(entity.cluster is not None for entity in annotation.entities),
        "notes": sum(item.note is not None for item in items),
        "scores": sum(item.score is not None for item in items),
        "zones": len(document.zones),
        "layers": int(annotation.finished_layers is not None),
        "extra": sum(bool(item.extra) for item in items) + bool(annotation.extra),
        "provenance": int(
            bool(annotation.made_with or annotation.text_sha256 or annotation.provenance.source)
            or (annotation.author is not None and but != "author")
        ),
    }
    counted = Counter(loss.kind for loss in losses)
    assert {kind: counted[kind] for kind in expected} == expected
