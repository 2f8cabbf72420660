"""Take annotations to a later version of their schema: all files of a batch, one author's, or one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

from schemas import Schema
from schemas.migrations import Case, NoWayBack, UnknownVersion, migrate, steps, versions
from workbench.core.checks import check
from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.integrity import check_integrity
from workbench.core.records import AnnotatedDocument, Annotation, Entity, SchemaStamp, Trigger
from workbench.core.schema import stamp
from workbench.core.text import surface
from workbench.corpus.annotation_files import annotation_files, is_annotation_file
from workbench.corpus.reading import read_annotated
from workbench.corpus.releases import is_release
from workbench.corpus.tasks import BATCH_FILE, Batch
from workbench.formats import native


class MigratedFile(NamedTuple):
    """An annotation file as it will be: the version it was made with, the migrated annotation, and the cases."""

    source: Path
    version: str
    annotation: Annotation
    cases: tuple[Case, ...]


class Migration(NamedTuple):
    """What migrating to `target` does; `untouched` are the files that are there already."""

    target: str
    files: tuple[MigratedFile, ...]
    untouched: tuple[Path, ...]


def plan_migration(path: Path, schema: Schema, target: str | None = None) -> Migration:
    """Migrate the annotations at `path` in memory; nothing is written.

    In a batch these are the annotations of all authors: predictions are made again, not migrated.

    Raises:
        UsageMistake: nothing is there to migrate, `target` is no version of the schema, or `path` is in a gold release.
        FaultyData: files are broken, of another schema or of a version that does not lead to the target, or would not
            obey the schema afterwards; all faults of all files.
    """
    wanted = target or schema.version
    known = {schema.version, *versions(schema.id)}
    if wanted not in known:
        raise UsageMistake(f"{schema.id} has no version {wanted!r}{nearest(wanted, known)}")
    files: list[MigratedFile] = []
    untouched: list[Path] = []
    faults: list[Fault] = []
    for file in _files(path):
        try:
            migrated = _migrate_file(file, schema, wanted)
        except FaultyData as error:
            faults += (fault._replace(source=file) for fault in error.faults)
            continue
        if migrated is None:
            untouched.append(file)
        else:
            files.append(migrated)
    if faults:
        raise FaultyData(faults)
    return Migration(wanted, tuple(files), tuple(untouched))


def write_migration(migration: Migration) -> None:
    """Write the migrated files over the old ones, each whole or not at all.

    Raises:
        EnvironmentFailure: a folder is not writable; running it again completes the others.
    """
    for file in migration.files:
        native.write(file.source, file.annotation)


def _files(path: Path) -> tuple[Path, ...]:
    """The annotation files at a path."""
    if any(is_release(folder) for folder in (path, *path.resolve().parents)):
        raise UsageMistake(f"{path}: a gold release never changes; migrate the annotations and make a new release")
    if (path / BATCH_FILE).is_file():
        batch = Batch.at(path)
        files = [file for author in batch.authors() for file in annotation_files(batch.annotations_folder / author)]
        if not files:
            raise UsageMistake(f"{path}: nobody has annotated this batch yet")
        return tuple(files)
    if path.is_dir():
        return annotation_files(path) or _refuse(path)
    if path.is_file() and not is_annotation_file(path):
        raise UsageMistake(f"{path}: not an annotation file of the workbench; import it first, then migrate the import")
    return (path,) if path.is_file() else _refuse(path)


def _refuse(path: Path) -> tuple[Path, ...]:
    """Say why there is nothing to read at a path."""
    read_annotated(path)
    raise UsageMistake(f"{path}: no annotation files")


def _migrate_file(file: Path, schema: Schema, target: str) -> MigratedFile | None:
    """Migrate one file; None when it is made with the target.

    Raises:
        FaultyData: it cannot be read or migrated; all its faults.
    """
    if not is_annotation_file(file):
        raise FaultyData([Fault("not an annotation file of the workbench", rule="format")])
    (read,) = read_annotated(file)
    made_with = _source(read.annotation, schema)
    try:
        chain = steps(schema.id, made_with.version, target)
    except (UnknownVersion, NoWayBack) as error:
        raise FaultyData([Fault(str(error), "schema.version", rule="schema")]) from None
    if not chain:
        return None
    faults = [*check_integrity(read.annotation, read.text), *_unread(read)]
    if faults:
        raise FaultyData(faults)
    plain, without_text = _with_surfaces(read)
    result, cases = migrate(plain, chain)
    annotation = native.parse(_stamped(result, schema, target, without_text), file).annotation
    if target == schema.version:
        found = check(annotation, schema, read.text, read.zones)
        faults = [fault._replace(message=f"after migrating: {fault.message}") for fault in found]
        if any(fault.severity == "error" for fault in faults):
            raise FaultyData(fault for fault in faults if fault.severity == "error")
    return MigratedFile(file, made_with.version, annotation, cases)


def _source(annotation: Annotation, schema: Schema) -> SchemaStamp:
    made_with = annotation.made_with
    if made_with is None:
        message = f"does not say which version of {schema.id} it was made with"
        raise FaultyData([Fault(message, "schema", rule="schema")])
    if made_with.id != schema.id:
        message = f"made with schema {made_with.id!r}, not {schema.id!r}"
        raise FaultyData([Fault(message, "schema.id", rule="schema")])
    return made_with


def _unread(read: AnnotatedDocument) -> Iterator[Fault]:
    """Faults of a file whose mentions have no text, where there is no document to read it from."""
    if read.text is None and any(mention.text is None for mention in _mentions(read.annotation).values()):
        yield Fault("mentions without text, and no document to read it from: move the file into its batch", "entities")


def _mentions(annotation: Annotation) -> Mapping[str, Entity | Trigger]:
    """Entities and triggers by the id of the entity or frame."""
    triggers = {frame.id: frame.trigger for frame in annotation.frames if frame.trigger is not None}
    return {**annotation.entity_by_id, **triggers}


def _with_surfaces(read: AnnotatedDocument) -> tuple[Mapping[str, Any], frozenset[str]]:
    """The annotation as plain JSON in which every mention has its text, and the ids of those that had none."""
    plain: dict[str, Any] = json.loads(native.dump(read.annotation))
    bare = {name: mention for name, mention in _mentions(read.annotation).items() if mention.text is None}
    for item in (*plain["entities"], *plain["frames"]):
        if item["id"] in bare and read.text is not None:
            item.get("trigger", item)["text"] = surface(read.text, bare[item["id"]].fragments)
    return plain, frozenset(bare)


def _stamped(result: Mapping[str, Any], schema: Schema, target: str, bare: Collection[str]) -> dict[str, Any]:
    """The migrated annotation with the stamp of its schema, and without the texts that it had not."""
    made_with = stamp(schema) if target == schema.version else SchemaStamp(id=schema.id, version=target)
    stamped = {**deepcopy(dict(result)), "schema": made_with.model_dump(exclude_none=True)}
    for item in (*stamped["entities"], *stamped["frames"]):
        if item["id"] in bare:
            del item.get("trigger", item)["text"]
    return stamped
