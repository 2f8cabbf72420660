"""Batches: the folders of `tasks/`, and where in them a document, an annotation or a prediction is.

Owns the layout of a batch folder and the names that may appear in its paths.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.files import read_text
from workbench.core.records import Document
from workbench.corpus.documents import document_ids, entries, read_documents, read_one

TASKS = "tasks"
"""The folder of all batches, inside a project."""

BATCH_FILE = "batch.toml"
"""The file that makes a folder a batch."""

_SETTINGS: dict[str, tuple[type, str]] = {
    "name": (str, "not a string"),
    "schema": (str, "not a string"),
    "blind": (bool, "not true or false"),
    "copies": (int, "not a number"),
    "assigned": (dict, "not a table of names, each with a list of document ids"),
    "studio": (dict, "not a table of addresses of Label Studio's users, each with an annotator's name"),
}
_LONGEST_NAME = 200
_RESERVED = '/\\:*?"<>|'


class Batch(NamedTuple):
    """A batch of documents to annotate; `root` is the folder that contains `tasks/`.

    `schema_name` is the schema its annotations are made with; in a `blind` batch annotators see neither each other nor
    predictions. `copies` is how many people annotate each document (None: as many as like to). `assigned` gives
    annotators fixed shares of document ids; where it is None, everybody takes the next free document. `studio` gives
    users of Label Studio, by their addresses, the names that their annotations have here.
    """

    root: Path
    name: str
    schema_name: str
    blind: bool = False
    copies: int | None = None
    assigned: Mapping[str, tuple[str, ...]] | None = None
    studio: Mapping[str, str] | None = None

    @classmethod
    def open(cls, root: Path, name: str) -> Batch:
        """Open the batch `name` of a project.

        Raises:
            UsageMistake: there is no such batch, or the name cannot be one.
            FaultyData: its `batch.toml` has faults; all are listed.
        """
        check_name("batch", name)
        file = root / TASKS / name / BATCH_FILE
        if not file.is_file():
            raise UsageMistake(
                f"{file.parent}: no such batch{nearest(name, batch_names(root))}; workbench prepare makes one"
            )
        settings = _read_settings(file)
        shares = settings.get("assigned")
        assigned = None if shares is None else {person: tuple(share) for person, share in shares.items()}
        return cls(
            root,
            name,
            settings["schema"],
            settings.get("blind", False),
            settings.get("copies"),
            assigned,
            settings.get("studio"),
        )

    @classmethod
    def at(cls, path: Path) -> Batch:
        """Open the batch whose folder is `path`, such as `tasks/pilot`; see `open` for what is raised."""
        folder = path if path.parent.name == TASKS else path.resolve()
        if folder.parent.name != TASKS:
            raise UsageMistake(f"{path}: not a batch; a batch is a folder of {TASKS}/ with a {BATCH_FILE}")
        return cls.open(folder.parent.parent, folder.name)

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"batch {self.name}"

    @property
    def folder(self) -> Path:
        """The batch's folder."""
        return self.root / TASKS / self.name

    @property
    def documents_folder(self) -> Path:
        """Where texts and their records are."""
        return self.folder / "documents"

    @property
    def annotations_folder(self) -> Path:
        """Where each annotator has a folder."""
        return self.folder / "annotations"

    @property
    def predictions_folder(self) -> Path:
        """Where each program has a folder."""
        return self.folder / "predictions"

    @property
    def adjudication_folder(self) -> Path:
        """Where the adjudicated annotations are."""
        return self.folder / "adjudication"

    def document_ids(self) -> tuple[str, ...]:
        """Ids of all documents, in order; a document that lost one of its two files is among them."""
        return document_ids(self.documents_folder)

    def document(self, doc_id: str) -> Document:
        """Read one document; see `workbench.corpus.documents.read_one` for what is raised."""
        return read_one(self.documents_folder, doc_id, self.label)

    def documents(self) -> tuple[Document, ...]:
        """Read all documents, ordered by id.

        Raises:
            FaultyData: files are broken; all faults of all documents.
        """
        return read_documents(self.documents_folder)

    def authors(self) -> tuple[str, ...]:
        """Names of the annotators who have a folder, in order."""
        return tuple(entry.name for entry in entries(self.annotations_folder) if entry.is_dir())

    def programs(self) -> tuple[str, ...]:
        """Names of the programs whose predictions are there, in order."""
        return tuple(entry.name for entry in entries(self.predictions_folder) if entry.is_dir())

    def annotation_file(self, author: str, doc_id: str) -> Path:
        """Where an annotator's annotation of a document is, whether or not it exists.

        Raises:
            UsageMistake: one of the names cannot be part of a path.
        """
        return self.annotations_folder / check_name("author", author) / _json_name(doc_id)

    def prediction_file(self, program: str, doc_id: str) -> Path:
        """Where a program's prediction for a document is; see `annotation_file` for what is raised."""
        return self.predictions_folder / check_name("program", program) / _json_name(doc_id)

    def adjudication_file(self, doc_id: str) -> Path:
        """Where the adjudicated annotation of a document is; see `annotation_file` for what is raised."""
        return self.adjudication_folder / _json_name(doc_id)


