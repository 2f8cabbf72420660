"""Reading of UIMA CAS XMI as INCEpTION, WebAnno and DKPro write it, and as we do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from workbench.core.errors import Fault, FaultyData
from workbench.core.files import read_bytes
from workbench.core.records import AnnotatedDocument, Annotation, Frame, record_faults
from workbench.formats.contract import Format, ReadDocument, ReadSettings, Sample
from workbench.formats.remainder import with_remainder
from workbench.formats.uima import layers
from workbench.formats.uima.items import FOREIGN, Items
from workbench.formats.uima.remainders import DocumentRemainder, Place, read_remainder
from workbench.formats.uima.structures import Cas, Structure, read_cas
from workbench.formats.uima.typesystem import TypeSystem, read_type_system

FORMAT = Format("xmi", "UIMA CAS XMI (INCEpTION)", (".xmi",), "either", "uima", writes=(".xmi", ".xml"))

_NAMESPACES = (b"http://www.omg.org/XMI", b'"http:///')
_NO_ANNOTATOR = "INITIAL_CAS"
_SAYING_NOTHING = {("isLastSegment", "false"), ("language", "x-unspecified")}


def recognise(sample: Sample) -> bool:
    """Tell whether a folder has `.xmi` files, or a file begins as XMI with types of UIMA."""
    if sample.names:
        return any(name.endswith(".xmi") for name in sample.names)
    return sample.head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and all(
        one in sample.head for one in _NAMESPACES
    )


def read(path: Path, settings: ReadSettings) -> Iterator[ReadDocument]:
    """Read one document, or all of a folder and its folders; types are those of the nearest `TypeSystem.xml`.

    Raises:
        UsageMistake: there is no such file.
        FaultyData: the one file cannot be read, or the folder has none of this format.
        EnvironmentFailure: it may not be read, or dkpro-cassis is not installed.
    """
    del settings
    if not path.is_dir():
        yield _read_file(path, _TypeSystems(path.parent))
        return
    type_systems = _TypeSystems(path)
    files = sorted(file for file in path.rglob("*.xmi") if not _is_hidden(file.relative_to(path)))
    if not files and type_systems.of(path) is None:
        raise FaultyData([Fault("no .xmi file in this folder", source=path, rule="files")])
    for file in files:
        try:
            yield _read_file(file, type_systems)
        except FaultyData as error:
            yield ReadDocument(None, file, faults=error.faults)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


class _TypeSystems:
    """The type systems of the folders of a collection; each file is read once."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._read: dict[Path, TypeSystem] = {}

    def of(self, folder: Path) -> Path | None:
        """The type system that is nearest to a folder: in it, or in one above it, up to the top."""
        for candidate in (folder, *folder.parents):
            for file in sorted(candidate.glob("*.xml")):
                if file.name.lower() == "typesystem.xml":
                    return file
            if candidate == self._top:
                break
        return None

    def read(self, document: Path) -> TypeSystem:
        """The types of a document; see `read_type_system` for what is raised besides a fault when there are none."""
        file = self.of(document.parent)
        if file is None:
            message = "TypeSystem.xml is not beside it; it is in the zip of INCEpTION's export: put it into this folder"
            raise FaultyData([Fault(message, source=document, rule="types")])
        if file not in self._read:
            self._read[file] = read_type_system(file)
        return self._read[file]


def _read_file(path: Path, type_systems: _TypeSystems) -> ReadDocument:
    content = read_bytes(path)
    cas = read_cas(content, type_systems.read(path), path)
    faults = list(cas.faults)
    header = _header_of(cas, path, faults)
    items = Items(cas, path, [frame.id for frame in header.frames])
    entities = items.entities()
    known = {entity.id for entity in entities}
    annotation = Annotation(
        doc_id=header.doc_id,
        entities=entities,
        relations=items.relations(),
        frames=(*items.frames(), *(_with_ends(frame, known) for frame in header.frames)),
    )
    zones = items.zones()
    document = _completed(AnnotatedDocument(header.doc_id, annotation, cas.text), header, path, faults)
    found = sorted((*faults, *items.faults), key=lambda fault: fault.line or 0)
    return ReadDocument(document._replace(zones=zones), path, items.lines, 1, tuple(found))


def _with_ends(frame: Frame, known: set[str]) -> Frame:
    """The frame without arguments that are gone: it hangs on nothing that a person could see and delete."""
    return frame.model_copy(update={"arguments": tuple(one for one in frame.arguments if one.entity in known)})


class _Header(NamedTuple):
    """What a CAS says of the whole document."""

    doc_id: str
    author: str | None
    frames: tuple[Frame, ...]
    said: Mapping[str, Any]
    foreign: Mapping[str, Any]


def _header_of(cas: Cas, path: Path, faults: list[Fault]) -> _Header:
    own = next((one for one in cas.members if one.type.kind == "document"), None)
    rest = read_remainder(own, DocumentRemainder, Place(path, "document"), faults) if own else DocumentRemainder()
    values = own.values if own else {}
    metadata = [one for one in cas.members if one.type.kind == "metadata"]
    told = next((one.values for one in metadata if one.type.name == layers.METADATA), {})
    title, name, exported = told.get("documentTitle"), told.get("documentId"), _is_exported(told)
    author = values.get("author", rest.author)
    if exported and name != _NO_ANNOTATOR:
        author = name or author
    usual = (title or "").removesuffix(".xmi") if exported else name or title
    doc_id = values.get("identifier", rest.doc_id) or usual or path.stem
    left = [one for one in (_left_of(structure, {doc_id, author}) for structure in metadata) if one]
    return _Header(doc_id, author, rest.frames, rest.document, {"metadata": left} if left else {})


def _is_exported(told: Mapping[str, str]) -> bool:
    """Tell whether INCEpTION has exported this: then the title is the document's name, and the id the annotator's.

    It puts project and name where other programs have an address.
    """
    return "documentTitle" in told and ":" not in told.get("documentUri", ":")


def _left_of(structure: Structure, known: set[str | None]) -> dict[str, Any]:
    """What is said of a document that no field has; nothing when that is only the type."""
    values = {
        name: said
        for name, said in structure.values.items()
        if said not in known and (name, said) not in _SAYING_NOTHING
    }
    lists = {name: list(said) for name, said in structure.lists.items()}
    return {"type": structure.type.name, **values, **lists} if values or lists else {}


def _completed(document: AnnotatedDocument, header: _Header, path: Path, faults: list[Fault]) -> AnnotatedDocument:
    """The document with its author, what else the remainder says, and what other programs say."""
    try:
        document = with_remainder(document, header.said)
    except ValidationError as error:
        faults += (fault._replace(path=f"document.{fault.path}") for fault in record_faults(error, path))
    annotation = document.annotation
    extra = {**annotation.extra, FOREIGN: header.foreign} if header.foreign else annotation.extra
    return document._replace(annotation=annotation.model_copy(update={"author": header.author, "extra": extra}))
