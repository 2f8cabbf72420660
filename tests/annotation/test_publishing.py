"""Published files: what is written is what the draft says, and only what can be worked on is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from schemas.load import load
from tests.annotation.batches import STORY
from tests.annotation.working import spot
from tests.strategies import annotated_texts
from workbench.annotation.drafts.draft import Draft
from workbench.annotation.publishing import PROGRAM, answer, answer_hash, file_hash, read_published, write_answer
from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.records import Annotation, Document, Entity, Provenance, Relation, SchemaStamp, in_order
from workbench.formats import native

SCHEMA = load("cppcc_poverty")
DOCUMENT = Document(doc_id="d00", text=STORY)
ENTITY = Entity(id="E1", type="ORG", fragments=(spot("永州市政协"),), text="永州市政协")
GOOD = Annotation(doc_id="d00", entities=(ENTITY,), text_sha256=DOCUMENT.text_sha256)


@given(annotated_texts())
def test_what_was_loaded_is_published(annotated: tuple[str, Annotation]) -> None:
    """Load, publish: the content is the same, with author and stamps; and so are its bytes when it is read again."""
    text, annotation = annotated
    document = Document(doc_id="d1", text=text)
    empty = Draft.empty()
    made = answer(empty.apply(empty.towards(annotation)), document, SCHEMA, "A")
    for part in ("relations", "frames", "extra"):
        assert getattr(made, part) == getattr(annotation, part)
    assert in_order(made).entities == in_order(annotation).entities
    assert made.finished_layers == (annotation.finished_layers or SCHEMA.finishable)
    again = answer(empty.apply(empty.towards(made)), document, SCHEMA, "A")
    assert answer_hash(again) == answer_hash(made)


def test_stamps() -> None:
    """Author, schema, text and program; where an annotation comes from stays as it is."""
    made = answer(Draft.empty(), DOCUMENT, SCHEMA, "蒋善生")
    assert (made.author, made.text_sha256) == ("蒋善生", DOCUMENT.text_sha256)
    assert made.made_with == SchemaStamp(id=SCHEMA.id, version=SCHEMA.version, hash=SCHEMA.hash)
    assert made.provenance.program == PROGRAM
    empty = Draft.empty()
    loaded = empty.apply(empty.towards(GOOD.model_copy(update={"provenance": Provenance(source="a.txt")})))
    assert answer(loaded, DOCUMENT, SCHEMA, "A").provenance == Provenance(source="a.txt")


def test_the_hash_is_that_of_the_file(tmp_path: Path) -> None:
    """Before, while and after it is written."""
    path = tmp_path / "annotations" / "A" / "d00.json"
    assert file_hash(path) is None
    sha256 = write_answer(path, GOOD)
    assert sha256 == file_hash(path) == answer_hash(GOOD) == read_published(path, DOCUMENT, SCHEMA).sha256
    assert read_published(path, DOCUMENT, SCHEMA).annotation == GOOD


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"doc_id": "d01"}, "an annotation of 'd01', not of 'd00'"),
        ({"text_sha256": "0" * 64}, "an annotation of another text"),
        ({"made_with": SchemaStamp(id="other", version="1.0.0")}, "made with schema 'other'"),
        ({"entities": (ENTITY.model_copy(update={"type": "NAME"}),)}, "unknown entity type 'NAME'"),
        ({"entities": (ENTITY.model_copy(update={"text": "四川省委"}),)}, "is not the text at these offsets"),
        ({"entities": (ENTITY, ENTITY)}, "is already used"),
        ({"relations": (Relation(id="R1", type="PART_OF", head="E1", tail="E9"),)}, "there is no entity 'E9'"),
        ({"relations": (Relation(id="R1", type="PART_OF", head="E1", tail="E1"),)}, "linked to itself"),
    ],
)
def test_files_that_cannot_be_worked_on(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    """All faults are told, each with the file."""
    path = tmp_path / "d00.json"
    native.write(path, GOOD.model_copy(update=change))
    with pytest.raises(FaultyData) as caught:
        read_published(path, DOCUMENT, SCHEMA)
    assert said in str(caught.value)
    assert all(fault.source == path for fault in caught.value.faults)


def test_faults_that_can_be_mended_by_hand(tmp_path: Path) -> None:
    """Crossing spans and inadmissible relations are no reason not to load a file; nor is a missing hash."""
    other = Entity(id="E2", type="LOC", fragments=(spot("政协向𠀀"),), text="政协向𠀀")
    wrong = (Relation(id="R1", type="HAS_TIME", head="E1", tail="E2"),)
    path = tmp_path / "d00.json"
    native.write(path, GOOD.model_copy(update={"entities": (ENTITY, other), "relations": wrong, "text_sha256": None}))
    assert len(read_published(path, DOCUMENT, SCHEMA).annotation.entities) == 2


def test_a_file_that_is_written_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash and content belong together."""
    path = tmp_path / "d00.json"
    native.write(path, GOOD)
    read: Callable[[Path], Any] = native.read
    late = [GOOD.model_copy(update={"entities": ()})]

    def reading(file: Path) -> Any:
        found = read(file)
        if late:
            native.write(file, late.pop())
        return found

    monkeypatch.setattr(native, "read", reading)
    found = read_published(path, DOCUMENT, SCHEMA)
    assert found.annotation.entities == ()
    assert found.sha256 == file_hash(path)
    path.unlink()
    with pytest.raises(UsageMistake, match="no such file"):
        read_published(path, DOCUMENT, SCHEMA)


def test_the_pilot_comes_back(received: Path) -> None:
    """The annotations of the pilot: read, loaded, published, the same content."""
    files = sorted((received.parent / "annotations").glob("*/*.json"))
    assert files
    for path in files[:2]:
        annotation = native.read(path).annotation
        empty = Draft.empty()
        said = in_order(empty.apply(empty.towards(annotation)).annotation(annotation.doc_id))
        assert (said.entities, said.relations, said.frames) == (
            annotation.entities,
            annotation.relations,
            annotation.frames,
        )
        assert (said.extra, said.finished_layers) == (annotation.extra, annotation.finished_layers)