def batch_names(root: Path) -> tuple[str, ...]:
    """Names of all batches of a project, in order."""
    return tuple(entry.name for entry in entries(root / TASKS) if (entry / BATCH_FILE).is_file())


def check_name(kind: str, name: str) -> str:
    """Return a name that may be part of a path on every system; `kind` says in the message what it names.

    Raises:
        UsageMistake: it is empty, too long, starts or ends with a dot or a space, or holds a separator or control.
    """
    reason = None
    if not name:
        reason = "is empty"
    elif len(name.encode(errors="replace")) > _LONGEST_NAME:
        reason = f"is longer than {_LONGEST_NAME} bytes"
    elif name[0] in ". " or name[-1] in ". ":
        reason = "starts or ends with a dot or a space"
    elif not name.isprintable() or any(character in _RESERVED for character in name):
        reason = f"holds a control character or one of {_RESERVED}"
    if reason:
        raise UsageMistake(f"{name!r} is no possible {kind} name: it {reason}; use letters, digits, - and _")
    return name


def dump_settings(batch: Batch) -> str:
    """Lay out a batch's `batch.toml`."""
    settings: dict[str, Any] = {"name": batch.name, "schema": batch.schema_name, "blind": batch.blind}
    if batch.copies is not None:
        settings["copies"] = batch.copies
    lines = _toml_lines(settings)
    if batch.assigned is not None:
        lines += ["\n[assigned]\n", *_toml_lines(batch.assigned, quoted=True)]
    if batch.studio:
        lines += ["\n[studio]\n", *_toml_lines(batch.studio, quoted=True)]
    return "".join(lines)


def _toml_lines(table: Mapping[str, Any], quoted: bool = False) -> list[str]:
    return [
        f"{json.dumps(key, ensure_ascii=False) if quoted else key} = {json.dumps(value, ensure_ascii=False)}\n"
        for key, value in table.items()
    ]


def _json_name(doc_id: str) -> str:
    return f"{check_name('document', doc_id)}.json"


def _no_annotator(name: Any) -> str | None:
    """Why a setting is no annotator's name; None when it is one."""
    if not isinstance(name, str):
        return "not an annotator's name"
    try:
        check_name("author", name)
    except UsageMistake as mistake:
        return str(mistake)
    return None


def _read_settings(file: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise FaultyData([Fault(f"not TOML: {error}", source=file, rule="batch")]) from None
    faults = [Fault(message, key, file, rule="batch") for key, message in _setting_faults(settings, file.parent.name)]
    if faults:
        raise FaultyData(faults)
    return settings


def _setting_faults(settings: dict[str, Any], folder: str) -> Iterator[tuple[str, str]]:
    for key in settings:
        if key not in _SETTINGS:
            yield key, f"unknown key{nearest(key, _SETTINGS)}"
    for key in ("name", "schema"):
        if key not in settings:
            yield key, "missing"
    for key, (kind, otherwise) in _SETTINGS.items():
        if key in settings and (
            not isinstance(settings[key], kind) or (kind is int and isinstance(settings[key], bool))
        ):
            yield key, otherwise
    copies, shares = settings.get("copies"), settings.get("assigned")
    if type(copies) is int and copies < 1:
        yield "copies", "at least 1 is needed"
    for person, share in shares.items() if isinstance(shares, dict) else ():
        if not isinstance(share, list) or not all(isinstance(doc_id, str) for doc_id in share):
            yield f"assigned.{person}", "not a list of document ids"
    users = settings.get("studio")
    for address, annotator in users.items() if isinstance(users, dict) else ():
        if reason := _no_annotator(annotator):
            yield f"studio.{address}", reason
    name = settings.get("name")
    if isinstance(name, str) and name != folder:
        yield "name", f"is {name!r}, but the folder is {folder!r}; make them the same"
