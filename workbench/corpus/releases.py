"""Gold releases: the folders of `gold/`, and where in them a document, an annotation or a decision is.

Owns the layout of a release folder. A release never changes; what is in it and whether it holds together is a matter
of `workbench.review.gold.release`.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from workbench.core.errors import Fault, FaultyData, UsageMistake, nearest
from workbench.core.files import read_bytes, read_json, reading
from workbench.core.records import Document
from workbench.corpus.documents import document_ids, entries, read_documents, read_one
from workbench.corpus.tasks import check_name

GOLD = "gold"
"""The folder of all releases, inside a project."""

MANIFEST_FILE = "manifest.json"
"""The file that makes a folder a release."""

_NUMBER = "(?:0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}")

_HEAD = 400
"""The format stands in the first bytes of a manifest."""


class Release(NamedTuple):
    """A frozen gold set; `folder` is `gold/<version>`."""

    folder: Path

    @classmethod
    def at(cls, path: Path) -> Release:
        """Open the release whose folder is `path`, such as `gold/0.1.0`.

        Raises:
            UsageMistake: there is none.
        """
        if not is_release(path):
            raise UsageMistake(f"{path}: not a gold release (no {MANIFEST_FILE}){_known(path)}")
        return cls(path)

    @property
    def version(self) -> str:
        """The release's version, which is its folder's name."""
        return self.folder.resolve().name

    @property
    def label(self) -> str:
        """What messages call it."""
        return f"release {self.version}"

    @property
    def root(self) -> Path:
        """The project that the release belongs to: the folder that contains `gold/`."""
        return self.folder.resolve().parent.parent

    @property
    def manifest_file(self) -> Path:
        """Hashes and counts."""
        return self.folder / MANIFEST_FILE

    @property
    def schema_file(self) -> Path:
        """The schema that the annotations obey."""
        return self.folder / "schema.yaml"

    @property
    def guidelines_file(self) -> Path:
        """The guidelines that the annotators followed."""
        return self.folder / "GUIDELINES.md"

    @property
    def datasheet_file(self) -> Path:
        """What a user should know, in words."""
        return self.folder / "DATASHEET.md"

    @property
    def croissant_file(self) -> Path:
        """What a program should know: Croissant metadata."""
        return self.folder / "croissant.json"

    @property
    def documents_folder(self) -> Path:
        """Where texts and their records are."""
        return self.folder / "documents"

    @property
    def annotations_folder(self) -> Path:
        """Where the gold annotations are."""
        return self.folder / "annotations"

    @property
    def decisions_folder(self) -> Path:
        """Where the decisions that made the annotations are."""
        return self.folder / "decisions"

    def document_ids(self) -> tuple[str, ...]:
        """Ids of all documents, in order."""
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

    def annotation_file(self, doc_id: str) -> Path:
        """Where the gold annotation of a document is, whether or not it exists."""
        return self.annotations_folder / f"{check_name('document', doc_id)}.json"

    def decisions_file(self, doc_id: str) -> Path:
        """Where the decisions about a document are, whether or not they exist."""
        return self.decisions_folder / f"{check_name('document', doc_id)}.json"


def is_release(path: Path) -> bool:
    """Tell whether a folder is a gold release, wherever it lies: its manifest says so, or its place does."""
    manifest = path / MANIFEST_FILE
    if not manifest.is_file():
        return False
    if path.resolve().parent.name == GOLD:
        return True
    with reading(manifest), manifest.open("rb") as file:
        return b'"workbench-release/' in file.read(_HEAD)


def check_whole(release: Release) -> None:
    """Compare the documents and annotations of a release with the hashes in its manifest.

    Raises:
        FaultyData: files were changed, removed or added since the release, or the manifest is broken; all of them.
    """
    manifest = read_json(release.manifest_file)
    told = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(told, dict):
        message = "holds no hashes of files, so nothing can be said of this release; restore it"
        raise FaultyData([Fault(message, "files", release.manifest_file, rule="release")])
    folders = (release.documents_folder, release.annotations_folder)
    found = {f"{folder.name}/{file.name}": file for folder in folders for file in entries(folder)}
    wanted = {name for name in told if name.split("/")[0] in ("documents", "annotations")}
    if release.schema_file.name in told:
        wanted.add(release.schema_file.name)
        found |= {release.schema_file.name: release.schema_file} if release.schema_file.is_file() else {}
    wrong = dict.fromkeys(wanted - found.keys(), "missing")
    wrong |= dict.fromkeys(found.keys() - wanted, "not in the manifest")
    for name in wanted & found.keys():
        if hashlib.sha256(read_bytes(found[name])).hexdigest() != told.get(name):
            wrong[name] = "changed since the release"
    if wrong:
        hint = "; a release never changes: restore it (workbench gold check lists everything)"
        raise FaultyData(
            Fault(f"{what}{hint}", source=release.folder / name, rule="release") for name, what in sorted(wrong.items())
        )


def release_names(root: Path) -> tuple[str, ...]:
    """Versions of all releases of a project, in the order of their numbers."""
    folder = root / GOLD
    if not folder.is_dir():
        return ()
    names = [entry.name for entry in folder.iterdir() if not entry.name.startswith(".") and is_release(entry)]
    return tuple(sorted(names, key=version_key))


def newest_release(root: Path) -> Release | None:
    """The last release of a project, by number; None before the first."""
    names = release_names(root)
    return Release(root / GOLD / names[-1]) if names else None


def find_release(root: Path, name: str) -> Release:
    """The release of a project by its version, or any release by the path of its folder.

    Raises:
        UsageMistake: there is none.
    """
    return Release.at(root / GOLD / name if is_version(name) else Path(name))


def is_version(name: str) -> bool:
    """Tell whether a name is MAJOR.MINOR.PATCH, three numbers without leading zeros."""
    return _VERSION.fullmatch(name) is not None


def version_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Order versions by their numbers: 0.10.0 comes after 0.9.0."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in name.split("."))


def _known(path: Path) -> str:
    root = path.resolve().parent.parent
    return nearest(path.name, release_names(root)) if path.resolve().parent.name == GOLD else ""
