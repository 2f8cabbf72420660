"""Migrating files where they are: which ones, what is checked, and that faults write nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from workbench.core.errors import FaultyData, UsageMistake
from workbench.core.files import canonical_json, read_json, write_text
from workbench.core.records import Annotation, Document, Entity, Frame, SchemaStamp, Trigger, text_hash
from workbench.core.schema import open_schema, stamp
from workbench.core.text import Span
from workbench.corpus.documents import dump_document
from workbench.corpus.migrating import plan_migration, write_migration
from workbench.corpus.tasks import Batch, dump_settings
from workbench.formats import native

TEXT = "市政协主席会议向𠀀剑阁县姚家乡（２６０户）贫困户捐赠。"
OLD = SchemaStamp(id="cppcc-poverty", version="0.1.0", hash="0" * 64)
SCHEMA = open_schema()


def entity(name: str, kind: str, part: str, **more: Any) -> Entity:
    start = TEXT.index(part)
    return Entity(id=name, type=kind, fragments=(Span(start, start + len(part)),), text=part, **more)


def old(doc_id: str = "d1", author: str | None = "A", **more: Any) -> Annotation:
    """An annotation made with 0.1.0 in which much is to be migrated."""
    entities = (
        entity("T1", "ORG", "市政协主席会议", attributes={"spec": "SPC", "canonical": "劍閣縣政協主席會議"}),
        entity("T2", "ORG", "市政协"),
        entity("T3", "LOC", "剑阁县", attributes={"level": "county"}, value={"kind": "place", "code": "510823"}),
        entity("T4", "LOC", "姚家乡", attributes={"level": "township"}),
    )
    fields: dict[str, Any] = {"made_with": OLD, "finished_layers": ("mention",), "entities": entities, **more}
    return Annotation(doc_id=doc_id, author=author, **fields)


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """A batch with two documents, annotated by A and B, and predictions."""
    made = Batch(tmp_path, "pilot", "cppcc_poverty")
    write_text(made.folder / "batch.toml", dump_settings(made))
    for doc_id in ("d1", "d2"):
        files = dump_document(Document(doc_id=doc_id, text=TEXT, source=f"{doc_id}.txt", raw_sha256=text_hash(TEXT)))
        write_text(made.documents_folder / f"{doc_id}.txt", files.text)
        write_text(made.documents_folder / f"{doc_id}.json", files.record)
        for author in ("A", "B"):
            native.write(made.annotation_file(author, doc_id), old(doc_id, author))
        native.write(made.prediction_file("rules", doc_id), old(doc_id, "rules"))
    return made


def snapshot(folder: Path) -> Mapping[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_batch_is_migrated_whole(batch: Batch) -> None:
    """The annotations of all authors get version and hash of the schema; predictions and documents stay."""
    before = snapshot(batch.folder)
    migration = plan_migration(batch.folder, SCHEMA)
    assert snapshot(batch.folder) == before
    write_migration(migration)
    after = snapshot(batch.folder)
    changed = {path for path in before if after[path] != before[path]}
    assert changed == {batch.annotation_file(author, doc_id) for author in "AB" for doc_id in ("d1", "d2")}
    assert before.keys() == after.keys()
    for path in changed:
        made = native.read(path).annotation
        assert made.made_with == stamp(SCHEMA)
        assert (made.author, made.finished_layers) == (path.parent.name, ("mention",))
        assert made.entity_by_id["T1"].attributes == {"canonical": "剑阁县政协主席会议"}
        assert {(one.type, one.head, one.tail) for one in made.relations} == {
            ("PART_OF", "T4", "T3"),
            ("PART_OF", "T1", "T2"),
        }


def test_migrating_again_leaves_everything_alone(batch: Batch) -> None:
    """Files that are there already are counted, and not one byte is written."""
    write_migration(plan_migration(batch.folder, SCHEMA))
    before = {path: path.stat().st_mtime_ns for path in batch.folder.rglob("*.json")}
    migration = plan_migration(batch.folder, SCHEMA)
    assert (migration.files, len(migration.untouched)) == ((), 4)
    write_migration(migration)
    assert {path: path.stat().st_mtime_ns for path in batch.folder.rglob("*.json")} == before


def test_provenance_and_extra_fields_are_kept(batch: Batch) -> None:
    """Who made it, from which file, and what else it holds is as before."""
    file = batch.annotation_file("A", "d1")
    provenance = {"source": "A.jsonl", "source_sha256": "1" * 64, "parameters": {"made_with": "cppcc-poverty 0.1.0"}}
    native.write(file, old(provenance=provenance, extra={"zones": [{"kind": "footer"}]}))
    write_migration(plan_migration(file, SCHEMA))
    content = read_json(file)
    assert content["provenance"] == provenance
    assert content["extra"] == {"zones": [{"kind": "footer"}]}


@pytest.mark.parametrize("what", ["author", "file", "program"])
def test_a_folder_or_a_file_can_be_named(what: str, batch: Batch) -> None:
    """An author's folder, one file, or a program's folder: what is named is migrated, and nothing else."""
    path = {
        "author": batch.annotations_folder / "A",
        "file": batch.annotation_file("A", "d1"),
        "program": batch.predictions_folder / "rules",
    }[what]
    migration = plan_migration(path, SCHEMA)
    assert len(migration.files) == (1 if what == "file" else 2)
    assert all(path in (file.source, file.source.parent) for file in migration.files)


def test_mentions_without_text_are_read_off_the_document(batch: Batch) -> None:
    """Rules look at the strings; a file that keeps none has none afterwards either."""
    file = batch.annotation_file("A", "d1")
    full = old()
    bare = [one.model_copy(update={"text": None}) for one in full.entities]
    silent = Trigger(fragments=(Span(0, 2),))
    frames = (Frame(id="E1", type="VISIT", trigger=silent),)
    native.write(file, full.model_copy(update={"entities": tuple(bare), "frames": frames}))
    write_migration(plan_migration(file, SCHEMA))
    made = native.read(file).annotation
    assert [one.text for one in made.entities] == [None] * 4
    assert made.frames == frames
    assert made.entity_by_id["T1"].attributes == {"canonical": "剑阁县政协主席会议"}


def test_mentions_without_text_and_without_a_document(tmp_path: Path) -> None:
    """Outside of a batch nobody knows what the mentions read: refused."""
    file = tmp_path / "d1.json"
    bare = [one.model_copy(update={"text": None}) for one in old().entities]
    native.write(file, old(entities=tuple(bare)))
    with pytest.raises(FaultyData, match="no document to read it from"):
        plan_migration(file, SCHEMA)
    native.write(file, old())
    assert len(plan_migration(file, SCHEMA).files) == 1


def test_all_faults_of_all_files_and_nothing_written(batch: Batch) -> None:
    """Broken, foreign, unstamped, newer and unknown versions are all named at once; no file is touched."""
    files = [batch.annotation_file(author, doc_id) for author in "AB" for doc_id in ("d1", "d2")]
    files[0].write_text("{", encoding="utf-8")
    native.write(files[1], old("d2", made_with=SchemaStamp(id="other", version="0.1.0")))
    native.write(files[2], old("d1", "B", made_with=None))
    native.write(files[3], old("d2", "B", made_with=SchemaStamp(id="cppcc-poverty", version="0.0.9")))
    third = batch.annotation_file("C", "d1")
    native.write(third, old("d1", "C"))
    before = snapshot(batch.folder)
    with pytest.raises(FaultyData) as raised:
        write_migration(plan_migration(batch.folder, SCHEMA))
    said = {fault.source: str(fault) for fault in raised.value.faults}
    assert list(said) == files
    assert "not JSON" in said[files[0]]
    assert "made with schema 'other', not 'cppcc-poverty'" in said[files[1]]
    assert "does not say which version" in said[files[2]]
    assert "has no version '0.0.9'" in said[files[3]]
    assert "known: 0.1.0, 0.2.0" in said[files[3]]
    assert snapshot(batch.folder) == before


def test_what_does_not_hold_together_is_refused(batch: Batch) -> None:
    """A file about another text, or with ends that are not there, is faulty before anything is migrated."""
    file = batch.annotation_file("A", "d1")
    native.write(file, old(text_sha256="0" * 64))
    content = json.loads(native.dump(old("d2")))
    content["relations"] = [{"id": "R1", "type": "PART_OF", "head": "T1", "tail": "T9"}]
    write_text(batch.annotation_file("A", "d2"), canonical_json(content))
    with pytest.raises(FaultyData) as raised:
        plan_migration(batch.folder, SCHEMA)
    assert [fault.rule for fault in raised.value.faults] == ["text-hash", "ends"]


def test_what_would_not_obey_the_schema_is_refused(batch: Batch) -> None:
    """The result is checked; its errors keep every file from being written, its warnings do not."""
    file = batch.annotation_file("A", "d1")
    wrong = entity("T5", "GROUP", "贫困户", attributes={"class": "poor"})
    loose = entity("T6", "QUANT", "２６０户")
    native.write(file, old(entities=(*old().entities, wrong, loose)))
    before = snapshot(batch.folder)
    with pytest.raises(FaultyData) as raised:
        plan_migration(batch.folder, SCHEMA)
    (fault,) = raised.value.faults
    assert (fault.source, fault.rule) == (file, "attribute")
    assert fault.message.startswith("after migrating: 'poor' is not a value of class")
    assert snapshot(batch.folder) == before


def test_versions_to_migrate_to(batch: Batch) -> None:
    """The same version leaves all alone, an unknown one is a mistake, and there is no way back."""
    assert len(plan_migration(batch.folder, SCHEMA, "0.1.0").untouched) == 4
    with pytest.raises(UsageMistake, match=r"cppcc-poverty has no version '0\.20\.0'; did you mean '0\.2\.0'"):
        plan_migration(batch.folder, SCHEMA, "0.20.0")
    write_migration(plan_migration(batch.annotations_folder / "A", SCHEMA))
    with pytest.raises(FaultyData, match=r"made with 0\.2\.0, and no migration leads back to 0\.1\.0") as raised:
        plan_migration(batch.folder, SCHEMA, "0.1.0")
    assert len(raised.value.faults) == 2


def test_what_is_no_place_to_migrate(batch: Batch, tmp_path: Path) -> None:
    """Releases, JSON lines, batches that nobody annotated, folders without annotations and nothing at all."""
    release = tmp_path / "gold" / "0.1.0"
    native.write(release / "annotations" / "d1.json", old())
    write_text(release / "manifest.json", "{}")
    for path in (release, release / "annotations", release / "annotations" / "d1.json"):
        with pytest.raises(UsageMistake, match="a gold release never changes"):
            plan_migration(path, SCHEMA)
    lines = tmp_path / "in.jsonl"
    write_text(lines, '{"doc_id": "d1"}\n')
    with pytest.raises(UsageMistake, match="import it first"):
        plan_migration(lines, SCHEMA)
    empty = Batch(tmp_path, "empty", "cppcc_poverty")
    write_text(empty.folder / "batch.toml", dump_settings(empty))
    with pytest.raises(UsageMistake, match="nobody has annotated"):
        plan_migration(empty.folder, SCHEMA)
    with pytest.raises(UsageMistake, match="name one of its folders: A, B"):
        plan_migration(batch.annotations_folder, SCHEMA)
    with pytest.raises(UsageMistake, match="no such file or folder"):
        plan_migration(tmp_path / "nowhere", SCHEMA)
